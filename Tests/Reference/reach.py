#!/usr/bin/env python3
"""What is within reach of facilities along the roads of a project, reckoned without tuban's code.

    reach.py PROJECT.gpkg SURVEY [PLAN]

Standard library alone. Every vertex of every road is a node here (tuban contracts stretches to edges), the nearest road is
looked for among all of them, and Dijkstra's algorithm runs over a dictionary. Distances and classes are those of the facts
table (indicators I063, I066 to I077, I082, I089), written down here once more. Prints CSV: kind, way, minutes, unit, covered
m², total m², covered parcels, all parcels.
"""
import heapq
import math
import sqlite3
import struct
import sys

RULES = [
    # kind, way, minutes, limit (metres, or seconds), demand
    ("green", "walk", 5, 300, "residential"), ("green", "walk", 15, 1000, "residential"),
    ("primary_school", "walk", 10, 500, "residential"), ("primary_school", "walk", 15, 1000, "residential"),
    ("middle_school", "walk", 15, 1000, "residential"),
    ("elderly_care", "walk", 5, 300, "residential"), ("elderly_care", "walk", 15, 1000, "residential"),
    ("clinic", "walk", 15, 1000, "residential"), ("culture", "walk", 15, 1000, "residential"),
    ("sports", "walk", 15, 1000, "residential"),
    ("market", "walk", 10, 500, "residential"), ("market", "walk", 15, 1000, "residential"),
    ("hospital", "radius", 0, 2000, "residential"), ("hospital", "drive", 30, 1800, "villages"),
    ("forest", "walk", 15, 1000, "residential"), ("rail", "radius", 0, 800, "living"),
    ("fire", "drive", 5, 300, "urban"),
]
SERVICES = ["clinic", "primary_school", "middle_school", "elderly_care", "culture", "sports", "market"]
JOINT = [
    ("community", SERVICES, "residential"), ("neighbourhood", SERVICES + ["green"], "residential_urban_area"),
]
# Codes that points of the layer GGFWSS, and land of plan classes, begin with.
CODES = {
    "primary_school": "080403", "middle_school": "080402", "elderly_care": "080701", "clinic": "080602",
    "culture": "0803", "sports": "0805", "hospital": "080601", "fire": "1310",
}
SPEED = {"公路": 50, "城镇村道路": 30, "农村道路": 20}  # km/h
SLOWEST = 20


def outline(blob):
    """The parts of a GeoPackage blob: lists of rings, of points."""
    flags = blob[3]
    offset = 8 + [0, 32, 48, 48, 64][(flags >> 1) & 7]

    def read(at):
        order = "<" if blob[at] == 1 else ">"
        kind = struct.unpack_from(order + "I", blob, at + 1)[0]
        at += 5
        z = kind >= 1000
        kind %= 1000
        size = 24 if z else 16

        def points(at):
            count = struct.unpack_from(order + "I", blob, at)[0]
            at += 4
            return [struct.unpack_from(order + "2d", blob, at + size * i) for i in range(count)], at + size * count

        if kind == 1:
            return [[[struct.unpack_from(order + "2d", blob, at)]]], at + size
        if kind == 2:
            line, at = points(at)
            return [[line]], at
        if kind == 3:
            count = struct.unpack_from(order + "I", blob, at)[0]
            at += 4
            rings = []
            for _ in range(count):
                ring, at = points(at)
                rings.append(ring)
            return [rings], at
        count = struct.unpack_from(order + "I", blob, at)[0]
        at += 4
        parts = []
        for _ in range(count):
            more, at = read(at)
            parts += more
        return parts, at

    return read(offset)[0]


def signed(ring):
    x0, y0 = ring[0]
    return sum((a[0] - x0) * (b[1] - y0) - (b[0] - x0) * (a[1] - y0) for a, b in zip(ring, ring[1:])) / 2


def centroid(parts):
    x0, y0 = parts[0][0][0]
    sx = sy = weight = 0.0
    for rings in parts:
        for number, ring in enumerate(rings):
            sign = 1 if (signed(ring) > 0) == (number == 0) else -1
            for a, b in zip(ring, ring[1:]):
                ax, ay, bx, by = a[0] - x0, a[1] - y0, b[0] - x0, b[1] - y0
                w = sign * (ax * by - bx * ay)
                sx += (ax + bx) / 3 * w
                sy += (ay + by) / 3 * w
                weight += w
    return (x0 + sx / weight, y0 + sy / weight)


def inside(parts, p):
    odd = False
    for rings in parts:
        for ring in rings:
            for a, b in zip(ring, ring[1:]):
                if (a[1] > p[1]) != (b[1] > p[1]):
                    if p[0] < a[0] + (p[1] - a[1]) / (b[1] - a[1]) * (b[0] - a[0]):
                        odd = not odd
    return odd


def entrances(parts):
    """The corners of the shells, and places between them, none farther than 100 m from the next."""
    for rings in parts:
        for a, b in zip(rings[0], rings[0][1:]):
            steps = max(1, math.ceil(math.dist(a, b) / 100))
            for step in range(steps):
                t = step / steps
                yield (a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]))


class Roads:
    def __init__(self, lines):
        """lines: (class, points)"""
        raw = [(kind, a, b) for kind, line in lines for a, b in zip(line, line[1:]) if a != b]
        cuts = [[] for _ in raw]
        for i, (_, a, b) in enumerate(raw):
            for j in range(i + 1, len(raw)):
                _, c, d = raw[j]
                if max(a[0], b[0]) + 0.01 < min(c[0], d[0]) or max(c[0], d[0]) + 0.01 < min(a[0], b[0]):
                    continue
                if max(a[1], b[1]) + 0.01 < min(c[1], d[1]) or max(c[1], d[1]) + 0.01 < min(a[1], b[1]):
                    continue
                touched = False
                for ends, other, k in (((a, b), (c, d), j), ((c, d), (a, b), i)):
                    for e in ends:
                        if self.foot(e, *other)[0] <= 0.01:
                            touched = True
                            if min(math.dist(e, other[0]), math.dist(e, other[1])) > 0.01:
                                cuts[k].append(e)
                if touched:
                    continue
                ux, uy, vx, vy = b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]
                turn = ux * vy - uy * vx
                if turn:
                    t = ((c[0] - a[0]) * vy - (c[1] - a[1]) * vx) / turn
                    s = ((c[0] - a[0]) * uy - (c[1] - a[1]) * ux) / turn
                    if 0 <= t <= 1 and 0 <= s <= 1:
                        p = (a[0] + t * ux, a[1] + t * uy)
                        cuts[i].append(p)
                        cuts[j].append(p)
        self.names, self.count = {}, 0
        self.pieces = []
        self.next = {}
        for (kind, a, b), own in zip(raw, cuts):
            way = [a] + sorted(set(own), key=lambda p: math.dist(p, a)) + [b]
            for p, q in zip(way, way[1:]):
                u, v = self.name(p), self.name(q)
                if u == v:
                    continue
                number = len(self.pieces)
                self.pieces.append((p, q, u, v, kind, math.dist(p, q)))
                self.next.setdefault(u, []).append((v, number))
                self.next.setdefault(v, []).append((u, number))

    def name(self, p):
        x, y = math.floor(p[0] / 0.01), math.floor(p[1] / 0.01)
        for i in (x - 1, x, x + 1):
            for j in (y - 1, y, y + 1):
                for known, number in self.names.get((i, j), []):
                    if math.dist(known, p) <= 0.01:
                        return number
        number = self.count
        self.count += 1
        self.names.setdefault((x, y), []).append((p, number))
        return number

    @staticmethod
    def foot(p, a, b):
        dx, dy = b[0] - a[0], b[1] - a[1]
        t = ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / (dx * dx + dy * dy)
        t = min(1, max(0, t))
        q = (a[0] + t * dx, a[1] + t * dy)
        return math.dist(p, q), math.dist(a, q)

    def entry(self, p):
        best = None
        for number, piece in enumerate(self.pieces):
            a, b = piece[0], piece[1]
            if best is not None:
                d = best[0]
                if min(a[0], b[0]) - d > p[0] or max(a[0], b[0]) + d < p[0]:
                    continue
                if min(a[1], b[1]) - d > p[1] or max(a[1], b[1]) + d < p[1]:
                    continue
            away, along = self.foot(p, a, b)
            if best is None or away < best[0]:
                best = (away, number, along)
        return best

    def costs(self, sources, targets, limit, drive):
        def rate(kind):
            return 3.6 / SPEED.get(kind, SLOWEST) if drive else 1

        access = 3.6 / SLOWEST if drive else 1
        best, queue, direct = {}, [], {}

        def improve(node, cost):
            if cost <= limit and cost < best.get(node, math.inf):
                best[node] = cost
                heapq.heappush(queue, (cost, node))

        for away, number, along in sources:
            _, _, u, v, kind, length = self.pieces[number]
            improve(u, away * access + along * rate(kind))
            improve(v, away * access + (length - along) * rate(kind))
            direct.setdefault(number, []).append((along, away * access))
        while queue:
            cost, node = heapq.heappop(queue)
            if cost > best[node]:
                continue
            for other, number in self.next[node]:
                piece = self.pieces[number]
                improve(other, cost + piece[5] * rate(piece[4]))
        found = []
        for away, number, along in targets:
            _, _, u, v, kind, length = self.pieces[number]
            cost = min(
                best.get(u, math.inf) + along * rate(kind), best.get(v, math.inf) + (length - along) * rate(kind))
            for other, paid in direct.get(number, []):
                cost = min(cost, paid + abs(other - along) * rate(kind))
            found.append(cost + away * access)
        return found


def main(path, survey, plan):
    db = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    layers = dict(db.execute("SELECT table_name, id FROM layer_registry"))
    lines = []
    if "DL" in layers:
        for blob, kind in db.execute("SELECT geom, DJ FROM DL"):
            for part in outline(blob):
                lines.append((kind, part[0]))
    roads = Roads(lines) if lines else None
    urban = [outline(b) for (b,) in db.execute("SELECT geom FROM CQFW")] if "CQFW" in layers else []
    units = dict(db.execute("SELECT id, code FROM unit"))

    places, sources = [], {}
    for uid, unit, area, system, code, category, blob, settlement in db.execute(
        f"""SELECT f.uid, f.unit, coalesce(e.area, f.area), c.system, c.code, c.category, coalesce(e.geom, t.geom), t.CZCSXM
            FROM feature AS f JOIN "{survey}" AS t ON t.fid = f.fid
                LEFT JOIN plan_edit AS e ON e.plan = ? AND e.uid = f.uid
                JOIN land_class AS c ON c.id = coalesce(e.class, f.class)
            WHERE f.layer = ? AND f.valid_to IS NULL AND coalesce(e.op, '') <> 'remove'""",
        (plan, layers[survey]),
    ):
        uses = set()
        if code.startswith("07"):
            uses.add("residential")
        working = ("05H1", "07", "08H") if system == "survey" else ("07", "08", "09")
        if code.startswith(working):
            uses.add("living")
        if category == "construction" and (settlement or "").startswith(("201", "202")):
            uses.add("urban")
        kinds = []
        if system == "survey":
            if code.startswith("0810") and area >= 40000:
                kinds.append("green")
        else:
            kinds += [kind for kind, start in CODES.items() if code.startswith(start)]
            if code.startswith(("1401", "1403")) and area >= 40000:
                kinds.append("green")
        if code.startswith(("0301", "0302")):
            kinds.append("forest")
        if blob is None or not (uses or kinds):
            continue
        parts = outline(blob)
        if uses:
            middle = centroid(parts)
            if any(inside(area, middle) for area in urban):
                uses.add("in_urban_area")
            places.append((uid, units[unit], area, middle, uses))
        for kind in kinds:
            sources.setdefault(kind, []).extend(entrances(parts))
    if "GGFWSS" in layers:
        for blob, code, title in db.execute("SELECT geom, YDYHFLDM, SSLX FROM GGFWSS"):
            point = outline(blob)[0][0][0]
            for kind, start in CODES.items():
                if (code or "").startswith(start):
                    sources.setdefault(kind, []).append(point)
            if (code or "").startswith("0901") and "菜市场" in (title or ""):
                sources.setdefault("market", []).append(point)
    if "GDZD" in layers:
        for (blob,) in db.execute("SELECT geom FROM GDZD"):
            sources.setdefault("rail", []).append(outline(blob)[0][0][0])

    targets = [roads.entry(place[3]) for place in places] if roads else []
    entries = {k: [e for e in map(roads.entry, v) if e[0] <= 2000] for k, v in sources.items()} if roads else {}

    def costs(kind, way, limit):
        if way == "radius" or not roads:
            rate = 3.6 / SLOWEST if way == "drive" else 1
            near = sources.get(kind, [])
            return [min((math.dist(p[3], q) for q in near), default=math.inf) * rate for p in places]
        return roads.costs(entries.get(kind, []), targets, limit, way == "drive")

    def counts(demand):
        if demand == "villages":
            seats = {}
            for number, place in enumerate(places):
                if "residential" in place[4]:
                    best = seats.get(place[1])
                    if best is None or (place[2], -place[0]) > (places[best][2], -places[best][0]):
                        seats[place[1]] = number
            return sorted(seats.values())
        wanted = {"residential_urban_area": {"residential", "in_urban_area"}}.get(demand, {demand})
        return [n for n, place in enumerate(places) if wanted <= place[4]]

    def tell(kind, way, minutes, demand, covered):
        sums = {}
        for n in counts(demand):
            row = sums.setdefault(places[n][1], [0, 0, 0, 0])
            row[1] += places[n][2]
            row[3] += 1
            if covered(n):
                row[0] += places[n][2]
                row[2] += 1
        for unit, row in sorted(sums.items()):
            print(f"{kind},{way},{minutes},{unit},{row[0] / 100:.2f},{row[1] / 100:.2f},{row[2]},{row[3]}")

    known = {}
    for kind, way, minutes, limit, demand in RULES:
        far = max(r[3] for r in RULES if r[0] == kind and r[1] == way)
        if (kind, way) not in known:
            known[kind, way] = costs(kind, way, far)
        tell(kind, way, minutes, demand, lambda n: known[kind, way][n] <= limit + 1e-6)
    for kind, parts, demand in JOINT:
        tell(kind, "walk", 15, demand, lambda n: all(known[part, "walk"][n] <= 1000 + 1e-6 for part in parts))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 0)
