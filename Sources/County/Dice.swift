/// Chance that can be looked up: every roll is a pure function of the county's seed, a purpose and two whole numbers.
///
/// Nothing is drawn in order, so any part of the county can be made without the parts before it, and neighbours that
/// ask for the same thing get the same answer. The mixing is that of SplitMix64 (Steele, Lea, Flood 2014).
struct Dice: Sendable {
    /// What a roll is for, so that rolls at the same place don't depend on each other.
    enum Purpose: UInt64 {
        case shape = 1, outline, wobble, villageCut, townCut, river, creek, highwayRow, highwayColumn
        case warpX, warpY, roadStep, roadStart, height, moisture, width, jitterX, jitterY, bend, rough
        case block, split, field, cover, seedX, seedY, hamlet, clearing, reservoir, change, ditch, fuse
        case attribute, centre, zone, farmland, name, town
        case site, coast, sea, facility, spot, statistic, listed
    }

    let seed: UInt64

    func roll(_ purpose: Purpose, _ a: Int, _ b: Int = 0) -> UInt64 {
        var z = seed &+ purpose.rawValue &* 0x9E37_79B9_7F4A_7C15
        z = Self.mix(z ^ (UInt64(bitPattern: Int64(a)) &* 0xD6E8_FEB8_6659_FD93))
        return Self.mix(z ^ (UInt64(bitPattern: Int64(b)) &* 0xA076_1D64_78BD_642F))
    }

    /// A number from 0 up to, not including, 1.
    func unit(_ purpose: Purpose, _ a: Int, _ b: Int = 0) -> Double {
        Self.unit(roll(purpose, a, b))
    }

    /// A whole number from 0 up to, not including, `count`.
    func pick(_ count: Int, _ purpose: Purpose, _ a: Int, _ b: Int = 0) -> Int {
        Int(roll(purpose, a, b) % UInt64(count))
    }

    /// Value noise from −1 to 1 that changes smoothly over a distance of 1.
    ///
    /// Only sums and products, so that it is equal to the last bit on every machine.
    func noise(_ purpose: Purpose, _ x: Double, _ y: Double) -> Double {
        let i = Int(x.rounded(.down)), j = Int(y.rounded(.down))
        let u = Self.smooth(x - Double(i)), v = Self.smooth(y - Double(j))
        let low = unit(purpose, i, j) * (1 - u) + unit(purpose, i + 1, j) * u
        let high = unit(purpose, i, j + 1) * (1 - u) + unit(purpose, i + 1, j + 1) * u
        return 2 * (low * (1 - v) + high * v) - 1
    }

    /// The values at the four points of the noise's lattice around a place.
    struct Corners {
        fileprivate var i = Int.min
        fileprivate var j = Int.min
        fileprivate var values = (0.0, 0.0, 0.0, 0.0)
    }

    /// The same noise, for places that follow one another closely.
    ///
    /// - Parameter corners: of the place before; for one purpose only.
    func noise(_ purpose: Purpose, _ x: Double, _ y: Double, _ corners: inout Corners) -> Double {
        let i = Int(x.rounded(.down)), j = Int(y.rounded(.down))
        if corners.i != i || corners.j != j {
            corners.i = i
            corners.j = j
            corners.values = (
                unit(purpose, i, j), unit(purpose, i + 1, j), unit(purpose, i, j + 1), unit(purpose, i + 1, j + 1)
            )
        }
        let u = Self.smooth(x - Double(i)), v = Self.smooth(y - Double(j)), values = corners.values
        let low = values.0 * (1 - u) + values.1 * u
        let high = values.2 * (1 - u) + values.3 * u
        return 2 * (low * (1 - v) + high * v) - 1
    }

    static func unit(_ roll: UInt64) -> Double { Double(roll >> 11) * 0x1p-53 }

    static func mix(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    private static func smooth(_ t: Double) -> Double { t * t * (3 - 2 * t) }
}
