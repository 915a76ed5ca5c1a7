"""Kernels of real finite networks, over many seeds: packages/kernels/test/golden/monte-carlo.json.

    JAX_PLATFORMS=cpu python3 tools/references/kernels/structured_monte_carlo.py [name ...]

Needs jax (any recent one, CPU). Builds networks of finite width from the layer format of @saddlepoint/architecture, every weight
its own Gaussian, and averages over seeds

- K_N(x, x'): σ_w²/N features·features' + σ_b² of the readout, exact in the readout's weights;
- Θ_N(x, x') = ∇f(x)·∇f(x') over all parameters, by automatic differentiation of one output.

Stored per width: means over seeds of the upper triangles, and the covariance of those means. With names, only those networks are made
anew; the file is written after every network.
"""

import functools
import json
import os
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)
ROOT = os.path.join(os.path.dirname(__file__), "..", "..", "..")
GOLDEN = os.path.join(ROOT, "packages", "kernels", "test", "golden", "monte-carlo.json")
SEED = 20261123


# --- finite layers ---------------------------------------------------------------------------------------------------
# x: positions × channels for one input (a vector has no position axes). `weights` hands out parameters in order of use.


class Weights:
    """Draws parameters on the first pass, replays them afterwards, so that one function defines a network and its gradient."""

    def __init__(self, key=None, values=None):
        self.key, self.values, self.used = key, values, []

    def take(self, shape):
        if self.values is None:
            self.key, sub = jax.random.split(self.key)
            self.used.append(jax.random.normal(sub, shape))
        else:
            self.used.append(self.values[len(self.used)])
        return self.used[-1]


def affine(w, layer, x, width, standard):
    """Dense over the last axis."""
    fan_in = x.shape[-1]
    sw, sb = np.sqrt(layer["weightVariance"]), np.sqrt(layer["biasVariance"])
    if standard:
        # The parameters are W = σ_w/√N · ω and b = σ_b · β; Θ is with respect to W and b (see `scales`).
        return x @ w.take((fan_in, width)) + (w.take((width,)) if sb > 0 else 0.0)
    return sw / np.sqrt(fan_in) * x @ w.take((fan_in, width)) + (sb * w.take((width,)) if sb > 0 else 0.0)


def patches(x, layer):
    """For every output position the inputs under the taps: out... × taps × channels; zeros off the edge."""
    taps = layer.get("filter", layer.get("window"))
    strides = layer.get("strides", [1] * len(taps))
    padding = layer.get("padding", "valid")
    for d, (k, s) in enumerate(zip(taps, strides)):
        n = x.shape[d]
        out = (n - k) // s + 1 if padding == "valid" else -(-n // s)
        low = 0 if padding == "valid" else max((out - 1) * s + k - n, 0) // 2
        index = np.arange(out)[:, None] * s + np.arange(k)[None, :] - low
        inside = (index >= 0) & (index < n) | (padding == "circular")
        x = jnp.take(x, jnp.asarray(index % n), axis=d)
        # Axis d became (out, k): move the taps to the end, before the channels.
        shape = [1] * x.ndim
        shape[d], shape[d + 1] = inside.shape
        x = jnp.moveaxis(x * inside.reshape(shape), d + 1, -2)
    return x.reshape(x.shape[: len(taps)] + (int(np.prod(taps)), x.shape[-1]))


def conv(w, layer, x, width):
    sw, sb = np.sqrt(layer["weightVariance"]), np.sqrt(layer["biasVariance"])
    if layer.get("transposed"):
        # The adjoint of the convolution from the outputs to the inputs, by automatic differentiation of that convolution.
        taps, strides = layer["filter"], layer.get("strides", [1] * len(layer["filter"]))
        padding = layer.get("padding", "valid")
        out = [n * s + (max(k - s, 0) if padding == "valid" else 0) for n, s, k in zip(x.shape[:-1], strides, taps)]
        kernel = w.take((int(np.prod(taps)), x.shape[-1], width))
        forward = lambda y: jnp.einsum("...fo,fco->...c", patches(y, layer), kernel)
        (h,) = jax.linear_transpose(forward, jnp.zeros((*out, width)))(x)
        h = sw / np.sqrt(kernel.shape[0] * x.shape[-1]) * h
    else:
        p = patches(x, layer)
        f, c = p.shape[-2:]
        if layer.get("local"):
            kernel = w.take((*p.shape[:-2], f, c, width))
            h = sw / np.sqrt(f * c) * jnp.einsum("...fc,...fco->...o", p, kernel)
            return h + (sb * w.take((*p.shape[:-2], width)) if sb > 0 else 0.0)
        h = sw / np.sqrt(f * c) * jnp.einsum("...fc,fco->...o", p, w.take((f, c, width)))
    return h + (sb * w.take((width,)) if sb > 0 else 0.0)


def attention(w, layer, x, width, keep):
    """`width` heads with one value channel each and keys as wide; queries are the keys. x: length × channels."""
    heads = width
    n = x.shape[-1]
    qk = np.sqrt(layer.get("queryVariance", 1) * layer.get("keyVariance", 1))
    ov = np.sqrt(layer.get("valueVariance", 1) * layer.get("outputVariance", 1))
    sb = np.sqrt(layer.get("biasVariance", 0))
    keys = jnp.einsum("pc,hck->hpk", x, w.take((heads, n, width)))
    logits = qk / (n * width) * jnp.einsum("hpk,hqk->hpq", keys, keys)
    mechanism = layer.get("mechanism", "softmax")
    if mechanism == "softmax":
        weights = jax.nn.softmax(jnp.where(keep[None, None, :], logits, -jnp.inf), axis=-1)
    else:
        weights = {"identity": lambda v: v, "relu": jax.nn.relu, "abs": jnp.abs}[mechanism](logits) * keep[None, None, :]
    values = jnp.einsum("pc,ch->hp", x, w.take((n, heads)))
    h = jnp.einsum("hpq,hq,ho->po", weights, values, w.take((heads, width)))
    return ov / np.sqrt(n * heads) * h + (sb * w.take((width,)) if sb > 0 else 0.0)


ACTIVATIONS = {"relu": jax.nn.relu, "erf": jax.lax.erf, "cos": jnp.cos}


def run(w, layers, x, s):
    """s: {width, standard, noise (a key for dropout), keep (the mask)}. Returns x and keep."""
    keep = s["keep"]
    for layer in layers:
        kind = layer["type"]
        if kind == "dense":
            x = affine(w, layer, x, layer.get("width") or s["width"], s["standard"])
        elif kind == "conv":
            x = conv(w, layer, x, s["width"])
        elif kind == "activation":
            x = ACTIVATIONS[layer["activation"]](x)
        elif kind == "pool":
            p = patches(x, layer)
            x = p.sum(-2) / (p.shape[-2] if layer["kind"] == "average" else 1)
        elif kind == "globalPool":
            count = keep.sum() if keep.shape == x.shape[:-1] else np.prod(x.shape[:-1])
            x = x.reshape(-1, x.shape[-1]).sum(0) / (count if layer["kind"] == "average" else 1)
        elif kind == "flatten":
            x = x.reshape(-1)
        elif kind in ("sum", "product", "concatenate"):
            outs = [run(w, branch, x, {**s, "noise": jax.random.fold_in(s["noise"], b)}) for b, branch in enumerate(layer["branches"])]
            x = sum(outs) if kind == "sum" else functools.reduce(jnp.multiply, outs) if kind == "product" else jnp.concatenate(outs, -1)
        elif kind == "dropout":
            s = {**s, "noise": jax.random.fold_in(s["noise"], 1000)}
            p = layer["keepProbability"]
            x = x * jax.random.bernoulli(s["noise"], p, x.shape) / p
        elif kind == "layerNorm":
            centred = x - x.mean(-1, keepdims=True)
            x = centred / jnp.sqrt((centred**2).mean(-1, keepdims=True) + layer.get("epsilon", 1e-12))
        elif kind == "attention":
            x = attention(w, layer, x, s["width"], keep)
        elif kind == "aggregate":
            x = jnp.asarray(layer["adjacency"]) @ x
        else:
            raise ValueError(kind)
        if x.ndim > 1 and keep.shape == x.shape[:-1]:
            x = jnp.where(keep[..., None], x, 0.0)
    return x


def standard_scales(layers, channels, width):
    """Deviations of the weights and biases of an MLP in the standard parameterization, in order of use."""
    out = []
    for layer in layers:
        if layer["type"] == "dense":
            out.append(np.sqrt(layer["weightVariance"] / channels))
            if layer["biasVariance"] > 0:
                out.append(np.sqrt(layer["biasVariance"]))
            channels = layer.get("width") or width
    return out


def estimate(case, width, seeds, batch):
    network = case["network"]
    rows = jnp.asarray(case["inputs"])
    n = rows.shape[0]
    shape = network.get("input")
    X = rows if shape is None else rows.reshape(n, *shape["positions"], shape["channels"])
    standard = network["parameterization"] == "standard"
    keeps = jnp.ones(X.shape[:-1], bool) if case.get("masks") is None else jnp.asarray(case["masks"], bool).reshape(X.shape[:-1])
    X = X if shape is None else jnp.where(keeps[..., None], X, 0.0)
    *body, readout = network["layers"]
    assert readout["type"] == "dense"
    pairs = np.triu_indices(n)
    scales = standard_scales(network["layers"], X.shape[-1], width) if standard else None

    def sample(key):
        weights_key, noise_key = jax.random.split(key)

        def output(values, x, keep, noise):
            w = Weights(weights_key, values)
            features = run(w, body, x, {"width": width, "standard": standard, "keep": keep, "noise": noise})
            f = affine(w, readout, features, 1, standard)[0]
            return f, (features, w.used)

        noises = jax.random.split(noise_key, n)
        _, (_, values) = output(None, X[0], keeps[0], noises[0])
        if standard:
            values = [v * s for v, s in zip(values, scales)]
        gradient = jax.grad(output, has_aux=True)
        grads, (features, _) = jax.vmap(gradient, in_axes=(None, 0, 0, 0))(values, X, keeps, noises)
        theta = sum(jnp.einsum("ik,jk->ij", g.reshape(n, -1), g.reshape(n, -1)) for g in grads)
        k = readout["weightVariance"] / features.shape[-1] * features @ features.T + readout["biasVariance"]
        return jnp.concatenate([k[pairs], theta[pairs]])

    many = jax.jit(jax.vmap(sample))
    key = jax.random.fold_in(jax.random.key(SEED), width)
    draws = []
    for b in range(-(-seeds // batch)):
        draws.append(np.asarray(many(jax.random.split(jax.random.fold_in(key, b), batch))))
    draws = np.concatenate(draws)[:seeds]
    half = draws.shape[1] // 2
    part = lambda d: {"mean": d.mean(0).tolist(), "covariance": [[float(f"{v:.6g}") for v in row] for row in (np.cov(d.T) / len(d)).tolist()]}
    return {"width": width, "seeds": seeds, "nngp": part(draws[:, :half]), "ntk": part(draws[:, half:])}


# --- the networks -----------------------------------------------------------------------------------------------------

from structured_networks import absolute, adjacency, attention as attend, conv as cv, cos, dense, erf, flatten, inputs, join, mean, norm, pool, relu, SHAPES, short  # noqa: E402

del absolute
cases = []


def case(name, input, *layers, widths=((32, 4000), (64, 4000), (128, 4000)), rows=3, parameterization="ntk", batch=100, **more):
    network = {"version": 1, "parameterization": parameterization}
    if SHAPES[input] is not None:
        network["input"] = SHAPES[input]
    cases.append({"name": name, "network": {**network, "layers": list(layers)}, "inputs": inputs[input][:rows], "plan": (widths, batch), **more})


drop = {"type": "dropout", "keepProbability": 0.7}
case("erf MLP", "vec", dense(1.6, 0.1), erf, dense(1.8, 0.1), erf, dense(1.5, 0.1))
case("relu MLP", "vec", dense(1.6, 0.1), relu, dense(1.8, 0.1), relu, dense(1.5, 0.1))
case("cos MLP", "vec", dense(1.2, 0.1), cos, dense(1.3, 0.1), cos, dense(1.5, 0.1))
case("standard relu MLP", "vec", dense(1.6, 0.1), relu, dense(1.8, 0.1), relu, dense(1.5, 0.1), parameterization="standard")
case("residual MLP with layer norm", "vec", dense(), join("sum", [], [norm, relu, dense(), erf, dense()]), norm, relu, dense())
case("CNN, same, global pool", "img", cv([3, 3], padding="same"), relu, cv([3, 2], padding="same", strides=[1, 2]), relu, mean(), dense(), widths=((16, 4000), (32, 4000), (64, 2000)), rows=2)
case("CNN, circular, average pool, flatten", "seq", cv([3], padding="circular"), relu, pool([3], strides=[2], padding="same"), cv([2], padding="circular"), erf, flatten, dense())
case("transposed CNN", "seq", cv([3], strides=[2], padding="valid"), relu, cv([3], strides=[2], padding="same", transposed=True), relu, flatten, dense())
case("local CNN", "seq", cv([3], padding="same", local=True), relu, cv([2], padding="same", local=True), relu, mean(), dense(), widths=((16, 4000), (32, 4000), (64, 3000)))
case("product of branches", "vec", dense(1.2), join("product", [dense(), relu], [dense(0.8, 0.1), erf]), dense())
case("concatenation of branches", "vec", dense(), join("concatenate", [relu], [dense(1.2, 0.1), cos]), dense(), relu, dense())
case("softmax attention", "seq", dense(0.9, 0.02), attend("softmax"), relu, mean(), dense(), widths=((8, 4000), (16, 4000), (32, 4000), (64, 1500)), batch=25)
case("relu attention, masked", "seq", dense(0.4, 0.02), attend("relu"), relu, mean(), dense(), widths=((8, 4000), (16, 4000), (32, 4000), (64, 1500)), batch=25, masks=short)
case("dropout in training", "seq", cv([3], padding="same"), relu, drop, cv([2], padding="same"), relu, drop, mean(), dense(), dropout="train")
case("masked CNN", "seq", cv([3], padding="same"), cos, cv([3], padding="same"), relu, mean(), dense(), masks=short)
case("graph network", "graph", {"type": "aggregate", "adjacency": adjacency}, dense(0.6), relu, {"type": "aggregate", "adjacency": adjacency}, dense(0.6), relu, mean("sum"), dense(0.3))


def store(done):
    provenance = (
        "Kernels of finite networks with Gaussian weights, NTK by automatic differentiation, means over seeds and the covariance of those means (upper triangles, row by row); "
        f"made by tools/references/kernels/structured_monte_carlo.py with JAX {jax.__version__} in float64, seed {SEED}."
    )
    lines = ",\n".join(json.dumps(done[spec["name"]]) for spec in cases if spec["name"] in done)
    with open(GOLDEN, "w") as file:
        file.write('{\n"provenance": ' + json.dumps(provenance) + ',\n"networks": [\n' + lines + "\n]\n}\n")


def main():
    old = json.load(open(GOLDEN))["networks"] if os.path.exists(GOLDEN) and len(sys.argv) > 1 else []
    done = {entry["name"]: entry for entry in old}
    for spec in cases:
        widths, batch = spec.pop("plan")
        if len(sys.argv) > 1 and spec["name"] not in sys.argv[1:]:
            continue
        begun = time.time()
        done[spec["name"]] = {**spec, "widths": [estimate(spec, w, seeds, batch) for w, seeds in widths]}
        store(done)
        print(spec["name"], f"{time.time() - begun:.0f} s", [w["ntk"]["mean"][0] for w in done[spec["name"]]["widths"]], flush=True)


if __name__ == "__main__":
    main()
