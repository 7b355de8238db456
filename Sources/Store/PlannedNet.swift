import GRDB
import Planning

/// The net area of drafted land: its area, less the field ridges (田坎) that the survey deducted from it where it stays
/// cultivated.
///
/// The rule is the import's (`FieldRidges`): only cultivated land has ridges to deduct. Where fields become houses their
/// ridges go too, and nothing is deducted any more; where fields stay fields the ridges stay, whatever crop is planned;
/// what newly becomes cultivated has none until a survey has found its factor (KCXS). How much of the ridges of divided
/// land each part has is written in `plan_origin`, with the sums of the base: it also says what net area was given up.
enum PlannedNet {
    /// Whether land of a class has ridges.
    static func hasRidges(_ class: Int64, _ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM land_class AS c WHERE c.id = ? AND \(isCultivated))"),
            arguments: [`class`]) ?? false
    }

    /// The net area of some land, as SQL.
    ///
    /// - Parameters:
    ///   - class: the class that is planned for it.
    ///   - area: all of it.
    ///   - land: what of it has no ridges, as it is now.
    static func sql(_ class: String, area: String, land: String) -> String {
        """
        CASE WHEN EXISTS (SELECT 1 FROM land_class AS c WHERE c.id = \(`class`) AND \(isCultivated))
            THEN \(land) ELSE \(area) END
        """
    }

    /// The net area of a row of `plan_edit` once it has a class with ridges, or without them, as SQL.
    static func ofEdit(_ hasRidges: Bool) -> String {
        guard hasRidges else { return "area" }
        return """
            coalesce(
                (SELECT sum(o.net) FROM plan_origin AS o WHERE o.plan = plan_edit.plan AND o.uid = plan_edit.uid),
                (SELECT f.net FROM feature AS f WHERE f.uid = plan_edit.uid), net)
            """
    }

    /// Of a row `c` of `land_class`, as `FieldRidges.deduction` has it.
    private static let isCultivated = "c.code LIKE '01%'"
}
