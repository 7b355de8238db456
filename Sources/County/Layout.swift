/// How the county is cut into blocks, villages and towns, before anything has a place on the ground.
///
/// Blocks are the squares of a lattice. Rows of blocks, each of its own length, make the county's outline; a band of
/// rows is cut into villages, a few bands and cuts make a town. The line between two bands wavers by a block or two.
struct Layout: Sendable {
    struct Village: Sendable {
        let index: Int
        let band: Int
        let columns: Range<Int>
        let town: Int
        /// From 1, in its town.
        let number: Int
    }

    struct Town: Sendable {
        let index: Int
        /// The blocks from lower left to upper right within which it lies.
        let columns: Range<Int>
        let bands: Range<Int>
        var villages: [Int]
    }

    let dice: Dice
    let bandHeight: Int
    let wobble: Int
    let columns: Int
    let rows: Int
    /// Whether the county lies at the sea, which then begins where each row of blocks ends.
    let isCoastal: Bool
    private(set) var villages: [Village] = []
    private(set) var towns: [Town] = []
    /// The columns of each row that are in the county.
    private let spans: [Range<Int>]
    private let bandCount: Int
    private var villagesOfBand: [Range<Int>]

    /// A layout of about `blocks` blocks, in villages of about `villageBlocks`, towns of about `townVillages`.
    init(dice: Dice, blocks: Double, villageBlocks: Double, townVillages: Double) {
        self.dice = dice
        let bandHeight = max(3, Int(villageBlocks.squareRoot().rounded()))
        let wobble = bandHeight < 4 ? 0 : bandHeight < 8 ? 1 : 2
        let bandCount = max(2, Int((blocks / 1.15).squareRoot() / Double(bandHeight) + 0.5))
        let inner = bandCount * bandHeight
        // The width at which the rows' lengths add up to the wanted number of blocks.
        let shares = (0..<inner).map { Self.share(of: $0, in: inner, dice) }
        let full = blocks / shares.reduce(0, +)
        isCoastal = dice.pick(3, .coast, 0) == 0
        let sea = isCoastal ? Self.seaWidth : 0
        let columns = Int(full * 1.35) + 6 + sea
        var spans = Array(repeating: 0..<0, count: wobble)
        for (row, share) in shares.enumerated() {
            let length = max(4, Int((full * share).rounded()))
            let middle =
                Double(columns - sea) / 2 + dice.noise(.outline, Double(row) / Double(inner) * 3.3, 0.5) * 0.09 * full
            let left = max(0, Int((middle - Double(length) / 2).rounded()))
            spans.append(left..<min(columns - sea, left + length))
        }
        spans += Array(repeating: 0..<0, count: wobble)
        self.bandHeight = bandHeight
        self.wobble = wobble
        self.bandCount = bandCount
        self.columns = columns
        self.spans = spans
        rows = inner + 2 * wobble
        villagesOfBand = Array(repeating: 0..<0, count: bandCount)
        makeVillages(width: max(3, villageBlocks / Double(bandHeight)), townVillages: townVillages)
    }

    /// How far the sea is drawn, in blocks.
    static let seaWidth = 12

    /// The blocks of sea in a row, from the coast outward; empty where there is none.
    func sea(inRow row: Int) -> Range<Int> {
        guard isCoastal, spans.indices.contains(row), !spans[row].isEmpty else { return 0..<0 }
        return spans[row].upperBound..<spans[row].upperBound + Self.seaWidth
    }

    /// A row's length as a part of the widest's: an oval with a ragged edge.
    private static func share(of row: Int, in count: Int, _ dice: Dice) -> Double {
        let at = (Double(row) + 0.5) / Double(count), t = at * 2 - 1
        return (0.36 + 0.64 * (1 - t * t).squareRoot()) * (1 + 0.1 * dice.noise(.outline, at * 4.7, 7.5))
    }

    /// The columns that some row of a band has.
    private func span(of band: Int) -> Range<Int> {
        let rows = band * bandHeight + wobble..<(band + 1) * bandHeight + wobble
        let left = rows.map { spans[$0].lowerBound }.min() ?? 0, right = rows.map { spans[$0].upperBound }.max() ?? 0
        return left..<right
    }

    private mutating func makeVillages(width: Double, townVillages: Double) {
        let townBands = max(1, Int(townVillages.squareRoot().rounded()))
        let townWidth = width * townVillages / Double(townBands)
        let townRows = max(1, Int((Double(bandCount) / Double(townBands)).rounded()))
        for row in 0..<townRows {
            let these = row * bandCount / townRows..<(row + 1) * bandCount / townRows
            let left = these.map { span(of: $0).lowerBound }.min() ?? 0
            let right = these.map { span(of: $0).upperBound }.max() ?? 0
            let count = max(1, Int((Double(right - left) / townWidth).rounded()))
            let cuts = (0...count).map { cut in
                left + (right - left) * cut / count
                    + (cut == 0 || cut == count ? 0 : dice.pick(3, .townCut, row, cut) - 1)
            }
            let first = towns.count
            for town in 0..<count {
                towns.append(
                    Town(index: first + town, columns: cuts[town]..<cuts[town + 1], bands: these, villages: []))
            }
            for band in these { cutVillages(band, width: width, towns: first..<first + count, townCuts: cuts) }
        }
    }

    private mutating func cutVillages(_ band: Int, width: Double, towns range: Range<Int>, townCuts: [Int]) {
        let span = span(of: band)
        let count = max(1, Int((Double(span.count) / width).rounded()))
        var cuts = (0...count).map { cut in
            span.lowerBound + span.count * cut / count
                + (cut == 0 || cut == count || width < 4 ? 0 : dice.pick(3, .villageCut, band, cut) - 1)
        }
        cuts[count] = span.upperBound
        let firstVillage = villages.count
        for village in 0..<count {
            let columns = cuts[village]..<cuts[village + 1]
            guard columns.contains(where: { !rows(of: band, column: $0).isEmpty }) else { continue }
            let middle = (columns.lowerBound + columns.upperBound) / 2
            let place = townCuts.dropFirst().dropLast().filter { $0 <= middle }.count
            let town = range.lowerBound + place
            villages.append(
                Village(
                    index: villages.count, band: band, columns: columns, town: town,
                    number: towns[town].villages.count + 1))
            towns[town].villages.append(villages.count - 1)
        }
        villagesOfBand[band] = firstVillage..<villages.count
    }

    /// The rows of a band's blocks in one column.
    func rows(of band: Int, column: Int) -> LazyFilterSequence<Range<Int>> {
        (floor(of: band, column: column)..<floor(of: band + 1, column: column)).lazy.filter {
            spans[$0].contains(column)
        }
    }

    /// The rows between which a band lies in all its columns.
    func rows(around band: Int) -> Range<Int> {
        band * bandHeight..<(band + 1) * bandHeight + 2 * wobble
    }

    func contains(column: Int, row: Int) -> Bool {
        spans.indices.contains(row) && spans[row].contains(column)
    }

    /// The village that has a block; nil outside the county.
    func village(column: Int, row: Int) -> Village? {
        guard contains(column: column, row: row) else { return nil }
        let near = (row - wobble) / bandHeight
        for band in max(0, near - 1)...min(bandCount - 1, near + 1)
        where rows(of: band, column: column).contains(row) {
            return villagesOfBand[band].lazy.map { villages[$0] }.first { $0.columns.contains(column) }
        }
        return nil
    }

    /// The lowest row of a band, in one column.
    private func floor(of band: Int, column: Int) -> Int {
        let base = band * bandHeight + wobble
        guard wobble > 0, band > 0, band < bandCount else { return base }
        let wave = dice.noise(.wobble, Double(column) / Double(bandHeight), Double(band) + 0.5)
        return base + Int((wave * (Double(wobble) + 0.4)).rounded())
    }
}
