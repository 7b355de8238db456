import Canvas
import Commands
import GeoBridge
import Phrases
import Planning
import Store

/// What all views share: the project and where in it people stand. Lives on the main thread.
package final class Session {
    package let project: Project
    package var theme: Theme
    package private(set) var glyphs: Glyphs
    /// The glyphs chosen by hand, on this screen or at an earlier visit: only these are remembered.
    package private(set) var chosenGlyphs: Glyphs?
    /// A line of few bytes a second: the map is drawn when asked, and nothing only pleases.
    package let isSlow: Bool
    package let keymap: Keymap

    package private(set) var layers: [Layer] = []
    package private(set) var classes: [Int64: StoredClass] = [:]
    package private(set) var units: [Int64: Unit] = [:]
    package private(set) var counts: [Int64: Int] = [:]
    package private(set) var plan: Plan?
    /// The day that lists and maps show, and the newest journal row of it; nil is the present.
    package private(set) var asOf: (day: String, journal: Int64)?
    /// The layer whose features are listed: the survey, unless another was asked for.
    package private(set) var survey: Layer?
    /// The layer that maps fill: the plan's base, also where another layer is listed.
    package private(set) var ground: Layer?
    private var listed: Int64?
    /// What the rules found in the open plan, as of some step.
    var live: LiveFindings?
    /// The last command that was given a pasted text, and that text: it can be performed again.
    var fed: (line: String, text: String)?
    /// The paste box as it was left, with its text.
    var box: PasteBox?
    /// The last boundaries that were analysed on this screen.
    var analysed: (line: String, report: Report)?
    /// What values of indicators were last asked for by a command, and whether that is still at work.
    var reckoned = ""
    var isReckoning = false
    /// What the open plan comes to; nil where it stands on no survey.
    package private(set) var consequences: Consequences?
    package private(set) var system: CoordinateSystem?
    /// What measures areas in the project's system; nil where it has none.
    private(set) lazy var officialArea: OfficialArea? = system.flatMap { try? OfficialArea(crs: $0) }
    /// Marked parcels; the project's connection holds the same.
    package private(set) var marks: Set<Int64> = []
    /// How many rows others have added to the journal since everything was read.
    package private(set) var changedByOthers = 0
    /// The newest row of the journal when everything was read.
    private var readUpTo = Project.Mark()
    /// Classes by the number that overview cells hold.
    package private(set) var classOfCell: [UInt16: StoredClass] = [:]

    package init(
        project: Project, theme: Theme, glyphs: Glyphs, chosenGlyphs: Glyphs? = nil, isSlow: Bool = false,
        keymap: Keymap = .standard
    ) throws {
        self.project = project
        self.theme = theme
        self.glyphs = glyphs
        self.chosenGlyphs = chosenGlyphs
        self.isSlow = isSlow
        self.keymap = keymap
        try reload()
    }

    /// Reads the small tables again, after a change or when somebody else changed something.
    package func reload() throws {
        (readUpTo, changedByOthers) = (try project.mark(), 0)
        layers = try project.layers()
        classes = try project.classes()
        classOfCell = Dictionary(classes.values.map { ($0.cell, $0) }, uniquingKeysWith: { first, _ in first })
        units = try project.units()
        counts = try project.counts()
        if let id = plan?.id { plan = try project.plans().first { $0.id == id } }
        if system == nil { system = try project.coordinateSystem() }
        try choose()
    }

    /// Looks whether others have done anything since; what is shown stays as it was read.
    ///
    /// - Returns: whether there is something else to say than before.
    package func noticeOthers() throws -> Bool {
        let count = try project.deeds(after: readUpTo)
        defer { changedByOthers = count }
        return count != changedByOthers
    }

    /// Finds the layers to list and to fill.
    private func choose() throws {
        let base = layers.first { $0.id == plan?.base }
        survey = layers.first { $0.id == listed } ?? base ?? Self.newest(layers)
        ground = base ?? survey
        consequences = try plan.flatMap { $0.base == nil ? nil : try project.consequences(of: $0.id) }
        try stand()
    }

    private static func newest(_ layers: [Layer]) -> Layer? {
        layers.filter { $0.role == .parcels }.max { ($0.year ?? 0, $0.id) < ($1.year ?? 0, $1.id) }
            ?? layers.first { $0.geometry == .polygon } ?? layers.first
    }

    /// Opens a plan, or the base.
    package func open(plan id: Int64) throws {
        plan = id == 0 ? nil : try project.plan(id)
        if plan != nil { asOf = nil }
        if plan?.base != nil { listed = nil }
        try choose()
    }

    /// Lists another layer.
    package func list(_ layer: Layer) throws {
        listed = layer.id == plan?.base ? nil : layer.id
        try choose()
    }

    package func choose(_ glyphs: Glyphs) {
        self.glyphs = glyphs
        chosenGlyphs = glyphs
    }

    private func stand() throws {
        try project.stand(here)
    }

    /// Where the connection stands.
    package var here: Here {
        Here(plan: planID, layer: survey?.id ?? 0, asOf: asOf?.journal, year: survey?.year)
    }

    /// Shows the county as of a day, without the plan that is open; `now` comes back to the present.
    package func see(asOf day: String) throws {
        asOf = try project.journal(asOf: day).map { (day, $0) }
        if asOf != nil { plan = nil }
        try choose()
        counts = try project.counts()
    }

    package var planID: Int64 { plan?.id ?? 0 }

    package func mark(_ uids: [Int64], _ isMarked: Bool) throws {
        try project.mark(uids, isMarked)
        if isMarked { marks.formUnion(uids) } else { marks.subtract(uids) }
    }

    package func clearMarks() throws {
        try project.clearMarks()
        marks = []
    }

    /// `SYSTEM:CODE` of a class; `-` for none.
    package func code(of id: Int64) -> String {
        id == 0 ? "-" : classes[id]?.code.description ?? "?"
    }

    package func role(_ name: String) -> Style { theme.role(name) }
}
