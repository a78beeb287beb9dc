//! The ids of an inventory's rows: those that its id column states, else made of what the rows say.

use std::collections::{HashMap, HashSet};

use cairn_model::{Problem, row_in_words};

use super::columns::Column;
use super::row::is_nothing;
use super::{InventoryMapping, InventoryRow, InventoryTable, Resolver};
use crate::stable_id;

/// Characters of an id that is taken as it stands; a longer one is a text.
const MAX_ID: usize = 200;

/// Cells that differ between rows of one title, and stay as they are from one edition of an inventory to the next.
const TELLING_APART: [Column; 6] =
    [Column::CoverageStart, Column::Coverage, Column::CoverageEnd, Column::Country, Column::Place, Column::Cluster];

/// Gives each row its id (see [`InventoryRow::record_id`]). Of rows that state the same one the first keeps it.
pub(super) fn give(table: &mut InventoryTable, mapping: &InventoryMapping, problems: &mut Vec<Problem>) {
    let mut resolver = Resolver::new(mapping);
    let stated: Vec<Option<String>> = table.rows.iter().map(|row| stated(row, &mut resolver)).collect();
    let keepers = keepers(&table.rows, &stated, &mut resolver);
    let keeps = |index: usize| stated[index].as_deref().is_some_and(|id| keepers.get(id) == Some(&index));
    let made = told_apart(&table.rows, all_made(&table.rows, &mut resolver), keeps, &mut resolver);
    let mut repeats: HashMap<String, usize> = HashMap::new();
    for (index, (stated, made)) in stated.iter().zip(made).enumerate() {
        if let Some(id) = stated {
            if keeps(index) {
                table.rows[index].record_id.clone_from(id);
                continue;
            }
            let keeper = keepers.get(id.as_str()).copied().unwrap_or(index);
            problems.push(repeated(id, &table.rows[index], &table.rows[keeper]));
        }
        let repeat = repeats.entry(made.clone()).or_default();
        table.rows[index].record_id = loop {
            *repeat += 1;
            let id = if *repeat == 1 { made.clone() } else { format!("{made}-{repeat}") };
            if !keepers.contains_key(id.as_str()) {
                break id;
            }
        };
    }
}

/// Made from title and organisation.
pub(super) fn made(row: &InventoryRow, resolver: &mut Resolver<'_>) -> String {
    let title = resolver.cell(row, Column::Title).unwrap_or_default();
    let organisation = resolver.cell(row, Column::Organisation).or_else(|| resolver.cell(row, Column::Owner));
    stable_id(&[title, organisation.unwrap_or_default()])
}

/// Those of all rows. What stands in several sheets, as in one for each year, is another holding in each: it is not to take the id, and
/// with it the terms that were given by hand, of another when a sheet is put before it.
fn all_made(rows: &[InventoryRow], resolver: &mut Resolver<'_>) -> Vec<String> {
    let made: Vec<String> = rows.iter().map(|row| made(row, resolver)).collect();
    let mut sheets: HashMap<&str, HashSet<&Option<String>>> = HashMap::new();
    for (row, id) in rows.iter().zip(&made) {
        sheets.entry(id).or_default().insert(&row.sheet);
    }
    let in_sheet = |(row, id): (&InventoryRow, &String)| match &row.sheet {
        Some(sheet) if sheets[id.as_str()].len() > 1 => stable_id(&[id, sheet]),
        _ => id.clone(),
    };
    rows.iter().zip(&made).map(in_sheet).collect()
}

/// Tells rows of one title apart by where and when they are from, so that none takes the id of another when rows are sorted anew or one
/// is put between. The first of them by these cells keeps the id that it had while it was alone, which the earliest is where each year
/// adds a row.
fn told_apart(
    rows: &[InventoryRow],
    mut made: Vec<String>,
    states_its_own: impl Fn(usize) -> bool,
    resolver: &mut Resolver<'_>,
) -> Vec<String> {
    let mut alike: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, id) in made.iter().enumerate().filter(|(index, _)| !states_its_own(*index)) {
        alike.entry(id).or_default().push(index);
    }
    let mut apart: Vec<(usize, String)> = Vec::new();
    for (id, indexes) in alike.into_iter().filter(|(_, indexes)| indexes.len() > 1) {
        let mut cells =
            |index: &usize| TELLING_APART.map(|column| resolver.cell(&rows[*index], column).unwrap_or_default());
        let cells: Vec<[&str; TELLING_APART.len()]> = indexes.iter().map(&mut cells).collect();
        let first = cells.iter().min();
        let others = indexes.iter().zip(&cells).filter(|(_, cells)| Some(*cells) != first);
        apart.extend(others.map(|(index, cells)| (*index, stable_id(&[&[id], cells.as_slice()].concat()))));
    }
    for (index, id) in apart {
        made[index] = id;
    }
    made
}

/// What the id column says.
fn stated(row: &InventoryRow, resolver: &mut Resolver<'_>) -> Option<String> {
    let id = says(row, Column::Identifier, resolver)?;
    let usable = id.chars().count() <= MAX_ID && !id.contains(char::is_control);
    usable.then(|| id.to_owned())
}

/// The cell of a column, where it says something.
fn says<'r>(row: &'r InventoryRow, column: Column, resolver: &mut Resolver<'_>) -> Option<&'r str> {
    resolver.cell(row, column).filter(|cell| !is_nothing(column, cell))
}

/// The index of the row that keeps each stated id: the first, but a row that is left out for its lack of a title takes the
/// id away from no other.
fn keepers<'i>(
    rows: &[InventoryRow],
    stated: &'i [Option<String>],
    resolver: &mut Resolver<'_>,
) -> HashMap<&'i str, usize> {
    let is_titled: Vec<bool> = rows.iter().map(|row| says(row, Column::Title, resolver).is_some()).collect();
    let mut keepers = HashMap::new();
    for wanted in [true, false] {
        for (index, id) in stated.iter().enumerate().filter(|(index, _)| is_titled[*index] == wanted) {
            if let Some(id) = id {
                keepers.entry(id.as_str()).or_insert(index);
            }
        }
    }
    keepers
}

fn repeated(id: &str, row: &InventoryRow, keeper: &InventoryRow) -> Problem {
    let keeper = row_in_words(keeper.row, keeper.sheet.as_deref());
    let message =
        format!("{keeper} has the same id and keeps it: the id of this row is made from its title and organisation");
    Problem::warning("duplicate-identifier", "identifier", message).with_value(id).at(row.position())
}
