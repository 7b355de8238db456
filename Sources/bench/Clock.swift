import Foundation

/// Seconds that something takes.
enum Clock {
    static func seconds(_ body: () throws -> Void) rethrows -> Double {
        let start = ContinuousClock.now
        try body()
        let time = (ContinuousClock.now - start).components
        return Double(time.seconds) + Double(time.attoseconds) / 1e18
    }

    /// The best of several runs of two rivals, one after the other each time, so that both meet the same machine. A run
    /// of more than a minute is enough by itself.
    static func best(of runs: Int, _ ours: () throws -> Double, _ peer: () throws -> Double?) rethrows -> (
        Double, Double?
    ) {
        var (mine, theirs) = (Double.infinity, Double?.none)
        for _ in 0..<runs {
            mine = min(mine, try ours())
            if let time = try peer() { theirs = min(theirs ?? .infinity, time) }
            if max(mine, theirs ?? 0) > 60 { break }
        }
        return (mine, theirs)
    }
}

/// Programs that are run and waited for.
enum Tool {
    struct Failed: Error, CustomStringConvertible {
        var description: String
    }

    static func path(_ name: String) -> String? {
        if name.contains("/") { return FileManager.default.isExecutableFile(atPath: name) ? name : nil }
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    static func run(_ path: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failed(
                description: "\(path) \(arguments.joined(separator: " ")) ended with \(process.terminationStatus)")
        }
    }

    /// Seconds a program takes; nil when it is not installed.
    static func seconds(_ name: String, _ arguments: [String]) throws -> Double? {
        guard let path = path(name) else { return nil }
        return try Clock.seconds { try run(path, arguments) }
    }
}
