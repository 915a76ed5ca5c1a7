"""Reference numbers for the loops of Gaussian pairs in packages/linalg/assembly/gaussian: textbook formulas with mpmath at 60 digits (800 where
scales are extreme). A pair is given by its variances and the angle between its variables, so that the covariance c and the sine norm s in a
row are roundings of one exact pair; `formed` rows belong to the doubles q1, q2, c as they are.
Run: python3 tools/references/linalg/gaussian.py (writes packages/linalg/test/golden/gaussian.json).
"""

import json
import pathlib

import mpmath as mp

OUT = pathlib.Path(__file__).resolve().parents[3] / "packages" / "linalg" / "test" / "golden" / "gaussian.json"
F = mp.mpf
ANGLES = [1e-12, 1e-8, 1e-5, 1e-3, 0.03, 0.3, 0.8, 1.3, 1.5, 1.5707]  # and their supplements
VARIANCES = [(1.0, 1.0), (0.7, 1.3), (1e-8, 3.0), (25.0, 16.0)]
EXTREME = [(1e-280, 1e-290), (1e300, 1e298), (1e-140, 3.0)]
LAYERS = [(2.0, 0.0), (1.5, 0.1)]


def piecewise(alpha, beta):
    def of(q1, q2, angle):
        alpha_, beta_, u = F(alpha), F(beta), mp.sqrt(q1 * q2)
        asin = mp.pi / 2 - angle
        m = alpha_**2 * u * mp.cos(angle) + beta_**2 * 2 / mp.pi * u * (mp.sin(angle) + mp.cos(angle) * asin)
        return m, alpha_**2 + beta_**2 * 2 / mp.pi * asin

    return of


def covariance(q1, q2, angle):
    return mp.sqrt(q1 * q2) * mp.cos(angle)


def scaled(f):
    """φ(x) = amplitude·f(scale·x) from the duals of f."""

    def at(amplitude, scale, offset=0.0):
        a2, k2 = F(amplitude) ** 2, F(scale) ** 2

        def of(q1, q2, angle):
            m, slope = f(q1 * k2, q2 * k2, covariance(q1, q2, angle) * k2)
            return a2 * m + F(offset) ** 2, a2 * k2 * slope

        return of

    return at


@scaled
def erf(q1, q2, c):
    n = (1 + 2 * q1) * (1 + 2 * q2)
    return 2 / mp.pi * mp.asin(2 * c / mp.sqrt(n)), 4 / mp.pi / mp.sqrt(n - 4 * c * c)


@scaled
def gelu(q1, q2, c):
    e = (1 + q1) * (1 + q2)
    g = F(1) / 4 + mp.asin(c / mp.sqrt(e)) / (2 * mp.pi)
    d = 1 / (2 * mp.pi * mp.sqrt(e - c * c))
    m = c * g + d * (q1 * q2 + c * c * (1 - q1 * q2) / e)
    return m, g + d * c * (1 / (1 + q1) + 1 / (1 + q2) + 1 / (e - c * c))


@scaled
def sin(q1, q2, c):
    return mp.exp(-(q1 + q2) / 2) * mp.sinh(c), mp.exp(-(q1 + q2) / 2) * mp.cosh(c)


@scaled
def cos(q1, q2, c):
    return mp.exp(-(q1 + q2) / 2) * mp.cosh(c), mp.exp(-(q1 + q2) / 2) * mp.sinh(c)


@scaled
def exp(q1, q2, c):
    return mp.exp((q1 + q2) / 2 + c), mp.exp((q1 + q2) / 2 + c)


@scaled
def gaussian(q1, q2, c):
    n = (1 + 2 * q1) * (1 + 2 * q2) - 4 * c * c
    return 1 / mp.sqrt(n), 4 * c / n ** F(1.5)


def angles():
    for a in ANGLES:
        yield F(a), 1
        yield F(a), -1


def pair(q1, q2, a, sign):
    u = mp.sqrt(F(q1) * F(q2))
    return [q1, q2, float(sign * u * mp.cos(a)), float(u * mp.sin(a))], (a if sign > 0 else mp.pi - a)


def carried(of, sizes, norms):
    rows = []
    for q1, q2 in sizes:
        mp.mp.dps = 800 if max(q1, q2) > 1e9 or min(q1, q2) < 1e-9 else 60
        for a, sign in angles():
            given, angle = pair(q1, q2, a, sign)
            m, slope = of(F(q1), F(q2), angle)
            row = [*given, float(m), float(slope)]
            if norms:
                m11, m22 = of(F(q1), F(q1), F(0))[0], of(F(q2), F(q2), F(0))[0]
                for w, b in LAYERS:
                    w, b = F(w), F(b)
                    row.append(float(mp.sqrt(max(F(0), (w * m11 + b) * (w * m22 + b) - (w * m + b) ** 2))))
            rows.append(row)
    return rows


def formed(of, sizes):
    rows = []
    mp.mp.dps = 60
    for q1, q2 in sizes:
        for a, sign in angles():
            (_, _, c, _), _ = pair(q1, q2, a, sign)
            u = mp.sqrt(F(q1) * F(q2))
            if abs(F(c)) > u:
                continue
            if abs(F(c)) == u:
                a = F(0)
            m, slope = of(F(q1), F(q2), mp.acos(F(c) / u) if a > 0 else (F(0) if sign > 0 else mp.pi))
            if a == 0:  # exact zeros at the antipode
                m, slope = (x if abs(x) > F(10) ** -50 * u else F(0) for x in (m, slope))
            rows.append([q1, q2, c, float(m), float(slope)])
    return rows


maps = []
for name, of, parameters in [
    ("identity", piecewise(1.0, 0.0), [1.0, 0.0]),
    ("relu", piecewise(0.5, 0.5), [0.5, 0.5]),
    ("abs", piecewise(0.0, 1.0), [0.0, 1.0]),
    ("leaky relu", piecewise(0.505, 0.495), [0.505, 0.495]),
]:
    maps.append({"map": "piecewise-linear", "name": name, "parameters": parameters, "carried": carried(of, VARIANCES + (EXTREME if name == "relu" else EXTREME[:2]), True), "formed": formed(of, VARIANCES)})
for name, f, parameters in [
    ("erf", erf, [1.0, 1.0, 0.0]),
    ("erf", erf, [0.5, 0.7071067811865476, 0.5]),
    ("gelu", gelu, [1.0, 1.0]),
    ("gelu", gelu, [1.5, 0.75]),
    ("sin", sin, [1.0, 1.0]),
    ("sin", sin, [1.5, 0.75]),
    ("cos", cos, [1.0, 1.0]),
    ("exp", exp, [1.0, 1.0]),
    ("exp", exp, [0.5, 0.75]),
    ("gaussian", gaussian, [1.0, 1.0]),
    ("gaussian", gaussian, [1.5, 0.75]),
]:
    of = f(*parameters)
    sizes = VARIANCES + [(300.0, 200.0)] if parameters[1] == 1 else VARIANCES[1:2]
    maps.append({"map": name, "parameters": parameters, "carried": carried(of, sizes, False), "formed": formed(of, sizes)})

# Squared distances, and sine norms of sums of two kernels.
mp.mp.dps = 800
distances = []
for q1, q2 in VARIANCES + EXTREME[:2] + [(1.0, 1.0 + 2**-30)]:
    for a, sign in angles():
        given, angle = pair(q1, q2, a, sign)
        distances.append([*given, float(F(q1) + F(q2) - 2 * covariance(F(q1), F(q2), angle))])
sums = []
for q1, q2 in VARIANCES + EXTREME[:2]:
    for p1, p2 in [(1.0, 1.0), (0.3, 2.0), (1e-9, 1e-9)]:
        for a, sign in list(angles())[::3]:
            for b, other in list(angles())[1::5]:
                x, angle = pair(q1, q2, a, sign)
                y, second = pair(p1, p2, b, other)
                c = covariance(F(q1), F(q2), angle) + covariance(F(p1), F(p2), second)
                sums.append([*x, *y, float(mp.sqrt((F(q1) + F(p1)) * (F(q2) + F(p2)) - c * c))])

# Nearly equal norms and small angles: roots of variances to twice the digits.
near = []


def exact(r1, step, a):
    r1 = mp.sqrt(F(r1))
    r2 = r1 * (1 + F(step))
    return r1, r2, r1 * r2 * mp.cos(F(a)), r1 * r2 * mp.sin(F(a))


def doubles(r1, r2, c, s):
    return [float(x) for x in (r1, r1 - F(float(r1)), r2, r2 - F(float(r2)), r1 * r1, r2 * r2, c, s)]


for q in (0.7, 3.1):
    for step in (1e-8, -3e-9, 1e-5):
        for a in (1e-8, 1e-10, 1e-4):
            x, y = exact(q, step, a), exact(0.4, 2.5 * step, 0.3 * a)
            r1, r2, c, s = x
            w, b = (F(v) for v in LAYERS[1])
            m = piecewise(0.5, 0.5)(r1 * r1, r2 * r2, F(a))[0]
            k11, k22, k12 = w * r1 * r1 / 2 + b, w * r2 * r2 / 2 + b, w * m + b
            total = (r1**2 + y[0] ** 2) * (r2**2 + y[1] ** 2) - (c + y[2]) ** 2
            near.append([doubles(*x), doubles(*y), float(r1**2 + r2**2 - 2 * c), float(mp.sqrt(k11 * k22 - k12**2)), float(mp.sqrt(total))])

body = {
    "provenance": f"mpmath {mp.__version__}, 60 digits (800 for extreme scales and differences); tools/references/linalg/gaussian.py",
    "fields": {
        "carried": ["q1", "q2", "c", "s", "m", "slope", *(f"sine norm after w={w}, b={b}" for w, b in LAYERS)],
        "formed": ["q1", "q2", "c", "m", "slope"],
        "distances": ["q1", "q2", "c", "s", "q1 + q2 - 2c"],
        "near": ["pair: r1, l1, r2, l2, q1, q2, c, s", "another", "q1 + q2 - 2c", "sine norm of relu after the second layer", "of the sum of both"],
        "sums": ["q1", "q2", "c", "s", "p1", "p2", "d", "e", "sine norm"],
    },
    "layers": LAYERS,
    "maps": maps,
    "distances": distances,
    "sums": sums,
    "near": near,
}
OUT.write_text(json.dumps(body, separators=(",", ":")).replace("],[", "],\n[") + "\n")
