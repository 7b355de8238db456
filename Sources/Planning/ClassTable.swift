import Phrases

/// The land-use classes that a project knows: the standard ones, and its own.
package struct ClassTable: Sendable {
    package private(set) var systems: [ClassSystem]
    /// System after system, each in the order of its table.
    package private(set) var classes: [LandClass]
    private var places: [LandUseCode: Int] = [:]
    private var childPlaces: [LandUseCode: [Int]] = [:]

    /// A table of classes that are known to be distinct and to have their parents among them; `ClassTable.Builder`
    /// and `adding` see to that.
    init(systems: [ClassSystem], classes: [LandClass]) {
        self.systems = systems
        self.classes = classes
        places.reserveCapacity(classes.count)
        for (place, one) in classes.enumerated() {
            places[one.code] = place
            if let parent = one.parent { childPlaces[parent, default: []].append(place) }
        }
    }

    package subscript(code: LandUseCode) -> LandClass? {
        places[code].map { classes[$0] }
    }

    package func system(_ label: String) -> ClassSystem? {
        systems.first { $0.label == label }
    }

    package func classes(of label: String) -> [LandClass] {
        classes.filter { $0.code.system == label }
    }

    /// The classes one level below, in table order.
    package func children(of code: LandUseCode) -> [LandClass] {
        (childPlaces[code] ?? []).map { classes[$0] }
    }

    /// The classes above, the nearest first.
    package func ancestors(of code: LandUseCode) -> [LandClass] {
        var found: [LandClass] = []
        var next = self[code]?.parent
        while let code = next, let one = self[code] {
            found.append(one)
            next = one.parent
        }
        return found
    }

    /// Whether `code` is `ancestor` or stands somewhere below it. By the table, not by digits: survey 0303 is a
    /// wetland, not a forest.
    package func isClass(_ code: LandUseCode, within ancestor: LandUseCode) -> Bool {
        code == ancestor || ancestors(of: code).contains { $0.code == ancestor }
    }

    /// Classes that `text` may mean, best first: the code itself, codes that begin with it, then names that hold all its
    /// words in Chinese or English, or whose pinyin initials begin with it. `survey:01` looks in one system only.
    package func find(_ text: String) -> [LandClass] {
        var words = text.lowercased().split(whereSeparator: \.isWhitespace)
        var label: Substring?
        if let first = words.first, let colon = first.firstIndex(of: ":") {
            label = first[..<colon]
            words[0] = first[first.index(after: colon)...]
            if words[0].isEmpty { words.removeFirst() }
        }
        guard label != nil || !words.isEmpty else { return [] }
        var ranked: [(rank: Int, place: Int)] = []
        for (place, one) in classes.enumerated() where label.map({ one.code.system == $0 }) ?? true {
            if let rank = one.rank(words) { ranked.append((rank, place)) }
        }
        return ranked.sorted { $0 < $1 }.map { classes[$0.place] }
    }

    /// The table with the systems and classes of another, whose labels must be new.
    package func adding(_ other: ClassTable) throws -> ClassTable {
        for system in other.systems where self.system(system.label) != nil {
            throw Refusal(
                .usage, "A class table called \(system.label) is there already; give the new one another label.",
                "已有名为 \(system.label) 的分类表，请为新表另取名称。")
        }
        return ClassTable(systems: systems + other.systems, classes: classes + other.classes)
    }
}

extension LandClass {
    /// How well the words fit, 0 best; nil when they don't. No words fit every class.
    fileprivate func rank(_ words: [Substring]) -> Int? {
        guard let first = words.first else { return 3 }
        let code = code.code.lowercased(), english = name.english.lowercased()
        if words.count == 1 {
            if code == first { return 0 }
            if code.hasPrefix(first) { return 1 }
            if name.chinese == first || english == first { return 2 }
            if initials.hasPrefix(first) { return 4 }
        }
        let fits = words.allSatisfy { word in
            code.hasPrefix(word) || name.chinese.contains(word) || english.contains(word)
        }
        return fits ? 3 : nil
    }
}
