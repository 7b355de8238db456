import Phrases

/// Control areas (控制面积): what the parcels of each unit add up to, as an office above has laid it down.
///
/// Units of several levels may stand together: then the villages of a town are brought to the town's area first, and
/// the towns to the county's. The mainland and the islands of a unit (MSSM 00 and 01) have areas of their own.
package struct ControlAreas: Sendable, Hashable {
    /// A unit, or its part on the mainland or on islands.
    package struct Key: Sendable, Hashable, Comparable, CustomStringConvertible {
        /// In its shortest form, as in `UnitCode.digits`.
        package var unit: String
        /// MSSM: 00 for the mainland, 01 for islands; empty where it makes no difference.
        package var side: String

        package init(unit: String, side: String = "") {
            self.unit = UnitCode(unit)?.digits ?? unit
            self.side = side
        }

        package static func < (a: Key, b: Key) -> Bool { (a.unit, a.side) < (b.unit, b.side) }

        package var description: String {
            switch side {
            case "": unit
            case "00": say("\(unit) (mainland)", "\(unit)（大陆）")
            case "01": say("\(unit) (islands)", "\(unit)（海岛）")
            default: "\(unit) (\(side))"
            }
        }

        /// The keys of the units above, the nearest first: with the same side, and without.
        var above: [Key] {
            guard let code = UnitCode(unit) else { return side.isEmpty ? [] : [Key(unit: unit)] }
            let units = sequence(first: code, next: \.parent)
            let all = units.flatMap { [Key(unit: $0.digits, side: side), Key(unit: $0.digits)] }
            return all.filter { $0 != self }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
        }
    }

    /// As given, in hundredths of a square metre.
    package let given: [Key: Int64]
    /// The units that parcels are brought to: those with none below, with their areas after adjustment to those above.
    package let lowest: [Key: Int64]
    /// Whether some unit has its mainland and its islands apart: then each parcel must say where it lies.
    package let isSided: Bool

    /// - Parameter areas: several of one key are added: the parts of a unit.
    /// - Throws: `Refusal` when units do not add up to the one above within the tolerance.
    package init(_ areas: [(key: Key, area: Int64)], tolerance: Int64? = nil) throws {
        let sides = Dictionary(grouping: areas, by: \.key.unit).mapValues { Set($0.map(\.key.side)) }
        isSided = sides.values.contains { $0.count > 1 }
        var given: [Key: Int64] = [:]
        for (key, area) in areas {
            guard area >= 0 else {
                throw Refusal(
                    .badData, "The control area of \(key) is below zero.", "\(key) 的控制面积小于零。")
            }
            given[isSided ? key : Key(unit: key.unit), default: 0] += area
        }
        guard !given.isEmpty else {
            throw Refusal(.badData, "There are no control areas in what was given.", "未给出任何控制面积。")
        }
        self.given = given
        var below: [Key: [Key]] = [:]
        for key in given.keys {
            if let parent = key.above.first(where: { given[$0] != nil }) { below[parent, default: []].append(key) }
        }
        var final = given
        // A unit above has a shorter code, or the same without a side: its own area is settled before its parts'.
        for (parent, children) in below.sorted(by: { $0.key < $1.key }) {
            let parts = children.sorted().enumerated().map {
                Adjustment.Polygon(id: Int64($0.offset), raw: given[$0.element] ?? 0)
            }
            let control = final[parent] ?? 0
            do throws(Adjustment.Beyond) {
                for move in try Adjustment(parts, to: control, tolerance: tolerance).moves {
                    final[children.sorted()[Int(move.id)]] = move.adjusted
                }
            } catch {
                throw Self.unequal(parent, control, children.count, error)
            }
        }
        lowest = final.filter { below[$0.key] == nil }
    }

    /// The lowest control that a parcel of a unit counts to; nil when it lies in none.
    package func control(of unit: String, side: String) -> Key? {
        let key = Key(unit: unit, side: isSided ? side : "")
        return ([key] + key.above).first { lowest[$0] != nil }
    }

    private static func unequal(_ parent: Key, _ control: Int64, _ count: Int, _ beyond: Adjustment.Beyond) -> Refusal {
        let text = AreaUnit.squareMetres.text
        let (area, off, limit) = (text(control, nil), text(beyond.difference, nil), text(beyond.tolerance, nil))
        return Refusal(
            .badData,
            "The control areas of the \(count) units in \(parent) miss its own \(area) m² by \(off) m², more than the "
                + "tolerance of \(limit) m²; correct them, or allow more with --tolerance.",
            "\(parent) 下 \(count) 个单元的控制面积之和与其控制面积 \(area) m² 相差 \(off) m²，超过限差 \(limit) m²；"
                + "请核对，或用 --tolerance 放宽。")
    }
}

extension ControlAreas {
    /// Reads a table with the columns `unit` and `area_m2` (or `area_ha`, `area_mu`, `area_km2`), and `mssm` where
    /// islands are apart.
    ///
    /// - Returns: what `init` takes.
    /// - Throws: `TableFault` with the line at fault.
    package static func read(csv text: String, file: String) throws -> [(key: Key, area: Int64)] {
        let table = try CSV(text, file: file)
        let unit = try table.required("unit")
        let measured = AreaUnit.allCases.lazy.compactMap { unit in
            table.column("area_\(unit.rawValue)").map { (column: $0, unit: unit) }
        }.first
        guard let measured else {
            throw TableFault(
                file, 1, "a column area_m2, area_ha or area_mu is missing.", "缺少列 area_m2、area_ha 或 area_mu。")
        }
        let side = table.column("mssm")
        var seen: [Key: Int] = [:]
        return try table.rows.map { row in
            let key = Key(unit: row.values[unit].trimmed, side: side.map { row.values[$0].trimmed } ?? "")
            guard !key.unit.isEmpty else { throw TableFault(file, row.line, "the unit is missing.", "缺少单元代码。") }
            guard let area = measured.unit.hundredths(parsing: row.values[measured.column].trimmed), area >= 0 else {
                throw TableFault(
                    file, row.line, "\(row.values[measured.column]) is not an area.",
                    "\(row.values[measured.column]) 不是面积。")
            }
            if let line = seen.updateValue(row.line, forKey: key) {
                throw TableFault(
                    file, row.line, "unit \(key) already stands on line \(line).", "单元 \(key) 已见于第 \(line) 行。")
            }
            return (key: key, area: area)
        }
    }
}
