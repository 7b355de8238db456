import GRDB
import GeoBridge
import Geometry
import Phrases
import Planning

/// Land of one class in a plan that was prepared elsewhere.
package struct PreparedLand: Sendable {
    package var code: LandUseCode
    package var shapes: [Shape]

    package init(code: LandUseCode, shapes: [Shape]) {
        self.code = code
        self.shapes = shapes
    }
}

/// What became of a class of such a plan: a step, or none where the draft has it already.
package struct PreparedStep: Sendable {
    package var code: LandUseCode
    package var outcome: StepOutcome
    /// Parcels that were planned otherwise, and those among them that were split for it.
    package var parcels = 0
    package var split = 0
    /// Whole hundredths of a square metre that were planned otherwise.
    package var area: Int64 = 0
    /// Parcels that could not be split, with the reason.
    package var left: [(uid: Int64, reason: Phrase)] = []
}

extension Project {
    /// Plans the land of one class as a plan that was prepared elsewhere has it, in one step: parcels that lie in it get the
    /// class, those that its boundary crosses are split there, edges stay shared. Parcels whose class means that use
    /// already are left alone.
    ///
    /// - Parameter sliver: what of a parcel is less than this, in square metres of the plane, counts as digitising.
    package func take(_ land: PreparedLand, sliver: Double, in plan: Int64, line: String) throws -> PreparedStep {
        let target = try landClass(land.code)
        let same = try classes().values.filter { Self.means($0.code, land.code) }.map(\.id)
        var taken = PreparedStep(
            code: land.code, outcome: StepOutcome(journal: 0, plan: plan, step: nil, count: 0, area: 0, line: line))
        do {
            taken.outcome = try step(line: line, plan: plan) { db, step in
                let work = try OutlineWork(in: plan, step: step, db)
                var fitting = Fitting(work: work, same: Set(same), sliver: work.metres(1) * work.metres(1) * sliver)
                for part in try work.geos.union(land.shapes).parts { try fitting.fit(part) }
                try Self.setClass(of: fitting.chosen, to: target.id, in: plan, step: step, db)
                (taken.parcels, taken.split, taken.left) = (fitting.chosen.count, fitting.split, fitting.left)
                for uid in fitting.chosen {
                    taken.area +=
                        try Int64.fetchOne(
                            db, sql: "SELECT area FROM plan_edit WHERE plan = ? AND uid = ?", arguments: [plan, uid])
                        ?? 0
                }
            }
        } catch let error as GEOSError {
            throw Refusal(
                .badData, "The land of \(land.code) was not taken over: \(error). Check the outlines of the file.",
                "\(land.code) 未导入：\(error)。请检查文件中的图形。")
        }
        return taken
    }

    /// Whether a base class is the planned use already: the same, or one that becomes it or something below it.
    private static func means(_ code: LandUseCode, _ planned: LandUseCode) -> Bool {
        if code == planned { return true }
        let table = ClassTable.standard
        return table[code]?.mapping?.targets.contains { table.isClass($0, within: planned) } == true
    }
}

extension Shape {
    /// Each part as a shape of its own.
    fileprivate var parts: [Shape] { nested.map { Shape(polygon: $0) } }
}

/// Finds the parcels of a plan's survey that lie in a polygon, splitting those that cross its boundary.
private struct Fitting {
    let work: OutlineWork
    /// Classes that are left alone.
    let same: Set<Int64>
    /// In the square of the coordinates' unit.
    let sliver: Double
    var chosen: [Int64] = []
    var split = 0
    var left: [(uid: Int64, reason: Phrase)] = []

    init(work: OutlineWork, same: Set<Int64>, sliver: Double) {
        (self.work, self.same, self.sliver) = (work, same, sliver)
    }

    mutating func fit(_ part: Shape) throws {
        guard let base = work.plan.base else {
            throw Refusal(
                .usage, "Plan \(work.plan.id) stands on no survey to take the land of.", "规划 \(work.plan.id) 没有调查底图。")
        }
        let prepared = try work.geos.prepared(part)
        for (uid, shape) in try work.near(part.box, in: base) {
            guard try prepared.intersects(shape), try !same.contains(code(of: uid)) else { continue }
            if try prepared.contains(shape) || work.geos.difference(shape, part).planeArea <= sliver {
                chosen.append(uid)
            } else if try work.geos.intersection(shape, part).planeArea > sliver {
                try cut(uid, by: part)
            }
        }
    }

    private func code(of uid: Int64) throws -> Int64 {
        try Int64.fetchOne(
            work.db.cachedStatement(
                sql: """
                    SELECT coalesce((SELECT class FROM plan_edit WHERE plan = ? AND uid = ?),
                        (SELECT class FROM feature WHERE uid = ?))
                    """), arguments: [work.plan.id, uid, uid]) ?? 0
    }

    /// A parcel that cannot be split is left as it is, and told; the others go on.
    private mutating func cut(_ uid: Int64, by part: Shape) throws {
        var pieces: [Int64] = []
        do {
            try work.db.inSavepoint {
                let parcel = try work.editable(uid)
                guard let cut = try work.cut(parcel.shape, by: part.outline, reach: work.hair) else { return .commit }
                pieces = try work.split(parcel, by: cut).filter { $0.shape.labelPoint.map(part.contains) == true }.map(
                    \.uid)
                return .commit
            }
        } catch let refusal as Refusal {
            left.append((uid, refusal.phrase))
            return
        } catch let error as GEOSError {
            left.append((uid, Phrase("\(error)", "\(error)")))
            return
        }
        if !pieces.isEmpty { split += 1 }
        chosen += pieces
    }
}
