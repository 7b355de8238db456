/// Which cover a piece of land gets. The shares are our own choice, made to look like a county south of the Huai.
extension Painter {
    func fieldCover(_ column: Int, _ row: Int, x: Int, y: Int, kind: Ground.Kind, index: Int, town: Int) -> Cover {
        let px = Double(column) + Double(x) / 6, py = Double(row) + Double(y) / 6
        let roll = dice.unit(.cover, column &* 64 &+ index, row)
        // A town's edge runs between its plots, not between blocks.
        let urban = kind == .plain ? -1 : ground.urbanity(px, py, town: town)
        switch urban > 0.4 ? Ground.Kind.core : urban > 0 ? .fringe : .plain {
        case .core:
            // Quarters: the town's middle trades and governs, further out people live.
            if urban > 0.75, roll < 0.5 { return roll < 0.28 ? .commerce : .offices }
            return pick(
                roll,
                [
                    (.urbanHousing, 0.56), (.commerce, 0.12), (.schools, 0.08), (.offices, 0.05), (.park, 0.08),
                    (.utilities, 0.04), (.industry, 0.05),
                ], else: .vacant)
        case .fringe:
            // One side of a town holds its works, by the moisture field, which keeps neighbours alike.
            if terrain.moisture(px / 2, py / 2) < 0.48 {
                return pick(
                    roll,
                    [(.industry, 0.46), (.storage, 0.12), (.homestead, 0.1), (.irrigated, 0.16), (.vacant, 0.06)],
                    else: .dry)
            }
            return pick(
                roll,
                [
                    (.urbanHousing, 0.3), (.homestead, 0.2), (.irrigated, 0.22), (.orchard, 0.08), (.park, 0.05),
                    (.pond, 0.04),
                ],
                else: .vacant)
        default:
            let near = terrain.riverDistance(py)
            if near < 0.5, roll < 0.3 { return roll < 0.2 ? .flat : .otherGrass }
            if roll > 0.86 {
                return pick(
                    (roll - 0.86) / 0.14, [(.pond, 0.3), (.orchard, 0.3), (.otherForest, 0.18), (.facility, 0.14)],
                    else: .otherGrass)
            }
            let wet = terrain.moisture(px, py) - near * 0.05
            return wet > 0.36 ? .paddy : wet > 0.24 ? .irrigated : .dry
        }
    }

    /// - Parameters:
    ///   - x: where the patch's seed lies, in blocks; the patch of seed `i`, `j`.
    func slopeCover(_ x: Double, _ y: Double, _ i: Int, _ j: Int) -> Cover {
        let height = terrain.height(x, y) + 0.08 * (dice.unit(.cover, i, j) - 0.5)
        let moist = terrain.moisture(x, y), roll = dice.unit(.cover, ~i, j)
        switch height {
        case ..<0.36:
            return moist > 0.6 && roll < 0.5
                ? .irrigated : pick(roll, [(.dry, 0.62), (.orchard, 0.2), (.irrigated, 0.1)], else: .otherForest)
        case ..<0.46:
            if moist > 0.62 { return pick(roll, [(.orchard, 0.45), (.dry, 0.25), (.tea, 0.1)], else: .otherForest) }
            return pick(roll, [(.dry, 0.6), (.orchard, 0.12), (.otherGrass, 0.1)], else: .forest)
        case ..<0.56:
            if moist > 0.6 { return pick(roll, [(.tea, 0.5), (.forest, 0.25), (.bamboo, 0.1)], else: .dry) }
            return pick(roll, [(.forest, 0.46), (.dry, 0.26), (.shrub, 0.12)], else: .otherForest)
        case ..<0.95:
            if moist > 0.66 { return pick(roll, [(.bamboo, 0.7), (.forest, 0.2)], else: .otherForest) }
            if moist < 0.3 {
                return pick(roll, [(.shrub, 0.55), (.forest, 0.25), (.mining, 0.02)], else: .otherForest)
            }
            return pick(roll, [(.forest, 0.86), (.otherForest, 0.08)], else: .shrub)
        default:
            return pick(roll, [(.shrub, 0.4), (.forest, 0.3), (.pasture, 0.16), (.otherGrass, 0.08)], else: .bareRock)
        }
    }

    func hamletCover(_ column: Int, _ row: Int, _ index: Int) -> Cover {
        let roll = dice.unit(.cover, ~(column &* 64 &+ index), ~row)
        return pick(
            roll,
            [
                (.homestead, 0.8), (.vacant, 0.05), (.schools, 0.04), (.offices, 0.03), (.commerce, 0.03),
                (.utilities, 0.03),
            ],
            else: .park)
    }

    func pick(_ roll: Double, _ shares: [(Cover, Double)], else rest: Cover) -> Cover {
        var sum = 0.0
        for (cover, share) in shares {
            sum += share
            if roll < sum { return cover }
        }
        return rest
    }
}
