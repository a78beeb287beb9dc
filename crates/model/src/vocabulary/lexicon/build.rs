//! Making the lexicon: every name of every concept, and what each name means.

use std::collections::{BTreeSet, HashMap};

use rustc_hash::FxHashMap;

use super::inflected::{Inflected, has_forms};
use super::naming::{
    Manner, is_in_full, manner_of, names_place, plural_of_people, with_article, with_group_words, without_article,
};
use super::words::NO_COUNTRY_CODES;
use super::{Concept, Lexicon, MOST_WORDS, Meanings};
use crate::vocabulary::{Term, Vocabularies, fold, without_teh_marbuta};

/// A name that more concepts than these have names none of them (San José).
const MOST_MEANINGS: usize = 8;

/// The vocabularies whose terms are concepts, with the scheme of each.
pub(super) const SCHEMES: &[(&str, &str)] = &[
    ("country", "country"),
    ("cluster", "cluster"),
    ("population-group", "population_group"),
    ("theme", "theme"),
    ("hazard", "hazard"),
    ("organisation", "organisation"),
    ("hxl", "hxl"),
];
/// The term of the population groups that is everyone: its names (`all`, `population`) tell nothing.
pub(super) const EVERYONE: &str = "all";

/// What is gathered for the lexicon. Concepts are counted, so that sets of them are small.
#[derive(Debug, Default)]
pub(super) struct Builder {
    concepts: Vec<Concept>,
    places: HashMap<Concept, u32>,
    above: FxHashMap<Concept, Concept>,
    comprising: FxHashMap<Concept, Vec<Concept>>,
    known_by_areas: BTreeSet<String>,
    names: HashMap<String, Gathered>,
    inflected: Inflected,
}

/// The concepts that a name has, by how it must be written for each.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    pub(super) plain: BTreeSet<u32>,
    pub(super) in_capitals: BTreeSet<u32>,
    pub(super) as_tag: BTreeSet<u32>,
    /// Concepts for which it is written out: no acronym, and no ordinary word.
    pub(super) in_full: BTreeSet<u32>,
    pub(super) elsewhere: BTreeSet<u32>,
    pub(super) is_namesake: bool,
    /// Whether it is what the people of a country are called, and no name of that.
    pub(super) is_of_people: bool,
}

impl Gathered {
    /// Takes what another name means, too.
    fn join(&mut self, other: &Self) {
        self.plain.extend(&other.plain);
        self.in_capitals.extend(&other.in_capitals);
        self.as_tag.extend(&other.as_tag);
        self.in_full.extend(&other.in_full);
        self.elsewhere.extend(&other.elsewhere);
        self.is_namesake |= other.is_namesake;
        self.is_of_people |= other.is_of_people;
    }
}

impl Builder {
    /// Everything that vocabularies name.
    pub(super) fn of(vocabularies: &Vocabularies) -> Self {
        let known_by_areas = vocabularies.countries.known_by_areas().clone();
        let mut builder = Self { known_by_areas, ..Self::default() };
        for (vocabulary, scheme) in SCHEMES {
            for term in vocabularies.terms(vocabulary).unwrap_or_default() {
                if *scheme != "population_group" || term.code != EVERYONE {
                    builder.take_term(scheme, &term);
                }
            }
        }
        builder.take_people(vocabularies);
        builder.take_places(vocabularies);
        builder.take_namesakes(vocabularies);
        builder
    }

    fn take_term(&mut self, scheme: &'static str, term: &Term) {
        let concept = Concept { scheme, code: term.code.clone() };
        if let Some(broader) = &term.broader {
            self.above.insert(concept.clone(), Concept { scheme, code: broader.clone() });
        }
        let number = self.number_of(concept.clone());
        if scheme == "hxl" {
            self.take_tag(number, term);
            return;
        }
        let mapped: Vec<Concept> = term.concepts.iter().filter_map(|text| mapped_concept(text)).collect();
        if !mapped.is_empty() {
            self.comprising.insert(concept, mapped);
        }
        let labels = term.labels.iter().map(|(language, label)| (language.as_str(), label));
        let aliases =
            term.aliases.iter().flat_map(|(language, aliases)| aliases.iter().map(|alias| (language.as_str(), alias)));
        for (language, name) in labels.chain(aliases) {
            self.take_name(number, scheme, language, name);
        }
        self.take_code(number, scheme, &term.code);
    }

    /// A name as it is written, and in the forms that are the same name: with and without the article of Arabic, and of a
    /// cluster with the words that say that it is one.
    fn take_name(&mut self, number: u32, scheme: &str, language: &str, name: &str) {
        self.add(number, name);
        if has_forms(scheme, name) {
            self.inflected.take(&fold(name));
        } else if scheme != "country" && super::is_capitals(name) {
            self.inflected.take_acronym(&fold(name));
        }
        for bare in without_article(name) {
            self.add(number, &bare);
        }
        // With the article, the name of a country can be another word: مالي is Mali, المالي is what is financial.
        if scheme != "country"
            && let Some(definite) = with_article(name)
        {
            self.add(number, &definite);
        }
        if scheme == "cluster" {
            for long in with_group_words(name, language) {
                self.add(number, &long);
            }
        }
    }

    /// Codes that are written in capitals are names when they are written so: `WSH`, `SYR`.
    fn take_code(&mut self, number: u32, scheme: &str, code: &str) {
        let is_name = match scheme {
            "cluster" => super::is_capitals(code),
            "country" => !NO_COUNTRY_CODES.contains(code),
            _ => false,
        };
        if is_name {
            self.name(&fold(code)).in_capitals.insert(number);
        }
    }

    /// A tag of HXL means what it is mapped to as well.
    fn take_tag(&mut self, number: u32, term: &Term) {
        let mut meant = vec![number];
        for concept in term.concepts.iter().filter_map(|text| mapped_concept(text)) {
            meant.push(self.number_of(concept));
        }
        self.name(&fold(&term.code)).as_tag.extend(meant);
    }

    /// What the people of a country are called names it (*Sudanese*, *yéménites*), in every form.
    fn take_people(&mut self, vocabularies: &Vocabularies) {
        for (country, name) in vocabularies.countries.people() {
            let number = self.number_of(Concept { scheme: "country", code: country.to_owned() });
            for name in std::iter::once(name.to_owned()).chain(plural_of_people(name)) {
                let folded = fold(&name);
                let gathered = self.name(&folded);
                gathered.is_of_people |= !gathered.plain.contains(&number);
                self.add(number, &name);
                self.inflected.take(&folded);
            }
        }
    }

    fn take_places(&mut self, vocabularies: &Vocabularies) {
        for (place, aliases) in vocabularies.gazetteer.iter() {
            let concept = Concept { scheme: "place", code: place.pcode.clone() };
            let above = match &place.parent {
                Some(parent) => Concept { scheme: "place", code: parent.clone() },
                None => Concept { scheme: "country", code: place.country.clone() },
            };
            self.above.insert(concept.clone(), above);
            let number = self.number_of(concept);
            for name in std::iter::once(&place.name).chain(aliases).filter(|name| names_place(name)) {
                self.add(number, name);
            }
            if place.pcode.contains(|letter: char| letter.is_ascii_digit()) {
                self.add(number, &place.pcode);
            }
        }
    }

    fn take_namesakes(&mut self, vocabularies: &Vocabularies) {
        for (name, country) in vocabularies.namesakes.iter() {
            let country = country.map(|code| self.number_of(Concept { scheme: "country", code: code.to_owned() }));
            let gathered = self.name(&fold(name));
            gathered.is_namesake = true;
            gathered.elsewhere.extend(country);
        }
    }

    fn number_of(&mut self, concept: Concept) -> u32 {
        // There are some ten thousand concepts; a table cannot hold four thousand million.
        let next = u32::try_from(self.concepts.len()).unwrap_or(u32::MAX);
        let concepts = &mut self.concepts;
        *self.places.entry(concept).or_insert_with_key(|concept| {
            concepts.push(concept.clone());
            next
        })
    }

    fn add(&mut self, number: u32, name: &str) {
        let Some(manner) = manner_of(name) else { return };
        let gathered = self.name(&fold(name));
        let set = match manner {
            Manner::Plain => &mut gathered.plain,
            Manner::InCapitals => &mut gathered.in_capitals,
        };
        set.insert(number);
        if is_in_full(name) {
            gathered.in_full.insert(number);
        }
    }

    fn name(&mut self, folded: &str) -> &mut Gathered {
        if !self.names.contains_key(folded) {
            self.names.insert(folded.to_owned(), Gathered::default());
        }
        // It was put in just now.
        self.names.entry(folded.to_owned()).or_default()
    }

    /// The lexicon of what was gathered.
    pub(super) fn lexicon(mut self) -> Lexicon {
        let mut names = std::mem::take(&mut self.names);
        let groups = std::mem::take(&mut self.inflected).join(&mut names);
        add_without_teh_marbuta(&mut names);
        let mut lexicon = Lexicon {
            sets: vec![Box::default()],
            above: self.above,
            comprising: self.comprising,
            known_by_areas: self.known_by_areas,
            ..Lexicon::default()
        };
        let mut known = HashMap::from([(BTreeSet::new(), 0)]);
        let mut meanings_of = |gathered: Gathered, lexicon: &mut Lexicon| {
            let in_capitals = &gathered.plain | &gathered.in_capitals;
            let as_tag = &in_capitals | &gathered.as_tag;
            let mut set_of = |numbers: BTreeSet<u32>| keep(numbers, &self.concepts, &mut known, lexicon);
            Meanings {
                plain: set_of(gathered.plain),
                in_capitals: set_of(in_capitals),
                as_tag: set_of(as_tag),
                in_full: set_of(gathered.in_full),
                elsewhere: set_of(gathered.elsewhere),
                is_namesake: gathered.is_namesake,
                is_of_people: gathered.is_of_people,
            }
        };
        for (name, gathered) in names {
            let meanings = meanings_of(gathered, &mut lexicon);
            note_length(&name, &mut lexicon.lengths);
            lexicon.names.insert(name.into_boxed_str(), meanings);
        }
        for (common, gathered) in groups {
            let meanings = meanings_of(gathered, &mut lexicon);
            note_length(&common, &mut lexicon.inflected_lengths);
            lexicon.begins.take(&common);
            lexicon.inflected.insert(common.into_boxed_str(), meanings);
        }
        lexicon.names.shrink_to_fit();
        lexicon.lengths.shrink_to_fit();
        lexicon
    }
}

/// A concept as the tables write it: `cluster:WSH`.
fn mapped_concept(text: &str) -> Option<Concept> {
    let (vocabulary, code) = text.split_once(':')?;
    let (_, scheme) = SCHEMES.iter().find(|(name, _)| *name == vocabulary)?;
    Some(Concept { scheme, code: code.to_owned() })
}

/// Names each thing by the words of its names without teh marbuta as well, where nothing else has that name.
fn add_without_teh_marbuta(names: &mut HashMap<String, Gathered>) {
    let mut added: HashMap<String, Gathered> = HashMap::new();
    for (name, gathered) in names.iter().filter(|(name, _)| name.contains('ة')) {
        let bare = name.split(' ').map(without_teh_marbuta).collect::<Vec<_>>().join(" ");
        if !names.contains_key(&bare) && names_place(&bare) {
            added.entry(bare).or_default().join(gathered);
        }
    }
    names.extend(added);
}

/// The place of a set of concepts. A concept that lies within another one of the same name is left out: Kabul is the province
/// before it is the district. Names of too many concepts have the empty set.
fn keep(
    numbers: BTreeSet<u32>,
    concepts: &[Concept],
    known: &mut HashMap<BTreeSet<u32>, u32>,
    lexicon: &mut Lexicon,
) -> u32 {
    if let Some(place) = known.get(&numbers) {
        return *place;
    }
    let all: Vec<&Concept> = numbers.iter().filter_map(|number| concepts.get(*number as usize)).collect();
    let lies_within = |concept: &Concept| lexicon.covering(concept).iter().any(|above| all.contains(&above));
    let mut outermost: Vec<Concept> = all.iter().filter(|one| !lies_within(one)).map(|one| (*one).clone()).collect();
    outermost.sort();
    let place = if outermost.is_empty() || outermost.len() > MOST_MEANINGS {
        0
    } else {
        lexicon.sets.push(outermost.into_boxed_slice());
        u32::try_from(lexicon.sets.len() - 1).unwrap_or(0)
    };
    known.insert(numbers, place);
    place
}

fn note_length(name: &str, lengths: &mut FxHashMap<Box<str>, u16>) {
    let count = name.split(' ').count().min(MOST_WORDS);
    let first = name.split(' ').next().unwrap_or_default();
    let bit = 1_u16 << (count - 1);
    match lengths.get_mut(first) {
        Some(known) => *known |= bit,
        None => {
            lengths.insert(first.into(), bit);
        }
    }
}
