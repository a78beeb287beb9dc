//! Clusters, licences, formats and frequencies, found in the words that name them.

use std::collections::BTreeMap;

use cairn_model::{Draft, DraftDistribution};

use crate::{draft, list, read, some};

#[test]
fn keywords_and_topics_that_name_a_cluster_add_it_silently() {
    let dataset = read(Draft {
        keywords: BTreeMap::from([("fr".to_owned(), list(&["action contre les mines", "cartes"]))]),
        topics: list(&["Education", "geology"]),
        ..draft()
    })
    .dataset;
    assert_eq!(
        (dataset.clusters, dataset.topics, dataset.provenance.problems),
        (list(&["EDU", "PRO-MIN"]), list(&["Education", "geology"]), vec![])
    );
}

#[test]
fn a_keyword_as_short_as_a_code_names_a_cluster_in_capitals_alone() {
    let clusters = |keywords: &[&str]| {
        let keywords = BTreeMap::from([("en".to_owned(), list(keywords))]);
        read(Draft { keywords, ..draft() }).dataset.clusters
    };
    assert_eq!(clusters(&["min", "log", "shl", "etc", "Pro"]), list(&[]));
    assert_eq!(clusters(&["GBV", "wash", "logistics"]), list(&["LOG", "PRO-GBV", "WSH"]));
}

#[test]
fn licences_are_found_in_the_words_that_name_them() {
    let licence = |id: &str, title: &str, text: &str| {
        let of = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let draft = Draft { licence_id: of(id), licence_title: of(title), licence_text: of(text), ..draft() };
        read(draft).dataset.licence.map(|licence| (licence.code, licence.text.unwrap_or_default()))
    };
    let found = |code: &str, text: &str| Some((code.to_owned(), text.to_owned()));
    assert_eq!(
        licence("cc-by", "Creative Commons Attribution International", ""),
        found("CC-BY-4.0", "Creative Commons Attribution International")
    );
    assert_eq!(
        licence("hdx-other", "Other", "Creative Commons Attribution-NonCommercial 4.0"),
        found("CC-BY-NC-4.0", "Creative Commons Attribution-NonCommercial 4.0")
    );
    assert_eq!(licence("hdx-other", "Other", "Ask us nicely"), found("other", "Ask us nicely"));
    assert_eq!(licence("", "Ask us nicely", ""), found("other", "Ask us nicely"));
    assert_eq!(licence("notspecified", "License Not Specified", ""), None);
    assert_eq!(licence("", "", ""), None);
    for words in ["Licence non spécifiée", "Licencia no especificada", "Licença não especificada", "الرخصة غير محددة"]
    {
        assert_eq!(licence("", words, ""), None, "{words}");
    }
    // The title of an id that says nothing is what the portal's language has for it.
    assert_eq!(licence("notspecified", "Lisensi tidak ditentukan", ""), None);
    assert_eq!(licence("notspecified", "CC BY 4.0", "").map(|(code, _)| code).as_deref(), Some("CC-BY-4.0"));
}

#[test]
fn the_version_of_an_address_or_title_holds_where_the_id_states_none() {
    let code = |id: &str, title: &str, url: &str| {
        let of = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let draft = Draft { licence_id: of(id), licence_title: of(title), licence_url: of(url), ..draft() };
        read(draft).dataset.licence.map(|licence| licence.code).unwrap_or_default()
    };
    let by = |rest: &str| format!("http://creativecommons.org/licenses/{rest}");
    assert_eq!(code("cc-by", "", &by("by/3.0/au/")), "CC-BY-3.0");
    assert_eq!(code("cc-by", "", &by("by/3.0/igo/")), "CC-BY-3.0-IGO");
    assert_eq!(code("cc-nc", "Creative Commons Non-Commercial (Any)", &by("by-nc/2.0/")), "CC-BY-NC-2.0");
    assert_eq!(code("cc-by", "Creative Commons Attribution 3.0", ""), "CC-BY-3.0");
    assert_eq!(code("cc-by", "", ""), "CC-BY-4.0", "the latest, where nothing says otherwise");
    assert_eq!(code("cc-by-4.0", "", &by("by/3.0/")), "CC-BY-4.0", "an id with a version says which");
    assert_eq!(
        code("cc-by-nc", "", &by("by/3.0/")),
        "CC-BY-NC-4.0",
        "an address of another licence is none of its versions"
    );
}

#[test]
fn formats_come_from_the_format_the_media_type_or_the_address() {
    let format = |format: &str, media_type: &str, url: &str| {
        let of = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        let file = DraftDistribution {
            format: of(format),
            media_type: of(media_type),
            url: of(url),
            ..DraftDistribution::default()
        };
        let mut dataset = read(Draft { distributions: vec![file], ..draft() }).dataset;
        let file = dataset.distributions.remove(0);
        (file.format.unwrap_or_default(), file.media_type.unwrap_or_default())
    };
    let pair = |format: &str, media_type: &str| (format.to_owned(), media_type.to_owned());
    assert_eq!(format("csv", "", ""), pair("CSV", "text/csv"));
    assert_eq!(
        format("http://publications.europa.eu/resource/authority/file-type/CSV", "", ""),
        pair("CSV", "text/csv")
    );
    assert_eq!(format("", "https://www.iana.org/assignments/media-types/text/csv", ""), pair("CSV", "text/csv"));
    assert_eq!(format("", "", "https://example.org/a/roads.csv?x=1"), pair("CSV", "text/csv"));
    assert_eq!(
        format("a format that nobody has heard of", "", "https://example.org/a.csv"),
        pair("A FORMAT THAT NOBODY", "")
    );
    assert_eq!(format("", "", "https://example.org/roads"), pair("", ""));
}

#[test]
fn a_repetition_in_place_of_the_date_is_the_update_frequency() {
    let dataset = read(Draft { modified: some("R/P1Y"), ..draft() }).dataset;
    assert_eq!((dataset.modified, dataset.provenance.problems), (None, vec![]));
    assert_eq!(dataset.update_frequency.map(|frequency| frequency.0).as_deref(), Some("yearly"));
}
