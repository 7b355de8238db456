import Testing

@testable import Canvas

/// Charts against drawings made by hand.
@Suite("Charts")
struct ChartTests {
    private static func text(_ scalars: [Unicode.Scalar]) -> String {
        scalars.reduce(into: "") { $0.unicodeScalars.append($1) }
    }

    /// Years and values, the width, and what is drawn.
    static let lines: [(points: [(Double, Double)], width: Int, glyphs: Glyphs, drawing: String)] = [
        ([(0, 0), (1, 1), (2, 2), (3, 3)], 4, .ascii, "_.-^"),
        ([(0, 3), (1, 2), (2, 1), (3, 0)], 4, .ascii, "^-._"),
        // Two surveys five years apart: fifths of the way, in quarters of the height.
        ([(2020, 0), (2025, 10)], 6, .ascii, "__.-^^"),
        // The order in which they come is of no matter.
        ([(2025, 10), (2020, 0)], 6, .ascii, "__.-^^"),
        ([(2025, 7)], 4, .ascii, "   -"),
        ([(2020, 7), (2025, 7)], 4, .ascii, "----"),
        ([], 4, .ascii, "    "),
        ([(2020, .nan), (2025, 7)], 4, .ascii, "   -"),
        // Four dots across and four up: dots 7 and 6, then 2 and 4.
        ([(0, 0), (1, 1)], 2, .braille, "⡠⠊"),
        ([(0, 0), (1, 1)], 2, .quadrant, "▖▝"),
        ([(0, 0), (1, 1)], 0, .braille, ""),
    ]

    @Test("A trend is a line in a row of text", arguments: lines.indices)
    func sparklines(index: Int) {
        let line = Self.lines[index]
        let drawn = Sparkline(line.points).scalars(width: line.width, glyphs: line.glyphs)
        #expect(Self.text(drawn) == line.drawing)
    }

    static let bands: [(scale: [Double], value: Double?, tick: Double?, width: Int, glyphs: Glyphs, drawing: String)] =
        [
            ([10, 5], 10, nil, 10, .ascii, "=========="), ([10, 5], 5, nil, 10, .ascii, "=====     "),
            ([10, 5], 5, 8, 10, .ascii, "=====   | "), ([10, 5], nil, 8, 10, .ascii, "        | "),
            // Nothing has a dot too: it is known to be nothing.
            ([10, 5], 0, nil, 10, .ascii, "=         "), ([-5, 5], -5, nil, 10, .ascii, "=====     "),
            ([-5, 5], 5, nil, 10, .ascii, "     ====="), ([10], 5, nil, 4, .braille, "⠶⠶  "),
            // Three eighths.
            ([10], 3.75, nil, 4, .braille, "⠶⠆  "), ([10], 3.75, nil, 4, .quadrant, "▟▖  "),
            ([0], 0, nil, 3, .ascii, "   "),
        ]

    @Test("Bars start at nought and share one scale", arguments: bands.indices)
    func bars(index: Int) {
        let bar = Self.bands[index]
        let drawn = Bars(bar.scale).scalars(bar.value, tick: bar.tick, width: bar.width, glyphs: bar.glyphs)
        #expect(Self.text(drawn) == bar.drawing)
    }

    private static let chart = LineChart(
        points: [(2020, 0), (2025, 10)], bounds: [6],
        band: { $0 < 6 ? .init("R", role: "level.red") : .init("G", role: "level.green") },
        label: { String(Int($0.rounded())) })

    @Test("History with its target and the letters of its warnings")
    func history() {
        var frame = Frame(size: Size(columns: 20, rows: 8))
        Self.chart.draw(
            into: &frame, at: Place(row: 1, column: 2), size: Size(columns: 16, rows: 6), glyphs: .ascii, theme: .ascii)
        // From -0.5 to 10.5 in five rows: their middles are 9.4, 7.2, 5, 2.8 and 0.6.
        #expect(
            frame.text == """

                  9 G           .o
                    G        ...
                    R- - -...- - -
                    R  ...
                  1 Ro.
                     2020     2025

                """)
        #expect(frame[1, 4].style == Theme.ascii.role("level.green"))
        #expect(frame[3, 4].style == Theme.ascii.role("level.red"))
    }

    @Test("Where there is no room, or no value, nothing is drawn", arguments: [(5, 6), (16, 2), (0, 0), (3, 1)])
    func small(columns: Int, rows: Int) {
        var frame = Frame(size: Size(columns: 20, rows: 8))
        let size = Size(columns: columns, rows: rows)
        Self.chart.draw(into: &frame, at: Place(row: 0, column: 0), size: size, glyphs: .braille, theme: .ascii)
        LineChart(points: [], label: { "\($0)" }).draw(
            into: &frame, at: Place(row: 0, column: 0), size: Size(columns: 20, rows: 8), glyphs: .ascii, theme: .ascii)
        #expect(frame == Frame(size: frame.size))
    }

    @Test("A chart stays within its rectangle, whatever its numbers", arguments: UInt64(1)...40)
    func within(seed: UInt64) {
        var random = Seeded(seed)
        let values = (0..<Int.random(in: 1...12, using: &random)).map {
            (x: 2010 + $0 * Int.random(in: 1...3, using: &random), y: Double.random(in: -1e6...1e6, using: &random))
        }
        let chart = LineChart(
            points: values, bounds: [Double.random(in: -1e6...1e6, using: &random)], label: { String(Int($0)) })
        for glyphs in Glyphs.allCases {
            var frame = Frame(size: Size(columns: 60, rows: 20))
            chart.draw(
                into: &frame, at: Place(row: 3, column: 5), size: Size(columns: 40, rows: 10), glyphs: glyphs,
                theme: .ascii)
            for row in 0..<20 {
                for column in 0..<60 where !((3..<13).contains(row) && (5..<45).contains(column)) {
                    #expect(frame[row, column] == .blank, "row \(row), column \(column)")
                }
            }
        }
    }

    @Test("A line of dots holds both ends and has no gap", arguments: UInt64(1)...40)
    func connected(seed: UInt64) {
        var random = Seeded(seed)
        var grid = DotGrid(size: Size(columns: 10, rows: 5), glyphs: .braille)
        let a = (column: Int.random(in: 0..<20, using: &random), row: Int.random(in: 0..<20, using: &random))
        let b = (column: Int.random(in: 0..<20, using: &random), row: Int.random(in: 0..<20, using: &random))
        grid.line(from: a, to: b)
        func isSet(_ column: Int, _ row: Int) -> Bool {
            grid.dots(row: row / 4, column: column / 2) & 1 << UInt8(row % 4 * 2 + column % 2) != 0
        }
        let count = (0..<20).reduce(0) { sum, row in sum + (0..<20).count { isSet($0, row) } }
        #expect(isSet(a.column, a.row) && isSet(b.column, b.row))
        #expect(count == max(abs(a.column - b.column), abs(a.row - b.row)) + 1)
    }
}
