"""The networks and inputs of structured.py, in the layer format of @saddlepoint/architecture."""

import numpy as np

rng = np.random.default_rng(20261123)


def draw(n, size):
    return [[round(float(v), 5) for v in row] for row in rng.standard_normal((n, size))]


vec, seq, img = draw(3, 5), draw(3, 7 * 2), draw(3, 4 * 5 * 2)
graph = draw(3, 5 * 3)
# The third sequence is the first upside down; the fourth vector repeats the first.
inputs = {"vec": vec + [vec[0]], "seq": [*seq[:2], [-v for v in seq[0]]], "img": img[:2], "graph": graph}
SHAPES = {"vec": None, "seq": {"positions": [7], "channels": 2}, "img": {"positions": [4, 5], "channels": 2}, "graph": {"positions": [5], "channels": 3}}

adjacency = [
    [1, 0.5, 0, 0, -0.25],
    [0.5, 1, 0.75, 0, 0],
    [0, 0.5, 0, 1.25, 0],
    [0.25, 0, 1, 1, 0.5],
    [0, 0, 0, 0.5, 0],
]


def dense(w=1.6, b=0.05, width=None):
    return {"type": "dense", **({} if width is None else {"width": width}), "weightVariance": w, "biasVariance": b}


def conv(filter, w=1.7, b=0.04, **more):
    return {"type": "conv", "filter": filter, **more, "weightVariance": w, "biasVariance": b}


def pool(window, kind="average", **more):
    return {"type": "pool", "kind": kind, "window": window, **more}


def mean(kind="average"):
    return {"type": "globalPool", "kind": kind}


def attention(mechanism, **more):
    return {"type": "attention", "mechanism": mechanism, "queryVariance": 0.8, "keyVariance": 1.2, "valueVariance": 1.1, "outputVariance": 0.9, "biasVariance": 0.03, **more}


relu, erf, cos, absolute = ({"type": "activation", "activation": name} for name in ("relu", "erf", "cos", "abs"))
flatten = {"type": "flatten"}
norm = {"type": "layerNorm", "epsilon": 0.01}
dropout = {"type": "dropout", "keepProbability": 0.8}
join = lambda kind, *branches: {"type": kind, "branches": list(branches)}

cases = []


def case(name, input, *layers, parameterization="ntk", richness=None, **more):
    network = {"version": 1, "parameterization": parameterization}
    if richness is not None:
        network["richness"] = richness
    if SHAPES[input] is not None:
        network["input"] = SHAPES[input]
    cases.append({"name": name, "input": input, "network": {**network, "layers": list(layers)}, **more})


# Windows: strides, paddings, even filters, one and two dimensions.
case("1-D conv, valid, stride 2", "seq", conv([3], strides=[2]), relu, conv([2]), erf, flatten, dense())
case("1-D conv, same, even filter and stride 2", "seq", conv([4], strides=[2], padding="same"), relu, conv([2], padding="same"), relu, mean(), dense())
case("1-D conv, circular, stride 3, even filter", "seq", conv([4], padding="circular"), relu, conv([2], strides=[3], padding="circular"), absolute, mean(), dense())
case("1-D conv, a stride that jumps over positions", "seq", conv([2], strides=[3], padding="same"), relu, flatten, dense())
case("2-D conv, filters and strides that differ by dimension", "img", conv([2, 3], strides=[1, 2], padding="same"), relu, conv([3, 2], padding="same"), erf, flatten, dense())
case("2-D conv, valid then circular", "img", conv([2, 3], padding="valid"), relu, conv([2, 2], strides=[2, 1], padding="circular"), relu, mean(), dense())
case("2-D conv, dense at every position", "img", conv([3, 3], padding="same"), relu, dense(), erf, mean(), dense())
# Pooling.
case("average pool, same, stride 2, then conv", "seq", conv([3], padding="same"), relu, pool([3], strides=[2], padding="same"), conv([2], padding="same"), relu, flatten, dense())
case("sum pool, same: edges", "seq", conv([2], padding="same"), erf, pool([2], "sum", padding="same"), dense(0.3), relu, mean(), dense())
case("average pool, circular, even window", "seq", conv([3], padding="circular"), relu, pool([4], strides=[2], padding="circular"), dense(), relu, flatten, dense())
case("2-D sum pool, valid, then flatten", "img", conv([2, 2], padding="same"), relu, pool([2, 2], "sum", strides=[2, 2]), flatten, dense(0.4))
case("2-D average pool, same, rectangular", "img", conv([3, 3], padding="same"), erf, pool([3, 2], strides=[2, 1], padding="same"), conv([2, 2], padding="same"), relu, mean(), dense())
case("global sum pool", "img", conv([3, 3], padding="valid"), relu, mean("sum"), dense(0.2))
case("pool of a Gaussian, then activation", "seq", conv([3], padding="same"), pool([3], padding="same"), relu, flatten, dense())
case("global pool of a Gaussian, then activation", "img", conv([2, 2], padding="same"), mean(), relu, dense())
case("linear network of windows", "seq", conv([3], padding="same"), pool([2]), conv([2]), mean(), dense())
# Transposed.
for padding in ("same", "valid", "circular"):
    case(f"1-D transposed conv, {padding}, stride 2", "seq", conv([3], padding=padding, strides=[2], transposed=True), relu, conv([3], padding="same"), relu, flatten, dense())
    case(f"1-D transposed conv, {padding}, stride 1, even filter", "seq", conv([4], padding=padding, transposed=True), erf, mean(), dense())
case("1-D transposed conv, filter shorter than the stride", "seq", conv([2], padding="same", strides=[3], transposed=True), relu, mean(), dense())
case("2-D transposed conv after a strided one", "img", conv([3, 3], strides=[2, 2], padding="same"), relu, conv([3, 2], strides=[2, 2], padding="same", transposed=True), relu, mean(), dense())
case("2-D transposed conv, valid", "img", conv([2, 2], strides=[2, 2]), relu, conv([3, 3], strides=[2, 1], transposed=True), erf, flatten, dense())
# Local.
for padding in ("same", "valid", "circular"):
    case(f"1-D local conv, {padding}", "seq", conv([3], padding=padding, local=True), relu, conv([2], padding=padding, local=True), erf, flatten, dense())
case("local conv with stride, global pool", "seq", conv([3], padding="same", strides=[2], local=True), relu, mean(), dense())
case("local conv, then shared conv", "img", conv([3, 3], padding="same", local=True), relu, conv([3, 3], padding="same"), relu, mean(), dense())
case("shared conv, then local conv, pool", "img", conv([3, 3], padding="same"), relu, conv([2, 2], padding="same", local=True), relu, pool([2, 2]), flatten, dense())
# Branches.
case("product of two branches", "vec", dense(), join("product", [dense(), relu], [dense(1.2, 0.1), erf]), dense())
case("product with the identity", "vec", dense(), relu, join("product", [], [dense(), erf], [dense(0.7, 0.2)]), dense())
case("product of convolutions", "seq", conv([3], padding="same"), relu, join("product", [conv([3], padding="same"), relu], [dense(), erf]), conv([2]), relu, mean(), dense())
case("concatenation, equal shares", "vec", dense(), join("concatenate", [dense(), relu], [dense(1.2, 0.1), erf]), dense(), relu, dense())
case("concatenation by widths", "vec", dense(), join("concatenate", [dense(1.6, 0.05, 30), relu], [dense(1.2, 0.1, 70), erf], [dense(2.0, 0.0, 10)]), dense(), relu, dense())
case("concatenation of convolutions by widths", "img", join("concatenate", [conv([3, 3], padding="same", width=3)], [conv([2, 2], padding="same", width=1), relu]), conv([2, 2]), relu, mean(), dense())
case("concatenation with the input", "vec", join("concatenate", [], [dense(1.6, 0.05, 20), relu]), dense(), relu, dense())
case("sum of three branches", "vec", dense(), join("sum", [], [relu, dense()], [erf, dense(0.5, 0.0)]), relu, dense())
case("branches within branches", "vec", dense(), join("sum", [], [relu, dense(), join("sum", [], [erf, dense()])]), relu, dense())
case("residual CNN with pooling", "img", conv([3, 3], padding="same"), join("sum", [], [relu, conv([3, 3], padding="same"), relu, conv([3, 3], padding="same")]), relu, pool([2, 2], strides=[2, 2]), join("sum", [conv([1, 1])], [conv([2, 2], padding="same"), relu, conv([2, 2], padding="same")]), relu, mean(), dense())
case("residual CNN, flatten: only diagonals are needed", "img", conv([3, 3], padding="same"), join("sum", [], [relu, conv([3, 3], padding="same")]), relu, flatten, dense())
case("repeat", "vec", {"type": "repeat", "times": 4, "layers": [dense(), relu]}, dense())
case("repeat of residual blocks", "seq", conv([3], padding="same"), {"type": "repeat", "times": 2, "layers": [join("sum", [], [relu, conv([3], 0.5, padding="same")])]}, relu, mean(), dense())
# Dropout and layer norm where there are positions.
for mode in ("train", "test"):
    case(f"dropout in a CNN, global pool, {mode}", "seq", conv([3], padding="same"), relu, dropout, conv([2], padding="same"), relu, dropout, mean(), dense(), dropout=mode)
    case(f"dropout in a CNN, flatten, {mode}", "img", conv([2, 2], padding="same"), relu, dropout, pool([2, 2]), conv([2, 2], padding="same"), relu, dropout, flatten, dense(), dropout=mode)
case("dropout before a branch", "vec", dense(), relu, dropout, join("sum", [dense()], [dense(), relu, dense()]), dense(), dropout="train")
case("layer norm in a CNN", "img", conv([3, 3], padding="same"), norm, relu, conv([2, 2]), norm, erf, mean(), dense())
case("layer norm, flatten", "seq", conv([3], padding="same"), norm, relu, conv([3], padding="same"), norm, relu, flatten, dense())
case("layer norm after a pool", "seq", conv([3], padding="same"), pool([2]), norm, relu, mean(), dense())
# Attention.
for mechanism in ("softmax", "identity", "relu", "abs"):
    case(f"attention, {mechanism}", "seq", dense(0.9, 0.02), attention(mechanism), relu, dense(), mean(), dense())
    case(f"attention in two dimensions, {mechanism}, flatten", "img", conv([2, 2], 0.7, padding="valid"), attention(mechanism, queryVariance=0.3), erf, flatten, dense())
case("transformer block", "seq", dense(), join("sum", [], [norm, attention("softmax")]), join("sum", [], [norm, dense(), relu, dense()]), norm, mean(), dense())
case("attention on the input, defaults", "seq", {"type": "attention"}, relu, mean(), dense())
# Graphs.
aggregate = {"type": "aggregate", "adjacency": adjacency}
case("graph convolution, global pool", "graph", aggregate, dense(0.6), relu, aggregate, dense(0.6), relu, mean("sum"), dense(0.3))
case("graph convolution, flatten", "graph", dense(), relu, aggregate, dense(0.5), erf, flatten, dense())
case("aggregate of a Gaussian", "graph", dense(), aggregate, relu, mean(), dense())
# Masks.
short = [[1] * 7, [1, 1, 1, 1, 0, 0, 0], [1, 1, 0, 1, 1, 0, 0]]
case("mask: dense, global pool", "seq", dense(), cos, dense(), relu, mean(), dense(), masks=short)
case("mask: conv same", "seq", conv([3], padding="same"), cos, conv([3], padding="same"), relu, mean(), dense(), masks=short)
case("mask: conv valid, stride 2, sum", "seq", conv([3], strides=[2]), cos, conv([2]), relu, mean("sum"), dense(0.3), masks=short)
case("mask: average pool and flatten", "seq", conv([2], padding="same"), relu, pool([3], strides=[2], padding="same"), dense(), relu, flatten, dense(), masks=short)
case("mask: attention", "seq", dense(), attention("softmax"), relu, mean(), dense(), masks=short)
case("mask: relu attention", "seq", dense(), attention("relu"), relu, mean(), dense(), masks=short)
case("mask: residual block and layer norm", "seq", dense(), join("sum", [], [norm, relu, conv([3], padding="same")]), relu, mean(), dense(), masks=short)
holes = [[1] * 20, [1, 1, 1, 1, 0] * 4]
case("mask: two dimensions", "img", conv([3, 3], padding="same"), relu, conv([2, 2], padding="same"), relu, mean(), dense(), masks=holes)
case("mask: a graph with fewer nodes", "graph", dense(), relu, aggregate, dense(0.5), relu, mean(), dense(), masks=[[1] * 5, [1, 1, 1, 1, 0], [1, 1, 0, 0, 0]])
# Parameterizations.
case("standard CNN, flatten", "seq", conv([3], padding="same", width=16), relu, conv([2], width=8, b=0), relu, flatten, dense(width=1), parameterization="standard")
case("standard CNN, global pool", "img", conv([3, 3], padding="same", width=16), relu, pool([2, 2]), conv([2, 2], width=8), relu, mean(), dense(width=1), parameterization="standard")
case("standard local and transposed", "seq", conv([3], padding="same", width=16, local=True), relu, conv([2], strides=[2], padding="same", width=8, transposed=True), relu, mean(), dense(width=1), parameterization="standard")
case("standard with branches", "vec", dense(width=12), join("sum", [], [relu, dense(width=12)]), join("concatenate", [relu], [dense(width=20), erf]), dense(width=1), parameterization="standard")
case("mean-field CNN", "seq", conv([3], padding="same"), relu, conv([2], padding="same"), relu, mean(), dense(), parameterization="mean-field", richness=2)
