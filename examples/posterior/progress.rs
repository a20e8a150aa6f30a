//! How far sampling has come: a bar where someone is looking, and nothing where the output goes to a file.

use std::sync::atomic::{AtomicUsize, Ordering};

use indicatif::{ProgressBar, ProgressStyle};

/// The state of the display, which all chains tell of their draws.
pub(crate) struct Progress {
    bar: ProgressBar,
    diverged: AtomicUsize,
}

impl Progress {
    /// Starts the display of so many draws.
    pub(crate) fn new(title: &str, draws: u64) -> Self {
        let style = ProgressStyle::with_template("{prefix} [{bar:30}] {pos}/{len} draws {msg}")
            .expect("the template is well formed")
            .progress_chars("=> ");
        let bar = ProgressBar::new(draws).with_style(style);
        bar.set_prefix(title.to_owned());
        Self {
            bar,
            diverged: AtomicUsize::new(0),
        }
    }

    /// One draw is there.
    pub(crate) fn draw(&self, draw: &nuts_rs::Progress) {
        if draw.diverging && !draw.tuning {
            let before = self.diverged.fetch_add(1, Ordering::Relaxed);
            self.bar.set_message(format!("({} diverged)", before + 1));
        }
        self.bar.inc(1);
    }
}

impl Drop for Progress {
    /// The line is free for what was drawn, or for what went wrong.
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
