import Glibc

/// A conversion between two encodings by the C library's iconv; the one owner of its handle.
package final class Transcoder {
    private let handle: iconv_t
    private let replacement: [UInt8]

    /// Nil when the C library does not know one of the names.
    package init?(from source: String, to target: String = "UTF-8") {
        guard let handle = iconv_open(target, source), Int(bitPattern: handle) != -1 else { return nil }
        self.handle = handle
        replacement = target == "UTF-8" ? [0xEF, 0xBF, 0xBD] : [UInt8(ascii: "?")]
    }

    deinit { iconv_close(handle) }

    package struct Damage {
        /// Bytes that mean nothing in the source's encoding, each replaced by U+FFFD (or "?").
        package var invalid = 0
        /// The bytes end within a character, as names do that a format cut off at its width.
        package var isCut = false
    }

    /// Appends `bytes` to `result` in the other encoding.
    package func convert(_ bytes: UnsafeRawBufferPointer, into result: inout [UInt8]) -> Damage {
        var damage = Damage()
        var source = UnsafeMutableRawPointer(mutating: bytes.baseAddress)?.assumingMemoryBound(to: CChar.self)
        var left = bytes.count
        while left > 0 {
            // No character of any encoding that iconv knows grows to more than four times its bytes.
            let room = left * 4 + 16
            let start = result.count
            result.append(contentsOf: repeatElement(0, count: room))
            let (status, unused, cause) = result.withUnsafeMutableBytes { buffer -> (Int, Int, Int32) in
                var target = buffer.baseAddress.map { ($0 + start).assumingMemoryBound(to: CChar.self) }
                var unused = room
                let status = iconv(handle, &source, &left, &target, &unused)
                return (status, unused, errno)
            }
            result.removeLast(unused)
            guard status == -1, cause != E2BIG else { continue }
            result.append(contentsOf: replacement)
            if cause == EINVAL {
                damage.isCut = true
                break
            }
            damage.invalid += 1
            source = source.map { $0 + 1 }
            left -= 1
        }
        iconv(handle, nil, nil, nil, nil)
        return damage
    }

    package func convert(_ text: String) -> [UInt8] {
        var result: [UInt8] = []
        var text = text
        text.withUTF8 { _ = convert(UnsafeRawBufferPointer($0), into: &result) }
        return result
    }

    /// Nil when anything in it has no counterpart.
    package func exactly(_ bytes: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        let damage = bytes.withUnsafeBytes { convert($0, into: &result) }
        return damage.invalid == 0 && !damage.isCut ? result : nil
    }

    package func exactly(_ text: String) -> [UInt8]? { exactly(Array(text.utf8)) }
}
