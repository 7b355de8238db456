import Foundation
import GRDB
import GeoBridge
import Geometry
import Phrases
import Planning
import Store
import Testing

/// Boundary files that offices sent, against an invented county that is moved to where they lie.
@Suite struct AnalysisZoneTests {
    /// The areas that the files' coordinates enclose in the plane, in hectares (SOURCE.md beside them).
    static let files: [(name: String, hectares: String)] = [
        ("44120000120.txt", "2.6708"), ("44120000105.txt", "8.7423"), ("44120000319.txt", "10.3262"),
        ("44120000319_gbk_crlf.txt", "10.3262"), ("44120000567.txt", "0.2190"),
        ("44120000957_fields_shifted.txt", "0.7749"), ("plot_003_unclosed_no_area.txt", "1.6958"),
    ]

    /// A layer of one county in the coordinates of another zone, moved by whole metres.
    private func move(
        _ table: String, of county: Project, _ path: String, to target: Project, by shift: Point, _ fields: [String]
    ) throws {
        let official = try OfficialArea(crs: try #require(try target.coordinateSystem()))
        let layer = try county.layer(named: table)
        var values: [Int64: [String]] = [:]
        try DatabaseQueue(path: path).read { db in
            let columns = fields.map { "CAST(coalesce(t.\($0), '') AS TEXT)" }.joined(separator: ", ")
            for row in try Row.fetchAll(
                db,
                sql: """
                    SELECT f.uid, \(columns) FROM feature AS f JOIN \(layer.table) AS t ON t.fid = f.fid
                    WHERE f.layer = \(layer.id)
                    """)
            { values[row[0]] = fields.indices.map { row[$0 + 1] } }
        }
        var new = NewLayer(
            table: layer.table, standard: layer.standard, title: layer.title, role: layer.role, year: layer.year,
            fields: fields.map { .init(name: $0, kind: .text) }, geometry: .polygon, source: "moved")
        new.numberField = 0
        if layer.role == .parcels {
            new.classSystem = "survey"
            (new.classField, new.unitField, new.factorField) = (1, 2, 3)
        }
        _ = try target.addLayer(new, line: "import moved") { writer in
            try county.outlines(of: layer, plan: 0, in: layer.box) { feature in
                var shape = feature.shape
                for index in shape.points.indices {
                    shape.points[index].x += shift.x
                    shape.points[index].y += shift.y
                }
                let texts = (values[feature.uid] ?? []).map { Array($0.utf8) }
                let area = Int64((try official.area(of: shape) * 100).rounded())
                try shape.wkb(multi: true).withUnsafeBytes { wkb in
                    try Self.withBytes(texts[...]) { bytes in
                        try writer.add(.init(wkb: wkb, shape: shape, box: shape.box), area: area) { column in
                            bytes[column].isEmpty ? .null : .text(bytes[column])
                        }
                    }
                }
            }
        } detail: {
            "\($0.count)"
        }
    }

    /// Hands the bytes of texts over, all alive at once.
    private static func withBytes(
        _ texts: ArraySlice<[UInt8]>, _ read: [UnsafeRawBufferPointer] = [],
        _ body: ([UnsafeRawBufferPointer]) throws -> Void
    ) throws {
        guard let first = texts.first else { return try body(read) }
        try first.withUnsafeBytes { try withBytes(texts.dropFirst(), read + [$0], body) }
    }

    @Test("Every file gives a report that closes, in the zone that it is in", arguments: files.indices)
    func reported(index: Int) throws {
        let (name, hectares) = Self.files[index]
        guard let path = testData("cn_boundary_txt/\(name)") else { return }
        let desk = try Desk()
        try desk.sample("c.gpkg", "--parcels", "600", "--years", "2025", "--no-faults")
        let shown = try desk.tuban("boundary", "show", path, "--format", "json").json()
        #expect(shown.count == 1)
        // Where the file lies: its first point.
        let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        let corner = try #require(text.firstMatch(of: /J1,1,(2\d+\.\d+),(38\d+\.\d+)/))
        let place = Point(x: Double(corner.2) ?? 0, y: Double(corner.1) ?? 0)
        try desk.done("init", "z.gpkg", "--crs", "EPSG:4526")
        do {
            let county = try Project.open(at: desk.path("c.gpkg")), target = try Project.open(at: desk.path("z.gpkg"))
            defer {
                try? county.close()
                try? target.close()
            }
            let middle = try county.layer(named: "DLTB").box.center
            let shift = Point(x: (place.x - middle.x).rounded(), y: (place.y - middle.y).rounded())
            let fields = ["BSM", "DLBM", "ZLDWDM", "KCXS", "QSXZ"]
            try move("DLTB", of: county, desk.path("c.gpkg"), to: target, by: shift, fields)
            try move("YJJBNTTB", of: county, desk.path("c.gpkg"), to: target, by: shift, ["BSM"])
        }
        let ending = try desk.tuban("analyse", path, "--confirm", "-f", "z.gpkg", "--format", "json")
        #expect([0, 1].contains(ending.status), "\(name): \(ending.err)")
        let rows = try ending.json()
        func hundredths(_ row: [String: Any], _ key: String) -> Int { Int(((row.number(key) ?? 0) * 100).rounded()) }
        let boundary = try #require(rows.first { $0.text("section") == "boundary" })
        let plane = Double(hundredths(boundary, "plane_m2")) / 1_000_000
        #expect(abs(plane - (Double(hectares) ?? 0)) <= 0.00005, "\(name): \(plane) ha")
        let parts = rows.filter { ["sum", "not surveyed"].contains($0.text("section") ?? "") }
        #expect(parts.reduce(0) { $0 + hundredths($1, "area_m2") } == hundredths(boundary, "area_m2"), "\(name)")
        #expect(parts.contains { $0.text("section") == "sum" && $0.text("class")?.hasPrefix("survey:") == true })
        #expect(rows.contains { $0.text("section") == "finding" })
    }
}
