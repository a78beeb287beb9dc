//! How many groups an organisation can be a member of.

use crate::house::{House, day};
use cairn_catalog::CatalogError;
use cairn_model::registry::GroupProfile;
use cairn_policy::Viewer;
use serde_json::json;

fn group(name: &str, members: &[&str]) -> GroupProfile {
    serde_json::from_value(json!({"name": {"en": name}, "kind": "cluster", "members": members})).unwrap()
}

fn rules<T>(answer: Result<T, CatalogError>) -> Vec<(String, String)> {
    match answer {
        Err(CatalogError::Invalid(problems)) => problems.into_iter().map(|one| (one.code, one.field)).collect(),
        Ok(_) => panic!("it was taken"),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn an_organisation_is_a_member_of_no_more_groups_than_count_for_its_people() {
    let house = House::open(&[]).await;
    let operator = Viewer::operator();
    for id in ["clinic", "survey"] {
        let profile = serde_json::from_value(json!({"name": {"en": id}})).unwrap();
        house.catalog.register_organisation(&operator, Some(id), profile, day(0)).await.unwrap();
    }
    let mut first = None;
    for number in 0..500 {
        let name = format!("Group {number}");
        let made = house.catalog.create_group(&operator, None, group(&name, &["clinic"]), day(0)).await.unwrap();
        first.get_or_insert(made);
    }
    let too_many = |place: usize| vec![("too-many-groups".to_owned(), format!("members[{place}]"))];
    let more = house.catalog.create_group(&operator, None, group("More", &["survey", "clinic"]), day(0)).await;
    assert_eq!(rules(more), too_many(1));
    let other = house.catalog.create_group(&operator, None, group("Other", &["survey"]), day(0)).await.unwrap();
    let joined = group("Other", &["survey", "clinic"]);
    let joined = house.catalog.change_group(&operator, &other.id, other.version, joined, day(0)).await;
    assert_eq!(rules(joined), too_many(1));
    // What it is a member of already is changed as ever, and who leaves one joins another.
    let first = first.unwrap();
    let renamed = group("First", &["clinic"]);
    let first = house.catalog.change_group(&operator, &first.id, first.version, renamed, day(0)).await.unwrap();
    let left = group("First", &["survey"]);
    house.catalog.change_group(&operator, &first.id, first.version, left, day(0)).await.unwrap();
    let joined = group("Other", &["survey", "clinic"]);
    house.catalog.change_group(&operator, &other.id, other.version, joined, day(0)).await.unwrap();
}
