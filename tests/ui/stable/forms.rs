//! Forms that lose digits, each with the stable one in the names of the program: rustc's own warning, once a form.
#![deny(deprecated)]

use graph_runtime::graph;

graph! {
    fn softplus_(x) -> y { y = ln(1 + exp(x)); }
    fn ln_1m_exp_(x) -> y { y = ln(1 - exp(x)); }
    fn ln_sigmoid_of_opposite_(x) -> y { y = ln(1 - sigmoid(x)); }
    fn normal_ln_cdf_of_opposite_(x) -> y { y = ln(1 - normal_cdf(x)); }
    fn ln_sigmoid_(x) -> y { y = ln(sigmoid(x)); }
    fn normal_ln_cdf_(x) -> y { y = ln(normal_cdf(x)); }
    fn log_softmax_(x: [2]) -> y { y = ln(softmax(x)); }
    fn logsumexp_(x: [2]) -> y { y = ln(sum(exp(x))); }
    fn logaddexp_(a, b) -> y { y = ln(exp(a) + exp(b)); }
    fn logit_(p) -> y { y = ln(p / (1 - p)); }
    fn asinh_(x) -> y { y = ln(x + sqrt(x^2 + 1)); }
    fn ln_1p_(x) -> y { y = ln(1 + x); }
    fn ln_1p_of_opposite_(x) -> y { y = ln(1 - x); }
    fn exp_m1_(x) -> y { y = exp(x) - 1; }
    fn exp_m1_opposite_(x) -> y { y = 1 - exp(x); }
    fn sinh_(x) -> y { y = (exp(x) - exp(-x)) / 2; }
    fn sigmoid_(x) -> y { y = exp(x) / (1 + exp(x)); }
    fn sine_of_half_(x) -> y { y = 1 - cos(x); }
    fn sigmoid_of_opposite_(x) -> y { y = 1 - sigmoid(x); }
    fn slope_of_tanh_(x) -> y { y = 1 - tanh(x)^2; }
    fn rest_of_tanh_(x) -> y { y = 1 - tanh(x); }
    fn erfc_(x) -> y { y = 1 - erf(x); }
    fn erf_(x) -> y { y = 1 - erfc(x); }
    fn normal_cdf_of_opposite_(x) -> y { y = 1 - normal_cdf(x); }
    fn root_above_one_(x) -> y { y = sqrt(1 + x) - 1; }
    fn squares_(a, b) -> y { y = a^2 - b^2; }
    fn hypot_(a, b) -> y { y = sqrt(a^2 + b^2); }
    fn ln_beta_(a, b) -> y { y = ln_gamma(a) + ln_gamma(b) - ln_gamma(a + b); }
    // Through a definition, along an axis, in a loop, and within another form.
    fn losses(x: [n, c], w: [c]) -> (l, m, k) {
        e = exp(x*w);
        l = sum(ln(1 + e));
        m = sum(ln(sum(exp(x - w), axis = 1)));
        k = sum(i in 0..n, ln(1 + exp(1 - cos(x[i, 0]))));
    }
    // Nothing is said of these.
    #[graph(as_written)]
    fn meant(x) -> y { y = ln(1 + exp(x)); }
    fn others(x, keep) -> y { z = sigmoid(keep); y = z*x + (1 - z)*(x^2 - 1) + ln(2 + exp(x)); }
}

#[allow(deprecated)]
mod quiet {
    graph_runtime::graph! { pub fn form(x) -> y { y = exp(x) - 1; } }
}

fn main() {
    let x = 1.0;
    let _ = graph! { y = 1 - erf(x) };
    #[allow(deprecated)]
    let _ = graph! { y = 1 - erf(x) };
    let _ = (meant(1.0), others(1.0, 2.0), quiet::form(1.0));
}
