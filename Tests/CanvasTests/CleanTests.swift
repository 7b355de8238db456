import Testing

@testable import Canvas

@Suite("Cleaning")
struct CleanTests {
    static let hostile: [(name: String, shown: String)] = [
        ("\u{1B}[2J", "\\e[2J"),
        ("a\u{7}b", "a\\x07b"),
        ("\u{9B}31m", "\\u009b31m"),
        ("\u{1B}]52;c;cm0gLXJm\u{7}", "\\e]52;c;cm0gLXJm\\x07"),
        ("\u{202E}txt.exe", "\\u202etxt.exe"),
        ("\u{2066}甲\u{2069}", "\\u2066甲\\u2069"),
        ("a\u{200B}b\u{200D}c\u{FEFF}", "a\\u200bb\\u200dc\\ufeff"),
        ("两\r\n行\t\u{2028}", "两\\r\\n行\\t\\u2028"),
        ("\u{7F}\u{0}", "\\x7f\\x00"),
        ("\u{E000}\u{FFFE}\u{10FFFF}", "\\ue000\\ufffe\\u10ffff"),
        ("\u{378}", "\\u0378"),
        ("\u{115F}\u{3164}\u{FFA0}\u{2800}", "\\u115f\\u3164\\uffa0\\u2800"),
        ("e\u{301}", "é"),
        ("e\u{302}\u{323}", "ệ"),
        ("か\u{3099}", "が"),
        ("\u{1112}\u{1161}\u{11AB}", "한"),
        ("q\u{301}", "q"),
        ("\u{301}", ""),
        ("🌾\u{FE0F}", "🌾"),
        ("👩🏽\u{200D}🌾", "👩\\u200d🌾"),
        ("🇨🇳", "\\u01f1e8\\u01f1f3"),
        ("1\u{FE0F}\u{20E3}", "1"),
        (String(decoding: [0x61, 0xFF, 0x62] as [UInt8], as: UTF8.self), "a?b"),
    ]

    @Test("Nothing in a name reaches the terminal that could do something there", arguments: hostile)
    func shows(name: String, shown: String) {
        #expect(cleanedForShell(name) == shown)
        // Compared scalar by scalar: text compares equal however it is composed.
        #expect(Array(cleanedForShell(name).unicodeScalars) == Array(shown.unicodeScalars))
    }

    @Test("Three hundred marks leave one cell")
    func manyMarks() {
        let name = "a" + String(repeating: "\u{489}\u{336}\u{20DD}", count: 100)
        #expect(cleanedForShell(name) == "a")
        #expect(displayWidth(of: name) == 1)
    }

    @Test("Whatever the scalar, what is drawn of it is visible, has a width, and is clean")
    func everyScalar() {
        for scalar in Seeded.scalars {
            let drawn = Clean.scalars(of: String(scalar))
            let isSound = drawn.allSatisfy { scalar in
                let value = scalar.value
                return value >= 0x20 && !(0x7F..<0xA0).contains(value) && (1...2).contains(Width.of(scalar))
                    && !scalar.properties.isDefaultIgnorableCodePoint
            }
            guard isSound, Clean.scalars(of: text(drawn)) == drawn else {
                Issue.record("U+\(String(scalar.value, radix: 16)) is drawn as \(drawn)")
                return
            }
        }
    }

    @Test("Cleaning twice is cleaning once, on texts of mixed scalars", arguments: UInt64(1)...50)
    func idempotent(seed: UInt64) {
        var random = Seeded(seed)
        let pool: [ClosedRange<UInt32>] = [
            0...0x7F, 0x80...0x17F, 0x300...0x36F, 0x590...0x6FF, 0x1100...0x11FF, 0x2000...0x206F, 0x4E00...0x4EFF,
            0xAC00...0xACFF, 0xF900...0xFAD9, 0xFE00...0xFE0F, 0x1F1E6...0x1F3FF, 0x2F800...0x2FA1D,
        ]
        var scalars = String.UnicodeScalarView()
        for _ in 0..<40 {
            let range = pool[Int.random(in: 0..<pool.count, using: &random)]
            if let scalar = Unicode.Scalar(UInt32.random(in: range, using: &random)) { scalars.append(scalar) }
        }
        let once = Clean.scalars(of: String(scalars))
        #expect(Clean.scalars(of: text(once)) == once)
    }

    private func text(_ scalars: [Unicode.Scalar]) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }
}
