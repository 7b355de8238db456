import Foundation
import Glibc
import Phrases

/// The process that holds the lock of a project's writer, as the system lists it, so that whoever must wait is told for
/// whom.
struct WritingProcess {
    var login: String
    var program: String
    var id: pid_t

    /// The bytes that SQLite locks for the one who writes: of the file while there is no log, of the log's index (`-shm`)
    /// else (file format 2.1.3 and WAL-index format of SQLite's documentation).
    private static let reserved = 0x4000_0001, walWriter = 120

    /// nil where nobody writes, or the system does not tell: only Linux lists locks, and of another machine it knows none.
    init?(of path: String) {
        guard let list = try? String(contentsOfFile: "/proc/locks", encoding: .utf8) else { return nil }
        let places = [(path, Self.reserved), (path + "-shm", Self.walWriter)].compactMap { file, byte in
            var status = stat()
            return stat(file, &status) == 0 ? (":\(status.st_ino)", byte) : nil
        }
        for line in list.split(separator: "\n") {
            // 1: POSIX  ADVISORY  WRITE 1234 08:01:5678 120 120
            let words = line.split(separator: " ")
            guard words.count == 8, words[3] == "WRITE", let process = pid_t(words[4]), let from = Int(words[6]) else {
                continue
            }
            let to = Int(words[7]) ?? Int.max
            guard places.contains(where: { words[5].hasSuffix($0) && from <= $1 && $1 <= to }) else { continue }
            self.init(process)
            return
        }
        return nil
    }

    private init(_ process: pid_t) {
        var status = stat()
        let folder = "/proc/\(process)"
        let user = stat(folder, &status) == 0 ? getpwuid(status.st_uid) : nil
        login = user.map { String(cString: $0.pointee.pw_name) } ?? "?"
        program = (try? String(contentsOfFile: folder + "/comm", encoding: .utf8))?.trimmed ?? "?"
        id = process
    }

    /// Nobody who waits gets a name that could be mistaken for the program's own words.
    var name: Phrase {
        id == getpid()
            ? Phrase("a job of your own that runs still", "您自己尚未结束的任务")
            : Phrase("\(login) (\(program), process \(id))", "\(login)（\(program)，进程 \(id)）")
    }
}
