//! Query text from anyone: answered or refused with a reason, never run away with.

use std::time::Instant;

use cairn_policy::Viewer;
use cairn_search::{Index, SearchError, SearchIndex, SearchRequest};

use crate::samples;
use crate::samples::{dataset, described, index_of, organisation, text};

fn some_index() -> Index {
    let records: Vec<_> = (0..50)
        .map(|number| described(&number.to_string(), "Mine action water food cash", &"water food a b c ".repeat(200)))
        .collect();
    index_of(&records).0
}

#[test]
fn any_query_text_is_answered_or_refused() {
    let index = some_index();
    let answered = [
        "(".repeat(512),
        "((((((((((((((((((((((a))))))))))))))))))))))".to_owned(),
        "\"".repeat(511),
        "- ".repeat(256),
        "-".repeat(512),
        "*".repeat(512),
        ":".repeat(512),
        "-\"*:".repeat(128),
        "a AND (b OR NOT c) NEAR/2 d^4 e~2 [a TO z] {1 TO *} _exists_:x".to_owned(),
        "vis:withheld _score owner_email:x id:[* TO *]".to_owned(),
        "\u{0}\u{1}\u{7f}\u{85}water\u{1b}[31m".to_owned(),
        "\u{202e}\u{2066}water\u{200f}\u{feff}".to_owned(),
        "water \u{d7ff}\u{e000}\u{10ffff}".to_owned(),
        "é\u{301}\u{301}\u{301}".repeat(100),
        "\u{fdfa}".repeat(8),
        "a".repeat(512),
        "wa* ".repeat(32),
        "\"a b c a b c a b c a b c\" \"b a\"".to_owned(),
        "country:\"".to_owned() + &"x".repeat(500),
        "'; DROP TABLE dataset; --".to_owned(),
        "<script>alert(1)</script>".to_owned(),
        "${jndi:ldap://x}".to_owned(),
    ];
    for query in answered {
        index.search(&Viewer::anonymous(), &text(&query)).unwrap();
        index.suggest(&Viewer::anonymous(), &query, 10).unwrap();
    }
    let refused = [
        "a ".repeat(10_000),
        "(".repeat(100_000),
        "water ".repeat(10_000),
        "x".repeat(1 << 20),
        "\u{202e}".repeat(60_000),
        "-a ".repeat(40),
        "\u{fdfa}".repeat(30),
        "\"".to_owned() + &"a ".repeat(100),
    ];
    for query in refused {
        let answer = index.search(&Viewer::anonymous(), &text(&query));
        assert!(matches!(answer, Err(SearchError::BadQuery(_))), "{}", query.len());
        index.suggest(&Viewer::anonymous(), &query, 10).unwrap();
    }
}

#[test]
fn a_refusal_is_the_same_for_everyone() {
    let index = some_index();
    let request = text(&"a ".repeat(100));
    let reasons = [Viewer::anonymous(), samples::member("relief"), Viewer::operator()]
        .map(|viewer| index.search(&viewer, &request).unwrap_err().to_string());
    assert_eq!(reasons[0], reasons[1]);
    assert_eq!(reasons[0], reasons[2]);
}

#[test]
fn hostile_records_are_indexed_and_shown_as_text() {
    let mut monstrous = described("a", &"<img src=x onerror=alert(1)> ".repeat(1000), &"x".repeat(3_000_000));
    monstrous.keywords = [("en".to_owned(), (0..50_000).map(|number| format!("tag\0{number}")).collect())].into();
    monstrous.owner = Some(organisation("o\0rg", "Na\0me"));
    monstrous.countries = vec!["\0".to_owned(), String::new(), "YEM".repeat(1000)];
    monstrous.description.0.insert("fr".to_owned(), "\u{202e}eau \u{0}\u{1b}[0m <b>".repeat(2000));
    let (index, _writer) = index_of(&[monstrous, dataset("b", "")]);
    let request = SearchRequest { facets: cairn_search::FacetField::ALL.to_vec(), ..text("eau") };
    let page = index.search(&Viewer::anonymous(), &request).unwrap();
    assert_eq!(page.total, 1);
    let bare = page.hits[0].snippet.replace("<mark>", "").replace("</mark>", "");
    assert!(!bare.contains('<') && !bare.contains('>'), "{bare}");
    for values in page.facets.values() {
        assert!(values.iter().all(|value| !value.value.contains('\0') && value.value.chars().count() <= 200));
    }
    index.suggest(&Viewer::anonymous(), "tag", 10).unwrap();
}

#[test]
fn a_search_whose_time_is_up_is_given_up() {
    let index = some_index();
    for query in ["", "water", "wa*", "-wa*"] {
        let request = SearchRequest { give_up_at: Some(Instant::now()), ..text(query) };
        let given_up = index.search(&Viewer::anonymous(), &request);
        assert!(matches!(given_up, Err(SearchError::OutOfTime)), "{query}: {given_up:?}");
    }
}
