import Canvas
import Phrases

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
        let height = Double(bars.count) * step + 2
        var out =
            "<svg viewBox=\"0 0 \(VectorMap.number(width)) \(VectorMap.number(height))\" "
            + "width=\"\(VectorMap.number(width))\" height=\"\(VectorMap.number(height))\" role=\"img\">\n<title>\(Page.escaped(title))</title>\n"
        for (index, bar) in bars.enumerated() {
            let y = Double(index) * step
            let long = max(bar.value > 0 ? 1 : 0, bar.value / most * (width - 1))
            out +=
                "<text x=\"0\" y=\"\(VectorMap.number(y + 12))\" font-size=\"12\">\(Page.escaped(bar.name))</text>"
                + "<text x=\"\(VectorMap.number(width))\" y=\"\(VectorMap.number(y + 12))\" font-size=\"12\" text-anchor=\"end\">\(Page.escaped(bar.text))</text>"
                + "<rect x=\"0.5\" y=\"\(VectorMap.number(y + 16))\" width=\"\(VectorMap.number(long))\" height=\"10\" fill=\"\(bar.colour)\" stroke=\"#666\" stroke-width=\"0.5\"/>\n"
        }
        return out + "</svg>"
    }

    /// The same with characters, a line for each bar.
    package func lines(width: Int = 80) -> [String] {
        let names = min(30, bars.map { displayWidth(of: cleanedForShell($0.name)) }.max() ?? 0)
        let texts = bars.map { displayWidth(of: $0.text) }.max() ?? 0
        let room = max(8, width - names - texts - 6)
        return bars.map { bar in
            let name = wrapped(cleanedForShell(bar.name), width: names).first ?? ""
            let gap = String(repeating: " ", count: max(0, names - displayWidth(of: name)))
            let count = max(bar.value > 0 ? 1 : 0, Int((bar.value / most * Double(room)).rounded()))
            let run = String(repeating: "#", count: count) + String(repeating: " ", count: room - count)
            let lead = String(repeating: " ", count: max(0, texts - displayWidth(of: bar.text)))
            return "  \(name)\(gap)  \(run)  \(lead)\(bar.text)"
        }
    }
}
