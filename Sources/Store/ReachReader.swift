import Foundation
import GRDB
import Geometry
import Planning

/// What of a project's layers the walk needs, read in one world.
struct ReachReader {
    let db: Database
    let plan: Int64
    let layer: Layer
    let plane: MetricPlane

    init(_ db: Database, plan: Int64, layer: Layer, plane: MetricPlane) {
        (self.db, self.plan, self.layer, self.plane) = (db, plan, layer, plane)
    }

    private func layer(_ standard: String) throws -> Layer? {
        try Layer.fetchOne(
            db, sql: "SELECT * FROM layer_registry WHERE standard = ? ORDER BY coalesce(year, 0) DESC, id DESC LIMIT 1",
            arguments: [standard])
    }

    /// The features of a layer in this world, with some of their values as text.
    private func features(
        of layer: Layer, _ columns: [String],
        _ body: (_ uid: Int64, _ unit: Int64, Data, _ values: [String?]) throws -> Void
    ) throws {
        let known = Set(try db.columns(in: layer.table, in: "main").map(\.name))
        let base = columns.map { known.contains($0) ? "t.\($0.quoted)" : "NULL" }
        let drafted = columns.map { column -> String in
            let path = "$.\"\(column)\"".literal
            let own = known.contains(column) ? "t.\(column.quoted)" : "NULL"
            return
                "CASE WHEN json_type(e.attributes, \(path)) IS NULL THEN \(own) ELSE json_extract(e.attributes, \(path)) END"
        }
        func list(_ values: [String]) -> String { values.map { ", \($0)" }.joined() }
        let time = try Project.asOf(plan, in: db)
        let counts =
            time.map { "coalesce(f.valid_from, 0) <= \($0)" } ?? "1"
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT f.uid, f.unit, t.geom\(list(base))
                FROM feature AS f JOIN main.\(layer.table.quoted) AS t ON t.fid = f.fid
                WHERE f.layer = :layer AND f.valid_to IS NULL AND \(counts) AND NOT EXISTS (
                    SELECT 1 FROM plan_edit AS e WHERE e.plan = :plan AND e.uid = f.uid)
                UNION ALL
                SELECT e.uid, e.unit, coalesce(e.geom, t.geom)\(list(drafted))
                FROM plan_edit AS e LEFT JOIN feature AS f ON f.uid = e.uid
                    LEFT JOIN main.\(layer.table.quoted) AS t ON t.fid = f.fid
                WHERE e.plan = :plan AND e.layer = :layer AND e.op <> 'remove'
                ORDER BY 1
                """, arguments: ["layer": layer.id, "plan": plan])
        while let row = try rows.next() {
            guard let geom: Data = row[2] else { continue }
            try body(row[0], row[1], geom, columns.indices.map { row[3 + $0] as String? })
        }
    }

    private func shape(_ blob: Data, _ kind: Shape.Kind) -> Shape? {
        var shape = Shape(kind: kind)
        return blob.withUnsafeBytes { GeoPackageBlob.read($0, into: &shape) } && !shape.isEmpty ? shape : nil
    }

    /// Every line of the layer of roads, in metres, and the road that it is of.
    func roads() throws -> (lines: [[Point]], roads: [ReachRoad]) {
        guard let layer = try layer("DL"), layer.geometry == .line else { return ([], []) }
        var lines: [[Point]] = []
        var roads: [ReachRoad] = []
        try features(of: layer, ["DJ"]) { uid, _, blob, values in
            guard let shape = shape(blob, .line) else { return }
            for line in shape.ringEnds.indices {
                lines.append(shape.points[shape.ring(line)].map(plane.metres))
                roads.append(ReachRoad(uid: uid, class: (values[0] ?? "").trimmed))
            }
        }
        return (lines, roads)
    }

    /// The outlines of a layer, in metres.
    func areas(_ standard: String) throws -> [Shape] {
        guard let layer = try layer(standard), layer.geometry == .polygon else { return [] }
        var shapes: [Shape] = []
        try features(of: layer, []) { _, _, blob, _ in
            if let shape = shape(blob, .polygon) { shapes.append(plane.metres(shape)) }
        }
        return shapes
    }

    /// The villages, or without them the towns, in metres.
    func units() throws -> [(unit: Int64, shape: Shape)] {
        var units: [(unit: Int64, shape: Shape)] = []
        guard let layer = try layer("CJDCQ") ?? layer("XZQ"), layer.geometry == .polygon else { return [] }
        try features(of: layer, []) { _, unit, blob, _ in
            if let shape = shape(blob, .polygon) { units.append((unit, plane.metres(shape))) }
        }
        return units
    }

    /// Facilities that layers hold as points.
    func points(_ network: RoadNetwork?) throws -> [ReachSource] {
        var sources: [ReachSource] = []
        for standard in Set(ReachRule.all.map(\.pointLayer)).sorted() where !standard.isEmpty {
            guard let layer = try layer(standard), layer.geometry == .point else { continue }
            let rules = ReachRule.all.filter { $0.pointLayer == standard }
            try features(of: layer, ["YDYHFLDM", "SSLX"]) { uid, unit, blob, values in
                let kinds = rules.filter { rule in
                    (rule.pointCodes.isEmpty || rule.pointCodes.contains { (values[0] ?? "").hasPrefix($0) })
                        && (rule.pointName.isEmpty || (values[1] ?? "").contains(rule.pointName))
                }.map(\.kind)
                guard !kinds.isEmpty, let shape = shape(blob, .point), let middle = shape.points.first else { return }
                let points = shape.points.map(plane.metres)
                sources.append(
                    ReachSource(
                        uid: uid, unit: unit, kinds: unique(kinds), area: 0, points: points,
                        entries: network?.entries(of: points).compactMap { $0 } ?? [], middle: middle,
                        table: layer.table))
            }
        }
        return sources
    }

    private func unique(_ kinds: [String]) -> [String] {
        kinds.enumerated().filter { !kinds[..<$0.offset].contains($0.element) }.map(\.element)
    }

    // MARK: Land

    /// What a class of land is to those who walk.
    private struct Meaning {
        var uses: ReachPlace.Uses = []
        var isConstruction = false
        /// Kinds, each with the least area.
        var kinds: [(kind: String, minArea: Double)] = []
    }

    private func meanings() throws -> [Int64: Meaning] {
        var meanings: [Int64: Meaning] = [:]
        for row in try Row.fetchAll(db, sql: "SELECT id, system, code, category FROM land_class") {
            let (system, code, category): (String, String, String) = (row["system"], row["code"], row["category"])
            guard system == "survey" || system == "plan2023" else { continue }
            var meaning = Meaning(isConstruction: category == LandCategory.construction.rawValue)
            if code.hasPrefix("07") { meaning.uses.insert(.residential) }
            let living = system == "survey" ? ["05H1", "07", "08H"] : ["07", "08", "09"]
            if living.contains(where: code.hasPrefix) { meaning.uses.insert(.living) }
            for rule in ReachRule.all {
                let codes = system == "survey" ? rule.surveyCodes : rule.planCodes
                if codes.contains(where: code.hasPrefix), !meaning.kinds.contains(where: { $0.kind == rule.kind }) {
                    meaning.kinds.append((rule.kind, rule.minArea))
                }
            }
            if meaning.isConstruction || !meaning.uses.isEmpty || !meaning.kinds.isEmpty {
                meanings[row["id"]] = meaning
            }
        }
        return meanings
    }

    /// Parcels that people live on, or that are facilities; all of them, or those alone that the plan changes.
    func land(edited: Bool, _ urbanArea: [Shape], _ network: RoadNetwork?) throws -> (
        places: [ReachPlace], sources: [ReachSource]
    ) {
        let meanings = try meanings()
        guard !meanings.isEmpty else { return ([], []) }
        let isSettled = try db.columns(in: layer.table, in: "main").contains { $0.name == "CZCSXM" }
        var places: [ReachPlace] = []
        var sources: [ReachSource] = []
        let urbanBoxes = urbanArea.map(\.box)
        let list = meanings.keys.sorted().map(String.init).joined(separator: ", ")
        // Of land that is as the layer has it now, the row of the layer says all.
        let isNow = try Project.asOf(plan, in: db) == nil
        let own = isNow ? "t.geom, \(isSettled ? "t.CZCSXM" : "NULL")" : "NULL, NULL"
        let rows = try Row.fetchCursor(
            db,
            sql: edited
                ? """
                SELECT e.uid, f.fid, e.class, e.unit, e.area, 1, NULL, NULL
                FROM plan_edit AS e LEFT JOIN feature AS f ON f.uid = e.uid
                WHERE e.plan = \(plan) AND e.layer = \(layer.id) AND e.op <> 'remove' AND e.class IN (\(list))
                """
                : """
                SELECT p.uid, p.fid, p.class, p.unit, p.area, p.edited, \(own)
                FROM temp.parcel AS p LEFT JOIN main.\(layer.table.quoted) AS t ON t.fid = p.fid
                WHERE p.class IN (\(list))
                """)
        while let row = try rows.next() {
            let (uid, unit): (Int64, Int64) = (row[0], row[3])
            guard var meaning = meanings[row[2]] else { continue }
            let isEdited: Bool = row[5]
            let isKnown = isNow && !isEdited
            if meaning.isConstruction, isSettled,
                try isKnown ? Self.isUrban(row[7]) : isUrban(uid, fid: row[1])
            {
                meaning.uses.insert(.urban)
            }
            let area: Int64 = row[4]
            meaning.kinds.removeAll { Double(area) < $0.minArea * 100 }
            guard !meaning.uses.isEmpty || !meaning.kinds.isEmpty,
                let blob = try isKnown ? row[6] as Data? : blob(of: uid, isEdited: isEdited),
                let shape = shape(blob, .polygon)
            else { continue }
            let metres = plane.metres(shape)
            if !meaning.uses.isEmpty, let middle = metres.centroid {
                if zip(urbanBoxes, urbanArea).contains(where: { $0.contains(middle) && $1.contains(middle) }) {
                    meaning.uses.insert(.inUrbanArea)
                }
                places.append(ReachPlace(uid: uid, unit: unit, area: area, point: middle, uses: meaning.uses))
            }
            if !meaning.kinds.isEmpty, let middle = shape.centroid {
                let points = ReachWorld.outline(metres)
                sources.append(
                    ReachSource(
                        uid: uid, unit: unit, kinds: meaning.kinds.map(\.kind), area: area, points: points,
                        entries: [], middle: middle, table: layer.table))
            }
        }
        if let network { try Self.enter(network, &places, &sources) }
        return (places, sources)
    }

    /// Finds where land enters the roads, half of it on a thread of its own where there is much.
    private static func enter(
        _ network: RoadNetwork, _ places: inout [ReachPlace], _ sources: inout [ReachSource]
    ) throws {
        typealias Entries = (places: [RoadNetwork.Entry?], sources: [[RoadNetwork.Entry]])
        @Sendable func entries(_ places: ArraySlice<ReachPlace>, _ sources: ArraySlice<ReachSource>) -> Entries {
            (
                network.entries(of: places.lazy.map(\.point)),
                sources.map { network.entries(of: $0.points, within: 2_000).compactMap { $0 } }
            )
        }
        let isMuch = places.count + sources.count > 1_000
        let half = isMuch ? (places: places.count / 2, sources: sources.count / 2) : (places.count, sources.count)
        let other =
            isMuch
            ? Later("roads") { [places = places[half.places...], sources = sources[half.sources...]] _ in
                entries(places, sources)
            } : nil
        var found = entries(places[..<half.places], sources[..<half.sources])
        if let rest = try other?.value() {
            found.places += rest.places
            found.sources += rest.sources
        }
        for index in places.indices { places[index].entry = found.places[index] }
        for index in sources.indices { sources[index].entries = found.sources[index] }
    }

    private func blob(of uid: Int64, isEdited: Bool) throws -> Data? {
        if isEdited {
            let read = try db.cachedStatement(sql: "SELECT geom FROM plan_edit WHERE plan = ? AND uid = ?")
            if let own = try Row.fetchOne(read, arguments: [plan, uid])?["geom"] as Data? { return own }
        }
        return try Project.baseBlob(of: uid, in: db)
    }

    /// Whether a parcel is land of a city or town (CZCSXM 201, 202); one that a draft cut out is what most of it was.
    private func isUrban(_ uid: Int64, fid: Int64?) throws -> Bool {
        var fid = fid
        if fid == nil {
            let origin = try db.cachedStatement(
                sql: """
                    SELECT f.fid FROM plan_origin AS o JOIN feature AS f ON f.uid = o.base
                    WHERE o.plan = ? AND o.uid = ? ORDER BY o.area DESC LIMIT 1
                    """)
            fid = try Int64.fetchOne(origin, arguments: [plan, uid])
        }
        let read = try db.cachedStatement(sql: "SELECT CZCSXM FROM main.\(layer.table.quoted) WHERE fid = ?")
        return try Self.isUrban(String.fetchOne(read, arguments: [fid]))
    }

    private static func isUrban(_ settlement: String?) -> Bool {
        settlement?.hasPrefix("201") == true || settlement?.hasPrefix("202") == true
    }
}
