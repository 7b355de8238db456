import Foundation
import Geometry
import Testing

@testable import GeoBridge

/// What is told from edges alone, and what is laid over a part of the object, against GEOS asked about the whole.
struct OverlayTests {
    /// Cells of a warped grid: neighbours share edges and corners to the last bit.
    private struct Warped {
        let side: Int
        let corners: [[Point]]

        init(_ side: Int, _ random: inout Seeded) {
            self.side = side
            corners = (0...side).map { row in
                (0...side).map { column in
                    // Far from the origin, as survey coordinates are.
                    Point(
                        x: 39_500_000 + Double(column) * 100 + Double.random(in: -35...35, using: &random),
                        y: 4_400_000 + Double(row) * 100 + Double.random(in: -35...35, using: &random))
                }
            }
        }

        func cell(_ row: Int, _ column: Int) -> Shape {
            let ring = [
                corners[row][column], corners[row][column + 1], corners[row + 1][column + 1], corners[row + 1][column],
            ]
            return Shape(polygon: [ring + [ring[0]]])
        }
    }

    private func check(_ subject: Shape, _ object: Shape, _ overlay: Overlay, _ geos: GEOS, _ what: String) throws
        -> Overlay.Shared
    {
        let expected = try geos.area(of: geos.intersection(subject, object))
        let shared = try overlay.shared(EdgeBands(subject))
        let area: Double =
            switch shared {
            case .nothing: 0
            case .all: try geos.area(of: subject)
            case .part(let part): part.kind == .polygon ? try geos.area(of: part) : 0
            }
        #expect(abs(area - expected) <= 1e-4, "\(what): \(area) against \(expected)")
        return shared
    }

    @Test("Parcels and zones made of parcels share what GEOS says, told from their edges", arguments: UInt64(1)...20)
    func fabric(seed: UInt64) throws {
        var random = Seeded(seed)
        let grid = Warped(8, &random), geos = GEOS(), overlay = Overlay()
        let cells = (0..<64).map { grid.cell($0 / 8, $0 % 8) }
        // A zone of some cells, with holes and parts as they fall; one parcel; and a drawn one that cuts through.
        let zone = try geos.union(cells.filter { _ in Double.random(in: 0...1, using: &random) < 0.6 })
        var told = 0
        for object in [zone, cells[27], zone.partShapes[0]] where try geos.validity(of: object).isValid {
            overlay.take(object)
            for (index, cell) in cells.enumerated() {
                switch try check(cell, object, overlay, geos, "seed \(seed), cell \(index)") {
                case .part: break
                default: told += 1
                }
            }
        }
        // What shares edges needs no overlay: that is what this is for.
        #expect(told > 150, "seed \(seed): \(told)")
    }

    @Test("A parcel at a large zone shares the same with the part of it that is near", arguments: UInt64(1)...10)
    func large(seed: UInt64) throws {
        var random = Seeded(seed)
        let geos = GEOS(), overlay = Overlay()
        func star(_ middle: Point, _ radius: Double, _ count: Int) -> Shape {
            var ring = (0..<count).map { step in
                let angle = Double(step) * 2 * .pi / Double(count)
                let r = radius * Double.random(in: 0.7...1, using: &random)
                return Point(x: middle.x + r * cos(angle), y: middle.y + r * sin(angle))
            }
            ring.append(ring[0])
            return Shape(polygon: [ring])
        }
        let middle = Point(x: 39_500_000, y: 4_400_000)
        let zone = star(middle, 5_000, 3_000)
        overlay.take(zone)
        for number in 0..<200 {
            let angle = Double.random(in: 0...(2 * .pi), using: &random)
            let far = Double.random(in: 0...6_000, using: &random)
            let place = Point(x: middle.x + far * cos(angle), y: middle.y + far * sin(angle))
            let parcel = star(place, Double.random(in: 2...400, using: &random), Int.random(in: 4...40, using: &random))
            _ = try check(parcel, zone, overlay, geos, "seed \(seed), parcel \(number)")
        }
    }

    @Test("What a clean cut leaves is GEOS's intersection, whichever way the rings run", arguments: UInt64(1)...30)
    func cuts(seed: UInt64) throws {
        var random = Seeded(seed)
        let geos = GEOS(), middle = Point(x: 39_500_000, y: 4_400_000)
        func star(_ radius: Double, _ far: Double) -> [Point] {
            let at = Point(
                x: middle.x + Double.random(in: -far...far, using: &random),
                y: middle.y + Double.random(in: -far...far, using: &random))
            let ring = Samples.ring(
                corners: Int.random(in: 3...24, using: &random), around: at, radius: radius, seed: random.next())
            return Bool.random(using: &random) ? ring : ring.reversed()
        }
        var told = 0
        for number in 0..<200 {
            let parcel = Shape(polygon: [star(100, 150)])
            // A zone of one ring; with a hole; of two parts.
            let one = Shape(polygon: [star(200, 150)])
            let zone: Shape =
                switch number % 3 {
                case 0: one
                case 1: try geos.difference(one, Shape(polygon: [star(60, 100)]))
                default: try geos.union([one, Shape(polygon: [star(80, 250)])])
                }
            guard zone.kind == .polygon, try geos.validity(of: parcel).isValid, try geos.validity(of: zone).isValid,
                let cut = EdgeBands(parcel).cut(by: EdgeBands(zone))
            else { continue }
            told += 1
            let expected = try geos.intersection(parcel, zone), area = try geos.area(of: expected)
            let common = try geos.area(of: geos.intersection(expected, cut))
            #expect(
                abs(cut.planeArea - area) <= 1e-4 && abs(common - area) <= 1e-4,
                "seed \(seed), pair \(number): \(cut.planeArea) against \(area), of which \(common) are common")
            #expect(cut.partEnds.count == expected.partEnds.count, "seed \(seed), pair \(number)")
        }
        #expect(told > 80, "seed \(seed): \(told)")
    }

    @Test("Outlines that touch, share a corner or do not cross are left to an overlay")
    func unclean() throws {
        let object = EdgeBands(Shape(polygon: [Samples.square(0, 0, side: 10)]))
        func cut(_ x: Double, _ y: Double, _ side: Double) -> Shape? {
            EdgeBands(Shape(polygon: [Samples.square(x, y, side: side)])).cut(by: object)
        }
        #expect(cut(10, 0, 10) == nil && cut(5, 5, 5) == nil && cut(0, 0, 20) == nil && cut(5, 0, 10) == nil)
        #expect(cut(2, 2, 3) == nil && cut(-5, -5, 30) == nil && cut(20, 20, 5) == nil)
        // From 5 to 10 both ways.
        #expect(cut(5, 5, 10)?.planeArea == 25)
        // A hole that crosses nothing, inside of what is cut: 5 by 5, less 1 by 1, is more than a cut can say.
        let holed = EdgeBands(
            Shape(polygon: [Samples.square(0, 0, side: 10), Samples.square(7, 7, side: 1)]))
        #expect(EdgeBands(Shape(polygon: [Samples.square(5, 5, side: 10)])).cut(by: holed) == nil)
        #expect(EdgeBands(Shape(polygon: [Samples.square(-5, -5, side: 10)])).cut(by: holed)?.planeArea == 25)
    }

    @Test("The same outline lies inside, from whichever corner it is told and whichever way round")
    func same() throws {
        let ring = [(0, 0), (10, 0), (10, 5), (4, 7), (0, 5)].map { Point(x: $0.0, y: $0.1) }
        let object = EdgeBands(Shape(polygon: [ring + [ring[0]]]))
        for start in ring.indices {
            let turned = Array(ring[start...] + ring[..<start])
            for order in [turned, turned.reversed()] {
                #expect(EdgeBands(Shape(polygon: [order + [order[0]]])).lie(to: object) == .inside)
            }
        }
        // A hole of the same outline leaves nothing.
        let frame = [(-9, -9), (19, -9), (19, 19), (-9, 19), (-9, -9)].map { Point(x: $0.0, y: $0.1) }
        let holed = EdgeBands(Shape(polygon: [frame, ring + [ring[0]]]))
        #expect(object.lie(to: holed) == .apart && holed.lie(to: object) == .apart)
        // One that only touches a corner, and one that crosses.
        let beside = Shape(polygon: [[(10, 5), (12, 5), (12, 9), (10, 5)].map { Point(x: $0.0, y: $0.1) }])
        #expect(EdgeBands(beside).lie(to: object) == .apart)
        let across = Shape(polygon: [[(9, 1), (12, 1), (12, 2), (9, 1)].map { Point(x: $0.0, y: $0.1) }])
        #expect(EdgeBands(across).lie(to: object) == .unclear)
    }

    @Test("Distances told from edges are those of GEOS, up to the reach that was asked for", arguments: UInt64(1)...20)
    func distances(seed: UInt64) throws {
        var random = Seeded(seed)
        let overlay = Overlay(), corner = Point(x: 39_500_000, y: 4_400_000)
        func place(_ side: Double) -> Point {
            Point(
                x: corner.x + Double.random(in: 0...side, using: &random),
                y: corner.y + Double.random(in: 0...side, using: &random))
        }
        func star(_ middle: Point, _ radius: Double) -> [Point] {
            let count = Int.random(in: 3...60, using: &random)
            let ring = (0..<count).map { step in
                let angle = Double(step) * 2 * .pi / Double(count)
                let r = radius * Double.random(in: 0.6...1, using: &random)
                return Point(x: middle.x + r * cos(angle), y: middle.y + r * sin(angle))
            }
            return ring + [ring[0]]
        }
        func parts() -> Shape {
            Shape(polygons: (0..<3).map { [star(Point(x: corner.x + Double($0) * 900, y: place(2_000).y), 400)] })
        }
        let grid = Warped(4, &random), course = (0..<80).map { _ in place(3_000) }
        var bend = Shape(line: Array(course[..<40]))
        bend.appendPart([Array(course[40...])])
        let objects = [
            Shape(polygon: [star(place(3_000), 900)]), parts(), bend, Shape(point: place(3_000)), grid.cell(1, 1),
            Shape(polygon: [star(Point(x: corner.x + 1_500, y: corner.y + 1_500), 3_000)]),
        ]
        let subjects =
            (0..<40).map { _ in Shape(polygon: [star(place(3_000), Double.random(in: 1...300, using: &random))]) }
            + [parts(), grid.cell(1, 2), grid.cell(2, 2), grid.cell(3, 3)]
        for (number, object) in objects.enumerated() {
            overlay.take(object)
            for (index, subject) in subjects.enumerated() {
                let expected = try overlay.distance(subject)
                for reach in [0, 10, 300, 3_000.0] {
                    let told = try overlay.distance(EdgeBands(subject), within: reach)
                    #expect(
                        told == expected || told > reach && expected > reach,
                        "seed \(seed), object \(number), subject \(index): \(told) against \(expected)")
                }
            }
        }
    }
}
