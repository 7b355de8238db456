import Phrases
import Store

/// Things that the next key chooses from, by letter.
enum Menu: Sendable {
    case screens, analyse

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
        }
    }
}

extension Workbench {
    mutating func open(_ menu: Menu) {
        self.menu = menu
        say(menu.text)
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
