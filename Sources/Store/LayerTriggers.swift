/// The triggers on a layer's table. All but the spatial ones use built-in functions only, and those use the five that
/// every GIS brings, so that any program can save into a layer.
enum LayerTriggers {
    /// Keeps GDAL's feature count.
    static func counts(_ table: String) -> String {
        let name = table.literal
        return """
            CREATE TRIGGER \("trigger_insert_feature_count_\(table)".quoted) AFTER INSERT ON \(table.quoted)
                BEGIN UPDATE gpkg_ogr_contents SET feature_count = feature_count + 1
                    WHERE lower(table_name) = lower(\(name)); END;
            CREATE TRIGGER \("trigger_delete_feature_count_\(table)".quoted) AFTER DELETE ON \(table.quoted)
                BEGIN UPDATE gpkg_ogr_contents SET feature_count = feature_count - 1
                    WHERE lower(table_name) = lower(\(name)); END;
            """
    }

    /// Notes each row that changes, so that tuban looks at it at the next open.
    ///
    /// - Parameter key: the table's primary key.
    static func touched(_ table: String, layer: Int64, key: String = "fid") -> String {
        func note(_ row: String) -> String {
            "INSERT OR IGNORE INTO touched(layer, fid) VALUES (\(layer), \(row).\(key));"
        }
        return """
            CREATE TRIGGER \("tuban_touched_insert_\(table)".quoted) AFTER INSERT ON \(table.quoted)
                BEGIN \(note("NEW")) END;
            CREATE TRIGGER \("tuban_touched_update_\(table)".quoted) AFTER UPDATE ON \(table.quoted)
                BEGIN \(note("OLD")) \(note("NEW")) END;
            CREATE TRIGGER \("tuban_touched_delete_\(table)".quoted) AFTER DELETE ON \(table.quoted)
                BEGIN \(note("OLD")) END;
            """
    }

    /// The triggers of the R-tree extension (OGC 12-128r18, annex F.3).
    static func spatial(_ table: String) -> String {
        let tree = "rtree_\(table)_geom"
        let has = "(NEW.geom NOT NULL AND NOT ST_IsEmpty(NEW.geom))"
        let put = """
            INSERT OR REPLACE INTO \(tree.quoted)
                VALUES (NEW.fid, ST_MinX(NEW.geom), ST_MaxX(NEW.geom), ST_MinY(NEW.geom), ST_MaxY(NEW.geom));
            """
        func trigger(_ name: String, _ event: String, _ condition: String, _ action: String) -> String {
            """
            CREATE TRIGGER \("\(tree)_\(name)".quoted) AFTER \(event) ON \(table.quoted)
                WHEN \(condition) BEGIN \(action) END;
            """
        }
        let remove = "DELETE FROM \(tree.quoted) WHERE id"
        return [
            trigger("insert", "INSERT", has, put),
            trigger("update1", "UPDATE OF geom", "OLD.fid = NEW.fid AND \(has)", put),
            trigger("update2", "UPDATE OF geom", "OLD.fid = NEW.fid AND NOT \(has)", "\(remove) = OLD.fid;"),
            trigger("update3", "UPDATE", "OLD.fid <> NEW.fid AND \(has)", "\(remove) = OLD.fid; \(put)"),
            trigger("update4", "UPDATE", "OLD.fid <> NEW.fid AND NOT \(has)", "\(remove) IN (OLD.fid, NEW.fid);"),
            trigger("delete", "DELETE", "OLD.geom NOT NULL", "\(remove) = OLD.fid;"),
        ].joined(separator: "\n")
    }
}

extension String {
    /// The text as an SQL literal.
    var literal: String { utf8.contains(UInt8(ascii: "'")) ? "'" + replacing("'", with: "''") + "'" : "'\(self)'" }
}
