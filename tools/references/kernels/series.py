"""Reference numbers for activations without closed forms near ρ = 1 and at large variance: packages/kernels/test/golden/series-near.json.

Two-dimensional trapezoidal rule in two independent standard normals at 30 digits: exponentially convergent, with the step chosen from the
distance of the poles of tanh(√q z), π/(2√q). The correlation is 1 − gap exactly, gap a double. Shares nothing with the code under test.
Needs Python 3 with mpmath (a few minutes). Run from the repository root: python3 tools/references/kernels/series.py
"""
import json
from pathlib import Path

import mpmath as mp

mp.mp.dps = 30
NAMES = ["tanh", "sigmoid", "softplus", "silu"]


def jets(x):
    """[φ, φ′, φ″, φ‴] of all four at x."""
    e = mp.exp(-abs(x))
    p = 1 / (1 + e) if x >= 0 else e / (1 + e)
    m = e / (1 + e) if x >= 0 else 1 / (1 + e)
    p1 = p * m
    p2 = p1 * (m - p)
    p3 = p1 * ((m - p) ** 2 - 2 * p1)
    e2 = e * e
    t = (1 - e2) / (1 + e2) * (1 if x >= 0 else -1)
    t1 = 4 * e2 / (1 + e2) ** 2
    soft = (x if x > 0 else 0) + mp.log1p(e)
    return [[t, t1, -2 * t * t1, t1 * (6 * t * t - 2)], [p, p1, p2, p3], [soft, p, p1, p2], [x * p, p + x * p1, 2 * p1 + x * p2, 3 * p2 + x * p3]]


def row(q1, q2, gap):
    r1, r2 = mp.sqrt(mp.mpf(q1)), mp.sqrt(mp.mpf(q2))
    gap = mp.mpf(gap)
    rho, sigma = 1 - gap, mp.sqrt(gap * (2 - gap))
    # e^{−2π·d/h} with d the distance of the nearest pole, 1e-22.
    h = min(mp.mpf("0.25"), 2 * mp.pi * (mp.pi / 2 / r1) / 51)
    n = int(mp.ceil(mp.mpf("10.2") / h))
    weights = [h * mp.exp(-(h * i) ** 2 / 2) / mp.sqrt(2 * mp.pi) for i in range(-n, n + 1)]
    acc = [[mp.mpf(0)] * 5 for _ in NAMES]
    parallel = [mp.mpf(0)] * 4
    for i, w1 in zip(range(-n, n + 1), weights):
        u = jets(r1 * h * i)
        straight = jets(r2 * h * i)
        inner = [[mp.mpf(0)] * 3 for _ in NAMES]
        for j, w2 in zip(range(-n, n + 1), weights):
            if w1 * w2 < mp.mpf(10) ** -27:
                continue
            v = jets(r2 * h * (rho * i + sigma * j))
            for a in range(4):
                for k in range(3):
                    inner[a][k] += w2 * v[a][k]
        for a in range(4):
            f, g = u[a], inner[a]
            for k, value in enumerate((f[0] * g[0], f[1] * g[1], f[2] * g[0] / 2, f[3] * g[1] / 2, f[2] * g[2])):
                acc[a][k] += w1 * value
            parallel[a] += w1 * f[0] * straight[a][0]
    u12 = r1 * r2
    head = [q1, q2, float(rho * u12), float(u12 * sigma), float(gap)]
    return [head + [float(x) for x in acc[a]] + [float(parallel[a] - acc[a][0])] for a in range(4)]


CASES = [(1.0, 1.0, 1e-8), (2.0, 0.5, 1e-3), (0.3, 0.8, 0.4), (25.0, 25.0, 1e-6), (25.0, 25.0, 1e-2), (25.0, 16.0, 1e-4)]
rows = [row(*case) for case in CASES]
body = {
    "provenance": "tools/references/kernels/series.py: 2-D trapezoidal rule at 30 digits, correlation exactly 1 − gap.",
    "fields": ["q1", "q2", "c", "s", "gap", "dual", "dualDerivative", "dualVarianceSlope", "dualDerivativeVarianceSlope", "dualSecondDerivative", "dualGap"],
}
lines = ",\n".join(f'    "{name}": [\n' + ",\n".join("      " + json.dumps(r[a]) for r in rows) + "\n    ]" for a, name in enumerate(NAMES))
out = Path("packages/kernels/test/golden/series-near.json")
out.write_text("{\n" + "".join(f"  {json.dumps(k)}: {json.dumps(v)},\n" for k, v in body.items()) + '  "activations": {\n' + lines + "\n  }\n}\n")
