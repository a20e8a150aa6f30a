//! Loops that keep few states give the bits of those that keep everything, at lengths around those at which blocks begin; second
//! order, where loops are put together in other ways, to some roundings.

use graph_runtime::graph;
use ndarray::{Array1, Array2};

/// Each formula in a function that keeps all and in one that keeps few, and both compared.
macro_rules! same {
    ($(#[$doc:meta])* $name:ident($x:ident: [n $(, $m:tt)?], $s:ident) { $($body:tt)* } $(with { $($functions:tt)* })?) => {
        $(#[$doc])*
        #[test]
        fn $name() {
            graph! {
                #[graph(hessian, keep = "all")]
                fn all($x: [n $(, $m)?], $s) -> z { $($body)* }
                #[graph(keep = "few", hessian)]
                fn few($x: [n $(, $m)?], $s) -> z { $($body)* }
                $($($functions)*)?
            }
            for n in [0, 1, 2, 3, 4, 5, 8, 9, 10, 17, 100] {
                let x = series!(n $(, $m)?);
                let (kept, again) = (all::value_and_grad(&x, 0.7).unwrap(), few::value_and_grad(&x, 0.7).unwrap());
                assert_eq!((kept.0, &kept.1.$x, kept.1.$s), (again.0, &again.1.$x, again.1.$s), "{n} steps");
                let run = few::forward(&x, 0.7).unwrap();
                let back = run.backward(1.0).unwrap();
                assert_eq!((&kept.1.$x, kept.1.$s), (&back.$x, back.$s), "backward, {n} steps");
                let (kept, again) = (all::jvp(&x, 0.7, &x, 0.25).unwrap(), few::jvp(&x, 0.7, &x, 0.25).unwrap());
                assert_eq!(kept, again, "jvp, {n} steps");
                let (kept, again) = (all::hvp(&x, 0.7, &x, 0.25).unwrap(), few::hvp(&x, 0.7, &x, 0.25).unwrap());
                let largest = kept.2.$x.iter().fold(kept.2.$s.abs(), |all, entry| all.max(entry.abs()));
                let apart = (&kept.2.$x - &again.2.$x).iter().fold(0.0_f64, |all, entry| all.max(entry.abs()));
                let apart = apart.max((kept.2.$s - again.2.$s).abs());
                assert!(apart <= 4e-15*largest, "hvp, {n} steps: {apart}");
            }
        }
    };
}

macro_rules! series {
    ($n:expr) => {
        Array1::from_shape_fn($n, |at| (at as f64 * 1.7).sin())
    };
    ($n:expr, m) => {
        Array2::from_shape_fn(($n, 3), |(at, row)| (at as f64 * 1.7 + row as f64).sin())
    };
    ($n:expr, 2) => {
        Array2::from_shape_fn(($n, 2), |(at, row)| (at as f64 * 1.7 + row as f64).sin())
    };
}

same! {
    numbers(x: [n], s) {
        (p, v) = fold((p, v) = (s, 1), k in 0..n, a = -sin(p)*x[k]; (p + 0.125*v, v + 0.125*a/(k + 1)));
        z = p^2 + v;
    }
}

same! {
    /// What is given to the user of each step is kept whatever else is.
    given(x: [n], s) {
        h = scan(h = s, k in rev(0..n), tanh(h*x[k] + s));
        z = sum(h*x) + fold(c = 1, k in 0..n, cos(c + h[k]));
    }
}

same! {
    arrays(x: [n, m], s) {
        h = fold(h = each(j in 0..m, s*j), k in 0..n, tanh(h*s + x[k]) + 0.25*sum(h));
        z = sum(h^2);
    }
}

same! {
    small_arrays(x: [n, 2], s) {
        q = fold(q = [s, 1], k in 0..n, q/norm(q) + 0.25*[x[k, 0]*q[1], -x[k, 1]*q[0]]);
        z = q[0]*q[1];
    }
}

same! {
    /// A loop in each step of another one, both of them keep few.
    within(x: [n], s) {
        a = fold(a = s, i in 0..n, fold(b = a, j in 0..n, sin(b + x[j]*a)) + x[i]);
        z = a^2;
    }
}

same! {
    of_turns(x: [n, m], s) {
        z = sum(each(j in 0..m, fold(h = s, k in 0..n, tanh(h + x[k, j])))^2);
    }
}

same! {
    one_behind_the_other(x: [n], s) {
        a = scan(a = s, k in 0..n, exp(-a)*x[k] + a);
        b = scan(b = s, k in 0..n, tanh(b*a[k]) + a[k]);
        z = fold(c = s, k in 0..n, sin(c*b[k]));
    }
}

same! {
    /// A row that is called as what our own code counts blocks with.
    rows_called_blocks(x: [n, m], s) {
        h = fold(h = each(j in 0..m, s*j), k in 0..n, block = x[k]; tanh(h*s + block));
        z = sum(h^2);
    }
}
