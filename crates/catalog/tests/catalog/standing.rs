//! By what standing organisations read agreements and are granted what they ask for, when that changes.

use cairn_catalog::{CatalogError, RequestAct};
use cairn_model::agreement::{AgreementStatus, AgreementTerms};
use cairn_model::registry::{ConcernState, GrantTerms, RequestState, RequestStatement};
use cairn_policy::{Role, Viewer};
use serde_json::{Value, json};

use crate::house::{DESK, House, day, desk_id};

fn steward(organisation: &str) -> Viewer {
    Viewer::member(organisation, &[], Role::Steward)
}

/// What is asked for of a record from day 1 to day 5.
fn asked(record: &str) -> RequestStatement {
    serde_json::from_value(json!({
        "record": desk_id(record), "intended_use": "Where ambulances may drive.",
        "question": {"access": "download", "purposes": ["coordination"],
            "period": {"from": day(1), "until": day(5)}},
    }))
    .unwrap()
}

/// Terms between a provider and users, for what is covered.
fn terms(provider: &str, users: &[&str], covers: &Value) -> AgreementTerms {
    let users = users.iter().map(|id| json!({"organisation": id, "role": "user"}));
    let provider = json!({"organisation": provider, "role": "provider"});
    let parties: Vec<Value> = std::iter::once(provider).chain(users).collect();
    serde_json::from_value(json!({"title": {"en": "Water data"}, "parties": parties, "covers": covers,
        "purposes": ["coordination"], "access": {"at_most": "download"}, "transfer": "allowed",
        "validity": {"from": "2026-01-01T00:00:00Z"}, "trigger": {"when": "always"}}))
    .unwrap()
}

#[tokio::test]
async fn who_asks_by_a_group_of_its_token_can_be_granted_what_only_that_group_knows_of() {
    let house = House::open(&[DESK]).await;
    let row = "id,title,sharing,listing,access method,audience\n\
        a,Wells,restricted,hidden,on-request,group:working-group\n";
    house.write("desk.csv", row);
    house.harvest("desk", 0).await;
    let catalog = &house.catalog;
    let asker = Viewer::member("clinic", &["working-group".to_owned()], Role::Reader);
    let statement: RequestStatement = serde_json::from_value(json!({
        "record": desk_id("a"), "intended_use": "Where ambulances may drive.",
        "question": {"access": "download", "purposes": ["public-health"]},
    }))
    .unwrap();
    let request = catalog.request_access(&asker, statement, day(1)).await.unwrap();
    let grant = RequestAct::Grant(GrantTerms::default());
    let granted = catalog.act_on_request(&steward("desk"), &request.id, &grant, day(2)).await.unwrap();
    assert_eq!(granted.body.state, RequestState::Granted);
}

#[tokio::test]
async fn who_proposed_an_agreement_reads_it_no_more_once_its_parties_agreed_without_them() {
    let house = House::open(&[DESK]).await;
    let catalog = &house.catalog;
    let terms = |user: &str| terms("relief", &[user], &json!({"countries": ["YEM"]}));
    let [relief, clinic, survey] = ["relief", "clinic", "survey"].map(steward);
    let id = catalog.propose_agreement(&clinic, terms("clinic"), day(1)).await.unwrap().id;
    catalog.propose_terms(&relief, &id, 1, terms("survey"), day(2)).await.unwrap();
    // While nothing is agreed they see what became of their proposal.
    assert!(catalog.agreement(&clinic, &id).await.is_ok());
    catalog.agree(&relief, &id, 2, None, day(3)).await.unwrap();
    let agreed = catalog.agree(&survey, &id, 3, None, day(3)).await.unwrap();
    assert!(agreed.body.in_force.is_some());
    let read = catalog.agreement(&clinic, &id).await;
    assert!(matches!(read, Err(CatalogError::NotFound(_))), "{read:?}");
    let read = catalog.agreement_history(&clinic, &id).await;
    assert!(matches!(read, Err(CatalogError::NotFound(_))), "{read:?}");
    assert!(catalog.agreement(&survey, &id).await.is_ok());
}

#[tokio::test]
async fn a_grant_lasts_no_longer_than_it_was_asked_for_and_one_of_an_agreement_is_not_taken_back_by_hand() {
    let house = House::open(&[DESK]).await;
    house.write("desk.csv", "id,title,sharing,listing,access method\na,Wells,community,full,on-request\nb,Roads,community,full,on-request\n");
    house.harvest("desk", 0).await;
    let catalog = &house.catalog;
    let clinic = Viewer::member("clinic", &[], Role::Reader);
    let request = catalog.request_access(&clinic, asked("a"), day(1)).await.unwrap();
    let grant = RequestAct::Grant(GrantTerms { until: Some(day(30)), ..GrantTerms::default() });
    let granted = catalog.act_on_request(&steward("desk"), &request.id, &grant, day(2)).await.unwrap();
    assert_eq!(granted.body.grant.unwrap().until, Some(day(5)));

    let terms = terms("desk", &["clinic"], &json!({"records": [desk_id("b")]}));
    let id = catalog.propose_agreement(&steward("desk"), terms, day(1)).await.unwrap().id;
    catalog.agree(&steward("desk"), &id, 1, None, day(1)).await.unwrap();
    catalog.agree(&steward("clinic"), &id, 2, None, day(1)).await.unwrap();
    let request = catalog.request_access(&clinic, asked("b"), day(1)).await.unwrap();
    assert!(request.body.decision.is_some(), "{:?}", request.body);
    let refuse = RequestAct::Refuse("No more.".to_owned());
    let refused = catalog.act_on_request(&steward("desk"), &request.id, &refuse, day(2)).await;
    assert!(matches!(refused, Err(CatalogError::Conflict { .. })), "{refused:?}");
}

#[tokio::test]
async fn who_is_only_asked_to_join_reads_nothing_of_what_others_agreed_in_any_answer() {
    let house = House::open(&[]).await;
    let catalog = &house.catalog;
    let terms = |users: &[&str]| terms("relief", users, &json!({"countries": ["YEM"]}));
    let [relief, clinic, survey] = ["relief", "clinic", "survey"].map(steward);
    let id = catalog.propose_agreement(&relief, terms(&["clinic"]), day(1)).await.unwrap().id;
    catalog.agree(&relief, &id, 1, None, day(1)).await.unwrap();
    catalog.agree(&clinic, &id, 2, None, day(1)).await.unwrap();
    catalog.propose_terms(&relief, &id, 3, terms(&["clinic", "survey"]), day(2)).await.unwrap();
    let agreed = catalog.agree(&survey, &id, 4, None, day(2)).await.unwrap();
    assert_eq!(agreed.body.in_force, None);
    let proposed = catalog.propose_terms(&survey, &id, 5, terms(&["clinic", "survey"]), day(2)).await.unwrap();
    assert_eq!(proposed.body.in_force, None);
    let administrator = Viewer::member("survey", &[], Role::Administrator);
    for status in [AgreementStatus::Suspended, AgreementStatus::Active] {
        let held = catalog.hold_agreement(&administrator, &id, status, "A complaint.", day(2)).await.unwrap();
        assert_eq!(held.body.in_force, None);
    }
    let dropped = catalog.drop_proposal(&survey, &id, day(3)).await.unwrap();
    assert_eq!(dropped.body.in_force, None);
}

#[tokio::test]
async fn what_was_granted_by_terms_alone_is_taken_back_and_nothing_is_granted_for_a_time_that_is_over() {
    let house = House::open(&[DESK]).await;
    house.write(
        "desk.csv",
        "id,title,sharing,listing,access method\na,Wells,community,full,download\nb,Roads,community,full,on-request\n",
    );
    house.harvest("desk", 0).await;
    let catalog = &house.catalog;
    let clinic = Viewer::member("clinic", &[], Role::Reader);
    let at_once = catalog.request_access(&clinic, asked("a"), day(1)).await.unwrap();
    assert_eq!((at_once.body.state, at_once.body.decision.is_some()), (RequestState::Granted, true));
    let refuse = RequestAct::Refuse("No more.".to_owned());
    let refused = catalog.act_on_request(&steward("desk"), &at_once.id, &refuse, day(2)).await.unwrap();
    assert_eq!(refused.body.state, RequestState::Refused);

    let waits = catalog.request_access(&clinic, asked("b"), day(1)).await.unwrap();
    let grant = RequestAct::Grant(GrantTerms { until: Some(day(30)), ..GrantTerms::default() });
    let granted = catalog.act_on_request(&steward("desk"), &waits.id, &grant, day(6)).await;
    assert!(matches!(granted, Err(CatalogError::Conflict { .. })), "{granted:?}");
    assert!(catalog.act_on_request(&steward("desk"), &waits.id, &grant, day(4)).await.is_ok());
}

#[tokio::test]
async fn nobody_judges_a_concern_about_what_they_asked_for_or_agreed_to_as_a_member_of_a_group() {
    let house = House::open(&[DESK]).await;
    house.write("desk.csv", "id,title,sharing,listing,access method\na,Wells,community,full,on-request\n");
    house.harvest("desk", 0).await;
    let catalog = &house.catalog;
    let administrator = |organisation: &str| Viewer::member(organisation, &[], Role::Administrator);
    let request = catalog.request_access(&administrator("clinic"), asked("a"), day(1)).await.unwrap();
    let concern = json!({"request": request.id, "kind": "harm", "words": "They are no clinic."});
    let concern = serde_json::from_value(concern).unwrap();
    let raised = catalog.raise_concern(&administrator("desk"), concern, day(1)).await.unwrap().concern;
    for organisation in ["clinic", "desk"] {
        let handled = catalog
            .handle_concern(&administrator(organisation), &raised.id, ConcernState::Dismissed, "No.", day(2))
            .await;
        assert!(handled.is_err(), "{organisation}: {handled:?}");
    }
    let independent = administrator("survey");
    assert!(
        catalog.handle_concern(&independent, &raised.id, ConcernState::Examined, "Looked at.", day(2)).await.is_ok()
    );
}
