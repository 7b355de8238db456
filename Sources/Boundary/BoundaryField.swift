import Phrases

/// What a field of a parcel line means. The raw value is the column's name in a layer, in the spelling of the files that
/// offices send: DKBH 地块编号, DKMC 地块名称.
package struct BoundaryField: Hashable, Sendable, RawRepresentable {
    package let rawValue: String

    package init(rawValue: String) { self.rawValue = rawValue }

    /// 点数
    package static let pointCount = BoundaryField(rawValue: "JZDS")
    /// 面积, in hectares unless the text says otherwise
    package static let area = BoundaryField(rawValue: "DKMJ")
    /// 地块编号
    package static let number = BoundaryField(rawValue: "DKBH")
    /// 地块名称
    package static let name = BoundaryField(rawValue: "DKMC")
    /// 图形属性: 点, 线 or 面
    package static let kind = BoundaryField(rawValue: "TXSX")
    /// 图幅号
    package static let sheet = BoundaryField(rawValue: "TFH")
    /// 地块用途
    package static let use = BoundaryField(rawValue: "DKYT")
    /// 地类编码
    package static let classCode = BoundaryField(rawValue: "DLBM")
    /// 地类名称
    package static let className = BoundaryField(rawValue: "DLMC")
    /// 类型, of enforcement and of in/out balance
    package static let category = BoundaryField(rawValue: "LX")
    /// 图斑类型
    package static let spotKind = BoundaryField(rawValue: "TBLX")
    /// 地类
    package static let landKind = BoundaryField(rawValue: "DL")
    /// 耕地质量等别 before and after
    package static let qualityBefore = BoundaryField(rawValue: "GZQ")
    package static let qualityAfter = BoundaryField(rawValue: "GZH")
    /// 备注
    package static let note = BoundaryField(rawValue: "BZ")

    /// A field that is known only by its place, counted from 1.
    package static func position(_ number: Int) -> BoundaryField { BoundaryField(rawValue: "FIELD\(number)") }

    package var title: Phrase {
        switch self {
        case .pointCount: Phrase("points", "点数")
        case .area: Phrase("area", "面积")
        case .number: Phrase("number", "地块编号")
        case .name: Phrase("name", "地块名称")
        case .kind: Phrase("kind of shape", "图形属性")
        case .sheet: Phrase("sheet", "图幅号")
        case .use: Phrase("use", "用途")
        case .classCode: Phrase("class code", "地类编码")
        case .className: Phrase("class name", "地类名称")
        case .category: Phrase("category", "类型")
        default: Phrase(rawValue, rawValue)
        }
    }
}

/// The dialects (方言) of boundary-point files (界址点坐标 TXT): what the fields of a parcel line mean, in which order
/// coordinates stand, and how a point line is laid out.
package enum BoundaryDialect: String, Hashable, Sendable, CaseIterable {
    /// Eight fields.
    case common
    /// Nine to twelve: the common ones and others.
    case extended
    /// Thirteen, of supplementary farmland (补充耕地).
    case farmland
    /// Land supply (供地): the class by name and code; the number of points leaves out closing points.
    case supply
    /// Approval of construction land (报批).
    case approval
    /// The one-map check (一张图): four fields.
    case onemap
    /// Satellite enforcement (卫片执法): no header, longitude and latitude.
    case enforcement
    /// The link of increase and decrease of construction land (增减挂钩): points with side lengths.
    case linkage
    /// The balance of farmland going in and out (进出平衡): no header, east first.
    case balance

    package var title: Phrase {
        switch self {
        case .common: Phrase("common (8 fields)", "通用格式（8 个属性）")
        case .extended: Phrase("common with more fields (9 to 12)", "通用扩展格式（9 至 12 个属性）")
        case .farmland: Phrase("supplementary farmland (13 fields)", "补充耕地格式（13 个属性）")
        case .supply: Phrase("land supply", "供地格式")
        case .approval: Phrase("approval of construction land", "建设用地报批格式")
        case .onemap: Phrase("one-map check", "一张图核查格式")
        case .enforcement: Phrase("satellite enforcement (degrees)", "卫片执法格式（经纬度）")
        case .linkage: Phrase("increase/decrease link (side lengths)", "增减挂钩格式（含边长）")
        case .balance: Phrase("in/out balance (east first)", "进出平衡格式（横坐标在前）")
        }
    }

    /// What the fields of a parcel line with so many of them mean; those beyond the dialect's own by their place.
    package func fields(count: Int) -> [BoundaryField] {
        let start = [.pointCount, .area, .number, .name, .kind, .sheet] as [BoundaryField]
        let own: [BoundaryField] =
            switch self {
            case .common, .extended, .approval: start + [.use, .classCode]
            case .supply: start + [.className, .classCode]
            case .farmland:
                start + [
                    .use, .classCode, .spotKind, .landKind, .qualityBefore, .qualityAfter, .note,
                ]
            case .onemap: [.number, .name, .kind, .position(4)]
            case .enforcement, .balance: [.pointCount, .name, .kind, .category]
            case .linkage: [.position(1), .area, .position(3), .name, .kind, .sheet, .use, .className]
            }
        return (0..<count).map { $0 < own.count ? own[$0] : .position($0 + 1) }
    }

    /// How many fields it is written with, when parcels have no others.
    var fieldCount: Int {
        switch self {
        case .common, .supply, .approval, .linkage: 8
        case .extended: 9
        case .farmland: 13
        case .onemap, .enforcement, .balance: 4
        }
    }

    /// Whether the coordinates are longitude and latitude.
    package var isInDegrees: Bool { self == .enforcement }
    /// Whether the easting, or the longitude, stands before the northing.
    package var isEastFirst: Bool { self == .enforcement || self == .balance }
    /// Whether there are sections with the coordinate system before the parcels.
    package var hasHeader: Bool { self != .enforcement && self != .balance }
    /// Whether the number of points counts the closing points.
    var countsClosingPoints: Bool { self != .supply }
}
