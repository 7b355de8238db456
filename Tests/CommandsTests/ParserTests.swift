import Foundation
import Testing

/// What is wrong with a line's words, in one sentence of the language that is asked for.
@Suite struct ParserTests {
    let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.sample()
        try desk.done("plan", "new", "north", "-f", "county.gpkg")
        desk.environment["TUBAN_FILE"] = "county.gpkg"
    }

    @Test("Words that a command does not take are told in English and in Chinese")
    func words() throws {
        let cases: [(line: String, english: String, chinese: String)] = [
            ("parcel list --nosuch", "Unknown option '--nosuch'", "没有选项 --nosuch。"),
            ("parcel list --limt 5", "Did you mean '--limit'?", "没有选项 --limt；是否指 --limit？"),
            ("parcel list --limit", "Missing value for '--limit <limit>'", "--limit <limit> 缺少取值。"),
            ("parcel list --limit x", "The value 'x' is invalid for '--limit <limit>'", "--limit <limit> 的取值“x”无效。"),
            ("plan set-class 13", "Missing expected argument '--to <to>'", "缺少参数 --to <to>。"),
            ("plan list extra", "Unexpected argument 'extra'", "多余的参数 extra。"),
            ("plan list one more", "2 unexpected arguments: 'one', 'more'", "有 2 个多余的参数：one、more。"),
            ("plan set-class 13 --to a --cut=5", "does not take any value", "选项 --cut 不带取值，却给出了“5”。"),
            ("plan split 13 --side up", "'left' and 'right'", "可取 left、right。"),
        ]
        for (line, english, chinese) in cases {
            let words = line.split(separator: " ").map(String.init)
            for (language, said) in [("en", english), ("zh", chinese)] {
                let ending = try desk.tuban(words + ["--lang", language])
                #expect(ending.status == 64 && ending.err.contains(said), "\(line): \(ending)")
                #expect(ending.err.hasPrefix("tuban: ") && ending.err.split(separator: "\n").count == 1, "\(ending)")
            }
        }
    }

    @Test("A negative number is an option's value, which the command judges")
    func negative() throws {
        let cases = [
            ("parcel list --limit -5", "--limit takes 1 to 1000000."),
            ("plan split 13 --area -5 --bearing 0", "--area takes square metres above 0, not '-5'"),
            ("plan set-class 13 --to plan2023:0701 --cut -5", "does not take any value, but '-5'"),
        ]
        for (line, said) in cases {
            let ending = try desk.tuban(line.split(separator: " ").map(String.init))
            #expect(ending.status == 64 && isOneSentence(ending.err) && ending.err.contains(said), "\(line): \(ending)")
        }
    }

    @Test("An unknown layer is taken for what it is said to be")
    func role() throws {
        try desk.write(
            """
            {"type": "FeatureCollection", "features": [{"type": "Feature", "properties": {"a": 1}, "geometry":
            {"type": "Polygon", "coordinates": [[[117.1, 30.7], [117.101, 30.7], [117.101, 30.701], [117.1, 30.7]]]}}]}
            """, to: "things.geojson")
        let plain = try desk.tuban("import", "things.geojson", "--as", "one")
        #expect(plain.out.contains("It is taken as reference."), "\(plain)")
        let overruled = try desk.tuban("import", "things.geojson", "--as", "two", "--role", "controlLine")
        #expect(overruled.out.contains("It is taken as control line."), "\(overruled)")
        #expect(!overruled.out.contains("reference"), "\(overruled)")
    }
}
