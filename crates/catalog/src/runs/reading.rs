//! From raw records to settled ones: read, normalise, settle the terms, hash. Pure and blocking.

use std::sync::Arc;

use cairn_formats::Reading;
use cairn_harvest::{Payload, RawFormat, RawRecord, SourceConfig};
use cairn_model::{
    Dataset, MAPPING_VERSION, Organisation, PartialDate, Problem, StatedTerms, Vocabularies, normalise, party,
};
use cairn_policy::{Openness, SourceTerms, settle, settle_fields};
use jiff::Timestamp;
use sha2::{Digest, Sha256};

/// Everything that decides how the records of a source are read.
#[derive(Clone)]
pub(crate) struct ReadingRules {
    pub(crate) source: Arc<SourceConfig>,
    pub(crate) vocabularies: Arc<Vocabularies>,
    pub(crate) openness: Openness,
    pub(crate) now: Timestamp,
    fingerprint: [u8; 32],
}

/// A record as read, before it is compared with what the store holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ReadRecord {
    pub(crate) dataset: Dataset,
    pub(crate) content_hash: [u8; 32],
    pub(crate) payload_hash: [u8; 32],
    pub(crate) raw: Option<(RawFormat, bytes::Bytes)>,
    /// The version of what its owner says otherwise that is laid over it; 0 where nothing is.
    pub(crate) edit: u32,
    pub(crate) deleted: bool,
}

impl ReadingRules {
    pub(crate) fn new(
        source: Arc<SourceConfig>,
        vocabularies: Arc<Vocabularies>,
        vocabulary_fingerprint: [u8; 32],
        openness: Openness,
        now: Timestamp,
    ) -> Self {
        let mut hasher = Sha256::new();
        hasher.update(MAPPING_VERSION.to_be_bytes());
        hasher.update(vocabulary_fingerprint);
        hasher.update(source.reading_key().as_bytes());
        let fingerprint = hasher.finalize().into();
        Self { source, vocabularies, openness, now, fingerprint }
    }

    /// The same for as long as every payload of this source is read in the same way.
    pub(crate) fn fingerprint(&self) -> &[u8; 32] {
        &self.fingerprint
    }

    /// SHA-256 of a payload and of how it is read; a record whose payload hash is known has not changed.
    pub(crate) fn payload_hash(&self, payload: &Payload) -> [u8; 32] {
        let mut hasher = Sha256::new();
        hasher.update(self.fingerprint);
        match payload {
            Payload::Raw { bytes, .. } => hasher.update(bytes),
            Payload::Deleted => {}
            // A draft is small and its order is fixed, so its debug form tells two apart.
            Payload::Derived { draft, problems } => hasher.update(format!("{draft:?}{problems:?}").as_bytes()),
        }
        hasher.finalize().into()
    }

    /// Reads one record.
    ///
    /// # Errors
    /// The problem that keeps it out of the catalogue.
    pub(crate) fn read(&self, raw: RawRecord, payload_hash: [u8; 32]) -> Result<ReadRecord, Problem> {
        let (reading, kept) = match raw.payload {
            Payload::Raw { format, bytes } => {
                let reading = cairn_harvest::payload::read(format, &bytes, &self.source)?;
                (reading, Some((format, bytes)))
            }
            Payload::Derived { draft, problems } => (Reading { draft: *draft, problems, deleted: false }, None),
            Payload::Deleted => {
                return Err(Problem::error("deleted", "", "the source says that the record is deleted, and not which"));
            }
        };
        let mut draft = reading.draft;
        if draft.source_record_id.is_empty() {
            draft.source_record_id = raw.source_record_id.unwrap_or_default();
        }
        if draft.source_record_id.is_empty() {
            return Err(Problem::error("no-identifier", "", "the record has no identifier"));
        }
        let normalised = normalise(&self.source.id, draft, &self.vocabularies, self.now);
        let mut dataset = normalised.dataset;
        dataset.provenance.problems.splice(0..0, reading.problems);
        self.name_owner(&mut dataset);
        settle_record(&mut dataset, &normalised.stated, &self.source.terms, self.openness);
        let content_hash = content_hash(&mut dataset);
        Ok(ReadRecord { dataset, content_hash, payload_hash, raw: kept, edit: 0, deleted: reading.deleted })
    }

    /// The organisation of the source.
    pub(crate) fn organisation(&self) -> Option<Organisation> {
        let name = self.source.organisation.as_ref()?;
        Some(Organisation { id: party::organisation_id(name), name: name.clone(), kind: None })
    }

    /// Publisher and owner of a record that names none: the organisation of its source.
    fn name_owner(&self, dataset: &mut Dataset) {
        let fallback = self.organisation();
        if dataset.owner.is_none() {
            dataset.owner = dataset.publisher.clone().or_else(|| fallback.clone());
        }
        if dataset.publisher.is_none() {
            dataset.publisher = fallback.or_else(|| dataset.owner.clone());
        }
    }
}

/// Settles the terms of a record, and measures how well it is described by them.
pub(crate) fn settle_record(dataset: &mut Dataset, stated: &StatedTerms, terms: &SourceTerms, openness: Openness) {
    let settlement = settle(stated, terms, openness);
    dataset.terms = settlement.terms;
    dataset.quarantine = settlement.quarantine;
    dataset.provenance.problems.extend(settlement.problems);
    dataset.provenance.problems.extend(settle_fields(&mut dataset.fields));
    for reason in &dataset.quarantine {
        let code = format!("quarantined-{}", reason.rule);
        dataset.provenance.problems.push(Problem::error(&code, "terms", &reason.message));
    }
    dataset.provenance.quality = cairn_model::Quality::of(dataset);
}

/// SHA-256 of a record as far as a change of it is a change: without its provenance but for which problems it has, without
/// the order of its keywords, and without the clamped form of dates that lie in the future (which moves every day). The
/// record is as it was when this returns.
pub(crate) fn content_hash(dataset: &mut Dataset) -> [u8; 32] {
    let provenance = std::mem::take(&mut dataset.provenance);
    dataset.provenance.problems = bare_problems(&provenance.problems);
    let keywords = dataset.keywords.clone();
    for words in dataset.keywords.values_mut() {
        words.sort_unstable();
    }
    let clamped: Vec<PartialDate> = future_dates(dataset).map(|date| std::mem::replace(date, NO_DATE)).collect();

    let mut content = Vec::with_capacity(USUAL_SIZE);
    // A record is plain data: writing it to memory cannot fail.
    let _ = serde_json::to_writer(&mut content, dataset);

    for (date, before) in future_dates(dataset).zip(clamped) {
        *date = before;
    }
    dataset.keywords = keywords;
    dataset.provenance = provenance;
    Sha256::digest(&content).into()
}

/// Which problems a record has, and with which fields: a reader of the record is told so, and a source that mended one must
/// not be blamed for it any longer. Their wording, their values and where they stood in the listing are no change.
fn bare_problems(problems: &[Problem]) -> Vec<Problem> {
    let mut bare: Vec<Problem> = problems.iter().map(|one| Problem::error(&one.code, &one.field, "")).collect();
    bare.sort_by(|one, other| (&one.code, &one.field).cmp(&(&other.code, &other.field)));
    bare.dedup();
    bare
}

/// Bytes of JSON that most records have less of.
const USUAL_SIZE: usize = 16 * 1024;

const NO_DATE: PartialDate = PartialDate { year: 0, month: None, day: None };

/// The dates that were clamped because they lie in the future.
fn future_dates(dataset: &mut Dataset) -> impl Iterator<Item = &mut PartialDate> {
    let distributions = dataset.distributions.iter_mut().filter_map(|distribution| distribution.modified.as_mut());
    let stamps = dataset.issued.iter_mut().chain(dataset.modified.iter_mut()).chain(distributions);
    stamps.filter(|stamp| stamp.raw.is_some()).map(|stamp| &mut stamp.date)
}
