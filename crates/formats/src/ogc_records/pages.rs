//! Pages of an OGC API: records, collections, the landing page.

use cairn_model::Problem;

use crate::json_object::{Object, ProblemLog};
use crate::json_page::{Page, link, look_into, number};
use crate::json_value::{Fields, Value};
use crate::listing::{ListedRecord, Listing};

/// A collection of an OGC API, as `/collections` names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordCollection {
    /// Id.
    pub id: String,
    /// Title.
    pub title: Option<String>,
    /// Whether its items are records (`itemType: record`, OGC 20-004r1 §7.4).
    pub holds_records: bool,
    /// Address of its items, as written.
    pub items: Option<String>,
}

/// A page of `/collections`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordCollections {
    /// The collections, in the order of the page.
    pub collections: Vec<RecordCollection>,
    /// The next page, as written.
    pub next: Option<String>,
}

/// Where the landing page of an OGC API leads, as written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LandingPage {
    /// Title.
    pub title: Option<String>,
    /// The collections (relation `data`).
    pub collections: Option<String>,
    /// The declaration of conformance.
    pub conformance: Option<String>,
    /// The search of a STAC API.
    pub search: Option<String>,
}

/// Cuts a page of records into them: a collection of features, a single one, or `/collections`, of which each collection is
/// a record of its own (OGC 20-004r1 §9, a local resources catalogue).
///
/// # Errors
/// A problem with `Severity::Error` when the page is broken, reports an error, or holds neither features nor collections.
pub fn list_records(bytes: &[u8]) -> Result<Listing, Problem> {
    let page = Page::cut(bytes, &[&["features"], &["collections"]])?;
    if !page.has_list && page.envelope.text("type").as_deref() == Some("Feature") {
        return Ok(single(page, bytes));
    }
    Ok(listing(page.with_list("a collection of features")?, "numberMatched"))
}

/// Reads a page of `/collections`, every collection with whether it holds records.
///
/// # Errors
/// As [`list_records`].
pub fn list_collections(bytes: &[u8]) -> Result<RecordCollections, Problem> {
    let page = Page::cut(bytes, &[&["collections"]])?.with_list("a list of collections")?;
    let collections = page.records.iter().filter_map(|(_, bytes)| {
        let fields = look_into(bytes, |_| true)?;
        Some(RecordCollection {
            id: fields.text("id")?.into_owned(),
            title: fields.text("title").map(std::borrow::Cow::into_owned),
            holds_records: fields.text("itemType").is_some_and(|kind| kind.eq_ignore_ascii_case("record")),
            items: link(&fields, "items"),
        })
    });
    Ok(RecordCollections { collections: collections.collect(), next: link(&page.envelope, "next") })
}

/// Reads the landing page of an OGC API or a STAC API.
///
/// # Errors
/// A problem with `Severity::Error` when it is broken, reports an error, or has no links.
pub fn read_landing_page(bytes: &[u8]) -> Result<LandingPage, Problem> {
    let page = Page::cut(bytes, &[])?;
    if !page.envelope.0.iter().any(|(key, _)| key == "links") {
        return Err(page.refusal("a landing page with links"));
    }
    let relation = |names: &[&str]| names.iter().find_map(|name| link(&page.envelope, name));
    let log = ProblemLog::default();
    Ok(LandingPage {
        title: Object::new(&page.envelope, &log).text("title"),
        collections: relation(&["data", "http://www.opengis.net/def/rel/ogc/1.0/data"]),
        conformance: relation(&["conformance", "http://www.opengis.net/def/rel/ogc/1.0/conformance"]),
        search: relation(&["search"]),
    })
}

/// The listing of a page whose records have an `id`, with the link to the next page.
pub(crate) fn listing(page: Page, count: &str) -> Listing {
    let (count, next) = (number(&page.envelope, count), link(&page.envelope, "next"));
    let is_posted = is_posted(&page.envelope);
    let mut listing = Listing { count, next, ..page.into_listing(|key| key == "id", id) };
    if is_posted {
        // Followed by GET it would give the first page again.
        listing.next = None;
        let message = "the next page is had by POST only: what follows is not read";
        listing.problems.push(Problem::error("next-by-post", "links", message));
    }
    listing
}

/// The listing of a document that is itself the one record.
pub(crate) fn single(page: Page, bytes: &[u8]) -> Listing {
    let record = ListedRecord { id: id(&page.envelope), bytes: bytes.to_vec(), deleted: false };
    Listing { records: vec![record], problems: page.problems, count: Some(1), ..Listing::default() }
}

/// Whether the link to the next page asks for a POST, as searches of STAC APIs do.
fn is_posted(envelope: &Fields<'_>) -> bool {
    let Some(Value::List(links)) = envelope.get("links") else { return false };
    let mut next = links.iter().filter_map(|link| match link {
        Value::Object(fields) if fields.text("rel").as_deref() == Some("next") => Some(fields),
        _ => None,
    });
    next.next().is_some_and(|link| link.text("method").is_some_and(|method| method.eq_ignore_ascii_case("POST")))
}

fn id(fields: &Fields<'_>) -> Option<String> {
    fields.text("id").map(std::borrow::Cow::into_owned)
}
