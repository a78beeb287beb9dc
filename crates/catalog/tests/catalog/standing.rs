//! By what standing organisations read agreements and are granted what they ask for, when that changes.

use cairn_catalog::{CatalogError, RequestAct};
use cairn_model::agreement::AgreementTerms;
use cairn_model::registry::{GrantTerms, RequestState, RequestStatement};
use cairn_policy::{Role, Viewer};
use serde_json::json;

use crate::house::{DESK, House, day, desk_id};

fn steward(organisation: &str) -> Viewer {
    Viewer::member(organisation, &[], Role::Steward)
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
    let terms = |user: &str| -> AgreementTerms {
        serde_json::from_value(json!({"title": {"en": "Water data"},
            "parties": [{"organisation": "relief", "role": "provider"}, {"organisation": user, "role": "user"}],
            "covers": {"countries": ["YEM"]}, "purposes": ["coordination"], "access": {"at_most": "download"}, "transfer": "allowed",
            "validity": {"from": "2026-01-01T00:00:00Z"}, "trigger": {"when": "always"}}))
        .unwrap()
    };
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
