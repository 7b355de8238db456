import Geometry
import Phrases

/// The area that a parcel line states: a number with a unit, hectares where it names none.
package struct DeclaredArea: Hashable, Sendable {
    package enum Unit: String, Hashable, Sendable, CaseIterable {
        case hectares, squareMetres, mu

        package var squareMetres: Double {
            switch self {
            case .hectares: 10_000
            case .squareMetres: 1
            case .mu: 2000.0 / 3
            }
        }

        package var name: Phrase {
            switch self {
            case .hectares: Phrase("ha", "公顷")
            case .squareMetres: Phrase("m²", "平方米")
            case .mu: Phrase("mu", "亩")
            }
        }

        private static let words: [(word: String, unit: Unit)] = [
            ("公顷", .hectares), ("hm2", .hectares), ("hm²", .hectares), ("ha", .hectares), ("平方米", .squareMetres),
            ("㎡", .squareMetres), ("m2", .squareMetres), ("m²", .squareMetres), ("亩", .mu), ("mu", .mu),
        ]

        static func split(_ text: String) -> (number: String, unit: Unit?) {
            let text = text.halfWidth.trimmingBlanks.lowercased()
            for (word, unit) in words where text.hasSuffix(word) {
                return (String(text.dropLast(word.count)).trimmingBlanks, unit)
            }
            return (text, nil)
        }
    }

    package let number: FixedDecimal
    package let unit: Unit
    /// Whether the text names the unit.
    package let isStated: Bool

    /// Nil for a text that is no area.
    package init?(_ text: String) {
        let (digits, unit) = Unit.split(text)
        guard let read = FixedDecimal.read(digits.utf8), read.number.scaled >= 0 else { return nil }
        number = read.number
        self.unit = unit ?? .hectares
        isStated = unit != nil
    }

    package var squareMetres: Double { number.value * unit.squareMetres }

    /// Whether it is one of the measured areas, written with its own decimals.
    ///
    /// Rounding and cutting off both occur, so that it may be off by one in its last decimal where there are three or
    /// more; `slack` in m² is what rounded coordinates make unsure.
    func fits(_ measured: ClosedRange<Double>, as unit: Unit, slack: Double) -> Bool {
        let step = unit.squareMetres / FixedDecimal.power(Int(number.decimals))
        let reach = (number.decimals >= 3 ? 1 : 0.5) * step * 1.000001 + slack + 0.005
        let value = number.value * unit.squareMetres
        return value >= measured.lowerBound - reach && value <= measured.upperBound + reach
    }

    /// Compares with what the points give.
    ///
    /// - Parameter measured: from the smaller to the larger of the area in the plane and on the ellipsoid.
    func compare(with measured: ClosedRange<Double>, slack: Double, line: Int, _ faults: inout FaultList) {
        if fits(measured, as: unit, slack: slack) { return }
        let computed = Self.text(measured)
        let likely = Unit.allCases.filter { $0 != unit }.first { other in
            fits(measured, as: other, slack: slack)
                || abs(number.value * other.squareMetres - measured.upperBound) < 0.005 * measured.upperBound
        }
        if let likely {
            faults.add(
                .areaUnit, .warning, line,
                Phrase(
                    "Line \(line) states an area of \(number) \(unit.name.english), but the points give \(computed) m²: the number is in \(likely.name.english).",
                    "第 \(line) 行面积写作 \(number) \(unit.name.chinese)，由坐标算得 \(computed) 平方米：该数应以\(likely.name.chinese)为单位。"
                ),
                Phrase("Write it in hectares.", "请换算为公顷。"))
        } else {
            faults.add(
                .areaDiffers, .warning, line,
                Phrase(
                    "Line \(line) states an area of \(number) \(unit.name.english), but the points give \(computed) m².",
                    "第 \(line) 行面积为 \(number) \(unit.name.chinese)，由坐标算得 \(computed) 平方米，二者不符。"),
                Phrase("Check the points and the area against the source.", "请对照源数据核对界址点与面积。"))
        }
    }

    static func text(_ measured: ClosedRange<Double>) -> String {
        func text(_ value: Double) -> String { Area(squareMetres: value)?.squareMetresText ?? "" }
        let (low, high) = (text(measured.lowerBound), text(measured.upperBound))
        return low == high ? low : "\(low)–\(high)"
    }
}
