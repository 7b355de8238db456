import Geometry
import Phrases

/// Finds the points that typed places mean, in the coordinates of a project.
///
/// Bearings and distances are those of the grid: clockwise from grid north, metres in the plane of the projection.
package final class PlaceReader {
    /// A point, and what a person must hear of how it was read.
    package struct Found: Hashable, Sendable {
        package var point: Point
        package var notes: [Phrase]
    }

    private let system: CoordinateSystem?
    private let county: Box
    private let outline: (Int64) throws -> Shape?
    private var fromDegrees: Transformation?

    /// - Parameters:
    ///   - system: the project's; nil where it has none, so that degrees cannot be read.
    ///   - county: what the project covers; empty where nobody knows.
    ///   - outline: the outline of a feature as it is at present.
    package init(system: CoordinateSystem?, county: Box, outline: @escaping (Int64) throws -> Shape?) {
        self.system = system
        self.county = county
        self.outline = outline
    }

    /// Reads a list of places.
    ///
    /// - Parameter before: the points so far, from the last of which `>BEARING/METRES` goes on.
    /// - Throws: `Refusal` that says what cannot be found.
    package func places(_ text: String, after before: [Point] = []) throws -> [Found] {
        var found: [Found] = []
        for place in try PlaceText.read(text) {
            found.append(try find(place, last: found.last?.point ?? before.last))
        }
        return found
    }

    /// Reads one place.
    package func place(_ text: String, after before: [Point] = []) throws -> Found {
        let found = try places(text, after: before)
        guard found.count == 1 else {
            throw Refusal(
                .usage, "One place was expected, '\(text)' is \(found.isEmpty ? "none" : "\(found.count)").",
                "此处应为一个坐标点，“\(text)”有 \(found.count) 个。")
        }
        return found[0]
    }

    private func find(_ place: TypedPlace, last: Point?) throws -> Found {
        var found: Found
        switch place.start {
        case .pair(let a, let b): found = try pair(a, b)
        case .degrees(let longitude, let latitude, let isOrderTold):
            found = try degrees(longitude, latitude)
            if !isOrderTold { found.notes.append(Self.longitudeFirst(longitude, latitude)) }
        case .vertex(let uid, let number):
            let shape = try feature(uid)
            guard let point = shape.vertex(number) else {
                throw noVertex(number, uid, shape.vertexCount, "vertex", "顶点")
            }
            found = Found(point: point, notes: [])
        case .last:
            guard let last else {
                throw Refusal(
                    .usage, "'\(place.text)' goes on from the point before it, and there is none; begin with a place.",
                    "“\(place.text)”须接在前一点之后，尚无前一点；请先给出一个坐标点。")
            }
            found = Found(point: last, notes: [])
        }
        for move in place.moves { found.point = try moved(found.point, by: move) }
        if let note = strayed(found.point) { found.notes.append(note) }
        return found
    }

    // MARK: Numbers

    private func pair(_ a: Double, _ b: Double) throws -> Found {
        let (straight, swapped) = (Point(x: a, y: b), Point(x: b, y: a))
        let reach = county.padded(by: max(county.width, county.height))
        func isNear(_ point: Point) -> Bool { !county.isEmpty && reach.contains(point) }
        if isNear(straight) { return Found(point: straight, notes: []) }
        if let system, !system.isGeographic, abs(a) <= 180, abs(b) <= 180 {
            if abs(b) > 90 {
                var found = try degrees(b, a)
                found.notes.append(
                    Phrase("Read as latitude \(a), longitude \(b).", "按纬度 \(a)、经度 \(b) 读取。"))
                return found
            }
            var found = try degrees(a, b)
            if abs(a) <= 90 { found.notes.append(Self.longitudeFirst(a, b)) }
            return found
        }
        // Surveyors put north first: seven digits of northing before eight of zone and easting.
        let isSurveyors = (1e6..<1e7).contains(a) && (1e7..<1e8).contains(b)
        if isSurveyors || isNear(swapped) {
            return Found(
                point: swapped,
                notes: [
                    Phrase(
                        "Read with north first: northing \(Self.number(a)), easting \(Self.number(b)).",
                        "按先北后东读取：北坐标 \(Self.number(a))，东坐标 \(Self.number(b))。")
                ])
        }
        return Found(point: straight, notes: [])
    }

    private func degrees(_ longitude: Double, _ latitude: Double) throws -> Found {
        let point = Point(x: longitude, y: latitude)
        guard let system else {
            throw Refusal(
                .usage, "Degrees cannot be read: the project has no coordinate system. Write x,y.",
                "项目没有坐标系，无法读取经纬度；请写 x,y。")
        }
        guard !system.isGeographic else { return Found(point: point, notes: []) }
        if fromDegrees == nil { fromDegrees = try PROJ().fromDegrees(to: system) }
        guard let way = fromDegrees else { return Found(point: point, notes: []) }
        return Found(point: try way.transform(point), notes: [])
    }

    private static func longitudeFirst(_ longitude: Double, _ latitude: Double) -> Phrase {
        Phrase("Read as longitude \(longitude), latitude \(latitude).", "按经度 \(longitude)、纬度 \(latitude) 读取。")
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }

    /// A point far from the county is probably mistyped.
    private func strayed(_ point: Point) -> Phrase? {
        guard !county.isEmpty else { return nil }
        let away = max(
            county.minX - point.x, point.x - county.maxX, county.minY - point.y, point.y - county.maxY)
        guard away > max(county.width, county.height) else { return nil }
        let metres = away * (system?.metresPerUnit ?? 1)
        let distance = system?.isGeographic == true ? "\(Int(away))°" : "\(Int(metres / 1000)) km"
        return Phrase("This point lies \(distance) outside of the county.", "该点在本县范围之外 \(distance)。")
    }

    // MARK: Features

    private func feature(_ uid: Int64) throws -> Shape {
        guard let shape = try outline(uid) else {
            throw Refusal(
                .noInput, "There is no parcel \(uid) with an outline to take a point from.", "没有图斑 \(uid) 或其没有图形，无法取点。")
        }
        return shape
    }

    private func noVertex(_ number: Int, _ uid: Int64, _ count: Int, _ english: String, _ chinese: String) -> Refusal {
        Refusal(
            .usage, "Feature \(uid) has no \(english) \(number); they are numbered 1 to \(count).",
            "要素 \(uid) 没有第 \(number) 个\(chinese)，编号为 1 至 \(count)。")
    }

    private func moved(_ point: Point, by move: TypedPlace.Move) throws -> Point {
        guard system?.isGeographic != true else {
            throw Refusal(
                .usage,
                "Bearings and offsets in metres need a projected coordinate system, and the project's counts in degrees.",
                "方位角、距离须在投影坐标系中使用，本项目为经纬度。")
        }
        let unit = system?.metresPerUnit ?? 1
        switch move {
        case .bearing(let bearing, let metres): return point.moved(bearing: bearing, by: metres / unit)
        case .offset(let uid, let number, let metres):
            let shape = try feature(uid)
            guard let edge = shape.edge(number) else {
                throw noVertex(number, uid, shape.vertexCount, "edge", "条边")
            }
            guard let place = point.offset(from: edge.from, edge.to, by: metres / unit) else {
                throw Refusal(
                    .usage, "Edge \(number) of feature \(uid) has no length; take its neighbour.",
                    "要素 \(uid) 的第 \(number) 条边长度为零，请用相邻的边。")
            }
            return place
        }
    }
}

extension PROJ {
    /// The way from longitude and latitude on a system's own datum to the system, for what people type.
    package func fromDegrees(to target: CoordinateSystem) throws -> Transformation {
        Transformation(from: target, to: target, steps: try up(to: target))
    }
}
