import Foundation
import Phrases
import Testing

@testable import Canvas

@Suite("Themes")
struct ThemeTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Themes")

    private static func shipped(_ name: String) throws -> Theme {
        try Theme(String(contentsOf: folder.appending(path: "\(name).theme"), encoding: .utf8), name: name)
    }

    @Test(
        "Every theme that we ship parses, and no first-level class looks like another",
        arguments: ["default", "light", "mono", "eight"])
    func shippedThemes(name: String) throws {
        let theme = try Self.shipped(name)
        for system in ["plan2023": 1...24, "survey": 1...12] {
            let looks = system.value.map { number in
                theme.look(of: "\(system.key):\(number < 10 ? "0" : "")\(number)")
            }
            #expect(Set(looks.map(\.letter)).count == looks.count, "\(system.key) has a letter twice")
        }
    }

    @Test("Every theme has what the compiled one has", arguments: ["default", "light", "mono", "eight"])
    func complete(name: String) throws {
        let text = try String(contentsOf: Self.folder.appending(path: "\(name).theme"), encoding: .utf8)
        for role in Theme.roleNames {
            #expect(text.contains("\n\(role) = ") || text.hasPrefix("\(role) = "), "\(name) lacks \(role)")
        }
    }

    @Test("A theme without colours says everything by attributes", arguments: ["mono"])
    func mono(name: String) throws {
        let theme = try Self.shipped(name)
        for theme in [theme, .ascii] {
            for role in Theme.roleNames {
                #expect(theme.role(role).foreground == .standard && theme.role(role).background == .standard)
            }
            let plain = ["row.selected", "row.marked", "map.cursor", "error", "changed"].filter {
                theme.role($0) == .plain
            }
            #expect(plain.isEmpty)
            #expect(theme.role("row.selected") != theme.role("row.marked"))
        }
    }

    @Test("A class that has no look of its own looks like the class above it")
    func parents() throws {
        let theme = try Theme(
            """
            class survey:01 = #ffff00 a 8000
            class survey:0101 = #00ff00 p 4000
            class survey:03 = #008000 f 1111
            """, name: "test")
        #expect(theme.look(of: "survey:0101K").letter == "p")
        #expect(theme.look(of: "survey:0102").letter == "a")
        #expect(theme.look(of: "survey:0301").style.foreground == .rgb(0, 128, 0))
        #expect(
            theme.look(of: "plan2023:0101") != theme.look(of: "survey:0101"), "another system's code is another class")
    }

    @Test("Classes of a system that no theme knows can be told apart, the same way every time")
    func unknownSystems() {
        let codes = (101...130).map { "easthampton:\($0)" }
        let looks = codes.map { Theme.ascii.look(of: $0) }
        #expect(Set(looks).count > 20)
        #expect(looks == codes.map { Theme.ascii.look(of: $0) })
        _ = Theme.ascii.look(of: "")
        _ = Theme.ascii.look(of: ":")
        _ = Theme.ascii.look(of: "图斑:甲")
    }

    @Test("Roles, attributes, comments, blank lines, tabs and Windows line ends are read")
    func reads() throws {
        let theme = try Theme(
            "// made by hand\r\n\r\ntitle\t=\tred #102030  bold   underline\r\nheader = - - \r\n", name: "test")
        #expect(theme.role("title") == Style(.ansi(1), on: .rgb(16, 32, 48), [.bold, .underline]))
        #expect(theme.role("header") == .plain)
        #expect(theme.role("row") == .plain)
    }

    @Test(
        "What is wrong is named with its file and line, in both languages",
        arguments: [
            "titel = - -", "title = rot -", "title = - - blod", "title - -", "title = red", "class survey:01 = red a",
            "class survey:01 = #ff a 8000", "class survey:01 = #ffff00 ab 8000", "class survey:01 = #ffff00 图 8000",
            "class survey:01 = #ffff00 a zz", "class survey:01 = #ffff00 a 8000 8000",
            "class survey:01 = #+1234f a 8000",
        ])
    func faults(line: String) throws {
        let fault = try #require(throws: Refusal.self) { try Theme("// fine\n\n\(line)\n", name: "mine") }
        #expect(fault.kind == .badData)
        #expect(fault.phrase.english.contains("mine.theme, line 3"))
        #expect(fault.phrase.chinese.contains("mine.theme 第 3 行"))
    }
}
