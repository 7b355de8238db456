import Canvas
import Commands
import Geometry
import Phrases
import Store

/// An outline whose vertices are shown with their numbers, and the one that is picked.
package struct VertexPick: Sendable {
    package var uid: Int64
    /// From 1 over all rings; nil when none is picked.
    package var picked: Int?
    /// The numbered vertices; the point that closes a ring is not counted again.
    package var points: [Point] = []

    package init(uid: Int64, picked: Int? = nil) {
        self.uid = uid
        self.picked = picked
    }

    package var point: Point? { picked.flatMap { points.indices.contains($0 - 1) ? points[$0 - 1] : nil } }

    /// Moves the picked vertex to a place that was typed.
    func moved(to text: String, _ session: Session) -> [Effect] {
        guard let picked else {
            return [.say(say("Pick a vertex first: n, or its number and G.", "请先选顶点：n，或 编号 G。"), isTrouble: true)]
        }
        return [.run("plan vertex move \(uid) \(picked) --to \(Words.join([text])) --plan %plan")]
    }

    /// Which vertex is picked, where it is, and how far the cursor is from it.
    func state(_ session: Session, cursor: Point?) -> String {
        guard let picked, let point else {
            return say(
                "vertices of \(uid): \(points.count)  n, or number G picks one",
                "\(uid) 顶点 \(points.count) 个  n 或 编号 G 选取")
        }
        var text = say("vertex \(picked)/\(points.count) of \(uid): ", "\(uid) 顶点 \(picked)/\(points.count)：")
        text += "\(Decimals.text(point.x, decimals: 3)),\(Decimals.text(point.y, decimals: 3))"
        if let cursor, cursor != point { text += "  > \(session.metres(session.leg(from: point, to: cursor).metres))" }
        return text
    }
}

extension CountyView {
    /// Shows the vertices of the parcel under the list's cursor with their numbers, or leaves them.
    mutating func toggleVertices(_ session: Session) throws -> [Effect] {
        if vertices != nil {
            vertices = nil
            return []
        }
        _ = try session.draft()
        guard let uid = list.current?.uid, let shape = try session.project.shape(of: uid, plan: session.planID) else {
            return [.say(say("This parcel has no outline.", "该图斑没有图形。"), isTrouble: true)]
        }
        (isSketching, isMapAsked) = (false, true)
        vertices = VertexPick(uid: uid)
        if !showsMapOnly { focus = .map }
        map.frame(shape, margin: 0.15)
        try refreshVertices(session)
        return [
            .say(
                say(
                    "n N or number G picks, Enter moves it to the cursor, p to a typed place, K adds, D deletes.",
                    "n N 或 编号 G 选取，回车移到光标处，p 移到键入坐标，K 加点，D 删点，V 离开。"))
        ]
    }

    mutating func refreshVertices(_ session: Session) throws {
        guard var pick = vertices else { return }
        guard let shape = try session.project.shape(of: pick.uid, plan: session.planID) else {
            vertices = nil
            return
        }
        pick.points = shape.numberedVertices
        if let picked = pick.picked, picked > pick.points.count { pick.picked = nil }
        vertices = pick
    }

    mutating func vertexKey(_ action: Action, _ count: Int?, _ session: Session) throws -> [Effect]? {
        guard var pick = vertices, isOnMap else { return nil }
        let none: [Effect] = [
            .say(say("Pick a vertex first: n, or its number and G.", "请先选顶点：n，或 编号 G。"), isTrouble: true)
        ]
        switch action {
        case .findNext, .findPrevious:
            let step = action == .findNext ? 1 : -1
            let total = max(1, pick.points.count)
            pick.picked = pick.picked.map { ($0 - 1 + step + total) % total + 1 } ?? (step > 0 ? 1 : total)
        case .last, .first:
            let number = count ?? (action == .first ? 1 : pick.points.count)
            guard pick.points.indices.contains(number - 1) else {
                return [
                    .say(
                        say("There are \(pick.points.count) vertices.", "共 \(pick.points.count) 个顶点。"), isTrouble: true)
                ]
            }
            pick.picked = number
        case .snap:
            guard let cursor = map.point else { return [] }
            pick.picked = pick.points.indices.min {
                pick.points[$0].distance(to: cursor) < pick.points[$1].distance(to: cursor)
            }
            .map { $0 + 1 }
        case .open:
            guard let cursor = map.point else { return [] }
            guard pick.picked != nil else { return none }
            guard cursor != pick.point else {
                return [.say(say("Move the cursor to where the vertex shall be.", "请先把光标移到目标位置。"), isTrouble: true)]
            }
            return pick.moved(to: Sketch.text(cursor), session)
        case .typePlace: return pick.picked == nil ? none : [.ask(.place)]
        case .addVertex:
            guard let picked = pick.picked, let cursor = map.point else { return none }
            return [.run("plan vertex add \(pick.uid) --after \(picked) --at \(Sketch.text(cursor)) --plan %plan")]
        case .remove:
            guard let picked = pick.picked else { return none }
            return [
                .confirm(
                    say("Delete vertex \(picked) of \(pick.uid)? y deletes", "删除 \(pick.uid) 的第 \(picked) 号顶点？按 y 删除"),
                    line: "plan vertex delete \(pick.uid) \(picked) --plan %plan")
            ]
        case .back:
            vertices = nil
            return []
        default: return nil
        }
        vertices = pick
        if let point = pick.point { map.reveal(point) }
        return []
    }
}
