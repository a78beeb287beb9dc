//! How documents are cut into records.

use super::*;

#[test]
fn the_same_is_read_from_every_syntax() {
    let turtle = r#"e:d a dcat:Dataset ; dct:title "T"@en ; dct:publisher [ foaf:name "P" ] ."#;
    let documents = [
        format!("{PREFIXES}\n{turtle}"),
        format!("{PREFIXES}\ne:g {{ {turtle} }}"),
        "<https://portal.example/d> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#Dataset> .
         _:x <http://xmlns.com/foaf/0.1/name> \"P\" .
         <https://portal.example/d> <http://purl.org/dc/terms/publisher> _:x .
         <https://portal.example/d> <http://purl.org/dc/terms/title> \"T\"@EN ."
            .to_owned(),
        r#"<?xml version="1.0" encoding="UTF-8"?>
           <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="http://www.w3.org/ns/dcat#"
               xmlns:dct="http://purl.org/dc/terms/" xmlns:foaf="http://xmlns.com/foaf/0.1/">
             <dcat:Dataset rdf:about="d"><dct:title xml:lang="en">T</dct:title>
               <dct:publisher><rdf:Description><foaf:name>P</foaf:name></rdf:Description></dct:publisher></dcat:Dataset>
           </rdf:RDF>"#
            .to_owned(),
        r#"{"@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "foaf": "http://xmlns.com/foaf/0.1/"},
            "@graph": [{"@id": "_:p", "foaf:name": "P"}, {"@id": "d", "@type": "dcat:Dataset", "dct:publisher": {"@id": "_:p"},
            "dct:title": {"@value": "T", "@language": "en"}}]}"#
            .to_owned(),
        r#"{"@context": "https://semiceu.github.io/DCAT-AP/releases/3.0.0/context/dcat-ap.jsonld", "id": "d", "type": "Dataset",
            "title": {"@value": "T", "@language": "en"}, "publisher": {"name": "P"}}"#
            .to_owned(),
    ];
    let lists =
        documents.map(|document| list_datasets(document.as_bytes(), Some("https://portal.example/catalog")).unwrap());
    for listing in &lists {
        assert_eq!(listing, &lists[0]);
    }
    let utf_16: Vec<u8> = format!("\u{feff}{PREFIXES}\n{turtle}").encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(list_datasets(&utf_16, None).unwrap(), lists[0]);
}

#[test]
fn a_document_in_another_encoding_is_read_as_it_declares() {
    let xml =
        b"<?xml version='1.0' encoding='ISO-8859-1'?><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'
        xmlns:dcat='http://www.w3.org/ns/dcat#' xmlns:dct='http://purl.org/dc/terms/'>
        <dcat:Dataset rdf:about='https://a.example/1'><dct:title>Caf\xe9</dct:title></dcat:Dataset></rdf:RDF>";
    assert_eq!(read_only(&list_datasets(xml, None).unwrap()).draft.title, LocalizedText::undetermined("Caf\u{e9}"));
}

#[test]
fn text_beside_a_reference_loses_nothing_of_a_catalogue_of_geonetwork() {
    let xml = r#"<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dcat="http://www.w3.org/ns/dcat#"
        xmlns:dct="http://purl.org/dc/terms/" xmlns:ogc="http://www.opengis.net/rdf#">
        <dcat:Dataset rdf:about="https://a.example/1"><dct:title>Wells</dct:title>
        <dcat:theme rdf:resource="https://a.example/themes/ef">Environmental &amp; other <![CDATA[facilities]]></dcat:theme>
        <dct:updated>2020-05-01</dct:updated>
        <dct:spatial><ogc:Polygon><ogc:asWKT rdf:datatype="http://www.opengis.net/rdf#WKTLiteral">POINT(1 2)</ogc:asWKT>
        </ogc:Polygon></dct:spatial></dcat:Dataset>
        <dcat:Dataset rdf:about="https://a.example/2"><dct:title>Roads</dct:title></dcat:Dataset></rdf:RDF>"#;
    let listing = list_datasets(xml.as_bytes(), None).unwrap();
    assert!(listing.problems.is_empty(), "{:?}", listing.problems);
    let drafts: Vec<Draft> = listing.records.iter().map(|one| read_dataset(&one.bytes).unwrap().draft).collect();
    let titles: Vec<_> = drafts.iter().map(|draft| draft.title.best("en")).collect();
    assert_eq!(titles, [Some("Wells"), Some("Roads")]);
    assert_eq!((drafts[0].modified.as_deref(), drafts[0].extents.len()), (Some("2020-05-01"), 1));
}

#[test]
fn a_catalogue_speaks_for_a_dataset_that_says_nothing() {
    let document = |said: &str| {
        let listing = list(&format!(
            r#"e:c a dcat:Catalog ; dct:title "C" ; dct:modified "2024" ; dcat:dataset e:d, e:other ; dct:publisher [ foaf:name "P" ] ;
                 dct:license e:licence ; dct:accessRights right:RESTRICTED .
               e:other a dcat:Dataset ; dct:title "Other" .
               e:d a dcat:Dataset ; dct:title "T" {said} ."#
        ));
        let record = listing
            .records
            .into_iter()
            .find(|record| record.id.as_deref() == Some("https://portal.example/d"))
            .unwrap();
        let draft = read_dataset(&record.bytes).unwrap().draft;
        (draft.publisher.unwrap().name, draft.licence_url.unwrap(), draft.terms.sharing, draft.terms.sharing_at_least)
    };
    let (licence, own) = ("https://portal.example/licence".to_owned(), "https://portal.example/own".to_owned());
    assert_eq!(document(""), ("P".to_owned(), licence, None, Some(Sharing::Restricted)));
    assert_eq!(
        document(r#"; dct:publisher "Q" ; dct:license e:own ; dct:accessRights right:PUBLIC"#),
        ("Q".to_owned(), own, some("public"), None)
    );
}

#[test]
fn the_record_of_the_catalogue_and_services_belong_to_the_dataset() {
    let reading = read_only(&list(
        r#"e:d a dcat:Dataset ; dct:title "T" .
           e:r a dcat:CatalogRecord ; foaf:primaryTopic e:d ; dct:identifier "r-1" ; dct:modified "2024-01-01" ; dct:issued "2023-01-01" .
           e:s a dcat:DataService ; dct:title "WFS" ; dcat:endpointURL <https://portal.example/wfs> ; dcat:servesDataset e:d, e:unknown ."#,
    ));
    let draft = reading.draft;
    assert_eq!((draft.modified, draft.issued), (some("2024-01-01"), some("2023-01-01")));
    assert_eq!(draft.identifiers.last().unwrap().value, "r-1");
    assert_eq!(draft.distributions[0].url, some("https://portal.example/wfs"));
    assert_eq!(draft.distributions.len(), 1);
}

#[test]
fn a_series_is_a_record_and_a_service_alone_is_none() {
    let listing = list(
        r#"e:series a dcat:DatasetSeries ; dct:title "S" ; dcat:seriesMember e:d . e:d a dcat:Dataset ; dct:title "T" ; dcat:inSeries e:series .
           e:service a dcat:DataService ; dct:title "API" . e:c a dcat:Catalog ; dct:title "C" ; dcat:dataset e:untyped . e:untyped dct:title "U" ."#,
    );
    let ids: Vec<&str> = listing.records.iter().map(|record| record.id.as_deref().unwrap()).collect();
    assert_eq!(ids, ["https://portal.example/series", "https://portal.example/d", "https://portal.example/untyped"]);
    assert_eq!(read_dataset(&listing.records[0].bytes).unwrap().draft.kind, some("series"));
    assert!(!String::from_utf8_lossy(&listing.records[0].bytes).contains("seriesMember"));
}

#[test]
fn a_record_is_the_same_whatever_else_the_document_holds_and_however_it_is_written() {
    let bytes = |document: &str| {
        let listing = list(document);
        listing
            .records
            .into_iter()
            .find(|record| record.id.as_deref() == Some("https://portal.example/d"))
            .unwrap()
            .bytes
    };
    let one = bytes(
        r#"e:d a dcat:Dataset ; dct:title "T" ; dcat:distribution [ dct:title "A" ], [ dct:title "B" ; dct:format _:f ] . _:f rdfs:label "F" ."#,
    );
    let two = bytes(
        r#"_:zz dct:title "A" . e:other a dcat:Dataset ; dct:title "O" ; dct:relation e:d . _:b rdfs:label "F" . _:a dct:format _:b ; dct:title "B" .
           e:d dcat:distribution _:a, _:zz, _:zz ; dct:title "T" ; a dcat:Dataset ."#,
    );
    assert_eq!(String::from_utf8(one.clone()), String::from_utf8(two));
    assert!(one.starts_with(b"<https://portal.example/d> "));
}

#[test]
fn datasets_that_are_blank_nodes_have_ids_of_what_they_say() {
    let ids = |document: &str| list(document).records.into_iter().map(|record| record.id.unwrap()).collect::<Vec<_>>();
    assert_eq!(ids(r#"[] a dcat:Dataset ; dct:identifier "x" ; dct:title "T" ."#), ["x"]);
    let by_title = ids(r#"[] a dcat:Dataset ; dct:title "T" ; dct:modified "2024" ."#);
    assert_eq!(by_title, ids(r#"_:q dct:modified "2025" ; dct:title "T" ; a dcat:Dataset ."#));
    assert_ne!(by_title, ids(r#"[] a dcat:Dataset ; dct:title "U" ."#));
    let listing = list(r#"[] a dcat:Dataset ; dcat:keyword "a" . [] a dcat:Dataset ; dcat:keyword "b" ."#);
    for record in &listing.records {
        assert_eq!(record.id.as_deref(), Some(read_dataset(&record.bytes).unwrap().draft.source_record_id.as_str()));
    }
    assert_eq!(listing.records.len(), 2);
    let twice = list(
        r#"_:a a dcat:Dataset ; dct:identifier "x" ; dct:title "A" . _:b a dcat:Dataset ; dct:identifier "x" ; dct:title "B" ."#,
    );
    assert_eq!((twice.records.len(), codes(&twice.problems)), (1, vec!["same-id"]));
}

#[test]
fn the_next_page_is_found_in_every_spelling() {
    let dataset = r#"e:d a dcat:Dataset ; dct:title "T" ."#;
    for (pages, next, count) in [
        (
            "<catalog> a hydra:PagedCollection ; hydra:nextPage <catalog?page=2> ; hydra:totalItems 4 .",
            some("https://portal.example/catalog?page=2"),
            Some(4),
        ),
        (
            r#"e:p a hydra:PartialCollectionView ; hydra:next "https://portal.example/catalog?page=2" ."#,
            some("https://portal.example/catalog?page=2"),
            None,
        ),
        (
            "e:c hydra:view e:p ; hydra:totalItems \"9\" . e:p hydra:next e:p2 .",
            some("https://portal.example/p2"),
            Some(9),
        ),
        ("e:p <http://www.w3.org/ns/ldp#nextPage> <http://www.w3.org/1999/02/22-rdf-syntax-ns#nil> .", None, None),
        ("e:p hydra:next e:p .", None, None),
        ("e:p hydra:next <catalog> .", None, None),
        ("e:p hydra:lastPage e:p ; hydra:totalItems -1 .", None, None),
    ] {
        let listing = list(&format!("{dataset} {pages}"));
        assert_eq!((listing.next, listing.count), (next, count), "{pages}");
    }
}

#[test]
fn what_a_catalogue_names_and_does_not_describe_is_lost_unless_it_is_paged() {
    let catalogue =
        r#"e:c a dcat:Catalog ; dct:title "C" ; dcat:dataset e:d, e:elsewhere . e:d a dcat:Dataset ; dct:title "T" ."#;
    let listing = list(catalogue);
    assert_eq!((listing.records.len(), codes(&listing.problems)), (1, vec!["not-described"]));
    assert_eq!(list(&format!("{catalogue} e:c hydra:view e:p .")).problems, []);
}

#[test]
fn a_record_ends_where_another_dataset_or_a_catalogue_begins() {
    let listing = list(
        r#"e:d a dcat:Dataset ; dct:title "T" ; dct:references e:other, e:c ; dct:publisher e:p .
           e:other a dcat:Dataset ; dct:title "Other" . e:c a dcat:Catalog ; dct:title "C" . e:p foaf:name "P" ; foaf:made e:other ."#,
    );
    let record = String::from_utf8(listing.records[0].bytes.clone()).unwrap();
    assert!(record.contains("\"P\"") && !record.contains("\"Other\"") && !record.contains("\"C\""), "{record}");
}
