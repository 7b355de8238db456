import Glibc
import Phrases
import Transcoding

/// Turns the bytes of a source's text into UTF-8 and counts the values that were damaged.
struct SourceText {
    let encoding: String
    /// Nil where the source is UTF-8, which is only checked.
    private let transcoder: Transcoder?
    private var buffer: [UInt8] = []
    private(set) var damagedValues = 0

    /// Nil when the C library does not know the encoding.
    init?(encoding: String) {
        self.encoding = encoding
        if encoding == "UTF-8" {
            transcoder = nil
        } else {
            guard let transcoder = Transcoder(from: encoding) else { return nil }
            self.transcoder = transcoder
        }
    }

    /// Hands `body` the value's UTF-8. Nearly all values are ASCII or already UTF-8 and are passed on without a copy.
    mutating func withUTF8(of value: UnsafePointer<CChar>, _ body: (UnsafeRawBufferPointer) -> Void) {
        let bytes = UnsafeRawBufferPointer(start: value, count: strlen(value))
        if bytes.isASCII {
            body(bytes)
            return
        }
        buffer.removeAll(keepingCapacity: true)
        if let transcoder {
            let damage = transcoder.convert(bytes, into: &buffer)
            if damage.invalid > 0 || damage.isCut { damagedValues += 1 }
        } else if bytes.isUTF8 {
            body(bytes)
            return
        } else {
            damagedValues += 1
            buffer.append(contentsOf: String(decoding: bytes, as: UTF8.self).utf8)
        }
        buffer.withUnsafeBytes(body)
    }

    /// A field's name. Formats cut names off at a number of bytes; half a character at the end is left out.
    mutating func name(_ value: UnsafePointer<CChar>) -> String {
        var name = ""
        let damaged = damagedValues
        withUTF8(of: value) { name = String(decoding: $0, as: UTF8.self) }
        damagedValues = damaged
        while name.last == "\u{FFFD}" { name.removeLast() }
        return name
    }

    /// What to tell people about damage; nil when there was none.
    var remark: Phrase? {
        guard damagedValues > 0 else { return nil }
        return Phrase(
            "\(damagedValues) values hold bytes that are not \(encoding); those bytes were replaced by U+FFFD. "
                + "If many texts look wrong, say the encoding with --encoding.",
            "有 \(damagedValues) 个值含有不属于 \(encoding) 编码的字节，已替换为 U+FFFD。若大量文字显示不正确，请用 --encoding 指定编码。")
    }
}

extension UnsafeRawBufferPointer {
    /// Whether no byte has its highest bit set; looks at eight bytes at a time.
    var isASCII: Bool {
        var offset = 0
        while offset + 8 <= count {
            if loadUnaligned(fromByteOffset: offset, as: UInt64.self) & 0x8080_8080_8080_8080 != 0 { return false }
            offset += 8
        }
        while offset < count {
            if self[offset] & 0x80 != 0 { return false }
            offset += 1
        }
        return true
    }

    var isUTF8: Bool {
        withMemoryRebound(to: UInt8.self) { bytes in
            (try? UTF8Span(validating: bytes.span)) != nil
        }
    }
}
