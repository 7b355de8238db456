import Phrases
import Testing

@testable import Planning

struct LayerSchemaTests {
    @Test(
        "Layers are known by name, whatever year, place, case or language it is written in",
        arguments: [
            ("DLTB", "DLTB", nil), ("dltb_2020", "DLTB", 2020), ("DLTB2025", "DLTB", 2025), ("330106DLTB", "DLTB", nil),
            ("2020年地类图斑", "DLTB", 2020), ("某县城镇开发边界", "CZKFBJ", nil), ("YJJBNTBHTB", "YJJBNTTB", nil),
            ("永久基本农田保护图斑", "YJJBNTTB", nil), ("XS_XMKJFW", "XS_XMKJFW", nil), ("STBHHX_final_2021", "STBHHX", 2021),
            ("XZQXZ", "XZQ", nil), ("zxcqghydyh", "ZXCQGHYDYH", nil), ("SD", "SD", nil),
        ] as [(String, String, Int?)])
    func names(layer: String, schema: String, year: Int?) {
        let detection = LayerSchema.detect(layerName: layer, fields: [])
        #expect(detection.schema?.name == schema)
        #expect(detection.year == year)
    }

    @Test("A survey layer's fields are found, also in lower case and behind a table's name")
    func survey() {
        let detection = LayerSchema.detect(
            layerName: "DLTB_2020", fields: ["fid", "bsm", "DLTB.DLBM", "ZLDWDM", "TBMJ", "TBDLMJ", "KCXS", "SJNF"])
        #expect(detection.role == .parcels)
        #expect(
            detection.numberField == "bsm" && detection.classField == "DLTB.DLBM" && detection.unitField == "ZLDWDM")
        #expect(detection.fields[.area] == "TBMJ" && detection.fields[.netArea] == "TBDLMJ")
        #expect(detection.classSystem == "survey" && detection.yearField == "SJNF")
        #expect(detection.account.contains { $0.english == "Field DLTB.DLBM holds the class." })
    }

    @Test("A layer with a strange name is known by its fields, cut to ten characters as in a DBF")
    func byFields() {
        let names = ["BSM", "DLBM", "YJJBNTTBBH", "YJJBNTTBMJ", "YJJBNTMJ", "ZLDWDM"]
        #expect(LayerSchema.detect(layerName: "export1", fields: names).schema?.name == "YJJBNTTB")
        let unit = LayerSchema.detect(layerName: "export2", fields: ["ZRZYDJDYH", "DJDYMC", "DJDYZMJ"])
        #expect(unit.schema?.name == "ZRZY_DJDY" && unit.role == .resource)
        #expect(LayerSchema.detect(layerName: "t", fields: ["DLBM", "DLMC", "TBMJ", "ZLDWDM"]).schema?.name == "DLTB")
    }

    @Test("A foreign layer is reference until somebody says what it is")
    func foreignLayer() {
        let detection = LayerSchema.detect(layerName: "M087TaxPar", fields: ["LOC_ID", "USE_CODE", "POLY_TYPE"])
        #expect(detection.role == .reference && detection.schema == nil && detection.classField == nil)
        #expect(detection.account.count == 1)
    }

    @Test("A missing class field is said")
    func missing() {
        let detection = LayerSchema.detect(layerName: "DLTB", fields: ["BSM", "ZLDWDM"])
        #expect(detection.classField == nil && detection.classSystem == nil)
        #expect(detection.account.contains { $0.english.hasPrefix("No field holds the class") })
    }

    @Test("The table names only class systems that exist")
    func table() throws {
        #expect(LayerSchema.all.count > 50)
        for schema in LayerSchema.all {
            for label in [schema.classSystem, schema.zoneSystem].compactMap(\.self) {
                #expect(ClassTable.standard.system(label) != nil, "\(schema.name)")
            }
            #expect(["point", "line", "polygon"].contains(schema.geometry))
        }
        let csv = try CSV(
            "name,role,base_map,name_zh,name_en,geometry,class_system,class_field,unit_field,unit_name_field,number_field,name_field,"
                + "area_field,net_area_field,factor_field,deduction_field,zone_field,zone_system,signature,aliases,mark,source\n"
                + "A,nothing,,a,a,polygon,,,,,,,,,,,,,,,verified,s\n", file: "layers.csv")
        let fault = #expect(throws: TableFault.self) { try LayerSchema.load(csv) }
        #expect(fault?.description.hasPrefix("layers.csv:2:") == true)
    }
}
