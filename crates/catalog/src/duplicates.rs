//! Duplicates of a record as a viewer sees them, and what people say of pairs.
//!
//! Links exist only between what anyone may see: they are found and judged by public versions of records alone, also for a
//! viewer who sees more. So no link, no evidence and no count tells of anything that is hidden, and a record of which the
//! public sees nothing, or a stub, has no duplicates for anybody.

use std::sync::Arc;

use cairn_model::duplicate::{self, Evidence, FOLDED, Features, Key};
use cairn_model::{DatasetId, LocalizedText};
use cairn_policy::{Viewer, best_rendition};
use cairn_search::{Card, Decided, SearchError, SearchIndex};
use cairn_store::{DuplicateDecision, PairDecision};
use jiff::Timestamp;

use crate::error::blocking;
use crate::{Catalog, CatalogError, OPERATOR};

/// A record that describes the same data as another.
#[derive(Debug, Clone, PartialEq)]
pub struct Duplicate {
    /// The record.
    pub id: DatasetId,
    /// Its title by language.
    pub title: LocalizedText,
    /// Source id.
    pub source: String,
    /// How sure it is, 0 to 1.
    pub confidence: f64,
    /// Whether both share an identifier or an address, or a person said so; else they look alike.
    pub is_exact: bool,
    /// On what grounds, the strongest first.
    pub evidence: Vec<Evidence>,
}

impl Duplicate {
    /// Whether it is sure enough to be taken for the same data.
    pub fn is_sure(&self) -> bool {
        self.confidence >= FOLDED
    }
}

/// Two records that describe the same data.
#[derive(Debug, Clone, PartialEq)]
pub struct DuplicatePair {
    /// The record with the lower id.
    pub left: Card,
    /// The other.
    pub right: Card,
    /// How sure it is, 0 to 1.
    pub confidence: f64,
    /// Whether both share an identifier or an address, or a person said so; else they look alike.
    pub is_exact: bool,
    /// Codes of the grounds, the strongest first.
    pub evidence: Vec<&'static str>,
}

impl Duplicate {
    /// A record that a person says is the same.
    fn confirmed(card: Card) -> Self {
        let said = Evidence { code: "confirmed", words: "A person confirmed that both are the same data.".to_owned() };
        let Card { id, title, source, .. } = card;
        Self { id, title, source, confidence: 1.0, is_exact: true, evidence: vec![said] }
    }
}

impl Catalog {
    /// The records that describe the same data as a record, the surest first.
    ///
    /// # Errors
    /// `NotFound`, `Gone` and `Moved` as for the record itself; as for [`Catalog::search`].
    pub async fn duplicates(&self, viewer: &Viewer, id: DatasetId) -> Result<Vec<Duplicate>, CatalogError> {
        let record = self.visible_record(viewer, id).await?;
        let public = best_rendition(&record.dataset, &Viewer::anonymous()).filter(cairn_policy::Rendition::is_compared);
        let Some(public) = public.map(|rendition| rendition.dataset) else { return Ok(Vec::new()) };
        let decided = self.decided().await?;
        let pair = |other: DatasetId| (id.min(other), id.max(other));
        let confirmed: Vec<DatasetId> = decided
            .confirmed
            .iter()
            .filter_map(|(low, high)| [(*low, *high), (*high, *low)].into_iter().find(|(one, _)| *one == id))
            .map(|(_, other)| other)
            .collect();

        let index = self.index().await?;
        let (keys, features) = (duplicate::keys(&public), Features::of(&public));
        let hashes: Vec<u64> = keys.iter().map(|key| key.hash).collect();
        let looked_up = confirmed.clone();
        let found = blocking(move || {
            let mut cards = Vec::with_capacity(looked_up.len());
            for other in looked_up {
                cards.extend(index.compared(other)?);
            }
            Ok((index.sharing(id, &hashes)?, cards))
        });
        let (sharing, cards) = self.noticing_damage(found.await)?;

        let mut duplicates = Vec::new();
        for other in sharing {
            if decided.rejected.contains(&pair(other.card.id)) || confirmed.contains(&other.card.id) {
                continue;
            }
            let shared: Vec<&Key> = keys.iter().filter(|key| other.keys.contains(&key.hash)).collect();
            let Some(judgement) = duplicate::judge(&features, &other.features, &shared) else { continue };
            let Card { id, title, source, .. } = other.card;
            let duplicate::Judgement { confidence, is_exact, evidence } = judgement;
            duplicates.push(Duplicate { id, title, source, confidence, is_exact, evidence });
        }
        duplicates.extend(cards.into_iter().map(Duplicate::confirmed));
        duplicates
            .sort_by(|one, other| other.confidence.total_cmp(&one.confidence).then_with(|| one.id.cmp(&other.id)));
        Ok(duplicates)
    }

    /// Every pair of records that anyone may see and that describe the same data, the surest first: those that were found and
    /// no person rejected, and those that a person confirmed. With `source`, those of which either record is of it.
    ///
    /// # Errors
    /// As for [`Catalog::search`].
    pub async fn duplicate_pairs(&self, source: Option<&str>) -> Result<Vec<DuplicatePair>, CatalogError> {
        let decided = self.decided().await?;
        let index = self.index().await?;
        let source = source.map(str::to_owned);
        let found = blocking(move || {
            let mut pairs = Vec::new();
            let mut add = |ids: (DatasetId, DatasetId), confidence, is_exact, evidence| {
                let (Some(left), Some(right)) = (index.compared(ids.0)?, index.compared(ids.1)?) else { return Ok(()) };
                if source.as_ref().is_none_or(|source| [&left.source, &right.source].contains(&source)) {
                    pairs.push(DuplicatePair { left, right, confidence, is_exact, evidence });
                }
                Ok::<(), SearchError>(())
            };
            for ids in &decided.confirmed {
                add(*ids, 1.0, true, vec!["confirmed"])?;
            }
            for link in index.links()? {
                let ids = (link.left, link.right);
                if !decided.rejected.contains(&ids) && !decided.confirmed.contains(&ids) {
                    let codes = link.judgement.evidence.iter().map(|one| one.code).collect();
                    add(ids, link.judgement.confidence, link.judgement.is_exact, codes)?;
                }
            }
            Ok(pairs)
        });
        self.noticing_damage(found.await)
    }

    /// Everything that people said of pairs, by record id.
    ///
    /// # Errors
    /// Store errors.
    pub async fn duplicate_decisions(&self) -> Result<Vec<PairDecision>, CatalogError> {
        Ok(self.store().duplicate_decisions().await?)
    }

    /// Keeps what a person says of two records, or forgets it (`None`). Answers whether that is anything new.
    ///
    /// # Errors
    /// `NotFound`, `Gone` or `Moved` when either is not there; `BadRequest` for a record and itself.
    pub async fn decide_duplicates(
        &self,
        left: DatasetId,
        right: DatasetId,
        decision: Option<DuplicateDecision>,
        now: Timestamp,
    ) -> Result<bool, CatalogError> {
        if left == right {
            return Err(CatalogError::BadRequest("a record is no duplicate of itself".to_owned()));
        }
        if decision.is_some() {
            for id in [left, right] {
                self.visible_record(&Viewer::operator(), id).await?;
            }
        }
        Ok(self.store().decide_duplicates((left, right), decision, OPERATOR, now).await?)
    }

    /// What people said of pairs, as searches that fold take it.
    ///
    /// # Errors
    /// Store errors.
    pub async fn decided(&self) -> Result<Arc<Decided>, CatalogError> {
        let mut decided = Decided::default();
        for pair in self.store().duplicate_decisions().await? {
            match pair.decision {
                DuplicateDecision::Confirmed => decided.confirmed.insert((pair.low, pair.high)),
                DuplicateDecision::Rejected => decided.rejected.insert((pair.low, pair.high)),
            };
        }
        Ok(Arc::new(decided))
    }
}
