import CGDAL
import Glibc
import Phrases

/// An open GDAL dataset; the one owner of its handle.
final class Dataset {
    let handle: GDALDatasetH
    /// GDAL's short name of the format.
    let driver: String

    /// The dataset that this one reads from, which must live as long.
    private let source: Dataset?

    init(_ handle: GDALDatasetH, over source: Dataset? = nil) {
        self.handle = handle
        self.source = source
        driver = GDALGetDatasetDriver(handle).flatMap { GDALGetDriverShortName($0) }.map { String(cString: $0) } ?? ""
    }

    deinit { GDALClose(handle) }

    /// The formats that are read. None of them reaches for the network; none runs what a file says, as VRT does.
    private static let readable = [
        "ESRI Shapefile", "GPKG", "OpenFileGDB", "GeoJSON", "GeoJSONSeq", "TopoJSON", "ESRIJSON", "GML", "KML", "GPX",
        "CSV", "XLSX", "ODS", "MapInfo File", "DXF", "DGN", "FlatGeobuf", "OSM", "EDIGEO",
    ]

    /// The rasters that are read: files alone, no catalogues of others.
    private static let readableRasters = [
        "GTiff", "AAIGrid", "HFA", "GPKG", "EHdr", "ENVI", "SRTMHGT", "USGSDEM", "DTED", "GSAG", "GSBG", "GS7BG", "AIG",
        "RST", "SAGA", "BT",
    ]

    /// Opens a raster; nil when it is none.
    ///
    /// - Throws: `Refusal` about `name` when it is one and cannot be opened.
    convenience init?(raster path: String, named name: String) throws(Refusal) {
        let allowed = StringList(Self.readableRasters)
        let driver = GDALIdentifyDriverEx(path, UInt32(GDAL_OF_RASTER), allowed.constant, nil)
        guard let format = driver.flatMap({ GDALGetDriverShortName($0) }).map({ String(cString: $0) }) else {
            _ = Complaints.take()
            return nil
        }
        let file = format == "GPKG" ? path.replacing("GPKG:", with: "").split(separator: ":").first : nil
        let options = StringList(Self.options(for: format, path: file.map(String.init) ?? path))
        _ = Complaints.take()
        let flags = UInt32(GDAL_OF_RASTER | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR)
        guard let handle = GDALOpenEx(path, flags, allowed.constant, options.constant, nil) else {
            // A GeoPackage of features alone is no raster, which is no fault.
            let complaint = Complaints.take().first(where: \.isFailure)
            if format == "GPKG" { return nil }
            throw complaint?.refusal(reading: name)
                ?? Refusal(.badData, "Could not read \(name): it is damaged.", "无法读取 \(name)：文件已损坏。")
        }
        self.init(handle)
    }

    /// The names by which the rasters in a container are opened.
    var subdatasets: [String] {
        guard let list = GDALGetMetadata(handle, "SUBDATASETS") else { return [] }
        var names: [String] = []
        while let name = CSLFetchNameValue(list, "SUBDATASET_\(names.count + 1)_NAME") {
            names.append(String(cString: name))
        }
        return names
    }

    /// One of the remarks that a dataset makes about itself.
    func item(_ key: String) -> String? { GDALGetMetadataItem(handle, key, nil).map { String(cString: $0) } }

    static func prepareGDAL() {
        Complaints.listen()
        let settings = [
            "GDAL_DRIVER_PATH": "disable",
            // Nothing may appear beside a source: no index of a .gz, no .gfs, no .shx.
            "CPL_VSIL_GZIP_WRITE_PROPERTIES": "NO",
            "SHAPE_RESTORE_SHX": "NO",
            "GDAL_PAM_ENABLED": "NO",
            "GTIFF_REPORT_COMPD_CS": "NO",
            // Blocks of rasters; megabytes.
            "GDAL_CACHEMAX": "128",
            // A schema's address is not fetched.
            "GML_DOWNLOAD_SCHEMA": "NO",
            "GML_SKIP_RESOLVE_ELEMS": "ALL",
            // How much one object may take is for the limit of memory to say.
            "OGR_GEOJSON_MAX_OBJ_SIZE": "0",
            // A sheet whose columns are all text has a header too.
            "OGR_XLSX_HEADERS": "FORCE",
            "OGR_ODS_HEADERS": "FORCE",
            // Without a schema GDAL would guess, and a class 0101 become the number 101.
            "GML_FIELDTYPES": "ALWAYS_STRING",
            "OSR_DEFAULT_AXIS_MAPPING_STRATEGY": "TRADITIONAL_GIS_ORDER",
        ]
        for (key, value) in settings { CPLSetConfigOption(key, value) }
        OSRSetPROJEnableNetwork(0)
        GDALAllRegister()
    }

    /// Opens `path`, which may start with `/vsizip/` or `/vsigzip/`.
    ///
    /// - Throws: `Refusal` about `name`, with GDAL's reason.
    convenience init(reading path: String, named name: String) throws(Refusal) {
        let lowered = path.lowercased()
        if lowered.hasPrefix("/vsi"), lowered.hasSuffix(".gpkg") || lowered.hasSuffix(".gpkg.gz") {
            let file = try UnpackedFile(path, ending: ".gpkg", named: name)
            try self.init(plain: file.path, named: name)
        } else {
            try self.init(plain: path, named: name)
        }
    }

    private convenience init(plain path: String, named name: String) throws(Refusal) {
        let allowed = StringList(Self.readable)
        let driver = GDALIdentifyDriverEx(path, UInt32(GDAL_OF_VECTOR), allowed.constant, nil)
        let format = driver.flatMap { GDALGetDriverShortName($0) }.map { String(cString: $0) }
        let options = StringList(Self.options(for: format, path: path))
        _ = Complaints.take()
        let flags = UInt32(GDAL_OF_VECTOR | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR)
        guard let handle = GDALOpenEx(path, flags, allowed.constant, options.constant, nil) else {
            throw Complaints.take().first(where: \.isFailure)?.refusal(reading: name)
                ?? Refusal(
                    .badData, "Could not read \(name): it is in no format that is known.", "无法读取 \(name)：格式无法识别。")
        }
        self.init(handle)
    }

    private static func options(for format: String?, path: String) -> [String] {
        switch format {
        // An empty encoding gives us the bytes as they are; GDAL's own guess is Latin-1.
        case "ESRI Shapefile": return ["ENCODING="]
        case "GML": return ["WRITE_GFS=NO"]
        case "GPKG":
            // Read as a file that nobody changes, SQLite leaves no -wal and no -shm beside it. If there is a log, another
            // program is at work and its last changes stand only there.
            var status = stat()
            let hasLog = stat(path + "-wal", &status) == 0 && status.st_size > 0
            return hasLog ? [] : ["IMMUTABLE=YES"]
        default: return []
        }
    }
}

/// A list of strings as GDAL takes them.
final class StringList {
    let pointer: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?

    init(_ strings: [String]) {
        var list: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        for string in strings { list = CSLAddString(list, string) }
        pointer = list
    }

    deinit { CSLDestroy(pointer) }

    /// The same list for functions that promise not to change it.
    var constant: UnsafeMutablePointer<UnsafePointer<CChar>?>? {
        UnsafeMutableRawPointer(pointer)?.assumingMemoryBound(to: UnsafePointer<CChar>?.self)
    }
}
