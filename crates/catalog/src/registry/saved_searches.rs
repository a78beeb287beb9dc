//! Saved searches: what somebody looks for again and again. They are their owner's alone, and no word of them is in the log.

use std::collections::BTreeSet;

use cairn_model::registry::SavedSearchStatement;
use cairn_policy::{Label, Viewer};
use cairn_store::{EntryKind, NewAct, Wanted};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::entries::new_id;
use super::{Change, EntryBody, EntryPage, Paging, Registered, Write};
use crate::{Catalog, CatalogError};

const WHO_SAVES: &str = "people save searches of their own, and managers and stewards those of their organisation";

/// Saved searches of one owner at most.
const MOST: usize = 100;

/// A saved search as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedSearch {
    /// Whose it is.
    pub owner: SearchOwner,
    /// What is said of it.
    pub statement: SavedSearchStatement,
}

/// Whose a saved search is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SearchOwner {
    /// A person, by the id of their account.
    Person(String),
    /// An organisation, by its id: it was saved with a token that is nobody's own.
    Organisation(String),
}

impl SearchOwner {
    /// Whose a search is that a viewer saves, if they save any.
    pub(crate) fn of(viewer: &Viewer) -> Option<Self> {
        let organisation = || viewer.organisation().filter(|id| viewer.manages(id)).map(str::to_owned);
        viewer.person().map(|id| Self::Person(id.to_owned())).or_else(|| organisation().map(Self::Organisation))
    }

    /// Whether a viewer changes and removes what is this owner's.
    pub(crate) fn is(&self, viewer: &Viewer) -> bool {
        match self {
            Self::Person(id) => viewer.person() == Some(id),
            Self::Organisation(id) => viewer.organisation() == Some(id) && viewer.manages(id),
        }
    }

    fn label(&self) -> Label {
        match self {
            Self::Person(id) => Label::person(id),
            Self::Organisation(id) => Label::organisation(id),
        }
    }

    fn term(&self) -> String {
        match self {
            Self::Person(id) => format!("person={id}"),
            Self::Organisation(id) => format!("organisation={id}"),
        }
    }
}

impl EntryBody for SavedSearch {
    const KIND: EntryKind = EntryKind::SavedSearch;

    fn seen_by(&self, _: &str) -> BTreeSet<Label> {
        // Not even the operator is told what somebody looks for.
        BTreeSet::from([self.owner.label()])
    }

    fn terms(&self) -> Vec<String> {
        vec![self.owner.term()]
    }
}

impl Catalog {
    /// Saves a search: for the person whose token or session it is, else for the organisation of the token.
    ///
    /// # Errors
    /// `Invalid`, `Forbidden`, `SignInRequired`; `Conflict` when the owner has too many.
    pub async fn create_saved_search(
        &self,
        viewer: &Viewer,
        statement: SavedSearchStatement,
        now: Timestamp,
    ) -> Result<Registered<SavedSearch>, CatalogError> {
        const ACT: &str = "saved-search.create";
        let owner = SearchOwner::of(viewer);
        self.may(viewer, owner.is_some(), WHO_SAVES, ACT, now).await?;
        let owner = owner.ok_or(CatalogError::Forbidden(WHO_SAVES))?;
        CatalogError::if_any(statement.validate(self.vocabularies()))?;
        let wanted = Wanted { with_terms: vec![(EntryKind::SavedSearch, owner.term())], ..Wanted::default() };
        let search = SavedSearch { owner, statement };
        let write = Write { viewer, act: ACT, now };
        self.put_entry(write, &new_id(), &wanted, |_, loaded| {
            if loaded.with_terms.iter().flatten().count() >= MOST {
                return Err(CatalogError::conflict(format!("{MOST} searches are saved: remove some")));
            }
            Ok(Change::to(search.clone()))
        })
        .await
    }

    /// Changes a saved search.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`, `Forbidden`, `SignInRequired`; `Conflict` when it was changed since `version`.
    pub async fn change_saved_search(
        &self,
        viewer: &Viewer,
        id: &str,
        version: u32,
        statement: SavedSearchStatement,
        now: Timestamp,
    ) -> Result<Registered<SavedSearch>, CatalogError> {
        CatalogError::if_any(statement.validate(self.vocabularies()))?;
        let write = Write { viewer, act: "saved-search.change", now };
        self.change_entry(write, id, Some(version), &Wanted::default(), |before: &Registered<SavedSearch>, _| {
            let owner = before.body.owner.clone();
            if !owner.is(viewer) {
                return Err(CatalogError::refused(viewer, WHO_SAVES));
            }
            Ok(Change::to(SavedSearch { owner, statement: statement.clone() }))
        })
        .await
    }

    /// Removes a saved search with everything that was ever said of it.
    ///
    /// # Errors
    /// `NotFound`, `Forbidden`, `SignInRequired`.
    pub async fn remove_saved_search(&self, viewer: &Viewer, id: &str, now: Timestamp) -> Result<(), CatalogError> {
        const ACT: &str = "saved-search.remove";
        // Whose it is never changes, so what is allowed here is allowed in the transaction that removes it.
        let search = self.saved_search(viewer, id).await?;
        if !search.body.owner.is(viewer) {
            let refused = NewAct { refused: true, ..NewAct::new(now, viewer.actor(), ACT, id) };
            self.store().log_act(refused).await?;
            return Err(CatalogError::refused(viewer, WHO_SAVES));
        }
        let act = NewAct::new(now, viewer.actor(), ACT, id);
        let is_removed = self.store().forget_entry(EntryKind::SavedSearch, id, viewer, act).await?;
        if is_removed { Ok(()) } else { Err(CatalogError::NotFound(EntryKind::SavedSearch.code())) }
    }

    /// A saved search of the viewer or of their organisation.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn saved_search(&self, viewer: &Viewer, id: &str) -> Result<Registered<SavedSearch>, CatalogError> {
        self.entry(viewer, id).await
    }

    /// The saved searches of the viewer and of their organisation.
    ///
    /// # Errors
    /// Store errors.
    pub async fn saved_searches(
        &self,
        viewer: &Viewer,
        paging: &Paging,
    ) -> Result<EntryPage<SavedSearch>, CatalogError> {
        self.entries(viewer, None, paging).await
    }
}
