//! What one run leaves for the next holds only as long as the source is asked the same question.
//!
//! A query, a parameter or a setting that decides what a source lists is no part of how its records are read. With another
//! one, "what changed since" would leave out what is listed for the first time, and a place on the way would lie in another
//! listing: the next run reads everything, from its beginning.

use async_trait::async_trait;
use sha2::{Digest, Sha256};

use crate::kinds::ConnectContext;
use crate::{Connector, EndProof, HarvestError, Page, SourceConfig};

/// Keeps what a connector leaves together with the question that it answers.
pub(crate) struct SameQuestion {
    connector: Box<dyn Connector>,
    question: String,
}

impl SameQuestion {
    /// Takes out of a context what was left for another question, and gives the connector the rest as it left it.
    pub(crate) fn open(
        config: &SourceConfig,
        mut context: ConnectContext,
        open: impl FnOnce(&SourceConfig, &ConnectContext) -> Result<Box<dyn Connector>, HarvestError>,
    ) -> Result<Box<dyn Connector>, HarvestError> {
        let question = hex::encode(&Sha256::digest(config.question_key())[..16]);
        let of_this = |kept: Option<String>| Some(kept?.strip_prefix(&question)?.strip_prefix('\n')?.to_owned());
        context.previous_state = of_this(context.previous_state);
        context.resume = of_this(context.resume);
        Ok(Box::new(Self { connector: open(config, &context)?, question }))
    }

    fn keep(&self, left: &str) -> String {
        format!("{}\n{left}", self.question)
    }
}

#[async_trait]
impl Connector for SameQuestion {
    async fn next_page(&mut self) -> Result<Option<Page>, HarvestError> {
        let page = self.connector.next_page().await?;
        Ok(page.map(|page| Page { checkpoint: page.checkpoint.as_deref().map(|left| self.keep(left)), ..page }))
    }

    fn end_proof(&self) -> EndProof {
        self.connector.end_proof()
    }

    fn requests(&self) -> u64 {
        self.connector.requests()
    }

    fn is_sweep(&self) -> bool {
        self.connector.is_sweep()
    }

    fn state(&self) -> Option<String> {
        self.connector.state().map(|left| self.keep(&left))
    }
}
