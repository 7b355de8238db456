import Canvas

/// Bars of one kind below one another, each under its name: how an area is made up.
///
/// A name stands above its bar, so that long ones and narrow pages do no harm.
package struct ShareChart: Sendable {
    package struct Bar: Sendable {
        package var name: String
        package var value: Double
        /// The value as people read it.
        package var text: String
        /// `#rrggbb`.
        package var colour: String

        package init(name: String, value: Double, text: String, colour: String) {
            (self.name, self.value, self.text, self.colour) = (name, value, text, colour)
        }
    }

    package var bars: [Bar]
    package var title: String

    package init(_ title: String, bars: [Bar]) { (self.title, self.bars) = (title, bars) }

    private var most: Double { max(1e-9, bars.map(\.value).max() ?? 0) }

    /// As wide as a telephone held upright, so that its letters are never scaled down much.
    private static let width = 400.0

    package var svg: String {
        let (width, step) = (Self.width, 31.0)
        var content = ""
        for (index, bar) in bars.enumerated() {
            let y = Double(index) * step
            let long = max(bar.value > 0 ? 1 : 0, bar.value / most * (width - 1))
            content +=
                ChartFrame.text(bar.name, x: 0, y: y + 12, size: 12)
                + ChartFrame.text(bar.text, x: width, y: y + 12, size: 12, .end)
                + ChartFrame.rect(
                    x: 0.5, y: y + 16, width: long, colour: bar.colour, " stroke=\"#666\" stroke-width=\"0.5\"") + "\n"
        }
        return ChartFrame.svg(title, width: width, height: Double(bars.count) * step + 2, content)
    }

    /// The same with characters, a line for each bar.
    package func lines(width: Int = 80) -> [String] {
        let names = ChartFrame.column(bars.map(\.name), most: 30)
        let texts = bars.map { displayWidth(of: $0.text) }.max() ?? 0
        let room = max(8, width - names.width - texts - 6)
        return zip(bars, names.cells).map { bar, name in
            let count = ChartFrame.length(bar.value, of: most, room: room)
            let run = String(repeating: "#", count: count) + String(repeating: " ", count: room - count)
            let lead = String(repeating: " ", count: max(0, texts - displayWidth(of: bar.text)))
            return "  \(name)  \(run)  \(lead)\(bar.text)"
        }
    }
}
