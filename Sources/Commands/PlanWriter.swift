import GeoBridge
import Geometry
import Phrases
import Planning
import Store
import Stream

/// Sends layers, as a plan has them, to a file that is being written.
final class PlanWriter {
    /// What becomes one layer of the file.
    struct Part {
        enum Kind {
            /// The drafted survey as a layer of planned use: what the plan leaves alone keeps the class that its survey
            /// class becomes in the base conversion (基数转换).
            case plannedUse
            /// With the columns of its source.
            case own
        }
        var layer: Layer
        var kind: Kind
        /// Its standard name, for as long as no other part has it.
        var name: String

        init(_ layer: Layer, _ kind: Kind) {
            (self.layer, self.kind) = (layer, kind)
            name = kind == .plannedUse ? "GHYDYH" : layer.standard.isEmpty ? layer.table : layer.standard
        }

        /// Whether somebody who names a layer means this one.
        func isCalled(_ word: String) -> Bool {
            let names = kind == .plannedUse ? [name, "GHYDYH"] : [name, layer.table]
            return names.contains { $0.uppercased() == word.uppercased() }
        }
    }

    private(set) var notes: [Phrase] = []
    private let project: Project
    private let plan: Plan
    private let changesOnly: Bool
    private let progress: Progress
    private let classes: [Int64: StoredClass]
    private let units: [Int64: Unit]
    private let conversion = Crosswalk.surveyToPlan().crosswalk
    private let system: CoordinateSystem
    private let way: Transformation?

    init(project: Project, plan: Plan, changesOnly: Bool, crs: String?, progress: Progress) throws {
        self.project = project
        self.plan = plan
        self.changesOnly = changesOnly
        self.progress = progress
        classes = try project.classes()
        units = try project.units()
        guard let own = try project.coordinateSystem() else {
            throw Refusal(.badData, "The project has no coordinate system yet.", "项目尚无坐标系。")
        }
        if let crs {
            let proj = try PROJ()
            system = try proj.coordinateSystem(crs)
            let found = try proj.transformation(from: own, to: system)
            if let note = found.note { notes.append(note) }
            way = found
        } else {
            (system, way) = (own, nil)
        }
    }

    /// - Returns: how many features were sent.
    func send(_ part: Part, to sink: StreamSink) throws -> Int {
        switch part.kind {
        case .plannedUse: try sendPlannedUse(part.layer, as: part.name, to: sink)
        case .own: try sendOwn(part.layer, as: part.name, to: sink)
        }
    }

    private func announce(_ name: String, _ fields: [SourceField], _ geometry: Shape.Kind?, to sink: StreamSink) throws
    {
        try sink.send(
            .layer(
                SourceLayer(
                    name: name, fields: fields, hasGeometry: geometry != nil, geometryKind: geometry,
                    crsWKT: system.wkt, crsAuthority: system.authority)))
    }

    /// Sends each feature of `layer` that is asked for, its values appended by `values`.
    private func send(
        _ layer: Layer, fieldCount: Int, to sink: StreamSink,
        _ values: (PlannedFeature, inout FeatureBatchBuilder) -> Void
    ) throws -> Int {
        var builder = FeatureBatchBuilder(fieldCount: fieldCount)
        var count = 0
        try project.forEachFeature(of: layer, plan: plan.id, draftedOnly: changesOnly) { feature in
            guard !changesOnly || feature.isChanged else { return }
            count += 1
            builder.begin(fid: Int64(count))
            if let shape = feature.shape {
                let written = try way?.transform(shape) ?? shape
                written.wkb(multi: true).withUnsafeBytes { builder.geometry($0) }
            } else {
                builder.noGeometry()
            }
            values(feature, &builder)
            if builder.isFull { try sink.send(builder.takeMessage()) }
            try progress.tell(count, of: nil, layer.table)
        }
        if !builder.isEmpty { try sink.send(builder.takeMessage()) }
        return count
    }

    // MARK: Planned use

    /// Field names and widths of 市级国土空间总体规划数据库规范(试行) 2021, as far as they are known.
    private static let plannedFields = [
        SourceField("BSM", .text, width: 18), SourceField("XZQDM", .text, width: 12),
        SourceField("XZQMC", .text, width: 100), SourceField("YDYHFLDM", .text, width: 10),
        SourceField("YDYHFLMC", .text, width: 50), SourceField("MJ", .real, width: 18, precision: 2),
    ]

    private func sendPlannedUse(_ base: Layer, as name: String, to sink: StreamSink) throws -> Int {
        try announce(name, Self.plannedFields, .polygon, to: sink)
        var unmapped = 0
        let count = try send(base, fieldCount: Self.plannedFields.count, to: sink) { feature, builder in
            builder.append(feature.number.isEmpty ? String(feature.uid) : feature.number)
            let unit = units[feature.unit]
            builder.append(String((unit?.code ?? "").prefix(12)))
            builder.append(unit?.name ?? "")
            if let planned = plannedClass(feature.class) {
                builder.append(planned.code)
                builder.append(planned.name)
            } else {
                unmapped += 1
                builder.appendNull()
                builder.appendNull()
            }
            builder.append(Double(feature.area) / 100)
        }
        if unmapped > 0 {
            notes.append(
                Phrase(
                    "\(unmapped) of them have a class that the base conversion does not map; their planned class is null.",
                    "其中 \(unmapped) 个图斑的地类在基数转换表中没有对应，规划地类为空。"))
        }
        return count
    }

    private func plannedClass(_ id: Int64) -> (code: String, name: String)? {
        guard id != 0, let own = classes[id] else { return nil }
        if own.code.system == ClassSystem.plan2023.label { return (own.code.code, own.name.chinese) }
        guard own.code.system == ClassSystem.survey.label, let code = conversion[own.code.code] else { return nil }
        let name = ClassTable.standard[LandUseCode(system: conversion.system, code: code)]?.name.chinese
        return (code, name ?? "")
    }

    // MARK: Other layers

    private func sendOwn(_ layer: Layer, as name: String, to sink: StreamSink) throws -> Int {
        let columns = try project.columns(of: layer)
        let areas = Self.areaFields(of: layer)
        let classNames = Set(classes.values.map(\.name.chinese))
        let fields = columns.map { column in
            SourceField(column.name, SourceField.Kind(column.kind), precision: column.kind == .real ? 2 : 0)
        }
        try announce(name, fields, layer.geometry, to: sink)
        return try send(layer, fieldCount: fields.count, to: sink) { feature, builder in
            for (column, value) in zip(columns, feature.values) {
                if feature.isChanged, let area = areas[column.name] {
                    builder.append(Double(area(feature)) / 100)
                } else if feature.isChanged, column.name == layer.factorField, feature.net == feature.area {
                    // Land without ridges has no factor of them.
                    builder.appendNull()
                } else if feature.isChanged, column.name == layer.classField, let own = classes[feature.class] {
                    builder.append(own.code.code)
                } else if feature.isChanged, column.name == layer.nameField, let own = classes[feature.class],
                    case .text(let text) = value, classNames.contains(text)
                {
                    // Some layers have the name of the class for a name.
                    builder.append(own.name.chinese)
                } else if feature.isChanged, column.name == layer.numberField, value == .null {
                    builder.append(feature.number.isEmpty ? String(feature.uid) : feature.number)
                } else if feature.isChanged, column.name == layer.nameField, value == .null {
                    builder.append(feature.name)
                } else {
                    builder.append(value, as: column.kind)
                }
            }
        }
    }

    /// The columns that follow from a feature's outline and class, each with what it holds: whole hundredths of a square
    /// metre.
    private static func areaFields(of layer: Layer) -> [String: (PlannedFeature) -> Int64] {
        let uses: [(LayerSchema.Use, (PlannedFeature) -> Int64)] = [
            (.area, { $0.area }), (.netArea, { $0.net }), (.deduction, { $0.area - $0.net }),
        ]
        var found: [String: (PlannedFeature) -> Int64] = [:]
        for (use, area) in uses {
            for field in LayerSchema.named(layer.standard)?.fields[use] ?? [] { found[field] = area }
        }
        return found
    }
}

extension FeatureBatchBuilder {
    /// A value as its column wants it: SQLite keeps any value in any column, formats do not.
    fileprivate mutating func append(_ value: PlannedFeature.Value, as kind: NewLayer.Field.Kind) {
        switch (value, kind) {
        case (.integer(let number), .integer), (.integer(let number), .boolean): append(number)
        case (.integer(let number), .real): append(Double(number))
        case (.integer(let number), .text): append(String(number))
        case (.real(let number), .real): append(number)
        case (.real(let number), .text): append(String(number))
        case (.text(let text), .text), (.text(let text), .date), (.text(let text), .dateTime): append(text)
        case (.text(let text), .real): if let number = Double(text) { append(number) } else { appendNull() }
        case (.text(let text), .integer): if let number = Int64(text) { append(number) } else { appendNull() }
        case (.binary(let data), .binary): data.withUnsafeBytes { append(blob: $0) }
        default: appendNull()
        }
    }
}
