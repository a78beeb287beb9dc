#![expect(clippy::unwrap_used, reason = "tests")]

use serde_json::json;

use super::*;

fn resource(value: &serde_json::Value) -> Draft {
    read_resource(value.to_string().as_bytes()).unwrap().draft
}

#[test]
fn a_resource_is_read_in_full() {
    let draft = resource(
        &json!({"resource": {"pk": "12", "uuid": "u-1", "title": "Roads", "raw_abstract": "D", "resource_type": "dataset", "subtype": "vector",
        "alternate": "geonode:roads", "date": "2020-01-01", "last_updated": "2024-01-01", "language": "eng", "category": {"identifier": "transportation"},
        "keywords": [{"name": "road"}], "regions": [{"name": "Chad", "code": "TCD"}, {"name": "Africa"}], "attribution": "Office",
        "license": {"identifier": "odbl", "name_long": "ODbL", "url": "https://example.org/l"}, "extent": {"coords": [1, 2, 3, 4], "srid": "EPSG:4326"},
        "maintenance_frequency": "annually", "detail_url": "https://node.example/12", "poc": [{"username": "desk", "email": "desk@example.org"}],
        "perms": ["view_resourcebase", "download_resourcebase"], "is_published": true, "is_approved": true,
        "links": [{"name": "CSV", "url": "https://node.example/r.csv", "mime": "csv", "extension": "csv", "link_type": "data"}, {"link_type": "image", "url": "t"}],
        "attribute_set": [{"attribute": "lanes", "attribute_type": "xsd:int", "description": "how many"}]}}),
    );
    assert_eq!(
        (draft.source_record_id.as_str(), draft.identifiers.len(), draft.kind.as_deref()),
        ("u-1", 2, Some("vector"))
    );
    assert_eq!(
        (draft.countries.as_slice(), draft.places.len(), draft.extents.as_slice()),
        (&["Chad".to_owned()][..], 1, &["1,2,3,4".to_owned()][..])
    );
    assert_eq!(
        (draft.topics, draft.keywords["und"].len(), draft.languages),
        (vec!["transportation".to_owned()], 1, vec!["eng".to_owned()])
    );
    assert_eq!((draft.licence_id.as_deref(), draft.update_frequency.as_deref()), (Some("odbl"), Some("annually")));
    assert_eq!((draft.distributions.len(), draft.fields.len(), draft.contacts.len()), (1, 1, 1));
    assert_eq!(
        (draft.terms.sharing.as_deref(), draft.terms.sharing_at_least, draft.terms.listed_openly),
        (Some("public"), None, true)
    );
}

#[test]
fn every_flag_reaches_the_terms() {
    let terms = |more: serde_json::Value| {
        let mut value = json!({"uuid": "u", "title": "T"});
        value.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let terms = resource(&value).terms;
        (terms.listed_openly, terms.sharing_at_least, terms.access_at_least)
    };
    let hidden = (false, Some(Sharing::Organisation), None);
    let asked = (true, Some(Sharing::Restricted), Some(AccessMethod::OnRequest));
    assert_eq!(terms(json!({"is_published": false})), hidden);
    assert_eq!(terms(json!({"is_approved": "false"})), hidden);
    assert_eq!(terms(json!({"advertised": false})), hidden);
    assert_eq!(terms(json!({"perms": ["change_resourcebase"]})), hidden);
    assert_eq!(terms(json!({"perms": ["view_resourcebase"]})), asked);
    assert_eq!(terms(json!({"restriction_code_type": {"identifier": "restricted"}})), asked);
    assert_eq!(terms(json!({"metadata_only": true})), (true, None, Some(AccessMethod::OnRequest)));
}

#[test]
fn what_an_account_may_do_opens_nothing() {
    let value = json!({"uuid": "u", "title": "T", "is_published": true, "poc": [{"username": "desk"}],
        "perms": ["view_resourcebase", "download_resourcebase"]});
    let draft = |bytes: &[u8]| read_resource(bytes).unwrap().draft;
    let everyone = draft(value.to_string().as_bytes());
    assert_eq!((everyone.terms.sharing.as_deref(), everyone.terms.listed_openly), (Some("public"), true));
    let kept = mark_with_credential(format!(" {value}").into_bytes());
    let account = draft(&kept);
    assert_eq!((account.terms.sharing.as_deref(), account.terms.listed_openly), (None, false));
    assert!(!account.contacts[0].published_openly);
    assert_eq!((account.source_record_id.as_str(), account.title), ("u", everyone.title));
    let closed = json!({"uuid": "u", "title": "T", "perms": ["view_resourcebase"]}).to_string().into_bytes();
    assert_eq!(draft(&mark_with_credential(closed)).terms.sharing_at_least, Some(Sharing::Restricted));
    for no_record in [&b"7"[..], b"{}", b"{ }", b"", b"[{}]"] {
        assert_eq!(mark_with_credential(no_record.to_vec()), no_record);
    }
}

#[test]
fn pages_lead_to_the_next() {
    let listing = list_resources(
        br#"{"links": {"next": "https://node.example/?page=2"}, "total": 3, "resources": [{"pk": "1"}]}"#,
    )
    .unwrap();
    assert_eq!(
        (listing.count, listing.next.as_deref(), listing.records[0].id.as_deref()),
        (Some(3), Some("https://node.example/?page=2"), Some("1"))
    );
    let error = list_resources(br#"{"success": false, "errors": ["Not found."], "code": "not_found"}"#).unwrap_err();
    assert_eq!((error.code.as_str(), error.value.as_deref()), ("error-answer", Some("Not found.")));
}

#[test]
fn what_is_seen_and_never_downloaded_is_public_where_everyone_sees_it() {
    let terms = |kind: &str, perms: &[&str]| {
        resource(&json!({"uuid": "u", "title": "T", "resource_type": kind, "perms": perms})).terms
    };
    for kind in ["map", "geostory", "dashboard"] {
        let open = terms(kind, &["view_resourcebase"]);
        assert_eq!((open.sharing.as_deref(), open.sharing_at_least), (Some("public"), None), "{kind}");
        assert_eq!(terms(kind, &["change_resourcebase"]).sharing_at_least, Some(Sharing::Organisation), "{kind}");
    }
    for kind in ["dataset", "document", "layer"] {
        let closed = terms(kind, &["view_resourcebase"]);
        assert_eq!((closed.sharing, closed.sharing_at_least), (None, Some(Sharing::Restricted)), "{kind}");
    }
    let value = json!({"uuid": "u", "title": "T", "resource_type": "map", "perms": ["view_resourcebase"]});
    let of_account = mark_with_credential(value.to_string().into_bytes());
    assert_eq!(read_resource(&of_account).unwrap().draft.terms.sharing, None);
}
