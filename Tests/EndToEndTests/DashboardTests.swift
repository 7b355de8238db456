import Foundation
import Rig
import Testing

/// The dashboard of indicators, from the red letter to the parcels on the map.
@Suite("Indicators at a glance", .serialized)
struct DashboardTests {
    /// The sample county with its statistics, its values kept; made once a run.
    private static let kept: Result<String, any Error> = Result {
        let desk = try Desk()
        let files = try Desk.files.get()
        let done = [["statistic", "import", files + "/statistics.csv"], ["indicator", "reckon"]]
        for words in done {
            let outcome = try Desk.run(Desk.program, words + ["-f", desk.file], [:])
            guard outcome.status == 0 else { throw Desk.Failure(description: outcome.errors) }
        }
        let path = FileManager.default.temporaryDirectory.appending(path: "tuban-kept-\(getpid()).gpkg").path
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.copyItem(atPath: desk.file, toPath: path)
        return path
    }

    private func keptDesk() throws -> Desk {
        let desk = try Desk(sample: false)
        try FileManager.default.copyItem(atPath: Self.kept.get(), toPath: desk.file)
        return desk
    }

    @Test("From the red letter to the parcels that cause it, on the map, in at most four keys", arguments: Words.both)
    func journey(say: Words) throws {
        let desk = try keptDesk()
        let session = try desk.open(say)
        try session.press("i")
        try session.expect(say("Safety lines", "安全底线"))
        print(session.screen.text)
        try session.press("n")
        print(session.screen.text)
        try session.press("<Enter>")
        print(session.screen.text)
        try session.press("<Enter>")
        session.settle(quiet: .milliseconds(500))
        print(session.screen.text)
    }
}
