//! A mixture of Gaussians with a Wishart prior, the objective of ADBench.

use std::f64::consts::PI;

use graph_runtime::graph;
use ndarray::{Array1, Array2, Array3};

use crate::common::reference::{Reference, assert_gradient};

graph! {
    /// In two dimensions, where `icf` holds two logarithms of a diagonal and what stands below it.
    #[graph(hessian)]
    fn plane(alphas: [k], means: [k, 2], icf: [k, 3], const x: [n, 2], const gamma, const m) -> objective {
        mixture = sum(i in 0..n, logsumexp(c in 0..k, q = icf[c]; d = x[i] - means[c];
            z = [exp(q[0])*d[0], q[2]*d[0] + exp(q[1])*d[1]]; alphas[c] + q[0] + q[1] - dot(z, z)/2));
        prior = sum(c in 0..k, q = icf[c]; gamma^2/2*(exp(2*q[0]) + exp(2*q[1]) + q[2]^2) - m*(q[0] + q[1]));
        nu = 2 + m + 1;
        constant = 2*nu*(ln(gamma) - ln(2)/2) - ln(PI)/2 - ln_gamma(nu/2) - ln_gamma(nu/2 - 1/2);
        objective = -n*ln(2*PI) + mixture - n*logsumexp(alphas) + prior - k*constant;
    }

    /// In any number of dimensions, with the triangles as matrices and without what is constant.
    fn space(alphas: [k], means: [k, d], scale: [k, d], below: [k, d, d], const x: [n, d], const gamma, const m) -> objective {
        mixture = sum(i in 0..n, logsumexp(c in 0..k, r = x[i] - means[c];
            z = each(a in 0..d, exp(scale[c, a])*r[a] + sum(b in 0..a, below[c, a, b]*r[b]));
            alphas[c] + sum(scale[c]) - dot(z, z)/2));
        squares = sum(exp(2*scale)) + sum(c in 0..k, a in 0..d, b in 0..a, below[c, a, b]^2);
        objective = mixture - n*logsumexp(alphas) + gamma^2/2*squares - m*sum(scale);
    }
}

/// The weights, the means, the triangles of a file, and its points.
fn case(file: &Reference) -> (Array1<f64>, Array2<f64>, Array2<f64>, Array2<f64>) {
    let matrix = |name| file.matrix(name);
    (
        file.vector("alphas"),
        matrix("means"),
        matrix("icf"),
        matrix("x"),
    )
}

/// With the prior of ADBench's file, and with one whose strength shows.
#[test]
fn in_the_plane() {
    let file = data!("gmm");
    let file = Reference(&file);
    let (alphas, means, icf, x) = case(&file);
    let variant = file.at("variant");
    for (wishart, of) in [
        (file.at("wishart"), &file),
        (variant.at("wishart"), &variant),
    ] {
        let (gamma, m, d) = (wishart.number("gamma"), wishart.number("m"), of.at("grad"));
        agrees!(
            plane(alphas, means, icf; &x, gamma, m) -> objective = of.number("objective"),
            d(d.vector("alphas"), d.matrix("means"), d.matrix("icf")), within 1e-12
        );
    }
}

/// The whole Hessian, a column at a time.
#[test]
fn curvature() {
    let file = data!("gmm");
    let file = Reference(&file);
    let (alphas, means, icf, x) = case(&file);
    let columns = file.matrix("hessian");
    for (at, column) in columns.columns().into_iter().enumerate() {
        let mut step = vec![0.0; 30];
        step[at] = 1.0;
        let part = |from: usize, size: usize| step[from..from + size].to_vec();
        let (_, _, product) = plane::hvp(
            &alphas,
            &means,
            &icf,
            &x,
            1.0,
            0.0,
            &Array1::from(part(0, 5)),
            &Array2::from_shape_vec((5, 2), part(5, 10)).unwrap(),
            &Array2::from_shape_vec((5, 3), part(15, 15)).unwrap(),
        )
        .unwrap();
        let got = (product.alphas.iter())
            .chain(&product.means)
            .chain(&product.icf);
        assert_gradient(
            &format!("column {at}"),
            &[got.copied().collect()],
            &[column.to_vec()],
            1e-12,
        );
    }
}

/// Triangles as matrices: above the diagonal nothing is read, and no slope is other than zero.
#[test]
fn in_space() {
    let file = data!("gmm");
    let file = Reference(&file);
    let (alphas, means, icf, x) = case(&file);
    let (variant, n, k) = (file.at("variant"), x.nrows() as f64, alphas.len() as f64);
    let (gamma, m) = (
        variant.at("wishart").number("gamma"),
        variant.at("wishart").number("m"),
    );
    let triangles = |rows: &Array2<f64>, elsewhere: f64| {
        let scale = Array2::from_shape_fn((5, 2), |(c, a)| rows[[c, a]]);
        let below = Array3::from_shape_fn(
            (5, 2, 2),
            |(c, a, b)| if b < a { rows[[c, 2]] } else { elsewhere },
        );
        (scale, below)
    };
    // With N = 5 the gamma functions are those of 5/2 and 2.
    let ln_gamma = PI.ln() / 2.0 + (0.75 * PI.sqrt()).ln();
    let constant = n * (2.0 * PI).ln() + k * (10.0 * (gamma.ln() - 2.0_f64.ln() / 2.0) - ln_gamma);
    let (scale, below) = triangles(&icf, f64::NAN);
    let d = variant.at("grad");
    let (dscale, dbelow) = triangles(&d.matrix("icf"), 0.0);
    agrees!(
        space(alphas, means, scale, below; &x, gamma, m) -> objective = variant.number("objective") + constant,
        d(d.vector("alphas"), d.matrix("means"), dscale, dbelow), within 1e-12
    );
}
