//! Structs of parameters: a graph over structs computes what the same graph over their fields does, bit for bit, in every mode
//! of both targets; lists, nested structs, constant fields, labels, and structs of other modules.

use graph_runtime::{Directional, Objective, Record, Residuals, SecondOrder, graph};
use ndarray::{Array1, Array2, array};

graph! {
    /// Numbers and fixed arrays, one of them constant.
    pub struct Pose { q: [2], p: [3], const scale }
    struct Chain { poses: Pose[2], last: Pose }

    fn step(a: Pose, t) -> b: Pose {
        b = Pose { q: a.q*t, p: a.p + sum(a.q), scale: a.scale };
    }
    fn two(a: Pose, t) -> (b: Pose, c) { b = step(a, t); c = dot(a.q, b.q); }

    #[graph(batch, hessian)]
    fn cost(chain: Chain, t) -> c {
        (moved, d) = two(chain.last, t);
        scaled = sum(i in 0..2, chain.poses[i].scale*dot(chain.poses[i].p, chain.poses[i].p));
        chosen = if t > 0 { moved } else { chain.poses[0] };
        walked = fold(s = 0, i in 0..2, s*t + norm(chain.poses[i].q));
        local = sum(k in 0..2, one = chain.poses[k]; one.q[k]*one.p[0]);
        c = scaled*d + sum(chosen.p^3) + walked + local;
    }

    #[graph(batch, hessian)]
    fn flat_cost(q0: [2], p0: [3], const s0, q1: [2], p1: [3], const s1, q2: [2], p2: [3], t) -> c {
        mq = q2*t;
        mp = p2 + sum(q2);
        d = dot(q2, mq);
        scaled = s0*dot(p0, p0) + s1*dot(p1, p1);
        chosen = if t > 0 { mp } else { p0 };
        walked = norm(q0)*t + norm(q1);
        local = q0[0]*p0[0] + q1[1]*p1[0];
        c = scaled*d + sum(chosen^3) + walked + local;
    }

    #[graph(batch)]
    fn several(a: Pose, const b: Pose, x: [2]) -> (r: Pose, s: [2]) {
        r = Pose { q: a.q*x, p: [a.p[0], b.p[1], x[0]], scale: b.scale };
        s = a.q*a.scale + x;
    }
}

graph! {
    struct Layer[d, h] { w: [d, h], b: [h], rate }
    struct Table[v, d] { rows: [v, d], ids: index[v], const mask: [v] }
    struct Net[d] { first: Layer[d, 5], blocks: Layer[5, 5][2], table: Table[7, 5] }

    fn dense(l: Layer[d, h], x: [n, d]) -> y: [n, h] { y = tanh(x @ l.w + l.b*l.rate); }
    fn loss(net: Net[d], const x: [n, d], s) -> l {
        h = fold(a = dense(net.first, x), i in 0..2, dense(net.blocks[i], a));
        picked = net.table.rows[net.table.ids];
        held = sum(i in 0..7, net.table.mask[i]*net.table.rows[i, 0]^2);
        l = mean(h^2) + s*sum(picked*net.table.rows) + held;
    }
    fn flat_loss(w: [d, 5], b: [5], r, w0: [5, 5], b0: [5], r0, w1: [5, 5], b1: [5], r1, rows: [7, 5], const ids: index[7],
        const mask: [7], const x: [n, d], s) -> l {
        h0 = tanh(x @ w + b*r);
        h1 = tanh(h0 @ w0 + b0*r0);
        h = tanh(h1 @ w1 + b1*r1);
        picked = rows[ids];
        held = sum(i in 0..7, mask[i]*rows[i, 0]^2);
        l = mean(h^2) + s*sum(picked*rows) + held;
    }
    fn layer(l: Layer[d, h], x: [n, d]) -> (out: Layer[d, h], y: [n, h]) {
        y = dense(l, x);
        out = Layer { w: l.w*2, b: sum(y, axis = 0), rate: l.rate };
    }
}

/// A struct of fixed arrays in graphs over arrays of any size.
mod elsewhere {
    graph_runtime::graph! {
        use super::Pose;
        pub fn far(p: Pose, x: [n, 2]) -> (s, at: Pose) {
            s = sum((x - p.q)^2)*p.scale + p.p[2]*sum(x);
            at = Pose { q: sum(x, axis = 0) + p.q, p: p.p*2, scale: p.scale };
        }
        pub fn one(p: Pose, x: [n, 2]) -> s { s = sum((x - p.q)^2)*p.scale + p.p[2]*sum(x); }
        pub fn flat(q: [2], p: [3], const scale, x: [n, 2]) -> s { s = sum((x - q)^2)*scale + p[2]*sum(x); }
    }
}

fn pose(s: f64) -> Pose {
    Pose {
        q: [1.0 + s, 0.5 * s],
        p: [0.3, s, -0.2],
        scale: 1.5 - s,
    }
}

fn chain() -> Chain {
    Chain {
        poses: [pose(0.1), pose(-0.4)],
        last: pose(0.9),
    }
}

fn net() -> Net<f64> {
    let mut net = Net::zeros(3);
    let mut at = 0.0;
    for entry in &mut net {
        at += 1.0;
        *entry = f64::sin(at * 0.37) * 0.5;
    }
    net.table.ids = vec![1, 3, 3, 0, 6, 2, 2];
    net.table.mask = Array1::from_shape_fn(7, |i| 0.1 * i as f64);
    net
}

fn data() -> Array2<f64> {
    Array2::from_shape_fn((4, 3), |(i, j)| (i as f64 - j as f64) * 0.3)
}

/// What other orders of the same sums may round differently.
#[track_caller]
fn assert_near(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (a, b) in found.iter().zip(expected) {
        assert!((a - b).abs() <= 1e-13 * b.abs().max(1.0), "{a} is not {b}");
    }
}

#[test]
fn numbers_are_those_of_the_fields() {
    for t in [1.3, -0.7] {
        let c = chain();
        let [a, b] = c.poses;
        let (value, d) = cost::value_and_grad(c, t);
        let (expected, e) =
            flat_cost::value_and_grad(a.q, a.p, a.scale, b.q, b.p, b.scale, c.last.q, c.last.p, t);
        assert_eq!((value, d.to_array()), (expected, e.to_array()));
        assert_eq!((d.chain.poses[1].q, d.chain.last.p, d.t), (e.q1, e.p2, e.t));
        // What is constant has nothing in a gradient.
        assert_eq!(d.chain.poses[0].scale, 0.0);
        let run = cost::forward(c, t);
        assert_eq!(run.c, value);
        assert_near(&run.backward(1.0).to_array(), &d.to_array());
        assert_eq!(run.moved.p, step(c.last, t).p);
        let (value, pull) = cost::vjp(c, t);
        let (chain_adjoint, t_adjoint) = pull(1.0);
        assert_eq!(value, expected);
        assert_near(&chain_adjoint.to_vec(), &d.chain.to_vec());
        assert_near(&[t_adjoint], &[d.t]);
        let direction = chain().map(|x| x * 0.3 - 0.1);
        let found = cost::jvp(c, t, direction, 0.4);
        let [f, g] = direction.poses;
        let last = direction.last;
        let expected = flat_cost::jvp(
            a.q, a.p, a.scale, b.q, b.p, b.scale, c.last.q, c.last.p, t, f.q, f.p, g.q, g.p,
            last.q, last.p, 0.4,
        );
        assert_eq!(found, expected);
        let found = cost::hessian(c, t);
        let expected =
            flat_cost::hessian(a.q, a.p, a.scale, b.q, b.p, b.scale, c.last.q, c.last.p, t);
        assert_eq!(found.2, expected.2);
        let found = cost::hvp(c, t, direction, 0.4).2;
        let expected = flat_cost::hvp(
            a.q, a.p, a.scale, b.q, b.p, b.scale, c.last.q, c.last.p, t, f.q, f.p, g.q, g.p,
            last.q, last.p, 0.4,
        );
        assert_eq!(found.to_array(), expected.2.to_array());
        let report = cost::check(c, t);
        assert!(report.is_right(), "{report}");
    }
}

#[test]
fn outputs_are_structs() {
    let (a, b, x) = (pose(0.2), pose(0.6), [0.5, -2.0]);
    let (r, s) = several(a, b, x);
    let expected = Pose {
        q: [a.q[0] * x[0], a.q[1] * x[1]],
        p: [a.p[0], b.p[1], x[0]],
        scale: b.scale,
    };
    assert_eq!(r, expected);
    let ((again, _), pull) = several::vjp(a, b, x);
    assert_eq!(again, r);
    let seed = Pose {
        q: [1.0, 2.0],
        p: [3.0, 4.0, 5.0],
        scale: 0.0,
    };
    let (da, dx) = pull(seed, [6.0, 7.0]);
    assert_eq!(da.q, [x[0] + 6.0 * a.scale, 2.0 * x[1] + 7.0 * a.scale]);
    assert_eq!(da.p, [3.0, 0.0, 0.0]);
    assert_eq!(dx, [a.q[0] + 5.0 + 6.0, 2.0 * a.q[1] + 7.0]);
    let ((_, t), j) = several::jacobian(a, b, x);
    assert_eq!(t, s);
    // The columns of a struct are its numbers in order but for what is constant.
    assert_eq!(j.a[2], [0.0, 0.0, 1.0, 0.0, 0.0]);
    assert_eq!(j.a[6], [a.scale, 0.0, 0.0, 0.0, 0.0]);
    assert!(several::check(a, b, x).is_right());
}

#[test]
fn batches_take_a_slice_per_number() {
    let poses: Vec<Pose> = (0..37).map(|at| pose(0.05 * f64::from(at) - 0.4)).collect();
    let column = |of: &dyn Fn(&Pose) -> f64| -> Vec<f64> { poses.iter().map(of).collect() };
    let q = [0, 1].map(|at| column(&|pose| pose.q[at]));
    let p = [0, 1, 2].map(|at| column(&|pose| pose.p[at]));
    let scale = column(&|pose| pose.scale);
    let slices = Pose {
        q: [&q[0][..], &q[1][..]],
        p: [&p[0][..], &p[1][..], &p[2][..]],
        scale: &scale[..],
    };
    let x = [&q[1][..], &p[1][..]];
    let ((r, s), j) = several::batch(slices, slices, x).expect("as long as one another");
    for (at, pose) in poses.iter().enumerate() {
        let x = [q[1][at], p[1][at]];
        let ((one, t), k) = several::jacobian(*pose, *pose, x);
        assert_eq!(
            [r.q[0][at], r.p[2][at], r.scale[at]],
            [one.q[0], one.p[2], one.scale]
        );
        assert_eq!([s[0][at], s[1][at]], t);
        assert_eq!(j.a[1][1][at], k.a[1][1]);
    }
    let t = vec![0.8; 37];
    let chains = Chain {
        poses: [slices, slices],
        last: slices,
    };
    let (c, d) = cost::batch(chains, &t).expect("as long as one another");
    let (value, gradient) = cost::value_and_grad(
        Chain {
            poses: [poses[5]; 2],
            last: poses[5],
        },
        0.8,
    );
    assert_near(&[c[5]], &[value]);
    assert_near(&[d.chain.poses[1].q[0][5]], &[gradient.chain.poses[1].q[0]]);
    assert_near(&[d.chain.last.p[2][5]], &[gradient.chain.last.p[2]]);
    let mut values = vec![0.0; 37];
    let mut memory = vec![vec![0.0; 37]; 22];
    let mut rest = memory.iter_mut();
    let mut slice = || &mut rest.next().expect("there are enough")[..];
    let mut pose = || Pose {
        q: [slice(), slice()],
        p: [slice(), slice(), slice()],
        scale: &mut [][..],
    };
    let chain = Chain {
        poses: [pose(), pose()],
        last: pose(),
    };
    let t_slice = slice();
    cost::batch_into(chains, &t, &mut values, cost::Grad { chain, t: t_slice })
        .expect("as long as one another");
    assert_eq!(values, c);
    assert_eq!(memory[5], d.chain.poses[1].q[0]);
}

#[test]
fn arrays_are_those_of_the_fields() {
    let (net, x) = (net(), data());
    let (l0, l1, l2, table) = (&net.first, &net.blocks[0], &net.blocks[1], &net.table);
    let (value, d) = loss::value_and_grad(&net, &x, 0.3).expect("the shapes fit");
    let (expected, e) = flat_loss::value_and_grad(
        &l0.w,
        &l0.b,
        l0.rate,
        &l1.w,
        &l1.b,
        l1.rate,
        &l2.w,
        &l2.b,
        l2.rate,
        &table.rows,
        &table.ids,
        &table.mask,
        &x,
        0.3,
    )
    .expect("the shapes fit");
    assert_eq!(value, expected);
    assert_eq!((&d.net.first.w, d.net.blocks[1].rate), (&e.w, e.r1));
    assert_eq!((&d.net.blocks[0].w, &d.net.table.rows), (&e.w0, &e.rows));
    // What is constant, and labels, have nothing in a gradient.
    assert!(d.net.table.mask.is_empty() && d.net.table.ids.is_empty());
    let run = loss::forward(&net, &x, 0.3).expect("the shapes fit");
    assert_eq!(run.backward(1.0).expect("a number"), d);
    assert_eq!(run.into_owned().backward(1.0).expect("a number"), d);
    let (mut workspace, mut memory) = Default::default();
    for _ in 0..2 {
        loss::value_and_grad_into(&net, &x, 0.3, &mut workspace, &mut memory).expect("fits");
        assert_eq!(memory, d);
    }
    let direction = net.map(|x| x * 0.5 + 0.1);
    let (_, change) = loss::jvp(&net, &x, 0.3, &direction, 0.2).expect("the shapes fit");
    let along: f64 = (&direction)
        .into_iter()
        .zip(&d.net)
        .map(|(a, b)| a * b)
        .sum();
    let along = along + 0.2 * d.s;
    assert!((change - along).abs() < 1e-14, "{change} {along}");
    let report = loss::check(&net, &x, 0.3).expect("the shapes fit");
    assert!(report.is_right(), "{report}");
    let report = layer::check(&net.first, &x).expect("the shapes fit");
    assert!(report.is_right(), "{report}");
}

#[test]
fn problems_have_the_numbers_of_structs() {
    let (net, x) = (net(), data());
    let problem = loss::Problem::new(&net, &x, 0.3).expect("the shapes fit");
    let vector = problem.pack(&net, 0.3).expect("the shapes fit");
    assert_eq!(vector[..vector.len() - 1], net.to_vec());
    let (again, s) = problem.unpack(&vector);
    assert_eq!((again.to_vec(), s), (net.to_vec(), 0.3));
    let mut gradient = vec![0.0; vector.len()];
    let value = problem.gradient(&vector, &mut gradient);
    let (expected, d) = loss::value_and_grad(&net, &x, 0.3).expect("the shapes fit");
    assert_eq!(
        (value, &gradient[..vector.len() - 1]),
        (expected, &*d.net.to_vec())
    );
    let (p, points) = (pose(0.3), Array2::ones((4, 2)));
    let far = elsewhere::far::Problem::new(&p, &points).expect("the shapes fit");
    assert_eq!(Directional::<f64>::seeds(&far), 1 + 2 + 3 + 1);
    let c = chain();
    let problem = cost::Problem { chain: c };
    let mut vector = c.to_vec();
    vector.push(1.1);
    let (mut g, mut h) = (vec![0.0; 16], vec![0.0; 256]);
    let value = problem.hessian(&vector, &mut g, &mut h);
    let (expected, d, e) = cost::hessian(c, 1.1);
    assert_eq!(
        (value, &g[..], &h[..]),
        (expected, &d.to_array()[..], e.as_flattened())
    );
    let problem = several::Problem {
        a: pose(0.1),
        b: pose(0.2),
    };
    let (mut r, mut j) = (vec![0.0; 8], vec![0.0; 56]);
    problem.jacobian(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0], &mut r, &mut j);
    assert_eq!((r[0], j[0], j[5]), (6.0, 6.0, 1.0));
}

/// A struct is one axis of a Jacobian over arrays, of all its numbers in order.
#[test]
fn jacobians_of_arrays() {
    let (p, x) = (
        pose(0.3),
        Array2::from_shape_fn((3, 2), |(i, j)| i as f64 - 0.4 * j as f64),
    );
    let ((s, at), j) = elsewhere::far::jacobian(&p, &x).expect("the shapes fit");
    let (expected, pull) = elsewhere::far::vjp(&p, &x).expect("the shapes fit");
    assert_eq!((s, at), expected);
    assert_eq!((j.p.dim(), j.x.dim()), ((7, 5), (7, 3, 2)));
    let (dp, dx) = pull(1.0, &Pose::default()).expect("the shapes fit");
    assert_near(&j.p.row(0).to_vec(), &dp.to_vec());
    assert_eq!(j.x.index_axis(ndarray::Axis(0), 0), dx);
    let (_, j) = loss::jacobian(&net(), &data(), 0.3).expect("the shapes fit");
    let (_, d) = loss::value_and_grad(&net(), &data(), 0.3).expect("the shapes fit");
    assert_eq!((j.net.to_vec(), j.s), (d.net.to_vec(), d.s));
}

#[test]
fn fixed_arrays_in_graphs_of_any_size() {
    for n in [0, 1, 4] {
        let (p, x) = (
            pose(0.3),
            Array2::from_shape_fn((n, 2), |(i, j)| i as f64 - 0.4 * j as f64),
        );
        let (value, d) = elsewhere::one::value_and_grad(&p, &x).expect("the shapes fit");
        let (expected, e) = elsewhere::flat::value_and_grad(
            &array![p.q[0], p.q[1]],
            &Array1::from(p.p.to_vec()),
            p.scale,
            &x,
        )
        .expect("the shapes fit");
        assert_eq!((value, &d.x), (expected, &e.x));
        assert_eq!(
            (&d.p.q[..], &d.p.p[..]),
            (
                e.q.as_slice().expect("packed"),
                e.p.as_slice().expect("packed")
            )
        );
        let run = elsewhere::one::forward(&p, &x)
            .expect("the shapes fit")
            .into_owned();
        assert_eq!(run.backward(1.0).expect("a number"), d);
        let (mut workspace, mut memory) = Default::default();
        elsewhere::one::value_and_grad_into(&p, &x, &mut workspace, &mut memory).expect("fits");
        assert_eq!(memory, d);
        let run = elsewhere::far::forward(&p, &x).expect("the shapes fit");
        assert_eq!(run.at.p, p.p.map(|x| 2.0 * x));
        let seed = Pose {
            q: [1.0, 2.0],
            p: [3.0, 4.0, 5.0],
            scale: 0.0,
        };
        let back = run.backward(0.0, &seed).expect("the shapes fit");
        assert_eq!((back.p.q, back.p.p), ([1.0, 2.0], [6.0, 8.0, 10.0]));
        let report = elsewhere::far::check(&p, &x).expect("the shapes fit");
        assert!(report.is_right(), "{report}");
    }
}

#[test]
fn wrong_sizes_are_told_by_the_names_of_fields() {
    let mut net = net();
    net.blocks[1].w = Array2::zeros((5, 4));
    let error = loss(&net, &data(), 0.3)
        .expect_err("the sizes differ")
        .to_string();
    assert!(
        error.starts_with("`net.blocks[1].w` should have shape [5, 5]"),
        "{error}"
    );
    let mut net = self::net();
    net.table.ids[2] = 9;
    let error = loss(&net, &data(), 0.3)
        .expect_err("there are 7 rows")
        .to_string();
    assert!(
        error.contains("label 9 at position 2 of `net.table.ids`"),
        "{error}"
    );
}

#[test]
fn records() {
    let net = net();
    let names: Vec<String> = net.iter().map(|leaf| leaf.name).collect();
    let expected = [
        "first.w",
        "first.b",
        "first.rate",
        "blocks[0].w",
        "blocks[0].b",
        "blocks[0].rate",
        "blocks[1].w",
        "blocks[1].b",
        "blocks[1].rate",
        "table.rows",
        "table.mask",
    ];
    assert_eq!(names, expected);
    let twice = net.map(|x| 2.0 * x);
    let mut sum = net.clone();
    sum.axpy(1.0, &net);
    assert_eq!(sum, twice);
    assert_eq!(net.zip(&net, |a, b| a + b), twice);
    assert_eq!(net.zeros_like().to_vec(), vec![0.0; net.count()]);
    let mut other = Net::zeros(3);
    other.assign(&net.to_vec());
    assert_eq!(other.to_vec(), net.to_vec());
    // The layout of an array does not matter.
    let mut turned = net.clone();
    turned.first.w = net
        .first
        .w
        .t()
        .as_standard_layout()
        .into_owned()
        .reversed_axes();
    assert_eq!(turned.to_vec(), net.to_vec());
    turned.axpy(1.0, &net);
    assert_eq!(turned.to_vec(), twice.to_vec());
    let single = Chain::<f32>::default();
    assert_eq!(single.count(), 15);
}

#[test]
#[should_panic(expected = "`first.w` has the shape [3, 5], and that of the other struct [2, 5]")]
fn structs_of_other_sizes_are_not_added() {
    net().axpy(1.0, &Net::zeros(2));
}
