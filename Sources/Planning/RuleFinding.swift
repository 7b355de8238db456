import Geometry
import Phrases

/// What a rule found about a parcel or a project: that it is broken there, or that it could not be checked and why.
package struct RuleFinding: Sendable, Hashable {
    package enum Verdict: String, Sendable { case broken, unknown }

    /// The row; 0 for one that was found live and is not kept.
    package var id: Int64
    package var rule: Rule
    package var verdict: Verdict
    /// Who it is about; nil for a rule that cannot be checked at all.
    package var uid: Int64?
    package var number: String
    package var layer: String
    package var object: Int64?
    package var objectNumber: String
    package var objectLayer: String
    /// What both share, or what is left uncovered, in m².
    package var area: Double?
    package var measured: Double?
    package var threshold: Double?
    /// What the same subject shares with others beside, each too little to count, together in m².
    package var ignored: Double
    /// Why it could not be checked: a word and what it is about.
    package var reason: String
    package var place: Point?
    /// The last answer that somebody gave to it; it stays visible.
    package var answer: GivenAnswer?
    /// The sentence as it was said, of one that was read back from an analysis.
    package var said: Phrase?

    package init(
        id: Int64, rule: Rule, verdict: Verdict, uid: Int64?, number: String, layer: String, object: Int64?,
        objectNumber: String, objectLayer: String, area: Double?, measured: Double?, threshold: Double?,
        ignored: Double, reason: String, place: Point?
    ) {
        (self.id, self.rule, self.verdict, self.uid) = (id, rule, verdict, uid)
        (self.number, self.layer, self.object) = (number, layer, object)
        (self.objectNumber, self.objectLayer, self.area) = (objectNumber, objectLayer, area)
        (self.measured, self.threshold, self.ignored) = (measured, threshold, ignored)
        (self.reason, self.place) = (reason, place)
    }

    package var severity: Rule.Severity { rule.severity }
    /// Whether it stands in the way: broken, and nobody has answered with a document.
    package var isOpen: Bool { verdict == .broken && answer?.answer != "exception" }

    /// What a finding is in every run: the rule, and whom it is about.
    package struct Key: Hashable, Sendable {
        package var rule: String
        package var uid: Int64?
        package var object: Int64?

        package init(rule: String, uid: Int64? = nil, object: Int64? = nil) {
            (self.rule, self.uid, self.object) = (rule, uid, object)
        }
    }
    /// A rule, and whom it is about.
    package struct Subject: Hashable, Sendable {
        package var rule: String
        package var uid: Int64?

        package init(rule: String, uid: Int64?) { (self.rule, self.uid) = (rule, uid) }
    }
    package var key: Key { Key(rule: rule.id, uid: uid, object: object) }

    // MARK: As a sentence

    /// Who it is about, by the user's own number.
    private var subject: String { number.isEmpty ? uid.map(String.init) ?? "" : number }

    /// The finding in the language of the session.
    package var sentence: String { phrase.description }

    /// The finding in both languages.
    package var phrase: Phrase {
        if let said { return said }
        var parts: [String] = []
        if uid != nil { parts.append("\(layer) \(subject)") }
        if object != nil {
            parts.append("\(objectLayer) \(objectNumber.isEmpty ? object.map(String.init) ?? "" : objectNumber)")
        }
        let who = parts.joined(separator: " × ")
        let about = who.isEmpty ? Phrase("", "") : Phrase(": \(who)", "：\(who)")
        switch verdict {
        case .unknown:
            let why = reasonPhrase
            return Phrase(
                "\(rule.id) not checkable (\(rule.message.english))\(about.english): \(why.english).",
                "\(rule.id) 无法检查（\(rule.message.chinese)）\(about.chinese)：\(why.chinese)。")
        case .broken:
            let facts = facts
            func told(_ language: Language, _ colon: String, _ comma: String, _ stop: String) -> String {
                let tail = facts.map { $0[language] }.joined(separator: comma)
                return
                    "\(rule.id) \(rule.message[language])\(about[language])\(tail.isEmpty ? "" : colon + tail)\(stop)"
            }
            return Phrase(told(.english, ": ", ", ", "."), told(.chinese, "：", "，", "。"))
        }
    }

    private var facts: [Phrase] {
        var facts: [Phrase] = []
        if let area { facts.append(Phrase("\(Self.number(area)) m²", "\(Self.number(area)) m²")) }
        let unit = unitPhrase
        if let measured, rule.unit != "m2" || measured != area {
            let value = Self.number(measured)
            facts.append(Phrase("measured \(value)\(unit.english)", "实测 \(value)\(unit.chinese)"))
            if let threshold {
                facts.append(Phrase("limit \(Self.number(threshold))", "限值 \(Self.number(threshold))"))
            }
        } else if let threshold {
            let value = Self.number(threshold)
            facts.append(Phrase("limit \(value)\(unit.english)", "限值 \(value)\(unit.chinese)"))
        }
        return facts
    }

    private var unitPhrase: Phrase {
        switch rule.unit {
        case "m2": Phrase(" m²", " m²")
        case "m": Phrase(" m", " m")
        case "days": Phrase(" days", " 天")
        default: Phrase("", "")
        }
    }

    private static func number(_ value: Double) -> String {
        let scaled = (abs(value) * 100).rounded()
        guard scaled < 9e15 else { return String(value) }
        let whole = Int64(scaled)
        return "\(value < 0 ? "-" : "")\(whole / 100).\(whole % 100 < 10 ? "0" : "")\(whole % 100)"
    }

    /// The reason as people read it.
    package var reasonText: String { reasonPhrase.description }

    package var reasonPhrase: Phrase {
        let words = reason.split(separator: " ", maxSplits: 1).map(String.init)
        let rest = words.count > 1 ? words[1] : ""
        switch words.first {
        case "layer": return Phrase("the project has no layer \(rest)", "项目中没有图层 \(rest)")
        case "field": return Phrase("there is no field \(rest)", "没有字段 \(rest)")
        case "limits": return Phrase("no limits are given: 'rule limit FILE.csv'", "未给出限值，可用 rule limit 文件.csv 导入")
        case "limit": return Phrase("its limit is not given", "未给出限值")
        case "years": return Phrase("there is only one survey year", "只有一个调查年度")
        case "value": return Phrase("the value of \(rest) is missing", "\(rest) 缺值")
        case "class": return Phrase("the land-use class is missing or unknown", "地类缺失或无法识别")
        case "outline":
            return rest.isEmpty
                ? Phrase("it has no outline", "没有图形")
                : Phrase("a record of \(rest) has no outline and no area", "\(rest) 的记录没有图形和面积")
        case "maybe":
            return Phrase(
                "a record without outline but of the same area may cover it", "有一条面积相同但没有图形的记录，可能覆盖此处")
        case "ring": return Phrase("invalid ring at \(rest)", "环无效，位置 \(rest)")
        case "overlay": return Phrase("GEOS cannot lay it over the other (\(rest))", "GEOS 无法叠加（\(rest)）")
        case "survey":
            return Phrase("its outline cannot be compared with the former survey", "其图形无法与上一年度调查叠加对比")
        case "question": return Phrase("nobody has answered it yet", "尚无人回答")
        case "result":
            return Phrase("its SQL answers \(rest), which is no feature's or no number", "其 SQL 结果 \(rest) 不是要素编号或数值")
        case "sql": return Phrase("its SQL fails: \(rest)", "其 SQL 出错：\(rest)")
        default: return Phrase(reason, reason)
        }
    }
}

/// What somebody answered.
package struct GivenAnswer: Sendable, Hashable {
    package var answer: String
    package var reason: String
    package var document: String
    package var who: String
    package var time: String

    package init(answer: String, reason: String, document: String, who: String, time: String) {
        (self.answer, self.reason, self.document) = (answer, reason, document)
        (self.who, self.time) = (who, time)
    }
}

/// Two runs against each other.
package struct RunComparison: Sendable {
    package var mended: [RuleFinding]
    package var new: [RuleFinding]
    package var still: [RuleFinding]

    package init(before: [RuleFinding], now: [RuleFinding]) {
        let then = Set(before.map(\.key)), these = Set(now.map(\.key))
        mended = before.filter { !these.contains($0.key) }
        new = now.filter { !then.contains($0.key) }
        still = now.filter { then.contains($0.key) }
    }
}
