import Foundation
import Rig
import Testing

/// Nothing that a file holds reaches the terminal raw, whoever wrote it there.
@Suite("Hostile names", .serialized)
struct HostileTests {
    /// As SQL expressions, since not all of them are text.
    static let names: [(what: String, sql: String)] = [
        ("escape", "'A' || char(27) || 'c' || char(27) || '[2J'"),
        ("bell", "'B' || char(7) || char(7)"),
        ("CSI of one byte", "'C' || char(155) || '31mred'"),
        ("title by OSC", "'D' || char(27) || ']0;owned' || char(7)"),
        ("clipboard by OSC 52", "'E' || char(27) || ']52;c;b3duZWQ=' || char(7)"),
        ("bidi override", "'F' || char(8238) || 'gpj.exe' || char(8236)"),
        ("300 combining characters", "'G' || replace(hex(zeroblob(150)), '0', char(769))"),
        ("invalid UTF-8", "CAST(x'48FFFE80C0AF1B5B324A' AS TEXT)"),
        ("line ends and tabs", "'I' || char(10) || char(13) || char(9) || char(8) || 'J'"),
        ("device control", "'K' || char(27) || 'P$q\"p' || char(27) || '\\' || char(144) || 'x' || char(156)"),
    ]

    private func poisoned() throws -> Desk {
        let desk = try Desk()
        let uids = try desk.survey("f.uid", "ORDER BY number LIMIT \(Self.names.count)").split(separator: "\n")
        // Those of the spatial index need functions that only a GIS has.
        let triggers = try desk.sql("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'DLTB_2025'")
        for name in triggers.split(separator: "\n") { try desk.sql("DROP TRIGGER \"\(name)\"") }
        for (uid, name) in zip(uids, Self.names) {
            let fid = try desk.sql("SELECT fid FROM feature WHERE uid = \(uid)")
            // Past the program: in the facts that lists show and in the source's own columns that cards show.
            try desk.sql(
                """
                UPDATE DLTB_2025 SET ZLDWMC = \(name.sql), TBYBH = \(name.sql) WHERE fid = \(fid);
                UPDATE feature SET name = \(name.sql) WHERE uid = \(uid);
                DELETE FROM touched;
                """)
        }
        let everything = Self.names.map(\.sql).joined(separator: " || ")
        try desk.sql(
            """
            UPDATE feature SET number = 'n' || \(everything) WHERE uid = \(uids[0]);
            UPDATE unit SET name = \(everything) WHERE id > 0;
            UPDATE land_class SET name_en = \(everything), name_zh = \(everything) WHERE id > 0;
            UPDATE layer_registry SET title = \(everything);
            """)
        try desk.shell("plan", "new", "draft")
        try desk.sql("UPDATE plan SET title = \(everything), owner = \(everything)")
        return desk
    }

    private func check(_ session: Session, _ note: Comment) {
        #expect(session.screen.unknown == [], note)
        #expect(session.screen.bells == 0, note)
        #expect(session.screen.clipboard == nil, note)
        // No one-byte control of the upper half: in UTF-8 these are C2 80 to C2 9F.
        let bytes = session.received
        #expect(!zip(bytes, bytes.dropFirst()).contains { $0 == 0xC2 && (0x80...0x9F).contains($1) }, note)
        #expect(!bytes.contains(0x07), note)
        #expect(String(validating: bytes, as: UTF8.self) != nil, "everything is UTF-8: \(note)")
        // The marks of direction, and combining marks without end.
        let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars
        #expect(
            !scalars.contains { (0x202A...0x202E).contains($0.value) || (0x2066...0x2069).contains($0.value) }, note)
        #expect(!scalars.contains { $0.value == 769 }, note)
    }

    @Test("List, card, map, layers, plans, journal, completion, messages", arguments: Words.both)
    func screens(say: Words) throws {
        let desk = try poisoned()
        let session = try desk.open(say)
        let steps = [
            "j j j", "k k k", "<Enter>", "<PgDn>", "q", "j <Enter> <PgDn> q", "j <Enter> q", "j <Enter> q",
            "j <Enter> q",
            "+ + +", "<F3> 0 - <F2>", "c", "<Tab> <Up> <Down> <Tab>", "L", "j j", "q", "<F5> j <Enter>",
            "E <Down> <Down>",
            "<Esc>", "<F6>", "q", ": <Text:parcel%20list%20--class%20survey:> <Tab>", "<Esc>", "<C-p> <Esc>",
            ": <Text:parcel%20list%20--limit%2010> <Enter>", "q", ": <Text:layer%20list> <Enter>", "q",
            ": <Text:plan%20list> <Enter>", "q", "/ <Text:zzz> <Enter>", "E <Text:0701> <Enter>", "u", "?",
        ]
        for keys in steps {
            try session.press(keys)
            check(session, "after \(keys)")
            #expect(session.screen.lines[0].hasPrefix("tuban  "), "the title is in its place after \(keys)")
        }
        try session.press("q Q")
        #expect(session.exitStatus() == 0)
        #expect(session.disorder == [])
        check(session, "after the end")
    }

    @Test("The shell's text, CSV and errors")
    func shell() throws {
        let desk = try poisoned()
        let script = """
            export TUBAN_FILE="$COUNTY"
            "$TUBAN" parcel list --limit 12
            "$TUBAN" parcel show $(sqlite3 "$COUNTY" "SELECT min(uid) FROM feature WHERE name <> ''")
            "$TUBAN" layer list; "$TUBAN" plan list; "$TUBAN" parcel list --limit 12 --format csv
            "$TUBAN" parcel show "$(printf 'x\\033]52;c;eA==\\007')"; "$TUBAN" "$(printf '\\033[2J')"
            "$TUBAN" parcel list -f "$(printf 'no\\033[31m.gpkg')"; "$TUBAN" map --columns 60 --rows 20
            """
        let session = try desk.through(script)
        #expect(session.exitStatus() != nil)
        check(session, "the shell")
        #expect(!session.received.contains(0x1B), "no escape at all")
    }
}
