import Geometry
import Phrases

/// What a boundary (用地范围) touches: the answer to the question of every working day, as one value.
///
/// The command prints it, documents draw it, the screen shows it; none of them reckons anything anew. Areas are whole
/// hundredths of a square metre. `area` is the official figure, on the ellipsoid and adjusted; `plane` is measured in
/// the plane of the project's coordinates, never adjusted.
///
/// What closes: `sums` add up to `parcels`, field by field; the adjusted areas of `parcels` with that of `unsurveyed`
/// add up to `area` unless `adjustment.obstacle` says why they cannot.
package struct BoundaryAnalysis: Sendable, Hashable {
    /// The boundary that was asked about.
    package var boundary: AnalysedBoundary
    /// The day that terms are reckoned by and rules must be in force on: `2026-01-31`.
    package var day: String
    /// The newest row of the journal that it knows of: the state of the data.
    package var journal: Int64
    /// The title of the project's coordinate system, in which every outline here stands; empty where it has none.
    package var system: String
    /// The survey whose parcels are taken; nil in a project without one.
    package var survey: AnalysedLayer?
    /// The class that the land inside is taken to become for the rules.
    package var target: LandUseCode
    package var targetName: Phrase
    /// Whether nobody named the class, so that construction land was taken.
    package var isTargetAssumed: Bool
    /// Overlaps up to this are slivers: told apart, never dropped.
    package var sliverLimit: Int64

    /// The boundary's own area.
    package var area: Int64
    package var plane: Int64
    /// Metres in the plane, of all its rings.
    package var perimeter: Double

    /// Each parcel that is taken, slivers too, largest first; those that are only touched are in `touched`.
    package var parcels: [Parcel]
    /// The part that no parcel of the survey covers; nil where the survey covers all of it.
    package var unsurveyed: Unsurveyed?
    /// Parcels of the survey that lie over one another inside the boundary: their land counts twice, and the areas can
    /// only close once the survey is mended.
    package var doubled: [Doubled]
    /// Parcels that share an edge or a corner with the boundary and no land, and those that cannot be measured.
    package var touched: [Meeting]
    /// By class, unit and ownership, in their order.
    package var sums: [Sum]
    package var adjustment: BoundaryAdjustment

    /// Every layer that was asked, also those that the boundary does not meet: control lines first, then planned use,
    /// resources, projects, units, reference.
    package var layers: [LayerMeetings]
    /// What the planned-use layer says, by class, largest first; its last row, of no class, is what no planned use covers.
    package var planned: [PlannedSum]

    /// What the rules say, the gravest first. Nobody's answers are among them: a boundary is no plan.
    package var findings: [RuleFinding]
    /// The rules that hold, by id.
    package var held: [String]
    /// The rules that nothing inside the boundary concerns, by id.
    package var unconcerned: [String]

    /// How coordinates were understood, and whatever else must be known to trust the figures.
    package var notes: [Phrase]
    /// All that must be known, each once: what was added to the boundary's own notes since, then `notes`.
    package var remarks: [Phrase] { boundary.notes.filter { !notes.contains($0) } + notes }
    /// The number under which it is kept; nil where the project cannot be written to.
    package var number: Int64?
    /// What differs from the last analysis of the same boundary; nil where there is none.
    package var comparison: AnalysisComparison?
    /// Whether it was read back from what the project keeps of it: that has no parcels, no layer that it was clear of and
    /// no outline but the boundary's.
    package var isReadBack = false

    package init(boundary: AnalysedBoundary, day: String, target: LandUseCode, targetName: Phrase, sliverLimit: Int64) {
        (self.boundary, self.day) = (boundary, day)
        (self.target, self.targetName, self.sliverLimit) = (target, targetName, sliverLimit)
        (journal, system, isTargetAssumed) = (0, "", false)
        (area, plane, perimeter) = (0, 0, 0)
        (parcels, doubled, touched, sums) = ([], [], [], [])
        adjustment = BoundaryAdjustment()
        (layers, planned, findings, held, unconcerned, notes) = ([], [], [], [], [], [])
    }
}

/// A boundary as it came: whence, and which land.
package struct AnalysedBoundary: Sendable, Hashable {
    /// What it is called: the name in its source, or the file's.
    package var name: String
    /// The number of the parcel in its source (地块编号); empty where it has none.
    package var number: String
    /// The file without its folders; `-` for standard input; empty for what was drawn or typed.
    package var source: String
    /// SHA-256 of the source's bytes; empty for what was drawn or typed.
    package var hash: String
    /// SHA-256 of the outline in the project's coordinates: by it the same boundary is known again.
    package var shapeHash: String
    /// Polygons in the project's coordinates.
    package var shape: Shape
    /// The area that the source states, in hundredths of a square metre; nil where it states none.
    package var declared: Int64?
    /// How its coordinates were understood.
    package var notes: [Phrase]

    package init(
        name: String, number: String = "", source: String = "", hash: String = "", shapeHash: String = "", shape: Shape,
        declared: Int64? = nil, notes: [Phrase] = []
    ) {
        (self.name, self.number, self.source, self.hash) = (name, number, source, hash)
        (self.shapeHash, self.shape, self.declared, self.notes) = (shapeHash, shape, declared, notes)
    }
}

/// A layer of the project that was asked.
package struct AnalysedLayer: Sendable, Hashable {
    package var id: Int64
    /// Its table: `DLTB_2023`.
    package var table: String
    /// The standard name: `DLTB`.
    package var standard: String
    package var title: String
    package var role: LayerRole
    package var year: Int?

    package init(id: Int64, table: String, standard: String, title: String, role: LayerRole, year: Int? = nil) {
        (self.id, self.table, self.standard) = (id, table, standard)
        (self.title, self.role, self.year) = (title, role, year)
    }
}

extension BoundaryAnalysis {
    /// A unit of the survey (坐落单位), such as a village.
    package struct Unit: Sendable, Hashable, Comparable {
        package var code: String
        package var name: String

        package init(code: String, name: String) { (self.code, self.name) = (code, name) }

        package static func < (a: Unit, b: Unit) -> Bool { (a.code, a.name) < (b.code, b.name) }
    }

    /// A parcel that the boundary takes land of.
    package struct Parcel: Sendable, Hashable, Identifiable {
        /// Its uid in the project.
        package var id: Int64
        /// The survey's own number (BSM).
        package var number: String
        package var code: LandUseCode
        package var className: Phrase
        package var unit: Unit
        /// QSXZ, as the survey has it.
        package var ownership: Ownership
        /// Of the part inside the boundary: as measured on the ellipsoid.
        package var raw: Int64
        /// What the adjustment added.
        package var moved: Int64
        /// The official area: measured and adjusted.
        package var area: Int64 { raw + moved }
        /// The ridges deducted from `area` by the parcel's factor (KCXS); 0 for all but cultivated land.
        package var ridges: Int64
        /// The factor as the survey has it; 0 where there is none.
        package var factor: Double
        package var net: Int64 { area - ridges }
        package var plane: Int64
        /// The area of the whole parcel, as the project keeps it.
        package var whole: Int64
        /// How much of the parcel is taken: 0 to 1.
        package var share: Double { isWhole ? 1 : whole > 0 ? min(1, Double(raw) / Double(whole)) : 0 }
        /// Whether all of the parcel lies inside.
        package var isWhole: Bool
        /// Whether the part is no more than a sliver.
        package var isSliver: Bool
        /// The part inside, in the project's coordinates.
        package var shape: Shape

        package init(
            id: Int64, number: String, code: LandUseCode, className: Phrase, unit: Unit, ownership: Ownership,
            raw: Int64, plane: Int64, whole: Int64, factor: Double, isWhole: Bool, isSliver: Bool, shape: Shape
        ) {
            (self.id, self.number, self.code, self.className) = (id, number, code, className)
            (self.unit, self.ownership, self.raw, self.plane) = (unit, ownership, raw, plane)
            (self.whole, self.factor, self.isWhole, self.isSliver) = (whole, factor, isWhole, isSliver)
            self.shape = shape
            (moved, ridges) = (0, 0)
        }
    }

    /// The part of the boundary that no parcel covers.
    package struct Unsurveyed: Sendable, Hashable {
        package var raw: Int64
        package var moved: Int64
        package var area: Int64 { raw + moved }
        package var plane: Int64
        package var shape: Shape

        package init(raw: Int64, moved: Int64 = 0, plane: Int64, shape: Shape) {
            (self.raw, self.moved, self.plane, self.shape) = (raw, moved, plane, shape)
        }
    }

    /// Two parcels that lie over one another.
    package struct Doubled: Sendable, Hashable {
        package var a: Int64
        package var b: Int64
        package var numbers: [String]
        package var area: Int64
        package var place: Point?

        package init(a: Int64, b: Int64, numbers: [String], area: Int64, place: Point?) {
            (self.a, self.b, self.numbers, self.area, self.place) = (a, b, numbers, area, place)
        }
    }

    /// Land of one class, one unit and one ownership.
    package struct Sum: Sendable, Hashable {
        package struct Key: Sendable, Hashable, Comparable {
            package var code: LandUseCode
            package var unit: Unit
            package var ownership: Ownership

            package init(code: LandUseCode, unit: Unit, ownership: Ownership) {
                (self.code, self.unit, self.ownership) = (code, unit, ownership)
            }

            package static func < (a: Key, b: Key) -> Bool {
                (a.code, a.unit, a.ownership.code) < (b.code, b.unit, b.ownership.code)
            }
        }
        package var key: Key
        package var className: Phrase
        package var parcels: Int
        package var area: Int64
        package var net: Int64
        package var plane: Int64
        package var ridges: Int64 { area - net }

        package init(key: Key, className: Phrase, parcels: Int, area: Int64, net: Int64, plane: Int64) {
            (self.key, self.className, self.parcels) = (key, className, parcels)
            (self.area, self.net, self.plane) = (area, net, plane)
        }
    }

    /// Land of one planned use; `code` is nil for what no planned use covers.
    package struct PlannedSum: Sendable, Hashable {
        static let none = Phrase("no planned use", "无规划用途")
        package var code: LandUseCode?
        package var className: Phrase
        package var features: Int
        package var area: Int64
        package var plane: Int64

        package init(code: LandUseCode?, className: Phrase, features: Int, area: Int64, plane: Int64) {
            (self.code, self.className, self.features) = (code, className, features)
            (self.area, self.plane) = (area, plane)
        }
    }
}

/// How the areas of the parts were brought to the boundary's own (domain reference f3).
package struct BoundaryAdjustment: Sendable, Hashable {
    /// What the parts must add up to: the boundary's own area.
    package var control: Int64
    /// What they add up to as measured.
    package var sum: Int64
    package var difference: Int64 { control - sum }
    /// What the difference may be; beyond it something other than rounding is at work.
    package var tolerance: Int64
    /// Each hundredth that was moved, the largest part first. The id is the parcel's; 0 is the part not surveyed.
    package var moves: [Adjustment.Move]
    /// Why nothing was adjusted; nil where the parts close.
    package var obstacle: Phrase?
    /// The rule, as reports name it.
    package static let rule = Phrase(
        "Adjustment to the control area: the difference goes in steps of 0.01 m² to the parts in descending order of area; "
            + "with n = f·k + r steps for k parts the first r take f + 1, the others f.",
        "控制面积平差：差值以 0.01 平方米为单位，按面积由大到小分摊；n = f·k + r 时，前 r 个图斑各分摊 f + 1 个单位，其余各 f 个。")

    package init(
        control: Int64 = 0, sum: Int64 = 0, tolerance: Int64 = 0, moves: [Adjustment.Move] = [], obstacle: Phrase? = nil
    ) {
        (self.control, self.sum, self.tolerance) = (control, sum, tolerance)
        (self.moves, self.obstacle) = (moves, obstacle)
    }
}
