import Geometry

/// A raster grid of a file as its reader found it: its first band.
package struct SourceGrid: Hashable, Sendable {
    /// How the source writes its numbers. The stream's tiles are 32-bit floats always, which hold 16-bit integers exactly.
    package enum Sample: UInt8, Sendable {
        case int16, float32
        /// One that 32-bit floats do not always hold exactly.
        case wider
    }

    package var name: String
    package var place: GridPlace
    package var sample: Sample
    /// The source's number for cells without a value; in tiles they are NaN.
    package var noData: Double?
    /// Of the values, such as "m"; empty where nobody says.
    package var unit: String
    /// How many bands the source has.
    package var bands: Int
    package var crsWKT: String?
    package var crsAuthority: String?
    /// GDAL's short name of the format, such as "GTiff".
    package var driver: String

    package init(
        name: String, place: GridPlace, sample: Sample = .float32, noData: Double? = nil, unit: String = "",
        bands: Int = 1, crsWKT: String? = nil, crsAuthority: String? = nil, driver: String = ""
    ) {
        self.name = name
        self.place = place
        self.sample = sample
        self.noData = noData
        self.unit = unit
        self.bands = bands
        self.crsWKT = crsWKT
        self.crsAuthority = crsAuthority
        self.driver = driver
    }

    /// Cells in the side of a tile.
    package static let tileSide = 256
    /// How many tiles lie beside each other, and below each other.
    package var tilesAcross: Int { (place.columns + Self.tileSide - 1) / Self.tileSide }
    package var tilesDown: Int { (place.rows + Self.tileSide - 1) / Self.tileSide }
}

/// A square of cells of a grid; at the eastern and southern border it is cut.
///
/// Payload: tile column, tile row (UInt32), columns, rows (UInt16), then the values (32-bit floats), row by row from the
/// north, NaN where there is none.
package struct GridTile: Sendable {
    package var column: Int
    package var row: Int
    package var columns: Int
    package var rows: Int
    package var values: [Float]

    package init(column: Int, row: Int, columns: Int, rows: Int, values: [Float]) {
        precondition(values.count == columns * rows, "a value for each cell")
        self.column = column
        self.row = row
        self.columns = columns
        self.rows = rows
        self.values = values
    }
}

extension SourceGrid {
    init(from reader: inout ByteReader) throws(StreamFault) {
        name = try reader.text()
        let corner = Point(x: try reader.real(), y: try reader.real())
        let (width, height) = (try reader.real(), try reader.real())
        let columns = Int(try reader.integer(UInt32.self)), rows = Int(try reader.integer(UInt32.self))
        place = GridPlace(corner: corner, cellWidth: width, cellHeight: height, columns: columns, rows: rows)
        guard place.isSound, let sample = Sample(rawValue: try reader.integer()) else { throw .malformed }
        self.sample = sample
        noData = try reader.optional { reader throws(StreamFault) in try reader.real() }
        unit = try reader.text()
        bands = Int(try reader.integer(UInt32.self))
        crsWKT = try reader.optional { reader throws(StreamFault) in try reader.text() }
        crsAuthority = try reader.optional { reader throws(StreamFault) in try reader.text() }
        driver = try reader.text()
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.put(name)
        for number in [place.corner.x, place.corner.y, place.cellWidth, place.cellHeight] { bytes.put(number) }
        bytes.put(UInt32(clamping: place.columns))
        bytes.put(UInt32(clamping: place.rows))
        bytes.put(sample.rawValue)
        bytes.put(optional: noData) { $0.put($1) }
        bytes.put(unit)
        bytes.put(UInt32(clamping: bands))
        bytes.put(optional: crsWKT) { $0.put($1) }
        bytes.put(optional: crsAuthority) { $0.put($1) }
        bytes.put(driver)
    }
}

extension GridTile {
    init(from reader: inout ByteReader) throws(StreamFault) {
        column = Int(try reader.integer(UInt32.self))
        row = Int(try reader.integer(UInt32.self))
        columns = Int(try reader.integer(UInt16.self))
        rows = Int(try reader.integer(UInt16.self))
        let side = 1...SourceGrid.tileSide
        guard side.contains(columns), side.contains(rows) else { throw .malformed }
        values = try reader.floats(columns * rows)
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.put(UInt32(clamping: column))
        bytes.put(UInt32(clamping: row))
        bytes.put(UInt16(clamping: columns))
        bytes.put(UInt16(clamping: rows))
        bytes.reserveCapacity(bytes.count + 4 * values.count)
        for value in values { bytes.put(value.bitPattern) }
    }
}
