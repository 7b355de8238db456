import Foundation
import Glibc
import Rig

/// A county that several logins of this machine work in, each with an SSH key of their own: daemon drafts and checks,
/// bin reviews and publishes, man approves for the county, games for the city; root keeps the roster.
final class Office {
    let desk: Desk
    private var agents: [Process] = []

    /// Why tests cannot act as several people here; nil when they can.
    static let obstacle: String? = {
        guard getuid() == 0 else { return "only root can act as another login" }
        let path = "/usr/bin/setpriv"
        guard FileManager.default.isExecutableFile(atPath: path) else { return "there is no setpriv" }
        let probe = try? Desk.run(path, Office.as("daemon") + [Desk.program, "--version"], [:])
        return probe?.status == 0 ? nil : "the login daemon cannot run \(Desk.program)"
    }()

    /// Says once why a test is left out.
    static func isMissing() -> Bool {
        guard let obstacle else { return false }
        print("left out: \(obstacle)")
        return true
    }

    static func `as`(_ login: String) -> [String] {
        ["--reuid", login, "--regid", login, "--clear-groups"]
    }

    /// - Parameter workflow: changes the bureau's table.
    init(passphrase: String = "", workflow: (String) -> String = { $0 }) throws {
        desk = try Desk()
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: desk.folder.path)
        for path in [desk.file, desk.file + ".head"] {
            try? FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: path)
        }
        for login in ["root", "daemon", "bin", "man", "games"] {
            let folder = home(login) + "/.ssh"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Self.check(
                Desk.run(
                    "/usr/bin/ssh-keygen",
                    [
                        "-q", "-t", "ed25519", "-N", login == "bin" ? passphrase : "", "-C", login, "-f",
                        "\(folder)/id_ed25519",
                    ], [:]))
            try Self.check(Desk.run("/bin/chown", ["-R", "\(login):\(login)", home(login)], [:]))
        }
        try roster("root", "administrator", "张主任")
        try roster("daemon", "drafter checker", "李编制")
        try roster("bin", "reviewer publisher", "王审查")
        try roster("man", "approver", "赵审批")
        try roster("games", "approver", "钱审批", level: "city")
        let table = try shell(as: "root", "workflow", "table").output
        let mine = workflow(table)
        if mine != table {
            let path = desk.folder.appending(path: "workflow.csv").path
            try mine.write(toFile: path, atomically: true, encoding: .utf8)
            try shell(as: "root", "workflow", "replace", path)
        }
    }

    // Children of a thread that blocks SIGTERM block it too, so that an agent would outlive the tests.
    deinit { for agent in agents { kill(agent.processIdentifier, SIGKILL) } }

    private func roster(_ login: String, _ roles: String, _ name: String, level: String = "county") throws {
        let key = home(login) + "/.ssh/id_ed25519.pub"
        if login == "root" { try shell(as: "root", "roster", "key", key) }
        let options = roles.split(separator: " ").flatMap { ["--role", String($0)] }
        try shell(
            as: "root",
            words: ["roster", "set", login, "--name", name, "--level", level, "--public-key", key] + options)
    }

    func home(_ login: String) -> String { desk.folder.path + "/home-" + login }

    private static func check(_ outcome: Desk.Outcome) throws {
        guard outcome.status == 0 else { throw Desk.Failure(description: outcome.errors + outcome.output) }
    }

    private func environment(_ login: String) -> [String: String] {
        let home = home(login)
        return ["HOME": home, "XDG_STATE_HOME": home, "XDG_CONFIG_HOME": home, "SSH_AUTH_SOCK": socket(login)]
    }

    private func socket(_ login: String) -> String { desk.folder.path + "/agent-\(login)" }

    /// Starts an agent for somebody and gives it their key.
    func startAgent(for login: String) throws {
        let agent = Process()
        agent.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
        agent.arguments = Self.as(login) + ["/usr/bin/ssh-agent", "-D", "-a", socket(login)]
        agent.standardOutput = FileHandle.nullDevice
        agent.standardError = FileHandle.nullDevice
        agent.standardInput = FileHandle.nullDevice
        try agent.run()
        agents.append(agent)
        let end = ContinuousClock.now + patience
        while !FileManager.default.fileExists(atPath: socket(login)), ContinuousClock.now < end { poll(nil, 0, 10) }
        try Self.check(
            Desk.run(
                "/usr/bin/setpriv", Self.as(login) + ["/usr/bin/ssh-add", "-q", home(login) + "/.ssh/id_ed25519"],
                environment(login)))
    }

    // MARK: Acting as somebody

    @discardableResult
    func shell(as login: String, _ words: String...) throws -> Desk.Outcome { try shell(as: login, words: words) }

    /// Runs a command as somebody, and expects that it succeeds.
    @discardableResult
    func shell(as login: String, words: [String], input: String? = nil) throws -> Desk.Outcome {
        let outcome = try Desk.run(
            "/usr/bin/setpriv", Self.as(login) + [Desk.program] + words + ["-f", desk.file], environment(login),
            input: input)
        // 1 is what a check answers that found something.
        guard outcome.status <= 1 else {
            throw Desk.Failure(description: "\(login): tuban \(words.joined(separator: " ")): \(outcome.errors)")
        }
        return outcome
    }

    /// Opens the county on a screen of somebody's own.
    func open(
        as login: String, _ arguments: [String] = [], language: String = "en", term: String = "xterm-256color",
        columns: Int = 80, rows: Int = 24, agent: Bool = true
    ) throws -> Session {
        var environment = environment(login)
        if !agent { environment["SSH_AUTH_SOCK"] = nil }
        environment["TUBAN_THEMES"] = Desk.package.appending(path: "Themes").path
        let session = try Session(
            "/usr/bin/setpriv",
            Self.as(login) + [Desk.program, desk.file] + arguments + ["--lang", language],
            environment: environment, columns: columns, rows: rows, term: term)
        try session.expect("tuban  DLTB_2025")
        return session
    }

    // MARK: A plan

    /// The largest parcels of a class, by their uids.
    func parcels(_ code: String, _ count: Int) throws -> [String] {
        try desk.survey(
            "f.uid",
            "AND class = (SELECT id FROM land_class WHERE system = 'survey' AND code = '\(code)') ORDER BY f.area DESC, f.uid LIMIT \(count)"
        ).split(separator: "\n").map(String.init)
    }

    /// A plan of three changes as daemon drafts it, passed and sent.
    ///
    /// - Returns: the parcels that it changes.
    @discardableResult
    func submitted(_ title: String, kind: String = "site-selection") throws -> [String] {
        let parcels = try parcels("0103", 3)
        try shell(as: "daemon", "plan", "new", title, "--kind", kind)
        let plan = try desk.sql("SELECT max(id) FROM plan")
        try shell(as: "daemon", words: ["plan", "set-class"] + parcels + ["--to", "plan2023:0701", "--plan", plan])
        try send(plan)
        return parcels
    }

    /// Checks a draft, answers what stands in its way, passes it and sends it.
    func send(_ plan: String) throws {
        try shell(as: "daemon", "plan", "check", plan)
        let blocking = try desk.sql(
            """
            SELECT f.id FROM rule_finding AS f JOIN rule AS r ON r.id = f.rule AND r.version = f.version
            WHERE f.run = (SELECT max(id) FROM rule_run WHERE plan = \(plan)) AND f.verdict = 'broken'
                AND r.severity = 'block'
            """)
        for finding in blocking.split(separator: "\n") {
            try shell(
                as: "daemon", "plan", "answer", String(finding), "--reason", "省政府批准占用", "--document", "省政府〔2026〕12号")
        }
        try shell(as: "daemon", "review", "move", plan, "submit")
        try shell(as: "daemon", "review", "move", plan, "pass")
    }
}
