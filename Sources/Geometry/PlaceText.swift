import Phrases

/// Reads places as people write them.
///
/// A place is `x,y`; degrees in any usual spelling (`116.5123,39.8`, `39°48'N 116°30'45"E`, `39 48 00 N, 116 30 45 E`,
/// `N39.8 E116.5`, `北纬39度48分 东经116度30分`); a vertex `@UID:N`; and behind any of these, or behind the point before
/// it, `>BEARING/METRES` and `~UID:N:METRES` any number of times. Places in a list stand apart by blanks or `;`.
package enum PlaceText {
    /// - Throws: `Refusal` that quotes what is no place.
    package static func read(_ text: String) throws(Refusal) -> [TypedPlace] {
        var scanner = Scanner(text)
        var places: [TypedPlace] = []
        while !scanner.isAtEnd {
            if scanner.take(.semicolon) { continue }
            places.append(try scanner.place())
        }
        return places
    }

    /// A bearing alone: `30`, `30.5`, `30°15'20"`; degrees clockwise from north, brought to 0..<360.
    package static func bearing(_ text: String) throws(Refusal) -> Double {
        var scanner = Scanner(text)
        let bearing = try scanner.bearing()
        guard scanner.isAtEnd else { throw scanner.refusal() }
        return bearing
    }
}

extension PlaceText {
    /// One part of a pair.
    private struct Component {
        var value: Double
        /// -1 or 1 with a letter; 0 without.
        var hemisphere: PlaceToken?
        var isAngle: Bool
    }

    private struct Scanner {
        let text: String
        let tokens: [(token: PlaceToken, range: Range<String.Index>)]
        var at = 0

        init(_ text: String) {
            self.text = text
            tokens = PlaceToken.read(text)
        }

        var isAtEnd: Bool { at >= tokens.count }

        func peek(_ ahead: Int = 0) -> PlaceToken? {
            at + ahead < tokens.count ? tokens[at + ahead].token : nil
        }

        /// Whether the next token stands right behind the last.
        private var isJoined: Bool {
            !isAtEnd && tokens[at].range.lowerBound == tokens[at - 1].range.upperBound
        }

        func number(_ ahead: Int = 0) -> Double? {
            if case .number(let number) = peek(ahead) { number } else { nil }
        }

        mutating func take(_ token: PlaceToken) -> Bool {
            guard peek() == token else { return false }
            at += 1
            return true
        }

        mutating func takeNumber() throws(Refusal) -> Double {
            guard let number = number() else { throw refusal() }
            at += 1
            return number
        }

        mutating func takeInteger() throws(Refusal) -> Int64 {
            let number = try takeNumber()
            guard number == number.rounded(), number > 0, number < 9e15 else { throw refusal() }
            return Int64(number)
        }

        func refusal(_ english: String? = nil, _ chinese: String? = nil) -> Refusal {
            let rest = at < tokens.count ? String(text[tokens[at].range.lowerBound...].prefix(40)) : ""
            return Refusal(
                .usage,
                (english ?? (rest.isEmpty ? "'\(text)' breaks off before it is a place" : "'\(rest)' is no place"))
                    + "; write x,y, degrees such as 116.5,39.8 or 39°48'N 116°30'E, @PARCEL:VERTEX, or a place with >BEARING/METRES or ~PARCEL:EDGE:METRES behind it.",
                (chinese ?? (rest.isEmpty ? "“\(text)”不完整" : "“\(rest)”不是坐标点"))
                    + "；请写 x,y、经纬度（如 116.5,39.8 或 39°48'N 116°30'E）、@图斑:顶点，或其后接 >方位角/距离、~图斑:边:距离。")
        }

        // MARK: Places

        mutating func place() throws(Refusal) -> TypedPlace {
            let first = at
            var place = TypedPlace(start: .last, moves: [], text: "")
            if take(.at) {
                let uid = try takeInteger()
                guard take(.colon) else { throw refusal() }
                place.start = .vertex(uid: uid, number: Int(try takeInteger()))
            } else if peek() != .onward, peek() != .beside {
                place.start = try pair()
            }
            // Behind a blank they begin a place of their own, which goes on from the one before it.
            while at == first || isJoined, let move = try move() { place.moves.append(move) }
            place.text = String(text[tokens[first].range.lowerBound..<tokens[at - 1].range.upperBound])
            return place
        }

        private mutating func move() throws(Refusal) -> TypedPlace.Move? {
            if take(.onward) {
                let bearing = try bearing()
                guard take(.slash) else { throw refusal() }
                let metres = try takeNumber()
                _ = take(.minute)  // "m"
                return .bearing(bearing, metres: metres)
            }
            guard take(.beside) else { return nil }
            let uid = try takeInteger()
            guard take(.colon) else { throw refusal() }
            let edge = Int(try takeInteger())
            guard take(.colon) else { throw refusal() }
            let metres = try takeNumber()
            _ = take(.minute)
            return .offset(uid: uid, edge: edge, metres: metres)
        }

        mutating func bearing() throws(Refusal) -> Double {
            var degrees = try takeNumber()
            if take(.degree), let minutes = number(), minutes >= 0, minutes < 60 {
                at += 1
                degrees += minutes / 60
                if take(.minute), let seconds = number(), seconds >= 0, seconds < 60 {
                    at += 1
                    degrees += seconds / 3600
                    _ = take(.second)
                }
            }
            guard degrees >= -360, degrees <= 360 else {
                throw refusal("A bearing is 0 to 360 degrees, not \(degrees)", "方位角应为 0 至 360 度，不是 \(degrees)")
            }
            return degrees < 0 ? degrees + 360 : degrees == 360 ? 0 : degrees
        }

        // MARK: Pairs

        private mutating func pair() throws(Refusal) -> TypedPlace.Start {
            let first = try component(isSecond: false)
            _ = take(.comma)
            let second = try component(isSecond: true)
            guard first.isAngle || second.isAngle else { return .pair(first.value, second.value) }
            func isLatitude(_ component: Component) -> Bool? {
                component.hemisphere.map { $0 == .north || $0 == .south }
            }
            let isTold = first.hemisphere != nil || second.hemisphere != nil
            let latitudeFirst: Bool
            switch (isLatitude(first), isLatitude(second)) {
            case (let one?, let other?):
                guard one != other else {
                    throw refusal(
                        "Of the two angles one must be north or south, the other east or west",
                        "两个角度须一为纬度（北、南），一为经度（东、西）")
                }
                latitudeFirst = one
            case (let one?, nil): latitudeFirst = one
            case (nil, let other?): latitudeFirst = !other
            case (nil, nil): latitudeFirst = abs(second.value) > 90
            }
            let (latitude, longitude) = latitudeFirst ? (first.value, second.value) : (second.value, first.value)
            guard abs(latitude) <= 90, abs(longitude) <= 180 else {
                throw refusal(
                    "There is no latitude \(latitude) with longitude \(longitude)", "没有纬度 \(latitude)、经度 \(longitude)")
            }
            return .degrees(
                longitude: longitude, latitude: latitude, isOrderTold: isTold || abs(longitude) > 90)
        }

        private func isHemisphere(_ token: PlaceToken?) -> Bool {
            token == .north || token == .south || token == .east || token == .west
        }

        private mutating func component(isSecond: Bool) throws(Refusal) -> Component {
            var hemisphere: PlaceToken?
            if isHemisphere(peek()) {
                // A word that only begins with such a letter is quoted whole.
                guard number(1) != nil else { throw refusal() }
                hemisphere = peek()
                at += 1
            }
            let degrees = try takeNumber()
            var parts: [Double] = []
            var isAngle = hemisphere != nil
            if take(.degree) {
                isAngle = true
                parts = sexagesimal(isSecond: isSecond)
            } else if peek() == .colon, number(1) != nil {
                isAngle = true
                while parts.count < 2, peek() == .colon, let part = number(1) {
                    at += 2
                    parts.append(part)
                }
            } else if let spaced = spaced(after: degrees, hasLetter: isAngle) {
                isAngle = true
                parts = spaced
                at += spaced.count
            }
            if hemisphere == nil, isHemisphere(peek()) {
                hemisphere = peek()
                at += 1
                isAngle = true
            }
            guard parts.allSatisfy({ $0 >= 0 && $0 < 60 }), parts.isEmpty || degrees == degrees.rounded() else {
                throw refusal(
                    "Minutes and seconds are 0 to 60, behind whole degrees", "分、秒应在 0 至 60 之间，且其前为整数")
            }
            var value = abs(degrees)
            for (index, part) in parts.enumerated() { value += part / (index == 0 ? 60 : 3600) }
            if degrees < 0 || hemisphere == .south || hemisphere == .west { value = -value }
            return Component(value: value, hemisphere: hemisphere, isAngle: isAngle)
        }

        /// Minutes and seconds behind a degree sign. A number without its mark counts as them only where it cannot begin
        /// the other half of the pair.
        private mutating func sexagesimal(isSecond: Bool) -> [Double] {
            var parts: [Double] = []
            for mark in [PlaceToken.minute, .second] {
                guard let part = number(), part >= 0, part < 60, peek(1) != .degree else { break }
                let next = peek(1)
                let isEnd = next == nil || next == .semicolon || next == .onward || next == .beside
                let isLast = isSecond ? isEnd : next == .comma || number(1) != nil && peek(2) == .degree
                guard next == mark || isHemisphere(next) || isLast else { break }
                at += 1
                _ = take(mark)
                parts.append(part)
            }
            return parts
        }

        /// `48 00` of `39 48 00 N` or of `N 39 48 00`: numbers set apart by blanks, which count as minutes and seconds only
        /// with a letter.
        private func spaced(after degrees: Double, hasLetter: Bool) -> [Double]? {
            guard degrees == degrees.rounded() else { return nil }
            var parts: [Double] = []
            while parts.count < 2, let part = number(parts.count), part >= 0, part < 60 { parts.append(part) }
            guard !parts.isEmpty else { return nil }
            let next = peek(parts.count)
            if hasLetter {
                return next == nil || next == .comma || next == .semicolon || isHemisphere(next) ? parts : nil
            }
            return isHemisphere(next) ? parts : nil
        }
    }
}
