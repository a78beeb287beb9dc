//! `/saved-searches/{id}`: leads its owner from a mail to what a saved search finds. A mail tells no more than the id, as what
//! somebody looks for is theirs alone.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};

use super::page::PageError;
use super::visitor::Visitor;
use crate::error::ApiError;
use crate::extract::PathOf;
use crate::state::AppState;

/// Leads who is signed in to what the search finds, and everybody else to the sign-in, whatever the id.
pub(crate) async fn show(
    State(state): State<AppState>,
    visitor: Result<Visitor, ApiError>,
    id: Result<PathOf<String>, ApiError>,
) -> Result<Response, PageError> {
    let (Visitor { viewer, .. }, PathOf(id)) = (visitor?, id?);
    let target = if viewer.is_anonymous() {
        let id = url::form_urlencoded::byte_serialize(id.as_bytes()).collect::<String>();
        format!("/sign-in?return_to=/saved-searches/{id}")
    } else {
        let search = state.catalog.saved_search(&viewer, &id).await?;
        format!("/search?{}", as_query(&search.body.statement.query))
    };
    let kept = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    Ok((kept, Redirect::to(&target)).into_response())
}

/// A query as an address can hold it, whatever characters it was written with.
fn as_query(query: &str) -> String {
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_query_leads_out_of_the_search() {
        assert_eq!(as_query("q=wells&country=YEM"), "q=wells&country=YEM");
        assert_eq!(as_query("q=a b\r\nX: y#z"), "q=a+b%0D%0AX%3A+y%23z");
    }
}
