//! `/register/table`: many holdings at once, told row by row before anything is written.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use cairn_catalog::{
    CatalogError, Registered, RowOutcome, RowProblem, RowReport, TABLE_FIELDS, TableOptions, TableReport, TakenTable,
};
use jiff::Timestamp;

use super::sent_table::{SentFile, SentTable, TableFile};
use super::{may_register, shown_of};
use crate::error::ApiError;
use crate::state::AppState;
use crate::web::dataset::date_in_words;
use crate::web::form::{STALE, Told};
use crate::web::names::LANGUAGE;
use crate::web::page::{PageError, render};
use crate::web::visitor::{Header, SignedInVisitor, to_sign_in};

/// Headers for which a page asks what they hold.
const MOST_ASKED: usize = 50;

/// Tables that the page lists.
const MOST_LISTED: u32 = 10;

/// What a form says that its report is of drafts.
const DRAFT: &str = "draft";

const TOO_LARGE: &str = "The file has more than 1 MiB. Larger tables are taken by the command line (cairn register) and by the API \
    (POST /api/v1/datasets/bulk).";

#[derive(Template)]
#[template(path = "register_table.html")]
struct TablePage {
    language: &'static str,
    header: Header,
    told_of: &'static str,
    told: Vec<Told>,
    file: Option<Carried>,
    report: Option<Report>,
    columns: Vec<Asked>,
    is_draft: bool,
    /// Of which choices the report is.
    seen: Vec<String>,
    sent: Vec<Sent>,
}

/// The file, as the form carries it on.
struct Carried {
    name: String,
    table: String,
}

/// What becomes, or became, of the rows.
struct Report {
    written: bool,
    /// By what it can be undone.
    undo: Option<String>,
    new: usize,
    changed: usize,
    unchanged: usize,
    wrong: usize,
    remarks: Vec<String>,
    rows: Vec<Row>,
    /// Rows that are not shown.
    others: usize,
}

impl Report {
    fn may_be_taken(&self) -> bool {
        !self.written && self.new + self.changed > 0
    }
}

struct Row {
    sheet: Option<String>,
    number: u64,
    title: String,
    outcome: &'static str,
    address: Option<String>,
    problems: Vec<Wrong>,
}

/// What is wrong with a row.
struct Wrong {
    /// The column, by letters and header.
    column: Option<(String, String)>,
    message: String,
    value: Option<String>,
}

/// A header that does not say what its column holds.
struct Asked {
    header: String,
    choices: Vec<(String, String, bool)>,
}

/// A table that was sent before.
struct Sent {
    when: String,
    role: String,
    new: usize,
    changed: usize,
    address: Option<String>,
}

/// Shows the form, and the tables that were sent before.
pub(crate) async fn show(
    State(state): State<AppState>,
    visitor: Result<SignedInVisitor, ApiError>,
    wanted: Uri,
) -> Result<Response, PageError> {
    let Ok(visitor) = visitor else { return Ok(to_sign_in(&wanted)) };
    may_register(&visitor)?;
    page(&state, &visitor, StatusCode::OK, Came::default()).await
}

/// Says what becomes of each row, takes what can be taken, or gives the rows that cannot as a file.
pub(crate) async fn send(
    State(state): State<AppState>,
    sent: Result<SentTable, Response>,
) -> Result<Response, PageError> {
    let SentTable { visitor, typed, file, is_current } = match sent {
        Ok(sent) => sent,
        Err(answer) => return Ok(answer),
    };
    may_register(&visitor)?;
    let refused = async |status, message: &str| {
        page(&state, &visitor, status, Came { told: vec![Told::of_all(message)], ..Came::default() }).await
    };
    let file = match file {
        SentFile::Missing => return refused(StatusCode::UNPROCESSABLE_ENTITY, "Choose a file.").await,
        SentFile::TooLarge => return refused(StatusCode::PAYLOAD_TOO_LARGE, TOO_LARGE).await,
        SentFile::Table(file) => file,
    };
    let mut what = typed.typed("do");
    if !["look", "take", "wrong"].contains(&what) {
        return Err(ApiError::bad_request("`do` is look, take or wrong.").into());
    }
    let is_draft = typed.is_chosen("draft", "true");
    let mut choices = typed.many("column", false)?;
    let mut options = TableOptions { draft: is_draft, ..TableOptions::default() };
    for column in &choices {
        options.name_column(column)?;
    }
    choices.extend(is_draft.then(|| DRAFT.to_owned()));
    // Nothing is taken of which nobody was told what becomes of it.
    if what == "take" && (!file.is_carried || typed.many("seen", false)? != choices) {
        what = "look";
    }
    options.dry_run = what != "take";
    let mut came = Came { is_draft, seen: choices, ..Came::default() };
    if !is_current {
        (came.told, came.file) = (vec![Told::of_all(STALE)], Some(file));
        return page(&state, &visitor, StatusCode::FORBIDDEN, came).await;
    }
    let place = match state.whole_source_place(visitor.viewer()).await {
        Ok(place) => place,
        Err(busy) => {
            // The file is not to be sent once more over a bad line.
            (came.told, came.file) = (vec![Told::of_all(busy.detail.clone())], Some(file));
            return Ok(busy.with_headers(page(&state, &visitor, busy.status, came).await?));
        }
    };
    came.columns = asked(&options, &file).await?;
    let now = Timestamp::now();
    let taken = state.catalog.register_table(visitor.viewer(), file.bytes.clone(), &file.name, options, now).await;
    drop(place);
    // What is written needs its file no more, but for the rows that were left out.
    let is_done = matches!(&taken, Ok(report) if report.written && report.count(RowOutcome::Wrong) == 0);
    came.file = (!is_done).then_some(file);
    let status = match taken {
        Ok(TableReport { wrong_rows: Some(rows), .. }) if what == "wrong" => return Ok(wrong_rows(rows)),
        Ok(report) => {
            came.report = Some(told_of(report));
            StatusCode::OK
        }
        Err(CatalogError::Invalid(problems)) => {
            came.told = problems.into_iter().map(|problem| Told::of_all(problem.message)).collect();
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(CatalogError::BadRequest(message)) => {
            came.told = vec![Told::of_all(message)];
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Err(error) => return Err(error.into()),
    };
    page(&state, &visitor, status, came).await
}

/// What came of a table that was sent.
#[derive(Default)]
struct Came {
    told: Vec<Told>,
    file: Option<TableFile>,
    report: Option<Report>,
    columns: Vec<Asked>,
    is_draft: bool,
    seen: Vec<String>,
}

/// The headers of which nobody can say what they hold, and those of which somebody did.
async fn asked(options: &TableOptions, file: &TableFile) -> Result<Vec<Asked>, CatalogError> {
    let named = &options.mapping.columns;
    let field_of = |header: &str| named.iter().find(|(_, one)| *one == header).map(|(field, _)| field.as_str());
    let mut headers: Vec<String> = named.values().cloned().collect();
    headers.extend(options.unknown_headers(file.bytes.clone(), &file.name).await?);
    headers.truncate(MOST_ASKED);
    let asked = headers.into_iter().map(|header| {
        let chosen = field_of(&header);
        let choice = |field: &&str| {
            (format!("{field}={header}"), field.replace('_', " "), chosen.is_some_and(|one| one == *field))
        };
        let choices = TABLE_FIELDS.iter().map(choice).collect();
        Asked { header, choices }
    });
    Ok(asked.collect())
}

fn told_of(report: TableReport) -> Report {
    let count = |outcome| report.count(outcome);
    let (new, changed) = (count(RowOutcome::New), count(RowOutcome::Changed));
    let (unchanged, wrong) = (count(RowOutcome::Unchanged), count(RowOutcome::Wrong));
    let written = report.written;
    let (shown, others) = shown_of(report.rows, |row| !row.problems.is_empty());
    Report {
        written,
        undo: report.table.map(|id| format!("/register/table/{id}")),
        new,
        changed,
        unchanged,
        wrong,
        remarks: report.problems.into_iter().map(|problem| problem.message).collect(),
        rows: shown.into_iter().map(row).collect(),
        others,
    }
}

fn row(report: RowReport) -> Row {
    Row {
        sheet: report.sheet,
        number: report.row,
        title: report.title.unwrap_or_default(),
        outcome: match report.outcome {
            RowOutcome::New => "New",
            RowOutcome::Changed => "Changed",
            RowOutcome::Unchanged => "Unchanged",
            RowOutcome::Wrong => "Left out",
        },
        address: report.id.map(|id| format!("/holding/{id}")),
        problems: report.problems.into_iter().map(wrong).collect(),
    }
}

fn wrong(found: RowProblem) -> Wrong {
    let RowProblem { problem, letters } = found;
    Wrong {
        column: letters.map(|letters| (letters, problem.position.column.unwrap_or_default())),
        message: problem.message,
        value: problem.value.filter(|value| !value.is_empty()),
    }
}

fn wrong_rows(rows: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"left-out.csv\"")),
    ];
    (headers, rows).into_response()
}

fn sent(table: &Registered<TakenTable>) -> Sent {
    Sent {
        when: date_in_words(&table.created.strftime("%F").to_string()),
        role: table.body.role.clone(),
        new: table.body.new,
        changed: table.body.changed,
        address: table.body.undone.is_none().then(|| format!("/register/table/{}", table.id)),
    }
}

async fn page(
    state: &AppState,
    visitor: &SignedInVisitor,
    status: StatusCode,
    came: Came,
) -> Result<Response, PageError> {
    let Came { told, file, report, columns, is_draft, seen } = came;
    // As they are now: what was just taken is among them.
    let tables = state.catalog.tables(visitor.viewer(), None, None, MOST_LISTED, Timestamp::now()).await?;
    let shown = TablePage {
        language: LANGUAGE,
        header: visitor.header.clone(),
        told_of: "Nothing was written",
        told,
        file: file.map(|file| Carried { table: file.carried(), name: file.name }),
        report,
        columns,
        is_draft,
        seen,
        sent: tables.items.iter().map(sent).collect(),
    };
    Ok((status, render(&shown)?).into_response())
}
