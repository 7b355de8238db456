import Canvas

/// What charts of bars have in common: the picture around them, its texts, and the column of names before lines of
/// characters.
enum ChartFrame {
    enum Anchor { case start, end }

    /// A picture of a size in its own units, which a page scales down to its width.
    ///
    /// - Parameter content: SVG elements.
    static func svg(_ title: String, width: Double, height: Double, _ content: String) -> String {
        let (wide, high) = (VectorMap.number(width), VectorMap.number(height))
        return "<svg viewBox=\"0 0 \(wide) \(high)\" width=\"\(wide)\" height=\"\(high)\" role=\"img\">\n"
            + "<title>\(Page.escaped(title))</title>\n\(content)</svg>"
    }

    /// - Parameter y: of the line on which letters stand.
    static func text(_ text: String, x: Double, y: Double, size: Int, _ anchor: Anchor = .start) -> String {
        let end = anchor == .end ? " text-anchor=\"end\"" : ""
        return
            "<text x=\"\(VectorMap.number(x))\" y=\"\(VectorMap.number(y))\" font-size=\"\(size)\"\(end)>\(Page.escaped(text))</text>"
    }

    /// - Parameter colour: `#rrggbb`.
    static func rect(
        x: Double, y: Double, width: Double, height: Double = 10, colour: String, _ attributes: String = ""
    ) -> String {
        "<rect x=\"\(VectorMap.number(x))\" y=\"\(VectorMap.number(y))\" width=\"\(VectorMap.number(width))\" height=\"\(VectorMap.number(height))\" fill=\"\(colour)\"\(attributes)/>"
    }

    /// Names as a column of characters, cut and filled up to one width.
    ///
    /// - Parameter most: columns of the terminal that it may take.
    static func column(_ names: [String], most: Int) -> (cells: [String], width: Int) {
        let clean = names.map(cleanedForShell)
        let width = min(most, clean.map(displayWidth(of:)).max() ?? 0)
        let cells = clean.map { name in
            let cut = wrapped(name, width: width).first ?? ""
            return cut + String(repeating: " ", count: max(0, width - displayWidth(of: cut)))
        }
        return (cells, width)
    }

    /// How many characters long a run is; what is more than nothing has one at least.
    static func length(_ value: Double, of most: Double, room: Int) -> Int {
        max(value > 0 ? 1 : 0, Int((value / most * Double(room)).rounded()))
    }
}
