//! What people register and agree on beside records. Each kind is a file; what they have in common is [`entries`].

pub(crate) mod agreements;
mod board;
mod collaboratives;
mod commitments;
pub(crate) mod concerns;
mod crises;
mod derivations;
pub(crate) mod edits;
pub(crate) mod entries;
mod evaluations;
mod exchanges;
mod forwarding;
mod frameworks;
mod gaps;
mod groups;
mod holdings;
mod matches;
mod named;
mod needs;
mod organisations;
mod practices;
mod refusals;
mod request_drafts;
pub(crate) mod requests;
mod saved_searches;

use cairn_model::Vocabularies;
use cairn_model::registry::check_words;

use crate::CatalogError;

pub use agreements::{AgreementStanding, HeldAgreement, Proposal, RegisteredAgreement, TermsInForce};
pub use board::{NeedFilter, NeedPage};
pub use collaboratives::{Collaborative, CollaborativeFilter};
pub use commitments::{CommitmentReport, CountedYear, FrameworkReport, KeptCommitment};
pub use concerns::{Concern, ConcernDesk, ConcernStep, RaisedConcern};
pub use crises::DeclaredCrisis;
pub use derivations::{Derivations, DerivedLink, Release};
pub use edits::Edit;
pub use entries::{EntryPage, Paging, Registered};
pub use evaluations::{Evaluation, EvaluationKey};
pub use exchanges::{Exchange, ExchangeFilter, ExchangeGraph};
pub use forwarding::{ForwardTargets, Forwarded};
pub use frameworks::{FrameworkComment, RegisteredFramework, StagedVersion};
pub use gaps::{GapAxes, GapCell, GapCounts, GapReport};
pub use groups::Group;
pub use holdings::{
    Holding, HoldingPreview, HoldingVersion, KeptHoldings, RowOutcome, RowProblem, RowReport, TABLE_FIELDS,
    TableFormat, TableOptions, TableReport, TableUndone, TakenRow, TakenTable, UndoOutcome, UndoReport, UndoneRow,
};
pub use matches::{AnsweredNeed, NeedMatch};
pub use needs::{Need, NeedEnd};
pub use organisations::RegisteredOrganisation;
pub use practices::{Practice, PracticeFilter};
pub use refusals::RegisteredRefusal;
pub use request_drafts::RequestDraft;
pub use requests::{AccessRequest, RequestAct, RequestBox, RequestStep};
pub use saved_searches::{SavedSearch, SearchOwner};

pub(crate) use entries::{Change, EntryBody, Write, new_id};
pub(crate) use gaps::NeedsByCell;
pub(crate) use holdings::tables_kept_since;

/// Who has entries and records follow others, in the log of acts: the program itself.
const KEEPER: &str = "keeper";

/// The countries and clusters that a filter asks for, or that something is about.
struct Scope<'a> {
    countries: &'a [String],
    clusters: &'a [String],
}

impl Scope<'_> {
    /// Whether something of another scope is asked for: about any of these countries, and any of these clusters or of their areas of
    /// responsibility; where none is named, any.
    fn takes(&self, other: &Scope<'_>, vocabularies: &Vocabularies) -> bool {
        let is_within = |code: &String| self.clusters.iter().any(|one| vocabularies.is_within("cluster", code, one));
        (self.countries.is_empty() || other.countries.iter().any(|one| self.countries.contains(one)))
            && (self.clusters.is_empty() || other.clusters.iter().any(is_within))
    }
}

/// What somebody says with an act: a text of no more than a page.
fn reason(field: &str, words: &str, vocabularies: &Vocabularies) -> Result<String, CatalogError> {
    CatalogError::if_any(check_words(field, words, vocabularies))?;
    Ok(words.trim().to_owned())
}
