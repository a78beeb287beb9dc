//! `GeoNode` 4: resources of its API, version 2.

use cairn_model::{AccessMethod, Contact, Draft, DraftDistribution, DraftOrganisation, Field, Problem, Sharing};

use crate::Reading;
use crate::access::{close, close_access, close_by_words, close_listing, state_sharing};
use crate::contacts::{add_contact, mail};
use crate::extents::add_value;
use crate::identifiers::{add, add_by_form};
use crate::json_object::{Object, TextRow, fill_texts, read_record};
use crate::json_page::{Page, link, number};
use crate::json_value::{Fields, Value};
use crate::listing::Listing;
use crate::once::push_new;
use crate::places::add_place;

/// Cuts a page into resources (`resources`, or `datasets`, `maps`, `documents` of the narrower lists).
///
/// # Errors
/// A problem with `Severity::Error` when the page is broken, reports an error, or holds no resources.
pub fn list_resources(bytes: &[u8]) -> Result<Listing, Problem> {
    let page = Page::cut(bytes, &[&["resources"], &["datasets"], &["maps"], &["documents"], &["geoapps"]])?
        .with_list("a list of resources")?;
    let (count, next) = (number(&page.envelope, "total"), link(&page.envelope, "next"));
    // The key of the database is unique, and so is the UUID, which stays when a portal moves.
    let id = |fields: &Fields<'_>| fields.first_text(&["uuid", "pk"]).map(std::borrow::Cow::into_owned);
    Ok(Listing { count, next, ..page.into_listing(|key| matches!(key, "uuid" | "pk"), id) })
}

/// How a resource begins that was asked for with a credential, as it is kept.
const WITH_CREDENTIAL: &[u8] = br#"{"cairn_asked_with_credential":true,"#;

/// A resource as it is kept that was asked for with a credential: a member before its own says so. What is no object with
/// members stays as it is; it is no record.
pub fn mark_with_credential(resource: Vec<u8>) -> Vec<u8> {
    if is_with_credential(&resource) {
        return resource;
    }
    match resource.trim_ascii_start().strip_prefix(b"{") {
        Some(rest) if rest.trim_ascii_start().first() == Some(&b'"') => [WITH_CREDENTIAL, rest].concat(),
        _ => resource,
    }
}

/// Whether a resource was asked for with a credential ([`mark_with_credential`]). What it says of permissions is then said of
/// the account, and nothing says what everyone may see.
pub fn is_with_credential(resource: &[u8]) -> bool {
    resource.starts_with(WITH_CREDENTIAL)
}

const TEXTS: &[TextRow] = &[
    (&["subtype", "resource_type"], |draft| &mut draft.kind),
    (&["date", "created"], |draft| &mut draft.issued),
    (&["last_updated"], |draft| &mut draft.modified),
    (&["maintenance_frequency"], |draft| &mut draft.update_frequency),
    (&["data_quality_statement", "raw_data_quality_statement"], |draft| &mut draft.methodology),
    (&["supplemental_information", "raw_supplemental_information"], |draft| &mut draft.caveats),
    (&["temporal_extent_start"], |draft| &mut draft.coverage_start),
    (&["temporal_extent_end"], |draft| &mut draft.coverage_end),
    (&["detail_url", "link"], |draft| &mut draft.landing_page),
];

/// Reads one resource.
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no JSON object or hold neither id nor title.
pub fn read_resource(bytes: &[u8]) -> Result<Reading, Problem> {
    read_record(bytes, "a resource", |answer| {
        let wrapped = ["resource", "dataset", "map", "document"];
        let mut inner = wrapped.iter().filter(|key| matches!(answer.value(key), Some(Value::Object(_))));
        let resource = inner.find_map(|key| answer.object(key)).unwrap_or_else(|| answer.clone());
        let mut draft = Draft::default();
        draft.terms.listed_openly = !is_with_credential(bytes);
        draft.title = resource.localized("title");
        draft.description = resource.first_localized(&["raw_abstract", "abstract", "purpose"]);
        fill_texts(&resource, TEXTS, &mut draft);
        let words =
            [resource.names("keywords", &["name"]), resource.names("tkeywords", &["alt_label", "name"])].concat();
        if !words.is_empty() {
            draft.keywords.insert(cairn_model::text::UNDETERMINED.to_owned(), words);
        }
        draft.topics = resource.names("category", &["gn_description", "identifier"]);
        draft.languages.extend(resource.text("language"));
        access(&resource, !is_with_credential(bytes), &mut draft);
        parties(&resource, &mut draft);
        place(&resource, &mut draft);
        licence(&resource, &mut draft);
        files(&resource, &mut draft);
        let uuid = resource.text("uuid");
        for (scheme, key) in [("other", "pk"), ("slug", "alternate")] {
            if let Some(value) = resource.text(key).filter(|_| uuid.is_some()) {
                add(&mut draft.identifiers, scheme, &value);
            }
        }
        if let Some(doi) = resource.text("doi") {
            add_by_form(&mut draft.identifiers, &doi);
        }
        resource.identify(uuid.or_else(|| resource.text("pk")), "uuid", &mut draft)?;
        Ok(draft)
    })
}

/// Flags of publication, and what who asked may do (`perms`): that is everyone, unless a credential was sent. Then it opens
/// nothing.
fn access(resource: &Object<'_, '_>, is_of_everyone: bool, draft: &mut Draft) {
    let flags = [("is_published", false), ("is_approved", false), ("advertised", false), ("metadata_only", true)];
    for (key, closing) in flags {
        if resource.closes(key, closing) {
            if key == "metadata_only" {
                close_access(&mut draft.terms, AccessMethod::OnRequest);
            } else {
                close_listing(&mut draft.terms);
            }
        }
    }
    if resource.has("perms") {
        let perms = resource.texts("perms", &[',']);
        let may = |what: &str| perms.iter().any(|perm| perm == what);
        if !may("view_resourcebase") {
            close_listing(&mut draft.terms);
        } else if may("download_resourcebase") || is_shown_whole(resource) {
            if is_of_everyone {
                state_sharing(&mut draft.terms, "public");
            }
        } else {
            close(&mut draft.terms, Sharing::Restricted, Some(AccessMethod::OnRequest));
        }
    }
    let kinds = resource.names("restriction_code_type", &["identifier", "gn_description"]);
    let is_closed = |kind: &String| {
        matches!(
            kind.as_str(),
            "restricted" | "private" | "confidential" | "sensitiveButUnclassified" | "in-confidence"
        )
    };
    if kinds.iter().any(is_closed) {
        close(&mut draft.terms, Sharing::Restricted, Some(AccessMethod::OnRequest));
        draft.terms.reasons.extend(kinds);
    }
    if let Some(words) = resource.first_text(&["raw_constraints_other", "constraints_other"]) {
        close_by_words(&words, &mut draft.terms);
        push_new(&mut draft.terms.reasons, words);
    }
}

/// Whether a resource is of a kind that is seen and never downloaded: nobody may have the permission to download one.
fn is_shown_whole(resource: &Object<'_, '_>) -> bool {
    let kind = resource.text("resource_type");
    kind.is_some_and(|kind| matches!(kind.as_str(), "map" | "geoapp" | "geostory" | "dashboard" | "mapviewer"))
}

fn parties(resource: &Object<'_, '_>, draft: &mut Draft) {
    draft.publisher = resource.text("attribution").map(|name| DraftOrganisation { id: None, name, kind: None });
    if let Some(group) = resource.object("group") {
        draft.owner = group.first_text(&["title", "name"]).map(|name| DraftOrganisation {
            id: group.text("name"),
            name,
            kind: None,
        });
    }
    for (key, role) in [
        ("poc", "pointOfContact"),
        ("metadata_author", "author"),
        ("publisher", "publisher"),
        ("custodian", "custodian"),
        ("owner", "owner"),
    ] {
        for account in resource.objects(key) {
            let names = [account.text("first_name"), account.text("last_name")];
            let full: Vec<String> = names.into_iter().flatten().collect();
            let contact = Contact {
                name: if full.is_empty() { account.first_text(&["username", "name"]) } else { Some(full.join(" ")) },
                email: account.text("email").as_deref().and_then(mail),
                role: Some(role.to_owned()),
                published_openly: draft.terms.listed_openly,
                ..Contact::default()
            };
            add_contact(&mut draft.contacts, contact);
            if key == "publisher" && draft.publisher.is_none() {
                let name = account.text("organization");
                draft.publisher = name.map(|name| DraftOrganisation { id: None, name, kind: None });
            }
        }
    }
}

/// Regions are countries, parts of the world or both; the extent is in `srid`, and once more in degrees.
fn place(resource: &Object<'_, '_>, draft: &mut Draft) {
    for region in resource.names("regions", &["name", "code"]) {
        add_place(&region, draft);
    }
    if let Some(polygon) = resource.value("ll_bbox_polygon") {
        add_value(polygon, draft);
    } else if let Some(extent) = resource.object("extent") {
        let is_degrees = extent.text("srid").is_none_or(|srid| srid.ends_with("4326"));
        if let (true, Some(coordinates)) = (is_degrees, extent.value("coords")) {
            add_value(coordinates, draft);
        }
    }
}

fn licence(resource: &Object<'_, '_>, draft: &mut Draft) {
    match resource.value("license") {
        Some(Value::Object(_)) => {
            if let Some(licence) = resource.object("license") {
                draft.licence_id = licence.text("identifier").filter(|id| id != "not_specified");
                draft.licence_title = licence.first_text(&["name_long", "name"]);
                draft.licence_url = licence.text("url");
            }
        }
        Some(_) => draft.licence_title = resource.text("license"),
        None => {}
    }
}

fn files(resource: &Object<'_, '_>, draft: &mut Draft) {
    for link in resource.objects("links") {
        if matches!(link.text("link_type").as_deref(), Some("image" | "metadata")) {
            continue;
        }
        draft.distributions.push(DraftDistribution {
            title: link.text("name"),
            url: link.first_text(&["url", "href"]),
            format: link.text("extension").filter(|extension| extension != "html"),
            media_type: link.text("mime"),
            ..DraftDistribution::default()
        });
    }
    for download in resource.objects("download_urls") {
        draft.distributions.push(DraftDistribution { url: download.text("url"), ..DraftDistribution::default() });
    }
    if draft.distributions.is_empty()
        && let Some(url) = resource.text("download_url")
    {
        draft.distributions.push(DraftDistribution { url: Some(url), ..DraftDistribution::default() });
    }
    for attribute in resource.objects("attribute_set") {
        let Some(name) = attribute.text("attribute") else { continue };
        let description = attribute.first_text(&["description", "attribute_label"]).filter(|label| *label != name);
        let data_type = attribute.text("attribute_type");
        draft.fields.push(Field { name, description, data_type, ..Field::default() });
    }
}

#[cfg(test)]
mod tests;
