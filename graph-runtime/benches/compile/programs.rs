//! Programs of any size. Invariant: every definition reaches an output, and what a program computes is used for `f64`, since rustc
//! makes no code of what is not.

pub struct Kind {
    pub title: &'static str,
    /// How many definitions or turns, unless told.
    pub sizes: &'static [usize],
    /// The graph of so many definitions.
    pub graph: fn(usize) -> String,
    /// Code that calls it.
    pub uses: &'static str,
}

/// Definitions of a chain and of sums. One size more takes as long as all of these: `-- 10 100 1000 3000`.
const DEFINITIONS: &[usize] = &[10, 100, 1000];

pub const KINDS: [Kind; 8] = [
    Kind {
        title: "a chain of definitions, one output: the value, and the value with its gradient",
        sizes: DEFINITIONS,
        graph: chain,
        uses: "pub fn used(x: f64, y: f64) -> f64 {
            let (z, grad) = chain::value_and_grad(x, y);
            chain(x, y) + z + grad.x
        }",
    },
    Kind {
        title: "ten sums of functions, ten outputs: the Jacobian",
        sizes: DEFINITIONS,
        graph: |count| sums(count, 10),
        uses: "pub fn used(x: f64, y: f64) -> sums::Jacobian { sums::jacobian(x, y).1 }",
    },
    Kind {
        title: "functions, each an output: the Jacobian",
        sizes: DEFINITIONS,
        graph: |count| sums(count, count),
        uses: "pub fn used(x: f64, y: f64) -> sums::Jacobian { sums::jacobian(x, y).1 }",
    },
    Kind {
        title: "a pendulum by Runge and Kutta, a turn a step: the value with its gradient",
        sizes: &[100, 200, 400],
        graph: pendulum,
        uses: "pub fn used(k: f64, h: f64) -> f64 { pendulum::value_and_grad([0.1, 0.2], k, h).1.k }",
    },
    Kind {
        title: "GARCH over returns, a turn a return: the value with its gradient",
        sizes: &[100, 200, 400],
        graph: garch,
        uses: "pub fn used(y: &graph_runtime::ndarray::Array1<f64>) -> f64 {
            garch::value_and_grad(0.1, 0.2, 0.3, 0.4, y).map_or(0.0, |(_, grad)| grad.alpha)
        }",
    },
    Kind {
        title: "an LSTM, a turn a step in time: the value with its gradient",
        sizes: &[10, 20, 40],
        graph: lstm,
        uses: "use graph_runtime::ndarray::{Array1, Array2};
        pub fn used(x: &Array2<f64>, w: &Array2<f64>, u: &Array2<f64>, b: &Array1<f64>, h: &Array2<f64>) -> f64 {
            lstm::value_and_grad(x, w, u, b, h).map_or(0.0, |(_, grad)| grad.b[0])
        }",
    },
    Kind {
        title: "a filter, a turn a tap: the value with its gradient",
        sizes: &[64, 128, 256],
        graph: filter,
        uses: "use graph_runtime::ndarray::Array1;
        pub fn used(x: &Array1<f64>, w: &Array1<f64>, t: &Array1<f64>) -> f64 {
            filter::value_and_grad(x, w, t).map_or(0.0, |(_, grad)| grad.w[0])
        }",
    },
    Kind {
        title: "Heston's price by complex pairs, a turn a point of the quadrature: the full Hessian",
        sizes: &[2, 4, 8],
        graph: heston,
        uses: "pub fn used(v: f64, k: f64) -> [[f64; 5]; 5] {
            heston::hessian(v, k, 0.05, 0.4, -0.6, 100.0, 95.0, 0.02, 0.5).2
        }",
    },
];

/// Each definition reads the one before.
fn chain(count: usize) -> String {
    let mut before = "x".to_owned();
    let mut text = String::from("fn chain(x, y) -> z {\n");
    for at in 1..count {
        let value = match at % 4 {
            0 => format!("0.5*{before} + y"),
            1 => format!("sin({before})*y + x"),
            2 => format!("{before}/(1 + x^2) - y"),
            _ => format!("sqrt(1 + {before}^2) + x*y"),
        };
        before = format!("v{at}");
        text += &format!("{before} = {value};\n");
    }
    text + &format!("z = {before} + x; }}")
}

/// Functions of the inputs, summed up in outputs that take turns.
fn sums(count: usize, outputs: usize) -> String {
    let mut text = String::new();
    for at in 0..count {
        let function = ["sin", "exp", "tanh", "ln_1p"][at % 4];
        let before = match at.checked_sub(outputs) {
            Some(before) => format!("v{before} + "),
            None => String::new(),
        };
        text += &format!("v{at} = {before}{function}({}*x*y);\n", at + 1);
    }
    let names: Vec<String> = (count.saturating_sub(outputs)..count)
        .map(|at| format!("v{at}"))
        .collect();
    format!("fn sums(x, y) -> ({}) {{\n{text}}}", names.join(", "))
}

fn pendulum(turns: usize) -> String {
    format!(
        "fn slope(s: [2], k) -> d {{ d = [s[1], -k*sin(s[0])]; }}
        fn step(s: [2], k, h) -> t {{
            a = slope(s, k);
            b = slope(s + 0.5*h*a, k);
            c = slope(s + 0.5*h*b, k);
            d = slope(s + h*c, k);
            t = s + h/6*(a + 2*b + 2*c + d);
        }}
        pub fn pendulum(x: [2], k, h) -> e {{
            s = fold(s = x, i in 0..{turns}, step(s, k, h));
            e = s[0]^2 + s[1]^2;
        }}"
    )
}

/// The log density of returns whose variance follows the one before and the last error.
fn garch(returns: usize) -> String {
    format!(
        "pub fn garch(mu, omega, alpha, beta, const y: [{returns}]) -> l {{
            state = fold(v = [omega, 0], i in 1..{returns}, [
                omega + alpha*(y[i - 1] - mu)^2 + beta*v[0],
                v[1] - 0.5*ln(v[0]) - 0.5*(y[i] - mu)^2/v[0],
            ]);
            l = state[1];
        }}"
    )
}

/// State and cell of eight units over four features a step.
fn lstm(steps: usize) -> String {
    format!(
        "fn cell(x: [4], hc: [2, 8], w: [4, 32], u: [8, 32], b: [32]) -> out {{
            z = x @ w + hc[0] @ u + b;
            c = sigmoid(z[0..8])*hc[1] + sigmoid(z[8..16])*tanh(z[16..24]);
            out = [sigmoid(z[24..32])*tanh(c), c];
        }}
        pub fn lstm(const x: [{steps}, 4], w: [4, 32], u: [8, 32], b: [32], h: [2, 8]) -> l {{
            s = fold(s = h, i in 0..{steps}, cell(x[i], s, w, u, b));
            l = sum(s[0]^2);
        }}"
    )
}

fn filter(taps: usize) -> String {
    let before = taps - 1;
    format!(
        "pub fn filter(x: [n], w: [{taps}], t: [n - {before}]) -> loss {{
            y = sum(k in 0..{taps}, w[k]*x[k..n - {before} + k]);
            loss = sum((y - t)^2);
        }}"
    )
}

/// The price of a call by the characteristic function of the logarithm of the price, in the form that keeps to one branch of
/// the logarithm (Albrecher, Mayer, Schoutens and Tistaert, \"The little Heston trap\", 2007), integrated by Lewis' formula.
fn heston(points: usize) -> String {
    format!(
        "fn product(a: [2], b: [2]) -> c {{ c = [a[0]*b[0] - a[1]*b[1], a[0]*b[1] + a[1]*b[0]]; }}
        fn quotient(a: [2], b: [2]) -> c {{
            size = b[0]^2 + b[1]^2;
            c = [(a[0]*b[0] + a[1]*b[1])/size, (a[1]*b[0] - a[0]*b[1])/size];
        }}
        fn exponential(a: [2]) -> c {{ size = exp(a[0]); c = [size*cos(a[1]), size*sin(a[1])]; }}
        fn logarithm(a: [2]) -> c {{ c = [0.5*ln(a[0]^2 + a[1]^2), atan2(a[1], a[0])]; }}
        fn root(a: [2]) -> c {{
            size = sqrt(hypot(a[0], a[1]));
            angle = 0.5*atan2(a[1], a[0]);
            c = [size*cos(angle), size*sin(angle)];
        }}
        fn term(u, v, kappa, theta, sigma, rho, s, k, r, t) -> f {{
            xi = [kappa - 0.5*sigma*rho, -sigma*rho*u];
            d = root(product(xi, xi) + [sigma^2*(u^2 + 0.25), 0]);
            g = quotient(xi - d, xi + d);
            e = exponential(-t*d);
            left = [1, 0] - product(g, e);
            bend = quotient(left, [1, 0] - g);
            drift = kappa*theta/sigma^2*(t*(xi - d) - 2*logarithm(bend));
            pull = v/sigma^2*product(xi - d, quotient([1, 0] - e, left));
            phase = u*(ln(s/k) + r*t);
            f = exponential(drift + pull + [0, phase])[0]/(u^2 + 0.25);
        }}
        #[graph(hessian)]
        pub fn heston(v, kappa, theta, sigma, rho, const s, const k, const r, const t) -> price {{
            total = sum(i in 0..{points}, term(2*i + 1, v, kappa, theta, sigma, rho, s, k, r, t));
            price = s - sqrt(s*k)*exp(-0.5*r*t)*2*total/3.141592653589793;
        }}"
    )
}
