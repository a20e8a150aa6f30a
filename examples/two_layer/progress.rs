//! How far training has come: a bar where someone is looking, one plain line an epoch where the output goes to a file.

use std::{
    io::{IsTerminal, stderr, stdout},
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};

use crate::curve::Epoch;

/// The state of the display.
pub(crate) struct Progress {
    /// Draws on stderr, and nothing at all if that is not a terminal.
    bar: ProgressBar,
    epochs: u32,
    /// Whether to print lines.
    lines: bool,
}

impl Progress {
    /// Starts the display of `epochs` times `batches` steps.
    pub(crate) fn new(epochs: u32, batches: usize) -> Self {
        let style = ProgressStyle::with_template("{prefix} [{bar:30}] {elapsed}  {msg}")
            .expect("the template is well formed")
            .progress_chars("=> ");
        let bar = ProgressBar::new(u64::from(epochs) * batches as u64).with_style(style);
        bar.set_prefix(format!("epoch 0/{epochs}"));
        bar.enable_steady_tick(Duration::from_millis(100));
        let lines = !(stdout().is_terminal() && stderr().is_terminal());
        Self { bar, epochs, lines }
    }

    /// One batch is done.
    pub(crate) fn batch(&self) {
        self.bar.inc(1);
    }

    /// One epoch is done.
    pub(crate) fn epoch(&self, epoch: &Epoch) {
        let Epoch {
            number,
            training_loss,
            test_loss: _,
            accuracy,
        } = epoch;
        let counter = format!("epoch {number}/{}", self.epochs);
        let state = format!(
            "loss {training_loss:.4}, test accuracy {:.2} %",
            100.0 * accuracy
        );
        if self.lines {
            println!("{counter}: {state}");
        }
        self.bar.set_prefix(counter);
        self.bar.set_message(state);
    }
}

impl Drop for Progress {
    /// The bar stays where it got to, on a line of its own, whether training ended or broke off.
    fn drop(&mut self) {
        self.bar.abandon();
    }
}
