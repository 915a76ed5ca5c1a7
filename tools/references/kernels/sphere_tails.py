"""Small eigenvalues of dot-product kernels on the sphere, at high precision with mpmath.

lambda_l = int K(cos t) P_l(cos t) sin^(d-2) t dt / int sin^(d-2) t dt by Gauss-Legendre in the angle (60 panels of 40 nodes and, as a check, 75 of 40),
with digits to spare for the cancellation; kernels by the arc-cosine and arcsine formulas of relu and erf networks.
Run: python3 tools/references/kernels/sphere_tails.py > packages/kernels/test/golden/sphere-tails.json   (a few minutes)
"""
import json
import mpmath as mp


def relu_layer(K, T, w, b, q):
    c = min(mp.mpf(1), max(mp.mpf(-1), K / q))
    th = mp.acos(c)
    E = q * (mp.sin(th) + (mp.pi - th) * c) / (2 * mp.pi)
    D = (mp.pi - th) / (2 * mp.pi)
    return b + w * E, D


def erf_layer(K, T, w, b, q):
    E = 2 / mp.pi * mp.asin(2 * K / (1 + 2 * q))
    D = 4 / mp.pi / mp.sqrt((1 + 2 * q) ** 2 - 4 * K * K)
    return b + w * E, D


def kernel(t, layer, depth, w, b):
    K = b + w * t
    q = b + w
    T = K
    for _ in range(depth):
        K2, D = layer(K, T, w, b, q)
        qn, _ = layer(q, T, w, b, q)
        T = K2 + w * T * D
        K, q = K2, qn
    return K, T


def spectra(layer, depth, w, b, d, degrees, dps, panels):
    mp.mp.dps = dps
    order = 40
    nodes = [(mp.mpf(x), mp.mpf(v)) for x, v in zip(*gauss(order))]
    total = mp.mpf(0)
    out = {(k, l): mp.mpf(0) for k in ("nngp", "ntk") for l in degrees}
    half = mp.pi / (2 * panels)
    for p in range(panels):
        for x, v in nodes:
            th = half * (2 * p + 1 + x)
            t = mp.cos(th)
            weight = v * mp.sin(th) ** (d - 2)
            total += weight
            K, T = kernel(t, layer, depth, w, b)
            a, c = mp.mpf(1), t
            for l in range(max(degrees) + 1):
                if l in degrees:
                    out[("nngp", l)] += weight * K * a
                    out[("ntk", l)] += weight * T * a
                a, c = c, ((2 * (l + 1) + d - 2) * t * c - (l + 1) * a) / (l + 1 + d - 2)
    return {k: v / total for k, v in out.items()}


def gauss(n):
    xs, ws = [], []
    for k in range(1, n + 1):
        x = mp.cos(mp.pi * (k - mp.mpf(1) / 4) / (n + mp.mpf(1) / 2))
        for _ in range(200):
            p0, p1 = mp.mpf(1), x
            for j in range(2, n + 1):
                p0, p1 = p1, ((2 * j - 1) * x * p1 - (j - 1) * p0) / j
            dp = n * (x * p1 - p0) / (x * x - 1)
            dx = p1 / dp
            x -= dx
            if abs(dx) < mp.mpf(10) ** (-mp.mp.dps + 5):
                break
        xs.append(x)
        ws.append(2 / ((1 - x * x) * dp * dp))
    return xs, ws


def main():
    cases = [
        ("relu", relu_layer, 1, "2", "0", 3, [20, 60, 100, 200], 50),
        ("relu", relu_layer, 3, "2", "0", 3, [10, 19, 60, 101, 200], 50),
        ("relu", relu_layer, 2, "2", "0.125", 4, [10, 19, 60, 101, 200], 60),
        ("relu", relu_layer, 1, "2", "0", 10, [4, 10, 20, 40], 60),
        ("relu", relu_layer, 3, "2", "0.125", 10, [3, 5, 10, 20, 40], 60),
        ("relu", relu_layer, 2, "2", "0.125", 100, [3, 10, 30, 60], 110),
        ("relu", relu_layer, 2, "1.5", "0.125", 1000, [3, 10, 40], 130),
        ("erf", erf_layer, 2, "1.5", "0.125", 10, [3, 10, 30, 60], 90),
        ("erf", erf_layer, 1, "1.5", "0", 784, [3, 11, 31], 120),
    ]
    found = []
    for name, layer, depth, w, b, d, degrees, dps in cases:
        mp.mp.dps = dps
        args = (layer, depth, mp.mpf(w), mp.mpf(b), d, degrees, dps)
        one, two = spectra(*args, 60), spectra(*args, 75)
        for kind in ("nngp", "ntk"):
            values = [one[(kind, l)] for l in degrees]
            check = max(abs(two[(kind, l)] / one[(kind, l)] - 1) for l in degrees)
            found.append({"activation": name, "depth": depth, "weightVariance": float(w), "biasVariance": float(b), "kernel": kind, "dimension": d, "degrees": degrees,
                          "eigenvalues": [float(v) for v in values], "check": float(check)})
    print(json.dumps({"provenance": "tools/references/kernels/sphere_tails.py, mpmath " + mp.__version__ + " at 60 to 130 digits; `check` is the relative difference of two panel layouts.", "spectra": found}, indent=1))


if __name__ == "__main__":
    main()
