//! What a record says of its terms beside what its source says of all of them.

use crate::house::{House, PORTAL, dump, package, portal_id};
use cairn_policy::Viewer;
use serde_json::{Value, json};

/// Sharing level, access method and quarantine of a package with such fields, of a portal with such `[terms]`.
async fn settled(terms: &str, fields: &Value) -> (String, String, Vec<String>) {
    let house = House::open(&[&format!("{PORTAL}[terms]\n{terms}")]).await;
    let mut one = package("p", "Wells");
    one.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    house.write("dump.json", &dump(&[one]));
    assert_eq!(house.harvest("portal", 0).await.new, 1);
    let record = house.catalog.dataset(&Viewer::operator(), portal_id("p")).await.unwrap().dataset;
    let broken = record.quarantine.iter().map(|reason| reason.rule.clone()).collect();
    (record.terms.sharing.code().to_owned(), record.terms.access_method.code().to_owned(), broken)
}

#[tokio::test]
async fn what_only_closes_a_record_never_opens_it_beyond_the_default_of_its_source() {
    let restricted = json!({"accessLevel": "restricted public"});
    for (terms, fields, sharing, method) in [
        ("sharing = \"closed\"\naccess_method = \"none\"", &restricted, "closed", "none"),
        ("sharing = \"organisation\"\naccess_method = \"enclave\"", &restricted, "organisation", "enclave"),
        ("sharing = \"public\"\naccess_method = \"download\"", &restricted, "restricted", "on-request"),
        ("", &restricted, "restricted", "on-request"),
        // A level that the record states is its own word, and holds over a default.
        ("sharing = \"organisation\"", &json!({"accessLevel": "public"}), "public", "download"),
        // What cannot be read is no such word.
        ("sharing = \"closed\"", &json!({"accessLevel": "friends of friends"}), "closed", "download"),
        ("sharing = \"public\"", &json!({"accessLevel": "friends of friends"}), "organisation", "download"),
    ] {
        let found = settled(terms, fields).await;
        assert_eq!((found.0.as_str(), found.1.as_str()), (sharing, method), "{terms} {fields}");
    }
}

#[tokio::test]
async fn the_rules_are_asked_of_the_level_that_holds_in_the_end() {
    let flag = json!({"accessLevel": "restricted public", "private": false});
    assert_eq!(settled("sharing = \"closed\"\nsensitivity = \"severe\"", &flag).await.0, "closed");
    let listed = settled("sharing = \"closed\"\nsensitivity = \"severe\"", &flag).await.2;
    assert_eq!(listed, ["severe-is-never-listed-in-full"]);
}
