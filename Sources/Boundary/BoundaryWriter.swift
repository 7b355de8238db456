import Geometry
import Phrases
import Transcoding

/// Writes boundary files in any dialect, encoding and line end.
///
///     let parcel = BoundaryParcel(shape: shape, fields: [.number: "01", .name: "地块一"])
///     let zone = BoundaryReference(datum: .cgcs2000, zone: .init(prefix: 39))
///     let bytes = try BoundaryWriter(dialect: .common, reference: zone).bytes(of: [parcel])
///
/// What parcel lines leave open is filled in: the number of points, the area in hectares, the kind of shape.
package struct BoundaryWriter: Sendable {
    package var dialect: BoundaryDialect
    package var encoding: BoundaryEncoding
    package var lineEnd: BoundaryLineEnd
    /// Where the coordinates of the parcels lie; decides what the header says.
    package var reference: BoundaryReference
    /// 数据产生单位 and 数据产生日期; left out when empty.
    package var office = ""
    package var date = ""

    package init(
        dialect: BoundaryDialect = .common, encoding: BoundaryEncoding = .gbk, lineEnd: BoundaryLineEnd = .crlf,
        reference: BoundaryReference
    ) {
        self.dialect = dialect
        self.encoding = encoding
        self.lineEnd = lineEnd
        self.reference = reference
    }

    /// The file with a header of the dialect's own.
    ///
    /// - Throws: `Refusal` when the dialect wants degrees and these are metres, or the reverse.
    package func bytes(of parcels: [BoundaryParcel]) throws -> [UInt8] {
        let decimals = parcels.lazy.flatMap(\.rings).flatMap(\.points).map { max($0.north.decimals, $0.east.decimals) }
            .max()
        let sections = dialect.hasHeader ? header(decimals: Int(decimals ?? 3)) : []
        return try bytes(of: parcels, under: sections)
    }

    /// A file that was read, with its own header and its own decimals.
    package static func bytes(of file: BoundaryFile) throws -> [UInt8] {
        guard let dialect = file.dialect, let reference = file.reference else {
            throw Refusal(
                .badData, "The boundary file cannot be written: its dialect or its coordinate system is not known.",
                "无法写出界址点文件：格式或坐标系不明。")
        }
        let writer = BoundaryWriter(
            dialect: dialect, encoding: file.encoding, lineEnd: file.lineEnd, reference: reference)
        return try writer.bytes(of: file.parcels, under: file.sections)
    }

    private func bytes(of parcels: [BoundaryParcel], under sections: [BoundaryFile.Section]) throws -> [UInt8] {
        guard dialect.isInDegrees == reference.isInDegrees || !dialect.isInDegrees else {
            throw Refusal(
                .usage, "The \(dialect.title.english) dialect wants degrees; these coordinates are metres.",
                "\(dialect.title.chinese)要求经纬度坐标，现有坐标以米为单位。")
        }
        var text = ""
        func put(_ line: String) {
            text += line
            text += lineEnd.text
        }
        for section in sections {
            if !section.name.isEmpty { put("[\(section.name)]") }
            for entry in section.entries { put("\(entry.key)=\(entry.value)") }
        }
        if !sections.isEmpty, sections.last?.name != Self.coordinates { put("[\(Self.coordinates)]") }
        for parcel in parcels {
            put(line(of: parcel))
            for ring in parcel.rings { putPoints(of: ring, put) }
        }
        return try encoding.encode(text)
    }

    static let coordinates = "地块坐标"
    static let properties = "属性描述"

    private func header(decimals: Int) -> [BoundaryFile.Section] {
        typealias Entry = BoundaryFile.Section.Entry
        let zone = reference.zone
        let system = Entry("坐标系", reference.datum.name)
        let (width, number) = (zone.map { String($0.width) } ?? "", zone.map { String($0.number) } ?? "")
        if dialect == .linkage {
            return [
                .init(Self.properties, [Entry("投影类型", "高斯克吕格"), system, Entry("分带", width), Entry("带号", number)])
            ]
        }
        let precision = decimals == 0 ? "1" : "0." + String(repeating: "0", count: decimals - 1) + "1"
        var entries = [Entry("格式版本号", "1.01版本")]
        if !office.isEmpty { entries.append(Entry("数据产生单位", Self.value(office))) }
        if !date.isEmpty { entries.append(Entry("数据产生日期", Self.value(date))) }
        entries.append(system)
        if zone != nil {
            entries += [Entry("几度分带", width), Entry("投影类型", "高斯克吕格"), Entry("计量单位", "米"), Entry("带号", number)]
        }
        entries += [Entry("精度", precision), Entry("转换参数", ",,,,,,")]
        return [.init(Self.properties, entries)]
    }

    // MARK: Lines

    private func line(of parcel: BoundaryParcel) -> String {
        let others = parcel.fields.keys.compactMap { field in
            field.rawValue.hasPrefix("FIELD") ? Int(field.rawValue.dropFirst(5)) : nil
        }
        let most = dialect == .extended ? 12 : dialect.fieldCount
        let count = min(most, max(dialect.fieldCount, others.max() ?? 0))
        let texts = dialect.fields(count: count).map { Self.value(text($0, of: parcel)).replacing(",", with: "，") }
        return texts.joined(separator: ",") + ",@"
    }

    private func text(_ field: BoundaryField, of parcel: BoundaryParcel) -> String {
        if let text = parcel.fields[field] { return text }
        switch field {
        case .pointCount:
            let closing = dialect.countsClosingPoints ? 0 : parcel.rings.count(where: \.isClosed)
            return String(parcel.rings.reduce(0) { $0 + $1.points.count } - closing)
        case .area:
            guard let shape = parcel.shape, let square = reference.ellipsoidArea(of: shape) else { return "" }
            return Area(squareMetres: square)?.hectaresText(decimals: 4) ?? ""
        case .kind: return "面"
        case .use where dialect == .approval: return "建筑用地"
        default: return ""
        }
    }

    private func putPoints(of ring: BoundaryRing, _ put: (String) -> Void) {
        for (index, point) in ring.points.enumerated() {
            let label = Self.value(point.label).replacing(",", with: "，")
            switch dialect {
            case .linkage:
                let next = index + 1 < ring.points.count ? ring.points[index + 1] : point
                let side = FixedDecimal(point.place.distance(to: next.place), decimals: 2)?.description ?? ""
                put("\(label),\(point.north),\(point.east),\(side),\(ring.number),")
            case _ where dialect.isEastFirst: put("\(label),\(ring.number),\(point.east),\(point.north)")
            default: put("\(label),\(ring.number),\(point.north),\(point.east)")
            }
        }
    }

    /// A text that stays on its line: the format has no quotes, so control characters become blanks.
    private static func value(_ text: String) -> String {
        var plain = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { plain.append(scalar.value < 0x20 || scalar.value == 0x7F ? " " : scalar) }
        return String(plain).trimmingBlanks
    }
}
