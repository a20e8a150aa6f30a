//! The measures against ArviZ 0.23 (`arviz.rhat`, `arviz.ess`), and quantiles against SciPy 1.17, on draws that both make alike.

use super::*;

/// An autoregressive chain on numbers of a linear congruential generator, exact in double precision but for its own roundings.
fn chain(seed: u64, draws: usize, carried: f64, shift: f64, width: f64) -> Vec<f64> {
    let (mut state, mut x) = (seed, 0.0);
    let draw = |_| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        x = carried * x + ((state >> 11) as f64 / 2.0_f64.powi(53) - 0.5);
        shift + width * x
    };
    (0..draws).map(draw).collect()
}

/// So many chains, each shifted and widened by so much more than the one before.
fn chains(count: u32, draws: usize, carried: f64, shift: f64, width: f64) -> Vec<Vec<f64>> {
    let numbers = (0..count).map(|number| (u64::from(number) + 1, f64::from(number)));
    numbers
        .map(|(seed, number)| chain(seed, draws, carried, shift * number, 1.0 + width * number))
        .collect()
}

#[track_caller]
fn close(found: f64, known: f64) {
    assert!((found / known - 1.0).abs() < 1e-11, "{found}, but {known}");
}

#[test]
fn chains_as_arviz_sees_them() {
    // Alike, of an odd number of draws, at different places, of different widths, and of negative correlation.
    let known = [
        (
            (4, 250, 0.5, 0.0, 0.0),
            1.010_150_566_075_252_6,
            265.277_132_486_542_6,
        ),
        (
            (3, 101, 0.9, 0.0, 0.0),
            1.117_554_418_563_792,
            25.301_209_533_157_52,
        ),
        (
            (2, 400, 0.3, 0.25, 0.0),
            1.131_214_924_408_420_4,
            11.970_551_519_377_649,
        ),
        (
            (4, 200, 0.3, 0.0, 0.75),
            1.168_613_749_224_582_5,
            374.932_659_436_732_4,
        ),
        (
            (4, 300, -0.6, 0.0, 0.0),
            0.998_699_103_481_463_7,
            3_695.017_495_257_149_7,
        ),
    ];
    for ((count, draws, carried, shift, width), known_r_hat, known_ess) in known {
        let chains = chains(count, draws, carried, shift, width);
        close(r_hat(&chains), known_r_hat);
        close(bulk_ess(&chains), known_ess);
    }
}

#[test]
fn equal_draws_share_their_rank() {
    let chains = each(&chains(4, 100, 0.5, 0.0, 0.0), |draw| (4.0 * draw).floor());
    close(r_hat(&chains), 1.008_346_669_988_836_4);
    close(bulk_ess(&chains), 138.744_401_668_480_83);
}

#[test]
fn mean_and_standard_deviation() {
    let of = Summary::new("x".to_owned(), &chains(4, 200, 0.3, 0.0, 0.75));
    close(of.mean, 0.021_361_499_297_215_3);
    close(of.sd, 0.694_668_132_198_621);
    close(
        of.error(),
        0.694_668_132_198_621 / 374.932_659_436_732_4_f64.sqrt(),
    );
}

#[test]
fn quantiles_of_the_normal_distribution() {
    let known = [
        (1e-9, -5.997_807_015_007_686_5),
        (0.01, -2.326_347_874_040_840_8),
        (0.3, -0.524_400_512_708_040_9),
        (0.9999, 3.719_016_485_455_709),
    ];
    for (p, known) in known {
        close(normal_quantile(p), known);
    }
    assert!(normal_quantile(0.5).abs() < 1e-15);
}

#[test]
fn what_cannot_be_said_is_nan() {
    let few = vec![vec![1.0, 2.0, 3.0]; 4];
    let equal = vec![vec![1.0; 100]; 4];
    let mut broken = chains(2, 100, 0.5, 0.0, 0.0);
    broken[1][70] = f64::NAN;
    for draws in [few, equal, broken, Vec::new()] {
        assert!(r_hat(&draws).is_nan() && bulk_ess(&draws).is_nan());
    }
}
