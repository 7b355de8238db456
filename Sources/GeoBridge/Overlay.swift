import CGEOS
import Geometry
import Phrases

/// Lays many shapes over one after another, for one thread.
///
/// What is asked about many is indexed once, and a shape that the other covers is told without any overlay: that is what
/// most pairs of a parcel and a zone come to.
package final class Overlay {
    /// What a subject and an object share.
    package enum Shared: Sendable {
        case nothing
        /// The object covers the subject wholly.
        case all
        /// Of the lower of their two dimensions; without area where they only touch.
        case part(Shape)
    }

    private let geos = GEOS()
    /// Geometries that may be asked for again, by their number.
    private var subjects: [Int64: OpaquePointer] = [:]
    private var faults: [Int64: ValidityReport] = [:]
    private var object: OpaquePointer?
    private var prepared: OpaquePointer?

    package init() {}

    deinit {
        drop()
        for subject in subjects.values { GEOSGeom_destroy_r(geos.context, subject) }
    }

    private func drop() {
        if let prepared { GEOSPreparedGeom_destroy_r(geos.context, prepared) }
        if let object { GEOSGeom_destroy_r(geos.context, object) }
        (prepared, object) = (nil, nil)
    }

    /// Takes the object that subjects are laid over.
    ///
    /// - Parameter isAskedOften: whether it is worth an index.
    /// - Returns: whether it is valid; of an invalid one nothing can be asked.
    package func take(_ shape: Shape, isAskedOften: Bool) throws -> ValidityReport {
        drop()
        let report = try geos.validity(of: shape)
        guard report.isValid, !shape.isEmpty else { return report }
        let geometry = try geos.geometry(shape).take()
        object = geometry
        if isAskedOften { prepared = GEOSPrepare_r(geos.context, geometry) }
        return report
    }

    /// Whether the subject called `number` is valid; found out once.
    package func validity(of number: Int64, _ shape: Shape) throws -> ValidityReport {
        if let known = faults[number] { return known }
        let report = try geos.validity(of: shape)
        faults[number] = report
        return report
    }

    /// What the subject shares with the object that was taken last.
    ///
    /// - Throws: `GEOSError` for what GEOS cannot lay over one another.
    package func shared(_ number: Int64, _ shape: Shape) throws -> Shared {
        guard let object, !shape.isEmpty else { return .nothing }
        let subject: OpaquePointer
        if let known = subjects[number] {
            subject = known
        } else {
            subject = try geos.geometry(shape).take()
            subjects[number] = subject
        }
        if let prepared {
            guard try geos.answer(GEOSPreparedIntersects_r(geos.context, prepared, subject)) else { return .nothing }
            if try geos.answer(GEOSPreparedCovers_r(geos.context, prepared, subject)) { return .all }
        }
        let result = try geos.handle(
            GEOSIntersection_r(geos.context, subject, object), "intersecting", "求交")
        var kind = shape.kind
        if result.use({ GEOSGeom_getDimensions_r(geos.context, $0) }) == 1 { kind = .line }
        return .part(try geos.shape(result, keeping: kind).shape)
    }

    /// The distance between the subject and the object that was taken last, in the units of the coordinates.
    package func distance(_ shape: Shape) throws -> Double {
        guard let object else { return .infinity }
        let subject = try geos.geometry(shape)
        var distance = 0.0
        guard subject.use({ GEOSDistance_r(geos.context, $0, object, &distance) }) == 1 else {
            throw geos.error("measuring a distance", "量算距离")
        }
        return distance
    }
}
