//! Tables of holdings: read row by row against what is registered already, told before anything is written, and written in one
//! transaction. What is wrong with a row keeps no other from going in.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use cairn_formats::inventory::{
    self, ChangedRow, InventoryMapping, InventoryRow, InventoryTable, stated_id, stated_title,
};
use cairn_model::party::organisation_id;
use cairn_model::registry::{HoldingState, HoldingStatement, REGISTERED};
use cairn_model::{DatasetId, Organisation, Problem, Severity, Vocabularies, normalise, row_in_words};
use cairn_policy::Viewer;
use cairn_store::{Amendment, Entry, EntryKind, Loaded, Wanted};
use jiff::Timestamp;

use super::record;
use super::table_file::wrong_rows;
use super::table_report::{RowOutcome, RowProblem, RowReport, TableOptions, TableReport};
use super::taken::{self, TakenRow, TakenTable};
use super::{Holding, WHO_LOOSENS, WHO_REGISTERS, new_source_record_id, reference_term, title_term};
use crate::error::blocking;
use crate::registry::derivations;
use crate::registry::entries::{amendment, new_id, read};
use crate::registry::{Change, Registered, Write};
use crate::{Catalog, CatalogError};

/// Rows of a table that are taken at once.
const MOST_ROWS: usize = 5000;

/// How often a table is decided about beside other writes that change what it is decided by.
const MOST_TRIES: usize = 4;

const CREATE: &str = "holding.create";
const CHANGE: &str = "holding.change";
const REGISTER: &str = "table.register";

impl Catalog {
    /// Registers the holdings of a table (CSV, TSV or XLSX). `name` is its file name, whose ending is a hint to the format.
    ///
    /// A row with the id of a record changes what it says otherwise of that; one with an id of the organisation's own, or with
    /// none, is new, unless it says what is registered already.
    ///
    /// # Errors
    /// `Forbidden`, `SignInRequired`; `BadRequest` where no organisation is given, or one that takes no part, and for more than
    /// 5,000 rows; `Invalid` for what is no table with titles.
    pub async fn register_table(
        &self,
        viewer: &Viewer,
        table: Vec<u8>,
        name: &str,
        options: TableOptions,
        now: Timestamp,
    ) -> Result<TableReport, CatalogError> {
        let organisation = options.organisation.clone();
        let organisation = organisation.or(viewer.organisation().map(str::to_owned)).unwrap_or_default();
        self.may(viewer, viewer.manages(&organisation), WHO_REGISTERS, CREATE, now).await?;
        if organisation.is_empty() {
            return Err(CatalogError::BadRequest("say which organisation has the holdings".to_owned()));
        }
        let (mapping, name) = (options.mapping.clone(), name.to_owned());
        let table = blocking(move || Ok(inventory::read_table(&table, &name, &mapping))).await?;
        if !table.has_titles {
            return Err(CatalogError::Invalid(table.problems));
        }
        if table.rows.len() > MOST_ROWS {
            return Err(CatalogError::BadRequest(format!(
                "the table has {} rows, and {MOST_ROWS} are taken at once: send it in parts",
                table.rows.len()
            )));
        }
        let plan = Plan { catalog: self.clone(), viewer: viewer.clone(), options, organisation, table, now };
        let (plan, wanted) = blocking(move || {
            let (wanted, places) = places(&plan.table, &plan.options.mapping, &plan.organisation);
            Ok((Arc::new((plan, places)), wanted))
        })
        .await?;
        let is_dry = plan.0.options.dry_run;
        let (rows, kept) = if is_dry {
            (self.prepare(&plan, wanted).await?.made.rows, None)
        } else {
            self.remember_registered().await?;
            let decided = self.take_rows(&plan, &wanted).await?;
            self.have_products_follow(None, now).await;
            decided
        };
        let table = &plan.0.table;
        let wrong_rows = wrong_rows(table, &rows)?;
        Ok(TableReport { rows, problems: table.problems.clone(), written: !is_dry, table: kept, wrong_rows })
    }

    /// Decides about the rows of a table by what is registered now. Nothing waits for it: a large table takes a while.
    async fn prepare(&self, plan: &Arc<Placed>, mut wanted: Wanted) -> Result<Prepared, CatalogError> {
        let known = self.store().load(&wanted).await?;
        let bound = bound(&mut wanted, &known)?;
        let loaded = self.store().load(&wanted).await?;
        let plan = Arc::clone(plan);
        blocking(move || {
            let (plan, places) = &*plan;
            let made = plan.make(places, &bound, &loaded)?;
            Ok(Prepared { wanted, bound, loaded, made })
        })
        .await
    }

    /// Decides about the rows of a table, and writes it where what it was decided by is still so. Where that changes again and
    /// again, it is decided at last while nobody else can write.
    async fn take_rows(
        &self,
        plan: &Arc<Placed>,
        wanted: &Wanted,
    ) -> Result<(Vec<RowReport>, Option<String>), CatalogError> {
        let (planned, places) = &**plan;
        let mut tries = 0;
        loop {
            tries += 1;
            let Prepared { wanted, bound, loaded, made } = self.prepare(plan, wanted.clone()).await?;
            let mut prepared = Some(planned.kept(made));
            let mut outcome = None;
            let mut decide = |now: &Loaded| {
                let decided = match prepared.take() {
                    Some(prepared) if *now == loaded => prepared,
                    _ if tries < MOST_TRIES => return Amendment::default(),
                    _ => planned.make(places, &bound, now).and_then(|made| planned.kept(made)),
                };
                let (amendment, decided) = decided.map_or_else(
                    |error| (Amendment::default(), Err(error)),
                    |(made, kept)| (made.amendment, Ok((made.rows, kept))),
                );
                outcome = Some(decided);
                amendment
            };
            self.store().amend(&wanted, &mut decide).await?;
            if let Some(decided) = outcome {
                return decided;
            }
        }
    }
}

/// Where a row stands in what was loaded.
enum Place {
    /// It names a record.
    Record(usize),
    /// It is looked up by a term: of the organisation's own id, or of its title.
    Term(usize),
}

/// What is loaded: the organisation, then for each row the holding that it names, or those that it could be; and where these
/// stand in it.
fn places(table: &InventoryTable, mapping: &InventoryMapping, organisation: &str) -> (Wanted, Vec<Place>) {
    let mut wanted = super::owner_of(organisation);
    let mut places = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        let stated = stated_id(row, mapping);
        let term = match stated.map(str::parse::<DatasetId>) {
            Some(Ok(id)) => {
                places.push(Place::Record(wanted.entries.len()));
                wanted.entries.push((EntryKind::Holding, id.to_string()));
                continue;
            }
            Some(Err(_)) => reference_term(organisation, stated.unwrap_or_default()),
            None => title_term(organisation, &title_of(row, mapping)),
        };
        places.push(Place::Term(wanted.with_terms.len()));
        wanted.with_terms.push((EntryKind::Holding, term));
    }
    (wanted, places)
}

fn title_of(row: &InventoryRow, mapping: &InventoryMapping) -> String {
    let read = inventory::read_row(row, mapping);
    read.ok().and_then(|read| read.draft.title.best("en").map(str::to_owned)).unwrap_or_default()
}

/// Adds to what is loaded by what the holdings are bound that are made of other records, and returns these records.
fn bound(wanted: &mut Wanted, known: &Loaded) -> Result<HashSet<DatasetId>, CatalogError> {
    let holdings = known.entries.iter().flatten().chain(known.with_terms.iter().flatten());
    for entry in holdings.filter(|entry| entry.kind == EntryKind::Holding) {
        let holding: Registered<Holding> = read(entry)?;
        derivations::want(wanted, &holding.id, &holding.body);
    }
    Ok(wanted.records.iter().copied().collect())
}

/// A table, and what its rows are decided by beside what is registered.
struct Plan {
    catalog: Catalog,
    viewer: Viewer,
    options: TableOptions,
    organisation: String,
    table: InventoryTable,
    now: Timestamp,
}

/// A plan, with where its rows stand in what is loaded.
type Placed = (Plan, Vec<Place>);

/// What was decided about the rows of a table, and by what.
struct Prepared {
    wanted: Wanted,
    bound: HashSet<DatasetId>,
    loaded: Loaded,
    made: Made,
}

/// What rows are decided by: what was loaded, and the organisation in it.
struct Ground<'l> {
    loaded: &'l Loaded,
    /// The records by which holdings are bound, as far as they were known before anything was loaded.
    bound: &'l HashSet<DatasetId>,
    owner: Organisation,
}

/// What is written of a table, and what is told of it.
#[derive(Default)]
struct Made {
    amendment: Amendment,
    rows: Vec<RowReport>,
    taken: Vec<TakenRow>,
}

impl Plan {
    fn make(&self, places: &[Place], bound: &HashSet<DatasetId>, loaded: &Loaded) -> Result<Made, CatalogError> {
        let owner = record::owner(loaded.entries.first(), &self.organisation)?;
        let ground = Ground { loaded, bound, owner };
        let mut made = Made::default();
        let mut met: HashMap<String, String> = HashMap::new();
        for (row, place) in self.table.rows.iter().zip(places) {
            let mut problems = Vec::new();
            let decided = self.row(row, place, &ground, &mut met, &mut problems)?;
            let (outcome, id) = match decided {
                Decided::Wrong => (RowOutcome::Wrong, None),
                Decided::Unchanged(id) => (RowOutcome::Unchanged, Some(id)),
                Decided::Written { outcome, id, version, amendment } => {
                    add(&mut made.amendment, amendment);
                    let (sheet, holding) = (row.sheet.clone(), id.clone());
                    made.taken.push(TakenRow { sheet, row: row.row, holding, version });
                    let is_known = outcome == RowOutcome::Changed || !self.options.dry_run;
                    (outcome, Some(id).filter(|_| is_known))
                }
            };
            let title = stated_title(row, &self.options.mapping).map(str::to_owned);
            let problems = problems.into_iter().map(|problem| RowProblem::of(problem, row, &self.table)).collect();
            made.rows.push(RowReport { sheet: row.sheet.clone(), row: row.row, outcome, id, title, problems });
        }
        Ok(made)
    }

    /// Adds to what is written that it was, so that it can be undone; nothing where nothing is written.
    fn kept(&self, mut made: Made) -> Result<(Made, Option<String>), CatalogError> {
        if made.taken.is_empty() {
            return Ok((made, None));
        }
        let count = |outcome| made.rows.iter().filter(|row| row.outcome == outcome).count();
        let table = TakenTable {
            organisation: self.organisation.clone(),
            role: taken::role_of(&self.viewer),
            new: count(RowOutcome::New),
            changed: count(RowOutcome::Changed),
            unchanged: count(RowOutcome::Unchanged),
            wrong: count(RowOutcome::Wrong),
            rows: std::mem::take(&mut made.taken),
            undone: None,
        };
        let (id, write) = (new_id(), Write { viewer: &self.viewer, act: REGISTER, now: self.now });
        let (amendment, written) = amendment(write, &id, None, |_| Ok(Change::to(table)));
        written?;
        add(&mut made.amendment, amendment);
        Ok((made, Some(id)))
    }

    fn row(
        &self,
        row: &InventoryRow,
        place: &Place,
        ground: &Ground<'_>,
        met: &mut HashMap<String, String>,
        problems: &mut Vec<Problem>,
    ) -> Result<Decided, CatalogError> {
        let mapping = &self.options.mapping;
        let (known, is_stated) = match place {
            Place::Record(at) => {
                let entry = ground.loaded.entries.get(*at).and_then(Option::as_ref);
                let known = entry.map(Known::read).transpose()?;
                let Some(known) = known.filter(|known| known.holding.body.organisation == self.organisation) else {
                    problems.push(wrong("no-such-holding", "id", "no holding of the organisation has this id"));
                    return Ok(Decided::Wrong);
                };
                (Some(known), true)
            }
            Place::Term(at) => {
                let found = ground.loaded.with_terms.get(*at).into_iter().flatten();
                let found: Vec<Known<'_>> = found.map(Known::read).collect::<Result<_, _>>()?;
                let is_stated = stated_id(row, mapping).is_some();
                (self.the_same(found, row, is_stated, problems), is_stated)
            }
        };
        let key = match (&known, stated_id(row, mapping)) {
            (Some(known), _) => known.holding.id.clone(),
            (None, Some(stated)) => stated.to_owned(),
            (None, None) => String::new(),
        };
        if !key.is_empty()
            && let Some(first) = met.insert(key, row_in_words(row.row, row.sheet.as_deref()))
        {
            problems.push(wrong("stands-twice", "id", &format!("{first} speaks of the same holding")));
            return Ok(Decided::Wrong);
        }
        match known {
            Some(known) if is_stated => self.changed(row, &known, ground, problems),
            Some(known) => Ok(Decided::Unchanged(known.holding.id)),
            None => self.new_one(row, ground, problems),
        }
    }

    /// The holding that a row without the id of a record speaks of: by an id of the organisation's own, the one that has it;
    /// by its title alone, one of which it says the very same.
    fn the_same<'l>(
        &self,
        found: Vec<Known<'l>>,
        row: &InventoryRow,
        is_stated: bool,
        problems: &mut Vec<Problem>,
    ) -> Option<Known<'l>> {
        let mut others = found.into_iter().filter(|one| !one.is_withdrawn()).peekable();
        if is_stated {
            return others.next();
        }
        let first = others.peek().map(|one| one.holding.id.clone());
        let same = others.find(|one| {
            let mut unheard = Vec::new();
            let said = &one.holding.body.statement;
            let Some(change) = ChangedRow::of(row, &self.options.mapping, said) else { return true };
            let mut after = said.clone();
            // In other words it may be the same: `Yemen` and `YEM`.
            self.read(change.row(), &mut unheard).is_some_and(|read| {
                change.apply(&mut after, &read);
                after == *said
            })
        });
        if let (None, Some(id)) = (&same, first) {
            let message = format!("a holding of this title is registered already, as {id}: give its id to change it");
            problems.push(Problem::warning("title-is-registered", "title", message));
        }
        same
    }

    fn new_one(
        &self,
        row: &InventoryRow,
        ground: &Ground<'_>,
        problems: &mut Vec<Problem>,
    ) -> Result<Decided, CatalogError> {
        let Some(statement) = self.read(&inventory::unguarded(row), problems) else { return Ok(Decided::Wrong) };
        let state = if self.options.draft { HoldingState::Draft } else { HoldingState::Published };
        let organisation = self.organisation.clone();
        let holding = Holding { statement, source_record_id: new_source_record_id(), organisation, state };
        let id = holding.id().to_string();
        self.written(RowOutcome::New, id, None, holding, ground, problems)
    }

    fn changed(
        &self,
        row: &InventoryRow,
        known: &Known<'_>,
        ground: &Ground<'_>,
        problems: &mut Vec<Problem>,
    ) -> Result<Decided, CatalogError> {
        let before = &known.holding;
        let Some(change) = ChangedRow::of(row, &self.options.mapping, &before.body.statement) else {
            return Ok(Decided::Unchanged(before.id.clone()));
        };
        if known.is_withdrawn() {
            problems.push(wrong("withdrawn", "id", "the holding is withdrawn: restore it first"));
            return Ok(Decided::Wrong);
        }
        let Some(read) = self.read(change.row(), problems) else { return Ok(Decided::Wrong) };
        let mut holding = before.body.clone();
        change.apply(&mut holding.statement, &read);
        if holding == before.body {
            return Ok(Decided::Unchanged(before.id.clone()));
        }
        self.written(RowOutcome::Changed, before.id.clone(), Some(known), holding, ground, problems)
    }

    /// What a row says, as far as it can be read.
    fn read(&self, row: &InventoryRow, problems: &mut Vec<Problem>) -> Option<HoldingStatement> {
        let reading = match inventory::read_row(row, &self.options.mapping) {
            Ok(reading) => reading,
            Err(problem) => {
                problems.push(problem);
                return None;
            }
        };
        problems.extend(reading.problems);
        let named = reading.draft.owner.as_ref().map(|owner| organisation_id(&owner.name));
        if named.is_some_and(|named| named != self.organisation) {
            let message = "holdings are registered for one's own organisation: another that is named is not taken over";
            problems.push(Problem::warning("organisation-is-ones-own", "owner", message));
        }
        let normalised = normalise(REGISTERED, reading.draft, self.catalog.vocabularies(), self.now);
        problems.extend(normalised.dataset.provenance.problems.iter().cloned());
        let is_readable = problems.iter().all(|problem| problem.severity != Severity::Error);
        is_readable.then(|| HoldingStatement::of(normalised.dataset, normalised.stated.into()))
    }

    /// Checks what a row makes of a holding, and says what is written of it.
    fn written(
        &self,
        outcome: RowOutcome,
        id: String,
        before: Option<&Known<'_>>,
        holding: Holding,
        ground: &Ground<'_>,
        problems: &mut Vec<Problem>,
    ) -> Result<Decided, CatalogError> {
        let vocabularies: &Vocabularies = self.catalog.vocabularies();
        let dataset = match record::checked(&holding, vocabularies, self.now) {
            Ok(dataset) => record::owned(dataset, ground.owner.clone()),
            Err(CatalogError::Invalid(found)) => {
                problems.extend(found);
                return Ok(Decided::Wrong);
            }
            Err(error) => return Err(error),
        };
        if holding.statement.derived_from.iter().any(|id| !ground.bound.contains(id)) {
            problems.push(wrong("changed-meanwhile", "id", "it is being changed at this moment: send the row again"));
            return Ok(Decided::Wrong);
        }
        match derivations::inherited(&self.viewer, &holding, &dataset, ground.loaded) {
            Ok(()) => {}
            Err(CatalogError::Invalid(found)) => {
                problems.extend(found);
                return Ok(Decided::Wrong);
            }
            Err(error) => return Err(error),
        }
        // A table does not say what a holding is made of, and a row is no more open than that is now: a record that stands closer
        // has only not followed it yet.
        let loosened = before
            .map(|before| record::loosened(&before.holding.body, None, &holding, &dataset, vocabularies, self.now))
            .unwrap_or_default();
        if !loosened.is_empty() && !self.viewer.stewards(&self.organisation) {
            problems.push(wrong("only-stewards-loosen", "terms", WHO_LOOSENS));
            return Ok(Decided::Wrong);
        }
        let act = if outcome == RowOutcome::New { CREATE } else { CHANGE };
        let write = Write { viewer: &self.viewer, act, now: self.now };
        let records = holding.record(dataset, write).into_iter().collect();
        let reason = (!loosened.is_empty()).then(|| format!("loosens {}", loosened.join(", ")));
        let entry = before.map(|before| before.entry);
        let (amendment, written) = amendment(write, &id, entry, |_| Ok(Change { body: holding, reason, records }));
        Ok(Decided::Written { outcome, id, version: written?.version, amendment })
    }
}

/// Writes with an amendment what another says.
pub(super) fn add(all: &mut Amendment, one: Amendment) {
    all.entries.extend(one.entries);
    all.records.extend(one.records);
    all.acts.extend(one.acts);
    all.messages.extend(one.messages);
}

/// A holding that is registered, and the entry that it was read from.
struct Known<'l> {
    entry: &'l Entry,
    holding: Registered<Holding>,
}

impl<'l> Known<'l> {
    fn read(entry: &'l Entry) -> Result<Self, CatalogError> {
        Ok(Self { entry, holding: read(entry)? })
    }

    fn is_withdrawn(&self) -> bool {
        self.holding.body.state == HoldingState::Withdrawn
    }
}

/// What was decided about a row.
enum Decided {
    Wrong,
    Unchanged(String),
    Written { outcome: RowOutcome, id: String, version: u32, amendment: Amendment },
}

fn wrong(code: &str, field: &str, message: &str) -> Problem {
    Problem::error(code, field, message)
}
