//! The record that follows from what is said of a holding.

use cairn_model::registry::{HoldingState, REGISTERED};
use cairn_model::{Dataset, Normalised, Organisation, Problem, Quality, StatedTerms, Vocabularies};
use cairn_policy::{Openness, SourceTerms, missing_for_publication, tighten};
use cairn_store::{Entry, RecordWrite};
use jiff::Timestamp;

use super::{Holding, RegisteredOrganisation, read};
use crate::CatalogError;
use crate::runs::{content_hash, settle_record};

/// The record of a holding, before it has an owner. What cannot be kept in the state that the holding is in is refused: of a draft
/// what is wrong, of one that is published also what is missing, and rules that its terms break.
pub(super) fn checked(holding: &Holding, vocabularies: &Vocabularies, now: Timestamp) -> Result<Dataset, CatalogError> {
    let is_published = holding.state == HoldingState::Published;
    let mut problems = holding.statement.validate(vocabularies);
    if is_published {
        problems.extend(holding.statement.missing());
    }
    CatalogError::if_any(problems)?;
    let Normalised { mut dataset, stated } = read_statement(holding, vocabularies, now);
    // Every value is a code or a date already: what is still a problem is a value that means nothing.
    CatalogError::if_any(std::mem::take(&mut dataset.provenance.problems))?;
    settle(&mut dataset, &stated);
    if is_published {
        let broken = dataset.quarantine.iter();
        let broken = broken.map(|reason| Problem::error(&reason.rule, "terms", &*reason.message));
        CatalogError::if_any(broken.chain(missing_for_publication(&dataset)).collect())?;
    }
    Ok(dataset)
}

/// The record of a holding as it would be, and what keeps it from being published. What is wrong with a value is refused, as of a
/// draft.
pub(super) fn previewed(
    holding: &Holding,
    vocabularies: &Vocabularies,
    now: Timestamp,
) -> Result<(Dataset, Vec<Problem>), CatalogError> {
    CatalogError::if_any(holding.statement.validate(vocabularies))?;
    let Normalised { mut dataset, stated } = read_statement(holding, vocabularies, now);
    CatalogError::if_any(std::mem::take(&mut dataset.provenance.problems))?;
    settle(&mut dataset, &stated);
    let broken = dataset.quarantine.iter();
    let broken = broken.map(|reason| Problem::error(&reason.rule, "terms", &*reason.message));
    let to_mend =
        holding.statement.missing().into_iter().chain(broken).chain(missing_for_publication(&dataset)).collect();
    Ok((dataset, to_mend))
}

/// The record with the organisation that registers it.
pub(super) fn owned(mut dataset: Dataset, owner: Organisation) -> Dataset {
    dataset.publisher = Some(owner.clone());
    dataset.owner = Some(owner);
    dataset.provenance.quality = Quality::of(&dataset);
    dataset
}

/// The organisation that owns the record of a holding: one that takes part.
pub(super) fn owner(entry: Option<&Option<Entry>>, organisation: &str) -> Result<Organisation, CatalogError> {
    let Some(entry) = entry.and_then(Option::as_ref) else {
        return Err(CatalogError::BadRequest(format!(
            "`{organisation}` is no organisation that takes part: register it first"
        )));
    };
    let profile = read::<RegisteredOrganisation>(entry)?.body.profile;
    let name = profile.name.best("en").unwrap_or(organisation).to_owned();
    Ok(Organisation { id: organisation.to_owned(), name, kind: profile.kind })
}

/// A record as the store takes it.
pub(super) fn write(mut dataset: Dataset) -> RecordWrite {
    let content_hash = content_hash(&mut dataset);
    // There is no payload that it was read from: the entry is what it follows from.
    RecordWrite { dataset, content_hash, payload_hash: content_hash, payload: None, repair: false, edit: 0 }
}

/// On which axes the record of a holding would be opened that is to become `record`: none while nobody could see it. Where it
/// `stands` closer than what is said of it, because of what it is made of, to open it from there counts, too.
pub(super) fn loosened(
    before: &Holding,
    stands: Option<&Dataset>,
    after: &Holding,
    record: &Dataset,
    vocabularies: &Vocabularies,
    now: Timestamp,
) -> Vec<String> {
    if before.state != HoldingState::Published || after.state != HoldingState::Published {
        return Vec::new();
    }
    let Normalised { mut dataset, stated } = read_statement(before, vocabularies, now);
    dataset.owner.clone_from(&record.owner);
    settle(&mut dataset, &stated);
    let mut loosened = stands.map(|stands| tighten(stands, record.clone(), &[]).1).unwrap_or_default();
    for one in tighten(&dataset, record.clone(), &[]).1 {
        if loosened.iter().all(|known| known.axis != one.axis || known.to != one.to) {
            loosened.push(one);
        }
    }
    loosened.into_iter().map(|one| format!("{} from {} to {}", one.axis, one.from, one.to)).collect()
}

fn read_statement(holding: &Holding, vocabularies: &Vocabularies, now: Timestamp) -> Normalised {
    holding.statement.clone().read(REGISTERED, &holding.source_record_id, vocabularies, now)
}

fn settle(dataset: &mut Dataset, stated: &StatedTerms) {
    settle_record(dataset, stated, &SourceTerms::default(), Openness::Inventory);
}
