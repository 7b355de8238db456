import GRDB
import GeoBridge
import Geometry
import Phrases
import Planning

extension AnalysisDesk {
    /// Asks the rules, as for a draft that turns the land inside the boundary into another class. Nothing is written.
    func ask(
        _ analysis: inout BoundaryAnalysis, _ features: [NearFeature], _ parts: [MeasuredPart],
        _ validity: KnownValidity, in db: Database, _ tell: @escaping (String) throws -> Void
    ) throws {
        // Pieces of the boundary before this one have the same numbers and other outlines.
        validity.forget { $0 < 0 }
        try work.clear(in: db)
        let facts = Dictionary(
            parts.map { (features[$0.feature].uid, features[$0.feature]) }, uniquingKeysWith: { first, _ in first })
        let runner = try RuleRunner(work, db, date: day, validity: validity, tell: tell)
        runner.given = analysis.parcels.compactMap { parcel in
            guard let feature = facts[parcel.id], parcel.code != target.code,
                !RuleRunner.isSameUse(parcel.code, target.code)
            else { return nil }
            return ChangedPiece(
                subject: ChangedPiece.subjects(of: parcel.id).upperBound, uid: parcel.id, base: parcel.id,
                from: feature.class, to: target.id, unit: feature.unit, area: Double(parcel.area) / 100,
                net: Double(parcel.net) / 100, shape: parcel.shape)
        }
        try runner.run()
        let byID = Dictionary(allRules.map { ($0.id, $0) }) { $1 }
        let names = FeatureNames(db, plan: 0)
        let answers = runner.answers + Project.questions(allRules, [:])
        analysis.findings = Project.inOrder(
            try answers.compactMap { answer in
                guard let rule = byID[answer.rule] else { return nil }
                return try answer.finding(of: rule, ignored: runner.ignored[answer.subject] ?? 0, names)
            })
        let ran = Set(runner.running.map(\.id))
        analysis.held = ran.subtracting(answers.map(\.rule)).sorted()
        analysis.unconcerned = runner.unconcerned.subtracting(ran).sorted()
    }
}
