//! What a draft with everything in it becomes, and that it always becomes the same.

use std::collections::BTreeMap;

use cairn_model::{
    AccessMethod, BoundingBox, Classification, Contact, Dataset, DatasetId, DateStamp, Distribution, Draft,
    DraftDistribution, DraftOrganisation, Field, GeographicPrecision, Identifier, Interval, Kind, Licence, Listing,
    LocalizedText, MAPPING_VERSION, Normalised, Organisation, Partnership, Provenance, Quality, Sensitivity, Sharing,
    SocialLicence, SocialLicenceStatus, StatedTerms, StatedText, Terms, UpdateFrequency, Vocabularies, normalise,
};

use crate::{draft, list, noon, problems, read, some};

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
            engagements: vec![],
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
            engagements: vec![],
        }),
        partnerships: vec![Partnership { partner: "Invented Maps".to_owned(), ..Partnership::default() }],
        group_privacy: None,
        impact: None,
        upkeep: None,
        aggregates: None,
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
