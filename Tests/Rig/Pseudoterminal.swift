import Foundation
import Glibc

/// A program at the far end of a terminal line: it believes in a terminal, and it is its controlling one.
package final class Pseudoterminal {
    package let process: pid_t
    private(set) var master: Int32
    /// Kept open so that what the program wrote last can still be read after its end, and to see which keys it has
    /// not read yet.
    private var line: Int32
    private var status: Int32?
    /// The settings of the line when the program began.
    package let modesBefore: termios

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }

    /// - Parameter environment: the whole of it; nothing is inherited.
    package init(_ path: String, _ arguments: [String], environment: [String: String], columns: Int, rows: Int) throws {
        (master, line) = (-1, -1)
        guard openpty(&master, &line, nil, nil, nil) == 0, let name = ttyname(line).map({ String(cString: $0) }) else {
            throw Failure(description: "no pseudo-terminal: \(String(cString: strerror(errno)))")
        }
        for descriptor in [master, line] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(master, F_SETFL, O_NONBLOCK)
        Self.resize(master, columns, rows)
        var modes = termios()
        tcgetattr(line, &modes)
        modesBefore = modes

        // A session of its own: the first terminal that its leader opens becomes the controlling one.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        let newSession: Int32 = 0x80  // POSIX_SPAWN_SETSID, which glibc shows to _GNU_SOURCE only
        posix_spawnattr_setflags(&attributes, Int16(newSession | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        var all = sigset_t()
        var none = sigset_t()
        sigfillset(&all)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        // Pipes of tests that run beside this one: who holds an end of them open keeps their readers waiting.
        for descriptor: Int32 in 3..<256 { posix_spawn_file_actions_addclose(&actions, descriptor) }

        let words = ([path] + arguments).map { strdup($0) } + [nil]
        let settings = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for text in words + settings { free(text) } }
        var child: pid_t = 0
        let error = posix_spawn(&child, path, &actions, &attributes, words, settings)
        process = child
        guard error == 0 else { throw Failure(description: "\(path): \(String(cString: strerror(error)))") }
    }

    deinit {
        if exitStatus == nil {
            kill(process, SIGKILL)
            var ignored: Int32 = 0
            waitpid(process, &ignored, 0)
        }
        vanish()
    }

    package func resize(columns: Int, rows: Int) { Self.resize(master, columns, rows) }

    private static func resize(_ descriptor: Int32, _ columns: Int, _ rows: Int) {
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(descriptor, UInt(TIOCSWINSZ), &size)
    }

    package func signal(_ number: Int32) { kill(process, number) }

    /// The terminal is gone: a closed window, a cut line.
    package func vanish() {
        for descriptor in [master, line] where descriptor >= 0 { close(descriptor) }
        (master, line) = (-1, -1)
    }

    package func send(_ bytes: [UInt8]) {
        var rest = bytes[...]
        while !rest.isEmpty, master >= 0 {
            let count = rest.withUnsafeBytes { write(master, $0.baseAddress, $0.count) }
            guard count > 0 else { break }
            rest = rest.dropFirst(count)
        }
    }

    /// Sends as much as the line takes now.
    ///
    /// - Returns: how many bytes.
    package func sendSome(_ bytes: ArraySlice<UInt8>) -> Int {
        guard master >= 0 else { return 0 }
        return max(0, bytes.withUnsafeBytes { write(master, $0.baseAddress, $0.count) })
    }

    /// What the program has written, waiting at most `milliseconds` for it.
    package func receive(milliseconds: Int32) -> [UInt8] {
        var entry = pollfd(fd: master, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, milliseconds) > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: 65_536)
        return Array(bytes[..<max(0, read(master, &bytes, bytes.count))])
    }

    /// The settings of the line now.
    package var modes: termios {
        var modes = termios()
        tcgetattr(line, &modes)
        return modes
    }

    /// Nil while it runs; a program that died of a signal has 128 + its number, as in a shell.
    package var exitStatus: Int32? {
        if status == nil {
            var word: Int32 = 0
            if waitpid(process, &word, WNOHANG) == process {
                status = word & 0x7F == 0 ? word >> 8 & 0xFF : 128 + word & 0x7F
            }
        }
        return status
    }

    /// Whether the program has read all keys and waits: every thread of it, and of its children, sleeps. On a busy
    /// machine a program that is silent may only not have had its turn.
    package var isWaiting: Bool {
        guard exitStatus == nil, line >= 0 else { return true }
        var unread: Int32 = 0
        _ = ioctl(line, UInt(FIONREAD), &unread)
        return unread == 0 && Self.sleeps(process)
    }

    private static func sleeps(_ process: pid_t) -> Bool {
        let tasks = "/proc/\(process)/task"
        guard let threads = try? FileManager.default.contentsOfDirectory(atPath: tasks) else { return true }
        return threads.allSatisfy { thread in
            // "pid (name) state …"; the name may hold anything.
            let stat = (try? String(contentsOfFile: "\(tasks)/\(thread)/stat", encoding: .utf8)) ?? ""
            guard let end = stat.lastIndex(of: ")"), !"RD".contains(stat[end...].dropFirst(2).first ?? "S") else {
                return stat.isEmpty
            }
            let children = (try? String(contentsOfFile: "\(tasks)/\(thread)/children", encoding: .utf8)) ?? ""
            return children.split(whereSeparator: \.isWhitespace).compactMap { pid_t($0) }.allSatisfy(sleeps)
        }
    }
}
