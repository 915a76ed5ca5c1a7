"""Golden values for packages/scaling, computed independently of it with mpmath (30 digits).

Run: python3 tools/references/scaling/generate.py (writes packages/scaling/test/golden/{ridge_flow,power_law_curves}.json).
"""

import json
import pathlib

import mpmath as mp

mp.mp.dps = 30
OUT = pathlib.Path(__file__).resolve().parents[3] / "packages" / "scaling" / "test" / "golden"


def write(name, body):
    (OUT / f"{name}.json").write_text(json.dumps({"provenance": "tools/references/scaling/generate.py, mpmath 30 digits", **body}, indent=1) + "\n")


# --- flow of the ridge: the equations of theory section 6 solved by bisection -------------------------------------------------
def solve(f, lo, hi):
    """Root of an increasing f by bisection to 28 digits."""
    lo, hi = mp.mpf(lo), mp.mpf(hi)
    while (hi - lo) > mp.mpf(10) ** -28 * hi:
        middle = (lo + hi) / 2
        if f(middle) > 0:
            hi = middle
        else:
            lo = middle
    return (lo + hi) / 2


def flow(levels, n, ridge, tail):
    """levels: (lambda, multiplicity), falling."""
    trace = sum(l * m for l, m in levels) + tail

    def kappa_of(removed):
        return solve(lambda k: k - ridge - tail - sum(m * l * k / (k + n * l) for l, m in removed), mp.mpf(10) ** -20, ridge + trace + 1)

    kappa = kappa_of(levels)
    rows = []
    for kept in range(len(levels), -1, -1):
        removed = levels[kept:]
        bare = ridge + tail + sum(m * l * kappa / (kappa + n * l) for l, m in removed)
        rows.append([kept, float(kappa_of(removed)), float(bare)])
    return float(kappa), rows


cases = []
for levels, n, ridge, tail in (
    ([(mp.mpf(k) ** mp.mpf(-1.5), 1) for k in range(1, 31)], 12, mp.mpf("0.05"), mp.mpf(0)),
    ([(mp.mpf(1), 1), (mp.mpf("0.1"), 10), (mp.mpf("0.004"), 54), (mp.mpf("0.0002"), 210)], 40, mp.mpf("0.01"), mp.mpf("0.03")),
    ([(mp.mpf(k) ** -2, 1) for k in range(1, 21)], 15, mp.mpf(0), mp.mpf("0.001")),
):
    kappa, rows = flow(levels, n, ridge, tail)
    cases.append(
        {
            "eigenvalues": [float(l) for l, _ in levels],
            "multiplicities": [m for _, m in levels],
            "samples": n,
            "ridge": float(ridge),
            "tailTrace": float(tail),
            "effectiveRidge": kappa,
            "rows": rows,
        }
    )
write("ridge_flow", {"columns": ["levels kept", "kappa_Lambda", "sigma2_Lambda"], "cases": cases})


# --- learning curves of infinite power-law spectra ------------------------------------------------------------------------------
def infinite_sum(f):
    """Sum over k >= 1: direct to K, then Euler-Maclaurin with the integral by quadrature in ln k."""
    cut = 2000
    head = mp.fsum(f(mp.mpf(k)) for k in range(1, cut))
    integral = mp.quad(lambda u: f(mp.exp(u)) * mp.exp(u), [mp.log(cut) + 3 * j for j in range(0, 30)])
    derivative = mp.diff(f, mp.mpf(cut))
    return head + integral + f(mp.mpf(cut)) / 2 - derivative / 12


mp.mp.dps = 18
curves = []
for a, b, n, ridge, noise in (
    (0.5, 0.8, 100, 0.0, 0.0),
    (0.5, 0.8, 3000, 0.0, 0.1),
    (1.0, 1.5, 300, 5.0, 0.2),
    (1.0, 5.5, 200, 0.0, 0.0),
    (0.5, 4.0, 1000, 20.0, 0.0),
):
    alpha = 1 + a
    law = lambda k: k ** (-alpha)

    def mismatch(log_kappa):
        kappa = mp.exp(log_kappa)
        return mp.log((ridge + infinite_sum(lambda k: law(k) * kappa / (kappa + n * law(k)))) / kappa)

    start = mp.log(n * (mp.pi / alpha / mp.sin(mp.pi / alpha) / n) ** alpha + ridge)
    log_kappa = mp.findroot(mismatch, (start, start + 0.01), tol=1e-13)
    kappa = mp.exp(log_kappa)
    bias = infinite_sum(lambda k: (kappa / (kappa + n * law(k))) ** 2 * k ** (-(1 + b)))
    squared = infinite_sum(lambda k: (n * law(k) / (kappa + n * law(k))) ** 2) / n
    curves.append({"a": a, "b": b, "samples": n, "ridge": ridge, "labelNoise": noise, "effectiveRidge": float(kappa), "testError": float((bias + noise) / (1 - squared))})
    print(curves[-1], flush=True)
write("power_law_curves", {"what": "lambda_k = k^-(1+a), y_k^2 = k^-(1+b), k = 1 ... infinity", "curves": curves})
