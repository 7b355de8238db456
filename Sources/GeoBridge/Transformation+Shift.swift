import CPROJ
import Geometry
import Phrases

/// Ways between datums that somebody asked for by name: local parameters, or a published operation.
extension PROJ {
    /// The way from one system to another by local parameters, forwards or backwards.
    ///
    /// - Throws: `Refusal` when the parameters are for other datums.
    package func transformation(
        from source: CoordinateSystem, to target: CoordinateSystem, by shift: DatumShift
    ) throws -> Transformation {
        let a = try coordinateSystem(shift.from), b = try coordinateSystem(shift.to)
        let direction: PJ_DIRECTION
        if Self.isSame(source, a), Self.isSame(b, target) {
            direction = PJ_FWD
        } else if Self.isSame(source, b), Self.isSame(a, target) {
            direction = PJ_INV
        } else {
            let names = [source, target, a, b].map(Self.datum(of:))
            throw Refusal(
                .badData,
                "The parameters of \(shift.file) lead from \(names[2].english) to \(names[3].english), but the data need "
                    + "\(names[0].english) to \(names[1].english); give the parameters for these.",
                "\(shift.file) 的参数用于\(names[2].chinese)到\(names[3].chinese)，而数据需由\(names[0].chinese)转换到\(names[1].chinese)；请给出相应参数。"
            )
        }
        let (first, last) = direction == PJ_FWD ? (a, b) : (b, a)
        var steps: [TransformationStep] = try down(from: source)
        switch shift.method {
        case .sevenParameters:
            steps.append(try made(shift.pipeline(between: a, and: b), direction))
        case .fourParameters:
            steps += try up(to: first)
            steps.append(try made(shift.affine, direction))
            steps += try down(from: last)
        }
        steps += try up(to: target)
        // A null shift at either end is told as everywhere.
        let isNull = Self.isNullShift(source, first) || Self.isNullShift(last, target)
        return Transformation(from: source, to: target, steps: steps, note: isNull ? Self.nullShift : nil)
    }

    /// The way from one system to another by an operation of EPSG's, such as `EPSG:15918`.
    ///
    /// - Throws: `Refusal` when there is none of the code, or it links other datums.
    package func transformation(
        from source: CoordinateSystem, to target: CoordinateSystem, operation code: String
    ) throws -> (Transformation, PublishedOperation) {
        let number = code.uppercased().hasPrefix("EPSG:") ? String(code.dropFirst(5)) : code
        guard
            let operation = Handle(
                proj_create_from_database(
                    context, "EPSG", number, PJ_CATEGORY_COORDINATE_OPERATION, 0, nil)),
            let first = Handle(operation.use { proj_get_source_crs(context, $0) }),
            let last = Handle(operation.use { proj_get_target_crs(context, $0) }),
            let normal = Handle(operation.use { proj_normalize_for_visualization(context, $0) })
        else {
            throw Refusal(
                .badData,
                "EPSG publishes no operation \(code) between coordinate systems; give a code such as EPSG:15918.",
                "EPSG 没有坐标系之间的转换 \(code)；请给出 EPSG:15918 这样的代码。")
        }
        let a = try first.use(values), b = try last.use(values)
        guard a.isGeographic, b.isGeographic, Self.isSame(source, a), Self.isSame(b, target) else {
            let names = [source, target, a, b].map(Self.datum(of:))
            throw Refusal(
                .badData,
                "EPSG:\(number) leads from \(names[2].english) to \(names[3].english), but the data need "
                    + "\(names[0].english) to \(names[1].english); no published operation may stand in for another.",
                "EPSG:\(number) 用于\(names[2].chinese)到\(names[3].chinese)，而数据需由\(names[0].chinese)转换到\(names[1].chinese)，不能替代。"
            )
        }
        let published = try operation.use { try self.published($0, "EPSG:\(number)") }
        let steps = try down(from: source) + [TransformationStep(normal, of: self)] + up(to: target)
        let isNull = Self.isNullShift(source, a) || Self.isNullShift(b, target)
        return (
            Transformation(from: source, to: target, steps: steps, note: isNull ? Self.nullShift : nil), published
        )
    }

    private func published(_ operation: OpaquePointer, _ code: String) throws -> PublishedOperation {
        var (west, south, east, north) = (0.0, 0.0, 0.0, 0.0)
        var name: UnsafePointer<CChar>?
        guard proj_get_area_of_use(context, operation, &west, &south, &east, &north, &name) == 1 else {
            throw Refusal(
                .badData, "EPSG does not say where \(code) holds; it cannot be used.", "EPSG 未说明 \(code) 的适用范围，不能使用。")
        }
        let accuracy = proj_coordoperation_get_accuracy(context, operation)
        return PublishedOperation(
            code: code, name: proj_get_name(operation).map { String(cString: $0) } ?? "",
            accuracy: accuracy < 0 ? nil : accuracy, area: [west, south, east, north],
            areaName: name.map { String(cString: $0) } ?? "")
    }

    private func made(_ definition: String, _ direction: PJ_DIRECTION) throws -> TransformationStep {
        guard let step = Handle(proj_create(context, definition)) else {
            throw PROJError(operation: Phrase("preparing the datum shift", "准备基准转换"), reason: takeMessage())
        }
        return TransformationStep(step, of: self, direction)
    }

    /// Whether two systems are on one datum, CGCS2000 and WGS 84 taken as one.
    private static func isSame(_ a: CoordinateSystem, _ b: CoordinateSystem) -> Bool {
        if a.datum == .other || b.datum == .other { return a.datumName == b.datumName && a.ellipsoid == b.ellipsoid }
        return a.datum == b.datum || isNullShift(a, b)
    }

    private static func isNullShift(_ a: CoordinateSystem, _ b: CoordinateSystem) -> Bool {
        Set([a.datum, b.datum]) == [.cgcs2000, .wgs84]
    }
}
