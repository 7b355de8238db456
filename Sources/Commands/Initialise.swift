import ArgumentParser
import GeoBridge
import Phrases
import Store

/// Makes an empty project.
struct Initialise: Command {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: say("Make an empty project.", "新建空项目。"))
    static var needsProject: Bool { false }

    @Argument(help: ArgumentHelp(say("The file to make.", "要新建的文件。"), valueName: "file.gpkg"))
    var target: String

    @Option(help: ArgumentHelp(say("What the project is called.", "项目名称。")))
    var title: String?

    @Option(
        help: ArgumentHelp(
            say(
                "Its coordinate system, such as EPSG:4527; otherwise that of the first import.",
                "坐标系，如 EPSG:4527；省略时取首次导入数据的坐标系。")))
    var crs: String?

    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let system = try crs.map { try PROJ().coordinateSystem($0) }
        let name = target.split(separator: "/").last.map(String.init) ?? target
        let project = try Project.create(at: target, title: title ?? name, line: context.line)
        defer { try? project.close() }
        if let system { try project.setCoordinateSystem(system, line: context.line) }
        return Report(
            title: say("Made \(target).", "已新建 \(target)。"),
            notes: [say("Next: tuban import SOURCE -f \(target)", "下一步：tuban import 数据源 -f \(target)")])
    }
}
