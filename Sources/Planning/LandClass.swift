import Phrases

/// A classification of land: which system, in which version.
package struct ClassSystem: Hashable, Sendable {
    /// What people write before the colon of a code.
    package let label: String
    package let system: String
    package let version: String
    package let name: Phrase

    package init(label: String, system: String, version: String, name: Phrase) {
        self.label = label
        self.system = system
        self.version = version
        self.name = name
    }

    /// The classes of the third national land survey (TD/T 1055-2019).
    package static let survey = ClassSystem(
        label: "survey", system: "survey", version: "2019", name: Phrase("Land survey", "国土调查"))
    /// The classes of land and sea use in plans, edition of 2023.
    package static let plan2023 = ClassSystem(
        label: "plan2023", system: "plan", version: "2023", name: Phrase("Planned use", "用地用海"))
    /// Planning zones of the national scheme.
    package static let zone = ClassSystem(
        label: "zone", system: "zone", version: "2021", name: Phrase("Planning zones", "规划分区"))
    /// Planning zones as Zhejiang divides them; some codes mean something else there.
    package static let zoneZhejiang = ClassSystem(
        label: "zone_zj", system: "zone", version: "2021-ZJ", name: Phrase("Planning zones, Zhejiang", "规划分区(浙江)"))
    /// The survey's settlement attribute (城镇村属性), which the land of towns and villages is classed by.
    package static let settlement = ClassSystem(
        label: "settlement", system: "settlement", version: "2019", name: Phrase("Settlement attribute", "城镇村属性"))
}

/// How far a fact of a table has been verified; the table's `source` column says by what.
package enum Mark: String, Sendable, CaseIterable {
    case verified, derived, partly, memory, mixed, low

    package var name: Phrase {
        switch self {
        case .verified: Phrase("verified", "已核实")
        case .derived: Phrase("derived", "推定")
        case .partly: Phrase("partly verified", "部分核实")
        case .memory: Phrase("from memory, not verified", "凭记忆，未核实")
        case .mixed: Phrase("differs within the class", "类内不一")
        case .low: Phrase("doubtful", "存疑")
        }
    }
}

/// The three great categories (三大类) of the Land Administration Law, the sea beside them.
package enum LandCategory: String, Sendable, CaseIterable {
    case agricultural, construction, unused, sea
    /// The class holds children of several categories; sum them by child.
    case mixed
    /// The system does not say, as a foreign town's.
    case none

    package var name: Phrase {
        switch self {
        case .agricultural: Phrase("Agricultural land", "农用地")
        case .construction: Phrase("Construction land", "建设用地")
        case .unused: Phrase("Unused land", "未利用地")
        case .sea: Phrase("Sea", "海洋")
        case .mixed: Phrase("Mixed", "混合")
        case .none: Phrase("Not given", "未定")
        }
    }
}

/// The group in which plans sum a planned use.
package enum PlanGroup: String, Sendable, CaseIterable {
    case nonConstruction, urbanRural, regionalInfrastructure, otherConstruction, sea, mixed

    package var name: Phrase {
        switch self {
        case .nonConstruction: Phrase("Non-construction land", "非建设用地")
        case .urbanRural: Phrase("Urban and rural construction land", "城乡建设用地")
        case .regionalInfrastructure: Phrase("Regional infrastructure", "区域基础设施用地")
        case .otherConstruction: Phrase("Other construction land", "其他建设用地")
        case .sea: Phrase("Sea areas", "海域")
        case .mixed: Phrase("Mixed", "混合")
        }
    }
}

/// Which planned uses (plan2023) a survey class becomes when a survey is turned into a plan's baseline (基数转换).
package struct ClassMapping: Hashable, Sendable {
    package enum Kind: String, Sendable {
        case oneToOne, oneToMany, manyToOne
        /// A first-level class that only sums; its children are mapped.
        case group
    }

    package let targets: [LandUseCode]
    /// The class taken when nothing more is known; nil for a class that only sums.
    package let preferred: LandUseCode?
    package let kind: Kind
}

/// A land-use class.
package struct LandClass: Hashable, Sendable {
    package let code: LandUseCode
    package let name: Phrase
    package let parent: LandUseCode?
    /// 1 for a class without parent.
    package let level: Int
    package let category: LandCategory
    package let planGroup: PlanGroup?
    /// Remarks of the trade: codes used again with another meaning (代码复用), doubts. Empty when there are none.
    package let note: Phrase
    package let mapping: ClassMapping?
    /// How far code and name are verified.
    package let mark: Mark
    /// How far the category is verified.
    package let categoryMark: Mark
    /// The initials of the Chinese name's pinyin, for finding it by keyboard: 水田 is `st`. May be empty.
    package let initials: String
    package let source: String
}
