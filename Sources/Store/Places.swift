import GRDB
import GeoBridge
import Geometry

extension Project {
    /// What reads places that people type, in the coordinates of this project and with the outlines of a plan's world.
    package func placeReader(plan: Int64) throws -> PlaceReader {
        let layers = try layers().filter { $0.geometry != nil }
        let units = layers.filter { $0.role == .units }
        let county = (units.isEmpty ? layers : units).reduce(Box.empty) { $0.union($1.box) }
        return PlaceReader(system: try coordinateSystem(), county: county) { [self] uid in
            try shape(of: uid, plan: plan)
        }
    }
}
