import Geometry
import Phrases
import Planning
import Testing

@testable import County

/// Without the planted faults, but for the tests that are about them.
func county(
    _ seed: UInt64, parcels: Int = 1_000, years: [Int] = [2020, 2025], faults: Bool = false
) throws -> County {
    try County(seed: seed, parcels: parcels, years: years, faults: faults, area: planeArea)
}

extension County {
    func features(_ name: String) throws -> [CountyFeature] {
        let layer = try #require(layers().first { $0.name == name })
        var features: [CountyFeature] = []
        layer.forEachFeature { features.append($0) }
        return features
    }
}

extension CountyFeature {
    func text(_ layer: [CountyField], _ name: String) -> String? {
        guard let column = layer.firstIndex(where: { $0.name == name }), case .text(let text) = values[column] else {
            return nil
        }
        return text
    }

    func hundredths(_ layer: [CountyField], _ name: String) -> Int64? {
        guard let column = layer.firstIndex(where: { $0.name == name }), case .real(let value) = values[column] else {
            return nil
        }
        return Int64((value * 100).rounded())
    }
}

struct CountyTests {
    @Test("The same seed gives the same county, another seed another")
    func deterministic() throws {
        func everything(_ seed: UInt64) throws -> Int {
            var hasher = Hasher()
            for layer in try county(seed).layers() {
                hasher.combine(layer.name)
                layer.forEachFeature { hasher.combine($0) }
            }
            return hasher.finalize()
        }
        #expect(try everything(1) == everything(1))
        #expect(try everything(1) != everything(2))
    }

    @Test("It has about as many parcels as were asked for", arguments: UInt64(1)...3, [1_000, 3_000, 12_000])
    func size(seed: UInt64, parcels: Int) throws {
        let county = try county(seed, parcels: parcels)
        for year in county.years {
            let count = county.layout.villages.reduce(0) { sum, village in
                let fabric = county.painter.paint(village, age: Double(year - 2020))
                return sum + Parcels(fabric, dice: county.dice).count
            }
            #expect(abs(count - parcels) * 10 <= parcels, "seed \(seed), \(year): \(count)")
        }
    }

    @Test("Numbers out of range are refused")
    func refused() {
        #expect(throws: Refusal.self) { try county(1, parcels: 10) }
        #expect(throws: Refusal.self) { try county(1, parcels: 20_000_000) }
        #expect(throws: Refusal.self) { try county(1, years: []) }
        #expect(throws: Refusal.self) { try county(1, years: [20]) }
    }

    @Test("Its ground lies in zone 39, well inside its degrees, and its code is nobody's")
    func place() throws {
        let large = try county(3, parcels: 10_000_000)
        // The 3° zone is 143 km wide on either side of 117° E at 31° N.
        #expect(Box(minX: 39_357_000, minY: 3_200_000, maxX: 39_643_000, maxY: 3_600_000).contains(large.box))
        #expect(large.code.digits.hasPrefix("9"))
    }

    @Test("Neighbours are alike more often than by chance", arguments: UInt64(1)...3)
    func coherent(seed: UInt64) throws {
        let county = try county(seed)
        var alike = 0.0, pairs = 0.0, counts: [String: Double] = [:]
        for village in county.layout.villages {
            let fabric = county.painter.paint(village, age: 0)
            for cell in 0..<fabric.piece.count - 1 where (cell + 1) % fabric.width != 0 {
                guard fabric.piece[cell] != 0, fabric.piece[cell + 1] != 0, fabric.piece[cell] != fabric.piece[cell + 1]
                else { continue }
                let a = fabric.cover[cell].code.prefix(2), b = fabric.cover[cell + 1].code.prefix(2)
                pairs += 1
                alike += a == b ? 1 : 0
                counts[String(a), default: 0] += 1
            }
        }
        let chance = counts.values.reduce(0.0) { $0 + ($1 / pairs) * ($1 / pairs) }
        #expect(alike / pairs > 1.3 * chance, "seed \(seed): \(alike / pairs) against \(chance)")
    }

    @Test("There are fields with holes and woods in several parts", arguments: UInt64(1)...3)
    func shapes(seed: UInt64) throws {
        let survey = try county(seed, parcels: 3_000).features("DLTB_2020")
        let holes = survey.filter { $0.shape.ringEnds.count > $0.shape.partEnds.count }
        #expect(holes.count >= 10, "seed \(seed)")
        #expect(survey.filter { $0.shape.partEnds.count > 1 }.count >= 3, "seed \(seed)")
        let fields = County.surveyFields
        #expect(holes.contains { $0.text(fields, "DLBM")?.hasPrefix("01") == true }, "seed \(seed)")
    }

    @Test("What differs between two years is what the list of changes says", arguments: UInt64(1)...3)
    func changes(seed: UInt64) throws {
        let county = try county(seed, years: [2015, 2020, 2025])
        for (first, second) in [(2015, 2020), (2020, 2025), (2015, 2025)] {
            var gain: [String: Int128] = [:]
            // What stands there, not what is said of it: some planted parcels have no class.
            county.forEachParcel(second) { gain[$0.cover.code, default: 0] += twiceArea($0.shape) }
            county.forEachParcel(first) { gain[$0.cover.code, default: 0] -= twiceArea($0.shape) }
            var isBuiltOnFields = false
            county.forEachChange(from: first, to: second) { change in
                gain[change.after.code, default: 0] -= twiceArea(change.shape)
                gain[change.before.code, default: 0] += twiceArea(change.shape)
                let isField = change.before.code.hasPrefix("01"), isWorks = change.after.code == "0601"
                isBuiltOnFields = isBuiltOnFields || (isField && isWorks)
            }
            #expect(gain.values.allSatisfy { $0 == 0 }, "seed \(seed), \(first) to \(second)")
            #expect(isBuiltOnFields)
        }
    }

    @Test("A reader can stop in the middle")
    func stops() throws {
        struct Enough: Error {}
        let layer = try #require(try county(1).layers().first { $0.name == "DLTB_2020" })
        var count = 0
        #expect(throws: Enough.self) {
            try layer.forEachFeature { _ in
                count += 1
                if count == 10 { throw Enough() }
            }
        }
        #expect(count == 10)
    }

    @Test("All roads hang together", arguments: UInt64(1)...5)
    func roads(seed: UInt64) throws {
        var links: [Corner: [Corner]] = [:]
        for road in try county(seed, parcels: 3_000).features("DL") {
            let corners = road.shape.points.map(Corner.init)
            for (a, b) in zip(corners, corners.dropFirst()) {
                links[a, default: []].append(b)
                links[b, default: []].append(a)
            }
        }
        var reached: Set<Corner> = [], next = Array(links.keys.prefix(1))
        while let corner = next.popLast() {
            if reached.insert(corner).inserted { next += links[corner] ?? [] }
        }
        #expect(reached.count == links.count, "seed \(seed)")
    }
}
