//! Places by their P-codes: what a document says of them, and what a search asks for.
//!
//! A document has the codes that its record states and those of the places above, as the gazetteer has them. So a code that the
//! gazetteer knows finds just what lies in its place, and another one finds the codes that begin so.

use std::collections::BTreeSet;

use cairn_model::{BoundingBox, Dataset, Place, Vocabularies};

use crate::SearchError;
use crate::concepts::NAMED_COUNTRIES;
use crate::matching::Matcher;
use crate::schema::Fields;
use crate::segment::Segment;
use crate::texts::INDEXED_VALUES;

/// The P-codes of places and of all above them.
pub(crate) fn codes_of(places: &[Place], vocabularies: &Vocabularies) -> BTreeSet<String> {
    let stated: BTreeSet<&str> = places.iter().filter_map(|place| place.pcode.as_deref()).collect();
    let mut codes = BTreeSet::new();
    for pcode in stated.into_iter().take(INDEXED_VALUES) {
        codes.insert(pcode.to_uppercase());
        codes.extend(vocabularies.pcodes_over(pcode));
    }
    codes
}

/// Where a record lies: in the extent that it states. Else in those of its places, where the gazetteer has one for each; else in
/// those of its countries, unless they are so many that it is about none of them as a whole.
pub(crate) fn extents_of(dataset: &Dataset, vocabularies: &Vocabularies) -> Vec<BoundingBox> {
    let is_finite = |one: &BoundingBox| [one.west, one.south, one.east, one.north].iter().all(|edge| edge.is_finite());
    if let Some(stated) = dataset.bbox.filter(is_finite) {
        return vec![stated];
    }
    let of_place = |place: &Place| {
        let pcode = place.pcode.as_deref()?;
        vocabularies.place(pcode, None, None)?.bbox
    };
    let of_places: Option<Vec<BoundingBox>> = dataset.places.iter().take(INDEXED_VALUES).map(of_place).collect();
    match of_places {
        Some(boxes) if (1..=NAMED_COUNTRIES).contains(&boxes.len()) => return boxes,
        Some(boxes) if !boxes.is_empty() => return BoundingBox::union(boxes).into_iter().collect(),
        _ => {}
    }
    if dataset.countries.len() > NAMED_COUNTRIES {
        return Vec::new();
    }
    dataset.countries.iter().filter_map(|code| vocabularies.country(code)?.bbox).collect()
}

/// Places of which a search asks for any, with what lies below.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Places {
    /// Codes that the gazetteer has, as it writes them.
    known: Vec<String>,
    /// How the codes of others begin.
    beginnings: Vec<String>,
}

impl Places {
    /// The places of P-codes, in any case; none where no code is left of them.
    pub(crate) fn of<'a>(codes: impl IntoIterator<Item = &'a str>, vocabularies: &Vocabularies) -> Option<Self> {
        let (mut known, mut beginnings) = (Vec::new(), Vec::new());
        for code in codes.into_iter().map(str::trim).filter(|code| !code.is_empty()) {
            if vocabularies.knows_pcode(code) {
                known.extend(vocabularies.pcodes_over(code).into_iter().next());
            } else {
                beginnings.push(code.to_uppercase());
            }
        }
        let beginnings = without_covered(beginnings);
        known.retain(|code: &String| !begins(code, &beginnings));
        known.sort();
        known.dedup();
        (!known.is_empty() || !beginnings.is_empty()).then_some(Self { known, beginnings })
    }

    /// Whether all that lies in these lies in others, as far as their codes tell.
    pub(crate) fn lie_within(&self, others: &Self) -> bool {
        self.known.iter().all(|code| others.known.contains(code) || begins(code, &others.beginnings))
            && self.beginnings.iter().all(|code| begins(code, &others.beginnings))
    }

    pub(crate) fn matcher(&self, segment: &Segment, fields: &Fields) -> Result<Matcher, SearchError> {
        let known = Matcher::any(segment, fields.pcode, &self.known)?;
        if self.beginnings.is_empty() {
            return Ok(known);
        }
        Ok(Matcher::Either(vec![known, Matcher::prefix(segment, fields.pcode, &self.beginnings)?]))
    }
}

/// Whether a code begins with any of some.
fn begins(code: &str, beginnings: &[String]) -> bool {
    beginnings.iter().any(|above| code.starts_with(above.as_str()))
}

/// Codes each once, without those that begin with another.
fn without_covered(mut codes: Vec<String>) -> Vec<String> {
    codes.sort();
    // In this order a code comes right after what it lies below.
    codes.dedup_by(|code, above| code.starts_with(above.as_str()));
    codes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_below_others_are_looked_up_with_them() {
        let codes = |codes: &[&str]| without_covered(codes.iter().map(|code| (*code).to_owned()).collect());
        assert_eq!(codes(&["YE11", "Y", "YE", "Y", "SY", "SY01"]), ["SY", "Y"]);
        assert_eq!(codes(&["YE12", "YE11"]), ["YE11", "YE12"]);
        let places = |codes: &[&str]| Places::of(codes.iter().copied(), Vocabularies::bundled());
        assert_eq!(places(&["ye11", "YE", "YEM12", "SY01"]), places(&["SY01", "YE"]));
        assert_eq!(places(&[" ", ""]), None);
    }
}
