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
    let project: Project
    let child: FormatsChild
    /// A boundary TXT, which no library reads, in place of the child's reading.
    let boundary: BoundarySource?
    let options: Import
    let sourceSystem: CoordinateSystem?
    private(set) var new: NewLayer
    private(set) var notes: [Phrase] = []
    let transformation: Transformation?
    let target: CoordinateSystem?
    let join: Join?
    /// What the project's layers cover before this one.
    let county: Box

    /// More layers than this do not make a readable picture.
    private static let mostDrawn = 12

    /// - Parameter company: how many layers of the source come in together.
    init(
        _ options: Import, source: String, hash: Later<String>, layer: SourceLayer, company: Int, project: Project,
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
        new = try Self.describe(whole, source, company, options, crosswalk, isBoundary: boundary != nil, &notes)
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
        _ layer: SourceLayer, _ source: String, _ company: Int, _ options: Import, _ crosswalk: Crosswalk?,
        isBoundary: Bool, _ notes: inout [Phrase]
    ) throws -> NewLayer {
        let names = layer.fields.map(\.name)
        let detection = LayerSchema.detect(layerName: layer.name, fields: names)
        // What the parcels of a boundary TXT are is known.
        var account = isBoundary ? [] : Self.told(detection)
        let role = options.role ?? detection.role
        if !isBoundary, role != detection.schema?.role {
            account.append(
                Phrase("It is taken as \(role.name.english).", "按\(role.name.chinese)图层处理。"))
        }
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
        var table = options.table ?? layer.name
        if options.table == nil, role == .parcels, let year, detection.schema != nil { table = "\(standard)_\(year)" }
        var new = NewLayer(
            table: table, standard: standard, title: options.title ?? detection.schema?.title.chinese ?? layer.name,
            role: role, year: year, fields: layer.fields.map { .init(name: $0.name, kind: .init($0.kind)) },
            geometry: layer.hasGeometry ? layer.geometryKind ?? .polygon : nil, source: source)
        new.hasZ = layer.hasZ
        let isCrowd = company > Self.mostDrawn
        if isCrowd {
            new.isShown = detection.schema?.isBaseMap == true
            notes.append(
                Phrase(
                    "Of \(company) layers only the base map is drawn, 'layer display NAME' shows more; 'layer show NAME' tells what a layer was taken for.",
                    "共 \(company) 个图层，默认只显示底图图层，用 layer display 图层名 显示其他图层；layer show 图层名 说明其判别依据。"))
        }
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
        account.append(
            Phrase(
                "Overrule with --role, --year, --class-field, --classes, --unit-field, --number-field, --name-field, --as.",
                "可用 --role --year --class-field --classes --unit-field --number-field --name-field --as 改定。"))
        if layer.encoding.told == .bytes || layer.encoding.told == .undecided {
            notes.append(
                Phrase(
                    "Text is read as \(layer.encoding.name), as its bytes suggest; --encoding overrules.",
                    "文字按字节判断为 \(layer.encoding.name)，可用 --encoding 改定。"))
        }
        new.notes = (account + notes).map(\.english).joined(separator: "\n")
        // What is known by its name needs no account in a crowd.
        if !isCrowd || detection.schema == nil { notes = account + notes }
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
}
