import Canvas

/// A key, whatever bytes the terminal sends for it.
package enum Key: Hashable, Sendable {
    case character(Unicode.Scalar)
    /// A lower-case letter, or one of `@ \ ] ^ _`. Ctrl-H, Ctrl-I, Ctrl-J, Ctrl-M and Ctrl-[ are the keys that share
    /// their codes: backspace, tab, enter, enter, escape.
    case control(Unicode.Scalar)
    /// A character right behind an Esc. Whoever has no use for it should take it as Esc and the character: people who
    /// press the two quickly on a slow line send the same bytes.
    case alt(Unicode.Scalar)
    case up, down, left, right, home, end, pageUp, pageDown, insert, delete
    case enter, escape, tab, backTab, backspace
    case function(Int)
}

/// What can happen to somebody who waits at a terminal.
package enum Input: Hashable, Sendable {
    /// Why a paste was not taken.
    package enum PasteFault: Hashable, Sendable {
        /// More than 16 MiB.
        case tooLong
        /// Somebody pressed Ctrl-C while the line rested.
        case givenUp
    }

    case key(Key)
    /// Text that the terminal says was pasted: never taken for keys. Lines end in `\n`; no other controls but tab.
    case paste(String)
    /// A paste that was not taken, and why: its text is gone as a whole.
    case brokenPaste(PasteFault)
    /// So many bytes of a paste have come, and more is to come; told once a second. `isResting`: nothing has come for as
    /// long, and Ctrl-C gives the paste up.
    case pasting(Int, isResting: Bool)
    case click(Place)
    case wheelUp(Place)
    case wheelDown(Place)
    /// `Terminal.size` is new; everything must be drawn again.
    case resized
    /// Back from a suspension; what was shown is shown again, but the size may be another.
    case resumed
    /// The terminal answered: `roundTrip`, `ambiguousWidth` may be known now.
    case measured
    /// A `Waker` was used.
    case wake
    case timeout
    /// The terminal is gone: nothing can be shown any more. Comes again at every call.
    case hangup
    /// Somebody asked the program to end (SIGTERM).
    case terminate
}
