//! Concepts of the vocabularies: which of them a record carries, and which a query names.
//!
//! A record carries what its fields say by code (countries, places, clusters, population groups) and what its title, keywords, topics,
//! organisations and the head of its description name for certain in any language; and whatever covers that, so that a country finds the
//! records of its districts. A query that names a concept finds the records that carry it beside those that have the words. One
//! that names a place also finds, lower, the records about all of an area that the place lies in.

use std::collections::{BTreeMap, BTreeSet};

use cairn_model::vocabulary::{Concept, Context, KnownWords, Lexicon, Mention, Standing, Word};
use cairn_model::{Dataset, Vocabularies};

/// Bytes of a description in which concepts are looked for.
const HEAD: usize = 1_000;
/// Keywords, topics and places that are looked at.
const MOST_VALUES: usize = 500;
/// How often a concept counts that a record says by code, as a keyword or in its title.
const SAID: u32 = 2;
/// How often one counts at the most.
const MOST: u32 = 6;
/// The code of the population groups that is everyone, and tells nothing.
const EVERYONE: &str = "all";
/// A record about more countries than this is about none of them as a whole.
pub(crate) const NAMED_COUNTRIES: usize = 12;

/// The schemes of concepts.
const SCHEMES: [&str; 8] =
    ["cluster", "country", "hazard", "hxl", "organisation", "place", "population_group", "theme"];
/// Those whose concepts are areas.
const AREAS: [&str; 2] = ["country", "place"];
/// Stands before the terms of whole areas.
const WHOLE: &str = "whole\0";

/// The terms of the concepts that a record carries, and how often.
pub(crate) fn carried(dataset: &Dataset, vocabularies: &Vocabularies) -> BTreeMap<String, u32> {
    Reading::of(dataset, vocabularies, &mut KnownWords::default()).carried(dataset)
}

/// A record as its texts are read.
pub(crate) struct Reading<'a> {
    lexicon: &'a Lexicon,
    stated: Vec<Concept>,
    texts: Vec<Text<'a>>,
    /// What it says without doubt.
    pub(crate) context: Context,
}

impl<'a> Reading<'a> {
    /// Reads the texts of a record; `known` are words that these vocabularies met before.
    pub(crate) fn of(dataset: &Dataset, vocabularies: &'a Vocabularies, known: &mut KnownWords) -> Self {
        let lexicon = vocabularies.lexicon();
        let stated = stated(dataset);
        let texts = texts(dataset, lexicon, known);
        let mut context = Context::default();
        for concept in &stated {
            context.state(concept, lexicon);
        }
        for text in &texts {
            context.read(&text.words, &text.mentions, lexicon);
        }
        Self { lexicon, stated, texts, context }
    }

    /// As [`carried`].
    pub(crate) fn carried(&self, dataset: &Dataset) -> BTreeMap<String, u32> {
        let mut said =
            Carried { lexicon: self.lexicon, counts: BTreeMap::new(), areas: BTreeSet::new(), within: BTreeSet::new() };
        for concept in &self.stated {
            said.say(concept);
        }
        for text in &self.texts {
            said.read(text, &self.context);
        }
        said.into_terms(dataset.countries.len() <= NAMED_COUNTRIES)
    }
}

/// What a record says by code.
fn stated(dataset: &Dataset) -> Vec<Concept> {
    let coded = [
        ("country", &dataset.countries),
        ("cluster", &dataset.clusters),
        ("population_group", &dataset.population_groups),
    ];
    let coded = coded.into_iter().flat_map(|(scheme, codes)| {
        let telling = codes.iter().filter(move |code| scheme != "population_group" || *code != EVERYONE);
        telling.take(MOST_VALUES).map(move |code| Concept { scheme, code: code.clone() })
    });
    let places = dataset.places.iter().take(MOST_VALUES).filter_map(|place| place.pcode.as_ref());
    coded.chain(places.map(|code| Concept { scheme: "place", code: code.to_uppercase() })).collect()
}

/// A text of a record in which concepts are looked for.
struct Text<'a> {
    words: Vec<Word>,
    /// The names among them.
    mentions: Vec<Mention<'a>>,
    standing: Standing,
    /// How often each counts.
    times: u32,
    /// Whether the record is about the areas among them.
    is_about: bool,
}

fn texts<'a>(dataset: &Dataset, lexicon: &'a Lexicon, known: &mut KnownWords) -> Vec<Text<'a>> {
    let mut texts = Vec::new();
    let mut add = |text: &str, standing, times, is_about| {
        let (words, mentions) = lexicon.read(text, known);
        texts.push(Text { words, mentions, standing, times, is_about });
    };
    for place in dataset.places.iter().take(MOST_VALUES).filter(|place| place.pcode.is_none()) {
        add(&place.name, Standing::Text, SAID, false);
    }
    for title in dataset.title.texts() {
        add(title, Standing::Text, SAID, true);
    }
    for keyword in dataset.keywords.values().flatten().chain(&dataset.topics).take(MOST_VALUES) {
        add(keyword, Standing::Keyword, SAID, true);
    }
    for organisation in [&dataset.owner, &dataset.publisher].into_iter().flatten() {
        add(&organisation.name, Standing::Organisation, 1, false);
    }
    for description in dataset.description.texts() {
        add(&description[..description.floor_char_boundary(HEAD)], Standing::Text, 1, false);
    }
    texts
}

/// What a record says.
struct Carried<'a> {
    lexicon: &'a Lexicon,
    counts: BTreeMap<Concept, u32>,
    /// Areas that it is about.
    areas: BTreeSet<Concept>,
    /// Areas that its description names, or a place of it: it is about no whole in which they lie.
    within: BTreeSet<Concept>,
}

impl Carried<'_> {
    fn say(&mut self, concept: &Concept) {
        self.count(concept, SAID);
        if is_area(concept) {
            self.areas.insert(concept.clone());
        }
    }

    /// Counts what a text names for certain.
    fn read(&mut self, text: &Text<'_>, context: &Context) {
        for (mention, concept) in self.lexicon.certain_among(&text.words, &text.mentions, text.standing, context) {
            self.count(concept, text.times);
            // Where an organisation is, or whose people somebody is, says nothing of where data are about.
            let is_where = text.standing != Standing::Organisation && !mention.is_of_people_of(concept);
            if is_area(concept) && is_where {
                let areas = if text.is_about { &mut self.areas } else { &mut self.within };
                areas.insert(concept.clone());
            }
        }
    }

    fn count(&mut self, concept: &Concept, times: u32) {
        *self.counts.entry(concept.clone()).or_default() += times;
    }

    fn into_terms(self, is_about_wholes: bool) -> BTreeMap<String, u32> {
        let mut terms: BTreeMap<String, u32> = BTreeMap::new();
        let mut above: BTreeSet<Concept> = BTreeSet::new();
        for (concept, times) in &self.counts {
            let covering = self.lexicon.covering(concept);
            for one in std::iter::once(concept).chain(&covering) {
                let counted = terms.entry(term(one)).or_default();
                *counted = (*counted + times).min(MOST);
            }
            if self.areas.contains(concept) || self.within.contains(concept) {
                above.extend(covering);
            }
        }
        // What a theme maps to is carried with it, and counts no more where it is named as well.
        for (concept, times) in &self.counts {
            for one in self.lexicon.comprising(concept) {
                let counted = terms.entry(term(&one)).or_default();
                *counted = (*counted).max(*times).min(MOST);
            }
        }
        if is_about_wholes {
            // What lies above another area of the record is only said to place that.
            for area in self.areas.difference(&above) {
                terms.insert(whole(area), 1);
            }
        }
        terms
    }
}

/// What a part of a query names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    /// The first word of the name, counted from 0.
    pub(crate) first: usize,
    /// How many words it has.
    pub(crate) words: usize,
    /// Terms of the concepts that it can mean; none of a namesake of one.
    pub(crate) terms: Vec<String>,
    /// Terms of records about all of an area that it lies in, whatever it means, and of a cluster that has the name of a theme of it.
    pub(crate) wider: Vec<String>,
}

/// The concepts that the words of a query name.
pub(crate) fn named(words: &[Word], vocabularies: &Vocabularies) -> Vec<Named> {
    let lexicon = vocabularies.lexicon();
    let of_mention = |mention: cairn_model::vocabulary::Mention<'_>| {
        // Whoever asks for Niger asks for nothing of Nigeria, where a state has that name.
        let known = lexicon.known_area(mention.concepts).map(std::slice::from_ref);
        let areas = known.unwrap_or(mention.concepts).iter().filter(|concept| is_area(concept));
        let around = areas.map(|concept| lexicon.covering(concept));
        let common = around.reduce(|all, around| all.into_iter().filter(|one| around.contains(one)).collect());
        // Who names clearance means it before the rest of its cluster, which has that name, too.
        let wholes: BTreeSet<Concept> = mention.concepts.iter().flat_map(|one| lexicon.comprising(one)).collect();
        let (comprising, meant): (Vec<_>, Vec<_>) = mention.concepts.iter().partition(|one| wholes.contains(*one));
        let wider = common.unwrap_or_default().iter().map(whole).chain(comprising.into_iter().map(term)).collect();
        let terms = meant.into_iter().map(term).collect();
        Named { first: mention.first, words: mention.words, terms, wider }
    };
    lexicon.mentions(words).into_iter().map(of_mention).collect()
}

/// The terms of what comprises concepts that one name can mean, and of what lies above that; the nearest first.
pub(crate) fn terms_comprising(terms: &[String], vocabularies: &Vocabularies) -> Vec<String> {
    let lexicon = vocabularies.lexicon();
    let mut comprising: Vec<String> = Vec::new();
    for concept in terms.iter().filter_map(|term| concept_of(term)) {
        let above = lexicon.covering(&concept).into_iter().chain(lexicon.comprising(&concept));
        comprising.extend(above.map(|one| term(&one)));
    }
    let mut seen = BTreeSet::new();
    comprising.retain(|term| !terms.contains(term) && seen.insert(term.clone()));
    comprising
}

/// The term of a concept.
pub(crate) fn term(concept: &Concept) -> String {
    format!("{}\0{}", concept.scheme, concept.code)
}

/// The concept of a term.
pub(crate) fn concept_of(term: &str) -> Option<Concept> {
    let (scheme, code) = term.split_once('\0')?;
    let scheme = SCHEMES.into_iter().find(|one| *one == scheme)?;
    Some(Concept { scheme, code: code.to_owned() })
}

/// Whether a concept is a country or a place.
pub(crate) fn is_area(concept: &Concept) -> bool {
    AREAS.contains(&concept.scheme)
}

/// The term of records that are about all of an area, and nothing within it.
fn whole(area: &Concept) -> String {
    format!("{WHOLE}{}", term(area))
}

/// The area of such a term.
pub(crate) fn whole_area_of(term: &str) -> Option<Concept> {
    concept_of(term.strip_prefix(WHOLE)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named_in(query: &str) -> Vec<Named> {
        named(&Word::all_in(query), Vocabularies::bundled())
    }

    #[test]
    fn a_query_that_names_a_place_names_the_areas_around_it() {
        for query in ["report Idlib", "report Edleb", "report إدلب"] {
            let named = named_in(query);
            assert_eq!(named.len(), 1, "{named:?}");
            assert_eq!((named[0].first, named[0].words), (1, 1));
            assert_eq!(named[0].terms, ["place\0SY07"]);
            assert_eq!(named[0].wider, ["whole\0country\0SYR"]);
        }
    }

    #[test]
    fn a_name_of_several_areas_names_around_them_only_what_they_have_in_common_or_lies_around_the_known_one() {
        for (query, wider) in [
            ("Niger", vec![]),
            ("Jordan", vec![]),
            ("Liban", vec![]),
            ("Équateur", vec![]),
            ("Beni", vec![]),
            ("Gaza", vec!["whole\0country\0PSE"]),
            ("Villanueva", vec!["whole\0country\0COL"]),
        ] {
            let named = named_in(query);
            assert!(named[0].terms.len() > 1, "{query} {named:?}");
            assert_eq!(named[0].wider, wider, "{query}");
        }
    }

    #[test]
    fn a_query_in_any_language_names_the_same_concept() {
        let expected = &named_in("IDP")[0].terms;
        for query in ["internally displaced persons", "déplacés internes", "نازحون", "desplazados internos"] {
            assert_eq!(named_in(query).first().map(|named| &named.terms), Some(expected), "{query}");
        }
    }
}
