import GeoBridge
import Geometry
import Phrases
import Testing

/// Places as people type them.
@Suite struct PlaceReaderTests {
    private static let square = Shape(polygon: [
        [
            Point(x: 39_500_000, y: 4_400_000), Point(x: 39_500_100, y: 4_400_000), Point(x: 39_500_100, y: 4_400_100),
            Point(x: 39_500_000, y: 4_400_100), Point(x: 39_500_000, y: 4_400_000),
        ]
    ])

    private func reader() throws -> PlaceReader {
        PlaceReader(
            system: try PROJ().coordinateSystem("EPSG:4527"),
            county: Box(minX: 39_490_000, minY: 4_390_000, maxX: 39_510_000, maxY: 4_410_000)
        ) { $0 == 7 ? Self.square : nil }
    }

    /// The same place in every spelling; the reference is PROJ's own transformation (checked against cs2cs elsewhere).
    @Test(
        "Degrees in any usual spelling",
        arguments: [
            "116.5125,39.8", "116.5125 39.8", "39°48'N 116°30'45\"E", "39 48 00 N, 116 30 45 E", "N39.8 E116.5125",
            "39.8N 116.5125E", "E116°30′45″ N39°48′", "北纬39度48分 东经116度30分45秒", "39°48'0\"N,116°30'45\"E",
            "116°30'45\",39°48'", "39:48:00N 116:30:45E", "N 39 48 00 E 116 30 45", "39º48’N，116º30’45”E",
            "116°30'45'' 39°48'", "39.8,116.5125", "116.5125°, 39.8°", "39d48m0sN 116d30m45sE",
        ])
    func degrees(text: String) throws {
        let expected = try PROJ().transformation(
            from: PROJ().coordinateSystem("EPSG:4490"), to: PROJ().coordinateSystem("EPSG:4527")
        ).transform(Point(x: 116.5125, y: 39.8))
        let found = try reader().place(text).point
        #expect(found.distance(to: expected) < 1e-6, "\(text): \(found)")
    }

    @Test("Surveyors' north first is understood, and told")
    func northFirst() throws {
        let found = try reader().place("4400050, 39500020")
        #expect(found.point == Point(x: 39_500_020, y: 4_400_050))
        #expect(found.notes.count == 1)
        #expect(try reader().place("39500020,4400050").notes.isEmpty)
    }

    @Test("A list stands apart by blanks or semicolons, whatever its places are")
    func lists() throws {
        let places = try reader().places(
            "39500000,4400000 39500000.5,4400000 ;39°48'N 116°30'45\"E 116.5,39.8; @7:3 4400000 39500001")
        #expect(places.count == 6)
        #expect(places[4].point == Point(x: 39_500_100, y: 4_400_100))
        #expect(places[5].point == Point(x: 39_500_001, y: 4_400_000))
    }

    @Test("Bearings take minutes and seconds; a point goes on from the one before it")
    func onward() throws {
        let reader = try reader()
        #expect(try reader.place("@7:1>90/50").point == Point(x: 39_500_050, y: 4_400_000))
        // sin 30° = 1/2: 100 m at bearing 30° are 50 m east and 86.602540378 m north.
        let found = try reader.places("@7:1>30/100 >120°30'0\"/10 >0/5m")
        #expect(abs(found[0].point.x - 39_500_050) < 1e-6)
        #expect(abs(found[0].point.y - 4_400_086.602_540_378) < 1e-6)
        // cos 120.5° = -0.507538362961, sin 120.5° = 0.861629160442.
        #expect(abs(found[1].point.x - 39_500_058.616_291_604) < 1e-6)
        #expect(abs(found[1].point.y - 4_400_081.527_156_749) < 1e-6)
        #expect(found[2].point == Point(x: found[1].point.x, y: found[1].point.y + 5))
        #expect(try reader.place(">180/5", after: [Point(x: 39_500_000, y: 4_400_000)]).point.y == 4_399_995)
        // Edge 2 runs north at x = …100: beside it on the place's own side, then on the other.
        #expect(try reader.place("39500020,4400030~7:2:10").point == Point(x: 39_500_090, y: 4_400_030))
        #expect(try reader.place("39500020,4400030~7:2:-10").point == Point(x: 39_500_110, y: 4_400_030))
    }

    @Test(
        "What is no place is refused in a sentence",
        arguments: [
            "", "hello", "1", "@7", "@7:9", "@8:1", ">90/5", "39°48'N 40°N", "95N 200E", "39 75 00 N, 116 30 45 E",
            "39500000,4400000>400/5", "39500000,4400000~7:5:1",
        ])
    func refused(text: String) throws {
        #expect(throws: Refusal.self) { try reader().place(text) }
    }

    @Test("A word that begins with the letter of a quarter of the sky is quoted whole")
    func quoted() throws {
        let refusal = #expect(throws: Refusal.self) { try reader().place("world") }
        #expect(refusal?.phrase.english.contains("'world' is no place") == true, "\(refusal?.phrase.english ?? "")")
    }

    @Test("A point far outside of the county is told")
    func strayed() throws {
        #expect(try reader().place("40500000,4400000").notes.count == 1)
        let bare = PlaceReader(system: nil, county: .empty) { _ in nil }
        #expect(try bare.place("50,60").point == Point(x: 50, y: 60))
        #expect(throws: Refusal.self) { try bare.place("39°N 116°E") }
    }
}
