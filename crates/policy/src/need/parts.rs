//! The parts of a need, each asked of a holding.

use cairn_model::registry::{Disaggregation, NeedStatement, Period};
use cairn_model::{Dataset, Freshness, FreshnessDates, GeographicPrecision, Interval, Vocabularies};

use super::topics::Found;
use super::{Holding, Reason, ReasonCode, to_hundredths};
use crate::RenditionLevel;

/// Beginnings of the words for disability in four languages, folded.
const DISABILITY: [&str; 4] = ["disabilit", "handicap", "discapaci", "اعاق"];

/// How a holding answers a part.
pub(super) enum Fit {
    /// So well, 0 to 1.
    Share(f64),
    /// It says nothing of it.
    NotSaid,
}

/// A part of a need, with what a holding says of it.
pub(super) struct Part {
    pub(super) code: ReasonCode,
    points: f64,
    fit: Fit,
    words: String,
}

impl Part {
    fn new(code: ReasonCode, fit: Fit, words: String) -> Self {
        let points = match code {
            ReasonCode::Topic => 4.0,
            ReasonCode::Cluster => 3.0,
            ReasonCode::Country | ReasonCode::Place | ReasonCode::Period | ReasonCode::Disaggregation => 2.0,
            ReasonCode::PopulationGroup | ReasonCode::Freshness => 1.0,
            ReasonCode::Misses | ReasonCode::Withheld => 0.0,
        };
        Self { code, points, fit, words }
    }

    fn not_said(code: ReasonCode, words: &str) -> Self {
        Self::new(code, Fit::NotSaid, words.to_owned())
    }

    /// The points that count in the whole.
    pub(super) fn counted(&self) -> f64 {
        match self.fit {
            Fit::Share(_) => self.points,
            Fit::NotSaid => self.points / 2.0,
        }
    }

    /// The points that the holding earns.
    pub(super) fn earned(&self) -> f64 {
        match self.fit {
            Fit::Share(share) => self.points * share,
            Fit::NotSaid => 0.0,
        }
    }

    /// Whether the holding says something else.
    pub(super) fn is_missed(&self) -> bool {
        match self.fit {
            Fit::Share(share) => share <= 0.0,
            Fit::NotSaid => false,
        }
    }

    /// The part as a reason, of points that are `total` in all.
    pub(super) fn reason(self, total: f64) -> Reason {
        let weight = to_hundredths(self.counted() / total);
        let fit = match self.fit {
            Fit::Share(share) => Some(to_hundredths(share)),
            Fit::NotSaid => None,
        };
        Reason { code: self.code, weight, fit, words: self.words }
    }
}

/// What a holding says of every part that a need states, in the order of [`ReasonCode`].
pub(super) fn of(need: &NeedStatement, holding: &Holding<'_>, vocabularies: &Vocabularies, today: i64) -> Vec<Part> {
    let dataset = holding.dataset;
    let parts = [
        country(need, dataset, vocabularies),
        cluster(need, dataset, vocabularies),
        topic(need, holding),
        place(need, dataset, vocabularies),
        need.period.as_ref().map(|wanted| period(wanted, dataset)),
        disaggregation(need, holding),
        population_group(need, dataset, vocabularies),
        freshness(need, dataset, vocabularies, today),
    ];
    parts.into_iter().flatten().collect()
}

/// Several things wanted are answered half by the one that fits best, and half by how many do: a holding about one country of
/// five is worth more than a fifth.
fn blended(fits: &[f64]) -> Fit {
    let count = u32::try_from(fits.len()).unwrap_or(u32::MAX).max(1);
    let best = fits.iter().copied().fold(0.0, f64::max);
    Fit::Share(f64::midpoint(best, fits.iter().sum::<f64>() / f64::from(count)))
}

fn country(need: &NeedStatement, dataset: &Dataset, vocabularies: &Vocabularies) -> Option<Part> {
    const CODE: ReasonCode = ReasonCode::Country;
    if need.countries.is_empty() {
        return None;
    }
    if dataset.countries.is_empty() {
        return Some(Part::not_said(CODE, "It does not say which countries it covers."));
    }
    let is_covered = |country: &String| dataset.countries.contains(country);
    let fits: Vec<f64> = need.countries.iter().map(|one| f64::from(u8::from(is_covered(one)))).collect();
    let covered: Vec<String> = need.countries.iter().filter(|one| is_covered(one)).cloned().collect();
    let words = if covered.is_empty() {
        "It covers other countries.".to_owned()
    } else {
        let names = labels(vocabularies, "country", &covered);
        format!("It covers {}.", of_several(&names, need.countries.len(), "countries"))
    };
    Some(Part::new(CODE, blended(&fits), words))
}

fn cluster(need: &NeedStatement, dataset: &Dataset, vocabularies: &Vocabularies) -> Option<Part> {
    const CODE: ReasonCode = ReasonCode::Cluster;
    if need.clusters.is_empty() {
        return None;
    }
    if dataset.clusters.is_empty() {
        return Some(Part::not_said(CODE, "It names no cluster."));
    }
    let fit = |wanted: &String| {
        let is_it = |one: &String| vocabularies.is_within("cluster", one, wanted);
        let is_broader = |one: &String| vocabularies.is_within("cluster", wanted, one);
        if dataset.clusters.iter().any(is_it) {
            1.0
        } else if dataset.clusters.iter().any(is_broader) {
            0.5
        } else {
            0.0
        }
    };
    let fits: Vec<f64> = need.clusters.iter().map(fit).collect();
    let named = |least: f64| {
        let fitting = need.clusters.iter().zip(&fits).filter(|(_, fit)| **fit >= least);
        fitting.map(|(code, _)| code.clone()).collect::<Vec<String>>()
    };
    let (whole, any) = (named(1.0), named(0.5));
    let words = if !whole.is_empty() {
        format!("It is about {}.", labels(vocabularies, "cluster", &whole).join(", "))
    } else if !any.is_empty() {
        format!("It is about the cluster that {} belongs to.", labels(vocabularies, "cluster", &any).join(", "))
    } else {
        "It is about other clusters.".to_owned()
    };
    Some(Part::new(CODE, blended(&fits), words))
}

fn topic(need: &NeedStatement, holding: &Holding<'_>) -> Option<Part> {
    const CODE: ReasonCode = ReasonCode::Topic;
    if need.topics.is_empty() {
        return None;
    }
    let found: Vec<(&String, Found)> = need.topics.iter().map(|topic| (topic, holding.words.find(topic))).collect();
    let with = |wanted: Found| {
        let topics = found.iter().filter(|(_, how)| *how == wanted).map(|(topic, _)| format!("“{topic}”"));
        topics.collect::<Vec<String>>().join(", ")
    };
    let (named, mentioned) = (with(Found::Named), with(Found::Mentioned));
    let words = match (named.as_str(), mentioned.as_str()) {
        ("", "") => {
            if is_stub(holding.level) {
                return Some(Part::not_said(CODE, "What is shown of it does not say what it is about."));
            }
            "None of the topics is in what it says.".to_owned()
        }
        (named, "") => format!("Its title or keywords name {named}."),
        ("", mentioned) => format!("It mentions {mentioned}."),
        (named, mentioned) => format!("Its title or keywords name {named}, and it mentions {mentioned}."),
    };
    let fits: Vec<f64> = found
        .iter()
        .map(|(_, how)| match how {
            Found::Named => 1.0,
            Found::Mentioned => 0.5,
            Found::Nowhere => 0.0,
        })
        .collect();
    Some(Part::new(CODE, blended(&fits), words))
}

fn place(need: &NeedStatement, dataset: &Dataset, vocabularies: &Vocabularies) -> Option<Part> {
    const CODE: ReasonCode = ReasonCode::Place;
    if need.places.is_empty() {
        return None;
    }
    let covered: Vec<&str> = dataset.places.iter().filter_map(|place| place.pcode.as_deref()).collect();
    if covered.is_empty() {
        return Some(Part::not_said(CODE, "It names no place by its P-code."));
    }
    let fit = |wanted: &String| {
        if covered.iter().any(|code| vocabularies.lies_within(code, wanted)) {
            1.0
        } else if covered.iter().any(|code| vocabularies.lies_within(wanted, code)) {
            0.5
        } else {
            0.0
        }
    };
    let fits: Vec<f64> = need.places.iter().map(fit).collect();
    let fitting = need.places.iter().zip(&fits).filter(|(_, fit)| **fit > 0.0);
    let fitting: Vec<String> = fitting.map(|(code, _)| code.clone()).collect();
    let words = if fitting.is_empty() {
        "It covers other places.".to_owned()
    } else {
        format!("It covers {}, or what that lies in.", of_several(&fitting, need.places.len(), "places"))
    };
    Some(Part::new(CODE, blended(&fits), words))
}

fn period(wanted: &Period, dataset: &Dataset) -> Part {
    const CODE: ReasonCode = ReasonCode::Period;
    let Some(covered) = &dataset.coverage else {
        return Part::not_said(CODE, "It does not say which time it covers.");
    };
    let share = overlap(wanted, covered);
    let words = if share <= 0.0 {
        format!("It covers {covered}, another time.")
    } else if share < 1.0 {
        format!("It covers {covered}, {:.0} % of the time that is wanted.", share * 100.0)
    } else {
        format!("It covers {covered}, all of the time that is wanted.")
    };
    Part::new(CODE, Fit::Share(share), words)
}

/// The share of a time that another covers; all of a time that has an open end, where they meet at all.
fn overlap(wanted: &Period, covered: &Interval) -> f64 {
    let (first, last) = (covered.first_day().unwrap_or(i64::MIN), covered.last_day().unwrap_or(i64::MAX));
    let start = wanted.start.map(|date| date.first_day());
    let end = wanted.end.map(|date| date.last_day());
    let (from, to) = (start.unwrap_or(i64::MIN).max(first), end.unwrap_or(i64::MAX).min(last));
    if from > to {
        return 0.0;
    }
    match (start, end) {
        (Some(start), Some(end)) => days(from, to) / days(start, end),
        _ => 1.0,
    }
}

#[expect(clippy::cast_precision_loss, reason = "days of the calendar are fewer than what a float counts exactly")]
fn days(from: i64, to: i64) -> f64 {
    (to - from + 1) as f64
}

fn disaggregation(need: &NeedStatement, holding: &Holding<'_>) -> Option<Part> {
    const CODE: ReasonCode = ReasonCode::Disaggregation;
    if need.disaggregation.is_empty() {
        return None;
    }
    let told: Vec<(Disaggregation, Option<bool>)> =
        need.disaggregation.iter().map(|by| (*by, is_told_apart(*by, holding))).collect();
    if told.iter().all(|(_, is)| is.is_none()) {
        return Some(Part::not_said(CODE, "It does not say by what its data is told apart."));
    }
    let fits: Vec<f64> = told.iter().map(|(_, is)| f64::from(u8::from(*is == Some(true)))).collect();
    let by: Vec<String> =
        told.iter().filter(|(_, is)| *is == Some(true)).map(|(by, _)| by.code().replace('-', " ")).collect();
    let words = if by.is_empty() {
        "It is not told apart by what is wanted.".to_owned()
    } else {
        format!("It is told apart by {}.", by.join(", "))
    };
    Some(Part::new(CODE, blended(&fits), words))
}

/// Whether data is told apart by something; `None` where nothing says so.
fn is_told_apart(by: Disaggregation, holding: &Holding<'_>) -> Option<bool> {
    let dataset = holding.dataset;
    match by {
        Disaggregation::Sex => dataset.disaggregated_by_sex,
        Disaggregation::Age => dataset.disaggregated_by_age,
        Disaggregation::Disability => holding.words.hold_any(&DISABILITY).then_some(true),
        Disaggregation::PopulationGroup => (!dataset.population_groups.is_empty()).then_some(true),
        Disaggregation::AdministrativeLevel => match dataset.geographic_precision {
            Some(GeographicPrecision::Adm0) => Some(false),
            Some(
                GeographicPrecision::Exact
                | GeographicPrecision::NearExact
                | GeographicPrecision::Adm4
                | GeographicPrecision::Adm3
                | GeographicPrecision::Adm2
                | GeographicPrecision::Adm1,
            ) => Some(true),
            None => None,
        },
    }
}

fn population_group(need: &NeedStatement, dataset: &Dataset, vocabularies: &Vocabularies) -> Option<Part> {
    const CODE: ReasonCode = ReasonCode::PopulationGroup;
    let wanted = &need.for_whom.population_groups;
    if wanted.is_empty() {
        return None;
    }
    if dataset.population_groups.is_empty() {
        return Some(Part::not_said(CODE, "It does not say which people it is about."));
    }
    let is_about = |group: &&String| {
        let is_it = |one: &String| vocabularies.is_within("population-group", one, group) || one == EVERYONE;
        *group == EVERYONE || dataset.population_groups.iter().any(is_it)
    };
    let about: Vec<String> = wanted.iter().filter(is_about).cloned().collect();
    let fits: Vec<f64> = wanted.iter().map(|group| f64::from(u8::from(is_about(&group)))).collect();
    let words = if about.is_empty() {
        "It is about other people.".to_owned()
    } else {
        format!("It is about: {}.", labels(vocabularies, "population-group", &about).join(", "))
    };
    Some(Part::new(CODE, blended(&fits), words))
}

/// The code of the population group that all people belong to.
const EVERYONE: &str = "all";

/// Asked where data of today is wanted: of a time that is past, old data is as good.
fn freshness(need: &NeedStatement, dataset: &Dataset, vocabularies: &Vocabularies, today: i64) -> Option<Part> {
    const CODE: ReasonCode = ReasonCode::Freshness;
    let end = need.period.as_ref().and_then(|period| period.end);
    if end.is_some_and(|end| end.last_day() < today) {
        return None;
    }
    let Some(dates) = FreshnessDates::of_dataset(dataset, vocabularies) else {
        return Some(Part::not_said(CODE, "Nobody can tell whether it is up to date."));
    };
    let (share, words) = match Freshness::at(dates, today) {
        Freshness::Fresh => (1.0, "It is up to date."),
        Freshness::Due => (0.75, "An update of it is due."),
        Freshness::Overdue => (0.5, "An update of it is late."),
        Freshness::Delinquent => (0.25, "It has not been updated for long."),
    };
    Some(Part::new(CODE, Fit::Share(share), words.to_owned()))
}

fn is_stub(level: RenditionLevel) -> bool {
    match level {
        RenditionLevel::Full | RenditionLevel::Partial => false,
        RenditionLevel::Stub => true,
    }
}

fn labels(vocabularies: &Vocabularies, vocabulary: &str, codes: &[String]) -> Vec<String> {
    codes.iter().map(|code| vocabularies.label(vocabulary, code, "en")).collect()
}

/// Names, and of how many things where these are not all.
fn of_several(names: &[String], count: usize, things: &str) -> String {
    let list = names.join(", ");
    if names.len() == count { list } else { format!("{list} ({} of {count} {things})", names.len()) }
}
