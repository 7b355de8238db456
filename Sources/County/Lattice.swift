import Geometry

/// Where the corners of the lattice's cells lie on the ground, in metres.
///
/// A block is a strip along its left side, a strip along its lower side, and `cells` × `cells` cells between; roads,
/// rivers and ditches fill strips. Lattice lines are counted through: `pitch` of them to a block. Each corner is a pure
/// function of its two numbers, so parcels that share a corner share it to the last digit, and parcels made of cells
/// leave no gap and no overlap.
struct Lattice: Sendable {
    static let cells = 6
    static let pitch = 7

    /// The side of a cell.
    let cell: Double
    /// Where the lower left corner of the lattice lies, before it is bent.
    let origin: Point
    private let dice: Dice
    private let extent: Double
    /// The middle of the strip of each column and row, from the origin, and its width at the widest.
    private let columnMiddles: [Double]
    private let columnWidths: [Double]
    private let rowMiddles: [Double]
    private let rowWidths: [Double]
    private let terrain: Terrain

    /// - Parameter centre: the middle of the county, in the layer's coordinates.
    init(layout: Layout, terrain: Terrain, cell: Double, centre: Point) {
        self.cell = cell
        self.terrain = terrain
        dice = layout.dice
        (columnMiddles, columnWidths) = Self.lines(terrain.columnLines, cell)
        (rowMiddles, rowWidths) = Self.lines(terrain.rowLines, cell)
        let width = columnMiddles.last ?? 0, height = rowMiddles.last ?? 0
        extent = max(width, height)
        origin = Point(x: (centre.x - width / 2).rounded(), y: (centre.y - height / 2).rounded())
    }

    private static func lines(_ lines: [Terrain.Line], _ cell: Double) -> ([Double], [Double]) {
        let widths = lines.map { line in
            switch line {
            case .plain: 0.11 * cell
            case .highway: 0.30 * cell
            case .creek: 0.34 * cell
            case .river: 1.5 * cell
            }
        }
        var middles: [Double] = []
        var end = 0.0
        for width in widths {
            middles.append(end + width / 2)
            end += width + Double(cells) * cell
        }
        return (middles, widths)
    }

    /// The widest a strip gets, in metres.
    func width(ofColumn column: Int) -> Double { columnWidths[column] }
    func width(ofRow row: Int) -> Double { rowWidths[row] }

    /// The corner at lattice line `i` from the left and `j` from below.
    func corner(_ i: Int, _ j: Int) -> Point {
        var bending = Bending()
        return corner(i, j, &bending)
    }

    func corner(_ i: Int, _ j: Int, _ bending: inout Bending) -> Point {
        let (column, a) = i.quotientAndRemainder(dividingBy: Self.pitch)
        let (row, b) = j.quotientAndRemainder(dividingBy: Self.pitch)
        var x = columnMiddles[column], y = rowMiddles[row]
        if a < 2 {
            let half = columnWidths[column] / 2 * narrowing(terrain.columnLines[column], along: rowMiddles[row], column)
            x += a == 0 ? -half : half
        } else {
            x += columnWidths[column] / 2 + Double(a - 1) * cell
        }
        if b < 2 {
            let half = rowWidths[row] / 2 * narrowing(terrain.rowLines[row], along: x, row)
            y += b == 0 ? -half : half
        } else {
            y += rowWidths[row] / 2 + Double(b - 1) * cell
        }
        // Corners on a strip keep its line; only where fields meet it do they move along.
        if a >= 2 { x += 0.4 * cell * (dice.unit(.jitterX, i, j) - 0.5) }
        if b >= 2 { y += 0.4 * cell * (dice.unit(.jitterY, i, j) - 0.5) }
        return place(x, y, &bending)
    }

    /// The middle of the strips' crossing at the lower left of a block.
    func crossing(_ column: Int, _ row: Int) -> Point {
        place(columnMiddles[column], rowMiddles[row])
    }

    /// The middle of a block's left strip (`alongColumn`) or lower strip, beside lattice line `step` of the block.
    func middle(_ column: Int, _ row: Int, alongColumn: Bool, step: Int) -> Point {
        let along = Double(step - 1) * cell
        return alongColumn
            ? place(columnMiddles[column], rowMiddles[row] + rowWidths[row] / 2 + along)
            : place(columnMiddles[column] + columnWidths[column] / 2 + along, rowMiddles[row])
    }

    /// Whether an edge of one step lies inside a block; only those are ever crooked.
    static func mayBend(_ i: Int, _ j: Int, horizontal: Bool) -> Bool {
        let a = i % pitch, b = j % pitch
        return horizontal ? a >= 1 && b >= 2 : a >= 2 && b >= 1
    }

    /// A further point between two corners one step apart inside a block, so that boundaries in rough country are
    /// crooked; nil where they are straight.
    ///
    /// - Parameters:
    ///   - start: the left or lower corner, at `i`, `j`; `end` is the other.
    ///   - rough: the roughness of the block.
    func bend(_ i: Int, _ j: Int, horizontal: Bool, _ start: Point, _ end: Point, rough: Double) -> Point? {
        guard dice.unit(.rough, horizontal ? i : ~i, j) < (rough - 0.25) * 2 else { return nil }
        let off = 0.2 * (dice.unit(.bend, horizontal ? i : ~i, j) - 0.5)
        return Self.snapped(
            (start.x + end.x) / 2 - (end.y - start.y) * off, (start.y + end.y) / 2 + (end.x - start.x) * off)
    }

    /// How rough the country is in a block: its height.
    func roughness(_ column: Int, _ row: Int) -> Double { terrain.height(Double(column) + 0.5, Double(row) + 0.5) }

    /// Rivers and creeks widen and narrow as they go; roads don't.
    private func narrowing(_ line: Terrain.Line, along distance: Double, _ number: Int) -> Double {
        switch line {
        case .plain, .highway: 1
        case .river: 0.72 + 0.28 * dice.noise(.width, distance / (5 * cell), Double(number))
        case .creek: 0.6 + 0.4 * dice.noise(.width, distance / (14 * cell), Double(number))
        }
    }

    /// Bends the plane smoothly, at four scales. A slope is at most three times the share, and the shares add up to
    /// less than a third, so no line turns back on itself.
    private func place(_ x: Double, _ y: Double) -> Point {
        var bending = Bending()
        return place(x, y, &bending)
    }

    private func place(_ x: Double, _ y: Double, _ bending: inout Bending) -> Point {
        let (dx, dy) = shift(x, y, &bending)
        return Self.snapped(origin.x + x + dx, origin.y + y + dy)
    }

    /// What bending the plane remembers from one place to the next: places are asked for one beside the other, and the
    /// noise between two lattice points is made of the same four values.
    struct Bending {
        fileprivate var x = Array(repeating: Dice.Corners(), count: 4)
        fileprivate var y = Array(repeating: Dice.Corners(), count: 4)
    }

    private func shift(_ x: Double, _ y: Double, _ bending: inout Bending) -> (dx: Double, dy: Double) {
        let block = Double(Self.pitch) * cell
        var dx = 0.0, dy = 0.0
        func add(_ index: Int, _ length: Double, _ share: Double) {
            let shift = 37.5 * Double(index)
            let u = x / length + shift, v = y / length + shift
            dx += share * length * dice.noise(.warpX, u, v, &bending.x[index])
            dy += share * length * dice.noise(.warpY, u, v, &bending.y[index])
        }
        add(0, 0.8 * extent, 0.09)
        add(1, 6.5 * block, 0.1)
        add(2, 2.3 * block, 0.1)
        add(3, 0.9 * block, 0.04)
        return (dx, dy)
    }

    /// Where a place on the ground lies, in blocks from the lower left; the inverse of bending the plane.
    ///
    /// By iteration: what is left to go shrinks with each step, since the plane is bent smoothly.
    func blocks(at point: Point) -> (x: Double, y: Double) {
        var bending = Bending()
        return blocks(at: point, &bending)
    }

    func blocks(at point: Point, _ bending: inout Bending) -> (x: Double, y: Double) {
        var x = point.x - origin.x, y = point.y - origin.y
        for _ in 0..<5 {
            let (dx, dy) = shift(x, y, &bending)
            x = point.x - origin.x - dx
            y = point.y - origin.y - dy
        }
        return (Self.number(of: x, columnMiddles), Self.number(of: y, rowMiddles))
    }

    /// The place among ascending middles: their number, and the part of the way to the next.
    private static func number(of value: Double, _ middles: [Double]) -> Double {
        guard let first = middles.first, let last = middles.last, value > first else { return 0 }
        guard value < last else { return Double(middles.count - 1) }
        var low = 0, high = middles.count - 1
        while high - low > 1 {
            let middle = (low + high) / 2
            if middles[middle] <= value { low = middle } else { high = middle }
        }
        return Double(low) + (value - middles[low]) / (middles[high] - middles[low])
    }

    /// Rounded to the 0.1 mm in which survey coordinates are delivered.
    private static func snapped(_ x: Double, _ y: Double) -> Point {
        Point(x: (x * 10_000).rounded() / 10_000, y: (y * 10_000).rounded() / 10_000)
    }
}
