import GeoBridge
import Geometry
import Phrases
import Planning

extension AnalysisDesk {
    /// Finds the part that no parcel covers, and where parcels lie over one another.
    ///
    /// - Parameter features: the parcels near the boundary.
    func findGaps(
        _ analysis: inout BoundaryAnalysis, _ boundary: EdgeBands, _ features: ArraySlice<NearFeature>
    ) throws {
        guard analysis.survey != nil else {
            analysis.unsurveyed = .init(raw: analysis.area, plane: analysis.plane, shape: boundary.shape)
            return
        }
        let whole = boundary.shape.planeArea
        let shapes = analysis.parcels.map(\.shape)
        let missing = whole - shapes.reduce(0) { $0 + $1.planeArea }
        // In squares of the coordinates' units: what rounds to nothing on the ellipsoid.
        let least = analysis.area > 0 ? 0.5 * whole / Double(analysis.area) : 0
        if abs(missing) < least, EdgePairs(features.map(\.shape)).isTiling(inside: boundary) { return }
        try findDoubled(&analysis)
        let doubled = analysis.doubled.isEmpty ? 0 : 1.0
        guard missing >= least || doubled > 0 else { return }
        do {
            let geos = GEOS()
            let covered = shapes.isEmpty ? Shape(kind: .polygon) : try geos.union(shapes)
            let rest = covered.isEmpty ? boundary.shape : try geos.difference(boundary.shape, covered)
            // Hair-thin leftovers of rounding are no land.
            var gap = Shape(kind: .polygon)
            for part in rest.partShapes where part.planeArea > least / 100 { gap.appendPart(part.nested[0]) }
            let raw = gap.isEmpty ? 0 : try measure.hundredths(of: gap)
            if raw > 0 {
                analysis.unsurveyed = .init(raw: raw, plane: try measure.plane(gap.planeArea, of: gap), shape: gap)
            }
        } catch let error as GEOSError {
            analysis.notes.append(
                Phrase(
                    "GEOS cannot tell which part is not surveyed (\(error.reason)).", "GEOS 无法确定未调查部分（\(error.reason)）。"
                ))
        }
    }

    private func findDoubled(_ analysis: inout BoundaryAnalysis) throws {
        let parts = analysis.parcels.map { (parcel: $0, bands: EdgeBands($0.shape)) }
            .sorted { $0.bands.box.minX < $1.bands.box.minX }
        let overlay = Overlay()
        for (index, one) in parts.enumerated() {
            var isTaken = false
            for other in parts[(index + 1)...] {
                guard other.bands.box.minX <= one.bands.box.maxX else { break }
                guard other.bands.box.intersects(one.bands.box) else { continue }
                if case .apart = other.bands.lie(to: one.bands) { continue }
                if !isTaken { overlay.take(one.parcel.shape) }
                isTaken = true
                let shared: Shape
                switch try? overlay.shared(other.bands) {
                case .all: shared = other.parcel.shape
                case .part(let part) where part.kind == .polygon: shared = part
                default: continue
                }
                let area = try measure.hundredths(of: shared)
                guard area > 0 else { continue }
                let pair = [one.parcel, other.parcel].sorted { $0.id < $1.id }
                analysis.doubled.append(
                    .init(
                        a: pair[0].id, b: pair[1].id, numbers: pair.map(\.number), area: area,
                        place: shared.labelPoint))
            }
        }
        analysis.doubled.sort { $0.area != $1.area ? $0.area > $1.area : ($0.a, $0.b) < ($1.a, $1.b) }
    }

    /// Sentences about what must be known to trust the figures.
    func note(_ analysis: inout BoundaryAnalysis) {
        let text = { AreaUnit.squareMetres.text($0) }
        if analysis.isTargetAssumed {
            analysis.notes.append(
                Phrase(
                    "Taken for the rules as construction land of no stated use (\(analysis.target)); --to CLASS asks about a certain use.",
                    "按未明确用途的建设用地（\(analysis.target)）检查规则；可用 --to 地类 指定用途。"))
        }
        if system == nil {
            analysis.notes.append(
                Phrase(
                    "The project has no coordinate system: areas are those of the plane.", "项目没有坐标系：面积为平面面积。"))
        } else if system?.isGeographic == true {
            analysis.notes.append(
                measure.zone.map { zone in
                    Phrase(
                        "The project is in degrees: plane areas and lengths are measured in the county's zone, \(zone.title).",
                        "项目采用经纬度：平面面积和长度在本县所在投影带（\(zone.title)）中量算。")
                }
                    ?? Phrase(
                        "The project is in degrees and lies in no Gauss–Krüger zone of China: there are no plane areas.",
                        "项目采用经纬度，且不在我国高斯-克吕格投影带内：没有平面面积。"))
        }
        if analysis.survey == nil {
            analysis.notes.append(
                Phrase("The project has no survey with outlines: no parcel is told.", "项目没有带图形的调查图层：不列图斑。"))
        } else if let gap = analysis.unsurveyed {
            analysis.notes.append(
                Phrase(
                    "\(text(gap.area)) m² lie outside of every parcel of the survey; rules do not see them.",
                    "\(text(gap.area)) 平方米不在任何调查图斑内，规则检查不涉及该部分。"))
        }
        if !analysis.doubled.isEmpty {
            let sum = analysis.doubled.reduce(0) { $0 + $1.area }
            analysis.notes.append(
                Phrase(
                    "Parcels of the survey lie over one another in \(counted(analysis.doubled.count, "place")), \(text(sum)) m² together: that land counts twice.",
                    "调查图斑相互重叠 \(analysis.doubled.count) 处，共 \(text(sum)) 平方米，该部分面积被重复计算。"))
        }
        if let declared = analysis.boundary.declared, declared > 0 {
            let off = declared - analysis.area
            // A header states hectares with four decimals: half a step is 0.5 m².
            if abs(off) > max(50, analysis.area / 1000) {
                analysis.notes.append(
                    Phrase(
                        "The source states \(text(declared)) m², the ellipsoid gives \(text(analysis.area)) m².",
                        "来源文件注明面积 \(text(declared)) 平方米，椭球面积为 \(text(analysis.area)) 平方米。"))
            }
        }
    }
}

/// The edges of polygons, matched with one another: a quick proof that they tile a place.
///
/// Where each edge inside a place is there twice, with land on opposite sides, how often a point is covered is the same
/// all over the place; then the areas tell that it is once.
private struct EdgePairs {
    private struct Edge: Hashable {
        var from: Point
        var to: Point
    }

    /// Edges that have no partner.
    private var single: [Edge]

    init(_ shapes: [Shape]) {
        var count: [Edge: Int] = [:]
        count.reserveCapacity(shapes.reduce(0) { $0 + $1.points.count } / 2)
        for shape in shapes {
            for part in shape.partEnds.indices {
                let rings = shape.part(part)
                for ring in rings {
                    let range = shape.ring(ring)
                    let isLandLeft = (shape.signedArea(ofRing: ring) > 0) == (ring == rings.lowerBound)
                    for index in range.dropLast() {
                        let (a, b) = (shape.points[index], shape.points[index + 1])
                        if a == b { continue }
                        let isForward = (a.x, a.y) < (b.x, b.y)
                        let edge = isForward ? Edge(from: a, to: b) : Edge(from: b, to: a)
                        count[edge, default: 0] += isForward == isLandLeft ? 1 : -1
                    }
                }
            }
        }
        single = count.compactMap { $0.value == 0 ? nil : $0.key }
    }

    /// Whether no edge without a partner comes near the inside of the boundary.
    func isTiling(inside boundary: EdgeBands) -> Bool {
        single.allSatisfy { edge in
            let box = Box(
                minX: min(edge.from.x, edge.to.x), minY: min(edge.from.y, edge.to.y), maxX: max(edge.from.x, edge.to.x),
                maxY: max(edge.from.y, edge.to.y))
            return !boundary.meets(box)
        }
    }
}
