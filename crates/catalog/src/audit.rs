//! The audit: the log of acts, read and looked at as the chain that it is.

use cairn_policy::Viewer;
use cairn_store::{Act, ActChain, ActFilter};
use jiff::Timestamp;

use crate::{Catalog, CatalogError};

/// Lines that are read at a time.
const AT_A_TIME: u32 = 1000;

const WHO_READS: &str =
    "only administrators read the log of acts: it tells of records and people of every organisation";

/// What stands in the log of acts when it was read itself.
const READ: &str = "audit.read";

/// A part of the log of acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActPage {
    /// Newest first.
    pub items: Vec<Act>,
    /// The number before which the next part begins; `None` at the end.
    pub next: Option<i64>,
}

/// Whether the log of acts is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditVerdict {
    /// Lines that are as they were written, from the first on.
    pub lines: i64,
    /// The hash of the last of them.
    pub head: String,
    /// The first line that is not, and what is wrong with it.
    pub fault: Option<AuditFault>,
    /// The number of the line that has the hash which was asked for; `None` when there is none, or none was asked for.
    pub known: Option<i64>,
}

/// The first line of the log that is not what was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditFault {
    /// Its number, or the number that is missing.
    pub line: i64,
    /// What is wrong, in words.
    pub reason: String,
}

/// A walk through the log of acts, oldest line first.
pub struct AuditWalk {
    catalog: Catalog,
    after: i64,
}

impl AuditWalk {
    /// The next lines; none at the end.
    ///
    /// # Errors
    /// Store errors.
    pub async fn next_batch(&mut self) -> Result<Vec<Act>, CatalogError> {
        let acts = self.catalog.store().acts_after(self.after, AT_A_TIME).await?;
        self.after = acts.last().map_or(self.after, |act| act.number);
        Ok(acts)
    }
}

impl Catalog {
    /// Lines of the log, newest first, for administrators. That it was read stands in it, too.
    ///
    /// # Errors
    /// `Forbidden`, `SignInRequired`; store errors.
    pub async fn acts(
        &self,
        viewer: &Viewer,
        filter: &ActFilter,
        limit: u32,
        now: Timestamp,
    ) -> Result<ActPage, CatalogError> {
        self.may(viewer, viewer.administers(), WHO_READS, READ, now).await?;
        self.note_reading(viewer, READ, String::new(), None);
        let mut items = self.store().acts_that(filter, limit.saturating_add(1)).await?;
        let is_more = items.len() > limit as usize;
        items.truncate(limit as usize);
        let next = items.last().filter(|_| is_more).map(|last| last.number);
        Ok(ActPage { items, next })
    }

    /// All lines of the log, from the first on, for administrators. That it was read stands in it, too.
    ///
    /// # Errors
    /// `Forbidden`, `SignInRequired`; store errors.
    pub async fn walk_acts_as(&self, viewer: &Viewer, now: Timestamp) -> Result<AuditWalk, CatalogError> {
        self.may(viewer, viewer.administers(), WHO_READS, READ, now).await?;
        self.note_reading(viewer, READ, String::new(), None);
        Ok(self.walk_acts())
    }
}

/// For whoever may write the data folder, as every function here: the log tells of records that others may not know of.
impl Catalog {
    /// The newest lines of the log, newest first.
    ///
    /// # Errors
    /// Store errors.
    pub async fn newest_acts(&self, limit: u32) -> Result<Vec<Act>, CatalogError> {
        self.newest_acts_that(&ActFilter::default(), limit).await
    }

    /// The newest lines of the log that are asked for, newest first.
    ///
    /// # Errors
    /// Store errors.
    pub async fn newest_acts_that(&self, filter: &ActFilter, limit: u32) -> Result<Vec<Act>, CatalogError> {
        Ok(self.store().acts_that(filter, limit).await?)
    }

    /// All lines of the log, from the first on.
    pub fn walk_acts(&self) -> AuditWalk {
        AuditWalk { catalog: self.clone(), after: 0 }
    }

    /// Looks at every line of the log, up to the first that does not belong where it stands. `noted` is a hash that somebody
    /// noted earlier: where no line has it, the log up to there was written anew.
    ///
    /// # Errors
    /// Store errors.
    pub async fn verify_acts(&self, noted: Option<&str>) -> Result<AuditVerdict, CatalogError> {
        let mut chain = ActChain::default();
        let mut known = None;
        let mut walk = self.walk_acts();
        loop {
            let acts = walk.next_batch().await?;
            let mut fault = None;
            for act in &acts {
                if let Err(reason) = chain.follow(act) {
                    fault = Some(AuditFault { line: chain.lines() + 1, reason });
                    break;
                }
                if noted.is_some_and(|noted| noted.eq_ignore_ascii_case(&act.hash)) {
                    known = Some(act.number);
                }
            }
            if fault.is_some() || acts.is_empty() {
                return Ok(AuditVerdict { lines: chain.lines(), head: chain.head().to_owned(), fault, known });
            }
        }
    }
}
