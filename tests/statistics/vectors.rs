//! Densities of vectors, matrices and labels, against mpmath at 50 digits (`tests/data/vectors.py`), and their gradients against
//! difference quotients and forward mode.

use graph_runtime::graph;
use ndarray::{Array1, Array2, array};

use crate::common::reference::{Reference, assert_number};

graph! {
    fn covariance(x: [k], mu: [k], s: [k, k]) -> l { l = x ~ multi_normal(mu, s); }
    fn factor(x: [k], mu: [k], s: [k, k]) -> l { l = x ~ multi_normal_cholesky(mu, cholesky(s)); }
    fn precision(x: [k], mu: [k], s: [k, k]) -> l { l = x ~ multi_normal_prec(mu, inv(s)); }
    fn fixed(x: [3], mu: [3], s: [3, 3]) -> l { l = x ~ multi_normal(mu, s); }
    fn by_rows(x: [n, k], mu: [k], s: [k, k]) -> l { l = sum(x ~ multi_normal(mu, s)); }
    fn each_mean(x: [n, k], mu: [n, k], s: [k, k]) -> l { l = sum(x ~ multi_normal_prec(mu, inv(s))); }
    fn one_mean(x: [n, k], mu, s: [k, k]) -> l { l = sum(x ~ multi_normal_cholesky(mu, cholesky(s))); }
    fn of_matrix(x: [k, k], nu, s: [k, k]) -> l { l = x ~ wishart(nu, s); }
    fn of_shares(x: [k], alpha: [k]) -> l { l = x ~ dirichlet(alpha); }
    fn of_rows_of_shares(x: [n, k], alpha: [k]) -> l { l = sum(x ~ dirichlet(alpha)); }
    fn lkj(x: [k, k], eta) -> l { l = x ~ lkj_cholesky(eta); }
    fn of_labels(k: index[n], p: [c]) -> l { l = sum(k ~ categorical(p)); }
    fn of_labels_by_rows(k: index[n], p: [n, c]) -> l { l = sum(k ~ categorical(p)); }
    fn logits(k: index[n], t: [c]) -> l { l = sum(k ~ categorical_logit(t)); }
    fn ordered(k: index[n], t: [n], cuts: [c]) -> l { l = sum(k ~ ordered_logistic(t, cuts)); }
    fn ordered_of_one(k: index[n], t, cuts: [c]) -> l { l = sum(k ~ ordered_logistic(t, cuts)); }
}

fn point() -> (Array1<f64>, Array1<f64>, Array2<f64>) {
    (
        array![0.5, -1.25, 2.0],
        array![0.25, 0.5, -1.0],
        array![[2.0, 0.5, -0.25], [0.5, 1.5, 0.75], [-0.25, 0.75, 1.0]],
    )
}

/// The value, and the derivatives by all inputs.
macro_rules! agrees_with {
    ($name:literal, $f:ident($($x:expr),+)) => {{
        let file = data!("vectors");
        let value = $f($($x),+).expect("the shapes agree");
        assert_number($name, value, Reference(&file).number($name), 1e-13);
        $f::check($($x),+).expect("the shapes agree").assert();
    }};
}

#[test]
fn normal_vectors() {
    let (x, mu, s) = point();
    agrees_with!("multi_normal", covariance(&x, &mu, &s));
    agrees_with!("multi_normal", factor(&x, &mu, &s));
    agrees_with!("multi_normal", precision(&x, &mu, &s));
    let rows = array![[0.5, -1.25, 2.0], [1.0, 0.0, -0.5]];
    agrees_with!("multi_normal_rows", by_rows(&rows, &mu, &s));
    let means = array![[0.25, 0.5, -1.0], [0.25, 0.5, -1.0]];
    agrees_with!("multi_normal_rows", each_mean(&rows, &means, &s));
    agrees_with!("multi_normal_zero", one_mean(&rows, 0.0, &s));
    let file = data!("vectors");
    let small = [[2.0, 0.5, -0.25], [0.5, 1.5, 0.75], [-0.25, 0.75, 1.0]];
    let value = fixed([0.5, -1.25, 2.0], [0.25, 0.5, -1.0], small);
    assert_number(
        "fixed",
        value,
        Reference(&file).number("multi_normal"),
        1e-13,
    );
    fixed::check([0.5, -1.25, 2.0], [0.25, 0.5, -1.0], small).assert();
}

#[test]
fn a_covariance_that_is_none() {
    let (x, mu, _) = point();
    let indefinite = array![[1.0, 2.0, 0.0], [2.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    assert!(
        covariance(&x, &mu, &indefinite)
            .expect("the shapes agree")
            .is_nan()
    );
    let scale = array![[1.0, 0.0], [0.0, 1.0]];
    let outside = array![[1.0, 2.0], [2.0, 1.0]];
    assert_eq!(
        of_matrix(&outside, 3.0, &scale).expect("the shapes agree"),
        f64::NEG_INFINITY
    );
    assert!(
        of_matrix(&scale, 0.5, &scale)
            .expect("the shapes agree")
            .is_nan()
    );
}

#[test]
fn wisharts_matrices() {
    let (_, _, s) = point();
    let x = array![[3.0, 0.25, 0.5], [0.25, 2.0, -0.5], [0.5, -0.5, 4.0]];
    agrees_with!("wishart", of_matrix(&x, 4.5, &s));
}

#[test]
fn shares() {
    let (x, alpha) = (array![0.125, 0.25, 0.625], array![0.5, 3.0, 1.0]);
    agrees_with!("dirichlet", of_shares(&x, &alpha));
    let rows = array![[0.125, 0.25, 0.625], [0.5, 0.25, 0.25]];
    agrees_with!("dirichlet_rows", of_rows_of_shares(&rows, &alpha));
    // At the edge, and outside.
    let edge: f64 =
        of_shares(&array![0.0, 0.25, 0.75], &array![1.0, 3.0, 1.0]).expect("the shapes agree");
    assert!(edge.is_finite());
    let outside = of_shares(&array![-0.25, 0.5, 0.75], &alpha).expect("the shapes agree");
    assert_eq!(outside, f64::NEG_INFINITY);
}

#[test]
fn factors_of_correlations() {
    let x = array![[1.0, 0.0, 0.0], [0.6, 0.8, 0.0], [0.0, 0.28, 0.96]];
    agrees_with!("lkj_cholesky", lkj(&x, 1.75));
}

#[test]
fn labels() {
    let k = [0, 2, 1, 2];
    agrees_with!("categorical", of_labels(&k, &array![0.125, 0.25, 0.625]));
    let each = array![
        [0.125, 0.25, 0.625],
        [0.5, 0.25, 0.25],
        [0.2, 0.3, 0.5],
        [0.1, 0.1, 0.8]
    ];
    agrees_with!("categorical_rows", of_labels_by_rows(&k, &each));
    agrees_with!("categorical_logit", logits(&k, &array![0.5, -1.0, 2.0]));
    let (t, cuts) = (array![0.5, 1.0, -0.25, 30.0], array![-1.0, 0.75]);
    agrees_with!("ordered_logistic", ordered(&k, &t, &cuts));
    agrees_with!("ordered_logistic_of_one", ordered_of_one(&k, 0.5, &cuts));
}
