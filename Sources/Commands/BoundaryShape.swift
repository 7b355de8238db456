import Geometry
import Phrases
import Store

/// A boundary file as one polygon in the project's coordinates: a boundary-point TXT, or any file that `import` reads.
///
/// Its polygons are united; other features, and layers without polygons, are left out.
struct BoundaryShape {
    let shape: Shape
    /// How its coordinates were understood.
    var notes: [String] = []

    /// - Throws: `Refusal` that says why there is no polygon in the file, or where it would lie.
    init(_ path: String, for project: Project, _ progress: Progress) throws {
        let intake = try BoundaryIntake(project, progress)
        let content = try intake.content(of: path)
        shape = try intake.united(content, path)
        var notes = content.notes
        let county = try project.layers().filter { !$0.isGrid }.reduce(Box.empty) { $0.union($1.box) }
        if !county.isEmpty, !county.intersects(shape.box) {
            notes.append(
                Phrase(
                    "\(path) lies outside of everything in the project; is its zone right?", "\(path) 位于项目范围之外，请核对投影带。")
            )
        }
        self.notes = notes.map(\.description)
    }
}
