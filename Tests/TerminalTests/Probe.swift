import Foundation
import Rig

/// The probe in a terminal, and the frames that it says it shows.
struct Probe {
    static let kinds = ["xterm-256color", "screen-256color", "linux", "vt100"]

    let session: Session
    private let frameFile: URL

    init(
        _ arguments: String..., term: String = "xterm-256color", environment: [String: String] = [:],
        columns: Int = 80, rows: Int = 24, through shell: String? = nil,
        configure: (inout VirtualTerminal) -> Void = { _ in }
    ) throws {
        let name = "tuban-frame-\(UUID().uuidString).txt"
        frameFile = FileManager.default.temporaryDirectory.appendingPathComponent(name)
        var environment = environment
        environment["TUBAN_PROBE_FRAME"] = frameFile.path
        let probe = product(named: "terminal-probe")
        if let shell {
            environment["PROBE"] = probe
            session = try Session(
                "/bin/bash", ["-c", shell], environment: environment, columns: columns, rows: rows, term: term)
        } else {
            session = try Session(
                probe, arguments, environment: environment, columns: columns, rows: rows, term: term)
        }
        session.configure(configure)
        try session.expect("1/5000")
    }

    /// The frame that the probe drew last.
    var frame: String {
        get throws { try String(contentsOf: frameFile, encoding: .utf8) }
    }

    func cleanUp() { try? FileManager.default.removeItem(at: frameFile) }

    /// Runs `body` and removes what the probe wrote.
    static func run<Result>(_ probe: Probe, _ body: (Session) throws -> Result) rethrows -> Result {
        defer { probe.cleanUp() }
        return try body(probe.session)
    }
}
