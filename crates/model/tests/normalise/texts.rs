//! Titles, languages and limits of texts and lists.

use std::collections::BTreeMap;

use cairn_model::{Draft, DraftDistribution, Field, Identifier, LocalizedText};

use crate::{draft, list, problems, read, some};

#[test]
fn a_record_without_a_title_is_called_by_its_slug_or_untitled() {
    let untitled = || Draft { title: LocalizedText::new("en", " \n "), ..draft() };
    let named = Draft {
        identifiers: vec![Identifier { scheme: "slug".to_owned(), value: "roads-2020".to_owned() }],
        ..untitled()
    };
    let title = |draft| {
        let dataset = read(draft).dataset;
        assert_eq!(problems(&dataset), [("no-title", "title", None)]);
        dataset.title
    };
    assert_eq!(title(named), LocalizedText::undetermined("roads-2020"));
    assert_eq!(title(untitled()), LocalizedText::undetermined("(untitled)"));
}

#[test]
fn what_is_too_long_or_too_many_is_cut_and_reported_and_the_record_is_kept() {
    let long = |count: usize| "é".repeat(count);
    let dataset = read(Draft {
        title: LocalizedText::undetermined(long(1_001)),
        description: LocalizedText::undetermined(long(100_001)),
        keywords: BTreeMap::from([("en".to_owned(), (0..1_001).map(|number| format!("word {number}")).collect())]),
        topics: vec![long(201)],
        fields: (0..5_001).map(|number| Field { name: format!("f{number}"), ..Field::default() }).collect(),
        distributions: vec![DraftDistribution { title: some("t"), ..DraftDistribution::default() }; 2_001],
        countries: list(&["YEM"; 501]),
        landing_page: Some(format!("https://example.org/{}", long(9_000))),
        ..draft()
    })
    .dataset;
    assert_eq!(
        problems(&dataset),
        [
            ("too-long", "title", None),
            ("too-long", "description.und", None),
            ("too-many", "countries", None),
            ("too-many", "fields", None),
            ("too-long", "topics[0]", None),
            ("too-many", "keywords", None),
            ("too-many", "distributions", None),
            ("too-long", "landing_page", None),
        ]
        .map(|(code, field, value)| if field == "title" {
            (code, "title.und", value)
        } else {
            (code, field, value)
        })
    );
    let length = |text: Option<&str>| text.map(|text| text.chars().count());
    assert_eq!(length(dataset.title.best("en")), Some(1_000));
    assert_eq!(length(dataset.description.best("en")), Some(100_000));
    assert_eq!(length(dataset.topics.first().map(String::as_str)), Some(200));
    assert_eq!(
        (dataset.keywords["en"].len(), dataset.fields.len(), dataset.distributions.len()),
        (1_000, 5_000, 2_000)
    );
    assert_eq!((dataset.countries, dataset.landing_page), (list(&["YEM"]), None));
}

#[test]
fn a_text_in_more_languages_than_there_are_keeps_those_that_most_people_read() {
    let mut texts: std::collections::BTreeMap<String, String> =
        (0..100_000).map(|number| (format!("aa-{number:x}"), format!("Wells {number}"))).collect();
    for language in ["en", "fr", "es", "ar", "und"] {
        texts.insert(language.to_owned(), "Wells".to_owned());
    }
    let draft = Draft { title: LocalizedText(texts), ..Draft::default() };
    let dataset = read(draft).dataset;
    assert_eq!(dataset.title.0.len(), 50);
    assert!(["en", "fr", "es", "ar", "und"].iter().all(|language| dataset.title.0.contains_key(*language)));
    let problems: Vec<&str> = dataset.provenance.problems.iter().map(|problem| problem.code.as_str()).collect();
    assert!(problems.contains(&"too-many"), "{problems:?}");
}
