import GRDB
import Phrases
import Planning

/// What an indicator comes to for a unit in a year.
package struct IndicatorValue: Sendable {
    /// An input of its formula.
    package struct Part: Sendable {
        package var name: String
        /// What it is, as the table says.
        package var text: String
        package var value: Double?
        /// Why there is none.
        package var missing: Phrase?
    }

    package var indicator: Indicator
    package var unit: Unit
    package var year: Int
    /// 0 is the base, a draft its number, the one map as of journal row N -N.
    package var plan: Int64
    package var value: Double?
    /// Why there is none.
    package var missing: Phrase?
    package var parts: [Part]
    package var target: Target?
    package var level: WarningLevel?
    /// The values of all years that have one, the earliest first.
    package var trend: [(year: Int, value: Double)] = []

    /// How far it is from its target, in its unit: negative where it misses it by as much as its decimals show.
    package var distance: Double? {
        guard let value, let target else { return nil }
        return -target.miss(of: value, least: indicator.leastMiss)
    }

    /// The same in percent of the target.
    package var percent: Double? {
        guard let value, let target else { return nil }
        return -target.percentMissed(by: value, least: indicator.leastMiss)
    }

    /// Whether a part hangs on a straight line instead of the network of roads.
    package var isApproximate = false
    /// Whether it was asked as of a day, and a part is that of today all the same: what facilities reach.
    package var isOfToday = false
}

extension IndicatorRun {
    /// Which indicator is asked for, of which unit, in which year and world.
    struct Question {
        var indicator: Indicator
        var unit: Unit
        var year: Int
        var plan: Int64
    }

    /// What indicators come to; their sums must have been prepared.
    func evaluate(_ questions: [Question]) throws -> [IndicatorValue] {
        var values = try questions.map(gather)
        try desk.formulas.inDatabase { formulas in
            for index in values.indices where values[index].missing == nil { try compute(&values[index], formulas) }
        }
        return values
    }

    /// The values of indicators in the base in another year than that which is looked at: what their trends are made of. A
    /// step of a draft leaves them as they are.
    ///
    /// - Parameter isWhole: whether `library` is all that there is.
    func baseValues(of unit: Unit, _ year: Int, _ library: [Indicator], isWhole: Bool) throws -> [IndicatorValue] {
        let stamp = isWhole && !ignoresKept ? try baseStamp() : nil, place = [unit.id, Int64(year)]
        if let stamp, let known = desk.baseValues.withLock({ $0[place] }), known.stamp == stamp { return known.values }
        try prepare(Set(library.flatMap { $0.inputs.map(\.definition) }), year: year, plan: 0)
        let hasSurvey = ground.survey(year) != nil
        let asked = library.filter {
            // Where there is no survey only statistics can tell.
            hasSurvey || $0.isOfSeries
        }
        let values = try evaluate(asked.map { .init(indicator: $0, unit: unit, year: year, plan: 0) })
        // What stood in the way once may not the next time.
        let isSure = !fresh.values.contains { $0.isFleeting && $0.reason.hasPrefix("sql") }
        if let stamp, isSure {
            desk.baseValues.withLock { known in
                if known.count >= 64 { known.removeAll() }
                known[place] = (stamp, values)
            }
        }
        return values
    }

    /// What all values of the base hang on; nil where something has changed that no stamp tells of.
    private func baseStamp() throws -> String? {
        guard ground.dirty.isEmpty else { return nil }
        if let known = knownBaseStamp { return known }
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT (SELECT max(id) FROM main.statistic_value), (SELECT count(*) FROM main.survey_overlay),
                        (SELECT total(version) || ' ' || count(*) FROM main.indicator)
                    """))
        try Project.stand(Here(), in: db)
        let reach = try Project.reachStamp(plan: 0, layer: 0, in: db)
        let stamp = "\(ground.stamp(ground.layers)) \(reach) \(row.map { "\($0)" } ?? "")"
        knownBaseStamp = stamp
        return stamp
    }

    /// The inputs of an indicator, or why it has no value.
    private func gather(_ question: Question) throws -> IndicatorValue {
        let (indicator, unit, year) = (question.indicator, question.unit, question.year)
        var result = IndicatorValue(indicator: indicator, unit: unit, year: year, plan: question.plan, parts: [])
        guard indicator.isComputed else {
            result.missing = indicator.undecided
            return result
        }
        var isDated = indicator.inputs.isEmpty || year == ground.years.last
        for input in indicator.inputs {
            let (value, reason) =
                if case .statistic(let series) = input.definition {
                    try statistic(series, unit: unit.id, year: year, plan: question.plan)
                } else {
                    try self.value(input.definition, unit: unit.id, year: year, plan: question.plan)
                }
            if isDatedInput(input, year) { isDated = true }
            if isApproximate(input.definition, year: year, plan: question.plan) { result.isApproximate = true }
            if question.plan < 0, input.definition.asksReach { result.isOfToday = true }
            result.parts.append(
                .init(
                    name: input.name, text: input.text, value: value,
                    missing: value == nil ? phrase(reason, input, year) : nil))
        }
        result.missing = result.parts.first { $0.value == nil }?.missing
        if result.missing == nil, !isDated {
            result.missing = Phrase(
                "its layers say no year, and stand for \(ground.years.last.map(String.init) ?? "the present")",
                "所用图层未注明年份，仅代表\(ground.years.last.map { " \($0) 年" } ?? "现状")")
        }
        return result
    }

    /// Whether an input tells one year from another.
    private func isDatedInput(_ input: IndicatorInput, _ year: Int) -> Bool {
        switch input.definition {
        case .statistic, .query: return true
        case .sum(let sum):
            if ["change", "patches", "reach"].contains(sum.source.name) || sum.condition.holds("year") {
                return true
            }
            return ([sum.source] + sum.over).contains {
                $0.name != "land_base" && ground.layer($0.name, year: year)?.year != nil
            }
        }
    }

    private func compute(_ result: inout IndicatorValue, _ formulas: Database) throws {
        let years = ground.surveyBefore(result.year)?.year.map { result.year - $0 }
        let columns =
            result.parts.map { "? AS \($0.name.quoted)" } + ["? AS \("year".quoted)", "? AS \("years".quoted)"]
        let values: [(any DatabaseValueConvertible)?] = result.parts.map(\.value) + [result.year, years]
        do {
            let sql = "SELECT (\(result.indicator.formula)) FROM (SELECT \(columns.joined(separator: ", ")))"
            let row = try Row.fetchOne(formulas.cachedStatement(sql: sql), arguments: StatementArguments(values))
            let answer: DatabaseValue = row?[0] ?? .null
            result.value = Self.number(answer)
            if result.value == nil {
                result.missing =
                    answer.isNull
                    ? Phrase("there is nothing to divide by", "除数为零")
                    : Phrase("the formula answers no number: \(answer)", "公式结果不是数值：\(answer)")
            }
        } catch let error as DatabaseError where error.resultCode != .SQLITE_INTERRUPT {
            let reason = error.message ?? error.description
            result.missing = Phrase(
                "the formula is not understood: \(reason)\(Project.context(of: reason, result.indicator.formula))",
                "公式无法理解：\(reason)\(Project.context(of: reason, result.indicator.formula))")
        }
    }

    /// A formula's answer as a number. Not inlined: Swift 6.3's optimizer stops with a fault where it is.
    @inline(never) private static func number(_ answer: DatabaseValue) -> Double? {
        Double.fromDatabaseValue(answer).flatMap { $0.isFinite ? $0 : nil }
    }

    /// Why an input has no value, in words.
    private func phrase(_ reason: String, _ input: IndicatorInput, _ year: Int) -> Phrase {
        let words = reason.split(separator: " ", maxSplits: 1).map(String.init)
        let rest = words.count > 1 ? words[1] : ""
        switch words.first {
        case "layer": return Phrase("no data: there is no layer \(rest)", "无数据：没有图层 \(rest)")
        case "field": return Phrase("no data: the layer lacks the field \(rest)", "无数据：图层缺少字段 \(rest)")
        case "survey": return Phrase("no data: there is no survey of \(year)", "无数据：没有 \(year) 年调查")
        case "before": return Phrase("no data: there is no survey before \(year)", "无数据：\(year) 年之前没有调查")
        case "overlay":
            return Phrase(
                "no data: the surveys were not laid over each other; 'area changes' does it",
                "无数据：尚未进行年度叠加，可用 area changes")
        case "level": return Phrase("its layers do not name units so small", "所用图层未注明该级单元")
        case "undated": return Phrase("it is known for the present only", "仅有现状值")
        case "past": return Phrase("what layers shared in the past is not known", "无法得知过去的叠加结果")
        case "series":
            let name = Self.named(rest)
            return Phrase("no data of \(name.english)", "无数据：\(name.chinese)")
        case "since":
            let parts = rest.split(separator: " ")
            let name = Self.named(parts.last.map(String.init) ?? "")
            return Phrase(
                "no data since \(parts.first ?? ""): \(name.english)",
                "\(parts.first ?? "") 年之后无数据：\(name.chinese)")
        case "view": return Phrase("no data: nothing has made \(rest)", "无数据：尚无 \(rest)")
        case "sql":
            let place = Project.context(of: rest, input.text)
            return Phrase(
                "the input \(input.name) is not understood: \(rest)\(place)", "输入 \(input.name) 无法理解：\(rest)\(place)")
        default: return Phrase("no data", "无数据")
        }
    }

    /// A series as people call it, and the id that formulas and imports know it by. One that a bureau made is its id.
    private static func named(_ series: String) -> Phrase {
        guard let name = StatisticSeries.standardNames[series] else { return Phrase(series, series) }
        return Phrase("\(series) (\(name.english))", "\(name.chinese)（\(series)）")
    }
}
