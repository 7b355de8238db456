import Commands
import GeoBridge
import Geometry
import Phrases
import Store

/// What drawing on the map asks of the project: whether it may, measures, vertices, typed places.
extension Session {
    /// What to do where a plan must be open, and none is.
    static var noPlan: String {
        say(
            "No plan is open: F5 opens one, ':plan new TITLE' starts one.",
            "尚未打开规划：按 F5 打开，或 :plan new 标题 新建。")
    }

    /// The open plan, if it can be changed.
    ///
    /// - Throws: `Refusal` that says what to do.
    func draft() throws -> Plan {
        guard !project.isReadOnly else {
            throw Refusal(
                .notAllowed, "Nothing can be changed: the project is open for reading only.", "不能修改：项目以只读方式打开。")
        }
        if let asOf {
            throw Refusal(
                .notAllowed,
                "The county is shown as of \(asOf.day); ':as-of now' comes back to where plans are drafted.",
                "当前显示 \(asOf.day) 的状况；输入 :as-of now 返回现状后方可编制。")
        }
        guard let plan else {
            throw Refusal(
                .usage, "No plan is open: F5 opens one, ':plan new TITLE' starts one.",
                "尚未打开规划：按 F5 打开，或 :plan new 标题 新建。")
        }
        guard plan.isDraft else {
            let stage = try project.stageName(of: plan)
            throw Refusal(
                .notAllowed, "Plan \(plan.id) is \(stage); only a draft can be changed.",
                "规划 \(plan.id) 处于“\(stage)”阶段，只有草案可以修改。")
        }
        return plan
    }

    /// The ellipsoidal area in m²; nil where the system has none.
    func area(of shape: Shape) -> Double? { try? officialArea?.area(of: shape) }

    /// The length of a line in metres: on the grid where coordinates are projected, along the ellipsoid for degrees.
    func length(of shape: Shape) -> Double {
        var sum = 0.0
        for ring in shape.ringEnds.indices {
            let points = shape.points[shape.ring(ring)]
            for (a, b) in zip(points, points.dropFirst()) { sum += leg(from: a, to: b).metres }
        }
        return sum
    }

    /// How far it is from one point to another, and in which direction: degrees clockwise from north.
    func leg(from a: Point, to b: Point) -> Leg {
        guard let system else { return Leg(from: a, to: b, metresPerUnit: 1) }
        return system.isGeographic
            ? Leg(fromDegrees: a, to: b, on: system.ellipsoid)
            : Leg(from: a, to: b, metresPerUnit: system.metresPerUnit)
    }

    func metres(_ length: Double) -> String { "\(Decimals.text(length, decimals: 2)) m" }

    /// The nearest vertex of any feature of some layers, in the open plan's world.
    ///
    /// - Parameter reach: how far to look, in map units.
    func nearestVertex(to point: Point, _ layers: [Layer], within reach: Double) throws -> FoundVertex? {
        var best: FoundVertex?
        var nearest = reach
        let box = Box(minX: point.x, minY: point.y, maxX: point.x, maxY: point.y).padded(by: reach)
        for layer in layers where layer.geometry == .polygon {
            try project.outlines(of: layer, plan: planID, in: box) { feature in
                for (index, vertex) in feature.shape.numberedVertices.enumerated() {
                    let distance = vertex.distance(to: point)
                    // Of several features with a vertex here, the first of the listed layer.
                    guard distance < nearest else { continue }
                    nearest = distance
                    best = FoundVertex(
                        uid: feature.uid, number: index + 1, point: vertex,
                        distance: leg(from: point, to: vertex).metres)
                }
            }
        }
        return best
    }

    struct FoundVertex {
        var uid: Int64
        /// From 1 over all rings.
        var number: Int
        var point: Point
        /// In metres.
        var distance: Double
    }

    /// Reads typed places, each of which may start from the one before it.
    ///
    /// - Throws: `Refusal` for what is no place.
    func places(_ text: String, after before: [Point]) throws -> [PlaceReader.Found] {
        try project.placeReader(plan: planID).places(text, after: before)
    }
}

extension Shape {
    /// The vertices as they are numbered, from the first ring to the last: the point that closes a ring is not counted
    /// again.
    var numberedVertices: [Point] {
        ringEnds.indices.flatMap { index in
            let points = points[ring(index)]
            return kind == .polygon && points.count > 1 && points.first == points.last ? points.dropLast() : points
        }
    }
}
