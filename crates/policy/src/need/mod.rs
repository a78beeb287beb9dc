//! Whether a holding, as somebody sees it, answers a need: a score with its reasons.
//!
//! Every part that a need states is a question to the holding. Its points count in full where the holding says something of
//! it, and half where it says nothing, as a stub does of most: silence counts less against a holding than another answer. The
//! score is the share of the points that the holding earns. A need that says little is answered surely by nothing, for a score is
//! a share of `FEWEST_POINTS` at least; and a holding that is about something else, somewhere else or another time is no
//! answer, whatever it has besides: its score stays at or below `MOST_OF_A_MISS`.

mod parts;
mod topics;

use cairn_model::registry::NeedStatement;
use cairn_model::{AccessMethod, Dataset, Sharing, SocialLicenceStatus, Vocabularies};

use crate::rendition::audience;
use crate::{RenditionLevel, Viewer};
use parts::Part;
use topics::Words;

pub use topics::search_text;

/// From this score on a holding answers a need.
pub const ANSWERS: f64 = 0.5;

/// Points that a score is a share of at least.
const FEWEST_POINTS: f64 = 7.0;

/// Highest score of a holding that misses what a need is about.
const MOST_OF_A_MISS: f64 = 0.4;

/// What a reason is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ReasonCode {
    /// The countries.
    Country,
    /// The clusters and areas of responsibility.
    Cluster,
    /// The topics.
    Topic,
    /// The places.
    Place,
    /// The time covered.
    Period,
    /// By what the data is told apart.
    Disaggregation,
    /// The people concerned.
    PopulationGroup,
    /// Whether the data is up to date.
    Freshness,
    /// It is about something else, somewhere else, or another time.
    Misses,
    /// Its owner gives it to nobody, or to single people alone.
    Withheld,
}

impl ReasonCode {
    /// The code in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Country => "country",
            Self::Cluster => "cluster",
            Self::Topic => "topic",
            Self::Place => "place",
            Self::Period => "period",
            Self::Disaggregation => "disaggregation",
            Self::PopulationGroup => "population-group",
            Self::Freshness => "freshness",
            Self::Misses => "misses",
            Self::Withheld => "withheld",
        }
    }
}

/// Why a holding has its score.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// What it is about.
    pub code: ReasonCode,
    /// Share of the whole that it counts for, 0 to 1.
    pub weight: f64,
    /// How well it fits, 0 to 1; `None` where the holding says nothing of it.
    pub fit: Option<f64>,
    /// The reason in a sentence.
    pub words: String,
}

/// Whether somebody can have the data at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Availability {
    /// It can be downloaded, and they are among those with whom it is shared.
    Open,
    /// That it exists is all that can be said: they must ask.
    ExistsAsk,
}

impl Availability {
    /// The code in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::ExistsAsk => "exists-ask",
        }
    }
}

/// How well a holding answers a need.
#[derive(Debug, Clone, PartialEq)]
pub struct NeedAnswer {
    /// 0 to 1, to two decimals.
    pub score: f64,
    /// Whether the data can be had at once.
    pub availability: Availability,
    /// Why, in the order of [`ReasonCode`].
    pub reasons: Vec<Reason>,
}

impl NeedAnswer {
    /// Whether the holding is good enough an answer for the need to count as one that somebody can meet.
    pub fn is_enough(&self) -> bool {
        self.score >= ANSWERS
    }
}

/// A holding as somebody sees it, made ready to be compared with needs.
pub struct Holding<'d> {
    dataset: &'d Dataset,
    level: RenditionLevel,
    availability: Availability,
    words: Words,
}

impl<'d> Holding<'d> {
    /// The version of a record that a viewer sees.
    pub fn new(viewer: &Viewer, level: RenditionLevel, dataset: &'d Dataset) -> Self {
        let availability = availability(viewer, level, dataset);
        Self { dataset, level, availability, words: Words::of(dataset) }
    }

    /// How well it answers a need on day `today` (days since 1970-01-01). `None` where it is no answer at all: it covers other
    /// countries, or the people whom it is about took back their agreement to its use.
    pub fn answer(&self, need: &NeedStatement, vocabularies: &Vocabularies, today: i64) -> Option<NeedAnswer> {
        let licence = self.dataset.social_licence.as_ref();
        if licence.is_some_and(|licence| licence.status == SocialLicenceStatus::Withdrawn) {
            return None;
        }
        let parts = parts::of(need, self, vocabularies, today);
        let is_elsewhere = |part: &Part| part.code == ReasonCode::Country && part.is_missed();
        if parts.iter().any(is_elsewhere) {
            return None;
        }
        let total = parts.iter().map(Part::counted).sum::<f64>().max(FEWEST_POINTS);
        let earned: f64 = parts.iter().map(Part::earned).sum();
        let mut score = earned / total;
        let is_miss = parts.iter().any(|part| part.is_missed() && is_essential(part.code, need));
        let mut reasons: Vec<Reason> = parts.into_iter().map(|part| part.reason(total)).collect();
        if is_miss {
            score = score.min(MOST_OF_A_MISS);
            reasons.push(said(
                ReasonCode::Misses,
                "It is about something else, somewhere else or another time: it counts as no answer, whatever fits besides.",
            ));
        }
        if is_withheld(self.dataset) {
            let words = "Its owner gives it to nobody, or to single people alone: only its owner can say more.";
            reasons.push(said(ReasonCode::Withheld, words));
        }
        Some(NeedAnswer { score: to_hundredths(score), availability: self.availability, reasons })
    }
}

/// A part without which a holding is no answer. Clusters are, where no topics say more closely what is needed: what one cluster
/// needs another may hold.
fn is_essential(code: ReasonCode, need: &NeedStatement) -> bool {
    match code {
        ReasonCode::Topic | ReasonCode::Place | ReasonCode::Period => true,
        ReasonCode::Cluster => need.topics.is_empty(),
        ReasonCode::Country
        | ReasonCode::Disaggregation
        | ReasonCode::PopulationGroup
        | ReasonCode::Freshness
        | ReasonCode::Misses
        | ReasonCode::Withheld => false,
    }
}

/// A reason that has no points.
fn said(code: ReasonCode, words: &str) -> Reason {
    Reason { code, weight: 0.0, fit: None, words: words.to_owned() }
}

/// Whether a viewer can have the data of what they see at once.
fn availability(viewer: &Viewer, level: RenditionLevel, dataset: &Dataset) -> Availability {
    let is_stub = match level {
        RenditionLevel::Full | RenditionLevel::Partial => false,
        RenditionLevel::Stub => true,
    };
    let is_download = match dataset.terms.access_method {
        AccessMethod::Download => true,
        AccessMethod::OnRequest
        | AccessMethod::Licensed
        | AccessMethod::Enclave
        | AccessMethod::FederatedQuery
        | AccessMethod::AggregateOnly
        | AccessMethod::None => false,
    };
    let is_shared = || audience(dataset, dataset.terms.sharing).iter().any(|label| viewer.holds(label));
    if !is_stub && is_download && !is_withheld(dataset) && is_shared() {
        Availability::Open
    } else {
        Availability::ExistsAsk
    }
}

/// Whether the owner gives the data to nobody but single people.
fn is_withheld(dataset: &Dataset) -> bool {
    dataset.terms.sharing == Sharing::Closed || dataset.terms.access_method == AccessMethod::None
}

/// As it is shown, so that what is decided by a score is what is read.
fn to_hundredths(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests;
