/// A line of the table: what was measured at which size, our figure, a peer's, and what was hoped for.
struct Row {
    var what: String
    var size: Int
    var ours: Double
    /// nil where there is no peer, or none is installed.
    var peer: Double? = nil
    var peerName: String
    var unit: String
    var goal: String

    static let header = line(["what", "size", "ours", "peer", "ratio", "goal", "peer is"])

    var text: String {
        let ratio = peer.map { Self.short(ours / $0) } ?? "-"
        let theirs = peer.map { "\(Self.short($0)) \(unit)" } ?? (peerName.isEmpty ? "-" : "no peer")
        return Self.line([what, String(size), "\(Self.short(ours)) \(unit)", theirs, ratio, goal, peerName])
    }

    private static func line(_ cells: [String]) -> String {
        zip(cells, [30, 9, 12, 12, 8, 10, 0]).map { text, width in
            text + String(repeating: " ", count: max(1, width - text.count))
        }.joined()
    }

    /// Three digits that count.
    static func short(_ value: Double) -> String {
        let decimals = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 4
        var scale = 1.0
        for _ in 0..<decimals { scale *= 10 }
        let rounded = (value * scale).rounded() / scale
        return decimals == 0 ? String(Int(rounded)) : String(rounded)
    }
}
