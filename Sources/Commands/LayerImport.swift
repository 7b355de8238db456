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

    let source: String
    let layer: SourceLayer
    private let project: Project
    private let child: FormatsChild
    /// A boundary TXT, which no library reads, in place of the child's reading.
    private let boundary: BoundarySource?
    let options: Import
    let sourceSystem: CoordinateSystem?
    private var new: NewLayer
    private var notes: [Phrase] = []
    private let transformation: Transformation?
    let target: CoordinateSystem?
    private let join: Join?
    /// What the project's layers cover before this one.
    let county: Box

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
        join = try Join(options, layer: layer, child: child, notes: &notes)
        var whole = layer
        whole.fields += join?.fields ?? []
        var told: [Phrase] = []
        let crosswalk = try options.crosswalk.map {
            try Crosswalk($0, system: options.classes, project: project, notes: &told)
        }
        new = try Self.describe(whole, source, isOnly, options, crosswalk, isBoundary: boundary != nil, &notes)
        notes += told
        new.sourceHash = hash
        new.joined = join?.record
        new.crosswalk = crosswalk
        boundary?.describe(&new, options)
        county = try Self.county(of: project)

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
        target = try Self.target(existing, sourceSystem, options, proj, extent, &notes)
        if existing == nil, layer.hasGeometry { new.adopted = target }
        (transformation, new.datumRecord) = try Self.way(from: sourceSystem, to: target, options, proj, &notes)
        if transformation == nil, options.axes == nil, let extent = layer.extent, let count = layer.featureCount {
            new.expected = (extent, count)
        }
        new.sourceCRS = sourceSystem?.title
        self.notes = notes
    }

    // MARK: What it is

    private static func describe(
        _ layer: SourceLayer, _ source: String, _ isOnly: Bool, _ options: Import, _ crosswalk: Crosswalk?,
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
        new.classSystem = crosswalk?.system ?? options.classes ?? detection.classSystem ?? zoneSystem
        if crosswalk != nil, new.classField == nil {
            throw Refusal(
                .usage, "Which field of \(layer.name) does the crosswalk start from? Name it with --class-field.",
                "请用 --class-field 指明图层 \(layer.name) 中用于对照的字段。")
        }
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

    // MARK: Its features

    func perform(line: String, progress: Progress) throws -> Outcome {
        var gate = try FeatureGate(
            transformation: transformation, system: target, isSwapped: options.axes == .swapped)
        var read = 0
        var area: Int64 = 0
        var notes = notes
        let refusals = Refusals(layer: layer, project: project.path, table: new.table)
        var unknown: [String: Int] = [:]
        var crossed: [String: (count: Int, area: Int64)] = [:]
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
            try checkArea(gate.sourceBox, new.datumRecord)
            if let found = distance(of: writer.box) { notes.append(found) }
            unknown = writer.unknownClasses
            crossed = writer.crossed
            try progress.tell(read, of: read, say("\(new.table): indexes and overviews", "\(new.table)：建立索引与概览"))
        } detail: { writer in
            "\(source): read \(read), imported \(writer.count), repaired \(gate.repairs.count), refused \(refusals.count)"
                + ([new.datumRecord?.summary, new.crosswalk?.summary, new.joined?.summary].compactMap { $0?.english })
                .map { "; " + $0 }.joined()
        }
        notes += gate.repairs.map { repair in
            Phrase(
                "Repaired feature \(repair.fid): \(repair.reason.english)",
                "已修复要素 \(repair.fid)：\(repair.reason.chinese)")
        }
        notes += refusals.told
        if let note = refusals.write(by: child) { notes.append(note) }
        if let crosswalk = new.crosswalk { notes += crosswalk.told(crossed) }
        if let join { notes += try join.told() }
        for (code, count) in new.crosswalk == nil ? unknown.sorted(by: { $0.key < $1.key }).prefix(20) : [] {
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
            let own = cursor.values.count
            guard let join else {
                return try add(cursor, batch, &gate, writer, refusals) { SourceValue(cursor.values[$0], in: bytes) }
            }
            let key = SourceValue(cursor.values[join.key], in: bytes).string
            return try join.table.with(key: key) { joined in
                try add(cursor, batch, &gate, writer, refusals) {
                    $0 < own ? SourceValue(cursor.values[$0], in: bytes) : joined($0 - own)
                }
            }
        }
    }

    private func add(
        _ cursor: FeatureCursor, _ batch: FeatureBatch, _ gate: inout FeatureGate, _ writer: LayerWriter,
        _ refusals: Refusals, value: (Int) -> SourceValue
    ) throws -> Int64 {
        try batch.payload.withUnsafeBytes { bytes in
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
        if found.kind == .neighbourZone || options.crs != nil && found.mayBeMeant {
            notes.append(found.phrase)
            return
        }
        let codes = found.suggestions.prefix(2).map { "--crs EPSG:\($0)" }.joined(separator: say(" or ", " 或 "))
        throw Refusal(
            .badData, "\(source) was not imported. \(found.phrase.english)\(codes.isEmpty ? "" : " Try \(codes).")",
            "\(source) 未导入。\(found.phrase.chinese)\(codes.isEmpty ? "" : "可尝试 \(codes)。")")
    }
}
