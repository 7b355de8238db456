import Geometry

/// A layer of a file as its reader found it, before the import gives it a role.
package struct SourceLayer: Hashable, Sendable {
    package var name: String
    package var fields: [SourceField]
    /// False for a mere table.
    package var hasGeometry: Bool
    /// Nil when the kinds are mixed or unknown, and for a mere table.
    package var geometryKind: Shape.Kind?
    package var hasZ: Bool
    /// The source's own words: WKT 1 as GeoPackage wants it, WKT 2 where WKT 1 lacks the words. Axes of every
    /// geometry in the stream are x east, y north, whatever the WKT says.
    package var crsWKT: String?
    /// Such as "EPSG:4526": stated by the source, or the one entry of the register that equals its definition.
    package var crsAuthority: String?
    /// Nil where counting would mean reading the file.
    package var featureCount: Int?
    /// What the source says its features cover, in its own coordinates; nil where knowing would mean reading the file. Not
    /// to be trusted: files say what they like.
    package var extent: Box?
    package var encoding: SourceEncoding
    /// GDAL's short name of the format, such as "ESRI Shapefile".
    package var driver: String

    package init(
        name: String, fields: [SourceField] = [], hasGeometry: Bool = true, geometryKind: Shape.Kind? = nil,
        hasZ: Bool = false, crsWKT: String? = nil, crsAuthority: String? = nil, featureCount: Int? = nil,
        extent: Box? = nil,
        encoding: SourceEncoding = SourceEncoding(name: "UTF-8", told: .driver), driver: String = ""
    ) {
        self.name = name
        self.fields = fields
        self.hasGeometry = hasGeometry
        self.geometryKind = geometryKind
        self.hasZ = hasZ
        self.crsWKT = crsWKT
        self.crsAuthority = crsAuthority
        self.featureCount = featureCount
        self.extent = extent
        self.encoding = encoding
        self.driver = driver
    }
}

/// A column of a source layer.
package struct SourceField: Hashable, Sendable {
    package enum Kind: UInt8, Sendable {
        case integer, real, text
        /// Text "2020-12-31".
        case date
        /// Text "2020-12-31T23:59:59.000Z"; without the Z where the source tells no time zone.
        case dateTime
        /// Integer 0 or 1.
        case boolean
        case binary
    }

    /// Unique within its layer, upper and lower case taken as equal, because columns of a project are so.
    package var name: String
    package var kind: Kind
    /// In characters or digits as the format counts them; 0 means unlimited.
    package var width: Int
    package var precision: Int
    /// The name for people, where the format has one.
    package var alias: String?

    package init(_ name: String, _ kind: Kind, width: Int = 0, precision: Int = 0, alias: String? = nil) {
        self.name = name
        self.kind = kind
        self.width = width
        self.precision = precision
        self.alias = alias
    }
}

/// The encoding of a source's text, and who said so. The stream itself is always UTF-8.
package struct SourceEncoding: Hashable, Sendable {
    package enum Told: UInt8, Sendable {
        /// A `.cpg` file beside the table.
        case cpg
        /// The language id in the head of the DBF.
        case languageID
        /// The bytes themselves allow nothing else that is likely.
        case bytes
        /// The caller's `--encoding`.
        case asked
        /// The format fixes it.
        case driver
        /// Nobody: the bytes fit no likely encoding.
        case undecided
    }

    /// A name that iconv knows.
    package var name: String
    package var told: Told

    package init(name: String, told: Told) {
        self.name = name
        self.told = told
    }
}

extension SourceLayer {
    init(from reader: inout ByteReader) throws(StreamFault) {
        name = try reader.text()
        fields = []
        for _ in 0..<(try reader.integer(UInt16.self)) { fields.append(try SourceField(from: &reader)) }
        hasGeometry = try reader.flag()
        geometryKind = try reader.optional { reader throws(StreamFault) in
            guard let kind = Shape.Kind(rawValue: try reader.integer()) else { throw .malformed }
            return kind
        }
        hasZ = try reader.flag()
        crsWKT = try reader.optional { reader throws(StreamFault) in try reader.text() }
        crsAuthority = try reader.optional { reader throws(StreamFault) in try reader.text() }
        featureCount = try reader.optional { reader throws(StreamFault) in try reader.int() }
        extent = try reader.optional { reader throws(StreamFault) in
            Box(minX: try reader.real(), minY: try reader.real(), maxX: try reader.real(), maxY: try reader.real())
        }
        let encodingName = try reader.text()
        guard let told = SourceEncoding.Told(rawValue: try reader.integer()) else { throw .malformed }
        encoding = SourceEncoding(name: encodingName, told: told)
        driver = try reader.text()
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.put(name)
        bytes.put(UInt16(fields.count))
        for field in fields { field.encode(into: &bytes) }
        bytes.put(hasGeometry)
        bytes.put(optional: geometryKind) { $0.put($1.rawValue) }
        bytes.put(hasZ)
        bytes.put(optional: crsWKT) { $0.put($1) }
        bytes.put(optional: crsAuthority) { $0.put($1) }
        bytes.put(optional: featureCount) { $0.put($1) }
        bytes.put(optional: extent) { bytes, box in
            for number in [box.minX, box.minY, box.maxX, box.maxY] { bytes.put(number) }
        }
        bytes.put(encoding.name)
        bytes.put(encoding.told.rawValue)
        bytes.put(driver)
    }
}

extension SourceField {
    init(from reader: inout ByteReader) throws(StreamFault) {
        name = try reader.text()
        guard let kind = Kind(rawValue: try reader.integer()) else { throw .malformed }
        self.kind = kind
        width = Int(try reader.integer(Int32.self))
        precision = Int(try reader.integer(Int32.self))
        alias = try reader.optional { reader throws(StreamFault) in try reader.text() }
    }

    func encode(into bytes: inout [UInt8]) {
        bytes.put(name)
        bytes.put(kind.rawValue)
        bytes.put(Int32(clamping: width))
        bytes.put(Int32(clamping: precision))
        bytes.put(optional: alias) { $0.put($1) }
    }
}
