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

    /// With an earlier analysis that came to the same in everything.
    package init(same number: Int64, time: String, who: String, now: AnalysisRecord) {
        (self.number, self.time, self.who) = (number, time, who)
        (sums, meetings, mended, new, still) = ([], [], [], [], now.findings.count)
    }

    package init(_ earlier: KeptAnalysis, now: AnalysisRecord) {
        (number, time, who) = (earlier.id, earlier.time, earlier.who)
        sums = Self.changes(
            earlier.record.sums, now.sums, key: { [$0.code, $0.unit, $0.ownership] },
            figures: { [Int64($0.parcels), $0.area, $0.net, $0.plane] })
        // Not by its own number in the project, which is another one when its layer was imported anew.
        let names = Self.names(earlier.record.meetings, now.meetings)
        meetings = Self.changes(
            earlier.record.meetings, now.meetings,
            key: { [$0.layer, $0.number.isEmpty ? names[$0.uid] ?? String($0.uid) : $0.number] },
            figures: { [$0.verdict.rawValue, String($0.area), String($0.length)] })
        func key(_ finding: AnalysisRecord.Finding) -> [String] {
            [
                finding.rule, finding.isBroken ? "broken" : "", finding.layer, finding.number, finding.objectLayer,
                finding.objectNumber,
            ]
        }
        /// Features without a number have one key: of each as many are the same as there are on both sides.
        func beyond(
            _ findings: [AnalysisRecord.Finding], _ others: [AnalysisRecord.Finding]
        ) -> [AnalysisRecord.Finding] {
            var known = Dictionary(grouping: others, by: key).mapValues(\.count)
            return findings.filter { finding in
                guard let left = known[key(finding)], left > 0 else { return true }
                known[key(finding)] = left - 1
                return false
            }
        }
        (mended, new) = (beyond(earlier.record.findings, now.findings), beyond(now.findings, earlier.record.findings))
        still = now.findings.count - new.count
    }

    /// What features without a number are known by in both runs, by their numbers in the project: those that are in both
    /// by that number, the others by their outline.
    private static func names(
        _ before: [AnalysisRecord.Meeting], _ now: [AnalysisRecord.Meeting]
    ) -> [Int64: String] {
        let both = Set(before.map(\.uid)).intersection(now.map(\.uid))
        return Dictionary(
            (before + now).compactMap { meeting in
                guard meeting.number.isEmpty, !both.contains(meeting.uid), let outline = meeting.outline else {
                    return nil
                }
                return (meeting.uid, outline)
            }, uniquingKeysWith: { first, _ in first })
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
