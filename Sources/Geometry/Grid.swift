/// A grid of measured values, such as heights: what a raster holds, or a part of one.
///
/// Values are 32-bit floats, which hold every 16-bit integer exactly; a cell without a value is NaN. A value is that of its
/// cell's centre.
package struct Grid: Sendable {
    package var place: GridPlace
    /// Row by row from the north, `place.columns` each.
    package var values: [Float]

    package init(place: GridPlace, values: [Float]) {
        precondition(values.count == place.columns * place.rows, "a value for each cell")
        self.place = place
        self.values = values
    }

    /// A grid without any value.
    package init(empty place: GridPlace) {
        self.init(place: place, values: Array(repeating: .nan, count: place.columns * place.rows))
    }

    package subscript(column: Int, row: Int) -> Float {
        get { values[row * place.columns + column] }
        set { values[row * place.columns + column] = newValue }
    }

    /// The value of the cell that holds a point; nil outside, and where there is none.
    package func value(at point: Point) -> Float? {
        guard let (column, row) = place.cell(at: point) else { return nil }
        let value = self[column, row]
        return value.isNaN ? nil : value
    }

    /// The value at a point, bilinear between the centres of the four cells around it.
    ///
    /// Cells without a value, and those beyond the border, are left out and the weights of the others raised, as in GDAL's
    /// bilinear warping.
    ///
    /// - Returns: nil outside, and where the cell that holds the point has no value.
    package func sample(at point: Point) -> Double? {
        guard let own = place.cell(at: point), !self[own.column, own.row].isNaN else { return nil }
        let x = (point.x - place.corner.x) / place.cellWidth - 0.5
        let y = (place.corner.y - point.y) / place.cellHeight - 0.5
        let (left, top) = (Int(x.rounded(.down)), Int(y.rounded(.down)))
        let (right, lower) = (x - Double(left), y - Double(top))
        var (sum, weights) = (0.0, 0.0)
        for (row, vertical) in [(top, 1 - lower), (top + 1, lower)] where row >= 0 && row < place.rows {
            for (column, horizontal) in [(left, 1 - right), (left + 1, right)]
            where column >= 0 && column < place.columns {
                let value = Double(self[column, row])
                guard !value.isNaN else { continue }
                sum += value * vertical * horizontal
                weights += vertical * horizontal
            }
        }
        return weights > 0 ? sum / weights : nil
    }
}
