import Geometry
import Phrases

/// How a boundary lies to a feature of another layer.
package enum MeetingVerdict: String, Sendable, Hashable, CaseIterable, Codable {
    /// They share land, or a line runs through it.
    case overlap
    /// They share land, but no more than the stated limit: as edges that were digitised twice do.
    case sliver
    /// They share an edge or a corner and no land.
    case touch
    /// It cannot be told, and `reason` says why.
    case unknown

    package var name: Phrase {
        switch self {
        case .overlap: Phrase("overlaps", "压占")
        case .sliver: Phrase("sliver", "碎屑")
        case .touch: Phrase("touches", "相接")
        case .unknown: Phrase("not measurable", "无法量算")
        }
    }
}

extension BoundaryAnalysis {
    /// One feature that the boundary meets.
    package struct Meeting: Sendable, Hashable, Identifiable {
        /// Its uid in the project.
        package var id: Int64
        package var number: String
        package var name: String
        /// Its class or zone, where the layer has one.
        package var code: LandUseCode?
        package var className: Phrase?
        package var verdict: MeetingVerdict
        /// The land that both share, on the ellipsoid; 0 for lines and points, and where they only touch.
        package var area: Int64
        package var plane: Int64
        /// The length of a line feature inside, or of the edge that both share where they only touch, in metres in the
        /// plane.
        package var length: Double
        /// The area of the whole feature, as the project keeps it.
        package var whole: Int64
        /// Whether all of the feature lies inside the boundary.
        package var isWhole: Bool
        /// Whether the feature covers the boundary wholly.
        package var coversAll: Bool
        /// Within what they share.
        package var place: Point?
        /// What they share, in the project's coordinates; nil where `isWhole`, `coversAll` or nothing is known.
        package var shape: Shape?
        /// Why it cannot be told.
        package var reason: Phrase?
        /// Of a feature without a number: a hash of its whole outline.
        package var outline: String?

        package init(
            id: Int64, number: String, name: String, code: LandUseCode? = nil, className: Phrase? = nil,
            verdict: MeetingVerdict, area: Int64 = 0, plane: Int64 = 0, length: Double = 0, whole: Int64 = 0,
            isWhole: Bool = false, coversAll: Bool = false, place: Point? = nil, shape: Shape? = nil,
            reason: Phrase? = nil
        ) {
            (self.id, self.number, self.name, self.code, self.className) = (id, number, name, code, className)
            (self.verdict, self.area, self.plane, self.length) = (verdict, area, plane, length)
            (self.whole, self.isWhole, self.coversAll) = (whole, isWhole, coversAll)
            (self.place, self.shape, self.reason) = (place, shape, reason)
        }
    }

    /// What one layer has to do with the boundary.
    package struct LayerMeetings: Sendable, Hashable {
        package var layer: AnalysedLayer
        /// Overlaps first, the largest first; then slivers, touching features, and those that cannot be told.
        package var meetings: [Meeting]
        /// The land of the boundary that its features cover together, on the ellipsoid: what two of them cover counts
        /// once. 0 for lines and points.
        package var covered: Int64
        /// The length of its lines inside, in metres.
        package var length: Double

        package init(layer: AnalysedLayer, meetings: [Meeting], covered: Int64, length: Double) {
            (self.layer, self.meetings, self.covered, self.length) = (layer, meetings, covered, length)
        }

        /// The gravest of its verdicts; nil where it does not meet the boundary at all.
        package var verdict: MeetingVerdict? { meetings.first?.verdict }

        package func count(_ verdict: MeetingVerdict) -> Int { meetings.count { $0.verdict == verdict } }
    }

    // MARK: Asked of it

    /// The layers of a role that the boundary meets.
    package func met(_ roles: LayerRole...) -> [LayerMeetings] {
        layers.filter { roles.contains($0.layer.role) && !$0.meetings.isEmpty }
    }

    /// Control lines that it crosses by more than a sliver.
    package var crossed: [LayerMeetings] { met(.controlLine).filter { $0.verdict == .overlap } }

    /// Rules that are broken, each once, the gravest first.
    package var broken: [Rule] {
        var seen: Set<String> = []
        return findings.filter { $0.verdict == .broken }.map(\.rule).filter { seen.insert($0.id).inserted }
    }

    /// Rules that could not be checked, each once.
    package var uncheckable: [Rule] {
        var seen: Set<String> = []
        return findings.filter { $0.verdict == .unknown }.map(\.rule).filter { seen.insert($0.id).inserted }
    }

    /// Whether a rule that forbids is broken.
    package var isBlocked: Bool { findings.contains { $0.verdict == .broken && $0.severity == .block } }

    /// Net of field ridges; what is not surveyed has none.
    package var net: Int64 { area - sums.reduce(0) { $0 + $1.ridges } }

    /// Its sums by class alone, in the order of codes.
    package var classSums: [(code: LandUseCode, name: Phrase, parcels: Int, area: Int64, net: Int64, plane: Int64)] {
        Dictionary(grouping: sums, by: \.key.code).sorted { $0.key < $1.key }.map { code, sums in
            (
                code, sums[0].className, sums.reduce(0) { $0 + $1.parcels }, sums.reduce(0) { $0 + $1.area },
                sums.reduce(0) { $0 + $1.net }, sums.reduce(0) { $0 + $1.plane }
            )
        }
    }

    /// What it comes to, as one line: `300.00 ha: crosses 3 control lines, breaks 2 rules, 1 not checkable.`
    package var verdict: Phrase {
        let hectares = AreaUnit.hectares.text(area, decimals: 4)
        let (crossed, broken, unknown) = (crossed.count, broken.count, uncheckable.count)
        let forbids = isBlocked
        return Phrase(
            "\(hectares) ha: crosses \(counted(crossed, "control line")), breaks \(counted(broken, "rule"))"
                + (forbids ? " (forbidden)" : "") + ", \(unknown) not checkable.",
            "\(hectares) 公顷：压占控制线 \(crossed) 类，违反规则 \(broken) 条\(forbids ? "（禁止）" : "")，无法检查 \(unknown) 条。")
    }
}
