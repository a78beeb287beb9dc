//! Values of facets in the text of a query, and records that are found by their ids.

use cairn_model::{Dataset, Licence, Listing, Sharing, Vocabularies};
use cairn_search::{FacetField, SearchIndex};

use crate::samples::{dataset, file, filter, found, index_of, member, organisation, search, strings, text};

/// `H` is hidden from all but its owner.
fn records() -> Vec<Dataset> {
    let licence = Licence { code: "CC-BY-4.0".to_owned(), ..Licence::default() };
    let mut hidden = Dataset { owner: Some(organisation("hrc", "Hidden Name")), ..dataset("h", "H") };
    hidden.terms.sharing = Sharing::Organisation;
    hidden.terms.listing = Listing::Hidden;
    vec![
        Dataset {
            languages: strings(&["fr"]),
            licence: Some(licence),
            owner: Some(organisation("hrc", "Horizon Relief Consortium (HRC)")),
            countries: strings(&["YEM"]),
            ..dataset("a", "A")
        },
        Dataset {
            countries: strings(&["SYR"]),
            owner: Some(organisation("north", "Relief, North")),
            distributions: vec![file("VIA FTP: SAO, EDP GI"), file("CSV"), file("CSV, scroll")],
            ..dataset("b", "B")
        },
        hidden,
    ]
}

#[test]
fn a_value_in_the_text_is_read_as_a_filter_reads_it() {
    let (index, _writer) = index_of(&records());
    for query in [
        "language:French",
        "licence:cc-by-4.0",
        "organisation:\"Horizon Relief Consortium (HRC)\"",
        "org:\"horizon relief consortium hrc\"",
        "org:hrc",
        "country:Yemen",
        "sharing:PUBLIC -country:SYR,IRQ",
    ] {
        assert_eq!(found(&index, query), ["A"], "{query}");
    }
    assert_eq!(found(&index, "country:YEM,SYR"), ["A", "B"]);
    assert_eq!(found(&index, "format:\"Via FTP: SAO, EDP GI\""), ["B"]);
    // In quotation marks a value is one, with its commas.
    assert_eq!(found(&index, "organisation:\"Relief, North\""), ["B"]);
    assert_eq!(found(&index, "-organisation:\"Relief, North\""), ["A"]);
    assert_eq!(found(&index, "format:\"csv, scroll\" country:\"Syria\""), ["B"]);
    assert_eq!(found(&index, "format:\"csv, stone\""), Vec::<String>::new());
    assert_eq!(found(&index, "format:csv,stone"), ["B"]);
    assert_eq!(search(&index, &filter(FacetField::Organisation, &["Horizon Relief Consortium (HRC)"])).total, 1);
}

#[test]
fn a_value_that_stands_for_nothing_is_told() {
    let (index, _writer) = index_of(&records());
    let told = |query: &str| {
        let page = search(&index, &text(query));
        let unknown = page.unknown.into_iter().map(|one| format!("{}:{} {}", one.field.name(), one.value, one.wanted));
        (page.total, unknown.collect::<Vec<_>>())
    };
    let country = "country:Atlantis an ISO 3166-1 code or the name of a country".to_owned();
    assert_eq!(told("country:Atlantis"), (0, vec![country.clone()]));
    assert_eq!(told("country:Atlantis,YEM"), (1, vec![country.clone()]));
    assert_eq!(told("-country:Atlantis"), (2, vec![country]));
    assert_eq!(told("freshness:rotten").1.len(), 1);
    assert_eq!(told("sharing:foo").0, 0);
    assert_eq!(told("note:foo country:YEM format:scroll").1, Vec::<String>::new());
}

#[test]
fn a_record_is_found_by_its_id_and_by_the_address_of_its_page_by_who_may_see_it() {
    let records = records();
    let (index, _writer) = index_of(&records);
    for record in &records[..2] {
        let title = record.title.best("en").unwrap();
        let id = record.id.to_string();
        for query in [
            id.clone(),
            id.to_uppercase(),
            format!("\"{id}\""),
            format!("https://cairn.example/dataset/{id}"),
            format!("http://127.0.0.1:8080/dataset/{id}?lang=fr#files"),
        ] {
            assert_eq!(found(&index, &query), [title], "{query}");
        }
        assert!(!found(&index, &format!("-{id} sharing:public")).contains(&title.to_owned()));
    }
    let hidden = text(&records[2].id.to_string());
    let absent = text(&dataset("never", "Never").id.to_string());
    assert_eq!(search(&index, &hidden), search(&index, &absent));
    assert_eq!(index.search(&member("hrc"), &hidden).unwrap().total, 1);
    assert_eq!(found(&index, "org:\"Hidden Name\""), Vec::<String>::new());
}

#[test]
fn an_organisation_is_found_by_every_name_that_the_vocabularies_have_for_it() {
    let owned =
        |name: &str, id: &str, owner: &str| Dataset { owner: Some(organisation(id, owner)), ..dataset(name, name) };
    let (index, _writer) = index_of(&[
        owned("a", "o-17", "World Food Programme"),
        owned("b", "pam", "PAM"),
        owned("c", "wfp-mali", "WFP Mali"),
        owned("d", "other", "Other"),
    ]);
    for query in
        ["org:WFP", "org:PAM", "organisation:\"World Food Programme\"", "org:\"Programme alimentaire mondial\""]
    {
        assert_eq!(found(&index, query), ["a", "b"], "{query}");
    }
    let filtered = search(&index, &filter(FacetField::Organisation, &["WFP"]));
    assert_eq!(filtered.total, 2);
    // What is written like an id is one.
    assert_eq!(found(&index, "org:pam"), ["b"]);
    let vocabularies = Vocabularies::bundled();
    let is_chosen = |chosen: &str, value: &str, name: &str| {
        FacetField::Organisation.is_chosen(chosen, value, Some(name), vocabularies)
    };
    assert!(is_chosen("WFP", "o-17", "World Food Programme") && is_chosen("WFP", "pam", "PAM"));
    assert!(!is_chosen("pam", "o-17", "World Food Programme") && !is_chosen("WFP", "wfp-mali", "WFP Mali"));
}

#[test]
fn an_organisation_is_found_by_the_parts_of_a_name_that_a_portal_put_together() {
    let owned =
        |name: &str, id: &str, owner: &str| Dataset { owner: Some(organisation(id, owner)), ..dataset(name, name) };
    let (index, _writer) = index_of(&[
        owned("a", "wfp", "WFP - World Food Programme"),
        owned("b", "iom", "International Organization for Migration (IOM)"),
        owned("c", "fws-gov", "US Fish and Wildlife Service, Department of the Interior"),
        owned("d", "wash", "Water, Sanitation and Hygiene Cluster"),
    ]);
    for (query, expected) in [
        ("org:WFP", "a"),
        ("org:\"World Food Programme\"", "a"),
        ("org:IOM", "b"),
        ("org:\"International Organization for Migration\"", "b"),
        ("org:\"US Fish and Wildlife Service\"", "c"),
        ("org:\"US Fish and Wildlife Service, Department of the Interior\"", "c"),
        ("org:\"Water, Sanitation and Hygiene Cluster\"", "d"),
    ] {
        assert_eq!(found(&index, query), [expected], "{query}");
    }
    assert_eq!(found(&index, "org:Water"), Vec::<String>::new());
    let is_chosen = |chosen: &str| {
        let name = Some("WFP - World Food Programme");
        FacetField::Organisation.is_chosen(chosen, "wfp", name, Vocabularies::bundled())
    };
    assert!(is_chosen("WFP") && is_chosen("World Food Programme") && !is_chosen("World"));
}
