/// The patches that a block's cells belong to. Each seed is rolled once for the block, and its cover once it is needed.
struct Patches {
    private struct Seed {
        let x: Double
        let y: Double
        var cover: Cover?
    }

    private let spacing: Double
    /// The lattice lines before the block's first cell.
    private let left: Int
    private let bottom: Int
    /// The first seed's numbers, and how many seeds there are in a row.
    private let firstI: Int
    private let firstJ: Int
    private let width: Int
    private var seeds: [Seed] = []

    /// - Parameter spacing: how far seeds lie from one another, in cells.
    init(_ column: Int, _ row: Int, spacing: Double, _ painter: Painter) {
        self.spacing = spacing
        left = column * Lattice.pitch
        bottom = row * Lattice.pitch
        func number(_ cell: Int) -> Int { Int(((Double(cell) + 0.5) / spacing).rounded(.down)) }
        firstI = number(left + 1) - 1
        firstJ = number(bottom + 1) - 1
        let lastI = number(left + Lattice.cells) + 1, lastJ = number(bottom + Lattice.cells) + 1
        width = lastI - firstI + 1
        seeds.reserveCapacity(width * (lastJ - firstJ + 1))
        for n in firstJ...lastJ {
            for m in firstI...lastI {
                seeds.append(
                    Seed(
                        x: Double(m) + 0.1 + 0.8 * painter.dice.unit(.seedX, m, n),
                        y: Double(n) + 0.1 + 0.8 * painter.dice.unit(.seedY, m, n)))
            }
        }
    }

    /// The patch of the seed that is nearest to a cell of the block.
    mutating func patch(at a: Int, _ b: Int, _ painter: Painter) -> (cover: Cover, piece: UInt64) {
        let x = (Double(left + a) + 0.5) / spacing, y = (Double(bottom + b) + 0.5) / spacing
        let i = Int(x.rounded(.down)), j = Int(y.rounded(.down))
        var nearest = (distance: Double.infinity, i: 0, j: 0)
        for n in j - 1...j + 1 {
            for m in i - 1...i + 1 {
                let seed = seeds[(n - firstJ) * width + m - firstI]
                let distance = (seed.x - x) * (seed.x - x) + (seed.y - y) * (seed.y - y)
                if distance < nearest.distance { nearest = (distance, m, n) }
            }
        }
        let place = (nearest.j - firstJ) * width + nearest.i - firstI, seed = seeds[place]
        let piece = painter.piece(spacing < 4 ? 2 : 3, nearest.i, nearest.j)
        if let cover = seed.cover { return (cover, piece) }
        let scale = spacing / Double(Lattice.pitch)
        let cover = painter.slopeCover(seed.x * scale, seed.y * scale, nearest.i, nearest.j)
        seeds[place].cover = cover
        return (cover, piece)
    }
}
