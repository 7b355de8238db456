import Geometry

/// What is wrong with a planted parcel, beyond values that a table can give.
enum Fault: String {
    case duplicate_bsm, wrong_area, wrong_deduction, net_not_closed, gap, overlap, sliver, self_crossing
    case duplicate_polygon, wrong_unit, duplicate_number, control_character, empty_text, spike, factor_on_flat_land
    case wrong_year, no_geometry, too_small
}

extension County {
    /// The parcel as it is delivered, sometimes with another one beside it.
    func spoiled(
        _ feature: CountyFeature, by fault: Fault, _ site: Planting.Site, _ layer: CountyLayer
    ) -> [CountyFeature] {
        var feature = feature
        func set(_ name: String, _ change: (CountyValue) -> CountyValue) {
            guard let column = Self.surveyFields.firstIndex(where: { $0.name == name }) else { return }
            feature.values[column] = change(feature.values[column])
        }
        func add(_ hundredths: Int64) -> (CountyValue) -> CountyValue {
            { value in
                guard case .real(let number) = value else { return value }
                return area(Int64((number * 100).rounded()) + hundredths)
            }
        }
        let right = Self.number(ofSite: site.index, part: 1)
        switch fault {
        case .duplicate_bsm: set("BSM") { _ in layer.bsm(right) }
        case .wrong_area: set("TBMJ", add(12_345))
        case .wrong_deduction: set("KCMJ", add(777))
        case .net_not_closed: set("TBDLMJ", add(100))
        case .wrong_unit:
            let own = layout.village(column: site.column, row: site.row)?.index ?? 0
            let other = place(of: layout.villages[(own + 1) % layout.villages.count])
            set("ZLDWDM") { _ in .text(other.padded) }
        case .duplicate_number: set("TBBH") { _ in .text("1") }
        case .control_character:
            set("ZLDWMC") { value in
                guard case .text(let name) = value else { return value }
                return .text("\u{1B}[31m\(name)\u{7}")
            }
        case .empty_text: set("QSDWMC") { _ in .text("") }
        case .factor_on_flat_land:
            set("KCXS") { _ in .real(0.07) }
            set("KCDLBM") { _ in .text("1203") }
        case .wrong_year: set("SJNF") { _ in .integer(Int64((years.last ?? 0) - 1)) }
        case .no_geometry: feature.shape = Shape(kind: .polygon)
        case .gap: feature.shape = bent(site, by: -0.2).shape
        case .overlap: feature.shape = bent(site, by: 0.2).shape
        case .sliver, .too_small:
            let (shape, piece) = fault == .sliver ? bent(site, by: -0.02 / lattice.cell) : bent(site, by: -0.01)
            feature.shape = shape
            var other = feature
            other.shape = piece
            set("BSM") { _ in layer.bsm(Self.number(ofSite: site.index, part: 5)) }
            return [withArea(feature), withArea(other)]
        case .self_crossing: feature.shape = bowTie(site)
        case .spike: feature.shape = spiked(site).shape
        case .duplicate_polygon:
            var other = feature
            if let column = Self.surveyFields.firstIndex(where: { $0.name == "BSM" }) {
                other.values[column] = layer.bsm(Self.number(ofSite: site.index, part: 5))
            }
            return [feature, other]
        }
        switch fault {
        case .gap, .overlap, .spike: return [withArea(feature)]
        default: return [feature]
        }
    }

    /// The feature with the areas that its shape now has, so that nothing but the shape is wrong.
    private func withArea(_ feature: CountyFeature) -> CountyFeature {
        var feature = feature
        let gross = measure(feature.shape)
        func column(_ name: String) -> Int { Self.surveyFields.firstIndex { $0.name == name } ?? 0 }
        var factor = 0.0
        if case .real(let value) = feature.values[column("KCXS")] { factor = value }
        let deducted = (gross * Int64((factor * 10_000).rounded()) + 5_000) / 10_000
        feature.values[column("TBMJ")] = area(gross)
        if feature.values[column("KCMJ")] != .null { feature.values[column("KCMJ")] = area(deducted) }
        feature.values[column("TBDLMJ")] = area(gross - deducted)
        return feature
    }

    /// The left half of a site whose corner in the middle of its right side is moved, and the land that lies between.
    ///
    /// - Parameter share: how far to the right, in cells; negative to the left.
    func bent(_ site: Planting.Site, by share: Double) -> (shape: Shape, piece: Shape) {
        let shape = shape(site, .left), corner = lattice.corner(site.i + 1, site.j + 1)
        var ring = shape.nested[0][0]
        guard let index = ring.firstIndex(of: corner) else { return (shape, Shape(kind: .polygon)) }
        // Moved across the side, so that what lies between is one simple ring.
        let before = ring[index - 1], after = ring[index + 1]
        let (dx, dy) = (after.x - before.x, after.y - before.y), length = (dx * dx + dy * dy).squareRoot()
        let (nx, ny) = (dy / length, -dx / length), far = share * lattice.cell
        // Past the chord when it is moved to the far side of it, so that no bend of the old line is crossed.
        let old = (corner.x - before.x) * nx + (corner.y - before.y) * ny
        let way = far + (far < 0 ? min(0, -old) : max(0, -old))
        let moved = Point(
            x: ((corner.x + nx * way) * 10_000).rounded() / 10_000,
            y: ((corner.y + ny * way) * 10_000).rounded() / 10_000)
        ring[index] = moved
        return (Shape(polygon: [ring]), Shape(polygon: [[before, corner, after, moved, before]]))
    }

    /// The left half of a site with two corners exchanged.
    func bowTie(_ site: Planting.Site) -> Shape {
        var ring = shape(site, .left).nested[0][0]
        let a = lattice.corner(site.i + 1, site.j), b = lattice.corner(site.i + 1, site.j + 2)
        if let first = ring.firstIndex(of: a), let second = ring.firstIndex(of: b) { ring.swapAt(first, second) }
        return Shape(polygon: [ring])
    }

    /// The left half of a site with a cut a hand wide into it, and the land that is cut out.
    func spiked(_ site: Planting.Site) -> (shape: Shape, piece: Shape) {
        let shape = shape(site, .left)
        var ring = shape.nested[0][0]
        guard let index = ring.firstIndex(of: lattice.corner(site.i + 1, site.j + 1)) else {
            return (shape, Shape(kind: .polygon))
        }
        let start = ring[index], next = ring[index + 1]
        let (dx, dy) = (next.x - start.x, next.y - start.y), length = (dx * dx + dy * dy).squareRoot()
        func at(_ along: Double, _ in: Double) -> Point {
            Point(
                x: ((start.x + dx / length * along - dy / length * `in`) * 10_000).rounded() / 10_000,
                y: ((start.y + dy / length * along + dx / length * `in`) * 10_000).rounded() / 10_000)
        }
        let spike = [at(length / 2, 0), at(length / 2, 0.2 * lattice.cell), at(length / 2 + 0.1, 0)]
        ring.insert(contentsOf: spike, at: index + 1)
        return (Shape(polygon: [ring]), Shape(polygon: [spike + [spike[0]]]))
    }
}
