//! How somebody wants to be told, over HTTP: what is refused, what nobody else is told of, and links that end mails.

use crate::house::{Answer, Asker, House};
use axum::http::Method;
use cairn_catalog::AcceptedInvitation;
use cairn_policy::{Role, Viewer};
use jiff::Timestamp;
use serde_json::{Value, json};

/// Somebody with an account and a session, by their name.
async fn session(house: &House, name: &str) -> String {
    let now = Timestamp::now();
    let request = cairn_catalog::InvitationRequest {
        email: format!("{name}@desk.example"),
        organisation: Some("Desk".to_owned()),
        role: Role::Reader,
    };
    let secret = house.catalog.invite(&Viewer::operator(), request, now).await.unwrap().secret;
    let accepted =
        AcceptedInvitation { secret, name: Some(name.to_owned()), password: "kettle and umbrella".to_owned() };
    house.catalog.accept_and_sign_in(&accepted, now).await.unwrap().secret
}

async fn send(house: &House, method: Method, address: &str, session: &str, body: &Value) -> Answer {
    let cookie = format!("cairn={session}");
    let fields = [("sec-fetch-site", "same-origin"), ("content-type", "application/json"), ("cookie", &*cookie)];
    let body = if method == Method::GET { String::new() } else { body.to_string() };
    house.send_with(&method, address, &fields, &body).await
}

#[tokio::test]
async fn a_person_says_of_what_they_are_told_and_what_they_leave_out_is_told() {
    const OWN: &str = "/api/v1/me/notifications";
    let house = House::open(&[]).await;
    let amal = session(&house, "amal").await;
    let all = json!({"requests": true, "reminders": true, "grants": true, "concerns": true});
    let shown = send(&house, Method::GET, OWN, &amal, &Value::Null).await.json();
    assert_eq!(shown, json!({"settings": all, "items": []}));
    let changed = send(&house, Method::PUT, OWN, &amal, &json!({"reminders": false})).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    let shown = send(&house, Method::GET, OWN, &amal, &Value::Null).await.json();
    assert_eq!((&shown["settings"]["reminders"], &shown["settings"]["requests"]), (&json!(false), &json!(true)));
    for (body, said) in [(json!({"mails": true}), "unknown field `mails`"), (json!({"requests": 1}), "boolean")] {
        let refused = send(&house, Method::PUT, OWN, &amal, &body).await;
        assert!(refused.status.is_client_error() && refused.text().contains(said), "{}", refused.text());
    }
    // Somebody else has settings of their own, and who is no person has none.
    let badr = session(&house, "badr").await;
    assert_eq!(send(&house, Method::GET, OWN, &badr, &Value::Null).await.json()["settings"], all);
    let token = house.token(&Asker::member("Desk", &[], Role::Steward)).await;
    assert_eq!(house.get(OWN, token.as_deref()).await.json(), json!({"settings": null, "items": []}));
    assert_eq!(house.send_body(&Method::PUT, OWN, token.as_deref(), "{}").await.status, 403);
    assert_eq!(house.send_body(&Method::PUT, OWN, None, "{}").await.status, 401);
    let acts = house.catalog.newest_acts(2).await.unwrap();
    assert!(acts[0].act == "notices.set" && acts[0].refused && !acts[1].refused, "{acts:?}");
}

#[tokio::test]
async fn how_one_is_told_of_a_saved_search_is_its_owners_alone() {
    let house = House::open(&[]).await;
    let (amal, badr) = (session(&house, "amal").await, session(&house, "badr").await);
    let made = send(&house, Method::POST, "/api/v1/saved-searches", &amal, &json!({"name": "n", "query": "q=x"})).await;
    let door = format!("{}/notify", made.headers["location"]);
    let none = send(&house, Method::GET, &door, &amal, &Value::Null).await.json();
    assert_eq!(none, json!({"channel": "none", "frequency": "daily"}));
    let hook = json!({"channel": "webhook", "frequency": "weekly", "url": "https://hooks.example/in"});
    let mut told = send(&house, Method::PUT, &door, &amal, &hook).await.json();
    assert!(told.as_object_mut().unwrap().remove("secret").unwrap().as_str().unwrap().len() > 64);
    assert_eq!(told, hook);
    assert_eq!(send(&house, Method::GET, &door, &amal, &Value::Null).await.json(), hook, "the secret is told once");
    for (body, field, code) in [
        (json!({"channel": "webhook"}), "url", "not-stated"),
        (json!({"channel": "webhook", "url": "https://192.168.0.1/"}), "url", "not-allowed"),
        (json!({"channel": "email", "url": "https://hooks.example/"}), "url", "not-allowed"),
        (json!({"channel": "email"}), "channel", "no-mail"),
    ] {
        let refused = send(&house, Method::PUT, &door, &amal, &body).await;
        let problem = refused.json()["problems"][0].clone();
        assert_eq!((refused.status.as_u16(), &problem["field"], &problem["rule"]), (422, &json!(field), &json!(code)));
    }
    // Nobody is told that the search of another is there, nor whether it is followed.
    let absent = "/api/v1/saved-searches/01900000-0000-7000-8000-000000000000/notify";
    for method in [Method::GET, Method::PUT] {
        let hidden = send(&house, method.clone(), &door, &badr, &hook).await;
        assert_eq!(hidden.status, 404);
        assert_eq!(hidden, send(&house, method.clone(), absent, &badr, &hook).await);
    }
    // It goes with the search.
    let search = made.headers["location"].clone();
    assert_eq!(send(&house, Method::DELETE, &search, &amal, &json!({})).await.status, 204);
    assert_eq!(send(&house, Method::GET, &door, &amal, &Value::Null).await.status, 404);
}

#[tokio::test]
async fn a_link_that_ends_mails_and_is_unknown_leads_nowhere_wherever_it_is_sent_from() {
    let house = House::open(&[]).await;
    for fields in [&[][..], &[("origin", "https://mail.example")], &[("sec-fetch-site", "cross-site")]] {
        for method in [Method::GET, Method::POST] {
            let answer = house.send_with(&method, "/unsubscribe/unknown", fields, "List-Unsubscribe=One-Click").await;
            assert_eq!(answer.status, 404, "{method}: {}", answer.text());
            assert!(answer.text().contains("This link leads nowhere"), "{}", answer.text());
        }
    }
}
