import ArgumentParser
import Geometry
import Phrases
import Planning
import Store

struct ParcelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parcel", abstract: say("List, show and find parcels.", "图斑：列出、查看、查找。"),
        subcommands: [ParcelList.self, ParcelShow.self, ParcelFind.self])
}

extension ParcelQuery.Sort: ExpressibleByArgument {}

/// Where a list stands: which layer, in the world of which plan.
struct Standing: ParsableArguments {
    @Option(help: ArgumentHelp(say("The layer; the newest survey unless named.", "图层；默认最新调查图层。")))
    var layer: String?
    @Option(help: ArgumentHelp(say("As this plan would have it.", "按此规划的结果显示。"))) var plan: Int64?
    @OptionGroup var time: TimeOption

    /// Moves the project's connection there.
    func take(_ project: Project, _ context: Context) throws -> Layer {
        let plan = try (plan ?? context.openPlan).flatMap { $0 == 0 ? nil : try project.plan($0) }
        let named = try layer.map(project.layer(named:))
        let based = try plan?.base.flatMap { base in try project.layers().first { $0.id == base } }
        guard let layer = try named ?? based ?? project.newestSurvey() ?? project.layers().first else {
            throw Refusal(
                .noInput, "The project has no layers yet: tuban import SOURCE", "项目中尚无图层：tuban import 数据源")
        }
        let asOf = try time.journal(in: project, context)
        try project.stand(Here(plan: plan?.id ?? 0, layer: layer.id, asOf: asOf, year: layer.year))
        return layer
    }
}

/// A page of parcels.
struct ParcelList: Command {
    static let configuration = CommandConfiguration(commandName: "list", abstract: say("List parcels.", "列出图斑。"))
    @Option(
        help: ArgumentHelp(
            say(
                "An SQL expression over the view parcel: \"area_m2 > 5000\".",
                "对视图 parcel 的 SQL 条件，如 \"area_m2 > 5000\"。"),
            valueName: "sql")) var `where`: String?
    @Option(
        help: ArgumentHelp(say("Of this class, such as survey:0101 or survey:01.", "地类，如 survey:0101 或 survey:01。")))
    var `class`: String?
    @Option(help: ArgumentHelp(say("In which order.", "排序字段。"))) var sort: ParcelQuery.Sort = .number
    @Flag(help: ArgumentHelp(say("Backwards.", "倒序。"))) var descending = false
    @Option(help: ArgumentHelp(say("How many at the most.", "最多条数。"))) var limit = 100
    @Option(help: ArgumentHelp(say("Go on after this parcel.", "从此图斑之后继续。"), valueName: "parcel")) var after: Int64?
    @OptionGroup var standing: Standing
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard limit > 0, limit <= 1_000_000 else {
            throw Refusal(.usage, "--limit takes 1 to 1000000.", "--limit 取值 1 到 1000000。")
        }
    }

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        _ = try standing.take(project, context)
        var conditions = [`where`].compactMap { $0 }
        if let name = `class` {
            let parts = name.split(separator: ":", maxSplits: 1).map(String.init)
            guard parts.count == 2, parts.allSatisfy({ $0.allSatisfy { $0.isLetter || $0.isNumber } }) else {
                throw Refusal(
                    .usage, "A class is written SYSTEM:CODE, such as survey:0101; \(name) is not.",
                    "地类须写作 体系:代码，如 survey:0101；\(name) 不符。")
            }
            conditions.append("class_system = '\(parts[0])' AND class_code LIKE '\(parts[1])%'")
        }
        let filter: ParcelQuery.Filter =
            conditions.isEmpty ? .all : .sql(conditions.map { "(\($0))" }.joined(separator: " AND "))
        let query = ParcelQuery(filter: filter, sort: sort, descending: descending)
        let start = try after.map { uid in
            guard let parcel = try project.parcel(uid) else {
                throw Refusal(.noInput, "There is no parcel \(uid) to go on after.", "没有图斑 \(uid)，无法从其后继续。")
            }
            return query.key(of: parcel)
        }
        let parcels = try project.parcels(query, after: start, limit: limit)
        var report = try Self.report(parcels, of: project)
        if parcels.count == limit, let last = parcels.last {
            report.notes = [say("More: --after \(last.uid)", "更多：--after \(last.uid)")]
        }
        return report
    }

    static func report(_ parcels: [Parcel], of project: Project) throws -> Report {
        let (classes, units) = (try project.classes(), try project.units())
        return Report(
            title: "",
            columns: [
                .init("parcel", "Parcel", "图斑", number: true), .init("number", "Number", "标识码"),
                .init("class", "Class", "地类"), .init("class_name", "Name", "名称"),
                .init("unit", "Unit", "单位"), .init("area_m2", "Area m²", "面积 m²", number: true),
                .init("net_area_m2", "Net area m²", "净面积 m²", number: true), .init("edited", "Edited", "已改"),
            ],
            rows: parcels.map { parcel in
                let stored = classes[parcel.class]
                return [
                    .integer(parcel.uid), .text(parcel.number),
                    .text(parcel.class == 0 ? "-" : stored?.code.description ?? ""),
                    .text(stored?.name.description ?? ""), .text(units[parcel.unit]?.name ?? ""), .area(parcel.area),
                    .area(parcel.net), .flag(parcel.isEdited),
                ]
            })
    }
}

/// Everything about one parcel.
struct ParcelShow: Command {
    static let configuration = CommandConfiguration(commandName: "show", abstract: say("Show a parcel.", "查看图斑。"))
    @Argument(help: ArgumentHelp(say("The parcel, or its number (BSM).", "图斑编号或标识码。"))) var parcel: String
    @OptionGroup var standing: Standing
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        _ = try standing.take(project, context)
        let uid = try project.uids([parcel], layer: nil)[0]
        guard let parcel = try project.parcel(uid) else {
            throw Refusal(.noInput, "There is no parcel \(uid).", "没有图斑 \(uid)。")
        }
        var report = try ParcelCard(parcel, of: project).report
        report.notes += try Self.history(of: uid, project)
        return report
    }
}

extension ParcelShow {
    /// The plans that change or changed a parcel, and what was decided on them.
    static func history(of uid: Int64, _ project: Project) throws -> [String] {
        let classes = try project.classes()
        return try project.plans(touching: uid).flatMap { touch -> [String] in
            let pages = try CasePages(touch.plan, of: project)
            let to = touch.to.flatMap { classes[$0]?.code.description } ?? "-"
            let head = say(
                "Plan \(touch.plan.id) \(touch.plan.title) (\(pages.stage(touch.plan.stage)), by \(touch.plan.owner)): \(to)",
                "规划 \(touch.plan.id) \(touch.plan.title)（\(pages.stage(touch.plan.stage))，编制 \(touch.plan.owner)）：\(to)"
            )
            return [head]
                + pages.events.filter(\.isDecision).map { event in
                    "  \(CasePages.minute(event.time))  \(pages.person(event.who))  \(pages.step(event))"
                }
        }
    }
}

/// The facts of a parcel, as the shell prints them and the screen shows them.
package struct ParcelCard {
    package let title: String
    /// Name, value; a nil value is an empty field of the source.
    package let facts: [(key: String, title: Phrase, value: Report.Value)]
    package let source: [(name: String, value: String?)]

    package init(_ parcel: Parcel, of project: Project) throws {
        let (classes, units) = (try project.classes(), try project.units())
        let layer = try project.layerID(of: parcel.uid).flatMap { id in try project.layers().first { $0.id == id } }
        func name(_ id: Int64) -> Report.Value {
            guard id != 0, let stored = classes[id] else { return .text(say("no class", "无地类")) }
            return .text("\(stored.code) \(stored.name)")
        }
        title = say("Parcel \(parcel.uid)", "图斑 \(parcel.uid)")
        var facts: [(key: String, title: Phrase, value: Report.Value)] = [
            ("parcel", Phrase("Parcel", "图斑"), .integer(parcel.uid)),
            ("number", Phrase("Number", "标识码"), .text(parcel.number)),
            ("layer", Phrase("Layer", "图层"), .text(layer?.table ?? "")),
            ("class", Phrase("Class", "地类"), name(parcel.class)),
        ]
        if parcel.class != parcel.baseClass {
            facts.append(("base_class", Phrase("Class in the base", "现状地类"), name(parcel.baseClass)))
        }
        if let note = classes[parcel.class]?.note.description, !note.isEmpty {
            facts.append(("class_note", Phrase("Note on the class", "地类说明"), .text(note)))
        }
        facts += [
            ("unit", Phrase("Unit", "坐落单位"), .text(units[parcel.unit].map { "\($0.code) \($0.name)" } ?? "")),
            ("area_m2", Phrase("Area m²", "面积 m²"), .area(parcel.area)),
            ("net_area_m2", Phrase("Net area m²", "净面积 m²"), .area(parcel.net)),
            ("area_ha", Phrase("Area ha", "面积 公顷"), .area(parcel.area, in: .hectares, decimals: 4)),
            ("area_mu", Phrase("Area mu", "面积 亩"), .area(parcel.area, in: .mu)),
        ]
        if let plane = try Self.planeArea(of: parcel, in: project) {
            facts.append(("plane_area_m2", Phrase("Plane area m²", "平面面积 m²"), .area(plane)))
        }
        facts += try Self.validity(of: parcel.uid, in: project)
        if let raw = try project.rawArea(of: parcel.uid) {
            facts.append(("measured_area_m2", Phrase("Area before adjustment m²", "调平前面积 m²"), .area(raw)))
        }
        self.facts = facts
        source = try project.sourceColumns(of: parcel.uid)
    }

    /// Since when it is in force, until when it was, and which plans said so; nothing for what came with an import and
    /// stands.
    private static func validity(
        of uid: Int64, in project: Project
    ) throws -> [(key: String, title: Phrase, value: Report.Value)] {
        guard let validity = try project.validity(of: uid) else { return [] }
        func list(_ uids: [Int64]) -> Report.Value { .text(uids.map(String.init).joined(separator: " ")) }
        var facts: [(key: String, title: Phrase, value: Report.Value)] = []
        if let since = validity.since {
            facts.append(("in_force_since", Phrase("In force since", "生效日期"), .text(since)))
        }
        if let plan = validity.madeBy {
            facts.append(("published_by_plan", Phrase("Published by plan", "发布规划"), .integer(plan)))
        }
        if let until = validity.until {
            facts.append(("in_force_until", Phrase("In force until", "失效日期"), .text(until)))
        }
        if let plan = validity.endedBy {
            facts.append(("superseded_by_plan", Phrase("Superseded by plan", "取代规划"), .integer(plan)))
        }
        if !validity.before.isEmpty {
            facts.append(("came_from", Phrase("Came from", "来源要素"), list(validity.before)))
        }
        if !validity.after.isEmpty {
            facts.append(("became", Phrase("Became", "变更为"), list(validity.after)))
        }
        return facts
    }

    /// On the grid that the parcel is drawn on, in whole hundredths of a square metre; nil for degrees.
    private static func planeArea(of parcel: Parcel, in project: Project) throws -> Int64? {
        guard let system = try project.coordinateSystem(), !system.isGeographic,
            let shape = try project.shape(of: parcel.uid, plan: project.here().plan), shape.kind == .polygon
        else { return nil }
        let unit = system.metresPerUnit
        return Area(squareMetres: shape.planeArea * unit * unit).map { Int64($0.hundredths) }
    }

    package var report: Report {
        let fields = source.map { column in
            (
                "source_\(column.name)", Phrase(column.name, column.name),
                column.value.map { Report.Value.text($0) } ?? .null
            )
        }
        return .card(title: title, facts + fields)
    }
}

/// Parcels by words: numbers, names, classes, units.
struct ParcelFind: Command {
    static let configuration = CommandConfiguration(
        commandName: "find", abstract: say("Find parcels by words.", "按文字查找图斑。"))
    @Argument(help: ArgumentHelp(say("Words that must all occur.", "须全部出现的词。"))) var words: [String]
    @Option(help: ArgumentHelp(say("How many at the most.", "最多条数。"))) var limit = 100
    @OptionGroup var standing: Standing
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        _ = try standing.take(project, context)
        let query = ParcelQuery(filter: .words(words.joined(separator: " ")))
        let parcels = try project.parcels(query, limit: max(1, limit))
        var report = try ParcelList.report(parcels, of: project)
        if parcels.isEmpty { report.notes = [say("No parcel has all these words.", "没有符合的图斑。")] }
        report.status = parcels.isEmpty ? 1 : 0
        return report
    }
}
