import Glibc

/// The numbers of a transverse Mercator system with its origin on the equator; Gauss–Krüger is one with scale 1.
package struct TransverseMercator: Hashable, Sendable, Codable {
    package var ellipsoid: Ellipsoid
    /// Degrees east.
    package var centralMeridian: Double
    /// Metres; includes the zone prefix where there is one.
    package var falseEasting: Double
    package var falseNorthing: Double
    package var scale: Double
    /// What the coordinates are counted in.
    package var metresPerUnit: Double

    package init(
        ellipsoid: Ellipsoid, centralMeridian: Double, falseEasting: Double = 500_000, falseNorthing: Double = 0,
        scale: Double = 1, metresPerUnit: Double = 1
    ) {
        self.ellipsoid = ellipsoid
        self.centralMeridian = centralMeridian
        self.falseEasting = falseEasting
        self.falseNorthing = falseNorthing
        self.scale = scale
        self.metresPerUnit = metresPerUnit
    }
}

/// The inverse of a transverse Mercator system, for areas and nothing else.
///
/// Every other conversion is PROJ's. An area needs no latitude, only its sine, and no absolute longitude; without
/// them a point costs a fraction of what a call of the library does, and areas of a whole county are computed at
/// every import. Krüger's series to n⁶: C. F. F. Karney, "Transverse Mercator with an accuracy of a few nanometers"
/// (2011), eqs. 11 and 36; from conformal to geodetic latitude by K. Engsager and K. Poder's series of the same order
/// (2007). Tests hold its areas to PROJ's as far as 900 km from the meridian.
struct InverseTransverseMercator {
    private typealias Six = (Double, Double, Double, Double, Double, Double)

    /// β₁ … β₆ of the first paper.
    private let beta: Six
    /// What the sines of 2, 4 … 12 times the conformal latitude add to it to make the geodetic one.
    private let delta: Six
    /// From metres on the grid to radians of the rectifying sphere.
    private let perMetre: Double

    init(_ grid: TransverseMercator) {
        let n = grid.ellipsoid.n
        let (n2, n3) = (n * n, n * n * n)
        let (n4, n5, n6) = (n2 * n2, n2 * n3, n3 * n3)
        let rectifying = grid.ellipsoid.a / (1 + n) * (1 + n2 / 4 + n4 / 64 + n6 / 256)
        perMetre = 1 / (rectifying * grid.scale)

        let b1 = n / 2 - 2 * n2 / 3 + 37 * n3 / 96 - n4 / 360 - 81 * n5 / 512 + 96199 * n6 / 604_800
        let b2 = n2 / 48 + n3 / 15 - 437 * n4 / 1440 + 46 * n5 / 105 - 1_118_711 * n6 / 3_870_720
        let b3 = 17 * n3 / 480 - 37 * n4 / 840 - 209 * n5 / 4480 + 5569 * n6 / 90720
        let b4 = 4397 * n4 / 161_280 - 11 * n5 / 504 - 830_251 * n6 / 7_257_600
        let b5 = 4583 * n5 / 161_280 - 108_847 * n6 / 3_991_680
        beta = (b1, b2, b3, b4, b5, 20_648_693 * n6 / 638_668_800)

        let d1 = 2 * n - 2 * n2 / 3 - 2 * n3 + 116 * n4 / 45 + 26 * n5 / 45 - 2854 * n6 / 675
        let d2 = 7 * n2 / 3 - 8 * n3 / 5 - 227 * n4 / 45 + 2704 * n5 / 315 + 2323 * n6 / 945
        let d3 = 56 * n3 / 15 - 136 * n4 / 35 - 1262 * n5 / 105 + 73814 * n6 / 2835
        let d4 = 4279 * n4 / 630 - 332 * n5 / 35 - 399_572 * n6 / 14175
        let d5 = 4174 * n5 / 315 - 144_838 * n6 / 6237
        delta = (d1, d2, d3, d4, d5, 601_676 * n6 / 22275)
    }

    /// The sine of a point's latitude, and its longitude in radians from the central meridian.
    ///
    /// - Parameters: metres from the central meridian and from the equator.
    /// - Returns: not-a-numbers for a point the series does not reach: beyond 1,000 km from the meridian or the poles.
    @inline(__always)
    func callAsFunction(east: Double, north: Double) -> (sinB: Double, longitude: Double) {
        let x = north * perMetre
        let y = east * perMetre
        guard abs(y) < 0.16, abs(x) < 1.5707 else { return (.nan, .nan) }

        // Σ βⱼ sin 2jζ over the complex ζ = x + iy, by Clenshaw's rule. One sine and one cosine are all this costs of
        // the mathematical library: the double angles and the small steps from ζ follow from them.
        let (s, c) = (sin(x), cos(x))
        let sh = sinhOfSmall(y)
        let ch = (1 + sh * sh).squareRoot()
        let (sin2x, cos2x) = (2 * s * c, (c - s) * (c + s))
        let (sinh2y, cosh2y) = (2 * sh * ch, 1 + 2 * sh * sh)
        let real = 2 * cos2x * cosh2y
        let imaginary = -2 * sin2x * sinh2y
        var (pr, pi, qr, qi) = (beta.5, 0.0, 0.0, 0.0)
        @inline(__always) func add(_ coefficient: Double) {
            let (r, i) = (real * pr - imaginary * pi - qr + coefficient, real * pi + imaginary * pr - qi)
            (qr, qi, pr, pi) = (pr, pi, r, i)
        }
        add(beta.4)
        add(beta.3)
        add(beta.2)
        add(beta.1)
        add(beta.0)
        let (sr, si) = (sin2x * cosh2y, cos2x * sinh2y)

        // On the sphere of conformal latitude χ.
        let (sinX, cosX) = turned(s, c, by: si * pi - sr * pr)
        let sinhY = sinhOfSmall(y - (sr * pi + si * pr))
        let coshY = (1 + sinhY * sinhY).squareRoot()
        let sinChi = sinX / coshY
        let cosChi = (sinhY * sinhY + cosX * cosX).squareRoot() / coshY

        let sin2 = 2 * sinChi * cosChi
        let twice = 2 * (cosChi - sinChi) * (cosChi + sinChi)
        let d5 = delta.4 + twice * delta.5
        let d4 = delta.3 + twice * d5 - delta.5
        let d3 = delta.2 + twice * d4 - d5
        let d2 = delta.1 + twice * d3 - d4
        let d1 = delta.0 + twice * d2 - d3
        return (turned(sinChi, cosChi, by: d1 * sin2).sine, atan(sinhY / cosX))
    }

    /// Sine and cosine of an angle turned further by at most 0.004, which four terms give to the last digit.
    @inline(__always)
    private func turned(_ sine: Double, _ cosine: Double, by small: Double) -> (sine: Double, cosine: Double) {
        let square = small * small
        let s = small * (1 - square * (1.0 / 6 - square * (1.0 / 120 - square * (1.0 / 5040))))
        let c = 1 - square * (1.0 / 2 - square * (1.0 / 24 - square * (1.0 / 720)))
        return (sine * c + cosine * s, cosine * c - sine * s)
    }

    /// The hyperbolic sine of less than 0.17 by Taylor's series, to the last digit.
    @inline(__always)
    private func sinhOfSmall(_ y: Double) -> Double {
        let s = y * y
        let high = 1.0 / 362_880 + s * (1.0 / 39_916_800 + s * (1.0 / 6_227_020_800))
        return y * (1 + s * (1.0 / 6 + s * (1.0 / 120 + s * (1.0 / 5040 + s * high))))
    }
}
