//! A catalogue in a temporary folder, harvested from files that the test writes.
#![allow(dead_code, unreachable_pub, reason = "each test program uses its own part")]
#![expect(clippy::unwrap_used, reason = "tests")]

pub mod portal;
pub mod stalling;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::OnceLock;
use std::time::Duration;

use cairn_catalog::{
    CancellationToken, Catalog, CatalogError, CatalogSettings, HarvestOptions, NotificationSettings, PasswordCost,
    Progress, Retention, RunProblem, RunReport, SearchRequest, SignInSettings, Silent,
};
use cairn_fetch::{Fetcher, FetcherSettings};
use cairn_harvest::SourceConfig;
use cairn_model::{DatasetId, Vocabularies};
use cairn_policy::{Role, Viewer};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tempfile::TempDir;

pub const PORTAL: &str = "id = \"portal\"\nkind = \"ckan\"\nurl = \"file:dump.json\"\norganisation = \"Keepers\"\n";
pub const DESK: &str = "id = \"desk\"\nkind = \"inventory\"\nurl = \"file:desk.csv\"\norganisation = \"Desk\"\n[terms]\nsensitivity = \"low\"\n";

/// Nothing is forgotten: what the store ends by the machine's clock lies long before the days of the tests.
pub const FOREVER: Retention = Retention { runs: u32::MAX, history: u32::MAX, retired: u32::MAX };

/// So many days after the first. It lies ahead of the machine's clock, so that every time is one that the test chose.
pub fn day(number: i64) -> Timestamp {
    let first: Timestamp = "2090-01-01T00:00:00Z".parse().unwrap();
    first + SignedDuration::from_hours(24 * number)
}

/// Stops the run when its first page is read.
struct StopsAfterAPage(CancellationToken);

impl Progress for StopsAfterAPage {
    fn advanced(&self, _source: &str, _listed: u64, _expected: Option<u64>) {
        self.0.cancel();
    }
}

pub struct House {
    pub folder: TempDir,
    pub catalog: Catalog,
}

impl House {
    pub async fn open(sources: &[&str]) -> Self {
        Self::open_in(tempfile::tempdir().unwrap(), sources).await
    }

    /// One that harvests two sources at a time.
    pub async fn open_side_by_side(sources: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(&folder, sources, FOREVER, usual_fetcher());
        let catalog = opened(CatalogSettings { concurrency: 2, ..settings }).await;
        Self { folder, catalog }
    }

    /// With what is old kept for so long.
    pub async fn open_keeping(sources: &[&str], retention: Retention) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let catalog = open_catalog(&folder, sources, retention).await;
        Self { folder, catalog }
    }

    /// With a client of its own, whose patience and memory of hosts no other test shares.
    pub async fn open_fetching(sources: &[&str], fetcher: Fetcher) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let catalog = open_with(&folder, sources, Retention::default(), fetcher).await;
        Self { folder, catalog }
    }

    /// With people and programs that are told by these settings.
    pub async fn open_notifying(sources: &[&str], notifications: NotificationSettings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let settings = settings(&folder, sources, FOREVER, usual_fetcher());
        let catalog = opened(CatalogSettings { notifications, ..settings }).await;
        catalog.index_up_to(0, Duration::from_secs(10), "test").await.unwrap();
        Self { folder, catalog }
    }

    /// A folder that may hold a catalogue already.
    pub async fn open_in(folder: TempDir, sources: &[&str]) -> Self {
        let catalog = open_catalog(&folder, sources, Retention::default()).await;
        Self { folder, catalog }
    }

    /// The same folder, opened anew with other sources, as after a restart.
    pub async fn reopened(self, sources: &[&str]) -> Self {
        let Self { folder, catalog } = self;
        drop(catalog);
        Self::open_in(folder, sources).await
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    pub async fn harvest(&self, source: &str, day_number: i64) -> RunReport {
        self.harvest_with(source, day_number, &HarvestOptions::default()).await
    }

    pub async fn harvest_with(&self, source: &str, day_number: i64, options: &HarvestOptions) -> RunReport {
        let source = self.catalog.source(source).unwrap();
        let report = self.catalog.harvest(source, options, &Silent, day(day_number)).await.unwrap();
        self.catalog.index_up_to(report.seq, Duration::from_secs(10), "test").await.unwrap();
        report
    }

    /// Harvests a source, and stops the run when its first page is read.
    pub async fn harvest_a_page(&self, source: &str, day_number: i64) -> RunReport {
        let cancel = CancellationToken::new();
        let options = HarvestOptions { cancel: cancel.clone(), ..HarvestOptions::default() };
        let source = self.catalog.source(source).unwrap();
        self.catalog.harvest(source, &options, &StopsAfterAPage(cancel), day(day_number)).await.unwrap()
    }

    pub async fn problems(&self, report: &RunReport) -> Vec<RunProblem> {
        self.catalog.run_of(&Viewer::operator(), &report.source, &report.run).await.unwrap().1
    }

    /// How each door of a record that may not be read answers: `gone` or `absent`.
    pub async fn how_it_is_withheld(&self, viewer: &Viewer, id: DatasetId) -> Vec<&'static str> {
        let answers = [
            self.catalog.dataset(viewer, id).await.map(|_| ()),
            self.catalog.contacts(viewer, id).await.map(|_| ()),
            self.catalog.history(viewer, id, None, 100).await.map(|_| ()),
            self.catalog.duplicates(viewer, id).await.map(|_| ()),
        ];
        let words = answers.into_iter().map(|answer| match answer {
            Err(CatalogError::Gone) => "gone",
            Err(CatalogError::NotFound("record")) => "absent",
            other => panic!("{other:?}"),
        });
        words.collect()
    }

    /// Codes of the problems of a run, with the records that they are about.
    pub async fn problem_codes(&self, report: &RunReport, code: &str) -> Vec<String> {
        let problems = self.problems(report).await;
        let of_code = problems.into_iter().filter(|row| row.problem.code == code);
        of_code.map(|row| row.source_record_id.unwrap_or_else(|| row.problem.value.unwrap_or_default())).collect()
    }

    /// Title and sharing level of everything that a viewer finds, sorted.
    pub async fn sharing(&self, viewer: &Viewer) -> Vec<String> {
        let page = self.catalog.search(viewer, SearchRequest { limit: 100, ..SearchRequest::default() }).await.unwrap();
        let lines = page.hits.iter().map(|hit| &hit.card);
        let lines = lines.map(|card| format!("{}: {}", card.title.best("en").unwrap_or_default(), card.sharing));
        let mut lines: Vec<String> = lines.collect();
        lines.sort();
        lines
    }

    /// Titles that a viewer finds for a text, sorted.
    pub async fn found(&self, viewer: &Viewer, text: &str) -> Vec<String> {
        let request = SearchRequest { text: text.to_owned(), limit: 100, ..SearchRequest::default() };
        let page = self.catalog.search(viewer, request).await.unwrap();
        assert_eq!(page.total, page.hits.len() as u64);
        let mut titles: Vec<String> =
            page.hits.iter().map(|hit| hit.card.title.best("en").unwrap_or_default().to_owned()).collect();
        titles.sort();
        titles
    }
}

async fn open_catalog(folder: &TempDir, sources: &[&str], retention: Retention) -> Catalog {
    let catalog = open_with(folder, sources, retention, usual_fetcher()).await;
    catalog.index_up_to(0, Duration::from_secs(10), "test").await.unwrap();
    catalog
}

/// The catalogue of a folder, whatever is with its index. It forgets nothing.
pub async fn open_store(folder: &TempDir, sources: &[&str]) -> Catalog {
    open_with(folder, sources, FOREVER, usual_fetcher()).await
}

fn usual_fetcher() -> Fetcher {
    static FETCHER: OnceLock<Fetcher> = OnceLock::new();
    FETCHER.get_or_init(|| Fetcher::new(FetcherSettings::default()).unwrap()).clone()
}

async fn open_with(folder: &TempDir, sources: &[&str], retention: Retention, fetcher: Fetcher) -> Catalog {
    opened(settings(folder, sources, retention, fetcher)).await
}

fn settings(folder: &TempDir, sources: &[&str], retention: Retention, fetcher: Fetcher) -> CatalogSettings {
    CatalogSettings {
        data: folder.path().join("data"),
        sources: sources.iter().map(|text| SourceConfig::from_toml(text, folder.path()).unwrap()).collect(),
        vocabularies: Vocabularies::bundled().clone(),
        vocabulary_fingerprint: [0; 32],
        profiles: cairn_policy::classify::Profiles::bundled().clone(),
        fetcher,
        concurrency: 1,
        retention,
        search_time: Duration::from_mins(1),
        export_rows: 100_000,
        sign_in: SignInSettings {
            password_cost: PasswordCost { memory_kib: 8, passes: 1 },
            ..SignInSettings::default()
        },
        notifications: NotificationSettings::default(),
        folder: cairn_catalog::DataFolder::Create,
    }
}

async fn opened(settings: CatalogSettings) -> Catalog {
    let catalog = Catalog::open(settings).await.unwrap();
    catalog.remember_sources().await.unwrap();
    catalog
}

pub fn member(organisation: &str) -> Viewer {
    Viewer::member(organisation, &[], Role::Reader)
}

pub fn portal_id(id: &str) -> DatasetId {
    DatasetId::new("portal", id)
}

pub fn desk_id(id: &str) -> DatasetId {
    DatasetId::new("desk", id)
}

/// A package that the portal shows to everyone.
pub fn package(id: &str, title: &str) -> Value {
    json!({"id": id, "name": id, "title": title, "private": false, "organization": {"name": "relief", "title": "Relief"}})
}

/// Packages `first..=last`, titled by their numbers.
pub fn packages(first: u32, last: u32) -> Vec<Value> {
    (first..=last).map(|number| package(&format!("p{number}"), &format!("Wells {number}"))).collect()
}

pub fn dump(packages: &[Value]) -> String {
    let mut lines = String::new();
    for package in packages {
        let _ = writeln!(lines, "{package}");
    }
    lines
}

/// An inventory of rows: id, title, sharing, listing, contact.
pub fn inventory(rows: &[[&str; 5]]) -> String {
    let mut text = "Dataset ID,Dataset title,Sharing level,Listing,Contact email\n".to_owned();
    for row in rows {
        let _ = writeln!(text, "{}", row.join(","));
    }
    text
}
