import CGEOS
import Geometry
import Phrases

/// GEOS, the library that knows validity and overlay; its one owner.
///
/// Shapes go in and come out, no pointer travels. Coordinates are copied as whole buffers: a `Point` is laid out as
/// GEOS lays out x and y. An instance belongs to the job that made it, which keeps GEOS's rule that a context serves one
/// thread.
package final class GEOS {
    let context: GEOSContextHandle_t
    private let messages = Messages()

    /// What GEOS last complained of. Its words arrive through a C function, hence the reference.
    private final class Messages {
        var last = ""
    }

    package init() {
        context = GEOS_init_r()
        // Without handlers GEOS is silent too, but its reasons would be lost. `messages` lives as long as the context.
        GEOSContext_setErrorMessageHandler_r(
            context,
            { message, messages in
                guard let message, let messages else { return }
                Unmanaged<Messages>.fromOpaque(messages).takeUnretainedValue().last = String(cString: message)
            }, Unmanaged.passUnretained(messages).toOpaque())
        GEOSContext_setNoticeMessageHandler_r(context, { _, _ in }, nil)
    }

    deinit {
        GEOS_finish_r(context)
    }

    package static var version: String { GEOSversion().map { String(cString: $0) } ?? "" }

    func error(_ english: String, _ chinese: String) -> GEOSError {
        defer { messages.last = "" }
        return GEOSError(
            operation: Phrase(english, chinese), reason: messages.last.isEmpty ? "no reason given" : messages.last)
    }

    // MARK: Shapes in

    /// A geometry of GEOS that is freed with the value; never leaves this target.
    struct Handle: ~Copyable {
        private let pointer: OpaquePointer
        private let context: GEOSContextHandle_t

        init(_ pointer: OpaquePointer, in context: GEOSContextHandle_t) {
            self.pointer = pointer
            self.context = context
        }

        deinit { GEOSGeom_destroy_r(context, pointer) }

        /// The geometry lives as long as `body` runs; read as a property, the pointer might outlive its owner's last
        /// use.
        borrowing func use<Result>(_ body: (OpaquePointer) throws -> Result) rethrows -> Result {
            try body(pointer)
        }

        /// Hands the geometry over to a collection that frees it.
        consuming func take() -> OpaquePointer {
            let pointer = pointer
            discard self
            return pointer
        }
    }

    func handle(_ pointer: OpaquePointer?, _ english: String, _ chinese: String) throws -> Handle {
        guard let pointer else { throw error(english, chinese) }
        return Handle(pointer, in: context)
    }

    /// A multi-geometry when the shape has several parts, a plain one when it has one.
    func geometry(_ shape: Shape) throws -> Handle {
        if shape.partEnds.count == 1 { return try part(0, of: shape) }
        var parts: [OpaquePointer?] = []
        parts.reserveCapacity(shape.partEnds.count)
        do {
            for index in shape.partEnds.indices { parts.append(try part(index, of: shape).take()) }
        } catch {
            for part in parts { GEOSGeom_destroy_r(context, part) }
            throw error
        }
        let type =
            switch shape.kind {
            case .point: GEOS_MULTIPOINT
            case .line: GEOS_MULTILINESTRING
            case .polygon: GEOS_MULTIPOLYGON
            }
        return try handle(
            GEOSGeom_createCollection_r(context, Int32(type.rawValue), &parts, UInt32(parts.count)),
            "reading a shape", "读取图形")
    }

    private func part(_ index: Int, of shape: Shape) throws -> Handle {
        let rings = shape.part(index)
        guard let first = rings.first else { throw GEOSError(operation: Self.reading, reason: "part without a ring") }
        switch shape.kind {
        case .point:
            return try handle(
                GEOSGeom_createPoint_r(context, try sequence(first, of: shape)), "reading a point", "读取点")
        case .line:
            return try handle(
                GEOSGeom_createLineString_r(context, try sequence(first, of: shape)), "reading a line", "读取线")
        case .polygon:
            let shell = try ring(first, of: shape)
            if rings.count == 1 {
                return try handle(
                    GEOSGeom_createPolygon_r(context, shell.take(), nil, 0), "reading a polygon", "读取多边形")
            }
            var holes: [OpaquePointer?] = []
            do {
                for number in rings.dropFirst() { holes.append(try ring(number, of: shape).take()) }
            } catch {
                for hole in holes { GEOSGeom_destroy_r(context, hole) }
                throw error
            }
            return try handle(
                GEOSGeom_createPolygon_r(context, shell.take(), &holes, UInt32(holes.count)),
                "reading a polygon", "读取多边形")
        }
    }

    private static let reading = Phrase("reading a shape", "读取图形")

    private func ring(_ number: Int, of shape: Shape) throws -> Handle {
        try handle(
            GEOSGeom_createLinearRing_r(context, try sequence(number, of: shape)), "reading a ring", "读取环")
    }

    /// The coordinates of a ring; whoever takes them frees them, also when it fails.
    private func sequence(_ ring: Int, of shape: Shape) throws -> OpaquePointer {
        let range = shape.ring(ring)
        let sequence = shape.points.withUnsafeBytes { bytes -> OpaquePointer? in
            let start = bytes.baseAddress?.advanced(by: range.lowerBound * MemoryLayout<Point>.stride)
            return GEOSCoordSeq_copyFromBuffer_r(
                context, start?.assumingMemoryBound(to: Double.self), UInt32(range.count), 0, 0)
        }
        guard let sequence else { throw error("reading coordinates", "读取坐标") }
        return sequence
    }

    // MARK: Shapes out

    /// The pieces of a result that are of `kind`; what else it holds is counted, not kept.
    func shape(_ geometry: borrowing Handle, keeping kind: Shape.Kind) throws -> (shape: Shape, dropped: Int) {
        var shape = Shape(kind: kind)
        var dropped = 0
        try geometry.use { try collect($0, into: &shape, &dropped) }
        return (shape, dropped)
    }

    private func collect(_ geometry: OpaquePointer, into shape: inout Shape, _ dropped: inout Int) throws {
        if GEOSisEmpty_r(context, geometry) == 1 { return }
        let type = GEOSGeomTypeId_r(context, geometry)
        switch (type, shape.kind) {
        case (Int32(GEOS_POINT.rawValue), .point), (Int32(GEOS_LINESTRING.rawValue), .line),
            (Int32(GEOS_LINEARRING.rawValue), .line):
            try collect(ring: geometry, into: &shape)
            shape.partEnds.append(shape.ringEnds.count)
        case (Int32(GEOS_POLYGON.rawValue), .polygon):
            guard let shell = GEOSGetExteriorRing_r(context, geometry) else { throw error("reading a result", "读取结果") }
            try collect(ring: shell, into: &shape)
            for index in 0..<GEOSGetNumInteriorRings_r(context, geometry) {
                guard let hole = GEOSGetInteriorRingN_r(context, geometry, index) else {
                    throw error("reading a result", "读取结果")
                }
                try collect(ring: hole, into: &shape)
            }
            shape.partEnds.append(shape.ringEnds.count)
        case (Int32(GEOS_MULTIPOINT.rawValue)..., _):
            for index in 0..<GEOSGetNumGeometries_r(context, geometry) {
                guard let member = GEOSGetGeometryN_r(context, geometry, index) else {
                    throw error("reading a result", "读取结果")
                }
                try collect(member, into: &shape, &dropped)
            }
        default:
            dropped += 1
        }
    }

    private func collect(ring: OpaquePointer, into shape: inout Shape) throws {
        var count: UInt32 = 0
        guard let sequence = GEOSGeom_getCoordSeq_r(context, ring),
            GEOSCoordSeq_getSize_r(context, sequence, &count) == 1
        else { throw error("reading a result", "读取结果") }
        let first = shape.points.count
        shape.points.append(contentsOf: repeatElement(Point(x: 0, y: 0), count: Int(count)))
        let copied = shape.points.withUnsafeMutableBytes { bytes in
            let start = bytes.baseAddress?.advanced(by: first * MemoryLayout<Point>.stride)
            return GEOSCoordSeq_copyToBuffer_r(context, sequence, start?.assumingMemoryBound(to: Double.self), 0, 0)
        }
        guard copied == 1 else { throw error("reading a result", "读取结果") }
        shape.ringEnds.append(shape.points.count)
    }
}
