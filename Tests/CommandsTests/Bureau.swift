import Foundation
import Rig
import Testing

/// A bureau on this machine: a shared project, people with logins of their own and real keys. Only root may act as
/// others; elsewhere tests that need a bureau skip with a line.
final class Bureau: Sendable {
    let desk: Desk
    /// Who is who: logins that every Debian machine has.
    static let logins = [
        "drafter": "root", "second": "bin", "checker": "sys", "reviewer": "daemon", "county": "games", "city": "man",
        "publisher": "lp", "expert": "mail",
    ]

    /// nil, with a line, where the test cannot be others.
    init?(parcels: Int = 300) throws {
        guard getuid() == 0, FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv"),
            Self.logins.values.allSatisfy({ getpwnam($0) != nil })
        else {
            print("skipped: only root can act as other logins, by setpriv")
            return nil
        }
        desk = try Desk()
        try desk.sample()
        for (role, login) in Self.logins {
            try #require(
                try desk.run("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", desk.path(role)]).status
                    == 0)
            guard let entry = getpwnam(login) else { continue }
            chown(desk.path(role), entry.pointee.pw_uid, entry.pointee.pw_gid)
        }
        chmod(desk.folder.path, 0o777)
        chmod(desk.path("county.gpkg"), 0o666)
        try done("drafter", "roster", "key", "drafter.pub")
        for (role, level, title) in [
            ("second", "county", "drafter"), ("checker", "county", "checker"), ("reviewer", "county", "reviewer"),
            ("county", "county", "approver"), ("city", "city", "approver"), ("publisher", "county", "publisher"),
            ("expert", "county", "expert"),
        ] {
            try done(
                "drafter", "roster", "set", Self.logins[role] ?? "", "--role", title, "--level", level, "--public-key",
                "\(role).pub", "--key", "drafter")
        }
    }

    /// Runs tuban as somebody.
    func tuban(_ role: String, _ words: [String]) throws -> Ending {
        let program = product(named: "tuban")
        guard let login = Self.logins[role], login != "root", let entry = getpwnam(login) else {
            return try desk.run(program, words + ["-f", desk.path("county.gpkg")])
        }
        return try desk.run(
            "/usr/bin/setpriv",
            [
                "--reuid", login, "--regid", String(entry.pointee.pw_gid), "--clear-groups", program,
            ] + words + ["-f", desk.path("county.gpkg")])
    }

    @discardableResult
    func done(_ role: String, _ words: String..., sourceLocation: SourceLocation = #_sourceLocation) throws -> Ending {
        let ending = try tuban(role, words)
        try #require(
            ending.status == 0 && ending.err.isEmpty, "\(role): \(words.joined(separator: " ")): \(ending)",
            sourceLocation: sourceLocation)
        return ending
    }

    func refused(
        _ role: String, _ words: String..., saying part: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let ending = try tuban(role, words)
        #expect(
            ending.status == 77 && isOneSentence(ending.err) && ending.err.contains(part),
            "\(role): \(words.joined(separator: " ")): \(ending)", sourceLocation: sourceLocation)
    }

    /// The first parcels of the survey.
    func parcels(_ count: Int) throws -> [String] {
        try desk.value(
            "county.gpkg",
            """
            SELECT group_concat(uid, ' ') FROM (SELECT uid FROM feature AS f JOIN layer_registry AS l ON l.id = f.layer
                WHERE l.role = 'parcels' ORDER BY uid LIMIT \(count))
            """
        ).split(separator: " ").map(String.init)
    }

    /// The shipped table without the need for checks: for tests that are about something else.
    func dropChecks() throws {
        let table = try done("drafter", "workflow", "table").out
        try desk.write(
            table.replacingOccurrences(of: "checks|", with: "").replacingOccurrences(of: ",checks,", with: ",,"),
            to: "own.csv")
        try done("drafter", "workflow", "replace", "own.csv", "--key", "drafter")
    }
}
