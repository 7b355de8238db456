import Geometry

/// The parcels of one village in one year: areas of its fabric, now and then two of them in one.
struct Parcels {
    let fabric: Fabric
    let areas: Areas
    /// For each area the one that is its second part, or −1.
    private var second: [Int32]
    /// Whether an area is the second part of another.
    private var isSecond: [Bool]

    init(_ fabric: Fabric, dice: Dice) {
        self.fabric = fabric
        areas = Areas(width: fabric.width, height: fabric.height, values: fabric.piece)
        second = Array(repeating: -1, count: areas.count)
        isSecond = Array(repeating: false, count: areas.count)
        for area in 0..<areas.count where !isSecond[area] && cover(of: area).mayHaveParts && !isPlanted(area) {
            guard dice.unit(.fuse, Int(truncatingIfNeeded: piece(of: area))) < 0.05 else { continue }
            let after = area + 1..<min(areas.count, area + 25)
            if let other = after.first(where: { isPart($0, of: area) }) {
                second[area] = Int32(other)
                isSecond[other] = true
            }
        }
    }

    private func isPlanted(_ area: Int) -> Bool { !fabric.planted.isEmpty && fabric.planted.contains(piece(of: area)) }

    /// How many parcels there are.
    var count: Int { areas.count - isSecond.count { $0 } }

    /// The areas that lead a parcel, in order; each parcel has one.
    var leaders: some Sequence<Int> { (0..<areas.count).lazy.filter { !isSecond[$0] } }

    func cover(of area: Int) -> Cover { fabric.cover[Int(areas[area].first ?? 0)] }

    private func piece(of area: Int) -> UInt64 { fabric.piece[Int(areas[area].first ?? 0)] }

    /// The areas of the parcel that `leader` leads.
    func parts(_ leader: Int) -> [Int] {
        second[leader] < 0 ? [leader] : [leader, Int(second[leader])]
    }

    /// Whether two areas may be parts of one parcel: same cover, no common side, since parts with a common side would be
    /// one polygon drawn badly.
    private func isPart(_ other: Int, of area: Int) -> Bool {
        guard !isSecond[other], second[other] < 0, cover(of: other) == cover(of: area), !isPlanted(other) else {
            return false
        }
        let number = Int32(area), numbers = areas.numbers, width = fabric.width
        return areas[other].allSatisfy { square in
            let s = Int(square), x = s % width
            return (x == 0 || numbers[s - 1] != number) && (x + 1 == width || numbers[s + 1] != number)
                && (s < width || numbers[s - width] != number)
                && (s + width >= numbers.count || numbers[s + width] != number)
        }
    }
}

/// Turns areas of lattice squares into shapes on the ground.
struct Drawing {
    private let lattice: Lattice
    /// Lattice lines at the grid's lower left corner, and how many of them a square of the grid spans.
    private let left: Int
    private let bottom: Int
    private let span: Int
    private let width: Int
    private var outline: Outline
    /// The corners of the grid that were asked for, kept where every square is a cell; the others are not numbers.
    private var corners: [Point]
    /// How rough the blocks are, those that were asked for; the others are not numbers. `blocks` to a row.
    private var roughness: [Double]
    private let blocks: Int
    private var bending = Lattice.Bending()

    /// A grid whose squares are cells.
    init(cellsOf fabric: Fabric, _ areas: Areas, _ lattice: Lattice) {
        self.init(
            lattice, left: fabric.firstColumn, bottom: fabric.firstRow, span: 1, width: fabric.width, fabric.height,
            areas)
    }

    /// A grid whose squares are blocks, its lower left block at `column`, `row`.
    init(blocksFrom column: Int, _ row: Int, width: Int, height: Int, _ areas: Areas, _ lattice: Lattice) {
        self.init(
            lattice, left: column * Lattice.pitch, bottom: row * Lattice.pitch, span: Lattice.pitch, width: width,
            height,
            areas)
    }

    private init(_ lattice: Lattice, left: Int, bottom: Int, span: Int, width: Int, _ height: Int, _ areas: Areas) {
        self.lattice = lattice
        self.left = left
        self.bottom = bottom
        self.span = span
        self.width = width
        outline = Outline(width: width, height: height, areas: areas.numbers)
        let perBlock = Lattice.pitch / span
        blocks = width / perBlock + 1
        roughness = Array(repeating: .nan, count: blocks * (height / perBlock + 1))
        corners = span == 1 ? Array(repeating: Point(x: .nan, y: .nan), count: (width + 1) * (height + 1)) : []
    }

    /// The shape whose parts are the given areas.
    mutating func shape(of parts: [ArraySlice<Int32>]) -> Shape {
        var shape = Shape(kind: .polygon)
        for part in parts {
            for ring in outline.rings(of: part) {
                append(ring, to: &shape)
                shape.ringEnds.append(shape.points.count)
            }
            shape.partEnds.append(shape.ringEnds.count)
        }
        return shape
    }

    private mutating func append(_ ring: [Int], to shape: inout Shape) {
        let stride = width + 1
        guard let first = ring.first else { return }
        var i = left + first % stride * span, j = bottom + first / stride * span
        var point = corner(i, j)
        shape.points.append(point)
        for next in ring.dropFirst() {
            let toI = left + next % stride * span, toJ = bottom + next / stride * span
            while i != toI || j != toJ {
                let nextI = i + (toI - i).signum(), nextJ = j + (toJ - j).signum()
                let nextPoint = corner(nextI, nextJ)
                // Asked from the lower or left corner, so that both neighbours get the same answer.
                let bend =
                    nextI > i || nextJ > j
                    ? bend(i, j, horizontal: nextJ == j, point, nextPoint)
                    : bend(nextI, nextJ, horizontal: nextJ == j, nextPoint, point)
                if let bend { shape.points.append(bend) }
                shape.points.append(nextPoint)
                (i, j, point) = (nextI, nextJ, nextPoint)
            }
        }
    }

    private mutating func bend(_ i: Int, _ j: Int, horizontal: Bool, _ start: Point, _ end: Point) -> Point? {
        guard Lattice.mayBend(i, j, horizontal: horizontal) else { return nil }
        let place = (j - bottom) / Lattice.pitch * blocks + (i - left) / Lattice.pitch
        if roughness[place].isNaN { roughness[place] = lattice.roughness(i / Lattice.pitch, j / Lattice.pitch) }
        return lattice.bend(i, j, horizontal: horizontal, start, end, rough: roughness[place])
    }

    private mutating func corner(_ i: Int, _ j: Int) -> Point {
        guard span == 1 else { return lattice.corner(i, j, &bending) }
        let place = (j - bottom) * (width + 1) + i - left
        if corners[place].x.isNaN { corners[place] = lattice.corner(i, j, &bending) }
        return corners[place]
    }
}
