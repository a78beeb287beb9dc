//! The configuration of a source: one TOML file, or one `[[sources]]` table of the main file.

mod address;
mod credentials;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use cairn_fetch::FetchPolicy;
use cairn_formats::imsma::ImsmaSettings;
use cairn_formats::inventory::InventoryMapping;
use cairn_model::registry::REGISTERED;
use cairn_policy::{Openness, SourceTerms};
use jiff::Timestamp;
use serde::Deserialize;
use url::Url;

pub(crate) use self::address::is_dump;
pub use self::address::{Location, SourceAddress};
pub use self::credentials::Credentials;
pub use crate::config_error::{explain, nearest};
use crate::csw::CswSettings;
use crate::dataverse::DataverseSettings;
use crate::nada::NadaSettings;
use crate::oai_pmh::OaiSettings;
use crate::web::WebSettings;
use crate::{HarvestError, KINDS, Schedule, ckan, json_api, kinds, source_file};

/// How much a source may send, and how fast it is asked.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Requests a second to its host.
    pub requests_per_second: f64,
    /// Requests a day of UTC, over all runs and processes; as many as it takes when nothing is said. The default depends
    /// on the kind.
    pub requests_per_day: Option<u64>,
    /// Records of one run; a longer listing is read in part.
    pub max_records: u64,
    /// Pages of one run; a longer listing is read in part.
    pub max_pages: u64,
    /// Hours that one run may take, waiting included; a later run goes on where it stopped.
    pub max_hours: f64,
    /// Decoded bytes of one page, or of one file. The default depends on the kind.
    pub max_bytes: Option<u64>,
    /// Records asked for at a time. The default depends on the kind.
    pub page_size: Option<u32>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            requests_per_second: 5.0,
            requests_per_day: None,
            max_records: 5_000_000,
            max_pages: 100_000,
            max_hours: 12.0,
            max_bytes: None,
            page_size: None,
        }
    }
}

impl Limits {
    /// Hours of a year, which no run takes.
    const MOST_HOURS: f64 = 366.0 * 24.0;

    /// The time that one run may take.
    pub fn longest_run(&self) -> Duration {
        let hours = self.max_hours.clamp(0.0, Self::MOST_HOURS);
        Duration::try_from_secs_f64(hours * 3600.0).unwrap_or_default()
    }
}

/// A source.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceConfig {
    /// Slug; part of the id of every record.
    pub id: String,
    /// Id of its kind, see [`KINDS`].
    pub kind: String,
    /// Address, or `file:PATH` relative to the configuration.
    pub url: SourceAddress,
    /// Name for people; the id when nothing is said.
    #[serde(default)]
    pub title: String,
    /// What this source is not good for, in words for everyone who finds a record of it.
    #[serde(default)]
    pub limitations: Option<String>,
    /// Whether the schedule and `up` harvest it.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// When it is harvested.
    #[serde(default)]
    pub schedule: Schedule,
    /// How often the whole listing is read where a source tells what changed: only that shows what is gone. Weekly where
    /// nothing is said.
    #[serde(default)]
    pub full_sweep: Option<Schedule>,
    /// Publisher and owner where the records do not say: name or id. For IMSMA the national authority.
    #[serde(default)]
    pub organisation: Option<String>,
    /// Whether private addresses and unusual ports may be fetched for this source.
    #[serde(default)]
    pub allow_private: bool,
    /// For a dump: root of the portal that it was taken from, for the landing pages of its records.
    #[serde(default)]
    pub portal: Option<SourceAddress>,
    /// Terms of records that say nothing.
    #[serde(default)]
    pub terms: SourceTerms,
    /// Limits.
    #[serde(default)]
    pub limits: Limits,
    /// Columns of an inventory.
    #[serde(default)]
    pub mapping: InventoryMapping,
    /// Settings of an IMSMA export or server.
    #[serde(default)]
    pub imsma: ImsmaSettings,
    /// What is asked of an OAI-PMH repository.
    #[serde(default)]
    pub oai_pmh: OaiSettings,
    /// What is asked of a catalogue service.
    #[serde(default)]
    pub csw: CswSettings,
    /// What is asked of a Dataverse.
    #[serde(default)]
    pub dataverse: DataverseSettings,
    /// What is asked of a NADA library beside its search.
    #[serde(default)]
    pub nada: NadaSettings,
    /// Which pages of a site are visited.
    #[serde(default)]
    pub web: WebSettings,
    /// Parameters that every request says: a filter, the name of an application. No place for a credential.
    #[serde(default)]
    pub parameters: BTreeMap<String, String>,
    /// Credentials.
    #[serde(default)]
    pub credentials: Credentials,
    /// Folder that relative paths start from.
    #[serde(skip)]
    base: PathBuf,
    /// Folders below which its file must lie; anywhere when there are none.
    #[serde(skip)]
    file_roots: Vec<PathBuf>,
}

fn yes() -> bool {
    true
}

impl SourceConfig {
    /// Reads a source file. `base_dir` is the folder of the file.
    ///
    /// # Errors
    /// [`HarvestError::Configuration`], naming the line and, for an unknown key, the nearest known one.
    pub fn from_toml(text: &str, base_dir: &Path) -> Result<Self, HarvestError> {
        let source: Self = toml::from_str(text).map_err(|error| HarvestError::Configuration {
            source_id: id_of(text.parse().ok()),
            reason: explain(&error, text),
        })?;
        source.validated(base_dir)
    }

    /// Reads the sources that stand in the main file, its `[[sources]]`; nothing else of it is looked at. `base_dir` is the folder
    /// of that file.
    ///
    /// # Errors
    /// [`HarvestError::Configuration`] of the first that cannot be used, as for a source file.
    pub fn all_from_toml(text: &str, base_dir: &Path) -> Result<Vec<Self>, HarvestError> {
        #[derive(Deserialize)]
        struct MainFile<S> {
            #[serde(default = "Vec::new")]
            sources: Vec<S>,
        }
        let file: MainFile<Self> = toml::from_str(text).map_err(|error| {
            let tables = toml::from_str(text).map_or_else(|_| Vec::new(), |file: MainFile<toml::Table>| file.sources);
            let refused = tables.into_iter().find(|table| table.clone().try_into::<Self>().is_err());
            HarvestError::Configuration { source_id: id_of(refused), reason: explain(&error, text) }
        })?;
        file.sources.into_iter().map(|source| source.validated(base_dir)).collect()
    }

    /// Checks what was read. `base_dir` is the folder of its file.
    fn validated(mut self, base_dir: &Path) -> Result<Self, HarvestError> {
        base_dir.clone_into(&mut self.base);
        if self.title.trim().is_empty() {
            self.title.clone_from(&self.id);
        }
        match self.find_mistake() {
            Some(reason) => Err(self.refuse(reason)),
            None => Ok(self),
        }
    }

    /// Lets it read a file below these folders and nowhere else. Without any, it reads whatever its operator names.
    #[must_use]
    pub fn with_file_roots(mut self, roots: &[PathBuf]) -> Self {
        roots.clone_into(&mut self.file_roots);
        self
    }

    /// The folders below which its file must lie.
    pub(crate) fn file_roots(&self) -> &[PathBuf] {
        &self.file_roots
    }

    /// Requests that may be sent to it on a day of UTC; as many as it takes when there is none.
    pub fn requests_per_day(&self) -> Option<u64> {
        self.limits.requests_per_day.or_else(|| kinds::usual_requests_per_day(&self.kind))
    }

    /// What its requests of a day count against: names, each with how many are allowed. What its own configuration allows is
    /// its own; what a kind allows is what one caller may ask of a host, so that all sources of that host share it, and one
    /// that is allowed otherwise is counted there and not held to it.
    pub fn budgets(&self) -> Vec<(String, u64)> {
        let own = self.limits.requests_per_day.map(|own| (self.id.clone(), own));
        let host = self.location().ok().and_then(|location| match location {
            Location::Web(url) => Some(format!("{} {}", self.kind, url.host_str()?)),
            Location::File(_) => None,
        });
        let usual = kinds::usual_requests_per_day(&self.kind).map(|usual| if own.is_some() { u64::MAX } else { usual });
        own.into_iter().chain(host.zip(usual)).collect()
    }

    /// Checks that its file can be read, if it is one. Blocking.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn check_file(&self) -> Result<(), HarvestError> {
        self.token()?;
        match self.location()? {
            Location::File(path) => source_file::open(&path, &self.file_roots).map(|_| ()),
            Location::Web(_) => Ok(()),
        }
    }

    fn find_mistake(&self) -> Option<String> {
        if !is_slug(&self.id) {
            return Some(
                "`id` must be 1 to 64 lower case letters, digits, - or _, beginning with a letter or digit".to_owned(),
            );
        }
        if self.id == REGISTERED {
            return Some(format!("`{REGISTERED}` is the id of what organisations register themselves: choose another"));
        }
        if kinds::find(&self.kind).is_none() {
            let known: Vec<&str> = KINDS.iter().map(|kind| kind.id).collect();
            let meant = nearest(&self.kind, &known).map(|kind| format!(", did you mean `{kind}`?")).unwrap_or_default();
            return Some(format!("unknown kind `{}`{meant}; the kinds are {}", self.kind, known.join(", ")));
        }
        if self.mapping != InventoryMapping::default() && self.kind != "inventory" {
            return Some("[mapping] is for sources of kind inventory".to_owned());
        }
        if self.imsma != ImsmaSettings::default() && !self.holds_imsma() {
            return Some("[imsma] is for sources of kind imsma and imsma-core".to_owned());
        }
        if self.oai_pmh != OaiSettings::default() && self.kind != "oai-pmh" {
            return Some("[oai_pmh] is for sources of kind oai-pmh".to_owned());
        }
        if self.csw != CswSettings::default() && self.kind != "csw" {
            return Some("[csw] is for sources of kind csw".to_owned());
        }
        if self.dataverse != DataverseSettings::default() && self.kind != "dataverse" {
            return Some("[dataverse] is for sources of kind dataverse".to_owned());
        }
        if self.nada != NadaSettings::default() && self.kind != "nada" {
            return Some("[nada] is for sources of kind nada".to_owned());
        }
        if self.web != WebSettings::default() && self.kind != "web" {
            return Some("[web] is for sources of kind web".to_owned());
        }
        let of_ckan = if self.kind == "ckan" { ckan::find_mistake(&self.parameters) } else { None };
        if let Some(mistake) = self.web.find_mistake().or(of_ckan) {
            return Some(mistake);
        }
        if self.holds_imsma() && self.organisation.as_deref().is_none_or(|name| name.trim().is_empty()) {
            return Some("`organisation` must name the national authority that owns the data".to_owned());
        }
        let limits = &self.limits;
        if !(limits.requests_per_second.is_finite() && limits.requests_per_second >= 0.0) {
            return Some("`requests_per_second` must be 0 (no limit) or more".to_owned());
        }
        if !(limits.max_hours > 0.0 && limits.max_hours <= Limits::MOST_HOURS) {
            return Some(format!("`max_hours` must be more than 0 and at most {} (a year)", Limits::MOST_HOURS));
        }
        let least = [
            Some(limits.max_records),
            Some(limits.max_pages),
            limits.max_bytes,
            limits.page_size.map(u64::from),
            limits.requests_per_day,
        ];
        if least.contains(&Some(0)) {
            return Some("limits must be more than 0".to_owned());
        }
        if self.credentials.token_file.is_some() && self.credentials.token_env.is_some() {
            return Some("[credentials] needs one of `token_file` and `token_env`, not both".to_owned());
        }
        if let Some(portal) = &self.portal
            && Url::parse(&portal.0).ok().is_none_or(|url| !matches!(url.scheme(), "http" | "https"))
        {
            return Some("`portal` must be an http or https address".to_owned());
        }
        match self.find_location() {
            Ok(Location::Web(url)) if self.kind == "worldbank" => {
                json_api::worldbank_interface_of(&url).err().map(str::to_owned)
            }
            location => location.err(),
        }
    }

    /// Whether it takes liberties that only the operator's own files may grant: files, private addresses, credentials of
    /// this machine. A source that came over HTTP must take none.
    pub fn is_local_matter(&self) -> bool {
        self.is_file() || self.allow_private || self.credentials != Credentials::default()
    }

    /// Everything in the configuration that decides how a payload is read: the same text, the same records.
    pub fn reading_key(&self) -> String {
        let (portal, with_credential) = (self.portal_root(), self.has_credential());
        let own = (&self.organisation, &self.terms, &self.mapping, &self.imsma);
        format!("{:?}", (&self.kind, portal, with_credential, own))
    }

    /// Everything in the configuration that decides what the source lists, beside what [`SourceConfig::reading_key`] holds: the
    /// same text, the same question. Who asks is a part of it, and no secret is.
    pub(crate) fn question_key(&self) -> String {
        let asked = match self.location() {
            Ok(Location::Web(url)) => format!("{}?{}", url.path(), url.query().unwrap_or_default()),
            Ok(Location::File(path)) => path.display().to_string(),
            Err(_) => String::new(),
        };
        let settings = (&self.oai_pmh, &self.csw, &self.dataverse, &self.nada, &self.web);
        format!("{:?}", (asked, &self.parameters, settings, &self.credentials))
    }

    /// What its requests may do; `max_bytes` is the kind's own default.
    pub(crate) fn fetch_policy(&self, max_bytes: u64) -> FetchPolicy {
        FetchPolicy {
            allow_private: self.allow_private,
            requests_per_second: self.limits.requests_per_second,
            max_bytes: self.limits.max_bytes.unwrap_or(max_bytes),
            ..FetchPolicy::default()
        }
    }

    /// Whether a run asks only for what changed, after one that read the whole listing at `swept`.
    pub fn asks_for_changes(&self, swept: Option<Timestamp>, now: Timestamp) -> bool {
        match &self.full_sweep {
            None => !Schedule::every_week().is_due(swept, now, &self.id),
            Some(full_sweep) => !full_sweep.is_due(swept, now, &self.id),
        }
    }

    /// Whether its data is that of a mine action information system, of which no word but what a dictionary lists may be kept.
    pub(crate) fn holds_imsma(&self) -> bool {
        kinds::find(&self.kind).is_some_and(|kind| kind.openness == Openness::Imsma)
    }

    /// Whether an `ArcGIS` portal or server answers it.
    fn asks_arcgis(&self) -> bool {
        matches!(self.kind.as_str(), "arcgis" | "imsma-core")
    }

    fn refuse(&self, reason: String) -> HarvestError {
        HarvestError::Configuration { source_id: self.id.clone(), reason }
    }
}

fn is_slug(id: &str) -> bool {
    let mut characters = id.chars();
    id.len() <= 64
        && characters.next().is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        && characters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_')
}

/// The id that a source which cannot be read as a whole says it has, for the message.
fn id_of(table: Option<toml::Table>) -> String {
    let id = table.and_then(|table| table.get("id")?.as_str().map(str::to_owned));
    id.unwrap_or_else(|| "without a readable id".to_owned())
}

#[cfg(test)]
mod tests;
