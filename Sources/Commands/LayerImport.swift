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
    /// A boundary TXT, which no library reads, in place of the child's reading.
    private let boundary: BoundarySource?
    private let options: Import
    private let sourceSystem: CoordinateSystem?
    private var new: NewLayer
    private var notes: [Phrase] = []
    private let transformation: Transformation?
    private let target: CoordinateSystem?

    init(
        _ options: Import, source: String, hash: String, layer: SourceLayer, isOnly: Bool, project: Project,
        child: FormatsChild, boundary: BoundarySource? = nil
    ) throws {
        self.options = options
        self.source = source
        self.layer = layer
        self.project = project
        self.child = child
        self.boundary = boundary
        var notes: [Phrase] = []
        new = try Self.describe(layer, source, isOnly, options, project, isBoundary: boundary != nil, &notes)
        new.sourceHash = hash
        boundary?.describe(&new, options)

        let proj = try PROJ()
        var box: Box?
        func extent() throws -> Box {
            if let box { return box }
            let found = try boundary?.box ?? Self.extent(of: source, layer, child, options)
            box = found
            return found
        }
        // A boundary TXT was read with --crs in mind and says what came of it.
        let stated = try boundary.map { try proj.coordinateSystem($0.system) }
        sourceSystem =
            layer.hasGeometry ? try stated ?? Self.system(layer, source, options, proj, extent, &notes) : nil
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
        isBoundary: Bool, _ notes: inout [Phrase]
    ) throws -> NewLayer {
        let names = layer.fields.map(\.name)
        let detection = LayerSchema.detect(layerName: layer.name, fields: names)
        // What the parcels of a boundary TXT are is known.
        if !isBoundary { notes += Self.told(detection) }
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
        var gate = try FeatureGate(transformation: transformation, system: target)
        var read = 0
        var area: Int64 = 0
        var notes = notes
        let refusals = Refusals(layer: layer, project: project.path, table: new.table)
        var unknown: [String: Int] = [:]
        _ = try project.addLayer(new, line: line) { writer in
            try readFeatures { message in
                switch message {
                case .features(let batch):
                    var cursor = batch.features
                    while try cursor.advance() {
                        read += 1
                        area += try add(cursor, batch, &gate, writer, refusals)
                    }
                    try progress.tell(read, of: layer.featureCount, new.table)
                case .refused(let fid, let reason):
                    read += 1
                    refusals.add(fid: fid, reason: reason)
                case .note(let note): notes.append(note)
                default: break
                }
            }
            try checkNumbers(gate.sourceBox, &notes)
            unknown = writer.unknownClasses
            try progress.tell(read, of: read, say("\(new.table): indexes and overviews", "\(new.table)：建立索引与概览"))
        } detail: { writer in
            "\(source): read \(read), imported \(writer.count), repaired \(gate.repairs.count), refused \(refusals.count)"
        }
        notes += gate.repairs.map { repair in
            Phrase(
                "Repaired feature \(repair.fid): \(repair.reason.english)",
                "已修复要素 \(repair.fid)：\(repair.reason.chinese)")
        }
        notes += refusals.told
        if let note = refusals.write(by: child) { notes.append(note) }
        for (code, count) in unknown.sorted(by: { $0.key < $1.key }).prefix(20) {
            notes.append(
                Phrase(
                    "Class \(code) is unknown: \(count) features are unclassified.",
                    "地类代码 \(code) 未知：\(count) 个要素记为未分类。"))
        }
        let imported = read - refusals.count - gate.repairs.count
        return Outcome(
            row: [
                .text(new.table), .text(new.role.name.description), .integer(Int64(read)), .integer(Int64(imported)),
                .integer(Int64(gate.repairs.count)), .integer(Int64(refusals.count)), .area(area),
            ], notes: notes)
    }

    private func readFeatures(_ receive: (Message) throws -> Void) throws {
        if let boundary { return try boundary.read(receive) }
        try child.read(source, layer: layer.name, options: .init(encoding: options.encoding), receive: receive)
    }

    /// Adds one feature, or refuses it.
    ///
    /// - Returns: its area in whole hundredths of a square metre.
    private func add(
        _ cursor: FeatureCursor, _ batch: FeatureBatch, _ gate: inout FeatureGate, _ writer: LayerWriter,
        _ refusals: Refusals
    ) throws -> Int64 {
        try batch.payload.withUnsafeBytes { bytes in
            func value(_ index: Int) -> SourceValue {
                switch cursor.values[index] {
                case .null: .null
                case .integer(let number): .integer(number)
                case .real(let number): .real(number)
                case .text(let range): .text(UnsafeRawBufferPointer(rebasing: bytes[range]))
                case .blob(let range): .blob(UnsafeRawBufferPointer(rebasing: bytes[range]))
                }
            }
            guard new.geometry != nil else {
                try writer.add(nil, area: 0, value: value)
                return 0
            }
            guard case .wkb(let range) = cursor.geometry else {
                refusals.add(
                    cursor, batch, reason: Phrase("it has no geometry", "没有图形"))
                return 0
            }
            do {
                return try gate.pass(
                    UnsafeRawBufferPointer(rebasing: bytes[range]), fid: cursor.fid, kind: new.geometry
                ) { outline, area in
                    try writer.add(outline, area: area, value: value)
                }
            } catch let refused as FeatureGate.Refused {
                refusals.add(cursor, batch, reason: refused.reason)
                return 0
            }
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
