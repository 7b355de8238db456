import Phrases
import Store

/// Things that the next key chooses from, by letter.
enum Menu: Sendable {
    case screens, analyse, draft

    var text: String {
        switch self {
        case .screens:
            say(
                "screen: c county  m map  i indicators  l layers  p plans  q queue  j journal  b boundary | r results  f findings  s steps  d changes  x conflicts",
                "屏幕：c 图斑 m 地图 i 指标 l 图层 p 规划 q 待办 j 日志 b 边界分析 | r 结果 f 意见 s 步骤 d 改动 x 冲突")
        case .analyse:
            say(
                "analyse: d draw  f file  t corners  p paste  m marked parcels | b last  k kept",
                "边界分析：d 绘制 f 文件 t 键入坐标 p 粘贴 m 标记图斑 | b 最近一次 k 已存")
        case .draft:
            say(
                "draft: a fields  s shrink  v variant  c compare | r rebase  t newer survey",
                "编制：a 属性 s 收缩 v 复制为新方案 c 方案比较 | r 接收底图变化 t 换调查底图")
        }
    }
}

extension Workbench {
    mutating func open(_ menu: Menu) {
        self.menu = menu
        say(menu.text)
    }

    /// What the draft's own keys have no letter left for.
    mutating func openDraftMenu() {
        guard session.plan != nil else { return say(Session.noPlan, isTrouble: true) }
        open(.draft)
    }

    private mutating func chooseForDraft(_ letter: String, _ wishes: inout [Wish]) {
        // A variant can be made of any plan, and any be compared; the rest needs a draft.
        let plan = session.planID
        switch letter {
        case "a": run(template: "plan set-attribute %marked --set ?field --plan %plan", &wishes)
        case "s":
            if let layer = session.survey, layer.role == .parcels, stack.count == 1 {
                return say(
                    Phrases.say(
                        "Parcels cannot shrink, that would leave gaps; L and Enter list zones and control lines.",
                        "图斑不能收缩，否则会留下缝隙；按 L 再回车可列出分区和控制线。"), isTrouble: true)
            }
            run(template: "plan shrink %cursor --by ?metres --plan %plan", &wishes)
        case "v": run(template: "plan copy \(plan) ?title", &wishes)
        case "c":
            guard Completion(session, history: []).plans.contains(where: { $0.id != plan }) else {
                return say(
                    Phrases.say(
                        "There is no other plan to compare with; m and v make a variant.",
                        "没有可比较的其他规划；按 m 再按 v 可复制为新方案。"),
                    isTrouble: true)
            }
            run(template: "plan compare \(plan) ?plan --map", &wishes)
        case "r": run(template: "plan rebase %plan", &wishes)
        case "t":
            guard !Completion(session, history: []).surveys.isEmpty else {
                return say(
                    Phrases.say(
                        "There is no other survey; ':import FILE' brings one in.", "没有其他调查图层；可用 :import 文件 导入。"),
                    isTrouble: true)
            }
            run(template: "plan rebase %plan --to ?survey", &wishes)
        default: break
        }
    }

    mutating func choose(_ letter: String, from menu: Menu, _ wishes: inout [Wish]) {
        switch menu {
        case .screens:
            let screens: [String: Action] = [
                "c": .showCounty, "m": .showMap, "l": .showLayers, "p": .showPlans, "j": .showJournal, "h": .help,
                "q": .showQueue, "r": .showConsequences, "f": .showFindings, "s": .showLog, "d": .showChanges,
                "x": .showConflicts, "i": .showDashboard, "b": .showAnalysis,
            ]
            if let action = screens[letter] { act(action, count: nil, &wishes) }
        case .draft: chooseForDraft(letter, &wishes)
        case .analyse:
            switch letter {
            case "d": act(.sketchBoundary, count: nil, &wishes)
            case "f": run(template: "analyse ?boundary", &wishes)
            case "t": run(template: "analyse --points ?points", &wishes)
            case "p": act(.pasteBox, count: nil, &wishes)
            case "m": run(template: "analyse --parcels %marked", &wishes)
            case "b": act(.showAnalysis, count: nil, &wishes)
            case "k": act(.showAnalyses, count: nil, &wishes)
            default: break
            }
        }
    }
}
