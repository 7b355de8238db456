import Glibc
import Testing

@testable import Canvas

/// `ambiguousIsWide` is one switch for the whole program, so the tests that turn it run one by one, and nothing else in
/// this target draws ambiguous characters.
@Suite("Width", .serialized)
struct WidthTests {
    @Test(
        "Characters take the columns that EastAsianWidth.txt gives them",
        arguments: [
            ("a", 1), ("图", 2), ("。", 2), ("ａ", 2), ("｡", 1), ("한", 2), ("か", 2), ("\u{3000}", 2), ("𠮷", 2),
            ("\u{301}", 0), ("🌾", 2), ("⠿", 1), ("▚", 1), ("▐", 1),
        ])
    func columns(text: String, expected: Int) throws {
        let scalar = try #require(text.unicodeScalars.first)
        #expect(Width.of(scalar) == expected)
    }

    @Test(
        "The switch decides for ambiguous characters and for no others",
        arguments: ["§", "×", "°", "“", "①", "Ω", "Ж", "é", "ā", "ǎ", "ü", "→", "■", "…", "㎡", "亩", "a", "⠿", "▚"])
    func ambiguous(text: String) throws {
        let scalar = try #require(text.unicodeScalars.first)
        // EastAsianWidth.txt: A for all but the last four; U+33A1 SQUARE M SQUARED is W.
        let isAmbiguous = !["㎡", "亩", "a", "⠿", "▚"].contains(text)
        let narrow = Width.of(scalar)
        Width.ambiguousIsWide = true
        defer { Width.ambiguousIsWide = false }
        #expect(Width.of(scalar) == (isAmbiguous ? 2 : narrow))
        #expect(!isAmbiguous || narrow == 1)
    }

    @Test("Where the C library knows a character that we draw, it gives it the same columns")
    func agreesWithCLibrary() throws {
        try #require(setlocale(LC_CTYPE, "C.UTF-8") != nil)
        let symbol = try #require(dlsym(nil, "wcwidth"))
        // wcwidth(3) takes a wchar_t and returns an int; Glibc's Swift module does not show it.
        let wcwidth = unsafeBitCast(symbol, to: (@convention(c) (Int32) -> Int32).self)
        var wrong: [String] = []
        for scalar in Seeded.scalars {
            let drawn = Clean.scalars(of: String(scalar))
            let columns = wcwidth(Int32(scalar.value))
            guard drawn == [scalar], columns > 0, Int(columns) != Width.of(scalar) else { continue }
            wrong.append("U+\(String(scalar.value, radix: 16)): \(Width.of(scalar)), not \(columns)")
        }
        #expect(wrong.isEmpty)
    }

    @Test("A text is as wide as what is drawn of it")
    func texts() {
        #expect(displayWidth(of: "") == 0)
        #expect(displayWidth(of: "0101 水田") == 9)
        #expect(displayWidth(of: "e\u{301}") == 1)
        #expect(displayWidth(of: "\u{1B}[2J") == 5)
    }
}
