import Phrases
import Planning

/// What the rules say, and what has changed since the last time.
extension AnalysisPage {
    /// The finding's number in the report and on the map: its place among all.
    package static func number(of index: Int) -> Int { index + 1 }

    /// The rules in short: each that is broken in a row, the others by their ids.
    var verdicts: [Page.Section] {
        let (broken, unknown) = (analysis.broken, analysis.uncheckable)
        var sections: [Page.Section] = [
            .heading(say("Rules", "规则检查")),
            .paragraph(
                say(
                    "\(counted(broken.count, "rule")) broken, \(unknown.count) not checkable, \(analysis.held.count) held.",
                    "违反 \(broken.count) 条，无法检查 \(unknown.count) 条，符合 \(analysis.held.count) 条。")),
        ]
        if !broken.isEmpty {
            let rows = broken.map { rule in
                let own = analysis.findings.filter { $0.rule.id == rule.id && $0.verdict == .broken }
                return [rule.id, own[0].severity.name.description, rule.message.description, String(own.count)]
            }
            sections.append(
                .table(
                    titles: [
                        say("Rule", "规则"), say("Severity", "等级"), say("Broken", "违反内容"), say("Findings", "结果数"),
                    ], isNumber: [false, false, false, true], rows: rows))
        }
        func list(_ ids: [String], _ what: String) {
            if !ids.isEmpty { sections.append(.paragraph("\(what)\(ids.joined(separator: " "))")) }
        }
        list(unknown.map(\.id), say("Not checkable: ", "无法检查："))
        list(analysis.held, say("Held: ", "符合："))
        list(analysis.unconcerned, say("Nothing here concerns: ", "不涉及："))
        return sections
    }

    /// Each finding, under its rule.
    var rules: [Page.Section] {
        let findings = analysis.findings
        guard !findings.isEmpty else { return [] }
        var sections: [Page.Section] = [.heading(say("Findings", "检查结果"))]
        var groups: [(key: String, findings: [(index: Int, finding: RuleFinding)])] = []
        for (index, finding) in findings.enumerated() {
            let key = "\(finding.verdict.rawValue) \(finding.rule.id)"
            if groups.last?.key != key { groups.append((key, [])) }
            groups[groups.count - 1].findings.append((index, finding))
        }
        // A rule that cannot be checked at all, because the project lacks a layer or a field, is one row.
        let isMissing = { (group: (key: String, findings: [(index: Int, finding: RuleFinding)])) in
            group.findings.allSatisfy { $0.finding.verdict == .unknown && $0.finding.uid == nil }
        }
        for group in groups where !isMissing(group) { sections += told(group.findings) }
        sections += missing(groups.filter(isMissing).flatMap(\.findings).map(\.finding))
        return sections
    }

    private func missing(_ findings: [RuleFinding]) -> [Page.Section] {
        guard !findings.isEmpty else { return [] }
        return [
            .entry(title: say("Not checkable", "无法检查"), facts: []),
            .table(
                titles: [
                    say("Rule", "规则"), say("Severity", "等级"), say("What it asks", "内容"), say("Why not", "原因"),
                    say("Basis", "依据"),
                ], isNumber: [false, false, false, false, false],
                rows: findings.map {
                    [
                        $0.rule.id, $0.severity.name.description, $0.rule.message.description, $0.reasonText,
                        $0.rule.basis,
                    ]
                }, wide: [4], isLong: true),
        ]
    }

    /// All findings of one rule and verdict.
    private func told(_ findings: [(index: Int, finding: RuleFinding)]) -> [Page.Section] {
        guard let first = findings.first?.finding else { return [] }
        let rule = first.rule
        let isBroken = first.verdict == .broken
        let verdict = isBroken ? say("broken", "违反") : say("not checkable", "无法检查")
        let times = findings.count > 1 ? " ×\(findings.count)" : ""
        var facts: [(name: String, value: String)] = []
        if isBroken, let limit = first.threshold {
            facts.append((say("Limit", "限值"), Self.number(limit) + unit(rule)))
        }
        if rule.tolerance > 0 { facts.append((say("Tolerance", "容差"), Self.number(rule.tolerance) + unit(rule))) }
        facts.append(
            (
                say("Basis", "依据"),
                rule.basis + (rule.basisVersion.isEmpty ? "" : say(" (\(rule.basisVersion))", "（\(rule.basisVersion)）"))
            ))
        facts.append((say("Remedy", "处理"), rule.remedy.description))
        if !isBroken { facts.append((say("Why", "原因"), first.reasonText)) }
        var sections: [Page.Section] = [
            .entry(
                title: "\(rule.id) · \(rule.severity.name) · \(verdict)\(times)\(say(": ", "："))\(rule.message)",
                facts: facts)
        ]
        let about = findings.filter { $0.finding.uid != nil || $0.finding.place != nil || $0.finding.measured != nil }
        guard !about.isEmpty else { return sections }
        let own = only(about.map(\.finding.layer)), other = only(about.map(\.finding.objectLayer))
        let titles = [
            say("No.", "编号"), own ?? say("Parcel", "图斑"), other ?? say("Against", "对照"), say("Area m²", "面积 m²"),
            say("Measured", "实测"), say("Place", "位置"),
        ]
        let rows = about.prefix(Self.most).map { index, finding in
            let isMeasured = finding.measured != finding.area
            return [
                String(Self.number(of: index)),
                subject(own == nil ? finding.layer : "", finding.number, finding.uid),
                subject(other == nil ? finding.objectLayer : "", finding.objectNumber, finding.object),
                finding.area.map(Self.number) ?? "",
                isMeasured ? finding.measured.map { Self.number($0) + unit(rule) } ?? "" : "",
                finding.place.map(Self.place) ?? "",
            ]
        }
        sections.append(Self.table(titles, [true, false, false, true, true, false], Array(rows)))
        return sections + Self.more(about.count)
    }

    /// The one layer that all are of: then it stands above the numbers instead of before each.
    private func only(_ layers: [String]) -> String? {
        Set(layers).count == 1 ? layers.first.flatMap { $0.isEmpty ? nil : $0 } : nil
    }

    private func subject(_ layer: String, _ number: String, _ uid: Int64?) -> String {
        guard let uid else { return "" }
        return [layer, number.isEmpty ? String(uid) : number].filter { !$0.isEmpty }.joined(separator: " ")
    }

    private func unit(_ rule: Rule) -> String {
        switch rule.unit {
        case "m2": " m²"
        case "m": say(" m", " 米")
        case "days": say(" days", " 天")
        default: ""
        }
    }

    // MARK: Since the last time

    /// What differs, in a sentence.
    var since: [Page.Section] {
        guard let since = analysis.comparison else { return [] }
        var sections: [Page.Section] = [
            .heading(say("Since the last analysis", "与上次分析比较")),
            .paragraph(
                say(
                    "Analysis \(since.number) of \(minute(since.time)) by \(since.who): \(counted(since.sums.count, "sum")) and \(counted(since.meetings.count, "feature")) differ; findings: \(since.mended.count) mended, \(since.new.count) new, \(since.still) still there.",
                    "第 \(since.number) 次分析（\(minute(since.time))，\(since.who)）：\(since.sums.count) 项面积、\(since.meetings.count) 个要素有变化；检查结果已改正 \(since.mended.count)，新增 \(since.new.count)，仍存在 \(since.still)。"
                )),
        ]
        if since.isEmpty { sections.append(.paragraph(say("Nothing differs.", "没有变化。"))) }
        return sections
    }

    var comparison: [Page.Section] {
        guard let since = analysis.comparison, !since.isEmpty else { return [] }
        var sections: [Page.Section] = [.heading(say("What differs from the last analysis", "与上次分析的差异"))]
        if !since.sums.isEmpty {
            sections.append(
                .table(
                    titles: [
                        say("Class", "地类"), say("Unit", "坐落单位"), say("Ownership", "权属"), say("Before m²", "前次 m²"),
                        say("Now m²", "本次 m²"), say("Change m²", "变化 m²"),
                    ], isNumber: [false, false, false, true, true, true],
                    rows: since.sums.prefix(Self.most).compactMap { change in
                        guard let row = change.now ?? change.before else { return nil }
                        let (before, now) = (change.before?.area ?? 0, change.now?.area ?? 0)
                        return [
                            row.code, row.unitName.isEmpty ? row.unit : row.unitName, row.ownership,
                            Self.metres(before), Self.metres(now), Self.signed(now - before),
                        ]
                    }, isLong: true))
            sections += Self.more(since.sums.count)
        }
        if !since.meetings.isEmpty {
            sections.append(
                .table(
                    titles: [say("Layer", "图层"), say("Feature", "要素"), say("Before", "前次"), say("Now", "本次")],
                    isNumber: [false, false, false, false],
                    rows: since.meetings.prefix(Self.most).compactMap { change in
                        guard let row = change.now ?? change.before else { return nil }
                        let name = [row.number.isEmpty ? String(row.uid) : row.number, row.name]
                        return [
                            row.layer, name.filter { !$0.isEmpty }.joined(separator: " "), how(change.before),
                            how(change.now),
                        ]
                    }, isLong: true))
            sections += Self.more(since.meetings.count)
        }
        func list(_ findings: [AnalysisRecord.Finding], _ what: String) {
            for finding in findings.prefix(50) {
                sections.append(.paragraph(what + say(finding.english, finding.chinese)))
            }
            sections += Self.more(findings.count, of: 50)
        }
        list(since.mended, say("mended: ", "已改正："))
        list(since.new, say("new: ", "新增："))
        return sections
    }

    private func how(_ meeting: AnalysisRecord.Meeting?) -> String {
        guard let meeting else { return "-" }
        var parts = [meeting.verdict.name.description]
        if meeting.area != 0 { parts.append("\(Self.metres(meeting.area)) m²") }
        if meeting.length > 0 { parts.append("\(Self.number(meeting.length)) m") }
        return parts.joined(separator: " ")
    }

    /// `2026-01-31 09:05` of an ISO time.
    private func minute(_ time: String) -> String { String(time.prefix(16)).replacing("T", with: " ") }
}
