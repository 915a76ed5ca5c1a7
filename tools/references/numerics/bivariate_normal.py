"""Golden values of the bivariate normal distribution function: packages/numerics/test/golden/bivariate-normal.json.

Φ₂(h, k; ρ) = ∫_{−∞}^h n(x) Φ((k − ρx)/√(1−ρ²)) dx by mpmath's quadrature at 50 digits, split where the inner function turns; the correlation is the
stored double, or ±(1 − gap) for the rows with a gap. Run from the repository root: python3 tools/references/numerics/bivariate_normal.py
"""
import json
from pathlib import Path

import mpmath as mp

mp.mp.dps = 50


def cdf(x):
    return mp.erfc(-x / mp.sqrt(2)) / 2


def value(h, k, rho, sine):
    h, k = mp.mpf(h), mp.mpf(k)
    turn = k / rho if rho else mp.mpf(0)
    width = sine / abs(rho) if rho else mp.mpf(1)
    marks = [turn + m * width for m in (-16, -8, -4, -2, -1, 0, 1, 2, 4, 8, 16)] + [mp.mpf(m) for m in (-18, -14, -11, -9, -7, -5, -3, -2, -1, 0, 1, 2, 3, 5, 8)] + [h - mp.mpf(m) / 8 for m in (0, 1, 2, 4, 8, 16)]
    edges = sorted({m for m in marks if -18 + min(h, 0) <= m <= h} | {h, min(h, 0) - 18})
    total = mp.mpf(0)
    for a, b in zip(edges, edges[1:]):
        total += mp.quad(lambda x: mp.exp(-x * x / 2) / mp.sqrt(2 * mp.pi) * cdf((k - rho * x) / sine), [a, b])
    return total


def number(x):
    return float(mp.nstr(x, 25))


rows = []
points = [(0, 0), (1, 0.5), (-1, -2), (2, -1.5), (-3, 2.5), (-0.25, 0.25), (-5, -4.5), (0.7, -0.7000001), (3, 4), (-6, 7)]
for h, k in points:
    for rho in (-0.999, -0.75, -0.1, 0.0, 0.3, 0.8, 0.99):
        r = mp.mpf(rho)
        rows.append([h, k, rho, None, number(value(h, k, r, mp.sqrt(1 - r * r)))])
    for sign in (-1, 1):
        for gap in (1e-6, 1e-12):
            g = mp.mpf(gap)
            sine = mp.sqrt(g * (2 - g))
            rows.append([h, k, float(sign * (1 - g)), float(sine), number(value(h, k, sign * (1 - g), sine))])
rows = [row for row in rows if row[4] > 1e-280]
body = {"provenance": "tools/references/numerics/bivariate_normal.py: numerical integration at 50 digits (mpmath).", "fields": ["h", "k", "rho", "sine (null: of the double rho)", "value"]}
out = Path("packages/numerics/test/golden/bivariate-normal.json")
out.write_text("{\n" + "".join(f"  {json.dumps(k)}: {json.dumps(v)},\n" for k, v in body.items()) + '  "rows": [\n' + ",\n".join("    " + json.dumps(r) for r in rows) + "\n  ]\n}\n")
