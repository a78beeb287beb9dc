//! The record that follows from what is said of a holding.

use cairn_model::party::organisation_id;
use cairn_model::registry::{HoldingState, REGISTERED};
use cairn_model::{Dataset, Organisation, Problem, Vocabularies};
use cairn_policy::{Openness, SourceTerms, missing_for_publication, tighten};
use cairn_store::{Entry, RecordWrite};
use jiff::Timestamp;

use super::{Holding, RegisteredOrganisation, read};
use crate::CatalogError;
use crate::runs::{content_hash, settle_record};

/// Refuses what cannot be kept in the state that a holding is in: of a draft what is wrong, of one that is published also what
/// is missing, and rules that its terms break.
pub(super) fn check(holding: &Holding, vocabularies: &Vocabularies, now: Timestamp) -> Result<(), CatalogError> {
    let mut problems = holding.statement.validate(vocabularies);
    if holding.state == HoldingState::Published {
        problems.extend(holding.statement.missing());
    }
    CatalogError::if_any(problems)?;
    let read = holding.statement.clone().read(REGISTERED, &holding.source_record_id, vocabularies, now);
    // Every value is a code or a date already: what is still a problem is a value that means nothing.
    CatalogError::if_any(read.dataset.provenance.problems.clone())?;
    if holding.state == HoldingState::Published {
        let settled = dataset(holding, None, vocabularies, now);
        let broken = settled.quarantine.iter();
        let broken = broken.map(|reason| Problem::error(&reason.rule, "terms", &*reason.message));
        CatalogError::if_any(broken.chain(missing_for_publication(&settled)).collect())?;
    }
    Ok(())
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

/// The record of a holding, as the store takes it.
pub(super) fn write(
    holding: &Holding,
    owner: Organisation,
    vocabularies: &Vocabularies,
    now: Timestamp,
) -> RecordWrite {
    let mut dataset = dataset(holding, Some(owner), vocabularies, now);
    let content_hash = content_hash(&mut dataset);
    // There is no payload that it was read from: the entry is what it follows from.
    RecordWrite { dataset, content_hash, payload_hash: content_hash, payload: None, repair: false }
}

/// On which axes the record of a holding would be opened: none while nobody could see it.
pub(super) fn loosened(
    before: &Holding,
    after: &Holding,
    owner: &Organisation,
    vocabularies: &Vocabularies,
    now: Timestamp,
) -> Vec<String> {
    if before.state != HoldingState::Published || after.state != HoldingState::Published {
        return Vec::new();
    }
    let was = dataset(before, Some(owner.clone()), vocabularies, now);
    let becomes = dataset(after, Some(owner.clone()), vocabularies, now);
    let (_, loosened) = tighten(&was, becomes, &[]);
    loosened.into_iter().map(|one| format!("{} from {} to {}", one.axis, one.from, one.to)).collect()
}

fn dataset(holding: &Holding, owner: Option<Organisation>, vocabularies: &Vocabularies, now: Timestamp) -> Dataset {
    let read = holding.statement.clone().read(REGISTERED, &holding.source_record_id, vocabularies, now);
    let mut dataset = read.dataset;
    dataset.publisher.clone_from(&owner);
    dataset.owner = owner;
    if let Some(custodian) = &mut dataset.custodian {
        custodian.id = organisation_id(&custodian.name);
    }
    settle_record(&mut dataset, &read.stated, &SourceTerms::default(), Openness::Inventory);
    dataset
}
