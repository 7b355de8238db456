import Foundation
import Geometry
import Phrases

/// A small map for a document: filled outlines with their classes' colours, drawn as SVG inside the page.
package struct VectorMap: Sendable {
    package struct Area: Sendable {
        package var shape: Shape
        /// `#rrggbb`.
        package var fill: String
        /// Drawn with a strong edge: what the plan changes.
        package var isChanged: Bool

        package init(shape: Shape, fill: String, isChanged: Bool) {
            (self.shape, self.fill, self.isChanged) = (shape, fill, isChanged)
        }
    }

    package var box: Box
    /// Map units in a metre, along x and along y.
    package var unitsPerMetre: Point
    package var areas: [Area]
    /// Edges of units and control lines, without filling.
    package var lines: [(shape: Shape, colour: String)]
    package var legend: [(colour: String, text: String)]
    package var caption: String

    package init(
        box: Box, unitsPerMetre: Point, areas: [Area], lines: [(shape: Shape, colour: String)] = [],
        legend: [(colour: String, text: String)], caption: String
    ) {
        (self.box, self.unitsPerMetre, self.areas, self.lines) = (box, unitsPerMetre, areas, lines)
        (self.legend, self.caption) = (legend, caption)
    }

    /// The width of the drawing in its own units; a page scales it.
    private static let width = 720.0

    package var svg: String {
        let metres = (x: box.width / unitsPerMetre.x, y: box.height / unitsPerMetre.y)
        guard metres.x > 0, metres.y > 0 else { return "" }
        let scale = min(Self.width / metres.x, 640 / metres.y)
        let (width, height) = (metres.x * scale, metres.y * scale)
        let rows = (legend.count + 2) / 3
        let total = height + 34 + Double(rows) * 18
        func place(_ point: Point) -> (Double, Double) {
            (
                (point.x - box.minX) / unitsPerMetre.x * scale, (box.maxY - point.y) / unitsPerMetre.y * scale
            )
        }
        func path(_ shape: Shape) -> String {
            var text = ""
            for ring in shape.ringEnds.indices {
                let points = shape.points[shape.ring(ring)]
                var last = (Double.infinity, Double.infinity)
                var isFirst = true
                for point in points {
                    let (x, y) = place(point)
                    // What is nearer than a third of a unit nobody sees.
                    guard isFirst || abs(x - last.0) + abs(y - last.1) > 0.33 else { continue }
                    text += (isFirst ? "M" : "L") + Self.number(x) + " " + Self.number(y)
                    (last, isFirst) = ((x, y), false)
                }
                if shape.kind == .polygon { text += "Z" }
            }
            return text
        }
        var out =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Self.number(Self.width)) \(Self.number(total))\" "
            + "width=\"\(Self.number(Self.width))\" height=\"\(Self.number(total))\" role=\"img\">\n"
        out += "<title>\(Page.escaped(caption))</title>\n"
        // What reaches beyond the frame is cut by a drawing of its own.
        out += "<svg x=\"0\" y=\"0\" width=\"\(Self.number(width))\" height=\"\(Self.number(height))\">\n"
        for area in areas where !area.isChanged {
            out +=
                "<path d=\"\(path(area.shape))\" fill=\"\(area.fill)\" fill-rule=\"evenodd\" stroke=\"#999\" stroke-width=\"0.4\"/>\n"
        }
        for line in lines {
            out += "<path d=\"\(path(line.shape))\" fill=\"none\" stroke=\"\(line.colour)\" stroke-width=\"1.2\"/>\n"
        }
        for area in areas where area.isChanged {
            out +=
                "<path d=\"\(path(area.shape))\" fill=\"\(area.fill)\" fill-rule=\"evenodd\" stroke=\"#c00000\" stroke-width=\"1.6\"/>\n"
        }
        out += "</svg>\n"
        out +=
            "<rect x=\"0\" y=\"0\" width=\"\(Self.number(width))\" height=\"\(Self.number(height))\" fill=\"none\" stroke=\"#333\"/>\n"
        out += bar(scale, below: height, width)
        for (index, entry) in legend.enumerated() {
            let x = Double(index % 3) * Self.width / 3, y = height + 34 + Double(index / 3) * 18
            out +=
                "<rect x=\"\(Self.number(x))\" y=\"\(Self.number(y))\" width=\"14\" height=\"11\" fill=\"\(entry.colour)\" stroke=\"#666\" stroke-width=\"0.5\"/>"
            out +=
                "<text x=\"\(Self.number(x + 19))\" y=\"\(Self.number(y + 10))\" font-size=\"11\">\(Page.escaped(entry.text))</text>\n"
        }
        return out + "</svg>"
    }

    /// The scale: a bar of a round length, and its metres.
    private func bar(_ scale: Double, below height: Double, _ width: Double) -> String {
        let most = width / 4 / scale
        var length = pow(10, floor(log10(most)))
        for factor in [5.0, 2] where length * factor <= most {
            length *= factor
            break
        }
        let text = length >= 1000 ? "\(Self.number(length / 1000)) km" : "\(Self.number(length)) m"
        let (y, end) = (Self.number(height + 14), Self.number(length * scale))
        return
            "<path d=\"M0 \(Self.number(height + 9))V\(y)H\(end)V\(Self.number(height + 9))\" fill=\"none\" stroke=\"#333\"/>"
            + "<text x=\"\(Self.number(length * scale + 6))\" y=\"\(y)\" font-size=\"11\">\(text)</text>"
            + "<text x=\"\(Self.number(width))\" y=\"\(y)\" font-size=\"11\" text-anchor=\"end\">\(Page.escaped(caption))  N↑</text>\n"
    }

    static func number(_ value: Double) -> String {
        let tenths = (value * 10).rounded()
        guard abs(tenths) < 9e15 else { return "0" }
        let whole = Int64(tenths)
        let magnitude = whole.magnitude
        return (whole < 0 ? "-" : "") + "\(magnitude / 10)" + (magnitude % 10 == 0 ? "" : ".\(magnitude % 10)")
    }
}
