//! Who may have the data of a record, in which form, for what, and until when.
//!
//! A record's renditions say who may *know* of it; this says who may *have* its data. What is decided depends on the record,
//! the viewer, the question, the time, and of all agreements on those alone to which the viewer is a party. The order in
//! which rules are weighed stands in `docs/decisions/0009-how-access-is-decided.md`.

mod agreement;
mod case;
mod decision;
mod denials;
mod fields;
mod forms;
mod grant;
mod offer;
mod roles;
mod rule;
mod standing;
mod terms;

use cairn_model::agreement::{AccessQuestion, Agreement, Crisis, Framework, OwnerGrant, Refusal};
use cairn_model::{AccessMethod, Dataset, DatasetId, Sharing, Vocabularies};
use jiff::Timestamp;

use self::case::Case;
pub use self::case::decides_about;
pub use self::decision::{AgreementVersion, Alternative, Change, Condition, Decision, Outcome, Reason};
pub use self::denials::is_kept_from;
pub use self::rule::{ConditionCode, Remedy, Rule};
pub use self::standing::held_by;
use crate::Viewer;

/// What a decision stands on beside the record. The order of no list counts.
#[derive(Debug, Clone, Copy)]
pub struct Grounds<'g> {
    /// Agreements, each in the version that counts; those that have nothing to do with the record or the viewer are passed over.
    pub agreements: &'g [Agreement],
    /// Versions of frameworks.
    pub frameworks: &'g [Framework],
    /// Crises.
    pub crises: &'g [Crisis],
    /// Decisions not to share, and opt-outs.
    pub refusals: &'g [Refusal],
    /// Records about which a serious concern was raised that nobody has looked at yet.
    pub suspended: &'g [DatasetId],
    /// What owners granted by hand; those of others and of other records are passed over.
    pub grants: &'g [OwnerGrant],
    /// The vocabularies of clusters and purposes.
    pub vocabularies: &'g Vocabularies,
}

/// Whether the terms of a record leave something to ask its owner for: not where anyone may download the data, and not where
/// nobody is given it. What else would keep a request from being sent is decided when it is.
pub fn leaves_to_ask(sharing: Sharing, access_method: AccessMethod) -> bool {
    match access_method {
        AccessMethod::None => false,
        AccessMethod::Download => sharing != Sharing::Public,
        AccessMethod::OnRequest
        | AccessMethod::Licensed
        | AccessMethod::Enclave
        | AccessMethod::FederatedQuery
        | AccessMethod::AggregateOnly => true,
    }
}

/// Decides whether `viewer` may have the data of `record`; `None` where they may not know of the record at all, which is to
/// be answered like a record that does not exist.
///
/// The question must have passed [`AccessQuestion::validate`]: what it states is believed, and what it names wrongly is
/// covered by nothing.
pub fn decide(
    record: &Dataset,
    viewer: &Viewer,
    question: &AccessQuestion,
    grounds: &Grounds<'_>,
    at: Timestamp,
) -> Option<Decision> {
    let case = Case::new(record, viewer, question, grounds, at)?;
    let denials = denials::of(&case);
    if !denials.is_empty() {
        return Some(offer::denied(&denials));
    }
    let mut offers: Vec<offer::Offer> = case.covering().map(|covering| agreement::offer(&case, covering)).collect();
    offers.extend(grounds.grants.iter().filter_map(|grant| grant::offer(&case, grant)));
    offers.push(terms::offer(&case));
    Some(offer::best(&case, offers))
}
