/// Turns bytes into messages. Where the bytes come from is the caller's affair: a pipe, a file, an array in a test.
package struct StreamDecoder {
    private let read: (UnsafeMutableRawBufferPointer) throws -> Int
    private var isOpen = false

    /// - Parameter read: fills a part of the buffer and returns how many bytes, 0 at the end.
    package init(read: @escaping (UnsafeMutableRawBufferPointer) throws -> Int) {
        self.read = read
    }

    /// The next message; nil where the bytes end behind a whole message (the caller knows whether it was the last).
    ///
    /// - Throws: `StreamFault`, and what `read` throws.
    package mutating func next() throws -> Message? {
        if !isOpen {
            let head = try bytes(Message.streamHead.count)
            guard head.count == Message.streamHead.count else { throw StreamFault.truncated }
            guard head.prefix(6) == Message.streamHead.prefix(6) else { throw StreamFault.notAStream }
            let version = UInt16(head[6]) | UInt16(head[7]) << 8
            guard version == Message.version else { throw StreamFault.version(version) }
            isOpen = true
        }
        let head = try bytes(Message.headLength)
        if head.isEmpty { return nil }
        guard head.count == Message.headLength else { throw StreamFault.truncated }
        guard let code = Message.Code(rawValue: head[0]) else { throw StreamFault.malformed }
        let length = UInt32(head[1]) | UInt32(head[2]) << 8 | UInt32(head[3]) << 16 | UInt32(head[4]) << 24
        guard length <= Message.longestPayload else { throw StreamFault.tooLong(length) }
        let payload = try bytes(Int(length))
        guard payload.count == Int(length) else { throw StreamFault.truncated }
        return try Message(code, payload: payload)
    }

    /// `count` bytes, or fewer where the source ends. Memory grows with what arrives, not with what is announced.
    private func bytes(_ count: Int) throws -> [UInt8] {
        var result: [UInt8] = []
        while result.count < count {
            let step = min(count - result.count, max(1 << 20, result.count))
            let start = result.count
            if start == 0 {
                result = try [UInt8](unsafeUninitializedCapacity: step) { buffer, filled in
                    filled = try fill(UnsafeMutableRawBufferPointer(buffer))
                }
            } else {
                result.append(contentsOf: repeatElement(0, count: step))
                let filled = try result.withUnsafeMutableBytes {
                    try fill(UnsafeMutableRawBufferPointer(rebasing: $0[start...]))
                }
                result.removeLast(step - filled)
            }
            if result.count < start + step { break }
        }
        return result
    }

    /// Reads until the buffer is full or the source ends.
    private func fill(_ buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        var filled = 0
        while filled < buffer.count {
            let count = try read(UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            if count == 0 { break }
            filled += count
        }
        return filled
    }
}
