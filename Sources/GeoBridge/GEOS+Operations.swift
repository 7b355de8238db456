import CGEOS
import Geometry
import Phrases

extension GEOS {
    // MARK: Validity

    /// Whether a shape is valid. A ring that GEOS cannot even hold, open or of fewer than four points, is reported and not
    /// thrown: one bad polygon is a result.
    ///
    /// - Throws: `GEOSError` only when GEOS fails for a reason of its own.
    package func validity(of shape: Shape) throws -> ValidityReport {
        if let broken = Self.ringsThatCannotBeHeld(by: shape).first {
            return ValidityReport(geos: broken.reason, place: shape.points[shape.ring(broken.ring)].first)
        }
        if shape.isEmpty || shape.isSurelySimple { return .valid }
        let geometry = try geometry(shape)
        var reason: UnsafeMutablePointer<CChar>?
        var place: OpaquePointer?
        let answer = geometry.use { GEOSisValidDetail_r(context, $0, 0, &reason, &place) }
        defer {
            if let reason { GEOSFree_r(context, reason) }
            if let place { GEOSGeom_destroy_r(context, place) }
        }
        switch answer {
        case 1: return .valid
        case 0:
            var point: Point?
            if let place {
                var (x, y) = (0.0, 0.0)
                if GEOSGeomGetX_r(context, place, &x) == 1, GEOSGeomGetY_r(context, place, &y) == 1 {
                    point = Point(x: x, y: y)
                }
            }
            return ValidityReport(geos: reason.map { String(cString: $0) } ?? "Topology Validation Error", place: point)
        default: throw error("checking validity", "检查有效性")
        }
    }

    /// Makes a polygon valid with `GEOSMakeValid` (its line-work method: every corner is kept, what is covered twice
    /// falls out). Open rings are closed first, and rings of fewer than four points dropped.
    ///
    /// - Throws: `GEOSError`, also for coordinates that are not finite.
    package func repaired(_ shape: Shape) throws -> Repair {
        let (holdable, lost) = Self.holdable(shape)
        if holdable.isEmpty { return Repair(shape: holdable, dropped: lost) }
        let made = try handle(
            try geometry(holdable).use { GEOSMakeValid_r(context, $0) }, "repairing a polygon", "修复多边形")
        let (result, dropped) = try self.shape(made, keeping: .polygon)
        return Repair(shape: result, dropped: lost + dropped)
    }

    private static func ringsThatCannotBeHeld(by shape: Shape) -> [(ring: Int, reason: String)] {
        guard shape.kind == .polygon else { return [] }
        var broken: [(ring: Int, reason: String)] = []
        for ring in shape.ringEnds.indices {
            let range = shape.ring(ring)
            if range.count < 4 {
                broken.append((ring, "Too few points in geometry component"))
            } else if shape.points[range.lowerBound] != shape.points[range.upperBound - 1] {
                broken.append((ring, "Ring is not closed"))
            }
        }
        return broken
    }

    private static func holdable(_ shape: Shape) -> (shape: Shape, lost: Int) {
        if ringsThatCannotBeHeld(by: shape).isEmpty { return (shape, 0) }
        var lost = 0
        let parts = shape.nested.compactMap { part -> [[Point]]? in
            var rings: [[Point]] = []
            for (index, points) in part.enumerated() {
                var ring = points
                if let first = ring.first, ring.last != first { ring.append(first) }
                if ring.count >= 4 {
                    rings.append(ring)
                } else {
                    lost += 1
                    if index == 0 { return nil }  // a part without its shell has no holes either
                }
            }
            return rings
        }
        return (Shape(polygons: parts), lost)
    }

    // MARK: Measures

    package func area(of shape: Shape) throws -> Double {
        if shape.isEmpty { return 0 }
        var area = 0.0
        guard try geometry(shape).use({ GEOSArea_r(context, $0, &area) }) == 1 else { throw error("measuring", "量算面积") }
        return area
    }

    // MARK: Overlay

    /// What both cover, of the lower of their two dimensions: where two polygons only touch, nothing.
    package func intersection(_ a: Shape, _ b: Shape) throws -> Shape {
        let kind = a.kind.rawValue < b.kind.rawValue ? a.kind : b.kind
        if a.isEmpty || b.isEmpty { return Shape(kind: kind) }
        let result = try handle(
            try both(a, b) { GEOSIntersection_r(context, $0, $1) }, "intersecting", "求交")
        return try shape(result, keeping: kind).shape
    }

    /// What either covers, of the kind of `a`.
    package func union(_ a: Shape, _ b: Shape) throws -> Shape {
        let result = try handle(
            try both(a, b) { GEOSUnion_r(context, $0, $1) }, "uniting", "合并")
        return try shape(result, keeping: a.kind).shape
    }

    /// What many polygons cover together, in one cascade; far faster than one by one.
    package func union(_ shapes: [Shape]) throws -> Shape {
        guard let kind = shapes.first?.kind else { return Shape(kind: .polygon) }
        var members: [OpaquePointer?] = []
        do {
            for shape in shapes { members.append(try geometry(shape).take()) }
        } catch {
            for member in members { GEOSGeom_destroy_r(context, member) }
            throw error
        }
        let all = try handle(
            GEOSGeom_createCollection_r(
                context, Int32(GEOS_GEOMETRYCOLLECTION.rawValue), &members, UInt32(members.count)), "uniting", "合并")
        let result = try handle(all.use { GEOSUnaryUnion_r(context, $0) }, "uniting", "合并")
        return try shape(result, keeping: kind).shape
    }

    /// What `a` covers and `b` does not, of the kind of `a`.
    package func difference(_ a: Shape, _ b: Shape) throws -> Shape {
        let result = try handle(
            try both(a, b) { GEOSDifference_r(context, $0, $1) }, "subtracting", "求差")
        return try shape(result, keeping: a.kind).shape
    }

    /// The polygon within `distance` of a shape (inside by as much when it is negative), in the units of the coordinates.
    ///
    /// - Parameter quadrantSegments: pieces of a quarter circle.
    package func buffer(_ shape: Shape, by distance: Double, quadrantSegments: Int32 = 8) throws -> Shape {
        let result = try handle(
            try geometry(shape).use { GEOSBuffer_r(context, $0, distance, quadrantSegments) }, "buffering", "缓冲")
        return try self.shape(result, keeping: .polygon).shape
    }

    // MARK: Questions

    package func intersects(_ a: Shape, _ b: Shape) throws -> Bool {
        try answer(both(a, b) { GEOSIntersects_r(context, $0, $1) })
    }

    /// Whether the two meet in their edges only.
    package func touches(_ a: Shape, _ b: Shape) throws -> Bool {
        try answer(both(a, b) { GEOSTouches_r(context, $0, $1) })
    }

    private func both<Result>(_ a: Shape, _ b: Shape, _ body: (OpaquePointer, OpaquePointer) -> Result) throws -> Result
    {
        let first = try geometry(a)
        let second = try geometry(b)
        return first.use { first in second.use { second in body(first, second) } }
    }

    func answer(_ value: CChar) throws -> Bool {
        guard value != 2 else { throw error("comparing", "比较") }
        return value == 1
    }

    /// A shape that will be asked many questions; each then costs a fraction.
    package func prepared(_ shape: Shape) throws -> PreparedShape {
        try PreparedShape(shape, in: self)
    }
}

/// A shape that GEOS has indexed for repeated questions.
package final class PreparedShape {
    private let geos: GEOS
    private let geometry: OpaquePointer
    private let prepared: OpaquePointer

    fileprivate init(_ shape: Shape, in geos: GEOS) throws {
        self.geos = geos
        geometry = try geos.geometry(shape).take()
        guard let prepared = GEOSPrepare_r(geos.context, geometry) else {
            GEOSGeom_destroy_r(geos.context, geometry)
            throw geos.error("preparing", "准备图形")
        }
        self.prepared = prepared
    }

    deinit {
        GEOSPreparedGeom_destroy_r(geos.context, prepared)
        GEOSGeom_destroy_r(geos.context, geometry)
    }

    package func intersects(_ other: Shape) throws -> Bool {
        try geos.answer(geos.geometry(other).use { GEOSPreparedIntersects_r(geos.context, prepared, $0) })
    }

    package func touches(_ other: Shape) throws -> Bool {
        try geos.answer(geos.geometry(other).use { GEOSPreparedTouches_r(geos.context, prepared, $0) })
    }

    /// Whether the other lies within this one and not only on its edge.
    package func contains(_ other: Shape) throws -> Bool {
        try geos.answer(geos.geometry(other).use { GEOSPreparedContains_r(geos.context, prepared, $0) })
    }
}
