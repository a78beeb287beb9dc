//! `cairn completions`: completions for a shell.

use clap::CommandFactory;

use crate::arguments::Cli;
use crate::exit::Exit;
use crate::output::Output;

pub(crate) fn run(shell: clap_complete::Shell) -> Exit {
    clap_complete::generate(shell, &mut Cli::command(), "cairn", &mut Output::open());
    Exit::Done
}
