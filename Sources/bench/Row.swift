/// A line of the table: what was measured at which size, our figure, a peer's, and what was hoped for.
struct Row {
    /// What a figure must keep to.
    enum Goal {
        /// Ours is at most so much of the peer's.
        case ratio(Double)
        case most(Double)
        case least(Double)
        /// Told, not judged.
        case none
    }

    var what: String
    var size: Int
    /// nil where it could not be measured.
    var ours: Double?
    /// nil where there is no peer, or none is installed.
    var peer: Double? = nil
    var peerName = ""
    var unit: String
    var goal: Goal
    /// What the figure was, where it is the worst of several.
    var note = ""

    var ratio: Double? {
        guard let ours, let peer, peer > 0 else { return nil }
        return ours / peer
    }

    /// nil where there is no goal, or nothing to hold against it.
    var isMet: Bool? {
        switch goal {
        case .ratio(let most): ratio.map { $0 <= most }
        case .most(let most): ours.map { $0 <= most }
        case .least(let least): ours.map { $0 >= least }
        case .none: nil
        }
    }

    private var goalText: String {
        switch goal {
        case .ratio(let most): most < 0.5 ? "<= 1/\(Int((1 / most).rounded())) peer" : "<= \(most) x peer"
        case .most(let most): "<= \(Self.short(most)) \(unit)"
        case .least(let least): ">= \(Self.short(least)) \(unit)"
        case .none: "-"
        }
    }

    // MARK: As text

    static let header = line(["what", "size", "ours", "peer", "ratio", "goal", "met", "peer is"])

    var text: String {
        let mine = ours.map { "\(Self.short($0)) \(unit)" } ?? "not measured"
        let theirs = peer.map { "\(Self.short($0)) \(unit)" } ?? (peerName.isEmpty ? "-" : "no peer")
        let met = isMet.map { $0 ? "yes" : "NO" } ?? "-"
        let told = peerName.isEmpty ? note : peerName
        return Self.line([
            what, String(size), mine, theirs, ratio.map(Self.short) ?? "-", goalText, met, told,
        ])
    }

    private static func line(_ cells: [String]) -> String {
        zip(cells, [36, 9, 15, 12, 10, 17, 5, 0]).map { text, width in
            text + String(repeating: " ", count: max(1, width - text.count))
        }.joined()
    }

    /// Three digits that count.
    static func short(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
        let decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 4
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let rounded = (value * scale).rounded() / scale
        return decimals == 0 ? String(Int(rounded)) : String(rounded)
    }

    // MARK: For machines

    static let csvHeader = "what,size,ours,unit,peer,peer_is,ratio,goal,met"

    var csv: String {
        func number(_ value: Double?) -> String { value.map { "\($0)" } ?? "" }
        return [
            what, String(size), number(ours), unit, number(peer), peerName, number(ratio), goalText,
            isMet.map { $0 ? "yes" : "no" } ?? "",
        ].map { $0.contains(",") ? "\"\($0)\"" : $0 }.joined(separator: ",")
    }
}
