//! The time that a row says its data covers.

use cairn_model::Draft;
use cairn_model::date::read_interval;
use cairn_model::vocabulary::fold;

use super::super::aliases::key_of;
use super::super::columns::{Column, split_label};
use super::{Cells, Comma, is_country};
use crate::places::add_place;

/// Fills in the time covered. What is only called coverage and tells no time is where the data is of.
pub(super) fn fill(cells: &mut Cells<'_>, draft: &mut Draft) {
    let stated = cells.sorted.iter().filter(|(column, ..)| *column == Column::Coverage);
    for (_, rank, label, cell) in stated {
        // What a mapping names is what it says.
        let heading = key_of(split_label(label).0);
        let is_only_coverage = *rank > 0 && heading == "coverage";
        if !is_only_coverage || tells_time(cell) {
            let two_years = if OF_YEARS.contains(&heading.as_str()) { two_years(cell) } else { None };
            draft.coverage.get_or_insert_with(|| two_years.unwrap_or_else(|| (*cell).trim().to_owned()));
            continue;
        }
        let names = cells.split(cell, Comma::UnlessKnown(is_country));
        for name in names.into_iter().filter(|name| !name.is_empty()) {
            let next = [("countries", draft.countries.len()), ("places", draft.places.len())];
            add_place(name, draft);
            for ((list, before), now) in next.into_iter().zip([draft.countries.len(), draft.places.len()]) {
                if now > before {
                    cells.headers.insert(format!("{list}[{before}]"), (*label).to_owned());
                }
            }
        }
    }
    if !is_of_form(cells) {
        draft.coverage_start = cells.one(Column::CoverageStart);
        draft.coverage_end = cells.one(Column::CoverageEnd);
    }
}

fn tells_time(cell: &str) -> bool {
    let words = ["ongoing", "continuous", "current", "present", "to date"];
    cell.contains(char::is_numeric) || read_interval(cell).is_ok() || words.contains(&fold(cell).as_str())
}

/// Whether `start` and `end` say when somebody filled in a form: Kobo and ODK write the moments so, before what was asked.
fn is_of_form(cells: &Cells<'_>) -> bool {
    let of = |wanted: Column| cells.sorted.iter().find(|(column, ..)| *column == wanted);
    let ends = [of(Column::CoverageStart), of(Column::CoverageEnd)].map(|found| {
        let (_, rank, label, cell) = found?;
        (*rank > 0 && matches!(key_of(label).as_str(), "start" | "end")).then_some(*cell)
    });
    let [Some(start), Some(end)] = ends else { return false };
    let is_covered = of(Column::Coverage).is_some_and(|(.., label, cell)| key_of(label) != "date" && tells_time(cell));
    is_covered || (is_moment(start) && is_moment(end))
}

/// Whether a cell holds a day and a time of it. Midnight is what programs write where there is no time.
fn is_moment(cell: &str) -> bool {
    let time = cell.trim().split_once(['T', ' ']).map_or("", |(_, time)| time);
    time.as_bytes().get(2) == Some(&b':') && !time.starts_with("00:00")
}

/// Keys of headings under which no cell is a month.
const OF_YEARS: &[&str] =
    &["year", "years", "yearscovered", "annee", "annees", "ano", "anos", "السنة", "السنوات", "العام"];

/// Two years in a row that elsewhere would be a month: `2008-09`, `2007/08`.
fn two_years(cell: &str) -> Option<String> {
    let (first, second) = cell.trim().split_once(['-', '–', '/'])?;
    let is_number = |text: &str, digits| text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(first, 4) || !is_number(second, 2) {
        return None;
    }
    let (first, second): (u32, u32) = (first.parse().ok()?, second.parse().ok()?);
    (second == (first + 1) % 100).then(|| format!("{first}/{}", first + 1))
}
