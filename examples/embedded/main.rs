//! A device without a standard library, driven by a program on the host.
//!
//! `control` is what would run on the device: it finds a place from distances by Gauss and Newton, and brakes a cart by planning
//! ahead, both with derivatives by `graph!`. Here the host plays the world around it and checks the numbers.
//!
//! ```text
//! cargo run --example embedded
//! ```

mod control;

use control::{BEACONS, Planner, locate};

fn main() {
    find_a_place();
    brake_a_cart();
}

/// Four beacons in a hall of 10 by 8 metres, and distances that are exact: four steps are enough for all digits of an `f32`.
fn find_a_place() {
    let beacons = [[0.0, 0.0], [10.0, 0.0], [10.0, 8.0], [0.0, 8.0]];
    let at = [7.0_f32, 3.0];
    let measured: [f32; BEACONS] = beacons.map(|[x, y]| (x - at[0]).hypot(y - at[1]));

    let mut place = [2.0, 6.0];
    for step in 1..=4 {
        place = locate(place, beacons, measured).expect("the beacons span the hall");
        println!("step {step}: at ({:.6}, {:.6})", place[0], place[1]);
    }
    assert!((place[0] - at[0]).abs() < 1e-5 && (place[1] - at[1]).abs() < 1e-5);

    let in_a_line = [[0.0, 0.0], [1.0, 0.0], [2.0, 0.0], [9.0, 0.0]];
    assert_eq!(locate([5.0, 0.0], in_a_line, [5.0, 4.0, 3.0, 4.0]), None);
}

/// A cart that rolls away is brought back to rest at the origin, with a push of bounded strength.
fn brake_a_cart() {
    let (drag, period) = (0.1_f32, 0.25);
    let (mut position, mut speed) = (2.0_f32, 1.5_f32);
    let mut planner = Planner::new(drag, period);
    for tick in 0..60 {
        let push = planner.push(position, speed);
        assert!(push.abs() <= Planner::STRONGEST);
        if tick % 10 == 0 {
            println!(
                "{:5.2} s: at {position:+.4} m, {speed:+.4} m/s, push {push:+.3}",
                tick as f32 * period
            );
        }
        speed += period * (push - drag * speed * speed.abs());
        position += period * speed;
    }
    println!("15.00 s: at {position:+.4} m, {speed:+.4} m/s");
    assert!(
        position.abs() < 0.01 && speed.abs() < 0.01,
        "the cart does not rest"
    );
}
