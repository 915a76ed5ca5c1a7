"""How kernels of finite networks approach infinite width: packages/kernels/test/golden/monte-carlo-slopes.json.

    python3 tools/references/kernels/structured_slopes.py

Two hidden layers of N units, NTK parameterization, every weight and bias its own Gaussian. K_N and Θ_N = ∇f·∇f are averaged over the
readout's weights exactly (E[a_i a_j] = δ_ij leaves the mean over units) and over the other weights by seeds; the sums over first-layer
parameters are done by hand, and compared with backpropagation on one draw before anything is stored. Stored per width: means of the upper
triangles and the covariance of those means.
"""

import json
import os

import numpy as np
from scipy.special import erf

ROOT = os.path.join(os.path.dirname(__file__), "..", "..", "..")
GOLDEN = os.path.join(ROOT, "packages", "kernels", "test", "golden", "monte-carlo-slopes.json")
SEED, BATCH = 20261123, 500
X = np.array([[1.0, 0.3, -0.5], [0.2, -1.1, 0.8]])
WIDTHS = ((8, 400000), (16, 400000), (32, 400000), (64, 200000), (128, 60000))
cases = [
    {"activation": "erf", "weightVariance": 1.6, "biasVariance": 0.1},
    {"activation": "relu", "weightVariance": 2.0, "biasVariance": 0.5},
    {"activation": "cos", "weightVariance": 2.5, "biasVariance": 0.1},
]
ACTIVATIONS = {
    "erf": (erf, lambda x: 2 / np.sqrt(np.pi) * np.exp(-x * x)),
    "relu": (lambda x: np.maximum(x, 0), lambda x: (x > 0) * 1.0),
    "cos": (np.cos, lambda x: -np.sin(x)),
}


def layers(case, width, batch, rng):
    """Pre-activations of both hidden layers (batch × N × inputs) and the weights between them."""
    w, b = case["weightVariance"], case["biasVariance"]
    first = np.sqrt(w / X.shape[1]) * rng.standard_normal((batch, width, X.shape[1])) @ X.T + np.sqrt(b) * rng.standard_normal((batch, width, 1))
    W = rng.standard_normal((batch, width, width))
    second = np.sqrt(w / width) * W @ ACTIVATIONS[case["activation"]][0](first) + np.sqrt(b) * rng.standard_normal((batch, width, 1))
    return first, W, second


def kernels(case, width, batch, rng):
    """K and Θ of each draw, averaged over the readout: batch × inputs × inputs each."""
    w, b = case["weightVariance"], case["biasVariance"]
    phi, slope = ACTIVATIONS[case["activation"]]
    first, W, second = layers(case, width, batch, rng)
    outer = lambda v: v[..., :, None] * v[..., None, :]
    gram = lambda v: w / width * np.einsum("bji,bjk->bik", v, v) + b
    n = X.shape[0]
    input_kernel = w * X @ X.T / X.shape[1] + b
    slopes = outer(slope(first)).reshape(batch, width, n * n)
    hidden = gram(phi(first))[:, None] + (w / width * (W**2 @ slopes)).reshape(batch, width, n, n) * input_kernel
    K = gram(phi(second))
    return K, K + w / width * (outer(slope(second)) * hidden).sum(1)


def check_by_backpropagation(case, width=5):
    """Θ of one draw with each unit of the last hidden layer alone as the readout, by gradients of every parameter."""
    w, b = case["weightVariance"], case["biasVariance"]
    phi, slope = ACTIVATIONS[case["activation"]]
    _, expected = kernels(case, width, 1, np.random.default_rng(SEED))
    first, W, second = (v[0] for v in layers(case, width, 1, np.random.default_rng(SEED)))
    total = 0
    for unit in range(width):
        gradients = []
        for x in range(X.shape[0]):
            h2 = np.sqrt(w / width) * np.eye(width)[unit] * slope(second[:, x]) * np.sqrt(width)
            h1 = np.sqrt(w / width) * (W.T @ h2) * slope(first[:, x])
            readout = np.sqrt(w / width) * phi(second[:, x])
            parts = [readout, [np.sqrt(b)], np.sqrt(w / width) * np.outer(h2, phi(first[:, x])), np.sqrt(b) * h2, np.sqrt(w / X.shape[1]) * np.outer(h1, X[x]), np.sqrt(b) * h1]
            gradients.append(np.concatenate([np.ravel(p) for p in parts]))
        total = total + np.array(gradients) @ np.array(gradients).T / width
    assert np.allclose(total, expected[0], rtol=1e-12), (total, expected[0])


def main():
    pairs = np.triu_indices(X.shape[0])
    results = []
    for index, case in enumerate(cases):
        check_by_backpropagation(case)
        widths = []
        for width, seeds in WIDTHS:
            rng = np.random.default_rng([SEED, index, width])
            draws = np.concatenate([np.concatenate([k[:, *pairs] for k in kernels(case, width, BATCH, rng)], axis=1) for _ in range(seeds // BATCH)])
            half = draws.shape[1] // 2
            part = lambda d: {"mean": d.mean(0).tolist(), "covariance": [[float(f"{v:.8g}") for v in row] for row in np.cov(d.T) / len(d)]}
            widths.append({"width": width, "seeds": seeds, "nngp": part(draws[:, :half]), "ntk": part(draws[:, half:])})
        dense = {"type": "dense", "weightVariance": case["weightVariance"], "biasVariance": case["biasVariance"]}
        activation = {"type": "activation", "activation": case["activation"]}
        network = {"version": 1, "parameterization": "ntk", "layers": [dense, activation, dense, activation, dense]}
        results.append({"name": case["activation"], "network": network, "inputs": X.tolist(), "widths": widths})
        print(case, [w["ntk"]["mean"] for w in widths], flush=True)
    provenance = f"Kernels of networks with two hidden layers of N units, averaged over the readout exactly and over seeds; made by tools/references/kernels/structured_slopes.py, seed {SEED}."
    with open(GOLDEN, "w") as file:
        file.write('{\n"provenance": ' + json.dumps(provenance) + ',\n"networks": [\n' + ",\n".join(map(json.dumps, results)) + "\n]\n}\n")


if __name__ == "__main__":
    main()
