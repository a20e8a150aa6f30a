//! The sigmoid taken apart into the nodes of a textbook, `-x`, `exp`, `1 +` and `1 /`, beside the one-row operation.
//!
//! Multiplying the four local derivatives gives y (1 - y), which is what the one row says at once. The two agree wherever
//! both can be computed. At x = -800 the parts cannot: exp(800) overflows, its slope is infinite, and the seed that
//! arrives there is 1 / ∞² = 0, so the product is 0 · ∞. The one-row operation never forms exp(800): it computes with
//! exp(-|x|), which at worst underflows to 0, and stays exact.

use graph_runtime::graph;

graph! {
    /// One node after the other.
    fn parts(x) -> y {
        a = -x;
        b = exp(a);
        c = 1 + b;
        y = 1 / c;
    }
    /// One row of the table.
    fn whole(x) -> y { y = sigmoid(x); }
}

fn main() {
    println!(
        "{:>6} {:>22} {:>22} {:>22}",
        "x", "y", "slope, parts", "slope, one row"
    );
    for x in [-4.0, -1.0, 0.0, 0.5, 3.0] {
        let (y, part) = parts::value_and_grad(x);
        let (same, one) = whole::value_and_grad(x);
        println!("{x:>6} {y:>22} {:>22} {:>22}", part.x, one.x);
        assert_close(y, same);
        assert_close(part.x, one.x);
        assert_close(one.x, y * (1.0 - y));
    }
    for x in [-800.0, 800.0] {
        let (y, one) = whole::value_and_grad(x);
        let (_, part) = parts::value_and_grad(x);
        println!("{x:>6} {y:>22} {:>22} {:>22}", part.x, one.x);
        assert_eq!((y, one.x), (if x < 0.0 { 0.0 } else { 1.0 }, 0.0));
    }
}

fn assert_close(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() <= 1e-12 * expected.abs(),
        "{found}, not {expected}"
    );
}
