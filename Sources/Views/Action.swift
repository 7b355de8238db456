import Phrases

/// A move of the screen: it cannot change a project. Its raw value is its name in `keys.conf`.
package enum Action: String, Sendable, CaseIterable {
    case moveDown = "move-down"
    case moveUp = "move-up"
    case moveLeft = "move-left"
    case moveRight = "move-right"
    case pageDown = "page-down"
    case pageUp = "page-up"
    case halfDown = "half-page-down"
    case halfUp = "half-page-up"
    case first, last, open, back, quit
    case find
    case findNext = "find-next"
    case findPrevious = "find-previous"
    case filter, mark
    case markRange = "mark-range"
    case markAll = "mark-all"
    case label = "jump-by-label"
    case sort
    case nextPane = "next-pane"
    case previousPane = "previous-pane"
    case goTo = "go-to"
    case zoomIn = "zoom-in"
    case zoomOut = "zoom-out"
    case zoomWhole = "zoom-whole"
    case center, legend, glyphs
    case toggle, copy, reread, prompt, palette, cancel, redraw, suspend, help
    case showCounty = "show-county"
    case showMap = "show-map"
    case showLayers = "show-layers"
    case showPlans = "show-plans"
    case showJournal = "show-journal"
    case screens
    case sketchSplit = "sketch-split"
    case sketchZone = "sketch-zone"
    case sketchClass = "sketch-class"
    case sketchClip = "sketch-clip"
    case vertices
    case typePlace = "type-place"
    case snap
    case takeBack = "take-back"
    case addVertex = "add-vertex"
    case remove
    case flip
    case answer
    case showConsequences = "show-consequences"
    case showFindings = "show-findings"
    case showLog = "show-log"
    case showChanges = "show-changes"
    case showConflicts = "show-conflicts"
    case showQueue = "show-queue"
    case showDashboard = "dashboard"
    case showAll = "show-all"
    case analyse
    case sketchBoundary = "draw-boundary"
    case pasteBox = "paste-box"
    case showAnalysis = "show-analysis"
    case showAnalyses = "show-analyses"
    case accept, object, comment
    case nextThread = "next-thread"
    case reply, resolve
    case acceptClean = "accept-clean"
    case decide
    case assign
    case draftMenu = "draft-menu"

    /// What the action does, for help and palette.
    package var name: Phrase {
        switch self {
        case .moveDown: Phrase("Down", "下移")
        case .moveUp: Phrase("Up", "上移")
        case .moveLeft: Phrase("Left", "左移")
        case .moveRight: Phrase("Right", "右移")
        case .pageDown: Phrase("Page down", "下翻页")
        case .pageUp: Phrase("Page up", "上翻页")
        case .halfDown: Phrase("Half a page down", "下翻半页")
        case .halfUp: Phrase("Half a page up", "上翻半页")
        case .first: Phrase("First row, or row COUNT", "首行，或第 N 行")
        case .last: Phrase("Last row, or row COUNT", "末行，或第 N 行")
        case .open: Phrase("Open what is under the cursor", "打开光标处")
        case .back: Phrase("Back one step", "返回")
        case .quit: Phrase("Leave tuban", "退出")
        case .find: Phrase("Find words", "查找")
        case .findNext: Phrase("Next match", "下一个")
        case .findPrevious: Phrase("Previous match", "上一个")
        case .filter: Phrase("Filter: words, or = SQL", "筛选：文字，或 = SQL 条件")
        case .mark: Phrase("Mark, or take the mark away", "标记或取消")
        case .markRange: Phrase("Mark from the last mark to here", "标记区间")
        case .markAll: Phrase("Mark all shown, or none", "全部标记或取消")
        case .label: Phrase("Jump by label", "按标签跳转")
        case .sort: Phrase("Sort by the next column", "换列排序")
        case .nextPane: Phrase("Next pane", "下一窗格")
        case .previousPane: Phrase("Previous pane", "上一窗格")
        case .goTo: Phrase("Go to a parcel, number or coordinate", "定位到图斑、标识码或坐标")
        case .zoomIn: Phrase("Map nearer", "地图放大")
        case .zoomOut: Phrase("Map farther", "地图缩小")
        case .zoomWhole: Phrase("Whole county", "全县")
        case .center: Phrase("Map to the parcel", "地图居中到图斑")
        case .legend: Phrase("Layers and legend", "图层与图例")
        case .glyphs: Phrase("Next kind of map glyphs", "切换地图字符")
        case .toggle: Phrase("Show or hide the layer", "显示或隐藏图层")
        case .copy: Phrase("Copy number or line", "复制")
        case .reread: Phrase("Read again", "重新读取")
        case .prompt: Phrase("Type a command", "输入命令")
        case .palette: Phrase("All commands and actions", "命令面板")
        case .cancel: Phrase("Stop the job", "停止任务")
        case .redraw: Phrase("Draw the screen again", "重绘屏幕")
        case .suspend: Phrase("Suspend tuban", "挂起")
        case .help: Phrase("Help for this screen", "本屏帮助")
        case .showCounty: Phrase("Parcels and map", "图斑与地图")
        case .showMap: Phrase("Map alone", "地图")
        case .showLayers: Phrase("Layers and legend", "图层与图例")
        case .showPlans: Phrase("Plans", "规划")
        case .showJournal: Phrase("Journal", "日志")
        case .screens: Phrase("Screens by letter", "按字母切换屏幕")
        case .sketchSplit: Phrase("Draw a line that splits the parcel", "绘线分割图斑")
        case .sketchZone: Phrase("Draw a zone or control line", "绘制分区或控制线")
        case .sketchClass: Phrase("Draw a ring, plan a class inside it", "绘制范围，规划其内地类")
        case .sketchClip: Phrase("Draw a ring, cut it out of the feature", "绘制范围，从要素中裁去")
        case .vertices: Phrase("Show, move, add, delete vertices", "显示并编辑顶点")
        case .typePlace: Phrase("Type a place for the next point", "键入点的位置")
        case .snap: Phrase("Cursor to the nearest vertex", "光标吸附到最近顶点")
        case .takeBack: Phrase("Take the last point back", "撤回上一点")
        case .addVertex: Phrase("Add a vertex behind the picked one", "在所选顶点后加点")
        case .remove: Phrase("Remove the feature or vertex (asks)", "删除要素或顶点（需确认）")
        case .flip: Phrase("Map before and after", "地图切换改动前后")
        case .answer: Phrase("Answer the finding with a reason", "说明理由，答复检查意见")
        case .showConsequences: Phrase("What the plan comes to", "规划结果")
        case .showFindings: Phrase("Findings of the rules", "规则检查意见")
        case .showLog: Phrase("Steps of the plan", "规划步骤")
        case .showChanges: Phrase("Changed parcels", "改动图斑")
        case .showConflicts: Phrase("Conflicts with other drafts and the base", "与其他草案及底图的冲突")
        case .showQueue: Phrase("Plans that wait for me", "待办审查")
        case .showDashboard: Phrase("Indicators at a glance", "指标总览")
        case .showAll: Phrase("All plans on their way, or mine", "全部在办或仅本人待办")
        case .analyse: Phrase("Analyse a boundary: ways by letter", "边界分析：按字母选来源")
        case .sketchBoundary: Phrase("Draw a boundary, analyse it", "绘制边界并分析")
        case .pasteBox: Phrase("Paste a boundary, analyse it", "粘贴边界并分析")
        case .showAnalysis: Phrase("The last analysis again", "最近一次边界分析")
        case .showAnalyses: Phrase("Kept analyses of boundaries", "已存的边界分析")
        case .accept: Phrase("Accept the change", "同意该改动")
        case .object: Phrase("Object to it, with words", "提出异议")
        case .comment: Phrase("Comment on it", "评论")
        case .nextThread: Phrase("Next thread of comments", "下一条评论")
        case .reply: Phrase("Reply to the thread", "回复评论")
        case .resolve: Phrase("Resolve my thread, or open it again", "标记本人评论已解决或重开")
        case .acceptClean: Phrase("Accept all without findings (lists them)", "同意全部无问题改动（先列出）")
        case .assign: Phrase("Give the plan to somebody", "指派经办人")
        case .draftMenu: Phrase("More on the draft: by letter", "更多编制操作：按字母选")
        case .decide: Phrase("Decide on the plan (asks)", "对规划作决定（需确认）")
        }
    }
}
