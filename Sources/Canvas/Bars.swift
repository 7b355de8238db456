/// Bars that lie in rows of text and share one scale, with a tick where something is wanted.
package struct Bars: Sendable, Hashable {
    /// The values at the left and right end.
    package let low: Double
    package let high: Double

    /// A scale for bars: it holds nought, from which bars start, and all of `values`.
    package init(_ values: [Double]) {
        let finite = values.filter(\.isFinite)
        low = min(0, finite.min() ?? 0)
        high = max(0, finite.max() ?? 0)
    }

    /// A bar as characters of one cell each.
    ///
    /// It begins at nought and is at least a dot long; `tick` is a `|` in the cell of what is wanted.
    package func scalars(_ value: Double?, tick: Double? = nil, width: Int, glyphs: Glyphs) -> [Unicode.Scalar] {
        guard width > 0 else { return [] }
        let dots = width * glyphs.columns
        func place(_ value: Double) -> Double {
            high > low ? (min(max(value, low), high) - low) / (high - low) * Double(dots) : 0
        }
        var cells = Array(repeating: UInt8(0), count: width)
        if let value, value.isFinite, high > low {
            let (nought, end) = (Int(place(0).rounded()), Int(place(value).rounded()))
            var span = min(nought, end)..<max(nought, end)
            if span.isEmpty { span = value < 0 && nought > 0 ? nought - 1..<nought : nought..<nought + 1 }
            for column in span.clamped(to: 0..<dots) {
                cells[column / glyphs.columns] |= Self.dots(in: column % glyphs.columns, glyphs)
            }
        }
        var row = cells.map { glyphs == .ascii && $0 != 0 ? "=" : glyphs.scalar(for: $0) }
        if let tick, tick.isFinite, tick >= low, tick <= high {
            row[min(width - 1, Int(place(tick) / Double(glyphs.columns)))] = "|"
        }
        return row
    }

    /// A column of a cell's dots: in Braille the middle ones, so that bars in neighbouring rows stay apart.
    private static func dots(in column: Int, _ glyphs: Glyphs) -> UInt8 {
        switch glyphs {
        case .ascii: 1
        case .braille: 0b0001_0100 << UInt8(column)
        case .quadrant: 0b0101 << UInt8(column)
        }
    }
}
