import Phrases

/// Reads the table of workflows, and proves it: every stage can be reached, none is a dead end, every name is known.
extension Workflow {
    /// The workflows that tuban brings.
    package static let standard: Workflow = {
        do {
            return try load(Tables.workflow())
        } catch {
            // The table is part of the program and a test loads it; a fault in it is our own mistake.
            preconditionFailure("\(error)")
        }
    }()

    /// The table that tuban brings, as a bureau may take and change it.
    package static var standardText: String { Tables.workflowText }

    /// - Throws: `TableFault` with file and line.
    package init(csv text: String, file: String) throws {
        self = try Self.load(CSV(text, file: file))
    }

    package static let columns = [
        "kind", "stage", "step", "to", "role", "level", "needs", "signatures", "effect", "days", "name_en", "name_zh",
        "basis",
    ]

    private static func load(_ csv: CSV) throws -> Workflow {
        var place: [String: Int] = [:]
        for name in columns { place[name] = try csv.required(name) }
        var stages: [PlanKind: [Stage]] = [:]
        var lines: [PlanKind: [String: Int]] = [:]
        for row in csv.rows {
            func fault(_ english: String, _ chinese: String) -> TableFault {
                TableFault(csv.file, row.line, english, chinese)
            }
            func cell(_ name: String) -> String { place[name].map { row.values[$0] } ?? "" }
            let kinds = try self.kinds(cell("kind"), fault)
            let id = cell("stage")
            guard isName(id) else { throw fault("‘\(id)’ cannot be a stage's name.", "“\(id)”不能作为阶段名。") }
            let roles = try cell("role").split(separator: "|").map { word -> Role in
                guard let role = Role(rawValue: String(word)) else {
                    throw fault("there is no role \(word).", "没有角色 \(word)。")
                }
                return role
            }
            var level: OfficeLevel?
            if !cell("level").isEmpty {
                level = OfficeLevel(rawValue: cell("level"))
                if level == nil { throw fault("there is no level \(cell("level")).", "没有层级 \(cell("level"))。") }
            }
            let name = Phrase(cell("name_en"), cell("name_zh"))
            guard !name.english.isEmpty, !name.chinese.isEmpty else {
                throw fault("name_en or name_zh is empty.", "name_en 或 name_zh 为空。")
            }
            if cell("step").isEmpty {
                let isEnd = cell("needs") == "end"
                guard isEnd || cell("needs").isEmpty else {
                    throw fault("a stage needs nothing but ‘end’.", "阶段行的 needs 只能为 end 或空。")
                }
                guard isEnd || !roles.isEmpty else { throw fault("nobody acts at stage \(id).", "阶段 \(id) 没有经办角色。") }
                var days: Int?
                if !cell("days").isEmpty {
                    days = Int(cell("days"))
                    guard let days, (1...3650).contains(days) else {
                        throw fault("days \(cell("days")) is no number of days.", "days \(cell("days")) 不是天数。")
                    }
                }
                for kind in kinds {
                    guard lines[kind]?[id] == nil else {
                        throw fault("stage \(id) stands in the table twice.", "阶段 \(id) 出现两次。")
                    }
                    lines[kind, default: [:]][id] = row.line
                    stages[kind, default: []].append(
                        Stage(
                            id: id, name: name, roles: roles, level: level, days: days, isEnd: isEnd,
                            basis: cell("basis"), steps: []))
                }
                continue
            }
            guard isName(cell("step")) else {
                throw fault("‘\(cell("step"))’ cannot be a step's name.", "“\(cell("step"))”不能作为步骤名。")
            }
            guard !roles.isEmpty else {
                throw fault("nobody may take step \(cell("step")).", "步骤 \(cell("step")) 没有角色。")
            }
            let needs = try cell("needs").split(separator: "|").map { word -> Need in
                guard let need = Need(word) else { throw fault("the need \(word) is not known.", "无法识别条件 \(word)。") }
                return need
            }
            let signatures = cell("signatures").isEmpty ? 0 : Int(cell("signatures")) ?? -1
            guard (0...20).contains(signatures) else {
                throw fault("signatures is a number from 0 to 20.", "signatures 应为 0 至 20 的整数。")
            }
            guard let effect = Effect(rawValue: cell("effect")) else {
                throw fault(
                    "effect is start-notice, publish or empty.",
                    "effect 应为 start-notice、publish 或空。")
            }
            let step = Step(
                id: cell("step"), from: id, to: cell("to"), roles: roles, level: level, needs: needs,
                signatures: signatures, effect: effect, name: name)
            for kind in kinds {
                guard let index = stages[kind]?.firstIndex(where: { $0.id == id }) else {
                    throw fault(
                        "step \(step.id) starts from stage \(id), which \(kind.rawValue) has no row for above.",
                        "步骤 \(step.id) 的阶段 \(id) 在上文没有 \(kind.rawValue) 的阶段行。")
                }
                guard stages[kind]?[index].steps.contains(where: { $0.id == step.id }) == false else {
                    throw fault("step \(step.id) stands at stage \(id) twice.", "阶段 \(id) 的步骤 \(step.id) 出现两次。")
                }
                stages[kind]?[index].steps.append(step)
            }
        }
        for kind in PlanKind.allCases {
            try prove(stages[kind] ?? [], of: kind, lines[kind] ?? [:], csv.file)
        }
        return Workflow(stages: stages)
    }

    private static func kinds(
        _ text: String, _ fault: (String, String) -> TableFault
    ) throws -> [PlanKind] {
        if text == "*" { return PlanKind.allCases }
        let kinds = try text.split(separator: "|").map { word -> PlanKind in
            guard let kind = PlanKind(rawValue: String(word)) else {
                throw fault("there is no kind of plan \(word).", "没有规划类别 \(word)。")
            }
            return kind
        }
        guard !kinds.isEmpty else { throw fault("the row names no kind of plan.", "此行没有规划类别。") }
        return kinds
    }

    /// A letter, then letters, digits and dashes; 40 at the most. Bytes are compared: whoever logs in reads this table,
    /// and a pattern would take as long as all the rest.
    private static func isName(_ text: String) -> Bool {
        let bytes = text.utf8
        func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) }
        guard let first = bytes.first, isLetter(first), bytes.count <= 40 else { return false }
        return bytes.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }

    /// Reachable from the first stage, and from everywhere to an end that is neither refusal nor withdrawal; one
    /// publication at the most on each way.
    private static func prove(_ stages: [Stage], of kind: PlanKind, _ lines: [String: Int], _ file: String) throws {
        func fault(_ stage: String?, _ english: String, _ chinese: String) -> TableFault {
            TableFault(
                file, stage.flatMap { lines[$0] } ?? 1, "\(kind.rawValue): \(english)", "\(kind.rawValue)：\(chinese)")
        }
        guard let first = stages.first(where: { $0.id == start }) else {
            throw fault(nil, "there is no stage \(start), where every plan starts.", "缺少起始阶段 \(start)。")
        }
        guard !first.isEnd else { throw fault(start, "stage \(start) cannot be an end.", "阶段 \(start) 不能是终点。") }
        let known = Set(stages.map(\.id))
        for stage in stages {
            if stage.isEnd, !stage.steps.allSatisfy({ known.contains($0.to) && $0.isDecision }) {
                throw fault(stage.id, "what ends there goes on by decisions only.", "终点阶段只能经决定继续。")
            }
            if !stage.isEnd, stage.steps.isEmpty {
                throw fault(stage.id, "stage \(stage.id) is a dead end.", "阶段 \(stage.id) 没有出路。")
            }
            for step in stage.steps where !known.contains(step.to) {
                throw fault(
                    stage.id, "step \(step.id) leads to stage \(step.to), which there is no row for.",
                    "步骤 \(step.id) 指向不存在的阶段 \(step.to)。")
            }
            for step in stage.steps where step.isReturn && stage.id != start {
                if step.isDecision, step.reasons == nil {
                    throw fault(stage.id, "step \(step.id) sends back and needs a reason.", "退回步骤 \(step.id) 必须有理由。")
                }
            }
            for step in stage.steps where step.effect == .publish && !step.isDecision {
                throw fault(stage.id, "step \(step.id) publishes and must be signed.", "发布步骤 \(step.id) 必须签名。")
            }
        }
        var reached: Set = [start]
        var front = [start]
        while let id = front.popLast() {
            for step in stages.first(where: { $0.id == id })?.steps ?? [] where reached.insert(step.to).inserted {
                front.append(step.to)
            }
        }
        for stage in stages where !reached.contains(stage.id) {
            throw fault(stage.id, "no step leads to stage \(stage.id).", "没有步骤通往阶段 \(stage.id)。")
        }
        // From which stages the plan can still be published.
        var leading: Set<String> = []
        var grew = true
        while grew {
            grew = false
            for stage in stages where !leading.contains(stage.id) {
                if stage.steps.contains(where: { $0.effect == .publish || leading.contains($0.to) }) {
                    leading.insert(stage.id)
                    grew = true
                }
            }
        }
        guard leading.contains(start) else {
            throw fault(start, "no way leads from \(start) to publication.", "从 \(start) 无法到达发布。")
        }
        let endings = Set(stages.filter(\.isEnd).map(\.id))
        for stage in stages where !stage.isEnd && !leading.contains(stage.id) {
            guard stage.steps.contains(where: { endings.contains($0.to) }) else {
                throw fault(stage.id, "stage \(stage.id) leads to no end.", "阶段 \(stage.id) 无法到达终点。")
            }
        }
    }
}
