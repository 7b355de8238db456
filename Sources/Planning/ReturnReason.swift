import Phrases

/// Why a plan is sent back or refused: one out of a list, so that bureaus can count them.
package struct ReturnReason: Sendable, Hashable {
    package var code: String
    package var name: Phrase

    package static let all: [ReturnReason] = [
        ReturnReason(code: "material", name: Phrase("documents are missing or wrong", "材料不齐或有误")),
        ReturnReason(code: "data", name: Phrase("the data are faulty", "数据质量不合格")),
        ReturnReason(code: "farmland", name: Phrase("takes cultivated land or basic farmland", "占用耕地或永久基本农田")),
        ReturnReason(code: "redline", name: Phrase("conflicts with the ecological red line", "与生态保护红线冲突")),
        ReturnReason(code: "boundary", name: Phrase("leaves the urban development boundary", "突破城镇开发边界")),
        ReturnReason(code: "quota", name: Phrase("exceeds the quota", "超出指标")),
        ReturnReason(code: "upper", name: Phrase("contradicts a higher plan", "与上位规划不符")),
        ReturnReason(code: "opinions", name: Phrase("opinions are not dealt with", "意见未妥善处理")),
        ReturnReason(code: "procedure", name: Phrase("the procedure was not kept", "程序不合规")),
        ReturnReason(code: "other", name: Phrase("another reason", "其他")),
    ]

    package static func named(_ code: String) -> ReturnReason? { all.first { $0.code == code } }
}
