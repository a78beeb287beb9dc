//! What people register and agree on beside records: organisations, groups, needs, and who is to know of them.
//!
//! Each kind has a type of what a client sends, which refuses what it does not know, with its check. Ids, owners, versions
//! and states are no part of it: the catalogue sets them.

use crate::check::Check;
use crate::{Problem, Vocabularies};

mod audience;
mod collaborative;
mod concern;
mod evaluation;
mod exchange;
mod group;
mod holding;
mod need;
mod notification;
mod organisation;
mod period;
mod practice;
mod release;
mod request;
mod saved_search;

pub use audience::Audience;
pub use collaborative::{
    BusinessModel, CanvasNote, CollaborativeEnding, CollaborativeEthics, CollaborativeParty, CollaborativeRole,
    CollaborativeState, CollaborativeStatement, MissingPart, PartyRelation, Stewardship,
};
pub use concern::{ConcernKind, ConcernState, ConcernStatement};
pub use evaluation::{CommitmentAnswer, CommitmentStatus, EvaluationStatement};
pub use exchange::{ExchangeChannel, ExchangeEnding, ExchangeState, ExchangeStatement};
pub use group::{GroupKind, GroupProfile};
pub use holding::{
    HoldingContact, HoldingField, HoldingFile, HoldingLicence, HoldingPartnership, HoldingState, HoldingStatement,
    HoldingTerms, REGISTERED,
};
pub use need::{Beneficiaries, Disaggregation, NeedAsk, NeedMet, NeedState, NeedStatement, NeedWithdrawal};
pub use notification::{NoticeSettings, NotifyChannel, NotifyFrequency, NotifyStatement};
pub use organisation::OrganisationProfile;
pub use period::Period;
pub use practice::{PracticeKind, PracticeStatement};
pub use release::ReleaseStatement;
pub use request::{ForwardStatement, GrantTerms, RequestSide, RequestState, RequestStatement};
pub use saved_search::SavedSearchStatement;

/// What must be mended of words that somebody says with an act.
pub fn check_words(field: &str, words: &str, vocabularies: &Vocabularies) -> Vec<Problem> {
    let mut check = Check::new(vocabularies);
    check.text(field, words);
    check.finish()
}

/// What must be mended of a list of codes of a vocabulary.
pub fn check_codes(field: &str, vocabulary: &str, codes: &[String], vocabularies: &Vocabularies) -> Vec<Problem> {
    let mut check = Check::new(vocabularies);
    check.codes(field, vocabulary, codes);
    check.finish()
}
