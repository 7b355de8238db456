import Foundation
import GRDB
import Testing

/// Areas through the program itself, looked at with plain SQL.
@Suite("Areas of a county")
struct AreaTests {
    let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.sample()
        desk.environment["TUBAN_FILE"] = "county.gpkg"
    }

    func look<T>(_ body: (Database) throws -> T) throws -> T {
        let queue = try DatabaseQueue(path: desk.path("county.gpkg"))
        defer { try? queue.close() }
        return try queue.write(body)
    }

    /// Villages whose parcels do not add up to what the villages' layer says, to the hundredth.
    static let unequal = """
        SELECT count(*) FROM CJDCQ AS c WHERE CAST(round(c.DCMJ * 100) AS INTEGER) <>
            (SELECT sum(f.area) FROM feature AS f JOIN unit AS u ON u.id = f.unit
                JOIN layer_registry AS l ON l.id = f.layer
            WHERE l.table_name = 'DLTB_2020' AND u.code = substr(c.ZLDWDM, 1, 12))
        """

    @Test("After an adjustment every village has its control area, and sums and net areas follow")
    func adjust() throws {
        let before = try look { db in try Int.fetchOne(db, sql: Self.unequal) }
        #expect(before ?? 0 > 0, "nothing to adjust: the sample shows nothing")
        let ending = try desk.tuban("area", "adjust", "DLTB_2020", "--control", "CJDCQ")
        #expect(ending.status == 0, "\(ending.err)")
        #expect(try look { db in try Int.fetchOne(db, sql: Self.unequal) } == 0)
        // Net of ridges, from the source's own factor: half up to the hundredth, and of cultivated land only (the sample
        // plants parcels whose class is missing).
        let wrong = try look { db in
            try Int.fetchOne(
                db,
                sql: """
                    SELECT count(*) FROM feature AS f JOIN DLTB_2020 AS t ON t.fid = f.fid
                        JOIN layer_registry AS l ON l.id = f.layer
                    WHERE l.table_name = 'DLTB_2020' AND f.net <> f.area
                        - CASE WHEN t.DLBM LIKE '01%'
                            THEN (f.area * CAST(round(coalesce(t.KCXS, 0) * 10000) AS INTEGER) + 5000) / 10000 ELSE 0 END
                    """)
        }
        #expect(wrong == 0)
        let doctor = try desk.tuban("doctor", "--deep")
        #expect(doctor.status == 0, "\(doctor.out)")
    }

    @Test("What another program writes leaves adjustments alone, what it redraws leaves them")
    func outside() throws {
        try desk.done("area", "adjust", "DLTB_2020", "--control", "CJDCQ")
        let fids = try look { db in
            try Int.fetchAll(
                db, sql: "SELECT f.fid FROM feature AS f JOIN area_adjustment AS a ON a.uid = f.uid ORDER BY f.fid")
        }
        try #require(fids.count > 1)
        let last = fids[fids.count - 1]
        for sql in [
            "UPDATE DLTB_2020 SET BZ = 'seen'",
            "UPDATE DLTB_2020 SET geom = (SELECT geom FROM DLTB_2020 WHERE fid = \(fids[0])) WHERE fid = \(last)",
        ] {
            let ending = try desk.ogrinfo("-q", desk.path("county.gpkg"), "-sql", sql)
            try #require(ending.status == 0, "\(ending)")
        }
        let log = try desk.done("area", "log", "DLTB_2020", "--format", "json").json()
        #expect(log.count == fids.count - 1)
        let areas = try look { db in
            try Int.fetchOne(
                db,
                sql:
                    "SELECT count(*) FROM area_adjustment AS a JOIN feature AS f USING (uid) WHERE f.area = raw + moved"
            )
        }
        #expect(areas == fids.count - 1)
        #expect(try desk.tuban("journal", "list", "--limit", "1").out.contains("outside"))
    }

    @Test("A card has the plane area beside the ellipsoidal one, and the area before adjustment")
    func card() throws {
        try desk.done("area", "adjust", "DLTB_2020", "--control", "CJDCQ")
        let move = try #require(try desk.tuban("area", "log", "DLTB_2020", "--format", "json").json().first)
        let parcel = try #require(move["parcel"] as? Int)
        let card = try #require(try desk.tuban("parcel", "show", String(parcel), "--format", "json").json().first)
        func number(_ key: String) throws -> Double { try #require(card[key] as? Double) }
        #expect(try number("measured_area_m2") == move["measured_m2"] as? Double)
        let (area, plane) = (try number("area_m2"), try number("plane_area_m2"))
        #expect(abs(area - (try number("measured_area_m2"))) < 0.1)
        // The plane area is larger by x²/R² at x beside the meridian: within 1.5° by less than 700 millionths, and never
        // smaller by more than what was moved and rounded.
        #expect(plane - area > -0.1 && plane - area < 0.0007 * area + 0.1, "\(plane) \(area)")
        // 1 mu is 2000/3 m².
        #expect(abs(try number("area_mu") - area * 3 / 2000) <= 0.005001)
    }

    @Test(
        "What cannot be adjusted is refused with a sentence",
        arguments: [
            "66 NONE --control CJDCQ", "66 DLTB_2020 --control none.csv", "65 DLTB_2020 --control bad.csv",
            "64 DLTB_2020 --control CJDCQ --tolerance x", "66 DLTB_2020 --control CJDCQ --field NONE",
            "65 DLTB_2020 --control county.csv",
        ])
    func refused(line: String) throws {
        let words = line.split(separator: " ").map(String.init)
        try desk.write("unit,area_m2\n990110,12x\n", to: "bad.csv")
        try desk.write("unit,area_m2\n990110,1\n", to: "county.csv")
        let ending = try desk.tuban(["area", "adjust"] + words.dropFirst())
        #expect(String(ending.status) == words[0], "\(ending)")
        #expect(ending.err.split(separator: "\n").count == 1, "\(ending.err)")
    }
}
