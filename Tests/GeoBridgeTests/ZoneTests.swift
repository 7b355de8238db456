import GeoBridge
import Geometry
import Testing

@Suite("Gauss–Krüger zones")
struct ZoneTests {
    @Test("Every code of every zone and datum is what PROJ's database says")
    func codes() throws {
        let proj = try PROJ()
        var count = 0
        for zone in GaussKrugerZone.all {
            for datum in [Datum.cgcs2000, .xian80, .beijing54, .newBeijing] {
                let code = try #require(zone.code(on: datum))
                let system = try proj.coordinateSystem("\(code)")
                let grid = try #require(system.transverseMercator)
                #expect(system.datum == datum, "\(code)")
                #expect(system.zone == zone, "\(code)")
                #expect(grid.centralMeridian == zone.centralMeridian, "\(code)")
                #expect(grid.falseEasting == zone.falseEasting, "\(code)")
                #expect(grid.falseNorthing == 0 && grid.scale == 1 && grid.metresPerUnit == 1, "\(code)")
                #expect(system.name.contains("3-degree") == (zone.width == 3), "\(code)")
                let number = Int(zone.centralMeridian)
                // "… CM 117E" without the zone's number, "… zone 39" with it.
                #expect(
                    system.name.hasSuffix(zone.isPrefixed ? " zone \(zone.number)" : " CM \(number)E"),
                    "\(code) \(system.name)")
                count += 1
            }
        }
        #expect(count == (21 + 11) * 2 * 4)
    }

    /// From the tables of EPSG, by hand: both ends of each row, and where its numbers jump.
    @Test(
        "Codes by hand",
        arguments: [
            (4526, 3, 38, true, Datum.cgcs2000), (4547, 3, 38, false, .cgcs2000), (4491, 6, 13, true, .cgcs2000),
            (4512, 6, 23, false, .cgcs2000), (2349, 3, 25, true, .xian80), (2348, 6, 23, false, .xian80),
            (2421, 3, 45, true, .beijing54), (21413, 6, 13, true, .beijing54), (21463, 6, 23, false, .beijing54),
            (21473, 6, 13, false, .beijing54), (4656, 3, 29, true, .newBeijing), (4766, 3, 30, true, .newBeijing),
            (4800, 3, 43, false, .newBeijing), (4812, 3, 44, false, .newBeijing), (4822, 3, 45, false, .newBeijing),
        ])
    func byHand(code: Int, width: Int, number: Int, isPrefixed: Bool, datum: Datum) throws {
        let found = try #require(GaussKrugerZone.of(code: code))
        #expect(found.zone == GaussKrugerZone(width: width, number: number, isPrefixed: isPrefixed))
        #expect(found.datum == datum)
    }

    @Test("The deprecated doubles of Beijing 1954's bare 6° codes are read, and never written", arguments: 13...23)
    func doubles(number: Int) throws {
        let found = try #require(GaussKrugerZone.of(code: 21460 + number))
        #expect(found.zone == GaussKrugerZone(width: 6, number: number, isPrefixed: false))
        #expect(found.datum == .beijing54 && found.zone.code(on: found.datum) == 21440 + number)
        let system = try PROJ().coordinateSystem("\(21460 + number)")
        #expect(system.datum == .beijing54 && system.zone == found.zone)
        #expect(system.transverseMercator?.centralMeridian == Double(6 * number - 3))
    }

    @Test("Zones outside of China are none")
    func outside() {
        #expect(GaussKrugerZone(width: 3, number: 24, isPrefixed: true) == nil)
        #expect(GaussKrugerZone(width: 6, number: 24, isPrefixed: true) == nil)
        #expect(GaussKrugerZone(width: 4, number: 20, isPrefixed: true) == nil)
        #expect(GaussKrugerZone(width: 6, centralMeridian: 114, isPrefixed: true) == nil)
        #expect(GaussKrugerZone.of(code: 3857) == nil)
    }

    /// The reference is cs2cs's, see the head of the table.
    @Test("The edges of every CGCS2000 zone are where cs2cs has them, and back")
    func edges() throws {
        let proj = try PROJ()
        let degrees = try proj.coordinateSystem("EPSG:4490")
        for row in try Samples.table("zones.csv") {
            let numbers = row.compactMap(Double.init)
            try #require(numbers.count == 5)
            let system = try proj.coordinateSystem("EPSG:\(row[0])")
            let place = Point(x: numbers[1], y: numbers[2])
            let forth = try proj.transformation(from: degrees, to: system).transform(place)
            #expect(abs(forth.x - numbers[3]) < 1e-6 && abs(forth.y - numbers[4]) < 1e-6, "\(row)")
            let back = try proj.transformation(from: system, to: degrees).transform(forth)
            #expect(abs(back.x - place.x) < 1e-11 && abs(back.y - place.y) < 1e-11, "\(row)")
        }
    }
}

@Suite("Telling a coordinate system from numbers")
struct DeductionTests {
    static func box(_ x: Double, _ y: Double, size: Double = 20_000) -> Box {
        Box(minX: x, minY: y, maxX: x + size, maxY: y + size)
    }

    @Test(
        "What the numbers mean",
        arguments: [
            (box(38_420_000, 2_600_000), Deduction.Meaning.zone(zone(3, 38)), false),
            (box(20_420_000, 3_900_000), .zone(zone(6, 20)), false),
            (box(3_900_000, 20_420_000), .zone(zone(6, 20)), true),
            (box(2_600_000, 38_420_000), .zone(zone(3, 38)), true),
            (box(420_000, 2_600_000), .bareEasting, false),
            (box(2_600_000, 420_000), .bareEasting, true),
            (box(113, 23, size: 0.5), .degrees, false),
            (box(23, 113, size: 0.5), .degrees, true),
            (box(40, 80, size: 0.5), .degrees, true),  // Xinjiang, latitude first
            (box(-72.7, 42.2, size: 0.1), .degrees, false),  // Massachusetts
            (box(24_500_000, 3_900_000), .unknown, false),  // no zone 24
            (box(38_900_000, 3_900_000), .unknown, false),  // 400 km off the meridian
            (box(38_500_000, 3_900_000, size: 1_000_000), .unknown, false),  // over two zones
            (box(12_600_000, 2_600_000), .unknown, false),  // web Mercator
            (.empty, .unknown, false),
            (Box(minX: .nan, minY: 0, maxX: .nan, maxY: 1), .unknown, false),
            (Box(minX: -.infinity, minY: 0, maxX: .infinity, maxY: 1), .unknown, false),
        ])
    func meaning(box: Box, meaning: Deduction.Meaning, isSwapped: Bool) {
        let deduction = Deduction(from: box)
        #expect(deduction.meaning == meaning)
        #expect(deduction.isSwapped == isSwapped)
        #expect(deduction.phrase.english != deduction.phrase.chinese)
    }

    static func zone(_ width: Int, _ number: Int, isPrefixed: Bool = true) -> GaussKrugerZone {
        GaussKrugerZone(width: width, number: number, isPrefixed: isPrefixed)
            ?? GaussKrugerZone.all[0]
    }

    @Test(
        "Numbers that are nearly a zone's are explained", arguments: [(3_939_528_000.0, "twice"), (24_528_000, "24")])
    func oddities(easting: Double, word: String) {
        for box in [Self.box(easting, 3_386_000), Self.box(3_386_000, easting)] {
            let deduction = Deduction(from: box)
            #expect(deduction.meaning == .unknown && deduction.oddity != nil)
            #expect(deduction.phrase.english.contains(word))
        }
        // Ten digits that are no zone twice.
        #expect(Deduction(from: Self.box(3_838_528_000 - 100_000_000, 3_386_000)).oddity == nil)
    }

    @Test("A code follows only when the zone is known and the axes are right")
    func codes() {
        #expect(Deduction(from: Self.box(38_420_000, 2_600_000)).code(on: .cgcs2000) == 4526)
        #expect(Deduction(from: Self.box(38_420_000, 2_600_000)).code(on: .xian80) == 2362)
        #expect(Deduction(from: Self.box(38_420_000, 2_600_000)).code(on: .other) == nil)
        #expect(Deduction(from: Self.box(2_600_000, 38_420_000)).code(on: .cgcs2000) == nil)
        #expect(Deduction(from: Self.box(420_000, 2_600_000)).code(on: .cgcs2000) == nil)
        #expect(Deduction(from: Self.box(113, 23, size: 1)).code(on: .cgcs2000) == 4490)
    }

    @Test(
        "Numbers that contradict what is declared",
        arguments: [
            (4526, box(38_420_000, 2_600_000), Disagreement.Kind?.none, [Int]()),
            (4547, box(420_000, 2_600_000), nil, []),
            (4490, box(113, 23, size: 1), nil, []),
            (3857, box(12_600_000, 2_600_000), nil, []),
            (32650, box(420_000, 2_600_000), nil, []),
            (4526, box(420_000, 2_600_000), .prefixMissing, [4547]),
            (4547, box(38_420_000, 2_600_000), .prefixAdded, [4526]),
            (4547, box(39_420_000, 2_600_000), .otherZone, [4527]),
            (4526, box(39_420_000, 2_600_000), .otherZone, [4527]),
            (4526, box(20_420_000, 2_600_000), .otherZone, [4498]),
            (4526, box(2_600_000, 38_420_000), .axesSwapped, []),
            (4490, box(23, 113, size: 1), .axesSwapped, []),
            (4526, box(113, 23, size: 1), .degreesAsMetres, [4490]),
            (3857, box(113, 23, size: 1), .degreesAsMetres, [4326]),
            (2362, box(113, 23, size: 1), .degreesAsMetres, [4610]),
            (4490, box(38_420_000, 2_600_000), .metresAsDegrees, [4526]),
            (4490, box(420_000, 2_600_000), .metresAsDegrees, []),
            (4490, box(12_600_000, 2_600_000), .outside, []),
            (4526, box(12_600_000, 2_600_000), .outside, []),
            // 3° at 40° N are 256 km: 300 km beside the meridian lies more than a zone away.
            (4547, box(790_000, 4_430_000), .farFromMeridian, []),
            // 200 km are 2.3°: the neighbour's zone, as for counties that straddle two.
            (4547, box(690_000, 4_430_000), .neighbourZone, []),
            (4547, box(600_000, 4_430_000), nil, []),
            (4527, box(3_939_528_000, 3_386_000), .prefixTwice, []),
            (4548, box(3_939_528_000, 3_386_000), .prefixTwice, []),
            (4527, box(24_528_000, 3_386_000), .noZone, []),
        ])
    func disagreements(code: Int, box: Box, kind: Disagreement.Kind?, suggestions: [Int]) throws {
        let system = try PROJ().coordinateSystem("\(code)")
        let found = Disagreement.between(system, and: box)
        #expect(found?.kind == kind)
        #expect((found?.suggestions ?? []) == suggestions)
    }
}
