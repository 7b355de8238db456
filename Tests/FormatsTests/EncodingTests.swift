import Commands
import Foundation
import Stream
import Testing

@Suite("Text of sources")
struct EncodingTests {
    @Test("124 counties of Guangdong, GBK without a word about it")
    func undeclaredGBK() throws {
        guard let child = formatsChild(), let source = testData("cn_admin_gbk/gd_counties_gbk_nocpg.zip") else {
            return
        }
        let reading = try Reading(child, source)
        // SOURCE.md: 124 features in 21 prefectures of one province, EPSG:4490.
        #expect(reading.features.count == 124 && reading.end == 124)
        #expect(reading.layer.encoding == SourceEncoding(name: "GB18030", told: .bytes))
        #expect(reading.layer.crsAuthority == "EPSG:4490")
        #expect(Set(try reading.column("SSSF").map(String.init(describing:))) == [#"text("广东省")"#])
        #expect(Set(try reading.column("SSDS").map(String.init(describing:))).count == 21)
        // The first record, as Python's codec "gbk" reads the DBF.
        #expect(reading.features[0].values == ["440103", "荔湾区", "广州市", "广东省"].map(Value.text))
        #expect(reading.notes.isEmpty)
    }

    @Test("8 counties of Zhaoqing, GBK by .cpg, with the areas of SOURCE.md")
    func declaredGBK() throws {
        guard let child = formatsChild(), let source = testData("cn_admin_gbk/zhaoqing_cgcs2000_gk38_gbk.zip") else {
            return
        }
        let reading = try Reading(child, source)
        #expect(reading.layer.encoding == SourceEncoding(name: "GB18030", told: .cpg))
        #expect(reading.layer.crsAuthority == "EPSG:4526")
        let names = ["端州区", "鼎湖区", "高要区", "广宁县", "怀集县", "封开县", "德庆县", "四会市"]
        let hectares = [
            15386.4717, 55261.1573, 218825.9022, 245495.1896, 356177.3439, 272763.0001, 200605.7811, 126413.4091,
        ]
        let found = zip(try reading.column("XZQMC"), try reading.column("MJ_HA")).map { "\($0) \($1)" }
        let expected = zip(names, hectares).map { "\(Value.text($0)) \(Value.real($1))" }
        #expect(found.sorted() == expected.sorted())
    }

    /// What the bytes of each file say in the encoding of its name; "简体国语" and the rest by Python's codecs.
    @Test(
        "Small tables with every kind of hint",
        arguments: [
            ("cn_admin_gbk/chinese_poly.shp", "黑龙江省", "GB18030", SourceEncoding.Told.bytes),
            ("nasty/mapshaper/dbf_gbk.dbf", "简体国语", "GB18030", .bytes),
            ("nasty/mapshaper/dbf_ldid_chinese.dbf", "简体", "GB18030", .languageID),
            ("nasty/mapshaper/dbf_cpg_euckr.dbf", "한국말", "EUC-KR", .cpg),
            // Big5 is not taken for GB18030, and the reader says that it does not know.
            ("nasty/mapshaper/dbf_big5.dbf", "ÁcÅé°ê»y", "ISO-8859-1", .undecided),
        ])
    func hints(file: String, text: String, encoding: String, told: SourceEncoding.Told) throws {
        guard let child = formatsChild(), let source = testData(file) else { return }
        let reading = try Reading(child, source)
        #expect(reading.layer.encoding == SourceEncoding(name: encoding, told: told))
        #expect(reading.features.first?.values.last == .text(text))
        #expect(reading.notes.isEmpty == (told != .undecided))
    }

    @Test("An encoding that is asked for wins")
    func asked() throws {
        guard let child = formatsChild(), let source = testData("nasty/mapshaper/dbf_big5.dbf") else { return }
        let reading = try Reading(child, source, options: .init(encoding: "big5"))
        #expect(reading.layer.encoding == SourceEncoding(name: "BIG5-HKSCS", told: .asked))
        #expect(reading.features.first?.values == [.text("繁體國語")])
        #expect(throws: (any Error).self) { try Reading(child, source, options: .init(encoding: "klingon")) }
    }

    @Test("Two fields of one name both stay, with names of their own")
    func duplicateFields() throws {
        guard let child = formatsChild(), let source = testData("nasty/mapshaper/dbf_duplicate_fields.dbf") else {
            return
        }
        let layer = try #require(try child.layers(of: source).first)
        #expect(layer.featureCount == 5)
        #expect(Set(layer.fields.map { $0.name.lowercased() }).count == layer.fields.count)
        #expect(layer.fields.contains { $0.name.hasSuffix("_2") })
    }

    @Test("CSV in GBK, with a name cut within its last character and a byte that is no text")
    func csv() throws {
        guard let child = formatsChild() else { return }
        try withFolder { folder in
            // GBK by Python: 地类 = B5 D8 C0 E0, 名称 = C3 FB B3 C6, 水田 = CB AE CC EF, 旱地 = BA B5 B5 D8.
            var bytes: [UInt8] = [0xB5, 0xD8, 0xC0, 0xE0] + [0x2C] + [0xC3, 0xFB, 0xB3, 0xC6] + [0x0A]
            bytes += Array("0101,".utf8) + [0xCB, 0xAE, 0xCC, 0xEF] + [0x0A]
            bytes += Array("0103,".utf8) + [0xBA, 0xB5, 0xB5] + [0x0A]
            let file = folder.appending(path: "classes.csv")
            try Data(bytes).write(to: file)
            let reading = try Reading(child, file.path)
            #expect(reading.layer.fields.map(\.name) == ["地类", "名称"])
            #expect(reading.layer.encoding == SourceEncoding(name: "GB18030", told: .bytes))
            #expect(
                reading.features.map(\.values) == [[.text("0101"), .text("水田")], [.text("0103"), .text("旱\u{FFFD}")]])
            // One note that counts the damaged values.
            #expect(reading.notes.count == 1 && reading.notes[0].english.hasPrefix("1 values"))
        }
    }

    @Test("Short Latin-1 words are not taken for Chinese")
    func latin1() throws {
        guard let child = formatsChild() else { return }
        try withFolder { folder in
            // "Zürich", "Köln" and "München" are valid GBK bytes, but of rare characters.
            let file = folder.appending(path: "towns.csv")
            let text = "id,town\n1,Zürich\n2,Köln\n3,München\n"
            try #require(text.data(using: .isoLatin1)).write(to: file)
            let reading = try Reading(child, file.path)
            #expect(try reading.column("town") == ["Zürich", "Köln", "München"].map(Value.text))
            #expect(reading.layer.encoding.told == .undecided)
        }
    }

    @Test("A class of a GML without schema keeps its leading zero")
    func gmlClass() throws {
        guard let child = formatsChild() else { return }
        try withFolder { folder in
            let gml = """
                <?xml version="1.0" encoding="UTF-8"?>
                <ogr:FeatureCollection xmlns:ogr="http://ogr.maptools.org/" xmlns:gml="http://www.opengis.net/gml">
                <gml:featureMember><ogr:DLTB fid="DLTB.0"><ogr:DLBM>0101</ogr:DLBM><ogr:DLMC>水田</ogr:DLMC>
                <ogr:geometryProperty><gml:Point srsName="EPSG:4490"><gml:coordinates>113,23</gml:coordinates></gml:Point>
                </ogr:geometryProperty></ogr:DLTB></gml:featureMember></ogr:FeatureCollection>
                """
            let file = folder.appending(path: "dltb.gml")
            try Data(gml.utf8).write(to: file)
            let reading = try Reading(child, file.path)
            #expect(try reading.column("DLBM") == [.text("0101")])
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["dltb.gml"])
        }
    }
}
