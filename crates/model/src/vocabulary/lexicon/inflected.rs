//! Names of concepts in another form than their tables list: in the plural, in a case of Russian, or with what Arabic writes
//! onto a word.
//!
//! Ordinary words have forms. An acronym, a code and the name of a place have none, and neither has an organisation of one or
//! two words, which is a name before it is words.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::LazyLock;

use super::build::Gathered;
use super::{Lexicon, MOST_WORDS, Mention, Word};
use crate::vocabulary::forms::{common, without_proclitics};

/// Words of the name of an organisation from which on they have forms.
const ORDINARY_WORDS: usize = 3;
/// Letters of a name of one word from which on it has forms.
const FEWEST_LETTERS: usize = 4;
/// Letters that follow *and* at least where it stands before an alef, in a name.
const AFTER_AND: usize = 4;
/// Letters of the name of an area or an organisation at least behind *and*, *so*, *in*, *to* and *like*.
const BEHIND_LETTER: usize = 3;

/// Words that are a form of a name, and say something else in most texts: *minor damage*, *capacity building*, *droits de
/// l'homme*, Puerto Rico, Nevada.
const OTHER_WORDS: &str = "
    well, minor, mineur, return, retour, building, village, forage, logistic, demonstration, footprint, homme, puerto, pont, nevada,
    carpa, tente, pozo, jeune, route, street, bridge, قاصر, مزارع, عايد, يافع, مفقود, فتية
";

static NO_FORMS: LazyLock<HashSet<&str>> = LazyLock::new(|| OTHER_WORDS.split(',').map(str::trim).collect());

/// Whether a name of a scheme is met in other forms as well.
pub(super) fn has_forms(scheme: &str, name: &str) -> bool {
    let count = name.split_whitespace().count();
    let is_cyrillic = name.starts_with(|letter| ('\u{400}'..='\u{52f}').contains(&letter));
    match scheme {
        "country" => is_cyrillic,
        "organisation" => count >= ORDINARY_WORDS,
        "theme" | "hazard" | "population_group" | "cluster" => {
            // A capital within a word makes it a code: HeRAMS, UXOs.
            count > 1
                || name.chars().filter(|letter| letter.is_alphabetic()).count() >= FEWEST_LETTERS
                    && !name.chars().skip(1).any(char::is_uppercase)
        }
        _ => false,
    }
}

/// Names by what their forms have in common.
#[derive(Debug, Default)]
pub(super) struct Inflected(BTreeMap<String, BTreeSet<String>>);

impl Inflected {
    /// Takes a folded name that [has forms](has_forms).
    pub(super) fn take(&mut self, folded: &str) {
        let common = folded.split(' ').map(common).collect::<Vec<_>>().join(" ");
        self.0.entry(common).or_default().insert(folded.to_owned());
    }

    /// Takes an acronym, folded. Its plural is a name of its own where a table lists it.
    pub(super) fn take_acronym(&mut self, folded: &str) {
        // Nothing in a text comes to what has a sign in it, so no other form of it is met.
        self.0.entry(format!("{folded}+s")).or_default().extend([folded.to_owned(), format!("{folded}s")]);
    }

    /// Makes names that are forms of each other mean the same where they have a meaning in common, and gives what each group of
    /// them means, which is written out in every form. Names that have none in common are two, and met as they are alone.
    pub(super) fn join(self, meanings: &mut HashMap<String, Gathered>) -> Vec<(String, Gathered)> {
        let mut groups = Vec::new();
        for (common, names) in self.0 {
            let sets: Vec<&BTreeSet<u32>> = names
                .iter()
                .filter_map(|name| meanings.get(name))
                .map(|gathered| &gathered.plain)
                .filter(|plain| !plain.is_empty())
                .collect();
            let Some(first) = sets.first() else { continue };
            if !first.iter().any(|number| sets.iter().all(|set| set.contains(number))) {
                continue;
            }
            let all: BTreeSet<u32> = sets.iter().copied().flatten().copied().collect();
            let is_of_people = names.iter().filter_map(|name| meanings.get(name)).any(|gathered| gathered.is_of_people);
            for name in &names {
                if let Some(gathered) = meanings.get_mut(name).filter(|gathered| !gathered.plain.is_empty()) {
                    gathered.plain.clone_from(&all);
                    // An acronym stays one.
                    if !gathered.in_full.is_empty() {
                        gathered.in_full.extend(&all);
                    }
                }
            }
            groups.push((common, Gathered { in_full: all.clone(), plain: all, is_of_people, ..Gathered::default() }));
        }
        groups
    }
}

/// Which three letters names begin with that are met in other forms: most words of a text begin with others, and are not taken
/// apart.
#[derive(Debug, Default)]
pub(super) struct Begins(Vec<bool>);

impl Begins {
    /// Five bits of each of three letters of the alphabet; `None` for other words.
    fn place(word: &str) -> Option<usize> {
        let letters = word.as_bytes().get(..3)?;
        let is_latin = letters.iter().all(u8::is_ascii_lowercase);
        is_latin.then(|| letters.iter().fold(0, |place, letter| place << 5 | usize::from(letter & 31)))
    }

    /// Takes a name in one of its forms.
    pub(super) fn take(&mut self, name: &str) {
        self.0.resize(1 << 15, false);
        if let Some(begins) = Self::place(name).and_then(|place| self.0.get_mut(place)) {
            *begins = true;
        }
    }

    pub(super) fn may_begin(&self, word: &str) -> bool {
        Self::place(word).is_none_or(|place| self.0.get(place).is_some_and(|begins| *begins))
    }
}

impl Lexicon {
    /// The longest name with which words begin in another form.
    pub(super) fn longest_inflected(&self, words: &[Word]) -> Option<Mention<'_>> {
        let word = words.first().filter(|word| !word.is_tag)?;
        if !self.begins.may_begin(&word.text) {
            return None;
        }
        let mut name = common(&word.text).into_owned();
        let lengths = *self.inflected_lengths.get(name.as_str())?;
        let mut longest = None;
        for (index, word) in words.iter().take(MOST_WORDS).enumerate() {
            let rest = lengths >> index;
            if rest == 0 {
                break;
            }
            if index > 0 {
                name.push(' ');
                name.push_str(&common(&word.text));
            }
            let is_other = index == 0 && NO_FORMS.contains(&*word.text);
            if rest & 1 == 1
                && !is_other
                && let Some(meanings) = self.inflected.get(name.as_str())
            {
                longest = self.mention_of(*meanings, &words[..=index]).or(longest);
            }
        }
        longest
    }
}

/// What stands behind one letter that Arabic may have written onto a folded word, if that is long enough to be a name.
pub(super) fn behind_letter(word: &str) -> Option<&str> {
    let rest = word.strip_prefix(['و', 'ف', 'ب', 'ك', 'ل'])?;
    rest.chars().nth(BEHIND_LETTER - 1).map(|_| rest)
}

/// A folded word of Arabic without what is written onto it, if there may be something.
pub(super) fn without_onset(word: &str) -> Option<Cow<'_, str>> {
    if !word.starts_with(['و', 'ف', 'ب', 'ك', 'ل']) {
        return None;
    }
    match without_proclitics(word, word) {
        // An alef after it may have had a hamza. That what follows is a name says enough.
        Cow::Borrowed(same) if same == word => {
            let rest = word.strip_prefix('و').filter(|rest| rest.starts_with('ا'))?;
            rest.chars().nth(AFTER_AND - 1).map(|_| Cow::Borrowed(rest))
        }
        bare => Some(bare),
    }
}
