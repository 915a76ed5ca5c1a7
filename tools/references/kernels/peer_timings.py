"""Times neural-tangents on the problems of packages/kernels/bench/kernels.bench.mjs and stores them in bench/peers.json.

    JAX_PLATFORMS=cpu python3 tools/references/kernels/peer_timings.py [problem ...]

Needs a neural_tangents that imports (0.6.6 with the JAX of its time, or with aliases for what JAX has renamed since). float64, jitted
kernel functions, all cores; the first call includes tracing and compilation. With names, only those problems are timed anew, and the
fastest of the old and new calls is kept: other work on the machine only ever adds time.
"""

import datetime
import json
import os
import sys
import time

import jax
import numpy as np

jax.config.update("jax_enable_x64", True)
import neural_tangents  # noqa: E402
from neural_tangents import stax  # noqa: E402

ROOT = os.path.join(os.path.dirname(__file__), "..", "..", "..")
STORE = os.path.join(ROOT, "packages", "kernels", "bench", "peers.json")


def mlp(depth, activation):
    layers = [layer for _ in range(depth) for layer in (stax.Dense(1, 2**0.5, 0.1), activation())]
    return stax.serial(*layers, stax.Dense(1, 2**0.5, 0.1))[2]


def cnn(last):
    layers = [layer for _ in range(3) for layer in (stax.Conv(1, (3, 3), padding="SAME", W_std=2**0.5, b_std=0.1), stax.Relu())]
    return stax.serial(*layers, last(), stax.Dense(1, 2**0.5, 0.1))[2]


tanh = lambda: stax.ElementwiseNumerical(jax.numpy.tanh, deg=25)
PROBLEMS = {
    "relu MLP, 3 hidden, d = 100, n = 1000": (lambda: mlp(3, stax.Relu), (1000, 100), 20),
    "relu MLP, 3 hidden, d = 100, n = 2000": (lambda: mlp(3, stax.Relu), (2000, 100), 10),
    "relu MLP, 3 hidden, d = 100, n = 4000": (lambda: mlp(3, stax.Relu), (4000, 100), 6),
    "relu MLP, 100 hidden, d = 100, n = 1000": (lambda: mlp(100, stax.Relu), (1000, 100), 4, False),
    "tanh MLP, 1 hidden, d = 100, n = 1000": (lambda: mlp(1, tanh), (1000, 100), 2),
    "CNN, flatten, 8×8×3, n = 200": (lambda: cnn(stax.Flatten), (200, 8, 8, 3), 4),
    "CNN, flatten, 32×32×3, n = 50": (lambda: cnn(stax.Flatten), (50, 32, 32, 3), 4),
    "CNN, global pool, 8×8×3, n = 50": (lambda: cnn(stax.GlobalAvgPool), (50, 8, 8, 3), 4),
    "CNN, global pool, 32×32×3, n = 4": (lambda: cnn(stax.GlobalAvgPool), (4, 32, 32, 3), 3),
}


def measure(make, shape, repeats, jit=True):
    """Without jit (of the whole; its parts are compiled all the same) where compiling the whole takes more than ten minutes."""
    kernel = make()
    f = lambda x: (lambda k: (k.nngp, k.ntk))(kernel(x, None, ("nngp", "ntk")))
    f = jax.jit(f) if jit else f
    X = np.random.default_rng(1).standard_normal(shape)
    times = []
    for _ in range(repeats + 1):
        begun, used = time.perf_counter(), time.process_time()
        jax.block_until_ready(f(X))
        times.append((time.perf_counter() - begun, time.process_time() - used))
        time.sleep(0.2)
    wall, processor = ([t[k] for t in times] for k in range(2))
    return {"first": round(wall[0], 4), "later": round(min(wall[1:]), 5), "processor": round(min(processor[1:]), 5), "load": round(os.getloadavg()[0], 1)}


def main():
    store = json.load(open(STORE)) if os.path.exists(STORE) else {"problems": {}}
    for name, problem in PROBLEMS.items():
        if len(sys.argv) > 1 and not any(word in name for word in sys.argv[1:]):
            continue
        new = measure(*problem)
        old = store["problems"].get(name, new)
        best = {key: min(new[key], old[key]) for key in ("first", "later", "processor")}
        store["problems"][name] = {**best, "load": (new if new["later"] <= old["later"] else old)["load"]}
        print(name, new, flush=True)
    store["peer"] = f"neural-tangents {neural_tangents.__version__}, JAX {jax.__version__}, float64, CPU, jitted (100 hidden layers: not as a whole, which compiles for more than ten minutes)"
    store["machine"] = "2-core x86-64; seconds of the fastest call, wall and processor (both cores together); `load` is the load average then"
    store["date"] = datetime.date.today().isoformat()
    store["command"] = "python3 tools/references/kernels/peer_timings.py"
    with open(STORE, "w") as file:
        json.dump(store, file, indent=2, ensure_ascii=False)
        file.write("\n")


if __name__ == "__main__":
    main()
