//! What somebody must know of requests and concerns.

use cairn_catalog::{HarvestOptions, PersonUpdate, RequestAct};
use cairn_model::registry::{
    ConcernState, ConcernStatement, ForwardStatement, GrantTerms, NoticeSettings, RequestStatement,
};
use cairn_policy::{Role, Viewer};
use jiff::Timestamp;
use serde_json::json;

use crate::house::{day, desk_id};
use crate::notifications::town::{Town, hour, one};

/// A Monday, as the first day is a Sunday.
const MONDAY: i64 = 24;

fn statement() -> RequestStatement {
    serde_json::from_value(json!({
        "record": desk_id("a"), "intended_use": "Where ambulances may drive.",
        "question": {"access": "download", "purposes": ["public-health"]},
    }))
    .unwrap()
}

/// A town with a record that is had on request, its steward, and somebody who asks for it.
async fn settled() -> (Town, Viewer, Viewer) {
    let town = Town::open().await;
    let row = "id,title,sharing,sensitivity,listing,access method\na,Secret wells,community,low,full,on-request\n";
    town.house.write("desk.csv", row);
    town.house.harvest("desk", 0).await;
    let steward = town.person("steward", "Desk", Role::Steward).await;
    let asker = town.person("asker", "Clinic", Role::Reader).await;
    (town, steward, asker)
}

fn to(name: &str, subject: &str) -> Vec<(String, String)> {
    vec![(format!("{name}@relief.example"), format!("Cairn: {subject}"))]
}

async fn asked(town: &Town, asker: &Viewer, at: Timestamp) -> String {
    town.house.catalog.request_access(asker, statement(), at).await.unwrap().id
}

#[tokio::test]
async fn a_request_is_told_to_who_decides_and_its_answer_to_who_asked() {
    let (town, steward, asker) = settled().await;
    let catalog = &town.house.catalog;
    town.person("reader", "Desk", Role::Reader).await;
    town.person("stranger", "Elsewhere", Role::Steward).await;
    let id = asked(&town, &asker, hour(MONDAY)).await;
    let mail = one(town.mails(hour(MONDAY)).await);
    assert_eq!(
        (mail.to.as_str(), mail.field("Subject").unwrap().as_str()),
        ("steward@relief.example", "Cairn: a request for access waits for you")
    );
    assert!(mail.body().contains(&format!("https://cairn.example/request/{id}")), "{}", mail.body());
    assert!(
        !mail.text.contains("Secret") && !mail.text.contains("ambulances") && !mail.text.contains("linic"),
        "{}",
        mail.text
    );

    let act = async |viewer: &Viewer, act: RequestAct, at: i64| {
        catalog.act_on_request(viewer, &id, &act, hour(at)).await.unwrap();
        town.subjects(hour(at)).await
    };
    assert_eq!(act(&steward, RequestAct::See, MONDAY + 1).await, []);
    let ask = RequestAct::Ask("For how long?".to_owned());
    assert_eq!(act(&steward, ask, MONDAY + 2).await, to("asker", "you are asked something about your request"));
    let answer = RequestAct::Answer("A week.".to_owned());
    assert_eq!(act(&asker, answer, MONDAY + 3).await, to("steward", "a request for access waits for you"));
    let until = hour(MONDAY + 30 * 24);
    let grant = RequestAct::Grant(GrantTerms { until: Some(until), ..GrantTerms::default() });
    assert_eq!(act(&steward, grant, MONDAY + 4).await, to("asker", "your request was granted"));
    // UX 39: a week before it ends, once.
    assert_eq!(town.subjects(hour(MONDAY + 23 * 24 - 1)).await, []);
    assert_eq!(town.subjects(hour(MONDAY + 23 * 24)).await, to("asker", "your access ends soon"));
    assert_eq!(town.subjects(hour(MONDAY + 24 * 24)).await, []);
    let refuse = RequestAct::Refuse("It was passed on.".to_owned());
    assert_eq!(act(&steward, refuse, MONDAY + 25 * 24).await, to("asker", "your request was refused"));
}

#[tokio::test]
async fn who_decides_is_reminded_once_after_two_working_days_unless_they_answered() {
    let (town, steward, asker) = settled().await;
    // Thursday: Friday and Monday are the two working days.
    let thursday = MONDAY + 3 * 24;
    let id = asked(&town, &asker, hour(thursday)).await;
    assert_eq!(town.subjects(hour(thursday)).await.len(), 1);
    assert_eq!(town.subjects(hour(thursday + 4 * 24 - 1)).await, []);
    assert_eq!(town.subjects(hour(thursday + 4 * 24)).await, to("steward", "a request for access still waits"));
    assert_eq!(town.subjects(hour(thursday + 9 * 24)).await, []);
    let refuse = RequestAct::Refuse("No.".to_owned());
    town.house.catalog.act_on_request(&steward, &id, &refuse, hour(thursday + 9 * 24)).await.unwrap();
    town.sends(hour(thursday + 9 * 24)).await;
    town.mail.taken();
    // Of the next one nobody is reminded: it is answered in time.
    let id = asked(&town, &asker, hour(thursday + 10 * 24)).await;
    town.house.catalog.act_on_request(&steward, &id, &refuse, hour(thursday + 10 * 24)).await.unwrap();
    assert_eq!(town.subjects(hour(thursday + 10 * 24)).await, to("asker", "your request was refused"));
    assert_eq!(town.subjects(hour(thursday + 20 * 24)).await, []);
}

#[tokio::test]
async fn who_decides_is_who_does_when_the_mail_is_sent() {
    let (town, steward, asker) = settled().await;
    let manager = town.person("manager", "Desk", Role::Manager).await;
    asked(&town, &asker, hour(MONDAY)).await;
    let reader = PersonUpdate { name: "steward".to_owned(), role: Role::Reader, closed: false };
    town.house.catalog.change_person(&Viewer::operator(), steward.person().unwrap(), &reader, day(0)).await.unwrap();
    // Where nobody decides, those who manage are told.
    assert_eq!(town.subjects(hour(MONDAY)).await, to("manager", "a request for access waits for you"));
    assert!(manager.person().is_some());
}

#[tokio::test]
async fn who_is_handed_a_request_is_told_and_reminded_in_place_of_who_had_it() {
    let (town, steward, asker) = settled().await;
    let row = "id,title,owner,custodian,sharing,sensitivity,listing,access method\n\
               a,Secret wells,Desk,Survey,community,low,full,on-request\n";
    town.house.write("desk.csv", row);
    let held = town.house.harvest("desk", 1).await;
    // Who keeps a record that not everyone may have is confirmed by somebody.
    let confirmed = HarvestOptions { confirm_loosening: Some(held.run), ..HarvestOptions::default() };
    town.house.harvest_with("desk", 1, &confirmed).await;
    town.person("surveyor", "Survey", Role::Steward).await;
    let id = asked(&town, &asker, hour(MONDAY)).await;
    assert_eq!(town.subjects(hour(MONDAY)).await, to("steward", "a request for access waits for you"));
    let colleague = town.person("colleague", "Desk", Role::Steward).await;
    let forward = async |viewer: &Viewer, organisation: Option<&str>, person: Option<&str>, at: i64| {
        let (organisation, person) = (organisation.map(str::to_owned), person.map(str::to_owned));
        let statement = ForwardStatement { organisation, person, note: "Secret, too.".to_owned() };
        town.house.catalog.forward_request(viewer, &id, &statement, hour(at)).await.unwrap();
        let mail = one(town.mails(hour(at)).await);
        assert!(mail.body().contains(&format!("https://cairn.example/request/{id}")), "{}", mail.body());
        assert!(!mail.text.contains("Secret"), "{}", mail.text);
        (mail.to.clone(), mail.field("Subject").unwrap())
    };
    let handed = "a request for access was handed to you";
    assert_eq!(vec![forward(&steward, None, colleague.person(), MONDAY + 1).await], to("colleague", handed));
    assert_eq!(vec![forward(&colleague, Some("survey"), None, MONDAY + 2).await], to("surveyor", handed));
    assert_eq!(town.subjects(hour(MONDAY + 48)).await, to("surveyor", "a request for access still waits"));
}

#[tokio::test]
async fn a_concern_is_told_to_those_who_look_into_it_and_to_nobody_whom_it_is_about() {
    let (town, _, asker) = settled().await;
    town.person("own-administrator", "Desk", Role::Administrator).await;
    town.person("administrator", "Elsewhere", Role::Administrator).await;
    let statement: ConcernStatement = serde_json::from_value(json!({
        "record": desk_id("a"), "kind": "harm", "words": "Somebody could be found by this.", "serious": true,
    }))
    .unwrap();
    town.house.catalog.raise_concern(&asker, statement, hour(0)).await.unwrap();
    let mail = one(town.mails(hour(0)).await);
    assert_eq!(
        (mail.to.as_str(), mail.field("Subject").unwrap().as_str()),
        ("administrator@relief.example", "Cairn: a concern was raised")
    );
    assert!(!mail.text.contains("found by this"), "{}", mail.text);
    let page = "https://cairn.example/concern/";
    assert!(mail.body().contains(page), "it leads to the page: {}", mail.body());
}

#[tokio::test]
async fn who_looks_into_a_concern_is_reminded_before_and_after_it_is_due_unless_somebody_looked() {
    let (town, _, asker) = settled().await;
    let administrator = town.person("administrator", "Elsewhere", Role::Administrator).await;
    let statement: ConcernStatement =
        serde_json::from_value(json!({"record": desk_id("a"), "kind": "wrong", "words": "It is old."})).unwrap();
    // Thursday: due on Monday.
    let thursday = MONDAY + 3 * 24;
    town.house.catalog.raise_concern(&asker, statement.clone(), hour(thursday)).await.unwrap();
    assert_eq!(town.subjects(hour(thursday)).await, to("administrator", "a concern was raised"));
    let monday = thursday + 4 * 24;
    assert_eq!(town.subjects(hour(monday - 25)).await, []);
    assert_eq!(town.subjects(hour(monday - 24)).await, to("administrator", "a concern waits for a first look"));
    assert_eq!(town.subjects(hour(monday - 1)).await, []);
    assert_eq!(town.subjects(hour(monday)).await, to("administrator", "a concern is overdue"));
    assert_eq!(town.subjects(hour(monday + 9 * 24)).await, []);
    // Of the next one nobody is reminded: somebody looked in time.
    let later = monday + 10 * 24;
    let raised = town.house.catalog.raise_concern(&asker, statement, hour(later)).await.unwrap();
    let handle =
        |state| town.house.catalog.handle_concern(&administrator, &raised.concern.id, state, "We look.", hour(later));
    handle(ConcernState::Examined).await.unwrap();
    assert_eq!(town.subjects(hour(later)).await, to("administrator", "a concern was raised"));
    assert_eq!(town.subjects(hour(later + 9 * 24)).await, []);
}

/// RFC 8058, A67.
#[tokio::test]
async fn a_link_in_a_mail_ends_mails_of_its_kind_and_no_others_and_looking_at_it_does_not() {
    let (town, _, asker) = settled().await;
    let catalog = &town.house.catalog;
    let steward = town.person("other", "Desk", Role::Steward).await;
    asked(&town, &asker, hour(MONDAY)).await;
    let mails = town.mails(hour(MONDAY)).await;
    let mail = mails.iter().find(|mail| mail.to == "other@relief.example").unwrap();
    assert_eq!(mail.field("List-Unsubscribe-Post").unwrap(), "List-Unsubscribe=One-Click");
    let address = mail.field("List-Unsubscribe").unwrap();
    let secret = address.strip_prefix("<https://cairn.example/unsubscribe/").unwrap().strip_suffix('>').unwrap();
    assert_eq!(secret.len(), 64);
    assert!(mail.body().contains(address.trim_matches(['<', '>'])), "{}", mail.body());
    assert_eq!(catalog.mails_ended_by(secret).await.unwrap(), "requests for access");
    assert_eq!(catalog.own_notifications(&steward).await.unwrap().settings, Some(NoticeSettings::default()));
    for _ in 0..2 {
        catalog.end_mails(secret, hour(MONDAY)).await.unwrap();
        let without = NoticeSettings { requests: false, ..NoticeSettings::default() };
        assert_eq!(catalog.own_notifications(&steward).await.unwrap().settings, Some(without));
    }
    assert!(catalog.end_mails("another", hour(MONDAY)).await.is_err());
    // Reminders still come: they are another kind.
    let reminded = town.subjects(hour(MONDAY + 48)).await;
    assert_eq!(reminded.len(), 2, "{reminded:?}");
    let listed = catalog.own_notifications(&steward).await.unwrap().messages;
    let listed: Vec<(&str, &str)> = listed.iter().map(|one| (one.about.code(), one.state.code())).collect();
    assert_eq!(listed, [("request.waits", "sent"), ("request.sent", "sent")]);
    let acts = catalog.newest_acts(50).await.unwrap();
    assert!(!format!("{acts:?}").contains(secret));
}
