import Foundation
import Testing

/// Layers that offices here and elsewhere really hand out.
@Suite struct RealLayerTests {
    func imported(_ source: String, _ words: String..., before: (Desk) throws -> Void = { _ in }) throws -> (
        Desk, Ending
    )? {
        guard let path = testData(source) else { return nil }
        let desk = try Desk()
        try desk.done("init", "x.gpkg")
        try before(desk)
        let ending = try desk.tuban(["import", path, "--as", "counties", "-f", "x.gpkg"] + words)
        try #require(ending.status == 0, "\(ending)")
        return (desk, ending)
    }

    func row(_ desk: Desk, _ sql: String) throws -> [String] {
        try desk.value("x.gpkg", sql).split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    }

    /// Expected: SOURCE.md (225 polygons, 2 invalid, counts by code). The total is GDAL's: equal-area projection as for
    /// Easthampton; the 336.05 ha of SOURCE.md are the plane's of EPSG:6676, whose scale there is 0.99992.
    @Test("PLATEAU land use: degrees on JGD2011, heights, a class table of its own")
    func plateau() throws {
        let classes = try imported(
            "plateau_jp/numazu_landuse.gpkg", "--class-field", "class", "--classes", "jp", "--role", "parcels"
        ) {
            let table = try $0.write(
                """
                code,name_zh,name_en
                201,田,paddy
                202,畑,dry field
                203,山林,forest
                204,水面,water
                205,その他自然地,other natural land
                214,公益施設用地,public facility
                215,道路用地,road
                217,公共空地,public open space
                219,農林漁業施設用地,farm facility

                """, to: "jp.csv")
            try $0.done("class", "add", "jp", table, "-f", "x.gpkg")
        }
        guard let (desk, ending) = classes else { return }
        #expect(ending.out.contains("Repaired feature 3: Ring Self-intersection"))
        #expect(try row(desk, "SELECT count(*), min(srs_id) FROM gpkg_geometry_columns") == ["1", "6668"])
        let counts = try desk.value(
            "x.gpkg",
            "SELECT group_concat(code || ':' || n, ' ') FROM (SELECT c.code, sum(s.count) AS n FROM summary AS s JOIN land_class AS c ON c.id = s.class GROUP BY 1 ORDER BY 2 DESC, 1)"
        )
        #expect(counts == "219:57 202:52 203:44 215:28 205:21 204:17 214:4 217:2")
        let projected = try desk.ogr2ogr(
            "equal.gpkg", "x.gpkg", "counties", "-dim", "XY", "-t_srs",
            "+proj=laea +lat_0=35.1 +lon_0=138.86 +ellps=GRS80 +units=m +no_defs")
        try #require(projected.status == 0, "\(projected)")
        let sum = try desk.ogrinfo(
            "-q", "equal.gpkg", "-dialect", "SQLITE", "-sql", "SELECT sum(ST_Area(geom)) AS a FROM counties")
        let number = sum.out.split(separator: "\n").compactMap {
            $0.contains("a (Real) = ") ? Double($0.split(separator: " ").last ?? "") : nil
        }
        let reference = try #require(number.first, "\(sum)")
        let ours = try #require(Double(desk.value("x.gpkg", "SELECT sum(area) / 100.0 FROM feature")))
        #expect(abs(ours - reference) < 1, "ours \(ours), reference \(reference)")
        #expect(abs(ours / 3_360_500 - 1) < 0.0003)
    }

    /// No .cpg, language id 0: GB18030 by its bytes. EPSG:4490 in degrees: the first import takes a 3° zone and says so.
    @Test("Guangdong's counties: GBK without a word about it, degrees into a zone")
    func guangdong() throws {
        guard let (desk, ending) = try imported("cn_admin_gbk/gd_counties_gbk_nocpg.zip", "--name-field", "XZQMC")
        else { return }
        #expect(ending.out.contains("Text is read as GB18030, as its bytes suggest"))
        #expect(ending.out.contains("The project takes CGCS2000 3-degree zone 38 (EPSG:4526)"))
        #expect(
            try row(desk, "SELECT count(*), count(DISTINCT SSDS), min(srs_id) FROM counties, gpkg_geometry_columns")
                == [
                    "124", "21", "4526",
                ])
        #expect(
            try row(desk, "SELECT name FROM feature AS f JOIN counties AS t USING (fid) WHERE XZQDM = '441202'") == [
                "端州区"
            ]
        )
        #expect(try row(desk, "SELECT XZQMC FROM counties WHERE XZQDM = '441224'") == ["怀集县"])
        let found = try desk.done("parcel", "find", "端州", "--layer", "counties", "-f", "x.gpkg", "--format", "json")
            .json()
        #expect(found.count == 1)
    }

    /// MJ_HA is the plane's area in zone 38, whose scale grows to 1.0007 in the west of Zhaoqing: areas up to 0.14 % larger
    /// than on the ellipsoid.
    @Test("Zhaoqing: eastings that begin with 38, areas as its own field has them")
    func zhaoqing() throws {
        guard let (desk, _) = try imported("cn_admin_gbk/zhaoqing_cgcs2000_gk38_gbk.zip") else { return }
        #expect(
            try row(desk, "SELECT min(srs_id), count(*), min(year) FROM gpkg_geometry_columns, layer_registry") == [
                "4526", "1", "",
            ])
        let expected = [
            "端州区": 15386.4717, "鼎湖区": 55261.1573, "高要区": 218825.9022, "广宁县": 245495.1896, "怀集县": 356177.3439,
            "封开县": 272763.0001, "德庆县": 200605.7811, "四会市": 126413.4091,
        ]
        let rows = try desk.value("x.gpkg", "SELECT XZQMC, f.area / 1e6 FROM counties JOIN feature AS f USING (fid)")
        for line in rows.split(separator: "\n") {
            let cells = line.split(separator: "|")
            let (area, own) = (try #require(Double(cells[1])), try #require(expected[String(cells[0])], "\(line)"))
            #expect(abs(area / own - 1) < 0.002, "\(line), not \(own)")
        }
        #expect(rows.split(separator: "\n").count == 8)
    }

    @Test("A national base map record of the 1990s, in raw GBK")
    func heilongjiang() throws {
        guard let (desk, _) = try imported("cn_admin_gbk/chinese_poly.shp") else { return }
        #expect(try row(desk, "SELECT count(*), NAME FROM counties") == ["1", "黑龙江省"])
    }

    @Test("French cadastre: parcels in Lambert 93")
    func edigeo() throws {
        guard let (desk, ending) = try imported("fr_edigeo/parcelles.gpkg", "--format", "json") else { return }
        let row = try #require(try ending.json().first)
        let sum = ["imported", "repaired", "refused"].reduce(0) { $0 + (row.integer($1) ?? 0) }
        #expect(row.integer("read") == sum)
        let count = try desk.ogrinfo(
            "-q", try #require(testData("fr_edigeo/parcelles.gpkg")), "-sql", "SELECT count(*) FROM parcelles")
        #expect(count.out.contains("= \(sum)"))
    }

    @Test("A second county from the next zone is brought into the project's")
    func secondZone() throws {
        guard let (desk, _) = try imported("cn_admin_gbk/zhaoqing_cgcs2000_gk38_gbk.zip"),
            let counties = testData("cn_admin_gbk/gd_counties_gbk_nocpg.zip")
        else { return }
        let moved = try desk.ogr2ogr(
            "-t_srs", "EPSG:4525", "-where", "XZQDM = '441224'", "z37.gpkg", "/vsizip/" + counties)
        try #require(moved.status == 0, "\(moved)")
        let ending = try desk.done("import", "z37.gpkg", "--as", "second", "-f", "x.gpkg")
        #expect(ending.out.contains("Coordinates are turned from EPSG:4525"))
        #expect(try row(desk, "SELECT min(srs_id), max(srs_id) FROM gpkg_geometry_columns") == ["4526", "4526"])
        let areas = try row(
            desk,
            "SELECT a.area / 1e6, b.area / 1e6 FROM feature AS a, feature AS b JOIN counties ON counties.fid = a.fid WHERE a.layer = 1 AND b.layer = 2 AND XZQDM = '441224'"
        ).compactMap(Double.init)
        // Edges are straight in the zone they are drawn in: parts in ten thousand at the most.
        #expect(areas.count == 2 && abs(areas[0] / areas[1] - 1) < 1e-4, "\(areas)")
    }
}
