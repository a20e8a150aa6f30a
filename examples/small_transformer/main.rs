//! Trains a small transformer to write verse, character by character, with gradients from one `graph!`.
//!
//! The model is that of Vaswani et al. (Attention is all you need, 2017) as GPT-2 has it: it reads characters, and at each it
//! foretells the next one from those before. The verse beside this file, `carroll.txt`, is by Lewis Carroll: Jabberwocky, and the
//! first twelve stanzas of The Walrus and the Carpenter, from Through the Looking-Glass (1871), which is in the public domain. So
//! short a text is soon known by heart; what is to be learnt here is how such a model is put together.
//!
//! ```text
//! cargo run --release --example small_transformer
//! ```

use std::error::Error;
use std::io::{IsTerminal, stderr};

use graph_runtime::optim::{AdamW, clip_norm, warmup_cosine};
use graph_runtime::{Record, graph};
use indicatif::{ProgressBar, ProgressStyle};
use ndarray::{Array1, Array2, Array4, Axis};
use rand::{Rng, RngExt, SeedableRng, rngs::ChaCha8Rng};

// The sizes in the shapes below: b texts at a time, of t characters each, n = b·t characters in all, of c kinds. A character is a
// vector of 32 numbers on its way through the model, and 4 heads look at 8 of them each.
graph! {
    /// What a vector is brought to: another mean and another spread.
    struct Norm[d] { gain: [d], shift: [d] }

    /// What is done to all characters of a text in one step.
    struct Block[d, f] {
        before_attention: Norm[d], query: [d, d], key: [d, d], value: [d, d], join: [d, d],
        before_thought: Norm[d], w1: [d, f], b1: [f], w2: [f, d], b2: [d],
    }

    /// All that the model learns.
    struct Model[c, t] {
        characters: [c, 32],
        positions: [t, 32],
        blocks: Block[32, 128][2],
        last: Norm[32],
        answer: [32, c],
    }

    fn normed(to: Norm[d], x: [b, t, d]) -> y: [b, t, d] {
        centred = x - mean(x, axis = -1, keep);
        y = centred/sqrt(mean(centred^2, axis = -1, keep) + 1e-5)*to.gain + to.shift;
    }

    /// An axis of heads in front of that of characters.
    fn heads(x: [b, t, 32]) -> h: [b, 4, t, 8] { h = permute(reshape(x, [b, t, 4, 8]), [0, 2, 1, 3]); }

    /// Every character asks, the ones before it answer, each as far as its key meets the query.
    fn attention(to: Block[32, f], x: [b, t, 32], const mask: [t, t]) -> y: [b, t, 32] {
        scores = heads(x @ to.query) @ heads(x @ to.key).T/sqrt(8);
        read = softmax(scores + mask) @ heads(x @ to.value);
        y = reshape(permute(read, [0, 2, 1, 3]), [b, t, 32]) @ to.join;
    }

    /// What each character makes of it by itself.
    fn thought(to: Block[32, f], x: [b, t, 32]) -> y: [b, t, 32] { y = gelu(x @ to.w1 + to.b1) @ to.w2 + to.b2; }

    fn block(to: Block[32, f], x: [b, t, 32], const mask: [t, t], const kept: [b, t, 32]) -> y: [b, t, 32] {
        seen = x + attention(to, normed(to.before_attention, x), mask);
        y = seen + kept*thought(to, normed(to.before_thought, seen));
    }

    /// A score for every character that might come next, at every character of the text.
    fn scores(model: Model[c, t], text: index[n], const mask: [t, t], const kept: [2, b, t, 32]) -> y: [n, c] {
        x0 = reshape(model.characters[text], [b, t, 32]) + model.positions;
        x1 = block(model.blocks[0], x0, mask, kept[0]);
        x2 = block(model.blocks[1], x1, mask, kept[1]);
        y = reshape(normed(model.last, x2) @ model.answer, [n, c]);
    }

    /// How badly the next characters are foretold: the mean of -ln(their probability).
    fn loss(
        model: Model[c, t], text: index[n], const mask: [t, t], const kept: [2, b, t, 32], next: index[n],
    ) -> l {
        l = softmax_cross_entropy(scores(model, text, mask, kept), next);
    }
}

const TEXT: &str = include_str!("carroll.txt");
/// How many characters the model looks back: t.
const CONTEXT: usize = 32;
/// How many pieces of the text one step looks at: b.
const BATCH: usize = 16;
const STEPS: usize = 2500;
const WARM_UP: usize = 100;
const RATE: f32 = 5e-3;
const DECAY: f32 = 0.01;
/// No gradient is longer than this.
const LONGEST: f32 = 1.0;
/// The share of entries that dropout sets to zero.
const DROPPED: f64 = 0.1;

/// The kinds of characters of a text, and each of its characters as a number.
struct Alphabet {
    kinds: Vec<char>,
}

impl Alphabet {
    fn of(text: &str) -> Alphabet {
        let mut kinds: Vec<char> = text.chars().collect();
        kinds.sort_unstable();
        kinds.dedup();
        Alphabet { kinds }
    }

    fn numbers(&self, text: &str) -> Vec<usize> {
        let number = |kind| self.kinds.binary_search(&kind);
        text.chars().flat_map(number).collect()
    }
}

/// The start: matrices random, norms and shifts as if they were not there.
fn random_model(kinds: usize, rng: &mut impl Rng) -> Model<f32> {
    Model {
        characters: random_matrix(kinds, 32, rng),
        positions: random_matrix(CONTEXT, 32, rng),
        blocks: [random_block(rng), random_block(rng)],
        last: no_norm(),
        answer: random_matrix(32, kinds, rng),
    }
}

fn random_block(rng: &mut impl Rng) -> Block<f32> {
    Block {
        before_attention: no_norm(),
        query: random_matrix(32, 32, rng),
        key: random_matrix(32, 32, rng),
        value: random_matrix(32, 32, rng),
        join: random_matrix(32, 32, rng),
        before_thought: no_norm(),
        w1: random_matrix(32, 128, rng),
        b1: Array1::zeros(128),
        w2: random_matrix(128, 32, rng),
        b2: Array1::zeros(32),
    }
}

fn no_norm() -> Norm<f32> {
    Norm {
        gain: Array1::ones(32),
        shift: Array1::zeros(32),
    }
}

/// Entries drawn evenly from ±1/√inputs, which keeps the size of what goes through.
fn random_matrix(inputs: usize, outputs: usize, rng: &mut impl Rng) -> Array2<f32> {
    let limit = (inputs as f32).sqrt().recip();
    Array2::from_shape_simple_fn((inputs, outputs), || rng.random_range(-limit..limit))
}

/// What is added to the scores of attention, so that no character sees a later one.
fn causal_mask() -> Array2<f32> {
    Array2::from_shape_fn((CONTEXT, CONTEXT), |(character, other)| {
        if other <= character {
            0.0
        } else {
            f32::NEG_INFINITY
        }
    })
}

/// Zeros at random, and what makes up for them elsewhere, so that the mean stays: dropout (Srivastava et al., 2014).
fn dropout(rng: &mut impl Rng) -> Array4<f32> {
    Array4::from_shape_simple_fn((2, BATCH, CONTEXT, 32), || match rng.random_bool(DROPPED) {
        true => 0.0,
        false => 1.0 / (1.0 - DROPPED as f32),
    })
}

fn train(model: &mut Model<f32>, text: &[usize], rng: &mut impl Rng) -> Result<(), Box<dyn Error>> {
    let mask = causal_mask();
    let mut optimiser = AdamW::new(RATE, DECAY);
    let progress = Progress::new();
    for step in 0..STEPS {
        let (mut read, mut next) = (Vec::new(), Vec::new());
        for _ in 0..BATCH {
            let start = rng.random_range(0..text.len() - CONTEXT);
            read.extend(&text[start..start + CONTEXT]);
            next.extend(&text[start + 1..=start + CONTEXT]);
        }
        let kept = dropout(rng);
        let (loss, mut d) = loss::value_and_grad(&*model, &read, &mask, &kept, &next)?;
        clip_norm(&mut d.model, LONGEST);
        optimiser.rate = warmup_cosine(RATE, step, WARM_UP, STEPS);
        optimiser.step(&mut *model, &d.model);
        progress.step(step, loss);
    }
    Ok(())
}

/// Goes on with a text, character by character, each drawn by the probability that the model gives it.
fn write(
    model: &Model<f32>,
    start: &[usize],
    length: usize,
    rng: &mut impl Rng,
) -> Result<Vec<usize>, Box<dyn Error>> {
    let mask = causal_mask();
    let kept = Array4::ones((2, 1, CONTEXT, 32));
    let mut text = start.to_vec();
    while text.len() < length {
        let seen = text.len().min(CONTEXT);
        let mut read = text[text.len() - seen..].to_vec();
        // What stands behind the last character makes no difference to it.
        read.resize(CONTEXT, 0);
        let all = scores(model, &read, &mask, &kept)?;
        let last = all.index_axis(Axis(0), seen - 1);
        let largest = last.fold(f32::MIN, |a, b| a.max(*b));
        let shares = last.mapv(|score| (score - largest).exp());
        let mut drawn = rng.random_range(0.0..shares.sum());
        let next = shares.iter().position(|share| {
            drawn -= share;
            drawn < 0.0
        });
        text.push(next.unwrap_or(0));
    }
    Ok(text)
}

/// How far training has come: a bar where someone is looking, a line now and then where the output goes to a file.
struct Progress {
    bar: ProgressBar,
    is_seen: bool,
}

impl Progress {
    fn new() -> Progress {
        let style = ProgressStyle::with_template("step {pos}/{len} [{bar:30}] {elapsed}  {msg}")
            .expect("the template is well formed")
            .progress_chars("=> ");
        Progress {
            bar: ProgressBar::new(STEPS as u64).with_style(style),
            is_seen: stderr().is_terminal(),
        }
    }

    fn step(&self, step: usize, loss: f32) {
        self.bar.inc(1);
        self.bar.set_message(format!("loss {loss:.3}"));
        if !self.is_seen && (step + 1).is_multiple_of(100) {
            println!("step {}/{STEPS}: loss {loss:.3}", step + 1);
        }
    }
}

impl Drop for Progress {
    /// The bar stays where it got to.
    fn drop(&mut self) {
        self.bar.abandon();
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let alphabet = Alphabet::of(TEXT);
    let text = alphabet.numbers(TEXT);
    let mut rng = ChaCha8Rng::seed_from_u64(0);
    let mut model = random_model(alphabet.kinds.len(), &mut rng);
    println!(
        "{} characters of {} kinds, {} numbers to learn.",
        text.len(),
        alphabet.kinds.len(),
        model.count()
    );
    train(&mut model, &text, &mut rng)?;
    for start in ["The ", "\"If ", "O Jabberwock, "] {
        let written = write(&model, &alphabet.numbers(start), 160, &mut rng)?;
        let written: String = written.into_iter().map(|at| alphabet.kinds[at]).collect();
        println!("\n{written}");
    }
    Ok(())
}
