//! From a draft to a record: every value read against the vocabularies, what cannot be read kept as text and reported.
//!
//! One file per concern; all of them share one `Reading`. The same draft, vocabularies and day give the same record.

mod agreements;
mod disaggregation;
mod distributions;
mod identity;
mod licence;
mod names;
mod parties;
mod places;
mod position;
mod reading;
mod terms;
mod text;
mod time;
mod topics;

use jiff::Timestamp;

use crate::{Dataset, DatasetId, Draft, Provenance, Quality, StatedTerms, Terms, Vocabularies};
use licence::LicenceText;
use reading::{Path, Reading};
use text::Limit;
use time::CoverageText;

pub(crate) use places::GLOBAL;

/// Version of the mapping from drafts to records; raised whenever the same draft gives another record.
pub const MAPPING_VERSION: u32 = 19;

const MOST_QUESTIONS: usize = 500;

/// A normalised record. Its `terms` are [`crate::Terms::closed`] until the policy settles `stated`.
#[derive(Debug, Clone, PartialEq)]
pub struct Normalised {
    /// The record, problems in its provenance.
    pub dataset: Dataset,
    /// What the source states of the terms.
    pub stated: StatedTerms,
}

/// Reads a draft of `source` at the time `now`. Never fails: what cannot be read is a problem in the record's provenance.
///
/// The quality in its provenance is that of the stated terms; whoever settles them measures it again.
pub fn normalise(source: &str, draft: Draft, vocabularies: &Vocabularies, now: Timestamp) -> Normalised {
    let mut reading = Reading::new(vocabularies, now, draft.order_hint(), draft.values_are_secret);
    let reading = &mut reading;

    // The id is that of the words of the source: tombstones are looked up by them.
    let id = DatasetId::new(source, &draft.source_record_id);
    if draft.source_record_id.is_empty() {
        reading.problem("no-record-id", Path::Field("source_record_id"), "the record has no id at its source");
    }
    let source_record_id = without_control_characters(draft.source_record_id);

    let identifiers = identity::identifiers(reading, draft.identifiers);
    let title = identity::title(reading, draft.title, &identifiers);
    let description = reading.localized("description", Limit::Text, draft.description);
    let kind = identity::kind(reading, draft.kind);
    let languages = identity::languages(reading, draft.languages);

    let publisher = parties::organisation(reading, "publisher", draft.publisher);
    let owner = parties::organisation(reading, "owner", draft.owner);
    let custodian = parties::organisation(reading, "custodian", draft.custodian);
    let steward = parties::organisation(reading, "steward", draft.steward);
    let contacts = parties::contacts(reading, draft.contacts);

    let mut countries = places::countries(reading, draft.countries);
    let places = places::places(reading, draft.places, &mut countries);
    let bbox = places::extent(reading, draft.extents, &mut countries);
    let geographic_precision = places::precision(reading, draft.geographic_precision);

    let mut clusters = topics::stated_clusters(reading, draft.clusters);
    let population_groups = topics::population_groups(reading, draft.population_groups);
    let (disaggregated_by_sex, disaggregated_by_age) = disaggregation::disaggregation(reading, draft.disaggregation);
    let fields = topics::fields(reading, draft.fields);
    let methodology = reading.optional(Path::Field("methodology"), Limit::Text, draft.methodology);
    let caveats = reading.optional(Path::Field("caveats"), Limit::Text, draft.caveats);
    let questions = reading.list("questions", Limit::Line, MOST_QUESTIONS, draft.questions);
    // Last of these: the parts above leave words behind that no vocabulary knows.
    let topics = topics::topics(reading, draft.topics);
    let keywords = topics::keywords(reading, draft.keywords);
    topics::named_clusters(reading, topics.iter().chain(keywords.values().flatten()), &mut clusters);

    let coverage_text = CoverageText { whole: draft.coverage, start: draft.coverage_start, end: draft.coverage_end };
    let coverage = time::coverage(reading, coverage_text);
    let issued = time::stamp(reading, Path::Field("issued"), draft.issued.as_deref());
    let (modified, update_frequency) = time::modified_and_frequency(reading, draft.modified, draft.update_frequency);

    let distributions = distributions::distributions(reading, draft.distributions);
    let landing_page = distributions::address(reading, Path::Field("landing_page"), draft.landing_page);
    let licence_text = LicenceText {
        id: draft.licence_id,
        title: draft.licence_title,
        text: draft.licence_text,
        url: draft.licence_url,
    };
    let licence = licence::licence(reading, licence_text);

    let social_licence = agreements::social_licence(reading, draft.social_licence);
    let partnerships = agreements::partnerships(reading, draft.partnerships);
    let impact = agreements::impact(reading, draft.impact);
    let stated = terms::terms(reading, draft.terms);

    let mut dataset = Dataset {
        id,
        source: source.to_owned(),
        source_record_id,
        identifiers,
        title,
        description,
        keywords,
        languages,
        kind,
        publisher,
        owner,
        custodian,
        steward,
        contacts,
        clusters: clusters.into_iter().collect(),
        topics,
        methodology,
        caveats,
        questions,
        fields,
        population_groups,
        disaggregated_by_sex,
        disaggregated_by_age,
        countries: countries.into_iter().collect(),
        places,
        bbox,
        geographic_precision,
        coverage,
        issued,
        modified,
        update_frequency,
        distributions,
        landing_page,
        licence,
        terms: as_stated(&stated),
        quarantine: Vec::new(),
        social_licence,
        partnerships,
        group_privacy: draft.group_privacy,
        impact,
        upkeep: agreements::upkeep(reading, draft.upkeep),
        aggregates: agreements::aggregates(reading, draft.aggregates),
        provenance: Provenance { mapping_version: MAPPING_VERSION, ..Provenance::default() },
    };
    dataset.provenance.quality = Quality::of(&dataset);
    dataset.provenance.problems = reading.take_problems();
    if !draft.values_are_secret {
        position::place(&mut dataset.provenance.problems, draft.sheet.as_ref(), draft.row, &draft.headers);
    }
    dataset.terms = Terms::closed();
    Normalised { dataset, stated }
}

/// The terms by which quality is measured before the policy has settled them.
fn as_stated(stated: &StatedTerms) -> Terms {
    let closed = Terms::closed();
    Terms {
        sensitivity: stated.sensitivity.unwrap_or(closed.sensitivity),
        access_method: stated.access_method.unwrap_or(closed.access_method),
        reasons: stated.reasons.clone(),
        ..closed
    }
}

/// Databases refuse a NUL in text; an id is otherwise kept to the letter.
fn without_control_characters(id: String) -> String {
    if id.contains(char::is_control) { id.chars().filter(|letter| !letter.is_control()).collect() } else { id }
}
