import CNcurses
import Canvas
import Glibc
import Phrases

/// Owns ncurses: no other file calls it. Makes the screen, frees it, paints frames, reads codes; what it wants to send
/// ends up in `Output`.
final class Curses {
    private let screen: OpaquePointer
    private let window: UnsafeMutablePointer<WINDOW>
    /// A pad, since reading from a window refreshes it first.
    private let keys: UnsafeMutablePointer<WINDOW>
    private var decoder = mbstate_t()

    private var palette = Palette(colours: .none)
    private var pairs = Pairs(limit: 0)
    private var standardColours = (foreground: Int32(-1), background: Int32(-1))
    private var shown: Frame?
    private var cursorIsHidden = false

    let hasAlternateScreen: Bool

    /// - Parameter output: where ncurses writes; still the terminal itself, whose modes it reads now.
    init(options: Options, output: Output) throws {
        // The size is that of the line; LINES and COLUMNS count only where the line (a serial one) knows none.
        var size = winsize()
        if ioctl(STDIN_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0, size.ws_col > 0 {
            use_env(false)
            use_tioctl(true)
        }
        guard let screen = Self.start(options, output.stream), let window = tuban_stdscr(), let keys = newpad(1, 1)
        else {
            let kind = options.kind ?? ""
            throw Refusal(
                .inputOutput,
                "Cannot show the screen: the system does not know the terminal \"\(kind)\" (TERM). Set TERM to a kind "
                    + "it knows, such as xterm or vt100, or use the commands without a screen: tuban --help",
                "无法显示界面：系统不认识终端类型“\(kind)”（TERM）。请把 TERM 设为系统认识的类型，如 xterm 或 vt100，"
                    + "或者使用不带界面的命令：tuban --help")
        }
        (self.screen, self.window, self.keys) = (screen, window, keys)
        hasAlternateScreen = Self.capability("smcup") != nil && Self.capability("rmcup") != nil
        // These change the terminal's modes, for which ncurses' descriptor must still lead to it.
        raw()
        noecho()
        nonl()
        output.beginCollecting()
        set_escdelay(Int32(options.escapeDelay ?? (options.link == .slow ? 200 : 25)))
        intrflush(window, false)
        keypad(keys, true)
        nodelay(keys, true)
        idlok(window, true)
        idcok(window, true)
        scrollok(window, false)
        if !options.typeahead { typeahead(-1) }
        mousemask(options.mouse ? tuban_mouse_buttons() : 0, nil)
        mouseinterval(0)
        startColours(atMost: options.colours)
    }

    /// After `leave`.
    func free() {
        delwin(keys)
        delscreen(screen)
    }

    private static func start(_ options: Options, _ stream: Int32) -> OpaquePointer? {
        guard let kind = options.kind else { return nil }
        if options.colours == .direct, let family = kind.split(separator: "-").first,
            let screen = tuban_newterm("\(family)-direct", stream, STDIN_FILENO)
        {
            return screen
        }
        return tuban_newterm(kind, stream, STDIN_FILENO)
    }

    private func startColours(atMost limit: Colours?) {
        guard limit != Colours.none, has_colors(), start_color() == OK else { return }
        let count = Int(tuban_colors())
        let levels: [Colours] = [.direct, .indexed, .sixteen, .eight]
        guard let level = levels.first(where: { $0.rawValue <= count && $0 <= limit ?? .direct }) else { return }
        palette.colours = level
        pairs = Pairs(limit: min(Int(tuban_color_pairs()), 1 << 15) - 1)
        // Few terminals cannot return to their own colours; there white on black has to pass for them.
        if use_default_colors() != OK { standardColours = (7, 0) }
    }

    var colours: Colours { palette.colours }
    var size: Size { Size(columns: Int(tuban_columns()), rows: Int(tuban_rows())) }

    // MARK: Painting

    /// Puts a frame together; `send` sends what differs. Only rows that changed are handed to ncurses, which then
    /// compares cells and looks for rows that moved.
    func stage(_ frame: Frame) {
        let size = self.size
        for row in 0..<size.rows {
            if let shown, shown.size == frame.size, row < frame.size.rows,
                (0..<frame.size.columns).allSatisfy({ shown[row, $0] == frame[row, $0] })
            {
                continue
            }
            var cells = row < frame.size.rows ? self.cells(of: frame, row: row, columns: size.columns) : []
            wmove(window, Int32(row), 0)
            if cells.count < size.columns { wclrtoeol(window) }
            mvwadd_wchnstr(window, Int32(row), 0, &cells, Int32(cells.count))
        }
        place(frame.cursor)
        shown = frame
        wnoutrefresh(window)
    }

    func send() { doupdate() }

    /// Whether the last `send` was broken off for a waiting key, so that the screen is half old.
    var isUnfinished: Bool { tuban_is_unfinished() }

    func repaint() { _ = tuban_repaint_all() }

    func ring() { beep() }

    private func place(_ cursor: Place?) {
        if let cursor {
            wmove(
                window, Int32(max(0, min(cursor.row, size.rows - 1))),
                Int32(max(0, min(cursor.column, size.columns - 1))))
        }
        leaveok(window, cursor == nil)
        guard cursorIsHidden != (cursor == nil) else { return }
        cursorIsHidden = cursor == nil
        // Fails on a VT100, which cannot hide it: then it stays in sight.
        _ = curs_set(cursorIsHidden ? 0 : 1)
    }

    /// A row for ncurses: it knows a wide character's second half by itself. What it would draw in another width than
    /// the frame says becomes a substitute, or every column to the right would shift.
    private func cells(of frame: Frame, row: Int, columns: Int) -> [cchar_t] {
        var cells: [cchar_t] = []
        cells.reserveCapacity(columns)
        var column = 0
        while column < min(columns, frame.size.columns) {
            let cell = frame[row, column]
            let isWide = column + 1 < frame.size.columns && frame[row, column + 1].isTail
            let columnsNeeded = isWide ? 2 : 1
            let look = look(of: cell.style, in: frame)
            let fits = Encoding.width(of: cell.scalar) == columnsNeeded && column + columnsNeeded <= columns
            let scalars = fits ? [cell.scalar] : Substitute.columns(for: cell.scalar, wide: isWide)
            for scalar in scalars where cells.count < columns {
                var made = cchar_t()
                _ = tuban_set_cell(&made, scalar.value, look.attributes, look.pair)
                cells.append(made)
            }
            column += columnsNeeded
        }
        return cells
    }

    private func look(of style: Style, in frame: Frame) -> (attributes: attr_t, pair: Int32) {
        var attributes: attr_t = 0
        if style.attributes.contains(.bold) { attributes |= tuban_bold() }
        if style.attributes.contains(.reverse) { attributes |= tuban_reverse() }
        if style.attributes.contains(.underline) { attributes |= tuban_underline() }
        if style.attributes.contains(.dim) { attributes |= tuban_dim() }
        // What a terminal lacks must not differ either: ncurses would send the change of nothing to nothing.
        attributes &= term_attrs()
        guard colours != .none else { return (attributes, 0) }
        if colours == .eight, case .ansi(8...15) = style.foreground { attributes |= tuban_bold() }
        let wanted = pairColours(style)
        let answer = pairs.number(for: wanted) { Set(frame.cells.lazy.map { self.pairColours($0.style) }) }
        switch answer {
        case .known(let number): return (attributes, number)
        case .new(let number):
            _ = init_extended_pair(
                number, wanted.foreground < 0 ? standardColours.foreground : wanted.foreground,
                wanted.background < 0 ? standardColours.background : wanted.background)
            return (attributes, number)
        case .none: return (attributes, 0)
        }
    }

    private func pairColours(_ style: Style) -> Pairs.Colours {
        let indices = palette.indices(of: style)
        return Pairs.Colours(foreground: indices.foreground, background: indices.background)
    }

    // MARK: Reading

    enum Reading {
        case code(Keyboard.Code)
        case click(Place), wheelUp(Place), wheelDown(Place)
        /// A part of a character, or a key that nobody has a name for.
        case partial
        case nothing
    }

    /// The next code, if one is there. Bytes are read one by one and decoded here: `wget_wch` forgets the first half of
    /// a character whose second half has not arrived yet.
    func read() -> Reading {
        let code = wgetch(keys)
        if code == ERR { return .nothing }
        if code == KEY_MOUSE { return mouse() }
        if code > 0xFF { return Self.key(for: code).map { .code(.key($0)) } ?? .partial }
        var scalar: UInt32 = 0
        guard tuban_decode(UInt8(code), &decoder, &scalar) == 1, let value = Unicode.Scalar(scalar) else {
            return .partial
        }
        return .code(.character(value))
    }

    /// Hands over what is there of a paste, character by character. ncurses takes a paste byte by byte, two system calls
    /// each; between the marks there are no keys for it to know, and it holds nothing back, so it is passed by.
    ///
    /// - Returns: false where nothing is there.
    func readText(_ take: (Unicode.Scalar) -> Void) -> Bool {
        var entry = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, 0) > 0, Int32(entry.revents) & POLLIN != 0 else { return false }
        var bytes = [UInt8](repeating: 0, count: 1 << 15)
        let count = Glibc.read(STDIN_FILENO, &bytes, bytes.count)
        guard count > 0 else { return false }
        for byte in bytes[..<count] {
            var scalar: UInt32 = 0
            if tuban_decode(byte, &decoder, &scalar) == 1, let value = Unicode.Scalar(scalar) { take(value) }
        }
        return true
    }

    private func mouse() -> Reading {
        var event = MEVENT()
        guard getmouse(&event) == OK else { return .partial }
        let place = Place(row: Int(event.y), column: Int(event.x))
        if tuban_is_wheel_up(event.bstate) { return .wheelUp(place) }
        if tuban_is_wheel_down(event.bstate) { return .wheelDown(place) }
        return .click(place)
    }

    private static func key(for code: Int32) -> Key? {
        if (KEY_F0 + 1...KEY_F0 + 24).contains(code) { return .function(Int(code - KEY_F0)) }
        switch code {
        case KEY_UP, KEY_SR: return .up
        case KEY_DOWN, KEY_SF: return .down
        case KEY_LEFT, KEY_SLEFT: return .left
        case KEY_RIGHT, KEY_SRIGHT: return .right
        case KEY_HOME, KEY_FIND: return .home
        case KEY_END, KEY_LL, KEY_SELECT: return .end
        case KEY_PPAGE: return .pageUp
        case KEY_NPAGE: return .pageDown
        case KEY_IC: return .insert
        case KEY_DC: return .delete
        case KEY_BACKSPACE: return .backspace
        case KEY_BTAB: return .backTab
        case KEY_ENTER: return .enter
        case KEY_SUSPEND: return .control("z")  // the linux console's entry has a name for ^Z
        default: return code > KEY_MAX ? extended(code) : nil
        }
    }

    /// Keys that only terminfo's extended names know: `kUP5` is Up with Ctrl held, which is Up here.
    private static func extended(_ code: Int32) -> Key? {
        guard let name = keyname(code).map({ String(cString: $0) }) else { return nil }
        let keys: [String: Key] = [
            "kUP": .up, "kDN": .down, "kLFT": .left, "kRIT": .right, "kHOM": .home, "kEND": .end, "kPRV": .pageUp,
            "kNXT": .pageDown, "kIC": .insert, "kDC": .delete, "kcbt": .backTab,
        ]
        return keys[String(name.prefix { !$0.isNumber })]
    }

    // MARK: Coming and going

    func resize(to size: Size) {
        resizeterm(Int32(size.rows), Int32(size.columns))
        shown = nil
        // Terminals rewrap what they show when they are resized; what stands where is anybody's guess.
        repaint()
    }

    func leave() {
        if !hasAlternateScreen {
            // The shell's prompt will stand in the last row; the rest of the screen stays for people to read.
            wmove(window, Int32(size.rows - 1), 0)
            wclrtoeol(window)
            wnoutrefresh(window)
            doupdate()
            shown = nil
        }
        endwin()
    }

    /// Back after `leave`, with everything to be painted again.
    func enter() {
        keypad(keys, true)
        repaint()
        if cursorIsHidden { _ = curs_set(0) }
    }

    static func capability(_ name: String) -> String? {
        tuban_capability(name).map { String(cString: $0) }
    }

    /// What brings the terminal back without ncurses' help: for signal handlers.
    func farewell() -> [UInt8] {
        var text = ""
        for name in ["sgr0", "op", "rmkx", "cnorm"] { text += Self.capability(name) ?? "" }
        if let place = tuban_capability("cup"), let moved = tuban_parametrised(place, size.rows - 1, 0) {
            text += String(cString: moved) + (Self.capability("el") ?? "")
        }
        if hasAlternateScreen { text += Self.capability("rmcup") ?? "" }
        if let mouse = tuban_capability("XM"), let off = tuban_parametrised(mouse, 0, 0) {
            text += String(cString: off)
        }
        return Self.unpadded(Array((text + "\r").utf8))
    }

    /// Without terminfo's delays (`$<5>`): every terminal made since 1990 keeps up.
    private static func unpadded(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "$"), index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "<"),
                let end = bytes[index...].firstIndex(of: UInt8(ascii: ">"))
            {
                index = end + 1
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return result
    }
}
