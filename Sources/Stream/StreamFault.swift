import Phrases

/// What is wrong with a stream's bytes. Streams come from another process, which may have been fed a hostile file.
package enum StreamFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// The first bytes are not ours.
    case notAStream
    /// The other side speaks another version of the format.
    case version(UInt16)
    /// The bytes end within a message.
    case truncated
    /// A message says something that cannot be.
    case malformed
    /// A message is longer than any that we write.
    case tooLong(UInt32)

    package var phrase: Phrase {
        switch self {
        case .notAStream: Phrase("it does not speak tuban's stream format", "它输出的不是图斑的流格式")
        case .version(let version):
            Phrase("it speaks version \(version) of the stream format", "它使用流格式的第 \(version) 版")
        case .truncated: Phrase("its stream ends in the middle of a message", "它的数据流在一条消息中间中断")
        case .malformed: Phrase("its stream holds a malformed message", "它的数据流中有格式错误的消息")
        case .tooLong(let length):
            Phrase("its stream announces a message of \(length) bytes", "它的数据流声称有一条 \(length) 字节的消息")
        }
    }

    package var description: String { phrase.description }
}
