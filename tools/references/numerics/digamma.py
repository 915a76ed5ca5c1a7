"""Prints the coefficients of packages/numerics/src/special/digamma.ts: psi(x)/(x - x0) = 1 + P(x-1)/Q(x-1) on [1, 2] by rational interpolation at
Chebyshev nodes in mpmath, and the zero x0 as a sum of three doubles. Run: python3 tools/references/numerics/digamma.py
"""

import mpmath as mp

mp.mp.dps = 60
zero = mp.findroot(mp.digamma, 1.4616)
parts = []
rest = zero
for _ in range(3):
    # 26 bits each, so that subtracting them one by one from a nearby double is exact.
    exponent = mp.floor(mp.log(rest, 2))
    part = mp.floor(rest / 2 ** (exponent - 25)) * 2 ** (exponent - 25) if len(parts) < 2 else rest
    parts.append(float(part))
    rest -= part
print("zero", parts)


def g(x):
    return mp.digamma(x) / (x - zero) - 1


degree = 6
count = 2 * degree + 1
nodes = [mp.mpf(3) / 2 + mp.cos(mp.pi * (2 * i + 1) / (2 * count)) / 2 for i in range(count)]
A, b = mp.matrix(count, count), mp.matrix(count, 1)
for i, x in enumerate(nodes):
    t, value = x - 1, g(x)
    for k in range(degree + 1):
        A[i, k] = t**k
    for k in range(1, degree + 1):
        A[i, degree + k] = -value * t**k
    b[i] = value
solution = list(mp.lu_solve(A, b))
P, Q = [float(c) for c in solution[: degree + 1]], [1.0, *(float(c) for c in solution[degree + 1 :])]
print("P", P)
print("Q", Q)
error = max(abs(mp.polyval([mp.mpf(c) for c in P[::-1]], t) / mp.polyval([mp.mpf(c) for c in Q[::-1]], t) - g(1 + t)) for t in mp.linspace(0, 1, 301))
print("error", mp.nstr(error, 3))
