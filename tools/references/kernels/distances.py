"""Reference numbers for distances of kernels between nearly equal inputs: packages/kernels/test/golden/distances.json.

The kernel recursion at 100 digits (mpmath) from the stored doubles of the inputs, with textbook duals: K and Θ are formed in full and subtracted,
which costs some 40 of the digits and nothing else. E[φ′φ′] is the derivative of E[φφ] in c, written by hand. tanh by the two-dimensional
trapezoidal rule at 45 digits. Shares nothing with the code under test.
Needs Python 3 with mpmath. Run from the repository root: python3 tools/references/kernels/distances.py
"""
import json
import random
from pathlib import Path

import mpmath as mp

mp.mp.dps = 100
pi = mp.pi


def piecewise(right, left):
    a, b = (mp.mpf(right) + mp.mpf(left)) / 2, (mp.mpf(right) - mp.mpf(left)) / 2

    def duals(q1, q2, c):
        s, u = mp.sqrt(abs(q1 * q2 - c * c)), mp.sqrt(q1 * q2)
        t = mp.atan2(c, s)
        return a * a * c + b * b * 2 / pi * (s + c * t), a * a + b * b * 2 / pi * t

    return duals


def erf(q1, q2, c):
    m = (1 + 2 * q1) * (1 + 2 * q2)
    return 2 / pi * mp.asin(2 * c / mp.sqrt(m)), 4 / pi / mp.sqrt(m - 4 * c * c)


def gelu(q1, q2, c):
    a, b = 1 + q1, 1 + q2
    m = a * b - c * c
    g, d = mp.mpf(1) / 4 + mp.asin(c / mp.sqrt(a * b)) / (2 * pi), 1 / (2 * pi * mp.sqrt(m))
    return c * g + d * (q1 * q2 + c * c * (1 - q1 * q2) / (a * b)), g + d * c * (1 / a + 1 / b + 1 / m)


def sin(q1, q2, c):
    e = mp.exp(-(q1 + q2) / 2)
    return e * mp.sinh(c), e * mp.cosh(c)


def cos(q1, q2, c):
    value, slope = sin(q1, q2, c)
    return slope, value


def gaussian(q1, q2, c):
    m = (1 + 2 * q1) * (1 + 2 * q2) - 4 * c * c
    return 1 / mp.sqrt(m), 4 * c / m ** mp.mpf("1.5")


def hermite3(q1, q2, c):
    return c * (3 * (1 - q1) * (1 - q2) + 2 * c * c) / 2, mp.mpf(3) / 2 * ((1 - q1) * (1 - q2) + 2 * c * c)


def rectified2(q1, q2, c):
    u = mp.sqrt(q1 * q2)
    s = mp.sqrt(abs(q1 * q2 - c * c))
    t = mp.atan2(s, c)
    x, y = mp.cos(t), mp.sin(t)
    return u * u / (2 * pi) * (3 * x * y + (pi - t) * (1 + 2 * x * x)), 4 * u / (2 * pi) * (y + (pi - t) * x)


def tanh_duals(q1, q2, c):
    r1 = mp.sqrt(q1)
    slope = c / r1
    sigma = mp.sqrt(abs(q2 - slope * slope))
    top = max(q1, q2)
    h = 2 * pi * (pi / 2 / mp.sqrt(top)) / 106
    n = int(mp.ceil(14 / h))
    w = [h * mp.exp(-(h * i) ** 2 / 2) / mp.sqrt(2 * pi) for i in range(-n, n + 1)]
    value, derivative = mp.mpf(0), mp.mpf(0)
    for i, wi in zip(range(-n, n + 1), w):
        u = mp.tanh(r1 * h * i)
        a, b = mp.mpf(0), mp.mpf(0)
        if sigma == 0:
            a = mp.tanh(slope * h * i)
            b = 1 - a * a
        else:
            for j, wj in zip(range(-n, n + 1), w):
                if wi * wj < mp.mpf(10) ** -46:
                    continue
                v = mp.tanh(slope * h * i + sigma * h * j)
                a += wj * v
                b += wj * (1 - v * v)
        value += wi * u * a
        derivative += wi * (1 - u * u) * b
    return value, derivative


ACTIVATIONS = {
    "relu": piecewise(1, 0), "leakyRelu(0.1)": piecewise(1, 0.1), "abs": piecewise(1, -1), "erf": erf, "gelu": gelu, "sin": sin, "cos": cos,
    "gaussian": gaussian, "hermite3": hermite3, "rectifiedMonomial(2)": rectified2, "tanh": tanh_duals,
}


def run(activation, depth, w, b, x, y):
    """D_K, Θ(x,x)−Θ(x,x′), Θ(x′,x′)−Θ(x,x′) of the readout."""
    f = ACTIVATIONS[activation]
    w, b = mp.mpf(w), mp.mpf(b)
    d = len(x)
    dot = lambda p, q: sum(mp.mpf(s) * mp.mpf(t) for s, t in zip(p, q)) / d
    k = [b + w * dot(x, x), b + w * dot(y, y), b + w * dot(x, y)]
    t = list(k)
    for _ in range(depth):
        new = [f(k[0], k[0], k[0]), f(k[1], k[1], k[1]), f(k[0], k[1], k[2])]
        k = [b + w * m for m, _ in new]
        t = [kk + w * tt * s for kk, tt, (_, s) in zip(k, t, new)]
    return [float(k[0] + k[1] - 2 * k[2]), float(t[0] - t[2]), float(t[1] - t[2])]


rng = random.Random(11)
d = 4
draw = lambda: [rng.gauss(0, 1) for _ in range(d)]
x = [0.8125, -1.25, 0.4375, 1.0625]


def moved(scale, radial):
    """x plus `scale` sideways (orthogonal to x) plus `radial`·x, rounded to doubles."""
    v = draw()
    dot = sum(a * b for a, b in zip(v, x)) / sum(a * a for a in x)
    v = [a - dot * b for a, b in zip(v, x)]
    norm = (sum(a * a for a in v) / sum(a * a for a in x)) ** 0.5
    return [a + scale * b / norm + radial * a for a, b in zip(x, v)]


pairs = [
    ("angle 1e-8, equal norms", moved(1e-8, 0)), ("angle 1e-8, norms 1e-8 apart", moved(1e-8, 1e-8)), ("norms 1e-8 apart, angle 1e-11", moved(1e-11, 1e-8)),
    ("angle 1e-5, norms 1e-7 apart", moved(1e-5, -1e-7)), ("angle 1e-3", moved(1e-3, 0)), ("angle 1e-3, norms 1% apart", moved(1e-3, 0.01)), ("angle 1e-8, half the norm", moved(1e-8, -0.5)),
    ("ordinary", draw()), ("opposite", [-a for a in x]), ("nearly opposite", [-a for a in moved(1e-7, 0)]), ("zero", [0.0] * d), ("the same", list(x)),
]
networks = [("relu", 1, 2.0, 0.0), ("relu", 4, 1.75, 0.1), ("leakyRelu(0.1)", 3, 1.5, 0.05), ("abs", 2, 1.0, 0.1), ("erf", 3, 1.5, 0.1), ("erf", 2, 1.0, 0.0), ("gelu", 3, 1.5, 0.1), ("sin", 3, 1.25, 0.2),
            ("cos", 2, 1.25, 0.2), ("gaussian", 2, 1.5, 0.1), ("hermite3", 2, 0.5, 0.25), ("rectifiedMonomial(2)", 2, 0.75, 0.1)]
result = [{"activation": a, "depth": n, "weightVariance": w, "biasVariance": b, "values": [run(a, n, w, b, x, y) for _, y in pairs]} for a, n, w, b in networks]
mp.mp.dps = 45
few = [0, 1, 4, 7]
result.append({"activation": "tanh", "depth": 1, "weightVariance": 0.5, "biasVariance": 0.1, "pairs": few, "values": [run("tanh", 1, 0.5, 0.1, x, pairs[p][1]) for p in few]})
body = {"provenance": "tools/references/kernels/distances.py: full kernels at 100 digits from the stored doubles, subtracted; tanh at 45 digits by a 2-D trapezoidal rule.", "fields": ["distance", "ntkRow", "ntkCol"], "x": x,
        "pairs": [{"label": label, "y": y} for label, y in pairs]}
out = Path("packages/kernels/test/golden/distances.json")
out.write_text("{\n" + "".join(f"  {json.dumps(k)}: {json.dumps(v)},\n" for k, v in body.items()) + '  "networks": [\n' + ",\n".join("    " + json.dumps(r) for r in result) + "\n  ]\n}\n")
