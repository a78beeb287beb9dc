//! What is new for who follows something, looked for as them: among what changed for them since the last look, what their saved
//! search finds now, or what may answer the need.

use std::collections::HashSet;

use cairn_model::DatasetId;
use cairn_model::registry::{NeedState, NotifyFrequency};
use cairn_policy::Viewer;
use cairn_search::{Matching, SearchRequest};
use cairn_store::{EntryKind, Look, MOST_RECORDS_OF_A_MESSAGE, NEW_RECORDS, NewAct, NewMessage, Seq, SubscriptionRow};
use jiff::{SignedDuration, Timestamp};
use tracing::{debug, warn};

use super::notifier::ACTOR;
use super::{Notifier, Owner};
use crate::changes::LastChanges;
use crate::registry::{Need, SavedSearch, new_id};
use crate::{Catalog, CatalogError};

/// Subscriptions that are looked at in a round.
const AT_A_TIME: u32 = 50;

/// How often is looked for who is told at once: a harvest writes for minutes.
const BREATH: SignedDuration = SignedDuration::from_secs(15);

/// Who is told at once is left alone for so long after a message.
const QUIET: SignedDuration = SignedDuration::from_mins(5);

/// A subscription whose search fails is left alone for so long.
const AFTER_A_FAILURE: SignedDuration = SignedDuration::from_hours(1);

/// Steps of changes that are read at a time.
const STEPS: usize = 500;

/// Pages of a search that are gone through for what changed: as many hits as one without a cursor reaches.
const MOST_PAGES: usize = SearchRequest::MAX_OFFSET / SearchRequest::MAX_LIMIT;

impl Notifier {
    /// Looks for what is new for everybody who is to be told, and queues it. Answers how many messages that made.
    pub(super) async fn look(&self, now: Timestamp) -> Result<usize, CatalogError> {
        // What the index does not hold yet is found the next time.
        let newest = self.catalog.refreshed_position().await?;
        let mut queued = 0;
        for row in self.catalog.store().subscriptions_due(now, newest, AT_A_TIME).await? {
            let look = match self.look_for(&row, newest, now).await {
                Ok(look) => look,
                Err(failure) if failure.is_of_one() => {
                    warn!(%failure, subscription = row.id, "what is new for a subscription cannot be looked for now");
                    Some(look_later(&row, now))
                }
                Err(failure) => return Err(failure),
            };
            let Some(look) = look else {
                let act = NewAct::new(now, ACTOR, "notify.remove", &*row.subject);
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
        let has_changes = !self.catalog.store().visible_changes(row.looked_to, &viewer, 1).await?.is_empty();
        let found = if has_changes { self.found_now(&viewer, row, now).await? } else { Some(HashSet::new()) };
        let Some(found) = found else { return Ok(None) };
        let records = self.catalog.shown_between(&viewer, row.looked_to, newest, &found).await?;
        debug!(subscription = row.id, records = records.len(), newest, "looked for what is new");
        let message = (!records.is_empty()).then(|| NewMessage {
            id: new_id(),
            dedup: format!("{NEW_RECORDS}/{}/{newest}", row.id),
            about: NEW_RECORDS.to_owned(),
            subject: row.id.clone(),
            records,
            recipient: row.owner.clone(),
            created: now,
            due: now,
        });
        let next = next_look(row, message.is_some(), now);
        Ok(Some(Look { subscription: row.id.clone(), from: row.looked_to, to: newest, next, message }))
    }

    /// What a subscription finds now; `None` where what it follows is gone for its owner.
    pub(super) async fn found_now(
        &self,
        viewer: &Viewer,
        row: &SubscriptionRow,
        now: Timestamp,
    ) -> Result<Option<HashSet<DatasetId>>, CatalogError> {
        let found = match row.kind {
            EntryKind::SavedSearch => self.found_by_search(viewer, &row.subject, now).await,
            EntryKind::Need => self.found_for_need(viewer, &row.subject, now).await,
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
        now: Timestamp,
    ) -> Result<HashSet<DatasetId>, CatalogError> {
        let search = self.catalog.entry::<SavedSearch>(viewer, id).await?.body;
        let mut found = HashSet::new();
        // A search that an older version took and this one does not finds nothing.
        let Ok(request) = (self.read_search)(&search.statement.query, self.catalog.vocabularies(), now) else {
            return Ok(found);
        };
        // What has only some of the words is found where that is asked for.
        let matching = if request.matching == Matching::Some { Matching::Some } else { Matching::All };
        let mut request = SearchRequest {
            limit: SearchRequest::MAX_LIMIT,
            offset: 0,
            facets: Vec::new(),
            fold: None,
            fold_series: false,
            explain: false,
            histograms: Vec::new(),
            grid: None,
            matching,
            ..request
        };
        for _ in 0..MOST_PAGES {
            let page = self.catalog.search(viewer, request.clone()).await?;
            found.extend(page.hits.iter().map(|hit| hit.card.id));
            let Some(next) = page.next else { break };
            request.cursor = Some(next);
        }
        Ok(found)
    }

    async fn found_for_need(
        &self,
        viewer: &Viewer,
        id: &str,
        now: Timestamp,
    ) -> Result<HashSet<DatasetId>, CatalogError> {
        let need = self.catalog.entry::<Need>(viewer, id).await?.body;
        if need.state(now) != NeedState::Open {
            return Ok(HashSet::new());
        }
        let matches = self.catalog.matches_of(viewer, &need.statement, now).await?;
        Ok(matches.into_iter().filter(|one| one.answer.is_enough()).map(|one| one.card.id).collect())
    }
}

/// A look that found nothing out, so that the next one begins where this one did.
fn look_later(row: &SubscriptionRow, now: Timestamp) -> Look {
    let next = now.saturating_add(AFTER_A_FAILURE).unwrap_or(Timestamp::MAX);
    Look { subscription: row.id.clone(), from: row.looked_to, to: row.looked_to, next, message: None }
}

/// When is looked again after a look.
fn next_look(row: &SubscriptionRow, has_news: bool, now: Timestamp) -> Timestamp {
    let after = |instant: Timestamp, pause| instant.saturating_add(pause).unwrap_or(Timestamp::MAX);
    match row.statement.frequency {
        NotifyFrequency::AtOnce if has_news => after(now, QUIET),
        NotifyFrequency::AtOnce => after(now, BREATH),
        NotifyFrequency::Daily | NotifyFrequency::Weekly => {
            let pause = SignedDuration::from_hours(row.statement.frequency.hours());
            // At the same hour again; after a long pause of the program from now on.
            Some(after(row.next_look, pause)).filter(|next| *next > now).unwrap_or_else(|| after(now, pause))
        }
    }
}

impl Catalog {
    /// Those of some records of which a viewer sees something new or other since a change and up to another, in the order of
    /// change; as many as a message tells of at most. A record of which its place among the changes would tell too much is
    /// left out, as it is in the change feed.
    async fn shown_between(
        &self,
        viewer: &Viewer,
        after: Seq,
        newest: Seq,
        of: &HashSet<DatasetId>,
    ) -> Result<Vec<DatasetId>, CatalogError> {
        let (mut shown, mut place, mut known) = (Vec::new(), after, LastChanges::default());
        while !of.is_empty() && place < newest {
            let steps = self.store().visible_changes(place, viewer, STEPS).await?;
            for step in steps.iter().take_while(|step| step.mark.seq <= newest) {
                if of.contains(&step.id) && self.is_shown_at(viewer, step, &mut known).await? {
                    shown.push(step.id);
                }
                if shown.len() == MOST_RECORDS_OF_A_MESSAGE {
                    return Ok(shown);
                }
            }
            match steps.last() {
                Some(last) if steps.len() == STEPS => place = last.mark.seq,
                _ => break,
            }
        }
        Ok(shown)
    }
}
