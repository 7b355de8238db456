import Geometry

// Meetings and findings as they are written: a row is a list of its values in the order below. A long corridor has
// thousands of rows; with the names of their fields each they would be twice as long, and take three times as long to
// write.

extension AnalysisRecord.Meeting: Codable {
    package init(from decoder: any Decoder) throws {
        var row = try decoder.unkeyedContainer()
        layer = try row.decode(String.self)
        uid = try row.decode(Int64.self)
        number = try row.decode(String.self)
        name = try row.decode(String.self)
        verdict = try row.decode(MeetingVerdict.self)
        area = try row.decode(Int64.self)
        length = try row.decode(Double.self)
        outline = try row.decodeIfPresent(String.self)
        table = try row.decode(String.self)
        plane = try row.decode(Int64.self)
        code = try row.decodeIfPresent(String.self)
        isWhole = try row.decode(Bool.self)
        coversAll = try row.decode(Bool.self)
        place = try row.decodePlace()
    }

    package func encode(to encoder: any Encoder) throws {
        var row = encoder.unkeyedContainer()
        try row.encode(layer)
        try row.encode(uid)
        try row.encode(number)
        try row.encode(name)
        try row.encode(verdict.rawValue)
        try row.encode(area)
        try row.encode(length)
        try row.encode(orNil: outline)
        try row.encode(table)
        try row.encode(plane)
        try row.encode(orNil: code)
        try row.encode(isWhole)
        try row.encode(coversAll)
        try row.encode(orNil: place?.x)
        try row.encode(orNil: place?.y)
    }
}

extension AnalysisRecord.Finding: Codable {
    package init(from decoder: any Decoder) throws {
        var row = try decoder.unkeyedContainer()
        rule = try row.decode(String.self)
        version = try row.decode(Int.self)
        isBroken = try row.decode(Bool.self)
        number = try row.decode(String.self)
        layer = try row.decode(String.self)
        objectNumber = try row.decode(String.self)
        objectLayer = try row.decode(String.self)
        area = try row.decodeIfPresent(Double.self)
        english = try row.decode(String.self)
        chinese = try row.decode(String.self)
        uid = try row.decodeIfPresent(Int64.self)
        object = try row.decodeIfPresent(Int64.self)
        measured = try row.decodeIfPresent(Double.self)
        threshold = try row.decodeIfPresent(Double.self)
        reason = try row.decode(String.self)
        place = try row.decodePlace()
    }

    package func encode(to encoder: any Encoder) throws {
        var row = encoder.unkeyedContainer()
        try row.encode(rule)
        try row.encode(version)
        try row.encode(isBroken)
        try row.encode(number)
        try row.encode(layer)
        try row.encode(objectNumber)
        try row.encode(objectLayer)
        try row.encode(orNil: area)
        try row.encode(english)
        try row.encode(chinese)
        try row.encode(orNil: uid)
        try row.encode(orNil: object)
        try row.encode(orNil: measured)
        try row.encode(orNil: threshold)
        try row.encode(reason)
        try row.encode(orNil: place?.x)
        try row.encode(orNil: place?.y)
    }
}

extension UnkeyedEncodingContainer {
    fileprivate mutating func encode(orNil value: (some Encodable)?) throws {
        if let value { try encode(value) } else { try encodeNil() }
    }
}

extension UnkeyedDecodingContainer {
    fileprivate mutating func decodePlace() throws -> AnalysisRecord.Place? {
        let x = try decodeIfPresent(Double.self), y = try decodeIfPresent(Double.self)
        return x.flatMap { x in y.map { AnalysisRecord.Place(Point(x: x, y: $0)) } } ?? nil
    }
}
