import Geometry
import Phrases
import Planning

/// An analysis as tables for programs: every figure of it, nothing left out.
///
/// Areas of parcels, with the row of what is not surveyed, add up to the boundary's own to the last 0.01 m².
struct AnalysisTables {
    let analysis: BoundaryAnalysis

    init(_ analysis: BoundaryAnalysis) { self.analysis = analysis }

    /// By the names of their files, in the order in which people ask for them.
    var all: [(name: String, table: Report)] {
        var tables = [
            (name: "summary", table: summary), (name: "sums", table: sums), (name: "parcels", table: parcels),
            (name: "lines", table: meetings), (name: "planned", table: planned), (name: "findings", table: findings),
            (name: "moves", table: moves),
        ]
        if !analysis.doubled.isEmpty { tables.append((name: "doubled", table: doubled)) }
        if analysis.comparison != nil { tables.append((name: "changes", table: changes)) }
        return tables
    }

    /// All tables as one object: each an array of objects.
    var json: String {
        let members = all.map { name, table in
            "  \(JSON.string(name)): \(table.printed(as: .json).dropLast().replacing("\n", with: "\n  "))"
        }
        return "{\n" + members.joined(separator: ",\n") + "\n}\n"
    }

    private func optional(_ text: String) -> Report.Value { text.isEmpty ? .null : .text(text) }
    private func x(_ place: Point?) -> Report.Value { place.map { .real($0.x, decimals: 3) } ?? .null }
    private func y(_ place: Point?) -> Report.Value { place.map { .real($0.y, decimals: 3) } ?? .null }

    // MARK: The boundary

    var summary: Report {
        let it = analysis.boundary, adjustment = analysis.adjustment
        let notes = analysis.remarks.map(\.description).joined(separator: " ")
        var properties: [(key: String, title: Phrase, value: Report.Value)] = [
            ("name", Phrase("Name", "名称"), .text(it.name)), ("number", Phrase("Number", "编号"), optional(it.number)),
            ("source", Phrase("Source", "来源"), optional(it.source)),
            ("sha256", Phrase("SHA-256", "SHA-256"), optional(it.hash)),
            ("shape_sha256", Phrase("Outline's SHA-256", "图形 SHA-256"), .text(it.shapeHash)),
            ("verdict", Phrase("Verdict", "结论"), .text(analysis.verdict.description)),
            ("day", Phrase("Day", "日期"), .text(analysis.day)),
            ("journal", Phrase("Journal", "日志"), .integer(analysis.journal)),
            ("system", Phrase("Coordinates", "坐标系"), optional(analysis.system)),
            ("survey", Phrase("Survey", "调查数据"), optional(analysis.survey?.table ?? "")),
            ("target", Phrase("Taken for", "按此用途"), .text(analysis.target.description)),
            ("is_target_assumed", Phrase("Assumed", "默认用途"), .flag(analysis.isTargetAssumed)),
            ("area_m2", Phrase("Area m²", "面积 m²"), .area(analysis.area)),
            ("net_m2", Phrase("Net m²", "净面积 m²"), .area(analysis.net)),
            ("plane_m2", Phrase("Plane m²", "平面面积 m²"), .area(analysis.plane)),
            ("declared_m2", Phrase("Declared m²", "所载面积 m²"), it.declared.map { .area($0) } ?? .null),
            ("perimeter_m", Phrase("Perimeter m", "周长 m"), .real(analysis.perimeter, decimals: 3)),
            (
                "not_surveyed_m2", Phrase("Not surveyed m²", "无调查数据 m²"),
                .area(analysis.unsurveyed?.area ?? 0)
            ),
            ("sliver_limit_m2", Phrase("Sliver limit m²", "碎屑限值 m²"), .area(analysis.sliverLimit)),
        ]
        properties += [
            ("measured_m2", Phrase("Parts as measured m²", "量算之和 m²"), .area(adjustment.sum)),
            ("difference_m2", Phrase("Difference m²", "差值 m²"), .area(adjustment.difference)),
            ("tolerance_m2", Phrase("Allowed m²", "限差 m²"), .area(adjustment.tolerance)),
            ("rule", Phrase("Rule", "平差规则"), .text(BoundaryAdjustment.rule.description)),
            (
                "not_adjusted", Phrase("Not adjusted", "未平差原因"),
                optional(adjustment.obstacle?.description ?? "")
            ),
            ("held", Phrase("Rules held", "符合的规则"), optional(analysis.held.joined(separator: " "))),
            (
                "unconcerned", Phrase("Rules not concerned", "不涉及的规则"),
                optional(analysis.unconcerned.joined(separator: " "))
            ),
            ("notes", Phrase("Notes", "说明"), optional(notes)),
            ("analysis", Phrase("Kept as", "分析编号"), analysis.number.map { .integer($0) } ?? .null),
        ]
        return .card(title: "", properties)
    }

    // MARK: Land

    private static let measures: [Report.Column] = [
        .init("area_m2", "Area m²", "面积 m²", number: true), .init("ridges_m2", "Ridges m²", "田坎 m²", number: true),
        .init("net_m2", "Net m²", "净面积 m²", number: true), .init("plane_m2", "Plane m²", "平面面积 m²", number: true),
    ]
    private static let land: [Report.Column] = [
        .init("class", "Class", "地类"), .init("class_name", "Name", "地类名称"), .init("unit", "Unit", "坐落单位代码"),
        .init("unit_name", "Unit name", "坐落单位名称"), .init("ownership", "Ownership", "权属性质"),
        .init("ownership_name", "Its name", "权属性质名称"),
    ]
    private static let unsurveyed: [Report.Value] = [
        .null, .text(Phrase("not surveyed", "无调查数据").description), .null, .null, .null, .null,
    ]

    private func land(
        _ code: LandUseCode, _ name: Phrase, _ unit: BoundaryAnalysis.Unit, _ ownership: Ownership
    ) -> [Report.Value] {
        [
            .text(code.description), .text(name.description), optional(unit.code), optional(unit.name),
            optional(ownership.code), .text(ownership.name.description),
        ]
    }

    var sums: Report {
        let rows = analysis.sums.map { sum in
            land(sum.key.code, sum.className, sum.key.unit, sum.key.ownership) + [
                .integer(Int64(sum.parcels)), .area(sum.area), .area(sum.ridges), .area(sum.net), .area(sum.plane),
            ]
        }
        let rest = analysis.unsurveyed.map { part in
            Self.unsurveyed + [.integer(0), .area(part.area), .area(0), .area(part.area), .area(part.plane)]
        }
        return Report(
            title: "", columns: Self.land + [.init("parcels", "Parcels", "图斑数", number: true)] + Self.measures,
            rows: rows + [rest].compactMap { $0 })
    }

    var parcels: Report {
        let columns: [Report.Column] =
            [.init("parcel", "Parcel", "图斑", number: true), .init("number", "Number", "标识码")] + Self.land + [
                .init("measured_m2", "Measured m²", "量算面积 m²", number: true),
                .init("moved_m2", "Moved m²", "调整 m²", number: true),
            ] + Self.measures + [
                .init("factor", "Factor", "田坎系数", number: true),
                .init("whole_m2", "Whole m²", "整块面积 m²", number: true),
                .init("share", "Share", "占用比例", number: true), .init("is_whole", "All of it", "整块"),
                .init("is_sliver", "Sliver", "碎屑"),
            ]
        let rows = analysis.parcels.map { parcel -> [Report.Value] in
            [.integer(parcel.id), optional(parcel.number)]
                + land(parcel.code, parcel.className, parcel.unit, parcel.ownership) + [
                    .area(parcel.raw), .area(parcel.moved), .area(parcel.area), .area(parcel.ridges),
                    .area(parcel.net), .area(parcel.plane), .real(parcel.factor, decimals: 4), .area(parcel.whole),
                    .real(parcel.share, decimals: 6), .flag(parcel.isWhole), .flag(parcel.isSliver),
                ]
        }
        let rest = analysis.unsurveyed.map { part -> [Report.Value] in
            [.null, .null] + Self.unsurveyed + [
                .area(part.raw), .area(part.moved), .area(part.area), .area(0), .area(part.area), .area(part.plane),
                .null, .null, .null, .null, .null,
            ]
        }
        return Report(title: "", columns: columns, rows: rows + [rest].compactMap { $0 })
    }

    var moves: Report {
        var numbers: [Int64: String] = [:]
        for parcel in analysis.parcels { numbers[parcel.id] = parcel.number }
        return Report(
            title: "",
            columns: [
                .init("parcel", "Parcel", "图斑", number: true), .init("number", "Number", "标识码"),
                .init("measured_m2", "Measured m²", "量算面积 m²", number: true),
                .init("moved_m2", "Moved m²", "调整 m²", number: true),
                .init("area_m2", "Area m²", "面积 m²", number: true),
            ],
            rows: analysis.adjustment.moves.map { move in
                [
                    move.id == 0 ? .null : .integer(move.id),
                    move.id == 0 ? Self.unsurveyed[1] : optional(numbers[move.id] ?? ""), .area(move.raw),
                    .area(move.moved), .area(move.adjusted),
                ]
            })
    }

    var doubled: Report {
        Report(
            title: "",
            columns: [
                .init("parcel", "Parcel", "图斑", number: true), .init("other", "Other", "与", number: true),
                .init("numbers", "Numbers", "标识码"), .init("area_m2", "Area m²", "面积 m²", number: true),
                .init("x", "X", "X", number: true), .init("y", "Y", "Y", number: true),
            ],
            rows: analysis.doubled.map { pair in
                [
                    .integer(pair.a), .integer(pair.b), .text(pair.numbers.joined(separator: " ")), .area(pair.area),
                    x(pair.place), y(pair.place),
                ]
            })
    }

    // MARK: Other layers

    /// A row for each feature that is met, those only touched too, and one for each layer that is clear of the boundary.
    var meetings: Report {
        let columns: [Report.Column] = [
            .init("layer", "Layer", "图层"), .init("title", "Title", "图层名称"), .init("role", "Role", "类型"),
            .init("feature", "Feature", "要素", number: true), .init("number", "Number", "标识码"),
            .init("name", "Name", "名称"), .init("class", "Class", "地类"), .init("class_name", "Class name", "地类名称"),
            .init("verdict", "Verdict", "结论"), .init("area_m2", "Area m²", "面积 m²", number: true),
            .init("plane_m2", "Plane m²", "平面面积 m²", number: true), .init("length_m", "Length m", "长度 m", number: true),
            .init("whole_m2", "Whole m²", "整块面积 m²", number: true), .init("is_whole", "All of it", "整块"),
            .init("covers_all", "Covers all", "完全覆盖"), .init("x", "X", "X", number: true),
            .init("y", "Y", "Y", number: true), .init("reason", "Reason", "原因"),
        ]
        func row(_ layer: AnalysedLayer, _ meeting: BoundaryAnalysis.Meeting) -> [Report.Value] {
            [
                .text(layer.table), .text(layer.title), .text(layer.role.rawValue), .integer(meeting.id),
                optional(meeting.number), optional(meeting.name), optional(meeting.code?.description ?? ""),
                optional(meeting.className?.description ?? ""), .text(meeting.verdict.rawValue),
                .area(meeting.area), .area(meeting.plane), .real(meeting.length, decimals: 3), .area(meeting.whole),
                .flag(meeting.isWhole), .flag(meeting.coversAll), x(meeting.place), y(meeting.place),
                optional(meeting.reason?.description ?? ""),
            ]
        }
        var rows: [[Report.Value]] = []
        for layer in analysis.layers {
            rows += layer.meetings.map { row(layer.layer, $0) }
            guard layer.meetings.isEmpty else { continue }
            let clear: [Report.Value] = [
                .text(layer.layer.table), .text(layer.layer.title), .text(layer.layer.role.rawValue), .null, .null,
                .null, .null, .null, .text("clear"),
            ]
            rows.append(clear + Array(repeating: .null, count: columns.count - clear.count))
        }
        if let survey = analysis.survey { rows += analysis.touched.map { row(survey, $0) } }
        return Report(title: "", columns: columns, rows: rows)
    }

    var planned: Report {
        Report(
            title: "",
            columns: [
                .init("class", "Class", "规划用途"), .init("class_name", "Name", "名称"),
                .init("features", "Features", "要素数", number: true),
                .init("area_m2", "Area m²", "面积 m²", number: true),
                .init("plane_m2", "Plane m²", "平面面积 m²", number: true),
            ],
            rows: analysis.planned.map { sum in
                [
                    optional(sum.code?.description ?? ""), .text(sum.className.description),
                    .integer(Int64(sum.features)), .area(sum.area), .area(sum.plane),
                ]
            })
    }
}
