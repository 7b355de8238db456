import ArgumentParser
import County
import Foundation
import GeoBridge
import Geometry
import Phrases
import Planning
import Store

/// Makes an invented county: a project to try everything on, or the files that a bureau would receive of it; and beside
/// either the truth about it, so that everything can be checked.
struct Sample: Command {
    static let configuration = CommandConfiguration(
        commandName: "sample", abstract: say("Make an invented county.", "生成示例县。"),
        discussion: say(
            "Beside the project stands a folder with statistics, limits, boundary files and the truth: every planted fault, "
                + "every case of a rule, every change between surveys.",
            "项目旁另有文件夹，含统计表、指标表、界址点文件与真值：所有预设错误、规则案例和历年变化。"))
    static var isSlow: Bool { true }
    static var needsProject: Bool { false }

    @Argument(help: ArgumentHelp(say("The project to make, or with --files a folder.", "要生成的项目；加 --files 时为文件夹。")))
    var target = "sample.gpkg"
    @Option(help: ArgumentHelp(say("About how many parcels.", "大约图斑数。"))) var parcels = 3000
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(say("The same seed makes the same county; 0 or more.", "种子（不小于 0）：相同则结果相同。")))
    var seed: UInt64 = 1
    @Option(help: ArgumentHelp(say("Survey years between commas.", "调查年份，以逗号分隔。"))) var years = "2020,2025"
    @Option(help: ArgumentHelp(say("Only these layers, between commas; no folder beside.", "只生成这些图层（逗号分隔），不附文件夹。")))
    var layers: String?
    @Flag(help: ArgumentHelp(say("Write files as a bureau receives them.", "输出业务部门收到的数据文件。"))) var files = false
    @Flag(help: ArgumentHelp(say("Without the planted faults.", "不含预设错误。"))) var noFaults = false
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let words = years.split(separator: ",", omittingEmptySubsequences: false)
        let years = words.compactMap { Int($0) }
        guard years.count == words.count else {
            throw Refusal(
                .usage, "The years \(self.years) cannot be read; write them as 2015,2020,2025.",
                "无法识别年份 \(self.years)；请写作 2015,2020,2025。")
        }
        guard zip(years, years.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw Refusal(
                .usage, "Name each year once, the earliest first: not \(self.years).", "年份须由早到晚且不重复，不能写 \(self.years)。")
        }
        let system = try PROJ().coordinateSystem("EPSG:\(County.epsg)")
        guard let grid = system.transverseMercator else {
            throw Refusal(.inputOutput, "PROJ does not know EPSG:\(County.epsg).", "PROJ 不识别 EPSG:\(County.epsg)。")
        }
        let ellipsoid = EllipsoidArea(on: system.ellipsoid)
        let county = try County(seed: seed, parcels: parcels, years: years, faults: !noFaults) { shape in
            Area(squareMetres: ellipsoid.area(of: shape, on: grid)).map { Int64($0.hundredths) } ?? 0
        }
        let chosen = try chosenLayers(of: county)
        return files
            ? try writeFiles(of: county, chosen, system, context) : try makeProject(of: county, chosen, system, context)
    }

    /// The words that make the same county anywhere: what its journal says, whatever the file is called.
    var invention: String {
        let layers = layers.map { " --layers \($0)" } ?? ""
        return "sample --parcels \(parcels) --seed \(seed) --years \(years)\(layers)\(noFaults ? " --no-faults" : "")"
    }

    private func chosenLayers(of county: County) throws -> [CountyLayer] {
        let all = county.layers()
        guard let layers else { return all }
        let names = layers.split(separator: ",").map(String.init)
        return try names.filter { $0 != Self.heightsName }.map { name in
            guard let found = all.first(where: { $0.name == name }) else {
                let known = listed(all.map(\.name) + [Self.heightsName], resembling: name)
                throw Refusal(
                    .usage, "The county has no layer \(name); it has \(known).", "示例县没有图层 \(name)；现有：\(known)。")
            }
            return found
        }
    }
}
