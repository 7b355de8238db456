import Canvas
import Testing

@testable import Terminal

// No program runs here.
@Suite("From codes to keys and colours")
struct KeyboardTests {
    private func events(_ text: String) -> [Keyboard.Event] {
        var keyboard = Keyboard()
        return text.unicodeScalars.flatMap { keyboard.feed(.character($0)) } + keyboard.pause()
    }

    @Test("An Esc alone is a key, an Esc before something is not")
    func escape() {
        #expect(events("\u{1B}") == [.key(.escape)])
        #expect(events("\u{1B}\u{1B}") == [.key(.escape), .key(.escape)])
        #expect(events("\u{1B}x") == [.key(.alt("x"))])
        #expect(events("\u{1B}\r") == [.key(.escape), .key(.enter)])
        #expect(events("\u{1B}[A") == [.key(.up)])
        #expect(events("\u{1B}[1;5B") == [.key(.down)])
        #expect(events("\u{1B}[[C") == [.key(.function(3))])
        #expect(events("\u{1B}Ow") == [.key(.character("7"))])
        #expect(events("\u{1B}[2;3R") == [.cursor(row: 2, column: 3)])
    }

    @Test("A sequence that is cut off swallows nothing that follows a rest")
    func cutOff() {
        var keyboard = Keyboard()
        for scalar in "\u{1B}[20".unicodeScalars { #expect(keyboard.feed(.character(scalar)) == []) }
        #expect(keyboard.pause() == [])
        #expect(keyboard.isWaiting)
        #expect(keyboard.giveUp() == [])
        #expect(keyboard.feed(.character("j")) == [.key(.character("j"))])
    }

    /// Feeds a text that comes without a rest.
    private func feed(_ text: String, to keyboard: inout Keyboard) -> [Keyboard.Event] {
        var events: [Keyboard.Event] = []
        for scalar in text.unicodeScalars { events += keyboard.feed(.character(scalar)) }
        return events + keyboard.pause()
    }

    @Test("A paste that rests goes on: nothing of it becomes a key, however slow the line")
    func restingPaste() {
        var keyboard = Keyboard()
        #expect(feed("\u{1B}[200~abc", to: &keyboard) == [])
        #expect(keyboard.giveUp() == [] && keyboard.giveUp() == [])
        #expect(feed("D", to: &keyboard) == [] && keyboard.pasteLength == 4)
        // The end mark, cut behind its Esc.
        #expect(feed("\u{1B}", to: &keyboard) == [] && keyboard.giveUp() == [])
        #expect(feed("[201~j", to: &keyboard) == [.paste("abcD"), .key(.character("j"))])
    }

    @Test("A paste whose end is lost is given up by Ctrl-C after a rest; what still comes of it is dropped")
    func lostPaste() {
        var keyboard = Keyboard()
        #expect(feed("\u{1B}[200~a\u{03}b", to: &keyboard) == [], "in the flow of a paste it is a part of it")
        #expect(keyboard.giveUp() == [])
        #expect(feed("\u{03}", to: &keyboard) == [.brokenPaste(.givenUp)])
        #expect(feed("Dy\r\u{1B}[201~j", to: &keyboard) == [.key(.character("j"))])
        #expect(feed("\u{1B}[200~a", to: &keyboard) == [] && keyboard.giveUp() == [])
        #expect(feed("\u{03}D", to: &keyboard) == [.brokenPaste(.givenUp)])
        #expect(keyboard.giveUp() == [])
        #expect(feed("j", to: &keyboard) == [.key(.character("j"))])
    }

    @Test("Lines end once, controls go, and a paste that is too long is refused as a whole")
    func pastedText() {
        #expect(events("\u{1B}[200~a\r\nb\rc\n\nd\te\u{07}\u{7F}\u{1B}[201~") == [.paste("a\nb\nc\n\nd\te")])
        var keyboard = Keyboard()
        keyboard.longestPaste = 4
        #expect(feed("\u{1B}[200~abcd\u{1B}[201~", to: &keyboard) == [.paste("abcd")])
        #expect(feed("\u{1B}[200~abcde\u{1B}[201~j", to: &keyboard) == [.brokenPaste(.tooLong), .key(.character("j"))])
    }

    @Test("Colours by their nearest, by hand")
    func colours() {
        let many = Palette(colours: .indexed)
        // xterm's cube has the levels 0, 95, 135, 175, 215, 255 from 16 on; its greys are 8 + 10 n from 232 on.
        #expect(many.index(of: .rgb(255, 0, 0)) == 16 + 36 * 5)
        #expect(many.index(of: .rgb(95, 135, 175)) == 16 + 36 * 1 + 6 * 2 + 3)
        #expect(many.index(of: .rgb(0, 0, 0)) == 16)
        #expect(many.index(of: .rgb(255, 255, 255)) == 231)
        #expect(many.index(of: .rgb(118, 118, 118)) == 232 + 11)
        #expect(many.index(of: .ansi(9)) == 9)
        #expect(many.index(of: .standard) == -1)
        let eight = Palette(colours: .eight)
        #expect(eight.index(of: .rgb(250, 10, 10)) == 1)
        #expect(eight.index(of: .rgb(10, 200, 10)) == 2)
        #expect(eight.index(of: .ansi(12)) == 4)
        #expect(Palette(colours: .direct).index(of: .rgb(1, 2, 3)) == 0x010203)
    }

    @Test("Two colours that a poor terminal cannot tell apart stay legible")
    func contrast() {
        let eight = Palette(colours: .eight)
        let style = Style(.rgb(0, 190, 0), on: .rgb(0, 210, 0))
        let indices = eight.indices(of: style)
        #expect(indices.background == 2)
        #expect(indices.foreground == 0)
        #expect(eight.indices(of: Style(.ansi(2), on: .ansi(2))) == (2, 2))
    }

    @Test("Pairs are given out by need and taken back from what is not shown")
    func pairs() {
        func colours(_ foreground: Int32) -> Pairs.Colours { Pairs.Colours(foreground: foreground, background: -1) }
        var pairs = Pairs(limit: 2)
        #expect(pairs.number(for: colours(-1)) { [] } == .known(0))
        #expect(pairs.number(for: colours(1)) { [] } == .new(1))
        #expect(pairs.number(for: colours(2)) { [] } == .new(2))
        #expect(pairs.number(for: colours(1)) { [] } == .known(1))
        #expect(pairs.number(for: colours(3)) { [colours(2), colours(3)] } == .new(1))
        #expect(pairs.number(for: colours(1)) { [colours(1), colours(2), colours(3)] } == .none)
    }
}
