//! How often graphs allocate, counted: never for numbers and fixed arrays, and for arrays of any size as often as the
//! documentation of the runtime says.
//!
//! The first products of a thread make the memory that they pack factors into, and the thread keeps it; so [`batch`]
//! computes some before anything is counted.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use graph_runtime::graph;
use ndarray::{Array1, Array2, s};

/// The system's allocator, which counts what this thread asks for.
struct Counting;

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
    /// How many bytes this thread has asked for and not freed, and the most since that was last asked.
    static NOW: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
}

fn allocated(bytes: usize, sign: isize) {
    let now = NOW.get() + sign * bytes.cast_signed();
    NOW.set(now);
    MOST.set(MOST.get().max(now));
}

// SAFETY: every call is handed to the system's allocator unchanged; counting touches thread-local cells only, which are
// initialised by constants and have no destructor, and so never allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.with(|count| count.set(count.get() + 1));
        allocated(layout.size(), 1);
        // SAFETY: the caller's promises are those that the system's allocator asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        allocated(layout.size(), -1);
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// How often the code allocates. Its result is kept until the count is taken.
fn count<R>(code: impl FnOnce() -> R) -> usize {
    let before = ALLOCATIONS.get();
    let _kept = std::hint::black_box(code());
    ALLOCATIONS.get() - before
}

/// How many bytes the code has at most beside those that were there before.
fn bytes<R>(code: impl FnOnce() -> R) -> usize {
    let before = NOW.get();
    MOST.set(before);
    let _kept = std::hint::black_box(code());
    (MOST.get() - before).cast_unsigned()
}

graph! {
    /// The network of the example `two_layer`.
    fn network(const x: [n, 784], w1: [784, 50], b1: [50], w2: [50, 10], b2: [10], const labels: index[n]) -> loss {
        hidden = sigmoid(affine(x, w1, b1));
        logits = affine(hidden, w2, b2);
        loss = softmax_cross_entropy(logits, labels);
    }
}

struct Batch {
    x: Array2<f32>,
    w1: Array2<f32>,
    b1: Array1<f32>,
    w2: Array2<f32>,
    b2: Array1<f32>,
    labels: Vec<usize>,
}

fn batch() -> Batch {
    let entry = |(i, j): (usize, usize)| ((i * 31 + j * 17) % 23) as f32 / 50.0 - 0.2;
    let batch = Batch {
        x: Array2::from_shape_fn((100, 784), entry),
        w1: Array2::from_shape_fn((784, 50), entry),
        b1: Array1::zeros(50),
        w2: Array2::from_shape_fn((50, 10), entry),
        b2: Array1::zeros(10),
        labels: (0..100).map(|i| i * 7 % 10).collect(),
    };
    batch.value_and_grad();
    batch
}

impl Batch {
    fn value_and_grad(&self) -> (f32, network::Grad<f32>) {
        let Batch {
            x,
            w1,
            b1,
            w2,
            b2,
            labels,
        } = self;
        network::value_and_grad(x, w1, b1, w2, b2, labels).expect("the shapes agree")
    }

    fn value(&self) -> f32 {
        let Batch {
            x,
            w1,
            b1,
            w2,
            b2,
            labels,
        } = self;
        network(x, w1, b1, w2, b2, labels).expect("the shapes agree")
    }

    fn forward(&self) -> network::Forward<'_, f32> {
        let Batch {
            x,
            w1,
            b1,
            w2,
            b2,
            labels,
        } = self;
        network::forward(x, w1, b1, w2, b2, labels).expect("the shapes agree")
    }

    fn step(
        &self,
        workspace: &mut network::Workspace<f32>,
        gradient: &mut network::Grad<f32>,
    ) -> f32 {
        let Batch {
            x,
            w1,
            b1,
            w2,
            b2,
            labels,
        } = self;
        let loss = network::value_and_grad_into(x, w1, b1, w2, b2, labels, workspace, gradient);
        loss.expect("the shapes agree")
    }
}

#[test]
fn the_counter_counts() {
    assert_eq!(count(|| vec![1.0_f64; 3]), 1);
    assert_eq!(count(|| [1.0_f64; 3]), 0);
}

/// Thirteen arrays: the four of the gradient, the hidden layer and its adjoint, the logits, and six with a number for each image.
#[test]
fn a_training_step() {
    let batch = batch();
    assert_eq!(count(|| batch.value_and_grad()), 13);
    assert_eq!(count(|| batch.value()), 6);
}

/// Forward keeps the hidden layer, the logits, their exponentials and a number or two for each image.
#[test]
fn a_training_step_in_two_passes() {
    let batch = batch();
    assert_eq!(count(|| batch.forward()), 8);
    let pass = batch.forward();
    assert_eq!(count(|| pass.backward(1.0)), 8);
}

/// The first step allocates what `value_and_grad` does, those after it nothing.
#[test]
fn further_training_steps() {
    let batch = batch();
    let (mut workspace, mut gradient) = (network::Workspace::default(), network::Grad::default());
    let mut step = || batch.step(&mut workspace, &mut gradient);
    assert_eq!(count(&mut step), 13);
    assert_eq!(count(&mut step), 0);
    let loss = step();
    assert_eq!((loss, gradient), batch.value_and_grad());
}

/// Nor does a batch of another size that is no larger.
#[test]
fn further_steps_with_fewer_rows() {
    graph! {
        fn ridge(w: [d], b, const x: [n, d], const t: [n]) -> loss {
            loss = mean((x @ w + b - t)^2) + 0.1*sum(w^2);
        }
        fn valley(x: [n]) -> v { v = sum(100*(x[1..] - x[..n-1]^2)^2 + (1 - x[..n-1])^2); }
    }
    let (w, x, t) = (Array1::ones(7), Array2::ones((40, 7)), Array1::zeros(40));
    let (mut workspace, mut gradient) = (ridge::Workspace::default(), ridge::Grad::default());
    let first =
        count(|| ridge::value_and_grad_into(&w, 1.0, &x, &t, &mut workspace, &mut gradient));
    assert_eq!(first, 2);
    for rows in [40, 30, 0, 40] {
        let (x, t) = (x.slice(s![..rows, ..]), t.slice(s![..rows]));
        let step =
            count(|| ridge::value_and_grad_into(&w, 1.0, &x, &t, &mut workspace, &mut gradient));
        assert_eq!(step, 0, "{rows} rows");
    }

    let (mut workspace, mut gradient) = (valley::Workspace::default(), valley::Grad::default());
    for wanted in [3, 0] {
        let step = count(|| valley::value_and_grad_into(&w, &mut workspace, &mut gradient));
        assert_eq!(step, wanted);
    }
}

/// A transposed input is read in place; one with gaps or in reverse is packed, once for each loop that reads it.
#[test]
fn inputs_that_are_views() {
    graph! { fn f(a: [n, m]) -> s { s = sum(a^2); } }
    let a = Array2::<f64>::ones((6, 4));
    assert_eq!(count(|| f(&a)), 0);
    assert_eq!(count(|| f(&a.t())), 0);
    assert_eq!(count(|| f(&a.slice(s![..3, ..]))), 0);
    assert_eq!(count(|| f(&a.slice(s![.., ..2]))), 1);
    assert_eq!(count(|| f(&a.slice(s![..;-1, ..]))), 1);
}

#[test]
fn numbers_never_allocate() {
    graph! {
        #[graph(as_written)]
        fn logistic(w, b, const x, const t) -> loss {
            p = sigmoid(w*x + b);
            loss = if t > 0 { -ln(p) } else { -ln(1 - p) } + 0.005*w^2;
        }
        fn polar(r, angle) -> (x, y) { x = r*cos(angle); y = r*sin(angle); }
    }
    let all = count(|| {
        let gradient = logistic::forward(0.3, -0.1, 2.0, 1.0).backward(1.0);
        let (point, pullback) = polar::vjp(2.0, 0.5);
        (
            (
                logistic(0.3, -0.1, 2.0, 1.0),
                logistic::value_and_grad(0.3, -0.1, 2.0, 1.0),
            ),
            (gradient, logistic::jacobian(0.3, -0.1, 2.0, 1.0)),
            (
                logistic::jvp(0.3, -0.1, 2.0, 1.0, 1.0, 0.0),
                polar::jacobian(2.0, 0.5),
            ),
            (point, pullback(1.0, 0.0)),
        )
    });
    assert_eq!(all, 0);
    let (x, y) = (1.0, 2.0);
    let inline = count(|| {
        let g = graph! { z = (x + y)^2 };
        (g.z, g.backward(1.0), g.jvp(1.0, 0.0))
    });
    assert_eq!(inline, 0);
}

#[test]
fn fixed_arrays_never_allocate() {
    graph! {
        fn layer(const x: [3, 4], w: [4, 2], b: [2], const t: [3, 2]) -> loss {
            loss = softmax_cross_entropy(tanh(x @ w + b), t);
        }
        fn turn(m: [2, 2], v: [2]) -> w: [2] { w = m @ v/norm(v); }
    }
    let (x, w, b, t) = (
        [[0.5; 4]; 3],
        [[0.25, -0.5]; 4],
        [0.1, 0.2],
        [[1.0, 0.0], [0.0, 1.0], [0.0, 1.0]],
    );
    let (m, v) = ([[0.0, -1.0], [1.0, 0.0]], [3.0, 4.0]);
    let all = count(|| {
        let gradient = layer::forward(x, w, b, t).backward(1.0);
        let (turned, pullback) = turn::vjp(m, v);
        (
            (layer(x, w, b, t), layer::value_and_grad(x, w, b, t)),
            (gradient, layer::jacobian(x, w, b, t)),
            (turn::jvp(m, v, m, v), turn::jacobian(m, v)),
            (turned, pullback([1.0, 0.0])),
        )
    });
    assert_eq!(all, 0);
}

/// Of so many steps no more than four times the root of states are stored at a time: those in front of blocks, and what is read of
/// the steps of one. What keeps all has a state a step at least.
#[test]
fn few_states_are_few() {
    graph! {
        #[graph(keep = "few")]
        fn few(a, steps: count) -> z { z = fold(h = a, k in 0..steps, tanh(a*h + k/steps)); }
        #[graph(keep = "all")]
        fn all(a, steps: count) -> z { z = fold(h = a, k in 0..steps, tanh(a*h + k/steps)); }
        #[graph(keep = "few")]
        fn few_arrays(a: [m], steps: count) -> z { z = sum(fold(h = a, k in 0..steps, tanh(a*h + k/steps))); }
        #[graph(keep = "all")]
        fn all_arrays(a: [m], steps: count) -> z { z = sum(fold(h = a, k in 0..steps, tanh(a*h + k/steps))); }
    }
    const STEPS: usize = 10_000;
    const ROOT: usize = 100;
    let state = size_of::<f64>();
    let of_few = bytes(|| few::value_and_grad(0.5, STEPS));
    assert!(of_few <= 4 * ROOT * state, "{of_few} bytes");
    let of_all = bytes(|| all::value_and_grad(0.5, STEPS));
    assert!(of_all >= STEPS * state, "{of_all} bytes");
    let a = Array1::from_shape_fn(200, |at| at as f64 / 400.0);
    let state = a.len() * state;
    let of_few = bytes(|| few_arrays::value_and_grad(&a, STEPS));
    assert!(of_few <= 4 * ROOT * state, "{of_few} bytes");
    let of_all = bytes(|| all_arrays::value_and_grad(&a, STEPS));
    assert!(of_all >= STEPS * state, "{of_all} bytes");
    assert_eq!(
        few_arrays::value_and_grad(&a, STEPS).map(|(_, d)| d.a),
        all_arrays::value_and_grad(&a, STEPS).map(|(_, d)| d.a)
    );
}
