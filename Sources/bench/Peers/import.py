"""Reads a layer, asks GEOS whether each shape is valid, measures it, and writes it to a GeoPackage.

usage: import.py SOURCE LAYER COPY

Prints the seconds this takes, after all imports. Attributes and shapes stay arrays: no table library is in the way.
"""

import sys
import time

import pyogrio.raw
import shapely

source, layer, copy = sys.argv[1:4]
start = time.perf_counter()
meta, _, geometry, columns = pyogrio.raw.read(source, layer=layer)
shapes = shapely.from_wkb(geometry)
valid = shapely.is_valid(shapes)
area = shapely.area(shapes)
pyogrio.raw.write(
    copy,
    geometry,
    [*columns, valid.astype("int8").astype("int32"), area],
    [*meta["fields"], "is_valid", "area"],
    layer=layer,
    driver="GPKG",
    geometry_type="Unknown",
    crs=meta["crs"],
)
print(time.perf_counter() - start)
