//! People over HTTP: what is refused to whom, and that strangers are told nothing.

use crate::house::{Answer, Asker, House};
use axum::http::Method;
use cairn_catalog::{AcceptedInvitation, InvitationRequest, Person};
use cairn_policy::{Role, Viewer};
use jiff::Timestamp;
use serde_json::{Value, json};

const PASSWORD: &str = "kettle and umbrella";

/// Somebody with an account.
async fn person(house: &House, name: &str, organisation: &str, role: Role) -> Person {
    let request = InvitationRequest {
        email: format!("{name}@{organisation}.example"),
        organisation: Some(organisation.to_owned()),
        role,
    };
    let now = Timestamp::now();
    let issued = house.catalog.invite(&Viewer::operator(), request, now).await.unwrap();
    let accepted =
        AcceptedInvitation { secret: issued.secret, name: Some(name.to_owned()), password: PASSWORD.to_owned() };
    house.catalog.accept_invitation(&accepted, now).await.unwrap()
}

async fn send(house: &House, method: Method, address: &str, token: Option<&str>, body: &Value) -> Answer {
    house.send_body(&method, address, token, &body.to_string()).await
}

fn told(answer: &Answer) -> (u16, String) {
    (answer.status.as_u16(), answer.json()["code"].as_str().unwrap_or_default().to_owned())
}

#[tokio::test]
async fn somebody_is_invited_by_a_link_and_accepts_it_once() {
    let house = House::open(&[]).await;
    let steward = house.token(&Asker::member("desk", &[], Role::Steward)).await;
    let invite = json!({"email": "Amal@Desk.example", "role": "manager"});
    let invited = send(&house, Method::POST, "/api/v1/invitations", steward.as_deref(), &invite).await;
    assert_eq!(invited.status, 201, "{}", invited.text());
    let body = invited.json();
    let secret = body["link"].as_str().unwrap().strip_prefix("http://cairn.example/invitation/").unwrap().to_owned();
    assert_eq!(
        (&body["email"], &body["organisation"], &body["role"], &body["new_password"]),
        (&json!("amal@desk.example"), &json!("desk"), &json!("manager"), &json!(false))
    );
    let pending = house.get("/api/v1/invitations", steward.as_deref()).await;
    assert_eq!(pending.json()["items"][0]["id"], body["id"]);
    assert!(!pending.text().contains(&secret), "{}", pending.text());

    let accept = async |body: Value| send(&house, Method::POST, "/api/v1/invitations/accept", None, &body).await;
    let wrong = accept(json!({"secret": secret, "name": "Amal", "password": "short"})).await;
    assert_eq!((told(&wrong), &wrong.json()["problems"][0]["field"]), ((422, "invalid".into()), &json!("password")));
    let good = json!({"secret": secret, "name": "Amal", "password": PASSWORD});
    let accepted = accept(good.clone()).await;
    assert_eq!(accepted.status, 200, "{}", accepted.text());
    assert!(!accepted.headers.contains_key("set-cookie"));
    // Used and unknown are one answer.
    let (used, unknown) = (accept(good).await, accept(json!({"secret": "x", "name": "A", "password": PASSWORD})).await);
    assert_eq!((told(&used), &used), ((404, "not-found".into()), &unknown));
    let people = house.get("/api/v1/people", steward.as_deref()).await.json();
    assert_eq!(
        (&people["items"][0]["name"], &people["items"][0]["email"]),
        (&json!("Amal"), &json!("amal@desk.example"))
    );
}

#[tokio::test]
async fn a_body_that_says_more_or_less_than_it_may_is_refused_with_the_field() {
    let house = House::open(&[]).await;
    let steward = house.token(&Asker::member("desk", &[], Role::Steward)).await;
    for (body, field) in [
        (json!({"email": "a@desk.example"}), ""),
        (json!({"email": "a@desk.example", "role": "king"}), "role"),
        (json!({"email": "a@desk.example", "role": "reader", "id": "1"}), "id"),
        (json!({"email": 1, "role": "reader"}), "email"),
        (json!({"email": "no address", "role": "reader"}), "email"),
    ] {
        let answer = send(&house, Method::POST, "/api/v1/invitations", steward.as_deref(), &body).await;
        assert_eq!(told(&answer), (422, "invalid".to_owned()), "{body}");
        assert_eq!(answer.json()["problems"][0]["field"], field, "{body}: {}", answer.text());
    }
    let list = house.send_body(&Method::POST, "/api/v1/invitations", steward.as_deref(), "[]").await;
    assert_eq!(told(&list), (400, "bad-request".to_owned()));
}

#[tokio::test]
async fn who_asks_is_told_as_whom_they_are_taken() {
    let house = House::open(&[]).await;
    let anonymous = house.get("/api/v1/me", None).await.json();
    let nobody = json!({"actor": "anonymous", "person": null, "organisation": null, "role": null, "groups": []});
    assert_eq!(anonymous, nobody);
    let token = house.token(&Asker::member("desk", &["cluster:PRO-MIN"], Role::Operator)).await;
    let answer = house.get("/api/v1/me", token.as_deref()).await;
    let told = answer.json();
    assert!(told["actor"].as_str().unwrap().starts_with("token:"), "{told}");
    assert_eq!(
        (&told["organisation"], &told["role"], &told["groups"], &told["person"]),
        (&json!("desk"), &json!("operator"), &json!(["cluster:PRO-MIN"]), &Value::Null)
    );
    assert_eq!(answer.headers["cache-control"], "private, no-store");
}

/// Every door of people as somebody who has nothing to do with an organisation: the same, whoever is in it.
#[tokio::test]
async fn a_stranger_is_told_the_same_whoever_is_in_another_organisation() {
    let (empty, full) = (House::open(&[]).await, House::open(&[]).await);
    for house in [&empty, &full] {
        house.token(&Asker::member("desk", &[], Role::Reader)).await;
    }
    let amal = person(&full, "amal", "desk", Role::Steward).await;
    let invite = InvitationRequest {
        email: "badr@desk.example".to_owned(),
        organisation: Some("desk".to_owned()),
        role: Role::Reader,
    };
    let pending = full.catalog.invite(&Viewer::operator(), invite, Timestamp::now()).await.unwrap().invitation.id;
    let tokens = full.catalog.tokens().await.unwrap();
    let own = &tokens[0].id;
    let strangers = [
        Asker::anonymous(),
        Asker::member("clinic", &[], Role::Reader),
        Asker::member("clinic", &[], Role::Steward),
        Asker::member("clinic", &["desk"], Role::Operator),
    ];
    let doors = [
        (Method::GET, "/api/v1/people".to_owned(), json!({})),
        (Method::GET, "/api/v1/people?organisation=desk".to_owned(), json!({})),
        (Method::GET, format!("/api/v1/people/{}", amal.id), json!({})),
        (Method::PUT, format!("/api/v1/people/{}", amal.id), json!({"name": "x", "role": "reader", "state": "closed"})),
        (Method::GET, "/api/v1/invitations".to_owned(), json!({})),
        (Method::GET, "/api/v1/invitations?organisation=desk".to_owned(), json!({})),
        (Method::DELETE, format!("/api/v1/invitations/{pending}"), json!({})),
        (
            Method::POST,
            "/api/v1/invitations".to_owned(),
            json!({"email": "amal@desk.example", "organisation": "desk", "role": "reader"}),
        ),
        (Method::GET, "/api/v1/tokens".to_owned(), json!({})),
        (Method::DELETE, format!("/api/v1/tokens/{own}"), json!({})),
        (Method::GET, "/api/v1/search?q=amal".to_owned(), json!({})),
        (Method::GET, "/api/v1/changes".to_owned(), json!({})),
        (Method::GET, "/search?q=amal".to_owned(), json!({})),
    ];
    for asker in &strangers {
        let (in_empty, in_full) = (empty.token(asker).await, full.token(asker).await);
        for (method, address, body) in &doors {
            let before = send(&empty, method.clone(), address, in_empty.as_deref(), body).await;
            let after = send(&full, method.clone(), address, in_full.as_deref(), body).await;
            assert_eq!(before, after, "{method} {address} as {asker:?}");
            assert!(!after.text().contains("badr"), "{method} {address}: {}", after.text());
        }
        // An invitation of one's own to an address that has an account elsewhere is made like any other.
        if asker.0.as_ref().is_some_and(|(_, _, role)| *role == Role::Steward) {
            for (house, token) in [(&empty, &in_empty), (&full, &in_full)] {
                let body = json!({"email": "amal@desk.example", "role": "reader"});
                let answer = send(house, Method::POST, "/api/v1/invitations", token.as_deref(), &body).await;
                assert_eq!(answer.status, 201, "{}", answer.text());
            }
        }
    }
    let person = full.catalog.person(&Viewer::operator(), &amal.id).await.unwrap();
    assert_eq!((person.closed, person.role), (None, Role::Steward), "nothing was changed");
}

#[tokio::test]
async fn an_account_is_changed_and_closed_by_its_steward() {
    let house = House::open(&[]).await;
    let amal = person(&house, "amal", "desk", Role::Reader).await;
    let steward = house.token(&Asker::member("desk", &[], Role::Steward)).await;
    let reader = house.token(&Asker::member("desk", &[], Role::Reader)).await;
    let address = format!("/api/v1/people/{}", amal.id);
    let update = |role: &str, state: &str| json!({"name": "Amal", "role": role, "state": state});
    let change =
        async |token: &Option<String>, body: &Value| send(&house, Method::PUT, &address, token.as_deref(), body).await;
    assert_eq!(told(&change(&reader, &update("manager", "active")).await), (403, "forbidden".to_owned()));
    assert_eq!(told(&change(&steward, &update("administrator", "active")).await), (403, "forbidden".to_owned()));
    let changed = change(&steward, &update("manager", "active")).await;
    assert_eq!((changed.status.as_u16(), &changed.json()["role"]), (200, &json!("manager")));
    let closed = change(&steward, &update("manager", "closed")).await;
    assert_eq!((closed.status.as_u16(), &closed.json()["state"]), (200, &json!("closed")));
    assert_eq!(house.get(&address, reader.as_deref()).await.status, 404, "colleagues are told of who is there");
    assert_eq!(house.get(&address, steward.as_deref()).await.json()["email"], "amal@desk.example");
}
