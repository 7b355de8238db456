import Geometry
import Phrases

/// What a project knows of the things that a kept analysis names.
package struct AnalysisNames {
    /// By their tables and by their standard names, as the registry has them now.
    package var layers: [AnalysedLayer]
    package var classes: [LandUseCode: Phrase]
    /// Every version of every rule, by `id version`.
    package var rules: [String: Rule]

    package init(layers: [AnalysedLayer], classes: [LandUseCode: Phrase], rules: [String: Rule]) {
        (self.layers, self.classes, self.rules) = (layers, classes, rules)
    }

    private static let noClass = Phrase("no class", "无地类")

    func name(_ code: LandUseCode) -> Phrase { classes[code] ?? Self.noClass }

    func layer(_ name: String) -> AnalysedLayer? {
        layers.first { $0.table == name } ?? layers.first { $0.standard == name }
    }
}

extension BoundaryAnalysis {
    /// An analysis as it was kept: its verdict, sums, features and findings, and where they are.
    ///
    /// - Parameter comparison: with the one before it.
    package init(_ kept: KeptAnalysis, comparison: AnalysisComparison?, names: AnalysisNames) {
        let record = kept.record
        let target = LandUseCode(record.target) ?? LandUseCode(system: "", code: record.target)
        self.init(
            boundary: kept.boundary, day: kept.day, target: target, targetName: names.name(target),
            sliverLimit: record.sliverLimit)
        (journal, number, self.comparison, isReadBack) = (kept.journal, kept.id, comparison, true)
        (area, plane, perimeter) = (record.area, record.plane, record.perimeter)
        if !record.survey.isEmpty {
            survey =
                names.layer(record.survey)
                ?? AnalysedLayer(id: 0, table: record.survey, standard: record.survey, title: "", role: .parcels)
        }
        sums = record.sums.map { sum in
            let code = LandUseCode(sum.code) ?? LandUseCode(system: "", code: sum.code)
            return Sum(
                key: .init(
                    code: code, unit: .init(code: sum.unit, name: sum.unitName), ownership: Ownership(sum.ownership)),
                className: names.name(code), parcels: sum.parcels, area: sum.area, net: sum.net, plane: sum.plane)
        }
        if record.unsurveyed > 0 {
            let plane = max(0, record.plane - sums.reduce(0) { $0 + $1.plane })
            unsurveyed = .init(raw: record.unsurveyed, plane: plane, shape: Shape(kind: .polygon))
        }
        layers = Self.layers(record, names)
        planned = record.planned.map { row in
            let code = row.code.flatMap(LandUseCode.init)
            return PlannedSum(
                code: code, className: code.map(names.name) ?? PlannedSum.none, features: row.features, area: row.area,
                plane: row.plane)
        }
        findings = record.findings.compactMap { finding in
            names.rules["\(finding.rule) \(finding.version)"].map { RuleFinding(finding, of: $0) }
        }
        held = record.held
        notes = record.notes.filter { $0.count == 2 }.map { Phrase($0[0], $0[1]) }
        notes.append(
            Phrase(
                "Read back from analysis \(kept.id) of \(kept.time): its parcels are not kept; 'analyse --again \(kept.id)' takes them anew.",
                "读自 \(kept.time) 的第 \(kept.id) 次分析：不含图斑清单，可用 analyse --again \(kept.id) 重新分析。"))
    }

    private static func layers(_ record: AnalysisRecord, _ names: AnalysisNames) -> [LayerMeetings] {
        let met = Dictionary(grouping: record.meetings) { $0.table }
        return record.layers.map { layer in
            let now = names.layers.first { $0.table == layer.table }
            return LayerMeetings(
                layer: AnalysedLayer(
                    id: now?.id ?? 0, table: layer.table, standard: layer.standard, title: layer.title,
                    role: layer.role,
                    year: layer.year),
                meetings: (met[layer.table] ?? []).map { Meeting($0, names) }, covered: layer.covered,
                length: layer.length)
        }
    }
}

extension BoundaryAnalysis.Meeting {
    fileprivate init(_ kept: AnalysisRecord.Meeting, _ names: AnalysisNames) {
        let code = kept.code.flatMap(LandUseCode.init)
        self.init(
            id: kept.uid, number: kept.number, name: kept.name, code: code, className: code.map(names.name),
            verdict: kept.verdict, area: kept.area, plane: kept.plane, length: kept.length,
            isWhole: kept.isWhole, coversAll: kept.coversAll, place: kept.place?.point)
    }
}

extension RuleFinding {
    fileprivate init(_ kept: AnalysisRecord.Finding, of rule: Rule) {
        self.init(
            id: 0, rule: rule, verdict: kept.isBroken ? .broken : .unknown, uid: kept.uid, number: kept.number,
            layer: kept.layer, object: kept.object, objectNumber: kept.objectNumber, objectLayer: kept.objectLayer,
            area: kept.area, measured: kept.measured, threshold: kept.threshold, ignored: 0, reason: kept.reason,
            place: kept.place?.point)
        said = Phrase(kept.english, kept.chinese)
    }
}
