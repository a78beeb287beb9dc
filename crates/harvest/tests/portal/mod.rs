//! A portal on loopback that speaks enough of the CKAN Action API to be harvested, and misbehaves as a test says.
#![allow(dead_code, unreachable_pub, reason = "each test program uses its own part")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use cairn_fetch::{Fetcher, FetcherSettings, RetryRule, Timeouts, Url};
use cairn_harvest::kinds::{self, ConnectContext};
use cairn_harvest::{
    Connector, EndProof, HarvestError, IdKeeper, IdKey, KeptIds, Page, Payload, RawFormat, SourceConfig,
};
use cairn_model::Vocabularies;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the portal holds and how it answers; tests change it between requests.
pub struct Holdings {
    pub ids: Vec<String>,
    /// Records that it gives at most.
    pub cap: usize,
    /// Ids that break every page with 500.
    pub poisoned: Vec<String>,
    /// Whether `fl=id` gives ids even of those.
    pub names_poisoned: bool,
    /// Whether it sorts by id.
    pub sorts_by_id: bool,
    /// What it adds to `count`.
    pub hidden: usize,
    pub etag: Option<String>,
}

/// `search(start, rows)` of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    pub start: usize,
    pub rows: usize,
    pub sort: String,
    pub ids_only: bool,
    pub if_none_match: Option<String>,
    pub authorization: Option<String>,
    pub target: String,
}

/// An answer instead of the portal's own.
pub struct Instead(pub Vec<u8>);

pub struct Portal {
    pub port: u16,
    pub holdings: Arc<Mutex<Holdings>>,
    pub searches: Arc<Mutex<Vec<Search>>>,
}

pub fn numbered(records: usize) -> Vec<String> {
    (0..records).map(|number| format!("id-{number:05}")).collect()
}

impl Portal {
    /// A portal with so many records; `meddle` is asked before each answer, with the number of the request from 0.
    pub async fn start(
        records: usize,
        meddle: impl Fn(&mut Holdings, &Search, usize) -> Option<Instead> + Send + Sync + 'static,
    ) -> Self {
        let holdings = Arc::new(Mutex::new(Holdings {
            ids: numbered(records),
            cap: 1000,
            poisoned: Vec::new(),
            names_poisoned: true,
            sorts_by_id: true,
            hidden: 0,
            etag: None,
        }));
        let searches = Arc::new(Mutex::new(Vec::new()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (held, log, meddle) = (Arc::clone(&holdings), Arc::clone(&searches), Arc::new(meddle));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (held, log, meddle) = (Arc::clone(&held), Arc::clone(&log), Arc::clone(&meddle));
                tokio::spawn(serve(stream, move |search| {
                    let mut held = held.lock().unwrap();
                    let number = {
                        let mut log = log.lock().unwrap();
                        log.push(search.clone());
                        log.len() - 1
                    };
                    match meddle(&mut held, &search, number) {
                        Some(Instead(bytes)) => bytes,
                        None => held.answer(&search),
                    }
                }));
            }
        });
        Self { port, holdings, searches }
    }

    pub async fn well_behaved(records: usize) -> Self {
        Self::start(records, |_, _, _| None).await
    }

    /// The configuration of this portal, with more lines.
    pub fn source(&self, lines: &str) -> SourceConfig {
        let text = format!(
            "id = \"portal\"\nkind = \"ckan\"\nurl = \"http://127.0.0.1:{}\"\nallow_private = true\n{lines}\n[limits]\nrequests_per_second = 0\n",
            self.port
        );
        SourceConfig::from_toml(&text, std::path::Path::new(".")).unwrap()
    }

    pub fn searches(&self) -> Vec<Search> {
        self.searches.lock().unwrap().clone()
    }

    pub fn set(&self, change: impl FnOnce(&mut Holdings)) {
        change(&mut self.holdings.lock().unwrap());
    }
}

impl Holdings {
    fn answer(&self, search: &Search) -> Vec<u8> {
        if search.sort == "id asc" && !self.sorts_by_id {
            let body =
                r#"{"success": false, "error": {"__type": "Search Query Error", "message": "cannot sort by id"}}"#;
            return http("400 Bad Request", &[], body);
        }
        let tag = self.etag.as_ref().map(|etag| format!("ETag: {etag}"));
        if search.if_none_match.is_some() && search.if_none_match == self.etag {
            return http("304 Not Modified", &[], "");
        }
        let end = (search.start + search.rows.min(self.cap)).min(self.ids.len());
        let page = &self.ids[search.start.min(self.ids.len())..end];
        let breaks = page.iter().any(|id| self.poisoned.contains(id));
        if breaks && !(search.ids_only && self.names_poisoned) {
            return http("500 Internal Server Error", &[], "Internal Server Error");
        }
        let packages: Vec<String> = page
            .iter()
            .map(|id| {
                let rest = format!(r#", "name": "name-{id}", "title": "Title of {id}""#);
                format!(r#"{{"id": "{id}"{}}}"#, if search.ids_only { "" } else { &rest })
            })
            .collect();
        let count = self.ids.len() + self.hidden;
        let body = format!(
            r#"{{"help": "", "success": true, "result": {{"count": {count}, "results": [{}]}}}}"#,
            packages.join(", ")
        );
        http("200 OK", &tag.as_deref().into_iter().collect::<Vec<_>>(), &body)
    }
}

/// A whole HTTP answer.
pub fn http(status: &str, fields: &[&str], body: &str) -> Vec<u8> {
    let mut head = format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n", body.len());
    for field in fields {
        head.push_str(field);
        head.push_str("\r\n");
    }
    format!("{head}\r\n{body}").into_bytes()
}

async fn serve(mut stream: TcpStream, answer: impl FnOnce(Search) -> Vec<u8>) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => return,
        }
    }
    let text = String::from_utf8_lossy(&head).into_owned();
    let mut lines = text.lines();
    let target = lines.next().unwrap_or_default().split(' ').nth(1).unwrap_or_default().to_owned();
    let fields: HashMap<String, String> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let url = Url::parse(&format!("http://portal{target}")).unwrap();
    let query: HashMap<String, String> = url.query_pairs().into_owned().collect();
    let number = |name: &str| query.get(name).and_then(|value| value.parse().ok()).unwrap_or(0);
    let search = Search {
        start: number("start"),
        rows: number("rows"),
        sort: query.get("sort").cloned().unwrap_or_default(),
        ids_only: query.get("fl").is_some_and(|fields| fields == "id"),
        if_none_match: fields.get("if-none-match").cloned(),
        authorization: fields.get("authorization").cloned(),
        target,
    };
    let _ = stream.write_all(&answer(search)).await;
    let _ = stream.shutdown().await;
}

pub fn fetcher() -> Fetcher {
    let moment = Duration::from_millis(500);
    let timeouts = Timeouts { connect: moment, header: moment, idle: moment, page: 4 * moment, ..Timeouts::default() };
    let retry = RetryRule {
        base: Duration::from_millis(1),
        longest_backoff: Duration::from_millis(2),
        longest_wait: Duration::from_secs(3),
    };
    Fetcher::new(FetcherSettings { timeouts, retry, ..FetcherSettings::default() }).unwrap()
}

/// What a first run of a source is given.
pub fn first_run() -> ConnectContext {
    ConnectContext {
        fetcher: fetcher(),
        vocabularies: Vocabularies::bundled().clone(),
        previous_state: None,
        changes_only: false,
        resume: None,
        full: false,
        ids: Arc::new(InMemory),
    }
}

/// Ids in memory.
struct InMemory;

#[async_trait]
impl IdKeeper for InMemory {
    async fn open(&self) -> Result<Box<dyn KeptIds>, HarvestError> {
        Ok(Box::new(IdsInMemory::default()))
    }
}

#[derive(Default)]
struct IdsInMemory(HashMap<IdKey, u8>);

#[async_trait]
impl KeptIds for IdsInMemory {
    async fn get(&mut self, ids: &[IdKey]) -> Result<HashMap<IdKey, u8>, HarvestError> {
        Ok(ids.iter().filter_map(|id| Some((*id, *self.0.get(id)?))).collect())
    }

    async fn set(&mut self, ids: Vec<(IdKey, u8)>) -> Result<(), HarvestError> {
        self.0.extend(ids);
        Ok(())
    }
}

/// A whole run.
#[derive(Debug)]
pub struct Run {
    pub pages: Vec<Page>,
    pub end: Result<EndProof, HarvestError>,
    pub requests: u64,
    pub state: Option<String>,
}

impl Run {
    /// Ids of the records, in the order in which they came.
    pub fn ids(&self) -> Vec<String> {
        let records = self.pages.iter().flat_map(|page| &page.records);
        records.map(|record| record.source_record_id.clone().unwrap_or_else(|| "-".to_owned())).collect()
    }

    pub fn also_listed(&self) -> Vec<String> {
        self.pages.iter().flat_map(|page| page.also_listed.clone()).collect()
    }

    /// Code and offset of each problem.
    pub fn problems(&self) -> Vec<(String, Option<u64>)> {
        let problems = self.pages.iter().flat_map(|page| &page.problems);
        problems.map(|problem| (problem.code.clone(), problem.position.record)).collect()
    }

    pub fn is_proven(&self) -> bool {
        matches!(self.end, Ok(EndProof::Proven))
    }

    /// Why the end is not proven.
    pub fn lack(&self) -> String {
        match &self.end {
            Ok(EndProof::Missing(reason)) => reason.clone(),
            Ok(other) => format!("{other:?}"),
            Err(error) => error.to_string(),
        }
    }
}

/// Runs a source to its end, or as many pages as are wanted.
pub async fn run_pages(source: &SourceConfig, context: ConnectContext, wanted: usize) -> Run {
    let mut connector: Box<dyn Connector> = kinds::connect(source, context).await.unwrap();
    let mut pages = Vec::new();
    let end = loop {
        if pages.len() == wanted {
            break Ok(EndProof::Missing("killed".to_owned()));
        }
        match connector.next_page().await {
            Ok(Some(page)) => pages.push(page),
            Ok(None) => break Ok(connector.end_proof()),
            Err(error) => break Err(error),
        }
    };
    Run { pages, end, requests: connector.requests(), state: connector.state() }
}

pub async fn run(source: &SourceConfig, context: ConnectContext) -> Run {
    run_pages(source, context, usize::MAX).await
}

/// The formats of the records that a run gave, in their order.
pub fn formats(run: &Run) -> Vec<RawFormat> {
    let records = run.pages.iter().flat_map(|page| &page.records);
    records
        .map(|record| match &record.payload {
            Payload::Raw { format, .. } => *format,
            other => panic!("{other:?}"),
        })
        .collect()
}

pub fn owned(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}
