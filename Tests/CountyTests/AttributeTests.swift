import Geometry
import Planning
import Testing

@testable import County

struct AttributeTests {
    @Test("Every value fits its field, and BSM is unique over all layers")
    func fields() throws {
        let county = try county(4, parcels: 1_500)
        var numbers: Set<String> = []
        for layer in county.layers() {
            layer.forEachFeature { feature in
                #expect(feature.values.count == layer.fields.count)
                for (field, value) in zip(layer.fields, feature.values) {
                    switch (field.kind, value) {
                    case (_, .null), (.integer, .integer): break
                    case (.text(let width), .text(let text)): #expect((1...width).contains(text.count), "\(field.name)")
                    case (.real(let decimals), .real(let value)):
                        let scale = [1.0, 10, 100, 1_000, 10_000][decimals]
                        #expect(abs(value * scale - (value * scale).rounded()) < 1e-4, "\(field.name) \(value)")
                    default: Issue.record("\(layer.name).\(field.name) holds \(value)")
                    }
                }
                guard layer.fields.contains(where: { $0.name == "BSM" }) else { return }
                let number = feature.text(layer.fields, "BSM")
                #expect(number?.utf8.count == 18 && numbers.insert(number ?? "").inserted)
            }
        }
    }

    @Test("Survey parcels carry what the survey's rules ask for", arguments: UInt64(1)...3)
    func survey(seed: UInt64) throws {
        let county = try county(seed, parcels: 1_500), fields = County.surveyFields
        #expect(fields.count == 30)
        var numbers: Set<String> = [], classes: Set<String> = []
        // The planted cases say on purpose what a survey should not.
        for parcel in try county.features("DLTB_2025") where parcel.text(fields, "BSM")?.dropFirst(10).first != "9" {
            let code = try #require(parcel.text(fields, "DLBM"))
            let unit = try #require(parcel.text(fields, "ZLDWDM"))
            classes.insert(code)
            #expect(parcel.text(fields, "DLMC") == ClassTable.standard[.survey(code)]?.name.chinese)
            #expect(UnitCode(unit)?.level == .village && unit.utf8.count == 19)
            #expect(numbers.insert("\(unit) \(parcel.text(fields, "TBBH") ?? "")").inserted)
            let settlement = parcel.text(fields, "CZCSXM").flatMap(Settlement.named)
            #expect((settlement != nil) == Settlement.isRequired(for: code))
            #expect(settlement?.allows(code) != false, "\(code) in \(settlement?.code ?? "")")
            #expect((parcel.text(fields, "GDPDJB") != nil) == code.hasPrefix("01"))
            let gross = try #require(parcel.hundredths(fields, "TBMJ"))
            let net = try #require(parcel.hundredths(fields, "TBDLMJ"))
            #expect(gross == planeArea(parcel.shape))
            if code.hasPrefix("01") {
                let deducted = try #require(parcel.hundredths(fields, "KCMJ"))
                // KCXS has four decimals; hundredths() gives 100 times it, so ask for the value itself.
                guard case .real(let factor) = parcel.values[13] else { Issue.record("no KCXS"); continue }
                #expect(deducted == (gross * Int64((factor * 10_000).rounded()) + 5_000) / 10_000)
                #expect(net == gross - deducted)
            } else {
                #expect(net == gross)
            }
        }
        #expect(classes.count >= 20, "seed \(seed): only \(classes.count) classes")
    }

    @Test("Plans and lines use the codes of their tables, and layers are detected for what they are")
    func plans() throws {
        let county = try county(2, parcels: 3_000)
        // One planted parcel has no planned class.
        for use in try county.features("GHYDYH")
        where use.text(County.plannedUseFields, "BSM")?.dropFirst(10).first != "9" {
            let code = try #require(use.text(County.plannedUseFields, "YDYHFLDM"))
            #expect(ClassTable.standard[.plan2023(code)]?.name.chinese == use.text(County.plannedUseFields, "YDYHFLMC"))
        }
        for zone in try county.features("CZKFBJ")
        where zone.text(County.urbanBoundaryFields, "BSM")?.dropFirst(10).first != "9" {
            let code = try #require(zone.text(County.urbanBoundaryFields, "GHFQDM"))
            #expect(["410", "420", "430"].contains(code))
        }
        #expect(try Set(county.features("STBHHX").compactMap { $0.text(County.redLineFields, "ZRBHDFQ") }).count >= 1)
        #expect(
            try county.features("YJJBNTTB").allSatisfy {
                $0.text(County.farmlandFields, "DLBM")?.hasPrefix("01") == true
            })
        for layer in county.layers() {
            let detection = LayerSchema.detect(layerName: layer.name, fields: layer.fields.map(\.name))
            let isSurvey = layer.name.hasPrefix("DLTB_")
            #expect(detection.schema?.name == (isSurvey ? "DLTB" : layer.name))
            // Layers of projects and registrations have numbers of their own kind.
            #expect(detection.numberField != nil, "\(layer.name)")
            #expect(detection.year == (isSurvey ? Int(layer.name.suffix(4)) : nil))
        }
    }
}
