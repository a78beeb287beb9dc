//! Organisations that take part: registered by who administers the catalogue, kept true by their own people.

use std::collections::BTreeSet;

use cairn_model::party::organisation_id;
use cairn_model::registry::{OrganisationProfile, check_codes};
use cairn_policy::{Label, Viewer};
use cairn_store::{EntryKind, Wanted};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::entries::read;
use super::groups::member_term;
use super::holdings::KeptHoldings;
use super::{Change, EntryBody, EntryPage, Group, Paging, Registered, Write};
use crate::error::to_its_end;
use crate::{Catalog, CatalogError};

const WHO_REGISTERS: &str = "only an administrator registers organisations";
const WHO_ALLOWS: &str = "only an administrator says who may declare a crisis";
const WHO_NAMES: &str = "only the operator chooses the id of an organisation: leave it to its name";
const WHO_CHANGES: &str =
    "only an administrator and the managers and stewards of the organisation change what is said of it";

/// An organisation that takes part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisteredOrganisation {
    /// What is said of it.
    pub profile: OrganisationProfile,
    /// The countries (ISO 3166-1 alpha-3) for which its stewards may declare a crisis.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub may_declare: Vec<String>,
}

impl EntryBody for RegisteredOrganisation {
    const KIND: EntryKind = EntryKind::Organisation;

    fn seen_by(&self, id: &str) -> BTreeSet<Label> {
        let others = if self.profile.listed { Label::public() } else { Label::community() };
        BTreeSet::from([Label::operator(), Label::organisation(id), others])
    }

    fn terms(&self) -> Vec<String> {
        Vec::new()
    }
}

impl Catalog {
    /// Registers an organisation. Its id is made of its name, as the ids of publishers are, so that what sources say of an
    /// organisation and what it says itself meet; the operator may give another.
    ///
    /// # Errors
    /// `Invalid`; `Forbidden` and `SignInRequired`; `Conflict` where the id is taken. Who may register knows of every
    /// organisation, so that the last tells them nothing.
    pub async fn register_organisation(
        &self,
        viewer: &Viewer,
        id: Option<&str>,
        profile: OrganisationProfile,
        now: Timestamp,
    ) -> Result<Registered<RegisteredOrganisation>, CatalogError> {
        const ACT: &str = "organisation.create";
        self.may(viewer, viewer.administers(), WHO_REGISTERS, ACT, now).await?;
        self.may(viewer, id.is_none() || viewer.is_operator(), WHO_NAMES, ACT, now).await?;
        CatalogError::if_any(profile.validate(self.vocabularies()))?;
        let id = organisation_id(id.or_else(|| profile.name.best("en")).unwrap_or_default());
        if id.is_empty() {
            return Err(CatalogError::BadRequest(
                "no id can be made of that: give one of letters and digits".to_owned(),
            ));
        }
        let write = Write { viewer, act: ACT, now };
        self.put_entry(write, &id, &Wanted::default(), |before, _| match before {
            Some::<Registered<RegisteredOrganisation>>(_) => Err(taken(&id)),
            None => Ok(Change::to(RegisteredOrganisation { profile: profile.clone(), may_declare: Vec::new() })),
        })
        .await
    }

    /// Changes what is said of an organisation.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`, `Forbidden`, `SignInRequired`; `Conflict` when it was changed since `version`.
    pub async fn change_organisation(
        &self,
        viewer: &Viewer,
        id: &str,
        version: u32,
        profile: OrganisationProfile,
        now: Timestamp,
    ) -> Result<Registered<RegisteredOrganisation>, CatalogError> {
        CatalogError::if_any(profile.validate(self.vocabularies()))?;
        let write = Write { viewer, act: "organisation.change", now };
        let groups = Wanted { with_terms: vec![(EntryKind::Group, member_term(id))], ..Wanted::default() };
        let changed = self.change_entry(
            write,
            id,
            Some(version),
            &groups,
            |before: &Registered<RegisteredOrganisation>, loaded| {
                if !viewer.administers() && !viewer.manages(id) {
                    return Err(CatalogError::refused(viewer, WHO_CHANGES));
                }
                for group in loaded.with_terms.iter().flatten() {
                    if !profile.listed && read::<Group>(group)?.body.profile.is_shown_to_all() {
                        return Err(CatalogError::Conflict {
                            message: format!(
                                "the group `{}` tells everyone that it is a member: leave it first",
                                group.id
                            ),
                            version: None,
                        });
                    }
                }
                Ok(Change::to(RegisteredOrganisation { profile: profile.clone(), ..before.body.clone() }))
            },
        );
        let changed = changed.await?;
        // Its holdings bear its name. That goes on when whoever asked does not wait for it; what was asked for is done by then, so
        // that a failure is logged. The server looks again when it starts.
        let (catalog, organisation) = (self.clone(), id.to_owned());
        let following = to_its_end(async move {
            catalog.keep_holdings(KeptHoldings::Of(&organisation), now, &CancellationToken::new()).await
        });
        if let Err(failure) = following.await {
            warn!(%failure, "the holdings of an organisation that was changed do not follow it yet");
        }
        Ok(changed)
    }

    /// Says for which countries the stewards of an organisation may declare a crisis, for who administers the catalogue.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`, `Forbidden`, `SignInRequired`.
    pub async fn allow_declaring(
        &self,
        viewer: &Viewer,
        id: &str,
        countries: Vec<String>,
        now: Timestamp,
    ) -> Result<Registered<RegisteredOrganisation>, CatalogError> {
        CatalogError::if_any(check_codes("countries", "country", &countries, self.vocabularies()))?;
        let write = Write { viewer, act: "organisation.allow-declaring", now };
        self.change_entry(write, id, None, &Wanted::default(), |before: &Registered<RegisteredOrganisation>, _| {
            if !viewer.administers() {
                return Err(CatalogError::refused(viewer, WHO_ALLOWS));
            }
            let may_declare = countries.clone();
            Ok(Change::to(RegisteredOrganisation { may_declare, ..before.body.clone() }))
        })
        .await
    }

    /// An organisation that takes part.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn organisation(
        &self,
        viewer: &Viewer,
        id: &str,
    ) -> Result<Registered<RegisteredOrganisation>, CatalogError> {
        self.entry(viewer, id).await
    }

    /// The organisations that take part, as far as the viewer may know of them.
    pub async fn organisations(
        &self,
        viewer: &Viewer,
        paging: &Paging,
    ) -> Result<EntryPage<RegisteredOrganisation>, CatalogError> {
        self.entries(viewer, None, paging).await
    }

    /// What was said of an organisation, newest first.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn organisation_history(
        &self,
        viewer: &Viewer,
        id: &str,
    ) -> Result<Vec<Registered<RegisteredOrganisation>>, CatalogError> {
        self.entry_history(viewer, id).await
    }

    /// Sees to it that an organisation takes part: one that a token is made for does, or to which somebody is invited or welcome;
    /// by whom, as the log of acts names them.
    pub(crate) async fn ensure_organisation(
        &self,
        actor: &str,
        id: &str,
        name: &str,
        now: Timestamp,
    ) -> Result<(), CatalogError> {
        let viewer = Viewer::operator().acting_as(actor);
        let write = Write { viewer: &viewer, act: "organisation.create", now };
        self.put_entry(write, id, &Wanted::default(), |before: Option<Registered<RegisteredOrganisation>>, _| {
            let named =
                || RegisteredOrganisation { profile: OrganisationProfile::named(name.trim()), may_declare: Vec::new() };
            Ok(Change::to(before.map_or_else(named, |before| before.body)))
        })
        .await?;
        Ok(())
    }
}

fn taken(id: &str) -> CatalogError {
    CatalogError::conflict(format!("`{id}` is registered already: change it instead"))
}
