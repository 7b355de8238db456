import CGDAL
import Glibc
import Phrases
import Stream

extension OGRLayer {
    private static let rawFormats = ["ESRI Shapefile", "CSV", "GeoJSON", "GeoJSONSeq"]
    /// So many texts beyond ASCII settle the question of the encoding.
    private static let enoughTexts = 20_000

    /// The encoding of the layer's text: what the caller asked for, else what the file says, else what its bytes allow.
    ///
    /// - Throws: `Refusal` when the caller asked for an encoding that the system does not know.
    func text(asked: String?, notes: inout Notes) throws(Refusal) -> (SourceEncoding, SourceText) {
        if let asked {
            let name = EncodingNames.iconvName(of: asked)
            if let text = SourceText(encoding: name) { return (SourceEncoding(name: name, told: .asked), text) }
            throw Refusal(
                .usage, "There is no encoding \(asked) on this system; try UTF-8, GB18030 or BIG5.",
                "本系统没有编码 \(asked)，可用 UTF-8、GB18030 或 BIG5。")
        }
        guard Self.rawFormats.contains(dataset.driver) else { return try known("UTF-8", .driver) }
        if let (words, told) = declared {
            let name = EncodingNames.iconvName(of: words)
            if let text = SourceText(encoding: name) { return (SourceEncoding(name: name, told: told), text) }
            notes.say(
                Phrase(
                    "The encoding \"\(words)\" that the file names is not known; its bytes are looked at instead.",
                    "文件声明的编码“\(words)”无法识别，改为根据字节判断。"))
        }
        if let name = evidence().encoding { return try known(name, .bytes) }
        notes.say(
            Phrase(
                "Layer \(name): the encoding of its text is not known and is read as Latin-1; say it with --encoding.",
                "图层 \(name)：文字编码无法判断，暂按 Latin-1 读取；请用 --encoding 指定编码。"))
        return try known("ISO-8859-1", .undecided)
    }

    private func known(
        _ name: String, _ told: SourceEncoding.Told
    ) throws(Refusal) -> (SourceEncoding, SourceText) {
        if let text = SourceText(encoding: name) { return (SourceEncoding(name: name, told: told), text) }
        throw Refusal(
            .inputOutput, "The C library of this system cannot convert \(name); its gconv modules are missing.",
            "本系统的 C 库无法转换 \(name)，缺少 gconv 模块。")
    }

    /// What a Shapefile says about its own encoding.
    private var declared: (String, SourceEncoding.Told)? {
        if let words = metadata("CPG_VALUE"), !words.isEmpty { return (words, .cpg) }
        if let id = metadata("LDID_VALUE").flatMap({ Int($0) }), let name = EncodingNames.iconvName(ofLanguageID: id) {
            return (name, .languageID)
        }
        return nil
    }

    private func metadata(_ key: String) -> String? {
        GDALGetMetadataItem(handle, key, "SHAPEFILE").map { String(cString: $0) }
    }

    /// Looks at the names of fields and at texts from the first feature on.
    private func evidence() -> EncodingEvidence {
        var evidence = EncodingEvidence()
        var texts: [Int32] = []
        var others = ["OGR_GEOMETRY"]
        for index in 0..<fieldCount {
            guard let field = field(index), let name = OGR_Fld_GetNameRef(field) else { continue }
            evidence.add(name)
            if OGR_Fld_GetType(field) == OFTString {
                texts.append(Int32(index))
            } else if UnsafeRawBufferPointer(start: name, count: strlen(name)).isASCII {
                others.append(String(cString: name))
            }
        }
        guard !texts.isEmpty else { return evidence }
        if OGR_L_TestCapability(handle, OLCIgnoreFields) != 0 {
            let ignored = StringList(others)
            OGR_L_SetIgnoredFields(handle, ignored.constant)
        }
        var seen = 0
        OGR_L_ResetReading(handle)
        while evidence.tellingTexts < Self.enoughTexts, let feature = OGR_L_GetNextFeature(handle) {
            defer { OGR_F_Destroy(feature) }
            for index in texts {
                if let text = OGR_F_GetFieldAsString(feature, index) { evidence.add(text) }
            }
            seen += 1
            // A sign of life.
            if seen % 100_000 == 0 { Output.send(.progress(done: 0, total: nil)) }
        }
        OGR_L_SetIgnoredFields(handle, nil)
        OGR_L_ResetReading(handle)
        _ = Complaints.take()
        return evidence
    }
}

extension EncodingEvidence {
    fileprivate mutating func add(_ text: UnsafePointer<CChar>) {
        add(UnsafeRawBufferPointer(start: text, count: strlen(text)))
    }
}
