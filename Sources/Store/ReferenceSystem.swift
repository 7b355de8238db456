import Foundation
import GRDB
import GeoBridge
import Phrases

extension Project {
    /// The coordinate system of all layers; nil until it is set or the first import brings one.
    ///
    /// It is kept as values, so that maps and areas need no PROJ.
    package func coordinateSystem() throws -> CoordinateSystem? {
        try read { db in try Self.coordinateSystem(in: db) }
    }

    static func coordinateSystem(in db: Database) throws -> CoordinateSystem? {
        guard let text = try setting("crs", in: db) else { return nil }
        return try JSONDecoder().decode(CoordinateSystem.self, from: Data(text.utf8))
    }

    /// Fixes the coordinate system. Possible while there are no layers.
    package func setCoordinateSystem(_ system: CoordinateSystem, line: String) throws {
        try change { db in
            try require([.administrator], to: Phrase("set the coordinate system", "设置坐标系"), in: db)
            let layers = try Int.fetchOne(db, sql: "SELECT count(*) FROM layer_registry WHERE geometry <> 'none'") ?? 0
            guard layers == 0 else {
                throw Refusal(
                    .notAllowed, "The coordinate system cannot be changed once there are layers.", "已有图层，不能更改坐标系。")
            }
            try Self.store(system, in: db)
            try record(.set, line: line, in: db, detail: system.title)
        }
    }

    /// Gives the project a coordinate system before it has a layer that brings one.
    package func adopt(_ system: CoordinateSystem) throws {
        try change { db in try Self.store(system, in: db) }
    }

    static func store(_ system: CoordinateSystem, in db: Database) throws {
        // Systems without a code get a number of our own, above all that EPSG gives.
        let srs = system.epsg ?? 900_001
        try db.execute(
            sql: """
                INSERT OR REPLACE INTO gpkg_spatial_ref_sys(
                    srs_name, srs_id, organization, organization_coordsys_id, definition) VALUES (?, ?, ?, ?, ?)
                """,
            arguments: [system.name, srs, system.epsg == nil ? "NONE" : "EPSG", srs, system.wkt])
        try set("srs_id", to: srs, in: db)
        let encoder = JSONEncoder()
        // In one order, so that the same project is the same bytes.
        encoder.outputFormatting = .sortedKeys
        try set("crs", to: String(decoding: encoder.encode(system), as: UTF8.self), in: db)
    }
}
