import Geometry
import Phrases

/// What was found in a boundary file, with all that is wrong with it.
package struct BoundaryReading: Sendable {
    /// What a parcel measures.
    package struct Measure: Hashable, Sendable {
        /// Of the parcel line.
        package var line: Int
        /// Point lines, closing points included.
        package var points: Int
        /// In the plane, in m²; nil for degrees, for points and lines, and where the rings could not be read.
        package var planeArea: Double?
        /// On the ellipsoid, in m²; nil also where the coordinate system is not known.
        package var ellipsoidArea: Double?
        package var declared: DeclaredArea?
    }

    package var file: BoundaryFile
    /// One a parcel.
    package var measures: [Measure]
    /// In the order of the lines.
    package var faults: [BoundaryFault]
    /// What each line of the file was read as.
    package var lines: [BoundaryLine]

    /// What keeps the file out, unless a person confirms what is to be confirmed.
    package func obstacles(confirmed: Bool = false) -> [BoundaryFault] {
        faults.filter { $0.severity == .stops || $0.severity == .confirm && !confirmed }
    }
}

/// What is wrong with a shape, and where.
package struct BoundaryFlaw: Hashable, Sendable {
    package var reason: Phrase
    package var place: Point?

    package init(reason: Phrase, place: Point?) {
        self.reason = reason
        self.place = place
    }
}

/// Reads boundary files of every dialect. It never stops half-way: all faults of a file are told at once.
package struct BoundaryReader {
    /// The encoding, where somebody knows it better than the bytes tell.
    package var encoding: BoundaryEncoding?
    /// The coordinate system that somebody named; without it the header and the numbers decide.
    package var given: BoundaryReference?
    /// Says what is wrong with a polygon in the sense of the OGC Simple Features, nil for nothing; GEOS's part.
    private let flaw: (Shape) throws -> BoundaryFlaw?

    /// - Parameter flaw: without it, crossing rings go unnoticed.
    package init(
        encoding: BoundaryEncoding? = nil, given: BoundaryReference? = nil,
        flaw: @escaping (Shape) throws -> BoundaryFlaw? = { _ in nil }
    ) {
        self.encoding = encoding
        self.given = given
        self.flaw = flaw
    }

    /// Whether bytes look like a boundary file: a section that it has, or a parcel line, near the start.
    package static func recognises(_ bytes: [UInt8]) -> Bool {
        guard let text = try? BoundaryText(Array(bytes.prefix(16 << 10))) else { return false }
        return text.lines.prefix(200).contains { range in
            let line = text.string(range).trimmingBlanks.halfWidth
            return line.hasSuffix("@") || line == "[\(BoundaryWriter.coordinates)]"
                || line == "[\(BoundaryWriter.properties)]"
        }
    }

    /// - Throws: `Refusal` when the C library lacks an encoding, or what `flaw` throws.
    package func read(_ bytes: [UInt8]) throws -> BoundaryReading {
        let text = try BoundaryText(bytes, asked: encoding)
        let parser = BoundaryParser(text)
        var faults = parser.faults
        let raws = parser.parcels
        let columns = raws.map { Columns($0.points) }
        let recognition = Recognition(raws, columns)
        let header = Header(parser, isGiven: given != nil, &faults)
        let zone = ZoneDecision(
            zip(raws, columns).map { ($1.system, $0.line) }, header, given: given, &faults)
        var reading = BoundaryReading(
            file: BoundaryFile(
                sections: parser.sections, dialect: recognition.dialect, encoding: text.encoding,
                lineEnd: text.lineEnd, reference: zone.reference), measures: [], faults: [], lines: parser.lines)
        if raws.isEmpty {
            faults.add(
                .noParcels, .stops, 0,
                Phrase("The file holds no parcel line.", "文件中没有地块行。"),
                Phrase("A parcel line ends with ,@ and stands before its points.", "地块行以 ,@ 结尾，位于其界址点之前。"))
        } else if recognition.dialect == nil {
            faults.add(
                .fieldCount, .warning, raws[0].line,
                Phrase(
                    "Parcel lines with \(recognition.count) fields belong to no known dialect; the fields are kept by their place.",
                    "地块行有 \(recognition.count) 个属性，不属于任何已知格式，属性按位置保留。"))
        }
        for (raw, columns) in zip(raws, columns) {
            var work = ParcelReading(raw, columns, recognition, &faults)
            try work.read(zone, flaw, &faults)
            reading.file.parcels.append(work.parcel)
            reading.measures.append(work.measure)
        }
        reading.faults = faults.sorted
        return reading
    }
}
