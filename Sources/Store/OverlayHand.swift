import GeoBridge
import Geometry

/// What one thread measures outlines with.
final class OverlayHand {
    private let overlay = Overlay()
    private let official: OfficialArea?
    private let validity: KnownValidity
    private let known: [Int64: ValidityReport]
    private var new: [Int64: ValidityReport] = [:]

    /// - Parameter validity: what is known when it begins; what it finds out is told in the end.
    init(_ validity: KnownValidity, _ system: CoordinateSystem?) throws {
        self.validity = validity
        known = validity.all
        official = try system.map { try OfficialArea(crs: $0) }
    }

    /// Tells which outlines are valid.
    func finish() {
        if !new.isEmpty { validity.add(new) }
        new.removeAll()
    }

    private func report(on id: Int64, _ shape: Shape) throws -> ValidityReport {
        if let report = new[id] ?? known[id] { return report }
        let report = try overlay.validity(of: shape)
        new[id] = report
        return report
    }

    /// An outline as what is laid over others.
    func subject(_ id: Int64, _ shape: Shape) -> RuleSubject { RuleSubject(id, shape, official) }

    /// What the subjects of jobs share with the objects, or how far from them they are where that is at most `reach`.
    func measure(_ jobs: ArraySlice<RuleOverlay.Job>, reach: Double?, keepsShapes: Bool) throws -> [SharedPart] {
        var found: [SharedPart] = []
        for job in jobs {
            let whole = try report(on: job.object, job.shape)
            if whole.isValid { overlay.take(job.shape) }
            for subject in job.subjects {
                let own = try report(on: subject.id, subject.bands.shape)
                if let bad = whole.isValid ? own.isValid ? nil : own : whole {
                    var part = SharedPart(subject: subject.id, object: job.object, place: subject.bands.box.center)
                    part.fault = Self.fault(bad)
                    part.place = bad.place ?? part.place
                    found.append(part)
                } else if let part = try measure(subject, job, reach: reach, keepsShapes: keepsShapes) {
                    found.append(part)
                }
            }
        }
        return found
    }

    /// What a subject shares with the object that was taken; nil for nothing.
    private func measure(
        _ subject: RuleSubject, _ job: RuleOverlay.Job, reach: Double?, keepsShapes: Bool
    ) throws -> SharedPart? {
        let shape = subject.bands.shape
        var part = SharedPart(subject: subject.id, object: job.object, place: subject.bands.box.center)
        do {
            if let reach {
                part.distance = try overlay.distance(subject.bands, within: reach)
                return part.distance <= reach ? part : nil
            }
            switch try overlay.shared(subject.bands) {
            case .nothing: return nil
            case .all:
                part.isAll = true
                part.area = subject.area
            case .part(let shared):
                guard !shared.isEmpty else { return nil }
                if shared.kind == .polygon {
                    part.area = (try? official?.area(of: shared)) ?? shared.planeArea
                } else {
                    // Two polygons that share an edge have no land in common.
                    guard job.shape.kind == .line || shape.kind == .line else { return nil }
                    part.length = shared.length
                }
                part.place = shared.box.center
                if keepsShapes { part.shape = shared }
            }
        } catch let error as GEOSError {
            part.fault = "overlay \(error.reason)"
        }
        return part
    }

    /// As findings keep it: `ring X Y REASON`.
    static func fault(_ report: ValidityReport) -> String {
        let place = report.place.map { "\(Int($0.x)) \(Int($0.y))" } ?? "0 0"
        return "ring \(place) \(report.reason?.english ?? "")"
    }
}
