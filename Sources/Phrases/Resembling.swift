/// Names for a sentence that says what there is: all of a few, of many those that resemble the one that was asked for.
package func listed(_ names: [String], resembling word: String) -> String {
    let (most, few) = (12, 5)
    guard names.count > most else { return names.joined(separator: ", ") }
    let asked = word.lowercased()
    let ranked = names.enumerated().map { place, name in
        let known = name.lowercased()
        let isPart = !asked.isEmpty && (known.contains(asked) || asked.contains(known))
        return (distance: isPart ? 0 : distance(asked, known), place: place, name: name)
    }
    let near = ranked.filter { $0.distance * 2 <= max(asked.count, 2) }.sorted {
        ($0.distance, $0.place) < ($1.distance, $1.place)
    }
    let shown = near.isEmpty ? ranked[...] : near[...]
    let rest = names.count - min(few, shown.count)
    return shown.prefix(few).map(\.name).joined(separator: ", ")
        + say(" and \(rest) others", " 等 \(rest + min(few, shown.count)) 个")
}

/// How many letters have to be changed, added or left out (Levenshtein 1965).
private func distance(_ first: String, _ second: String) -> Int {
    let (first, second) = (Array(first), Array(second))
    var row = Array(0...second.count)
    for (i, letter) in first.enumerated() {
        var corner = row[0]
        row[0] = i + 1
        for (j, other) in second.enumerated() {
            let cost = min(row[j] + 1, row[j + 1] + 1, corner + (letter == other ? 0 : 1))
            corner = row[j + 1]
            row[j + 1] = cost
        }
    }
    return row[second.count]
}
