//! The texts of a record by which it is found: which of them, in which field, in which language.

use cairn_model::text::UNDETERMINED;
use cairn_model::{Dataset, Vocabularies};

use crate::document::head;
use crate::language::Language;
use crate::languages::{Languages, TextLanguage};
use crate::schema::{ALL, ATTRIBUTES, KEYWORDS, TITLE};

/// Bytes of one text that are indexed; what is longer is cut.
const INDEXED_TEXT: usize = 200_000;
/// Values of one list (keywords, fields, distributions ...) that are indexed.
pub(crate) const INDEXED_VALUES: usize = 2_000;
/// Bytes of a description by which the language of a record is told.
const LOOKED_AT: usize = 6_000;
/// A record that covers more countries or clusters than this is not found by the name of each.
const NAMED_CODES: usize = 12;
/// Languages in which countries and clusters are found by name.
pub(crate) const LANGUAGES: [&str; 4] = ["en", "fr", "es", "ar"];

/// The language of a text that says one, or none: that of the record.
pub(crate) fn language_of(tag: &str, of_record: Language) -> Language {
    if tag == UNDETERMINED { of_record } else { Language::of(tag, "") }
}

/// The language of what a record says without naming one: as its title and description look, where they name none; else that of
/// its titles, of several the one in which the texts look that name none, or else the first.
pub(crate) fn main_language(dataset: &Dataset) -> Language {
    let unnamed =
        [&dataset.title, &dataset.description].map(|texts| texts.0.get(UNDETERMINED).map_or("", String::as_str));
    if unnamed.iter().any(|text| !text.is_empty()) {
        let [title, description] = unnamed;
        return Language::detected(&format!("{title}. {}", head(description, LOOKED_AT)));
    }
    let mut tagged = dataset.title.0.iter().map(|(tag, text)| Language::of(tag, text));
    let Some(first) = tagged.next() else { return Language::Other };
    let others: Vec<Language> = tagged.filter(|language| *language != first).collect();
    if others.is_empty() {
        return first;
    }
    let mut sample = String::new();
    for text in other_texts(dataset).chain(&dataset.topics) {
        sample.push_str(head(text, LOOKED_AT));
        sample.push_str(". ");
        if sample.len() >= LOOKED_AT {
            break;
        }
    }
    Some(Language::detected(&sample)).filter(|language| others.contains(language)).unwrap_or(first)
}

/// Visits the texts of a record, each with the place of its field ([`crate::schema::Fields::stems`]) and its language; `languages` are
/// those of the record.
pub(crate) fn each_text(
    dataset: &Dataset,
    languages: Languages,
    vocabularies: &Vocabularies,
    mut visit: impl FnMut(usize, TextLanguage, &str),
) {
    let own = languages.of_unnamed();
    let mut add = |field: usize, language: TextLanguage, text: &str| visit(field, language, head(text, INDEXED_TEXT));
    for (tag, title) in &dataset.title.0 {
        add(TITLE, languages.of_text(tag), title);
    }
    let keywords = dataset.keywords.iter().flat_map(|(tag, words)| words.iter().map(move |word| (tag, word)));
    for (tag, keyword) in keywords.take(INDEXED_VALUES) {
        add(KEYWORDS, languages.of_text(tag), keyword);
    }
    for topic in dataset.topics.iter().take(INDEXED_VALUES) {
        add(KEYWORDS, own, topic);
    }
    let mut names: Vec<&str> = Vec::new();
    for organisation in [&dataset.owner, &dataset.publisher, &dataset.custodian, &dataset.steward] {
        if let Some(organisation) = organisation
            && !names.contains(&organisation.name.as_str())
        {
            names.push(&organisation.name);
        }
    }
    for name in names {
        add(ATTRIBUTES, own, name);
    }
    for (tag, description) in &dataset.description.0 {
        add(ALL, languages.of_text(tag), description);
    }
    for text in other_texts(dataset) {
        add(ALL, own, text);
    }
    // A record that gives its country by code alone is found by the country's name.
    for (vocabulary, codes) in [("country", &dataset.countries), ("cluster", &dataset.clusters)] {
        if codes.len() > NAMED_CODES {
            continue;
        }
        for code in codes {
            add(ATTRIBUTES, languages.within(Language::Other), code);
            let mut labels: Vec<String> = Vec::new();
            for language in LANGUAGES {
                let label = vocabularies.label(vocabulary, code, language);
                if label != *code && !labels.contains(&label) {
                    add(ATTRIBUTES, languages.within(Language::of(language, &label)), &label);
                    labels.push(label);
                }
            }
        }
    }
}

/// The texts of a record that name no language and are neither title nor keyword nor name.
fn other_texts(dataset: &Dataset) -> impl Iterator<Item = &String> {
    let fields = dataset.fields.iter().take(INDEXED_VALUES);
    let distributions = dataset.distributions.iter().take(INDEXED_VALUES);
    let places = dataset.places.iter().take(INDEXED_VALUES);
    [&dataset.methodology, &dataset.caveats]
        .into_iter()
        .flatten()
        .chain(dataset.questions.iter().take(INDEXED_VALUES))
        .chain(fields.flat_map(|field| std::iter::once(&field.name).chain(&field.description)))
        .chain(distributions.flat_map(|one| one.title.iter().chain(&one.description)))
        .chain(places.flat_map(|place| std::iter::once(&place.name).chain(&place.pcode)))
        .chain(dataset.identifiers.iter().take(INDEXED_VALUES).map(|identifier| &identifier.value))
        .chain([&dataset.source_record_id])
}
