//! The densities: one row each, and nothing else. They are functions in the language itself, called as `x ~ name(parameters)`.
//!
//! A row is: call, domain, support, body, documentation.
//!
//! * **call**: the name and its inputs as a `fn` has them, the first of which is what stands in front of `~`. An input without a shape
//!   is a number, and where an array is given instead, the density is that of each entry, under the rules of broadcasting. Of
//!   several rows with one name that is meant which takes arrays of as many axes; where one takes arrays, its numbers are numbers.
//! * **domain**: of each parameter that does not live everywhere, a condition; where it does not hold, the density is NaN.
//! * **support**: a condition; where it does not hold, the density is -∞. `all` where there is none.
//! * **body**: the definitions of a `fn`, with all constants, whose output is `l`.
//!
//! Invariant: a body calls operations of the table alone, and knows `infinity` and `nan`; its result is right at the edges of the
//! support, and where a parameter is on the edge of its domain.

use std::str::FromStr;

use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};

use crate::parse;
use crate::syntax::{Expr, Function, Given, Input, Param, text};

/// One row.
pub struct Density {
    pub name: &'static str,
    params: &'static str,
    domain: &'static [(&'static str, &'static str)],
    pub support: &'static str,
    body: &'static str,
    pub doc: &'static str,
}

/// A row, read: its function, the parameters that do not live everywhere with their conditions, and the condition of its support.
pub struct Written {
    pub function: Function,
    pub domain: Vec<(&'static str, &'static str, Expr)>,
    pub support: Option<Expr>,
}

impl Written {
    /// How it is written with all shapes: `k: index[n] ~ categorical(p: [c])`.
    pub fn form(&self) -> String {
        let mut params = self.function.params.iter().map(declared);
        let of = params.next().unwrap_or_default();
        let parameters: Vec<String> = params.collect();
        format!(
            "{of} ~ {}({})",
            text(&self.function.name),
            parameters.join(", ")
        )
    }
}

/// An input as it is declared.
fn declared(param: &Param) -> String {
    let Some(shape) = &param.shape else {
        return text(&param.name);
    };
    let dims = shape.dims.iter().map(|dim| {
        let name = dim.name.as_ref().map(text);
        name.unwrap_or_else(|| dim.offset.to_string())
    });
    let labels = match shape.given {
        Given::Labels => "index",
        _ => "",
    };
    format!(
        "{}: {labels}[{}]",
        text(&param.name),
        dims.collect::<Vec<_>>().join(", ")
    )
}

macro_rules! densities {
    ($(
        $(#[doc = $doc:literal])+
        $name:ident $params:tt for [$($arg:ident: $condition:tt),*] on $support:tt = $body:tt;
    )*) => {
        /// Every density of the language.
        pub static DENSITIES: &[Density] = &[$(Density {
            name: stringify!($name),
            params: stringify!($params),
            domain: &[$((stringify!($arg), stringify!($condition))),*],
            support: stringify!($support),
            body: stringify!($body),
            doc: concat!($($doc),+),
        }),*];
    };
}

#[rustfmt::skip]
densities! {
    // Of real numbers.

    /// Normal distribution of mean `mu` and standard deviation `sigma`.
    normal(x, mu, sigma) for [sigma: (sigma > 0)] on all = {
        z = (x - mu)*(1/sigma);
        l = -0.5*z^2 - (ln(sigma) + 0.9189385332046728);
    };
    /// Student's t distribution of `nu` degrees of freedom, location `mu` and scale `sigma`.
    student_t(x, nu, mu, sigma) for [nu: (nu > 0), sigma: (sigma > 0)] on all = {
        d = x - mu;
        scale = sigma*sqrt(nu);
        z = d*(1/scale);
        l = -0.5*(nu + 1)*(if abs(z) < 1 { ln_1p(z^2) } else { 2*ln(abs(d)) - 2*ln(scale) + ln_1p((scale/d)^2) })
            - (ln_beta(0.5*nu, 0.5) + 0.5*ln(nu) + ln(sigma));
    };
    /// Cauchy distribution of location `mu` and scale `sigma`.
    cauchy(x, mu, sigma) for [sigma: (sigma > 0)] on all = {
        d = x - mu;
        z = d*(1/sigma);
        l = -(if abs(z) < 1 { ln_1p(z^2) } else { 2*ln(abs(d)) - 2*ln(sigma) + ln_1p((sigma/d)^2) }) - (ln(sigma) + 1.1447298858494002);
    };
    /// Laplace distribution of location `mu` and scale `sigma`.
    laplace(x, mu, sigma) for [sigma: (sigma > 0)] on all = {
        l = -abs(x - mu)*(1/sigma) - (ln(sigma) + 0.6931471805599453);
    };
    /// Logistic distribution of location `mu` and scale `sigma`.
    logistic(x, mu, sigma) for [sigma: (sigma > 0)] on all = {
        z = abs(x - mu)*(1/sigma);
        l = -z - 2*softplus(-z) - ln(sigma);
    };
    /// Uniform distribution between `low` and `high`, both among its values.
    uniform(x, low, high) for [low: (low < high)] on (low <= x && x <= high) = {
        l = -ln(high - low);
    };
    /// Von Mises distribution of an angle, of location `mu` and concentration `kappa`.
    von_mises(x, mu, kappa) for [kappa: (kappa >= 0)] on all = {
        l = -2*kappa*sin(0.5*(x - mu))^2 - (ln(bessel_i0e(kappa)) + 1.8378770664093453);
    };

    // Of positive numbers.

    /// Log-normal distribution: `ln(x)` is normal of mean `mu` and standard deviation `sigma`.
    lognormal(x, mu, sigma) for [sigma: (sigma > 0)] on (x > 0) = {
        z = (ln(x) - mu)*(1/sigma);
        l = -0.5*z^2 - ln(x) - (ln(sigma) + 0.9189385332046728);
    };
    /// Exponential distribution of mean `1/rate`.
    exponential(x, rate) for [rate: (rate > 0)] on (x >= 0) = {
        l = ln(rate) - rate*x;
    };
    /// Gamma distribution of shape `alpha` and rate `beta`, with mean `alpha/beta`.
    gamma(x, alpha, beta) for [alpha: (alpha > 0), beta: (beta > 0)] on (x >= 0) = {
        l = (alpha*ln(beta) - ln_gamma(alpha)) + xlogy(alpha - 1, x) - beta*x;
    };
    /// Inverse gamma distribution of shape `alpha` and scale `beta`: `1/x` is gamma distributed.
    inv_gamma(x, alpha, beta) for [alpha: (alpha > 0), beta: (beta > 0)] on (x > 0) = {
        l = (alpha*ln(beta) - ln_gamma(alpha)) - (alpha + 1)*ln(x) - beta/x;
    };
    /// χ² distribution of `nu` degrees of freedom.
    chi_squared(x, nu) for [nu: (nu > 0)] on (x >= 0) = {
        l = xlogy(0.5*nu - 1, x) - 0.5*x - (0.34657359027997264*nu + ln_gamma(0.5*nu));
    };
    /// Weibull distribution of shape `alpha` and scale `sigma`.
    weibull(x, alpha, sigma) for [alpha: (alpha > 0), sigma: (sigma > 0)] on (x >= 0) = {
        z = x*(1/sigma);
        l = ln(alpha/sigma) + xlogy(alpha - 1, z) - (if z > 0 { z^alpha } else { z });
    };
    /// Pareto distribution from `low` on, of shape `alpha`.
    pareto(x, low, alpha) for [low: (low > 0), alpha: (alpha > 0)] on (x >= low) = {
        l = ln(alpha) - ln(x) - alpha*ln(x/low);
    };

    // Between 0 and 1.

    /// Beta distribution of shapes `alpha` and `beta`.
    beta(x, alpha, beta) for [alpha: (alpha > 0), beta: (beta > 0)] on (0 <= x && x <= 1) = {
        l = xlogy(alpha - 1, x) + xlog1py(beta - 1, -x) - ln_beta(alpha, beta);
    };

    // Of whole numbers.

    /// Bernoulli distribution: 1 with probability `p`, else 0.
    bernoulli(k, p) for [p: (0 <= p && p <= 1)] on (k == 0 || k == 1) = {
        l = xlogy(k, p) + xlog1py(1 - k, -p);
    };
    /// Bernoulli distribution of probability `sigmoid(t)`.
    bernoulli_logit(k, t) for [] on (k == 0 || k == 1) = {
        l = -softplus(if k == 1 { -t } else { t });
    };
    /// Binomial distribution of `n` trials with probability `p` each.
    binomial(k, n, p) for [n: (n >= 0 && n == floor(n)), p: (0 <= p && p <= 1)] on (0 <= k && k <= n && k == floor(k)) = {
        l = ln_choose(n, k) + xlogy(k, p) + xlog1py(n - k, -p);
    };
    /// Binomial distribution of `n` trials with probability `sigmoid(t)` each.
    binomial_logit(k, n, t) for [n: (n >= 0 && n == floor(n))] on (0 <= k && k <= n && k == floor(k)) = {
        l = ln_choose(n, k) - (if k == 0 { 0 } else { k*softplus(-t) }) - (if k == n { 0 } else { (n - k)*softplus(t) });
    };
    /// Poisson distribution of mean `lambda`.
    poisson(k, lambda) for [lambda: (lambda >= 0)] on (k >= 0 && k == floor(k)) = {
        l = xlogy(k, lambda) - lambda - ln_gamma(k + 1);
    };
    /// Poisson distribution of mean `exp(t)`.
    poisson_log(k, t) for [] on (k >= 0 && k == floor(k)) = {
        l = (if k == 0 { 0 } else { k*t }) - exp(t) - ln_gamma(k + 1);
    };
    /// Negative binomial distribution of shape `alpha` and inverse scale `beta`, with mean `alpha/beta`.
    neg_binomial(k, alpha, beta) for [alpha: (alpha > 0), beta: (beta > 0)] on (k >= 0 && k == floor(k)) = {
        l = -ln_beta(alpha, k + 1) - ln(alpha + k) - alpha*ln_1p(1/beta) - k*ln_1p(beta);
    };
    /// Negative binomial distribution of mean `mu` and variance `mu + mu^2/phi`.
    neg_binomial_2(k, mu, phi) for [mu: (mu > 0), phi: (phi > 0)] on (k >= 0 && k == floor(k)) = {
        l = -ln_beta(phi, k + 1) - ln(phi + k) - phi*ln_1p(mu/phi) - (if k == 0 { 0 } else { k*ln_1p(phi/mu) });
    };

    // Of labels, from 0 on.

    /// The label `k` with probability `p[k]`.
    categorical(k: index[n], p: [c]) for [p: (0 <= p && p <= 1)] on all = {
        l = ln(p[k]);
    };
    /// The same with probabilities of its own for each label.
    categorical(k: index[n], p: [n, c]) for [p: (0 <= p && p <= 1)] on all = {
        l = each(i in 0..n, ln(p[i, k[i]]));
    };
    /// The label `k` with probability `softmax(t)[k]`.
    categorical_logit(k: index[n], t: [c]) for [] on all = {
        logits = log_softmax(t);
        l = logits[k];
    };
    /// The same with probabilities of its own for each label.
    categorical_logit(k: index[n], t: [n, c]) for [] on all = {
        logits = log_softmax(t);
        l = each(i in 0..n, logits[i, k[i]]);
    };
    /// The label `k` where a logistic variable of location `t[i]` lies behind `k` of the cuts, which are in order.
    ordered_logistic(k: index[n], t: [n], cuts: [c]) for [] on all = {
        below = concat([-infinity], cuts);
        above = concat(cuts, [infinity]);
        low = t - below[k];
        high = t - above[k];
        l = ln_1m_exp(below[k] - above[k]) - softplus(-low) - softplus(high);
    };
    /// The same with one location for all labels.
    ordered_logistic(k: index[n], t, cuts: [c]) for [] on all = {
        below = concat([-infinity], cuts);
        above = concat(cuts, [infinity]);
        low = t - below[k];
        high = t - above[k];
        l = ln_1m_exp(below[k] - above[k]) - softplus(-low) - softplus(high);
    };

    // Of vectors.

    /// Dirichlet distribution of a vector of shares that add up to 1.
    dirichlet(x: [k], alpha: [k]) for [alpha: (alpha > 0)] on all = {
        l = ln_gamma(sum(alpha)) + sum(i in 0..k, (if x[i] < 0 { -infinity } else { xlogy(alpha[i] - 1, x[i]) }) - ln_gamma(alpha[i]));
    };
    /// The same of each row.
    dirichlet(x: [n, k], alpha: [k]) for [alpha: (alpha > 0)] on all = {
        constant = ln_gamma(sum(alpha)) - sum(ln_gamma(alpha));
        l = each(j in 0..n, constant + sum(i in 0..k, if x[j, i] < 0 { -infinity } else { xlogy(alpha[i] - 1, x[j, i]) }));
    };
    /// The same of each row, with weights of its own.
    dirichlet(x: [n, k], alpha: [n, k]) for [alpha: (alpha > 0)] on all = {
        l = each(j in 0..n, ln_gamma(sum(alpha[j])) + sum(i in 0..k, (if x[j, i] < 0 { -infinity } else { xlogy(alpha[j, i] - 1, x[j, i]) }) - ln_gamma(alpha[j, i])));
    };
    /// Normal distribution of a vector, of mean `mu` and covariance matrix `sigma`, whose symmetric part is read.
    multi_normal(x: [k], mu: [k], sigma: [k, k]) for [] on all = {
        factor = cholesky(sigma);
        z = solve_lower(factor, x - mu);
        l = -0.5*dot(z, z) - sum(ln(diag(factor))) - 0.9189385332046728*k;
    };
    /// The same with one mean for all entries.
    multi_normal(x: [k], mu, sigma: [k, k]) for [] on all = {
        factor = cholesky(sigma);
        z = solve_lower(factor, x - mu);
        l = -0.5*dot(z, z) - sum(ln(diag(factor))) - 0.9189385332046728*k;
    };
    /// The same of each row.
    multi_normal(x: [n, k], mu: [k], sigma: [k, k]) for [] on all = {
        factor = cholesky(sigma);
        z = solve_lower(factor, (x - mu).T);
        l = -0.5*sum(z^2, axis = 0) - sum(ln(diag(factor))) - 0.9189385332046728*k;
    };
    /// The same of each row, with means of its own.
    multi_normal(x: [n, k], mu: [n, k], sigma: [k, k]) for [] on all = {
        factor = cholesky(sigma);
        z = solve_lower(factor, (x - mu).T);
        l = -0.5*sum(z^2, axis = 0) - sum(ln(diag(factor))) - 0.9189385332046728*k;
    };
    /// The same of each row, with one mean for all entries.
    multi_normal(x: [n, k], mu, sigma: [k, k]) for [] on all = {
        factor = cholesky(sigma);
        z = solve_lower(factor, (x - mu).T);
        l = -0.5*sum(z^2, axis = 0) - sum(ln(diag(factor))) - 0.9189385332046728*k;
    };
    /// Normal distribution of a vector, of mean `mu` and a covariance matrix with the Cholesky factor `factor`.
    multi_normal_cholesky(x: [k], mu: [k], factor: [k, k]) for [] on all = {
        z = solve_lower(factor, x - mu);
        l = -0.5*dot(z, z) - sum(ln(diag(factor))) - 0.9189385332046728*k;
    };
    /// The same with one mean for all entries.
    multi_normal_cholesky(x: [k], mu, factor: [k, k]) for [] on all = {
        z = solve_lower(factor, x - mu);
        l = -0.5*dot(z, z) - sum(ln(diag(factor))) - 0.9189385332046728*k;
    };
    /// The same of each row.
    multi_normal_cholesky(x: [n, k], mu: [k], factor: [k, k]) for [] on all = {
        z = solve_lower(factor, (x - mu).T);
        l = -0.5*sum(z^2, axis = 0) - sum(ln(diag(factor))) - 0.9189385332046728*k;
    };
    /// The same of each row, with means of its own.
    multi_normal_cholesky(x: [n, k], mu: [n, k], factor: [k, k]) for [] on all = {
        z = solve_lower(factor, (x - mu).T);
        l = -0.5*sum(z^2, axis = 0) - sum(ln(diag(factor))) - 0.9189385332046728*k;
    };
    /// The same of each row, with one mean for all entries.
    multi_normal_cholesky(x: [n, k], mu, factor: [k, k]) for [] on all = {
        z = solve_lower(factor, (x - mu).T);
        l = -0.5*sum(z^2, axis = 0) - sum(ln(diag(factor))) - 0.9189385332046728*k;
    };
    /// Normal distribution of a vector, of mean `mu` and precision matrix `omega`, the inverse of its covariance matrix.
    multi_normal_prec(x: [k], mu: [k], omega: [k, k]) for [] on all = {
        factor = cholesky(omega);
        z = (x - mu) @ factor;
        l = -0.5*dot(z, z) + sum(ln(diag(factor))) - 0.9189385332046728*k;
    };
    /// The same with one mean for all entries.
    multi_normal_prec(x: [k], mu, omega: [k, k]) for [] on all = {
        factor = cholesky(omega);
        z = (x - mu) @ factor;
        l = -0.5*dot(z, z) + sum(ln(diag(factor))) - 0.9189385332046728*k;
    };
    /// The same of each row.
    multi_normal_prec(x: [n, k], mu: [k], omega: [k, k]) for [] on all = {
        factor = cholesky(omega);
        z = (x - mu) @ factor;
        l = -0.5*sum(z^2, axis = 1) + sum(ln(diag(factor))) - 0.9189385332046728*k;
    };
    /// The same of each row, with means of its own.
    multi_normal_prec(x: [n, k], mu: [n, k], omega: [k, k]) for [] on all = {
        factor = cholesky(omega);
        z = (x - mu) @ factor;
        l = -0.5*sum(z^2, axis = 1) + sum(ln(diag(factor))) - 0.9189385332046728*k;
    };
    /// The same of each row, with one mean for all entries.
    multi_normal_prec(x: [n, k], mu, omega: [k, k]) for [] on all = {
        factor = cholesky(omega);
        z = (x - mu) @ factor;
        l = -0.5*sum(z^2, axis = 1) + sum(ln(diag(factor))) - 0.9189385332046728*k;
    };
    /// Wishart distribution of a positive definite matrix, of `nu` degrees of freedom and the scale matrix `sigma`.
    wishart(x: [k, k], nu, sigma: [k, k]) for [nu: (nu > k - 1)] on all = {
        scale = cholesky(sigma);
        factor = cholesky(x);
        size = sum(ln(diag(factor)));
        trace = sum(solve_lower(scale, factor)^2);
        constant = 0.34657359027997264*nu*k + 0.28618247146235004*k*(k - 1) + sum(i in 0..k, ln_gamma(0.5*(nu - i)));
        l = if size == size { (nu - k - 1)*size - nu*sum(ln(diag(scale))) - 0.5*trace - constant } else if sum(x) == sum(x) { -infinity } else { nan };
    };
    /// The Cholesky factor of a correlation matrix under the distribution of Lewandowski, Kurowicka and Joe, of shape `eta`.
    lkj_cholesky(x: [k, k], eta) for [eta: (eta > 0)] on all = {
        l = sum(i in 1..k, (k - i - 3 + 2*eta)*ln(x[i, i]) + ln_gamma(eta + 0.5*(k - 1)) - ln_gamma(eta + 0.5*(k - 1 - i)) - 0.5723649429247001*i);
    };
}

impl Density {
    /// All rows of a name.
    pub fn named(name: &str) -> impl Iterator<Item = &'static Density> {
        DENSITIES.iter().filter(move |row| row.name == name)
    }

    /// The row in the language, all of it at one place in the user's program.
    pub fn written(&self, at: Span) -> Written {
        let text = format!("fn {}{} -> l {}", self.name, self.params, self.body);
        let (input, errors) = parse::input(self.tokens(&text, at));
        let mut functions = match input {
            Input::Block(block) if errors.is_empty() => block.functions,
            _ => self.fail(&errors.texts().join("; ")),
        };
        let Some(function) = functions.pop() else {
            self.fail("no function");
        };
        let condition = |text: &str| {
            let (expr, errors) = parse::formula(self.tokens(text, at));
            match errors.is_empty() {
                true => expr,
                false => self.fail(&errors.texts().join("; ")),
            }
        };
        let domain = self.domain.iter();
        Written {
            function,
            domain: domain
                .map(|(name, text)| (*name, bare(text), condition(text)))
                .collect(),
            support: (self.support != "all").then(|| condition(self.support)),
        }
    }

    /// The call as a person writes it: `normal(mu, sigma)`.
    pub fn signature(&self) -> String {
        let params = self.params.trim_matches(['(', ')']);
        let (_, parameters) = params.split_once(", ").unwrap_or((params, ""));
        format!("{}({parameters})", self.name)
    }

    fn tokens(&self, text: &str, at: Span) -> TokenStream {
        match TokenStream::from_str(text) {
            Ok(tokens) => located(tokens, at),
            Err(error) => self.fail(&error.to_string()),
        }
    }

    fn fail(&self, why: &str) -> ! {
        unreachable!("the row of `{}` cannot be read: {why}", self.name)
    }
}

/// A condition without the brackets that it has in its row.
pub fn bare(condition: &'static str) -> &'static str {
    let inner = condition.strip_prefix('(');
    let inner = inner.and_then(|inner| inner.strip_suffix(')'));
    inner.unwrap_or(condition)
}

/// The names of all densities, each once.
pub fn names() -> impl Iterator<Item = &'static str> {
    let mut last = "";
    let names = DENSITIES.iter().map(|row| row.name);
    names.filter(move |name| std::mem::replace(&mut last, name) != *name)
}

/// The same tokens at one place.
fn located(tokens: TokenStream, at: Span) -> TokenStream {
    let tokens = tokens.into_iter().map(|token| match token {
        TokenTree::Group(group) => {
            let mut inner = Group::new(group.delimiter(), located(group.stream(), at));
            inner.set_span(at);
            TokenTree::Group(inner)
        }
        TokenTree::Ident(name) => TokenTree::Ident(Ident::new(&name.to_string(), at)),
        mut other => {
            other.set_span(at);
            other
        }
    });
    tokens.collect()
}
