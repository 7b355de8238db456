import Foundation
import Planning
import Store

/// The dashboard of a county with three surveys and all layers.
extension Bench {
    func indicators(_ tell: (Row) -> Void) throws {
        let county = "\(folder)/indicators.gpkg"
        remove(county)
        defer {
            remove(county)
            try? FileManager.default.removeItem(atPath: "\(folder)/indicators-files")
        }
        try Tool.run(tuban, ["sample", county, "--parcels", String(parcels), "--years", "2015,2020,2025"])
        func add(_ what: String, _ seconds: Double, _ goal: Row.Goal = .none, note: String = "") {
            tell(Row(what: what, size: parcels, ours: seconds * 1000, unit: "ms", goal: goal, note: note))
        }
        let atMillion: Row.Goal = isMillion ? .most(50) : .none
        var known = 0
        let first = try opened(county) { open in
            try Clock.seconds { known = try open.indicators().count { $0.value != nil } }
        }
        add("indicators, all for the first time", first, note: "\(known) with a value")
        let opening = try (0..<5).map { _ in
            try opened(county) { open in try Clock.seconds { _ = try open.indicators() } }
        }
        add("dashboard, opened", opening.min() ?? 0, atMillion)
        for (what, time) in try drafting(county) { add(what, time, atMillion) }
        tell(try summing(county))
        let reach = try opened(county) { open in
            guard let survey = try open.newestSurvey() else { return 0.0 }
            return try Clock.seconds { _ = try open.reach(plan: 0, layer: survey) }
        }
        add("reach of every village and facility", reach)
    }

    private func opened<T>(_ county: String, _ body: (Project) throws -> T) throws -> T {
        let open = try Project.open(at: county)
        defer { try? open.close() }
        return try body(open)
    }

    /// What a step of a draft costs before its indicators are right again: a class set, and a parcel split.
    private func drafting(_ county: String) throws -> [(String, Double)] {
        try opened(county) { open in
            guard let survey = try open.newestSurvey() else { return [] }
            try open.stand(Here(layer: survey.id))
            let plan = try open.newPlan("bench", kind: .county, base: survey, line: "plan new bench")
            let some = try open.parcels(ParcelQuery(filter: .sql("class GLOB '*01*'"), sort: .uid), limit: 12)
            let code = LandUseCode.plan2023("0701")
            var times: [Double] = []
            for parcel in some {
                _ = try open.setClass(of: [parcel.uid], to: code, in: plan.id, line: "plan set-class")
                times.append(try Clock.seconds { _ = try open.indicators(plan: plan.id) })
            }
            // The first one reads what the connection does not know yet.
            return [
                ("indicators after the first step", times.first ?? 0),
                ("indicators after a step", times.dropFirst().min() ?? 0),
            ]
        }
    }

    /// All sums anew, against the same sums by GROUP BY: of features by layer, unit and class, of what layers share by
    /// their classes, and of what changed between surveys. The pairs themselves stand in the file for both.
    private func summing(_ county: String) throws -> Row {
        let (ours, peer) = try Clock.best(of: 3) {
            try Tool.run("/usr/bin/sqlite3", [county, "DELETE FROM indicator_kept; DELETE FROM indicator_sum"])
            return try opened(county) { open in try Clock.seconds { _ = try open.indicators() } }
        } _: {
            try Tool.seconds(
                "sqlite3",
                [
                    county,
                    """
                    SELECT layer, unit, class, count(*), sum(area), sum(net) FROM feature WHERE valid_to IS NULL
                        GROUP BY 1, 2, 3;
                    SELECT p.overlay, a.unit, a.class, b.class, count(*), sum(p.area_m2), sum(p.length_m)
                        FROM indicator_pair AS p JOIN feature AS a ON a.uid = p.a LEFT JOIN feature AS b ON b.uid = p.b
                        GROUP BY 1, 2, 3, 4;
                    SELECT n.unit, o.class, n.class, count(*), sum(c.area), sum(c.net) FROM survey_change AS c
                        JOIN feature AS n ON n.uid = c.new_uid JOIN feature AS o ON o.uid = c.old_uid
                        WHERE n.class <> o.class GROUP BY c.new_layer, 1, 2, 3;
                    """,
                ])
        }
        return Row(
            what: "all sums of the indicators anew", size: parcels, ours: ours, peer: peer,
            peerName: "GROUP BY, sqlite3", unit: "s", goal: isMillion ? .ratio(1) : .none)
    }
}
