//! Tables of holdings that were taken: what each wrote, for as long as it can be undone.

use std::collections::BTreeSet;

use cairn_policy::{Label, Role, Viewer};
use cairn_store::EntryKind;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::organisation_term;
use crate::registry::{EntryBody, EntryPage, Registered};
use crate::{Catalog, CatalogError};

/// For how long a table is kept, and can be undone.
const KEPT: SignedDuration = SignedDuration::from_hours(90 * 24);

/// What a table wrote. What it did not write is counted and not kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenTable {
    /// Id of the organisation whose holdings they are.
    pub organisation: String,
    /// As what it was sent: the role of a member, or `operator`.
    pub role: String,
    /// Rows that were holdings not registered before.
    pub new: usize,
    /// Rows that said something else of one.
    pub changed: usize,
    /// Rows that said what was registered.
    pub unchanged: usize,
    /// Rows that could not be taken.
    pub wrong: usize,
    /// What was written, in the order of the rows.
    pub rows: Vec<TakenRow>,
    /// What became of it when it was undone.
    pub undone: Option<TableUndone>,
}

/// What a row of a table wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakenRow {
    /// Its sheet, where several of a workbook were read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sheet: Option<String>,
    /// Its number, as a spreadsheet shows it.
    pub row: u64,
    /// Id of the holding.
    pub holding: String,
    /// The version that it wrote: the first of what was new.
    pub version: u32,
}

/// What became of a table that was undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableUndone {
    /// When.
    pub at: Timestamp,
    /// As what: the role of a member, or `operator`.
    pub role: String,
    /// Holdings that were withdrawn, as the table had made them.
    pub withdrawn: usize,
    /// Holdings of which is said again what was said before.
    pub restored: usize,
    /// Holdings that were left as they are.
    pub left: usize,
}

impl EntryBody for TakenTable {
    const KIND: EntryKind = EntryKind::Table;

    fn seen_by(&self, _: &str) -> BTreeSet<Label> {
        BTreeSet::from([Label::operator(), Label::organisation(&self.organisation)])
    }

    fn terms(&self) -> Vec<String> {
        vec![organisation_term(&self.organisation)]
    }
}

/// As what somebody acts, for those who may know of it.
pub(super) fn role_of(viewer: &Viewer) -> String {
    viewer.role().map_or("operator", Role::name).to_owned()
}

/// The instant from which on tables are kept.
pub(crate) fn tables_kept_since(now: Timestamp) -> Timestamp {
    now.checked_sub(KEPT).unwrap_or(Timestamp::MIN)
}

impl Catalog {
    /// The tables that an organisation sent, newest first, or those before one of them: of the viewer's own where none is named. They
    /// are told for 90 days; `next` is what to give as `before` for older ones.
    ///
    /// # Errors
    /// Store errors.
    pub async fn tables(
        &self,
        viewer: &Viewer,
        organisation: Option<&str>,
        before: Option<&str>,
        limit: u32,
        now: Timestamp,
    ) -> Result<EntryPage<TakenTable>, CatalogError> {
        let term = organisation.or(viewer.organisation()).map(organisation_term);
        let most = limit.saturating_add(1);
        let mut items: Vec<Registered<TakenTable>> =
            self.entries_backwards(viewer, term.as_deref(), before, most).await?;
        let is_more = items.len() > limit as usize;
        items.truncate(limit as usize);
        let next = items.last().filter(|_| is_more).map(|last| last.id.clone());
        // Their ids are in the order of time, so that behind one that is too old nothing else comes.
        let since = tables_kept_since(now);
        let next = next.filter(|_| items.iter().all(|table| table.created >= since));
        items.retain(|table| table.created >= since);
        Ok(EntryPage { items, next })
    }

    /// A table that can still be undone.
    ///
    /// # Errors
    /// `NotFound` for one that is absent, hidden, or older than tables are kept.
    pub(super) async fn kept_table(
        &self,
        viewer: &Viewer,
        id: &str,
        now: Timestamp,
    ) -> Result<Registered<TakenTable>, CatalogError> {
        let table: Registered<TakenTable> = self.entry(viewer, id).await?;
        if table.created < tables_kept_since(now) {
            return Err(CatalogError::NotFound(EntryKind::Table.code()));
        }
        Ok(table)
    }
}
