import Foundation
import GeoBridge
import Geometry
import Phrases
import Planning
import Store
import Stream

/// The import of one layer: what it is, where it lies, then its features one after another.
struct LayerImport {
    struct Outcome {
        var row: [Report.Value]
        var notes: [Phrase]
    }

    private let source: String
    private let layer: SourceLayer
    private let project: Project
    private let child: FormatsChild
    private let options: Import
    private let sourceSystem: CoordinateSystem?
    private var new: NewLayer
    private var notes: [Phrase] = []
    private let transformation: Transformation?
    private let target: CoordinateSystem?

    init(
        _ options: Import, source: String, hash: Later<String>, layer: SourceLayer, isOnly: Bool, project: Project,
        child: FormatsChild
    ) throws {
        self.options = options
        self.source = source
        self.layer = layer
        self.project = project
        self.child = child
        var notes: [Phrase] = []
        new = try Self.describe(layer, source, isOnly, options, project, &notes)
        new.sourceHash = hash

        let proj = try PROJ()
        var box: Box?
        func extent() throws -> Box {
            if let box { return box }
            let found = try Self.extent(of: source, layer, child, options)
            box = found
            return found
        }
        sourceSystem = layer.hasGeometry ? try Self.system(layer, source, options, proj, extent, &notes) : nil
        let existing = try project.coordinateSystem()
        var target = existing ?? sourceSystem
        if existing == nil, let geographic = sourceSystem, geographic.epsg == 4490 {
            target = try Self.zone(for: extent(), proj, &notes)
        }
        if existing == nil, layer.hasGeometry { new.adopted = target }
        if let sourceSystem, let target, sourceSystem != target {
            transformation = try proj.transformation(from: sourceSystem, to: target)
            if let note = transformation?.note { notes.append(note) }
            notes.append(
                Phrase(
                    "Coordinates are turned from \(sourceSystem.title) into \(target.title).",
                    "坐标由 \(sourceSystem.title) 转换为 \(target.title)。"))
        } else {
            transformation = nil
        }
        if transformation == nil, let extent = layer.extent, let count = layer.featureCount {
            new.expected = (extent, count)
        }
        self.target = target
        new.sourceCRS = sourceSystem?.title
        self.notes = notes
    }

    // MARK: What it is

    private static func describe(
        _ layer: SourceLayer, _ source: String, _ isOnly: Bool, _ options: Import, _ project: Project,
        _ notes: inout [Phrase]
    ) throws -> NewLayer {
        let names = layer.fields.map(\.name)
        let detection = LayerSchema.detect(layerName: layer.name, fields: names)
        notes += Self.told(detection)
        func field(_ asked: String?, _ detected: String?) throws -> Int? {
            guard let name = asked ?? detected else { return nil }
            guard
                let place = names.firstIndex(of: name)
                    ?? names.firstIndex(where: { $0.lowercased() == name.lowercased() })
            else {
                let known = names.joined(separator: ", ")
                throw Refusal(
                    .badData, "Layer \(layer.name) has no field \(name); it has \(known).",
                    "图层 \(layer.name) 没有字段 \(name)；现有：\(known)。")
            }
            return place
        }
        let year = options.year ?? detection.year
        let standard = detection.schema?.name ?? layer.name
        let role = options.role ?? detection.role
        var table = options.table ?? layer.name
        if options.table == nil, role == .parcels, let year, detection.schema != nil { table = "\(standard)_\(year)" }
        var new = NewLayer(
            table: table, standard: standard, title: options.title ?? detection.schema?.title.chinese ?? layer.name,
            role: role, year: year, fields: layer.fields.map { .init(name: $0.name, kind: kind($0.kind)) },
            geometry: layer.hasGeometry ? layer.geometryKind ?? .polygon : nil, source: source)
        new.hasZ = layer.hasZ
        new.classField = try field(options.classField, detection.classField ?? detection.fields[.zone])
        let zoneSystem = detection.classField == nil ? detection.schema?.zoneSystem : nil
        new.classSystem = options.classes ?? detection.classSystem ?? zoneSystem
        if new.classField != nil, new.classSystem == nil {
            if options.classField != nil {
                throw Refusal(
                    .usage,
                    "Which classes does \(options.classField ?? "") hold? Name the system with --classes, such as survey.",
                    "请用 --classes 指明字段 \(options.classField ?? "") 的分类体系，如 survey。")
            }
            new.classField = nil
        }
        if let system = new.classSystem, !LandUseCode.isLabel(system) {
            throw Refusal(
                .usage, "'\(system)' cannot be a class system: lower-case letters and digits.",
                "“\(system)”不能作分类体系名：须为小写字母与数字。")
        }
        new.unitField = try field(options.unitField, detection.unitField)
        new.unitNameField = try field(nil, detection.fields[.unitName])
        new.numberField = try field(options.numberField, detection.numberField)
        new.nameField = try field(options.nameField, detection.fields[.name])
        new.factorField = try field(nil, detection.fields[.deductionFactor])
        new.encoding = layer.encoding.name
        notes.append(
            Phrase(
                "Overrule with --role, --year, --class-field, --classes, --unit-field, --number-field, --name-field, --as.",
                "可用 --role --year --class-field --classes --unit-field --number-field --name-field --as 改定。"))
        if layer.encoding.told == .bytes || layer.encoding.told == .undecided {
            notes.append(
                Phrase(
                    "Text is read as \(layer.encoding.name), as its bytes suggest; --encoding overrules.",
                    "文字按字节判断为 \(layer.encoding.name)，可用 --encoding 改定。"))
        }
        new.notes = notes.map(\.english).joined(separator: "\n")
        return new
    }

    /// The account of a detection, with the fields that were found in one line.
    private static func told(_ detection: Detection) -> [Phrase] {
        let found = LayerSchema.Use.allCases.compactMap { use in detection.fields[use].map { (use.name, $0) } }
        let single = Set(detection.fields.values.map { "Field \($0) holds" })
        let rest = detection.account.filter { phrase in !single.contains { phrase.english.hasPrefix($0) } }
        guard !found.isEmpty else { return rest }
        let english = found.map { "\($0.0.english) \($0.1)" }.joined(separator: ", ")
        let chinese = found.map { "\($0.0.chinese) \($0.1)" }.joined(separator: "，")
        return rest + [Phrase("Its fields: \(english).", "字段：\(chinese)。")]
    }

    private static func kind(_ kind: SourceField.Kind) -> NewLayer.Field.Kind {
        switch kind {
        case .integer: .integer
        case .real: .real
        case .text: .text
        case .date: .date
        case .dateTime: .dateTime
        case .boolean: .boolean
        case .binary: .binary
        }
    }

    // MARK: Where it lies

    /// The system of the data: the file's, else the one asked for, else what the numbers say, aloud.
    private static func system(
        _ layer: SourceLayer, _ source: String, _ options: Import, _ proj: PROJ, _ extent: () throws -> Box,
        _ notes: inout [Phrase]
    ) throws -> CoordinateSystem {
        if let asked = options.crs { return try proj.coordinateSystem(asked) }
        if let text = layer.crsAuthority ?? layer.crsWKT {
            let system = try proj.coordinateSystem(text)
            if let remark = system.remark { notes.append(remark) }
            return system
        }
        let deduction = Deduction(from: try extent())
        notes.append(deduction.phrase)
        guard !deduction.isSwapped, let code = deduction.code(on: .cgcs2000), case .zone = deduction.meaning else {
            let advice = Self.advice(after: deduction)
            throw Refusal(
                .badData, "\(source) does not say its coordinate system. \(deduction.phrase.english) \(advice.english)",
                "\(source) 没有坐标系说明。\(deduction.phrase.chinese)\(advice.chinese)")
        }
        notes.append(
            Phrase(
                "No coordinate system is stated: taken as CGCS2000, EPSG:\(code), from the eastings; the datum is an assumption, --crs overrules.",
                "数据未注明坐标系：按东坐标带号判断为 CGCS2000（EPSG:\(code)），基准为推定，可用 --crs 改定。"))
        return try proj.coordinateSystem("EPSG:\(code)")
    }

    /// What to do about numbers that do not tell enough.
    private static func advice(after deduction: Deduction) -> Phrase {
        if deduction.isSwapped {
            return Phrase(
                "Exchange the two columns at the source, or have it sent with its coordinate system, and import it again.",
                "请在源数据中调换坐标列，或索取带坐标系说明的数据后重新导入。")
        }
        let example = deduction.meaning == .degrees ? "EPSG:4490" : "EPSG:4527"
        return Phrase("Say which with --crs, such as --crs \(example).", "请用 --crs 指明，如 --crs \(example)。")
    }

    /// The 3-degree zone for a county that comes in degrees: drawing and lengths need metres.
    private static func zone(for box: Box, _ proj: PROJ, _ notes: inout [Phrase]) throws -> CoordinateSystem {
        guard !box.isEmpty, box.center.x.isFinite,
            let zone = GaussKrugerZone(width: 3, number: Int((box.center.x / 3).rounded()), isPrefixed: true),
            let code = zone.code(on: .cgcs2000)
        else { return try proj.coordinateSystem("EPSG:4490") }
        notes.append(
            Phrase(
                "The project takes CGCS2000 3-degree zone \(zone.number) (EPSG:\(code)), since drawing and lengths need metres; 'init --crs' chooses another.",
                "项目采用 CGCS2000 3 度带第 \(zone.number) 带（EPSG:\(code)），以便按米绘图量算；可用 init --crs 另选。"))
        return try proj.coordinateSystem("EPSG:\(code)")
    }

    /// What the coordinates cover, by reading them all once.
    private static func extent(of source: String, _ layer: SourceLayer, _ child: FormatsChild, _ options: Import) throws
        -> Box
    {
        var box = Box.empty
        var shape = Shape(kind: .polygon)
        try child.read(source, layer: layer.name, options: .init(encoding: options.encoding)) { message in
            guard case .features(let batch) = message else { return }
            var cursor = batch.features
            while try cursor.advance() {
                guard case .wkb(let range) = cursor.geometry else { continue }
                batch.payload.withUnsafeBytes { bytes in
                    if (try? shape.read(wkb: UnsafeRawBufferPointer(rebasing: bytes[range]), closingRings: true)) != nil
                    {
                        box = box.union(shape.box)
                    }
                }
            }
        }
        return box
    }

    // MARK: Its features

    func perform(line: String, progress: Progress) throws -> Outcome {
        var read = 0
        var notes = notes
        var tally = Tally(refusals: Refusals(layer: layer, project: project.path, table: new.table))
        var unknown: [String: Int] = [:]
        let gate = try FeatureGate(transformation: transformation, system: target)
        // PROJ's transformations keep to one thread: shapes that are moved are examined here.
        let thread = transformation == nil ? new.geometry.map { GateThread(system: target, kind: $0) } : nil
        _ = try project.addLayer(new, line: line) { writer in
            try child.read(source, layer: layer.name, options: .init(encoding: options.encoding)) { message in
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
            unknown = writer.unknownClasses
            try progress.tell(read, of: read, say("\(new.table): indexes and overviews", "\(new.table)：建立索引与概览"))
        } detail: { writer in
            "\(source): read \(read), imported \(writer.count), repaired \(tally.repairs.count), refused \(tally.refusals.count)"
        }
        notes += tally.repairs.map { repair in
            Phrase(
                "Repaired feature \(repair.fid): \(repair.reason.english)",
                "已修复要素 \(repair.fid)：\(repair.reason.chinese)")
        }
        notes += tally.refusals.told
        if let note = tally.refusals.write(by: child) { notes.append(note) }
        for (code, count) in unknown.sorted(by: { $0.key < $1.key }).prefix(20) {
            notes.append(
                Phrase(
                    "Class \(code) is unknown: \(count) features are unclassified.",
                    "地类代码 \(code) 未知：\(count) 个要素记为未分类。"))
        }
        let imported = read - tally.refusals.count - tally.repairs.count
        return Outcome(
            row: [
                .text(new.table), .text(new.role.name.description), .integer(Int64(read)), .integer(Int64(imported)),
                .integer(Int64(tally.repairs.count)), .integer(Int64(tally.refusals.count)), .area(tally.area),
            ], notes: notes)
    }

    /// What comes of the features.
    private struct Tally {
        let refusals: Refusals
        /// In whole hundredths of a square metre.
        var area: Int64 = 0
        var sourceBox = Box.empty
        /// The features that were repaired, and what was wrong.
        var repairs: [(fid: Int64, reason: Phrase)] = []
    }

    /// Adds the features that passed, and notes the others.
    private func add(_ examined: ExaminedBatch, _ writer: LayerWriter, _ tally: inout Tally) throws {
        let batch = examined.batch
        var cursor = batch.features
        for verdict in examined.verdicts {
            guard try cursor.advance() else { break }
            switch verdict {
            case .refused(let reason): tally.refusals.add(cursor, batch, reason: reason)
            case .passed(let passed):
                tally.area += passed.area
                tally.sourceBox = tally.sourceBox.union(passed.sourceBox)
                if let fault = passed.fault { tally.repairs.append((cursor.fid, fault)) }
                try batch.payload.withUnsafeBytes { bytes in
                    func add(_ wkb: UnsafeRawBufferPointer) throws {
                        try writer.add(.init(wkb: wkb, shape: passed.shape, box: passed.box), area: passed.area) {
                            Self.value(cursor.values[$0], bytes)
                        }
                    }
                    if let wkb = passed.wkb {
                        try wkb.withUnsafeBytes(add)
                    } else if case .wkb(let range) = cursor.geometry {
                        try add(UnsafeRawBufferPointer(rebasing: bytes[range]))
                    }
                }
            }
        }
    }

    /// Adds the rows of a table without geometry.
    private func add(_ batch: FeatureBatch, _ writer: LayerWriter) throws {
        var cursor = batch.features
        while try cursor.advance() {
            try batch.payload.withUnsafeBytes { bytes in
                try writer.add(nil, area: 0) { Self.value(cursor.values[$0], bytes) }
            }
        }
    }

    private static func value(_ value: FieldValue, _ bytes: UnsafeRawBufferPointer) -> SourceValue {
        switch value {
        case .null: .null
        case .integer(let number): .integer(number)
        case .real(let number): .real(number)
        case .text(let range): .text(UnsafeRawBufferPointer(rebasing: bytes[range]))
        case .blob(let range): .blob(UnsafeRawBufferPointer(rebasing: bytes[range]))
        }
    }

    /// The declared system against the numbers: a contradiction stops the import with its explanation.
    private func checkNumbers(_ box: Box, _ notes: inout [Phrase]) throws {
        guard let sourceSystem, !box.isEmpty, let found = Disagreement.between(sourceSystem, and: box) else { return }
        if found.kind == .farFromMeridian || options.crs != nil {
            notes.append(found.phrase)
            return
        }
        let codes = found.suggestions.prefix(2).map { "--crs EPSG:\($0)" }.joined(separator: say(" or ", " 或 "))
        throw Refusal(
            .badData, "\(source) was not imported. \(found.phrase.english)\(codes.isEmpty ? "" : " Try \(codes).")",
            "\(source) 未导入。\(found.phrase.chinese)\(codes.isEmpty ? "" : "可尝试 \(codes)。")")
    }
}
