//! The lexicon: which concepts of the vocabularies a text names, in whatever language it names them.
//!
//! Names are compared word by word. A word is a run of letters and digits of a text, folded by [`fold()`], so an apostrophe, a
//! hyphen and a slash part words as a space does. Scripts that are written without spaces are not taken apart: names in
//! Chinese are found only where spaces stand around them. Ordinary words are found in the plural, too, and with what Arabic writes
//! onto them; other forms as far as the tables list them.
//!
//! A query names whatever [`Lexicon::mentions`] finds. The text of a record must be more certain: there
//! [`Lexicon::certain_among`] them counts.

mod build;
mod certain;
mod inflected;
mod naming;
mod reading;
mod words;
mod written;

#[cfg(test)]
mod tests;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::{Arc, OnceLock};

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Serialize;
use unicode_normalization::char::is_combining_mark;

use self::build::Builder;
pub use self::certain::{Context, Standing};
use self::inflected::{Begins, behind_letter, without_onset};
pub(super) use self::naming::names_place;
pub use self::reading::KnownWords;
pub(super) use self::words::{CODES_IN_CAPITALS, NO_COUNTRY_CODES};
use super::{APOSTROPHE, Vocabularies, fold, without_teh_marbuta};

/// Most words of a name; a longer one is a description.
const MOST_WORDS: usize = 16;
/// Most steps from a concept to those above it, should tables make a circle of them.
const DEEPEST: usize = 16;

/// A concept: a term of a vocabulary, or a place.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Concept {
    /// `cluster`, `country`, `hazard`, `hxl`, `organisation`, `place`, `population_group` or `theme`.
    pub scheme: &'static str,
    /// Code of the term, P-code of a place.
    pub code: String,
}

impl Concept {
    /// The vocabulary that lists the concept, as `/api/v1/vocabularies/{name}` and [`Vocabularies::names_of`] call it.
    pub fn vocabulary(&self) -> &'static str {
        match self.scheme {
            "population_group" => "population-group",
            scheme => scheme,
        }
    }
}

/// A word of a text, and how it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The word, folded.
    pub text: Arc<str>,
    /// Whether it was written in capitals, two letters at the least: `WHO` is an organisation, `who` is not.
    pub is_capitals: bool,
    /// Whether `#` stood before it: `#affected` is a tag of HXL, `affected` is not.
    pub is_tag: bool,
    /// Whether a hyphen or a slash joins it to the word before: `OPS` in `CO-OPS` is a part of a word.
    pub is_joined: bool,
}

impl Word {
    /// The words of a text.
    pub fn all_in(text: &str) -> Vec<Self> {
        let mut words = Vec::new();
        visit_placed(text, |written, is_tag, is_joined| {
            let is_joined = is_joined && !words.is_empty();
            let is_capitals = is_capitals(written);
            let folded = fold(written);
            for part in parts_of(&folded) {
                words.push(Self { text: part.into(), is_capitals, is_tag, is_joined });
            }
        });
        words
    }
}

/// A name of concepts that stands in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention<'a> {
    /// Its first word, counted from 0.
    pub first: usize,
    /// How many words it has.
    pub words: usize,
    /// What it names: several concepts where it is a name of several (Niger, the country and the state in Nigeria), none where
    /// it is only a namesake of some (New Mexico).
    pub concepts: &'a [Concept],
    /// Those that the name is written out for; for others it is an acronym, a code or an ordinary word.
    in_full: &'a [Concept],
    /// Countries in which an area of this name lies that is no concept.
    elsewhere: &'a [Concept],
    /// Whether a country is named by what its people are called.
    is_of_people: bool,
}

impl Mention<'_> {
    /// How the text in which it was found has it.
    ///
    /// ```
    /// use cairn_model::Vocabularies;
    /// use cairn_model::vocabulary::Word;
    /// let text = "L'aide aux Déplacés  internes (2024)";
    /// let words = Word::all_in(text);
    /// let mentions = Vocabularies::bundled().lexicon().mentions(&words);
    /// assert_eq!(mentions[0].written_in(text), "Déplacés  internes");
    /// ```
    pub fn written_in<'t>(&self, text: &'t str) -> &'t str {
        let (mut words, mut end) = (0, 0);
        let mut begin = None;
        for (gap, written) in written_words(text) {
            let first = end + gap.len();
            end = first + written.len();
            words += parts_of(&fold(written)).count();
            if begin.is_none() && words > self.first {
                begin = Some(first);
            }
            if words >= self.first + self.words {
                break;
            }
        }
        begin.and_then(|begin| text.get(begin..end)).unwrap_or_default()
    }
}

/// Finds the names of concepts in texts.
#[derive(Debug, Default)]
pub struct Lexicon {
    /// Names as folded words with a space between them.
    names: FxHashMap<Box<str>, Meanings>,
    /// How long the names are that begin with a word: bit 0 for those of one word.
    lengths: FxHashMap<Box<str>, u16>,
    /// What names mean that are met in other forms, by what their forms have in common.
    inflected: FxHashMap<Box<str>, Meanings>,
    /// How long those are, as in [`Lexicon::lengths`].
    inflected_lengths: FxHashMap<Box<str>, u16>,
    /// How they begin.
    begins: Begins,
    /// The sets of concepts that names have; the first one is empty.
    sets: Vec<Box<[Concept]>>,
    /// The concept just above another.
    above: FxHashMap<Concept, Concept>,
    /// The terms of other vocabularies that one maps to: the cluster of a theme.
    comprising: FxHashMap<Concept, Vec<Concept>>,
    /// Countries whose first-level areas are known by their names alone.
    known_by_areas: BTreeSet<String>,
    /// The words of all names, put together when they are first asked for.
    words: OnceLock<FxHashSet<Box<str>>>,
}

/// What a name means as it is written, as places of [`Lexicon::sets`]. Each holds what the ones before it hold, too.
#[derive(Debug, Clone, Copy)]
struct Meanings {
    /// In any case.
    plain: u32,
    /// In capitals.
    in_capitals: u32,
    /// With `#` before it.
    as_tag: u32,
    /// As a name that is written out. It may hold what the others do not: a name in full can need capitals.
    in_full: u32,
    /// Countries in which a namesake lies.
    elsewhere: u32,
    /// Whether something that is no concept has the name.
    is_namesake: bool,
    /// Whether it is what the people of a country are called.
    is_of_people: bool,
}

/// How a folded word is spelled in the names that it is compared with.
type Spelling = fn(&str) -> Cow<'_, str>;

impl Lexicon {
    /// The lexicon of vocabularies.
    pub(super) fn of(vocabularies: &Vocabularies) -> Self {
        Builder::of(vocabularies).lexicon()
    }

    /// The words that stand in names of concepts, folded.
    ///
    /// ```
    /// let words = cairn_model::Vocabularies::bundled().lexicon().words();
    /// assert!(words.contains("mercados") && !words.contains("marcadas"));
    /// ```
    pub fn words(&self) -> &FxHashSet<Box<str>> {
        self.words.get_or_init(|| self.names.keys().flat_map(|name| name.split(' ')).map(Box::from).collect())
    }

    /// The names of concepts in a sequence of words: from the left, the longest first, and none within another.
    ///
    /// ```
    /// use cairn_model::Vocabularies;
    /// use cairn_model::vocabulary::Word;
    /// let lexicon = Vocabularies::bundled().lexicon();
    /// let words = Word::all_in("Déplacés internes à Idlib");
    /// let codes: Vec<&str> = lexicon.mentions(&words).iter().map(|mention| mention.concepts[0].code.as_str()).collect();
    /// assert_eq!(codes, ["IDP", "SY07"]);
    /// ```
    pub fn mentions(&self, words: &[Word]) -> Vec<Mention<'_>> {
        self.mentions_from(words, |_| true)
    }

    /// The same, where names begin only at some words.
    fn mentions_from(&self, words: &[Word], may_begin: impl Fn(usize) -> bool) -> Vec<Mention<'_>> {
        let mut mentions = Vec::new();
        let mut first = 0;
        while first < words.len() {
            let mention = if may_begin(first) { self.longest(&words[first..]) } else { None };
            first += match mention {
                Some(mention) => {
                    mentions.push(Mention { first, ..mention });
                    mention.words
                }
                None => 1,
            };
        }
        mentions
    }

    /// The concepts above one, the nearest first: the first-level area and the country of a place, the cluster of an area of
    /// responsibility.
    ///
    /// ```
    /// use cairn_model::{Vocabularies, vocabulary::Concept};
    /// let place = Concept { scheme: "place", code: "YE1501".to_owned() };
    /// let above = Vocabularies::bundled().lexicon().covering(&place);
    /// assert_eq!(above.iter().map(|concept| concept.code.as_str()).collect::<Vec<_>>(), ["YE15", "YEM"]);
    /// ```
    pub fn covering(&self, concept: &Concept) -> Vec<Concept> {
        std::iter::successors(self.above.get(concept), |above| self.above.get(above)).take(DEEPEST).cloned().collect()
    }

    /// What a concept is a part of in other vocabularies, and what lies above that: health facilities are of the cluster that is
    /// health. It is the whole in a record alone: who asks for health facilities does not ask for health.
    ///
    /// ```
    /// use cairn_model::{Vocabularies, vocabulary::Concept};
    /// let theme = Concept { scheme: "theme", code: "landmines".to_owned() };
    /// let comprising = Vocabularies::bundled().lexicon().comprising(&theme);
    /// assert_eq!(comprising.iter().map(|concept| concept.code.as_str()).collect::<Vec<_>>(), ["PRO-MIN", "PRO"]);
    /// ```
    pub fn comprising(&self, concept: &Concept) -> Vec<Concept> {
        let mut comprising: Vec<Concept> = Vec::new();
        for one in std::iter::once(concept).chain(&self.covering(concept)) {
            for mapped in self.comprising.get(one).into_iter().flatten() {
                let with_above = std::iter::once(mapped.clone()).chain(self.covering(mapped));
                for whole in with_above {
                    if !comprising.contains(&whole) {
                        comprising.push(whole);
                    }
                }
            }
        }
        comprising
    }

    /// The groups of people that words within the name of a theme or a cluster name: those in *IDP camps* are displaced.
    fn groups_within(&self, mention: &Mention<'_>, words: &[Word]) -> Vec<&Concept> {
        let is_of_theme = |concept: &Concept| matches!(concept.scheme, "theme" | "cluster");
        if mention.words < 2 || !mention.concepts.iter().any(is_of_theme) {
            return Vec::new();
        }
        let here = &words[mention.first..mention.first + mention.words];
        let mut groups = Vec::new();
        // What begins with its first word is found only where the last is not looked at.
        let parts = std::iter::once(&here[..here.len() - 1]).chain((1..here.len()).map(|from| &here[from..]));
        for part in parts {
            let Some(Mention { concepts, .. }) = self.longest(part) else { continue };
            let is_new = |concept: &&Concept| {
                concept.scheme == "population_group" && !mention.concepts.contains(concept) && !groups.contains(concept)
            };
            let found: Vec<&Concept> = concepts.iter().filter(is_new).collect();
            groups.extend(found);
        }
        groups
    }

    /// The longest name with which words begin. Of two of a length the one counts that is written so.
    fn longest(&self, words: &[Word]) -> Option<Mention<'_>> {
        let first = words.first()?;
        let bare = without_onset(&first.text);
        let same: Spelling = |word| Cow::Borrowed(word);
        // Without one, the other spelling is the same.
        let has_teh_marbuta = words.iter().take(MOST_WORDS).any(|word| word.text.ends_with('ة'));
        let other = Some(without_teh_marbuta as Spelling).filter(|_| has_teh_marbuta);
        let ways = [
            self.longest_as_written(&first.text, words, same),
            bare.as_ref().and_then(|bare| self.longest_as_written(bare, words, same)),
            other.and_then(|other| self.longest_as_written(&first.text, words, other)),
            other.and_then(|other| self.longest_as_written(bare.as_ref()?, words, other)),
            self.longest_inflected(words),
        ];
        // Of equal ones the last would be taken.
        let longest = ways.into_iter().rev().flatten().max_by_key(|mention| mention.words);
        longest.or_else(|| self.longest_behind_letter(words))
    }

    /// The longest name of an area or an organisation with which words begin, behind one letter that Arabic writes onto a word
    /// for *and*, *so*, *in*, *to* or *like* (بمأرب, وتعز). Where the whole word is a name, the letter is its own.
    fn longest_behind_letter(&self, words: &[Word]) -> Option<Mention<'_>> {
        let rest = behind_letter(&words.first()?.text)?;
        let spellings: [Spelling; 2] = [|word| Cow::Borrowed(word), without_teh_marbuta];
        let found = spellings.into_iter().find_map(|spelled| self.longest_as_written(rest, words, spelled))?;
        let is_whose = |concept: &Concept| matches!(concept.scheme, "country" | "place" | "organisation");
        found.concepts.iter().all(is_whose).then_some(found)
    }

    /// The longest name with which words begin of which the first is taken to be `first`, and each to be spelled so.
    fn longest_as_written(&self, first: &str, words: &[Word], spelled: Spelling) -> Option<Mention<'_>> {
        let first = spelled(first);
        let lengths = *self.lengths.get(first.as_ref())?;
        let mut name = String::new();
        let mut longest = None;
        for (index, word) in words.iter().take(MOST_WORDS).enumerate() {
            let rest = lengths >> index;
            if rest == 0 {
                break;
            }
            if index > 0 {
                name.push(' ');
            }
            if index == 0 {
                name.push_str(&first);
            } else {
                name.push_str(&spelled(&word.text));
            }
            let meanings = if rest & 1 == 1 { self.names.get(name.as_str()) } else { None };
            longest = meanings.and_then(|meanings| self.mention_of(*meanings, &words[..=index])).or(longest);
        }
        longest
    }

    /// A name with these meanings, as it is written in all of these words; `None` where it is none when it is written so.
    fn mention_of(&self, meanings: Meanings, words: &[Word]) -> Option<Mention<'_>> {
        let concepts = self.meant(meanings, words);
        let [in_full, elsewhere] = [meanings.in_full, meanings.elsewhere].map(|set| &*self.sets[set as usize]);
        let is_of_people = meanings.is_of_people;
        let mention = Mention { first: 0, words: words.len(), concepts, in_full, elsewhere, is_of_people };
        (meanings.is_namesake || !concepts.is_empty()).then_some(mention)
    }

    fn meant(&self, meanings: Meanings, words: &[Word]) -> &[Concept] {
        let set = if words.first().is_some_and(|word| word.is_tag) {
            meanings.as_tag
        } else if words.iter().all(|word| word.is_capitals) {
            meanings.in_capitals
        } else {
            meanings.plain
        };
        &self.sets[set as usize]
    }
}

/// The runs of letters and digits of a text, each with what stands between it and the one before.
fn written_words(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let is_part = |letter: char| {
        letter.is_alphanumeric() && letter != APOSTROPHE || is_combining_mark(letter) || letter == '\u{640}'
    };
    let mut rest = text;
    std::iter::from_fn(move || {
        let from = rest.find(is_part)?;
        let length = rest[from..].find(|letter| !is_part(letter)).unwrap_or(rest.len() - from);
        let found = (&rest[..from], &rest[from..from + length]);
        rest = &rest[from + length..];
        Some(found)
    })
}

/// Visits them, each with whether `#` stood before it, and whether it is joined to what stands before.
fn visit_placed(text: &str, mut visit: impl FnMut(&str, bool, bool)) {
    let mut is_tag = false;
    for (gap, written) in written_words(text) {
        is_tag = if gap.is_empty() { is_tag } else { gap.ends_with('#') };
        visit(written, is_tag, is_joint(gap));
    }
}

/// The words that a folded one came to.
fn parts_of(folded: &str) -> impl Iterator<Item = &str> {
    folded.split(' ').filter(|part| !part.is_empty())
}

/// Whether what stands between two words makes them one.
fn is_joint(gap: &str) -> bool {
    matches!(gap, "-" | "/" | "\\" | "_" | "&" | "\u{2010}" | "\u{2011}" | "\u{2013}")
}

/// Whether a text is written in capitals: it has two letters or more, and none that is not a capital.
fn is_capitals(text: &str) -> bool {
    let letters = || text.chars().filter(|letter| letter.is_alphabetic());
    letters().count() > 1 && letters().all(char::is_uppercase)
}
