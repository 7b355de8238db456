import Phrases

/// To whom land belongs (权属性质, QSXZ), as the survey has it.
package struct Ownership: Sendable, Hashable {
    /// As the survey writes it; empty where it says nothing.
    package let code: String

    package init(_ code: String) { self.code = code }

    /// State (国有) or collective (集体) land; nil for another code.
    package var isState: Bool? {
        switch code.first {
        case "1", "2": true
        case "3", "4": false
        default: nil
        }
    }

    /// What the code means; the code itself where the table does not know it.
    package var name: Phrase {
        if code.isEmpty { return Phrase("not stated", "未注明") }
        return Self.names[code] ?? Phrase("code \(code)", "代码 \(code)")
    }

    /// The table of ownership codes of the survey's database standard (TD/T 1057-2020, 权属性质代码表), from memory.
    private static let names: [String: Phrase] = [
        "10": Phrase("state ownership", "国有土地所有权"),
        "20": Phrase("state land use right", "国有土地使用权"),
        "21": Phrase("use right of a state island", "国有无居民海岛使用权"),
        "30": Phrase("collective ownership", "集体土地所有权"),
        "31": Phrase("villagers' group", "村民小组"),
        "32": Phrase("village collective", "村集体经济组织"),
        "33": Phrase("township collective", "乡集体经济组织"),
        "34": Phrase("other collective", "其他农民集体经济组织"),
        "40": Phrase("collective land use right", "集体土地使用权"),
        "41": Phrase("use right of a collective island", "集体无居民海岛使用权"),
    ]
}
