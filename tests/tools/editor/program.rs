use graph_runtime::graph;

graph! {
    /// One case.
    pub fn logistic(weight, bias, const label) -> cost {
        /// What the model says.
        margin = (weight*2 + bias)*label;
        cost = ln(1 + exp(-margin)) + 0.005*weight^2 + sum(turn in 0..3, turn*weight)
            + fold(carried = margin, step in 0..2, carried*bias + step);
    }

    /// A batch.
    pub fn average(points: [count, 2], shift: [count]) -> total {
        column: [count] = points[.., 0] * shift;
        total = logistic(mean(column), mean(shift), 1) + sum(row in 0..count, points[row, 1]);
    }

    /// Tables, labels, and names of their bodies.
    pub fn tabled(grid: [height, 2], chosen: index[picks]) -> spread {
        (lower, upper) = halves(grid[.., 0]);
        spread = sum(across in 0..height, down in across + 1..height, gap = lower[across] - upper[down]; gap^2)
            + sum(picked in 0..picks, grid[chosen[picked], 1]);
    }

    fn halves(amount) -> (less, more) {
        less = amount/2;
        more = if amount > 1 { root = sqrt(amount); amount - root } else { amount };
    }

    pub fn composed(place) -> sum_of_both {
        sum_of_both = nearby::doubled(place) + cubed(place);
    }
}

graph! {
    /// What turns.
    pub struct Rotor {
        /// How many there are.
        blades,
        pitch,
    }
    struct Craft { hub: Rotor, spare: Rotor[2] }

    pub fn lifted(craft: Craft, rotor: Rotor) -> thrust {
        thrust = craft.hub.pitch*craft.spare[1].blades + rotor.blades*2;
    }
}

mod nearby {
    graph_runtime::graph! {
        /// Twice as much.
        pub fn doubled(half) -> whole { whole = 2*half; }
    }
}

/// To the third.
fn cubed<T: graph_runtime::Real>(x: T) -> T {
    x * x * x
}

mod cubed {
    pub fn vjp<T: graph_runtime::Real>(x: T) -> (T, impl Fn(T) -> T) {
        (x * x * x, move |seed: T| seed * T::of(3.0) * x * x)
    }
}

pub fn outside() -> f64 {
    let run = logistic::forward(1.0, 2.0, 1.0);
    let gradient = run.backward(1.0);
    let problem = logistic::Problem { label: 1.0 };
    let value = logistic(1.0, 2.0, problem.label);
    let (near, far) = (1.5_f64, 2.5_f64);
    let inline = graph! {
        /// Between both.
        middle = (near + far)/2;
        distance = (middle - near)^2 + far^2;
    };
    let adjoint = inline.backward(1.0);
    value + run.margin + gradient.weight + near + inline.middle + adjoint.far + composed(1.0)
}
