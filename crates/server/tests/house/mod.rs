//! A whole server in process, over a catalogue in a temporary folder that is harvested from files.
#![allow(dead_code, unreachable_pub, reason = "each test program uses its own part")]
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, StatusCode};
use axum::response::Response;
use cairn_catalog::{
    Catalog, CatalogSettings, HarvestOptions, PasswordCost, Retention, RunReport, SignInSettings, Silent, TokenRequest,
};
use cairn_fetch::{Fetcher, FetcherSettings, RetryRule};
use cairn_harvest::SourceConfig;
use cairn_model::Vocabularies;
use cairn_policy::{Role, Viewer};
use cairn_server::{Readiness, ServerSettings, application};
use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use tower::ServiceExt;

/// The source of an inventory that a test writes as `holdings.csv`.
pub const DESK: &str = r#"
id = "desk"
kind = "inventory"
url = "file:holdings.csv"
title = "Desk inventory"
"#;

/// The time of harvest `number`, eight days after the one before. It lies ahead of the machine's clock, so that the store
/// takes it for the end of a run too, and every time in an answer is one that the test chose.
pub fn day(number: usize) -> Timestamp {
    let first: Timestamp = "2090-01-01T00:00:00Z".parse().unwrap();
    first + SignedDuration::from_hours(8 * 24 * i64::try_from(number).unwrap())
}

/// Who asks: an organisation, groups and a role, or nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asker(pub Option<(String, Vec<String>, Role)>);

impl Asker {
    pub fn anonymous() -> Self {
        Self(None)
    }

    pub fn member(organisation: &str, groups: &[&str], role: Role) -> Self {
        Self(Some((organisation.to_owned(), groups.iter().map(|group| (*group).to_owned()).collect(), role)))
    }
}

/// An answer with everything that a client can see of it but the time of day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// Time for a search that no test takes.
const LONG: Duration = Duration::from_mins(1);

/// A server, its catalogue, and the folder of its files.
pub struct House {
    folder: TempDir,
    pub catalog: Catalog,
    app: Router,
}

impl House {
    /// Opens a catalogue with these sources (TOML; files relative to the house) and an empty index.
    pub async fn open(sources: &[&str]) -> Self {
        Self::open_in(tempfile::tempdir().unwrap(), sources, vocabularies(), LONG).await
    }

    /// The same folder, opened anew with other sources, as after a restart.
    pub async fn reopened(self, sources: &[&str]) -> Self {
        let Self { folder, catalog, app } = self;
        drop((catalog, app));
        Self::open_in(folder, sources, vocabularies(), LONG).await
    }

    /// The same folder, opened anew by an operator who has tables of their own.
    pub async fn reopened_with_table(self, name: &str, table: &str) -> Self {
        let Self { folder, catalog, app } = self;
        drop((catalog, app));
        let (vocabularies, problems) = Vocabularies::with_tables(&[(name.to_owned(), table.to_owned())].into());
        assert!(problems.is_empty(), "{problems:?}");
        Self::open_in(folder, &[], Arc::new(vocabularies), LONG).await
    }

    /// The same folder, opened anew where no search may take any time.
    pub async fn reopened_without_time(self) -> Self {
        let Self { folder, catalog, app } = self;
        drop((catalog, app));
        Self::open_in(folder, &[], vocabularies(), Duration::ZERO).await
    }

    /// The same folder, opened anew while nothing can be searched, as when the index is about to be made anew.
    pub async fn reopened_without_index(self, sources: &[&str]) -> Self {
        let Self { folder, catalog, app } = self;
        drop((catalog, app));
        std::fs::remove_dir_all(folder.path().join("data").join("search")).unwrap();
        Self::open_unindexed(folder, sources, vocabularies(), LONG).await
    }

    async fn open_in(
        folder: TempDir,
        sources: &[&str],
        vocabularies: Arc<Vocabularies>,
        search_time: Duration,
    ) -> Self {
        let house = Self::open_unindexed(folder, sources, vocabularies, search_time).await;
        house.catalog.index_up_to(0, Duration::from_secs(5), "test").await.unwrap();
        house
    }

    async fn open_unindexed(
        folder: TempDir,
        sources: &[&str],
        vocabularies: Arc<Vocabularies>,
        search_time: Duration,
    ) -> Self {
        let sources = sources.iter().map(|text| SourceConfig::from_toml(text, folder.path()).unwrap()).collect();
        let catalog = Catalog::open(CatalogSettings {
            data: folder.path().join("data"),
            sources,
            vocabularies,
            vocabulary_fingerprint: [0; 32],
            profiles: cairn_policy::classify::Profiles::bundled().clone(),
            fetcher: fetcher(),
            concurrency: 1,
            // What becomes of the records of a test is told however far apart its days lie.
            retention: Retention { runs: u32::MAX, history: u32::MAX, retired: u32::MAX },
            search_time,
            export_rows: 100_000,
            sign_in: SignInSettings {
                password_cost: PasswordCost { memory_kib: 8, passes: 1 },
                ..SignInSettings::default()
            },
            notifications: cairn_catalog::NotificationSettings::default(),
            folder: cairn_catalog::DataFolder::Create,
        })
        .await
        .unwrap();
        catalog.remember_sources().await.unwrap();
        let app = application(catalog.clone(), &settings(), Readiness::ready()).unwrap();
        Self { folder, catalog, app }
    }

    /// The same catalogue behind a server that takes so many requests a minute from each client.
    pub fn limited(self, requests_per_minute: u32) -> Self {
        let settings = ServerSettings { requests_per_minute, ..settings() };
        let app = application(self.catalog.clone(), &settings, Readiness::ready()).unwrap();
        Self { app, ..self }
    }

    /// Where the store and the index are.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    /// Harvests a source and waits for the index.
    pub async fn harvest(&self, source: &str, options: &HarvestOptions, now: Timestamp) -> RunReport {
        let source = self.catalog.source(source).unwrap();
        let report = self.catalog.harvest(source, options, &Silent, now).await.unwrap();
        self.catalog.index_up_to(report.seq, Duration::from_secs(5), "test").await.unwrap();
        report
    }

    /// Brings the index up to what was written, as a running server does.
    pub async fn follow(&self) {
        self.catalog.take_index_writer("test", Timestamp::now()).await.unwrap().catch_up().await.unwrap();
    }

    /// A harvest at that time that finds nobody at the address of the source.
    pub async fn harvest_in_vain(&self, source: &str, now: Timestamp) {
        // Nobody listens on a port that was just given back.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let text = format!("id = \"{source}\"\nkind = \"ckan\"\nurl = \"http://{address}\"\nallow_private = true\n");
        let moved = Arc::new(SourceConfig::from_toml(&text, self.folder.path()).unwrap());
        let report = self.catalog.harvest(&moved, &HarvestOptions::default(), &Silent, now).await.unwrap();
        assert!(report.unreachable, "{report:?}");
    }

    /// A token for whoever asks, if they are anybody.
    pub async fn token(&self, asker: &Asker) -> Option<String> {
        let (organisation, groups, role) = asker.0.clone()?;
        let request = TokenRequest { organisation, groups, role, expires: None };
        Some(self.catalog.create_token(request, Timestamp::now()).await.unwrap().secret)
    }

    /// A token for each of them.
    pub async fn tokens(&self, askers: &[Asker]) -> Vec<Option<String>> {
        let mut tokens = Vec::new();
        for asker in askers {
            tokens.push(self.token(asker).await);
        }
        tokens
    }

    /// The viewer that a token of whoever asks stands for.
    pub async fn viewer(&self, asker: &Asker) -> Viewer {
        match self.token(asker).await {
            None => Viewer::anonymous(),
            Some(token) => self.catalog.viewer_for_token(&token, Timestamp::now()).await.unwrap(),
        }
    }

    pub async fn get(&self, address: &str, token: Option<&str>) -> Answer {
        self.send(&Method::GET, address, token).await
    }

    pub async fn send(&self, method: &Method, address: &str, token: Option<&str>) -> Answer {
        self.send_body(method, address, token, "").await
    }

    pub async fn send_body(&self, method: &Method, address: &str, token: Option<&str>, body: &str) -> Answer {
        read(self.begin(method, address, token, body).await).await
    }

    /// What a browser sends from a page of the server: a form, with the cookie of a session if there is one.
    pub async fn send_as_page(&self, method: &Method, address: &str, session: Option<&str>, form: &str) -> Answer {
        let cookie = session.map(|secret| format!("cairn={secret}"));
        let mut fields = vec![("sec-fetch-site", "same-origin"), ("content-type", "application/x-www-form-urlencoded")];
        fields.extend(cookie.as_deref().map(|cookie| ("cookie", cookie)));
        self.send_with(method, address, &fields, form).await
    }

    /// A request with these headers.
    pub async fn send_with(&self, method: &Method, address: &str, fields: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder().method(method).uri(address);
        for (name, value) in fields {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        read(self.app.clone().oneshot(request).await.unwrap()).await
    }

    /// An answer whose body nobody has read yet.
    pub async fn begin(&self, method: &Method, address: &str, token: Option<&str>, body: &str) -> Response {
        let mut request = Request::builder().method(method).uri(address);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let request = request.body(Body::from(body.to_owned())).unwrap();
        self.app.clone().oneshot(request).await.unwrap()
    }
}

/// A server that takes any number of requests.
fn settings() -> ServerSettings {
    ServerSettings {
        public_url: "http://cairn.example".to_owned(),
        trusted_proxies: Vec::new(),
        requests_per_minute: 0,
    }
}

async fn read(response: Response) -> Answer {
    let (parts, body) = response.into_parts();
    let mut headers: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in parts.headers.iter().filter(|(name, _)| *name != "date") {
        let value = String::from_utf8_lossy(value.as_bytes());
        let values = headers.entry(name.to_string()).or_default();
        values.push_str(if values.is_empty() { "" } else { ", " });
        values.push_str(&value);
    }
    let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
    Answer { status: parts.status, headers, body }
}

/// Parsed once: a debug build takes its time for it.
fn vocabularies() -> Arc<Vocabularies> {
    Vocabularies::bundled().clone()
}

/// Made once: nothing is fetched, and its certificates take time to load.
fn fetcher() -> Fetcher {
    static FETCHER: OnceLock<Fetcher> = OnceLock::new();
    // Nobody waits for long before a try that is in vain.
    let retry = RetryRule { base: Duration::from_millis(1), ..RetryRule::default() };
    FETCHER.get_or_init(|| Fetcher::new(FetcherSettings { retry, ..FetcherSettings::default() }).unwrap()).clone()
}
