import ArgumentParser
import Foundation
import Geometry
import Phrases
import Planning
import Store

/// Says what boundaries touch: parcels, control lines, planned use, rules.
struct Analyse: Command {
    static let isSlow = true
    static let configuration = CommandConfiguration(
        commandName: "analyse", abstract: say("Say what a boundary touches.", "分析用地范围：压占、地类与规则。"),
        discussion: say(
            "A boundary is a file, - for standard input, corners, or the outlines of parcels. The exit status is 1 where a rule that forbids is broken.",
            "范围可以是文件、标准输入（-）、顶点坐标或图斑轮廓。违反禁止性规则时退出码为 1。"),
        aliases: ["analyze"])
    @Argument(
        help: ArgumentHelp(
            say(
                "Boundary files: TXT, Shapefile, GeoPackage, GeoJSON …; - reads standard input.",
                "范围文件：界址点 TXT、Shapefile、GeoPackage、GeoJSON 等；- 读取标准输入。"),
            valueName: "boundary"),
        completion: .file()) var boundaries: [String] = []
    @Option(
        help: ArgumentHelp(
            say("A boundary's corners, such as \"x,y x,y x,y\".", "范围的各顶点，如 \"x,y x,y x,y\"。"), valueName: "places"))
    var points: String?
    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(say("The outlines of these: 12 13 20-25, as one boundary.", "以这些图斑的轮廓为范围：12 13 20-25。")))
    var parcels: [String] = []
    @Option(
        help: ArgumentHelp(
            say("The boundary of a kept analysis, against the data as they are now.", "以某次已保存分析的范围，按当前数据重新分析。"),
            valueName: "analysis"))
    var again: Int64?
    @Option(
        help: ArgumentHelp(
            say(
                "The class that the land is to become, such as plan2023:0701; construction land of no stated use unless given.",
                "拟转为的地类，如 plan2023:0701；默认为未明确用途的建设用地。"))) var to: String?
    @Flag(
        help: ArgumentHelp(
            say("Every parcel of a file is a boundary of its own.", "文件中的每个地块分别作为一个范围。"))) var each = false
    @Option(
        help: ArgumentHelp(
            say("The system of boundaries that do not say it, such as EPSG:4527.", "范围文件未注明时的坐标系，如 EPSG:4527。")))
    var crs: String?
    @Option(help: ArgumentHelp(say("The encoding of their text, such as GBK.", "文字编码，如 GBK。"))) var encoding: String?
    @Flag(help: ArgumentHelp(say("Accept what a boundary TXT leaves to be confirmed.", "接受界址点 TXT 中待确认的读法。")))
    var confirm = false
    @Option(help: ArgumentHelp(say("The day that terms are reckoned by; today unless given.", "期限计算日期；默认今天。")))
    var date: String?
    @Option(
        help: ArgumentHelp(
            say("Overlaps up to so many m² are slivers; 1 unless given.", "不超过此面积（平方米）的压占视为碎屑；默认 1。"), valueName: "m2"))
    var tolerance: String?
    @Flag(
        help: ArgumentHelp(
            say("Text without a map and bars made of characters, as for screen readers.", "文本中不含字符地图和条形图（便于读屏软件）。")))
    var plain = false
    @OptionGroup var files: AnalysisFiles
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        try files.check(project)
        let batch = try AnalysisBatch(project, request(), context.progress)
        let intake = try BoundaryIntake(project, crs: crs, encoding: encoding, confirm: confirm, context.progress)
        defer { batch.close() }
        let typed = corners
        if let points = points ?? typed { try batch.add(points) { [try intake.typed(points)] } }
        if !parcels.isEmpty {
            let uids = try project.uids(parcels, layer: nil)
            try batch.add(parcels.joined(separator: " ")) { [try intake.features(uids)] }
        }
        if let again { try batch.add(String(again)) { [try project.analysis(again).kept.boundary] } }
        for path in typed == nil ? boundaries : [] {
            try batch.add(path) {
                path == "-"
                    ? try intake.boundaries(in: Self.input(context), each: each)
                    : try intake.boundaries(of: path, each: each)
            }
        }
        guard !batch.isEmpty else {
            throw Refusal(
                .usage,
                "Which boundary? Name files, give corners with --points, parcels with --parcels, or a kept analysis with --again.",
                "未指定范围：请给出文件，或用 --points 给出顶点，用 --parcels 给出图斑，或用 --again 给出已保存的分析。")
        }
        let outcomes = try batch.results()
        var report = AnalysisReport.report(outcomes)
        try files.finish(&report, outcomes, project, format: common.format, context)
        if plain { report.document = report.document?.withoutPictures }
        return report
    }

    /// Corners that were typed where files are named: words each of which is a place and none of which is a file.
    private var corners: String? {
        guard points == nil, boundaries.count >= 3,
            boundaries.allSatisfy({ word in
                !FileManager.default.fileExists(atPath: word) && (try? PlaceText.read(word))?.count == 1
            })
        else { return nil }
        return boundaries.joined(separator: " ")
    }

    private func request() throws -> AnalysisRequest {
        var request = AnalysisRequest(day: try Day.checked(date))
        if let to {
            guard let code = LandUseCode(to) else {
                throw Refusal(
                    .usage, "'\(to)' is no class: write it with its system, such as plan2023:0701 or survey:0101.",
                    "“\(to)”不是地类：须带分类体系，如 plan2023:0701 或 survey:0101。")
            }
            request.target = code
        }
        if let tolerance {
            guard let limit = AreaUnit.squareMetres.hundredths(parsing: tolerance), limit >= 0 else {
                throw Refusal(
                    .usage, "'\(tolerance)' is no area in m²: write --tolerance 1 or 0.5.",
                    "“\(tolerance)”不是面积（平方米）：请写作 --tolerance 1 或 0.5。")
            }
            request.sliverLimit = limit
        }
        return request
    }

    /// Some seven million points, as of a file.
    private static let longest = 256 << 20

    private static func input(_ context: Context) throws -> [UInt8] {
        if let pasted = context.input { return Array(pasted.utf8) }
        var bytes: [UInt8] = []
        while let part = try FileHandle.standardInput.read(upToCount: 1 << 20), !part.isEmpty {
            bytes += part
            try context.progress.checkCancelled()
            guard bytes.count <= longest else {
                throw Refusal(
                    .badData, "What came in on standard input is longer than 256 MiB; no boundary is.",
                    "标准输入超过 256 MiB，不是范围文件。")
            }
        }
        return bytes
    }
}

/// A batch that somebody stopped when some of it was done.
package struct StoppedBatch: Error, CustomStringConvertible {
    /// Analyses that were finished and stand in the list.
    let kept: Int
    let total: Int

    package var description: String {
        say(
            "Stopped after \(kept) of \(total) boundaries; what was done is kept: 'tuban analysis list' has it.",
            "已停止：共 \(total) 个范围，已分析 \(kept) 个并已保存，可用 tuban analysis list 查看。")
    }
}

/// Boundaries that are analysed one after another: what is wrong with one never stops the others.
final class AnalysisBatch {
    /// What became of one boundary.
    struct Outcome {
        /// The boundary's name, or its source where it could not be read.
        var name: String
        var source: String
        var result: Result<BoundaryAnalysis, Refusal>
    }

    private enum Member {
        case boundary(AnalysedBoundary)
        case failed(name: String, Refusal)
    }

    private let project: Project
    private let request: AnalysisRequest
    private let progress: Progress
    private var members: [Member] = []
    private var outcomes: [Outcome] = []
    /// Which of the outcomes are not kept yet.
    private var waiting: [Int] = []
    private var desk: AnalysisDesk?

    init(_ project: Project, _ request: AnalysisRequest, _ progress: Progress) throws {
        (self.project, self.request, self.progress) = (project, request, progress)
    }

    var isEmpty: Bool { members.isEmpty }

    /// Adds what a source holds.
    func add(_ source: String, _ read: () throws -> [AnalysedBoundary]) throws {
        try progress.tell(members.count, of: nil, source)
        do {
            members += try read().map(Member.boundary)
        } catch {
            members.append(.failed(name: source, try Self.refusal(error)))
        }
    }

    /// Analyses them all, and keeps what they came to, some at a time: who stops a long batch has what was done.
    ///
    /// - Throws: what is wrong with the only one there is.
    func results() throws -> [Outcome] {
        do {
            try analyseAll()
        } catch is CancellationError {
            try keep()
            let kept = outcomes.count { (try? $0.result.get()) != nil }
            guard kept > 0, !project.isReadOnly else { throw CancellationError() }
            throw StoppedBatch(kept: kept, total: members.count)
        }
        try keep()
        if outcomes.count == 1 { _ = try outcomes[0].result.get() }
        return outcomes
    }

    private func keep() throws {
        let analyses = try waiting.compactMap { try outcomes[$0].result.get() }
        for (index, kept) in zip(waiting, try project.keep(analyses)) { outcomes[index].result = .success(kept) }
        waiting.removeAll()
    }

    private func analyseAll() throws {
        for member in members {
            switch member {
            case .failed(let name, let refusal):
                outcomes.append(Outcome(name: name, source: name, result: .failure(refusal)))
            case .boundary(let boundary):
                let done = outcomes.count
                try progress.tell(done, of: members.count, boundary.name)
                do {
                    let desk = try opened()
                    let analysis = try desk.analyse(desk.checked(boundary)) { [progress, total = members.count] what in
                        try progress.tell(done, of: total, what.isEmpty ? boundary.name : "\(boundary.name): \(what)")
                    }
                    waiting.append(outcomes.count)
                    outcomes.append(Outcome(name: boundary.name, source: boundary.source, result: .success(analysis)))
                } catch {
                    outcomes.append(
                        Outcome(
                            name: boundary.name, source: boundary.source, result: .failure(try Self.refusal(error))))
                }
            }
            if waiting.count == 50 { try keep() }
        }
    }

    func close() {
        // Nothing was written on it.
        try? desk?.close()
        desk = nil
    }

    private func opened() throws -> AnalysisDesk {
        if let desk { return desk }
        let made = try AnalysisDesk(project, request)
        desk = made
        return made
    }

    /// What is wrong, as the sentence of a row.
    ///
    /// - Throws: `CancellationError`.
    private static func refusal(_ error: any Error) throws -> Refusal {
        switch error {
        case let refusal as Refusal: return refusal
        case is CancellationError: throw error
        default: return Refusal(.badData, "\(error)", "\(error)")
        }
    }
}
