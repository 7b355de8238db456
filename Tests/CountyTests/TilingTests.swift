import Geometry
import Testing

@testable import County

/// Proofs in whole numbers that parcels tile villages, villages towns and towns the county.
struct TilingTests {
    @Test("Every edge of a parcel is its neighbour's, or the county's", arguments: UInt64(1)...5, [1_000, 3_000])
    func edgesMatch(seed: UInt64, parcels: Int) throws {
        let county = try county(seed, parcels: parcels)
        let border = Set(edges(try #require(county.features("XZQ").first).shape))
        for year in county.years {
            var seen: Set<Edge> = []
            for parcel in try county.features("DLTB_\(year)") {
                for edge in edges(parcel.shape) { #expect(seen.insert(edge).inserted, "seed \(seed): an edge twice") }
            }
            let open = seen.filter { !seen.contains($0.reversed) }
            #expect(open == border, "seed \(seed), \(year): \(open.subtracting(border).count) edges stand alone")
        }
    }

    @Test("Areas add up exactly from parcels to villages, towns and county", arguments: UInt64(1)...5)
    func areasAddUp(seed: UInt64) throws {
        let county = try county(seed, parcels: 3_000)
        var villages: [String: Int128] = [:]
        for village in try county.features("CJDCQ") {
            villages[village.text(County.villageFields, "ZLDWDM") ?? "", default: 0] += twiceArea(village.shape)
        }
        #expect(villages.count == county.layout.villages.count)
        for year in county.years {
            var sums: [String: Int128] = [:]
            for parcel in try county.features("DLTB_\(year)") {
                sums[parcel.text(County.surveyFields, "ZLDWDM") ?? "", default: 0] += twiceArea(parcel.shape)
            }
            #expect(sums == villages, "seed \(seed), \(year)")
        }
        let units = try county.features("XZQ")
        let whole = try #require(units.first)
        #expect(units.dropFirst().reduce(0) { $0 + twiceArea($1.shape) } == twiceArea(whole.shape))
        for town in units.dropFirst() {
            let code = town.text(County.unitFields, "XZQDM") ?? "?"
            let sum = villages.filter { $0.key.hasPrefix(code) }.values.reduce(0, +)
            #expect(sum == twiceArea(town.shape), "seed \(seed), town \(code)")
        }
    }

    @Test("No ring crosses or touches itself, no part is empty", arguments: UInt64(1)...6)
    func ringsAreSimple(seed: UInt64) throws {
        let county = try county(seed, parcels: seed == 6 ? 6_000 : 1_500)
        for layer in county.layers() where layer.geometry == .polygon && layer.name != "XZQ" {
            try layer.forEachFeature { feature in
                for ring in orientedRings(feature.shape) {
                    #expect(Set(ring.dropFirst()).count == ring.count - 1, "seed \(seed), \(layer.name)")
                    #expect(ring.first == ring.last && twiceArea(ring) != 0)
                    try #require(isSimple(ring), "seed \(seed), \(layer.name), \(feature.values)")
                }
            }
        }
    }

    private func isSimple(_ ring: [Corner]) -> Bool {
        let sides = zip(ring, ring.dropFirst()).map { Edge(from: $0, to: $1) }.sorted {
            min($0.from.x, $0.to.x) < min($1.from.x, $1.to.x)
        }
        for (index, edge) in sides.enumerated() {
            for other in sides[(index + 1)...] {
                if min(other.from.x, other.to.x) > max(edge.from.x, edge.to.x) { break }
                if cross(edge, other) { return false }
            }
        }
        return true
    }
}
