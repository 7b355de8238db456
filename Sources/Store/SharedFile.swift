import Foundation
import Glibc
import Phrases

/// A project that several logins of one machine use: its folder and file belong to a group whose members may write both,
/// because SQLite's log lies beside the file.
package enum SharedFile {
    /// Gives a folder and a project in it to a group. A folder that is not there is made; one that others' files lie in is
    /// left with its owner.
    ///
    /// - Throws: `Refusal` for a group that there is not, or that one may not give things to.
    package static func prepareFolder(of path: String, group: String) throws -> gid_t {
        let id = try number(of: group)
        let folder = URL(filePath: path).deletingLastPathComponent().path
        if !FileManager.default.fileExists(atPath: folder) {
            guard mkdir(folder, 0o770) == 0 else {
                throw Refusal(
                    .cannotCreate, "The folder \(folder) cannot be made: \(String(cString: strerror(errno))).",
                    "无法建立文件夹 \(folder)：\(String(cString: strerror(errno)))。")
            }
        }
        try give(folder, to: id, group, mode: 0o2770)
        return id
    }

    package static func share(_ path: String, with id: gid_t, group: String) throws {
        for file in [path, path + "-wal", path + "-shm"] where FileManager.default.fileExists(atPath: file) {
            try give(file, to: id, group, mode: 0o660)
        }
    }

    private static func number(of group: String) throws -> gid_t {
        if let entry = getgrnam(group) { return entry.pointee.gr_gid }
        throw Refusal(
            .noInput, "There is no group \(group) on this machine; an administrator makes it with ‘groupadd \(group)’.",
            "本机没有用户组 \(group)；可由系统管理员用 groupadd \(group) 建立。")
    }

    private static func give(_ path: String, to id: gid_t, _ group: String, mode: mode_t) throws {
        guard chown(path, uid_t.max, id) == 0, chmod(path, mode) == 0 else {
            throw Refusal(
                .notAllowed,
                "\(path) cannot be given to group \(group): \(String(cString: strerror(errno))). You must own it and be in the group.",
                "无法将 \(path) 交给用户组 \(group)：\(String(cString: strerror(errno)))。须为其所有者且属于该组。")
        }
    }

    // MARK: Looking at it

    /// What would keep another login of the group from working in the project; nothing for a project of one's own.
    package static func findings(of path: String) -> [Finding] {
        var file = stat()
        var folder = stat()
        let above = URL(filePath: path).deletingLastPathComponent().path
        guard stat(path, &file) == 0, stat(above, &folder) == 0 else { return [] }
        // Shared is what its group may write; what everybody may write needs no group.
        guard file.st_mode & 0o020 != 0, file.st_mode & 0o002 == 0 else { return [] }
        var bad: [Phrase] = []
        if folder.st_gid != file.st_gid || folder.st_mode & 0o030 != 0o030 {
            bad.append(
                Phrase(
                    "the folder \(above) cannot be written by the file's group (chgrp and chmod 2770)",
                    "文件夹 \(above) 对文件所属用户组不可写（请 chgrp 并 chmod 2770）"))
        } else if folder.st_mode & 0o2000 == 0 {
            bad.append(
                Phrase(
                    "new files in \(above) do not get the group (chmod g+s)", "\(above) 中新建文件不继承用户组（请 chmod g+s）"))
        }
        for suffix in ["-wal", "-shm"] {
            var beside = stat()
            guard stat(path + suffix, &beside) == 0 else { continue }
            if beside.st_gid != file.st_gid || beside.st_mode & 0o060 != 0o060 {
                bad.append(
                    Phrase("\(path)\(suffix) cannot be written by the group", "\(path)\(suffix) 对用户组不可写"))
            }
        }
        return [
            Finding(
                subject: Phrase("Every login of the group can work in the file", "用户组成员均可使用该文件"),
                trouble: bad.isEmpty
                    ? nil
                    : Phrase(
                        bad.map(\.english).joined(separator: "; "), bad.map(\.chinese).joined(separator: "；")))
        ]
    }
}
