//! Concerns: what anyone may say is wrong, where that stands, and what who looks into it can do next.

mod list;
mod one;
mod raise;

use cairn_catalog::{Catalog, CatalogError};
use cairn_model::registry::{ConcernKind, ConcernState, ConcernStatement};
use cairn_policy::Viewer;

pub(crate) use self::list::list;
pub(crate) use self::one::{ask_receipt, handle, show, show_by_receipt};
pub(crate) use self::raise::{
    of_agreement, of_record, of_request, raise_of_agreement, raise_of_record, raise_of_request,
};
use super::names::{LANGUAGE, named_record};
use super::page::PageError;

/// What a concern is about, as far as a viewer may be told.
struct Subject {
    /// Where it is shown; nowhere to who may not know of it.
    address: Option<String>,
    title: String,
}

/// What a concern is about, for a viewer who may know of the concern, but not of everything that it is about.
async fn subject(catalog: &Catalog, viewer: &Viewer, statement: &ConcernStatement) -> Result<Subject, PageError> {
    if let Some(record) = statement.record {
        let named = named_record(catalog, viewer, record).await?;
        return Ok(Subject { address: named.address, title: named.title });
    }
    if let Some(id) = &statement.agreement {
        return Ok(match catalog.agreement(viewer, id).await {
            Ok(agreement) => {
                let terms = agreement.body.terms();
                let title = terms.and_then(|terms| terms.title.best(LANGUAGE)).unwrap_or("Without a title");
                Subject { address: Some(format!("/agreement/{id}")), title: title.to_owned() }
            }
            Err(CatalogError::NotFound(_)) => not_shown("An agreement", id),
            Err(error) => return Err(error.into()),
        });
    }
    let id = statement.request.as_deref().unwrap_or_default();
    Ok(match catalog.request(viewer, id).await {
        Ok(_) => Subject { address: Some(format!("/request/{id}")), title: "A request for access".to_owned() },
        Err(CatalogError::NotFound(_)) => not_shown("A request for access", id),
        Err(error) => return Err(error.into()),
    })
}

fn not_shown(what: &str, id: &str) -> Subject {
    Subject { address: None, title: format!("{what} that is not shown to you ({id})") }
}

/// Where a concern stands, for people.
pub(super) fn state_in_words(state: ConcernState) -> &'static str {
    match state {
        ConcernState::Raised => "Waits for a first look",
        ConcernState::Examined => "Being looked into",
        ConcernState::Upheld => "Upheld",
        ConcernState::Dismissed => "Dismissed",
    }
}

/// What sort of wrong it is, and what is meant by it.
fn kind_in_words(kind: ConcernKind) -> (&'static str, &'static str) {
    match kind {
        ConcernKind::Harm => ("Harm", "People could come to harm by what is told or shared."),
        ConcernKind::Wrong => ("Not true", "What is said is not true, or not any more."),
        ConcernKind::Misuse => ("Misuse", "Data is used for what it was not given for."),
        ConcernKind::Consent => ("Consent", "People whom the data is about were not asked, or said no."),
        ConcernKind::Decision => ("Decision", "A decision about access or an agreement is not what was agreed."),
        ConcernKind::Other => ("Something else", "Anything else."),
    }
}
