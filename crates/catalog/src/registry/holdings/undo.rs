//! Undoing a table of holdings: what it made is withdrawn, and what it changed is said again as it was before, in one transaction.
//! What somebody changed since is left as it is.

use cairn_model::registry::HoldingState;
use cairn_model::{Organisation, Problem};
use cairn_policy::Viewer;
use cairn_store::{Amendment, Entry, EntryKind, Loaded, NewAct, RecordAmendment, Wanted};
use jiff::Timestamp;
use serde::Serialize;

use super::table::add;
use super::taken::{TableUndone, TakenTable, role_of};
use super::{Holding, WHO_LOOSENS, WHO_REGISTERS, owner_of, record};
use crate::registry::derivations;
use crate::registry::entries::{amendment, read};
use crate::registry::{Change, Registered, Write};
use crate::{Catalog, CatalogError};

const ACT: &str = "table.undo";
const WITHDRAW: &str = "holding.withdraw";
const CHANGE: &str = "holding.change";

const ABSENT: CatalogError = CatalogError::NotFound("table");

/// What becomes of a holding when the table is undone that wrote it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum UndoOutcome {
    /// The table made it: it is withdrawn.
    Withdrawn,
    /// The table changed it: the same is said of it again as before.
    Restored,
    /// It is left as it is; its problems say why.
    Left,
    /// Its terms would be loosened, which this viewer may not do.
    NotAllowed,
}

/// What becomes of a holding that a table wrote.
#[derive(Debug, Clone, PartialEq)]
pub struct UndoneRow {
    /// Its sheet, where several of the workbook were read.
    pub sheet: Option<String>,
    /// The row of the table, as a spreadsheet shows it.
    pub row: u64,
    /// Id of the holding.
    pub holding: String,
    /// What becomes of it.
    pub outcome: UndoOutcome,
    /// Why it is left.
    pub problems: Vec<Problem>,
}

/// What becomes of what a table wrote.
#[derive(Debug, Clone, PartialEq)]
pub struct UndoReport {
    /// Id of the table.
    pub table: String,
    /// Whether it was written. Where everything is left as it is, nothing is.
    pub written: bool,
    /// Each holding, in the order of the rows.
    pub rows: Vec<UndoneRow>,
}

impl UndoReport {
    /// How many holdings become what.
    pub fn count(&self, outcome: UndoOutcome) -> usize {
        self.rows.iter().filter(|row| row.outcome == outcome).count()
    }
}

impl Catalog {
    /// Undoes a table, or says what would become of each holding that it wrote.
    ///
    /// # Errors
    /// `NotFound` for a table that is absent, hidden, or older than tables are kept; `SignInRequired`; `Forbidden` for who registers
    /// nothing, and where terms of what is published would be loosened by who is no steward; `Conflict` where it was undone before.
    pub async fn undo_table(
        &self,
        viewer: &Viewer,
        id: &str,
        dry_run: bool,
        now: Timestamp,
    ) -> Result<UndoReport, CatalogError> {
        let table = self.kept_table(viewer, id, now).await?.body;
        // Rows of a table and versions of a holding are never written over: they are read before the transaction.
        let steps = steps(&table, &self.store().load(&versions_of(&table)).await?)?;
        let wanted = wanted(&table, id, &steps);
        let undo = Undo { catalog: self, viewer, id, now };
        if dry_run {
            let (_, rows) = undo.decide(&steps, &self.store().load(&wanted).await?)?;
            return Ok(UndoReport { table: id.to_owned(), written: false, rows });
        }
        let mut outcome = Err(CatalogError::Internal("nothing was decided".to_owned()));
        let mut decide = |loaded: &Loaded| match undo.decide(&steps, loaded).and_then(|decided| undo.allowed(decided)) {
            Ok((amendment, rows)) => {
                outcome = Ok((!amendment.entries.is_empty(), rows));
                amendment
            }
            Err(error) => {
                let line = NewAct { refused: true, ..NewAct::new(now, viewer.actor(), ACT, id) };
                let is_refused = matches!(error, CatalogError::Forbidden(_));
                outcome = Err(error);
                Amendment { acts: is_refused.then_some(line).into_iter().collect(), ..Amendment::default() }
            }
        };
        self.store().amend(&wanted, &mut decide).await?;
        let (written, rows) = outcome?;
        self.have_products_follow(None, now).await;
        Ok(UndoReport { table: id.to_owned(), written, rows })
    }
}

/// A holding that a table wrote: as it made it, and as it was before; nothing before it where it was new.
struct Step {
    sheet: Option<String>,
    row: u64,
    id: String,
    made: Registered<Holding>,
    before: Option<Holding>,
}

/// The versions of holdings that a table wrote, each with the one before it, where there is one.
fn versions_of(table: &TakenTable) -> Wanted {
    let of = |version| move |id: &String| (EntryKind::Holding, id.clone(), version);
    let versions = table.rows.iter().flat_map(|row| {
        let before = row.version.checked_sub(1).filter(|version| *version > 0);
        std::iter::once(row.version).chain(before).map(|version| of(version)(&row.holding))
    });
    Wanted { versions: versions.collect(), ..Wanted::default() }
}

fn steps(table: &TakenTable, loaded: &Loaded) -> Result<Vec<Step>, CatalogError> {
    let mut versions = loaded.versions.iter();
    let mut next = || -> Result<Registered<Holding>, CatalogError> {
        let entry = versions.next().and_then(Option::as_ref);
        read(entry.ok_or_else(|| CatalogError::Internal("a version that a table wrote is not there".to_owned()))?)
    };
    table
        .rows
        .iter()
        .map(|row| {
            let made = next()?;
            let before = if row.version > 1 { Some(next()?.body) } else { None };
            Ok(Step { sheet: row.sheet.clone(), row: row.row, id: row.holding.clone(), made, before })
        })
        .collect()
}

/// What is loaded: the organisation, the table, the holdings in the order of its rows, and by what they are bound that are made of
/// others.
fn wanted(table: &TakenTable, id: &str, steps: &[Step]) -> Wanted {
    let mut wanted = owner_of(&table.organisation);
    wanted.entries.push((EntryKind::Table, id.to_owned()));
    wanted.entries.extend(steps.iter().map(|step| (EntryKind::Holding, step.id.clone())));
    for step in steps {
        if let Some(before) = &step.before {
            derivations::want(&mut wanted, &step.id, before);
        }
    }
    wanted
}

/// What is written, and what is told of each holding.
type Decided = (Amendment, Vec<UndoneRow>);

/// What is decided about what a table wrote.
struct Undo<'a> {
    catalog: &'a Catalog,
    viewer: &'a Viewer,
    id: &'a str,
    now: Timestamp,
}

impl Undo<'_> {
    fn decide(&self, steps: &[Step], loaded: &Loaded) -> Result<Decided, CatalogError> {
        let [organisation, table, holdings @ ..] = loaded.entries.as_slice() else { return Err(ABSENT) };
        let entry = table.as_ref().filter(|entry| entry.is_seen(self.viewer)).ok_or(ABSENT)?;
        let table: Registered<TakenTable> = read(entry)?;
        if !self.viewer.manages(&table.body.organisation) {
            return Err(CatalogError::refused(self.viewer, WHO_REGISTERS));
        }
        if let Some(undone) = &table.body.undone {
            return Err(CatalogError::conflict(format!("the table was undone before, at {}", undone.at)));
        }
        let owner = record::owner(Some(organisation), &table.body.organisation)?;
        let (mut all, mut rows) = (Amendment::default(), Vec::with_capacity(steps.len()));
        for (step, newest) in steps.iter().zip(holdings) {
            let newest = newest.as_ref().ok_or_else(|| CatalogError::Internal("a holding is not there".to_owned()))?;
            let (outcome, problems) = self.step(step, newest, &owner, loaded, &mut all)?;
            let (sheet, holding) = (step.sheet.clone(), step.id.clone());
            rows.push(UndoneRow { sheet, row: step.row, holding, outcome, problems });
        }
        if !all.entries.is_empty() {
            add(&mut all, self.noted(entry, table.body, &rows)?);
        }
        Ok((all, rows))
    }

    /// Refuses the whole where a part of it is not for this viewer: as a table can be undone once, a steward could not undo the rest.
    fn allowed(&self, decided: Decided) -> Result<Decided, CatalogError> {
        if decided.1.iter().any(|row| row.outcome == UndoOutcome::NotAllowed) {
            return Err(CatalogError::refused(self.viewer, WHO_LOOSENS));
        }
        Ok(decided)
    }

    fn step(
        &self,
        step: &Step,
        newest: &Entry,
        owner: &Organisation,
        loaded: &Loaded,
        all: &mut Amendment,
    ) -> Result<(UndoOutcome, Vec<Problem>), CatalogError> {
        let now: Registered<Holding> = read(newest)?;
        // Where a later table was undone before this one, the holding is as this one made it, in another version.
        if now.body != step.made.body {
            let message = format!(
                "it was changed since: the table wrote version {}, and version {} is the newest",
                step.made.version, now.version
            );
            return Ok((UndoOutcome::Left, vec![Problem::error("changed-since", "id", message)]));
        }
        let (change, act, outcome) = match &step.before {
            None => (self.withdrawn(&now.body), WITHDRAW, UndoOutcome::Withdrawn),
            Some(before) => match self.restored(&now.body, before, owner, loaded) {
                Ok(change) => (change, CHANGE, UndoOutcome::Restored),
                Err(CatalogError::Invalid(problems)) => return Ok((UndoOutcome::Left, problems)),
                Err(CatalogError::Forbidden(who_may)) => {
                    let problem = Problem::error("only-stewards-loosen", "terms", who_may);
                    return Ok((UndoOutcome::NotAllowed, vec![problem]));
                }
                Err(error) => return Err(error),
            },
        };
        let write = Write { viewer: self.viewer, act, now: self.now };
        let (amendment, written) = amendment(write, &step.id, Some(newest), |_| Ok(change));
        written?;
        add(all, amendment);
        Ok((outcome, Vec::new()))
    }

    /// A holding that the table made, out of the catalogue.
    fn withdrawn(&self, made: &Holding) -> Change<Holding> {
        let retire = RecordAmendment::Retire { actor: self.viewer.actor().to_owned(), at: self.now, id: made.id() };
        let body = Holding { state: HoldingState::Withdrawn, ..made.clone() };
        Change { records: vec![retire], ..Change::because(body, self.reason()) }
    }

    /// A holding that the table changed, as it was before; refused as the same change is by hand.
    fn restored(
        &self,
        made: &Holding,
        before: &Holding,
        owner: &Organisation,
        loaded: &Loaded,
    ) -> Result<Change<Holding>, CatalogError> {
        let vocabularies = self.catalog.vocabularies();
        let dataset = record::owned(record::checked(before, vocabularies, self.now)?, owner.clone());
        derivations::inherited(self.viewer, before, &dataset, loaded)?;
        // A table did not say what it is made of either: where its record stands closer, it has only not followed that yet.
        let loosened = record::loosened(made, None, before, &dataset, vocabularies, self.now);
        if !loosened.is_empty() && !self.viewer.stewards(&before.organisation) {
            return Err(CatalogError::Forbidden(WHO_LOOSENS));
        }
        let write = Write { viewer: self.viewer, act: CHANGE, now: self.now };
        let records = before.record(dataset, write).into_iter().collect();
        let mut reason = self.reason();
        if !loosened.is_empty() {
            reason = format!("{reason}; loosens {}", loosened.join(", "));
        }
        Ok(Change { records, ..Change::because(before.clone(), reason) })
    }

    fn reason(&self) -> String {
        format!("undoes table {}", self.id)
    }

    /// The table, undone.
    fn noted(&self, entry: &Entry, table: TakenTable, rows: &[UndoneRow]) -> Result<Amendment, CatalogError> {
        let count = |outcome| rows.iter().filter(|row| row.outcome == outcome).count();
        let undone = TableUndone {
            at: self.now,
            role: role_of(self.viewer),
            withdrawn: count(UndoOutcome::Withdrawn),
            restored: count(UndoOutcome::Restored),
            left: count(UndoOutcome::Left),
        };
        let write = Write { viewer: self.viewer, act: ACT, now: self.now };
        let body = TakenTable { undone: Some(undone), ..table };
        let (amendment, written) = amendment(write, self.id, Some(entry), |_| Ok(Change::to(body)));
        written?;
        Ok(amendment)
    }
}
