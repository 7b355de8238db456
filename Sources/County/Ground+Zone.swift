extension Ground {
    /// Zones of the three lines, block by block.
    enum Zone: UInt64 {
        case none = 0
        /// In the urban development boundary: concentrated, flexible, special.
        case concentrated = 410
        case flexible = 420
        case special = 430
        /// In the red line: the core of a nature reserve, and the rest.
        case core = 1
        case general = 2

        var isUrban: Bool { rawValue >= 400 }
        var isRedLine: Bool { self == .core || self == .general }
    }

    /// The zone of a block. The urban boundary goes around towns with room to grow, the red line around the high hills;
    /// they never meet.
    func zone(_ column: Int, _ row: Int, town: Int) -> Zone {
        if !spared.isEmpty, spared.contains(row << 24 | column) { return .none }
        let x = Double(column) + 0.5, y = Double(row) + 0.5
        let urban = urbanity(x, y, town: town)
        if urban > -0.3 {
            if urban < 0.05, terrain.riverDistance(y) < 0.8 { return .special }
            return urban > -0.12 ? .concentrated : .flexible
        }
        let height = terrain.height(x, y), wild = dice.noise(.zone, x / 3.1, y / 3.1)
        guard height > 0.62, wild > -0.35 else { return .none }
        return height > 0.86 && wild > 0 ? .core : .general
    }
}
