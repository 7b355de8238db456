import Foundation
import GeoBridge
import Geometry
import Phrases
import Store
import Stream

/// What every shape passes on its way in: it is read, brought into the project's coordinates, found valid or repaired,
/// and measured.
struct FeatureGate {
    /// Why a feature does not come in.
    struct Refused: Error {
        var reason: Phrase
    }

    /// A shape that may come in.
    struct Passed: Sendable {
        /// In the project's coordinates.
        var shape: Shape
        var box: Box
        /// In whole hundredths of a square metre.
        var area: Int64
        /// Its well-known binary where that is no longer the source's.
        var wkb: [UInt8]?
        /// What was wrong with it, and is repaired.
        var fault: Phrase?
    }

    private let transformation: Transformation?
    private let official: OfficialArea?
    /// Whether the source has north first and east second.
    private let isSwapped: Bool
    private let geos = GEOS()

    init(transformation: Transformation?, system: CoordinateSystem?, isSwapped: Bool = false) throws {
        self.isSwapped = isSwapped
        self.transformation = transformation
        official = try system.map { try OfficialArea(crs: $0) }
    }

    /// Examines a feature's shape.
    ///
    /// - Parameter sourceBox: grows by what the shape covers in the source's own coordinates, refused or not: what is
    ///   refused for its place tells most about a wrong system.
    /// - Throws: `Refused`.
    func pass(_ wkb: UnsafeRawBufferPointer, kind: Shape.Kind?, sourceBox: inout Box) throws -> Passed {
        var shape = Shape(kind: .polygon)
        var isChanged = false
        var fault: Phrase?
        do {
            try shape.read(wkb: wkb)
        } catch {
            guard error.kind == .openRing, (try? shape.read(wkb: wkb, closingRings: true)) != nil else {
                throw Refused(reason: error.reason)
            }
            fault = error.reason
            isChanged = true
        }
        guard shape.kind == kind else {
            throw Refused(reason: Phrase("its geometry is of another kind than the layer's", "几何类型与图层不符"))
        }
        if isSwapped {
            for index in shape.points.indices {
                let point = shape.points[index]
                shape.points[index] = Point(x: point.y, y: point.x)
            }
            isChanged = true
        }
        var box = shape.box
        sourceBox = sourceBox.union(box)
        if let transformation {
            do { try transformation.transform(&shape.points) } catch let refusal as Refusal {
                throw Refused(reason: refusal.phrase)
            }
            isChanged = true
        }
        if shape.kind == .polygon {
            let report = try geos.validity(of: shape)
            if let reason = report.reason ?? fault {
                shape = try repaired(shape, reason)
                fault = reason
                isChanged = true
            }
        }
        if isChanged { box = shape.box }
        return Passed(
            shape: shape, box: box, area: try area(of: shape), wkb: isChanged ? shape.wkb(multi: true) : nil,
            fault: fault)
    }

    private func repaired(_ shape: Shape, _ reason: Phrase) throws -> Shape {
        do {
            let repair = try geos.repaired(shape)
            guard !repair.shape.isEmpty else {
                throw Refused(
                    reason: Phrase("\(reason.english); nothing of it has an area", "\(reason.chinese)；修复后没有面积"))
            }
            return repair.shape
        } catch let error as GEOSError {
            throw Refused(
                reason: Phrase(
                    "\(reason.english); it cannot be repaired: \(error.reason)",
                    "\(reason.chinese)；无法修复：\(error.reason)"))
        }
    }

    private func area(of shape: Shape) throws -> Int64 {
        guard shape.kind == .polygon, let official else { return 0 }
        do {
            return Area(squareMetres: try official.area(of: shape)).map { Int64($0.hundredths) } ?? 0
        } catch let refusal as Refusal {
            throw Refused(reason: refusal.phrase)
        }
    }
}
