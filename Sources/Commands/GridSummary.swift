import ArgumentParser
import Geometry
import Phrases
import Planning
import Store

/// What a grid holds: its range, and the ground in each grade of slope.
struct GridSummary: Command {
    static let configuration = CommandConfiguration(
        commandName: "summary",
        abstract: say("Range, mean and slope classes of a grid of heights.", "高程栅格的范围、均值与坡度分级面积。"))
    static var isSlow: Bool { true }
    @Argument(help: ArgumentHelp(say("The grid, such as DEM.", "栅格图层，如 DEM。"))) var layer: String
    @Option(
        help: ArgumentHelp(
            say("West,south,east,north; the whole grid unless given.", "西,南,东,北；默认全部。"), valueName: "box"))
    var box: String?
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let asked = try box.map { text in
            let n = try Numbers.list(text, count: 4, of: "--box")
            return Box(minX: n[0], minY: n[1], maxX: n[2], maxY: n[3])
        }
        let grid = try MeasuredGrid(layer, in: project, around: asked)
        let place = grid.stored.place
        guard let whole = place.cells(meeting: asked ?? place.box), let asked = asked ?? place.box.nonEmpty else {
            throw Refusal(
                .noInput, "The box \(box ?? "") does not meet the grid \(grid.layer.table).",
                "范围 \(box ?? "") 与栅格 \(grid.layer.table) 不相交。")
        }
        var tally = Tally()
        // Blocks, so that memory does not grow with the grid; each with the neighbours that slopes need.
        let side = 1024
        for top in stride(from: whole.rows.lowerBound, to: whole.rows.upperBound, by: side) {
            let rows = top..<min(top + side, whole.rows.upperBound)
            for left in stride(from: whole.columns.lowerBound, to: whole.columns.upperBound, by: side) {
                let columns = left..<min(left + side, whole.columns.upperBound)
                let wide = max(0, left - 1)..<min(place.columns, columns.upperBound + 1)
                let high = max(0, top - 1)..<min(place.rows, rows.upperBound + 1)
                let cells = try project.cells(of: grid.stored, columns: wide, rows: high)
                let slopes = cells.slopes(metres: grid.metres)
                for row in rows {
                    for column in columns where asked.contains(place.center(column: column, row: row)) {
                        let (x, y) = (column - wide.lowerBound, row - high.lowerBound)
                        tally.add(cells[x, y], slopes[x, y])
                    }
                }
                try context.progress.tell(tally.cells, of: whole.rows.count * whole.columns.count, grid.layer.table)
            }
        }
        return report(tally, grid)
    }

    private func report(_ tally: Tally, _ grid: MeasuredGrid) -> Report {
        func real(_ value: Double?) -> Report.Value { value.map { .real($0, decimals: 3) } ?? .null }
        func area(_ cells: Int) -> Report.Value { .area(Int64((Double(cells) * grid.cellArea * 100).rounded())) }
        let count = tally.count
        var properties: [(key: String, title: Phrase, value: Report.Value)] = [
            ("cells", Phrase("Cells", "像元数"), .integer(Int64(tally.cells))),
            ("cells_with_value", Phrase("With a value", "有值像元数"), .integer(Int64(count))),
            ("cell_m2", Phrase("Ground of a cell, m²", "像元面积（m²）"), .real(grid.cellArea, decimals: 2)),
            ("unit", Phrase("Unit", "单位"), .text(grid.stored.unit)),
            ("min", Phrase("Least", "最小值"), real(count == 0 ? nil : Double(tally.least))),
            ("max", Phrase("Greatest", "最大值"), real(count == 0 ? nil : Double(tally.greatest))),
            ("mean", Phrase("Mean", "平均值"), real(count == 0 ? nil : tally.sum / Double(count))),
            (
                "mean_slope_degrees", Phrase("Mean slope, degrees", "平均坡度（度）"),
                real(tally.sloped == 0 ? nil : tally.slopes / Double(tally.sloped))
            ),
        ]
        for grade in SlopeGrade.allCases {
            properties.append(
                (
                    "slope_grade_\(grade.rawValue)_m2",
                    Phrase("Slope \(grade.range), m²", "坡度 \(grade.range)（m²）"), area(tally.grades[grade.rawValue - 1])
                ))
        }
        properties.append(
            (
                "without_slope_m2", Phrase("Without a slope, m²", "无坡度值（m²）"), area(count - tally.sloped)
            ))
        return .card(
            title: "\(grid.layer.table)  \(grid.layer.title)", properties,
            notes: [
                say(
                    "Slope: 3 by 3 cells after Horn (1981); cells at the border and beside missing ones have none. Areas are plane.",
                    "坡度按 Horn（1981）3×3 窗口计算，边缘及邻接空值的像元不计；面积为平面面积。")
            ]
                + (grid.stored.unit.isEmpty
                    ? [say("The grid does not say its unit: metres are assumed.", "栅格未注明单位，按米计算。")] : []))
    }

    private struct Tally {
        var cells = 0
        var count = 0
        var sum = 0.0
        var least = Float.infinity
        var greatest = -Float.infinity
        var sloped = 0
        var slopes = 0.0
        var grades = [0, 0, 0, 0, 0]

        mutating func add(_ value: Float, _ slope: Float) {
            cells += 1
            guard !value.isNaN else { return }
            count += 1
            sum += Double(value)
            least = min(least, value)
            greatest = max(greatest, value)
            guard !slope.isNaN else { return }
            sloped += 1
            slopes += Double(slope)
            grades[SlopeGrade(degrees: Double(slope)).rawValue - 1] += 1
        }
    }
}

extension Box {
    fileprivate var nonEmpty: Box? { isEmpty ? nil : self }
}
