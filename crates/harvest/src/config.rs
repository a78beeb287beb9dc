//! The configuration of a source: one TOML file, or one `[[sources]]` table of the main file.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use cairn_fetch::{CredentialField, FetchPolicy, Secret, without_credentials};
use cairn_formats::imsma::ImsmaSettings;
use cairn_formats::inventory::InventoryMapping;
use cairn_policy::{Openness, SourceTerms};
use jiff::Timestamp;
use serde::Deserialize;
use url::Url;

pub use crate::config_error::{explain, nearest};
use crate::csw::CswSettings;
use crate::oai_pmh::OaiSettings;
use crate::web::WebSettings;
use crate::{HarvestError, KINDS, Schedule, kinds, source_file};

/// Records up to which a CKAN portal is read whole by every run.
const SMALL_PORTAL: u64 = 5_000;

/// The address of a source as it is written. It may hold credentials, so it prints without them.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct SourceAddress(String);

impl fmt::Display for SourceAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&without_credentials(&self.0))
    }
}

impl fmt::Debug for SourceAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&without_credentials(&self.0), f)
    }
}

/// Where a source is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Location {
    /// A file of this machine.
    File(PathBuf),
    /// An address, http or https.
    Web(Url),
}

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
            max_bytes: None,
            page_size: None,
        }
    }
}

/// Where the credential of a source is kept; it never stands in the configuration itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Credentials {
    /// File whose first line is the token, relative to the configuration.
    pub token_file: Option<PathBuf>,
    /// Environment variable that holds the token.
    pub token_env: Option<String>,
    /// The word before the token in `Authorization` (RFC 9110 §11.6.2); `Bearer` for another Cairn and for `ArcGIS`, and none
    /// for the other kinds where nothing is said, as CKAN wants it.
    pub scheme: Option<String>,
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
    /// Whether the schedule and `up` harvest it.
    #[serde(default = "yes")]
    pub enabled: bool,
    /// When it is harvested.
    #[serde(default)]
    pub schedule: Schedule,
    /// How often the whole listing is read where a source tells what changed: only that shows what is gone. Weekly where
    /// nothing is said, and a small portal every time.
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
        let source: Self = toml::from_str(text)
            .map_err(|error| HarvestError::Configuration { source_id: id_of(text), reason: explain(&error, text) })?;
        source.validated(base_dir)
    }

    /// Checks a source that was read as a table of the main file. `base_dir` is the folder of that file.
    ///
    /// # Errors
    /// [`HarvestError::Configuration`].
    pub fn validated(mut self, base_dir: &Path) -> Result<Self, HarvestError> {
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

    /// Checks that its file can be read, if it is one. Blocking.
    ///
    /// # Errors
    /// Why it cannot.
    pub fn check_file(&self) -> Result<(), HarvestError> {
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
        if self.web != WebSettings::default() && self.kind != "web" {
            return Some("[web] is for sources of kind web".to_owned());
        }
        if let Some(mistake) = self.web.find_mistake() {
            return Some(mistake);
        }
        if self.holds_imsma() && self.organisation.as_deref().is_none_or(|name| name.trim().is_empty()) {
            return Some("`organisation` must name the national authority that owns the data".to_owned());
        }
        let limits = &self.limits;
        if !(limits.requests_per_second.is_finite() && limits.requests_per_second >= 0.0) {
            return Some("`requests_per_second` must be 0 (no limit) or more".to_owned());
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
        self.find_location().err()
    }

    /// Where the source is.
    ///
    /// # Errors
    /// [`HarvestError::Configuration`]; not for a configuration that was read by this type's own functions.
    pub fn location(&self) -> Result<Location, HarvestError> {
        self.find_location().map_err(|reason| self.refuse(reason))
    }

    fn find_location(&self) -> Result<Location, String> {
        let address = self.url.0.trim();
        if let Some(path) = address.strip_prefix("file:") {
            if path.starts_with("//") {
                let url = Url::parse(address).map_err(|_| "`url` cannot be read as a file address".to_owned())?;
                let path = url.to_file_path().map_err(|()| "`url` names a file of another machine".to_owned())?;
                return Ok(Location::File(path));
            }
            if path.is_empty() {
                return Err("`url` names no file".to_owned());
            }
            return Ok(Location::File(self.base.join(path)));
        }
        let url = Url::parse(address)
            .map_err(|error| format!("`url` cannot be read: {error}; write http://…, https://… or file:PATH"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(format!("`url` has the scheme {}; write http://…, https://… or file:PATH", url.scheme()));
        }
        Ok(Location::Web(url))
    }

    /// Whether it is read from a file.
    pub fn is_file(&self) -> bool {
        self.url.0.trim_start().starts_with("file:")
    }

    /// Whether it takes liberties that only the operator's own files may grant: files, private addresses, credentials of
    /// this machine. A source that came over HTTP must take none.
    pub fn is_local_matter(&self) -> bool {
        self.is_file() || self.allow_private || self.credentials != Credentials::default()
    }

    /// The address without credentials, if it is one of the web.
    pub(crate) fn web_address(&self) -> Option<String> {
        (!self.is_file()).then(|| self.display_url())
    }

    /// Puts `[parameters]` into an address, each in the place of whatever value it had.
    pub(crate) fn add_parameters(&self, url: &mut Url) {
        if self.parameters.is_empty() {
            return;
        }
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(name, _)| !self.parameters.contains_key(name.as_ref()))
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        url.query_pairs_mut().clear().extend_pairs(kept).extend_pairs(&self.parameters);
    }

    /// The address without credentials.
    pub fn display_url(&self) -> String {
        self.url.to_string()
    }

    /// Everything in the configuration that decides how a payload is read: the same text, the same records.
    pub fn reading_key(&self) -> String {
        let portal = self.portal_root();
        format!("{:?}", (&self.kind, portal, &self.organisation, &self.terms, &self.mapping, &self.imsma))
    }

    /// Root of the portal, without credentials and final slash, for landing pages; `None` for a dump that names none.
    pub fn portal_root(&self) -> Option<String> {
        let address = self.portal.as_ref().map_or(self.url.0.as_str(), |portal| portal.0.as_str());
        let mut url = Url::parse(address.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
        if self.portal.is_none() && is_dump(&url) {
            return None;
        }
        let path = url.path();
        // People paste the address of the API as often as that of the portal.
        let root = path.find("/api/").map_or(path, |api| &path[..api]);
        let root = root.strip_suffix("/api").unwrap_or(root).trim_end_matches('/').to_owned();
        url.set_path(&root);
        url.set_query(None);
        url.set_fragment(None);
        let _ = url.set_username("");
        let _ = url.set_password(None);
        Some(url.as_str().trim_end_matches('/').to_owned())
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

    /// Whether a run asks only for what changed, after one that read the whole listing at `swept` and others that listed
    /// `listed` records. To read a small CKAN portal whole takes a few requests, and what is gone from it is seen at once.
    pub fn asks_for_changes(&self, swept: Option<Timestamp>, listed: u64, now: Timestamp) -> bool {
        let is_small = self.kind == "ckan" && listed <= SMALL_PORTAL;
        match &self.full_sweep {
            None if is_small => false,
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

    /// Whether it names a token.
    pub(crate) fn has_credential(&self) -> bool {
        self.credentials.token_file.is_some() || self.credentials.token_env.is_some()
    }

    /// The field that its token is sent in.
    pub(crate) fn credential_field(&self) -> CredentialField {
        if self.asks_arcgis() { CredentialField::XEsriAuthorization } else { CredentialField::Authorization }
    }

    /// The token of the source, read where the configuration says.
    pub(crate) fn token(&self) -> Result<Option<Secret>, HarvestError> {
        let text = if let Some(file) = &self.credentials.token_file {
            std::fs::read_to_string(self.base.join(file))
                .map_err(|error| self.refuse(format!("`token_file` cannot be read: {error}")))?
        } else if let Some(variable) = &self.credentials.token_env {
            std::env::var(variable).map_err(|_| self.refuse(format!("the variable {variable} is not set")))?
        } else {
            return Ok(None);
        };
        match text.lines().next().map(str::trim) {
            Some(token) if !token.is_empty() => {
                let usual = if self.kind == "cairn" || self.asks_arcgis() { "Bearer" } else { "" };
                let scheme = self.credentials.scheme.as_deref().unwrap_or(usual).trim();
                Ok(Some(Secret::new(format!("{scheme} {token}").trim_start())))
            }
            _ => Err(self.refuse("the token is empty".to_owned())),
        }
    }

    fn refuse(&self, reason: String) -> HarvestError {
        HarvestError::Configuration { source_id: self.id.clone(), reason }
    }
}

/// Whether an address is that of a file with a listing in it, not that of a portal.
pub(crate) fn is_dump(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    [".json", ".jsonl", ".ndjson", ".gz"].iter().any(|ending| path.ends_with(ending))
}

fn is_slug(id: &str) -> bool {
    let mut characters = id.chars();
    id.len() <= 64
        && characters.next().is_some_and(|c| c.is_ascii_lowercase() || c.is_ascii_digit())
        && characters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_')
}

/// The id that a text which cannot be read as a whole says it has, for the message.
fn id_of(text: &str) -> String {
    text.parse::<toml::Table>()
        .ok()
        .and_then(|table| table.get("id").and_then(|id| id.as_str().map(str::to_owned)))
        .unwrap_or_else(|| "without a readable id".to_owned())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use cairn_model::{Listing, Sharing};

    use super::*;

    fn read(text: &str) -> Result<SourceConfig, String> {
        SourceConfig::from_toml(text, Path::new("/etc/cairn/sources")).map_err(|error| error.to_string())
    }

    const PORTAL: &str = "id = \"hdx\"\nkind = \"ckan\"\nurl = \"https://data.example\"\n";

    #[test]
    fn a_source_file_is_read_with_its_defaults() {
        let source = read(PORTAL).unwrap();
        assert_eq!((source.title.as_str(), source.enabled), ("hdx", true));
        assert_eq!(source.schedule.to_string(), "daily");
        assert!(!source.allow_private && !source.is_file() && !source.is_local_matter());
        assert_eq!(source.limits, Limits::default());
        assert_eq!(source.terms, SourceTerms::default());
        assert_eq!(source.location().unwrap(), Location::Web(Url::parse("https://data.example/").unwrap()));
    }

    #[test]
    fn every_key_of_the_design_is_read() {
        let source = read(
            r#"
            id = "desk"
            kind = "inventory"
            url = "file:../inventories/desk.xlsx"
            title = "Desk inventory"
            enabled = false
            schedule = "0 3 * * 1"
            organisation = "Example Desk"
            allow_private = true
            [terms]
            sharing = "community"
            listing = "stub"
            listing_agreed = true
            [limits]
            requests_per_second = 2.0
            max_records = 100
            max_pages = 3
            max_bytes = 1000
            page_size = 50
            [mapping]
            sheet = "Holdings"
            columns = { title = "Name of dataset" }
            [credentials]
            token_env = "DESK_TOKEN"
            "#,
        )
        .unwrap();
        assert_eq!(source.terms.sharing, Some(Sharing::Community));
        assert_eq!(source.terms.listing, Some(Listing::Stub));
        assert_eq!(source.mapping.columns["title"], "Name of dataset");
        assert_eq!(source.limits.max_bytes, Some(1000));
        assert_eq!(
            source.location().unwrap(),
            Location::File(PathBuf::from("/etc/cairn/sources/../inventories/desk.xlsx"))
        );
        assert!(source.is_file() && source.is_local_matter());
    }

    #[test]
    fn mistakes_are_told_with_their_line_and_what_was_probably_meant() {
        let table = [
            ("shedule = \"daily\"", "source hdx: line 4: unknown key `shedule`, did you mean `schedule`?"),
            ("[terms]\nsharin = \"public\"", "source hdx: line 5: unknown key `sharin`, did you mean `sharing`?"),
            (
                "[limits]\n\n\npages = 5",
                "source hdx: line 7: unknown key `pages`, the known ones are requests_per_second, requests_per_day, max_records, max_pages, max_bytes, page_size",
            ),
            (
                "[terms]\nsharing = \"pubic\"",
                "source hdx: line 5: unknown variant `pubic`, expected one of `public`, `community`, `restricted`, `organisation`, `closed`",
            ),
            ("enabled = \"yes\"", "source hdx: line 4: invalid type: string \"yes\", expected a boolean"),
            ("[mapping]\nsheet = \"A\"", "source hdx: [mapping] is for sources of kind inventory"),
            ("[imsma]\ncountry = \"A\"", "source hdx: [imsma] is for sources of kind imsma and imsma-core"),
            ("[web]\ninclude = [\"/d\"]", "source hdx: [web] is for sources of kind web"),
            ("[limits]\npage_size = 0", "source hdx: limits must be more than 0"),
            ("[limits]\nrequests_per_day = 0", "source hdx: limits must be more than 0"),
            (
                "[credentials]\ntoken_env = \"A\"\ntoken_file = \"b\"",
                "source hdx: [credentials] needs one of `token_file` and `token_env`, not both",
            ),
        ];
        for (lines, expected) in table {
            assert_eq!(read(&format!("{PORTAL}{lines}\n")).unwrap_err(), expected);
        }
        let schedule = read(&format!("{PORTAL}schedule = \"sometimes\"\n")).unwrap_err();
        assert!(schedule.starts_with("source hdx: line 4: `sometimes` is no schedule"), "{schedule}");
        let syntax = read("id = \"hdx\"\nkind = \n").unwrap_err();
        assert!(syntax.contains("line 2: "), "{syntax}");
        let missing = read("id = \"hdx\"\nkind = \"ckan\"\n").unwrap_err();
        assert!(missing.contains("missing field `url`"), "{missing}");
    }

    #[test]
    fn ids_kinds_and_addresses_are_checked() {
        let source = |id: &str, kind: &str, url: &str| read(&format!("id = {id:?}\nkind = {kind:?}\nurl = {url:?}\n"));
        for id in ["", "HDX", "a b", "-a", "../x", "é", &"x".repeat(65)] {
            assert!(source(id, "ckan", "https://data.example").unwrap_err().contains("`id` must be"), "{id}");
        }
        let kind = source("a", "cakn", "https://data.example").unwrap_err();
        assert!(kind.contains("unknown kind `cakn`, did you mean `ckan`?; the kinds are ckan, "), "{kind}");
        assert!(source("a", "imsma", "file:export.xml").unwrap_err().contains("`organisation` must name"));
        for url in ["ftp://data.example", "data.example", "", "file:", "file://server/share/x", "javascript:alert(1)"] {
            assert!(source("a", "ckan", url).unwrap_err().contains("`url`"), "{url}");
        }
        assert!(source("a", "ckan", "file:dump.jsonl").is_ok());
        assert!(source("a", "ckan", "file:///srv/dump.jsonl").is_ok());
    }

    #[test]
    fn pages_are_chosen_by_patterns_of_paths() {
        let site =
            |patterns: &str| read(&format!("{}[web]\ninclude = {patterns}\n", PORTAL.replace("\"ckan\"", "\"web\"")));
        assert_eq!(site(r#"["/dataset/*", "/*.html$"]"#).unwrap().web.include.len(), 2);
        for pattern in ["dataset", "", "/a b", "/a\\nAllow: /"] {
            let refused = site(&format!("[\"{pattern}\"]")).unwrap_err();
            assert!(refused.contains("is no pattern: write a path from / on"), "{pattern}: {refused}");
        }
    }

    #[test]
    fn the_address_prints_without_its_credentials() {
        let text = PORTAL.replace("https://data", "https://user:canary@data");
        let source = read(&text).unwrap();
        assert_eq!(source.display_url(), "https://***@data.example/");
        let printed = format!("{source:?} {:?} {}", source.portal_root(), source.reading_key());
        assert!(!printed.contains("canary"), "{printed}");
        let broken = read(&text.replace("ckan", "ckann")).unwrap_err();
        assert!(!broken.contains("canary"), "{broken}");
    }

    #[test]
    fn the_root_of_a_portal_is_found_in_whatever_address_was_pasted() {
        let root = |url: &str| read(&PORTAL.replace("https://data.example", url)).unwrap().portal_root();
        for url in [
            "https://data.example",
            "https://data.example/",
            "https://data.example/api/3/action/package_search?q=x",
            "https://data.example/api/3",
            "https://data.example/api",
            "https://user:pw@data.example/",
        ] {
            assert_eq!(root(url).as_deref(), Some("https://data.example"), "{url}");
        }
        assert_eq!(root("https://data.example/catalogue/").as_deref(), Some("https://data.example/catalogue"));
        assert_eq!(root("https://data.example/dumps/all.jsonl.gz"), None);
        assert_eq!(root("file:dump.json"), None);
        let dump =
            format!("{}portal = \"https://data.example/\"\n", PORTAL.replace("https://data.example", "file:dump.json"));
        assert_eq!(read(&dump).unwrap().portal_root().as_deref(), Some("https://data.example"));
    }

    #[test]
    fn what_decides_how_records_are_read_changes_the_reading_key_and_nothing_else_does() {
        let key = |lines: &str| read(&format!("{PORTAL}{lines}\n")).unwrap().reading_key();
        assert_eq!(key(""), key("enabled = false\nschedule = \"6h\"\n[limits]\npage_size = 5"));
        assert_ne!(key(""), key("organisation = \"Example\""));
        assert_ne!(key(""), key("[terms]\nsharing = \"public\""));
    }
}
