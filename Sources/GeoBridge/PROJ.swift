import CPROJ
import Geometry
import Phrases

/// What PROJ could not do, with its own words.
package struct PROJError: Error, Hashable, Sendable, CustomStringConvertible {
    package var operation: Phrase
    /// PROJ speaks English only.
    package var reason: String

    package var description: String {
        say("PROJ failed \(operation.english): \(reason)", "PROJ \(operation.chinese)失败: \(reason)")
    }
}

/// PROJ, the library that knows coordinate systems; its one owner.
///
/// An instance belongs to the job that made it. It never prints and never asks the network.
package final class PROJ {
    let context: OpaquePointer
    private let messages = Messages()

    private final class Messages {
        var last = ""
    }

    package init() throws {
        guard let context = proj_context_create() else {
            throw PROJError(operation: Phrase("starting", "启动"), reason: "no context")
        }
        self.context = context
        // First of all: its own handler prints on standard error. `messages` lives as long as the context.
        proj_log_func(context, Unmanaged.passUnretained(messages).toOpaque()) { messages, _, message in
            guard let message, let messages else { return }
            Unmanaged<Messages>.fromOpaque(messages).takeUnretainedValue().last = String(cString: message)
        }
        _ = proj_context_set_enable_network(context, 0)
    }

    deinit {
        proj_context_destroy(context)
    }

    package static var version: String { proj_info().release.map { String(cString: $0) } ?? "" }

    /// The last thing PROJ complained of, once.
    func takeMessage() -> String {
        defer { messages.last = "" }
        return messages.last.isEmpty ? "no reason given" : messages.last
    }

    /// An object of PROJ that is freed with the value; never leaves this target.
    struct Handle: ~Copyable {
        private let pointer: OpaquePointer

        /// - Returns: nil for PROJ's null, its way of saying no.
        init?(_ pointer: OpaquePointer?) {
            guard let pointer else { return nil }
            self.pointer = pointer
        }

        deinit { proj_destroy(pointer) }

        /// The object lives as long as `body` runs; read as a property, the pointer might outlive its owner's last use.
        borrowing func use<Result>(_ body: (OpaquePointer) throws -> Result) rethrows -> Result {
            try body(pointer)
        }

        consuming func take() -> OpaquePointer {
            let pointer = pointer
            discard self
            return pointer
        }
    }

    /// A coordinate system from its definition: `EPSG:4526`, a bare `4526`, WKT of any dialect, or a PROJ string.
    ///
    /// A definition without a code is compared with those that have one, by datum, central meridian and false easting
    /// and not by its name; `remark` then says so. Of a compound system the horizontal half is taken, and datum shifts
    /// that a definition brings along (`TOWGS84`) are left out: their origin is unknown, and often they are zeros.
    ///
    /// - Throws: `Refusal` when it is no definition, or one of something that has no map coordinates.
    package func coordinateSystem(_ text: String) throws -> CoordinateSystem {
        try Self.refuseEncrypted(text)
        return try crs(text).use { crs in
            let authority = authority(of: crs)
            // A geographic system with heights is used without them, and then has another code.
            let stated = proj_get_type(crs) == PJ_TYPE_GEOGRAPHIC_3D_CRS ? nil : authority
            var system = try values(of: crs)
            system.authority = stated
            system.identification = stated == nil ? .none : .stated
            if let code = system.epsg, let (zone, datum) = GaussKrugerZone.of(code: code), datum == system.datum {
                system.zone = zone
            } else if stated == nil, let code = code(for: &system, crs) {
                let zone = system.zone
                system = try self.crs("EPSG:\(code)").use(values)
                system.authority = "EPSG:\(code)"
                system.identification = authority == nil ? .byParameters : .stated
                system.zone = zone
            }
            return system
        }
    }

    /// The offsets of Chinese web maps are no coordinate system: they are encrypted, and what undoes them is a guess.
    private static func refuseEncrypted(_ text: String) throws {
        let key = text.prefix(4000).uppercased().filter { $0.isLetter || $0.isNumber }
        let name: String
        if ["GCJ02", "GCJ2002", "火星坐标"].contains(where: key.contains) {
            name = "GCJ-02"
        } else if ["BD09", "百度坐标"].contains(where: key.contains) {
            name = "BD-09"
        } else {
            return
        }
        throw Refusal(
            .badData,
            "\(name) is the encrypted offset of web maps (50 to 700 m), no coordinate system: it cannot be converted exactly. "
                + "Get the data on CGCS2000 (EPSG:4490).",
            "\(name) 是网络地图的加密偏移（50 至 700 米），不是坐标系，无法严密转换；请索取 CGCS2000（EPSG:4490）数据。")
    }

    /// PROJ's object for a definition, reduced to its horizontal part.
    func crs(_ text: String) throws -> Handle {
        // Real definitions have a few kilobytes; a file may hold anything.
        guard text.utf8.count < 100_000 else {
            throw Refusal(.badData, "The coordinate system's definition is too long.", "坐标系定义过长。")
        }
        var definition = text.drop { $0.isWhitespace }
        while definition.last?.isWhitespace == true { definition.removeLast() }
        if !definition.isEmpty, definition.allSatisfy({ $0.isASCII && $0.isNumber }) {
            definition = "EPSG:\(definition)"
        } else if definition.hasPrefix("+"), !definition.contains("+type=crs") {
            definition += " +type=crs"  // without it a PROJ string is an operation
        }
        guard var crs = Handle(proj_create(context, String(definition))), crs.use({ proj_is_crs($0) }) != 0 else {
            throw notUnderstood(text)
        }
        for _ in 0..<4 {  // a bound system in a compound one is the deepest that occurs
            let type = crs.use(proj_get_type)
            guard type == PJ_TYPE_BOUND_CRS || type == PJ_TYPE_COMPOUND_CRS else { return crs }
            let inner = crs.use {
                type == PJ_TYPE_BOUND_CRS ? proj_get_source_crs(context, $0) : proj_crs_get_sub_crs(context, $0, 0)
            }
            guard let inner = Handle(inner) else { throw notUnderstood(text) }
            crs = inner
        }
        throw notUnderstood(text)
    }

    private func notUnderstood(_ text: String) -> Refusal {
        let start = String(text.prefix(60))
        let reason = takeMessage()
        return Refusal(
            .badData,
            "\u{201C}\(start)\u{201D} is not a coordinate system that PROJ knows (\(reason)). "
                + "Give a code such as EPSG:4526, WKT, or a PROJ string.",
            "\u{201C}\(start)\u{201D} 不是 PROJ 能识别的坐标系 (\(reason))。请给出 EPSG:4526 这样的代码、WKT 或 PROJ 字符串。")
    }

    private func authority(of crs: OpaquePointer) -> String? {
        guard let name = proj_get_id_auth_name(crs, 0), let code = proj_get_id_code(crs, 0) else {
            return nil
        }
        return "\(String(cString: name)):\(String(cString: code))"
    }
}
