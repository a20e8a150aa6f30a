//! Posterior densities as statisticians write them, against values of posteriordb's models that were computed in 200 bits.

use graph_runtime::graph;

use crate::common::{arrays::Entries, differences::Value};
use crate::programs::reference::{Reference, assert_number};

graph! {
    fn normal(x, m, s) -> l { l = -ln(2*PI)/2 - ln(s) - ((x - m)/s)^2/2; }
    fn cauchy(x, m, s) -> l { l = -ln(PI) - ln(s) - ln(1 + ((x - m)/s)^2); }
    fn lognormal(x, m, s) -> l { l = normal(ln(x), m, s) - ln(x); }
    fn beta_density(x, a, b) -> l { l = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + (a - 1)*ln(x) + (b - 1)*ln(1 - x); }
    fn inv_gamma(x, a, b) -> l { l = a*ln(b) - ln_gamma(a) - (a + 1)*ln(x) - b/x; }
    fn uniform(x, l, u) -> d { d = if l <= x && x <= u { -ln(u - l) } else { { f64::NEG_INFINITY } }; }
    fn poisson_log(k, t) -> l { l = k*t - exp(t) - ln_gamma(k + 1); }

    pub(crate) fn eight_schools(theta_trans: [j], mu, tau, const y: [j], const sigma: [j]) -> lp {
        theta = mu + tau*theta_trans;
        lp = sum(normal(theta_trans, 0, 1)) + sum(normal(y, theta, sigma)) + normal(mu, 0, 5) + cauchy(tau, 0, 5);
    }

    fn radon(
        alpha: [j], beta: [2], mu_alpha, sigma_alpha, sigma_y,
        county: index[n], const log_uppm: [n], const floor: [n], const log_radon: [n],
    ) -> lp {
        mean = alpha[county] + beta[0]*log_uppm + beta[1]*floor;
        lp = sum(normal(log_radon, mean, sigma_y)) + sum(normal(alpha, mu_alpha, sigma_alpha))
            + normal(sigma_alpha, 0, 1) + normal(sigma_y, 0, 1) + normal(mu_alpha, 0, 10) + sum(normal(beta, 0, 10));
    }

    fn ar(alpha, beta: [5], sigma, const y: [t]) -> lp {
        likelihood = sum(i in 5..t, normal(y[i], alpha + sum(k in 0..5, beta[k]*y[i - 1 - k]), sigma));
        lp = likelihood + normal(alpha, 0, 10) + sum(normal(beta, 0, 10)) + cauchy(sigma, 0, 2.5);
    }

    fn irt(
        sigma_theta, theta: [persons], sigma_a, a: [items], mu_b, sigma_b, b: [items], const y: [items, persons],
    ) -> lp {
        likelihood = sum(i in 0..items, j in 0..persons,
            t = a[i]*(theta[j] - b[i]); if y[i, j] == 1 { -softplus(-t) } else { -softplus(t) });
        lp = likelihood + sum(normal(theta, 0, sigma_theta)) + sum(lognormal(a, 0, sigma_a)) + sum(normal(b, mu_b, sigma_b))
            + cauchy(sigma_theta, 0, 2) + cauchy(sigma_a, 0, 2) + cauchy(sigma_b, 0, 2) + normal(mu_b, 0, 5);
    }

    fn mixture(mu: [2], sigma: [2], theta, const y: [n]) -> lp {
        likelihood = sum(logaddexp(ln(theta) + normal(y, mu[0], sigma[0]), ln(1 - theta) + normal(y, mu[1], sigma[1])));
        lp = likelihood + sum(normal(sigma, 0, 2)) + sum(normal(mu, 0, 2)) + beta_density(theta, 5, 5);
    }

    fn poisson(alpha, beta1, beta2, beta3, eps: [n], sigma, const c: [n], const x: [n]) -> lp {
        t = alpha + beta1*x + beta2*x^2 + beta3*x^3 + eps;
        lp = sum(poisson_log(c, t)) + sum(normal(eps, 0, sigma)) + uniform(alpha, -20, 20) + uniform(beta1, -10, 10)
            + uniform(beta2, -10, 10) + uniform(beta3, -10, 10) + uniform(sigma, 0, 5);
    }

    fn network(
        sigma2_alpha, sigma2_beta, alpha: [m, j], beta: [j, k], alpha1: [j], beta1: [k],
        const x: [n, m], y: index[n],
    ) -> lp {
        h = tanh(alpha1 + x @ alpha);
        v = each(i in 0..n, concat([1], beta1 + h[i] @ beta));
        likelihood = sum(i in 0..n, v[i, y[i]] - logsumexp(v[i]));
        s_a = (0.05/m^2)^2;
        s_b = (0.05/j^2)^2;
        lp = likelihood + sum(normal(alpha1, 0, 1)) + sum(normal(beta1, 0, 1))
            + sum(normal(alpha, 0, sqrt(sigma2_alpha))) + sum(normal(beta, 0, sqrt(sigma2_beta)))
            + inv_gamma(sigma2_alpha, 1/4, s_a/4) + inv_gamma(sigma2_beta, 1/4, s_b/4);
    }
}

#[test]
fn eight_schools_of_rubin() {
    posterior!(eight_schools(theta_trans: vector, mu: number, tau: number; y: vector, sigma: vector) in "eight_schools_noncentered");
}

#[test]
fn radon_in_counties() {
    posterior!(
        radon(alpha: vector, beta: vector, mu_alpha: number, sigma_alpha: number, sigma_y: number;
            county: labels, log_uppm: vector, floor: vector, log_radon: vector)
        in "radon_hierarchical_intercept_centered"
    );
}

#[test]
fn autoregression() {
    posterior!(ar(alpha: number, beta: vector, sigma: number; y: vector) in "arK");
}

#[test]
fn answers_of_persons_to_items() {
    posterior!(
        irt(sigma_theta: number, theta: vector, sigma_a: number, a: vector, mu_b: number, sigma_b: number, b: vector; y: matrix)
        in "irt_2pl"
    );
}

#[test]
fn mixture_of_two_normals() {
    posterior!(mixture(mu: vector, sigma: vector, theta: number; y: vector) in "low_dim_gauss_mix");
}

#[test]
#[allow(non_snake_case, reason = "the name of the data")]
fn counts_with_noise() {
    posterior!(
        poisson(alpha: number, beta1: number, beta2: number, beta3: number, eps: vector, sigma: number; C: vector, year: vector)
        in "GLMM_Poisson_model"
    );
}

#[test]
fn a_network_with_priors() {
    posterior!(
        network(sigma2_alpha: number, sigma2_beta: number, alpha: matrix, beta: matrix, alpha1: vector, beta1: vector;
            x: matrix, y: labels)
        in "nn_rbm1bJ10"
    );
}

/// Single precision, whose rounding is all that differs.
#[test]
fn half_the_bits() {
    let file = data!("radon_hierarchical_intercept_centered");
    let given = Reference(&file).at("data");
    let [log_uppm, floor, log_radon] =
        ["log_uppm", "floor", "log_radon"].map(|name| given.vector(name).narrow());
    for point in Reference(&file).points() {
        let (at, slopes, lp) = (
            point.at("constrained"),
            point.at("grad"),
            point.number("lp"),
        );
        let [alpha, beta] = ["alpha", "beta"].map(|name| at.vector(name).narrow());
        let [mu, sigma, sigma_y] =
            ["mu_alpha", "sigma_alpha", "sigma_y"].map(|name| at.number(name) as f32);
        let (value, d) = radon::value_and_grad(
            &alpha,
            &beta,
            mu,
            sigma,
            sigma_y,
            &given.labels("county"),
            &log_uppm,
            &floor,
            &log_radon,
        )
        .expect("the shapes agree");
        let _: f32 = value;
        assert_number("the value", f64::from(value), lp, 1e-5);
        let got = [
            d.alpha.entries(),
            d.beta.entries(),
            vec![d.mu_alpha.into(), d.sigma_alpha.into(), d.sigma_y.into()],
        ];
        let numbers = ["mu_alpha", "sigma_alpha", "sigma_y"].map(|name| slopes.number(name));
        let want = [
            slopes.vector("alpha").to_vec(),
            slopes.vector("beta").to_vec(),
            numbers.to_vec(),
        ];
        let largest = want
            .iter()
            .flatten()
            .fold(0.0_f64, |most, slope| most.max(slope.abs()));
        for (got, want) in got.iter().flatten().zip(want.iter().flatten()) {
            assert!(
                (got - want).abs() < 1e-5 * largest,
                "{got}, but it should be {want}"
            );
        }
    }
}
