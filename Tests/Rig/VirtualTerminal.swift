/// A terminal without glass: takes the bytes that a program sends and knows what a person would see.
///
/// It understands what ncurses sends to `xterm-256color`, `screen-256color`, `linux` and `vt100`, and answers the two
/// questions that tuban asks. What it does not understand is kept in `unknown`, so that a test can insist on nothing.
///
/// Source: ECMA-48; XTerm Control Sequences; console_codes(4); VT100 User Guide, chapter 3.
package struct VirtualTerminal {
    package enum Shade: Hashable, Sendable {
        case standard
        case indexed(Int)
        case rgb(Int, Int, Int)
    }

    package struct Look: Hashable, Sendable {
        package var foreground = Shade.standard
        package var background = Shade.standard
        package var bold = false
        package var dim = false
        package var underline = false
        package var reverse = false
    }

    package struct Cell: Hashable, Sendable {
        /// What stands here: a character with its combining marks; empty in the second half of a wide one.
        package var text = " "
        package var look = Look()
    }

    /// What a program may leave behind that it should not.
    package struct Modes: Equatable, Sendable {
        package var alternateScreen = false
        package var cursorIsVisible = true
        package var bracketedPaste = false
        package var mouse = false
        package var applicationKeys = false
        package var synchronized = false
        package var scrollRegionIsWhole = true
        package var lineDrawing = false
        package var look = Look()

        /// As a shell expects to find it.
        package static let restored = Modes()
    }

    package let kind: String
    package internal(set) var columns: Int
    package internal(set) var rows: Int
    package internal(set) var grid: [[Cell]]
    /// From 0.
    package internal(set) var cursor = (row: 0, column: 0)
    /// Sequences that are not understood.
    package internal(set) var unknown: [String] = []
    /// How often the bell rang.
    package internal(set) var bells = 0
    /// What the program put into the clipboard (OSC 52), still in base64.
    package internal(set) var clipboard: String?
    /// What a terminal sends back to the program; the owner takes it away.
    package var replies: [UInt8] = []
    /// Columns of a character of ambiguous width.
    package var ambiguousWidth = 1
    /// What this terminal says of mode 2026: 0 it knows no such thing, 2 it does and it is off.
    package var synchronizedOutput = 0

    var look = Look()
    var top = 0
    var bottom: Int
    /// The last column was written and the next character goes to the next line: the cursor hangs in between.
    var hangs = false
    var inserts = false
    var cursorIsVisible = true
    var bracketedPaste = false
    var mouse = false
    var applicationKeys = false
    var synchronized = false
    var graphics = [false, false]
    var charset = 0
    var saved = (row: 0, column: 0, look: Look())
    var primary: (grid: [[Cell]], row: Int, column: Int)?
    var last: Unicode.Scalar?
    var parser = Parser()

    package init(columns: Int, rows: Int, kind: String = "xterm-256color") {
        (self.columns, self.rows, self.kind) = (columns, rows, kind)
        grid = Array(repeating: Array(repeating: Cell(), count: columns), count: rows)
        bottom = rows - 1
    }

    package var modes: Modes {
        Modes(
            alternateScreen: primary != nil, cursorIsVisible: cursorIsVisible, bracketedPaste: bracketedPaste,
            mouse: mouse, applicationKeys: applicationKeys, synchronized: synchronized,
            scrollRegionIsWhole: top == 0 && bottom == rows - 1, lineDrawing: graphics[charset], look: look)
    }

    /// The rows as text, blanks at their ends left out.
    package var lines: [String] {
        grid.map { row in
            let text = row.map(\.text).joined()
            return String(text.reversed().drop { $0 == " " }.reversed())
        }
    }

    package var text: String { lines.joined(separator: "\n") }

    package mutating func resize(columns newColumns: Int, rows newRows: Int) {
        func fit(_ grid: [[Cell]]) -> [[Cell]] {
            (0..<newRows).map { row in
                let old = row < grid.count ? grid[row] : []
                return (0..<newColumns).map { $0 < old.count ? old[$0] : Cell() }
            }
        }
        grid = fit(grid)
        if let old = primary { primary = (fit(old.grid), min(old.row, newRows - 1), min(old.column, newColumns - 1)) }
        (columns, rows, top, bottom, hangs) = (newColumns, newRows, 0, newRows - 1, false)
        cursor = (min(cursor.row, rows - 1), min(cursor.column, columns - 1))
    }

    // MARK: Writing

    /// What an erased cell looks like: terminals with "back colour erase" keep the background.
    var blank: Cell {
        let keepsBackground = !kind.hasPrefix("screen") && !kind.hasPrefix("tmux") && !kind.hasPrefix("vt")
        return Cell(text: " ", look: keepsBackground ? Look(background: look.background) : Look())
    }

    mutating func write(_ scalar: Unicode.Scalar) {
        let width = Width.columns(of: scalar, ambiguous: ambiguousWidth)
        guard width > 0 else {
            let column = max(0, hangs ? cursor.column : cursor.column - 1)
            grid[cursor.row][column].text.unicodeScalars.append(scalar)
            return
        }
        if hangs || cursor.column + width > columns {
            cursor.column = 0
            hangs = false
            lineFeed()
        }
        if inserts { shiftRight(width) }
        for column in cursor.column..<cursor.column + width { clearHalf(at: column) }
        grid[cursor.row][cursor.column] = Cell(text: String(scalar), look: look)
        if width == 2 { grid[cursor.row][cursor.column + 1] = Cell(text: "", look: look) }
        cursor.column += width
        if cursor.column >= columns {
            cursor.column = columns - 1
            hangs = true
        }
        last = scalar
    }

    /// Half of a wide character that is overwritten takes the other half with it.
    private mutating func clearHalf(at column: Int) {
        if grid[cursor.row][column].text.isEmpty, column > 0 { grid[cursor.row][column - 1].text = " " }
        if column + 1 < columns, grid[cursor.row][column + 1].text.isEmpty { grid[cursor.row][column + 1].text = " " }
    }

    // MARK: Moving rows and cells

    mutating func lineFeed() {
        if cursor.row == bottom { scrollUp(1) } else if cursor.row < rows - 1 { cursor.row += 1 }
    }

    mutating func reverseLineFeed() {
        if cursor.row == top { scrollDown(1) } else if cursor.row > 0 { cursor.row -= 1 }
    }

    mutating func scrollUp(_ count: Int, from start: Int? = nil) { move(rows: count, from: start ?? top, upward: true) }

    mutating func scrollDown(_ count: Int, from start: Int? = nil) {
        move(rows: count, from: start ?? top, upward: false)
    }

    private mutating func move(rows count: Int, from start: Int, upward: Bool) {
        guard start <= bottom else { return }
        let count = min(max(1, count), bottom - start + 1)
        let blanks = Array(repeating: Array(repeating: blank, count: columns), count: count)
        let region = Array(grid[start...bottom])
        let moved = upward ? Array(region.dropFirst(count)) + blanks : blanks + Array(region.dropLast(count))
        grid.replaceSubrange(start...bottom, with: moved)
    }

    mutating func shiftRight(_ count: Int) {
        let count = min(max(1, count), columns - cursor.column)
        grid[cursor.row].insert(contentsOf: Array(repeating: blank, count: count), at: cursor.column)
        grid[cursor.row].removeLast(count)
    }

    mutating func shiftLeft(_ count: Int) {
        let count = min(max(1, count), columns - cursor.column)
        grid[cursor.row].removeSubrange(cursor.column..<cursor.column + count)
        grid[cursor.row] += Array(repeating: blank, count: count)
    }

    mutating func erase(row: Int, columns range: Range<Int>) {
        for column in range.clamped(to: 0..<columns) { grid[row][column] = blank }
    }
}
