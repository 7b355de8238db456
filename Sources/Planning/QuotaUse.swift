import Phrases

/// What a plan uses and makes up of the quotas that land management keeps count of (domain reference d, f4).
///
/// Cultivated land counts net, without field ridges (TBDLMJ); the areas of construction land are gross. Land that
/// was nothing before, or of which nothing is left, is in no account.
package struct QuotaUse: Sendable, Hashable {
    package struct Amount: Sendable, Hashable {
        /// Drafted features, counted once for each feature that their land is of.
        package var count: Int64 = 0
        /// Whole hundredths of a square metre.
        package var area: Int64 = 0
        package var net: Int64 = 0

        package init(count: Int64 = 0, area: Int64 = 0, net: Int64 = 0) {
            self.count = count
            self.area = area
            self.net = net
        }

        package static func - (a: Amount, b: Amount) -> Amount {
            Amount(count: a.count + b.count, area: a.area - b.area, net: a.net - b.net)
        }

        package static func + (a: Amount, b: Amount) -> Amount {
            Amount(count: a.count + b.count, area: a.area + b.area, net: a.net + b.net)
        }
    }

    /// A class on one side of a change.
    package struct Side: Sendable, Hashable {
        package var code: LandUseCode
        package var category: LandCategory

        package init(code: LandUseCode, category: LandCategory) {
            self.code = code
            self.category = category
        }
    }

    package enum Item: String, Sendable, CaseIterable {
        /// 新增建设用地, and what of it was farmland in the law's wide sense (农用地转用), unused, cultivated.
        case newConstruction = "new_construction"
        case newFromAgricultural = "new_from_agricultural"
        case newFromUnused = "new_from_unused"
        /// 占补平衡: cultivated land taken by construction, and made up from construction or unused land.
        case cultivatedTaken = "cultivated_taken"
        case paddyTaken = "paddy_taken"
        case cultivatedMadeUp = "cultivated_made_up"
        case paddyMadeUp = "paddy_made_up"
        case occupationBalance = "occupation_balance"
        case paddyBalance = "paddy_balance"
        /// 进出平衡: cultivated land to other agricultural land, and back.
        case cultivatedOut = "cultivated_out"
        case cultivatedIn = "cultivated_in"
        case flowBalance = "flow_balance"
        /// All takings of cultivated land in one account, as since 2024 (自然资发〔2024〕204号).
        case unifiedBalance = "unified_balance"
        /// 增减挂钩: construction land given back, what of it is cultivated then, and its balance with what is new.
        case reclaimed
        case reclaimedCultivated = "reclaimed_cultivated"
        case linkBalance = "link_balance"
        case linkCultivatedBalance = "link_cultivated_balance"
        /// Changes of which a class does not say what category it is.
        case undecided

        /// Whether it is what is made up less what is taken: below 0 something is missing.
        package var isBalance: Bool { rawValue.hasSuffix("balance") }

        package var name: Phrase {
            switch self {
            case .newConstruction: Phrase("New construction land", "新增建设用地")
            case .newFromAgricultural: Phrase("  from agricultural land", "  其中：农用地转用")
            case .newFromUnused: Phrase("  from unused land", "  其中：占用未利用地")
            case .cultivatedTaken: Phrase("Cultivated land taken by construction", "建设占用耕地")
            case .paddyTaken: Phrase("  paddy of it", "  其中：水田")
            case .cultivatedMadeUp: Phrase("Cultivated land made up", "补充耕地")
            case .paddyMadeUp: Phrase("  paddy of it", "  其中：水田")
            case .occupationBalance: Phrase("Made up less taken", "占补平衡差额")
            case .paddyBalance: Phrase("  paddy of it", "  其中：水田差额")
            case .cultivatedOut: Phrase("Cultivated land to other agricultural land", "耕地转为其他农用地")
            case .cultivatedIn: Phrase("Other agricultural land to cultivated land", "其他农用地转为耕地")
            case .flowBalance: Phrase("In less out", "进出平衡差额")
            case .unifiedBalance: Phrase("All gains less all takings of cultivated land", "耕地总量差额（统一占补）")
            case .reclaimed: Phrase("Construction land given back", "建设用地复垦")
            case .reclaimedCultivated: Phrase("  to cultivated land", "  其中：复垦为耕地")
            case .linkBalance: Phrase("Given back less new", "增减挂钩差额")
            case .linkCultivatedBalance: Phrase("  cultivated: reclaimed less taken", "  其中：耕地（复垦减占用）")
            case .undecided: Phrase("Changes of classes without a category", "地类类别不明的改动")
            }
        }
    }

    package private(set) var amounts: [Item: Amount] = [:]

    package subscript(item: Item) -> Amount {
        func balance(_ gains: [Item], _ losses: [Item]) -> Amount {
            gains.reduce(Amount()) { $0 + self[$1] } - losses.reduce(Amount()) { $0 + self[$1] }
        }
        return switch item {
        case .occupationBalance: balance([.cultivatedMadeUp], [.cultivatedTaken])
        case .paddyBalance: balance([.paddyMadeUp], [.paddyTaken])
        case .flowBalance: balance([.cultivatedIn], [.cultivatedOut])
        case .unifiedBalance: balance([.cultivatedMadeUp, .cultivatedIn], [.cultivatedTaken, .cultivatedOut])
        case .linkBalance: balance([.reclaimed], [.newConstruction])
        case .linkCultivatedBalance: balance([.reclaimedCultivated], [.cultivatedTaken])
        default: amounts[item] ?? Amount()
        }
    }

    package init() {}

    /// Books what went from one class to another.
    package mutating func book(_ from: Side?, _ to: Side?, _ amount: Amount) {
        guard let from, let to, from.code != to.code else { return }
        func add(_ item: Item, if isSo: Bool = true) {
            if isSo { amounts[item] = (amounts[item] ?? Amount()) + amount }
        }
        let (was, shall) = (from.category, to.category)
        guard ![was, shall].contains(.mixed), ![was, shall].contains(.none) else { return add(.undecided) }
        if shall == .construction, was == .agricultural || was == .unused {
            add(.newConstruction)
            add(was == .agricultural ? .newFromAgricultural : .newFromUnused)
        }
        if was == .construction, shall == .agricultural || shall == .unused {
            add(.reclaimed)
            add(.reclaimedCultivated, if: to.code.isCultivated)
        }
        if from.code.isCultivated {
            add(.cultivatedTaken, if: shall == .construction)
            add(.paddyTaken, if: shall == .construction && from.code.isPaddy)
            add(.cultivatedOut, if: shall == .agricultural && !to.code.isCultivated)
        }
        if to.code.isCultivated {
            add(.cultivatedMadeUp, if: was == .construction || was == .unused)
            add(.cultivatedIn, if: was == .agricultural && !from.code.isCultivated)
            // Dry land that is made paddy (旱改水) makes up paddy and no cultivated land.
            add(.paddyMadeUp, if: to.code.isPaddy && !from.code.isPaddy)
        }
    }
}
