//! Signing in on the pages: sessions, forms of other sites, limits, and what is kept of it where.

use crate::house;
use crate::house::{Answer, House};
use axum::http::Method;
use cairn_catalog::{AcceptedInvitation, InvitationRequest, Person, PersonUpdate};
use cairn_policy::{Role, Viewer};
use jiff::Timestamp;
use serde_json::json;

const PASSWORD: &str = "kettle and umbrella";
const SIGN_IN: &str = "email=Amal%40desk.example&password=kettle+and+umbrella";

async fn invitation(house: &House, email: &str) -> String {
    let request =
        InvitationRequest { email: email.to_owned(), organisation: Some("Desk".to_owned()), role: Role::Steward };
    house.catalog.invite(&Viewer::operator(), request, Timestamp::now()).await.unwrap().secret
}

/// A house with Amal, a steward of the desk.
async fn with_amal() -> (House, Person) {
    let house = House::open(&[]).await;
    let secret = invitation(&house, "amal@desk.example").await;
    let accepted = AcceptedInvitation { secret, name: Some("Amal".to_owned()), password: PASSWORD.to_owned() };
    let amal = house.catalog.accept_invitation(&accepted, Timestamp::now()).await.unwrap();
    (house, amal)
}

async fn post(house: &House, address: &str, session: Option<&str>, form: &str) -> Answer {
    house.send_as_page(&Method::POST, address, session, form).await
}

async fn page(house: &House, address: &str, session: Option<&str>) -> Answer {
    house.send_as_page(&Method::GET, address, session, "").await
}

/// The secret in the cookie of an answer.
fn session_of(answer: &Answer) -> String {
    let cookie = answer.headers.get("set-cookie").unwrap_or_else(|| panic!("{}", answer.text()));
    cookie.strip_prefix("cairn=").unwrap().split(';').next().unwrap().to_owned()
}

async fn sign_in(house: &House) -> String {
    session_of(&post(house, "/sign-in", None, SIGN_IN).await)
}

/// The token in the forms of a page.
fn form_token(answer: &Answer) -> String {
    let text = answer.text();
    let (_, rest) = text.split_once("name=\"form_token\" value=\"").unwrap_or_else(|| panic!("{text}"));
    rest.split('"').next().unwrap().to_owned()
}

/// A form with the token of its session.
async fn form(house: &House, session: &str, fields: &str) -> String {
    format!("form_token={}&{fields}", form_token(&page(house, "/account", Some(session)).await))
}

/// Whether a session goes on.
async fn is_signed_in(house: &House, session: &str) -> bool {
    let me = house.send_as_page(&Method::GET, "/api/v1/me", Some(session), "").await.json();
    me["actor"].as_str().unwrap().starts_with("person:")
}

#[tokio::test]
async fn who_signs_in_is_named_on_every_page_until_they_sign_out() {
    let (house, amal) = with_amal().await;
    let answer = post(&house, "/sign-in", None, &format!("{SIGN_IN}&return_to=%2Fsearch%3Fq%3Dwells")).await;
    assert_eq!((answer.status.as_u16(), &*answer.headers["location"]), (303, "/search?q=wells"));
    let cookie = &answer.headers["set-cookie"];
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
    let session = session_of(&answer);
    for address in ["/", "/search", "/account", "/dataset/nothing", "/api/docs"] {
        let shown = page(&house, address, Some(&session)).await.text();
        assert!(shown.contains("<bdi>Amal</bdi>") && shown.contains("action=\"/sign-out\""), "{address}: {shown}");
    }
    let me = page(&house, "/api/v1/me", Some(&session)).await.json();
    assert_eq!((&me["person"]["id"], &me["person"]["email"]), (&json!(amal.id), &json!("amal@desk.example")));
    let out = post(&house, "/sign-out", Some(&session), &form(&house, &session, "").await).await;
    assert_eq!(
        (out.status.as_u16(), &*out.headers["set-cookie"]),
        (303, "cairn=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0")
    );
    assert!(!is_signed_in(&house, &session).await);
    let after = page(&house, "/", Some(&session)).await;
    assert!(after.text().contains("href=\"/sign-in\"") && !after.text().contains("Amal"), "{}", after.text());
    assert_eq!(page(&house, "/account", Some(&session)).await.headers["location"], "/sign-in?return_to=/account");
}

/// A30, and what the form is filled with again.
#[tokio::test]
async fn a_sign_in_that_is_refused_says_the_same_whoever_is_known() {
    let (house, _) = with_amal().await;
    let refused = async |email: &str| post(&house, "/sign-in", None, &format!("email={email}&password=umbrella")).await;
    let (known, unknown) = (refused("amal%40desk.example").await, refused("nobody%40desk.example").await);
    assert_eq!(known.status, 401);
    let told =
        |answer: &Answer, email: &str| (answer.status, answer.headers.clone(), answer.text().replace(email, "MAIL"));
    let mut with_length = told(&known, "amal@desk.example");
    let mut other = told(&unknown, "nobody@desk.example");
    for answer in [&mut with_length, &mut other] {
        answer.1.remove("content-length");
    }
    assert_eq!(with_length, other);
    assert!(!known.headers.contains_key("set-cookie") && known.headers["cache-control"] == "no-store");
    assert!(known.text().contains("value=\"amal@desk.example\"") && !known.text().contains("umbrella"));
}

/// A31.
#[tokio::test]
async fn a_session_that_was_there_before_the_sign_in_is_not_the_one_after_it() {
    let (house, _) = with_amal().await;
    let planted = "0".repeat(64);
    let session = session_of(&post(&house, "/sign-in", Some(&planted), SIGN_IN).await);
    assert_ne!(session, planted);
    assert!(!is_signed_in(&house, &planted).await && is_signed_in(&house, &session).await);
    let again = session_of(&post(&house, "/sign-in", Some(&session), SIGN_IN).await);
    assert_ne!(again, session);
    assert!(!is_signed_in(&house, &session).await, "the one before is over");
}

/// A33, A34.
#[tokio::test]
async fn what_another_site_sends_changes_nothing_whatever_came_before_it() {
    let (house, _) = with_amal().await;
    let session = sign_in(&house).await;
    let cookie = format!("cairn={session}");
    let invite = r#"{"email": "badr@desk.example", "role": "reader"}"#;
    let (json, text) = (("content-type", "application/json"), ("content-type", "text/plain"));
    let (form, cookie) = (("content-type", "application/x-www-form-urlencoded"), ("cookie", cookie.as_str()));
    let (own, other) = (("origin", "http://cairn.example"), ("origin", "https://evil.example"));
    let foreign = [vec![other], vec![("origin", "null")], vec![], vec![("sec-fetch-site", "cross-site"), own]];
    let send = async |address: &str, fields: &[(&str, &str)], body: &str| {
        let answer = house.send_with(&Method::POST, address, fields, body).await;
        (answer.status.as_u16(), answer.headers.contains_key("set-cookie"))
    };
    for fields in &foreign {
        // First without a session: what is let pass then opens nothing.
        assert_eq!(send("/api/v1/invitations", &[&fields[..], &[json]].concat(), invite).await.0, 401);
        assert_eq!(send("/api/v1/invitations", &[&fields[..], &[json, cookie]].concat(), invite).await, (403, false));
        for address in ["/sign-in", "/sign-out", "/invitation", "/account/password", "/account/tokens"] {
            assert_eq!(
                send(address, &[&fields[..], &[form, cookie]].concat(), SIGN_IN).await,
                (403, false),
                "{address}"
            );
            assert_eq!(send(address, &[&fields[..], &[form]].concat(), SIGN_IN).await, (403, false), "{address}");
        }
    }
    assert_eq!(send("/api/v1/invitations", &[own, text, cookie], invite).await.0, 415);
    assert_eq!(send("/api/v1/invitations", &[own, form, cookie], invite).await.0, 415);
    assert_eq!(send("/api/v1/invitations", &[own, cookie], invite).await.0, 415);
    assert!(is_signed_in(&house, &session).await);
    assert_eq!(send("/api/v1/invitations", &[own, json, cookie], invite).await.0, 201);
    // A form of this server, but of another session or of none.
    let elsewhere = sign_in(&house).await;
    let token = form_token(&page(&house, "/account", Some(&elsewhere)).await);
    for token in [format!("form_token={token}"), String::new()] {
        for address in ["/sign-out", "/account/password", "/account/tokens", "/account/tokens/revoke"] {
            let answer = post(&house, address, Some(&session), &token).await;
            assert_eq!(answer.status, 403, "{address}");
        }
    }
    assert!(is_signed_in(&house, &session).await);
}

#[tokio::test]
async fn a_token_is_no_matter_of_the_site_that_it_is_sent_from() {
    let house = House::open(&[]).await;
    let steward = house.token(&house::Asker::member("desk", &[], Role::Steward)).await.unwrap();
    let authorization = format!("Bearer {steward}");
    let fields = [("authorization", authorization.as_str()), ("origin", "https://evil.example")];
    let body = r#"{"email": "badr@desk.example", "role": "reader"}"#;
    assert_eq!(house.send_with(&Method::POST, "/api/v1/invitations", &fields, body).await.status, 201);
}

/// A32.
#[tokio::test]
async fn who_is_closed_is_out_at_once() {
    let (house, amal) = with_amal().await;
    let session = sign_in(&house).await;
    let fields = form(&house, &session, "role=steward&days=30").await;
    let made = post(&house, "/account/tokens", Some(&session), &fields).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let text = made.text();
    let token = text.split("<code>").nth(1).unwrap().split('<').next().unwrap().to_owned();
    assert!(token.starts_with("cairn_") && made.headers["cache-control"] == "private, no-store", "{token}");
    let me = house.get("/api/v1/me", Some(&token)).await.json();
    assert_eq!((&me["person"]["name"], &me["role"]), (&json!("Amal"), &json!("steward")));
    assert!(!page(&house, "/account", Some(&session)).await.text().contains(&token), "it is shown once");

    let update = PersonUpdate { name: "Amal".to_owned(), role: Role::Steward, closed: true };
    house.catalog.change_person(&Viewer::operator(), &amal.id, &update, Timestamp::now()).await.unwrap();
    assert!(!is_signed_in(&house, &session).await);
    assert_eq!(house.get("/api/v1/me", Some(&token)).await.status, 401);
    assert_eq!(post(&house, "/sign-in", None, SIGN_IN).await.status, 401);
}

#[tokio::test]
async fn an_invitation_is_accepted_on_its_page_and_looking_at_it_accepts_nothing() {
    let house = House::open(&[]).await;
    let secret = invitation(&house, "badr@desk.example").await;
    let address = format!("/invitation/{secret}");
    for _ in 0..3 {
        let shown = page(&house, &address, None).await;
        assert_eq!((shown.status.as_u16(), &*shown.headers["cache-control"]), (200, "no-store"));
        // The address is a secret: no other page is told it.
        assert_eq!(shown.headers["referrer-policy"], "strict-origin");
        assert!(shown.text().contains("badr@desk.example") && shown.text().contains("action=\"/invitation\""));
    }
    let fields =
        |password: &str, again: &str| format!("secret={secret}&name=Badr&password={password}&password_again={again}");
    for (password, again, expected) in [("short", "short", "at least 12"), ("kettle+and+umbrella", "x", "differ")] {
        let refused = post(&house, "/invitation", None, &fields(password, again)).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains(expected) && refused.text().contains("value=\"Badr\""), "{}", refused.text());
    }
    let good = fields("kettle+and+umbrella", "kettle+and+umbrella");
    let accepted = post(&house, "/invitation", None, &good).await;
    assert_eq!((accepted.status.as_u16(), &*accepted.headers["location"]), (303, "/account"));
    assert!(is_signed_in(&house, &session_of(&accepted)).await);
    let (used, unknown) = (page(&house, &address, None).await, page(&house, "/invitation/unknown", None).await);
    assert_eq!((used.status.as_u16(), &used), (404, &unknown));
    assert!(used.text().contains("This link leads nowhere"), "{}", used.text());
    assert_eq!(post(&house, "/invitation", None, &good).await.status, 404);
}

#[tokio::test]
async fn a_password_is_changed_on_the_page_of_the_account_and_other_sessions_end() {
    let (house, _) = with_amal().await;
    let (session, elsewhere) = (sign_in(&house).await, sign_in(&house).await);
    let change = async |fields: &str| {
        let fields = form(&house, &session, fields).await;
        let answer = post(&house, "/account/password", Some(&session), &fields).await;
        (answer.status.as_u16(), answer.text())
    };
    let (status, text) = change("present=wrong&new=seven+goats+on+a+hill&new_again=seven+goats+on+a+hill").await;
    assert!(status == 403 && text.contains("present password is not right"), "{text}");
    assert_eq!(change("present=kettle+and+umbrella&new=short&new_again=short").await.0, 422);
    assert_eq!(change("present=kettle+and+umbrella&new=seven+goats&new_again=eight+goats").await.0, 422);
    assert!(is_signed_in(&house, &elsewhere).await);
    let new = "present=kettle+and+umbrella&new=seven+goats+on+a+hill&new_again=seven+goats+on+a+hill";
    assert_eq!(change(new).await.0, 200);
    assert!(is_signed_in(&house, &session).await && !is_signed_in(&house, &elsewhere).await);
}

/// A55.
#[tokio::test]
async fn nothing_that_is_answered_to_who_is_signed_in_is_kept_or_given_to_other_sites() {
    let (house, _) = with_amal().await;
    let session = sign_in(&house).await;
    for address in ["/", "/search", "/account", "/api/v1/me", "/api/v1/search", "/api/v1/people"] {
        let answer = page(&house, address, Some(&session)).await;
        assert_eq!(answer.headers["cache-control"], "private, no-store", "{address}");
        assert!(!answer.headers.contains_key("access-control-allow-origin"), "{address}");
    }
    let cookie = format!("cairn={session}");
    let fields =
        [("origin", "http://cairn.example"), ("content-type", "application/json"), ("cookie", cookie.as_str())];
    let invite = r#"{"email": "badr@desk.example", "role": "reader"}"#;
    let link = house.send_with(&Method::POST, "/api/v1/invitations", &fields, invite).await;
    assert_eq!((link.status.as_u16(), &*link.headers["cache-control"]), (201, "private, no-store"));
    let form = form(&house, &session, "present=wrong&new=short&new_again=short").await;
    let refused = post(&house, "/account/password", Some(&session), &form).await;
    assert_eq!((refused.status.as_u16(), &*refused.headers["cache-control"]), (403, "private, no-store"));
    let anonymous = page(&house, "/", None).await;
    assert_eq!(anonymous.headers["cache-control"], "public, no-cache");
    assert!(anonymous.headers["vary"].contains("Cookie"), "{:?}", anonymous.headers);
}

#[tokio::test]
async fn a_password_can_be_tried_so_often_and_then_has_to_wait() {
    let (house, _) = with_amal().await;
    let wrong = "email=amal%40desk.example&password=umbrella";
    for _ in 0..6 {
        assert_eq!(post(&house, "/sign-in", None, wrong).await.status, 401);
    }
    let waits = post(&house, "/sign-in", None, SIGN_IN).await;
    assert_eq!(waits.status, 429);
    assert!(waits.headers.contains_key("retry-after") && !waits.headers.contains_key("set-cookie"));
    // Whosever passwords they are: one address tries twenty a minute.
    for number in 0..13 {
        let form = format!("email={number}%40desk.example&password=umbrella");
        assert_eq!(post(&house, "/sign-in", None, &form).await.status, 401, "{number}");
    }
    assert_eq!(post(&house, "/sign-in", None, "email=x%40desk.example&password=y").await.status, 429);
}

/// A52.
#[tokio::test]
async fn nobody_is_led_to_another_site_after_signing_in() {
    let (house, _) = with_amal().await;
    for other in
        ["//evil.example", "%5C%5Cevil.example", "%2F%2509%2Fevil", "https%3A%2F%2Fevil.example", "javascript%3Ax"]
    {
        let answer = post(&house, "/sign-in", None, &format!("{SIGN_IN}&return_to={other}")).await;
        assert_eq!((answer.status.as_u16(), &*answer.headers["location"]), (303, "/"), "{other}");
    }
    // Who comes from a page of the server goes back there.
    for (referer, expected) in [
        ("http://cairn.example/account/tokens/revoke", "/account"),
        ("http://cairn.example/source/desk/preview", "/source/desk"),
        ("http://cairn.example/source/desk", "/source/desk"),
        ("http://cairn.example/search?q=wells", "/search?q=wells"),
        ("http://cairn.example/invitation/secret", "/"),
        ("http://cairn.example/sign-in", "/"),
    ] {
        let shown = house.send_with(&Method::GET, "/sign-in", &[("referer", referer)], "").await.text();
        assert!(shown.contains(&format!("name=\"return_to\" value=\"{expected}\"")), "{referer}: {shown}");
    }
}

#[tokio::test]
async fn all_of_a_workshop_sign_in_from_one_address() {
    let (house, _) = with_amal().await;
    for number in 0..30 {
        assert_eq!(post(&house, "/sign-in", None, SIGN_IN).await.status, 303, "{number}");
    }
    let secret = invitation(&house, "badr@desk.example").await;
    let fields = |again: &str| format!("secret={secret}&name=Badr&password=kettle+and+umbrella&password_again={again}");
    for number in 0..30 {
        assert_eq!(post(&house, "/invitation", None, &fields("x")).await.status, 422, "{number}");
    }
    // Who tries in vain is stopped all the same, and what was typed into the form stays but for the password.
    for number in 0..20 {
        let form = format!("email={number}%40desk.example&password=umbrella");
        assert_eq!(post(&house, "/sign-in", None, &form).await.status, 401, "{number}");
    }
    let waits = post(&house, "/sign-in", None, SIGN_IN).await;
    assert!(waits.status == 429 && waits.headers.contains_key("retry-after"), "{}", waits.text());
    assert!(waits.text().contains("value=\"Amal@desk.example\"") && !waits.text().contains("umbrella"));
    assert_eq!(post(&house, "/invitation", None, "secret=unknown&name=x&password=y").await.status, 429);
    assert_eq!(post(&house, "/invitation", None, &fields("kettle+and+umbrella")).await.status, 303);
}
