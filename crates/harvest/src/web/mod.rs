//! Pages with schema.org's datasets in JSON-LD (Croissant included), found from the sitemaps of their site.
//!
//! A site is asked politely: its `robots.txt` comes first and is obeyed, page by page. The end is proven when every sitemap
//! was read and every page answered, if only that it is gone. What a page said is remembered, so that the next run visits
//! only pages whose sitemap says that they changed; every full sweep asks all of them, on condition that they changed.

mod memory;
mod page;
mod plan;
mod robots;
mod scope;
mod walk;

use std::time::Duration;

use async_trait::async_trait;
use cairn_fetch::{FetchError, Fetched, SafeUrl, Url};
use cairn_formats::schema_org::PageListing;
use serde::Deserialize;
use tracing::warn;

use self::memory::{Checkpoint, KnownPages};
use self::scope::Scope;
use self::walk::{Visit, Walk};
use crate::config::{Limits, Location};
use crate::kinds::ConnectContext;
use crate::server::{FAILURES_IN_A_ROW, REFUSALS_IN_A_ROW, Server, Setback, read_answer};
use crate::{Connector, EndProof, HarvestError, Page, SourceConfig};

/// Pages of the site that make one page of the listing. Each of these is written at once, with a checkpoint.
const VISITS: usize = 20;

/// With such a delay between two requests, each page of the site is a page of the listing.
const SLOW: Duration = Duration::from_secs(1);

/// What `[web]` of a source says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WebSettings {
    /// Patterns of the pages that are visited, as in `robots.txt`; every page when nothing is said.
    pub include: Vec<String>,
}

impl WebSettings {
    /// What cannot be used in it.
    pub(crate) fn find_mistake(&self) -> Option<String> {
        let wrong = self.include.iter().find(|pattern| !robots::is_pattern(pattern))?;
        Some(format!("`{wrong}` in `include` of [web] is no pattern: write a path from / on, with * for anything"))
    }
}

/// Opens a site.
pub(crate) fn connect(config: &SourceConfig, context: &ConnectContext) -> Result<Box<dyn Connector>, HarvestError> {
    let refuse = |reason: &str| HarvestError::Configuration { source_id: config.id.clone(), reason: reason.to_owned() };
    let Location::Web(mut home) = config.location()? else {
        return Err(refuse("`url` is not the address of a site, a sitemap or a page"));
    };
    if !config.parameters.is_empty() {
        return Err(refuse(
            "[parameters] are for interfaces: pages of a site are asked for as their sitemap writes them",
        ));
    }
    home.set_fragment(None);
    let kept = |text: &Option<String>| text.clone().filter(|_| !context.full);
    let known = kept(&context.previous_state).and_then(|text| serde_json::from_str(&text).ok());
    Ok(Box::new(WebConnector {
        server: Server::new(config, context, &home)?,
        home,
        settings: config.web.clone(),
        limits: config.limits.clone(),
        trusts_dates: context.changes_only && !context.full,
        known: known.unwrap_or_default(),
        resume: kept(&context.resume).and_then(|text| serde_json::from_str(&text).ok()),
        visits_at_a_time: VISITS,
        failures_in_a_row: 0,
        refusals_in_a_row: 0,
        has_answered: false,
        goes_on: false,
        walk: None,
        pause: None,
        end: None,
    }))
}

struct WebConnector {
    server: Server,
    home: Url,
    settings: WebSettings,
    limits: Limits,
    trusts_dates: bool,
    /// What the last complete run knew.
    known: KnownPages,
    resume: Option<Checkpoint>,
    visits_at_a_time: usize,
    failures_in_a_row: u32,
    refusals_in_a_row: u32,
    /// Whether a page answered this run, if only that it is gone.
    has_answered: bool,
    /// Whether this run goes on where another stopped.
    goes_on: bool,
    /// None before the sitemaps were read.
    walk: Option<Walk>,
    /// Why nothing more may be asked for now, once what came before was given.
    pause: Option<HarvestError>,
    end: Option<EndProof>,
}

#[async_trait]
impl Connector for WebConnector {
    async fn next_page(&mut self) -> Result<Option<Page>, HarvestError> {
        if let Some(error) = self.pause.take() {
            return Err(error);
        }
        if self.end.is_some() {
            return Ok(None);
        }
        let mut page = Page::default();
        let mut walk = match self.walk.take() {
            Some(walk) => walk,
            None => self.begin(&mut page).await?,
        };
        let (mut visits, mut is_at_end) = (0, false);
        // What a run that goes on was given must be said before anything else.
        while self.end.is_none() && visits < self.visits_at_a_time && !page.goes_on {
            let Some(visit) = walk.next().filter(|_| !walk.is_full()) else {
                self.end = Some(self.end_walk(&mut walk, &mut page));
                is_at_end = true;
                break;
            };
            visits += 1;
            match self.visit(&mut walk, &visit, &mut page).await {
                // What came before is given first, or a day on which few pages may be asked for would bring none.
                Err(error @ (HarvestError::BudgetSpent { .. } | HarvestError::Unreachable { .. })) if visits > 1 => {
                    walk.pause_before(&visit);
                    self.pause = Some(error);
                    break;
                }
                visited => visited?,
            }
        }
        // What lacks lies before the end, and behind a place where no page answers nothing comes: the next run begins anew.
        let forgets_its_place = matches!(self.end, Some(EndProof::Missing(_))) && (is_at_end || !self.has_answered);
        page.checkpoint = walk.checkpoint().filter(|_| !forgets_its_place);
        self.walk = Some(walk);
        let lists_nothing = page.records.is_empty() && page.also_listed.is_empty() && page.unchanged.is_empty();
        let is_over = self.end.is_some() && lists_nothing && page.problems.is_empty() && page.unnamed == 0;
        Ok((!is_over || forgets_its_place).then_some(page))
    }

    fn end_proof(&self) -> EndProof {
        self.end.clone().unwrap_or_else(|| EndProof::Missing("the site was not read to its end".to_owned()))
    }

    fn requests(&self) -> u64 {
        self.server.requests()
    }

    fn state(&self) -> Option<String> {
        let is_whole = matches!(self.end, Some(EndProof::Proven | EndProof::Changes));
        self.walk.as_ref().filter(|_| is_whole).and_then(|walk| serde_json::to_string(walk.known_now()).ok())
    }
}

impl WebConnector {
    /// Reads what the site allows, and which pages it has.
    async fn begin(&mut self, page: &mut Page) -> Result<Walk, HarvestError> {
        let robots = robots::ask(&self.server, &self.home).await?;
        let delay = robots::delay(&robots);
        self.server.slow_down(delay);
        if delay >= SLOW {
            self.visits_at_a_time = 1;
        }
        let include = robots::patterns(&self.settings.include);
        let scope = Scope { home: self.home.clone(), robots, include };
        let mut plan = plan::make(&self.server, scope.clone(), self.limits.max_pages).await?;
        page.problems = std::mem::take(&mut plan.problems);
        let known = std::mem::take(&mut self.known);
        let mut walk = Walk::new(scope, plan, known, self.trusts_dates, self.limits.max_records);
        if let Some(checkpoint) = self.resume.take() {
            page.goes_on = walk.go_on_from(checkpoint);
            self.goes_on = page.goes_on;
            if !page.goes_on {
                warn!(
                    server = self.server.name(),
                    "the pages of the site changed since the run was interrupted: starting again"
                );
            }
        }
        Ok(walk)
    }

    async fn visit(&mut self, walk: &mut Walk, visit: &Visit, page: &mut Page) -> Result<(), HarvestError> {
        let Ok(url) = Url::parse(&visit.address) else { return Ok(()) };
        let is_one_page = walk.plan.is_one_page;
        match self.server.get(url.clone(), page::ACCEPT, visit.validators.clone(), None).await {
            Ok(Fetched::NotModified) => walk.keep(visit, page),
            Ok(Fetched::Fresh(answer)) => {
                let validators = answer.validators.clone();
                let came_from = Url::parse(&answer.url.to_string()).unwrap_or(url);
                let is_left_out = page::forbids_index(&answer) || !walk.scope.may_be_read(came_from.as_str());
                let listing = if is_left_out {
                    PageListing::default()
                } else {
                    let content_type = answer.content_type.clone();
                    read_answer(answer, move |body| Ok(page::read(body, content_type.as_deref(), &came_from)))
                        .await
                        .map_err(Setback::into_error)?
                };
                if is_one_page && listing.datasets.is_empty() && !listing.is_broken {
                    return Err(no_dataset(&visit.address));
                }
                walk.take(visit, listing, validators, page);
            }
            // A site that asks to wait is asked for the same page later.
            Err(
                error @ (FetchError::NotAllowed { .. }
                | FetchError::Later { .. }
                | FetchError::Status { status: 429, .. }),
            ) => return Err(error.into()),
            Err(error) if is_one_page => return Err(error.into()),
            Err(FetchError::Status { status: 404 | 410, .. }) => walk.forget(visit),
            Err(error) => {
                self.lose(walk, visit, error, page);
                return Ok(());
            }
        }
        self.has_answered = true;
        (self.failures_in_a_row, self.refusals_in_a_row) = (0, 0);
        Ok(())
    }

    /// A page that will not be had in another run either costs itself; one that may be had then costs the proof of the end, and
    /// so do many that are refused. A site that refuses its pages from the first on is not asked for the others.
    fn lose(&mut self, walk: &mut Walk, visit: &Visit, error: FetchError, page: &mut Page) {
        let is_temporary = error.is_temporary();
        let is_refused = !is_temporary && !matches!(error, FetchError::TooLarge { .. } | FetchError::Encoding { .. });
        let reason = HarvestError::from(error).to_string();
        walk.lose(visit, reason.clone(), page);
        self.failures_in_a_row += u32::from(is_temporary);
        self.refusals_in_a_row += u32::from(is_refused);
        let refuses = self.refusals_in_a_row >= REFUSALS_IN_A_ROW;
        if is_temporary || refuses {
            walk.lack(reason.clone());
        }
        if self.failures_in_a_row >= FAILURES_IN_A_ROW || refuses && !self.has_answered && !self.goes_on {
            self.end = Some(EndProof::Missing(reason));
        }
    }

    /// Ends a walk that has no page to visit any more. One on which every page was refused proves nothing, however short.
    fn end_walk(&self, walk: &mut Walk, page: &mut Page) -> EndProof {
        if self.refusals_in_a_row > 0 && !self.has_answered && !self.goes_on && !walk.has_passed_over() {
            walk.lack("the site refuses every one of its pages".to_owned());
        }
        walk.end(page)
    }
}

fn no_dataset(address: &str) -> HarvestError {
    HarvestError::NotACatalogue {
        what: Url::parse(address).map_or_else(|_| address.to_owned(), |url| SafeUrl::new(&url).to_string()),
        reason: "the page describes no dataset of schema.org in JSON-LD; for a whole site, write its root or its sitemap as `url`"
            .to_owned(),
    }
}
