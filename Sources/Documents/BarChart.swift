import Canvas
import Foundation
import Phrases

/// Pairs of bars, before and after, with their names: how a plan changes the land.
package struct BarChart: Sendable {
    package struct Bar: Sendable {
        package var name: String
        package var before: Double
        package var after: Double
        package var text: String

        package init(name: String, before: Double, after: Double, text: String) {
            (self.name, self.before, self.after, self.text) = (name, before, after, text)
        }
    }

    package var bars: [Bar]
    package var title: String

    package init(_ title: String, bars: [Bar]) { (self.title, self.bars) = (title, bars) }

    private var most: Double { max(1e-9, bars.map { max($0.before, $0.after) }.max() ?? 0) }

    package var svg: String {
        let height = Double(bars.count) * 30 + 22
        var out =
            "<svg viewBox=\"0 0 720 \(VectorMap.number(height))\" width=\"720\" "
            + "height=\"\(VectorMap.number(height))\" role=\"img\">\n<title>\(Page.escaped(title))</title>\n"
        out +=
            "<rect x=\"190\" y=\"2\" width=\"12\" height=\"9\" fill=\"#b9c4cc\"/><text x=\"206\" y=\"11\" font-size=\"11\">\(Page.escaped(say("before", "规划前")))</text>"
        out +=
            "<rect x=\"280\" y=\"2\" width=\"12\" height=\"9\" fill=\"#35618e\"/><text x=\"296\" y=\"11\" font-size=\"11\">\(Page.escaped(say("after", "规划后")))</text>\n"
        for (index, bar) in bars.enumerated() {
            let y = 22 + Double(index) * 30
            func rect(_ value: Double, _ y: Double, _ colour: String) -> String {
                "<rect x=\"190\" y=\"\(VectorMap.number(y))\" width=\"\(VectorMap.number(max(0.5, value / most * 400)))\" height=\"10\" fill=\"\(colour)\"/>"
            }
            out +=
                "<text x=\"184\" y=\"\(VectorMap.number(y + 14))\" font-size=\"11\" text-anchor=\"end\">\(Page.escaped(bar.name))</text>"
            out += rect(bar.before, y + 1, "#b9c4cc") + rect(bar.after, y + 12, "#35618e")
            out +=
                "<text x=\"596\" y=\"\(VectorMap.number(y + 16))\" font-size=\"11\">\(Page.escaped(bar.text))</text>\n"
        }
        return out + "</svg>"
    }

    /// The same with characters.
    package func lines(width: Int = 80) -> [String] {
        let names = min(24, bars.map { displayWidth(of: $0.name) }.max() ?? 0)
        let room = max(10, width - names - 4 - (bars.map { displayWidth(of: $0.text) }.max() ?? 0))
        func run(_ value: Double, _ sign: Character) -> String {
            String(repeating: sign, count: max(value > 0 ? 1 : 0, Int((value / most * Double(room)).rounded())))
        }
        return bars.flatMap { bar -> [String] in
            let name = wrapped(bar.name, width: names).first ?? ""
            let gap = String(repeating: " ", count: max(0, names - displayWidth(of: name)))
            let before = run(bar.before, "-"), after = run(bar.after, "#")
            let pad = String(repeating: " ", count: max(0, room - after.count))
            return [
                "\(name)\(gap)  \(before)", "\(String(repeating: " ", count: names))  \(after)\(pad)  \(bar.text)",
            ]
        }
    }
}
