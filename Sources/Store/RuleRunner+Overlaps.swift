import Foundation
import GRDB
import GeoBridge
import Geometry
import Planning

/// Which outlines share what, for the pairs that the running rules ask for and no others.
extension RuleRunner {
    /// Subjects of one kind against one layer.
    private struct Question: Hashable {
        /// `change`, or a layer's name.
        var kind: String
        var layer: String
        var reach: Double?
    }

    /// What the running rules ask of outlines: whether shared shapes are kept, and whether only sites are asked about.
    private var questions: [(question: Question, keepsShapes: Bool, sitesOnly: Bool)] {
        var found: [Question: (keepsShapes: Bool, sitesOnly: Bool)] = [:]
        for rule in running {
            for pair in pairs(of: rule) where pair.kind != .alone && work.layers[pair.object] != nil {
                var kind = pair.subject
                if kind == "site" { kind = work.isDraft ? "change" : "XS_XMKJFW" }
                let question = Question(
                    kind: kind, layer: pair.object, reach: pair.kind == .distance ? pair.reach : nil)
                let before = found[question] ?? (false, true)
                found[question] = (
                    before.keepsShapes || pair.kind == .cover, before.sitesOnly && pair.subject == "site"
                )
            }
        }
        return found.map { ($0.key, $0.value.keepsShapes, $0.value.sitesOnly) }.sorted {
            ($0.question.kind, $0.question.layer, $0.question.reach ?? -1)
                < ($1.question.kind, $1.question.layer, $1.question.reach ?? -1)
        }
    }

    /// Work that was handed out: what subjects share with some objects of a layer.
    private struct Heap {
        var question: Question
        var keepsShapes: Bool
        var ticket: OverlayCrew.Ticket<[SharedPart]>
    }

    func overlap() throws {
        let questions = questions
        let crew = try OverlayCrew(validity, work.system)
        defer { crew.close() }
        if questions.contains(where: { $0.question.kind == "change" }) { try readPieces(crew) }
        places.reserveCapacity(min(pieces.count * 8, 200_000))
        var located: [String: [Located]] = [:]
        let keeper = try OverlapKeeper(db)
        var heaps: [Heap] = []
        var kept = 0
        func keepDone(all: Bool) throws {
            while kept < heaps.count {
                let heap = heaps[kept]
                guard let parts = try all ? crew.value(of: heap.ticket) : heap.ticket.valueIfDone() else { return }
                heaps[kept].ticket = OverlayCrew.Ticket()
                kept += 1
                try keep(parts, of: heap.question, keepsShapes: heap.keepsShapes, keeper)
            }
        }
        for (question, keepsShapes, sitesOnly) in questions {
            guard let layer = work.layers[question.layer] else { continue }
            try tell(layer.table)
            if located[question.kind] == nil {
                located[question.kind] = try self.located(question.kind)
                try measureWholes(question.kind, located[question.kind] ?? [])
            }
            var these = located[question.kind] ?? []
            if question.kind == "change", sitesOnly { these = these.filter { sites.contains($0.id) } }
            guard !these.isEmpty else { continue }
            if let reach = question.reach {
                these = these.map { Located(id: $0.id, box: $0.box.padded(by: reach)) }
            }
            if let heard { for subject in these { try heard(question.layer, subject.id) } }
            let objects = try objects(of: layer, near: these)
            for object in objects { features.insert(object.id) }
            let (reach, isSmall) = (question.reach, these.count <= 64)
            pairCount += try RuleOverlay.measurePairs(
                these, objects, most: 1000,
                subject: { one, object in one.id == object.id ? nil : try subject(one.id) },
                outline: { try outlines.shape(of: $0, in: layer) }
            ) { jobs in
                let count = jobs.reduce(0) { $0 + $1.subjects.count }
                if isSmall, count <= 200 {
                    // A step of a draft comes to few pairs: to wake another thread would take longer than they do.
                    try keepDone(all: true)
                    let parts = try crew.now { try $0.measure(jobs[...], reach: reach, keepsShapes: keepsShapes) }
                    try keep(parts, of: question, keepsShapes: keepsShapes, keeper)
                } else {
                    let ticket = crew.add { try $0.measure(jobs[...], reach: reach, keepsShapes: keepsShapes) }
                    heaps.append(Heap(question: question, keepsShapes: keepsShapes, ticket: ticket))
                    // More would fill the memory with outlines that wait.
                    try keepDone(all: heaps.count - kept > 50)
                }
                // A county's subjects are more than memory should hold.
                if self.subjects.count > 200_000 { self.subjects = self.subjects.filter { $0.key < 0 } }
                try tell("")
            }
        }
        try keepDone(all: true)
        faults.sort { ($0.uid, $0.part.object, $0.layer) < ($1.uid, $1.part.object, $1.layer) }
    }

    /// Makes subjects of the pieces.
    private func readPieces(_ crew: OverlayCrew) throws {
        subjects.reserveCapacity(pieces.count)
        var tickets: [OverlayCrew.Ticket<[RuleSubject]>] = []
        var heap: [(id: Int64, shape: Shape)] = []
        for piece in pieces {
            guard let shape = try piece.shape ?? outlines.shape(of: piece.uid) else { continue }
            heap.append((piece.subject, shape))
            if heap.count == 250 {
                tickets.append(crew.add { [heap] hand in heap.map { hand.subject($0.id, $0.shape) } })
                heap.removeAll()
            }
        }
        for (id, shape) in heap { subjects[id] = crew.now { $0.subject(id, shape) } }
        for ticket in tickets {
            for subject in try crew.value(of: ticket) { subjects[subject.id] = subject }
        }
    }

    /// Keeps what was found where the rules' SQL reads it.
    private func keep(
        _ parts: [SharedPart], of question: Question, keepsShapes: Bool, _ keeper: OverlapKeeper
    ) throws {
        for part in parts {
            if part.fault != nil {
                faults.append(
                    RuleFault(
                        kind: question.kind, layer: question.layer, part: part, isSite: sites.contains(part.subject)))
                continue
            }
            places[Pair(subject: part.subject, object: part.object)] = part.place
            if question.reach != nil {
                try keeper.addDistance(part, question.layer)
            } else {
                if keepsShapes {
                    work.covers.add(part.isAll ? nil : part.shape, area: part.area, part.subject, part.object)
                }
                try keeper.addOverlap(part, question.layer)
            }
        }
    }

    /// The exact areas that `outside` starts from: of pieces as they were measured, of features as they are kept.
    private func measureWholes(_ kind: String, _ subjects: [Located]) throws {
        let isAsked = running.contains { rule in
            pairs(of: rule).contains { pair in
                pair.kind == .cover
                    && (pair.subject == kind || pair.subject == "site" && (kind == "change" || kind == "XS_XMKJFW"))
            }
        }
        guard isAsked else { return }
        for subject in subjects {
            if let area = try self.subject(subject.id)?.area { work.covers.set(area: area, of: subject.id) }
        }
    }

    /// A piece or a feature as what is laid over others; nil for one without outline.
    private func subject(_ id: Int64) throws -> RuleSubject? {
        if let known = subjects[id] { return known }
        guard id >= 0, let shape = try outlines.shape(of: id) else { return nil }
        let made = RuleSubject(id, shape, official)
        subjects[id] = made
        return made
    }

    /// Subjects of a kind with their boxes, from left to right.
    private func located(_ kind: String) throws -> [Located] {
        if kind == "change" {
            return pieces.compactMap { piece in
                subjects[piece.subject].map { Located(id: piece.subject, box: $0.bands.box) }
            }.sorted { $0.box.minX < $1.box.minX }
        }
        guard let layer = work.layers[kind] else { return [] }
        guard work.isDraft else { return try objects(of: layer, near: nil) }
        return try editedFeatures(of: layer).compactMap { uid in
            try subject(uid).map { Located(id: uid, box: $0.bands.box) }
        }.sorted { $0.box.minX < $1.box.minX }
    }
}
