import Foundation
import Phrases
import Transcoding

/// The text of a small table that a person wrote: UTF-8 with or without its mark, UTF-16 with it, or GBK.
///
/// - Throws: `Refusal` when it cannot be read, is too long for what it is, or is none of them.
func tableText(of path: String) throws -> String {
    guard let handle = FileHandle(forReadingAtPath: path) else {
        throw Refusal(.noInput, "The file \(path) cannot be read.", "无法读取文件 \(path)。")
    }
    defer { try? handle.close() }
    let most = 16 << 20
    let data: Data
    do {
        // Nothing comes of an empty file.
        data = try handle.read(upToCount: most + 1) ?? Data()
    } catch {
        throw Refusal(.noInput, "The file \(path) cannot be read.", "无法读取文件 \(path)。")
    }
    guard data.count <= most else {
        throw Refusal(.badData, "\(path) is over 16 MiB long; this is no such table.", "\(path) 超过 16 MiB，不是此类表。")
    }
    let bytes = [UInt8](data)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]), let text = String(validating: bytes.dropFirst(3), as: UTF8.self) {
        return text
    }
    for (mark, name) in [([0xFF, 0xFE] as [UInt8], "UTF-16LE"), ([0xFE, 0xFF], "UTF-16BE")]
    where bytes.starts(with: mark) {
        if let text = Transcoder(from: name)?.exactly(Array(bytes.dropFirst(2))) {
            return String(decoding: text, as: UTF8.self)
        }
    }
    if let text = String(validating: bytes, as: UTF8.self) { return text }
    if let text = Transcoder(from: "GB18030")?.exactly(bytes) { return String(decoding: text, as: UTF8.self) }
    throw Refusal(
        .badData, "The text of \(path) is neither UTF-8 nor GBK; save it as UTF-8.",
        "\(path) 的文字既非 UTF-8 也非 GBK，请另存为 UTF-8。")
}
