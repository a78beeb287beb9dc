//! Tells a catalogue of DCAT-US by the beginning of a document.

use std::fmt;
use std::io::Read as _;

use serde::de::{self, DeserializeSeed, MapAccess, SeqAccess, Visitor};

use crate::decode::decode_unicode_stream;
use crate::json_value::{Fields, Key, Value, texts_of};

/// How much of a document is looked at.
const HEAD: u64 = 64 << 10;

/// Whether a document that begins like this is a DCAT-US catalogue in plain JSON (`data.json`) or an array of its datasets.
///
/// The beginning may be cut anywhere, and be UTF-8 or UTF-16. JSON-LD is none, unless its context is that of DCAT-US: it has
/// to be read as RDF (`crate::dcat`).
pub fn is_catalogue(head: &[u8]) -> bool {
    let mut text = Vec::new();
    if decode_unicode_stream(head.take(HEAD)).read_to_end(&mut text).is_err() {
        return false;
    }
    let mut document = Value::Null;
    // A document that is cut or broken ends in an error; what stands before that counts.
    let _ = Beginning(&mut document).deserialize(&mut serde_json::Deserializer::from_slice(&text));
    match &document {
        Value::Object(fields) => !is_linked_data(fields) && is_catalogue_object(fields),
        Value::List(values) => {
            let objects = || values.iter().filter_map(Value::object);
            objects().any(is_surely_dataset) && !objects().any(is_linked_data)
        }
        _ => false,
    }
}

/// Whether an object is JSON-LD that is more than the plain JSON of DCAT-US.
fn is_linked_data(fields: &Fields<'_>) -> bool {
    fields.0.iter().any(|(key, value)| match key.as_ref() {
        "@graph" | "dcat:dataset" | "http://www.w3.org/ns/dcat#dataset" => true,
        "@context" => !value.list().iter().all(|context| matches!(context, Value::Text(text) if is_of_dcat_us(text))),
        _ => false,
    })
}

/// Whether an address names the schema, a context or a profile of DCAT-US, of any version.
fn is_of_dcat_us(address: &str) -> bool {
    let address = address.to_ascii_lowercase();
    ["project-open-data", "dcat-us", "resources.data.gov"].iter().any(|part| address.contains(part))
}

fn is_catalogue_object(fields: &Fields<'_>) -> bool {
    let says = |key: &str, is_meant: fn(&str) -> bool| {
        fields.get(key).is_some_and(|value| texts_of(value, &[]).iter().any(|text| is_meant(text)))
    };
    says("conformsTo", is_of_dcat_us)
        || says("@type", |name| matches!(name, "dcat:Catalog" | "Catalog"))
        || fields.0.iter().any(|(key, value)| key == "dataset" && lists_datasets(value))
}

/// Whether a list may be one of datasets. Null stands where the document is cut.
fn lists_datasets(value: &Value<'_>) -> bool {
    let may_be_dataset = |value: &Value<'_>| match value {
        Value::Null => true,
        Value::Object(fields) => {
            let keys = ["title", "identifier", "accessLevel", "description", "distribution", "@type"];
            fields.0.is_empty() || fields.0.iter().any(|(key, _)| keys.contains(&key.as_ref()))
        }
        _ => false,
    };
    matches!(value, Value::List(values) if values.iter().all(may_be_dataset))
}

fn is_surely_dataset(fields: &Fields<'_>) -> bool {
    let has = |wanted: &str| fields.0.iter().any(|(key, _)| key == wanted);
    has("accessLevel") || (has("identifier") && has("title"))
}

/// Parses into a value that keeps what was read where the text ends too early.
struct Beginning<'v, 'a>(&'v mut Value<'a>);

impl<'de> DeserializeSeed<'de> for Beginning<'_, 'de> {
    type Value = ();

    fn deserialize<D: de::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Beginning<'_, 'de> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any JSON value")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        *self.0 = Value::Object(Fields::default());
        let Value::Object(Fields(fields)) = self.0 else { return Ok(()) };
        while let Some(key) = map.next_key_seed(Key(|_| true))? {
            let mut value = Value::Null;
            let read = map.next_value_seed(Beginning(&mut value));
            fields.push((key.unwrap_or_default(), value));
            read?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<(), A::Error> {
        *self.0 = Value::List(Vec::new());
        let Value::List(values) = self.0 else { return Ok(()) };
        loop {
            let mut value = Value::Null;
            let read = elements.next_element_seed(Beginning(&mut value));
            if matches!(read, Ok(None)) {
                return Ok(());
            }
            values.push(value);
            read?;
        }
    }

    fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<(), E> {
        *self.0 = Value::Text(text.into());
        Ok(())
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<(), E> {
        *self.0 = Value::Text(text.to_owned().into());
        Ok(())
    }

    fn visit_bool<E: de::Error>(self, truth: bool) -> Result<(), E> {
        *self.0 = Value::Truth(truth);
        Ok(())
    }

    fn visit_i64<E: de::Error>(self, number: i64) -> Result<(), E> {
        *self.0 = Value::Number(number.into());
        Ok(())
    }

    fn visit_u64<E: de::Error>(self, number: u64) -> Result<(), E> {
        *self.0 = Value::Number(number.into());
        Ok(())
    }

    fn visit_f64<E: de::Error>(self, number: f64) -> Result<(), E> {
        *self.0 = serde_json::Number::from_f64(number).map_or(Value::Null, Value::Number);
        Ok(())
    }

    fn visit_unit<E: de::Error>(self) -> Result<(), E> {
        Ok(())
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::is_catalogue;

    const CONTEXT: &str = r#""@context": "https://project-open-data.cio.gov/v1.1/schema/catalog.jsonld""#;

    fn is_one(head: &str) -> bool {
        is_catalogue(head.as_bytes())
    }

    #[test]
    fn a_catalogue_is_known_by_its_datasets_its_schema_or_its_type() {
        assert!(is_one(r#"{"dataset": [{"title": "Wells"}]}"#));
        assert!(is_one(r#"{"dataset": []}"#));
        assert!(is_one(r#"{"conformsTo": "https://project-open-data.cio.gov/v1.1/schema"}"#));
        assert!(is_one(r#"{"conformsTo": "https:\/\/project-open-data.cio.gov\/v1.1\/schema"}"#));
        assert!(is_one(r#"{"@type": "dcat:Catalog", "title": "Everything"}"#));
        assert!(is_one(&format!(r#"{{{CONTEXT}, "dataset": [{{"identifier": "a"}}]}}"#)));
    }

    #[test]
    fn a_catalogue_of_version_3_is_known() {
        let context = r#""@context": "https://resources.data.gov/dcat-us/3.0/context.jsonld""#;
        assert!(is_one(&format!(r#"{{{context}, "@type": "Catalog", "catalog": [{{"dataset": []}}]}}"#)));
        assert!(is_one(
            r#"{"@type": "Catalog", "conformsTo": ["https://resources.data.gov/dcat-us#"], "dataset": []}"#
        ));
    }

    #[test]
    fn an_array_of_datasets_is_known_by_their_keys() {
        assert!(is_one(r#"[{"title": "Wells", "accessLevel": "public"}]"#));
        assert!(is_one(r#"[{"title": "Wells", "identifier": "a"}]"#));
        assert!(!is_one(r#"[{"title": "Wells", "id": "a"}]"#));
        assert!(!is_one("[]"));
    }

    #[test]
    fn json_ld_of_another_context_is_no_catalogue_of_dcat_us() {
        let datasets = r#""@type": "dcat:Catalog", "dataset": [{"identifier": "a", "title": "Wells"}]"#;
        assert!(!is_one(&format!(r#"{{"@context": {{"dataset": "http://www.w3.org/ns/dcat#dataset"}}, {datasets}}}"#)));
        assert!(!is_one(&format!(r#"{{"@context": "https://semiceu.example/dcat-ap.jsonld", {datasets}}}"#)));
        assert!(!is_one(&format!(r#"{{"@context": [{{"x": "y"}}], {datasets}}}"#)));
        assert!(!is_one(&format!(r#"{{{datasets}, "@graph": []}}"#)));
        assert!(!is_one(r#"{"@type": "dcat:Catalog", "dcat:dataset": [{"@id": "a"}]}"#));
        assert!(!is_one(r#"[{"@id": "a", "@type": ["http://www.w3.org/ns/dcat#Catalog"]}]"#));
        assert!(!is_one(r#"[{"@context": "https://schema.org", "identifier": "a", "title": "Wells"}]"#));
    }

    #[test]
    fn answers_of_other_interfaces_are_no_catalogue() {
        for other in [
            "",
            "null",
            "<html>",
            r#"{"type": "Catalog", "stac_version": "1.1.0", "links": []}"#,
            r#"{"conformsTo": ["http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/json"]}"#,
            r#"{"success": true, "result": {"results": []}}"#,
            r#"{"dataset": "wells"}"#,
            r#"{"dataset": {"id": 1}}"#,
            r#"{"dataset": ["wells", "roads"]}"#,
            r#"{"dataset": [{"code": "wells"}]}"#,
        ] {
            assert!(!is_one(other), "{other}");
        }
    }

    #[test]
    fn a_catalogue_is_known_wherever_it_is_cut_once_it_has_said_what_it_is() {
        let document = format!(r#"{{{CONTEXT}, "dataset": [{{"title": "Brunnen – Wells", "identifier": "a"}}]}}"#);
        let said = document.find('[').unwrap() + 1;
        for length in 0..document.len() {
            assert_eq!(is_catalogue(&document.as_bytes()[..length]), length >= said, "{length}");
        }
    }

    #[test]
    fn a_byte_order_mark_or_utf_16_does_not_hide_a_catalogue() {
        let document = r#"{"dataset": [{"title": "Wells"}]}"#;
        assert!(is_one(&format!("\u{feff}{document}")));
        let units = |text: &str| text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
        assert!(is_catalogue(&units(document)));
        assert!(is_catalogue(&units(&format!("\u{feff}{document}"))));
        let big: Vec<u8> = document.encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert!(is_catalogue(&big[..big.len() - 1]));
    }

    #[test]
    fn only_the_first_64_kib_are_looked_at_and_nesting_costs_nothing() {
        let filler = " ".repeat(64 << 10);
        assert!(!is_one(&format!(r#"{{{filler}"dataset": [{{"title": "Wells"}}]}}"#)));
        assert!(!is_one(&"[".repeat(64 << 10)));
        assert!(!is_one(&r#"{"dataset":"#.repeat(9 << 10)));
    }
}
