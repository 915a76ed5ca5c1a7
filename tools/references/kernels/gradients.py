"""Derivatives of kernels in weight and bias variances, to 40 digits: packages/kernels/test/golden/gradients.json.

relu, three hidden layers: the recursion in textbook form at 120 digits, differentiated by central differences of step 1e-36 (error 1e-72 times the
third derivative). tanh, one hidden layer: the two-dimensional Gaussian integral by the trapezoidal rule at 50 digits, differentiated by a
complex step of 1e-30 (no subtraction; error 1e-60). No chain rule, no Price's theorem, no code of the project.
Needs Python 3 with mpmath. Run from the repository root: python3 tools/references/kernels/gradients.py
"""
import functools
import json
import random
from pathlib import Path

import mpmath as mp

GOLDEN = Path("packages/kernels/test/golden/gradients.json")
random.seed(20)


def relu(q1, q2, c):
    s = mp.sqrt(abs(q1 * q2 - c * c))
    angle = mp.atan2(s, c)
    return (s + (mp.pi - angle) * c) / (2 * mp.pi), (mp.pi - angle) / (2 * mp.pi)


def trapezoid(f, half_width, step):
    n = int(mp.ceil(half_width / step))
    return step * sum(f(k * step) for k in range(-n, n + 1))


@functools.cache
def tanh(q1, q2, c):
    """E[tanh tanh] and E[tanh' tanh'], u = sqrt(q1) z, v = (c / sqrt(q1)) z + r w; z and w standard normal. Variances up to 1.5.

    The integrand decays like a Gaussian and is analytic for |Im z| < 1.2: the rule's error is exp(-2 pi 1.2 / step) = 2e-47.
    """
    step, half_width = mp.mpf("0.07"), mp.sqrt(2 * mp.mpf(112))
    n = int(mp.ceil(half_width / step))
    nodes = [k * step for k in range(-n, n + 1)]
    weights = [step * mp.exp(-z * z / 2) / mp.sqrt(2 * mp.pi) for z in nodes]
    gap = q2 - c * c / q1
    a, b = mp.sqrt(q1), c / mp.sqrt(q1)
    r = mp.mpf(0) if abs(gap) < mp.mpf(10) ** -45 else mp.sqrt(gap)
    value = slope = mp.mpf(0)
    for z, weight in zip(nodes, weights):
        t = mp.tanh(a * z)
        inner = inner_slope = mp.mpf(0)
        for w, other in zip(nodes, weights) if r != 0 else [(mp.mpf(0), mp.mpf(1))]:
            if weight * other < mp.mpf(10) ** -51:
                continue
            v = mp.tanh(b * z + r * w)
            inner += other * v
            inner_slope += other * (1 - v * v)
        value += weight * t * inner
        slope += weight * (1 - t * t) * inner_slope
    return value, slope


def network(duals, parameters, products):
    """K and Theta of one pair from (x.x, x'.x', x.x') / d and the parameters w0, b0, w1, b1, ...: one weight and one bias variance per layer."""
    layers = list(zip(parameters[::2], parameters[1::2]))
    k = [layers[0][0] * p + layers[0][1] for p in products]
    theta = k[2]
    for w, b in layers[1:]:
        same1, same2 = k[0] == k[2], k[1] == k[2]
        cross, slope = duals(k[0], k[1], k[2])
        own1 = cross if same1 and same2 else duals(k[0], k[0], k[0])[0] if len(layers) > 2 else None
        own2 = cross if same1 and same2 else duals(k[1], k[1], k[1])[0] if len(layers) > 2 else None
        new = [None if own is None else w * own + b for own in (own1, own2)] + [w * cross + b]
        theta, k = new[2] + w * theta * slope, new
    return k[2], theta


def by_differences(duals, parameters, products):
    h = mp.mpf(10) ** -36

    def at(j, shift):
        return network(duals, [p + (shift if i == j else 0) for i, p in enumerate(parameters)], products)

    return [[(a - b) / (2 * h) for a, b in zip(at(j, h), at(j, -h))] for j in range(len(parameters))]


def by_complex_step(duals, parameters, products):
    h = mp.mpf(10) ** -30
    return [[x.imag / h for x in network(duals, [p + (mp.mpc(0, h) if i == j else 0) for i, p in enumerate(parameters)], products)] for j in range(len(parameters))]


def case(name, digits, duals, differentiate, activation, parameters, inputs):
    mp.mp.dps = digits
    exact = [[mp.mpf(x) for x in row] for row in inputs]
    dot = lambda x, y: sum(a * b for a, b in zip(x, y)) / len(x)
    values = [mp.mpf(p) for p in parameters]
    rows = {"nngp": [[] for _ in parameters], "ntk": [[] for _ in parameters]}
    for i, x in enumerate(exact):
        for y in exact[: i + 1]:
            products = (dot(x, x), dot(y, y), dot(x, y))
            for j, (dk, dt) in enumerate(differentiate(duals, values, products)):
                rows["nngp"][j].append(float(dk))
                rows["ntk"][j].append(float(dt))
    return {"name": name, "activation": activation, "parameters": parameters, "inputs": inputs, **rows}


x = [random.gauss(0, 1) for _ in range(4)]
y = [random.gauss(0, 1) for _ in range(4)]
near = [a + 1e-5 * random.gauss(0, 1) for a in x]
relu_inputs = [x, y, [-a for a in x], [0.0] * 4, [2 * a for a in x], near, list(x)]
tanh_inputs = [[0.5 * a for a in x], [0.4 * a for a in y], [-0.5 * a for a in x]]

cases = [
    case("relu, 3 hidden layers", 120, relu, by_differences, "relu", [1.7, 0.1, 1.4, 0.05, 1.9, 0.2, 1.1, 0.3], relu_inputs),
    case("relu, 2 hidden layers, biases of 1e-12", 120, relu, by_differences, "relu", [2.0, 1e-12, 2.0, 1e-12, 2.0, 1e-12], relu_inputs[:3]),
    case("tanh, 1 hidden layer", 50, tanh, by_complex_step, "tanh", [0.8, 0.1, 1.5, 0.2], tanh_inputs),
]
GOLDEN.write_text(
    json.dumps({"provenance": "tools/references/kernels/gradients.py: mpmath at 120 digits by differences (relu), at 50 digits by complex steps of trapezoidal sums (tanh); rounded to doubles. Lower triangles, row by row, one per parameter: weightVariance and biasVariance of each layer in turn.", "cases": cases}, indent=1)
    + "\n"
)
