import Geometry
import Testing

@testable import Canvas

@Suite("Relief")
struct ReliefTests {
    /// Light that falls off from west to east, two cells of 10 m each, over ground of which the east has no heights.
    private func picture(_ glyphs: Glyphs) -> MapPicture {
        let lights: [Float] = [255, 181, 150, 120, 80, 20, .nan, .nan]
        let place = GridPlace(
            corner: Point(x: -80, y: 40), cellWidth: 20, cellHeight: 80, columns: lights.count, rows: 1)
        var picture = MapPicture(
            viewport: MapPictureTests.view(Size(columns: 16, rows: 4)), glyphs: glyphs)
        picture.shade(Grid(place: place, values: lights))
        return picture
    }

    private func rows(_ picture: MapPicture) -> [String] {
        let frame = MapPictureTests.drawn(picture)
        return (0..<frame.size.rows).map { frame.text(row: $0) }
    }

    @Test("The darker the ground, the heavier its sign; lit and flat land, and land without heights, are blank")
    func ascii() {
        // Each cell is two columns wide; their middles lie a quarter of a cell from its own, so that the light is three
        // quarters its own and one of the neighbour's: 255, 236, 199, 173; 158, 142; 128, 110; 90, 65; 35, 20.
        #expect(Set(rows(picture(.ascii))) == ["    ..::**$$"])
    }

    @Test("Braille dots grow denser with the shade")
    func braille() {
        let columns = rows(picture(.braille)).map { line in
            line.unicodeScalars.map { $0.value >= 0x2800 ? ($0.value - 0x2800).nonzeroBitCount : 0 }
        }
        func dots(_ columns: Range<Int>, _ rows: [[Int]]) -> Int {
            rows.reduce(0) { sum, row in sum + columns.reduce(0) { $0 + (row.indices.contains($1) ? row[$1] : 0) } }
        }
        let steps = [0..<3, 4..<6, 6..<8, 8..<10, 10..<12].map { Double(dots($0, columns)) / Double($0.count) }
        #expect(steps[0] == 0 && zip(steps, steps.dropFirst()).allSatisfy { $0 < $1 }, "\(steps)")
    }

    @Test("Classes and lines lie over it, and take nothing of its signs")
    func covered() {
        for glyphs in [Glyphs.ascii, .braille, .quadrant] {
            var (with, without) = (
                picture(glyphs), MapPicture(viewport: picture(glyphs).viewport, glyphs: glyphs)
            )
            for whole in [true, false] {
                let shape = Shape(polygon: [
                    [
                        Point(x: -80, y: -40), Point(x: 80, y: -40), Point(x: 80, y: 40), Point(x: -80, y: 40),
                        Point(x: -80, y: -40),
                    ]
                ])
                with.outline(shape, role: "line.controlLine")
                without.outline(shape, role: "line.controlLine")
                guard whole else { continue }
                with.fill(shape, class: 1, edged: false)
                without.fill(shape, class: 1, edged: false)
            }
            #expect(MapPictureTests.drawn(with) == MapPictureTests.drawn(without))
        }
    }
}
