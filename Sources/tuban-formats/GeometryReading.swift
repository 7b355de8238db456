import CGDAL
import Phrases
import Stream

/// Turns geometries into what the stream carries: ISO WKB, 2D or Z, with straight edges.
struct GeometryReading {
    private var curved = 0
    private var measured = 0

    /// Appends one geometry of a feature, which may be changed on the way; false when OGR cannot write it.
    mutating func append(_ geometry: OGRGeometryH, to batch: inout FeatureBatchBuilder) -> Bool {
        if OGR_G_IsEmpty(geometry) != 0 {
            batch.emptyGeometry()
            return true
        }
        if OGR_G_IsMeasured(geometry) != 0 {
            OGR_G_SetMeasured(geometry, 0)
            measured += 1
        }
        if OGR_G_HasCurveGeometry(geometry, 0) != 0 {
            curved += 1
            // 0: the library's own step of four degrees.
            return appendTemporary(OGR_G_GetLinearGeometry(geometry, 0, nil), to: &batch)
        }
        switch OGR_GT_Flatten(OGR_G_GetGeometryType(geometry)) {
        case wkbPolyhedralSurface, wkbTIN, wkbTriangle:
            return appendTemporary(OGR_G_ForceToMultiPolygon(OGR_G_Clone(geometry)), to: &batch)
        default:
            return appendWKB(of: geometry, to: &batch)
        }
    }

    private func appendTemporary(_ geometry: OGRGeometryH?, to batch: inout FeatureBatchBuilder) -> Bool {
        guard let geometry else { return false }
        defer { OGR_G_DestroyGeometry(geometry) }
        return appendWKB(of: geometry, to: &batch)
    }

    private func appendWKB(of geometry: OGRGeometryH, to batch: inout FeatureBatchBuilder) -> Bool {
        let size = OGR_G_WkbSizeEx(geometry)
        guard size > 0, size <= Self.largest else { return false }
        var status = OGRERR_NONE
        batch.geometry(count: size) {
            status = OGR_G_ExportToIsoWkb(geometry, wkbNDR, $0.baseAddress?.assumingMemoryBound(to: UInt8.self))
        }
        return status == OGRERR_NONE
    }

    /// Leaves room for the values in a message.
    private static let largest = 400 << 20

    var curveRemark: Phrase? {
        guard curved > 0 else { return nil }
        return Phrase(
            "\(curved) geometries have arcs; they were read as chords of 4° each, so areas differ slightly.",
            "有 \(curved) 个图形含有圆弧，已按每 4° 一段的折线读取，面积略有差别。")
    }

    var measureRemark: Phrase? {
        guard measured > 0 else { return nil }
        return Phrase("\(measured) geometries have M values, which were left out.", "有 \(measured) 个图形带有 M 值，已略去。")
    }
}
