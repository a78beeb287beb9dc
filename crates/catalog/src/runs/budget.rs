//! The daily budget of a source, or of all that ask one host as one caller: its requests are counted in the store before they
//! are sent, so that those of a run that is killed count, and those of another process.

use std::sync::Arc;

use async_trait::async_trait;
use cairn_fetch::{Allowance, Fetcher, NotAllowed};
use cairn_harvest::SourceConfig;
use jiff::Timestamp;

use crate::Catalog;

struct DailyBudget {
    catalog: Catalog,
    /// What each request counts against: names, each with how many are allowed.
    budgets: Vec<(String, u64)>,
    /// When the run began.
    begun: Timestamp,
}

impl Catalog {
    /// The client for a source: it sends no more on a day than the source allows.
    pub(super) fn fetcher_for(&self, source: &SourceConfig, begun: Timestamp) -> Fetcher {
        let fetcher = self.fetcher().clone();
        let budgets = source.budgets();
        if budgets.is_empty() {
            return fetcher;
        }
        fetcher.with_allowance(Arc::new(DailyBudget { catalog: self.clone(), budgets, begun }))
    }
}

#[async_trait]
impl Allowance for DailyBudget {
    async fn take(&self) -> Result<(), NotAllowed> {
        // A run may last beyond the day on which it began.
        let at = Timestamp::now().max(self.begun);
        for (name, per_day) in &self.budgets {
            match self.catalog.store().spend_request(name, at, *per_day).await {
                Ok(true) => {}
                Ok(false) => {
                    return Err(NotAllowed(format!(
                        "the {per_day} requests that may be sent on a day (`requests_per_day`) are spent; the run goes on after \
                         midnight UTC"
                    )));
                }
                // What cannot be counted is not sent.
                Err(failure) => return Err(NotAllowed(format!("its requests cannot be counted: {failure}"))),
            }
        }
        Ok(())
    }
}
