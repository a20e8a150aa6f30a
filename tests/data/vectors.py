"""The values in vectors.json, by textbook formulas at 50 digits. Run as `python3 vectors.py > vectors.json`; it needs mpmath."""

import json

from mpmath import mp, mpf, log, exp, pi, gamma, loggamma, matrix, det

mp.dps = 50


def lg(x):
    return mp.re(loggamma(mpf(x)))


def m(rows):
    return matrix([[mpf(float(x)) for x in row] for row in rows])


def v(xs):
    return matrix([mpf(float(x)) for x in xs])


S = m([[2, 0.5, -0.25], [0.5, 1.5, 0.75], [-0.25, 0.75, 1]])
mu = v([0.25, 0.5, -1])


def normal(x, mean):
    d = v(x) - mean
    return -mpf(3) / 2 * log(2 * pi) - log(det(S)) / 2 - (d.T * S**-1 * d)[0] / 2


def wishart(x, nu):
    k = 3
    lgk = mpf(k * (k - 1)) / 4 * log(pi) + sum(lg((nu - i) / mpf(2)) for i in range(k))
    p = S**-1 * x
    return (nu - k - 1) / 2 * log(det(x)) - sum(p[i, i] for i in range(k)) / 2 - nu * k / 2 * log(2) - nu / 2 * log(det(S)) - lgk


def dirichlet(x, a):
    x, a = [mpf(t) for t in x], [mpf(t) for t in a]
    return lg(sum(a)) - sum(map(lg, a)) + sum((ai - 1) * log(xi) for xi, ai in zip(x, a))


def lkj(l, eta):
    k = 3
    # The constant of Lewandowski, Kurowicka and Joe (2009), by their integral over the rows.
    c = sum(lg(eta + mpf(k - 1 - 1) / 2 + mpf(1) / 2) - mpf(i) / 2 * log(pi) - lg(eta + mpf(k - 1 - i) / 2) for i in range(1, k))
    return c + sum((k - i - 1 + 2 * eta - 2) * log(l[i][i]) for i in range(1, k))


def sigmoid(t):
    return 1 / (1 + exp(-t))


def ordered(k, t, cuts):
    c = [mpf("-1e9")] + [mpf(x) for x in cuts] + [mpf("1e9")]
    return log(sigmoid(t - c[k]) - sigmoid(t - c[k + 1]))


k = [0, 2, 1, 2]
p = [mpf(x) for x in (0.125, 0.25, 0.625)]
each = [[0.125, 0.25, 0.625], [0.5, 0.25, 0.25], [0.2, 0.3, 0.5], [0.1, 0.1, 0.8]]
t = [mpf(x) for x in (0.5, -1, 2)]
out = {
    "multi_normal": normal([0.5, -1.25, 2], mu),
    "multi_normal_rows": normal([0.5, -1.25, 2], mu) + normal([1, 0, -0.5], mu),
    "multi_normal_zero": normal([0.5, -1.25, 2], v([0, 0, 0])) + normal([1, 0, -0.5], v([0, 0, 0])),
    "wishart": wishart(m([[3, 0.25, 0.5], [0.25, 2, -0.5], [0.5, -0.5, 4]]), mpf(4.5)),
    "dirichlet": dirichlet([0.125, 0.25, 0.625], [0.5, 3, 1]),
    "dirichlet_rows": dirichlet([0.125, 0.25, 0.625], [0.5, 3, 1]) + dirichlet([0.5, 0.25, 0.25], [0.5, 3, 1]),
    "lkj_cholesky": lkj([[1, 0, 0], [mpf(0.6), mpf(0.8), 0], [0, mpf(0.28), mpf(0.96)]], mpf(1.75)),
    "categorical": sum(log(p[i]) for i in k),
    "categorical_rows": sum(log(mpf(row[i])) for row, i in zip(each, k)),
    "categorical_logit": sum(t[i] - log(sum(map(exp, t))) for i in k),
    "ordered_logistic": sum(ordered(i, mpf(x), (-1, 0.75)) for i, x in zip(k, (0.5, 1, -0.25, 30))),
    "ordered_logistic_of_one": sum(ordered(i, mpf(0.5), (-1, 0.75)) for i in k),
}
print(json.dumps({name: float(value) for name, value in out.items()}, indent=1))
