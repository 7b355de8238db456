import CNcurses
import Glibc

/// Standard error while the screen is up: a line that PROJ or GDAL prints would tear it. It goes to a file instead, and
/// back when the screen is left. A standard error that is no terminal stays as it is.
final class ErrorStream {
    /// The true standard error and its stand-in; -1 when nothing is redirected.
    private(set) var original: Int32 = -1
    private(set) var log: Int32 = -1

    /// - Parameter path: appended to; nil, or where it cannot be written: a file in memory.
    init(log path: String?) {
        guard isatty(STDERR_FILENO) == 1 else { return }
        if let path { log = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600) }
        if log < 0 { log = tuban_memory_file("tuban-errors") }
        guard log >= 0 else { return }
        original = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
    }

    deinit {
        for descriptor in [original, log] where descriptor >= 0 { close(descriptor) }
    }

    func redirect() {
        if original >= 0 { dup2(log, STDERR_FILENO) }
    }

    func restore() {
        if original >= 0 { dup2(original, STDERR_FILENO) }
    }

    var text: String {
        guard log >= 0 else { return "" }
        let limit = 65_536
        var status = stat()
        guard fstat(log, &status) == 0 else { return "" }
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = pread(log, &bytes, limit, max(0, status.st_size - off_t(limit)))
        return String(decoding: bytes[..<max(0, count)], as: UTF8.self)
    }
}
