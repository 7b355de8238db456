extension Shape {
    /// Whether all points lie on one line, to a billionth of their spread.
    package var isFlat: Bool {
        func offset(_ point: Point) -> Point { Point(x: point.x - points[0].x, y: point.y - points[0].y) }
        func square(_ offset: Point) -> Double { offset.x * offset.x + offset.y * offset.y }
        guard let far = points.map(offset).max(by: { square($0) < square($1) }) else { return true }
        return points.allSatisfy { point in
            let here = offset(point)
            return abs(far.x * here.y - far.y * here.x) <= 1e-9 * square(far)
        }
    }
}
