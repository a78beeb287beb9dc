//! Exchanges: the flows of data that exist, told to the audience that the two organisations chose.
//!
//! A record or an agreement that an exchange names is told to those who may know of it, and kept when another changes the rest.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::registry::{ExchangeChannel, ExchangeEnding, ExchangeState, ExchangeStatement};
use cairn_model::{Problem, Sharing};
use cairn_policy::{Label, Viewer, audience_labels};
use cairn_store::{EntryKind, Loaded, Wanted};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::entries::{is_as_read, new_id, read};
use super::named::with_hidden;
use super::needs::organisation_term;
use super::{
    Change, EntryBody, EntryPage, Paging, Registered, RegisteredAgreement, RegisteredOrganisation, Scope, Write,
};
use crate::{Catalog, CatalogError};

const WHO_STATES: &str =
    "only the managers, stewards and administrators of one of its two organisations say what an exchange is";

/// Exchanges that are read at a time.
const AT_A_TIME: u32 = 200;

/// Exchanges of a graph at most.
const MOST_DRAWN: usize = 10_000;

/// An exchange as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// What is said of it.
    pub statement: ExchangeStatement,
    /// When it was ended, if it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Timestamp>,
}

impl Exchange {
    /// Where it stands.
    pub fn state(&self) -> ExchangeState {
        if self.ended.is_some() { ExchangeState::Ended } else { ExchangeState::Current }
    }

    fn is_managed_by(&self, viewer: &Viewer) -> bool {
        viewer.manages(&self.statement.from) || viewer.manages(&self.statement.to)
    }
}

impl EntryBody for Exchange {
    const KIND: EntryKind = EntryKind::Exchange;

    fn seen_by(&self, _: &str) -> BTreeSet<Label> {
        let mut labels = audience_labels(&self.statement.audience, &self.statement.from);
        labels.insert(Label::organisation(&self.statement.to));
        labels
    }

    fn terms(&self) -> Vec<String> {
        [&self.statement.from, &self.statement.to].map(|id| organisation_term(id)).into()
    }
}

/// Which exchanges.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExchangeFilter {
    /// From or to this organisation.
    pub organisation: Option<String>,
    /// From this organisation.
    pub from: Option<String>,
    /// To this organisation.
    pub to: Option<String>,
    /// About any of these countries.
    pub countries: Vec<String>,
    /// About any of these clusters, or of their areas of responsibility.
    pub clusters: Vec<String>,
    /// By this channel.
    pub channel: Option<ExchangeChannel>,
    /// In this state.
    pub state: Option<ExchangeState>,
}

/// Who gives data to whom, as far as a viewer may know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeGraph {
    /// The organisations by id, each with its name where the viewer may know of that.
    pub organisations: BTreeMap<String, Option<String>>,
    /// Current exchanges, each an edge from the one to the other; in the order of their ids.
    pub exchanges: Vec<Registered<Exchange>>,
    /// Whether that is all of them.
    pub is_whole: bool,
}

impl Catalog {
    /// Registers an exchange, as one of its two organisations.
    ///
    /// # Errors
    /// `Invalid`, `Forbidden`, `SignInRequired`. A record or an agreement that the viewer may not know of is refused like one
    /// that is not there.
    pub async fn create_exchange(
        &self,
        viewer: &Viewer,
        statement: ExchangeStatement,
        now: Timestamp,
    ) -> Result<Registered<Exchange>, CatalogError> {
        const ACT: &str = "exchange.create";
        let exchange = Exchange { statement, ended: None };
        self.may(viewer, exchange.is_managed_by(viewer), WHO_STATES, ACT, now).await?;
        self.check_exchange(viewer, &exchange.statement).await?;
        let write = Write { viewer, act: ACT, now };
        self.put_entry(write, &new_id(), &parties_of(&exchange.statement), |_, loaded| {
            are_registered(&exchange.statement, loaded)?;
            Ok(Change::to(exchange.clone()))
        })
        .await
    }

    /// Changes what is said of a current exchange, as one of its two organisations; these stay the same. What it names and the
    /// viewer may not know of stays as it is.
    ///
    /// # Errors
    /// `NotFound`; as for [`Catalog::create_exchange`]; `Conflict` when it has ended, or was changed since `version`.
    pub async fn change_exchange(
        &self,
        viewer: &Viewer,
        id: &str,
        version: u32,
        statement: ExchangeStatement,
        now: Timestamp,
    ) -> Result<Registered<Exchange>, CatalogError> {
        self.check_exchange(viewer, &statement).await?;
        let read: Registered<Exchange> = self.entry(viewer, id).await?;
        let shown = self.shown_exchange(viewer, read.clone()).await?.body.statement;
        let mut after = statement;
        let kept = read.body.statement;
        after.records = with_hidden(after.records, &kept.records, &shown.records);
        if after.agreement.is_none() && shown.agreement.is_none() {
            after.agreement = kept.agreement;
        }
        let write = Write { viewer, act: "exchange.change", now };
        let change = |before: &Registered<Exchange>, loaded: &Loaded| {
            let newest = before.version;
            let before = current(before, viewer)?;
            is_as_read(newest, read.version)?;
            let same = (&before.statement.from, &before.statement.to) == (&after.from, &after.to);
            if !same {
                let message = "an exchange keeps its two organisations: end it, and register another";
                return Err(CatalogError::Invalid(vec![Problem::error("other-organisations", "from", message)]));
            }
            are_registered(&after, loaded)?;
            Ok(Change::to(Exchange { statement: after.clone(), ended: None }))
        };
        let changed = self.change_entry(write, id, Some(version), &parties_of(&after), change).await?;
        self.shown_exchange(viewer, changed).await
    }

    /// Ends an exchange, as one of its two organisations; why stands in the log of acts.
    ///
    /// # Errors
    /// As for [`Catalog::change_exchange`].
    pub async fn end_exchange(
        &self,
        viewer: &Viewer,
        id: &str,
        version: u32,
        ending: ExchangeEnding,
        now: Timestamp,
    ) -> Result<Registered<Exchange>, CatalogError> {
        CatalogError::if_any(ending.validate(self.vocabularies()))?;
        let write = Write { viewer, act: "exchange.end", now };
        let ended = self
            .change_entry(write, id, Some(version), &Wanted::default(), |before: &Registered<Exchange>, _| {
                let before = current(before, viewer)?;
                let body = Exchange { ended: Some(now), ..before.clone() };
                Ok(Change { reason: ending.reason.clone(), ..Change::to(body) })
            })
            .await?;
        self.shown_exchange(viewer, ended).await
    }

    /// An exchange.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn exchange(&self, viewer: &Viewer, id: &str) -> Result<Registered<Exchange>, CatalogError> {
        let exchange = self.entry(viewer, id).await?;
        self.shown_exchange(viewer, exchange).await
    }

    /// What was said of an exchange, newest first.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn exchange_history(&self, viewer: &Viewer, id: &str) -> Result<Vec<Registered<Exchange>>, CatalogError> {
        let mut shown = Vec::new();
        for version in self.entry_history(viewer, id).await? {
            shown.push(self.shown_exchange(viewer, version).await?);
        }
        Ok(shown)
    }

    /// The exchanges of a filter that the viewer may know of.
    pub async fn exchanges(
        &self,
        viewer: &Viewer,
        filter: &ExchangeFilter,
        paging: &Paging,
    ) -> Result<EntryPage<Exchange>, CatalogError> {
        let most = usize::try_from(paging.limit).unwrap_or(usize::MAX);
        let (mut items, is_whole) = self.known_exchanges(viewer, filter, paging.after.clone(), most).await?;
        for item in &mut items {
            *item = self.shown_exchange(viewer, item.clone()).await?;
        }
        let next = items.last().filter(|_| !is_whole).map(|last| last.id.clone());
        Ok(EntryPage { items, next })
    }

    /// Who gives data to whom: the current exchanges of a filter that the viewer may know of, 10,000 at most.
    pub async fn exchange_graph(
        &self,
        viewer: &Viewer,
        filter: &ExchangeFilter,
    ) -> Result<ExchangeGraph, CatalogError> {
        let filter = ExchangeFilter { state: Some(ExchangeState::Current), ..filter.clone() };
        let (exchanges, is_whole) = self.known_exchanges(viewer, &filter, String::new(), MOST_DRAWN).await?;
        let ids: BTreeSet<&String> =
            exchanges.iter().flat_map(|one| [&one.body.statement.from, &one.body.statement.to]).collect();
        let mut organisations = BTreeMap::new();
        for id in ids {
            let name = match self.entry::<RegisteredOrganisation>(viewer, id).await {
                Ok(known) => known.body.profile.name.best("en").map(str::to_owned),
                Err(CatalogError::NotFound(_)) => None,
                Err(error) => return Err(error),
            };
            organisations.insert(id.clone(), name);
        }
        Ok(ExchangeGraph { organisations, exchanges, is_whole })
    }

    /// The first exchanges of a filter after an id, `most` at most, and whether there are no more.
    async fn known_exchanges(
        &self,
        viewer: &Viewer,
        filter: &ExchangeFilter,
        mut after: String,
        most: usize,
    ) -> Result<(Vec<Registered<Exchange>>, bool), CatalogError> {
        let organisation = filter.organisation.as_ref().or(filter.from.as_ref()).or(filter.to.as_ref());
        let term = organisation.map(|id| organisation_term(id));
        let mut known = Vec::new();
        loop {
            let part = self.entries::<Exchange>(viewer, term.as_deref(), &Paging { after, limit: AT_A_TIME }).await?;
            for exchange in part.items.into_iter().filter(|one| self.is_asked_for(&one.body, filter)) {
                if known.len() == most {
                    return Ok((known, false));
                }
                known.push(exchange);
            }
            match part.next {
                Some(next) => after = next,
                None => return Ok((known, true)),
            }
        }
    }

    fn is_asked_for(&self, exchange: &Exchange, filter: &ExchangeFilter) -> bool {
        let statement = &exchange.statement;
        let is = |wanted: &Option<String>, id: &String| wanted.as_ref().is_none_or(|wanted| wanted == id);
        let wanted = Scope { countries: &filter.countries, clusters: &filter.clusters };
        let about = Scope { countries: &statement.countries, clusters: &statement.clusters };
        (is(&filter.organisation, &statement.from) || is(&filter.organisation, &statement.to))
            && is(&filter.from, &statement.from)
            && is(&filter.to, &statement.to)
            && wanted.takes(&about, self.vocabularies())
            && filter.channel.is_none_or(|channel| channel == statement.channel)
            && filter.state.is_none_or(|state| state == exchange.state())
    }

    /// What must be mended of a statement, as far as the viewer may know.
    async fn check_exchange(&self, viewer: &Viewer, statement: &ExchangeStatement) -> Result<(), CatalogError> {
        CatalogError::if_any(statement.validate(self.vocabularies()))?;
        let mut problems = self.check_named(viewer, &statement.records).await?;
        if let Some(agreement) = &statement.agreement
            && !self.knows_of::<RegisteredAgreement>(viewer, agreement).await?
        {
            let message = "there is no such agreement, or you are no party to it";
            problems.push(Problem::error("unknown-agreement", "agreement", message).with_value(agreement));
        }
        CatalogError::if_any(problems)
    }

    /// An exchange as a viewer is told of it: records and the agreement only where they may know of these, as if nobody had
    /// named the others.
    async fn shown_exchange(
        &self,
        viewer: &Viewer,
        mut exchange: Registered<Exchange>,
    ) -> Result<Registered<Exchange>, CatalogError> {
        let statement = &mut exchange.body.statement;
        statement.records = self.told_of(viewer, std::mem::take(&mut statement.records)).await?;
        if let Some(agreement) = &exchange.body.statement.agreement
            && !self.knows_of::<RegisteredAgreement>(viewer, agreement).await?
        {
            exchange.body.statement.agreement = None;
        }
        Ok(exchange)
    }
}

/// The organisations of an exchange, as they are registered.
fn parties_of(statement: &ExchangeStatement) -> Wanted {
    let parties = [&statement.from, &statement.to].map(|id| (EntryKind::Organisation, id.clone()));
    Wanted { entries: parties.into(), ..Wanted::default() }
}

/// Both organisations take part, as all who are signed in know. What everyone is told names only those that everyone may know
/// of.
fn are_registered(statement: &ExchangeStatement, loaded: &Loaded) -> Result<(), CatalogError> {
    let mut problems = Vec::new();
    for ((field, id), entry) in [("from", &statement.from), ("to", &statement.to)].into_iter().zip(&loaded.entries) {
        let (rule, message) = match entry {
            None => ("unknown-organisation", "no organisation of this id is registered"),
            Some(entry) if statement.audience.sharing == Sharing::Public => {
                if read::<RegisteredOrganisation>(entry)?.body.profile.listed {
                    continue;
                }
                let message = "everyone would be told of it, and it is not `listed`: choose another `audience`";
                ("organisation-not-listed", message)
            }
            Some(_) => continue,
        };
        problems.push(Problem::error(rule, field, message).with_value(id));
    }
    CatalogError::if_any(problems)
}

/// The exchange, where the viewer may change it and it has not ended.
fn current<'a>(exchange: &'a Registered<Exchange>, viewer: &Viewer) -> Result<&'a Exchange, CatalogError> {
    if !exchange.body.is_managed_by(viewer) {
        return Err(CatalogError::refused(viewer, WHO_STATES));
    }
    match exchange.body.state() {
        ExchangeState::Current => Ok(&exchange.body),
        ExchangeState::Ended => {
            Err(CatalogError::conflict("the exchange has ended already: register a new one".to_owned()))
        }
    }
}
