//! Which pages are to be visited: every sitemap of a site is read before the first of them.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use bytes::Bytes;
use cairn_fetch::{FetchError, Fetched, SafeUrl, Url, Validators};
use cairn_formats::sitemap;
use cairn_model::{Problem, Severity};
use jiff::Timestamp;
use robotxt::Robots;

use super::robots;
use super::scope::{Place, Scope};
use crate::HarvestError;
use crate::server::{FAILURES_IN_A_ROW, NotAPage, Server, Setback, read_answer};

/// `Accept` of the requests for sitemaps.
const ACCEPT: &str = "application/xml, text/xml, application/gzip;q=0.9, text/plain;q=0.8, */*;q=0.5";

/// Indexes inside one another. The protocol allows one; some sites have one more.
const DEEPEST: u32 = 3;

/// Sitemaps of one site.
const MOST_SITEMAPS: usize = 5000;

/// The pages of a site.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Plan {
    /// Their addresses, each with the time of its last change as the sitemap writes it.
    pub(super) pages: BTreeMap<String, Option<String>>,
    /// What was wrong with the sitemaps.
    pub(super) problems: Vec<Problem>,
    /// Why it is not known whether these are all.
    pub(super) lack: Option<String>,
    /// When the first sitemap was answered, by the clock of the site.
    pub(super) answered: Option<Timestamp>,
    /// Whether the source is this one page, and no site.
    pub(super) is_one_page: bool,
}

/// Finds the pages of a source.
///
/// # Errors
/// When the address of the source may not be asked, or leads to no sitemap.
pub(super) async fn make(server: &Server, scope: Scope, max_pages: u64) -> Result<Plan, HarvestError> {
    let home = scope.home.clone();
    let refuse = |reason: &str| HarvestError::Refused {
        url: SafeUrl::new(&home).to_string(),
        reason: format!("not_allowed: {reason}"),
    };
    if scope.robots.always() == Some(false) {
        return Err(refuse("its robots.txt lets no robot in"));
    }
    let is_site = is_root(&home);
    if !is_site && !scope.robots.is_url_allowed(&home) {
        return Err(refuse("its robots.txt does not let us ask for it"));
    }
    if !is_site && !is_sitemap(&home) {
        let address = scope.address(&home, "").map(String::from).unwrap_or_default();
        return Ok(Plan { pages: BTreeMap::from([(address, None)]), is_one_page: true, ..Plan::default() });
    }
    let named = scope.robots.sitemaps().to_vec();
    let is_guess = is_site && named.is_empty();
    let starts = match (is_site, is_guess) {
        (false, _) => vec![home.clone()],
        (true, false) => named,
        (true, true) => vec![at_root(&home, "/sitemap.xml")],
    };
    let mut reader = SitemapReader::new(server, scope, max_pages);
    match reader.read(starts).await {
        Err(Setback::Fatal(HarvestError::NotACatalogue { what, .. })) if is_guess => Err(HarvestError::NotACatalogue {
            what,
            reason: "the site names no sitemap in its robots.txt, and none is here: write the address of its sitemap, or of one \
                     page, as `url`"
                .to_owned(),
        }),
        Err(setback) => Err(setback.into_error()),
        Ok(()) => reader.finish(),
    }
}

/// Whether an address stands for its whole site.
fn is_root(url: &Url) -> bool {
    url.path() == "/robots.txt" || url.path() == "/" && url.query().is_none()
}

/// Whether an address looks like that of a sitemap, and not of a page.
fn is_sitemap(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    let is_named = path.contains("sitemap") || url.query().is_some_and(|query| query.contains("sitemap"));
    is_named || [".xml", ".gz", ".txt"].iter().any(|ending| path.ends_with(ending))
}

fn at_root(url: &Url, path: &str) -> Url {
    let mut url = url.clone();
    url.set_path(path);
    url.set_query(None);
    url
}

/// What one sitemap lists, sorted.
#[derive(Default)]
struct Sorted {
    pages: Vec<(Url, Option<String>)>,
    sitemaps: Vec<Url>,
    /// Addresses of other sites: how many, and the first.
    elsewhere: (u64, Option<String>),
    problems: Vec<Problem>,
}

struct SitemapReader<'a> {
    server: &'a Server,
    scope: Arc<Scope>,
    max_pages: u64,
    plan: Plan,
    elsewhere: (u64, Option<String>),
    /// Rules of other sites that keep sitemaps of this one.
    robots_of_others: HashMap<String, Robots>,
    asked: HashSet<String>,
    read: u64,
}

impl<'a> SitemapReader<'a> {
    fn new(server: &'a Server, scope: Scope, max_pages: u64) -> Self {
        Self {
            server,
            scope: Arc::new(scope),
            max_pages,
            plan: Plan::default(),
            elsewhere: (0, None),
            robots_of_others: HashMap::new(),
            asked: HashSet::new(),
            read: 0,
        }
    }

    /// Reads these sitemaps and all that they lead to. One that cannot be had costs its own pages, and the proof that these
    /// are all; the only one there is costs everything.
    async fn read(&mut self, starts: Vec<Url>) -> Result<(), Setback> {
        let is_only = starts.len() == 1;
        let mut waiting: VecDeque<(Url, u32)> = starts.into_iter().map(|url| (url, 1)).collect();
        let mut failures_in_a_row = 0;
        while let Some((url, depth)) = waiting.pop_front() {
            if !self.asked.insert(url.to_string()) {
                continue;
            }
            if self.asked.len() > MOST_SITEMAPS {
                self.lack(format!("the limit of {MOST_SITEMAPS} sitemaps was reached"));
                break;
            }
            match self.ask(&url).await {
                Ok(sorted) => {
                    self.read += 1;
                    failures_in_a_row = 0;
                    let further = self.take(sorted);
                    if depth < DEEPEST {
                        waiting.extend(further.into_iter().map(|url| (url, depth + 1)));
                    } else if !further.is_empty() {
                        self.lack(format!("its sitemaps lie more than {DEEPEST} deep in one another"));
                    }
                }
                Err(setback) if setback.is_pause() || is_only && self.read == 0 => return Err(setback),
                Err(setback) => {
                    let error = setback.into_error();
                    self.plan.problems.push(Problem::error("unreadable-sitemap", "", error.to_string()));
                    self.lack(error.to_string());
                    failures_in_a_row += u32::from(error.is_temporary());
                    if failures_in_a_row >= FAILURES_IN_A_ROW {
                        break;
                    }
                }
            }
            if self.plan.pages.len() as u64 > self.max_pages {
                while self.plan.pages.len() as u64 > self.max_pages {
                    self.plan.pages.pop_last();
                }
                self.lack(format!("the limit of {} pages was reached", self.max_pages));
                break;
            }
        }
        Ok(())
    }

    async fn ask(&mut self, url: &Url) -> Result<Sorted, Setback> {
        if !self.may_ask(url).await.map_err(Setback::Fatal)? {
            return Err(Setback::Fatal(HarvestError::Refused {
                url: SafeUrl::new(url).to_string(),
                reason: "not_allowed: robots.txt does not let us read this sitemap".to_owned(),
            }));
        }
        let answer = match self.server.get(url.clone(), ACCEPT, Validators::default(), None).await {
            Ok(Fetched::Fresh(answer)) => answer,
            Ok(Fetched::NotModified) => {
                let reason = "it answers 304 to a question without conditions".to_owned();
                let what = SafeUrl::new(url).to_string();
                return Err(Setback::Fatal(HarvestError::NotACatalogue { what, reason }));
            }
            Err(error @ FetchError::Later { .. }) => return Err(Setback::Later(error.into())),
            Err(error) => return Err(Setback::Fatal(error.into())),
        };
        let date = answer.answered.and_then(|date| Timestamp::try_from(date).ok());
        self.plan.answered.get_or_insert_with(|| date.unwrap_or_else(Timestamp::now));
        let (scope, address) = (Arc::clone(&self.scope), url.clone());
        read_answer(answer, move |body| sort(&scope, &address, body)).await
    }

    /// Whether a sitemap may be read. One on another site is asked for by the rules of that site.
    async fn may_ask(&mut self, url: &Url) -> Result<bool, HarvestError> {
        if url.origin() == self.scope.home.origin() {
            return Ok(self.scope.robots.is_url_allowed(url));
        }
        let origin = url.origin().ascii_serialization();
        if !self.robots_of_others.contains_key(&origin) {
            let rules = robots::ask(self.server, url).await?;
            self.robots_of_others.insert(origin.clone(), rules);
        }
        let rules = &self.robots_of_others[&origin];
        Ok(rules.is_url_allowed(url))
    }

    /// Takes over what a sitemap lists; answers the sitemaps that it leads to.
    fn take(&mut self, sorted: Sorted) -> Vec<Url> {
        for (url, modified) in sorted.pages {
            let known = self.plan.pages.entry(url.into()).or_default();
            // Times in ISO 8601 sort as text.
            *known = known.take().max(modified);
        }
        self.elsewhere.0 += sorted.elsewhere.0;
        self.elsewhere.1 = self.elsewhere.1.take().or(sorted.elsewhere.1);
        if sorted.problems.iter().any(|problem| problem.severity == Severity::Error) {
            self.lack("a sitemap is not whole".to_owned());
        }
        self.plan.problems.extend(sorted.problems);
        sorted.sitemaps
    }

    fn lack(&mut self, reason: String) {
        self.plan.lack.get_or_insert(reason);
    }

    fn finish(mut self) -> Result<Plan, HarvestError> {
        let (count, first) = self.elsewhere;
        let Some(first) = first else { return Ok(self.plan) };
        let told = format!("{count} addresses of other sites stand in its sitemaps and were left out");
        if self.plan.pages.is_empty() && self.plan.lack.is_none() {
            let reason = format!("{told}, such as {first}, and none of this one");
            return Err(HarvestError::NotACatalogue { what: SafeUrl::new(&self.scope.home).to_string(), reason });
        }
        self.plan.problems.push(Problem::warning("other-site", "", told).with_value(&first));
        Ok(self.plan)
    }
}

/// Reads a sitemap and sorts what it lists. Blocking, pure.
fn sort(scope: &Scope, address: &Url, body: &Bytes) -> Result<Sorted, NotAPage> {
    let listed = sitemap::list(body)
        .map_err(|problem| NotAPage::Other(format!("it cannot be read as a sitemap: {}", problem.message)))?;
    let mut sorted = Sorted { problems: listed.problems, ..Sorted::default() };
    let mut leave_out = |url: &str| {
        sorted.elsewhere.0 += 1;
        sorted.elsewhere.1.get_or_insert_with(|| cairn_fetch::without_credentials(url));
    };
    for entry in listed.pages {
        match scope.place(address, &entry.address) {
            Place::Page(url) => sorted.pages.push((url, entry.modified)),
            Place::Elsewhere => leave_out(&entry.address),
            Place::LeftOut => {}
        }
    }
    for entry in listed.sitemaps {
        // Sitemaps of an index lie beside it (sitemaps.org 0.9, "Sitemap index XML tag definitions").
        match scope.address(address, &entry.address) {
            Some(url) if url.origin() == address.origin() || url.origin() == scope.home.origin() => {
                sorted.sitemaps.push(url);
            }
            Some(_) => leave_out(&entry.address),
            None => {}
        }
    }
    Ok(sorted)
}
