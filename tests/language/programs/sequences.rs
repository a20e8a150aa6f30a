//! Loops that carry values, as those write them who filter, simulate and train on sequences: every length is known at run time.
//!
//! The densities are compared with values of posteriordb's models, the LSTM with ADBench's, and what has no reference with the
//! same mathematics over dual numbers, written another way where there is one.

use graph_runtime::graph;
use ndarray::{Array1, Array2, Array3, Array4, array, s};
use num_dual::{Dual64, DualNum};

use crate::common::reference::{Reference, assert_gradient};
use crate::programs::{by_duals, noise};

graph! {
    fn normal(x, m, s) -> l { l = -ln(2*PI)/2 - ln(s) - ((x - m)/s)^2/2; }
    fn lognormal(x, m, s) -> l { l = normal(ln(x), m, s) - ln(x); }
    fn cauchy(x, m, s) -> l { l = -ln(PI) - ln(s) - ln_1p(((x - m)/s)^2); }

    /// Returns whose variance depends on the return before.
    fn garch(mu, alpha0, alpha1, beta1, const y: [t], const sigma1) -> lp {
        variance = scan(v = sigma1^2, k in 1..t, alpha0 + alpha1*(y[k - 1] - mu)^2 + beta1*v);
        lp = normal(y[0], mu, sigma1) + sum(k in 1..t, normal(y[k], mu, sqrt(variance[k - 1])));
    }

    /// The same in one loop, as a program in another language has it.
    fn garch_in_one(mu, alpha0, alpha1, beta1, const y: [t], const sigma1) -> lp {
        (_, lp) = fold((s, lp) = (sigma1, normal(y[0], mu, sigma1)), k in 1..t,
            next = sqrt(alpha0 + alpha1*(y[k - 1] - mu)^2 + beta1*s^2);
            (next, lp + normal(y[k], mu, next)));
    }

    /// A chain of hidden states, forwards: the logarithms of the probabilities to be in each.
    fn hidden(theta1: [2], theta2: [2], mu: [2], const y: [n]) -> lp {
        a = ln([theta1, theta2]);
        last = fold(g = normal(y[0], mu, 1), t in 1..n,
            each(k in 0..2, logsumexp(j in 0..2, g[j] + a[j, k])) + normal(y[t], mu, 1));
        lp = logsumexp(last) + normal(mu[0], 3, 1) + normal(mu[1], 10, 1);
    }

    /// For any number of states.
    fn hidden_of_many(theta: [k, k], mu: [k], const y: [n], const prior: [k]) -> lp {
        a = ln(theta);
        last = fold(g = normal(y[0], mu, 1), t in 1..n, logsumexp(g + a.T, axis = 1) + normal(y[t], mu, 1));
        lp = logsumexp(last) + sum(normal(mu, prior, 1));
    }

    /// Hares and lynxes.
    fn change(z: [2], theta: [4]) -> d: [2] { d = [(theta[0] - theta[1]*z[1])*z[0], (theta[3]*z[0] - theta[2])*z[1]]; }

    fn runge_kutta(z: [2], theta: [4], h) -> next: [2] {
        k1 = change(z, theta);
        k2 = change(z + h/2*k1, theta);
        k3 = change(z + h/2*k2, theta);
        k4 = change(z + h*k3, theta);
        next = z + h/6*(k1 + 2*k2 + 2*k3 + k4);
    }

    fn predators(theta: [4], z_init: [2], sigma: [2], const y_init: [2], const y: [n, 2], steps: count) -> lp {
        z = scan(z = z_init, year in 0..n, fold(z = z, k in 0..steps, runge_kutta(z, theta, 1/steps)));
        lp = sum(lognormal(y_init, ln(z_init), sigma)) + sum(year in 0..n, sum(lognormal(y[year], ln(z[year]), sigma)))
            + normal(theta[0], 1, 0.5) + normal(theta[2], 1, 0.5) + normal(theta[1], 0.05, 0.05) + normal(theta[3], 0.05, 0.05)
            + sum(lognormal(sigma, -1, 1)) + sum(lognormal(z_init, ln(10), 1));
    }

    /// One layer of ADBench's LSTM: what it shows and what it remembers.
    fn layer(w: [2, 4, b], hidden: [b], cell: [b], x: [b]) -> (next: [b], memory: [b]) {
        forget = sigmoid(x*w[0, 0] + w[1, 0]);
        write = sigmoid(hidden*w[0, 1] + w[1, 1]);
        show = sigmoid(x*w[0, 2] + w[1, 2]);
        memory = cell*forget + write*tanh(hidden*w[0, 3] + w[1, 3]);
        next = show*tanh(memory);
    }

    /// Letters to be foretold, through as many layers as there are.
    #[graph(hessian)]
    fn letters(main: [l, 2, 4, b], extra: [3, b], const state: [l, 2, b], const sequence: [c, b]) -> loss {
        (_, _, total) = fold((hidden, cell, total) = (state[.., 0], state[.., 1], 0), t in 0..c - 1,
            // The layers, each of which is shown what the one before it shows.
            (shown, memory) = scan((x, _m) = (sequence[t]*extra[0], sequence[t]), i in 0..l, layer(main[i], hidden[i], cell[i], x));
            y = shown[l - 1]*extra[1] + extra[2];
            (shown, memory, total + sum(sequence[t + 1]*(y - ln(2 + sum(exp(y)))))));
        loss = -total/((c - 1)*b);
    }

    /// The log likelihood of positions seen with noise, of something that moves with changing speed: Kalman's filter.
    fn filter(power, noise, start: [2], const z: [n], const dt) -> lp {
        f = [[1, dt], [0, 1]];
        q = power*[[dt^3/3, dt^2/2], [dt^2/2, dt]];
        (_, _, lp) = fold((x, p, lp) = (start, [[1, 0], [0, 1]], 0), k in 0..n,
            ahead = f @ x;
            spread = f @ p @ f.T + q;
            variance = spread[0, 0] + noise;
            gain = spread[.., 0]/variance;
            (ahead + gain*(z[k] - ahead[0]), spread - outer(gain, spread[0]), lp + normal(z[k], ahead[0], sqrt(variance))));
    }

    /// An autoregression with moving averages.
    fn arma(mu, phi, theta, sigma, const y: [t]) -> lp {
        errors = scan(e = y[0] - mu - phi*mu, k in 1..t, y[k] - (mu + phi*y[k - 1] + theta*e));
        lp = normal(y[0] - mu - phi*mu, 0, sigma) + sum(normal(errors, 0, sigma))
            + normal(mu, 0, 10) + normal(phi, 0, 2) + normal(theta, 0, 2) + cauchy(sigma, 0, 2.5);
    }

    fn gate(x: [m], h: [k], w: [m, k], u: [k, k], b: [k]) -> a: [k] { a = x @ w + h @ u + b; }

    /// Gated units, which have seen a whole sequence.
    fn gated(w: [3, m, k], u: [3, k, k], b: [3, k], const x: [n, m]) -> z {
        h = scan(h = b[2], t in 0..n,
            keep = sigmoid(gate(x[t], h, w[0], u[0], b[0]));
            reset = sigmoid(gate(x[t], h, w[1], u[1], b[1]));
            keep*h + (1 - keep)*tanh(gate(x[t], reset*h, w[2], u[2], b[2])));
        z = sum(h^2);
    }

    #[graph(hessian)]
    fn horner(c: [n], x) -> p { p = fold(p = 0, k in rev(0..n), p*x + c[k]); }

    /// Pieces of a pendulum's swing, each from a start of its own: where they do not meet, and what the pushes cost.
    fn shooting(starts: [n, 2], push: [n, steps], const h) -> cost {
        ends = each(i in 0..n, (q, v) = fold((q, v) = (starts[i, 0], starts[i, 1]), k in 0..steps,
            next = v + h*(push[i, k] - sin(q));
            (q + h*next, next)); [q, v]);
        cost = 10*sum(i in 0..n - 1, sum((ends[i] - starts[i + 1])^2)) + sum(push^2)*h;
    }
}

#[test]
fn variances_of_returns() {
    let file = data!("garch11");
    let given = Reference(&file).at("data");
    let (y, sigma1) = (given.vector("y"), given.number("sigma1"));
    for point in Reference(&file).points() {
        let (at, slopes, lp) = (
            point.at("constrained"),
            point.at("grad"),
            point.number("lp"),
        );
        let names = ["mu", "alpha0", "alpha1", "beta1"];
        let [mu, alpha0, alpha1, beta1] = names.map(|name| at.number(name));
        let [dmu, dalpha0, dalpha1, dbeta1] = names.map(|name| slopes.number(name));
        agrees!(
            garch(mu, alpha0, alpha1, beta1; &y, sigma1) -> lp = lp,
            d(dmu, dalpha0, dalpha1, dbeta1), within 1e-12
        );
        agrees!(
            garch_in_one(mu, alpha0, alpha1, beta1; &y, sigma1) -> lp = lp,
            d(dmu, dalpha0, dalpha1, dbeta1), within 1e-12
        );
    }
}

#[test]
fn a_hidden_chain() {
    let file = data!("hmm_example");
    let y = Reference(&file).at("data").vector("y");
    for point in Reference(&file).points() {
        let (at, d) = (point.at("constrained"), point.at("grad"));
        let (theta1, theta2, mu) = (at.vector("theta1"), at.vector("theta2"), at.vector("mu"));
        agrees!(
            hidden(theta1, theta2, mu; &y) -> lp = point.number("lp"),
            d(d.vector("theta1"), d.vector("theta2"), d.vector("mu")), within 1e-12
        );
    }
}

/// The chain of the file once more, by its matrix.
#[test]
fn a_hidden_chain_of_any_size() {
    let file = data!("hmm_example");
    let (y, prior) = (Reference(&file).at("data").vector("y"), array![3.0, 10.0]);
    for point in Reference(&file).points() {
        let rows = |of: &Reference| {
            let rows = ["theta1", "theta2"].map(|row| of.vector(row));
            ndarray::stack![ndarray::Axis(0), rows[0], rows[1]]
        };
        let (at, d) = (point.at("constrained"), point.at("grad"));
        let (theta, mu) = (rows(&at), at.vector("mu"));
        agrees!(
            hidden_of_many(theta, mu; &y, &prior) -> lp = point.number("lp"),
            d(rows(&d), d.vector("mu")), within 1e-12
        );
    }
}

/// Four hundred steps of a solver, in loops of loops.
#[test]
fn hares_and_lynxes() {
    let file = data!("lotka_volterra");
    let given = Reference(&file).at("data");
    let (y_init, y) = (given.vector("y_init"), given.matrix("y"));
    for point in Reference(&file).points() {
        let (at, d) = (point.at("constrained"), point.at("grad"));
        let [theta, z_init, sigma] = ["theta", "z_init", "sigma"].map(|name| at.vector(name));
        agrees!(
            predators(theta, z_init, sigma; &y_init, &y, 20) -> lp = point.number("lp"),
            d(d.vector("theta"), d.vector("z_init"), d.vector("sigma")), within 1e-10
        );
    }
}

/// The parameters of the layers, and what comes before and behind them, as the graph takes both.
fn of_letters(file: &Reference) -> (Array4<f64>, Array2<f64>) {
    let main = file.matrix("main_params");
    let main = main.into_shape_with_order((2, 2, 4, 14));
    (main.expect("two layers"), file.matrix("extra_params"))
}

#[test]
fn letters_foretold() {
    let file = data!("lstm");
    let file = Reference(&file);
    let (main, extra) = of_letters(&file);
    let state = file.matrix("state").into_shape_with_order((2, 2, 14));
    let (state, sequence): (Array3<f64>, _) = (state.expect("two layers"), file.matrix("sequence"));
    let (dmain, dextra) = of_letters(&file.at("grad"));
    agrees!(
        letters(main, extra; &state, &sequence) -> loss = file.number("objective"),
        d(dmain, dextra), within 1e-12
    );
    let step = |at: usize| ((at % 5) as f64 - 2.0) / 4.0;
    let along = Array1::from_shape_fn(main.len() + extra.len(), step);
    let (tmain, textra) = along.view().split_at(ndarray::Axis(0), main.len());
    let (tmain, textra) = (
        tmain.into_shape_with_order(main.dim()).unwrap(),
        textra.into_shape_with_order(extra.dim()).unwrap(),
    );
    let (_, _, product) =
        letters::hvp(&main, &extra, &state, &sequence, &tmain, &textra).expect("the shapes agree");
    let (want, want_extra) = of_letters(&file.at("hessian_times_direction"));
    let entries = |array: &[f64]| array.to_vec();
    assert_gradient(
        "the Hessian times a direction",
        &[
            product.main.iter().copied().collect(),
            product.extra.iter().copied().collect(),
        ],
        &[
            entries(want.as_slice().unwrap()),
            entries(want_extra.as_slice().unwrap()),
        ],
        1e-10,
    );
}

/// The logarithm of a normal density in many dimensions, with its covariance: by Cholesky's factor.
fn joint_density<const N: usize>(off: [Dual64; N], mut l: [[Dual64; N]; N]) -> Dual64 {
    let mut lp = Dual64::from_re(-(N as f64) / 2.0 * (2.0 * std::f64::consts::PI).ln());
    let mut whitened = off;
    for i in 0..N {
        for j in 0..=i {
            let below = (0..j).fold(l[i][j], |left, k| left - l[i][k] * l[j][k]);
            l[i][j] = if i == j {
                below.sqrt()
            } else {
                below / l[j][j]
            };
        }
        let rest = (0..i).fold(whitened[i], |left, k| left - l[i][k] * whitened[k]);
        whitened[i] = rest / l[i][i];
        lp = lp - l[i][i].ln() - whitened[i] * whitened[i] * 0.5;
    }
    lp
}

/// All measurements at once are one normal vector, of which the filter takes one entry after the other.
#[test]
fn a_filter_of_kalman() {
    const N: usize = 9;
    let z: Array1<f64> = 2.0 * noise(N, 5);
    let dt = 0.5;
    let all_at_once = |[power, noise, position, speed]: [Dual64; 4]| {
        let zero = Dual64::from_re(0.0);
        let mut mean = [position, speed];
        let q = [[dt * dt * dt / 3.0, dt * dt / 2.0], [dt * dt / 2.0, dt]]
            .map(|row| row.map(|at| power * at));
        let mut spread = [[Dual64::from_re(1.0), zero], [zero, Dual64::from_re(1.0)]];
        let (mut off, mut covariance) = ([zero; N], [[zero; N]; N]);
        for i in 0..N {
            // What a step makes of the first two moments.
            mean[0] += mean[1] * dt;
            let [[a, b], [c, d]] = spread;
            spread = [
                [
                    a + (b + c) * dt + d * (dt * dt) + q[0][0],
                    b + d * dt + q[0][1],
                ],
                [c + d * dt + q[1][0], d + q[1][1]],
            ];
            off[i] = -mean[0] + z[i];
            // The position of now with that of later: the step carried on.
            for (later, row) in covariance.iter_mut().enumerate().skip(i) {
                row[i] = spread[0][0] + spread[1][0] * (dt * (later - i) as f64);
            }
            covariance[i][i] += noise;
        }
        [joint_density(off, covariance)]
    };
    let (power, noise, start) = (0.3, 0.2, array![0.1, -0.4]);
    let ([lp], [d]) = by_duals(all_at_once, [power, noise, start[0], start[1]]);
    agrees!(filter(power, noise, start; &z, dt) -> lp = lp, d(d[0], d[1], array![d[2], d[3]]), within 1e-11);
}

#[test]
fn moving_averages() {
    let y: Array1<f64> = noise(40, 6);
    let at = [0.1, 0.6, -0.3, 0.7];
    let log_normal = |x: Dual64, m: f64, s: Dual64| {
        -(s.ln()) - ((x - m) / s).powi(2) * 0.5 - (2.0 * std::f64::consts::PI).ln() / 2.0
    };
    let errors_in_turn = |[mu, phi, theta, sigma]: [Dual64; 4]| {
        let of = |s: f64| Dual64::from_re(s);
        let cauchy = -(of(std::f64::consts::PI * 2.5).ln()) - ((sigma / 2.5).powi(2) + 1.0).ln();
        let mut lp = log_normal(mu, 0.0, of(10.0))
            + log_normal(phi, 0.0, of(2.0))
            + log_normal(theta, 0.0, of(2.0))
            + cauchy;
        let mut error = -(mu + phi * mu) + y[0];
        lp += log_normal(error, 0.0, sigma);
        for k in 1..y.len() {
            error = -(mu + phi * y[k - 1] + theta * error) + y[k];
            lp += log_normal(error, 0.0, sigma);
        }
        [lp]
    };
    let ([lp], [d]) = by_duals(errors_in_turn, at);
    let [mu, phi, theta, sigma] = at;
    agrees!(arma(mu, phi, theta, sigma; &y) -> lp = lp, d(d[0], d[1], d[2], d[3]), within 1e-12);
}

#[test]
fn gated_units() {
    let x: Array2<f64> = noise((6, 2), 7);
    let (w, u, b): (Array3<f64>, Array3<f64>, Array2<f64>) =
        (noise((3, 2, 2), 8), noise((3, 2, 2), 9), noise((3, 2), 10));
    let step_by_step = |p: [Dual64; 30]| {
        let sigmoid = |x: Dual64| ((-x).exp() + 1.0).recip();
        let mut h = [p[28], p[29]];
        let mut z = Dual64::from_re(0.0);
        for row in x.rows() {
            let gate = |g: usize, h: [Dual64; 2]| {
                [0, 1].map(|k| {
                    let seen =
                        (0..2).fold(p[24 + 2 * g + k], |a, m| a + p[4 * g + 2 * m + k] * row[m]);
                    (0..2).fold(seen, |a, m| a + p[12 + 4 * g + 2 * m + k] * h[m])
                })
            };
            let (keep, reset) = (gate(0, h).map(sigmoid), gate(1, h).map(sigmoid));
            let new = gate(2, [reset[0] * h[0], reset[1] * h[1]]).map(|a| a.tanh());
            h = [0, 1].map(|k| keep[k] * h[k] + (-keep[k] + 1.0) * new[k]);
            z = z + h[0] * h[0] + h[1] * h[1];
        }
        [z]
    };
    let flat: Vec<f64> = w.iter().chain(&u).chain(&b).copied().collect();
    let ([z], [d]) = by_duals(step_by_step, flat.try_into().expect("thirty numbers"));
    let d = Array1::from(d.to_vec());
    let (dw, du) = (d.slice(s![..12]).to_owned(), d.slice(s![12..24]).to_owned());
    let (dw, du) = (
        dw.into_shape_with_order((3, 2, 2)).unwrap(),
        du.into_shape_with_order((3, 2, 2)).unwrap(),
    );
    let db = d
        .slice(s![24..])
        .to_owned()
        .into_shape_with_order((3, 2))
        .unwrap();
    agrees!(gated(w, u, b; &x) -> z = z, d(dw, du, db), within 1e-11);
}

/// In whole numbers, which are exact: also with one coefficient, and with none.
#[test]
fn a_polynomial_by_horner() {
    let (c, x) = (array![3.0, -1.0, 0.0, 2.0], 2.0);
    agrees!(horner(c, x) -> p = 17.0, d(array![1.0, 2.0, 4.0, 8.0], 23.0), within 0.0);
    let (p, d, second) = horner::hvp(&c, x, &array![0.0, 1.0, 0.0, 0.0], 1.0).unwrap();
    assert_eq!((p, d.x), (17.0, 23.0));
    // By `x` alone the second derivative is 24, and the second coefficient changes the slope by 1.
    assert_eq!(second.x, 25.0);
    assert_eq!(second.c, array![0.0, 1.0, 4.0, 12.0]);
    let (p, d) = horner::value_and_grad(&array![3.0], x).unwrap();
    assert_eq!((p, d.x, d.c), (3.0, 0.0, array![1.0]));
    let (p, d) = horner::value_and_grad(&Array1::zeros(0), x).unwrap();
    assert_eq!((p, d.x, d.c.len()), (0.0, 0.0, 0));
}

#[test]
fn a_pendulum_in_pieces() {
    let h = 0.1;
    let (starts, push): (Array2<f64>, Array2<f64>) = (noise((4, 2), 11), noise((4, 5), 12));
    let piece_by_piece = |p: [Dual64; 28]| {
        let mut cost = p[8..]
            .iter()
            .fold(Dual64::from_re(0.0), |sum, push| sum + *push * *push * h);
        for i in 0..3 {
            let (mut q, mut v) = (p[2 * i], p[2 * i + 1]);
            for push in &p[8 + 5 * i..13 + 5 * i] {
                v += (*push - q.sin()) * h;
                q += v * h;
            }
            cost += ((q - p[2 * i + 2]).powi(2) + (v - p[2 * i + 3]).powi(2)) * 10.0;
        }
        [cost]
    };
    let flat: Vec<f64> = starts.iter().chain(&push).copied().collect();
    let ([cost], [d]) = by_duals(piece_by_piece, flat.try_into().expect("28 numbers"));
    let dstarts = Array2::from_shape_vec((4, 2), d[..8].to_vec()).unwrap();
    let dpush = Array2::from_shape_vec((4, 5), d[8..].to_vec()).unwrap();
    agrees!(shooting(starts, push; h) -> cost = cost, d(dstarts, dpush), within 1e-12);
}
