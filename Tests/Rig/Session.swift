import Foundation
import Glibc

/// The path of a program of this package, which stands beside the one that runs the tests.
package func product(named name: String) -> String {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent(name).path
}

/// How long a test waits for what should come at once: only a program that hangs is to meet it, never a slow machine.
/// Who looks for a fault sets `TUBAN_PATIENCE` to fewer seconds.
package let patience = Duration.seconds(
    ProcessInfo.processInfo.environment["TUBAN_PATIENCE"].flatMap(Int.init) ?? 180)

/// A person at a terminal, in a test: presses keys, reads the screen, counts bytes.
///
///     let session = try Session(program, ["county.gpkg"])
///     try session.expect("3,012 parcels")
///     try session.press("j j <PgDn>")
///     #expect(try session.bytes(for: "k") <= 40)
package final class Session {
    package let terminal: Pseudoterminal
    package private(set) var screen: VirtualTerminal
    /// Bytes from the program since its start, and all of them.
    package private(set) var received: [UInt8] = []
    /// Whether this terminal answers questions, as real ones do and pipes do not.
    package var answers = true
    /// Whether the terminal takes what the program sends: a stalled line does not.
    package var isReading = true

    /// - Parameter environment: added to a small one: `TERM`, `PATH`, `HOME`, `LANG=C.UTF-8`, `TUBAN_TYPEAHEAD=off`.
    package init(
        _ command: String, _ arguments: [String] = [], environment: [String: String] = [:], columns: Int = 80,
        rows: Int = 24, term: String = "xterm-256color"
    ) throws {
        var all = ["TERM": term, "LANG": "C.UTF-8", "TUBAN_TYPEAHEAD": "off"]
        for name in ["PATH", "HOME", "LD_LIBRARY_PATH", "TMPDIR"] {
            if let value = getenv(name) { all[name] = String(cString: value) }
        }
        all.merge(environment) { $1 }
        screen = VirtualTerminal(columns: columns, rows: rows, kind: term)
        terminal = try Pseudoterminal(command, arguments, environment: all, columns: columns, rows: rows)
    }

    /// Changes what kind of terminal this is, such as its `ambiguousWidth`.
    package func configure(_ change: (inout VirtualTerminal) -> Void) { change(&screen) }

    // MARK: Hands

    /// Presses keys one after the other, as `Keys` names them, each when the program has done with the one before.
    package func press(_ keys: String) throws {
        for word in Keys.words(keys) {
            terminal.send(try Keys.bytes(of: word))
            settle()
        }
    }

    /// Presses all keys before the program can read the first, as a held key on a slow line does.
    package func pressTogether(_ keys: String) throws {
        terminal.send(try Keys.words(keys).flatMap(Keys.bytes))
        settle()
    }

    package func send(_ bytes: [UInt8]) {
        terminal.send(bytes)
        settle()
    }

    /// Pastes a text of any length, marked as such if the program asked for that; the line takes it bit by bit.
    package func paste(_ text: String) {
        let isMarked = screen.modes.bracketedPaste
        let bytes = Array((isMarked ? "\u{1B}[200~\(text)\u{1B}[201~" : text).utf8)
        var rest = bytes[...]
        while !rest.isEmpty, terminal.exitStatus == nil {
            rest = rest.dropFirst(terminal.sendSome(rest.prefix(4096)))
            read(milliseconds: 0)
        }
        settle()
    }

    package func resize(columns: Int, rows: Int) {
        screen.resize(columns: columns, rows: rows)
        terminal.resize(columns: columns, rows: rows)
        settle(quiet: .milliseconds(200))
    }

    // MARK: Eyes

    /// Bytes that the program sends for these keys.
    package func bytes(for keys: String) throws -> Int {
        settle()
        let before = received.count
        try press(keys)
        return received.count - before
    }

    /// Reads until the program has nothing more to say.
    ///
    /// - Parameter quiet: silence that counts as such, once the program waits for keys.
    package func settle(quiet: Duration = .milliseconds(50), within limit: Duration = patience) {
        let end = ContinuousClock.now + limit
        var silent = ContinuousClock.now
        while ContinuousClock.now < end {
            if read(milliseconds: 10) || !terminal.isWaiting { silent = .now }
            if ContinuousClock.now - silent >= quiet { return }
        }
    }

    /// Reads until `text` is on the screen.
    package func expect(_ text: String, within limit: Duration = patience) throws {
        try expect("“\(text)”", within: limit) { $0.text.contains(text) }
    }

    /// Reads until the screen is as wanted.
    package func expect(
        _ what: String, within limit: Duration = patience, _ isSo: (VirtualTerminal) -> Bool
    ) throws {
        let end = ContinuousClock.now + limit
        while !isSo(screen) {
            guard ContinuousClock.now < end, terminal.exitStatus == nil || read(milliseconds: 10) else {
                let ended = terminal.exitStatus.map { "; the program has ended with \($0)" } ?? ""
                throw Pseudoterminal.Failure(description: "\(what) is not on the screen\(ended):\n\(screen.text)")
            }
            read(milliseconds: 50)
        }
        settle()
    }

    /// Waits for the program's end.
    ///
    /// - Returns: its exit status, 128 + the signal if it died of one; nil when it still runs.
    package func exitStatus(within limit: Duration = patience) -> Int32? {
        let end = ContinuousClock.now + limit
        while terminal.exitStatus == nil, ContinuousClock.now < end {
            if !read(milliseconds: 10), terminal.master < 0 { poll(nil, 0, 5) }
        }
        while read(milliseconds: 0) {}
        return terminal.exitStatus
    }

    /// What the program left in disorder; empty when it left the terminal as it found it.
    package var disorder: [String] {
        var faults: [String] = []
        if screen.modes != .restored { faults.append("\(screen.modes)") }
        let (modes, before) = (terminal.modes, terminal.modesBefore)
        let flags = [
            (modes.c_iflag, before.c_iflag, "input"), (modes.c_oflag, before.c_oflag, "output"),
            (modes.c_lflag, before.c_lflag, "local"), (modes.c_cflag, before.c_cflag, "control"),
        ]
        for (now, old, name) in flags where now != old { faults.append("\(name) modes \(old) became \(now)") }
        return faults
    }

    @discardableResult
    private func read(milliseconds: Int32) -> Bool {
        guard isReading else {
            poll(nil, 0, max(1, milliseconds))
            return false
        }
        let bytes = terminal.receive(milliseconds: milliseconds)
        received += bytes
        screen.feed(bytes)
        if answers, !screen.replies.isEmpty { terminal.send(screen.replies) }
        screen.replies = []
        return !bytes.isEmpty
    }
}
