"""Lays drafted parcels over the layers that rules hold them against, with shapely's STRtree and vectorised intersection.

usage: rules.py COUNTY SUBJECTS OVERLAPS

SUBJECTS is a CSV of layer, uid: which parcels tuban held against which layer. OVERLAPS is a CSV of uid, object, area in
the plane: what it found. The same parcels are laid over the same layers, and every area of ours must be found again to
0.01 m², and none of theirs be missing, or the figure does not count.

Prints the seconds of tree, query, intersection and area, layer after layer, after all reading.
"""

import csv
import sqlite3
import sys
import time
from collections import defaultdict

import numpy
import shapely

county, subjects, overlaps = sys.argv[1:4]
database = sqlite3.connect(county)


def shape(blob):
    envelope = (0, 32, 48, 48, 64)[blob[3] >> 1 & 7]
    return shapely.from_wkb(blob[8 + envelope :])


def read(table, only=""):
    rows = database.execute(
        f'SELECT f.uid, t.geom FROM feature AS f JOIN "{table}" AS t ON t.fid = f.fid WHERE f.layer ='
        f" (SELECT id FROM layer_registry WHERE table_name = ?) AND t.geom IS NOT NULL {only}",
        (table,),
    ).fetchall()
    return numpy.array([r[0] for r in rows]), numpy.array([shape(r[1]) for r in rows])


ours = {(int(row["uid"]), int(row["object"])): float(row["area"]) for row in csv.DictReader(open(overlaps))}
asked = defaultdict(list)
for row in csv.DictReader(open(subjects)):
    asked[row["layer"]].append(int(row["uid"]))
base = database.execute("SELECT table_name FROM layer_registry WHERE standard = 'DLTB' ORDER BY year DESC").fetchone()[0]
uids, parcels = read(base, "AND f.uid IN (SELECT uid FROM plan_edit WHERE plan = 1)")
order = numpy.argsort(uids)
uids, parcels = uids[order], parcels[order]
objects = {layer: read(layer) for layer in sorted(asked)}

seconds = 0.0
pairs = 0
theirs = {}
for layer, (numbers, zones) in objects.items():
    mine = numpy.searchsorted(uids, numpy.array(sorted(asked[layer])))
    start = time.perf_counter()
    tree = shapely.STRtree(zones)
    first, second = tree.query(parcels[mine], predicate="intersects")
    areas = shapely.area(shapely.intersection(parcels[mine][first], zones[second]))
    seconds += time.perf_counter() - start
    pairs += len(areas)
    for a, b, area in zip(uids[mine][first], numbers[second], areas):
        theirs[int(a), int(b)] = area
# A pair of ours that they have not, or the other way round, shares nothing.
for key in ours.keys() | theirs.keys():
    if abs(ours.get(key, 0.0) - theirs.get(key, 0.0)) > 0.01:
        sys.exit(f"{key}: {ours.get(key)} against {theirs.get(key)}")
print(len(ours), pairs, seconds)
