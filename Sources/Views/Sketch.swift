import Geometry
import Phrases

/// A line or a ring that is being drawn on the map, point by point, until its own key performs a command with it.
///
/// It belongs to the screen and changes nothing: what it becomes is a command line.
package struct Sketch: Sendable, Hashable {
    /// What it is drawn for; the raw value stands in the place record.
    package enum Purpose: String, Sendable, CaseIterable {
        /// A line through the subject.
        case split
        /// A ring that becomes a feature of a control-line or planned-use layer.
        case zone
        /// A ring inside which another class is planned.
        case classInside = "class"
        /// A ring that is cut out of the subject.
        case clip
        /// A ring that is analysed; it needs no plan.
        case boundary
    }

    package var purpose: Purpose
    /// The feature that is split or clipped.
    package var subject: Int64?
    /// In the project's coordinates; a ring is not closed.
    package var points: [Point] = []

    package init(_ purpose: Purpose, subject: Int64?, points: [Point] = []) {
        self.purpose = purpose
        self.subject = subject
        self.points = points
    }

    /// Reads what `text` wrote; nil for anything else.
    package init?(_ text: String) {
        let words = text.split(separator: " ")
        guard words.count >= 2, let purpose = Purpose(rawValue: String(words[0])) else { return nil }
        let pairs = words.dropFirst(2).map { $0.split(separator: ",").compactMap { Double($0) } }
        guard pairs.allSatisfy({ $0.count == 2 && $0.allSatisfy(\.isFinite) }) else { return nil }
        self.init(purpose, subject: Int64(words[1]), points: pairs.map { Point(x: $0[0], y: $0[1]) })
    }

    /// The sketch as the place record keeps it.
    package var text: String {
        ([purpose.rawValue, subject.map(String.init) ?? "-"] + points.map(Self.text)).joined(separator: " ")
    }

    /// `x,y` in as many digits as give the very same numbers again.
    package static func text(_ point: Point) -> String { "\(point.x),\(point.y)" }

    package var isRing: Bool { purpose != .split }
    package var isComplete: Bool { points.count >= (isRing ? 3 : 2) }

    /// What the map shows of it: the line drawn so far, closed where it is a ring.
    package var shape: Shape? {
        guard points.count > 1 else { return nil }
        return Shape(line: isRing && points.count > 2 ? points + [points[0]] : points)
    }

    /// The area it encloses, once it encloses any.
    package var ring: Shape? { isRing && points.count > 2 ? Shape(polygon: [points + [points[0]]]) : nil }

    /// The command line that it becomes.
    package var line: String {
        let list = "'" + points.map(Self.text).joined(separator: " ") + "'"
        let subject = subject.map(String.init) ?? "%cursor"
        return switch purpose {
        case .split: "plan split \(subject) --line \(list) --plan %plan"
        case .zone: "plan zone ?zone --points \(list) --plan %plan"
        case .classInside: "plan set-class --points \(list) --cut --to ?class --plan %plan"
        case .clip: "plan clip \(subject) --points \(list) --keep outside --plan %plan"
        case .boundary: "analyse --points \(list)"
        }
    }

    package var title: String {
        let about = subject.map { " \($0)" } ?? ""
        return switch purpose {
        case .split: say("split\(about)", "分割\(about)")
        case .zone: say("zone", "分区")
        case .classInside: say("class inside", "范围内地类")
        case .clip: say("cut out of\(about)", "裁去\(about)")
        case .boundary: say("boundary", "边界")
        }
    }

    /// The action that begins it, and performs it once it is drawn.
    package var action: Action {
        switch purpose {
        case .split: .sketchSplit
        case .zone: .sketchZone
        case .classInside: .sketchClass
        case .clip: .sketchClip
        case .boundary: .sketchBoundary
        }
    }
}

extension Sketch.Purpose {
    package init?(_ action: Action) {
        switch action {
        case .sketchSplit: self = .split
        case .sketchZone: self = .zone
        case .sketchClass: self = .classInside
        case .sketchClip: self = .clip
        case .sketchBoundary: self = .boundary
        default: return nil
        }
    }

    var needsSubject: Bool { self == .split || self == .clip }
    /// Whether it is drawn into a plan that is open.
    var needsPlan: Bool { self != .boundary }
}
