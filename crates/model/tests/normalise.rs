//! From drafts to records: what is kept, what is corrected, and what is reported.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use cairn_model::date::DateOrder;
use cairn_model::{
    AccessMethod, BoundingBox, Classification, Contact, Dataset, DatasetId, DateStamp, Distribution, Draft,
    DraftDistribution, DraftOrganisation, DraftPlace, Field, GeographicPrecision, Identifier, Interval, Kind, Licence,
    Listing, LocalizedText, MAPPING_VERSION, Normalised, Organisation, Partnership, Provenance, Quality, Sensitivity,
    Sharing, SocialLicence, SocialLicenceStatus, StatedTerms, StatedText, Terms, UpdateFrequency, Vocabularies,
    normalise,
};
use jiff::Timestamp;

fn noon() -> Timestamp {
    "2026-11-22T12:00:00Z".parse().unwrap()
}

fn read(draft: Draft) -> Normalised {
    normalise("test", draft, Vocabularies::bundled(), noon())
}

/// A draft with an id and a title, so that neither is a problem.
fn draft() -> Draft {
    Draft { source_record_id: "r1".to_owned(), title: LocalizedText::undetermined("Roads"), ..Draft::default() }
}

#[expect(clippy::unnecessary_wraps, reason = "drafts hold it so")]
fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn list(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// Code, field and value of every problem.
fn problems(dataset: &Dataset) -> Vec<(&str, &str, Option<&str>)> {
    dataset
        .provenance
        .problems
        .iter()
        .map(|problem| (problem.code.as_str(), problem.field.as_str(), problem.value.as_deref()))
        .collect()
}

#[expect(clippy::too_many_lines, reason = "every field of a draft and of its record")]
#[test]
fn a_rich_draft_becomes_a_whole_record() {
    let draft = Draft {
        source_record_id: "hazards-yem".to_owned(),
        identifiers: vec![Identifier { scheme: "Slug".to_owned(), value: "hazards".to_owned() }],
        title: LocalizedText(BTreeMap::from([
            ("EN".to_owned(), " Hazard areas\0 ".to_owned()),
            ("pt_BR".to_owned(), "Áreas perigosas".to_owned()),
        ])),
        description: LocalizedText::new(
            "en",
            "Suspected and confirmed hazardous areas,\r\nas surveyed by the invented Tubba centre.",
        ),
        keywords: BTreeMap::from([("en".to_owned(), list(&["Contamination", "contamination", " health "]))]),
        languages: list(&["Arabic, English"]),
        kind: some("dataset"),
        owner: Some(DraftOrganisation {
            id: None,
            name: "Tubba Mine Action Centre".to_owned(),
            kind: some("Government"),
        }),
        contacts: vec![Contact {
            email: some("mailto:desk@tubba.example"),
            published_openly: true,
            ..Contact::default()
        }],
        clusters: list(&["Mine Action", "Cartography"]),
        topics: list(&["survey"]),
        fields: vec![Field { name: "status ".to_owned(), sharing: Some(Sharing::Community), ..Field::default() }],
        population_groups: list(&["IDP"]),
        disaggregation: some("par sexe et âge"),
        countries: list(&["yemen; Saudi Arabia and Wakanda", "World"]),
        extents: list(&["Yemen", "37.4 -122.05", "42,12,54,19"]),
        geographic_precision: some("Admin 2"),
        coverage: some("[2020-01-01T00:00:00 TO 2031-12-31T23:59:59]"),
        issued: some("12 mars 2024"),
        modified: some("2031-01-01"),
        update_frequency: some("90"),
        distributions: vec![DraftDistribution {
            title: some("Areas"),
            url: some("https://tubba.example/areas.geojson?v=2"),
            size: some("12 MB"),
            modified: some("2024-02-30"),
            ..DraftDistribution::default()
        }],
        landing_page: some("javascript:alert(1)"),
        licence_id: some("hdx-other"),
        licence_title: some("Other"),
        licence_text: some("Creative Commons Attribution 4.0"),
        terms: StatedText {
            sensitivity: some("High"),
            sharing: some("TLP:AMBER TLP:EX:CHR"),
            access_method: some("sur demande"),
            listing: some("as the wind blows"),
            audience: list(&["Protection", "group:survey-partners", "Invented Relief; invented_relief_2"]),
            classification: some("Confidentiel"),
            jurisdictions: list(&["Yemen", "EU"]),
            review_by: some("2027-06"),
            ..StatedText::default()
        },
        social_licence: Some(SocialLicence {
            status: SocialLicenceStatus::Granted,
            engagement_method: some("  "),
            evidence: some("minutes"),
            conditions: list(&["no names", "No names"]),
            expires: None,
        }),
        partnerships: vec![
            Partnership::default(),
            Partnership { partner: "Invented Maps".to_owned(), ..Partnership::default() },
        ],
        ..Draft::default()
    };

    let Normalised { dataset, stated } = read(draft);

    assert_eq!(
        problems(&dataset),
        [
            ("unknown-country", "countries[0]", Some("Wakanda")),
            ("unreadable-extent", "extents[1]", Some("37.4 -122.05")),
            ("unknown-cluster", "clusters[1]", Some("Cartography")),
            ("future-date", "modified", Some("2031-01-01")),
            ("impossible-date", "distributions[0].modified", Some("2024-02-30")),
            ("unsafe-url", "landing_page", Some("javascript:alert(1)")),
            ("unknown-listing", "listing", Some("as the wind blows")),
        ]
    );
    let expected = Dataset {
        id: DatasetId::new("test", "hazards-yem"),
        source: "test".to_owned(),
        source_record_id: "hazards-yem".to_owned(),
        identifiers: vec![Identifier { scheme: "slug".to_owned(), value: "hazards".to_owned() }],
        title: LocalizedText(BTreeMap::from([
            ("en".to_owned(), "Hazard areas".to_owned()),
            ("pt-br".to_owned(), "Áreas perigosas".to_owned()),
        ])),
        description: LocalizedText::new(
            "en",
            "Suspected and confirmed hazardous areas,\nas surveyed by the invented Tubba centre.",
        ),
        keywords: BTreeMap::from([
            ("en".to_owned(), list(&["Contamination", "health"])),
            ("und".to_owned(), list(&["Wakanda"])),
        ]),
        languages: list(&["ar", "en"]),
        kind: Kind::Dataset,
        publisher: None,
        owner: Some(Organisation {
            id: "tubba-mine-action-centre".to_owned(),
            name: "Tubba Mine Action Centre".to_owned(),
            kind: some("government"),
        }),
        custodian: None,
        steward: None,
        contacts: vec![Contact { email: some("desk@tubba.example"), published_openly: true, ..Contact::default() }],
        clusters: list(&["HEA", "PRO-MIN"]),
        topics: list(&["survey", "global", "Cartography"]),
        methodology: None,
        caveats: None,
        questions: vec![],
        fields: vec![Field { name: "status".to_owned(), sharing: Some(Sharing::Community), ..Field::default() }],
        population_groups: list(&["IDP"]),
        disaggregated_by_sex: Some(true),
        disaggregated_by_age: Some(true),
        countries: list(&["SAU", "YEM"]),
        places: vec![],
        bbox: Some(BoundingBox { west: 42.0, south: 12.0, east: 54.0, north: 19.0 }),
        geographic_precision: Some(GeographicPrecision::Adm2),
        coverage: Some(Interval { start: "2020-01-01".parse().ok(), end: "2031-12-31".parse().ok() }),
        issued: Some(DateStamp { date: "2024-03-12".parse().unwrap(), instant: None, raw: None }),
        modified: Some(DateStamp { date: "2026-11-22".parse().unwrap(), instant: None, raw: some("2031-01-01") }),
        update_frequency: Some(UpdateFrequency("every-three-months".to_owned())),
        distributions: vec![Distribution {
            title: some("Areas"),
            url: some("https://tubba.example/areas.geojson?v=2"),
            format: some("GEOJSON"),
            media_type: some("application/geo+json"),
            size: Some(12_000_000),
            modified: Some(DateStamp { date: "2024-02".parse().unwrap(), instant: None, raw: some("2024-02-30") }),
            ..Distribution::default()
        }],
        landing_page: some("javascript:alert(1)"),
        licence: Some(Licence {
            code: "CC-BY-4.0".to_owned(),
            text: some("Creative Commons Attribution 4.0"),
            url: None,
        }),
        terms: Terms::closed(),
        quarantine: vec![],
        social_licence: Some(SocialLicence {
            status: SocialLicenceStatus::Granted,
            engagement_method: None,
            evidence: some("minutes"),
            conditions: list(&["no names"]),
            expires: None,
        }),
        partnerships: vec![Partnership { partner: "Invented Maps".to_owned(), ..Partnership::default() }],
        provenance: Provenance {
            mapping_version: MAPPING_VERSION,
            problems: dataset.provenance.problems.clone(),
            quality: Quality { score: 0.97, missing: list(&["methodology"]) },
            duplicates_of: vec![],
        },
    };
    assert_eq!(dataset, expected);
    assert_eq!(
        stated,
        StatedTerms {
            sensitivity: Some(Sensitivity::High),
            sharing: Some(Sharing::Restricted),
            access_method: Some(AccessMethod::OnRequest),
            listing: Some(Listing::Hidden),
            audience_groups: list(&["cluster:PRO", "survey-partners"]),
            audience_organisations: list(&["invented-relief", "invented_relief_2"]),
            classification: Some(Classification::Confidential),
            classification_text: some("Confidentiel"),
            reasons: list(&["listing: as the wind blows"]),
            jurisdictions: list(&["YEM", "EU"]),
            attribution_hidden: true,
            review_by: "2027-06".parse().ok(),
            ..StatedTerms::default()
        }
    );
}

#[test]
fn the_same_draft_on_the_same_day_gives_the_same_record() {
    let draft = || Draft { modified: some("2031-01-01"), countries: list(&["Yemen"]), ..draft() };
    let later = noon() + jiff::Span::new().hours(3);
    assert_eq!(read(draft()), normalise("test", draft(), Vocabularies::bundled(), later));
}

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
fn a_record_with_endless_problems_lists_a_bounded_number() {
    let countries = (0..500).map(|number| format!("Nowhere {number}a, Nowhere {number}b; Nowhere {number}c")).collect();
    let dataset = read(Draft { countries, ..draft() }).dataset;
    assert_eq!(dataset.provenance.problems.len(), 500);
    assert_eq!(dataset.provenance.problems.last().unwrap().code, "too-many-problems");
}

#[test]
fn the_world_is_no_country_and_no_problem() {
    for word in ["world", "Global", "Monde", "العالم"] {
        let dataset = read(Draft { countries: list(&[word]), ..draft() }).dataset;
        assert_eq!(
            (dataset.countries, dataset.topics, dataset.provenance.problems),
            (vec![], list(&["global"]), vec![]),
            "{word}"
        );
    }
}

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
fn places_are_found_by_code_or_name_and_bring_their_country() {
    let dataset = read(Draft {
        places: vec![
            DraftPlace { text: "YE11".to_owned(), country: None, admin_level: None },
            DraftPlace { text: "Atlantis".to_owned(), country: some("Syria"), admin_level: Some(9) },
        ],
        ..draft()
    })
    .dataset;
    let places: Vec<_> = dataset
        .places
        .iter()
        .map(|place| (place.pcode.as_deref(), place.admin_level, place.country.as_deref()))
        .collect();
    assert_eq!(places, [(Some("YE11"), 1, Some("YEM")), (None, 4, Some("SYR"))]);
    assert_eq!(dataset.countries, list(&["SYR", "YEM"]));
    assert_eq!(problems(&dataset), [("unknown-place", "places[1]", Some("Atlantis"))]);
}

#[test]
fn a_statement_that_cannot_be_read_is_read_strictly() {
    let stated = read(Draft {
        terms: StatedText {
            sensitivity: some("purple"),
            sharing: some("friends of friends"),
            access_method: some("by owl"),
            listing: some("maybe"),
            transfer: some("by ship"),
            ..StatedText::default()
        },
        ..draft()
    });
    assert_eq!(
        problems(&stated.dataset),
        [
            ("unknown-sensitivity", "sensitivity", Some("purple")),
            ("unknown-sharing", "sharing", Some("friends of friends")),
            ("unknown-access-method", "access_method", Some("by owl")),
            ("unknown-listing", "listing", Some("maybe")),
            ("unknown-transfer", "transfer", Some("by ship")),
        ]
    );
    assert_eq!(
        stated.stated,
        StatedTerms {
            sensitivity: Some(Sensitivity::Unknown),
            sharing: Some(Sharing::Organisation),
            access_method: Some(AccessMethod::OnRequest),
            listing: Some(Listing::Hidden),
            transfer: Some(cairn_model::Transfer::None),
            classification_text: some(
                "sensitivity: purple; sharing: friends of friends; access_method: by owl; listing: maybe; transfer: by ship"
            ),
            ..StatedTerms::default()
        }
    );
}

#[test]
fn nothing_stated_stays_open() {
    assert_eq!(read(draft()).stated, StatedTerms::default());
}

#[test]
fn the_chatham_house_rule_hides_the_attribution_and_says_nothing_of_the_audience() {
    let stated = |sharing: Option<&str>, classification: Option<&str>| {
        let terms = StatedText {
            sharing: sharing.map(str::to_owned),
            classification: classification.map(str::to_owned),
            ..StatedText::default()
        };
        let read = read(Draft { terms, ..draft() });
        assert_eq!(problems(&read.dataset), [], "{sharing:?} {classification:?}");
        (read.stated.attribution_hidden, read.stated.sharing, read.stated.classification)
    };
    assert_eq!(stated(some("TLP:EX:CHR").as_deref(), None), (true, None, None));
    assert_eq!(stated(Some("TLP:GREEN+EX:CHR"), None), (true, Some(Sharing::Community), None));
    assert_eq!(stated(Some("TLP:AMBER+STRICT TLP:EX:CHR"), None), (true, Some(Sharing::Organisation), None));
    assert_eq!(stated(Some("Under the Chatham House Rule"), None), (true, None, None));
    assert_eq!(stated(None, Some("Règle de Chatham House")), (true, None, None));
    assert_eq!(
        stated(None, Some("Confidential, Chatham House Rule")),
        (true, None, Some(Classification::Confidential))
    );
    assert_eq!(stated(None, Some("TLP:RED")), (false, Some(Sharing::Closed), None));
    assert_eq!(stated(Some("public"), Some("TLP:RED")), (false, Some(Sharing::Closed), None));
    assert_eq!(stated(Some("closed"), Some("TLP:GREEN")), (false, Some(Sharing::Closed), None));
}

#[test]
fn a_flag_and_a_statement_both_hold_and_the_closer_of_each_axis_counts() {
    let stated = |sharing: Option<&str>, access: Option<&str>| {
        let terms = StatedText {
            sharing: sharing.map(str::to_owned),
            access_method: access.map(str::to_owned),
            sharing_at_least: Some(Sharing::Restricted),
            access_at_least: Some(AccessMethod::OnRequest),
            ..StatedText::default()
        };
        let stated = read(Draft { terms, ..draft() }).stated;
        (stated.sharing.unwrap(), stated.access_method.unwrap(), stated.attribution_hidden)
    };
    assert_eq!(stated(None, None), (Sharing::Restricted, AccessMethod::OnRequest, false));
    assert_eq!(stated(Some("public"), Some("download")), (Sharing::Restricted, AccessMethod::OnRequest, false));
    assert_eq!(stated(Some("closed"), Some("enclave")), (Sharing::Closed, AccessMethod::Enclave, false));
    assert_eq!(stated(Some("TLP:GREEN TLP:EX:CHR"), None), (Sharing::Restricted, AccessMethod::OnRequest, true));
    assert_eq!(stated(Some("TLP:RED, EX:CHR"), Some("none")), (Sharing::Closed, AccessMethod::None, true));
}

#[test]
fn a_classification_that_cannot_be_read_is_confidential() {
    let read = read(Draft { terms: StatedText { classification: some("violet"), ..StatedText::default() }, ..draft() });
    assert_eq!(problems(&read.dataset), [("unknown-classification", "classification", Some("violet"))]);
    assert_eq!(
        (read.stated.classification, read.stated.classification_text),
        (Some(Classification::Confidential), some("violet"))
    );
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

#[test]
fn every_date_of_a_draft_is_read_in_its_order() {
    let dates = |date_order: Option<DateOrder>, date_order_is_assumed: bool| {
        let dataset = read(Draft {
            issued: some("01/02/2020"),
            modified: some("03/04/2020"),
            coverage_start: some("05/06/2019"),
            coverage_end: some("07/08/2019"),
            distributions: vec![DraftDistribution { modified: some("09/10/2019"), ..DraftDistribution::default() }],
            terms: StatedText { review_by: some("11/12/2027"), ..StatedText::default() },
            date_order,
            date_order_is_assumed,
            ..draft()
        });
        let (record, review_by) = (read_dates(&dataset.dataset), dataset.stated.review_by);
        let codes: Vec<String> =
            dataset.dataset.provenance.problems.iter().map(|problem| problem.code.clone()).collect();
        (format!("{record} {}", review_by.unwrap()), codes)
    };
    let day_first = "2020-02-01 2020-04-03 2019-06-05/2019-08-07 2019-10-09 2027-12-11".to_owned();
    let month_first = "2020-01-02 2020-03-04 2019-05-06/2019-07-08 2019-09-10 2027-11-12".to_owned();
    let ambiguous = list(&["ambiguous-date"; 5]);
    assert_eq!(dates(Some(DateOrder::DayFirst), false), (day_first.clone(), vec![]));
    assert_eq!(dates(Some(DateOrder::MonthFirst), false), (month_first.clone(), vec![]));
    assert_eq!(dates(Some(DateOrder::DayFirst), true), (day_first, ambiguous.clone()));
    assert_eq!(dates(None, false), (month_first, ambiguous));
}

fn read_dates(dataset: &Dataset) -> String {
    let stamp = |stamp: &Option<DateStamp>| stamp.as_ref().unwrap().to_string();
    let coverage = dataset.coverage.as_ref().unwrap();
    let distribution = stamp(&dataset.distributions[0].modified);
    format!("{} {} {coverage} {distribution}", stamp(&dataset.issued), stamp(&dataset.modified))
}

#[test]
fn a_place_without_a_country_is_looked_for_in_those_of_the_record() {
    let places = |countries: &[&str], place: &str| {
        let places = vec![DraftPlace { text: place.to_owned(), ..DraftPlace::default() }];
        let dataset = read(Draft { countries: list(countries), places, ..draft() }).dataset;
        let pcodes: Vec<_> = dataset.places.into_iter().map(|place| place.pcode.unwrap_or(place.name)).collect();
        (pcodes.concat(), dataset.countries, dataset.provenance.problems.len())
    };
    assert_eq!(places(&["Colombia"], "Nariño"), ("CO52".to_owned(), list(&["COL"]), 0));
    assert_eq!(places(&["Haïti"], "Ouest"), ("HT01".to_owned(), list(&["HTI"]), 0));
    assert_eq!(places(&["Haïti", "Mali"], "Ouest"), ("HT01".to_owned(), list(&["HTI", "MLI"]), 0));
    assert_eq!(places(&["Haïti", "Cameroun"], "Ouest"), ("Ouest".to_owned(), list(&["CMR", "HTI"]), 1));
    assert_eq!(places(&[], "Ouest"), ("Ouest".to_owned(), vec![], 1));
    assert_eq!(places(&[], "حلب"), ("SY02".to_owned(), list(&["SYR"]), 0), "a name that is unique");
}

#[test]
fn a_name_is_never_looked_for_outside_the_countries_of_its_record_and_a_p_code_is() {
    let places = |countries: &[&str], texts: &[&str]| {
        let places =
            texts.iter().map(|text| DraftPlace { text: (*text).to_owned(), ..DraftPlace::default() }).collect();
        let dataset = read(Draft { countries: list(countries), places, ..draft() }).dataset;
        let names: Vec<_> = dataset.places.into_iter().map(|place| place.pcode.unwrap_or(place.name)).collect();
        (names, dataset.countries)
    };
    assert_eq!(
        places(&["Haïti"], &["Sud", "Nord-Est", "Centre", "Nord"]).1,
        list(&["HTI"]),
        "names that other countries have too"
    );
    assert_eq!(places(&["Mali"], &["حلب", "Aleppo"]), (list(&["حلب", "Aleppo"]), list(&["MLI"])));
    assert_eq!(places(&["Mali"], &["SY02", "yem15"]), (list(&["SY02", "YE15"]), list(&["MLI", "SYR", "YEM"])));
    let many = [
        "AFG", "BFA", "CAF", "COD", "COL", "ETH", "HTI", "IRQ", "LBN", "MLI", "NGA", "SDN", "SOM", "SSD", "UKR", "YEM",
        "FRA", "DEU", "ITA", "ESP", "PRT",
    ];
    assert_eq!(places(&many, &["Aleppo", "Taiz"]).0, list(&["Aleppo", "YE15"]));
}

#[test]
fn problems_of_a_table_name_its_row_and_the_column_as_it_is_headed() {
    let headers = [
        ("countries", "Pays"),
        ("countries[1]", "Autres pays"),
        ("modified", "Mise à jour"),
        ("sensitivity", "Sensibilité"),
        ("contacts", "Contact"),
    ];
    let rows = |values_are_secret| {
        let dataset = read(Draft {
            countries: list(&["Atlantis", "Lemuria"]),
            modified: some("32/13/2024"),
            clusters: list(&["Sundries"]),
            terms: StatedText { sensitivity: some("murky"), ..StatedText::default() },
            row: Some(7),
            headers: headers.map(|(field, header)| (field.to_owned(), header.to_owned())).into(),
            values_are_secret,
            ..draft()
        })
        .dataset;
        let place = |problem: &cairn_model::Problem| {
            (problem.field.clone(), problem.position.row, problem.position.column.clone())
        };
        dataset.provenance.problems.iter().map(place).collect::<Vec<_>>()
    };
    let expected = [
        ("countries[0]", Some("Pays")),
        ("countries[1]", Some("Autres pays")),
        ("clusters[0]", None),
        ("modified", Some("Mise à jour")),
        ("sensitivity", Some("Sensibilité")),
    ];
    let expected = expected.map(|(field, header)| (field.to_owned(), Some(7), header.map(str::to_owned)));
    assert_eq!(rows(false), expected);
    assert_eq!(rows(true), expected.map(|(field, ..)| (field, None, None)));
}

#[test]
fn coverage_may_end_in_the_future_and_is_turned_round_when_it_runs_backwards() {
    let coverage = |start: &str, end: &str| {
        let dataset = read(Draft { coverage_start: some(start), coverage_end: some(end), ..draft() }).dataset;
        let codes: Vec<String> = dataset.provenance.problems.into_iter().map(|problem| problem.code).collect();
        (dataset.coverage.map(|interval| interval.to_string()).unwrap_or_default(), codes)
    };
    assert_eq!(coverage("2020", "2040"), ("2020/2040".to_owned(), vec![]));
    assert_eq!(coverage("2020", "Present"), ("2020/..".to_owned(), vec![]));
    assert_eq!(coverage("2022", "2020"), ("2020/2022".to_owned(), list(&["reversed-interval"])));
    assert_eq!(coverage("2022", "sometime"), ("2022/..".to_owned(), list(&["unreadable-date"])));
    assert_eq!(coverage("", "unknown"), (String::new(), vec![]));
}

#[test]
fn quality_names_what_is_missing_the_heaviest_first_and_contacts_do_not_count() {
    let bare = read(draft()).dataset;
    let missing = "description access licence owner countries coverage modified update-frequency sensitivity keywords clusters landing-page \
                   format reasons methodology languages";
    let missing: Vec<String> = missing.split_whitespace().map(str::to_owned).collect();
    assert_eq!(bare.provenance.quality, Quality { score: 0.09, missing });

    let contact = Contact { email: some("desk@tubba.example"), ..Contact::default() };
    let with_contact = read(Draft { contacts: vec![contact], ..draft() }).dataset;
    assert_eq!(with_contact.provenance.quality, bare.provenance.quality);
}

#[test]
fn data_that_is_had_on_request_needs_no_files_to_be_complete() {
    let on_request = StatedText { access_method: some("on request"), ..StatedText::default() };
    let quality = read(Draft { terms: on_request, ..draft() }).dataset.provenance.quality;
    assert!(!quality.missing.contains(&"access".to_owned()), "{quality:?}");
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
