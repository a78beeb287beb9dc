//! Progress bars on stderr, one for each source, when stderr is a terminal; log lines go above them.

use std::collections::HashMap;
use std::io::{self, IsTerminal, Write};
use std::sync::{LazyLock, Mutex, PoisonError};

use cairn_catalog::Progress;
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use tracing_subscriber::fmt::MakeWriter;

static BARS: LazyLock<MultiProgress> = LazyLock::new(|| {
    let target = if io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    MultiProgress::with_draw_target(target)
});

/// A bar for each source.
#[derive(Default)]
pub(crate) struct Bars(Mutex<HashMap<String, ProgressBar>>);

impl Bars {
    /// Takes the bars away.
    pub(crate) fn clear(&self) {
        let mut bars = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (_, bar) in bars.drain() {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Bars {
    fn advanced(&self, source: &str, listed: u64, expected: Option<u64>) {
        let mut bars = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let bar = bars.entry(source.to_owned()).or_insert_with(|| {
            let bar = BARS.add(ProgressBar::no_length());
            if let Ok(style) = ProgressStyle::with_template("{prefix:<24} {bar:32} {pos:>8}/{len} {elapsed:>5}") {
                bar.set_style(style);
            }
            bar.set_prefix(source.to_owned());
            bar
        });
        if let Some(expected) = expected {
            bar.set_length(expected.max(listed));
        }
        bar.set_position(listed);
    }
}

/// Writes log lines to stderr without breaking the bars.
#[derive(Clone, Copy)]
pub(crate) struct LogWriter;

impl<'a> MakeWriter<'a> for LogWriter {
    type Writer = Self;

    fn make_writer(&'a self) -> Self::Writer {
        Self
    }
}

impl Write for LogWriter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        BARS.suspend(|| io::stderr().write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        io::stderr().flush()
    }
}
