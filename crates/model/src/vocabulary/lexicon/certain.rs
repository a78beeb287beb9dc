//! What the text of a record names for certain.
//!
//! Whoever asks may name any place by its bare name and anything by its acronym. In the text of a record the same letters
//! are more often something else: California is a municipality of Colombia, too, and `RSS` a feed of news. There they count
//! where something else in the record says that they are meant.

use std::collections::HashSet;

use super::naming::is_short_in_arabic;
use super::words::{AMBIGUOUS_ACRONYMS, SURE_ACRONYMS};
use super::{Concept, Lexicon, Mention, Word};

/// Most letters of an acronym that is as likely a chance as a name.
const SHORT: usize = 4;

/// Where a text stands in a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// A title or a description.
    Text,
    /// A keyword or a topic, where a code can stand alone.
    Keyword,
    /// The name of an organisation, which is often its acronym.
    Organisation,
}

/// What a record says without doubt, by which the rest is understood.
#[derive(Debug, Clone, Default)]
pub struct Context {
    concepts: HashSet<Concept>,
    countries: HashSet<String>,
    /// Countries that it names by names which areas of others have, too, with those others.
    doubtful: HashSet<(String, Vec<Concept>)>,
    /// Countries of areas that it names and that are no concepts.
    elsewhere: HashSet<String>,
}

impl Context {
    /// Adds what the record states by code.
    pub fn state(&mut self, concept: &Concept, lexicon: &Lexicon) {
        self.countries.extend(lexicon.country_of(concept));
        self.concepts.insert(concept.clone());
    }

    /// Adds what a text of the record names in full, of all that [stands in it](Lexicon::mentions); not by its people.
    pub fn read(&mut self, words: &[Word], mentions: &[Mention<'_>], lexicon: &Lexicon) {
        // Syrian refugees are in another country, most often.
        for mention in mentions.iter().filter(|mention| !mention.is_of_people) {
            let in_full = mention.concepts.iter().filter(|concept| mention.is_in_full(concept));
            let is_country = |concept: &&Concept| concept.scheme == "country";
            match (mention.elsewhere, mention.concepts.iter().find(is_country)) {
                ([], _) => {}
                (elsewhere, None) => self.elsewhere.extend(elsewhere.iter().map(|country| country.code.clone())),
                (elsewhere, Some(country)) => {
                    self.doubtful.insert((country.code.clone(), elsewhere.to_vec()));
                    continue;
                }
            }
            let sure = words[mention.first..mention.first + mention.words].iter().all(is_sure);
            let named = mention.concepts.iter().filter(|_| sure).chain(in_full);
            for concept in named.filter(|concept| concept.scheme != "place") {
                self.state(concept, lexicon);
            }
        }
    }

    /// Whether what a name is a namesake of is as likely meant as the country: Georgia beside Alabama.
    fn is_in_doubt(&self, elsewhere: &[Concept]) -> bool {
        elsewhere.iter().any(|country| self.countries.contains(&country.code) || self.elsewhere.contains(&country.code))
    }

    /// The countries that the record is about.
    fn countries(&self) -> impl Iterator<Item = &str> {
        let doubtful = self.doubtful.iter().filter(|(_, elsewhere)| !self.is_in_doubt(elsewhere));
        self.countries.iter().chain(doubtful.map(|(country, _)| country)).map(String::as_str)
    }

    /// Whether anything says that the record is about humanitarian work.
    fn is_of_the_field(&self, lexicon: &Lexicon) -> bool {
        let says = |concept: &Concept| matches!(concept.scheme, "cluster" | "population_group" | "organisation");
        self.concepts.iter().any(says) || self.countries().any(|code| lexicon.known_by_areas.contains(code))
    }
}

impl Mention<'_> {
    /// Whether an area has the name that is no concept, whatever else has it.
    pub fn may_be_elsewhere(&self) -> bool {
        !self.elsewhere.is_empty()
    }

    /// Whether a concept is a country that is named by what its people are called: they can be anywhere.
    pub fn is_of_people_of(&self, concept: &Concept) -> bool {
        self.is_of_people && concept.scheme == "country"
    }

    /// Whether the name is written out for a concept, and no acronym or code of it.
    fn is_in_full(&self, concept: &Concept) -> bool {
        self.in_full.contains(concept)
    }
}

impl Lexicon {
    /// What a text of a record names for certain: the concepts of each of its [mentions](Self::mentions), each with that, as
    /// often as they are mentioned.
    ///
    /// - A place counts where its country is stated or named in the record. Where no country is, a first-level area counts
    ///   whose [name is known by itself](Self::known_area), as those of countries in crisis are.
    /// - A country whose name an area of another country has, too, counts where nothing says that the record is about that:
    ///   Georgia beside Alabama only where it is stated by code or named otherwise.
    /// - The name of a theme or a cluster also names the groups of people that it holds: *refugee camps* name refugees.
    /// - A name of two letters in Arabic counts alone in a keyword.
    /// - A part of a word with hyphens or slashes is no acronym of a country or an organisation (`CO-OPS`), but can be one of what
    ///   a text is about (`UXO/ERW`).
    /// - A short acronym or a code of a country or of an organisation counts where the record states that or names it in
    ///   full, alone in a keyword, and in the name of an organisation. So does the name of a country that is an ordinary word:
    ///   مالي is Mali, and what is financial. Those that stand for many things count only where
    ///   the record states or names what they mean; of themes, also where anything tells of humanitarian work.
    ///
    /// ```
    /// use cairn_model::Vocabularies;
    /// use cairn_model::vocabulary::{Context, Standing, Word};
    /// let lexicon = Vocabularies::bundled().lexicon();
    /// let codes = |text: &str| {
    ///     let (words, mut context) = (Word::all_in(text), Context::default());
    ///     let mentions = lexicon.mentions(&words);
    ///     context.read(&words, &mentions, lexicon);
    ///     let named = lexicon.certain_among(&words, &mentions, Standing::Text, &context);
    ///     named.into_iter().map(|(_, concept)| concept.code.clone()).collect::<Vec<_>>()
    /// };
    /// assert_eq!(codes("Lawns in California"), Vec::<String>::new());
    /// assert_eq!(codes("Lawns in California, Colombia"), ["CO68132", "COL"]);
    /// ```
    pub fn certain_among<'m, 'a>(
        &'a self,
        words: &[Word],
        mentions: &'m [Mention<'a>],
        standing: Standing,
        context: &Context,
    ) -> Vec<(&'m Mention<'a>, &'a Concept)> {
        let mut named = Vec::new();
        for mention in mentions {
            let found = Found { mention, words, standing, context };
            let before = named.len();
            let certain = mention.concepts.iter().filter(|concept| self.is_certain(concept, &found));
            named.extend(certain.map(|concept| (mention, concept)));
            if named.len() > before {
                let within = self.groups_within(mention, words).into_iter();
                named.extend(within.map(|concept| (mention, concept)));
            }
        }
        named
    }

    fn is_certain(&self, concept: &Concept, found: &Found<'_>) -> bool {
        if found.here().first().is_some_and(|word| word.is_tag) {
            return true;
        }
        if matches!(found.here(), [word] if is_short_in_arabic(&word.text)) && !found.is_keyword() {
            return false;
        }
        if concept.scheme == "place" {
            return self.is_certain_place(concept, found);
        }
        if concept.scheme == "country" && found.context.is_in_doubt(found.mention.elsewhere) {
            return found.context.concepts.contains(concept);
        }
        if found.mention.is_in_full(concept) {
            return true;
        }
        let Some(acronym) = found.here().first() else { return false };
        let is_ambiguous = AMBIGUOUS_ACRONYMS.contains(acronym.text.as_ref());
        let is_of_somebody = matches!(concept.scheme, "country" | "organisation");
        if found.is_part_of_word() && (is_of_somebody || is_ambiguous) {
            return false;
        }
        if is_sure(acronym) || found.context.concepts.contains(concept) {
            return true;
        }
        match concept.scheme {
            "country" => found.is_keyword() && !is_ambiguous,
            "organisation" => {
                let stands_for_one = found.is_keyword() || found.standing == Standing::Organisation;
                (acronym.text.len() > SHORT || stands_for_one) && !is_ambiguous
            }
            _ => !is_ambiguous || found.context.is_of_the_field(self),
        }
    }

    fn is_certain_place(&self, concept: &Concept, found: &Found<'_>) -> bool {
        let Some(country) = self.country_of(concept) else { return false };
        let mut countries = found.context.countries().peekable();
        if countries.peek().is_some() {
            return countries.any(|one| one == country);
        }
        let is_like_acronym = found.here().iter().all(|word| word.is_capitals && word.text.len() <= SHORT);
        let is_known = self.known_area(found.mention.concepts) == Some(concept);
        is_known && (!is_like_acronym || found.is_keyword())
    }

    /// Which of the concepts of a name is meant where nothing else tells: the one first-level area of a country whose areas are
    /// known by their names (Gaza in Palestine, before the province of Mozambique); none where a country has the name.
    pub fn known_area<'a>(&self, concepts: &'a [Concept]) -> Option<&'a Concept> {
        if concepts.iter().any(|concept| concept.scheme == "country") {
            return None;
        }
        let is_known = |concept: &&Concept| {
            let above = self.above.get(concept).filter(|above| above.scheme == "country");
            above.is_some_and(|country| self.known_by_areas.contains(&country.code))
        };
        let mut known = concepts.iter().filter(is_known);
        known.next().filter(|_| known.next().is_none())
    }

    /// The country that a concept is or lies in.
    fn country_of(&self, concept: &Concept) -> Option<String> {
        let is_country = |one: &Concept| one.scheme == "country";
        if is_country(concept) {
            return Some(concept.code.clone());
        }
        self.covering(concept).into_iter().find(is_country).map(|country| country.code)
    }
}

/// A mention where it was found.
struct Found<'a> {
    mention: &'a Mention<'a>,
    words: &'a [Word],
    standing: Standing,
    context: &'a Context,
}

impl Found<'_> {
    fn here(&self) -> &[Word] {
        &self.words[self.mention.first..self.mention.first + self.mention.words]
    }

    /// Whether a hyphen or a slash joins it to the word before it or after it.
    fn is_part_of_word(&self) -> bool {
        let after = self.words.get(self.mention.first + self.mention.words);
        [self.here().first(), after].into_iter().flatten().any(|word| word.is_joined)
    }

    /// Whether it is all of a keyword.
    fn is_keyword(&self) -> bool {
        self.standing == Standing::Keyword && self.mention.words == self.words.len()
    }
}

fn is_sure(word: &Word) -> bool {
    word.is_capitals && SURE_ACRONYMS.contains(word.text.as_ref())
}
