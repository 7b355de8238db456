/// The colour pairs that the terminal has been told of. There may be as few as 63; they are given out by need and, when
/// all are given, taken back from styles that the frame no longer shows.
struct Pairs {
    struct Colours: Hashable {
        let foreground, background: Int32
    }

    let limit: Int
    private var numbers: [Colours: Int32] = [:]

    /// - Parameter limit: the highest number of a pair; 0 is always the terminal's own colours.
    init(limit: Int) { self.limit = limit }

    enum Answer: Equatable {
        case known(Int32)
        case new(Int32)
        /// Every pair is on the screen: the cell must do with the terminal's own colours.
        case none
    }

    /// - Parameter shown: the colours of the frame that is being drawn; asked for only when no pair is free.
    mutating func number(for colours: Colours, shown: () -> Set<Colours>) -> Answer {
        if colours == Colours(foreground: -1, background: -1) { return .known(0) }
        if let number = numbers[colours] { return .known(number) }
        var number = Int32(numbers.count + 1)
        if number > limit {
            let needed = shown()
            guard let old = numbers.first(where: { !needed.contains($0.key) }) else { return .none }
            numbers[old.key] = nil
            number = old.value
        }
        numbers[colours] = number
        return .new(number)
    }
}
