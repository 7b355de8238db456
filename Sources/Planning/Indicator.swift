import Phrases

/// An indicator (指标) of a plan or of the state of a county: how it is computed, and what is wanted of it.
///
/// Its formula is an expression of SQL over its inputs by name; an input is a sum over the documented views, a
/// statistical series, or a SELECT of its own.
package final class Indicator: Sendable, Hashable {
    /// How strictly a plan keeps to it (指标性质).
    package enum Nature: String, Sendable, CaseIterable {
        case binding, expected, advisory, none

        package var name: Phrase {
            switch self {
            case .binding: Phrase("binding", "约束性")
            case .expected: Phrase("expected", "预期性")
            case .advisory: Phrase("advisory", "建议性")
            case .none: Phrase("—", "—")
            }
        }
    }

    /// Which way is good.
    package enum Direction: String, Sendable, CaseIterable {
        case higher, lower, band, none

        package var name: Phrase {
            switch self {
            case .higher: Phrase("not below", "不低于")
            case .lower: Phrase("not above", "不高于")
            case .band: Phrase("within", "介于")
            case .none: Phrase("watched", "监测")
            }
        }
    }

    package let id: String
    package let version: Int
    package let name: Phrase
    package let category: Phrase
    package let unit: Phrase
    package let nature: Nature
    package let inputs: [IndicatorInput]
    /// An expression of SQL over the inputs by name; empty where nothing that a project holds can decide it.
    package let formula: String
    package let direction: Direction
    /// What is wanted where no target was set for a unit; nil where that is assigned to each.
    package let target: Target?
    package let targetNote: Phrase
    /// From the gravest to the mildest.
    package let steps: [WarningStep]
    package let decimals: Int
    package let definition: Phrase
    /// Why it cannot be computed from a project, where it cannot.
    package let undecided: Phrase
    package let confidence: Mark
    package let source: String
    /// The cells of the row as the table has them, by column.
    package let cells: [String: String]

    init(
        id: String, version: Int, name: Phrase, category: Phrase, unit: Phrase, nature: Nature,
        inputs: [IndicatorInput], formula: String, direction: Direction, target: Target?, targetNote: Phrase,
        steps: [WarningStep], decimals: Int, definition: Phrase, undecided: Phrase, confidence: Mark, source: String,
        cells: [String: String]
    ) {
        self.id = id
        self.version = version
        self.name = name
        self.category = category
        self.unit = unit
        self.nature = nature
        self.inputs = inputs
        self.formula = formula
        self.direction = direction
        self.target = target
        self.targetNote = targetNote
        self.steps = steps
        self.decimals = decimals
        self.definition = definition
        self.undecided = undecided
        self.confidence = confidence
        self.source = source
        self.cells = cells
    }

    /// The same indicator as another version.
    package func numbered(_ version: Int) -> Indicator {
        Indicator(
            id: id, version: version, name: name, category: category, unit: unit, nature: nature, inputs: inputs,
            formula: formula, direction: direction, target: target, targetNote: targetNote, steps: steps,
            decimals: decimals, definition: definition, undecided: undecided, confidence: confidence, source: source,
            cells: cells)
    }

    /// Whether a project can decide it, given its layers and series.
    package var isComputed: Bool { !formula.isEmpty }

    /// The statistical series that it needs.
    package var series: [String] {
        inputs.compactMap { if case .statistic(let series) = $0.definition { series } else { nil } }
    }

    /// Whether it is reckoned from statistics alone.
    package var isOfSeries: Bool { isComputed && inputs.count == series.count }

    package static func == (a: Indicator, b: Indicator) -> Bool {
        a === b || a.version == b.version && a.cells == b.cells
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(id)
        hasher.combine(version)
    }

    /// The columns of a table of indicators, in order.
    package static let columns = [
        "id", "version", "name_zh", "name_en", "category_zh", "category_en", "unit", "unit_en", "nature", "inputs",
        "formula", "direction", "target", "target_zh", "target_en", "steps", "decimals", "definition_zh",
        "definition_en", "undecided_zh", "undecided_en", "confidence", "source",
    ]
}
