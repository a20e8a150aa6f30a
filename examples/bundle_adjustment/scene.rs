//! A synthetic scene: points in a box, cameras on an arc around them, and what the cameras saw, with noise.
//!
//! Invariant: everything follows from one seed, so that the minimum is one known number.

use rand::{RngExt, SeedableRng, rngs::ChaCha8Rng};

use crate::project;

const CAMERAS: usize = 5;
const POINTS: usize = 16;
/// The standard deviation of what is seen, in pixels.
const NOISE: f64 = 0.5;

/// Where one camera saw one point.
pub(crate) struct Sighting {
    pub camera: usize,
    pub point: usize,
    pub seen: [f64; 2],
}

/// Cameras, points, or what is believed of them.
#[derive(Clone)]
pub(crate) struct Scene {
    pub cameras: Vec<[f64; 9]>,
    pub points: Vec<[f64; 3]>,
}

impl Scene {
    /// All cameras, then all points.
    pub fn flat(&self) -> Vec<f64> {
        let cameras = self.cameras.iter().flatten();
        cameras
            .chain(self.points.iter().flatten())
            .copied()
            .collect()
    }
}

/// What was seen, and a first guess of where everything is, some way from the truth.
pub(crate) fn scene(seed: u64) -> (Vec<Sighting>, Scene) {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut uniform = |size: f64| rng.random_range(-size..size);
    let truth = Scene {
        cameras: (0..CAMERAS)
            .map(|at| {
                // Turned about the vertical axis, eight units away, looking down the negative z axis.
                let turn = 0.4 * (at as f64 - 2.0);
                [
                    0.1 * uniform(1.0),
                    turn,
                    0.1 * uniform(1.0),
                    uniform(0.2),
                    uniform(0.2),
                    -8.0,
                    500.0,
                    -0.05,
                    0.01,
                ]
            })
            .collect(),
        points: (0..POINTS)
            .map(|_| [uniform(1.5), uniform(1.5), uniform(1.5)])
            .collect(),
    };
    let mut sightings = Vec::new();
    for (camera, of) in truth.cameras.iter().enumerate() {
        for (point, at) in truth.points.iter().enumerate() {
            // The sum of twelve even deviations is nearly normal, with variance 4 for a size of 1.
            let mut noise = || NOISE / 2.0 * (0..12).map(|_| uniform(1.0)).sum::<f64>();
            let [x, y] = project(*of, *at, [0.0; 2]);
            let seen = [x + noise(), y + noise()];
            sightings.push(Sighting {
                camera,
                point,
                seen,
            });
        }
    }
    let mut guess = truth;
    let cameras = guess.cameras.iter_mut();
    cameras.for_each(|camera| {
        camera[..3]
            .iter_mut()
            .for_each(|turn| *turn += uniform(0.02));
        camera[3..6]
            .iter_mut()
            .for_each(|shift| *shift += uniform(0.1));
        camera[6..].copy_from_slice(&[480.0, 0.0, 0.0]);
    });
    guess
        .points
        .iter_mut()
        .flatten()
        .for_each(|x| *x += uniform(0.1));
    (sightings, guess)
}
