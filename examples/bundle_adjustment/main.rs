//! Bundle adjustment: where were the cameras, and where are the points, given only where each camera saw each point?
//!
//! The camera is one graph over fixed arrays; its `jacobian` fills the blocks of the whole problem's Jacobian, and the
//! Levenberg–Marquardt solver of another crate does the rest. The scene is synthetic (see `scene`), with noise from a fixed
//! seed; the minimum that must come out was found by another program from the same sightings.
//!
//! ```text
//! cargo run --release --features solvers --example bundle_adjustment
//! ```

mod scene;

use std::{cell::Cell, error::Error};

use graph_runtime::solvers::levenberg_marquardt::LeastSquares;
use graph_runtime::{Name, Parameters, Residuals, check, graph};
use levenberg_marquardt::LevenbergMarquardt;

use scene::Sighting;

graph! {
    /// How far from where it was `seen` a camera shows a point, in pixels.
    ///
    /// The camera is that of Snavely, Seitz and Szeliski (Photo Tourism, 2006): a rotation as axis times angle, a shift, the
    /// focal length and two coefficients of radial distortion. It looks down the negative z axis.
    fn project(camera: [9], point: [3], const seen: [2]) -> (off: [2]) {
        turn = camera[0..3];
        angle_squared = dot(turn, turn);
        // sin(a)/a and (1 - cos(a))/a^2, by the sine of half the angle, with their series where the angle vanishes.
        s = if angle_squared > 1e-8 { sin(sqrt(angle_squared))/sqrt(angle_squared) } else { 1 - angle_squared/6 };
        c = if angle_squared > 1e-8 { 2*sin(0.5*sqrt(angle_squared))^2/angle_squared } else { 1/2 - angle_squared/24 };
        turned = (1 - c*angle_squared)*point + s*cross(turn, point) + c*dot(turn, point)*turn;
        shifted = turned + camera[3..6];
        x = -shifted[0..2]/shifted[2];
        r2 = dot(x, x);
        off = camera[6]*(1 + camera[7]*r2 + camera[8]*r2^2)*x - seen;
    }
}

/// Half the sum of squares at the minimum, by scipy's `least_squares` run to convergence: a camera model of its own, derivatives
/// by differences, and two methods that agree to twelve digits.
const OPTIMUM: f64 = 10.842_780_835_111_5;

/// All sightings as one function of all cameras and points.
struct Bundle {
    sightings: Vec<Sighting>,
    cameras: usize,
    points: usize,
}

impl Bundle {
    /// A sighting's camera and point, each with where it begins in the vector.
    fn inputs(&self, x: &[f64], sighting: &Sighting) -> ([(usize, usize); 2], [f64; 9], [f64; 3]) {
        let (camera, point) = (9 * sighting.camera, 9 * self.cameras + 3 * sighting.point);
        let places = [(camera, 9), (point, 3)];
        let camera = std::array::from_fn(|at| x[camera + at]);
        (places, camera, std::array::from_fn(|at| x[point + at]))
    }
}

impl Parameters for Bundle {
    fn parameters(&self) -> usize {
        9 * self.cameras + 3 * self.points
    }

    fn name(&self, at: usize) -> Name {
        Name::among(
            &[("camera", &[self.cameras, 9]), ("point", &[self.points, 3])],
            at,
        )
    }
}

impl Residuals<f64> for Bundle {
    fn outputs(&self) -> usize {
        2 * self.sightings.len()
    }

    fn residuals(&self, x: &[f64], residuals: &mut [f64]) {
        for (sighting, off) in self.sightings.iter().zip(residuals.chunks_exact_mut(2)) {
            let (_, camera, point) = self.inputs(x, sighting);
            off.copy_from_slice(&project(camera, point, sighting.seen));
        }
    }

    fn jacobian(&self, x: &[f64], residuals: &mut [f64], jacobian: &mut [f64]) {
        jacobian.fill(0.0);
        let rows = jacobian.chunks_exact_mut(2 * self.parameters());
        for ((sighting, off), rows) in self
            .sightings
            .iter()
            .zip(residuals.chunks_exact_mut(2))
            .zip(rows)
        {
            let ([of_camera, of_point], camera, point) = self.inputs(x, sighting);
            let (found, d) = project::jacobian(camera, point, sighting.seen);
            off.copy_from_slice(&found);
            for (row, (by_camera, by_point)) in rows
                .chunks_exact_mut(self.parameters())
                .zip(d.camera.iter().zip(&d.point))
            {
                row[of_camera.0..][..of_camera.1].copy_from_slice(by_camera);
                row[of_point.0..][..of_point.1].copy_from_slice(by_point);
            }
        }
    }
}

/// Prints the cost whenever the Jacobian is asked for, which the solver does once an iteration.
struct Traced<P> {
    residuals: P,
    iterations: Cell<usize>,
}

impl<P: Parameters> Parameters for Traced<P> {
    fn parameters(&self) -> usize {
        self.residuals.parameters()
    }
}

impl<P: Residuals<f64>> Residuals<f64> for Traced<P> {
    fn outputs(&self) -> usize {
        self.residuals.outputs()
    }

    fn residuals(&self, x: &[f64], residuals: &mut [f64]) {
        self.residuals.residuals(x, residuals);
    }

    fn jacobian(&self, x: &[f64], residuals: &mut [f64], jacobian: &mut [f64]) {
        self.residuals.jacobian(x, residuals, jacobian);
        let cost = 0.5 * residuals.iter().map(|off| off * off).sum::<f64>();
        let iteration = self.iterations.replace(self.iterations.get() + 1);
        println!("{iteration:9}  {cost:.9}");
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let (sightings, guess) = scene::scene(7);
    let start = guess.flat();
    let bundle = Bundle {
        sightings,
        cameras: guess.cameras.len(),
        points: guess.points.len(),
    };
    println!(
        "{} sightings, {} parameters.",
        bundle.sightings.len(),
        bundle.parameters()
    );
    let checked = check::residuals(&bundle, &start);
    println!("Jacobian against differences: {checked}");
    checked.assert();

    println!("iteration  half the sum of squares");
    let traced = Traced {
        residuals: bundle,
        iterations: Cell::new(0),
    };
    let problem = LeastSquares::new(traced, start);
    let (_, report) = LevenbergMarquardt::new().minimize(problem);
    println!(
        "{:?} after {} evaluations.",
        report.termination, report.number_of_evaluations
    );
    println!(
        "Found {:.9}, known {OPTIMUM:.9}.",
        report.objective_function
    );
    if (report.objective_function - OPTIMUM).abs() > 1e-6 {
        return Err("this is not the known minimum".into());
    }
    Ok(())
}
