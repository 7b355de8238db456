import Glibc
import Phrases

/// One running `tuban-formats`. Ended and reaped when it is released at the latest.
final class FormatsProcess {
    /// The process neither said nor did anything for the whole time that it is given.
    struct Silence: Error {}

    enum Ending: Equatable {
        case exited(Int32)
        case killed(signal: Int32)
    }

    private let pid: pid_t
    private var input: Int32
    private var output: Int32
    private var errors: Int32
    private let silence: Int32
    /// Computing time at the last look, in milliseconds.
    private var computed = 0
    /// Called four times a second while nothing comes; what it throws ends the waiting.
    var whileWaiting: () throws -> Void = {}
    private var ending: Ending?
    /// What the process printed on standard error, the first 4 KiB of it.
    private(set) var errorText: [UInt8] = []
    private static let longestErrorText = 4096
    /// Messages that came while we were writing.
    private var early: [UInt8] = []

    init(_ executable: String, _ arguments: [String], _ limits: FormatsChild.Limits) throws(Refusal) {
        // Sockets, because a write to one can be told to raise no SIGPIPE, and because they are made closed-on-exec: a
        // child that another thread starts at this moment must not keep an end open.
        var ends: [Int32] = []
        for _ in 0..<3 {
            var pair: [Int32] = [-1, -1]
            guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &pair) == 0 else {
                let status = errno
                for end in ends { Glibc.close(end) }
                throw Self.refusal(status)
            }
            ends += pair
        }
        let (input, output, errors) = ((ends[0], ends[1]), (ends[2], ends[3]), (ends[4], ends[5]))
        // Room for a batch, so that reader and importer run side by side.
        var room = Int32(1 << 20)
        setsockopt(output.1, SOL_SOCKET, SO_SNDBUF, &room, socklen_t(MemoryLayout<Int32>.size))

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input.1, 0)
        posix_spawn_file_actions_adddup2(&actions, output.1, 1)
        posix_spawn_file_actions_adddup2(&actions, errors.1, 2)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Its own group: Ctrl-C and Ctrl-Z in the terminal are ours to answer. Signals as a fresh program has them.
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        posix_spawnattr_setpgroup(&attributes, 0)
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)

        var pid = pid_t()
        let status = Self.withCStrings([executable] + arguments) { argv in
            Self.withCStrings(Self.environment()) { envp in
                posix_spawn(&pid, executable, &actions, &attributes, argv, envp)
            }
        }
        for end in [input.1, output.1, errors.1] { Glibc.close(end) }
        guard status == 0 else {
            for end in [input.0, output.0, errors.0] { Glibc.close(end) }
            throw Self.refusal(status)
        }
        self.pid = pid
        self.input = input.0
        self.output = output.0
        self.errors = errors.0
        silence = Int32(clamping: limits.silenceSeconds * 1000)
    }

    deinit { end() }

    /// Reads what has come, at least one byte; 0 at the end.
    ///
    /// - Throws: `Silence`.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        if !early.isEmpty {
            let count = min(early.count, buffer.count)
            buffer.copyBytes(from: early[..<count])
            early.removeFirst(count)
            return count
        }
        while true {
            if try wait(toWrite: false).output { return Self.read(output, into: buffer) }
        }
    }

    /// Writes all of it; false when the process reads no more, the reason for which then stands in its messages.
    ///
    /// - Throws: `Silence`.
    func write(_ bytes: [UInt8]) throws -> Bool {
        var done = 0
        while done < bytes.count {
            let ready = try wait(toWrite: true)
            if ready.output, !keepEarlyOutput() { return false }
            guard ready.input else { continue }
            let count = bytes.withUnsafeBytes {
                send(
                    input, $0.baseAddress.map { $0 + done }, bytes.count - done,
                    Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            if count >= 0 {
                done += count
            } else if errno != EAGAIN, errno != EINTR {
                return false
            }
        }
        return true
    }

    /// Tells the process that nothing more comes.
    func closeInput() {
        Self.close(&input)
    }

    /// Takes one piece of output so that the process never waits for us while we wait for it; false at its end.
    private func keepEarlyOutput() -> Bool {
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        let count = piece.withUnsafeMutableBytes { Self.read(output, into: $0) }
        early += piece[..<count]
        return count > 0
    }

    private func wait(toWrite: Bool) throws -> (input: Bool, output: Bool) {
        let tick: Int32 = 250
        var quiet: Int32 = 0
        while true {
            var waiting = [
                pollfd(fd: output, events: Int16(POLLIN), revents: 0),
                pollfd(fd: errors, events: Int16(POLLIN), revents: 0),
                pollfd(fd: toWrite ? input : -1, events: Int16(POLLOUT), revents: 0),
            ]
            let count = poll(&waiting, 3, min(tick, silence))
            if count < 0 { continue }
            if count == 0 {
                try whileWaiting()
                quiet += tick
                if quiet >= silence {
                    guard hasComputed() else { throw Silence() }
                    quiet = 0
                }
            }
            if waiting[1].revents != 0 { keepErrorText() }
            if waiting[0].revents != 0 || waiting[2].revents != 0 {
                return (waiting[2].revents != 0, waiting[0].revents != 0)
            }
        }
    }

    /// Whether the process did some work since the last call. Opening a large file takes minutes in which it says nothing;
    /// a loop without end meets its limit of computing time.
    private func hasComputed() -> Bool {
        var clock = clockid_t()
        var time = timespec()
        guard clock_getcpuclockid(pid, &clock) == 0, clock_gettime(clock, &time) == 0 else { return false }
        let used = time.tv_sec * 1000 + time.tv_nsec / 1_000_000
        defer { computed = used }
        // A hundredth of the time: more than a process that waits spends on waiting.
        return used - computed > Int(silence) / 100
    }

    private func keepErrorText() {
        var piece = [UInt8](repeating: 0, count: 4096)
        let count = piece.withUnsafeMutableBytes { Self.read(errors, into: $0) }
        if count == 0 { Self.close(&errors) }
        errorText += piece[..<count].prefix(Self.longestErrorText - errorText.count)
    }

    /// Waits for a process that has closed its output.
    func wait() -> Ending {
        if let ending { return ending }
        closeInput()
        while errors >= 0 {
            var waiting = pollfd(fd: errors, events: Int16(POLLIN), revents: 0)
            // A process that keeps its standard error open for a second without its output will not end by itself.
            if poll(&waiting, 1, 1000) <= 0 { break }
            keepErrorText()
        }
        if errors >= 0 { kill(pid, SIGKILL) }
        Self.close(&errors)
        Self.close(&output)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
        // As the macros WIFSIGNALED, WTERMSIG and WEXITSTATUS take it apart.
        let signal = status & 0x7F
        let ending = signal == 0 ? Ending.exited(status >> 8 & 0xFF) : .killed(signal: signal)
        self.ending = ending
        return ending
    }

    /// Ends the process. Says how it ended if it did so by itself; nil if it had to be killed.
    @discardableResult
    func end() -> Ending? {
        if let ending { return ending }
        var waiting = pollfd(fd: output, events: 0, revents: 0)
        // A process that has hung up is just ending; what it died of is worth knowing.
        let hasHungUp = poll(&waiting, 1, 0) > 0
        if !hasHungUp { kill(pid, SIGKILL) }
        let ending = wait()
        return hasHungUp ? ending : nil
    }
}

extension FormatsProcess {
    private static func close(_ descriptor: inout Int32) {
        if descriptor >= 0 { Glibc.close(descriptor) }
        descriptor = -1
    }

    private static func read(_ descriptor: Int32, into buffer: UnsafeMutableRawBufferPointer) -> Int {
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            if errno != EINTR { return 0 }
        }
    }

    private static func refusal(_ status: Int32) -> Refusal {
        let reason = String(cString: strerror(status))
        return Refusal(
            .inputOutput, "Could not start the program that reads map files: \(reason).", "无法启动读取地图文件的程序：\(reason)。")
    }

    /// Only what the libraries need to find their own files; settings of GDAL in the user's environment do not count.
    private static func environment() -> [String] {
        let names: [String] = [
            "PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TMPDIR", "LD_LIBRARY_PATH", "PROJ_DATA", "PROJ_LIB",
            "GDAL_DATA",
        ]
        // A crash is told by us in one sentence, not by Swift in a hundred lines.
        return names.compactMap { name in getenv(name).map { "\(name)=\(String(cString: $0))" } }
            + ["SWIFT_BACKTRACE=enable=no"]
    }

    private static func withCStrings<Result>(
        _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let copies = strings.map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}
