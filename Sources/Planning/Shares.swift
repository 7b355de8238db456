/// Whole hundredths divided so that nothing is left over.
package enum Shares {
    /// An area divided among pieces by what they measure: by the trade's adjustment rule (`Adjustment`) where the measures
    /// add up to it but for rounding, otherwise in proportion.
    ///
    /// - Parameters:
    ///   - total: 0 or more.
    ///   - measured: 0 or more for each piece; not all 0 unless `total` is 0, or the first piece gets all.
    /// - Returns: one share a piece; their sum is `total`.
    package static func of(_ total: Int64, by measured: [Int64]) -> [Int64] {
        let polygons = measured.enumerated().map { Adjustment.Polygon(id: Int64($0.offset), raw: $0.element) }
        guard let adjustment = try? Adjustment(polygons, to: total) else { return proportional(total, by: measured) }
        var shares = measured
        for move in adjustment.moves { shares[Int(move.id)] = move.adjusted }
        return shares
    }

    /// In proportion to weights, the rest by the largest remainders (of equal ones the first).
    package static func proportional(_ total: Int64, by weights: [Int64]) -> [Int64] {
        let sum = weights.reduce(Int128(0)) { $0 + Int128($1) }
        guard sum > 0 else { return weights.indices.map { $0 == 0 ? total : 0 } }
        var shares: [Int64] = []
        var remainders: [(index: Int, rest: Int128)] = []
        for (index, weight) in weights.enumerated() {
            let (quotient, rest) = (Int128(total) * Int128(weight)).quotientAndRemainder(dividingBy: sum)
            shares.append(Int64(quotient))
            remainders.append((index, rest))
        }
        let missing = Int(total - shares.reduce(0, +))
        remainders.sort { $0.rest != $1.rest ? $0.rest > $1.rest : $0.index < $1.index }
        for (index, _) in remainders.prefix(missing) { shares[index] += 1 }
        return shares
    }
}
