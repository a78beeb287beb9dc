//! What is lost of a document never opens a record that said who has access.
#![expect(clippy::format_collect, reason = "tests")]

use super::*;

const CONTEXT: &str = r#""@context": ["https://unknown.example/context", {"dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/", "niveau": "dct:accessRights"}]"#;
const KNOWN: &str = r#""@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"}"#;

type Found = (Option<String>, Option<Sharing>, Vec<String>);

/// Sharing as stated, sharing at least, and the values of the statements of access that were lost.
fn found(context: &str, id: &str, said: &str) -> Found {
    let document = format!(r#"{{{context}, {id} "@type": "dcat:Dataset", "dct:title": "T", {said}}}"#);
    let listing = list_datasets(document.as_bytes(), None).unwrap();
    let lost = listing.problems.iter().filter(|problem| problem.code == "lost-access-statement");
    let lost = lost.map(|problem| problem.value.clone().unwrap()).collect();
    let terms = read_only(&listing).draft.terms;
    (terms.sharing, terms.sharing_at_least, lost)
}

#[test]
fn a_statement_of_access_whose_term_is_lost_is_read_as_it_is_written() {
    for id in ["", r#""@id": "https://portal.example/d","#] {
        for (said, sharing, at_least, words) in [
            (r#""accessRights": "Restricted to members""#, None, Some(Sharing::Restricted), "Restricted to members"),
            (r#""accessLevel": "non-public""#, None, Some(Sharing::Organisation), "non-public"),
            (r#""accessLevel": "friends""#, some("friends"), None, "friends"),
            (r#""ex_Access-Rights": "x", "x:access_rights": ["TLP:RED"]"#, None, Some(Sharing::Closed), "TLP:RED"),
            (
                r#""rights": {"label": "Not for public release"}"#,
                None,
                Some(Sharing::Organisation),
                "Not for public release",
            ),
            (
                r#""dcat:distribution": {"@type": "dcat:Distribution", "accessRights": {"@value": "confidential"}}"#,
                None,
                Some(Sharing::Organisation),
                "confidential",
            ),
        ] {
            assert_eq!(found(CONTEXT, id, said), (sharing, at_least, vec![words.to_owned()]), "{said}");
        }
    }
}

#[test]
fn a_statement_of_access_that_is_lost_and_says_nothing_closes() {
    // By words that no vocabulary knows: its organisation alone.
    let broken = found(KNOWN, "", r#""dct:accessRights": {"@value": [1, 2]}"#);
    assert_eq!(broken, (some(r#"{"@value":[1,2]}"#), None, strings(&[r#"{"@value":[1,2]}"#])));
    let unknown = found(CONTEXT, "", r#""accessRights": {"code": {"of": 7}}"#);
    assert_eq!((unknown.0, unknown.1), (some(r#"{"code":{"of":7}}"#), None));
}

#[test]
fn what_is_lost_beside_a_statement_of_access_that_is_read_changes_nothing() {
    let public = r#"{"@id": "http://publications.europa.eu/resource/authority/access-right/PUBLIC"}"#;
    let open = (some("public"), None, Vec::new());
    for said in [
        format!(r#""dct:accessRights": {public}, "other": "restricted", "dct:modified": {{"@value": [1]}}"#),
        format!(r#""niveau": {public}, "accessLevel": "non-public""#),
        format!(r#""dct:accessRights": {public}, "rights": "Cite us.""#),
        format!(r#""dct:accessRights": {public}, "rights": {{"code": [7]}}, "accessRights": null"#),
    ] {
        assert_eq!(found(CONTEXT, "", &said), open, "{said}");
    }
    assert_eq!(found(CONTEXT, "", r#""other": "restricted""#), (None, None, Vec::new()));
    assert_eq!(found(CONTEXT, "", r#""accessRights": "", "rights": {"code": 7}"#), (None, None, Vec::new()));
    // No term is lost of a document whose contexts are known: a name that none of them defines is none of its terms.
    assert_eq!(found(KNOWN, "", r#""accessRights": "restricted""#), (None, None, Vec::new()));
}

#[test]
fn a_document_of_which_the_rest_is_not_tried_is_in_doubt() {
    let dataset = |title: &str| format!(r#"{{{KNOWN}, "@type": "dcat:Dataset", "dct:title": {title}}}"#);
    let broken = dataset(r#"{"@value": [1]}"#);
    let document = format!("[{}, {}]", dataset(r#""T""#), vec![broken; 150].join(","));
    let listing = list_datasets(document.as_bytes(), None).unwrap();
    assert!(listing.in_doubt, "what is not read may close any of them");
}

#[test]
fn a_description_that_is_cut_off_is_no_more_open_than_the_whole() {
    // In the order of their terms before files and keywords.
    let many: String = (0..20_100).map(|number| format!("e:d dct:alternative \"{number}\" .\n")).collect();
    let found = |said: &str| {
        let listing = list(&format!("{many} e:d a dcat:Dataset ; dct:title \"T\" ; {said}"));
        assert_eq!(codes(&listing.problems), ["too-large"], "{said}");
        let terms = read_only(&listing).draft.terms;
        (terms.sharing, terms.sharing_at_least)
    };
    assert_eq!(found("dct:issued \"2020\" ."), (None, None));
    assert_eq!(found("pod:accessLevel \"non-public\" ."), (None, Some(Sharing::Organisation)));
    assert_eq!(found("dcat:accessRights \"Restricted to members\" ."), (None, Some(Sharing::Restricted)));
    let file = |rights: &str| format!("dcat:distribution [ dct:accessRights {rights} ; dct:title \"F\" ] .");
    assert_eq!(found(&file("right:RESTRICTED")), (None, Some(Sharing::Restricted)));
    assert_eq!(found(&file("\"TLP:RED\"")), (None, Some(Sharing::Closed)));
    assert_eq!(found(&file("e:nobody-knows")), (None, Some(Sharing::Organisation)));
    assert_eq!(found(&file("right:PUBLIC")), (None, None));
    // What everyone may read of the dataset itself stays its own statement.
    assert_eq!(found(&format!("pod:accessLevel \"public\" ; {}", file("right:PUBLIC"))), (some("public"), None));
}

#[test]
fn a_file_of_which_much_is_said_keeps_who_has_access() {
    let many: String = (0..400).map(|number| format!("e:f dct:alternative \"{number}\" .\n")).collect();
    let listing = list(&format!(
        "{many} e:f pod:accessLevel \"non-public\" . e:d a dcat:Dataset ; dct:title \"T\" ; dcat:distribution e:f ."
    ));
    assert_eq!(codes(&listing.problems), ["too-large"]);
    assert_eq!(read_only(&listing).draft.terms.sharing_at_least, Some(Sharing::Organisation));
}
