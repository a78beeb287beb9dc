//! Title and description of a record, in plain sentences and four languages.

use cairn_model::LocalizedText;

use super::item_type::LANGUAGES;
use super::minimum_data::Coverage;
use super::phrases::{PHRASES, Phrases, fill};
use super::recognise::Recogniser;
use super::summary::{RecordCount, Rounded, Summary};

/// Areas that a description lists; the record itself has them all.
const AREAS: usize = 60;

/// The title of a record: its item type and country.
pub(super) fn title(summary: &Summary<'_>, recogniser: &Recogniser<'_>) -> LocalizedText {
    let mut text = LocalizedText::default();
    for ((language, phrases), name) in LANGUAGES.iter().zip(&PHRASES).zip(&summary.item.get().names) {
        let country =
            recogniser.country.and_then(|country| country.names.get(*language).or_else(|| country.names.get("en")));
        let title = match country {
            Some(country) => fill(phrases.title_with_country, &[name, country]),
            None => fill(phrases.title, &[name]),
        };
        text.0.insert((*language).to_owned(), title);
    }
    text
}

/// The description of a record. The coverage of the minimum data is left out where it is not known.
pub(super) fn description(
    summary: &Summary<'_>,
    coverage: Option<&Coverage>,
    recogniser: &Recogniser<'_>,
) -> LocalizedText {
    let mut text = LocalizedText::default();
    for (number, (language, phrases)) in LANGUAGES.iter().zip(&PHRASES).enumerate() {
        let mut sentences = vec![match summary.records {
            RecordCount::Known(Rounded::About(records)) => fill(phrases.about, &[&records.to_string()]),
            RecordCount::Known(Rounded::FewerThanFive) => phrases.few.to_owned(),
            RecordCount::ReadInPart => phrases.not_counted.to_owned(),
            RecordCount::NotRead => phrases.not_read.to_owned(),
        }];
        if let Some((start, end)) = summary.period {
            sentences.push(fill(phrases.period, &[&start.to_string(), &end.to_string()]));
        }
        for (level, phrase) in [(1, phrases.admin1), (2, phrases.admin2)] {
            let areas = area_names(summary, level, recogniser);
            if !areas.is_empty() {
                sentences.push(fill(phrase, &[&areas[..areas.len().min(AREAS)].join(phrases.comma)]));
            }
        }
        let organisations: Vec<&str> = summary.organisations.iter().map(String::as_str).collect();
        sentences.extend(list(
            phrases,
            &organisations,
            summary.other_organisations,
            (phrases.organisations, phrases.unnamed_organisations),
        ));
        let statuses: Vec<&str> = summary.statuses.iter().map(|status| status.label(number)).collect();
        let status_phrases = (phrases.statuses, phrases.unnamed_statuses);
        sentences.extend(list(phrases, &statuses, summary.other_statuses, status_phrases));
        if let Some(coverage) = coverage {
            let (present, required) = (coverage.present().to_string(), coverage.required.to_string());
            sentences.push(fill(phrases.minimum_data, &[&present, &required]));
            let lacking: Vec<&str> = coverage.lacking.iter().map(|names| names[number].as_str()).collect();
            if !lacking.is_empty() {
                sentences.push(fill(phrases.lacking, &[&lacking.join(phrases.comma)]));
            }
        }
        match summary.further_fields {
            Some(Rounded::About(fields)) => {
                sentences.push(fill(phrases.further_fields, &[&fields.to_string()]));
            }
            Some(Rounded::FewerThanFive) => sentences.push(phrases.few_further_fields.to_owned()),
            None => {}
        }
        if summary.item.get().persons {
            sentences.push(phrases.persons.to_owned());
        }
        text.0.insert((*language).to_owned(), sentences.join(" "));
    }
    text
}

/// A sentence with names and, where there are others, the word for them; a sentence of its own where there is no name.
fn list(phrases: &Phrases, names: &[&str], others: bool, (with_names, without): (&str, &str)) -> Option<String> {
    if names.is_empty() {
        return others.then(|| without.to_owned());
    }
    let mut names = names.to_vec();
    if others {
        names.push(phrases.others);
    }
    Some(fill(with_names, &[&names.join(phrases.comma)]))
}

fn area_names<'r>(summary: &Summary<'_>, level: u8, recogniser: &Recogniser<'r>) -> Vec<&'r str> {
    let mut names = Vec::new();
    for area in summary.areas_of_level(level) {
        if let Some(place) = recogniser.gazetteer(area) {
            names.push(place.name.as_str());
        }
    }
    names
}
