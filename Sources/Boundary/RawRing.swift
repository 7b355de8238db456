import Geometry
import Phrases

/// A ring on its way from point lines to a shape.
struct RawRing {
    var number: Int
    /// The indices of its points within the parcel.
    var indices: Range<Int>
    var lines: ClosedRange<Int>
    /// The places that could be read, closed; not a ring yet when some could not.
    var places: [Point]
    /// The line of each of `places`.
    var placeLines: [Int]
    /// Whether points are missing that could not be read.
    var isBroken: Bool
    var isClosedInFile: Bool

    /// Splits the points of a parcel at each change of the ring number, and where a ring closes though its number goes on.
    static func rings(of raw: RawParcel, places: [BoundaryPoint?], _ faults: inout FaultList) -> [RawRing] {
        var rings: [RawRing] = []
        var seen: Set<Int> = []
        var start = 0
        while start < raw.points.count {
            let number = raw.points[start].ring
            var end = start
            while end < raw.points.count, raw.points[end].ring == number { end += 1 }
            if !seen.insert(number).inserted {
                let line = raw.points[start].line
                faults.add(
                    .ringNumber, .warning, line,
                    Phrase(
                        "Line \(line) comes back to ring number \(number); it is read as a ring of its own.",
                        "第 \(line) 行又出现圈号 \(number)，按另一个圈读取。"),
                    Phrase("Give each ring one number.", "请为每个圈单独编号。"))
            }
            for run in runs(start..<end, raw, places, &faults) { rings.append(ring(run, number, raw, places, &faults)) }
            start = end
        }
        return rings
    }

    /// A ring that comes back to its first point before its end has a second ring behind it: its number was not raised.
    private static func runs(
        _ range: Range<Int>, _ raw: RawParcel, _ places: [BoundaryPoint?], _ faults: inout FaultList
    ) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start = range.lowerBound
        var index = start + 3
        while index < range.upperBound - 1 {
            defer { index += 1 }
            guard let first = places[start]?.place, places[index]?.place == first,
                places[index + 1]?.place != first
            else { continue }
            let line = raw.points[index + 1].line
            faults.add(
                .ringNumber, .confirm, line,
                Phrase(
                    "Ring \(raw.points[start].ring) closes in line \(raw.points[index].line), but line \(line) goes on with the same ring number; another ring is begun there.",
                    "圈 \(raw.points[start].ring) 在第 \(raw.points[index].line) 行已闭合，第 \(line) 行仍用同一圈号，自此按新圈读取。"),
                Phrase("Confirm, or raise the ring number from there on.", "请确认，或自该行起将圈号加一。"))
            runs.append(start..<index + 1)
            start = index + 1
            index = start + 2
        }
        runs.append(start..<range.upperBound)
        return runs
    }

    private static func ring(
        _ range: Range<Int>, _ number: Int, _ raw: RawParcel, _ places: [BoundaryPoint?], _ faults: inout FaultList
    ) -> RawRing {
        let lines = raw.points[range.lowerBound].line...raw.points[range.upperBound - 1].line
        var ring = RawRing(
            number: number, indices: range, lines: lines, places: [], placeLines: [], isBroken: false,
            isClosedInFile: false)
        for index in range {
            if let place = places[index]?.place {
                if ring.places.last == place, index < range.upperBound - 1 || range.count > 2 {
                    tellRepeatedPoint(raw.points[index].line, &faults)
                }
                ring.places.append(place)
                ring.placeLines.append(raw.points[index].line)
            } else {
                ring.isBroken = true
            }
        }
        ring.close(raw, places, &faults)
        return ring
    }

    private mutating func close(_ raw: RawParcel, _ read: [BoundaryPoint?], _ faults: inout FaultList) {
        let (first, last) = (raw.points[indices.lowerBound], raw.points[indices.upperBound - 1])
        guard indices.count > 1, let start = places.first, let end = places.last else { return }
        let isEndRead = read[indices.upperBound - 1] != nil
        if read[indices.lowerBound] != nil, isEndRead, start == end, places.count > 1 {
            isClosedInFile = true
            if first.label != last.label {
                faults.add(
                    .closingLabel, .info, last.line,
                    Phrase(
                        "Line \(last.line) closes ring \(number) under a new label, \(last.label) instead of \(first.label).",
                        "第 \(last.line) 行闭合圈 \(number)，点号为 \(last.label)，而非 \(first.label)。"))
            }
        } else if !isEndRead, first.label == last.label {
            // It was meant to close the ring; what is wrong with it is told already.
            isClosedInFile = true
        } else if first.label == last.label, indices.count > 3 {
            faults.add(
                .closingOff, .warning, last.line,
                Phrase(
                    "Line \(last.line) has the label \(last.label) of the ring's first point, but lies \(Self.metres(start, end)) from it; it is kept as a corner.",
                    "第 \(last.line) 行与圈首点同为 \(last.label)，但位置相差 \(Self.metres(start, end))，按另一界址点保留。"),
                Phrase("Make the closing point equal to the first.", "请使闭合点与首点一致。"))
        } else {
            faults.add(
                .open, .info, last.line,
                Phrase(
                    "Ring \(number), lines \(lines.lowerBound) to \(lines.upperBound), is not closed; its first point is taken as its last.",
                    "圈 \(number)（第 \(lines.lowerBound) 至 \(lines.upperBound) 行）未闭合，以首点闭合。"))
        }
        if start != end {
            places.append(start)
            placeLines.append(placeLines[0])
        }
    }

    private static func metres(_ a: Point, _ b: Point) -> String {
        let distance = a.distance(to: b)
        let unit = abs(a.x) <= 180 && abs(a.y) <= 90 ? "°" : " m"
        return (FixedDecimal(distance, decimals: unit == "°" ? 9 : 3)?.description ?? "") + unit
    }

    private static func tellRepeatedPoint(_ line: Int, _ faults: inout FaultList) {
        faults.add(
            .repeatedPoint, .info, line,
            Phrase("Line \(line) repeats the point before it.", "第 \(line) 行与上一点重复。"))
    }

    /// Corners that differ from one another: a ring needs three.
    var corners: Int { Set(places).count }

    /// The lines of the two edges that lie nearest to a place, and whether one of them is a long chord.
    func edges(at place: Point) -> (first: (Int, Int), second: (Int, Int), isLong: Bool)? {
        guard places.count >= 4 else { return nil }
        var nearest: [(distance: Double, edge: Int)] = []
        var total = 0.0
        for edge in 0..<places.count - 1 {
            let (a, b) = (places[edge], places[edge + 1])
            total += a.distance(to: b)
            let distance = place.distance(toSegment: a, b)
            if nearest.count < 2 || distance < nearest[1].distance {
                nearest.append((distance, edge))
                nearest.sort { ($0.distance, $0.edge) < ($1.distance, $1.edge) }
                if nearest.count > 2 { nearest.removeLast() }
            }
        }
        let pair = nearest.map(\.edge).sorted()
        let mean = total / Double(places.count - 1)
        let isLong = pair.contains { places[$0].distance(to: places[$0 + 1]) > 5 * mean }
        func lines(_ edge: Int) -> (Int, Int) { (placeLines[edge], placeLines[edge + 1]) }
        return (lines(pair[0]), lines(pair[1]), isLong)
    }
}
