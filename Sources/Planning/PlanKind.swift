import Phrases

/// What kind of plan or case a draft is.
package enum PlanKind: String, Sendable, CaseIterable {
    case county, town, village, detailed, special, amendment
    case conversionBatch = "conversion-batch"
    case siteSelection = "site-selection"

    package var name: Phrase {
        switch self {
        case .county: Phrase("county master plan", "县级国土空间总体规划")
        case .town: Phrase("town master plan", "乡镇国土空间总体规划")
        case .village: Phrase("village plan", "村庄规划")
        case .detailed: Phrase("detailed plan", "详细规划")
        case .special: Phrase("special plan", "专项规划")
        case .amendment: Phrase("plan amendment", "规划修改")
        case .conversionBatch: Phrase("batch of farmland conversion", "农用地转用批次")
        case .siteSelection: Phrase("site selection", "项目选址")
        }
    }
}
