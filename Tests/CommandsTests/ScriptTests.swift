import Foundation
import Testing

/// Each file `Tests/Scripts/NAME.tuban` is a test: `NAME.expected` beside it is what `tuban run` says, status included.
///
/// A script begins in a folder with `county.gpkg`, the sample of 300 parcels with seed 1. `TUBAN_GOLDEN=write`
/// writes the expected files anew; read the difference like code.
@Suite struct ScriptTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Scripts")

    static var scripts: [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return all.filter { $0.hasSuffix(".tuban") }.map { String($0.dropLast(6)) }.sorted()
    }

    @Test("Script", arguments: scripts)
    func script(name: String) throws {
        let desk = try Desk()
        try desk.sample()
        desk.environment["TUBAN_FILE"] = "county.gpkg"
        try FileManager.default.copyItem(
            atPath: Self.folder.appending(path: name + ".tuban").path, toPath: desk.path(name + ".tuban"))
        let language = name.hasSuffix("-zh") ? "zh" : "en"
        let ending = try desk.tuban("run", name + ".tuban", "--lang", language)
        let said = Self.settled(ending.out + ending.err + "status \(ending.status)\n")
        let expected = Self.folder.appending(path: name + ".expected")
        if ProcessInfo.processInfo.environment["TUBAN_GOLDEN"] == "write" {
            try said.write(to: expected, atomically: true, encoding: .utf8)
        }
        let wanted = try String(contentsOf: expected, encoding: .utf8)
        #expect(said == wanted, "\(name):\n\(said)")
    }

    /// Without what differs from day to day: times, hashes, and the name of who runs the test.
    static func settled(_ text: String) -> String {
        text.replacing(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/, with: "0000-00-00T00:00:00Z")
            .replacing(/\d{4}-\d\d-\d\d \d\d:\d\d/, with: "0000-00-00 00:00")
            .replacing(/[0-9a-f]{64}/, with: "HASH").replacing(
                NSUserName(), with: "user".padded(to: NSUserName().count))
    }
}

extension String {
    /// Of the same width as what it stands for, so that columns stay.
    fileprivate func padded(to count: Int) -> String {
        self + String(repeating: " ", count: max(0, count - self.count))
    }
}
