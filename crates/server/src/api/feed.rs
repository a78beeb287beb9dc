//! `GET /feed.atom`: what a search finds as an Atom feed (RFC 4287), for the feed reader of whoever asks.

use axum::extract::{RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use cairn_catalog::{Hit, Matching, SearchRequest, Sort, SortKey};
use cairn_model::PartialDate;
use cairn_policy::Viewer;
use jiff::Timestamp;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::search::{FilterParameters, PageParameters, SearchParameters};
use crate::api::responses::ListProblems;
use crate::error::{ApiError, ProblemBody};
use crate::parameters::{Parameters, search_request};
use crate::state::AppState;
use crate::viewer::Asking;

/// What a feed of a search that has no name is called.
const TITLE: &str = "Holdings";

/// What a search finds as an Atom feed, newest first where the search says nothing else, as far as this viewer may see it. An
/// entry is a title and a link. `updated` is the day on which the data changed last, and 1970-01-01 where that is not known. The
/// feed has 100 entries unless `limit` says less, and a link to `next` where there are more (RFC 5005).
#[utoipa::path(
    get, operation_id = "feedOfSearch", path = "/feed.atom", tag = "search", params(SearchParameters, PageParameters, FilterParameters),
    responses(
        (status = 200, description = "The feed", body = String, content_type = "application/atom+xml"),
        (status = 503, description = "Searching does not work at this moment", body = ProblemBody, content_type = "application/problem+json"),
        ListProblems,
    )
)]
pub(crate) async fn of_search(
    State(state): State<AppState>,
    Asking(viewer): Asking,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let query = query.unwrap_or_default();
    let address = if query.is_empty() { "/feed.atom".to_owned() } else { format!("/feed.atom?{query}") };
    answer(&state, &viewer, &Parameters::parse(Some(&query)), TITLE, &address).await
}

/// The feed of a search at an address of the server, or a part of it behind a cursor.
pub(crate) async fn answer(
    state: &AppState,
    viewer: &Viewer,
    parameters: &Parameters,
    title: &str,
    address: &str,
) -> Result<Response, ApiError> {
    let mut request = search_request(parameters, state.catalog.vocabularies(), Timestamp::now())?;
    request.facets.clear();
    if request.matching == Matching::AllElseSome {
        request.matching = Matching::All;
    }
    if parameters.one("sort")?.is_none() {
        request.sort = Sort { by: SortKey::Modified, reversed: false };
    }
    if parameters.one("limit")?.is_none() {
        request.limit = SearchRequest::MAX_LIMIT;
    }
    let language = request.language.clone();
    let page = state.catalog.search(viewer, request).await?;
    let address = format!("{}{address}", state.public_url);
    let feed = Feed {
        title,
        id: part_of(&address, None),
        next: page.next.map(|cursor| part_of(&address, Some(&cursor))),
        address,
        entries: page.hits.iter().map(|hit| Entry::new(hit, &language, &state.public_url)).collect(),
    };
    let feed = feed.written().map_err(|error| ApiError::internal(&error))?;
    Ok(([(header::CONTENT_TYPE, "application/atom+xml; charset=utf-8")], feed).into_response())
}

/// A record in a feed.
struct Entry {
    page: String,
    title: String,
    updated: Timestamp,
}

impl Entry {
    fn new(hit: &Hit, language: &str, public_url: &str) -> Self {
        let title = hit.card.title.best(language).unwrap_or_default().to_owned();
        let day = hit.card.modified.clone().and_then(|date| PartialDate::try_from(date).ok());
        let second = day.map(|date| date.first_day().saturating_mul(86_400));
        let updated = second.and_then(|second| Timestamp::from_second(second).ok()).unwrap_or(Timestamp::UNIX_EPOCH);
        Self { page: format!("{public_url}/dataset/{}", hit.card.id), title, updated }
    }
}

/// A feed, or a part of one.
struct Feed<'a> {
    title: &'a str,
    /// The same of all its parts.
    id: String,
    address: String,
    next: Option<String>,
    entries: Vec<Entry>,
}

impl Feed<'_> {
    fn written(&self) -> std::io::Result<Vec<u8>> {
        let updated = self.entries.iter().map(|entry| entry.updated).max().unwrap_or(Timestamp::UNIX_EPOCH);
        let mut writer = Writer::new(Vec::new());
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let feed = writer.create_element("feed").with_attribute(("xmlns", "http://www.w3.org/2005/Atom"));
        feed.write_inner_content(|writer| {
            text(writer, "id", &self.id)?;
            text(writer, "title", self.title)?;
            text(writer, "updated", &updated.to_string())?;
            for (relation, address) in [("self", Some(&self.address)), ("next", self.next.as_ref())] {
                let Some(address) = address else { continue };
                let link = writer.create_element("link");
                link.with_attributes([("rel", relation), ("href", address.as_str())]).write_empty()?;
            }
            writer.create_element("author").write_inner_content(|writer| text(writer, "name", "Cairn"))?;
            for entry in &self.entries {
                writer.create_element("entry").write_inner_content(|writer| {
                    text(writer, "id", &entry.page)?;
                    text(writer, "title", &entry.title)?;
                    text(writer, "updated", &entry.updated.to_string())?;
                    writer.create_element("link").with_attribute(("href", entry.page.as_str())).write_empty()?;
                    Ok(())
                })?;
            }
            Ok(())
        })?;
        Ok(writer.into_inner())
    }
}

/// A cursor as a query holds it.
pub(crate) fn in_query(cursor: &str) -> String {
    url::form_urlencoded::Serializer::new(String::new()).append_pair("cursor", cursor).finish()
}

/// The address of the part of a feed behind a cursor; without one of its first.
fn part_of(address: &str, cursor: Option<&str>) -> String {
    let (door, query) = address.split_once('?').unwrap_or((address, ""));
    let names_part = |pair: &&str| ["cursor=", "offset="].iter().any(|name| pair.starts_with(name));
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !names_part(pair)).map(str::to_owned);
    let pairs: Vec<String> = kept.chain(cursor.map(in_query)).collect();
    if pairs.is_empty() { door.to_owned() } else { format!("{door}?{}", pairs.join("&")) }
}

/// An element with a text, without what no XML document can hold.
fn text(writer: &mut Writer<Vec<u8>>, name: &str, text: &str) -> std::io::Result<()> {
    let is_char = |one: char| !one.is_control() && !matches!(one, '\u{fffe}' | '\u{ffff}');
    let text: String = text.chars().map(|one| if is_char(one) { one } else { ' ' }).collect();
    writer.create_element(name).write_text_content(BytesText::new(&text))?;
    Ok(())
}
