import Planning

/// Invented names and codes. No county of China has a code that begins with 9.
struct Names: Sendable {
    let dice: Dice
    let county: UnitCode
    let countyName: String

    private static let counties = ["岚溪县", "棠岭县", "砚川县", "枫渚县", "澄坪县", "芷湖县", "竺阳县", "黛山县"]
    private static let heads = [
        "云", "青", "石", "柳", "白", "梅", "松", "桂", "清", "双", "大", "沙", "杨", "枫", "竹", "莲", "银", "金", "黄", "乌", "南", "北",
        "东", "西", "长", "官", "马", "孔", "泉", "霞",
    ]
    private static let townTails = ["溪", "河", "山", "坪", "桥", "泉", "湾", "岭", "塘", "渡", "店", "集", "埠", "冲"]
    private static let villageTails = [
        "村", "庄", "家湾", "树下", "塘", "坝", "冲", "坪", "岗", "畈", "井", "楼", "新村", "桥头", "岭脚", "河边", "垄", "墩",
    ]

    init(dice: Dice) {
        self.dice = dice
        countyName = Self.counties[dice.pick(Self.counties.count, .name, 0)]
        let digits = 990_101 + dice.pick(20, .name, 1)
        // Six digits by construction.
        county = UnitCode(String(digits)) ?? Self.fallback
    }

    private static let fallback: UnitCode = {
        guard let code = UnitCode("990101") else { preconditionFailure("990101 has six digits") }
        return code
    }()

    func code(of town: Layout.Town) -> String { county.digits + Self.three(100 + town.index) }

    func name(of town: Layout.Town, isSeat: Bool) -> String {
        if isSeat { return "城关镇" }
        let count = Self.heads.count * Self.townTails.count
        // A step that shares no factor with the count visits every pair once.
        let place = (dice.pick(count, .name, 2) + town.index * 187) % count
        let name = Self.heads[place % Self.heads.count] + Self.townTails[place / Self.heads.count]
        return name + (dice.unit(.name, 3, town.index) < 0.65 ? "镇" : "乡")
    }

    func code(of village: Layout.Village, in town: Layout.Town) -> String {
        code(of: town) + Self.three(200 + village.number)
    }

    func name(of village: Layout.Village) -> String {
        let count = Self.heads.count * Self.villageTails.count
        let place = (dice.pick(count, .name, 4, village.town) + village.number * 217) % count
        let name = Self.heads[place % Self.heads.count] + Self.villageTails[place / Self.heads.count]
        return name.hasSuffix("村") ? name : name + "村"
    }

    private static func three(_ number: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, 3 - text.utf8.count)) + text
    }
}
