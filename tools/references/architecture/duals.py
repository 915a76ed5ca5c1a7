"""Reference numbers for the slopes and defects of activation duals: packages/architecture/test/golden/dual-slopes.json.

Textbook formulas at 200 digits (mpmath), sharing nothing with the code under test, which avoids these very formulas: E[φφ] as a function F(q1, q2, c),
and from it alone ∂F/∂c = E[φ′φ′], ∂F/∂q1, ∂²F/∂c∂q1, ∂²F/∂c² by mpmath's numerical differentiation, and the defect F(q1,q1,q1)F(q2,q2,q2) − F². Pairs are
given by (q1, q2, s) and the sign of c, so that nearly parallel ones are exact; c is the rounded c of √(q1 q2 − s²).
rectified monomials: Cho & Saul (2009), J_n by repeated differentiation of (π−θ)/sin θ. ELU: conditional expectations and one numerical integral.
Needs Python 3 with mpmath. Run from the repository root: python3 tools/references/architecture/duals.py
"""
import json
from pathlib import Path

import mpmath as mp

mp.mp.dps = 80
pi = mp.pi


def angle(q1, q2, c):
    s = mp.sqrt(q1 * q2 - c * c)
    return mp.atan2(s, c)


def piecewise(right, left):
    a, b = (mp.mpf(right) + mp.mpf(left)) / 2, (mp.mpf(right) - mp.mpf(left)) / 2

    def F(q1, q2, c):
        u = mp.sqrt(q1 * q2)
        return a * a * c + b * b * 2 / pi * (mp.sqrt(q1 * q2 - c * c) + c * mp.asin(c / u))

    return F


def arc_cosine(n):
    """(1/2π)(q1 q2)^{n/2} J_n: J_n = A(x) sin θ + B(x)(π−θ), x = cos θ, by J_n = (2n−1) x J_{n−1} + … as polynomials found from the definition."""
    # E_n = (1/sin d/dθ)^n [(π−θ)/sin] = Σ terms coefficient·x^i·sin^j·(π−θ)^k, differentiated term by term.
    terms = {(0, -1, 1): mp.mpf(1)}
    for _ in range(n):
        new = {}

        def add(key, value):
            new[key] = new.get(key, 0) + value

        for (i, j, k), v in terms.items():
            if i:
                add((i - 1, j, k), -v * i)
            if j:
                add((i + 1, j - 2, k), v * j)
            if k:
                add((i, j - 1, k - 1), -v * k)
        terms = new

    def F(q1, q2, c):
        u = mp.sqrt(q1 * q2)
        x, t = c / u, angle(q1, q2, c)
        if q1 * q2 == c * c:
            return (u ** n) * (mp.fac2(2 * n - 1) if c > 0 else 0) / 2
        s = mp.sin(t)
        return u ** n / (2 * pi) * (-1) ** n * sum(v * x**i * s ** (j + 2 * n + 1) * (pi - t) ** k for (i, j, k), v in terms.items())

    return F


def erf_dual(amplitude, scale, offset):
    a, w, o = mp.mpf(amplitude) ** 2, mp.mpf(scale) ** 2, mp.mpf(offset) ** 2
    return lambda q1, q2, c: o + a * 2 / pi * mp.asin(2 * w * c / mp.sqrt((1 + 2 * w * q1) * (1 + 2 * w * q2)))


def gelu(q1, q2, c):
    a, b = 1 + q1, 1 + q2
    m = a * b - c * c
    return c * (mp.mpf(1) / 4 + mp.asin(c / mp.sqrt(a * b)) / (2 * pi)) + (q1 * q2 + c * c * (1 - q1 * q2) / (a * b)) / (2 * pi * mp.sqrt(m))


def sinus(amplitude, frequency, phase):
    a, w, p = mp.mpf(amplitude) ** 2, mp.mpf(frequency) ** 2, mp.mpf(phase)
    return lambda q1, q2, c: a / 2 * (mp.exp(-w * (q1 + q2 - 2 * c) / 2) - mp.cos(2 * p) * mp.exp(-w * (q1 + q2 + 2 * c) / 2))


def polynomial(*p):
    def moment(k, q):
        """E[φ^{(k)}(√q z)]"""
        return sum(mp.mpf(v) * mp.factorial(j) / mp.factorial(j - k) * (q ** ((j - k) // 2) * mp.fac2(j - k - 1) if j > k else 1) for j, v in enumerate(p) if j >= k and (j - k) % 2 == 0)

    return lambda q1, q2, c: sum(c**k / mp.factorial(k) * moment(k, q1) * moment(k, q2) for k in range(len(p)))


def hermite(n):
    coefficients = [mp.mpf(0)] * (n + 1)
    for i in range(n // 2 + 1):
        coefficients[n - 2 * i] = (-1) ** i * mp.factorial(n) / (mp.factorial(i) * 2**i * mp.factorial(n - 2 * i)) / mp.sqrt(mp.factorial(n))
    return polynomial(*coefficients)


FORMULAS = {
    "identity": lambda q1, q2, c: c,
    "relu": piecewise(1, 0),
    "leakyRelu(0.1)": piecewise(1, 0.1),
    "leakyRelu(-0.5)": piecewise(1, -0.5),
    "abs": piecewise(1, -1),
    "sign": lambda q1, q2, c: 2 / pi * mp.asin(c / mp.sqrt(q1 * q2)),
    "step": lambda q1, q2, c: mp.mpf(1) / 4 + mp.asin(c / mp.sqrt(q1 * q2)) / (2 * pi),
    "erf": erf_dual(1, 1, 0),
    "erf(2,0.75,-0.5)": erf_dual(2, 0.75, -0.5),
    "probit": erf_dual(0.5, 0.7071067811865476, 0.5),
    "gelu": gelu,
    "sin": sinus(1, 1, 0),
    "sin(2,0.75,0.5)": sinus(2, 0.75, 0.5),
    "sin(1,1.5,2)": sinus(1, 1.5, 2),
    "cos": lambda q1, q2, c: mp.exp(-(q1 + q2) / 2) * mp.cosh(c),
    "rbf(0.7)": lambda q1, q2, c: mp.exp(-mp.mpf(0.7) * (q1 + q2 - 2 * c)),
    "exp": lambda q1, q2, c: mp.exp((q1 + q2) / 2 + c),
    "exp(0.5,0.75)": lambda q1, q2, c: mp.mpf(0.25) * mp.exp(mp.mpf(0.75) ** 2 * ((q1 + q2) / 2 + c)),
    "gaussian": lambda q1, q2, c: 1 / mp.sqrt((1 + 2 * q1) * (1 + 2 * q2) - 4 * c * c),
    "monomial(2)": polynomial(0, 0, 1),
    "monomial(5)": polynomial(0, 0, 0, 0, 0, 1),
    "monomial(6)": polynomial(0, 0, 0, 0, 0, 0, 1),
    "polynomial(0.5,1,-0.25,0.125)": polynomial(0.5, 1, -0.25, 0.125),
    "hermite(4)": hermite(4),
    "hermite(7)": hermite(7),
    "rectifiedMonomial(2)": arc_cosine(2),
    "rectifiedMonomial(3)": arc_cosine(3),
    "rectifiedMonomial(4)": arc_cosine(4),
    "rectifiedMonomial(5)": arc_cosine(5),
    "rectifiedMonomial(6)": arc_cosine(6),
}
JUMPS = {"sign", "step"}
# (q1, q2, s/√(q1 q2), sign of c); the last ones are nearly parallel or antiparallel, with equal, nearly equal and different norms.
PAIRS = [
    (1, 1, 0.9, 1), (0.7, 1.9, 0.8, -1), (0.05, 3, 0.6, 1), (4, 2.5, 0.3, 1), (1e-4, 2e-4, 0.7, 1), (20, 9, 0.5, -1), (1.5, 0.5, 1e-3, 1),
    (1, 1, 1e-4, 1), (1, 1, 1e-8, 1), (0.3, 0.30000001, 1e-8, 1), (2, 2.000001, 1e-9, 1), (1.25, 1.25, 1e-6, -1), (0.01, 0.0100001, 1e-5, 1), (1.5, 0.75, 1e-10, 1),
]


def double(x):
    return float(mp.nstr(x, 25))


def covariance(q1, q2, t, sign):
    q1, q2 = mp.mpf(q1), mp.mpf(q2)
    s = mp.mpf(float(mp.sqrt(q1 * q2) * t))
    return q1, q2, s, sign * mp.sqrt(q1 * q2 - s * s)


def row(name, F, pair):
    q1, q2, s, c = covariance(*pair)
    value = F(q1, q2, c)
    # mpmath steps by about 10^(−dps/order), far below 1 − |ρ|.
    d = lambda n: mp.diff(F, (q1, q2, c), n) if sum(n) else value
    jump = name in JUMPS
    defect = F(q1, q1, q1) * F(q2, q2, q2) - value**2
    numbers = [value, None if jump else d((0, 0, 1)), d((1, 0, 0)), None if jump else d((1, 0, 1)), None if jump else d((0, 0, 2)), defect]
    return [float(q1), float(q2), double(c), float(s)] + [None if v is None else double(v) for v in numbers]


def normal_cdf(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def elu_rows(alpha, pairs):
    alpha = mp.mpf(alpha)
    n = lambda x: mp.exp(-x * x / 2) / mp.sqrt(2 * pi)
    rows = []
    for pair in pairs:
        q1, q2, s, c = covariance(*pair)
        r1 = mp.sqrt(q1)
        tau = s / r1  # deviation of v given u
        value = lambda m: m * normal_cdf(m / tau) + tau * n(m / tau) + alpha * (mp.exp(m + tau * tau / 2) * normal_cdf(-m / tau - tau) - normal_cdf(-m / tau))
        slope = lambda m: normal_cdf(m / tau) + alpha * mp.exp(m + tau * tau / 2) * normal_cdf(-m / tau - tau)
        second = lambda m: (1 - alpha) * n(m / tau) / tau + alpha * mp.exp(m + tau * tau / 2) * normal_cdf(-m / tau - tau)
        third = lambda m, h=mp.mpf(10) ** -25: (second(m + h) - second(m - h)) / (2 * h)
        grid = [mp.mpf(v) / 8 for v in (-104, -72, -48, -32, -24, -16, -12, -8, -5, -3, -2, -1, 0)]

        def mean(f, g):
            """E[f(u) g(E over v given u)]"""
            lower = mp.quad(lambda z: n(z) * f(r1 * z) * g(c / r1 * z), grid)
            return lower + mp.quad(lambda z: n(z) * f(r1 * z) * g(c / r1 * z), [-x for x in reversed(grid)])

        phi = lambda x: x if x > 0 else alpha * mp.expm1(x)
        phi1 = lambda x: mp.mpf(1) if x > 0 else alpha * mp.exp(x)
        phi2 = lambda x: mp.mpf(0) if x > 0 else alpha * mp.exp(x)
        at0 = 1 / (r1 * mp.sqrt(2 * pi))
        numbers = [mean(phi, value), mean(phi1, slope)]
        numbers.append((mean(phi2, value) + (1 - alpha) * at0 * value(mp.mpf(0))) / 2)
        # φ‴ = (1−α)δ′ − αδ + αeˣ[x<0]; E[δ′(u)g(u)] = −(density·g)′(0)
        numbers.append((mean(phi2, slope) - alpha * at0 * slope(mp.mpf(0)) - (1 - alpha) * at0 * c / q1 * second(mp.mpf(0))) / 2)
        numbers.append(mean(phi2, second) + (1 - alpha) * at0 * second(mp.mpf(0)))
        square = lambda q: 2 * mp.quad(lambda z: n(z) * (mp.mpf(1) / 2) * (mp.sqrt(q) * z) ** 2, [0, 1, 2, 4, 6, 9, 14]) + mp.quad(lambda z: n(z) * (alpha * mp.expm1(-mp.sqrt(q) * z)) ** 2, [0, mp.mpf(1) / 2, 1, 2, 3, 4, 6, 9, 14])
        numbers.append(square(q1) * square(q2) - numbers[0] ** 2)
        rows.append([float(q1), float(q2), double(c), float(s)] + [double(v) for v in numbers])
    return rows


mp.mp.dps = 200
result = {name: [row(name, F, pair) for pair in PAIRS] for name, F in FORMULAS.items()}
mp.mp.dps = 34
wide = [p for p in PAIRS if p[2] > 1e-4]
result["elu(1)"] = elu_rows(1, wide)
result["elu(0.5)"] = elu_rows(0.5, wide)

body = {
    "provenance": "tools/references/architecture/duals.py: textbook duals at 200 digits and their numerical derivatives; ELU by numerical integration at 34 digits.",
    "fields": ["q1", "q2", "c", "s", "dual", "dualDerivative", "dualVarianceSlope", "dualDerivativeVarianceSlope", "dualSecondDerivative", "dualDefect"],
}
lines = ",\n".join(f'    "{name}": [\n' + ",\n".join("      " + json.dumps(r) for r in rows) + "\n    ]" for name, rows in result.items())
out = Path("packages/architecture/test/golden/dual-slopes.json")
out.write_text("{\n" + "".join(f"  {json.dumps(k)}: {json.dumps(v)},\n" for k, v in body.items()) + '  "activations": {\n' + lines + "\n  }\n}\n")
