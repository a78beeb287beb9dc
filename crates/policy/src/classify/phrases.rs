//! Phrases in texts, word by word: `name` is no word of `filename`.

use cairn_model::vocabulary::fold;

/// The Arabic article, which is written together with its noun.
const ARTICLE: &str = "ال";

/// A text by its words, in one spelling: case, accents, punctuation and the Arabic article make no difference.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Words(Vec<String>);

impl Words {
    /// The words of a text.
    pub(super) fn of(text: &str) -> Self {
        let folded = fold(text);
        Self(folded.split(' ').filter(|word| !word.is_empty()).map(without_article).map(str::to_owned).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the words of a phrase stand here next to each other. A phrase without words stands nowhere.
    pub(super) fn hold(&self, phrase: &Words) -> bool {
        !phrase.is_empty() && self.0.windows(phrase.len()).any(|window| window == phrase.0.as_slice())
    }
}

/// An Arabic word without its article, where enough of it is left to be a word.
fn without_article(word: &str) -> &str {
    word.strip_prefix(ARTICLE).filter(|rest| rest.chars().count() > 2).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::Words;

    #[test]
    fn a_phrase_is_found_by_whole_words_in_any_spelling() {
        let cases = [
            ("Liste des bénéficiaires 2026", "beneficiaires", true),
            ("A list of BENEFICIARY names", "beneficiary names", true),
            ("filename", "name", false),
            ("names of beneficiary groups", "beneficiary names", false),
            ("سجل المستفيدين", "مستفيدين", true),
            ("مستفيدين", "المستفيدين", true),
            ("anything", "", false),
        ];
        for (text, phrase, expected) in cases {
            assert_eq!(Words::of(text).hold(&Words::of(phrase)), expected, "{phrase} in {text}");
        }
    }
}
