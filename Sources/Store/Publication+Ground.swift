import Foundation
import GRDB
import GeoBridge
import Geometry
import Phrases
import Planning

/// What a plan says of parcels, laid into the layer of planned uses.
extension Publication {
    /// A planned parcel: where its outline is read from, and what comes into force.
    private struct Planned {
        var new: NewFact
        /// What the layer's features give it: corners of theirs on its edges.
        var corners: [Point] = []
        var box: Box
        /// Some feature of the layer had this very outline, so that all around it fits already.
        var isFitted = false
    }

    /// Each drafted parcel whose class the plan changes becomes a feature of planned use. What lies under it is
    /// superseded, and what is left of that comes into force again with a new outline.
    func publishParcels(to ground: Layer) throws {
        var planned = try self.planned(ground)
        guard !planned.isEmpty else { return }
        let revision = try revision(of: ground.id)
        let under = try self.under(&planned, in: ground)
        var nodes = Nodes(reach: work.tolerance)
        var pieces: [(base: StandingFact, shape: Shape?, over: [Int])] = []
        for (uid, indexes) in under.sorted(by: { $0.key < $1.key }) {
            guard let fact = try revision.standing(uid), let outline = try shape(of: uid) else { continue }
            var over: [Int] = []
            var covers: [Shape] = []
            for index in indexes {
                guard let shape = try shape(planned[index].new) else { continue }
                if planned[index].isFitted {
                    (over, covers) = ([index], [shape])
                    break
                }
                guard try work.geos.intersection(outline, shape).planeArea > work.speck else { continue }
                over.append(index)
                covers.append(shape)
            }
            for index in over { planned[index].new.parents.append(uid) }
            if over.isEmpty {
                pieces.append((fact, outline, []))
                continue
            }
            let rest = try self.rest(of: outline, without: covers)
            guard let rest else {
                pieces.append((fact, nil, over))
                continue
            }
            // Where borders cross there is a new corner: one point for all that meet there.
            let known = Set(outline.points).union(covers.flatMap(\.points))
            let (shape, crossings) = nodes.fitted(rest, known: known)
            for index in indexes { planned[index].corners += crossings }
            pieces.append((fact, shape, over))
        }
        try write(&planned, pieces, under, to: revision)
    }

    private func write(
        _ planned: inout [Planned], _ pieces: [(base: StandingFact, shape: Shape?, over: [Int])],
        _ under: [Int64: [Int]], to revision: LayerRevision
    ) throws {
        var uids = try Project.reserveUIDs(planned.count + pieces.count, in: db)
        for piece in pieces {
            var outline = piece.shape
            let loose = (under[piece.base.uid] ?? []).filter { !planned[$0].isFitted }
            let corners = try loose.flatMap { index in
                (try shape(planned[index].new)?.points ?? []) + planned[index].corners
            }
            let stitched = outline?.inserting(corners, within: work.tolerance)
            outline = stitched ?? outline
            if let outline {
                for index in loose { planned[index].corners += outline.points }
            }
            // A neighbour that nothing was taken from and that no corner was put into stays as it is.
            guard !piece.over.isEmpty || stitched != nil else { continue }
            try revision.supersede(piece.base, source: nil)
            guard let outline else { continue }
            var (area, net) = (piece.base.area, piece.base.net)
            if !piece.over.isEmpty {
                area = try work.hundredths(outline)
                net =
                    piece.base.area > 0 ? area - Shares.proportional(area, by: [net, piece.base.area - net])[1] : area
            }
            try revision.put(
                NewFact(
                    base: piece.base, source: nil, op: "rest", class: piece.base.class, unit: piece.base.unit,
                    area: area, net: net, geom: Data(outline.geoPackageBlob(srs: work.srs, multi: true)),
                    parents: [piece.base.uid]), uid: uids)
            uids += 1
        }
        for index in planned.indices {
            var new = planned[index].new
            if !planned[index].isFitted, let shape = try shape(new),
                let stitched = shape.inserting(planned[index].corners, within: work.tolerance)
            {
                new.geom = Data(stitched.geoPackageBlob(srs: work.srs, multi: true))
            } else if new.geom == nil, let source = new.source {
                new.geom = try Project.baseBlob(of: source, in: db)
                new.measuredLike = source
            }
            try revision.put(new, uid: uids)
            uids += 1
        }
    }

    // MARK: What is planned

    /// The drafted parcels that get another class, as features of the layer. Pieces of a parcel that keep its class say
    /// nothing of planned use.
    private func planned(_ ground: Layer) throws -> [Planned] {
        let system = ground.classSystem ?? "plan2023"
        let crosswalk = Crosswalk.surveyToPlan().crosswalk
        let registry = try ClassRegistry(system: system, in: db)
        var planned: [Planned] = []
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT e.uid, e.class, e.unit, e.area, e.net, e.geom, c.system, c.code,
                    r.min_x, r.max_x, r.min_y, r.max_y
                FROM plan_edit AS e JOIN layer_registry AS l ON l.id = e.layer JOIN land_class AS c ON c.id = e.class
                    JOIN plan_edit_place AS r ON r.id = e.id
                WHERE e.plan = ? AND l.role = 'parcels' AND e.op <> 'remove' AND e.class <> 0
                    AND (c.system = ? OR EXISTS (
                        SELECT 1 FROM plan_origin AS o JOIN feature AS f ON f.uid = o.base
                        WHERE o.plan = e.plan AND o.uid = e.uid AND f.class <> e.class)
                    OR (SELECT class FROM feature AS f WHERE f.uid = e.uid) <> e.class)
                ORDER BY e.id
                """, arguments: [plan.id, system])
        while let row = try rows.next() {
            var code: Int64 = row["class"]
            let (uid, own): (Int64, String) = (row["uid"], row["system"])
            if own != system {
                guard own == "survey", system == crosswalk.system, let target = crosswalk[row["code"] as String] else {
                    throw Refusal(
                        .notAllowed,
                        "Plan \(plan.id) was not published: parcel \(uid) is planned as \(own):\(row["code"] as String), which is no class of \(ground.table) (\(system)); return the plan and plan another class.",
                        "规划 \(plan.id) 未发布：图斑 \(uid) 规划为 \(own):\(row["code"] as String)，不属于 \(ground.table) 的分类（\(system)）；请退回并改划地类。"
                    )
                }
                code = try registry.id(of: target)
            }
            planned.append(
                Planned(
                    new: NewFact(
                        base: nil, source: uid, class: code, unit: row["unit"], area: row["area"], net: row["net"],
                        geom: row["geom"]),
                    box: Box(minX: row["min_x"], minY: row["min_y"], maxX: row["max_x"], maxY: row["max_y"])))
        }
        return planned
    }

    /// Which planned parcels each feature of the layer may lie under, or beside, by the boxes of both. One that has the
    /// very outline of a planned parcel is all that lies under it.
    private func under(_ planned: inout [Planned], in ground: Layer) throws -> [Int64: [Int]] {
        // A parcel that kept its outline has the box of its layer's tree, rounded as that of the other.
        let statement = try BulkStatement(
            """
            SELECT json_group_array(CASE WHEN r.minx = ?5 AND r.maxx = ?6 AND r.miny = ?7 AND r.maxy = ?8
                THEN -f.uid ELSE f.uid END) FROM \("rtree_\(ground.table)_geom".quoted) AS r
                CROSS JOIN feature AS f ON f.layer = \(ground.id) AND f.fid = r.id
            WHERE r.maxx >= ?1 AND r.minx <= ?2 AND r.maxy >= ?3 AND r.miny <= ?4 AND f.valid_to IS NULL
            """, in: db)
        var under: [Int64: [Int]] = [:]
        for index in planned.indices {
            let exact = planned[index].box
            let box = exact.padded(by: work.hair)
            var found: [Int64] = []
            try statement.fetch({ row in
                row.bind(1, box.minX)
                row.bind(2, box.maxX)
                row.bind(3, box.minY)
                row.bind(4, box.maxY)
                row.bind(5, exact.minX)
                row.bind(6, exact.maxX)
                row.bind(7, exact.minY)
                row.bind(8, exact.maxY)
            }) { row in
                let list = row.column(0).string ?? "[]"
                found = list.dropFirst().dropLast().split(separator: ",").compactMap { Int64($0) }
            }
            let same = try found.first { uid in
                guard uid < 0, let mine = try shape(planned[index].new), let theirs = try shape(of: -uid) else {
                    return false
                }
                return mine.points == theirs.points && mine.ringEnds == theirs.ringEnds
            }
            planned[index].isFitted = same != nil
            for uid in same.map({ [$0] }) ?? found { under[abs(uid), default: []].append(index) }
        }
        return under
    }

    private func shape(_ new: NewFact) throws -> Shape? {
        guard let blob = try new.geom ?? new.source.flatMap({ try Project.baseBlob(of: $0, in: db) }) else {
            return nil
        }
        var shape = Shape(kind: .polygon)
        return blob.withUnsafeBytes { GeoPackageBlob.read($0, into: &shape) } ? shape : nil
    }

    private func shape(of uid: Int64) throws -> Shape? {
        guard let blob = try Project.baseBlob(of: uid, in: db) else { return nil }
        var shape = Shape(kind: .polygon)
        return blob.withUnsafeBytes { GeoPackageBlob.read($0, into: &shape) } ? shape : nil
    }

    /// What of an outline others leave; nil where that is no more than a speck.
    private func rest(of outline: Shape, without covers: [Shape]) throws -> Shape? {
        if covers.count == 1, covers[0].points == outline.points { return nil }
        let cover = covers.count == 1 ? covers[0] : try work.geos.union(covers)
        let rest = try work.geos.difference(outline, cover)
        let parts = rest.nested.filter { part in part.first.map { Shape(polygon: [$0]).planeArea > work.speck } ?? false
        }
        return parts.isEmpty ? nil : Shape(polygons: parts)
    }
}

/// Points that are one and the same within a reach: what is computed twice from the same two edges may differ in its last
/// digits.
private struct Nodes {
    let reach: Double
    private var known: [Cell: [Point]] = [:]

    private struct Cell: Hashable {
        var x: Int64
        var y: Int64
    }

    init(reach: Double) { self.reach = reach }

    private func cell(_ point: Point) -> Cell {
        Cell(x: Int64((point.x / (reach * 16)).rounded(.down)), y: Int64((point.y / (reach * 16)).rounded(.down)))
    }

    /// The shape with its new corners where others have put theirs, and these corners.
    ///
    /// - Parameter known: points that it has from before.
    mutating func fitted(_ shape: Shape, known old: Set<Point>) -> (shape: Shape, corners: [Point]) {
        var shape = shape
        var corners: [Point] = []
        for index in shape.points.indices where !old.contains(shape.points[index]) {
            let point = node(at: shape.points[index])
            shape.points[index] = point
            corners.append(point)
        }
        return (shape.withoutRepeats() ?? shape, corners)
    }

    private mutating func node(at point: Point) -> Point {
        let here = cell(point)
        for x in here.x - 1...here.x + 1 {
            for y in here.y - 1...here.y + 1 {
                if let found = known[Cell(x: x, y: y)]?.first(where: {
                    abs($0.x - point.x) <= reach && abs($0.y - point.y) <= reach
                }) {
                    return found
                }
            }
        }
        known[here, default: []].append(point)
        return point
    }
}
