//! The `cairn` command.

mod arguments;
mod commands;
mod config;
mod exit;
mod open;
mod output;
mod progress;
mod signals;

use std::io::IsTerminal;
use std::pin::Pin;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use tracing_subscriber::EnvFilter;

use crate::arguments::{Cli, Command};
use crate::exit::{Exit, Failure};

/// A harvest passes records from thread to thread. The allocator of glibc keeps for each thread what it once needed, so that
/// memory would grow with the size of the source.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How long blocking work may go on when the command is over.
const LAST_WORK: Duration = Duration::from_secs(1);

fn main() -> ExitCode {
    let cli = match Cli::try_parse_from(arguments::with_exclusions(std::env::args_os())) {
        Ok(cli) => cli,
        Err(error) => {
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::Done };
            let _ = error.print();
            return exit.into();
        }
    };
    if let Err(problem) = start_log(cli.global.verbose) {
        eprintln!("error: {problem}");
        return Exit::Usage.into();
    }
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("error: {error}");
            return Exit::Failed.into();
        }
    };
    // As an object: else all commands are compiled once for each way in which the runtime polls.
    let command: Pin<Box<dyn Future<Output = Result<Exit, Failure>>>> = Box::pin(run(cli));
    let done = runtime.block_on(command);
    // What was given up may still be worked on, as the parsing of a page of a run that was stopped: nobody waits for it.
    runtime.shutdown_timeout(LAST_WORK);
    match done {
        Ok(exit) => exit.into(),
        Err(failure) if failure.is_broken_pipe() => Exit::Done.into(),
        Err(failure) => {
            eprintln!("error: {:#}", failure.error);
            failure.exit.into()
        }
    }
}

async fn run(cli: Cli) -> Result<Exit, Failure> {
    let global = &cli.global;
    match cli.command {
        Command::Up(listen) => commands::up::run(global, &listen).await,
        Command::Serve(listen) => commands::serve::run(global, &listen).await,
        Command::Harvest(harvest) => commands::harvest::run(global, harvest).await,
        Command::Search(search) => commands::search::run(global, &search).await,
        Command::Show(show) => commands::show::run(global, &show).await,
        Command::Eval(eval) => commands::eval::run(global, &eval).await,
        Command::Quality { source } => commands::quality::run(global, source.as_deref()).await,
        Command::Classify(command) => commands::classification::classify(global, command).await,
        Command::Reviews(command) => commands::classification::reviews(global, command).await,
        Command::Profile(command) => commands::classification::profile(global, command),
        Command::Linkages(linkages) => commands::linkages::run(global, linkages).await,
        Command::Duplicates(duplicates) => commands::duplicates::run(global, duplicates).await,
        Command::Source(source) => commands::source::run(global, source).await,
        Command::Runs(runs) => commands::runs::run(global, &runs).await,
        Command::Organisation(command) => commands::registry::organisations::run(global, command).await,
        Command::Group(command) => commands::registry::groups::run(global, command).await,
        Command::Agreement(command) => commands::registry::agreements::run(global, command).await,
        Command::Framework(command) => commands::registry::frameworks::run(global, command).await,
        Command::Crisis(command) => commands::registry::crises::run(global, command).await,
        Command::Refusal(command) => commands::registry::refusals::run(global, command).await,
        Command::Concern(command) => commands::registry::concerns::run(global, command).await,
        Command::Request(command) => commands::registry::requests::run(global, command).await,
        Command::Decide(command) => commands::registry::decide::run(global, command).await,
        Command::Register(command) => commands::registry::holdings::register(global, *command).await,
        Command::Holding(command) => commands::registry::holdings::run(global, command).await,
        Command::SavedSearch(command) => commands::registry::saved_searches::run(global, command).await,
        Command::Need(command) => commands::registry::needs::run(global, command).await,
        Command::Gaps(command) => commands::registry::needs::run_gaps(global, command).await,
        Command::Collaborative(command) => commands::registry::collaboratives::run(global, command).await,
        Command::Stewardship(command) => commands::stewardship::run(global, command).await,
        Command::Exchange(command) => commands::registry::exchanges::run(global, command).await,
        Command::Practice(command) => commands::registry::practices::run(global, command).await,
        Command::Notify(command) => commands::notify::run(global, command).await,
        Command::Coverage(command) => commands::coverage::run(global, &command).await,
        Command::Vocabularies(command) => commands::vocabularies::run(global, command).await,
        Command::User(user) => commands::user::run(global, user).await,
        Command::Token(token) => commands::token::run(global, token).await,
        Command::Audit(audit) => commands::audit::run(global, audit).await,
        Command::Reindex => commands::reindex::run(global).await,
        Command::Check => commands::check::run(global).await,
        Command::Completions { shell } => commands::completions::run(shell),
    }
}

/// The log goes to stderr; `-v` says how much of it, and where that is not given `CAIRN_LOG` (a filter of `tracing`).
fn start_log(verbose: u8) -> Result<(), String> {
    let level = match verbose {
        0 => "warn",
        1 => "info",
        2 => "debug",
        _ => "trace",
    };
    let asked = std::env::var("CAIRN_LOG").ok().filter(|filter| verbose == 0 && !filter.trim().is_empty());
    let filter = match asked {
        Some(filter) => EnvFilter::try_new(&filter).map_err(|error| format!("CAIRN_LOG: {filter:?}: {error}"))?,
        None => EnvFilter::new(format!(
            "error,cairn={level},cairn_catalog={level},cairn_harvest={level},cairn_fetch={level},cairn_store={level},cairn_search={level},cairn_server={level}"
        )),
    };
    let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let json = std::env::var("CAIRN_LOG_FORMAT").is_ok_and(|format| format == "json");
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(progress::LogWriter)
        .with_target(false)
        .with_ansi(colour);
    if json {
        log.json().init();
    } else {
        log.without_time().init();
    }
    Ok(())
}
