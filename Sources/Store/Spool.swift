import Glibc
import Phrases

/// Plain values in a file without a name, for what would take memory that grows with a county. The file is gone when
/// nobody holds it, however the program ends.
///
/// Reading and writing name the place, so that threads may share it.
final class Spool<Value: BitwiseCopyable & Sendable>: Sendable {
    private let descriptor: Int32
    private let folder: String

    /// - Throws: `Refusal` when no file can be made in `$TMPDIR`, or `/tmp`.
    init() throws {
        folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(folder)/tuban-XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw Self.refusal(folder) }
        unlink(template)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    }

    deinit { close(descriptor) }

    /// Writes `values` from value number `place` on.
    func write(_ values: [Value], at place: Int) throws {
        try values.withUnsafeBytes { bytes in
            try forAll(bytes.count) { done in
                pwrite(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done, offset(place) + done)
            }
        }
    }

    func read(_ places: Range<Int>) throws -> [Value] {
        try Array(unsafeUninitializedCapacity: places.count) { values, count in
            let start = UnsafeMutableRawPointer(values.baseAddress)
            let size = offset(places.count)
            try forAll(size) { done in
                pread(descriptor, start.map { $0 + done }, size - done, offset(places.lowerBound) + done)
            }
            count = places.count
        }
    }

    private func offset(_ place: Int) -> Int { place * MemoryLayout<Value>.stride }

    /// Repeats a call that may do a part of the work, until all is done.
    private func forAll(_ count: Int, _ call: (Int) -> Int) throws {
        var done = 0
        while done < count {
            let step = call(done)
            if step < 0, errno == EINTR { continue }
            guard step > 0 else { throw Self.refusal(folder) }
            done += step
        }
    }

    private static func refusal(_ folder: String) -> Refusal {
        let reason = String(cString: strerror(errno))
        return Refusal(
            .inputOutput,
            "Cannot keep temporary data in \(folder): \(reason). Make room there, or name another folder in TMPDIR.",
            "无法在 \(folder) 中保存临时数据：\(reason)。请腾出空间，或用 TMPDIR 指定其他文件夹。")
    }
}

/// Bytes one after the other, the first of them in a file once they are many.
struct SpooledBytes: Sendable {
    /// How many are in memory at once.
    private let most: Int
    private var bytes: [UInt8] = []
    private var spool: Spool<UInt8>?
    private var spooled = 0

    init(most: Int = 1 << 20) { self.most = most }

    mutating func append(_ more: [UInt8]) throws {
        if bytes.count + more.count > most {
            let spool = try self.spool ?? Spool()
            self.spool = spool
            try spool.write(bytes, at: spooled)
            spooled += bytes.count
            bytes.removeAll(keepingCapacity: true)
        }
        bytes.append(contentsOf: more)
    }

    /// Gives all bytes in pieces of one size, which what was appended is made of.
    func forEach(_ size: Int, _ body: ([UInt8]) throws -> Void) throws {
        try forEach(repeatElement(size, count: (spooled + bytes.count) / size), body)
    }

    /// Gives the bytes in pieces of these sizes, as they were appended.
    func forEach(_ sizes: some Sequence<Int>, _ body: ([UInt8]) throws -> Void) throws {
        var start = 0
        // What was read of the file, and where it begins.
        var (read, first): ([UInt8], Int) = ([], 0)
        for size in sizes {
            if start < spooled, let spool {
                if start + size > first + read.count {
                    read = try spool.read(start..<min(start + max(size, Self.piece), spooled))
                    first = start
                }
                try body(Array(read[start - first..<start - first + size]))
            } else {
                try body(Array(bytes[start - spooled..<start - spooled + size]))
            }
            start += size
        }
    }

    /// How many bytes of the file are read at once.
    private static let piece = 1 << 18
}
