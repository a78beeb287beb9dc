//! Whether the data of two records can be joined, as somebody sees both: how the data meets, and by which way each half is had.
//!
//! The technical half asks where, when and by which fields both meet. Each part has points; a part of which either record says
//! nothing counts half, so that silence counts less against a pair than a difference. The institutional half is the way to the
//! data, and two halves are had no more easily than the one that is harder to have. A linkage is worth its technical score
//! times what that way is worth: of data that nobody gives even the best fit is of little use.
//!
//! A pair that shares an identifier, places, fields or a country can be joined; any other is none.

mod fields;
mod meaning;
mod path;
mod places;
mod technical;

use cairn_model::Dataset;

pub use fields::{SharedField, key_names};
pub use meaning::FieldUse;
pub use path::{Way, WayPath, way};
pub use technical::Technical;

/// What a reason is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LinkageCode {
    /// Identifiers that both have.
    Identifier,
    /// Places.
    Place,
    /// Countries.
    Country,
    /// Time covered.
    Period,
    /// Fields of the data dictionaries.
    Field,
}

impl LinkageCode {
    /// The code in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Identifier => "identifier",
            Self::Place => "place",
            Self::Country => "country",
            Self::Period => "period",
            Self::Field => "field",
        }
    }

    /// What it counts.
    fn points(self) -> f64 {
        match self {
            Self::Place | Self::Field => 4.0,
            Self::Identifier => 3.0,
            Self::Period => 2.0,
            Self::Country => 1.0,
        }
    }
}

/// Why two records can be joined so well.
#[derive(Debug, Clone, PartialEq)]
pub struct LinkageReason {
    /// What it is about.
    pub code: LinkageCode,
    /// Share of the technical score that it counts for, 0 to 1.
    pub weight: f64,
    /// How well both meet, 0 to 1; `None` where either says nothing of it.
    pub fit: Option<f64>,
    /// The reason in a sentence.
    pub words: String,
}

/// Which of two records something is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Half {
    /// The record that was asked about.
    This,
    /// The one that it can be joined with.
    Other,
}

impl Half {
    /// The code in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::This => "this",
            Self::Other => "other",
        }
    }
}

/// What a record does not say, so that nobody can tell how well it could be joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LinkageGap {
    /// No data dictionary.
    DataDictionary,
    /// No P-codes.
    PCodes,
    /// No time covered.
    Period,
    /// No country.
    Country,
}

impl LinkageGap {
    /// The code in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::DataDictionary => "data-dictionary",
            Self::PCodes => "p-codes",
            Self::Period => "period",
            Self::Country => "country",
        }
    }

    /// The same in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::DataDictionary => {
                "Nothing is shown of its data dictionary, so that fields to join by cannot be told."
            }
            Self::PCodes => "It names no place by its P-code.",
            Self::Period => "It does not say which time it covers.",
            Self::Country => "It does not say which countries it covers.",
        }
    }
}

/// What to beware of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LinkageCaution {
    /// Both have a field that tells who a person is.
    LinksPersons,
}

impl LinkageCaution {
    /// The code in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::LinksPersons => "links-persons",
        }
    }

    /// The same in words.
    pub fn words(self) -> &'static str {
        match self {
            Self::LinksPersons => {
                "Both have a field that tells who a person is. Joining by it links persons: it counts for nothing here, and is no \
                 way to join data without an agreement that says so."
            }
        }
    }
}

/// How two records can be joined.
#[derive(Debug, Clone, PartialEq)]
pub struct Linkage {
    /// 0 to 1, to two decimals: the technical score times what the way to the data is worth.
    pub score: f64,
    /// How the data meets.
    pub technical: Technical,
    /// The harder of both ways.
    pub path: WayPath,
    /// The way to the data of this record, and to that of the other.
    pub ways: [Way; 2],
    /// What would have to be said to tell more.
    pub missing: Vec<(Half, LinkageGap)>,
    /// What to beware of.
    pub cautions: Vec<LinkageCaution>,
}

impl Linkage {
    /// How two records can be joined, of which somebody sees this much and has the data by these ways; `None` where nothing joins
    /// them.
    pub fn of([this, other]: [&Dataset; 2], ways: [Way; 2], label: impl Fn(&str) -> String) -> Option<Self> {
        let technical = Technical::of(this, other, label)?;
        let missing = [(Half::This, this), (Half::Other, other)]
            .into_iter()
            .flat_map(|(half, dataset)| gaps(dataset).into_iter().map(move |gap| (half, gap)))
            .collect();
        let path = ways[0].path.max(ways[1].path);
        let score = to_hundredths(technical.score * path.worth());
        let cautions = technical.links_persons.then_some(LinkageCaution::LinksPersons).into_iter().collect();
        Some(Self { score, technical, path, ways, missing, cautions })
    }

    /// Whether nothing but a country is common to both, which joins no rows, and there is nothing to warn of either.
    pub fn is_by_country_alone(&self) -> bool {
        let Technical { identifiers, fields, admin_level, .. } = &self.technical;
        identifiers.is_empty()
            && fields.is_empty()
            && admin_level.is_none_or(|level| level == 0)
            && self.cautions.is_empty()
    }
}

fn gaps(dataset: &Dataset) -> Vec<LinkageGap> {
    let says_places = dataset.places.iter().any(|place| place.pcode.is_some());
    let gaps = [
        (dataset.fields.is_empty(), LinkageGap::DataDictionary),
        (!says_places, LinkageGap::PCodes),
        (dataset.coverage.is_none(), LinkageGap::Period),
        (dataset.countries.is_empty(), LinkageGap::Country),
    ];
    gaps.into_iter().filter_map(|(is_missing, gap)| is_missing.then_some(gap)).collect()
}

/// As it is shown, so that what is decided by a score is what is read.
fn to_hundredths(number: f64) -> f64 {
    (number * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests;
