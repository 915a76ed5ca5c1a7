"""More golden special functions for packages/numerics, computed independently of it: mpmath at 60 digits, rounded to 17.
Run: python3 tools/references/numerics/special_more.py (writes packages/numerics/test/golden/special-more.json).
"""

import json
import pathlib

import mpmath as mp
import numpy as np

mp.mp.dps = 60
OUT = pathlib.Path(__file__).resolve().parents[3] / "packages" / "numerics" / "test" / "golden" / "special-more.json"
rng = np.random.default_rng(3)


def number(x):
    return float(mp.nstr(mp.mpf(x), 17, min_fixed=1, max_fixed=0))


def table(f, xs):
    return [[x, number(f(mp.mpf(x)))] for x in sorted({float(x) for x in xs})]


def log_ncdf(x):
    return mp.log(mp.erfc(-x / mp.sqrt(2)) / 2) if x < 5 else mp.log1p(-mp.erfc(x / mp.sqrt(2)) / 2)


def erf_inverse(x):
    return mp.erfinv(x)


def hurwitz(s, a):
    """mpmath's zeta has absolute accuracy: digits enough for the smallest."""
    with mp.workdps(320):
        return mp.zeta(mp.mpf(s), mp.mpf(a))


def lower_gamma(a, x):
    """The power series of positive terms, with digits enough to take it from 1."""
    term = total = mp.exp(a * mp.log(x) - x - mp.loggamma(a + 1))
    n = 0
    while term > total * mp.mpf(10) ** -370:
        n += 1
        term *= x / (a + n)
        total += term
    return total


shapes = [1e-8, 0.01, 0.3, 0.5, 0.99, 1, 2.5, 8, 17.3, 60, 300, 2000, 1e5]
gammas = []
for a in shapes:
    for r in (1e-3, 0.1, 0.5, 0.8, 0.95, 1, 1.05, 1.2, 1.5, 2, 5):
        x = float(f"{a * r if a >= 0.5 else r * 2:.6g}")
        with mp.workdps(380):
            p = lower_gamma(mp.mpf(a), mp.mpf(x))
            q = 1 - p
        if p > 1e-290 and q > 1e-290:
            gammas.append([a, x, number(p), number(q)])

def lower_beta(a, b, x):
    """x^a (1-x)^b / (a B(a, b)) times a series of positive terms."""
    term = total = mp.exp(a * mp.log(x) + b * mp.log1p(-x) + mp.loggamma(a + b) - mp.loggamma(a + 1) - mp.loggamma(b))
    n = 0
    while term > total * mp.mpf(10) ** -50:
        term *= x * (a + b + n) / (a + 1 + n)
        total += term
        n += 1
    return total


betas = []
for a, b in ((0.5, 0.5), (2, 3), (0.3, 7), (40, 0.5), (150, 120), (1000, 3), (1e-3, 2), (5000, 4000)):
    for x in (0.01, 0.3, 0.5, 0.55, 0.9):
        y = number(lower_beta(mp.mpf(a), mp.mpf(b), mp.mpf(x)))
        if y > 1e-290:
            betas.append([x, a, b, y])

OUT.write_text(
    json.dumps(
        {
            "provenance": "tools/references/numerics/special_more.py: mpmath at 60 digits, rounded to 17",
            "erfcx": table(lambda x: mp.exp(x * x) * mp.erfc(x), [*rng.uniform(-26, 30, 60), *rng.uniform(0, 2, 40), *10.0 ** rng.uniform(-8, 8, 20), 1.25, 28.0, 1 / 0.35]),
            "logNormalCdf": table(log_ncdf, [*rng.uniform(-40, 9, 60), *rng.uniform(-2, 2, 40), -100.0, -1e4, -1.0, 0.0, -1e8, 20.0, 37.0]),
            "erfInverse": table(erf_inverse, [*rng.uniform(-1, 1, 50), *10.0 ** rng.uniform(-12, 0, 20), 0.85, 0.999, 1 - 1e-9, 1 - 2.0**-53]),
            "gamma": table(mp.gamma, [*rng.uniform(0, 8, 60), *rng.uniform(8, 171.6, 60), *10.0 ** rng.uniform(-300, 0, 12), *(-rng.uniform(0, 20, 20)), -170.5, -175.25, 0.5, 170.0, 24.0, 23.0]),
            "digamma": table(mp.digamma, [*rng.uniform(0, 10, 60), *rng.uniform(1.4, 1.5, 12), *10.0 ** rng.uniform(-10, 10, 40), 1.4616321449683622, 1.0, 2.0, 10.0]),
            "digammaNegative": table(mp.digamma, -rng.uniform(0, 10, 20)),
            "zeta": [[s, a, number(hurwitz(s, a))] for s in (1.001, 1.05, 1.3, 1.5, 2, 3, 4.5, 10, 30) for a in (1, 0.25, 2.5, 10, 101, 1e6)],
            "incompleteGamma": gammas,
            "incompleteBeta": betas,
        },
        separators=(",", ":"),
    )
    + "\n"
)
