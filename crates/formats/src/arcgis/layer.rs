//! Services and layers (`FeatureServer?f=json`, `MapServer/3?f=json`): what fields there are, never what is in them.

use std::fmt::Write as _;

use cairn_model::{Draft, DraftDistribution, DraftOrganisation, Field, Problem};

use super::directory::nameless;
use super::spatial_reference::extent_in_degrees;
use super::{ArcgisError, error_in, refused};
use crate::Reading;
use crate::contacts::is_name_of_person;
use crate::json_object::{Object, given, read_record};
use crate::json_page::{Page, look_into};
use crate::json_value::Value;

/// Codes of a domain that stand in the description of a field.
const MOST_CODES: usize = 100;

/// A layer or table of a service.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServiceLayer {
    /// Its id, which is appended to the address of the service.
    pub id: String,
    /// Name.
    pub name: Option<String>,
    /// Whether it only holds other layers.
    pub is_group: bool,
}

/// The layers and tables of a service.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ServiceLayers {
    /// Layers, then tables.
    pub layers: Vec<ServiceLayer>,
    /// What could not be read; each of severity error stands for layers that are lost.
    pub problems: Vec<Problem>,
}

/// Lists the layers and tables of a service.
///
/// # Errors
/// What the server answers instead of a service.
pub fn list_layers(bytes: &[u8]) -> Result<ServiceLayers, ArcgisError> {
    let page = Page::cut(bytes, &[&["layers"], &["tables"]])?;
    if let Some(error) = error_in(&page.envelope) {
        return Err(error);
    }
    if !page.has_list {
        return Err(page.refusal("a service with layers").into());
    }
    let layer = |bytes: &Vec<u8>| {
        let fields = look_into(bytes, |key| matches!(key, "id" | "name" | "type" | "subLayerIds"))?;
        let is_group = match fields.text("type") {
            Some(kind) => kind == "Group Layer",
            None => !fields.list("subLayerIds").is_empty(),
        };
        Some(ServiceLayer {
            id: fields.text("id")?.into_owned(),
            name: fields.text("name").map(std::borrow::Cow::into_owned),
            is_group,
        })
    };
    let mut listed = ServiceLayers { layers: Vec::with_capacity(page.records.len()), problems: page.problems };
    for (_, bytes) in &page.records {
        match layer(bytes) {
            Some(layer) => listed.layers.push(layer),
            None => nameless(&mut listed.problems, "layers", "a layer without id is left out"),
        }
    }
    Ok(listed)
}

/// Reads a layer. `address` is where it was fetched, without query.
///
/// # Errors
/// A problem with `Severity::Error` when the bytes are no JSON object, an error answer, rows of data, or describe no
/// layer.
pub fn read_layer(bytes: &[u8], address: Option<&str>) -> Result<Reading, Problem> {
    refused(bytes)?;
    read_record(bytes, "a layer", |layer| {
        if layer.fields().0.iter().any(|(key, _)| key == "features") {
            let message = "rows of a layer are data; its description was due";
            return Err(Problem::error("rows-of-data", "features", message));
        }
        let mut draft = described(layer, address);
        draft.title = layer.localized("name");
        draft.description = layer.localized("description");
        draft.kind = layer.text("type");
        draft.fields = fields(layer);
        extent_in_degrees(layer, "extent", &mut draft);
        let id = match (layer.text("serviceItemId"), layer.text("id")) {
            (Some(item), Some(number)) => Some(format!("{item}_{number}")),
            (item, _) => item.or_else(|| address.and_then(given)),
        };
        layer.identify(id, "serviceItemId", &mut draft)?;
        Ok(draft)
    })
}

/// What a layer says beside its name and its fields.
fn described(object: &Object<'_, '_>, address: Option<&str>) -> Draft {
    let mut draft = Draft { landing_page: address.and_then(given), ..Draft::default() };
    draft.terms.listed_openly = true;
    draft.licence_text = object.text("copyrightText");
    if let Some(editing) = object.object("editingInfo") {
        draft.modified = editing.first_text(&["dataLastEditDate", "lastEditDate", "schemaLastEditDate"]);
    }
    draft.publisher = object
        .object("documentInfo")
        .and_then(|document| document.text("Author"))
        .filter(|name| !is_name_of_person(name))
        .map(|name| DraftOrganisation { id: None, name, kind: None });
    if address.is_some() {
        let format = if object.has("geometryType") || object.has("layers") { "ArcGIS REST" } else { "API" };
        draft.distributions.push(DraftDistribution {
            url: address.and_then(given),
            format: Some(format.to_owned()),
            ..DraftDistribution::default()
        });
    }
    draft
}

/// The data dictionary: names, aliases, types, and the codes of coded-value domains.
pub(super) fn fields(layer: &Object<'_, '_>) -> Vec<Field> {
    let described = layer.objects("fields").into_iter().filter_map(|field| {
        let name = field.text("name")?;
        let alias = field.text("alias").filter(|alias| *alias != name);
        let parts = [alias, field.text("description"), codes(&field)];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        let description = (!parts.is_empty()).then(|| parts.join(". "));
        Some(Field { name, description, data_type: field.text("type"), ..Field::default() })
    });
    described.collect()
}

/// `Codes of Quality: 1 = good, 2 = poor`, or the range of numbers.
fn codes(field: &Object<'_, '_>) -> Option<String> {
    let domain = field.object("domain")?;
    if let Some(Value::List(_)) = domain.value("range") {
        return Some(format!("Range: {}", domain.texts("range", &[]).join(" to ")));
    }
    let values = domain.objects("codedValues");
    if values.is_empty() {
        return None;
    }
    let mut text = "Codes".to_owned();
    if let Some(name) = domain.text("name") {
        let _ = write!(text, " of {name}");
    }
    for (index, value) in values.iter().take(MOST_CODES).enumerate() {
        let (code, name) = (value.text("code").unwrap_or_default(), value.text("name").unwrap_or_default());
        let _ = write!(text, "{} {code} = {name}", if index == 0 { ":" } else { "," });
    }
    if values.len() > MOST_CODES {
        let _ = write!(text, ", and {} more", values.len() - MOST_CODES);
    }
    Some(text)
}
