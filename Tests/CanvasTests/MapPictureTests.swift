import Foundation
import Geometry
import Testing

@testable import Canvas

@Suite("Map picture")
struct MapPictureTests {
    static let theme = Theme.ascii
    static let looks: [UInt16: String] = [1: "survey:0103", 2: "survey:0301", 3: "survey:1101", 4: "survey:0702"]

    static func look(_ value: UInt16) -> Theme.ClassLook {
        looks[value].map(theme.look(of:)) ?? Theme.noClass
    }

    static func view(_ size: Size, metres: Double = 10, at point: Point = Point(x: 0, y: 0)) -> Viewport {
        Viewport(center: point, metresPerColumn: metres, size: size)
    }

    static func drawn(_ picture: MapPicture) -> Frame {
        var frame = Frame(size: picture.viewport.size)
        picture.draw(into: &frame, at: Place(row: 0, column: 0), theme: theme, look: look)
        return frame
    }

    /// Fields and a wood around a stream, a village, a red line, a mark and labels, of 780 by 440 metres.
    static func paint(_ picture: inout MapPicture, edged: Bool = true) {
        picture.fill(.rectangle(-390, -220, -100, 220), class: 1, edged: edged)
        picture.fill(.rectangle(-100, -220, 100, 20), class: 1, edged: edged)
        picture.fill(
            Shape(polygon: [Shape.ring(100, -220, 390, 220), Shape.ring(180, 20, 300, 140)]), class: 2, edged: edged)
        picture.fill(.rectangle(180, 20, 300, 140), class: 4, edged: edged)
        picture.fill(.rectangle(-100, 20, 100, 220), class: 2, edged: edged)
        let stream = [
            (-390.0, 90.0), (-60, 30), (60, -60), (390, -90), (390, -120), (60, -95), (-60, 0), (-390, 60), (-390, 90),
        ]
        picture.fill(Shape(polygon: [stream.map { Point(x: $0.0, y: $0.1) }]), class: 3, edged: edged)
        picture.outline(.rectangle(-300, -180, -150, 20), role: "line.controlLine")
        picture.mark(Point(x: 240, y: 80), "@", role: "map.marked")
        picture.label("North field", at: Point(x: -250, y: 150))
        picture.label("林场", at: Point(x: 240, y: -170))
    }

    /// The pictures beside this file were looked at before they were put there.
    @Test("A map looks like this", arguments: Glyphs.allCases)
    func golden(glyphs: Glyphs) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "Pictures/map.\(glyphs.rawValue)")
        let expected = try String(contentsOf: file, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        var picture = MapPicture(viewport: Self.view(Size(columns: 78, rows: 22)), glyphs: glyphs)
        Self.paint(&picture)
        let frame = Self.drawn(picture)
        try #require(expected.count == 23)
        for row in 0..<22 { #expect(frame.text(row: row) == expected[row]) }
    }

    @Test("A pan by cells shows the same cells again, to the last dot", arguments: UInt64(1)...60)
    func panRepeats(seed: UInt64) {
        var random = Seeded(seed)
        let metres = Viewport.scales.randomElement(using: &random) ?? 1
        let middle = Point(x: 39_512_345.678, y: 3_402_789.012)
        let glyphs = Glyphs.allCases.randomElement(using: &random) ?? .braille
        let shapes = (0..<6).map { _ in
            Shape.random(around: middle, reach: metres * Double.random(in: 1...60, using: &random), seed: random.next())
        }
        // Corners on the grid of cells itself are where rounding would show.
        let snapped = shapes.map { shape in
            var shape = shape
            for index in shape.points.indices {
                shape.points[index].x = (shape.points[index].x / metres).rounded() * metres
                shape.points[index].y = (shape.points[index].y / metres).rounded() * metres
            }
            return shape
        }
        func frame(_ view: Viewport) -> Frame {
            var picture = MapPicture(viewport: view, glyphs: glyphs)
            for (index, shape) in (shapes + snapped).enumerated() {
                picture.fill(shape, class: UInt16(1 + index % 4), edged: index % 2 == 0)
                if index % 3 == 0 { picture.outline(shape, role: "line.controlLine") }
            }
            return Self.drawn(picture)
        }
        let view = Self.view(Size(columns: 50, rows: 16), metres: metres, at: middle)
        let (columns, rows) = (Int.random(in: -4...4, using: &random), Int.random(in: -4...4, using: &random))
        var moved = view
        moved.pan(columns: columns, rows: rows)
        let (before, after) = (frame(view), frame(moved))
        for row in max(0, rows)..<min(16, 16 + rows) {
            // The cells at the edge of the window may lack a neighbour.
            for column in max(0, columns) + 1..<min(50, 50 + columns) - 1 {
                #expect(
                    before[row, column].scalar == after[row - rows, column - columns].scalar,
                    "seed \(seed), \(glyphs), \(metres) m, row \(row), column \(column)")
            }
        }
    }

    @Test("Whole rows repeat, styles and all, when only rows are panned")
    func panByRows() {
        var random = Seeded(7)
        let shapes = (0..<30).map { _ in Shape.random(around: Point(x: 0, y: 0), reach: 300, seed: random.next()) }
        func frame(_ view: Viewport) -> Frame {
            var picture = MapPicture(viewport: view, glyphs: .braille)
            for (index, shape) in shapes.enumerated() { picture.fill(shape, class: UInt16(1 + index % 4), edged: true) }
            return Self.drawn(picture)
        }
        let view = Self.view(Size(columns: 60, rows: 12))
        var moved = view
        moved.pan(columns: 0, rows: 1)
        let (before, after) = (frame(view), frame(moved))
        for row in 0..<11 {
            for column in 0..<60 { #expect(before[row + 1, column] == after[row, column]) }
        }
    }

    @Test(
        "Neighbours in a large field differ by row, so that the terminal can tell which has scrolled",
        arguments: [UInt16(1), 2, 4])
    func rowsDiffer(value: UInt16) {
        for glyphs in Glyphs.allCases {
            var picture = MapPicture(viewport: Self.view(Size(columns: 20, rows: 6)), glyphs: glyphs)
            picture.fill(.rectangle(-1e5, -1e5, 1e5, 1e5), class: value, edged: false)
            let frame = Self.drawn(picture)
            for row in 0..<5 { #expect(frame.text(row: row) != frame.text(row: row + 1), "\(glyphs), class \(value)") }
        }
    }

    @Test("Parcels that share an edge leave no dot between them, and none has two owners")
    func tiling() {
        // A fan of eight triangles around a point, whose edges run through the dots at all angles; each is filled in the
        // opposite direction of its neighbour.
        let rim = [(0.0, 290.0), (210, 201), (297, 3), (205, -207), (-2, -291), (-203, -211), (-299, 2), (-208, 199)]
            .map { Point(x: $0.0, y: $0.1) }
        let middle = Point(x: 1.7, y: -2.3)
        let size = Size(columns: 80, rows: 40)
        var whole = MapPicture(viewport: Self.view(size), glyphs: .braille)
        whole.fill(Shape(polygon: [rim + [rim[0]]]), class: 1, edged: false)
        var parts = MapPicture(viewport: Self.view(size), glyphs: .braille)
        var sum = 0
        for index in rim.indices {
            let ring = [middle, rim[index], rim[(index + 1) % 8], middle]
            let triangle = Shape(polygon: [index % 2 == 0 ? ring : ring.reversed()])
            parts.fill(triangle, class: 1, edged: false)
            var alone = MapPicture(viewport: Self.view(size), glyphs: .braille)
            alone.fill(triangle, class: 1, edged: false)
            sum += alone.counts[1] ?? 0
        }
        #expect(parts.counts == whole.counts)
        #expect(sum == whole.counts[1])
    }

    @Test("Whatever is outlined is seen, were it smaller than a dot", arguments: Glyphs.allCases)
    func tiny(glyphs: Glyphs) {
        var picture = MapPicture(viewport: Self.view(Size(columns: 20, rows: 6)), glyphs: glyphs)
        picture.outline(.rectangle(33.3, 7.1, 33.4, 7.2), role: "map.selected")
        let frame = Self.drawn(picture)
        let cells = frame.cells.filter { $0.scalar != " " }
        #expect(cells.count == 1)
        #expect(cells.first?.style == Self.theme.role("map.selected"))
    }

    @Test("A hole stays open, whichever way its ring turns")
    func holes() {
        for hole in [Shape.ring(-50, -50, 50, 50), Shape.ring(-50, -50, 50, 50).reversed()] {
            var picture = MapPicture(viewport: Self.view(Size(columns: 40, rows: 20)), glyphs: .braille)
            picture.fill(Shape(polygon: [Shape.ring(-100, -100, 100, 100), hole]), class: 1, edged: false)
            // A dot is 5 m: 40 by 40 dots less 20 by 20.
            #expect(picture.counts == [1: 1200])
        }
    }

    @Test("A grid's cell covers the dots whose middles lie in it, and its nothing covers nothing")
    func grids() {
        var picture = MapPicture(viewport: Self.view(Size(columns: 40, rows: 20)), glyphs: .braille)
        picture.fill(.rectangle(-200, -200, 200, 200), class: 1, edged: false)
        picture.fill(
            ClassGrid(
                origin: Point(x: -100, y: -100), cellWidth: 100, cellHeight: 100, columns: 2, rows: 2,
                values: [2, 0, 0, 3]))
        // 400 by 400 m are 80 by 80 dots; each cell of the grid is 20 by 20 of them.
        #expect(picture.counts == [1: 6400 - 800, 2: 400, 3: 400])
    }

    @Test("No coordinates, however wild, stop the drawing or spill over the frame")
    func wild() {
        let values = [
            0.0, 1, -150, .nan, .infinity, -.infinity, 1e300, -1e300, 1e18, .greatestFiniteMagnitude,
            .leastNonzeroMagnitude,
        ]
        for glyphs in Glyphs.allCases {
            for seed in UInt64(1)...100 {
                var random = Seeded(seed)
                let points = (0..<6).map { _ in
                    Point(x: values.randomElement(using: &random) ?? 0, y: values.randomElement(using: &random) ?? 0)
                }
                var picture = MapPicture(viewport: Self.view(Size(columns: 20, rows: 6)), glyphs: glyphs)
                picture.fill(Shape(polygon: [points + [points[0]]]), class: 1, edged: true)
                picture.outline(Shape(line: points), role: "line.controlLine")
                picture.outline(Shape(point: points[0]), role: "line.project")
                picture.mark(points[1], "@", role: "map.marked")
                picture.label("here", at: points[2])
                picture.fill(
                    ClassGrid(origin: points[3], cellWidth: 10, cellHeight: 10, columns: 1, rows: 1, values: [2]))
                picture.outline(
                    ClassGrid(
                        origin: points[4], cellWidth: .leastNonzeroMagnitude, cellHeight: 1e300, columns: 1, rows: 1,
                        values: [2]),
                    role: "line.units")
                picture.outline(Shape(kind: .polygon), role: "line.units")
                picture.outline(Shape(polygon: [[]]), role: "line.units")
                _ = Self.drawn(picture)
            }
        }
    }

    @Test("A line that leaves the view far away is drawn where it crosses it")
    func farEnds() {
        // y = x / 2 through the origin: a step right each cell, since a cell is twice as high as wide; 1e9 m away.
        var far = MapPicture(viewport: Self.view(Size(columns: 20, rows: 6)), glyphs: .braille)
        far.outline(Shape(line: [Point(x: -2e9, y: -1e9), Point(x: 2e9, y: 1e9)]), role: "line.units")
        var near = MapPicture(viewport: Self.view(Size(columns: 20, rows: 6)), glyphs: .braille)
        near.outline(Shape(line: [Point(x: -2000, y: -1000), Point(x: 2000, y: 1000)]), role: "line.units")
        #expect(Self.drawn(far).text == Self.drawn(near).text)
    }

    @Test("Of labels that would touch, the first stays; names from data are cleaned")
    func labels() {
        var picture = MapPicture(viewport: Self.view(Size(columns: 30, rows: 3)), glyphs: .ascii)
        picture.label("水田\u{1B}[2J", at: Point(x: 0, y: 10))
        picture.label("covered", at: Point(x: 20, y: 10))
        picture.label("fits", at: Point(x: -120, y: 10))
        picture.label("", at: Point(x: 0, y: 10))
        // Nine columns around column 15, four around column 3.
        #expect(Self.drawn(picture).text(row: 1) == " fits      水田\\e[2J")
    }

    @Test("A picture of no size draws nothing", arguments: Glyphs.allCases)
    func empty(glyphs: Glyphs) {
        for size in [Size(columns: 0, rows: 0), Size(columns: 0, rows: 5), Size(columns: 5, rows: 0)] {
            var picture = MapPicture(viewport: Self.view(size), glyphs: glyphs)
            Self.paint(&picture)
            var frame = Frame(size: Size(columns: 4, rows: 2))
            picture.draw(into: &frame, at: Place(row: 0, column: 0), theme: Self.theme, look: Self.look)
            #expect(frame == Frame(size: Size(columns: 4, rows: 2)))
        }
    }
}
