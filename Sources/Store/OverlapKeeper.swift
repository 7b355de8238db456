import GRDB
import Planning

/// Writes what subjects share with objects into the tables that the rules' SQL reads.
final class OverlapKeeper {
    private let overlaps: BulkStatement
    private let distances: BulkStatement
    /// The layer that is bound: a statement keeps what it was given.
    private var layers = (overlaps: "", distances: "")

    init(_ db: Database) throws {
        overlaps = try BulkStatement("INSERT INTO temp.overlap VALUES (?, ?, ?, ?, ?, ?, ?)", in: db)
        distances = try BulkStatement("INSERT INTO temp.distance VALUES (?, ?, ?, ?, ?, ?)", in: db)
    }

    func addOverlap(_ part: SharedPart, _ layer: String) throws {
        try overlaps.run { row in
            row.bind(1, part.subject)
            row.bind(2, part.object)
            if layers.overlaps != layer { row.bind(3, layer) }
            row.bind(4, part.area)
            row.bind(5, part.length)
            row.bind(6, part.place?.x)
            row.bind(7, part.place?.y)
        }
        layers.overlaps = layer
    }

    func addDistance(_ part: SharedPart, _ layer: String) throws {
        try distances.run { row in
            row.bind(1, part.subject)
            row.bind(2, part.object)
            if layers.distances != layer { row.bind(3, layer) }
            row.bind(4, part.distance)
            row.bind(5, part.place?.x)
            row.bind(6, part.place?.y)
        }
        layers.distances = layer
    }
}
