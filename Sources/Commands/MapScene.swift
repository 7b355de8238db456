import Canvas
import Foundation
import GeoBridge
import Geometry
import Phrases
import Planning
import Store

/// Draws the county as it is in some plan's world: for the shell's `map` and for the screen.
///
/// Far out it reads overviews, near in shapes through the spatial index; what it reads depends on the number of cells,
/// never on the size of a layer.
package struct MapScene {
    /// Where a layer's outlines would be more than this in one picture, its finest overview is drawn instead.
    private static let mostOutlines = 12_000
    /// More names than this would cover the map.
    private static let mostNames = 60

    package let project: Project
    package let layers: [Layer]
    package let plan: Int64
    package let classes: [UInt16: StoredClass]
    /// The parcels drawn as filled areas; other layers are outlines.
    package let ground: Layer?
    /// Draws only what the plan changes; nil draws everything.
    package let changes: Changes?

    /// What of a plan's changes is drawn.
    package struct Changes: Sendable, Hashable {
        /// As the base has it, instead of as the plan would have it.
        package var before: Bool
        /// Only these features, as those of one step, as they are in the plan's world; nil for all that it changes.
        package var uids: Set<Int64>?

        package init(before: Bool = false, uids: Set<Int64>? = nil) {
            self.before = before
            self.uids = uids
        }
    }

    package init(
        project: Project, layers: [Layer], plan: Int64, classes: [UInt16: StoredClass], ground: Layer?,
        changes: Changes? = nil
    ) {
        self.changes = changes
        self.project = project
        self.layers = layers
        self.plan = plan
        self.classes = classes
        self.ground = ground
    }

    /// What all shown layers cover.
    package var box: Box {
        if let ground, !ground.box.isEmpty { return ground.box }
        let drawn = layers.filter { !$0.isGrid }
        return (drawn.isEmpty ? layers : drawn).reduce(Box.empty) { $0.union($1.box) }
    }

    /// Map units in a metre, at the middle of the county.
    package static func unitsPerMetre(_ system: CoordinateSystem?, _ box: Box) -> Point {
        guard let system else { return Point(x: 1, y: 1) }
        guard system.isGeographic else {
            return Point(x: 1 / system.metresPerUnit, y: 1 / system.metresPerUnit)
        }
        // A degree of latitude is 111.2 km; one of longitude shrinks with the cosine of the latitude. For pictures.
        let latitude = box.isEmpty ? 0 : min(max(box.center.y, -85), 85)
        let degree = 1 / 111_195.0
        return Point(x: degree / cos(latitude * .pi / 180), y: degree)
    }

    /// Paints every shown layer.
    package func paint(_ picture: inout MapPicture) throws {
        if let changes {
            for layer in layers where layer.isShown && !layer.isGrid { try fill(changes, of: layer, &picture) }
            for layer in layers where layer.isShown && layer.role == .units && isWorthDrawing(layer, picture) {
                try outline(layer, &picture)
            }
            return
        }
        for layer in layers where layer.isShown && layer.isGrid { try shade(layer, &picture) }
        if let ground, ground.isShown { try fill(ground, &picture) }
        for layer in layers where layer.isShown && layer.id != ground?.id && !layer.isGrid {
            // Layers that cover all the land would hide the ground: they show where they are the ground themselves.
            guard layer.role != .parcels, layer.role != .plannedUse, isWorthDrawing(layer, picture) else { continue }
            try outline(layer, &picture)
            if layer.role == .units { try name(layer, &picture) }
        }
    }

    /// Lays the light and shade of heights under everything else.
    private func shade(_ layer: Layer, _ picture: inout MapPicture) throws {
        let (grid, view) = (try project.grid(of: layer), picture.viewport)
        guard let cells = try project.window(of: grid, box: view.box, cell: picture.dot, margin: 2) else { return }
        let units = view.unitsPerMetre
        // Averaged over long cells hills grow flat: they are raised with the root of the cell's length.
        let metres = cells.place.cellWidth / units.x
        let light = cells.hillshade(
            exaggeration: max(1, (metres / 30).squareRoot()), metres: Point(x: 1 / units.x, y: 1 / units.y))
        picture.shade(light)
    }

    /// Writes the names of units that are wide enough to carry them, and small enough to be a part of the picture.
    private func name(_ layer: Layer, _ picture: inout MapPicture) throws {
        let view = picture.viewport
        guard try project.countOutlines(of: layer, in: view.box, limit: Self.mostNames + 1) <= Self.mostNames else {
            return
        }
        var places: [(uid: Int64, point: Point)] = []
        try project.outlines(of: layer, plan: plan, in: view.box) { feature in
            let box = feature.shape.box
            guard box.width > view.cellWidth * 12, box.width < view.box.width * 0.6,
                let point = feature.shape.labelPoint
            else { return }
            places.append((feature.uid, point))
        }
        for (uid, point) in places {
            if let name = try project.parcel(uid)?.name { picture.label(name, at: point) }
        }
    }

    /// Lines that would cover more ground on the map than they bound are left out: roads and control lines
    /// far out, any line where a dot is a whole cell of some hundred metres.
    private func isWorthDrawing(_ layer: Layer, _ picture: MapPicture) -> Bool {
        let dot = picture.viewport.metresPerDot(picture.glyphs)
        if layer.role == .units { return dot <= (picture.glyphs == .ascii ? 120 : 1000) }
        return dot <= 60
    }

    private func fill(_ layer: Layer, _ picture: inout MapPicture) throws {
        let box = picture.viewport.box
        if layer.geometry == .polygon {
            if let grid = try project.overview(of: layer, plan: plan, box: box, dot: picture.dot) {
                picture.fill(grid)
                return
            }
            let count = try project.countOutlines(of: layer, in: box, limit: Self.mostOutlines)
            if count >= Self.mostOutlines {
                if let grid = try project.overview(of: layer, plan: plan, box: box, dot: picture.dot, always: true) {
                    picture.fill(grid)
                }
                return
            }
        }
        // A boundary is worth its dots where parcels are some dots wide.
        let edge = picture.dot * 6
        try project.outlines(of: layer, plan: plan, in: box) { feature in
            if layer.geometry == .polygon {
                let bounds = feature.shape.box
                picture.fill(feature.shape, class: feature.cell, edged: min(bounds.width, bounds.height) > edge)
            } else {
                picture.outline(feature.shape, role: Self.role(of: layer))
            }
        }
    }

    /// What a plan changes in a layer: areas of the ground, lines of the others.
    private func fill(_ changes: Changes, of layer: Layer, _ picture: inout MapPicture) throws {
        let box = picture.viewport.box
        let isGround = layer.id == ground?.id
        let edge = picture.dot * 6
        func draw(_ feature: borrowing DrawnFeature) {
            guard isGround, layer.geometry == .polygon else {
                return picture.outline(feature.shape, role: Self.role(of: layer))
            }
            let bounds = feature.shape.box
            picture.fill(feature.shape, class: feature.cell, edged: min(bounds.width, bounds.height) > edge)
        }
        if let uids = changes.uids {
            return try project.outlines(of: layer, plan: plan, uids: uids) { draw($0) }
        }
        let isDrawn = try project.changedOutlines(
            of: layer, plan: plan, in: box, before: changes.before, limit: Self.mostOutlines
        ) { draw($0) }
        guard !isDrawn, isGround else { return }
        let grid = try project.overview(
            of: layer, plan: plan, box: box, dot: picture.dot, always: true, changes: changes.before ? .before : .after)
        if let grid { picture.fill(grid) }
    }

    private func outline(_ layer: Layer, _ picture: inout MapPicture) throws {
        // A border is known by its neighbours: without those beyond the window, its edge would be drawn as one.
        let box = picture.viewport.box.padded(by: 4 * picture.dot)
        let role = Self.role(of: layer)
        // An overview knows where a layer is, not where one of its units ends and the next begins.
        if try layer.role == .units && hasRoom(for: layer, picture) {
            return try project.outlines(of: layer, plan: plan, in: box) { picture.outline($0.shape, role: role) }
        }
        if layer.geometry == .polygon,
            let grid = try project.overview(of: layer, plan: plan, box: box, dot: picture.dot)
        {
            picture.outline(grid, role: role)
            return
        }
        let count = try project.countOutlines(of: layer, in: box, limit: Self.mostOutlines)
        if count >= Self.mostOutlines {
            if let grid = try project.overview(of: layer, plan: plan, box: box, dot: picture.dot, always: true) {
                layer.geometry == .polygon ? picture.outline(grid, role: role) : picture.fill(grid)
            }
            return
        }
        try project.outlines(of: layer, plan: plan, in: box) { feature in picture.outline(feature.shape, role: role) }
    }

    /// Whether the units in the picture are some dots wide each: more lines would be a thicket.
    private func hasRoom(for layer: Layer, _ picture: MapPicture) throws -> Bool {
        let room = picture.columns * picture.rows / Self.leastDots
        return try project.countOutlines(of: layer, in: picture.viewport.box, limit: room + 1) <= room
    }

    /// As many dots of the picture for each unit: a square of twelve by twelve.
    private static let leastDots = 150

    package static func role(of layer: Layer) -> String { "line.\(layer.role.rawValue)" }

    /// How a class looks in a theme.
    package func look(_ theme: Theme) -> (UInt16) -> Theme.ClassLook {
        { cell in
            guard let stored = classes[cell], stored.id != 0 else { return Theme.noClass }
            return theme.look(of: stored.code.description)
        }
    }
}
