import Canvas
import Commands
import Phrases
import Store

/// The state of the screen: a stack of views, the line being typed, the message. One key or result goes in, wishes to
/// the loop come out, and a frame can be drawn at any time.
package struct Workbench {
    /// What only the loop can do.
    package enum Wish {
        case quit
        /// Perform a slow command beside the screen, with what it finds on standard input.
        case perform(Line, input: String?)
        case job(Job)
        case copy(String)
        case redraw, suspend, bell, cancel
        /// Perform a command while the terminal is given back, so that it can ask for a passphrase there.
        case aside(Line)
    }

    package let session: Session
    var stack: [any View]
    package internal(set) var prompt: Prompt?
    var message = ""
    var isTrouble = false
    var count: Int?
    /// What the next key chooses from.
    var menu: Menu?
    var history: [String] = []
    /// What a job that runs says of itself, for the message row.
    package var jobState: String?
    /// The bytes sent so far, when the meter is on.
    package var meter: Int?
    package internal(set) var showsMeter = false

    package init(session: Session, place: [String: String] = [:]) throws {
        self.session = session
        stack = [CountyView(place: place)]
        if let plan = place["plan"].flatMap(Int64.init), plan != 0, (try? session.open(plan: plan)) == nil {
            try session.open(plan: 0)
        }
        if let layer = place["layer"],
            let found = session.layers.first(where: { $0.table == layer })
        {
            try session.list(found)
        }
        // A start can wish for nothing but jobs, and `firstWishes` hands these to the loop.
        var wishes: [Wish] = []
        let effects = try stack[0].load(session)
        apply(effects, &wishes)
        if let job = session.findingsJob { wishes.append(.job(job)) }
        open(view: place, &wishes)
        firstWishes = wishes
        if let text = place["prompt"], !text.isEmpty {
            // A comment that was half written comes back in its box, where its change is still on the screen.
            if let name = place["asked"] {
                if stack[stack.count - 1] is ReviewView {
                    open(.words(name: name, title: place["asking"] ?? ""), initial: text)
                }
            } else {
                open(.command, initial: text)
            }
        }
        if place.isEmpty {
            say(Phrases.say("? shows the keys, : takes commands, Q leaves.", "? 显示按键，: 输入命令，Q 退出。"))
        }
    }

    /// What the loop shall do right after the first frame.
    package private(set) var firstWishes: [Wish] = []

    /// Where the next start shall return to.
    package var place: [String: String] {
        var place = stack.reduce(into: [:]) { place, view in place.merge(view.place) { _, new in new } }
        place["plan"] = String(session.planID)
        place["layer"] = session.survey?.table ?? ""
        place["glyphs"] = session.chosenGlyphs?.rawValue
        if let prompt, prompt.kind == .command { place["prompt"] = prompt.string }
        // Words to a decision are not kept: which one it was would have to be asked again.
        if let prompt, case .words(let name, let title) = prompt.kind, name != "reason" {
            (place["prompt"], place["asked"], place["asking"]) = (prompt.string, name, title)
        }
        return place
    }

    /// Pushes the views that a place was left on.
    private mutating func open(view place: [String: String], _ wishes: inout [Wish]) {
        let walk = session.plan == nil ? nil : place["walk"].flatMap(Walk.init)
        let stop = place["stop"].flatMap(Int.init) ?? 0
        switch place["view"] {
        case "card": if let uid = place["parcel"].flatMap(Int64.init) { push(CardView(uid: uid), &wishes) }
        case "layers": push(LayersView(), &wishes)
        case "plans": push(PlansView(), &wishes)
        case "journal": push(JournalView(), &wishes)
        case "paste": push(PasteBox(place["box"] ?? ""), &wishes)
        case "analyses": push(KeptAnalysesView(), &wishes)
        // What a boundary touches is looked up anew: the data may have changed.
        case "analysis": if let line = place["analysis"] { run(template: line, isFilled: true, &wishes) }
        case "results": push(ConsequencesView(), &wishes)
        case "queue":
            push(ReviewQueueView(at: place["review"].flatMap(Int64.init), all: place["all"] == "1"), &wishes)
        case "review":
            push(ReviewQueueView(at: place["review"].flatMap(Int64.init), all: place["all"] == "1"), &wishes)
            if let plan = place["review"].flatMap(Int64.init), (try? session.project.plan(plan)) != nil {
                push(ReviewView(plan, at: place["change"].flatMap(Int64.init)), &wishes)
            }
        case "steps": push(LogView(at: place["row"].flatMap(Int.init) ?? 0), &wishes)
        case "list": if let walk { push(WalkList(walk, at: stop), &wishes) }
        case "walk":
            if let walk {
                if case .step = walk { push(LogView(), &wishes) } else { push(WalkList(walk, at: stop), &wishes) }
                push(WalkView(walk, at: stop), &wishes)
            }
        case "dashboard", "indicator": push(DashboardView(place: place), &wishes)
        default: break
        }
    }

    // MARK: Keys

    /// Takes one key by its name, such as `j`, `Down`, `C-r`.
    package mutating func take(key: String) -> [Wish] {
        var wishes: [Wish] = []
        if prompt != nil {
            takeInPrompt(key, &wishes)
            return wishes
        }
        if !message.isEmpty { say("") }
        if let menu {
            self.menu = nil
            choose(key, from: menu, &wishes)
            return wishes
        }
        if attempt({ try $0.take(key: key, $1) }, &wishes) { return wishes }
        if key.count == 1, let digit = key.first?.wholeNumberValue, key.first?.isASCII == true,
            digit != 0 || count != nil
        {
            count = min((count ?? 0) * 10 + digit, 100_000_000)
            return wishes
        }
        let count = count
        self.count = nil
        switch session.keymap[key] {
        case .action(let action): act(action, count: count, &wishes)
        case .line(let line): run(template: line, &wishes)
        case nil:
            say(Phrases.say("\(key) does nothing here; ? shows the keys.", "\(key) 在此无作用；按 ? 查看按键。"), isTrouble: true)
        }
        return wishes
    }

    mutating func act(_ action: Action, count: Int?, _ wishes: inout [Wish]) {
        if attempt({ try $0.handle(action, count: count, $1) }, &wishes) {
            // A screen that does its own part asks the project anew; the session and what lies below it are read as well.
            if action == .reread { reread(&wishes) }
            return
        }
        switch action {
        case .back:
            if stack.count > 1 { apply([.back], &wishes) } else { say(Phrases.say("Q leaves tuban.", "按 Q 退出。")) }
        case .quit: wishes.append(.quit)
        case .prompt: open(.command)
        case .palette: open(.palette)
        case .help: push(HelpView(of: stack[stack.count - 1], keymap: session.keymap), &wishes)
        case .screens: open(.screens)
        case .analyse: open(.analyse)
        case .draftMenu: openDraftMenu()
        case .sketchBoundary:
            popToCounty(map: false, &wishes)
            _ = attempt({ try $0.handle(.sketchBoundary, count: nil, $1) }, &wishes)
        case .pasteBox: openBox(&wishes)
        case .showAnalysis: showAnalysis(&wishes)
        case .showAnalyses: show(KeptAnalysesView(), &wishes)
        case .showCounty, .showMap: popToCounty(map: action == .showMap, &wishes)
        case .showLayers, .legend: show(LayersView(), &wishes)
        case .showPlans: show(PlansView(), &wishes)
        case .showJournal: show(JournalView(), &wishes)
        case .showQueue: show(ReviewQueueView(), &wishes)
        case .showDashboard: show(DashboardView(), &wishes)
        case .showConsequences: showOfPlan(ConsequencesView(), &wishes)
        case .showFindings: showOfPlan(WalkList(.findings), &wishes)
        case .showLog: showOfPlan(LogView(), &wishes)
        case .showChanges: showOfPlan(WalkList(.changes), &wishes)
        case .showConflicts: showOfPlan(WalkList(.conflicts), &wishes)
        case .redraw: wishes.append(.redraw)
        case .suspend: wishes.append(.suspend)
        case .cancel:
            if jobState == nil { say(Phrases.say("No job is running; Q leaves tuban.", "没有正在运行的任务；按 Q 退出。")) }
            wishes.append(.cancel)
        case .reread: reread(&wishes)
        default:
            say(
                Phrases.say("\(action.name) does not work on this screen.", "本屏不能“\(action.name)”。"), isTrouble: true)
        }
    }

    private mutating func popToCounty(map: Bool, _ wishes: inout [Wish]) {
        keepBox()
        stack.removeLast(stack.count - 1)
        if var county = stack[0] as? CountyView {
            county.showsMapOnly = map
            stack[0] = county
        }
        reloadTop(&wishes)
    }

    /// Shows a screen of its own kind once, above the county.
    mutating func show(_ view: any View, _ wishes: inout [Wish]) {
        keepBox()
        stack.removeLast(stack.count - 1)
        push(view, &wishes)
    }

    /// Shows a screen that needs an open plan.
    private mutating func showOfPlan(_ view: any View, _ wishes: inout [Wish]) {
        guard session.plan != nil else {
            say(Session.noPlan, isTrouble: true)
            return
        }
        show(view, &wishes)
    }

    mutating func push(_ view: any View, _ wishes: inout [Wish]) {
        stack.append(view)
        reloadTop(&wishes)
    }

    // MARK: Effects

    /// Lets the top view act; a failure becomes a message.
    ///
    /// - Returns: whether the view had an answer.
    mutating func attempt(
        _ body: (inout any View, Session) throws -> [Effect]?, _ wishes: inout [Wish]
    ) -> Bool {
        do {
            guard let effects = try body(&stack[stack.count - 1], session) else { return false }
            apply(effects, &wishes)
        } catch {
            say(Self.sentence(error), isTrouble: true)
        }
        return true
    }

    mutating func apply(_ effects: [Effect], _ wishes: inout [Wish]) {
        for effect in effects {
            switch effect {
            case .run(let line): run(template: line, &wishes)
            case .perform(let line): run(template: line, isFilled: true, &wishes)
            case .feed(let text, let line):
                do {
                    let line = try Line(line)
                    session.fed = (line.text, text)
                    wishes.append(.perform(line, input: text))
                } catch {
                    say(Self.sentence(error), isTrouble: true)
                }
            case .push(let view): push(view, &wishes)
            case .back:
                keepBox()
                if stack.count > 1 { stack.removeLast() }
                reloadTop(&wishes)
            case .quit: wishes.append(.quit)
            case .say(let text, let isTrouble): say(text, isTrouble: isTrouble)
            case .ask(let kind, let initial): open(kind, initial: initial)
            case .confirm(let question, let line): confirm(question, line)
            case .job(let job): wishes.append(.job(job))
            case .copy(let text):
                wishes.append(.copy(text))
                say(Phrases.say("Copied: \(text)", "已复制：\(text)"))
            case .redraw: wishes.append(.redraw)
            case .suspend: wishes.append(.suspend)
            case .cancel: wishes.append(.cancel)
            }
        }
    }

    private mutating func reloadTop(_ wishes: inout [Wish]) {
        _ = attempt({ try $0.load($1) }, &wishes)
    }

    /// Reads everything again, after a change here or elsewhere.
    package mutating func reread(_ wishes: inout [Wish]) {
        do {
            try session.reload()
            for index in stack.indices { apply(try stack[index].load(session), &wishes) }
            if let job = session.findingsJob { wishes.append(.job(job)) }
        } catch {
            say(Self.sentence(error), isTrouble: true)
        }
    }

    package mutating func say(_ text: String, isTrouble: Bool = false) {
        message = text
        self.isTrouble = isTrouble
    }

    static func sentence(_ error: any Error) -> String {
        error is CancellationError ? Phrases.say("Stopped.", "已停止。") : String(describing: error)
    }
}
