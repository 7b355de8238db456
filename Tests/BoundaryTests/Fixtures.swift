import Boundary
import Geometry
import Rig

/// Boundary files of our own making, as text with LF; every figure follows by hand.
enum Fixture {
    static let header = BoundaryTXT.header(zone: 38)

    /// A square of 100 m (1.0000 ha), points in lines 14 to 18.
    static let square = BoundaryTXT.square

    /// 200 m × 200 m with a hole of 50 m × 50 m: 37,500 m².
    static let hole =
        header + """
            10,3.7500,02,带洞,面,,设施农用地,1202,@
            J1,1,2600200.000,38400000.000
            J2,1,2600200.000,38400200.000
            J3,1,2600000.000,38400200.000
            J4,1,2600000.000,38400000.000
            J1,1,2600200.000,38400000.000
            J5,2,2600150.000,38400050.000
            J6,2,2600100.000,38400050.000
            J7,2,2600100.000,38400100.000
            J8,2,2600150.000,38400100.000
            J5,2,2600150.000,38400050.000

            """

    /// Thirteen fields, a section before, bare labels, rings left open; 100 m × 100 m and a triangle of 5,000 m².
    static let parts =
        "[项目信息]\n项目名称=补充耕地\n" + header + """
            7,1.5000,03,补充,面,,补充耕地,0103,新增,旱地,9,8,,@
            1,1,2600100.00,38400000.00
            2,1,2600100.00,38400100.00
            3,1,2600000.00,38400100.00
            4,1,2600000.00,38400000.00
            5,2,2600100.00,38400300.00
            6,2,2600100.00,38400400.00
            7,2,2600000.00,38400300.00

            """

    /// Enforcement: no header, longitude first.
    static let degrees = """
        5,图斑,面,公共设施,@
        J1,1,113.100000000,23.501000000
        J2,1,113.101000000,23.501000000
        J3,1,113.101000000,23.500000000
        J4,1,113.100000000,23.500000000
        J1,1,113.100000000,23.501000000

        """

    /// In/out balance: no header, east first.
    static let balance = """
        5,图斑,面,进出平衡,@
        J1,1,38400000.000,2600100.000
        J2,1,38400100.000,2600100.000
        J3,1,38400100.000,2600000.000
        J4,1,38400000.000,2600000.000
        J1,1,38400000.000,2600100.000

        """

    static let linkage = """
        [属性描述]
        投影类型=高斯-克吕格
        坐标系=CGCS2000
        分带=3
        带号=38
        [地块坐标]
        ,1.0000,,拆旧一,面,,,农村宅基地,@
        J1,2600100.000,38400000.000,100.00,1,
        J2,2600100.000,38400100.000,100.00,1,
        J3,2600000.000,38400100.000,100.00,1,
        J4,2600000.000,38400000.000,100.00,1,
        J1,2600100.000,38400000.000,0.00,1,

        """

    /// All faults of notation at once.
    static let broken =
        header + """
            9,1.0000,04,坏,面,,建设用地,0601
            J1,1,2600100.000,38400000.000
            J2,1,2600000.000,38400100.000
            J3,1,2600100.000,38400100.000
            J4,1,2600000.000,38400000.000
            J5,2,2600500.000,38400500.000
            J6,2,2600500.000,38400600.000
            J7,2,2600400.0O0,38400600.000
            J8,2,2600400.000,38400500.000
            J5,2,2600500.000,2600500.000

            """

    static let all = [square, hole, parts, degrees, balance, linkage, broken]

    static let zone38 = BoundaryReference(datum: .cgcs2000, zone: .init(prefix: 38))
    static let lonLat = BoundaryReference(datum: .cgcs2000, zone: nil)

    static func read(_ text: String, given: BoundaryReference? = nil) throws -> BoundaryReading {
        try reader(given: given).read(Array(text.utf8))
    }

    /// The reading of a fixture that somebody changed a little.
    static func read(_ text: String, _ changes: [(String, String)], given: BoundaryReference? = nil) throws
        -> BoundaryReading
    {
        try read(changes.reduce(text) { $0.replacing($1.0, with: $1.1) }, given: given)
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers for a seed on every machine.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
