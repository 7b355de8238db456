/// Roads, rivers and ditches. A strip that holds none belongs to the land beside it.
extension Painter {
    func paintStrips(age: Double, _ fabric: inout Fabric) {
        // A strip's look depends on roads that start in the villages around, and a crossing's on the blocks before it.
        let lowColumn = max(0, fabric.columns.lowerBound - 1), lowRow = max(0, fabric.rows.lowerBound - 1)
        let strips = roads.strips(
            columns: lowColumn..<fabric.columns.upperBound, rows: lowRow..<fabric.rows.upperBound, age: age)
        for column in fabric.columns {
            for row in layout.rows(of: fabric.village.band, column: column) {
                let left = strip(column, row, alongColumn: true, strips, fabric.village.town)
                let lower = strip(column, row, alongColumn: false, strips, fabric.village.town)
                for step in 1...Lattice.cells {
                    fill(fabric.cell(column, row, 0, step), left, beside: fabric.cell(column, row, 1, step), &fabric)
                    fill(fabric.cell(column, row, step, 0), lower, beside: fabric.cell(column, row, step, 1), &fabric)
                }
                let incident = [
                    left, lower,
                    row > 0 ? strip(column, row - 1, alongColumn: true, strips, fabric.village.town) : nil,
                    column > 0 ? strip(column - 1, row, alongColumn: false, strips, fabric.village.town) : nil,
                ]
                let foremost = incident.compactMap(\.self).min { $0.cover.rank < $1.cover.rank }
                fill(fabric.cell(column, row, 0, 0), foremost, beside: fabric.cell(column, row, 0, 1), &fabric)
            }
        }
    }

    /// What fills the left (`alongColumn`) or lower strip of a block, as a piece that goes on along its line.
    func strip(
        _ column: Int, _ row: Int, alongColumn: Bool, _ strips: Roads.Strips, _ town: Int
    ) -> (cover: Cover, piece: UInt64)? {
        let number = alongColumn ? column : ~row
        func named(_ cover: Cover) -> (Cover, UInt64) { (cover, piece(8, number, Int(cover.rawValue))) }
        let line = alongColumn ? terrain.columnLines[column] : terrain.rowLines[row]
        switch line {
        case .highway where terrain.hasHighway(column, row, alongColumn: alongColumn): return named(.highway)
        case .river: return named(.river)
        case .creek where hasCreek(column, row): return named(.river)
        case .plain, .creek, .highway: break
        }
        let x = Double(column) + (alongColumn ? 0 : 0.5), y = Double(row) + (alongColumn ? 0.5 : 0)
        if strips.hasRoad(column, row, alongColumn: alongColumn) {
            return named(ground.urbanity(x, y, town: town) > 0 ? .street : .ruralRoad)
        }
        let side = alongColumn ? column : ~column
        if line == .plain, terrain.height(x, y) < 0.3, dice.unit(.ditch, side, row) < 0.2 { return named(.ditch) }
        return nil
    }

    /// Creeks run down to the river from a distance of their own on either side.
    private func hasCreek(_ column: Int, _ row: Int) -> Bool {
        let river = terrain.river(near: row)
        let up = row >= river
        let far = up ? row - river : river - 1 - row
        let length = 3 + dice.pick(9, .creek, column, up ? river : ~river)
        return far < length
    }

    private func fill(_ cell: Int, _ strip: (cover: Cover, piece: UInt64)?, beside other: Int, _ fabric: inout Fabric) {
        if let strip {
            fabric.paint(cell, strip.cover, strip.piece)
        } else if fabric.planted.contains(fabric.piece[other]) {
            // What is planted ends where its site ends.
            let block = fabric.block(of: cell)
            fabric.paint(cell, .otherGrass, piece(11, block.column, block.row, cell % fabric.width))
        } else {
            fabric.paint(cell, fabric.cover[other], fabric.piece[other])
        }
    }
}

extension Cover {
    /// Which line goes through where lines cross: roads have bridges, water passes under.
    fileprivate var rank: Int {
        switch self {
        case .highway: 0
        case .ruralRoad: 1
        case .street: 2
        case .river: 3
        default: 4
        }
    }
}
