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
    /// In the units of the coordinates.
    var length = 0.0
    var place: Point?
    /// What both share; nil where it is the whole feature.
    var shape: Shape?
}

/// Lays the features near a boundary over it, on two threads where there are many.
struct AnalysisParts {
    let boundary: EdgeBands
    let system: CoordinateSystem?
    /// Which features are valid, as far as it is known; told what is found out.
    let validity: KnownValidity

    /// - Parameter goOn: asked before each feature; what it throws ends the work on both threads.
    /// - Returns: a part for each feature that meets the boundary at all, in the order of the features.
    func measure(_ features: [NearFeature], goOn: () throws -> Void) throws -> [MeasuredPart] {
        let total = features.reduce(0) { $0 + $1.shape.points.count }
        guard features.count > 50, total > 4_000 else { return try alone(features[...], goOn) }
        var (half, count) = (0, 0)
        while half < features.count, count * 2 < total {
            count += features[half].shape.points.count
            half += 1
        }
        let rest = features[half...]
        let other = Later("analysis") { [self] isWanted in
            try alone(rest) { if !isWanted() { throw CancellationError() } }
        }
        let mine: [MeasuredPart]
        do {
            mine = try alone(features[..<half], goOn)
            while !other.isDone(within: .milliseconds(50)) { try goOn() }
        } catch {
            other.cancel()
            throw error
        }
        return mine + (try other.value())
    }

    private func alone(_ features: ArraySlice<NearFeature>, _ goOn: () throws -> Void) throws -> [MeasuredPart] {
        let overlay = Overlay()
        overlay.take(boundary.shape)
        let official = try system.map { try OfficialArea(crs: $0) }
        let known = validity.all
        var new: [Int64: ValidityReport] = [:]
        defer { validity.add(new) }
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
                var part = MeasuredPart(feature: index, lie: .unknown(Self.sentence(reason, report.place)))
                part.place = report.place ?? feature.shape.box.center
                found.append(part)
                continue
            }
            do {
                if let part = try part(of: feature, index, overlay, official) { found.append(part) }
            } catch let error as GEOSError {
                var part = MeasuredPart(
                    feature: index,
                    lie: .unknown(
                        Phrase(
                            "GEOS cannot lay it over the boundary (\(error.reason))", "GEOS 无法将其与范围叠加（\(error.reason)）")
                    ))
                part.place = feature.shape.box.center
                found.append(part)
            }
        }
        return found
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
        case .touch(let length, let place):
            var part = MeasuredPart(feature: index, lie: .touch)
            (part.length, part.place) = (length, place)
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
                    (part.length, part.area, part.plane, part.shape) = (shared.length / 2, 0, 0, nil)
                }
            case .line:
                part.lie = .line
                part.length = shared.length
                if isOnOutline(shared) { (part.lie, part.shape) = (.touch, nil) }
                part.isWhole = abs(shared.length - feature.shape.length) <= 1e-9 * feature.shape.length
            case .point:
                part.lie = .point
                if isOnOutline(shared) { (part.lie, part.shape) = (.touch, nil) }
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
