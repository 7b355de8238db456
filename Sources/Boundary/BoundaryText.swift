import Phrases
import Transcoding

/// The text of a boundary file, decoded first and only then split into lines: the second byte of a GBK character may be
/// that of `@` or `\`.
struct BoundaryText {
    /// UTF-8.
    let bytes: [UInt8]
    let encoding: BoundaryEncoding
    let lineEnd: BoundaryLineEnd
    /// Where each line lies in `bytes`, without its end; line 1 is the first.
    let lines: [Range<Int>]

    /// - Parameter asked: the encoding that somebody knows better than the bytes tell.
    /// - Throws: `Refusal` when the C library lacks an encoding.
    init(_ file: [UInt8], asked: BoundaryEncoding? = nil) throws {
        encoding = asked ?? Self.encoding(of: file)
        bytes = try encoding.decode(file)
        (lines, lineEnd) = Self.split(bytes)
    }

    /// A mark decides; else what is valid UTF-8 is UTF-8, anything else GB18030. Pure ASCII is both.
    static func encoding(of file: [UInt8]) -> BoundaryEncoding {
        if file.starts(with: BoundaryEncoding.utf8Mark) { return .utf8BOM }
        if file.starts(with: [0xFF, 0xFE]) || file.starts(with: [0xFE, 0xFF]) { return .utf16 }
        return String(validating: file, as: UTF8.self) != nil ? .utf8 : .gbk
    }

    private static func split(_ bytes: [UInt8]) -> ([Range<Int>], BoundaryLineEnd) {
        var lines: [Range<Int>] = []
        var (crlf, lf, cr) = (0, 0, 0)
        var start = 0
        bytes.withUnsafeBufferPointer { bytes in
            var index = 0
            while index < bytes.count {
                defer { index += 1 }
                guard bytes[index] == 0x0A || bytes[index] == 0x0D else { continue }
                lines.append(start..<index)
                if bytes[index] == 0x0A {
                    lf += 1
                } else if index + 1 < bytes.count, bytes[index + 1] == 0x0A {
                    crlf += 1
                    index += 1
                } else {
                    cr += 1
                }
                start = index + 1
            }
        }
        if start < bytes.count { lines.append(start..<bytes.count) }
        return (lines, cr > max(lf, crlf) ? .cr : lf > crlf ? .lf : .crlf)
    }

    func string(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}

extension BoundaryEncoding {
    static let utf8Mark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// The name that iconv knows.
    private var name: String {
        switch self {
        case .gbk: "GB18030"
        case .utf8, .utf8BOM: "UTF-8"
        case .utf16: "UTF-16LE"
        }
    }

    /// UTF-8 without a mark; what cannot be decoded becomes U+FFFD.
    func decode(_ file: [UInt8]) throws -> [UInt8] {
        switch self {
        case .utf8, .utf8BOM:
            let text = file.starts(with: Self.utf8Mark) ? file.dropFirst(3) : file[...]
            // Mended by the standard library, which puts U+FFFD for what is no UTF-8.
            return Array(String(decoding: text, as: UTF8.self).utf8)
        case .gbk: return try convert(file[...], from: name)
        case .utf16:
            let isMarked = file.starts(with: [0xFF, 0xFE]) || file.starts(with: [0xFE, 0xFF])
            return try convert(
                isMarked ? file.dropFirst(2) : file[...], from: file.starts(with: [0xFE, 0xFF]) ? "UTF-16BE" : name)
        }
    }

    private func convert(_ file: ArraySlice<UInt8>, from name: String) throws -> [UInt8] {
        guard let transcoder = Transcoder(from: name) else { throw lacking(name) }
        var text: [UInt8] = []
        _ = file.withUnsafeBytes { transcoder.convert($0, into: &text) }
        return text
    }

    func encode(_ text: String) throws -> [UInt8] {
        switch self {
        case .utf8: return Array(text.utf8)
        case .utf8BOM: return Self.utf8Mark + Array(text.utf8)
        case .gbk, .utf16:
            guard let transcoder = Transcoder(from: "UTF-8", to: name) else { throw lacking(name) }
            guard let bytes = transcoder.exactly(text) else {
                throw Refusal(
                    .badData,
                    "The boundary file cannot be written in \(name): a name has a character that it lacks. Write UTF-8.",
                    "无法以 \(name) 写出界址点文件：名称中有该编码没有的字符，请改用 UTF-8。")
            }
            return self == .utf16 ? [0xFF, 0xFE] + bytes : bytes
        }
    }

    private func lacking(_ name: String) -> Refusal {
        Refusal(
            .inputOutput, "The C library of this system does not know the encoding \(name); install its gconv modules.",
            "本系统的 C 库不支持编码 \(name)，请安装 gconv 模块。")
    }
}

extension String {
    /// Without blanks, tabs and ideographic blanks at both ends.
    var trimmingBlanks: String {
        let isBlank = { (scalar: Unicode.Scalar) in scalar == " " || scalar == "\t" || scalar.value == 0x3000 }
        let scalars = unicodeScalars
        guard let start = scalars.firstIndex(where: { !isBlank($0) }),
            let end = scalars.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(scalars[start...end])
    }

    /// With full-width letters, digits and punctuation (U+FF01…U+FF5E) and the ideographic blank as their ASCII twins.
    var halfWidth: String {
        var result = String.UnicodeScalarView()
        for scalar in unicodeScalars {
            switch scalar.value {
            case 0xFF01...0xFF5E: result.append(Unicode.Scalar(UInt8(scalar.value - 0xFEE0)))
            case 0x3000: result.append(" ")
            default: result.append(scalar)
            }
        }
        return String(result)
    }
}
