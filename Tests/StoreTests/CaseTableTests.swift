import Phrases
import Planning
import Testing

@testable import Store

/// Who may take which step where, for every kind of plan, stage, role and level: as the statutes have it, written down
/// here a second time, by hand.
@Suite struct CaseTableTests {
    /// What everybody's plans have in common: stage, step, role, level, where it leads.
    private static let common = """
        draft submit drafter - self-check
        draft withdraw drafter - withdrawn
        self-check pass checker - submitted
        self-check return checker - draft
        self-check recall drafter - draft
        submitted accept reviewer county review
        submitted return reviewer county draft
        submitted recall drafter - draft
        review return reviewer county draft
        approval-county return approver county draft
        approval-county refuse approver county refused
        approved publish publisher county published
        published commence publisher county in-force
        in-force amend publisher county amended
        in-force repeal approver county repealed
        """
    private static let opinions = """
        review endorse reviewer county opinions
        opinions close-opinions reviewer county notice
        opinions return reviewer county draft
        """
    private static let notice = """
        notice start-notice publisher county notice
        notice return reviewer county draft
        """
    private static let deliberation = """
        notice close-notice publisher county deliberation
        deliberation deliberated reviewer county approval-county
        deliberation return reviewer county draft
        """
    private static let noticeToApproval = "notice close-notice publisher county approval-county"
    private static let lastAtCounty = "approval-county approve approver county approved"
    private static let city = """
        approval-county approve approver county approval-city
        approval-city return approver city draft
        approval-city refuse approver city refused
        """
    private static let lastAtCity = "approval-city approve approver city approved"
    private static let province = """
        approval-city approve approver city approval-province
        approval-province approve approver province approved
        approval-province return approver province draft
        approval-province refuse approver province refused
        """
    private static let straight = "review endorse reviewer county approval-county"

    /// 城乡规划法 15, 16, 19–22, 26, 36, 47–48; 土地管理法 44.
    static func lives(_ kind: PlanKind) -> String {
        let own: [String] =
            switch kind {
            case .county: [opinions, notice, deliberation, city, province]
            case .town: [opinions, notice, deliberation, city, lastAtCity]
            case .village: ["review endorse reviewer county notice", notice, deliberation, lastAtCounty]
            case .detailed, .special: [opinions, notice, noticeToApproval, lastAtCounty]
            case .amendment: [opinions, notice, noticeToApproval, city, lastAtCity]
            case .conversionBatch: [straight, city, lastAtCity]
            case .siteSelection: [straight, lastAtCounty]
            }
        return ([common] + own).joined(separator: "\n")
    }

    struct Allowed: Hashable {
        var stage: String
        var step: String
        var role: Role
        var level: OfficeLevel?
        var to: String
    }

    static func allowed(_ kind: PlanKind) -> [Allowed] {
        lives(kind).split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            guard let role = Role(rawValue: words[2]) else { return nil }
            return Allowed(
                stage: words[0], step: words[1], role: role, level: OfficeLevel(rawValue: words[3]), to: words[4])
        }
    }

    /// Somebody for each role at each level, all with keys.
    static let roster: Roster = {
        var roster = Roster()
        for role in Role.allCases {
            for level in OfficeLevel.allCases {
                let person = Person(
                    login: "\(role.rawValue)-\(level.rawValue)", level: level, roles: [role], key: "ssh-ed25519 \(role)"
                )
                roster.people[person.login] = person
            }
        }
        return roster
    }()

    /// A plan at a stage, with all that any step can ask for.
    static func ready(_ kind: PlanKind, _ stage: String) -> CaseState {
        var state = CaseState(kind: kind, owner: "drafter-county", stage: stage)
        state.drafters = Set(OfficeLevel.allCases.map { "drafter-\($0.rawValue)" })
        state.changes = 3
        state.documents = Set(CaseDocument.allCases)
        state.opinions = [1: (.expert, true), 2: (.department, true), 3: (.public, true)]
        state.objections = [1: false]
        if stage == "notice" {
            var event = CaseEvent(
                time: "2026-01-05T00:00:00Z", plan: 1, who: "publisher-county", role: .publisher, step: "start-notice",
                from: "notice", to: "notice", isDecision: false, firstDay: "2026-01-05", lastDay: "2026-02-03",
                content: "", anchor: .none)
            event.id = 1
            state.events = [event]
        }
        return state
    }

    static let day = "2026-03-02"

    /// Why somebody cannot take a step, or where it leads.
    static func attempt(
        _ step: String, by who: String, _ state: CaseState, _ roster: Roster = roster, day: String = day
    ) -> Result<String, Refusal> {
        do {
            let step = try state.step(step, of: 1, in: .standard)
            let actor = roster.actor(who, as: step.roles, level: step.level, on: day)
            if let why = state.obstacle(to: step, by: who, actor, roster, day: day) {
                return .failure(Refusal(.notAllowed, why.english, why.chinese))
            }
            return .success(state.next(after: step))
        } catch let refusal as Refusal { return .failure(refusal) } catch {
            return .failure(Refusal(.inputOutput, "\(error)", "\(error)"))
        }
    }

    @Test("Whoever may takes the step, and all others are told who may", arguments: PlanKind.allCases)
    func everyStep(kind: PlanKind) throws {
        let stages = try #require(Workflow.standard.stages[kind])
        let names = Set(PlanKind.allCases.flatMap(Self.allowed).map(\.step)).union(["no-such-step"]).sorted()
        let allowed = Self.allowed(kind)
        // The hand's table and the program's know the same stages.
        #expect(Set(allowed.flatMap { [$0.stage, $0.to] }) == Set(stages.map(\.id)))
        var (taken, refused) = (0, 0)
        for stage in stages {
            let state = Self.ready(kind, stage.id)
            for person in Self.roster.people.values {
                for step in names {
                    let rows = allowed.filter { $0.stage == stage.id && $0.step == step }
                    let may = rows.first {
                        person.roles.contains($0.role) && ($0.level == nil || $0.level == person.level)
                    }
                    let what = "\(kind.rawValue) \(stage.id) \(step) by \(person.login)"
                    switch Self.attempt(step, by: person.login, state) {
                    case .success(let to):
                        #expect(to == may?.to, "\(what) leads to \(to)")
                        taken += 1
                    case .failure(let refusal):
                        #expect(may == nil, "\(what): \(refusal)")
                        refused += 1
                        let (english, chinese) = (refusal.phrase.english, refusal.phrase.chinese)
                        #expect(english.count > 20 && chinese.count > 8 && english != chinese, "\(what)")
                        if let row = rows.first {
                            // Who may: by name, or what they are.
                            let able = "\(row.role.rawValue)-\((row.level ?? .county).rawValue)"
                            #expect(english.contains(able) && chinese.contains(able), "\(what): \(english)")
                        } else {
                            // Which steps lead on from there.
                            for other in allowed where other.stage == stage.id {
                                #expect(english.contains(other.step), "\(what): \(english)")
                            }
                        }
                    }
                }
            }
        }
        #expect(taken > 0 && taken + refused == stages.count * names.count * Self.roster.people.count)
    }

    /// Each thing that a step may need, taken away from a plan that has all.
    private static let lacks: [(name: String, word: String, take: @Sendable (inout CaseState) -> Void)] = [
        ("changes", "changes nothing", { $0.changes = 0 }),
        ("opinion:expert", "expert", { $0.opinions[1] = nil }),
        ("opinion:department", "department", { $0.opinions[2] = nil }),
        ("opinions", "1 opinion not answered", { $0.opinions[3]?.isAnswered = false }),
        ("objections", "1 objection still open", { $0.objections[1] = true }),
        ("document:minutes", "minutes", { $0.documents.remove(.minutes) }),
        ("notice:30", "not started", { $0.events = [] }),
        ("notice:30", "shorter than 30 days", { $0.events[0].lastDay = "2026-02-02" }),
        ("notice:30", "runs until 2026-03-02", { $0.events[0].lastDay = "2026-03-02" }),
        (
            "own", "who drafts",
            {
                $0.drafters = []; $0.owner = "somebody"
            }
        ),
    ]

    /// Which steps ask for what, by the statutes, once more by hand.
    private static func needs(_ step: Allowed, _ kind: PlanKind) -> Set<String> {
        switch step.step {
        case "submit": ["own", "changes"]
        case "withdraw", "recall": ["own"]
        case "endorse", "approve": ["objections"]
        case "close-opinions":
            [.county, .town, .special].contains(kind)
                ? ["opinion:expert", "opinion:department", "opinions"] : ["opinion:department", "opinions"]
        case "close-notice": ["notice:30", "opinions"]
        case "deliberated": ["document:minutes"]
        default: []
        }
    }

    @Test("What is missing is told, one thing at a time", arguments: PlanKind.allCases)
    func everyNeed(kind: PlanKind) {
        for step in Self.allowed(kind) {
            let who = "\(step.role.rawValue)-\((step.level ?? .county).rawValue)"
            for lack in Self.lacks {
                if lack.name.hasPrefix("notice"), step.stage != "notice" { continue }
                var state = Self.ready(kind, step.stage)
                lack.take(&state)
                let asked = Self.needs(step, kind).contains(lack.name)
                let what = "\(kind.rawValue) \(step.stage) \(step.step) without \(lack.name)"
                switch Self.attempt(step.step, by: who, state) {
                case .success: #expect(!asked, "\(what)")
                case .failure(let refusal):
                    #expect(asked && refusal.phrase.english.contains(lack.word), "\(what): \(refusal)")
                }
            }
        }
    }

    @Test("Nobody decides on what they drafted, signs twice, or signs without a key", arguments: PlanKind.allCases)
    func decisions(kind: PlanKind) throws {
        var count = 0
        for step in Self.allowed(kind)
        where try Self.ready(kind, step.stage).step(step.step, of: 1, in: .standard).isDecision {
            let who = "\(step.role.rawValue)-\((step.level ?? .county).rawValue)"
            count += 1
            func refused(_ word: String, _ state: CaseState, _ roster: Roster = Self.roster, by login: String = who) {
                guard case .failure(let refusal) = Self.attempt(step.step, by: login, state, roster) else {
                    Issue.record("\(kind.rawValue) \(step.stage) \(step.step): \(word)")
                    return
                }
                #expect(refusal.phrase.english.contains(word), "\(step.step): \(refusal)")
            }
            var drafted = Self.ready(kind, step.stage)
            drafted.drafters.insert(who)
            refused("nobody decides on what they drafted", drafted)
            var keyless = Self.roster
            keyless.people[who]?.key = ""
            refused("no key", Self.ready(kind, step.stage), keyless)
            var left = Self.roster
            left.people[who]?.isActive = false
            refused("roster has none", Self.ready(kind, step.stage), left)
            // A deputy of one who drafted is no way round it, nor is one who drafted as a deputy.
            var deputed = Self.roster
            deputed.people["deputy"] = Person(login: "deputy", roles: [], key: "ssh-ed25519 d")
            deputed.take(
                Deputy(
                    time: "", who: who, login: who, deputy: "deputy", firstDay: "2026-03-01", lastDay: "2026-03-02",
                    anchor: .none))
            guard case .success = Self.attempt(step.step, by: "deputy", Self.ready(kind, step.stage), deputed) else {
                Issue.record("\(step.step): a deputy may on the last day")
                continue
            }
            refused("nobody decides", drafted, deputed, by: "deputy")
            var own = Self.ready(kind, step.stage)
            own.drafters.insert("deputy")
            refused("nobody decides", own, deputed, by: "deputy")
            if case .success = Self.attempt(
                step.step, by: "deputy", Self.ready(kind, step.stage), deputed, day: "2026-03-03")
            {
                Issue.record("\(step.step): a deputy may on the day after the last")
            }
            // Who signed is counted once, also through a deputy, until the plan leaves the stage.
            var signed = Self.ready(kind, step.stage)
            signed.events.append(
                CaseEvent(
                    time: Self.day, plan: 1, who: who, role: step.role, step: step.step, from: step.stage,
                    to: step.stage, isDecision: true, content: "", anchor: .none))
            refused("has signed already", signed)
            refused("has signed already", signed, deputed, by: "deputy")
        }
        #expect(count >= 8, "\(kind.rawValue) has \(count) decisions")
    }
}
