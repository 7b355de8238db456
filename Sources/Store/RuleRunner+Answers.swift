import Foundation
import GRDB
import Geometry
import Phrases
import Planning

/// What the rules' SQL says.
extension RuleRunner {
    /// A row of a rule's result, and the subject that it is about.
    private struct Line {
        var subject: Int64?
        var object: Int64?
        var area: Double?
        var measured: Double?
        var threshold: Double?
        var reason: String
    }

    private struct Key: Hashable {
        var uid: Int64?
        var object: Int64?
        var reason: String
    }

    /// Runs a rule and keeps its answers. What stands in the way of the SQL is an answer too.
    func ask(_ rule: Rule) throws {
        do {
            let lines = try lines(of: rule)
            try keep(lines, of: rule)
        } catch let error as DatabaseError {
            if error.resultCode == .SQLITE_INTERRUPT { throw CancellationError() }
            answers.append(
                RuleAnswer(
                    rule: rule.id, version: rule.version, isUnknown: true,
                    reason: "sql \(error.message ?? error.description)"))
        } catch let misfit as Misfit {
            answers.append(
                RuleAnswer(
                    rule: rule.id, version: rule.version, isUnknown: true,
                    reason: "result \(misfit.column) \(misfit.value)"))
        }
        try noteOutlines(of: rule)
    }

    /// The rule's parameters, of those that its text names.
    func arguments(of rule: Rule, _ sql: String) -> StatementArguments {
        var values: [String: (any DatabaseValueConvertible)?] = [:]
        if sql.contains(":date") { values["date"] = date }
        if sql.contains(":tolerance") { values["tolerance"] = rule.tolerance }
        if sql.contains(":threshold") { values["threshold"] = rule.threshold }
        return StatementArguments(values)
    }

    private func lines(of rule: Rule) throws -> [Line] {
        let sql = rule.sql(isDraft: work.isDraft)
        var lines: [Line] = []
        let guardian = UserQueries(views: work.names, seconds: work.isDraft ? 10 : 300)
        try guardian.run(in: db) {
            // Statements of rules are not cached: a cached one would be prepared without the guard some day.
            let statement = try db.makeStatement(sql: sql)
            let rows = try Row.fetchCursor(statement, arguments: arguments(of: rule, sql))
            while let row = try rows.next() {
                var line = Line(
                    subject: try Self.value(row, "subject"), object: try Self.value(row, "object"),
                    area: try Self.value(row, "area_m2"), measured: try Self.value(row, "measured"),
                    threshold: try Self.value(row, "threshold"), reason: try Self.value(row, "unknown") ?? "")
                if let maybe: Int64 = try Self.value(row, "maybe") { (line.object, line.reason) = (maybe, "maybe") }
                lines.append(line)
                guard lines.count < 1_000_000 else {
                    throw DatabaseError(resultCode: .SQLITE_TOOBIG, message: "more than a million rows")
                }
            }
        }
        return lines
    }

    /// A value of a result that is not what its column is for.
    private struct Misfit: Error {
        let column: String
        let value: String
    }

    /// A value of a row; nil for null, or where there is no such column.
    private static func value<Value: DatabaseValueConvertible>(_ row: Row, _ column: String) throws -> Value? {
        guard let stored = row[column] as DatabaseValue?, !stored.isNull else { return nil }
        guard let value = Value.fromDatabaseValue(stored) else {
            throw Misfit(column: column, value: stored.description)
        }
        return value
    }

    /// - Throws: `Misfit` for what is no feature in the world of the run.
    private func requireFeature(_ uid: Int64?, _ column: String) throws {
        guard let uid else { return }
        let statement = try db.cachedStatement(
            sql: """
                SELECT EXISTS (SELECT 1 FROM feature WHERE uid = ?1)
                    OR EXISTS (SELECT 1 FROM plan_edit WHERE plan = ?2 AND uid = ?1)
                """)
        guard try Bool.fetchOne(statement, arguments: [uid, work.planID]) == true else {
            throw Misfit(column: column, value: String(uid))
        }
    }

    /// Sums the pieces of each subject and object, and tells slivers apart.
    private func keep(_ lines: [Line], of rule: Rule) throws {
        var sums: [Key: RuleAnswer] = [:]
        var order: [Key] = []
        var first: [Key: Int64] = [:]
        for line in lines {
            let uid = line.subject.map { uidOf($0) }
            // Measured without a remainder, as of a parcel wholly covered, is no finding of any size.
            if let area = line.area, area < 0.005, line.measured == nil { continue }
            let key = Key(uid: uid, object: line.object, reason: line.reason)
            if sums[key] == nil {
                try requireFeature(uid, "subject")
                try requireFeature(line.object, "object")
                order.append(key)
                first[key] = line.subject
                sums[key] = RuleAnswer(
                    rule: rule.id, version: rule.version, isUnknown: !line.reason.isEmpty, uid: uid,
                    object: line.object,
                    measured: line.measured, threshold: line.threshold, reason: line.reason)
            }
            if let area = line.area {
                let before = sums[key]?.area ?? 0
                sums[key]?.area = before + area
            }
        }
        let isArea = rule.unit == "m2"
        for key in order {
            guard var answer = sums[key] else { continue }
            if isArea, answer.measured == nil, let area = answer.area, area <= rule.tolerance {
                ignored[rule.id, default: 0] += area
                continue
            }
            answer.place = try place(subject: first[key], object: key.object, uid: key.uid)
            answers.append(answer)
        }
    }

    /// The feature that a subject is, or is a piece of.
    private func uidOf(_ subject: Int64) -> Int64 {
        guard subject < 0, pieces.indices.contains(Int(-subject - 1)) else { return subject }
        return pieces[Int(-subject - 1)].uid
    }

    private func place(subject: Int64?, object: Int64?, uid: Int64?) throws -> Point? {
        if let subject, let object {
            for table in ["overlap", "distance"] {
                let statement = try db.cachedStatement(
                    sql: "SELECT x, y FROM temp.\(table) WHERE subject = ? AND object = ?")
                if let row = try Row.fetchOne(statement, arguments: [subject, object]), let x = row[0] as Double?,
                    let y = row[1] as Double?
                {
                    return Point(x: x, y: y)
                }
            }
        }
        if let subject, subject < 0, let shape = pieces[Int(-subject - 1)].shape { return shape.box.center }
        guard let uid, let shape = try outlines.shape(of: uid) else { return nil }
        return shape.box.center
    }

    /// Features without outline, and pairs that could not be laid over one another: about each of them the rule says
    /// that it does not know.
    private func noteOutlines(of rule: Rule) throws {
        var noted: Set<Int64> = []
        func note(_ uid: Int64, _ object: Int64?, _ reason: String, _ place: Point? = nil) {
            guard noted.insert(object ?? uid).inserted else { return }
            answers.append(
                RuleAnswer(
                    rule: rule.id, version: rule.version, isUnknown: true, uid: uid, object: object, reason: reason,
                    place: place))
        }
        if pairs(of: rule).contains(where: { $0.subject == "change" }) {
            for uid in surveyFaults { note(uid, nil, "survey", try outlines.shape(of: uid)?.box.center) }
        }
        for pair in pairs(of: rule) where pair.kind != .alone {
            if let layer = subjectLayer(pair.subject), !work.isDraft {
                for uid in try withoutOutline(layer) { note(uid, nil, "outline") }
            }
            if pair.kind != .cover, let layer = work.layers[pair.object] {
                for uid in try withoutOutline(layer) { note(uid, nil, "outline") }
            }
            var kind = pair.subject
            if kind == "site" { kind = work.isDraft ? "change" : "XS_XMKJFW" }
            for fault in faults where fault.kind == kind && fault.layer == pair.object {
                if pair.subject == "site", work.isDraft, !sites.contains(fault.part.subject) { continue }
                note(uidOf(fault.part.subject), fault.part.object, fault.part.fault ?? "", fault.part.place)
            }
        }
    }

    private func withoutOutline(_ layer: Layer) throws -> [Int64] {
        guard layer.geometry == .polygon else { return [] }
        return try Int64.fetchAll(
            db,
            sql: """
                SELECT uid FROM feature WHERE layer = ? AND valid_to IS NULL AND area = 0
                    AND uid NOT IN (SELECT uid FROM plan_edit WHERE plan = ?) LIMIT 1000
                """, arguments: [layer.id, work.planID])
    }
}
