import Commands
import Geometry
import Phrases
import Store

/// Finding, filtering, going to, and labels: what the county view does with text.
extension CountyView {
    package mutating func answer(_ kind: Prompt.Kind, _ text: String, _ session: Session) throws -> [Effect] {
        switch kind {
        case .filter: return try filter(text, session)
        case .find:
            match = text
            return try find(next: true, session)
        case .goTo: return try go(to: text, session)
        case .place: return try take(place: text, session)
        default: return []
        }
    }

    mutating func filter(_ text: String, _ session: Session) throws -> [Effect] {
        let before = (list.filterText, list.query)
        do {
            try list.set(filter: text, session)
        } catch {
            try list.set(filter: before.0, sort: before.1.sort, session)
            throw error
        }
        try select(session)
        if list.query.filter != .all, let count = list.total { return [passed(count, session)] }
        return countJob(session)
    }

    /// How many parcels a filter lets pass, and how many it hides.
    private func passed(_ count: Int, _ session: Session) -> Effect {
        let all = session.counts[session.survey?.id ?? 0] ?? 0
        return .say(
            say(
                "\(count) of \(all) pass the filter, \(max(0, all - count)) are hidden.",
                "共 \(all) 个，符合 \(count) 个，隐藏 \(max(0, all - count)) 个。"))
    }

    /// Counts the rows of a filter beside the screen.
    func countJob(_ session: Session) -> [Effect] {
        guard list.query.filter != .all, list.total == nil else { return [] }
        let query = list.query
        return [.job(Job(name: "count", what: Phrase("counting", "正在计数")) { project, _ in try project.count(query) })]
    }

    package mutating func receive(
        _ job: String, _ result: Result<any Sendable, any Error>, _ session: Session
    ) throws -> [Effect] {
        if job == "count", case .success(let value) = result, let count = value as? Int {
            list.set(total: count)
            return [passed(count, session)]
        }
        if job == "find", case .success(let value) = result {
            guard let uid = value as? Int64, try list.go(to: uid, session) else {
                return [.say(say("No parcel has \(match).", "没有图斑含“\(match)”。"))]
            }
            try select(session)
            return [.say("")]
        }
        if job == "count" || job == "find", case .failure(let error) = result { throw error }
        return []
    }

    /// The next or previous row that has the words; looked for beside the screen, since it may be far.
    func find(next: Bool, _ session: Session) throws -> [Effect] {
        guard !match.isEmpty else { return [.ask(.find)] }
        var query = list.query
        guard query.filter == .all else {
            return [
                .say(say("Find works on the whole list; Esc clears the filter.", "请先按 Esc 清除筛选，再查找。"), isTrouble: true)
            ]
        }
        query.filter = .words(match)
        let start = list.current.map(query.key)
        return [
            .job(
                Job(name: "find", what: Phrase("looking for \(match)", "正在查找“\(match)”")) { [query] project, _ in
                    let found = try project.parcels(query, after: start, backward: !next, limit: 1)
                    if let uid = found.last?.uid { return uid }
                    return try project.parcels(query, backward: !next, limit: 1).last?.uid ?? Int64(-1)
                })
        ]
    }

    /// Goes to a parcel, a number (BSM), or a coordinate.
    private mutating func go(to text: String, _ session: Session) throws -> [Effect] {
        let numbers = text.split { $0 == "," || $0.isWhitespace || $0 == "，" }
        if numbers.count > 1 || text.contains("@") || text.contains("°") {
            guard let place = try session.places(text, after: []).first else { return [] }
            map.reveal(place.point, center: true)
            if !showsMapOnly { focus = .map }
            return try identify(session)
        }
        let uid = try session.project.uids([text], layer: session.survey?.id)[0]
        guard try list.go(to: uid, session) else {
            return [.push(CardView(uid: uid))]
        }
        try select(session)
        return []
    }

    // MARK: Labels

    mutating func startLabels() {
        let letters = Array("asdfghjklqwertyuiopzxcvbnm")
        labelStart = ""
        for (index, parcel) in list.visible.enumerated() {
            labels[parcel.uid] = "\(letters[index / letters.count % letters.count])\(letters[index % letters.count])"
        }
    }

    package mutating func take(key: String, _ session: Session) throws -> [Effect]? {
        guard !labels.isEmpty else { return nil }
        labelStart += key
        if let uid = labels.first(where: { $0.value == labelStart })?.key {
            labels = [:]
            _ = try list.go(to: uid, session)
            try select(session)
        } else if !labels.values.contains(where: { $0.hasPrefix(labelStart) }) {
            labels = [:]
        }
        return []
    }
}
