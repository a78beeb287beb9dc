//! What all kinds of entries have in common: who is told of them, versions that do not overwrite each other, and a line in
//! the log of acts for every change and for every attempt that was refused.

use std::collections::BTreeSet;

use cairn_model::DatasetId;
use cairn_policy::{Label, Viewer};
use cairn_store::{
    Amendment, Entry, EntryKind, EntryWrite, Loaded, NewAct, NewMessage, RecordAmendment, StoreError, Wanted,
};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::{Catalog, CatalogError};

/// The term by which all entries of a kind are looked up that count in decisions about access.
pub(crate) const ALL: &str = "all";

/// What the store keeps of an entry of a kind.
pub(crate) trait EntryBody: Serialize + DeserializeOwned + Clone + Send + Sync {
    const KIND: EntryKind;

    /// Who may know of it.
    fn seen_by(&self, id: &str) -> BTreeSet<Label>;

    /// Whether a viewer may know of it.
    fn is_seen_by(&self, id: &str, viewer: &Viewer) -> bool {
        self.seen_by(id).iter().any(|label| viewer.holds(label))
    }

    /// By what it is looked up.
    fn terms(&self) -> Vec<String>;

    /// Whom it is told when it came to be as it is.
    fn messages(&self, _id: &str, _now: Timestamp) -> Vec<NewMessage> {
        Vec::new()
    }
}

/// An entry in one of its versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registered<T> {
    /// Its id among those of its kind.
    pub id: String,
    /// The version, from 1.
    pub version: u32,
    /// When the first version came.
    pub created: Timestamp,
    /// When this one came.
    pub changed: Timestamp,
    /// Who wrote this one, as in the log of acts: for those who look after it.
    pub changed_by: String,
    /// What it is.
    pub body: T,
}

/// Which part of a list is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    /// The id after which it begins; empty for the beginning.
    pub after: String,
    /// Entries at most.
    pub limit: u32,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryPage<T> {
    /// In the order of their ids.
    pub items: Vec<Registered<T>>,
    /// The id after which the next part begins; `None` at the end.
    pub next: Option<String>,
}

/// What becomes of an entry.
#[derive(Debug)]
pub(crate) struct Change<T> {
    /// The next version.
    pub(crate) body: T,
    /// Why, where that was said.
    pub(crate) reason: Option<String>,
    /// What becomes of records with it.
    pub(crate) records: Vec<RecordAmendment>,
}

impl<T> Change<T> {
    pub(crate) fn to(body: T) -> Self {
        Self { body, reason: None, records: Vec::new() }
    }

    pub(crate) fn because(body: T, reason: impl Into<String>) -> Self {
        Self { reason: Some(reason.into()), ..Self::to(body) }
    }
}

/// Which change of an entry is asked for, by whom and when.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Write<'a> {
    pub(crate) viewer: &'a Viewer,
    /// The act, as the log of acts is to name it (`group.change`).
    pub(crate) act: &'static str,
    pub(crate) now: Timestamp,
}

impl Catalog {
    /// One entry.
    ///
    /// # Errors
    /// `NotFound` for one that is absent or hidden.
    pub(crate) async fn entry<T: EntryBody>(&self, viewer: &Viewer, id: &str) -> Result<Registered<T>, CatalogError> {
        let entry = self.store().entry(T::KIND, id, viewer).await?;
        read(entry.as_ref().ok_or(CatalogError::NotFound(T::KIND.code()))?)
    }

    /// Whether there is an entry of which a viewer may know.
    pub(crate) async fn knows_of<T: EntryBody>(&self, viewer: &Viewer, id: &str) -> Result<bool, CatalogError> {
        match self.entry::<T>(viewer, id).await {
            Ok(_) => Ok(true),
            Err(CatalogError::NotFound(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The entries of a kind that a viewer may know of; all, or those that have a term.
    pub(crate) async fn entries<T: EntryBody>(
        &self,
        viewer: &Viewer,
        term: Option<&str>,
        paging: &Paging,
    ) -> Result<EntryPage<T>, CatalogError> {
        let most = paging.limit.saturating_add(1);
        let found = self.store().entries(T::KIND, term, viewer, &paging.after, most).await?;
        let mut items: Vec<Registered<T>> = found.iter().map(read).collect::<Result<_, _>>()?;
        let is_more = items.len() > paging.limit as usize;
        items.truncate(paging.limit as usize);
        let next = items.last().filter(|_| is_more).map(|last| last.id.clone());
        Ok(EntryPage { items, next })
    }

    /// The entries of a kind that a viewer may know of, from the last id backwards, or from before an id.
    pub(crate) async fn entries_backwards<T: EntryBody>(
        &self,
        viewer: &Viewer,
        term: Option<&str>,
        before: Option<&str>,
        limit: u32,
    ) -> Result<Vec<Registered<T>>, CatalogError> {
        let found = self.store().entries_backwards(T::KIND, term, viewer, before, limit).await?;
        found.iter().map(read).collect()
    }

    /// The versions of an entry, newest first, back to the first that the viewer could not know of.
    ///
    /// # Errors
    /// `NotFound` for one that is absent or hidden.
    pub(crate) async fn entry_history<T: EntryBody>(
        &self,
        viewer: &Viewer,
        id: &str,
    ) -> Result<Vec<Registered<T>>, CatalogError> {
        let versions = self.store().entry_versions(T::KIND, id, viewer).await?;
        if versions.is_empty() {
            return Err(CatalogError::NotFound(T::KIND.code()));
        }
        versions.iter().map(read).collect()
    }

    /// Puts a new entry. `decide` is given what is there under the same id, whoever may know of that, and what else was
    /// wanted; it runs in the transaction that writes. What is made of records that are written with it follows them.
    pub(crate) async fn put_entry<T: EntryBody>(
        &self,
        write: Write<'_>,
        id: &str,
        also: &Wanted,
        mut decide: impl FnMut(Option<Registered<T>>, &Loaded) -> Result<Change<T>, CatalogError> + Send,
    ) -> Result<Registered<T>, CatalogError> {
        let mut wanted = also.clone();
        wanted.entries.push((T::KIND, id.to_owned()));
        let mut outcome = Err(CatalogError::Internal("nothing was decided".to_owned()));
        let mut records: Vec<DatasetId> = Vec::new();
        let mut amend = |loaded: &Loaded| {
            let mut others = loaded.clone();
            let before = others.entries.pop().flatten();
            let (amendment, decided) = amendment(write, id, before.as_ref(), |before| decide(before, &others));
            outcome = decided;
            records = amendment.records.iter().map(RecordAmendment::id).collect();
            amendment
        };
        self.store().amend(&wanted, &mut amend).await?;
        if !records.is_empty() {
            self.have_products_follow(Some(records), write.now).await;
        }
        outcome
    }

    /// Changes an entry that the viewer may know of; from the version that they had before them, where that counts.
    ///
    /// # Errors
    /// `NotFound` for one that is absent or hidden; `Conflict` when it has another version by now; what `decide` refuses.
    pub(crate) async fn change_entry<T: EntryBody>(
        &self,
        write: Write<'_>,
        id: &str,
        version: Option<u32>,
        also: &Wanted,
        mut decide: impl FnMut(&Registered<T>, &Loaded) -> Result<Change<T>, CatalogError> + Send,
    ) -> Result<Registered<T>, CatalogError> {
        self.put_entry(write, id, also, |before: Option<Registered<T>>, loaded| {
            let before = before.filter(|before| before.body.is_seen_by(id, write.viewer));
            let before = before.ok_or(CatalogError::NotFound(T::KIND.code()))?;
            // Who may not change it is told so, whatever version they had.
            let change = decide(&before, loaded)?;
            if let Some(version) = version.filter(|version| *version != before.version) {
                return Err(CatalogError::Conflict {
                    message: format!(
                        "it was changed since: version {} is the newest, and you had {version} before you; read it again",
                        before.version
                    ),
                    version: Some(before.version),
                });
            }
            Ok(change)
        })
        .await
    }
}

impl Catalog {
    /// Refuses what a viewer may not do, and says so in the log of acts. For what is known before anything is loaded.
    ///
    /// # Errors
    /// `SignInRequired` for an anonymous viewer, else `Forbidden`.
    pub(crate) async fn may(
        &self,
        viewer: &Viewer,
        is_allowed: bool,
        who_may: &'static str,
        act: &'static str,
        now: Timestamp,
    ) -> Result<(), CatalogError> {
        if is_allowed {
            return Ok(());
        }
        if !viewer.is_anonymous() {
            let line = NewAct { refused: true, ..NewAct::new(now, viewer.actor(), act, "") };
            self.store().log_act(line).await?;
        }
        Err(CatalogError::refused(viewer, who_may))
    }
}

/// An id that nobody could guess or have taken, in the order of time.
pub(crate) fn new_id() -> String {
    Uuid::now_v7().to_string()
}

/// Refuses to write over another version than the one that the client had before them; 0 where there was none.
pub(super) fn is_newest(newest: u32, version: u32) -> Result<(), CatalogError> {
    if newest == version {
        return Ok(());
    }
    Err(CatalogError::Conflict {
        message: format!("version {newest} is the newest, and you had {version} before you; read it again"),
        version: Some(newest),
    })
}

/// Refuses to write where an entry is not any more as it was read for what is kept of it.
pub(super) fn is_as_read(newest: u32, read: u32) -> Result<(), CatalogError> {
    if newest == read {
        return Ok(());
    }
    let message = "it is being changed at this moment: read it again".to_owned();
    Err(CatalogError::Conflict { message, version: Some(newest) })
}

/// What is written of a decision, and what is answered.
pub(super) fn amendment<T: EntryBody>(
    write: Write<'_>,
    id: &str,
    before: Option<&Entry>,
    decide: impl FnOnce(Option<Registered<T>>) -> Result<Change<T>, CatalogError>,
) -> (Amendment, Result<Registered<T>, CatalogError>) {
    let Write { viewer, act, now } = write;
    // As the store keeps it, so that what is answered now is what will be read later.
    let now = Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now);
    let decided = before.map(read::<T>).transpose().and_then(decide).and_then(|change| {
        let body = serde_json::to_string(&change.body).map_err(|error| CatalogError::Internal(error.to_string()))?;
        Ok((change, body))
    });
    let line = NewAct::new(now, viewer.actor(), act, id);
    let (change, body) = match decided {
        Ok(decided) => decided,
        Err(error) => {
            let acts = match error {
                CatalogError::Forbidden(_) => vec![NewAct { refused: true, ..line }],
                _ => Vec::new(),
            };
            return (Amendment { acts, ..Amendment::default() }, Err(error));
        }
    };
    let seen_by = change.body.seen_by(id);
    if let Some(before) = before.filter(|before| before.body == body && before.seen_by == seen_by) {
        return (Amendment::default(), read(before));
    }
    let version = before.map_or(0, |before| before.version) + 1;
    let written = Registered {
        id: id.to_owned(),
        version,
        created: before.map_or(now, |before| before.created),
        changed: now,
        changed_by: viewer.actor().to_owned(),
        body: change.body,
    };
    let entry = EntryWrite {
        kind: T::KIND,
        id: id.to_owned(),
        at: now,
        actor: viewer.actor().to_owned(),
        seen_by,
        body,
        terms: written.body.terms(),
    };
    let line = NewAct { version: Some(version), reason: change.reason, ..line };
    let messages = written.body.messages(id, now);
    (Amendment { entries: vec![entry], records: change.records, acts: vec![line], messages }, Ok(written))
}

/// An entry as its kind reads it.
pub(crate) fn read<T: EntryBody>(entry: &Entry) -> Result<Registered<T>, CatalogError> {
    let body = serde_json::from_str(&entry.body).map_err(|error| {
        let reason = format!("{} {}: {error}", entry.kind.code(), entry.id);
        CatalogError::Store(StoreError::Damaged { reason })
    })?;
    Ok(Registered {
        id: entry.id.clone(),
        version: entry.version,
        created: entry.created,
        changed: entry.changed,
        changed_by: entry.changed_by.clone(),
        body,
    })
}
