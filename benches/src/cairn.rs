//! The real binary: built, configured in a folder of its own, run and measured.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, bail, ensure};
use serde::Deserialize;
use tempfile::TempDir;

use crate::meter::{self, Cost};
use crate::server::Server;

/// Root of the workspace that this program was built from.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_owned)
}

/// Builds the binary in release, so that what is measured is what the tree says, and gives its path: beside this one.
pub(crate) fn build() -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe()?;
    let folder = own.parent().context("this program has no folder")?;
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--quiet", "--release", "--package", "cairn"]).current_dir(workspace());
    if let Some(target) = folder.parent() {
        cargo.arg("--target-dir").arg(target);
    }
    ensure!(cargo.status()?.success(), "cargo could not build the binary `cairn`");
    let binary = folder.join("cairn");
    ensure!(binary.is_file(), "{} is not there: run this program with `just bench`, in release", binary.display());
    Ok(binary)
}

/// A folder with a configuration of one source, and a data folder.
pub(crate) struct Workplace {
    folder: TempDir,
    binary: PathBuf,
}

/// What `cairn harvest --json` says of a run.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Run {
    pub(crate) verdict: String,
    pub(crate) listed: u64,
    pub(crate) problems: u64,
    pub(crate) requests: u64,
    pub(crate) writes: u64,
    pub(crate) seconds: f64,
}

#[derive(Deserialize)]
struct Answer {
    runs: Vec<Run>,
}

/// Id of the one source.
pub(crate) const SOURCE: &str = "datagov";

impl Workplace {
    /// Makes one for a CKAN source at an address.
    pub(crate) fn new(binary: &Path, url: &str) -> anyhow::Result<Self> {
        Self::with_sources(binary, [(SOURCE, url)])
    }

    /// Makes one for several CKAN sources, each an id and an address.
    pub(crate) fn with_sources<'a>(
        binary: &Path,
        sources: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> anyhow::Result<Self> {
        let folder = tempfile::Builder::new().prefix("cairn-bench").tempdir()?;
        std::fs::create_dir(folder.path().join("sources"))?;
        let vocabularies = workspace().join("config/vocabularies");
        std::fs::write(
            folder.path().join("cairn.toml"),
            format!("sources_dir = \"sources\"\nvocabularies_dir = {:?}\n", vocabularies.display().to_string()),
        )?;
        for (id, url) in sources {
            std::fs::write(
                folder.path().join(format!("sources/{id}.toml")),
                format!(
                    "id = \"{id}\"\nkind = \"ckan\"\nurl = {url:?}\ntitle = \"Benchmark\"\nenabled = true\n\
                     schedule = \"daily\"\nallow_private = true\n[limits]\nrequests_per_second = 0\n"
                ),
            )?;
        }
        Ok(Self { folder, binary: binary.to_owned() })
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Throws the data away.
    pub(crate) fn clear(&self) -> anyhow::Result<()> {
        if self.data().exists() {
            std::fs::remove_dir_all(self.data())?;
        }
        Ok(())
    }

    /// Bytes in the data folder: the store, then the index.
    pub(crate) fn sizes(&self) -> anyhow::Result<(u64, u64)> {
        let index = self.data().join("search");
        let all = size(&self.data())?;
        let index = size(&index)?;
        Ok((all - index, index))
    }

    /// Harvests the source; returns when what it wrote can be searched.
    pub(crate) fn harvest(&self) -> anyhow::Result<(Run, Cost)> {
        one(self.harvest_with(&[])?)
    }

    /// Reads the whole source and compares every record; returns when what it wrote can be searched.
    pub(crate) fn harvest_full(&self) -> anyhow::Result<(Run, Cost)> {
        one(self.harvest_with(&["--full"])?)
    }

    /// Harvests every source; returns when what they wrote can be searched.
    pub(crate) fn harvest_all(&self) -> anyhow::Result<(Vec<Run>, Cost)> {
        self.harvest_with(&[])
    }

    fn harvest_with(&self, options: &[&str]) -> anyhow::Result<(Vec<Run>, Cost)> {
        let mut command = self.command();
        command.args(["harvest", "--json"]).args(options);
        let (text, cost) = run(&mut command)?;
        let answer: Answer = serde_json::from_str(&text).with_context(|| format!("`harvest` answered {text:?}"))?;
        for run in &answer.runs {
            ensure!(run.verdict.starts_with("complete"), "a harvest ended as {:?}", run.verdict);
        }
        Ok((answer.runs, cost))
    }

    /// How many records an anonymous search finds.
    pub(crate) fn searchable(&self) -> anyhow::Result<u64> {
        #[derive(Deserialize)]
        struct Page {
            total: u64,
        }
        let mut command = self.command();
        command.args(["search", "--limit", "0", "--json"]);
        let page: Page = serde_json::from_str(&run(&mut command)?.0)?;
        Ok(page.total)
    }

    /// Starts the server on what was harvested, without limits for clients; ready to be asked.
    pub(crate) fn serve(&self) -> anyhow::Result<Server> {
        let mut command = self.command();
        command.args(["serve", "--listen", "127.0.0.1:0"]).env("CAIRN_SERVER__REQUESTS_PER_MINUTE", "0");
        let server = Server::start(&mut command)?;
        server.wait_until_ready()?;
        Ok(server)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.binary);
        command.arg("--config").arg(self.folder.path().join("cairn.toml")).arg("--data").arg(self.data());
        command
    }
}

/// The one run of a workplace with one source.
fn one((runs, cost): (Vec<Run>, Cost)) -> anyhow::Result<(Run, Cost)> {
    Ok((runs.into_iter().next().context("`harvest` answered no run")?, cost))
}

/// Runs a command to its end; its stdout, and what it cost.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<(String, Cost)> {
    let shown = format!("{command:?}");
    let begun = Instant::now();
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let mut output = child.stdout.take().context("stdout is piped")?;
    let mut errors = child.stderr.take().context("stderr is piped")?;
    let reading = std::thread::spawn(move || {
        let mut text = String::new();
        output.read_to_string(&mut text).map(|_| text)
    });
    let told = std::thread::spawn(move || {
        let mut text = String::new();
        errors.read_to_string(&mut text).map(|_| text)
    });
    let (status, cost) = meter::wait(&mut child, begun)?;
    let joined = |thread: std::thread::JoinHandle<std::io::Result<String>>| {
        thread.join().map_err(|_| anyhow::anyhow!("the reader of a pipe panicked"))?.map_err(anyhow::Error::from)
    };
    let text = joined(reading)?;
    let errors = joined(told)?;
    if !status.success() {
        bail!("{shown} ended with {status}: {errors}");
    }
    Ok((text, cost))
}

/// Bytes in a folder and below.
pub(crate) fn size(folder: &Path) -> anyhow::Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        bytes += if metadata.is_dir() { size(&entry.path())? } else { metadata.len() };
    }
    Ok(bytes)
}
