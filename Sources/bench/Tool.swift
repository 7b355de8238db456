import Foundation

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

    /// - Parameter output: where its standard output goes.
    static func run(_ path: String, _ arguments: [String], output: Any = FileHandle.nullDevice) throws {
        try finish(try start(path, arguments, output: output), arguments)
    }

    /// Runs a program, and tells how many MiB of it were resident at most.
    static func memory(_ path: String, _ arguments: [String]) throws -> Double {
        let running = try start(path, arguments, output: FileHandle.nullDevice)
        var peak = 0.0
        while running.ended.wait(timeout: .now() + .milliseconds(20)) == .timedOut {
            let status = "/proc/\(running.process.processIdentifier)/status"
            let text = (try? String(contentsOfFile: status, encoding: .utf8)) ?? ""
            let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
            let kibibytes = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }
            peak = max(peak, (kibibytes ?? 0) / 1024)
        }
        running.ended.signal()
        try finish(running, arguments)
        return peak
    }

    private typealias Running = (process: Process, ended: DispatchSemaphore)

    private static func start(_ path: String, _ arguments: [String], output: Any) throws -> Running {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        // `waitUntilExit` looks twenty times a second: too rarely for a clock.
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        try process.run()
        return (process, ended)
    }

    private static func finish(_ running: Running, _ arguments: [String]) throws {
        running.ended.wait()
        let process = running.process
        guard process.terminationStatus == 0 else {
            let path = process.executableURL?.path ?? ""
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

/// Peers in Python. Each prints the seconds of its work alone, so that neither the interpreter's start nor its imports
/// count against it. The Makefile makes the environment they run in.
enum Python {
    private static let interpreter = ".bench/venv/bin/python"
    private static let scripts = "Sources/bench/Peers"

    /// Seconds that a script says it took; nil without the environment, or when it fails.
    static func seconds(_ script: String, _ arguments: [String]) -> Double? { numbers(script, arguments)?.last }

    /// What a script prints: counts, and last the seconds that it took; nil without the environment, or when it fails.
    static func numbers(_ script: String, _ arguments: [String]) -> [Double]? {
        guard FileManager.default.isExecutableFile(atPath: interpreter) else { return nil }
        let pipe = Pipe()
        guard (try? Tool.run(interpreter, ["\(scripts)/\(script).py"] + arguments, output: pipe)) != nil,
            let data = try? pipe.fileHandleForReading.readToEnd()
        else { return nil }
        return String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    }
}
