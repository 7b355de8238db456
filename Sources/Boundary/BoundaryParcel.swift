import Geometry
import Phrases

/// A corner (界址点) as the file has it.
package struct BoundaryPoint: Hashable, Sendable {
    /// A name, never an index: `J1`, `1`, `J0001`.
    package var label: String
    /// X of surveyors, or the latitude.
    package var north: FixedDecimal
    /// Y of surveyors, or the longitude.
    package var east: FixedDecimal

    package init(label: String, north: FixedDecimal, east: FixedDecimal) {
        self.label = label
        self.north = north
        self.east = east
    }

    package var place: Point { Point(x: east.value, y: north.value) }
}

/// The corners of one ring in the order of the file, with the closing point where the file has one.
package struct BoundaryRing: Hashable, Sendable {
    /// 圈号
    package var number: Int
    package var points: [BoundaryPoint]

    package init(number: Int, points: [BoundaryPoint]) {
        self.number = number
        self.points = points
    }

    package var isClosed: Bool {
        guard points.count > 1, let first = points.first, let last = points.last else { return false }
        return first.place == last.place
    }
}

/// A parcel (地块) of a boundary file.
package struct BoundaryParcel: Hashable, Sendable {
    /// The texts of the parcel line by their meaning.
    package var fields: [BoundaryField: String]
    package var rings: [BoundaryRing]
    /// x east, y north; shells clockwise, holes anticlockwise, whatever the file's turning; nil when the points do not
    /// make one.
    package var shape: Shape?

    package init(fields: [BoundaryField: String], rings: [BoundaryRing], shape: Shape?) {
        self.fields = fields
        self.rings = rings
        self.shape = shape
    }

    package subscript(field: BoundaryField) -> String { fields[field] ?? "" }

    /// A parcel to be written: every ring closed and starting in its north-west corner, shells clockwise with ring
    /// number 1, holes and further parts with the numbers after it, points labelled J1, J2 … through the parcel.
    ///
    /// - Parameters:
    ///   - shape: x east, y north, in metres with the zone's number before the easting, or degrees. Polygons; points and
    ///     lines become what they are.
    ///   - decimals: to which coordinates are rounded; corners that fall together are written once.
    /// - Returns: nil when a ring has fewer than three corners left, or coordinates have too many digits.
    package init?(shape: Shape, fields: [BoundaryField: String], decimals: Int = 3) {
        var rings: [BoundaryRing] = []
        var label = 1
        func add(_ places: [Point]) -> Bool {
            var points: [BoundaryPoint] = []
            for place in places {
                guard let north = FixedDecimal(place.y, decimals: decimals),
                    let east = FixedDecimal(place.x, decimals: decimals)
                else { return false }
                if let last = points.last, last.north == north, last.east == east { continue }
                points.append(BoundaryPoint(label: "", north: north, east: east))
            }
            if shape.kind == .polygon {
                while points.count > 1, let first = points.first, let last = points.last,
                    first.north == last.north, first.east == last.east
                {
                    points.removeLast()
                }
                guard points.count >= 3 else { return false }
            }
            for index in points.indices {
                points[index].label = "J\(label)"
                label += 1
            }
            if shape.kind == .polygon { points.append(points[0]) }
            rings.append(BoundaryRing(number: rings.count + 1, points: points))
            return true
        }
        for part in shape.partEnds.indices {
            for (index, ring) in shape.part(part).enumerated() {
                var places = Array(shape.points[shape.ring(ring)])
                if shape.kind == .polygon {
                    let isAnticlockwise = shape.signedArea(ofRing: ring) > 0
                    if isAnticlockwise == (index == 0) { places.reverse() }
                    places = Self.startingNorthWest(places)
                }
                guard add(places) else { return nil }
            }
        }
        guard !rings.isEmpty else { return nil }
        var written = shape
        written.points = rings.flatMap { $0.points.map(\.place) }
        written.ringEnds = rings.reduce(into: []) { ends, ring in ends.append((ends.last ?? 0) + ring.points.count) }
        var fields = fields
        fields[.kind] = shape.kind == .polygon ? "面" : shape.kind == .line ? "线" : "点"
        self.init(fields: fields, rings: rings, shape: written)
    }

    /// A closed ring, turned so that it starts at the corner that lies farthest to the north-west.
    private static func startingNorthWest(_ ring: [Point]) -> [Point] {
        let open = ring.dropLast()
        guard let first = open.indices.max(by: { open[$0].y - open[$0].x < open[$1].y - open[$1].x }) else {
            return ring
        }
        return Array(open[first...] + open[..<first] + [open[first]])
    }
}
