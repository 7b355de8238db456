/// The cells of one village in one year, each with its cover and the piece of land it belongs to. Cells that hang
/// together and are of one piece make a parcel.
struct Fabric {
    let village: Layout.Village
    /// Blocks.
    let columns: Range<Int>
    let rows: Range<Int>
    /// Cells in a row, and rows.
    let width: Int
    let height: Int
    /// Row by row from below.
    var cover: [Cover]
    /// Which piece; 0 outside the village.
    var piece: [UInt64]
    /// The pieces that planted cases stand on.
    var planted: Set<UInt64> = []

    init(village: Layout.Village, layout: Layout) {
        self.village = village
        columns = village.columns
        rows = layout.rows(around: village.band)
        width = columns.count * Lattice.pitch
        height = rows.count * Lattice.pitch
        cover = Array(repeating: .paddy, count: width * height)
        piece = Array(repeating: 0, count: width * height)
    }

    /// The lattice line at the left of the first cell.
    var firstColumn: Int { columns.lowerBound * Lattice.pitch }
    var firstRow: Int { rows.lowerBound * Lattice.pitch }

    /// The number of a block's cell: 0 is the strip, 1 to 6 lie between strips.
    func cell(_ column: Int, _ row: Int, _ a: Int, _ b: Int) -> Int {
        ((row - rows.lowerBound) * Lattice.pitch + b) * width + (column - columns.lowerBound) * Lattice.pitch + a
    }

    /// The block of a cell.
    func block(of cell: Int) -> (column: Int, row: Int) {
        (columns.lowerBound + cell % width / Lattice.pitch, rows.lowerBound + cell / width / Lattice.pitch)
    }

    mutating func paint(_ cell: Int, _ cover: Cover, _ piece: UInt64) {
        self.cover[cell] = cover
        self.piece[cell] = piece
    }
}
