import Phrases

/// Everything that is wrong with a file of datum parameters.
package struct DatumFileFaults: Error, Hashable, Sendable {
    package struct Fault: Hashable, Sendable {
        /// From 1; 0 for what is missing.
        package var line: Int
        package var reason: Phrase
    }
    package var file: String
    package var faults: [Fault]
}

extension DatumShift {
    /// Reads a file of parameters: lines `key = value`, `#` before remarks.
    ///
    /// `from`, `to`, `dx`, `dy`, `scale`, `convention` (position_vector or coordinate_frame), `source` and `residual_m` in
    /// every file; `dz`, `rx`, `ry`, `rz` for seven parameters, `rotation` and `axes` (north_east or east_north) for four;
    /// `area = west south east north` where it is known. Units stand behind each number (m, arcsec, ppm) or once in
    /// `units = m, arcsec, ppm`.
    ///
    /// - Throws: `DatumFileFaults`, all of them.
    package init(text: String, file: String, hash: String, proj: PROJ) throws {
        var reader = ParameterReader(text)
        let isPlane = reader.decidesPlane()
        let translation = (isPlane ? ["dx", "dy"] : ["dx", "dy", "dz"]).map { reader.number($0, unit: .metre) }
        let rotation = (isPlane ? ["rotation"] : ["rx", "ry", "rz"]).map { reader.number($0, unit: .second) }
        let scale = reader.number("scale", unit: .million)
        let convention: Convention? = reader.word("convention", ["position_vector", "coordinate_frame"])
        let axes: Axes? = isPlane ? reader.word("axes", ["north_east", "east_north"]) : nil
        let source = reader.text("source")
        let residual = reader.number("residual_m", unit: nil)
        let area = reader.area()
        let ends = ["from", "to"].map { key in reader.text(key).flatMap { reader.system($0, key, proj, isPlane) } }
        reader.checkRanges(rotation: rotation, scale: scale, residual: residual)
        if let a = ends[0], let b = ends[1], a.datum == b.datum, a.datumName == b.datumName {
            reader.fault(
                "to", "'from' and 'to' are on the same datum, \(a.datum.name.english).",
                "from 与 to 为同一基准（\(a.datum.name.chinese)）。")
        }
        reader.faultUnknownKeys(plane: isPlane)
        guard reader.faults.isEmpty, let convention, let source, let residual, let scale, let a = ends[0]?.authority,
            let b = ends[1]?.authority
        else {
            throw DatumFileFaults(file: file, faults: reader.faults.sorted { $0.line < $1.line })
        }
        self.init(
            method: isPlane ? .fourParameters : .sevenParameters, convention: convention, axes: axes, from: a, to: b,
            translation: translation.compactMap(\.self), rotation: rotation.compactMap(\.self), scale: scale,
            source: source, residual: residual, area: area, file: file, hash: hash)
    }
}

/// The lines of a parameter file, and what is wrong with them.
private struct ParameterReader {
    enum Unit: CaseIterable {
        case metre, second, million

        var names: [String] {
            switch self {
            case .metre: ["m", "metre", "metres", "meter", "meters", "米"]
            case .second: ["arcsec", "arcsecond", "arcseconds", "sec", "\"", "\u{2033}", "″", "秒"]
            case .million: ["ppm", "百万分之一"]
            }
        }
    }

    private var values: [String: (text: String, line: Int)] = [:]
    private(set) var faults: [DatumFileFaults.Fault] = []
    private var hasUnits = false

    private static let common = [
        "from", "to", "dx", "dy", "scale", "convention", "source", "residual_m", "area", "units",
    ]
    private static let space = ["dz", "rx", "ry", "rz"]
    private static let plane = ["rotation", "axes"]

    init(_ text: String) {
        for (index, raw) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let line = raw.prefix { $0 != "#" }.replacing("＝", with: "=").replacing("\u{FEFF}", with: "")
            guard line.contains(where: { !$0.isWhitespace }) else { continue }
            guard let sign = line.firstIndex(of: "=") else {
                add(index + 1, "'\(line.trimmed)' is not 'key = value'.", "“\(line.trimmed)”不是“键 = 值”。")
                continue
            }
            let key = line[..<sign].trimmed.lowercased()
            let value = line[line.index(after: sign)...].trimmed
            if let earlier = values[key] {
                add(
                    index + 1, "\(key) stands twice, first in line \(earlier.line).",
                    "\(key) 重复，首次出现在第 \(earlier.line) 行。")
            } else {
                values[key] = (value, index + 1)
            }
        }
        readUnits()
    }

    private mutating func add(_ line: Int, _ english: String, _ chinese: String) {
        faults.append(.init(line: line, reason: Phrase(english, chinese)))
    }

    mutating func fault(_ key: String, _ english: String, _ chinese: String) {
        add(values[key]?.line ?? 0, english, chinese)
    }

    private mutating func readUnits() {
        guard let units = values["units"] else { return }
        let words = units.text.split { $0 == "," || $0 == "，" || $0 == "、" || $0.isWhitespace }.map { $0.lowercased() }
        hasUnits = true
        let known = Unit.allCases.map(\.names)
        for (names, word) in zip(known, words) where !names.contains(word) { hasUnits = false }
        if words.count != known.count { hasUnits = false }
        if !hasUnits {
            add(
                units.line, "units must be 'm, arcsec, ppm', not '\(units.text)'; convert the numbers first.",
                "units 须为“m, arcsec, ppm”，而不是“\(units.text)”；请先换算。")
            hasUnits = true  // said once
        }
    }

    /// Whether the file holds plane parameters; keys of both kinds contradict each other.
    mutating func decidesPlane() -> Bool {
        let inSpace = Self.space.filter { values[$0] != nil }, inPlane = Self.plane.filter { values[$0] != nil }
        if !inSpace.isEmpty, !inPlane.isEmpty {
            fault(
                inPlane[0],
                "\(inSpace.joined(separator: ", ")) belong to seven parameters, \(inPlane.joined(separator: ", ")) to four: a file holds one kind.",
                "\(inSpace.joined(separator: "、")) 属七参数，\(inPlane.joined(separator: "、")) 属四参数，一个文件只能有一种。")
        }
        return !inPlane.isEmpty && inSpace.isEmpty
    }

    mutating func text(_ key: String) -> String? {
        guard let value = values[key], !value.text.isEmpty else {
            add(values[key]?.line ?? 0, "\(key) is missing.", "缺少 \(key)。")
            return nil
        }
        return value.text
    }

    mutating func number(_ key: String, unit: Unit?) -> Double? {
        guard let text = text(key) else { return nil }
        let digits = text.prefix { "+-.0123456789eE".contains($0) }
        let rest = text[digits.endIndex...].trimmed.lowercased()
        guard let value = Double(digits), value.isFinite else {
            fault(key, "\(key) is not a number: '\(text)'.", "\(key) 不是数：“\(text)”。")
            return nil
        }
        if let unit {
            if rest.isEmpty, !hasUnits {
                fault(
                    key, "\(key) does not say its unit: write \(unit.names[0]) behind it, or 'units = m, arcsec, ppm'.",
                    "\(key) 未注明单位：请在数后写 \(unit.names[0])，或写 units = m, arcsec, ppm。")
            } else if !rest.isEmpty, !unit.names.contains(rest) {
                fault(
                    key, "\(key) must be in \(unit.names[0]), not in '\(rest)'.",
                    "\(key) 的单位须为 \(unit.names[0])，而不是“\(rest)”。")
            }
        } else if !rest.isEmpty, rest != "m" {
            fault(key, "\(key) is not a number of metres: '\(text)'.", "\(key) 不是米数：“\(text)”。")
        }
        return value
    }

    mutating func word<Word: RawRepresentable>(_ key: String, _ allowed: [String]) -> Word?
    where Word.RawValue == String {
        guard let value = text(key) else { return nil }
        guard let word = Word(rawValue: value.lowercased()) else {
            let list = allowed.joined(separator: " | ")
            fault(key, "\(key) must be \(list), not '\(value)'.", "\(key) 须为 \(list)，而不是“\(value)”。")
            return nil
        }
        return word
    }

    mutating func area() -> [Double]? {
        guard let value = values["area"] else { return nil }
        let numbers = value.text.split { $0 == "," || $0 == "，" || $0.isWhitespace }.map { Double($0) }
        let box = numbers.compactMap(\.self)
        guard numbers.count == 4, box.count == 4, box[0] < box[2], box[1] < box[3], abs(box[1]) <= 90, abs(box[3]) <= 90
        else {
            fault(
                "area", "area must be 'west south east north' in degrees, not '\(value.text)'.",
                "area 须为以度计的“西 南 东 北”，而不是“\(value.text)”。")
            return nil
        }
        return box
    }

    mutating func system(_ text: String, _ key: String, _ proj: PROJ, _ isPlane: Bool) -> CoordinateSystem? {
        guard let system = try? proj.coordinateSystem(text), system.authority != nil else {
            fault(
                key, "\(key) must be a code such as EPSG:\(isPlane ? "4527" : "4490"), not '\(text)'.",
                "\(key) 须为 EPSG:\(isPlane ? "4527" : "4490") 这样的代码，而不是“\(text)”。")
            return nil
        }
        if isPlane, system.isGeographic || system.metresPerUnit != 1 {
            fault(
                key, "four parameters hold between projected systems in metres; \(system.title) is none.",
                "四参数只用于以米计的投影坐标系之间；\(system.title) 不是。")
        }
        return system
    }

    /// Numbers that no real determination gives are another unit, or another key's.
    mutating func checkRanges(rotation: [Double?], scale: Double?, residual: Double?) {
        if let residual, residual < 0 { fault("residual_m", "residual_m is negative.", "residual_m 为负数。") }
        if let scale, abs(scale) > 1000 {
            fault(
                "scale", "a scale of \(scale) ppm is none between datums: give the difference from 1 in millionths.",
                "尺度 \(scale) ppm 不合理：应为与 1 之差的百万分之几。")
        }
        guard rotation.count == 3 else { return }
        for (key, turn) in zip(["rx", "ry", "rz"], rotation) {
            guard let turn, abs(turn) > 60 else { continue }
            fault(key, "\(key) of \(turn) seconds is none between datums.", "\(key) 为 \(turn) 秒，不合理。")
        }
    }

    mutating func faultUnknownKeys(plane: Bool) {
        let known = Self.common + Self.space + Self.plane
        for (key, value) in values where !known.contains(key) {
            add(value.line, "\(key) is not a key of such a file.", "\(key) 不是此类文件的键。")
        }
    }
}
