//! Why a hit matches: which words stand where and in which form, which concepts they name, and what is missing.

use cairn_model::{Dataset, Listing, Place, Sharing};
use cairn_policy::Viewer;
use cairn_search::{Matching, Part, Reason, SearchIndex, SearchRequest, Term};

use crate::samples;
use crate::samples::{dataset, described, index_of, member, organisation, stamp, strings, tags, text};

fn request(query: &str) -> SearchRequest {
    SearchRequest { explain: true, today: 20_000, ..text(query) }
}

/// Why an anonymous viewer finds the only record of an index.
fn reasons(record: &Dataset, query: &str) -> Vec<Reason> {
    let (index, _writer) = index_of(std::slice::from_ref(record));
    let page = samples::search(&index, &SearchRequest { matching: Matching::Some, ..request(query) });
    page.hits.into_iter().next().unwrap_or_else(|| panic!("{query} finds nothing")).reasons.unwrap()
}

fn word(word: &str, form: Option<&str>, parts: &[Part]) -> Reason {
    Reason::Word { word: word.to_owned(), form: form.map(str::to_owned), parts: parts.to_vec() }
}

fn term(vocabulary: &str, code: &str) -> Term {
    Term { vocabulary: vocabulary.to_owned(), code: code.to_owned() }
}

#[test]
fn words_are_told_with_their_places_and_forms() {
    let mut record = described("a", "Displaced families", "Where families lived. A well was dug.");
    record.keywords = tags(&["wells"]);
    assert_eq!(
        reasons(&record, "Family wells"),
        [
            word("Family", Some("families"), &[Part::Title, Part::Text]),
            word("wells", Some("well"), &[Part::Keywords, Part::Text])
        ]
    );
    assert_eq!(
        reasons(&record, "displaced families"),
        [word("displaced", None, &[Part::Title]), word("families", None, &[Part::Title, Part::Text]), Reason::Together]
    );
    assert_eq!(
        reasons(&record, "displ*"),
        [Reason::Beginning { word: "displ".to_owned(), form: Some("Displaced".to_owned()) }]
    );
    assert_eq!(
        reasons(&record, "families cholera"),
        [word("families", None, &[Part::Title, Part::Text]), Reason::Lacks { words: vec!["cholera".to_owned()] }]
    );
}

#[test]
fn concepts_are_told_by_what_the_record_says_of_them_and_areas_by_what_covers_what() {
    let idps = dataset("a", "Déplacés internes");
    let named = Reason::Concept {
        word: "IDPs".to_owned(),
        concept: term("population-group", "IDP"),
        within: None,
        parts: vec![Part::Title],
        form: Some("Déplacés internes".to_owned()),
    };
    assert_eq!(reasons(&idps, "IDPs"), [named]);

    let marib = dataset("b", "Camps in Marib");
    let Some(Reason::Concept { concept, within: Some(within), parts, form, .. }) = reasons(&marib, "Yemen").pop()
    else {
        panic!("{:?}", reasons(&marib, "Yemen"))
    };
    assert_eq!((concept, within.vocabulary.as_str(), parts), (term("country", "YEM"), "place", vec![Part::Title]));
    assert_eq!(form.as_deref(), Some("Marib"));

    // The record's own words, as it writes them.
    let keyed = described("d", "Camps", "Where للنازحين stands");
    let concept_of = |query: &str| match reasons(&keyed, query).pop() {
        Some(Reason::Concept { parts, form, .. }) => (parts, form),
        other => panic!("{query}: {other:?}"),
    };
    assert_eq!(concept_of("IDPs"), (vec![Part::Text], Some("للنازحين".to_owned())));

    let mut yemen = dataset("c", "Camps");
    yemen.countries = strings(&["YEM"]);
    yemen.places = vec![Place { name: "Yemen".to_owned(), ..Place::default() }];
    let around = Reason::Around { word: "Marib".to_owned(), concept: term("country", "YEM") };
    assert_eq!(reasons(&yemen, "Marib"), [around]);
}

#[test]
fn a_recent_change_is_told_where_it_counts() {
    let record = Dataset { modified: Some(stamp("2024-09-22")), ..dataset("a", "Wells") };
    assert!(reasons(&record, "wells").contains(&Reason::Changed { days: 12 }), "{:?}", reasons(&record, "wells"));
    assert_eq!(reasons(&record, ""), []);
    let old = Dataset { modified: Some(stamp("2020-09-22")), ..record };
    assert_eq!(reasons(&old, "wells"), [word("wells", None, &[Part::Title])]);
}

#[test]
fn nothing_is_told_unless_it_is_asked_for_and_only_of_what_the_viewer_sees() {
    let mut stub = described("stub", "Cholera treatment", "Cholera wards in Yemen.");
    stub.countries = strings(&["YEM"]);
    stub.owner = Some(organisation("relief", "Example Relief"));
    stub.terms.sharing = Sharing::Organisation;
    stub.terms.listing = Listing::Stub;
    let (index, _writer) = index_of(&[stub]);
    let plain = index.search(&member("relief"), &text("cholera")).unwrap();
    assert_eq!(plain.hits[0].reasons, None);
    let some = SearchRequest { matching: Matching::Some, ..request("cholera wards Yemen") };
    let seen = |viewer: &Viewer| index.search(viewer, &some).unwrap().hits[0].reasons.clone().unwrap();
    assert_eq!(
        seen(&Viewer::anonymous()),
        [word("Yemen", None, &[Part::Title, Part::Names]), Reason::Lacks { words: strings(&["cholera", "wards"]) }]
    );
    assert!(seen(&member("relief")).contains(&word("wards", None, &[Part::Text])));
}

#[test]
fn words_that_a_record_need_not_have_are_not_told_as_lacking() {
    let joined = dataset("a", "Subdistrict wells");
    let told = reasons(&joined, "sub-district");
    let title = |word_of: &str| word(word_of, Some("Subdistrict"), &[Part::Title]);
    assert_eq!(told, [title("sub"), title("district")]);
    let record = dataset("a", "Wells");
    let address = format!("https://cairn.example/dataset/{}", record.id);
    let naming =
        described("b", "Derived", &format!("Made of {0}, and {0} again. See {address} and {address}", record.id));
    let (index, _writer) = index_of(&[naming, record.clone()]);
    for query in [record.id.to_string(), address] {
        assert_eq!(reasons(&record, &query), [], "{query}");
        let page = samples::search(&index, &text(&query));
        assert_eq!(samples::titles(&page), ["Wells", "Derived"], "{query}");
    }
}
