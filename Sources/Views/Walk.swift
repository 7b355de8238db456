import Commands
import Geometry
import Phrases
import Store

/// What of a plan can be walked through on the map, one place after the other.
package enum Walk: Hashable, Sendable {
    case findings, changes, conflicts
    /// What one step of the plan changed, by its number.
    case step(Int64)

    /// As the place record keeps it.
    var text: String {
        switch self {
        case .findings: "findings"
        case .changes: "changes"
        case .conflicts: "conflicts"
        case .step(let number): "step \(number)"
        }
    }

    init?(_ text: String) {
        switch text {
        case "findings": self = .findings
        case "changes": self = .changes
        case "conflicts": self = .conflicts
        default:
            guard text.hasPrefix("step "), let number = Int64(text.dropFirst(5)) else { return nil }
            self = .step(number)
        }
    }

    var name: Phrase {
        switch self {
        case .findings: Phrase("finding", "检查意见")
        case .changes: Phrase("change", "改动")
        case .conflicts: Phrase("conflict", "冲突")
        case .step(let number): Phrase("step \(number), change", "第 \(number) 步改动")
        }
    }

    var names: Phrase {
        switch self {
        case .findings: Phrase("findings", "检查意见")
        case .changes: Phrase("changed parcels", "改动图斑")
        case .conflicts: Phrase("conflicts", "冲突")
        case .step(let number): Phrase("changes of step \(number)", "第 \(number) 步改动")
        }
    }

    var columns: [Table.Column] {
        switch self {
        case .findings:
            [
                .init("rule", "规则", 5), .init("answer", "结论", 10), .init("parcel", "图斑", 8, number: true),
                .init("area m2", "面积 m²", 12, number: true), .init("what", "内容", 36),
            ]
        case .changes, .step:
            [
                .init("parcel", "图斑", 8, number: true), .init("from", "现状", 14), .init("to", "规划", 14),
                .init("area m2", "面积 m²", 14, number: true), .init("what", "内容", 18),
            ]
        case .conflicts:
            [.init("parcel", "图斑", 8, number: true), .init("kind", "类型", 12), .init("what", "内容", 50)]
        }
    }

    /// The rows below the map that say what is there.
    var rowsOfText: Int {
        switch self {
        case .findings: 6
        case .conflicts: 5
        case .changes, .step: 2
        }
    }

    /// What works on a place of the walk besides going there.
    var ownOffers: [Action] {
        switch self {
        case .findings: [.answer]
        case .conflicts: [.accept, .object]
        case .changes, .step: []
        }
    }

    func name(of action: Action) -> Phrase {
        switch action {
        case .accept where self == .conflicts: Phrase("Take theirs", "采用对方")
        case .object where self == .conflicts: Phrase("Keep mine", "保留本方案")
        default: action.name
        }
    }

    /// What to say where there is nothing to walk through.
    var nothing: String {
        switch self {
        case .findings:
            say("No rule is broken, as far as was checked; ':plan check' checks all.", "未发现违反规则；可用 :plan check 全面检查。")
        case .changes: say("The plan changes nothing yet.", "规划尚无改动。")
        case .conflicts:
            say("No other draft touches these parcels, and the base has not moved.", "没有其他草案涉及这些图斑，底图也未变化。")
        case .step: say("The step changes no parcel.", "该步未改动图斑。")
        }
    }
}

/// A place of a walk.
package struct Stop: Sendable {
    /// What the list shows, in the walk's columns.
    var cells: [String]
    var role = "row"
    /// The feature that it is about; nil where it is a place alone.
    var uid: Int64?
    /// Where it is, if that is not the feature's own outline.
    var point: Point?
    /// Sentences below the map.
    var text: [String]
    /// What names it in a command line, such as a finding's number.
    var key: String?
    /// What two sides say differently here.
    var conflict: PlanConflict.Kind?
}
