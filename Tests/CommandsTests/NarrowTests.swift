import Foundation
import Rig
import Testing

/// Tables on a terminal of eighty columns.
@Suite struct NarrowTests {
    @Test("No line of a wide table is longer than the terminal, and nothing of it is lost", arguments: [80, 60])
    func wide(columns: Int) throws {
        let desk = try Desk()
        try desk.sample()
        let words = ["layer", "list", "-f", desk.path("county.gpkg")]
        let whole = try desk.done("layer", "list", "-f", "county.gpkg").out
        let terminal = try Pseudoterminal(
            product(named: "tuban"), words, environment: ["LANG": "C.UTF-8", "HOME": desk.path("")],
            columns: columns, rows: 24)
        let received = Self.output(of: terminal)
        #expect(terminal.exitStatus == 0)
        let lines = String(decoding: received, as: UTF8.self).split(whereSeparator: \.isNewline).map { String($0) }
        #expect(lines.count > 8)
        for line in lines {
            let width = line.unicodeScalars.reduce(0) { $0 + ($1.value >= 0x2E80 ? 2 : 1) }
            #expect(width <= columns, "\(line)")
        }
        // Cells may be broken in two, or stand below with the title of their column: every character is there all the
        // same. The columns' titles and the rule under them differ.
        func characters(_ lines: some Sequence<String>) -> [Character: Int] {
            Dictionary(lines.joined().filter { !$0.isWhitespace }.map { ($0, 1) }, uniquingKeysWith: +)
        }
        let shown = characters(lines.dropFirst(2))
        for (character, count) in characters(whole.split(separator: "\n").dropFirst(2).map { String($0) }) {
            #expect(shown[character, default: 0] >= count, "\(character)")
        }
    }

    @Test("What has no room beside the first columns stands below them and says what it is")
    func titles() throws {
        let desk = try Desk()
        try desk.sample()
        try desk.done("plan", "new", "north", "-f", "county.gpkg")
        let terminal = try Pseudoterminal(
            product(named: "tuban"), ["plan", "check", "1", "-f", desk.path("county.gpkg")],
            environment: ["LANG": "C.UTF-8", "HOME": desk.path("")], columns: 80, rows: 24)
        let shown = String(decoding: Self.output(of: terminal), as: UTF8.self)
        // R14 asks for the layer of supplementary farmland, which the sample has not.
        #expect(shown.contains("    Finding: R14 not checkable") && shown.contains("    Remedy: "), "\(shown)")
        #expect(shown.contains("Tolerance: 1.00"), "\(shown)")
    }

    private static func output(of terminal: Pseudoterminal) -> [UInt8] {
        var received: [UInt8] = []
        let end = ContinuousClock.now + patience
        while terminal.exitStatus == nil, ContinuousClock.now < end { received += terminal.receive(milliseconds: 20) }
        // What it wrote last is still in the line.
        while case let rest = terminal.receive(milliseconds: 0), !rest.isEmpty { received += rest }
        return received
    }
}
