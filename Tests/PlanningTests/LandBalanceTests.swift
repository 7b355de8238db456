import Planning
import Testing

@Suite struct LandBalanceTests {
    private let field = LandUseCode.survey("0103"), orchard = LandUseCode.survey("0201")
    private let homes = LandUseCode.plan2023("0701")

    @Test("Before, after and what goes between are sums of the same cells")
    func cells() {
        // 1000 + 500 before; 300 of the field become homes, 40 of the orchard go out of the county, 5 come new.
        let balance = LandBalance(
            before: [(field, 600), (field, 400), (orchard, 500)],
            changes: [
                (.init(from: field, to: homes), 300), (.init(from: orchard, to: nil), 40),
                (.init(from: nil, to: homes), 5), (.init(from: field, to: field), 77),
            ])
        #expect(balance.classes == [field, orchard, homes, nil])
        #expect(balance.classes.map(balance.before) == [1000, 500, 0, 5])
        #expect(balance.classes.map(balance.after) == [700, 460, 305, 40])
        #expect(balance.cells[.init(from: field, to: field)] == 700)
        let first = balance.grouped { LandUseCode(system: $0.system, code: String($0.code.prefix(2))) }
        #expect(first.before(.survey("01")) == 1000)
        #expect(first.after(.plan2023("07")) == 305)
    }

    @Test("In any unit rows, columns and totals close to the last decimal", arguments: UInt64(1)...40)
    func closes(seed: UInt64) {
        var dice = Seeded(seed)
        let codes = ["0101", "0103", "0201", "0301", "0701", "1001"].map(LandUseCode.survey)
        let before = codes.map { ($0, Int64.random(in: 0...90_000_000, using: &dice)) }
        let changes = (0..<12).map { _ -> (LandBalance.Cell, Int64) in
            let (from, to) = (Int.random(in: 0..<6, using: &dice), Int.random(in: 0..<6, using: &dice))
            return (.init(from: codes[from], to: codes[to]), Int64.random(in: 0...6_000_000, using: &dice))
        }
        let exact = LandBalance(before: before, changes: changes)
        for unit in AreaUnit.allCases {
            let shown = exact.rounded(in: unit)
            let total = exact.cells.values.reduce(0, +)
            #expect(shown.cells.values.reduce(0, +) == unit.steps(of: total), "seed \(seed), \(unit)")
            let differences = shown.classes.map { shown.after($0) - shown.before($0) }
            #expect(differences.reduce(0, +) == 0, "seed \(seed), \(unit)")
        }
    }
}

@Suite struct QuotaUseTests {
    private func side(_ code: LandUseCode) -> QuotaUse.Side {
        .init(code: code, category: ClassTable.standard[code]?.category ?? .none)
    }

    @Test("Each change goes into the accounts that the rules name")
    func accounts() {
        var quota = QuotaUse()
        func book(_ from: LandUseCode, _ to: LandUseCode, area: Int64, net: Int64) {
            quota.book(side(from), side(to), .init(count: 1, area: area, net: net))
        }
        book(.survey("0101"), .plan2023("0701"), area: 1000, net: 900)  // paddy to housing
        book(.survey("0103"), .plan2023("1001"), area: 500, net: 450)  // dry land to industry
        book(.survey("0404"), .plan2023("0701"), area: 70, net: 70)  // other grassland is unused
        book(.survey("0702"), .plan2023("0103"), area: 300, net: 300)  // a homestead given back to the plough
        book(.survey("0702"), .plan2023("0301"), area: 20, net: 20)  // and one to the forest
        book(.survey("0102"), .plan2023("0201"), area: 200, net: 190)  // to orchard: out
        book(.survey("0201"), .plan2023("0101"), area: 80, net: 80)  // orchard to paddy: in
        book(.survey("0103"), .survey("0101"), area: 60, net: 55)  // dry land made paddy
        book(.survey("0103"), .plan2023("0103"), area: 9, net: 9)  // keeps its use
        book(.survey("04"), .plan2023("0701"), area: 7, net: 7)  // a class that only sums
        #expect(quota[.newConstruction] == .init(count: 3, area: 1570, net: 1420))
        #expect(quota[.newFromAgricultural].area == 1500)
        #expect(quota[.newFromUnused].area == 70)
        #expect(quota[.cultivatedTaken] == .init(count: 2, area: 1500, net: 1350))
        #expect(quota[.paddyTaken].net == 900)
        #expect(quota[.cultivatedMadeUp].net == 300)
        // 80 of orchard and 55 of dry land.
        #expect(quota[.paddyMadeUp].net == 135)
        #expect(quota[.occupationBalance].net == 300 - 1350)
        #expect(quota[.paddyBalance].net == 135 - 900)
        #expect(quota[.cultivatedOut].net == 190)
        #expect(quota[.cultivatedIn].net == 80)
        #expect(quota[.flowBalance].net == -110)
        #expect(quota[.unifiedBalance].net == 300 + 80 - 1350 - 190)
        #expect(quota[.reclaimed].area == 320)
        #expect(quota[.linkBalance].area == 320 - 1570)
        #expect(quota[.linkCultivatedBalance].net == 300 - 1350)
        #expect(quota[.undecided].count == 1)
    }

    @Test("Land divided in two ways: rows and columns add up, the overlaps decide", arguments: UInt64(1)...60)
    func apportionment(seed: UInt64) {
        var dice = Seeded(seed)
        let truth = (0..<4).map { _ in (0..<5).map { _ in Int64.random(in: 0...9, using: &dice) * 1000 } }
        let rows = truth.map { $0.reduce(0, +) }
        let columns = (0..<5).map { column in truth.reduce(0) { $0 + $1[column] } }
        // Measured in another unit, with noise of a millionth.
        let weights = truth.map { $0.map { Double($0) * 0.7 * (1 + Double.random(in: -1e-6...1e-6, using: &dice)) } }
        let table = Apportionment.table(rows: rows, columns: columns, weights: weights)
        #expect(table.map { $0.reduce(0, +) } == rows, "seed \(seed)")
        #expect((0..<5).map { column in table.reduce(0) { $0 + $1[column] } } == columns, "seed \(seed)")
        for (row, values) in table.enumerated() {
            for (column, value) in values.enumerated() {
                #expect(abs(value - truth[row][column]) <= 2, "seed \(seed): \(row), \(column)")
            }
        }
    }
}
