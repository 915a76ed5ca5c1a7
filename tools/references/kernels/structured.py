"""Kernels of structured networks by their definition, to 40 digits: packages/kernels/test/golden/structured-naive.json.

    python3 tools/references/kernels/structured.py

Every covariance K[x, p, x', p'] of every pair of positions is stored, every layer is a loop over its taps, and every Gaussian
expectation is a closed form written here in mpmath: no plan, no diagonal, no transform, no code of the project. Slow and plain
on purpose. `structured_networks.py` beside it lists the networks.
"""

import itertools
import json
import os

import numpy as np
from mpmath import mp, mpf

mp.dps = 40
ROOT = os.path.join(os.path.dirname(__file__), "..", "..", "..")
GOLDEN = os.path.join(ROOT, "packages", "kernels", "test", "golden", "structured-naive.json")


# --- Gaussian expectations -------------------------------------------------------------------------------------------


def angle(q1, q2, c):
    cosine = c / mp.sqrt(q1 * q2)
    return mp.acos(max(mpf(-1), min(mpf(1), cosine)))


def relu(q1, q2, c):
    if q1 == 0 or q2 == 0:
        return mpf(0), mpf(1) / 4
    t = angle(q1, q2, c)
    return mp.sqrt(q1 * q2) * (mp.sin(t) + (mp.pi - t) * mp.cos(t)) / (2 * mp.pi), (mp.pi - t) / (2 * mp.pi)


def absolute(q1, q2, c):
    if q1 == 0 or q2 == 0:
        return mpf(0), mpf(0)
    t = angle(q1, q2, c)
    return 2 * mp.sqrt(q1 * q2) * (mp.sin(t) + (mp.pi / 2 - t) * mp.cos(t)) / mp.pi, 1 - 2 * t / mp.pi


def erf(q1, q2, c):
    product = (1 + 2 * q1) * (1 + 2 * q2)
    return 2 / mp.pi * mp.asin(2 * c / mp.sqrt(product)), 4 / mp.pi / mp.sqrt(product - 4 * c * c)


def cos(q1, q2, c):
    weight = mp.exp(-(q1 + q2) / 2)
    return weight * mp.cosh(c), weight * mp.sinh(c)


DUALS = {"relu": relu, "abs": absolute, "erf": erf, "cos": cos}


# --- where the taps of a window are ----------------------------------------------------------------------------------


def sizes_out(n, k, s, padding, transposed):
    if transposed:
        return n * s + (max(k - s, 0) if padding == "valid" else 0)
    return (n - k) // s + 1 if padding == "valid" else -(-n // s)


def pad_low(n, k, s, padding, transposed):
    if padding == "valid":
        return 0
    if transposed:
        n = n * s
    return max((-(-n // s) - 1) * s + k - n, 0) // 2


def source(i, o, n, k, s, padding, transposed):
    """The input index that output i reads with tap o, along one dimension; None off the edge or between strides."""
    low = pad_low(n, k, s, padding, transposed)
    if not transposed:
        j = i * s + o - low
        return j % n if padding == "circular" else (j if 0 <= j < n else None)
    out = sizes_out(n, k, s, padding, True)
    found = [p for p in range(n) if (p * s + o - low - i) % out == 0] if padding == "circular" else [p for p in range(n) if p * s + o - low == i]
    assert len(found) <= 1
    return found[0] if found else None


def window(layer, positions, transposed=False):
    """Output positions, and for every tap the list of the flat input positions (or None) it reads for each output."""
    taps = layer.get("filter", layer.get("window"))
    strides = layer.get("strides", [1] * len(taps))
    padding = layer.get("padding", "valid")
    out = [sizes_out(n, k, s, padding, transposed) for n, k, s in zip(positions, taps, strides)]
    flat = lambda index: None if None in index else int(np.ravel_multi_index(index, positions))
    reads = [
        [flat(tuple(source(i[d], o[d], positions[d], taps[d], strides[d], padding, transposed) for d in range(len(taps)))) for i in itertools.product(*map(range, out))]
        for o in itertools.product(*map(range, taps))
    ]
    centre = [
        tuple(i[d] * strides[d] - pad_low(positions[d], taps[d], strides[d], padding, False) + (taps[d] - 1) // 2 for d in range(len(taps)))
        for i in itertools.product(*map(range, out))
    ]
    return out, reads, (None if transposed else [flat(c) for c in centre])


# --- a network ------------------------------------------------------------------------------------------------------


class State:
    """K and Θ as [x, p, x', p'], the positions, the width (channels, for standard parameterization and shares), the mask [x, p]."""

    def __init__(self, K, T, positions, width, mask):
        self.K, self.T, self.positions, self.width, self.mask = K, T, positions, width, mask


def zeros(n, p):
    z = np.empty((n, p, n, p), dtype=object)
    z[...] = mpf(0)
    return z


def every(A):
    return itertools.product(*map(range, A.shape))


def map_positions(A, rows):
    """B[x, i, x', j] = sum over p, q of rows[i][p] rows[j][q] A[x, p, x', q]; rows are dictionaries of weights."""
    n = A.shape[0]
    B = zeros(n, len(rows))
    for x, i, y, j in every(B):
        for p, a in rows[i].items():
            for q, b in rows[j].items():
                B[x, i, y, j] += a * b * A[x, p, y, q]
    return B


def conv_average(A, reads, local):
    n = A.shape[0]
    B = zeros(n, len(reads[0]))
    for x, i, y, j in every(B):
        if local and i != j:
            continue
        for tap in reads:
            if tap[i] is not None and tap[j] is not None:
                B[x, i, y, j] += A[x, tap[i], y, tap[j]]
        B[x, i, y, j] /= len(reads)
    return B


def affine(state, K, T, layer, fan_in, standard, own_bias=False):
    """K' = w K + b and the NTK's rule, from the averaged K and Θ; with `own_bias` (local) the bias is not shared between positions."""
    w, b = mpf(layer["weightVariance"]), mpf(layer["biasVariance"])
    K2, T2 = zeros(K.shape[0], K.shape[1]), zeros(K.shape[0], K.shape[1])
    for index in every(K):
        shared = not own_bias or index[1] == index[3]
        K2[index] = w * K[index] + (b if shared else 0)
        if standard:
            T2[index] = fan_in * K[index] + w * T[index] + (1 if shared and b > 0 else 0)
        else:
            T2[index] = K2[index] + w * T[index]
    return K2, T2


def run(layers, s, options):
    for layer in layers:
        s = apply(layer, s, options)
        if s.mask is not None:
            for x, p, y, q in every(s.K):
                if not (s.mask[x][p] and s.mask[y][q]):
                    s.K[x, p, y, q] = s.T[x, p, y, q] = mpf(0)
    return s


def branches(layer, s, options):
    outs = [run(branch, State(s.K.copy(), s.T.copy(), s.positions, s.width, s.mask), options) for branch in layer["branches"]]
    first = outs[0]
    K, T = zeros(*first.K.shape[:2]), zeros(*first.K.shape[:2])
    widths = [o.width for o in outs]
    shares = [mpf(1) / len(outs)] * len(outs) if all(w is None for w in widths) else [mpf(w) / sum(widths) for w in widths]
    for index in every(K):
        values = [o.K[index] for o in outs]
        slopes = [o.T[index] for o in outs]
        if layer["type"] == "sum":
            K[index], T[index] = sum(values), sum(slopes)
        elif layer["type"] == "concatenate":
            K[index] = sum(a * v for a, v in zip(shares, values))
            T[index] = sum(a * v for a, v in zip(shares, slopes))
        else:
            K[index] = mp.fprod(values)
            T[index] = sum(slopes[a] * mp.fprod(v for b, v in enumerate(values) if b != a) for a in range(len(values)))
    width = first.width if layer["type"] != "concatenate" else (None if None in widths else sum(widths))
    return State(K, T, first.positions, width, first.mask)


def softmax(row, keep):
    weights = [mp.exp(v) if k else mpf(0) for v, k in zip(row, keep)]
    total = sum(weights)
    return [w / total if total else mpf(0) for w in weights]


def attention(layer, s):
    n, P = s.K.shape[:2]
    get = lambda key, default: mpf(layer.get(key, default))
    qk = mp.sqrt(get("queryVariance", 1) * get("keyVariance", 1))
    ov = get("valueVariance", 1) * get("outputVariance", 1)
    bias = get("biasVariance", 0)
    mechanism = layer.get("mechanism", "softmax")
    G = []
    for x in range(n):
        keep = [True] * P if s.mask is None else s.mask[x]
        logits = [[qk * s.K[x, p, x, q] for q in range(P)] for p in range(P)]
        if mechanism == "softmax":
            G.append([softmax(row, keep) for row in logits])
        else:
            f = {"identity": lambda v: v, "relu": lambda v: max(v, mpf(0)), "abs": abs}[mechanism]
            G.append([[f(v) if k else mpf(0) for v, k in zip(row, keep)] for row in logits])
    K, T = zeros(n, P), zeros(n, P)
    for x, i, y, j in every(K):
        k = sum(G[x][i][p] * s.K[x, p, y, q] * G[y][j][q] for p in range(P) for q in range(P))
        t = sum(G[x][i][p] * s.T[x, p, y, q] * G[y][j][q] for p in range(P) for q in range(P))
        K[x, i, y, j] = ov * k + bias
        T[x, i, y, j] = ov * (t + 2 * k) + bias
    return State(K, T, s.positions, layer.get("width"), s.mask)


def apply(layer, s, options):
    kind = layer["type"]
    n, P = s.K.shape[:2]
    standard = options["standard"]
    if kind == "dense":
        K, T = affine(s, s.K, s.T, layer, s.width, standard)
        return State(K, T, s.positions, layer.get("width"), s.mask)
    if kind == "conv":
        transposed, local = layer.get("transposed", False), layer.get("local", False)
        positions, reads, centre = window(layer, s.positions, transposed)
        fan_in = None if s.width is None else s.width * len(reads)
        K, T = affine(s, conv_average(s.K, reads, local), conv_average(s.T, reads, local), layer, fan_in, standard, local)
        mask = None if s.mask is None else [[row[c] for c in centre] for row in s.mask]
        return State(K, T, positions, layer.get("width"), mask)
    if kind == "activation":
        dual = DUALS[layer["activation"]]
        K, T = zeros(n, P), zeros(n, P)
        for x, p, y, q in every(K):
            value, slope = dual(s.K[x, p, x, p], s.K[y, q, y, q], s.K[x, p, y, q])
            K[x, p, y, q], T[x, p, y, q] = value, slope * s.T[x, p, y, q]
        return State(K, T, s.positions, s.width, s.mask)
    if kind == "pool":
        positions, reads, centre = window(layer, s.positions)
        weight = mpf(1) / len(reads) if layer["kind"] == "average" else mpf(1)
        rows = [{} for _ in reads[0]]
        for tap in reads:
            for i, p in enumerate(tap):
                if p is not None:
                    rows[i][p] = rows[i].get(p, mpf(0)) + weight
        mask = None if s.mask is None else [[row[c] for c in centre] for row in s.mask]
        return State(map_positions(s.K, rows), map_positions(s.T, rows), positions, s.width, mask)
    if kind == "globalPool":
        counts = [P if s.mask is None or layer["kind"] == "sum" else sum(row) for row in (s.mask or [[]] * n)]
        norm = [mpf(1) if layer["kind"] == "sum" else mpf(c) for c in counts]
        K, T = zeros(n, 1), zeros(n, 1)
        for x in range(n):
            for y in range(n):
                K[x, 0, y, 0] = sum(s.K[x, p, y, q] for p in range(P) for q in range(P)) / (norm[x] * norm[y])
                T[x, 0, y, 0] = sum(s.T[x, p, y, q] for p in range(P) for q in range(P)) / (norm[x] * norm[y])
        return State(K, T, [], s.width, None)
    if kind == "flatten":
        K, T = zeros(n, 1), zeros(n, 1)
        for x in range(n):
            for y in range(n):
                K[x, 0, y, 0] = sum(s.K[x, p, y, p] for p in range(P)) / P
                T[x, 0, y, 0] = sum(s.T[x, p, y, p] for p in range(P)) / P
        return State(K, T, [], None if s.width is None else s.width * P, None)
    if kind in ("sum", "product", "concatenate"):
        return branches(layer, s, options)
    if kind == "repeat":
        for _ in range(layer["times"]):
            s = run(layer["layers"], s, options)
        return s
    if kind == "dropout":
        K, T = s.K.copy(), s.T.copy()
        if options["dropout"] == "train":
            for x in range(n):
                for p in range(P):
                    K[x, p, x, p] /= mpf(layer["keepProbability"])
                    T[x, p, x, p] /= mpf(layer["keepProbability"])
        return State(K, T, s.positions, s.width, s.mask)
    if kind == "layerNorm":
        epsilon = mpf(layer.get("epsilon", 1e-12))
        K, T = zeros(n, P), zeros(n, P)
        for x, p, y, q in every(K):
            norm = mp.sqrt((s.K[x, p, x, p] + epsilon) * (s.K[y, q, y, q] + epsilon))
            K[x, p, y, q], T[x, p, y, q] = s.K[x, p, y, q] / norm, s.T[x, p, y, q] / norm
        return State(K, T, s.positions, s.width, s.mask)
    if kind == "attention":
        return attention(layer, s)
    if kind == "aggregate":
        rows = [{p: mpf(a) for p, a in enumerate(row) if a != 0} for row in layer["adjacency"]]
        return State(map_positions(s.K, rows), map_positions(s.T, rows), s.positions, s.width, s.mask)
    raise ValueError(kind)


def kernels(case, inputs):
    network = case["network"]
    rows = inputs[case["input"]]
    shape = network.get("input", {"positions": [], "channels": len(rows[0])})
    P, C = int(np.prod(shape["positions"], dtype=int)), shape["channels"]
    n = len(rows)
    mask = case.get("masks")
    keep = None if mask is None else [[bool(v) for v in row] for row in mask]
    K, T = zeros(n, P), zeros(n, P)
    for x, p, y, q in every(K):
        if keep is None or (keep[x][p] and keep[y][q]):
            K[x, p, y, q] = sum(mpf(rows[x][p * C + k]) * mpf(rows[y][q * C + k]) for k in range(C)) / C
    options = {"standard": network["parameterization"] == "standard", "dropout": case.get("dropout", "test")}
    out = run(network["layers"], State(K, T, shape["positions"], C, keep), options)
    table = lambda A: [[float(A[x, 0, y, 0]) for y in range(n)] for x in range(n)]
    return table(out.K), table(out.T)


def main():
    from structured_networks import cases, inputs

    lines = []
    for case in cases:
        nngp, ntk = kernels(case, inputs)
        lines.append(json.dumps({**case, "nngp": nngp, "ntk": ntk}))
        print(case["name"], nngp[0], flush=True)
    provenance = (
        "Kernels by definition, all covariances between positions stored and every layer a loop over its taps, 40 digits (mpmath), rounded to double; "
        "made by tools/references/kernels/structured.py. Checked there against neural-tangents 0.6.6 where it has the layer."
    )
    with open(GOLDEN, "w") as file:
        file.write('{\n"provenance": ' + json.dumps(provenance) + ',\n"inputs": {\n')
        file.write(",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in inputs.items()))
        file.write('\n},\n"networks": [\n' + ",\n".join(lines) + "\n]\n}\n")


if __name__ == "__main__":
    main()
