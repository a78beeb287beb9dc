//! Crises: declared by who has the right, open to everyone, and over by themselves.

use std::collections::BTreeSet;

use cairn_model::Problem;
use cairn_model::agreement::{Crisis, CrisisDeclaration};
use cairn_policy::{Label, Viewer};
use cairn_store::{EntryKind, Wanted};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::entries::{ALL, new_id, read};
use super::{Change, EntryBody, EntryPage, Paging, Registered, RegisteredOrganisation, Write};
use crate::{Catalog, CatalogError};

const WHO_DECLARES: &str = "only administrators, and stewards of organisations that were given the right for all of these countries, \
                            declare a crisis";
const WHO_LIFTS: &str = "only administrators and stewards of the organisation that declared the crisis lift it";

/// Longest that a crisis is declared for: it is declared anew by somebody who looks at it again.
const LONGEST: SignedDuration = SignedDuration::from_hours(24 * 366);

/// Crises that are read at a time.
const AT_A_TIME: u32 = 200;

/// A crisis that was declared.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclaredCrisis {
    /// The organisation that declared it; none for who administers the catalogue.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<String>,
    /// What was declared.
    pub declaration: CrisisDeclaration,
    /// When it was lifted before its time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lifted: Option<Timestamp>,
}

impl DeclaredCrisis {
    /// As decisions about access want it.
    pub fn deciding(&self, id: &str) -> Crisis {
        Crisis {
            id: id.to_owned(),
            declared_by: self.organisation.clone().unwrap_or_default(),
            lifted: self.lifted,
            declaration: self.declaration.clone(),
        }
    }
}

impl EntryBody for DeclaredCrisis {
    const KIND: EntryKind = EntryKind::Crisis;

    fn seen_by(&self, _: &str) -> BTreeSet<Label> {
        BTreeSet::from([Label::operator(), Label::public()])
    }

    fn terms(&self) -> Vec<String> {
        vec![ALL.to_owned()]
    }
}

impl Catalog {
    /// Declares a crisis: agreements that wait for one open, until it is over.
    ///
    /// # Errors
    /// `Invalid`, `Forbidden`, `SignInRequired`.
    pub async fn declare_crisis(
        &self,
        viewer: &Viewer,
        declaration: CrisisDeclaration,
        now: Timestamp,
    ) -> Result<Registered<DeclaredCrisis>, CatalogError> {
        let mut problems = declaration.validate(self.vocabularies());
        if declaration.until.duration_since(declaration.from) > LONGEST {
            let message = "a crisis is declared for 366 days at most; it can be declared again";
            problems.push(Problem::error("crisis-too-long", "until", message));
        }
        if declaration.until <= now {
            problems.push(Problem::error("is-over", "until", "it must lie ahead"));
        }
        CatalogError::if_any(problems)?;
        let organisation = viewer.organisation().map(str::to_owned);
        let own = organisation.iter().map(|id| (EntryKind::Organisation, id.clone())).collect();
        let wanted = Wanted { entries: own, ..Wanted::default() };
        let write = Write { viewer, act: "crisis.declare", now };
        self.put_entry(write, &new_id(), &wanted, |_: Option<Registered<DeclaredCrisis>>, loaded| {
            let own = loaded.entries.first().and_then(Option::as_ref);
            let own: Option<RegisteredOrganisation> = own.map(read).transpose()?.map(|own| own.body);
            let has_right = |country: &String| own.as_ref().is_some_and(|own| own.may_declare.contains(country));
            let is_steward = viewer.organisation().is_some_and(|id| viewer.stewards(id));
            let may = viewer.administers() || (is_steward && declaration.countries.iter().all(has_right));
            if !may {
                return Err(CatalogError::refused(viewer, WHO_DECLARES));
            }
            let (organisation, declaration) = (organisation.clone(), declaration.clone());
            Ok(Change::to(DeclaredCrisis { organisation, declaration, lifted: None }))
        })
        .await
    }

    /// Lifts a crisis before its time.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `SignInRequired`; `Conflict` when it is over.
    pub async fn lift_crisis(
        &self,
        viewer: &Viewer,
        id: &str,
        reason: &str,
        now: Timestamp,
    ) -> Result<Registered<DeclaredCrisis>, CatalogError> {
        let reason = super::reason("reason", reason, self.vocabularies())?;
        let write = Write { viewer, act: "crisis.lift", now };
        self.change_entry(write, id, None, &Wanted::default(), |before: &Registered<DeclaredCrisis>, _| {
            let is_own = before.body.organisation.as_deref().is_some_and(|id| viewer.stewards(id));
            if !viewer.administers() && !is_own {
                return Err(CatalogError::refused(viewer, WHO_LIFTS));
            }
            if before.body.deciding(id).end() <= now {
                let message = "the crisis is over already";
                return Err(CatalogError::conflict(message));
            }
            let lifted = DeclaredCrisis { lifted: Some(now), ..before.body.clone() };
            Ok(Change::because(lifted, reason.clone()))
        })
        .await
    }

    /// A crisis.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn crisis(&self, viewer: &Viewer, id: &str) -> Result<Registered<DeclaredCrisis>, CatalogError> {
        self.entry(viewer, id).await
    }

    /// Every crisis that was declared.
    pub async fn crises(&self, viewer: &Viewer, paging: &Paging) -> Result<EntryPage<DeclaredCrisis>, CatalogError> {
        self.entries(viewer, None, paging).await
    }

    /// The crises that are active at an instant.
    pub(super) async fn active_crises(&self, viewer: &Viewer, now: Timestamp) -> Result<Vec<Crisis>, CatalogError> {
        let mut active = Vec::new();
        let mut next = Some(String::new());
        while let Some(after) = next {
            let page = self.crises(viewer, &Paging { after, limit: AT_A_TIME }).await?;
            let crises = page.items.iter().map(|crisis| crisis.body.deciding(&crisis.id));
            active.extend(crises.filter(|crisis| crisis.is_active(now)));
            next = page.next;
        }
        Ok(active)
    }
}
