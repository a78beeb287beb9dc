//! Whom to ask about a record. Who is known is told at once; others follow a link that is limited, so that no machine gathers the
//! addresses of a whole catalogue from its pages.

use std::net::IpAddr;

use cairn_model::{Contact, DatasetId};
use cairn_policy::Viewer;

use crate::error::ApiError;
use crate::parameters::Parameters;
use crate::state::AppState;

/// Contacts of a record, or where they are told.
pub(super) struct Contacts {
    pub(super) rows: Vec<Contact>,
    /// Where they are, if there are any and they are not told here.
    pub(super) told_at: Option<String>,
}

/// What a page tells of whom to ask.
pub(super) async fn contacts(
    state: &AppState,
    viewer: &Viewer,
    client: IpAddr,
    id: DatasetId,
    asked: &Parameters,
) -> Result<Contacts, ApiError> {
    let rows = state.catalog.contacts(viewer, id).await?;
    if rows.is_empty() || !viewer.is_anonymous() {
        return Ok(Contacts { rows, told_at: None });
    }
    if !asked.is_chosen("contacts", "shown") {
        let language = asked.language().unwrap_or("en");
        let told_at = format!("/dataset/{id}?lang={language}&contacts=shown#whom-to-ask");
        return Ok(Contacts { rows: Vec::new(), told_at: Some(told_at) });
    }
    state.clients.count_contacts(client)?;
    Ok(Contacts { rows, told_at: None })
}
