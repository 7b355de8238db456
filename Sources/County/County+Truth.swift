import Geometry
import Planning

/// A row of the truth: what is known in advance of a planted case or fault.
package struct CountyTruth: Hashable, Sendable {
    package enum Measure: String, Sendable {
        /// What both features have in common.
        case overlap
        /// What the other one leaves of the judged feature.
        case outside
        /// The judged feature, with no other to hold it against.
        case whole
        /// Along a line.
        case length
    }

    package let id: String
    /// The rule's number, or the kind of fault.
    package let rule: String
    /// held, broken, unknown; fault; or left_out where the county is too small or has no sea.
    package let verdict: String
    /// The layer that is judged and the number of its feature (BSM; of ZD the ZDDM); empty where it has none.
    package let layer: String
    package let number: String
    /// The layer that it is judged against.
    package let against: String
    package let otherNumber: String
    /// What the case is measured by: the land in question, a line for lengths; nil where nothing is measured.
    package let measured: Shape?
    /// How the measured land lies to the two features; nil where nothing is measured, and of a fault.
    package let measure: Measure?
    package let reason: String
}

extension Case {
    /// How the measured land lies to the two features.
    fileprivate var measure: CountyTruth.Measure? {
        guard verdict != .fault, let measured else { return nil }
        if measured == .edge { return .length }
        // The survey and the planned use are everywhere: it is their parcel under the measured land that counts.
        if against == "DLTB" || against == "GHYDYH" { return .overlap }
        guard let other = marks.first(where: { $0.layer == against })?.extent else { return .whole }
        return other.covers(measured) ? .overlap : .outside
    }
}

extension Case.Extent {
    fileprivate func covers(_ part: Case.Extent) -> Bool {
        switch part {
        case self: true
        case .left, .right, .square: self == .both
        case .leftLow: self == .left || self == .both
        case .rightLow: self == .right || self == .both
        default: false
        }
    }
}

extension County {
    /// The truth of every planted case and fault, in table order.
    package func truth() -> [CountyTruth] {
        let layers = Dictionary(uniqueKeysWithValues: layers().map { ($0.name, $0) })
        let rows = painter.planting.sites.compactMap { site -> CountyTruth? in
            let fact = site.fact
            guard fact.verdict != .support, fact.verdict != .fault || withFaults else { return nil }
            let pair = fact.verdict == .fault ? faultPair(site) : nil
            let layer = name(fact.footprint), against = fact.against.isEmpty ? "" : name(fact.against)
            let needsChange = fact.after != nil && fact.footprint == "DLTB" && fact.verdict != .fault
            return CountyTruth(
                id: fact.id, rule: fact.rule,
                verdict: needsChange && years.count < 2 ? "left_out" : fact.verdict.rawValue, layer: layer,
                number: number(site, fact.footprint, layers[layer]), against: against,
                otherNumber: pair.map { pair in pair.other.map { bsm($0, layers[layer]) } ?? "" }
                    ?? number(site, fact.against, layers[against]),
                measured: pair?.shape ?? fact.measured.map { shape(site, $0) }, measure: fact.measure, reason: fact.why)
        }
        return rows
            + painter.planting.leftOut.filter { $0.verdict != .support }.map {
                CountyTruth(
                    id: $0.id, rule: $0.rule, verdict: "left_out", layer: "", number: "", against: "", otherNumber: "",
                    measured: nil, measure: nil, reason: $0.why)
            }
    }

    private func name(_ layer: String) -> String { layer == "DLTB" ? "DLTB_\(years.last ?? 0)" : layer }

    private func bsm(_ number: Int, _ layer: CountyLayer?) -> String {
        guard let layer, layer.fields.contains(where: { $0.name == "BSM" }), case .text(let text) = layer.bsm(number)
        else { return "" }
        return text
    }

    /// The number (ZDDM) of a site's parcel of rights.
    func rightsNumber(ofSite index: Int) -> String { "\(names.county.digits)001001JC\(10_000 + index)" }

    /// The number of a site's feature in a layer.
    private func number(_ site: Planting.Site, _ layer: String, _ found: CountyLayer?) -> String {
        let fact = site.fact
        switch layer {
        case "": return ""
        // Parcels of rights have no BSM.
        case "ZD": return fact.marks.contains { $0.layer == layer } ? rightsNumber(ofSite: site.index) : ""
        case "DLTB":
            guard let before = fact.before else { return "" }
            // The half that changed, where one of them did.
            let isRight = fact.after.map { !$0.isOne && $0.left == before.left && $0.right != before.right } ?? false
            return bsm(Self.number(ofSite: site.index, part: isRight ? 1 : 0), found)
        case "GHYDYH":
            let mark = fact.marks.first { $0.layer == layer && (fact.footprint != layer || $0.extent != .nothing) }
            let isRight = fact.measured == .right || mark?.extent == .right
            return bsm(Self.number(ofSite: site.index, part: isRight ? 1 : 0), found)
        default:
            return fact.marks.firstIndex { $0.layer == layer }.map {
                bsm(Self.number(ofSite: site.index, part: $0), found)
            } ?? ""
        }
    }

    /// The land in question of a fault, and the other parcel's number where there is one.
    private func faultPair(_ site: Planting.Site) -> (shape: Shape?, other: Int?)? {
        let word = site.fact.marks.first { $0.layer == "DLTB" }?.value("FAULT")
        guard let fault = word.flatMap(Fault.init) else { return nil }
        let right = Self.number(ofSite: site.index, part: 1), added = Self.number(ofSite: site.index, part: 5)
        switch fault {
        case .duplicate_bsm: return (shape(site, .left), right)
        case .gap: return (bent(site, by: -0.2).piece, right)
        case .overlap: return (bent(site, by: 0.2).piece, right)
        case .sliver: return (bent(site, by: -0.02 / lattice.cell).piece, added)
        case .too_small: return (bent(site, by: -0.01).piece, added)
        case .duplicate_polygon: return (shape(site, .left), added)
        case .spike: return (spiked(site).piece, nil)
        case .self_crossing, .no_geometry, .duplicate_number: return (shape(site, .left), nil)
        default: return nil
        }
    }

    /// The area on the ellipsoid, in hundredths of a square metre.
    package func size(of shape: Shape) -> Int64 { measure(shape) }

    /// Projects to write boundary files of: a plain one, one with a hole, one in two parts.
    package func boundaryExamples() -> [(number: String, name: String, shape: Shape)] {
        let sites = painter.planting.sites.filter { $0.fact.place == .land && $0.fact.verdict == .broken }
        guard sites.count > 3 else { return [] }
        let hole = shape(sites[1], .square(20)).nested[0][0]
        return [
            ("01", "示例地块一", shape(sites[0], .both)),
            ("02", "示例地块二", Shape(polygon: [shape(sites[1], .both).nested[0][0], hole])),
            ("03", "示例地块三", Shape(polygons: [shape(sites[2], .left).nested[0], shape(sites[3], .left).nested[0]])),
        ]
    }
}
