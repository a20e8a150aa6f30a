//! The part for the device: where am I, from distances to beacons, and how to brake a cart.
//!
//! It names the core library and graphs only, allocates nothing, and every loop has a fixed length, so it moves to a `#![no_std]`
//! crate as it is (`graph-runtime` with `default-features = false`). Invariant: a step takes the same operations whatever it is given.

use core::array::from_fn;

use graph_runtime::graph;

/// How many distances are measured at a time.
pub const BEACONS: usize = 4;
/// How many steps ahead the controller plans.
pub const HORIZON: usize = 8;

graph! {
    /// By how much the measured distances to four beacons differ from those of a place.
    fn misfit(place: [2], const beacons: [4, 2], const measured: [4]) -> r: [4] {
        r = sqrt(sum((beacons - place)^2, axis = 1)) - measured;
    }

    /// What a plan of eight pushes costs a cart of unit mass: its distance from the origin and its speed at the end, the pushes,
    /// and air drag on the way.
    fn cost(push: [8], const position, const speed, const drag, const period) -> total {
        s1 = speed + period*(push[0] - drag*speed*abs(speed));
        s2 = s1 + period*(push[1] - drag*s1*abs(s1));
        s3 = s2 + period*(push[2] - drag*s2*abs(s2));
        s4 = s3 + period*(push[3] - drag*s3*abs(s3));
        s5 = s4 + period*(push[4] - drag*s4*abs(s4));
        s6 = s5 + period*(push[5] - drag*s5*abs(s5));
        s7 = s6 + period*(push[6] - drag*s6*abs(s6));
        s8 = s7 + period*(push[7] - drag*s7*abs(s7));
        travelled = period*sum([s1, s2, s3, s4, s5, s6, s7, s8]);
        total = 10*(position + travelled)^2 + 10*s8^2 + 0.01*dot(push, push);
    }
}

/// One step of Gauss and Newton from `place` towards where the distances agree best: `(JᵀJ) step = -Jᵀr`, 2 × 2, by Cramer's rule.
///
/// `None` where the beacons lie in one line with the place, which leaves a direction open.
pub fn locate(
    place: [f32; 2],
    beacons: [[f32; 2]; BEACONS],
    measured: [f32; BEACONS],
) -> Option<[f32; 2]> {
    let (r, j) = misfit::jacobian(place, beacons, measured);
    let (mut a, mut b, mut c, mut right) = (0.0, 0.0, 0.0, [0.0; 2]);
    for (row, r) in j.place.iter().zip(r) {
        a += row[0] * row[0];
        b += row[0] * row[1];
        c += row[1] * row[1];
        right = from_fn(|axis| right[axis] - row[axis] * r);
    }
    let determinant = a * c - b * b;
    let regular = determinant > 1e-6;
    regular.then(|| {
        [
            place[0] + (c * right[0] - b * right[1]) / determinant,
            place[1] + (a * right[1] - b * right[0]) / determinant,
        ]
    })
}

/// A controller that plans ahead: it keeps its plan, improves it a little at each tick, and gives the first push of it.
pub struct Planner {
    plan: [f32; HORIZON],
    drag: f32,
    period: f32,
}

impl Planner {
    /// Steps of descent a tick.
    const STEPS: usize = 30;
    /// How far a step goes along the gradient, below 2 over the largest curvature of the cost.
    const RATE: f32 = 0.006;
    /// How hard the motor can push.
    pub const STRONGEST: f32 = 2.0;

    /// A planner that would do nothing yet.
    pub const fn new(drag: f32, period: f32) -> Planner {
        Planner {
            plan: [0.0; HORIZON],
            drag,
            period,
        }
    }

    /// The push for the next period. The plan moves on by one period, then runs downhill within what the motor can do.
    pub fn push(&mut self, position: f32, speed: f32) -> f32 {
        self.plan.rotate_left(1);
        self.plan[HORIZON - 1] = 0.0;
        for _ in 0..Self::STEPS {
            let (_, d) = cost::value_and_grad(self.plan, position, speed, self.drag, self.period);
            self.plan = from_fn(|at| {
                (self.plan[at] - Self::RATE * d.push[at]).clamp(-Self::STRONGEST, Self::STRONGEST)
            });
        }
        self.plan[0]
    }
}
