//! What can go wrong in a use case; the server maps it to HTTP and the command line to exit codes, each in one place.

use std::any::Any;
use std::sync::Arc;

use cairn_harvest::HarvestError;
use cairn_model::{DatasetId, Problem};
use cairn_policy::Viewer;
use cairn_search::SearchError;
use cairn_store::StoreError;
use thiserror::Error;

/// Why a use case failed. Hidden and absent records give the same variant, those that were hidden when they were retired too.
#[derive(Debug, Error)]
pub enum CatalogError {
    /// No such thing, or none that this viewer may know of.
    #[error("there is no such {0}, or it is not shared with you")]
    NotFound(&'static str),
    /// The source of the record withdrew it. Only who could see it until then is told.
    #[error("the record was withdrawn by its source")]
    Gone,
    /// The source lists the record under another id now, as this record. Only who may know of both is told.
    #[error("the source of the record lists it under another id now: it goes on as record {0}")]
    Moved(DatasetId),
    /// The request cannot be understood; the message is for the person who made it.
    #[error("{0}")]
    BadRequest(String),
    /// The change feed does not hold the place where a page ended any more.
    #[error(
        "the change feed does not hold the place that `since` names any more; read it from its beginning, without `since`"
    )]
    UnknownCursor,
    /// The viewer knows of it and may not do this; the message says who may.
    #[error("{0}")]
    Forbidden(&'static str),
    /// Nobody said who they are, and this is not for everyone.
    #[error("say who you are with a token: this is not for anonymous viewers")]
    SignInRequired,
    /// It cannot be done as things stand.
    #[error("{message}")]
    Conflict {
        /// What stands in the way, and what to do.
        message: String,
        /// The newest version of what was to be changed.
        version: Option<u32>,
    },
    /// What was sent breaks rules; each problem names the field, the rule and what is allowed.
    #[error("{}", told(.0))]
    Invalid(Vec<Problem>),
    /// The mail address or the password is not right; nobody is told which.
    #[error("the mail address or the password is not right")]
    WrongCredentials,
    /// A provider of sign-in cannot be asked, or gave an answer that cannot be believed; the log says which.
    #[error("{0} cannot be asked who you are at this moment: try again, or tell the operator")]
    ProviderUnavailable(String),
    /// A password was tried in vain too often.
    #[error("this was tried too often: try again in {seconds} seconds")]
    TooManyAttempts {
        /// Seconds to wait.
        seconds: u64,
    },
    /// The token is unknown, revoked or expired.
    #[error("the token is not valid: unknown, revoked or expired")]
    InvalidToken,
    /// The configuration or the command cannot be used.
    #[error("{0}")]
    Configuration(String),
    /// Another process holds what this one needs alone.
    #[error("{what} is held by {holder}")]
    Held {
        /// The thing.
        what: String,
        /// Which process, since when.
        holder: String,
    },
    /// The source is being harvested by another run, here or in another process.
    #[error("source {source_id} is being harvested already: run {run} by {holder}")]
    AlreadyRuns {
        /// Id of the source.
        source_id: String,
        /// The run that goes on.
        run: String,
        /// Which process runs it.
        holder: String,
    },
    /// Nothing is being harvested from the source.
    #[error("source {0} is not being harvested now: there is nothing to stop")]
    NothingRuns(String),
    /// What was purged is gone from the store, and not yet from the files of the index.
    #[error(
        "what was kept of {0} is gone from the store, but the process that writes the search index has not taken it out of \
         its files yet: look why, then purge it once more to see it through"
    )]
    PurgeUnfinished(String),
    /// The index is behind or being rebuilt.
    #[error("the search index is being rebuilt; records can be read, searching works again in a moment")]
    IndexUnavailable,
    /// The index cannot be used as it is.
    #[error(
        "the search index cannot be used ({reason}); the server that writes it makes it anew by itself, and where none runs, \
         `cairn reindex` does"
    )]
    IndexDamaged {
        /// What is wrong with it.
        reason: String,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The index failed.
    #[error(transparent)]
    Search(SearchError),
    /// A source could not be read.
    #[error(transparent)]
    Harvest(#[from] HarvestError),
    /// A search took longer than one may, and was given up.
    #[error("the search took too long and was given up: ask for less at once, with fewer prefixes or more filters")]
    SearchTooSlow,
    /// A file could not be used.
    #[error("cannot {attempt} {path}: {source}")]
    File {
        /// `read`, `write`, `lock`.
        attempt: &'static str,
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A blocking task died.
    #[error("an internal task failed: {0}")]
    Internal(String),
}

/// Problems in one sentence each.
fn told(problems: &[Problem]) -> String {
    let told = |problem: &Problem| match problem.field.as_str() {
        "" => problem.message.clone(),
        field => format!("`{field}`: {}", problem.message),
    };
    problems.iter().map(told).collect::<Vec<String>>().join("; ")
}

impl CatalogError {
    /// What stands in the way, where no other version of it does.
    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::Conflict { message: message.into(), version: None }
    }

    /// What a viewer is told who may not do something that they know of.
    pub(crate) fn refused(viewer: &Viewer, who_may: &'static str) -> Self {
        if viewer.is_anonymous() { Self::SignInRequired } else { Self::Forbidden(who_may) }
    }

    /// Nothing, or what is wrong with what was sent.
    pub(crate) fn if_any(problems: Vec<Problem>) -> Result<(), Self> {
        if problems.is_empty() { Ok(()) } else { Err(Self::Invalid(problems)) }
    }

    /// Whether the data was written by a newer version of this program.
    pub fn is_newer_data(&self) -> bool {
        matches!(self, Self::Store(StoreError::Newer { .. }))
    }
}

impl From<SearchError> for CatalogError {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::BadQuery(message) => Self::BadRequest(message),
            SearchError::WriterHeld { holder } => Self::Held { what: "the index".to_owned(), holder },
            SearchError::Damaged(reason) => Self::IndexDamaged { reason },
            SearchError::OutOfTime => Self::SearchTooSlow,
            error @ SearchError::Failed { .. } => Self::Search(error),
        }
    }
}

impl CatalogError {
    /// Whether it is a fault of the one thing that was looked at, so that others can be looked at all the same.
    pub(crate) fn is_of_one(&self) -> bool {
        matches!(
            self,
            Self::BadRequest(_)
                | Self::Invalid(_)
                | Self::SearchTooSlow
                | Self::Store(StoreError::DamagedRecord { .. })
        )
    }
}

/// Does work that goes on to its end when whoever asked for it does not wait.
pub(crate) async fn to_its_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, CatalogError>> + Send + 'static,
) -> Result<T, CatalogError> {
    tokio::spawn(work).await.map_err(|error| CatalogError::Internal(error.to_string()))?
}

/// Runs blocking work off the async worker threads.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, CatalogError> + Send + 'static,
) -> Result<T, CatalogError> {
    let place = PLACE.try_with(Arc::clone).ok();
    let working = tokio::task::spawn_blocking(move || {
        let done = work();
        drop(place);
        done
    });
    working.await.map_err(|error| CatalogError::Internal(error.to_string()))?
}

tokio::task_local! {
    /// What the request at hand holds for as long as it is worked on.
    static PLACE: Arc<dyn Any + Send + Sync>;
}

/// Answers a request that holds a place among those that are served at once. Blocking work goes on when the request is given
/// up, and keeps the place until it is done: a place that is free is one that nothing works for.
pub async fn holding_place<T>(place: Arc<dyn Any + Send + Sync>, answer: impl Future<Output = T>) -> T {
    PLACE.scope(place, answer).await
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use std::sync::mpsc::channel;
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_place_is_held_until_the_work_is_done_even_when_its_request_was_given_up() {
        let place: Arc<dyn Any + Send + Sync> = Arc::new("a place");
        let watched = Arc::downgrade(&place);
        let (finish, finished) = channel::<()>();
        let request = holding_place(place, async {
            blocking(move || finished.recv().map_err(|error| CatalogError::Internal(error.to_string()))).await
        });
        assert!(tokio::time::timeout(Duration::from_millis(50), request).await.is_err());
        assert!(watched.upgrade().is_some(), "the work goes on");
        finish.send(()).unwrap();
        for _ in 0..500 {
            if watched.upgrade().is_none() {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the place was not given back");
    }
}
