import Canvas
import Phrases

/// A screen: a small value that takes an action, answers with effects, and draws into a grid of cells.
///
/// Views know neither curses nor SQL. They read the project through the session.
package protocol View: Sendable {
    /// What the status line calls it.
    var title: String { get }
    /// What works here now; help and palette list these.
    var offers: [Action] { get }
    /// What an action does here, where it means something of its own.
    func name(of action: Action) -> Phrase

    /// Reads what it shows, when it comes up, comes back, or the project has changed.
    mutating func load(_ session: Session) throws -> [Effect]
    /// Answers an action; nil when it means nothing here.
    mutating func handle(_ action: Action, count: Int?, _ session: Session) throws -> [Effect]?
    /// Takes a line that was asked for.
    mutating func answer(_ kind: Prompt.Kind, _ text: String, _ session: Session) throws -> [Effect]
    /// Takes the result of a job.
    mutating func receive(_ job: String, _ result: Result<any Sendable, any Error>, _ session: Session) throws
        -> [Effect]
    /// Draws into the rows of the frame; the title row above and the message row below are the workbench's.
    mutating func draw(into frame: inout Frame, rows: Range<Int>, _ session: Session) throws
    /// The features that a command typed here is about: the marked ones, or the one under the cursor.
    func subject(_ session: Session) -> [Int64]
    /// A key typed while labels are shown, or another mode of the view's own; nil when it has none.
    mutating func take(key: String, _ session: Session) throws -> [Effect]?
    /// Takes pasted text; nil where this screen has no box for it.
    mutating func take(paste text: String, _ session: Session) throws -> [Effect]?
    /// What the next start needs to return here, if it can.
    var place: [String: String] { get }
}

extension View {
    package func name(of action: Action) -> Phrase { action.name }
    package mutating func load(_ session: Session) throws -> [Effect] { [] }
    package mutating func answer(_ kind: Prompt.Kind, _ text: String, _ session: Session) throws -> [Effect] { [] }
    package mutating func receive(
        _ job: String, _ result: Result<any Sendable, any Error>, _ session: Session
    ) throws -> [Effect] { [] }
    package func subject(_ session: Session) -> [Int64] { [] }
    package mutating func take(key: String, _ session: Session) throws -> [Effect]? { nil }
    package mutating func take(paste text: String, _ session: Session) throws -> [Effect]? { nil }
    package var place: [String: String] { [:] }
}
