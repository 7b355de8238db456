import ArgumentParser
import Foundation
import Phrases
import Planning
import Store

struct RosterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "roster", abstract: say("Who may do what.", "人员与权限。"),
        subcommands: [
            RosterList.self, RosterSet.self, RosterKey.self, RosterRemove.self, RosterDeputy.self,
        ])
}

extension Role: ExpressibleByArgument {}
extension OfficeLevel: ExpressibleByArgument {}

/// The private key that something is signed with.
struct SigningOptions: ParsableArguments {
    @Option(
        name: .customLong("key"),
        help: ArgumentHelp(
            say(
                "Your private SSH key; without it the agent's, or the one in ~/.ssh that the roster knows.",
                "签名私钥；默认用代理中的密钥，或 ~/.ssh 中与名册相符的密钥。"), valueName: "file"),
        completion: .file()) var key: String?
}

struct RosterList: Command {
    static let configuration = CommandConfiguration(commandName: "list", abstract: say("List the roster.", "列出人员名册。"))
    @Flag(help: ArgumentHelp(say("Also who left.", "包括已离任人员。"))) var all = false
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let roster = try project.roster()
        let people = roster.people.values.filter { all || $0.isActive }.sorted { $0.login < $1.login }
        let today = project.today
        var notes: [String] = []
        if roster.isOpen {
            notes.append(
                say(
                    "Nobody else is on the roster: whoever can write the file may draft. 'roster set LOGIN --role drafter' adds people.",
                    "名册中尚无他人：凡可写该文件者均可编制。可用 roster set 登录名 --role drafter 添加。"))
        }
        for deputy in roster.deputies where deputy.isActive && deputy.lastDay >= today {
            notes.append(
                say(
                    "\(deputy.deputy) stands in for \(deputy.login) from \(deputy.firstDay) to \(deputy.lastDay).",
                    "\(deputy.deputy) 代理 \(deputy.login)：\(deputy.firstDay) 至 \(deputy.lastDay)。"))
        }
        return Report(
            title: people.isEmpty ? say("The roster is empty.", "名册为空。") : "",
            columns: [
                .init("login", "Login", "登录名"), .init("name", "Name", "姓名"), .init("office", "Office", "单位"),
                .init("level", "Level", "层级"), .init("roles", "Roles", "角色"), .init("key", "Key", "公钥"),
                .init("standing", "Standing", "状态"),
            ],
            rows: people.map { person in
                let roles = Role.allCases.filter(person.roles.contains).map(\.name.description)
                return [
                    .text(person.login), .text(person.name), .text(person.office), .text(person.level.name.description),
                    .text(roles.joined(separator: say(", ", "、"))),
                    .text(person.key.isEmpty ? say("none", "未登记") : SSHSignature.fingerprint(person.key)),
                    .text(person.isActive ? say("active", "在任") : say("left", "离任")),
                ]
            }, notes: notes)
    }
}

/// Puts somebody on the roster, or changes what the roster says of them.
struct RosterSet: Command {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: say("Add somebody, or change their roles.", "添加人员或修改角色。"))
    @Argument(help: ArgumentHelp(say("Their login on this machine.", "本机登录名。"))) var login: String
    @Option(help: ArgumentHelp(say("Their name.", "姓名。"))) var name: String?
    @Option(help: ArgumentHelp(say("Their office.", "单位。"))) var office: String?
    @Option(help: ArgumentHelp(say("Of which level the office is.", "单位层级。"))) var level: OfficeLevel?
    @Option(
        name: .customLong("role"), parsing: .singleValue,
        help: ArgumentHelp(say("A role; may be given several times; replaces the former ones.", "角色，可多次给出；替换原有角色。")))
    var roles: [Role] = []
    @Option(
        name: .customLong("public-key"),
        help: ArgumentHelp(say("Their public key's file.", "其公钥文件。"), valueName: "file"), completion: .file())
    var publicKey: String?
    @OptionGroup var signing: SigningOptions
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let known = try project.roster().people[login]
        var person = known ?? Person(login: login)
        if let name { person.name = name }
        if let office { person.office = office }
        if let level { person.level = level }
        if !roles.isEmpty { person.roles = Set(roles) }
        if let publicKey { person.key = try SSHSignature.publicKey(in: publicKey) }
        person.isActive = true
        guard known != nil || !roles.isEmpty else {
            throw Refusal(
                .usage, "What may \(login) do? Give --role: \(Role.allCases.map(\.rawValue).joined(separator: ", ")).",
                "请用 --role 指明 \(login) 的角色：\(Role.allCases.map(\.rawValue).joined(separator: "、"))。")
        }
        guard person != known else {
            return Report(title: say("The roster says so already.", "名册内容相同，未作修改。"))
        }
        try context.sign(project.prepare(person), signing) { try project.keep($0, signature: $1, line: context.line) }
        let names = Role.allCases.filter(person.roles.contains)
        return Report(
            title: say(
                "\(person.title): \(person.level.name.english), \(names.map(\.name.english).joined(separator: ", ")).",
                "\(person.title)：\(person.level.name.chinese)，\(names.map(\.name.chinese).joined(separator: "、"))。"),
            notes: person.key.isEmpty
                ? [say("To sign, they give their key: 'roster key FILE.pub'.", "签名前须由本人登记公钥：roster key 公钥文件。")] : [])
    }
}

/// One's own key.
struct RosterKey: Command {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: say("Give your public key.", "登记本人公钥。"))
    @Argument(
        help: ArgumentHelp(say("Your public key, such as ~/.ssh/id_ed25519.pub.", "本人公钥，如 ~/.ssh/id_ed25519.pub。")),
        completion: .file(extensions: ["pub"])) var file: String
    @OptionGroup var signing: SigningOptions
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let roster = try project.roster()
        guard var person = roster.people[project.who] ?? founding(roster, project.who) else {
            throw Refusal(
                .notAllowed, "\(project.who) is not on the roster; an administrator adds you first.",
                "\(project.who) 不在名册中，请先由管理员添加。")
        }
        let key = try SSHSignature.publicKey(in: file)
        guard key != person.key else { return Report(title: say("That is your key already.", "公钥相同，未作修改。")) }
        let isFirst = person.key.isEmpty
        person.key = key
        // The first key signs for itself: that proves that one has it. Another is vouched for by an administrator's.
        var own = signing
        let guess = file.hasSuffix(".pub") ? String(file.dropLast(4)) : file
        if isFirst, own.key == nil { own.key = guess.isEmpty ? nil : (guess as NSString).expandingTildeInPath }
        let row = try project.prepare(person)
        try context.sign(row, own, with: isFirst ? key : nil) {
            try project.keep($0, signature: $1, line: context.line)
        }
        return Report(
            title: say(
                "Your key is \(SSHSignature.fingerprint(key)).", "已登记公钥 \(SSHSignature.fingerprint(key))。"))
    }

    /// The first user of a project that was invented, or that comes from elsewhere without a roster.
    private func founding(_ roster: Roster, _ who: String) -> Person? {
        roster.people.isEmpty ? Person(login: who, roles: [.administrator, .drafter]) : nil
    }
}

struct RosterRemove: Command {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: say("Somebody leaves.", "人员离任。"))
    @Argument(help: ArgumentHelp(say("Their login.", "登录名。"))) var login: String
    @OptionGroup var signing: SigningOptions
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        guard var person = try project.roster().people[login], person.isActive else {
            throw Refusal(.noInput, "\(login) is not on the roster.", "\(login) 不在人员名册中。")
        }
        person.isActive = false
        try context.sign(project.prepare(person), signing) { try project.keep($0, signature: $1, line: context.line) }
        return Report(
            title: say(
                "\(person.title) has left; what they signed stays valid.", "\(person.title) 已离任；其此前的签名仍然有效。"))
    }
}

struct RosterDeputy: Command {
    static let configuration = CommandConfiguration(
        commandName: "deputy", abstract: say("Somebody stands in for somebody.", "指定代理人。"))
    @Argument(help: ArgumentHelp(say("Who is stood in for.", "被代理人。"))) var login: String
    @Argument(help: ArgumentHelp(say("Who stands in.", "代理人。"))) var deputy: String
    @Option(name: .customLong("from"), help: ArgumentHelp(say("The first day.", "起始日期。"), valueName: "day"))
    var first: String?
    @Option(name: .customLong("to"), help: ArgumentHelp(say("The last day.", "截止日期。"), valueName: "day"))
    var last: String?
    @Flag(help: ArgumentHelp(say("It ends now.", "终止代理。"))) var end = false
    @OptionGroup var signing: SigningOptions
    @OptionGroup var common: CommonOptions

    func perform(in context: Context) throws -> Report {
        let project = try context.project()
        let row = try project.prepareDeputy(
            of: login, deputy: deputy, from: first ?? project.today, to: last ?? (end ? project.today : ""),
            isActive: !end)
        try context.sign(row, signing) { try project.keep($0, signature: $1, line: context.line) }
        return Report(
            title: end
                ? say("\(deputy) stands in for \(login) no more.", "\(deputy) 不再代理 \(login)。")
                : say(
                    "\(deputy) stands in for \(login) from \(row.firstDay) to \(row.lastDay).",
                    "\(deputy) 代理 \(login)：\(row.firstDay) 至 \(row.lastDay)。"))
    }
}
