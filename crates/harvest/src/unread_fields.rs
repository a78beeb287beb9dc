//! Fields of payloads of which nothing is read: what a source says and its records lack.
//!
//! A field is read where the record would be another without it. So no reader has to keep an account of what it asks for:
//! each field is taken out of the payload, and what is left is read again. A field that made a difference once is not tried
//! again, so that most payloads are read only as often as they have fields that nobody reads.

use std::collections::{BTreeMap, BTreeSet};

use cairn_formats::inventory::InventoryRow;
use cairn_formats::xml_record::XmlOutline;
use serde_json::Value;

use crate::{RawFormat, SourceConfig, payload};

/// Payloads that are looked at; what the first ones hold is what the others hold.
const MOST_RECORDS: usize = 60;
/// Times that one payload is read again.
const MOST_READINGS: usize = 400;
/// Fields that are told apart.
const MOST_FIELDS: usize = 2000;
/// Names on the way to a field inside others.
const DEEPEST: usize = 4;
/// As [`DEEPEST`], in XML, where standards put an element for a type between those for fields.
const DEEPEST_IN_XML: usize = 10;
/// Bytes of a payload that is looked at.
const MOST_BYTES: usize = 256 * 1024;

/// Fields and what became of them, over all payloads that were looked at.
#[derive(Debug, Default)]
pub struct UnreadFields {
    fields: BTreeMap<Vec<String>, Field>,
    records: usize,
}

#[derive(Debug, Default)]
struct Field {
    is_read: bool,
    records: u64,
    example: String,
}

/// A field of which nothing is read. Its name is all that is told of it, never a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadField {
    /// Names on the way to it, with dots between them; a list is passed through. For a table, the header of the column; in
    /// XML, local names of elements from below the root.
    pub field: String,
    /// Records that fill it in, of those that were looked at.
    pub records: u64,
    /// One of them, by its id at the source.
    pub example: String,
}

impl UnreadFields {
    /// Whether more payloads need to be looked at.
    pub fn is_enough(&self) -> bool {
        self.records >= MOST_RECORDS
    }

    /// Payloads that were looked at.
    pub fn records(&self) -> usize {
        self.records
    }

    /// Looks at a payload that can be read. Blocking, pure.
    pub fn look_at(&mut self, format: RawFormat, bytes: &[u8], source: &SourceConfig) {
        if self.is_enough() || bytes.len() > MOST_BYTES {
            return;
        }
        let Some(parts) = Parts::of(format, bytes) else { return };
        let read = |bytes: &[u8]| payload::read(format, bytes, source);
        let Ok(whole) = read(&parts.to_bytes()) else { return };
        self.records += 1;
        let mut readings = 0;
        let mut waiting = parts.children(&[]);
        while let Some(path) = waiting.pop() {
            if !self.fields.contains_key(&path) && self.fields.len() >= MOST_FIELDS {
                continue;
            }
            if !self.fields.get(&path).is_some_and(|field| field.is_read) {
                if readings >= MOST_READINGS {
                    return;
                }
                readings += 1;
                let is_read = read(&parts.bytes_without(&path)).as_ref() != Ok(&whole);
                let field = self.fields.entry(path.clone()).or_default();
                field.is_read = is_read;
                if !is_read {
                    field.records += 1;
                    if field.example.is_empty() {
                        field.example.clone_from(&whole.draft.source_record_id);
                    }
                    continue;
                }
            }
            if path.len() < parts.deepest() {
                waiting.extend(parts.children(&path));
            }
        }
    }

    /// The fields of which nothing was read in any payload, those that most records fill in first.
    pub fn into_list(self) -> Vec<UnreadField> {
        let unread = self.fields.into_iter().filter(|(_, field)| !field.is_read && field.records > 0);
        let mut list: Vec<UnreadField> = unread
            .map(|(path, field)| UnreadField { field: path.join("."), records: field.records, example: field.example })
            .collect();
        list.sort_by(|one, other| (other.records, &one.field).cmp(&(one.records, &other.field)));
        list
    }
}

/// A payload whose fields can be taken out.
#[derive(Clone)]
enum Parts {
    /// XML: fields are the elements.
    Xml(XmlOutline),
    /// JSON: fields are the members of objects, and extras that stand as lists of keys and values.
    Json(Value),
    /// A row: fields are its cells.
    Row(InventoryRow),
    /// N-Triples, a statement a line: fields are the predicates.
    Statements(Vec<String>),
}

impl Parts {
    fn of(format: RawFormat, bytes: &[u8]) -> Option<Self> {
        match format {
            RawFormat::XmlRecord => XmlOutline::read(bytes, DEEPEST_IN_XML).map(Self::Xml),
            RawFormat::InventoryRow => serde_json::from_slice(bytes).ok().map(Self::Row),
            RawFormat::DcatDataset => {
                let text = std::str::from_utf8(bytes).ok()?;
                Some(Self::Statements(text.lines().map(str::to_owned).collect()))
            }
            _ => serde_json::from_slice(bytes).ok().map(Self::Json),
        }
    }

    fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Xml(outline) => outline.to_bytes(),
            Self::Json(value) => value.to_string().into_bytes(),
            // A row is plain text: writing it to memory cannot fail.
            Self::Row(row) => serde_json::to_vec(row).unwrap_or_default(),
            Self::Statements(lines) => lines.join("\n").into_bytes(),
        }
    }

    /// The fields inside a field that say anything.
    fn children(&self, path: &[String]) -> Vec<Vec<String>> {
        let mut names = BTreeSet::new();
        match self {
            Self::Xml(outline) => names = outline.names_in(path),
            Self::Json(value) => names_at(value, path, &mut names),
            Self::Row(row) if path.is_empty() => {
                names
                    .extend(row.cells.iter().filter(|(_, cell)| !cell.trim().is_empty()).map(|(name, _)| name.clone()));
            }
            Self::Statements(lines) if path.is_empty() => {
                names.extend(lines.iter().filter_map(|line| predicate(line)).map(str::to_owned));
            }
            Self::Row(_) | Self::Statements(_) => {}
        }
        names.into_iter().map(|name| [path, &[name]].concat()).collect()
    }

    /// Names on the way to a field that is looked for.
    fn deepest(&self) -> usize {
        match self {
            Self::Xml(_) => DEEPEST_IN_XML,
            Self::Json(_) | Self::Row(_) | Self::Statements(_) => DEEPEST,
        }
    }

    /// The bytes of the payload without a field.
    fn bytes_without(&self, path: &[String]) -> Vec<u8> {
        let Some((last, way)) = path.split_last() else { return self.to_bytes() };
        let mut parts = self.clone();
        match &mut parts {
            Self::Xml(outline) => return outline.without(path),
            Self::Json(value) => take_out(value, way, last),
            Self::Row(row) => row.cells.retain(|(name, _)| name != last),
            Self::Statements(lines) => lines.retain(|line| predicate(line) != Some(last.as_str())),
        }
        parts.to_bytes()
    }
}

/// Says of what class something is: a part of the form, and nothing that a record could lack.
const RDF_TYPE: &str = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";

/// The predicate of a statement as the kept payloads write them, one a line, without its brackets.
fn predicate(line: &str) -> Option<&str> {
    let predicate = line.split(' ').nth(1)?.strip_prefix('<')?.strip_suffix('>')?;
    Some(predicate).filter(|predicate| *predicate != RDF_TYPE)
}

/// The key of an element of a list of keys and values, as CKAN writes its extras.
fn key_of(value: &Value) -> Option<&str> {
    value.get("value")?;
    value.get("key")?.as_str()
}

fn says_something(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(_) | Value::Number(_) => true,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(values) => values.iter().any(says_something),
        Value::Object(members) => members.values().any(says_something),
    }
}

fn names_at(value: &Value, path: &[String], names: &mut BTreeSet<String>) {
    match (value, path) {
        (Value::Array(values), _) => {
            for value in values {
                match (key_of(value), path) {
                    (Some(key), []) => _ = names.insert(key.to_owned()),
                    (Some(_), _) => {}
                    (None, _) => names_at(value, path, names),
                }
            }
        }
        (Value::Object(members), []) => {
            names.extend(members.iter().filter(|(_, value)| says_something(value)).map(|(name, _)| name.clone()));
        }
        (Value::Object(members), [next, rest @ ..]) => {
            if let Some(value) = members.get(next) {
                names_at(value, rest, names);
            }
        }
        _ => {}
    }
}

fn take_out(value: &mut Value, way: &[String], last: &str) {
    match (value, way) {
        (Value::Array(values), []) => {
            values.retain(|value| key_of(value) != Some(last));
            for value in values {
                take_out(value, way, last);
            }
        }
        (Value::Array(values), _) => {
            for value in values {
                take_out(value, way, last);
            }
        }
        (Value::Object(members), []) => _ = members.remove(last),
        (Value::Object(members), [next, rest @ ..]) => {
            if let Some(value) = members.get_mut(next) {
                take_out(value, rest, last);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use std::path::Path;

    use super::*;

    fn source(kind: &str) -> SourceConfig {
        let text = format!("id = \"source\"\nkind = \"{kind}\"\nurl = \"file:listing\"\n");
        SourceConfig::from_toml(&text, Path::new("/nowhere")).unwrap()
    }

    fn list(format: RawFormat, kind: &str, payloads: &[&str]) -> Vec<(String, u64, String)> {
        let mut unread = UnreadFields::default();
        for payload in payloads {
            unread.look_at(format, payload.as_bytes(), &source(kind));
        }
        let list = unread.into_list().into_iter();
        list.map(|one| (one.field, one.records, one.example)).collect()
    }

    #[test]
    fn what_no_reader_takes_of_a_package_is_named_with_its_place() {
        let package = |id, more| format!(r#"{{"id": "{id}", "title": "Wells", "pageviews_last_14_days": 3{more}}}"#);
        let plain = package("a", "");
        let nested = package(
            "b",
            r#", "resources": [{"url": "https://portal.example/a.csv", "hash_of_row": "x"}],
               "extras": [{"key": "shelf", "value": "north"}, {"key": "language", "value": "fr"}]"#,
        );
        assert_eq!(
            list(RawFormat::CkanPackage, "ckan", &[&plain, &nested]),
            [
                ("pageviews_last_14_days".to_owned(), 2, "a".to_owned()),
                ("extras.shelf".to_owned(), 1, "b".to_owned()),
                ("resources.hash_of_row".to_owned(), 1, "b".to_owned()),
            ]
        );
    }

    #[test]
    fn a_field_that_is_read_in_one_record_is_no_unread_field() {
        // The name stands in for a title that is missing, and is of no use beside one and an id.
        let payloads = [r#"{"id": "a", "title": "Wells", "name": "wells"}"#, r#"{"name": "wells"}"#];
        assert_eq!(list(RawFormat::CkanPackage, "ckan", &payloads), []);
    }

    #[test]
    fn fields_that_are_empty_are_not_named() {
        let payload = r#"{"id": "a", "title": "Wells", "shelf": "", "rooms": [null], "keeper": {"name": " "}}"#;
        assert_eq!(list(RawFormat::CkanPackage, "ckan", &[payload]), []);
    }

    #[test]
    fn columns_without_a_meaning_are_named_by_their_headers() {
        let row = r#"{"row": 2, "cells": [["Dataset title", "Wells"], ["Shelf colour", "blue"]], "record_id": "a"}"#;
        assert_eq!(
            list(RawFormat::InventoryRow, "inventory", &[row]),
            [("Shelf colour".to_owned(), 1, "a".to_owned())]
        );
    }

    #[test]
    fn predicates_that_say_nothing_are_named() {
        let triples = "<https://portal.example/a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset> .\n\
                       <https://portal.example/a> <http://purl.org/dc/terms/title> \"Wells\" .\n\
                       <https://portal.example/a> <https://portal.example/terms#shelf> \"blue\" .\n";
        let unread = list(RawFormat::DcatDataset, "dcat", &[triples]);
        assert_eq!(
            unread,
            [("https://portal.example/terms#shelf".to_owned(), 1, "https://portal.example/a".to_owned())]
        );
    }

    #[test]
    fn elements_that_no_reader_takes_are_named_with_the_way_to_them() {
        let record = |id: &str, more: &str| {
            format!(
                r#"<gmd:MD_Metadata xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco">
                <gmd:fileIdentifier><gco:CharacterString>{id}</gco:CharacterString></gmd:fileIdentifier>
                <gmd:dataSetURI><gco:CharacterString/></gmd:dataSetURI>
                <gmd:identificationInfo><gmd:MD_DataIdentification>
                  <gmd:citation><gmd:CI_Citation><gmd:title><gco:CharacterString>Wells</gco:CharacterString></gmd:title></gmd:CI_Citation></gmd:citation>
                  <gmd:abstract><gco:CharacterString>Wells of a district.</gco:CharacterString></gmd:abstract>
                  {more}
                </gmd:MD_DataIdentification></gmd:identificationInfo></gmd:MD_Metadata>"#
            )
        };
        let software = "<gmd:environmentDescription><gco:CharacterString>Desk 3</gco:CharacterString></gmd:environmentDescription>";
        let unread =
            list(RawFormat::XmlRecord, "csw", &[&record("a", ""), &record("b", software), &record("c", software)]);
        let field = "identificationInfo.MD_DataIdentification.environmentDescription";
        assert_eq!(unread, [(field.to_owned(), 2, "b".to_owned())]);
    }
}
