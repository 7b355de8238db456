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

    @Option(
        help: ArgumentHelp(
            say(
                "A group of this machine whose members share the project: folder and file are given to it.",
                "共用该项目的本机用户组：文件夹和文件归该组所有。")))
    var group: String?

    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let system = try crs.map { try PROJ().coordinateSystem($0) }
        let name = target.split(separator: "/").last.map(String.init) ?? target
        let shared = try group.map { try SharedFile.prepareFolder(of: target, group: $0) }
        let project = try Project.create(at: target, title: title ?? name, line: context.line)
        defer { try? project.close() }
        if let shared, let group { try SharedFile.share(target, with: shared, group: group) }
        if let system { try project.setCoordinateSystem(system, line: context.line) }
        return Report(
            title: say("Made \(target).", "已新建 \(target)。"),
            notes: [
                say(
                    "You, \(project.who), are its administrator: 'roster key ~/.ssh/id_ed25519.pub' gives your key, 'roster set LOGIN --role drafter' adds people.",
                    "您（\(project.who)）是管理员：用 roster key ~/.ssh/id_ed25519.pub 登记公钥，用 roster set 登录名 --role drafter 添加人员。"
                ),
                say("Next: tuban import SOURCE -f \(target)", "下一步：tuban import 数据源 -f \(target)"),
            ])
    }
}
