import Geometry
import Phrases
import Planning
import Store

/// All that a reviewer reads about a plan: its changes, what the rules found, what people said. The same text stands on
/// the screen and in line mode.
package struct ReviewCase: Sendable {
    /// A line of text about a change, or about the plan.
    package struct Line: Sendable, Hashable {
        package var text: String
        package var role: String
        /// The thread that it belongs to.
        package var thread: Int64?

        init(_ text: String, role: String = "detail", thread: Int64? = nil) {
            self.text = text
            self.role = role
            self.thread = thread
        }
    }

    package let standing: ReviewStanding
    /// In the order in which one goes through them.
    package var items: [ReviewItem]
    package var objections: Int
    /// Open findings by the parcel that they are about; those about no change stand under nil.
    package let findings: [Int64?: [RuleFinding]]
    /// Threads by the parcel that they hang on, open ones first.
    package let threads: [Int64?: [[Remark]]]
    private let classes: [Int64: StoredClass]
    private let quota: QuotaUse?
    private let opinions: (all: Int, open: Int)
    private let documents: Int

    package var plan: Plan { standing.plan }

    package init(of id: Int64, in project: Project) throws {
        standing = try project.reviewStanding(of: id)
        items = try project.reviewItems(of: standing.plan)
        objections = try project.reviewProgress(of: id, items).objections
        let known = Set(items.map(\.touched.uid))
        func place(_ uid: Int64?) -> Int64? { uid.flatMap { known.contains($0) ? $0 : nil } }
        findings = Dictionary(grouping: try project.findings(in: id)) { place($0.uid) }
        var threads: [[Remark]] = []
        for remark in try project.remarks(on: id) {
            if remark.thread == nil { threads.append([remark]) } else { threads[threads.count - 1].append(remark) }
        }
        // In each of them there is its first remark.
        threads = threads.filter { !$0[0].isEnded } + threads.filter { $0[0].isEnded }
        self.threads = Dictionary(grouping: threads) { thread in
            switch thread[0].target {
            case .parcel(let uid): place(uid)
            case .finding(_, let uid): place(uid)
            case .plan, .step, .place: nil
            }
        }
        classes = try project.classes()
        quota = standing.plan.base == nil ? nil : try project.consequences(of: id).quota
        let opinions = try project.opinions(of: id)
        self.opinions = (opinions.count, opinions.count { $0.answer == nil })
        documents = try project.documents(of: id).count
    }

    package var progress: ReviewProgress {
        ReviewProgress(total: items.count, seen: items.count { !$0.isOpen }, objections: objections)
    }

    /// Changes that nothing was found about and nobody said anything to, and that wait to be looked at or accepted.
    package var clean: [ReviewItem] {
        items.filter { item in
            let uid = item.touched.uid
            return item.look != .accepted && item.look != .objected && threads[uid, default: []].isEmpty
                && !findings[uid, default: []].contains { $0.isOpen || $0.verdict == .unknown }
                || item.look == .accepted && item.isChanged
        }
    }

    // MARK: In words

    private func code(_ id: Int64?) -> String { id.flatMap { classes[$0]?.code.description } ?? "-" }

    private func named(_ id: Int64, short: Bool) -> String {
        guard id >= 0 else { return say("nothing", "无") }
        let name = classes[id]?.name.description ?? ""
        return short && !name.isEmpty ? name : "\(code(id)) \(name)"
    }

    /// What I said to a change, in a word.
    package static func word(_ item: ReviewItem) -> String {
        if item.isChanged { return item.look == nil ? say("new", "新增") : say("changed", "有变") }
        if item.cameBack { return say("again", "再看") }
        return switch item.look {
        case .seen: say("seen", "已看")
        case .accepted: say("accepted", "同意")
        case .objected: say("objected", "异议")
        case nil: ""
        }
    }

    /// The gravest of what was found and how many there are, such as `F2`; empty for none.
    package static func sign(_ findings: [RuleFinding]) -> String {
        let open = findings.filter { $0.isOpen || $0.verdict == .unknown }
        guard let first = open.min(by: { rank($0) < rank($1) }) else { return "" }
        return letter(first) + String(open.count)
    }

    /// What stands in the way first, then what could not be checked, then what was answered.
    private static func rank(_ finding: RuleFinding) -> Int {
        finding.verdict == .unknown ? 100 : (finding.isOpen ? 0 : 200) + finding.severity.rank
    }

    /// The letter that stands for how grave a finding is.
    package static func letter(_ finding: RuleFinding) -> String {
        finding.verdict == .unknown ? "?" : letter(finding.severity)
    }

    package static func letter(_ severity: Rule.Severity) -> String {
        switch severity {
        case .block: say("F", "禁")
        case .needsApproval: say("A", "批")
        case .warn, .info: say("W", "警")
        }
    }

    /// The cells of a change in lists: my word, parcel, findings, threads, classes, area, what was done.
    package func cells(_ item: ReviewItem) -> [String] {
        let change = item.touched
        let threads = threads[change.uid, default: []].count
        return [
            Self.word(item), String(change.uid), Self.sign(findings[change.uid, default: []]),
            threads == 0 ? "" : String(threads), change.from.map(code) ?? "-", change.to.map(code) ?? "-",
            Decimals.hundredths(change.area), change.deeds.map(\.description).joined(separator: ", "),
        ]
    }

    /// Everything about a change.
    ///
    /// - Parameter isListed: whether its row in the list is in sight, which tells number, classes and area.
    package func text(of item: ReviewItem, in project: Project, isListed: Bool = false) throws -> [Line] {
        let change = item.touched
        let deeds = change.deeds.map(\.description).joined(separator: ", ")
        let author = say(" (step \(change.step), \(change.who))", "（第 \(change.step) 步，\(change.who)）")
        var land = try project.landChanges(of: change.uid, in: plan.id).map { one in
            (from: one.from, to: one.to, area: one.area)
        }
        let effect = effect(of: try project.landChanges(of: change.uid, in: plan.id))
        if land.isEmpty { land = [(change.from ?? -1, change.to ?? -1, change.area)] }
        var lines: [Line] = []
        if !isListed {
            lines.append(
                Line("\(change.uid)  \(change.number)  \(Decimals.hundredths(change.area)) m2  \(deeds)\(author)"))
        }
        for (place, one) in land.enumerated() {
            let area = land.count == 1 ? "" : "  \(Decimals.hundredths(one.area)) m2"
            let turns = "\(named(one.from, short: isListed)) -> \(named(one.to, short: isListed))\(area)"
            lines.append(Line(isListed && place == 0 ? "\(change.number)  \(turns)\(author)" : turns))
        }
        if let effect { lines.append(Line(effect)) }
        if item.isChanged {
            lines.append(
                Line(
                    item.look == nil
                        ? say("New since you looked at the plan.", "您上次查看后新增的改动。")
                        : say("Changed since you looked at it.", "您上次查看后有变化。"), role: "warning"))
        } else if item.cameBack {
            lines.append(Line(say("You objected, and it came back as it was.", "您曾提出异议，再次报送时未改。"), role: "warning"))
        }
        return lines + said(findings[change.uid, default: []], threads[change.uid, default: []])
    }

    /// Findings that wait for an answer, what people said, and then what was answered or could not be checked: the rows
    /// in sight are few.
    private func said(_ findings: [RuleFinding], _ threads: [[Remark]]) -> [Line] {
        let isWaiting = { (finding: RuleFinding) in finding.verdict == .broken && finding.isOpen }
        return text(of: findings.filter(isWaiting)) + text(of: threads)
            + text(of: findings.filter { !isWaiting($0) })
    }

    /// What the change does to the quotas; nil where it does nothing to them.
    private func effect(of land: [LandChange]) -> String? {
        var quota = QuotaUse()
        for one in land {
            quota.book(side(one.from), side(one.to), .init(count: one.count, area: one.area, net: one.net))
        }
        return Self.text(of: quota)
    }

    private func side(_ id: Int64) -> QuotaUse.Side? {
        guard let stored = classes[id] else { return nil }
        return .init(code: stored.code, category: LandCategory(rawValue: stored.category) ?? .none)
    }

    /// The accounts that something was booked to, in hectares, without those that follow from others.
    private static func text(of quota: QuotaUse) -> String? {
        let items: [(item: QuotaUse.Item, name: String, isNet: Bool)] = [
            (.newConstruction, say("new construction", "新增建设"), false),
            (.cultivatedTaken, say("cultivated land taken", "占用耕地"), true),
            (.paddyTaken, say("paddy of it", "其中水田"), true),
            (.cultivatedMadeUp, say("cultivated land made up", "补充耕地"), true),
            (.cultivatedOut, say("cultivated land to other farmland", "耕地流出"), true),
            (.cultivatedIn, say("other farmland to cultivated", "耕地流入"), true),
            (.reclaimed, say("construction given back", "复垦"), false),
        ]
        let booked = items.filter { quota[$0.item].area != 0 }.map { item in
            let area = item.isNet ? quota[item.item].net : quota[item.item].area
            return item.name + " " + Decimals.text(Double(area) / 1_000_000, decimals: 4)
        }
        guard !booked.isEmpty else { return nil }
        return say("Quota in ha: ", "指标（公顷）：") + booked.joined(separator: say(", ", "，"))
    }

    private func text(of findings: [RuleFinding]) -> [Line] {
        findings.sorted { Self.rank($0) < Self.rank($1) }.map { finding in
            let answer = finding.answer.map {
                say(
                    "  Answered by \($0.who): \($0.reason) \($0.document)", "  \($0.who) 答复：\($0.reason) \($0.document)"
                )
            }
            let role =
                finding.verdict == .unknown || !finding.isOpen
                ? "disabled" : finding.severity == .block ? "error" : "warning"
            let isAnswered = finding.verdict == .broken && !finding.isOpen
            let sign = isAnswered ? "(\(Self.letter(finding)))" : Self.letter(finding)
            return Line("\(sign) \(finding.sentence)\(answer ?? "")", role: role)
        }
    }

    private func text(of threads: [[Remark]]) -> [Line] {
        threads.flatMap { thread in
            thread.map { remark in
                let head = thread[0]
                let time = remark.time.prefix(10)
                guard remark.thread == nil else {
                    return Line("    \(remark.who) \(time): \(remark.text)", role: "detail", thread: head.id)
                }
                let kind = remark.isObjection ? say("objection", "异议") : say("comment", "评论")
                let end = remark.isEnded ? say(" (resolved)", "（已解决）") : ""
                let on: String =
                    switch remark.target {
                    case .plan, .parcel: ""
                    default: " " + remark.target.description
                    }
                return Line(
                    "\(remark.id) \(kind)\(on) \(remark.who) \(time)\(end): \(remark.text)",
                    role: remark.isEnded ? "disabled" : remark.isObjection ? "warning" : "detail", thread: head.id)
            }
        }
    }

    /// Everything about the plan as a whole.
    package var overview: [Line] {
        let plan = plan
        var lines = [
            Line(
                say(
                    "Plan \(plan.id) \(plan.title): \(plan.kind.name), drafted by \(plan.owner); ‘\(standing.stage)’ since \(plan.since.prefix(10)).",
                    "规划 \(plan.id) \(plan.title)：\(plan.kind.name)，编制人 \(plan.owner)；\(plan.since.prefix(10)) 起处于“\(standing.stage)”。"
                ))
        ]
        if let obstacle = standing.obstacle {
            lines.append(Line(say("You may look: \(obstacle).", "仅可查看：\(obstacle)。"), role: "warning"))
        }
        if !plan.note.isEmpty { lines.append(Line(plan.note)) }
        if let quota, let text = Self.text(of: quota) { lines.append(Line(text)) }
        if opinions.all > 0 || documents > 0 {
            lines.append(
                Line(
                    say(
                        "\(counted(opinions.all, "opinion")) (\(opinions.open) open), \(counted(documents, "document")).",
                        "意见 \(opinions.all) 条（未答复 \(opinions.open)），材料 \(documents) 份。")))
        }
        let found = findings[nil, default: []]
        lines += said(found.filter { $0.verdict == .broken }, threads[nil, default: []])
        // Why each could not be checked is told by 'plan findings'; here it would bury what was found.
        let unknown = found.filter { $0.verdict == .unknown }
        if !unknown.isEmpty {
            let rules = unknown.reduce(into: [String]()) { list, one in
                if !list.contains(one.rule.id) { list.append(one.rule.id) }
            }.joined(separator: " ")
            lines.append(
                Line(
                    say("? Not checkable: \(rules) ('plan findings').", "? 无法检查：\(rules)（见 plan findings）。"),
                    role: "disabled"))
        }
        return lines
    }
}
