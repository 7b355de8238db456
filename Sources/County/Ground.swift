/// What kind of place a block is: in or by a town, in the plain, among the foothills, in the hills.
struct Ground: Sendable {
    enum Kind: Sendable {
        case core, fringe, plain, foothill, hill
    }

    /// A town's middle, in blocks, and how far it reaches.
    struct Centre: Sendable {
        let x: Double
        let y: Double
        let radius: Double
    }

    let dice: Dice
    let terrain: Terrain
    /// One for each town.
    let centres: [Centre]
    /// The county seat's town.
    let seat: Int
    /// Blocks, each as its row and column in one number, that none of the three lines covers whatever the land is like.
    var spared: Set<Int> = []

    init(layout: Layout, terrain: Terrain) {
        dice = layout.dice
        self.terrain = terrain
        let middle = (x: Double(layout.columns) / 2, y: Double(layout.rows) / 2)
        let places = layout.towns.map { Self.place(of: $0, layout, terrain) }
        let nearest = places.indices.min { a, b in
            func distance(_ p: (x: Double, y: Double)) -> Double {
                (p.x - middle.x) * (p.x - middle.x) + (p.y - middle.y) * (p.y - middle.y)
            }
            return distance(places[a]) < distance(places[b])
        }
        let seat = nearest ?? 0
        self.seat = seat
        centres = layout.towns.map { town in
            let size = Double(town.columns.count * town.bands.count * layout.bandHeight).squareRoot()
            let share = town.index == seat ? 0.36 : 0.18 + 0.09 * layout.dice.unit(.centre, town.index)
            let place = places[town.index]
            return Centre(x: place.x, y: place.y, radius: max(1.5, share * size))
        }
    }

    /// The crossing of two highways that lies lowest and nearest the town's middle.
    private static func place(of town: Layout.Town, _ layout: Layout, _ terrain: Terrain) -> (x: Double, y: Double) {
        let rows =
            layout.rows(around: town.bands.lowerBound)
            .lowerBound..<layout.rows(around: town.bands.upperBound - 1)
            .upperBound
        let x = Double(town.columns.lowerBound + town.columns.upperBound) / 2
        let y = Double(rows.lowerBound + rows.upperBound) / 2
        var best = (x: x, y: y), bestCost = Double.infinity
        for row in rows where row > rows.lowerBound && terrain.rowLines[row] == .highway {
            for column in town.columns where terrain.columnLines[column] == .highway {
                guard layout.contains(column: column, row: row) else { continue }
                let dx = Double(column) - x, dy = Double(row) - y
                let far = (dx * dx + dy * dy).squareRoot() / Double(town.columns.count + rows.count)
                let cost = far * 5 + terrain.height(Double(column), Double(row)) * 2
                if cost < bestCost {
                    bestCost = cost
                    best = (Double(column), Double(row))
                }
            }
        }
        return best
    }

    /// How urban a place is: 1 in the town's middle, 0 at the edge of its built-up area, negative outside.
    func urbanity(_ x: Double, _ y: Double, town: Int) -> Double {
        let centre = centres[town]
        let dx = x - centre.x, dy = y - centre.y
        let radius = centre.radius * (1 + 0.3 * dice.noise(.town, x / 1.7, y / 1.7))
        return 1 - (dx * dx + dy * dy).squareRoot() / radius
    }

    func kind(_ column: Int, _ row: Int, town: Int) -> Kind {
        let x = Double(column) + 0.5, y = Double(row) + 0.5
        let urban = urbanity(x, y, town: town)
        if urban > 0.4 { return .core }
        if urban > -0.15 { return .fringe }
        let height = terrain.height(x, y)
        return height < 0.36 ? .plain : height < 0.56 ? .foothill : .hill
    }

    /// Whether a small village stands in a block; in towns it is not seen.
    func hasHamlet(_ column: Int, _ row: Int) -> Bool {
        let height = terrain.height(Double(column) + 0.5, Double(row) + 0.5)
        let share = height < 0.36 ? 0.26 : height < 0.56 ? 0.13 : 0.02
        return dice.unit(.hamlet, column, row) < share
    }
}
