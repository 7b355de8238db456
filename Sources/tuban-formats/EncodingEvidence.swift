/// What a sample of a source's raw text says about its encoding.
///
/// UTF-8 is hard to hit by accident, so valid UTF-8 with any character beyond ASCII decides. Next comes GB18030, the
/// encoding of nearly all Chinese files that do not say theirs; but most short words of Latin-1 or Big5 are also valid in
/// it, only as characters that nobody writes. So three quarters of the double bytes must be characters of GB 2312, the
/// few thousand of everyday use, which makes up nearly all of real Chinese text.
struct EncodingEvidence {
    private(set) var isUTF8 = true
    private(set) var isGB18030 = true
    /// Texts with a byte beyond ASCII.
    private(set) var tellingTexts = 0
    private var characters = 0
    private var everyday = 0
    private var wholeUTF8Characters = false

    var encoding: String? {
        if tellingTexts == 0 { return "UTF-8" }
        if isUTF8, wholeUTF8Characters { return "UTF-8" }
        if isGB18030, characters > 0, everyday * 4 >= characters * 3 { return "GB18030" }
        return nil
    }

    /// A text cut off within its last character speaks neither for nor against.
    mutating func add(_ text: UnsafeRawBufferPointer) {
        if text.isASCII { return }
        tellingTexts += 1
        if isUTF8 { checkUTF8(text) }
        if isGB18030 { checkGB18030(text) }
    }

    private mutating func checkUTF8(_ text: UnsafeRawBufferPointer) {
        if text.isUTF8 {
            wholeUTF8Characters = true
            return
        }
        // Perhaps only the tail is cut: one to three bytes, of which the first announces more than there are.
        for length in 1...min(3, text.count) {
            let first = text[text.count - length]
            let announced = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0
            let body = UnsafeRawBufferPointer(rebasing: text[..<(text.count - length)])
            if announced > length, body.isUTF8 {
                if !body.isASCII { wholeUTF8Characters = true }
                return
            }
        }
        isUTF8 = false
    }

    private mutating func checkGB18030(_ text: UnsafeRawBufferPointer) {
        var i = 0
        while i < text.count {
            let first = text[i]
            if first < 0x80 {
                i += 1
                continue
            }
            guard (0x81...0xFE).contains(first) else { return isGB18030 = false }
            guard i + 1 < text.count else { return }
            let second = text[i + 1]
            if (0x30...0x39).contains(second) {
                guard i + 3 < text.count else { return }
                guard (0x81...0xFE).contains(text[i + 2]), (0x30...0x39).contains(text[i + 3]) else {
                    return isGB18030 = false
                }
                i += 4
            } else {
                guard (0x40...0xFE).contains(second), second != 0x7F else { return isGB18030 = false }
                i += 2
                if (0xA1...0xF7).contains(first), second >= 0xA1 { everyday += 1 }
            }
            characters += 1
        }
    }
}
