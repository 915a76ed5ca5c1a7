"""Golden Gauss-Gegenbauer and Gauss-Legendre rules for packages/numerics, computed independently of it: mpmath at 60 digits (Newton on the
monic recurrence from SciPy's tridiagonal eigenvalues, weights from the squared norms), rounded to 17.
Run: python3 tools/references/numerics/gegenbauer.py (writes packages/numerics/test/golden/gegenbauer.json).
"""

import json
import pathlib

import mpmath as mp
import numpy as np
from scipy.linalg import eigvalsh_tridiagonal

mp.mp.dps = 60
OUT = pathlib.Path(__file__).resolve().parents[3] / "packages" / "numerics" / "test" / "golden" / "gegenbauer.json"


def number(x):
    return float(mp.nstr(mp.mpf(x), 17, min_fixed=1, max_fixed=0))


def coupling(k, lam):
    return 1 / (2 * (1 + lam)) if k == 1 else k * (k + 2 * lam - 1) / (4 * (k + lam) * (k + lam - 1))


def rule(n, lam):
    """[index among nodes >= 0, node, weight] of the probability measure: w = h_{n-1} / (p_n' p_{n-1}) with monic p and h their squared norms."""
    lam = mp.mpf(lam)
    squares = [mp.mpf(0)] + [coupling(mp.mpf(k), lam) for k in range(1, n)]
    guesses = eigvalsh_tridiagonal(np.zeros(n), np.sqrt(np.array([float(s) for s in squares[1:]]))) if n > 1 else np.zeros(1)
    norm = mp.fprod(squares[1:])
    half = [i for i in range(n) if i >= n // 2]
    chosen = sorted({*range(0, len(half), max(1, len(half) // 8)), len(half) - 1})
    rows = []
    for i in chosen:
        x = mp.mpf(0) if n % 2 == 1 and i == 0 else mp.mpf(float(guesses[half[i]]))
        for _ in range(6):
            a, b, da, db = mp.mpf(0), mp.mpf(1), mp.mpf(0), mp.mpf(0)
            for k in range(n):
                a, b, da, db = b, x * b - squares[k] * a, db, b + x * db - squares[k] * da
            x -= b / db
        rows.append([i, number(x), number(norm / (db * a))])
    return rows


def legendre(l, d, t):
    """P_l of dimension d with P_l(1) = 1, by the hypergeometric series."""
    t = mp.mpf(t)
    return mp.hyp2f1(-l, l + d - 2, (mp.mpf(d) - 1) / 2, (1 - t) / 2)


OUT.write_text(
    json.dumps(
        {
            "provenance": "tools/references/numerics/gegenbauer.py: mpmath at 60 digits; rows [index among nodes >= 0, node, weight]",
            "rules": [
                {"lambda": lam, "order": n, "rows": rule(n, lam)}
                for lam in (-0.45, 0, 0.25, 0.5, 1, 4, 391, 4999)
                for n in (1, 2, 3, 8, 33, 150, 300)
            ],
            "zonal": [[l, d, t, number(legendre(l, d, t))] for d in (2, 3, 10, 784) for l in (2, 7, 40) for t in (-0.9, 0.1, 0.5, 0.99)],
        },
        separators=(",", ":"),
    )
    + "\n"
)
