import CGEOS
import Geometry
import Phrases

/// Lays many shapes over one after another, for one thread.
///
/// What most pairs of a parcel and a zone come to, that they are apart, or the zone covers the parcel, or cuts it in clean
/// crossings, is told from their edges alone; the rest is laid over the part of the object that is near.
package final class Overlay {
    /// What a subject and an object share.
    package enum Shared: Sendable {
        case nothing
        /// The object covers the subject wholly.
        case all
        /// Of the lower of their two dimensions; without area where they only touch.
        case part(Shape)
    }

    private let geos = GEOS()
    private var object: OpaquePointer?
    private var prepared: OpaquePointer?
    private var bands: EdgeBands?
    /// The bands of the object, a polygon or a line, once a distance to it was asked for.
    private var outline: EdgeBands?
    private var tiles: [Tile: OpaquePointer?] = [:]

    /// A square of the object's box, halved `level` times.
    private struct Tile: Hashable {
        var level: Int
        var column: Int
        var row: Int
    }

    package init() {}

    deinit { drop() }

    private func drop() {
        for tile in tiles.values { if let tile, tile != object { GEOSGeom_destroy_r(geos.context, tile) } }
        tiles.removeAll()
        if let prepared { GEOSPreparedGeom_destroy_r(geos.context, prepared) }
        if let object { GEOSGeom_destroy_r(geos.context, object) }
        (prepared, object, bands, outline) = (nil, nil, nil, nil)
    }

    /// Whether a shape is valid; of an invalid one nothing can be asked.
    package func validity(of shape: Shape) throws -> ValidityReport { try geos.validity(of: shape) }

    /// Takes the object that subjects are laid over.
    ///
    /// - Parameter shape: valid.
    package func take(_ shape: Shape) {
        drop()
        guard !shape.isEmpty else { return }
        if shape.kind == .polygon { bands = EdgeBands(shape) }
        taken = shape
    }

    private var taken = Shape(kind: .polygon)

    /// The object as GEOS knows it, made when it is first asked.
    private func whole() throws -> OpaquePointer {
        if let object { return object }
        let geometry = try geos.geometry(taken).take()
        object = geometry
        return geometry
    }

    /// What the subject shares with the object that was taken last.
    ///
    /// - Throws: `GEOSError` for what GEOS cannot lay over one another.
    package func shared(_ subject: EdgeBands) throws -> Shared {
        guard !taken.isEmpty, !subject.shape.isEmpty else { return .nothing }
        guard let bands, subject.shape.kind == .polygon else { return try asked(subject.shape) }
        switch subject.lie(to: bands) {
        case .apart: return .nothing
        case .inside: return .all
        case .unclear:
            if let part = subject.cut(by: bands) { return .part(part) }
            guard let near = try near(subject.box, bands) else { return .nothing }
            return try overlaid(subject.shape, by: near)
        }
    }

    /// How a subject lies to the object, told apart where no land is shared.
    package enum Meeting: Sendable {
        case apart
        /// They share edges, which are lines, or else corners, which are points, and no land.
        case touch(Shape)
        /// The object covers the subject wholly.
        case all
        /// What they share, of the kind of the subject.
        case part(Shape)
    }

    /// How the subject lies to the object that was taken last, a polygon: as `shared`, but what only touches is told.
    ///
    /// - Parameter subject: valid; of any kind.
    /// - Throws: `GEOSError` for what GEOS cannot lay over one another.
    package func meeting(_ subject: EdgeBands) throws -> Meeting {
        guard !taken.isEmpty, !subject.shape.isEmpty, let bands, subject.box.intersects(bands.box) else {
            return .apart
        }
        if subject.shape.kind == .polygon {
            if case .inside = subject.lie(to: bands) { return .all }
            if let part = subject.cut(by: bands) { return .part(part) }
        }
        guard let near = try near(subject.box, bands) else { return .apart }
        let result = try geos.handle(
            try geos.geometry(subject.shape).use { GEOSIntersection_r(geos.context, $0, near) }, "intersecting", "求交")
        if result.use({ GEOSisEmpty_r(geos.context, $0) }) == 1 { return .apart }
        let dimension = result.use { GEOSGeom_getDimensions_r(geos.context, $0) }
        let wanted: Int32 = subject.shape.kind == .polygon ? 2 : subject.shape.kind == .line ? 1 : 0
        if dimension == wanted { return .part(try geos.shape(result, keeping: subject.shape.kind).shape) }
        return .touch(try geos.shape(result, keeping: dimension == 1 ? .line : .point).shape)
    }

    /// Lays a shape over the whole object where they meet at all.
    private func asked(_ shape: Shape) throws -> Shared {
        let whole = try whole()
        if prepared == nil { prepared = GEOSPrepare_r(geos.context, whole) }
        let meets = try geos.geometry(shape).use { GEOSPreparedIntersects_r(geos.context, prepared, $0) }
        return try geos.answer(meets) ? overlaid(shape, by: whole) : .nothing
    }

    private func overlaid(_ shape: Shape, by object: OpaquePointer) throws -> Shared {
        let result = try geos.handle(
            try geos.geometry(shape).use { GEOSIntersection_r(geos.context, $0, object) }, "intersecting", "求交")
        var kind = shape.kind
        if result.use({ GEOSGeom_getDimensions_r(geos.context, $0) }) == 1 { kind = .line }
        return .part(try geos.shape(result, keeping: kind).shape)
    }

    // MARK: The part of the object that is near

    /// The object, or of a large one the part of it in a square around a box; nil where nothing of it is there.
    private func near(_ box: Box, _ bands: EdgeBands) throws -> OpaquePointer? {
        let whole = try whole(), frame = bands.box
        let size = max(frame.width, frame.height), wanted = max(box.width, box.height)
        guard bands.shape.points.count > 200, wanted > 0 else { return whole }
        var level = 0
        while level < 12, size / Double(2 << level) >= wanted { level += 1 }
        guard level > 0 else { return whole }
        let side = size / Double(1 << level)
        func place(_ middle: Double, _ start: Double) -> Int {
            max(0, min((1 << level) - 1, Int((middle - start) / side)))
        }
        let tile = Tile(
            level: level, column: place(box.center.x, frame.minX), row: place(box.center.y, frame.minY))
        // A box whose middle lies outside of the object's may reach out of its square.
        guard square(tile, frame).contains(box) else { return whole }
        return try part(tile, frame, whole)
    }

    /// A tile's square, grown by half on every side, so that it holds every box of its size whose middle it has.
    private func square(_ tile: Tile, _ frame: Box) -> Box {
        let side = max(frame.width, frame.height) / Double(1 << tile.level)
        let (x, y) = (frame.minX + Double(tile.column) * side, frame.minY + Double(tile.row) * side)
        return Box(minX: x, minY: y, maxX: x + side, maxY: y + side).padded(by: side / 2)
    }

    private func part(_ tile: Tile, _ frame: Box, _ whole: OpaquePointer) throws -> OpaquePointer? {
        if tile.level == 0 { return whole }
        if let known = tiles[tile] { return known }
        let above = Tile(level: tile.level - 1, column: tile.column / 2, row: tile.row / 2)
        guard let parent = try part(above, frame, whole) else {
            tiles[tile] = .some(nil)
            return nil
        }
        // Few corners are laid over as fast as they are cut.
        if GEOSGetNumCoordinates_r(geos.context, parent) <= 64 { return parent }
        let box = square(tile, frame)
        let rectangle = try geos.handle(
            GEOSGeom_createRectangle_r(geos.context, box.minX, box.minY, box.maxX, box.maxY), "cutting", "裁切")
        let cut = try geos.handle(
            rectangle.use { GEOSIntersection_r(geos.context, parent, $0) }, "cutting", "裁切")
        let shape = try geos.shape(cut, keeping: .polygon).shape
        let made = shape.isEmpty ? nil : try geos.geometry(shape).take()
        tiles[tile] = .some(made)
        return made
    }

    // MARK: Distances

    /// The distance between the subject and the object that was taken last, in the units of the coordinates, where it is
    /// at most `reach`; else something larger.
    package func distance(_ subject: EdgeBands, within reach: Double) throws -> Double {
        guard !taken.isEmpty else { return .infinity }
        if outline == nil, taken.kind != .point { outline = bands ?? EdgeBands(taken) }
        if let outline, let distance = subject.distance(to: outline, within: reach) { return distance }
        return try distance(subject.shape)
    }

    /// The distance between the subject and the object that was taken last, in the units of the coordinates.
    package func distance(_ shape: Shape) throws -> Double {
        guard !taken.isEmpty else { return .infinity }
        let whole = try whole()
        if prepared == nil { prepared = GEOSPrepare_r(geos.context, whole) }
        let subject = try geos.geometry(shape)
        var distance = 0.0
        guard subject.use({ GEOSPreparedDistance_r(geos.context, prepared, $0, &distance) }) == 1 else {
            throw geos.error("measuring a distance", "量算距离")
        }
        return distance
    }
}
