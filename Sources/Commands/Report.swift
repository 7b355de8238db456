import Documents
import Phrases
import Planning

/// What a command answers: a typed table, a few sentences, or a picture made of cells; printed by the shell, shown by
/// the screen.
package struct Report: Sendable {
    package enum Value: Sendable, Hashable {
        case null
        case text(String)
        case integer(Int64)
        /// A number and how many decimals people read of it.
        case real(Double, decimals: Int)
        /// An area in whole hundredths of a square metre.
        case area(Int64)
        case flag(Bool)
    }

    package struct Column: Sendable, Hashable {
        /// In JSON and CSV: snake_case, with the unit, such as `area_m2`.
        package var key: String
        package var title: Phrase
        package var isNumber: Bool

        package init(_ key: String, _ english: String, _ chinese: String, number: Bool = false) {
            self.key = key
            title = Phrase(english, chinese)
            isNumber = number
        }
    }

    /// The sentence above everything; the screen shows it on its message line.
    package var title: String
    package var columns: [Column]
    package var rows: [[Value]]
    /// Sentences below the table.
    package var notes: [String]
    /// Lines of a picture, shown as they are.
    package var picture: [String]
    /// A document: what text and HTML print instead of the table.
    package var document: Page?
    /// The exit status: 1 when a check found something.
    package var status: Int32
    /// Whether it is about a step that the title tells: a screen that shows the step needs no table of it.
    package var isStep = false
    /// Which plan is open afterwards, where the command opens one.
    package var opensPlan: Int64?
    /// The day that a screen shall show from then on; `now` for the present.
    package var asOf: String?
    /// What boundaries touch: a screen shows these instead of the table.
    package var analyses: [BoundaryAnalysis] = []
    /// Which plan has gone on to another stage, or back, or was signed once more.
    package var movesPlan: Int64?

    package init(
        title: String, columns: [Column] = [], rows: [[Value]] = [], notes: [String] = [], picture: [String] = [],
        status: Int32 = 0, opensPlan: Int64? = nil
    ) {
        self.title = title
        self.columns = columns
        self.rows = rows
        self.notes = notes
        self.picture = picture
        self.status = status
        self.opensPlan = opensPlan
    }

    /// A table of one thing: a row for each of its properties.
    package static func card(
        title: String, _ properties: [(key: String, title: Phrase, value: Value)], notes: [String] = []
    )
        -> Report
    {
        var report = Report(title: title, notes: notes)
        report.columns = properties.map { Column($0.key, $0.title.english, $0.title.chinese) }
        report.rows = [properties.map(\.value)]
        report.isCard = true
        return report
    }

    /// One row that people read downwards.
    package private(set) var isCard = false
}

extension Report.Value {
    /// As people read it.
    package var text: String {
        switch self {
        case .null: ""
        case .text(let text): text
        case .integer(let number): String(number)
        case .real(let number, let decimals): Decimals.text(number, decimals: decimals)
        case .area(let hundredths): Decimals.hundredths(hundredths)
        case .flag(let isSet): isSet ? say("yes", "是") : say("no", "否")
        }
    }
}

/// Numbers as text, without the weight of a formatter.
package enum Decimals {
    package static func text(_ number: Double, decimals: Int) -> String {
        guard number.isFinite else { return String(number) }
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        guard abs(number) * scale < 9e15 else { return String(number) }
        let scaled = Int64((abs(number) * scale).rounded(.toNearestOrAwayFromZero))
        var digits = String(scaled)
        if decimals > 0 {
            digits = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
            digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -decimals))
        }
        return number < 0 && scaled != 0 ? "-" + digits : digits
    }

    /// Whole hundredths with their two decimals.
    package static func hundredths(_ value: Int64) -> String {
        let magnitude = value.magnitude
        let fraction = magnitude % 100
        return "\(value < 0 ? "-" : "")\(magnitude / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }
}
