import GRDB
import GeoBridge
import Geometry
import Phrases
import Planning

/// Overlays two survey layers tile by tile, so that memory holds some thousand parcels whatever the county's size.
///
/// A later parcel belongs to the one tile that holds the lower left corner of its box.
struct SurveyTiles {
    private struct Parcel {
        var uid: Int64
        var `class`: Int64
        var area: Int64
        var net: Int64
        var shape: Shape
        var box: Box
    }

    /// Parcels to a tile, more or less.
    private static let share = 4_000.0

    private let old: Layer
    private let new: Layer
    private let official: OfficialArea
    private let geos = GEOS()
    private let db: Database
    private var done = 0

    init(old: Layer, new: Layer, official: OfficialArea, db: Database) {
        self.old = old
        self.new = new
        self.official = official
        self.db = db
    }

    mutating func run(_ tell: (_ done: Int, _ total: Int) throws -> Void) throws {
        let total =
            try Int.fetchOne(
                db, sql: "SELECT count(*) FROM feature WHERE layer = ? AND valid_to IS NULL", arguments: [new.id]) ?? 0
        guard total > 0, !new.box.isEmpty else { return }
        let side = max(1, Int((Double(total) / Self.share).squareRoot().rounded(.up)))
        let (width, height) = (new.box.width / Double(side), new.box.height / Double(side))
        for row in 0..<side {
            for column in 0..<side {
                // The first and the last tiles reach beyond the box: an R-tree rounds its numbers outward.
                let tile = Box(
                    minX: column == 0 ? -.infinity : new.box.minX + Double(column) * width,
                    minY: row == 0 ? -.infinity : new.box.minY + Double(row) * height,
                    maxX: column == side - 1 ? .infinity : new.box.minX + Double(column + 1) * width,
                    maxY: row == side - 1 ? .infinity : new.box.minY + Double(row + 1) * height)
                try overlay(tile)
                try tell(done, total)
            }
        }
    }

    private mutating func overlay(_ tile: Box) throws {
        let later = try parcels(
            of: new, "r.minx >= ? AND r.minx < ? AND r.miny >= ? AND r.miny < ?",
            [tile.minX, tile.maxX, tile.minY, tile.maxY])
        guard !later.isEmpty else { return }
        done += later.count
        let around = later.reduce(Box.empty) { $0.union($1.box) }
        let earlier = try parcels(
            of: old, "r.maxx >= ? AND r.minx <= ? AND r.maxy >= ? AND r.miny <= ?",
            [around.minX, around.maxX, around.minY, around.maxY])
        var byCorner: [Point: [Int]] = [:]
        for (index, parcel) in earlier.enumerated() {
            if let corner = parcel.shape.points.first { byCorner[corner, default: []].append(index) }
        }
        let shelf = BoxShelf(earlier.map(\.box))
        for parcel in later {
            let twins = parcel.shape.points.first.flatMap { byCorner[$0] } ?? []
            if let twin = twins.first(where: { earlier[$0].shape == parcel.shape }) {
                if earlier[twin].class != parcel.class { try keep(earlier[twin], parcel, parcel.area) }
                continue
            }
            for index in shelf.near(parcel.box) where earlier[index].class != parcel.class {
                guard let fault = try invalidity(of: parcel, or: earlier[index]) else {
                    try overlay(earlier[index], parcel)
                    continue
                }
                try keep(fault, of: parcel.uid)
            }
        }
    }

    /// Why two outlines cannot be overlaid: GEOS answers for an invalid one with something, but not with its area.
    private func invalidity(of later: Parcel, or earlier: Parcel) throws -> Phrase? {
        for (parcel, layer) in [(later, new), (earlier, old)] {
            guard let reason = try geos.validity(of: parcel.shape).reason else { continue }
            return Phrase(
                "The outline of parcel \(parcel.uid) of \(layer.table) is invalid: \(reason.english).",
                "\(layer.table) 图斑 \(parcel.uid) 的图形无效：\(reason.chinese)。")
        }
        return nil
    }

    private func overlay(_ earlier: Parcel, _ later: Parcel) throws {
        let common = try geos.intersection(earlier.shape, later.shape)
        guard !common.isEmpty, let area = Area(squareMetres: try official.area(of: common)) else { return }
        try keep(earlier, later, Int64(area.hundredths))
    }

    private func keep(_ earlier: Parcel, _ later: Parcel, _ area: Int64) throws {
        guard area > 0 else { return }
        // Ridges are spread evenly over the parcel that they were deducted from.
        let net =
            earlier.area == earlier.net || earlier.area <= 0
            ? area : Int64((Double(area) * Double(earlier.net) / Double(earlier.area)).rounded())
        try db.cachedStatement(sql: "INSERT INTO survey_change VALUES (?, ?, ?, ?, ?, ?)")
            .execute(arguments: [old.id, new.id, later.uid, earlier.uid, area, net])
    }

    private func keep(_ fault: Phrase, of uid: Int64) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO survey_change_fault VALUES (?, ?, ?, ?, ?)",
            arguments: [old.id, new.id, uid, fault.english, fault.chinese])
    }

    private func parcels(of layer: Layer, _ place: String, _ bounds: [Double]) throws -> [Parcel] {
        let rows = try Row.fetchCursor(
            db.cachedStatement(
                sql: """
                    SELECT t.geom, f.uid, f.class, f.area, f.net
                    FROM \("rtree_\(layer.table)_geom".quoted) AS r CROSS JOIN \(layer.table.quoted) AS t ON t.fid = r.id
                        CROSS JOIN feature AS f ON f.layer = \(layer.id) AND f.fid = r.id
                    WHERE \(place) AND f.valid_to IS NULL
                    """), arguments: StatementArguments(bounds))
        var parcels: [Parcel] = []
        while let row = try rows.next() {
            var shape = Shape(kind: .polygon)
            let isRead = try row.withUnsafeData(atIndex: 0) { data in
                data?.withUnsafeBytes { GeoPackageBlob.read($0, into: &shape) } ?? false
            }
            guard isRead, !shape.isEmpty else { continue }
            parcels.append(Parcel(uid: row[1], class: row[2], area: row[3], net: row[4], shape: shape, box: shape.box))
        }
        return parcels
    }
}

/// Boxes in a grid of pigeonholes, to be asked which of them meet another: for some thousand boxes of like size.
struct BoxShelf {
    private let boxes: [Box]
    private let origin: Point
    private let cell: Double
    private var holes: [Int64: [Int]] = [:]

    init(_ boxes: [Box]) {
        self.boxes = boxes
        let all = boxes.reduce(Box.empty) { $0.union($1) }
        origin = all.isEmpty ? Point(x: 0, y: 0) : Point(x: all.minX, y: all.minY)
        let size = all.isEmpty ? 1 : max(all.width, all.height) / max(1, Double(boxes.count).squareRoot())
        cell = size > 0 ? size : 1
        for (index, box) in boxes.enumerated() {
            for hole in Self.holes(box, origin, cell) { holes[hole, default: []].append(index) }
        }
    }

    private static func holes(_ box: Box, _ origin: Point, _ cell: Double) -> [Int64] {
        let columns =
            Int64(
                (box.minX - origin.x) / cell)...max(
                Int64((box.minX - origin.x) / cell), Int64((box.maxX - origin.x) / cell))
        let rows =
            Int64(
                (box.minY - origin.y) / cell)...max(
                Int64((box.minY - origin.y) / cell), Int64((box.maxY - origin.y) / cell))
        return rows.flatMap { row in columns.map { row << 32 | ($0 & 0xFFFF_FFFF) } }
    }

    /// The numbers of the boxes that meet `box`, in order.
    func near(_ box: Box) -> [Int] {
        guard !boxes.isEmpty else { return [] }
        var found: Set<Int> = []
        for hole in Self.holes(box, origin, cell) {
            for index in holes[hole] ?? [] where boxes[index].intersects(box) { found.insert(index) }
        }
        return found.sorted()
    }
}
