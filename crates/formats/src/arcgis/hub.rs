//! Data sets of `ArcGIS` Hub's own API (`/api/v3/datasets`): an item of the portal, with the schema of its layer.

use cairn_model::{Draft, Problem};

use super::layer::fields;
use super::{ArcgisError, error_in, fill_item, refused};
use crate::Reading;
use crate::json_object::read_record;
use crate::json_page::{Page, link};
use crate::json_value::{Fields, Value};
use crate::listing::Listing;

/// Cuts a page into data sets.
///
/// # Errors
/// What Hub answers instead of data sets.
pub fn list_hub_datasets(bytes: &[u8]) -> Result<Listing, ArcgisError> {
    let page = Page::cut(bytes, &[&["data"]])?;
    if let Some(error) = error_in(&page.envelope) {
        return Err(error);
    }
    let Some(Value::Object(meta)) = page.envelope.get("meta").filter(|_| page.has_list) else {
        return Err(page.refusal("a list of data sets").into());
    };
    let total = match meta.get("stats") {
        Some(Value::Object(stats)) => crate::json_page::number(stats, "totalCount"),
        _ => None,
    };
    let next = meta.text("next").map(std::borrow::Cow::into_owned).or_else(|| link(&page.envelope, "next"));
    let id = |fields: &Fields<'_>| fields.text("id").map(std::borrow::Cow::into_owned);
    Ok(Listing { count: total, next, ..page.into_listing(|key| key == "id", id) })
}

/// Reads one data set; the values that Hub counts for its statistics are not looked at.
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no JSON object, an error answer, or hold neither id nor title.
pub fn read_hub_dataset(bytes: &[u8]) -> Result<Reading, Problem> {
    refused(bytes)?;
    read_record(bytes, "a data set of ArcGIS Hub", |record| {
        let attributes = record.object("attributes").unwrap_or_else(|| record.clone());
        let mut draft = Draft::default();
        draft.terms.listed_openly = true;
        fill_item(&attributes, None, &mut draft);
        draft.fields = fields(&attributes);
        if let Some(licence) = attributes.object("structuredLicense") {
            draft.licence_text = draft.licence_text.take().or_else(|| licence.text("text"));
            draft.licence_url = licence.text("url");
        }
        // `custom` says no more than that the licence stands in words.
        draft.licence_id = draft.licence_id.take().filter(|id| id != "custom" && id != "none");
        draft.languages.extend(attributes.text("language"));
        if let Some(links) = record.object("links") {
            draft.landing_page = links.text("itemPage");
        }
        record.identify(record.text("id").or_else(|| attributes.text("id")), "id", &mut draft)?;
        Ok(draft)
    })
}
