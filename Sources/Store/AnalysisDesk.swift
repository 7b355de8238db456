import Foundation
import GRDB
import GeoBridge
import Geometry
import Phrases
import Planning

/// How boundaries are to be analysed.
package struct AnalysisRequest: Sendable, Hashable {
    /// The class that the land inside is taken to become; nil for construction land of no stated use.
    package var target: LandUseCode?
    /// The day that terms are reckoned by and rules must be in force on; nil for today.
    package var day: String?
    /// Overlaps up to this are slivers, in hundredths of a square metre.
    package var sliverLimit: Int64

    /// - Parameter sliverLimit: one square metre, as rules have it, unless given.
    package init(target: LandUseCode? = nil, day: String? = nil, sliverLimit: Int64 = 100) {
        (self.target, self.day, self.sliverLimit) = (target, day, sliverLimit)
    }

    /// Reserved land (留白用地): construction land whose use is not stated, the one class of which no rule can assume more.
    static let assumed = LandUseCode.plan2023("16")
}

/// Where boundaries are analysed: a connection of its own, reading only, with layers, statements and rules opened once
/// for many boundaries. Serves one thread.
package final class AnalysisDesk {
    let work: RuleWorkspace
    let request: AnalysisRequest
    let day: String
    let target: StoredClass
    let system: CoordinateSystem?
    private(set) var measure: AnalysisMeasure
    let project: Project
    /// All layers of the project when it was opened.
    private(set) var allLayers: [Layer] = []
    /// Layers by the order in which reports have them; the first is the survey, where there is one.
    private var layers: [AnalysisLayer] = []
    private var hasSurvey = false
    let classes: [Int64: StoredClass]
    private let units: [Int64: BoundaryAnalysis.Unit]
    /// Which features are valid, for as long as nobody changes the file.
    private let validity = KnownValidity()
    private var version: Int64 = -1

    /// - Throws: `Refusal` for a class that the project does not know.
    package init(_ project: Project, _ request: AnalysisRequest) throws {
        self.project = project
        self.request = request
        let day = request.day ?? String(Project.now().prefix(10))
        self.day = day
        target = try project.landClass(request.target ?? AnalysisRequest.assumed)
        let rules = try project.rules().filter { $0.isInForce(on: day) }
        work = try RuleWorkspace(path: project.path, plan: nil, scope: .draft, rules: rules, staysOpen: true)
        allRules = rules
        system = work.system
        measure = AnalysisMeasure(system: system)
        (classes, units) = try work.queue.inDatabase { db in
            let classes = try StoredClass.fetchAll(db, sql: "SELECT * FROM main.land_class")
            let units = try Row.fetchAll(db, sql: "SELECT id, code, name FROM main.unit")
            return (
                Dictionary(uniqueKeysWithValues: classes.map { ($0.id, $0) }),
                Dictionary(
                    uniqueKeysWithValues: units.map {
                        ($0["id"] as Int64, BoundaryAnalysis.Unit(code: $0["code"], name: $0["name"]))
                    })
            )
        }
        try work.queue.inDatabase { db in try openLayers(in: db) }
        if system?.isGeographic == true {
            let county = allLayers.filter { !$0.isGrid }.reduce(Box.empty) { $0.union($1.box) }
            measure = AnalysisMeasure(system: system, zone: system.flatMap { ZonePlane($0, middle: county.center) })
        }
    }

    let allRules: [Rule]

    private func openLayers(in db: Database) throws {
        allLayers = try Layer.fetchAll(db, sql: "SELECT * FROM main.layer_registry ORDER BY id")
        let all = allLayers.filter { $0.geometry != nil && !$0.isGrid }
        let survey = all.filter { $0.role == .parcels && $0.geometry == .polygon }
            .max { ($0.year ?? 0, $0.id) < ($1.year ?? 0, $1.id) }
        if let survey {
            layers.append(try AnalysisLayer(survey, isSurvey: true, in: db))
            hasSurvey = true
        }
        for role in [LayerRole.controlLine, .plannedUse, .resource, .project, .reference] {
            for layer in all where layer.role == role {
                layers.append(try AnalysisLayer(layer, isSurvey: false, in: db))
            }
        }
    }

    /// Leaves the connection. What stays open would keep the file's log from being folded in.
    package func close() throws {
        layers.removeAll()
        try work.queue.close()
    }

    /// Analyses one boundary, in one consistent state of the file.
    ///
    /// - Parameters:
    ///   - boundary: valid and not empty (`AnalysedBoundary.checked`).
    ///   - tell: told what is at work; what it throws ends the analysis.
    /// - Throws: `Refusal` for a boundary outside of everything that the project holds.
    package func analyse(
        _ boundary: AnalysedBoundary, tell: @escaping (String) throws -> Void = { _ in }
    ) throws -> BoundaryAnalysis {
        do {
            return try work.queue.inDatabase { db in
                var result: BoundaryAnalysis?
                try db.inTransaction(.deferred) {
                    let version = try Int64.fetchOne(db.cachedStatement(sql: "PRAGMA main.data_version")) ?? 0
                    if version != self.version { validity.forget { _ in true } }
                    self.version = version
                    result = try analyse(boundary, in: db, tell)
                    return .commit
                }
                // `inTransaction` either ran the body to its end or threw.
                return result!
            }
        } catch let error as DatabaseError {
            if error.resultCode == .SQLITE_INTERRUPT { throw CancellationError() }
            throw Project.refusal(error, project.path)
        }
    }

    private func analyse(
        _ boundary: AnalysedBoundary, in db: Database, _ tell: @escaping (String) throws -> Void
    ) throws -> BoundaryAnalysis {
        var analysis = BoundaryAnalysis(
            boundary: boundary, day: day, target: target.code, targetName: target.name, sliverLimit: request.sliverLimit
        )
        analysis.isTargetAssumed = request.target == nil
        analysis.journal = try Int64.fetchOne(db.cachedStatement(sql: "SELECT max(id) FROM main.journal")) ?? 0
        analysis.system = system?.title ?? ""
        analysis.notes = boundary.notes
        let bands = EdgeBands(boundary.shape)
        analysis.area = try measure.hundredths(of: boundary.shape)
        analysis.plane = try measure.plane(boundary.shape.planeArea, of: boundary.shape)
        analysis.perimeter = try measure.length(of: boundary.shape)
        // Read on this thread, measured on two: the layers' features stand one after another.
        var features: [NearFeature] = []
        var ranges: [Range<Int>] = []
        for layer in layers {
            try tell(layer.layer.table)
            let first = features.count
            features += try layer.near(bands)
            ranges.append(first..<features.count)
        }
        let parts = try AnalysisParts(boundary: bands, system: system, validity: validity)
            .measure(features) { try tell("") }
        var next = 0
        let ofLayers = layers.indices.map { number in
            let first = next
            while next < parts.count, ranges[number].contains(parts[next].feature) { next += 1 }
            return parts[first..<next]
        }
        let covered = try AnalysisParts.covered(
            zip(layers.indices, ofLayers).map { number, own in
                let land = hasSurvey && number == 0 ? [] : own.filter { $0.area > 0 }
                return land.count > 1
                    ? land.map { ($0.shape ?? features[$0.feature].shape, of: features[$0.feature].shape) } : []
            }
        ) { try tell("") }
        for (number, layer) in layers.enumerated() {
            if hasSurvey, number == 0 {
                analysis.survey = layer.facts
                try take(ofLayers[number], features, into: &analysis)
            } else {
                analysis.layers.append(
                    try meetings(layer.facts, ofLayers[number], covered[number], features, analysis))
            }
        }
        try findGaps(&analysis, bands, features[hasSurvey ? ranges[0] : 0..<0])
        analysis.settle()
        if let planned = plannedUse(analysis) { analysis.settlePlanned(planned) }
        try ask(&analysis, features, parts, validity, in: db, tell)
        note(&analysis)
        return analysis
    }

    // MARK: Parcels and features

    private func take(
        _ parts: ArraySlice<MeasuredPart>, _ features: [NearFeature], into analysis: inout BoundaryAnalysis
    ) throws {
        for part in parts {
            let feature = features[part.feature]
            let raw = measure.hundredths(part.area)
            guard case .land = part.lie, raw > 0 else {
                analysis.touched.append(try meeting(part, feature, analysis))
                continue
            }
            let kind = classes[feature.class]
            let shape = part.shape ?? feature.shape
            analysis.parcels.append(
                BoundaryAnalysis.Parcel(
                    id: feature.uid, number: feature.number, code: kind?.code ?? LandUseCode(system: "", code: ""),
                    className: kind?.name ?? Phrase("no class", "无地类"),
                    unit: units[feature.unit] ?? .init(code: "", name: ""), ownership: Ownership(feature.ownership),
                    raw: raw, plane: try measure.plane(part.plane, of: shape), whole: feature.area,
                    factor: feature.factor,
                    isWhole: part.isWhole, isSliver: !part.isWhole && raw <= request.sliverLimit,
                    shape: shape))
        }
    }

    private func meeting(
        _ part: MeasuredPart, _ feature: NearFeature, _ analysis: BoundaryAnalysis
    ) throws -> BoundaryAnalysis.Meeting {
        let kind = feature.class == 0 ? nil : classes[feature.class]
        let area = measure.hundredths(part.area)
        var meeting = BoundaryAnalysis.Meeting(
            id: feature.uid, number: feature.number, name: feature.name, code: kind?.code, className: kind?.name,
            verdict: .overlap, area: area, whole: feature.area, isWhole: part.isWhole, place: part.place,
            shape: part.shape)
        switch part.lie {
        case .land:
            meeting.plane = try measure.plane(part.plane, of: part.shape ?? feature.shape)
            meeting.coversAll = area > 0 && abs(area - analysis.area) <= 1
            if !part.isWhole, !meeting.coversAll, area <= request.sliverLimit { meeting.verdict = .sliver }
        case .line: meeting.length = try measure.length(part.length, of: part.shape)
        case .point: break
        case .touch:
            meeting.verdict = .touch
            meeting.length = try measure.length(part.length, of: part.shape)
            // Of a sliver that rounds to nothing, both sides are the edge.
            if part.shape?.kind == .polygon { meeting.length /= 2 }
            meeting.shape = nil
        case .unknown(let reason): (meeting.verdict, meeting.reason) = (.unknown, reason)
        }
        if meeting.coversAll { meeting.shape = nil }
        if feature.number.isEmpty { meeting.outline = Digest.of(feature.shape) }
        return meeting
    }

    /// - Parameter union: what the layer's parts cover together, where they may lie over one another.
    private func meetings(
        _ layer: AnalysedLayer, _ parts: ArraySlice<MeasuredPart>, _ union: Shape?, _ features: [NearFeature],
        _ analysis: BoundaryAnalysis
    ) throws -> BoundaryAnalysis.LayerMeetings {
        let order = MeetingVerdict.allCases
        let found = try parts.map { try meeting($0, features[$0.feature], analysis) }.sorted { a, b in
            let (x, y) = (order.firstIndex(of: a.verdict) ?? 0, order.firstIndex(of: b.verdict) ?? 0)
            if x != y { return x < y }
            if a.area != b.area { return a.area > b.area }
            return a.length != b.length ? a.length > b.length : a.id < b.id
        }
        // As they are listed: whoever adds up the list comes to the same.
        var covered = parts.reduce(0) { $0 + measure.hundredths($1.area) }
        if let union { covered = min(covered, try measure.hundredths(of: union)) }
        let length = try parts.reduce(0.0) { sum, part in
            guard case .line = part.lie else { return sum }
            return try sum + measure.length(part.length, of: part.shape)
        }
        return BoundaryAnalysis.LayerMeetings(
            layer: layer, meetings: found, covered: min(covered, analysis.area), length: length)
    }

    /// The planned-use layer that classes are summed of: the newest of the planned use itself, or else of any other that
    /// has planned classes.
    private func plannedUse(_ analysis: BoundaryAnalysis) -> BoundaryAnalysis.LayerMeetings? {
        let planned = analysis.layers.filter { $0.layer.role == .plannedUse }
        func rank(_ layer: AnalysedLayer) -> (Int, Int, Int64) {
            (layer.standard == "GHYDYH" ? 1 : 0, layer.year ?? 0, layer.id)
        }
        return planned.filter { layer in
            layer.layer.standard == "GHYDYH"
                || layer.meetings.contains { $0.code.map { $0.system.hasPrefix("plan") } ?? false }
        }.max { rank($0.layer) < rank($1.layer) }
    }
}
