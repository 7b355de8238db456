import CGDAL
import Geometry
import Phrases
import Stream
import Transcoding

/// A layer of an open dataset.
final class OGRLayer {
    /// Kept because the layer lives in it.
    let dataset: Dataset
    let handle: OGRLayerH
    let definition: OGRFeatureDefnH
    var name: String

    init(_ handle: OGRLayerH, of dataset: Dataset, definition: OGRFeatureDefnH) {
        self.dataset = dataset
        self.handle = handle
        self.definition = definition
        name = OGR_L_GetName(handle).map { String(cString: $0) } ?? ""
    }

    static func all(of dataset: Dataset) -> [OGRLayer] {
        (0..<GDALDatasetGetLayerCount(dataset.handle)).compactMap { index in
            guard let handle = GDALDatasetGetLayer(dataset.handle, index), let definition = OGR_L_GetLayerDefn(handle)
            else { return nil }
            return OGRLayer(handle, of: dataset, definition: definition)
        }
    }

    var fieldCount: Int { Int(OGR_FD_GetFieldCount(definition)) }

    func field(_ index: Int) -> OGRFieldDefnH? { OGR_FD_GetFieldDefn(definition, Int32(index)) }

    /// - Parameter text: reads the names of fields.
    func description(_ encoding: SourceEncoding, text: inout SourceText) -> SourceLayer {
        let type = geometryType
        let crs = OGR_L_GetSpatialRef(handle).map(Self.describe)
        var taken: Set<String> = []
        let fields = (0..<fieldCount).compactMap { index in
            field(index).map { Self.describe($0, text: &text, taken: &taken) }
        }
        return SourceLayer(
            name: name, fields: fields, hasGeometry: type != wkbNone, geometryKind: Self.kind(of: type),
            hasZ: OGR_GT_HasZ(type) != 0, crsWKT: crs?.wkt, crsAuthority: crs?.authority, featureCount: quickCount,
            extent: quickExtent,
            encoding: encoding, driver: dataset.driver)
    }

    /// The declared type of geometries; where any is allowed, the one that all of them have, looked up in formats in which
    /// that is quick.
    private var geometryType: OGRwkbGeometryType {
        let declared = OGR_L_GetGeomType(handle)
        guard OGR_GT_Flatten(declared) == wkbUnknown, Self.quickTypes.contains(dataset.driver) else { return declared }
        var count: Int32 = 0
        let found = OGR_L_GetGeometryTypes(handle, 0, OGR_GGT_COUNT_NOT_NEEDED, &count, nil, nil)
        defer { VSIFree(found) }
        let types = UnsafeBufferPointer(start: found, count: Int(count)).map(\.eGeomType).filter { $0 != wkbNone }
        guard let kind = types.first.flatMap(Self.kind), types.allSatisfy({ Self.kind(of: $0) == kind }) else {
            return declared
        }
        let hasZ = types.contains { OGR_GT_HasZ($0) != 0 }
        let multi = kind == .point ? wkbMultiPoint : kind == .line ? wkbMultiLineString : wkbMultiPolygon
        return hasZ ? OGR_GT_SetZ(multi) : multi
    }

    private static let quickTypes = ["GeoJSON", "TopoJSON", "ESRIJSON", "GPKG"]

    /// The number of features where the format knows it.
    var quickCount: Int? {
        guard OGR_L_TestCapability(handle, OLCFastFeatureCount) != 0 else { return nil }
        let count = OGR_L_GetFeatureCount(handle, 1)
        return count < 0 ? nil : Int(count)
    }

    /// What the features cover, where the file says so without being read.
    private var quickExtent: Box? {
        guard OGR_L_TestCapability(handle, OLCFastGetExtent) != 0 else { return nil }
        var envelope = OGREnvelope()
        guard OGR_L_GetExtent(handle, &envelope, 0) == OGRERR_NONE else { return nil }
        let box = Box(minX: envelope.MinX, minY: envelope.MinY, maxX: envelope.MaxX, maxY: envelope.MaxY)
        return box.isEmpty ? nil : box
    }

    /// Asks drivers that read all layers in one pass for this one alone.
    func selectForReading() {
        guard dataset.driver == "OSM" else { return }
        GDALDatasetReleaseResultSet(
            dataset.handle, GDALDatasetExecuteSQL(dataset.handle, "SET interest_layers = \(name)", nil, nil))
    }

    /// Reads only features for which an SQL condition holds.
    ///
    /// - Throws: `Refusal` when the condition is wrong.
    func setFilter(_ condition: String, encoding: String, of source: String) throws(Refusal) {
        let condition = condition.replacing("\0", with: "")
        // The driver compares with the bytes of the file.
        var words = encoding == "UTF-8" ? nil : Transcoder(from: "UTF-8", to: encoding)?.convert(condition)
        words = (words ?? Array(condition.utf8)) + [0]
        let status = words?.withUnsafeBytes {
            OGR_L_SetAttributeFilter(handle, $0.baseAddress?.assumingMemoryBound(to: CChar.self))
        }
        guard status != OGRERR_NONE else { return }
        let reason = Complaints.take().first(where: \.isFailure)?.sentence ?? ""
        throw Refusal(
            .usage, "Could not select features of \(source) where \(condition): \(reason).",
            "无法按条件 \(condition) 选取 \(source) 的要素：\(reason)。")
    }

    private static func kind(of type: OGRwkbGeometryType) -> Shape.Kind? {
        switch OGR_GT_GetLinear(OGR_GT_Flatten(type)) {
        case wkbPoint, wkbMultiPoint: .point
        case wkbLineString, wkbMultiLineString, wkbMultiCurve: .line
        case wkbPolygon, wkbMultiPolygon, wkbPolyhedralSurface, wkbTIN, wkbTriangle: .polygon
        default: nil
        }
    }

    private static func describe(_ field: OGRFieldDefnH, text: inout SourceText, taken: inout Set<String>)
        -> SourceField
    {
        var name = OGR_Fld_GetNameRef(field).map { text.name($0) } ?? ""
        if name.isEmpty { name = "field" }
        var alias = OGR_Fld_GetAlternativeNameRef(field).map { text.name($0) }
        if alias == "" { alias = nil }
        return SourceField(
            name.unique(among: &taken), kind(of: field), width: Int(OGR_Fld_GetWidth(field)),
            precision: Int(OGR_Fld_GetPrecision(field)), alias: alias)
    }

    static func kind(of field: OGRFieldDefnH) -> SourceField.Kind {
        switch OGR_Fld_GetType(field) {
        case OFTInteger: OGR_Fld_GetSubType(field) == OFSTBoolean ? .boolean : .integer
        case OFTInteger64: .integer
        case OFTReal: .real
        case OFTDate: .date
        case OFTDateTime: .dateTime
        case OFTBinary: .binary
        default: .text
        }
    }

    static func describe(_ crs: OGRSpatialReferenceH) -> (wkt: String?, authority: String?) {
        if let name = OSRGetName(crs), String(cString: name).hasPrefix("Undefined ") {
            // GeoPackage's srs_id 0 and -1 say that the CRS is not known.
            return (nil, nil)
        }
        var authority = authority(of: crs)
        if authority == nil {
            var entries: Int32 = 0
            var confidences: UnsafeMutablePointer<Int32>?
            let matches = OSRFindMatches(crs, nil, &entries, &confidences)
            // From 90 on the definitions are equal and only names differ.
            if let matches, let confidences, entries > 0, confidences[0] >= 90,
                entries == 1 || confidences[1] < confidences[0], let match = matches[0]
            {
                authority = Self.authority(of: match)
            }
            if let matches { OSRFreeSRSArray(matches) }
            VSIFree(confidences)
        }
        return (wkt(of: crs), authority)
    }

    private static func authority(of crs: OGRSpatialReferenceH) -> String? {
        guard let name = OSRGetAuthorityName(crs, nil), let code = OSRGetAuthorityCode(crs, nil) else { return nil }
        return String(cString: name) + ":" + String(cString: code)
    }

    private static func wkt(of crs: OGRSpatialReferenceH) -> String? {
        for format in ["FORMAT=WKT1_GDAL", "FORMAT=WKT2_2019"] {
            let options = StringList([format])
            var text: UnsafeMutablePointer<CChar>?
            defer { VSIFree(text) }
            if OSRExportToWktEx(crs, &text, options.constant) == OGRERR_NONE,
                let text, text.pointee != 0
            {
                return String(cString: text)
            }
        }
        return nil
    }
}
