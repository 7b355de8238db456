import CNcurses
import Canvas
import Glibc
import Phrases

/// The terminal: frames out, keys in, and on every way out it is left as it was found.
///
/// For the main thread alone; not `Sendable`, so the compiler keeps that rule. One at a time: its signal handlers belong
/// to the process. Other threads speak through a `Waker`.
package final class Terminal {
    package internal(set) var size: Size

    let curses: Curses
    let output: Output
    let signals = Signals()
    let errors: ErrorStream
    var queries: Queries
    var keyboard = Keyboard()
    var waiting = Waiting()

    /// The terminal's modes before the program and while it runs.
    private let before: termios
    private let during: termios
    private var isOpen = false
    private var shown: Frame?

    /// Takes the terminal of standard input and output. Nothing is sent before the first `show`.
    ///
    /// - Throws: `Refusal` when standard input or output is no terminal, or its kind (`TERM`) is unknown or too plain.
    package init(options: Options) throws {
        try Self.check(options)
        Encoding.take()
        var modes = termios()
        tcgetattr(STDIN_FILENO, &modes)
        before = modes
        output = try Output()
        errors = ErrorStream(log: options.errorLog)
        signals.begin()
        do {
            curses = try Curses(options: options, output: output)
        } catch {
            signals.end()
            tcsetattr(STDIN_FILENO, TCSANOW, &modes)
            throw error
        }
        tcgetattr(STDIN_FILENO, &modes)
        // Ctrl-S would freeze the screen; the eighth bit is half of a Chinese character.
        modes.c_iflag &= ~tcflag_t(ISTRIP)
        if options.flowControl { modes.c_iflag |= tcflag_t(IXON | IXOFF) } else { modes.c_iflag &= ~tcflag_t(IXON) }
        during = modes
        size = curses.size
        queries = Queries(
            kind: options.kind ?? "", hasAlternateScreen: curses.hasAlternateScreen, options: options)
        takeOver()
        entry = queries.enter()
    }

    deinit { close() }

    private static func check(_ options: Options) throws {
        guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1 else {
            throw Refusal(
                .inputOutput,
                "Cannot show the screen: standard input and output are not a terminal. Use the commands without a "
                    + "screen: tuban --help",
                "无法显示界面：标准输入、输出不是终端。请使用不带界面的命令：tuban --help")
        }
        guard let kind = options.kind, !["", "dumb", "unknown"].contains(kind) else {
            let kind = options.kind.flatMap { $0.isEmpty ? nil : $0 } ?? say("not set", "未设置")
            throw Refusal(
                .inputOutput,
                "Cannot show the screen: this terminal cannot place its cursor (TERM is \(kind)). Set TERM to its kind, "
                    + "such as xterm or vt100, or use the commands without a screen: tuban --help",
                "无法显示界面：此终端不能定位光标（TERM：\(kind)）。请把 TERM 设为终端的类型，如 xterm 或 vt100，"
                    + "或者使用不带界面的命令：tuban --help")
        }
    }

    // MARK: What is known

    /// How many colours are sent.
    package var colours: Colours { curses.colours }
    /// Bytes sent since the start.
    package var bytesSent: Int { output.bytesSent }
    /// How long the terminal took to answer; nil when it was not asked or has not answered.
    package var roundTrip: Duration? { queries.roundTrip }
    /// Columns that the terminal gives to a character of ambiguous width; nil when that is not known.
    package var ambiguousWidth: Int? { queries.ambiguousWidth }
    /// Whether the terminal is shown this character itself, not a substitute.
    package func canShow(_ scalar: Unicode.Scalar) -> Bool { Encoding.width(of: scalar) != nil }
    /// For other threads: `next` returns `.wake`.
    package var waker: Waker { signals.waker }
    /// What was written to standard error meanwhile, at most its last 64 KiB.
    package var errorText: String { errors.text }

    // MARK: Showing

    /// What `queries` sends at the start, until the first frame goes out with it.
    private var entry: [UInt8] = []
    /// A frame that came while the terminal was still taking the one before. Only the latest is kept.
    private var delayed: Frame?

    /// Sends what differs from what is shown. Nothing is sent when nothing differs. On a line that is full the frame is
    /// kept, and sent by `next` unless a newer one has come.
    package func show(_ frame: Frame) {
        guard isOpen else { return }
        output.flush()
        guard !output.isBlocked else {
            delayed = frame
            return
        }
        delayed = nil
        curses.stage(frame)
        shown = frame
        finish()
    }

    /// Sends the staged frame, or the rest of one that a waiting key broke off.
    func finish() {
        curses.send()
        let frame = output.collected()
        // The alternate screen comes first in the frame; a probe sent before it would leave its mark on the other.
        let first = entry.isEmpty ? frame : withEntry(frame)
        entry = []
        output.send(queries.wrapped(first))
    }

    private func withEntry(_ frame: [UInt8]) -> [UInt8] {
        let start = Array((Curses.capability("smcup") ?? "").utf8)
        let begin = frame.prefix(64).firstRange(of: start)?.upperBound ?? 0
        return frame[..<begin] + entry + frame[begin...]
    }

    /// After a wait in which the line has emptied.
    func showDelayed() {
        output.flush()
        if let frame = delayed, !output.isBlocked { show(frame) }
    }

    /// Paints everything anew, as after somebody else wrote on the screen (Ctrl-L).
    package func redraw() {
        guard isOpen else { return }
        curses.repaint()
        if let shown { show(delayed ?? shown) }
    }

    package func bell() {
        guard isOpen else { return }
        curses.ring()
        output.send(output.collected())
    }

    /// Puts `text` into the clipboard of the person's own machine, over any number of SSH hops.
    ///
    /// - Returns: false when the terminal cannot, or `text` is too long (75,000 bytes). True promises nothing.
    package func copy(_ text: String) -> Bool {
        guard isOpen, let bytes = queries.copy(text) else { return false }
        output.send(bytes)
        return true
    }

    // MARK: Coming and going

    /// Gives the terminal back and stops, as Ctrl-Z does. Returns when the program is continued, with everything shown
    /// again; the size may be another.
    package func suspend() {
        guard isOpen else { return }
        giveBack()
        signals.stop()
        returnToScreen()
    }

    /// Gives the terminal back while something else uses it, such as a prompt for a passphrase; then everything is shown
    /// again, once. Ctrl-Z meanwhile stops us all.
    package func aside<T>(_ body: () -> T) -> T {
        guard isOpen else { return body() }
        giveBack()
        signals.rest()
        defer {
            signals.resume()
            returnToScreen()
        }
        return body()
    }

    /// Shows everything again after somebody else had the terminal.
    func returnToScreen() {
        takeOver()
        _ = adoptSize()
        curses.enter()
        entry = queries.enter()
        if let shown { curses.stage(delayed ?? shown) }
        delayed = nil
        finish()
    }

    /// Stopped and continued from outside (SIGSTOP): a shell has been here, and ncurses knows nothing of it.
    func recover() {
        curses.leave()
        _ = output.collected()
        returnToScreen()
    }

    /// - Returns: whether the size is another.
    func adoptSize() -> Bool {
        var lines = winsize()
        guard ioctl(STDIN_FILENO, UInt(TIOCGWINSZ), &lines) == 0, lines.ws_row > 0, lines.ws_col > 0 else {
            return false
        }
        let now = Size(columns: Int(lines.ws_col), rows: Int(lines.ws_row))
        guard now != size else { return false }
        size = now
        curses.resize(to: now)
        armRescue()
        return true
    }

    /// Gives the terminal back for good. Does nothing the second time. A terminal that takes nothing any more is not
    /// waited for.
    package func close() {
        guard isOpen else { return }
        awaitAnswer()
        giveBack()
        signals.end()
        curses.free()
    }

    private func takeOver() {
        armRescue()
        errors.redirect()
        // A program in the background that sets modes is stopped until it is in the foreground: as it should be.
        var modes = during
        tcsetattr(STDIN_FILENO, TCSADRAIN, &modes)
        isOpen = true
    }

    private func giveBack() {
        isOpen = false
        curses.leave()
        // A probe that never left with a frame needs no undoing, but paste mode ends in any case.
        output.send(queries.leave() + output.collected())
        output.drain(milliseconds: 300)
        tuban_shared_rescue().pointee.armed = 0
        var modes = before
        tcsetattr(STDIN_FILENO, TCSANOW, &modes)
        errors.restore()
    }

    /// An answer that comes after the end would be typed into the shell. So it is waited for, but not for long.
    private func awaitAnswer() {
        guard queries.isWaiting, !output.isHungUp else { return }
        var entry = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        if poll(&entry, 1, 200) > 0 { tcflush(STDIN_FILENO, TCIFLUSH) }
    }

    private func armRescue() {
        let rescue = tuban_shared_rescue()
        let bytes = queries.leave() + curses.farewell()
        rescue.pointee.armed = 0
        rescue.pointee.length = withUnsafeMutableBytes(of: &rescue.pointee.bytes) { buffer in
            buffer.copyBytes(from: bytes.prefix(buffer.count))
            return min(bytes.count, buffer.count)
        }
        rescue.pointee.terminal = output.descriptor
        rescue.pointee.input = STDIN_FILENO
        rescue.pointee.modes = before
        rescue.pointee.errors = errors.original
        rescue.pointee.log = errors.log
        rescue.pointee.armed = 1
    }
}
