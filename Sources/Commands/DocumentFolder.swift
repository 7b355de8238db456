import Documents
import Foundation
import Phrases
import Store

/// A folder of documents while it is written: made beside its place, put there when it is whole, with a manifest of
/// hashes that `sha256sum -c` checks.
struct DocumentFolder {
    /// The manifest's name: a line for each file, its SHA-256 and its name.
    static let manifest = "SHA256SUMS"

    static var howToCheck: String {
        say("To check it: sha256sum -c \(manifest)", "校验：sha256sum -c \(manifest)")
    }

    private let path: String
    private var written: [String] = []

    private init(_ path: String) { self.path = path }

    /// Writes a folder, or an archive of it.
    ///
    /// - Parameters:
    ///   - target: what is not there yet; an archive where it ends in `.tar.gz` or `.tgz`.
    ///   - name: of the folder inside an archive.
    ///   - fill: puts the documents into it.
    /// - Returns: how many documents it holds, the manifest not counted.
    /// - Throws: `Refusal` when something is there already or cannot be written; then nothing is left behind.
    static func make(
        _ target: String, named name: String, fill: (inout DocumentFolder) throws -> Void
    ) throws -> Int {
        guard !FileManager.default.fileExists(atPath: target) else {
            throw Refusal(.cannotCreate, "\(target) is already there; choose another name.", "\(target) 已存在，请另取名称。")
        }
        let part = target + ".part"
        try? FileManager.default.removeItem(atPath: part)
        defer { try? FileManager.default.removeItem(atPath: part) }
        var folder = DocumentFolder("\(part)/\(name)")
        try fill(&folder)
        let count = folder.written.count
        try folder.seal()
        if target.hasSuffix(".tar.gz") || target.hasSuffix(".tgz") {
            let made = try ChildProcess.run(["tar", "-czf", target + ".tmp", "-C", part, name])
            guard made.status == 0, rename(target + ".tmp", target) == 0 else {
                try? FileManager.default.removeItem(atPath: target + ".tmp")
                throw Refusal(
                    .cannotCreate,
                    "\(target) cannot be written: \(made.errors.split(separator: "\n").first ?? "tar failed").",
                    "无法写入 \(target)：\(made.errors.split(separator: "\n").first ?? "tar 出错")。")
            }
        } else {
            guard rename("\(part)/\(name)", target) == 0 else {
                throw Refusal(
                    .cannotCreate, "\(target) cannot be written: \(String(cString: strerror(errno))).",
                    "无法写入 \(target)：\(String(cString: strerror(errno)))。")
            }
        }
        return count
    }

    mutating func put(_ data: Data, _ name: String) throws {
        let path = "\(path)/\(name)"
        do {
            try FileManager.default.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
            try data.write(to: URL(filePath: path))
        } catch let error as CocoaError where error.code == .fileWriteOutOfSpace {
            throw Refusal(
                .cannotCreate, "\(path) cannot be written: the disk is full; nothing of the folder is left on it.",
                "无法写入 \(path)：磁盘已满；未留下任何文件。")
        } catch {
            throw Refusal(
                .cannotCreate, "\(path) cannot be written: the folder is not writable, or the disk is full.",
                "无法写入 \(path)：文件夹不可写，或磁盘已满。")
        }
        written.append(name)
    }

    mutating func put(_ text: String, _ name: String) throws { try put(Data(text.utf8), name) }

    /// The page as `NAME.html` and as `NAME.txt`.
    mutating func put(_ page: Page, _ name: String) throws {
        try put(page.html, "\(name).html")
        try put(page.text(), "\(name).txt")
    }

    private mutating func seal() throws {
        let sums = try written.sorted().map { "\(try sourceHash(of: "\(path)/\($0)"))  \($0)\n" }.joined()
        try put(sums, Self.manifest)
    }

    /// A title as a file's name: no folders, nothing hidden, nothing that a shell or another system stumbles over.
    static func safe(_ title: String) -> String {
        let kept = title.unicodeScalars.map { scalar -> Character in
            let isPlain =
                scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                || "._-".unicodeScalars.contains(scalar)
            return isPlain ? Character(scalar) : "_"
        }
        var name = String(kept.drop { $0 == "." })
        while name.utf8.count > 120 { name.removeFirst() }
        return name.isEmpty ? "document" : name
    }
}
