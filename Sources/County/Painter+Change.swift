/// What becomes of the land from survey to survey: towns grow into their fields, hamlets into theirs, some fields turn
/// to orchards and ponds and some orchards back.
///
/// Each piece of land changes at most once; what has changed in one year has changed in all later ones.
extension Painter {
    func change(_ column: Int, _ row: Int, _ kind: Ground.Kind, age: Double, _ fabric: inout Fabric) {
        let urban = ground.urbanity(Double(column) + 0.5, Double(row) + 0.5, town: fabric.village.town)
        let hamlet = ground.hasHamlet(column, row)
        for b in 1...Lattice.cells {
            for a in 1...Lattice.cells {
                let cell = fabric.cell(column, row, a, b)
                let piece = fabric.piece[cell]
                let number = Int(truncatingIfNeeded: piece)
                guard
                    let (next, share) = fate(
                        fabric.cover[cell], urban: urban, hamlet: hamlet, roll: dice.unit(.change, number, 1)),
                    dice.unit(.change, number, 2) < share * age / 5
                else { continue }
                // In some pieces only the cells on one side of a line change, and the piece is divided.
                let side = dice.pick(10, .change, number, 3)
                if side < 4, (side < 2 ? a : b) <= 3 { continue }
                fabric.paint(cell, next, Dice.mix(piece) | 1)
            }
        }
    }

    /// What a piece would become, and how likely in five years; nil when it stays.
    private func fate(_ cover: Cover, urban: Double, hamlet: Bool, roll: Double) -> (Cover, Double)? {
        switch cover {
        case .paddy, .irrigated, .dry, .orchard, .pond, .vacant:
            if urban > -0.35 {
                let next = pick(
                    roll,
                    [(.urbanHousing, 0.36), (.industry, 0.3), (.commerce, 0.1), (.storage, 0.1), (.schools, 0.06)],
                    else: .park)
                return (next, urban > 0 ? 0.4 : 0.16)
            }
            if cover == .vacant { return (.homestead, 0.2) }
            if cover == .orchard { return (.dry, 0.05) }
            if cover == .pond { return (.paddy, 0.03) }
            if hamlet { return (roll < 0.75 ? .homestead : roll < 0.9 ? .facility : .vacant, 0.05) }
            return (pick(roll, [(.orchard, 0.4), (.facility, 0.25), (.pond, 0.2)], else: .otherForest), 0.022)
        case .otherGrass: return (roll < 0.5 ? .dry : .otherForest, 0.12)
        case .otherForest: return (roll < 0.7 ? .forest : .dry, 0.06)
        case .forest: return (roll < 0.6 ? .otherForest : roll < 0.8 ? .mining : .tea, 0.008)
        default: return nil
        }
    }
}
