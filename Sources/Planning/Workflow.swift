import Phrases

/// The lives of plans as a table tells them: for each kind its stages, and the steps that lead from one to the next.
///
/// Stages end at `draft`'s own end (published, refused, …) or wait for somebody: a stage is what `ISO 19152-5` leaves to the
/// country, here in the words of the statutes (城乡规划法 16, 19–29, 46–48; 土地管理法 20, 44).
package struct Workflow: Sendable {
    /// What a step asks for before it can be taken.
    package enum Need: Hashable, Sendable {
        /// A kept run of the rules, newer than the plan's last change, without an unanswered finding that blocks, and no
        /// question of a forbidding rule answered by no. Who has not answered such a question yet is only told so: what
        /// R78 and R79 ask, whether the notice was long enough and the congress has seen the plan, comes after the
        /// self-check, and the needs `notice` and `document` of the later steps wait for it.
        case checks
        /// The plan changes something.
        case changes
        /// A document of a kind in the file of the case: `document:minutes`.
        case document(CaseDocument)
        /// Public notice for so many days, ended: `notice:30`.
        case notice(Int)
        /// Every opinion that was received is answered.
        case opinions
        /// An opinion of an expert, and one of a department, at the least: `opinion:expert`.
        case opinion(OpinionParty)
        /// No objection is open.
        case objections
        /// Whoever takes the step has looked at every change.
        case seen
        /// A reason out of a list (`StepReason`), and words.
        case reason(list: String)
        /// Only for who drafts the plan.
        case own

        package var text: String {
            switch self {
            case .checks: "checks"
            case .changes: "changes"
            case .document(let kind): "document:\(kind.rawValue)"
            case .notice(let days): "notice:\(days)"
            case .opinions: "opinions"
            case .opinion(let party): "opinion:\(party.rawValue)"
            case .objections: "objections"
            case .seen: "seen"
            case .reason(let list): list == StepReason.usual ? "reason" : "reason:\(list)"
            case .own: "own"
            }
        }

        init?(_ text: Substring) {
            let parts = text.split(separator: ":", maxSplits: 1).map(String.init)
            switch (parts.first, parts.count) {
            case ("checks", 1): self = .checks
            case ("changes", 1): self = .changes
            case ("opinions", 1): self = .opinions
            case ("objections", 1): self = .objections
            case ("seen", 1): self = .seen
            case ("reason", 1): self = .reason(list: StepReason.usual)
            case ("reason", 2):
                guard StepReason.all.contains(where: { $0.list == parts[1] }) else { return nil }
                self = .reason(list: parts[1])
            case ("own", 1): self = .own
            case ("document", 2):
                guard let kind = CaseDocument(rawValue: parts[1]) else { return nil }
                self = .document(kind)
            case ("opinion", 2):
                guard let party = OpinionParty(rawValue: parts[1]) else { return nil }
                self = .opinion(party)
            case ("notice", 2):
                guard let days = Int(parts[1]), (0...3650).contains(days) else { return nil }
                self = .notice(days)
            default: return nil
            }
        }
    }

    /// What a step does beside moving the plan.
    package enum Effect: String, Sendable {
        case none = ""
        /// Starts the public notice, whose days it sets.
        case startNotice = "start-notice"
        /// Writes the plan into the one map.
        case publish
    }

    package struct Step: Sendable, Hashable {
        package var id: String
        package var from: String
        package var to: String
        package var roles: [Role]
        /// Of the office of who takes it; nil is any.
        package var level: OfficeLevel?
        package var needs: [Need]
        /// How many people must sign before the plan moves; 0 is a step that nobody signs.
        package var signatures: Int
        package var effect: Effect
        package var name: Phrase

        /// A decision: signed, and never by who drafted.
        package var isDecision: Bool { signatures > 0 }
        /// It leads back to the desk.
        package var isReturn: Bool { to == Workflow.start }
    }

    package struct Stage: Sendable, Hashable {
        package var id: String
        package var name: Phrase
        /// Whom a plan at this stage waits for; none at an end.
        package var roles: [Role]
        package var level: OfficeLevel?
        /// The time limit in working days; nil where the law sets none.
        package var days: Int?
        package var isEnd: Bool
        /// Where the law says so.
        package var basis: String
        package var steps: [Step]
    }

    /// The stage in which a plan can be changed.
    package static let start = "draft"

    /// Stages of each kind, in the order of the table.
    package private(set) var stages: [PlanKind: [Stage]]

    init(stages: [PlanKind: [Stage]]) { self.stages = stages }

    package func stage(_ id: String, of kind: PlanKind) -> Stage? {
        stages[kind]?.first { $0.id == id }
    }

    package func steps(from stage: String, of kind: PlanKind) -> [Step] {
        self.stage(stage, of: kind)?.steps ?? []
    }
}

/// Kinds of documents in the file of a case.
package enum CaseDocument: String, Sendable, CaseIterable {
    case text, map, request, minutes, letter, approval, notice, other

    package var name: Phrase {
        switch self {
        case .text: Phrase("plan text", "规划文本")
        case .map: Phrase("plan map", "规划图件")
        case .request: Phrase("request for approval", "报批请示")
        case .minutes: Phrase("minutes of the meeting", "审议意见或会议纪要")
        case .letter: Phrase("letter of a department", "部门意见函")
        case .approval: Phrase("letter of approval", "批复文件")
        case .notice: Phrase("proof of the notice", "公示证明")
        case .other: Phrase("other document", "其他材料")
        }
    }
}

/// Who says what they think of a plan.
package enum OpinionParty: String, Sendable, CaseIterable {
    case expert, department, `public`

    package var name: Phrase {
        switch self {
        case .expert: Phrase("expert", "专家")
        case .department: Phrase("department", "部门")
        case .public: Phrase("public", "公众")
        }
    }
}
