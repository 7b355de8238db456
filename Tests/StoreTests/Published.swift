import Foundation
import GRDB
import GeoBridge
import Geometry
import Phrases
import Planning
import Testing

@testable import Store

/// A county with a survey and planned uses over it, and two people: Ann drafts, Bob publishes.
struct Published {
    let path: String
    let ann: Project
    let survey: Layer

    /// The board of `Scratch`: squares of 100 m from the origin.
    init(_ scratch: Scratch, columns: Int = 6, rows: Int = 4, clock: String? = nil) throws {
        path = scratch.path("county.gpkg")
        ann = try Project.create(at: path, title: "county", who: "ann", clock: clock)
        try ann.addClasses(ClassTable.standard.classes, line: "class add")
        survey = try ann.addBoard(columns: columns, rows: rows)
        if clock != nil {
            // Whose clock is set founds nothing: an invented county has no first user.
            try ann.change { db in try ann.found(in: db) }
        }
        try ann.keep(
            ann.prepare(
                Person(login: "ann", roles: [.administrator, .drafter], key: "ssh-ed25519 AAAA")), signature: "x",
            line: ""
        )
        try ann.keep(
            ann.prepare(Person(login: "bob", level: .county, roles: [.publisher], key: "ssh-ed25519 BBBB")),
            signature: "x", line: "")
    }

    /// A layer of zones; each a shape with its class of the plans.
    func addZones(_ zones: [(shape: Shape, code: String)], table: String = "GHYDYH", role: LayerRole = .plannedUse)
        throws
        -> Layer
    {
        var new = NewLayer(
            table: table, standard: role == .plannedUse ? "GHYDYH" : table, title: table, role: role,
            fields: [
                .init(name: "BSM", kind: .text), .init(name: "YDYHFLDM", kind: .text),
                .init(name: "YDYHFLMC", kind: .text),
                .init(name: "MJ", kind: .real), .init(name: "BZ", kind: .text),
            ], geometry: .polygon, source: "zones")
        new.classSystem = "plan2023"
        (new.numberField, new.classField, new.nameField) = (0, 1, 2)
        return try ann.addLayer(new, line: "import zones") { writer in
            for (index, zone) in zones.enumerated() {
                let texts = ["Z\(index + 1)", zone.code, "", "remark \(index)"].map { Array($0.utf8) }
                try zone.shape.wkb().withUnsafeBytes { wkb in
                    try texts[0].withUnsafeBytes { number in
                        try texts[1].withUnsafeBytes { code in
                            try texts[3].withUnsafeBytes { remark in
                                let area = (zone.shape.planeArea * 100).rounded()
                                let values: [SourceValue] = [
                                    .text(number), .text(code), .null, .real(area / 100), .text(remark),
                                ]
                                try writer.add(
                                    .init(wkb: wkb, shape: zone.shape, box: zone.shape.box), area: Int64(area)
                                ) { values[$0] }
                            }
                        }
                    }
                }
            }
        } detail: {
            "\($0.count)"
        }
    }

    /// Takes the step that publishes, as Bob, from where a plan that everybody has agreed to stands.
    @discardableResult
    func publish(_ plan: Int64) throws -> CaseEvent {
        try ann.change { db in
            try db.execute(sql: "UPDATE plan SET stage = 'approved' WHERE id = ?", arguments: [plan])
        }
        let bob = try Project.open(at: path, who: "bob")
        defer { try? bob.close() }
        return try bob.commit(
            bob.prepare(MoveRequest(plan: plan, step: "publish")), signature: "x", line: "review move")
    }

    // MARK: Looking

    /// What a layer shows where the connection stands: each row of its list in two orders, sums, outlines, and pictures.
    func view(of layer: Layer, plan: Int64 = 0) throws -> [String] {
        let layer = try ann.layer(named: layer.table)
        var lines: [String] = []
        for sort in [ParcelQuery.Sort.number, .area] {
            let query = ParcelQuery(sort: sort, descending: sort == .area)
            let rows = try ann.parcels(query, limit: 1000)
            lines += rows.map { "\(sort) \($0.uid) \($0.number) \($0.class) \($0.unit) \($0.area) \($0.net)" }
            lines.append("count \(try ann.count(query))")
            for (offset, row) in rows.enumerated() {
                #expect(try ann.rank(of: row, in: query) == offset, "row \(offset) by \(sort)")
                #expect(try ann.parcels(query, offset: offset, limit: 1).first == row, "row \(offset) by \(sort)")
            }
        }
        lines += try ann.classSums(of: layer, plan: plan).map { "sum \($0.class) \($0.count) \($0.area) \($0.net)" }
        lines += try ann.read { db in
            try Row.fetchAll(
                db, sql: "SELECT unit, class, count, area, net FROM land WHERE layer = ? ORDER BY 1, 2",
                arguments: [layer.id]
            ).map { "land \($0)" }
        }
        var outlines: [Int64: String] = [:]
        try ann.outlines(of: layer, plan: plan, in: layer.box.padded(by: 1)) {
            outlines[$0.uid] = "\($0.cell) \($0.shape.points)"
        }
        lines += outlines.sorted { $0.key < $1.key }.map { "outline \($0.key) \($0.value)" }
        // From the finest cells to the coarsest level.
        for dot in [1e-3, 10, 50, 1e6] {
            let grid = try ann.overview(of: layer, plan: plan, box: layer.box, dot: dot, always: true)
            lines.append("grid \(dot) \(grid.map { "\($0.columns) \($0.rows) \($0.values.hashValue)" } ?? "-")")
        }
        return lines
    }

    /// What `doctor` would find wrong, and what `journal verify` would.
    func faults() throws -> [String] {
        try ann.examine(deep: true).compactMap { finding in finding.trouble.map { "\(finding.subject): \($0)" } }
            + [ann.publicationFault()].compactMap { $0?.sentence.english }
    }

    func outlines(of layer: Layer) throws -> [Int64: Shape] {
        var found: [Int64: Shape] = [:]
        try ann.outlines(
            of: try ann.layer(named: layer.table), plan: 0, in: Box(minX: -1e7, minY: -1e7, maxX: 1e8, maxY: 1e8)
        ) {
            found[$0.uid] = $0.shape
        }
        return found
    }

    /// The overlap of a layer's outlines, and how far what they cover differs from `ground`, by GEOS, in square metres.
    func flaws(of layer: Layer, over ground: Shape) throws -> (overlap: Double, difference: Double) {
        let geos = GEOS()
        let shapes = try Array(outlines(of: layer).values)
        let union = try geos.union(shapes)
        let sum = try shapes.reduce(0) { $0 + (try geos.area(of: $1)) }
        let both = try geos.area(of: geos.intersection(union, ground))
        return (sum - (try geos.area(of: union)), try geos.area(of: union) + geos.area(of: ground) - 2 * both)
    }

    /// Corners of one outline that lie on an edge of another and are no corner of it: edges that are not shared.
    func loose(in layer: Layer) throws -> [Point] {
        let shapes = try outlines(of: layer)
        return shapes.flatMap { uid, shape in
            shapes.filter { $0.key != uid }.flatMap { _, other in
                shape.points.filter { point in
                    !other.points.contains(point) && other.isOnOutline(point, within: 1e-6)
                }
            }
        }
    }
}

func rectangle(_ x: Double, _ y: Double, _ width: Double, _ height: Double) -> Shape {
    Shape(polygon: [
        [
            Point(x: x, y: y), Point(x: x + width, y: y), Point(x: x + width, y: y + height),
            Point(x: x, y: y + height),
            Point(x: x, y: y),
        ]
    ])
}
