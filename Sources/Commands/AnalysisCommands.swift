import ArgumentParser
import Phrases
import Planning
import Store

struct AnalysisCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analysis", abstract: say("Analyses of boundaries that were kept.", "已保存的范围分析。"),
        subcommands: [AnalysisList.self, AnalysisShow.self])
}

/// The analyses that were kept, the newest first.
struct AnalysisList: Command {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: say("List the kept analyses.", "列出已保存的分析。"))
    @Option(help: ArgumentHelp(say("At most so many.", "最多列出条数。"))) var limit = 100
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let kept = try context.project().analyses(limit: max(1, limit))
        var report = Report(
            title: "",
            columns: [
                .init("analysis", "Analysis", "编号", number: true), .init("time", "Time", "时间"),
                .init("who", "Who", "操作人"), .init("boundary", "Boundary", "范围"), .init("number", "Number", "地块编号"),
                .init("source", "Source", "来源"), .init("target", "To become", "拟转地类"),
                .init("area_m2", "Area m²", "面积 m²", number: true),
                .init("crossed", "Control lines and others met", "压占要素", number: true),
                .init("broken", "Broken", "违反", number: true),
                .init("not_checkable", "Not checkable", "无法检查", number: true),
                .init("day", "As of", "计算日期"), .init("journal", "Journal", "日志", number: true),
                .init("sha256", "SHA-256 of the source", "来源 SHA-256"),
            ])
        report.rows = kept.map { kept in
            [
                .integer(kept.id), .text(kept.time), .text(kept.who), .text(kept.name), .text(kept.number),
                .text(kept.source), .text(kept.target), .area(kept.area), .integer(kept.met), .integer(kept.broken),
                .integer(kept.unchecked), .text(kept.day), .integer(kept.journal), .text(kept.hash),
            ]
        }
        if kept.isEmpty {
            report.notes = [say("Nothing was analysed yet; 'analyse' does it.", "尚未做过分析；可用 analyse 分析。")]
        }
        return report
    }
}

/// A kept analysis: its sums, what it met, what rules said, and what differs from the one before it.
struct AnalysisShow: Command {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: say("Show a kept analysis.", "查看已保存的分析。"))
    @Argument(help: ArgumentHelp(say("Its number.", "分析编号。"))) var number: Int64
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let (kept, comparison) = try project.analysis(number)
        let record = kept.record
        let area = AreaUnit.hectares.text(record.area, decimals: 4)
        var report = Report(
            title: say(
                "Analysis \(kept.id) of \(kept.boundary.name), \(area) ha, \(kept.time), \(kept.who).",
                "第 \(kept.id) 次分析：\(kept.boundary.name)，\(area) 公顷，\(kept.time)，\(kept.who)。"),
            columns: [
                .init("section", "Section", "项目"), .init("layer", "Layer", "图层"), .init("number", "Number", "编号"),
                .init("name", "Name", "名称"), .init("class", "Class", "地类"), .init("unit", "Unit", "单元"),
                .init("ownership", "Ownership", "权属"), .init("area_m2", "Area m²", "面积 m²", number: true),
                .init("net_m2", "Net m²", "净面积 m²", number: true),
                .init("plane_m2", "Plane m²", "平面面积 m²", number: true),
                .init("length_m", "Length m", "长度 m", number: true), .init("text", "Remark", "说明"),
            ])
        func word(_ text: String) -> Report.Value { text.isEmpty ? .null : .text(text) }
        report.rows = record.sums.map { sum in
            [
                .text(say("sum", "汇总")), .null, .null, .null, .text(sum.code), word("\(sum.unit) \(sum.unitName)"),
                word(sum.ownership), .area(sum.area), .area(sum.net), .area(sum.plane), .null,
                .text(say("\(counted(sum.parcels, "parcel"))", "\(sum.parcels) 个图斑")),
            ]
        }
        if record.unsurveyed > 0 {
            report.rows.append(
                [.text(say("not surveyed", "未调查"))] + Array(repeating: .null, count: 6) + [.area(record.unsurveyed)]
                    + Array(repeating: .null, count: 4))
        }
        report.rows += record.meetings.map { meeting in
            [
                .text(meeting.verdict.name.description), .text(meeting.layer), word(meeting.number),
                word(meeting.name), .null, .null, .null, .area(meeting.area), .null, .null,
                meeting.length > 0 ? .real(meeting.length, decimals: 2) : .null, .null,
            ]
        }
        report.rows += record.findings.map { finding in
            [
                .text(say("finding", "检查结果")), word(finding.objectLayer.isEmpty ? finding.layer : finding.objectLayer),
                .text(finding.rule), .null, .null, .null, .null,
                finding.area.map { .area(Int64(($0 * 100).rounded())) } ?? .null, .null, .null, .null,
                .text(say(finding.english, finding.chinese)),
            ]
        }
        report.notes = [
            say(
                "Taken to become \(record.target); terms as of \(kept.day); the journal's row \(kept.journal).",
                "拟转为 \(record.target)；期限计算日期 \(kept.day)；日志第 \(kept.journal) 条。")
        ]
        if let comparison {
            report.notes.append(AnalysisReport.since(comparison))
            report.notes += comparison.mended.map { say("mended: \($0.english)", "已改正：\($0.chinese)") }
            report.notes += comparison.new.map { say("new: \($0.english)", "新增：\($0.chinese)") }
        }
        let analysis = try project.analysis(readBack: number)
        report.analyses = [analysis]
        if common.format == .text || common.format == .html {
            report.document = try AnalysisDocuments(project).page(analysis, isDrawn: common.format == .html)
        }
        return report
    }
}
