#!/usr/bin/env python3
"""The indicators of a county, reckoned from the layers' own tables: what tuban's values are held against.

Nothing of tuban takes part but the areas of its features (table `feature`, tested against PROJ and GEOS elsewhere). Classes
are told by their codes as the standards list them, units by the prefix of the code in the source, what outlines share by GEOS
in the plane, brought to the ellipsoid by the share of each feature.

Usage: indicators.py FILE.gpkg [PLAN [STATISTICS.csv]]   prints JSON: {"I003 990110 2025": value, …}
"""
import bisect, csv, ctypes, json, math, sqlite3, struct, sys
from ctypes.util import find_library

path, plan = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 0
statistics = {}
if len(sys.argv) > 3:
    with open(sys.argv[3], encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            statistics[row["unit"], int(row["year"]), row["series"]] = float(row["value"])
db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
db.row_factory = sqlite3.Row

# MARK: GEOS

geos = ctypes.CDLL(find_library("geos_c") or "libgeos_c.so.1")
P = ctypes.c_void_p
for name, result, arguments in [
    ("GEOS_init_r", P, []), ("GEOSGeomFromWKB_buf_r", P, [P, ctypes.c_char_p, ctypes.c_size_t]),
    ("GEOSGeom_clone_r", P, [P, P]), ("GEOSMakeValid_r", P, [P, P]), ("GEOSGetNumGeometries_r", ctypes.c_int, [P, P]),
    ("GEOSGeom_createCollection_r", P, [P, ctypes.c_int, ctypes.POINTER(P), ctypes.c_uint]),
    ("GEOSIntersection_r", P, [P, P, P]), ("GEOSUnaryUnion_r", P, [P, P]), ("GEOSUnion_r", P, [P, P, P]),
    ("GEOSArea_r", ctypes.c_int, [P, P, ctypes.POINTER(ctypes.c_double)]),
    ("GEOSLength_r", ctypes.c_int, [P, P, ctypes.POINTER(ctypes.c_double)]),
    ("GEOSisValid_r", ctypes.c_char, [P, P]), ("GEOSIntersects_r", ctypes.c_char, [P, P, P]),
]:
    function = getattr(geos, name)
    function.restype, function.argtypes = result, arguments
context = geos.GEOS_init_r()


def number(function, shape):
    value = ctypes.c_double()
    function(context, shape, ctypes.byref(value))
    return value.value


def area(shape):
    return number(geos.GEOSArea_r, shape)


class Feature:
    """A row of a layer: its values, its class as SYSTEM:CODE, its unit's code, its area, its outline."""

    def __init__(self, row, code, unit, gross, net, blob):
        self.values, self.code, self.unit, self.gross, self.net = row, code, unit, gross, net
        self.shape, self.box = None, None
        if blob:
            size = [0, 32, 48, 48, 64][(blob[3] >> 1) & 7]
            if size >= 32:
                order = "<" if blob[3] & 1 else ">"
                self.box = struct.unpack(order + "4d", blob[8:40])
            wkb = blob[8 + size:]
            self.shape = geos.GEOSGeomFromWKB_buf_r(context, wkb, len(wkb))
            self.valid = self.shape and geos.GEOSisValid_r(context, self.shape) == b"\x01"
        self.plane = area(self.shape) if self.shape else 0

    def __getitem__(self, field):
        return self.values.get(field)

    def within(self, patterns):
        return any(self.code.startswith(p) for p in patterns.split())


def read(table):
    """The features of a layer as they are in the plan's world."""
    layer = db.execute("SELECT * FROM layer_registry WHERE table_name = ?", [table]).fetchone()
    if layer is None:
        return []
    classes = {r["id"]: f"{r['system']}:{r['code']}" for r in db.execute("SELECT * FROM land_class")}
    units = {r["id"]: r["code"] for r in db.execute("SELECT * FROM unit")}
    rows = {r["fid"]: dict(r) for r in db.execute(f'SELECT * FROM "{table}"')}
    edits = {r["uid"]: r for r in db.execute(
        "SELECT * FROM plan_edit WHERE plan = ? AND layer = ?", [plan, layer["id"]])}
    found = []
    for f in db.execute("SELECT * FROM feature WHERE layer = ? AND valid_to IS NULL", [layer["id"]]):
        edit = edits.pop(f["uid"], None)
        row = dict(rows[f["fid"]])
        blob = row.get("geom")
        if edit is not None:
            if edit["op"] == "remove":
                continue
            row.update(json.loads(edit["attributes"] or "{}"))
            blob = edit["geom"] or blob
        facts = edit if edit is not None else f
        found.append(Feature(row, classes[facts["class"]], units[facts["unit"]], facts["area"] / 100,
                             facts["net"] / 100, blob))
    for edit in edits.values():
        found.append(Feature(json.loads(edit["attributes"] or "{}"), classes[edit["class"]], units[edit["unit"]],
                             edit["area"] / 100, edit["net"] / 100, edit["geom"]))
    return found


cache = {}


def layer(table):
    if table not in cache:
        cache[table] = read(table)
    return cache[table]


def meeting(xs, ys):
    """Pairs whose boxes meet and whose outlines are valid."""
    ys = sorted((y for y in ys if y.shape and y.valid), key=lambda y: y.box[0])
    wide = max((y.box[1] - y.box[0] for y in ys), default=0)
    lefts = [y.box[0] for y in ys]
    for x in xs:
        if not x.shape or not x.valid:
            continue
        i = bisect.bisect_left(lefts, x.box[0] - wide)
        while i < len(ys) and lefts[i] <= x.box[1]:
            y = ys[i]
            i += 1
            if y.box[1] >= x.box[0] and y.box[2] <= x.box[3] and y.box[3] >= x.box[2] and x is not y:
                yield x, y


shares = {}


def shared(a, b):
    """(x, y, m²) for the features of two layers that share land."""
    if (a, b) not in shares:
        found = []
        for x, y in meeting(layer(a), layer(b)):
            size = area(geos.GEOSIntersection_r(context, x.shape, y.shape))
            if size > 0:
                found.append((x, y, size * (x.gross / x.plane if x.plane else 1)))
        shares[a, b] = found
    return shares[a, b]


def covered(a, others):
    """(x, m²) for the features of a layer of which any of other layers covers a part."""
    parts = {}
    for b in others:
        for x, y in meeting(layer(a), layer(b)):
            cut = geos.GEOSIntersection_r(context, x.shape, y.shape)
            if area(cut) > 0:
                parts[x] = geos.GEOSUnion_r(context, parts[x], cut) if x in parts else cut
    return [(x, area(cut) * (x.gross / x.plane if x.plane else 1)) for x, cut in parts.items()]


def length(a, b):
    found = []
    for x, y in meeting(layer(a), layer(b)):
        found.append((x, number(geos.GEOSLength_r, geos.GEOSIntersection_r(context, x.shape, y.shape))))
    return found


def patches(table, unit, pick):
    """How many parts the union of some features of a unit has."""
    shapes = [f.shape if f.valid else geos.GEOSMakeValid_r(context, f.shape)
              for f in layer(table) if pick(f) and f.shape and counts(f, unit)]
    if not shapes:
        return 0
    array = (P * len(shapes))(*[geos.GEOSGeom_clone_r(context, s) for s in shapes])
    whole = geos.GEOSUnaryUnion_r(context, geos.GEOSGeom_createCollection_r(context, 7, array, len(shapes)))
    return geos.GEOSGetNumGeometries_r(context, whole)


# MARK: Codes, as the standards list them

CULTIVATED = "survey:01 plan2023:01"
FOREST = "survey:0301 survey:0302 survey:0305 survey:0307 plan2023:03"
GRASS = "survey:0401 survey:0403 survey:0404 plan2023:04"
WETLAND = "survey:0303 survey:0304 survey:0306 survey:0402 survey:1105 survey:1106 survey:1108 plan2023:05"


def construction(f):
    system, code = f.code.split(":")
    if system == "survey":
        return code[:2] in ("05", "06", "07", "08", "09") or code[:4] in (
            "1001", "1002", "1003", "1004", "1005", "1007", "1008", "1009", "1109", "1201")
    return system == "plan2023" and ("07" <= code[:2] <= "16" or code[:4] == "2301")


def urban_rural(f):
    system, code = f.code.split(":")
    if system == "survey":
        return code[:2] in ("05", "07", "08") or code[:4] in ("0601", "1004", "1005", "1201")
    return system == "plan2023" and (
        code[:2] in ("07", "08", "09", "11", "14", "16") or code[:4] in ("1001", "1207", "1208", "1209", "2301")
        or code[:2] == "13" and code[:4] != "1311")


def urban(f):
    if not construction(f):
        return False
    system, code = f.code.split(":")
    if system == "plan2023":
        if code[:4] in ("0703", "0704"):
            return False
        if urban_rural(f) and code[:4] != "2301":
            return True
    return (f["CZCSXM"] or "")[:3] in ("201", "202")


def cultivated(f): return f.within(CULTIVATED)
def river_lake(f): return f.within("survey:1101 survey:1102 plan2023:1701 plan2023:1702")


def water(f):
    return f.within("survey:1101 survey:1102 survey:1103 survey:1104 survey:1107 survey:1110 plan2023:17") \
        and f.code != "survey:1107A"


def industry(f): return f.within("survey:0601 plan2023:1001")
def residential(f): return f.within("survey:07 plan2023:07")


def jobs(f):
    return f.within("survey:05 survey:0601 survey:08H plan2023:08 plan2023:09 plan2023:1001 plan2023:11")


def permeable(f):
    return f.within("survey:01 survey:02 survey:03 survey:04 survey:0810 survey:11 survey:1204 survey:1205 survey:1206 "
                    "plan2023:01 plan2023:02 plan2023:03 plan2023:04 plan2023:05 plan2023:14 plan2023:17 plan2023:2304 "
                    "plan2023:2305 plan2023:2306") and not f.within("survey:1109")


# MARK: Units

# The county is the one that most units lie in; the codes of others are faults of the data.
codes = [r["code"] for r in db.execute("SELECT code FROM unit WHERE id <> 0 ORDER BY code")]
county = max({c[:6] for c in codes}, key=lambda c: (sum(d.startswith(c) for d in codes), c))
units = [c for c in codes if c.startswith(county)]


def counts(f, unit):
    return f.unit.startswith(unit) or f.unit == "" and unit == county


def finest(table):
    """How long the codes are of the smallest units that a layer's features name."""
    return max((len(f.unit) for f in layer(table)), default=12) or 6


surveys = [(r["year"], r["table_name"]) for r in db.execute(
    "SELECT year, table_name FROM layer_registry WHERE role = 'parcels' ORDER BY year, id")]
result = {}
for year, table in surveys:
    before = [t for y, t in surveys if y < year]
    previous, gap = (before[-1], year - [y for y, t in surveys if t == before[-1]][0]) if before else (None, None)
    isLast = table == surveys[-1][1]
    first = surveys[0][1]
    for unit in units:
        def total(pick, of=None, measure=lambda f: f.gross):
            return sum(measure(f) for f in layer(of or table) if counts(f, unit) and pick(f))

        def net(pick, of=None): return total(pick, of, lambda f: f.net)
        def both(a, b, pick=lambda x, y: True):
            return sum(m for x, y, m in shared(a, b) if counts(x, unit) and pick(x, y))

        def union(a, others, pick=lambda x: True):
            return sum(m for x, m in covered(a, others) if counts(x, unit) and pick(x))

        every = lambda f: True

        def give(id, value, *tables, dated=True):
            """Keeps a value, where every layer names units so small, and the year can be told."""
            if not dated and not isLast:
                return
            for t in tables:
                if db.execute("SELECT 1 FROM layer_registry WHERE table_name = ?", [t]).fetchone() is None:
                    return
                if len(unit) > finest(t):
                    return
            try:
                result[f"{id} {unit} {year}"] = value()
            except (ZeroDivisionError, KeyError):
                pass

        T = table
        give("I001", lambda: total(every, "STBHHX") / 1e6, "STBHHX", dated=False)
        give("I002", lambda: net(every, "YJJBNTTB") / 1e4, "YJJBNTTB", dated=False)
        give("I003", lambda: net(cultivated) / 1e4, T)
        give("I004", lambda: net(lambda f: f.within(FOREST)) / 1e4, T)
        give("I005", lambda: total(every, "JBCY") / 1e4, "JBCY", dated=False)
        give("I006", lambda: net(lambda f: f.within(WETLAND)) / 1e4, T)
        give("I007", lambda: total(construction) / 1e4, T)
        give("I008", lambda: total(urban_rural) / 1e4, T)
        give("I009", lambda: total(construction) / total(every) * 100, T)
        give("I012", lambda: total(every, "CZKFBJ") / 1e4, "CZKFBJ", dated=False)
        give("I014", lambda: (both("YJJBNTTB", "STBHHX") + both("YJJBNTTB", "CZKFBJ") + both("STBHHX", "CZKFBJ")) / 1e4,
             "YJJBNTTB", "STBHHX", "CZKFBJ", dated=False)
        if layer("STBHHX"):
            give("I015", lambda: both(T, "STBHHX", lambda x, y: urban_rural(x)) / 1e4, T)
        if layer("CZKFBJ"):
            give("I016", lambda: both(T, "CZKFBJ", lambda x, y: urban_rural(x)) / 1e4, T)
            if previous:
                give("I017", lambda: ((total(urban) - both(T, "CZKFBJ", lambda x, y: urban(x)))
                                      - (total(urban, previous) - both(previous, "CZKFBJ", lambda x, y: urban(x)))) / 1e4,
                     T, previous)
            give("I013", lambda: total(every, "CZKFBJ") / both(first, "CZKFBJ", lambda x, y: urban(x)), "CZKFBJ", first,
                 dated=False)
        give("I018", lambda: both("YJJBNTTB", T, lambda x, y: not cultivated(y)) / 1e4, "YJJBNTTB")
        if layer("HLFXKZX") and layer("DZZHFXQ"):
            give("I019", lambda: union(T, ["HLFXKZX", "DZZHFXQ"], construction) / 1e4, T)
        give("I020", lambda: total(every, "LSWHBHX") / 1e4, "LSWHBHX", dated=False)
        give("I021", lambda: total(every, "GBZNT") / net(cultivated) * 100, "GBZNT", T)
        if previous:
            give("I022", lambda: (net(cultivated) - net(cultivated, previous)) / 1e4 / gap, T, previous)
        give("I025", lambda: net(lambda f: cultivated(f) and f["GDPDJB"] == "5") / net(cultivated) * 100, T)
        give("I026", lambda: patches(T, unit, cultivated) / (net(cultivated) / 1e6), T)
        give("I027", lambda: net(lambda f: cultivated(f) and f["ZZSXDM"] == "FLS") / net(cultivated) * 100, T)
        give("I028", lambda: net(lambda f: f.within("survey:0101 plan2023:0101")) / net(cultivated) * 100, T)
        give("I029", lambda: total(river_lake) / total(every) * 100, T)
        give("I030", lambda: total(lambda f: f.within("survey:0301 survey:0302 plan2023:0301 plan2023:0302"))
             / total(every) * 100, T)
        give("I032", lambda: total(lambda f: f.within(GRASS)) / 1e4, T)
        give("I033", lambda: total(lambda f: (f["YSRQ"] or "")[:4] == str(year), "XTXF") / 1e6, "XTXF")
        give("I040", lambda: net(lambda f: cultivated(f) and f["GDPDJB"] == "5") / 1e4, T)
        give("I041", lambda: total(lambda f: f.within(FOREST) or f.within(GRASS) or f.within(WETLAND) or water(f))
             / total(every) * 100, T)

        def diversity():
            sums = {}
            for f in layer(T):
                if counts(f, unit):
                    system, code = f.code.split(":")
                    key = system + code[:4]
                    sums[key] = sums.get(key, 0) + f.gross
            whole = sum(sums.values())
            return -sum(s / whole * math.log(s / whole) for s in sums.values() if s > 0)

        give("I042", diversity, T)
        give("I043", lambda: union("SD", ["ZRBHD", "STBHHX"]) / total(every, "SD") * 100, "SD", dated=False)
        give("I049", lambda: total(industry) / total(urban_rural) * 100, T)
        give("I050", lambda: total(residential) / total(urban_rural) * 100, T)
        give("I051", lambda: total(jobs) / total(residential), T)
        give("I052", lambda: both("GDDK", first, lambda x, y: construction(y)) / total(every, "GDDK") * 100, "GDDK",
             dated=False)
        give("I057", lambda: (total(construction) - total(construction, first))
             / (total(construction, "GHYDYH") - total(construction, first)) * 100, T, first, "GHYDYH")
        give("I058", lambda: both("CQFW", "JZW") / total(every, "CQFW") * 100, "CQFW", dated=False)
        give("I060", lambda: both("CQFW", T, lambda x, y: permeable(y)) / total(every, "CQFW") * 100, "CQFW")
        give("I062", lambda: sum(m for x, m in length("CQSTDY", "DL") if counts(x, unit)) / 1e3
             / (total(every, "CQSTDY") / 1e6), "CQSTDY", dated=False)
        give("I086", lambda: total(every, "NLD", lambda f: 1), "NLD", dated=False)
        give("I088", lambda: total(every, "GLGX", lambda f: f["CD"]) / 1e3, "GLGX", dated=False)
        give("I090", lambda: total(lambda f: (f["JZGD"] or 0) > 100, "JZW", lambda f: 1), "JZW", dated=False)
        give("I094", lambda: total(every, "WHYC", lambda f: 1), "WHYC", dated=False)
        give("I097", lambda: total(lambda f: (f["ZZSJ"] or "")[:4] == str(year), "WFDK", lambda f: 1), "WFDK")
        spots = ("20", "YH", "DL1", "DL2", "DL3", "TL", "SJ", "CK", "YT", "LD", "GEF", "ZQC", "JC")
        give("I099", lambda: (total(lambda f: f["TBLX"] in spots, "JCTB")
                              - union("JCTB", ["ZZ_NYDZYFW", "LSYD_XMZDFW"], lambda x: x["TBLX"] in spots)) / 1e4,
             "JCTB", dated=False)

        def in_time(f):
            y, m = int(f["HSX"][:4]), int(f["HSX"][5:7])
            limit = f"{y + m // 12:04}-{m % 12 + 1:02}-10"
            return f["HCRQ"] is not None and f["HCRQ"] <= limit

        give("I100", lambda: total(in_time, "JCTB", lambda f: 1) / total(every, "JCTB", lambda f: 1) * 100, "JCTB",
             dated=False)
        give("I101", lambda: total(lambda f: f["GXZT"] == "已整改", "WFDK") / total(every, "WFDK") * 100, "WFDK",
             dated=False)
        give("I102", lambda: both("GHXKDK", "GHYDYH", lambda x, y: x["YDYHFLDM"] and y.code.split(":")[1]
                                  and x["YDYHFLDM"][:2] == y.code.split(":")[1][:2])
             / total(every, "GHXKDK") * 100, "GHXKDK", dated=False)
        give("I104", lambda: both("XXGH", "CZKFBJ", lambda x, y: x["PFWH"]) / total(every, "CZKFBJ") * 100, "XXGH",
             "CZKFBJ", dated=False)
        good = lambda *marks: lambda f: f["PJDJ"] in marks
        give("I106", lambda: (total(construction) - total(good("适宜", "一般适宜"), "CZJSSYXPJJG"))
             / total(good("适宜", "一般适宜"), "CZJSSYXPJJG"), T, "CZJSSYXPJJG")
        give("I110", lambda: total(good("适宜"), "NYSCSYXPJJG") / 1e6, "NYSCSYXPJJG", dated=False)
        give("I111", lambda: total(good("适宜"), "CZJSSYXPJJG") / 1e6, "CZJSSYXPJJG", dated=False)
        give("I112", lambda: (total(good("适宜"), "CZJSSYXPJJG")
                              - both("CZJSSYXPJJG", T, lambda x, y: x["PJDJ"] == "适宜" and construction(y))
                              - union("CZJSSYXPJJG", ["YJJBNTTB", "STBHHX"], good("适宜"))) / 1e6, "CZJSSYXPJJG")
        give("Q01", lambda: total(lambda f: cultivated(f) and (f["GDDB"] or 0) > 0, None, lambda f: f.net * f["GDDB"])
             / net(lambda f: cultivated(f) and (f["GDDB"] or 0) > 0), T)
        give("Q02", lambda: net(lambda f: cultivated(f) and f["GDPDJB"] in ("1", "2")) / net(cultivated) * 100, T)
        give("Q03", lambda: net(lambda f: cultivated(f) and f["ZZSXDM"] == "WG") / net(cultivated) * 100, T)
        give("U04", lambda: total(lambda f: f.within("survey:0602 survey:0603 plan2023:1002 plan2023:1003")) / 1e4, T)
        give("K01", lambda: total(lambda f: f.within("survey:1201 plan2023:2301")) / 1e4, T)
        give("K02", lambda: total(lambda f: f.within("survey:1201 plan2023:2301")) / total(construction) * 100, T)
        give("K05", lambda: total(lambda f: f["YDKGRQ"] and f["YDKGRQ"] < f"{year - 1}-12-31"
                                  and (not f["SJKGRQ"] or f["SJKGRQ"] > f"{year}-12-31"), "GDDK") / 1e4, "GDDK")
        if layer("NYSCSYXPJJG") and layer("CZJSSYXPJJG") and layer("STBHZYXPJJG"):
            give("V01", lambda: both(T, "NYSCSYXPJJG", lambda x, y: cultivated(x) and y["PJDJ"] == "不适宜")
                 / total(cultivated) * 100, T)
            give("V02", lambda: both(T, "CZJSSYXPJJG", lambda x, y: construction(x) and y["PJDJ"] == "不适宜")
                 / total(construction) * 100, T)
            give("V03", lambda: both(T, "NYSCSYXPJJG", lambda x, y: y["PJDJ"] == "适宜") / total(every) * 100, T)
            give("V04", lambda: both(T, "CZJSSYXPJJG", lambda x, y: y["PJDJ"] == "适宜") / total(every) * 100, T)
            give("V05", lambda: both(T, "STBHZYXPJJG", lambda x, y: y["PJDJ"] == "极重要") / total(every) * 100, T)
        # Statistics in the measures of the sample: people, 10,000 yuan, 10,000 m³, hectares.
        def st(series):
            return statistics[unit, year, series]

        for id, value in {
            "I011": lambda: st("water_use") / 1e4, "I031": lambda: st("forest_stock"),
            "I034": lambda: st("indicator_species"), "I035": lambda: st("groundwater_level"),
            "I036": lambda: st("water_use") / st("available_water") * 100, "I037": lambda: st("water_quality_rate"),
            "I038": lambda: st("water_use") * 1e4 / st("population"), "I039": lambda: st("reclaimed_water_rate"),
            "I044": lambda: total(urban) / st("urban_population"),
            "I045": lambda: total(lambda f: f.within("survey:0701 plan2023:0701")) / st("urban_population"),
            "I046": lambda: total(lambda f: construction(f) and not urban(f) and (
                f.code[:13] in ("plan2023:0703", "plan2023:0704") or (f["CZCSXM"] or "")[:3] == "203"))
            / st("rural_population"),
            "I047": lambda: total(construction) / st("gdp"), "I048": lambda: st("water_use") * 1e4 / st("gdp"),
            "I053": lambda: st("idle_land_settled") / st("idle_land") * 100,
            "I054": lambda: st("unsupplied_land_settled") / st("unsupplied_land") * 100,
            "I055": lambda: st("industrial_value_added") / 1e4 / (total(industry) / 1e6),
            "I064": lambda: total(lambda f: f.within("survey:0810 plan2023:1401") and f.code != "survey:0810A")
            / st("urban_population"),
            "I079": lambda: st("housing_floor_area") / st("urban_population"),
            "I080": lambda: st("hospital_beds") * 1e3 / st("population"),
            "I081": lambda: st("care_beds") * 1e3 / st("elderly"), "I083": lambda: st("commuting_minutes"),
            "I084": lambda: st("green_travel_share"), "I085": lambda: st("rain_absorption"),
            "I087": lambda: st("underground_space") / st("urban_population"),
            "I091": lambda: st("population") / 1e4,
            "I092": lambda: st("urban_population") / st("population") * 100,
            "I095": lambda: st("land_revenue") / st("budget_revenue") * 100, "I096": lambda: st("external_flow"),
            "I108": lambda: st("pm25_ratio") - 1,
            "I109": lambda: st("degraded_land") * 1e4 / total(every) * 100,
            "I114": lambda: st("available_water") * st("population") / st("water_use") / 1e4,
            "U02": lambda: st("water_use") / st("available_water") * 100, "U05": lambda: st("renewable_energy_share"),
            "U06": lambda: st("waste_recycling_rate"), "U07": lambda: st("rural_waste_treatment"),
            "K03": lambda: st("idle_land"), "K04": lambda: st("unsupplied_land"),
        }.items():
            give(id, value, T)
        give("I059", lambda: st("urban_population") / 1e4 / (total(every, "CQFW") / 1e6), "CQFW")
        give("I065", lambda: total(every, "BNCS", lambda f: f["YXMJ"] or 0) / st("population"), "BNCS")
        give("I078", lambda: total(lambda f: f.within("plan2023:0805"), "GHYDYH") / st("population"), "GHYDYH")
        give("I113", lambda: total(good("适宜"), "CZJSSYXPJJG") * st("urban_population") / total(urban) / 1e4,
             "CZJSSYXPJJG")
        if previous:
            # What changed: an earlier and a later parcel share land, and their classes differ.
            def change(pick, ridges=False):
                sum = 0
                for x, y, m in shared(T, previous):
                    if counts(x, unit) and x.code != y.code and pick(y, x):
                        sum += m * (y.net / y.gross if ridges and y.gross else 1)
                return sum

            taken = lambda w, b: cultivated(w) and construction(b)
            other = lambda w, b: cultivated(w) and b.within(
                "survey:02 survey:03 survey:04 survey:1104 survey:1202 plan2023:02 plan2023:03 plan2023:04 plan2023:1704 "
                "plan2023:0602")
            if plan == 0:
                give("I023", lambda: change(taken, True) / 1e4, T, previous)
                give("I024", lambda: change(other, True) / 1e4, T, previous)
                give("I056", lambda: change(taken) / change(lambda w, b: construction(b) and not construction(w)) * 100,
                     T, previous)
                give("I061", lambda: change(lambda w, b: True) / total(every) / gap * 100, T, previous)
                give("I103", lambda: (total(lambda f: f["YSRQ"], "BCGD") - change(taken, True)) / 1e4, "BCGD", T, previous)

print(json.dumps(result))
