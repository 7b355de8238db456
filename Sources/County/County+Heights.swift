import Geometry

/// The heights of the county on a grid, in metres above the sea: rows from north to south, values at the cells' centres.
package struct CountyHeights: Sendable {
    /// The upper left corner of the upper left cell.
    package let corner: Point
    /// The side of a cell in metres.
    package let cell: Double
    package let columns: Int
    package let rows: Int
    let county: County

    /// Gives each row, to the decimetre.
    package func forEachRow(_ body: ([Float]) throws -> Void) rethrows {
        var bending = Lattice.Bending()
        for row in 0..<rows {
            let y = corner.y - (Double(row) + 0.5) * cell
            try body(
                (0..<columns).map { column in
                    let point = Point(x: corner.x + (Double(column) + 0.5) * cell, y: y)
                    return Float((county.height(at: point, &bending) * 10).rounded() / 10)
                })
        }
    }
}

extension County {
    /// The grid over the whole county, of at most about a million cells of 30 m or more.
    package func heights() -> CountyHeights {
        let box = box
        let width = box.maxX - box.minX, height = box.maxY - box.minY
        let cell = max(30, ((width * height / 1_000_000).squareRoot() / 5).rounded(.up) * 5)
        let columns = Int((width / cell).rounded(.up)) + 2, rows = Int((height / cell).rounded(.up)) + 2
        return CountyHeights(
            corner: Point(
                x: (box.minX / cell).rounded(.down) * cell - cell, y: (box.maxY / cell).rounded(.up) * cell + cell),
            cell: cell, columns: columns + 1, rows: rows + 1, county: self)
    }

    /// How high a place lies. Steeper where the terrain is higher; the sea is at 0.
    func height(at point: Point) -> Double {
        var bending = Lattice.Bending()
        return height(at: point, &bending)
    }

    func height(at point: Point, _ bending: inout Lattice.Bending) -> Double {
        let place = lattice.blocks(at: point, &bending)
        if layout.isCoastal, let sea = layout.sea(inRow: Int(place.y)).first, place.x > Double(sea) { return 0 }
        let rise = max(0, terrain.height(place.x, place.y) - 0.12)
        return 15 + Double(Lattice.pitch) * lattice.cell * (0.25 * rise + 1.1 * rise * rise)
    }
}
