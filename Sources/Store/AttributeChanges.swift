import Foundation
import GRDB
import Phrases

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

    /// The fields that a draft may set of some features, all of one layer, with the value that they have in common in the
    /// plan's world; nil where they differ, or are too many to look at each.
    ///
    /// - Throws: `Refusal` when the plan has no such feature, or they are of several layers.
    package func settableFields(of uids: [Int64], in plan: Int64) throws -> [(field: String, value: String?)] {
        try read { db in
            let looked = uids.prefix(Self.mostLookedAt)
            let layers = try Set(
                looked.map { uid in
                    let layer = try Int64.fetchOne(
                        db.cachedStatement(
                            sql: """
                                SELECT coalesce((SELECT layer FROM plan_edit WHERE plan = :plan AND uid = :uid),
                                    (SELECT layer FROM feature WHERE uid = :uid))
                                """), arguments: ["plan": plan, "uid": uid])
                    guard let layer else {
                        throw Refusal(.noInput, "Plan \(plan) has no feature \(uid).", "规划 \(plan) 中没有要素 \(uid)。")
                    }
                    return layer
                })
            guard layers.count == 1, let id = layers.first,
                let layer = try Layer.fetchOne(db, sql: "SELECT * FROM layer_registry WHERE id = ?", arguments: [id])
            else {
                throw Refusal(
                    .usage, "The marked features are of several layers, whose fields differ; mark those of one.",
                    "标记的要素属于不同图层，字段不同；请只标记同一图层的要素。")
            }
            let fields = try Self.columns(of: layer, in: db).map(\.name).filter {
                !FeatureAttributes.isDerived($0, layer)
            }
            let values = try looked.map { uid in
                let json = try String.fetchOne(
                    db.cachedStatement(sql: "SELECT attributes FROM plan_edit WHERE plan = ? AND uid = ?"),
                    arguments: [plan, uid])
                return try FeatureAttributes.base(of: uid, layer, in: db).merging(FeatureAttributes.parse(json)) { $1 }
            }
            return fields.map { field in
                let all = Set(values.map { Self.text($0[field]) })
                return (field, all.count == 1 && looked.count == uids.count ? all.first : nil)
            }
        }
    }

    /// Of more features it is not looked whether they have values in common.
    private static let mostLookedAt = 200

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
    static func text(_ value: Any?) -> String {
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
