/// A colour of a cell.
package enum Colour: Hashable, Sendable {
    /// The terminal's own foreground or background.
    case standard
    /// One of the eight colours every colour terminal has: 0 black, 1 red, 2 green, 3 yellow, 4 blue, 5 magenta,
    /// 6 cyan, 7 white; 8 to 15 are their bright forms.
    case ansi(UInt8)
    /// Any colour; a terminal with fewer shows its nearest.
    case rgb(UInt8, UInt8, UInt8)
}

/// How a cell is drawn. Meaning never rests on it alone: some terminals have neither colour nor bold.
package struct Style: Hashable, Sendable {
    package struct Attributes: OptionSet, Hashable, Sendable {
        package let rawValue: UInt8
        package init(rawValue: UInt8) { self.rawValue = rawValue }
        package static let bold = Attributes(rawValue: 1)
        package static let reverse = Attributes(rawValue: 2)
        package static let underline = Attributes(rawValue: 4)
        package static let dim = Attributes(rawValue: 8)
    }

    package var foreground: Colour
    package var background: Colour
    package var attributes: Attributes

    package init(
        _ foreground: Colour = .standard, on background: Colour = .standard, _ attributes: Attributes = []
    ) {
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
    }

    package static let plain = Style()
}
