//! The ids of an inventory's rows: those that its id column states, else made of what the rows say.

use std::collections::HashMap;

use cairn_model::{Position, Problem};

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
    let mut repeats: HashMap<String, usize> = HashMap::new();
    for (row, stated) in table.rows.iter_mut().zip(&stated) {
        if let Some(id) = stated {
            let keeper = keepers.get(id.as_str()).copied().unwrap_or(row.row);
            if keeper == row.row {
                row.record_id.clone_from(id);
                continue;
            }
            problems.push(repeated(id, row.row, keeper));
        }
        let made = made(row, &mut resolver);
        let repeat = repeats.entry(made.clone()).or_default();
        row.record_id = loop {
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

/// The number of the row that keeps each stated id: the first, but a row that is left out for its lack of a title takes the
/// id away from no other.
fn keepers<'i>(
    rows: &[InventoryRow],
    stated: &'i [Option<String>],
    resolver: &mut Resolver<'_>,
) -> HashMap<&'i str, u64> {
    let is_titled: Vec<bool> = rows.iter().map(|row| says(row, Column::Title, resolver).is_some()).collect();
    let mut keepers = HashMap::new();
    for wanted in [true, false] {
        for ((row, id), _) in rows.iter().zip(stated).zip(&is_titled).filter(|(_, titled)| **titled == wanted) {
            if let Some(id) = id {
                keepers.entry(id.as_str()).or_insert(row.row);
            }
        }
    }
    keepers
}

fn repeated(id: &str, row: u64, keeper: u64) -> Problem {
    let message = format!(
        "row {keeper} has the same id and keeps it: the id of this row is made from its title and organisation"
    );
    let position = Position { row: Some(row), ..Position::default() };
    Problem::warning("duplicate-identifier", "identifier", message).with_value(id).at(position)
}
