import Canvas
import Commands
import Phrases
import Store

/// The layers, each shown or hidden by Space, and the legend of the one under the cursor.
package struct LayersView: View {
    private var table = Table([
        .init("layer", "图层", 18), .init("on", "显示", 4), .init("role", "角色", 16),
        .init("features", "要素", 9, number: true), .init("title", "名称", 30),
    ])
    private var layers: [Layer] = []
    private var sums: [ClassSum] = []
    private var summed: Int64?

    package init() {}

    package var title: String { say("layers  \(table.position)", "图层  \(table.position)") }
    package var offers: [Action] { Table.offers + [.open, .mark] }

    package mutating func load(_ session: Session) throws -> [Effect] {
        layers = session.layers
        table.rows = layers.map { layer in
            .init(
                [
                    layer.table, layer.isShown ? "*" : "-", layer.role.name.description,
                    String(session.counts[layer.id] ?? 0), layer.title,
                ], role: layer.id == session.survey?.id ? "changed" : "row")
        }
        summed = nil
        try summarise(session)
        return []
    }

    private var current: Layer? { layers.indices.contains(table.cursor) ? layers[table.cursor] : nil }

    private mutating func summarise(_ session: Session) throws {
        guard let layer = current, layer.id != summed else { return }
        sums = try session.project.classSums(of: layer, plan: session.planID)
        summed = layer.id
    }

    package mutating func handle(_ action: Action, count: Int?, _ session: Session) throws -> [Effect]? {
        switch action {
        case .mark, .toggle:
            guard let layer = current else { return [] }
            return [.run("layer display \(Words.join([layer.table]))\(layer.isShown ? " --off" : "")")]
        case .open:
            guard let layer = current else { return [] }
            guard !layer.isGrid else {
                return [
                    .say(
                        say(
                            "\(layer.table) is a grid: ':grid summary \(layer.table)' tells about it.",
                            "\(layer.table) 是栅格：可用 :grid summary \(layer.table) 查看。"), isTrouble: true)
                ]
            }
            try session.list(layer)
            return [.back, .say(say("Listing \(layer.table).", "已列出 \(layer.table)。"))]
        default:
            guard let effects = table.handle(action, count: count) else { return nil }
            try summarise(session)
            return effects
        }
    }

    package mutating func answer(_ kind: Prompt.Kind, _ text: String, _ session: Session) throws -> [Effect] {
        guard kind == .find else { return [] }
        let effects = table.find(text)
        try summarise(session)
        return effects
    }

    package mutating func draw(into frame: inout Frame, rows: Range<Int>, _ session: Session) {
        let hint = say("Space shows or hides, Enter lists the layer.", "空格显示或隐藏，回车列出该图层。")
        frame.put(hint, row: rows.upperBound - 1, column: 0, width: frame.size.columns, style: session.role("detail"))
        // A layer without classes has no legend: its room is the list's.
        let isClassed = current?.classSystem != nil
        let legend = isClassed ? min(sums.count + 1, rows.count - min(rows.count / 2, layers.count + 1) - 1) : 0
        let middle = rows.upperBound - 1 - legend
        table.draw(into: &frame, rows: rows.lowerBound..<middle, session)
        guard isClassed else { return }
        let header = say("legend  (area m² in the open plan's world)", "图例（面积 m²，打开规划时为规划后）")
        frame.put(header, row: middle, column: 2, width: frame.size.columns - 2, style: session.role("header"))
        for (sum, row) in zip(sums, middle + 1..<rows.upperBound - 1) {
            let stored = session.classes[sum.class]
            let look = sum.class == 0 ? Theme.noClass : session.theme.look(of: stored?.code.description ?? "")
            frame.put(look.letter, row: row, column: 2, style: look.style)
            for (column, dots) in Self.swatch(look, session.glyphs).enumerated() {
                frame.put(dots, row: row, column: 4 + column, style: look.style)
            }
            frame.put(session.code(of: sum.class), row: row, column: 8, width: 16)
            let area = Decimals.hundredths(sum.area)
            frame.put(area, row: row, column: 24 + max(0, 18 - area.count), width: 18)
            frame.put(stored?.name.description ?? "", row: row, column: 44, width: frame.size.columns - 44)
        }
    }

    /// Two cells of a class's pattern.
    private static func swatch(_ look: Theme.ClassLook, _ glyphs: Glyphs) -> [Unicode.Scalar] {
        guard glyphs != .ascii else { return [look.letter, look.letter] }
        return (0..<2).map { cell in
            var dots: UInt8 = 0
            for y in 0..<glyphs.rows {
                for x in 0..<glyphs.columns {
                    let bit = UInt16((y & 3) * 4 + (cell * glyphs.columns + x) & 3)
                    if look.pattern & 1 << bit != 0 { dots |= 1 << UInt8(y * glyphs.columns + x) }
                }
            }
            return glyphs.scalar(for: dots)
        }
    }

    package var place: [String: String] { ["view": "layers"] }
}
