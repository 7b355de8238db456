import GRDB
import Geometry
import Phrases
import Planning

extension OutlineWork {
    /// What a feature falls into along lines, and the points that its outline got by that.
    struct Cut {
        /// Of one part each, largest first; what the lines left whole of a feature of several parts belongs to the largest.
        var pieces: [Shape]
        /// On the feature's outline, for its neighbours to share.
        var seams: [Point]
        /// The lines as they ran.
        var line: Shape
    }

    /// Cuts an outline along lines.
    ///
    /// - Parameter reach: how near to a corner the line is meant to go through it.
    /// - Returns: nil when the lines do not divide it.
    func cut(_ outline: Shape, by line: Shape, reach: Double) throws -> Cut? {
        let fitted = CutLine(line, across: outline, reach: reach, tolerance: tolerance)
        let faces = try geos.faces(of: [fitted.outline.outline, fitted.line]).filter { face in
            face.labelPoint.map(outline.contains) == true
        }
        guard faces.count > outline.partEnds.count else { return nil }
        let known = Set(outline.points)
        var seams: Set<Point> = []
        for point in faces.flatMap(\.points)
        where !known.contains(point) && outline.isOnOutline(point, within: tolerance) { seams.insert(point) }
        let pieces = joined(faces, of: outline).sorted { $0.planeArea > $1.planeArea }
        return Cut(pieces: pieces, seams: seams.sorted { ($0.x, $0.y) < ($1.x, $1.y) }, line: fitted.line)
    }

    /// Faces, where those that are whole parts of a feature of several go with the largest of the others.
    private func joined(_ faces: [Shape], of outline: Shape) -> [Shape] {
        guard outline.partEnds.count > 1 else { return faces }
        let parts = outline.partShapes.map(\.planeArea)
        let whole = faces.indices.filter { face in
            let area = faces[face].planeArea
            return parts.indices.contains { part in
                abs(parts[part] - area) <= speck
                    && faces[face].labelPoint.map(outline.partShapes[part].contains) == true
            }
        }
        let others = faces.indices.filter { !whole.contains($0) }
        guard let largest = others.max(by: { faces[$0].planeArea < faces[$1].planeArea }) else { return faces }
        return others.map { index in
            guard index == largest else { return faces[index] }
            return Shape(polygons: faces[index].nested + whole.flatMap { faces[$0].nested })
        }
    }

    /// Splits a feature along lines into features of its class and unit, with numbers of their own.
    func split(_ parent: DraftFeature, by line: Shape, reach: Double) throws -> [DraftFeature] {
        guard let cut = try cut(parent.shape, by: line, reach: reach) else { throw misses(line, parent) }
        return try split(parent, by: cut)
    }

    func split(_ parent: DraftFeature, by cut: Cut) throws -> [DraftFeature] {
        for piece in cut.pieces where try hundredths(piece) == 0 {
            throw Refusal(
                .usage,
                "Feature \(parent.uid) was not split: a piece of \(try squareMetres(piece)) m² would come off; move the line onto the outline or away from it.",
                "要素 \(parent.uid) 未分割：会切出 \(try squareMetres(piece)) m² 的碎片，请将分割线移到界线上或离开界线。")
        }
        let first = try Project.reserveUIDs(cut.pieces.count, in: db)
        let attributes = try FeatureAttributes(of: parent, try layer(parent.layer), in: db)
        var children = cut.pieces.enumerated().map { index, piece in
            DraftFeature(
                uid: first + Int64(index), layer: parent.layer, class: parent.class, unit: parent.unit, area: 0,
                number: "", name: attributes.name, attributes: nil, shape: piece, origins: [], base: nil,
                isReshaped: true)
        }
        try share([parent], among: &children)
        try settle(&children, from: [parent], attributes)
        try stitch(cut.seams, in: parent.layer, but: Set(children.map(\.uid)))
        return children
    }

    /// Puts children in the place of their parents.
    func settle(_ children: inout [DraftFeature], from parents: [DraftFeature], _ attributes: FeatureAttributes) throws
    {
        for parent in parents { try drop(parent) }
        for index in children.indices {
            children[index].attributes = try attributes.json(for: children[index], net: net(of: children[index]))
            try put(children[index])
            try descend(children[index].uid, from: parents.map(\.uid))
        }
    }

    /// Why a line does not divide a feature, and by how much it misses.
    private func misses(_ line: Shape, _ parent: DraftFeature) -> Refusal {
        let unit = system?.isGeographic == true ? 111_320 : system?.metresPerUnit ?? 1
        func text(_ length: Double) -> String { "\(Double(Int64((length * unit * 100).rounded())) / 100)" }
        let outline = parent.shape
        let nearest = min(
            line.points.map { outline.distance(to: $0) }.min() ?? .infinity,
            outline.points.map { line.distance(to: $0) }.min() ?? .infinity)
        var crosses = false
        line.forEachEdge { a, b in
            outline.forEachEdge { c, d in if Self.cross(a, b, c, d) { crosses = true } }
        }
        if nearest > hair, !crosses {
            return Refusal(
                .usage,
                "Feature \(parent.uid) was not split: the line misses it by \(text(nearest)) m; give points on both sides of it.",
                "要素 \(parent.uid) 未分割：分割线离它 \(text(nearest)) 米，请在其两侧取点。")
        }
        // The line's loose ends: where they lie inside, how far the outline is.
        let ends = line.ringEnds.indices.flatMap { ring -> [Point] in
            let range = line.ring(ring)
            return [line.points[range.lowerBound], line.points[range.upperBound - 1]]
        }
        let short = ends.filter(outline.contains).map { end in
            var distance = Double.infinity
            outline.forEachEdge { distance = min(distance, end.distance(toSegment: $0, $1)) }
            return distance
        }.max()
        if let short, short > hair {
            return Refusal(
                .usage,
                "Feature \(parent.uid) was not split: the line ends inside of it, \(text(short)) m short of its outline; carry it on to the other side.",
                "要素 \(parent.uid) 未分割：分割线止于图形内部，距边界还差 \(text(short)) 米，请延伸到另一侧。")
        }
        return Refusal(
            .usage,
            "Feature \(parent.uid) was not split: the line runs along its outline and leaves nothing on one side; lead it through the inside.",
            "要素 \(parent.uid) 未分割：分割线沿边界而行，一侧没有土地，请让线穿过图形内部。")
    }

    private static func cross(_ a: Point, _ b: Point, _ c: Point, _ d: Point) -> Bool {
        func side(_ p: Point, _ q: Point, _ r: Point) -> Double {
            (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x)
        }
        return side(a, b, c) * side(a, b, d) <= 0 && side(c, d, a) * side(c, d, b) <= 0
    }

    /// Splits off an area on one side of a line of given bearing; the pieces on that side have it to the hundredth.
    func split(_ parent: DraftFeature, area: Int64, bearing: Double, isLeft: Bool) throws -> [DraftFeature] {
        guard area > 0, area < parent.area else {
            throw Refusal(
                .usage,
                "Feature \(parent.uid) has \(hundredthsText(parent.area)) m²; \(hundredthsText(area)) m² cannot be split off.",
                "要素 \(parent.uid) 面积为 \(hundredthsText(parent.area)) m²，无法分出 \(hundredthsText(area)) m²。")
        }
        let whole = try squareMetres(parent.shape)
        // The recorded area may have been adjusted: the line takes the same share of what is measured.
        let target = whole * (Double(area) / Double(parent.area))
        let line = try parent.shape.dividingLine(bearing: bearing, target: target, isLeft: isLeft) {
            try squareMetres($0)
        }
        guard let line, let cut = try cut(parent.shape, by: Shape(line: [line.from, line.to]), reach: tolerance) else {
            throw misses(Shape(line: [line?.from ?? parent.shape.points[0]]), parent)
        }
        var children = try split(parent, by: cut)
        func isWanted(_ shape: Shape) -> Bool {
            guard let point = shape.labelPoint else { return false }
            let (east, north) = Point.direction(bearing)
            let height = (point.y - line.from.y) * east - (point.x - line.from.x) * north
            return (height > 0) == isLeft
        }
        let wanted = children.indices.filter { isWanted(children[$0].shape) }
        try carry(area - wanted.reduce(0) { $0 + children[$1].area }, to: wanted, of: &children)
        return children
    }

    /// Moves hundredths from the other pieces to those of `indices`, within the land of one base feature.
    private func carry(_ difference: Int64, to indices: [Int], of children: inout [DraftFeature]) throws {
        guard difference != 0, let to = indices.max(by: { children[$0].area < children[$1].area }),
            let from = children.indices.filter({ !indices.contains($0) }).max(by: {
                children[$0].area < children[$1].area
            })
        else { return }
        let common = children[to].origins.filter { origin in
            children[from].origins.contains {
                $0.base == origin.base && $0.area > difference && origin.area > -difference
            }
        }
        guard let base = common.max(by: { $0.area < $1.area })?.base else { return }
        for (index, moved) in [(to, difference), (from, -difference)] {
            let origins = children[index].origins.map { origin in
                guard origin.base == base else { return origin }
                // The ridges stay where they are, in hundredths.
                return Origin(base: base, area: origin.area + moved, net: origin.net + moved)
            }
            children[index].settle(origins)
            let attributes = try FeatureAttributes(of: children[index], try layer(children[index].layer), in: db)
            children[index].attributes = try attributes.json(for: children[index], net: net(of: children[index]))
            try put(children[index])
        }
    }
}

/// An area in sentences.
func hundredthsText(_ value: Int64) -> String {
    let fraction = value.magnitude % 100
    return "\(value < 0 ? "-" : "")\(value.magnitude / 100).\(fraction < 10 ? "0" : "")\(fraction)"
}
