import GeoBridge
import Geometry
import Phrases
import Planning

/// What a feature near a boundary has to do with it, measured.
struct MeasuredPart: Sendable {
    enum Lie: Sendable {
        case land, line, point
        case touch
        case unknown(Phrase)
    }

    /// Which of the features that were given.
    var feature: Int
    var lie: Lie
    /// Whether all of the feature lies inside.
    var isWhole = false
    /// On the ellipsoid, m².
    var area = 0.0
    /// In the plane, in squares of the units of the coordinates.
    var plane = 0.0
    /// In the units of the coordinates; of a polygon all around it.
    var length = 0.0
    var place: Point?
    /// What both share, of what is only touched too; nil where it is the whole feature.
    var shape: Shape?
}

/// Lays the features near a boundary over it, on two threads where there are many.
struct AnalysisParts: Sendable {
    let boundary: EdgeBands
    let system: CoordinateSystem?
    /// Which features are valid, as far as it is known; told what is found out.
    let validity: KnownValidity

    /// - Parameter goOn: asked before each feature; what it throws ends the work on both threads.
    /// - Returns: a part for each feature that meets the boundary at all, in the order of the features.
    func measure(_ features: [NearFeature], goOn: () throws -> Void) throws -> [MeasuredPart] {
        let heaps = Self.heaps(of: features)
        return try TwoHands.each("analysis", of: heaps.count, goOn: goOn) {
            try Hand(self)
        } work: { number, hand, goOn in
            try hand.measure(features[heaps[number]], goOn)
        }.flatMap { $0 }
    }

    /// Features that stand one after another, so that each heap takes about as long; to wake a thread takes longer than a
    /// few of them do.
    private static func heaps(of features: [NearFeature]) -> [Range<Int>] {
        var heaps: [Range<Int>] = []
        var (first, points) = (0, 0)
        for (number, feature) in features.enumerated() {
            points += feature.shape.points.count
            guard points > 4_000, number - first >= 50 else { continue }
            heaps.append(first..<number + 1)
            (first, points) = (number + 1, 0)
        }
        if first < features.count { heaps.append(first..<features.count) }
        return heaps
    }

    /// What all features of each of some layers cover together; nil where they lie apart, so that their areas add up, and
    /// where GEOS cannot tell.
    ///
    /// - Parameter parts: the parts of each, and the features that they are of: to lie apart is told from whole edges.
    static func covered(_ parts: [[(Shape, of: Shape)]], goOn: () throws -> Void) throws -> [Shape?] {
        // The largest first: what remains in the end is short.
        let order = parts.indices.filter { !parts[$0].isEmpty }.sorted { parts[$0].count > parts[$1].count }
        let isMuch = parts.reduce(0) { $0 + $1.count } > 50
        let heaps = isMuch ? order.map { [$0] } : [order]
        let unions = try TwoHands.each("union", of: heaps.count, goOn: goOn) {
            GEOS()
        } work: { number, geos, _ in
            heaps[number].map { layer in
                areApart(parts[layer].map(\.of)) ? nil : try? geos.union(parts[layer].map(\.0))
            }
        }.flatMap { $0 }
        var covered = [Shape?](repeating: nil, count: parts.count)
        for (number, union) in zip(order, unions) { covered[number] = union }
        return covered
    }

    /// Whether no two polygons have land in common, as far as their edges tell.
    private static func areApart(_ shapes: [Shape]) -> Bool {
        let bands = shapes.map { EdgeBands($0) }.sorted { $0.box.minX < $1.box.minX }
        for (index, one) in bands.enumerated() {
            for other in bands[(index + 1)...] {
                guard other.box.minX <= one.box.maxX else { break }
                guard case .apart = other.lie(to: one) else { return false }
            }
        }
        return true
    }

    /// What one thread measures with.
    private final class Hand {
        private let parts: AnalysisParts
        private let overlay = Overlay()
        private let official: OfficialArea?
        private let known: [Int64: ValidityReport]

        init(_ parts: AnalysisParts) throws {
            self.parts = parts
            official = try parts.system.map { try OfficialArea(crs: $0) }
            known = parts.validity.all
            overlay.take(parts.boundary.shape)
        }

        func measure(_ features: ArraySlice<NearFeature>, _ goOn: () throws -> Void) throws -> [MeasuredPart] {
            var new: [Int64: ValidityReport] = [:]
            defer { parts.validity.add(new) }
            var found: [MeasuredPart] = []
            for (index, feature) in zip(features.indices, features) {
                try goOn()
                let report: ValidityReport
                if let before = known[feature.uid] {
                    report = before
                } else {
                    report = try overlay.validity(of: feature.shape)
                    new[feature.uid] = report
                }
                if let reason = report.reason {
                    var part = MeasuredPart(feature: index, lie: .unknown(AnalysisParts.sentence(reason, report.place)))
                    part.place = report.place ?? feature.shape.box.center
                    found.append(part)
                    continue
                }
                do {
                    if let part = try parts.part(of: feature, index, overlay, official) { found.append(part) }
                } catch let error as GEOSError {
                    var part = MeasuredPart(
                        feature: index,
                        lie: .unknown(
                            Phrase(
                                "GEOS cannot lay it over the boundary (\(error.reason))",
                                "GEOS 无法将其与范围叠加（\(error.reason)）")))
                    part.place = feature.shape.box.center
                    found.append(part)
                }
            }
            return found
        }
    }

    private static func sentence(_ reason: Phrase, _ place: Point?) -> Phrase {
        let at = place.map { (" at \(Int($0.x)) \(Int($0.y))", "，位置 \(Int($0.x)) \(Int($0.y))") } ?? ("", "")
        return Phrase("its outline is invalid: \(reason.english)\(at.0)", "其图形无效：\(reason.chinese)\(at.1)")
    }

    private func part(
        of feature: NearFeature, _ index: Int, _ overlay: Overlay, _ official: OfficialArea?
    ) throws -> MeasuredPart? {
        func area(_ shape: Shape) throws -> Double { try official?.area(of: shape) ?? shape.planeArea }
        switch try overlay.meeting(EdgeBands(feature.shape)) {
        case .apart: return nil
        case .touch(let edge):
            var part = MeasuredPart(feature: index, lie: .touch, shape: edge)
            (part.length, part.place) = (edge.length, edge.labelPoint ?? edge.points.first)
            return part
        case .all:
            var part = MeasuredPart(feature: index, lie: .land, isWhole: true)
            (part.area, part.plane) = (try area(feature.shape), feature.shape.planeArea)
            part.place = feature.shape.labelPoint
            return part
        case .part(let shared):
            guard !shared.isEmpty else { return nil }
            var part = MeasuredPart(feature: index, lie: .land)
            part.shape = shared
            part.place = shared.labelPoint
            switch shared.kind {
            case .polygon:
                (part.area, part.plane) = (try area(shared), shared.planeArea)
                let own = feature.shape.planeArea
                // What is missing rounds to nothing: all of it lies inside, its corners on longer edges of the boundary.
                if part.plane > 0, (own - part.plane) * part.area / part.plane < 0.005 {
                    (part.isWhole, part.shape) = (true, nil)
                    (part.area, part.plane) = (try area(feature.shape), own)
                }
                // What rounds to nothing is an edge that two programs have rounded differently.
                if part.area < 0.005 {
                    (part.lie, part.isWhole) = (.touch, false)
                    (part.length, part.area, part.plane) = (shared.length, 0, 0)
                }
            case .line:
                part.lie = .line
                part.length = shared.length
                if isOnOutline(shared) { part.lie = .touch }
                part.isWhole = abs(shared.length - feature.shape.length) <= 1e-9 * feature.shape.length
            case .point:
                part.lie = .point
                if isOnOutline(shared) { part.lie = .touch }
                part.isWhole = shared.points.count == feature.shape.points.count
            }
            return part
        }
    }

    /// Whether lines or points run along the boundary's outline and nowhere inside.
    private func isOnOutline(_ shape: Shape) -> Bool {
        shape.partShapes.allSatisfy { part in
            guard let middle = part.labelPoint else { return true }
            return boundary.shape.isOnOutline(middle, within: 1e-6)
        }
    }
}
