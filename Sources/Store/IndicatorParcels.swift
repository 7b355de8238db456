import GRDB
import Phrases
import Planning

/// The features behind a number: whom an input of an indicator sums, and how much of each.
package struct IndicatorParcels: Sendable {
    /// What the input is called.
    package var input: String
    /// What of the features it sums, with its unit.
    package var measured: Phrase
    /// The layer that they are of.
    package var layer: Layer
    /// The largest first: the number of the feature, and what of it counts, in the unit of the input.
    package var rows: [(uid: Int64, measure: Double)]
    /// Whether there are more.
    package var isCut: Bool
}

extension Project {
    /// The features that an indicator's input sums in a unit.
    ///
    /// - Parameters:
    ///   - input: which one; nil is the first that sums features.
    ///   - limit: how many at most.
    /// - Throws: `Refusal` when the input sums no features.
    package func indicatorParcels(
        _ indicator: Indicator, input name: String? = nil, unit word: String? = nil, year: Int? = nil, plan: Int64 = 0,
        limit: Int = 1_000
    ) throws -> IndicatorParcels {
        let unit = try indicatorUnit(word)
        return try withIndicators([indicator], year: year, plan: plan, { _ in }) { run, _, year, plan in
            for input in indicator.inputs where name == nil || input.name == name {
                guard case .sum(let sum) = input.definition, !["reach", "patches"].contains(sum.source.name) else {
                    continue
                }
                guard let found = try run.parcels(sum, unit: unit.id, year: year, plan: max(plan, 0), limit: limit)
                else { continue }
                return IndicatorParcels(
                    input: input.name, measured: sum.measured, layer: found.layer,
                    rows: Array(found.rows.prefix(limit)),
                    isCut: found.rows.count > limit)
            }
            throw Refusal(
                .usage, "Nothing of indicator \(indicator.id) is a sum of features that are here.",
                "指标 \(indicator.id) 没有可下钻的图斑。")
        }
    }
}

extension IndicatorRun {
    /// The features that a sum counts in a unit, one more than `limit` where there are more; nil where it has no layer.
    func parcels(_ sum: IndicatorSum, unit: Int64, year: Int, plan: Int64, limit: Int) throws -> (
        layer: Layer, rows: [(uid: Int64, measure: Double)]
    )? {
        try IndicatorDesk.fillClasses(in: db)
        let views = IndicatorViews(ground: ground, year: year, past: past, asked: IndicatorViews.words(of: [sum]))
        let inside = ground.units.below(unit).map(String.init).joined(separator: ", ")
        let layer: Layer?
        var rows: [(views: [String: String], from: String, unit: String, uid: String, sign: String)] = []
        if sum.source.name == "change" {
            layer = ground.survey(year)
            guard let layer, let old = ground.surveyBefore(year) else { return nil }
            let worlds: [IndicatorWorld] = plan == 0 ? [.base] : [.base, .draft(plan)]
            let all = worlds.map { views.changes(from: old, to: layer, in: $0) }.joined(separator: " UNION ALL ")
            rows = [(["counted": all], "counted", "unit", "uid", "sign")]
        } else if sum.over.isEmpty {
            layer = ground.layer(sum.source.name, year: year)
            guard let layer else { return nil }
            let worlds: [IndicatorWorld] = plan == 0 ? [.base] : [.base, .draft(plan)]
            let all = worlds.map { views.features(of: layer, fields: sum.source.fields, in: $0) }
            rows = [(["counted": all.joined(separator: " UNION ALL ")], "counted", "unit", "uid", "sign")]
        } else {
            layer = ground.layer(sum.source.name, year: year)
            guard let layer else { return nil }
            try lay(sum, over: layer, views, plan: plan, into: &rows)
        }
        guard let layer else { return nil }
        var found: [Int64: Double] = [:]
        let tables = Set(ground.layers.map(\.table)).union(past.map(PastTable.name))
        for part in rows {
            try IndicatorDesk.guarded(Set(part.views.keys), tables, in: db) {
                let cursor = try Row.fetchCursor(
                    db,
                    sql: """
                        \(Self.with(part.views)) SELECT \(part.uid), total(\(part.sign) * (\(sum.measure))) FROM \(part.from)
                        WHERE (\(sum.condition)) AND \(part.unit) IN (\(inside)) GROUP BY 1
                        """)
                while let row = try cursor.next() { found[row[0], default: 0] += row[1] as Double }
            }
        }
        // What a draft took away leaves a remainder of rounding.
        let counted = found.filter { abs($0.value) > 1e-6 }.map { (uid: $0.key, measure: $0.value) }
        return (
            layer,
            Array(counted.sorted { (-abs($0.measure), $0.uid) < (-abs($1.measure), $1.uid) }.prefix(limit + 1))
        )
    }

    /// The pairs of an overlay as rows to sum: those of the base, and of a draft what it takes away and adds.
    private func lay(
        _ sum: IndicatorSum, over layer: Layer, _ views: IndicatorViews, plan: Int64,
        into rows: inout [(views: [String: String], from: String, unit: String, uid: String, sign: String)]
    ) throws {
        let over = sum.over.compactMap { ground.layer($0.name, year: views.year) }
        guard over.count == sum.over.count else { return }
        func part(
            _ table: String, _ sign: String, _ world: IndicatorWorld, among: (a: String?, b: String?) = (nil, nil)
        ) {
            var made = [
                "pairs": "SELECT a, b, area_m2, length_m, 1 AS count, \(views.year) AS year FROM \(table)",
                "side_a": views.side(layer, fields: sum.source.fields, in: world, withUnit: true, among: among.a),
            ]
            var from = "pairs AS p CROSS JOIN side_a AS a ON a.uid = p.a"
            if over.count == 1 {
                made["side_b"] = views.side(
                    over[0], fields: sum.over[0].fields, in: world, withUnit: false, among: among.b)
                from += " CROSS JOIN side_b AS b ON b.uid = p.b"
            }
            rows.append((made, from, "a.unit", "a.uid", sign))
        }
        let pairs = try basePairs(layer, over)
        part(pairs.rows, "1", .base)
        guard plan != 0, ground.isTouched([layer] + over, by: plan) else { return }
        let change = try changedPairs(layer, over, of: plan, base: pairs)
        try fillShared(change)
        part("temp.shared WHERE sign = -1", "-1", .base)
        part(
            "temp.shared WHERE sign = 1", "1", .draft(plan),
            among: ("SELECT a FROM temp.shared WHERE sign = 1", "SELECT b FROM temp.shared WHERE sign = 1"))
    }
}
