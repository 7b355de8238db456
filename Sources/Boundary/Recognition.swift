import Phrases

/// Which dialect the parcels are written in, by the number of fields, the layout of points and the size of coordinates.
struct Recognition {
    let dialect: BoundaryDialect?
    /// How many fields most parcel lines have.
    let count: Int

    init(_ parcels: [RawParcel], _ columns: [Columns]) {
        var counts: [Int: Int] = [:]
        for parcel in parcels { counts[parcel.fields.count, default: 0] += 1 }
        let most = counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? 0
        count = most
        let chosen = zip(parcels, columns).filter { $0.0.fields.count == most }
        let isLinked = parcels.count(where: \.hasSides) * 2 > parcels.count
        dialect =
            switch most {
            case _ where isLinked: .linkage
            case 13: .farmland
            case 9...12: .extended
            case 8: Self.ofEight(chosen.map(\.0))
            case 4: Self.ofFour(chosen)
            default: nil
            }
    }

    private static func ofEight(_ parcels: [RawParcel]) -> BoundaryDialect {
        if parcels.allSatisfy({ $0.fields[6] == "建筑用地" }) { return .approval }
        let leavesOutClosing = parcels.allSatisfy { parcel in
            let closed = parcel.closings
            return closed > 0 && Int(parcel.fields[0].halfWidth) == parcel.lineCount - closed
        }
        return leavesOutClosing ? .supply : .common
    }

    private static func ofFour(_ parcels: [(RawParcel, Columns)]) -> BoundaryDialect {
        let degrees = parcels.count { $0.1.system == .degrees }
        if degrees * 2 > parcels.count { return .enforcement }
        let east = parcels.count { $0.1.isEastFirst == true }
        let hasCount = parcels.allSatisfy { parcel, _ in
            let count = Int(parcel.fields[0].halfWidth)
            return count == parcel.lineCount || count == parcel.lineCount - parcel.closings
        }
        let isEmpty = parcels.allSatisfy { $0.0.fields[3].isEmpty }
        if isEmpty { return hasCount && east * 2 > parcels.count ? .balance : .onemap }
        return hasCount || east * 2 > parcels.count ? .balance : .onemap
    }
}

extension RawParcel {
    /// How many rings end with their first point, by the numbers as they stand.
    var closings: Int {
        var count = 0
        var start = 0
        for index in points.indices {
            let isLast = index + 1 == points.count || points[index + 1].ring != points[index].ring
            let (first, point) = (points[start], points[index])
            if index > start + 1, first.first != nil, first.second != nil, first.first == point.first,
                first.second == point.second
            {
                count += 1
                start = index + 1
            }
            if isLast { start = index + 1 }
        }
        return count
    }
}
