import Geometry
import Planning

/// What is planted on the sites: its shapes, and its features in the listed layers.
extension County {
    /// The lattice lines around a part of a site: left, low, right, high; nil for parts that are no rectangle.
    private func lines(_ site: Planting.Site, _ extent: Case.Extent) -> (i0: Int, j0: Int, i1: Int, j1: Int)? {
        let i = site.i, j = site.j
        switch extent {
        case .left: return (i, j, i + 1, j + 2)
        case .right: return (i + 1, j, i + 2, j + 2)
        case .both: return (i, j, i + 2, j + 2)
        case .leftLow: return (i, j, i + 1, j + 1)
        case .rightLow: return (i + 1, j, i + 2, j + 1)
        case .across: return (i - 2, j + 2, i + 3, j + 5)
        case .wide: return (i, j, i + site.blocks * Lattice.pitch, j + site.blocks * Lattice.pitch)
        case .square, .edge, .nothing: return nil
        }
    }

    func shape(_ site: Planting.Site, _ extent: Case.Extent) -> Shape {
        if let (i0, j0, i1, j1) = lines(site, extent) {
            var ring = [lattice.corner(i0, j0)]
            walk(&ring, i0, j0, to: i1, j0)
            walk(&ring, i1, j0, to: i1, j1)
            walk(&ring, i1, j1, to: i0, j1)
            walk(&ring, i0, j1, to: i0, j0)
            return Shape(polygon: [ring])
        }
        switch extent {
        case .square(let size):
            let middle = centre(ofCell: site.i, site.j), half = Double(size) / 2
            let (x, y) = ((middle.x * 10_000).rounded() / 10_000, (middle.y * 10_000).rounded() / 10_000)
            return Shape(polygon: [
                [(-half, -half), (half, -half), (half, half), (-half, half), (-half, -half)].map {
                    Point(x: x + $0.0, y: y + $0.1)
                }
            ])
        case .edge:
            let isCoast = site.fact.place == .coast
            let i = isCoast ? site.i : site.i + 2
            var line = [lattice.corner(i, site.j)]
            walk(&line, i, site.j, to: i, site.j + (isCoast ? Lattice.pitch : 2))
            return Shape(line: line)
        default: return Shape(kind: .polygon)
        }
    }

    /// The middle of a cell's four corners.
    func centre(ofCell i: Int, _ j: Int) -> Point {
        let corners = [
            lattice.corner(i, j), lattice.corner(i + 1, j), lattice.corner(i + 1, j + 1), lattice.corner(i, j + 1),
        ]
        return Point(x: corners.reduce(0) { $0 + $1.x } / 4, y: corners.reduce(0) { $0 + $1.y } / 4)
    }

    /// Goes along lattice lines from one corner to another, with the bends that parcels have there.
    func walk(_ points: inout [Point], _ i0: Int, _ j0: Int, to i1: Int, _ j1: Int) {
        var i = i0, j = j0
        while i != i1 || j != j1 {
            let nextI = i + (i1 - i).signum(), nextJ = j + (j1 - j).signum()
            let point = points[points.count - 1], next = lattice.corner(nextI, nextJ)
            let isAhead = nextI > i || nextJ > j
            let (lowI, lowJ) = isAhead ? (i, j) : (nextI, nextJ)
            if Lattice.mayBend(lowI, lowJ, horizontal: nextJ == j),
                let bend = lattice.bend(
                    lowI, lowJ, horizontal: nextJ == j, isAhead ? point : next, isAhead ? next : point,
                    rough: lattice.roughness(lowI / Lattice.pitch, lowJ / Lattice.pitch))
            {
                points.append(bend)
            }
            points.append(next)
            (i, j) = (nextI, nextJ)
        }
    }

    /// The running number in BSM of what is planted: out of the reach of running numbers.
    static func number(ofSite site: Int, part: Int) -> Int { 90_000_000 + site * 10 + part }

    /// The planted features of a layer, each with its site and the place of its mark there.
    func forEachPlanted(
        in layer: String, _ body: (Planting.Site, _ part: Int, Case.Mark, Shape) throws -> Void
    ) rethrows {
        for site in painter.planting.sites {
            for (part, mark) in site.fact.marks.enumerated() where mark.layer == layer {
                try body(site, part, mark, shape(site, mark.extent))
            }
        }
    }

    func place(of site: Planting.Site) -> ListedPlace {
        let column =
            site.fact.place == .land || site.fact.place == .shore
            ? site.column : (layout.sea(inRow: site.row).first ?? 1) - 1
        return place(ofTown: layout.village(column: column, row: site.row)?.town ?? 0)
    }

    /// What a mark says, and what every project has.
    func values(_ mark: Case.Mark, _ site: Planting.Site, _ fields: [CountyField]) -> [String: CountyValue] {
        let group = site.fact.group
        var values: [String: CountyValue] = [
            "XMDM": .text("XM-\(group)"), "AJBH": .text("AJ-\(group)"), "DKBH": .text(group),
            "DKMC": .text("地块\(group)"),
            "XMMC": .text("示例项目\(group)"), "XKZH": .text("证-\(group)"), "XMLX": .text("工业"), "SFZDXM": .text("0"),
            "YDYHFLDM": .text("100101"), "PFJG": .text("县人民政府"), "PFWH": .text("示例批\(group)"),
            "JSBM": .text(group), "ZDDM": .text(rightsNumber(ofSite: site.index)),
            "QLLX": .text("宅基地使用权"), "BHMC": .text("保护地\(group)"),
        ]
        if mark.extent == .nothing {
            // Whoever lost the outline still has the size that was declared.
            let size = area(measure(shape(site, .both)))
            for name in ["DKMJ", "MJ"] where mark.layer != "STBHHX" { values[name] = size }
        }
        for (name, text) in mark.values {
            guard let field = fields.first(where: { $0.name == name }) else { continue }
            values[name] = Self.value(text, field.kind)
        }
        return values
    }

    static func value(_ text: String, _ kind: CountyField.Kind) -> CountyValue {
        guard !text.isEmpty else { return .null }
        switch kind {
        case .text: return .text(text)
        case .integer: return Int64(text).map { .integer($0) } ?? .null
        case .real: return Double(text).map { .real($0) } ?? .null
        }
    }
}
