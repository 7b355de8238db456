import Geometry
import Phrases

/// What GEOS could not do, with its own words.
package struct GEOSError: Error, Hashable, Sendable, CustomStringConvertible {
    package var operation: Phrase
    /// GEOS speaks English only.
    package var reason: String

    package var description: String {
        say("GEOS failed \(operation.english): \(reason)", "GEOS \(operation.chinese)失败: \(reason)")
    }
}

/// Whether a geometry is valid in the sense of the OGC Simple Features, and if not, why and where.
package struct ValidityReport: Hashable, Sendable {
    /// nil when the geometry is valid.
    package var reason: Phrase?
    /// A place where it is broken, when one is known.
    package var place: Point?

    package var isValid: Bool { reason == nil }

    package static let valid = ValidityReport()

    init(reason: Phrase? = nil, place: Point? = nil) {
        self.reason = reason
        self.place = place
    }

    /// - Parameter reason: in the words of GEOS's `TopologyValidationError`.
    init(geos reason: String, place: Point?) {
        let chinese: [String: String] = [
            "Topology Validation Error": "拓扑错误",
            "Repeated Point": "重复点",
            "Hole lies outside shell": "内环在外环之外",
            "Holes are nested": "内环相互嵌套",
            "Interior is disconnected": "内部不连通",
            "Self-intersection": "边界自相交",
            "Ring Self-intersection": "环自相交",
            "Nested shells": "外环相互嵌套",
            "Duplicate Rings": "环重复",
            "Too few points in geometry component": "点数过少",
            "Invalid Coordinate": "坐标无效",
            "Ring is not closed": "环未闭合",
        ]
        self.reason = Phrase(reason, chinese[reason] ?? reason)
        self.place = place
    }
}

/// A geometry made valid.
package struct Repair: Hashable, Sendable {
    /// Polygons only, valid; empty when nothing with an area was left.
    package var shape: Shape
    /// How many lines and points the repair left over and dropped, such as spikes and collapsed rings.
    package var dropped: Int

    /// What was dropped, as a sentence; nil when nothing was.
    package var note: Phrase? {
        if dropped == 0 { return nil }
        return Phrase(
            "\(dropped) \(dropped == 1 ? "piece" : "pieces") without area dropped.", "舍去 \(dropped) 个无面积的碎片。")
    }
}
