import Foundation
import Rig
import Testing

/// Analyses where there is no screen: pipes, and terminals that know no codes.
@Suite struct AnalysisLineModeTests {
    private func county() throws -> Desk {
        let desk = try Desk()
        try desk.done("sample", "c.gpkg", "--parcels", "1000", "--years", "2025", "--no-faults")
        return desk
    }

    @Test("On a terminal without codes, and in a pipe, an analysis is lines of plain text")
    func dumb() throws {
        let desk = try county()
        let file = "c-files/boundary/common_utf8.txt"
        let piped = try desk.tuban("analyse", file, "-f", "c.gpkg")
        #expect([0, 1].contains(piped.status) && piped.err.isEmpty, "\(piped)")
        #expect(!piped.out.utf8.contains(0x1B))
        let terminal = try Pseudoterminal(
            product(named: "tuban"), ["analyse", desk.path(file), "-f", desk.path("c.gpkg")],
            environment: ["TERM": "dumb", "LANG": "C.UTF-8", "HOME": desk.path("")], columns: 80, rows: 24)
        var received: [UInt8] = []
        let end = ContinuousClock.now + patience
        while terminal.exitStatus == nil, ContinuousClock.now < end { received += terminal.receive(milliseconds: 20) }
        while case let rest = terminal.receive(milliseconds: 0), !rest.isEmpty { received += rest }
        #expect(!received.contains(0x1B), "\(String(decoding: received, as: UTF8.self).prefix(400))")
        #expect(String(decoding: received, as: UTF8.self).contains("not checkable."))
    }

    @Test("Plain, it has no picture made of characters")
    func plain() throws {
        let desk = try county()
        let words = ["analyse", "c-files/boundary/common_utf8.txt", "-f", "c.gpkg"]
        let drawn = try desk.tuban(words).out, plain = try desk.tuban(words + ["--plain"]).out
        #expect(drawn.contains("\nMap\n") && drawn.contains("  ####"))
        #expect(!plain.contains("\nMap\n") && !plain.contains("##"))
        // The same verdict, and the same sums.
        let facts = { (text: String) in text.split(separator: "\n").filter { $0.hasPrefix("Total ") } }
        #expect(facts(plain) == facts(drawn) && facts(plain).count == 2)
    }

    @Test("A kept analysis has the same report, and its boundary is analysed again")
    func readBack() throws {
        let desk = try county()
        let first = try desk.tuban("analyse", "c-files/boundary/common_utf8.txt", "-f", "c.gpkg")
        let shown = try desk.done("analysis", "show", "1", "-f", "c.gpkg").out
        func line(_ text: String, _ mark: String) -> Substring? {
            text.split(separator: "\n").first { $0.contains(mark) }
        }
        for mark in ["not checkable.", "Area (ellipsoid)", "Net of field ridges", "Perimeter", "Total "] {
            #expect(line(shown, mark) == line(first.out, mark), "\(mark)")
            #expect(line(shown, mark) != nil, "\(mark)")
        }
        #expect(shown.contains("analyse --again 1"))
        let again = try desk.tuban("analyse", "--again", "1", "-f", "c.gpkg")
        #expect(again.status == first.status && again.out.contains("Nothing differs."))
        #expect(try desk.tuban("analyse", "--again", "99", "-f", "c.gpkg").status == 66)
    }
}
