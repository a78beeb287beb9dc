//! Dataverse: items of the Search API, and data sets of the native API with their metadata blocks.

mod access;
mod blocks;

use std::cell::Cell;

use cairn_model::{Draft, DraftDistribution, DraftOrganisation, Problem};

use crate::Reading;
use crate::access::close_listing;
use crate::identifiers::{add, doi};
use crate::json_object::{Object, TextRow, fill_texts, read_record};
use crate::json_page::{Page, look_into, number};
use crate::json_value::{Fields, Value};
use crate::listing::Listing;

/// Cuts a page of the Search API into data sets. `next` is the `start` of the next page. Collections and files that the
/// search was not told to leave out are no records, and are counted in a problem.
///
/// # Errors
/// A problem with `Severity::Error` when the page is broken, reports an error, or holds no items.
pub fn search_items(bytes: &[u8]) -> Result<Listing, Problem> {
    let mut page = Page::cut(bytes, &[&["data", "items"]])?.with_list("items of a search")?;
    let of_data = |key: &str| match page.envelope.get("data") {
        Some(Value::Object(data)) => number(data, key),
        _ => None,
    };
    let count = of_data("total_count");
    let reached = of_data("start").unwrap_or(0) + page.records.len() as u64;
    let next = count.filter(|count| reached < *count && !page.records.is_empty()).map(|_| reached.to_string());
    let before = page.records.len();
    let kind = |bytes: &[u8]| look_into(bytes, |key| key == "type")?.text("type").map(std::borrow::Cow::into_owned);
    page.records.retain(|(_, bytes)| !matches!(kind(bytes).as_deref(), Some("dataverse" | "file")));
    if page.records.len() < before {
        let message = format!("{} items are collections or files, and no data sets", before - page.records.len());
        page.problems.push(Problem::warning("not-a-dataset", "type", message));
    }
    let id = |fields: &Fields<'_>| fields.first_text(&["global_id", "entity_id"]).map(std::borrow::Cow::into_owned);
    Ok(Listing { count, next, ..page.into_listing(|key| matches!(key, "global_id" | "entity_id"), id) })
}

/// What an item of a search tells of the version of its data set: the id of the version, its number, and when it was edited
/// last. None where it does not tell the latter.
pub fn version_of_item(item: &[u8]) -> Option<String> {
    let keys = |key: &str| matches!(key, "updatedAt" | "versionId" | "majorVersion" | "minorVersion" | "versionState");
    let fields = look_into(item, keys)?;
    let edited = fields.text("updatedAt")?;
    let parts = ["versionId", "majorVersion", "minorVersion", "versionState"];
    let parts = parts.iter().map(|key| fields.text(key).unwrap_or_default());
    Some(parts.fold(edited.into_owned(), |version, part| format!("{version} {part}")))
}

const ITEM: &[TextRow] = &[
    (&["published_at", "createdAt"], |draft| &mut draft.issued),
    (&["updatedAt"], |draft| &mut draft.modified),
    (&["url"], |draft| &mut draft.landing_page),
];

/// Reads one item of a search.
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no JSON object or hold neither id nor name.
pub fn read_search_item(bytes: &[u8]) -> Result<Reading, Problem> {
    read_record(bytes, "an item of a search", |item| {
        let mut draft = Draft { kind: Some("dataset".to_owned()), ..Draft::default() };
        draft.terms.listed_openly = true;
        draft.title = item.localized("name");
        draft.description = item.localized("description");
        draft.topics = item.texts("subjects", &[]);
        let words = item.texts("keywords", &[]);
        if !words.is_empty() {
            draft.keywords.insert(cairn_model::text::UNDETERMINED.to_owned(), words);
        }
        fill_texts(item, ITEM, &mut draft);
        draft.publisher = item.text("publisher").map(named);
        draft.custodian = item
            .text("name_of_dataverse")
            .map(|name| DraftOrganisation { id: item.text("identifier_of_dataverse"), ..named(name) });
        for place in item.objects("geographicCoverage") {
            draft.countries.extend(place.text("country"));
        }
        let contacts = [("contacts", "pointOfContact"), ("authors", "author")];
        for (key, role) in contacts {
            for name in item.names(key, &["name"]) {
                blocks::contact(Some(name), None, role, &mut draft);
            }
        }
        access::of_item(item, &mut draft.terms);
        let id = item.text("global_id");
        identifier(id.as_deref(), &mut draft);
        item.identify(id.or_else(|| item.text("entity_id")), "global_id", &mut draft)?;
        Ok(draft)
    })
}

/// Reads one data set, as the native API or the export `dataverse_json` gives it. `portal` is the root of the
/// installation, for the addresses of files.
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no JSON object, an error answer, or hold neither id nor title.
pub fn read_dataset(bytes: &[u8], portal: Option<&str>) -> Result<Reading, Problem> {
    let deleted = Cell::new(false);
    let reading = read_record(bytes, "a data set", |answer| {
        answer.refuse_error(&["data", "datasetVersion", "metadataBlocks"])?;
        let dataset = answer.object("data").unwrap_or_else(|| answer.clone());
        let version = dataset.object("datasetVersion").or_else(|| dataset.object("latestVersion"));
        let version = version.unwrap_or_else(|| dataset.clone());
        if !version.has("metadataBlocks") {
            return Err(Problem::error("not-a-dataset", "metadataBlocks", "the data set has no metadata"));
        }
        let mut draft = Draft { kind: Some("dataset".to_owned()), ..Draft::default() };
        draft.terms.listed_openly = true;
        deleted.set(version.every_text("versionState").iter().any(|state| state == "DEACCESSIONED"));
        // Terms come before parties: whether a contact is published openly follows from them.
        access::of_version(&version, &mut draft);
        if version.every_text("versionState").iter().any(|state| state == "DRAFT") {
            close_listing(&mut draft.terms);
        }
        dates(&dataset, &version, &mut draft);
        licence(&version, &mut draft);
        draft.publisher = dataset.text("publisher").map(named);
        draft.landing_page = dataset.text("persistentUrl");
        for (_, block) in version.members("metadataBlocks") {
            blocks::fill(&block, &mut draft);
        }
        files(&version, portal, &mut draft);
        let id = persistent_id(&dataset, &version);
        identifier(id.as_deref(), &mut draft);
        let id = id.or_else(|| dataset.text("id")).or_else(|| version.text("id"));
        dataset.identify(id, "datasetPersistentId", &mut draft)?;
        Ok(draft)
    })?;
    Ok(Reading { deleted: deleted.get(), ..reading })
}

/// `doi:10.1234/ABC`, as search and export write it.
fn persistent_id(dataset: &Object<'_, '_>, version: &Object<'_, '_>) -> Option<String> {
    let stated = version.text("datasetPersistentId").or_else(|| dataset.text("datasetPersistentId"));
    stated.or_else(|| {
        let (protocol, authority) = (dataset.text("protocol")?, dataset.text("authority")?);
        let separator = dataset.text("separator").unwrap_or_else(|| "/".to_owned());
        Some(format!("{protocol}:{authority}{separator}{}", dataset.text("identifier")?))
    })
}

fn identifier(id: Option<&str>, draft: &mut Draft) {
    match id {
        Some(id) if doi(id).is_some() => add(&mut draft.identifiers, "doi", doi(id).unwrap_or(id)),
        Some(id) => add(&mut draft.identifiers, "other", id),
        None => {}
    }
}

const DATES: &[TextRow] = &[
    (&["publicationDate", "releaseTime", "distributionDate", "createTime"], |draft| &mut draft.issued),
    (&["lastUpdateTime"], |draft| &mut draft.modified),
];

fn dates(dataset: &Object<'_, '_>, version: &Object<'_, '_>, draft: &mut Draft) {
    fill_texts(dataset, DATES, draft);
    fill_texts(version, DATES, draft);
}

fn licence(version: &Object<'_, '_>, draft: &mut Draft) {
    match version.value("license") {
        Some(Value::Object(_)) => {
            if let Some(licence) = version.object("license") {
                draft.licence_id = licence.text("name");
                draft.licence_url = licence.text("uri");
            }
        }
        Some(_) => draft.licence_id = version.text("license").filter(|name| name != "NONE"),
        None => {}
    }
    let keys = ["termsOfUse", "conditions", "citationRequirements", "depositorRequirements"];
    let terms: Vec<String> = keys.iter().filter_map(|key| version.text(key)).collect();
    draft.licence_text = (!terms.is_empty()).then(|| terms.join("\n\n"));
    draft.caveats = version.text("disclaimer");
}

fn files(version: &Object<'_, '_>, portal: Option<&str>, draft: &mut Draft) {
    let portal = portal.map(|root| root.trim().trim_end_matches('/')).filter(|root| !root.is_empty());
    for file in version.objects("files") {
        let data = file.object("dataFile").unwrap_or_else(|| file.clone());
        let id = data.text("id");
        // Whoever may not have a restricted file gets an error there.
        let is_open = !access::is_restricted(&file);
        let url = portal.zip(id.clone()).filter(|_| is_open);
        let description = file.text("description").or_else(|| data.text("description"));
        draft.distributions.push(DraftDistribution {
            title: file.text("label").or_else(|| data.text("filename")),
            description,
            url: url.map(|(portal, id)| format!("{portal}/api/access/datafile/{id}")),
            media_type: data.text("contentType"),
            size: data.text("filesize"),
            modified: data.first_text(&["lastUpdateTime", "publicationDate", "creationDate"]),
            id: data.text("persistentId").or(id),
            ..DraftDistribution::default()
        });
    }
}

fn named(name: String) -> DraftOrganisation {
    DraftOrganisation { id: None, name, kind: None }
}

#[cfg(test)]
mod tests;
