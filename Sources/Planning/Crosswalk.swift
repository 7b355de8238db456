import Phrases

/// How the codes of a foreign classification become classes of one of ours (地类对照表).
///
/// A layer that came in by a crosswalk keeps its own column as it was; only the normalised class goes through this
/// table. It is kept with the layer, so that rows which another program changes later are classified the same way.
package struct Crosswalk: Hashable, Sendable, Codable {
    /// The file's name, or `survey:plan2023` for one that tuban brings.
    package var name: String
    /// SHA-256 of the file; the source of a built-in one.
    package var hash: String
    /// The label of the system that the codes become classes of.
    package var system: String
    /// Foreign code, as `folded` writes it, to code of `system`.
    package var classes: [String: String]
    /// What a person should hear of single codes, such as one that was divided.
    package var remarks: [String]

    package init(name: String, hash: String, system: String, classes: [String: String], remarks: [String] = []) {
        self.name = name
        self.hash = hash
        self.system = system
        self.classes = classes
        self.remarks = remarks
    }

    /// The code that a foreign one becomes; nil for one that the table does not map.
    package subscript(foreign: String) -> String? { classes[Self.folded(foreign)] }

    /// What stands before a code that is not mapped: no table's code begins so, hence it is never taken for a class.
    package static let unmapped = "?"

    /// A code as it is compared: blanks at its ends taken away, full-width forms (０１０１：) as their Latin ones.
    package static func folded(_ code: some StringProtocol) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in code.unicodeScalars {
            switch scalar.value {
            case 0xFF01...0xFF5E: scalars.append(Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar)
            case 0x3000, 0xA0, 0xFEFF, 0x200B: scalars.append(" ")
            default: scalars.append(scalar)
            }
        }
        return String(scalars).trimmed
    }

    /// The survey's classes as planned uses, by the preferred target of tuban's own table (基数转换), without those that
    /// only sum and those whose target is in doubt.
    ///
    /// - Returns: the table, and how many of its rows were a choice among several targets.
    package static func surveyToPlan(_ table: ClassTable = .standard) -> (crosswalk: Crosswalk, chosen: Int) {
        var classes: [String: String] = [:]
        var remarks: [String] = []
        var chosen = 0
        for item in table.classes(of: ClassSystem.survey.label) {
            guard let target = item.mapping?.preferred, item.mark != .low else { continue }
            classes[item.code.code] = target.code
            guard let mapping = item.mapping, mapping.targets.count > 1 else { continue }
            chosen += 1
            let others = mapping.targets.filter { $0 != target }.map(\.code).joined(separator: ", ")
            remarks.append("\(item.code.code) → \(target.code) (\(others))")
        }
        let crosswalk = Crosswalk(
            name: "survey:plan2023", hash: "TD/T 1055-2019", system: ClassSystem.plan2023.label, classes: classes,
            remarks: remarks)
        return (crosswalk, chosen)
    }
}
