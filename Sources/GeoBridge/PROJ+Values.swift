import CPROJ
import Geometry
import Phrases

/// From PROJ's objects to plain values. Whoever calls keeps the object alive with `Handle.use`.
extension PROJ {
    /// Everything of a coordinate system but its authority and its zone.
    func values(of crs: OpaquePointer) throws -> CoordinateSystem {
        let name = Self.name(crs)
        let type = proj_get_type(crs)
        let isGeographic = type == PJ_TYPE_GEOGRAPHIC_2D_CRS || type == PJ_TYPE_GEOGRAPHIC_3D_CRS
        guard isGeographic || type == PJ_TYPE_PROJECTED_CRS else {
            throw Refusal(
                .badData, "\(name) is neither a geographic nor a projected coordinate system.",
                "\(name) 既不是地理坐标系也不是投影坐标系。")
        }
        guard let body = Handle(proj_get_ellipsoid(context, crs)),
            let axes = Handle(proj_crs_get_coordinate_system(context, crs)),
            let datum = Handle(proj_crs_get_datum_forced(context, crs))
        else { throw unreadable(name) }
        var ellipsoid = Ellipsoid.cgcs2000
        var unit = 1.0
        let isRead =
            body.use {
                proj_ellipsoid_get_parameters(context, $0, &ellipsoid.a, nil, nil, &ellipsoid.inverseFlattening) == 1
            } && axes.use { proj_cs_get_axis_info(context, $0, 0, nil, nil, nil, &unit, nil, nil, nil) == 1 }
        guard isRead else { throw unreadable(name) }
        if isGeographic, abs(unit - .pi / 180) > 1e-12 {
            throw Refusal(
                .badData, "\(name) counts in another unit than degrees; convert the data to degrees first.",
                "\(name) 的单位不是度, 请先换算为度。")
        }
        let datumName = datum.use(Self.name)
        let isGreenwich = try primeMeridian(of: crs) == 0
        var system = CoordinateSystem(
            authority: nil, identification: .none, name: name, wkt: try wkt(of: crs),
            kind: isGeographic ? .geographic : .projected,
            datum: isGreenwich ? Datum(named: datumName, on: ellipsoid) : .other,
            datumName: datumName, ellipsoid: ellipsoid, metresPerUnit: isGeographic ? 1 : unit)
        if !isGeographic, isGreenwich { system.transverseMercator = transverseMercator(of: crs, ellipsoid, unit) }
        return system
    }

    /// The EPSG code that a definition without one deserves. Sets the zone of a Gauss–Krüger system.
    func code(for system: inout CoordinateSystem, _ crs: OpaquePointer) -> Int? {
        if system.isGeographic, let code = system.datum.geographicCode { return code }
        if let grid = system.transverseMercator, let zone = Self.zone(of: grid, named: system.name),
            let code = zone.code(on: system.datum)
        {
            system.zone = zone
            return code
        }
        // Of the rest of the world only what PROJ holds to be the same in all but name.
        var confidences: UnsafeMutablePointer<Int32>?
        guard let list = proj_identify(context, crs, "EPSG", nil, &confidences) else { return nil }
        defer {
            proj_list_destroy(list)
            proj_int_list_destroy(confidences)
        }
        guard proj_list_get_count(list) > 0, let confidences, confidences[0] >= 90,
            let found = Handle(proj_list_get(context, list, 0))
        else { return nil }
        return found.use { proj_get_id_code($0, 0).flatMap { Int(String(cString: $0)) } }
    }

    /// The Chinese zone that a grid is, if it is one: scale 1, metres, and the false easting of a zone.
    ///
    /// A zone without prefix on a meridian that both widths share is a 3° one unless its name is formed like those of
    /// 6° zones (`…_GK_CM_117E`, `… / Gauss-Kruger CM 117E`): the coordinates are the same.
    static func zone(of grid: TransverseMercator, named name: String) -> GaussKrugerZone? {
        guard grid.scale == 1, grid.falseNorthing == 0, grid.metresPerUnit == 1 else { return nil }
        let key = name.lowercased().filter { $0.isLetter || $0.isNumber }
        let isSix = !key.contains("3degree") && (key.contains("gkcm") || key.contains("gausskrugercm"))
        for width in isSix ? [6, 3] : [3, 6] {
            for isPrefixed in [true, false] {
                if let zone = GaussKrugerZone(
                    width: width, centralMeridian: grid.centralMeridian, isPrefixed: isPrefixed),
                    zone.falseEasting == grid.falseEasting
                {
                    return zone
                }
            }
        }
        return nil
    }

    private func transverseMercator(
        of crs: OpaquePointer, _ ellipsoid: Ellipsoid, _ unit: Double
    ) -> TransverseMercator? {
        guard let conversion = Handle(proj_crs_get_coordoperation(context, crs)) else { return nil }
        return conversion.use { transverseMercator(conversion: $0, ellipsoid, unit) }
    }

    private func transverseMercator(
        conversion: OpaquePointer, _ ellipsoid: Ellipsoid, _ unit: Double
    ) -> TransverseMercator? {
        var method: UnsafePointer<CChar>?
        guard proj_coordoperation_get_method_info(context, conversion, &method, nil, nil) == 1, let method,
            ["Transverse Mercator", "Gauss-Kruger", "Gauss Kruger"].contains(String(cString: method))
        else { return nil }
        /// In degrees, metres, or as a ratio; by EPSG's number of the parameter.
        func parameter(_ wanted: String) -> Double? {
            for index in 0..<proj_coordoperation_get_param_count(context, conversion) {
                var code: UnsafePointer<CChar>?
                var value = 0.0
                var factor = 1.0
                guard
                    proj_coordoperation_get_param(
                        context, conversion, index, nil, nil, &code, &value, nil, &factor, nil, nil, nil, nil)
                        == 1, let code, String(cString: code) == wanted
                else { continue }
                // An angle in degrees has the factor π/180; multiplying and dividing by it would cost its last digit.
                let degree = Double.pi / 180
                guard wanted == "8801" || wanted == "8802" else { return value * factor }
                return abs(factor - degree) < 1e-14 ? value : value * factor / degree
            }
            return nil
        }
        guard parameter("8801") == 0, let meridian = parameter("8802"), let scale = parameter("8805"),
            let east = parameter("8806"), let north = parameter("8807")
        else { return nil }
        return TransverseMercator(
            ellipsoid: ellipsoid, centralMeridian: meridian, falseEasting: east / unit, falseNorthing: north / unit,
            scale: scale, metresPerUnit: unit)
    }

    private func primeMeridian(of crs: OpaquePointer) throws -> Double {
        guard let meridian = Handle(proj_get_prime_meridian(context, crs)) else {
            throw unreadable(Self.name(crs))
        }
        var longitude = 0.0
        let isRead = meridian.use { proj_prime_meridian_get_parameters(context, $0, &longitude, nil, nil) == 1 }
        guard isRead else { throw unreadable(Self.name(crs)) }
        return longitude
    }

    private func wkt(of crs: OpaquePointer) throws -> String {
        for type in [PJ_WKT1_GDAL, PJ_WKT2_2019] {
            // The text belongs to the object.
            if let text = proj_as_wkt(context, crs, type, nil) { return String(cString: text) }
        }
        throw unreadable(Self.name(crs))
    }

    private func unreadable(_ name: String) -> PROJError {
        PROJError(operation: Phrase("reading the coordinate system \(name)", "读取坐标系 \(name)"), reason: takeMessage())
    }

    private static func name(_ object: OpaquePointer) -> String {
        proj_get_name(object).map { String(cString: $0) } ?? ""
    }
}
