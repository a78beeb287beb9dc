//! Series: records of one organisation and kind whose titles are equal but for places, dates and numbers, told and folded.
//!
//! The key of a series is a hash of what a rendition itself says, so it tells of nothing that its viewer does not see: a stub
//! has none, nor has a title that holds no place, date or number, or little else. Hits of one series are folded among
//! those that the viewer finds, the best of them standing for all, where there are [`FEWEST`] or more.

use std::collections::HashMap;

use cairn_model::vocabulary::{Context, KnownWords, Lexicon, Standing};
use cairn_model::{Dataset, Vocabularies};
use cairn_policy::{Rendition, RenditionLevel};
use tantivy::DocId;

use crate::concepts::is_area;
use crate::cursor::fnv1a;
use crate::document::shown_organisation;
use crate::rank::{Candidate, Order, SortBy, with_titles};
use crate::segment::Segment;
use crate::{SearchError, Series};

/// Fewest hits of a series that are folded.
pub(crate) const FEWEST: u64 = 3;
/// Fewest words of a title that are the same in all of a series.
const FEWEST_WORDS: usize = 2;
/// Words of a title that are looked at.
const MOST_WORDS: usize = 60;
/// Places of a record by whose names its title is read.
const MOST_PLACES: usize = 100;
/// Stands in a key for places, dates and numbers.
const VARIES: &str = "_";
/// Names of months, folded, in the languages of most titles, and how they are shortened in English.
const MONTHS: &str = " january february march april may june july august september october november december jan feb mar apr \
jun jul aug sep sept oct nov dec janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre enero \
febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre janeiro fevereiro marco maio junho julho \
setembro outubro novembro dezembro ";

/// The key of the series that a rendition is of, if its title is of one; read by what the rendition says without doubt.
pub(crate) fn key(
    rendition: &Rendition,
    vocabularies: &Vocabularies,
    context: &Context,
    known: &mut KnownWords,
) -> Option<u64> {
    let dataset = &rendition.dataset;
    if rendition.level == RenditionLevel::Stub {
        return None;
    }
    let organisation = shown_organisation(dataset)?;
    let pattern = pattern(dataset, vocabularies.lexicon(), context, known)?;
    Some(fnv1a(format!("{}\0{}\0{pattern}", organisation.id, dataset.kind.code()).as_bytes()))
}

/// A key as addresses have it.
pub(crate) fn spelled(key: u64) -> String {
    format!("{key:016x}")
}

/// The series of a document.
pub(crate) fn of(segment: &Segment, doc: DocId) -> Option<u64> {
    segment.columns.series.as_ref().and_then(|keys| keys.first(doc))
}

/// What stays of a title when places, dates and numbers are taken out of it; `None` where nothing is, or little stays.
fn pattern(dataset: &Dataset, lexicon: &Lexicon, context: &Context, known: &mut KnownWords) -> Option<String> {
    let (mut words, mut mentions) = lexicon.read(dataset.title.best("en")?, known);
    if words.len() > MOST_WORDS {
        words.truncate(MOST_WORDS);
        mentions = lexicon.mentions(&words);
    }
    let mut varies: Vec<bool> = words.iter().map(|word| is_number_or_date(&word.text)).collect();
    let certain = lexicon.certain_among(&words, &mentions, Standing::Text, context).into_iter();
    let areas = certain.filter(|(_, concept)| is_area(concept)).map(|(mention, _)| mention);
    // What may be one of two areas is an area.
    for mention in areas.chain(mentions.iter().filter(|mention| mention.may_be_elsewhere())) {
        varies[mention.first..mention.first + mention.words].fill(true);
    }
    for place in dataset.places.iter().take(MOST_PLACES) {
        let (name, _) = lexicon.read(&place.name, known);
        if name.is_empty() {
            continue;
        }
        for first in 0..(words.len() + 1).saturating_sub(name.len()) {
            let here = &words[first..first + name.len()];
            if here.iter().zip(&name).all(|(one, other)| one.text == other.text) {
                varies[first..first + name.len()].fill(true);
            }
        }
    }
    let mut pattern: Vec<&str> = Vec::with_capacity(words.len());
    for (word, varies) in words.iter().zip(varies) {
        if !varies {
            pattern.push(&word.text);
        } else if pattern.last() != Some(&VARIES) {
            pattern.push(VARIES);
        }
    }
    let same = pattern.iter().filter(|word| **word != VARIES).count();
    (same >= FEWEST_WORDS && same < pattern.len()).then(|| pattern.join(" "))
}

/// `2019`, `1st`, `Q3`, `May`.
fn is_number_or_date(word: &str) -> bool {
    word.starts_with(|first: char| first.is_numeric())
        || word.strip_prefix('q').is_some_and(|quarter| quarter.bytes().all(|byte| (b'1'..=b'4').contains(&byte)))
        || MONTHS.split(' ').any(|month| month == word)
}

/// The hits of a search that belong to series, while it walks.
#[derive(Default)]
pub(crate) struct SeriesFolding {
    found: HashMap<u64, Found>,
}

/// The hits of one series.
#[derive(Default)]
struct Found {
    count: u64,
    /// The best hits: as many as are shown where they are too few to fold, and all of them where titles order.
    kept: Vec<Candidate>,
}

impl SeriesFolding {
    /// Takes a hit that belongs to a series; answers whether it does.
    pub(crate) fn takes(
        &mut self,
        segment: &Segment,
        doc: DocId,
        order: Order,
        hit: impl FnOnce() -> Candidate,
    ) -> bool {
        let Some(key) = of(segment, doc) else { return false };
        let found = self.found.entry(key).or_default();
        found.count += 1;
        found.kept.push(hit());
        if order.by != SortBy::Title && found.count >= FEWEST {
            found.kept.sort_unstable_by(|left, right| left.in_order(right, order));
            found.kept.truncate(1);
        }
        true
    }

    /// What the hits of series come to: single hits, and those that stand for several with the series that they stand for.
    pub(crate) fn into_hits(
        self,
        order: Order,
        segments: &[&Segment],
    ) -> Result<Vec<(Candidate, Option<Series>)>, SearchError> {
        let mut hits = Vec::with_capacity(self.found.len());
        for (key, Found { count, mut kept }) in self.found {
            if order.by == SortBy::Title {
                kept = with_titles(kept, segments)?;
                kept.sort_unstable_by(|left, right| left.in_order(right, order));
            }
            let series = (count >= FEWEST).then(|| Series { key: spelled(key), more: count - 1 });
            if series.is_some() {
                kept.truncate(1);
            }
            hits.extend(kept.into_iter().map(|hit| (hit, series.clone())));
        }
        Ok(hits)
    }
}

#[cfg(test)]
mod tests {
    use cairn_model::{DatasetId, LocalizedText, Place};

    use super::*;

    fn of_title(title: &str) -> Option<String> {
        of_title_in(title, &[])
    }

    fn of_title_in(title: &str, countries: &[&str]) -> Option<String> {
        let mut dataset = Dataset::empty(DatasetId::new("test", title));
        dataset.title = LocalizedText::new("en", title);
        dataset.countries = countries.iter().map(|code| (*code).to_owned()).collect();
        dataset.places = vec![Place { name: "Old Harbour".to_owned(), ..Place::default() }];
        let vocabularies = Vocabularies::bundled();
        let context = crate::concepts::Reading::of(&dataset, vocabularies, &mut KnownWords::default()).context;
        pattern(&dataset, vocabularies.lexicon(), &context, &mut KnownWords::default())
    }

    #[test]
    fn titles_that_differ_by_places_dates_and_numbers_have_one_pattern() {
        for title in ["HOTOSM Yemen Roads", "HOTOSM Kenya Roads", "HOTOSM Old Harbour roads", "HOTOSM 2019 Roads"] {
            assert_eq!(of_title(title).as_deref(), Some("hotosm _ roads"), "{title}");
        }
        for title in ["2019 census of wells", "May 2021 census of wells", "Q3 2020: census of wells"] {
            assert_eq!(of_title(title).as_deref(), Some("_ census of wells"), "{title}");
        }
    }

    #[test]
    fn what_a_title_names_for_certain_is_a_place_and_what_is_one_by_chance_is_none() {
        let california = of_title_in("Census of wells in California", &["COL"]);
        assert_eq!(california.as_deref(), Some("census of wells in _"));
        assert_eq!(of_title("Wells by Ofu rules, 2019").as_deref(), Some("wells by ofu rules _"));
        assert_eq!(of_title_in("Wells by Ofu rules, 2019", &["NGA"]).as_deref(), Some("wells by _ rules _"));
        // An area elsewhere is one, too.
        assert_eq!(of_title("Census of Texas wells").as_deref(), of_title("Census of New Mexico wells").as_deref());
        assert_eq!(of_title("Census of Texas wells").as_deref(), Some("census of _ wells"));
    }

    #[test]
    fn a_title_without_them_or_with_little_else_has_none() {
        for title in ["Census of wells", "Yemen 2019", "Yemen roads", ""] {
            assert_eq!(of_title(title), None, "{title}");
        }
    }
}
