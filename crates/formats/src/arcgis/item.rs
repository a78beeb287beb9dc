//! Items of a portal: `/sharing/rest/search` and `/sharing/rest/content/items/{id}`.

use cairn_model::{Contact, Draft, DraftDistribution, DraftOrganisation, Problem, Sharing, StatedText};

use super::{ArcgisError, error_in, refused};
use crate::Reading;
use crate::access::{close, close_listing, levels, state_sharing};
use crate::contacts::{add_contact, mail};
use crate::json_object::{Object, TextRow, fill_texts, read_record};
use crate::json_page::{Page, number};
use crate::json_value::{Value, texts_of};
use crate::listing::Listing;

/// Cuts a page of a portal's search into items. `next` is the position of the next page, which the portal writes as
/// `nextStart`, and -1 at the end.
///
/// # Errors
/// What the portal answers instead of items.
pub fn list_items(bytes: &[u8]) -> Result<Listing, ArcgisError> {
    let page = Page::cut(bytes, &[&["results"]])?;
    if let Some(error) = error_in(&page.envelope) {
        return Err(error);
    }
    let page = page.with_list("a list of items")?;
    let count = number(&page.envelope, "total");
    let next = number(&page.envelope, "nextStart").filter(|next| *next > 0).map(|next| next.to_string());
    let id = |fields: &crate::json_value::Fields<'_>| fields.text("id").map(std::borrow::Cow::into_owned);
    Ok(Listing { count, next, ..page.into_listing(|key| key == "id", id) })
}

/// Reads an item. `portal` is the root of the portal, for landing pages and files.
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no JSON object, an error answer, or hold neither id nor title.
pub fn read_item(bytes: &[u8], portal: Option<&str>) -> Result<Reading, Problem> {
    refused(bytes)?;
    read_record(bytes, "an item of a portal", |item| {
        let mut draft = Draft::default();
        draft.terms.listed_openly = true;
        fill_item(item, portal, &mut draft);
        item.identify(item.first_text(&["id", "itemId"]), "id", &mut draft)?;
        Ok(draft)
    })
}

const TEXTS: &[TextRow] = &[
    (&["type", "hubType", "content"], |draft| &mut draft.kind),
    (&["created"], |draft| &mut draft.issued),
    (&["modified", "itemModified"], |draft| &mut draft.modified),
    (&["license"], |draft| &mut draft.licence_id),
    (&["licenseInfo"], |draft| &mut draft.licence_text),
];

/// Fills in what the keys of an item say, also where they are the properties of another record.
pub(crate) fn fill_item(item: &Object<'_, '_>, portal: Option<&str>, draft: &mut Draft) {
    draft.title = item.localized("title");
    if draft.title.is_empty() {
        draft.title = item.localized("name");
    }
    draft.description = item.localized("description");
    if draft.description.is_empty() {
        draft.description = item.first_localized(&["snippet", "searchDescription"]);
    }
    let words = item.names("tags", &["name"]);
    if !words.is_empty() {
        draft.keywords.insert(cairn_model::text::UNDETERMINED.to_owned(), words);
    }
    draft.topics.extend(categories(item));
    draft.languages.extend(item.text("culture"));
    fill_texts(item, TEXTS, draft);
    draft.methodology = item.text("accessInformation").map(|credits| format!("Credits: {credits}"));
    if item.text("contentStatus").is_some_and(|status| status.contains("deprecated")) {
        draft.caveats = Some("Deprecated by its owner.".to_owned());
    }
    access(item, &mut draft.terms);
    parties(item, draft);
    extent(item, draft);
    address(item, portal, draft);
}

/// Categories are paths (`/Categories/Environment`); their last part names the topic.
fn categories(item: &Object<'_, '_>) -> Vec<String> {
    let keys = ["categories", "groupCategories"];
    let paths = keys.iter().flat_map(|key| item.names(key, &["name", "title"]));
    let last = |path: String| path.rsplit('/').find(|part| !part.is_empty()).map(str::to_owned);
    paths.filter_map(last).filter(|name| name != "Categories").collect()
}

/// `access`: public, org, shared (with groups), private. A word that is none of them closes.
fn access(item: &Object<'_, '_>, terms: &mut StatedText) {
    for access in item.every_text("access") {
        match access.to_ascii_lowercase().as_str() {
            "public" => state_sharing(terms, "public"),
            "org" => close_listing(terms),
            "shared" => {
                close(terms, Sharing::Restricted, None);
                terms.listed_openly = false;
            }
            "private" => {
                close(terms, Sharing::Closed, None);
                terms.listed_openly = false;
            }
            _ => {
                item.warn("unknown-access", "access", "no known access: shown to its organisation only");
                close_listing(terms);
            }
        }
    }
    classification(item, terms);
}

/// Organisations classify items by a schema of their own: an object of values, of which the closest holds.
fn classification(item: &Object<'_, '_>, terms: &mut StatedText) {
    let Some(value) = item.value("classification") else { return };
    let mut words = Vec::new();
    add_words(value, &mut words);
    if words.len() > 1 {
        terms.reasons.push(format!("Classification: {}", words.join(", ")));
    }
    // The last of equals is what `max_by_key` gives.
    terms.classification = words.into_iter().rev().max_by_key(|text| levels::classification(text));
}

/// Adds the texts that stand anywhere in a value.
fn add_words(value: &Value<'_>, words: &mut Vec<String>) {
    match value {
        Value::Object(fields) => fields.0.iter().for_each(|(_, value)| add_words(value, words)),
        Value::List(values) => values.iter().for_each(|value| add_words(value, words)),
        value => words.extend(value.text().map(std::borrow::Cow::into_owned)),
    }
}

fn parties(item: &Object<'_, '_>, draft: &mut Draft) {
    let organisation = item.first_text(&["organization", "orgName", "source"]);
    draft.publisher = organisation.map(|name| DraftOrganisation { id: item.text("orgId"), name, kind: None });
    let openly = draft.terms.listed_openly;
    let desk = Contact {
        email: item.text("orgContactEmail").as_deref().and_then(mail),
        role: Some("pointOfContact".to_owned()),
        published_openly: openly,
        ..Contact::default()
    };
    add_contact(&mut draft.contacts, desk);
    // The owner of an item is an account, as a rule of a person.
    let owner = Contact {
        name: item.text("owner"),
        role: Some("owner".to_owned()),
        published_openly: openly,
        ..Contact::default()
    };
    add_contact(&mut draft.contacts, owner);
}

/// The extent is `[[west, south], [east, north]]` in degrees, whatever the item's spatial reference; Hub wraps it.
fn extent(item: &Object<'_, '_>, draft: &mut Draft) {
    let corners = match item.value("extent") {
        Some(Value::Object(fields)) => fields.get("coordinates"),
        Some(value @ Value::List(_)) => Some(value),
        Some(Value::Text(text)) => {
            draft.extents.push(text.to_string());
            None
        }
        _ => item.value("itemExtent"),
    };
    if let Some(Value::List(corners)) = corners {
        let numbers: Vec<String> = corners.iter().flat_map(|corner| texts_of(corner, &[])).collect();
        if numbers.len() == 4 {
            draft.extents.push(numbers.join(","));
        } else {
            item.warn("unreadable-extent", "extent", "the extent has not two corners");
        }
    }
}

fn address(item: &Object<'_, '_>, portal: Option<&str>, draft: &mut Draft) {
    let kind = item.text("type");
    let size = item.text("size").filter(|size| size != "0" && !size.starts_with('-'));
    let id = item.first_text(&["itemId", "id"]);
    let portal = portal.map(|root| root.trim().trim_end_matches('/')).filter(|root| !root.is_empty());
    if let (Some(portal), Some(id)) = (portal, &id) {
        draft.landing_page = Some(format!("{portal}/home/item.html?id={id}"));
    }
    let url = item.text("url");
    let is_file = url.is_none() && size.is_some();
    let data = portal.zip(id).filter(|_| is_file);
    let url = url.or_else(|| data.map(|(portal, id)| format!("{portal}/sharing/rest/content/items/{id}/data")));
    if url.is_some() || is_file {
        draft.distributions.push(DraftDistribution {
            title: item.text("name"),
            url,
            format: kind,
            size: size.filter(|_| is_file),
            ..DraftDistribution::default()
        });
    }
}
