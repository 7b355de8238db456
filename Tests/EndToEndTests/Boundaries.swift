import Foundation

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

    /// A TXT of one ring, its corners east and north; in the file X is the northing.
    static func boundaryText(_ corners: [(Double, Double)]) -> String {
        let points = (corners + corners.prefix(1)).enumerated().map { index, corner in
            "J\(index % corners.count + 1),1,\(String(format: "%.3f", corner.1)),\(String(format: "%.3f", corner.0))"
        }
        return """
            [属性描述]
            格式版本号=1.01版本
            数据产生单位=竺阳县自然资源局
            数据产生日期=2026-03-05
            坐标系=2000国家大地坐标系
            几度分带=3
            投影类型=高斯克吕格
            计量单位=米
            带号=39
            精度=0.001
            转换参数=,,,,,,
            [地块坐标]
            \(points.count),,1,地块一,面,,,,@

            """ + points.joined(separator: "\n") + "\n"
    }

    /// Writes such a file into the desk's folder.
    @discardableResult
    func boundary(_ corners: [(Double, Double)], named name: String) throws -> String {
        let path = folder.appending(path: name).path
        try Self.boundaryText(corners).write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }
}
