import GRDB
import Geometry
import Phrases

extension OutlineWork {
    /// Merges features that touch along edges into one, with a number of its own; unit, name and attributes are those of
    /// the largest.
    ///
    /// - Parameter class: nil keeps the class that they have in common.
    func merge(_ parents: [DraftFeature], as class: Int64?) throws -> DraftFeature {
        guard parents.count > 1, let first = parents.first else {
            throw Refusal(.usage, "It takes two features to merge; name more.", "至少需要两个要素才能合并。")
        }
        let numbers = parents.map { String($0.uid) }.joined(separator: ", ")
        if let other = parents.first(where: { $0.layer != first.layer }) {
            throw Refusal(
                .usage, "\(first.uid) and \(other.uid) were not merged: they are of different layers.",
                "\(first.uid) 与 \(other.uid) 属于不同图层，未合并。")
        }
        guard let largest = parents.max(by: { ($0.area, -$0.uid) < ($1.area, -$1.uid) }) else { return first }
        guard let code = `class` ?? (Set(parents.map(\.class)).count == 1 ? first.class : nil) else {
            throw Refusal(
                .usage, "\(numbers) were not merged: they are of several classes; say which it becomes with --to.",
                "\(numbers) 未合并：地类不一，请用 --to 指明合并后的地类。")
        }
        let shape = try united(parents, numbers)
        var merged = [
            DraftFeature(
                uid: try Project.reserveUIDs(1, in: db), layer: first.layer, class: code, unit: largest.unit, area: 0,
                number: "", name: largest.name, attributes: nil, shape: shape, origins: [], base: nil,
                isReshaped: true)
        ]
        try share(parents, among: &merged)
        let attributes = try FeatureAttributes(of: largest, try layer(first.layer), in: db)
        try settle(&merged, from: parents, attributes)
        return merged[0]
    }

    private func united(_ parents: [DraftFeature], _ numbers: String) throws -> Shape {
        let union = try geos.union(parents.map(\.shape))
        // What two outlines leave between them for rounding is no hole.
        let shape = Shape(
            polygons: union.nested.map { rings in
                rings.enumerated().filter { index, ring in
                    index == 0 || Shape(polygon: [ring]).planeArea > speck
                }.map(\.element)
            })
        let parts = parents.reduce(0) { $0 + $1.shape.partEnds.count }
        guard shape.partEnds.count <= parts - parents.count + 1 else {
            let apart = parents.first { parent in
                !parents.contains { other in
                    other.uid != parent.uid && sharesEdge(parent.shape, other.shape)
                }
            }
            let who = apart.map { String($0.uid) } ?? numbers
            throw Refusal(
                .usage, "\(numbers) were not merged: \(who) shares no edge with the others.",
                "\(numbers) 未合并：\(who) 与其余图斑没有公共边。")
        }
        return shape
    }

    private func sharesEdge(_ a: Shape, _ b: Shape) -> Bool {
        guard a.box.padded(by: tolerance).intersects(b.box) else { return false }
        var found = false
        a.forEachEdge { from, to in
            let middle = Point(x: (from.x + to.x) / 2, y: (from.y + to.y) / 2)
            if !found, b.isOnOutline(middle, within: tolerance) { found = true }
        }
        if found { return true }
        b.forEachEdge { from, to in
            let middle = Point(x: (from.x + to.x) / 2, y: (from.y + to.y) / 2)
            if !found, a.isOnOutline(middle, within: tolerance) { found = true }
        }
        return found
    }
}
