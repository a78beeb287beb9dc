//! Many texts read one after the other: most words of a text were met before, and most begin no name.

use std::sync::Arc;

use super::inflected::{behind_letter, without_onset};
use super::{Lexicon, Mention, Word, fold, is_capitals, parts_of, visit_placed};
use crate::vocabulary::Remembered;
use crate::vocabulary::forms::{common, without_teh_marbuta};

/// What words came to in texts that one [`Lexicon`] read.
#[derive(Debug, Default)]
pub struct KnownWords(Remembered<Known>);

/// What a word comes to as it is written.
#[derive(Debug)]
struct Known {
    /// The words that it is when folded, each with whether a name may begin with it.
    parts: Box<[(Arc<str>, bool)]>,
    is_capitals: bool,
}

impl Known {
    fn of(written: &str, lexicon: &Lexicon) -> Self {
        let folded = fold(written);
        let parts = parts_of(&folded).map(|part| (part.into(), lexicon.may_begin(part))).collect();
        Self { parts, is_capitals: is_capitals(written) }
    }
}

impl Lexicon {
    /// The words of a text and the [names](Self::mentions) among them. `known` is of this lexicon alone.
    ///
    /// ```
    /// use cairn_model::Vocabularies;
    /// use cairn_model::vocabulary::{KnownWords, Word};
    /// let (lexicon, mut known) = (Vocabularies::bundled().lexicon(), KnownWords::default());
    /// let text = "Déplacés internes à Idlib";
    /// let (words, mentions) = lexicon.read(text, &mut known);
    /// assert_eq!((mentions.len(), mentions), (2, lexicon.mentions(&Word::all_in(text))));
    /// assert_eq!(words, Word::all_in(text));
    /// ```
    pub fn read(&self, text: &str, known: &mut KnownWords) -> (Vec<Word>, Vec<Mention<'_>>) {
        let (mut words, mut begins) = (Vec::new(), Vec::new());
        visit_placed(text, |written, is_tag, is_joined| {
            let is_joined = is_joined && !words.is_empty();
            let Known { parts, is_capitals } = known.0.of(written, || Known::of(written, self));
            for (text, may_begin) in parts {
                words.push(Word { text: Arc::clone(text), is_capitals: *is_capitals, is_tag, is_joined });
                begins.push(*may_begin);
            }
        });
        let mentions = self.mentions_from(&words, |at| begins[at]);
        (words, mentions)
    }

    /// Whether any name may begin with a folded word, in any of the ways in which [`Self::longest`] looks for one.
    fn may_begin(&self, word: &str) -> bool {
        let begins = |word: &str| {
            self.lengths.contains_key(word) || self.lengths.contains_key(without_teh_marbuta(word).as_ref())
        };
        begins(word)
            || without_onset(word).is_some_and(|bare| begins(&bare))
            || behind_letter(word).is_some_and(begins)
            || self.begins.may_begin(word) && self.inflected_lengths.contains_key(common(word).as_ref())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, any, prop_oneof, proptest};
    use proptest::sample::select;

    use super::*;
    use crate::Vocabularies;

    /// Names, words that names begin with and others, as they stand in texts.
    const PARTS: &[&str] = &[
        "déplacés internes",
        "IDPs",
        "idp camps",
        "بمأرب",
        "وتعز",
        "وزارة الصحة",
        "المدارس",
        "محافظة إدلب",
        "WHO",
        "who",
        "#affected",
        "CO-OPS",
        "clean",
        "water",
        "Burkina Faso",
        "New",
        "New Mexico",
        "Niger",
        "в Украине",
        "refugees",
        "l'eau",
        "½",
        "3W/4W",
    ];

    proptest! {
        #[test]
        fn what_was_met_before_is_read_as_if_it_was_not(
            texts in proptest::collection::vec(
                proptest::collection::vec(
                    prop_oneof![4 => select(PARTS).prop_map(str::to_owned), 1 => any::<String>()], 0..8),
                1..4),
        ) {
            let (lexicon, mut known) = (Vocabularies::bundled().lexicon(), KnownWords::default());
            for text in texts.iter().map(|parts| parts.join(" ")) {
                let expected = Word::all_in(&text);
                let (words, mentions) = lexicon.read(&text, &mut known);
                assert_eq!(mentions, lexicon.mentions(&expected), "{text}");
                assert_eq!(words, expected, "{text}");
            }
        }
    }
}
