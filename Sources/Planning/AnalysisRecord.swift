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

    package struct Meeting: Sendable, Hashable {
        /// The layer's standard name: a layer that was imported anew is the same line.
        package var layer: String
        package var uid: Int64
        package var number: String
        package var name: String
        package var verdict: MeetingVerdict
        package var area: Int64
        package var length: Double
        /// Of a feature without a number: a hash of its outline, by which it is known again when its layer is imported
        /// anew.
        package var outline: String?
        package var table: String
        package var plane: Int64
        package var code: String?
        package var isWhole: Bool
        package var coversAll: Bool
        package var place: Place?
    }

    /// In the project's coordinates.
    package struct Place: Sendable, Hashable {
        package var x: Double
        package var y: Double

        package init?(_ point: Point?) {
            guard let point else { return nil }
            (x, y) = (point.x, point.y)
        }

        package var point: Point { Point(x: x, y: y) }
    }

    /// A layer that was met: what its features cover together.
    package struct Layer: Sendable, Hashable, Codable {
        package var table: String
        package var standard: String
        package var title: String
        package var role: LayerRole
        package var year: Int?
        package var covered: Int64
        package var length: Double
    }

    package struct Planned: Sendable, Hashable, Codable {
        /// Nil for what no planned use covers.
        package var code: String?
        package var features: Int
        package var area: Int64
        package var plane: Int64
    }

    package struct Finding: Sendable, Hashable {
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
        package var uid: Int64?
        package var object: Int64?
        package var measured: Double?
        package var threshold: Double?
        package var reason: String
        package var place: Place?
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
    package var perimeter: Double
    package var sliverLimit: Int64
    package var layers: [Layer]
    package var planned: [Planned]
    package var held: [String]
    /// The notes in both languages, one after the other.
    package var notes: [[String]]

    package init(of analysis: BoundaryAnalysis) {
        (area, plane, net) = (analysis.area, analysis.plane, analysis.net)
        unsurveyed = analysis.unsurveyed?.area ?? 0
        (survey, target) = (analysis.survey?.table ?? "", analysis.target.description)
        sums = analysis.sums.map { sum in
            Sum(
                code: sum.key.code.description, unit: sum.key.unit.code, unitName: sum.key.unit.name,
                ownership: sum.key.ownership.code, parcels: sum.parcels, area: sum.area, net: sum.net, plane: sum.plane)
        }
        meetings = analysis.layers.flatMap { layer in layer.meetings.map { Meeting($0, layer.layer) } }
        findings = analysis.findings.map(Finding.init)
        (perimeter, sliverLimit, held) = (analysis.perimeter, analysis.sliverLimit, analysis.held)
        layers = analysis.layers.filter { !$0.meetings.isEmpty }.map { met in
            Layer(
                table: met.layer.table, standard: met.layer.standard, title: met.layer.title, role: met.layer.role,
                year: met.layer.year, covered: met.covered, length: met.length)
        }
        planned = analysis.planned.map {
            Planned(code: $0.code?.description, features: $0.features, area: $0.area, plane: $0.plane)
        }
        notes = analysis.remarks.map { [$0.english, $0.chinese] }
    }
}

extension AnalysisRecord.Meeting {
    fileprivate init(_ meeting: BoundaryAnalysis.Meeting, _ layer: AnalysedLayer) {
        self.init(
            layer: layer.standard, uid: meeting.id, number: meeting.number, name: meeting.name,
            verdict: meeting.verdict,
            area: meeting.area, length: meeting.length, outline: meeting.outline, table: layer.table,
            plane: meeting.plane,
            code: meeting.code?.description, isWhole: meeting.isWhole, coversAll: meeting.coversAll,
            place: .init(meeting.place))
    }
}

extension AnalysisRecord.Finding {
    fileprivate init(_ finding: RuleFinding) {
        let sentence = finding.phrase
        self.init(
            rule: finding.rule.id, version: finding.rule.version, isBroken: finding.verdict == .broken,
            number: finding.number, layer: finding.layer, objectNumber: finding.objectNumber,
            objectLayer: finding.objectLayer, area: finding.area, english: sentence.english, chinese: sentence.chinese,
            uid: finding.uid, object: finding.object, measured: finding.measured, threshold: finding.threshold,
            reason: finding.reason, place: .init(finding.place))
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
