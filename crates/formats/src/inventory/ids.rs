//! The ids of an inventory's rows: those that its id column states, else made of what the rows say.

use std::collections::{HashMap, HashSet};

use cairn_model::{Problem, row_in_words};

use super::columns::Column;
use super::row::is_nothing;
use super::{InventoryMapping, InventoryRow, InventoryTable, Resolver};
use crate::stable_id;

/// Characters of an id that is taken as it stands; a longer one is a text.
const MAX_ID: usize = 200;

/// Gives each row its id (see [`InventoryRow::record_id`]). Of rows that state the same one the first keeps it.
pub(super) fn give(table: &mut InventoryTable, mapping: &InventoryMapping, problems: &mut Vec<Problem>) {
    let mut resolver = Resolver::new(mapping);
    let stated: Vec<Option<String>> = table.rows.iter().map(|row| stated(row, &mut resolver)).collect();
    let keepers = keepers(&table.rows, &stated, &mut resolver);
    let made = all_made(&table.rows, &mut resolver);
    let mut repeats: HashMap<String, usize> = HashMap::new();
    for (index, (stated, made)) in stated.iter().zip(made).enumerate() {
        if let Some(id) = stated {
            let keeper = keepers.get(id.as_str()).copied().unwrap_or(index);
            if keeper == index {
                table.rows[index].record_id.clone_from(id);
                continue;
            }
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
