//! IOM's Displacement Tracking Matrix: one record an operation, whose data is had as aggregates only.
//!
//! `GetAllOperationList` answers with a row for each operation and country; figures are never looked at.

use cairn_model::{AccessMethod, Draft, DraftOrganisation, LocalizedText, Problem, Severity};

use crate::Reading;
use crate::access::{close_access, state_sharing};
use crate::json_groups::group;
use crate::json_object::read_record;
use crate::json_page::{Page, number};
use crate::json_value::{Fields, Value};
use crate::listing::Listing;
use crate::stable_id;

/// Who runs every operation.
const PUBLISHER: &str = "International Organization for Migration (IOM)";
/// What the interface gives out.
const CAVEATS: &str = "Only figures that are not sensitive are given out: numbers of displaced people by country and by \
    the first two levels of administration.";

/// Where people find the data: operations have no pages that the interface names.
const LANDING_PAGE: &str = "https://dtm.iom.int/";

/// Cuts the list of operations into one record an operation, its rows put together.
///
/// # Errors
/// A problem with `Severity::Error` when the answer is broken, reports an error in its envelope, or holds no list.
pub fn list_operations(bytes: &[u8]) -> Result<Listing, Problem> {
    let page = Page::cut(bytes, &[&["result"]])?;
    if let Some(problem) = failure(&page.envelope) {
        return Err(problem);
    }
    if !page.has_list {
        return Err(page.refusal("a list of operations"));
    }
    let mut problems = page.problems;
    let no_rows = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    let rows = (page.records.len() + no_rows) as u64;
    if let Some(total) = number(&page.envelope, "totalRecordsCount").filter(|total| *total > rows) {
        let message = format!("the answer counts {total} rows and has {rows}");
        problems.push(Problem::error("incomplete", "totalRecordsCount", message));
    }
    let rows = page.records.into_iter().map(|(_, row)| row);
    let operation = |row: &Fields<'_>| row.text("operation").map(std::borrow::Cow::into_owned);
    let (mut listing, nameless) = group(rows, |key| key == "operation", operation);
    if nameless > 0 {
        let message = format!("{nameless} rows name no operation");
        problems.push(Problem::error("no-identity", "operation", message));
    }
    // Operations have names and no ids.
    for record in &mut listing.records {
        record.id = record.id.take().map(|name| stable_id(&[&name]));
    }
    Ok(Listing { problems, ..listing })
}

/// `isSuccess: false`, a status of 400 and more, or messages of errors.
fn failure(envelope: &Fields<'_>) -> Option<Problem> {
    let messages = match envelope.get("errorMessages") {
        Some(value) => crate::json_value::texts_of(value, &[]),
        None => Vec::new(),
    };
    let status = number(envelope, "statusCode").unwrap_or(200);
    let failed = envelope.get("isSuccess").and_then(Value::truth) == Some(false);
    if !failed && status < 400 && messages.is_empty() {
        return None;
    }
    let words = messages.into_iter().next().or_else(|| envelope.text("message").map(std::borrow::Cow::into_owned));
    let problem = Problem::error("error-answer", "errorMessages", "the answer reports an error");
    Some(problem.with_value(&words.unwrap_or_else(|| format!("status {status}"))))
}

/// Reads one operation, as [`list_operations`] puts it together.
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no JSON object or name no operation.
pub fn read_operation(bytes: &[u8]) -> Result<Reading, Problem> {
    read_record(bytes, "an operation", |operation| {
        let rows = operation.objects("rows");
        let name = operation.first_text(&["name", "operation"]);
        let Some(name) = name.or_else(|| rows.first().and_then(|row| row.text("operation"))) else {
            return Err(Problem::error("no-identity", "name", "the operation has no name"));
        };
        let mut draft = Draft {
            source_record_id: stable_id(&[&name]),
            title: LocalizedText::undetermined(name),
            kind: Some("dataset".to_owned()),
            publisher: Some(DraftOrganisation { id: None, name: PUBLISHER.to_owned(), kind: None }),
            caveats: Some(CAVEATS.to_owned()),
            landing_page: Some(LANDING_PAGE.to_owned()),
            population_groups: vec!["IDP".to_owned()],
            ..Draft::default()
        };
        draft.terms.listed_openly = true;
        state_sharing(&mut draft.terms, "public");
        close_access(&mut draft.terms, AccessMethod::AggregateOnly);
        let rows = if rows.is_empty() { vec![operation.clone()] } else { rows };
        for row in rows {
            let country = row.first_text(&["admin0Pcode", "admin0Name"]);
            draft.countries.extend(country.filter(|country| !draft.countries.contains(country)));
            let status = row.text("operationStatus").map(|status| format!("Operation status: {status}"));
            draft.topics.extend(status.filter(|status| !draft.topics.contains(status)));
        }
        Ok(draft)
    })
}

#[cfg(test)]
mod tests;
