//! The heat equation on a grid, by stencils: the residual of implicit steps, and its slopes by sources, against loops by hand.

use graph_runtime::graph;
use ndarray::{Array1, Array2, Array3};

use crate::programs::noise;

graph! {
    /// One step after the other: `u` at every time, a conductivity and a source at every place.
    fn residual(u: [s, n, m], kappa: [n, m], f: [n, m], const h, const tau) -> r: [s - 1, n - 2, m - 2] {
        r = each(k in 1..s, i in 1..n - 1, j in 1..m - 1,
            around = u[k, i - 1, j] + u[k, i + 1, j] + u[k, i, j - 1] + u[k, i, j + 1] - 4*u[k, i, j];
            (u[k, i, j] - u[k - 1, i, j])/tau - kappa[i, j]*around/h^2 - f[i, j]);
    }
    /// The same by a function of one time, and by slices.
    fn laplacian(u: [n, m], const h) -> l: [n - 2, m - 2] {
        l = each(i in 1..n - 1, j in 1..m - 1, (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] - 4*u[i, j])/h^2);
    }
    fn residual_by_times(u: [s, n, m], kappa: [n, m], f: [n, m], const h, const tau) -> r: [s - 1, n - 2, m - 2] {
        r = each(k in 1..s, change = (u[k] - u[k - 1])/tau - f;
            change[1..n - 1, 1..m - 1] - kappa[1..n - 1, 1..m - 1]*laplacian(u[k], h));
    }
    /// Without ends: the last neighbours are the first.
    fn ring(u: [n], kappa, const h) -> r: [n] { r = kappa*(concat(u[1..], u[..1]) - 2*u + concat(u[n - 1..], u[..n - 1]))/h^2; }
    fn misfit(u: [s, n, m], kappa: [n, m], f: [n, m], const h, const tau) -> e { e = sum(residual(u, kappa, f, h, tau)^2)/2; }

    /// A source by a few numbers, in a steady state.
    fn source(strength, centre: [2], width, const u: [n, m], const h) -> e {
        f = each(i in 0..n, j in 0..m, d = [i*h, j*h] - centre; strength*exp(-dot(d, d)/(2*width^2)));
        r = each(i in 1..n - 1, j in 1..m - 1,
            (u[i - 1, j] + u[i + 1, j] + u[i, j - 1] + u[i, j + 1] - 4*u[i, j])/h^2 + f[i, j]);
        e = sum(r^2)/2;
    }

    /// As finite volumes: what flows out of a cell flows into the next.
    fn conserved(u: [n, m], kappa: [n, m], const h) -> (r: [n - 2, m - 2], total) {
        down = each(i in 0..n - 1, j in 0..m, (kappa[i, j] + kappa[i + 1, j])/2*(u[i + 1, j] - u[i, j])/h);
        across = each(i in 0..n, j in 0..m - 1, (kappa[i, j] + kappa[i, j + 1])/2*(u[i, j + 1] - u[i, j])/h);
        r = each(i in 1..n - 1, j in 1..m - 1, (down[i, j] - down[i - 1, j] + across[i, j] - across[i, j - 1])/h);
        total = sum(r)*h^2;
    }
}

const H: f64 = 0.25;
const TAU: f64 = 0.125;

/// The residual, and for a seed of it the adjoints of `u`, `kappa` and `f`.
fn by_hand(
    u: &Array3<f64>,
    kappa: &Array2<f64>,
    f: &Array2<f64>,
    seed: impl Fn(&Array3<f64>) -> Array3<f64>,
) -> (Array3<f64>, Array3<f64>, Array2<f64>, Array2<f64>) {
    let (s, n, m) = u.dim();
    let around = |k: usize, i: usize, j: usize| {
        u[[k, i - 1, j]] + u[[k, i + 1, j]] + u[[k, i, j - 1]] + u[[k, i, j + 1]]
            - 4.0 * u[[k, i, j]]
    };
    let r = Array3::from_shape_fn((s - 1, n - 2, m - 2), |(k, i, j)| {
        let (k, i, j) = (k + 1, i + 1, j + 1);
        (u[[k, i, j]] - u[[k - 1, i, j]]) / TAU
            - kappa[[i, j]] * around(k, i, j) / (H * H)
            - f[[i, j]]
    });
    let seed = seed(&r);
    let (mut du, mut dkappa, mut df) = (
        Array3::zeros(u.dim()),
        Array2::zeros((n, m)),
        Array2::zeros((n, m)),
    );
    for ((k, i, j), seed) in seed.indexed_iter() {
        let (k, i, j) = (k + 1, i + 1, j + 1);
        du[[k, i, j]] += seed / TAU + 4.0 * seed * kappa[[i, j]] / (H * H);
        du[[k - 1, i, j]] -= seed / TAU;
        for (i2, j2) in [(i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)] {
            du[[k, i2, j2]] -= seed * kappa[[i, j]] / (H * H);
        }
        dkappa[[i, j]] -= seed * around(k, i, j) / (H * H);
        df[[i, j]] -= seed;
    }
    (r, du, dkappa, df)
}

#[test]
fn steps_in_time() {
    for (s, n, m) in [(4, 7, 6), (2, 3, 3), (3, 12, 40)] {
        let (u, kappa, f) = (
            noise((s, n, m), 70),
            noise((n, m), 71) + 2.0,
            noise((n, m), 72),
        );
        let seed = noise((s - 1, n - 2, m - 2), 73);
        let (r, du, dkappa, df) = by_hand(&u, &kappa, &f, |_| seed.clone());
        array_modes!(sized residual(u = &u, kappa = &kappa, f = &f; H, TAU) -> r = r, seed &seed, d(du, dkappa, df));
        array_modes!(
            sized residual_by_times(u = &u, kappa = &kappa, f = &f; H, TAU) -> r = r, seed &seed, d(du, dkappa, df)
        );
        let (r, du, dkappa, df) = by_hand(&u, &kappa, &f, Clone::clone);
        let e = (&r * &r).sum() / 2.0;
        array_modes!(sized misfit(u = &u, kappa = &kappa, f = &f; H, TAU) -> e = e, d(du, dkappa, df));
    }
}

#[test]
fn a_source_by_a_few_numbers() {
    let u = noise((8, 9), 74);
    let (strength, centre, width) = (1.5, Array1::from(vec![0.8, 1.1]), 0.6);
    let (mut e, mut dstrength, mut dcentre, mut dwidth) = (0.0, 0.0, Array1::zeros(2), 0.0);
    for i in 1..7 {
        for j in 1..8 {
            let d = Array1::from(vec![i as f64 * H, j as f64 * H]) - &centre;
            let bell = (-d.dot(&d) / (2.0 * width * width)).exp();
            let around =
                u[[i - 1, j]] + u[[i + 1, j]] + u[[i, j - 1]] + u[[i, j + 1]] - 4.0 * u[[i, j]];
            let r = around / (H * H) + strength * bell;
            e += r * r / 2.0;
            dstrength += r * bell;
            dcentre.scaled_add(r * strength * bell / (width * width), &d);
            dwidth += r * strength * bell * d.dot(&d) / width.powi(3);
        }
    }
    array_modes!(
        sized source(strength = strength, centre = &centre, width = width; &u, H) -> e = e, d(dstrength, dcentre, dwidth)
    );
}

/// Flux by flux, each of which leaves one cell for the next.
#[test]
fn finite_volumes() {
    let (n, m) = (6, 7);
    let (u, kappa) = (noise((n, m), 75), noise((n, m), 76) + 2.0);
    let (seed, of_total) = (noise((n - 2, m - 2), 77), 0.75);
    let inside = |(i, j): (usize, usize)| (1..n - 1).contains(&i) && (1..m - 1).contains(&j);
    let (mut r, mut total) = (Array2::<f64>::zeros((n - 2, m - 2)), 0.0);
    let (mut du, mut dkappa) = (Array2::<f64>::zeros((n, m)), Array2::<f64>::zeros((n, m)));
    for a in (0..n).flat_map(|i| (0..m).map(move |j| (i, j))) {
        for b in [(a.0 + 1, a.1), (a.0, a.1 + 1)] {
            if b.0 == n || b.1 == m {
                continue;
            }
            let flux = (kappa[a] + kappa[b]) / 2.0 * (u[b] - u[a]) / H;
            let mut slope = 0.0;
            for (cell, sign) in [(a, 1.0), (b, -1.0)] {
                if inside(cell) {
                    r[[cell.0 - 1, cell.1 - 1]] += sign * flux / H;
                    total += sign * flux * H;
                    slope += sign * (seed[[cell.0 - 1, cell.1 - 1]] / H + of_total * H);
                }
            }
            du[b] += slope * (kappa[a] + kappa[b]) / (2.0 * H);
            du[a] -= slope * (kappa[a] + kappa[b]) / (2.0 * H);
            dkappa[a] += slope * (u[b] - u[a]) / (2.0 * H);
            dkappa[b] += slope * (u[b] - u[a]) / (2.0 * H);
        }
    }
    let run = conserved::forward(&u, &kappa, H).expect("the shapes agree");
    crate::programs::assert_near("what flows in", &run.r, &r);
    assert!(
        (run.total - total).abs() < 1e-12,
        "{}, not {total}",
        run.total
    );
    let d = run.backward(&seed, of_total).expect("the shapes agree");
    crate::programs::assert_near("u", &d.u, &du);
    crate::programs::assert_near("kappa", &d.kappa, &dkappa);
    let (_, along) = conserved::jvp(&u, &kappa, H, &du, &dkappa).expect("the shapes agree");
    let square = (&du * &du).sum() + (&dkappa * &dkappa).sum();
    let along = (&along.0 * &seed).sum() + along.1 * of_total;
    assert!(
        (along - square).abs() < 1e-12 * square,
        "{along}, not {square}"
    );
}

#[test]
fn on_a_ring() {
    let (n, kappa) = (9, 1.75);
    let (u, seed) = (noise(n, 78), noise(n, 79));
    let around = |u: &Array1<f64>| {
        Array1::from_shape_fn(n, |i| {
            (u[(i + 1) % n] - 2.0 * u[i] + u[(i + n - 1) % n]) / (H * H)
        })
    };
    let (r, du) = (around(&u) * kappa, around(&seed) * kappa);
    let dkappa = around(&u).dot(&seed);
    array_modes!(
        sized ring(u = &u, kappa = kappa; H) -> r = r, seed &seed, d(du, dkappa)
    );
}
