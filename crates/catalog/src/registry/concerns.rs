//! Concerns: raised by anyone, looked into by somebody who is independent of the owner, with an outcome that can be seen.

use std::collections::BTreeSet;

use cairn_model::DatasetId;
use cairn_model::agreement::Party;
use cairn_model::registry::{ConcernState, ConcernStatement, RequestState};
use cairn_policy::{Label, Viewer};
use cairn_store::{EntryKind, NewMessage, Wanted};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::entries::new_id;
use super::{AccessRequest, Change, EntryBody, EntryPage, Paging, Registered, RegisteredAgreement, Write};
use crate::notifications::notices;
use crate::secrets::{hash, new_secret};
use crate::{Catalog, CatalogError};

const WHO_HANDLES: &str = "only administrators of another organisation than the one that it is about handle a concern";

/// Whom the log of acts names for every concern.
const RAISER: &str = "raiser";

/// Concerns of who is anonymous about one thing that wait at a time: nobody fills the desk of who looks into them.
const MOST_ANONYMOUS: usize = 20;

/// Serious concerns of who is anonymous that suspend access to data at a time, in the whole catalogue: nobody closes all of it.
const MOST_SUSPENDING: usize = 50;

/// By what those are looked up.
const SUSPENDS_ANONYMOUSLY: &str = "suspends anonymously";

/// A concern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concern {
    /// The organisation of who raised it; none for who was anonymous.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// The hash of what who raised it was given to follow it.
    receipt: String,
    /// The organisations that it is about: none of them looks into it.
    pub about: BTreeSet<String>,
    /// What is said to be wrong.
    pub statement: ConcernStatement,
    /// Where it stands.
    pub state: ConcernState,
    /// When somebody should have looked at it.
    pub due: Timestamp,
    /// Whether it suspends nothing though it is serious: so many that nobody put their name to suspended data when it was raised.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    without_effect: bool,
    /// What became of it, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<ConcernStep>,
}

/// A step of a concern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConcernStep {
    /// When.
    pub at: Timestamp,
    /// What it became.
    pub state: ConcernState,
    /// What was said with it: the outcome, for those who follow it.
    pub words: String,
}

/// A concern that was just raised: the only time that its receipt is at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RaisedConcern {
    /// The concern.
    pub concern: Registered<Concern>,
    /// With this and the id whoever raised it follows it.
    pub receipt: String,
}

/// The concerns that a viewer handles, or that their organisation raised, as a desk has them before it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConcernDesk {
    /// Those that nobody has looked at, first due first.
    pub waiting: Vec<Registered<Concern>>,
    /// Those that somebody looks into, the longest first.
    pub examined: Vec<Registered<Concern>>,
    /// Those with an outcome, the newest first.
    pub ended: Vec<Registered<Concern>>,
}

/// Concerns that are read at a time for a desk.
const AT_A_TIME: u32 = 200;

impl Concern {
    /// The record whose data nobody is given until somebody looked at the concern.
    pub fn suspends(&self) -> Option<DatasetId> {
        let is_held_up = self.statement.serious && self.state == ConcernState::Raised && !self.without_effect;
        self.statement.record.filter(|_| is_held_up)
    }

    fn subject(&self) -> String {
        let statement = &self.statement;
        let record = statement.record.map(|id| format!("record={id}"));
        let agreement = statement.agreement.as_ref().map(|id| format!("agreement={id}"));
        let request = statement.request.as_ref().map(|id| format!("request={id}"));
        record.or(agreement).or(request).unwrap_or_default()
    }

    /// Whether it waits for a first look for longer than it should.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.state == ConcernState::Raised && self.due <= now
    }

    /// What a viewer may make of it now: nothing, where they do not handle it.
    pub fn steps_of(&self, viewer: &Viewer) -> Vec<ConcernState> {
        let may = |next: &ConcernState| self.handled_by(viewer) && self.state.may_become(*next);
        ConcernState::ALL.iter().copied().filter(may).collect()
    }

    pub(crate) fn handled_by(&self, viewer: &Viewer) -> bool {
        let is_about = |id: &str| self.about.contains(id);
        viewer.administers() && !viewer.organisation().is_some_and(is_about)
    }
}

/// By what the serious concerns about a record that nobody looked at are looked up.
pub(crate) fn suspends_term(record: DatasetId) -> String {
    format!("suspends={record}")
}

impl EntryBody for Concern {
    const KIND: EntryKind = EntryKind::Concern;

    fn seen_by(&self, _: &str) -> BTreeSet<Label> {
        // Who handles it is let in by their role, and who raised it by their receipt.
        [Label::operator()].into_iter().chain(self.organisation.as_deref().map(Label::organisation)).collect()
    }

    fn terms(&self) -> Vec<String> {
        let mut terms = vec![self.subject()];
        if self.state.is_open() && self.organisation.is_none() {
            terms.push(format!("anonymous {}", self.subject()));
        }
        if let Some(record) = self.suspends() {
            terms.push(suspends_term(record));
            terms.extend(self.organisation.is_none().then(|| SUSPENDS_ANONYMOUSLY.to_owned()));
        }
        terms
    }

    fn messages(&self, id: &str, now: Timestamp) -> Vec<NewMessage> {
        notices::of_concern(id, self, now)
    }
}

impl Catalog {
    /// Raises a concern about what the viewer may know of. A serious one suspends access to the data of the record until
    /// somebody looked at it; one of who is anonymous suspends nothing while as many of these as may already do.
    ///
    /// # Errors
    /// `NotFound`, `Gone` and `Moved` as for what it is about; `Invalid`; `Conflict` while too many anonymous ones about it wait.
    pub async fn raise_concern(
        &self,
        viewer: &Viewer,
        statement: ConcernStatement,
        now: Timestamp,
    ) -> Result<RaisedConcern, CatalogError> {
        CatalogError::if_any(statement.validate(self.vocabularies()))?;
        let about = self.whom_it_is_about(viewer, &statement).await?;
        let receipt = new_secret("")?;
        let concern = Concern {
            organisation: viewer.organisation().map(str::to_owned),
            receipt: hashed(&receipt),
            about,
            statement,
            state: ConcernState::Raised,
            due: RequestState::due(now),
            without_effect: false,
            steps: Vec::new(),
        };
        let anonymous = (EntryKind::Concern, format!("anonymous {}", concern.subject()));
        let suspending = (EntryKind::Concern, SUSPENDS_ANONYMOUSLY.to_owned());
        let wanted = Wanted { with_terms: vec![anonymous, suspending], ..Wanted::default() };
        // The log is read by administrators of whom it is about; the concern itself says whose organisation it comes from to
        // those who handle it alone.
        let unnamed = viewer.clone().acting_as(RAISER);
        let write = Write { viewer: &unnamed, act: "concern.raise", now };
        let raised = self
            .put_entry(write, &new_id(), &wanted, |_, loaded| {
                let found = |place: usize| loaded.with_terms.get(place).map_or(0, Vec::len);
                let (waiting, suspending) = (found(0), found(1));
                if viewer.is_anonymous() && waiting >= MOST_ANONYMOUS {
                    let message =
                        "as many concerns about it as can wait have been raised: they are being looked into".to_owned();
                    return Err(CatalogError::conflict(message));
                }
                let without_effect = viewer.is_anonymous() && suspending >= MOST_SUSPENDING;
                Ok(Change::to(Concern { without_effect, ..concern.clone() }))
            })
            .await?;
        Ok(RaisedConcern { concern: raised, receipt })
    }

    /// The organisations that own, keep, published, agreed or asked for what a concern is about: none of them judges it.
    async fn whom_it_is_about(
        &self,
        viewer: &Viewer,
        statement: &ConcernStatement,
    ) -> Result<BTreeSet<String>, CatalogError> {
        if let Some(record) = statement.record {
            let record = self.visible_record(viewer, record).await?.dataset;
            let named = [record.owner, record.custodian, record.steward, record.publisher];
            return Ok(named.into_iter().flatten().map(|organisation| organisation.id).collect());
        }
        if let Some(id) = &statement.agreement {
            let agreement = self.entry::<RegisteredAgreement>(viewer, id).await?.body;
            let mut about = BTreeSet::new();
            for Party { organisation, group, .. } in agreement.terms().into_iter().flat_map(|terms| &terms.parties) {
                about.extend(organisation.clone());
                if let Some(group) = group {
                    about.extend(self.members_of_group(group).await?);
                }
            }
            return Ok(about);
        }
        let id = statement.request.as_deref().unwrap_or_default();
        let request = self.entry::<AccessRequest>(viewer, id).await?.body;
        let mut about: BTreeSet<String> = request.deciders().map(str::to_owned).collect();
        about.insert(request.organisation);
        Ok(about)
    }

    /// Says what becomes of a concern, in words for those who follow it. For administrators of none of the organisations that it
    /// is about.
    ///
    /// # Errors
    /// `NotFound` for who does not handle it; `Invalid`; `Conflict` where it cannot become that.
    pub async fn handle_concern(
        &self,
        viewer: &Viewer,
        id: &str,
        state: ConcernState,
        words: &str,
        now: Timestamp,
    ) -> Result<Registered<Concern>, CatalogError> {
        let words = super::reason("words", words, self.vocabularies())?;
        let write = Write { viewer, act: "concern.handle", now };
        self.put_entry(write, id, &Wanted::default(), |before: Option<Registered<Concern>>, _| {
            let before = before.ok_or(CatalogError::NotFound("concern"))?;
            if !before.body.handled_by(viewer) {
                let knows = before.body.is_seen_by(id, viewer);
                let refused = CatalogError::refused(viewer, WHO_HANDLES);
                return Err(if knows { refused } else { CatalogError::NotFound("concern") });
            }
            if !before.body.state.may_become(state) {
                let message = format!("a concern that is {} cannot become {state}", before.body.state);
                return Err(CatalogError::conflict(message));
            }
            let mut concern = before.body.clone();
            concern.state = state;
            concern.steps.push(ConcernStep { at: now, state, words: words.clone() });
            Ok(Change::because(concern, state.code()))
        })
        .await
    }

    /// A concern: for who handles it, for the organisation that raised it, and for who has its receipt.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn concern(
        &self,
        viewer: &Viewer,
        id: &str,
        receipt: Option<&str>,
    ) -> Result<Registered<Concern>, CatalogError> {
        let concern = self.entry::<Concern>(&Viewer::operator(), id).await?;
        let is_own = concern.body.is_seen_by(id, viewer);
        let has_receipt = receipt.is_some_and(|receipt| hashed(receipt) == concern.body.receipt);
        if is_own || has_receipt || concern.body.handled_by(viewer) {
            return Ok(concern);
        }
        Err(CatalogError::NotFound("concern"))
    }

    /// The concerns that the viewer handles, or that their organisation raised.
    pub async fn concerns(&self, viewer: &Viewer, paging: &Paging) -> Result<EntryPage<Concern>, CatalogError> {
        if !viewer.administers() {
            return self.entries(viewer, None, paging).await;
        }
        // Pages are full of what may be read, so that their length tells nothing.
        let mut page = EntryPage { items: Vec::new(), next: Some(paging.after.clone()) };
        while let Some(after) = page.next.take() {
            let found = self.entries::<Concern>(&Viewer::operator(), None, &Paging { after, ..*paging }).await?;
            page.next = found.next;
            for one in found.items {
                let is_own = one.body.is_seen_by(&one.id, viewer);
                if !is_own && !one.body.handled_by(viewer) {
                    continue;
                }
                if page.items.len() == paging.limit as usize {
                    page.next = page.items.last().map(|last| last.id.clone());
                    return Ok(page);
                }
                page.items.push(one);
            }
            if page.items.len() == paging.limit as usize {
                break;
            }
        }
        Ok(page)
    }

    /// All concerns that the viewer handles, or that their organisation raised, in the order in which they wait.
    pub async fn concern_desk(&self, viewer: &Viewer) -> Result<ConcernDesk, CatalogError> {
        let mut desk = ConcernDesk::default();
        let mut next = Some(String::new());
        while let Some(after) = next {
            let page = self.concerns(viewer, &Paging { after, limit: AT_A_TIME }).await?;
            for concern in page.items {
                match concern.body.state {
                    ConcernState::Raised => desk.waiting.push(concern),
                    ConcernState::Examined => desk.examined.push(concern),
                    ConcernState::Upheld | ConcernState::Dismissed => desk.ended.push(concern),
                }
            }
            next = page.next;
        }
        desk.waiting.sort_by_key(|concern| concern.body.due);
        desk.examined.sort_by_key(|concern| concern.changed);
        desk.ended.sort_by_key(|concern| std::cmp::Reverse(concern.changed));
        Ok(desk)
    }

    /// The concerns about an agreement that the viewer handles, or that their organisation raised; oldest first.
    ///
    /// # Errors
    /// Store errors.
    pub async fn concerns_about_agreement(
        &self,
        viewer: &Viewer,
        agreement: &str,
    ) -> Result<Vec<Registered<Concern>>, CatalogError> {
        let paging = Paging { after: String::new(), limit: 1000 };
        let term = format!("agreement={agreement}");
        let found = self.entries::<Concern>(&Viewer::operator(), Some(&term), &paging).await?.items;
        let knows = |one: &Registered<Concern>| one.body.is_seen_by(&one.id, viewer) || one.body.handled_by(viewer);
        Ok(found.into_iter().filter(knows).collect())
    }

    /// What became of concerns about a record, for all who may know of the record: those that were raised since they can, as if
    /// there were no others, and without what was said of an outcome where they may not be told what the record is. Whoever
    /// handles a concern, and the organisation that raised it, is told the whole of it.
    ///
    /// # Errors
    /// As for the record.
    pub async fn concerns_about(
        &self,
        viewer: &Viewer,
        record: DatasetId,
    ) -> Result<Vec<Registered<Concern>>, CatalogError> {
        let (stored, rendition) = self.visible(viewer, record).await?;
        let tells_what_it_is = rendition.tells_what_it_is(stored.dataset.terms.attribution_hidden);
        let since = self.store().visible_marks(record, viewer).await?.last().map(|first| first.at);
        let paging = Paging { after: String::new(), limit: 1000 };
        let term = format!("record={record}");
        let mut told = self.entries::<Concern>(&Viewer::operator(), Some(&term), &paging).await?.items;
        told.retain_mut(|one| {
            let knows = one.body.is_seen_by(&one.id, viewer) || one.body.handled_by(viewer);
            if !knows && !tells_what_it_is {
                one.body.steps.iter_mut().for_each(|step| step.words.clear());
            }
            knows || since.is_some_and(|since| since <= one.created)
        });
        Ok(told)
    }
}

fn hashed(receipt: &str) -> String {
    hex::encode(hash(receipt))
}
