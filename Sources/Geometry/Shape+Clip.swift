extension Shape {
    /// How much of a segment lies inside a polygon; 0 for other shapes.
    package func length(ofSegment a: Point, _ b: Point) -> Double {
        guard kind == .polygon else { return 0 }
        let (dx, dy) = (b.x - a.x, b.y - a.y)
        let whole = a.distance(to: b)
        guard whole > 0 else { return 0 }
        var cuts = [0.0, 1.0]
        forEachEdge { p, q in
            let (ex, ey) = (q.x - p.x, q.y - p.y)
            let turn = dx * ey - dy * ex
            guard turn != 0 else { return }
            let t = ((p.x - a.x) * ey - (p.y - a.y) * ex) / turn, u = ((p.x - a.x) * dy - (p.y - a.y) * dx) / turn
            if t > 0, t < 1, u >= 0, u <= 1 { cuts.append(t) }
        }
        cuts.sort()
        var inside = 0.0
        for (from, to) in zip(cuts, cuts.dropFirst()) where to > from {
            let t = (from + to) / 2
            if contains(Point(x: a.x + t * dx, y: a.y + t * dy)) { inside += (to - from) * whole }
        }
        return inside
    }
}
