#!/usr/bin/env python3
"""Areas of polygons on the CGCS2000 ellipsoid in forty digits: python3 areas.py > areas.csv (needs mpmath).

Nothing here is taken from tuban or from PROJ. The inverse of the Gauss-Krueger projection is the analytic continuation
of the meridian's arc: the complex latitude whose arc is northing + i easting has the isometric latitude psi + i lambda.
An edge of at most 70 m is a geodesic: its differential equations, with the area down to the equator as the fourth, are
integrated by Gauss-Legendre collocation of order 6 in one step (its error is (s/R)^7, 1e-35), and its direction and length
are corrected until it ends at the next point. The area below a parallel is the closed formula, not a series.

Corners are written with four decimals and mean the nearest binary number of 64 bits, prefix and all.
"""
import random
import sys
from mpmath import mp, mpf, mpc, sin, cos, tan, sqrt, atanh, asinh, sinh, exp, pi, hypot, ceil, atan2, nstr

mp.dps = 40
A = mpf(6378137)
F = 1 / mpf("298.257222101")
E2 = F * (2 - F)
E = sqrt(E2)
B2 = (A * (1 - F)) ** 2

# The meridian's arc m(phi) = R (phi + sum c_k sin 2k phi): the Fourier coefficients of its derivative by the trapezoidal
# rule, which converges with n^N for a periodic function.
N, TERMS = 64, 17


def arc_slope(phi):
    return A * (1 - E2) / (1 - E2 * sin(phi) ** 2) ** mpf("1.5")


SAMPLES = [(pi * j / N, arc_slope(pi * j / N)) for j in range(N)]
R = sum(v for _, v in SAMPLES) / N
C = [2 * sum(v * cos(2 * k * p) for p, v in SAMPLES) / N / (2 * k) / R for k in range(1, TERMS)]


def inverse(east, north):
    """Longitude from the central meridian and latitude, in radians."""
    z = mpc(north, east) / R
    phi = z
    for _ in range(7):
        value = phi + sum(c * sin(2 * k * phi) for k, c in enumerate(C, 1)) - z
        step = value * R / arc_slope(phi)
        phi -= step
        if abs(step) < mpf(10) ** -36:
            break
    s = sin(phi)
    w = atanh(s) - E * atanh(E * s)
    psi, longitude = w.real, w.imag
    latitude = phi.real
    for _ in range(12):  # Newton on psi(latitude)
        s = sin(latitude)
        step = (atanh(s) - E * atanh(E * s) - psi) * cos(latitude) * (1 - E2 * s * s) / (1 - E2)
        latitude -= step
        if abs(step) < mpf(10) ** -36:
            break
    return longitude, latitude


def slopes(phi, alpha):
    s, c = sin(phi), cos(phi)
    w2 = 1 - E2 * s * s
    w = sqrt(w2)
    n, m = A / w, A * (1 - E2) / (w2 * w)
    below = B2 / 2 * (s / w2 + atanh(E * s) / E)
    turn = sin(alpha) / (n * c)
    return cos(alpha) / m, turn, turn * s, below * turn


R15 = sqrt(mpf(15))
BUTCHER = [
    [mpf(5) / 36, mpf(2) / 9 - R15 / 15, mpf(5) / 36 - R15 / 30],
    [mpf(5) / 36 + R15 / 24, mpf(2) / 9, mpf(5) / 36 - R15 / 24],
    [mpf(5) / 36 + R15 / 30, mpf(2) / 9 + R15 / 15, mpf(5) / 36],
]
WEIGHTS = [mpf(5) / 18, mpf(4) / 9, mpf(5) / 18]


def walk(phi, alpha, length):
    """What a geodesic adds to latitude and longitude, and the area below it."""
    k = [slopes(phi, alpha)] * 3
    for _ in range(7):
        k = [
            slopes(
                phi + length * sum(a * k[j][0] for j, a in enumerate(row)),
                alpha + length * sum(a * k[j][2] for j, a in enumerate(row)),
            )
            for row in BUTCHER
        ]
    return tuple(length * sum(w * k[j][i] for j, w in enumerate(WEIGHTS)) for i in (0, 1, 3))


def below(a, b):
    """The area between the geodesic from a to b and the equator, signed."""
    (l1, p1), (l2, p2) = a, b
    s = sin(p1)
    w = sqrt(1 - E2 * s * s)
    n, m = A / w * cos(p1), A * (1 - E2) / w**3
    east, north = (l2 - l1) * n, (p2 - p1) * m
    for _ in range(9):
        dp, dl, area = walk(p1, atan2(east, north), hypot(east, north))
        miss_east, miss_north = (l2 - l1 - dl) * n, (p2 - p1 - dp) * m
        if hypot(miss_east, miss_north) < mpf(10) ** -24:
            return area
        east, north = east + miss_east, north + miss_north
    raise ArithmeticError("a geodesic does not arrive")


def area(ring, false_easting):
    ring = [(mpf(float(x)) - false_easting, mpf(float(y))) for x, y in ring]
    total, edges = mpf(0), 0
    first = last = inverse(*ring[0])
    for index, (a, b) in enumerate(zip(ring, ring[1:] + ring[:1])):
        pieces = max(1, int(ceil(hypot(b[0] - a[0], b[1] - a[1]) / 70)))
        for piece in range(1, pieces + 1):
            isLast = index == len(ring) - 1 and piece == pieces
            t = mpf(piece) / pieces
            point = first if isLast else inverse(a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t)
            total += below(last, point)
            last = point
            edges += 1
    return abs(total), edges


def zones():
    for width, numbers, prefixed, bare in ((3, range(25, 46), 4488, 4509), (6, range(13, 24), 4478, 4489)):
        for number in numbers:
            yield width, number, prefixed + number, 500000 + number * 1000000
            yield width, number, bare + number, 500000


def radius_of(latitude):
    """Metres of a degree of longitude."""
    return A * cos(latitude) / sqrt(1 - E2 * sin(latitude) ** 2) * pi / 180


def polygons():
    for side in (1000, 10000, 30000):  # the domain reference's squares (f1)
        x, y = 39600000, 3800000
        yield 4527, 39500000, "f1", [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]
    dice = random.Random(20001)
    for index, (width, number, code, false_easting) in enumerate(zones()):
        size = mpf(10) ** (index * 7 % 19 / mpf(2))  # 1 m2 to 1,000 km2, every half power of ten
        latitude = mpf(18) + mpf(index * 11 % 36)
        where = ("west", "middle", "east")[index % 3]
        degrees = {"west": -mpf(width) / 2, "middle": mpf(dice.uniform(-0.2, 0.2)), "east": mpf(width) / 2}[where]
        east = false_easting + degrees * radius_of(latitude * pi / 180)
        north = R * (latitude * pi / 180)
        corners = dice.choice([3, 4, 5, 7])
        longer = dice.choice([1, 1, 4, 12])  # strips along a parallel show best which curve an edge is
        unit = sqrt(size / longer)
        angles = sorted((k + dice.uniform(0, 0.8)) / corners * 2 * pi for k in range(corners))
        ring = [(cos(a) * dice.uniform(0.6, 1), sin(a) * dice.uniform(0.6, 1)) for a in angles]
        twice = sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:] + ring[:1]))
        scale = unit * sqrt(2 / abs(twice))
        yield code, false_easting, where, [
            (east + x * scale * longer, north + y * scale) for x, y in ring
        ]


def main():
    print("# Areas in m2 of polygons in CGCS2000 Gauss-Krueger zones, edges straight on the grid, divided at 70 m, each piece a")
    print("# geodesic. Made by areas.py with forty digits; the twelve decimals are all good.")
    print("epsg,place,corners,area_m2")
    for code, false_easting, where, ring in polygons():
        ring = [("%.4f" % float(x), "%.4f" % float(y)) for x, y in ring]
        value, edges = area(ring, false_easting)
        corners = ";".join(" ".join(point) for point in ring)
        whole = nstr(value, 30, min_fixed=-30, max_fixed=30).partition(".")
        print(f"{code},{where},{corners},{whole[0]}.{whole[2][:12]}", flush=True)
        print(code, where, edges, nstr(value, 12), file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
