import Geometry

@testable import County

/// A corner in whole tenths of a millimetre, the grid that all coordinates of the county lie on. Sums and products of
/// these are exact.
struct Corner: Hashable {
    let x: Int64
    let y: Int64

    init(_ point: Point) {
        x = Int64((point.x * 10_000).rounded())
        y = Int64((point.y * 10_000).rounded())
    }
}

struct Edge: Hashable {
    let from: Corner
    let to: Corner
    var reversed: Edge { Edge(from: to, to: from) }
}

/// Twice the signed area of a closed ring, in 10⁻⁸ m².
func twiceArea(_ ring: [Corner]) -> Int128 {
    zip(ring, ring.dropFirst()).reduce(Int128(0)) { sum, pair in
        sum + Int128(pair.0.x) * Int128(pair.1.y) - Int128(pair.1.x) * Int128(pair.0.y)
    }
}

/// The rings of each part of a shape, the shell running counterclockwise, holes clockwise.
func orientedRings(_ shape: Shape) -> [[Corner]] {
    shape.nested.flatMap { part in
        part.enumerated().map { index, ring in
            let corners = ring.map(Corner.init)
            return (twiceArea(corners) > 0) == (index == 0) ? corners : corners.reversed()
        }
    }
}

func twiceArea(_ shape: Shape) -> Int128 {
    orientedRings(shape).reduce(Int128(0)) { $0 + twiceArea($1) }
}

func edges(_ shape: Shape) -> [Edge] {
    orientedRings(shape).flatMap { ring in zip(ring, ring.dropFirst()).map { Edge(from: $0, to: $1) } }
}

/// Plane area in hundredths of a square metre, for tests that don't care which area it is.
@Sendable func planeArea(_ shape: Shape) -> Int64 {
    Int64((twiceArea(shape) + 1_000_000) / 2_000_000)
}

/// Which side of the line a–b the corner c is on: −1, 0, 1.
private func side(_ a: Corner, _ b: Corner, _ c: Corner) -> Int {
    let product = Int128(b.x - a.x) * Int128(c.y - a.y) - Int128(b.y - a.y) * Int128(c.x - a.x)
    return Int(product.signum())
}

/// Whether two edges meet anywhere but in an end that both have.
func cross(_ e: Edge, _ f: Edge) -> Bool {
    guard max(e.from.x, e.to.x) >= min(f.from.x, f.to.x), max(f.from.x, f.to.x) >= min(e.from.x, e.to.x),
        max(e.from.y, e.to.y) >= min(f.from.y, f.to.y), max(f.from.y, f.to.y) >= min(e.from.y, e.to.y)
    else { return false }
    let a = side(e.from, e.to, f.from), b = side(e.from, e.to, f.to)
    let c = side(f.from, f.to, e.from), d = side(f.from, f.to, e.to)
    let shared = [e.from, e.to].filter { $0 == f.from || $0 == f.to }.count
    if shared == 0 { return a * b <= 0 && c * d <= 0 }
    // With one end in common they meet elsewhere only when they lie on one line and point the same way; the boxes of
    // such edges then overlap in more than the end.
    guard shared == 1, a == 0, b == 0 else { return shared == 2 }
    let common = e.from == f.from || e.from == f.to ? e.from : e.to
    let p = e.from == common ? e.to : e.from, q = f.from == common ? f.to : f.from
    return Int128(p.x - common.x) * Int128(q.x - common.x) + Int128(p.y - common.y) * Int128(q.y - common.y) > 0
}
