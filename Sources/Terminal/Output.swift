import CNcurses
import Glibc
import Phrases

/// The way from ncurses to the terminal: counted, never blocking, one `write` a frame.
///
/// ncurses writes to the descriptor it was started with, in pieces of its own choosing, and blocks while the line is
/// full. So, once it has read the terminal's modes, its descriptor is made to lead to a file in memory; what a frame
/// left there is then sent over a descriptor of our own that does not block. That one is opened anew because blocking is
/// a property of the open file, and the one we inherited is shared with the shell.
final class Output {
    /// What ncurses writes to.
    let stream: Int32
    private let memory: Int32
    private let terminal: Int32
    private var pending: [UInt8] = []

    /// Bytes that reached the terminal since the start.
    private(set) var bytesSent = 0
    /// The terminal takes nothing any more.
    private(set) var isHungUp = false

    init() throws {
        stream = dup(STDOUT_FILENO)
        memory = tuban_memory_file("tuban-frame")
        let flags = O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC
        let own = ttyname(STDOUT_FILENO).map { open($0, flags) } ?? -1
        // After `su` the terminal belongs to another user and cannot be opened: blocking must do.
        terminal = own >= 0 ? own : dup(STDOUT_FILENO)
        guard stream >= 0, memory >= 0, terminal >= 0 else {
            throw Refusal(.inputOutput, "Cannot open the terminal: \(cause())", "无法打开终端：\(cause())")
        }
        for descriptor in [stream, terminal] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    }

    deinit {
        for descriptor in [stream, memory, terminal] where descriptor >= 0 { close(descriptor) }
    }

    /// Where a crash handler writes.
    var descriptor: Int32 { terminal }
    /// Whether the terminal has not taken everything yet. No frame should be drawn meanwhile: it would come late.
    var isBlocked: Bool { !pending.isEmpty }
    var pollEntry: pollfd { pollfd(fd: isBlocked ? terminal : -1, events: Int16(POLLOUT), revents: 0) }

    /// From here on everything that ncurses writes is collected.
    func beginCollecting() { dup2(memory, stream) }

    /// All that ncurses wrote since the last call.
    func collected() -> [UInt8] {
        let count = Int(lseek(memory, 0, SEEK_CUR))
        guard count > 0 else { return [] }
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = max(0, pread(memory, buffer.baseAddress, count, 0))
        }
        lseek(memory, 0, SEEK_SET)
        return bytes
    }

    func send(_ bytes: [UInt8]) {
        guard !isHungUp, !bytes.isEmpty else { return }
        pending += bytes
        flush()
    }

    /// Sends as much as the terminal takes now.
    func flush() {
        while !pending.isEmpty, !isHungUp {
            let count = pending.withUnsafeBytes { write(terminal, $0.baseAddress, $0.count) }
            if count > 0 {
                bytesSent += count
                pending.removeFirst(count)
            } else if count < 0, errno == EAGAIN {
                return
            } else if count < 0, errno == EINTR {
                continue
            } else {
                isHungUp = true
                pending = []
            }
        }
    }

    /// Sends the rest, but does not wait for a terminal that takes nothing for `milliseconds`.
    func drain(milliseconds: Int32) {
        flush()
        while isBlocked {
            var entry = pollEntry
            guard poll(&entry, 1, milliseconds) > 0, entry.revents & Int16(POLLOUT) != 0 else { break }
            flush()
        }
    }
}

/// What the system says about the last call that failed.
func cause() -> String { String(cString: strerror(errno)) }
