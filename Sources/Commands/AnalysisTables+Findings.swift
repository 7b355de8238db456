import Documents
import Phrases
import Planning

extension AnalysisTables {
    /// What the rules found, numbered as in the report and on its map.
    var findings: Report {
        func real(_ value: Double?, _ decimals: Int = 2) -> Report.Value {
            value.map { .real($0, decimals: decimals) } ?? .null
        }
        func text(_ text: String) -> Report.Value { text.isEmpty ? .null : .text(text) }
        return Report(
            title: "",
            columns: [
                .init("finding", "Finding", "编号", number: true), .init("rule", "Rule", "规则"),
                .init("version", "Version", "版本", number: true), .init("severity", "Severity", "等级"),
                .init("verdict", "Verdict", "结论"), .init("parcel", "Parcel", "图斑", number: true),
                .init("layer", "Layer", "图层"), .init("number", "Number", "标识码"),
                .init("object", "Its parcel", "对照图斑", number: true), .init("object_layer", "Against", "对照图层"),
                .init("object_number", "Its number", "对照标识码"), .init("area_m2", "Area m²", "面积 m²", number: true),
                .init("measured", "Measured", "实测", number: true), .init("threshold", "Limit", "限值", number: true),
                .init("tolerance", "Tolerance", "容差", number: true), .init("unit", "Unit", "单位"),
                .init("ignored_m2", "Slivers ignored m²", "忽略碎屑 m²", number: true),
                .init("finding_text", "Finding", "检查结果"), .init("reason", "Reason", "原因"),
                .init("basis", "Basis", "依据"), .init("basis_version", "Its version", "依据版本"),
                .init("remedy", "Remedy", "处理"), .init("x", "X", "X", number: true),
                .init("y", "Y", "Y", number: true),
            ],
            rows: analysis.findings.enumerated().map { index, finding in
                [
                    .integer(Int64(AnalysisPage.number(of: index))), .text(finding.rule.id),
                    .integer(Int64(finding.rule.version)), .text(finding.severity.rawValue),
                    .text(finding.verdict.rawValue), finding.uid.map { .integer($0) } ?? .null, text(finding.layer),
                    text(finding.number), finding.object.map { .integer($0) } ?? .null, text(finding.objectLayer),
                    text(finding.objectNumber), real(finding.area), real(finding.measured), real(finding.threshold),
                    real(finding.rule.tolerance), text(finding.rule.unit), real(finding.ignored),
                    .text(finding.sentence), finding.verdict == .unknown ? .text(finding.reasonText) : .null,
                    .text(finding.rule.basis), text(finding.rule.basisVersion),
                    .text(finding.rule.remedy.description), real(finding.place?.x, 3), real(finding.place?.y, 3),
                ]
            })
    }

    /// What differs from the earlier run: sums, features and findings, each with its figure before and now.
    var changes: Report {
        var rows: [[Report.Value]] = []
        func area(_ value: Int64?) -> Report.Value { value.map { .area($0) } ?? .null }
        func text(_ text: String?) -> Report.Value { text.map { .text($0) } ?? .null }
        if let since = analysis.comparison {
            rows += since.sums.map { change in
                let key = change.now ?? change.before
                let name = [key?.code, key?.unit, key?.ownership].compactMap { $0 }.joined(separator: " ")
                return [
                    .integer(since.number), .text("sum"), .text(name), area(change.before?.area),
                    area(change.now?.area), .null, .null,
                ]
            }
            rows += since.meetings.map { change in
                let key = change.now ?? change.before
                let number = key.map { $0.number.isEmpty ? String($0.uid) : $0.number }
                let name = [key?.layer, number].compactMap { $0 }.joined(separator: " ")
                return [
                    .integer(since.number), .text("feature"), .text(name), area(change.before?.area),
                    area(change.now?.area), text(change.before?.verdict.rawValue), text(change.now?.verdict.rawValue),
                ]
            }
            rows += since.mended.map {
                [
                    .integer(since.number), .text("finding"), .text(say($0.english, $0.chinese)), .null, .null,
                    .text($0.isBroken ? "broken" : "unknown"), .null,
                ]
            }
            rows += since.new.map {
                [
                    .integer(since.number), .text("finding"), .text(say($0.english, $0.chinese)), .null, .null, .null,
                    .text($0.isBroken ? "broken" : "unknown"),
                ]
            }
        }
        return Report(
            title: "",
            columns: [
                .init("earlier", "Earlier run", "前次分析", number: true), .init("kind", "Kind", "类别"),
                .init("subject", "Subject", "对象"), .init("before_m2", "Before m²", "前次 m²", number: true),
                .init("now_m2", "Now m²", "本次 m²", number: true), .init("before", "Before", "前次"),
                .init("now", "Now", "本次"),
            ], rows: rows)
    }
}
