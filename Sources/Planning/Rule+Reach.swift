/// How far a rule's SQL about drafts looks.
extension Rule {
    /// Whether what it says of a feature follows from that feature's own changes and overlaps alone, so that it can be
    /// asked about a few features of a draft.
    ///
    /// Told from its text: what sums, compares or sorts looks at others. The rules that tuban brings are tested step by
    /// step; of others only what names changes and overlaps once each, by the same subject, passes.
    package var isLocal: Bool {
        let text = sql(isDraft: true).lowercased().replacing("group_concat(", with: "")
        let sums = /\b(sum|total|count|min|max|avg)\s*\(|\b(having|group\s+by|order\s+by|limit|distinct|over)\b/
        guard !text.contains(sums), !text.contains(/\b(with|except|intersect|union(?!\s+all))\b/) else { return false }
        if RuleTable.standard.contains(where: { $0.id == id && $0.sql(isDraft: true) == sql(isDraft: true) }) {
            return true
        }
        return text.split(separator: /\bunion\s+all\b/).allSatisfy { part in
            let subjects = part.matches(of: /\b(from|join)\s+(change|site|examined)\b/).count
            let shared = part.matches(of: /\b(from|join)\s+(overlap|distance)\b/).count
            let names = part.matches(of: /\b(change|site|examined|overlap|distance)\b/).count
            return subjects <= 1 && shared <= 1 && names == subjects + shared
                && (subjects + shared < 2 || part.contains(/\w\.subject\s*=\s*\w+\.subject/))
        }
    }

    /// Whether it reads one of these layers, or land that changes.
    package func reads(_ layers: Set<String>, changes: Bool) -> Bool {
        let text = sql(isDraft: true)
        if changes, text.contains(/\b(change|site)\b/) { return true }
        return layers.contains { text.contains($0) }
    }
}
