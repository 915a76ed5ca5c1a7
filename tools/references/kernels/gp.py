"""Reference numbers for GP regression and lazy training: packages/kernels/test/golden/gp.json.

Dense formulas at 50 digits (mpmath), written from the textbook and sharing nothing with the code under test:
explicit inverses, determinants, matrix exponentials by Taylor series, powers by repeated multiplication.
Needs Python 3 with mpmath. Run from the repository root: python3 tools/references/kernels/gp.py
"""
import json
import random
from pathlib import Path

import mpmath as mp

mp.mp.dps = 50
rng = random.Random(7)


def draw(rows, cols):
    return mp.matrix([[mp.mpf(rng.randint(-2000, 2000)) / 1024 for _ in range(cols)] for _ in range(rows)])


def out(matrix):
    return [float(matrix[i, j]) for i in range(matrix.rows) for j in range(matrix.cols)]


n, m, d, c = 7, 4, 9, 2
X, Xs, y, f0, f0s = draw(n, d), draw(m, d), draw(n, c), draw(n, c), draw(m, c)
ridge = mp.mpf(3) / 16
K, Ks, Kss = X * X.T / d, Xs * X.T / d, Xs * Xs.T / d
A = K + ridge * mp.eye(n)
Ainv = A ** -1
alpha = Ainv * y
mean = Ks * alpha
variance = [Kss[i, i] - (Ks[i, :] * Ainv * Ks[i, :].T)[0] for i in range(m)]
quadratic = sum((y[:, k].T * Ainv * y[:, k])[0] for k in range(c))
lml = -quadratic / 2 - c * mp.log(mp.det(A)) / 2 - mp.mpf(n * c) / 2 * mp.log(2 * mp.pi)
trace_inverse = sum(Ainv[i, i] for i in range(n))
gradient = sum(alpha[i, k] ** 2 for i in range(n) for k in range(c)) / 2 - c * trace_inverse / 2

# Lazy training: residual operator E(t) = exp(-eta s Theta), test outputs f0* + Theta* Theta^-1 (1 - E)(y - f0).
eta = mp.mpf(3) / 4
times = [mp.mpf(0), mp.mpf(1) / 4, mp.mpf(3), mp.mpf(40)]


def loss(residual, convention):
    total = sum(residual[i, k] ** 2 for i in range(n) for k in range(c)) / 2
    return total / n if convention == "mean" else total


flow = {}
for convention in ("sum", "mean"):
    entries = []
    for t in times:
        s = t / n if convention == "mean" else t
        decay = mp.expm(-eta * s * K, method="taylor")
        residual = decay * (y - f0)
        train = y - residual
        test = f0s + Ks * (K ** -1) * (mp.eye(n) - decay) * (y - f0)
        entries.append({"time": float(t), "train": out(train), "test": out(test), "loss": float(loss(residual, convention))})
    flow[convention] = entries

descent = []
for t in (0, 1, 5, 60):
    step = mp.eye(n) - mp.mpf(1) / 2 * K / n
    power = mp.eye(n)
    for _ in range(t):
        power = power * step
    residual = power * (y - f0)
    descent.append({"steps": t, "train": out(y - residual), "test": out(f0s + Ks * (K ** -1) * (mp.eye(n) - power) * (y - f0)), "loss": float(loss(residual, "mean"))})

# A singular kernel: more samples than dimensions. At infinite time the test outputs are those of the pseudo-inverse.
d2 = 3
Z, Zs = draw(n, d2), draw(m, d2)
w = (Z.T * Z) ** -1 * Z.T * (y - f0)  # the least-squares fit of the residual
singular = {"kernel": out(Z * Z.T / d2), "crossKernel": out(Zs * Z.T / d2), "train": out(f0 + Z * w), "test": out(f0s + Zs * w)}

golden = {
    "provenance": "tools/references/kernels/gp.py: dense textbook formulas at 50 digits (mpmath), rounded to double",
    "samples": n, "tests": m, "outputs": c, "ridge": float(ridge), "learningRate": float(eta),
    "kernel": out(K), "crossKernel": out(Ks), "testDiagonal": [float(Kss[i, i]) for i in range(m)],
    "targets": out(y), "initial": out(f0), "initialTest": out(f0s),
    "posterior": {"mean": out(mean), "variance": [float(v) for v in variance], "logMarginalLikelihood": float(lml), "gradientRidge": float(gradient)},
    "flow": flow, "descentRate": 0.5, "descent": descent, "singular": singular,
}
path = Path(__file__).resolve().parents[3] / "packages/kernels/test/golden/gp.json"
path.write_text(json.dumps(golden, indent=1) + "\n")
