import GRDB
import Planning

/// The views of zones that a SELECT of an indicator may read, in the world and year that it is asked for.
///
/// `control`: the features of control lines and other zones, each once. `layer` is the standard name of its layer: of
/// several of one name the newest that is not of a later year. `uid`, `number`, `name`, `class`, `unit`, `area_m2`, `net_m2`,
/// `edited` and the names of class and unit are those of the view `parcel`.
///
/// `overlap`: what a parcel of the survey shares with a zone, each pair once: `layer` as above, `control_uid` the zone, and
/// `area_m2` on the ellipsoid; `uid`, `number`, `class`, `unit` and so on are those of the parcel. It has the pairs of the
/// layers that the SELECT names in quotes (`where layer = 'STBHHX'`), and where it names none, or says `not`, `<>` or `!=`, of
/// all control lines.
///
/// Both have a column for each group of classes. `inside` (`unit`, `code`) tells of each unit the codes of all units that it
/// lies in, itself among them; no unit (0) lies in the county.
struct IndicatorZones {
    /// Layers of areas that are neither surveys nor units, as they stand for a year.
    let all: [Layer]
    /// Those that `overlap` has.
    let overlapping: [Layer]
    let asksControl, asksOverlap, asksInside: Bool
    /// A layer that is named and is not there.
    let missing: String?

    init(_ sql: String, _ ground: IndicatorGround, year: Int) {
        let words = sql.lowercased()
        asksControl = words.holds("control")
        asksOverlap = words.holds("overlap")
        asksInside = words.holds("inside")
        guard asksControl || asksOverlap else {
            (all, overlapping, missing) = ([], [], nil)
            return
        }
        func isZone(_ role: LayerRole) -> Bool { role != .parcels && role != .units }
        all = Set(ground.layers.filter { isZone($0.role) && $0.geometry == .polygon }.map(\.standard)).sorted()
            .compactMap { ground.layer($0, year: year) }.filter { $0.geometry == .polygon }
        let quoted = Set(sql.matches(of: /'([^']*)'/).map { String($0.1) })
        let named = all.filter { quoted.contains($0.standard) }
        let isNegated = words.contains(/\bnot\b|<>|!=/)
        overlapping =
            named.isEmpty || isNegated ? all.filter { $0.role == .controlLine || quoted.contains($0.standard) } : named
        let here = Set(all.map(\.standard))
        missing =
            isNegated
            ? nil
            : quoted.sorted().first { name in
                !here.contains(name)
                    && LayerSchema.named(name).map { isZone($0.role) && $0.geometry == "polygon" } == true
            }
    }

    /// Whether a SELECT answers of a draft only for the units that it changes, as `land_by_unit` has no others; else a unit
    /// that it has no row for has no value, whatever the base says.
    static func isPartial(_ sql: String) -> Bool {
        let words = IndicatorViews.words(of: sql)
        return words.contains("land_by_unit") && words.isDisjoint(with: ofAllUnits)
    }

    /// Views that have every unit of a draft.
    private static let ofAllUnits: Set<String> = [
        "parcel", "land", "change", "control", "overlap", "network", "facility", "reach",
    ]

    /// What of them a value hangs on besides its layers.
    var stamp: String {
        (asksControl ? " control" : "")
            + (asksOverlap ? " overlap \(overlapping.map { String($0.id) }.joined(separator: "+"))" : "")
    }
}

extension IndicatorRun {
    /// What the views of zones read, made once for a connection.
    static let zoneTables = """
        CREATE TEMP TABLE zone_layer(id INTEGER PRIMARY KEY, standard TEXT NOT NULL);
        CREATE TEMP TABLE overlap_change(layer INTEGER, sign INTEGER, a INTEGER, b INTEGER, area_m2 REAL);
        CREATE INDEX temp.overlap_change_pair ON overlap_change(layer, sign, a, b);
        CREATE TEMP TABLE inside(unit INTEGER NOT NULL, code TEXT NOT NULL);
        """

    /// Makes the views that a SELECT asks for.
    ///
    /// - Parameters:
    ///   - survey: the parcels of `overlap`; without one nothing is laid over anything, and the view is empty.
    ///   - plan: as values know it: 0 is the base, a draft its number, the one map as of journal row N -N.
    func makeZones(_ zones: IndicatorZones, survey: Layer?, plan: Int64) throws {
        let world = IndicatorWorld(plan: plan)
        if zones.asksInside { try fillInside() }
        if zones.asksControl {
            try db.execute(sql: "DELETE FROM temp.zone_layer")
            for layer in zones.all {
                try db.execute(
                    sql: "INSERT INTO temp.zone_layer VALUES (?, ?)", arguments: [layer.id, layer.standard])
            }
            try db.execute(
                sql: """
                    DROP VIEW IF EXISTS temp.control; CREATE TEMP VIEW control AS \(IndicatorViews.zones(in: world))
                    """)
        }
        if zones.asksOverlap {
            let laid = survey?.geometry == .polygon ? zones.overlapping : []
            let pairs = try survey.map { try overlapPairs(laid, $0, plan) } ?? Self.noPairs
            try db.execute(
                sql: """
                    DROP VIEW IF EXISTS temp.overlap;
                    CREATE TEMP VIEW overlap AS \(IndicatorViews.overlaps(pairs, in: world))
                    """)
        }
    }

    private func fillInside() throws {
        try db.execute(sql: "DELETE FROM temp.inside")
        for unit in ground.units.byID.keys.sorted() + [0] {
            for code in ground.units.chain(of: unit).compactMap({ ground.units.byID[$0]?.code }) {
                try db.execute(sql: "INSERT INTO temp.inside VALUES (?, ?)", arguments: [unit, code])
            }
        }
    }

    /// What parcels share with zones, as SQL of (layer, a, b, area_m2): the pairs that are kept of the base, without those
    /// that the world takes away and with those that it has in their place.
    private func overlapPairs(_ zones: [Layer], _ survey: Layer, _ plan: Int64) throws -> String {
        try layOver(zones.map { (survey, [$0]) })
        try db.execute(sql: "DELETE FROM temp.overlap_change")
        let parts = try zones.map { zone in
            let pairs = try basePairs(survey, [zone])
            let base =
                "SELECT \(zone.standard.literal) AS layer, a, b, area_m2 FROM (SELECT a, b, area_m2 FROM \(pairs.rows))"
            let change: (gone: [IndicatorPair], come: [IndicatorPair])
            if plan > 0, ground.isTouched([survey, zone], by: plan) {
                change = try changedPairs(survey, [zone], of: plan, base: pairs)
            } else if plan < 0, try wasPublished([survey, zone], after: -plan) {
                change = try pastPairs(survey, zone, asOf: -plan, base: pairs)
            } else {
                return base
            }
            for (sign, pairs) in [(-1, change.gone), (1, change.come)] {
                for pair in pairs {
                    try db.cachedStatement(sql: "INSERT INTO temp.overlap_change VALUES (?, ?, ?, ?, ?)").execute(
                        arguments: [zone.id, sign, pair.a, pair.b, pair.area])
                }
            }
            return """
                \(base) AS q WHERE NOT EXISTS (SELECT 1 FROM temp.overlap_change AS x
                    WHERE x.layer = \(zone.id) AND x.sign = -1 AND x.a = q.a AND x.b = q.b)
                UNION ALL
                SELECT \(zone.standard.literal), a, b, area_m2 FROM temp.overlap_change
                WHERE layer = \(zone.id) AND sign = 1
                """
        }
        return parts.isEmpty ? Self.noPairs : parts.joined(separator: " UNION ALL ")
    }

    private static let noPairs = "SELECT NULL AS layer, 0 AS a, 0 AS b, 0.0 AS area_m2 WHERE 0"
}

extension IndicatorViews {
    private static let groups = ClassGroup.standard.map { ", g.\($0.name.quoted) AS \($0.name.quoted)" }.joined()

    private static func facts(_ row: (_ column: String) -> String, edited: String) -> String {
        """
        \(row("class")) AS class, \(row("unit")) AS unit, \(edited) AS edited, \(Here.columns)\(groups)
        """
    }

    private static func joins(_ row: (_ column: String) -> String) -> String {
        """
        JOIN main.land_class AS c ON c.id = \(row("class")) JOIN main.unit AS u ON u.id = \(row("unit"))
            JOIN temp.class_group AS g ON g.id = \(row("class"))
        """
    }

    /// The view `control`, over the layers in `zone_layer`.
    static func zones(in world: IndicatorWorld) -> String {
        func base(_ counts: String) -> String {
            """
            SELECT k.standard AS layer, f.uid AS uid, f.number AS number, f.name AS name, f.area / 100.0 AS area_m2,
                f.net / 100.0 AS net_m2, \(facts({ "f.\($0)" }, edited: "0"))
            FROM temp.zone_layer AS k JOIN main.feature AS f ON f.layer = k.id \(joins { "f.\($0)" })
            WHERE \(counts)
            """
        }
        switch world {
        case .base: return base("f.valid_to IS NULL")
        case .past(let journal):
            let then = "coalesce(f.valid_from, 0) <= \(journal)"
            return base("f.valid_to IS NULL AND \(then)") + " UNION ALL " + base("f.valid_to > \(journal) AND \(then)")
        case .draft(let plan):
            let untouched = "NOT EXISTS (SELECT 1 FROM main.plan_edit AS x WHERE x.plan = \(plan) AND x.uid = f.uid)"
            return """
                \(base("f.valid_to IS NULL AND \(untouched)"))
                UNION ALL
                SELECT k.standard, e.uid, coalesce(f.number, e.number), coalesce(f.name, e.name), e.area / 100.0,
                    e.net / 100.0, \(facts({ "e.\($0)" }, edited: "1"))
                FROM main.plan_edit AS e JOIN temp.zone_layer AS k ON k.id = e.layer
                    LEFT JOIN main.feature AS f ON f.uid = e.uid \(joins { "e.\($0)" })
                WHERE e.plan = \(plan) AND e.op <> 'remove'
                """
        }
    }

    /// The view `overlap`: `pairs` with what is known of the parcels.
    static func overlaps(_ pairs: String, in world: IndicatorWorld) -> String {
        // A draft's parcels are its edits, or features of the base that it leaves alone.
        var (row, edit): ((String) -> String, String) = ({ "f.\($0)" }, "")
        if case .draft(let plan) = world {
            row = { "coalesce(e.\($0), f.\($0))" }
            edit = "LEFT JOIN main.plan_edit AS e ON e.plan = \(plan) AND e.uid = p.a"
        }
        return """
            SELECT p.layer AS layer, p.a AS uid, p.b AS control_uid, p.area_m2 AS area_m2,
                \(edit.isEmpty ? "f.number" : "coalesce(f.number, e.number)") AS number,
                \(facts(row, edited: edit.isEmpty ? "0" : "e.uid IS NOT NULL"))
            FROM (\(pairs)) AS p LEFT JOIN main.feature AS f ON f.uid = p.a \(edit) \(joins(row))
            WHERE p.area_m2 > 0
            """
    }
}
