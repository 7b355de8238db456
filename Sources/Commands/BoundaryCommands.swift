import ArgumentParser
import Boundary
import Foundation
import Phrases
import Store

struct BoundaryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "boundary",
        abstract: say("Boundary-point files (TXT): show, check, write.", "界址点坐标 TXT：查看、检查、写出。"),
        subcommands: [BoundaryShow.self, BoundaryCheck.self, BoundaryWrite.self])
}

/// How boundary files are to be read.
struct BoundaryOptions: ParsableArguments {
    @Argument(help: ArgumentHelp(say("Boundary TXTs.", "界址点 TXT 文件。")), completion: .file(extensions: ["txt"]))
    var files: [String]
    @Option(
        help: ArgumentHelp(
            say("Their coordinate system, where they do not say it: EPSG:4490.", "坐标系，文件未注明时指定，如 EPSG:4490。")))
    var crs: String?
    @Option(help: ArgumentHelp(say("The encoding of their text: GBK, UTF-8, UTF-16.", "文字编码：GBK、UTF-8、UTF-16。")))
    var encoding: String?
    @Flag(help: ArgumentHelp(say("Accept what is to be confirmed.", "接受待确认的读法。"))) var confirm = false

    func readings(_ progress: Progress) throws -> [(file: String, reading: BoundaryReading)] {
        try files.map { file in
            try progress.checkCancelled()
            let bytes = try BoundarySource.bytes(of: file)
            guard BoundaryReader.recognises(bytes) else {
                throw Refusal(
                    .badData, "\(file) is no boundary TXT: it has neither a section of one nor a parcel line.",
                    "\(file) 不是界址点 TXT：没有 [属性描述]、[地块坐标] 等节，也没有地块行。")
            }
            return (file, try BoundarySource.read(bytes, file, crs: crs, encoding: encoding))
        }
    }
}

/// The parcels of boundary files, and all that is wrong with them.
struct BoundaryShow: Command {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: say("Show boundary TXTs and what is wrong with them.", "查看界址点 TXT 及其问题。"))
    static var isSlow: Bool { true }
    static var needsProject: Bool { false }
    @OptionGroup var options: BoundaryOptions
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        var report = Report(
            title: "",
            columns: [
                .init("file", "File", "文件"), .init("line", "Line", "行", number: true),
                .init("number", "Number", "地块编号"), .init("name", "Name", "地块名称"),
                .init("points", "Points", "点数", number: true), .init("rings", "Rings", "圈数", number: true),
                .init("parts", "Parts", "部分", number: true), .init("holes", "Holes", "内环", number: true),
                .init("plane_area_m2", "Plane m²", "平面面积 m²", number: true),
                .init("area_m2", "Ellipsoid m²", "椭球面积 m²", number: true),
                .init("declared_area", "Declared", "申报面积"),
                .init("declared_area_m2", "Declared m²", "申报面积 m²", number: true),
            ])
        for (file, reading) in try options.readings(context.progress) {
            report.rows += zip(reading.file.parcels, reading.measures).map { row(file, $0, $1) }
            report.notes.append(try Self.summary(file, reading))
            report.notes += reading.faults.map { Self.line(file, $0) }
            if !reading.obstacles(confirmed: options.confirm).isEmpty { report.status = 1 }
        }
        return report
    }

    private func row(_ file: String, _ parcel: BoundaryParcel, _ measure: BoundaryReading.Measure) -> [Report.Value] {
        let shape = parcel.shape
        func area(_ value: Double?) -> Report.Value { value.map { .real($0, decimals: 2) } ?? .null }
        func count(_ value: Int?) -> Report.Value { value.map { .integer(Int64($0)) } ?? .null }
        return [
            .text((file as NSString).lastPathComponent), .integer(Int64(measure.line)), .text(parcel[.number]),
            .text(parcel[.name]), .integer(Int64(measure.points)), .integer(Int64(parcel.rings.count)),
            count(shape?.partEnds.count),
            count(shape.map { $0.kind == .polygon ? $0.ringEnds.count - $0.partEnds.count : 0 }),
            area(measure.planeArea), area(measure.ellipsoidArea), .text(parcel[.area]),
            area(measure.declared?.squareMetres),
        ]
    }

    /// What the file is, in one line.
    private static func summary(_ file: String, _ reading: BoundaryReading) throws -> String {
        let (content, end) = (reading.file, reading.file.lineEnd.rawValue.uppercased())
        let dialect = content.dialect?.title ?? Phrase("unknown dialect", "未知格式")
        let system = try content.reference.map(BoundarySource.definition) ?? say("coordinate system unknown", "坐标系不明")
        let encoding = content.encoding == .gbk ? "GBK" : content.encoding == .utf16 ? "UTF-16" : "UTF-8"
        return say(
            "\(file): \(dialect.english), \(encoding), \(end), \(system), \(content.parcels.count) \(content.parcels.count == 1 ? "parcel" : "parcels"), \(reading.lines.count) lines.",
            "\(file)：\(dialect.chinese)，\(encoding)，\(end)，\(system)，\(content.parcels.count) 个地块，\(reading.lines.count) 行。"
        )
    }

    /// As compilers write it.
    private static func line(_ file: String, _ fault: BoundaryFault) -> String {
        let text = [fault.what.description, fault.remedy.description].filter { !$0.isEmpty }
            .joined(separator: say(" ", ""))
        let place = fault.line == 0 ? file : "\(file):\(fault.line)"
        return "\(place): \(fault.severity.name): \(text)"
    }
}

/// Only what is wrong, a row for each message.
struct BoundaryCheck: Command {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: say("List what is wrong with boundary TXTs.", "检查界址点 TXT，逐条列出问题。"))
    static var isSlow: Bool { true }
    static var needsProject: Bool { false }
    @OptionGroup var options: BoundaryOptions
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        var report = Report(
            title: "",
            columns: [
                .init("file", "File", "文件"), .init("line", "Line", "行", number: true),
                .init("last_line", "To", "至行", number: true), .init("severity", "Severity", "程度"),
                .init("kind", "Kind", "类别"), .init("message", "Message", "问题"), .init("remedy", "Remedy", "处理办法"),
            ])
        for (file, reading) in try options.readings(context.progress) {
            report.rows += reading.faults.map { fault in
                [
                    .text((file as NSString).lastPathComponent),
                    fault.line == 0 ? .null : .integer(Int64(fault.line)),
                    fault.line == 0 ? .null : .integer(Int64(fault.lines.upperBound)),
                    .text(fault.severity.name.description),
                    .text(fault.kind.rawValue), .text(fault.what.description), .text(fault.remedy.description),
                ]
            }
            if !reading.obstacles(confirmed: options.confirm).isEmpty { report.status = 1 }
        }
        if report.rows.isEmpty { report.notes = [say("Nothing is wrong.", "没有发现问题。")] }
        return report
    }
}
