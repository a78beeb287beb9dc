//! Needs: what data an organisation needs, for whom and why, told to the audience that it chose.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::registry::{NeedMet, NeedState, NeedStatement, NeedWithdrawal};
use cairn_model::{DatasetId, Problem, Vocabularies};
use cairn_policy::{Label, Viewer, audience_labels};
use cairn_search::FacetCount;
use cairn_store::{EntryKind, Wanted};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::entries::new_id;
use super::{Change, EntryBody, Paging, Registered, Write};
use crate::{Catalog, CatalogError};

const WHO_STATES: &str = "only the managers, stewards and administrators of an organisation say what it needs";

/// Open needs of an organisation at most: a board is read by people.
const MOST_OPEN: usize = 200;

/// Needs that are read at a time.
const AT_A_TIME: u32 = 1000;

/// Needs of a part of which it is asked at most whether they are unmet: each takes searches and reads of its own.
const MOST_ASKED: usize = 200;

/// Needs that are read for one answer at most.
const MOST_READ: usize = 10_000;

/// A need as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// What is said of it.
    pub statement: NeedStatement,
    /// Id of the organisation that has it.
    pub organisation: String,
    /// Who stated it, as in the log of acts: for those who look after it.
    pub author: String,
    /// How it ended, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<NeedEnd>,
}

/// How a need ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NeedEnd {
    /// It was met.
    Met(NeedMet),
    /// It was withdrawn.
    Withdrawn,
}

impl Need {
    /// Where it stands at an instant.
    pub fn state(&self, now: Timestamp) -> NeedState {
        match self.end {
            Some(NeedEnd::Met(_)) => NeedState::Met,
            Some(NeedEnd::Withdrawn) => NeedState::Withdrawn,
            None if self.statement.is_expired(now) => NeedState::Expired,
            None => NeedState::Open,
        }
    }

    /// By what it was met, where that was said.
    pub fn met(&self) -> Option<&NeedMet> {
        match &self.end {
            Some(NeedEnd::Met(met)) => Some(met),
            Some(NeedEnd::Withdrawn) | None => None,
        }
    }
}

impl EntryBody for Need {
    const KIND: EntryKind = EntryKind::Need;

    fn seen_by(&self, _: &str) -> BTreeSet<Label> {
        audience_labels(&self.statement.audience, &self.organisation)
    }

    fn terms(&self) -> Vec<String> {
        let mut terms = vec![organisation_term(&self.organisation)];
        if self.end.is_none() {
            terms.extend([OPEN.to_owned(), open_term(&self.organisation)]);
        }
        terms
    }
}

/// The term of needs that did not end.
const OPEN: &str = "open";

fn organisation_term(organisation: &str) -> String {
    format!("organisation={organisation}")
}

fn open_term(organisation: &str) -> String {
    format!("open={organisation}")
}

/// Which needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NeedFilter {
    /// About any of these countries.
    pub countries: Vec<String>,
    /// About any of these clusters, or of their areas of responsibility.
    pub clusters: Vec<String>,
    /// For any of these purposes, or of what lies below them.
    pub purposes: Vec<String>,
    /// Of this organisation.
    pub organisation: Option<String>,
    /// In this state.
    pub state: Option<NeedState>,
    /// Those that no holding answers which the viewer may know of.
    pub unmet: bool,
}

impl NeedFilter {
    fn holds(&self, need: &Need, vocabularies: &Vocabularies, now: Timestamp) -> bool {
        let statement = &need.statement;
        let is_any = |vocabulary: &str, wanted: &[String], stated: &[String]| {
            let is_within = |code: &String| wanted.iter().any(|one| vocabularies.is_within(vocabulary, code, one));
            wanted.is_empty() || stated.iter().any(is_within)
        };
        (self.countries.is_empty() || statement.countries.iter().any(|one| self.countries.contains(one)))
            && is_any("cluster", &self.clusters, &statement.clusters)
            && is_any("purpose", &self.purposes, &statement.purposes)
            && self.organisation.as_ref().is_none_or(|id| *id == need.organisation)
            && self.state.is_none_or(|state| state == need.state(now))
    }
}

/// A part of the list of needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NeedPage {
    /// Newest first.
    pub items: Vec<Registered<Need>>,
    /// The id after which the next part begins; `None` at the end.
    pub next: Option<String>,
    /// How many needs there are in all parts, before it is asked which of them are unmet.
    pub total: usize,
    /// The countries that these are about.
    pub countries: Vec<FacetCount>,
    /// Their clusters; one includes its areas of responsibility.
    pub clusters: Vec<FacetCount>,
}

impl Catalog {
    /// States a need of the viewer's organisation; the operator, who has none, says of which.
    ///
    /// # Errors
    /// `Invalid`, `Forbidden`, `SignInRequired`; `BadRequest` where no organisation is given; `Conflict` when too many needs of
    /// the organisation are open.
    pub async fn create_need(
        &self,
        viewer: &Viewer,
        organisation: Option<&str>,
        statement: NeedStatement,
        now: Timestamp,
    ) -> Result<Registered<Need>, CatalogError> {
        const ACT: &str = "need.create";
        let organisation = organisation.or(viewer.organisation()).unwrap_or_default().to_owned();
        self.may(viewer, viewer.manages(&organisation), WHO_STATES, ACT, now).await?;
        if organisation.is_empty() {
            return Err(CatalogError::BadRequest("say which organisation has the need".to_owned()));
        }
        CatalogError::if_any(statement.validate(self.vocabularies()))?;
        let wanted = Wanted {
            entries: vec![(EntryKind::Organisation, organisation.clone())],
            with_terms: vec![(EntryKind::Need, open_term(&organisation))],
        };
        let need = Need { statement, organisation, author: viewer.actor().to_owned(), end: None };
        let write = Write { viewer, act: ACT, now };
        self.put_entry(write, &new_id(), &wanted, |_, loaded| {
            if loaded.entries.iter().flatten().next().is_none() {
                let problem =
                    Problem::error("unknown-organisation", "organisation", "no organisation of this id is registered");
                return Err(CatalogError::Invalid(vec![problem.with_value(&need.organisation)]));
            }
            if loaded.with_terms.iter().flatten().count() >= MOST_OPEN {
                let message =
                    format!("{MOST_OPEN} needs of the organisation are open: withdraw some, or say that they are met");
                return Err(CatalogError::Conflict { message, version: None });
            }
            Ok(Change::to(need.clone()))
        })
        .await
    }

    /// Changes what is said of a need that did not end. One that expired is open again when it is needed by a later day.
    ///
    /// # Errors
    /// `NotFound`, `Invalid`, `Forbidden`, `SignInRequired`; `Conflict` when it ended, or was changed since `version`.
    pub async fn change_need(
        &self,
        viewer: &Viewer,
        id: &str,
        version: u32,
        statement: NeedStatement,
        now: Timestamp,
    ) -> Result<Registered<Need>, CatalogError> {
        CatalogError::if_any(statement.validate(self.vocabularies()))?;
        let write = Write { viewer, act: "need.change", now };
        self.change_need_to(write, id, version, |need| {
            Change::to(Need { statement: statement.clone(), ..need.clone() })
        })
        .await
    }

    /// Says that a need is met: by a record, with a note, or without a word.
    ///
    /// # Errors
    /// As for [`Catalog::change_need`]; `Invalid` for a record that the viewer may not know of, as for one that is not there.
    pub async fn meet_need(
        &self,
        viewer: &Viewer,
        id: &str,
        version: u32,
        met: NeedMet,
        now: Timestamp,
    ) -> Result<Registered<Need>, CatalogError> {
        let mut problems = met.validate(self.vocabularies());
        if let Some(record) = met.record.filter(|_| problems.is_empty()) {
            if !self.is_known(viewer, record).await? {
                let message = "there is no such record, or it is not shared with you";
                problems.push(Problem::error("unknown-record", "record", message).with_value(&record.to_string()));
            }
        }
        CatalogError::if_any(problems)?;
        let write = Write { viewer, act: "need.met", now };
        self.change_need_to(write, id, version, |need| {
            Change::to(Need { end: Some(NeedEnd::Met(met.clone())), ..need.clone() })
        })
        .await
    }

    /// Withdraws a need; why stands in the log of acts.
    ///
    /// # Errors
    /// As for [`Catalog::change_need`].
    pub async fn withdraw_need(
        &self,
        viewer: &Viewer,
        id: &str,
        version: u32,
        withdrawal: NeedWithdrawal,
        now: Timestamp,
    ) -> Result<Registered<Need>, CatalogError> {
        CatalogError::if_any(withdrawal.validate(self.vocabularies()))?;
        let write = Write { viewer, act: "need.withdraw", now };
        self.change_need_to(write, id, version, |need| Change {
            reason: withdrawal.reason.clone(),
            ..Change::to(Need { end: Some(NeedEnd::Withdrawn), ..need.clone() })
        })
        .await
    }

    /// Changes a need that did not end, as one of those who speak for its organisation.
    async fn change_need_to(
        &self,
        write: Write<'_>,
        id: &str,
        version: u32,
        change: impl Fn(&Need) -> Change<Need> + Send,
    ) -> Result<Registered<Need>, CatalogError> {
        let viewer = write.viewer;
        self.change_entry(write, id, version, &Wanted::default(), move |before: &Registered<Need>, _| {
            if !viewer.manages(&before.body.organisation) {
                return Err(CatalogError::refused(viewer, WHO_STATES));
            }
            let ended = match before.body.end {
                Some(NeedEnd::Met(_)) => "met",
                Some(NeedEnd::Withdrawn) => "withdrawn",
                None => return Ok(change(&before.body)),
            };
            let message = format!("the need was {ended} already: state a new one");
            Err(CatalogError::Conflict { message, version: None })
        })
        .await
    }

    /// A need.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn need(&self, viewer: &Viewer, id: &str) -> Result<Registered<Need>, CatalogError> {
        let need = self.entry(viewer, id).await?;
        self.shown(viewer, need).await
    }

    /// What was said of a need, newest first.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn need_history(&self, viewer: &Viewer, id: &str) -> Result<Vec<Registered<Need>>, CatalogError> {
        let mut shown = Vec::new();
        for version in self.entry_history(viewer, id).await? {
            shown.push(self.shown(viewer, version).await?);
        }
        Ok(shown)
    }

    /// The needs that the viewer may know of, newest first.
    pub async fn needs(
        &self,
        viewer: &Viewer,
        filter: &NeedFilter,
        paging: &Paging,
        now: Timestamp,
    ) -> Result<NeedPage, CatalogError> {
        let known = self.known_needs(viewer, filter, now).await?;
        let mut page = NeedPage {
            total: known.len(),
            countries: counts(known.iter().flat_map(|need| each_once(&need.body.statement.countries))),
            clusters: counts(known.iter().flat_map(|need| self.clusters_with_broader(&need.body.statement.clusters))),
            ..NeedPage::default()
        };
        let is_after = |need: &Registered<Need>| paging.after.is_empty() || need.id < paging.after;
        let mut last = None;
        for (asked, need) in known.into_iter().filter(is_after).enumerate() {
            if page.items.len() >= paging.limit as usize || (filter.unmet && asked >= MOST_ASKED) {
                page.next = last;
                break;
            }
            last = Some(need.id.clone());
            if !filter.unmet || self.is_unmet(viewer, &need, now).await? {
                page.items.push(self.shown(viewer, need).await?);
            }
        }
        Ok(page)
    }

    /// Whether no holding answers a need which the viewer may know of.
    async fn is_unmet(&self, viewer: &Viewer, need: &Registered<Need>, now: Timestamp) -> Result<bool, CatalogError> {
        let best = self.matches_of(viewer, &need.body.statement, now).await?.into_iter().next();
        Ok(best.is_none_or(|best| !best.answer.is_enough()))
    }

    /// All needs of a filter that the viewer may know of, newest first: ids are made in the order of time.
    pub(super) async fn known_needs(
        &self,
        viewer: &Viewer,
        filter: &NeedFilter,
        now: Timestamp,
    ) -> Result<Vec<Registered<Need>>, CatalogError> {
        let of_organisation = filter.organisation.as_deref().map(organisation_term);
        let is_open = matches!(filter.state, Some(NeedState::Open | NeedState::Expired));
        let term = of_organisation.or_else(|| is_open.then(|| OPEN.to_owned()));
        let mut paging = Paging { after: String::new(), limit: AT_A_TIME };
        let mut known = Vec::new();
        for _ in 0..MOST_READ / AT_A_TIME as usize {
            let page = self.entries::<Need>(viewer, term.as_deref(), &paging).await?;
            known.extend(page.items.into_iter().filter(|need| filter.holds(&need.body, self.vocabularies(), now)));
            match page.next {
                Some(next) => paging.after = next,
                None => break,
            }
        }
        known.reverse();
        Ok(known)
    }

    /// A need as a viewer is told of it: the record that met it only where they may know of that, as if nobody had named it.
    async fn shown(&self, viewer: &Viewer, mut need: Registered<Need>) -> Result<Registered<Need>, CatalogError> {
        if let Some(NeedEnd::Met(NeedMet { record, .. })) = &mut need.body.end
            && let Some(id) = *record
            && !self.is_known(viewer, id).await?
        {
            *record = None;
        }
        Ok(need)
    }

    /// Whether a viewer may know of a record at this moment.
    async fn is_known(&self, viewer: &Viewer, id: DatasetId) -> Result<bool, CatalogError> {
        match self.visible(viewer, id).await {
            Ok(_) => Ok(true),
            Err(CatalogError::NotFound(_) | CatalogError::Gone | CatalogError::Moved(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Clusters and those that they are areas of responsibility of, each once.
    pub(super) fn clusters_with_broader(&self, clusters: &[String]) -> BTreeSet<String> {
        let broader = clusters.iter().filter_map(|code| self.vocabularies().broader_cluster(code));
        clusters.iter().cloned().chain(broader.map(str::to_owned)).collect()
    }
}

fn each_once(codes: &[String]) -> BTreeSet<String> {
    codes.iter().cloned().collect()
}

/// How often each value occurs, the most frequent first.
fn counts(values: impl Iterator<Item = String>) -> Vec<FacetCount> {
    let mut counted: BTreeMap<String, u64> = BTreeMap::new();
    for value in values {
        *counted.entry(value).or_default() += 1;
    }
    let mut counts: Vec<FacetCount> =
        counted.into_iter().map(|(value, count)| FacetCount { value, name: None, count }).collect();
    counts.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.value.cmp(&other.value)));
    counts
}
