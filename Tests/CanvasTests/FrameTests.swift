import Testing

@testable import Canvas

@Suite("Text in a frame")
struct FrameTests {
    @Test(
        "Text is cut at a cell's boundary, with a mark",
        arguments: [
            ("中文字", 6, "中文字", 6), ("中文字", 5, "中文~", 5), ("中文字", 4, "中~", 3), ("中文字", 2, "~", 1),
            ("中文字", 1, "~", 1), ("中文字", 0, "", 0), ("parcel", 6, "parcel", 6), ("parcel", 5, "parc~", 5),
        ])
    func cuts(text: String, width: Int, shown: String, used: Int) {
        var frame = Frame(size: Size(columns: 10, rows: 1))
        #expect(frame.put(text, row: 0, column: 1, width: width) == used)
        #expect(frame.text(row: 0) == (shown.isEmpty ? "" : " " + shown))
    }

    @Test("At the right edge nothing sticks out and no wide character is halved", arguments: 0..<8)
    func rightEdge(column: Int) {
        var frame = Frame(size: Size(columns: 7, rows: 1))
        let used = frame.put("图斑图斑", row: 0, column: column)
        #expect(column + used <= 7 || used == 0)
        checkInvariants(frame)
    }

    @Test("Outside the frame nothing is drawn")
    func outside() {
        var frame = Frame(size: Size(columns: 4, rows: 2))
        for (row, column) in [(-1, 0), (2, 0), (0, 4), (0, -1), (0, .max - 9)] {
            frame.put("图斑", row: row, column: column)
        }
        #expect(frame == Frame(size: Size(columns: 4, rows: 2)))
    }

    @Test("Text over text never leaves half a character behind", arguments: UInt64(1)...50)
    func overwrites(seed: UInt64) {
        var random = Seeded(seed)
        var frame = Frame(size: Size(columns: 12, rows: 1))
        for _ in 0..<20 {
            let text = ["图", "斑图", "a", "田a水", "~~"].randomElement(using: &random) ?? ""
            frame.put(text, row: 0, column: Int.random(in: -2...12, using: &random))
            checkInvariants(frame)
        }
    }

    @Test(
        "A hostile name fills the cells that it says and moves nothing after it",
        arguments: CleanTests.hostile.map(\.name))
    func hostileNames(name: String) {
        var frame = Frame(size: Size(columns: 60, rows: 1))
        let used = frame.put(name, row: 0, column: 0)
        frame.put("|", row: 0, column: used)
        #expect(used == displayWidth(of: name))
        #expect(frame.text(row: 0) == cleanedForShell(name) + "|")
        checkInvariants(frame)
    }

    /// Every wide character has its tail and every tail its wide character.
    private func checkInvariants(_ frame: Frame) {
        for column in 0..<frame.size.columns {
            let isWide = !frame[0, column].isTail && Width.of(frame[0, column].scalar) == 2
            let hasTail = column + 1 < frame.size.columns && frame[0, column + 1].isTail
            #expect(isWide == hasTail)
        }
    }
}
