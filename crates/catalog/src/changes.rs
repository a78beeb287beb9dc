//! The change feed: what another Cairn, or a mirror, follows.
//!
//! Every record stands in it once, at the step with which what the viewer sees of it last changed; a record that they could
//! see until it was retired or purged stands there as a tombstone. The order is that of change, but neither sequence numbers nor
//! anything else that hidden changes move are told: a page ends with the record and the instant of its last step, and the
//! next begins behind the place where both are found again. A record that is tightened leaves the feed without a word, as if
//! it had never been: who follows finds that out by reading the feed from its beginning now and then.
//!
//! Where many records changed again and again, an answer passes over so many steps and no more: it ends with the last of these,
//! though it holds few changes or none, and more follow. Only steps count, and only such are told, that the viewer saw when
//! they were made and that their history shows: what is hidden from them ends no page.

use std::collections::HashMap;

use cairn_model::DatasetId;
use cairn_policy::{Rendition, RenditionLevel, Viewer, best_rendition};
use cairn_store::{Change, ChangeMark, RevisionMark, Seq, StoreError, StoredRecord};
use jiff::Timestamp;

use crate::{Catalog, CatalogError, DatasetView};

/// First byte of a cursor; another layout takes another.
const VERSION: u8 = 1;

/// Steps that are looked at together, of which some may be none for the viewer.
const AT_A_TIME: usize = 200;

/// Steps that the viewer saw, and that are no more than history by now, which one answer passes over.
const MOST_PASSED_OVER: usize = 1_000;

/// A step of the feed.
#[derive(Debug, Clone, PartialEq)]
pub enum RecordChange {
    /// What the viewer sees of a record is new or other than before.
    Shown(Box<DatasetView>),
    /// A record that the viewer could see was retired, or purged with its source.
    Retired(DatasetId),
}

/// A page of the feed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChangesPage {
    /// In the order of change.
    pub changes: Vec<RecordChange>,
    /// What to give as `since` for what follows, now or later; none in a feed that never held anything.
    pub next: Option<String>,
    /// Whether nothing follows now.
    pub complete: bool,
}

/// Where a page ended: a record, and when what the viewer sees of it changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cursor {
    id: DatasetId,
    at: Timestamp,
}

impl Cursor {
    fn write(self) -> String {
        let mut bytes = vec![VERSION];
        bytes.extend(self.id.as_bytes());
        bytes.extend(self.at.as_microsecond().to_be_bytes());
        hex::encode(bytes)
    }

    fn read(text: &str) -> Option<Self> {
        let bytes = hex::decode(text).ok()?;
        let (id, at) = bytes.strip_prefix(&[VERSION])?.split_at_checked(16)?;
        let id = DatasetId::from_bytes(id.try_into().ok()?);
        Some(Self { id, at: Timestamp::from_microsecond(i64::from_be_bytes(at.try_into().ok()?)).ok()? })
    }
}

/// The steps with which what a viewer sees of records changed last, as far as one answer found them out: a record with many steps
/// is not compared with what it was before at each of them.
#[derive(Debug, Default)]
pub(crate) struct LastChanges(HashMap<DatasetId, LastChange>);

/// The last change of a record among its steps.
#[derive(Debug, Clone, Copy)]
struct LastChange {
    step: Option<RevisionMark>,
    /// The newest step that was looked at: a later one may have changed more.
    newest: Option<Seq>,
}

impl Catalog {
    /// What changed for a viewer since the page that ended with `since`, `limit` steps at most; everything they see, and
    /// what was retired, without `since`.
    ///
    /// # Errors
    /// `UnknownCursor` when the feed does not hold the end of that page any more: then it is read from its beginning.
    pub async fn changes(
        &self,
        viewer: &Viewer,
        since: Option<&str>,
        limit: usize,
    ) -> Result<ChangesPage, CatalogError> {
        let mut after = match since {
            None => 0,
            Some(text) => self.place_of(viewer, text).await?,
        };
        let mut page = ChangesPage { next: since.map(str::to_owned), ..ChangesPage::default() };
        let (mut passed_over, mut known) = (0, LastChanges::default());
        loop {
            let steps = self.store().visible_changes(after, viewer, AT_A_TIME).await?;
            let are_all = steps.len() < AT_A_TIME;
            for step in steps {
                after = step.mark.seq;
                let Some(change) = self.change_at(viewer, &step, &mut known).await? else {
                    if let Some(place) = self.passed_place(viewer, &step, &mut known).await? {
                        passed_over += 1;
                        if passed_over == MOST_PASSED_OVER {
                            page.next = Some(place.write());
                            return Ok(page);
                        }
                    }
                    continue;
                };
                // Only what the viewer sees may say that there is more.
                if page.changes.len() == limit {
                    return Ok(page);
                }
                page.changes.push(change);
                page.next = Some(Cursor { id: step.id, at: step.mark.at }.write());
            }
            if are_all {
                page.complete = true;
                return Ok(page);
            }
        }
    }

    /// The place of a step that the feed passes over because the record changed again, where the viewer saw it and may know of
    /// it still, and where the next page would begin just behind it.
    async fn passed_place(
        &self,
        viewer: &Viewer,
        step: &ChangeMark,
        known: &mut LastChanges,
    ) -> Result<Option<Cursor>, CatalogError> {
        if step.is_removal || step.mark.change == Change::Retired {
            return Ok(None);
        }
        let (id, at) = (step.id, step.mark.at);
        let marks = self.store().visible_marks(id, viewer).await?;
        let Some(place) = marks.iter().position(|mark| mark.seq == step.mark.seq) else { return Ok(None) };
        let is_first_then = marks.iter().rev().find(|mark| mark.at == at).is_some_and(|mark| mark.seq == step.mark.seq);
        if !is_first_then || self.last_change_of(viewer, step, known).await?.is_none_or(|last| last.at == at) {
            return Ok(None);
        }
        let seen = match self.seen_change(viewer, id, &marks[place..]).await {
            Err(CatalogError::Store(StoreError::DamagedRecord { .. }) | CatalogError::NotFound(_)) => None,
            seen => seen?,
        };
        let tells = seen.is_some_and(|(level, attribution_hidden)| tells_its_place(level, attribution_hidden));
        Ok((tells && self.shown_at(viewer, step).await?.is_some()).then_some(Cursor { id, at }))
    }

    /// The step behind which a page begins.
    async fn place_of(&self, viewer: &Viewer, since: &str) -> Result<Seq, CatalogError> {
        let cursor = Cursor::read(since).ok_or(CatalogError::UnknownCursor)?;
        let marks = self.store().visible_marks(cursor.id, viewer).await?;
        // Of several steps at one instant the feed held the last, unless what is seen changed once more since.
        let place = match self.last_change(viewer, cursor.id, &marks, None).await? {
            Some(last) if last.at == cursor.at => Some(last),
            _ => marks.iter().rev().find(|mark| mark.at == cursor.at).copied(),
        };
        match place {
            Some(place) => Ok(place.seq),
            None => {
                self.store().visible_removal(cursor.id, cursor.at, viewer).await?.ok_or(CatalogError::UnknownCursor)
            }
        }
    }

    /// What the feed says at a step; nothing where what the viewer sees of the record changed later, or not with it.
    async fn change_at(
        &self,
        viewer: &Viewer,
        step: &ChangeMark,
        known: &mut LastChanges,
    ) -> Result<Option<RecordChange>, CatalogError> {
        if step.is_removal {
            return Ok(Some(RecordChange::Retired(step.id)));
        }
        if !self.is_last_change(viewer, step, known).await? {
            return Ok(None);
        }
        if step.mark.change == Change::Retired {
            let revision = match self.store().revision(step.id, step.mark.seq).await {
                Ok(Some(revision)) => revision,
                // What cannot be read does not say whether it may be told where it stood.
                Ok(None) | Err(StoreError::DamagedRecord { .. }) => return Ok(None),
                Err(error) => return Err(error.into()),
            };
            let shown = best_rendition(&revision.dataset, viewer);
            let tells =
                shown.is_some_and(|shown| tells_its_place(shown.level, revision.dataset.terms.attribution_hidden));
            return Ok(tells.then_some(RecordChange::Retired(step.id)));
        }
        let Some((record, rendition)) = self.shown_at(viewer, step).await? else { return Ok(None) };
        Ok(Some(RecordChange::Shown(Box::new(self.dataset_view(viewer, record, rendition).await?))))
    }

    /// Whether a viewer sees something new or other of a record with a step, and may know that it changed then. Nobody looks at
    /// the record with it, so that nothing is logged.
    pub(crate) async fn is_shown_at(
        &self,
        viewer: &Viewer,
        step: &ChangeMark,
        known: &mut LastChanges,
    ) -> Result<bool, CatalogError> {
        let is_gone = step.is_removal || step.mark.change == Change::Retired;
        if is_gone || !self.is_last_change(viewer, step, known).await? {
            return Ok(false);
        }
        Ok(self.shown_at(viewer, step).await?.is_some())
    }

    /// Whether what a viewer sees of a record changed last with a step.
    async fn is_last_change(
        &self,
        viewer: &Viewer,
        step: &ChangeMark,
        known: &mut LastChanges,
    ) -> Result<bool, CatalogError> {
        if step.is_only {
            return Ok(true);
        }
        let last = self.last_change_of(viewer, step, known).await?;
        Ok(last.is_some_and(|last| last.seq == step.mark.seq))
    }

    /// The last change of the record of a step. One that is known is looked for anew only where the step came after it was.
    async fn last_change_of(
        &self,
        viewer: &Viewer,
        step: &ChangeMark,
        LastChanges(known): &mut LastChanges,
    ) -> Result<Option<RevisionMark>, CatalogError> {
        if let Some(last) = known.get(&step.id).filter(|last| last.newest >= Some(step.mark.seq)) {
            return Ok(last.step);
        }
        let marks = self.store().visible_marks(step.id, viewer).await?;
        let last = self.last_change(viewer, step.id, &marks, None).await?;
        known.insert(step.id, LastChange { step: last, newest: marks.first().map(|mark| mark.seq) });
        Ok(last)
    }

    /// The record of a step, where the viewer sees it now and may know when it changed.
    async fn shown_at(
        &self,
        viewer: &Viewer,
        step: &ChangeMark,
    ) -> Result<Option<(StoredRecord, Rendition)>, CatalogError> {
        // It may have changed since the step was read: then it stands further on.
        let (record, rendition) = match self.visible(viewer, step.id).await {
            // One that is damaged comes with the step that mends it, and keeps no other from being told.
            Err(
                CatalogError::NotFound(_)
                | CatalogError::Gone
                | CatalogError::Moved(_)
                | CatalogError::Store(StoreError::DamagedRecord { .. }),
            ) => return Ok(None),
            found => found?,
        };
        let tells = tells_its_place(rendition.level, record.dataset.terms.attribution_hidden);
        Ok(tells.then_some((record, rendition)))
    }
}

/// Whether a record may stand in an order of changes: all records of a run change together, so that its neighbours tell
/// where it came from. Under the Chatham House Rule only its own organisation may know that.
fn tells_its_place(level: RenditionLevel, attribution_hidden: bool) -> bool {
    level == RenditionLevel::Full || !attribution_hidden
}
