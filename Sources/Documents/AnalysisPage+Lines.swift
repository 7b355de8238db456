import Geometry
import Phrases
import Planning

/// What the boundary meets in other layers.
extension AnalysisPage {
    private func feature(_ meeting: BoundaryAnalysis.Meeting) -> String {
        let number = meeting.number.isEmpty ? String(meeting.id) : meeting.number
        let zone = meeting.code.flatMap { code in meeting.className.map { Self.named(code, $0) } }
        return [number, meeting.name, zone ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// Overlaps and what cannot be told; what is marginal has a section of its own.
    private func table(_ layers: [BoundaryAnalysis.LayerMeetings]) -> [Page.Section] {
        var count = 0
        let rows = layers.flatMap { layer in
            layer.meetings.filter { $0.verdict == .overlap || $0.verdict == .unknown }.map { meeting in
                count += 1
                let how =
                    meeting.coversAll ? say("covers it all", "完全覆盖") : meeting.isWhole ? say("all of it", "整块") : ""
                return [
                    layer.layer.standard, feature(meeting),
                    ([meeting.verdict.name.description, how, meeting.reason?.description ?? ""].filter { !$0.isEmpty })
                        .joined(separator: say(", ", "，")),
                    meeting.area == 0 ? "" : Self.metres(meeting.area),
                    meeting.area == 0 ? "" : Self.metres(meeting.plane),
                    meeting.length > 0 ? Self.number(meeting.length) : "",
                ]
            }
        }
        guard !rows.isEmpty else { return [] }
        return [
            Self.table(
                [
                    say("Layer", "图层"), say("Feature", "要素"), say("How", "关系"), say("Area m²", "面积 m²"),
                    say("Plane m²", "平面面积 m²"), say("Length m", "长度 m"),
                ], [false, false, false, true, true, true], Array(rows.prefix(Self.most)), wide: [4])
        ] + Self.more(count)
    }

    /// What the features of each layer cover together; the layers that are clear of the boundary in one sentence.
    private func overview(_ layers: [BoundaryAnalysis.LayerMeetings]) -> [Page.Section] {
        func title(_ layer: AnalysedLayer) -> String { layer.title == layer.table ? "" : layer.title }
        let rows = layers.compactMap { layer -> [String]? in
            guard let verdict = layer.verdict else { return nil }
            let count = layer.count(.overlap)
            return [
                layer.layer.table, title(layer.layer), verdict.name.description, count == 0 ? "" : String(count),
                layer.covered == 0 ? "" : Self.metres(layer.covered),
                layer.length > 0 ? Self.number(layer.length) : "",
            ]
        }
        var sections: [Page.Section] = []
        if !rows.isEmpty {
            sections.append(
                Self.table(
                    [
                        say("Layer", "图层"), say("Title", "名称"), say("Answer", "结论"), say("Features", "要素数"),
                        say("Area m²", "面积 m²"), say("Length m", "长度 m"),
                    ], [false, false, false, true, true, true], rows, isLong: false))
        }
        let clear = layers.filter { $0.verdict == nil }.map { layer in
            [layer.layer.table, title(layer.layer)].filter { !$0.isEmpty }.joined(separator: " ")
        }
        if !clear.isEmpty {
            let list = clear.joined(separator: say(", ", "、"))
            sections.append(.paragraph(say("Clear of \(list).", "不涉及：\(list)。")))
        }
        return sections
    }

    private var controlLines: [BoundaryAnalysis.LayerMeetings] {
        analysis.layers.filter { $0.layer.role == .controlLine }
    }

    var lines: [Page.Section] {
        let heading = Page.Section.heading(say("Control lines", "控制线"))
        if analysis.isReadBack, controlLines.isEmpty {
            return [heading, .paragraph(say("None was crossed or touched.", "未压占或相接。"))]
        }
        guard !controlLines.isEmpty else {
            return [heading, .paragraph(say("The project has no control lines.", "项目中没有控制线图层。"))]
        }
        return [heading] + overview(controlLines)
    }

    /// Each feature of the control lines that takes land of the boundary.
    var features: [Page.Section] {
        let rows = table(controlLines)
        return rows.isEmpty ? [] : [.heading(say("Features of the control lines", "压占的控制线要素"))] + rows
    }

    /// Resources, projects, reference and units.
    var others: [Page.Section] {
        let layers = analysis.layers.filter { ![.controlLine, .plannedUse, .parcels].contains($0.layer.role) }
        guard !layers.isEmpty else { return [] }
        return [.heading(say("Other layers", "其他图层"))] + overview(layers)
            + table(layers.filter { $0.layer.role != .units })
    }

    var planned: [Page.Section] {
        let heading = Page.Section.heading(say("Planned use", "规划用途"))
        guard !analysis.planned.isEmpty else {
            return [heading, .paragraph(say("No planned use is known here.", "此处没有规划用途数据。"))]
        }
        return [
            heading,
            .table(
                titles: [
                    say("Planned use", "规划用途"), say("Features", "要素数"), say("Area m²", "面积 m²"),
                    say("Plane m²", "平面面积 m²"),
                ], isNumber: [false, true, true, true],
                rows: analysis.planned.map { sum in
                    [
                        sum.code.map { Self.named($0, sum.className) } ?? sum.className.description,
                        sum.code == nil ? "" : String(sum.features), Self.metres(sum.area), Self.metres(sum.plane),
                    ]
                }, isLong: true),
        ]
    }

    // MARK: At the margin

    /// What is listed and does not count: slivers, touching edges, and parcels that lie over one another.
    var marginal: [Page.Section] {
        var rows: [[String]] = []
        for parcel in analysis.parcels where parcel.isSliver {
            rows.append([
                analysis.survey?.standard ?? "", parcel.number.isEmpty ? String(parcel.id) : parcel.number,
                MeetingVerdict.sliver.name.description, Self.metres(parcel.area), "",
            ])
        }
        func add(_ layer: String, _ meeting: BoundaryAnalysis.Meeting) {
            rows.append([
                layer, feature(meeting), meeting.verdict.name.description,
                meeting.area == 0 ? "" : Self.metres(meeting.area),
                meeting.length > 0 ? Self.number(meeting.length) : "",
            ])
        }
        for meeting in analysis.touched { add(analysis.survey?.standard ?? "", meeting) }
        for layer in analysis.layers {
            for meeting in layer.meetings where meeting.verdict == .sliver || meeting.verdict == .touch {
                add(layer.layer.standard, meeting)
            }
        }
        if analysis.isReadBack, rows.isEmpty { return [] }
        var sections: [Page.Section] = [
            .heading(say("Slivers and touching edges", "碎屑与相接")),
            rows.isEmpty
                ? .paragraph(say("There are none.", "无。"))
                : Self.table(
                    [
                        say("Layer", "图层"), say("Feature", "要素"), say("How", "关系"), say("Area m²", "面积 m²"),
                        say("Shared edge m", "共边 m"),
                    ], [false, false, false, true, true], Array(rows.prefix(Self.most))),
        ]
        sections += Self.more(rows.count)
        guard !analysis.doubled.isEmpty else { return sections }
        sections += [
            .paragraph(
                say(
                    "These parcels of the survey lie over one another inside the boundary; their common land counts twice until the survey is mended.",
                    "下列调查图斑在范围内相互重叠，重叠部分重复计算，须先更正调查数据。")),
            .table(
                titles: [say("Parcel", "图斑"), say("And", "与"), say("Area m²", "面积 m²"), say("Place", "位置")],
                isNumber: [false, false, true, false],
                rows: analysis.doubled.prefix(Self.most).map { pair in
                    [
                        pair.numbers.first ?? String(pair.a), pair.numbers.last ?? String(pair.b),
                        Self.metres(pair.area), pair.place.map(Self.place) ?? "",
                    ]
                }, isLong: true),
        ]
        return sections + Self.more(analysis.doubled.count)
    }

    /// Easting and northing, or longitude and latitude where they are small enough to be degrees.
    static func place(_ point: Point) -> String {
        let isDegrees = abs(point.x) <= 360 && abs(point.y) <= 90
        func text(_ value: Double) -> String {
            let scale = isDegrees ? 1e7 : 100.0
            return AreaUnit.text(steps: Int64((value * scale).rounded()), decimals: isDegrees ? 7 : 2)
        }
        return "\(text(point.x)) \(text(point.y))"
    }
}
