//! `ReliefWeb` API, version 2: reports, disasters and sources, each an item `{id, type, href, fields}` of `data`.

use cairn_model::{Draft, DraftDistribution, DraftOrganisation, Problem};

use crate::Reading;
use crate::access::close_listing;
use crate::identifiers::add;
use crate::json_object::{Object, TextRow, fill_texts, read_record};
use crate::json_page::{Page, link, number};
use crate::json_value::Fields;
use crate::listing::Listing;

/// Cuts an answer into items. `count` is `totalCount`; a page without a link to the next is followed by its offset.
///
/// # Errors
/// A problem with `Severity::Error` when the answer is broken, reports an error (a missing or unknown `appname`, code
/// 403), or holds no items.
pub fn list_items(bytes: &[u8]) -> Result<Listing, Problem> {
    let page = Page::cut(bytes, &[&["data"]])?.with_list("a list of items")?;
    let (count, next) = (number(&page.envelope, "totalCount"), link(&page.envelope, "next"));
    let id = |item: &Fields<'_>| Some(item_id(item.text("type").as_deref(), &item.text("id")?));
    Ok(Listing { count, next, ..page.into_listing(|key| matches!(key, "id" | "type"), id) })
}

/// Reports and disasters are numbered apart, so the type belongs to the id.
fn item_id(kind: Option<&str>, id: &str) -> String {
    kind.map_or_else(|| id.to_owned(), |kind| format!("{kind}/{id}"))
}

/// Reads a report or a disaster.
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no JSON object, an item of another type, or hold neither id nor
/// title.
pub fn read_item(bytes: &[u8]) -> Result<Reading, Problem> {
    read_record(bytes, "an item", |item| {
        let fields = item.object("fields").unwrap_or_else(|| item.clone());
        let kind = item.text("type").unwrap_or_default();
        if matches!(kind.as_str(), "sources" | "jobs" | "training" | "countries" | "blog" | "topics") {
            let problem = Problem::error("not-a-record", "type", "neither a report nor a disaster");
            return Err(problem.with_value(&kind));
        }
        let mut draft = Draft::default();
        draft.terms.listed_openly = true;
        if kind == "disasters" || fields.has("glide") {
            disaster(&fields, &mut draft);
        } else {
            report(&fields, &mut draft);
        }
        shared(item, &fields, &mut draft);
        let number = item.text("id").or_else(|| fields.text("id"));
        let id = number.map(|number| item_id(item.text("type").as_deref(), &number));
        item.identify(id, "id", &mut draft)?;
        Ok(draft)
    })
}

/// Reads a source, which is an organisation.
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no JSON object or name nobody.
pub fn read_source(bytes: &[u8]) -> Result<DraftOrganisation, Problem> {
    let reading = read_record(bytes, "a source", |item| {
        let fields = item.object("fields").unwrap_or_else(|| item.clone());
        match organisation(&fields) {
            Some(publisher) => Ok(Draft { publisher: Some(publisher), ..Draft::default() }),
            None => Err(Problem::error("no-identity", "fields.name", "the source has no name")),
        }
    })?;
    Ok(reading.draft.publisher.unwrap_or_default())
}

const TEXTS: &[TextRow] =
    &[(&["url_alias", "url"], |draft| &mut draft.landing_page), (&["status_description"], |draft| &mut draft.caveats)];

/// What reports and disasters both have: countries, topics, status, address.
fn shared(item: &Object<'_, '_>, fields: &Object<'_, '_>, draft: &mut Draft) {
    fill_texts(fields, TEXTS, draft);
    draft.landing_page = draft.landing_page.take().or_else(|| item.text("href"));
    for key in ["country", "primary_country"] {
        for country in fields.names(key, &["iso3", "name", "shortname"]) {
            let country = if country.len() == 3 { country.to_ascii_uppercase() } else { country };
            if !draft.countries.contains(&country) {
                draft.countries.push(country);
            }
        }
    }
    draft.topics.extend(fields.names("theme", &["name"]));
    draft.topics.extend(fields.names("disaster_type", &["name"]));
    draft.population_groups.extend(fields.names("vulnerable_groups", &["name"]));
    // An editor sees what is not published; nobody else does.
    let hidden =
        ["draft", "to-review", "pending", "on-hold", "refused", "private", "embargoed", "expired", "archive-draft"];
    if fields.every_text("status").iter().any(|status| hidden.contains(&status.as_str())) {
        close_listing(&mut draft.terms);
    }
}

const REPORT: &[TextRow] = &[(&["origin"], |draft| &mut draft.methodology)];

fn report(fields: &Object<'_, '_>, draft: &mut Draft) {
    draft.title = fields.localized("title");
    draft.description = fields.first_localized(&["body", "body-html", "headline"]);
    draft.languages = fields.names("language", &["code", "name"]);
    let formats = fields.names("format", &["name"]);
    draft.topics.extend(fields.names("ocha_product", &["name"]));
    draft.kind = Some(kind(formats.first().map(String::as_str)).to_owned());
    draft.topics.extend(formats);
    fill_texts(fields, REPORT, draft);
    let mut sources = fields.objects("source").into_iter().filter_map(|source| organisation(&source));
    draft.publisher = sources.next();
    for other in sources {
        draft.partnerships.push(cairn_model::Partnership {
            partner: other.name,
            partner_kind: other.kind,
            role: Some("source".to_owned()),
            ..cairn_model::Partnership::default()
        });
    }
    if let Some(dates) = fields.object("date") {
        draft.issued = dates.first_text(&["original", "created"]);
        draft.modified = dates.text("changed");
    }
    for disaster in fields.objects("disaster") {
        glide(&disaster, draft);
        draft.topics.extend(disaster.text("name"));
    }
    for file in fields.objects("file") {
        draft.distributions.push(DraftDistribution {
            id: file.text("id"),
            title: file.first_text(&["filename", "description"]),
            description: file.text("description"),
            url: file.text("url"),
            media_type: file.text("mimetype"),
            size: file.text("filesize"),
            ..DraftDistribution::default()
        });
    }
}

/// The sort of holding that a report's format stands for.
fn kind(format: Option<&str>) -> &'static str {
    match format {
        Some("Map" | "Interactive") => "map",
        Some("Assessment" | "Evaluation and Lessons Learned") => "assessment",
        _ => "document",
    }
}

/// A disaster holds no data; its record tells which GLIDE number data about it goes by.
fn disaster(fields: &Object<'_, '_>, draft: &mut Draft) {
    draft.title = fields.localized("name");
    draft.description = fields.first_localized(&["description", "profile"]);
    draft.kind = Some("other".to_owned());
    glide(fields, draft);
    for related in fields.texts("related_glide", &[',', ';']) {
        add(&mut draft.identifiers, "glide", &related);
    }
    draft.topics.extend(fields.names("type", &["name"]));
    draft.topics.extend(fields.text("status").map(|status| format!("Disaster status: {status}")));
    if let Some(dates) = fields.object("date") {
        draft.coverage_start = dates.text("event");
        draft.issued = dates.text("created");
        draft.modified = dates.text("changed");
    }
}

fn glide(disaster: &Object<'_, '_>, draft: &mut Draft) {
    if let Some(glide) = disaster.text("glide") {
        add(&mut draft.identifiers, "glide", &glide);
        if !draft.topics.contains(&glide) {
            draft.topics.push(glide);
        }
    }
}

fn organisation(source: &Object<'_, '_>) -> Option<DraftOrganisation> {
    let name = source.first_text(&["name", "longname", "shortname"])?;
    let kind = source.names("type", &["name"]).into_iter().next();
    Some(DraftOrganisation { id: None, name, kind })
}

#[cfg(test)]
mod tests;
