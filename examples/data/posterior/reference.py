"""Means and standard deviations of both posteriors without a sampler.

Given the standard deviations that they estimate, both models are jointly normal, so that moments there and the density of the data are
exact; what is left is an integral over one standard deviation or two. In the logarithm of one it is by equal steps, which converge faster
than any power of the step for a smooth function that vanishes at both ends; over that of the counties, which has weight at zero, it is by
the rule of Gauss and Legendre. Half as many points change no digit that is written.

    python3 examples/data/posterior/reference.py     # needs numpy; writes the *_reference.csv beside it
"""

from pathlib import Path

import numpy as np

HERE = Path(__file__).parent


def column(name, *columns):
    table = np.genfromtxt(HERE / f"{name}.csv", delimiter=",", names=True)
    return [table[column] for column in columns]


def summed_up(points):
    """Mean and standard deviation of a mixture of points (log weight, means, variances)."""
    weights = np.array([point[0] for point in points])
    weights = np.exp(weights - weights.max())
    weights /= weights.sum()
    means = np.array([point[1] for point in points])
    variances = np.array([point[2] for point in points])
    mean = weights @ means
    return mean, np.sqrt(weights @ (variances + (means - mean) ** 2))


def half_cauchy(x, scale):
    return -np.log1p((x / scale) ** 2)


def eight_schools(steps):
    y, sigma = column("eight_schools", "y", "sigma")
    points = []
    for log_tau in np.linspace(-25.0, 12.0, steps):
        tau = np.exp(log_tau)
        v = sigma**2 + tau**2
        precision = np.sum(1 / v) + 1 / 25
        mu, var_mu = np.sum(y / v) / precision, 1 / precision
        log_weight = (
            -0.5 * np.sum(np.log(v)) - 0.5 * np.log(precision)
            - 0.5 * (np.sum(y**2 / v) - mu**2 * precision) + half_cauchy(tau, 5) + log_tau
        )
        # theta_trans = tau*(y - mu)/v + noise of variance sigma^2/v.
        trans, var_trans = tau * (y - mu) / v, sigma**2 / v + (tau / v) ** 2 * var_mu
        points.append((log_weight, [*trans, mu, tau], [*var_trans, var_mu, 0.0]))
    names = [f"theta_trans[{j}]" for j in range(8)] + ["mu", "tau"]
    return names, *summed_up(points)


def radon(steps):
    county, log_uppm, floor, y = column("radon", "county", "log_uppm", "floor", "log_radon")
    counties = int(county.max()) + 1
    # The means of the data, by the levels of the counties and both slopes; the last of all is the mean of the levels.
    design = np.zeros((len(y), counties + 3))
    design[np.arange(len(y)), county.astype(int)] = 1
    design[:, counties], design[:, counties + 1] = log_uppm, floor
    gram, moment, square = design.T @ design, design.T @ y, y @ y
    levels = np.zeros((counties + 3, counties + 3))
    levels[:counties, :counties] = np.eye(counties)
    levels[:counties, -1] = levels[-1, :counties] = -1
    levels[-1, -1] = counties
    wide = np.zeros((counties + 3, counties + 3))
    wide[counties:, counties:] = np.eye(3) / 100
    points = []
    for place, share in zip(*np.polynomial.legendre.leggauss(steps)):
        level = 0.4 * (1 + place)
        for log_y in np.linspace(np.log(0.6), np.log(0.95), steps):
            noise = np.exp(log_y)
            precision = gram / noise**2 + levels / level**2 + wide
            factor = np.linalg.cholesky(precision)
            covariance = np.linalg.inv(precision)
            mean = covariance @ moment / noise**2
            log_weight = (
                -len(y) * log_y - counties * np.log(level) - np.sum(np.log(np.diag(factor)))
                - 0.5 * (square / noise**2 - mean @ precision @ mean)
                - 0.5 * (level**2 + noise**2) + log_y + np.log(share)
            )
            points.append((log_weight, [*mean, level, noise], [*np.diag(covariance), 0.0, 0.0]))
    weights = np.array([point[0] for point in points]).reshape(steps, steps)
    edges = [weights[-1], weights[:, 0], weights[:, -1]]
    print(f"radon: the weight falls by exp({max(map(np.max, edges)) - weights.max():.1f}) to the edges")
    names = [f"alpha[{j}]" for j in range(counties)] + ["beta[0]", "beta[1]", "mu_alpha", "sigma_alpha", "sigma_y"]
    return names, *summed_up(points)


def written(model, few, many):
    names, mean, sd = model(many)
    _, mean_of_few, sd_of_few = model(few)
    off = max(np.max(np.abs(mean - mean_of_few)), np.max(np.abs(sd - sd_of_few)))
    print(f"{model.__name__}: half as many points change {off:.1e}")
    assert off < 1e-9
    with open(HERE / f"{model.__name__}_reference.csv", "w") as file:
        file.write("name,mean,sd\n")
        for row in zip(names, mean, sd):
            file.write("{},{:.9f},{:.9f}\n".format(*row))


if __name__ == "__main__":
    written(eight_schools, 1000, 2000)
    written(radon, 60, 120)
