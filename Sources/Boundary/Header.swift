import Phrases

/// What the header says about the coordinates.
struct Header {
    private(set) var datum: BoundaryDatum?
    private(set) var width: Int?
    private(set) var number: Int?
    /// The line of 带号, or of the zone width where that stands alone.
    private(set) var zoneLine = 0
    /// The line of 坐标系; nil when there is none.
    private(set) var datumLine: Int?
    /// Decimals by 精度.
    private(set) var decimals: Int?
    /// Whether there is a header at all.
    let isPresent: Bool

    /// - Parameter isGiven: somebody named the coordinate system; what the header leaves open stops nothing then.
    init(_ parser: BoundaryParser, isGiven: Bool, _ faults: inout FaultList) {
        var found: [String: (value: String, line: Int)] = [:]
        for (section, lines) in zip(parser.sections, parser.keyLines) {
            for (entry, line) in zip(section.entries, lines) {
                let key = entry.key == "分带" ? "几度分带" : entry.key
                let value = entry.value.halfWidth.trimmingBlanks
                if let before = found[key] {
                    let decides = ["坐标系", "几度分带", "带号"].contains(key)
                    let isRepeat = section.entries.count(where: { $0.key == entry.key }) > 1
                    if decides, before.value != value,
                        !isRepeat || section.entries.first(where: { $0.key == entry.key }) == entry
                    {
                        Self.tellSecond(key, before, value, line, &faults)
                    }
                    continue
                }
                found[key] = (value, line)
            }
        }
        isPresent = ["坐标系", "几度分带", "带号", "投影类型"].contains { found[$0] != nil }
        read(found, isGiven, &faults)
    }

    private mutating func read(
        _ found: [String: (value: String, line: Int)], _ isGiven: Bool, _ faults: inout FaultList
    ) {
        if let (value, line) = found["坐标系"] {
            datumLine = line
            datum = BoundaryDatum(named: value)
            if datum == nil {
                faults.add(
                    .datum, isGiven ? .warning : .stops, line,
                    Phrase(
                        "Line \(line) names the coordinate system \u{201C}\(value)\u{201D}, which is not known.",
                        "第 \(line) 行的坐标系“\(value)”无法识别。"),
                    Phrase("Name it with --crs, such as --crs EPSG:4527.", "请用 --crs 指明，如 --crs EPSG:4527。"))
            }
        }
        if let (value, line) = found["几度分带"], !value.isEmpty {
            zoneLine = line
            width =
                value.hasPrefix("3") || value.hasPrefix("三")
                ? 3 : value.hasPrefix("6") || value.hasPrefix("六") ? 6 : nil
            if width == nil { Self.tell("几度分带", value, line, "3 or 6", "3 或 6", .warning, &faults) }
        }
        if let (value, line) = found["带号"], !value.isEmpty {
            zoneLine = line
            number = Int(value.filter { $0 != "带" })
            if number == nil { Self.tell("带号", value, line, "a zone number such as 39", "带号，如 39", .warning, &faults) }
        }
        if let (value, line) = found["计量单位"], !value.isEmpty, !["米", "m", "M", "metre", "meter"].contains(value) {
            Self.tell("计量单位", value, line, "米: only metres are read", "米（只支持以米为单位）", .stops, &faults)
        }
        if let (value, line) = found["投影类型"], !value.isEmpty {
            let letters = value.filter { $0.isLetter }.lowercased()
            if !letters.contains("高斯") && !letters.contains("gauss") {
                Self.tell("投影类型", value, line, "高斯克吕格", "高斯克吕格", .stops, &faults)
            }
        }
        if let (value, line) = found["精度"], !value.isEmpty {
            decimals = Self.decimals(value)
            if decimals == nil { Self.tell("精度", value, line, "0.001 or 3", "0.001 或 3", .info, &faults) }
        }
        if let (value, line) = found["转换参数"], value.contains(where: { "123456789".contains($0) }) {
            faults.add(
                .parameters, .warning, line,
                Phrase(
                    "Line \(line) brings transformation parameters (\(value)); they are kept and not applied.",
                    "第 \(line) 行带有转换参数（\(value)），仅保留，不作转换。"),
                Phrase("Transform the data at the source if they are meant to be.", "如需转换，请在源数据中完成。"))
        }
    }

    private static func decimals(_ value: String) -> Int? {
        if let number = Int(value), 2...8 ~= number { return number }
        guard let number = FixedDecimal(value), number.value > 0, number.value <= 1 else { return nil }
        return Int(number.decimals)
    }

    private static func tell(
        _ key: String, _ value: String, _ line: Int, _ english: String, _ chinese: String,
        _ severity: BoundaryFault.Severity, _ faults: inout FaultList
    ) {
        faults.add(
            .headerValue, severity, line,
            Phrase(
                "Line \(line) says \(key)=\(value), where \(english) is expected.",
                "第 \(line) 行 \(key)=\(value)，应为\(chinese)。"),
            Phrase("Correct the header.", "请更正文件头。"))
    }

    private static func tellSecond(
        _ key: String, _ before: (value: String, line: Int), _ value: String, _ line: Int, _ faults: inout FaultList
    ) {
        faults.add(
            .secondHeader, .stops, line,
            Phrase(
                "Line \(line) says \(key)=\(value), but line \(before.line) says \(before.value): two files were joined.",
                "第 \(line) 行 \(key)=\(value)，与第 \(before.line) 行的 \(before.value) 矛盾：疑为两个文件拼接。"),
            Phrase("Split the file at the second header.", "请在第二个文件头处拆分文件。"))
    }
}

extension BoundaryDatum {
    /// The datum that a header names; nil for a name that is not known.
    init?(named name: String) {
        let name = name.uppercased().filter { !$0.isWhitespace && $0 != "-" && $0 != "_" }
        if name.contains("CGCS2000") || name.contains("2000国家") || name.contains("国家2000") || name.contains("大地2000")
            || name == "2000坐标系" || name == "2000"
        {
            self = .cgcs2000
        } else if name.contains("WGS84") || name.contains("WGS1984") {
            self = .wgs84
        } else if name.contains("新") && name.contains("54") && name.contains("北京") {
            self = .newBeijing
        } else if name.contains("80") && (name.contains("西安") || name.contains("国家") || name.contains("XIAN")) {
            self = .xian80
        } else if name.contains("54") && (name.contains("北京") || name.contains("国家") || name.contains("BEIJING")) {
            self = .beijing54
        } else {
            return nil
        }
    }
}
