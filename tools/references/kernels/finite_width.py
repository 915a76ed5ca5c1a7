"""Fluctuations of finite random networks at initialisation, by direct simulation with NumPy.

Each network has its own Gaussian weight matrices and biases; kernel and empirical NTK of one input come from a forward and a
backward pass. Means and variances over networks, with standard errors from 40 batches.
Run: python tools/references/kernels/finite_width.py > packages/kernels/test/golden/finite-width.json   (about a minute)
"""
import json
import math
import numpy as np

ACTIVATIONS = {
    "relu": (lambda x: np.maximum(x, 0), lambda x: (x > 0).astype(float)),
    "tanh": (np.tanh, lambda x: 1 - np.tanh(x) ** 2),
    "sin": (np.sin, np.cos),
    "identity": (lambda x: x, np.ones_like),
}


def networks(rng, count, width, depth, phi, dphi, w, b, input_variance):
    """G of the output layer, squared norm of the last hidden layer, and NTK of each of `count` networks."""
    first = w * input_variance + b
    h = math.sqrt(first) * rng.standard_normal((count, width))
    hs, ws, kernels = [h], [], [np.full(count, first)]
    for _ in range(depth - 1):
        a = phi(h)
        weights = rng.standard_normal((count, width, width))
        h = math.sqrt(w / width) * np.einsum("nij,nj->ni", weights, a) + math.sqrt(b) * rng.standard_normal((count, width))
        kernels.append(b + w * np.mean(a * a, axis=1))
        hs.append(h)
        ws.append(weights)
    a = phi(h)
    kernels.append(b + w * np.mean(a * a, axis=1))
    readout = rng.standard_normal((count, width))
    ntk = kernels[-1].copy()
    back = math.sqrt(w / width) * readout * dphi(h)
    for layer in range(depth - 1, -1, -1):
        ntk += kernels[layer] * np.sum(back * back, axis=1)
        if layer > 0:
            back = math.sqrt(w / width) * np.einsum("nij,ni->nj", ws[layer - 1], back) * dphi(hs[layer - 1])
    return kernels[-1], np.mean(h * h, axis=1), ntk


def summary(values, batches=40):
    parts = values[: len(values) // batches * batches].reshape(batches, -1)
    mean, var = parts.mean(axis=1), parts.var(axis=1, ddof=1)
    se = lambda x: float(x.std(ddof=1) / math.sqrt(batches))
    return {"mean": float(mean.mean()), "meanError": se(mean), "variance": float(var.mean()), "varianceError": se(var)}


def main():
    rng = np.random.default_rng(20250611)
    runs = []
    for name, w, b, depth in [("relu", 2.0, 0.0, 4), ("relu", 1.5, 0.2, 4), ("tanh", 1.5, 0.1, 4), ("sin", 1.0, 0.0, 6), ("identity", 1.0, 0.0, 3)]:
        phi, dphi = ACTIVATIONS[name]
        for width, count in [(32, 80000), (64, 40000), (128, 16000)]:
            out = [networks(rng, 400, width, depth, phi, dphi, w, b, 1.0) for _ in range(count // 400)]
            kernel, norm, ntk = (np.concatenate([o[i] for o in out]) for i in range(3))
            runs.append({"activation": name, "weightVariance": w, "biasVariance": b, "depth": depth, "width": width, "networks": count,
                         "kernel": summary(kernel), "norm": summary(norm), "logNorm": summary(np.log(norm)), "ntk": summary(ntk)})
    print(json.dumps({"provenance": "tools/references/kernels/finite_width.py, NumPy " + np.__version__ + ": direct simulation, inputs of |x|²/d = 1, standard errors from 40 batches.", "runs": runs}, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
