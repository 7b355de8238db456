import Canvas
import Commands
import Phrases
import Planning
import Store

extension WarningLevel {
    /// The role that themes colour it by; its letter stands beside it everywhere.
    var role: String {
        switch self {
        case .red: "level.red"
        case .orange: "level.orange"
        case .yellow: "level.yellow"
        case .blue: "level.blue"
        case .green: "level.green"
        }
    }

    var name: Phrase {
        switch self {
        case .red: Phrase("red", "红")
        case .orange: Phrase("orange", "橙")
        case .yellow: Phrase("yellow", "黄")
        case .blue: Phrase("blue", "蓝")
        case .green: Phrase("green", "绿")
        }
    }

    /// Whether it is one that somebody must look at.
    var warns: Bool { self != .green }
}

/// Numbers of indicators in as many cells as there are.
enum IndicatorText {
    /// A number with as many of its decimals as fit.
    static func number(_ value: Double, decimals: Int, width: Int = 24) -> String {
        for decimals in stride(from: decimals, through: 0, by: -1) {
            let text = Decimals.text(value, decimals: decimals)
            if text.utf8.count <= width || decimals == 0 { return text }
        }
        return ""
    }

    /// The decimals that values which stand beside each other are all shown with.
    static func decimals(of values: [IndicatorValue], width: Int) -> Int {
        values.map { item in
            let text = value(item, width: width)
            return item.value == nil
                ? item.indicator.decimals : text.firstIndex(of: ".").map { text[$0...].count - 1 } ?? 0
        }.min() ?? 0
    }

    /// A bound as it was set, shortened where it is too long.
    private static func bound(_ value: Double, width: Int) -> String {
        let text = Target(low: value).description.dropLast(2)
        return text.utf8.count <= width ? String(text) : number(value, decimals: 2, width: width)
    }

    /// `>=80`, `<=1.3`, `25..40`; in ASCII, as some terminals draw the signs of mathematics two cells wide.
    static func target(_ target: Target, width: Int = 24) -> String {
        switch (target.low, target.high) {
        case (let low?, nil): ">=" + bound(low, width: width - 2)
        case (nil, let high?): "<=" + bound(high, width: width - 2)
        case (let low?, let high?):
            bound(low, width: (width - 2) / 2) + ".." + bound(high, width: (width - 2) / 2)
        case (nil, nil): ""
        }
    }

    /// How far a value is from its target: in percent of it; of a target of nothing in the value's unit.
    static func distance(_ value: IndicatorValue, width: Int = 24) -> String {
        guard let percent = value.percent, let distance = value.distance else { return "" }
        // A miss too small for the decimals is a miss nevertheless.
        func signed(_ text: String) -> String {
            text.hasPrefix("-") || distance == 0 ? text : (distance < 0 ? "-" : "+") + text
        }
        guard percent.isFinite, abs(percent) < 10_000 else {
            return signed(number(distance, decimals: value.indicator.decimals, width: width - 1))
        }
        return signed(number(percent, decimals: 1, width: width - 2)) + "%"
    }

    /// A value, a dash where there is none.
    static func value(_ value: IndicatorValue, width: Int = 24) -> String {
        guard let number = value.value else { return "-" }
        let sign = value.isApproximate ? "~" : ""
        return sign + self.number(number, decimals: value.indicator.decimals, width: width - sign.count)
    }

    /// How many there are of each warning: `R 3  O 1  Y 2`.
    static func tally(_ levels: some Sequence<WarningLevel?>) -> String {
        var counts: [WarningLevel: Int] = [:]
        for level in levels { if let level { counts[level, default: 0] += 1 } }
        return counts.sorted { $0.key < $1.key }.map { "\($0.key.rawValue) \($0.value)" }.joined(separator: "  ")
    }
}

extension Indicator {
    /// Its unit of measure; empty where it has none, for which the table has a dash.
    var measure: String { unit.description == "—" ? "" : unit.description }
}

extension IndicatorValue {
    /// The farthest from its target first; what has none comes last.
    var urgency: Double { percent.map { $0.isNaN ? .infinity : $0 } ?? .infinity }

    /// The line of its history for a small space.
    var sparkline: Sparkline { Sparkline(trend.map { (Double($0.year), $0.value) }) }
}
