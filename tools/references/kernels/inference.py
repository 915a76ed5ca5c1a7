"""Reference numbers for what is built on GP regression and lazy training: packages/kernels/test/golden/inference.json.

50 digits (mpmath), from definitions rather than from the formulas under test: leave-one-out by leaving out and solving again, slopes of the evidence by
numerical differentiation, functions of kernels by their eigenvectors at 50 digits, momentum by stepping and by exponentials of block matrices, singular
kernels as limits with a ridge of 1e-60 at 150 digits.
Needs Python 3 with mpmath. Run from the repository root: python3 tools/references/kernels/inference.py
"""
import json
import random
from pathlib import Path

import mpmath as mp

mp.mp.dps = 50
rng = random.Random(11)


def draw(rows, cols):
    return mp.matrix([[mp.mpf(rng.randint(-2000, 2000)) / 1024 for _ in range(cols)] for _ in range(rows)])


def out(matrix):
    return [float(matrix[i, j]) for i in range(matrix.rows) for j in range(matrix.cols)]


def exact(matrix):
    """Entries rounded to double, so that the reference belongs to exactly the numbers that the test reads."""
    return mp.matrix([[mp.mpf(float(matrix[i, j])) for j in range(matrix.cols)] for i in range(matrix.rows)])


def without(matrix, i, columns=False):
    rows = [r for r in range(matrix.rows) if r != i]
    cols = [c for c in range(matrix.cols) if c != i] if columns else range(matrix.cols)
    return mp.matrix([[matrix[r, c] for c in cols] for r in rows])


def quadratic(a, A, b):
    return (a * A * b)[0]


n, m, d, c = 6, 3, 8, 2
ridge = mp.mpf(3) / 16
X1, X2, S1, S2, y = draw(n, d), draw(n, d), draw(m, d), draw(m, d), draw(n, c)
joint1 = exact(mp.matrix([*X1.tolist(), *S1.tolist()]) * mp.matrix([*X1.tolist(), *S1.tolist()]).T / d)
joint2 = exact(mp.matrix([*X2.tolist(), *S2.tolist()]) * mp.matrix([*X2.tolist(), *S2.tolist()]).T / d)


def blocks(joint):
    return joint[:n, :n], joint[n:, :n], joint[n:, n:]


K, Ks, Kss = blocks(joint1)
T, Ts, Tss = blocks(exact(joint1 + joint2))  # an NTK exceeds its NNGP kernel by a positive semidefinite matrix
eye = mp.eye(n)

# Posterior, at test and at training points.
A = (K + ridge * eye) ** -1
posterior = {"mean": out(Ks * A * y), "covariance": out(Kss - Ks * A * Ks.T), "trainMean": out(K * A * y), "trainCovariance": out(K - K * A * K)}

# Leave-one-out, by solving again without the sample.
loo = {"mean": [], "variance": [], "logPredictiveDensity": mp.mpf(0)}
for i in range(n):
    B = (without(K, i, True) + ridge * mp.eye(n - 1)) ** -1
    k = without(K[:, i], i).T
    variance = K[i, i] + ridge - quadratic(k, B, k.T)
    loo["variance"].append(float(variance))
    for j in range(c):
        mean = quadratic(k, B, without(y[:, j], i))
        loo["mean"].append(float(mean))
        loo["logPredictiveDensity"] += -mp.log(2 * mp.pi * variance) / 2 - (y[i, j] - mean) ** 2 / (2 * variance)
loo["logPredictiveDensity"] = float(loo["logPredictiveDensity"])


# Evidence of the kernel a*K + b*(K2 entrywise squared) + ridge.
K2 = exact(mp.matrix([[joint2[i, j] ** 2 for j in range(n)] for i in range(n)]))


def evidence(a, b, s):
    M = a * K + b * K2 + s * eye
    return -sum(quadratic(y[:, j].T, M ** -1, y[:, j]) for j in range(c)) / 2 - c * mp.log(mp.det(M)) / 2 - mp.mpf(n * c) / 2 * mp.log(2 * mp.pi)


at = (mp.mpf(5) / 4, mp.mpf(3) / 8, ridge)
slopes = [mp.diff(evidence, at, order) for order in ((1, 0, 0), (0, 1, 0), (0, 0, 1))]
evidence_golden = {"kernel": out(at[0] * K + at[1] * K2), "derivatives": [out(K), out(K2)], "value": float(evidence(*at)), "gradient": [float(s) for s in slopes[:2]], "gradientRidge": float(slopes[2])}


# Lazy training: everything is A = Theta_* g(Theta) with g from the eigenvectors.
def operator(kernel, function):
    values, vectors = mp.eigsy(kernel)
    return vectors * mp.diag([function(v) for v in values]) * vectors.T


def gain(time, s):
    def g(v):
        rate = v + s
        if abs(rate) < mp.mpf(10) ** -30:
            return mp.mpf(0)
        return (1 - (mp.mpf(0) if time == mp.inf else mp.exp(-rate * time))) / rate
    return g


def ensemble(initial, time, s, noise):
    (k, ks, kss), G = initial, operator(T, gain(time, s))
    entry = {}
    for name, cross, prior_cross, prior in (("train", T, k, k), ("test", Ts, ks, kss)):
        L = cross * G
        entry[name + "Mean"] = out(L * y)
        entry[name + "Covariance"] = out(prior - L * prior_cross.T - prior_cross * L.T + L * k * L.T + noise * L * L.T)
    return {"time": None if time == mp.inf else float(time), **entry}


times = [mp.mpf(0), mp.mpf(1) / 4, mp.mpf(5), mp.inf]
lazy = {
    "ensemble": [ensemble((K, Ks, Kss), t, 0, 0) for t in times],
    "ensembleRidge": [ensemble((K, Ks, Kss), t, ridge, ridge) for t in times],
    "ntkGp": [ensemble((T, Ts, Tss), t, ridge, ridge) for t in times],
}
TA = (T + ridge * eye) ** -1
lazy["ntkGpPosterior"] = {"mean": out(Ts * TA * y), "covariance": out(Tss - Ts * TA * Ts.T)}

# Momentum with a ridge: steps theta += mu*velocity - eta*slope, and theta'' + friction*theta' = -slope by a block exponential.
f0, f0s = draw(n, c), draw(m, c)
mu, eta = mp.mpf(7) / 8, mp.mpf(1) / 8
beta, previous, descent = mp.zeros(n, c), mp.zeros(n, c), []
for step in range(301):
    if step in (0, 1, 2, 30, 70, 300):
        descent.append({"steps": step, "train": out(f0 + T * beta), "test": out(f0s + Ts * beta)})
    slope = f0 + T * beta - y + ridge * beta
    beta, previous = beta - eta * slope + mu * (beta - previous), beta
friction = mp.mpf(3) / 2
flow = []
fixed = TA * (y - f0)
for t in (mp.mpf(0), mp.mpf(1) / 64, mp.mpf(2), mp.mpf(11)):
    block = mp.zeros(2 * n, 2 * n)
    block[:n, n:] = eye
    block[n:, :n] = -(T + ridge * eye)
    block[n:, n:] = -friction * eye
    moved = fixed - mp.expm(t * block, method="taylor")[:n, :n] * fixed
    flow.append({"time": float(t), "train": out(f0 + T * moved), "test": out(f0s + Ts * moved)})
lazy |= {"initial": out(f0), "initialTest": out(f0s), "momentum": float(mu), "learningRate": float(eta), "descent": descent, "friction": float(friction), "momentumFlow": flow}

# A singular kernel without ridge: duplicates and too few features; the limit of a vanishing ridge. Test points have variance of their own.
Z = draw(n, 3)
Z[4, :] = Z[1, :]
Zs, own = draw(m, 3), draw(m, 2)
singular_kernel, singular_cross = exact(Z * Z.T / 4), exact(Zs * Z.T / 4)
singular_test = exact(Zs * Zs.T / 4 + own * own.T)
with mp.workdps(150):
    tiny = mp.mpf(10) ** -60
    B = (Z * Z.T / 4 + tiny * eye) ** -1
    # Entries of Z are multiples of 1/1024: the products above are exact doubles.
    singular = {
        "kernel": out(singular_kernel), "crossKernel": out(singular_cross), "testKernel": out(singular_test), "rank": 3,
        "mean": out(Zs * Z.T / 4 * B * y), "covariance": out(singular_test - Zs * Z.T / 4 * B * Z * Zs.T / 4), "trainMean": out(Z * Z.T / 4 * B * y),
    }

# Probabilities of classes: the largest of independent Gaussians, and the mean of a logistic function, by quadrature.
def largest(means, variances):
    scales = [mp.sqrt(v) for v in variances]
    points = sorted({mu + r * s for mu, s in zip(means, scales) for r in (-12, -4, 0, 4, 12)})

    def density(k):
        return lambda x: mp.npdf(x, means[k], scales[k]) * mp.fprod(mp.ncdf(x, means[j], scales[j]) for j in range(len(means)) if j != k)
    return [float(mp.quad(density(k), points)) for k in range(len(means))]


def logistic_normal(mean, variance):
    s = mp.sqrt(variance)
    return float(mp.quad(lambda x: mp.npdf(x, mean, s) / (1 + mp.exp(-x)), [mean + r * s for r in (-14, -6, -2, 0, 2, 6, 14)]))


with mp.workdps(25):
    fields = [([1, 0, 0], [1, 1, 1]), ([0.5, -1, 2, 0.25], [0.5, 2, 0.125, 1]), ([0.1 * k for k in range(10)], [0.25] * 10), ([0, 3, 1], [1, 0.0625, 4]), ([0, 8, 0], [1, 1, 1])]
    fields = [([mp.mpf(x) for x in means], [mp.mpf(x) for x in variances]) for means, variances in fields]
    classes = {
        "argmax": [{"mean": [float(x) for x in a], "variance": [float(x) for x in b], "probabilities": largest(a, b)} for a, b in fields],
        "logistic": [{"mean": mu, "variance": v, "probability": logistic_normal(mp.mpf(mu), mp.mpf(v))} for mu, v in ((0.5, 0.25), (-2, 4), (3, 100), (-30, 9))],
    }

golden = {
    "provenance": "tools/references/kernels/inference.py: definitions at 50 digits (mpmath), rounded to double",
    "samples": n, "tests": m, "outputs": c, "ridge": float(ridge), "targets": out(y),
    "nngp": {"kernel": out(K), "cross": out(Ks), "test": out(Kss)}, "ntk": {"kernel": out(T), "cross": out(Ts), "test": out(Tss)},
    "posterior": posterior, "leaveOneOut": loo, "evidence": evidence_golden, "lazy": lazy, "singular": singular, "classes": classes,
}
path = Path(__file__).resolve().parents[3] / "packages/kernels/test/golden/inference.json"
path.write_text(json.dumps(golden, indent=1) + "\n")
