import Foundation
import GRDB
import Phrases
import Planning

extension Project {
    /// What is wrong with a rule's SQL, held against the views that it may read here; nil when it can be asked.
    ///
    /// Nothing is run. Layers that the project lacks stand for themselves with the fields that the rule names in its
    /// inputs.
    package func fault(in rule: Rule) throws -> Phrase? {
        guard rule.decision.isComputed else { return nil }
        for scope in [RuleScope.county, .draft] where !rule.sql(isDraft: scope == .draft).isEmpty {
            let work = try RuleWorkspace(path: path, plan: nil, scope: scope, rules: [rule])
            defer { try? work.queue.close() }
            let found = try work.queue.inDatabase { db -> Phrase? in
                let runner = try RuleRunner(work, db, date: "")
                try runner.standForSites()
                do {
                    try runner.prove(rule)
                    return nil
                } catch let error as DatabaseError {
                    let reason = error.message ?? error.description
                    let place = Self.context(of: reason, rule.sql(isDraft: scope == .draft))
                    let column = scope == .draft ? "condition_draft" : "condition"
                    return Phrase(
                        "the \(column) of rule \(rule.id) is not understood: \(reason)\(place).",
                        "规则 \(rule.id) 的 \(column) 无法理解：\(reason)\(place)。")
                }
            }
            if let found { return found }
        }
        return nil
    }
}

extension RuleRunner {
    /// An empty table in the place of the projects that a county without their layer does not have.
    func standForSites() throws {
        guard try !db.viewExists("site") else { return }
        try db.execute(
            sql: """
                CREATE TEMP TABLE site(subject INTEGER, uid INTEGER, area_m2, has_outline, source, was_farmland, XMDM,
                    XMMC, XMLX, SFZDXM, YDYHFLDM, PFJG, PFWH, PFRQ, HGCYJWH)
                """)
    }

    /// Prepares a rule's SQL as a run would.
    func prove(_ rule: Rule) throws {
        let sql = rule.sql(isDraft: work.isDraft)
        try UserQueries(views: work.names).run(in: db) {
            let statement = try db.makeStatement(sql: sql)
            try statement.validateArguments(arguments(of: rule, sql))
        }
    }
}
