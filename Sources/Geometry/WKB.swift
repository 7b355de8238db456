import Phrases

extension Shape {
    /// Replaces this shape by a geometry in well-known binary, keeping the buffers it has.
    ///
    /// Reads ISO 13249-3 (type + 1000 Z, + 2000 M) and EWKB (high bits, SRID) in both byte orders, from Point to
    /// MultiPolygon; Z and M are left out. A GeometryCollection is flattened when all its members are of one kind.
    /// An empty geometry gives an empty shape. Counts are checked against the bytes that remain before anything is
    /// allocated, so that hostile bytes cost an error and no memory.
    ///
    /// - Parameter closingRings: closes a ring whose ends differ instead of refusing it.
    /// - Throws: `WKBError`; the shape is then empty.
    package mutating func read(wkb: UnsafeRawBufferPointer, closingRings: Bool = false) throws(WKBError) {
        removeAll(kind: .polygon)
        var reader = WKBReader(bytes: wkb, closingRings: closingRings)
        do throws(WKBError) {
            try reader.geometry(into: &self)
        } catch {
            removeAll(kind: .polygon)
            throw error
        }
    }

    package init(wkb: [UInt8], closingRings: Bool = false) throws(WKBError) {
        self.init(kind: .polygon)
        // withUnsafeBytes does not pass typed errors on in every standard library that we build with.
        let result = wkb.withUnsafeBytes { bytes -> Result<Shape, WKBError> in
            var shape = Shape(kind: .polygon)
            do throws(WKBError) {
                try shape.read(wkb: bytes, closingRings: closingRings)
                return .success(shape)
            } catch {
                return .failure(error)
            }
        }
        self = try result.get()
    }

    private mutating func removeAll(kind: Kind) {
        self.kind = kind
        points.removeAll(keepingCapacity: true)
        ringEnds.removeAll(keepingCapacity: true)
        partEnds.removeAll(keepingCapacity: true)
    }
}

/// A cursor over the bytes of one geometry.
private struct WKBReader {
    let bytes: UnsafeRawBufferPointer
    let closingRings: Bool
    var offset = 0
    /// Whether the integers and numbers of the geometry being read are stored against this machine's order.
    var isSwapped = false
    /// The kind all members must have; known after the first.
    var kind: Shape.Kind?

    /// Deeper nesting than any writer produces; a hostile file must not use up the stack.
    static let deepest = 32

    init(bytes: UnsafeRawBufferPointer, closingRings: Bool) {
        self.bytes = bytes
        self.closingRings = closingRings
    }

    /// Byte order, type, and what follows. `member` is the type a Multi… requires of its members, 0 for any.
    mutating func geometry(into shape: inout Shape, member: UInt32 = 0, depth: Int = 0) throws(WKBError) {
        guard offset < bytes.count else { throw .truncated(at: offset) }
        let order = bytes[offset]
        guard order <= 1 else {
            throw WKBError(
                .malformed, "Byte \(offset) of the geometry should say its byte order, 0 or 1, and says \(order).",
                "几何数据第 \(offset) 字节应为字节序标志 0 或 1, 实为 \(order)。")
        }
        offset += 1
        // Each member of a collection states its own order, so the flag is not put back afterwards: whatever is read
        // after a member begins with a flag of its own.
        isSwapped = (order == 0) == (UInt16(1).littleEndian == 1)
        let code = try integer()
        if code & 0x2000_0000 != 0 { _ = try integer() }  // EWKB: the SRID; the layer knows it
        let plain = code & 0x0FFF_FFFF
        let type = plain % 1000
        guard plain < 4000 else { throw unknown(type: plain) }
        let hasZ = code & 0x8000_0000 != 0 || plain / 1000 == 1 || plain / 1000 == 3
        let hasM = code & 0x4000_0000 != 0 || plain / 1000 >= 2
        let stride = 16 + (hasZ ? 8 : 0) + (hasM ? 8 : 0)
        guard member == 0 || member == type else {
            throw WKBError(
                .malformed, "The geometry holds a member of type \(type) where only type \(member) may stand.",
                "几何数据中含有类型 \(type) 的成员, 此处只允许类型 \(member)。")
        }
        switch type {
        case 1: try point(into: &shape, stride: stride)
        case 2: try line(into: &shape, stride: stride)
        case 3: try polygon(into: &shape, stride: stride)
        case 4, 5, 6, 7:
            guard depth < Self.deepest else {
                throw WKBError(
                    .malformed, "The geometry is nested more than \(Self.deepest) deep.",
                    "几何数据嵌套超过 \(Self.deepest) 层。")
            }
            if type != 7 { try become(type == 4 ? .point : type == 5 ? .line : .polygon, &shape) }
            let count = try count(ofAtLeast: 9)  // byte order, type and a count are the shortest member
            for _ in 0..<count { try geometry(into: &shape, member: type == 7 ? 0 : type - 3, depth: depth + 1) }
        default:
            throw unknown(type: type)
        }
    }

    private func unknown(type: UInt32) -> WKBError {
        if (8...17).contains(type) {
            return WKBError(
                .unsupported, "The geometry is a curve or surface (type \(type)); turn it into straight lines first.",
                "几何为曲线或曲面 (类型 \(type)), 请先转换为直线段。")
        }
        return WKBError(.malformed, "There is no geometry of type \(type).", "没有类型为 \(type) 的几何。")
    }

    private mutating func become(_ new: Shape.Kind, _ shape: inout Shape) throws(WKBError) {
        if let kind, kind != new {
            throw WKBError(
                .unsupported, "The geometry mixes points, lines or polygons; split it by kind first.",
                "几何集合混有点、线、面, 请先按类型拆分。")
        }
        kind = new
        shape.kind = new
    }

    private mutating func point(into shape: inout Shape, stride: Int) throws(WKBError) {
        try become(.point, &shape)
        guard bytes.count - offset >= stride else { throw .truncated(at: bytes.count) }
        // An empty point is written as one of not-a-numbers.
        if number(at: offset).isNaN, number(at: offset + 8).isNaN {
            offset += stride
            return
        }
        try points(1, into: &shape, stride: stride)
        shape.ringEnds.append(shape.points.count)
        shape.partEnds.append(shape.ringEnds.count)
    }

    private mutating func line(into shape: inout Shape, stride: Int) throws(WKBError) {
        try become(.line, &shape)
        let count = try count(ofAtLeast: stride)
        guard count > 0 else { return }
        try points(count, into: &shape, stride: stride)
        shape.ringEnds.append(shape.points.count)
        shape.partEnds.append(shape.ringEnds.count)
    }

    private mutating func polygon(into shape: inout Shape, stride: Int) throws(WKBError) {
        try become(.polygon, &shape)
        let rings = try count(ofAtLeast: 4)
        let firstRing = shape.ringEnds.count
        for ring in 0..<rings {
            let count = try count(ofAtLeast: stride)
            guard count > 0 else { continue }
            guard ring == 0 || shape.ringEnds.count > firstRing else {
                throw WKBError(.malformed, "A polygon has holes but no outer ring.", "多边形有内环而无外环。")
            }
            let first = shape.points.count
            try points(count, into: &shape, stride: stride)
            if shape.points[first] != shape.points[shape.points.count - 1] {
                guard closingRings else {
                    throw WKBError(
                        .openRing, "A ring of \(count) points is not closed.", "一个 \(count) 点的环未闭合。")
                }
                shape.points.append(shape.points[first])
            }
            shape.ringEnds.append(shape.points.count)
        }
        if shape.ringEnds.count > firstRing { shape.partEnds.append(shape.ringEnds.count) }
    }

    /// Appends `count` points, whose bytes are known to be there.
    private mutating func points(_ count: Int, into shape: inout Shape, stride: Int) throws(WKBError) {
        var probe = 0.0  // stays 0 as long as every coordinate is finite: 0 × x is NaN for infinities and NaN
        for _ in 0..<count {
            let x = number(at: offset)
            let y = number(at: offset + 8)
            probe += 0 * x + 0 * y
            shape.points.append(Point(x: x, y: y))
            offset += stride
        }
        guard probe == 0 else {
            throw WKBError(
                .notFinite, "The geometry holds a coordinate that is not a finite number.", "几何中有坐标不是有限数值。")
        }
    }

    /// A count of things that take at least `size` bytes each, all of which must still be there.
    private mutating func count(ofAtLeast size: Int) throws(WKBError) -> Int {
        let start = offset
        let count = Int(try integer())
        guard count <= (bytes.count - offset) / size else {
            throw WKBError(
                .malformed, "The geometry announces \(count) items at byte \(start), more than its bytes can hold.",
                "几何在第 \(start) 字节处声明有 \(count) 项, 超出其数据长度。")
        }
        return count
    }

    private mutating func integer() throws(WKBError) -> UInt32 {
        guard bytes.count - offset >= 4 else { throw .truncated(at: bytes.count) }
        let value = bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
        offset += 4
        return isSwapped ? value.byteSwapped : value
    }

    private func number(at offset: Int) -> Double {
        let bits = bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        return Double(bitPattern: isSwapped ? bits.byteSwapped : bits)
    }
}
