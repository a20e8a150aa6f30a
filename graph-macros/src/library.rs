//! The library: functions in the language itself that any block may call, as if it had them.
//!
//! So far rotations and rigid motions, by their groups: `exp` from tangents, `log` back, `inv`, products and what they do to points. A
//! rotation is an array as `nalgebra` stores it: of the plane the unit complex number [cos, sin], of space the unit quaternion
//! [x, y, z, w]. A motion is the translation, then the rotation, and its tangents likewise. Invariant: a body calls operations of the
//! table and functions of the library alone, whatever the block calls so.

use std::cell::OnceCell;
use std::str::FromStr;

use proc_macro2::TokenStream;

use crate::parse;
use crate::syntax::{Function, Role};

/// The functions, each with its documentation.
const TEXT: &str = "
    /// The rotation of the plane by an angle.
    fn so2_exp(a) -> r: [2] { r = [cos(a), sin(a)]; }
    /// The angle of a rotation, in [-π, π].
    fn so2_log(r: [2]) -> a { a = atan2(r[1], r[0]); }
    fn so2_inv(r: [2]) -> s: [2] { s = [r[0], -r[1]]; }
    fn so2_mul(p: [2], q: [2]) -> r: [2] { r = [p[0]*q[0] - p[1]*q[1], p[1]*q[0] + p[0]*q[1]]; }
    fn so2_act(r: [2], x: [2]) -> y: [2] { y = so2_mul(r, x); }

    /// The rotation about a vector, by its length as the angle.
    fn so3_exp(w: [3]) -> q: [4] {
        s = dot(w, w)/4;
        h = stumpff(1, s)/2;
        q = [h*w[0], h*w[1], h*w[2], stumpff(0, s)];
    }
    /// The vector about which a rotation turns, no longer than π.
    fn so3_log(q: [4]) -> w: [3] {
        h = acos_ratio(0, abs(q[3]));
        w = (if q[3] < 0 { -2*h } else { 2*h })*q[0..3];
    }
    fn so3_inv(q: [4]) -> p: [4] { p = [-q[0], -q[1], -q[2], q[3]]; }
    fn so3_mul(p: [4], q: [4]) -> r: [4] {
        r = [
            p[3]*q[0] + p[0]*q[3] + p[1]*q[2] - p[2]*q[1],
            p[3]*q[1] - p[0]*q[2] + p[1]*q[3] + p[2]*q[0],
            p[3]*q[2] + p[0]*q[1] - p[1]*q[0] + p[2]*q[3],
            p[3]*q[3] - p[0]*q[0] - p[1]*q[1] - p[2]*q[2]
        ];
    }
    fn so3_act(q: [4], x: [3]) -> y: [3] {
        v = q[0..3];
        t = 2*cross(v, x);
        y = x + q[3]*t + cross(v, t);
    }

    fn se2_exp(u: [3]) -> x: [4] {
        s = u[2]^2;
        a = stumpff(1, s);
        b = u[2]*stumpff(2, s);
        x = [a*u[0] - b*u[1], b*u[0] + a*u[1], cos(u[2]), sin(u[2])];
    }
    fn se2_log(x: [4]) -> u: [3] {
        a = atan2(x[3], x[2]);
        s = a^2/4;
        h = a/2;
        c = stumpff(0, s)/stumpff(1, s);
        u = [c*x[0] + h*x[1], c*x[1] - h*x[0], a];
    }
    fn se2_inv(x: [4]) -> y: [4] {
        r = so2_inv(x[2..4]);
        t = so2_mul(r, x[0..2]);
        y = [-t[0], -t[1], r[0], r[1]];
    }
    fn se2_mul(a: [4], b: [4]) -> x: [4] {
        t = so2_mul(a[2..4], b[0..2]);
        r = so2_mul(a[2..4], b[2..4]);
        x = [a[0] + t[0], a[1] + t[1], r[0], r[1]];
    }
    fn se2_act(x: [4], p: [2]) -> y: [2] { y = x[0..2] + so2_mul(x[2..4], p); }

    fn se3_exp(u: [6]) -> x: [7] {
        v = u[0..3];
        w = u[3..6];
        s = dot(w, w);
        wv = cross(w, v);
        x = concat(v + stumpff(2, s)*wv + stumpff(3, s)*cross(w, wv), so3_exp(w));
    }
    fn se3_log(x: [7]) -> u: [6] {
        t = x[0..3];
        w = so3_log(x[3..7]);
        s = dot(w, w)/4;
        wt = cross(w, t);
        c = (stumpff(2, s) - stumpff(3, s))/(4*stumpff(1, s));
        u = concat(t - 0.5*wt + c*cross(w, wt), w);
    }
    fn se3_inv(x: [7]) -> y: [7] {
        q = so3_inv(x[3..7]);
        y = concat(-so3_act(q, x[0..3]), q);
    }
    fn se3_mul(a: [7], b: [7]) -> x: [7] {
        x = concat(a[0..3] + so3_act(a[3..7], b[0..3]), so3_mul(a[3..7], b[3..7]));
    }
    fn se3_act(x: [7], p: [3]) -> y: [3] { y = x[0..3] + so3_act(x[3..7], p); }
";

/// What the names of the library begin with.
const GROUPS: [&str; 4] = ["so2_", "so3_", "se2_", "se3_"];

/// The functions, where a word may be the name of one; they are read when the first is asked for.
pub fn named<'f>(word: &str, read: &'f OnceCell<Vec<Function>>) -> &'f [Function] {
    match GROUPS.iter().any(|group| word.starts_with(group)) {
        true => read.get_or_init(functions),
        false => &[],
    }
}

fn functions() -> Vec<Function> {
    let tokens = TokenStream::from_str(TEXT);
    let tokens = tokens.unwrap_or_else(|error| unreachable!("the library has tokens: {error}"));
    let mut functions = parse::functions(tokens, &[]);
    for function in &mut functions {
        function.role = Role::Library;
    }
    functions
}
