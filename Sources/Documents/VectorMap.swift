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
        /// Drawn faintly: the land around what the map is about.
        package var isPale: Bool

        package init(shape: Shape, fill: String, isChanged: Bool = false, isPale: Bool = false) {
            (self.shape, self.fill, self.isChanged, self.isPale) = (shape, fill, isChanged, isPale)
        }
    }

    /// An edge without filling: of a unit, a control line, a boundary.
    package struct Line: Sendable {
        package var shape: Shape
        /// `#rrggbb`.
        package var colour: String
        /// In units of the drawing, 720 of which are its width.
        package var width: Double
        package var isDashed: Bool
        /// Whether what a polygon holds is tinted with the line's colour.
        package var isTinted: Bool

        package init(
            shape: Shape, colour: String, width: Double = 1.2, isDashed: Bool = false, isTinted: Bool = false
        ) {
            (self.shape, self.colour, self.width) = (shape, colour, width)
            (self.isDashed, self.isTinted) = (isDashed, isTinted)
        }
    }

    /// What a sign on the map stands for.
    package struct Sign: Sendable, Hashable {
        /// `words` stands for nothing drawn: it is what the map is called.
        package enum Kind: Sendable, Hashable { case area, line, dashes, mark, words }
        package var kind: Kind
        /// `#rrggbb`.
        package var colour: String
        package var text: String

        package init(_ kind: Kind = .area, colour: String, text: String) {
            (self.kind, self.colour, self.text) = (kind, colour, text)
        }

        /// A small drawing of the sign alone, for a legend.
        package var svg: String {
            let drawn =
                switch kind {
                case .words: ""
                case .area:
                    "<rect x=\"0.5\" y=\"0.5\" width=\"15\" height=\"11\" fill=\"\(colour)\" stroke=\"#666\" stroke-width=\"0.5\"/>"
                case .line: "<path d=\"M0 6H16\" stroke=\"\(colour)\" stroke-width=\"2.4\"/>"
                case .dashes: "<path d=\"M0 6H16\" stroke=\"\(colour)\" stroke-width=\"2.4\" stroke-dasharray=\"5 3\"/>"
                case .mark:
                    "<circle cx=\"8\" cy=\"6\" r=\"5\" fill=\"#fff\" stroke=\"\(colour)\" stroke-width=\"1.4\"/>"
                }
            guard !drawn.isEmpty else { return "" }
            return
                "<svg class=\"k\" viewBox=\"0 0 16 12\" width=\"16\" height=\"12\" aria-hidden=\"true\">\(drawn)</svg>"
        }
    }

    package var box: Box
    /// Map units in a metre, along x and along y.
    package var unitsPerMetre: Point
    package var areas: [Area]
    /// Edges of units and control lines, without filling.
    package var lines: [Line]
    /// Drawn above everything with a light edge, so that it is seen on any colour: what the map is about.
    package var outline: Shape?
    /// Places with a number or a letter each.
    package var marks: [(place: Point, text: String)]
    package var legend: [Sign]
    package var caption: String

    package init(
        box: Box, unitsPerMetre: Point, areas: [Area], lines: [Line] = [], outline: Shape? = nil,
        marks: [(place: Point, text: String)] = [], legend: [Sign], caption: String
    ) {
        (self.box, self.unitsPerMetre, self.areas, self.lines) = (box, unitsPerMetre, areas, lines)
        (self.outline, self.marks, self.legend, self.caption) = (outline, marks, legend, caption)
    }

    /// The legend with the caption before it, as a page lists them.
    package var key: [Sign] { (caption.isEmpty ? [] : [Sign(.words, colour: "", text: caption)]) + legend }

    /// The width of the drawing in its own units; a page scales it.
    private static let width = 720.0

    /// The colour of an outline that the map is about, and of places in it.
    package static let red = "#c00000"

    /// The map with its frame, scale and north; the legend is the page's.
    package var svg: String {
        let metres = (x: box.width / unitsPerMetre.x, y: box.height / unitsPerMetre.y)
        guard metres.x > 0, metres.y > 0 else { return "" }
        let scale = min(Self.width / metres.x, 640 / metres.y)
        let (width, height) = (metres.x * scale, metres.y * scale)
        // A tall map is narrower than the page; its scale still wants some room.
        let (full, total) = (max(width, 240), height + 30)
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
            "<svg class=\"map\" viewBox=\"0 0 \(Self.number(full)) \(Self.number(total))\" "
            + "width=\"\(Self.number(full))\" height=\"\(Self.number(total))\" role=\"img\">\n"
        out += "<title>\(Page.escaped(caption))</title>\n"
        // What reaches beyond the frame is cut by a drawing of its own.
        out += "<svg x=\"0\" y=\"0\" width=\"\(Self.number(width))\" height=\"\(Self.number(height))\">\n"
        for area in areas where !area.isChanged {
            let faint = area.isPale ? " fill-opacity=\"0.35\"" : ""
            out +=
                "<path d=\"\(path(area.shape))\" fill=\"\(area.fill)\"\(faint) fill-rule=\"evenodd\" stroke=\"#999\" stroke-width=\"0.4\"/>\n"
        }
        for line in lines {
            let fill =
                line.isTinted && line.shape.kind == .polygon
                ? "\(line.colour)\" fill-opacity=\"0.12\" fill-rule=\"evenodd" : "none"
            let dashes = line.isDashed ? " stroke-dasharray=\"7 4\"" : ""
            out +=
                "<path d=\"\(path(line.shape))\" fill=\"\(fill)\" stroke=\"\(line.colour)\" stroke-width=\"\(Self.number(line.width))\"\(dashes)/>\n"
        }
        for area in areas where area.isChanged {
            out +=
                "<path d=\"\(path(area.shape))\" fill=\"\(area.fill)\" fill-rule=\"evenodd\" stroke=\"\(Self.red)\" stroke-width=\"1.6\"/>\n"
        }
        if let outline {
            let drawn = path(outline)
            for (ink, wide) in [("#fff", "4"), (Self.red, "2")] {
                out +=
                    "<path d=\"\(drawn)\" fill=\"none\" stroke=\"\(ink)\" stroke-width=\"\(wide)\" stroke-linejoin=\"round\"/>\n"
            }
        }
        for mark in marks {
            let (x, y) = place(mark.place)
            out += Self.circle(x, y, mark.text)
        }
        out += "</svg>\n"
        out +=
            "<rect x=\"0\" y=\"0\" width=\"\(Self.number(width))\" height=\"\(Self.number(height))\" fill=\"none\" stroke=\"#333\"/>\n"
        return out + north(width) + bar(scale, below: height, width) + "</svg>"
    }

    private static func circle(_ x: Double, _ y: Double, _ text: String) -> String {
        let radius = text.count > 2 ? 12.0 : 9.0
        return
            "<circle\(text.count > 2 ? " class=\"w\"" : "") cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"\(number(radius))\" fill=\"#fff\" stroke=\"\(red)\" stroke-width=\"1.4\"/>"
            + "<text class=\"m\" x=\"\(number(x))\" y=\"\(number(y))\" font-size=\"11\" text-anchor=\"middle\" dominant-baseline=\"central\">\(Page.escaped(text))</text>\n"
    }

    /// An arrow to the north, in the corner.
    private func north(_ width: Double) -> String {
        let x = width - 18
        return
            "<path d=\"M\(Self.number(x)) 6L\(Self.number(x + 7)) 30L\(Self.number(x)) 25L\(Self.number(x - 7)) 30Z\" fill=\"#333\" stroke=\"#fff\" stroke-width=\"1.2\"/>"
            + "<text class=\"m\" x=\"\(Self.number(x))\" y=\"43\" font-size=\"12\" text-anchor=\"middle\" stroke=\"#fff\" stroke-width=\"3\" paint-order=\"stroke\">\(say("N", "北"))</text>\n"
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
        let (y, end) = (Self.number(height + 20), Self.number(length * scale))
        return
            "<path d=\"M0.5 \(Self.number(height + 12))V\(y)H\(end)V\(Self.number(height + 12))\" fill=\"none\" stroke=\"#333\"/>"
            + "<text x=\"\(Self.number(length * scale + 6))\" y=\"\(y)\" font-size=\"11\">\(text)</text>\n"
    }

    static func number(_ value: Double) -> String {
        let tenths = (value * 10).rounded()
        guard abs(tenths) < 9e15 else { return "0" }
        let whole = Int64(tenths)
        let magnitude = whole.magnitude
        return (whole < 0 ? "-" : "") + "\(magnitude / 10)" + (magnitude % 10 == 0 ? "" : ".\(magnitude % 10)")
    }
}
