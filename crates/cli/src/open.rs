//! Opening the catalogue for a command, and telling as whom it reads.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) use cairn_catalog::DataFolder;
use cairn_catalog::{Catalog, CatalogSettings, Retention, SignInSettings};
use cairn_fetch::{Fetcher, FetcherSettings};
use cairn_model::Vocabularies;
use cairn_policy::Viewer;
use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::arguments::registry::Acting;
use crate::arguments::{Global, Identity};
use crate::config::Config;
use crate::exit::{Exit, Failure};

/// Reads the configuration and opens the catalogue of the data folder.
pub(crate) async fn open(global: &Global, folder: DataFolder) -> Result<(Config, Catalog), Failure> {
    let config = Config::load(&global.config)?;
    let settings = settings(&config, global, folder)?;
    if folder == DataFolder::Create && !global.data.join("cairn.db").exists() && global.data.join("search").exists() {
        eprintln!(
            "warning: {} holds an index and no store (cairn.db), so the catalogue begins anew; if the store was lost, put a copy \
             back instead",
            global.data.display()
        );
    }
    Ok((config, Catalog::open(settings).await?))
}

/// Everything of the configuration that a catalogue is opened with, read and checked.
pub(crate) fn settings(config: &Config, global: &Global, folder: DataFolder) -> Result<CatalogSettings, Failure> {
    if !config.store.url.is_empty() {
        return Err(Failure::usage(
            "store.url: this version keeps its store in the data folder (SQLite); leave store.url empty",
        ));
    }
    let sources = config.load_sources(&global.config)?;
    let tables = vocabulary_tables(config, &global.config)?;
    let (vocabularies, problems) = Vocabularies::with_tables(&tables);
    if let Some(problem) = problems.first() {
        return Err(Failure::usage(format!("vocabularies: {}: {}", problem.field, problem.message)));
    }
    Ok(CatalogSettings {
        data: global.data.clone(),
        sources,
        vocabularies: Arc::new(vocabularies),
        vocabulary_fingerprint: fingerprint(&tables),
        profiles: config.load_profiles(&global.config)?,
        fetcher: fetcher(config, global)?,
        concurrency: config.harvest.concurrency,
        retention: Retention {
            runs: config.harvest.retention_days,
            history: config.harvest.history_days,
            retired: config.harvest.retired_days,
        },
        search_time: config.search_time()?,
        export_rows: config.export_rows()?,
        sign_in: SignInSettings { providers: config.sign_in.providers(&global.config)?, ..SignInSettings::default() },
        notifications: config.notifications.settings(&config.mail, &global.config)?,
        folder,
    })
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
    if identity.as_operator {
        catalog.log_operator_read(what, Timestamp::now()).await.map_err(|error| Failure {
            exit: Exit::NotAllowed,
            error: anyhow::Error::new(error).context("--as-operator is for who may write the data folder"),
        })?;
        return Ok(Viewer::operator());
    }
    match given_token(identity.token.as_deref(), identity.token_file.as_deref(), |name| std::env::var_os(name))? {
        None => Ok(Viewer::anonymous()),
        Some(token) => viewer_of(catalog, &token).await,
    }
}

/// The viewer that a registering or deciding command acts as: whoever may write the data folder acts as the operator unless
/// they give a token.
pub(crate) async fn acting_viewer(catalog: &Catalog, acting: &Acting) -> Result<Viewer, Failure> {
    match given_token(acting.token.as_deref(), acting.token_file.as_deref(), |name| std::env::var_os(name))? {
        None => Ok(Viewer::operator()),
        Some(token) => viewer_of(catalog, &token).await,
    }
}

async fn viewer_of(catalog: &Catalog, token: &str) -> Result<Viewer, Failure> {
    if token.is_empty() {
        return Ok(Viewer::anonymous());
    }
    Ok(catalog.viewer_for_token(token, Timestamp::now()).await?)
}

/// The token of a command: that of a flag, else that of a variable.
fn given_token(
    token: Option<&str>,
    file: Option<&Path>,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<Option<String>, Failure> {
    let read = |file: &Path| {
        let text = std::fs::read_to_string(file);
        let text = text.map_err(|error| Failure::usage(format!("cannot read {}: {error}", file.display())))?;
        Ok(Some(text.trim().to_owned()))
    };
    match (token, file) {
        (Some(token), _) => return Ok(Some(token.trim().to_owned())),
        (None, Some(file)) => return read(file),
        (None, None) => {}
    }
    match (variable("CAIRN_TOKEN"), variable("CAIRN_TOKEN_FILE")) {
        (None, None) => Ok(None),
        (Some(token), None) => Ok(Some(token.to_string_lossy().trim().to_owned())),
        (None, Some(file)) => read(Path::new(&file)),
        (Some(_), Some(_)) => Err(Failure::usage("CAIRN_TOKEN and CAIRN_TOKEN_FILE are both set: keep one of them")),
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_flag_goes_before_the_variables_of_tokens() {
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("token");
        std::fs::write(&file, "of-the-file\n").unwrap();
        let set = |names: &'static [&'static str]| {
            let file = file.clone();
            move |name: &str| {
                let value =
                    if name == "CAIRN_TOKEN" { "of-the-variable".into() } else { file.clone().into_os_string() };
                names.contains(&name).then_some(value)
            }
        };
        let both: &[&str] = &["CAIRN_TOKEN", "CAIRN_TOKEN_FILE"];
        let given = |token, file, names| given_token(token, file, set(names)).unwrap();
        assert_eq!(given(Some("of-the-flag"), None, both).as_deref(), Some("of-the-flag"));
        assert_eq!(given(None, Some(&file), &["CAIRN_TOKEN"]).as_deref(), Some("of-the-file"));
        assert_eq!(given(None, None, &["CAIRN_TOKEN"]).as_deref(), Some("of-the-variable"));
        assert_eq!(given(None, None, &["CAIRN_TOKEN_FILE"]).as_deref(), Some("of-the-file"));
        assert_eq!(given(None, None, &[]), None);
        assert!(given_token(None, None, set(both)).is_err(), "nobody can tell which is meant");
    }
}
