import CGDAL
import Glibc
import Phrases
import Stream

/// Sends the features of one layer.
struct FeatureReading {
    private let layer: OGRLayer
    private let sourceName: String
    private let kinds: [(index: Int32, kind: SourceField.Kind)]
    private var text: SourceText
    private var notes: Notes
    private var batch: FeatureBatchBuilder
    private var geometries = GeometryReading()
    private var sent = 0
    private var refused = 0

    init(_ layer: OGRLayer, of sourceName: String, text: SourceText, notes: Notes) {
        self.layer = layer
        self.sourceName = sourceName
        self.text = text
        self.notes = notes
        kinds = (0..<layer.fieldCount).map { index in
            (Int32(index), layer.field(index).map(OGRLayer.kind) ?? .text)
        }
        batch = FeatureBatchBuilder(fieldCount: kinds.count)
    }

    /// Sends every feature, then the remarks, then `end`.
    ///
    /// - Parameter total: for the progress, where known.
    /// - Throws: `Refusal` when the file breaks off.
    mutating func run(total: Int?) throws(Refusal) {
        // Looking for the encoding and the kind of geometry went through the features before.
        OGR_L_ResetReading(layer.handle)
        _ = Complaints.take()
        while let feature = OGR_L_GetNextFeature(layer.handle) {
            defer { OGR_F_Destroy(feature) }
            send(feature)
            if batch.isFull { flush(total: total) }
        }
        let complaints = Complaints.take()
        if let failure = complaints.first(where: \.isFailure) {
            throw Refusal(
                .badData, "Reading \(sourceName) stopped after \(sent + batch.count) features: \(failure.sentence).",
                "读取 \(sourceName) 在第 \(sent + batch.count) 个要素之后停止：\(failure.sentence)。")
        }
        notes.say(complaints)
        if !batch.isEmpty { flush(total: total) }
        for remark in [text.remark, geometries.curveRemark, geometries.measureRemark] {
            if let remark { notes.say(remark) }
        }
        notes.close()
        Output.send(.end(count: sent))
    }

    private mutating func flush(total: Int?) {
        sent += batch.count
        Output.write(batch.takeMessage())
        Output.send(.progress(done: sent + refused, total: total))
    }

    private mutating func send(_ feature: OGRFeatureH) {
        let fid = OGR_F_GetFID(feature)
        let complaints = Complaints.take()
        let geometry = OGR_F_GetGeometryRef(feature)
        if let failure = complaints.first(where: \.isFailure), geometry == nil {
            refuse(fid, Phrase(failure.text, failure.text))
            return
        }
        notes.say(complaints)
        batch.begin(fid: fid)
        if let geometry {
            guard geometries.append(geometry, to: &batch) else {
                batch.drop()
                let reason = Complaints.take().first(where: \.isFailure)?.text ?? "OGR error"
                refuse(fid, Phrase("Its geometry cannot be read: \(reason)", "图形无法读取：\(reason)"))
                return
            }
        } else {
            batch.noGeometry()
        }
        for (index, kind) in kinds { appendValue(of: feature, index, kind) }
    }

    private mutating func refuse(_ fid: Int64, _ reason: Phrase) {
        refused += 1
        Output.send(.refused(fid: fid, reason: reason))
    }

    private mutating func appendValue(of feature: OGRFeatureH, _ index: Int32, _ kind: SourceField.Kind) {
        guard OGR_F_IsFieldSetAndNotNull(feature, index) != 0 else { return batch.appendNull() }
        switch kind {
        case .integer, .boolean: batch.append(OGR_F_GetFieldAsInteger64(feature, index))
        case .real: batch.append(OGR_F_GetFieldAsDouble(feature, index))
        case .text:
            guard let value = OGR_F_GetFieldAsString(feature, index) else { return batch.appendNull() }
            text.withUTF8(of: value) { batch.append(text: $0) }
        case .date, .dateTime:
            if let time = SourceTime(of: feature, index) {
                batch.append(kind == .date ? time.date : time.dateAndTime)
            } else {
                batch.appendNull()
            }
        case .binary:
            var count: Int32 = 0
            let bytes = OGR_F_GetFieldAsBinary(feature, index, &count)
            batch.append(blob: UnsafeRawBufferPointer(start: bytes, count: Int(count)))
        }
    }
}

/// A date of a source, in words as ISO 8601 has them.
struct SourceTime {
    let date: String
    let dateAndTime: String

    init?(of feature: OGRFeatureH, _ index: Int32) {
        var (year, month, day, hour, minute): (Int32, Int32, Int32, Int32, Int32) = (0, 0, 0, 0, 0)
        var second: Float = 0
        var zone: Int32 = 0
        guard OGR_F_GetFieldAsDateTimeEx(feature, index, &year, &month, &day, &hour, &minute, &second, &zone) != 0
        else { return nil }
        let milliseconds = Int32((Double(second) * 1000).rounded())
        date = "\(pad(year, 4))-\(pad(month))-\(pad(day))"
        var words = "\(date)T\(pad(hour)):\(pad(minute)):\(pad(milliseconds / 1000)).\(pad(milliseconds % 1000, 3))"
        // OGR: 0 unknown, 1 local, 100 UTC, every unit from there a quarter of an hour.
        if zone == 100 {
            words += "Z"
        } else if zone > 1 {
            let quarters = zone - 100
            words += "\(quarters < 0 ? "-" : "+")\(pad(abs(quarters) / 4)):\(pad(abs(quarters) % 4 * 15))"
        }
        dateAndTime = words
    }
}

private func pad(_ number: Int32, _ digits: Int = 2) -> String {
    let words = String(number)
    return String(repeating: "0", count: max(0, digits - words.count)) + words
}
