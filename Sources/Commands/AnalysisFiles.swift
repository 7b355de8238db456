import ArgumentParser
import Documents
import Foundation
import Phrases
import Planning
import Store

/// Where the documents of an analysis go, beside what is printed.
struct AnalysisFiles: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            say(
                "A folder that is not there yet, or NAME.tar.gz: report, tables and boundary of each.",
                "尚不存在的文件夹，或 名称.tar.gz：写入各范围的报告、表格和界址点文件。"), valueName: "folder"))
    var out: String?
    @Option(help: ArgumentHelp(say("A file for the report as one page.", "将报告写为一个网页文件。"), valueName: "file.html"))
    var html: String?
    @Option(
        name: .customLong("case"),
        help: ArgumentHelp(say("A plan to whose documents the report is added.", "将报告加入此规划的案卷材料。"), valueName: "plan"))
    var plan: Int64?

    private var isAsked: Bool { out != nil || html != nil || plan != nil }

    /// Whether everything can be written, asked before the work begins.
    func check(_ project: Project) throws {
        for target in [out, html].compactMap({ $0 }) {
            guard !FileManager.default.fileExists(atPath: target) else {
                throw Refusal(
                    .cannotCreate, "\(target) is already there; choose another name.", "\(target) 已存在，请另取名称。")
            }
            let folder = URL(filePath: target).deletingLastPathComponent().path
            guard FileManager.default.fileExists(atPath: folder) else {
                throw Refusal(
                    .cannotCreate, "\(target) cannot be written: there is no folder \(folder).",
                    "无法写入 \(target)：没有文件夹 \(folder)。")
            }
        }
        if let plan { _ = try project.plan(plan) }
    }

    /// Writes what was asked for, and gives the report the document that it prints.
    func finish(
        _ report: inout Report, _ outcomes: [AnalysisBatch.Outcome], _ project: Project, format: Format,
        _ context: Context
    ) throws {
        let documents = try AnalysisDocuments(project)
        let analyses = report.analyses
        guard isAsked else {
            switch (format, analyses.count == outcomes.count ? analyses.first : nil) {
            case (.html, _): report.document = try documents.page(outcomes, title: report.title)
            case (.text, let only?) where analyses.count == 1:
                report.document = try documents.page(only, isDrawn: false)
            default: break
            }
            return
        }
        var written: [String] = []
        if let out {
            let name = (out as NSString).lastPathComponent.replacing(/\.(tar\.gz|tgz)$/, with: "")
            var missing: [String] = []
            let count = try DocumentFolder.make(out, named: DocumentFolder.safe(name)) { folder in
                for (index, analysis) in analyses.enumerated() {
                    try context.progress.tell(index, of: analyses.count, out)
                    let part = outcomes.count == 1 ? "" : Self.part(index, of: analyses.count, analysis)
                    if let note = try documents.put(analysis, into: &folder, under: part)?.description {
                        missing.append(part.isEmpty ? note : "\(part): \(note)")
                    }
                }
                if outcomes.count > 1 { try folder.put(report.printed(as: .csv), "boundaries.csv") }
            }
            written.append(
                say(
                    "Wrote \(counted(count, "file")) to \(out). \(DocumentFolder.howToCheck)",
                    "已将 \(count) 个文件写入 \(out)。\(DocumentFolder.howToCheck)"))
            written += missing
        }
        if let html {
            let page = try documents.page(outcomes, title: report.title)
            do { try Data(page.html.utf8).write(to: URL(filePath: html), options: .atomic) } catch {
                throw Refusal(
                    .cannotCreate, "\(html) cannot be written: the folder is not writable, or the disk is full.",
                    "无法写入 \(html)：文件夹不可写，或磁盘已满。")
            }
            written.append(say("Wrote the report to \(html).", "已将报告写入 \(html)。"))
        }
        if let plan {
            for analysis in analyses {
                let id = try documents.add(analysis, to: plan, line: context.line)
                written.append(
                    say(
                        "Added the report on \(analysis.boundary.name) to plan \(plan) as document \(id).",
                        "已将 \(analysis.boundary.name) 的报告作为材料 \(id) 加入规划 \(plan)。"))
            }
        }
        // What is written need not be printed too; programs get their table all the same.
        if format == .text, outcomes.count == 1 { (report.columns, report.rows, report.notes) = ([], [], []) }
        if format == .html { report.document = try documents.page(outcomes, title: report.title) }
        report.notes += written
    }

    /// The folder of one boundary among several: in the order in which they came.
    private static func part(_ index: Int, of count: Int, _ analysis: BoundaryAnalysis) -> String {
        let digits = String(index + 1)
        let wide = String(count).count
        return String(repeating: "0", count: max(0, wide - digits.count)) + digits + "-"
            + AnalysisDocuments.name(of: analysis)
    }
}
