import CNcurses
import Glibc
import Synchronization

/// Wakes the loop that waits at the terminal, from any thread: a job has something to say.
package struct Waker: Sendable {
    let descriptor: Int32
    let isPending: Pending

    /// Wakes that nobody has seen yet are one wake: a busy job cannot fill the pipe and shut out the signals.
    final class Pending: Sendable {
        let flag = Atomic(false)
    }

    package func wake() {
        guard !isPending.flag.exchange(true, ordering: .acquiringAndReleasing) else { return }
        var byte: UInt8 = 0
        _ = write(descriptor, &byte, 1)
    }
}

/// Signals as bytes in a pipe, so that one `poll` waits for keys, jobs and signals alike.
final class Signals {
    /// What arrived since the last look.
    struct News {
        var wake = false, resized = false, hangup = false, terminate = false, interrupt = false
        var suspend = false, resumed = false
    }

    private let readEnd: Int32
    let waker: Waker

    private static let noticed = [SIGWINCH, SIGHUP, SIGTERM, SIGINT, SIGTSTP, SIGCONT]
    private static let rescued = [SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE, SIGQUIT]

    /// One pipe for the life of the process: a job that ends late must not write into a descriptor that has become
    /// something else.
    private static let pipe: (readEnd: Int32, writeEnd: Int32) = {
        var ends: [Int32] = [-1, -1]
        _ = Glibc.pipe(&ends)
        for end in ends {
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
        }
        tuban_prepare_rescue()
        return (ends[0], ends[1])
    }()

    init() {
        readEnd = Self.pipe.readEnd
        waker = Waker(descriptor: Self.pipe.writeEnd, isPending: Waker.Pending())
        tuban_shared_rescue().pointee.wake = Self.pipe.writeEnd
    }

    /// Before ncurses starts, so that it installs no handlers of its own.
    func begin() {
        // Swift's own handler prints a backtrace and then waits for a key, which at the end of a cut line nobody
        // presses. Who wants it says so.
        tuban_shared_rescue().pointee.chains = getenv("SWIFT_BACKTRACE") == nil ? 0 : 1
        for signal in Self.noticed where !(signal == SIGHUP && tuban_is_ignored(signal)) { _ = tuban_notice(signal) }
        for signal in Self.rescued { _ = tuban_rescue_from(signal) }
    }

    func end() {
        // A signal that was left ignored has nothing to give back; `before` is then the default, which would kill.
        // A lost terminal is told by more than one, the kernel, the shell, tmux: a second SIGHUP, given back, would kill
        // the program while it closes its file.
        for signal in Self.noticed where signal != SIGHUP && !tuban_is_ignored(signal) { _ = tuban_unhandle(signal) }
        for signal in Self.rescued { _ = tuban_unhandle(signal) }
    }

    /// Stops the process group as Ctrl-Z does in a program that knows nothing of terminals; returns when it runs again.
    ///
    /// SIGTSTP, not SIGSTOP: where nobody could continue us (no shell with job control above) the system discards it.
    func stop() {
        _ = tuban_unhandle(SIGTSTP)
        kill(0, SIGTSTP)
        _ = tuban_notice(SIGTSTP)
    }

    /// Lets Ctrl-Z stop the program as any other, until `resume`.
    func rest() { _ = tuban_unhandle(SIGTSTP) }
    func resume() { _ = tuban_notice(SIGTSTP) }

    var pollEntry: pollfd { pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0) }

    func news() -> News {
        var news = News()
        var bytes = [UInt8](repeating: 0, count: 256)
        while true {
            let count = read(readEnd, &bytes, bytes.count)
            guard count > 0 else { break }
            for byte in bytes[..<count] {
                switch Int32(byte) {
                case SIGWINCH: news.resized = true
                case SIGHUP: news.hangup = true
                case SIGTERM: news.terminate = true
                case SIGINT: news.interrupt = true
                case SIGTSTP: news.suspend = true
                case SIGCONT: news.resumed = true
                default: break
                }
            }
        }
        // After the pipe is empty: a wake in between is seen now and leaves a byte behind, which costs one idle look.
        // The other way round its byte would be gone and its flag would stay: nobody would look again.
        news.wake = waker.isPending.flag.exchange(false, ordering: .acquiringAndReleasing)
        return news
    }
}
