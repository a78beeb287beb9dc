#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;

#[test]
fn an_operation_of_several_countries_is_one_record_of_aggregates() {
    let page = br#"{"result": [{"operation": "Basin", "operationStatus": "Active", "admin0Name": "Chad", "admin0Pcode": "TCD"},
        {"operation": "Other", "admin0Pcode": "HTI"}, {"operation": "Basin", "operationStatus": "Active", "admin0Pcode": "CMR"}],
        "statusCode": 200, "isSuccess": true, "errorMessages": [], "totalRecordsCount": 3}"#;
    let listing = list_operations(page).unwrap();
    assert_eq!((listing.records.len(), listing.count, listing.problems.len()), (2, None, 0));
    let draft = read_operation(&listing.records[0].bytes).unwrap().draft;
    assert_eq!(Some(&draft.source_record_id), listing.records[0].id.as_ref());
    assert_eq!(
        (draft.title.best("en"), draft.countries.as_slice()),
        (Some("Basin"), &["TCD".to_owned(), "CMR".to_owned()][..])
    );
    assert_eq!(draft.landing_page.as_deref(), Some("https://dtm.iom.int/"));
    let terms = draft.terms;
    assert_eq!((terms.access_at_least, terms.sharing.as_deref()), (Some(AccessMethod::AggregateOnly), Some("public")));
}

#[test]
fn the_order_of_rows_changes_no_record() {
    let page =
        |rows: &str| list_operations(format!("{{\"isSuccess\": true, \"result\": [{rows}]}}").as_bytes()).unwrap();
    let (one, two) = (r#"{"operation": "A", "admin0Pcode": "TCD"}"#, r#"{"operation": "A", "admin0Pcode": "CMR"}"#);
    assert_eq!(page(&[one, two].join(",")), page(&[two, one, two].join(",")));
}

#[test]
fn errors_of_the_envelope_are_errors() {
    let error =
        list_operations(br#"{"result": null, "statusCode": 500, "isSuccess": false, "errorMessages": ["down"]}"#)
            .unwrap_err();
    assert_eq!((error.code.as_str(), error.value.as_deref()), ("error-answer", Some("down")));
    assert_eq!(list_operations(br#"{"statusCode": 401, "message": "no key"}"#).unwrap_err().code, "error-answer");
    assert_eq!(list_operations(br#"{"isSuccess": true}"#).unwrap_err().code, "not-a-listing");
}

#[test]
fn rows_without_an_operation_are_counted() {
    let listing = list_operations(br#"{"result": [{"admin0Pcode": "HTI"}]}"#).unwrap();
    assert_eq!((listing.records.len(), listing.problems[0].code.as_str()), (0, "no-identity"));
}

#[test]
fn an_answer_that_counts_more_rows_than_it_has_is_no_whole_listing() {
    let page = |total: u64| {
        let body = format!(
            r#"{{"result": [{{"operation": "A"}}, {{"operation": "A"}}, null], "isSuccess": true, "totalRecordsCount": {total}}}"#
        );
        list_operations(body.as_bytes()).unwrap()
    };
    assert!(!page(3).is_cut_short() && page(4).is_cut_short());
    assert_eq!(page(4).problems[1].message, "the answer counts 4 rows and has 3");
}
