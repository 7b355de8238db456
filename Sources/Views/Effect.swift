import Commands
import Phrases
import Store

/// What a view asks for in answer to an action.
package enum Effect: Sendable {
    /// Perform a command line; its holes are filled first.
    case run(String)
    /// Perform a command line as it is: it holds what somebody wrote.
    case perform(String)
    /// Perform a command line beside the screen, with a text on its standard input.
    case feed(String, to: String)
    case push(any View)
    case back
    case quit
    case say(String, isTrouble: Bool = false)
    /// Ask for a line of text; the answer comes back to the view.
    case ask(Prompt.Kind, initial: String = "")
    /// Perform a command line once `y` has been pressed, on a key that was not typed ahead.
    case confirm(String, line: String)
    case job(Job)
    case copy(String)
    case redraw
    case suspend
    /// Stop the jobs that run.
    case cancel
}

/// Work beside the screen: reads a project of its own, and its result comes back to the view that asked.
package struct Job: Sendable {
    /// A newer job of the same name takes the place of one that still runs.
    package var name: String
    /// What to tell while it takes long.
    package var what: Phrase
    /// Whether it says nothing of itself while it runs.
    package var isQuiet: Bool
    package var work: @Sendable (Project, Progress) throws -> any Sendable

    package init(
        name: String, what: Phrase, isQuiet: Bool = false,
        work: @escaping @Sendable (Project, Progress) throws -> any Sendable
    ) {
        self.name = name
        self.what = what
        self.isQuiet = isQuiet
        self.work = work
    }
}
