import Geometry
import Phrases

/// The figures of an analysis as a project keeps them, so that a later one of the same boundary is held against it.
package struct AnalysisRecord: Sendable, Hashable, Codable {
    package struct Sum: Sendable, Hashable, Codable {
        /// `survey:0101`.
        package var code: String
        package var unit: String
        package var unitName: String
        package var ownership: String
        package var parcels: Int
        package var area: Int64
        package var net: Int64
        package var plane: Int64
    }

    package struct Meeting: Sendable, Hashable, Codable {
        /// The layer's standard name: a layer that was imported anew is the same line.
        package var layer: String
        package var uid: Int64
        package var number: String
        package var name: String
        package var verdict: MeetingVerdict
        package var area: Int64
        package var length: Double
    }

    package struct Finding: Sendable, Hashable, Codable {
        package var rule: String
        package var version: Int
        package var isBroken: Bool
        /// Numbers as people know them; a parcel that was imported anew is known again by it.
        package var number: String
        package var layer: String
        package var objectNumber: String
        package var objectLayer: String
        package var area: Double?
        /// The sentence as it was said, in both languages.
        package var english: String
        package var chinese: String
    }

    package var area: Int64
    package var plane: Int64
    package var net: Int64
    package var unsurveyed: Int64
    package var survey: String
    package var target: String
    package var sums: [Sum]
    package var meetings: [Meeting]
    package var findings: [Finding]

    package init(of analysis: BoundaryAnalysis) {
        (area, plane, net) = (analysis.area, analysis.plane, analysis.net)
        unsurveyed = analysis.unsurveyed?.area ?? 0
        (survey, target) = (analysis.survey?.table ?? "", analysis.target.description)
        sums = analysis.sums.map { sum in
            Sum(
                code: sum.key.code.description, unit: sum.key.unit.code, unitName: sum.key.unit.name,
                ownership: sum.key.ownership.code, parcels: sum.parcels, area: sum.area, net: sum.net, plane: sum.plane)
        }
        meetings = analysis.layers.flatMap { layer in
            layer.meetings.map {
                Meeting(
                    layer: layer.layer.standard, uid: $0.id, number: $0.number, name: $0.name, verdict: $0.verdict,
                    area: $0.area, length: $0.length)
            }
        }
        findings = analysis.findings.map { finding in
            let sentence = finding.phrase
            return Finding(
                rule: finding.rule.id, version: finding.rule.version, isBroken: finding.verdict == .broken,
                number: finding.number, layer: finding.layer, objectNumber: finding.objectNumber,
                objectLayer: finding.objectLayer, area: finding.area, english: sentence.english,
                chinese: sentence.chinese)
        }
    }
}

/// A kept analysis as it is listed.
package struct KeptAnalysis: Sendable, Hashable, Identifiable {
    package var id: Int64
    package var time: String
    package var who: String
    package var day: String
    package var journal: Int64
    /// The boundary as it was; its shape in the project's coordinates.
    package var boundary: AnalysedBoundary
    package var record: AnalysisRecord

    package init(
        id: Int64, time: String, who: String, day: String, journal: Int64, boundary: AnalysedBoundary,
        record: AnalysisRecord
    ) {
        (self.id, self.time, self.who, self.day, self.journal) = (id, time, who, day, journal)
        (self.boundary, self.record) = (boundary, record)
    }
}

/// What differs between two analyses of the same boundary.
package struct AnalysisComparison: Sendable, Hashable {
    /// A figure before and now; nil where it was not, or is not any more.
    package struct Change<Row: Sendable & Hashable>: Sendable, Hashable {
        package var before: Row?
        package var now: Row?

        package init(before: Row?, now: Row?) { (self.before, self.now) = (before, now) }
    }

    /// The earlier analysis: its number, when, by whom.
    package var number: Int64
    package var time: String
    package var who: String
    /// Sums that differ, in the order of class, unit and ownership.
    package var sums: [Change<AnalysisRecord.Sum>]
    /// Features met before or now whose verdict, area or length differs.
    package var meetings: [Change<AnalysisRecord.Meeting>]
    package var mended: [AnalysisRecord.Finding]
    package var new: [AnalysisRecord.Finding]
    /// How many findings are still there.
    package var still: Int

    /// Whether nothing differs.
    package var isEmpty: Bool { sums.isEmpty && meetings.isEmpty && mended.isEmpty && new.isEmpty }

    package init(_ earlier: KeptAnalysis, now: AnalysisRecord) {
        (number, time, who) = (earlier.id, earlier.time, earlier.who)
        sums = Self.changes(
            earlier.record.sums, now.sums, key: { [$0.code, $0.unit, $0.ownership] },
            figures: { [Int64($0.parcels), $0.area, $0.net, $0.plane] })
        // Not by its own number in the project, which is another one when its layer was imported anew.
        meetings = Self.changes(
            earlier.record.meetings, now.meetings,
            key: { [$0.layer, $0.number.isEmpty ? String($0.uid) : $0.number] },
            figures: { [$0.verdict.rawValue, String($0.area), String($0.length)] })
        func key(_ finding: AnalysisRecord.Finding) -> [String] {
            [
                finding.rule, finding.isBroken ? "broken" : "", finding.layer, finding.number, finding.objectLayer,
                finding.objectNumber,
            ]
        }
        let then = Set(earlier.record.findings.map(key)), these = Set(now.findings.map(key))
        mended = earlier.record.findings.filter { !these.contains(key($0)) }
        new = now.findings.filter { !then.contains(key($0)) }
        still = now.findings.count - new.count
    }

    private static func changes<Row: Sendable & Hashable>(
        _ before: [Row], _ now: [Row], key: (Row) -> [String], figures: (Row) -> [some Equatable]
    ) -> [Change<Row>] {
        // Of several rows of one key, as features without number, the first stand against the first.
        let old = Dictionary(grouping: before, by: key), new = Dictionary(grouping: now, by: key)
        return Set(old.keys).union(new.keys).sorted { $0.lexicographicallyPrecedes($1) }.flatMap { key in
            let (a, b) = (old[key] ?? [], new[key] ?? [])
            return (0..<max(a.count, b.count)).compactMap { index in
                let (before, now) = (index < a.count ? a[index] : nil, index < b.count ? b[index] : nil)
                return before.map(figures) == now.map(figures) ? nil : Change(before: before, now: now)
            }
        }
    }
}
