import Phrases

/// Pasted text: into a box that takes it, or into the line being typed, never as keys.
extension Workbench {
    /// A longer line nobody pastes to be performed.
    private static let longestLine = 4_000

    package mutating func take(paste text: String) -> [Wish] {
        var wishes: [Wish] = []
        say("")
        menu = nil
        if prompt == nil, attempt({ try $0.take(paste: text, $1) }, &wishes) { return wishes }
        let line = text.trimmingSuffix { $0.isNewline }
        let lines = line.isEmpty ? 0 : line.split(omittingEmptySubsequences: false) { $0.isNewline }.count
        if case .confirm = prompt?.kind {
            say(Phrases.say("Pasted text answers no question.", "粘贴的内容不作为回答。"), isTrouble: true)
        } else if lines > 1 || line.utf8.count > Self.longestLine {
            let key = session.keymap.keys(for: .analyse).first.map { $0 + " p" } ?? ":\(Action.pasteBox.rawValue)"
            say(
                Phrases.say(
                    "\(counted(lines, "line")) pasted, not taken: one fits here; \(key) opens a box for a boundary.",
                    "粘贴了 \(lines) 行，未采用：此处只接受一行；按 \(key) 打开边界粘贴框。"),
                isTrouble: true)
        } else if lines == 1 {
            if prompt == nil { open(.command) }
            prompt?.insert(String(line))
        }
        return wishes
    }

    /// Opens the box with what was in it.
    mutating func openBox(_ wishes: inout [Wish]) {
        keepBox()
        var box = session.box ?? PasteBox()
        box.comeBack()
        show(box, &wishes)
    }

    /// Keeps the box that is left: nothing that was entered is lost by going elsewhere.
    mutating func keepBox() {
        if let box = stack.last(where: { $0 is PasteBox }) as? PasteBox { session.box = box }
    }

    /// Tells how much of a paste has come.
    package mutating func tell(pasting bytes: Int, isResting: Bool) {
        let size = "\((bytes + 1023) / 1024) KiB"
        say(
            isResting
                ? Phrases.say(
                    "The paste rests at \(size). Ctrl-C gives it up.", "粘贴停在 \(size)，按 Ctrl-C 放弃。")
                : Phrases.say("Receiving a paste: \(size)", "正在接收粘贴内容：\(size)"))
    }

    /// Tells that a paste was not taken.
    package mutating func tell(brokenPaste isTooLong: Bool) {
        say(
            isTooLong
                ? Phrases.say(
                    "The paste is longer than 16 MiB and was not taken: name the file instead.",
                    "粘贴内容超过 16 MiB，未采用；请改用文件。")
                : Phrases.say(
                    "The paste was given up; nothing of it was taken.", "已放弃粘贴，未采用任何内容。"), isTrouble: true)
    }
}

extension StringProtocol {
    /// Without what `isLeftOut` at its end.
    fileprivate func trimmingSuffix(_ isLeftOut: (Character) -> Bool) -> SubSequence {
        guard let last = lastIndex(where: { !isLeftOut($0) }) else { return self[startIndex..<startIndex] }
        return self[...last]
    }
}
