//! Another Cairn: its change feed, `GET /api/v1/changes`, page by page.
//!
//! The feed says where it ended, so that the next run asks for what changed since, and an unchanged peer costs one request.
//! It lists each record where that changed last, so one that changes while the feed is read comes once more: the run keeps
//! to what it said first, and the next one asks from before that page.
//! What the peer shows to fewer than before leaves its feed without a word: the full sweep finds that out.

use async_trait::async_trait;
use bytes::Bytes;
use cairn_fetch::Url;
use cairn_formats::cairn::list_changes;
use serde::{Deserialize, Serialize};

use crate::chain::{self, ChainPage, ChainProtocol, ChainedRecord};
use crate::config::Location;
use crate::json_api::not_a_page;
use crate::kinds::ConnectContext;
use crate::server::NotAPage;
use crate::{Connector, HarvestError, Payload, RawFormat, SourceConfig};

/// Changes of a page, as many as a feed gives at once.
const PAGE_SIZE: u32 = 500;

/// Path of the feed below the root of a Cairn.
const FEED: &str = "api/v1/changes";

/// Opens the feed of a Cairn; `url` is its root, or the feed itself.
pub(crate) fn connect(config: &SourceConfig, context: &ConnectContext) -> Result<Box<dyn Connector>, HarvestError> {
    let Location::Web(mut feed) = config.location()? else {
        let reason = "`url` is not the address of a Cairn".to_owned();
        return Err(HarvestError::Configuration { source_id: config.id.clone(), reason });
    };
    feed.set_query(None);
    let root = feed.path().trim_end_matches('/').trim_end_matches(FEED).trim_end_matches('/').to_owned();
    feed.set_path(&format!("{root}/{FEED}"));
    let known = context.previous_state.as_deref().filter(|_| context.changes_only && !context.full);
    let since = known.and_then(|text| serde_json::from_str::<Place>(text).ok()).map(|place| place.since);
    let limit = config.limits.page_size.unwrap_or(PAGE_SIZE).min(PAGE_SIZE);
    chain::connect(config, context, Changes { feed, limit, since, bookmark: None, repeats: false })
}

/// Where a run ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Place {
    since: String,
}

#[derive(Clone)]
struct Changes {
    feed: Url,
    limit: u32,
    /// Only what changed after this place is asked for.
    since: Option<String>,
    /// Where the last page ended before the first that held a record once more.
    bookmark: Option<String>,
    /// Whether there was such a page.
    repeats: bool,
}

/// What is asked for, for a run that goes on: the place where the next one begins is known to the run before it alone, once a
/// record came once more.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Way {
    since: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bookmark: Option<String>,
    #[serde(default)]
    repeats: bool,
}

impl Changes {
    fn page(&self, since: Option<&str>) -> Url {
        let mut url = self.feed.clone();
        url.query_pairs_mut().append_pair("limit", &self.limit.to_string());
        if let Some(since) = since {
            url.query_pairs_mut().append_pair("since", since);
        }
        url
    }
}

#[async_trait]
impl ChainProtocol for Changes {
    const ACCEPT: &'static str = "application/json";

    fn first(&self) -> Url {
        self.page(self.since.as_deref())
    }

    fn read(&self, _asked: &Url, _from: &Url, body: &Bytes) -> Result<ChainPage, NotAPage> {
        let page = list_changes(body).map_err(|problem| not_a_page(body, &problem))?;
        let cut_short = page.listing.cut_short().map(str::to_owned);
        let bookmark = page.listing.next;
        Ok(ChainPage {
            records: page.listing.records.into_iter().map(record).collect(),
            problems: page.listing.problems,
            next: bookmark.as_deref().filter(|_| !page.complete).map(|since| self.page(Some(since))),
            cut_short: cut_short.filter(|_| !page.complete && bookmark.is_none()),
            bookmark,
            passed_over: page.passed_over,
            ..ChainPage::default()
        })
    }

    /// The feed does not hold the place any more where the last run ended: it is read from its beginning.
    fn ask_otherwise(&mut self, refused: &Url, _told: &str) -> Option<Url> {
        (self.since.is_some() && *refused == self.first()).then(|| {
            self.since = None;
            self.first()
        })
    }

    fn way(&self) -> String {
        let bookmark = self.bookmark.clone().filter(|_| self.repeats);
        let way = Way { since: self.since.clone(), bookmark, repeats: self.repeats };
        serde_json::to_string(&way).unwrap_or_default()
    }

    fn take_way(&mut self, way: &str) {
        let way: Way = serde_json::from_str(way).unwrap_or_default();
        (self.since, self.bookmark, self.repeats) = (way.since, way.bookmark, way.repeats);
    }

    fn lists_changes(&self) -> bool {
        self.since.is_some()
    }

    fn note(&mut self, page: &ChainPage, repeats: bool) {
        self.repeats |= repeats;
        if !self.repeats {
            self.bookmark = page.bookmark.clone().or(self.bookmark.take());
        }
    }

    fn state(&self) -> Option<String> {
        let since = self.bookmark.clone().or_else(|| self.since.clone())?;
        serde_json::to_string(&Place { since }).ok()
    }
}

fn record(listed: cairn_formats::listing::ListedRecord) -> ChainedRecord {
    let payload = if listed.deleted {
        Payload::Deleted
    } else {
        Payload::Raw { format: RawFormat::CairnDataset, bytes: Bytes::from(listed.bytes) }
    };
    ChainedRecord { id: listed.id, payload }
}
