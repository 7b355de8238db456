/// The ridges between fields (田坎), which the survey deducts from cultivated parcels by a factor (KCXS).
package enum FieldRidges {
    /// The class that the deducted ridges are counted as: KCDLBM.
    package static let code = "1203"

    /// The area to deduct: area times factor, rounded half up to 0.01 m² (TD/T 1055-2019; KCMJ of DLTB).
    ///
    /// The product is exact: a factor counts with six decimals, four as the rule has it and two more for percentages
    /// with decimals of their own, and the noise of single precision is left behind them.
    ///
    /// - Parameters:
    ///   - area: in whole hundredths of a square metre.
    ///   - factor: below 1; a number from 1 to 100 is the percentage that older databases hold (TKXS).
    /// - Returns: whole hundredths of a square metre; 0 for a factor that makes no sense.
    package static func deduction(from area: Int64, factor: Double) -> Int64 {
        guard factor > 0, factor <= 100, area > 0 else { return 0 }
        let share = Int128(((factor >= 1 ? factor / 100 : factor) * 1_000_000).rounded())
        return Int64((Int128(area) * share + 500_000) / 1_000_000)
    }

    /// The same for a parcel of a class: only cultivated land (01xx, 耕地) has ridges to deduct.
    package static func deduction(from area: Int64, factor: Double, code: some StringProtocol) -> Int64 {
        code.hasPrefix("01") ? deduction(from: area, factor: factor) : 0
    }
}
