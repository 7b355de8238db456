import Phrases

/// Where the file lies as a whole. Numbers win for the zone, the header wins for the datum, and a person confirms where
/// the two disagree.
struct ZoneDecision {
    private(set) var reference: BoundaryReference?
    var isInDegrees: Bool { common == .degrees }
    /// The system that most parcels are in.
    private var common: Columns.System?

    init(
        _ columns: [(system: Columns.System?, line: Int)], _ header: Header, given: BoundaryReference?,
        _ faults: inout FaultList
    ) {
        var counts: [Columns.System: Int] = [:]
        for system in columns.compactMap(\.system) { counts[system, default: 0] += 1 }
        // Prefixed parcels tell the zone; bare ones are brought to it.
        common = counts.max { Self.rank($0) < Self.rank($1) }?.key
        for (system, line) in columns where system != nil && system != common { tellOther(system, line, &faults) }
        guard let common else { return }
        switch common {
        case .degrees: decideDegrees(header, given, &faults)
        case .zone(let number): decide(zone: number, header, given, &faults)
        case .bare: decideBare(header, given, columns.first { $0.system == .bare }?.line ?? 0, &faults)
        }
    }

    private static func rank(_ count: (key: Columns.System, value: Int)) -> (Int, Int, Int) {
        switch count.key {
        case .degrees: (0, count.value, 0)
        case .bare: (1, count.value, 0)
        case .zone(let number): (2, count.value, number)
        }
    }

    /// Whether a parcel belongs to the file's system, so that its points can be used.
    func takes(_ system: Columns.System?) -> Bool {
        guard let common, let system else { return false }
        if case .zone = common, system == .bare { return true }
        return system == common
    }

    /// How many millions its eastings lack.
    func millions(for system: Columns.System?) -> Int64 {
        guard case .zone(let number) = common, system == .bare else { return 0 }
        return Int64(number)
    }

    private func tellOther(_ system: Columns.System?, _ line: Int, _ faults: inout FaultList) {
        switch (system, common) {
        case (.bare, .zone(let number)):
            faults.add(
                .noPrefix, .confirm, line,
                Phrase(
                    "The eastings of the parcel in line \(line) lack the zone number \(number) that the other parcels have; it is put before them.",
                    "第 \(line) 行地块的横坐标缺少其他地块所带的带号 \(number)，读取时补上。"),
                Phrase("Confirm, or add the zone number at the source.", "请确认，或在源数据中补加带号。"))
        case (.zone(let own), .zone(let other)):
            faults.add(
                .zoneMixed, .stops, line,
                Phrase(
                    "The parcel in line \(line) lies in zone \(own), the others in zone \(other).",
                    "第 \(line) 行地块在第 \(own) 带，其他地块在第 \(other) 带。"),
                Phrase("Give each zone a file of its own.", "请按投影带分成不同文件。"))
        default:
            faults.add(
                .zoneMixed, .stops, line,
                Phrase(
                    "The parcel in line \(line) is in degrees or in metres, the others are not.",
                    "第 \(line) 行地块的坐标单位与其他地块不同（度与米混用）。"),
                Phrase("Give degrees and metres a file of their own.", "请把经纬度与平面坐标分成不同文件。"))
        }
    }

    private static func datum(_ header: Header, _ given: BoundaryReference?, _ faults: inout FaultList)
        -> BoundaryDatum?
    {
        if let given { return given.datum }
        if let datum = header.datum { return datum }
        if header.datumLine == nil {
            faults.add(
                .reference, .stops, 0...0,
                header.isPresent
                    ? Phrase("The header does not name the coordinate system (坐标系).", "文件头缺少“坐标系”。")
                    : Phrase("The file has no header that names its coordinate system.", "文件没有说明坐标系的文件头。"),
                Phrase("Name it with --crs, such as --crs EPSG:4490 for degrees.", "请用 --crs 指明，如经纬度用 --crs EPSG:4490。")
            )
        }
        return nil
    }

    private mutating func decideDegrees(_ header: Header, _ given: BoundaryReference?, _ faults: inout FaultList) {
        if let given, !given.isInDegrees {
            tellGiven("is in metres, but the coordinates are degrees", "以米为单位，坐标却是经纬度", &faults)
            return
        }
        reference = Self.datum(header, given, &faults).map { BoundaryReference(datum: $0, zone: nil) }
    }

    private mutating func decide(
        zone number: Int, _ header: Header, _ given: BoundaryReference?, _ faults: inout FaultList
    ) {
        guard let zone = BoundaryReference.Zone(prefix: number) else {
            faults.add(
                .zoneConflict, .stops, 0...0,
                Phrase(
                    "The eastings begin with \(number), which is the number of no zone of China (13 to 23, 25 to 45).",
                    "横坐标以 \(number) 开头，不是我国的带号（13–23、25–45）。"),
                Phrase("Correct the eastings.", "请更正横坐标。"))
            return
        }
        if let given {
            guard let asked = given.zone else {
                tellGiven("is in degrees, but the coordinates are metres", "以度为单位，坐标却以米计", &faults)
                return
            }
            guard asked.number == zone.number else {
                tellGiven(
                    "is zone \(asked.number), but the eastings begin with \(number)",
                    "是第 \(asked.number) 带，横坐标却以 \(number) 开头", &faults)
                return
            }
        }
        if header.number.map({ $0 != zone.number }) ?? false || header.width.map({ $0 != zone.width }) ?? false {
            let said = [header.number.map { "带号=\($0)" }, header.width.map { "几度分带=\($0)" }].compactMap(\.self)
                .joined(separator: ", ")
            faults.add(
                .zoneConflict, given == nil ? .confirm : .warning, header.zoneLine,
                Phrase(
                    "Line \(header.zoneLine): the header says \(said), but the eastings begin with \(number), which is \(zone.width)-degree zone \(number). The zone of the numbers is used.",
                    "第 \(header.zoneLine) 行：文件头为 \(said)，横坐标却以 \(number) 开头（\(zone.width) 度带第 \(number) 带），按坐标的带号读取。"),
                Phrase(
                    "Confirm with --confirm or name the system with --crs; or correct the header.",
                    "请用 --confirm 确认或用 --crs 指明坐标系，或更正文件头。"))
        }
        reference = Self.datum(header, given, &faults).map { BoundaryReference(datum: $0, zone: zone) }
    }

    private mutating func decideBare(
        _ header: Header, _ given: BoundaryReference?, _ line: Int, _ faults: inout FaultList
    ) {
        let datum = Self.datum(header, given, &faults)
        if let given {
            guard var asked = given.zone else {
                tellGiven("is in degrees, but the coordinates are metres", "以度为单位，坐标却以米计", &faults)
                return
            }
            asked.isPrefixed = false
            reference = BoundaryReference(datum: given.datum, zone: asked)
            return
        }
        let stated = header.number.flatMap { number in
            header.width.map { BoundaryReference.Zone(width: $0, number: number, isPrefixed: false) }
                ?? BoundaryReference.Zone(prefix: number)
        }
        guard var zone = stated else {
            faults.add(
                .noPrefix, .stops, line,
                Phrase(
                    "The eastings from line \(line) on have six digits, and the header names no zone (带号).",
                    "自第 \(line) 行起横坐标只有 6 位，文件头也没有带号。"),
                Phrase("Name the zone with --crs, such as --crs EPSG:4548.", "请用 --crs 指明投影带，如 --crs EPSG:4548。"))
            return
        }
        zone.isPrefixed = false
        faults.add(
            .noPrefix, .info, line,
            Phrase(
                "The eastings from line \(line) on have six digits; zone \(zone.number) is the header's.",
                "自第 \(line) 行起横坐标只有 6 位，按文件头的带号 \(zone.number) 读取。"))
        reference = datum.map { BoundaryReference(datum: $0, zone: zone) }
    }

    private func tellGiven(_ english: String, _ chinese: String, _ faults: inout FaultList) {
        faults.add(
            .reference, .stops, 0...0,
            Phrase("The coordinate system that was named \(english).", "指定的坐标系\(chinese)。"),
            Phrase("Name the system that the numbers are in.", "请指定与坐标相符的坐标系。"))
    }
}
