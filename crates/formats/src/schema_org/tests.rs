#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use cairn_model::{
    AccessMethod, Contact, DraftDistribution, DraftOrganisation, DraftPlace, Field, LocalizedText, Partnership,
    Severity, Sharing, StatedText,
};

use super::*;

fn read(dataset: &str) -> Reading {
    read_dataset(dataset.as_bytes()).unwrap()
}

fn draft(fields: &str) -> Draft {
    read(&format!(
        r#"{{"@context": "https://schema.org/", "@type": "Dataset", "@id": "urn:d", "name": "T", {fields}}}"#
    ))
    .draft
}

fn list(document: &str) -> Listing {
    list_datasets(document.as_bytes()).unwrap()
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[expect(clippy::unnecessary_wraps, reason = "it stands where a field is optional")]
fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn a_dataset_is_read_in_full() {
    let reading = read(
        r#"{"@context": "https://schema.org/", "@type": "Dataset", "@id": "https://doi.org/10.1234/wells", "name": "Wells", "description": "Invented.",
            "identifier": [{"@type": "PropertyValue", "propertyID": "DOI", "value": "10.1234/wells"}, "w-1"], "url": "https://wells.example/d",
            "keywords": "water, wells", "inLanguage": {"@type": "Language", "name": "French", "alternateName": "fr"},
            "publisher": {"@type": "Organization", "name": "Office of Wells", "contactPoint": {"@type": "ContactPoint", "contactType": "Data desk", "email": "desk@wells.example", "telephone": "+000"}},
            "creator": [{"@type": "Organization", "name": "Survey Bureau"}, {"@type": "Person", "name": "N. N."}], "funder": {"@type": "Organization", "name": "Water Fund"},
            "copyrightHolder": {"@type": "Organization", "name": "Ministry"}, "about": [{"@type": "Thing", "name": "Water supply"}],
            "measurementTechnique": "Field visits", "isBasedOn": {"@type": "Dataset", "name": "Old wells"}, "variableMeasured": ["depth", {"@type": "PropertyValue", "name": "yield", "unitText": "l/s"}],
            "spatialCoverage": {"@type": "Place", "name": "Northern valley", "geo": {"@type": "GeoShape", "box": "10.5 -20 12 -18.5"}, "address": {"addressCountry": "TD"}},
            "temporalCoverage": "2019-01-01/..", "datePublished": "2020-01-02", "dateModified": "2024-05-06", "license": "https://creativecommons.org/licenses/by/4.0/",
            "distribution": [{"@type": "DataDownload", "name": "CSV", "contentUrl": "https://wells.example/w.csv", "encodingFormat": "text/csv", "contentSize": "12 kB"}, {"contentUrl": "https://wells.example/w.xlsx", "encodingFormat": "XLSX"}]}"#,
    );
    let party =
        |name: &str, role: &str| Partnership { partner: name.to_owned(), role: some(role), ..Partnership::default() };
    let organisation = |name: &str| Some(DraftOrganisation { name: name.to_owned(), ..DraftOrganisation::default() });
    let field =
        |name: &str, description: Option<String>| Field { name: name.to_owned(), description, ..Field::default() };
    let expected = Draft {
        source_record_id: "https://doi.org/10.1234/wells".to_owned(),
        identifiers: ["10.1234/wells", "w-1"].map(of_form).to_vec(),
        title: LocalizedText::undetermined("Wells"),
        description: LocalizedText::undetermined("Invented."),
        keywords: BTreeMap::from([("und".to_owned(), strings(&["water", "wells"]))]),
        languages: strings(&["fr"]),
        publisher: organisation("Office of Wells"),
        owner: organisation("Ministry"),
        contacts: vec![Contact {
            name: some("Data desk"),
            email: some("desk@wells.example"),
            phone: some("+000"),
            role: some("pointOfContact"),
            published_openly: true,
        }],
        partnerships: vec![party("Survey Bureau", "creator"), party("Water Fund", "funder")],
        topics: strings(&["Water supply"]),
        methodology: some("Field visits\n\nSource: Old wells"),
        fields: vec![field("depth", None), field("yield", some("l/s"))],
        countries: strings(&["TD"]),
        places: vec![DraftPlace { text: "Northern valley".to_owned(), ..DraftPlace::default() }],
        extents: strings(&["-20,10.5,-18.5,12"]),
        coverage: some("2019-01-01/.."),
        issued: some("2020-01-02"),
        modified: some("2024-05-06"),
        distributions: vec![
            DraftDistribution {
                title: some("CSV"),
                url: some("https://wells.example/w.csv"),
                media_type: some("text/csv"),
                size: some("12 kB"),
                ..DraftDistribution::default()
            },
            DraftDistribution {
                url: some("https://wells.example/w.xlsx"),
                format: some("XLSX"),
                ..DraftDistribution::default()
            },
        ],
        landing_page: some("https://wells.example/d"),
        licence_url: some("https://creativecommons.org/licenses/by/4.0/"),
        terms: StatedText { listed_openly: true, ..StatedText::default() },
        ..Draft::default()
    };
    assert_eq!(reading, Reading { draft: expected, problems: vec![], deleted: false });
}

#[test]
fn croissant_gives_the_data_dictionary_and_what_to_beware_of() {
    let reading = read(
        r#"{"@context": {"@vocab": "https://schema.org/", "sc": "https://schema.org/", "cr": "http://mlcommons.org/croissant/", "rai": "http://mlcommons.org/croissant/RAI/", "recordSet": "cr:recordSet"},
            "@type": "sc:Dataset", "name": "Letters", "conformsTo": "http://mlcommons.org/croissant/1.0", "license": ["https://l.example/1", "https://l.example/2"],
            "rai:personalSensitiveInformation": ["Gender", "Health"], "rai:dataBiases": "Northern towns only", "rai:dataCollection": "By hand",
            "distribution": [{"@type": "cr:FileObject", "@id": "zip", "name": "a.zip", "contentUrl": "https://a.example/a.zip", "encodingFormat": "application/zip", "sha256": "0"},
                {"@type": "cr:FileSet", "@id": "pages", "containedIn": {"@id": "zip"}, "encodingFormat": "text/csv", "includes": "*.csv"}],
            "recordSet": [{"@type": "cr:RecordSet", "name": "pages", "field": [{"@type": "cr:Field", "@id": "pages/text", "dataType": "sc:Text", "description": "Words"},
                {"name": "box", "dataType": ["cr:BoundingBox", "sc:Float"], "subField": {"@id": "pages/box/left", "dataType": "sc:Float"}}]}]}"#,
    );
    let draft = reading.draft;
    assert_eq!(draft.caveats, some("Personal or sensitive information: Gender; Health\n\nBiases: Northern towns only"));
    assert_eq!(draft.methodology, some("By hand"));
    let fields: Vec<(&str, Option<&str>)> =
        draft.fields.iter().map(|field| (field.name.as_str(), field.data_type.as_deref())).collect();
    assert_eq!(fields, [("text", Some("Text")), ("box", Some("BoundingBox, Float")), ("box/left", Some("Float"))]);
    assert_eq!(draft.distributions[1].description, some("Files: *.csv"));
    assert_eq!((draft.licence_url, draft.licence_text), (some("https://l.example/1"), some("https://l.example/2")));
    assert_eq!(reading.problems, []);
}

#[test]
fn names_are_read_with_every_prefix_and_address() {
    for dataset in [
        r#"{"@context": "http://schema.org", "@type": "Dataset", "name": "T", "isPartOf": "P"}"#,
        r#"{"@context": {"s": "https://schema.org/"}, "@type": ["s:Thing", "s:Dataset"], "s:name": "T", "s:isPartOf": "P"}"#,
        r#"{"@context": ["https://schema.org", {"x": "http://x.example/"}], "type": "Dataset", "name": "T", "isPartOf": {"name": "P"}, "x:name": "X"}"#,
        r#"{"@type": "http://schema.org/Dataset", "https://schema.org/name": "T", "http://schema.org/isPartOf": {"@value": "P"}}"#,
    ] {
        let listing = list(dataset);
        let draft = read_dataset(&listing.records[0].bytes).unwrap().draft;
        assert_eq!(
            (draft.title, draft.methodology),
            (LocalizedText::undetermined("T"), some("Part of: P")),
            "{dataset}"
        );
        assert_eq!(listing.records[0].bytes, dataset.as_bytes());
    }
}

#[test]
fn a_dataset_whose_references_were_left_as_they_are_is_closed_where_the_document_says_who_has_access() {
    let long: Vec<String> = (0..1_000).map(|field| format!(r#""field{field}": "x""#)).collect();
    let sharing_of_the_last = |file: &str| {
        let datasets: Vec<String> = (0..300)
            .map(|number| {
                format!(
                    r#"{{"@type": "Dataset", "@id": "urn:d:{number}", "name": "T", "description": "Invented.",
                         "publisher": {{"@id": "urn:long"}}, "distribution": {{"@id": "urn:file"}}}}"#
                )
            })
            .collect();
        let document = format!(
            r#"{{"@context": "https://schema.org/", "@graph": [{{"@id": "urn:long", {}}},
                {{"@id": "urn:file", "contentUrl": "https://a.example/f"{file}}}, {}]}}"#,
            long.join(", "),
            datasets.join(", ")
        );
        let listing = list(&document);
        assert_eq!((listing.records.len(), listing.problems[0].code.as_str()), (300, "too-large"));
        let terms = |place: usize| read_dataset(&listing.records[place].bytes).unwrap().draft.terms.sharing_at_least;
        (terms(0), terms(299))
    };
    let restricted = Some(Sharing::Restricted);
    assert_eq!(sharing_of_the_last(r#", "conditionsOfAccess": "restricted""#), (restricted, restricted));
    assert_eq!(sharing_of_the_last(""), (None, None));
}

#[test]
fn access_is_read_where_its_words_are_known_and_kept_where_they_are_not() {
    let open = (some("public"), None, None, true);
    let restricted = (None, Some(Sharing::Restricted), Some(AccessMethod::OnRequest), true);
    let withheld = (None, Some(Sharing::Organisation), Some(AccessMethod::None), true);
    let silent = (None, None, None, true);
    for (field, expected) in [
        (r#""conditionsOfAccess": "open""#, &open),
        (r#""conditionsOfAccess": "Restricted""#, &restricted),
        (r#""conditionsOfAccess": "Restricted: ask the institute""#, &restricted),
        (r#""conditionsOfAccess": "Confidential""#, &withheld),
        (r#""conditionsOfAccess": "http://purl.org/coar/access_right/c_16ec""#, &restricted),
        (
            r#""dct:accessRights": {"@id": "http://publications.europa.eu/resource/authority/access-right/RESTRICTED"}"#,
            &restricted,
        ),
        (r#""conditionsOfAccess": "Write to us.""#, &silent),
        (r#""isAccessibleForFree": false"#, &silent),
        (r#""distribution": [{"contentUrl": "https://a.example", "conditionsOfAccess": "restricted"}]"#, &restricted),
        (r#""distribution": [{"contentUrl": "https://a.example", "conditionsOfAccess": "public"}]"#, &silent),
    ] {
        let terms = draft(field).terms;
        let found = (terms.sharing, terms.sharing_at_least, terms.access_at_least, terms.listed_openly);
        assert_eq!(&found, expected, "{field}");
    }
    assert_eq!(
        draft(r#""conditionsOfAccess": "Write to us.", "isAccessibleForFree": "False""#).terms.reasons,
        strings(&["Write to us.", "Not free of charge"])
    );
}

#[test]
fn places_stand_in_many_shapes() {
    for (spatial, extents, places) in [
        (r#""Northern valley""#, vec![], vec!["Northern valley"]),
        (r#"{"geo": {"latitude": 1.5, "longitude": "2"}}"#, vec!["POINT(2 1.5)"], vec![]),
        (r#"{"geo": {"box": "1,2 3,4"}}"#, vec!["2,1,4,3"], vec![]),
        (r#"{"geo": {"box": "-1 179 1 -179"}}"#, vec!["179,-1,-179,1"], vec![]),
        (r#"{"geo": {"polygon": "0 0 0 5 3 5 0 0"}}"#, vec!["0,0,5,3"], vec![]),
        (r#"{"geo": {"circle": "1 2 5000"}}"#, vec!["2,1,2,1"], vec![]),
        (r#"[{"geo": {"box": "no"}}, {"name": "Dune"}]"#, vec!["no"], vec!["Dune"]),
        (r#"{"geo": {"geo": {"geo": {"geo": {"geo": {"geo": {"name": "deep"}}}}}}}"#, vec![], vec![]),
    ] {
        let draft = draft(&format!(r#""spatialCoverage": {spatial}"#));
        let names: Vec<String> = draft.places.into_iter().map(|place| place.text).collect();
        assert_eq!((draft.extents, names), (strings(&extents), strings(&places)), "{spatial}");
    }
}

#[test]
fn datasets_are_found_wherever_a_page_puts_them() {
    let (one, two) = (
        r#"{"@type": "Dataset", "@id": "urn:1", "name": "One"}"#,
        r#"{"@type": "Dataset", "@id": "urn:2", "name": "Two", "description": "D"}"#,
    );
    for document in [
        format!("[{one}, {two}]"),
        format!(
            r#"{{"@context": "https://schema.org", "@graph": [{{"@type": "WebPage", "name": "P"}}, {one}, {two}]}}"#
        ),
        format!(r#"{{"@type": "WebPage", "mainEntity": {one}, "about": {two}}}"#),
        format!(r#"{{"@type": "DataCatalog", "dataset": [{one}, {two}]}}"#),
        format!(
            r#"{{"@type": "ItemList", "itemListElement": [{{"@type": "ListItem", "item": {one}}}, {{"item": {two}}}]}}"#
        ),
        format!(
            r#"{{"@type": "Dataset", "@id": "urn:1", "name": "One", "hasPart": [{two}, {{"@type": "Dataset", "name": "only named"}}]}}"#
        ),
    ] {
        let listing = list(&document);
        let ids: Vec<&str> = listing.records.iter().map(|record| record.id.as_deref().unwrap()).collect();
        assert_eq!((ids, listing.problems), (vec!["urn:1", "urn:2"], vec![]), "{document}");
        assert_eq!(
            read_dataset(&listing.records[1].bytes).unwrap().draft.description,
            LocalizedText::undetermined("D")
        );
    }
}

#[test]
fn references_inside_a_document_are_put_in_their_place() {
    let listing = list(
        r##"{"@context": "https://schema.org", "@graph": [{"@type": "Organization", "@id": "#org", "name": "Office", "parent": {"@id": "#org"}, "contactPoint": {"@id": "#desk"}},
            {"@id": "#desk", "email": "desk@a.example"}, {"@type": "Dataset", "@id": "urn:1", "name": "One", "publisher": {"@id": "#org"}, "isBasedOn": {"@id": "urn:2"}},
            {"@type": "Dataset", "@id": "urn:2", "name": "Two", "publisher": {"@id": "#org"}}]}"##,
    );
    let draft = read_dataset(&listing.records[0].bytes).unwrap().draft;
    assert_eq!(
        (draft.publisher.unwrap().name, draft.contacts[0].email.clone()),
        ("Office".to_owned(), some("desk@a.example"))
    );
    assert_eq!(listing.records.len(), 2);
}

#[test]
fn a_dataset_has_an_id_whatever_it_lacks() {
    let id = |fields: &str| {
        list(&format!(r#"[{{"@type": "Dataset", "name": "T" {fields}}}]"#)).records.remove(0).id.unwrap()
    };
    assert_eq!(id(r#", "@id": "urn:1", "identifier": "x""#), "urn:1");
    assert_eq!(id(r##", "@id": "#dataset", "identifier": {"value": "x"}"##), "x");
    assert_eq!(id(r#", "url": "https://a.example/d""#), "https://a.example/d");
    assert_eq!(id(""), id(r#", "dateModified": "2024""#));
    assert_ne!(id(""), id(r#", "publisher": "P""#));
    let twice = list(r#"[{"@type": "Dataset", "name": "T"}, {"@type": "Dataset", "name": "T", "version": 2}]"#);
    assert_eq!((twice.records.len(), twice.problems[0].code.as_str()), (1, "same-id"));
}

#[test]
fn a_page_of_another_sort_is_refused_with_what_it_is() {
    let deep = [r#"{"@graph": "#.repeat(100_000), "1".to_owned(), "}".repeat(100_000)].concat();
    for (document, code) in [
        ("", "empty-payload"),
        ("<html>", "html-instead-of-json"),
        ("{", "broken-json"),
        (deep.as_str(), "broken-json"),
        ("[]", "not-a-dataset"),
        (r#"{"error": "no"}"#, "not-a-dataset"),
        (r#"{"@type": "Article", "name": "A"}"#, "not-a-dataset"),
        (r#"{"@type": "dcat:Dataset", "dct:title": "A"}"#, "not-a-dataset"),
        (r#"{"@type": "Dataset", "@id": "urn:1"}"#, "not-a-dataset"),
    ] {
        let problem = list_datasets(document.as_bytes()).unwrap_err();
        assert_eq!((problem.code.as_str(), problem.severity), (code, Severity::Error), "{code}");
    }
    assert_eq!(read_dataset(br#"{"keywords": ["a"]}"#).unwrap_err().code, "no-identity");
    assert_eq!(read_dataset(b"[1]").unwrap_err().code, "not-an-object");
}

#[test]
fn odd_types_cost_their_field_and_never_the_record() {
    let draft = draft(
        r#""description": 7, "keywords": {"name": {}}, "license": {"@type": "CreativeWork", "name": "CC0", "url": "https://l.example"}, "publisher": [], "creator": "N. N.",
           "distribution": "https://a.example/file", "spatialCoverage": [null, 5], "temporalCoverage": [{}], "variableMeasured": [{}, 1], "recordSet": {"field": [{"subField": 1}]},
           "datePublished": {"@value": "2020"}, "inLanguage": ["en", {}], "isAccessibleForFree": {}"#,
    );
    assert_eq!((draft.licence_title, draft.licence_url), (some("CC0"), some("https://l.example")));
    assert_eq!((draft.issued, draft.languages), (some("2020"), strings(&["en"])));
    assert_eq!(draft.distributions[0].url, some("https://a.example/file"));
    assert_eq!(draft.publisher.unwrap().name, "N. N.");
}

#[test]
fn references_without_end_end_soon() {
    let nodes: String = (0..300)
        .map(|number| {
            let links: Vec<String> =
                (0..30).map(|link| format!(r##"{{"@id": "#n{}"}}"##, (number * 7 + link) % 300)).collect();
            format!(r##",{{"@id": "#n{number}", "name": "N", "knows": [{}]}}"##, links.join(","))
        })
        .collect::<Vec<String>>()
        .concat();
    let listing = list(&format!(
        r##"[{{"@type": "Dataset", "@id": "urn:1", "name": "T", "publisher": {{"@id": "#n0"}}}}{nodes}]"##
    ));
    assert_eq!((listing.records.len(), listing.problems.len()), (1, 1));
    assert!(listing.records[0].bytes.len() < 100 << 20);
}

#[test]
fn a_party_that_is_only_referred_to_has_no_name() {
    let reference = draft(r##""publisher": {"@id": "#org"}, "creator": {"@id": "_:b1"}"##);
    assert_eq!((reference.publisher, reference.partnerships), (None, vec![]));
    let named = draft(r##""publisher": {"@id": "#org"}, "provider": {"@id": "#desk", "name": "Office"}"##);
    assert_eq!(named.publisher.map(|publisher| publisher.name), some("Office"));
}
