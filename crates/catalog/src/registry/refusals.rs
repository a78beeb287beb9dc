//! Decisions not to share, and opt-outs: kept like agreements, and outweighed by none.

use std::collections::BTreeSet;

use cairn_model::Problem;
use cairn_model::agreement::{Refusal, RefusalStatement};
use cairn_policy::{Label, Viewer};
use cairn_store::{EntryKind, Wanted};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::entries::{ALL, new_id, read};
use super::{Change, EntryBody, EntryPage, Paging, Registered, Write};
use crate::{Catalog, CatalogError};

const WHO_REFUSES: &str =
    "only administrators, and stewards for what their own organisation owns, decide that data is not shared";
const WHO_LIFTS: &str = "only administrators and stewards of the organisation that decided it take it back";

/// A decision not to share, or an opt-out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisteredRefusal {
    /// The organisation that decided it; none for who administers the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// What was decided.
    pub statement: RefusalStatement,
    /// When it was taken back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifted: Option<Timestamp>,
}

impl RegisteredRefusal {
    /// As decisions about access want it.
    pub(crate) fn deciding(&self, id: &str) -> Refusal {
        Refusal {
            id: id.to_owned(),
            decided_by: self.organisation.clone().unwrap_or_default(),
            statement: self.statement.clone(),
        }
    }
}

impl EntryBody for RegisteredRefusal {
    const KIND: EntryKind = EntryKind::Refusal;

    fn seen_by(&self, _: &str) -> BTreeSet<Label> {
        // What is refused tells which records there are.
        let own = self.organisation.as_deref().map(Label::organisation);
        [Label::operator()].into_iter().chain(own).collect()
    }

    fn terms(&self) -> Vec<String> {
        if self.lifted.is_none() { vec![ALL.to_owned()] } else { Vec::new() }
    }
}

impl Catalog {
    /// Decides that data is not shared. A steward speaks for what their own organisation owns: that is part of what it covers.
    ///
    /// # Errors
    /// `Invalid`, `Forbidden`, `SignInRequired`.
    pub async fn refuse_sharing(
        &self,
        viewer: &Viewer,
        statement: RefusalStatement,
        now: Timestamp,
    ) -> Result<Registered<RegisteredRefusal>, CatalogError> {
        const ACT: &str = "refusal.create";
        let own = viewer.organisation().unwrap_or_default();
        let is_steward = viewer.stewards(own);
        self.may(viewer, viewer.administers() || is_steward, WHO_REFUSES, ACT, now).await?;
        let mut problems = statement.validate(self.vocabularies());
        if !viewer.administers() && statement.covers.owners != [own] {
            let message = format!("a steward speaks for what `{own}` owns: name it, and no other");
            problems.push(Problem::error("not-own-records", "covers.owners", message));
        }
        CatalogError::if_any(problems)?;
        let organisation = viewer.organisation().map(str::to_owned);
        let refusal = RegisteredRefusal { organisation, statement, lifted: None };
        let write = Write { viewer, act: ACT, now };
        self.put_entry(write, &new_id(), &Wanted::default(), |_, _| Ok(Change::to(refusal.clone()))).await
    }

    /// Takes a refusal back.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `SignInRequired`; `Conflict` when it was taken back.
    pub async fn lift_refusal(
        &self,
        viewer: &Viewer,
        id: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<Registered<RegisteredRefusal>, CatalogError> {
        let reason = super::reason("reason", reason, self.vocabularies())?;
        let write = Write { viewer, act: "refusal.lift", now };
        self.change_entry(write, id, None, &Wanted::default(), |before: &Registered<RegisteredRefusal>, _| {
            let is_own = before.body.organisation.as_deref().is_some_and(|id| viewer.stewards(id));
            if !viewer.administers() && !is_own {
                return Err(CatalogError::refused(viewer, WHO_LIFTS));
            }
            if before.body.lifted.is_some() {
                let message = "it was taken back already";
                return Err(CatalogError::conflict(message));
            }
            let lifted = RegisteredRefusal { lifted: Some(now), ..before.body.clone() };
            Ok(Change::because(lifted, reason.clone()))
        })
        .await
    }

    /// A refusal, for the organisation that decided it.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn refusal(&self, viewer: &Viewer, id: &str) -> Result<Registered<RegisteredRefusal>, CatalogError> {
        self.entry(viewer, id).await
    }

    /// The refusals that were not taken back, whoever decided them, for decisions by rules. What they are is told to nobody.
    pub(super) async fn standing_refusals(&self) -> Result<Vec<Refusal>, CatalogError> {
        let wanted = Wanted { with_terms: vec![(EntryKind::Refusal, ALL.to_owned())], ..Wanted::default() };
        let loaded = self.store().load(&wanted).await?;
        let all = loaded.with_terms.iter().flatten();
        all.map(|entry| Ok(read::<RegisteredRefusal>(entry)?.body.deciding(&entry.id))).collect()
    }

    /// The refusals of the viewer's organisation.
    pub async fn refusals(
        &self,
        viewer: &Viewer,
        paging: &Paging,
    ) -> Result<EntryPage<RegisteredRefusal>, CatalogError> {
        self.entries(viewer, None, paging).await
    }
}
