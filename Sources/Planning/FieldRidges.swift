/// The ridges between fields (田坎), which the survey deducts from cultivated parcels by a factor (KCXS).
package enum FieldRidges {
    /// The area to deduct: area times factor, rounded half up to 0.01 m² (TD/T 1055-2019; KCMJ of DLTB).
    ///
    /// - Parameters:
    ///   - area: in whole hundredths of a square metre.
    ///   - factor: from 0 to 1; a number above 1 is the percentage that older databases hold.
    /// - Returns: whole hundredths of a square metre; 0 for a factor that makes no sense.
    package static func deduction(from area: Int64, factor: Double) -> Int64 {
        guard factor > 0, factor <= 100, area > 0 else { return 0 }
        // Factors have four decimals: whole ten-thousandths keep the product exact.
        let share = Int64(((factor > 1 ? factor / 100 : factor) * 10_000).rounded())
        return (area * share + 5_000) / 10_000
    }
}
