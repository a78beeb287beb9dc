//! What is read of a dataset.

use super::*;

#[test]
fn a_dataset_of_dcat_ap_is_read_in_full() {
    let listing = list(
        r#"e:d a dcat:Dataset ;
            dct:title "Wells"@en, "Puits"@fr-FR ; dct:description "Invented."@en ; dcat:keyword "water"@en, "eau"@fr ;
            dct:identifier "wells-1" ; adms:identifier [ skos:notation "10.1234/wells" ] ;
            dct:issued "2020-01-02"^^<http://www.w3.org/2001/XMLSchema#date> ; dct:modified "2024-05-06" ;
            dct:language <http://publications.europa.eu/resource/authority/language/FRA> ;
            dct:publisher [ a foaf:Organization ; foaf:name "Office of Wells" ; dct:type <http://purl.org/adms/publishertype/NationalAuthority> ] ;
            dct:rightsHolder [ foaf:name "Ministry of Water" ] ; dct:creator [ a foaf:Organization ; foaf:name "Survey Bureau" ] ;
            dcat:contactPoint [ vcard:fn "Data desk" ; vcard:hasEmail <mailto:desk@wells.example> ; vcard:hasTelephone [ vcard:hasValue <tel:+000> ] ] ;
            dcat:theme <http://publications.europa.eu/resource/authority/data-theme/HEAL>, [ skos:prefLabel "Water"@en ] ;
            dct:spatial [ dcat:bbox "POLYGON((0 0,1 0,1 1,0 1,0 0))"^^gsp:wktLiteral ; skos:prefLabel "Northern valley" ] ,
                <http://publications.europa.eu/resource/authority/country/TCD> ;
            dct:temporal [ dcat:startDate "2019-01-01" ; dcat:endDate "2023-12-31" ] ;
            dct:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/ANNUAL> ;
            dct:accessRights right:PUBLIC ; dct:license <https://creativecommons.org/licenses/by/4.0/> ; dct:rights "Name us." ;
            dct:provenance [ rdfs:label "Field visits" ] ; adms:versionNotes "Draft figures" ; dcat:inSeries e:series ; dcat:landingPage e:wells ;
            dcat:distribution e:file, [ dct:title "API" ; dcat:accessService [ dcat:endpointURL <https://wells.example/ogc> ] ] .
        e:file a dcat:Distribution ; dct:title "CSV" ; dcat:downloadURL <https://wells.example/w.csv> ; dcat:accessURL e:wells ; dcat:byteSize "120" ;
            dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv> ; dct:format <http://publications.europa.eu/resource/authority/file-type/CSV> ."#,
    );
    let reading = read_only(&listing);
    let mut expected = Draft {
        source_record_id: "https://portal.example/d".to_owned(),
        identifiers: ["https://portal.example/d", "wells-1", "10.1234/wells"].map(of_form).to_vec(),
        title: LocalizedText(BTreeMap::from([
            ("en".to_owned(), "Wells".to_owned()),
            ("fr-fr".to_owned(), "Puits".to_owned()),
        ])),
        description: LocalizedText::new("en", "Invented."),
        keywords: BTreeMap::from([("en".to_owned(), strings(&["water"])), ("fr".to_owned(), strings(&["eau"]))]),
        languages: strings(&["http://publications.europa.eu/resource/authority/language/FRA"]),
        publisher: named("Office of Wells"),
        owner: named("Ministry of Water"),
        contacts: vec![Contact {
            name: some("Data desk"),
            email: some("desk@wells.example"),
            phone: some("+000"),
            role: some("pointOfContact"),
            published_openly: true,
        }],
        partnerships: vec![Partnership {
            partner: "Survey Bureau".to_owned(),
            role: some("creator"),
            ..Partnership::default()
        }],
        topics: strings(&["Health", "Water"]),
        methodology: some("Field visits\n\nPart of: https://portal.example/series"),
        caveats: some("Draft figures"),
        countries: strings(&["TCD"]),
        places: vec![DraftPlace { text: "Northern valley".to_owned(), ..DraftPlace::default() }],
        extents: strings(&["POLYGON((0 0,1 0,1 1,0 1,0 0))"]),
        coverage_start: some("2019-01-01"),
        coverage_end: some("2023-12-31"),
        issued: some("2020-01-02"),
        modified: some("2024-05-06"),
        update_frequency: some("ANNUAL"),
        distributions: vec![
            DraftDistribution {
                id: some("https://portal.example/file"),
                title: some("CSV"),
                url: some("https://wells.example/w.csv"),
                format: some("http://publications.europa.eu/resource/authority/file-type/CSV"),
                media_type: some("https://www.iana.org/assignments/media-types/text/csv"),
                size: some("120"),
                ..DraftDistribution::default()
            },
            DraftDistribution {
                title: some("API"),
                url: some("https://wells.example/ogc"),
                ..DraftDistribution::default()
            },
        ],
        landing_page: some("https://portal.example/wells"),
        licence_url: some("https://creativecommons.org/licenses/by/4.0/"),
        licence_text: some("Name us."),
        terms: StatedText { sharing: some("public"), listed_openly: true, ..StatedText::default() },
        ..Draft::default()
    };
    // Statements about one thing stand in the order of their terms, not of the document.
    let mut found = reading.draft;
    found.distributions.sort_by(|left, right| right.title.cmp(&left.title));
    found.topics.sort();
    found.identifiers.sort_by(|left, right| right.value.cmp(&left.value));
    expected.identifiers.sort_by(|left, right| right.value.cmp(&left.value));
    assert_eq!((found, reading.problems, listing.problems), (expected, vec![], vec![]));
}

#[test]
fn every_access_flag_closes_the_data_as_far_as_it_says() {
    let open = (some("public"), None, None, true);
    let restricted = (None, Some(Sharing::Restricted), Some(AccessMethod::OnRequest), true);
    let none = (None, Some(Sharing::Organisation), Some(AccessMethod::None), true);
    let withheld = (None, Some(Sharing::Organisation), Some(AccessMethod::None), true);
    let silent = (None, None, None, true);
    for (said, expected) in [
        ("dct:accessRights right:PUBLIC .", &open),
        ("dct:accessRights right:RESTRICTED .", &restricted),
        (r#"dct:accessRights "Restricted to members of the network" ."#, &restricted),
        ("dct:accessRights right:NON_PUBLIC .", &none),
        ("dct:accessRights right:CONFIDENTIAL .", &withheld),
        ("dct:accessRights right:SENSITIVE .", &restricted),
        ("dct:rights right:NON_PUBLIC .", &none),
        ("dcat:accessRights right:RESTRICTED .", &restricted),
        (r#"dct:accessRights "non-public" ."#, &none),
        (r#"dct:accessRights "Confidential"@en ."#, &withheld),
        (r#"dct:accessRights [ rdfs:label "Restricted" ] ."#, &restricted),
        (r#"dct:accessRights [ rdfs:label "Ask us." ] ."#, &silent),
        ("dct:accessRights <http://purl.org/coar/access_right/c_16ec> .", &restricted),
        ("dct:accessRights <http://purl.org/coar/access_right/c_abf2> .", &open),
        (
            "dct:accessRights <http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess/noLimitations> .",
            &open,
        ),
        (
            "dct:accessRights <http://inspire.ec.europa.eu/metadata-codelist/LimitationsOnPublicAccess/INSPIRE_Directive_Article13_1b> .",
            &restricted,
        ),
        (r#"pod:accessLevel "restricted public" ."#, &restricted),
        (r#"pod:accessLevel "private" ."#, &withheld),
        ("dcat:distribution [ dct:accessRights right:RESTRICTED ], [ dct:accessRights right:PUBLIC ] .", &restricted),
        ("dcat:distribution [ dcat:accessService [ dct:accessRights right:NON_PUBLIC ] ] .", &none),
        ("dcat:distribution [ dct:accessRights right:PUBLIC ] .", &silent),
        (
            "odrl:hasPolicy [ odrl:permission [ odrl:assignee e:partner ] ] .",
            &(None, Some(Sharing::Restricted), None, true),
        ),
        (r#"us:accessRestriction [ us:restrictionStatus [ skos:prefLabel "Restricted - Fully" ] ] ."#, &restricted),
        (r#"us:accessRestriction [ us:restrictionStatus [ skos:prefLabel "Unrestricted" ] ] ."#, &silent),
        ("us:accessRestriction [ us:restrictionStatus <https://us.example/status#Unrestricted> ] .", &silent),
        (
            r#"us:accessRestriction [ us:restrictionStatus "Restricted - Fully" ; us:restrictionNote "unrestricted from 2075" ] ."#,
            &restricted,
        ),
        (r#"us:accessRestriction [ us:restrictionStatus "Unrestricted for staff" ] ."#, &restricted),
        (r#"us:accessRestriction [ us:restrictionNote "unrestricted from 2075" ] ."#, &restricted),
        ("dct:license e:licence .", &silent),
    ] {
        let terms = draft(said).terms;
        let found = (terms.sharing, terms.sharing_at_least, terms.access_at_least, terms.listed_openly);
        assert_eq!(&found, expected, "{said}");
    }
}

#[test]
fn what_restricts_is_kept_in_its_words() {
    let reasons = |said: &str| draft(said).terms.reasons;
    assert_eq!(reasons(r#"dct:accessRights [ rdfs:label "Ask us." ] ."#), strings(&["Ask us."]));
    assert_eq!(
        reasons(
            r#"us:accessRestriction [ us:restrictionStatus "Restricted - Fully" ; us:restrictionNote "unrestricted from 2075" ] ."#
        ),
        strings(&["unrestricted from 2075; Restricted - Fully"])
    );
    assert_eq!(
        reasons(
            "odrl:hasPolicy [ odrl:prohibition [ odrl:action odrl:distribute ] ; odrl:permission [ odrl:assignee e:partner ] ] ."
        ),
        strings(&["Prohibited: distribute", "Permitted to: https://portal.example/partner"])
    );
    assert_eq!(draft("dct:accessRights right:SENSITIVE .").terms.sensitivity, some("high"));
    assert_eq!(draft("dct:accessRights right:CONFIDENTIAL .").terms.classification, some("confidential"));
}

#[test]
fn places_stand_in_many_shapes() {
    for (said, extents, countries, places) in [
        (r#"dct:spatial "1,2,3,4" ."#, vec!["1,2,3,4"], vec![], vec![]),
        (r#"dct:spatial "Yemen" ."#, vec![], vec!["Yemen"], vec![]),
        (
            r#"dct:spatial [ locn:geometry "POINT(1 2)"^^gsp:wktLiteral ; dcat:centroid "POINT(3 4)" ; dcat:bbox "1 2 3 4" ] ."#,
            vec!["1 2 3 4", "POINT(1 2)", "POINT(3 4)"],
            vec![],
            vec![],
        ),
        (r#"dct:spatial [ locn:geometry "{\"type\":\"Point\"}" ] ."#, vec![r#"{"type":"Point"}"#], vec![], vec![]),
        (
            r#"dct:spatial [ locn:geometry "<gml:Point srsName='urn:ogc:def:crs:OGC:1.3:CRS84'><gml:pos>1 2</gml:pos></gml:Point>"^^gsp:gmlLiteral ] ."#,
            vec!["1,2,1,2"],
            vec![],
            vec![],
        ),
        (r#"dct:spatial [ gsp:hasGeometry [ gsp:asWKT "POINT(1 2)" ] ] ."#, vec!["POINT(1 2)"], vec![], vec![]),
        (r#"dct:spatial [ geo:lat "2" ; geo:long "1" ] ."#, vec!["POINT(1 2)"], vec![], vec![]),
        (
            "dct:spatial <http://sws.geonames.org/1/> . <http://sws.geonames.org/1/> rdfs:label \"Dune\" .",
            vec![],
            vec![],
            vec!["Dune"],
        ),
        ("dct:spatial <http://sws.geonames.org/1/> .", vec![], vec![], vec!["http://sws.geonames.org/1/"]),
    ] {
        let draft = draft(said);
        let names: Vec<String> = draft.places.into_iter().map(|place| place.text).collect();
        assert_eq!(
            (draft.extents, draft.countries, names),
            (strings(&extents), strings(&countries), strings(&places)),
            "{said}"
        );
    }
}

#[test]
fn times_stand_in_many_shapes() {
    for (said, whole, start, end) in [
        (r#"dct:temporal "2019/2020" ."#, some("2019/2020"), None, None),
        (
            r#"dct:temporal [ schema:startDate "2019" ; schema:endDate "2020" ], [ schema:startDate "2018" ; schema:endDate "2019" ] ."#,
            None,
            some("2018"),
            some("2020"),
        ),
        (
            r#"dct:temporal [ schema:startDate "2019" ], [ schema:startDate "2018" ; schema:endDate "2020" ] ."#,
            None,
            some("2018"),
            None,
        ),
        (
            r#"dct:temporal [ time:hasBeginning [ time:inXSDDate "2019-01-01" ] ; time:hasEnd [ time:inXSDgYear "2020" ] ] ."#,
            None,
            some("2019-01-01"),
            some("2020"),
        ),
        ("dct:temporal <http://reference.data.gov.uk/id/year/2019> .", some("2019"), None, None),
        (r#"dct:temporal [ rdfs:label "Spring 2019" ] ."#, some("Spring 2019"), None, None),
    ] {
        let draft = draft(said);
        assert_eq!((draft.coverage, draft.coverage_start, draft.coverage_end), (whole, start, end), "{said}");
    }
}

#[test]
fn publishers_and_contacts_may_be_texts_and_addresses() {
    assert_eq!(draft(r#"dct:publisher "P"@en ."#).publisher, named("P"));
    assert_eq!(draft("dct:publisher e:office .").publisher, named("https://portal.example/office"));
    let register = "@prefix rov: <http://www.w3.org/ns/regorg#> . e:office a rov:RegisteredOrganization ; rov:legalName \"Office\" .";
    assert_eq!(draft(&format!("dct:publisher e:office . {register}")).publisher, named("Office"));
    // Of several the one that the document gives a name.
    assert_eq!(draft(&format!("dct:publisher e:desk, e:office . {register}")).publisher, named("Office"));
    let contact = |said: &str| {
        let contact = draft(said).contacts.remove(0);
        (contact.name, contact.email)
    };
    assert_eq!(contact(r#"dcat:contactPoint "desk@a.example" ."#), (None, some("desk@a.example")));
    assert_eq!(contact("dcat:contactPoint <mailto:desk@a.example> ."), (None, some("desk@a.example")));
    assert_eq!(contact("dcat:contactPoint e:desk ."), (some("https://portal.example/desk"), None));
    let roles = draft(
        r#"prov:qualifiedAttribution [ prov:agent [ foaf:name "K" ] ; dcat:hadRole <http://inspire.ec.europa.eu/metadata-codelist/ResponsiblePartyRole/custodian> ] ."#,
    );
    assert_eq!(roles.custodian, named("K"));
}

#[test]
fn a_body_of_the_european_union_is_known_by_its_code_where_it_has_no_name() {
    let body = "<http://publications.europa.eu/resource/authority/corporate-body/ESTAT>";
    assert_eq!(draft(&format!("dct:publisher {body} .")).publisher, named("ESTAT"));
    let said = format!("dct:publisher {body} . {body} skos:prefLabel \"Eurostat\"@en .");
    assert_eq!(draft(&said).publisher, named("Eurostat"));
}

#[test]
fn a_person_who_made_the_data_neither_publishes_nor_owns_it() {
    for said in [
        r#"dct:creator [ a foaf:Person ; foaf:name "Jane Doe" ] ."#,
        r#"dct:creator [ foaf:name "Doe, Jane" ] ."#,
        r#"dct:creator "Doe, Jane" ."#,
    ] {
        let draft = draft(said);
        assert_eq!((draft.publisher, draft.owner), (None, None), "{said}");
    }
    let person = r#"dct:creator [ a foaf:Person ; foaf:name "Jane Doe" ]"#;
    assert_eq!(draft(&format!(r#"{person}, "Survey Bureau" ."#)).publisher, named("Survey Bureau"));
    assert_eq!(
        draft(&format!(r#"{person} ; <http://purl.org/dc/elements/1.1/creator> "Survey Bureau" ."#)).publisher,
        named("Survey Bureau")
    );
}

#[test]
fn a_file_has_the_address_that_is_one_and_the_day_on_which_it_was_changed() {
    let file = |said: &str| draft(&format!("dcat:distribution [ {said} ] .")).distributions.remove(0);
    let odd = file(r#"dcat:downloadURL "444444" ; dcat:accessURL <https://a.example/page>"#);
    assert_eq!(odd.url, some("https://a.example/page"), "a number is no address");
    assert_eq!(file(r#"dct:title "F" ; dct:issued "2020-01-02""#).modified, None, "published is not changed");
    assert_eq!(file(r#"dct:issued "2020-01-02" ; dct:modified "2024-05-06""#).modified, some("2024-05-06"));
}

#[test]
fn one_title_of_a_language_is_the_title_and_the_others_are_found_as_keywords() {
    let listing = list(
        r#"e:d a dcat:Dataset ; dct:title "First title"@en, "Second title"@en, "Titre"@fr ; dcat:keyword "wells"@en ."#,
    );
    let reading = read_only(&listing);
    assert_eq!(reading.draft.title.0.into_values().collect::<Vec<_>>(), strings(&["First title", "Titre"]));
    assert_eq!(reading.draft.keywords["en"], strings(&["wells", "Second title"]));
    assert_eq!(codes(&reading.problems), ["several-titles"]);
}

#[test]
fn two_letters_as_a_place_are_a_country_where_they_are_said_to_be_a_code() {
    assert_eq!(draft(r#"dct:spatial "CO" ."#).countries, Vec::<String>::new());
    assert_eq!(draft(r#"dct:spatial "CO"^^dct:ISO3166 ."#).countries, ["CO"]);
}

#[test]
fn several_places_with_boxes_are_one_extent_around_them_all() {
    let wkt = "^^<http://www.opengis.net/ont/geosparql#wktLiteral>";
    let draft = draft(&format!(
        r#"dct:spatial [ dcat:bbox "POLYGON((1 2,3 2,3 4,1 4,1 2))"{wkt} ; dcat:centroid "POINT(2 3)"{wkt} ],
            [ locn:geometry "POLYGON((5 6,7 6,7 8,5 8,5 6))"{wkt} ] ."#
    ));
    assert_eq!(draft.extents, ["1,2,7,8"]);
}
