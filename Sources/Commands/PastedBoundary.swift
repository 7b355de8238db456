import Boundary
import Foundation
import GeoBridge
import Geometry
import Phrases
import Store

/// A text that somebody pasted for a boundary, looked at before anything is done with it: a boundary-point TXT, a GeoJSON
/// text, or places, one or more a line.
package struct PastedBoundary: Sendable {
    package enum Form: Sendable {
        case boundaryText, geoJSON, places

        package var name: Phrase {
            switch self {
            case .boundaryText: Phrase("boundary TXT", "界址点 TXT")
            case .geoJSON: Phrase("GeoJSON", "GeoJSON")
            case .places: Phrase("typed corners", "键入的顶点")
            }
        }
    }

    /// What is wrong with it, in which line, and what to do.
    package struct Fault: Sendable, Hashable {
        /// From 1; 0 for the text as a whole.
        package var line: Int
        package var severity: BoundaryFault.Severity
        package var what: Phrase
        package var remedy: Phrase
    }

    package let form: Form
    /// What was understood of it.
    package private(set) var facts: [Phrase] = []
    /// The gravest first, then in the order of lines.
    package private(set) var faults: [Fault] = []

    /// Whether something keeps it from being analysed, whatever one confirms.
    package var isStopped: Bool { faults.contains { $0.severity == .stops } }
    /// Whether it must be confirmed how it was read.
    package var needsConfirming: Bool { !isStopped && faults.contains { $0.severity == .confirm } }

    /// - Throws: `Refusal` where it cannot be looked at; `CancellationError`.
    package init(_ text: String, for project: Project, plan: Int64, _ progress: Progress) throws {
        let bytes = Array(text.utf8)
        if BoundaryReader.recognises(bytes) {
            form = .boundaryText
            try read(bytes)
        } else if text.first(where: { !$0.isWhitespace }) == "{" {
            form = .geoJSON
            readJSON(bytes)
        } else {
            form = .places
            try read(text, project, plan, progress)
        }
        // In a stable order: a sort that kept no order would shuffle the lines.
        faults = faults.enumerated().sorted {
            ($1.element.severity, $0.element.line, $0.offset) < ($0.element.severity, $1.element.line, $1.offset)
        }.map(\.element)
    }

    private mutating func read(_ bytes: [UInt8]) throws {
        let reading = try BoundarySource.read(bytes, say("the pasted text", "粘贴内容"), crs: nil, encoding: "UTF-8")
        let file = reading.file
        let points = reading.measures.reduce(0) { $0 + $1.points }
        let system = try file.reference.map(BoundarySource.definition)
        facts.append(
            Phrase(
                "\(counted(file.parcels.count, "parcel")), \(counted(points, "point")), \(file.dialect?.title.english ?? "unknown dialect"), \(system ?? "coordinate system unknown")",
                "\(file.parcels.count) 个地块，\(points) 个点，\(file.dialect?.title.chinese ?? "未知格式")，\(system ?? "坐标系不明")"))
        let areas = reading.measures.compactMap { $0.ellipsoidArea ?? $0.planeArea }
        if !areas.isEmpty {
            let sum = areas.reduce(0, +)
            facts.append(
                Phrase(
                    "\(Decimals.text(sum / 10_000, decimals: 4)) ha, \(Decimals.text(sum, decimals: 2)) m2",
                    "\(Decimals.text(sum / 10_000, decimals: 4)) 公顷，\(Decimals.text(sum, decimals: 2)) m2"))
        }
        faults = reading.faults.map {
            Fault(line: $0.line, severity: $0.severity, what: $0.what, remedy: $0.remedy)
        }
    }

    /// Whether it is JSON at all; what is in it, its reader says.
    private mutating func readJSON(_ bytes: [UInt8]) {
        do {
            let value = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
            let features = value?["features"] as? [Any]
            facts.append(
                Phrase(
                    "GeoJSON of \(counted(features?.count ?? 1, "feature"))", "GeoJSON，\(features?.count ?? 1) 个要素"))
        } catch {
            let told = (error as NSError).userInfo["NSDebugDescription"] as? String ?? ""
            let line = told.firstMatch(of: /line (\d+)/).flatMap { Int($0.output.1) } ?? 0
            faults.append(
                Fault(
                    line: line, severity: .stops,
                    what: Phrase("It begins like GeoJSON and is none: \(told)", "开头像 GeoJSON，但不是有效的 JSON：\(told)"),
                    remedy: Phrase("Copy the whole text, to its last brace.", "请复制完整内容，直到最后一个括号。")))
        }
    }

    /// Reads places line by line, so that a fault names its line.
    private mutating func read(_ text: String, _ project: Project, _ plan: Int64, _ progress: Progress) throws {
        let reader = try project.placeReader(plan: plan)
        var points: [Point] = []
        var isNoted: Set<Phrase> = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if index % 256 == 0 { try progress.checkCancelled() }
            guard line.contains(where: { !$0.isWhitespace }) else { continue }
            do {
                let found = try reader.places(String(line), after: points)
                points += found.map(\.point)
                for note in found.flatMap(\.notes) where isNoted.insert(note).inserted {
                    faults.append(Fault(line: index + 1, severity: .info, what: note, remedy: Phrase("", "")))
                }
            } catch let refusal as Refusal {
                faults.append(
                    Fault(
                        line: index + 1, severity: .stops, what: refusal.phrase,
                        remedy: Phrase(
                            "A line holds a corner, such as x,y; a TXT begins with its header or its parcel line.",
                            "每行一个顶点，如 x,y；界址点 TXT 须从文件头或地块行开始。")))
            }
        }
        facts.append(Phrase(counted(points.count, "corner"), "\(points.count) 个顶点"))
        if points.count > 1, points.first == points.last { points.removeLast() }
        guard points.count >= 3, let first = points.first else {
            if !isStopped {
                faults.append(
                    Fault(
                        line: 0, severity: .stops,
                        what: Phrase(
                            "A boundary takes three corners or more; there are \(points.count).",
                            "边界至少需要三个顶点，现有 \(points.count) 个。"), remedy: Phrase("Paste the others too.", "请补全其余顶点。")))
            }
            return
        }
        let report = try GEOS().validity(of: Shape(polygon: [points + [first]]))
        guard let reason = report.reason else { return }
        let place = try report.place.map { " (\(try project.cornerText(of: $0)))" } ?? ""
        faults.append(
            Fault(
                line: 0, severity: .stops,
                what: Phrase("\(reason.english)\(place)", "\(reason.chinese)\(place)"),
                remedy: Phrase("Put the corners into their order.", "请按顺序排列顶点。")))
    }
}
