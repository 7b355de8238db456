import Phrases
import Planning

/// The land inside: classes, villages, ownership, parcels, and how their areas were made to close.
extension AnalysisPage {
    /// What an area is of the whole boundary.
    private func share(_ area: Int64) -> String {
        guard analysis.area > 0 else { return "" }
        return AreaUnit.text(
            steps: Int64((Double(area) / Double(analysis.area) * 10_000).rounded(.toNearestOrAwayFromZero)), decimals: 2
        )
            + "%"
    }

    private var notSurveyed: String { say("not surveyed", "无调查数据") }
    private var total: String { say("Total", "合计") }

    /// How many parcels the sums are of.
    private var taken: Int { analysis.sums.reduce(0) { $0 + $1.parcels } }

    private static let mostBars = 12

    private func bar(_ name: String, _ area: Int64, _ colour: String) -> ShareChart.Bar {
        ShareChart.Bar(
            name: name, value: Double(area), text: "\(Self.hectares(area)) \(AreaUnit.hectares.symbol)", colour: colour)
    }

    var classes: [Page.Section] {
        let sums = analysis.classSums
        guard !sums.isEmpty || analysis.unsurveyed != nil else { return [] }
        let bySize = sums.sorted { $0.area > $1.area }
        var bars = bySize.prefix(Self.mostBars).map {
            bar(Self.named($0.code, $0.name), $0.area, colour($0.code))
        }
        if bySize.count > Self.mostBars {
            let rest = bySize.dropFirst(Self.mostBars)
            bars.append(
                bar(
                    say("\(counted(rest.count, "other class", "other classes"))", "其余 \(rest.count) 类"),
                    rest.reduce(0) { $0 + $1.area }, "#eeeeee"))
        }
        var rows = sums.map {
            [
                Self.named($0.code, $0.name), String($0.parcels), Self.metres($0.area), Self.metres($0.net),
                Self.metres($0.plane), share($0.area),
            ]
        }
        if let part = analysis.unsurveyed {
            bars.append(bar(notSurveyed, part.area, "#ffffff"))
            rows.append(
                [
                    notSurveyed, "", Self.metres(part.area), Self.metres(part.area), Self.metres(part.plane),
                    share(part.area),
                ])
        }
        rows.append([total, String(taken)] + totals + [""])
        let chart = ShareChart(say("Land by class", "地类构成"), bars: Array(bars))
        let table = Page.Section.table(
            titles: [
                say("Class", "地类"), say("Parcels", "图斑数"), say("Area m²", "面积 m²"), say("Net m²", "净面积 m²"),
                say("Plane m²", "平面面积 m²"), say("Share", "占比"),
            ], isNumber: [false, true, true, true, true, true], rows: rows)
        return [
            .heading(say("Land by class", "地类构成")),
            .beside([.drawing(svg: chart.svg, lines: chart.lines(width: 78)), table]),
        ] + planeNote
    }

    /// Why a column of plane areas need not add up to the boundary's own.
    private var planeNote: [Page.Section] {
        let plane = analysis.sums.reduce(analysis.unsurveyed?.plane ?? 0) { $0 + $1.plane }
        guard plane != analysis.plane else { return [] }
        let (sum, own) = (Self.metres(plane), Self.metres(analysis.plane))
        return [
            .paragraph(
                say(
                    "Plane areas are as measured, each rounded for itself and never adjusted: they add up to \(sum) m², the boundary's own is \(own) m².",
                    "平面面积为各部分量算取整的结果，不参与平差：合计 \(sum) 平方米，用地范围自身为 \(own) 平方米。"))
        ]
    }

    /// Area, net area and plane area of all that is shown: with the part that is not surveyed.
    private var totals: [String] {
        let rest = analysis.unsurveyed
        return [
            Self.metres(analysis.sums.reduce(rest?.area ?? 0) { $0 + $1.area }),
            Self.metres(analysis.sums.reduce(rest?.area ?? 0) { $0 + $1.net }),
            Self.metres(analysis.sums.reduce(rest?.plane ?? 0) { $0 + $1.plane }),
        ]
    }

    /// State and collective land in short; the codes stand below the table.
    private func short(_ ownership: Ownership) -> String {
        let kind = ownership.isState.map { $0 ? say("state", "国有") : say("collective", "集体") }
        return [ownership.code, kind ?? ownership.name.description].filter { !$0.isEmpty }.joined(separator: " ")
    }

    private func named(_ unit: BoundaryAnalysis.Unit) -> String { unit.name.isEmpty ? unit.code : unit.name }

    var sums: [Page.Section] {
        guard !analysis.sums.isEmpty else { return [] }
        var rows = analysis.sums.map { sum in
            [
                Self.named(sum.key.code, sum.className), named(sum.key.unit), short(sum.key.ownership),
                String(sum.parcels), Self.metres(sum.area), Self.metres(sum.net), Self.metres(sum.plane),
            ]
        }
        if let part = analysis.unsurveyed {
            rows.append(
                [notSurveyed, "", "", "", Self.metres(part.area), Self.metres(part.area), Self.metres(part.plane)])
        }
        rows.append([total, "", "", String(taken)] + totals)
        let owners = Set(analysis.sums.map(\.key.ownership)).filter { !$0.code.isEmpty }.sorted { $0.code < $1.code }
        var sections: [Page.Section] = [
            .heading(say("Class × unit × ownership", "地类 × 坐落单位 × 权属性质")),
            .table(
                titles: [
                    say("Class", "地类"), say("Unit", "坐落单位"), say("Ownership", "权属性质"), say("Parcels", "图斑数"),
                    say("Area m²", "面积 m²"), say("Net m²", "净面积 m²"), say("Plane m²", "平面面积 m²"),
                ], isNumber: [false, false, false, true, true, true, true], rows: rows, wide: [3], isLong: true),
        ]
        if !owners.isEmpty {
            let list = owners.map { "\($0.code) \($0.name)" }.joined(separator: say("; ", "；"))
            sections.append(.paragraph(say("Ownership: \(list).", "权属性质：\(list)。")))
        }
        return sections
    }

    var parcels: [Page.Section] {
        let parcels = analysis.parcels
        guard !parcels.isEmpty else { return [] }
        let (inside, net) = (parcels.reduce(0) { $0 + $1.area }, parcels.reduce(0) { $0 + $1.net })
        let rows = parcels.prefix(Self.most).map { parcel in
            [
                parcel.number.isEmpty ? String(parcel.id) : parcel.number, parcel.code.code,
                parcel.className.description, named(parcel.unit), parcel.ownership.code, Self.metres(parcel.area),
                Self.metres(parcel.net), Self.metres(parcel.plane),
                parcel.isWhole
                    ? say("all", "全部")
                    : AreaUnit.text(steps: Int64((parcel.share * 10_000).rounded()), decimals: 2) + "%",
            ]
        }
        return [
            .heading(say("Parcels taken", "占用图斑")),
            .paragraph(
                say(
                    "\(counted(parcels.count, "parcel")), \(Self.metres(inside)) m², net of field ridges \(Self.metres(net)) m².",
                    "共 \(parcels.count) 个图斑，\(Self.metres(inside)) 平方米，扣除田坎后 \(Self.metres(net)) 平方米。")),
            .table(
                titles: [
                    say("Parcel", "图斑"), say("Class", "地类"), say("Name", "名称"), say("Unit", "坐落单位"),
                    say("Owner", "权属"), say("Area m²", "面积 m²"), say("Net m²", "净面积 m²"),
                    say("Plane m²", "平面面积 m²"), say("Taken", "占用"),
                ], isNumber: [false, false, false, false, false, true, true, true, true], rows: Array(rows),
                wide: [2, 7], isLong: true),
        ] + Self.more(parcels.count)
    }

    var adjustment: [Page.Section] {
        let adjustment = analysis.adjustment
        let rest = analysis.unsurveyed?.moved ?? 0
        let moved = analysis.parcels.reduce(rest) { $0 + $1.moved }
        var facts = [
            (name: say("Boundary", "用地范围"), value: "\(Self.metres(adjustment.control)) m²"),
            (name: say("Parts as measured", "各部分量算之和"), value: "\(Self.metres(adjustment.sum)) m²"),
            (name: say("Difference", "差值"), value: "\(Self.signed(adjustment.difference)) m²"),
            (name: say("Allowed", "限差"), value: "\(Self.metres(adjustment.tolerance)) m²"),
            (name: say("Moved", "调整合计"), value: "\(Self.signed(moved)) m²"),
        ]
        if let obstacle = adjustment.obstacle {
            facts.append((name: say("Not adjusted", "未平差"), value: obstacle.description))
        }
        var sections: [Page.Section] = [
            .heading(say("Adjustment", "面积平差")), .paragraph(BoundaryAdjustment.rule.description), .facts(facts),
        ]
        guard !adjustment.moves.isEmpty else { return sections }
        var numbers: [Int64: String] = [:]
        for parcel in analysis.parcels { numbers[parcel.id] = parcel.number }
        let rows = adjustment.moves.prefix(Self.most).map { move in
            let number = numbers[move.id].flatMap { $0.isEmpty ? nil : $0 } ?? String(move.id)
            return [
                move.id == 0 ? notSurveyed : number, Self.metres(move.raw), Self.signed(move.moved),
                Self.metres(move.adjusted),
            ]
        }
        sections.append(
            .table(
                titles: [
                    say("Parcel", "图斑"), say("Measured m²", "量算面积 m²"), say("Moved m²", "调整 m²"),
                    say("Adjusted m²", "平差后面积 m²"),
                ], isNumber: [false, true, true, true], rows: Array(rows), isLong: true))
        return sections + Self.more(adjustment.moves.count)
    }
}
