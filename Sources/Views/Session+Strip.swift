import Commands
import Phrases
import Planning
import Store

/// One row on what the open plan comes to, for the county's screen.
extension Session {
    /// New construction land, cultivated land taken and made up, parcels touched; nil without a plan.
    package var strip: String? {
        guard plan != nil, let consequences else { return nil }
        let quota = consequences.quota
        func hectares(_ item: QuotaUse.Item) -> String {
            Decimals.text(Double(quota[item].area) / 1_000_000, decimals: 2)
        }
        let touched = consequences.touched
        let count = touched.set + touched.added + touched.removed
        let (taken, made) = (hectares(.cultivatedTaken), hectares(.cultivatedMadeUp))
        var parts = [
            say("constr. +\(hectares(.newConstruction)) ha", "新增建设 \(hectares(.newConstruction)) 公顷"),
            say("cultiv. -\(taken) +\(made) ha", "耕地占 \(taken) 补 \(made)"), say("touched \(count)", "涉及图斑 \(count)"),
        ]
        if consequences.zones > 0 { parts.append(say("zones \(consequences.zones)", "分区 \(consequences.zones)")) }
        // The findings first: where the row is cut, these stay.
        return "\(findingsCount) | " + parts.joined(separator: "  ")
    }

    /// Which other drafts change a feature too, for its detail line; empty when none does.
    func others(on uid: Int64) throws -> String {
        guard plan != nil else { return "" }
        return try project.otherPlans(changing: uid, besides: planID).map { other, there in
            let code = there == 0 ? say("removed", "删除") : code(of: there)
            return say("also in plan \(other.id) (\(other.owner)): \(code)", "规划 \(other.id)（\(other.owner)）亦改：\(code)")
        }.joined(separator: "  ")
    }
}
