//! Forms: what was typed stays in its field, and what is wrong stands beside it and in a list at the top.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use cairn_model::{PartialDate, Problem, Vocabularies};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::page::{PageError, render};
use super::visitor::{Header, SignedInVisitor, Visitor};
use crate::error::ApiError;
use crate::extract::long_form;
use crate::parameters::Parameters;
use crate::state::AppState;

/// What is said of a form that a page of another session made: nothing was done, and nothing is lost.
pub(super) const STALE: &str =
    "This form was opened in another session. Nothing was written: look at what you typed, and send it again.";

/// A field of a form. Its name is also the path by which a check names what is wrong with it.
pub(crate) struct Field {
    pub(crate) name: &'static str,
    pub(crate) label: &'static str,
    pub(crate) hint: &'static str,
    pub(crate) is_required: bool,
    pub(crate) input: Input,
    pub(crate) problems: Vec<String>,
}

/// How a field is filled in.
pub(crate) enum Input {
    /// A line of text.
    Line(String),
    /// A day.
    Day(String),
    /// Some lines of text.
    Text(String),
    /// One of a few, each with what it means.
    One(Vec<Choice>),
    /// One of many, or none.
    Listed(Vec<Choice>),
    /// Any of them.
    Some(Vec<Choice>),
}

/// A value that can be chosen.
pub(crate) struct Choice {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) means: &'static str,
    pub(crate) is_chosen: bool,
}

/// The form of a step that a viewer may take now, for `step_forms.html`.
pub(crate) struct StepForm {
    pub(crate) act: &'static str,
    pub(crate) heading: &'static str,
    pub(crate) hint: &'static str,
    pub(crate) fields: Vec<Field>,
    /// Whether it is shown unfolded: it was sent, and something is wrong with it.
    pub(crate) is_open: bool,
}

/// What is wrong with a form that was sent.
pub(super) enum Wrong {
    Nothing,
    All(String),
    Fields(Vec<Problem>),
}

impl Wrong {
    /// Lets it stand at the fields that it is about, and answers what the list at the top tells of it.
    pub(super) fn tell<'f>(self, fields: impl IntoIterator<Item = &'f mut Field>) -> Vec<Told> {
        match self {
            Self::Nothing => Vec::new(),
            Self::All(message) => vec![Told::of_all(message)],
            Self::Fields(problems) => tell(&problems, fields),
        }
    }
}

/// What is wrong, as the list at the top tells it.
pub(crate) struct Told {
    /// The field that it is about.
    pub(crate) anchor: Option<&'static str>,
    pub(crate) label: &'static str,
    pub(crate) message: String,
}

impl Told {
    /// Something about no single field.
    pub(super) fn of_all(message: impl Into<String>) -> Self {
        Self { anchor: None, label: "", message: message.into() }
    }
}

impl Field {
    fn of(name: &'static str, label: &'static str, input: Input) -> Self {
        Self { name, label, hint: "", is_required: false, input, problems: Vec::new() }
    }

    /// A line.
    pub(super) fn line(name: &'static str, label: &'static str, typed: &Parameters) -> Self {
        Self::of(name, label, Input::Line(typed.typed(name).to_owned()))
    }

    /// Some lines.
    pub(super) fn text(name: &'static str, label: &'static str, typed: &Parameters) -> Self {
        Self::of(name, label, Input::Text(typed.typed(name).to_owned()))
    }

    /// A day.
    pub(super) fn day(name: &'static str, label: &'static str, typed: &Parameters) -> Self {
        Self::of(name, label, Input::Day(typed.typed(name).to_owned()))
    }

    /// One of a few.
    pub(super) fn one(name: &'static str, label: &'static str, typed: &Parameters, of: Vec<Choice>) -> Self {
        Self::of(name, label, Input::One(chosen(name, typed, of)))
    }

    /// One of many, or none.
    pub(super) fn listed(name: &'static str, label: &'static str, typed: &Parameters, of: Vec<Choice>) -> Self {
        Self::of(name, label, Input::Listed(chosen(name, typed, of)))
    }

    /// Any of them.
    pub(super) fn some(name: &'static str, label: &'static str, typed: &Parameters, of: Vec<Choice>) -> Self {
        Self::of(name, label, Input::Some(chosen(name, typed, of)))
    }

    pub(super) fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    pub(super) fn hint(self, hint: &'static str) -> Self {
        Self { hint, ..self }
    }

    fn is_about(&self, path: &str) -> bool {
        path.strip_prefix(self.name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['[', '.']))
    }
}

fn chosen(name: &str, typed: &Parameters, of: Vec<Choice>) -> Vec<Choice> {
    of.into_iter().map(|one| Choice { is_chosen: typed.is_chosen(name, &one.value), ..one }).collect()
}

impl Choice {
    /// A choice that needs no more words.
    pub(super) fn of(value: &str, label: &str) -> Self {
        Self { value: value.to_owned(), label: label.to_owned(), means: "", is_chosen: false }
    }

    /// A choice, and what it means.
    pub(super) fn meaning(value: &str, label: &str, means: &'static str) -> Self {
        Self { means, ..Self::of(value, label) }
    }

    /// The choices of a vocabulary, in its order.
    pub(super) fn terms(vocabulary: &str, vocabularies: &Vocabularies) -> Vec<Self> {
        let terms = vocabularies.terms(vocabulary).unwrap_or_default();
        terms.iter().map(|term| Self::of(&term.code, &vocabularies.label(vocabulary, &term.code, "en"))).collect()
    }
}

/// Puts what is wrong beside the fields, and returns it for the list at the top, in the order of the fields.
pub(super) fn tell<'f>(problems: &[Problem], fields: impl IntoIterator<Item = &'f mut Field>) -> Vec<Told> {
    let mut told = Vec::new();
    let mut left: Vec<&Problem> = problems.iter().collect();
    for field in fields {
        let (about, others): (Vec<&Problem>, Vec<&Problem>) =
            left.into_iter().partition(|problem| field.is_about(&problem.field));
        left = others;
        for problem in about {
            let message = in_words(problem);
            // Several entries of one list may be wrong in the same way.
            if field.problems.contains(&message) {
                continue;
            }
            told.push(Told { anchor: Some(field.name), label: field.label, message: message.clone() });
            field.problems.push(message);
        }
    }
    let of_others = left.into_iter().map(|problem| match problem.field.as_str() {
        "" => Told::of_all(in_words(problem)),
        field => Told::of_all(format!("`{field}`: {}", in_words(problem))),
    });
    told.extend(of_others);
    told
}

fn in_words(problem: &Problem) -> String {
    match problem.value.as_deref().filter(|value| !value.is_empty()) {
        Some(value) => format!("{} (“{value}”)", problem.message),
        None => problem.message.clone(),
    }
}

/// The entries of a text that holds one in each line.
pub(super) fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// What stands between entries of a list, in Latin and in Arabic script.
const BETWEEN: [char; 5] = [',', ';', '\n', '،', '؛'];

/// The entries of a text that separates them by commas. One in quotation marks may hold commas itself; a quotation mark in it
/// is written twice.
pub(super) fn entries(text: &str) -> Vec<String> {
    let mut entries = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (entry, behind) = quoted(rest).unwrap_or_else(|| {
            let (entry, behind) = rest.split_once(BETWEEN).unwrap_or((rest, ""));
            (entry.trim().to_owned(), behind)
        });
        if !entry.is_empty() {
            entries.push(entry);
        }
        rest = behind;
    }
    entries
}

/// The first entry and what stands behind it, where the whole entry stands in quotation marks.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut rest = text.trim_start().strip_prefix('"')?;
    let mut entry = String::new();
    loop {
        let (part, behind) = rest.split_once('"')?;
        entry.push_str(part);
        let Some(doubled) = behind.strip_prefix('"') else {
            let is_space = |one: char| one.is_whitespace() && !BETWEEN.contains(&one);
            let behind = behind.trim_start_matches(is_space);
            let behind = if behind.is_empty() { behind } else { behind.strip_prefix(BETWEEN)? };
            return Some((entry.trim().to_owned(), behind));
        };
        entry.push('"');
        rest = doubled;
    }
}

/// Entries as [`entries`] reads them.
pub(super) fn as_entries(entries: &[String]) -> String {
    let written = |entry: &String| {
        let is_plain = !entry.contains(BETWEEN) && !entry.trim_start().starts_with('"');
        if is_plain { entry.clone() } else { format!("\"{}\"", entry.replace('"', "\"\"")) }
    };
    entries.iter().map(written).collect::<Vec<_>>().join(", ")
}

/// Codes of countries from their names or codes, separated by commas. What is none stays as it is, and a check refuses it.
pub(super) fn countries(text: &str, vocabularies: &Vocabularies) -> Vec<String> {
    let code =
        |entry: &str| vocabularies.country_asked_for(entry).map_or_else(|| entry.to_owned(), |one| one.alpha3.clone());
    entries(text).iter().map(|entry| code(entry)).collect()
}

/// The names of countries, as [`countries`] reads them. A name with a comma in it goes by its code.
pub(super) fn country_names(codes: &[String], vocabularies: &Vocabularies) -> String {
    let name = |code: &String| {
        let name = vocabularies.label("country", code, "en");
        if name.contains(BETWEEN) { code.clone() } else { name }
    };
    codes.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// The instant at which a day is over, in UTC.
pub(super) fn end_of_day(field: &str, text: &str) -> Result<Option<Timestamp>, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let day = text.parse::<Date>().ok().filter(|_| text.len() == 10);
    let end = day.and_then(|day| day.tomorrow().ok()?.to_zoned(TimeZone::UTC).ok());
    end.map(|end| Some(end.timestamp()))
        .ok_or_else(|| Problem::error("not-a-day", field, "it is a day, written as 2026-05-31").with_value(text))
}

/// A date: a year, a month or a day.
pub(super) fn date(field: &str, text: &str) -> Result<Option<PartialDate>, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    PartialDate::try_from(text.to_owned()).map(Some).map_err(|_| {
        Problem::error("not-a-date", field, "it is a year, a month or a day: 2026, 2026-05, 2026-05-31")
            .with_value(text)
    })
}

/// A form that somebody sent who is signed in.
pub(crate) struct SentForm {
    pub(crate) visitor: SignedInVisitor,
    pub(crate) typed: Parameters,
    /// Whether a page of this session made it. One that is not changes nothing, and is shown again with what was typed.
    pub(crate) is_current: bool,
}

/// A form that anybody may send, signed in or not.
pub(crate) struct AnyonesForm {
    pub(crate) visitor: Visitor,
    pub(crate) typed: Parameters,
    /// Whether it comes from a page that was made for who sends it now: of this session, or without one for who has none. What was
    /// written in the name of an organisation is not sent in nobody's.
    pub(crate) is_current: bool,
}

impl FromRequest<AppState> for AnyonesForm {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Self::Rejection> {
        let (mut parts, body) = request.into_parts();
        let visitor = Visitor::from_request_parts(&mut parts, state).await?;
        let session = SignedInVisitor::from_request_parts(&mut parts, state).await;
        let typed = long_form(Request::from_parts(parts, body)).await?;
        let token = typed.one("form_token")?;
        let is_current = match session {
            Ok(session) => session.check(token).is_ok(),
            Err(_) => token.is_none(),
        };
        Ok(Self { visitor, typed, is_current })
    }
}

#[derive(askama::Template)]
#[template(path = "signed_out.html")]
struct SignedOutPage<'a> {
    language: &'static str,
    header: Header,
    address: &'a str,
    kept: Vec<(&'a str, &'a str)>,
}

impl FromRequest<AppState> for SentForm {
    type Rejection = Response;

    /// Without a session what was typed is kept in a form of its own, to be sent again once its author has signed in.
    async fn from_request(request: Request, state: &AppState) -> Result<Self, Self::Rejection> {
        let (mut parts, body) = request.into_parts();
        let visitor = SignedInVisitor::from_request_parts(&mut parts, state).await;
        let address = parts.uri.path().to_owned();
        let typed = long_form(Request::from_parts(parts, body)).await;
        let typed = typed.map_err(|error| PageError(error).into_response())?;
        match visitor {
            Ok(visitor) => {
                let token = typed.one("form_token").ok().flatten();
                let is_current = visitor.check(token).is_ok();
                Ok(Self { visitor, typed, is_current })
            }
            Err(error) => Err(signed_out(&address, &typed, &error)),
        }
    }
}

fn signed_out(address: &str, typed: &Parameters, error: &ApiError) -> Response {
    let kept = typed.pairs().filter(|(name, _)| *name != "form_token").collect();
    let page = SignedOutPage { language: "en", header: Header::default(), address, kept };
    match render(&page) {
        Ok(html) => error.with_headers((StatusCode::UNAUTHORIZED, html).into_response()),
        Err(error) => error.into_response(),
    }
}
