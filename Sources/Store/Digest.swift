import CCrypto
import Foundation
import Geometry
import Phrases

/// SHA-256 of a sequence of byte runs, as lower-case hexadecimal.
struct Digest {
    private let context = EVP_MD_CTX_new()

    init() {
        EVP_DigestInit_ex(context, EVP_sha256(), nil)
    }

    /// SHA-256 of an outline, as WKB has it.
    static func of(_ shape: Shape) -> String {
        let digest = Digest()
        shape.wkb(multi: true).withUnsafeBytes(digest.update)
        return digest.finish()
    }

    /// SHA-256 of a text.
    static func of(_ text: String) -> String {
        let digest = Digest()
        digest.update(text)
        return digest.finish()
    }

    func update(_ bytes: UnsafeRawBufferPointer) {
        EVP_DigestUpdate(context, bytes.baseAddress, bytes.count)
    }

    func update(_ text: String) {
        var text = text
        text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
    }

    /// The digest; the context is spent.
    func finish() -> String {
        var hash = [UInt8](repeating: 0, count: Int(EVP_MAX_MD_SIZE))
        var count: UInt32 = 0
        EVP_DigestFinal_ex(context, &hash, &count)
        EVP_MD_CTX_free(context)
        return PlanContent.hexadecimal(hash[..<Int(count)])
    }
}

/// The SHA-256 of bytes, as the journal names a source.
package func sourceHash(of bytes: [UInt8]) -> String {
    let digest = Digest()
    bytes.withUnsafeBytes(digest.update)
    return digest.finish()
}

/// The SHA-256 of a file, or of all files of a folder in the order of their names, as the journal names a source.
///
/// - Parameter isWanted: asked again and again; when it says no, a `CancellationError` is thrown.
/// - Throws: `Refusal` when something cannot be read.
package func sourceHash(of path: String, while isWanted: () -> Bool = { true }) throws -> String {
    let digest = Digest()
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
        throw Refusal(.noInput, "There is no file \(path).", "没有文件 \(path)。")
    }
    let files =
        isFolder.boolValue
        ? try FileManager.default.contentsOfDirectory(atPath: path).sorted().map { path + "/" + $0 } : [path]
    for file in files {
        guard let handle = FileHandle(forReadingAtPath: file) else {
            throw Refusal(.noInput, "\(file) cannot be read.", "无法读取 \(file)。")
        }
        defer { try? handle.close() }
        while let data = try handle.read(upToCount: 1 << 20), !data.isEmpty {
            guard isWanted() else { throw CancellationError() }
            data.withUnsafeBytes(digest.update)
        }
    }
    return digest.finish()
}
