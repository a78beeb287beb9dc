//! Laying what somebody says of parts of a record over it. A part takes the place of the whole part, but for the terms, of which
//! each axis stands for itself.

use cairn_model::registry::{HoldingStatement, HoldingTerms};
use cairn_model::{Dataset, Problem, Quality, Terms, Vocabularies};
use cairn_policy::{broken_rules, tighten};
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

/// Lays parts over a record. With what the source said when they were edited, the source's own terms hold where it closed them
/// since.
pub(super) fn lay(
    dataset: &mut Dataset,
    parts: &Map<String, Value>,
    replaced: Option<&Map<String, Value>>,
    vocabularies: &Vocabularies,
    now: Timestamp,
) {
    let Ok(said) = said_of(dataset) else { return };
    let Ok(edited) = statement(&with(said.clone(), parts)) else { return };
    let mut terms = edited.terms.clone();
    let edited = edited.read(&dataset.source, &dataset.source_record_id, vocabularies, now).dataset;
    let before = dataset.clone();
    for name in parts.keys() {
        take(name, &edited, dataset);
    }
    if let Some(Value::Object(axes)) = parts.get(TERMS) {
        if let Some(source_said) = replaced.and_then(|replaced| replaced.get(TERMS)) {
            keep_what_source_closed(&mut terms, axes, said.get(TERMS), source_said, &before, dataset);
        }
        take_terms(&terms, axes, &mut dataset.terms);
    }
    dataset.quarantine = broken_rules(&dataset.terms);
    dataset.provenance.quality = Quality::of(dataset);
}

/// An axis on which the source says something else than when it was edited goes back to the source's where that is closer.
fn keep_what_source_closed(
    terms: &mut HoldingTerms,
    axes: &Map<String, Value>,
    says: Option<&Value>,
    said: &Value,
    source: &Dataset,
    edited: &Dataset,
) {
    let changed = |axis: &str| {
        says.and_then(|says| says.get(axis)).unwrap_or(&Value::Null) != said.get(axis).unwrap_or(&Value::Null)
    };
    let mut alike = edited.clone();
    take_terms(terms, axes, &mut alike.terms);
    let (closer, _) = tighten(source, alike, &[]);
    let closer = HoldingTerms::from(closer.terms);
    let own = HoldingTerms::from(source.terms.clone());
    if changed("sensitivity") && closer.sensitivity == own.sensitivity {
        terms.sensitivity = own.sensitivity;
    }
    if changed("sharing") && closer.sharing == own.sharing {
        terms.sharing = own.sharing;
        terms.audience_groups = own.audience_groups;
        terms.audience_organisations = own.audience_organisations;
    }
    if changed("access_method") && closer.access_method == own.access_method {
        terms.access_method = own.access_method;
    }
    if changed("listing") && closer.listing == own.listing {
        terms.listing = own.listing;
    }
    if changed("classification") && closer.classification == own.classification {
        terms.classification = own.classification;
    }
    if changed("transfer") && closer.transfer == own.transfer {
        terms.transfer = own.transfer;
    }
    terms.attribution_hidden |= changed("attribution_hidden") && own.attribution_hidden;
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
