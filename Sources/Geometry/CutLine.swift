/// A line that shall cut a polygon, fitted to it: ends that lie on the outline but for a hair are put on it, and where the
/// line passes a corner but for a hair it goes through it. So no sliver is cut off, and no cut ends short of the outline.
package struct CutLine {
    /// Of kind `line`.
    package var line: Shape
    /// The polygon with the line's ends in its edges.
    package var outline: Shape

    /// - Parameters:
    ///   - line: of kind `line`, of any number of parts.
    ///   - reach: the width of a hair.
    ///   - tolerance: within which a point counts as on an edge; rounding, no more.
    package init(_ line: Shape, across outline: Shape, reach: Double, tolerance: Double) {
        var line = line
        var feet: [Point] = []
        for index in line.points.indices {
            guard let place = outline.snapped(line.points[index], within: reach) else { continue }
            line.points[index] = place.point
            if !place.isVertex { feet.append(place.point) }
        }
        self.outline = outline.inserting(feet, within: tolerance) ?? outline
        let passed = line.withoutRepeats() ?? line
        self.line = passed.inserting(self.outline.points, within: reach) ?? passed
    }
}
