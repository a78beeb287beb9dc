//! Needs: what data an organisation needs, for whom and why, told to the audience that it chose.

use std::collections::BTreeSet;

use cairn_model::Problem;
use cairn_model::registry::{NeedMet, NeedState, NeedStatement, NeedWithdrawal};
use cairn_policy::{Label, Viewer, audience_labels};
use cairn_store::{EntryKind, Wanted};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::entries::new_id;
use super::{Change, EntryBody, Registered, Write};
use crate::{Catalog, CatalogError};

const WHO_STATES: &str = "only the managers, stewards and administrators of an organisation say what it needs";

/// Open needs of an organisation at most: a board is read by people.
const MOST_OPEN: usize = 200;

/// A need as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// What is said of it.
    pub statement: NeedStatement,
    /// Id of the organisation that has it.
    pub organisation: String,
    /// Who stated it, as in the log of acts: for those who look after it.
    pub author: String,
    /// How it ended, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<NeedEnd>,
}

/// How a need ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NeedEnd {
    /// It was met.
    Met(NeedMet),
    /// It was withdrawn.
    Withdrawn,
}

impl Need {
    /// Where it stands at an instant.
    pub fn state(&self, now: Timestamp) -> NeedState {
        match self.end {
            Some(NeedEnd::Met(_)) => NeedState::Met,
            Some(NeedEnd::Withdrawn) => NeedState::Withdrawn,
            None if self.statement.is_expired(now) => NeedState::Expired,
            None => NeedState::Open,
        }
    }

    /// By what it was met, where that was said.
    pub fn met(&self) -> Option<&NeedMet> {
        match &self.end {
            Some(NeedEnd::Met(met)) => Some(met),
            Some(NeedEnd::Withdrawn) | None => None,
        }
    }
}

impl EntryBody for Need {
    const KIND: EntryKind = EntryKind::Need;

    fn seen_by(&self, _: &str) -> BTreeSet<Label> {
        audience_labels(&self.statement.audience, &self.organisation)
    }

    fn terms(&self) -> Vec<String> {
        let mut terms = vec![organisation_term(&self.organisation)];
        if self.end.is_none() {
            terms.extend([OPEN.to_owned(), open_term(&self.organisation)]);
        }
        terms
    }
}

/// The term of needs that did not end.
pub(super) const OPEN: &str = "open";

pub(super) fn organisation_term(organisation: &str) -> String {
    format!("organisation={organisation}")
}

fn open_term(organisation: &str) -> String {
    format!("open={organisation}")
}

impl Catalog {
    /// States a need of the viewer's organisation; the operator, who has none, says of which.
    ///
    /// # Errors
    /// `Invalid`, `Forbidden`, `SignInRequired`; `BadRequest` where no organisation is given; `Conflict` when too many needs of
    /// the organisation are open.
    pub async fn create_need(
        &self,
        viewer: &Viewer,
        organisation: Option<&str>,
        statement: NeedStatement,
        now: Timestamp,
    ) -> Result<Registered<Need>, CatalogError> {
        const ACT: &str = "need.create";
        let organisation = organisation.or(viewer.organisation()).unwrap_or_default().to_owned();
        self.may(viewer, viewer.manages(&organisation), WHO_STATES, ACT, now).await?;
        if organisation.is_empty() {
            return Err(CatalogError::BadRequest("say which organisation has the need".to_owned()));
        }
        CatalogError::if_any(statement.validate(self.vocabularies()))?;
        let wanted = Wanted {
            entries: vec![(EntryKind::Organisation, organisation.clone())],
            with_terms: vec![(EntryKind::Need, open_term(&organisation))],
            ..Wanted::default()
        };
        let need = Need { statement, organisation, author: viewer.actor().to_owned(), end: None };
        let write = Write { viewer, act: ACT, now };
        self.put_entry(write, &new_id(), &wanted, |_, loaded| {
            if loaded.entries.iter().flatten().next().is_none() {
                let problem =
                    Problem::error("unknown-organisation", "organisation", "no organisation of this id is registered");
                return Err(CatalogError::Invalid(vec![problem.with_value(&need.organisation)]));
            }
            if loaded.with_terms.iter().flatten().count() >= MOST_OPEN {
                let message =
                    format!("{MOST_OPEN} needs of the organisation are open: withdraw some, or say that they are met");
                return Err(CatalogError::conflict(message));
            }
            Ok(Change::to(need.clone()))
        })
        .await
    }

    /// Changes what is said of a need that did not end. One that expired is open again when it is needed by a later day.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`, `Forbidden`, `SignInRequired`; `Conflict` when it ended, or was changed since `version`.
    pub async fn change_need(
        &self,
        viewer: &Viewer,
        id: &str,
        version: u32,
        statement: NeedStatement,
        now: Timestamp,
    ) -> Result<Registered<Need>, CatalogError> {
        CatalogError::if_any(statement.validate(self.vocabularies()))?;
        let write = Write { viewer, act: "need.change", now };
        self.change_need_to(write, id, version, |need| {
            Change::to(Need { statement: statement.clone(), ..need.clone() })
        })
        .await
    }

    /// Says that a need is met: by a record, with a note, or without a word.
    ///
    /// # Errors
    /// As for [`Catalog::change_need`]; `Invalid` for a record that the viewer may not know of, as for one that is not there.
    pub async fn meet_need(
        &self,
        viewer: &Viewer,
        id: &str,
        version: u32,
        met: NeedMet,
        now: Timestamp,
    ) -> Result<Registered<Need>, CatalogError> {
        let mut problems = met.validate(self.vocabularies());
        if let Some(record) = met.record
            && self.visible_now(viewer, record).await?.is_none()
        {
            let message = "there is no such record, or it is not shared with you";
            problems.push(Problem::error("unknown-record", "record", message).with_value(&record.to_string()));
        }
        CatalogError::if_any(problems)?;
        let write = Write { viewer, act: "need.met", now };
        self.change_need_to(write, id, version, |need| {
            Change::to(Need { end: Some(NeedEnd::Met(met.clone())), ..need.clone() })
        })
        .await
    }

    /// Withdraws a need; why stands in the log of acts.
    ///
    /// # Errors
    /// As for [`Catalog::change_need`].
    pub async fn withdraw_need(
        &self,
        viewer: &Viewer,
        id: &str,
        version: u32,
        withdrawal: NeedWithdrawal,
        now: Timestamp,
    ) -> Result<Registered<Need>, CatalogError> {
        CatalogError::if_any(withdrawal.validate(self.vocabularies()))?;
        let write = Write { viewer, act: "need.withdraw", now };
        self.change_need_to(write, id, version, |need| Change {
            reason: withdrawal.reason.clone(),
            ..Change::to(Need { end: Some(NeedEnd::Withdrawn), ..need.clone() })
        })
        .await
    }

    /// Changes a need that did not end, as one of those who speak for its organisation.
    async fn change_need_to(
        &self,
        write: Write<'_>,
        id: &str,
        version: u32,
        change: impl Fn(&Need) -> Change<Need> + Send,
    ) -> Result<Registered<Need>, CatalogError> {
        let viewer = write.viewer;
        self.change_entry(write, id, Some(version), &Wanted::default(), move |before: &Registered<Need>, _| {
            if !viewer.manages(&before.body.organisation) {
                return Err(CatalogError::refused(viewer, WHO_STATES));
            }
            let ended = match before.body.end {
                Some(NeedEnd::Met(_)) => "met",
                Some(NeedEnd::Withdrawn) => "withdrawn",
                None => return Ok(change(&before.body)),
            };
            let message = format!("the need was {ended} already: state a new one");
            Err(CatalogError::conflict(message))
        })
        .await
    }

    /// A need.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn need(&self, viewer: &Viewer, id: &str) -> Result<Registered<Need>, CatalogError> {
        let need = self.entry(viewer, id).await?;
        self.shown(viewer, need).await
    }

    /// What was said of a need, newest first.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn need_history(&self, viewer: &Viewer, id: &str) -> Result<Vec<Registered<Need>>, CatalogError> {
        let mut shown = Vec::new();
        for version in self.entry_history(viewer, id).await? {
            shown.push(self.shown(viewer, version).await?);
        }
        Ok(shown)
    }

    /// A need as a viewer is told of it: the record that met it only where they may know what that is, as if nobody had named it.
    pub(super) async fn shown(
        &self,
        viewer: &Viewer,
        mut need: Registered<Need>,
    ) -> Result<Registered<Need>, CatalogError> {
        if let Some(NeedEnd::Met(NeedMet { record, .. })) = &mut need.body.end
            && let Some(id) = *record
        {
            *record = self.told_of(viewer, vec![id]).await?.pop();
        }
        Ok(need)
    }
}
