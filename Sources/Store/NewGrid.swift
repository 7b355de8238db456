import GeoBridge
import Geometry
import Planning

/// What a grid layer will be, before its cells are written.
package struct NewGrid: Sendable {
    package var table: String
    package var standard: String
    package var title: String
    package var role = LayerRole.reference
    package var year: Int?
    package var place: GridPlace
    /// The number that stands in the file for cells without a value. What has it is taken for missing.
    package var missing: Float
    /// Of the values, such as "m"; empty where nobody says.
    package var unit = ""
    /// What the values are, in a word for GIS users.
    package var quantity = "Height"
    package var source: String
    /// Asked for when the cells are written.
    package var sourceHash: Later<String>?
    package var sourceCRS: String?
    package var notes = ""
    /// Whether the map draws it without being asked.
    package var isShown = false
    /// The system that the project takes over with this grid, when it has none yet.
    package var adopted: CoordinateSystem?

    /// - Parameter missing: where the source has no such number, one that no height and no measurement is.
    package init(
        table: String, standard: String? = nil, title: String, place: GridPlace,
        missing: Float = -Float.greatestFiniteMagnitude,
        source: String
    ) {
        self.table = table
        self.standard = standard ?? table
        self.title = title
        self.place = place
        self.missing = missing
        self.source = source
    }

    /// The row of the layer registry.
    var registered: NewLayer {
        var layer = NewLayer(
            table: table, standard: standard, title: title, role: role, year: year, fields: [], geometry: nil,
            source: source)
        layer.sourceCRS = sourceCRS
        layer.notes = notes
        layer.isShown = isShown
        return layer
    }
}
