//! The technical half: where, when and by which fields two records meet.

use std::collections::BTreeSet;

use cairn_model::{Dataset, Identifier, Interval};

use super::fields::{Common, SharedField, common};
use super::places::{Meeting, common_precision};
use super::{LinkageCode, LinkageReason, to_hundredths};

/// Points that a technical score is a share of at least: two records that say little meet surely nowhere.
const FEWEST_POINTS: f64 = 7.0;

/// P-codes, fields or identifiers that are listed at most.
const MOST_LISTED: usize = 20;

/// Names that a sentence holds at most.
const MOST_NAMED: usize = 5;

/// Identifiers that name no one thing outside their source.
const LOCAL_SCHEMES: [&str; 2] = ["slug", "other"];

/// How the data of two records meets.
#[derive(Debug, Clone, PartialEq)]
pub struct Technical {
    /// 0 to 1, to two decimals.
    pub score: f64,
    /// The finest administrative level at which both meet, 0 for the country; `None` where nothing says so.
    pub admin_level: Option<u8>,
    /// P-codes that both name, 20 at most.
    pub pcodes: Vec<String>,
    /// Countries that both cover (ISO 3166-1 alpha-3).
    pub countries: Vec<String>,
    /// Days that both cover; `None` where either does not say, or their common time has no end.
    pub overlap_days: Option<i64>,
    /// Fields that mean the same in both, the surest first, 20 at most.
    pub fields: Vec<SharedField>,
    /// Identifiers that both have, 20 at most.
    pub identifiers: Vec<Identifier>,
    /// Why, in the order of [`LinkageCode`].
    pub reasons: Vec<LinkageReason>,
    /// Whether both have a field of the same meaning that tells who a person is.
    pub(super) links_persons: bool,
}

/// A part of the technical half before all points are known.
struct Part {
    code: LinkageCode,
    fit: Option<f64>,
    words: String,
}

impl Part {
    fn counted(&self) -> f64 {
        if self.fit.is_some() { self.code.points() } else { self.code.points() / 2.0 }
    }
}

impl Technical {
    /// How two records meet; `None` where nothing joins them. `label` gives the name of a country.
    pub(super) fn of(this: &Dataset, other: &Dataset, label: impl Fn(&str) -> String) -> Option<Self> {
        let countries: Vec<String> =
            this.countries.iter().filter(|one| other.countries.contains(one)).cloned().collect();
        let are_apart = countries.is_empty() && !this.countries.is_empty() && !other.countries.is_empty();
        let identifiers = shared_identifiers(&this.identifiers, &other.identifiers);
        if are_apart && identifiers.is_empty() {
            return None;
        }
        let meeting = Meeting::of(&this.places, &other.places);
        let (overlap_days, period) = period(this.coverage.as_ref(), other.coverage.as_ref());
        let Common { mut fields, links_persons } = common(&this.fields, &other.fields).unwrap_or_default();
        let says_fields = !this.fields.is_empty() && !other.fields.is_empty();
        let meets = meeting.as_ref().is_some_and(|meeting| meeting.level.is_some());
        if countries.is_empty() && identifiers.is_empty() && fields.is_empty() && !meets {
            return None;
        }
        let admin_level = admin_level([this, other], meeting.as_ref(), !countries.is_empty());
        let parts = [
            (!identifiers.is_empty()).then(|| identifier(&identifiers)),
            Some(place(meeting.as_ref(), admin_level)),
            Some(country([this, other], &countries, label)),
            Some(period),
            Some(field(says_fields, &fields)),
        ];
        let parts: Vec<Part> = parts.into_iter().flatten().collect();
        let total = parts.iter().map(Part::counted).sum::<f64>().max(FEWEST_POINTS);
        let earned: f64 = parts.iter().map(|part| part.code.points() * part.fit.unwrap_or(0.0)).sum();
        fields.truncate(MOST_LISTED);
        let pcodes = meeting.map(|meeting| meeting.pcodes).unwrap_or_default();
        Some(Self {
            score: to_hundredths(earned / total),
            admin_level,
            pcodes: pcodes.into_iter().take(MOST_LISTED).collect(),
            countries,
            overlap_days,
            fields,
            identifiers: identifiers.into_iter().take(MOST_LISTED).collect(),
            reasons: parts.into_iter().map(|part| reason(part, total)).collect(),
            links_persons,
        })
    }
}

fn reason(part: Part, total: f64) -> LinkageReason {
    let weight = to_hundredths(part.counted() / total);
    LinkageReason { code: part.code, weight, fit: part.fit.map(to_hundredths), words: part.words }
}

/// Where places meet, or how finely both name them in a country of both; else the country.
fn admin_level([this, other]: [&Dataset; 2], meeting: Option<&Meeting>, share_country: bool) -> Option<u8> {
    let by_places = meeting.and_then(|meeting| meeting.level);
    if !share_country {
        return by_places;
    }
    by_places.max(common_precision(this, other)).or(Some(0))
}

fn identifier(shared: &[Identifier]) -> Part {
    let names: Vec<String> = shared.iter().map(|one| format!("{} {}", one.scheme, one.value)).collect();
    let words = format!("Both have the identifier {}.", some_of(&names));
    Part { code: LinkageCode::Identifier, fit: Some(1.0), words }
}

fn shared_identifiers(this: &[Identifier], other: &[Identifier]) -> Vec<Identifier> {
    let spelled = |one: &Identifier| (one.scheme.to_lowercase(), one.value.trim().to_lowercase());
    let known: BTreeSet<(String, String)> = other.iter().map(spelled).collect();
    let is_shared = |one: &&Identifier| {
        !LOCAL_SCHEMES.contains(&one.scheme.as_str()) && !one.value.trim().is_empty() && known.contains(&spelled(one))
    };
    this.iter().filter(is_shared).cloned().collect()
}

fn place(meeting: Option<&Meeting>, level: Option<u8>) -> Part {
    let Some(meeting) = meeting else {
        let words = match level {
            Some(1..) => {
                "Not both name their places; by what they say of their precision they meet in the same country."
            }
            Some(0) | None => "Not both name their places.",
        };
        return Part { code: LinkageCode::Place, fit: None, words: words.to_owned() };
    };
    let Meeting { pcodes, within, by_name, of, .. } = meeting;
    let words = if !pcodes.is_empty() {
        format!("Both name {} of {of} places by P-code: {}.", pcodes.len(), some_of(pcodes))
    } else if *within > 0 {
        format!("{within} of {of} places lie in a place of the other, or hold one.")
    } else if *by_name > 0 {
        format!("{by_name} of {of} places are called the same; P-codes would make sure of it.")
    } else {
        "They name other places.".to_owned()
    };
    Part { code: LinkageCode::Place, fit: Some(meeting.fit()), words }
}

fn country([this, other]: [&Dataset; 2], shared: &[String], label: impl Fn(&str) -> String) -> Part {
    const CODE: LinkageCode = LinkageCode::Country;
    if this.countries.is_empty() || other.countries.is_empty() {
        return Part { code: CODE, fit: None, words: "Not both say which countries they cover.".to_owned() };
    }
    if shared.is_empty() {
        return Part { code: CODE, fit: Some(0.0), words: "They cover other countries.".to_owned() };
    }
    let names: Vec<String> = shared.iter().map(|code| label(code)).collect();
    Part { code: CODE, fit: Some(1.0), words: format!("Both cover {}.", some_of(&names)) }
}

/// The days that both cover, and what they count: the share of the shorter time.
fn period(this: Option<&Interval>, other: Option<&Interval>) -> (Option<i64>, Part) {
    let part = |fit, words: String| Part { code: LinkageCode::Period, fit, words };
    let (Some(this), Some(other)) = (this, other) else {
        return (None, part(None, "Not both say which time they cover.".to_owned()));
    };
    let first = |one: &Interval| one.first_day().unwrap_or(i64::MIN);
    let last = |one: &Interval| one.last_day().unwrap_or(i64::MAX);
    let (from, to) = (first(this).max(first(other)), last(this).min(last(other)));
    let times = format!("{this} and {other}");
    if from > to {
        return (Some(0), part(Some(0.0), format!("They cover other times: {times}.")));
    }
    if from == i64::MIN || to == i64::MAX {
        return (None, part(Some(1.0), format!("They cover the same time without an end: {times}.")));
    }
    let days = to - from + 1;
    let shorter = [this, other].map(length).into_iter().flatten().min().unwrap_or(days);
    (Some(days), part(Some(share(days, shorter)), format!("Both cover {days} days: {times}.")))
}

/// The days of a time that has both ends.
fn length(interval: &Interval) -> Option<i64> {
    let days = interval.last_day()? - interval.first_day()? + 1;
    (days > 0).then_some(days)
}

#[expect(clippy::cast_precision_loss, reason = "days of the calendar are fewer than what a float counts exactly")]
fn share(days: i64, of: i64) -> f64 {
    (days as f64 / of as f64).min(1.0)
}

fn field(says_fields: bool, shared: &[SharedField]) -> Part {
    const CODE: LinkageCode = LinkageCode::Field;
    if !says_fields {
        let words = "Not both show a data dictionary.".to_owned();
        return Part { code: CODE, fit: None, words };
    }
    let Some(best) = shared.first() else {
        let words = "No field of the one means what a field of the other does.".to_owned();
        return Part { code: CODE, fit: Some(0.0), words };
    };
    let names: Vec<String> = shared.iter().map(|field| field.meaning.clone()).collect();
    let what = match best.by {
        super::FieldUse::Key => "Rows can be matched by",
        super::FieldUse::Dimension => "Rows can be grouped by",
        super::FieldUse::SameName => "Fields are called the same, and may mean the same:",
    };
    Part { code: CODE, fit: Some(best.by.fit()), words: format!("{what} {}.", some_of(&names)) }
}

/// Names, the first of them where they are many.
fn some_of(names: &[String]) -> String {
    let first = names.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>().join(", ");
    match names.len().checked_sub(MOST_NAMED) {
        Some(more @ 1..) => format!("{first} and {more} more"),
        Some(0) | None => first,
    }
}
