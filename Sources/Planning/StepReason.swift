import Phrases

/// Why somebody takes a step that asks for a reason: one out of a list, so that bureaus can count them.
///
/// The lists are `Tables/reasons.csv`. Which of them a step takes is said by the table of workflows, in `needs`:
/// `reason` is the list of returns, `reason:amendment` the five cases in which the law lets a plan be amended
/// (城乡规划法 47).
package struct StepReason: Sendable, Hashable {
    package var list: String
    package var code: String
    package var name: Phrase
    /// Where the law says so; empty where it does not.
    package var basis: String

    /// The list of steps that say no more than `reason`.
    package static let usual = "return"

    package static let all: [StepReason] = {
        do {
            return try load(Tables.reasons())
        } catch {
            // The table is part of the program and a test loads it; a fault in it is our own mistake.
            preconditionFailure("\(error)")
        }
    }()

    /// A code stands in one list only.
    package static func named(_ code: String) -> StepReason? { all.first { $0.code == code } }

    static func load(_ csv: CSV) throws -> [StepReason] {
        let (list, code, basis) = (try csv.required("list"), try csv.required("code"), try csv.required("basis"))
        let (english, chinese) = (try csv.required("name_en"), try csv.required("name_zh"))
        var known: Set<String> = []
        return try csv.rows.map { row in
            let reason = StepReason(
                list: row.values[list], code: row.values[code],
                name: Phrase(row.values[english], row.values[chinese]), basis: row.values[basis])
            guard ![reason.list, reason.code, reason.name.english, reason.name.chinese].contains("") else {
                throw TableFault(
                    csv.file, row.line, "list, code, name_en or name_zh is empty.", "list、code、name_en 或 name_zh 为空。")
            }
            guard known.insert(reason.code).inserted else {
                throw TableFault(
                    csv.file, row.line, "reason \(reason.code) stands in the table twice.", "理由 \(reason.code) 出现两次。")
            }
            return reason
        }
    }
}

extension Workflow.Step {
    /// The reasons out of which the step asks for one; nil where it asks for none.
    package var reasons: [StepReason]? {
        for case .reason(let list) in needs { return StepReason.all.filter { $0.list == list } }
        return nil
    }
}
