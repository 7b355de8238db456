import Boundary
import Geometry
import Testing

/// One fault at a time, on files of our own whose figures follow by hand: line 13 is the parcel line, 14 its first point.
@Suite("Reading boundary files") struct ReaderTests {
    @Test("Clean files have nothing to say")
    func clean() throws {
        #expect(try Fixture.read(Fixture.square).summary == [])
        #expect(try Fixture.read(Fixture.hole).summary == [])
        #expect(try Fixture.read(Fixture.linkage).summary == [])
        #expect(try Fixture.read(Fixture.balance, given: Fixture.zone38).summary == [])
        #expect(try Fixture.read(Fixture.degrees, given: Fixture.lonLat).summary == [])
    }

    @Test("Dialects are told apart")
    func dialects() throws {
        func dialect(_ text: String, _ given: BoundaryReference? = nil) throws -> BoundaryDialect? {
            try Fixture.read(text, given: given).file.dialect
        }
        #expect(try dialect(Fixture.square) == .common)
        #expect(try dialect(Fixture.parts) == .farmland)
        #expect(try dialect(Fixture.degrees) == .enforcement)
        #expect(try dialect(Fixture.balance) == .balance)
        #expect(try dialect(Fixture.linkage) == .linkage)
        // Four points and a closing one, counted as four.
        #expect(try dialect(Fixture.square.replacing("5,1.0000", with: "4,1.0000")) == .supply)
        #expect(try dialect(Fixture.square.replacing("建设用地", with: "建筑用地")) == .approval)
        #expect(try dialect(Fixture.square.replacing("0601,@", with: "0601,国有,@")) == .extended)
        let onemap = "01,方块,面,,@"
        #expect(
            try dialect(Fixture.square.replacing("5,1.0000,01,方块,面,F49G001001,建设用地,0601,@", with: onemap)) == .onemap)
        #expect(try dialect(Fixture.square.replacing("F49G001001,", with: "")) == nil)
    }

    @Test("Holes, parts and islands are told by geometry, whatever their numbers")
    func nesting() throws {
        let hole = try #require(try Fixture.read(Fixture.hole).file.parcels[0].shape)
        #expect(hole.partEnds == [2] && hole.ringEnds == [5, 10])
        #expect(hole.planeArea == 37_500)
        // The shell turns clockwise and the hole anticlockwise, also where the file has them the other way round.
        #expect(hole.signedArea(ofRing: 0) < 0 && hole.signedArea(ofRing: 1) > 0)
        let island =
            Fixture.hole.replacing("10,3.7500", with: "15,3.7600") + """
                J9,7,2600120.000,38400070.000
                J10,7,2600120.000,38400080.000
                J11,7,2600110.000,38400080.000
                J12,7,2600110.000,38400070.000
                J9,7,2600120.000,38400070.000

                """
        let reading = try Fixture.read(island)
        #expect(reading.summary == ["24 parts info"])
        let shape = try #require(reading.file.parcels[0].shape)
        #expect(shape.partEnds.count == 2 && shape.ringEnds.count == 3)
        #expect(shape.planeArea == 37_600)
        let parts = try Fixture.read(Fixture.parts)
        #expect(parts.file.parcels[0].shape?.planeArea == 15_000)
    }

    @Test("A ring that crosses another stops, with the place")
    func crossing() throws {
        let reading = try Fixture.read(
            Fixture.hole,
            [
                ("2600150.000,38400050.000", "2600150.000,38399950.000"),
                ("2600100.000,38400050.000", "2600100.000,38399950.000"),
            ])
        #expect(reading.summary.contains("14 rings_cross stops"))
        #expect(reading.file.parcels[0].shape == nil)
        // The crossing sides pass x = 38400000 at y = 2600150 and 2600100.
        #expect(reading.faults.contains { $0.kind == .ringsCross && $0.what.english.contains("east 38400000.000") })
    }

    @Test("A bow tie is placed where its sides meet")
    func selfCrossing() throws {
        // Points 2 and 3 exchanged: the diagonals of the square meet in its middle.
        let reading = try Fixture.read(
            Fixture.square,
            [
                ("J2,1,2600100.000,38400100.000", "J2,1,2600000.000,38400100.001"),
                ("J3,1,2600000.000,38400100.000", "J3,1,2600100.000,38400100.001"),
            ])
        #expect(reading.summary.contains("14 self_crossing stops"))
        let fault = try #require(reading.faults.first { $0.kind == .selfCrossing })
        #expect(fault.what.english.contains("lines 14–15 meets the side of lines 16–17"))
    }

    @Test("A ring with all its corners on one line is told as such, not as one that crosses itself")
    func flat() throws {
        let reading = try Fixture.read(
            Fixture.square,
            [
                ("J2,1,2600100.000,38400100.000", "J2,1,2600080.000,38400000.000"),
                ("J3,1,2600000.000,38400100.000", "J3,1,2600040.000,38400000.000"),
            ])
        #expect(
            reading.faults.contains { $0.kind == .fewPoints && $0.what.english.contains("on one line") },
            "\(reading.summary)")
        #expect(!reading.faults.contains { $0.kind == .selfCrossing } && reading.file.parcels[0].shape == nil)
    }

    @Test("A ring number that was not raised is found where the ring closes early")
    func notRaised() throws {
        let reading = try Fixture.read(Fixture.hole.replacing(",2,26001", with: ",1,26001"))
        #expect(reading.summary == ["19 ring_number confirm"])
        #expect(reading.file.parcels[0].shape?.planeArea == 37_500)
        #expect(reading.file.parcels[0].rings.count == 2)
    }

    @Test("Units of the declared area")
    func areaUnits() throws {
        func faults(_ area: String) throws -> [String] {
            try Fixture.read(Fixture.square.replacing("1.0000,01", with: "\(area),01")).summary
        }
        #expect(try faults("1.0000公顷") == [])
        #expect(try faults("10000.00平方米") == [])
        #expect(try faults("15.00亩") == [])
        #expect(try faults("１.００００") == [])
        #expect(try faults("10000.00") == ["13 area_unit warning"])
        #expect(try faults("15.00") == ["13 area_unit warning"])
        #expect(try faults("1.2000") == ["13 area_differs warning"])
        #expect(try faults("DKMC") == ["13 area_text warning"])
        #expect(try faults("") == ["13 no_area info"])
        let mu = try Fixture.read(Fixture.square.replacing("1.0000,01", with: "15.00,01"))
        #expect(mu.faults[0].what.english.hasSuffix("the number is in mu."))
    }

    @Test("Zones: what the header says against what the numbers say")
    func zones() throws {
        func read(_ changes: (String, String)..., given: BoundaryReference? = nil) throws -> BoundaryReading {
            try Fixture.read(Fixture.square, changes, given: given)
        }
        let conflict = try read(("带号=38", "带号=37"))
        #expect(conflict.summary == ["9 zone_conflict confirm"])
        #expect(conflict.file.reference == Fixture.zone38)
        #expect(try read(("带号=38", "带号=37"), given: Fixture.zone38).summary == ["9 zone_conflict warning"])
        #expect(try read(("几度分带=3", "几度分带=6")).summary == ["9 zone_conflict confirm"])
        #expect(
            try read(given: BoundaryReference(datum: .cgcs2000, zone: .init(prefix: 37))).summary
                == ["0 reference stops"])
        // Bare eastings take the zone of the header; without it there is none.
        let bare = try read((",384", ",4"))
        #expect(bare.summary == ["13 no_prefix info"])
        #expect(
            bare.file.reference
                == BoundaryReference(datum: .cgcs2000, zone: .init(width: 3, number: 38, isPrefixed: false)))
        #expect(abs(try #require(bare.measures[0].ellipsoidArea) - 10_000) < 5)
        #expect(try read((",384", ",4"), ("带号=38", "带号=")).summary == ["13 no_prefix stops"])
        // The number put before an easting that has it: as text, and by addition.
        for twice in [",383840", ",764"] {
            let reading = try read((",3840", twice == ",764" ? ",7640" : twice))
            #expect(reading.summary == ["14 prefix_twice confirm"], "\(twice)")
            #expect(reading.file.parcels[0].shape?.box.minX == 38_400_000)
        }
        #expect(try read((",384", ",244")).summary.contains("0 zone_conflict stops"))
        #expect(try read(("坐标系=2000国家大地坐标系", "坐标系=1980西安坐标系")).file.reference?.datum == .xian80)
        #expect(try read(("坐标系=2000国家大地坐标系", "坐标系=某地方坐标系")).summary == ["5 datum stops"])
        #expect(try read(("坐标系=2000国家大地坐标系\n", "")).summary == ["0 reference stops"])
        #expect(try read(("计量单位=米", "计量单位=度")).summary == ["8 header_value stops"])
        #expect(try read(("转换参数=,,,,,,", "转换参数=1,2,3,0,0,0,1")).summary == ["11 parameters warning"])
    }

    @Test("Two parcels in two zones, and one that lacks its prefix")
    func mixedZones() throws {
        let second = String(Fixture.square.dropFirst(Fixture.header.count))
        let mixed = try Fixture.read(Fixture.square + second.replacing(",384", with: ",394"))
        #expect(mixed.summary == ["19 zone_mixed stops"])
        let bare = try Fixture.read(Fixture.square + second.replacing(",384", with: ",4"))
        #expect(bare.summary == ["19 no_prefix confirm"])
        #expect(bare.file.parcels[1].shape?.box.minX == 38_400_000)
    }

    @Test("Columns exchanged, in a parcel and in a point")
    func columns() throws {
        let turned = Fixture.square.replacing(/(J\d),1,([0-9.]+),([0-9.]+)/) { "\($0.1),1,\($0.3),\($0.2)" }
        let parcel = try Fixture.read(turned)
        #expect(parcel.summary == ["13 swapped_axes warning"])
        #expect(parcel.file.parcels[0].shape?.planeArea == 10_000)
        let point = try Fixture.read(
            Fixture.square, [("J3,1,2600000.000,38400100.000", "J3,1,38400100.000,2600000.000")])
        #expect(point.summary.contains("16 swapped_point stops"))
        let far = try Fixture.read(Fixture.square, [("J3,1,2600000.000", "J3,1,26000000.000")])
        #expect(far.summary.contains("16 implausible stops"))
    }

    @Test("Notation: full width, blanks, missing marks, stray lines")
    func notation() throws {
        func read(_ changes: (String, String)...) throws -> BoundaryReading {
            try Fixture.read(Fixture.square, changes)
        }
        let wide = try read(("J3,1,2600000.000,38400100.000", "J3，１，2600000.000，38400100.000"))
        #expect(wide.summary == ["16 full_width info"])
        #expect(wide.file.parcels[0].shape?.planeArea == 10_000)
        // A full-width comma within a name stays there.
        let name = try read(("方块", "方，块"))
        #expect(name.summary == [] && name.file.parcels[0][.name] == "方，块")
        let commas = try read(("5,1.0000,01,方块,面,F49G001001,建设用地,0601,@", "5，1.0000，01，方块，面，F49G001001，建设用地，0601，@"))
        #expect(commas.summary == ["13 full_width info"] && commas.file.parcels[0][.classCode] == "0601")
        #expect(try read(("0601,@", "0601,@ \t")).summary == [])
        #expect(try read((",@", "")).summary == ["13 parcel_mark stops"])
        #expect(try read(("J3,", "这里是备注\nJ3,")).summary == ["16 not_understood stops"])
        #expect(try read(("J3,1,", "J3,x,")).summary.contains("16 ring_number stops"))
        #expect(try read(("38400100.000\nJ3", "3840010l.000\nJ3")).summary.contains("15 not_a_number stops"))
        #expect(try read(("5,1.0000", "7,1.0000")).summary == ["13 point_count warning"])
        let orphans = try Fixture.read(Fixture.square, [("5,1.0000,01,方块,面,F49G001001,建设用地,0601,@\n", "")])
        #expect(orphans.summary == ["0 no_parcels stops", "13 no_parcel stops"])
        #expect(orphans.faults[1].lines == 13...17)
        #expect(try Fixture.read(Fixture.square + Fixture.square).summary == [])
        #expect(try read(("带号=38", "带号=38\n带号=39")).summary == ["10 key_twice warning"])
        let second = try Fixture.read(Fixture.square + Fixture.square.replacing("带号=38", with: "带号=39"))
        #expect(second.summary.contains("27 second_header stops"))
    }

    @Test("Closing: left open, a new label, a little off")
    func closing() throws {
        func read(_ last: String) throws -> BoundaryReading {
            try Fixture.read(
                Fixture.square,
                [("38400000.000\nJ1,1,2600100.000,38400000.000\n", "38400000.000\n\(last)")])
        }
        #expect(try read("").summary == ["13 point_count warning", "17 open info"])
        #expect(try read("J5,1,2600100.000,38400000.000\n").summary == ["18 closing_label info"])
        let off = try read("J1,1,2600100.000,38400000.004\n")
        #expect(off.summary == ["18 closing_off warning"])
        #expect(off.faults[0].what.english.contains("0.004 m"))
    }

    @Test("Rings within rings within rings end somewhere")
    func deep() throws {
        let rings = (0..<80).map { depth -> String in
            let (low, high) = (2_600_000 + depth, 2_601_000 - depth)
            return [(high, low), (high, high), (low, high), (low, low)].map { north, east in
                "J1,\(depth + 1),\(north).000,\(35_800_000 + east).000\n"
            }.joined()
        }
        func read(_ count: Int) throws -> BoundaryReading {
            try Fixture.read(Fixture.header + "\(4 * count),,01,套,面,,,,@\n" + rings.prefix(count).joined())
        }
        // Sixty squares: the first less the second, the third less the fourth; a side is 2 m shorter each time.
        let sides = (0..<60).map { Double(1000 - 2 * $0) }
        var area = 0.0
        for depth in stride(from: 0, to: 60, by: 2) {
            area += sides[depth] * sides[depth] - sides[depth + 1] * sides[depth + 1]
        }
        #expect(try read(60).file.parcels[0].shape?.planeArea == area)
        #expect(try read(80).obstacles().map(\.kind) == [.ringsCross])
    }

    @Test("Side lengths that the points do not have")
    func sides() throws {
        let reading = try Fixture.read(
            Fixture.linkage, [("J2,2600100.000,38400100.000,100.00", "J2,2600100.000,38400100.000,120.00")])
        #expect(reading.summary == ["9 side_length warning"])
    }

    /// 乗 is 81 5C in GBK, and 丂 81 40: second bytes that are `\` and `@`. Only after decoding do lines end where they do.
    @Test("GBK second bytes that look like @ and backslash")
    func secondBytes() throws {
        let text = Fixture.square.replacing("方块", with: "乗丂").replacing("\n", with: "\r\n")
        let name: [UInt8] = [0x81, 0x5C, 0x81, 0x40]
        var bytes = try Self.gbk(text)
        #expect(bytes.firstRange(of: name) != nil)
        let reading = try reader().read(bytes)
        #expect(reading.summary == [])
        #expect(reading.file.encoding == .gbk && reading.file.lineEnd == .crlf)
        #expect(reading.file.parcels[0][.name] == "乗丂")
        // A label that ends with the byte of @ is no parcel line.
        bytes = try Self.gbk(
            Fixture.square.replacing("J3,", with: "J3丂,").replacing("J1,1,2600100.000,38400000.000\n", with: ""))
        #expect(try reader().read(bytes).file.parcels.count == 1)
    }

    /// The bytes that the C library's iconv gives, through the writer's encoding of a whole file.
    static func gbk(_ text: String) throws -> [UInt8] {
        var file = try Fixture.read(text).file
        file.encoding = .gbk
        return try BoundaryWriter.bytes(of: file)
    }
}
