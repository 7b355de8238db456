import GeoBridge
import Geometry
import Phrases
import Planning
import Store
import Stream

/// The features of a layer, one after another.
extension LayerImport {
    func perform(line: String, progress: Progress) throws -> Outcome {
        var read = 0
        var notes = notes
        var tally = Tally(refusals: Refusals(layer: layer, project: project.path, table: new.table))
        var unknown: [String: Int] = [:]
        var crossed: [String: (count: Int, area: Int64)] = [:]
        let gate = try FeatureGate(
            transformation: transformation, system: target, isSwapped: options.axes == .swapped)
        // PROJ's transformations keep to one thread: shapes that are moved are examined here.
        let isThreaded = transformation == nil && options.axes == nil
        let thread = isThreaded ? new.geometry.map { GateThread(system: target, kind: $0) } : nil
        _ = try project.addLayer(new, line: line) { writer in
            try readFeatures { message in
                switch message {
                case .features(let batch):
                    read += batch.count
                    if let thread {
                        thread.put(batch)
                        if thread.underway >= GateThread.most { try add(thread.take(), writer, &tally) }
                    } else if let kind = new.geometry {
                        try add(ExaminedBatch(batch, by: gate, kind: kind), writer, &tally)
                    } else {
                        try add(batch, writer)
                    }
                    try progress.tell(read, of: layer.featureCount, new.table)
                case .refused(let fid, let reason):
                    read += 1
                    tally.refusals.add(fid: fid, reason: reason)
                case .note(let note): notes.append(note)
                default: break
                }
            }
            while let thread, thread.underway > 0 { try add(thread.take(), writer, &tally) }
            try checkNumbers(tally.sourceBox, &notes)
            try checkArea(tally.sourceBox, new.datumRecord)
            if let found = distance(of: writer.box) { notes.append(found) }
            unknown = writer.unknownClasses
            crossed = writer.crossed
            try progress.tell(read, of: read, say("\(new.table): indexes and overviews", "\(new.table)：建立索引与概览"))
        } detail: { writer in
            "\(source): read \(read), imported \(writer.count), repaired \(tally.repairs.count), "
                + "refused \(tally.refusals.count)"
                + ([new.datumRecord?.summary, new.crosswalk?.summary, new.joined?.summary].compactMap { $0?.english })
                .map { "; " + $0 }.joined()
        }
        notes += tally.repairs.map { repair in
            Phrase(
                "Repaired feature \(repair.fid): \(repair.reason.english)",
                "已修复要素 \(repair.fid)：\(repair.reason.chinese)")
        }
        if tally.bare > 0 {
            notes.append(
                Phrase(
                    "Without geometry in \(layer.name): \(tally.bare), which came in as rows that no map shows.",
                    "\(layer.name) 有 \(tally.bare) 个要素没有图形：属性已导入，地图上不显示。"))
        }
        notes += tally.refusals.told
        if let note = tally.refusals.write(by: child) { notes.append(note) }
        if let crosswalk = new.crosswalk { notes += crosswalk.told(crossed) }
        if let join { notes += try join.told() }
        for (code, count) in new.crosswalk == nil ? unknown.sorted(by: { $0.key < $1.key }).prefix(20) : [] {
            notes.append(
                Phrase(
                    "Class \(code) is unknown: left unclassified \(counted(count, "feature")).",
                    "地类代码 \(code) 未知：\(count) 个要素记为未分类。"))
        }
        let imported = read - tally.refusals.count - tally.repairs.count
        return Outcome(
            row: [
                .text(new.table), .text(new.role.name.description), .integer(Int64(read)), .integer(Int64(imported)),
                .integer(Int64(tally.repairs.count)), .integer(Int64(tally.refusals.count)), .area(tally.area),
            ], notes: notes)
    }

    private func readFeatures(_ receive: (Message) throws -> Void) throws {
        if let boundary { return try boundary.read(receive) }
        try child.read(source, layer: layer.name, options: .init(encoding: options.encoding), receive: receive)
    }

    /// What comes of the features.
    private struct Tally {
        let refusals: Refusals
        /// In whole hundredths of a square metre.
        var area: Int64 = 0
        var sourceBox = Box.empty
        /// How many came in without a geometry.
        var bare = 0
        /// The features that were repaired, and what was wrong.
        var repairs: [(fid: Int64, reason: Phrase)] = []
    }

    /// Adds the features that passed, and notes the others.
    private func add(_ examined: ExaminedBatch, _ writer: LayerWriter, _ tally: inout Tally) throws {
        let batch = examined.batch
        tally.sourceBox = tally.sourceBox.union(examined.sourceBox)
        var cursor = batch.features
        for verdict in examined.verdicts {
            guard try cursor.advance() else { break }
            switch verdict {
            case .refused(let reason): tally.refusals.add(cursor, batch, reason: reason)
            case .bare where mayBeBare:
                tally.bare += 1
                try batch.payload.withUnsafeBytes { try add(nil, area: 0, cursor, $0, writer) }
            case .bare:
                tally.refusals.add(cursor, batch, reason: Phrase("it has no geometry", "没有图形"))
            case .passed(let passed):
                tally.area += passed.area
                if let fault = passed.fault { tally.repairs.append((cursor.fid, fault)) }
                try batch.payload.withUnsafeBytes { bytes in
                    func put(_ wkb: UnsafeRawBufferPointer) throws {
                        let outline = LayerWriter.Outline(wkb: wkb, shape: passed.shape, box: passed.box)
                        try add(outline, area: passed.area, cursor, bytes, writer)
                    }
                    if let wkb = passed.wkb {
                        try wkb.withUnsafeBytes(put)
                    } else if case .wkb(let range) = cursor.geometry {
                        try put(UnsafeRawBufferPointer(rebasing: bytes[range]))
                    }
                }
            }
        }
    }

    /// A project or a spot that nobody has drawn is known all the same, and a rule shall find it; ground is what is drawn.
    private var mayBeBare: Bool { ![.parcels, .units, .plannedUse].contains(new.role) }

    /// Adds the rows of a table without geometry.
    private func add(_ batch: FeatureBatch, _ writer: LayerWriter) throws {
        var cursor = batch.features
        while try cursor.advance() {
            try batch.payload.withUnsafeBytes { bytes in
                try add(nil, area: 0, cursor, bytes, writer)
            }
        }
    }

    /// Adds a feature with its values, and behind them those of the table that is joined.
    private func add(
        _ outline: LayerWriter.Outline?, area: Int64, _ cursor: FeatureCursor, _ bytes: UnsafeRawBufferPointer,
        _ writer: LayerWriter
    ) throws {
        let own = cursor.values.count
        guard let join else {
            return try writer.add(outline, area: area) { SourceValue(cursor.values[$0], in: bytes) }
        }
        let key = SourceValue(cursor.values[join.key], in: bytes).string
        try join.table.with(key: key) { joined in
            try writer.add(outline, area: area) {
                $0 < own ? SourceValue(cursor.values[$0], in: bytes) : joined($0 - own)
            }
        }
    }

    /// The declared system against the numbers: a contradiction stops the import with its explanation.
    private func checkNumbers(_ box: Box, _ notes: inout [Phrase]) throws {
        guard let sourceSystem, !box.isEmpty, let found = Disagreement.between(sourceSystem, and: box) else { return }
        if found.kind == .neighbourZone || options.crs != nil && found.mayBeMeant {
            notes.append(found.phrase)
            return
        }
        throw Self.refusal(of: source, found)
    }

    /// The sentence about numbers that contradict their system.
    static func refusal(of source: String, _ found: Disagreement) -> Refusal {
        let advice =
            found.suggestions.isEmpty
            ? Phrase("", "")
            : Phrase(" Say so with --crs, or have it declared at the source.", "请用 --crs 指明，或在源数据中更正。")
        return Refusal(
            .badData, "\(source) was not imported. \(found.phrase.english)\(advice.english)",
            "\(source) 未导入。\(found.phrase.chinese)\(advice.chinese)")
    }
}
