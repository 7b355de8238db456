import Foundation
import Geometry
import Planning
import Store

/// A folder that goes with the test.
final class Scratch: Sendable {
    let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "tuban-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    /// A project with one survey layer: `columns` by `rows` squares of 100 m, classes by column, two villages; the first
    /// four columns are mainland.
    func chessboard(columns: Int = 6, rows: Int = 4) throws -> Project {
        let project = try Project.create(at: path("board.gpkg"), title: "board")
        try project.addClasses(ClassTable.standard.classes, line: "class add")
        _ = try project.addBoard(columns: columns, rows: rows)
        return project
    }
}

let boardClasses = ["0101", "0103", "0301", "0702", "1001", "9999"]

extension Project {
    func addBoard(table: String = "DLTB_2020", columns: Int, rows: Int, announced: Bool = true) throws -> Layer {
        var new = NewLayer(
            table: table, standard: "DLTB", title: "board", role: .parcels, year: 2020,
            fields: [
                .init(name: "BSM", kind: .text), .init(name: "DLBM", kind: .text), .init(name: "ZLDWDM", kind: .text),
                .init(name: "KCXS", kind: .real), .init(name: "MSSM", kind: .text),
            ], geometry: .polygon, source: "board")
        new.classSystem = "survey"
        (new.numberField, new.classField, new.unitField, new.factorField) = (0, 1, 2, 3)
        let box = Box(minX: 0, minY: 0, maxX: Double(columns) * 100, maxY: Double(rows) * 100)
        if announced { new.expected = (box, columns * rows) }
        return try addLayer(new, line: "import board") { writer in
            for row in 0..<rows {
                for column in 0..<columns {
                    let shape = square(x: Double(column) * 100, y: Double(row) * 100, side: 100)
                    let texts = [
                        "90000100000\(1000 + row * columns + column)", boardClasses[column % boardClasses.count],
                        row < rows / 2 ? "9900010010010000000" : "9900010010020000000", column < 4 ? "00" : "01",
                    ].map { Array($0.utf8) }
                    try shape.wkb().withUnsafeBytes { wkb in
                        try texts[0].withUnsafeBytes { number in
                            try texts[1].withUnsafeBytes { code in
                                try texts[2].withUnsafeBytes { unit in
                                    try texts[3].withUnsafeBytes { side in
                                        let values: [SourceValue] = [
                                            .text(number), .text(code), .text(unit),
                                            column == 1 ? .real(0.1) : .null, .text(side),
                                        ]
                                        try writer.add(
                                            .init(wkb: wkb, shape: shape, box: shape.box), area: 1_000_000
                                        ) { values[$0] }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        } detail: {
            "\($0.firstUID)"
        }
    }
}

extension Project {
    /// Adds a layer of polygons with the fields BSM, MC and DJ, all empty.
    func addLayer(_ table: String, _ role: LayerRole, _ shapes: [Shape]) throws -> Layer {
        let new = NewLayer(
            table: table, standard: table, title: table, role: role, year: nil,
            fields: [
                .init(name: "BSM", kind: .text), .init(name: "MC", kind: .text), .init(name: "DJ", kind: .integer),
            ],
            geometry: .polygon, source: "test")
        return try addLayer(new, line: "import") { writer in
            for shape in shapes {
                try shape.wkb().withUnsafeBytes {
                    try writer.add(.init(wkb: $0, shape: shape, box: shape.box), area: Int64(shape.planeArea * 100)) {
                        _ in
                        .null
                    }
                }
            }
        } detail: {
            "\($0.count)"
        }
    }
}

func square(x: Double, y: Double, side: Double) -> Shape {
    Shape(polygon: [
        [
            Point(x: x, y: y), Point(x: x + side, y: y), Point(x: x + side, y: y + side), Point(x: x, y: y + side),
            Point(x: x, y: y),
        ]
    ])
}
