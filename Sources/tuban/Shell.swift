import Canvas
import Commands
import Foundation
import Phrases
import Store
import Synchronization

import class Commands.Progress

/// One command from the shell: its report on standard output, progress and trouble on standard error.
enum Shell {
    static func run(_ words: [String]) -> Int32 {
        // A reader that goes away ends the program through an error of write, not by a signal.
        signal(SIGPIPE, SIG_IGN)
        // So does a limit on the size of files: the write fails, and the change is taken back with a sentence.
        signal(SIGXFSZ, SIG_IGN)
        do {
            let line = try Line(words)
            let path = line.command.common.file ?? ProcessInfo.processInfo.environment["TUBAN_FILE"]
            let meter = ProgressLine()
            let colours = isatty(STDOUT_FILENO) == 1 ? Colours(environment: ProcessInfo.processInfo.environment) : .none
            let context = Context(line: line.text, path: path, colours: colours, progress: meter.progress)
            context.caches = caches
            context.say = { text in
                meter.clear()
                write(text, to: STDOUT_FILENO)
            }
            meter.cancelOnInterrupt()
            defer { try? context.close() }
            let report = try line.command.perform(in: context)
            meter.clear()
            if let warning = context.warning {
                write(cleanedForShell("tuban: \(warning)") + "\n", to: STDERR_FILENO)
            }
            write(report.printed(as: line.command.common.format, width: columns), to: STDOUT_FILENO)
            try context.close()
            return report.status
        } catch let help as Line.Help {
            write(help.text + "\n", to: STDOUT_FILENO)
            return 0
        } catch {
            return fail(error)
        }
    }

    /// Where the user's caches lie, after the XDG base directory specification.
    private static var caches: URL? {
        let environment = ProcessInfo.processInfo.environment
        let folder = environment["XDG_CACHE_HOME"] ?? environment["HOME"].map { $0 + "/.cache" }
        return folder.flatMap { $0.hasPrefix("/") ? URL(filePath: $0) : nil }
    }

    /// Says what went wrong, as one sentence, and gives the exit status for it.
    static func fail(_ error: any Error) -> Int32 {
        if error is CancellationError {
            write(say("Stopped; nothing was changed.", "已停止，未作修改。") + "\n", to: STDERR_FILENO)
            return 130
        }
        if error is StoppedBatch {
            write("\(error)\n", to: STDERR_FILENO)
            return 130
        }
        write(cleanedForShell("tuban: \(error)") + "\n", to: STDERR_FILENO)
        if error is PlanMoved { return Refusal.Kind.notAllowed.rawValue }
        return (error as? Refusal)?.kind.rawValue ?? Refusal.Kind.inputOutput.rawValue
    }

    /// Of the terminal that reads standard output; nil for a file or a pipe, whose reader wants whole lines.
    private static var columns: Int? {
        var size = winsize()
        guard isatty(STDOUT_FILENO) == 1, ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col >= 40 else {
            return nil
        }
        return Int(size.ws_col)
    }

    static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var done = 0
            while done < bytes.count {
                let count = Foundation.write(descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                done += count
            }
        }
    }
}

/// Progress on one line of standard error, when that is a terminal: done, total, rate, time left.
final class ProgressLine: Sendable {
    let progress: Progress
    private static let current = Mutex<Progress?>(nil)
    /// What the line holds: what was not written need not be wiped, least of all with an escape code.
    private static let written = Mutex("")
    /// Whether the terminal knows the code that wipes a line; one that does not is written over with spaces.
    private static let isDumb = ["", "dumb"].contains(ProcessInfo.processInfo.environment["TERM"] ?? "")

    init() {
        let isShown = isatty(STDERR_FILENO) == 1
        let start = ContinuousClock.now
        progress = Progress { state in
            guard isShown else { return }
            let seconds = max(
                0.001,
                Double((ContinuousClock.now - start).components.seconds)
                    + Double((ContinuousClock.now - start).components.attoseconds) / 1e18)
            Self.show(Self.text(state, seconds: seconds))
        }
    }

    /// Such as `DLTB 40000/200000  52000/s  3 s left`.
    static func text(_ state: Progress.State, seconds: Double) -> String {
        let rate = Double(state.done) / seconds
        var text = "\(cleanedForShell(state.what))  \(state.done)"
        if let total = state.total { text += "/\(total)" }
        text += "  \(Int(rate))/s"
        if let total = state.total, rate > 0, total > state.done {
            let left = Int((Double(total - state.done) / rate).rounded(.up))
            text += say("  \(left) s left", "  剩余 \(left) 秒")
        }
        return text
    }

    func clear() { Self.show("") }

    /// Writes a text in the place of the one before.
    private static func show(_ text: String) {
        written.withLock { before in
            guard before != text else { return }
            let wipe = isDumb ? "\r" + String(repeating: " ", count: displayWidth(of: before)) + "\r" : "\r\u{1b}[K"
            Shell.write((before.isEmpty && isDumb ? "" : wipe) + text, to: STDERR_FILENO)
            before = text
        }
    }

    /// Ctrl-C stops the command in good order; a second one ends the program at once.
    func cancelOnInterrupt() {
        Self.current.withLock { $0 = progress }
        let thread = Thread {
            var signals = sigset_t()
            sigemptyset(&signals)
            sigaddset(&signals, SIGINT)
            var received: Int32 = 0
            guard sigwait(&signals, &received) == 0 else { return }
            Self.current.withLock { $0?.cancel() }
            guard sigwait(&signals, &received) == 0 else { return }
            _exit(130)
        }
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        thread.start()
    }
}
