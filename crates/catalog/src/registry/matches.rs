//! What answers a need, and which needs a record answers: computed as the viewer at the moment of reading.
//!
//! Nothing of it is kept, so that nothing of it can be out of date or tell of what is hidden: candidates are found by searches as
//! the viewer, and scored by what the viewer sees of them.

use std::cmp::Ordering;
use std::collections::HashSet;

use cairn_model::DatasetId;
use cairn_model::date::day_of;
use cairn_model::registry::{NeedState, NeedStatement};
use cairn_policy::access::is_kept_from;
use cairn_policy::need::search_text;
use cairn_policy::{Holding, NeedAnswer, RenditionLevel, Viewer};
use cairn_search::{Card, FacetField, Filters, SearchRequest};
use jiff::Timestamp;

use super::{Need, NeedFilter, Registered};
use crate::{Catalog, CatalogError};

/// Matches that are told at most.
const MOST_TOLD: usize = 50;

/// Candidates that each way of looking for them gives at most; there are four.
const MOST_EACH_WAY: usize = 50;

/// A record that may answer a need.
#[derive(Debug, Clone, PartialEq)]
pub struct NeedMatch {
    /// The record, as the viewer finds it in a search.
    pub card: Card,
    /// How well it answers, and why.
    pub answer: NeedAnswer,
}

/// A need that a record answers.
#[derive(Debug, Clone, PartialEq)]
pub struct AnsweredNeed {
    /// The need.
    pub need: Registered<Need>,
    /// How well the record answers it, and why.
    pub answer: NeedAnswer,
}

impl Catalog {
    /// The records that may answer a need, the best first, 50 at most.
    ///
    /// # Errors
    /// `NotFound`; as for [`Catalog::search`].
    pub async fn need_matches(
        &self,
        viewer: &Viewer,
        id: &str,
        now: Timestamp,
    ) -> Result<Vec<NeedMatch>, CatalogError> {
        let need = self.entry::<Need>(viewer, id).await?;
        let mut matches = self.matches_of(viewer, &need.body.statement, now).await?;
        matches.truncate(MOST_TOLD);
        Ok(matches)
    }

    /// The open needs that the viewer may know of and that a record answers, as far as they see it; the best answered first, 50
    /// at most.
    ///
    /// # Errors
    /// `NotFound`, `Gone` and `Moved` as for the record itself.
    pub async fn needs_answered_by(
        &self,
        viewer: &Viewer,
        id: DatasetId,
        now: Timestamp,
    ) -> Result<Vec<AnsweredNeed>, CatalogError> {
        let (record, rendition) = self.visible(viewer, id).await?;
        let refusals = self.standing_refusals().await?;
        if is_kept_from(&record.dataset, viewer, &refusals, self.vocabularies(), now) {
            return Ok(Vec::new());
        }
        let holding = Holding::new(viewer, rendition.level, &rendition.dataset);
        let open = NeedFilter { state: Some(NeedState::Open), ..NeedFilter::default() };
        let mut answered: Vec<AnsweredNeed> = self
            .known_needs(viewer, &open, now)
            .await?
            .needs
            .into_iter()
            .filter_map(|need| {
                let answer = holding.answer(&need.body.statement, self.vocabularies(), day_of(now))?;
                answer.is_enough().then_some(AnsweredNeed { need, answer })
            })
            .collect();
        // Of equal ones the newer stay first.
        answered.sort_by(|one, other| best_first(&one.answer, &other.answer));
        answered.truncate(MOST_TOLD);
        Ok(answered)
    }

    /// All records that may answer a need, the best first. What was decided not to be shared, or the people concerned opted out
    /// of, answers nobody's need but its owner's; whoever knows of such a record is also told so when they ask for its data.
    pub(crate) async fn matches_of(
        &self,
        viewer: &Viewer,
        need: &NeedStatement,
        now: Timestamp,
    ) -> Result<Vec<NeedMatch>, CatalogError> {
        let refusals = self.standing_refusals().await?;
        let mut matches = Vec::new();
        for card in self.candidates(viewer, need, now).await? {
            // It may have gone since the search, or be damaged: what it says is not known.
            let Some((record, rendition)) = self.known_now(viewer, card.id).await? else { continue };
            if is_kept_from(&record.dataset, viewer, &refusals, self.vocabularies(), now) {
                continue;
            }
            let holding = Holding::new(viewer, rendition.level, &rendition.dataset);
            let answer = holding.answer(need, self.vocabularies(), day_of(now));
            matches.extend(answer.map(|answer| NeedMatch { card, answer }));
        }
        matches
            .sort_by(|one, other| best_first(&one.answer, &other.answer).then_with(|| one.card.id.cmp(&other.card.id)));
        Ok(matches)
    }

    /// Records that may answer a need, each once: those about its topics in its clusters, those about its topics elsewhere, the
    /// newest of its clusters, and those of which no more is shown than that they exist, which no search for words finds.
    async fn candidates(
        &self,
        viewer: &Viewer,
        need: &NeedStatement,
        now: Timestamp,
    ) -> Result<Vec<Card>, CatalogError> {
        let country = (FacetField::Country, need.countries.clone());
        let cluster = (FacetField::Cluster, need.clusters.clone());
        let stub = (FacetField::Rendition, vec![RenditionLevel::Stub.code().to_owned()]);
        let mut requests = Vec::new();
        let topics: Vec<String> =
            need.topics.iter().map(|topic| search_text(topic)).filter(|text| !text.is_empty()).collect();
        for values in [vec![&country, &cluster], vec![&country]] {
            for topic in &topics {
                requests.push((topic.as_str(), values.clone(), MOST_EACH_WAY / topics.len()));
            }
        }
        if topics.is_empty() || !need.clusters.is_empty() {
            requests.push(("", vec![&country, &cluster], MOST_EACH_WAY));
        }
        if !(need.countries.is_empty() && need.clusters.is_empty()) {
            requests.push(("", vec![&country, &cluster, &stub], MOST_EACH_WAY));
        }
        let mut known: HashSet<DatasetId> = HashSet::new();
        let mut cards = Vec::new();
        for (text, values, limit) in requests {
            let values = values.into_iter().filter(|(_, values)| !values.is_empty()).cloned().collect();
            let request = SearchRequest {
                text: text.to_owned(),
                filters: Filters { values, ..Filters::default() },
                limit,
                today: day_of(now),
                ..SearchRequest::default()
            };
            let found = self.search(viewer, request).await?;
            cards.extend(found.hits.into_iter().map(|hit| hit.card).filter(|card| known.insert(card.id)));
        }
        Ok(cards)
    }
}

/// The higher score first, and of equal ones what can be had at once.
fn best_first(one: &NeedAnswer, other: &NeedAnswer) -> Ordering {
    other.score.total_cmp(&one.score).then_with(|| one.availability.cmp(&other.availability))
}
