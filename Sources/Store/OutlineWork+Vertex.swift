import GRDB
import Geometry
import Phrases

/// What a planner does with a vertex.
package enum VertexChange: Hashable, Sendable {
    /// Vertex `number` goes to a place.
    case move(Int, to: Point)
    /// A new vertex on the edge behind vertex `number`, at a place beside it.
    case add(after: Int, at: Point)
    case delete(Int)
}

extension OutlineWork {
    /// What a change of a corner does: each feature of the layer that has it, before and after.
    private struct Reshaping {
        var old: [DraftFeature] = []
        var new: [DraftFeature] = []
    }

    /// Changes a vertex in a feature and in all of its layer that share it.
    ///
    /// - Throws: `Refusal` where an outline would cross itself, a neighbour would be overrun, or a layer that covers the
    ///   land would cover more or less of it.
    func change(_ feature: DraftFeature, _ change: VertexChange) throws -> [DraftFeature] {
        let (corner, target): (Point, Point?)
        switch change {
        case .move(let number, let place):
            corner = try vertex(number, of: feature)
            target = try snapped(place, in: feature.layer, near: corner)
        case .delete(let number):
            corner = try vertex(number, of: feature)
            target = nil
        case .add(let number, let place):
            guard let edge = feature.shape.edge(number) else { throw noVertex(number, feature) }
            corner = try foot(of: place, on: edge, number, feature)
            let onward = try snapped(place, in: feature.layer, near: corner)
            target = corner.distance(to: onward) <= hair ? corner : onward
        }
        guard target != corner || { if case .add = change { true } else { false } }() else { return [] }
        let reshaping = try reshaping(corner, to: target, in: feature, change)
        return try settle(reshaping, about: feature, change)
    }

    private func vertex(_ number: Int, of feature: DraftFeature) throws -> Point {
        guard let point = feature.shape.vertex(number) else { throw noVertex(number, feature) }
        return point
    }

    private func noVertex(_ number: Int, _ feature: DraftFeature) -> Refusal {
        Refusal(
            .usage,
            "Feature \(feature.uid) has no vertex \(number); they are numbered 1 to \(feature.shape.vertexCount).",
            "要素 \(feature.uid) 没有第 \(number) 个顶点，编号为 1 至 \(feature.shape.vertexCount)。")
    }

    private func foot(of place: Point, on edge: (from: Point, to: Point), _ number: Int, _ feature: DraftFeature) throws
        -> Point
    {
        let (a, b) = edge
        let (dx, dy) = (b.x - a.x, b.y - a.y)
        let square = dx * dx + dy * dy
        let t = square > 0 ? ((place.x - a.x) * dx + (place.y - a.y) * dy) / square : 0
        let foot = Point(x: a.x + t * dx, y: a.y + t * dy)
        guard t > 0, t < 1, foot.distance(to: a) > hair, foot.distance(to: b) > hair else {
            throw Refusal(
                .usage,
                "No vertex was added: \(Coordinates.text(place)) lies not beside edge \(number) of feature \(feature.uid) but at or beyond its end; choose another edge, or move that vertex.",
                "未增加顶点：\(Coordinates.text(place)) 不在要素 \(feature.uid) 第 \(number) 条边旁，而在其端点处或端点之外；请换一条边，或移动该顶点。")
        }
        return foot
    }

    /// The place, or a vertex or an edge of the layer that it is nearer to than a centimetre.
    private func snapped(_ place: Point, in layer: Int64, near corner: Point) throws -> Point {
        let box = Box(minX: place.x, minY: place.y, maxX: place.x, maxY: place.y).padded(by: snap)
        var best: (point: Point, isVertex: Bool, distance: Double)?
        for (_, shape) in try near(box, in: layer) {
            // The edges at the corner itself go with it.
            guard let found = shape.snapped(place, within: snap), found.point != corner,
                found.isVertex || !shape.points.contains(corner)
            else { continue }
            let distance = found.point.distance(to: place)
            let isBetter = best.map { found.isVertex != $0.isVertex ? found.isVertex : distance < $0.distance } ?? true
            if isBetter { best = (found.point, found.isVertex, distance) }
        }
        return best?.point ?? place
    }

    private func reshaping(_ corner: Point, to target: Point?, in feature: DraftFeature, _ change: VertexChange) throws
        -> Reshaping
    {
        var reshaping = Reshaping()
        let box = Box(minX: corner.x, minY: corner.y, maxX: corner.x, maxY: corner.y)
        let ground = target.map { box.union(Box(minX: $0.x, minY: $0.y, maxX: $0.x, maxY: $0.y)) } ?? box
        for (uid, shape) in try near(box, in: feature.layer)
        where uid == feature.uid || shape.isOnOutline(corner, within: tolerance) {
            // A neighbour whose edge passes the corner without a vertex gets one.
            let cornered = shape.inserting([corner], within: tolerance) ?? shape
            guard cornered.points.contains(corner) else { continue }
            guard let moved = cornered.moving(corner, to: target) else {
                throw Refusal(
                    .usage,
                    "The vertex was left where it is: a ring of feature \(uid) would have fewer than three corners.",
                    "顶点未改动：要素 \(uid) 的一个环将不足三个顶点。")
            }
            let old = try editable(uid)
            var new = old
            new.reshape(moved)
            reshaping.old.append(old)
            reshaping.new.append(new)
        }
        // Where a new edge passes corners of others, it goes through them.
        let touched = Set(reshaping.new.map(\.uid))
        var corners = reshaping.new.flatMap(\.shape.points)
        let reach = reshaping.new.reduce(ground) { $0.union($1.shape.box) }
        corners += try near(reach, in: feature.layer, but: touched).flatMap(\.shape.points)
        let distinct = Array(Set(corners))
        for index in reshaping.new.indices {
            if let stitched = reshaping.new[index].shape.inserting(distinct, within: tolerance) {
                reshaping.new[index].reshape(stitched)
            }
        }
        return reshaping
    }

    private func settle(_ reshaping: Reshaping, about feature: DraftFeature, _ change: VertexChange) throws
        -> [DraftFeature]
    {
        var new = reshaping.new
        for item in new {
            try requireValid(
                item.shape,
                Phrase(
                    "The vertex was left where it is: the outline of feature \(item.uid) would be broken",
                    "顶点未改动：要素 \(item.uid) 的图形将有误"))
        }
        let touched = Set(new.map(\.uid))
        if try isCover(feature.layer) {
            do {
                try requireSameGround(reshaping.old.map(\.shape), new.map(\.shape), new.map(\.uid), feature.layer)
            } catch let refusal as Refusal {
                guard case .delete = change, new.count > 1 else { throw refusal }
                let uids = new.map { String($0.uid) }
                throw Refusal(
                    .usage,
                    "The vertex was not deleted: \(uids.joined(separator: ", ")) meet there and would gape or overlap; move it instead.",
                    "顶点未删除：\(uids.joined(separator: "、")) 在此交汇，删除会产生缝隙或重叠；可改为移动。")
            }
            try share(reshaping.old, among: &new)
        } else {
            try requireNoOverrun(reshaping.old, new, in: feature.layer)
            for index in new.indices { try measure(&new[index]) }
        }
        for index in new.indices {
            guard new[index].area > 0 else {
                throw Refusal(
                    .usage, "The vertex was left where it is: nothing would be left of feature \(new[index].uid).",
                    "顶点未改动：要素 \(new[index].uid) 将没有面积。")
            }
            if new[index].base == nil {
                let attributes = try FeatureAttributes(of: new[index], try layer(new[index].layer), in: db)
                new[index].attributes = try attributes.json(for: new[index], net: net(of: new[index]))
            }
            try put(new[index])
        }
        let known = Set(reshaping.old.flatMap(\.shape.points))
        try stitch(new.flatMap(\.shape.points).filter { !known.contains($0) }, in: feature.layer, but: touched)
        return new
    }

    /// That the touched cover together what they covered, and no land twice.
    private func requireSameGround(_ old: [Shape], _ new: [Shape], _ uids: [Int64], _ layer: Int64) throws {
        let (before, after) = (try geos.union(old), try geos.union(new))
        let (lost, won) = (try geos.difference(before, after), try geos.difference(after, before))
        let doubled = { (shapes: [Shape], union: Shape) in
            shapes.reduce(0) { $0 + $1.planeArea } - union.planeArea
        }
        let overlap = doubled(new, after) - doubled(old, before)
        let unit = system?.isGeographic == true ? 111_320.0 * 111_320 : pow2(system?.metresPerUnit ?? 1)
        func text(_ area: Double) -> String { hundredthsText(Int64((area * unit * 100).rounded(.up))) }
        if won.planeArea > speck {
            let box = won.box
            for (uid, shape) in try near(box, in: layer, but: Set(uids)) {
                let taken = try geos.intersection(won, shape).planeArea
                guard taken > speck else { continue }
                throw Refusal(
                    .usage,
                    "The vertex was left where it is: \(text(taken)) m² of feature \(uid) would be overrun; choose a place nearer.",
                    "顶点未改动：将侵占要素 \(uid) \(text(taken)) m²，请选更近的位置。")
            }
        }
        guard overlap <= speck else {
            throw Refusal(
                .usage,
                "The vertex was left where it is: the parcels that share it would overlap by \(text(overlap)) m²; where more than two meet, a corner must stay one.",
                "顶点未改动：共用该顶点的图斑将重叠 \(text(overlap)) m²；多个图斑交汇处必须保留顶点。")
        }
        guard lost.planeArea <= speck, won.planeArea <= speck else {
            throw Refusal(
                .usage,
                "The vertex was left where it is: \(text(max(lost.planeArea, won.planeArea))) m² of land would be left out of the survey or come into it, for the vertex lies on its outer edge.",
                "顶点未改动：该顶点位于调查范围外缘，将漏掉或多出 \(text(max(lost.planeArea, won.planeArea))) m² 土地。")
        }
    }

    private func pow2(_ value: Double) -> Double { value * value }

    /// That none of the touched has more in common with another feature of the layer than before.
    func requireNoOverrun(_ old: [DraftFeature], _ new: [DraftFeature], in layer: Int64) throws {
        let reach = new.reduce(Box.empty) { $0.union($1.shape.box) }
        let others = try near(reach, in: layer, but: Set(new.map(\.uid)))
        for (index, item) in new.enumerated() {
            var pairs = others.map { ($0.uid, $0.shape, $0.shape) }
            for later in new.indices where later > index {
                pairs.append((new[later].uid, old[later].shape, new[later].shape))
            }
            for (uid, before, after) in pairs where after.box.intersects(item.shape.box) {
                let common = try geos.intersection(item.shape, after).planeArea
                guard common > speck, common - (try geos.intersection(old[index].shape, before).planeArea) > speck
                else {
                    continue
                }
                throw Refusal(
                    .usage,
                    "The outline of \(item.uid) was left as it is: it would overrun feature \(uid); choose a place nearer.",
                    "要素 \(item.uid) 的图形未改动：将侵占要素 \(uid)，请选更近的位置。")
            }
        }
    }
}
