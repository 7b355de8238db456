import Glibc
import Stream
import Synchronization

/// The stream to the parent.
enum Output {
    private static let descriptor = Mutex<Int32>(STDOUT_FILENO)

    /// Keeps the stream for messages alone: what a library prints to standard output goes to standard error instead.
    static func open() {
        let copy = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { return }
        dup2(STDERR_FILENO, STDOUT_FILENO)
        descriptor.withLock { $0 = copy }
        write(Message.streamHead)
    }

    static func send(_ message: Message) { write(message.encoded()) }

    /// Writes whole messages. A parent that has gone ends this process by SIGPIPE.
    static func write(_ bytes: [UInt8]) {
        descriptor.withLock { descriptor in
            bytes.withUnsafeBytes { bytes in
                var done = 0
                while done < bytes.count {
                    let count = Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
                    if count > 0 {
                        done += count
                    } else if errno != EINTR {
                        _exit(74)
                    }
                }
            }
        }
    }
}
