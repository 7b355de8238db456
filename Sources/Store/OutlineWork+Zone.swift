import GRDB
import Geometry
import Phrases

/// A zone that a planner draws, or a control line (控制线).
package struct NewZone: Sendable {
    package var shape: Shape
    /// The class of the zone; nil for none.
    package var `class`: Int64?
    package var name: String
    /// `FIELD=VALUE` words.
    package var fields: [String]

    package init(shape: Shape, class: Int64? = nil, name: String = "", fields: [String] = []) {
        self.shape = shape
        self.class = `class`
        self.name = name
        self.fields = fields
    }
}

extension OutlineWork {
    /// Adds a zone to a layer.
    ///
    /// In a planned-use layer it takes the place of what lies beneath; beside control lines it keeps clear of those that
    /// are there, as if its border had been drawn along theirs.
    ///
    /// - Returns: the zone, and how much of it (hundredths of a square metre) the layer held already.
    func add(_ zone: NewZone, to layer: Layer) throws -> (zone: DraftFeature, held: Int64) {
        guard layer.geometry == .polygon, ![.parcels, .units].contains(layer.role) else {
            throw Refusal(
                .usage,
                layer.geometry == .polygon
                    ? "A zone cannot be added to \(layer.table), which covers the land already: split its parcels, or plan a class for them."
                    : "A zone cannot be added to \(layer.table): it holds no polygons.",
                layer.geometry == .polygon
                    ? "\(layer.table) 已覆盖全部土地，不能新增地块；请分割图斑或规划地类。" : "\(layer.table) 不是面图层，不能新增地块。")
        }
        let fields = try FeatureAttributes.read(zone.fields, for: layer, in: db)
        try requireValid(zone.shape, Phrase("The zone was not drawn: its outline is broken", "未绘制：图形有误"))
        let drawn = try hundredths(zone.shape)
        guard drawn > 0 else {
            throw Refusal(.usage, "The zone was not drawn: it has no area.", "未绘制：图形没有面积。")
        }
        var shape = try fitted(zone.shape, in: layer.id)
        var held: Int64 = 0
        if layer.role == .controlLine {
            shape = try clear(shape, of: layer)
            held = drawn - (try hundredths(shape))
        }
        var values = fields
        if let field = layer.nameField, !zone.name.isEmpty { values[field] = zone.name }
        let number = layer.numberField.flatMap { fields[$0] as? String } ?? ""
        var new = DraftFeature(
            uid: try Project.reserveUIDs(1, in: db), layer: layer.id, class: zone.class ?? 0,
            unit: try unit(under: shape), area: 0, number: number, name: zone.name, attributes: nil,
            shape: shape, origins: [], base: nil, isReshaped: true)
        var cleared: [Int64] = []
        if layer.role == .plannedUse {
            cleared = try clearGround(for: &new, of: layer)
        } else {
            let area = try hundredths(shape)
            new.settle([Origin(base: 0, area: area, net: area)])
        }
        new.attributes = try FeatureAttributes(setting: values, name: zone.name, layer).json(
            for: new, net: net(of: new))
        try put(new)
        try descend(new.uid, from: cleared)
        try stitch(new.shape.points, in: layer.id, but: [new.uid])
        return (new, max(0, held))
    }

    /// The outline with its corners on those of the layer that are nearer than a centimetre, and with the layer's corners
    /// that lie on its edges.
    func fitted(_ shape: Shape, in layer: Int64) throws -> Shape {
        let neighbours = try near(shape.box, in: layer).map(\.shape)
        var fitted = shape
        for index in fitted.points.indices {
            let places = neighbours.compactMap { $0.snapped(fitted.points[index], within: snap) }
            if let place = places.first(where: \.isVertex) ?? places.first { fitted.points[index] = place.point }
        }
        guard let clean = fitted.withoutRepeats(), try geos.validity(of: clean).isValid else { return shape }
        return clean.inserting(Array(Set(neighbours.flatMap(\.points))), within: tolerance) ?? clean
    }

    /// What of a control line the layer does not hold already.
    private func clear(_ shape: Shape, of layer: Layer) throws -> Shape {
        var left = shape
        for neighbour in try near(shape.box, in: layer.id) {
            guard try geos.intersection(left, neighbour.shape).planeArea > speck else { continue }
            left = try geos.difference(left, neighbour.shape)
            left = Shape(polygons: left.nested.filter { Shape(polygon: [$0[0]]).planeArea > speck })
            guard !left.isEmpty else {
                throw Refusal(
                    .usage,
                    "The zone was not drawn: \(layer.table) holds all of it already (feature \(neighbour.uid)).",
                    "未绘制：\(layer.table) 已包含全部范围（要素 \(neighbour.uid)）。")
            }
        }
        return left
    }

    /// Takes the land of a planned zone from the features beneath it.
    ///
    /// - Returns: those of which nothing is left.
    private func clearGround(for zone: inout DraftFeature, of layer: Layer) throws -> [Int64] {
        let box = zone.shape.box
        var taken: [DraftFeature] = []
        var left: [DraftFeature] = []
        for uid in try near(box, in: layer.id).map(\.uid) {
            let feature = try editable(uid)
            guard try geos.intersection(feature.shape, zone.shape).planeArea > speck else { continue }
            var rest = feature
            if let cut = try cut(feature.shape, by: zone.shape.outline, reach: tolerance) {
                let outside = cut.pieces.filter { $0.labelPoint.map(zone.shape.contains) != true }
                let pieces = outside.flatMap(\.nested)
                rest.reshape(pieces.isEmpty ? Shape(kind: .polygon) : Shape(polygons: pieces))
                zone.reshape(zone.shape.inserting(cut.seams, within: tolerance) ?? zone.shape)
                try stitch(cut.seams, in: layer.id, but: [uid])
            } else {
                rest.reshape(Shape(kind: .polygon))
            }
            taken.append(feature)
            left.append(rest)
        }
        let measured = try hundredths(zone.shape)
        var shares = left.filter { !$0.shape.isEmpty } + [zone]
        if !taken.isEmpty { try share(taken, among: &shares) }
        // `shares` ends with the zone.
        zone = shares.removeLast()
        let isPartlyNew = measured - zone.area > max(1, measured / 1_000_000)
        if taken.isEmpty || isPartlyNew {
            zone.settle(zone.origins + [Origin(base: 0, area: measured - zone.area, net: measured - zone.area)])
        }
        let gone = taken.filter { feature in !shares.contains { $0.uid == feature.uid } }
        for feature in gone { try drop(feature) }
        for feature in shares { try put(feature) }
        return gone.map(\.uid)
    }

    /// The unit of the survey parcel under a shape's label; 0 where there is none.
    private func unit(under shape: Shape) throws -> Int64 {
        guard let base = plan.base, let point = shape.labelPoint else { return 0 }
        let box = Box(minX: point.x, minY: point.y, maxX: point.x, maxY: point.y)
        guard let parcel = try near(box, in: base).first(where: { $0.shape.contains(point) }) else { return 0 }
        return try feature(parcel.uid).unit
    }

    // MARK: Less of a zone

    /// Gives a feature of a layer that need not cover the land another outline.
    func replace(_ feature: DraftFeature, by shape: Shape, _ doing: Phrase) throws -> DraftFeature {
        let layer = try layer(feature.layer)
        let clean = Shape(
            polygons: shape.nested.filter { Shape(polygon: [$0[0]]).planeArea > speck }
        )
        guard !clean.isEmpty, try hundredths(clean) > 0 else {
            throw Refusal(
                .usage,
                "Feature \(feature.uid) was left as it is: nothing of it would be left; 'plan remove \(feature.uid)' takes it away.",
                "要素 \(feature.uid) 未改动：\(doing.chinese)后将不剩任何土地；删除请用 plan remove \(feature.uid)。")
        }
        guard abs(clean.planeArea - feature.shape.planeArea) > speck else {
            throw Refusal(
                .usage, "Feature \(feature.uid) was left as it is: \(doing.english) takes nothing away from it.",
                "要素 \(feature.uid) 未改动：\(doing.chinese)没有减少其范围。")
        }
        var new = feature
        new.reshape(clean)
        try measure(&new)
        if new.base == nil {
            new.attributes = try FeatureAttributes(of: new, layer, in: db).json(
                for: new, net: net(of: new))
        }
        try put(new)
        let known = Set(feature.shape.points)
        try stitch(clean.points.filter { !known.contains($0) }, in: layer.id, but: [new.uid])
        return new
    }

    /// - Throws: `Refusal` for parcels of a survey, which would leave a gap.
    func requireLoose(_ feature: DraftFeature, _ doing: Phrase) throws {
        guard try isCover(feature.layer) else { return }
        let layer = try layer(feature.layer)
        throw Refusal(
            .usage,
            "Parcel \(feature.uid) of \(layer.table) cannot be \(doing.english): that would leave a gap. Split it, merge it with a neighbour, or plan another class.",
            "\(layer.table) 的图斑 \(feature.uid) 不能\(doing.chinese)，否则会留下缝隙；请分割、与相邻图斑合并或规划其他地类。")
    }
}
