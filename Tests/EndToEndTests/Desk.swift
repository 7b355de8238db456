import Foundation
import Rig

/// A desk in an office: a folder of its own, a copy of the sample county, and a terminal to open it in.
///
/// Each desk has a copy of the county and cannot disturb another.
final class Desk {
    static let kinds = ["xterm-256color", "screen-256color", "linux", "vt100"]
    static let program = product(named: "tuban")
    /// The package's own folder: its themes are what people see.
    static let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    let folder: URL
    let file: String

    init(sample: Bool = true) throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "tuban-desk-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        file = folder.appending(path: "county.gpkg").path
        guard sample else { return }
        try Counties.copy(["--parcels", "400"], to: file)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The folder of what comes with the sample county, such as its statistics.
    var files: String { folder.appending(path: "county-files").path }

    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    // MARK: The screen

    /// What the program finds around it: nothing of the person who runs the tests.
    private var environment: [String: String] {
        [
            "HOME": folder.path, "XDG_STATE_HOME": folder.path, "XDG_CONFIG_HOME": folder.path,
            "TUBAN_THEMES": Self.package.appending(path: "Themes").path,
        ]
    }

    /// Opens the county on a screen of its own.
    func open(
        _ arguments: String..., language: String = "en", term: String = "xterm-256color", columns: Int = 80,
        rows: Int = 24, environment more: [String: String] = [:]
    ) throws -> Session {
        let session = try begin(
            [file] + arguments, language: language, term: term, columns: columns, rows: rows, environment: more)
        try session.expect("tuban  DLTB_2025")
        return session
    }

    /// Starts the program with these words, whatever comes of it.
    func begin(
        _ words: [String], language: String = "en", term: String = "xterm-256color", columns: Int = 80, rows: Int = 24,
        environment more: [String: String] = [:]
    ) throws -> Session {
        try Session(
            Self.program, words + ["--lang", language], environment: environment.merging(more) { $1 }, columns: columns,
            rows: rows, term: term)
    }

    /// Runs a script of the shell in the terminal; `$TUBAN` is the program and `$COUNTY` the project.
    func through(_ script: String, term: String = "xterm-256color") throws -> Session {
        var all = environment
        all["TUBAN"] = Self.program
        all["COUNTY"] = file
        return try Session("/bin/bash", ["-c", script], environment: all, term: term)
    }

    // MARK: The shell

    struct Outcome {
        let status: Int32
        let output: String
        let errors: String
    }

    /// Runs one command without a screen.
    @discardableResult
    func shell(_ words: String...) throws -> Outcome { try Self.run(Self.program, words + ["-f", file], environment) }

    /// Asks SQLite itself, past the program.
    @discardableResult
    func sql(_ statement: String) throws -> String {
        let answer = try Self.run("/usr/bin/sqlite3", ["-cmd", ".timeout 5000", file, statement], [:])
        guard answer.status == 0 else { throw Failure(description: "sqlite3: \(answer.errors)") }
        return answer.output.trimmingCharacters(in: .newlines)
    }

    /// Asks SQLite about the parcels `f` of the newest survey.
    func survey(_ columns: String, _ rest: String = "") throws -> String {
        try sql(
            "SELECT \(columns) FROM feature AS f JOIN layer_registry AS l ON l.id = f.layer "
                + "WHERE l.table_name = 'DLTB_2025' \(rest)")
    }

    /// Whether the file is as a closed program leaves it: alone, and sound.
    var disorder: [String] {
        get throws {
            var faults = ["-wal", "-shm", "-journal"].filter { FileManager.default.fileExists(atPath: file + $0) }
            let check = try sql("PRAGMA integrity_check")
            if check != "ok" { faults.append(check) }
            return faults
        }
    }

    /// Runs a program to its end.
    static func run(
        _ path: String, _ words: [String], _ environment: [String: String], input: String? = nil
    ) throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = words
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.environment?["LANG"] = "C.UTF-8"
        let (output, errors) = (Pipe(), Pipe())
        (process.standardOutput, process.standardError) = (output, errors)
        let keys = Pipe()
        process.standardInput = input == nil ? FileHandle.nullDevice : keys
        try process.run()
        if let input {
            // A few lines fit into a pipe.
            try keys.fileHandleForWriting.write(contentsOf: Data(input.utf8))
            try keys.fileHandleForWriting.close()
        }
        // What these commands complain of fits into a pipe, so one after the other is safe.
        let text = try output.fileHandleForReading.readToEnd() ?? Data()
        let complaint = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: String(decoding: text, as: UTF8.self),
            errors: String(decoding: complaint, as: UTF8.self))
    }
}

extension Session {
    /// The row of the screen, from 0, without blanks at its end.
    func line(_ row: Int) -> String { screen.lines[row] }

    /// The message in the last row.
    var message: String { screen.lines.last ?? "" }

    /// The number of the parcel under the list's cursor: its first column.
    var parcel: String? {
        screen.lines.first { $0.hasPrefix(">") }?.dropFirst().split(separator: " ").first.map(String.init)
    }

    /// Types a text, then Enter.
    func type(_ text: String) throws {
        let allowed = CharacterSet.alphanumerics.intersection(CharacterSet(charactersIn: "!"..."~"))
        let word = text.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
        try press("<Text:\(word)> <Enter>")
    }
}
