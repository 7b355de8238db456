/// Covers the cells of a village: first what grows and stands in each block, then what has changed since the first
/// year, then the roads, rivers and ditches in the strips between.
///
/// A class, since closures would copy all that it holds at every cell; nothing in it changes.
final class Painter: Sendable {
    let layout: Layout
    let terrain: Terrain
    let ground: Ground
    let roads: Roads
    let planting: Planting
    /// Years from the first survey to the last, in which planted changes show; 0 when there is one survey only.
    let lastAge: Double
    let dice: Dice

    init(layout: Layout, terrain: Terrain, ground: Ground, planting: Planting, lastAge: Double) {
        self.layout = layout
        self.terrain = terrain
        self.ground = ground
        roads = Roads(layout: layout, terrain: terrain, ground: ground)
        self.planting = planting
        self.lastAge = lastAge
        dice = layout.dice
    }

    /// - Parameter age: years since the first survey.
    func paint(_ village: Layout.Village, age: Double) -> Fabric {
        var fabric = Fabric(village: village, layout: layout)
        for column in fabric.columns {
            for row in layout.rows(of: village.band, column: column) {
                let kind = ground.kind(column, row, town: village.town)
                paintBlock(column, row, kind, &fabric)
                if age > 0 { change(column, row, kind, age: age, &fabric) }
                paintCoast(column, row, &fabric)
                planting.paint(column, row, isLast: age > 0 && age >= lastAge, &fabric)
            }
        }
        paintStrips(age: age, &fabric)
        return fabric
    }

    /// The name of a piece: distinct by what made it and where.
    func piece(_ what: UInt64, _ a: Int, _ b: Int, _ index: Int = 0) -> UInt64 {
        dice.roll(.cover, a &* 8191 &+ index, b) ^ (what &* 0x9E37_79B9_7F4A_7C15) | 1
    }

    private func paintBlock(_ column: Int, _ row: Int, _ kind: Ground.Kind, _ fabric: inout Fabric) {
        switch kind {
        case .core, .fringe, .plain: paintFields(column, row, kind, &fabric)
        case .foothill, .hill: paintSlopes(column, row, spacing: kind == .hill ? 4.4 : 3.0, &fabric)
        }
        guard kind != .core, kind != .fringe else { return }
        if ground.hasHamlet(column, row) {
            paintHamlet(column, row, kind, &fabric)
        } else if dice.unit(.clearing, column, row) < 0.24 {
            paintClearing(column, row, kind, &fabric)
        }
    }

    /// Flats and mangroves along the coast.
    private func paintCoast(_ column: Int, _ row: Int, _ fabric: inout Fabric) {
        guard layout.isCoastal, layout.sea(inRow: row).first == column + 1 else { return }
        let isMangrove = dice.noise(.coast, Double(row) / 4, 0.5) > 0.15
        let cover: Cover = isMangrove ? .mangrove : .coastalFlat
        for b in 1...Lattice.cells {
            for a in Lattice.cells - 1...Lattice.cells {
                fabric.paint(fabric.cell(column, row, a, b), cover, piece(10, row / 3, Int(cover.rawValue)))
            }
        }
    }

    /// Rectangles of cells, cut ever smaller: fields in the plain, plots in a town.
    private func paintFields(_ column: Int, _ row: Int, _ kind: Ground.Kind, _ fabric: inout Fabric) {
        let size = kind == .plain ? 3.4 + 3 * dice.unit(.block, column, row) : kind == .core ? 3.2 : 4.2
        var index = 0
        cut(1, 1, Lattice.cells, Lattice.cells, until: size, column, row) { x, y, w, h in
            index += 1
            let cover = fieldCover(column, row, x: x, y: y, kind: kind, index: index, town: fabric.village.town)
            let name = piece(1, column, row, index)
            for b in y..<y + h {
                for a in x..<x + w { fabric.paint(fabric.cell(column, row, a, b), cover, name) }
            }
        }
    }

    /// Cuts a rectangle of cells across its longer side until each part is about `size` cells.
    func cut(
        _ x: Int, _ y: Int, _ w: Int, _ h: Int, until size: Double, _ column: Int, _ row: Int,
        _ body: (Int, Int, Int, Int) -> Void
    ) {
        let place = (column &* 64 &+ x &* 8 &+ y), shape = row &* 64 &+ w &* 8 &+ h
        let chance = dice.unit(.split, place, shape)
        guard w * h > 1, Double(w * h) > size * (0.75 + 0.9 * chance) else { return body(x, y, w, h) }
        let at = dice.unit(.field, place, shape)
        if w > h || (w == h && chance < 0.5) {
            let first = min(w - 1, max(1, Int((Double(w) * (0.3 + 0.4 * at)).rounded())))
            cut(x, y, first, h, until: size, column, row, body)
            cut(x + first, y, w - first, h, until: size, column, row, body)
        } else {
            let first = min(h - 1, max(1, Int((Double(h) * (0.3 + 0.4 * at)).rounded())))
            cut(x, y, w, first, until: size, column, row, body)
            cut(x, y + first, w, h - first, until: size, column, row, body)
        }
    }

    /// Irregular patches, each around the seed that is nearest: woods and terraces on slopes. They run across strips.
    private func paintSlopes(_ column: Int, _ row: Int, spacing: Double, _ fabric: inout Fabric) {
        var patches = Patches(column, row, spacing: spacing, self)
        for b in 1...Lattice.cells {
            for a in 1...Lattice.cells {
                let (cover, piece) = patches.patch(at: a, b, self)
                fabric.paint(fabric.cell(column, row, a, b), cover, piece)
            }
        }
        paintReservoir(column, row, &fabric)
    }

    /// A cluster of houses; in some plains it stands inside one field, which then has a hole.
    private func paintHamlet(_ column: Int, _ row: Int, _ kind: Ground.Kind, _ fabric: inout Fabric) {
        let roll = dice.unit(.hamlet, column &+ 7, ~row)
        if kind == .plain, roll < 0.3 {
            let field = piece(4, column, row)
            let cover = fieldCover(column, row, x: 3, y: 3, kind: .plain, index: 40, town: fabric.village.town)
            let around = cover.isCropland ? cover : .dry
            for b in 1...Lattice.cells {
                for a in 1...Lattice.cells { fabric.paint(fabric.cell(column, row, a, b), around, field) }
            }
        }
        let w = 2 + dice.pick(3, .hamlet, column, ~row), h = 2 + dice.pick(2, .hamlet, ~column, ~row)
        var index = 0
        cut(2, 2, w, h, until: kind == .plain ? 2.6 : 2.2, column, row) { x, y, w, h in
            index += 1
            let name = piece(5, column, row, index)
            let cover = hamletCover(column, row, index)
            for b in y..<y + h {
                for a in x..<x + w { fabric.paint(fabric.cell(column, row, a, b), cover, name) }
            }
        }
    }

    /// A pond, a farmstead, graves or a glade in the middle of something else.
    private func paintClearing(_ column: Int, _ row: Int, _ kind: Ground.Kind, _ fabric: inout Fabric) {
        let a = 2 + dice.pick(4, .clearing, column, ~row), b = 2 + dice.pick(4, .clearing, ~column, row)
        let roll = dice.unit(.clearing, ~column, ~row)
        let cover: Cover =
            switch kind {
            case .plain: roll < 0.55 ? .pond : roll < 0.8 ? .facility : .special
            case .foothill: roll < 0.4 ? .pond : roll < 0.6 ? .facility : roll < 0.75 ? .special : .otherGrass
            default: roll < 0.3 ? .otherGrass : roll < 0.6 ? .shrub : roll < 0.8 ? .bareRock : .pond
            }
        let name = piece(6, column, row)
        fabric.paint(fabric.cell(column, row, a, b), cover, name)
        if roll > 0.5 { fabric.paint(fabric.cell(column, row, min(a + 1, 5), b), cover, name) }
    }

    /// A reservoir in some valleys of the hills, one at most in a square of 16 blocks.
    private func paintReservoir(_ column: Int, _ row: Int, _ fabric: inout Fabric) {
        let i = column / 16, j = row / 16
        let x = Double(i * 16) + 4 + 8 * dice.unit(.reservoir, i, j),
            y = Double(j * 16) + 4 + 8 * dice.unit(.reservoir, ~i, j)
        guard terrain.height(x, y) > 0.42, dice.unit(.reservoir, i, ~j) < 0.7 else { return }
        let radius = 0.55 + 0.55 * dice.unit(.reservoir, ~i, ~j)
        for b in 1...Lattice.cells {
            for a in 1...Lattice.cells {
                let cellX = Double(column) + (Double(a) - 0.5) / 6, cellY = Double(row) + (Double(b) - 0.5) / 6
                let reach = radius * (1 + 0.45 * dice.noise(.reservoir, cellX * 1.9, cellY * 1.9))
                if (cellX - x) * (cellX - x) + (cellY - y) * (cellY - y) < reach * reach {
                    fabric.paint(fabric.cell(column, row, a, b), .reservoir, piece(7, i, j))
                }
            }
        }
    }
}
