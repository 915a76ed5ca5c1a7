"""Ensembles of wide networks trained by gradient descent: packages/kernels/test/golden/monte-carlo-ensembles.json.

    JAX_PLATFORMS=cpu python3 tools/references/kernels/structured_ensembles.py

Needs jax (any recent one, CPU). Two hidden layers in the NTK parameterization, full-batch descent of half the sum of squares from
independent random parameters, several outputs with the same targets. Stored at some steps: mean and covariance of the outputs at
training and test points over seeds and outputs, with standard errors over seeds (outputs of one network are not counted as
independent), and the width.
"""

import json
import os
import time

import jax
import jax.numpy as jnp
import numpy as np

ROOT = os.path.join(os.path.dirname(__file__), "..", "..", "..")
GOLDEN = os.path.join(ROOT, "packages", "kernels", "test", "golden", "monte-carlo-ensembles.json")
SEED = 20261123
WIDTH, OUTPUTS, SEEDS = 2048, 4, 128
STEPS = (5, 15, 100)

X = np.array([[1.5, 0.4, -0.6], [-0.9, 1.3, 0.5], [0.2, -1.1, 1.4], [-0.3, -0.8, -1.5]])
TEST = np.array([[1.0, 1.0, 0.0], [-0.5, 0.3, 1.2], [0.1, -0.2, 0.3]])
Y = np.array([1.0, -0.5, 0.75, -1.25])
cases = [
    {"activation": "erf", "weightVariance": 1.6, "biasVariance": 0.1, "learningRate": 0.05},
    {"activation": "relu", "weightVariance": 1.8, "biasVariance": 0.1, "learningRate": 0.03},
]
ACTIVATIONS = {"relu": jax.nn.relu, "erf": jax.lax.erf}


def network(case):
    phi, sw, sb = ACTIVATIONS[case["activation"]], np.sqrt(case["weightVariance"]), np.sqrt(case["biasVariance"])

    def forward(p, x):
        for l in range(3):
            x = sw / np.sqrt(x.shape[1]) * x @ p[2 * l] + sb * p[2 * l + 1]
            x = phi(x) if l < 2 else x
        return x

    def start(key):
        sizes = [X.shape[1], WIDTH, WIDTH, OUTPUTS]
        keys = jax.random.split(key, 6)
        return [jax.random.normal(keys[i], (sizes[i // 2], sizes[i // 2 + 1]) if i % 2 == 0 else (sizes[i // 2 + 1],)) for i in range(6)]

    return start, forward


def simulate(case):
    start, forward = network(case)
    x, y, everything = jnp.asarray(X, jnp.float32), jnp.asarray(np.repeat(Y[:, None], OUTPUTS, 1), jnp.float32), jnp.asarray(np.vstack([X, TEST]), jnp.float32)
    loss = lambda p: 0.5 * jnp.sum((forward(p, x) - y) ** 2)

    def step(_, p):
        return [a - case["learningRate"] * g for a, g in zip(p, jax.grad(loss)(p))]

    advance = jax.jit(lambda p, k: jax.lax.fori_loop(0, k, step, p), donate_argnums=0)
    initial, outputs = jax.jit(start), jax.jit(forward)
    runs = []
    for seed in range(SEEDS):
        p, done, record = initial(jax.random.fold_in(jax.random.key(SEED), seed)), 0, []
        for steps in (0, *STEPS):
            p, done = advance(p, steps - done), steps
            record.append(np.asarray(outputs(p, everything), np.float64))
        runs.append(record)
    return np.array(runs)  # seeds × times × points × outputs


def summary(samples):
    """samples: seeds × points × outputs."""
    seeds, points, outputs = samples.shape
    mean = samples.mean((0, 2))
    centred = samples - mean[None, :, None]
    products = np.einsum("sio,sjo->sij", centred, centred) / outputs
    factor = seeds * outputs / (seeds * outputs - 1)
    error = lambda a: a.std(0, ddof=1) / np.sqrt(seeds)
    rounded = lambda a: np.vectorize(lambda v: float(f"{v:.6g}"))(a).tolist()
    return {
        "mean": rounded(mean),
        "meanError": rounded(error(samples.mean(2))),
        "covariance": rounded(factor * products.mean(0)),
        "covarianceError": rounded(error(products)),
    }


def main():
    results = []
    for case in cases:
        begun = time.time()
        runs = simulate(case)
        states = [{"steps": s, **summary(runs[:, k])} for k, s in enumerate((0, *STEPS))]
        results.append({**case, "states": states})
        print(case["activation"], f"{time.time() - begun:.0f} s", states[-1]["mean"], np.diag(states[-1]["covariance"]), flush=True)
    provenance = (
        f"Outputs of {SEEDS} networks with two hidden layers of {WIDTH} units and {OUTPUTS} outputs (NTK parameterization, float32), trained together on the same targets by "
        f"gradient descent of ½Σ(f−y)²; made by tools/references/kernels/structured_ensembles.py with JAX {jax.__version__}, seed {SEED}. Points: training, then test."
    )
    head = {"provenance": provenance, "width": WIDTH, "outputs": OUTPUTS, "seeds": SEEDS, "inputs": X.tolist(), "test": TEST.tolist(), "targets": Y.tolist()}
    with open(GOLDEN, "w") as file:
        file.write(json.dumps(head)[:-1] + ', "ensembles": [\n' + ",\n".join(map(json.dumps, results)) + "\n]}\n")


if __name__ == "__main__":
    main()
