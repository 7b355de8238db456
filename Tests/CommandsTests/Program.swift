import Foundation
import Rig
import Synchronization
import Testing

/// What a program said, and how it ended.
struct Ending {
    var status: Int32
    var out: String
    var err: String
    var wasKilled = false

    /// Standard output as JSON: an array of objects.
    func json() throws -> [[String: Any]] {
        let value = try JSONSerialization.jsonObject(with: Data(out.utf8))
        return try #require(value as? [[String: Any]], "not an array of objects: \(out.prefix(200))")
    }
}

/// A folder of a test, and the programs that it runs there. The folder goes with it.
final class Desk: Sendable {
    let folder: URL
    private let settings: Mutex<[String: String]>

    init() throws {
        let name = "tuban-desk-\(UUID().uuidString)"
        folder = FileManager.default.temporaryDirectory.appending(path: name)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var own = ProcessInfo.processInfo.environment.merging([
            "LC_ALL": "C.UTF-8", "HOME": folder.path, "PROJ_NETWORK": "OFF",
        ]) { $1 }
        own["TUBAN_FILE"] = nil
        settings = Mutex(own)
    }

    var environment: [String: String] {
        get { settings.withLock { $0 } }
        set { settings.withLock { $0 = newValue } }
    }

    deinit {
        _ = chmod(folder.path, 0o700)
        try? FileManager.default.removeItem(at: folder)
    }

    func path(_ name: String) -> String { folder.appending(path: name).path }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    @discardableResult
    func write(_ text: String, to name: String) throws -> String {
        try text.write(toFile: path(name), atomically: false, encoding: .utf8)
        return path(name)
    }

    // MARK: Programs

    func start(
        _ program: String, _ words: [String], input: FileHandle? = nil, out: FileHandle? = nil, err: FileHandle? = nil
    ) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = words
        process.currentDirectoryURL = folder
        process.environment = environment
        process.standardInput = input ?? FileHandle.nullDevice
        process.standardOutput = out ?? FileHandle.nullDevice
        process.standardError = err ?? FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Runs a program to its end. What it says passes through files, so that no pipe can fill.
    ///
    /// - Parameter input: what it finds on standard input.
    func run(_ program: String, _ words: [String], input: Data? = nil) throws -> Ending {
        let given = path(".in-\(UUID().uuidString)")
        try input?.write(to: URL(filePath: given))
        defer { try? FileManager.default.removeItem(atPath: given) }
        let paths = ["out", "err"].map { path(".\($0)-\(UUID().uuidString)") }
        let handles = try paths.map { path in
            try Data().write(to: URL(filePath: path))
            return try FileHandle(forWritingTo: URL(filePath: path))
        }
        let process = try start(
            program, words, input: input == nil ? nil : FileHandle(forReadingAtPath: given), out: handles[0],
            err: handles[1])
        process.waitUntilExit()
        let texts = try paths.map { try String(decoding: Data(contentsOf: URL(filePath: $0)), as: UTF8.self) }
        for path in paths { try FileManager.default.removeItem(atPath: path) }
        return Ending(
            status: process.terminationStatus, out: texts[0], err: texts[1],
            wasKilled: process.terminationReason == .uncaughtSignal)
    }

    func tuban(_ words: String...) throws -> Ending { try run(product(named: "tuban"), words) }
    func tuban(_ words: [String], input: Data? = nil) throws -> Ending {
        try run(product(named: "tuban"), words, input: input)
    }

    /// Runs tuban, which must succeed.
    @discardableResult
    func done(_ words: String..., sourceLocation: SourceLocation = #_sourceLocation) throws -> Ending {
        let ending = try run(product(named: "tuban"), words)
        try #require(
            ending.status == 0 && ending.err.isEmpty, "tuban \(words.joined(separator: " ")): \(ending)",
            sourceLocation: sourceLocation)
        return ending
    }

    /// Asks SQLite's own shell.
    func sqlite(_ file: String, _ sql: String) throws -> Ending { try run("/usr/bin/sqlite3", [path(file), sql]) }

    /// One value from SQLite's own shell.
    func value(_ file: String, _ sql: String, sourceLocation: SourceLocation = #_sourceLocation) throws -> String {
        let ending = try sqlite(file, sql)
        try #require(ending.status == 0 && ending.err.isEmpty, "\(sql): \(ending)", sourceLocation: sourceLocation)
        return ending.out.trimmingCharacters(in: .newlines)
    }

    func ogrinfo(_ words: String...) throws -> Ending { try run("/usr/bin/ogrinfo", words) }
    func ogr2ogr(_ words: String...) throws -> Ending { try run("/usr/bin/ogr2ogr", words) }

    // MARK: Projects

    /// A sample county of 300 parcels with one survey year.
    func sample(_ name: String = "county.gpkg") throws {
        try sample(
            name, "--parcels", "300", "--years", "2020", "--layers",
            "XZQ,CJDCQ,DLTB_2020,YJJBNTTB,STBHHX,CZKFBJ,GHYDYH,DL")
    }

    /// The county that `tuban sample` makes of these words. Made once, and copied: ask in the words of another test where
    /// it does not matter.
    func sample(_ name: String, _ words: String...) throws { try Counties.copy(words, to: path(name)) }

    /// All that a project holds, but for what a mere opening may touch: every row of every table, hashed by SQLite's
    /// own shell (`.sha3sum` covers the schema and all contents).
    func contents(_ name: String) throws -> String { try value(name, ".sha3sum --schema") }
}

/// The real data outside the repository; nil, with a line, where it is missing.
func testData(_ path: String) -> String? {
    let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    let folder =
        ProcessInfo.processInfo.environment["TUBAN_TESTDATA"].map { URL(filePath: $0) }
        ?? package.appending(path: "../shared/data").standardized
    let file = folder.appending(path: path).path
    if FileManager.default.fileExists(atPath: file) { return file }
    print("skipped: there is no \(file); set TUBAN_TESTDATA")
    return nil
}

/// One sentence on standard error, as an error of tuban is said.
func isOneSentence(_ text: String) -> Bool {
    let line = text.hasSuffix("\n") ? text.dropLast() : text[...]
    return line.hasPrefix("tuban: ") && !line.contains("\n") && line.count > 20
        && !["Optional(", "DatabaseError", "SQLite error", "Swift.", "nil"].contains { line.contains($0) }
}

extension Dictionary where Key == String, Value == Any {
    func number(_ key: String) -> Double? { (self[key] as? NSNumber)?.doubleValue }
    func integer(_ key: String) -> Int? { (self[key] as? NSNumber)?.intValue }
    func text(_ key: String) -> String? { self[key] as? String }
}
