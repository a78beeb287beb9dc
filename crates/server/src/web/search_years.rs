//! The years of what a search finds, beside its facets: of the time covered, or of the last change.
//!
//! Few ask for them, and every search is read over bad lines too: so a page has two short links, and the years come with the
//! one that is followed, together with whatever filter is chosen then.

use cairn_catalog::{Histogram, YearCount};

use super::search_address::Address;
use crate::parameters::HISTOGRAMS;

/// The parameter of the page that asks for years.
pub(super) const PARAMETER: &str = "years";
/// Years that are shown; those before them are one line.
const SHOWN: usize = 15;

/// What searches can be narrowed by: a heading, what a link to it says, and the filters that a year sets.
struct Kind {
    by: Histogram,
    heading: &'static str,
    link: &'static str,
    after: &'static str,
    before: &'static str,
}

const KINDS: [Kind; 2] = [
    Kind {
        by: Histogram::Coverage,
        heading: "Years covered",
        link: "covered",
        after: "covers_after",
        before: "covers_before",
    },
    Kind {
        by: Histogram::Modified,
        heading: "Year of the last change",
        link: "last changed",
        after: "modified_after",
        before: "modified_before",
    },
];

/// The years of what is found.
pub(super) struct Years {
    pub(super) heading: &'static str,
    /// The newest first.
    pub(super) bars: Vec<Bar>,
    /// The longest bar.
    pub(super) most: u64,
    /// What is before the years that are shown.
    pub(super) earlier: Option<Earlier>,
    /// Where no year narrows the search, when one does.
    pub(super) any: Option<String>,
    /// Where the search is shown without them.
    pub(super) folded: String,
}

/// A year.
pub(super) struct Bar {
    pub(super) year: i16,
    pub(super) count: u64,
    /// The search narrowed to it, or widened again where it is.
    pub(super) address: String,
    pub(super) is_set: bool,
}

/// The years before those that are shown.
pub(super) struct Earlier {
    pub(super) address: String,
    /// How many; not told of what counts in several years, of which a sum would be too many.
    pub(super) count: Option<u64>,
}

/// The years that a page is asked for.
pub(super) fn asked(address: &Address) -> Option<Histogram> {
    let name = address.value(PARAMETER)?;
    HISTOGRAMS.into_iter().find(|(one, _)| *one == name).map(|(_, by)| by)
}

/// Links to the years that are not shown.
pub(super) fn offered(address: &Address) -> Vec<(&'static str, String)> {
    let shown = asked(address);
    let others = KINDS.iter().filter(|kind| shown != Some(kind.by));
    others.map(|kind| (kind.link, address.with(PARAMETER, name_of(kind.by)))).collect()
}

/// The years in words and bars.
pub(super) fn years(by: Histogram, counts: &[YearCount], address: &Address) -> Option<Years> {
    let kind = KINDS.iter().find(|kind| kind.by == by)?;
    let narrowed = |from: Option<i16>, to: Option<i16>| {
        let bounds = [(kind.after, from), (kind.before, to)];
        address.within(bounds.map(|(name, year)| (name, year.map(|year| year.to_string()))))
    };
    let set = [kind.after, kind.before].map(|name| address.value(name));
    let bar = |one: &YearCount| {
        let year = one.year.to_string();
        let is_set = set == [Some(year.as_str()); 2];
        let bound = (!is_set).then_some(one.year);
        Bar { year: one.year, count: one.count, address: narrowed(bound, bound), is_set }
    };
    let bars: Vec<Bar> = counts.iter().rev().take(SHOWN).map(bar).collect();
    let before = &counts[..counts.len().saturating_sub(SHOWN)];
    let earlier = before.last().map(|last| Earlier {
        address: narrowed(None, Some(last.year)),
        count: (by == Histogram::Modified).then(|| before.iter().map(|one| one.count).sum()),
    });
    Some(Years {
        heading: kind.heading,
        most: bars.iter().map(|bar| bar.count).max().unwrap_or(1),
        bars,
        earlier,
        any: set.iter().any(Option::is_some).then(|| narrowed(None, None)),
        folded: address.without(PARAMETER),
    })
}

fn name_of(by: Histogram) -> &'static str {
    HISTOGRAMS.into_iter().find(|(_, one)| *one == by).map_or("", |(name, _)| name)
}
