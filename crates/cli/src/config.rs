//! The main configuration file, overlaid by `CAIRN_*` variables.

mod environment;
mod mail;
mod sign_in;

use std::fmt::Display;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use cairn_catalog::Retention;
use cairn_harvest::SourceConfig;
use cairn_harvest::config::explain;
use cairn_policy::classify::{Profile, Profiles};
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use toml::Table;
use url::Url;

use crate::config::environment::Meant;
use crate::config::mail::{Mail, Notifications};
use crate::config::sign_in::SignIn;
use crate::exit::Failure;

/// Rows that a sheet of a workbook holds, less those of its headings, in a round number.
const MOST_EXPORT_ROWS: u64 = 1_000_000;

/// Seconds that a search may take at most: the server gives an answer up after 30, and something is to be said before.
const MOST_SEARCH_SECONDS: u64 = 25;

/// The main file. Paths in it are relative to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// Folder with one file for each source.
    pub(crate) sources_dir: PathBuf,
    /// Folder with an operator's vocabulary tables.
    pub(crate) vocabularies_dir: PathBuf,
    /// Folder with the profiles by which records are classified.
    pub(crate) profiles_dir: PathBuf,
    /// The server.
    pub(crate) server: Server,
    /// The store.
    pub(crate) store: Store,
    /// Harvesting.
    pub(crate) harvest: Harvest,
    /// Signing in.
    pub(crate) sign_in: SignIn,
    /// Mails.
    pub(crate) mail: Mail,
    /// Notifications.
    pub(crate) notifications: Notifications,
    /// Sources that stand in this file; they are read by [`Config::load_sources`].
    #[serde(skip_serializing)]
    sources: IgnoredAny,
    /// The file as it was read.
    #[serde(skip)]
    text: String,
}

/// `[server]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Server {
    /// Address to listen on.
    pub(crate) listen: String,
    /// Where people reach the server; empty: at the address that it listens on.
    public_url: String,
    /// Address of the metrics; off when empty.
    pub(crate) metrics_listen: String,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub(crate) trusted_proxies: Vec<IpAddr>,
    /// Requests a minute for each client; 0 for any number.
    pub(crate) requests_per_minute: u32,
    /// Seconds after which a search is given up.
    pub(crate) search_seconds: u64,
    /// Records that an export holds at most.
    pub(crate) export_rows: u64,
}

/// `[store]`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Store {
    /// Empty: SQLite in the data folder.
    pub(crate) url: String,
}

/// `[harvest]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Harvest {
    /// Sources at the same time.
    pub(crate) concurrency: usize,
    /// Requests to one host at the same time.
    pub(crate) per_host: usize,
    /// Goes into `User-Agent`.
    pub(crate) contact: String,
    /// PEM file of further certificate authorities.
    pub(crate) ca_bundle: PathBuf,
    /// Folders below which files of sources must lie; anywhere when there are none.
    pub(crate) file_roots: Vec<PathBuf>,
    /// Days for which the history of runs is kept.
    pub(crate) retention_days: u32,
    /// Days for which the history of records is kept.
    pub(crate) history_days: u32,
    /// Days for which retired records are kept.
    pub(crate) retired_days: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            sources_dir: "sources".into(),
            vocabularies_dir: "vocabularies".into(),
            profiles_dir: "profiles".into(),
            server: Server::default(),
            store: Store::default(),
            harvest: Harvest::default(),
            sign_in: SignIn::default(),
            mail: Mail::default(),
            notifications: Notifications::default(),
            sources: IgnoredAny,
            text: String::new(),
        }
    }
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: "127.0.0.1:8080".to_owned(),
            public_url: String::new(),
            metrics_listen: String::new(),
            trusted_proxies: Vec::new(),
            requests_per_minute: 600,
            search_seconds: 5,
            export_rows: 100_000,
        }
    }
}

impl Default for Harvest {
    fn default() -> Self {
        Self {
            concurrency: 8,
            per_host: 2,
            contact: String::new(),
            ca_bundle: PathBuf::new(),
            file_roots: Vec::new(),
            retention_days: Retention::default().runs,
            history_days: Retention::default().history,
            retired_days: Retention::default().retired,
        }
    }
}

impl Config {
    /// Reads the main file and overlays the environment.
    pub(crate) fn load(path: &Path) -> Result<Self, Failure> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            let hint = match error.kind() {
                std::io::ErrorKind::NotFound => "; say where it is with --config FILE or CAIRN_CONFIG",
                _ => "",
            };
            Failure::usage(format!("cannot read the configuration {}: {error}{hint}", path.display()))
        })?;
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.to_string_lossy().into_owned())))
            .filter(|(name, _)| name.starts_with("CAIRN_"));
        Self::parse(&text, path, environment)
    }

    fn parse(text: &str, main: &Path, environment: impl Iterator<Item = (String, String)>) -> Result<Self, Failure> {
        let name = main.display();
        let explained = |error: toml::de::Error| Failure::usage(format!("{name}: {}", explain(&error, text)));
        // By itself first, so that what is wrong with it is told with its line.
        toml::from_str::<Self>(text).map_err(explained)?;
        let mut table: Table = toml::from_str(text).map_err(explained)?;
        let known = Table::try_from(Self::default()).map_err(Failure::usage)?;
        let mut unknown = Vec::new();
        for (variable, value) in environment {
            if let Meant::Unknown(failure) = environment::overlay(&mut table, &known, &variable, &value)? {
                unknown.push((variable, failure));
            }
        }
        let explained = |error: toml::de::Error| Failure::usage(format!("{name}: {error}"));
        let config: Self = table.clone().try_into().map_err(explained)?;
        if !unknown.is_empty() {
            let sources = main.parent().unwrap_or(Path::new(".")).join(&config.sources_dir);
            let named = environment::named_by_settings(&table, &sources);
            if let Some((_, failure)) = unknown.into_iter().find(|(variable, _)| !named.contains(variable)) {
                return Err(failure);
            }
        }
        config.check_public_url()?;
        Ok(Self { text: text.to_owned(), ..config })
    }

    /// Links in mails, feeds and exports begin with it.
    fn check_public_url(&self) -> Result<(), Failure> {
        let given = self.server.public_url.trim();
        let leads_somewhere =
            |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host() && url.query().is_none();
        if given.is_empty() || Url::parse(given).is_ok_and(|url| leads_somewhere(&url)) {
            return Ok(());
        }
        Err(Failure::usage(format!(
            "server.public_url: {given:?} is no address: write it whole, as https://cairn.example.org"
        )))
    }

    /// Every source: the files of the sources folder, by name, then the tables of the main file.
    pub(crate) fn load_sources(&self, main: &Path) -> Result<Vec<SourceConfig>, Failure> {
        let base = main.parent().unwrap_or(Path::new("."));
        let folder = base.join(&self.sources_dir);
        let mut sources = Vec::new();
        let mut files = toml_files(&folder)?;
        for file in &files {
            let text = std::fs::read_to_string(file)
                .map_err(|error| Failure::usage(format!("cannot read {}: {error}", file.display())))?;
            let source = SourceConfig::from_toml(&text, &folder)
                .map_err(|error| Failure::usage(format!("{}: {error}", file.display())))?;
            sources.push(source);
        }
        let own = SourceConfig::all_from_toml(&self.text, base)
            .map_err(|error| Failure::usage(format!("{}: [[sources]]: {error}", main.display())))?;
        files.extend(own.iter().map(|_| main.to_owned()));
        sources.extend(own);
        let roots: Vec<PathBuf> = self.harvest.file_roots.iter().map(|root| base.join(root)).collect();
        let sources: Vec<SourceConfig> = sources.into_iter().map(|source| source.with_file_roots(&roots)).collect();
        for (place, source) in sources.iter().enumerate() {
            if let Some(other) = sources[..place].iter().position(|other| other.id == source.id) {
                let (one, other) = (files[other].display(), files[place].display());
                return Err(Failure::usage(format!("two sources have the id {}: in {one} and in {other}", source.id)));
            }
        }
        Ok(sources)
    }

    /// Every profile of the profiles folder.
    pub(crate) fn load_profiles(&self, main: &Path) -> Result<Profiles, Failure> {
        let folder = main.parent().unwrap_or(Path::new(".")).join(&self.profiles_dir);
        let mut profiles = Vec::new();
        for file in toml_files(&folder)? {
            let text = std::fs::read_to_string(&file)
                .map_err(|error| Failure::usage(format!("cannot read {}: {error}", file.display())))?;
            let profile =
                Profile::from_toml(&text).map_err(|error| Failure::usage(format!("{}: {error}", file.display())))?;
            profiles.push(profile);
        }
        Profiles::new(profiles).map_err(|error| Failure::usage(format!("{}: {error}", folder.display())))
    }

    /// The address to listen on, from the flag or the file.
    pub(crate) fn listen_address(&self, flag: Option<SocketAddr>) -> Result<SocketAddr, Failure> {
        match flag {
            Some(address) => Ok(address),
            None => address(&self.server.listen, "server.listen"),
        }
    }

    /// The address under which people reach the server, without a slash at its end.
    pub(crate) fn public_url(&self) -> String {
        self.public_url_of(&self.server.listen)
    }

    /// The same for a server that listens at this address.
    pub(crate) fn public_url_of(&self, listening: impl Display) -> String {
        match self.server.public_url.trim_end_matches('/') {
            "" => format!("http://{listening}"),
            configured => configured.to_owned(),
        }
    }

    /// What is wrong with the address under which people reach the server, where it is one that leads nowhere.
    pub(crate) fn public_url_warning(&self, listening: SocketAddr) -> Option<String> {
        let is_given = !self.server.public_url.trim_end_matches('/').is_empty();
        (!is_given && listening.ip().is_unspecified()).then(|| {
            format!(
                "server.public_url is not set, so that links in exports, feeds and mails begin with http://{listening}, which \
                 leads nowhere: set it to the address under which people reach the server"
            )
        })
    }

    /// The address of the metrics, if they are on.
    pub(crate) fn metrics_address(&self) -> Result<Option<SocketAddr>, Failure> {
        if self.server.metrics_listen.is_empty() {
            return Ok(None);
        }
        address(&self.server.metrics_listen, "server.metrics_listen").map(Some)
    }

    /// How long a search may take.
    pub(crate) fn search_time(&self) -> Result<Duration, Failure> {
        match self.server.search_seconds {
            seconds @ 1..=MOST_SEARCH_SECONDS => Ok(Duration::from_secs(seconds)),
            seconds => {
                Err(Failure::usage(format!("server.search_seconds: {seconds} is not from 1 to {MOST_SEARCH_SECONDS}")))
            }
        }
    }

    /// Records that an export holds at most: no more than a sheet of a workbook can.
    pub(crate) fn export_rows(&self) -> Result<u64, Failure> {
        match self.server.export_rows {
            rows @ 1..=MOST_EXPORT_ROWS => Ok(rows),
            rows => Err(Failure::usage(format!("server.export_rows: {rows} is not from 1 to {MOST_EXPORT_ROWS}"))),
        }
    }
}

fn address(text: &str, key: &str) -> Result<SocketAddr, Failure> {
    text.parse().map_err(|_| Failure::usage(format!("{key}: `{text}` is no address with a port, as 127.0.0.1:8080 is")))
}

/// The `.toml` files of a folder, by name; none when the folder is missing.
fn toml_files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(Failure::usage(format!("cannot read {}: {error}", folder.display()))),
    };
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry?;
        // Editors keep their own files beside those that they have open, with a dot before the name.
        let is_hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
        let path = entry.path();
        if !is_hidden && path.extension().is_some_and(|ending| ending == "toml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn parse(text: &str, environment: &[(&str, &str)]) -> Result<Config, String> {
        let environment = environment.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Config::parse(text, Path::new("cairn.toml"), environment).map_err(|failure| failure.error.to_string())
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line_and_the_nearest_known_one() {
        let error = parse("sources_dir = \"x\"\n[server]\nlissten = \"127.0.0.1:1\"\n", &[]).unwrap_err();
        assert_eq!(error, "cairn.toml: line 3: unknown key `lissten`, did you mean `listen`?");
    }

    #[test]
    fn sources_of_the_main_file_are_read_however_their_tables_are_written() {
        let portal = |rest: &str| format!("[server]\nlisten = \"127.0.0.1:1\"\n{rest}");
        let tables = portal(
            "[[ sources ]] # a note\nid = \"a\"\nkind = \"ckan\"\nurl = \"https://a.example\"\nfields = [\n[\"x\"],\n]\n\
             [ sources.terms ]\nsharing = \"organisation\"\n",
        );
        let refused = parse(&tables, &[]).unwrap().load_sources(Path::new("/nowhere/cairn.toml")).unwrap_err();
        assert!(refused.error.to_string().contains("source a: line 7: unknown key `fields`"), "{}", refused.error);
        let tables = tables.replace("fields = [\n[\"x\"],\n]\n", "");
        let inline = portal(
            "sources = [{id = \"a\", kind = \"ckan\", url = \"https://a.example\", terms = {sharing = \"organisation\"}}]\n",
        );
        let inline = inline
            .split_once('\n')
            .map(|(first, rest)| format!("{}\n{first}\n", rest.split_once('\n').unwrap().1))
            .unwrap();
        for text in [tables, inline] {
            let sources = parse(&text, &[]).unwrap().load_sources(Path::new("/nowhere/cairn.toml")).unwrap();
            let [source] = sources.as_slice() else { panic!("{text}") };
            assert_eq!((source.id.as_str(), source.terms.sharing), ("a", Some(cairn_model::Sharing::Organisation)));
        }
    }

    #[test]
    fn links_lead_to_where_the_server_listens_unless_another_address_is_given() {
        let address = |text: &str| parse(text, &[]).unwrap().public_url();
        assert_eq!(address(""), "http://127.0.0.1:8080");
        for wrong in ["cairn.relief.example", "ftp://cairn.relief.example", "https://", "/cairn"] {
            let refused = parse(&format!("[server]\npublic_url = {wrong:?}\n"), &[]).unwrap_err();
            assert!(refused.starts_with("server.public_url:"), "{refused}");
        }
        assert_eq!(address("[server]\nlisten = \"127.0.0.1:9000\"\n"), "http://127.0.0.1:9000");
        let given = "[server]\nlisten = \"127.0.0.1:9000\"\npublic_url = \"http://127.0.0.1:8080/\"\n";
        assert_eq!(address(given), "http://127.0.0.1:8080");
    }

    #[test]
    fn links_to_every_address_of_this_machine_are_warned_of() {
        let warning = |text: &str| {
            let config = parse(text, &[]).unwrap();
            config.public_url_warning(config.listen_address(None).unwrap())
        };
        for everywhere in ["0.0.0.0:8080", "[::]:8080"] {
            let listen = format!("[server]\nlisten = \"{everywhere}\"\n");
            let said = warning(&listen).unwrap();
            assert!(said.contains("server.public_url") && said.contains(everywhere), "{said}");
            assert_eq!(warning(&format!("{listen}public_url = \"https://cairn.example\"\n")), None);
        }
        assert_eq!(warning(""), None);
    }

    #[test]
    fn a_variable_goes_before_the_file_and_the_file_before_the_default() {
        let text = "[server]\nlisten = \"127.0.0.1:1\"\nrequests_per_minute = 5\n";
        let config = parse(text, &[("CAIRN_SERVER__LISTEN", "127.0.0.1:2"), ("CAIRN_HARVEST__PER_HOST", "4")]).unwrap();
        assert_eq!(config.server.listen, "127.0.0.1:2");
        assert_eq!(config.server.requests_per_minute, 5);
        assert_eq!(config.harvest.per_host, 4);
        assert_eq!(config.harvest.concurrency, 8);
    }

    #[test]
    fn an_export_has_a_row_at_least_and_no_more_than_a_sheet_holds() {
        let rows = |rows: &str| parse("", &[("CAIRN_SERVER__EXPORT_ROWS", rows)]).unwrap().export_rows().ok();
        assert_eq!(["0", "1", "1000000", "1000001"].map(rows), [None, Some(1), Some(1_000_000), None]);
        assert_eq!(parse("", &[]).unwrap().export_rows().ok(), Some(100_000));
    }

    #[test]
    fn a_search_has_time_and_ends_before_the_server_gives_its_answer_up() {
        let time = |seconds: &str| parse("", &[("CAIRN_SERVER__SEARCH_SECONDS", seconds)]).unwrap().search_time().ok();
        assert_eq!(
            ["0", "1", "25", "26"].map(time),
            [None, Some(1), Some(25), None].map(|one| one.map(Duration::from_secs))
        );
    }

    #[test]
    fn a_variable_that_names_no_setting_is_refused_and_the_tests_own_are_not() {
        assert_eq!(
            parse("", &[("CAIRN_SERVER__LISTN", "x")]).unwrap_err(),
            "CAIRN_SERVER__LISTN names no setting; did you mean CAIRN_SERVER__LISTEN?"
        );
        assert!(parse("", &[("CAIRN_TEST_CORPUS", "/x"), ("CAIRN_DATA", "/y")]).is_ok());
    }

    #[test]
    fn variables_that_a_platform_sets_for_a_service_are_left_alone() {
        for (variable, value) in [
            ("CAIRN_SERVICE_HOST", "10.0.0.7"),
            ("CAIRN_SERVICE_PORT", "8080"),
            ("CAIRN_SERVICE_PORT_HTTP", "8080"),
            ("CAIRN_PORT", "tcp://10.0.0.7:8080"),
            ("CAIRN_PORT_8080_TCP", "tcp://10.0.0.7:8080"),
            ("CAIRN_PORT_8080_TCP_ADDR", "10.0.0.7"),
            ("CAIRN_METRICS_PORT_9090_TCP_PROTO", "tcp"),
        ] {
            assert!(parse("", &[(variable, value)]).is_ok(), "{variable}");
        }
        for (variable, value) in [("CAIRN_SERVICE__HOST", "x"), ("CAIRN_PORT", "8080"), ("CAIRN_SERVER_LISTEN", "x")] {
            assert!(parse("", &[(variable, value)]).unwrap_err().contains(variable), "{variable}={value}");
        }
    }

    #[test]
    fn a_variable_that_a_setting_names_is_one() {
        let text = "[mail]\npassword_env = \"CAIRN_MAIL_PASSWORD\"\n[[sources]]\nid = \"a\"\nkind = \"ckan\"\n\
                    url = \"https://a.example\"\n[sources.credentials]\ntoken_env = \"CAIRN_A_TOKEN\"\n";
        assert!(parse(text, &[("CAIRN_MAIL_PASSWORD", "x"), ("CAIRN_A_TOKEN", "y")]).is_ok());
        assert!(parse(text, &[("CAIRN_B_TOKEN", "y")]).unwrap_err().contains("CAIRN_B_TOKEN names no setting"));
    }
}
