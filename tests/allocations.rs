//! How often graphs allocate, counted: never for numbers and fixed arrays, and for arrays of any size as often as the
//! documentation of the runtime says.
//!
//! A matrix product by `matrixmultiply` makes a buffer of its own and frees it, which is counted apart: it is as large as
//! the blocks that it packs, and aligned to more than a number needs.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use graph_runtime::graph;
use ndarray::{Array1, Array2};

/// The system's allocator, which counts what this thread asks for.
struct Counting;

thread_local! {
    static ARRAYS: Cell<usize> = const { Cell::new(0) };
    static PRODUCTS: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: every call is handed to the system's allocator unchanged; counting touches thread-local cells only, which are
// initialised by constants and have no destructor, and so never allocate.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let counter = if layout.align() > align_of::<f64>() {
            &PRODUCTS
        } else {
            &ARRAYS
        };
        counter.with(|count| count.set(count.get() + 1));
        // SAFETY: the caller's promises are those that the system's allocator asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: as above.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

#[derive(Debug, PartialEq)]
struct Count {
    arrays: usize,
    products: usize,
}

const NOTHING: Count = Count {
    arrays: 0,
    products: 0,
};

/// What the code allocates. Its result is kept until the count is taken.
fn count<R>(code: impl FnOnce() -> R) -> Count {
    let now = || (ARRAYS.get(), PRODUCTS.get());
    let before = now();
    let _kept = std::hint::black_box(code());
    let after = now();
    Count {
        arrays: after.0 - before.0,
        products: after.1 - before.1,
    }
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
    Batch {
        x: Array2::from_shape_fn((100, 784), entry),
        w1: Array2::from_shape_fn((784, 50), entry),
        b1: Array1::zeros(50),
        w2: Array2::from_shape_fn((50, 10), entry),
        b2: Array1::zeros(10),
        labels: (0..100).map(|i| i * 7 % 10).collect(),
    }
}

#[test]
fn the_counter_counts() {
    assert_eq!(
        count(|| vec![1.0_f64; 3]),
        Count {
            arrays: 1,
            products: 0
        }
    );
    assert_eq!(count(|| [1.0_f64; 3]), NOTHING);
}

/// Ten arrays: the four of the gradient, the hidden layer and its adjoint, the logits, and three with a number for each
/// image.
#[test]
fn a_training_step() {
    let Batch {
        x,
        w1,
        b1,
        w2,
        b2,
        labels,
    } = &batch();
    let step = count(|| network::value_and_grad(x, w1, b1, w2, b2, labels));
    assert_eq!(
        step,
        Count {
            arrays: 10,
            products: 5
        }
    );
    let value = count(|| network(x, w1, b1, w2, b2, labels));
    assert_eq!(
        value,
        Count {
            arrays: 5,
            products: 2
        }
    );
}

/// Forward keeps the hidden layer, the logits, their exponentials and a number or two for each image.
#[test]
fn a_training_step_in_two_passes() {
    let Batch {
        x,
        w1,
        b1,
        w2,
        b2,
        labels,
    } = &batch();
    let forward = count(|| network::forward(x, w1, b1, w2, b2, labels));
    assert_eq!(
        forward,
        Count {
            arrays: 6,
            products: 2
        }
    );
    let pass = network::forward(x, w1, b1, w2, b2, labels).expect("the shapes agree");
    assert_eq!(
        count(|| pass.backward(1.0)),
        Count {
            arrays: 7,
            products: 3
        }
    );
}

/// The first step allocates what `value_and_grad` does, those after it no array.
#[test]
fn further_training_steps() {
    let Batch {
        x,
        w1,
        b1,
        w2,
        b2,
        labels,
    } = &batch();
    let (mut workspace, mut gradient) = (network::Workspace::default(), network::Grad::default());
    let mut step =
        || network::value_and_grad_into(x, w1, b1, w2, b2, labels, &mut workspace, &mut gradient);
    assert_eq!(
        count(&mut step),
        Count {
            arrays: 10,
            products: 5
        }
    );
    assert_eq!(
        count(&mut step),
        Count {
            arrays: 0,
            products: 5
        }
    );
    let loss = step().expect("the shapes agree");
    let (expected, whole) =
        network::value_and_grad(x, w1, b1, w2, b2, labels).expect("the shapes agree");
    assert_eq!((loss, gradient), (expected, whole));
}
