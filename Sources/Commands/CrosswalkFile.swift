import Foundation
import Phrases
import Planning
import Store

extension Crosswalk {
    /// The crosswalk that `--crosswalk` names: a file, or the built-in `survey:plan2023`.
    ///
    /// - Throws: `Refusal` with every fault of the file.
    init(_ path: String, system: String?, project: Project, notes: inout [Phrase]) throws {
        if path == "survey:plan2023", !FileManager.default.fileExists(atPath: path) {
            let (crosswalk, chosen) = Crosswalk.surveyToPlan()
            notes.append(
                Phrase(
                    "survey:plan2023 holds \(crosswalk.classes.count) survey classes with a verified planned use; for \(chosen) "
                        + "of them it is the usual one of several: \(crosswalk.remarks.joined(separator: "; ")).",
                    "survey:plan2023 含 \(crosswalk.classes.count) 个有核实对应的调查地类，其中 \(chosen) 个为多选一的常用对应："
                        + "\(crosswalk.remarks.joined(separator: "；"))。"))
            self = crosswalk
            return
        }
        let text = try tableText(of: path)
        let known = Set(try project.classes().values.filter(\.isKnown).map(\.code))
        do {
            try self.init(
                text: text, file: path, hash: try sourceHash(of: path), system: system, exists: known.contains)
        } catch let error as TableFaults {
            let list = error.faults.map { fault in
                (
                    "\(fault.file):\(fault.line): \(fault.reason.english)",
                    "\(fault.file):\(fault.line): \(fault.reason.chinese)"
                )
            }
            throw Refusal(
                .badData,
                "The crosswalk \(path) cannot be used; correct \(list.count == 1 ? "this" : "these \(list.count) faults"): "
                    + list.map(\.0).joined(separator: " "),
                "对照表 \(path) 不能使用，请改正以下 \(list.count) 处：" + list.map(\.1).joined(separator: " "))
        }
        name = path.split(separator: "/").last.map(String.init) ?? path
    }

    var summary: Phrase {
        Phrase(
            "Classes: \(classes.count) foreign codes become classes of \(system) by \(name) (\(hash)).",
            "地类：按 \(name)（\(hash)）将 \(classes.count) 个原代码转为 \(system) 地类。")
    }

    /// What became of a layer's codes.
    ///
    /// - Parameter crossed: features and hundredths of a square metre by the layer's own code.
    func told(_ crossed: [String: (count: Int, area: Int64)]) -> [Phrase] {
        let unmapped = crossed.filter { self[$0.key] == nil }.sorted { $0.key < $1.key }
        let features = crossed.values.map(\.count).reduce(0, +)
        let lost = unmapped.map(\.value.count).reduce(0, +)
        var told = [
            Phrase(
                "\(name): \(features - lost) of \(features) features with a code are classed as \(system).",
                "\(name)：\(features) 个有代码的要素中 \(features - lost) 个归入 \(system) 地类。")
        ]
        for (code, sum) in unmapped.prefix(200) {
            let area = "\(sum.area / 100).\(sum.area % 100 < 10 ? "0" : "")\(sum.area % 100)"
            told.append(
                Phrase(
                    "Code \(code) is not in \(name): left unclassified \(counted(sum.count, "feature")), \(area) m².",
                    "代码 \(code) 不在 \(name) 中：\(sum.count) 个要素、\(area) m² 记为未分类。"))
        }
        if unmapped.count > 200 {
            told.append(
                Phrase("\(unmapped.count - 200) more codes are unclassified.", "另有 \(unmapped.count - 200) 个代码未分类。"))
        }
        let unused = classes.keys.filter { crossed[$0] == nil }.sorted()
        if !unused.isEmpty {
            let list = unused.prefix(20).joined(separator: ", ") + (unused.count > 20 ? ", …" : "")
            told.append(
                Phrase(
                    "\(unused.count) codes of \(name) do not occur in the layer: \(list).",
                    "\(name) 中有 \(unused.count) 个代码在图层中未出现：\(list)。"))
        }
        return told
    }
}
