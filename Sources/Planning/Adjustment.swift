import Phrases

/// The areas of polygons brought to a control area (面积调平, 平差): whole hundredths of a square metre, moved one by
/// one until the sum is exact.
///
/// The difference of n hundredths goes to k polygons in descending order of area: with n = f·k + r the first r take
/// f + 1 hundredths, the others f, all with the difference's sign (domain reference f3). Equal areas stand in the order
/// of their ids, so that the result does not depend on the order of the input. Always computed from raw areas, a
/// polygon is never adjusted twice.
package struct Adjustment: Sendable, Hashable {
    package struct Polygon: Sendable, Hashable {
        package var id: Int64
        /// In hundredths of a square metre, as measured.
        package var raw: Int64

        package init(id: Int64, raw: Int64) {
            self.id = id
            self.raw = raw
        }
    }

    /// A polygon whose area changes.
    package struct Move: Sendable, Hashable {
        package var id: Int64
        package var raw: Int64
        /// In hundredths of a square metre, never 0.
        package var moved: Int64
        package var adjusted: Int64 { raw + moved }
    }

    package let control: Int64
    /// The sum of the raw areas.
    package let sum: Int64
    /// Largest polygon first.
    package let moves: [Move]

    package var difference: Int64 { control - sum }

    /// How far a sum may be from its control before something else is wrong than rounding: a gap, an overlap, a parcel
    /// in the wrong unit.
    ///
    /// No rule that could be verified gives a number. This is our own: half a hundredth for each rounded figure, and a
    /// millionth of the control, which is what edges that another program has not divided cost a village or a county
    /// (reference f1: 0.2 to 1.7 millionths for sides of 10 to 30 km).
    package static func tolerance(polygons: Int, control: Int64) -> Int64 {
        (Int64(polygons) + 2) / 2 + abs(control / 1_000_000)
    }

    /// Why a sum is not brought to its control.
    package struct Beyond: Error, Sendable, Hashable {
        package var difference: Int64
        package var tolerance: Int64
    }

    /// - Parameters:
    ///   - polygons: with different ids, areas of 0 or more.
    ///   - control: in hundredths of a square metre.
    ///   - tolerance: what the difference may be; nil for `tolerance(polygons:control:)`.
    /// - Throws: `Beyond` when the difference is larger, or no polygon can take it.
    package init(_ polygons: [Polygon], to control: Int64, tolerance: Int64? = nil) throws(Beyond) {
        let sum = polygons.reduce(0) { $0 + $1.raw }
        let difference = control - sum
        let limit = tolerance ?? Self.tolerance(polygons: polygons.count, control: control)
        guard difference.magnitude <= max(0, limit).magnitude, control >= 0 else {
            throw Beyond(difference: difference, tolerance: limit)
        }
        self.control = control
        self.sum = sum
        guard difference != 0 else {
            moves = []
            return
        }
        // What has no area, as a broken ring, is not given one.
        let order = polygons.filter { $0.raw > 0 }.sorted { $0.raw != $1.raw ? $0.raw > $1.raw : $0.id < $1.id }
        guard !order.isEmpty else { throw Beyond(difference: difference, tolerance: limit) }
        var moved = order.map { _ in Int64(0) }
        var rest = Int64(difference.magnitude)
        let sign = difference.signum()
        // A polygon never loses more than it has; what it cannot take goes round again among the others.
        var open = order.count
        while rest > 0 {
            let (each, more) = rest.quotientAndRemainder(dividingBy: Int64(open))
            for index in 0..<open {
                let share = each + (index < more ? 1 : 0)
                let taken = sign > 0 ? share : min(share, order[index].raw - moved[index])
                moved[index] += taken
                rest -= taken
            }
            while sign < 0, open > 0, moved[open - 1] == order[open - 1].raw { open -= 1 }
        }
        moves = zip(order, moved).compactMap { polygon, moved in
            moved == 0 ? nil : Move(id: polygon.id, raw: polygon.raw, moved: sign * moved)
        }
    }
}
