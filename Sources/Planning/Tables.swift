/// The tables of facts, compiled into the program from `Tables/*.csv`.
enum Tables {
    static func survey() throws -> CSV { try read(PackageResources.survey_csv, "survey.csv") }
    static func plan2023() throws -> CSV { try read(PackageResources.plan2023_csv, "plan2023.csv") }
    static func zones() throws -> CSV { try read(PackageResources.zones_csv, "zones.csv") }
    static func settlements() throws -> CSV { try read(PackageResources.settlements_csv, "settlements.csv") }
    static func rules() throws -> CSV { try read(PackageResources.rules_csv, "rules.csv") }
    static func groups() throws -> CSV { try read(PackageResources.groups_csv, "groups.csv") }
    static func indicators() throws -> CSV { try read(PackageResources.indicators_csv, "indicators.csv") }
    static func layers() throws -> CSV { try read(PackageResources.layers_csv, "layers.csv") }
    static func workflow() throws -> CSV { try read(PackageResources.workflow_csv, "workflow.csv") }
    static func reasons() throws -> CSV { try read(PackageResources.reasons_csv, "reasons.csv") }
    static func calendar() throws -> CSV { try read(PackageResources.calendar_csv, "calendar.csv") }
    static func measures() throws -> CSV { try read(PackageResources.measures_csv, "measures.csv") }
    static func statistics() throws -> CSV { try read(PackageResources.statistics_csv, "statistics.csv") }
    static func reach() throws -> CSV { try read(PackageResources.reach_csv, "reach.csv") }
    static func roads() throws -> CSV { try read(PackageResources.roads_csv, "roads.csv") }

    static var workflowText: String { String(decoding: PackageResources.workflow_csv, as: UTF8.self) }
    static var calendarText: String { String(decoding: PackageResources.calendar_csv, as: UTF8.self) }

    private static func read(_ bytes: [UInt8], _ name: String) throws -> CSV {
        try CSV(String(decoding: bytes, as: UTF8.self), file: "Tables/\(name)")
    }
}
