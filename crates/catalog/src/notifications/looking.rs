//! What is new for who follows something, looked for as them: among what changed for them since the last look, what their saved
//! search finds now, or what may answer the need.

use std::collections::BTreeSet;

use cairn_model::DatasetId;
use cairn_model::registry::{NeedState, NotifyFrequency};
use cairn_policy::Viewer;
use cairn_search::SearchRequest;
use cairn_store::{EntryKind, Look, MOST_RECORDS_OF_A_MESSAGE, NEW_RECORDS, NewAct, NewMessage, Seq, SubscriptionRow};
use jiff::{SignedDuration, Timestamp};
use tracing::debug;

use super::{Notifier, Owner};
use crate::registry::{Need, SavedSearch, new_id};
use crate::{Catalog, CatalogError};

/// Subscriptions that are looked at in a round.
const AT_A_TIME: u32 = 50;

/// Who is told at once is left alone for so long after a message.
const QUIET: SignedDuration = SignedDuration::from_mins(5);

/// Pages of a search that are gone through for what changed: as many hits as one without a cursor reaches.
const MOST_PAGES: usize = SearchRequest::MAX_OFFSET / SearchRequest::MAX_LIMIT;

impl Notifier {
    /// Looks for what is new for everybody who is to be told, and queues it. Answers how many messages that made.
    pub(super) async fn look(&self, now: Timestamp) -> Result<usize, CatalogError> {
        // What the index does not hold yet is found the next time.
        let newest = self.catalog.refreshed_position().await?;
        let mut queued = 0;
        for row in self.catalog.store().subscriptions_due(now, newest, AT_A_TIME).await? {
            let Some(look) = self.look_for(&row, newest, now).await? else {
                let act = NewAct::new(now, row.owner.as_str(), "notify.remove", &*row.subject);
                self.catalog.store().remove_subscription(&row.id, act).await?;
                continue;
            };
            let has_news = look.message.is_some();
            if self.catalog.store().note_look(look).await? && has_news {
                queued += 1;
            }
        }
        Ok(queued)
    }

    /// What there is to tell of a subscription; `None` where what it follows is gone for its owner, or who follows it is.
    pub(super) async fn look_for(
        &self,
        row: &SubscriptionRow,
        newest: Seq,
        now: Timestamp,
    ) -> Result<Option<Look>, CatalogError> {
        let viewer = match Owner::read(&row.owner) {
            Some(owner) => self.catalog.viewer_of(owner).await?,
            None => None,
        };
        let Some(viewer) = viewer else { return Ok(None) };
        let (changed, to) = self.catalog.shown_between(&viewer, row.looked_to, newest).await?;
        let Some(mut records) = self.found_among(&viewer, row, &changed, now).await? else { return Ok(None) };
        records.truncate(MOST_RECORDS_OF_A_MESSAGE);
        debug!(subscription = row.id, records = records.len(), to, "looked for what is new");
        let is_more = to < newest;
        let message = (!records.is_empty()).then(|| NewMessage {
            id: new_id(),
            dedup: format!("{NEW_RECORDS}/{}/{to}", row.id),
            about: NEW_RECORDS.to_owned(),
            subject: row.id.clone(),
            records,
            recipient: row.owner.clone(),
            created: now,
            due: now,
        });
        let next = if is_more { now } else { next_look(row, message.is_some(), now) };
        Ok(Some(Look { subscription: row.id.clone(), from: row.looked_to, to, next, message }))
    }

    /// Which of some records a subscription tells of now; `None` where what it follows is gone for its owner.
    pub(super) async fn found_among(
        &self,
        viewer: &Viewer,
        row: &SubscriptionRow,
        records: &BTreeSet<DatasetId>,
        now: Timestamp,
    ) -> Result<Option<Vec<DatasetId>>, CatalogError> {
        let found = match row.kind {
            EntryKind::SavedSearch => self.found_by_search(viewer, &row.subject, records, now).await,
            EntryKind::Need => self.found_for_need(viewer, &row.subject, records, now).await,
            _ => return Ok(None),
        };
        match found {
            Ok(found) => Ok(Some(found)),
            Err(CatalogError::NotFound(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn found_by_search(
        &self,
        viewer: &Viewer,
        id: &str,
        records: &BTreeSet<DatasetId>,
        now: Timestamp,
    ) -> Result<Vec<DatasetId>, CatalogError> {
        let search = self.catalog.entry::<SavedSearch>(viewer, id).await?.body;
        let mut found = Vec::new();
        // A search that an older version took and this one does not finds nothing.
        let Ok(request) = (self.read_search)(&search.statement.query, self.catalog.vocabularies(), now) else {
            return Ok(found);
        };
        let mut request =
            SearchRequest { limit: SearchRequest::MAX_LIMIT, offset: 0, facets: Vec::new(), fold: None, ..request };
        for _ in 0..MOST_PAGES {
            if found.len() == records.len() {
                break;
            }
            let page = self.catalog.search(viewer, request.clone()).await?;
            found.extend(page.hits.iter().map(|hit| hit.card.id).filter(|id| records.contains(id)));
            let Some(next) = page.next else { break };
            request.cursor = Some(next);
        }
        self.still_seen(viewer, found).await
    }

    async fn found_for_need(
        &self,
        viewer: &Viewer,
        id: &str,
        records: &BTreeSet<DatasetId>,
        now: Timestamp,
    ) -> Result<Vec<DatasetId>, CatalogError> {
        let need = self.catalog.entry::<Need>(viewer, id).await?.body;
        if records.is_empty() || need.state(now) != NeedState::Open {
            return Ok(Vec::new());
        }
        let matches = self.catalog.matches_of(viewer, &need.statement, now).await?;
        let found = matches.into_iter().filter(|one| one.answer.is_enough()).map(|one| one.card.id);
        Ok(found.filter(|id| records.contains(id)).collect())
    }

    /// The index may lag behind the store: what counts is what the store says they may know of.
    async fn still_seen(&self, viewer: &Viewer, found: Vec<DatasetId>) -> Result<Vec<DatasetId>, CatalogError> {
        let mut seen = Vec::with_capacity(found.len());
        for id in found {
            if self.catalog.visible_now(viewer, id).await?.is_some() {
                seen.push(id);
            }
        }
        Ok(seen)
    }
}

/// When is looked again after a look.
fn next_look(row: &SubscriptionRow, has_news: bool, now: Timestamp) -> Timestamp {
    let after = |instant: Timestamp, pause| instant.saturating_add(pause).unwrap_or(Timestamp::MAX);
    match row.statement.frequency {
        NotifyFrequency::AtOnce if has_news => after(now, QUIET),
        NotifyFrequency::AtOnce => now,
        NotifyFrequency::Daily | NotifyFrequency::Weekly => {
            let pause = SignedDuration::from_hours(row.statement.frequency.hours());
            // At the same hour again; after a long pause of the program from now on.
            Some(after(row.next_look, pause)).filter(|next| *next > now).unwrap_or_else(|| after(now, pause))
        }
    }
}

impl Catalog {
    /// The records of which a viewer sees something new or other since a change and up to another, and up to where was looked:
    /// not to the end where very much changed. A record of which its place among the changes would tell too much is left out,
    /// as it is in the change feed.
    async fn shown_between(
        &self,
        viewer: &Viewer,
        after: Seq,
        newest: Seq,
    ) -> Result<(BTreeSet<DatasetId>, Seq), CatalogError> {
        const STEPS: usize = 500;
        let steps = self.store().visible_changes(after, viewer, STEPS).await?;
        let to = match steps.last() {
            Some(last) if steps.len() == STEPS => last.mark.seq.min(newest),
            _ => newest,
        };
        let mut shown = BTreeSet::new();
        for step in steps.iter().take_while(|step| step.mark.seq <= to) {
            if self.is_shown_at(viewer, step).await? {
                shown.insert(step.id);
            }
        }
        Ok((shown, to))
    }
}
