//! Requests that are handed on: by who decides, to somebody else who may decide or to another organisation that the record names.

use std::collections::BTreeSet;

use cairn_model::registry::{ForwardStatement, RequestSide, RequestState};
use cairn_model::{Dataset, Problem};
use cairn_policy::access::decides_about;
use cairn_policy::{Role, Viewer};
use cairn_store::{Loaded, Wanted};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use tracing::info;

use super::requests::{WAITS, WHO_DECIDES};
use super::{AccessRequest, Change, KEEPER, Paging, Registered, RequestStep, Write};
use crate::access::LoadedGrounds;
use crate::{Catalog, CatalogError, Person};

/// Requests that are looked at at a time.
const AT_A_TIME: u32 = 200;

/// Times that a request is handed on.
const MOST_TIMES: usize = 20;

/// People and organisations among whom is looked for whom a request can be handed to.
const MOST_TARGETS: u32 = 200;

/// To whom a request was handed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forwarded {
    /// Id of the organisation that decides from then on; none for who asks, where the record does not name it to them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// Id of the person of that organisation, for its people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
}

/// To whom a viewer can hand a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ForwardTargets {
    /// Ids of organisations that the record names and that may know of it.
    pub organisations: Vec<String>,
    /// People of the viewer's own organisation who may decide.
    pub people: Vec<Person>,
}

/// Whom a statement names, as far as the viewer may hand something to them.
struct Target {
    organisation: String,
    person: Option<String>,
    /// The groups of the organisation.
    groups: Vec<String>,
}

impl AccessRequest {
    /// Whether a viewer may hand it on now.
    pub fn may_be_forwarded_by(&self, viewer: &Viewer) -> bool {
        self.state.is_pending() && self.acts_for(viewer, RequestSide::Owner)
    }

    /// Whether a viewer is of an organisation that decides about it.
    fn is_decided_by(&self, viewer: &Viewer) -> bool {
        let own = viewer.organisation();
        viewer.is_operator() || self.deciders().any(|decider| Some(decider) == own)
    }

    fn forwarded(self, target: &Target, note: &str, now: Timestamp) -> Self {
        self.handed_to(target.organisation.clone(), target.person.clone(), Some(note.to_owned()), now)
    }

    /// With the organisation that the record belongs to now, and nobody else.
    fn handed_over(self, organisation: &str, now: Timestamp) -> Self {
        let mut handed = self.handed_to(organisation.to_owned(), None, None, now);
        handed.forwarded_by.clear();
        handed
    }

    fn handed_to(
        mut self,
        organisation: String,
        person: Option<String>,
        words: Option<String>,
        now: Timestamp,
    ) -> Self {
        if self.to.as_ref() != Some(&organisation) {
            self.forwarded_by.extend(self.to.replace(organisation.clone()));
            self.forwarded_by.remove(&organisation);
        }
        // Who hands it on has read it, and it goes on to wait since when it was sent.
        if self.state == RequestState::Sent {
            self.state = RequestState::Seen;
        }
        self.steps.push(RequestStep {
            at: now,
            by: RequestSide::Owner,
            state: self.state,
            words,
            forwarded: Some(Forwarded { organisation: Some(organisation), person }),
        });
        self
    }
}

/// The organisations that a record names.
fn named(record: &Dataset) -> BTreeSet<&str> {
    let named = [&record.owner, &record.custodian, &record.steward, &record.publisher];
    named.into_iter().flatten().map(|one| one.id.as_str()).collect()
}

impl Catalog {
    /// Hands a request on: its new organisation decides from then on, and those who had it before still can.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`, `Forbidden`, `SignInRequired`; `Conflict` where it waits for nobody any more, or was handed on too
    /// often.
    pub async fn forward_request(
        &self,
        viewer: &Viewer,
        id: &str,
        statement: &ForwardStatement,
        now: Timestamp,
    ) -> Result<Registered<AccessRequest>, CatalogError> {
        CatalogError::if_any(statement.validate(self.vocabularies()))?;
        let known = self.entry::<AccessRequest>(viewer, id).await?.body;
        // Who may not hand it on learns nothing of whom it could be handed to.
        let target = if known.acts_for(viewer, RequestSide::Owner) {
            Some(self.target_of(viewer, &known, statement).await?)
        } else {
            None
        };
        let mut wanted = Wanted { records: vec![known.statement.record], ..Wanted::default() };
        if let Some(target) = &target {
            LoadedGrounds::want(&mut wanted, &[known.statement.record], Some(&target.organisation), &target.groups);
        }
        let write = Write { viewer, act: "request.forward", now };
        let forwarded = self
            .change_entry(write, id, None, &wanted, |before: &Registered<AccessRequest>, loaded| {
                let request = &before.body;
                let record = loaded.records.first().and_then(Option::as_ref);
                let target = target.as_ref().filter(|_| request.may_be_decided_by(viewer, record));
                let target = target.ok_or_else(|| CatalogError::refused(viewer, WHO_DECIDES))?;
                if !request.state.is_pending() {
                    let message = format!("the request is {}: it waits for nobody", request.state_at(now));
                    return Err(CatalogError::conflict(message));
                }
                if request.steps.iter().filter(|step| step.forwarded.is_some()).count() >= MOST_TIMES {
                    return Err(CatalogError::conflict("it was handed on as often as can be: decide about it"));
                }
                let receiver = Viewer::member(&target.organisation, &target.groups, Role::Reader);
                let grounds = LoadedGrounds::of(loaded)?;
                let question = &request.statement.question;
                let may_know = record.is_some_and(|record| {
                    grounds.decide(&record.dataset, &receiver, question, self.vocabularies(), now).is_some()
                });
                if !may_know {
                    return Err(CatalogError::conflict("the record is not there any more, or is hidden from them"));
                }
                let reason = format!("to {}", target.organisation);
                Ok(Change::because(request.clone().forwarded(target, statement.note.trim(), now), reason))
            })
            .await?;
        self.request_as_seen_by(viewer, forwarded).await
    }

    /// To whom the viewer can hand a request; nobody where they cannot hand it on.
    ///
    /// # Errors
    /// Store errors.
    pub async fn forward_targets(
        &self,
        viewer: &Viewer,
        request: &AccessRequest,
    ) -> Result<ForwardTargets, CatalogError> {
        let mut targets = ForwardTargets::default();
        if !request.may_be_forwarded_by(viewer) {
            return Ok(targets);
        }
        targets.organisations = self.organisations_to_forward_to(viewer, request).await?;
        if let Some(own) = viewer.organisation() {
            let page = self.people(viewer, Some(own), &Paging { after: String::new(), limit: MOST_TARGETS }).await?;
            let may_decide = |person: &Person| decides(person, own) && viewer.person() != Some(&*person.id);
            targets.people = page.items.into_iter().filter(may_decide).collect();
        }
        Ok(targets)
    }

    /// The organisations that the record names to the viewer, that may know of it, and that neither have the request nor sent it.
    async fn organisations_to_forward_to(
        &self,
        viewer: &Viewer,
        request: &AccessRequest,
    ) -> Result<Vec<String>, CatalogError> {
        let record = request.statement.record;
        let Some(rendition) = self.visible_now(viewer, record).await? else { return Ok(Vec::new()) };
        let mut organisations = Vec::new();
        for id in named(&rendition.dataset) {
            if request.to.as_deref() == Some(id) || request.organisation == id {
                continue;
            }
            let receiver = Viewer::member(id, &self.groups_of(id).await?, Role::Reader);
            if self.visible_now(&receiver, record).await?.is_some() {
                organisations.push(id.to_owned());
            }
        }
        Ok(organisations)
    }

    async fn target_of(
        &self,
        viewer: &Viewer,
        request: &AccessRequest,
        statement: &ForwardStatement,
    ) -> Result<Target, CatalogError> {
        let refused = |field: &str, code: &str, message: String, value: &str| {
            Err(CatalogError::Invalid(vec![Problem::error(code, field, &message).with_value(value)]))
        };
        let (organisation, person) = if let Some(organisation) = &statement.organisation {
            let can_be = self.organisations_to_forward_to(viewer, request).await?;
            if !can_be.contains(organisation) {
                let can_be = if can_be.is_empty() { "there is none".to_owned() } else { can_be.join(", ") };
                let message =
                    format!("it is another organisation that the record names and that may know of it: {can_be}");
                return refused("organisation", "not-named", message, organisation);
            }
            (organisation.clone(), None)
        } else {
            let id = statement.person.as_deref().unwrap_or_default();
            let own = viewer.organisation().or(request.to.as_deref()).unwrap_or_default();
            let person = match self.person(viewer, id).await {
                Ok(person) => Some(person).filter(|person| decides(person, own)),
                Err(CatalogError::NotFound(_)) => None,
                Err(error) => return Err(error),
            };
            let Some(person) = person else {
                let message = "it is somebody of your organisation who may decide: a steward or an administrator";
                return refused("person", "may-not-decide", message.to_owned(), id);
            };
            (own.to_owned(), Some(person.id))
        };
        let groups = self.groups_of(&organisation).await?;
        Ok(Target { organisation, person, groups })
    }

    /// Who asks reads that a request was handed on, and to which organisation where the record names it to them; the words are for
    /// those who decide, and the person is for the people of the same organisation.
    pub(super) async fn request_as_seen_by(
        &self,
        viewer: &Viewer,
        mut request: Registered<AccessRequest>,
    ) -> Result<Registered<AccessRequest>, CatalogError> {
        if viewer.is_operator() || request.body.steps.iter().all(|step| step.forwarded.is_none()) {
            return Ok(request);
        }
        let decides = request.body.is_decided_by(viewer);
        let rendition = if decides { None } else { self.visible_now(viewer, request.body.statement.record).await? };
        let told = rendition.as_ref().map(|rendition| named(&rendition.dataset)).unwrap_or_default();
        for step in &mut request.body.steps {
            let Some(forwarded) = &mut step.forwarded else { continue };
            if forwarded.organisation.as_deref() != viewer.organisation() {
                forwarded.person = None;
            }
            if !decides {
                step.words = None;
                forwarded.organisation = forwarded.organisation.take().filter(|id| told.contains(id.as_str()));
            }
        }
        Ok(request)
    }
}

impl Catalog {
    /// Hands requests that wait for an organisation to which the record does not belong any more to the one to which it does;
    /// answers how many. `every` looks at all requests, and not only at those that are known to wait.
    ///
    /// # Errors
    /// Store errors.
    pub async fn hand_over_requests(
        &self,
        every: bool,
        now: Timestamp,
        stop: &CancellationToken,
    ) -> Result<u64, CatalogError> {
        let keeper = Viewer::operator().acting_as(KEEPER);
        let term = (!every).then_some(WAITS);
        let mut paging = Paging { after: String::new(), limit: AT_A_TIME };
        let mut handed = 0;
        while !stop.is_cancelled() {
            let page = self.entries::<AccessRequest>(&keeper, term, &paging).await?;
            let waiting: Vec<_> = page.items.iter().filter(|one| one.body.state.is_pending()).collect();
            let records = waiting.iter().map(|one| one.body.statement.record).collect();
            let loaded = self.store().load(&Wanted { records, ..Wanted::default() }).await?;
            for (request, record) in waiting.into_iter().zip(&loaded.records) {
                if !request.body.is_with_owner(record.as_ref()) {
                    handed += u64::from(self.hand_over(&keeper, request, now).await?);
                }
            }
            let Some(next) = page.next else { break };
            paging.after = next;
        }
        if handed > 0 {
            info!(handed, "requests are with those to whom the records belong now");
        }
        Ok(handed)
    }

    async fn hand_over(
        &self,
        keeper: &Viewer,
        request: &Registered<AccessRequest>,
        now: Timestamp,
    ) -> Result<bool, CatalogError> {
        let wanted = Wanted { records: vec![request.body.statement.record], ..Wanted::default() };
        let write = Write { viewer: keeper, act: "request.follow", now };
        let mut is_handed = false;
        let decide = |before: &Registered<AccessRequest>, loaded: &Loaded| {
            let record = loaded.records.first().and_then(Option::as_ref);
            let owner = record.and_then(|record| decides_about(&record.dataset));
            let owner = owner.filter(|_| before.body.state.is_pending() && !before.body.is_with_owner(record));
            is_handed = owner.is_some();
            Ok(match owner {
                Some(owner) => Change::because(before.body.clone().handed_over(owner, now), format!("to {owner}")),
                None => Change::to(before.body.clone()),
            })
        };
        self.change_entry(write, &request.id, None, &wanted, decide).await?;
        Ok(is_handed)
    }

    /// Each of some requests as [`Catalog::request_as_seen_by`] tells it.
    pub(super) async fn requests_as_seen_by(
        &self,
        viewer: &Viewer,
        requests: Vec<Registered<AccessRequest>>,
    ) -> Result<Vec<Registered<AccessRequest>>, CatalogError> {
        let mut seen = Vec::with_capacity(requests.len());
        for request in requests {
            seen.push(self.request_as_seen_by(viewer, request).await?);
        }
        Ok(seen)
    }
}

/// Whether a person decides for an organisation, by their role at this moment.
fn decides(person: &Person, organisation: &str) -> bool {
    person.organisation == organisation
        && person.closed.is_none()
        && Viewer::member(organisation, &[], person.role).stewards(organisation)
}
