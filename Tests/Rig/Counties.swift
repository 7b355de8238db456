import Foundation
import Synchronization

/// Invented counties for tests: each is made once a process, by the program itself, and every test gets a copy of its own.
///
/// They lie in a folder that the process makes anew and that goes with it, so none is ever of an older build.
package enum Counties {
    /// What kept a county from being made.
    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// Puts a county down, with the file of its head and the folder of its truth where it has one.
    ///
    /// - Parameters:
    ///   - words: what `tuban sample` is told, such as `["--parcels", "1000"]`; the same words are the same county.
    ///   - path: ends in `.gpkg`; nothing lies there yet.
    package static func copy(_ words: [String], to path: String) throws {
        let county = made.withLock { made in
            let county = made[words] ?? County()
            made[words] = county
            return county
        }
        let source = try county.path(words)
        for end in [".gpkg", ".gpkg.head", "-files"] where FileManager.default.fileExists(atPath: source + end) {
            try FileManager.default.copyItem(atPath: source + end, toPath: path.dropLast(".gpkg".count) + end)
        }
    }

    private static let made = Mutex<[[String]: County]>([:])

    /// One county; whoever asks for it while it is made waits.
    private final class County: Sendable {
        private let result = Mutex<Result<String, any Error>?>(nil)

        /// Where it lies, without the end of the name.
        func path(_ words: [String]) throws -> String {
            try result.withLock { result in
                let made = result ?? Result { try Counties.make(words) }
                result = made
                return try made.get()
            }
        }
    }

    private static let place = FileManager.default.temporaryDirectory.appending(path: "tuban-counties-\(getpid())")

    private static let folder = Result<URL, any Error> {
        let folder = place
        // A process of this number that was killed may have left its own.
        if FileManager.default.fileExists(atPath: folder.path) { try FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        atexit { try? FileManager.default.removeItem(at: Counties.place) }
        return folder
    }

    private static func make(_ words: [String]) throws -> String {
        let name = UUID().uuidString
        let desk = try folder.get().appending(path: name)
        try FileManager.default.createDirectory(at: desk, withIntermediateDirectories: true)
        // What it says passes through a file, so that no pipe can fill.
        let errors = desk.appending(path: "errors")
        try Data().write(to: errors)
        let process = Process()
        process.executableURL = URL(filePath: product(named: "tuban"))
        process.arguments = ["sample", "county.gpkg"] + words
        process.currentDirectoryURL = desk
        var environment = ProcessInfo.processInfo.environment.merging([
            "LC_ALL": "C.UTF-8", "HOME": desk.path, "PROJ_NETWORK": "OFF",
        ]) { $1 }
        environment["TUBAN_FILE"] = nil
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        process.waitUntilExit()
        let said = try String(decoding: Data(contentsOf: errors), as: UTF8.self)
        guard process.terminationStatus == 0, said.isEmpty else {
            throw Failure(description: "tuban sample \(words.joined(separator: " ")): \(said)")
        }
        return desk.appending(path: "county").path
    }
}
