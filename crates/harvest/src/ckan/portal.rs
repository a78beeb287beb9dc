//! The portal itself: addresses of the Action API, its order, and what its troubles mean.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use cairn_fetch::{FetchError, FetchPolicy, Fetched, Fetcher, Limit, Request, Secret, Url, Validators};
use serde::{Deserialize, Serialize};

use super::page::{NotAPage, SearchPage, message, read_page};
use super::walk::Window;
use crate::config::Location;
use crate::kinds::ConnectContext;
use crate::{HarvestError, SourceConfig};

/// Largest page, unless the configuration says otherwise.
const MAX_PAGE_BYTES: u64 = 64 * 1024 * 1024;

/// Tries of a window that was narrowed: the larger ones around it failed many times already.
const NARROWED_TRIES: u32 = 2;

/// The order of a walk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Sort {
    /// By id, which never changes.
    Id,
    /// By time of creation, for portals that do not sort by id.
    Created,
}

/// What of the packages is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// All of them.
    Packages,
    /// Their ids alone. A portal that knows no `fl` gives them whole, which costs time and nothing else.
    Ids,
}

/// Why a window cannot be had.
pub(super) enum Trouble {
    /// A smaller window may be had.
    Window(HarvestError),
    /// No other window is better.
    Fatal(HarvestError),
}

/// What is remembered of a listing that fits into one page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct OnePage {
    query: String,
    #[serde(flatten)]
    validators: Validators,
}

/// A portal.
pub(super) struct Portal {
    fetcher: Fetcher,
    policy: FetchPolicy,
    action: Url,
    token: Option<Secret>,
    sort: Sort,
    /// Whether a page was read, so that it is known to be a portal and to accept the order.
    known: bool,
    previous: Option<OnePage>,
    latest: Option<OnePage>,
    sent: Arc<AtomicU64>,
}

impl Portal {
    pub(super) fn new(config: &SourceConfig, context: ConnectContext) -> Result<Self, HarvestError> {
        let (Location::Web(mut action), Some(root)) = (config.location()?, config.portal_root()) else {
            let reason = "`url` is not the address of a portal".to_owned();
            return Err(HarvestError::Configuration { source_id: config.id.clone(), reason });
        };
        // The root lost the credentials on its way; they are put where they were.
        let root_path = Url::parse(&root).map(|root| root.path().trim_end_matches('/').to_owned()).unwrap_or_default();
        action.set_path(&format!("{root_path}/api/3/action/package_search"));
        action.set_fragment(None);
        action.set_query(None);
        let previous = context.previous_state.filter(|_| !context.full);
        Ok(Self {
            fetcher: context.fetcher,
            policy: config.fetch_policy(MAX_PAGE_BYTES),
            action,
            token: config.token()?,
            sort: Sort::Id,
            known: false,
            previous: previous.and_then(|text| serde_json::from_str(&text).ok()),
            latest: None,
            sent: Arc::new(AtomicU64::new(0)),
        })
    }

    pub(super) fn name(&self) -> &str {
        self.action.host_str().unwrap_or_default()
    }

    pub(super) fn requests(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    pub(super) fn sort(&self) -> Sort {
        self.sort
    }

    pub(super) fn set_sort(&mut self, sort: Sort) {
        self.sort = sort;
    }

    /// What to compare the next run with, when the last page was the whole listing.
    pub(super) fn state(&self) -> Option<String> {
        self.latest.as_ref().and_then(|page| serde_json::to_string(page).ok())
    }

    /// Asks for a window; `None` when the portal says that it has not changed.
    pub(super) async fn ask(&mut self, window: Window, asked: Asked) -> Result<Option<SearchPage>, Trouble> {
        loop {
            let answer = self.ask_in_order(window, asked).await;
            match answer {
                // A portal that does not sort by id says so at the first page.
                Err(Setback::Request(_)) if !self.known && self.sort == Sort::Id => self.sort = Sort::Created,
                Err(Setback::Request(error)) if self.known => return Err(Trouble::Window(error)),
                Err(Setback::Request(error) | Setback::Fatal(error)) => return Err(Trouble::Fatal(error)),
                Err(Setback::Window(error)) => return Err(Trouble::Window(error)),
                Ok(page) => {
                    self.known = true;
                    return Ok(page);
                }
            }
        }
    }

    async fn ask_in_order(&mut self, window: Window, asked: Asked) -> Result<Option<SearchPage>, Setback> {
        let url = self.address(window, asked);
        let query = url.query().unwrap_or_default().to_owned();
        let is_first = window.start == 0 && asked == Asked::Packages && !window.narrowed;
        let validators = match &self.previous {
            Some(previous) if is_first && previous.query == query => previous.validators.clone(),
            _ => Validators::default(),
        };
        let request = Request {
            accept: "application/json",
            authorization: self.token.clone(),
            validators,
            sent: Some(Arc::clone(&self.sent)),
            ..Request::new(url)
        };
        let policy = if window.narrowed {
            FetchPolicy { max_tries: NARROWED_TRIES, ..self.policy.clone() }
        } else {
            self.policy.clone()
        };
        let answer = match self.fetcher.fetch(&request, &policy).await {
            Ok(Fetched::Fresh(answer)) => answer,
            Ok(Fetched::NotModified) => {
                self.latest.clone_from(&self.previous);
                return Ok(None);
            }
            Err(error) => return Err(Setback::from(error)),
        };
        let (what, redirects) = (answer.url.to_string(), answer.redirects);
        let validators = answer.validators;
        let read = tokio::task::spawn_blocking(move || read_page(&answer.body)).await;
        let page = match read {
            Ok(Ok(page)) => page,
            // A login page that one was sent to (F09) is not the portal's own page of HTML (F08).
            Ok(Err(NotAPage::Html)) if redirects > 0 => {
                let reason = "redirect_refused: it sends to a page of HTML, as a login wall does".to_owned();
                return Err(Setback::Fatal(HarvestError::Refused { url: what, reason }));
            }
            Ok(Err(not_a_page)) => {
                let error = HarvestError::NotACatalogue { what, reason: not_a_page.reason() };
                return Err(match not_a_page {
                    NotAPage::Broken(_) => Setback::Window(error),
                    NotAPage::Refused(_) => Setback::Request(error),
                    NotAPage::Html | NotAPage::OtherJson(_) => Setback::Fatal(error),
                });
            }
            Err(error) => return Err(Setback::Fatal(HarvestError::task(&what, &error))),
        };
        if is_first {
            self.latest = (!validators.is_empty()).then_some(OnePage { query, validators });
        }
        Ok(Some(page))
    }

    fn address(&self, window: Window, asked: Asked) -> Url {
        let mut url = self.action.clone();
        let sort = match self.sort {
            Sort::Id => "id asc",
            Sort::Created => "metadata_created asc",
        };
        url.query_pairs_mut()
            .append_pair("rows", &window.rows.to_string())
            .append_pair("start", &window.start.to_string())
            .append_pair("sort", sort)
            .append_pair("include_private", "false");
        if asked == Asked::Ids {
            url.query_pairs_mut().append_pair("fl", "id");
        }
        url
    }
}

/// What is wrong with one request.
enum Setback {
    /// The portal does not accept it.
    Request(HarvestError),
    /// The page is too heavy, or a record in it is broken.
    Window(HarvestError),
    /// No other request is better.
    Fatal(HarvestError),
}

impl From<FetchError> for Setback {
    fn from(error: FetchError) -> Self {
        match error {
            FetchError::Status { ref url, status: status @ (400 | 409 | 422), ref body } => {
                let told = explanation(body);
                let reason = format!("it answers with status {status}: {told}");
                Self::Request(HarvestError::NotACatalogue { what: url.to_string(), reason })
            }
            FetchError::Status { status: 500 | 502 | 504, .. }
            | FetchError::Timeout { .. }
            | FetchError::Truncated { .. }
            | FetchError::Protocol { .. }
            | FetchError::TooLarge { limit: Limit::Bytes(_), .. } => Self::Window(error.into()),
            _ => Self::Fatal(error.into()),
        }
    }
}

/// The words of an error answer of the Action API.
fn explanation(body: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Answer<'a> {
        #[serde(borrow)]
        error: &'a serde_json::value::RawValue,
    }
    serde_json::from_slice::<Answer<'_>>(body).map(|answer| message(answer.error.get())).unwrap_or_default()
}
