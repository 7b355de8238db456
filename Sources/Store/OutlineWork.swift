import GRDB
import GeoBridge
import Geometry
import Phrases
import Planning

/// One step's work on the outlines of a plan's features: reads them as they are at this moment of the step, keeps edges
/// shared, divides areas so that nothing is left over, and writes what becomes of them.
///
/// Only features of one layer share edges; those of a survey cover the land, so that what one gives up another must take.
final class OutlineWork {
    let db: Database
    let plan: Plan
    let step: Int64
    let srs: Int32
    let system: CoordinateSystem?
    let geos = GEOS()
    private let official: OfficialArea?
    private let layers: [Int64: Layer]
    private var nextID: Int64?

    init(in plan: Int64, step: Int64, _ db: Database) throws {
        guard let plan = try Plan.fetchOne(db, sql: "SELECT * FROM plan WHERE id = ?", arguments: [plan]) else {
            throw Refusal(.noInput, "There is no plan \(plan).", "没有规划 \(plan)。")
        }
        self.db = db
        self.plan = plan
        self.step = step
        srs = try Int32.fetchOne(db, sql: "SELECT value FROM project WHERE key = 'srs_id'") ?? -1
        system = try Project.coordinateSystem(in: db)
        official = try system.map { try OfficialArea(crs: $0) }
        let all = try Layer.fetchAll(db, sql: "SELECT * FROM layer_registry")
        layers = Dictionary(uniqueKeysWithValues: all.map { ($0.id, $0) })
    }

    // MARK: Measures

    /// Within which a point counts as on an edge: rounding of coordinates in the tens of millions, no more.
    var tolerance: Double { system?.isGeographic == true ? 1e-11 : 1e-6 / (system?.metresPerUnit ?? 1) }
    /// The width of a hair: nearer than a millimetre a line is meant to go through a corner.
    var hair: Double { metres(0.001) }
    /// How near to a corner or an edge of a neighbour a moved vertex is meant to be on it.
    var snap: Double { metres(0.01) }
    /// What may open or overlap for rounding: 1 cm², in the square of the coordinates' unit.
    var speck: Double { metres(0.01) * metres(0.01) }

    /// A length in the unit of the coordinates.
    func metres(_ length: Double) -> Double {
        system?.isGeographic == true ? length / 111_320 : length / (system?.metresPerUnit ?? 1)
    }

    /// Square metres: on the ellipsoid, or of the plane where the project has no coordinate system.
    func squareMetres(_ shape: Shape) throws -> Double {
        if shape.isEmpty { return 0 }
        return try official?.area(of: shape) ?? shape.planeArea
    }

    /// Whole hundredths of a square metre.
    func hundredths(_ shape: Shape) throws -> Int64 {
        Area(squareMetres: try squareMetres(shape)).map { Int64($0.hundredths) } ?? 0
    }

    func nextEdit() throws -> Int64 {
        let id = try nextID ?? Project.nextNumber("plan_edit", in: db)
        nextID = id + 1
        return id
    }

    // MARK: Layers

    func layer(_ id: Int64) throws -> Layer {
        guard let layer = layers[id] else { throw Refusal(.noInput, "There is no layer \(id).", "没有图层 \(id)。") }
        return layer
    }

    /// The feature, whose outline the operation `doing` changes.
    ///
    /// - Throws: `Refusal` for features that the plan cannot change: no polygons, of another survey year, with a broken
    ///   outline.
    func editable(_ uid: Int64) throws -> DraftFeature {
        let feature = try feature(uid)
        let layer = try layer(feature.layer)
        guard feature.shape.kind == .polygon else {
            throw Refusal(
                .usage, "Feature \(uid) of \(layer.table) is no polygon; only polygons are drafted.",
                "\(layer.table) 的要素 \(uid) 不是面，只能编辑面要素。")
        }
        if layer.role == .parcels, let base = plan.base, base != layer.id {
            throw Refusal(
                .noInput,
                "Plan \(plan.id) has no parcel \(uid): that is one of \(layer.table), and the plan starts from \((try? self.layer(base).table) ?? "another layer").",
                "规划 \(plan.id) 的底图中没有图斑 \(uid)：它属于 \(layer.table)。")
        }
        guard layer.role != .units else {
            throw Refusal(
                .notAllowed,
                "Feature \(uid) of \(layer.table) is an administrative unit, which a plan does not change.",
                "\(layer.table) 的要素 \(uid) 为行政单元，规划不能修改。")
        }
        try requireValid(
            feature.shape,
            Phrase("Feature \(uid) cannot be changed: its outline is broken", "要素 \(uid) 无法修改：其图形有误"))
        return feature
    }

    /// Whether the layer covers the land, so that outlines may not change what they cover together.
    func isCover(_ layer: Int64) throws -> Bool { try self.layer(layer).role == .parcels }

    func requireValid(_ shape: Shape, _ what: Phrase) throws {
        let report = try geos.validity(of: shape)
        guard let reason = report.reason else { return }
        let place = report.place.map { " (\(Coordinates.text($0)))" } ?? ""
        throw Refusal(
            .badData, "\(what.english): \(reason.english)\(place); nothing was changed.",
            "\(what.chinese)：\(reason.chinese)\(place)，未作修改。")
    }

    // MARK: Neighbours

    /// The features of a layer whose boxes meet `box`, as they are at this moment, in the order of their numbers.
    func near(_ box: Box, in layer: Int64, but left: Set<Int64> = []) throws -> [(uid: Int64, shape: Shape)] {
        var found: [(uid: Int64, shape: Shape)] = []
        try Project.outlines(
            of: self.layer(layer), plan: plan.id, in: box.padded(by: max(hair, tolerance)), db
        ) { feature in
            guard feature.shape.kind == .polygon, !left.contains(feature.uid) else { return }
            found.append((feature.uid, feature.shape))
        }
        return found.sorted { $0.uid < $1.uid }
    }

    /// Puts new points into the edges of the neighbours that they lie on: the same numbers, so that edges stay shared.
    func stitch(_ points: [Point], in layer: Int64, but left: Set<Int64>) throws {
        guard !points.isEmpty else { return }
        var box = Box.empty
        for point in points { box.extend(to: point) }
        for neighbour in try near(box, in: layer, but: left) {
            guard let stitched = neighbour.shape.inserting(points, within: tolerance) else { continue }
            var feature = try feature(neighbour.uid)
            feature.reshape(stitched)
            try put(feature)
        }
    }

    // MARK: Areas

    /// Divides the land of `old` among `new`, which cover the same: for each base feature by what each of them has of its
    /// outline, to the hundredth; field ridges in proportion.
    func share(_ old: [DraftFeature], among new: inout [DraftFeature]) throws {
        var pools: [Int64: (area: Int64, net: Int64)] = [:]
        for origin in old.flatMap(\.origins) {
            let pool = pools[origin.base, default: (0, 0)]
            pools[origin.base] = (pool.area + origin.area, pool.net + origin.net)
        }
        let whole = try new.map { try hundredths($0.shape) }
        var measured: [Int64: [Int64]] = [:]
        for base in pools.keys.sorted() where base != 0 && pools.count > 1 {
            measured[base] = try land(of: base, in: new.map(\.shape))
        }
        if pools.count == 1, let only = pools.keys.first {
            measured[only] = whole
        } else if pools[0] != nil {
            measured[0] = whole.indices.map { index in
                max(0, whole[index] - measured.values.reduce(0) { $0 + $1[index] })
            }
        }
        var origins = new.map { _ in [Origin]() }
        for (base, pool) in pools.sorted(by: { $0.key < $1.key }) {
            var weights = measured[base] ?? whole
            if weights.allSatisfy({ $0 == 0 }) { weights = whole }
            let areas = Shares.of(pool.area, by: weights)
            let ridges = Shares.proportional(pool.area - pool.net, by: areas)
            for index in new.indices where areas[index] != 0 {
                origins[index].append(Origin(base: base, area: areas[index], net: areas[index] - ridges[index]))
            }
        }
        for index in new.indices { new[index].settle(origins[index]) }
    }

    /// What each shape has of a base feature's outline, in hundredths.
    private func land(of base: Int64, in shapes: [Shape]) throws -> [Int64] {
        var outline = Shape(kind: .polygon)
        guard let blob = try Project.baseBlob(of: base, in: db),
            blob.withUnsafeBytes({ GeoPackageBlob.read($0, into: &outline) })
        else { return shapes.map { _ in 0 } }
        let box = outline.box
        return try shapes.map { shape in
            guard shape.box.intersects(box) else { return 0 }
            return try hundredths(try geos.intersection(shape, outline))
        }
    }

    /// Measures a feature anew whose outline took or gave up land that no neighbour gave or took: what lies within each
    /// of its base features, and the rest as new.
    func measure(_ feature: inout DraftFeature) throws {
        let whole = try hundredths(feature.shape)
        var origins: [Origin] = []
        var rest = whole
        var bases = feature.origins.filter { $0.base != 0 }
        if let own = feature.base, !bases.contains(where: { $0.base == feature.uid }) {
            bases.append(Origin(base: feature.uid, area: own.area, net: own.net))
        }
        for origin in bases {
            let area = min(rest, try land(of: origin.base, in: [feature.shape])[0])
            guard area > 0 else { continue }
            let net = origin.area > 0 ? Shares.proportional(area, by: [origin.net, origin.area - origin.net])[0] : area
            origins.append(Origin(base: origin.base, area: area, net: net))
            rest -= area
        }
        if rest > 0 { origins.append(Origin(base: 0, area: rest, net: rest)) }
        feature.settle(origins.sorted { $0.base < $1.base })
    }
}

/// Coordinates in sentences.
enum Coordinates {
    static func text(_ point: Point) -> String { "\(number(point.x)), \(number(point.y))" }

    private static func number(_ value: Double) -> String {
        let places = abs(value) <= 360 ? 1e8 : 1e3
        return String((value * places).rounded() / places)
    }
}
