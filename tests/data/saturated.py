"""The values in saturated.json: functions and losses where one side or one term rules, by textbook formulas at so many digits that
nothing cancels. Run as `python3 saturated.py > saturated.json`; it needs mpmath.

Each number stands beside what it is among: it may be off relative to the larger of the two, which differ next to zeros only.
"""

import json
import struct

from mpmath import mp, mpf, exp, log

mp.dps = 1400


def single(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def sigmoid(x):
    s = 1 / (1 + exp(-x))
    slope = s * (1 - s)
    bend = slope * (1 - 2 * s)
    return [(s, 0), (slope, 0), (bend, 0)]


def ends(x, values):
    """With what zeros of silu and its derivatives are among."""
    s = 1 / (1 + exp(-x))
    slope = s * (1 - s)
    # A slope that is subnormal is times x, and so is what it is rounded by.
    among = [0, s * (1 + abs(x) * (1 - s)), slope * (2 + abs(x)) + abs(x) * mpf(2) ** -1022]
    return [(value, scale) for value, scale in zip(values, among)]


def tanh(x):
    (t, _), (slope, _), (bend, _) = sigmoid(2 * x)
    return [(2 * t - 1, 0), (4 * slope, 0), (8 * bend, 0)]


def softplus(x):
    s, slope, _ = sigmoid(x)
    return [(log(1 + exp(x)), 0), s, slope]


def ln_sigmoid(x):
    s, slope, _ = sigmoid(-x)
    return [(-log(1 + exp(-x)), 0), s, (-slope[0], 0)]


def silu(x):
    (s, _), (slope, _), (bend, _) = sigmoid(x)
    return ends(x, [x * s, s + x * slope, 2 * slope + x * bend])


def logaddexp(x):
    """Beside 0, by both arguments: the value, both slopes, and the second derivative by the first."""
    (s, _), (slope, _), _ = sigmoid(x)
    return [(log(1 + exp(x)), 0), (s, 0), (1 - s, 0), (slope, 0)]


def shares(x):
    e = [exp(t - max(x)) for t in x]
    return [t / sum(e) for t in e]


def logsumexp(x, direction):
    p = shares(x)
    mean = sum(a * b for a, b in zip(p, direction))
    return log(sum(map(exp, x))), p, [a * (b - mean) for a, b in zip(p, direction)]


def written(pairs):
    return [[float(value), float(scale)] for value, scale in pairs]


sizes = [0, 1e-9, 1e-3, 0.1, 0.5, 0.9, 0.96, 0.98, 1, 1.3, 2, 3, 5, 8, 11, 15, 19, 24, 30, 36.5, 40, 45, 59, 61, 70, 80, 87]
further = [100, 150, 250, 350, 354, 355, 500, 640, 690, 707, 720, 736, 744]
functions = [sigmoid, tanh, softplus, ln_sigmoid, silu, logaddexp]


def table(points):
    numbers = sorted({sign * x for x in points for sign in (1, -1)})
    return {f.__name__: [{"x": x, "values": written(f(mpf(x)))} for x in numbers] for f in functions}


rows = [
    [0, -50, -51, -60],
    [-50, 0, -51, -60],
    [-300.5, -20, 3, -80.25],
    [1, 1, -40, -45],
    [0.5, 0.25, -0.125, 0.375],
    [700, -3, 2.5, 1],
    [-3, 20, -17.5, 19],
    [-40, -41, -42, 0.0625],
]
direction = [1, -0.5, 0.25, 2]
among = []
for row in rows:
    x = [mpf(t) for t in row]
    value, p, bend = logsumexp(x, [mpf(t) for t in direction])
    # Where two terms rule, what they do to one another is among what each does.
    scale = [q * max(abs(a - b) for b in direction) * (1 - max(p)) for q, a in zip(p, direction)]
    losses = [value - t for t in x]
    among.append({
        "x": row,
        "value": float(value),
        "shares": [float(t) for t in p],
        "complements": [float(1 - t) for t in p],
        "bend": [float(t) for t in bend],
        "bend_among": [float(t) for t in scale],
        "losses": [float(t) for t in losses],
    })

print(json.dumps({
    "source": "textbook formulas in mpmath, by saturated.py",
    "f64": table(sizes + further),
    "f32": table([single(x) for x in sizes]),
    "direction": direction,
    "rows": among,
}, indent=1))
