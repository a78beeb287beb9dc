//! Data collaboratives: the canvas of each, told to the organisations that take part and to the audience that the lead chose.
//!
//! A need, a record or an agreement that a canvas names is told to those who may know of it, and kept when somebody changes the rest
//! who may not. What is missing is told of what the viewer is shown.

use std::collections::BTreeSet;

use cairn_model::registry::{
    CollaborativeEnding, CollaborativeParty, CollaborativeRole, CollaborativeState, CollaborativeStatement,
};
use cairn_model::{Problem, Sharing};
use cairn_policy::{Label, Viewer, audience_labels};
use cairn_store::{EntryKind, Loaded, Wanted};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::entries::{is_as_read, new_id, read};
use super::named::with_hidden;
use super::needs::organisation_term;
use super::{
    Change, EntryBody, EntryPage, Need, Paging, Registered, RegisteredAgreement, RegisteredOrganisation, Scope, Write,
};
use crate::spreadsheet::csv_file;
use crate::{Catalog, CatalogError};

const WHO_WRITES: &str =
    "only the managers, stewards and administrators of the organisation that leads a collaborative write its canvas";

/// Collaboratives that are read at a time.
const AT_A_TIME: u32 = 200;

/// A collaborative as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collaborative {
    /// The canvas.
    pub statement: CollaborativeStatement,
    /// When it was ended, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
}

impl Collaborative {
    /// Where it stands.
    pub fn state(&self) -> CollaborativeState {
        if self.ended.is_some() { CollaborativeState::Ended } else { CollaborativeState::Current }
    }

    /// Ids of the organisations that take part, the lead first.
    fn organisations(&self) -> BTreeSet<&String> {
        let parties = self.statement.parties.iter().filter_map(|party| party.organisation.as_ref());
        parties.chain([&self.statement.lead]).collect()
    }

    /// Who does what, as a CSV file: a line for each party, a column for each role, what it is responsible for and how it stands to
    /// others.
    ///
    /// # Errors
    /// `Internal`, which cannot be while memory is there.
    pub fn roles_as_csv(&self) -> Result<String, CatalogError> {
        let roles = CollaborativeRole::ALL.iter().map(|role| role.code().to_owned());
        let headings = std::iter::once("party".to_owned())
            .chain(roles)
            .chain(["responsibilities".to_owned(), "relations".to_owned()])
            .collect();
        let lines = self.statement.parties.iter().map(role_line);
        csv_file(std::iter::once(headings).chain(lines).collect())
    }
}

fn role_line(party: &CollaborativeParty) -> Vec<String> {
    let mark = |role: &CollaborativeRole| if party.roles.contains(role) { "x" } else { "" };
    let relations: Vec<String> = party.relations.iter().map(|one| format!("{}: {}", one.to, one.how)).collect();
    let responsibilities = party.responsibilities.best("en").unwrap_or_default().to_owned();
    std::iter::once(party.key().to_owned())
        .chain(CollaborativeRole::ALL.iter().map(|role| mark(role).to_owned()))
        .chain([responsibilities, relations.join("; ")])
        .collect()
}

impl EntryBody for Collaborative {
    const KIND: EntryKind = EntryKind::Collaborative;

    fn seen_by(&self, _: &str) -> BTreeSet<Label> {
        let mut labels = audience_labels(&self.statement.audience, &self.statement.lead);
        labels.extend(self.organisations().into_iter().map(|id| Label::organisation(id)));
        labels
    }

    fn terms(&self) -> Vec<String> {
        self.organisations().into_iter().map(|id| organisation_term(id)).collect()
    }
}

/// Which collaboratives.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CollaborativeFilter {
    /// That this organisation leads or takes part in.
    pub organisation: Option<String>,
    /// About any of these countries.
    pub countries: Vec<String>,
    /// About any of these clusters, or of their areas of responsibility.
    pub clusters: Vec<String>,
    /// In this state.
    pub state: Option<CollaborativeState>,
}

impl Catalog {
    /// Registers a collaborative, as the organisation that leads it.
    ///
    /// # Errors
    /// `Invalid`, `Forbidden`, `SignInRequired`. A need, a record or an agreement that the viewer may not know of is refused like
    /// one that is not there.
    pub async fn create_collaborative(
        &self,
        viewer: &Viewer,
        statement: CollaborativeStatement,
        now: Timestamp,
    ) -> Result<Registered<Collaborative>, CatalogError> {
        const ACT: &str = "collaborative.create";
        self.may(viewer, viewer.manages(&statement.lead), WHO_WRITES, ACT, now).await?;
        self.check_collaborative(viewer, &statement).await?;
        let body = Collaborative { statement, ended: None };
        let write = Write { viewer, act: ACT, now };
        self.put_entry(write, &new_id(), &organisations_of(&body), |_, loaded| {
            take_part(&body, loaded)?;
            Ok(Change::to(body.clone()))
        })
        .await
    }

    /// Changes the canvas of a current collaborative, as the organisation that leads it, which stays the same. What it names and the
    /// viewer may not know of stays as it is.
    ///
    /// # Errors
    /// `NotFound`; as for [`Catalog::create_collaborative`]; `Conflict` when it has ended, or was changed since `version`.
    pub async fn change_collaborative(
        &self,
        viewer: &Viewer,
        id: &str,
        version: u32,
        statement: CollaborativeStatement,
        now: Timestamp,
    ) -> Result<Registered<Collaborative>, CatalogError> {
        self.check_collaborative(viewer, &statement).await?;
        let read: Registered<Collaborative> = self.entry(viewer, id).await?;
        let shown = self.shown_collaborative(viewer, read.clone()).await?.body.statement;
        let after = Collaborative { statement: with_all_hidden(statement, &read.body.statement, &shown), ended: None };
        let write = Write { viewer, act: "collaborative.change", now };
        let change = |before: &Registered<Collaborative>, loaded: &Loaded| {
            let newest = before.version;
            let before = current(before, viewer)?;
            is_as_read(newest, read.version)?;
            if before.statement.lead != after.statement.lead {
                let message = "a collaborative keeps its lead: end it, and register another";
                return Err(CatalogError::Invalid(vec![Problem::error("other-lead", "lead", message)]));
            }
            take_part(&after, loaded)?;
            Ok(Change::to(after.clone()))
        };
        let changed = self.change_entry(write, id, Some(version), &organisations_of(&after), change).await?;
        self.shown_collaborative(viewer, changed).await
    }

    /// Ends a collaborative, as the organisation that leads it; why stands in the log of acts.
    ///
    /// # Errors
    /// As for [`Catalog::change_collaborative`].
    pub async fn end_collaborative(
        &self,
        viewer: &Viewer,
        id: &str,
        version: u32,
        ending: CollaborativeEnding,
        now: Timestamp,
    ) -> Result<Registered<Collaborative>, CatalogError> {
        CatalogError::if_any(ending.validate(self.vocabularies()))?;
        let write = Write { viewer, act: "collaborative.end", now };
        let ended = self
            .change_entry(write, id, Some(version), &Wanted::default(), |before: &Registered<Collaborative>, _| {
                let body = Collaborative { ended: Some(now), ..current(before, viewer)?.clone() };
                Ok(Change { reason: ending.reason.clone(), ..Change::to(body) })
            })
            .await?;
        self.shown_collaborative(viewer, ended).await
    }

    /// A collaborative.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn collaborative(&self, viewer: &Viewer, id: &str) -> Result<Registered<Collaborative>, CatalogError> {
        let collaborative = self.entry(viewer, id).await?;
        self.shown_collaborative(viewer, collaborative).await
    }

    /// What was said of a collaborative, newest first.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn collaborative_history(
        &self,
        viewer: &Viewer,
        id: &str,
    ) -> Result<Vec<Registered<Collaborative>>, CatalogError> {
        let mut shown = Vec::new();
        for version in self.entry_history(viewer, id).await? {
            shown.push(self.shown_collaborative(viewer, version).await?);
        }
        Ok(shown)
    }

    /// The collaboratives of a filter that the viewer may know of.
    pub async fn collaboratives(
        &self,
        viewer: &Viewer,
        filter: &CollaborativeFilter,
        paging: &Paging,
    ) -> Result<EntryPage<Collaborative>, CatalogError> {
        let most = usize::try_from(paging.limit).unwrap_or(usize::MAX);
        let term = filter.organisation.as_ref().map(|id| organisation_term(id));
        let (mut items, mut next, mut after) = (Vec::new(), None, paging.after.clone());
        'parts: loop {
            let wanted = Paging { after, limit: AT_A_TIME };
            let part = self.entries::<Collaborative>(viewer, term.as_deref(), &wanted).await?;
            for one in part.items.into_iter().filter(|one| self.is_wanted(&one.body, filter)) {
                if items.len() == most {
                    next = items.last().map(|last: &Registered<Collaborative>| last.id.clone());
                    break 'parts;
                }
                items.push(self.shown_collaborative(viewer, one).await?);
            }
            match part.next {
                Some(last) => after = last,
                None => break,
            }
        }
        Ok(EntryPage { items, next })
    }

    fn is_wanted(&self, collaborative: &Collaborative, filter: &CollaborativeFilter) -> bool {
        let statement = &collaborative.statement;
        let wanted = Scope { countries: &filter.countries, clusters: &filter.clusters };
        let about = Scope { countries: &statement.countries, clusters: &statement.clusters };
        wanted.takes(&about, self.vocabularies()) && filter.state.is_none_or(|state| state == collaborative.state())
    }

    /// What must be mended of a canvas, as far as the viewer may know.
    async fn check_collaborative(
        &self,
        viewer: &Viewer,
        statement: &CollaborativeStatement,
    ) -> Result<(), CatalogError> {
        CatalogError::if_any(statement.validate(self.vocabularies()))?;
        let mut problems = Vec::new();
        for (place, need) in statement.needs.iter().enumerate() {
            let field = format!("needs[{place}]");
            if statement.needs[..place].contains(need) {
                problems.push(Problem::error("named-twice", field, "it is named before").with_value(need));
            } else if !self.knows_of::<Need>(viewer, need).await? {
                let message = "there is no such need, or it is not shared with you";
                problems.push(Problem::error("unknown-need", field, message).with_value(need));
            }
        }
        problems.extend(self.check_named(viewer, &statement.records).await?);
        if let Some(agreement) = &statement.agreement
            && !self.knows_of::<RegisteredAgreement>(viewer, agreement).await?
        {
            let message = "there is no such agreement, or you are no party to it";
            problems.push(Problem::error("unknown-agreement", "agreement", message).with_value(agreement));
        }
        CatalogError::if_any(problems)
    }

    /// A collaborative as a viewer is told of it: needs, records and the agreement only where they may know of these, as if nobody
    /// had named the others.
    async fn shown_collaborative(
        &self,
        viewer: &Viewer,
        mut collaborative: Registered<Collaborative>,
    ) -> Result<Registered<Collaborative>, CatalogError> {
        let statement = &mut collaborative.body.statement;
        statement.records = self.told_of(viewer, std::mem::take(&mut statement.records)).await?;
        let mut needs = Vec::new();
        for need in std::mem::take(&mut statement.needs) {
            if self.knows_of::<Need>(viewer, &need).await? {
                needs.push(need);
            }
        }
        statement.needs = needs;
        if let Some(agreement) = &statement.agreement
            && !self.knows_of::<RegisteredAgreement>(viewer, agreement).await?
        {
            statement.agreement = None;
        }
        Ok(collaborative)
    }
}

/// A canvas with what it named before and was not shown to who changes it.
fn with_all_hidden(
    mut after: CollaborativeStatement,
    kept: &CollaborativeStatement,
    shown: &CollaborativeStatement,
) -> CollaborativeStatement {
    after.records = with_hidden(after.records, &kept.records, &shown.records);
    after.needs = with_hidden(after.needs, &kept.needs, &shown.needs);
    if after.agreement.is_none() && shown.agreement.is_none() {
        after.agreement.clone_from(&kept.agreement);
    }
    after
}

/// The organisations that take part, as they are registered.
fn organisations_of(collaborative: &Collaborative) -> Wanted {
    let wanted = collaborative.organisations().into_iter().map(|id| (EntryKind::Organisation, id.clone()));
    Wanted { entries: wanted.collect(), ..Wanted::default() }
}

/// All organisations that a canvas names by id are registered. What everyone is told names only those that everyone may know of.
fn take_part(collaborative: &Collaborative, loaded: &Loaded) -> Result<(), CatalogError> {
    let statement = &collaborative.statement;
    let mut problems = Vec::new();
    for (id, entry) in collaborative.organisations().into_iter().zip(&loaded.entries) {
        let place = statement.parties.iter().position(|party| party.organisation.as_ref() == Some(id));
        let field = place.map_or("lead".to_owned(), |place| format!("parties[{place}].organisation"));
        let (rule, message) = match entry {
            None => {
                ("unknown-organisation", "no organisation of this id is registered: give the `name` of one that is not")
            }
            Some(entry) if statement.audience.sharing == Sharing::Public => {
                if read::<RegisteredOrganisation>(entry)?.body.profile.listed {
                    continue;
                }
                let message = "everyone would be told of it, and it is not `listed`: choose another `audience`";
                ("organisation-not-listed", message)
            }
            Some(_) => continue,
        };
        problems.push(Problem::error(rule, field, message).with_value(id));
    }
    CatalogError::if_any(problems)
}

/// The collaborative, where the viewer may change it and it has not ended.
fn current<'a>(
    collaborative: &'a Registered<Collaborative>,
    viewer: &Viewer,
) -> Result<&'a Collaborative, CatalogError> {
    if !viewer.manages(&collaborative.body.statement.lead) {
        return Err(CatalogError::refused(viewer, WHO_WRITES));
    }
    match collaborative.body.state() {
        CollaborativeState::Current => Ok(&collaborative.body),
        CollaborativeState::Ended => {
            Err(CatalogError::conflict("the collaborative has ended already: register a new one".to_owned()))
        }
    }
}
