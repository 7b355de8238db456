/// Land by class before and after a plan, with what goes from class to class: the table of the change of land use
/// structure (用地结构调整表) and its matrix (转移矩阵).
///
/// Everything is a sum of cells, each the land that was of one class and is of another, so that rows, columns and
/// differences close: to the hundredth of a square metre here, to the last decimal in any unit (`Rounded`).
package struct LandBalance: Sendable, Hashable {
    /// Nil stands for no land: what a plan adds where nothing was, or leaves nothing of.
    package struct Cell: Sendable, Hashable {
        package var from: LandUseCode?
        package var to: LandUseCode?

        package init(from: LandUseCode?, to: LandUseCode?) {
            self.from = from
            self.to = to
        }
    }

    /// Areas in whole hundredths of a square metre; cells of 0 are left out.
    package private(set) var cells: [Cell: Int64] = [:]

    /// - Parameters:
    ///   - before: the area of each class before; a class may come more than once.
    ///   - changes: what goes from class to class. Land that keeps its class may be among them, or not.
    package init(before: [(code: LandUseCode?, area: Int64)], changes: [(cell: Cell, area: Int64)]) {
        for (code, area) in before { cells[Cell(from: code, to: code), default: 0] += area }
        for (cell, area) in changes where cell.from != cell.to {
            cells[cell, default: 0] += area
            if cell.from != nil { cells[Cell(from: cell.from, to: cell.from), default: 0] -= area }
        }
        cells = cells.filter { $0.value != 0 }
    }

    /// The same land under other classes, such as their first level, or the planned uses that survey classes become.
    package func grouped(_ group: (LandUseCode) -> LandUseCode) -> LandBalance {
        var result = self
        result.cells = [:]
        for (cell, area) in cells {
            result.cells[Cell(from: cell.from.map(group), to: cell.to.map(group)), default: 0] += area
        }
        result.cells = result.cells.filter { $0.value != 0 }
        return result
    }

    /// The classes that have land before or after, in the order of systems and codes; no land is the last.
    package var classes: [LandUseCode?] { Self.ordered(Set(cells.keys.flatMap { [$0.from, $0.to] })) }

    static func ordered(_ classes: Set<LandUseCode?>) -> [LandUseCode?] {
        // The survey is what was, the plan what shall be: in this order people read them.
        classes.sorted { a, b in
            guard let a, let b else { return a != nil && b == nil }
            return a.system == b.system ? a.code < b.code : a.system > b.system
        }
    }

    /// In whole hundredths of a square metre.
    package func before(_ code: LandUseCode?) -> Int64 { cells.reduce(0) { $0 + ($1.key.from == code ? $1.value : 0) } }
    package func after(_ code: LandUseCode?) -> Int64 { cells.reduce(0) { $0 + ($1.key.to == code ? $1.value : 0) } }

    /// The cells in whole steps of a unit's last decimal, adding up to the rounded total; whatever is summed from them
    /// closes.
    package func rounded(in unit: AreaUnit, decimals: Int? = nil) -> LandBalance {
        let order = classes
        let keys = cells.keys.sorted { a, b in
            func place(_ code: LandUseCode?) -> Int { order.firstIndex(of: code) ?? 0 }
            return (place(a.from), place(a.to)) < (place(b.from), place(b.to))
        }
        let steps = Balanced(keys.map { cells[$0] ?? 0 }, in: unit, decimals: decimals).rows
        var result = self
        result.cells = Dictionary(uniqueKeysWithValues: zip(keys, steps)).filter { $0.value != 0 }
        return result
    }
}

extension LandUseCode {
    /// Cultivated land (耕地): 01xx of the survey and of planned uses, which mean the same.
    package var isCultivated: Bool { (system == "survey" || system == "plan2023") && code.hasPrefix("01") }
    /// Paddy (水田): 0101 of both.
    package var isPaddy: Bool { isCultivated && code.hasPrefix("0101") }
}
