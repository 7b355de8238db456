import Geometry
import Planning

/// A limit that the upper plan assigns to a unit, and what the plan's own table says.
package struct CountyLimit: Hashable, Sendable {
    package let rule: String
    package let unit: String
    package let unitName: String
    /// The layer whose area is limited.
    package let layer: String
    package let isUpperBound: Bool
    /// Hundredths of a square metre; nil where none was assigned or reported.
    package let limit: Int64?
    /// The layer's area in the unit.
    package let actual: Int64
    package let verdict: String
}

/// The share of a village's cultivated land that grows no grain, and the share at which the county gives alarm.
package struct CountyAlarm: Hashable, Sendable {
    package let village: String
    package let name: String
    package let cultivated: Int64
    package let drifted: Int64
    package let alarm: Double?
    package let verdict: String
}

extension County {
    /// Limits by town: of the first towns one is kept, one broken, one not given. Where fewer than three towns have
    /// anything of a layer, others stand in for them: nothing keeps to a limit of nothing.
    package func limits() -> [CountyLimit] {
        var limits: [CountyLimit] = []
        let layers = layers()
        for (rule, name, field, isUpper, slack) in [
            ("R34", "CZKFBJ", "MJ", true, 5), ("R73", "STBHHX", "MJ", false, 5), ("R45", "JSBJ", "JSMJ", true, 5),
            ("R81", "ZZ_NYDZYFW", "DKMJ", true, 20), ("R76", "CZKFBJ", "MJ", true, 0),
        ] {
            guard let layer = layers.first(where: { $0.name == name }) else { continue }
            let sums = sums(of: layer, field)
            var towns = layout.towns.filter { (sums[names.code(of: $0)] ?? 0) > 0 }
            if towns.count < 3, !towns.isEmpty || !isUpper {
                let idle = layout.towns.filter { (sums[names.code(of: $0)] ?? 0) == 0 }
                // Only who has something can have too much.
                towns = towns.count == 1 ? idle.prefix(1) + towns + idle.dropFirst().prefix(1) : towns + idle.prefix(3)
            }
            for (place, town) in towns.enumerated() {
                let code = names.code(of: town), actual = sums[code] ?? 0
                let share = Int64(slack) * actual / 100
                let verdict = place == 1 ? "broken" : place == 2 ? "unknown" : "held"
                var limit: Int64? = isUpper ? actual + share : actual - share
                if place == 1 { limit = isUpper ? actual - share : actual + (actual == 0 ? 1_000_000 : share) }
                // The table of the plan says the layer's area, or 1.5 ha more.
                if rule == "R76" { limit = place == 1 ? actual + 1_500_000 : actual }
                if place == 2 { limit = nil }
                limits.append(
                    CountyLimit(
                        rule: rule, unit: code, unitName: names.name(of: town, isSeat: town.index == ground.seat),
                        layer: name, isUpperBound: isUpper, limit: limit, actual: actual, verdict: verdict))
            }
        }
        return limits
    }

    /// A layer's areas by town, in hundredths of a square metre.
    private func sums(of layer: CountyLayer, _ field: String) -> [String: Int64] {
        guard let unit = layer.fields.firstIndex(where: { $0.name == "XZQDM" }),
            let size = layer.fields.firstIndex(where: { $0.name == field })
        else { return [:] }
        var sums: [String: Int64] = [:]
        layer.forEachFeature { feature in
            guard case .text(let code) = feature.values[unit], case .real(let value) = feature.values[size] else {
                return
            }
            sums[String(code.prefix(9)), default: 0] += Int64((value * 100).rounded())
        }
        return sums
    }

    /// The alarm shares of the first villages: the share of fields without grain is below it, above it, or none is set.
    package func alarms() -> [CountyAlarm] {
        let year = years.last ?? 2025
        return layout.villages.prefix(40).enumerated().compactMap { place, village in
            var cultivated = Int64(0), drifted = Int64(0)
            forEachParcel(year, in: [village]) { parcel in
                guard parcel.slope != nil else { return }
                cultivated += parcel.gross - parcel.deducted
                if ["FLS", "WG"].contains(crop(parcel).code) { drifted += parcel.gross - parcel.deducted }
            }
            guard cultivated > 0 else { return nil }
            let alarm: Double? = place % 7 == 6 ? nil : place % 3 == 1 ? 0.05 : 0.6
            let share = Double(drifted) / Double(cultivated)
            return CountyAlarm(
                village: self.place(of: village).code, name: names.name(of: village), cultivated: cultivated,
                drifted: drifted, alarm: alarm,
                verdict: alarm.map { share > $0 ? "broken" : "held" } ?? "unknown")
        }
    }
}
