//! Trains a recurrent network to write like a text, character by character, with gradients from one `graph!`.
//!
//! The network is one layer of gated units (Cho et al., Learning phrase representations using RNN encoder-decoder, 2014, in the form
//! in which the gate `reset` stands behind the product): it reads a character after the other, and what it remembers of them says how
//! likely each next one is. The text is some pages of the guide of `graph!` itself, whose length only the run knows. The loss is
//! in bits per character, beside what a text costs where nothing is known of it, and where it is known how frequent each character is.
//!
//! ```text
//! cargo run --release --example character_model
//! cargo run --release --example character_model -- --passes 200 --text my.txt
//! ```

mod arguments;
mod text;

use std::error::Error;
use std::f64::consts::LN_2;
use std::fs;
use std::io::{IsTerminal, stderr};

use clap::Parser;
use graph_runtime::optim::{Adam, clip_norm, warmup_cosine};
use graph_runtime::{Record, graph};
use indicatif::{ProgressBar, ProgressStyle};
use ndarray::{Array1, Array2, Axis};
use rand::{Rng, RngExt, SeedableRng, rngs::ChaCha8Rng};

use arguments::Arguments;
use text::{Text, windows};

// Of c kinds of characters n = t·b are read: t one after the other, in each of b places. Of a place d numbers are remembered.
graph! {
    /// What decides one thing by a character and by what is remembered.
    struct Gate[c, d] { seen: [c, d], known: [d, d], shift: [d] }

    /// All that is learnt.
    struct Model[c, d] { keep: Gate[c, d], reset: Gate[c, d], new: Gate[c, d], answer: [d, c], shift: [c] }

    /// What is remembered after each character.
    fn memory(model: Model[c, d], const start: [b, d], ids: index[n], t: count) -> memory: [t, b, d] {
        // What the characters say needs no memory, so it is looked up for all of them at once: a row for each.
        to_keep = reshape(model.keep.seen[ids] + model.keep.shift, [t, b, d]);
        to_reset = reshape(model.reset.seen[ids] + model.reset.shift, [t, b, d]);
        to_new = reshape(model.new.seen[ids] + model.new.shift, [t, b, d]);
        memory = scan(h = start, k in 0..t,
            keep = sigmoid(to_keep[k] + h @ model.keep.known);
            reset = sigmoid(to_reset[k] + h @ model.reset.known);
            new = tanh(to_new[k] + reset*(h @ model.new.known));
            keep*h + (1 - keep)*new);
    }

    /// A score for every character that might come next, after each character.
    fn scores(model: Model[c, d], memory: [n, d]) -> y: [n, c] { y = memory @ model.answer + model.shift; }

    /// How badly the next characters are foretold: the mean of -ln(their probability). What is remembered last is where the next
    /// window begins.
    fn loss(model: Model[c, d], const start: [b, d], ids: index[n], next: index[n], t: count) -> l {
        known = memory(model, start, ids, t);
        l = softmax_cross_entropy(scores(model, reshape(known, [n, d])), next);
    }
}

/// What the model learns to write like: pages of the guide, which come with the project.
const GUIDE: &str = concat!(
    include_str!("../../graph-runtime/docs/guide/language.md"),
    include_str!("../../graph-runtime/docs/guide/arrays.md"),
    include_str!("../../graph-runtime/docs/guide/tables.md"),
    include_str!("../../graph-runtime/docs/guide/state.md"),
    include_str!("../../graph-runtime/docs/guide/structs.md"),
);
const WARM_UP: usize = 20;
/// No gradient is longer than this.
const LONGEST: f32 = 1.0;

/// The start: what is remembered is kept at first, and all else is random.
fn random_model(kinds: usize, size: usize, rng: &mut impl Rng) -> Model<f32> {
    let mut gate = |shift| Gate {
        seen: random_matrix(kinds, size, 1, rng),
        known: random_matrix(size, size, size, rng),
        shift: Array1::from_elem(size, shift),
    };
    Model {
        keep: gate(1.0),
        reset: gate(0.0),
        new: gate(0.0),
        answer: random_matrix(size, kinds, size, rng),
        shift: Array1::zeros(kinds),
    }
}

/// Entries drawn evenly from ±1/√n, where each result is a sum of n.
fn random_matrix(rows: usize, columns: usize, n: usize, rng: &mut impl Rng) -> Array2<f32> {
    let limit = (n as f32).sqrt().recip();
    Array2::from_shape_simple_fn((rows, columns), || rng.random_range(-limit..limit))
}

/// Reads the text as often as asked for; the answer is the mean loss of the last time, in bits per character.
fn train(
    model: &mut Model<f32>,
    text: &Text,
    arguments: &Arguments,
) -> Result<f64, Box<dyn Error>> {
    let places = usize::from(arguments.places);
    let windows = windows(&text.ids, places, usize::from(arguments.window));
    let steps = windows.len() * arguments.passes as usize;
    let progress = Progress::new(steps, arguments.passes);
    let (mut adam, mut step, mut bits) = (Adam::new(arguments.rate), 0, f64::NAN);
    for pass in 1..=arguments.passes {
        let mut memory = Array2::zeros((places, usize::from(arguments.memory)));
        let (mut sum, mut count) = (0.0, 0.0);
        for [ids, next] in &windows {
            let run = loss::forward(&*model, &memory, ids, next, ids.len() / places)?;
            let mut d = run.backward(1.0)?;
            let last = run.known.len_of(Axis(0)) - 1;
            let (loss, last) = (run.l, run.known.index_axis(Axis(0), last).to_owned());
            // The next window goes on with what is known, and no gradient goes back behind it.
            memory = last;
            clip_norm(&mut d.model, LONGEST);
            adam.rate = warmup_cosine(arguments.rate, step, WARM_UP, steps);
            adam.step(&mut *model, &d.model);
            sum += f64::from(loss) / LN_2 * ids.len() as f64;
            count += ids.len() as f64;
            step += 1;
            progress.step(sum / count);
        }
        bits = sum / count;
        progress.pass(pass, bits);
    }
    Ok(bits)
}

/// Begins a text and goes on with it, character by character, each drawn by the probability that the model gives it.
fn write(
    model: &Model<f32>,
    start: usize,
    length: usize,
    rng: &mut impl Rng,
) -> Result<Vec<usize>, Box<dyn Error>> {
    let mut ids = vec![start];
    let mut known = Array2::zeros((1, model.keep.shift.len()));
    while ids.len() < length {
        let last = &ids[ids.len() - 1..];
        known = memory(model, &known, last, 1)?.index_axis_move(Axis(0), 0);
        let scores = scores(model, &known)?;
        let largest = scores.fold(f32::MIN, |a, b| a.max(*b));
        let shares = scores.mapv(|score| (score - largest).exp());
        let mut drawn = rng.random_range(0.0..shares.sum());
        let next = shares.iter().position(|share| {
            drawn -= share;
            drawn < 0.0
        });
        ids.push(next.unwrap_or(0));
    }
    Ok(ids)
}

/// How far training has come: a bar where someone is looking, a line a pass where the output goes to a file.
struct Progress {
    bar: ProgressBar,
    passes: u32,
    is_seen: bool,
}

impl Progress {
    fn new(steps: usize, passes: u32) -> Progress {
        let style = ProgressStyle::with_template("step {pos}/{len} [{bar:30}] {elapsed}  {msg}")
            .expect("the template is well formed")
            .progress_chars("=> ");
        Progress {
            bar: ProgressBar::new(steps as u64).with_style(style),
            passes,
            is_seen: stderr().is_terminal(),
        }
    }

    fn step(&self, bits: f64) {
        self.bar.inc(1);
        self.bar
            .set_message(format!("{bits:.3} bits per character"));
    }

    fn pass(&self, pass: u32, bits: f64) {
        if !self.is_seen {
            println!("pass {pass}/{}: {bits:.3} bits per character", self.passes);
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
    let arguments = Arguments::parse();
    let text = match &arguments.text {
        Some(file) => Text::of(&fs::read_to_string(file)?),
        None => Text::of(GUIDE),
    };
    if text.ids.len() <= usize::from(arguments.places) {
        return Err("the text is shorter than there are places to read it in".into());
    }
    let mut rng = ChaCha8Rng::seed_from_u64(arguments.seed);
    let kinds = text.kinds.len();
    let mut model = random_model(kinds, usize::from(arguments.memory), &mut rng);
    println!(
        "{} characters of {kinds} kinds, {} numbers to learn.",
        text.ids.len(),
        model.count()
    );
    let bits = train(&mut model, &text, &arguments)?;
    println!("bits per character:");
    println!("  {:.3} if all kinds are as likely", text.uniform());
    println!(
        "  {:.3} if each is as likely as it is frequent",
        text.entropy()
    );
    println!("  {bits:.3} by the model, while it read the text for the last time\n");
    let written = write(&model, text.ids[0], arguments.write, &mut rng)?;
    println!("{}", text.written(&written));
    if arguments == Arguments::parse_from(["character_model"]) {
        assert!(bits < 0.5 * text.entropy(), "it has learnt next to nothing");
    }
    Ok(())
}
