import Foundation
import Phrases

/// A table that is written line by line as CSV (RFC 4180, UTF-8, LF), so that its length costs no memory.
final class TableFile {
    private let handle: FileHandle
    private var waiting: [UInt8] = []

    /// - Throws: `Refusal` when the file cannot be made; what writing throws when the disk is full.
    static func write(_ path: String, _ head: String, _ body: (TableFile) throws -> Void) throws {
        guard FileManager.default.createFile(atPath: path, contents: nil),
            let handle = FileHandle(forWritingAtPath: path)
        else {
            throw Refusal(.cannotCreate, "The file \(path) cannot be written.", "无法写入文件 \(path)。")
        }
        let file = TableFile(handle)
        defer { try? handle.close() }
        try file.addLine(head)
        try body(file)
        try file.flush()
    }

    private init(_ handle: FileHandle) { self.handle = handle }

    func add(_ values: [String]) throws {
        try addLine(
            values.map { value in
                value.utf8.contains { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }
                    ? "\"\(value.replacingOccurrences(of: "\"", with: "\"\""))\"" : value
            }.joined(separator: ","))
    }

    func addLine(_ line: String) throws {
        waiting.append(contentsOf: line.utf8)
        waiting.append(0x0A)
        if waiting.count > 1 << 20 { try flush() }
    }

    private func flush() throws {
        try handle.write(contentsOf: waiting)
        waiting.removeAll(keepingCapacity: true)
    }
}
