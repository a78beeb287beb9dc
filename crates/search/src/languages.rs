//! The languages of a record: those of its texts, and those of words in another script than the text in which they stand.

use cairn_model::Dataset;
use cairn_model::text::UNDETERMINED;
use serde::{Deserialize, Serialize};

use crate::document::head;
use crate::language::Language;
use crate::texts::{language_of, main_language};

/// Bytes of a text that count where the language of most texts is told.
const LOOKED_AT: usize = 6_000;
/// Languages with rules for stems that are written in Latin letters.
const LATIN: [Language; 4] = [Language::English, Language::French, Language::Spanish, Language::Portuguese];
/// Languages that are written in Arabic letters, and not by the rules of Arabic.
const NOT_ARABIC: [&str; 11] = ["fa", "fas", "per", "prs", "ur", "urd", "ps", "pus", "ckb", "sd", "ug"];

/// The languages of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Languages {
    /// That of texts that name none.
    main: Language,
    /// That of words in Latin letters within a text of another script: the one of most texts, else English.
    latin: Language,
    /// That of words in Arabic letters.
    arabic: Language,
    /// That of words in Cyrillic letters.
    cyrillic: Language,
}

/// The language of a text, of which some words can be in another one of the record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TextLanguage {
    pub(crate) of_text: Language,
    of_record: Languages,
}

impl Languages {
    /// The languages of a record.
    pub(crate) fn of(dataset: &Dataset) -> Self {
        let main = main_language(dataset);
        let texts = dataset.title.0.iter().chain(&dataset.description.0).map(|(tag, text)| (tag, text.as_str()));
        let keywords =
            dataset.keywords.iter().flat_map(|(tag, words)| words.iter().map(move |word| (tag, word.as_str())));
        let mut written = [0; Language::COUNT];
        for (tag, text) in texts.chain(keywords) {
            written[language_of(tag, main).place()] += head(text, LOOKED_AT).len();
        }
        // Of equal ones the last would be taken.
        let latin =
            LATIN.into_iter().rev().max_by_key(|language| written[language.place()]).unwrap_or(Language::English);
        let tags = || dataset.title.0.keys().chain(dataset.description.0.keys()).chain(dataset.keywords.keys());
        let is_in = |codes: &[&str], other: &str| {
            let is_listed = |tag: &String| codes.contains(&tag.split(['-', '_']).next().unwrap_or(tag));
            let is_of_data =
                dataset.languages.iter().any(is_listed) && !dataset.languages.iter().any(|one| one == other);
            tags().any(is_listed) || is_of_data
        };
        let looks_other = main == Language::Other && tags().any(|tag| tag == UNDETERMINED);
        let arabic = if looks_other || is_in(&NOT_ARABIC, "ar") { Language::Other } else { Language::Arabic };
        let is_ukrainian = main == Language::Ukrainian || is_in(&["uk", "ukr"], "ru");
        let cyrillic = if is_ukrainian { Language::Ukrainian } else { Language::Russian };
        Self { main, latin, arabic, cyrillic }
    }

    /// That of a text that says its language, or none.
    pub(crate) fn of_text(self, tag: &str) -> TextLanguage {
        self.within(language_of(tag, self.main))
    }

    /// That of texts that name none.
    pub(crate) fn of_unnamed(self) -> TextLanguage {
        self.within(self.main)
    }

    /// A language of the record's texts.
    pub(crate) fn within(self, of_text: Language) -> TextLanguage {
        TextLanguage { of_text, of_record: self }
    }
}

impl From<Language> for Languages {
    fn from(main: Language) -> Self {
        Self { main, latin: Language::English, arabic: Language::Arabic, cyrillic: Language::Russian }
    }
}

impl From<Language> for TextLanguage {
    fn from(language: Language) -> Self {
        Languages::from(language).of_unnamed()
    }
}

impl TextLanguage {
    /// As [`Language::stem`], by the rules of the language that a word can be in by its letters.
    pub(crate) fn stem(self, folded: &str, written: &str) -> String {
        let Languages { latin, arabic, cyrillic, .. } = self.of_record;
        let possible = Language::possible(folded);
        let language = match possible.first() {
            _ if possible.contains(&self.of_text) => self.of_text,
            Some(Language::English) => latin,
            Some(Language::Arabic) => arabic,
            Some(Language::Russian) => cyrillic,
            _ => Language::Other,
        };
        language.stem(folded, written)
    }

    /// A letter for the language and those beside it.
    pub(crate) fn mark(self) -> char {
        let Languages { latin, arabic, cyrillic, .. } = self.of_record;
        let places = [self.of_text, latin, arabic, cyrillic].map(Language::place);
        let number = places.into_iter().fold(0, |number, place| number * Language::COUNT + place);
        u32::try_from(number).ok().and_then(|number| char::from_u32(FIRST_MARK + number)).unwrap_or('-')
    }

    /// The language of a letter that [`TextLanguage::mark`] gave.
    pub(crate) fn of_mark(mark: char) -> Option<Self> {
        let mut number = u32::from(mark).checked_sub(FIRST_MARK)? as usize;
        let mut take = || {
            let language = Language::at(number % Language::COUNT);
            number /= Language::COUNT;
            language
        };
        let [cyrillic, arabic, latin, of_text] = [take()?, take()?, take()?, take()?];
        (number == 0).then_some(Languages { main: of_text, latin, arabic, cyrillic }.within(of_text))
    }
}

/// From here on there are letters for all.
const FIRST_MARK: u32 = 0x4e00;

#[cfg(test)]
mod tests {
    use cairn_model::{DatasetId, LocalizedText};

    use super::*;

    #[test]
    fn a_word_of_another_script_has_its_stem_in_a_language_of_that() {
        let stem = |language: Language, word: &str| language.stem(word, word);
        let mut record = Dataset::empty(DatasetId::new("source", "1"));
        record.title = LocalizedText::new("ar", "مسح العيادات");
        let arabic = Languages::of(&record);
        assert_eq!(arabic.of_unnamed().stem("clinics", "clinics"), stem(Language::English, "clinics"));
        assert_eq!(arabic.of_unnamed().stem("مدارس", "مدارس"), stem(Language::Arabic, "مدارس"));
        assert_eq!(arabic.of_unnamed().stem("covid19s", "covid19s"), stem(Language::Other, "covid19s"));
        record.description = LocalizedText::new("fr", "Les cliniques");
        assert_eq!(
            Languages::of(&record).of_text("ar").stem("cliniques", "cliniques"),
            stem(Language::French, "cliniques")
        );
        record.title = LocalizedText::new("en", "Schools");
        assert_eq!(Languages::of(&record).of_text("en").stem("مدارس", "مدارس"), stem(Language::Arabic, "مدارس"));
        assert_eq!(Languages::of(&record).of_text("en").stem("школами", "школами"), stem(Language::Russian, "школами"));
        record.languages = vec!["uk".to_owned()];
        assert_eq!(
            Languages::of(&record).of_text("en").stem("школами", "школами"),
            stem(Language::Ukrainian, "школами")
        );
        record.languages = vec!["fa".to_owned()];
        assert_eq!(Languages::of(&record).of_text("en").stem("مدارس", "مدارس"), stem(Language::Other, "مدارس"));
    }

    #[test]
    fn a_mark_gives_its_languages_back() {
        for language in [TextLanguage::from(Language::French), TextLanguage::from(Language::Other)] {
            assert_eq!(TextLanguage::of_mark(language.mark()).map(TextLanguage::mark), Some(language.mark()));
        }
        assert_eq!(TextLanguage::of_mark('a'), None);
    }
}
