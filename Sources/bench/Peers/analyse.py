"""Says what boundaries touch, as a script with shapely and pyogrio does it.

usage: analyse.py COUNTY BOUNDARIES LAYERS OURS LIMIT

BOUNDARIES has a boundary a line, as hexadecimal WKB. LAYERS is a CSV of layer, columns (between bars): the first is the
survey, whose areas are summed by those columns. OURS is a CSV of boundary, uid, area in the plane: what tuban found.
For each boundary each layer is read by the boundary's box, intersected, and summed. Every area of ours must be found
again to 0.01 m², and none of theirs be missing, or the figure does not count.

After LIMIT seconds no other boundary is begun: what is printed is then less than all of them would take, and the ratio
that is made of it flatters this script.

Prints how many boundaries were done, and the seconds of reading, intersecting and summing, after all imports.
"""

import csv
import sqlite3
import sys
import time
from collections import defaultdict

import numpy
import pyogrio
import shapely

county, boundaries, layers, ours = sys.argv[1:5]
limit = float(sys.argv[5])
shapes = [shapely.from_wkb(line.strip()) for line in open(boundaries)]
asked = [(row["layer"], row["columns"].split("|") if row["columns"] else []) for row in csv.DictReader(open(layers))]

start = time.perf_counter()
found = []
sums = []
done = 0
for number, boundary in enumerate(shapes):
    if time.perf_counter() - start > limit:
        break
    done += 1
    shapely.prepare(boundary)
    for layer, columns in asked:
        _, rows, blobs, values = pyogrio.raw.read(
            county, layer=layer, columns=columns, bbox=boundary.bounds, return_fids=True
        )
        if len(rows) == 0:
            continue
        features = shapely.from_wkb(blobs)
        near = shapely.intersects(boundary, features)
        areas = shapely.area(shapely.intersection(features[near], boundary))
        found.append((number, layer, rows[near], areas))
        if columns:
            total = defaultdict(float)
            for key, area in zip(zip(*(value[near] for value in values)), areas):
                total[key] += area
            sums.append(total)
        else:
            sums.append(areas.sum())
seconds = time.perf_counter() - start

database = sqlite3.connect(county)
uids = {}
for layer, _ in asked:
    uids[layer] = dict(
        database.execute(
            "SELECT fid, uid FROM feature WHERE layer = (SELECT id FROM layer_registry WHERE table_name = ?)", (layer,)
        )
    )
theirs = {}
for number, layer, rows, areas in found:
    for row, area in zip(rows, areas):
        theirs[number, uids[layer][int(row)]] = float(area)
mine = {(int(row["boundary"]), int(row["uid"])): float(row["area"]) for row in csv.DictReader(open(ours))}
mine = {key: area for key, area in mine.items() if key[0] < done}
# Ours are rounded to 0.01 m²; what only touches has no area on either side.
for key in mine.keys() | theirs.keys():
    if abs(mine.get(key, 0.0) - theirs.get(key, 0.0)) > 0.0101:
        sys.exit(f"{key}: {mine.get(key)} against {theirs.get(key)}")
print(done, seconds)
