import Foundation

/// Slope and light on a grid of heights.
///
/// Gradients are those of the 3 by 3 window after Horn (B.K.P. Horn, "Hill shading and the reflectance map", Proceedings of
/// the IEEE 69, 1981), as `gdaldem` computes them: cells at the border of the grid, and beside a cell without a value, have
/// none.
extension Grid {
    package enum SlopeUnit: Sendable {
        case degrees
        /// Rise by run, times a hundred.
        case percent
    }

    /// How steep each cell is.
    ///
    /// - Parameter metres: of ground in a map unit, east and north; the values are metres.
    package func slopes(in unit: SlopeUnit = .degrees, metres: Point = Point(x: 1, y: 1)) -> Grid {
        mapGradients(metres) { east, north in
            let rise = (east * east + north * north).squareRoot()
            return Float(unit == .degrees ? atan(rise) * 180 / .pi : rise * 100)
        }
    }

    /// How light each cell is under a lamp: 1 in its own shade, 255 where it faces the lamp.
    ///
    /// - Parameters:
    ///   - azimuth: where the light comes from, degrees clockwise from north; the custom of maps is the north-west.
    ///   - altitude: its height above the horizon in degrees.
    ///   - exaggeration: by how much heights are multiplied.
    package func hillshade(
        azimuth: Double = 315, altitude: Double = 45, exaggeration: Double = 1, metres: Point = Point(x: 1, y: 1)
    ) -> Grid {
        let (bearing, height) = (azimuth * .pi / 180, altitude * .pi / 180)
        let (x, y, z) = (sin(bearing) * cos(height), cos(bearing) * cos(height), sin(height))
        return mapGradients(metres) { east, north in
            let (p, q) = (east * exaggeration, north * exaggeration)
            // The cosine of the angle between the light and the normal of the ground, which is (-p, -q, 1).
            let cosine = (z - p * x - q * y) / (1 + p * p + q * q).squareRoot()
            return Float(1 + 254 * max(0, cosine))
        }
    }

    /// Calls `body` with the rise per metre to the east and to the north in each cell that has a whole window.
    private func mapGradients(_ metres: Point, _ body: (_ east: Double, _ north: Double) -> Float) -> Grid {
        var result = Grid(empty: place)
        let (columns, rows) = (place.columns, place.rows)
        guard columns >= 3, rows >= 3 else { return result }
        let (perEast, perNorth) = (8 * place.cellWidth * metres.x, 8 * place.cellHeight * metres.y)
        values.withUnsafeBufferPointer { cells in
            result.values.withUnsafeMutableBufferPointer { results in
                for row in 1..<rows - 1 {
                    for column in 1..<columns - 1 {
                        let here = row * columns + column
                        if cells[here].isNaN { continue }
                        let a = Double(cells[here - columns - 1]), b = Double(cells[here - columns])
                        let c = Double(cells[here - columns + 1]), d = Double(cells[here - 1])
                        let f = Double(cells[here + 1]), g = Double(cells[here + columns - 1])
                        let h = Double(cells[here + columns]), i = Double(cells[here + columns + 1])
                        let east = ((c + 2 * f + i) - (a + 2 * d + g)) / perEast
                        let north = ((a + 2 * b + c) - (g + 2 * h + i)) / perNorth
                        if east.isNaN || north.isNaN { continue }
                        results[here] = body(east, north)
                    }
                }
            }
        }
        return result
    }
}
