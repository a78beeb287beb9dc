//! A package as parsed: its fields, its extras and its resources, none of them read yet.
//!
//! Extensions write the same thing as a field of the package (HDX, ckanext-scheming) or as an extra (harvested records),
//! so a look-up asks both, and what stands in the package itself wins.

use std::borrow::Cow;
use std::fmt;

use cairn_model::Problem;
use serde::de::{self, IgnoredAny, MapAccess, Visitor};

use super::other_names::may_state_terms;
use super::statements::{is_of_terms, is_of_words};
use crate::json_text::unexpected_type;
use crate::json_value::{Fields, Key, Tree, Value, texts_of};

/// Elements of a list that are named one by one in problems.
const MAX_PROBLEMS: usize = 50;

/// A package.
#[derive(Debug, Default)]
pub(super) struct Package<'a> {
    // Both in the order of their keys: a package has a hundred of them and is asked for more.
    fields: Fields<'a>,
    extras: Fields<'a>,
    /// Whether there are extras that cannot be read, whatever they state.
    pub(super) lacks_extras: bool,
    /// Problems found so far.
    pub(super) problems: Vec<Problem>,
}

/// Fields and extras that are read. What is not here is skipped while parsing.
fn is_read(key: &str) -> bool {
    is_read_by_name(key) || is_of_terms(key) || may_state_terms(key)
}

#[rustfmt::skip]
fn is_read_by_name(key: &str) -> bool {
    matches!(
        key,
        // identity and text
        "id" | "name" | "title" | "title_translated" | "notes" | "notes_translated" | "description" | "tags" | "tags_translated" | "keywords"
            | "keyword" | "tag_string" | "type" | "dcat_type" | "resource-type" | "resource_type" | "hierarchyLevel" | "hierarchy_level"
            | "Resource Type" | "state" | "guid" | "identifier" | "alternate_identifier" | "doi" | "DOI" | "glide" | "glide_number" | "language" | "languages"
        // who
            | "organization" | "owner_org" | "dataset_source" | "publisher" | "publisher_name" | "publisher_email" | "author"
            | "author_email" | "maintainer" | "maintainer_email" | "contact" | "contact_name" | "contact_email" | "contact-name" | "contact-email"
            | "contact_point" | "contactPoint" | "creator" | "responsible-party" | "responsible_party" | "custodian" | "data_steward" | "steward"
        // what
            | "groups" | "theme" | "themes" | "subject" | "topic" | "topics" | "topic-category" | "topic_category" | "cluster" | "clusters" | "sector" | "sectors"
            | "methodology" | "methodology_other" | "provenance" | "lineage" | "caveats" | "field_names" | "file_types" | "cod_level"
            | "population_group" | "population_groups" | "unit_of_measurement"
        // where
            | "country" | "countries" | "country_code" | "iso3" | "spatial" | "spatial-text" | "spatial_text" | "spatial_bbox" | "spatial_centroid"
            | "spatial_coverage" | "geographic_coverage" | "bbox" | "bbox-west-long" | "bbox-south-lat" | "bbox-east-long" | "bbox-north-lat"
            | "subnational" | "granularity" | "spatial_granularity"
        // when
            | "dataset_date" | "temporal" | "temporal_start" | "temporal_end" | "temporal-extent-begin" | "temporal-extent-end" | "temporal_coverage"
            | "temporal_coverage_from" | "temporal_coverage_to" | "temporal_coverage-from" | "temporal_coverage-to"
            | "time_period_coverage_start" | "time_period_coverage_end" | "date_range_start" | "date_range_end" | "issued" | "dcat_issued" | "modified" | "dcat_modified" | "date_published"
            | "date_modified" | "dataset-reference-date" | "last_modified" | "metadata_created" | "metadata_modified" | "data_update_frequency"
            | "frequency" | "accrualPeriodicity" | "accrual_periodicity" | "frequency-of-update" | "update_frequency" | "archived"
        // how
            | "resources" | "url" | "landingPage" | "landing_page" | "license_id" | "license_title" | "license_other" | "license_url" | "license"
            | "licence" | "licence_url" | "rights" | "access_constraints" | "access-constraints" | "use-constraints"
            | "limitations-on-public-access" | "limitations_on_public_access"
            | "use-limitation" | "use_limitation" | "use-limitations" | "use_limitations"
        // terms
            | "private" | "is_requestdata_type" | "access" | "accessLevelComment" | "visibility" | "external_access_level" | "data_sensitivity" | "identifiability"
            | "owner_org_dest" | "legal_basis" | "review_date_terms" | "extras_rollup"
            | "data_collector" | "data_collection_technique"
        // which dialect
            | "has_geodata" | "solr_additions" | "requestdata" | "extras"
    )
}

/// Keys of the entries of `tags` and `groups` and of `organization`.
fn is_read_of_entry(key: &str) -> bool {
    matches!(key, "id" | "name" | "display_name" | "title" | "title_translated" | "type" | "state" | "hdx_org_type" | "org_type")
        // A text by language stands inside `title_translated`.
        || key.len() <= 3
}

/// Keys of resources.
fn is_read_of_resource(key: &str) -> bool {
    matches!(
        key,
        "id" | "name"
            | "title"
            | "name_translated"
            | "description"
            | "description_translated"
            | "url"
            | "download_url"
            | "access_url"
            | "accessURL"
            | "format"
            | "mimetype"
            | "media_type"
            | "size"
            | "last_modified"
            | "modified"
            | "created"
            | "state"
            | "in_quarantine"
            | "restricted"
            | "restricted_level"
            | "restricted-level"
            | "level"
            | "private"
            | "visibility"
            | "access_level"
            | "identifiability"
            | "access_rights"
            | "rights"
            | "schema"
            | "fields"
            | "extras"
    ) || is_of_words(key)
        || key.len() == 2
        || may_state_terms(key)
}

impl<'a> Package<'a> {
    /// Parses a package.
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, serde_json::Error> {
        let mut parser = serde_json::Deserializer::from_slice(bytes);
        let package = de::Deserializer::deserialize_map(&mut parser, PackageVisitor)?;
        parser.end()?;
        Ok(package)
    }

    /// The first value of a field or extra that is not empty.
    pub(super) fn get(&self, key: &str) -> Option<&Value<'a>> {
        self.fields.get_ordered(key).or_else(|| self.extras.get_ordered(key))
    }

    /// All fields, then all extras.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &Value<'a>)> {
        self.fields.0.iter().chain(&self.extras.0).map(|(key, value)| (key.as_ref(), value))
    }

    /// Fields and extras that may state terms under a name of which CKAN knows nothing; its own `access` says more than CKAN does.
    pub(super) fn under_other_names(&self) -> impl Iterator<Item = (&str, &Value<'a>)> {
        self.all()
            .filter(|(key, _)| *key == "access" || may_state_terms(key) && !is_read_by_name(key) && !is_of_terms(key))
    }

    /// As [`Package::get`], opened where it is a text that holds JSON.
    pub(super) fn get_opened(&self, key: &str) -> Option<Value<'a>> {
        self.get(key).cloned().map(Value::opened)
    }

    /// Whether there is a field or an extra of a key, empty or not.
    pub(super) fn has(&self, key: &str) -> bool {
        [&self.fields, &self.extras].iter().any(|fields| !fields.of_key(key).is_empty())
    }

    /// The extra of a key, where the field of the same name means something else.
    pub(super) fn extra(&self, key: &str) -> Option<&Value<'a>> {
        self.extras.get_ordered(key)
    }

    /// The text of the first field or extra that has one.
    pub(super) fn text(&self, keys: &[&str]) -> Option<String> {
        keys.iter().find_map(|key| Some(self.get(key)?.text()?.into_owned()))
    }

    /// The text of a field that must be text: anything else is reported, and read if it can be.
    pub(super) fn plain_text(&mut self, key: &str) -> Option<String> {
        let value = self.get(key)?;
        let text = value.text().map(Cow::into_owned);
        let problem = (!matches!(value, Value::Text(_))).then(|| unexpected_type(key, "text", value));
        self.problems.extend(problem);
        text
    }

    /// The texts of a list, of a JSON list inside a text, or of a text whose parts are set apart by `separators`.
    pub(super) fn texts(&self, key: &str, separators: &[char]) -> Vec<String> {
        self.get(key).map_or_else(Vec::new, |value| texts_of(value, separators))
    }

    /// The entries of a list field. A single object or text counts as a list of one; anything else is reported.
    pub(super) fn entries(&mut self, key: &str) -> Vec<Value<'a>> {
        let Some(value) = self.fields.of_key_mut(key).iter_mut().find(|(_, value)| !value.is_empty()) else {
            return Vec::new();
        };
        match std::mem::replace(&mut value.1, Value::Null).opened() {
            Value::List(entries) => entries,
            other => {
                let problem = unexpected_type(key, "a list", &other);
                self.problems.push(problem);
                if matches!(other, Value::Object(_) | Value::Text(_)) { vec![other] } else { Vec::new() }
            }
        }
    }

    /// Reports a warning, as long as there are not too many.
    pub(super) fn report(&mut self, problem: Problem) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(problem);
        }
    }

    /// Takes `extras`: a list of `{key, value}`, or an object in old and flattened answers; either may stand inside a text.
    fn take_extras(&mut self, extras: Value<'a>) {
        match extras.opened() {
            Value::List(entries) => {
                for (index, entry) in entries.into_iter().enumerate() {
                    match key_and_value(entry) {
                        Some((key, value)) if is_read(&key) => self.extras.0.push((key, value)),
                        Some(_) => {}
                        None => {
                            let message = "an extra is an object with a key and a value";
                            self.report(Problem::warning("unexpected-type", format!("extras[{index}]"), message));
                        }
                    }
                }
            }
            Value::Object(fields) => self.extras.0.extend(fields.0.into_iter().filter(|(key, _)| is_read(key))),
            other if other.is_empty() => {}
            other => {
                self.lacks_extras = true;
                self.report(unexpected_type("extras", "a list", &other));
            }
        }
    }

    /// Adds the extras of `extras_rollup`, a text that holds an object, behind those that stand apart, and puts all in
    /// the order of their keys.
    fn put_in_order(&mut self) {
        self.fields.order();
        let rolled = self.extras.get("extras_rollup").and_then(Value::text);
        let rolled = rolled.and_then(|text| Value::parse_inside(&text));
        if let Some(rolled @ Value::Object(_)) = rolled {
            self.take_extras(rolled);
        }
        self.extras.order();
    }
}

struct PackageVisitor;

impl<'de> Visitor<'de> for PackageVisitor {
    type Value = Package<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a CKAN package, which is an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Package<'de>, A::Error> {
        let mut package = Package::default();
        while let Some(key) = map.next_key_seed(Key(is_read))? {
            let Some(key) = key else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let keep: fn(&str) -> bool = match key.as_ref() {
                "extras" => {
                    package.take_extras(map.next_value()?);
                    continue;
                }
                "tags" | "groups" | "organization" => is_read_of_entry,
                "resources" => is_read_of_resource,
                _ => |_| true,
            };
            let value = map.next_value_seed(Tree(keep))?;
            package.fields.0.push((key, value));
        }
        package.put_in_order();
        Ok(package)
    }
}

/// The key and the value of an extra; none when it is no such object.
fn key_and_value(extra: Value<'_>) -> Option<(Cow<'_, str>, Value<'_>)> {
    let Value::Object(fields) = extra else { return None };
    let (mut key, mut content) = (None, Value::Null);
    for (name, value) in fields.0 {
        match (name.as_ref(), value) {
            ("key", Value::Text(text)) => key = Some(text),
            ("value", value) => content = value,
            _ => {}
        }
    }
    Some((key?, content))
}
