import Geometry

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for a seed on every machine.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// All scalars but the inner ones of the long even runs: ideographs, Korean syllables, private use, unassigned planes.
    static var scalars: [Unicode.Scalar] {
        (UInt32(0)...0x10FFFF).compactMap { value in
            let isEven =
                (0x3401...0x9FEF).contains(value) || (0xAC01...0xD7A2).contains(value)
                || (0xE001...0xF8FE).contains(value) || (0x18D09...0x1AFEF).contains(value)
                || (0x20001...0x10FFFE).contains(value)
            return isEven && value % 101 != 0 && !(0x4DC0...0x4DFF).contains(value) ? nil : Unicode.Scalar(value)
        }
    }
}

extension Shape {
    /// A polygon of any form, its rings crossing themselves and each other at will, in a square around a point.
    static func random(around middle: Point, reach: Double, seed: UInt64) -> Shape {
        var random = Seeded(seed)
        let rings = (0..<Int.random(in: 1...3, using: &random)).map { _ -> [Point] in
            var ring = (0..<Int.random(in: 3...12, using: &random)).map { _ in
                Point(
                    x: middle.x + Double.random(in: -reach...reach, using: &random),
                    y: middle.y + Double.random(in: -reach...reach, using: &random))
            }
            ring.append(ring[0])
            return ring
        }
        return Shape(polygon: rings)
    }

    /// A rectangle of one part without holes.
    static func rectangle(_ minX: Double, _ minY: Double, _ maxX: Double, _ maxY: Double) -> Shape {
        Shape(polygon: [ring(minX, minY, maxX, maxY)])
    }

    static func ring(_ minX: Double, _ minY: Double, _ maxX: Double, _ maxY: Double) -> [Point] {
        [(minX, minY), (maxX, minY), (maxX, maxY), (minX, maxY), (minX, minY)].map { Point(x: $0.0, y: $0.1) }
    }
}
