import Foundation
import GRDB
import GeoBridge
import Geometry
import Synchronization

/// What subjects share with the objects that cover or permit them, kept while rules run, so that a rule can ask how much
/// of a subject several objects leave uncovered, whichever it chooses by their values.
final class CoverShapes: Sendable {
    struct Key: Hashable, Sendable {
        var subject: Int64
        var object: Int64
    }

    /// The shared part; nil where the object covers the whole subject.
    private struct Part: Sendable {
        var area: Double
        var shape: Shape?
    }

    private struct State {
        var areas: [Int64: Double] = [:]
        var parts: [Key: Part] = [:]
        var system: CoordinateSystem?
    }

    private let state = Mutex(State())

    func use(_ system: CoordinateSystem?) { state.withLock { $0.system = system } }

    func clear() {
        state.withLock { state in
            state.areas.removeAll()
            state.parts.removeAll()
        }
    }

    func set(area: Double, of subject: Int64) { state.withLock { $0.areas[subject] = area } }

    func add(_ shape: Shape?, area: Double, _ subject: Int64, _ object: Int64) {
        state.withLock { $0.parts[Key(subject: subject, object: object)] = Part(area: area, shape: shape) }
    }

    /// The area of the subject that none of the objects covers, in m²; nil for a subject without outline.
    func outside(_ subject: Int64, _ objects: [Int64]) -> Double? {
        state.withLock { state in
            guard let whole = state.areas[subject] else { return nil }
            let parts = objects.compactMap { state.parts[Key(subject: subject, object: $0)] }
            if parts.contains(where: { $0.shape == nil }) { return 0 }
            guard parts.count > 1 else { return max(0, whole - (parts.first?.area ?? 0)) }
            // Approvals may lie over one another: what two of them cover counts once.
            let shapes = parts.compactMap(\.shape)
            guard let union = try? GEOS().union(shapes), let area = try? Self.area(of: union, state.system) else {
                return max(0, whole - parts.reduce(0) { $0 + $1.area })
            }
            return max(0, whole - area)
        }
    }

    static func area(of shape: Shape, _ system: CoordinateSystem?) throws -> Double {
        guard let system else { return shape.planeArea }
        return try OfficialArea(crs: system).area(of: shape)
    }

    /// `outside(subject, objects)`: objects as SQLite's `group_concat` lists them.
    var function: DatabaseFunction {
        DatabaseFunction("outside", argumentCount: 2) { [self] arguments in
            guard let subject = Int64.fromDatabaseValue(arguments[0]) else { return nil }
            let list = String.fromDatabaseValue(arguments[1]) ?? ""
            return outside(subject, list.split(separator: ",").compactMap { Int64($0) })
        }
    }

    /// `workdays(first, last)`: Mondays to Fridays from one day to another, both counted; public holidays are not known.
    static let workdays = DatabaseFunction("workdays", argumentCount: 2, pure: true) { arguments in
        guard let first = day(arguments[0]), let last = day(arguments[1]), first <= last, last - first < 100_000 else {
            return nil
        }
        // Day 0 was a Thursday.
        return (first...last).count { ($0 % 7 + 7 + 3) % 7 < 5 }
    }

    /// Days since 1970-01-01 (H. Hinnant, chrono-compatible low-level date algorithms).
    private static func day(_ value: DatabaseValue) -> Int? {
        guard let text = String.fromDatabaseValue(value) else { return nil }
        let parts = text.prefix(10).split(separator: "-").compactMap { Int($0) }
        guard parts.count == 3 else { return nil }
        let year = parts[1] <= 2 ? parts[0] - 1 : parts[0]
        let era = (year >= 0 ? year : year - 399) / 400, ofEra = year - era * 400
        let ofYear = (153 * (parts[1] + (parts[1] > 2 ? -3 : 9)) + 2) / 5 + parts[2] - 1
        return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
    }
}
