import Foundation

/// An XLSX of one sheet, as an office's program writes it: its parts as files, packed by zip.
struct Workbook {
    enum Cell: ExpressibleByStringLiteral {
        case none
        case text(String)
        case number(String)
        /// A number that is shown as a percentage: 0.18 as 18.00%.
        case percent(String)

        init(stringLiteral text: String) { self = .text(text) }
    }

    var rows: [[Cell]]
    var merged: [String] = []

    /// - Returns: false, with a line, where there is no zip.
    func write(to name: String, on desk: Desk) throws -> Bool {
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/zip") else {
            print("skipped: there is no zip")
            return false
        }
        let folder = desk.folder.appending(path: ".book-\(UUID().uuidString)")
        for (path, text) in parts {
            let file = folder.appending(path: path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + text).write(
                to: file, atomically: false, encoding: .utf8)
        }
        let zip = Process()
        zip.executableURL = URL(filePath: "/usr/bin/zip")
        zip.currentDirectoryURL = folder
        zip.arguments = ["-q", "-X", "-r", desk.path(name), "."]
        try zip.run()
        zip.waitUntilExit()
        return zip.terminationStatus == 0
    }

    private var parts: [(String, String)] {
        let main = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
        let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        let packages = "http://schemas.openxmlformats.org/package/2006"
        let types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
        return [
            (
                "[Content_Types].xml",
                """
                <Types xmlns="\(packages)/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="\(types).sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="\(types).worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="\(types).styles+xml"/></Types>
                """
            ),
            (
                "_rels/.rels",
                """
                <Relationships xmlns="\(packages)/relationships"><Relationship Id="rId1" Type="\(office)/officeDocument" Target="xl/workbook.xml"/></Relationships>
                """
            ),
            (
                "xl/workbook.xml",
                """
                <workbook \(main) xmlns:r="\(office)"><sheets><sheet name="统计" sheetId="1" r:id="rId1"/></sheets></workbook>
                """
            ),
            (
                "xl/_rels/workbook.xml.rels",
                """
                <Relationships xmlns="\(packages)/relationships"><Relationship Id="rId1" Type="\(office)/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="\(office)/styles" Target="styles.xml"/></Relationships>
                """
            ),
            (
                "xl/styles.xml",
                """
                <styleSheet \(main)><numFmts count="1"><numFmt numFmtId="164" formatCode="0.0%"/></numFmts><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs></styleSheet>
                """
            ),
            ("xl/worksheets/sheet1.xml", "<worksheet \(main)><sheetData>\(data)</sheetData>\(merges)</worksheet>"),
        ]
    }

    private var data: String {
        rows.enumerated().filter { !$0.element.isEmpty }.map { line, cells in
            let texts = cells.enumerated().map { column, cell in
                let name = "\(UnicodeScalar(UInt8(65 + column)))\(line + 1)"
                return switch cell {
                case .none: ""
                case .text(let text): "<c r=\"\(name)\" t=\"inlineStr\"><is><t>\(text)</t></is></c>"
                case .number(let number): "<c r=\"\(name)\"><v>\(number)</v></c>"
                case .percent(let number): "<c r=\"\(name)\" s=\"1\"><v>\(number)</v></c>"
                }
            }
            return "<row r=\"\(line + 1)\">\(texts.joined())</row>"
        }.joined()
    }

    private var merges: String {
        guard !merged.isEmpty else { return "" }
        return
            "<mergeCells count=\"\(merged.count)\">\(merged.map { "<mergeCell ref=\"\($0)\"/>" }.joined())</mergeCells>"
    }
}
