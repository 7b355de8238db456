import Geometry
import Planning

/// A piece of land whose class differs between two surveys.
package struct CountyChange: Hashable, Sendable {
    /// The village, in 12 digits.
    package let village: String
    package let before: LandUseCode
    package let after: LandUseCode
    package let shape: Shape
}

extension County {
    /// Everything that changed from one survey to another, village after village. The pieces are the parts that two
    /// parcels of different class have in common; the land that is in none of them kept its class.
    package func forEachChange(from first: Int, to second: Int, _ body: (CountyChange) throws -> Void) rethrows {
        let base = years.first ?? first
        for village in layout.villages {
            let before = painter.paint(village, age: Double(first - base))
            let after = painter.paint(village, age: Double(second - base))
            let values = before.cover.indices.map { cell -> UInt64 in
                before.cover[cell] == after.cover[cell]
                    ? 0 : Dice.mix(before.piece[cell] ^ Dice.mix(after.piece[cell])) | 1
            }
            let areas = Areas(width: before.width, height: before.height, values: values)
            var drawing = Drawing(cellsOf: before, areas, lattice)
            let code = place(of: village).code
            for number in 0..<areas.count {
                let first = Int(areas[number].first ?? 0)
                try body(
                    CountyChange(
                        village: code, before: before.cover[first].landUse, after: after.cover[first].landUse,
                        shape: drawing.shape(of: [areas[number]])))
            }
        }
    }
}
