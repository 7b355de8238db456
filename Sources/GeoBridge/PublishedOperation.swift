import Phrases

/// A datum transformation that EPSG publishes, such as EPSG:15918 from Beijing 1954 to WGS 84.
package struct PublishedOperation: Hashable, Sendable, Codable {
    /// Such as `EPSG:15918`.
    package var code: String
    package var name: String
    /// Metres; nil where it is not known.
    package var accuracy: Double?
    /// West, south, east, north in degrees, outside of which it does not hold.
    package var area: [Double]
    package var areaName: String

    package var summary: Phrase {
        let size = accuracy.map { "\($0) m" }
        return Phrase(
            "Datum: \(code) \(name), accuracy \(size ?? "unknown"), valid in \(areaName)",
            "基准转换：\(code) \(name)，精度 \(size ?? "未知")，适用范围：\(areaName)")
    }
}

/// What a layer's coordinates went through between two datums, as its row in the project keeps it.
package enum DatumRecord: Hashable, Sendable, Codable {
    case parameters(DatumShift)
    case published(PublishedOperation)

    package var summary: Phrase {
        switch self {
        case .parameters(let shift): shift.summary
        case .published(let operation): operation.summary
        }
    }

    /// West, south, east, north in degrees on the source's datum; nil where nothing is said.
    package var area: [Double]? {
        switch self {
        case .parameters(let shift): shift.area
        case .published(let operation): operation.area
        }
    }
}
