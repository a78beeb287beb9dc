//! Where two records meet.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use cairn_model::vocabulary::fold;
use cairn_model::{Dataset, GeographicPrecision, Place};

/// Places that are compared at most: what names more covers its country.
const MOST_COMPARED: usize = 5_000;

/// Shortest P-code: a country's two letters and one more.
const SHORTEST_PCODE: usize = 3;

/// Where two records meet.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Meeting {
    /// P-codes that both name, sorted.
    pub(super) pcodes: Vec<String>,
    /// How many places of the record with fewer of them lie in a place of the other, or hold one.
    pub(super) within: usize,
    /// How many meet by name alone.
    pub(super) by_name: usize,
    /// How many places the record with fewer of them names.
    pub(super) of: usize,
    /// The finest administrative level at which they meet.
    pub(super) level: Option<u8>,
}

impl Meeting {
    /// Of two records' places; `None` where either names none.
    pub(super) fn of(one: &[Place], other: &[Place]) -> Option<Self> {
        let (one, other) = (&one[..one.len().min(MOST_COMPARED)], &other[..other.len().min(MOST_COMPARED)]);
        if one.is_empty() || other.is_empty() {
            return None;
        }
        let (codes, other_codes) = (coded(one), coded(other));
        if codes.is_empty() || other_codes.is_empty() {
            return Some(by_name(one, other));
        }
        let (fewer, more) =
            if codes.len() <= other_codes.len() { (&codes, &other_codes) } else { (&other_codes, &codes) };
        let mut meeting = Self { of: fewer.len(), ..Self::default() };
        for (code, level) in fewer {
            if more.contains_key(code) {
                meeting.pcodes.push(code.clone());
                meeting.reach(*level);
            } else if let Some(around) = container(more, code) {
                meeting.within += 1;
                meeting.reach(around);
            } else if holds(more, code) {
                meeting.within += 1;
                meeting.reach(*level);
            }
        }
        Some(meeting)
    }

    fn reach(&mut self, level: u8) {
        self.level = self.level.max(Some(level));
    }

    /// How well they meet, 0 to 1: a place that both name counts in full, one that lies in another or meets by name half.
    pub(super) fn fit(&self) -> f64 {
        let count = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
        (count(self.pcodes.len()) + count(self.within + self.by_name) / 2.0) / count(self.of.max(1))
    }
}

/// P-codes with the level of each.
fn coded(places: &[Place]) -> BTreeMap<String, u8> {
    let pairs = places.iter().filter_map(|place| Some((place.pcode.as_ref()?.to_uppercase(), place.admin_level)));
    pairs.filter(|(code, _)| code.len() >= SHORTEST_PCODE).collect()
}

/// The level of the place that a place lies in: P-codes grow by level, so its code begins with that one's.
fn container(places: &BTreeMap<String, u8>, code: &str) -> Option<u8> {
    let ends = code.char_indices().map(|(at, _)| at).filter(|at| *at >= SHORTEST_PCODE).rev();
    ends.into_iter().find_map(|end| places.get(&code[..end]).copied())
}

/// Whether any place lies in one.
fn holds(places: &BTreeMap<String, u8>, code: &str) -> bool {
    let mut after = places.range::<str, _>((Bound::Excluded(code), Bound::Unbounded));
    after.next().is_some_and(|(next, _)| next.starts_with(code))
}

/// Meeting by names, where one of two has no P-codes: a name at the same level, and in no other country.
fn by_name(one: &[Place], other: &[Place]) -> Meeting {
    let spelled = |places: &[Place]| {
        let named = places.iter().map(|place| (fold(&place.name), place.admin_level, place.country.clone()));
        named.filter(|(name, ..)| !name.is_empty()).collect::<BTreeSet<_>>()
    };
    let (own, others) = (spelled(one), spelled(other));
    let (fewer, more) = if own.len() <= others.len() { (&own, &others) } else { (&others, &own) };
    let mut by_level: BTreeMap<(&str, u8), Vec<Option<&String>>> = BTreeMap::new();
    for (name, level, country) in more {
        by_level.entry((name.as_str(), *level)).or_default().push(country.as_ref());
    }
    let mut meeting = Meeting { of: fewer.len(), ..Meeting::default() };
    for (name, level, country) in fewer {
        let mut there = by_level.get(&(name.as_str(), *level)).into_iter().flatten().copied();
        if there.any(|other| country.is_none() || other.is_none() || other == country.as_ref()) {
            meeting.by_name += 1;
            meeting.reach(*level);
        }
    }
    meeting
}

/// The finest level by which the data of a record can be counted: exact positions lie in places of any level.
fn finest_level(dataset: &Dataset) -> Option<u8> {
    dataset.geographic_precision.map(|precision| match precision {
        GeographicPrecision::Exact | GeographicPrecision::NearExact | GeographicPrecision::Adm4 => 4,
        GeographicPrecision::Adm3 => 3,
        GeographicPrecision::Adm2 => 2,
        GeographicPrecision::Adm1 => 1,
        GeographicPrecision::Adm0 => 0,
    })
}

/// The level down to which both can be counted by place, where both say how finely they name places.
pub(super) fn common_precision(one: &Dataset, other: &Dataset) -> Option<u8> {
    Some(finest_level(one)?.min(finest_level(other)?))
}
