/// What characters a map is made of.
package enum Glyphs: String, Sendable, CaseIterable {
    /// 7-bit letters and signs, one dot a cell.
    case ascii
    /// Braille patterns, 2 by 4 dots a cell; of neutral width everywhere.
    case braille
    /// Quadrants, 2 by 2 dots a cell; only those of neutral width.
    case quadrant

    /// Dots a cell.
    package var columns: Int { self == .ascii ? 1 : 2 }
    package var rows: Int {
        switch self {
        case .ascii: 1
        case .braille: 4
        case .quadrant: 2
        }
    }

    /// The character that shows a cell's dots; blank for none.
    ///
    /// - Parameter dots: bit `row * columns + column`, rows downward.
    package func scalar(for dots: UInt8) -> Unicode.Scalar {
        guard dots != 0 else { return " " }
        switch self {
        case .ascii: return "#"
        case .braille:
            // Unicode numbers the dots 1-2-3-7 down the left column and 4-5-6-8 down the right one.
            var pattern: UInt32 = 0
            for (bit, weight) in [0x01, 0x08, 0x02, 0x10, 0x04, 0x20, 0x40, 0x80].enumerated()
            where dots & 1 << bit != 0 {
                pattern |= UInt32(weight)
            }
            return Unicode.Scalar(0x2800 + pattern) ?? " "
        case .quadrant:
            // Halves and full blocks are of ambiguous width; the nearest neutral quadrant stands for them.
            let table: [Unicode.Scalar] = [
                " ", "▘", "▝", "▝", "▖", "▖", "▞", "▛", "▗", "▚", "▗", "▜", "▖", "▙", "▟", "▟",
            ]
            return table[Int(dots & 15)]
        }
    }
}
