//! Requests for access: sent by one organisation, decided by the one that owns the record, or at once by an agreement.

use std::collections::BTreeSet;

use cairn_model::agreement::{AccessQuestion, OwnerGrant};
use cairn_model::registry::{GrantTerms, RequestSide, RequestState, RequestStatement};
use cairn_model::{DatasetId, LocalizedText};
use cairn_policy::access::decides_about;
use cairn_policy::{Decision, Label, Role, Viewer};
use cairn_store::{EntryKind, Loaded, NewMessage, StoredRecord, Wanted};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::entries::{new_id, read};
use super::groups::{Group, member_term};
use super::{Change, EntryBody, EntryPage, Forwarded, Paging, Registered, Write};
use crate::access::{LoadedGrounds, in_a_line};
use crate::notifications::notices;
use crate::{Catalog, CatalogError};

pub(super) const WHO_ASKS: &str = "only members of organisations ask for access";
pub(super) const WHO_DECIDES: &str =
    "only stewards of the organisation that owns the record, or to which the request was handed, decide about it";
const WHO_ANSWERS: &str = "only members of the organisation that asks do this";

/// A request for access to the data of a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AccessRequest {
    /// The organisation that asks.
    pub organisation: String,
    /// Who wrote it, as in the log of acts.
    pub author: String,
    /// The organisation that decides; none where the record names nobody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The organisations that had it before and handed it on: they can decide about it still, while it is with the owner of the
    /// record.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub forwarded_by: BTreeSet<String>,
    /// The groups by which it asks that are of its token or account alone: the registry does not say them again later.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub by_groups: BTreeSet<String>,
    /// What is asked for.
    pub statement: RequestStatement,
    /// Where it stands, but for what follows from the time.
    pub state: RequestState,
    /// What happened to it, oldest first.
    pub steps: Vec<RequestStep>,
    /// What was granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<GrantTerms>,
    /// The organisation that owned the record when that was granted, or decided about it in its place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub granted_under: Option<String>,
    /// The decision of an agreement that granted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
}

/// A step of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestStep {
    /// When.
    pub at: Timestamp,
    /// Whose act it was.
    pub by: RequestSide,
    /// What the request became.
    pub state: RequestState,
    /// What was said with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// To whom it was handed with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forwarded: Option<Forwarded>,
}

impl AccessRequest {
    /// Where it stands at an instant: what was granted ends by itself.
    pub fn state_at(&self, now: Timestamp) -> RequestState {
        let is_over = self.grant.as_ref().and_then(|grant| grant.until).is_some_and(|until| until <= now);
        if self.state == RequestState::Granted && is_over { RequestState::Expired } else { self.state }
    }

    /// When the owner should have answered, while it waits for them.
    pub fn due(&self) -> Option<Timestamp> {
        let waits = matches!(self.state, RequestState::Sent | RequestState::Seen);
        let sent = self.steps.iter().rfind(|step| step.state == RequestState::Sent)?;
        waits.then(|| RequestState::due(sent.at))
    }

    /// What the owner granted, as decisions about access want it. What an agreement granted is decided by the agreement.
    pub(crate) fn deciding(&self) -> Option<OwnerGrant> {
        let grant = self.grant.as_ref().filter(|_| self.state == RequestState::Granted && self.decision.is_none())?;
        Some(OwnerGrant {
            record: self.statement.record,
            organisation: self.organisation.clone(),
            deciders: match &self.granted_under {
                Some(owner) => vec![owner.clone()],
                None => self.deciders().map(str::to_owned).collect(),
            },
            question: self.statement.question.clone(),
            until: grant.until,
            conditions: grant.conditions.clone(),
        })
    }

    /// The organisations that can decide about it.
    pub(crate) fn deciders(&self) -> impl Iterator<Item = &str> {
        self.to.iter().chain(&self.forwarded_by).map(String::as_str)
    }

    /// Whether it is with who decides about the record as that is now: not where it belongs to another organisation since.
    pub(super) fn is_with_owner(&self, record: Option<&StoredRecord>) -> bool {
        let owner = record.and_then(|record| decides_about(&record.dataset));
        owner.is_none_or(|owner| self.deciders().any(|decider| decider == owner))
    }

    /// Whether a viewer may decide about it for the record as that is now.
    pub(super) fn may_be_decided_by(&self, viewer: &Viewer, record: Option<&StoredRecord>) -> bool {
        self.acts_for(viewer, RequestSide::Owner) && (viewer.is_operator() || self.is_with_owner(record))
    }

    /// Whether a viewer acts for one of the sides.
    pub(super) fn acts_for(&self, viewer: &Viewer, side: RequestSide) -> bool {
        match side {
            RequestSide::Owner => self.deciders().any(|to| viewer.stewards(to)) || viewer.is_operator(),
            RequestSide::Requester => viewer.organisation() == Some(&*self.organisation),
            RequestSide::Agreement => false,
        }
    }

    /// What a viewer may make of it now, and for which side.
    pub fn steps_of(&self, viewer: &Viewer) -> Vec<(RequestSide, RequestState)> {
        let sides = RequestSide::ALL.iter().filter(|side| self.acts_for(viewer, **side));
        let steps = sides.flat_map(|side| RequestState::ALL.iter().map(|next| (*side, *next)));
        steps.filter(|(side, next)| self.state.may_become(*next, *side)).collect()
    }

    fn became(mut self, state: RequestState, by: RequestSide, words: Option<String>, now: Timestamp) -> Self {
        self.state = state;
        self.steps.push(RequestStep { at: now, by, state, words, forwarded: None });
        self
    }
}

/// By what all requests are looked up that wait.
pub(super) const WAITS: &str = "waits";

/// By what the requests of an organisation for a record that wait are looked up.
pub(super) fn pending_term(organisation: &str, record: DatasetId) -> String {
    format!("pending={organisation} {record}")
}

/// By what the requests of an organisation for a record that were granted are looked up.
pub(crate) fn granted_term(organisation: &str, record: DatasetId) -> String {
    format!("granted={organisation} {record}")
}

impl EntryBody for AccessRequest {
    const KIND: EntryKind = EntryKind::Request;

    fn seen_by(&self, _: &str) -> BTreeSet<Label> {
        let own = [Label::operator(), Label::organisation(&self.organisation)];
        own.into_iter().chain(self.deciders().map(Label::organisation)).collect()
    }

    fn terms(&self) -> Vec<String> {
        let mut terms = vec![format!("from={}", self.organisation), format!("record={}", self.statement.record)];
        terms.extend(self.deciders().map(|to| format!("to={to}")));
        if self.state.is_pending() {
            terms.push(WAITS.to_owned());
            terms.push(pending_term(&self.organisation, self.statement.record));
        }
        if self.state == RequestState::Granted {
            terms.push(granted_term(&self.organisation, self.statement.record));
        }
        terms
    }

    fn messages(&self, id: &str, now: Timestamp) -> Vec<NewMessage> {
        notices::of_request(id, self, now)
    }
}

/// Which requests are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RequestBox {
    /// Those that the viewer's organisation decides about.
    Inbox,
    /// Those that it sent.
    Sent,
}

impl RequestBox {
    /// Both.
    pub const ALL: &'static [Self] = &[Self::Inbox, Self::Sent];

    /// The name in parameters.
    pub fn code(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Sent => "sent",
        }
    }

    /// By what the requests of the box are looked up.
    fn term(self, viewer: &Viewer) -> String {
        let own = viewer.organisation().unwrap_or_default();
        match self {
            Self::Inbox => format!("to={own}"),
            Self::Sent => format!("from={own}"),
        }
    }
}

/// What is said with a step.
#[derive(Debug, Clone, PartialEq)]
pub enum RequestAct {
    /// The owner has read it.
    See,
    /// The owner asks something back.
    Ask(String),
    /// Who asked answers.
    Answer(String),
    /// The owner grants it.
    Grant(GrantTerms),
    /// The owner refuses it, with a reason.
    Refuse(String),
    /// Who asked takes it back.
    Withdraw,
}

impl RequestAct {
    fn side(&self) -> RequestSide {
        match self {
            Self::See | Self::Ask(_) | Self::Grant(_) | Self::Refuse(_) => RequestSide::Owner,
            Self::Answer(_) | Self::Withdraw => RequestSide::Requester,
        }
    }

    fn who_may(&self) -> &'static str {
        match self.side() {
            RequestSide::Owner => WHO_DECIDES,
            RequestSide::Requester | RequestSide::Agreement => WHO_ANSWERS,
        }
    }

    fn state(&self) -> RequestState {
        match self {
            Self::See => RequestState::Seen,
            Self::Ask(_) => RequestState::Asked,
            Self::Answer(_) => RequestState::Sent,
            Self::Grant(_) => RequestState::Granted,
            Self::Refuse(_) => RequestState::Refused,
            Self::Withdraw => RequestState::Withdrawn,
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::See => "request.see",
            Self::Ask(_) => "request.ask",
            Self::Answer(_) => "request.answer",
            Self::Grant(_) => "request.grant",
            Self::Refuse(_) => "request.refuse",
            Self::Withdraw => "request.withdraw",
        }
    }

    fn words(&self) -> Option<&str> {
        match self {
            Self::Ask(words) | Self::Answer(words) | Self::Refuse(words) => Some(words),
            Self::See | Self::Grant(_) | Self::Withdraw => None,
        }
    }
}

impl Catalog {
    /// Asks for access. An agreement that grants it grants the request at once; where no owner could grant it, it is not sent.
    ///
    /// # Errors
    /// `NotFound`, `Gone` and `Moved` as for the record; `Invalid`, `Forbidden`, `SignInRequired`; `Conflict` when a request of
    /// the same organisation for the record waits already, or when nobody can be asked.
    pub async fn request_access(
        &self,
        viewer: &Viewer,
        statement: RequestStatement,
        now: Timestamp,
    ) -> Result<Registered<AccessRequest>, CatalogError> {
        const ACT: &str = "request.send";
        self.may(viewer, viewer.organisation().is_some(), WHO_ASKS, ACT, now).await?;
        let organisation = viewer.organisation().unwrap_or_default();
        CatalogError::if_any(statement.validate(self.vocabularies()))?;
        self.visible_record(viewer, statement.record).await?;
        let registered = self.groups_of(organisation).await?;
        let by_groups: BTreeSet<String> =
            viewer.groups().into_iter().filter(|group| !registered.contains(group)).collect();
        let pending = (EntryKind::Request, pending_term(organisation, statement.record));
        let mut wanted = Wanted { with_terms: vec![pending], records: vec![statement.record], ..Wanted::default() };
        LoadedGrounds::want(&mut wanted, &[statement.record], Some(organisation), &viewer.groups());
        let write = Write { viewer, act: ACT, now };
        self.put_entry(write, &new_id(), &wanted, |_, loaded| {
            if let Some(pending) = loaded.with_terms.first().and_then(|entries| entries.first()) {
                let message = format!("request {} of your organisation for this record waits already", pending.id);
                return Err(CatalogError::conflict(message));
            }
            let record = loaded.records.first().and_then(Option::as_ref).ok_or(CatalogError::NotFound("record"))?;
            let grounds = LoadedGrounds::of(loaded)?;
            let decision = grounds
                .decide(&record.dataset, viewer, &statement.question, self.vocabularies(), now)
                .ok_or(CatalogError::NotFound("record"))?;
            let line = in_a_line(&decision, &statement.question);
            let request = AccessRequest {
                organisation: organisation.to_owned(),
                author: viewer.actor().to_owned(),
                to: decides_about(&record.dataset).map(str::to_owned),
                forwarded_by: BTreeSet::new(),
                by_groups: by_groups.clone(),
                statement: statement.clone(),
                state: RequestState::Sent,
                steps: Vec::new(),
                grant: None,
                granted_under: None,
                decision: None,
            };
            let request = request.became(RequestState::Sent, RequestSide::Requester, None, now);
            let request = if decision.outcome.is_grant() {
                let grant = GrantTerms { until: decision.until, ..GrantTerms::default() };
                let granted = request.became(RequestState::Granted, RequestSide::Agreement, None, now);
                AccessRequest { grant: Some(grant), decision: Some(decision), ..granted }
            } else if decision.can_be_asked() {
                request
            } else {
                let message = format!("it cannot be asked for: {}", told(&decision));
                return Err(CatalogError::conflict(message));
            };
            Ok(Change::because(request, line))
        })
        .await
    }

    /// Takes a step with a request.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`, `Forbidden`, `SignInRequired`; `Conflict` where it cannot come there from where it stands, and for a
    /// grant that a rule denies whoever grants.
    pub async fn act_on_request(
        &self,
        viewer: &Viewer,
        id: &str,
        act: &RequestAct,
        now: Timestamp,
    ) -> Result<Registered<AccessRequest>, CatalogError> {
        if let Some(words) = act.words() {
            super::reason("words", words, self.vocabularies())?;
        }
        if let RequestAct::Grant(terms) = act {
            CatalogError::if_any(terms.validate(self.vocabularies(), now))?;
        }
        // What a grant stands on is loaded for who asks, as far as they are known before the transaction.
        let known = self.entry::<AccessRequest>(viewer, id).await?.body;
        let mut wanted = Wanted { records: vec![known.statement.record], ..Wanted::default() };
        wanted.with_terms.push((EntryKind::Group, member_term(&known.organisation)));
        let mut groups = self.groups_of(&known.organisation).await?;
        groups.extend(known.by_groups);
        LoadedGrounds::want(&mut wanted, &[known.statement.record], Some(&known.organisation), &groups);
        let write = Write { viewer, act: act.name(), now };
        let changed = self.change_entry(write, id, None, &wanted, |before: &Registered<AccessRequest>, loaded| {
            let request = before.body.clone();
            let record = loaded.records.first().and_then(Option::as_ref);
            let may = match act.side() {
                RequestSide::Owner => request.may_be_decided_by(viewer, record),
                side @ (RequestSide::Requester | RequestSide::Agreement) => request.acts_for(viewer, side),
            };
            if !may {
                return Err(CatalogError::refused(viewer, act.who_may()));
            }
            if !request.state.may_become(act.state(), act.side()) {
                let message = format!("the request is {}: it cannot become {}", request.state_at(now), act.state());
                return Err(CatalogError::conflict(message));
            }
            if request.state == RequestState::Granted
                && act.side() == RequestSide::Owner
                && self.is_granted_by_agreement(&request, loaded, now)
            {
                let message = "an agreement granted it, and goes on granting it: suspend or end the agreement";
                return Err(CatalogError::conflict(message));
            }
            let mut reason = None;
            let mut next =
                request.became(act.state(), act.side(), act.words().map(|words| words.trim().to_owned()), now);
            if let RequestAct::Grant(terms) = act {
                let decision = self.decision_for(&next, loaded, now)?;
                if decision.rule.is_denial() {
                    let message = format!("nobody can grant it: {}", told(&decision));
                    return Err(CatalogError::conflict(message));
                }
                reason = Some(in_a_line(&decision, &next.statement.question));
                // For no longer than it was asked for.
                let asked = next.statement.question.period.and_then(|period| period.until);
                let until = terms.until.into_iter().chain(asked).min();
                if until.is_some_and(|until| until <= now) {
                    let message = "the period that it was asked for is over: who asks has to ask for another one";
                    return Err(CatalogError::conflict(message));
                }
                next.grant = Some(GrantTerms { until, ..terms.clone() });
                next.granted_under = record.and_then(|record| decides_about(&record.dataset)).map(str::to_owned);
            }
            Ok(Change { reason, ..Change::to(next) })
        });
        self.request_as_seen_by(viewer, changed.await?).await
    }

    /// Whether an agreement granted a request at once, and one goes on doing so.
    fn is_granted_by_agreement(&self, request: &AccessRequest, loaded: &Loaded, now: Timestamp) -> bool {
        let is_by_agreement = |decision: &Decision| decision.agreement.is_some() && !decision.rule.is_denial();
        request.decision.as_ref().is_some_and(is_by_agreement)
            && self.decision_for(request, loaded, now).is_ok_and(|decision| is_by_agreement(&decision))
    }

    /// What is decided about a request for the organisation that asks, by what was loaded.
    fn decision_for(&self, request: &AccessRequest, loaded: &Loaded, now: Timestamp) -> Result<Decision, CatalogError> {
        let gone = || CatalogError::Conflict {
            message: "the record is not there any more, or is hidden from the organisation that asks".to_owned(),
            version: None,
        };
        let record = loaded.records.first().and_then(Option::as_ref).ok_or_else(gone)?;
        let groups = loaded.with_terms.first().into_iter().flatten();
        let mut groups: Vec<String> =
            groups.map(|entry| read::<Group>(entry).map(|group| group.id)).collect::<Result<_, _>>()?;
        groups.extend(request.by_groups.iter().cloned());
        let asker = Viewer::member(&request.organisation, &groups, Role::Reader);
        let question: &AccessQuestion = &request.statement.question;
        LoadedGrounds::of(loaded)?.decide(&record.dataset, &asker, question, self.vocabularies(), now).ok_or_else(gone)
    }

    /// A request, for who asks and who decides.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn request(&self, viewer: &Viewer, id: &str) -> Result<Registered<AccessRequest>, CatalogError> {
        self.request_as_seen_by(viewer, self.entry(viewer, id).await?).await
    }

    /// The requests that the viewer may know of: all, or those of a box of their organisation.
    pub async fn requests(
        &self,
        viewer: &Viewer,
        which: Option<RequestBox>,
        paging: &Paging,
    ) -> Result<EntryPage<AccessRequest>, CatalogError> {
        let mut page = self.entries(viewer, which.map(|which| which.term(viewer)).as_deref(), paging).await?;
        page.items = self.requests_as_seen_by(viewer, page.items).await?;
        Ok(page)
    }

    /// The newest requests of a box of the viewer's organisation, or those before one of them; `next` is what to give as
    /// `before` for older ones.
    pub async fn newest_requests(
        &self,
        viewer: &Viewer,
        which: RequestBox,
        before: Option<&str>,
        limit: u32,
    ) -> Result<EntryPage<AccessRequest>, CatalogError> {
        let term = which.term(viewer);
        let mut items = self.entries_backwards(viewer, Some(&term), before, limit.saturating_add(1)).await?;
        let is_more = items.len() > limit as usize;
        items.truncate(limit as usize);
        let next = items.last().filter(|_| is_more).map(|last: &Registered<AccessRequest>| last.id.clone());
        let items = self.requests_as_seen_by(viewer, items).await?;
        Ok(EntryPage { items, next })
    }

    /// The title of a record as the viewer sees it at this moment; none of one that they may not know of.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn title_of(&self, viewer: &Viewer, record: DatasetId) -> Result<Option<LocalizedText>, CatalogError> {
        Ok(self.visible_now(viewer, record).await?.map(|rendition| rendition.dataset.title))
    }
}

/// Why something was not granted, in words.
fn told(decision: &Decision) -> String {
    decision.reasons.iter().map(|reason| reason.message.as_str()).collect::<Vec<_>>().join(" ")
}
