/// Turns areas of a grid into rings.
///
/// The grid is `width` × `height` squares with a number each; squares of one number that share sides make an area. Its
/// boundary is followed with the area at the left hand: one ring runs counterclockwise, the shell, the others are holes.
/// A ring that touches itself at a corner is divided there, so all rings are simple.
struct Outline {
    let width: Int
    let height: Int
    /// The area of each square; negative for none.
    let areas: [Int32]
    private var leaving: [UInt8]
    private var seen: [Int32]

    /// Ways out of a corner: right, up, left, down.
    private let steps: [Int]

    init(width: Int, height: Int, areas: [Int32]) {
        self.width = width
        self.height = height
        self.areas = areas
        leaving = Array(repeating: 0, count: (width + 1) * (height + 1))
        seen = Array(repeating: -1, count: leaving.count)
        steps = [1, width + 1, -1, -(width + 1)]
    }

    /// The shell and the holes of the area made of `squares`, as corner numbers (`width + 1` to a row), closed.
    mutating func rings(of squares: ArraySlice<Int32>) -> [[Int]] {
        guard let first = squares.first else { return [] }
        let area = areas[Int(first)]
        let stride = width + 1
        var edges = 0
        for square in squares {
            let s = Int(square), x = s % width, y = s / width, corner = y * stride + x
            func differs(_ inside: Bool, _ other: Int) -> Bool { !inside || areas[other] != area }
            if differs(y > 0, s - width) { leaving[corner] |= 1; edges += 1 }
            if differs(x + 1 < width, s + 1) { leaving[corner + 1] |= 2; edges += 1 }
            if differs(y + 1 < height, s + width) { leaving[corner + stride + 1] |= 4; edges += 1 }
            if differs(x > 0, s - 1) { leaving[corner + stride] |= 8; edges += 1 }
        }
        var shell: [[Int]] = [], holes: [[Int]] = []
        for square in squares where edges > 0 {
            let x = Int(square) % width, y = Int(square) / width
            for start in [y * stride + x, y * stride + x + 1, (y + 1) * stride + x, (y + 1) * stride + x + 1] {
                while leaving[start] != 0 {
                    follow(from: start, &edges) { ring in
                        if Self.isCounterclockwise(ring, stride) { shell.append(ring) } else { holes.append(ring) }
                    }
                }
            }
        }
        return shell + holes
    }

    /// Follows the boundary from a corner until it is back, giving each simple ring as it closes.
    private mutating func follow(from start: Int, _ edges: inout Int, _ found: ([Int]) -> Void) {
        var path = [start]
        seen[start] = 0
        while let corner = path.last, leaving[corner] != 0 {
            let way = leaving[corner].trailingZeroBitCount
            leaving[corner] &= ~(1 << UInt8(way))
            edges -= 1
            let next = corner + steps[way]
            let place = Int(seen[next])
            if place >= 0 {
                found(Array(path[place...]) + [next])
                for passed in path[(place + 1)...] { seen[passed] = -1 }
                path.removeSubrange((place + 1)...)
            } else {
                seen[next] = Int32(path.count)
                path.append(next)
            }
        }
        for corner in path { seen[corner] = -1 }
    }

    private static func isCounterclockwise(_ ring: [Int], _ stride: Int) -> Bool {
        var twice = 0
        for (a, b) in zip(ring, ring.dropFirst()) {
            twice += (a % stride) * (b / stride) - (b % stride) * (a / stride)
        }
        return twice > 0
    }
}

/// The areas of a grid: squares of one value that hang together by their sides.
struct Areas {
    /// The number of each square's area, from 0 in the order of their first squares; −1 for none.
    let numbers: [Int32]
    /// All squares, area after area.
    let squares: [Int32]
    /// Where in `squares` each area ends.
    let ends: [Int]

    var count: Int { ends.count }

    subscript(area: Int) -> ArraySlice<Int32> {
        squares[(area == 0 ? 0 : ends[area - 1])..<ends[area]]
    }

    /// - Parameter values: row by row; 0 belongs to no area.
    init(width: Int, height: Int, values: [UInt64]) {
        var numbers = Array(repeating: Int32(-1), count: values.count)
        var squares: [Int32] = []
        squares.reserveCapacity(values.count)
        var ends: [Int] = []
        for start in values.indices where numbers[start] < 0 && values[start] != 0 {
            let number = Int32(ends.count)
            var next = squares.count
            numbers[start] = number
            squares.append(Int32(start))
            while next < squares.count {
                let square = Int(squares[next]), x = square % width
                next += 1
                func join(_ other: Int) {
                    guard numbers[other] < 0, values[other] == values[square] else { return }
                    numbers[other] = number
                    squares.append(Int32(other))
                }
                if x > 0 { join(square - 1) }
                if x + 1 < width { join(square + 1) }
                if square >= width { join(square - width) }
                if square + width < values.count { join(square + width) }
            }
            ends.append(squares.count)
        }
        self.numbers = numbers
        self.squares = squares
        self.ends = ends
    }
}
