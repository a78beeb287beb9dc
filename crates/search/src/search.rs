//! Searching a view: one walk over the matching documents of every segment, which counts, scores and keeps the best.

use std::collections::HashMap;

use cairn_policy::Viewer;
use tantivy::DocId;

use crate::audience::Audience;
use crate::counters::Counters;
use crate::cursor::{self, Cursor, Key, Way, foreign};
use crate::deadline::Deadline;
use crate::explain::Explainer;
use crate::folding::{self, Folding};
use crate::histograms::{GridCounter, YearCounter};
use crate::matching::Conjunction;
use crate::names::Known;
use crate::plan::Plan;
use crate::rank::{Best, Candidate, Place, SortBy, merge_by_title, with_titles};
use crate::schema::Fields;
use crate::scorer::Scorer;
use crate::segment::Segment;
use crate::series::SeriesFolding;
use crate::snippet::Snippets;
use crate::spelling::Slips;
use crate::standing::Standing;
use crate::statistics::Statistics;
use crate::view::View;
use crate::{AlsoAt, Card, Hit, Matching, SearchError, SearchPage, SearchRequest, Series, spelling};

/// Documents that are walked over between two looks at the time.
pub(crate) const BETWEEN_LOOKS: u32 = 4096;
/// Documents that are counted at a time.
const BLOCK: usize = 512;
/// Hits up to which little is found, so that a slip is looked for.
const LITTLE: u64 = 20;
/// How many times as many are found for what was meant then.
const FAR_MORE: u64 = 5;

/// Answers a request as `viewer` may see it: records that have all the words; where there are none, those that have the words
/// as they were probably meant; then those that have what the words name, whatever else they lack; those that have what comprises
/// it; and then those that have some of them.
pub(crate) fn search(
    view: &View,
    fields: &Fields,
    known: &Known,
    viewer: &Viewer,
    request: &SearchRequest,
) -> Result<SearchPage, SearchError> {
    if let Some(cursor) = &request.cursor {
        let cursor = Cursor::read(cursor, cursor::fingerprint(request))?;
        return go_on(&cursor, view, fields, known, viewer, request);
    }
    let all = |text: &str| carry_out(&Plan::of(request, text, known)?, view, fields, known, viewer, request);
    let relaxed = |plan: &Plan| {
        let page = carry_out(plan, view, fields, known, viewer, request)?;
        Ok::<_, SearchError>(SearchPage { relaxed: page.total > 0, ..page })
    };
    let some = |text: &str| match Plan::of_some(request, text, known)? {
        Some(plan) => relaxed(&plan),
        None => all(text),
    };
    let text = request.text.as_str();
    let page = if request.matching == Matching::Some { some(text)? } else { all(text)? };
    if page.total > 0 || page.partial {
        let hint = if page.partial { None } else { likelier(view, fields, known, viewer, request, page.total)? };
        return Ok(SearchPage { listed_as_asked: hint.is_some(), suggestion: hint, ..page });
    }
    match Deadline(request.give_up_at).check() {
        Err(SearchError::OutOfTime) if request.partial => return Ok(SearchPage { partial: true, ..page }),
        checked => checked?,
    }
    let mut suggestion = spelling::mended(view, fields, known, text, Slips::Unknown)?;
    let mut page_of_meant = None;
    if let Some(meant) = &suggestion
        && (meant.all_unknown || request.matching == Matching::AllElseSome)
    {
        let found = all(&meant.text)?;
        if meant.all_unknown && found.total == 0 {
            suggestion = None;
        } else {
            page_of_meant = Some(found);
        }
    }
    let suggestion = suggestion.map(|meant| meant.text);
    let meant = suggestion.as_deref().unwrap_or(text);
    let page = match request.matching {
        Matching::All => page,
        Matching::Some if suggestion.is_none() => page,
        Matching::Some => some(meant)?,
        Matching::AllElseSome => {
            let mut page = page_of_meant.unwrap_or(page);
            for looser in [Plan::of_names, Plan::of_wider_names] {
                if page.total == 0
                    && let Some(plan) = looser(request, meant, known)?
                {
                    page = relaxed(&plan)?;
                }
            }
            if page.total > 0 { page } else { some(meant)? }
        }
    };
    // What finds nothing either was not meant.
    let suggestion = suggestion.filter(|_| page.total > 0 || request.matching == Matching::All);
    Ok(SearchPage { suggestion, ..page })
}

/// Answers what is behind a page, as that page was found: whatever has come since, it is a page of the same search.
fn go_on(
    cursor: &Cursor,
    view: &View,
    fields: &Fields,
    known: &Known,
    viewer: &Viewer,
    request: &SearchRequest,
) -> Result<SearchPage, SearchError> {
    let is_looser = cursor.way != Way::All || cursor.meant.is_some();
    if is_looser && request.matching == Matching::All {
        return Err(foreign());
    }
    let text = cursor.meant.as_deref().unwrap_or(&request.text);
    let plan = match cursor.way {
        Way::All => Some(Plan::of(request, text, known)?),
        Way::Names => Plan::of_names(request, text, known)?,
        Way::WiderNames => Plan::of_wider_names(request, text, known)?,
        Way::Some => Plan::of_some(request, text, known)?,
    };
    let plan = plan.ok_or_else(foreign)?;
    let page = carry_out(&plan, view, fields, known, viewer, request)?;
    let relaxed = cursor.way != Way::All && page.total > 0;
    Ok(SearchPage { relaxed, suggestion: cursor.meant.clone().filter(|_| page.total > 0), ..page })
}

/// The text as it was probably meant, where it finds little as it is and far more as that. It is only told of: what is found
/// may be just what was looked for.
fn likelier(
    view: &View,
    fields: &Fields,
    known: &Known,
    viewer: &Viewer,
    request: &SearchRequest,
    total: u64,
) -> Result<Option<String>, SearchError> {
    let is_first_page = request.offset == 0 && request.cursor.is_none();
    if total > LITTLE || request.limit == 0 || !is_first_page || Deadline(request.give_up_at).check().is_err() {
        return Ok(None);
    }
    let Some(meant) = spelling::mended(view, fields, known, &request.text, Slips::Rare)? else {
        return Ok(None);
    };
    let count_only = SearchRequest {
        limit: 0,
        filters: request.filters.clone(),
        today: request.today,
        give_up_at: request.give_up_at,
        partial: true,
        ..SearchRequest::default()
    };
    let plan = Plan::of(&count_only, &meant.text, known)?;
    let found = carry_out(&plan, view, fields, known, viewer, &count_only)?.total;
    Ok((found >= FAR_MORE * total).then_some(meant.text))
}

fn carry_out(
    plan: &Plan,
    view: &View,
    fields: &Fields,
    known: &Known,
    viewer: &Viewer,
    request: &SearchRequest,
) -> Result<SearchPage, SearchError> {
    let standing = Standing::of(plan, view, fields, request.today)?;
    let statistics = view.statistics.with(standing.averages);
    let folding = match &request.fold {
        Some(decided) => Some(Folding::new(folding::groups(view, fields, decided)?)),
        None => None,
    };
    let mut walk = Walk::new(view, plan, (&standing, &statistics), request, folding);
    let mut segments: Vec<&Segment> = Vec::new();
    // The last one only in part where the time is up there.
    let walked = Audience::of(viewer, view).visit(view, fields, |segment, visible, superseded| {
        let conditions = plan.conjunction(segment, fields, visible, superseded)?;
        segments.push(segment);
        walk.over(segments.len() - 1, segment, fields, conditions)
    });
    let mut partial = match walked {
        Err(SearchError::OutOfTime) if request.partial => true,
        walked => walked.map(|()| false)?,
    };

    let mut folded = walk.fold(&segments)?;
    let mut series = walk.fold_series(&segments)?;
    let (facets, left_out) = walk.counters.finish(view, request.facet_limit);
    let cells = std::mem::take(&mut walk.counters.cells).into_iter().map(|cells| cells.finish(view)).collect();
    let histograms = std::mem::take(&mut walk.counters.years).into_iter().map(YearCounter::finish).collect();
    let grid = walk.counters.grid.take().map(GridCounter::finish);
    let (total, after_cursor) = (walk.total, walk.after_cursor);
    let best = match plan.order.by {
        SortBy::Title => merge_by_title(walk.settled, &segments, plan.order.reversed, wanted(plan))?,
        _ => walk.best.into_sorted(),
    };
    let page: Vec<Candidate> = best.into_iter().skip(plan.offset).take(plan.limit).collect();
    let more = after_cursor > (plan.offset + page.len()) as u64;
    let snippets = Snippets::new(plan.words.iter().map(|scored| scored.stems.as_slice()), &plan.prefixes);
    let explainer =
        request.explain.then_some(Explainer { plan, fields, vocabularies: &known.vocabularies, today: request.today });
    let mut hits = Vec::with_capacity(page.len());
    for candidate in &page {
        let Some(segment) = segments.get(candidate.segment) else { continue };
        let stored = segment.stored(candidate.doc)?;
        let snippet = snippets.of(&stored.text, stored.languages, &request.language);
        let mut also_at = Vec::new();
        for other in folded.remove(&candidate.id).unwrap_or_default() {
            let Some(segment) = segments.get(other.segment) else { continue };
            let Card { id, source, title, .. } = segment.stored(other.doc)?.card;
            also_at.push(AlsoAt { id, source, title });
        }
        let reasons = match explainer.as_ref().map(|one| one.reasons(segment, candidate.doc, &stored)).transpose() {
            // A hit is worth more than why it is one.
            Err(SearchError::OutOfTime) if request.partial => {
                partial = true;
                None
            }
            reasons => reasons?,
        };
        hits.push(Hit { card: stored.card, snippet, also_at, series: series.remove(&candidate.id), reasons });
    }
    // Behind a page that is not sure to be the best there is none.
    let next = page.last().filter(|_| more && !partial).map(|last| cursor_after(last, plan, &standing));
    let unknown = plan.unknown.clone();
    Ok(SearchPage {
        total,
        partial,
        unknown,
        next,
        hits,
        facets,
        left_out,
        histograms,
        grid,
        cells,
        ..SearchPage::default()
    })
}

fn cursor_after(last: &Candidate, plan: &Plan, standing: &Standing) -> String {
    let key = match (&last.title, plan.order.by) {
        (Some(title), _) => Key::Title(title.clone()),
        (None, SortBy::Title) => Key::Missing,
        (None, _) => Key::Number(last.rank),
    };
    let by = plan.order.by;
    let standing = (by == SortBy::Score).then(|| standing.clone());
    Cursor { by, key, id: last.id, way: plan.way, meant: plan.meant.clone(), standing }.write(plan.fingerprint)
}

/// What a search gathers on its way over the segments.
struct Walk<'a> {
    plan: &'a Plan,
    statistics: &'a Statistics,
    standing: &'a Standing,
    today: i64,
    total: u64,
    /// Of the total, those after the cursor; all of them without one.
    after_cursor: u64,
    counters: Counters,
    /// Hits that are folded, where that is asked for.
    folding: Option<Folding>,
    /// Hits of series, where these are folded.
    series: Option<SeriesFolding>,
    best: Best,
    /// Best of each segment that was walked, where ranks hold in a segment alone.
    settled: Vec<Vec<Candidate>>,
}

impl<'a> Walk<'a> {
    fn new(
        view: &'a View,
        plan: &'a Plan,
        (standing, statistics): (&'a Standing, &'a Statistics),
        request: &SearchRequest,
        folding: Option<Folding>,
    ) -> Self {
        Self {
            plan,
            statistics,
            standing,
            today: request.today,
            total: 0,
            after_cursor: 0,
            counters: Counters::new(view, plan, request),
            folding,
            series: request.fold_series.then(SeriesFolding::default),
            best: Best::new(wanted(plan)),
            settled: Vec::new(),
        }
    }

    /// Walks over the documents of a segment that meet the conditions; `at` is the segment's place in the search. What was found
    /// counts even when the time is up.
    fn over(
        &mut self,
        at: usize,
        segment: &Segment,
        fields: &Fields,
        conditions: Conjunction,
    ) -> Result<(), SearchError> {
        self.counters.begin(segment);
        let mut block = Vec::with_capacity(BLOCK);
        let walked = self.over_documents(at, segment, fields, conditions, &mut block);
        self.counters.count(segment, &block, self.today);
        self.counters.end(segment);
        if self.plan.order.by == SortBy::Title {
            let best = std::mem::replace(&mut self.best, Best::new(wanted(self.plan)));
            self.settled.push(best.into_sorted());
        }
        walked
    }

    fn over_documents(
        &mut self,
        at: usize,
        segment: &Segment,
        fields: &Fields,
        mut conditions: Conjunction,
        block: &mut Vec<DocId>,
    ) -> Result<(), SearchError> {
        let plan = self.plan;
        let mut scorer = Scorer::new(plan, self.statistics, self.standing, segment, fields)?;
        let place = plan.place_in(segment)?;
        let counts = !self.counters.is_empty();
        let mut from = 0;
        let mut walked: u32 = 0;
        plan.deadline.check()?;
        while let Some(doc) = conditions.seek(from) {
            from = doc + 1;
            walked += 1;
            if walked.is_multiple_of(BETWEEN_LOOKS) {
                plan.deadline.check()?;
            }
            if !segment.is_live(doc) || (!plan.predicate.is_empty() && !plan.predicate.holds(segment, doc)) {
                continue;
            }
            let mut rank = || plan.order.rank(segment, doc, scorer.score(doc, segment, &conditions));
            let is_folded = self.folding.as_mut().is_some_and(|folding| {
                let id = segment.id(doc);
                folding.takes(id, || Candidate { rank: rank(), id, segment: at, doc, title: None })
            });
            let is_folded = is_folded
                || self.series.as_mut().is_some_and(|series| {
                    let hit = || Candidate { rank: rank(), id: segment.id(doc), segment: at, doc, title: None };
                    series.takes(segment, doc, plan.order, hit)
                });
            if !is_folded {
                self.total += 1;
                match plan.order.bar(&self.best).filter(|_| place.is_none()) {
                    _ if plan.limit == 0 => {}
                    // Most documents of a broad search are far from the page.
                    Some(bar) => {
                        self.after_cursor += 1;
                        if let Some(score) = scorer.score_above(bar, doc, segment, &conditions) {
                            self.best.consider(plan.order.rank(segment, doc, score), at, doc, || segment.id(doc));
                        }
                    }
                    None => self.consider(at, segment, doc, rank(), place),
                }
            }
            if counts {
                block.push(doc);
                if block.len() == BLOCK {
                    self.counters.count(segment, block, self.today);
                    block.clear();
                    // A record of many countries and clusters is in many cells.
                    plan.deadline.check()?;
                }
            }
        }
        Ok(())
    }

    /// Counts each group of hits once, and lets the best of it be a hit of the page. Answers the others, by the best one.
    fn fold(&mut self, segments: &[&Segment]) -> Result<HashMap<u128, Vec<Candidate>>, SearchError> {
        let mut others = HashMap::new();
        let Some(folding) = self.folding.take() else { return Ok(others) };
        let order = self.plan.order;
        let mut settled = Vec::new();
        for group in folding.into_found() {
            let mut group = match order.by {
                SortBy::Title => with_titles(group, segments)?,
                _ => group,
            };
            group.sort_unstable_by(|left, right| left.in_order(right, order));
            let mut group = group.into_iter();
            let Some(best) = group.next() else { continue };
            let Some(segment) = segments.get(best.segment) else { continue };
            others.insert(best.id, group.collect());
            let of_series = &mut self.series;
            if !of_series.as_mut().is_some_and(|series| series.takes(segment, best.doc, order, || best.clone())) {
                settled.push(best);
            }
        }
        self.settle(settled, segments)?;
        Ok(others)
    }

    /// Counts each series once, and lets the best of its hits be a hit of the page. Answers the series, by that hit.
    fn fold_series(&mut self, segments: &[&Segment]) -> Result<HashMap<u128, Series>, SearchError> {
        let Some(folding) = self.series.take() else { return Ok(HashMap::new()) };
        let hits = folding.into_hits(self.plan.order, segments)?;
        let series = hits.iter().filter_map(|(hit, series)| Some((hit.id, series.clone()?))).collect();
        self.settle(hits.into_iter().map(|(hit, _)| hit).collect(), segments)?;
        Ok(series)
    }

    /// Counts hits that stand for groups of hits, and considers them for the page.
    fn settle(&mut self, hits: Vec<Candidate>, segments: &[&Segment]) -> Result<(), SearchError> {
        let order = self.plan.order;
        let mut by_title = Vec::new();
        for hit in hits {
            self.total += 1;
            let Some(segment) = segments.get(hit.segment).filter(|_| self.plan.limit > 0) else { continue };
            let place = self.plan.place_in(segment)?;
            if order.by != SortBy::Title {
                self.consider(hit.segment, segment, hit.doc, hit.rank, place);
            } else if place.is_none_or(|place| place.is_before(hit.rank, || hit.id)) {
                self.after_cursor += 1;
                by_title.push(hit);
            }
        }
        by_title.sort_unstable_by(|left, right| left.in_order(right, order));
        self.settled.push(by_title);
        Ok(())
    }

    #[inline]
    fn consider(&mut self, at: usize, segment: &Segment, doc: DocId, rank: u64, place: Option<Place>) {
        if place.is_some_and(|place| !place.is_before(rank, || segment.id(doc))) {
            return;
        }
        self.after_cursor += 1;
        self.best.consider(rank, at, doc, || segment.id(doc));
    }
}

/// How many candidates have to be kept.
fn wanted(plan: &Plan) -> usize {
    if plan.limit == 0 { 0 } else { plan.offset + plan.limit }
}
