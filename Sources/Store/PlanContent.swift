import Foundation
import GRDB

/// What a plan says, as one text: the plan itself and every row of its draft, in the order of their keys. Its SHA-256 is
/// what decisions are about; the text goes into the file of a case, so that `sha256sum` comes to the same.
package enum PlanContent {
    /// The columns of each table, without those that tell of work and not of the plan.
    private static let queries = [
        (
            "plan",
            """
            SELECT p.id, p.kind, p.title, p.owner, b.table_name AS base, u.table_name AS planned, p.area, p.note,
                p.variant_of FROM plan AS p LEFT JOIN layer_registry AS b ON b.id = p.base
                LEFT JOIN layer_registry AS u ON u.id = p.planned WHERE p.id = ?
            """
        ),
        (
            "edit",
            """
            SELECT e.id, e.step, l.table_name AS layer, e.uid, e.op, c.system, c.code, n.code AS unit, e.area, e.net,
                e.attributes, e.number, e.name, e.base_revision, e.geom
            FROM plan_edit AS e JOIN layer_registry AS l ON l.id = e.layer JOIN land_class AS c ON c.id = e.class
                JOIN unit AS n ON n.id = e.unit WHERE e.plan = ? ORDER BY e.id
            """
        ),
        ("origin", "SELECT uid, base, area, net FROM plan_origin WHERE plan = ? ORDER BY uid, base"),
        ("lineage", "SELECT child, parent, step FROM lineage WHERE plan = ? ORDER BY child, parent"),
        (
            "attachment",
            "SELECT id, step, uid, x, y, kind, title, hash, who, time FROM attachment WHERE plan = ? ORDER BY id"
        ),
    ]

    /// Writes the text, a row a line: the table, then each column as `name=value`.
    static func write(of plan: Int64, in db: Database, to sink: (String) throws -> Void) throws {
        try sink("tuban plan 1\n")
        for (table, sql) in queries {
            let rows = try Row.fetchCursor(db, sql: sql, arguments: [plan])
            while let row = try rows.next() {
                var line = table
                for (name, value) in row {
                    line += " \(name)="
                    switch value.storage {
                    case .null: line += "null"
                    case .int64(let number): line += String(number)
                    // The shortest text that reads as the same number.
                    case .double(let number): line += "\(number)"
                    case .string(let text): line += SignedText.quoted(text)
                    case .blob(let data): line += "x'" + hexadecimal(data) + "'"
                    }
                }
                try sink(line + "\n")
            }
        }
    }

    /// SHA-256 of the text, in lower-case hexadecimal.
    static func hash(of plan: Int64, in db: Database) throws -> String {
        let digest = Digest()
        try write(of: plan, in: db) { digest.update($0) }
        return digest.finish()
    }

    private static let digits = Array("0123456789abcdef".utf8)

    static func hexadecimal(_ data: some Collection<UInt8>) -> String {
        String(unsafeUninitializedCapacity: data.count * 2) { buffer in
            var place = 0
            for byte in data {
                buffer[place] = digits[Int(byte >> 4)]
                buffer[place + 1] = digits[Int(byte & 15)]
                place += 2
            }
            return place
        }
    }
}

extension Project {
    /// The text whose SHA-256 decisions name.
    package func writeContent(of plan: Int64, to sink: (String) throws -> Void) throws {
        try read { db in try PlanContent.write(of: plan, in: db, to: sink) }
    }
}
