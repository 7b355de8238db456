import Geometry
import Phrases

/// Makes a parcel out of its lines: fields by their meaning, rings, shape, areas.
struct ParcelReading {
    private let raw: RawParcel
    private let columns: Columns
    private let isEastFirst: Bool
    private(set) var parcel: BoundaryParcel
    private(set) var measure: BoundaryReading.Measure
    private var kind = Shape.Kind.polygon

    init(_ raw: RawParcel, _ columns: Columns, _ recognition: Recognition, _ faults: inout FaultList) {
        self.raw = raw
        self.columns = columns
        let expected = recognition.dialect?.isEastFirst ?? (columns.isEastFirst ?? false)
        isEastFirst = columns.isEastFirst ?? expected
        var fields: [BoundaryField: String] = [:]
        let meanings =
            recognition.dialect?.fields(count: raw.fields.count)
            ?? (1...max(1, raw.fields.count)).map(BoundaryField.position)
        for (field, text) in zip(meanings, raw.fields) { fields[field] = text }
        parcel = BoundaryParcel(fields: fields, rings: [], shape: nil)
        measure = BoundaryReading.Measure(line: raw.line, points: raw.lineCount)
        tellFields(recognition, &faults)
        if isEastFirst != expected, columns.system != nil {
            faults.add(
                .swappedAxes, .warning, raw.line,
                Phrase(
                    "The points of the parcel in line \(raw.line) have \(isEastFirst ? "east" : "north") first, against the order of the dialect; they are read by their size.",
                    "第 \(raw.line) 行地块的坐标\(isEastFirst ? "东（横）" : "北（纵）")在前，与格式次序相反，按数值大小读取。"),
                Phrase("Exchange the two columns at the source.", "请在源数据中调换两列坐标。"))
        }
    }

    private mutating func tellFields(_ recognition: Recognition, _ faults: inout FaultList) {
        if raw.fields.count != recognition.count {
            faults.add(
                .fieldCount, .warning, raw.line,
                Phrase(
                    "Line \(raw.line) has \(raw.fields.count) fields, most parcel lines have \(recognition.count).",
                    "第 \(raw.line) 行有 \(raw.fields.count) 个属性，其他地块行为 \(recognition.count) 个。"),
                Phrase("Check that no comma is missing or too many.", "请检查逗号是否缺少或多余。"))
        }
        let place = raw.fields.firstIndex { ["面", "线", "点"].contains($0) }
        switch place.map({ raw.fields[$0] }) {
        case "线": kind = .line
        case "点": kind = .point
        default: kind = .polygon
        }
        if let place, parcel.fields[.kind] == raw.fields[place] || recognition.dialect == nil { return }
        faults.add(
            .shapeKind, .warning, raw.line,
            place.map {
                Phrase(
                    "Line \(raw.line) has the kind of shape in field \($0 + 1): the fields are shifted.",
                    "第 \(raw.line) 行的图形属性在第 \($0 + 1) 个属性：属性列错位。")
            }
                ?? Phrase(
                    "Line \(raw.line) does not say what kind of shape the parcel is; it is read as an area.",
                    "第 \(raw.line) 行没有图形属性，按面读取。"),
            Phrase("Write 面 in its place.", "请在相应位置写“面”。"))
    }

    mutating func read(
        _ zone: ZoneDecision, _ flaw: (Shape) throws -> BoundaryFlaw?, _ faults: inout FaultList
    ) throws {
        guard raw.lineCount > 0 else {
            faults.add(
                .noPoints, .stops, raw.line,
                Phrase("The parcel in line \(raw.line) has no points.", "第 \(raw.line) 行的地块没有界址点。"),
                Phrase("Add its point lines, or delete the line.", "请补上界址点或删除该行。"))
            return
        }
        var places = columns.places(of: raw, eastFirst: isEastFirst, &faults)
        let millions = zone.millions(for: columns.system)
        if millions != 0 {
            for index in places.indices {
                guard let point = places[index] else { continue }
                places[index] = point.east.adding(millions: millions).map {
                    BoundaryPoint(label: point.label, north: point.north, east: $0)
                }
            }
        }
        let rings = kind == .point ? [] : RawRing.rings(of: raw, places: places, &faults)
        if kind == .polygon { tellSides(places, rings, &faults) }
        keepRings(rings, places)
        tellPointCount(rings, &faults)
        let isComplete = !places.contains { $0 == nil } && raw.points.count == raw.lineCount
        switch kind {
        case .point:
            let points = places.compactMap { $0?.place }
            if isComplete {
                let ends = Array(1...max(1, points.count))
                parcel.shape = Shape(kind: .point, points: points, ringEnds: ends, partEnds: ends)
            }
        case .line:
            if isComplete { parcel.shape = line(rings, places) }
        case .polygon:
            var builder = ParcelShape(raw.line, rings)
            try builder.build(flaw, &faults)
            if isComplete, zone.takes(columns.system) { parcel.shape = builder.shape }
            measureArea(zone, readable: builder.readableArea, isComplete && builder.shape != nil, &faults)
        }
    }

    /// The rings as the file has them; points that could not be read are missing, and a fault told of each.
    private mutating func keepRings(_ rings: [RawRing], _ places: [BoundaryPoint?]) {
        let ranges =
            kind == .point
            ? places.indices.map { (raw.points[$0].ring, $0..<$0 + 1) } : rings.map { ($0.number, $0.indices) }
        parcel.rings = ranges.map { number, range in
            BoundaryRing(number: number, points: places[range].compactMap(\.self))
        }
    }

    private func line(_ rings: [RawRing], _ places: [BoundaryPoint?]) -> Shape? {
        var shape = Shape(kind: .line)
        for ring in rings {
            let points = places[ring.indices].compactMap { $0?.place }
            guard points.count >= 2 else { return nil }
            shape.appendPart([points])
        }
        return shape
    }

    // MARK: What the parcel line states

    private func tellPointCount(_ rings: [RawRing], _ faults: inout FaultList) {
        guard let text = parcel.fields[.pointCount], !text.isEmpty else { return }
        let closings = rings.count(where: \.isClosedInFile)
        let stated = Int(text.halfWidth)
        if stated == raw.lineCount || stated == raw.lineCount - closings { return }
        faults.add(
            .pointCount, .warning, raw.line,
            stated == nil
                ? Phrase(
                    "Line \(raw.line) has \u{201C}\(text)\u{201D} for the number of points, which is not a number.",
                    "第 \(raw.line) 行的点数“\(text)”不是数字。")
                : Phrase(
                    "Line \(raw.line) states \(text) points, but \(raw.lineCount) follow (\(raw.lineCount - closings) without closing points).",
                    "第 \(raw.line) 行点数为 \(text)，实有 \(raw.lineCount) 行（不计闭合点 \(raw.lineCount - closings) 点）。"),
            Phrase("Check that no point is missing or too many.", "请检查界址点是否缺少或多余。"))
    }

    private mutating func measureArea(
        _ zone: ZoneDecision, readable: Double, _ isWhole: Bool, _ faults: inout FaultList
    ) {
        if isWhole, let shape = parcel.shape {
            if !zone.isInDegrees { measure.planeArea = shape.planeArea }
            measure.ellipsoidArea = zone.reference?.ellipsoidArea(of: shape)
        }
        guard let text = parcel.fields[.area] else { return }
        guard !text.isEmpty else {
            faults.add(
                .noArea, .info, raw.line,
                Phrase("Line \(raw.line) states no area.", "第 \(raw.line) 行没有写面积。"))
            return
        }
        guard let declared = DeclaredArea(text) else {
            faults.add(
                .areaText, .warning, raw.line,
                Phrase(
                    "Line \(raw.line) has \u{201C}\(text)\u{201D} where the area stands, which is not a number: are the fields shifted?",
                    "第 \(raw.line) 行面积处为“\(text)”，不是数字：属性列是否错位？"),
                Phrase("Put the fields in their places.", "请调整属性列。"))
            return
        }
        measure.declared = declared
        let areas = [measure.planeArea, measure.ellipsoidArea].compactMap(\.self)
        if isWhole, let low = areas.min(), let high = areas.max(), let shape = parcel.shape {
            let step = zone.isInDegrees ? 111_320.0 : 1
            let slack = shape.length * step * 0.5 / FixedDecimal.power(coarsestDecimals)
            declared.compare(with: low...high, slack: slack, line: raw.line, &faults)
        } else if parcel.shape == nil {
            let area = zone.isInDegrees ? "" : Area(squareMetres: readable)?.squareMetresText ?? ""
            faults.add(
                .areaDiffers, .warning, raw.line,
                Phrase(
                    "The area of \(declared.number) \(declared.unit.name.english) in line \(raw.line) cannot be reproduced"
                        + (area.isEmpty ? "." : ": the rings that can be read give \(area) m²."),
                    "第 \(raw.line) 行的面积 \(declared.number) \(declared.unit.name.chinese)无法由坐标重算"
                        + (area.isEmpty ? "。" : "：可读的圈合计 \(area) 平方米。")),
                Phrase("Mend the points first.", "请先更正界址点。"))
        }
    }

    private var coarsestDecimals: Int {
        Int(parcel.rings.lazy.flatMap(\.points).map { min($0.north.decimals, $0.east.decimals) }.min() ?? 3)
    }

    /// Side lengths are not kept: they follow from the points, and this says where they do not.
    private func tellSides(_ places: [BoundaryPoint?], _ rings: [RawRing], _ faults: inout FaultList) {
        guard raw.hasSides else { return }
        // A length may belong to the side after its point or to the one before.
        var wrong: (after: [Int], before: [Int]) = ([], [])
        for ring in rings where !ring.isBroken {
            let count = ring.indices.count - (ring.isClosedInFile ? 1 : 0)
            guard count > 1 else { continue }
            for offset in 0..<count {
                let index = ring.indices.lowerBound + offset
                guard index < raw.sides.count, let side = raw.sides[index], let here = places[index] else { continue }
                func differs(_ other: Int) -> Bool {
                    guard let there = places[ring.indices.lowerBound + other] else { return false }
                    return abs(here.place.distance(to: there.place) - side.value)
                        > 0.02 + 1 / FixedDecimal.power(Int(side.decimals))
                }
                if differs((offset + 1) % count) { wrong.after.append(raw.points[index].line) }
                if differs((offset + count - 1) % count) { wrong.before.append(raw.points[index].line) }
            }
        }
        let lines = wrong.after.count <= wrong.before.count ? wrong.after : wrong.before
        guard let first = lines.first, let last = lines.last else { return }
        faults.add(
            .sideLength, .warning, first...last,
            Phrase(
                "Line \(first) states a side length that the points do not have"
                    + (lines.count > 1 ? ", and so do \(lines.count - 1) more." : "."),
                "第 \(first) 行的边长与坐标不符" + (lines.count > 1 ? "，另有 \(lines.count - 1) 处。" : "。")),
            Phrase("Check the points against the source.", "请对照源数据核对界址点。"))
    }
}
