"""Golden values for packages/numerics, computed independently of it.

Special functions, quadrature and distributions: mpmath at 60 digits, rounded to 17. Statistics: NumPy, SciPy. Markov chains: ArviZ 0.23
(pip install "arviz<1"). Run: python3 tools/references/numerics/generate.py (writes packages/numerics/test/golden/*.json).
"""

import json
import pathlib
import warnings

import mpmath as mp
import numpy as np
import scipy
from scipy import stats

mp.mp.dps = 60
OUT = pathlib.Path(__file__).resolve().parents[3] / "packages" / "numerics" / "test" / "golden"
OUT.mkdir(parents=True, exist_ok=True)


def text(x):
    """17 significant digits: reads back to the nearest double."""
    return mp.nstr(mp.mpf(x), 17, min_fixed=1, max_fixed=0)


def number(x):
    return float(text(x))


def write(name, provenance, **data):
    body = {"provenance": provenance, **data}
    (OUT / f"{name}.json").write_text(json.dumps(body, separators=(",", ":")) + "\n")


# --- special functions -------------------------------------------------------------------------------------------------------
rng = np.random.default_rng(20)
xs = sorted({float(x) for x in np.concatenate([rng.uniform(-6, 6, 60), rng.uniform(0, 1.5, 40), 10.0 ** rng.uniform(-8, 0, 12)])})
tails = sorted({float(x) for x in np.concatenate([rng.uniform(0, 26, 60), [26.5, 0.25, 0.84375, 1.25, 1 / 0.35, 6.0]])})
gammas = sorted({float(x) for x in np.concatenate([10.0 ** rng.uniform(-12, 8, 60), rng.uniform(0, 10, 60), [0.5, 1.5, 3.0, 1.0 + 1e-7, 2.0 - 1e-7]])})
negative = [-0.5, -1.5, -2.25, -3.7, -10.1]
points = sorted({float(x) for x in np.concatenate([rng.uniform(-37, 5, 80), [0.0]])})
probabilities = sorted({float(x) for x in np.concatenate([10.0 ** rng.uniform(-300, 0, 50), rng.uniform(0, 1, 40), [0.975, 0.5, 0.075, 0.925]])})


def student_cdf(t, v):
    t, v = mp.mpf(t), mp.mpf(v)
    tail = mp.betainc(v / 2, mp.mpf(1) / 2, 0, v / (v + t * t), regularized=True) / 2
    return tail if t < 0 else 1 - tail


def student_quantile(p, v):
    """The root of the exact distribution function, from SciPy's value as a start."""
    start = mp.mpf(float(stats.t.ppf(float(p), v)))
    return mp.findroot(lambda s: mp.log(student_cdf(-mp.exp(s), v) / p), mp.log(-start)) if p < 0.5 else None


student = []
for dof in (0.7, 1, 2, 3.5, 10, 30, 1000):
    for p in (0.4, 0.1, 0.025, 1e-3, 1e-8):
        q = -mp.exp(student_quantile(mp.mpf(p), dof))
        student.append([p, dof, number(q)])
beta = []
for a, b in ((0.5, 0.5), (2, 3), (0.3, 7), (40, 0.5), (150, 120), (1000, 3)):
    for x in (0.01, 0.3, 0.5, 0.9):
        beta.append([x, a, b, number(mp.betainc(a, b, 0, mp.mpf(x), regularized=True))])

write(
    "special",
    "tools/references/numerics/generate.py: mpmath at 60 digits, rounded to 17",
    erf=[[x, number(mp.erf(mp.mpf(x)))] for x in xs],
    erfc=[[x, number(mp.erfc(mp.mpf(x)))] for x in tails + [-0.3, -2.0, -5.0]],
    logGamma=[[x, number(mp.log(abs(mp.gamma(mp.mpf(x)))) if x < 100 else mp.loggamma(mp.mpf(x)))] for x in gammas + negative],
    normalCdf=[[x, number(mp.ncdf(mp.mpf(x)))] for x in points],
    normalQuantile=[
        [p, number(-mp.sqrt(2) * mp.erfinv(1 - 2 * mp.mpf(p)) if p > 1e-15 else mp.findroot(lambda x: mp.log(mp.ncdf(x) / mp.mpf(p)), float(stats.norm.ppf(p))))]
        for p in probabilities
    ],
    studentTQuantile=student,
    incompleteBeta=beta,
)


# --- quadrature --------------------------------------------------------------------------------------------------------------
def hermite_rule(n):
    """Roots of He_n by Newton at 60 digits from NumPy's; weight 1/sum of squared orthonormal polynomials."""
    guesses, _ = np.polynomial.hermite_e.hermegauss(n) if n < 120 else scipy.special.roots_hermitenorm(n)
    rows = []
    for guess in guesses:
        if guess < -1e-12:
            continue
        x = mp.mpf(float(guess)) if guess > 1e-12 else mp.mpf(0)
        for _ in range(6):
            a, b, total = mp.mpf(0), mp.mpf(1), mp.mpf(0)
            for k in range(n):
                total += b * b
                a, b = b, (x * b - mp.sqrt(k) * a) / mp.sqrt(k + 1)
            x -= b / (mp.sqrt(n) * a)
        rows.append([number(x), number(1 / total)])
    return rows


def legendre_rule(n):
    guesses, _ = np.polynomial.legendre.leggauss(n)
    rows = []
    for guess in guesses:
        if guess < -1e-12:
            continue
        x = mp.mpf(float(guess)) if guess > 1e-12 else mp.mpf(0)
        for _ in range(5):
            a, b = mp.mpf(1), x
            for j in range(2, n + 1):
                a, b = b, ((2 * j - 1) * x * b - (j - 1) * a) / j
            slope = n * (a - x * b) / (1 - x * x) if n > 0 else 0
            x -= b / slope
        rows.append([number(x), number(2 / ((1 - x * x) * slope**2))])
    return rows


def thin(rows, keep=20):
    step = max(1, len(rows) // keep)
    chosen = sorted({*range(0, len(rows), step), len(rows) - 1})
    return [[i, *rows[i]] for i in chosen]


def exponential_mean(t):
    return mp.exp(mp.mpf(t) ** 2 / 2)


write(
    "quadrature",
    "tools/references/numerics/generate.py: Newton at 60 digits with mpmath; [index among nodes >= 0, node, weight]",
    hermite={str(n): thin(hermite_rule(n)) for n in (1, 2, 3, 5, 20, 64, 101, 150, 300)},
    legendre={str(n): thin(legendre_rule(n)) for n in (2, 3, 5, 16, 64, 201, 500)},
    smooth={
        "tanhSquared": number(mp.quad(lambda z: mp.tanh(z) ** 2 * mp.npdf(z), mp.linspace(-12, 12, 25))),
        "cosine": number(mp.exp(mp.mpf(-2))),
        "erfSquared": number(2 / mp.pi * mp.asin(mp.mpf(2) / 3)),
    },
)

# --- statistics --------------------------------------------------------------------------------------------------------------
x = np.round(rng.normal(size=25) * 3 + 1e4, 6)
y = np.round(2 - 0.7 * x + rng.normal(size=25), 6)
w = np.round(rng.uniform(0.2, 3, 25), 6)
fit = stats.linregress(x, y)
coefficients, covariance = np.polyfit(x - x.mean(), y, 1, w=np.sqrt(w), cov=True)
write(
    "statistics",
    f"tools/references/numerics/generate.py: NumPy {np.__version__}, SciPy {scipy.__version__}",
    x=x.tolist(),
    y=y.tolist(),
    weights=w.tolist(),
    mean=float(np.mean(x)),
    variance=float(np.var(x, ddof=1)),
    quantiles=[[p, float(np.quantile(x, p))] for p in (0, 0.1, 0.25, 0.5, 0.77, 1)],
    fit={
        "slope": fit.slope,
        "intercept": fit.intercept,
        "slopeStandardError": fit.stderr,
        "interceptStandardError": fit.intercept_stderr,
        "rSquared": fit.rvalue**2,
    },
    weightedFit={"slope": coefficients[0], "slopeStandardError": float(np.sqrt(covariance[0, 0]))},
)


# --- Markov chains -----------------------------------------------------------------------------------------------------------
def autoregressive(phi, chains, draws, shift=0.0, scale=1.0):
    out = np.zeros((chains, draws))
    for c in range(chains):
        value = rng.normal() / np.sqrt(1 - phi * phi)
        for t in range(draws):
            value = phi * value + rng.normal()
            out[c, t] = value * (scale if c == 0 else 1) + (shift if c == 0 else 0)
    return np.round(out, 4)


with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import arviz as az

    cases = {
        "mixing": autoregressive(0.6, 4, 120),
        "shifted": autoregressive(0.3, 4, 101, shift=1.0),
        "spread": autoregressive(0.0, 4, 120, scale=3.0),
        "antithetic": autoregressive(-0.5, 4, 120),
        "cauchy": np.round(rng.standard_cauchy((4, 120)), 4),
        "ties": np.round(rng.normal(size=(3, 90)), 0),
    }
    write(
        "chains",
        f"tools/references/numerics/generate.py: ArviZ {az.__version__} rhat(method='rank'), rhat(method='split'), ess(method='mean'|'bulk'|'tail')",
        cases={
            name: {
                "chains": draws.tolist(),
                "rhatRank": float(az.rhat(draws, method="rank")),
                "rhatSplit": float(az.rhat(draws, method="split")),
                "essMean": float(az.ess(draws, method="mean")),
                "essBulk": float(az.ess(draws, method="bulk")),
                "essTail": float(az.ess(draws, method="tail")),
            }
            for name, draws in cases.items()
        },
    )

# --- differential equations ----------------------------------------------------------------------------------------------------
from scipy.integrate import solve_ivp


def lorenz(t, u):
    return [10 * (u[1] - u[0]), u[0] * (28 - u[2]) - u[1], u[0] * u[1] - 8 / 3 * u[2]]


def taylor_lorenz(times):
    """Lorenz by mpmath's Taylor series at 30 digits."""
    with mp.workdps(30):
        solution = mp.odefun(lambda t, u: [10 * (u[1] - u[0]), u[0] * (28 - u[2]) - u[1], u[0] * u[1] - mp.mpf(8) / 3 * u[2]], 0, [mp.mpf(1)] * 3)
        return [[number(v) for v in solution(mp.mpf(t))] for t in times]


times = [0.1, 0.55, 1.0, 2.0]
write(
    "ode",
    "tools/references/numerics/generate.py: Lorenz (10, 28, 8/3) from (1,1,1), mpmath.odefun (Taylor series, 30 digits)",
    times=times,
    states=taylor_lorenz(times),
)
