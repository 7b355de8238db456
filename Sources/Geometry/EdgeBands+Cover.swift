/// Which boxes a polygon meets: of a long narrow one its own box says little.
extension EdgeBands {
    /// Boxes that together cover the polygon and meet only at their sides: where its outline runs none is much larger
    /// than `side`, its inside is covered by as few as may be.
    ///
    /// - Parameter side: in the units of the coordinates; what would cut the polygon's box into more than 512 by 512 is
    ///   raised to that.
    package func cover(side: Double) -> [Box] {
        guard !shape.isEmpty else { return [] }
        let least = max(side, max(box.width, box.height) / 512)
        var edges: [Int32] = []
        edges.reserveCapacity(edgeCount)
        for ring in shape.ringEnds.indices { for edge in shape.ring(ring).dropLast() { edges.append(Int32(edge)) } }
        var found: [Box] = []
        cover(box, edges, least, &found)
        return found
    }

    private func cover(_ cell: Box, _ edges: [Int32], _ least: Double, _ found: inout [Box]) {
        if edges.isEmpty {
            // No edge is in the cell, so that all of it is on one side.
            if contains(cell.center) != false { found.append(cell) }
            return
        }
        guard max(cell.width, cell.height) > least else { return found.append(cell) }
        var (low, high) = (cell, cell)
        if cell.width >= cell.height {
            (low.maxX, high.minX) = (cell.center.x, cell.center.x)
        } else {
            (low.maxY, high.minY) = (cell.center.y, cell.center.y)
        }
        for half in [low, high] { cover(half, edges.filter { isMet(half, byEdge: Int($0)) }, least, &found) }
    }

    /// Whether the polygon and a box have a point in common.
    package func meets(_ area: Box) -> Bool {
        guard area.intersects(box) else { return false }
        if edges(in: area).contains(where: { isMet(area, byEdge: $0) }) { return true }
        return contains(area.center) != false
    }

    /// Whether an edge and a box have a point in common: their shadows on the axes meet, and the box's corners are not
    /// all on one side of the edge.
    private func isMet(_ area: Box, byEdge edge: Int) -> Bool {
        let (a, b) = (shape.points[edge], shape.points[edge + 1])
        guard min(a.x, b.x) <= area.maxX, max(a.x, b.x) >= area.minX, min(a.y, b.y) <= area.maxY,
            max(a.y, b.y) >= area.minY
        else { return false }
        let (dx, dy) = (b.x - a.x, b.y - a.y)
        if dx == 0 || dy == 0 { return true }
        func side(_ x: Double, _ y: Double) -> Double { dx * (y - a.y) - dy * (x - a.x) }
        let sides = (
            side(area.minX, area.minY), side(area.minX, area.maxY), side(area.maxX, area.minY),
            side(area.maxX, area.maxY)
        )
        // So far from the origin a product errs in its last digits: what is that close counts as met.
        let doubt = 1e-9 * (abs(dx) + abs(dy))
        let isLeft = sides.0 > doubt && sides.1 > doubt && sides.2 > doubt && sides.3 > doubt
        let isRight = sides.0 < -doubt && sides.1 < -doubt && sides.2 < -doubt && sides.3 < -doubt
        return !isLeft && !isRight
    }
}
