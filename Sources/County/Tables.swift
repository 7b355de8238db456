import Planning

/// The generator's own tables, embedded in the program.
enum Tables {
    static func cases() throws -> CSV { try CSV(text(PackageResources.cases_csv), file: "cases.csv") }
    static func listed() throws -> CSV { try CSV(text(PackageResources.listed_csv), file: "listed.csv") }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
