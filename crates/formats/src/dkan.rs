//! DKAN 2: data sets of its metastore and its search, in the schema of DCAT-US 1.1.

use std::borrow::Cow;

use cairn_model::{Draft, Field, Problem};

use crate::access::close_listing;
use crate::json_object::{Object, read_record};
use crate::json_page::{Page, number};
use crate::json_value::{Fields, Value};
use crate::listing::Listing;
use crate::{Reading, dcat_us};

/// Cuts the items of the metastore (an array), or a page of the search, whose `results` are an object by key.
/// The search is paged by number up to `count`.
///
/// # Errors
/// A problem with `Severity::Error` when the page is broken, reports an error, or holds no data sets.
pub fn list_datasets(bytes: &[u8]) -> Result<Listing, Problem> {
    let search = Page::cut_keyed(bytes, &[&["results"]])?;
    let is_search = search.has_list || !search.envelope.0.is_empty();
    let page = if is_search { search } else { Page::cut(bytes, &[&[]])? };
    let mut page = page.with_list("a list of data sets")?;
    let count = number(&page.envelope, "total");
    for (key, _) in &mut page.records {
        *key = key.take().map(|key| key.strip_prefix("dkan_dataset/").map_or_else(|| key.clone(), str::to_owned));
    }
    let id = |fields: &Fields<'_>| {
        let data = match fields.get("data") {
            Some(Value::Object(data)) => data,
            _ => fields,
        };
        data.text("identifier").map(Cow::into_owned)
    };
    Ok(Listing { count, ..page.into_listing(|key| matches!(key, "identifier" | "data"), id) })
}

/// Reads one data set, as DCAT-US does, with the states that an editor of the portal sees and the dictionaries that DKAN keeps
/// of tables (Frictionless Table Schema).
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no JSON object or hold neither identifier, title nor description.
pub fn read_dataset(bytes: &[u8]) -> Result<Reading, Problem> {
    read_record(bytes, "a data set", |record| {
        let dataset = record.object("data").unwrap_or_else(|| record.clone());
        let reading = dcat_us::read_fields(&unwrapped(dataset.fields()), Vec::new())?;
        reading.problems.into_iter().for_each(|problem| record.report(problem));
        let mut draft = reading.draft;
        draft.kind.get_or_insert_with(|| "dataset".to_owned());
        let states = dataset.every_text("moderation_state");
        let is_hidden = states.iter().any(|state| state != "published");
        if is_hidden || dataset.closes("private", true) {
            close_listing(&mut draft.terms);
        }
        for file in dataset.objects("distribution").into_iter().chain(dataset.objects(STORED_APART)) {
            dictionary(&file.object("data").unwrap_or(file), &mut draft);
        }
        dataset.identify(Some(draft.source_record_id.clone()), "identifier", &mut draft)?;
        Ok(draft)
    })
}

/// Distributions that are stored apart, beside their ids.
const STORED_APART: &str = "%Ref:distribution";

/// The data set as DCAT-US has it: with `show-reference-ids` every value that is stored apart comes wrapped with its id.
fn unwrapped<'a>(fields: &Fields<'a>) -> Fields<'a> {
    let mut plain: Vec<(Cow<'a, str>, Value<'a>)> = Vec::with_capacity(fields.0.len());
    for (key, value) in &fields.0 {
        let key = match key.as_ref() {
            STORED_APART => Cow::Borrowed("distribution"),
            "%issued" => Cow::Borrowed("issued"),
            "%modified" => Cow::Borrowed("modified"),
            // Its ids alone, where what they stand for comes beside them.
            "distribution" if fields.get(STORED_APART).is_some() => continue,
            _ => key.clone(),
        };
        let value = match value {
            Value::List(values) => Value::List(values.iter().map(unwrapped_value).collect()),
            single => unwrapped_value(single),
        };
        plain.push((key, value));
    }
    Fields(plain)
}

fn unwrapped_value<'a>(value: &Value<'a>) -> Value<'a> {
    let Value::Object(parts) = value else { return value.clone() };
    parts.get("data").unwrap_or(value).clone()
}

fn dictionary(file: &Object<'_, '_>, draft: &mut Draft) {
    for field in file.object("schema").map(|schema| schema.objects("fields")).unwrap_or_default() {
        if let Some(name) = field.text("name") {
            let description = field.first_text(&["description", "title"]);
            draft.fields.push(Field { name, description, data_type: field.text("type"), ..Field::default() });
        }
    }
}

#[cfg(test)]
mod tests;
