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
        try forEachChangedPiece(from: first, to: second) { piece in
            try body(
                CountyChange(
                    village: place(of: piece.village).code, before: piece.before.landUse, after: piece.after.landUse,
                    shape: piece.shape))
        }
    }
}
