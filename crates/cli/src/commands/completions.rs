//! `cairn completions`: completions for a shell.

use std::io::Write;

use clap::CommandFactory;

use crate::arguments::Cli;
use crate::exit::{Exit, Failure};
use crate::output::Output;

pub(crate) fn run(shell: clap_complete::Shell) -> Result<Exit, Failure> {
    // The generator takes a writer that fails for a mistake of the program.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "cairn", &mut script);
    let mut out = Output::open();
    out.write_all(&script)?;
    out.flush()?;
    Ok(Exit::Done)
}
