import CGDAL
import Glibc
import Phrases

/// A packed file laid out as a plain one, for formats that are read here and there instead of from front to back.
///
/// It is deleted as soon as it has been opened; what is open stays readable, and a reader that is killed leaves nothing.
final class UnpackedFile {
    let path: String

    /// Room enough for a province; less than what a hostile archive of a few megabytes can grow to.
    private static let longest = 16 << 30

    /// - Parameter ending: of the new file's name, by which GDAL knows the format.
    /// - Throws: `Refusal` when the archive is damaged or the disk is full.
    init(_ packed: String, ending: String, named name: String) throws(Refusal) {
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(folder)/tuban-XXXXXX\(ending)".utf8CString)
        let descriptor = mkstemps(&template, Int32(ending.utf8.count))
        guard descriptor >= 0 else {
            throw Self.refusal(name, "could not make a file in \(folder)", "无法在 \(folder) 中建立临时文件")
        }
        defer { close(descriptor) }
        path = template.withUnsafeBytes { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        _ = Complaints.take()
        guard let file = VSIFOpenL(packed, "rb") else {
            throw Self.refusal(name, "its archive is damaged", "压缩包已损坏")
        }
        defer { VSIFCloseL(file) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        var total = 0
        while true {
            let count = VSIFReadL(&buffer, 1, buffer.count, file)
            if count == 0 { break }
            total += count
            guard total <= Self.longest else {
                throw Self.refusal(name, "unpacked it is longer than 16 GiB", "解压后超过 16 GiB")
            }
            guard Glibc.write(descriptor, buffer, count) == count else {
                let reason = String(cString: strerror(errno))
                throw Self.refusal(name, "could not unpack it into \(folder): \(reason)", "无法解压到 \(folder)：\(reason)")
            }
        }
        if let failure = Complaints.take().first(where: \.isFailure) { throw failure.refusal(reading: name) }
    }

    deinit { unlink(path) }

    private static func refusal(_ name: String, _ english: String, _ chinese: String) -> Refusal {
        Refusal(.badData, "Could not read \(name): \(english).", "无法读取 \(name)：\(chinese)。")
    }
}
