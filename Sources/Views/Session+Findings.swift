import Commands
import Geometry
import Phrases
import Planning
import Store

/// What the rules find in the open plan, kept up to date beside the screen.
extension Session {
    /// Brings the findings up to date with the last step; nil where no plan is open.
    var findingsJob: Job? {
        guard let id = plan?.id else { return nil }
        let previous = live?.plan == id ? live : nil
        return Job(name: "findings", what: Phrase("checking the draft", "正在检查草案"), isQuiet: true) { project, _ in
            try project.liveFindings(in: project.plan(id), after: previous)
        }
    }

    /// Lets go of the connections that wait for the next step: whoever closes the file last leaves it in one piece.
    package func letGo() { live = nil }

    /// The findings of the open plan; nil until they are known.
    var findings: [RuleFinding]? { live?.plan == planID ? live?.findings : nil }

    /// How many findings there are, by gravity, for the row of the county's screen; dashes until they are known.
    var findingsCount: String {
        guard let tally = live?.plan == planID ? live?.tally : nil else {
            return say("F - A - W - ? -", "禁 - 批 - 警 - 未检 -")
        }
        func count(_ severities: Rule.Severity...) -> Int { severities.reduce(0) { $0 + (tally.open[$1] ?? 0) } }
        let (blocking, approval, other) = (count(.block), count(.needsApproval), count(.warn, .info))
        return say(
            "F \(blocking) A \(approval) W \(other) ? \(tally.unknown)",
            "禁 \(blocking) 批 \(approval) 警 \(other) 未检 \(tally.unknown)")
    }

    /// The findings as places of a walk: those that stand in the way first, then the answered, then what could not be
    /// checked.
    func findingStops() throws -> [Stop] {
        guard let plan else { return [] }
        // A finding is answered by its number in a run that was kept.
        let kept = try project.findings(in: plan.id)
        let numbers = Dictionary(kept.map { ($0.key, $0.id) }, uniquingKeysWith: { first, _ in first })
        return (findings ?? kept).enumerated().sorted {
            (Self.rank($0.element), $0.offset) < (Self.rank($1.element), $1.offset)
        }.map { stop($0.element, numbers) }
    }

    private static func rank(_ finding: RuleFinding) -> Int {
        if finding.verdict == .unknown { return 100 }
        return (finding.isOpen ? 0 : 50) + finding.severity.rank
    }

    private func stop(_ finding: RuleFinding, _ numbers: [RuleFinding.Key: Int64]) -> Stop {
        let isAnswered = finding.verdict == .broken && !finding.isOpen
        let verdict =
            finding.verdict == .unknown
            ? say("?", "未检") : isAnswered ? say("answered", "已答复") : finding.severity.name.description
        let area = finding.area.map { Decimals.text($0, decimals: 2) } ?? ""
        let number = finding.id != 0 ? finding.id : numbers[finding.key]
        let rule = finding.rule
        let basis = rule.basis + (rule.basisVersion.isEmpty ? "" : "（\(rule.basisVersion)）")
        var text = [finding.sentence, say("Basis: \(basis)", "依据：\(basis)")]
        if !rule.remedy.description.isEmpty { text.append(say("Remedy: \(rule.remedy)", "处理：\(rule.remedy)")) }
        if let answer = finding.answer {
            text.append(
                say(
                    "Answered by \(answer.who): \(answer.reason) \(answer.document)",
                    "\(answer.who) 答复：\(answer.reason) \(answer.document)"))
        }
        return Stop(
            cells: [rule.id, verdict, finding.uid.map(String.init) ?? "", area, rule.message.description],
            role: finding.verdict == .unknown || isAnswered
                ? "disabled" : finding.severity == .block ? "error" : "warning",
            uid: finding.uid, point: finding.place, text: text,
            key: rule.decision.isComputed ? number.map { "plan answer \($0)" } : "rule answer \(rule.id)")
    }

    /// Asks for the reason, and the document, with which a finding is answered.
    func answering(_ stop: Stop) -> Effect {
        guard let key = stop.key else {
            return .say(
                say("Only a kept finding is answered: ':plan check' keeps them.", "先用 :plan check 保存检查结果，再答复。"),
                isTrouble: true)
        }
        return key.hasPrefix("rule")
            ? .run("\(key) --answer ?yesno --reason ?reason --document ?document --plan %plan")
            : .run("\(key) --reason ?reason --document ?document")
    }
}
