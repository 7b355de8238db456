import Testing

@testable import Planning

struct ReachTableTests {
    @Test("The table proves itself; joint rows name kinds there are; what is from memory says so")
    func table() {
        let rules = ReachRule.all
        let simple = Set(rules.filter { $0.joint.isEmpty }.map(\.kind))
        for rule in rules {
            #expect(Set(rule.joint).isSubset(of: simple), "\(rule.kind)")
            #expect(!rule.source.isEmpty && (rule.mark == .memory) == rule.source.contains("凭记忆"), "\(rule.kind)")
            // A joint row's kinds have rows of the same way and as many minutes.
            for part in rule.joint {
                #expect(
                    rules.contains { $0.kind == part && $0.way == rule.way && $0.minutes == rule.minutes }, "\(part)")
            }
        }
        // The indicators of the facts table that ask how far it is.
        #expect(
            Set(rules.flatMap(\.indicators))
                == [
                    "I063", "I066", "I067", "I068", "I069", "I070", "I071", "I072", "I073", "I074", "I075", "I076",
                    "I077", "I082", "I089",
                ])
    }

    @Test("Roads are driven at the speed of their class, unknown ones at the slowest")
    func speeds() {
        // 3.6 s a metre is 1 km/h.
        #expect(RoadSpeed.secondsPerMetre("公路") == 3.6 / 50 && RoadSpeed.secondsPerMetre("县道") == 3.6 / 50)
        #expect(RoadSpeed.secondsPerMetre("小路") == 3.6 / 20 && RoadSpeed.secondsPerMetre(nil) == 3.6 / 20)
    }
}
