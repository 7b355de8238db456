import GeoBridge
import Geometry
import Phrases
import Testing

@Suite("Datum parameters")
struct DatumTests {
    let proj: PROJ

    init() throws { proj = try PROJ() }

    static let seven = """
        # 某县 2008 年控制网
        from = EPSG:4610
        to = EPSG:4490
        units = m, arcsec, ppm
        dx = -15.415
        dy = -83.253
        dz = 55.987
        rx = 1.0325
        ry = -0.7841
        rz = 2.0186
        scale = -3.1417
        convention = position_vector
        source = 某县测绘队 2008
        residual_m = 0.042
        """

    static let four = """
        from = EPSG:2384
        to = EPSG:4548
        dx = -42.5 m
        dy = 71.25 m
        rotation = 3.25 arcsec
        scale = 12.5 ppm
        axes = north_east
        convention = position_vector
        source = survey office
        residual_m = 0.03
        """

    func shift(_ text: String) throws -> DatumShift {
        try DatumShift(text: text, file: "county.txt", hash: "abc", proj: proj)
    }

    /// Expected: arithmetic of its own (geodetic to geocentric on IAG 75, EPSG 9606 and 9607 written out, back on CGCS2000
    /// by iteration), and PROJ's `cct` with the pipeline written by hand; the two agree in all 11 decimals.
    @Test(
        "Seven parameters, in both conventions",
        arguments: [
            ("position_vector", 116.5, 39.9, 116.50142461427, 39.90093756882),
            ("position_vector", 103.25, 30.125, 103.25107454585, 30.12601807021),
            ("coordinate_frame", 116.5, 39.9, 116.49976679685, 39.90061821790),
            ("coordinate_frame", 103.25, 30.125, 103.24963290904, 30.12555803777),
        ])
    func seven(convention: String, x: Double, y: Double, east: Double, north: Double) throws {
        let shift = try shift(Self.seven.replacing("position_vector", with: convention))
        let (old, new) = (try proj.coordinateSystem("4610"), try proj.coordinateSystem("4490"))
        let way = try proj.transformation(from: old, to: new, by: shift)
        let point = try way.transform(Point(x: x, y: y))
        #expect(abs(point.x - east) < 2e-11 && abs(point.y - north) < 2e-11, "\(point)")
        // Backwards: small rotations make the inverse inexact by their square, and the height is left out: under 1 mm.
        let back = try proj.transformation(from: new, to: old, by: shift).transform(point)
        #expect(abs(back.x - x) < 1e-8 && abs(back.y - y) < 1e-8, "\(back)")
    }

    @Test("A zone's coordinates go down to degrees, across, and up again")
    func zones() throws {
        let shift = try shift(Self.seven)
        let (old, new) = (try proj.coordinateSystem("2364"), try proj.coordinateSystem("4527"))
        let degrees = try proj.coordinateSystem("4490")
        let point = Point(x: 39_457_240, y: 4_418_000)
        let direct = try proj.transformation(from: old, to: new, by: shift).transform(point)
        let down = try proj.transformation(from: old, to: degrees, by: shift).transform(point)
        let over = try proj.transformation(from: degrees, to: new).transform(down)
        #expect(abs(direct.x - over.x) < 1e-6 && abs(direct.y - over.y) < 1e-6)
        let far = ((direct.x - point.x) * (direct.x - point.x) + (direct.y - point.y) * (direct.y - point.y))
            .squareRoot()
        #expect(far > 10, "a shift between datums is tens of metres")
    }

    /// Hand arithmetic: θ = 3.25″ = 1.575644e-5, k = 1.0000125; north first: N′ = −42.5 + k (N cos θ − E sin θ), E′ = 71.25
    /// + k (N sin θ + E cos θ); coordinate_frame turns θ's sign; east first exchanges the two.
    @Test(
        "Four parameters, in both conventions and both orders of axes",
        arguments: [
            ("north_east", "position_vector", 528131.201923, 3385991.505073),
            ("north_east", "coordinate_frame", 528024.497946, 3386008.144086),
            ("east_north", "position_vector", 527910.747946, 3386121.894086),
            ("east_north", "coordinate_frame", 528017.451923, 3386105.255073),
        ])
    func four(axes: String, convention: String, east: Double, north: Double) throws {
        let text = Self.four.replacing("north_east", with: axes).replacing("position_vector", with: convention)
        let shift = try shift(text)
        let (old, new) = (try proj.coordinateSystem("2384"), try proj.coordinateSystem("4548"))
        let point = try proj.transformation(from: old, to: new, by: shift).transform(Point(x: 528_000, y: 3_386_000))
        #expect(abs(point.x - east) < 1e-5 && abs(point.y - north) < 1e-5, "\(point)")
        let back = try proj.transformation(from: new, to: old, by: shift).transform(point)
        #expect(abs(back.x - 528_000) < 1e-5 && abs(back.y - 3_386_000) < 1e-5)
        // The county's own zone with its number: the same place, through the bare zone that the parameters are for.
        let (oldZone, newZone) = (try proj.coordinateSystem("2363"), try proj.coordinateSystem("4527"))
        let prefixed = try proj.transformation(from: oldZone, to: newZone, by: shift)
            .transform(Point(x: 39_528_000, y: 3_386_000))
        #expect(abs(prefixed.x - 39_000_000 - east) < 1e-5 && abs(prefixed.y - north) < 1e-5, "\(prefixed)")
    }

    @Test("Every fault of a file is told at once, with its line")
    func faults() throws {
        let text = """
            from = EPSG:4610
            to = EPSG:4610
            dx = -15.415 feet
            dy = ten m
            dz = 1
            rx = 100 arcsec
            rx = 2 arcsec
            ry = 0 arcsec
            convention = bursa
            scale = 99999 ppm
            area = 1 2 3
            colour = red
            nonsense
            rotation = 1 arcsec
            """
        let faults = #expect(throws: DatumFileFaults.self) { try shift(text) }
        let found = faults?.faults ?? []
        let lines = found.map(\.line)
        #expect(lines == lines.sorted())
        #expect(Set(lines) == [0, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14])
        let missing = found.filter { $0.line == 0 }.map(\.reason.english)
        #expect(missing == ["rz is missing.", "source is missing.", "residual_m is missing."])
        for fault in found { #expect(fault.reason.english != fault.reason.chinese) }
    }

    @Test(
        "What a file must state",
        arguments: ["from", "to", "dx", "rz", "scale", "convention", "source", "residual_m", "units"])
    func required(key: String) {
        let text = Self.seven.split(separator: "\n").filter { !$0.hasPrefix("\(key) ") }.joined(separator: "\n")
        let faults = #expect(throws: DatumFileFaults.self) { try shift(text) }
        #expect(faults?.faults.allSatisfy { $0.reason.english.contains(key) || key == "units" } == true)
    }

    @Test("Parameters for other datums are no substitute")
    func otherDatum() throws {
        let shift = try shift(Self.seven)
        let refusal = try #require(
            #expect(throws: Refusal.self) {
                try proj.transformation(
                    from: proj.coordinateSystem("2415"), to: proj.coordinateSystem("4527"), by: shift)
            })
        #expect(refusal.phrase.english.contains("Xian 1980") && refusal.phrase.english.contains("Beijing 1954"))
    }

    /// Reference: `cct EPSG:15918` (dx 12.646, dy −155.176, dz −80.863 m from Krassowsky to WGS 84).
    @Test("A published operation is used when it is asked for, and tells where and how well it holds")
    func published() throws {
        let (old, new) = (try proj.coordinateSystem("4214"), try proj.coordinateSystem("4490"))
        let (way, operation) = try proj.transformation(from: old, to: new, operation: "EPSG:15918")
        let point = try way.transform(Point(x: 108.5, y: 35.5))
        #expect(abs(point.x - 108.50041051774) < 1e-10 && abs(point.y - 35.50022088572) < 1e-10, "\(point)")
        #expect(way.note != nil, "CGCS2000 stands for WGS 84")
        #expect(operation.area == [107, 35, 110.01, 39] && operation.areaName.contains("Ordos"))
        #expect(operation.accuracy == 1)
        #expect(throws: Refusal.self) { try proj.transformation(from: old, to: new, operation: "EPSG:99999") }
        // Another country's, and another datum's.
        #expect(throws: Refusal.self) { try proj.transformation(from: old, to: new, operation: "EPSG:1314") }
        let xian = try proj.coordinateSystem("4610")
        #expect(throws: Refusal.self) { try proj.transformation(from: xian, to: new, operation: "EPSG:15918") }
    }

    @Test("Published for single basins is not published: unasked, nothing leads from Beijing 1954 to WGS 84")
    func unasked() throws {
        let (old, new) = (try proj.coordinateSystem("4214"), try proj.coordinateSystem("4326"))
        let refusal = #expect(throws: Refusal.self) { try proj.transformation(from: old, to: new) }
        #expect(refusal?.phrase.english.contains("--operation") == true)
        #expect(refusal?.phrase.chinese.contains("--datum") == true)
    }

    @Test(
        "Web maps' encrypted offsets are refused by name", arguments: ["GCJ-02", "gcj02", "BD-09", "BD09LL", "火星坐标系"])
    func encrypted(name: String) {
        let refusal = #expect(throws: Refusal.self) { try proj.coordinateSystem(name) }
        #expect(refusal?.phrase.english.contains("encrypted") == true)
    }
}
