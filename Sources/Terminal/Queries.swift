import Canvas

/// The few escape codes that terminfo has no name for. They are written here and nowhere else, go only to terminals that
/// descend from xterm, and everything switched on is switched off again by `leave`, also when the program crashes.
///
/// Nothing waits for an answer. It comes as input, whenever it comes, and if it never comes nothing is missed.
///
/// Source: XTerm Control Sequences (invisible-island.net), "Synchronized Output" (contour-terminal/vt-extensions).
struct Queries {
    private let isXtermLike: Bool
    private let link: Options.Link
    private let measuresWidth: Bool
    private let asksForSynchronization: Bool

    private var asked: ContinuousClock.Instant?
    private var canSynchronize = false

    /// From the question at the start to its answer.
    private(set) var roundTrip: Duration?
    /// Columns of a character of ambiguous width (East Asian Width "A"): 1 or 2; nil when the terminal did not say.
    private(set) var ambiguousWidth: Int?

    /// - Parameter hasAlternateScreen: the console and the real VT100 have none; some who only claim to be an xterm do
    ///   not, either.
    init(kind: String, hasAlternateScreen: Bool, options: Options) {
        let plain = ["vt", "linux", "dumb", "ansi", "cons", "sun", "wy", "hurd", "mach", "cygwin", "pcansi"]
        isXtermLike = hasAlternateScreen && !plain.contains { kind.hasPrefix($0) }
        link = options.link
        measuresWidth = options.measuresWidth
        asksForSynchronization = !["screen", "tmux"].contains { kind.hasPrefix($0) }
    }

    /// Whether an answer may still come. After a few seconds none will: many terminals do not know the question.
    var isWaiting: Bool { asked.map { .now - $0 < .seconds(3) } ?? false }

    // MARK: What is sent

    /// With the first screen. The probe stands in the second row: an answer about the first would be Ctrl-F3 (`kf27`).
    mutating func enter() -> [UInt8] {
        guard isXtermLike else { return [] }
        var text = "\u{1B}[?2004h"
        if roundTrip == nil, asked == nil {
            if measuresWidth {
                text += "\u{1B}[2;1H·\u{1B}[6n\r \u{8}\u{1B}[H"
                asked = .now
            }
            if link == .fast, asksForSynchronization {
                text += "\u{1B}[?2026$p"
                asked = .now
            }
        }
        return Array(text.utf8)
    }

    func leave() -> [UInt8] {
        isXtermLike ? Array("\u{1B}[?2026l\u{1B}[?2004l".utf8) : []
    }

    /// A frame that is shown at once, not while it is being painted. Small ones cannot tear, and 16 bytes are 16 bytes.
    func wrapped(_ frame: [UInt8]) -> [UInt8] {
        guard canSynchronize, frame.count > 600 else { return frame }
        return Array("\u{1B}[?2026h".utf8) + frame + Array("\u{1B}[?2026l".utf8)
    }

    /// Puts `text` into the clipboard of the terminal's own machine (OSC 52); nil when the terminal surely cannot.
    /// Whether it did is not known: many terminals refuse without a word. xterm takes no more than 100,000 characters.
    func copy(_ text: String) -> [UInt8]? {
        let encoded = base64(Array(text.utf8))
        guard isXtermLike, encoded.count < 100_000 else { return nil }
        return Array("\u{1B}]52;c;".utf8) + encoded + [0x07]
    }

    // MARK: What comes back

    /// - Returns: whether something is known now that was not before.
    mutating func answered(row: Int, column: Int) -> Bool {
        let isNews = noteRoundTrip()
        guard measuresWidth, ambiguousWidth == nil, row == 2, column == 2 || column == 3 else { return isNews }
        ambiguousWidth = column - 1
        return true
    }

    mutating func answered(mode: Int, state: Int) -> Bool {
        let isNews = noteRoundTrip()
        // 1 and 2: set and reset, so it can be switched; 0 unknown, 3 and 4 fixed.
        if mode == 2026, state == 1 || state == 2 { canSynchronize = true }
        return isNews
    }

    private mutating func noteRoundTrip() -> Bool {
        guard let start = asked else { return false }
        asked = nil
        roundTrip = .now - start
        return true
    }

    private func base64(_ bytes: [UInt8]) -> [UInt8] {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var result: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let value = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for digit in 0..<4 {
                result.append(digit <= group.count ? digits[value >> (18 - 6 * digit) & 63] : UInt8(ascii: "="))
            }
        }
        return result
    }
}
