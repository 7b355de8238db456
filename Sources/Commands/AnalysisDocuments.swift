import Boundary
import Documents
import Foundation
import Geometry
import Phrases
import Planning
import Store

/// What is written about a boundary: the report as a page and as text, its tables, the boundary itself.
struct AnalysisDocuments {
    let project: Project
    private let colours: ClassColours

    init(_ project: Project) throws {
        self.project = project
        colours = try ClassColours()
    }

    /// The report with its map.
    ///
    /// - Parameter isDrawn: whether the page will be looked at as HTML; plain text needs no drawing.
    func page(_ analysis: BoundaryAnalysis, isDrawn: Bool = true) throws -> Page {
        let map = try AnalysisMap(analysis, of: project, colours: colours)
        return AnalysisPage(
            analysis, map: isDrawn ? try map.map() : nil, sketch: try map.lines(), colour: colours.hexadecimal(of:)
        ).page
    }

    /// One page for all that was asked: the report on one boundary, or a list of several and the reports on them.
    ///
    /// - Parameter title: of a page about several.
    func page(_ outcomes: [AnalysisBatch.Outcome], title: String) throws -> Page {
        let analyses = outcomes.compactMap { try? $0.result.get() }
        if outcomes.count == 1, let only = analyses.first { return try page(only) }
        let rows = outcomes.enumerated().map { index, outcome -> [String] in
            switch outcome.result {
            case .success(let analysis):
                [
                    String(index + 1), outcome.name, AreaUnit.squareMetres.text(analysis.area),
                    analysis.verdict.description,
                ]
            case .failure(let refusal): [String(index + 1), outcome.name, "", refusal.description]
            }
        }
        var sections: [Page.Section] = [
            .table(
                titles: [
                    say("No.", "序号"), say("Boundary", "用地范围"), say("Area m²", "面积 m²"), say("Answer", "结论"),
                ], isNumber: [true, false, true, false], rows: rows)
        ]
        for (index, outcome) in outcomes.enumerated() {
            guard let analysis = try? outcome.result.get() else { continue }
            let own = try page(analysis)
            sections.append(.chapter("\(index + 1)  \(own.title)"))
            sections += own.sections
        }
        return Page(title: title, sections: sections)
    }

    /// What the report is called as a file, without its ending.
    static func name(of analysis: BoundaryAnalysis) -> String {
        let boundary = analysis.boundary
        let name = [boundary.number, boundary.name].filter { !$0.isEmpty }.joined(separator: "-")
        return DocumentFolder.safe(name.isEmpty ? "boundary" : name)
    }

    // MARK: The folder of a case

    /// Puts everything about one boundary into a folder.
    ///
    /// - Parameter part: the folder inside it, where it holds several boundaries; empty for its top.
    /// - Returns: why the boundary itself is not among it, which its report says too.
    func put(
        _ analysis: BoundaryAnalysis, into folder: inout DocumentFolder, under part: String = ""
    ) throws -> Phrase? {
        let prefix = part.isEmpty ? "" : part + "/"
        var (analysis, missing, text) = (analysis, Phrase?.none, [UInt8]?.none)
        do { text = try boundaryFile(of: analysis) } catch let refusal as Refusal {
            let note = Phrase(
                "The folder holds no boundary TXT. \(refusal.phrase.english)", "文件夹中没有界址点 TXT：\(refusal.phrase.chinese)"
            )
            analysis.boundary.notes.append(note)
            missing = note
        }
        if let text { try folder.put(Data(text), "\(prefix)boundary.txt") }
        let tables = AnalysisTables(analysis)
        for (name, table) in tables.all {
            try folder.put(table.printed(as: .csv), "\(prefix)\(name).csv")
        }
        try folder.put(tables.json, "\(prefix)analysis.json")
        try folder.put(page(analysis), "\(prefix)report")
        return missing
    }

    /// The boundary as a boundary-point TXT of the common dialect.
    ///
    /// - Throws: `Refusal` where the project's coordinates, or the boundary's own, fit none.
    private func boundaryFile(of analysis: BoundaryAnalysis) throws -> [UInt8] {
        let boundary = analysis.boundary
        guard let system = try project.coordinateSystem() else {
            throw Refusal(
                .badData, "The zone of its coordinates is not known: the project has no coordinate system.",
                "项目没有坐标系，无法确定投影带。")
        }
        let target = try BoundaryTarget(from: system, to: .common, around: boundary.shape.box, asked: nil)
        let fields: [BoundaryField: String] = [
            .number: boundary.number.isEmpty ? "1" : boundary.number, .name: boundary.name,
            .area: AreaUnit.hectares.text(analysis.area, decimals: 4),
        ]
        guard let parcel = BoundaryParcel(shape: try target.shape(boundary.shape), fields: fields) else {
            throw Refusal(
                .badData, "A ring of the boundary has fewer than three corners when they are rounded to millimetres.",
                "坐标取至毫米后，某个环不足三个顶点。")
        }
        var writer = BoundaryWriter(reference: target.reference)
        writer.date = analysis.day
        return try writer.bytes(of: [parcel])
    }

    // MARK: The file of a case

    /// Adds the report to the documents of a plan's case.
    ///
    /// - Returns: the document's number.
    func add(_ analysis: BoundaryAnalysis, to plan: Int64, line: String) throws -> Int64 {
        let page = try page(analysis)
        return try project.addDocument(
            "\(page.title).html", kind: .other, content: Data(page.html.utf8), to: plan, line: line)
    }
}
