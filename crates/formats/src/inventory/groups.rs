//! Cells that are written once for a group of rows and left blank below: the organisation in the first column, and its terms.

use cairn_model::{AccessMethod, Classification, Listing, Problem, Sensitivity, Sharing};

use super::columns::Column;
use super::header::Labels;
use super::row::truth_of;
use super::{InventoryRow, Resolver};
use crate::access::{levels, says_none};

/// Fills in the group of a row whose first column is blank, and what closes the row above and is blank in it. What opens a row
/// must be written in it.
pub(super) fn fill_in(
    holdings: &mut [InventoryRow],
    labels: &Labels,
    resolver: &mut Resolver<'_>,
    problems: &mut Vec<Problem>,
) {
    let group = labels.get(0);
    if !resolver.column(&group).is_some_and(|(column, _)| is_of_groups(column)) {
        return;
    }
    let mut found = 0;
    for index in 1..holdings.len() {
        let (above, below) = holdings.split_at_mut(index);
        let (Some(above), Some(row)) = (above.last(), below.first_mut()) else { continue };
        let is_blank = |row: &InventoryRow, label: &str| row.cells.iter().all(|(other, _)| other != label);
        if is_blank(above, &group) || !is_blank(row, &group) {
            continue;
        }
        let mut closes = |label: &str, cell: &str| {
            resolver.column(label).is_some_and(|(column, _)| column.is_of_terms() && !opens(column, cell))
        };
        let taken: Vec<(String, String)> = above
            .cells
            .iter()
            .filter(|(label, cell)| is_blank(row, label) && (*label == group || closes(label, cell)))
            .cloned()
            .collect();
        row.cells.extend(taken);
        row.cells.sort_by_key(|(label, _)| labels.iter().position(|other| other == label).unwrap_or(usize::MAX));
        found += 1;
    }
    if found > 0 {
        let message = format!(
            "{found} rows have no \"{group}\" below one that has: they were taken to be of its group, as closed as the row above \
             where they state no terms"
        );
        problems.push(Problem::warning("group-above", "", message));
    }
}

/// Whether rows are put in groups by a column.
fn is_of_groups(column: Column) -> bool {
    matches!(
        column,
        Column::Organisation
            | Column::OrganisationType
            | Column::Owner
            | Column::Custodian
            | Column::Cluster
            | Column::Topic
            | Column::Kind
    )
}

/// Whether a cell of a column of terms opens, or closes nothing.
fn opens(column: Column, cell: &str) -> bool {
    match column {
        Column::Sharing => levels::sharing(cell) == Sharing::Public,
        Column::Sensitivity => levels::sensitivity(cell) == Sensitivity::Low,
        Column::AccessMethod => levels::access_method(cell) == AccessMethod::Download,
        Column::Listing => levels::listing(cell) == Listing::Full,
        Column::Classification => levels::classification(cell) == Classification::Unclassified,
        Column::IsPublic | Column::CanBeShared => truth_of(cell) == Some(true),
        Column::IsConfidential => truth_of(cell) == Some(false) || says_none(cell),
        _ => false,
    }
}
