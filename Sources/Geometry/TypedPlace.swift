/// A place as somebody wrote it: where it starts, and how it goes on from there.
///
/// `PlaceText` reads it, `PlaceReader` (GeoBridge) finds the point.
package struct TypedPlace: Hashable, Sendable {
    package enum Start: Hashable, Sendable {
        /// Two plain numbers in the order in which they stand; what they are follows from their size.
        case pair(Double, Double)
        /// Degrees, east and north. `isOrderTold`: letters, or a number beyond 90, say which is which.
        case degrees(longitude: Double, latitude: Double, isOrderTold: Bool)
        /// A vertex of a feature, numbered from 1.
        case vertex(uid: Int64, number: Int)
        /// The point before it.
        case last
    }

    package enum Move: Hashable, Sendable {
        /// Degrees clockwise from grid north, and metres on the grid.
        case bearing(Double, metres: Double)
        /// Beside its foot on edge `number` of a feature, by so many metres on its own side; below 0 on the other.
        case offset(uid: Int64, edge: Int, metres: Double)
    }

    package var start: Start
    package var moves: [Move]
    /// As it was written.
    package var text: String
}
