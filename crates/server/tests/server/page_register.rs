//! Registering holdings in a form: six things, a preview for each audience, and input that no mistake and no other writer loses.

use crate::browser::{Browser, form, is_sound};
use crate::house;
use crate::house::{Answer, House};
use axum::http::Method;
use cairn_policy::Role;
use serde_json::{Value, json};

/// The six things that must be said.
const SIX: [(&str, &str); 6] = [
    ("title", "Wells <b>that</b> were cleared"),
    ("countries", "Yemen, IRQ"),
    ("clusters", "PRO-MIN"),
    ("terms.sensitivity", "moderate"),
    ("terms.sharing", "community"),
    ("terms.access_method", "on-request"),
];

fn with<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = SIX.into_iter().filter(|(name, _)| more.iter().all(|(one, _)| one != name));
    kept.chain(more.iter().copied()).collect()
}

async fn holdings(browser: &Browser<'_>) -> Vec<Value> {
    browser.open("/api/v1/holdings").await.json()["items"].as_array().unwrap().clone()
}

fn told(answer: &Answer) -> Vec<String> {
    let text = answer.text();
    text.split("<a href=\"#")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap().to_owned())
        .filter(|id| id != "main")
        .collect()
}

#[tokio::test]
async fn ux_40_six_fields_are_required_and_publish_a_holding() {
    let house = House::open(&[]).await;
    let nur = Browser::of(&house, "Nur", "Desk", Role::Manager).await;
    let shown = nur.open("/register").await;
    is_sound(&shown);
    assert_eq!(shown.text().matches("(required)").count(), 6, "{}", shown.text());
    let empty = nur.send("/register", &[("do", "publish")]).await;
    assert_eq!(
        (empty.status.as_u16(), told(&empty)),
        (422, SIX.map(|(name, _)| name.to_owned()).to_vec()),
        "{}",
        empty.text()
    );
    let published = nur.send("/register", &with(&[("do", "publish")])).await;
    assert_eq!(published.status, 303, "{}", published.text());
    let record = published.headers["location"].clone();
    assert!(record.starts_with("/dataset/"), "{record}");
    let shown = nur.open(&record).await.text();
    assert!(
        shown.contains("<h1 lang=\"en\" dir=\"auto\">Wells &#60;b&#62;that&#60;/b&#62; were cleared</h1>"),
        "{shown}"
    );
    let kept = &holdings(&nur).await[0];
    assert_eq!(
        (&kept["countries"], &kept["clusters"], &kept["terms"], &kept["state"]),
        (
            &json!(["YEM", "IRQ"]),
            &json!(["PRO-MIN"]),
            &json!({"sensitivity": "moderate", "sharing": "community", "access_method": "on-request"}),
            &json!("published")
        )
    );
    let list = nur.open("/holdings").await;
    is_sound(&list);
    assert!(list.text().contains("<td>Published</td>"), "{}", list.text());
}

#[tokio::test]
async fn ux_41_each_audience_is_previewed_and_nothing_is_written() {
    let house = House::open(&[]).await;
    let nur = Browser::of(&house, "Nur", "Desk", Role::Manager).await;
    let stub = nur.send("/register", &with(&[("terms.listing", "stub"), ("do", "preview")])).await;
    is_sound(&stub);
    let text = stub.text();
    let (signed_in, others) = text.split_once("<h3><bdi>Everyone</bdi></h3>").unwrap_or_else(|| panic!("{text}"));
    assert!(
        signed_in.contains("<h3><bdi>Everyone who is signed in</bdi></h3>\n<p>Sees all of the record.</p>"),
        "{text}"
    );
    let (others, _) = others.split_once("</section>").unwrap();
    assert!(others.contains("Sees that it exists, and whom to ask.") && !others.contains("Wells"), "{others}");
    assert!(!text.contains("Look at this again"), "{text}");

    let hidden = nur.send("/register", &with(&[("do", "preview")])).await.text();
    assert!(hidden.contains("<h3><bdi>Everyone else</bdi></h3>\n<p>Does not learn that it exists.</p>"), "{hidden}");
    let odd = [("terms.sensitivity", "high"), ("terms.access_method", "download"), ("do", "preview")];
    let odd = nur.send("/register", &with(&odd)).await;
    assert_eq!(odd.status, 200);
    for part in [
        "Look at this again",
        "a copy cannot be taken back",
        "It cannot be published like this",
        "what harm its disclosure could do",
    ] {
        assert!(odd.text().contains(part), "{part}: {}", odd.text());
    }
    assert!(odd.text().contains("value=\"high\" required checked"), "{}", odd.text());
    let torn = nur
        .send("/register", &with(&[("terms.sensitivity", "severe"), ("terms.sharing", "public"), ("do", "preview")]))
        .await
        .text();
    assert!(torn.contains("It cannot be published like this"), "{torn}");
    assert_eq!(holdings(&nur).await, Vec::<Value>::new());
}

#[tokio::test]
async fn ux_42_ux_43_a_form_with_mistakes_keeps_all_that_was_typed() {
    let house = House::open(&[]).await;
    let nur = Browser::of(&house, "Nur", "Desk", Role::Manager).await;
    let wrong = [
        ("countries", "Yemen, Atlantis"),
        ("coverage.start", "last spring"),
        ("terms.sharing", "restricted"),
        ("contacts[0].name", "The desk"),
        ("description", "آبار & <wells>"),
        ("do", "draft"),
    ];
    let refused = nur.send("/register", &with(&wrong)).await;
    assert_eq!(refused.status, 422);
    is_sound(&refused);
    let fields = told(&refused);
    for field in ["countries", "terms.sharing", "coverage.start"] {
        assert!(fields.iter().any(|one| one == field), "{field}: {fields:?}");
    }
    let text = refused.text();
    for kept in [
        "value=\"Yemen, Atlantis\"",
        "value=\"last spring\"",
        "آبار &#38; &#60;wells&#62;</textarea>",
        "value=\"The desk\"",
        "<details open>",
    ] {
        assert!(text.contains(kept), "{kept}: {text}");
    }
    assert_eq!(holdings(&nur).await, Vec::<Value>::new());
    // A description as long as they may be, in a script of which each letter takes several bytes.
    let long = "ب".repeat(5000);
    let kept = nur.send("/register", &with(&[("description", &long), ("do", "draft")])).await;
    assert_eq!(kept.status, 303);
}

#[tokio::test]
async fn a_draft_is_kept_without_all_of_it_then_published_and_what_the_form_does_not_show_stays() {
    let house = House::open(&[]).await;
    let nur = Browser::of(&house, "Nur", "Desk", Role::Steward).await;
    let statement = json!({"title": {"en": "Wells", "fr": "Puits"}, "questions": ["Which wells are safe?"],
        "terms": {"legal_basis": "Mandate"}, "contacts": [{"email": "a@desk.example"}, {"phone": "1"}]});
    let viewer = house.viewer(&house::Asker::member("Desk", &[], Role::Steward)).await;
    let now = jiff::Timestamp::now();
    let state = cairn_model::registry::HoldingState::Draft;
    let statement = serde_json::from_value(statement).unwrap();
    let id = house.catalog.register_holding(&viewer, None, state, statement, now).await.unwrap().id;
    let page = format!("/holding/{id}");
    let shown = nur.open(&page).await;
    is_sound(&shown);
    assert!(shown.text().contains("value=\"Wells\"") && shown.text().contains("value=\"a@desk.example\""));
    let missing = nur
        .send(
            &page,
            &[("title", "Deep wells"), ("contacts[0].email", "a@desk.example"), ("version", "1"), ("do", "publish")],
        )
        .await;
    assert_eq!((missing.status.as_u16(), told(&missing).len()), (422, 5), "{}", missing.text());
    assert!(
        missing.text().contains("name=\"version\" value=\"2\""),
        "what was typed is kept as a draft: {}",
        missing.text()
    );
    let published =
        nur.send(&page, &with(&[("contacts[0].email", "b@desk.example"), ("version", "2"), ("do", "publish")])).await;
    assert_eq!((published.status.as_u16(), &published.headers["location"]), (303, &format!("/dataset/{id}")));
    let kept = &holdings(&nur).await[0];
    assert_eq!(
        (&kept["title"], &kept["questions"], &kept["terms"]["legal_basis"], &kept["contacts"]),
        (
            &json!({"en": "Wells <b>that</b> were cleared", "fr": "Puits"}),
            &json!(["Which wells are safe?"]),
            &json!("Mandate"),
            &json!([{"email": "b@desk.example"}, {"phone": "1"}])
        )
    );
}

#[tokio::test]
async fn who_writes_over_what_another_wrote_is_told_first_and_loses_nothing() {
    let house = House::open(&[]).await;
    let nur = Browser::of(&house, "Nur", "Desk", Role::Steward).await;
    let sami = Browser::of(&house, "Sami", "Desk", Role::Manager).await;
    let made = nur.send("/register", &with(&[("do", "draft")])).await;
    let page = made.headers["location"].clone();
    let change = async |browser: &Browser<'_>, title: &str, version: &str| {
        browser.send(&page, &with(&[("title", title), ("version", version), ("do", "draft")])).await
    };
    assert_eq!(change(&sami, "By Sami", "1").await.status, 303);
    let late = change(&nur, "By Nur", "1").await;
    assert_eq!(late.status, 409);
    is_sound(&late);
    let text = late.text();
    assert!(text.contains("version 2 is the newest") && text.contains("value=\"By Nur\""), "{text}");
    assert!(text.contains("name=\"version\" value=\"2\""), "{text}");
    assert_eq!(holdings(&nur).await[0]["title"]["en"], "By Sami");
    // A mistake in a form from before hides nothing: it still is of the version that its author had read.
    let wrong = nur.send(&page, &with(&[("countries", "Atlantis"), ("version", "1"), ("do", "draft")])).await;
    assert!(wrong.status == 422 && wrong.text().contains("name=\"version\" value=\"1\""), "{}", wrong.text());
    assert_eq!(change(&nur, "By Nur", "2").await.status, 303);
    assert_eq!(holdings(&nur).await[0]["title"]["en"], "By Nur");
}

#[tokio::test]
async fn only_those_register_who_may_and_what_is_not_theirs_is_not_there() {
    let house = House::open(&[]).await;
    let nur = Browser::of(&house, "Nur", "Desk", Role::Manager).await;
    let reader = Browser::of(&house, "Rim", "Desk", Role::Reader).await;
    let zed = Browser::of(&house, "Zed", "Stranger", Role::Steward).await;
    let made = nur.send("/register", &with(&[("do", "draft")])).await;
    let page = made.headers["location"].clone();
    for address in ["/register", "/holdings", &page] {
        let led = house.send_as_page(&Method::GET, address, None, "").await;
        assert_eq!(led.headers["location"], format!("/sign-in?{}", form(&[("return_to", address)])));
    }
    assert_eq!(reader.open("/register").await.status, 403);
    assert_eq!(reader.open(&page).await.status, 403);
    let publish = with(&[("version", "1"), ("do", "publish")]);
    assert_eq!(reader.send(&page, &publish).await.status, 403);
    assert_eq!(reader.send("/register", &publish).await.status, 403);
    let (hidden, absent) = (zed.open(&page).await, zed.open("/holding/none").await);
    assert_eq!((hidden.status.as_u16(), hidden.text()), (404, absent.text()));
    assert_eq!(zed.send(&page, &publish).await.text(), zed.send("/holding/none", &publish).await.text());
    assert!(!zed.open("/holdings").await.text().contains("Wells"));
    // Another site, and a form of another session.
    let cookie = format!("cairn={}", nur.session);
    let headers = [
        ("origin", "https://evil.example"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("cookie", &cookie),
    ];
    assert_eq!(house.send_with(&Method::POST, "/register", &headers, &form(&publish)).await.status, 403);
    let stale = nur.send_as_it_is(&page, &publish).await;
    assert!(stale.status == 403 && stale.text().contains("value=\"Yemen, IRQ\""), "{}", stale.text());
    assert_eq!(holdings(&nur).await[0]["state"], "draft");
}

#[tokio::test]
async fn ux_20_its_owner_reads_who_sees_what_and_everyone_whom_the_data_could_harm_as_far_as_it_is_shown() {
    let house = House::open(&[]).await;
    let nur = Browser::of(&house, "Nur", "Desk", Role::Manager).await;
    let zed = Browser::of(&house, "Zed", "Stranger", Role::Steward).await;
    let harmful = [
        ("terms.sensitivity", "high"),
        ("terms.sharing", "community"),
        ("terms.listing", "stub"),
        ("terms.review_by", "2090-05"),
        ("impact.summary", "Villages could be <i>found</i>."),
        ("impact.affected_groups", "People who came back\nStaff"),
        ("impact.mitigations", "Counts by district"),
        ("group_privacy", "true"),
        ("do", "publish"),
    ];
    let published = nur.send("/register", &with(&harmful)).await;
    assert_eq!(published.status, 303, "{}", published.text());
    let record = published.headers["location"].clone();
    let shown = nur.open(&record).await;
    is_sound(&shown);
    let own = shown.text();
    for part in [
        "Who can see this record",
        "<bdi>Everyone who is signed in</bdi>: Sees all of the record.",
        "<bdi>Everyone</bdi>: Sees that it exists",
    ] {
        assert!(own.contains(part), "{part}: {own}");
    }
    let other = zed.open(&record).await.text();
    assert!(!other.contains("Who can see this record"), "{other}");
    for part in [
        "Whom it could harm",
        "Villages could be found.",
        "<li dir=\"auto\">Staff</li>",
        "Counts by district",
        "Groups or communities can be told",
    ] {
        assert!(own.contains(part) && other.contains(part), "{part}: {other}");
    }
    let stub = house.get(&record, None).await.text();
    for hidden in ["harm</h2>", "Villages", "Staff", "Groups or communities", "Who can see this record"] {
        assert!(!stub.contains(hidden), "{hidden}: {stub}");
    }
}

/// What a form is filled with, as a browser sends it again: lines end with two characters.
fn as_filled(page: &Answer, names: &[&str]) -> Vec<(String, String)> {
    let text = page.text();
    let filled = |name: &&str| {
        let (_, rest) = text.split_once(&format!(" name=\"{name}\" ")).unwrap_or_else(|| panic!("{name}: {text}"));
        let is_area = rest.find("<textarea").is_none_or(|next| rest.find("</textarea>").is_some_and(|end| end < next));
        let value = if is_area && !rest.split('>').next().unwrap().contains("value=") {
            rest.split_once(">\n").unwrap().1.split("</textarea>").next().unwrap()
        } else {
            rest.split_once("value=\"").unwrap().1.split('"').next().unwrap()
        };
        let value = value.replace("&#34;", "\"").replace("&#39;", "'").replace("&#38;", "&").replace('\n', "\r\n");
        ((*name).to_owned(), value)
    };
    names.iter().map(filled).collect()
}

#[tokio::test]
async fn saving_a_form_as_it_is_changes_nothing_of_what_is_said() {
    let house = House::open(&[]).await;
    let nur = Browser::of(&house, "Nur", "Desk", Role::Steward).await;
    let statement = json!({"title": {"en": "Wells"}, "description": {"en": "How deep.\n\nAnd where."},
        "countries": ["YEM"], "clusters": ["WSH"], "places": ["Sa'dah", "YE22"],
        "topics": ["Water, sanitation and hygiene", "\"Safe\" wells", "wells"],
        "terms": {"sensitivity": "low", "sharing": "public", "access_method": "download",
            "reasons": ["One, long\u{20}reason", "Another"]}});
    let viewer = house.viewer(&house::Asker::member("Desk", &[], Role::Steward)).await;
    let state = cairn_model::registry::HoldingState::Draft;
    let made = serde_json::from_value(statement.clone()).unwrap();
    let id = house.catalog.register_holding(&viewer, None, state, made, jiff::Timestamp::now()).await.unwrap().id;
    let page = format!("/holding/{id}");
    let shown = nur.open(&page).await;
    is_sound(&shown);
    let filled = as_filled(&shown, &["description", "topics", "places", "terms.reasons", "version"]);
    let typed: Vec<(&str, &str)> = filled.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let chosen = [
        ("title", "Wells"),
        ("countries", "Yemen"),
        ("clusters", "WSH"),
        ("terms.sensitivity", "low"),
        ("terms.sharing", "public"),
        ("terms.access_method", "download"),
        ("do", "draft"),
    ];
    let saved = nur.send(&page, &[&chosen[..], &typed].concat()).await;
    assert_eq!(saved.status, 303, "{}", saved.text());
    let kept = &holdings(&nur).await[0];
    for part in ["topics", "places", "description", "terms", "countries"] {
        assert_eq!(kept[part], statement[part], "{part}");
    }
}

#[tokio::test]
async fn countries_are_parted_as_they_are_in_arabic() {
    let house = House::open(&[]).await;
    let nur = Browser::of(&house, "Nur", "Desk", Role::Steward).await;
    let typed = with(&[("countries", "سوريا، اليمن؛ العراق"), ("topics", "مياه، آبار"), ("do", "draft")]);
    assert_eq!(nur.send("/register", &typed).await.status, 303);
    let kept = &holdings(&nur).await[0];
    assert_eq!((&kept["countries"], &kept["topics"]), (&json!(["SYR", "YEM", "IRQ"]), &json!(["مياه", "آبار"])));
}

#[tokio::test]
async fn what_was_withdrawn_is_published_again_from_its_page() {
    let house = House::open(&[]).await;
    let nur = Browser::of(&house, "Nur", "Desk", Role::Steward).await;
    let made = nur.send("/register", &with(&[("do", "publish")])).await;
    let page = made.headers["location"].replace("/dataset/", "/holding/");
    assert!(!nur.open(&page).await.text().contains("Publish again"));
    let viewer = house.viewer(&house::Asker::member("Desk", &[], Role::Steward)).await;
    let id = page.trim_start_matches("/holding/");
    house.catalog.withdraw_holding(&viewer, id, 1, None, jiff::Timestamp::now()).await.unwrap();
    let shown = nur.open(&page).await;
    is_sound(&shown);
    assert!(shown.text().contains("Publish again") && !shown.text().contains(">Change it<"), "{}", shown.text());
    let stale = nur.send(&page, &[("version", "1"), ("do", "restore")]).await;
    assert_eq!(stale.status, 409, "{}", stale.text());
    let restored = nur.send(&page, &[("version", "2"), ("do", "restore")]).await;
    assert_eq!((restored.status.as_u16(), &restored.headers["location"]), (303, &format!("/dataset/{id}")));
    let kept = &holdings(&nur).await[0];
    assert_eq!((&kept["state"], &kept["title"]["en"]), (&json!("published"), &json!("Wells <b>that</b> were cleared")));
}
