import Canvas
import Phrases

/// What a person or the environment asks of the terminal.
package struct Options: Sendable {
    package enum Link: Sendable { case fast, slow }

    /// The kind of terminal, as in `$TERM`; nil when the variable is not set.
    package var kind: String?
    /// At most this many colours; nil: as many as the terminal has. `NO_COLOR` makes it `none`.
    package var colours: Colours?
    /// Slow leaves out what only pleases: queries, mouse, synchronized output.
    package var link = Link.fast
    /// Milliseconds that may pass between an Esc and the rest of a key's sequence; nil: 25, on a slow link 200.
    package var escapeDelay: Int?
    package var mouse = false
    /// Ask the terminal how wide it draws a character of ambiguous width: wanted where Chinese is shown.
    package var measuresWidth = false
    /// A repaint is broken off when a key is waiting. Off where bytes are counted.
    package var typeahead = true
    /// Leave Ctrl-S and Ctrl-Q to the line: a real serial terminal may need them.
    package var flowControl = false
    /// Where standard error goes while the screen is up; nil: a file in memory, see `Terminal.errorText`.
    package var errorLog: String?

    package init() {}

    /// The options that an environment asks for: `TERM`, `NO_COLOR`, `ESCDELAY`, `TUBAN_TYPEAHEAD=off`, and the first
    /// of `LC_ALL`, `LC_CTYPE`, `LANG` that is set: an East Asian one calls for the width probe.
    package init(environment: [String: String]) {
        kind = environment["TERM"]
        if environment["NO_COLOR"]?.isEmpty == false { colours = Colours.none }
        escapeDelay = environment["ESCDELAY"].flatMap { Int($0) }
        typeahead = environment["TUBAN_TYPEAHEAD"] != "off"
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        measuresWidth = ["zh", "ja", "ko"].contains { locale.hasPrefix($0) }
    }
}
