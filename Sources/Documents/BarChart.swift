import Canvas
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
        let (pale, dark) = ("#b9c4cc", "#35618e")
        var content =
            ChartFrame.rect(x: 190, y: 2, width: 12, height: 9, colour: pale)
            + ChartFrame.text(say("before", "规划前"), x: 206, y: 11, size: 11)
            + ChartFrame.rect(x: 280, y: 2, width: 12, height: 9, colour: dark)
            + ChartFrame.text(say("after", "规划后"), x: 296, y: 11, size: 11) + "\n"
        for (index, bar) in bars.enumerated() {
            let y = 22 + Double(index) * 30
            func run(_ value: Double, _ y: Double, _ colour: String) -> String {
                ChartFrame.rect(x: 190, y: y, width: max(0.5, value / most * 400), colour: colour)
            }
            content +=
                ChartFrame.text(bar.name, x: 184, y: y + 14, size: 11, .end) + run(bar.before, y + 1, pale)
                + run(bar.after, y + 12, dark) + ChartFrame.text(bar.text, x: 596, y: y + 16, size: 11) + "\n"
        }
        return ChartFrame.svg(title, width: 720, height: Double(bars.count) * 30 + 22, content)
    }

    /// The same with characters.
    package func lines(width: Int = 80) -> [String] {
        let names = ChartFrame.column(bars.map(\.name), most: 24)
        let room = max(10, width - names.width - 4 - (bars.map { displayWidth(of: $0.text) }.max() ?? 0))
        func run(_ value: Double, _ sign: Character) -> String {
            String(repeating: sign, count: ChartFrame.length(value, of: most, room: room))
        }
        return zip(bars, names.cells).flatMap { bar, name -> [String] in
            let before = run(bar.before, "-"), after = run(bar.after, "#")
            let pad = String(repeating: " ", count: max(0, room - after.count))
            return [
                "\(name)  \(before)",
                "\(String(repeating: " ", count: names.width))  \(after)\(pad)  \(bar.text)",
            ]
        }
    }
}
