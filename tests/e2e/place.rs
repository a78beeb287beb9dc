//! A folder with a configuration and data of its own, and the binary run on it.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};

use serde_json::Value;
use tempfile::TempDir;

use crate::server::Server;

/// What a command did.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Outcome {
    /// The one JSON document on stdout; anything else there is a failure.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("stdout is no JSON document: {error}: {self:?}"))
    }

    /// The code must be this.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{self:#?}");
        self
    }

    /// stderr must hold all of these.
    #[track_caller]
    pub(crate) fn says(self, parts: &[&str]) -> Self {
        for part in parts {
            assert!(self.stderr.contains(part), "stderr lacks {part:?}: {self:#?}");
        }
        self
    }
}

/// A configuration and a data folder.
pub(crate) struct Place {
    folder: TempDir,
    config: PathBuf,
    environment: Vec<(String, String)>,
}

impl Place {
    /// With a configuration of its own that has no source yet.
    pub(crate) fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let config = folder.path().join("config");
        std::fs::create_dir_all(config.join("sources")).unwrap();
        std::fs::create_dir_all(folder.path().join("files")).unwrap();
        std::fs::write(config.join("cairn.toml"), "").unwrap();
        let config = config.join("cairn.toml");
        Self { folder, config, environment: vec![no_limit()] }
    }

    /// With the project's own configuration and no data.
    pub(crate) fn bundled() -> Self {
        let config = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../config/cairn.toml");
        Self { folder: TempDir::new().unwrap(), config, environment: vec![no_limit()] }
    }

    /// With the project's own configuration and a copy of its samples, harvested once for all tests.
    pub(crate) fn samples() -> Self {
        // Held while the copy is taken, so that nobody copies what is being made.
        static HARVESTED: Mutex<Option<PathBuf>> = Mutex::new(None);
        let place = Self::bundled();
        let mut harvested = HARVESTED.lock().unwrap_or_else(PoisonError::into_inner);
        let data = harvested.get_or_insert_with(|| {
            let data = Path::new(env!("CARGO_TARGET_TMPDIR")).join("harvested-samples");
            let _ = std::fs::remove_dir_all(&data);
            let outcome = place.run(&["harvest", "--json"]).exits(0);
            assert_eq!(outcome.json()["exit"], 0);
            copy_folder(&place.data(), &data);
            data
        });
        let _ = std::fs::remove_dir_all(place.data());
        copy_folder(data, &place.data());
        place
    }

    /// Sets an environment variable for every command.
    pub(crate) fn variable(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The data folder; it is there once a command made it.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Puts the data folder somewhere else, by a link.
    pub(crate) fn link_data(&self, to: &Path) {
        std::os::unix::fs::symlink(to, self.data()).unwrap();
    }

    /// Writes a file beside the main configuration file.
    pub(crate) fn config_file(&self, name: &str, text: &str) {
        std::fs::write(self.config.with_file_name(name), text).unwrap();
    }

    /// Writes the main configuration file.
    pub(crate) fn configure(&self, text: &str) {
        std::fs::write(&self.config, text).unwrap();
    }

    /// Writes a file that sources can name as `file:../../files/NAME`.
    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        // In one step, so that a process that reads it meets the old file or the new one.
        let path = self.folder.path().join("files").join(name);
        let aside = path.with_extension("aside");
        std::fs::write(&aside, bytes).unwrap();
        std::fs::rename(&aside, &path).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Writes a source file: id, kind and url, then whatever else is to stand in it.
    pub(crate) fn source(&self, id: &str, kind: &str, url: &str, rest: &str) {
        let text = format!("id = \"{id}\"\nkind = \"{kind}\"\nurl = \"{url}\"\n{rest}\n");
        std::fs::write(self.folder.path().join(format!("config/sources/{id}.toml")), text).unwrap();
    }

    /// Writes a profile.
    pub(crate) fn profile(&self, name: &str, text: &str) {
        let folder = self.config.with_file_name("profiles");
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), text).unwrap();
    }

    /// Takes a source out of the configuration.
    pub(crate) fn forget_source(&self, id: &str) {
        std::fs::remove_file(self.folder.path().join(format!("config/sources/{id}.toml"))).unwrap();
    }

    /// A CKAN dump that everyone may see, as the source `dump` in the file `dump.jsonl`.
    pub(crate) fn dump(&self, lines: &str) {
        self.file("dump.jsonl", lines);
        self.source("dump", "ckan", "file:../../files/dump.jsonl", OPEN_TERMS);
    }

    /// The command, not yet run.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_cairn"));
        for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CAIRN_")) {
            command.env_remove(name);
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.args(arguments).arg("--config").arg(&self.config).arg("--data").arg(self.data());
        command.current_dir(self.folder.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Starts a command.
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).spawn().expect("the binary was built")
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Outcome {
        finished(self.start(arguments))
    }

    /// Runs a command with a text on stdin.
    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &[u8]) -> Outcome {
        let mut child = self.command(arguments).stdin(Stdio::piped()).spawn().expect("the binary was built");
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_vec();
        let writer = std::thread::spawn(move || {
            // A command that has read enough closes its end.
            let _ = stdin.write_all(&input);
        });
        let outcome = finished(child);
        writer.join().unwrap();
        outcome
    }

    /// The run of one source, from `harvest --json`.
    #[track_caller]
    pub(crate) fn harvest(&self, arguments: &[&str], code: i32) -> Value {
        let mut all = vec!["harvest", "--json"];
        all.extend_from_slice(arguments);
        let answer = self.run(&all).exits(code).json();
        assert_eq!(answer["exit"], code, "{answer:#}");
        assert_eq!(answer["runs"].as_array().map(Vec::len), Some(1), "{answer:#}");
        answer["runs"][0].clone()
    }

    /// An anonymous search on the command line.
    #[track_caller]
    pub(crate) fn search(&self, arguments: &[&str]) -> Value {
        let mut all = vec!["search", "--json"];
        all.extend_from_slice(arguments);
        self.run(&all).exits(0).json()
    }

    /// How many records an operator can find.
    #[track_caller]
    pub(crate) fn total(&self) -> u64 {
        self.search(&["--as-operator", "--limit", "0"])["total"].as_u64().unwrap()
    }

    /// The secret of a new token.
    #[track_caller]
    pub(crate) fn token(&self, organisation: &str, role: &str, groups: &[&str]) -> String {
        let mut arguments = vec!["token", "create", "--json", "--organisation", organisation, "--role", role];
        for group in groups {
            arguments.extend(["--group", group]);
        }
        self.run(&arguments).exits(0).json()["token"].as_str().unwrap().to_owned()
    }

    /// Starts `up`.
    pub(crate) fn up(&self) -> Server {
        Server::start(self.start(&["up", "--listen", "127.0.0.1:0"]))
    }

    /// Starts `serve`, and waits until it is ready.
    pub(crate) fn serve(&self) -> Server {
        let server = Server::start(self.start(&["serve", "--listen", "127.0.0.1:0"]));
        server.wait_until_ready();
        server
    }
}

/// What a portal that shows its records to everyone has for terms.
pub(crate) const OPEN_TERMS: &str =
    "[terms]\nsharing = \"public\"\nsensitivity = \"low\"\naccess_method = \"download\"\nlisting = \"full\"";

fn no_limit() -> (String, String) {
    ("CAIRN_SERVER__REQUESTS_PER_MINUTE".to_owned(), "0".to_owned())
}

/// Waits for a command.
pub(crate) fn finished(child: Child) -> Outcome {
    let output = child.wait_with_output().unwrap();
    Outcome {
        // 128 + signal, as a shell says it.
        code: output
            .status
            .code()
            .unwrap_or_else(|| 128 + std::os::unix::process::ExitStatusExt::signal(&output.status).unwrap_or_default()),
        stdout: String::from_utf8(output.stdout).expect("stdout is UTF-8"),
        stderr: String::from_utf8(output.stderr).expect("stderr is UTF-8"),
    }
}

/// Sends a signal, by its name.
pub(crate) fn signal(child: &Child, name: &str) {
    let sent = Command::new("sh").arg("-c").arg(format!("kill -{name} {}", child.id())).status().unwrap();
    assert!(sent.success());
}

/// Copies a folder with everything in it.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
