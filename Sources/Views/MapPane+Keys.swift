import Canvas
import Phrases

extension MapPane {
    /// The keys that every map has.
    static let offers: [Action] = [
        .moveDown, .moveUp, .moveLeft, .moveRight, .pageDown, .pageUp, .zoomIn, .zoomOut, .zoomWhole, .glyphs,
    ]

    /// Answers a key that every map has.
    ///
    /// - Returns: false for any other.
    mutating func handle(_ action: Action, count: Int?, _ session: Session) throws -> Bool {
        let height = viewport?.size.rows ?? 10
        switch action {
        case .moveDown: move(columns: 0, rows: count ?? 1)
        case .moveUp: move(columns: 0, rows: -(count ?? 1))
        case .moveLeft: move(columns: -(count ?? 1), rows: 0)
        case .moveRight: move(columns: count ?? 1, rows: 0)
        case .pageDown: scroll(rows: height - 1)
        case .pageUp: scroll(rows: 1 - height)
        case .zoomIn: zoom(by: count ?? 1)
        case .zoomOut: zoom(by: -(count ?? 1))
        case .zoomWhole: try showWhole(session)
        case .glyphs:
            let all = Glyphs.allCases
            session.choose(all[((all.firstIndex(of: session.glyphs) ?? 0) + 1) % all.count])
        default: return false
        }
        return true
    }
}
