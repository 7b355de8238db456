import Foundation
import Testing

/// The doctor finds what it says that it looks for; the quick look finds its part without the deep one.
@Suite struct DoctorTests {
    let desk: Desk

    init() throws {
        desk = try Desk()
        try desk.sample()
    }

    /// The checks that found something.
    private func faults(_ words: String...) throws -> [String] {
        let ending = try desk.tuban(["doctor", "-f", "county.gpkg", "--format", "json"] + words)
        let faults = try ending.json().filter { $0.text("result") != "ok" }.compactMap { $0.text("check") }
        #expect(ending.status == (faults.isEmpty ? 0 : 1), "\(ending)")
        return faults
    }

    @Test("A fresh project is well, quickly and deeply, and the quick look says what it left out")
    func well() throws {
        #expect(try faults() == [])
        #expect(try faults("--deep") == [])
        let quick = try desk.done("doctor", "-f", "county.gpkg")
        #expect(quick.out.contains("doctor --deep"))
    }

    @Test(
        "Planted damage is found at a quick look",
        arguments: [
            ("UPDATE list_block SET count = count + 1 WHERE sort = 'class'", "Row numbers of lists"),
            ("DELETE FROM list_block WHERE sort = 'area'", "Row numbers of lists"),
            (
                "UPDATE summary SET count = count + 1 WHERE (layer, unit, class) IN (SELECT layer, unit, class FROM summary LIMIT 1)",
                "Each layer holds as many features"
            ),
            ("DELETE FROM overview WHERE level = 0", "has its overview"),
            ("UPDATE unit SET parent = 99999 WHERE id = (SELECT max(id) FROM unit)", "Units, plans and layers refer"),
            ("DROP TRIGGER journal_is_final; UPDATE journal SET who = 'nobody' WHERE id = 1", "The journal has no gap"),
            ("DROP TRIGGER journal_is_kept; DELETE FROM journal WHERE id = 2", "The journal has no gap"),
            (
                "DROP TRIGGER journal_is_kept; DELETE FROM journal WHERE id = (SELECT max(id) FROM journal)",
                "The journal's head beside the file"
            ),
            ("DELETE FROM gpkg_geometry_columns WHERE table_name = 'DLTB_2020'", "has its geometry column"),
        ])
    func quick(damage: String, subject: String) throws {
        _ = try desk.value("county.gpkg", damage)
        let faults = try faults()
        #expect(faults.contains { $0.contains(subject) }, "\(damage): \(faults)")
    }

    @Test(
        "Planted damage that only reading everything shows is found deeply",
        arguments: [
            ("UPDATE feature SET area = area + 1 WHERE uid = 10", "Every area of DLTB_2020"),
            (
                "UPDATE summary SET area = area + 1 WHERE (layer, unit, class) IN (SELECT layer, unit, class FROM summary LIMIT 1)",
                "Kept sums equal fresh ones"
            ),
            ("UPDATE overview SET cells = x'010900' WHERE level = 0", "The overview of DLTB_2020"),
            ("UPDATE feature SET class = 999999 WHERE uid = 10", "Every row refers to what exists"),
            ("DELETE FROM rtree_DLTB_2020_geom WHERE id = 3", "The spatial index of DLTB_2020"),
        ])
    func deep(damage: String, subject: String) throws {
        _ = try desk.value("county.gpkg", damage)
        #expect(try faults() == [], "\(damage)")
        let faults = try faults("--deep")
        #expect(faults.contains { $0.contains(subject) }, "\(damage): \(faults)")
    }
}
