"""Minimax polynomials of packages/linalg/assembly/elementwise, from nothing but mpmath (45 digits): Remez exchange on Chebyshev extrema.
Run: python3 tools/references/linalg/elementwise_coefficients.py (writes packages/linalg/assembly/elementwise/coefficients.ts).
"""

import pathlib

import mpmath as mp

mp.mp.dps = 45
OUT = pathlib.Path(__file__).resolve().parents[3] / "packages" / "linalg" / "assembly" / "elementwise" / "coefficients.ts"
TINY = mp.mpf(10) ** -30


def evaluate(c, x):
    return mp.polyval(c[::-1], x)


def extrema(error, grid):
    """The largest |error| of each run of one sign, sharpened by a parabola."""
    values = [error(x) for x in grid]
    runs = [[0]]
    for i in range(1, len(grid)):
        if (values[i] > 0) == (values[runs[-1][-1]] > 0):
            runs[-1].append(i)
        else:
            runs.append([i])
    found = []
    for run in runs:
        i = max(run, key=lambda j: abs(values[j]))
        x = grid[i]
        if 0 < i < len(grid) - 1:
            a, b = grid[i - 1], grid[i + 1]
            left, right = (values[i] - values[i - 1]) / (x - a), (values[i + 1] - values[i]) / (b - x)
            bend = (right - left) / (b - a)
            if bend != 0 and a < (a + x) / 2 - left / (2 * bend) < b:
                x = (a + x) / 2 - left / (2 * bend)
        found.append(x)
    return found


def remez(f, a, b, n, weight):
    """The n coefficients c that minimise max |weight(x)·(f(x) − Σ c_k x^k)| over [a, b], and that maximum."""
    a, b = mp.mpf(a), mp.mpf(b)
    at = lambda k, m: (a + b) / 2 - (b - a) / 2 * mp.cos(mp.pi * k / m)
    grid = [at(i, 24 * n) for i in range(24 * n + 1)]
    points = [at(i + mp.mpf(1) / 2, n + 1) for i in range(n + 1)]
    for _ in range(12):
        system = mp.matrix(n + 1, n + 1)
        for i, x in enumerate(points):
            for k in range(n):
                system[i, k] = x**k
            system[i, n] = (-1) ** i / weight(x)
        solution = mp.lu_solve(system, mp.matrix([f(x) for x in points]))
        c, level = [solution[k] for k in range(n)], abs(solution[n])
        error = lambda x: weight(x) * (f(x) - evaluate(c, x))
        points = extrema(error, grid)
        top = max(abs(error(x)) for x in points)
        while len(points) > n + 1:
            points.pop(0 if abs(error(points[0])) < abs(error(points[-1])) else -1)
        if len(points) < n + 1 or top < level * mp.mpf("1.0001"):
            break
    return c, top


def near(limit, f, series):
    """f away from 0, and there its series: a removable singularity."""
    return lambda x: f(x) if abs(x) > limit else evaluate(series, x)


R = mp.mpf
root = mp.sqrt
half = R(1) / 2
edge = R("1.0001")  # rounding may carry a reduced argument slightly out of its interval
ln2, quarter = mp.log(2) / 2 * edge, (mp.pi / 4 * edge) ** 2

beyond = lambda u: (1 + 3 * u) / (1 - u)  # u = (r − 1)/(r + 3)
outward = lambda u: 4 * (1 + u) / (1 - u)  # u = (r − 4)/(r + 4)
scaled_erfc = lambda x: mp.erfc(x) * mp.exp(x * x)
level = lambda r: (1 + 2 * r) * scaled_erfc(r)  # between 1.12 and 1.24

FITS = [
    (
        "exp",
        "exp r = 1 + r + r²(1/2 + r·p(r)), |r| ≤ ½ ln 2; error over exp r",
        near(1e-6, lambda r: (mp.exp(r) - 1 - r - r * r / 2) / r**3, [R(1) / 6, R(1) / 24, R(1) / 120]),
        (-ln2, ln2, 9),
        lambda r: abs(r) ** 3 / mp.exp(r) + TINY,
    ),
    (
        "log",
        "log((1+s)/(1−s)) = 2s + s·z·p(z), z = s² ≤ (3−2√2)²; error over 2s",
        near(1e-12, lambda z: (2 * mp.atanh(root(z)) / root(z) - 2) / z, [R(2) / 3, R(2) / 5]),
        (0, (3 - 2 * root(R(2))) ** 2, 7),
        lambda z: z / 2 + TINY,
    ),
    (
        "sin",
        "sin r = r + r·z·p(z), z = r² ≤ (π/4)²; error over r",
        near(1e-12, lambda z: (mp.sin(root(z)) / root(z) - 1) / z, [-R(1) / 6, R(1) / 120]),
        (0, quarter, 6),
        lambda z: z + TINY,
    ),
    (
        "cos",
        "cos r = 1 − z/2 + z²·p(z), z = r² ≤ (π/4)²; error over cos r",
        near(1e-8, lambda z: (mp.cos(root(z)) - 1 + z / 2) / z**2, [R(1) / 24, -R(1) / 720, R(1) / 40320]),
        (0, quarter, 6),
        lambda z: z * z / mp.cos(root(z)) + TINY,
    ),
    (
        "asin",
        "asin r = r + r·z·p(z), z = r² ≤ 1/4; error over r",
        near(1e-12, lambda z: (mp.asin(root(z)) / root(z) - 1) / z, [R(1) / 6, R(3) / 40]),
        (0, R(1) / 4, 13),
        lambda z: z + TINY,
    ),
    (
        "tanh",
        "tanh r = r + r·z·p(z), z = r² ≤ (artanh ½)²; error over r",
        near(1e-12, lambda z: (mp.tanh(root(z)) / root(z) - 1) / z, [-R(1) / 3, R(2) / 15]),
        (0, (mp.atanh(half) * edge) ** 2, 11),
        lambda z: z + TINY,
    ),
    (
        "erf",
        "erf r = r + r·p(z), z = r² ≤ 1; error over erf r",
        near(1e-14, lambda z: mp.erf(root(z)) / root(z) - 1, [2 / root(mp.pi) - 1, -2 / (3 * root(mp.pi))]),
        (0, 1, 13),
        lambda z: 1 / (mp.erf(root(z)) / root(z)) if z > 1e-14 else root(mp.pi) / 2,
    ),
    (
        "erfTail",
        "erfc r = exp(−r²)·p((r−1)/(r+3)), 1 ≤ r ≤ 6; error of erfc r, absolute",
        lambda u: scaled_erfc(beyond(u)),
        (0, R(5) / 9, 13),
        lambda u: mp.exp(-(beyond(u) ** 2)),
    ),
    (
        "erfc",
        "erfc r = exp(−r²)·p((r−4)/(r+4))/(1+2r), 0.476 ≤ r ≤ 27.4 (Schonfelder 1978); error over erfc r",
        lambda u: level(outward(u)),
        ((R("0.476") - 4) / (R("0.476") + 4), (R("27.4") - 4) / (R("27.4") + 4), 22),
        lambda u: 1 / level(outward(u)),
    ),
]

parts = ["// Written by tools/references/linalg/elementwise_coefficients.py; do not edit. Each function stores its polynomial's coefficients at c, highest degree first.\n"]
for name, comment, f, (a, b, n), weight in FITS:
    c, top = remez(f, a, b, n, weight)
    bits = float(mp.log(top, 2))
    print(f"{name:8s} {n:2d} coefficients, 2^{bits:.1f}")
    lines = "".join(f"  store<f64>(c, {float(x)!r}, {8 * i});\n" for i, x in enumerate(reversed(c)))
    parts.append(f"// {comment}: 2^{bits:.1f}.\nexport function {name}Coefficients(c: usize): void {{\n{lines}}}\n")
OUT.write_text("\n".join(parts))
