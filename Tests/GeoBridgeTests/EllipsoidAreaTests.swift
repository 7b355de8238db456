import Foundation
import GeoBridge
import Geometry
import Phrases
import Testing

@Suite("Ellipsoidal areas")
struct EllipsoidAreaTests {
    let proj: PROJ

    init() throws { proj = try PROJ() }

    /// How far an area may lie from PROJ's: 10⁻⁹ of it, and what `geod_polygon` itself loses to rounding. Its sums
    /// subtract numbers of 3·10¹¹ m², so that a parcel of 20 m² is off by some 0.0001 m²; `ReferenceAreaTests` shows
    /// that the loss is not ours.
    static func tolerance(_ area: Double) -> Double { max(2e-4, 1e-9 * area) }

    /// The area of a plane ring by PROJ alone: divided at 70 m, projected back, measured with geodesics.
    func reference(_ ring: [Point], in system: CoordinateSystem, longest: Double = 70) throws -> Double {
        var points = Samples.divided(ring, longest: longest)
        let degrees = try proj.coordinateSystem("4490")
        try proj.transformation(from: system, to: degrees).transform(&points)
        return PROJ.geodesicArea(points, on: .cgcs2000)
    }

    /// The numbers are those of the domain reference f1, computed there with pyproj.
    @Test(
        "The survey's test squares",
        arguments: [(1000.0, 999_751.148), (10_000, 99_972_816.711), (30_000, 899_705_108.096)],
        [EllipsoidArea.Edges.survey, .geodesic])
    func squares(vector: (side: Double, area: Double), edges: EllipsoidArea.Edges) throws {
        let square = Shape(polygon: [Samples.square(39_600_000, 3_800_000, side: vector.side)])
        let area = try OfficialArea(crs: proj.coordinateSystem("4527"), edges: edges).area(of: square)
        #expect(abs(area - vector.area) < 0.0006, "\(area)")
    }

    @Test("Random parcels in random zones agree with PROJ", arguments: UInt64(1)...200)
    func random(seed: UInt64) throws {
        var random = Seeded(seed)
        let zone = try #require(GaussKrugerZone.all.randomElement(using: &random))
        let system = try proj.coordinateSystem("\(try #require(zone.code(on: .cgcs2000)))")
        let center = Point(
            x: zone.falseEasting + .random(in: -900_000...900_000, using: &random),
            y: .random(in: 400_000...5_900_000, using: &random))
        let radius = pow(10, Double.random(in: 0.3...3.8, using: &random))
        let corners = Int.random(in: 3...40, using: &random)
        let ring = Samples.ring(corners: corners, around: center, radius: radius, seed: seed)
        let shape = Shape(polygon: [ring])
        let expected = try reference(ring, in: system)
        let area = try OfficialArea(crs: system, edges: .geodesic).area(of: shape)
        #expect(abs(area - expected) < Self.tolerance(expected), "seed \(seed): \(area) \(expected)")
        // The survey's own edges lie up to s³ tan B / 12 R beside the geodesic, once a piece of 70 m.
        let survey = try OfficialArea(crs: system, edges: .survey).area(of: shape)
        let pieces = Double(Samples.divided(ring, longest: 70).count)
        #expect(abs(survey - expected) < pieces * 70 * 70 * 70 * tan(55 * .pi / 180) / 12 / 6_371_000, "seed \(seed)")
    }

    /// The survey's formula as the rule prints it, trapezoid by trapezoid.
    static func asPrinted(_ ring: [Point]) -> Double {
        let (b, e2) = (6_356_752.31414036, 0.0066943800229)
        let (e4, e6, e8) = (e2 * e2, e2 * e2 * e2, e2 * e2 * e2 * e2)
        let a = 1 + 3 * e2 / 6 + 30 * e4 / 80 + 35 * e6 / 112 + 630 * e8 / 2304
        let bb = e2 / 6 + 15 * e4 / 80 + 21 * e6 / 112 + 420 * e8 / 2304
        let c = 3 * e4 / 80 + 7 * e6 / 112 + 180 * e8 / 2304
        let d = e6 / 112 + 45 * e8 / 2304
        let e = 5 * e8 / 2304
        var sum = 0.0
        for (from, to) in zip(ring, ring.dropFirst()) {
            let l = ((from.x + to.x) / 2 - ring[0].x) * .pi / 180
            let half = (to.y - from.y) * .pi / 360
            let mean = (to.y + from.y) * .pi / 360
            sum +=
                2 * b * b * l
                * (a * sin(half) * cos(mean) - bb * sin(3 * half) * cos(3 * mean) + c * sin(5 * half) * cos(5 * mean)
                    - d * sin(7 * half) * cos(7 * mean) + e * sin(9 * half) * cos(9 * mean))
        }
        return abs(sum)
    }

    @Test("The formula is the one the rule prints", arguments: UInt64(1)...50)
    func asPrinted(seed: UInt64) throws {
        let system = try proj.coordinateSystem("4526")
        let ring = Samples.ring(
            corners: 20, around: Point(x: 38_430_000, y: 4_100_000), radius: 900, seed: seed)
        var points = Samples.divided(ring, longest: 70)
        try proj.transformation(from: system, to: proj.coordinateSystem("4490")).transform(&points)
        let area = try OfficialArea(crs: system, edges: .survey).area(of: Shape(polygon: [ring]))
        let expected = Self.asPrinted(points)
        #expect(abs(area - expected) < Self.tolerance(expected), "seed \(seed): \(area) \(expected)")
    }

    @Test("Degrees and metres give one area", arguments: UInt64(1)...50)
    func degrees(seed: UInt64) throws {
        let (zone, degrees) = (try proj.coordinateSystem("4526"), try proj.coordinateSystem("4490"))
        // Edges of some 100 m near the central meridian, where the plane's straight lines are the shortest.
        let ring = Samples.ring(corners: 12, around: Point(x: 38_500_300, y: 3_900_000), radius: 300, seed: seed)
        let shape = Shape(polygon: [ring])
        let inDegrees = try proj.transformation(from: zone, to: degrees).transform(shape)
        for edges in [EllipsoidArea.Edges.survey, .geodesic] {
            let drawn = try OfficialArea(crs: zone, edges: edges).area(of: shape)
            let stored = try OfficialArea(crs: degrees, edges: edges).area(of: inDegrees)
            #expect(abs(drawn - stored) < 0.0001, "seed \(seed) \(edges): \(drawn) \(stored)")
        }
        let geodesic = try OfficialArea(crs: degrees, edges: .geodesic).area(of: inDegrees)
        let expected = PROJ.geodesicArea(inDegrees.points, on: .cgcs2000)
        #expect(abs(geodesic - expected) < Self.tolerance(expected), "seed \(seed)")
    }

    @Test("Edges of ten kilometres in degrees", arguments: UInt64(1)...50)
    func longEdges(seed: UInt64) throws {
        let ring = Samples.ring(corners: 8, around: Point(x: 114, y: 45), radius: 0.12, seed: seed)
        let area = try OfficialArea(crs: proj.coordinateSystem("4490"), edges: .geodesic)
            .area(of: Shape(polygon: [ring]))
        let expected = PROJ.geodesicArea(ring, on: .cgcs2000)
        #expect(abs(area - expected) < 1e-9 * expected, "seed \(seed): \(area - expected) of \(expected)")
    }

    /// Lambert's conic, Albers's, web Mercator in metres; Lambert's in US survey feet; UTM: PROJ is the reference.
    @Test(
        "Other projections go through PROJ",
        arguments: [
            "3415", "+proj=aea +lat_1=25 +lat_2=47 +lon_0=105 +ellps=GRS80",
            "3857", "2249", "32650", "26918",
        ])
    func others(definition: String) throws {
        let system = try proj.coordinateSystem(definition)
        // Somewhere each of them reaches: a place in Massachusetts, or in Anhui.
        let geographic = try proj.coordinateSystem(["2249", "26918"].contains(definition) ? "4269" : "4490")
        let place = ["2249", "26918"].contains(definition) ? Point(x: -72.7, y: 42.3) : Point(x: 117.3, y: 31.8)
        let ring = Samples.ring(corners: 15, around: place, radius: 0.01, seed: 7)
        let drawn = ring.map { $0 }
        var plane = drawn
        // The system's own datum without a shift: both ends on one ellipsoid.
        var own = geographic
        if system.datum == .other { own = try proj.coordinateSystem(Self.base(of: system)) }
        try proj.transformation(from: own, to: system).transform(&plane)
        var points = Samples.divided(plane, longest: 70 / system.metresPerUnit)
        try proj.transformation(from: system, to: own).transform(&points)
        let expected = PROJ.geodesicArea(points, on: system.ellipsoid)
        let area = try OfficialArea(crs: system, edges: .geodesic).area(of: Shape(polygon: [plane]))
        #expect(abs(area - expected) < Self.tolerance(expected), "\(definition): \(area) \(expected)")
    }

    /// The GEOGCS within a projected system's WKT.
    static func base(of system: CoordinateSystem) -> String {
        guard let start = system.wkt.range(of: "GEOGCS[") else { return "" }
        var depth = 0
        var text = ""
        for character in system.wkt[start.lowerBound...] {
            text.append(character)
            if character == "[" { depth += 1 }
            if character == "]" {
                depth -= 1
                if depth == 0 { break }
            }
        }
        return text
    }

    @Test("Holes are taken off, parts added, lines have no area")
    func parts() throws {
        let official = try OfficialArea(crs: proj.coordinateSystem("4527"))
        let outer = Samples.square(39_600_000, 3_800_000, side: 1000)
        let inner = Samples.square(39_600_200, 3_800_200, side: 50)
        let beside = Samples.square(39_602_000, 3_800_000, side: 300)
        func area(_ rings: [[Point]]...) throws -> Double { try official.area(of: Shape(polygons: rings)) }
        let whole = try area([outer, inner], [beside])
        #expect(abs(whole - (try area([outer]) - area([inner]) + area([beside]))) < 1e-6)
        #expect(try official.area(of: Shape(line: outer)) == 0)
        #expect(try official.area(of: Shape(kind: .polygon)) == 0)
    }

    @Test("A ring across the date line is whole")
    func dateLine() throws {
        let ring = [(179.99, 10.0), (-179.99, 10), (-179.99, 10.02), (179.99, 10.02), (179.99, 10)]
            .map { Point(x: $0.0, y: $0.1) }
        let area = try OfficialArea(crs: proj.coordinateSystem("4490"), edges: .geodesic)
            .area(of: Shape(polygon: [ring]))
        #expect(abs(area - PROJ.geodesicArea(ring, on: .cgcs2000)) < 1e-5 * 1000)
    }

    @Test(
        "Coordinates of another system are an error, never a number",
        arguments: [
            ("4526", 12_600_000.0, 2_600_000.0), ("4526", 420_000, 2_600_000), ("4490", 38_500_000, 2_600_000),
            ("4490", 113, 95), ("4526", 1e300, 0), ("4526", 38_500_000, 1e8),
        ])
    func outside(code: String, x: Double, y: Double) throws {
        let official = try OfficialArea(crs: proj.coordinateSystem(code))
        #expect(throws: Refusal.self) { try official.area(of: Shape(polygon: [Samples.square(x, y, side: 100)])) }
    }

    /// On the central meridian the scale is 1 and grows by x²/2R², 10⁻¹² for 10 m: plane and ellipsoid agree.
    @Test("A small parcel on the central meridian has its plane area", arguments: UInt64(1)...100)
    func onTheMeridian(seed: UInt64) throws {
        var random = Seeded(seed)
        let center = Point(x: 38_500_000, y: .random(in: 400_000...5_900_000, using: &random))
        let shape = Shape(polygon: [Samples.ring(corners: 7, around: center, radius: 10, seed: seed)])
        let system = try proj.coordinateSystem("4526")
        let area = try OfficialArea(crs: system, edges: .geodesic).area(of: shape)
        #expect(abs(area - shape.planeArea) < 1e-7, "seed \(seed)")
    }
}
