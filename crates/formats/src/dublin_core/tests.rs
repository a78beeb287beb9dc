//! What the reader makes of records of CSW and of OAI-PMH.

use cairn_model::{AccessMethod, Draft, Sharing};

use crate::xml_record::read_xml_record;

/// A record of CSW with some elements.
fn read(elements: &str) -> Draft {
    let record = format!(
        "<csw:Record xmlns:csw='http://www.opengis.net/cat/csw/2.0.2' xmlns:dc='http://purl.org/dc/elements/1.1/' \
         xmlns:dct='http://purl.org/dc/terms/' xmlns:ows='http://www.opengis.net/ows'><dc:identifier>r-1</dc:identifier>\
         {elements}</csw:Record>"
    );
    read_xml_record(record.as_bytes()).unwrap_or_else(|problem| panic!("{problem:?}")).draft
}

#[test]
fn texts_dates_and_links_are_read() {
    let draft = read(
        "<dc:title xml:lang='en'>Wells</dc:title><dc:title xml:lang='fr'>Puits</dc:title><dct:alternative>Water</dct:alternative>\
         <dct:abstract>All.</dct:abstract><dc:description>All.</dc:description><dc:subject>hydrology</dc:subject>\
         <dc:type>http://purl.org/dc/dcmitype/Dataset</dc:type><dc:language>eng</dc:language><dc:publisher>Ministry</dc:publisher>\
         <dc:date>2020-01-02</dc:date><dct:modified>2021-01-01</dct:modified><dct:accrualPeriodicity>monthly</dct:accrualPeriodicity>\
         <dct:provenance>Surveyed.</dct:provenance><dc:identifier>https://doi.org/10.1234/wells</dc:identifier>\
         <dct:references scheme='OGC:WMS'>https://a.example/wms</dct:references><dc:URI protocol='WWW:LINK' name='file' \
         description='All wells'>https://a.example/wells.csv</dc:URI>",
    );
    assert_eq!((draft.title.best("fr"), draft.description.best("und")), (Some("Puits"), Some("All.")));
    assert_eq!(draft.keywords["und"], ["Water", "hydrology"]);
    assert_eq!(draft.publisher.map(|publisher| publisher.name).as_deref(), Some("Ministry"));
    assert_eq!((draft.issued.as_deref(), draft.modified.as_deref()), (Some("2020-01-02"), Some("2021-01-01")));
    assert_eq!((draft.identifiers[0].scheme.as_str(), draft.source_record_id.as_str()), ("doi", "r-1"));
    let links: Vec<(Option<&str>, Option<&str>)> =
        draft.distributions.iter().map(|link| (link.title.as_deref(), link.format.as_deref())).collect();
    assert_eq!(links, [(None, Some("WMS")), (Some("file"), None)]);
}

#[test]
fn boxes_are_read_in_the_order_of_their_reference_system() {
    let read_box = |crs: &str, lower: &str, upper: &str| {
        read(&format!(
            "<ows:BoundingBox {crs}><ows:LowerCorner>{lower}</ows:LowerCorner><ows:UpperCorner>{upper}</ows:UpperCorner>\
             </ows:BoundingBox>"
        ))
        .extents
    };
    let urn = "crs='urn:x-ogc:def:crs:EPSG:6.11:4326'";
    assert_eq!(read_box(urn, "12 42", "19 53"), ["42,12,53,19"]);
    assert_eq!(read_box("crs='EPSG:4326'", "42 12", "53 19"), ["42,12,53,19"]);
    assert_eq!(read_box("", "42 12", "53 19"), ["42,12,53,19"]);
    assert_eq!(read_box(urn, "142 12", "153 19"), ["142,12,153,19"], "no latitude lies beyond 90 degrees");
    assert!(read_box("crs='EPSG:2154'", "1 2", "3 4").is_empty());
}

#[test]
fn coverage_is_a_period_a_place_an_extent_or_else_a_keyword() {
    let draft = read(
        "<dc:coverage>start=2001; end=2003</dc:coverage><dc:coverage>Yemen</dc:coverage><dc:coverage>Upper floor</dc:coverage>\
         <dct:spatial>Sandland</dct:spatial><dct:spatial>POLYGON((1 2,3 4,5 6,1 2))</dct:spatial>",
    );
    assert_eq!((draft.coverage_start.as_deref(), draft.coverage_end.as_deref()), (Some("2001"), Some("2003")));
    assert_eq!((draft.countries, draft.places[0].text.as_str()), (vec!["Yemen".to_owned()], "Sandland"));
    assert_eq!((draft.extents.len(), &draft.keywords["und"]), (1, &vec!["Upper floor".to_owned()]));
}

#[test]
fn places_are_found_in_lists_and_two_letters_are_no_country() {
    let coverage = |text: &str| {
        let draft = read(&format!("<dc:coverage>{text}</dc:coverage>"));
        let places: Vec<String> = draft.places.into_iter().map(|place| place.text).collect();
        (draft.countries, places, draft.keywords.into_values().flatten().collect::<Vec<String>>())
    };
    let found = |countries: &[&str], places: &[&str], keywords: &[&str]| {
        let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<String>>();
        (owned(countries), owned(places), owned(keywords))
    };
    assert_eq!(coverage("Yemen; Syria"), found(&["Yemen", "Syria"], &[], &[]));
    assert_eq!(coverage("Yemen, Syria"), found(&["Yemen", "Syria"], &[], &[]));
    assert_eq!(coverage("Yemen, Taiz"), found(&["Yemen"], &["Taiz"], &[]));
    assert_eq!(coverage("Yemen; Upper floor"), found(&["Yemen"], &[], &["Upper floor"]));
    assert_eq!(coverage("Atlanta, Georgia"), found(&[], &[], &["Atlanta, Georgia"]), "no country is meant");
    for code in ["CO", "DE", "IN", "CA"] {
        assert_eq!(coverage(code), found(&[], &[], &[code]));
    }
    assert_eq!(read("<dct:spatial>CO</dct:spatial>").countries, Vec::<String>::new());
}

#[test]
fn two_letters_are_a_country_where_they_are_said_to_be_a_code() {
    let read = |name: &str, scheme: &str, text: &str| {
        let of = format!("xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:type='{scheme}'");
        let draft = read(&format!("<dct:{name} {of}>{text}</dct:{name}>"));
        (draft.countries.concat(), draft.places.into_iter().map(|place| place.text).collect::<String>())
    };
    assert_eq!(read("spatial", "dcterms:ISO3166", "CO"), ("CO".to_owned(), String::new()));
    assert_eq!(read("coverage", "dcterms:ISO3166", "YE"), ("YE".to_owned(), String::new()));
    assert_eq!(read("spatial", "dcterms:ISO3166", "Sandland"), (String::new(), "Sandland".to_owned()));
    assert_eq!(read("spatial", "dcterms:TGN", "CO").0, "");
}

#[test]
fn rights_are_terms_where_they_name_access_and_else_the_licence() {
    let draft = read(
        "<dc:rights>info:eu-repo/semantics/restrictedAccess</dc:rights><dct:license>https://creativecommons.org/licenses/by/4.0/</dct:license><dc:rights>license</dc:rights>",
    );
    assert_eq!(
        (draft.terms.sharing_at_least, draft.terms.access_at_least),
        (Some(Sharing::Restricted), Some(AccessMethod::OnRequest))
    );
    assert_eq!(
        (draft.licence_url.as_deref(), draft.licence_text),
        (Some("https://creativecommons.org/licenses/by/4.0/"), None)
    );
    let prose = read("<dct:accessRights>Restricted to members.</dct:accessRights>");
    assert_eq!(prose.terms.sharing_at_least, Some(Sharing::Restricted));
    assert_eq!(prose.terms.reasons, ["Restricted to members."]);
    let private = read("<dc:rights>private</dc:rights>").terms;
    assert!(private.listed_openly && private.sharing_at_least == Some(cairn_model::Sharing::Organisation));
    let open = read("<dc:rights>Open Access</dc:rights><dc:rights>Cite us.</dc:rights>");
    assert_eq!((open.terms.sharing.as_deref(), open.licence_text.as_deref()), (Some("public"), Some("Cite us.")));
}

#[test]
fn the_end_of_an_embargo_is_when_the_terms_must_be_looked_at_again() {
    let review = |rights: &str, dates: &str| {
        let draft = read(&format!("<dc:rights>{rights}</dc:rights>{dates}"));
        (draft.terms.review_by, draft.issued)
    };
    let embargoed = "info:eu-repo/semantics/embargoedAccess";
    let end = "<dc:date>info:eu-repo/date/embargoEnd/2030-05-01</dc:date>";
    let some = |date: &str| Some(date.to_owned());
    assert_eq!(review(embargoed, &format!("{end}<dc:date>2020</dc:date>")), (some("2030-05-01"), some("2020")));
    assert_eq!(review(embargoed, end), (some("2030-05-01"), None), "the end of an embargo is no day of publication");
    let available = "<dct:available>2030-05-01</dct:available>";
    assert_eq!(review(embargoed, available), (some("2030-05-01"), None));
    let created = format!("{available}<dct:created>2020</dct:created>");
    assert_eq!(review(embargoed, &created), (some("2030-05-01"), some("2020")));
    assert_eq!(review("Open Access", available), (None, some("2030-05-01")));
}

#[test]
fn of_several_types_the_first_that_is_known_is_the_kind() {
    let kind = |types: &[&str]| {
        let types: Vec<String> = types.iter().map(|name| format!("<dc:type>{name}</dc:type>")).collect();
        read(&types.concat()).kind
    };
    assert_eq!(kind(&["info:eu-repo/semantics/other17", "Dataset", "Map"]).as_deref(), Some("Dataset"));
    assert_eq!(kind(&["Sample of a kind", "Another"]).as_deref(), Some("Sample of a kind"));
    assert_eq!(kind(&[]), None);
}

#[test]
fn containers_of_any_name_are_read_and_what_holds_nothing_is_refused() {
    let plain = "<metadata xmlns:dc='http://purl.org/dc/elements/1.1/'><dc:title>Wells</dc:title><dc:creator>Muster, Ana</dc:creator><dc:creator>Ministry</dc:creator></metadata>";
    let reading = read_xml_record(plain.as_bytes()).unwrap_or_else(|problem| panic!("{problem:?}"));
    assert_eq!(reading.problems[0].code, "no-id");
    assert_eq!(reading.draft.publisher.map(|publisher| publisher.name).as_deref(), Some("Ministry"));
    let empty = "<dc xmlns='http://www.openarchives.org/OAI/2.0/oai_dc/'/>";
    assert_eq!(read_xml_record(empty.as_bytes()).map_err(|problem| problem.code), Err("no-identity".to_owned()));
}

#[test]
fn all_times_count_and_not_the_first_alone() {
    let covered = |elements: &str| {
        let draft = read(elements);
        (draft.coverage, draft.coverage_start, draft.coverage_end)
    };
    let some = |text: &str| Some(text.to_owned());
    let years = "<dct:temporal>2016</dct:temporal><dct:temporal>2015</dct:temporal><dct:temporal>2017</dct:temporal>";
    assert_eq!(covered(years), (some("2016"), some("2015"), some("2017")));
    let coverages = "<dc:coverage>2015</dc:coverage><dc:coverage>2017</dc:coverage>";
    assert_eq!(covered(coverages), (some("2015"), some("2015"), some("2017")));
    let periods =
        "<dct:temporal>start=2010; end=2011;</dct:temporal><dct:temporal>start=2013; end=2014;</dct:temporal>";
    assert_eq!(covered(periods), (None, some("2010"), some("2014")));
    assert_eq!(covered("<dct:temporal>May 2010</dct:temporal>"), (some("May 2010"), None, None));
}

#[test]
fn organisations_that_made_the_data_take_part_beside_the_publisher() {
    let draft = read(
        "<dc:publisher>Zenodo</dc:publisher><dc:creator>IOM</dc:creator><dc:creator>Jane Doe</dc:creator>\
         <dc:creator>Doe, Jane</dc:creator><dc:creator>Zenodo</dc:creator><dc:creator>Jane Doe (Office of Wells)</dc:creator>\
         <dc:contributor>Ministry of Wells</dc:contributor><dc:contributor>IOM</dc:contributor>",
    );
    assert_eq!(draft.publisher.map(|publisher| publisher.name).as_deref(), Some("Zenodo"));
    let taking: Vec<_> = draft.partnerships.iter().map(|one| (one.partner.as_str(), one.role.as_deref())).collect();
    assert_eq!(taking, [("IOM", Some("creator")), ("Ministry of Wells", Some("contributor"))]);
}

#[test]
fn a_creator_with_an_initial_or_who_is_nobody_publishes_nothing() {
    for (creators, publisher) in [
        (&["Muster A.", "Anon.", "Sample Institute"][..], Some("Sample Institute")),
        (&["A. Muster", "Unknown"], None),
        (&["U.S. Geological Survey"], Some("U.S. Geological Survey")),
    ] {
        let elements: Vec<String> = creators.iter().map(|name| format!("<dc:creator>{name}</dc:creator>")).collect();
        assert_eq!(read(&elements.concat()).publisher.map(|one| one.name).as_deref(), publisher, "{creators:?}");
    }
}
