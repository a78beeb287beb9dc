//! The title and the description of a record, in the languages that it has.

use std::collections::BTreeSet;

use cairn_model::text::UNDETERMINED;
use cairn_model::{Dataset, LocalizedText, Vocabularies};

use super::bounds::{Beginning, MOST_TEXT, shortened};
use super::plain_text::paragraphs;

/// Languages beside the one that is shown first.
const MOST_OTHERS: usize = 20;

/// What a record says of itself in one language.
pub(super) struct Text {
    /// The language, as a tag; none where nobody stated it.
    pub(super) tag: Option<String>,
    /// What the language is called.
    pub(super) name: String,
    /// Empty where the record has none in it.
    pub(super) title: String,
    /// The language of the description, which may be another one where it has none in that of the title.
    pub(super) description_tag: Option<String>,
    pub(super) description: Beginning,
}

/// What a record says of itself in a language, or the nearest that it has, and then in others what is not shown by that.
pub(super) fn texts(dataset: &Dataset, language: &str, vocabularies: &Vocabularies) -> (Text, Vec<Text>) {
    let (title, description) = (dataset.title.best_with_tag(language), dataset.description.best_with_tag(language));
    let mut room = MOST_TEXT;
    let first = Text {
        tag: tag(title.map_or(language, |(tag, _)| tag)),
        name: String::new(),
        title: title.map(|(_, text)| text.to_owned()).unwrap_or_default(),
        description_tag: tag(description.map_or(language, |(tag, _)| tag)),
        description: Beginning::within(&mut room, paragraphs(description.map_or("", |(_, text)| text))),
    };
    let tags: BTreeSet<&String> = dataset.title.0.keys().chain(dataset.description.0.keys()).collect();
    let mut other = |one: &String| {
        let of = |text: &'_ LocalizedText, shown: Option<(&str, &str)>| {
            let is_shown = shown.is_some_and(|(tag, _)| tag == one);
            text.0.get(one).filter(|_| !is_shown).cloned().unwrap_or_default()
        };
        let (title, description) = (of(&dataset.title, title), of(&dataset.description, description));
        let is_there = !title.trim().is_empty() || !description.trim().is_empty();
        is_there.then(|| Text {
            tag: tag(one),
            name: if one == UNDETERMINED { "Other".to_owned() } else { vocabularies.label("language", one, "en") },
            title: shortened(&title),
            description_tag: tag(one),
            description: Beginning::within(&mut room, paragraphs(&description)),
        })
    };
    (first, tags.into_iter().filter_map(&mut other).take(MOST_OTHERS).collect())
}

fn tag(tag: &str) -> Option<String> {
    (tag != UNDETERMINED).then(|| tag.to_owned())
}

#[cfg(test)]
mod tests {
    use cairn_model::DatasetId;

    use super::*;

    #[test]
    fn every_language_of_a_record_is_shown_once() {
        let mut dataset = Dataset::empty(DatasetId::new("source", "1"));
        dataset.title =
            LocalizedText([("ar", "آبار"), ("fr", "Puits")].map(|(tag, text)| (tag.into(), text.into())).into());
        dataset.description = LocalizedText::new("fr", "Les puits.");
        let shown = |language: &str| {
            let (first, others) = texts(&dataset, language, Vocabularies::bundled());
            let told =
                |one: &Text| (one.tag.clone().unwrap_or_default(), one.title.clone(), one.description.paragraphs.len());
            let others: Vec<_> = others.iter().map(|one| (one.name.clone(), told(one))).collect();
            (told(&first), others)
        };
        let row = |tag: &str, title: &str, paragraphs| (tag.to_owned(), title.to_owned(), paragraphs);
        assert_eq!(shown("fr"), (row("fr", "Puits", 1), vec![("Arabic".to_owned(), row("ar", "آبار", 0))]));
        assert_eq!(shown("ar"), (row("ar", "آبار", 1), vec![("French".to_owned(), row("fr", "Puits", 0))]));
    }

    #[test]
    fn the_descriptions_of_all_languages_share_the_room_of_a_page() {
        let mut dataset = Dataset::empty(DatasetId::new("source", "1"));
        let text = "y".repeat(MOST_TEXT * 2 / 3);
        dataset.description = LocalizedText(["ar", "en", "fr"].map(|tag| (tag.into(), text.clone())).into());
        let (first, others) = texts(&dataset, "en", Vocabularies::bundled());
        let all = std::iter::once(&first).chain(&others).map(|text| &text.description);
        let shown: usize = all.clone().flat_map(|one| &one.paragraphs).map(|one| one.chars().count()).sum();
        assert_eq!(all.map(|one| one.goes_on).collect::<Vec<_>>(), [false, true, true]);
        assert!(shown <= MOST_TEXT + 2, "{shown}");
    }
}
