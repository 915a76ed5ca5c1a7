"""Minimax rational function of packages/linalg/assembly/gaussian/angle.ts, from nothing but mpmath (45 digits): Remez exchange.
Run: python3 tools/references/linalg/gaussian_coefficients.py (writes packages/linalg/assembly/gaussian/coefficients.ts).
"""

import pathlib

import mpmath as mp

mp.mp.dps = 45
OUT = pathlib.Path(__file__).resolve().parents[3] / "packages" / "linalg" / "assembly" / "gaussian" / "coefficients.ts"
NUMERATOR, DENOMINATOR = 5, 6


def rest(z):
    """(h − atan h)/h³ at z = h²: a Stieltjes function, so that all coefficients of its rational approximants are positive."""
    z = mp.mpf(z)
    if z < mp.mpf("1e-4"):
        return mp.fsum((-1) ** k * z**k / (2 * k + 3) for k in range(12))
    h = mp.sqrt(z)
    return (h - mp.atan(h)) / (h * z)


def ratio(v, z):
    n, d = v[: NUMERATOR + 1], [mp.mpf(1), *v[NUMERATOR + 1 :]]
    return mp.polyval(n[::-1], z) / mp.polyval(d[::-1], z)


def fit(b):
    """Numerator and denominator (constant term 1), lowest degree first, that minimise the largest error on [0, b]; and that error."""
    unknowns = NUMERATOR + DENOMINATOR + 1
    at = lambda k, m: b / 2 - b / 2 * mp.cos(mp.pi * k / m)
    system, right = mp.matrix(unknowns, unknowns), mp.matrix(unknowns, 1)
    for i in range(unknowns):
        z = at(i + mp.mpf(1) / 2, unknowns)
        right[i] = rest(z)
        for k in range(NUMERATOR + 1):
            system[i, k] = z**k
        for k in range(1, DENOMINATOR + 1):
            system[i, NUMERATOR + k] = -right[i] * z**k
    v = list(mp.lu_solve(system, right))
    grid = [at(i, 40 * unknowns) for i in range(40 * unknowns + 1)]
    exact = [rest(z) for z in grid]
    for _ in range(8):
        error = [exact[i] - ratio(v, z) for i, z in enumerate(grid)]
        runs = [[0]]
        for i in range(1, len(grid)):
            if (error[i] > 0) == (error[runs[-1][-1]] > 0):
                runs[-1].append(i)
            else:
                runs.append([i])
        extrema = [max(run, key=lambda j: abs(error[j])) for run in runs]
        assert len(extrema) == unknowns + 1

        def level(*x):
            return [ratio(x[:-1], grid[j]) - exact[j] + (-1) ** i * x[-1] for i, j in enumerate(extrema)]

        v = list(mp.findroot(level, [*v, error[0]], tol=1e-60, maxsteps=40, verify=False))[:-1]
    return v, max(abs(exact[i] - ratio(v, z)) for i, z in enumerate(grid))


v, top = fit(mp.mpf("1.0001"))
lead = v[-1]
numerator = [x / lead for x in v[: NUMERATOR + 1]][::-1]
denominator = [x / lead for x in [mp.mpf(1), *v[NUMERATOR + 1 :]]][::-1][1:]
bits = mp.nstr(mp.log(top, 2), 4)
print("error 2^" + bits, [mp.nstr(x, 6) for x in numerator], [mp.nstr(x, 6) for x in denominator])
lines = "".join(f"  store<f64>(k, {float(x)!r}, {8 * i});\n" for i, x in enumerate(numerator + denominator))
OUT.write_text(
    "// Written by tools/references/linalg/gaussian_coefficients.py; do not edit.\n\n"
    f"// (h − atan h)/h³ = N(z)/D(z), z = h² ≤ 1, error 2^{bits}: {len(numerator)} coefficients of N, then {len(denominator)} of D, whose\n"
    "// leading coefficient is 1, highest degree first.\n"
    f"export function angleCoefficients(k: usize): void {{\n{lines}}}\n"
)
