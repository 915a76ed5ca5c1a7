"""Random networks of all layers, evaluated by structured.py to 30 digits: packages/kernels/test/golden/structured-random.json.

    python3 tools/references/kernels/structured_random.py [seed count path]

Combinations that nobody thought of: which covariances a network needs, and in what order, depends on what follows what.
"""

import json
import os
import random
import sys

import numpy as np

import structured

structured.mp.dps = 30
GOLDEN = os.path.join(structured.ROOT, "packages", "kernels", "test", "golden", "structured-random.json")


class Draw:
    """Draws layers; `positions` follow the shape."""

    def __init__(self, rng):
        self.rng = rng

    def chance(self, p):
        return self.rng.random() < p

    def variances(self):
        return {"weightVariance": round(self.rng.uniform(0.4, 1.8), 2), "biasVariance": self.rng.choice([0, 0.05, 0.2])}

    def dense(self):
        return {"type": "dense", **self.variances()}

    def activation(self):
        return {"type": "activation", "activation": self.rng.choice(["relu", "relu", "erf", "cos", "abs"])}

    def norm(self):
        return {"type": "layerNorm", "epsilon": 0.01}

    def conv(self, positions):
        padding = self.rng.choice(["same", "valid", "circular"])
        taps = [self.rng.randint(1, min(3, n)) for n in positions]
        strides = [self.rng.choice([1, 1, 2]) for _ in positions]
        sizes = lambda transposed: [structured.sizes_out(n, k, s, padding, transposed) for n, k, s in zip(positions, taps, strides)]
        transposed = self.chance(0.2) and max(sizes(True)) <= 8
        more = {"transposed": True} if transposed else {"local": True} if self.chance(0.15) else {}
        return {"type": "conv", "filter": taps, "strides": strides, "padding": padding, **self.variances(), **more}, sizes(transposed)

    def same_conv(self, positions):
        more = {"local": True} if self.chance(0.1) else {}
        return {"type": "conv", "filter": [self.rng.randint(1, 3) if n >= 3 else 1 for n in positions], "padding": self.rng.choice(["same", "circular"]), **self.variances(), **more}, positions

    def weights(self, positions, keep=False):
        r = self.rng.random()
        if positions and r < 0.55:
            return self.same_conv(positions) if keep else self.conv(positions)
        if positions and r < 0.65:
            return {"type": "attention", "mechanism": self.rng.choice(["softmax", "identity", "relu", "abs"]), "queryVariance": 0.5, "biasVariance": self.rng.choice([0, 0.1])}, positions
        return self.dense(), positions

    def linear(self, positions):
        r = self.rng.random()
        if r < 0.4:
            taps = [self.rng.randint(1, min(3, n)) for n in positions]
            strides = [self.rng.choice([1, 2]) for _ in positions]
            padding = self.rng.choice(["same", "valid", "circular"])
            layer = {"type": "pool", "kind": self.rng.choice(["average", "sum"]), "window": taps, "strides": strides, "padding": padding}
            return [layer], [structured.sizes_out(n, k, s, padding, False) for n, k, s in zip(positions, taps, strides)]
        if r < 0.5:
            nodes = int(np.prod(positions))
            return [{"type": "aggregate", "adjacency": [[self.rng.choice([0, 0, 0.5, -0.3, 1]) for _ in range(nodes)] for _ in range(nodes)]}], positions
        return [], positions

    def join(self, positions):
        same = lambda: self.weights(positions, keep=True)[0]
        kind = self.rng.choice(["sum", "sum", "product", "concatenate"])
        if kind == "sum":
            block = [self.activation(), same()]
            return [{"type": "sum", "branches": [[], block] if self.chance(0.7) else [[], [self.norm(), *block], [same()]]}]
        if kind == "product":
            return [{"type": "product", "branches": [[same(), self.activation()], [same()]]}, self.dense()]
        return [{"type": "concatenate", "branches": [[self.activation()], [same()]]}, self.dense()]

    def block(self, positions):
        layer, positions = self.weights(positions)
        layers = [layer]
        if positions and self.chance(0.2):
            more, positions = self.linear(positions)
            layers += more
        if self.chance(0.25):
            layers.append(self.norm())
        if self.chance(0.3):
            layers += self.join(positions)
        layers.append(self.activation())
        if self.chance(0.2):
            layers.append({"type": "dropout", "keepProbability": 0.7})
        if positions and self.chance(0.25):
            more, positions = self.linear(positions)
            layers += more
        return layers, positions

    def network(self, count):
        start = self.rng.choice([[5], [6], [3, 2], [2, 4], []])
        channels = self.rng.randint(1, 3) if start else 4
        layers, positions = [], start
        for _ in range(self.rng.randint(1, 3)):
            more, positions = self.block(positions)
            layers += more
            if positions and self.chance(0.1):
                layers.append({"type": "flatten"} if self.chance(0.5) else {"type": "globalPool", "kind": "average"})
                positions = []
        if positions:
            layers.append(self.rng.choice([{"type": "flatten"}, {"type": "flatten"}, {"type": "globalPool", "kind": "average"}, {"type": "globalPool", "kind": "sum"}]))
        size = int(np.prod(start, dtype=int))
        network = {"version": 1, "parameterization": "ntk", **({"input": {"positions": start, "channels": channels}} if start else {}), "layers": [*layers, self.dense()]}
        case = {"name": f"network {count}", "input": f"x{count}", "network": network, "dropout": self.rng.choice(["train", "test"])}
        if start and '"transposed"' not in json.dumps(network) and self.chance(0.35):
            case["masks"] = [[1 if self.chance(0.7) or p == 0 else 0 for p in range(size)] for _ in range(self.inputs)]
        return case, [[round(self.rng.gauss(0, 1), 3) for _ in range(size * channels)] for _ in range(self.inputs)]

    inputs = 2


def main():
    seed, count, path = (int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]) if len(sys.argv) > 3 else (4, 100, GOLDEN)
    draw = Draw(random.Random(seed))
    inputs, lines = {}, []
    while len(lines) < count:
        case, rows = draw.network(len(lines))
        try:
            nngp, ntk = structured.kernels(case, {case["input"]: rows})
        except (ZeroDivisionError, IndexError):
            continue  # a mask that leaves nothing, a graph after which a window finds no position
        if all(0 < v < 1e6 for i in range(draw.inputs) for v in (nngp[i][i], ntk[i][i])):
            inputs[case["input"]] = rows
            lines.append(json.dumps({**case, "nngp": nngp, "ntk": ntk}))
    provenance = f"Random networks (seed {seed}) by tools/references/kernels/structured.py to 30 digits, rounded to double; made by structured_random.py beside it."
    with open(path, "w") as file:
        file.write('{\n"provenance": ' + json.dumps(provenance) + ',\n"inputs": ' + json.dumps(inputs) + ',\n"networks": [\n' + ",\n".join(lines) + "\n]\n}\n")


if __name__ == "__main__":
    main()
