//! What is broken, foreign or hostile.
#![expect(clippy::format_collect, reason = "tests")]

use super::*;

#[test]
fn a_page_of_another_sort_is_refused_with_what_it_is() {
    for (document, code) in [
        ("", "empty-payload"),
        ("<!DOCTYPE html><html><body>", "html-instead-of-rdf"),
        ("<html lang='en'>", "html-instead-of-rdf"),
        ("Not found", "broken-turtle"),
        (r#"{"error": {"code": 404}}"#, "not-rdf"),
        (r#"{"@context": "#, "broken-json"),
        ("<urn:a> <urn:b> <urn:c> .", "not-a-dcat-catalogue"),
        ("<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><x/>", "doctype-refused"),
        ("<?xml version='1.0'?><OAI-PMH xmlns='http://www.openarchives.org/OAI/2.0/'/>", "not-a-dcat-catalogue"),
        (
            r#"{"@context": {"dcat": "http://www.w3.org/ns/dcat#"}, "@type": "dcat:DataService"}"#,
            "not-a-dcat-catalogue",
        ),
    ] {
        let problem = list_datasets(document.as_bytes(), None).unwrap_err();
        assert_eq!((problem.code.as_str(), problem.severity), (code, Severity::Error), "{document}");
    }
    let empty = list("e:c a dcat:Catalog ; dct:title \"C\" .");
    assert_eq!((empty.records, empty.problems), (vec![], vec![]));
}

#[test]
fn bad_values_cost_themselves() {
    let listing = list_datasets(
        br#"{"@context": ["https://unknown.example/context", {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"}],
            "@type": "dcat:Dataset", "@id": "https://a.example/a b", "dct:title": {"@value": "T", "@language": "en_US"},
            "dcat:landingPage": {"@id": "http://a.example/<x>"}, "dct:issued": null, "dct:modified": {"@value": [1]}}"#,
        None,
    )
    .unwrap();
    let reading = read_only(&listing);
    assert_eq!(codes(&listing.problems)[0], "unknown-context");
    assert_eq!(reading.draft.source_record_id, "https://a.example/a%20b");
    assert_eq!(reading.draft.title, LocalizedText::new("en-us", "T"));
    assert_eq!(reading.draft.landing_page, some("http://a.example/%3Cx%3E"));
}

#[test]
fn a_broken_statement_costs_itself_and_is_an_error() {
    let listing = list(
        "e:a a dcat:Dataset ; dct:title \"A\" . e:b a dcat:Dataset ; unknown:title \"B\" . e:c a dcat:Dataset ; dct:title \"C\" .",
    );
    let ids: Vec<&str> = listing.records.iter().map(|record| record.id.as_deref().unwrap()).collect();
    assert!(ids.contains(&"https://portal.example/a") && ids.contains(&"https://portal.example/c"), "{ids:?}");
    assert_eq!((codes(&listing.problems), listing.problems[0].severity), (vec!["broken-turtle"], Severity::Error));
    assert!(listing.in_doubt && listing.is_cut_short(), "what was lost may have closed any of them");
}

#[test]
fn hostile_documents_are_refused_by_the_limit_that_they_break() {
    let long_prefix = format!("@prefix p: <urn:{}> . {}", "x".repeat(1_000_000), "p:a p:b p:c .\n".repeat(10_000));
    let deep_json = format!("{}1{}", r#"{"@id":"#.repeat(50_000), "}".repeat(50_000));
    let deep_xml = format!("<?xml version='1.0'?>{}", "<a>".repeat(50_000));
    let attributes: String = (0..50_000).map(|number| format!(" a{number}='1'")).collect();
    let wide_xml = format!("<?xml version='1.0'?><a{attributes}/>");
    let namespaces: String = (0..200).map(|number| format!(" xmlns:a{number}='urn:a'")).collect();
    let many_namespaces = format!("<?xml version='1.0'?>{}", format!("<a{namespaces}>").repeat(5));
    let long_namespace = format!("<?xml version='1.0'?><a xml:base='{}'/>", "x".repeat(2_000));
    let contexts = format!(
        r#"[{{"@context": {{{}"a": "urn:a"}}}}{}]"#,
        r#""x": "urn:x","#.repeat(10_000),
        r#",{"@context":{}}"#.repeat(10_000)
    );
    for (document, code) in [
        (deep_json, "broken-json"),
        (deep_xml, "xml-too-deep"),
        (wide_xml, "xml-too-many-attributes"),
        (many_namespaces, "xml-too-many-namespaces"),
        (long_namespace, "xml-namespace-too-long"),
        (contexts, "too-many-contexts"),
    ] {
        assert_eq!(list_datasets(document.as_bytes(), None).unwrap_err().code, code);
    }
    // A part of it is read, and none of that is a dataset.
    assert_eq!(list_datasets(long_prefix.as_bytes(), None).unwrap_err().code, "not-a-dcat-catalogue");
}

#[test]
fn deep_nesting_and_endless_quotes_in_turtle_end_soon() {
    let deep = format!("<urn:a> <urn:b> {}{} .", "[ <urn:b> ".repeat(50_000), "]".repeat(50_000));
    for document in [deep, r#"""" "#.repeat(100_000)] {
        assert!(list_datasets(document.as_bytes(), None).is_err());
    }
}

#[test]
fn cycles_shared_nodes_and_many_equal_blank_nodes_end_soon() {
    let ring: String = (0..2_000)
        .map(|number| format!("_:n{number} dct:relation _:m ; e:next _:n{} .\n", (number + 1) % 2_000))
        .collect();
    let equal: String = (0..2_000)
        .map(|number| format!("e:d dcat:distribution _:k{number} . _:k{number} dcat:keyword \"same\" .\n"))
        .collect();
    let listing = list(&format!("e:d a dcat:Dataset ; dct:title \"T\" ; dct:publisher _:n0 . {ring} {equal}"));
    assert_eq!(read_only(&listing).draft.distributions.len(), 1);
    let shared: String = (0..250)
        .map(|number| format!("e:hub e:link e:leaf{number} . e:leaf{number} dct:title \"{}\" .\n", "x".repeat(50)))
        .collect();
    let many: String = (0..2_000)
        .map(|number| format!("e:d{number} a dcat:Dataset ; dct:title \"T\" ; dct:publisher e:hub .\n"))
        .collect();
    let listing = list(&format!("{shared} {many}"));
    assert_eq!(listing.records.len(), 2_000);
    assert!(listing.problems.iter().all(|problem| problem.code == "too-large"), "{:?}", listing.problems);
}

#[test]
fn what_is_no_dataset_is_refused() {
    for (bytes, code) in [
        (&b""[..], "not-a-dataset"),
        (b"nothing", "broken-n-triples"),
        (b"<urn:a> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <urn:b> .", "not-a-dataset"),
    ] {
        assert_eq!(read_dataset(bytes).unwrap_err().code, code);
    }
}

#[test]
fn a_document_that_ends_too_early_gives_what_it_has_and_an_error() {
    let xml = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' xmlns:dcat='http://www.w3.org/ns/dcat#' xmlns:dct='http://purl.org/dc/terms/'>
        <dcat:Dataset rdf:about='urn:a'><dct:title>A</dct:title></dcat:Dataset><dcat:Dataset rdf:about='urn:b'><dct:title>B</dct:title>";
    let listing = list_datasets(xml.as_bytes(), None).unwrap();
    assert_eq!((listing.records[0].id.as_deref(), listing.problems[0].severity), (Some("urn:a"), Severity::Error));
    assert!(listing.in_doubt && listing.is_cut_short());
    let turtle = format!("{PREFIXES} e:a a dcat:Dataset ; dct:title \"A\" . e:b a dcat:Dataset ; dct:title");
    let listing = list_datasets(turtle.as_bytes(), None).unwrap();
    assert_eq!(
        (listing.records[0].id.as_deref(), listing.problems[0].severity),
        (Some("https://portal.example/a"), Severity::Error)
    );
    assert!(listing.in_doubt && listing.is_cut_short());
    assert!(!list("e:a a dcat:Dataset ; dct:title \"A\" .").in_doubt);
}

#[test]
fn a_catalogue_of_twenty_thousand_datasets_is_cut_in_no_time() {
    let datasets: String = (0..20_000)
        .map(|number| {
            format!("e:c dcat:dataset e:d{number} . e:s dcat:servesDataset e:d{number} . e:d{number} a dcat:Dataset ; dct:title \"{number}\" .\n")
        })
        .collect();
    let started = std::time::Instant::now();
    let listing = list(&format!("e:c a dcat:Catalog ; dct:publisher [ foaf:name \"P\" ] . {datasets}"));
    assert_eq!((listing.records.len(), listing.problems), (20_000, vec![]));
    assert!(started.elapsed().as_secs() < 60, "{:?}", started.elapsed());
}
