import GeoBridge
import Geometry

/// Ellipsoidal areas per point, ours against PROJ's geodesic polygon.
///
/// A ring of 2,000 points some 30 m apart, so that no edge is divided and both sides see the same points. PROJ is once
/// given degrees that are ready, once the grid coordinates that a project holds; ours starts from the grid in both.
func areaRows() throws -> [Row] {
    let (points, turns) = (2_000, 50)
    let proj = try PROJ()
    let (grid, degrees) = (try proj.coordinateSystem("4527"), try proj.coordinateSystem("4490"))
    let toDegrees = try proj.transformation(from: grid, to: degrees)
    let shape = Shape(polygon: [ring(points)])
    let geographic = try toDegrees.transform(shape)
    let (fromGrid, fromDegrees) = (try OfficialArea(crs: grid), try OfficialArea(crs: degrees))

    var sum = 0.0
    func perPoint(_ body: () throws -> Double) rethrows -> Double {
        try Clock.seconds { for _ in 0..<turns { sum += try body() } } / Double(points * turns) * 1e9
    }
    func row(_ what: String, _ peerName: String, _ ours: () throws -> Double, _ peer: () throws -> Double) throws -> Row
    {
        let (mine, theirs) = try Clock.best(of: 5) {
            try perPoint(ours)
        } _: {
            try perPoint(peer)
        }
        return Row(
            what: what, size: points, ours: mine, peer: theirs, peerName: peerName, unit: "ns", goal: .ratio(1.0 / 3))
    }
    let rows = [
        try row("area per point, grid", "geod_polygon, degrees ready") {
            try fromGrid.area(of: shape)
        } _: {
            PROJ.geodesicArea(geographic.points, on: .cgcs2000)
        },
        try row("area per point, grid", "proj inverse, geod_polygon") {
            try fromGrid.area(of: shape)
        } _: {
            PROJ.geodesicArea(try toDegrees.transform(shape).points, on: .cgcs2000)
        },
        try row("area per point, degrees", "geod_polygon") {
            try fromDegrees.area(of: geographic)
        } _: {
            PROJ.geodesicArea(geographic.points, on: .cgcs2000)
        },
    ]
    // Sums that nobody reads need not be computed at all.
    precondition(sum > 0)
    return rows
}

/// A closed ring around a place 100 km east of its meridian, turning in and out.
private func ring(_ count: Int) -> [Point] {
    var ring: [Point] = []
    var (x, y) = (1.0, 0.0)
    // A turn by 2π / 2000: cosine and sine.
    let (cosine, sine) = (0.999_995_065_201_858_3, 0.003_141_587_485_879_563_6)
    for index in 0..<count {
        let radius = 9_500 + Double(index * 7 % 10)
        ring.append(Point(x: 39_600_000 + radius * x, y: 3_800_000 + radius * y))
        (x, y) = (x * cosine - y * sine, x * sine + y * cosine)
    }
    return ring + [ring[0]]
}
