//! Snavely's camera (Bundler, 2006), as in bundle adjustment: three numbers of rotation, three of translation, focal
//! length and two of distortion, with their point and the observed pixel: two residuals, fifteen inputs.

use graph_runtime::graph;
use num_dual::{Dual64, DualNum};

use crate::programs::by_duals;

graph! {
    /// Rodrigues' formula; near no rotation at all, its first two terms.
    #[graph(as_written)]
    fn rotate(w: [3], v: [3]) -> r: [3] {
        square = dot(w, w);
        angle = sqrt(square);
        axis = w/angle;
        r = if square > 0 {
            v*cos(angle) + cross(axis, v)*sin(angle) + axis*(dot(axis, v)*(1 - cos(angle)))
        } else {
            v + cross(w, v)
        };
    }
    pub fn residual(camera: [9], point: [3], pixel: [2], weight) -> error: [2] {
        seen = rotate(camera[..3], point) + camera[3..6];
        p = -seen[..2]/seen[2];
        square = dot(p, p);
        distortion = 1 + square*(camera[7] + camera[8]*square);
        error = weight*(camera[6]*distortion*p - pixel);
    }
}

fn by_hand(input: [Dual64; 15]) -> [Dual64; 2] {
    let [w0, w1, w2, t0, t1, t2, focal, k1, k2, x, y, z, u, v, weight] = input;
    let square = w0 * w0 + w1 * w1 + w2 * w2;
    let crossed = [w1 * z - w2 * y, w2 * x - w0 * z, w0 * y - w1 * x];
    let [x, y, z] = if square.re > 0.0 {
        let angle = square.sqrt();
        let (sine, cosine) = (angle.sin() / angle, angle.cos());
        let along = (w0 * x + w1 * y + w2 * z) * (-cosine + 1.0) / square;
        [
            x * cosine + crossed[0] * sine + w0 * along,
            y * cosine + crossed[1] * sine + w1 * along,
            z * cosine + crossed[2] * sine + w2 * along,
        ]
    } else {
        [x + crossed[0], y + crossed[1], z + crossed[2]]
    };
    let (px, py) = (-(x + t0) / (z + t2), -(y + t1) / (z + t2));
    let r2 = px * px + py * py;
    let factor = focal * (r2 * (k1 + k2 * r2) + 1.0);
    [weight * (factor * px - u), weight * (factor * py - v)]
}

const CAMERA: [f64; 9] = [0.3, -0.2, 0.15, 0.5, -0.4, -5.0, 520.0, -0.08, 0.03];
const POINT: [f64; 3] = [0.7, -1.1, 0.4];
const PIXEL: [f64; 2] = [101.5, -140.25];
const WEIGHT: f64 = 0.8;

fn flat(camera: [f64; 9]) -> [f64; 15] {
    let mut input = [0.0; 15];
    input[..9].copy_from_slice(&camera);
    input[9..12].copy_from_slice(&POINT);
    input[12..14].copy_from_slice(&PIXEL);
    input[14] = WEIGHT;
    input
}

/// Every entry is close on the scale of its row.
fn assert_rows(rows: [[f64; 15]; 2], wanted: [[f64; 15]; 2]) {
    for (row, wanted) in rows.iter().zip(&wanted) {
        for (at, (found, wanted)) in row.iter().zip(wanted).enumerate() {
            let scale = wanted.abs().max(1.0);
            assert!(
                (found - wanted).abs() < 1e-11 * scale,
                "input {at}: {found}, not {wanted}"
            );
        }
    }
}

fn joined(a: &[f64; 9], b: &[f64; 3], c: &[f64; 2], d: f64) -> [f64; 15] {
    let all: Vec<f64> = a.iter().chain(b).chain(c).copied().chain([d]).collect();
    all.try_into().expect("fifteen slopes")
}

#[test]
fn the_jacobian_has_two_rows_of_fifteen() {
    for camera in [CAMERA, {
        let mut still = CAMERA;
        still[..3].fill(0.0);
        still
    }] {
        let (values, slopes) = by_duals(by_hand, flat(camera));
        let (error, j) = residual::jacobian(camera, POINT, PIXEL, WEIGHT);
        assert_rows(
            [
                joined(&j.camera[0], &j.point[0], &j.pixel[0], j.weight[0][0]),
                joined(&j.camera[1], &j.point[1], &j.pixel[1], j.weight[1][0]),
            ],
            slopes,
        );
        for (found, wanted) in error.iter().zip(values) {
            assert!(
                (found - wanted).abs() < 1e-12 * wanted.abs(),
                "{found}, not {wanted}"
            );
        }
        let backward = |seed: [f64; 2]| {
            let d = residual::forward(camera, POINT, PIXEL, WEIGHT).backward(seed);
            joined(&d.camera, &d.point, &d.pixel, d.weight)
        };
        assert_rows([backward([1.0, 0.0]), backward([0.0, 1.0])], slopes);
    }
}
