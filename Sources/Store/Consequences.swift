import GRDB
import Phrases
import Planning

/// Land that a plan turns from one class into another; class -1 is no land.
package struct LandChange: Sendable, Hashable, FetchableRecord {
    package var from: Int64
    package var to: Int64
    /// Drafted features, counted once for each feature that their land is of.
    package var count: Int64
    /// Whole hundredths of a square metre; `net` is that of the base, without the field ridges it had.
    package var area: Int64
    package var net: Int64

    package init(row: Row) {
        from = row["source"]
        to = row["target"]
        count = row["count"]
        area = row["area"]
        net = row["net"]
    }
}

/// What a draft means for its county's land, as it stands now.
///
/// Read from sums that triggers keep: the same few milliseconds for a draft of ten parcels or ten thousand, in a county
/// of any size.
package struct Consequences: Sendable {
    package let plan: Int64
    /// The survey layer whose land it is about.
    package let layer: Int64
    package let classes: [Int64: StoredClass]
    /// The base by class.
    package let before: [ClassSum]
    /// From class to class, those that stay among them where only outlines differ.
    package let changes: [LandChange]
    /// Features of the survey that the plan gives other values, adds and takes away.
    package let touched: (set: Int, added: Int, removed: Int)
    /// Features in other layers that the plan draws or changes.
    package let zones: Int

    /// New construction land, cultivated land taken and made up, land given back.
    package let quota: QuotaUse

    /// Land by class before and after, in gross areas.
    package var balance: LandBalance {
        LandBalance(
            before: before.map { (code: code($0.class), area: $0.area) },
            changes: changes.map { (.init(from: code($0.from), to: code($0.to)), $0.area) })
    }

    /// The same in net areas, as the survey's statistics count: the ridges deducted from cultivated land stand in 1203,
    /// and go where their fields go.
    package var netBalance: LandBalance {
        let ridge = LandUseCode.survey(FieldRidges.code)
        return LandBalance(
            before: before.flatMap { [(code: code($0.class), area: $0.net), (code: ridge, area: $0.area - $0.net)] },
            changes: changes.flatMap { change -> [(cell: LandBalance.Cell, area: Int64)] in
                let (from, to) = (code(change.from), code(change.to))
                let ridges = change.area - change.net
                return [
                    (.init(from: from, to: to), change.net),
                    (.init(from: ridge, to: to?.isCultivated == true ? ridge : to), ridges),
                ]
            })
    }

    /// The code of a class; nil for no land. Land without a class has a code of no system.
    package func code(_ id: Int64) -> LandUseCode? { id < 0 ? nil : classes[id]?.code }
}

extension Project {
    /// What a plan means for its survey layer: balance, quotas, how much it touches.
    ///
    /// - Throws: `Refusal` when there is no such plan, or no survey that it stands on.
    package func consequences(of id: Int64) throws -> Consequences {
        let plan = try plan(id)
        guard let layer = try plan.base ?? newestSurvey()?.id else {
            throw Refusal(
                .noInput, "Plan \(id) stands on no survey layer, so that there is no land to reckon; import one.",
                "规划 \(id) 没有现状调查图层，无法计算；请先导入。")
        }
        return try read { db in
            let stored = try StoredClass.fetchAll(db, sql: "SELECT * FROM land_class")
            let classes = Dictionary(uniqueKeysWithValues: stored.map { ($0.id, $0) })
            let before = try ClassSum.fetchAll(
                db,
                sql: """
                    SELECT class, sum(count) AS count, sum(area) AS area, sum(net) AS net FROM summary
                    WHERE layer = ? GROUP BY class HAVING sum(count) <> 0
                    """, arguments: [layer])
            let changes = try LandChange.fetchAll(
                db,
                sql: """
                    SELECT * FROM plan_change WHERE plan = ? AND layer = ? AND (count <> 0 OR area <> 0)
                    ORDER BY area DESC, source, target
                    """, arguments: [id, layer])
            var quota = QuotaUse()
            func side(_ id: Int64) -> QuotaUse.Side? {
                guard id >= 0, let stored = classes[id] else { return nil }
                return .init(code: stored.code, category: LandCategory(rawValue: stored.category) ?? .none)
            }
            for change in changes {
                quota.book(
                    side(change.from), side(change.to), .init(count: change.count, area: change.area, net: change.net))
            }
            let counts = try Row.fetchOne(
                db,
                sql: """
                    SELECT count(*) FILTER (WHERE layer = :layer AND op = 'set') AS changed,
                        count(*) FILTER (WHERE layer = :layer AND op = 'add') AS added,
                        count(*) FILTER (WHERE layer = :layer AND op = 'remove') AS removed,
                        count(*) FILTER (WHERE layer <> :layer) AS zones
                    FROM plan_edit WHERE plan = :plan
                    """, arguments: ["plan": id, "layer": layer])
            return Consequences(
                plan: id, layer: layer, classes: classes, before: before, changes: changes,
                touched: (counts?["changed"] ?? 0, counts?["added"] ?? 0, counts?["removed"] ?? 0),
                zones: counts?["zones"] ?? 0, quota: quota)
        }
    }
}
