import Geometry
import Testing

@testable import Canvas

@Suite("Viewport")
struct ViewportTests {
    static let town = Point(x: 39_512_345.6, y: 3_402_789.1)

    @Test("Panning there and back is as if nothing had happened", arguments: [0.01, 1.5, 70, 3000])
    func panThereAndBack(metres: Double) {
        let view = Viewport(center: Self.town, metresPerColumn: metres, size: Size(columns: 80, rows: 12))
        var moved = view
        moved.pan(columns: 17, rows: -5)
        #expect(moved != view)
        moved.pan(columns: -17, rows: 5)
        #expect(moved == view)
    }

    @Test("A pan by a cell moves every point by that cell", arguments: [0.01, 1.5, 70, 3000])
    func panMovesPlaces(metres: Double) throws {
        var view = Viewport(center: Self.town, metresPerColumn: metres, size: Size(columns: 80, rows: 12))
        let before = try #require(view.place(of: Self.town))
        view.pan(columns: 3, rows: 2)
        #expect(view.place(of: Self.town) == Place(row: before.row - 2, column: before.column - 3))
    }

    @Test("The middle of a cell lies in that cell, and the centre in the view")
    func cells() {
        let view = Viewport(center: Self.town, metresPerColumn: 7, size: Size(columns: 80, rows: 13))
        for (row, column) in [(0, 0), (12, 79), (5, 40), (-3, 90)] {
            #expect(view.place(of: view.point(row: row, column: column)) == Place(row: row, column: column))
        }
        #expect(view.place(of: Self.town).map(view.contains) == true)
        // The middle is kept to a cell: 7 m across, 14 m down.
        #expect(abs(view.center.x - Self.town.x) <= 7)
        #expect(abs(view.center.y - Self.town.y) <= 14)
    }

    @Test("A fitted box is all in view, and no nearer scale shows it", arguments: UInt64(1)...100)
    func fits(seed: UInt64) throws {
        var random = Seeded(seed)
        let side = { (random: inout Seeded) in Double.random(in: 1...60_000, using: &random) }
        let corner = Point(x: Self.town.x + side(&random), y: Self.town.y + side(&random))
        let box = Box(minX: corner.x, minY: corner.y, maxX: corner.x + side(&random), maxY: corner.y + side(&random))
        let size = Size(columns: Int.random(in: 20...200, using: &random), rows: Int.random(in: 5...60, using: &random))
        let view = Viewport(fitting: box, size: size)
        #expect(view.box.contains(box), "seed \(seed)")
        let scale = try #require(Viewport.scales.firstIndex(of: view.metresPerColumn))
        guard scale > 0 else { return }
        let nearer = Viewport.scales[scale - 1]
        // A cell on each axis may be lost to the grid, which does not move for the box.
        #expect(nearer * Double(size.columns - 1) < box.width || 2 * nearer * Double(size.rows - 1) < box.height)
    }

    @Test("Zooming holds the point in its cell, and in and out comes back to the scale")
    func zoomHolds() {
        var view = Viewport(center: Self.town, metresPerColumn: 20, size: Size(columns: 80, rows: 12))
        let point = view.point(row: 3, column: 60)
        for steps in [1, 2, -1, -3, 1] {
            view.zoom(by: steps, at: point)
            #expect(view.place(of: point) == Place(row: 3, column: 60))
        }
        #expect(view.metresPerColumn == 20)
    }

    @Test("Degrees: a cell is twice as high as wide on the ground")
    func degrees() {
        // At 60° north a degree of longitude is half as long as one of latitude, on a sphere.
        let units = Point(x: 1 / 55_660, y: 1 / 111_320)
        let view = Viewport(
            center: Point(x: 10.75, y: 59.9), metresPerColumn: 50, size: Size(columns: 80, rows: 12),
            unitsPerMetre: units)
        #expect(abs(view.box.width * 55_660 - 80 * 50) < 1e-6)
        #expect(abs(view.box.height * 111_320 - 12 * 100) < 1e-6)
    }

    @Test(
        "No coordinates, however wild, stop the program",
        arguments: [
            Point(x: .nan, y: 0), Point(x: 0, y: .nan), Point(x: .infinity, y: 0), Point(x: 1e300, y: -1e300),
            Point(x: -.infinity, y: .infinity), Point(x: 1e18, y: 1e18),
        ])
    func wild(point: Point) {
        var view = Viewport(center: Self.town, metresPerColumn: 20, size: Size(columns: 80, rows: 12))
        let before = view
        view.center(on: point)
        #expect(view == before)
        #expect(view.place(of: point) == nil)
        view.zoom(by: 1, at: point)
        view.zoom(by: -1, at: point)
        #expect(view.metresPerColumn == 20)
        let box = Box(minX: min(0, point.x), minY: 0, maxX: max(1, point.x), maxY: point.y)
        let fitted = Viewport(fitting: box, size: Size(columns: 80, rows: 12))
        #expect(fitted.metresPerColumn.isFinite && fitted.box.width.isFinite)
    }

    @Test(
        "A scale bar says a round length and is that long to a cell",
        arguments: [
            (1.5, "|--| 5 m"), (20, "|----| 100 m"), (50, "|---| 200 m"), (300, "|--| 1 km"), (0.2, "|----| 1 m"),
        ])
    func scaleBar(metres: Double, expected: String) {
        // At most 14 columns, 6 of them for the bar. Of 1, 2, 5 and zeros the longest that fits, in cells:
        // 5 / 1.5 = 3.3; 100 / 20 = 5; 200 / 50 = 4; 1000 / 300 = 3.3; 1 / 0.2 = 5.
        let view = Viewport(center: Self.town, metresPerColumn: metres, size: Size(columns: 80, rows: 12))
        let bar = view.scaleBar(columns: 14)
        #expect(bar == expected)
    }
}
