import CPROJ
import Geometry
import Phrases

/// The way from one coordinate system to another: x is east or longitude on both sides, y north or latitude, whatever
/// the systems themselves put first.
///
/// Its steps hold the `PROJ` they came from, so that it belongs to the same job.
package final class Transformation {
    package let source: CoordinateSystem
    package let target: CoordinateSystem
    /// What a person must hear of this transformation, such as that two datums were taken for one.
    package let note: Phrase?

    private let steps: [TransformationStep]

    init(
        from source: CoordinateSystem, to target: CoordinateSystem, steps: [TransformationStep], note: Phrase? = nil
    ) {
        self.source = source
        self.target = target
        self.steps = steps
        self.note = note
    }

    /// Transforms all points in place.
    ///
    /// - Throws: `Refusal` naming the first point that has no place in the target; the points are then of no use.
    package func transform(_ points: inout [Point]) throws {
        guard !points.isEmpty else { return }
        let originals = points
        let stride = MemoryLayout<Point>.stride
        for step in steps {
            proj_errno_reset(step.pointer)
            points.withUnsafeMutableBytes { bytes in
                let x = bytes.baseAddress?.assumingMemoryBound(to: Double.self)
                let y = x?.advanced(by: 1)
                _ = proj_trans_generic(
                    step.pointer, step.direction, x, stride, bytes.count / stride, y, stride, bytes.count / stride, nil,
                    0, 0, nil, 0, 0
                )
            }
        }
        guard let bad = points.firstIndex(where: { !($0.x.isFinite && $0.y.isFinite) }) else { return }
        let point = originals[bad]
        throw Refusal(
            .badData,
            "The point \(point.x), \(point.y) of \(source.title) has no place in \(target.title): \(advice(on: point).english)",
            "点 \(point.x), \(point.y) 无法从 \(source.title) 转换到 \(target.title)：\(advice(on: point).chinese)")
    }

    /// What is likely wrong with a point that has no place: numbers that cannot be degrees, or degrees in the wrong order.
    private func advice(on point: Point) -> Phrase {
        if source.isGeographic, max(abs(point.x), abs(point.y)) > 360 {
            return Phrase(
                "its numbers are no degrees; name the system of the data with --crs, such as EPSG:4527.",
                "坐标值不是经纬度，请用 --crs 指定数据的坐标系，如 EPSG:4527。")
        }
        if source.isGeographic, abs(point.x) <= 90, abs(point.y) > 90 {
            return Phrase(
                "latitude and longitude seem to have changed places; longitude comes first.",
                "经、纬度似乎颠倒，应经度在前、纬度在后。")
        }
        return Phrase("is this the coordinate system of the data?", "请检查数据的坐标系。")
    }

    package func transform(_ point: Point) throws -> Point {
        var points = [point]
        try transform(&points)
        return points[0]
    }

    /// Transforms every vertex; edges are not divided.
    package func transform(_ shape: Shape) throws -> Shape {
        var result = shape
        try transform(&result.points)
        return result
    }
}

/// One operation of PROJ and the way in which it is gone. Holds the `PROJ` it came from, whose context it needs.
final class TransformationStep {
    let pointer: OpaquePointer
    let direction: PJ_DIRECTION
    private let proj: PROJ

    init(_ handle: consuming PROJ.Handle, of proj: PROJ, _ direction: PJ_DIRECTION = PJ_FWD) {
        pointer = handle.take()
        self.direction = direction
        self.proj = proj
    }

    deinit { proj_destroy(pointer) }
}

extension PROJ {
    /// The way from one system to another. No datum shift is ever guessed: between two datums that no published
    /// operation links, the answer is a `Refusal`. The one exception is CGCS2000 and WGS 84, which are taken as one;
    /// `note` says so.
    package func transformation(from source: CoordinateSystem, to target: CoordinateSystem) throws -> Transformation {
        let from = try crs(source.authority ?? source.wkt)
        let to = try crs(target.authority ?? target.wkt)
        let isNullShift =
            Set([source.datum, target.datum]) == [.cgcs2000, .wgs84]
        if source.datum != .other, source.datum == target.datum || isNullShift {
            return Transformation(
                from: source, to: target, steps: try down(from: source) + up(to: target),
                note: isNullShift ? Self.nullShift : nil)
        }
        // PROJ would take what EPSG publishes for single basins wherever the data lie.
        let isHistoric = source.datum.isHistoric || target.datum.isHistoric
        guard !isHistoric, let direct = Handle(operation(from, to)) else { throw noOperation(from: source, to: target) }
        return Transformation(from: source, to: target, steps: [TransformationStep(direct, of: self)])
    }

    /// From a system to longitude and latitude on its own datum: exact, and independent of how the definition names the
    /// datum.
    func down(from system: CoordinateSystem) throws -> [TransformationStep] {
        if system.isGeographic { return [] }
        let crs = try crs(system.authority ?? system.wkt)
        return [TransformationStep(try step(crs, try geographic(crs)), of: self)]
    }

    /// From longitude and latitude on a system's own datum to the system.
    func up(to system: CoordinateSystem) throws -> [TransformationStep] {
        if system.isGeographic { return [] }
        let crs = try crs(system.authority ?? system.wkt)
        return [TransformationStep(try step(try geographic(crs), crs), of: self)]
    }

    static let nullShift = Phrase(
        "CGCS2000 and WGS 84 were taken as one; they differ by centimetres to decimetres.",
        "CGCS2000 与 WGS 84 按同一坐标系处理, 二者实际相差数厘米至数分米。")

    /// The way to longitude and latitude on a system's own datum, for areas.
    package func toDegrees(from source: CoordinateSystem) throws -> Transformation {
        Transformation(from: source, to: source, steps: try down(from: source))
    }

    private func geographic(_ crs: borrowing Handle) throws -> Handle {
        guard let geographic = Handle(crs.use { proj_crs_get_geodetic_crs(context, $0) }) else {
            throw PROJError(operation: Phrase("finding the datum", "查找基准"), reason: takeMessage())
        }
        return geographic
    }

    private func step(_ from: borrowing Handle, _ to: borrowing Handle) throws -> Handle {
        guard let step = Handle(operation(from, to)) else {
            throw PROJError(operation: Phrase("preparing a transformation", "准备坐标转换"), reason: takeMessage())
        }
        return step
    }

    /// PROJ's best operation with x east, or nil when it would have to guess.
    private func operation(_ from: borrowing Handle, _ to: borrowing Handle) -> OpaquePointer? {
        let found = "ALLOW_BALLPARK=NO".withCString { option -> OpaquePointer? in
            var options: [UnsafePointer<CChar>?] = [option, nil]
            return from.use { from in
                to.use { to in proj_create_crs_to_crs_from_pj(context, from, to, nil, &options) }
            }
        }
        return Handle(found)?.use { proj_normalize_for_visualization(context, $0) }
    }

    private func noOperation(from source: CoordinateSystem, to target: CoordinateSystem) -> Refusal {
        let from = Self.datum(of: source)
        let to = Self.datum(of: target)
        if source.datum.isHistoric || target.datum.isHistoric {
            let isPublished = Set([source.datum, target.datum]).isSubset(of: [.beijing54, .cgcs2000, .wgs84])
            return Refusal(
                .badData,
                "No conversion from \(from.english) to \(to.english) is published\(isPublished ? " for the whole country" : ""), "
                    + "and a guess would be off by tens of metres. Get the seven or four parameters of the surveying "
                    + "authority with their source and residuals and give them with --datum FILE"
                    + (isPublished
                        ? "; in a few areas --operation EPSG:15918 or its like serves for a metre or more." : "."),
                "\(from.chinese)到\(to.chinese)没有\(isPublished ? "全国通用的" : "")公开转换参数，直接套用会偏差数十米。"
                    + "请向测绘主管部门索取七参数或四参数（含来源与残差），用 --datum 文件 给出"
                    + (isPublished ? "；少数地区可用 --operation EPSG:15918 等，精度为米级。" : "。"))
        }
        return Refusal(
            .badData,
            "PROJ knows no exact way from \(source.title) to \(target.title). Convert the data with published parameters first.",
            "PROJ 没有从 \(source.title) 到 \(target.title) 的严密转换, 请先用公开参数转换数据。")
    }

    static func datum(of system: CoordinateSystem) -> Phrase {
        system.datum == .other ? Phrase(system.datumName, system.datumName) : system.datum.name
    }
}
