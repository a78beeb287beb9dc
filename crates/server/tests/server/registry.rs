//! Organisations and groups: who registers and changes them, what a membership opens, and what nobody else is told.

use crate::house::{Answer, Asker, House, day};
use axum::http::Method;
use cairn_catalog::HarvestOptions;
use cairn_policy::{Role, Viewer};
use jiff::Timestamp;
use serde_json::{Value, json};

const DESK: &str = r#"
id = "desk"
kind = "inventory"
url = "file:holdings.csv"
title = "Desk inventory"
organisation = "Desk Keepers"
"#;

/// A house in which these people are at home.
async fn with_people<const N: usize>(people: [(&str, Role); N]) -> (House, [String; N]) {
    let house = House::open(&[DESK]).await;
    let mut tokens = Vec::new();
    for (organisation, role) in people {
        tokens.push(house.token(&Asker::member(organisation, &[], role)).await.unwrap());
    }
    (house, tokens.try_into().unwrap())
}

async fn post(house: &House, door: &str, token: &str, body: &Value) -> Answer {
    house.send_body(&Method::POST, door, Some(token), &body.to_string()).await
}

async fn put(house: &House, door: &str, token: &str, body: &Value) -> Answer {
    house.send_body(&Method::PUT, door, Some(token), &body.to_string()).await
}

fn group(members: &[&str], leads: &[&str]) -> Value {
    json!({"name": {"en": "Well watchers"}, "kind": "collaborative", "members": members, "leads": leads})
}

#[tokio::test]
async fn a_member_of_a_group_sees_what_is_restricted_to_it_for_as_long_as_it_is_one() {
    let people = [("Lead", Role::Manager), ("Member", Role::Reader), ("Stranger", Role::Administrator)];
    let (house, [lead, member, stranger]) = with_people(people).await;
    let made = post(&house, "/api/v1/groups", &lead, &group(&["lead", "member"], &["lead"])).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let id = made.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(made.headers["location"], format!("/api/v1/groups/{id}"));

    let row = format!("id,title,sharing,listing,audience\nh-1,Wells of the valley,restricted,hidden,group:{id}\n");
    house.write("holdings.csv", &row);
    house.harvest("desk", &HarvestOptions::default(), day(0)).await;
    let finds = async |token: &str| {
        let found = house.get("/api/v1/search?q=wells", Some(token)).await.json();
        found["total"].as_u64().unwrap()
    };
    assert_eq!((finds(&lead).await, finds(&member).await, finds(&stranger).await), (1, 1, 0));
    // Who is not a member any more is not from the next request on.
    let left = put(&house, &format!("/api/v1/groups/{id}?version=1"), &lead, &group(&["lead"], &["lead"])).await;
    assert_eq!((left.status.as_u16(), left.json()["version"].as_u64()), (200, Some(2)), "{}", left.text());
    assert_eq!((finds(&lead).await, finds(&member).await), (1, 0));
}

#[tokio::test]
async fn a_group_is_changed_by_who_leads_it_and_by_administrators_alone() {
    let people = [
        ("Lead", Role::Steward),
        ("Lead", Role::Reader),
        ("Member", Role::Manager),
        ("Elsewhere", Role::Administrator),
        ("Elsewhere", Role::Reader),
    ];
    let (house, [lead, reader, member, administrator, nobody]) = with_people(people).await;
    for (token, status) in [(&reader, 403), (&nobody, 403), (&lead, 201)] {
        let made = post(&house, "/api/v1/groups", token, &group(&["lead", "member"], &["lead"])).await;
        assert_eq!(made.status, status, "{}", made.text());
    }
    let list = house.get("/api/v1/groups?member=member", Some(&member)).await.json();
    let id = list["items"][0]["id"].as_str().unwrap().to_owned();
    let mut version = 1;
    for (token, status) in [(&reader, 403), (&member, 403), (&nobody, 403), (&lead, 200), (&administrator, 200)] {
        let mut changed = group(&["lead"], &["lead"]);
        changed["about"] = json!({"en": format!("Version {version}")});
        let answer = put(&house, &format!("/api/v1/groups/{id}?version={version}"), token, &changed).await;
        assert_eq!(answer.status, status, "{}", answer.text());
        version += u32::from(status == 200);
    }
    let anonymous =
        house.send_body(&Method::POST, "/api/v1/groups", None, &group(&["lead"], &["lead"]).to_string()).await;
    assert_eq!((anonymous.status.as_u16(), &anonymous.json()["code"]), (401, &json!("sign-in-required")));
    // What was refused stands in the log of acts, with who tried.
    let acts = house.catalog.newest_acts(50).await.unwrap();
    let refused =
        acts.iter().filter(|act| act.refused && act.act.starts_with("group.") && act.actor.starts_with("token:"));
    assert_eq!(refused.count(), 5);
    assert!(house.catalog.verify_acts(None).await.unwrap().fault.is_none());
}

#[tokio::test]
async fn who_had_an_older_version_is_told_so_and_writes_over_nothing() {
    let (house, [lead]) = with_people([("Lead", Role::Manager)]).await;
    let made = post(&house, "/api/v1/groups", &lead, &group(&["lead"], &["lead"])).await.json();
    let door = format!("/api/v1/groups/{}", made["id"].as_str().unwrap());
    let mut first = group(&["lead"], &["lead"]);
    first["countries"] = json!(["YEM"]);
    assert_eq!(put(&house, &format!("{door}?version=1"), &lead, &first).await.status, 200);
    let late = put(&house, &format!("{door}?version=1"), &lead, &group(&["lead"], &["lead"])).await;
    assert_eq!(
        (late.status.as_u16(), &late.json()["code"], &late.json()["version"]),
        (409, &json!("conflict"), &json!(2))
    );
    let careless = put(&house, &door, &lead, &first).await;
    assert_eq!((careless.status.as_u16(), &careless.json()["code"]), (428, &json!("version-required")));
    // The same again is no new version.
    assert_eq!(put(&house, &format!("{door}?version=2"), &lead, &first).await.json()["version"], 2);
    let history = house.get(&format!("{door}/history"), Some(&lead)).await.json();
    let countries: Vec<&Value> = history["items"].as_array().unwrap().iter().map(|one| &one["countries"]).collect();
    assert_eq!(countries, [&json!(["YEM"]), &Value::Null]);
}

/// What is wrong, how it is done, and the field, rule and words by which it is told.
type Wrong<'a> = (&'a str, &'a dyn Fn(&mut Value), &'a str, &'a str, &'a str);

#[tokio::test]
async fn what_is_wrong_with_a_group_is_told_by_field_rule_and_what_is_allowed() {
    let (house, [lead]) = with_people([("Lead", Role::Manager)]).await;
    let problems = async |change: &dyn Fn(&mut Value)| {
        let mut sent = group(&["lead"], &["lead"]);
        change(&mut sent);
        let answer = post(&house, "/api/v1/groups", &lead, &sent).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (422, &json!("invalid")), "{}", answer.text());
        let told = answer.json()["problems"].as_array().unwrap().clone();
        let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
        told.iter().map(|one| (text(one, "field"), text(one, "rule"), text(one, "message"))).collect::<Vec<_>>()
    };
    let wrong: [Wrong<'_>; 9] = [
        (
            "unknown field",
            &|sent| sent["owner"] = json!("me"),
            "owner",
            "not-readable",
            "unknown field `owner`, expected one of",
        ),
        ("another kind", &|sent| sent["kind"] = json!("sect"), "kind", "not-readable", "`affected-community`"),
        ("no name", &|sent| sent["name"] = json!({}), "name", "not-stated", "one language at least"),
        ("a country", &|sent| sent["countries"] = json!(["YEM", "Yemen"]), "countries[1]", "unknown-code", "`country`"),
        ("a cluster", &|sent| sent["clusters"] = json!(["Health"]), "clusters[0]", "unknown-code", "HEA"),
        (
            "a member",
            &|sent| sent["members"] = json!(["lead", "ghost"]),
            "members[1]",
            "unknown-organisation",
            "registered",
        ),
        ("a lead", &|sent| sent["leads"] = json!(["lead", "ghost"]), "leads[1]", "lead-no-member", "`members`"),
        ("not led", &|sent| sent["leads"] = json!([]), "leads", "creator-leads", "`lead`"),
        (
            "nobody",
            &|sent| sent["audience"] = json!({"sharing": "closed"}),
            "audience.sharing",
            "audience-closed",
            "community",
        ),
    ];
    for (what, change, field, rule, allowed) in wrong {
        let told = problems(change).await;
        assert!(
            told.iter().any(|(one, broken, message)| one == field && broken == rule && message.contains(allowed)),
            "{what}: {told:?}"
        );
    }
    for no_object in ["", "[]", "{", "null", "\"{}\""] {
        let answer = house.send_body(&Method::POST, "/api/v1/groups", Some(&lead), no_object).await;
        assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (400, &json!("bad-request")), "{no_object}");
    }
    let large = format!("{{\"name\": \"{}\"}}", "x".repeat(300 * 1024));
    assert_eq!(house.send_body(&Method::POST, "/api/v1/groups", Some(&lead), &large).await.status, 413);
    assert_eq!(house.get("/api/v1/groups", Some(&lead)).await.json()["items"], json!([]), "nothing was written");
}

#[tokio::test]
async fn organisations_are_registered_by_administrators_and_kept_true_by_their_own_people() {
    let people = [("Desk", Role::Administrator), ("Relief", Role::Manager), ("Desk", Role::Manager)];
    let (house, [administrator, own, other]) = with_people(people).await;
    let sent = json!({"name": {"en": "Example Fund", "fr": "Fonds d'exemple"}, "kind": "donor", "country": "KEN",
        "website": "https://fund.example", "listed": true});
    assert_eq!(post(&house, "/api/v1/organisations", &own, &sent).await.status, 403);
    let made = post(&house, "/api/v1/organisations", &administrator, &sent).await;
    assert_eq!((made.status.as_u16(), &made.json()["id"]), (201, &json!("example-fund")), "{}", made.text());
    assert_eq!(post(&house, "/api/v1/organisations", &administrator, &sent).await.status, 409);
    for (field, value, rule) in [
        ("website", json!("javascript:alert(1)"), "not-an-address"),
        ("website", json!("https://me:secret@fund.example"), "not-an-address"),
        ("kind", json!("bank"), "unknown-code"),
        ("country", json!("KE"), "unknown-code"),
    ] {
        let mut wrong = sent.clone();
        wrong[field] = value;
        let told = post(&house, "/api/v1/organisations", &administrator, &wrong).await.json();
        assert_eq!((&told["problems"][0]["field"], &told["problems"][0]["rule"]), (&json!(field), &json!(rule)));
    }
    // A token makes its organisation take part, under its name.
    let relief = house.get("/api/v1/organisations/relief", Some(&other)).await.json();
    assert_eq!((&relief["name"]["und"], &relief["listed"]), (&json!("Relief"), &json!(false)));
    let changed = json!({"name": {"en": "Relief for Examples"}, "kind": "national_ngo"});
    for (token, status) in [(&other, 403), (&own, 200)] {
        assert_eq!(put(&house, "/api/v1/organisations/relief?version=1", token, &changed).await.status, status);
    }
}

#[tokio::test]
async fn a_group_that_everyone_is_shown_has_no_member_that_everyone_is_not() {
    let (house, [administrator]) = with_people([("Desk", Role::Administrator)]).await;
    let organisation = |listed: bool| json!({"name": {"en": "Relief"}, "listed": listed});
    post(&house, "/api/v1/organisations", &administrator, &organisation(false)).await;
    let mut shown = group(&["relief"], &["relief"]);
    shown["audience"] = json!({"sharing": "public"});
    let refused = post(&house, "/api/v1/groups", &administrator, &shown).await.json();
    assert_eq!(refused["problems"][0]["rule"], "member-not-listed");
    put(&house, "/api/v1/organisations/relief?version=1", &administrator, &organisation(true)).await;
    assert_eq!(post(&house, "/api/v1/groups", &administrator, &shown).await.status, 201);
    let hiding = put(&house, "/api/v1/organisations/relief?version=2", &administrator, &organisation(false)).await;
    assert_eq!((hiding.status.as_u16(), &hiding.json()["code"]), (409, &json!("conflict")), "{}", hiding.text());
}

/// Who registers what, all by the operator and at one time, so that two houses can be alike.
async fn settle(house: &House, organisations: &[&str], groups: &[(&str, Value)]) {
    let (operator, now) = (Viewer::operator(), "2026-01-01T00:00:00Z".parse::<Timestamp>().unwrap());
    for name in organisations {
        let profile = json!({"name": {"en": name}, "listed": name.starts_with('O')});
        let profile = serde_json::from_value(profile).unwrap();
        house.catalog.register_organisation(&operator, None, profile, now).await.unwrap();
    }
    for (id, profile) in groups {
        let profile = serde_json::from_value(profile.clone()).unwrap();
        house.catalog.create_group(&operator, Some(id), profile, now).await.unwrap();
    }
}

/// Who asks, and the organisations and groups that they may know of.
type Sight<'a> = (Asker, &'a [&'a str], Vec<(&'a str, Value)>);

#[tokio::test]
async fn nobody_is_told_of_groups_and_organisations_that_are_not_theirs_to_know() {
    let group = |name: &str, members: &[&str], audience: Value| json!({"name": {"en": name}, "kind": "working-group", "members": members, "audience": audience});
    let open = group("Open to all", &["one", "open-house"], json!({"sharing": "public"}));
    let signed_in = group("For who is signed in", &["one"], json!({"sharing": "community"}));
    let own = group("Among themselves", &["one"], json!({"sharing": "organisation"}));
    let for_two = group("Shown to two", &["one"], json!({"sharing": "restricted", "organisations": ["two"]}));
    let all = [("b", own.clone()), ("a", open.clone()), ("c", signed_in.clone()), ("d", for_two.clone())];
    let full = House::open(&[]).await;
    settle(&full, &["One", "Two", "Three", "Open House"], &all).await;

    let of = |name: &str, role: Role| Asker::member(name, &[], role);
    let seen: [Sight<'_>; 4] = [
        (Asker::anonymous(), &["One", "Open House"], vec![("a", open.clone())]),
        (
            of("Three", Role::Steward),
            &["One", "Two", "Three", "Open House"],
            vec![("a", open.clone()), ("c", signed_in.clone())],
        ),
        (
            of("Two", Role::Administrator),
            &["One", "Two", "Three", "Open House"],
            vec![("a", open), ("c", signed_in), ("d", for_two)],
        ),
        (of("One", Role::Reader), &["One", "Two", "Three", "Open House"], all.to_vec()),
    ];
    for (asker, organisations, groups) in seen {
        let alone = House::open(&[]).await;
        settle(&alone, organisations, &groups).await;
        let (token, same) = (full.token(&asker).await, alone.token(&asker).await);
        let mut doors: Vec<String> =
            ["organisations", "groups", "groups?limit=1", "groups?limit=2&after=a", "groups?member=one"]
                .map(|door| format!("/api/v1/{door}"))
                .into();
        for id in ["a", "b", "c", "d", "none"] {
            doors.extend([format!("/api/v1/groups/{id}"), format!("/api/v1/groups/{id}/history")]);
        }
        doors.extend(["one", "two", "three", "open-house", "none"].map(|id| format!("/api/v1/organisations/{id}")));
        for door in doors {
            let (is, would_be) = (full.get(&door, token.as_deref()).await, alone.get(&door, same.as_deref()).await);
            assert_eq!(is, would_be, "{door} as {asker:?}");
            // A change of what is hidden is refused as a change of what is not there.
            if let (Some(token), true) = (&token, door.starts_with("/api/v1/groups/") && is.status == 404) {
                let sent = group("Mine", &["one"], json!({"sharing": "public"})).to_string();
                let door = format!("{door}?version=1");
                let absent = full.send_body(&Method::PUT, "/api/v1/groups/none?version=1", Some(token), &sent).await;
                if !door.contains("history") {
                    assert_eq!(full.send_body(&Method::PUT, &door, Some(token), &sent).await, absent, "{door}");
                }
            }
        }
    }
}
