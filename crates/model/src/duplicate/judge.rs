//! The judgement of a pair: whether it is a duplicate, on what evidence, how surely.
//!
//! What contradicts decides first. Then, strongest first:
//!
//! | what is shared                         | same title | most of the title | other title |
//! |----------------------------------------|------------|-------------------|-------------|
//! | DOI, study number, identifier          | 0.98       | 0.9               | 0.75        |
//! | all files                              | 0.97       | -                 | -           |
//! | half of the files                      | 0.93       | -                 | -           |
//! | a file, or the page about the data     | 0.85       | -                 | -           |
//!
//! Where nothing of that is shared, a title of the same words is worth [`SAME_TITLE`], or [`SHORT_TITLE`] with less than
//! three words, and each thing that agrees takes its part of the doubt that is left ([`TEXT`], [`PUBLISHER`], [`PERIOD`],
//! [`PLACES`]). A portal seldom lists a thing twice, but often many things under one title: within a source the descriptions
//! must be the same, too, and the confidence is [`WITHIN_A_SOURCE`] at most, so that nothing is folded for likeness alone; and
//! no more where records share addresses and not the description.

use std::collections::BTreeSet;

use super::LINKED;
use super::features::Features;
use super::keys::{Key, KeyKind};
use super::title::{self, Relation};
use crate::{BoundingBox, Interval, PartialDate};

/// Confidence in a pair that has a title of three words or more in common, and nothing else.
const SAME_TITLE: f64 = 0.5;
/// The same, of a shorter title.
const SHORT_TITLE: f64 = 0.3;
/// Words of a title from which on it is not short.
const WORDS_OF_A_TITLE: usize = 3;
/// Part of the doubt that the same description takes.
const TEXT: f64 = 0.75;
/// Part of the doubt that the same publisher takes.
const PUBLISHER: f64 = 0.5;
/// Part of the doubt that the same period takes.
const PERIOD: f64 = 0.45;
/// Part of the doubt that the same countries, places or extent take.
const PLACES: f64 = 0.35;
/// Most confidence in two records of one source that share no identifier and, unless they share addresses, too, no
/// description.
const WITHIN_A_SOURCE: f64 = 0.85;

/// Edges of extents that lie this near to each other are one, in degrees.
const NEAR_EDGE: f64 = 0.001;
/// The same, as a share of the extent's width or height.
const NEAR_EDGE_SHARE: f64 = 0.1;

/// Something in which two records agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Stable code: `same-doi`, `same-idno`, `same-identifier`, `same-files`, `some-same-files`, `same-landing-page`,
    /// `same-title`, `similar-title`, `same-description`, `same-publisher`, `same-period`, `same-places`.
    pub code: &'static str,
    /// In words.
    pub words: String,
}

/// What is thought of a pair.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// How sure it is that both describe the same data, 0 to 1.
    pub confidence: f64,
    /// Whether they share an identifier or an address; else they look alike.
    pub is_exact: bool,
    /// On what grounds, the strongest first.
    pub evidence: Vec<Evidence>,
}

/// Judges a pair that shares `shared`, keys of the first of them that are not too common. `None` where it is no duplicate.
pub fn judge(left: &Features, right: &Features, shared: &[&Key]) -> Option<Judgement> {
    if contradict(left, right) {
        return None;
    }
    let titles = title::relation(&left.title, &right.title, &excused(left, right));
    let has_same_title = matches!(titles, Relation::Same | Relation::Alike);
    let mut evidence = Vec::new();
    let identified = identifiers(shared, &mut evidence).then_some(match titles {
        Relation::Same | Relation::Alike => 0.98,
        Relation::Overlapping => 0.9,
        Relation::Unlike => 0.75,
    });
    let is_one_source = left.source == right.source;
    let has_same_text = left.description.is_some() && left.description == right.description;
    let addressed = addresses(left, right, shared, &mut evidence).filter(|_| has_same_title);
    let addressed =
        addressed.map(|worth| if is_one_source && !has_same_text { worth.min(WITHIN_A_SOURCE) } else { worth });
    let by_key = identified.into_iter().chain(addressed).reduce(f64::max);
    let alike = if has_same_title { likeness(left, right, titles, &mut evidence) } else { None };
    let alike = alike.filter(|_| !is_one_source || has_same_text);
    let by_likeness = alike.map(|worth| if is_one_source { worth.min(WITHIN_A_SOURCE) } else { worth });
    let confidence = by_key.into_iter().chain(by_likeness).reduce(f64::max)?;
    (confidence >= LINKED).then_some(Judgement { confidence, is_exact: by_key.is_some(), evidence })
}

/// Whether two records cannot describe the same data, whatever they share: the numbers in their titles differ, or they
/// cover nothing in common in place or time.
pub fn contradict(left: &Features, right: &Features) -> bool {
    title::numbers(&left.title) != title::numbers(&right.title)
        || are_apart(&left.countries, &right.countries)
        || are_apart(&left.places, &right.places)
        || both(left.extent, right.extent).is_some_and(|(left, right)| extents_are_apart(left, right))
        || both(left.coverage.as_ref(), right.coverage.as_ref())
            .is_some_and(|(left, right)| periods_are_apart(left, right))
}

/// Words that may stand in one of the titles alone: those of a publisher or of the country that both have.
fn excused(left: &Features, right: &Features) -> BTreeSet<String> {
    let mut excused = BTreeSet::new();
    if have_same_publisher(left, right) {
        excused.extend(left.organisations.iter().chain(&right.organisations).flatten().cloned());
    }
    if left.countries == right.countries {
        excused.extend(left.country_words.iter().cloned());
    }
    excused
}

/// Whether the records share an identifier.
fn identifiers(shared: &[&Key], evidence: &mut Vec<Evidence>) -> bool {
    for (kind, code, name) in [
        (KeyKind::Doi, "same-doi", "DOI"),
        (KeyKind::Idno, "same-idno", "study number"),
        (KeyKind::Identifier, "same-identifier", "identifier"),
    ] {
        if let Some(key) = shared.iter().find(|key| key.kind == kind) {
            evidence.push(Evidence { code, words: format!("Both have the {name} {}.", key.value) });
        }
    }
    !evidence.is_empty()
}

/// What the addresses that the records share are worth under the same title.
fn addresses(left: &Features, right: &Features, shared: &[&Key], evidence: &mut Vec<Evidence>) -> Option<f64> {
    let files: Vec<&&Key> = shared.iter().filter(|key| key.kind == KeyKind::File).collect();
    let page = shared.iter().find(|key| key.kind == KeyKind::LandingPage);
    let all = left.files.max(right.files);
    if let Some(first) = files.first() {
        let (code, words) = match files.len() {
            1 if all == 1 => ("same-files", format!("Both lead to the same file: {}", first.value)),
            count if count == all => {
                ("same-files", format!("Both lead to the same {count} files: {} ...", first.value))
            }
            count => ("some-same-files", format!("Of at most {all} files, {count} are the same: {} ...", first.value)),
        };
        evidence.push(Evidence { code, words });
    }
    if let Some(page) = page {
        let words = format!("Both have the same page about the data: {}", page.value);
        evidence.push(Evidence { code: "same-landing-page", words });
    }
    match files.len() {
        0 => page.map(|_| 0.85),
        count if count == all => Some(0.97),
        count if 2 * count >= all => Some(0.93),
        _ => Some(0.85),
    }
}

/// What the likeness of two records under the same title is worth; `None` where something that both say differs.
fn likeness(left: &Features, right: &Features, titles: Relation, evidence: &mut Vec<Evidence>) -> Option<f64> {
    let mut note = |code, words: &str| evidence.push(Evidence { code, words: words.to_owned() });
    match titles {
        Relation::Same => note("same-title", "The titles have the same words."),
        _ => note("similar-title", "The titles differ only in words of the publisher or the country."),
    }
    let publisher = have_same_publisher(left, right);
    let text = left.description.is_some() && left.description == right.description;
    let period = both(left.coverage.as_ref(), right.coverage.as_ref()).map(|(left, right)| is_same_period(left, right));
    let places = agreement([
        both_say(&left.countries, &right.countries),
        both_say(&left.places, &right.places),
        both(left.extent, right.extent).map(|(left, right)| is_same_extent(left, right)),
    ]);
    for (holds, code, words) in [
        (text, "same-description", "The descriptions are the same."),
        (publisher, "same-publisher", "Both have the same publisher."),
        (period == Some(true), "same-period", "Both cover the same time."),
        (places == Some(true), "same-places", "Both cover the same place."),
    ] {
        if holds {
            note(code, words);
        }
    }
    if period == Some(false) || places == Some(false) {
        return None;
    }
    let is_short = left.title.len().min(right.title.len()) < WORDS_OF_A_TITLE;
    let mut doubt = 1.0 - if is_short { SHORT_TITLE } else { SAME_TITLE };
    for (holds, part) in
        [(text, TEXT), (publisher, PUBLISHER), (period == Some(true), PERIOD), (places == Some(true), PLACES)]
    {
        if holds {
            doubt *= 1.0 - part;
        }
    }
    Some(1.0 - doubt)
}

/// Whether any name of one is a name of the other.
fn have_same_publisher(left: &Features, right: &Features) -> bool {
    left.organisations.iter().any(|one| right.organisations.iter().any(|other| one == other))
}

fn both<T>(left: Option<T>, right: Option<T>) -> Option<(T, T)> {
    left.zip(right)
}

/// Whether both say something and have nothing in common.
fn are_apart(left: &[String], right: &[String]) -> bool {
    !left.is_empty() && !right.is_empty() && !left.iter().any(|one| right.contains(one))
}

/// Whether both say the same; `None` where one says nothing.
fn both_say(left: &[String], right: &[String]) -> Option<bool> {
    (!left.is_empty() && !right.is_empty()).then(|| left == right)
}

/// Whether all that is said agrees; `None` where nothing is.
fn agreement(parts: [Option<bool>; 3]) -> Option<bool> {
    let said: Vec<bool> = parts.into_iter().flatten().collect();
    (!said.is_empty()).then(|| said.into_iter().all(|agrees| agrees))
}

fn extents_are_apart(left: BoundingBox, right: BoundingBox) -> bool {
    let crosses = left.west > left.east || right.west > right.east;
    let apart_in_longitude = left.west > right.east || right.west > left.east;
    left.south > right.north || right.south > left.north || (!crosses && apart_in_longitude)
}

fn is_same_extent(left: BoundingBox, right: BoundingBox) -> bool {
    let width = (left.east - left.west).abs().max((right.east - right.west).abs());
    let height = (left.north - left.south).abs().max((right.north - right.south).abs());
    let near = |left: f64, right: f64, span: f64| (left - right).abs() <= NEAR_EDGE.max(span * NEAR_EDGE_SHARE);
    near(left.west, right.west, width)
        && near(left.east, right.east, width)
        && near(left.south, right.south, height)
        && near(left.north, right.north, height)
}

fn periods_are_apart(left: &Interval, right: &Interval) -> bool {
    let ends_before = |one: &Interval, other: &Interval| {
        both(one.last_day(), other.first_day()).is_some_and(|(last, first)| last < first)
    };
    ends_before(left, right) || ends_before(right, left)
}

/// Whether both ends are the same, as exactly as both say: 2019 is the same as any day of 2019.
fn is_same_period(left: &Interval, right: &Interval) -> bool {
    is_same_date(left.start, right.start) && is_same_date(left.end, right.end)
}

fn is_same_date(left: Option<PartialDate>, right: Option<PartialDate>) -> bool {
    match (left, right) {
        (Some(left), Some(right)) => left.first_day() <= right.last_day() && right.first_day() <= left.last_day(),
        (None, None) => true,
        _ => false,
    }
}
