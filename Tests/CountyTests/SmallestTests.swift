import Geometry
import Testing

@testable import County

/// The smallest county that has planted cases has all of them, and something of every layer.
struct SmallestTests {
    /// Decided by the sea.
    private static let marine: Set = ["R29", "R48", "R61", "R62", "R63", "R64", "R65", "R66"]

    @Test("A thousand parcels hold a case of every kind for every rule", arguments: UInt64(1)...8)
    func cases(seed: UInt64) throws {
        let county = try county(seed)
        var verdicts: [String: Set<String>] = [:]
        for row in county.truth() { verdicts[row.rule, default: []].insert(row.verdict) }
        for row in county.limits() {
            verdicts[row.rule, default: []].insert(row.verdict)
            guard let limit = row.limit, row.rule != "R76" else { continue }
            let isKept = row.isUpperBound ? row.actual <= limit : row.actual >= limit
            #expect(isKept == (row.verdict == "held"), "seed \(seed), \(row.rule) of \(row.unit)")
        }
        for row in county.alarms() { verdicts["R12", default: []].insert(row.verdict) }
        for number in 1...82 where !(77...80).contains(number) {
            let rule = number < 10 ? "R0\(number)" : "R\(number)"
            if Self.marine.contains(rule), !county.layout.isCoastal { continue }
            #expect(
                verdicts[rule]?.isSuperset(of: ["held", "broken", "unknown"]) == true,
                "seed \(seed), \(rule): \(verdicts[rule] ?? [])")
        }
    }

    @Test("No layer is empty", arguments: UInt64(1)...8, [1_000, 3_000])
    func layers(seed: UInt64, parcels: Int) throws {
        struct Enough: Error {}
        for layer in try county(seed, parcels: parcels).layers() {
            #expect(throws: Enough.self, "seed \(seed), \(parcels) parcels: \(layer.name) is empty") {
                try layer.forEachFeature { _ in throw Enough() }
            }
        }
    }
}
