//! Requests for access as they would be written: what the catalogue knows of the record, who asks, and the need.

use cairn_model::agreement::{AccessForm, AccessQuestion};
use cairn_model::registry::RequestStatement;
use cairn_model::{AccessMethod, DatasetId};
use cairn_policy::Viewer;
use cairn_policy::access::leaves_to_ask;

use super::requests::{WHO_ASKS, pending_term};
use super::{AccessRequest, Registered};
use crate::{Catalog, CatalogError};

/// A request that nobody has sent yet.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestDraft {
    /// What it would say, as far as the catalogue knows.
    pub statement: RequestStatement,
    /// Whether the terms of the record leave something to ask for.
    pub can_be_asked: bool,
    /// Id of the request of the same organisation for the record that waits already.
    pub waits: Option<String>,
}

impl Catalog {
    /// A request as somebody would write it who knows the record, their own organisation and, where they ask for a need, what
    /// that says. Nothing is sent.
    ///
    /// # Errors
    /// `NotFound` and `Gone` as for the record; `NotFound` for the need; `SignInRequired`, and `Forbidden` for who is of no
    /// organisation.
    pub async fn draft_request(
        &self,
        viewer: &Viewer,
        record: DatasetId,
        need: Option<&str>,
    ) -> Result<RequestDraft, CatalogError> {
        let Some(organisation) = viewer.organisation() else {
            return Err(CatalogError::refused(viewer, WHO_ASKS));
        };
        // What goes on under another id is asked for under that one.
        let (record, rendition) = match self.visible(viewer, record).await {
            Err(CatalogError::Moved(successor)) => {
                let followed = self.visible_now(viewer, successor).await?;
                (successor, followed.ok_or(CatalogError::Gone)?)
            }
            found => (record, found?.1),
        };
        let terms = &rendition.dataset.terms;
        let mut question = AccessQuestion::of(form_of(terms.access_method));
        question.transfer = question.access == AccessForm::Download;
        // Who is registered says where they are, and that is where they will keep what they receive unless they say otherwise.
        question.storage = match self.organisation(viewer, organisation).await {
            Ok(own) => own.body.profile.country.into_iter().collect(),
            Err(CatalogError::NotFound(_)) => Vec::new(),
            Err(error) => return Err(error),
        };
        let mut statement = RequestStatement { record, question, intended_use: String::new(), need: None };
        if let Some(need) = need {
            let need = self.need(viewer, need).await?;
            let said = need.body.statement;
            let texts = [&said.question, &said.description, &said.title];
            statement.intended_use =
                texts.into_iter().find_map(|text| text.best("en")).unwrap_or_default().trim().to_owned();
            statement.question.purposes = said.purposes;
            statement.need = Some(need.id);
        }
        let term = pending_term(organisation, record);
        let waits: Vec<Registered<AccessRequest>> = self.entries_backwards(viewer, Some(&term), None, 1).await?;
        let can_be_asked = leaves_to_ask(terms.sharing, terms.access_method);
        Ok(RequestDraft { statement, can_be_asked, waits: waits.into_iter().next().map(|request| request.id) })
    }
}

/// The form in which data is had by an access method.
fn form_of(method: AccessMethod) -> AccessForm {
    match method {
        AccessMethod::Download | AccessMethod::OnRequest | AccessMethod::Licensed | AccessMethod::None => {
            AccessForm::Download
        }
        AccessMethod::Enclave => AccessForm::Enclave,
        AccessMethod::FederatedQuery => AccessForm::FederatedQuery,
        AccessMethod::AggregateOnly => AccessForm::Aggregate,
    }
}
