import Rig
import Testing

@Suite("The list of parcels", .serialized)
struct ListTests {
    @Test("Move, page, end, a row by number", arguments: Words.both)
    func moving(say: Words) throws {
        let desk = try Desk()
        let total = try #require(Int(desk.survey("count(*)")))
        let session = try desk.open(say)
        func at(_ row: Int, _ location: SourceLocation = #_sourceLocation) throws {
            #expect(session.line(0).contains("\(row)/\(total)"), sourceLocation: location)
            // The parcel of that row by the file itself: the list's order is by number.
            let uid = try desk.survey("f.uid", "ORDER BY number, uid LIMIT 1 OFFSET \(row - 1)")
            #expect(session.parcel == uid, sourceLocation: location)
        }
        try at(1)
        try session.press("j <Down> j k")
        try at(3)
        try session.press("5 j")
        try at(8)
        try session.press("G")
        try at(total)
        try session.press("j")
        try at(total)
        try session.press("1 2 G")
        try at(12)
        try session.press(":")
        try session.type("300")
        try at(300)
        try session.press("<PgUp> <PgDn>")
        try at(300)
        try session.press("<Home>")
        try at(1)
        try session.press("<End> <PgUp> <PgUp> <C-u> <C-d> <C-d> <PgDn> <PgDn> <PgDn>")
        try at(total)
    }

    @Test("Filter by words and by SQL; a wrong one says why and loses nothing; Esc clears", arguments: Words.both)
    func filtering(say: Words) throws {
        let desk = try Desk()
        let session = try desk.open(say)
        let total = try #require(session.line(0).split(separator: "/").last.map(String.init))
        try session.press("\\")
        try session.type("= area_m2 > 100000")
        let large = try desk.survey("count(*)", "AND area > 10000000")
        try session.expect("/\(large)")
        #expect(session.message.contains(large) && session.message.contains(total))
        let first = session.parcel

        try session.press("\\ <C-u>")
        try session.type("= arae > 1")
        // What is wrong, and in the rows below it which fields there are.
        let wrong = say("no such column: arae", "没有字段 arae")
        #expect(session.screen.lines.contains { $0.contains(wrong) }, "\(session.screen.lines.suffix(4))")
        #expect(session.screen.lines.suffix(4).joined().contains(say("has area", "有 area")))
        #expect(session.parcel == first && session.line(0).contains("/\(large)"))

        try session.press("\\ <C-u>")
        try session.type("= area_m2 > > 1")
        #expect(!session.message.isEmpty)
        #expect(session.parcel == first && session.line(0).contains("/\(large)"))

        try session.press("\\ <C-u>")
        try session.type("村")
        try session.expect("list of villages") { $0.lines[0].contains("村") }
        #expect(session.parcel != nil)

        try session.press("<Esc>")
        #expect(session.line(0).contains("/\(total)"))
        // A filter that nothing passes says how to leave it.
        try session.press("\\")
        try session.type("nothing-is-called-this")
        try session.expect(say("Esc clears", "清除"))
        try session.press("<Esc>")
        #expect(session.line(0).contains("/\(total)"))
    }

    @Test("Sorted by the next column and back")
    func sorting() throws {
        let desk = try Desk()
        let session = try desk.open()
        let start = try #require(session.parcel)
        var seen: Set<String> = []
        for _ in 0..<5 {
            try session.press("s <Home>")
            seen.insert(try #require(session.screen.lines.first { $0.contains("^") || $0.contains("v ") }))
        }
        #expect(session.parcel == start, "five columns, and round")
        #expect(seen.count == 5, "each sort shows its column")
        try session.press("s s s <Home>")
        let largest = try desk.survey("f.uid", "ORDER BY area DESC, f.uid DESC LIMIT 1")
        #expect(session.screen.lines[2].contains(" \(largest) ") || session.parcel == largest)
    }

    @Test("The card of a parcel, and back", arguments: Words.both)
    func card(say: Words) throws {
        let desk = try Desk()
        let session = try desk.open(say)
        try session.press("j j")
        let uid = try #require(session.parcel)
        try session.press("<Enter>")
        try session.expect(say("Fields of the source", "源数据字段"))
        let area = try #require(Double(desk.sql("SELECT area FROM feature WHERE uid = \(uid)")))
        let hundredths = String(Int(area))
        #expect(session.screen.text.contains("\(hundredths.dropLast(2)).\(hundredths.suffix(2))"))
        #expect(session.screen.text.contains("BSM"))
        try session.press("j <PgDn> G g / <Text:ZLDWMC> <Enter> q")
        #expect(session.parcel == uid, "back where it was opened")
    }

    @Test("Find, next, previous", arguments: Words.both)
    func finding(say: Words) throws {
        let desk = try Desk()
        let session = try desk.open(say)
        let numbers = try desk.survey("f.uid", "AND number LIKE '%77' ORDER BY number, f.uid")
        let uids = numbers.split(separator: "\n").map(String.init)
        #expect(uids.count >= 3)
        let ending = try desk.sql("SELECT substr(number, -3) FROM feature WHERE uid = \(uids[1])")
        let same = try desk.survey("f.uid", "AND number LIKE '%\(ending)%' ORDER BY number, f.uid").split(
            separator: "\n"
        ).map(String.init)
        try session.press("/")
        try session.type(ending)
        try session.expect("the first match") { _ in session.parcel == same[0] }
        if same.count > 1 {
            try session.press("n")
            try session.expect("the next match") { _ in session.parcel == same[1] }
            try session.press("N")
            try session.expect("the match before") { _ in session.parcel == same[0] }
        }
        try session.press("/")
        try session.type("nowhere-at-all")
        try session.expect(say("No parcel has nowhere-at-all", "没有图斑含“nowhere-at-all”"))
        #expect(session.parcel == same[0])
    }

    @Test("Jump by label")
    func labels() throws {
        let desk = try Desk()
        let session = try desk.open()
        let wanted = session.line(5)
        try session.press("f")
        let label = String(session.line(5).prefix(2))
        #expect(label.allSatisfy { $0.isLetter && $0.isLowercase }, "\(label)")
        try session.press(label.map(String.init).joined(separator: " "))
        #expect(session.line(5).hasPrefix(">") && session.line(5).dropFirst(2) == wanted.dropFirst(2))
        // Another key leaves the labels, and is no command.
        try session.press("f <Esc>")
        #expect(session.screen.lines[2...9].allSatisfy { $0.hasPrefix(" ") || $0.hasPrefix(">") })
    }

    @Test("Marks: one, a range, all, none", arguments: Words.both)
    func marks(say: Words) throws {
        let desk = try Desk()
        let session = try desk.open(say)
        func marked() -> Int { session.screen.lines[2...9].count { $0.hasPrefix("*") } }
        try session.press("<Space>")
        #expect(marked() == 1)
        try session.press("j <Space>")
        #expect(marked() == 2)
        try session.press("j j v k")
        #expect(marked() >= 4)
        try session.press("<Esc>")
        #expect(marked() == 0)
        #expect(session.message == say("Marks are cleared.", "已清除标记。"))
        try session.press("*")
        #expect(marked() >= 7)
        #expect(session.message.contains(say("Marked ", "已标记 ")))
        try session.press("*")
        #expect(marked() == 0)
    }

    @Test("Go to a number, a uid, a coordinate; a wrong one says so", arguments: Words.both)
    func goTo(say: Words) throws {
        let desk = try Desk()
        let session = try desk.open(say)
        let row = try desk.survey("f.uid || ' ' || number", "ORDER BY number LIMIT 1 OFFSET 150").split(separator: " ")
            .map(String.init)
        try session.press("o")
        try session.type(row[1])
        #expect(session.parcel == row[0])
        try session.press("g o")
        try session.type(row[0])
        #expect(session.parcel == row[0])
        #expect(session.line(0).contains("151/"))
        try session.press("g o")
        try session.type("99999999999")
        #expect(session.message.contains("99999999999"), "\(session.message)")
        // It stays in the prompt, to be mended or left.
        let told = session.screen.lines[18...22].joined(separator: "\n")
        #expect(told.contains("99999999999"), "\(told)")
        try session.press("<Esc>")
        #expect(!session.screen.lines.joined().contains("99999999999"))

        // A point inside that parcel, by its own centre of gravity: the map tells what lies there.
        let box = try desk.sql("SELECT min_x + max_x, min_y + max_y FROM layer_registry WHERE table_name = 'DLTB_2025'")
            .split(separator: "|").compactMap { Double($0) }
        try session.press("o")
        try session.type("\(box[0] / 2), \(box[1] / 2)")
        #expect(session.message.contains("survey:") && session.message.contains("m2"), "\(session.message)")
        try session.press("<Enter>")
        #expect(session.parcel == session.message.split(separator: " ").first.map(String.init))
    }
}
