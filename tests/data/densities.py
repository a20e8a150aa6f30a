"""The values in densities.json: each density by its textbook formula at 50 digits, its gradient and its second derivatives by
differences of 70 digits, all rounded once. Run as `python3 densities.py > densities.json`; it needs mpmath."""

import json
from itertools import product

from mpmath import mp, mpf, log, exp, pi, gamma, loggamma, beta, binomial, besseli, cos, sqrt, inf, matrix, det, isnan, isinf

mp.dps = 70


def lg(x):
    return mp.re(loggamma(mpf(x)))


def normal(x, m, s):
    return -log(2 * pi) / 2 - log(s) - ((x - m) / s) ** 2 / 2


def t_log(x, y):
    """x ln y, and 0 where x is 0."""
    return mpf(0) if x == 0 else (x * log(y) if y != 0 else (-inf if x > 0 else inf))


def choose(n, k):
    return lg(n + 1) - lg(k + 1) - lg(n - k + 1)


def lbeta(a, b):
    return lg(a) + lg(b) - lg(a + b)


def logistic(t):
    return 1 / (1 + exp(-t))


DENSITIES = {
    "normal": normal,
    "student_t": lambda x, n, m, s: lg((n + 1) / 2) - lg(n / 2) - log(n * pi) / 2 - log(s) - (n + 1) / 2 * log(1 + ((x - m) / s) ** 2 / n),
    "cauchy": lambda x, m, s: -log(pi * s) - log(1 + ((x - m) / s) ** 2),
    "laplace": lambda x, m, s: -log(2 * s) - abs(x - m) / s,
    "logistic": lambda x, m, s: -(x - m) / s - log(s) - 2 * log(1 + exp(-(x - m) / s)),
    "uniform": lambda x, a, b: -log(b - a),
    "von_mises": lambda x, m, k: k * cos(x - m) - log(2 * pi * besseli(0, k)),
    "lognormal": lambda x, m, s: normal(log(x), m, s) - log(x),
    "exponential": lambda x, r: log(r) - r * x,
    "gamma": lambda x, a, b: a * log(b) - lg(a) + t_log(a - 1, x) - b * x,
    "inv_gamma": lambda x, a, b: a * log(b) - lg(a) - (a + 1) * log(x) - b / x,
    "chi_squared": lambda x, n: t_log(n / 2 - 1, x) - x / 2 - n / 2 * log(2) - lg(n / 2),
    "weibull": lambda x, a, s: log(a / s) + t_log(a - 1, x / s) - (x / s) ** a,
    "pareto": lambda x, l, a: log(a) + a * log(l) - (a + 1) * log(x),
    "beta": lambda x, a, b: t_log(a - 1, x) + t_log(b - 1, 1 - x) - lbeta(a, b),
    "bernoulli": lambda k, p: log(p) if k == 1 else log(1 - p),
    "bernoulli_logit": lambda k, t: log(logistic(t)) if k == 1 else log(1 / (1 + exp(t))),
    "binomial": lambda k, n, p: choose(n, k) + t_log(k, p) + t_log(n - k, 1 - p),
    "binomial_logit": lambda k, n, t: choose(n, k) - k * log(1 + exp(-t)) - (n - k) * log(1 + exp(t)),
    "poisson": lambda k, l: t_log(k, l) - l - lg(k + 1),
    "poisson_log": lambda k, t: k * t - exp(t) - lg(k + 1),
    "neg_binomial": lambda k, a, b: lg(k + a) - lg(k + 1) - lg(a) + a * log(b / (b + 1)) - k * log(b + 1),
    "neg_binomial_2": lambda k, m, p: lg(k + p) - lg(k + 1) - lg(p) + p * log(p / (m + p)) + k * log(m / (m + p)),
}

WHOLE = {"bernoulli", "bernoulli_logit", "binomial", "binomial_logit", "poisson", "poisson_log", "neg_binomial", "neg_binomial_2"}

REAL = ["-1000", "-3.5", "0.25", "2", "40", "1e6"]
SCALES = ["0.001", "0.75", "20"]
GRID = {
    "normal": (REAL, ["-1", "0.5"], SCALES),
    "student_t": (REAL, ["0.5", "3", "1e4"], ["0.5"], SCALES),
    "cauchy": (REAL + ["1e200"], ["-1", "0.5"], SCALES),
    "laplace": (REAL, ["-1", "0.5"], SCALES),
    "logistic": (REAL, ["-1", "0.5"], SCALES),
    "uniform": (["-0.5", "0.25"], ["-1", "-0.75"], ["0.5", "1e5"]),
    "von_mises": (["-3", "0.25", "2"], ["-1", "0.5"], ["0.01", "2", "500"]),
    "lognormal": (["1e-9", "0.25", "7", "1e6"], ["-1", "0.5"], SCALES),
    "exponential": (["1e-9", "0.25", "7", "1e6"], SCALES),
    "gamma": (["1e-9", "0.25", "7", "1e3"], ["0.25", "1", "30"], ["0.5", "8"]),
    "inv_gamma": (["1e-3", "0.25", "7", "1e6"], ["0.25", "1", "30"], ["0.5", "8"]),
    "chi_squared": (["1e-9", "0.25", "7", "1e3"], ["0.5", "2", "30"]),
    "weibull": (["1e-9", "0.25", "7"], ["0.5", "1", "4"], ["0.5", "8"]),
    "pareto": (["2", "7", "1e6"], ["0.5", "1.75"], ["0.25", "3"]),
    "beta": (["1e-9", "0.25", "0.99"], ["0.25", "1", "30"], ["0.5", "1", "8"]),
    "bernoulli": (["0", "1"], ["1e-9", "0.25", "0.875"]),
    "bernoulli_logit": (["0", "1"], ["-40", "-0.5", "2", "50"]),
    "binomial": (["0", "3", "10"], ["10", "1000"], ["1e-9", "0.25", "0.875"]),
    "binomial_logit": (["0", "3", "10"], ["10", "1000"], ["-40", "-0.5", "2"]),
    "poisson": (["0", "3", "250"], ["1e-3", "2", "240"]),
    "poisson_log": (["0", "3", "250"], ["-7", "0.5", "5.5"]),
    "neg_binomial": (["0", "3", "250"], ["0.25", "8"], ["0.01", "2"]),
    "neg_binomial_2": (["0", "3", "250"], ["0.25", "80"], ["0.5", "1e3"]),
}
# At the edges of supports and of domains.
EDGES = {
    "exponential": [("0", "2")],
    "gamma": [("0", "1", "2"), ("0", "3", "2"), ("0", "0.5", "2")],
    "chi_squared": [("0", "2"), ("0", "3")],
    "weibull": [("0", "1", "2"), ("0", "3", "2")],
    "beta": [("0", "1", "3"), ("1", "3", "1"), ("0", "2", "3"), ("1", "2", "0.5")],
    "uniform": [("-1", "-1", "2"), ("2", "-1", "2")],
    "pareto": [("2", "2", "3")],
    "binomial": [("0", "7", "0"), ("7", "7", "1"), ("3", "7", "0"), ("0", "0", "0.5")],
    "poisson": [("0", "0"), ("2", "0")],
}
# Outside of the support, and outside of the domain.
OUTSIDE = {
    "uniform": [("3", "-1", "2")], "lognormal": [("0", "0", "1"), ("-1", "0", "1")], "exponential": [("-1", "2")],
    "gamma": [("-1", "2", "2")], "inv_gamma": [("0", "2", "2"), ("-1", "2", "2")], "chi_squared": [("-1", "2")],
    "weibull": [("-1", "2", "2")], "pareto": [("1", "2", "3")], "beta": [("-0.5", "2", "2"), ("1.5", "2", "2")],
    "bernoulli": [("2", "0.5"), ("0.5", "0.5")], "bernoulli_logit": [("2", "0.5")], "binomial": [("8", "7", "0.5"), ("-1", "7", "0.5"), ("1.5", "7", "0.5")],
    "binomial_logit": [("8", "7", "0.5")], "poisson": [("-1", "2"), ("1.5", "2")], "poisson_log": [("-1", "2")],
    "neg_binomial": [("-1", "2", "3"), ("0.5", "2", "3")], "neg_binomial_2": [("-1", "2", "3")],
}
WRONG = {
    "normal": [("0", "0", "0"), ("0", "0", "-1"), ("1", "0", "0")], "student_t": [("0", "-1", "0", "1"), ("0", "1", "0", "0")],
    "cauchy": [("0", "0", "0")], "laplace": [("0", "0", "-1")], "logistic": [("1", "0", "-2")], "uniform": [("0", "1", "-1"), ("1", "1", "1")],
    "von_mises": [("0", "0", "-1")], "lognormal": [("1", "0", "0")], "exponential": [("1", "0"), ("-1", "-1")],
    "gamma": [("1", "0", "1"), ("1", "1", "-1")], "inv_gamma": [("1", "-1", "1")], "chi_squared": [("1", "0")], "weibull": [("1", "0", "1")],
    "pareto": [("1", "-1", "1")], "beta": [("0.5", "0", "1")], "bernoulli": [("0", "-0.5"), ("1", "1.5")], "binomial": [("0", "7", "-0.5"), ("1", "2.5", "0.5")],
    "binomial_logit": [("0", "-1", "0")], "poisson": [("0", "-1")], "neg_binomial": [("0", "0", "1")], "neg_binomial_2": [("0", "1", "0")],
}


def slope(f, at, i):
    h = mpf(10) ** -20 * max(1, abs(at[i]))
    if at[i] != 0:
        h = min(h, abs(at[i]) * mpf(10) ** -10)

    def moved(by):
        p = list(at)
        p[i] += by
        return f(p)

    return (8 * (moved(h) - moved(-h)) - (moved(2 * h) - moved(-2 * h))) / (12 * h)


def number(x):
    x = mp.re(x)
    if isnan(x):
        return "nan"
    if isinf(x):
        return "inf" if x > 0 else "-inf"
    return float(x)


def case(name, texts):
    f = lambda p: DENSITIES[name](*p)
    at = [mpf(float(text)) for text in texts]
    free = [i for i in range(len(at)) if not (name in WHOLE and i == 0 or name.startswith("binomial") and i == 1)]
    gradient = [slope(f, at, i) for i in free]
    hessian = [[slope(lambda p, i=i: slope(f, p, i), at, j) for j in free] for i in free]
    return {"at": [float(text) for text in texts], "value": number(f(at)), "gradient": [number(g) for g in gradient],
            "hessian": [[number(h) for h in row] for row in hessian]}


out = {}
for name in DENSITIES:
    inside = [texts for texts in product(*GRID[name])]
    values = lambda table: [[float(text) for text in texts] for texts in table.get(name, [])]
    edges = [{"at": [float(text) for text in texts], "value": number(DENSITIES[name](*[mpf(text) for text in texts]))} for texts in EDGES.get(name, [])]
    out[name] = {"inside": [case(name, texts) for texts in inside], "edges": edges, "outside": values(OUTSIDE), "wrong": values(WRONG)}
print("{")
print(",\n".join(f' "{name}": {{\n  "inside": [\n   ' + ",\n   ".join(json.dumps(c, separators=(",", ":")) for c in d["inside"])
      + '\n  ],\n  ' + ",\n  ".join(f'"{k}": {json.dumps(d[k], separators=(",", ":"))}' for k in ("edges", "outside", "wrong")) + "\n }" for name, d in out.items()))
print("}")
