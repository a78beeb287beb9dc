//! The pages of agreements, frameworks and crises: what was agreed in words, and whether it counts at this moment.

use crate::browser::{Browser, is_sound};
use crate::house::{Asker, DESK, House, day};
use cairn_catalog::HarvestOptions;
use cairn_model::DatasetId;
use cairn_model::agreement::{AgreementStatus, FrameworkStage};
use cairn_policy::{Role, Viewer};
use jiff::Timestamp;
use serde_json::{Value, json};

const HOLDINGS: &str = "\
id,title,owner,country,cluster,sensitivity,sharing,listing,access method
wells,Wells <b>of</b> the valley,Relief,YEM,WSH,moderate,community,full,on-request
own,Patients,Relief,YEM,Health,moderate,organisation,hidden,on-request
";

struct Town {
    house: House,
    relief: Viewer,
    clinic: Viewer,
}

async fn town() -> Town {
    let house = House::open(&[DESK]).await;
    house.write("holdings.csv", HOLDINGS);
    house.harvest("desk", &HarvestOptions::default(), day(0)).await;
    for name in ["Relief", "Clinic"] {
        let profile = serde_json::from_value(json!({"name": {"en": name}, "listed": true})).unwrap();
        let (operator, now) = (Viewer::operator(), Timestamp::now());
        house.catalog.register_organisation(&operator, Some(&name.to_lowercase()), profile, now).await.unwrap();
    }
    let relief = house.viewer(&Asker::member("Relief", &[], Role::Steward)).await;
    let clinic = house.viewer(&Asker::member("Clinic", &[], Role::Steward)).await;
    Town { house, relief, clinic }
}

fn terms(framework: Option<&str>) -> Value {
    let mut terms = json!({"title": {"en": "Water <i>data</i>"},
        "parties": [{"organisation": "relief", "role": "provider"}, {"organisation": "clinic", "role": "user"}],
        "covers": {"records": [DatasetId::new("desk", "wells"), DatasetId::new("desk", "own")], "countries": ["YEM"]},
        "purposes": ["coordination"], "prohibited_purposes": ["safe-access"],
        "access": {"at_most": "aggregate", "aggregate": {"finest_admin_level": 2, "minimum_cell_size": 10}},
        "transfer": "region-bound", "jurisdictions": ["YEM"],
        "obligations": [{"kind": "retention", "days": 90, "text": "Then <u>shred</u>."}],
        "safeguards": ["encryption-at-rest"],
        "validity": {"from": "2026-01-01T00:00:00Z"}, "trigger": {"when": "crisis", "countries": ["YEM"]}});
    if let Some(id) = framework {
        terms["framework"] = json!({"id": id, "version": 1});
    }
    terms
}

impl Town {
    /// Terms that both proposed and agreed to; the page of the agreement.
    async fn agreed(&self, terms: Value) -> String {
        let (catalog, now) = (&self.house.catalog, Timestamp::now());
        let proposed = catalog.propose_agreement(&self.relief, serde_json::from_value(terms).unwrap(), now).await;
        let id = proposed.unwrap().id;
        catalog.agree(&self.relief, &id, 1, None, now).await.unwrap();
        catalog.agree(&self.clinic, &id, 2, None, now).await.unwrap();
        format!("/agreement/{id}")
    }

    /// A draft of a framework that makes one commitment, and what the clinic says of it.
    async fn framework(&self) -> String {
        let (catalog, now) = (&self.house.catalog, Timestamp::now());
        let content = json!({"title": {"en": "Ground rules"}, "effective_from": "2026-01-01T00:00:00Z",
            "text": {"en": "What we hold & keep."}, "commitments": [{"id": "day", "title": {"en": "Answer within a day"}}]});
        let content = serde_json::from_value(content).unwrap();
        let id = catalog.create_framework(&self.relief, None, content, now).await.unwrap().id;
        catalog.comment_framework(&self.clinic, &id, 1, "Make it two.", now).await.unwrap();
        id
    }

    async fn declare(&self) -> String {
        let declaration = json!({"glide": "FL-2026-000001-YEM", "title": {"en": "Floods"}, "countries": ["YEM"],
            "from": "2026-01-01T00:00:00Z", "until": Timestamp::now() + jiff::SignedDuration::from_hours(24)});
        let declaration = serde_json::from_value(declaration).unwrap();
        let declared = self.house.catalog.declare_crisis(&Viewer::operator(), declaration, Timestamp::now()).await;
        declared.unwrap().id
    }
}

#[tokio::test]
async fn an_agreement_is_told_in_words_and_what_a_party_may_not_know_of_is_not_named() {
    let town = town().await;
    let framework = town.framework().await;
    let page = town.agreed(terms(Some(&framework))).await;
    let badr = Browser::of(&town.house, "Badr", "Clinic", Role::Reader).await;
    let shown = badr.open(&page).await;
    is_sound(&shown);
    let text = shown.text();
    for part in [
        "<h1 dir=\"auto\">Water &#60;i&#62;data&#60;/i&#62;</h1>",
        "<bdi>Relief</bdi> <span class=\"badge\">Provider</span>",
        "<bdi>Clinic</bdi> <span class=\"badge\">User</span>",
        "Wells &#60;b&#62;of&#60;/b&#62; the valley</a>",
        "A record that is not shown to you",
        "<dt>Countries</dt><dd dir=\"auto\">Yemen</dd>",
        "<dt>In which form at most</dt><dd dir=\"auto\">Aggregates</dd>",
        "by administrative level 2 at the finest, no count below 10",
        "Within named jurisdictions",
        "Keep for a limited time: 90 days; Then &#60;u&#62;shred&#60;/u&#62;.",
        "Encrypted where it is kept",
        "from 1 Jan 2026, 00:00 UTC, without an end",
        "While a crisis is active: Yemen",
        "Ground rules</a>, version 1 <span class=\"badge\">Draft, being consulted</span>",
        "1 comment was made",
        "Answer within a day",
        "/odrl\">As an ODRL policy",
        "/concern\">Something is wrong with this",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("Patients"), "{text}");
    let owner = Browser::of(&town.house, "Amal", "Relief", Role::Reader).await;
    assert!(owner.open(&page).await.text().contains("Patients</a>"));
    let list = badr.open("/agreements").await;
    is_sound(&list);
    assert!(list.text().contains(&format!("href=\"{page}\"")) && list.text().contains("Relief, Clinic"));
}

#[tokio::test]
async fn whether_an_agreement_counts_follows_its_framework_the_crisis_and_who_holds_it() {
    let town = town().await;
    let (catalog, now) = (&town.house.catalog, Timestamp::now());
    let framework = town.framework().await;
    let page = town.agreed(terms(Some(&framework))).await;
    let id = page.rsplit('/').next().unwrap();
    let badr = Browser::of(&town.house, "Badr", "Clinic", Role::Reader).await;
    let open = async || badr.open(&page).await.text();
    let text = open().await;
    for part in ["<strong>No.</strong>", "framework of the agreement is not in force", "waits for a crisis"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    catalog.stage_framework(&town.relief, &framework, 1, FrameworkStage::Pilot, now).await.unwrap();
    let text = open().await;
    assert!(text.contains("<strong>No.</strong>") && !text.contains("framework of the agreement is not in force"));
    let crisis = town.declare().await;
    let text = open().await;
    assert!(text.contains("<strong>Yes.</strong>") && text.contains("Floods (FL-2026-000001-YEM)"), "{text}");
    assert!(badr.open("/agreements").await.text().contains("<td>Yes</td>"));
    catalog.hold_agreement(&town.relief, id, AgreementStatus::Suspended, "A <leak>.", now).await.unwrap();
    let text = open().await;
    assert!(text.contains("<strong>No.</strong>") && text.contains("The agreement is suspended."), "{text}");
    assert!(text.contains("A &#60;leak&#62;.") && text.contains("<bdi>Relief</bdi> held it"), "{text}");
    catalog.hold_agreement(&town.relief, id, AgreementStatus::Active, "Mended.", now).await.unwrap();
    assert!(open().await.contains("<strong>Yes.</strong>"));
    catalog.lift_crisis(&Viewer::operator(), &crisis, "It is over.", now).await.unwrap();
    assert!(open().await.contains("<strong>No.</strong>"));
}

#[tokio::test]
async fn an_agreement_that_somebody_is_no_party_of_is_like_one_that_is_not_there() {
    let town = town().await;
    let page = town.agreed(terms(None)).await;
    let zed = Browser::of(&town.house, "Zed", "Stranger", Role::Administrator).await;
    for address in [page.clone(), format!("{page}/concern")] {
        let absent = address.replace(page.rsplit('/').next().unwrap(), "none");
        let (hidden, absent) = (zed.open(&address).await, zed.open(&absent).await);
        assert_eq!((hidden.status.as_u16(), hidden.text()), (404, absent.text()), "{address}");
    }
    assert!(!zed.open("/agreements").await.text().contains("Water"));
    assert!(town.house.get(&page, None).await.headers["location"].starts_with("/sign-in?"));

    // A concern about it is found on its page by those who raised it or look into it, and by nobody else.
    let badr = Browser::of(&town.house, "Badr", "Clinic", Role::Reader).await;
    let said = [("kind", "decision"), ("words", "It was not kept.")];
    assert_eq!(badr.send(&format!("{page}/concern"), &said).await.status, 201);
    assert!(badr.open(&page).await.text().contains("Concerns about it"));
    let owner = Browser::of(&town.house, "Amal", "Relief", Role::Administrator).await;
    assert!(!owner.open(&page).await.text().contains("Concerns about it"));
    assert!(zed.open("/concerns").await.text().contains("An agreement that is not shown to you"));
}

#[tokio::test]
async fn who_is_asked_to_join_an_agreement_reads_what_is_proposed_and_not_what_others_agreed() {
    let town = town().await;
    let (catalog, now) = (&town.house.catalog, Timestamp::now());
    let page = town.agreed(terms(None)).await;
    let id = page.rsplit('/').next().unwrap();
    let mut wider = terms(None);
    wider["title"] = json!({"en": "Wider"});
    wider["parties"].as_array_mut().unwrap().push(json!({"organisation": "stranger", "role": "user"}));
    catalog.propose_terms(&town.relief, id, 3, serde_json::from_value(wider).unwrap(), now).await.unwrap();
    let zed = Browser::of(&town.house, "Zed", "Stranger", Role::Steward).await;
    let shown = zed.open(&page).await;
    is_sound(&shown);
    let text = shown.text();
    assert!(text.contains("What is proposed") && text.contains("Waits for:") && text.contains("Wider"), "{text}");
    assert!(!text.contains("What was agreed</h2>") && !text.contains("Water"), "{text}");
    let badr = Browser::of(&town.house, "Badr", "Clinic", Role::Reader).await;
    let text = badr.open(&page).await.text();
    assert!(text.contains("What was agreed</h2>") && text.contains("What is proposed</h2>"), "{text}");
}

#[tokio::test]
async fn frameworks_and_crises_are_read_by_everyone_but_for_drafts_and_what_is_said_of_them() {
    let town = town().await;
    let id = town.framework().await;
    let page = format!("/framework/{id}");
    let (hidden, absent) = (town.house.get(&page, None).await, town.house.get("/framework/none", None).await);
    assert_eq!((hidden.status.as_u16(), &hidden), (404, &absent));
    assert!(!town.house.get("/frameworks", None).await.text().contains("Ground rules"));
    let badr = Browser::of(&town.house, "Badr", "Clinic", Role::Reader).await;
    let shown = badr.open(&page).await;
    is_sound(&shown);
    for part in ["Ground rules", "What we hold &#38; keep.", "Answer within a day", "Make it two.", "<bdi>Clinic</bdi>"]
    {
        assert!(shown.text().contains(part), "{part}: {}", shown.text());
    }
    let (catalog, now) = (&town.house.catalog, Timestamp::now());
    catalog.stage_framework(&town.relief, &id, 1, FrameworkStage::Adopted, now).await.unwrap();
    let open = town.house.get(&page, None).await;
    is_sound(&open);
    assert!(open.text().contains("Adopted") && !open.text().contains("Make it two."), "{}", open.text());
    let list = town.house.get("/frameworks", None).await;
    is_sound(&list);
    assert!(list.text().contains(&page));
    town.declare().await;
    let crises = town.house.get("/crises", None).await;
    is_sound(&crises);
    for part in ["Floods", "FL-2026-000001-YEM", "<td>Yemen</td>", "<td>Active</td>"] {
        assert!(crises.text().contains(part), "{part}: {}", crises.text());
    }
}
