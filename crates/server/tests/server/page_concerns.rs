//! The pages by which anyone says what is wrong, follows that, and by which somebody independent looks into it.

use crate::browser::{Browser, form, is_sound};
use crate::house::{Answer, Asker, DESK, House, day};
use axum::http::Method;
use cairn_catalog::HarvestOptions;
use cairn_model::DatasetId;
use cairn_policy::Role;
use jiff::Timestamp;
use serde_json::json;

const HOLDINGS: &str = "\
id,title,owner,sharing,listing,access method,sensitivity
wells,<b>Wells</b> of the valley,Water Board,public,full,download,low
roads,Roads,Water Board,public,full,download,low
hidden,Nothing that is told,Water Board,organisation,hidden,download,low
";

async fn town() -> House {
    let house = House::open(&[DESK]).await;
    house.write("holdings.csv", HOLDINGS);
    house.harvest("desk", &HarvestOptions::default(), Timestamp::now()).await;
    house
}

fn door(record: &str) -> String {
    format!("/dataset/{}/concern", DatasetId::new("desk", record))
}

const SAID: [(&str, &str); 3] = [("kind", "harm"), ("words", "They lead to <us>."), ("serious", "yes")];

async fn anonymously(house: &House, address: &str, fields: &[(&str, &str)]) -> Answer {
    house.send_as_page(&Method::POST, address, None, &form(fields)).await
}

/// What stands in the code of a page behind a term.
fn shown_as(answer: &Answer, term: &str) -> String {
    let text = answer.text();
    let (_, rest) = text.split_once(&format!("<dt>{term}</dt><dd><code>")).unwrap_or_else(|| panic!("{text}"));
    rest.split('<').next().unwrap().to_owned()
}

async fn decides(house: &House) -> String {
    let asked = json!({"record": DatasetId::new("desk", "wells"), "question": {"access": "download"}}).to_string();
    let decided = house.send_body(&Method::POST, "/api/v1/access/decide", None, &asked).await.json();
    decided["rule"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn row_25_who_is_anonymous_raises_a_concern_from_the_page_of_a_record_and_follows_it_by_its_receipt() {
    let house = town().await;
    let record = house.get(&format!("/dataset/{}", DatasetId::new("desk", "wells")), None).await.text();
    assert!(record.contains(&format!("href=\"{}\">Something is wrong with this", door("wells"))), "{record}");
    let shown = house.get(&door("wells"), None).await;
    is_sound(&shown);
    assert!(shown.text().contains("nobody is told who raises it"), "{}", shown.text());
    assert_eq!(decides(&house).await, "shared-with-everyone", "a look decides nothing");

    let raised = anonymously(&house, &door("wells"), &SAID).await;
    assert_eq!((raised.status.as_u16(), raised.headers["cache-control"].as_str()), (201, "private, no-store"));
    is_sound(&raised);
    assert_eq!(decides(&house).await, "concern-raised");
    let (id, receipt) = (shown_as(&raised, "Number"), shown_as(&raised, "Receipt"));
    let asked = house.get(&format!("/concern?id={id}"), None).await;
    is_sound(&asked);
    assert!(asked.text().contains(&format!("value=\"{id}\"")), "{}", asked.text());
    let followed = anonymously(&house, "/concern", &[("id", &id), ("receipt", &receipt)]).await;
    is_sound(&followed);
    // Nothing of it is on the machine afterwards, which may be everybody's.
    assert_eq!(followed.headers["cache-control"], "private, no-store");
    let text = followed.text();
    for part in
        ["They lead to &#60;us&#62;.", "Waits for a first look", "First look due", "Nobody has looked at it yet"]
    {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("What you can do"), "who raised it does not judge it: {text}");
    // Without the receipt it is like one that is not there.
    let wrong = anonymously(&house, "/concern", &[("id", &id), ("receipt", "x")]).await;
    let absent = anonymously(&house, "/concern", &[("id", "none"), ("receipt", "x")]).await;
    assert_eq!((wrong.status.as_u16(), wrong.text().replace(&id, "none")), (404, absent.text()));
    assert!(house.get(&format!("/concern/{id}"), None).await.headers["location"].starts_with("/sign-in?"));
    // What was raised is told to who may know of the record, and not in which words.
    let again = house.get(&door("wells"), None).await.text();
    assert!(again.contains("What was raised before") && !again.contains("They lead to"), "{again}");
}

#[tokio::test]
async fn a_concern_that_cannot_be_taken_keeps_what_was_typed_and_says_what_is_wrong_beside_its_field() {
    let house = town().await;
    let checked = ["value=\"harm\" required checked", "value=\"yes\" checked"].as_slice();
    for (fields, field, message, kept) in [
        (
            vec![("words", "They lead to us.")],
            "kind",
            "choose what sort of wrong it is",
            ["They lead to us."].as_slice(),
        ),
        (vec![("kind", "harm"), ("words", "  "), ("serious", "yes")], "words", "a text has 1 to", checked),
    ] {
        let refused = anonymously(&house, &door("wells"), &fields).await;
        assert_eq!(refused.status, 422, "{}", refused.text());
        is_sound(&refused);
        let text = refused.text();
        assert!(text.contains(&format!("<a href=\"#{field}\">")), "{text}");
        assert_eq!(text.matches(message).count(), 2, "{message}: {text}");
        for one in kept {
            assert!(text.contains(one), "{one}: {text}");
        }
    }
    assert_eq!(decides(&house).await, "shared-with-everyone");
    // What is hidden is like what is not there, to look and to send.
    let (hidden, absent) = (house.get(&door("hidden"), None).await, house.get(&door("none"), None).await);
    assert_eq!((hidden.status.as_u16(), &hidden), (404, &absent));
    assert_eq!(
        anonymously(&house, &door("hidden"), &SAID).await.text(),
        anonymously(&house, &door("none"), &SAID).await.text()
    );
}

#[tokio::test]
async fn what_was_written_in_the_name_of_an_organisation_is_not_sent_in_nobodys() {
    let house = town().await;
    let badr = Browser::of(&house, "Badr", "Clinic", Role::Reader).await;
    let shown = badr.open(&door("wells")).await;
    assert!(shown.text().contains("the people of your organisation see it"), "{}", shown.text());
    let token = crate::browser::form_token(&shown);
    let fields: Vec<(&str, &str)> = [("form_token", token.as_str())].into_iter().chain(SAID).collect();
    let kept = anonymously(&house, &door("wells"), &fields).await;
    assert_eq!(kept.status, 403);
    assert!(kept.text().contains("signed in or out") && kept.text().contains("They lead to &#60;us&#62;."));
    assert_eq!(decides(&house).await, "shared-with-everyone", "nothing was sent");
    // Nor the other way round.
    assert_eq!(badr.send_as_it_is(&door("wells"), &SAID).await.status, 403);
    let sent = badr.send_as_it_is(&door("wells"), &fields).await;
    assert_eq!(sent.status, 201);
    let page = format!("/concern/{}", shown_as(&sent, "Number"));
    let own = badr.open(&page).await;
    assert!(own.status == 200 && !own.text().contains("What you can do"), "{}", own.text());
    assert!(badr.open("/concerns").await.text().contains(&page));
}

#[tokio::test]
async fn row_25_who_is_independent_looks_into_a_concern_on_its_page_and_nobody_else_learns_of_it() {
    let house = town().await;
    let amal = Browser::of(&house, "Amal", "Elsewhere", Role::Administrator).await;
    let own = Browser::of(&house, "Own", "Water Board", Role::Administrator).await;
    let stranger = Browser::of(&house, "Zed", "Stranger", Role::Steward).await;
    let first = shown_as(&anonymously(&house, &door("roads"), &SAID[..2]).await, "Number");
    let second = shown_as(&anonymously(&house, &door("wells"), &SAID).await, "Number");
    let (page, list) = (format!("/concern/{second}"), amal.open("/concerns").await);
    is_sound(&list);
    let text = list.text();
    assert!(text.find(&first).unwrap() < text.find(&second).unwrap(), "first due first: {text}");
    for (browser, address) in [(&own, &page), (&stranger, &page)] {
        let (hidden, absent) = (browser.open(address).await, browser.open("/concern/none").await);
        assert_eq!((hidden.status.as_u16(), hidden.text()), (404, absent.text()));
        assert!(!browser.open("/concerns").await.text().contains(&second));
        let fields = [("act", "dismiss"), ("dismiss", "It is nothing.")];
        assert_eq!(browser.send(&page, &fields).await.text(), browser.send("/concern/none", &fields).await.text());
    }
    let shown = amal.open(&page).await;
    is_sound(&shown);
    for part in ["Begin to look into it", "Uphold it", "Dismiss it", "nobody but its owner is given the data"] {
        assert!(shown.text().contains(part), "{part}: {}", shown.text());
    }
    assert_eq!(decides(&house).await, "concern-raised", "a look decides nothing");
    // Without words nothing is done, and from a page of another session neither.
    let refused = amal.send(&page, &[("act", "examine"), ("examine", " ")]).await;
    assert!(refused.status == 422 && refused.text().contains("<a href=\"#examine\">"), "{}", refused.text());
    assert_eq!(amal.send_as_it_is(&page, &[("act", "examine"), ("examine", "x")]).await.status, 403);
    assert_eq!(decides(&house).await, "concern-raised");
    assert_eq!(amal.send(&page, &[("act", "examine"), ("examine", "We ask them.")]).await.status, 303);
    assert_eq!(decides(&house).await, "shared-with-everyone");
    let examined = amal.open(&page).await.text();
    assert!(examined.contains("We ask them.") && !examined.contains("Begin to look into it"), "{examined}");
    assert_eq!(amal.send(&page, &[("act", "uphold"), ("uphold", "The road was taken out.")]).await.status, 303);
    let over = amal.send(&page, &[("act", "dismiss"), ("dismiss", "No.")]).await;
    assert!(over.status == 409 && over.text().contains("cannot become dismissed"), "{}", over.text());
    let list = amal.open("/concerns").await.text();
    assert!(list.find("id=\"ended\"").unwrap() < list.find(&second).unwrap(), "{list}");
}

#[tokio::test]
async fn a_concern_about_a_request_is_raised_from_its_page_by_those_who_may_know_of_it() {
    let house = town().await;
    let asker = house.viewer(&Asker::member("Clinic", &[], Role::Manager)).await;
    let row = "id,title,owner,sharing,listing,access method,sensitivity\n\
               asked,Asked for,Water Board,community,full,on-request,low\n";
    house.write("holdings.csv", &format!("{HOLDINGS}{}", row.lines().nth(1).unwrap()));
    house.harvest("desk", &HarvestOptions::default(), day(1)).await;
    let statement = json!({"record": DatasetId::new("desk", "asked"), "intended_use": "x",
        "question": {"access": "download", "purposes": ["coordination"]}});
    let now = jiff::Timestamp::now();
    let request = house.catalog.request_access(&asker, serde_json::from_value(statement).unwrap(), now).await.unwrap();
    let badr = Browser::of(&house, "Badr", "Clinic", Role::Reader).await;
    let zed = Browser::of(&house, "Zed", "Stranger", Role::Steward).await;
    let page = format!("/request/{}", request.id);
    assert!(badr.open(&page).await.text().contains(&format!("href=\"{page}/concern\"")));
    let shown = badr.open(&format!("{page}/concern")).await;
    is_sound(&shown);
    assert!(!shown.text().contains("It cannot wait"), "{}", shown.text());
    let (hidden, absent) = (zed.open(&format!("{page}/concern")).await, zed.open("/request/none/concern").await);
    assert_eq!((hidden.status.as_u16(), hidden.text()), (404, absent.text()));
    assert_eq!(
        badr.send(&format!("{page}/concern"), &[("kind", "decision"), ("words", "Too late.")]).await.status,
        201
    );
}
