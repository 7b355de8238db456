import Foundation
import Phrases
import Store

/// What the message of the day said last, in the folder where a user's caches lie, for as long as the project's file
/// stays what it was.
///
/// A login waits for this message, and opening a county is dear: before the first row SQLite reads the text of every
/// table and trigger of the file, some 1,300 in the sample, from as many pages as they fill. Whether anything was
/// written since is known from two calls of `stat`.
struct DigestMemo {
    /// Where it lies: one file for each project, named for device and inode, so that a copy is another project.
    private let place: URL
    /// What the words depend on: who asked, on which day, in which language, and the state of the project's file.
    private let state: String
    /// Whether the file has rested long enough: the clock of a file system moves in steps, and what is written after we
    /// looked, but in the same step, would look like what we saw.
    private let isAtRest: Bool

    /// Seconds; the steps of the coarsest file systems people use (FAT).
    private static let rest = 2

    /// - Parameter folder: the user's cache folder; made when something is kept.
    /// - Returns: nil when the project's file cannot be looked at; whoever opens it says why.
    init?(of path: String, in folder: URL, who: String, day: String, now: Int = Int(time(nil))) {
        var file = stat()
        guard stat(path, &file) == 0 else { return nil }
        var log = stat()
        let hasLog = stat(path + "-wal", &log) == 0
        // The time of the last change of the inode: unlike that of the contents, no program can set it back.
        let stamps = ([file] + (hasLog ? [log] : [])).map { "\($0.st_size) \($0.st_ctim.tv_sec).\($0.st_ctim.tv_nsec)" }
        place = folder.appending(path: "tuban/motd-\(file.st_dev)-\(file.st_ino)")
        state = ([Tuban.version, who, day, Language.current.rawValue] + stamps).joined(separator: " ")
        isAtRest = max(file.st_ctim.tv_sec, hasLog ? log.st_ctim.tv_sec : 0) + Self.rest < now
    }

    /// The words of the last time; nil when anything that they depend on may have changed.
    func recall() -> [String]? {
        guard let text = try? String(contentsOf: place, encoding: .utf8) else { return nil }
        let parts = text.components(separatedBy: Self.separator)
        return parts.count > 1 && parts[0] == state ? Array(parts.dropFirst()) : nil
    }

    /// Keeps the words, for their owner's eyes alone: titles of plans are nobody else's. Where that cannot be done the
    /// next time costs what this one did, and nothing else is lost.
    func keep(_ words: [String]) {
        guard isAtRest, !words.contains(where: { $0.contains(Self.separator) }) else { return }
        let files = FileManager.default
        try? files.createDirectory(
            at: place.deletingLastPathComponent(), withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        try? Data(([state] + words).joined(separator: Self.separator).utf8).write(to: place, options: .atomic)
        try? files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: place.path)
    }

    private static let separator = "\u{0}"
}
