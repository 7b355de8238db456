import Boundary
import County
import Foundation
import GeoBridge
import Geometry
import Phrases
import Store

/// What stands beside the county: statistics, limits, boundary files, heights, and the truth.
extension Sample {
    func writeTruth(
        of county: County, _ heights: Later<[Float]>, to folder: String, _ progress: Progress
    ) throws {
        for name in ["", "/truth", "/boundary"] {
            try FileManager.default.createDirectory(atPath: folder + name, withIntermediateDirectories: true)
        }
        try writeTables(of: county, to: folder)
        try writeCases(of: county, to: "\(folder)/truth")
        try writeChanges(of: county, to: "\(folder)/truth/changes.csv", progress)
        try writeHeights(heights, of: county, to: "\(folder)/dem.asc")
        try writeBoundaries(of: county, to: "\(folder)/boundary")
    }

    private func writeTables(of county: County, to folder: String) throws {
        try TableFile.write("\(folder)/statistics.csv", "unit,unit_name,year,series,series_name,value,measure") {
            table in
            for row in county.statistics() {
                try table.add([
                    row.unit, row.unitName, String(row.year), row.series, row.seriesName, plain(row.value), row.measure,
                ])
            }
        }
        let limits = county.limits(), alarms = county.alarms()
        try TableFile.write("\(folder)/limits.csv", "rule,unit,unit_name,layer,bound,limit_m2") { table in
            for row in limits {
                try table.add([
                    row.rule, row.unit, row.unitName, row.layer, row.isUpperBound ? "upper" : "lower",
                    row.limit.map(squareMetres) ?? "",
                ])
            }
        }
        try TableFile.write("\(folder)/alarms.csv", "village,village_name,alarm_share") { table in
            for row in alarms { try table.add([row.village, row.name, row.alarm.map { "\($0)" } ?? ""]) }
        }
        try TableFile.write(
            "\(folder)/truth/units.csv", "rule,verdict,unit,unit_name,layer,limit_m2,actual_m2,share"
        ) { table in
            for row in limits {
                try table.add([
                    row.rule, row.verdict, row.unit, row.unitName, row.layer, row.limit.map(squareMetres) ?? "",
                    squareMetres(row.actual), "",
                ])
            }
            for row in alarms {
                let share = (Double(row.drifted) / Double(row.cultivated) * 1e6).rounded() / 1e6
                try table.add([
                    "R12", row.verdict, row.village, row.name, "DLTB_\(county.years.last ?? 0)", "",
                    squareMetres(row.cultivated), "\(share)",
                ])
            }
        }
    }

    private func writeCases(of county: County, to folder: String) throws {
        let rows = county.truth()
        let head = "layer,number,against,other_number,measure,area_m2,plane_m2,length_m,reason"
        for (name, first, isFault) in [("cases", "id,rule,verdict", false), ("faults", "id,kind,verdict", true)] {
            try TableFile.write("\(folder)/\(name).csv", "\(first),\(head)") { table in
                for row in rows where row.id.hasPrefix("F") == isFault {
                    let polygon = row.measured.flatMap { $0.kind == .polygon ? $0 : nil }
                    try table.add([
                        row.id, row.rule, row.verdict, row.layer, row.number, row.against, row.otherNumber,
                        row.measure?.rawValue ?? "", polygon.map { squareMetres(county.size(of: $0)) } ?? "",
                        polygon.map { metres($0.planeArea) } ?? "",
                        row.measured.flatMap { $0.kind == .line ? metres($0.length) : nil } ?? "", row.reason,
                    ])
                }
                guard isFault else { return }
                for fault in county.statisticFaults() {
                    try table.add([
                        fault.id, fault.kind, "fault", "statistics.csv", fault.series, "", fault.unit, "", "", "", "",
                        "\(fault.year)",
                    ])
                }
                guard files, !noFaults else { return }
                for fault in Self.faultyFiles {
                    try table.add([
                        fault.id, fault.kind, "fault", "faulty/\(fault.file)", "", "", "", "", "", "", "", fault.reason,
                    ])
                }
            }
        }
    }

    /// Every piece of land whose class differs between two surveys that follow one another.
    private func writeChanges(of county: County, to path: String, _ progress: Progress) throws {
        try TableFile.write(path, "village,from_year,to_year,before,after,area_m2") { table in
            for (first, second) in zip(county.years, county.years.dropFirst()) {
                var count = 0
                try county.forEachChange(from: first, to: second) { change in
                    count += 1
                    try table.add([
                        change.village, String(first), String(second), change.before.code, change.after.code,
                        squareMetres(county.size(of: change.shape)),
                    ])
                    try progress.tell(count, of: nil, "\(first)–\(second)")
                }
            }
        }
    }

    /// Boundary files of a few projects, in every dialect, both encodings and all three line ends.
    private func writeBoundaries(of county: County, to folder: String) throws {
        guard let zone = BoundaryReference.Zone(prefix: 39) else { return }
        let projects = county.boundaryExamples()
        let toDegrees = try PROJ().transformation(
            from: PROJ().coordinateSystem("EPSG:\(County.epsg)"), to: PROJ().coordinateSystem("EPSG:4490"))
        for (index, dialect) in BoundaryDialect.allCases.enumerated() {
            let inDegrees = dialect.isInDegrees
            let parcels = try projects.compactMap { project in
                BoundaryParcel(
                    shape: inDegrees ? try toDegrees.transform(project.shape) : project.shape,
                    fields: [
                        .number: project.number, .name: project.name, .use: "建设用地", .classCode: "0103",
                        .className: "旱地", .category: "新增",
                    ], decimals: inDegrees ? 9 : 3)
            }
            for encoding in [BoundaryEncoding.gbk, .utf8] {
                var writer = BoundaryWriter(
                    dialect: dialect, encoding: encoding,
                    lineEnd: dialect == .balance ? .cr : index % 2 == 0 ? .crlf : .lf,
                    reference: BoundaryReference(datum: .cgcs2000, zone: inDegrees ? nil : zone))
                (writer.office, writer.date) = ("\(county.name)自然资源局", "2026-03-05")
                let path = "\(folder)/\(dialect.rawValue)_\(encoding.rawValue).txt"
                try Data(try writer.bytes(of: parcels)).write(to: URL(fileURLWithPath: path))
            }
        }
    }

    private func squareMetres(_ hundredths: Int64) -> String { Area(hundredths: Int(hundredths)).squareMetresText }

    private func metres(_ value: Double) -> String { "\((value * 10_000).rounded() / 10_000)" }

    func plain(_ value: Double) -> String {
        value == value.rounded() && value.magnitude < 1e15 ? String(Int64(value)) : "\(value)"
    }
}
