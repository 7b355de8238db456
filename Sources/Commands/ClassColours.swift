import Canvas
import Planning

/// The colours of land-use classes in documents: those of the default theme.
struct ClassColours {
    private let theme: Theme

    init() throws { theme = try Themes.load("default") }

    /// `#rrggbb`; grey where the theme has no colour.
    func hexadecimal(of code: LandUseCode) -> String {
        guard case .rgb(let red, let green, let blue) = theme.look(of: code.description).style.foreground else {
            return "#dddddd"
        }
        return "#"
            + [red, green, blue].map { $0 < 16 ? "0" + String($0, radix: 16) : String($0, radix: 16) }.joined()
    }
}
