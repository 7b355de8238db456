import Foundation

/// Boundary-point files as offices send them, in the common dialect, as text with LF; every figure follows by hand.
package enum BoundaryTXT {
    package static let office = "某县自然资源局"

    /// Lines 1 to 12: the whole first section, and the head of the second.
    package static func header(zone: Int) -> String {
        """
        [属性描述]
        格式版本号=1.01版本
        数据产生单位=\(office)
        数据产生日期=2026-03-05
        坐标系=2000国家大地坐标系
        几度分带=3
        投影类型=高斯克吕格
        计量单位=米
        带号=\(zone)
        精度=0.001
        转换参数=,,,,,,
        [地块坐标]

        """
    }

    /// A square of 100 m (1.0000 ha) in zone 38: its parcel line is line 13, its points are lines 14 to 18.
    package static let square =
        header(zone: 38) + """
            5,1.0000,01,方块,面,F49G001001,建设用地,0601,@
            J1,1,2600100.000,38400000.000
            J2,1,2600100.000,38400100.000
            J3,1,2600000.000,38400100.000
            J4,1,2600000.000,38400000.000
            J1,1,2600100.000,38400000.000

            """

    /// One parcel of one ring that states no area.
    ///
    /// - Parameter corners: east with the zone's number, and north; not closed. In the file X is the northing.
    package static func parcel(_ corners: [(Double, Double)], zone: Int = 39) -> String {
        let points = (corners + corners.prefix(1)).enumerated().map { index, corner in
            "J\(index % corners.count + 1),1,\(String(format: "%.3f", corner.1)),\(String(format: "%.3f", corner.0))\n"
        }
        return header(zone: zone) + "\(points.count),,1,地块一,面,,,,@\n" + points.joined()
    }
}
