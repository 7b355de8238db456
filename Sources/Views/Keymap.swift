import Phrases

/// Which key does what: a move of the screen, or a command line with holes.
///
/// The built-in map is text in the form of the user's `keys.conf`, which may change any line of it:
/// `KEY = ACTION`, or `KEY = :LINE`. `%marked`, `%cursor` and `%plan` are filled by the view; `?class` is asked for.
package struct Keymap: Sendable {
    package enum Binding: Hashable, Sendable {
        case action(Action)
        case line(String)
    }

    /// In the order of help.
    package private(set) var entries: [(key: String, binding: Binding)] = []

    package subscript(key: String) -> Binding? {
        entries.first { $0.key == key }?.binding
    }

    /// The built-in map.
    package static let standard: Keymap = {
        var map = Keymap()
        // The text is part of the program, and a test reads it.
        do { try map.read(text, file: "keys") } catch { preconditionFailure("\(error)") }
        return map
    }()

    /// Changes the map as a `keys.conf` says.
    ///
    /// - Throws: `Refusal` naming file and line.
    package mutating func read(_ text: String, file: String) throws {
        for (index, raw) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let line = raw.drop(while: \.isWhitespace)
            if line.isEmpty || line.hasPrefix("# ") { continue }
            let parts = line.split(separator: " ", maxSplits: 2).map(String.init)
            guard parts.count == 3, parts[1] == "=" else {
                throw Refusal(
                    .badData, "\(file), line \(index + 1): expected KEY = ACTION or KEY = :COMMAND.",
                    "\(file) 第 \(index + 1) 行：应为 键 = 动作 或 键 = :命令。")
            }
            let value = parts[2].trimmed
            let binding: Binding
            if value.hasPrefix(":") {
                binding = .line(String(value.dropFirst()))
            } else if let action = Action(rawValue: value) {
                binding = .action(action)
            } else {
                throw Refusal(
                    .badData, "\(file), line \(index + 1): there is no action \(value).",
                    "\(file) 第 \(index + 1) 行：没有动作 \(value)。")
            }
            if let place = entries.firstIndex(where: { $0.key == parts[0] }) {
                entries[place].binding = binding
            } else {
                entries.append((parts[0], binding))
            }
        }
    }

    /// The keys bound to an action, in order.
    package func keys(for action: Action) -> [String] {
        entries.filter { $0.binding == .action(action) }.map(\.key)
    }

    private static let text = """
        j = move-down
        Down = move-down
        k = move-up
        Up = move-up
        h = move-left
        Left = move-left
        l = move-right
        Right = move-right
        PgDn = page-down
        C-f = page-down
        PgUp = page-up
        C-b = page-up
        C-d = half-page-down
        C-u = half-page-up
        g = first
        Home = first
        G = last
        End = last
        Enter = open
        q = back
        Esc = back
        Q = quit
        / = find
        n = find-next
        N = find-previous
        \\ = filter
        Space = mark
        v = mark-range
        * = mark-all
        f = jump-by-label
        s = sort
        Tab = next-pane
        BTab = previous-pane
        o = go-to
        + = zoom-in
        = = zoom-in
        - = zoom-out
        0 = zoom-whole
        c = center
        L = legend
        T = glyphs
        E = :plan set-class %marked --to ?class --plan %plan
        S = sketch-split
        Z = sketch-zone
        P = sketch-class
        X = sketch-clip
        V = vertices
        M = :plan merge %marked --plan %plan
        I = :plan set-class --inside ?boundary --cut --to ?class --plan %plan
        m = draft-menu
        H = :plan attach %cursor --note ?note --plan %plan
        D = remove
        K = add-vertex
        J = answer
        p = type-place
        . = snap
        BS = take-back
        b = flip
        A = accept
        O = object
        C = comment
        t = next-thread
        U = reply
        W = resolve
        B = accept-clean
        F = decide
        @ = assign
        a = show-all
        i = dashboard
        e = analyse
        d = draw-boundary
        u = :undo --plan %plan
        C-r = :redo --plan %plan
        Y = copy
        R = reread
        : = prompt
        C-p = palette
        ? = help
        F1 = help
        F2 = show-county
        F3 = show-map
        F4 = show-layers
        F5 = show-plans
        F6 = show-journal
        F7 = show-consequences
        F8 = show-findings
        F9 = show-log
        ' = screens
        C-c = cancel
        C-l = redraw
        C-z = suspend
        """
}
