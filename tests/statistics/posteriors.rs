//! Posterior densities as statisticians write them, against values of posteriordb's models that were computed in 200 bits: by the
//! parameters, and over all of ℝⁿ.

use graph_runtime::{Density, graph};

use crate::common::arrays::Entries;
use crate::common::differences::{Argument, Value};
use crate::common::reference::{Reference, assert_gradient, assert_number};

graph! {
    fn eight_schools(theta_trans: [j], mu, tau > 0, const y: [j], const sigma: [j]) -> lp {
        theta = mu + tau*theta_trans;
        lp = sum(theta_trans ~ normal(0, 1)) + sum(y ~ normal(theta, sigma)) + (mu ~ normal(0, 5)) + (tau ~ cauchy(0, 5));
    }

    fn radon(
        alpha: [j], beta: [2], mu_alpha, sigma_alpha > 0, sigma_y > 0,
        county: index[n], const log_uppm: [n], const floor: [n], const log_radon: [n],
    ) -> lp {
        mean = alpha[county] + beta[0]*log_uppm + beta[1]*floor;
        lp = sum(log_radon ~ normal(mean, sigma_y)) + sum(alpha ~ normal(mu_alpha, sigma_alpha)) + sum(beta ~ normal(0, 10))
            + (sigma_alpha ~ normal(0, 1)) + (sigma_y ~ normal(0, 1)) + (mu_alpha ~ normal(0, 10));
    }

    fn ar(alpha, beta: [5], sigma > 0, const y: [t]) -> lp {
        lp = sum(i in 5..t, y[i] ~ normal(alpha + sum(k in 0..5, beta[k]*y[i - 1 - k]), sigma))
            + (alpha ~ normal(0, 10)) + sum(beta ~ normal(0, 10)) + (sigma ~ cauchy(0, 2.5));
    }

    fn garch(mu, alpha0 > 0, alpha1 in 0..1, beta1 in 0..1 - alpha1, const y: [t], const sigma1) -> lp {
        variance = scan(v = sigma1^2, k in 1..t, alpha0 + alpha1*(y[k - 1] - mu)^2 + beta1*v);
        lp = (y[0] ~ normal(mu, sigma1)) + sum(k in 1..t, y[k] ~ normal(mu, sqrt(variance[k - 1])));
    }

    fn hidden(theta1: simplex[2], theta2: simplex[2], mu: positive_ordered[2], const y: [n]) -> lp {
        a = ln([theta1, theta2]);
        last = fold(g = y[0] ~ normal(mu, 1), t in 1..n, logsumexp(g + a.T, axis = 1) + (y[t] ~ normal(mu, 1)));
        lp = logsumexp(last) + sum(mu ~ normal([3, 10], 1));
    }

    fn irt(
        sigma_theta > 0, theta: [persons], sigma_a > 0, a: [items] > 0, mu_b, sigma_b > 0, b: [items],
        const y: [items, persons],
    ) -> lp {
        lp = sum(i in 0..items, j in 0..persons, y[i, j] ~ bernoulli_logit(a[i]*(theta[j] - b[i])))
            + sum(theta ~ normal(0, sigma_theta)) + sum(a ~ lognormal(0, sigma_a)) + sum(b ~ normal(mu_b, sigma_b))
            + sum([sigma_theta, sigma_a, sigma_b] ~ cauchy(0, 2)) + (mu_b ~ normal(0, 5));
    }

    fn mixture(mu: ordered[2], sigma: [2] > 0, theta in 0..1, const y: [n]) -> lp {
        lp = sum(logaddexp(ln(theta) + (y ~ normal(mu[0], sigma[0])), ln_1p(-theta) + (y ~ normal(mu[1], sigma[1]))))
            + sum(sigma ~ normal(0, 2)) + sum(mu ~ normal(0, 2)) + (theta ~ beta(5, 5));
    }

    fn poisson(
        alpha in -20..20, beta1 in -10..10, beta2 in -10..20, beta3 in -10..10, eps: [n], sigma in 0..5,
        const c: [n], const x: [n],
    ) -> lp {
        lp = sum(c ~ poisson_log(alpha + beta1*x + beta2*x^2 + beta3*x^3 + eps)) + sum(eps ~ normal(0, sigma))
            + (alpha ~ uniform(-20, 20)) + sum([beta1, beta2, beta3] ~ uniform(-10, 10)) + (sigma ~ uniform(0, 5));
    }

    fn process(rho > 0, alpha > 0, sigma > 0, const x: [n], const y: [n]) -> lp {
        s = each(i in 0..n, j in 0..n, alpha^2*exp(-(x[i] - x[j])^2/(2*rho^2)) + if i == j { sigma } else { 0 });
        lp = (y ~ multi_normal(0, s)) + (rho ~ gamma(25, 4)) + (alpha ~ normal(0, 2)) + (sigma ~ normal(0, 1));
    }

    fn slopes(
        mu: [2], tau: [2] > 0, L: cholesky_corr[2], w: [j, 2], sigma_y > 0,
        county: index[n], const floor: [n], const log_radon: [n],
    ) -> lp {
        own = w[county];
        lp = sum(log_radon ~ normal(own[.., 0] + own[.., 1]*floor, sigma_y)) + sum(w ~ multi_normal_cholesky(mu, diag(tau) @ L))
            + sum(mu ~ normal(0, 5)) + sum(tau ~ exponential(1)) + (L ~ lkj_cholesky(2)) + (sigma_y ~ normal(0, 1));
    }

    fn change(z: [2], theta: [4]) -> d: [2] { d = [(theta[0] - theta[1]*z[1])*z[0], (theta[3]*z[0] - theta[2])*z[1]]; }

    fn runge_kutta(z: [2], theta: [4], h) -> next: [2] {
        k1 = change(z, theta);
        k2 = change(z + h/2*k1, theta);
        k3 = change(z + h/2*k2, theta);
        k4 = change(z + h*k3, theta);
        next = z + h/6*(k1 + 2*k2 + 2*k3 + k4);
    }

    fn predators(theta: [4] > 0, z_init: [2] > 0, sigma: [2] > 0, const y_init: [2], const y: [n, 2]) -> lp {
        z = scan(z = z_init, year in 0..n, fold(z = z, k in 0..20, runge_kutta(z, theta, 1/20)));
        lp = sum(y_init ~ lognormal(ln(z_init), sigma)) + sum(y ~ lognormal(ln(z), sigma))
            + sum(theta ~ normal([1, 0.05, 1, 0.05], [0.5, 0.05, 0.5, 0.05]))
            + sum(sigma ~ lognormal(-1, 1)) + sum(z_init ~ lognormal(ln(10), 1));
    }

    fn network(
        sigma2_alpha > 0, sigma2_beta > 0, alpha: [m, j], beta: [j, k], alpha1: [j], beta1: [k],
        const x: [n, m], y: index[n],
    ) -> lp {
        h = tanh(alpha1 + x @ alpha);
        v = each(i in 0..n, concat([1], beta1 + h[i] @ beta));
        lp = sum(y ~ categorical_logit(v)) + sum(alpha1 ~ normal(0, 1)) + sum(beta1 ~ normal(0, 1))
            + sum(alpha ~ normal(0, sqrt(sigma2_alpha))) + sum(beta ~ normal(0, sqrt(sigma2_beta)))
            + (sigma2_alpha ~ inv_gamma(1/4, (0.05/m^2)^2/4)) + (sigma2_beta ~ inv_gamma(1/4, (0.05/j^2)^2/4));
    }
}

/// The log density over all of ℝⁿ at every point of a file: value, gradient, the way there and the way back. The free numbers of
/// matrices are given column by column.
fn over_all<D: Density<f64>>(
    name: &str,
    point: &Reference,
    density: &D,
    of_matrices: &[(usize, usize, usize)],
) {
    let by_rows = |name: &str| {
        let columns = point.vector(name).to_vec();
        let mut rows = columns.clone();
        for &(first, height, width) in of_matrices {
            for (row, column) in
                (0..height).flat_map(|row| (0..width).map(move |column| (row, column)))
            {
                rows[first + row * width + column] = columns[first + column * height + row];
            }
        }
        rows
    };
    let (u, want) = (by_rows("unconstrained"), by_rows("grad_unconstrained"));
    let mut gradient = vec![0.0; u.len()];
    let value = density.value_and_gradient(&u, &mut gradient);
    assert_number(name, value, point.number("lp_unconstrained"), 1e-10);
    assert_number(
        name,
        density.value(&u),
        point.number("lp_unconstrained"),
        1e-10,
    );
    assert_gradient(name, &[gradient], &[want], 1e-10);
    assert_eq!(density.parameters(), u.len());
    for (at, (start, free)) in density.start().iter().zip(&u).enumerate() {
        assert!(
            (start - free).abs() < 1e-9 * free.abs().max(1.0),
            "{name}, {at}: {start}, but it should be {free}"
        );
    }
}

/// Checks one model at every point of its file, in every mode and over all of ℝⁿ.
macro_rules! posterior {
    ($f:ident($($x:ident: $kind:ident),+; $($c:ident: $given:ident),+) in $file:literal $(, matrices $($matrix:expr),+)? $(, within $within:literal)?) => {{
        let within = [$($within,)? 1e-12][0];
        let file = data!($file);
        let given = Reference(&file).at("data");
        $(let $c = given.$given(stringify!($c));)+
        for point in Reference(&file).points() {
            let (at, slopes, lp) = (point.at("constrained"), point.at("grad"), point.number("lp"));
            $(let $x = at.$kind(stringify!($x));)+
            agrees!($f($($x),+; $((&$c).handed()),+) -> lp = lp, d($(slopes.$kind(stringify!($x))),+), within within);
            let density = $f::LogDensity::new($($x.given(),)+ $((&$c).handed()),+).expect("the shapes agree");
            let matrices: &[(usize, usize, usize)] = &[$($($matrix),+)?];
            over_all($file, &point, &density, matrices);
            let inputs = density.constrain(density.start());
            $(for (got, want) in inputs.$x.entries().iter().zip($x.entries()) {
                assert!((got - want).abs() <= 1e-12*want.abs().max(1e-3), "{}: {got}, but it should be {want}", stringify!($x));
            })+
        }
    }};
}

/// A constant of a file as a graph takes it: numbers as they are, all else by reference.
trait Handed {
    type As;
    fn handed(self) -> Self::As;
}

impl Handed for &f64 {
    type As = f64;
    fn handed(self) -> f64 {
        *self
    }
}

impl<'a, D: ndarray::Dimension> Handed for &'a ndarray::Array<f64, D> {
    type As = &'a ndarray::Array<f64, D>;
    fn handed(self) -> Self {
        self
    }
}

impl<'a> Handed for &'a Vec<usize> {
    type As = &'a [usize];
    fn handed(self) -> &'a [usize] {
        self
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
fn returns_of_changing_variance() {
    posterior!(garch(mu: number, alpha0: number, alpha1: number, beta1: number; y: vector, sigma1: number) in "garch11");
}

#[test]
fn hidden_states() {
    posterior!(hidden(theta1: vector, theta2: vector, mu: vector; y: vector) in "hmm_example");
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
fn a_gaussian_process() {
    posterior!(process(rho: number, alpha: number, sigma: number; x: vector, y: vector) in "gp_regr");
}

#[test]
#[allow(non_snake_case, reason = "the name of the data")]
fn slopes_that_belong_together() {
    posterior!(
        slopes(mu: vector, tau: vector, L: matrix, w: matrix, sigma_y: number;
            county: labels, floor: vector, log_radon: vector)
        in "radon_lkj_intercept_slope"
    );
}

#[test]
fn hares_and_lynxes() {
    posterior!(predators(theta: vector, z_init: vector, sigma: vector; y_init: vector, y: matrix) in "lotka_volterra", within 1e-11);
}

#[test]
fn a_network_with_priors() {
    posterior!(
        network(sigma2_alpha: number, sigma2_beta: number, alpha: matrix, beta: matrix, alpha1: vector, beta1: vector;
            x: matrix, y: labels)
        in "nn_rbm1bJ10", matrices (2, 49, 10), (492, 10, 9)
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
