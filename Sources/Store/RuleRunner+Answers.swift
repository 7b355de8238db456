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
        /// 0 for none.
        var reason: Int
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
        func read(_ statement: Statement) throws {
            let names = statement.columnNames.map { $0.lowercased() }
            func column(_ name: String) -> (name: String, index: Int)? { names.firstIndex(of: name).map { (name, $0) } }
            let (subject, object, area) = (column("subject"), column("object"), column("area_m2"))
            let (measured, threshold) = (column("measured"), column("threshold"))
            let (unknown, maybe) = (column("unknown"), column("maybe"))
            let rows = try Row.fetchCursor(statement, arguments: arguments(of: rule, sql))
            while let row = try rows.next() {
                var line = Line(
                    subject: try Self.value(row, subject), object: try Self.value(row, object),
                    area: try Self.value(row, area), measured: try Self.value(row, measured),
                    threshold: try Self.value(row, threshold), reason: try Self.value(row, unknown) ?? "")
                if let other: Int64 = try Self.value(row, maybe) { (line.object, line.reason) = (other, "maybe") }
                lines.append(line)
                guard lines.count < 1_000_000 else {
                    throw DatabaseError(resultCode: .SQLITE_TOOBIG, message: "more than a million rows")
                }
            }
        }
        if work.isReady(rule) {
            try guardian.watch(in: db) { try read(db.cachedStatement(sql: sql)) }
        } else {
            // Not cached: it would be prepared without the guard some day.
            try guardian.run(in: db) { try read(db.makeStatement(sql: sql)) }
        }
        return lines
    }

    /// A value of a result that is not what its column is for.
    private struct Misfit: Error {
        let column: String
        let value: String
    }

    /// A value of a row; nil for null, or where there is no such column.
    private static func value<Value: DatabaseValueConvertible>(
        _ row: Row, _ column: (name: String, index: Int)?
    ) throws -> Value? {
        guard let column else { return nil }
        let stored: DatabaseValue = row[column.index]
        if stored.isNull { return nil }
        guard let value = Value.fromDatabaseValue(stored) else {
            throw Misfit(column: column.name, value: stored.description)
        }
        return value
    }

    /// - Throws: `Misfit` for what is no feature in the world of the run.
    private func requireFeature(_ uid: Int64?, _ column: String) throws {
        guard let uid, !features.contains(uid) else { return }
        let statement = try db.cachedStatement(
            sql: """
                SELECT EXISTS (SELECT 1 FROM feature WHERE uid = ?1)
                    OR EXISTS (SELECT 1 FROM plan_edit WHERE plan = ?2 AND uid = ?1)
                """)
        guard try Bool.fetchOne(statement, arguments: [uid, work.planID]) == true else {
            throw Misfit(column: column, value: String(uid))
        }
        features.insert(uid)
    }

    /// Sums the pieces of each subject and object, and tells slivers apart.
    private func keep(_ lines: [Line], of rule: Rule) throws {
        var sums: [(answer: RuleAnswer, first: Int64?)] = []
        var numbers: [Key: Int] = [:]
        var reasons: [String: Int] = [:]
        numbers.reserveCapacity(lines.count)
        for line in lines {
            let uid = line.subject.map { ChangedPiece.uid(of: $0) }
            // Measured without a remainder, as of a parcel wholly covered, is no finding of any size.
            if let area = line.area, area < 0.005, line.measured == nil { continue }
            var reason = 0
            if !line.reason.isEmpty {
                reason = reasons[line.reason] ?? reasons.count + 1
                reasons[line.reason] = reason
            }
            let number: Int
            let key = Key(uid: uid, object: line.object, reason: reason)
            if let known = numbers[key] {
                number = known
            } else {
                try requireFeature(uid, "subject")
                try requireFeature(line.object, "object")
                number = sums.count
                numbers[key] = number
                sums.append(
                    (
                        RuleAnswer(
                            rule: rule.id, version: rule.version, isUnknown: !line.reason.isEmpty, uid: uid,
                            object: line.object, measured: line.measured, threshold: line.threshold,
                            reason: line.reason), line.subject
                    ))
            }
            if let area = line.area { sums[number].answer.area = (sums[number].answer.area ?? 0) + area }
        }
        let isArea = rule.unit == "m2"
        for (sum, first) in sums {
            var answer = sum
            if isArea, answer.measured == nil, let area = answer.area, area <= rule.tolerance {
                ignored[answer.subject, default: 0] += area
                continue
            }
            answer.place = try place(subject: first, object: answer.object, uid: answer.uid)
            answers.append(answer)
        }
    }

    private func place(subject: Int64?, object: Int64?, uid: Int64?) throws -> Point? {
        if let subject, let object, let place = places[Pair(subject: subject, object: object)] { return place }
        if let subject, let known = subjects[subject] { return known.bands.box.center }
        guard let uid, let shape = try outlines.shape(of: uid) else { return nil }
        return shape.box.center
    }

    /// Features without outline, and pairs that could not be laid over one another: about each of them the rule says
    /// that it does not know.
    ///
    /// - Parameter faults: sorted by subject and object, so that of a bad outline the same pair is told in every run.
    func notes(of rule: Rule, _ faults: [RuleFault]) throws -> [RuleAnswer] {
        var answers: [RuleAnswer] = []
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
                if pair.subject == "site", work.isDraft, !fault.isSite { continue }
                note(fault.uid, fault.part.object, fault.part.fault ?? "", fault.part.place)
            }
        }
        return answers
    }

    private func withoutOutline(_ layer: Layer) throws -> [Int64] {
        guard layer.geometry == .polygon else { return [] }
        if let known = bare[layer.id] { return known }
        let found = try Int64.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT f.uid FROM feature AS f WHERE f.layer = ? AND f.valid_to IS NULL AND f.area = 0
                        AND NOT EXISTS (SELECT 1 FROM plan_edit AS e WHERE e.plan = ? AND e.uid = f.uid) LIMIT 1000
                    """), arguments: [layer.id, work.planID])
        bare[layer.id] = found
        return found
    }
}
