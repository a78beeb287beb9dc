//! Collections of STAC catalogues (`SpatioTemporal` Asset Catalog 1.0 and 1.1), one record each.
//!
//! Items are granules of a collection and no records, except where a catalogue has items without a collection.

use cairn_model::{AccessMethod, Contact, Draft, DraftDistribution, DraftOrganisation, Field, LocalizedText, Problem};

use crate::Reading;
use crate::access::close;
use crate::addresses::{is_relative, resolve_addresses};
use crate::contacts::{add_contact, mail};
use crate::extents::{add_extent_or_place, add_geometry};
use crate::identifiers;
use crate::json_object::{Object, TextRow, fill_texts, read_record};
use crate::json_page::{Page, link, look_into};
use crate::json_value::Value;
use crate::listing::Listing;
use crate::ogc_records::{extent_of_collection, links, listing, single};

/// Why data behind secured assets is had on request (authentication extension).
const SECURED: &str = "The source asks for a sign-in to the data";

/// What a static catalogue leads to, as written: relative addresses stay relative.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Catalogue {
    /// Id.
    pub id: Option<String>,
    /// Catalogues and collections below it (relation `child`).
    pub children: Vec<String>,
    /// Items that belong to no collection, where this is a catalogue and no collection (relation `item`).
    pub items: Vec<String>,
    /// `/collections` of an API (relation `data`).
    pub collections: Option<String>,
    /// The next page.
    pub next: Option<String>,
    /// Whether it is a collection, and so a record itself.
    pub is_collection: bool,
}

/// The key under which a record tells from where it came, where it says so only by its place.
const ADDRESS: &str = "cairn_found_at";

/// Notes in a record the address that it was had from, where it has relative addresses and does not say its own: a static
/// catalogue goes by where it stands.
pub fn with_address(record: Vec<u8>, address: &str) -> Vec<u8> {
    let Some(fields) = look_into(&record, |_| true) else { return record };
    let hrefs = |holder: &Value<'_>| {
        let parts: Vec<&Value<'_>> = match holder {
            Value::List(links) => links.iter().collect(),
            Value::Object(assets) => assets.0.iter().map(|(_, asset)| asset).collect(),
            _ => Vec::new(),
        };
        parts
            .iter()
            .any(|part| matches!(part, Value::Object(part) if part.text("href").is_some_and(|href| is_relative(&href))))
    };
    let needs_address = ["links", "assets"].iter().filter_map(|key| fields.get(key)).any(hrefs);
    let says_own = link(&fields, "self").is_some_and(|own| !is_relative(&own));
    match record.trim_ascii_start().strip_prefix(b"{") {
        Some(rest) if needs_address && !says_own && fields.get(ADDRESS).is_none() => {
            let address = serde_json::Value::from(address);
            [format!("{{\"{ADDRESS}\":{address},").as_bytes(), rest].concat()
        }
        _ => record,
    }
}

/// Cuts a page into records: the collections of `/collections`, a single collection, or items.
///
/// Items count where the page is one of items; whether they belong to a collection is told by
/// [`Catalogue::is_collection`] of what led to them.
///
/// # Errors
/// A problem with `Severity::Error` when the page is broken, reports an error, or is a catalogue, which has none
/// itself.
pub fn list_records(bytes: &[u8]) -> Result<Listing, Problem> {
    let page = Page::cut(bytes, &[&["collections"], &["features"]])?;
    if page.has_list {
        return Ok(listing(page.with_list("collections or items")?, "numberMatched"));
    }
    match page.envelope.text("type").as_deref() {
        Some("Collection" | "Feature") => Ok(single(page, bytes)),
        // STAC 0.x has no type; only collections have an extent.
        None if page.envelope.text("stac_version").is_some() && page.envelope.get("extent").is_some() => {
            Ok(single(page, bytes))
        }
        Some("Catalog") => Err(Problem::error("a-catalogue", "", "a catalogue is no record: its children may be")),
        _ => Err(page.refusal("collections or items")),
    }
}

/// Reads where a catalogue or collection leads.
///
/// # Errors
/// A problem with `Severity::Error` when the document is broken, reports an error, or is neither.
pub fn read_catalogue(bytes: &[u8]) -> Result<Catalogue, Problem> {
    let page = Page::cut(bytes, &[])?;
    let kind = page.envelope.text("type").map(std::borrow::Cow::into_owned);
    let is_stac = page.envelope.text("stac_version").is_some();
    if !is_stac && !matches!(kind.as_deref(), Some("Catalog" | "Collection")) {
        return Err(page.refusal("a STAC catalogue"));
    }
    let is_collection = kind.as_deref() == Some("Collection") || page.envelope.get("extent").is_some();
    let all = |relation: &str| match page.envelope.get("links") {
        Some(Value::List(links)) => links
            .iter()
            .filter_map(|link| match link {
                Value::Object(fields) if fields.text("rel").as_deref() == Some(relation) => fields.text("href"),
                _ => None,
            })
            .map(std::borrow::Cow::into_owned)
            .collect(),
        _ => Vec::new(),
    };
    Ok(Catalogue {
        id: page.envelope.text("id").map(std::borrow::Cow::into_owned),
        children: all("child"),
        items: if is_collection { Vec::new() } else { all("item") },
        collections: link(&page.envelope, "data"),
        next: link(&page.envelope, "next"),
        is_collection,
    })
}

const TEXTS: &[TextRow] = &[
    (&["created", "published"], |draft| &mut draft.issued),
    (&["updated"], |draft| &mut draft.modified),
    (&["sci:citation"], |draft| &mut draft.methodology),
];

/// Reads a collection, or an item without one.
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no JSON object, a catalogue, or hold neither id nor title.
pub fn read_collection(bytes: &[u8]) -> Result<Reading, Problem> {
    read_record(bytes, "a STAC collection", |record| {
        if record.text("type").as_deref() == Some("Catalog") {
            return Err(Problem::error("a-catalogue", "type", "a catalogue is no record: its children may be"));
        }
        let mut draft = Draft { kind: Some("dataset".to_owned()), ..Draft::default() };
        draft.terms.listed_openly = true;
        text_and_parties(record, &mut draft);
        if let Some(properties) = record.object("properties") {
            text_and_parties(&properties, &mut draft);
            item_time(&properties, &mut draft);
        }
        if let Some(extent) = record.object("extent") {
            extent_of_collection(&extent, &mut draft);
        }
        if let Some(geometry @ Value::Object(_)) = record.value("geometry") {
            add_geometry(geometry, &mut draft);
        }
        if record.has("bbox") {
            add_extent_or_place(&record.texts("bbox", &[]).join(","), &mut draft);
        }
        summaries(record, &mut draft);
        assets(record, &mut draft);
        links::fill(record, &mut draft);
        cite(record, &mut draft);
        // STAC asks for no title: the id is what a collection is called by.
        let id = record.text("id");
        if draft.title.is_empty()
            && let Some(id) = &id
        {
            draft.title = LocalizedText::undetermined(id.clone());
        }
        record.identify(id, "id", &mut draft)?;
        if let Some(own) = own_address(record) {
            resolve_addresses(&mut draft, &own);
            draft.landing_page.get_or_insert(own);
        }
        Ok(draft)
    })
}

/// Against what relative addresses are resolved: the record's own address, else the one that it was had from.
fn own_address(record: &Object<'_, '_>) -> Option<String> {
    let own = link(record.fields(), "self").filter(|own| !is_relative(own));
    own.or_else(|| record.text(ADDRESS))
}

fn text_and_parties(object: &Object<'_, '_>, draft: &mut Draft) {
    if draft.title.is_empty() {
        draft.title = object.localized("title");
    }
    if draft.description.is_empty() {
        draft.description = object.localized("description");
    }
    let words = object.names("keywords", &["name"]);
    if !words.is_empty() {
        draft.keywords.entry(cairn_model::text::UNDETERMINED.to_owned()).or_default().extend(words);
    }
    draft.languages.extend(object.names("language", &["code", "name"]));
    fill_texts(object, TEXTS, draft);
    if draft.licence_id.is_none() {
        draft.licence_id = object.text("license");
    }
    providers(object, draft);
    contacts(object, draft);
}

/// Providers (collection specification, "Provider Object"): who made the data, who licenses it, who keeps it.
fn providers(object: &Object<'_, '_>, draft: &mut Draft) {
    for provider in object.objects("providers") {
        let Some(name) = provider.text("name") else { continue };
        let organisation = || DraftOrganisation { id: None, name: name.clone(), kind: None };
        for role in provider.texts("roles", &[',']) {
            match role.as_str() {
                "producer" => draft.publisher.get_or_insert_with(organisation),
                "licensor" => draft.owner.get_or_insert_with(organisation),
                "host" => draft.custodian.get_or_insert_with(organisation),
                _ => continue,
            };
        }
        if draft.publisher.is_none() && draft.owner.is_none() && !provider.has("roles") {
            draft.publisher = Some(organisation());
        }
    }
}

/// The contacts extension.
fn contacts(object: &Object<'_, '_>, draft: &mut Draft) {
    for party in object.objects("contacts") {
        let first = |key: &str| party.names(key, &["value"]).into_iter().next();
        let contact = Contact {
            name: party.first_text(&["name", "organization"]),
            email: first("emails").as_deref().and_then(mail),
            phone: first("phones"),
            role: party.texts("roles", &[]).into_iter().next(),
            published_openly: draft.terms.listed_openly,
        };
        add_contact(&mut draft.contacts, contact);
    }
}

/// The time of an item: an instant, or a range where that is null.
fn item_time(properties: &Object<'_, '_>, draft: &mut Draft) {
    draft.coverage_start = properties.text("start_datetime");
    draft.coverage_end = properties.text("end_datetime");
    if draft.coverage_start.is_none() && draft.coverage_end.is_none() {
        draft.coverage = properties.text("datetime");
    }
}

/// Platforms and instruments tell how the data was made; bands are its fields.
fn summaries(record: &Object<'_, '_>, draft: &mut Draft) {
    let holders = [record.object("summaries"), record.object("properties")];
    for holder in holders.into_iter().flatten() {
        draft.topics.extend(holder.texts("platform", &[]));
        draft.topics.extend(holder.texts("instruments", &[]));
        fields(&holder, draft);
    }
    fields(record, draft);
}

/// Bands (STAC 1.1), bands of the electro-optical extension, and columns of the table extension.
fn fields(holder: &Object<'_, '_>, draft: &mut Draft) {
    for key in ["bands", "eo:bands", "table:columns"] {
        for band in holder.objects(key) {
            let Some(name) = band.text("name") else { continue };
            if draft.fields.iter().any(|known| known.name == name) {
                continue;
            }
            draft.fields.push(Field {
                name,
                description: band.first_text(&["description", "common_name", "eo:common_name"]),
                data_type: band.first_text(&["data_type", "type"]),
                ..Field::default()
            });
        }
    }
}

/// Assets of the collection are its files; those that its items have tell what files there will be.
fn assets(record: &Object<'_, '_>, draft: &mut Draft) {
    let mut is_secured = false;
    for (key, asset) in record.members("assets") {
        fields(&asset, draft);
        is_secured |= asset.has("auth:refs");
        draft.distributions.push(DraftDistribution {
            id: Some(key),
            title: asset.text("title"),
            description: asset.text("description"),
            url: asset.text("href"),
            media_type: asset.text("type"),
            size: asset.text("file:size"),
            modified: asset.text("updated"),
            ..DraftDistribution::default()
        });
    }
    for (key, asset) in record.members("item_assets") {
        fields(&asset, draft);
        draft.distributions.push(DraftDistribution {
            title: asset.text("title").or_else(|| Some(key.clone())),
            id: Some(key),
            description: asset.text("description"),
            media_type: asset.text("type"),
            ..DraftDistribution::default()
        });
    }
    if is_secured {
        draft.terms.reasons.push(SECURED.to_owned());
        close(&mut draft.terms, cairn_model::Sharing::Community, Some(AccessMethod::OnRequest));
    }
}

/// The DOI of the scientific extension, and the link that a work is cited by.
fn cite(record: &Object<'_, '_>, draft: &mut Draft) {
    if let Some(doi) = record.text("sci:doi") {
        identifiers::add(&mut draft.identifiers, "doi", identifiers::doi(&doi).unwrap_or(&doi));
    }
    for link in record.objects("links") {
        if link.text("rel").as_deref() == Some("cite-as")
            && let Some(address) = link.text("href")
        {
            identifiers::add_by_form(&mut draft.identifiers, &address);
        }
    }
}

#[cfg(test)]
mod tests;
