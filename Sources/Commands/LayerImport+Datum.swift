import GeoBridge
import Geometry
import Phrases
import Store

/// From the source's datum to the project's, and whether that was allowed there.
extension LayerImport {
    /// The system that the project has, or takes over with this layer.
    ///
    /// - Throws: `Refusal` for an old datum that nobody asked to keep.
    static func target(
        _ existing: CoordinateSystem?, _ source: CoordinateSystem?, _ options: Import, _ proj: PROJ,
        _ extent: () throws -> Box, _ notes: inout [Phrase]
    ) throws -> CoordinateSystem? {
        guard existing == nil, let source else { return existing }
        if source.epsg == 4490 { return try zone(for: extent(), proj, &notes) }
        guard source.datum.isHistoric else { return source }
        guard options.datum != nil || options.operation != nil else {
            throw Refusal(
                .badData,
                "\(options.sources[0]) is on \(source.datum.name.english) (\(source.title)), while plans are kept on CGCS2000, and "
                    + "no conversion is published for the whole country. Give the surveying authority's seven or four "
                    + "parameters with --datum FILE, or start a project of that system by 'init --crs \(source.authority ?? "CODE")'.",
                "\(options.sources[0]) 采用\(source.datum.name.chinese)（\(source.title)），而规划数据须用 CGCS2000，且没有全国通用的公开转换参数。"
                    + "请用 --datum 文件 给出测绘主管部门的七参数或四参数，或用 init --crs \(source.authority ?? "代码") 建立该坐标系的项目。")
        }
        if let shift = try shift(options, proj), shift.method == .fourParameters {
            return try proj.coordinateSystem(shift.to)
        }
        guard let zone = source.zone, let code = zone.code(on: .cgcs2000) else {
            return try self.zone(for: extent(), proj, &notes)
        }
        notes.append(
            Phrase(
                "The project takes EPSG:\(code), the same zone on CGCS2000; 'init --crs' chooses another.",
                "项目采用 EPSG:\(code)（CGCS2000 同一投影带）；可用 init --crs 另选。"))
        return try proj.coordinateSystem("EPSG:\(code)")
    }

    /// The parameters that `--datum` names.
    static func shift(_ options: Import, _ proj: PROJ) throws -> DatumShift? {
        guard let path = options.datum else { return nil }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        do {
            return try DatumShift(text: try tableText(of: path), file: name, hash: try sourceHash(of: path), proj: proj)
        } catch let error as DatumFileFaults {
            let list = error.faults.map { fault in
                let place = fault.line == 0 ? path : "\(path):\(fault.line)"
                return ("\(place): \(fault.reason.english)", "\(place): \(fault.reason.chinese)")
            }
            throw Refusal(
                .badData,
                "The datum parameters of \(path) cannot be used; correct \(list.count == 1 ? "this" : "these \(list.count) faults"): "
                    + list.map(\.0).joined(separator: " "),
                "转换参数文件 \(path) 不能使用，请改正以下 \(list.count) 处：" + list.map(\.1).joined(separator: " "))
        }
    }

    /// The way into the project's system, by what was asked for, and what the layer's row is to keep of it.
    static func way(
        from source: CoordinateSystem?, to target: CoordinateSystem?, _ options: Import, _ proj: PROJ,
        _ notes: inout [Phrase]
    ) throws -> (Transformation?, DatumRecord?) {
        let shift = try shift(options, proj)
        guard let source, let target else { return (nil, nil) }
        if source.datum != .other, source.datum == target.datum, shift != nil || options.operation != nil {
            notes.append(
                Phrase(
                    "Data and project are both on \(source.datum.name.english): the datum parameters were not used.",
                    "数据与项目同为\(source.datum.name.chinese)，未使用基准转换参数。"))
            guard source != target else { return (nil, nil) }
            return (try told(proj.transformation(from: source, to: target), &notes), nil)
        }
        guard source != target else { return (nil, nil) }
        if let shift {
            let way = try proj.transformation(from: source, to: target, by: shift)
            notes.append(shift.summary)
            return (try told(way, &notes), .parameters(shift))
        }
        if let code = options.operation {
            let (way, operation) = try proj.transformation(from: source, to: target, operation: code)
            notes.append(operation.summary)
            return (try told(way, &notes), .published(operation))
        }
        return (try told(proj.transformation(from: source, to: target), &notes), nil)
    }

    private static func told(_ way: Transformation, _ notes: inout [Phrase]) throws -> Transformation {
        if let note = way.note { notes.append(note) }
        notes.append(
            Phrase(
                "Coordinates are turned from \(way.source.title) into \(way.target.title).",
                "坐标由 \(way.source.title) 转换为 \(way.target.title)。"))
        return way
    }

    /// Parameters hold where they were determined: data that reach farther are refused.
    func checkArea(_ box: Box, _ record: DatumRecord?) throws {
        guard let record, let area = record.area, let sourceSystem, !box.isEmpty else { return }
        // The border of a box in the plane bends in degrees: its corners and some points between.
        let steps = (0...8).map { Double($0) / 8 }
        var border = steps.flatMap { step -> [Point] in
            let x = box.minX + step * box.width, y = box.minY + step * box.height
            return [
                Point(x: x, y: box.minY), Point(x: x, y: box.maxY), Point(x: box.minX, y: y), Point(x: box.maxX, y: y),
            ]
        }
        try PROJ().toDegrees(from: sourceSystem).transform(&border)
        let west = border.map(\.x).min() ?? 0, east = border.map(\.x).max() ?? 0
        let south = border.map(\.y).min() ?? 0, north = border.map(\.y).max() ?? 0
        guard west < area[0] || south < area[1] || east > area[2] || north > area[3] else { return }
        func range(_ west: Double, _ south: Double, _ east: Double, _ north: Double) -> String {
            func short(_ degrees: Double) -> String { "\((degrees * 1000).rounded() / 1000)" }
            return "\(short(west))…\(short(east))° E, \(short(south))…\(short(north))° N"
        }
        let allowed = range(area[0], area[1], area[2], area[3]), found = range(west, south, east, north)
        let (english, chinese): (String, String) =
            switch record {
            case .parameters(let shift): ("The parameters of \(shift.file) hold", "\(shift.file) 的参数适用于")
            case .published(let operation): ("\(operation.code) holds", "\(operation.code) 适用于")
            }
        throw Refusal(
            .badData,
            "\(source) was not imported: \(english) in \(allowed), but the data lie in \(found). Get parameters for this area.",
            "\(source) 未导入：\(chinese) \(allowed)，而数据位于 \(found)。请取得本地区的参数。")
    }

    /// A layer far from all the others is often mislabelled; it comes in, and that is said.
    func distance(of box: Box) -> Phrase? { Self.distance(of: box, from: county, in: target) }

    static func distance(of box: Box, from county: Box, in target: CoordinateSystem?) -> Phrase? {
        guard !box.isEmpty, !county.isEmpty, let target else { return nil }
        let x = max(box.minX - county.maxX, county.minX - box.maxX, 0)
        let y = max(box.minY - county.maxY, county.minY - box.maxY, 0)
        let metres = (x * x + y * y).squareRoot() * (target.isGeographic ? 111_300 : target.metresPerUnit)
        guard metres > 111_300 else { return nil }
        let far = Int((metres / 1000).rounded())
        return Phrase(
            "The layer lies \(far) km away from the project's other layers: are its coordinate system and zone right?",
            "此图层距项目中其他图层 \(far) 公里，请核对其坐标系与带号。")
    }
}
