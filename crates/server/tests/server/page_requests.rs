//! The pages by which people ask for access and decide: forms that keep what was typed, and nothing that a look decides.

use crate::browser::{Browser, form, form_token, is_sound};
use crate::house;
use crate::house::{DESK, House, day};
use axum::http::Method;
use cairn_catalog::HarvestOptions;
use cairn_model::DatasetId;
use cairn_policy::{Role, Viewer};
use jiff::Timestamp;
use serde_json::{Value, json};

/// What the authority registered: a stub to everyone, one with a hostile title that everyone may have, and one that it hides.
const HOLDINGS: &str = "\
id,title,owner,country,cluster,sensitivity,sharing,listing,access method
hazards,<script>alert(1)</script> مناطق,Mine Authority,YEM,Mine Action,moderate,community,full,on-request
open,Roads,Mine Authority,YEM,Logistics,low,public,full,download
secret,Nothing that is told,Mine Authority,YEM,Mine Action,high,organisation,hidden,on-request
";

async fn town() -> House {
    let house = House::open(&[DESK]).await;
    house.write("holdings.csv", HOLDINGS);
    house.harvest("desk", &HarvestOptions::default(), day(0)).await;
    house
}

fn record(id: &str) -> DatasetId {
    DatasetId::new("desk", id)
}

fn door(id: &str) -> String {
    format!("/dataset/{}/request", record(id))
}

const ASKED: [(&str, &str); 5] = [
    ("intended_use", "Where ambulances may drive."),
    ("question.purposes", "public-health"),
    ("question.access", "download"),
    ("question.storage", "Yemen"),
    ("question.safeguards", "encryption-at-rest"),
];

/// The page of a request just sent.
async fn asked(browser: &Browser<'_>) -> String {
    let sent = browser.send(&door("hazards"), &ASKED).await;
    assert_eq!(sent.status, 303, "{}", sent.text());
    sent.headers["location"].clone()
}

async fn state(browser: &Browser<'_>, page: &str) -> Value {
    let id = page.rsplit('/').next().unwrap();
    browser.open(&format!("/api/v1/requests/{id}")).await.json()
}

#[tokio::test]
async fn ux_36_access_is_asked_for_from_the_card_and_the_page_once_for_each_record() {
    let house = town().await;
    let badr = Browser::of(&house, "Badr", "Clinic", Role::Reader).await;
    let link = format!("href=\"{}\"", door("hazards"));
    for address in [format!("/dataset/{}", record("hazards")), "/search?q=alert".to_owned()] {
        assert!(badr.open(&address).await.text().contains(&link), "{address}");
        assert!(house.get(&address, None).await.text().contains(&link), "{address}");
    }
    let open = badr.open(&format!("/dataset/{}", record("open"))).await.text();
    assert!(!open.contains("Request access"), "anyone may download it: {open}");

    let shown = badr.open(&door("hazards")).await;
    is_sound(&shown);
    let text = shown.text();
    assert!(text.contains("&#60;script&#62;alert(1)") && text.contains("<bdi>Clinic</bdi>"), "{text}");
    let page = asked(&badr).await;
    let request = state(&badr, &page).await;
    assert_eq!(
        (&request["question"], &request["intended_use"]),
        (
            &json!({"access": "download", "purposes": ["public-health"], "storage": ["YEM"], "transfer": true,
                "safeguards": ["encryption-at-rest"]}),
            &json!("Where ambulances may drive.")
        )
    );
    // One waits: the form leads there, and so does a second one that is sent.
    assert_eq!(badr.open(&door("hazards")).await.headers["location"], page);
    assert_eq!(badr.send(&door("hazards"), &ASKED).await.headers["location"], page);
    let listed = badr.open("/requests").await;
    is_sound(&listed);
    assert_eq!(listed.text().matches("href=\"/request/").count(), 1, "{}", listed.text());
}

#[tokio::test]
async fn ux_36_a_draft_says_what_is_known_of_the_record_the_organisation_and_the_need() {
    let house = town().await;
    let (operator, now) = (Viewer::operator(), Timestamp::now());
    let clinic = json!({"name": {"en": "Clinic"}, "country": "YEM"});
    house
        .catalog
        .register_organisation(&operator, Some("clinic"), serde_json::from_value(clinic).unwrap(), now)
        .await
        .unwrap();
    let badr = Browser::of(&house, "Badr", "Clinic", Role::Manager).await;
    let need = json!({"title": {"en": "Mines"}, "question": {}, "description": {"en": "Which roads are <safe>?"},
        "purposes": ["safe-access"], "countries": ["YEM"], "audience": {"sharing": "organisation"}});
    let need = house
        .catalog
        .create_need(&badr_viewer(&house, Role::Manager).await, None, serde_json::from_value(need).unwrap(), now)
        .await
        .unwrap();
    let draft = format!("/api/v1/requests/draft?record={}&need={}", record("hazards"), need.id);
    let drafted = badr.open(&draft).await.json();
    assert_eq!(
        drafted,
        json!({"record": record("hazards"), "need": need.id, "intended_use": "Which roads are <safe>?",
            "question": {"access": "download", "purposes": ["safe-access"], "storage": ["YEM"], "transfer": true}})
    );
    let shown = badr.open(&format!("{}?need={}", door("hazards"), need.id)).await.text();
    for filled in [
        "Which roads are &#60;safe&#62;?",
        "value=\"safe-access\" checked",
        "value=\"Yemen\"",
        "value=\"download\" selected",
    ] {
        assert!(shown.contains(filled), "{filled}: {shown}");
    }
    // A need of others that is not told is like one that is not there; and so is a record.
    let amal = Browser::of(&house, "Amal", "Stranger", Role::Manager).await;
    let (hidden, absent) = (format!("need={}", need.id), "need=nothing".to_owned());
    for (one, other) in [
        (
            format!("/api/v1/requests/draft?record={}&{hidden}", record("hazards")),
            format!("/api/v1/requests/draft?record={}&{absent}", record("hazards")),
        ),
        (
            format!("/api/v1/requests/draft?record={}", record("secret")),
            format!("/api/v1/requests/draft?record={}", record("none")),
        ),
        (format!("{}?{hidden}", door("hazards")), format!("{}?{absent}", door("hazards"))),
        (door("secret"), door("none")),
    ] {
        let (one, other) = (amal.open(&one).await, amal.open(&other).await);
        assert_eq!((one.status.as_u16(), one.text()), (404, other.text()));
    }
    let sent = amal.send(&door("secret"), &ASKED).await;
    assert_eq!((sent.status.as_u16(), sent.text()), (404, amal.send(&door("none"), &ASKED).await.text()));
    assert_eq!(house.get(&draft, None).await.status, 401);
}

async fn badr_viewer(house: &House, role: Role) -> Viewer {
    house.viewer(&house::Asker::member("Clinic", &[], role)).await
}

#[tokio::test]
async fn ux_42_ux_43_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays() {
    let house = town().await;
    let badr = Browser::of(&house, "Badr", "Clinic", Role::Reader).await;
    let wrong = [
        ("intended_use", "A map & <b>more</b>"),
        ("question.access", "aggregate"),
        ("question.admin_level", "seven"),
        ("question.storage", "Yemen, Atlantis"),
        ("question.period", "31/05/2090"),
    ];
    let refused = badr.send(&door("hazards"), &wrong).await;
    assert_eq!(refused.status, 422);
    is_sound(&refused);
    let text = refused.text();
    assert!(text.contains("role=\"alert\" tabindex=\"-1\" autofocus"), "the list at the top has the focus: {text}");
    for field in ["question.purposes", "question.admin_level", "question.storage", "question.period"] {
        assert!(text.contains(&format!("<a href=\"#{field}\">")), "{field}: {text}");
        let (_, notes) = text.split_once(&format!("id=\"{field}-notes\"")).unwrap();
        assert!(notes.split("</div>").next().unwrap().contains("class=\"wrong\""), "{field}: {text}");
    }
    for kept in [
        "A map &#38; &#60;b&#62;more&#60;/b&#62;</textarea>",
        "value=\"aggregate\" selected",
        "value=\"seven\"",
        "value=\"Yemen, Atlantis\"",
        "value=\"31/05/2090\"",
    ] {
        assert!(text.contains(kept), "{kept}: {text}");
    }
    assert_eq!(badr.open("/api/v1/requests").await.json()["items"], json!([]));
}

#[tokio::test]
async fn ux_37_a_request_is_followed_from_hand_to_hand_on_its_page_and_only_forms_decide() {
    let house = town().await;
    let badr = Browser::of(&house, "Badr", "Clinic", Role::Reader).await;
    let amal = Browser::of(&house, "Amal", "Mine Authority", Role::Steward).await;
    let reader = Browser::of(&house, "Nur", "Mine Authority", Role::Reader).await;
    let stranger = Browser::of(&house, "Zed", "Stranger", Role::Steward).await;
    let page = asked(&badr).await;
    let inbox = amal.open("/requests").await.text();
    assert!(
        inbox.contains(&format!("href=\"{page}\""))
            && inbox.contains("<bdi>Clinic</bdi>")
            && inbox.contains(" UTC</td>"),
        "{inbox}"
    );

    // Looking decides nothing, whatever stands in the address, and whoever looks.
    for address in [page.clone(), format!("{page}?act=grant"), format!("{page}?act=refuse&refuse=no")] {
        assert_eq!(amal.open(&address).await.status, 200);
    }
    assert_eq!(state(&badr, &page).await["state"], "sent");
    let offered = async |browser: &Browser<'_>| -> Vec<String> {
        let shown = browser.open(&page).await;
        is_sound(&shown);
        let text = shown.text();
        text.split("name=\"act\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    };
    assert_eq!(offered(&amal).await, ["see", "ask", "grant", "refuse"]);
    assert_eq!(offered(&badr).await, ["withdraw"]);
    assert!(offered(&reader).await.is_empty());
    let (hidden, absent) = (stranger.open(&page).await, stranger.open("/request/none").await);
    assert_eq!((hidden.status.as_u16(), hidden.text()), (404, absent.text()));
    let act = [("act", "grant")];
    assert_eq!(stranger.send(&page, &act).await.text(), stranger.send("/request/none", &act).await.text());

    let step = async |browser: &Browser<'_>, fields: &[(&str, &str)]| browser.send(&page, fields).await.status.as_u16();
    assert_eq!(step(&amal, &[("act", "see")]).await, 303);
    assert_eq!(step(&amal, &[("act", "ask"), ("ask", "For how <long>?")]).await, 303);
    assert!(badr.open(&page).await.text().contains("For how &#60;long&#62;?"));
    assert_eq!(step(&badr, &[("act", "answer"), ("answer", "A week.")]).await, 303);
    // What is wrong with a step: the form stays filled and open, and nothing is decided.
    let refused = amal.send(&page, &[("act", "refuse"), ("refuse", " ")]).await;
    assert!(refused.status == 422 && refused.text().contains("<a href=\"#refuse\">"), "{}", refused.text());
    let past = amal.send(&page, &[("act", "grant"), ("until", "2020-01-01"), ("how", "At the desk")]).await;
    assert!(past.status == 422 && past.text().contains("At the desk</textarea>"), "{}", past.text());
    assert!(past.text().contains("<details open>\n<summary>Grant it"), "{}", past.text());
    assert_eq!(state(&badr, &page).await["state"], "sent");
    let grant = [
        ("act", "grant"),
        ("until", "2090-05-31"),
        ("conditions", "Delete it.\n\nTell nobody."),
        ("how", "At the desk"),
    ];
    assert_eq!(step(&reader, &grant).await, 403);
    assert_eq!(step(&badr, &grant).await, 403);
    assert_eq!(step(&amal, &grant).await, 303);
    assert_eq!(
        state(&badr, &page).await["grant"],
        json!({"until": "2090-06-01T00:00:00Z", "conditions": ["Delete it.", "Tell nobody."], "how": "At the desk"})
    );
    let shown = badr.open(&page).await.text();
    for part in [
        "<dt>Sent</dt>",
        "<dt>Seen by the owner</dt>",
        "<dt>Decided</dt>",
        "<dt>The grant ends</dt><dd>1 Jun 2090, 00:00 UTC",
        "Tell nobody.",
        ": It was sent.",
        ": The owner asked something.",
        ": Who asked answered.",
        ": The owner granted it.",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    assert_eq!(step(&amal, &[("act", "see")]).await, 409);
    assert_eq!(step(&amal, &[("act", "refuse"), ("refuse", "It was copied.")]).await, 303);
    assert_eq!(state(&badr, &page).await["state"], "refused");
    assert!(badr.open(&page).await.text().contains(": The owner took the grant back."));
}

#[tokio::test]
async fn ux_72_a_session_that_ends_loses_nothing_that_was_typed_and_no_other_site_sends_a_form() {
    let house = town().await;
    let badr = Browser::of(&house, "Badr", "Clinic", Role::Reader).await;
    for address in ["/requests".to_owned(), "/request/none".to_owned(), format!("{}?need=x", door("secret"))] {
        let led = house.send_as_page(&Method::GET, &address, None, "").await;
        let back = form(&[("return_to", &address)]);
        assert_eq!((led.status.as_u16(), &led.headers["location"]), (303, &format!("/sign-in?{back}")));
    }
    // Over: what was typed is on the page, to be sent again.
    let fields = form(&[&[("form_token", "old")], &ASKED[..]].concat());
    let kept = house.send_as_page(&Method::POST, &door("hazards"), None, &fields).await;
    assert_eq!((kept.status.as_u16(), &*kept.headers["cache-control"]), (401, "no-store"));
    is_sound(&kept);
    let text = kept.text();
    assert!(
        text.contains("name=\"intended_use\" value=\"Where ambulances may drive.\"") && !text.contains("\"old\""),
        "{text}"
    );
    // With the new session it is shown in its form, and is not sent before somebody looked at it.
    let again = badr.send_as_it_is(&door("hazards"), &ASKED).await;
    assert_eq!(again.status, 403);
    assert!(again.text().contains("Where ambulances may drive.</textarea>"), "{}", again.text());
    assert!(again.text().contains("value=\"public-health\" checked"), "{}", again.text());
    assert_eq!(badr.open("/api/v1/requests").await.json()["items"], json!([]));
    let token = form_token(&again);
    let fields = [&[("form_token", token.as_str())], &ASKED[..]].concat();
    let sent = badr.send_as_it_is(&door("hazards"), &fields).await;
    assert_eq!(sent.status, 303);
    let page = sent.headers["location"].clone();
    // Whatever another site knows of a form, it is refused before anything is read of it.
    let cookie = format!("cairn={}", badr.session);
    let token = form_token(&badr.open("/account").await);
    let body = form(&[("form_token", &token), ("act", "withdraw")]);
    for site in ["cross-site", "same-site", "none"] {
        let headers =
            [("sec-fetch-site", site), ("content-type", "application/x-www-form-urlencoded"), ("cookie", &cookie)];
        assert_eq!(house.send_with(&Method::POST, &page, &headers, &body).await.status, 403, "{site}");
    }
    assert_eq!(badr.send_as_it_is(&page, &[("act", "withdraw")]).await.status, 403);
    assert_eq!(state(&badr, &page).await["state"], "sent");
}
