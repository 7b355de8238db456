import CGDAL
import Glibc
import Phrases
import Stream

/// Tells what GDAL's reader leaves out of a sheet of an XLSX: which cells are merged, and which numbers are shown as
/// percentages, whose values are hundredths of what people see.
///
/// A layer of two text fields, what and where: `merged`, `A2:A5`; `percent`, `D7`.
func readSheet(_ arguments: Arguments) throws(Refusal) {
    let source = try Source(arguments.path)
    let layer = try source.layer(named: arguments.layer)
    Output.send(
        .layer(
            SourceLayer(
                name: layer.name, fields: [SourceField("what", .text), SourceField("cells", .text)],
                hasGeometry: false, driver: layer.dataset.driver)))
    var batch = FeatureBatchBuilder(fieldCount: 2)
    var count = 0
    if layer.dataset.driver == "XLSX" {
        let sheet = try Sheet(named: layer.name, in: arguments.path, called: source.name)
        for (what, cells) in [("merged", sheet.merged), ("percent", sheet.percent)] {
            for name in cells {
                count += 1
                batch.begin(fid: Int64(count))
                batch.noGeometry()
                batch.append(what)
                batch.append(name)
                if batch.isFull { Output.write(batch.takeMessage()) }
            }
        }
    }
    if !batch.isEmpty { Output.write(batch.takeMessage()) }
    Output.send(.end(count: count))
}

/// A sheet of an XLSX (ECMA-376, part 1: SpreadsheetML), as far as GDAL does not read it; GDAL opens the archive and parses
/// the XML.
private struct Sheet {
    private(set) var merged: [String] = []
    /// Cells with a number that is shown as a percentage.
    private(set) var percent: [String] = []

    /// Larger ones are no table that somebody wrote; the tree of one takes some ten times its bytes.
    private static let most: GIntBig = 128 << 20

    init(named name: String, in path: String, called file: String) throws(Refusal) {
        let real = realpath(path, nil)
        defer { free(real) }
        let root = "/vsizip/{\(real.map { String(cString: $0) } ?? path)}/xl"
        let workbook = try XML("\(root)/workbook.xml", file), links = try XML("\(root)/_rels/workbook.xml.rels", file)
        let target = workbook.all("sheet").first { $0["name"] == name }?["id"].flatMap { id in
            links.all("Relationship").first { $0["Id"] == id }?["Target"]
        }
        guard let target else {
            throw Refusal(
                .badData, "Could not read \(file): its workbook does not say where sheet \(name) lies.",
                "无法读取 \(file)：工作簿未注明工作表 \(name) 的位置。")
        }
        let isWhole = target.hasPrefix("/xl/")
        let sheet = try XML("\(root)/\(isWhole ? String(target.dropFirst(4)) : target)", file)
        merged = sheet.all("mergeCell").compactMap { $0["ref"] }
        // A workbook that formats nothing has no styles.
        guard let styles = try? XML("\(root)/styles.xml", file) else {
            _ = Complaints.take()
            return
        }
        let shares = Self.shares(styles)
        guard !shares.isEmpty else { return }
        percent = sheet.all("c").compactMap { cell in
            let isNumber = cell["t"] ?? "n" == "n"
            return isNumber && cell["s"].flatMap { Int($0) }.map(shares.contains) == true ? cell["r"] : nil
        }
    }

    /// The styles of cells, by number, that show a percentage.
    private static func shares(_ styles: XML) -> Set<Int> {
        // 0% and 0.00% have numbers of their own; others are written out.
        var formats: Set = ["9", "10"]
        for format in styles.all("numFmt") where format["formatCode"]?.contains("%") == true {
            if let id = format["numFmtId"] { formats.insert(id) }
        }
        let cells = styles.all("cellXfs").first?.children("xf") ?? []
        return Set(cells.indices.filter { cells[$0]["numFmtId"].map(formats.contains) == true })
    }

    /// A parsed file of the archive; the one owner of its tree.
    private final class XML {
        private let tree: UnsafeMutablePointer<CPLXMLNode>

        init(_ path: String, _ file: String) throws(Refusal) {
            var bytes: UnsafeMutablePointer<GByte>?
            let isRead = VSIIngestFile(nil, path, &bytes, nil, most) != 0
            defer { VSIFree(bytes) }
            // GDAL ends what it ingests with a zero byte.
            let text = UnsafeRawPointer(bytes)?.assumingMemoryBound(to: CChar.self)
            guard isRead, let text, let tree = CPLParseXMLString(text) else {
                let reason = Complaints.take().first(where: \.isFailure)
                throw reason?.refusal(reading: file)
                    ?? Refusal(
                        .badData, "Could not read \(file): a part of its workbook is missing or too large.",
                        "无法读取 \(file)：工作簿的某一部分缺失或过大。")
            }
            // The trees of some writers have a prefix before every name.
            CPLStripXMLNamespace(tree, nil, 1)
            self.tree = tree
        }

        deinit { CPLDestroyXMLNode(tree) }

        /// Every element of a name, in the order of the file.
        func all(_ name: String) -> [Element] {
            var found: [Element] = []
            var waiting: [UnsafeMutablePointer<CPLXMLNode>] = [tree]
            while let node = waiting.popLast() {
                if let next = node.pointee.psNext { waiting.append(next) }
                guard node.pointee.eType == CXT_Element else { continue }
                if Self.name(of: node) == name { found.append(Element(node: node, owner: self)) }
                if let child = node.pointee.psChild { waiting.append(child) }
            }
            return found
        }

        static func name(of node: UnsafeMutablePointer<CPLXMLNode>) -> String {
            node.pointee.pszValue.map { String(cString: $0) } ?? ""
        }
    }

    private struct Element {
        let node: UnsafeMutablePointer<CPLXMLNode>
        /// Kept because the node lives in it.
        let owner: XML

        subscript(attribute: String) -> String? {
            CPLGetXMLValue(node, attribute, nil).map { String(cString: $0) }
        }

        func children(_ name: String) -> [Element] {
            var found: [Element] = []
            var next = node.pointee.psChild
            while let child = next {
                if child.pointee.eType == CXT_Element, XML.name(of: child) == name {
                    found.append(Element(node: child, owner: owner))
                }
                next = child.pointee.psNext
            }
            return found
        }
    }
}
