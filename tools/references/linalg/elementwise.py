"""Golden values of the elementwise functions of packages/linalg, computed independently of it: mpmath at 50 digits (more for the arguments of
sine and cosine), as [x, y, rest] with y the nearest double of f(x) and rest = (f(x) − y)/ulp(y) to four decimals, so that errors can be measured to
a thousandth of an ulp. Points: random ones over every regime, and hard ones: neighbours of zero, one, branch points of the algorithms and
thresholds of overflow and underflow, subnormal numbers, numbers next to multiples of π/2, and the worst of several million that were searched.
Run: python3 tools/references/linalg/elementwise.py (writes packages/linalg/test/golden/elementwise.json).
"""

import json
import math
import pathlib

import mpmath as mp
import numpy as np

mp.mp.dps = 50
OUT = pathlib.Path(__file__).resolve().parents[3] / "packages" / "linalg" / "test" / "golden" / "elementwise.json"
RNG = np.random.default_rng(3)
DIGITS = {"sin": 400, "cos": 400}


def uniform(a, b, count):
    return [float(x) for x in RNG.uniform(a, b, count)]


def powers(a, b, count):
    return [float(m * 2.0**e) for m, e in zip(RNG.uniform(1, 2, count), RNG.integers(a, b, count))]


def both(xs):
    return [s * x for x in xs for s in (1, -1)]


def around(*xs, steps=2):
    """x and its nearest doubles on both sides."""
    found = []
    for x in xs:
        low = high = x
        found.append(x)
        for _ in range(steps):
            low, high = math.nextafter(low, -math.inf), math.nextafter(high, math.inf)
            found += [low, high]
    return found


MIN, TINY = 2.2250738585072014e-308, 5e-324
SMALL = [TINY, 3 * TINY, 1e-310, MIN, 1e-300, 1e-160, 1e-30, 1e-16, 2.0**-53, 2.0**-27, 1e-8, 1e-4]
multiples = [float(mp.nint(RNG.uniform(1, 60000)) * mp.pi / 2) for _ in range(16)]
# The double closest of all to a multiple of π/2 (Kahan), and small multiples.
NEAR = [6381956970095103.0 * 2.0**797, 1.5707963267948966, 3.141592653589793, 4.71238898038469, 6.283185307179586]

POINTS = {
    "exp": [
        *uniform(-1, 1, 60), *uniform(-30, 30, 50), *uniform(-745, 709.7, 60), *uniform(-745, -708, 25), *both(SMALL),
        *both(around(0.34657359027997264, 0.6931471805599453, 1.0397207708399179, 708, 0.5, 1, 2)),
        *around(709.782712893384, -745.1332191019411, -708.3964185322641, -744.4400719213812),
        *map(float.fromhex, ["-0x1.6265af5116391p+9", "-0x1.625f336a73476p+9", "0x1.9e91ba82724c6p-2", "-0x1.788d0de28f8a6p+2"]),
    ],
    "expm1": [
        *both(uniform(0, 0.4, 50)), *both(uniform(0, 2, 40)), *uniform(-38, 38, 40), *uniform(-745, 709.7, 20), *both(SMALL), *both(powers(-60, 0, 15)),
        *both(around(0.34657359027997264, 1.0397207708399179, 0.6931471805599453, 37.5, 36.7)), *around(709.782712893384, 708),
        *map(float.fromhex, ["0x1.98aee5e1691c2p-2", "0x1.63d3fa5c0290cp-2", "0x1.9522bc5f2de96p-2"]),
    ],
    "log1p": [
        *both(uniform(0, 0.5, 50)), *uniform(-1, 2, 40), *powers(1, 1023, 40), *both(powers(-60, 0, 20)), *(-1 + d for d in powers(-53, -1, 20)), *both(SMALL),
        *around(math.sqrt(0.5) - 1, math.sqrt(2) - 1, 1, 1e300, 2.0**53), 1.7976931348623157e308,
        *map(float.fromhex, ["0x1.b9692a30b3dc5p-2", "0x1.b3be0a0ead505p-2", "-0x1.37ce7db2fbe94p-2"]),
    ],
    "erfc": [
        *both(uniform(0, 1, 40)), *both(uniform(0.3, 3, 40)), *uniform(0, 26.5, 60), *uniform(26.5, 27.23, 15), *both(SMALL),
        *both(around(0.47693627620446987, 0.5, 1, 4, 5.92)), *around(26.543258454250983, 27.226017111108366),
        *map(float.fromhex, ["0x1.b5b9f788c7a55p+0", "0x1.e91409d740985p+2", "0x1.c7c9e28030e35p+1", "0x1.eaca676e84949p-2"]),
    ],
    "log": [
        *uniform(0.5, 2, 80), *uniform(2, 1000, 30), *powers(-1022, 1023, 50), *powers(-1070, -1022, 15), *SMALL, *(1 + d for d in both(powers(-50, -3, 30))),
        *around(1, math.sqrt(0.5), math.sqrt(2), 2, 0.5, MIN, math.e, 1.5), 1.7976931348623157e308,
        *map(float.fromhex, ["0x1.69ce5e0ce5ebbp+0", "0x1.65a8a3cacf683p-1", "0x1.681d24cc8c1bap-1"]),
    ],
    "sqrt": [*uniform(0, 4, 60), *powers(-1022, 1023, 50), *powers(-1070, -1022, 15), *SMALL, *around(1, 2, 4, 0.25, MIN), 1.7976931348623157e308],
    "tanh": [
        *both(uniform(0, 1, 40)), *both(uniform(0.4, 0.8, 20)), *both(uniform(1, 22, 20)), *both(SMALL),
        *both(around(0.5493061443340549, 0.25, 1, 19.061547465398498, 22)), 100, -1e300,
        *map(float.fromhex, ["0x1.65dc8d8664caap-1", "0x1.62ee734d47d43p-1", "-0x1.63972ed8e3437p-1"]),
    ],
    "erf": [
        *both(uniform(0, 1, 40)), *both(uniform(0.85, 1.3, 20)), *both(uniform(1, 6, 30)), *both(SMALL),
        *both(around(1, 0.5, 0.84375, 1.25, 2, 5.921587195794508, 6)), 27, -1e300,
        *map(float.fromhex, ["0x1.fa4e03303dacp-1", "-0x1.fc362b17bb201p-1", "-0x1.f52492339ad02p-1"]),
    ],
    "asin": [
        *both(uniform(0, 1, 60)), *both(uniform(0.48, 0.6, 15)), *both(SMALL), *both(1 - d for d in powers(-53, -2, 25)), *both(around(0.5, 0.7071067811865476)),
        *both([1, math.nextafter(1, 0), math.nextafter(math.nextafter(1, 0), 0)]),
        *map(float.fromhex, ["-0x1.03b5c5b7ddc44p-1", "0x1.01b28d88af8a5p-1", "0x1.2730453416904p-1"]),
    ],
    "sin": [
        *both(uniform(0, 8, 40)), *both(uniform(0, 1e5, 20)), *uniform(1e5, 2**20, 15), *uniform(2**20, 2**22, 15), *powers(22, 1023, 40), *both(SMALL),
        *both(around(*NEAR)), *around(*multiples, steps=1), *around(math.pi / 4, 2.0**20, 3 * math.pi / 4), 1.7976931348623157e308,
        *map(float.fromhex, ["0x1.0ed7a9347088p+21", "-0x1.4925f43095f86p+523", "0x1.9487f88bbc1b3p-1", "0x1.c460a5473d8d1p+481"]),
    ],
}
POINTS["acos"] = POINTS["asin"] + [*map(float.fromhex, ["0x1.1f3d2270b903p-1", "0x1.19093a5f85ad2p-1"])]
POINTS["cos"] = POINTS["sin"]


def row(name, x):
    with mp.workdps(DIGITS.get(name, 50)):
        value = getattr(mp, name)(mp.mpf(x))
        nearest = float(value)
        if math.isinf(nearest):
            return None
        return [x, nearest, round(float((value - nearest) / mp.mpf(math.ulp(nearest))), 4)]


functions = {}
for name in sorted(POINTS):
    rows = [row(name, x) for x in dict.fromkeys(float(x) for x in POINTS[name])]
    functions[name] = [r for r in rows if r is not None]
    print(name, len(functions[name]))
provenance = f"mpmath {mp.__version__}, 50 digits (400 for sin and cos); tools/references/linalg/elementwise.py. Rows: x, nearest double of f(x), (f(x) − it) in its ulps."
body = {"provenance": provenance, "functions": functions}
OUT.parent.mkdir(exist_ok=True)
OUT.write_text(json.dumps(body, separators=(",", ":")).replace("],[", "],\n[") + "\n")
