import Boundary
import Foundation
import GeoBridge
import Geometry
import Phrases
import Planning
import Store
import Stream

/// Takes boundaries in, in the project's coordinates: from boundary-point TXTs, from any file that `import` reads, from
/// bytes, and from typed places. One serves many files of a batch.
final class BoundaryIntake {
    /// A parcel or a feature of a source.
    struct Part {
        var name: String
        var number: String
        /// In hundredths of a square metre; nil where the source states none.
        var declared: Int64?
        var shape: Shape
    }

    /// What is in a source.
    struct Content {
        var parts: [Part] = []
        /// How its coordinates were understood.
        var notes: [Phrase] = []
        /// Features that are no polygons, left out.
        var others = 0
    }

    private let project: Project
    private let options: Import
    private let progress: Progress
    private let target: CoordinateSystem?
    private var proj: PROJ?
    private var systems: [String: CoordinateSystem] = [:]

    /// - Parameters:
    ///   - crs: the system of sources that do not say it.
    ///   - confirm: accepts what a boundary TXT leaves to be confirmed.
    init(
        _ project: Project, crs: String? = nil, encoding: String? = nil, confirm: Bool = false, _ progress: Progress
    ) throws {
        (self.project, self.progress) = (project, progress)
        target = try project.coordinateSystem()
        // The options of an import that was given these.
        var words = ["boundary"]
        if let crs { words += ["--crs", crs] }
        if let encoding { words += ["--encoding", encoding] }
        if confirm { words.append("--confirm") }
        guard let options = try Import.parseAsRoot(words) as? Import else {
            throw Refusal(.usage, "A boundary cannot be read with these options.", "无法按这些选项读取范围。")
        }
        self.options = options
    }

    private func library() throws -> PROJ {
        if let proj { return proj }
        let made = try PROJ()
        proj = made
        return made
    }

    private func system(_ definition: String) throws -> CoordinateSystem {
        if let known = systems[definition] { return known }
        let system = try library().coordinateSystem(definition)
        systems[definition] = system
        return system
    }

    // MARK: Sources

    /// What a file holds.
    ///
    /// - Throws: `Refusal` that says why it cannot be read, or where it would lie.
    func content(of path: String) throws -> Content {
        guard FileManager.default.fileExists(atPath: path) else {
            throw Refusal(.noInput, "There is no file \(path).", "没有文件 \(path)。")
        }
        let facts = try? FileManager.default.attributesOfItem(atPath: path)
        guard facts?[.type] as? FileAttributeType != .typeRegular || facts?[.size] as? Int != 0 else {
            throw Refusal(
                .badData, "\(path) cannot be taken for a boundary: the file is empty.", "\(path) 不能用作边界：文件是空的。")
        }
        if path.lowercased().hasSuffix(".txt"), let read = try content(BoundarySource.bytes(of: path), named: path) {
            return read
        }
        return try features(of: path)
    }

    /// What a boundary TXT holds; nil for bytes that are none.
    func content(_ bytes: [UInt8], named name: String) throws -> Content? {
        guard
            let source = try BoundarySource(
                bytes, named: name, options, did: Phrase("cannot be taken for a boundary", "不能用作边界"))
        else { return nil }
        var content = Content()
        let most = 5
        let warnings = source.reading.faults.filter { $0.severity == .warning || $0.severity == .confirm }
        content.notes = warnings.prefix(most).map(\.what)
        if warnings.count > most {
            content.notes.append(
                Phrase(
                    "\(warnings.count - most) more messages: tuban boundary check",
                    "另有 \(warnings.count - most) 条信息：tuban boundary check"))
        }
        for (parcel, measure) in zip(source.reading.file.parcels, source.reading.measures) {
            guard let shape = parcel.shape, shape.kind == .polygon else {
                content.others += 1
                continue
            }
            let declared = measure.declared.map { Int64(($0.squareMetres * 100).rounded()) }
            content.parts.append(
                Part(
                    name: Self.trimmed(parcel[.name]), number: Self.trimmed(parcel[.number]),
                    declared: declared.flatMap { $0 > 0 ? $0 : nil }, shape: shape))
        }
        try move(&content, from: system(source.system))
        return content
    }

    /// What a file of another program holds.
    private func features(of path: String) throws -> Content {
        let child = try FormatsChild()
        var content = Content()
        for layer in try child.layers(of: path, encoding: options.encoding) where layer.hasGeometry {
            try progress.checkCancelled()
            var own = try features(of: path, layer, child)
            content.others += own.others
            guard !own.parts.isEmpty else { continue }
            let system = try LayerImport.system(
                layer, path, options, library(),
                { own.parts.reduce(Box.empty) { $0.union($1.shape.box) } }, &own.notes)
            try move(&own, from: system)
            content.parts += own.parts
            content.notes += own.notes
        }
        return content
    }

    private func features(of path: String, _ layer: SourceLayer, _ child: FormatsChild) throws -> Content {
        var content = Content()
        func column(_ names: [String]) -> Int? {
            names.lazy.compactMap { name in layer.fields.firstIndex { $0.name.uppercased() == name } }.first
        }
        let name = column(["DKMC", "XMMC", "MC", "NAME", "名称", "项目名称"])
        let number = column(["DKBH", "XMDM", "BH", "BSM", "编号"])
        try child.read(path, layer: layer.name, options: .init(encoding: options.encoding)) { message in
            guard case .features(let batch) = message else { return }
            try progress.checkCancelled()
            var cursor = batch.features
            func text(_ column: Int?) -> String {
                guard let column, column < cursor.values.count else { return "" }
                switch cursor.values[column] {
                case .text(let range): return Self.trimmed(batch.text(range))
                case .integer(let value): return String(value)
                default: return ""
                }
            }
            while try cursor.advance() {
                guard case .wkb(let range) = cursor.geometry else { continue }
                var shape = Shape(kind: .polygon)
                try batch.payload.withUnsafeBytes { bytes in
                    do {
                        try shape.read(wkb: UnsafeRawBufferPointer(rebasing: bytes[range]), closingRings: true)
                    } catch let error as WKBError {
                        throw Refusal(
                            .badData, "\(path) cannot be taken for a boundary: \(error.reason.english)",
                            "\(path) 不能用作边界：\(error.reason.chinese)")
                    }
                }
                if shape.kind == .polygon, !shape.isEmpty {
                    content.parts.append(Part(name: text(name), number: text(number), shape: shape))
                } else {
                    content.others += 1
                }
            }
        }
        return content
    }

    private static func trimmed(_ text: String) -> String { text.trimmingCharacters(in: .whitespacesAndNewlines) }

    /// Into the project's coordinates.
    private func move(_ content: inout Content, from source: CoordinateSystem) throws {
        guard let target, target != source, !content.parts.isEmpty else { return }
        let way = try library().transformation(from: source, to: target)
        if let note = way.note { content.notes.append(note) }
        for index in content.parts.indices {
            content.parts[index].shape = try way.transform(content.parts[index].shape)
        }
    }

    // MARK: One shape

    /// All polygons of a source as one.
    ///
    /// - Throws: `Refusal` when there is none, or one is invalid and where.
    func united(_ content: Content, _ path: String) throws -> Shape {
        guard !content.parts.isEmpty else { throw nothing(in: content, path) }
        let geos = GEOS()
        for part in content.parts {
            let report = try geos.validity(of: part.shape)
            guard let reason = report.reason else { continue }
            let place = try report.place.map { " (\(try project.cornerText(of: $0)))" } ?? ""
            throw Refusal(
                .badData, "\(path) cannot be taken for a boundary: \(reason.english)\(place); mend it at its source.",
                "\(path) 不能用作边界：\(reason.chinese)\(place)，请在源数据中更正。")
        }
        return content.parts.count == 1 ? content.parts[0].shape : try geos.union(content.parts.map(\.shape))
    }

    private func nothing(in content: Content, _ path: String) -> Refusal {
        guard content.others > 0 else {
            return Refusal(
                .badData, "\(path) holds no polygon to take for a boundary.", "\(path) 中没有可用作边界的面。")
        }
        return Refusal(
            .badData,
            "\(path) holds no polygon to take for a boundary, only \(counted(content.others, "line or point", "lines or points")); close its lines to polygons.",
            "\(path) 中没有可用作边界的面，只有 \(content.others) 条线或点；请先将线闭合成面。")
    }

    // MARK: Boundaries to analyse

    /// The boundaries of a file.
    ///
    /// - Parameter each: every polygon of the source as a boundary of its own; otherwise all of them as one.
    func boundaries(of path: String, each: Bool) throws -> [AnalysedBoundary] {
        try boundaries(content(of: path), path, hash: { try sourceHash(of: path) }, each: each)
    }

    /// The boundaries in a text that was piped in or pasted: a boundary TXT, GeoJSON, or places.
    func boundaries(in bytes: [UInt8], each: Bool) throws -> [AnalysedBoundary] {
        let hash = sourceHash(of: bytes)
        if let content = try content(bytes, named: "-") {
            return try boundaries(content, "-", hash: { hash }, each: each)
        }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let first = text.first(where: { !$0.isWhitespace }) else {
            throw Refusal(
                .noInput, "Nothing came in on standard input; pipe a boundary TXT, GeoJSON or corners into it.",
                "标准输入没有内容；请输入界址点 TXT、GeoJSON 或顶点坐标。")
        }
        if first == "{" {
            let path = NSTemporaryDirectory() + "tuban-\(UUID().uuidString).geojson"
            defer { try? FileManager.default.removeItem(atPath: path) }
            guard
                FileManager.default.createFile(
                    atPath: path, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
            else {
                throw Refusal(
                    .cannotCreate, "The text cannot be handed to its reader: \(path) cannot be written.",
                    "无法写入临时文件 \(path)。")
            }
            do {
                return try boundaries(features(of: path), "-", hash: { hash }, each: each)
            } catch let refusal as Refusal {
                // Nobody knows the file by which its reader had it.
                let name = (path as NSString).lastPathComponent
                func named(_ text: String, _ here: String) -> String {
                    text.replacing(path, with: here).replacing(name, with: here)
                }
                throw Refusal(
                    refusal.kind, named(refusal.phrase.english, "the text that came in"),
                    named(refusal.phrase.chinese, "输入的文本"))
            }
        }
        var boundary = try typed(text.split(whereSeparator: \.isNewline).joined(separator: " "))
        (boundary.source, boundary.hash) = ("-", hash)
        return [boundary]
    }

    private func boundaries(
        _ content: Content, _ path: String, hash: () throws -> String, each: Bool
    ) throws -> [AnalysedBoundary] {
        guard !content.parts.isEmpty else { throw nothing(in: content, path) }
        let source = path == "-" ? "-" : (path as NSString).lastPathComponent
        let file = path == "-" ? say("unnamed boundary", "未命名的范围") : (source as NSString).deletingPathExtension
        let hash = try hash()
        if each {
            return content.parts.enumerated().map { index, part in
                let label =
                    content.parts.count == 1 ? file : "\(file) \(part.number.isEmpty ? String(index + 1) : part.number)"
                return AnalysedBoundary(
                    name: part.name.isEmpty ? label : part.name, number: part.number, source: source, hash: hash,
                    shape: part.shape, declared: part.declared, notes: content.notes)
            }
        }
        let only = content.parts.count == 1 ? content.parts[0] : nil
        let stated = content.parts.compactMap(\.declared)
        let shape = try united(content, path)
        let notes = content.notes + [doubled(content, in: shape)].compactMap { $0 }
        return [
            AnalysedBoundary(
                name: only.map(\.name).flatMap { $0.isEmpty ? nil : $0 } ?? file, number: only?.number ?? "",
                source: source, hash: hash, shape: shape,
                declared: stated.count == content.parts.count ? stated.reduce(0, +) : nil, notes: notes)
        ]
    }

    /// That parts of a source overlap one another, and by how much in the plane; of degrees nothing is told.
    private func doubled(_ content: Content, in united: Shape) -> Phrase? {
        guard content.parts.count > 1, target?.isGeographic != true else { return nil }
        let unit = target?.metresPerUnit ?? 1
        let twice = (content.parts.reduce(0) { $0 + $1.shape.planeArea } - united.planeArea) * unit * unit
        // What two files of millimetres differ by along an edge is none.
        guard twice >= 1 else { return nil }
        let area = Decimals.text(twice, decimals: 2)
        return Phrase(
            "Its \(content.parts.count) polygons overlap one another by \(area) m²; land that is in several is counted once.",
            "其中 \(content.parts.count) 个面相互重叠 \(area) 平方米；重叠部分只计一次。")
    }

    /// A boundary of typed corners.
    func typed(_ text: String) throws -> AnalysedBoundary {
        var notes: [String] = []
        let shape = try Places.polygon(text, project, 0, &notes)
        return AnalysedBoundary(
            name: say("typed boundary", "键入的范围"), shape: shape, notes: notes.map { Phrase($0, $0) })
    }

    /// The outlines of features as one boundary.
    func features(_ uids: [Int64]) throws -> AnalysedBoundary {
        let shapes = try uids.map { uid in
            guard let shape = try project.shape(of: uid), shape.kind == .polygon else {
                throw Refusal(
                    .noInput, "Feature \(uid) has no outline to take for a boundary.", "要素 \(uid) 没有可用作边界的面。")
            }
            return Part(name: "", number: "", shape: shape)
        }
        let names = uids.prefix(3).map(String.init).joined(separator: " ") + (uids.count > 3 ? " …" : "")
        let content = Content(parts: shapes)
        return AnalysedBoundary(
            name: say("parcels \(names)", "图斑 \(names)"), shape: try united(content, say("The parcels", "图斑")))
    }
}
