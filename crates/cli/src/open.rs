//! Opening the catalogue for a command, and telling as whom it reads.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use cairn_catalog::{Catalog, CatalogSettings, Retention, SignInSettings};
use cairn_fetch::{Fetcher, FetcherSettings};
use cairn_model::Vocabularies;
use cairn_policy::Viewer;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::arguments::{Global, Identity};
use crate::config::Config;
use crate::exit::{Exit, Failure};

/// Whether a missing data folder is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DataFolder {
    /// Made.
    Create,
    /// Must be there.
    Existing,
}

/// Reads the configuration and opens the catalogue of the data folder.
pub(crate) async fn open(global: &Global, folder: DataFolder) -> Result<(Config, Catalog), Failure> {
    let config = Config::load(&global.config)?;
    if !config.store.url.is_empty() {
        return Err(Failure::usage(
            "store.url: this version keeps its store in the data folder (SQLite); leave store.url empty",
        ));
    }
    let sources = config.load_sources(&global.config)?;
    let tables = vocabulary_tables(&config, &global.config)?;
    let (vocabularies, problems) = Vocabularies::with_tables(&tables);
    if let Some(problem) = problems.first() {
        return Err(Failure::usage(format!("vocabularies: {}: {}", problem.field, problem.message)));
    }
    let fetcher = fetcher(&config, global)?;
    let catalog = Catalog::open(CatalogSettings {
        data: global.data.clone(),
        sources,
        vocabularies,
        vocabulary_fingerprint: fingerprint(&tables),
        profiles: config.load_profiles(&global.config)?,
        fetcher,
        concurrency: config.harvest.concurrency,
        retention: Retention {
            runs: config.harvest.retention_days,
            history: config.harvest.history_days,
            retired: config.harvest.retired_days,
        },
        search_time: std::time::Duration::from_secs(config.server.search_seconds),
        export_rows: config.export_rows()?,
        sign_in: SignInSettings { providers: config.sign_in.providers(&global.config)?, ..SignInSettings::default() },
        notifications: config.notifications.settings(&config.mail, &global.config)?,
        create: folder == DataFolder::Create,
    })
    .await?;
    Ok((config, catalog))
}

/// The HTTP client that the configuration describes.
pub(crate) fn fetcher(config: &Config, global: &Global) -> Result<Fetcher, Failure> {
    Fetcher::new(FetcherSettings {
        contact: config.harvest.contact.clone(),
        ca_bundle: ca_bundle(config, &global.config),
        per_host: config.harvest.per_host,
        ..FetcherSettings::default()
    })
    .map_err(Failure::usage)
}

/// The viewer that a reading command acts as.
pub(crate) async fn viewer(catalog: &Catalog, identity: &Identity, what: &str) -> Result<Viewer, Failure> {
    let now = Timestamp::now();
    if identity.as_operator {
        catalog.log_operator_read(what, now).await.map_err(|error| Failure {
            exit: Exit::NotAllowed,
            error: anyhow::Error::new(error).context("--as-operator is for who may write the data folder"),
        })?;
        return Ok(Viewer::operator());
    }
    let token = match (&identity.token, &identity.token_file) {
        (Some(token), _) => Some(token.trim().to_owned()),
        (None, Some(file)) => Some(
            std::fs::read_to_string(file)
                .map_err(|error| Failure::usage(format!("cannot read {}: {error}", file.display())))?
                .trim()
                .to_owned(),
        ),
        (None, None) => None,
    };
    match token.filter(|token| !token.is_empty()) {
        None => Ok(Viewer::anonymous()),
        Some(token) => Ok(catalog.viewer_for_token(&token, now).await?),
    }
}

/// The tables of the operator's vocabularies folder, by file stem.
fn vocabulary_tables(config: &Config, main: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let folder = main.parent().unwrap_or(Path::new(".")).join(&config.vocabularies_dir);
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(Failure::usage(format!("cannot read {}: {error}", folder.display()))),
    };
    let mut tables = BTreeMap::new();
    for entry in entries {
        let path = entry?.path();
        let stem = path.file_stem().and_then(|stem| stem.to_str()).map(str::to_owned);
        let (Some(stem), true) = (stem, path.extension().is_some_and(|ending| ending == "csv")) else {
            continue;
        };
        let text = std::fs::read_to_string(&path)
            .map_err(|error| Failure::usage(format!("cannot read {}: {error}", path.display())))?;
        tables.insert(stem, text);
    }
    Ok(tables)
}

fn fingerprint(tables: &BTreeMap<String, String>) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for (name, text) in tables {
        hasher.update(name.as_bytes());
        hasher.update([0]);
        hasher.update(text.as_bytes());
        hasher.update([0]);
    }
    hasher.finalize().into()
}

/// The file of further certificate authorities, relative to the main file.
fn ca_bundle(config: &Config, main: &Path) -> Option<PathBuf> {
    let bundle = &config.harvest.ca_bundle;
    (!bundle.as_os_str().is_empty()).then(|| main.parent().unwrap_or(Path::new(".")).join(bundle))
}
