extension MapPicture {
    /// Draws the map with its upper left cell at a place of the frame.
    ///
    /// - Parameter look: how a class looks.
    package func draw(into frame: inout Frame, at place: Place, theme: Theme, look: (UInt16) -> Theme.ClassLook) {
        var looks: [UInt16: Theme.ClassLook] = [:]
        for value in Set(classes) where value != 0 { looks[value] = look(value) }
        for row in 0..<viewport.size.rows {
            var before: UInt16 = 0
            var faint: [Bool] = []
            var cells: [Cell] = []
            for column in 0..<viewport.size.columns {
                let (cell, isFaint) = cell(row, column, looks, theme, &before)
                cells.append(cell)
                faint.append(isFaint)
            }
            quieten(&cells, faint)
            carryStyles(&cells)
            for (column, cell) in cells.enumerated() {
                frame.put(cell.scalar, row: place.row + row, column: place.column + column, style: cell.style)
            }
        }
        for mark in marks {
            frame.put(
                mark.scalar, row: place.row + mark.place.row, column: place.column + mark.place.column,
                style: theme.role(mark.role))
        }
        drawLabels(&frame, place, theme)
    }

    /// A cell, and whether it can do without its colour: the class that colours it covers no more than half of it, or its
    /// letter says the same.
    ///
    /// - Parameter before: the class that dominates the cell to the left; updated.
    private func cell(
        _ row: Int, _ column: Int, _ looks: [UInt16: Theme.ClassLook], _ theme: Theme, _ before: inout UInt16
    ) -> (cell: Cell, isFaint: Bool) {
        var area = Tally()
        var ink = Tally()
        var land: UInt8 = 0
        var shadow: UInt8 = 0
        var darkness = 0
        var stroke: UInt8 = 0
        var line: UInt8 = 0
        for y in 0..<glyphs.rows {
            for x in 0..<glyphs.columns {
                let index = (row * glyphs.rows + y) * columns + column * glyphs.columns + x
                let value = classes[index]
                let bit = UInt8(1) << UInt8(y * glyphs.columns + x)
                if value != 0 { area.count(value) }
                if lines[index] != 0 {
                    line = lines[index]
                    stroke |= bit
                }
                if value == 0, shades[index] > 0 {
                    darkness += Int(shades[index])
                    if isTextured(Relief.pattern(of: shades[index]), row, column, x, y) { shadow |= bit }
                }
                if edges[index] || (value != 0 && isTextured(looks[value]?.pattern ?? 0, row, column, x, y)) {
                    land |= bit
                    if value != 0 { ink.count(value) }
                }
            }
        }
        let isFirst = area.most != before
        before = area.most
        if line != 0 {
            let role = roles[Int(line) - 1]
            let scalar = glyphs == .ascii ? Theme.sign(of: role) : glyphs.scalar(for: stroke)
            return (Cell(scalar, theme.role(role)), false)
        }
        if glyphs == .ascii {
            guard area.most != 0, let look = looks[area.most] else {
                return darkness == 0 ? (.blank, false) : (Cell(Relief.sign(of: darkness), theme.role("relief")), true)
            }
            // Every second cell, as on a chessboard, and where a class begins: areas are seen by their texture, small ones
            // keep their letter, and neighbouring rows differ, so that curses finds what has scrolled.
            let isDark = (viewport.left &+ column &+ viewport.top &+ row) & 1 == 0
            return (isFirst || isDark ? Cell(look.letter, look.style) : .blank, true)
        }
        guard land != 0 else {
            return shadow == 0 ? (.blank, false) : (Cell(glyphs.scalar(for: shadow), theme.role("relief")), true)
        }
        // Of the class that sets most dots: a stream through fields is blue, though fields cover more of the cell.
        let colour = ink.most
        let cell = Cell(glyphs.scalar(for: land), looks[colour]?.style ?? theme.role("map.boundary"))
        return (cell, area.count(of: colour) * 2 <= glyphs.columns * glyphs.rows)
    }

    /// Whether a class's pattern, 4 by 4 dots fixed to the ground, has a dot here. Every second row of cells is moved by
    /// half a tile and a dot, so that rows differ from their neighbours.
    private func isTextured(_ pattern: UInt16, _ row: Int, _ column: Int, _ x: Int, _ y: Int) -> Bool {
        let odd = (viewport.top &+ row) & 1
        let groundX = (viewport.left &+ column) &* glyphs.columns &+ x &+ 2 &* odd
        let groundY = (viewport.top &+ row) &* glyphs.rows &+ y &+ odd
        return pattern & 1 << UInt16((groundY & 3) * 4 + (groundX & 3)) != 0
    }

    /// Gives a faint cell that stands alone in its colour that of the cell before it, unless that one has just been given its
    /// own: two changes of colour, some twenty bytes, are too much for a few dots.
    private func quieten(_ cells: inout [Cell], _ faint: [Bool]) {
        let lit = cells.indices.filter { cells[$0].scalar != " " }
        var mended = false
        for place in lit.indices.dropFirst() {
            let (before, here) = (lit[place - 1], lit[place])
            let after = place + 1 < lit.count ? cells[lit[place + 1]].style : nil
            let isAlone = cells[here].style != cells[before].style && cells[here].style != after
            mended = faint[here] && isAlone && !mended
            if mended { cells[here].style = cells[before].style }
        }
    }

    /// Gives blanks the style of the cell before them, which nobody sees and which spares the line two changes of colour;
    /// those at the end of a row have none, so that the terminal can erase to its end.
    private func carryStyles(_ cells: inout [Cell]) {
        var carried = Style.plain
        for index in cells.indices {
            if cells[index].scalar != " " {
                let style = cells[index].style
                carried = style.background == .standard && style.attributes.isEmpty ? style : .plain
            } else if cells[index].style == .plain {
                cells[index].style = carried
            }
        }
        for index in cells.indices.reversed() {
            guard cells[index].scalar == " " else { return }
            cells[index].style = .plain
        }
    }

    private func drawLabels(_ frame: inout Frame, _ place: Place, _ theme: Theme) {
        var taken: Set<Place> = []
        for label in labels {
            let width = min(displayWidth(of: label.text), 24)
            let start = min(max(label.place.column - width / 2, 0), max(0, viewport.size.columns - width))
            let cells = (start - 1...start + width).map { Place(row: label.place.row, column: $0) }
            guard width > 0, width <= viewport.size.columns, taken.isDisjoint(with: cells) else { continue }
            taken.formUnion(cells.dropFirst().dropLast())
            frame.put(
                label.text, row: place.row + label.place.row, column: place.column + start, width: width,
                style: theme.role("map.label"))
        }
    }
}

/// Counts of the classes in a cell, of which there are at most eight.
private struct Tally {
    private var entries: [(value: UInt16, count: Int)] = []

    mutating func count(_ value: UInt16) {
        if let place = entries.firstIndex(where: { $0.value == value }) {
            entries[place].count += 1
        } else {
            entries.append((value, 1))
        }
    }

    func count(of value: UInt16) -> Int { entries.first { $0.value == value }?.count ?? 0 }

    /// The most frequent, of several the lowest; 0 when there is none.
    var most: UInt16 {
        entries.max { $0.count != $1.count ? $0.count < $1.count : $0.value > $1.value }?.value ?? 0
    }
}
