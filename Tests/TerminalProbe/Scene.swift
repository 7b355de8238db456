import Canvas

/// What the probe shows.
struct Scene {
    var isColoured: Bool
    var isChinese: Bool
    var showsInput = false
    var showsCursor = true
    var last = ""
    private var first = 0
    private var cursor = 0

    init(isColoured: Bool, isChinese: Bool) {
        (self.isColoured, self.isChinese) = (isColoured, isChinese)
    }

    mutating func move(_ rows: Int, rows height: Int) {
        let shown = max(1, height - 2)
        cursor = max(0, min(4_999, cursor + rows))
        first = min(first, cursor)
        first = max(first, cursor - shown + 1)
    }

    func frame(size: Size) -> Frame {
        var frame = Frame(size: size)
        for row in 0..<max(0, size.rows - 2) {
            let number = first + row
            put((number == cursor ? ">" : " ") + line(number), row, Style(), &frame)
            guard isColoured else { continue }
            for column in 60..<max(60, min(76, size.columns)) {
                let value = UInt8((number * 37 + column * 11) % 256)
                let style = Style(.rgb(value, 255 - value, 64), on: number % 3 == 0 ? .ansi(4) : .standard, [.bold])
                frame.put("#", row: row, column: column, style: style)
            }
        }
        put("\(cursor + 1)/5000", size.rows - 2, Style(.standard, on: .standard, [.reverse]), &frame)
        if showsInput { put(last, size.rows - 1, Style(.ansi(3), on: .standard, [.underline]), &frame) }
        if showsCursor { frame.cursor = Place(row: cursor - first, column: 0) }
        return frame
    }

    private func line(_ number: Int) -> String {
        let name = isChinese ? "石桥镇第\(number % 97)村“耕地”…" : "Parcel of village \(number % 97)"
        return " \(330_000 + number)  0\(number % 10)0\(number % 4)  \(number * 7919 % 100_000) m2  \(name)"
    }

    private func put(_ text: String, _ row: Int, _ style: Style, _ frame: inout Frame) {
        var column = 0
        for scalar in text.unicodeScalars {
            let isWide = (0x2E80...0xFFEF).contains(scalar.value)
            frame.put(scalar, row: row, column: column, style: style, wide: isWide)
            column += isWide ? 2 : 1
        }
    }

    /// The frame's rows, blanks at their ends left out.
    static func text(of frame: Frame) -> String {
        (0..<frame.size.rows).map { row in
            var line = ""
            for column in 0..<frame.size.columns where !frame[row, column].isTail {
                line.unicodeScalars.append(frame[row, column].scalar)
            }
            return String(line.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }
}
