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

    @Test("A paste whose end is lost is still handed over, and keys are keys again")
    func lostPaste() {
        var keyboard = Keyboard()
        for scalar in "\u{1B}[200~abc".unicodeScalars { #expect(keyboard.feed(.character(scalar)) == []) }
        #expect(keyboard.giveUp() == [.paste("abc")])
        #expect(keyboard.feed(.character("j")) == [.key(.character("j"))])
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
