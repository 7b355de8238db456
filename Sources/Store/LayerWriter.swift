import GRDB
import Geometry
import Phrases
import Planning

/// Writes the features of a new layer: their source columns as they are, their normalised facts beside them, their
/// boxes and their place in the overview. Lives inside one transaction.
package final class LayerWriter {
    /// A feature's shape: its bytes, and the same read.
    package struct Outline {
        /// Well-known binary, as it shall stand in the file.
        package var wkb: UnsafeRawBufferPointer
        package var shape: Shape
        package var box: Box

        package init(wkb: UnsafeRawBufferPointer, shape: Shape, box: Box) {
            self.wkb = wkb
            self.shape = shape
            self.box = box
        }
    }

    private let new: NewLayer
    let layerID: Int64
    private let srs: Int32
    private let columns: BulkRows
    private let facts: BulkRows
    private let classes: ClassRegistry?
    private let units: UnitRegistry
    private(set) var tree = PackedTree()
    package private(set) var count: Int64 = 0
    package let firstUID: Int64
    /// What the features so far cover.
    package var box: Box { tree.box }
    private var knownClasses = CodeMemory()
    private var lastUnit: (bytes: [UInt8], id: Int64)?

    /// What the features of a unit and a class come to.
    private struct SumKey: Hashable {
        let unit: Int64
        let `class`: Int64
    }
    private struct Sum {
        private(set) var count: Int64 = 0
        /// Hundredths of a square metre.
        private(set) var area: Int64 = 0
        private(set) var net: Int64 = 0

        mutating func add(area: Int64, net: Int64) {
            count += 1
            self.area += area
            self.net += net
        }
    }
    /// Those that are not in the file yet. Features mostly come unit by unit.
    private var sums: [SumKey: Sum] = [:]
    private static let mostSums = 1 << 15
    private let addSum: BulkStatement
    /// nil where nobody announced what the layer covers, or it covers more.
    private(set) var painting: Painting?

    init(_ new: NewLayer, layer: Int64, srs: Int32, firstUID: Int64, in db: Database) throws {
        self.new = new
        layerID = layer
        self.srs = srs
        self.firstUID = firstUID
        let names = ["fid"] + (new.geometry == nil ? [] : ["geom"]) + Self.columnNames(new)
        columns = try BulkRows(into: new.table, columns: names, in: db)
        facts = try BulkRows(
            into: "feature", columns: ["uid", "layer", "fid", "number", "name", "class", "unit", "area", "net"], in: db)
        addSum = try BulkStatement(
            """
            INSERT INTO summary(layer, unit, class, count, area, net) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (layer, unit, class) DO UPDATE SET count = count + excluded.count, area = area + excluded.area,
                net = net + excluded.net
            """, in: db)
        classes = try new.classSystem.map { try ClassRegistry(system: $0, crosswalk: new.crosswalk, in: db) }
        units = try UnitRegistry(in: db)
        if let expected = new.expected, let place = OverviewPlace(box: expected.box, count: expected.count) {
            painting = Painting(at: place)
        }
    }

    /// The source's columns as the table has them: names that clash with ours or one another get a number.
    static func columnNames(_ new: NewLayer) -> [String] {
        var taken: Set<String> = ["fid", "geom"]
        return new.fields.map { field in
            var name = field.name.isEmpty ? "field" : field.name
            var number = 2
            while !taken.insert(name.lowercased()).inserted {
                name = "\(field.name)_\(number)"
                number += 1
            }
            return name
        }
    }

    /// Adds one feature.
    ///
    /// - Parameters:
    ///   - outline: its shape, in the project's coordinates; nil for a table without geometry.
    ///   - area: ellipsoidal area in whole hundredths of a square metre.
    ///   - value: the value of each of the layer's fields.
    package func add(_ outline: Outline?, area: Int64, value: (Int) -> SourceValue) throws {
        count += 1
        let fid = count
        try columns.add { row in
            row.append(fid)
            if let outline {
                row.append { GeoPackageBlob.append(to: &$0, srs: srs, box: outline.box, promoting: outline.wkb) }
            } else if new.geometry != nil {
                row.append(.null)
            }
            for index in new.fields.indices { row.append(value(index)) }
        }
        let `class` = try classID(value, area)
        let unit = try unitID(value)
        let ridges = deduction(from: area, value)
        sums[SumKey(unit: unit, class: `class`), default: Sum()].add(area: area, net: area - ridges)
        if sums.count == Self.mostSums { try writeSums() }
        try facts.add { row in
            row.append(firstUID + fid - 1)
            row.append(layerID)
            row.append(fid)
            row.append(text(new.numberField.map(value)))
            row.append(text(new.nameField.map(value)))
            row.append(`class`)
            row.append(unit)
            row.append(area)
            row.append(area - ridges)
        }
        if let outline {
            try tree.add(id: fid, box: outline.box)
            paint(outline, StoredClass.cell(`class`))
        }
    }

    /// Codes that no class table knows, with the number of features that bear them.
    package var unknownClasses: [String: Int] { classes?.unknown.filter { $0.value > 0 } ?? [:] }

    /// What a layer's codes came to by a crosswalk: features and hundredths of a square metre, by the foreign code.
    package private(set) var crossed: [String: (count: Int, area: Int64)] = [:]

    private func classID(_ value: (Int) -> SourceValue, _ area: Int64) throws -> Int64 {
        guard let classes, let field = new.classField else { return 0 }
        let source = value(field)
        if case .text(let bytes) = source, let known = knownClasses[bytes] { return known }
        guard let code = source.string?.trimmed, !code.isEmpty else { return 0 }
        if new.crosswalk != nil {
            let sum = crossed[Crosswalk.folded(code), default: (0, 0)]
            crossed[Crosswalk.folded(code)] = (sum.count + 1, sum.area + area)
        }
        let id = try classes.id(of: code)
        // Features of the other codes are counted one by one.
        if new.crosswalk == nil, classes.unknown[code] == nil, case .text(let bytes) = source {
            knownClasses[bytes] = id
        }
        return id
    }

    private func deduction(from area: Int64, _ value: (Int) -> SourceValue) -> Int64 {
        guard let factor = new.factorField.flatMap({ value($0).number }), factor > 0,
            let code = new.classField.flatMap({ value($0).string })
        else { return 0 }
        return FieldRidges.deduction(from: area, factor: factor, code: code.trimmed)
    }

    private func unitID(_ value: (Int) -> SourceValue) throws -> Int64 {
        guard let field = new.unitField else { return 0 }
        let source = value(field)
        // Features mostly come unit by unit.
        if case .text(let bytes) = source, let last = lastUnit, bytes.elementsEqual(last.bytes) { return last.id }
        guard let code = source.string?.trimmed else { return 0 }
        let id = try units.id(of: code, name: new.unitNameField.flatMap { value($0).string })
        lastUnit = nil
        // One without a name may get it from a later feature.
        if case .text(let bytes) = source, new.unitNameField == nil || units.isNamed(code) {
            lastUnit = (Array(bytes), id)
        }
        return id
    }

    /// Inserts the rows that wait for others, and the sums.
    func finish() throws {
        try columns.finish()
        try facts.finish()
        try writeSums()
    }

    private func writeSums() throws {
        for (key, sum) in sums.sorted(by: { ($0.key.unit, $0.key.class) < ($1.key.unit, $1.key.class) }) {
            try addSum.run { row in
                row.bind(1, layerID)
                row.bind(2, key.unit)
                row.bind(3, key.class)
                row.bind(4, sum.count)
                row.bind(5, sum.area)
                row.bind(6, sum.net)
            }
        }
        sums.removeAll()
    }

    private func text(_ value: SourceValue?) -> SourceValue {
        switch value {
        case .null, .blob, nil: .text(UnsafeRawBufferPointer(start: nil, count: 0))
        case let value?: value
        }
    }

    private func paint(_ outline: Outline, _ cell: UInt16) {
        guard let painting, let expected = new.expected else { return }
        if expected.box.contains(outline.box) {
            painting.paint(outline.shape, cell)
        } else {
            self.painting = nil
        }
    }
}

/// Numbers of codes of up to eight bytes, found by their bytes.
private struct CodeMemory {
    private var slots = Array(repeating: (code: UInt64(0), length: 0, id: Int64(0)), count: 256)

    /// The number that was kept; nil for another code.
    subscript(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        get {
            guard let (code, slot) = Self.place(of: bytes), slots[slot].code == code,
                slots[slot].length == bytes.count
            else { return nil }
            return slots[slot].id
        }
        set {
            guard let (code, slot) = Self.place(of: bytes), let newValue else { return }
            slots[slot] = (code, bytes.count, newValue)
        }
    }

    private static func place(of bytes: UnsafeRawBufferPointer) -> (code: UInt64, slot: Int)? {
        guard 1...8 ~= bytes.count else { return nil }
        var code: UInt64 = 0
        for byte in bytes { code = code << 8 | UInt64(byte) }
        return (code, Int((code &* 0x9E37_79B9_7F4A_7C15) >> 56))
    }
}

extension ClassGrid {
    /// Paints the cells that a shape covers, or that its lines touch.
    mutating func paint(_ shape: Shape, _ value: UInt16, by scanline: inout Scanline?) {
        let columns = self.columns
        if shape.kind == .polygon {
            scanline?.cover(shape) { row, range in
                for index in row * columns + range.lowerBound..<row * columns + range.upperBound {
                    values[index] = value
                }
            }
        } else {
            scanline?.trace(shape) { row, column in values[row * columns + column] = value }
        }
    }
}
