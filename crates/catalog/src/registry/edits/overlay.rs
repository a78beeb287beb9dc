//! Laying what somebody says of parts of a record over it. A part takes the place of the whole part, but for the terms, of which
//! each axis stands for itself.

use cairn_model::registry::{HoldingStatement, HoldingTerms};
use cairn_model::{Dataset, Field, Problem, Quality, Sharing, Terms, Vocabularies};
use cairn_policy::{Loosening, broken_rules, tighten};
use jiff::Timestamp;
use serde_json::{Map, Value};

use crate::CatalogError;

const TERMS: &str = "terms";
const DERIVED_FROM: &str = "derived_from";

/// What a record says, as its organisation would say it.
pub(super) fn said_of(dataset: &Dataset) -> Result<Map<String, Value>, CatalogError> {
    let statement = HoldingStatement::of(dataset.clone(), HoldingTerms::from(dataset.terms.clone()));
    match serde_json::to_value(statement) {
        Ok(Value::Object(said)) => Ok(said),
        Ok(other) => Err(CatalogError::Internal(format!("a holding is written as {other}"))),
        Err(error) => Err(CatalogError::Internal(error.to_string())),
    }
}

/// What is said of the parts that are named: `null` where nothing is.
pub(super) fn part_of(said: &Map<String, Value>, parts: &Map<String, Value>) -> Map<String, Value> {
    let of = |said: Option<&Value>| said.cloned().unwrap_or(Value::Null);
    let mut kept = Map::new();
    for (name, part) in parts {
        match part {
            Value::Object(axes) if name == TERMS => {
                let terms = said.get(TERMS);
                let axes = axes.keys().map(|axis| (axis.clone(), of(terms.and_then(|terms| terms.get(axis)))));
                kept.insert(name.clone(), Value::Object(axes.collect()));
            }
            _ => {
                kept.insert(name.clone(), of(said.get(name)));
            }
        }
    }
    kept
}

/// What must be mended of parts before they are laid over a record. Parts that the source had wrong itself are none of theirs.
pub(super) fn checked(
    said: &Map<String, Value>,
    parts: &Map<String, Value>,
    vocabularies: &Vocabularies,
    now: Timestamp,
) -> Result<Vec<Problem>, CatalogError> {
    if parts.contains_key(DERIVED_FROM) {
        let message = "what a record is made of is said of registered holdings alone";
        return Ok(vec![Problem::error("not-editable", DERIVED_FROM, message)]);
    }
    // Against an empty record first: what is there then is theirs alone.
    let own = match statement(&with(Map::new(), parts)) {
        Ok(own) => own,
        Err(problem) => return Ok(vec![problem]),
    };
    let is_theirs = |problem: &Problem| {
        let name = problem.field.split(['.', '[']).next().unwrap_or_default();
        parts.contains_key(name)
    };
    let mut problems: Vec<Problem> = own.validate(vocabularies).into_iter().filter(is_theirs).collect();
    if problems.is_empty() {
        let whole = statement(&with(said.clone(), parts)).map_err(|problem| CatalogError::Internal(problem.message))?;
        let read = whole.read("", "edited", vocabularies, now).dataset.provenance.problems;
        problems.extend(read.into_iter().filter(is_theirs));
    }
    Ok(problems)
}

/// Lays parts over a record. With what the source said when they were edited, what it closed since holds.
pub(super) fn lay(
    dataset: &mut Dataset,
    parts: &Map<String, Value>,
    replaced: Option<&Map<String, Value>>,
    vocabularies: &Vocabularies,
    now: Timestamp,
) {
    let source = dataset.clone();
    let lay_alone = |dataset: &mut Dataset, parts| lay_alone(dataset, parts, vocabularies, now);
    lay_alone(dataset, parts);
    if let Some(replaced) = replaced {
        let mut then = source.clone();
        lay_alone(&mut then, replaced);
        // Whether its owner had agreed to the listing is not said by parts.
        then.terms.listing_agreed = source.terms.listing_agreed;
        keep_new_fields(&source, &then, dataset);
        *dataset = held_to_what_was_closed(&source, then, dataset);
    }
    judge(dataset);
}

/// Lays what parts say of the terms over a record, as far as that closes it.
pub(super) fn close(dataset: &mut Dataset, parts: &Map<String, Value>, vocabularies: &Vocabularies, now: Timestamp) {
    let source = dataset.clone();
    let of_terms = parts.get_key_value(TERMS).map(|(name, axes)| (name.clone(), axes.clone())).into_iter().collect();
    lay_alone(dataset, &of_terms, vocabularies, now);
    *dataset = tighten(&source, dataset.clone(), &[]).0;
    // Nobody said how this one is listed.
    dataset.terms.listing_agreed = source.terms.listing_agreed;
    judge(dataset);
}

/// Says of a record that was changed whether its terms contradict each other, and how complete it is.
fn judge(dataset: &mut Dataset) {
    dataset.quarantine = broken_rules(&dataset.terms);
    dataset.provenance.quality = Quality::of(dataset);
}

fn lay_alone(dataset: &mut Dataset, parts: &Map<String, Value>, vocabularies: &Vocabularies, now: Timestamp) {
    let Ok(said) = said_of(dataset) else { return };
    let Ok(edited) = statement(&with(said, parts)) else { return };
    let terms = edited.terms.clone();
    let edited = edited.read(&dataset.source, &dataset.source_record_id, vocabularies, now).dataset;
    for name in parts.keys() {
        take(name, &edited, dataset);
    }
    if let Some(Value::Object(axes)) = parts.get(TERMS) {
        take_terms(&terms, axes, &mut dataset.terms);
    }
}

/// Fields that the source has had since stand beside those that are edited. Whoever edited the others has said nothing of them,
/// and may have taken one out that is called otherwise now: nobody else is told of them until they do.
fn keep_new_fields(source: &Dataset, then: &Dataset, edited: &mut Dataset) {
    for field in &source.fields {
        if then.fields.iter().chain(&edited.fields).all(|known| known.name != field.name) {
            edited.fields.push(Field { sharing: Some(Sharing::Closed), ..field.clone() });
        }
    }
}

/// An edited record, as closed as its source is now on every axis on which that is closer than `then`, when it was edited. Who
/// owns and keeps it and what a stub is called are no more or less closed.
fn held_to_what_was_closed(source: &Dataset, then: Dataset, edited: &Dataset) -> Dataset {
    let (_, closed) = tighten(source, then, &[]);
    let (_, looser) = tighten(source, edited.clone(), &[]);
    let was_closed = |one: &Loosening| {
        let (axis, is_of_ids) = (one.axis.as_str(), matches!(one.axis.as_str(), "audience" | "jurisdictions"));
        !says_no_terms(one) && closed.iter().any(|other| other.axis == axis && (!is_of_ids || other.to == one.to))
    };
    let edited_on_purpose: Vec<Loosening> = looser.into_iter().filter(|one| !was_closed(one)).collect();
    tighten(source, edited.clone(), &edited_on_purpose).0
}

/// A record without its edit, no more open than its source says it now. Who owns and keeps it and what a stub is called are no
/// more or less closed.
pub(super) fn no_more_open_than(source: &Dataset, unedited: Dataset) -> Dataset {
    let (_, looser) = tighten(source, unedited.clone(), &[]);
    let no_terms: Vec<Loosening> = looser.into_iter().filter(says_no_terms).collect();
    tighten(source, unedited, &no_terms).0
}

fn says_no_terms(one: &Loosening) -> bool {
    matches!(one.axis.as_str(), "owner" | "custodian" | "listing_title")
}

/// What the source says now of parts that were edited, as far as the record tells: where it is not as edited it is as the source
/// closed it, and elsewhere nothing else is known than what the source said then.
pub(super) fn said_by_source(
    record: &Dataset,
    parts: &Map<String, Value>,
    replaced: &Map<String, Value>,
    vocabularies: &Vocabularies,
    now: Timestamp,
) -> Result<Map<String, Value>, CatalogError> {
    let mut as_edited = record.clone();
    lay_alone(&mut as_edited, parts, vocabularies, now);
    let (as_edited, said) = (part_of(&said_of(&as_edited)?, parts), part_of(&said_of(record)?, parts));
    Ok(replaced_where(replaced, &said, |name, axis| at(&as_edited, name, axis) != at(&said, name, axis)))
}

/// What is said of parts, with what `other` says in its place where that is asked for by part, and by axis of the terms.
pub(super) fn replaced_where(
    said: &Map<String, Value>,
    other: &Map<String, Value>,
    is_other: impl Fn(&str, Option<&str>) -> bool,
) -> Map<String, Value> {
    let said_there = |name: &str, axis: Option<&str>| at(other, name, axis).cloned().unwrap_or(Value::Null);
    let mut mixed = said.clone();
    for (name, part) in &mut mixed {
        match part {
            Value::Object(axes) if name == TERMS => {
                for (axis, value) in axes.iter_mut().filter(|(axis, _)| is_other(TERMS, Some(axis))) {
                    *value = said_there(TERMS, Some(axis));
                }
            }
            _ if is_other(name, None) => *part = said_there(name, None),
            _ => {}
        }
    }
    mixed
}

/// What is said of a part, or of an axis of the terms.
pub(super) fn at<'a>(said: &'a Map<String, Value>, name: &str, axis: Option<&str>) -> Option<&'a Value> {
    let part = said.get(name)?;
    match axis {
        Some(axis) => part.get(axis),
        None => Some(part),
    }
}

/// What is said with parts in the place of others.
fn with(mut said: Map<String, Value>, parts: &Map<String, Value>) -> Map<String, Value> {
    for (name, part) in parts {
        match (said.get_mut(name), part) {
            (_, Value::Null) => {
                said.remove(name);
            }
            (Some(Value::Object(terms)), Value::Object(axes)) if name == TERMS => {
                for (axis, value) in axes {
                    if value.is_null() {
                        terms.remove(axis);
                    } else {
                        terms.insert(axis.clone(), value.clone());
                    }
                }
            }
            (_, Value::Object(axes)) if name == TERMS => {
                let stated = axes.iter().filter(|(_, value)| !value.is_null());
                said.insert(name.clone(), stated.map(|(axis, value)| (axis.clone(), value.clone())).collect());
            }
            _ => {
                said.insert(name.clone(), part.clone());
            }
        }
    }
    said
}

fn statement(said: &Map<String, Value>) -> Result<HoldingStatement, Problem> {
    serde_json::from_value(Value::Object(said.clone()))
        .map_err(|error| Problem::error("not-readable", "", error.to_string()))
}

/// Takes one part over. The terms are taken by axis.
fn take(name: &str, from: &Dataset, into: &mut Dataset) {
    match name {
        "title" => into.title.clone_from(&from.title),
        "description" => into.description.clone_from(&from.description),
        "keywords" => into.keywords.clone_from(&from.keywords),
        "identifiers" => into.identifiers.clone_from(&from.identifiers),
        "languages" => into.languages.clone_from(&from.languages),
        "kind" => into.kind = from.kind,
        "custodian" => into.custodian.clone_from(&from.custodian),
        "steward" => into.steward.clone_from(&from.steward),
        "contacts" => into.contacts.clone_from(&from.contacts),
        "clusters" => into.clusters.clone_from(&from.clusters),
        "topics" => into.topics.clone_from(&from.topics),
        "methodology" => into.methodology.clone_from(&from.methodology),
        "caveats" => into.caveats.clone_from(&from.caveats),
        "questions" => into.questions.clone_from(&from.questions),
        "fields" => into.fields.clone_from(&from.fields),
        "population_groups" => into.population_groups.clone_from(&from.population_groups),
        "disaggregated_by_sex" => into.disaggregated_by_sex = from.disaggregated_by_sex,
        "disaggregated_by_age" => into.disaggregated_by_age = from.disaggregated_by_age,
        "countries" | "worldwide" => {
            into.countries.clone_from(&from.countries);
            into.topics.clone_from(&from.topics);
        }
        "places" => into.places.clone_from(&from.places),
        "bbox" => into.bbox = from.bbox,
        "geographic_precision" => into.geographic_precision = from.geographic_precision,
        "coverage" => into.coverage.clone_from(&from.coverage),
        "issued" => into.issued.clone_from(&from.issued),
        "modified" => into.modified.clone_from(&from.modified),
        "update_frequency" => into.update_frequency.clone_from(&from.update_frequency),
        "distributions" => into.distributions.clone_from(&from.distributions),
        "landing_page" => into.landing_page.clone_from(&from.landing_page),
        "licence" => into.licence.clone_from(&from.licence),
        "social_licence" => into.social_licence.clone_from(&from.social_licence),
        "group_privacy" => into.group_privacy = from.group_privacy,
        "impact" => into.impact.clone_from(&from.impact),
        "upkeep" => into.upkeep.clone_from(&from.upkeep),
        "aggregates" => into.aggregates = from.aggregates,
        "partnerships" => into.partnerships.clone_from(&from.partnerships),
        // `terms` by axis; others are refused before anything is laid.
        _ => {}
    }
}

fn take_terms(said: &HoldingTerms, axes: &Map<String, Value>, into: &mut Terms) {
    for axis in axes.keys() {
        match axis.as_str() {
            "sensitivity" => into.sensitivity = said.sensitivity.unwrap_or(into.sensitivity),
            "sharing" => into.sharing = said.sharing.unwrap_or(into.sharing),
            "access_method" => into.access_method = said.access_method.unwrap_or(into.access_method),
            "listing" => {
                into.listing = said.listing.unwrap_or(into.listing);
                // Whoever says how it is listed has agreed to that.
                into.listing_agreed = true;
            }
            "listing_title" => into.listing_title.clone_from(&said.listing_title),
            "audience_groups" => into.audience_groups.clone_from(&said.audience_groups),
            "audience_organisations" => into.audience_organisations.clone_from(&said.audience_organisations),
            "classification" => into.classification = said.classification,
            "reasons" => into.reasons.clone_from(&said.reasons),
            "legal_basis" => into.legal_basis.clone_from(&said.legal_basis),
            "jurisdictions" => into.jurisdictions.clone_from(&said.jurisdictions),
            "transfer" => into.transfer = said.transfer,
            "attribution_hidden" => into.attribution_hidden = said.attribution_hidden,
            "review_by" => into.review_by = said.review_by,
            _ => {}
        }
    }
}
