import Planning

/// The survey classes that occur in the county, and what the generator must know of each.
enum Cover: UInt8, CaseIterable, Sendable {
    case paddy, irrigated, dry, orchard, tea, forest, bamboo, shrub, otherForest, pasture, otherGrass
    case commerce, storage, industry, mining, urbanHousing, homestead, offices, schools, utilities, park, special
    case highway, street, ruralRoad, river, reservoir, pond, flat, ditch, hydraulic, vacant, facility, bareRock
    case mangrove, coastalFlat

    /// The code in the third survey's table.
    var code: String {
        switch self {
        case .paddy: "0101"
        case .irrigated: "0102"
        case .dry: "0103"
        case .orchard: "0201"
        case .tea: "0202"
        case .forest: "0301"
        case .bamboo: "0302"
        case .shrub: "0305"
        case .otherForest: "0307"
        case .pasture: "0401"
        case .otherGrass: "0404"
        case .commerce: "05H1"
        case .storage: "0508"
        case .industry: "0601"
        case .mining: "0602"
        case .urbanHousing: "0701"
        case .homestead: "0702"
        case .offices: "08H1"
        case .schools: "08H2"
        case .utilities: "0809"
        case .park: "0810"
        case .special: "09"
        case .highway: "1003"
        case .street: "1004"
        case .ruralRoad: "1006"
        case .river: "1101"
        case .reservoir: "1103"
        case .pond: "1104"
        case .flat: "1106"
        case .ditch: "1107"
        case .hydraulic: "1109"
        case .vacant: "1201"
        case .facility: "1202"
        case .bareRock: "1207"
        case .mangrove: "0303"
        case .coastalFlat: "1105"
        }
    }

    var landUse: LandUseCode { .survey(code) }

    /// The cover that tables call by the name of its case.
    static func named(_ name: some StringProtocol) -> Cover? { allCases.first { "\($0)" == name } }

    /// Whether a parcel of it must carry a settlement attribute (CZCSXM).
    var needsSettlement: Bool { Self.settled[Int(rawValue)] }
    private static let settled = allCases.map { Settlement.isRequired(for: $0.code) }

    var isCropland: Bool { self == .paddy || self == .irrigated || self == .dry }

    /// Woods and grass in one feature of several parts now and then, as surveys have them.
    var mayHaveParts: Bool {
        switch self {
        case .forest, .bamboo, .shrub, .otherForest, .otherGrass, .tea: true
        default: false
        }
    }

    var isBuilt: Bool {
        switch self {
        case .commerce, .storage, .industry, .mining, .urbanHousing, .homestead, .offices, .schools, .utilities, .park,
            .special, .highway, .street, .hydraulic, .vacant:
            true
        default: false
        }
    }
}
