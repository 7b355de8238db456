import Foundation
import Rig

/// Boundary-point files as offices send them.
extension Desk {
    /// The box of a parcel's outline, from the layer's R-tree: west, south, east, north.
    func box(of uid: String) throws -> [Double] {
        try sql(
            "SELECT minx, miny, maxx, maxy FROM rtree_DLTB_2025_geom WHERE id = (SELECT fid FROM feature WHERE uid = \(uid))"
        ).split(separator: "|").compactMap { Double($0) }
    }

    /// The corners of a box, clockwise from the south-west: east, north.
    static func corners(_ box: [Double]) -> [(Double, Double)] {
        [(box[0], box[1]), (box[0], box[3]), (box[2], box[3]), (box[2], box[1])]
    }

    /// Writes a TXT of one ring, its corners east and north, into the desk's folder.
    @discardableResult
    func boundary(_ corners: [(Double, Double)], named name: String) throws -> String {
        let path = folder.appending(path: name).path
        try BoundaryTXT.parcel(corners).write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }
}
