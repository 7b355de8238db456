import Foundation
import GeoBridge
import Geometry
import Synchronization

/// A feature or a piece of one, and its box.
struct Located: Sendable {
    var id: Int64
    /// Its row in its layer's table; nil where the draft has it, or it is a piece.
    var fid: Int64?
    var box: Box
}

/// What is laid over others. An object, because each pair that it is in refers to it.
final class RuleSubject: Sendable {
    let id: Int64
    let bands: EdgeBands
    /// On the ellipsoid, m².
    let area: Double

    /// - Parameter official: measures its area; without it, or where it cannot, that of the plane stands.
    init(_ id: Int64, _ shape: Shape, _ official: OfficialArea?) {
        self.id = id
        bands = EdgeBands(shape)
        area = (try? official?.area(of: shape)) ?? shape.planeArea
    }
}

/// Which outlines are valid, found out once for each feature.
final class KnownValidity: Sendable {
    private let reports = Mutex<[Int64: ValidityReport]>([:])

    /// What is known so far. Threads look things up in a copy of their own and tell what they found in the end: one lock
    /// for each pair would cost as much as the pairs.
    var all: [Int64: ValidityReport] { reports.withLock { $0 } }

    func add(_ more: [Int64: ValidityReport]) {
        reports.withLock { if $0.isEmpty { $0 = more } else { $0.merge(more) { $1 } } }
    }

    /// Forgets what is known of features and pieces by their numbers.
    func forget(_ isGone: (Int64) -> Bool) {
        reports.withLock { reports in reports = reports.filter { !isGone($0.key) } }
    }
}

/// What a subject and an object share, measured.
struct SharedPart: Sendable {
    var subject: Int64
    var object: Int64
    /// On the ellipsoid, m².
    var area = 0.0
    /// Of lines, in the plane, m.
    var length = 0.0
    var distance = 0.0
    var place: Point?
    /// Whether the object covers the subject wholly.
    var isAll = false
    var shape: Shape?
    /// Why nothing could be said about the pair.
    var fault: String?
}

/// Lays subjects over objects: finds the pairs whose boxes meet, and measures what they share, on two threads.
enum RuleOverlay {
    /// An object and the subjects whose boxes meet its own.
    struct Job: Sendable {
        var object: Int64
        var shape: Shape
        var subjects: [RuleSubject]
    }

    /// Pairs whose boxes meet, by a sweep along x. Both are sorted by their left sides.
    static func pairs(_ subjects: [Located], _ objects: [Located]) -> [(subject: Int, object: Int)] {
        var found: [(subject: Int, object: Int)] = []
        var (i, j) = (0, 0)
        while i < subjects.count, j < objects.count {
            if subjects[i].box.minX <= objects[j].box.minX {
                let box = subjects[i].box
                var k = j
                while k < objects.count, objects[k].box.minX <= box.maxX {
                    if box.minY <= objects[k].box.maxY, box.maxY >= objects[k].box.minY { found.append((i, k)) }
                    k += 1
                }
                i += 1
            } else {
                let box = objects[j].box
                var k = i
                while k < subjects.count, subjects[k].box.minX <= box.maxX {
                    if box.minY <= subjects[k].box.maxY, box.maxY >= subjects[k].box.minY { found.append((k, j)) }
                    k += 1
                }
                j += 1
            }
        }
        return found
    }

    /// Measures the pairs whose boxes meet, some thousand at a time.
    ///
    /// - Parameters:
    ///   - subject: a feature as what is laid over an object; nil leaves the pair out.
    ///   - most: about how many pairs a heap has.
    ///   - outline: the outline of an object; nil for one without.
    ///   - measure: takes each heap of jobs.
    /// - Returns: how many pairs there are.
    static func measurePairs(
        _ subjects: [Located], _ objects: [Located], most: Int = 20_000,
        subject: (_ subject: Located, _ object: Located) throws -> RuleSubject?, outline: (Located) throws -> Shape?,
        measure: ([Job]) throws -> Void
    ) throws -> Int {
        let pairs = pairs(subjects, objects).sorted { ($0.object, $0.subject) < ($1.object, $1.subject) }
        var next = 0
        while next < pairs.count {
            var jobs: [Job] = []
            var size = 0
            while next < pairs.count, size < most {
                let first = next, number = pairs[first].object
                while next < pairs.count, pairs[next].object == number { next += 1 }
                let object = objects[number]
                let members = try pairs[first..<next].compactMap { try subject(subjects[$0.subject], object) }
                guard !members.isEmpty, let shape = try outline(object) else { continue }
                jobs.append(Job(object: object.id, shape: shape, subjects: members))
                size += members.count
            }
            try measure(jobs)
        }
        return pairs.count
    }

    /// Measures jobs, half of them on a thread of its own where there are many.
    static func measure(
        _ jobs: [Job], reach: Double?, keepsShapes: Bool, _ validity: KnownValidity, _ system: CoordinateSystem?
    ) throws -> [SharedPart] {
        let total = jobs.reduce(0) { $0 + $1.subjects.count }
        guard total > 200 else { return try measureAlone(jobs[...], reach, keepsShapes, validity, system) }
        var (half, count) = (0, 0)
        while half < jobs.count, count * 2 < total {
            count += jobs[half].subjects.count
            half += 1
        }
        let rest = jobs[half...]
        let other = Later("overlay") { _ in try measureAlone(rest, reach, keepsShapes, validity, system) }
        let mine: [SharedPart]
        do {
            mine = try measureAlone(jobs[..<half], reach, keepsShapes, validity, system)
        } catch {
            other.cancel()
            throw error
        }
        return mine + (try other.value())
    }

    private static func measureAlone(
        _ jobs: ArraySlice<Job>, _ reach: Double?, _ keepsShapes: Bool, _ validity: KnownValidity,
        _ system: CoordinateSystem?
    ) throws -> [SharedPart] {
        let hand = try OverlayHand(validity, system)
        defer { hand.finish() }
        return try hand.measure(jobs, reach: reach, keepsShapes: keepsShapes)
    }
}
