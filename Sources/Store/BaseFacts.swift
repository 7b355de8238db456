import Foundation
import GRDB

/// What base features were when drafts were made on them: by revision, so that a draft whose base has moved can show
/// both sides.
enum BaseFacts {
    static let table: String = """

        CREATE TABLE base_fact(
            uid INTEGER NOT NULL,
            revision INTEGER NOT NULL,
            class INTEGER NOT NULL,
            unit INTEGER NOT NULL,
            area INTEGER NOT NULL,
            net INTEGER NOT NULL,
            -- The SHA-256 of its outline as it stood in the layer; null where it had none.
            outline TEXT,
            PRIMARY KEY (uid, revision)
        ) WITHOUT ROWID;
        INSERT INTO gpkg_extensions VALUES ('base_fact', NULL, '\(GeoPackageSchema.extensionName)',
            'Tables of the tuban planning workbench; documented in its source, Store/BaseFacts.swift', 'write-only');
        """

    /// Keeps the base of edits as it is at this moment, where it is the revision that they were made on.
    static func keep(for edits: Set<Int64>, in db: Database) throws {
        let stale = try db.cachedStatement(
            sql: """
                SELECT f.uid FROM plan_edit AS e JOIN feature AS f ON f.uid = e.uid AND f.revision = e.base_revision
                WHERE e.id = ? AND NOT EXISTS (
                    SELECT 1 FROM base_fact AS b WHERE b.uid = f.uid AND b.revision = f.revision)
                """)
        for edit in edits.sorted() {
            guard let uid = try Int64.fetchOne(stale, arguments: [edit]) else { continue }
            try db.cachedStatement(
                sql: """
                    INSERT INTO base_fact SELECT uid, revision, class, unit, area, net, ? FROM feature WHERE uid = ?
                    """
            ).execute(arguments: [try outline(of: uid, in: db), uid])
        }
    }

    /// The SHA-256 of a base feature's outline as it stands in its layer now.
    static func outline(of uid: Int64, in db: Database) throws -> String? {
        try Project.baseBlob(of: uid, in: db).map { blob in
            let digest = Digest()
            blob.withUnsafeBytes(digest.update)
            return digest.finish()
        }
    }
}
