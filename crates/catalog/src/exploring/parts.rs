//! The parts of a search, each of which can be dropped.

use std::ops::Range;

use cairn_search::{FacetField, Filters, SearchRequest, query};
use jiff::Timestamp;

/// A part of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SearchPart {
    /// All chosen values of a facet.
    Values(FacetField),
    /// The P-codes.
    Pcodes,
    /// The first day of the last change.
    ModifiedAfter,
    /// The last day of it.
    ModifiedBefore,
    /// The first day of the time covered.
    CoversAfter,
    /// The last day of it.
    CoversBefore,
    /// The series.
    Series,
    /// The box.
    BoundingBox,
    /// A word, or what is written as one.
    Word {
        /// The text without it.
        rest: String,
    },
}

impl SearchPart {
    /// A search without this part.
    pub(super) fn dropped_from(&self, request: &SearchRequest) -> SearchRequest {
        let mut request = request.clone();
        match self {
            Self::Values(facet) => {
                request.filters.values.remove(facet);
            }
            Self::Pcodes => request.filters.pcodes.clear(),
            Self::ModifiedAfter => request.filters.modified_after = None,
            Self::ModifiedBefore => request.filters.modified_before = None,
            Self::CoversAfter => request.filters.covers_after = None,
            Self::CoversBefore => request.filters.covers_before = None,
            Self::Series => request.filters.series = None,
            Self::BoundingBox => request.filters.bbox = None,
            Self::Word { rest } => request.text.clone_from(rest),
        }
        request
    }
}

/// The filters that are set, with their values.
pub(super) fn narrowed_by(filters: &Filters) -> Vec<(SearchPart, Vec<String>)> {
    let Filters {
        values,
        pcodes,
        modified_after,
        modified_before,
        covers_after,
        covers_before,
        // No parameter sets it.
        review_before: _,
        series,
        bbox,
    } = filters;
    let facets = values.iter().map(|(facet, values)| (SearchPart::Values(*facet), values.clone()));
    let days = [
        (SearchPart::ModifiedAfter, modified_after),
        (SearchPart::ModifiedBefore, modified_before),
        (SearchPart::CoversAfter, covers_after),
        (SearchPart::CoversBefore, covers_before),
    ];
    let days = days.into_iter().map(|(part, day)| (part, day.and_then(date).into_iter().collect()));
    let corners =
        bbox.map(|one| [one.west, one.south, one.east, one.north].map(|degrees| degrees.to_string()).join(","));
    facets
        .chain([(SearchPart::Pcodes, pcodes.clone())])
        .chain(days)
        .chain([(SearchPart::Series, series.iter().cloned().collect())])
        .chain([(SearchPart::BoundingBox, corners.into_iter().collect())])
        .filter(|(_, values): &(SearchPart, Vec<String>)| !values.is_empty())
        .collect()
}

/// A day since 1970-01-01 as a date.
fn date(day: i64) -> Option<String> {
    let begin = Timestamp::from_second(day.checked_mul(86_400)?).ok()?;
    Some(begin.strftime("%Y-%m-%d").to_string())
}

/// The words of a text, where there are several: a quotation is one. A part that says nothing is none.
pub(super) fn words_of(text: &str) -> Vec<(SearchPart, Vec<String>)> {
    let says_something =
        |place: &Range<usize>| query::parse(&text[place.clone()]).is_ok_and(|read| !read.nodes.is_empty());
    let places: Vec<Range<usize>> = pieces(text).into_iter().filter(says_something).collect();
    if places.len() < 2 {
        return Vec::new();
    }
    let without = |place: Range<usize>| {
        let rest = [text[..place.start].trim(), text[place.end..].trim()];
        let rest = rest.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        (SearchPart::Word { rest }, vec![text[place].to_owned()])
    };
    places.into_iter().map(without).collect()
}

/// Where the pieces of a text stand that spaces outside of quotation marks part. What a piece means, and what is left without
/// it, is for the grammar of queries to say.
fn pieces(text: &str) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut begin = None;
    let mut is_quoted = false;
    for (place, letter) in text.char_indices() {
        if matches!(letter, '"' | '“' | '”' | '„' | '«' | '»' | '＂') {
            is_quoted = !is_quoted;
        }
        if letter.is_whitespace() && !is_quoted {
            pieces.extend(begin.take().map(|begin| begin..place));
        } else {
            begin.get_or_insert(place);
        }
    }
    pieces.extend(begin.map(|begin| begin..text.len()));
    pieces
}

#[cfg(test)]
mod tests {
    use super::{SearchPart, date, words_of};

    fn told(text: &str) -> Vec<(String, String)> {
        let word = |(part, values): (SearchPart, Vec<String>)| match part {
            SearchPart::Word { rest } => (values.concat(), rest),
            other => (format!("{other:?}"), String::new()),
        };
        words_of(text).into_iter().map(word).collect()
    }

    fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(word, rest)| ((*word).to_owned(), (*rest).to_owned())).collect()
    }

    #[test]
    fn each_word_of_several_can_be_dropped_and_a_quotation_is_one() {
        assert_eq!(told("wells taiz"), owned(&[("wells", "taiz"), ("taiz", "wells")]));
        assert_eq!(
            told(" \"deep  wells\" -survey title:taiz "),
            owned(&[
                ("\"deep  wells\"", "-survey title:taiz"),
                ("-survey", "\"deep  wells\" title:taiz"),
                ("title:taiz", "\"deep  wells\" -survey"),
            ])
        );
    }

    #[test]
    fn of_one_word_nothing_can_be_dropped() {
        for text in ["", "  ", "wells", "- wells +", "\"deep wells", "« »"] {
            assert_eq!(told(text), [], "{text}");
        }
    }

    #[test]
    fn a_day_is_a_date_that_the_parameter_takes() {
        assert_eq!(date(0).as_deref(), Some("1970-01-01"));
        assert_eq!(date(19_874).as_deref(), Some("2024-05-31"));
        assert_eq!(date(i64::MAX), None);
    }
}
