//! What a catalogue says that it can do (CSW 2.0.2 §10.2, CSW 3.0 §7.1).

use cairn_model::Problem;

use super::exception::{CswError, refuse};
use crate::xml::{self, Element, Vocabulary, parse};

/// Values of one list that are kept.
const MOST_VALUES: usize = 500;

/// The parts of a capabilities document that a harvest needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Capabilities {
    /// Version of the protocol.
    pub version: Option<String>,
    /// Name of the catalogue.
    pub title: Option<String>,
    /// Addresses for `GetRecords` by GET.
    pub get_records_get: Vec<String>,
    /// Addresses for `GetRecords` by POST of XML.
    pub get_records_post: Vec<String>,
    /// Schemas in which `GetRecords` gives records.
    pub output_schemas: Vec<String>,
    /// Names of types that `GetRecords` finds.
    pub type_names: Vec<String>,
    /// `FILTER` and `CQL_TEXT`, as far as they are stated.
    pub constraint_languages: Vec<String>,
    /// Element sets (`brief`, `summary`, `full`).
    pub element_sets: Vec<String>,
    /// Properties that can be asked for, in all sets of queryables.
    pub queryables: Vec<String>,
    /// Most records of one page, where a limit is stated.
    pub page_limit: Option<u64>,
}

/// Reads a capabilities document.
///
/// # Errors
/// As [`super::list_records`].
pub fn read_capabilities(bytes: &[u8]) -> Result<Capabilities, CswError> {
    let decoded = xml::decode(bytes);
    let document = parse(&decoded.text).map_err(CswError::Unreadable)?;
    let root = &document.root;
    refuse(root)?;
    if !root.is(Vocabulary::Csw, "Capabilities") {
        let message = "the document states no capabilities of a catalogue";
        return Err(CswError::Unreadable(Problem::error("not-csw-capabilities", "", message).with_value(root.name())));
    }
    let mut capabilities = Capabilities {
        version: root.attribute("version").map(str::to_owned),
        title: root.all_of(Vocabulary::Ows, &["ServiceIdentification", "Title"]).into_iter().find_map(Element::text),
        ..Capabilities::default()
    };
    for metadata in root.children_of(Vocabulary::Ows, "OperationsMetadata") {
        for constraint in metadata.children("Constraint") {
            read_constraint(constraint, &mut capabilities);
        }
        let is_get_records =
            |operation: &&Element<'_>| operation.attribute("name").is_some_and(|name| name == "GetRecords");
        for operation in metadata.children("Operation").filter(is_get_records) {
            read_addresses(operation, &mut capabilities);
            for parameter in operation.children("Parameter") {
                read_parameter(parameter, &mut capabilities);
            }
            for constraint in operation.children("Constraint") {
                read_constraint(constraint, &mut capabilities);
            }
        }
    }
    Ok(capabilities)
}

fn read_addresses(operation: &Element<'_>, capabilities: &mut Capabilities) {
    for http in operation.all(&["DCP", "HTTP"]) {
        for method in http.elements() {
            let Some(address) = method.attribute_of(Vocabulary::XLink, "href") else { continue };
            let encodings: Vec<String> = method
                .children("Constraint")
                .filter(|constraint| constraint.attribute("name").is_some_and(|name| name == "PostEncoding"))
                .flat_map(values)
                .collect();
            let takes_xml = encodings.is_empty() || encodings.iter().any(|encoding| encoding == "XML");
            match method.name() {
                "Get" => keep(&mut capabilities.get_records_get, address.to_owned()),
                "Post" if takes_xml => keep(&mut capabilities.get_records_post, address.to_owned()),
                _ => {}
            }
        }
    }
}

fn read_parameter(parameter: &Element<'_>, capabilities: &mut Capabilities) {
    let name = parameter.attribute("name").unwrap_or_default().to_lowercase();
    let list = match name.as_str() {
        "outputschema" => &mut capabilities.output_schemas,
        "typenames" | "typename" => &mut capabilities.type_names,
        "constraintlanguage" => &mut capabilities.constraint_languages,
        "elementsetname" => &mut capabilities.element_sets,
        _ => return,
    };
    for value in values(parameter) {
        keep(list, value);
    }
}

fn read_constraint(constraint: &Element<'_>, capabilities: &mut Capabilities) {
    let name = constraint.attribute("name").unwrap_or_default();
    if name.ends_with("Queryables") {
        for value in values(constraint) {
            keep(&mut capabilities.queryables, value);
        }
    } else if matches!(name, "MaxRecordDefault" | "MaxRecordLimit") {
        let limit = values(constraint).into_iter().find_map(|value| value.parse().ok());
        capabilities.page_limit = limit.or(capabilities.page_limit);
    }
}

/// Values of a parameter or constraint, as OWS 1.0 (`Value`) and later (`AllowedValues`, `DefaultValue`) write them.
fn values(domain: &Element<'_>) -> Vec<String> {
    let mut values = domain.texts_at(&["Value"]);
    values.extend(domain.texts_at(&["AllowedValues", "Value"]));
    values.extend(domain.texts_at(&["DefaultValue"]));
    values
}

fn keep(list: &mut Vec<String>, value: String) {
    if list.len() < MOST_VALUES && !list.contains(&value) {
        list.push(value);
    }
}
