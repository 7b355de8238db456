/// How many colours are sent. Each level shows the ones above it in its nearest colours.
package enum Colours: Int, Sendable, Comparable {
    /// No colour sequence at all; bold, underline and reverse remain.
    case none = 0
    case eight = 8
    case sixteen = 16
    case indexed = 256
    case direct = 0x100_0000

    package static func < (a: Colours, b: Colours) -> Bool { a.rawValue < b.rawValue }
}

/// Which of the terminal's colours stands for a colour.
package struct Palette: Sendable {
    package var colours: Colours

    package init(colours: Colours) {
        self.colours = colours
    }

    /// The terminal's number of a colour; -1 is its own foreground or background.
    package func index(of colour: Colour) -> Int32 {
        switch colour {
        case .standard: return -1
        case .ansi(let number):
            return colours == .eight ? Int32(number % 8) : Int32(number % 16)
        case .rgb(let red, let green, let blue):
            let rgb = RGB(red: Int(red), green: Int(green), blue: Int(blue))
            switch colours {
            case .none: return -1
            case .eight: return Self.nearest(to: rgb, in: Self.ansi[..<8])
            case .sixteen: return Self.nearest(to: rgb, in: Self.ansi[...])
            case .indexed: return Self.indexed(rgb)
            case .direct:
                let value = Int32(red) << 16 | Int32(green) << 8 | Int32(blue)
                return value < 8 ? 0 : value  // 0 to 7 are the ANSI colours in a direct colour entry
            }
        }
    }

    /// Foreground and background of a style. Two different colours never become one: what was legible stays legible.
    package func indices(of style: Style) -> (foreground: Int32, background: Int32) {
        let foreground = index(of: style.foreground)
        let background = index(of: style.background)
        guard foreground == background, foreground >= 0, style.foreground != style.background else {
            return (foreground, background)
        }
        return ([0, 4, 1].contains(background) ? 7 : 0, background)
    }

    private struct RGB { let red, green, blue: Int }

    /// Squared distance after Thiadmer Riemersma's low-cost approximation ("redmean"), which follows the eye better
    /// than the plain one and needs no colour space.
    private static func distance(_ a: RGB, _ b: RGB) -> Int {
        let mean = (a.red + b.red) / 2
        let (r, g, b) = (a.red - b.red, a.green - b.green, a.blue - b.blue)
        return ((512 + mean) * r * r) >> 8 + 4 * g * g + ((767 - mean) * b * b) >> 8
    }

    private static func nearest(to rgb: RGB, in table: ArraySlice<RGB>) -> Int32 {
        Int32(table.indices.min { distance(rgb, table[$0]) < distance(rgb, table[$1]) } ?? 0)
    }

    /// The nearer of the nearest colour of the 6×6×6 cube (16 to 231) and the nearest grey (232 to 255). The first 16
    /// are left out: people choose those themselves.
    private static func indexed(_ rgb: RGB) -> Int32 {
        let steps = [rgb.red, rgb.green, rgb.blue].map { $0 < 48 ? 0 : $0 < 115 ? 1 : ($0 - 35) / 40 }
        let cube = RGB(red: levels[steps[0]], green: levels[steps[1]], blue: levels[steps[2]])
        let average = (rgb.red + rgb.green + rgb.blue) / 3
        let step = max(0, min(23, (average - 3) / 10))
        let grey = RGB(red: 8 + 10 * step, green: 8 + 10 * step, blue: 8 + 10 * step)
        return distance(rgb, grey) < distance(rgb, cube)
            ? Int32(232 + step) : Int32(16 + 36 * steps[0] + 6 * steps[1] + steps[2])
    }

    private static let levels = [0, 95, 135, 175, 215, 255]

    /// As xterm draws them; other terminals differ, and so does what people set.
    private static let ansi = [
        RGB(red: 0, green: 0, blue: 0), RGB(red: 205, green: 0, blue: 0), RGB(red: 0, green: 205, blue: 0),
        RGB(red: 205, green: 205, blue: 0), RGB(red: 0, green: 0, blue: 238), RGB(red: 205, green: 0, blue: 205),
        RGB(red: 0, green: 205, blue: 205), RGB(red: 229, green: 229, blue: 229), RGB(red: 127, green: 127, blue: 127),
        RGB(red: 255, green: 0, blue: 0), RGB(red: 0, green: 255, blue: 0), RGB(red: 255, green: 255, blue: 0),
        RGB(red: 92, green: 92, blue: 255), RGB(red: 255, green: 0, blue: 255), RGB(red: 0, green: 255, blue: 255),
        RGB(red: 255, green: 255, blue: 255),
    ]
}
