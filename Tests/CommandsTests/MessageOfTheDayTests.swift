import Foundation
import Rig
import Testing

/// The lines that a login waits for.
@Suite struct MessageOfTheDayTests {
    private func head(_ desk: Desk) throws -> String {
        try desk.value("county.gpkg", "SELECT id || ' ' || hash FROM journal ORDER BY id DESC LIMIT 1")
    }

    private func lines(_ desk: Desk, _ words: String...) throws -> [String] {
        try desk.tuban(["motd", "-f", desk.path("county.gpkg")] + words).out.split(separator: "\n").map(String.init)
    }

    @Test("What was said once is said again while the file rests, and never after anybody wrote into it")
    func memo() throws {
        let desk = try Desk()
        try desk.sample()
        let caches = desk.path(".cache/tuban")
        func kept() -> [String] { (try? FileManager.default.contentsOfDirectory(atPath: caches)) ?? [] }
        // A file that was written this very moment may be written again without its times telling.
        #expect(try lines(desk) == ["Nothing waits for you.", "Journal: \(try head(desk))"])
        #expect(kept().isEmpty)
        Thread.sleep(forTimeInterval: 3.1)
        let said = try lines(desk)
        #expect(said == ["Nothing waits for you.", "Journal: \(try head(desk))"])
        let name = try #require(kept().first)
        let mode = try FileManager.default.attributesOfItem(atPath: "\(caches)/\(name)")[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(try lines(desk) == said)
        // In the other language it is another text.
        #expect(try lines(desk, "--lang", "zh").first == "没有待办事项。")
        try desk.done("plan", "new", "north", "-f", "county.gpkg")
        #expect(try lines(desk) == ["Nothing waits for you.", "Journal: \(try head(desk))"])
        // Another program's change, too, and a file that stands in its place.
        Thread.sleep(forTimeInterval: 3.1)
        _ = try lines(desk)
        let path = desk.path("county.gpkg")
        try FileManager.default.removeItem(atPath: path)
        try desk.write("not a project, and of another size", to: "county.gpkg")
        let refused = try desk.tuban(["motd", "-f", path])
        #expect(refused.status != 0 && isOneSentence(refused.err), "\(refused.err)")
    }

    @Test("A folder in which nothing can be kept takes nothing from the answer")
    func unkept() throws {
        let desk = try Desk()
        try desk.sample()
        try desk.write("in the way", to: ".cache")
        Thread.sleep(forTimeInterval: 3.1)
        #expect(try lines(desk).first == "Nothing waits for you.")
        #expect(try lines(desk).last == "Journal: \(try head(desk))")
    }
}
