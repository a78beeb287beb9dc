//! Which records are meant: every part that is stated must match.

use serde::{Deserialize, Serialize};

use super::access::check_cap;
use crate::check::{Check, MOST_RECORDS};
use crate::vocabulary::fold;
use crate::{Dataset, DatasetId, Kind, Sensitivity, Vocabularies};

/// Selects records. Of a part, one entry that matches is enough, but for countries, where it depends on what hangs on it:
/// what grants needs every country of a record ([`Selector::selects`]), and what forbids needs one ([`Selector::touches`]).
/// A selector that states nothing selects nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Selector {
    /// Ids of records.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<DatasetId>,
    /// Ids of sources.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// Ids of the organisations that own the records.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<String>,
    /// Codes of clusters; one includes its areas of responsibility.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clusters: Vec<String>,
    /// Countries, ISO 3166-1 alpha-3. A record that names no country is not selected by them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<String>,
    /// Kinds of holding.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<Kind>,
    /// Topics or keywords, compared without case and accents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub topics: Vec<String>,
    /// At most so sensitive; `unknown` counts as high.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_sensitive: Option<Sensitivity>,
}

impl Selector {
    /// The record of one id.
    pub fn record(id: DatasetId) -> Self {
        Self { records: vec![id], ..Self::default() }
    }

    /// Whether it states nothing, and so selects nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether a record is selected as a whole, for what grants: every country of it is among those that are stated, so that
    /// an agreement about one country gives nothing of another.
    pub fn selects(&self, record: &Dataset, vocabularies: &Vocabularies) -> bool {
        let is_whole = record.countries.iter().all(|country| self.countries.contains(country));
        self.touches(record, vocabularies) && (self.countries.is_empty() || is_whole)
    }

    /// Whether a record is selected at least in part, for what forbids: one country of it is among those that are stated.
    pub fn touches(&self, record: &Dataset, vocabularies: &Vocabularies) -> bool {
        !self.is_empty()
            && is_any(&self.records, |id| *id == record.id)
            && is_any(&self.sources, |source| *source == record.source)
            && is_any(&self.owners, |id| record.owner.as_ref().is_some_and(|owner| owner.id == *id))
            && is_any(&self.clusters, |cluster| {
                record.clusters.iter().any(|of_record| vocabularies.is_within("cluster", of_record, cluster))
            })
            && is_any(&self.countries, |country| record.countries.contains(country))
            && is_any(&self.kinds, |kind| *kind == record.kind)
            && self.has_topic(record)
            && self.most_sensitive.is_none_or(|most| record.terms.sensitivity.handled_as() <= most.handled_as())
    }

    fn has_topic(&self, record: &Dataset) -> bool {
        if self.topics.is_empty() {
            return true;
        }
        let wanted: Vec<String> =
            self.topics.iter().map(|topic| fold(topic)).filter(|topic| !topic.is_empty()).collect();
        let of_record = record.topics.iter().chain(record.keywords.values().flatten());
        of_record.map(|topic| fold(topic)).any(|topic| wanted.contains(&topic))
    }

    pub(super) fn check(&self, field: &str, check: &mut Check<'_>) {
        check.rule(
            !self.is_empty(),
            "selects-nothing",
            field,
            "state at least one part: an empty selector selects nothing",
        );
        check.at_most(&format!("{field}.records"), self.records.len(), MOST_RECORDS);
        check.ids(&format!("{field}.sources"), &self.sources);
        check.ids(&format!("{field}.owners"), &self.owners);
        check.codes(&format!("{field}.clusters"), "cluster", &self.clusters);
        check.codes(&format!("{field}.countries"), "country", &self.countries);
        check.few(&format!("{field}.kinds"), self.kinds.len());
        check.ids(&format!("{field}.topics"), &self.topics);
        check_cap(&format!("{field}.most_sensitive"), self.most_sensitive, check);
    }
}

/// Whether a part is not stated, or an entry of it matches.
fn is_any<T>(part: &[T], matches: impl Fn(&T) -> bool) -> bool {
    part.is_empty() || part.iter().any(matches)
}
