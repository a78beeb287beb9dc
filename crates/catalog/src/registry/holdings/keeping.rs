//! Keeps the record of a holding true to what it follows from: the statement, as the vocabularies read it now, the organisation as
//! it is called now, and the restrictions of what it is made of.

use std::collections::{HashSet, VecDeque};

use cairn_model::registry::HoldingState;
use cairn_model::{Dataset, DatasetId, Quality};
use cairn_policy::{Role, Viewer, broken_rules, inherit, tighten};
use cairn_store::{Amendment, EntryKind, Loaded, NewAct, RecordAmendment, Wanted};
use jiff::Timestamp;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{Holding, derivations, organisation_term, owner_of, record};
use crate::error::to_its_end;
use crate::registry::entries::read;
use crate::registry::{KEEPER, Paging, Registered};
use crate::runs::content_hash;
use crate::{Catalog, CatalogError};

const ACT: &str = "holding.follow";

/// Holdings that are looked at at a time.
const AT_A_TIME: u32 = 200;

/// Which holdings are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptHoldings<'a> {
    /// All: after a start, when vocabularies may be others.
    All,
    /// Those of an organisation, by its id: when it is called otherwise.
    Of(&'a str),
    /// Those that are made of other records: when records were written.
    Derived,
}

impl Catalog {
    /// Looks whether the records of published holdings still follow from what they are made of, and writes those that do not;
    /// answers how many. A holding that could not be published any more as it is, because a code is gone, keeps its record.
    ///
    /// # Errors
    /// Store errors.
    pub async fn keep_holdings(
        &self,
        which: KeptHoldings<'_>,
        now: Timestamp,
        stop: &CancellationToken,
    ) -> Result<u64, CatalogError> {
        let term = match which {
            KeptHoldings::All => None,
            KeptHoldings::Of(organisation) => Some(organisation_term(organisation)),
            KeptHoldings::Derived => Some(derivations::DERIVED.to_owned()),
        };
        let mut paging = Paging { after: String::new(), limit: AT_A_TIME };
        let mut written = 0;
        while !stop.is_cancelled() {
            let page = self.entries::<Holding>(&Viewer::operator(), term.as_deref(), &paging).await?;
            for holding in &page.items {
                written += self.keep_holding_and_products(holding, now).await?;
            }
            let Some(next) = page.next else { break };
            paging.after = next;
        }
        if written > 0 {
            info!(written, "records of holdings follow what changed");
        }
        Ok(written)
    }

    /// Has what is made of records follow them that were just written, or all that is made of any. What was asked for is done by
    /// then: this goes on when whoever asked does not wait, and a failure is logged, for the server looks again.
    pub(crate) async fn have_products_follow(&self, of: Option<Vec<DatasetId>>, now: Timestamp) {
        let catalog = self.clone();
        let following = to_its_end(async move {
            match of {
                Some(records) => {
                    for record in records {
                        catalog.keep_products(record, now).await?;
                    }
                    Ok(())
                }
                None => catalog.keep_holdings(KeptHoldings::Derived, now, &CancellationToken::new()).await.map(|_| ()),
            }
        });
        if let Err(failure) = following.await {
            warn!(%failure, "what is made of records that were written does not follow them yet");
        }
    }

    /// The same as [`Catalog::keep_holdings`] for what is made of a record that was written.
    async fn keep_products(&self, of: DatasetId, now: Timestamp) -> Result<u64, CatalogError> {
        let (mut met, mut waiting) = (HashSet::from([of]), VecDeque::from([of]));
        let mut written = 0;
        while let Some(source) = waiting.pop_front() {
            let term = (EntryKind::Holding, derivations::made_of_term(source));
            let loaded = self.store().load(&Wanted { with_terms: vec![term], ..Wanted::default() }).await?;
            for entry in loaded.with_terms.iter().flatten() {
                let holding = read::<Holding>(entry)?;
                if !self.keep_holding(&holding, now).await? {
                    continue;
                }
                written += 1;
                waiting.extend(holding.id.parse::<DatasetId>().ok().filter(|id| met.insert(*id)));
            }
        }
        Ok(written)
    }

    async fn keep_holding_and_products(
        &self,
        holding: &Registered<Holding>,
        now: Timestamp,
    ) -> Result<u64, CatalogError> {
        if !self.keep_holding(holding, now).await? {
            return Ok(0);
        }
        let products = match holding.id.parse() {
            Ok(id) => self.keep_products(id, now).await?,
            Err(_) => 0,
        };
        Ok(1 + products)
    }

    /// Whether the record of a holding had to be written. One that cannot be keeps no other from it.
    async fn keep_holding(&self, holding: &Registered<Holding>, now: Timestamp) -> Result<bool, CatalogError> {
        match self.write_holding(holding, now).await {
            Err(CatalogError::Invalid(problems)) => {
                let codes: Vec<&str> = problems.iter().map(|problem| problem.code.as_str()).collect();
                warn!(id = holding.id, ?codes, "a holding could not be published any more as it is: its record stays");
                Ok(false)
            }
            Err(failure) if failure.is_of_one() => {
                warn!(%failure, id = holding.id, "the record of a holding does not follow what changed");
                Ok(false)
            }
            written => written,
        }
    }

    /// Writes the record of a holding where it has to be; whether it had to.
    async fn write_holding(&self, holding: &Registered<Holding>, now: Timestamp) -> Result<bool, CatalogError> {
        let Ok(id) = holding.id.parse::<DatasetId>() else { return Ok(false) };
        if holding.body.state != HoldingState::Published {
            return Ok(false);
        }
        let member = self.member(&holding.body.organisation, Vec::new(), Role::Reader).await?;
        let mut wanted = owner_of(&holding.body.organisation);
        wanted.entries.push((EntryKind::Holding, holding.id.clone()));
        wanted.records.push(id);
        derivations::want(&mut wanted, &holding.id, &holding.body);
        // Most are as they should be, which is seen without the lock for writing.
        let follows = |loaded: &Loaded| self.followed(loaded, &holding.id, &member, now);
        if follows(&self.store().load(&wanted).await?)?.is_none() {
            return Ok(false);
        }
        let mut outcome = Ok(false);
        let mut decide = |loaded: &Loaded| match follows(loaded) {
            Ok(amendment) => {
                outcome = Ok(amendment.is_some());
                amendment.unwrap_or_default()
            }
            Err(error) => {
                outcome = Err(error);
                Amendment::default()
            }
        };
        self.store().amend(&wanted, &mut decide).await?;
        outcome
    }

    /// What is written of a holding whose record does not follow from what was loaded; `None` where it does.
    fn followed(
        &self,
        loaded: &Loaded,
        id: &str,
        member: &Viewer,
        now: Timestamp,
    ) -> Result<Option<Amendment>, CatalogError> {
        let [owner, Some(entry)] = loaded.entries.as_slice() else { return Ok(None) };
        let Some(Some(stored)) = loaded.records.first() else { return Ok(None) };
        let holding = read::<Holding>(entry)?.body;
        if holding.state != HoldingState::Published {
            return Ok(None);
        }
        let dataset = record::checked(&holding, self.vocabularies(), now)?;
        let dataset = record::owned(dataset, record::owner(Some(owner), &holding.organisation)?);
        let mut dataset = restricted(dataset, &stored.dataset, &holding, loaded, member)?;
        let mut before = stored.dataset.clone();
        if content_hash(&mut dataset) == content_hash(&mut before) {
            return Ok(None);
        }
        let line = NewAct { reason: told(&before, &dataset), ..NewAct::new(now, KEEPER, ACT, id) };
        let record = Box::new(record::write(dataset));
        let records = vec![RecordAmendment::Put { actor: KEEPER.to_owned(), at: now, record }];
        Ok(Some(Amendment { records, acts: vec![line], ..Amendment::default() }))
    }
}

/// A record with the restrictions of what it is made of. Where its organisation sees no more than a stub of that by now, they
/// are those of the whole record, and nothing is said of single fields. Where one is not in the catalogue any more, nobody knows
/// how closed it would be: the record stays as closed as it `stands`, until somebody says that it is made of that no more.
fn restricted(
    mut dataset: Dataset,
    stands: &Dataset,
    holding: &Holding,
    loaded: &Loaded,
    member: &Viewer,
) -> Result<Dataset, CatalogError> {
    let releases = derivations::releases_of(loaded.with_terms.iter().flatten())?;
    for id in &holding.statement.derived_from {
        let Some(source) = loaded.records.iter().flatten().find(|stored| stored.dataset.id == *id) else {
            dataset = inherit(stands, dataset, None).0;
            continue;
        };
        let floor = derivations::shown(member, source)
            .unwrap_or_else(|| Dataset { fields: Vec::new(), ..source.dataset.clone() });
        let allowed = derivations::released_by_owner(&releases, &source.dataset, dataset.id);
        dataset = inherit(&floor, dataset, allowed).0;
    }
    // What it inherits may contradict what is its own: then nobody but its owner sees it until that is mended.
    dataset.quarantine = broken_rules(&dataset.terms);
    dataset.provenance.quality = Quality::of(&dataset);
    Ok(dataset)
}

/// On which axes a record is closed, and on which it is opened, for the log of acts.
fn told(before: &Dataset, after: &Dataset) -> Option<String> {
    let closes = tighten(after, before.clone(), &[]).1.into_iter();
    let closes = closes.map(|one| format!("closes {} from {} to {}", one.axis, one.to, one.from));
    let opens = tighten(before, after.clone(), &[]).1.into_iter();
    let opens = opens.map(|one| format!("opens {} from {} to {}", one.axis, one.from, one.to));
    let told: Vec<String> = closes.chain(opens).collect();
    (!told.is_empty()).then(|| told.join(", "))
}
