import Foundation
import GRDB

/// A field that has another value than before; an empty text is no value.
package struct FieldChange: Sendable, Hashable {
    package let field: String
    package let before: String
    package let after: String
}

extension Project {
    /// The fields that a plan sets, each with the number of features; by name.
    package func fieldsSet(in plan: Int64) throws -> [(field: String, count: Int)] {
        try read { db in
            var counts: [String: Int] = [:]
            let texts = try String.fetchCursor(
                db, sql: "SELECT attributes FROM plan_edit WHERE plan = ? AND op = 'set' AND attributes IS NOT NULL",
                arguments: [plan])
            while let text = try texts.next() {
                for field in FeatureAttributes.parse(text).keys { counts[field, default: 0] += 1 }
            }
            return counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        }
    }

    /// How the fields of one feature differ between two drafts of it.
    ///
    /// - Parameters:
    ///   - old: what a draft sets, as JSON; nil sets nothing.
    ///   - layer: the feature's own.
    static func fieldChanges(
        from old: String?, to new: String?, of uid: Int64, in layer: Int64, _ db: Database
    ) throws -> [FieldChange] {
        guard old != new,
            let layer = try Layer.fetchOne(db, sql: "SELECT * FROM layer_registry WHERE id = ?", arguments: [layer])
        else { return [] }
        let (was, shall) = (FeatureAttributes.parse(old), FeatureAttributes.parse(new))
        let base = try FeatureAttributes.base(of: uid, layer, in: db)
        return Set(was.keys).union(shall.keys).sorted().compactMap { field in
            let before = text(was[field] ?? base[field]), after = text(shall[field] ?? base[field])
            return before == after ? nil : FieldChange(field: field, before: before, after: after)
        }
    }

    /// A value of a source column, or of JSON: both write whole numbers alike.
    private static func text(_ value: Any?) -> String {
        switch value {
        case nil, is NSNull: return ""
        case let text as String: return text
        case let number as Int64: return String(number)
        case let number as NSNumber:
            let real = number.doubleValue
            return real == real.rounded() && abs(real) < 1e15 ? String(Int64(real)) : String(real)
        case .some(let other): return "\(other)"
        }
    }
}
