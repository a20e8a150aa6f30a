//! Graphs that call graphs made elsewhere: in another module, in another block, by hand; with numbers and with arrays.
#![allow(
    clippy::type_complexity,
    reason = "the type of a pullback is what it is"
)]

use graph_runtime::{Real, graph};

mod elsewhere {
    use graph_runtime::graph;

    graph! {
        /// A rotation in the plane.
        pub fn rotate(v: [2], angle) -> w: [2] {
            w = [[cos(angle), -sin(angle)], [sin(angle), cos(angle)]] @ v;
        }
        pub fn scaled(v: [2], const by) -> w: [2] { w = by*v; }
        pub fn held(const v: [2], x) -> w: [2] { w = v*x^2; }
        pub fn sizes(m: [2, 3]) -> s: [3, 2] { s = m.T*m[0, 0]; }
        pub fn square(x) -> y { y = x^2; }
        pub fn length(v: [3]) -> r { r = norm(v); }
    }

    graph! {
        pub fn dense(x: [n, k], w: [k, m], const b: [m]) -> y: [n, m] { y = tanh(x @ w + b); }
        pub fn spread(x: [n]) -> s { s = sqrt(mean((x - mean(x))^2)); }
        pub fn shifted(x: [n], by) -> (y: [n]) { y = x*by + by^2; }
    }

    pub mod deeper {
        graph_runtime::graph! { pub fn cube(x) -> y { y = x^3; } }
    }
}

/// Written by hand, over arrays: the solution of a symmetric system of two equations.
fn solved<T: Real>(m: [T; 3], b: [T; 2]) -> [T; 2] {
    let determinant = m[0] * m[2] - m[1] * m[1];
    [
        (m[2] * b[0] - m[1] * b[1]) / determinant,
        (m[0] * b[1] - m[1] * b[0]) / determinant,
    ]
}

mod solved {
    use graph_runtime::Real;

    pub fn vjp<T: Real>(m: [T; 3], b: [T; 2]) -> ([T; 2], impl Fn([T; 2]) -> ([T; 3], [T; 2])) {
        let x = super::solved(m, b);
        let pull = move |seed: [T; 2]| {
            // The adjoint of a solution solves the same system.
            let s = super::solved(m, seed);
            (
                [-s[0] * x[0], -(s[0] * x[1] + s[1] * x[0]), -s[1] * x[1]],
                s,
            )
        };
        (x, pull)
    }
}

graph! {
    fn turned(v: [2], angle, shift) -> z {
        w: [2] = elsewhere::rotate(v + shift, 2*angle);
        z = w[0]*exp(w[1]);
    }
    /// The same, written out.
    fn turned_here(v: [2], angle, shift) -> z {
        u = v + shift;
        w = [[cos(2*angle), -sin(2*angle)], [sin(2*angle), cos(2*angle)]] @ u;
        z = w[0]*exp(w[1]);
    }

    fn outputs(v: [2], angle) -> (w: [2], s) {
        w: [2] = elsewhere::rotate(v, angle);
        s = sum(w)*angle;
    }
    fn one_entry(v: [2], angle) -> z {
        w: [2] = elsewhere::rotate(v, angle);
        z = w[1]^2;
    }
    fn with_constants(v: [2], x) -> z {
        a: [2] = elsewhere::scaled(v, 3);
        b: [2] = elsewhere::held([2, 5], x);
        z = dot(a, b);
    }
    fn matrices(m: [2, 3]) -> z {
        s: [3, 2] = elsewhere::sizes(m);
        z = sum(s*s) + s[2, 1];
    }
    fn chained(x) -> y {
        y = elsewhere::square(elsewhere::deeper::cube(x)) + elsewhere::square(x);
    }
    fn to_number(v: [3]) -> z { z = elsewhere::length(v)^2; }

    fn branched(v: [2], angle) -> z {
        w: [2] = elsewhere::rotate(v, angle);
        z = if angle > 0 { w[0] } else { w[1]*angle };
    }

    fn system(m: [3], b: [2]) -> z {
        x: [2] = solved(m, b);
        z = x[0]^2 + 3*x[0]*x[1];
    }

    /// A shape may be written for any definition.
    fn written(v: [2]) -> z {
        u: [2] = 2*v;
        m: [2, 2] = outer(u, v);
        z = sum(m);
    }
}

#[test]
fn arrays_in_and_out() {
    let (v, angle, shift) = ([0.5, -1.25], 0.7, 0.25);
    let (value, d) = turned_here::value_and_grad(v, angle, shift);
    let d = d.to_array();
    let (found, by) = turned::value_and_grad(v, angle, shift);
    crate::common::assert_close("value", found, value);
    assert_eq!(turned(v, angle, shift), found);
    let run = turned::forward(v, angle, shift);
    assert_eq!(run.w, elsewhere::rotate([0.75, -1.0], 1.4));
    let (_, jacobian) = turned::jacobian(v, angle, shift);
    let jacobian = [
        jacobian.v[0][0],
        jacobian.v[0][1],
        jacobian.angle[0][0],
        jacobian.shift[0][0],
    ];
    let mut along = [0.0; 4];
    for (at, along) in along.iter_mut().enumerate() {
        let mut direction = [0.0; 4];
        direction[at] = 1.0;
        let [a, b, c, e] = direction;
        *along = turned::jvp(v, angle, shift, [a, b], c, e).1;
    }
    for mode in [by.to_array(), run.backward(1.0).to_array(), jacobian, along] {
        for (found, expected) in mode.iter().zip(&d) {
            crate::common::assert_close("partial", *found, *expected);
        }
    }
    let (_, d) = turned::value_and_grad([0.5_f32, -1.25], 0.7, 0.25);
    crate::common::assert_close("f32", d.shift, by.shift as f32);
}

#[test]
fn every_composition_agrees_with_its_differences() {
    turned::check([0.5, -1.25], 0.7, 0.25).assert();
    outputs::check([0.5, -1.25], 0.7).assert();
    one_entry::check([0.5, -1.25], 0.7).assert();
    with_constants::check([0.5, -1.25], 0.7).assert();
    matrices::check([[0.5, -1.25, 2.0], [1.0, 3.0, -0.75]]).assert();
    chained::check(1.1).assert();
    to_number::check([1.0, -2.0, 0.5]).assert();
    branched::check([0.5, -1.25], 0.7).assert();
    branched::check([0.5, -1.25], -0.7).assert();
    system::check([3.0, 0.5, 2.0], [1.0, -0.25]).assert();
    written::check([0.5, -1.25]).assert();
}

#[test]
fn known_numbers() {
    // x = 2: the square of the cube is x^6, and x^2 beside it.
    let (y, d) = chained::value_and_grad(2.0);
    assert_eq!((y, d.x), (68.0, 196.0));
    let (z, d) = with_constants::value_and_grad([1.0, 2.0], 3.0);
    // 3v · [2, 5]x² = 9*3*(2 + 10)
    assert_eq!((z, d.v, d.x), (324.0, [54.0, 135.0], 216.0));
    let (z, d) = to_number::value_and_grad([1.0, -2.0, 2.0]);
    assert_eq!((z, d.v), (9.0, [2.0, -4.0, 4.0]));
    let (z, d) = system::value_and_grad([2.0, 0.0, 4.0], [2.0, 4.0]);
    // x = (1, 1): dz/dx = (5, 3), so d.b = (5/2, 3/4) and d.m = -(5/2, 13/4, 3/4).
    assert_eq!((z, d.b, d.m), (4.0, [2.5, 0.75], [-2.5, -3.25, -0.75]));
}

/// A call in a branch that is not taken leaks nothing, though its `vjp` is infinite there and its own zero seed a NaN.
#[test]
fn a_branch_not_taken_leaks_nothing() {
    fn root<T: Real>(x: T) -> T {
        Real::sqrt(x)
    }
    mod root {
        pub fn vjp<T: graph_runtime::Real>(x: T) -> (T, impl Fn(T) -> T) {
            let y = graph_runtime::Real::sqrt(x);
            (y, move |seed| seed / (T::of(2.0) * y))
        }
    }
    graph! {
        fn f(x, y) -> z { z = if x > 0 { root(x)*y } else { x*y }; }
    }
    let (z, d) = f::value_and_grad(0.0, 3.0);
    assert_eq!((z, d.x, d.y), (0.0, 3.0, 0.0));
    let d = f::forward(-4.0, 3.0).backward(2.0);
    assert_eq!((d.x, d.y), (6.0, -8.0));
    assert_eq!(f::jvp(0.0, 3.0, 1.0, 1.0), (0.0, 3.0));
    let (_, d) = f::value_and_grad(4.0, 3.0);
    assert_eq!((d.x, d.y), (0.75, 2.0));
}

#[test]
fn inline_graphs_call_as_well() {
    let (v, angle) = ([1.0, 2.0], 0.0);
    let g = graph! {
        v: [2];
        w: [2] = elsewhere::rotate(v, angle);
        z = w[0] + 2*w[1];
    };
    assert_eq!(g.z, 5.0);
    let d = g.backward(1.0);
    assert_eq!((d.v, d.angle), ([1.0, 2.0], 0.0));
    assert_eq!(g.jvp([0.0, 1.0], 0.0), 2.0);
}

/// Arrays of any size: operations by hand, with the signatures that graphs of arrays have.
mod by_hand {
    use graph_runtime::{Element, ShapeError};
    use ndarray::{Array1, ArrayRef, Ix1};

    /// The sum of each entry and all before it.
    pub fn running_sum<T: Element>(x: &ArrayRef<T, Ix1>) -> Result<Array1<T>, ShapeError> {
        Ok(running_sum::vjp(x)?.0)
    }

    pub mod running_sum {
        use super::{Array1, ArrayRef, Element, Ix1, ShapeError};

        pub type Pulled<T> = Result<Array1<T>, ShapeError>;

        fn sums<T: Element>(x: impl Iterator<Item = T>) -> Vec<T> {
            let sum = |sum: &mut T, x: T| {
                *sum = *sum + x;
                Some(*sum)
            };
            x.scan(T::zero(), sum).collect()
        }

        pub fn vjp<T: Element>(
            x: &ArrayRef<T, Ix1>,
        ) -> Result<(Array1<T>, impl Fn(&ArrayRef<T, Ix1>) -> Pulled<T> + use<T>), ShapeError>
        {
            let pull = |seed: &ArrayRef<T, Ix1>| {
                let mut adjoint = sums(seed.iter().rev().copied());
                adjoint.reverse();
                Ok(Array1::from(adjoint))
            };
            Ok((Array1::from(sums(x.iter().copied())), pull))
        }
    }

    /// What gives an array of the wrong length, and an adjoint of another.
    pub fn cut<T: Element>(x: &ArrayRef<T, Ix1>) -> Result<Array1<T>, ShapeError> {
        Ok(Array1::zeros(x.len() - 1))
    }

    pub mod cut {
        use super::{Array1, ArrayRef, Element, Ix1, ShapeError, running_sum::Pulled};

        pub fn vjp<T: Element>(
            x: &ArrayRef<T, Ix1>,
        ) -> Result<(Array1<T>, impl Fn(&ArrayRef<T, Ix1>) -> Pulled<T> + use<T>), ShapeError>
        {
            let count = x.len();
            Ok((Array1::zeros(count), move |_: &ArrayRef<T, Ix1>| {
                Ok(Array1::zeros(count - 1))
            }))
        }
    }
}

graph! {
    fn network(x: [n, k], w: [k, 3], const b: [3], v: [3]) -> loss {
        hidden: [n, 3] = elsewhere::dense(x*2, w, b);
        loss = mean((hidden @ v)^2) + sum(hidden);
    }
    fn network_here(x: [n, k], w: [k, 3], const b: [3], v: [3]) -> loss {
        hidden = tanh((x*2) @ w + b);
        loss = mean((hidden @ v)^2) + sum(hidden);
    }

    fn numbers_out(x: [n], y: [n]) -> z { z = elsewhere::spread(x + y)*elsewhere::spread(y); }
    fn views(x: [n, 4], by) -> (y: [n], z) {
        first: [n] = elsewhere::shifted(x[.., 1], by);
        second: [n] = elsewhere::shifted(x.T[2], 3);
        y = first*second;
        z = sum(y) + elsewhere::square(by);
    }
    fn sums(x: [n]) -> y: [n] {
        doubled = 2*x;
        s: [n] = by_hand::running_sum(doubled);
        y = s*doubled;
    }
    /// Small arrays of literal extents are Rust's, here as well.
    fn turned_rows(x: [n, 2], angle) -> z {
        mean_row = mean(x, axis = 0);
        w: [2] = elsewhere::rotate(mean_row, angle);
        m: [3, 2] = elsewhere::sizes([[1, 2, 3], [angle, 5, 6]]);
        z = sum(w*x) + sum(m @ w);
    }
    fn length_of(v: [3], x: [n]) -> z { z = elsewhere::length(v*sum(x)); }
    fn constant_array(x: [n], v: [2]) -> z {
        w: [2] = elsewhere::held([2, 5], sum(x));
        z = sum(w*v);
    }
    fn cut_short(x: [n]) -> z { y: [n] = by_hand::cut(x); z = sum(y); }
}

#[test]
fn arrays_of_any_size() -> Result<(), graph_runtime::ShapeError> {
    let wave = |rows: usize, columns: usize, shift: f64| {
        ndarray::Array2::from_shape_fn((rows, columns), |(i, j)| {
            (shift + i as f64 + 0.7 * j as f64).sin()
        })
    };
    let (x, w) = (wave(5, 4, 0.1), wave(4, 3, 2.0));
    let (b, v) = (wave(1, 3, 0.5), wave(1, 3, -1.0));
    let (b, v) = (b.row(0), v.row(0));
    let (value, d) = network_here::value_and_grad(&x, &w, &b, &v)?;
    let (found, by) = network::value_and_grad(&x, &w, &b, &v)?;
    crate::common::assert_close("value", found, value);
    for (found, expected) in by.x.iter().chain(&by.w).zip(d.x.iter().chain(&d.w)) {
        crate::common::assert_close("partial", *found, *expected);
    }
    let run = network::forward(&x, &w, &b, &v)?;
    assert_eq!(run.hidden.dim(), (5, 3));
    assert_eq!(run.backward(1.0)?.v, by.v);
    network::check(&x, &w, &b, &v)?.assert();

    let (p, q) = (x.column(0), x.column(3));
    numbers_out::check(&p, &q)?.assert();
    views::check(&x, 0.75)?.assert();
    sums::check(&p)?.assert();
    let narrow = wave(5, 2, 0.3);
    turned_rows::check(&narrow, 0.4)?.assert();
    length_of::check(&v, &p)?.assert();
    constant_array::check(&p, &ndarray::array![1.5, -0.5])?.assert();
    Ok(())
}

#[test]
fn known_arrays() -> Result<(), graph_runtime::ShapeError> {
    let x = ndarray::array![1.0, 2.0, 3.0];
    assert_eq!(sums(&x)?, ndarray::array![4.0, 24.0, 72.0]);
    let (_, change) = sums::jvp(&x, &ndarray::array![1.0, 0.0, 0.0])?;
    // y = (2, 6, 12)*(2, 4, 6); along the first entry s changes by 2 everywhere, and the factor by 2 at the front.
    assert_eq!(change, ndarray::array![8.0, 8.0, 12.0]);
    let (z, d) = constant_array::value_and_grad(&x, &ndarray::array![1.0, -1.0])?;
    // w = [2, 5]*36, and its change by the sum is [2, 5]*12.
    assert_eq!((z, d.v), (-108.0, ndarray::array![72.0, 180.0]));
    assert_eq!(d.x, ndarray::array![-36.0, -36.0, -36.0]);
    let g = graph! { x: [n]; s: [n] = by_hand::running_sum(x); z = sum(s*x) }?;
    assert_eq!(g.z, 25.0);
    assert_eq!(g.backward(1.0)?.x, ndarray::array![7.0, 8.0, 9.0]);
    assert_eq!(g.jvp(&ndarray::array![1.0, 0.0, 0.0])?, 7.0);
    Ok(())
}

/// What a call gives is compared with what the graph says, in the value, in the pullback and where a problem is made.
#[test]
fn wrong_shapes_at_run_time() {
    let x = ndarray::array![1.0, 2.0, 3.0];
    let error = cut_short(&x).unwrap_err().to_string();
    assert_eq!(
        error,
        "`y` should have the shape of `its declaration`, [3], but has shape [2]"
    );
    assert!(cut_short::Problem::new(&x).is_err());
    let error = cut_short::value_and_grad(&x).unwrap_err().to_string();
    assert!(
        error.contains(
            "should have the shape of `the argument of its call`, [3], but has shape [2]"
        ),
        "{error}"
    );
}

// An operation of numbers, for each entry.

mod numbers {
    graph_runtime::graph! {
        pub fn bend(x, a) -> y { y = x^2*a + exp(a*x); }
        pub fn scaled(x, const by) -> y { y = x^3*by; }
    }
}

graph! {
    /// Arrays of three shapes, inside an expression, one in another, with an argument that the callee holds constant.
    fn each_of(x: [n, k], a: [k], b) -> z {
        z = sum(b*each(numbers::bend(x, a))) + sum(each(numbers::scaled(each(numbers::bend(a, b)), 3)));
    }
    /// The same, written with indices.
    fn each_by_index(x: [n, k], a: [k], b) -> z {
        bent = each(i in 0..n, j in 0..k, numbers::bend(x[i, j], a[j]));
        z = sum(b*bent) + sum(each(j in 0..k, numbers::scaled(numbers::bend(a[j], b), 3)));
    }
    fn each_in_a_loop(x: [n, k], a: [k]) -> y: [n, k] { y = each(i in 0..n, each(numbers::bend(x[i], a))); }
    fn each_declared(x: [n, k], a: [k]) -> s { y: [n, k] = each(numbers::bend(x, a)); s = norm(y); }
    fn each_of_few(x: [2], a) -> y { y = each(numbers::bend(x, a)); }
    fn each_by_hand(x: [2, 2]) -> s { s = sum(each(coth(x))); }
    /// The output says the shape.
    fn of_declared_output(x: [n, k], w: [k, m], const b: [m]) -> y: [n, m] { y = elsewhere::dense(x, w, b); }
    /// Calls that give numbers, inside of one another.
    fn behind(x: [n], v: [3]) -> z {
        z = elsewhere::square(elsewhere::spread(x*elsewhere::length(v*elsewhere::square(elsewhere::spread(x)))));
    }
    fn each_of_numbers(x, a) -> y { y = each(numbers::bend(x, a)); }
}

#[test]
fn operations_of_numbers_for_each_entry() -> Result<(), graph_runtime::ShapeError> {
    let x = ndarray::array![[0.1, 0.2, -0.3], [0.5, 0.75, 1.0]];
    let a = ndarray::array![0.25, -0.5, 0.75];
    let (z, d) = each_of::value_and_grad(&x, &a, 0.75)?;
    let (expected, by_index) = each_by_index::value_and_grad(&x, &a, 0.75)?;
    assert_eq!((z, d.x, d.a), (expected, by_index.x, by_index.a));
    crate::common::assert_close("number", d.b, by_index.b);
    each_of::check(&x, &a, 0.75)?.assert();
    let rows = each_in_a_loop(&x, &a)?;
    assert_eq!(rows[[1, 2]], numbers::bend(1.0, 0.75));
    assert_eq!(rows[[0, 1]], numbers::bend(0.2, -0.5));
    each_in_a_loop::check(&x, &a)?.assert();
    each_declared::check(&x, &a)?.assert();
    let (y, j) = each_of_few::jacobian([0.5, -1.0], 2.0);
    assert_eq!(y, [numbers::bend(0.5, 2.0), numbers::bend(-1.0, 2.0)]);
    assert_eq!((j.x[0][1], j.x[1][0]), (0.0, 0.0));
    each_of_few::check([0.5, -1.0], 2.0).assert();
    each_by_hand::check([[0.5, 1.0], [-0.75, 2.0]]).assert();
    let (w, b) = (
        ndarray::array![[0.5], [1.0], [-0.75]],
        ndarray::array![0.25],
    );
    assert_eq!(
        of_declared_output(&x, &w, &b)?,
        elsewhere::dense(&x, &w, &b)?
    );
    behind::check(&a, &ndarray::array![0.5, -1.0, 2.0])?.assert();
    assert_eq!(each_of_numbers(0.5, 2.0), numbers::bend(0.5, 2.0));
    Ok(())
}

// Several outputs.

mod pairs {
    graph_runtime::graph! {
        #[graph(as_written)]
        pub fn polar(x, y) -> (r, phi) { r = sqrt(x^2 + y^2); phi = atan2(y, x); }
        pub fn split(v: [3], const a) -> (w: [2], s) { w = [v[0]*v[1], v[2]]*a; s = sum(v^2); }
        pub fn moments(x: [n], by) -> (c: [n], m, s: [2]) {
            m = mean(x)*by;
            c = x^2 - m;
            s = [by*m, sum(x)];
        }
    }
}

/// A sum and a product, by hand.
fn both<T: Real>(x: T, y: T) -> (T, T) {
    (x * y, x + y)
}

mod both {
    use graph_runtime::Real;

    pub fn vjp<T: Real>(x: T, y: T) -> ((T, T), impl Fn(T, T) -> (T, T)) {
        let pull = move |product: T, sum: T| (product * y + sum, product * x + sum);
        (super::both(x, y), pull)
    }
}

graph! {
    fn of_numbers(x, y) -> z { (r, phi) = pairs::polar(x, y); z = r*phi^2; }
    fn by_hand_too(x, y) -> (z, p) { (r, _phi) = pairs::polar(x, y); (p, q) = both(r, y); z = q*x; }
    fn one_of_two(x, y) -> z { (_r, phi) = pairs::polar(x, y); z = phi; }
    fn of_few(v: [3], b) -> (z, u: [2]) { (w: [2], s) = pairs::split(v*b, 3); z = s*w[0]; u = w*s; }
    fn of_any(x: [n], b) -> (z: [n], y) {
        (c: [n], m, s: [2]) = pairs::moments(x*b, b);
        z = c*m;
        y = s[0]*sum(c) + s[1];
    }
    fn number_among_arrays(x: [n], b) -> y { (_c: [n], m, _s: [2]) = pairs::moments(x*b, b); y = m^2; }
    fn array_among_others(x: [n], b) -> c: [n] { (c: [n], _m, _s: [2]) = pairs::moments(x*b, b); }
    fn few_among_any(x: [n], v: [3]) -> y { (w: [2], s) = pairs::split(v*sum(x), 3); y = s*w[0]*x[0]; }
    fn for_each(x: [n], y) -> z { (r, phi) = each(pairs::polar(x, y)); z = sum(r*phi); }
    fn for_each_of_few(x: [2], y) -> z { (r, phi) = each(pairs::polar(x, y)); z = dot(r, phi); }
    fn in_a_loop(x: [n], y) -> z { z = sum(i in 0..n, (r, phi) = pairs::polar(x[i], y); r*phi); }
    fn one_for_each(x: [n], y) -> z { (_r, phi) = each(pairs::polar(x, y)); z = sum(phi); }
    fn in_branches(x, y) -> z { (r, phi) = pairs::polar(x, y); z = if x > 0 { r } else { 2*phi }; }
    /// Of the same block, with shapes.
    fn of_this_block(x: [n]) -> z { (a: [n], b: [n]) = two(x); z = sum(a*b); }
    fn two(x) -> (a, b) { a = x^2; b = sin(x); }
}

#[test]
fn several_outputs() -> Result<(), graph_runtime::ShapeError> {
    // r = 5 and phi, of which the slopes are (3, 4)/5 and (-4, 3)/25.
    let (z, d) = of_numbers::value_and_grad(3.0, 4.0);
    let phi = 4.0_f64.atan2(3.0);
    crate::common::assert_close("value", z, 5.0 * phi * phi);
    crate::common::assert_close("x", d.x, 0.6 * phi * phi - 1.6 * phi);
    crate::common::assert_close("y", d.y, 0.8 * phi * phi + 1.2 * phi);
    of_numbers::check(0.3, 0.5).assert();
    assert_eq!(by_hand_too(3.0, 4.0), (27.0, 20.0));
    by_hand_too::check(0.3, 0.5).assert();
    one_of_two::check(0.3, 0.5).assert();
    of_few::check([0.3, 0.5, 0.75], 1.5).assert();
    in_branches::check(0.3, 0.5).assert();
    in_branches::check(-0.3, 0.5).assert();
    for_each_of_few::check([0.3, 0.5], 0.75).assert();
    let (x, y) = (3.0, 4.0);
    let g = graph! { (r, phi) = pairs::polar(x, y); z = r*phi^2 };
    assert_eq!((g.z, g.backward(1.0).x), (z, d.x));

    let x = ndarray::array![0.5, 0.75, 1.0];
    of_any::check(&x, 0.75)?.assert();
    number_among_arrays::check(&x, 0.75)?.assert();
    array_among_others::check(&x, 0.75)?.assert();
    few_among_any::check(&x, &x)?.assert();
    of_this_block::check(&x)?.assert();
    for_each::check(&x, 0.75)?.assert();
    in_a_loop::check(&x, 0.75)?.assert();
    one_for_each::check(&x, 0.75)?.assert();
    assert_eq!(for_each(&x, 0.75)?, in_a_loop(&x, 0.75)?);
    let (centred, m, sums) = pairs::moments(&x, 2.0)?;
    let run = of_any::forward(&x, 1.0)?;
    assert_eq!((run.c.len(), run.s.len()), (3, 2));
    assert_eq!((centred[0], m, sums[1]), (0.25 - 1.5, 1.5, 2.25));
    Ok(())
}

// Names.

mod algebra {
    graph_runtime::graph! {
        /// The product of quaternions, by the name of a sign's row in the table.
        pub fn mul(p: [4], q: [4]) -> r: [4] {
            r = [p[0]*q[0] - p[1]*q[1] - p[2]*q[2] - p[3]*q[3],
                 p[0]*q[1] + p[1]*q[0] + p[2]*q[3] - p[3]*q[2],
                 p[0]*q[2] - p[1]*q[3] + p[2]*q[0] + p[3]*q[1],
                 p[0]*q[3] + p[1]*q[2] - p[2]*q[1] + p[3]*q[0]];
        }
        pub fn count(x) -> y { y = 3*x; }
        pub fn less(x, y) -> z { z = x - y^2; }
    }
}

/// What is written with a sign has no name to call, and neither has what only formulas of the table use.
#[test]
fn names_of_the_table_that_nobody_calls_are_free() {
    use algebra::{count, less, mul};
    graph! {
        fn by_name(p: [4], q: [4]) -> r: [4] { r: [4] = mul(p, q); }
        fn by_path(p: [4], q: [4]) -> r: [4] { r: [4] = algebra::mul(p, q); }
        fn inner(x, y) -> z { z = count(x) + less(x, y); }
    }
    let (i, j, k) = (
        [0.0, 1.0, 0.0, 0.0],
        [0.0, 0.0, 1.0, 0.0],
        [0.0, 0.0, 0.0, 1.0],
    );
    assert_eq!((by_name(i, j), by_path(i, j)), (k, k));
    by_name::check([1.0, 2.0, 3.0, 4.0], j).assert();
    every_mode!(inner(x = 2.0, y = 3.0) -> z = -1.0, d = [4.0, -6.0]);
}

/// Formulas of the table mean the table, whatever a block's functions are called.
#[test]
fn functions_of_a_block_by_names_of_the_table() {
    graph! {
        fn pow(x, y) -> z { z = x + 100*y; }
        fn exp(x) -> y { y = -x; }
        fn called(x, y) -> z { z = pow(x, y) + exp(x); }
        fn stable(x: [2]) -> z { z = logsumexp(x); }
    }
    every_mode!(called(x = 2.0, y = 3.0) -> z = 300.0, d = [0.0, 100.0]);
    assert!((stable([0.0, 0.0]) - 2f64.ln()).abs() < 1e-15);
}

fn coth<T: Real>(x: T) -> T {
    coth::vjp(x).0
}

mod coth {
    use graph_runtime::Real;

    pub fn vjp<T: Real>(x: T) -> (T, impl Fn(T) -> T) {
        let y = T::of(1.0) / x.tanh();
        (y, move |seed| seed * (T::of(1.0) - y * y))
    }
}

mod layers {
    graph_runtime::graph! {
        pub fn layer1(x) -> y { y = tanh(x); }
        pub fn cost(x, const by) -> y { y = by*x^2; }
        pub fn signal(x) -> y { y = x^3; }
    }
}

/// What is in scope is called, however much it looks like an operation, or like a function of this block.
#[test]
fn names_that_look_like_others() {
    use layers::*;
    graph! {
        fn layer2(x) -> y { y = layer1(x) + coth(x); }
        fn total(x) -> y { y = cost(x, 2) + signal(x); }
    }
    layer2::check(0.3).assert();
    every_mode!(total(x = 2.0) -> y = 16.0, d = [20.0]);
}

/// A function and a module in a block of Rust, where no path leads; and a function in a module that has a `vjp` of its own.
#[test]
fn names_of_a_block_of_rust() {
    fn own<T: Real>(x: T) -> T {
        x * x
    }
    mod own {
        use graph_runtime::Real;

        pub fn vjp<T: Real>(x: T) -> (T, impl Fn(T) -> T) {
            (x * x, move |seed| seed * (x + x))
        }

        graph_runtime::graph! { pub fn beside(x) -> y { y = super::layers::signal(x) + crate::composition::layers::layer1(0); } }
    }
    let x = 3.0;
    let g = graph! { y = own(x)*x };
    assert_eq!((g.y, g.backward(1.0).x), (27.0, 27.0));
    graph! { fn of_array(x: [n]) -> y { y = sum(x)*own(x[0]); } }
    of_array::check(&ndarray::arr1(&[1.5, 2.0]))
        .unwrap()
        .assert();
    assert_eq!(own::beside::value_and_grad(2.0).1.x, 12.0);
}

/// An own operation may have the name of an attribute, which is a macro in scope everywhere.
#[test]
fn own_operations_named_like_attributes() {
    assert_eq!(
        of_attributes::linked::value_and_grad(2.0),
        (8.0, of_attributes::linked::Grad { x: 8.0 })
    );
}

mod of_attributes {
    use graph_runtime::{Real, graph};

    fn link<T: Real>(x: T) -> T {
        x * x
    }
    mod link {
        use graph_runtime::Real;

        pub fn vjp<T: Real>(x: T) -> (T, impl Fn(T) -> T) {
            (x * x, move |seed| seed * (x + x))
        }
    }
    graph! { pub fn linked(x) -> y { y = 2*link(x); } }
}
