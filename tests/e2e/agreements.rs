//! An agreement on the command line: proposed, agreed to, opened by a crisis, and asked by who is a party.

use cairn_model::DatasetId;
use serde_json::{Value, json};

use crate::place::Place;

fn place_with_hazards() -> Place {
    let place = Place::new();
    place.file(
        "holdings.csv",
        "id,title,owner,country,sharing,listing,access method\nh,Hazards,Mine Authority,YEM,organisation,stub,on-request\n",
    );
    place.source("desk", "inventory", "file:../../files/holdings.csv", "");
    place.harvest(&["desk"], 0);
    place.run(&["organisation", "create", "Mine Authority"]).exits(0);
    place
}

fn with_input(place: &Place, command: &[&str], input: &Value, code: i32) -> Value {
    let outcome = place.run_with_input(&[command, &["--json"]].concat(), input.to_string().as_bytes()).exits(code);
    if code == 0 { outcome.json() } else { Value::String(outcome.stderr) }
}

#[test]
fn an_agreement_is_made_opened_by_a_crisis_closed_again_and_told_by_the_audit() {
    let place = place_with_hazards();
    let clinic = place.token("Clinic", "steward", &[]);
    let terms = json!({
        "title": {"en": "Hazards for clinics"},
        "parties": [{"organisation": "mine-authority", "role": "provider"}, {"organisation": "clinic", "role": "user"}],
        "covers": {"owners": ["mine-authority"]}, "purposes": ["public-health"],
        "access": {"at_most": "aggregate", "aggregate": {"finest_admin_level": 1, "minimum_cell_size": 5}},
        "transfer": "none", "validity": {"from": "2026-01-01T00:00:00Z"},
        "trigger": {"when": "crisis", "countries": ["YEM"]}
    });
    let agreement = with_input(&place, &["agreement", "propose", "-"], &terms, 0);
    let id = agreement["id"].as_str().unwrap();
    place.run(&["agreement", "agree", id, "1", "--organisation", "mine-authority"]).exits(0);
    place.run(&["agreement", "agree", id, "2", "--token", &clinic]).exits(0).says(&[]);
    let record = DatasetId::new("desk", "h").to_string();
    let question = json!({"access": "aggregate", "admin_level": 1, "purposes": ["public-health"]});
    let decides = || {
        let decision = with_input(&place, &["decide", &record, "-", "--token", &clinic], &question, 0);
        decision["outcome"].as_str().unwrap().to_owned()
    };
    assert_eq!(decides(), "denied");
    let declare = ["crisis", "declare", "--glide", "EQ-2026-000007-YEM", "--title", "Earthquake", "--country", "YEM"];
    let until = (jiff::Timestamp::now() + jiff::SignedDuration::from_hours(48)).to_string();
    let crisis = place.run(&[&declare[..], &["--until", &until, "--json"]].concat()).exits(0).json();
    assert_eq!(decides(), "granted-with-conditions");
    place.run(&["crisis", "lift", crisis["id"].as_str().unwrap(), "It is over."]).exits(0);
    assert_eq!(decides(), "denied");
    let policy = place.run(&["agreement", "odrl", id]).exits(0).json();
    assert!(policy.to_string().contains("odrl"), "{policy}");
    let acts = place.run(&["audit", "list"]).exits(0).stdout;
    for act in ["agreement.propose", "agreement.agree", "crisis.declare", "crisis.lift", "access.decide (refused)"] {
        assert!(acts.contains(act), "{act}: {acts}");
    }
    place.run(&["audit", "verify"]).exits(0);
}

#[test]
fn a_request_is_sent_asked_back_and_granted() {
    let place = place_with_hazards();
    let clinic = place.token("Clinic", "reader", &[]);
    let statement = json!({"record": DatasetId::new("desk", "h"), "intended_use": "Where ambulances may drive.",
        "question": {"access": "download", "purposes": ["public-health"]}});
    let nobody = with_input(&place, &["request", "send", "-"], &statement, 12);
    place.run(&["request", "draft", &DatasetId::new("desk", "h").to_string()]).exits(12).says(&["only members"]);
    assert!(nobody.as_str().unwrap().contains("only members of organisations"), "{nobody}");
    // A draft is completed and sent.
    let record = DatasetId::new("desk", "h").to_string();
    let mut draft = place.run(&["request", "draft", &record, "--token", &clinic, "--json"]).exits(0).json();
    assert_eq!((&draft["record"], &draft["intended_use"]), (&json!(record), &json!("")));
    with_input(&place, &["request", "send", "-", "--token", &clinic], &draft, 2);
    draft["intended_use"] = statement["intended_use"].clone();
    draft["question"]["purposes"] = json!(["public-health"]);
    let sent = with_input(&place, &["request", "send", "-", "--token", &clinic], &draft, 0);
    let id = sent["id"].as_str().unwrap();
    place.run(&["request", "ask", id, "For how long?"]).exits(0);
    place.run(&["request", "grant", id, "--token", &clinic]).exits(12);
    place.run(&["request", "answer", id, "A week.", "--token", &clinic]).exits(0);
    let granted =
        place.run(&["request", "grant", id, "--condition", "Delete it afterwards.", "--json"]).exits(0).json();
    assert_eq!(
        (&granted["state"], &granted["grant"]["conditions"][0]),
        (&json!("granted"), &json!("Delete it afterwards."))
    );
    let list = place.run(&["request", "list", "--token", &clinic]).exits(0).stdout;
    assert!(list.contains("granted") && list.contains(id), "{list}");
    let mut wrong = statement.clone();
    wrong["question"]["purposes"] = json!(["soup"]);
    let told = with_input(&place, &["request", "send", "-", "--token", &clinic], &wrong, 2);
    assert!(told.as_str().unwrap().contains("`question.purposes[0]`"), "{told}");
}

#[test]
fn a_request_is_handed_on_to_an_organisation_that_the_record_names() {
    let place = Place::new();
    let holdings = "id,title,owner,custodian,country,sharing,listing,access method\n\
                    h,Hazards,Mine Authority,Survey,YEM,organisation,stub,on-request\n";
    place.file("holdings.csv", holdings);
    place.source("desk", "inventory", "file:../../files/holdings.csv", "");
    place.harvest(&["desk"], 0);
    let (clinic, survey) = (place.token("Clinic", "reader", &[]), place.token("Survey", "steward", &[]));
    let statement = json!({"record": DatasetId::new("desk", "h"), "intended_use": "Where ambulances may drive.",
        "question": {"access": "download", "purposes": ["public-health"]}});
    let sent = with_input(&place, &["request", "send", "-", "--token", &clinic], &statement, 0);
    let id = sent["id"].as_str().unwrap();
    place.run(&["request", "grant", id, "--token", &survey]).exits(1);
    place.run(&["request", "forward", id, "They know."]).exits(2);
    place.run(&["request", "forward", id, "--organisation", "stranger", "They know."]).exits(2).says(&["survey"]);
    place.run(&["request", "forward", id, "--organisation", "survey", "They know.", "--token", &clinic]).exits(12);
    let forward = ["request", "forward", id, "--organisation", "survey", "They know.", "--json"];
    let forwarded = place.run(&forward).exits(0).json();
    assert_eq!(forwarded["steps"][1]["forwarded"], json!({"organisation": "survey"}));
    place.run(&["request", "grant", id, "--token", &survey]).exits(0);
}

#[test]
fn a_concern_is_raised_listed_and_handled() {
    let place = place_with_hazards();
    let statement =
        json!({"record": DatasetId::new("desk", "h"), "kind": "harm", "serious": true, "words": "It leads to us."});
    let raised = with_input(&place, &["concern", "raise", "-"], &statement, 0);
    assert!(raised["receipt"].as_str().is_some_and(|receipt| receipt.len() > 60), "{raised}");
    let id = raised["id"].as_str().unwrap();
    let list = place.run(&["concern", "list"]).exits(0).stdout;
    assert!(list.contains(id) && list.contains("raised"), "{list}");
    place.run(&["concern", "handle", id, "dismissed", "It does not."]).exits(0);
    place.run(&["concern", "handle", id, "upheld", "It does."]).exits(1).says(&["dismissed"]);
    place.run(&["concern", "handle", id, "burnt", "x"]).exits(2);
}

#[test]
fn an_organisation_says_how_it_kept_its_commitments_and_the_report_tells_them() {
    let place = place_with_hazards();
    let framework =
        json!({"title": {"en": "Commitment"}, "commitments": [{"id": "answer", "title": {"en": "Answer in a day"}}]});
    let create = ["framework", "create", "-", "--organisation", "mine-authority"];
    let framework = with_input(&place, &create, &framework, 0)["id"].as_str().unwrap().to_owned();
    let terms = json!({
        "title": {"en": "Hazards"}, "framework": {"id": framework, "version": 1},
        "parties": [{"organisation": "mine-authority", "role": "provider"}, {"group": "cluster:HEA", "role": "user"}],
        "covers": {"owners": ["mine-authority"]}, "purposes": ["public-health"], "access": {"at_most": "aggregate", "aggregate": {"finest_admin_level": 1, "minimum_cell_size": 5}},
        "transfer": "none", "validity": {"from": "2020-01-01T00:00:00Z"}, "trigger": {"when": "always"}
    });
    let agreement = with_input(&place, &["agreement", "propose", "-"], &terms, 0);
    let id = agreement["id"].as_str().unwrap();
    place.run(&["agreement", "agree", id, "1", "--organisation", "mine-authority"]).exits(0);

    let evaluate = ["organisation", "evaluate", "mine-authority", &framework, "2025", "-"];
    let said = json!({"framework_version": 1, "commitments": [{"commitment": "answer", "status": "not-met"}]});
    let refused = with_input(&place, &evaluate, &said, 2);
    assert!(refused.as_str().unwrap().contains("commitments[0].next"), "{refused}");
    let mut said = said;
    said["commitments"][0]["next"] = json!("A second desk");
    let mut shown = with_input(&place, &evaluate, &said, 0);
    shown["commitments"][0]["evidence"] = json!("None of 20");
    assert_eq!(with_input(&place, &evaluate, &shown, 0)["version"], 2, "what was answered comes back edited");

    let table = place.run(&["organisation", "commitments", "mine-authority", "--year", "2025"]).exits(0);
    assert!(table.stdout.contains("Answer in a day") && table.stdout.contains("not-met"), "{}", table.stdout);
    let file = place.run(&["organisation", "commitments", "mine-authority", "--year", "2025", "--csv"]).exits(0).stdout;
    assert!(file.contains("Answer in a day,not-met,,None of 20,A second desk"), "{file}");
}
