/// Encodings as files call them, as iconv calls them.
enum EncodingNames {
    /// - Parameter words: the text of a `.cpg` file or of `--encoding`, such as "UTF-8", "936", "ANSI 1252", "OEM 936",
    ///   "GBK", "88591".
    static func iconvName(of words: String) -> String {
        var name = words.uppercased().filter { !$0.isWhitespace }
        for prefix in ["ANSI", "OEM", "CP", "WINDOWS-", "X-"] where name.hasPrefix(prefix) {
            let rest = name.dropFirst(prefix.count)
            if !rest.isEmpty, rest.allSatisfy(\.isNumber) { name = String(rest) }
        }
        switch name {
        case "UTF8", "UTF-8", "65001": return "UTF-8"
        // GB18030 holds both of its forerunners, and files that say GB2312 often use more than that.
        case "GBK", "GB2312", "GB-2312", "936", "54936", "GB18030", "GB-18030", "EUC-CN": return "GB18030"
        case "BIG5", "BIG-5", "950": return "BIG5-HKSCS"
        default: break
        }
        if name.allSatisfy(\.isNumber) {
            if name.hasPrefix("8859"), name.count > 4 { return "ISO-8859-" + name.dropFirst(4) }
            return "CP" + name
        }
        return name
    }

    /// The encoding that a DBF's language id names; nil for ids that name none. Id 0x57 says "the code page of the
    /// machine that wrote me", which names none either.
    static func iconvName(ofLanguageID id: Int) -> String? {
        switch id {
        case 0x4D, 0x7A: "GB18030"
        case 0x4F, 0x78: "BIG5-HKSCS"
        case 0x13, 0x7B: "CP932"
        case 0x4E, 0x79: "CP949"
        case 0x50, 0x7C: "CP874"
        case 0x01, 0x09, 0x0B, 0x0D, 0x0F, 0x11, 0x15, 0x18, 0x19, 0x1B: "CP437"
        case 0x02, 0x0A, 0x0E, 0x10, 0x12, 0x14, 0x16, 0x1A, 0x1D, 0x25, 0x37: "CP850"
        case 0x03, 0x58, 0x59: "CP1252"
        case 0x1F, 0x22, 0x23, 0x40, 0x64, 0x87: "CP852"
        case 0x26, 0x65: "CP866"
        case 0xC8: "CP1250"
        case 0xC9: "CP1251"
        case 0xCA: "CP1254"
        case 0xCB: "CP1253"
        case 0xCC: "CP1257"
        default: nil
        }
    }
}
