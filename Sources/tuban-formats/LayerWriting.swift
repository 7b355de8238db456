import CGDAL
import Geometry
import Phrases
import Stream
import Transcoding

/// Writes the features of one layer.
struct LayerWriting {
    private let target: Target
    private let layer: SourceLayer
    private let handle: OGRLayerH
    private let definition: OGRFeatureDefnH
    /// The kind that every geometry is made to be; nil where any will do.
    private let type: OGRwkbGeometryType
    /// For formats that leave encodings to their writer.
    private let transcoder: Transcoder?
    private(set) var written = 0

    /// - Parameter name: instead of the layer's own.
    init(_ layer: SourceLayer, to target: Target, named name: String?) throws(Refusal) {
        self.target = target
        self.layer = layer
        transcoder =
            target.driver == "CSV" && target.encoding != "UTF-8" ? Transcoder(from: "UTF-8", to: target.encoding) : nil
        type = Self.type(of: layer, in: target.driver)
        let crs = try Self.crs(of: layer, for: target)
        defer { if let crs { OSRRelease(crs) } }
        let options = Self.options(layer, target)
        guard let handle = target.layer(name ?? layer.name, crs: crs, type: type, options: options),
            let definition = OGR_L_GetLayerDefn(handle)
        else { throw target.refusal() }
        self.handle = handle
        self.definition = definition
        for field in layer.fields { try create(field) }
        target.say(Complaints.take())
    }

    private static func options(_ layer: SourceLayer, _ target: Target) -> [String] {
        switch target.driver {
        case "ESRI Shapefile": ["ENCODING=" + target.encoding]
        case "CSV": layer.hasGeometry ? ["GEOMETRY=AS_WKT"] : []
        case "GPKG":
            layer.fields.contains { $0.name.lowercased() == "fid" } ? ["FID=ogc_fid"] : []
        default: []
        }
    }

    private static func type(of layer: SourceLayer, in driver: String) -> OGRwkbGeometryType {
        guard layer.hasGeometry else { return wkbNone }
        let flat: OGRwkbGeometryType? =
            switch (layer.geometryKind, driver) {
            case (.point, _): wkbPoint
            case (.line, "GPKG"): wkbMultiLineString
            case (.line, _): wkbLineString
            case (.polygon, "GPKG"): wkbMultiPolygon
            case (.polygon, _): wkbPolygon
            case (nil, _): nil
            }
        return flat.map { layer.hasZ ? OGR_GT_SetZ($0) : $0 } ?? wkbUnknown
    }

    /// The caller releases it.
    private static func crs(of layer: SourceLayer, for target: Target) throws(Refusal) -> OGRSpatialReferenceH? {
        guard let words = layer.crsAuthority ?? layer.crsWKT else { return nil }
        guard let crs = OSRNewSpatialReference(nil) else { return nil }
        guard OSRSetFromUserInput(crs, words) == OGRERR_NONE else {
            OSRRelease(crs)
            throw target.refusal()
        }
        OSRSetAxisMappingStrategy(crs, OAMS_TRADITIONAL_GIS_ORDER)
        return crs
    }

    private func create(_ field: SourceField) throws(Refusal) {
        let type =
            switch field.kind {
            case .integer: OFTInteger64
            case .boolean: OFTInteger
            case .real: OFTReal
            case .text: OFTString
            case .date: OFTDate
            case .dateTime: OFTDateTime
            case .binary: OFTBinary
            }
        let created = withText(field.name) { OGR_Fld_Create($0, type) }
        guard let definition = created else { throw target.refusal() }
        defer { OGR_Fld_Destroy(definition) }
        if field.kind == .boolean { OGR_Fld_SetSubType(definition, OFSTBoolean) }
        if field.width > 0 { OGR_Fld_SetWidth(definition, Int32(clamping: field.width)) }
        if field.precision > 0 { OGR_Fld_SetPrecision(definition, Int32(clamping: field.precision)) }
        guard OGR_L_CreateField(handle, definition, 1) == OGRERR_NONE else { throw target.refusal() }
    }

    private func withText<Result>(_ text: String, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
        guard let transcoder else { return text.withCString(body) }
        return (transcoder.convert(text) + [0]).withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { body($0.baseAddress) }
        }
    }

    /// Writes a batch. A feature that the format does not take is sent back as refused.
    mutating func write(_ batch: FeatureBatch) throws {
        guard batch.fieldCount == layer.fields.count else { throw StreamFault.malformed }
        var cursor = batch.features
        while try cursor.advance() {
            guard let feature = OGR_F_Create(definition) else { throw target.refusal() }
            defer { OGR_F_Destroy(feature) }
            // A Shapefile's number is the place in the file, so ours would leave holes.
            if target.driver == "GPKG" || target.driver == "GeoJSON" { OGR_F_SetFID(feature, cursor.fid) }
            for index in cursor.values.indices {
                set(Int32(index), of: feature, to: cursor.values[index], in: batch)
            }
            if setGeometry(of: feature, to: cursor.geometry, in: batch),
                OGR_L_CreateFeature(handle, feature) == OGRERR_NONE
            {
                written += 1
                target.say(Complaints.take())
            } else {
                let reason = Complaints.take().first(where: \.isFailure)?.text ?? "OGR error"
                Output.send(.refused(fid: cursor.fid, reason: Phrase(reason, reason)))
            }
        }
    }

    private func set(_ index: Int32, of feature: OGRFeatureH, to value: FieldValue, in batch: FeatureBatch) {
        switch value {
        case .null: OGR_F_SetFieldNull(feature, index)
        case .integer(let number): OGR_F_SetFieldInteger64(feature, index, number)
        case .real(let number): OGR_F_SetFieldDouble(feature, index, number)
        case .text(let range): withText(batch.text(range)) { OGR_F_SetFieldString(feature, index, $0) }
        case .blob(let range):
            batch.bytes(range).withUnsafeBytes {
                OGR_F_SetFieldBinary(feature, index, Int32(clamping: $0.count), $0.baseAddress)
            }
        }
    }

    /// False when the bytes are no geometry.
    private func setGeometry(of feature: OGRFeatureH, to geometry: FeatureGeometry, in batch: FeatureBatch) -> Bool {
        guard layer.hasGeometry else { return true }
        var handle: OGRGeometryH?
        switch geometry {
        case .none: return true
        case .empty: handle = OGR_G_CreateGeometry(type == wkbUnknown ? wkbGeometryCollection : type)
        case .wkb(let range):
            let status = batch.bytes(range).withUnsafeBytes {
                OGR_G_CreateFromWkb($0.baseAddress, nil, &handle, Int32(clamping: $0.count))
            }
            guard status == OGRERR_NONE else { return false }
        }
        if let read = handle {
            switch OGR_GT_Flatten(type) {
            case wkbMultiPolygon: handle = OGR_G_ForceToMultiPolygon(read)
            case wkbMultiLineString: handle = OGR_G_ForceToMultiLineString(read)
            default: break
            }
        }
        guard let handle else { return false }
        return OGR_F_SetGeometryDirectly(feature, handle) == OGRERR_NONE
    }
}
