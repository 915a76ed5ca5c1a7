"""Golden values for SVD, least squares and LDLᵀ in packages/linalg, computed independently of it.

Singular values: mpmath at 80 digits, rounded to 17. Least squares and determinants: exact rationals. Longley's data: NIST StRD, whose
certified coefficients the exact solution reproduces. Run: python3 tools/references/linalg/factorisations.py
(writes packages/linalg/test/golden/factorisations.json).
"""

import json
import pathlib
from fractions import Fraction

import mpmath as mp

mp.mp.dps = 80
OUT = pathlib.Path(__file__).resolve().parents[3] / "packages" / "linalg" / "test" / "golden"
OUT.mkdir(parents=True, exist_ok=True)


def number(x):
    return float(mp.nstr(mp.mpf(x), 17, min_fixed=1, max_fixed=0))


def singular_values(entry, m, n):
    """Of the doubles nearest to the entries, descending."""
    A = mp.matrix(m, n)
    for i in range(m):
        for j in range(n):
            A[i, j] = mp.mpf(float(entry(i, j)))
    values = sorted(mp.svd_r(A, compute_uv=False), reverse=True)
    return [number(s) if s > mp.mpf(10) ** -60 else 0.0 for s in values]


def solve(A, B):
    """Exact Gauss–Jordan elimination."""
    n = len(A)
    M = [list(map(Fraction, A[i])) + [Fraction(B[i])] for i in range(n)]
    for k in range(n):
        p = next(i for i in range(k, n) if M[i][k] != 0)
        M[k], M[p] = M[p], M[k]
        for i in range(n):
            if i != k and M[i][k] != 0:
                f = M[i][k] / M[k][k]
                M[i] = [x - f * y for x, y in zip(M[i], M[k])]
    return [M[i][n] / M[i][i] for i in range(n)]


def normal_equations(X, y):
    cols = range(len(X[0]))
    gram = [[sum(row[i] * row[j] for row in X) for j in cols] for i in cols]
    return solve(gram, [sum(row[i] * v for row, v in zip(X, y)) for i in cols])


def determinant(A):
    n = len(A)
    M = [list(map(Fraction, row)) for row in A]
    value = Fraction(1)
    for k in range(n):
        p = next((i for i in range(k, n) if M[i][k] != 0), None)
        if p is None:
            return Fraction(0)
        if p != k:
            M[k], M[p] = M[p], M[k]
            value = -value
        value *= M[k][k]
        for i in range(k + 1, n):
            f = M[i][k] / M[k][k]
            M[i] = [x - f * y for x, y in zip(M[i], M[k])]
    return value


LONGLEY = """60323 83.0 234289 2356 1590 107608 1947
61122 88.5 259426 2325 1456 108632 1948
60171 88.2 258054 3682 1616 109773 1949
61187 89.5 284599 3351 1650 110929 1950
63221 96.2 328975 2099 3099 112075 1951
63639 98.1 346999 1932 3594 113270 1952
64989 99.0 365385 1870 3547 115094 1953
63761 100.0 363112 3578 3350 116219 1954
66019 101.2 397469 2904 3048 117388 1955
67857 104.6 419180 2822 2857 118734 1956
68169 108.4 442769 2936 2798 120445 1957
66513 110.8 444546 4681 2637 121950 1958
68655 112.6 482704 3813 2552 123366 1959
69564 114.2 502601 3931 2514 125368 1960
69331 115.7 518173 4806 2572 127852 1961
70551 116.9 554894 4007 2827 130081 1962"""
rows = [[Fraction(x) for x in line.split()] for line in LONGLEY.splitlines()]
inputs = [[Fraction(1)] + row[1:] for row in rows]
targets = [row[0] for row in rows]
coefficients = normal_equations(inputs, targets)
certified = [-3482258.63459582, 15.0618722713733, -0.0358191792925910, -2.02022980381683, -1.03322686717359, -0.0511041056535807, 1829.15146461355]
assert all(abs(float(c) / v - 1) < 1e-13 for c, v in zip(coefficients, certified))
residual = mp.sqrt(sum(mp.mpf((r := t - sum(c * x for c, x in zip(coefficients, row))).numerator) ** 2 / mp.mpf(r.denominator) ** 2 for row, t in zip(inputs, targets)))


def integers(i, j):
    return (7 * i * i + 3 * i * j + 5 * j + 4) % 11 - 5


# Minimum norm: x = Aᵀ (A Aᵀ)⁻¹ b.
wide = [[integers(i, j) for j in range(6)] for i in range(4)]
b = [1, -2, 3, 5]
weights = solve([[sum(p * q for p, q in zip(r, s)) for s in wide] for r in wide], b)
minimum = [sum(weights[i] * wide[i][j] for i in range(4)) for j in range(6)]


def symmetric(i, j):
    return 0 if i == j and i % 3 == 0 else integers(min(i, j), max(i, j))


def logdet(n):
    value = determinant([[symmetric(i, j) for j in range(n)] for i in range(n)])
    return {"n": n, "sign": (value > 0) - (value < 0), "logAbs": number(mp.log(abs(mp.mpf(value.numerator) / value.denominator)))}


data = {
    "provenance": "tools/references/linalg/factorisations.py: mpmath at 80 digits and exact rationals, rounded to 17 digits; Longley data and coefficients: NIST StRD",
    "singularValues": {
        "hilbert 12x12": singular_values(lambda i, j: 1 / (i + j + 1), 12, 12),
        "hilbert 40x30": singular_values(lambda i, j: 1 / (i + j + 1), 40, 30),
        "hilbert 8x20": singular_values(lambda i, j: 1 / (i + j + 1), 8, 20),
        "integers 9x6": singular_values(integers, 9, 6),
        "integers 36x34": singular_values(integers, 36, 34),
        "grcar 40x40": singular_values(lambda i, j: -1 if i == j + 1 else 1 if 0 <= j - i <= 3 else 0, 40, 40),
    },
    "longley": {
        "data": [[float(x) for x in row] for row in rows],
        "coefficients": [number(mp.mpf(c.numerator) / c.denominator) for c in coefficients],
        "residualNorm": number(residual),
    },
    "minimumNorm": {"right": b, "solution": [number(mp.mpf(x.numerator) / x.denominator) for x in minimum]},
    "determinants": [logdet(n) for n in (3, 8, 20, 45, 60)],
}
(OUT / "factorisations.json").write_text(json.dumps(data, separators=(",", ":"), ensure_ascii=False) + "\n")
