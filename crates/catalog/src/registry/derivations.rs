//! What is made of what: derived records inherit the restrictions of the records that they are made of, until the owner of these
//! releases them.
//!
//! That one record is made of another is told to those who see more than a stub of both.

use std::collections::BTreeSet;

use cairn_model::registry::{HoldingState, ReleaseStatement};
use cairn_model::{Dataset, DatasetId, LocalizedText, Problem};
use cairn_policy::{Label, Viewer, best_rendition, less_restricted};
use cairn_store::{Entry, EntryKind, Loaded, StoredRecord, Wanted};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::entries::{is_newest, read};
use super::{Change, EntryBody, Holding, Registered, Write};
use crate::{Catalog, CatalogError};

const WHO_RELEASES: &str = "only stewards of the organisation that owns the record release what is made of it";

const ABSENT: CatalogError = CatalogError::NotFound("release");

/// A release as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// The record.
    pub source: DatasetId,
    /// What is made of it.
    pub derived: DatasetId,
    /// Id of the organisation that owns the record.
    pub organisation: String,
    /// Id of the organisation that registers what is made of it.
    pub to: String,
    /// What is released.
    pub statement: ReleaseStatement,
}

impl EntryBody for Release {
    const KIND: EntryKind = EntryKind::Release;

    fn seen_by(&self, _: &str) -> BTreeSet<Label> {
        BTreeSet::from([Label::operator(), Label::organisation(&self.organisation), Label::organisation(&self.to)])
    }

    fn terms(&self) -> Vec<String> {
        vec![released_term(self.derived)]
    }
}

fn release_id(source: DatasetId, derived: DatasetId) -> String {
    format!("{source}:{derived}")
}

/// By what the releases of a derived record are found.
fn released_term(derived: DatasetId) -> String {
    format!("derived={derived}")
}

/// By what all holdings are found that are made of something.
pub(super) const DERIVED: &str = "derived";

/// By what the holdings are found that are made of a record.
pub(super) fn made_of_term(source: DatasetId) -> String {
    format!("made-of={source}")
}

/// A record at the other end of a derivation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DerivedLink {
    /// The record.
    pub id: DatasetId,
    /// Its title, by language.
    pub title: LocalizedText,
    /// On which axes what is said of the derived record is less restricted than its source is at this moment, for those who manage
    /// it: the source was closed further since, and the record with it.
    pub looser: Option<Vec<String>>,
}

/// What a record is made of, and what is made of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Derivations {
    /// What it is made of.
    pub sources: Vec<DerivedLink>,
    /// What is made of it.
    pub products: Vec<DerivedLink>,
}

/// Adds to what is loaded for the change of a holding what decides whether it may be as open as it says.
pub(super) fn want(wanted: &mut Wanted, id: &str, holding: &Holding) {
    wanted.records.extend(&holding.statement.derived_from);
    if let (false, Ok(id)) = (holding.statement.derived_from.is_empty(), id.parse()) {
        wanted.with_terms.push((EntryKind::Release, released_term(id)));
    }
}

/// What must be mended of a record that is to be published as made of others: each is one of which the viewer sees more than a
/// stub, and none is more restricted, as far as its owner released it.
pub(super) fn inherited(
    viewer: &Viewer,
    holding: &Holding,
    derived: &Dataset,
    loaded: &Loaded,
) -> Result<(), CatalogError> {
    if holding.state != HoldingState::Published || holding.statement.derived_from.is_empty() {
        return Ok(());
    }
    let releases = releases_of(loaded.with_terms.iter().flatten())?;
    let mut problems = Vec::new();
    for (place, id) in holding.statement.derived_from.iter().enumerate() {
        let field = format!("derived_from[{place}]");
        let stored = loaded.records.iter().flatten().find(|stored| stored.dataset.id == *id);
        let Some(source) = stored.and_then(|stored| shown(viewer, stored)) else {
            let message = "there is no such record, or you see no more than a stub of it";
            problems.push(Problem::error("unknown-record", field, message).with_value(&id.to_string()));
            continue;
        };
        let release = stored.and_then(|stored| released_by_owner(&releases, &stored.dataset, derived.id));
        let loosened = less_restricted(&source, derived, release);
        problems.extend(loosened.iter().map(|one| {
            let message = format!(
                "what it is made of has {} {}, and it has {}: close it as far, or have the owner release it",
                one.axis, one.from, one.to
            );
            Problem::error("less-restricted-than-source", &*field, message).with_value(&id.to_string())
        }));
    }
    CatalogError::if_any(problems)
}

pub(super) fn releases_of<'e>(entries: impl Iterator<Item = &'e Entry>) -> Result<Vec<Release>, CatalogError> {
    entries.filter(|entry| entry.kind == EntryKind::Release).map(|entry| Ok(read::<Release>(entry)?.body)).collect()
}

/// What the owner of a record releases of what is made of it. What a former owner released is released no more.
pub(super) fn released_by_owner<'r>(
    releases: &'r [Release],
    source: &Dataset,
    derived: DatasetId,
) -> Option<&'r ReleaseStatement> {
    let owner = source.owner.as_ref().map_or("", |owner| owner.id.as_str());
    let is_it = |one: &&Release| one.source == source.id && one.derived == derived && one.organisation == owner;
    releases.iter().find(is_it).map(|release| &release.statement)
}

/// What a viewer sees of a record of which they may be told what is made of it.
pub(super) fn shown(viewer: &Viewer, stored: &StoredRecord) -> Option<Dataset> {
    let rendition = best_rendition(&stored.dataset, viewer)?;
    rendition.tells_what_it_is(stored.dataset.terms.attribution_hidden).then_some(rendition.dataset)
}

impl Catalog {
    /// Lets something that is made of a record be less restricted than it; from version 0 where its owner released nothing yet.
    /// What a former owner released is replaced.
    ///
    /// # Errors
    /// `NotFound`, `Gone` and `Moved` as for the record; `Invalid`, also for what is no holding; `Forbidden`, `SignInRequired`;
    /// `Conflict` when it was changed since `version`.
    pub async fn release(
        &self,
        viewer: &Viewer,
        source: DatasetId,
        derived: DatasetId,
        version: u32,
        statement: ReleaseStatement,
        now: Timestamp,
    ) -> Result<Registered<Release>, CatalogError> {
        const ACT: &str = "derived.release";
        let owner = self.visible_record(viewer, source).await?.dataset.owner.map(|owner| owner.id).unwrap_or_default();
        self.may(viewer, viewer.stewards(&owner), WHO_RELEASES, ACT, now).await?;
        CatalogError::if_any(statement.validate(self.vocabularies()))?;
        let wanted = Wanted {
            entries: vec![(EntryKind::Holding, derived.to_string())],
            records: vec![source],
            ..Wanted::default()
        };
        let write = Write { viewer, act: ACT, now };
        let id = release_id(source, derived);
        let released = self.put_entry(write, &id, &wanted, |before: Option<Registered<Release>>, loaded| {
            let stored = loaded.records.first().and_then(Option::as_ref).ok_or(ABSENT)?;
            let organisation = stored.dataset.owner.as_ref().map(|owner| owner.id.clone()).unwrap_or_default();
            if !viewer.stewards(&organisation) {
                return Err(CatalogError::refused(viewer, WHO_RELEASES));
            }
            let before = before.filter(|before| before.body.organisation == organisation);
            let newest = before.map_or(0, |before| before.version);
            let holding = loaded.entries.first().and_then(Option::as_ref).map(read::<Holding>).transpose()?;
            let is_made_of_it = |holding: &Registered<Holding>| holding.body.statement.derived_from.contains(&source);
            let Some(holding) = holding.filter(is_made_of_it) else {
                let message = "no holding of this id says that it is made of the record";
                return Err(CatalogError::Invalid(vec![Problem::error("not-derived", "derived", message)]));
            };
            is_newest(newest, version)?;
            let (to, statement) = (holding.body.organisation, statement.clone());
            Ok(Change::to(Release { source, derived, organisation, to, statement }))
        });
        let released = released.await?;
        self.have_products_follow(Some(vec![source]), now).await;
        Ok(released)
    }

    /// What was released of a record for something that is made of it: for the two organisations.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn released(
        &self,
        viewer: &Viewer,
        source: DatasetId,
        derived: DatasetId,
    ) -> Result<Registered<Release>, CatalogError> {
        self.entry(viewer, &release_id(source, derived)).await
    }

    /// What a record is made of, and what is made of it, as far as the viewer sees more than a stub of both.
    ///
    /// # Errors
    /// `NotFound`, `Gone` and `Moved` as for the record.
    pub async fn derivations(&self, viewer: &Viewer, id: DatasetId) -> Result<Derivations, CatalogError> {
        let (stored, _) = self.visible(viewer, id).await?;
        let mut derivations = Derivations::default();
        if shown(viewer, &stored).is_none() {
            return Ok(derivations);
        }
        let wanted = Wanted {
            entries: vec![(EntryKind::Holding, id.to_string())],
            with_terms: vec![(EntryKind::Holding, made_of_term(id)), (EntryKind::Release, released_term(id))],
            ..Wanted::default()
        };
        let loaded = self.store().load(&wanted).await?;
        let releases = releases_of(loaded.with_terms.iter().flatten())?;
        if let Some(entry) = loaded.entries.first().and_then(Option::as_ref) {
            let holding = read::<Holding>(entry)?.body;
            let said = Some(viewer.manages(&holding.organisation) && holding.state == HoldingState::Published);
            let said = said.filter(|is_told| *is_told).map(|_| holding.said(self.vocabularies(), stored.changed_at));
            let said = said.transpose()?;
            for source in &holding.statement.derived_from {
                let Some((stored, _)) = self.known_now(viewer, *source).await? else { continue };
                let Some(shown) = shown(viewer, &stored) else { continue };
                let release = released_by_owner(&releases, &stored.dataset, id);
                let looser = said
                    .as_ref()
                    .map(|said| less_restricted(&shown, said, release).into_iter().map(|one| one.axis).collect());
                derivations.sources.push(DerivedLink { id: *source, title: shown.title, looser });
            }
        }
        for entry in loaded.with_terms.iter().flatten().filter(|entry| entry.kind == EntryKind::Holding) {
            let product = read::<Holding>(entry)?.body.id();
            if let Some(shown) = self.told_end(viewer, product).await? {
                derivations.products.push(DerivedLink { id: product, title: shown.title, looser: None });
            }
        }
        Ok(derivations)
    }

    async fn told_end(&self, viewer: &Viewer, id: DatasetId) -> Result<Option<Dataset>, CatalogError> {
        Ok(self.known_now(viewer, id).await?.and_then(|(stored, _)| shown(viewer, &stored)))
    }
}
