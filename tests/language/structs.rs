//! Structs where they are hard to place: constant ones within others, single numbers, shapes other than declared, names that
//! Rust or the code around them has too, and several of one name.

use graph_runtime::{Record, graph};
graph! {
    struct P { x, y: [2] }
    struct Q { const p: P, z, const ps: P[2] }
    fn held(q: Q, t) -> r { r = q.p.x^2*q.z*t + q.ps[0].x^2; }
    struct One { x }
    fn one(p: One) -> q: One { q = One { x: p.x*2 }; }
    fn list(p: One[1]) -> q: One[1] { q = p; }
    struct Pair { x, y }
    fn g(p: Pair, t) -> q: Pair { q = Pair { x: p.x*t, y: t }; }
    fn mapped(p: Pair, t: [n]) -> r { c = g(p, t); r = sum(c.x) + sum(c.y^2); }
    fn small(p: Pair, t: [4]) -> r { c = g(p, t); d = if t > 0 { c } else { g(p, 2*t) }; r = sum(d.x); }
    struct Near { q_array: [2], q: [2] }
    fn near(p: Near, x: [n, 2]) -> z { z = sum(x @ p.q) + sum(p.q_array); }
    struct r#union { x }
    fn raw(p: r#union) -> z { z = p.x; }
    struct Labelled[d] { w: [d], ids: index[d] }
    fn labels(l: Labelled[d], t) -> y { o = l; y = sum(o.w[o.ids])*t; }
}
#[allow(dead_code, reason = "no dimension means it")]
const N: usize = 3;
graph! { #[derive(Default)] struct Sized[N] { w: [N], v: [N - 1] } fn sized(s: Sized[k]) -> y { y = sum(s.w) + sum(s.v); } }
macro_rules! twice {
    ($m:ident) => {
        mod $m {
            graph_runtime::graph! { pub struct P { x } pub fn f(p: P) -> y { y = p.x; } }
        }
    };
}
twice!(a);
twice!(b);
graph! { use self::a::P as A; use self::b::P as B; fn both(a: A, b: B) -> y { y = a.x*b.x; } }
mod geo {
    graph_runtime::graph! { pub struct P { x } }
}
graph! { use geo::P; fn first(p: P) -> y { y = p.x; } }
graph! { use geo::P as Q; fn second(p: Q) -> y { y = p.x; } }
#[test]
fn structs_hold_wherever_they_stand() {
    let p = P {
        x: 3.0,
        y: [1.0, 2.0],
    };
    let q = Q {
        p,
        z: 2.0,
        ps: [p; 2],
    };
    let (_, d) = held::value_and_grad(q, 0.5);
    assert_eq!((d.q.p.x, d.q.ps[0].x, d.q.z, d.t), (0.0, 0.0, 4.5, 18.0));
    assert_eq!(d.to_array().len(), 1 + q.to_vec().len());
    assert_eq!(one::vjp(One { x: 2.0 }).1(One { x: 3.0 }), One { x: 6.0 });
    assert_eq!(one::jacobian(One { x: 2.0 }).1.p, [[2.0]]);
    assert_eq!(list([One { x: 2.0 }])[0].x, 2.0);
    let t = ndarray::arr1(&[1.0, 2.0]);
    let (v, d) =
        mapped::value_and_grad(&Pair { x: 2.0, y: 0.0 }, &t).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!((v, d.p.x), (11.0, 3.0));
    let (_, d) = small::value_and_grad(Pair { x: 2.0, y: 0.0 }, [1.0, -1.0, 2.0, -2.0]);
    assert_eq!(d.p.x, 1.0 - 2.0 + 2.0 - 4.0);
    let (_, d) = near::value_and_grad(
        &Near {
            q_array: [1.0, 2.0],
            q: [3.0, 4.0],
        },
        &ndarray::arr2(&[[1.0, 5.0]]),
    )
    .unwrap();
    assert_eq!((d.p.q, d.p.q_array), ([1.0, 5.0], [1.0, 1.0]));
    assert_eq!(raw(r#union { x: 1.0 }), 1.0);
    let l = Labelled {
        w: ndarray::arr1(&[1.0, 2.0]),
        ids: vec![1, 1],
    };
    assert_eq!(
        labels::value_and_grad(&l, 3.0).unwrap().1.l.w,
        ndarray::arr1(&[0.0, 6.0])
    );
    assert_eq!(sized(&Sized::<f64>::zeros(3)).unwrap(), 0.0);
    assert_eq!(both(a::P { x: 2.0 }, b::P { x: 3.0 }), 6.0);
    assert_eq!(first(geo::P { x: 2.0 }) + second(geo::P { x: 3.0 }), 5.0);
}

graph! {
    struct State { angle, speed }
    struct Params { length, damping }
    fn slope(s: State, p: Params) -> d: State { d = State { angle: s.speed, speed: -9.81/p.length*sin(s.angle) - p.damping*s.speed }; }
    fn moved(s: State, d: State, h) -> r: State { r = State { angle: s.angle + h*d.angle, speed: s.speed + h*d.speed }; }
    fn step(s: State, p: Params, h) -> r: State {
        a = slope(s, p); b = slope(moved(s, a, h/2), p); c = slope(moved(s, b, h/2), p); d = slope(moved(s, c, h), p);
        r = State { angle: s.angle + h/6*(a.angle + 2*b.angle + 2*c.angle + d.angle), speed: s.speed + h/6*(a.speed + 2*b.speed + 2*c.speed + d.speed) };
    }
    #[graph(batch)]
    fn swing(start: State, p: Params) -> end: State { end = fold(s = start, k in 0..20, step(s, p, 0.01)); }
    fn energy(start: State, p: Params) -> e { end = fold(s = start, k in 0..20, t = step(s, p, 0.01); t); e = end.speed^2/2; }
}

/// A fold carries a struct.
#[test]
fn pendulum() {
    let (s, p) = (
        State {
            angle: 1.0,
            speed: 0.0,
        },
        Params {
            length: 1.0,
            damping: 0.1,
        },
    );
    let end: State = swing(s, p);
    assert!(swing::check(s, p).is_right());
    assert!(energy::check(s, p).is_right());
    assert_eq!(energy(s, p), end.speed * end.speed / 2.0);
}

graph! {
    struct Walker { at, speed }
    fn walked(w: Walker, h) -> next { next = Walker { at: w.at + h*w.speed, speed: w.speed }; }
    fn path(w: Walker, x: [3]) -> y {
        end = fold(s = w, i in 0..3,
            h = if i == 0 { 2*x[0] } else { x[i - 1] };
            before = if i == 0 { s } else { last = walked(s, x[i - 1]); last };
            walked(before, h));
        y = end.at*end.speed;
    }
    fn paths(w: Walker, x: [n]) -> y {
        y = sum(i in 0..n, p = if i == 0 { w } else { last = walked(w, x[i - 1]); last }; p.at*x[i]);
    }
    struct Chosen { ids: index[2], w: [3] }
    fn entries(c: Chosen[2], x: [3]) -> y { last = c[1]; y = sum(x[c[0].ids]) + x[last.ids[1]]*last.w[0]; }
}

/// What a body or a branch calls its own is a struct where it is one, and an output is one without being said to be.
#[test]
fn structs_of_bodies_and_branches() {
    let w = Walker {
        at: 1.0,
        speed: 2.0,
    };
    let (y, d) = path::value_and_grad(w, [3.0, 5.0, 7.0]);
    assert_eq!(y, 2.0 * (1.0 + 2.0 * (4.0 * 3.0 + 2.0 * 5.0)));
    assert_eq!((d.w.at, d.x), (2.0, [16.0, 8.0, 0.0]));
    let next: Walker = walked(w, 0.5);
    assert_eq!(next.at, 2.0);
    let x = ndarray::arr1(&[3.0, 5.0, 7.0]);
    let (y, d) = paths::value_and_grad(&w, &x).unwrap();
    assert_eq!(y, 3.0 + (1.0 + 2.0 * 3.0) * 5.0 + (1.0 + 2.0 * 5.0) * 7.0);
    assert_eq!(d.w.at, 15.0);
    assert!(paths::check(&w, &x).unwrap().is_right());
    let c = [[2, 0], [0, 1]].map(|ids| Chosen {
        ids: ids.to_vec(),
        w: ndarray::arr1(&[4.0, 0.0, 0.0]),
    });
    let x = ndarray::arr1(&[3.0, 5.0, 7.0]);
    assert_eq!(entries(&c, &x).unwrap(), 7.0 + 3.0 + 5.0 * 4.0);
}

graph! {
    #[cfg_attr(all(), derive(Clone, Default))]
    #[cfg_attr(any(), derive(Debug), cfg_attr(all(), derive(PartialEq)))]
    struct Sometimes { x }
    #[cfg_attr(any(), derive(Clone, Default))]
    #[cfg_attr(all(), derive(Debug), cfg_attr(all(), derive(PartialEq)))]
    struct Otherwise { x }
    fn sum_of(a: Sometimes, b: Otherwise) -> y { y = a.x + b.x; }
}

/// A struct has each of its traits once, whether or not the condition holds under which the user has it derived.
#[test]
fn derives_under_conditions() {
    let (a, b) = (Sometimes::<f64>::default(), Otherwise::<f64>::default());
    assert_eq!(
        format!("{:?} {:?}", a.clone(), b.clone()),
        "Sometimes { x: 0.0 } Otherwise { x: 0.0 }"
    );
    assert!(a == Sometimes { x: 0.0 } && b == Otherwise { x: 0.0 });
    assert_eq!(sum_of(a, b), 0.0);
}
