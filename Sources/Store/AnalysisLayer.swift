import GRDB
import Geometry
import Planning

/// A feature near a boundary, as its layer has it.
struct NearFeature: Sendable {
    var uid: Int64
    var number: String
    var name: String
    var `class`: Int64
    var unit: Int64
    /// As the project keeps it, whole hundredths of a square metre.
    var area: Int64
    /// QSXZ of a survey.
    var ownership = ""
    /// KCXS of a survey, where it has one.
    var factor = 0.0
    var shape: Shape
}

/// A layer that boundaries are laid over, with what finds its features near one: opened once for many boundaries.
final class AnalysisLayer {
    let layer: Layer
    let facts: AnalysedLayer
    /// How wide a square of the layer is that holds some tens of features.
    private let side: Double
    private let index: BulkStatement
    private let feature: BulkStatement

    /// - Parameter isSurvey: whether ownership and the factor of field ridges are read.
    init(_ layer: Layer, isSurvey: Bool, in db: Database) throws {
        self.layer = layer
        facts = AnalysedLayer(layer)
        let count =
            try Int.fetchOne(db, sql: "SELECT sum(count) FROM main.summary WHERE layer = ?", arguments: [layer.id]) ?? 0
        let land = layer.box.isEmpty ? 0 : layer.box.width * layer.box.height
        side = (land * 30 / Double(max(1, count))).squareRoot()
        index = try BulkStatement(
            """
            SELECT id, minx, maxx, miny, maxy FROM main.\("rtree_\(layer.table)_geom".quoted)
            WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ?
            """, in: db)
        var columns = ["NULL", "NULL"]
        if isSurvey {
            let names = try db.columns(in: layer.table, in: "main").map(\.name)
            columns = [names.first { $0.uppercased() == "QSXZ" }, layer.factorField].map {
                $0.map { "t.\($0.quoted)" } ?? "NULL"
            }
        }
        feature = try BulkStatement(
            """
            SELECT f.uid, f.number, f.name, f.class, f.unit, f.area, t.geom, \(columns[0]), \(columns[1])
            FROM main.feature AS f CROSS JOIN main.\(layer.table.quoted) AS t ON t.fid = f.fid
            WHERE f.layer = \(layer.id) AND f.fid = ? AND f.valid_to IS NULL
            """, in: db)
    }

    /// The features whose boxes meet the boundary, in the order of their rows: of a corridor those along it, not all in
    /// its box.
    func near(_ boundary: EdgeBands) throws -> [NearFeature] {
        var rows: [Int64] = []
        for box in boundary.cover(side: side) {
            try index.forEach {
                $0.bind(1, box.minX)
                $0.bind(2, box.maxX)
                $0.bind(3, box.minY)
                $0.bind(4, box.maxY)
            } row: { row in
                guard let id = row.column(0).integer else { return }
                let own = Box(
                    minX: row.column(1).real, minY: row.column(3).real, maxX: row.column(2).real,
                    maxY: row.column(4).real)
                if boundary.meets(own) { rows.append(id) }
            }
        }
        rows.sort()
        var found: [NearFeature] = []
        found.reserveCapacity(rows.count)
        for (place, fid) in rows.enumerated() where place == 0 || rows[place - 1] != fid {
            try feature.fetch {
                $0.bind(1, fid)
            } row: { row in
                guard case .blob(let blob) = row.column(6) else { return }
                var shape = Shape(kind: .polygon)
                guard GeoPackageBlob.read(blob, into: &shape), !shape.isEmpty else { return }
                found.append(
                    NearFeature(
                        uid: row.column(0).integer ?? 0, number: row.column(1).string ?? "",
                        name: row.column(2).string ?? "",
                        class: row.column(3).integer ?? 0, unit: row.column(4).integer ?? 0,
                        area: row.column(5).integer ?? 0, ownership: row.column(7).string?.trimmed ?? "",
                        factor: row.column(8).number ?? 0, shape: shape))
            }
        }
        return found
    }
}

extension AnalysedLayer {
    init(_ layer: Layer) {
        self.init(
            id: layer.id, table: layer.table, standard: layer.standard, title: layer.title, role: layer.role,
            year: layer.year)
    }
}

extension SourceValue {
    fileprivate var integer: Int64? {
        if case .integer(let number) = self { number } else { nil }
    }

    fileprivate var real: Double {
        switch self {
        case .real(let number): number
        case .integer(let number): Double(number)
        default: .nan
        }
    }
}
