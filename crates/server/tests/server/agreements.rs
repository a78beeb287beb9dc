//! Agreements that decide, crises that open them, requests, and refusals: over HTTP, as the people of each organisation.

use crate::house::{Answer, Asker, DESK, House, day};
use axum::http::Method;
use cairn_catalog::HarvestOptions;
use cairn_model::DatasetId;
use cairn_policy::{Role, Viewer};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// What the authority registered: a stub to everyone, its data for nobody else; and one that it hides.
const HOLDINGS: &str = "\
id,title,owner,country,cluster,sensitivity,sharing,listing,access method\n\
hazards,Hazards of the valley,Mine Authority,YEM,Mine Action,high,organisation,stub,on-request\n\
secret,Nothing that is told,Mine Authority,YEM,Mine Action,high,organisation,hidden,on-request\n";

/// The authority that owns the hazards, a clinic of the health cluster, and others.
struct Town {
    house: House,
    authority: String,
    clinic: String,
    stranger: String,
    administrator: String,
}

impl Town {
    async fn settled() -> Self {
        let house = House::open(&[DESK]).await;
        house.write("holdings.csv", HOLDINGS);
        house.harvest("desk", &HarvestOptions::default(), day(0)).await;
        let token =
            async |organisation: &str, role: Role| house.token(&Asker::member(organisation, &[], role)).await.unwrap();
        let authority = token("Mine Authority", Role::Steward).await;
        let clinic = token("Clinic", Role::Steward).await;
        let stranger = token("Stranger", Role::Steward).await;
        let administrator = token("Desk", Role::Administrator).await;
        let town = Self { house, authority, clinic, stranger, administrator };
        let group = json!({"name": {"en": "Health"}, "kind": "cluster", "members": ["clinic"]});
        let profile = serde_json::from_value(group).unwrap();
        let (operator, now) = (Viewer::operator(), Timestamp::now());
        town.house.catalog.create_group(&operator, Some("cluster:HEA"), profile, now).await.unwrap();
        town
    }

    async fn post(&self, door: &str, token: &str, body: &Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.house.send_body(&Method::POST, &format!("/api/v1/{door}"), Some(token), &body).await
    }

    async fn made(&self, door: &str, token: &str, body: &Value) -> String {
        let answer = self.post(door, token, body).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["id"].as_str().unwrap().to_owned()
    }

    /// What is decided about the hazards, as outcome and rule.
    async fn decides(&self, token: &str, question: &Value) -> (String, String) {
        let answer = self.post("access/decide", token, &json!({"record": hazards(), "question": question})).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        let text = |name: &str| answer.json()[name].as_str().unwrap().to_owned();
        (text("outcome"), text("rule"))
    }

    /// An agreement between the authority and the health cluster, to which both sides agreed.
    async fn agreed(&self, change: impl Fn(&mut Value)) -> String {
        let mut terms = terms();
        change(&mut terms);
        let id = self.made("agreements", &self.authority, &terms).await;
        let agreed = self.post(&format!("agreements/{id}/agree?version=1"), &self.authority, &Value::Null).await;
        assert_eq!((agreed.status.as_u16(), &agreed.json()["status"]), (200, &json!("active")), "{}", agreed.text());
        id
    }
}

fn hazards() -> DatasetId {
    DatasetId::new("desk", "hazards")
}

fn by_district() -> Value {
    json!({"access": "aggregate", "admin_level": 2, "purposes": ["public-health"], "safeguards": ["encryption-at-rest"]})
}

fn terms() -> Value {
    json!({
        "title": {"en": "Hazards for clinics"},
        "parties": [
            {"organisation": "mine-authority", "role": "provider"},
            {"group": "cluster:HEA", "role": "user"}
        ],
        "covers": {"owners": ["mine-authority"], "countries": ["YEM"]},
        "purposes": ["public-health"],
        "access": {"at_most": "aggregate", "aggregate": {"finest_admin_level": 2, "minimum_cell_size": 10}},
        "transfer": "none",
        "safeguards": ["encryption-at-rest"],
        "validity": {"from": "2026-01-01T00:00:00Z", "until": "2090-01-01T00:00:00Z"},
        "trigger": {"when": "always"}
    })
}

fn crisis(until: Timestamp) -> Value {
    json!({"glide": "EQ-2026-000007-YEM", "title": {"en": "Earthquake"}, "countries": ["YEM"],
        "from": "2026-01-01T00:00:00Z", "until": until})
}

#[tokio::test]
async fn row_18_row_19_in_a_crisis_a_framework_agreement_opens_and_closes_and_the_audit_shows_it_all() {
    let town = Town::settled().await;
    // A framework is written, commented, tried out and adopted.
    let content = json!({"title": {"en": "Commitment"}, "effective_from": "2026-01-01T00:00:00Z",
        "commitments": [{"id": "answer-in-a-day", "title": {"en": "Answer within a day"}}]});
    let framework = town.made("frameworks", &town.authority, &content).await;
    let comment = json!({"version": 1, "text": "Two days would be honest."});
    assert_eq!(town.post(&format!("frameworks/{framework}/comments"), &town.clinic, &comment).await.status, 200);
    for stage in ["pilot", "adopted"] {
        let staged = town
            .post(&format!("frameworks/{framework}/stage"), &town.authority, &json!({"version": 1, "stage": stage}))
            .await;
        assert_eq!(staged.status, 200, "{}", staged.text());
    }
    let agreement = town
        .agreed(|terms| {
            terms["framework"] = json!({"id": framework, "version": 1});
            terms["trigger"] = json!({"when": "crisis", "countries": ["YEM"]});
        })
        .await;
    assert_eq!(town.decides(&town.clinic, &by_district()).await, ("denied".to_owned(), "no-active-crisis".to_owned()));
    // The crisis is declared for a moment, and lapses by itself.
    let soon = Timestamp::now() + SignedDuration::from_secs(4);
    let declared = town.made("crises", &town.administrator, &crisis(soon)).await;
    let answer =
        town.post("access/decide", &town.clinic, &json!({"record": hazards(), "question": by_district()})).await.json();
    assert_eq!(answer["outcome"], "granted-with-conditions", "{answer}");
    assert_eq!((&answer["agreement"]["id"], &answer["crisis"]), (&json!(agreement), &json!("EQ-2026-000007-YEM")));
    let ends: Timestamp = answer["until"].as_str().unwrap().parse().unwrap();
    assert_eq!(ends, soon);
    // A download is not what was agreed: the aggregate is offered.
    let download = json!({"access": "download", "purposes": ["public-health"], "safeguards": ["encryption-at-rest"]});
    assert_eq!(town.decides(&town.clinic, &download).await.0, "alternative");
    while Timestamp::now() < soon {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    assert_eq!(town.decides(&town.clinic, &by_district()).await.0, "denied");
    assert_eq!(town.house.get(&format!("/api/v1/crises/{declared}"), None).await.json()["active"], json!(false));

    let acts = town.house.catalog.newest_acts(100).await.unwrap();
    let decided: Vec<String> = acts
        .iter()
        .rev()
        .filter(|act| act.act == "access.decide")
        .map(|act| act.reason.clone().unwrap().split(' ').next().unwrap().to_owned())
        .collect();
    assert_eq!(decided, ["denied", "granted-with-conditions", "alternative", "denied"]);
    for act in [
        "framework.create",
        "framework.comment",
        "framework.stage",
        "agreement.propose",
        "agreement.agree",
        "crisis.declare",
    ] {
        assert!(acts.iter().any(|line| line.act == act), "{act}");
    }
    assert!(town.house.catalog.verify_acts(None).await.unwrap().fault.is_none());
}

#[tokio::test]
async fn an_agreement_is_in_force_only_once_every_organisation_in_it_agreed() {
    let town = Town::settled().await;
    let mut terms = terms();
    terms["parties"][1] = json!({"organisation": "clinic", "role": "user"});
    let id = town.made("agreements", &town.clinic, &terms).await;
    let door = |verb: &str| format!("agreements/{id}/{verb}");
    assert_eq!(town.decides(&town.clinic, &by_district()).await.0, "ask");
    let first = town.post(&door("agree?version=1"), &town.clinic, &Value::Null).await.json();
    assert_eq!((&first["status"], &first["proposal"]["waits_for"]), (&json!("draft"), &json!(["mine-authority"])));
    // Who is no party does not learn that there is an agreement; who read an older version agrees to nothing.
    assert_eq!(town.post(&door("agree?version=2"), &town.stranger, &Value::Null).await.status, 404);
    assert_eq!(town.post(&door("agree?version=1"), &town.authority, &Value::Null).await.status, 409);
    let second = town.post(&door("agree?version=2"), &town.authority, &Value::Null).await.json();
    assert_eq!((&second["status"], &second["in_force"]["version"]), (&json!("active"), &json!(1)));
    assert_eq!(town.decides(&town.clinic, &by_district()).await.0, "granted-with-conditions");

    // Other terms are proposed; those in force count until all agreed to them.
    terms["safeguards"] = json!(["encryption-at-rest", "access-log"]);
    let put = town
        .house
        .send_body(
            &Method::PUT,
            &format!("/api/v1/agreements/{id}?version=3"),
            Some(&town.authority),
            &terms.to_string(),
        )
        .await;
    assert_eq!(put.status, 200, "{}", put.text());
    town.post(&door("agree?version=4"), &town.authority, &Value::Null).await;
    assert_eq!(town.decides(&town.clinic, &by_district()).await.0, "granted-with-conditions");
    let agreed = town.post(&door("agree?version=5"), &town.clinic, &Value::Null).await.json();
    assert_eq!(agreed["in_force"]["version"], 2);
    assert_eq!(town.decides(&town.clinic, &by_district()).await.1, "safeguard-not-declared");

    // Who provides the data suspends, resumes and ends it; the others cannot.
    let why = json!({"reason": "A copy was found on a stick."});
    assert_eq!(town.post(&door("suspend"), &town.clinic, &why).await.status, 403);
    assert_eq!(town.post(&door("suspend"), &town.authority, &why).await.json()["held"]["reason"], why["reason"]);
    assert_eq!(town.decides(&town.clinic, &by_district()).await.1, "agreement-suspended");
    assert_eq!(town.post(&door("resume"), &town.authority, &why).await.json()["status"], "active");
    assert_eq!(town.post(&door("end"), &town.authority, &why).await.json()["status"], "ended");
    assert_eq!(town.post(&door("resume"), &town.authority, &why).await.status, 409);
}

#[tokio::test]
async fn a_request_goes_from_hand_to_hand_and_what_was_granted_is_decided_so_until_it_is_taken_back() {
    let town = Town::settled().await;
    let question = json!({"access": "download", "purposes": ["public-health"], "storage": ["YEM"]});
    let sent = json!({"record": hazards(), "question": question, "intended_use": "Where ambulances may drive."});
    let id = town.made("requests", &town.clinic, &sent).await;
    let door = |verb: &str| format!("requests/{id}/{verb}");
    // One at a time; and nobody else's business.
    let again = town.post("requests", &town.clinic, &sent).await;
    assert!(again.status == 409 && again.text().contains(&id), "{}", again.text());
    assert_eq!(town.house.get(&format!("/api/v1/requests/{id}"), Some(&town.stranger)).await.status, 404);
    assert_eq!(town.post(&door("grant"), &town.stranger, &json!({})).await.status, 404);
    let inbox = town.house.get("/api/v1/requests?box=inbox", Some(&town.authority)).await.json();
    assert_eq!((&inbox["items"][0]["id"], &inbox["items"][0]["organisation"]), (&json!(id), &json!("clinic")));
    assert!(inbox["items"][0]["due"].is_string() && inbox["items"][0]["overdue"] == json!(false));

    assert_eq!(town.post(&door("see"), &town.authority, &Value::Null).await.json()["state"], "seen");
    assert_eq!(town.post(&door("see"), &town.authority, &Value::Null).await.status, 409);
    assert_eq!(
        town.post(&door("ask"), &town.authority, &json!({"words": "For how long?"})).await.json()["state"],
        "asked"
    );
    assert_eq!(town.post(&door("answer"), &town.authority, &json!({"words": "A week."})).await.status, 403);
    assert_eq!(town.post(&door("answer"), &town.clinic, &json!({"words": "A week."})).await.json()["state"], "sent");
    assert_eq!(town.post(&door("grant"), &town.clinic, &json!({})).await.status, 403);
    assert_eq!(town.decides(&town.clinic, &question).await.0, "ask");
    let past = town.post(&door("grant"), &town.authority, &json!({"until": "2020-01-01T00:00:00Z"})).await;
    assert_eq!((past.status.as_u16(), &past.json()["problems"][0]["field"]), (422, &json!("until")));
    let grant =
        json!({"until": "2090-01-01T00:00:00Z", "conditions": ["Delete it afterwards."], "how": "Come to the desk."});
    let granted = town.post(&door("grant"), &town.authority, &grant).await.json();
    assert_eq!((&granted["state"], &granted["grant"]), (&json!("granted"), &grant));
    let states: Vec<&str> =
        granted["steps"].as_array().unwrap().iter().map(|step| step["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["sent", "seen", "asked", "sent", "granted"]);
    assert_eq!(
        town.decides(&town.clinic, &question).await,
        ("granted-with-conditions".to_owned(), "granted-by-owner".to_owned())
    );
    assert_eq!(town.decides(&town.stranger, &question).await.0, "ask");
    let taken = town.post(&door("refuse"), &town.authority, &json!({"reason": "It was passed on."})).await.json();
    assert_eq!(taken["state"], "refused");
    assert_eq!(town.decides(&town.clinic, &question).await.0, "ask");
}

#[tokio::test]
async fn row_17_a_request_that_an_agreement_covers_is_granted_at_once_and_one_that_is_denied_reaches_nobody() {
    let town = Town::settled().await;
    town.agreed(|_| {}).await;
    let sent = |question: Value| json!({"record": hazards(), "question": question, "intended_use": "Clinics."});
    let granted = town.post("requests", &town.clinic, &sent(by_district())).await.json();
    let by: Vec<&Value> = granted["steps"].as_array().unwrap().iter().map(|step| &step["by"]).collect();
    assert_eq!((&granted["state"], by), (&json!("granted"), vec![&json!("requester"), &json!("agreement")]));
    assert_eq!(granted["decision"]["rule"], "granted-by-agreement");

    // The authority decides that nothing of it is shared: no agreement, no grant of its own and no request gets past that.
    let refusal = json!({"kind": "do-not-share", "covers": {"owners": ["mine-authority"]},
        "period": {"from": "2026-01-01T00:00:00Z"}});
    let foreign = town.post("refusals", &town.clinic, &refusal).await;
    assert_eq!((foreign.status.as_u16(), &foreign.json()["problems"][0]["field"]), (422, &json!("covers.owners")));
    let waits = town
        .made(
            "requests",
            &town.stranger,
            &sent(json!({"access": "download", "purposes": ["research-in-public-interest"]})),
        )
        .await;
    let id = town.made("refusals", &town.authority, &refusal).await;
    assert_eq!(town.decides(&town.clinic, &by_district()).await.0, "denied");
    let denied = town.post("requests", &town.clinic, &sent(by_district())).await;
    assert_eq!((denied.status.as_u16(), &denied.json()["code"]), (409, &json!("conflict")), "{}", denied.text());
    assert_eq!(town.post(&format!("requests/{waits}/grant"), &town.authority, &json!({})).await.status, 409);
    let why = json!({"reason": "The line has moved."});
    assert_eq!(town.post(&format!("refusals/{id}/lift"), &town.stranger, &why).await.status, 404);
    assert_eq!(town.post(&format!("refusals/{id}/lift"), &town.authority, &why).await.status, 200);
    assert_eq!(town.post(&format!("requests/{waits}/grant"), &town.authority, &json!({})).await.status, 200);
}

#[tokio::test]
async fn a_crisis_is_declared_by_who_has_the_right_for_all_of_its_countries() {
    let town = Town::settled().await;
    let until = Timestamp::now() + SignedDuration::from_hours(24);
    assert_eq!(town.post("crises", &town.clinic, &crisis(until)).await.status, 403);
    let allow = json!({"countries": ["YEM"]});
    let door = "organisations/clinic/allow-declaring";
    assert_eq!(town.post(door, &town.clinic, &allow).await.status, 403);
    assert_eq!(town.post(door, &town.administrator, &allow).await.status, 200);
    let mut wider = crisis(until);
    wider["countries"] = json!(["YEM", "JOR"]);
    assert_eq!(town.post("crises", &town.clinic, &wider).await.status, 403);
    let id = town.made("crises", &town.clinic, &crisis(until)).await;
    let years = Timestamp::now() + SignedDuration::from_hours(24 * 800);
    let told = town.post("crises", &town.administrator, &crisis(years)).await.json();
    assert_eq!(told["problems"][0]["rule"], "crisis-too-long");
    let why = json!({"reason": "It is over."});
    assert_eq!(town.post(&format!("crises/{id}/lift"), &town.stranger, &why).await.status, 403);
    assert_eq!(town.post(&format!("crises/{id}/lift"), &town.clinic, &why).await.json()["active"], json!(false));
    assert_eq!(town.post(&format!("crises/{id}/lift"), &town.clinic, &why).await.status, 409);
}

#[tokio::test]
async fn a_hidden_record_is_decided_requested_and_agreed_about_like_one_that_is_not_there() {
    let town = Town::settled().await;
    town.agreed(|_| {}).await;
    let (hidden, absent) = (DatasetId::new("desk", "secret"), DatasetId::new("desk", "none"));
    for token in [&town.clinic, &town.stranger] {
        for question in [by_district(), json!({"access": "download"}), json!({"access": "soup"})] {
            let ask = async |record: DatasetId| {
                town.post("access/decide", token, &json!({"record": record, "question": question})).await
            };
            assert_eq!(ask(hidden).await, ask(absent).await);
            let send = async |record: DatasetId| {
                let sent = json!({"record": record, "question": question, "intended_use": "x"});
                town.post("requests", token, &sent).await
            };
            assert_eq!(send(hidden).await, send(absent).await);
        }
    }
    // What others agreed, were refused and decided is told to nobody else: all lists are as in a town without it.
    let empty = Town::settled().await;
    for door in ["agreements", "requests", "requests?box=inbox", "requests?box=sent", "refusals"] {
        let (is, would_be) = (format!("/api/v1/{door}"), format!("/api/v1/{door}"));
        let is = town.house.get(&is, Some(&town.stranger)).await;
        assert_eq!(is, empty.house.get(&would_be, Some(&empty.stranger)).await, "{door}");
        assert_eq!(is.json()["items"], json!([]));
    }
}

#[tokio::test]
async fn who_is_asked_to_join_does_not_read_what_others_agreed_before() {
    let town = Town::settled().await;
    let id = town.agreed(|_| {}).await;
    let mut wider = terms();
    wider["parties"].as_array_mut().unwrap().push(json!({"organisation": "stranger", "role": "user"}));
    let door = format!("/api/v1/agreements/{id}");
    let put = town
        .house
        .send_body(&Method::PUT, &format!("{door}?version=2"), Some(&town.authority), &wider.to_string())
        .await;
    assert_eq!(put.status, 200, "{}", put.text());
    let asked = town.house.get(&door, Some(&town.stranger)).await.json();
    assert_eq!((&asked["status"], &asked["in_force"]), (&json!("draft"), &Value::Null));
    assert!(asked["proposal"]["terms"].is_object());
    let member = town.house.get(&door, Some(&town.clinic)).await.json();
    assert!(member["in_force"].is_object() && member["proposal"].is_object());
    let history = town.house.get(&format!("{door}/history"), Some(&town.stranger)).await.json();
    assert_eq!(history["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn row_44_a_framework_is_read_by_everyone_once_it_is_published_and_its_drafts_and_comments_are_not() {
    let town = Town::settled().await;
    let content = |title: &str| json!({"title": {"en": title}, "effective_from": "2026-01-01T00:00:00Z"});
    let id = town.made("frameworks", &town.authority, &content("One")).await;
    let door = format!("/api/v1/frameworks/{id}");
    assert_eq!(town.house.get(&door, None).await.status, 404);
    let stage = async |version: u32, stage: &str| {
        let body = json!({"version": version, "stage": stage});
        town.post(&format!("frameworks/{id}/stage"), &town.authority, &body).await
    };
    assert_eq!(stage(1, "adopted").await.status, 200);
    let published = town.house.get(&door, None).await;
    let second = town
        .house
        .send_body(&Method::PUT, &format!("{door}?version=2"), Some(&town.authority), &content("Two").to_string())
        .await;
    assert_eq!(second.json()["versions"][1]["changes"], json!(["title"]), "{}", second.text());
    town.post(&format!("frameworks/{id}/comments"), &town.clinic, &json!({"version": 2, "text": "Better."})).await;
    assert_eq!(town.house.get(&door, None).await, published, "as if no draft had been written");
    assert_eq!(town.house.get(&door, Some(&town.stranger)).await.json()["comments"][0]["organisation"], "clinic");
    assert_eq!(stage(2, "superseded").await.status, 409);
    assert_eq!(stage(2, "adopted").await.json()["versions"][0]["stage"], "superseded");
    assert_eq!(stage(1, "adopted").await.status, 409);
}

#[tokio::test]
async fn row_31_each_organisation_says_once_a_year_how_it_kept_its_commitments() {
    let town = Town::settled().await;
    let content = json!({"title": {"en": "Commitment"}, "effective_from": "2026-01-01T00:00:00Z", "commitments": [
        {"id": "answer-in-a-day", "title": {"en": "Answer within a day"}},
        {"id": "teach", "title": {"en": "=Teach others"}}]});
    let framework = town.made("frameworks", &town.authority, &content).await;
    let adopted = json!({"version": 1, "stage": "adopted"});
    town.post(&format!("frameworks/{framework}/stage"), &town.authority, &adopted).await;
    let year = Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).year();
    let report = "/api/v1/organisations/mine-authority/commitments";
    let door = |year: i16| format!("{report}/{year}/{framework}");
    let put = async |token: &str, year: i16, version: u32, body: &Value| {
        let address = format!("{}?version={version}", door(year));
        town.house.send_body(&Method::PUT, &address, Some(token), &body.to_string()).await
    };
    let said = json!({"framework_version": 1, "summary": {"en": "A year of few hands."}, "commitments": [
        {"commitment": "answer-in-a-day", "status": "partly-met", "evidence": "18 of 20", "next": "A second desk."}]});
    // Only who agreed under the framework has commitments to speak of.
    assert_eq!(put(&town.authority, year, 0, &said).await.status, 409);
    town.agreed(|terms| terms["framework"] = json!({"id": framework, "version": 1})).await;
    assert_eq!(put(&town.clinic, year, 0, &said).await.status, 403);
    assert_eq!(put(&town.authority, year + 1, 0, &said).await.status, 409, "the year has not begun");
    let mut wrong = said.clone();
    wrong["commitments"][0]["commitment"] = json!("smile");
    let refused = put(&town.authority, year, 0, &wrong).await;
    assert_eq!(refused.json()["problems"][0]["rule"], "unknown-commitment", "{}", refused.text());
    // Nothing is said yet: what is owed stands there all the same, for who knows of the agreement.
    let before = town.house.get(report, Some(&town.authority)).await.json();
    assert_eq!(before["frameworks"][0]["evaluated"], Value::Null);
    assert_eq!(before["frameworks"][0]["commitments"][1]["status"], Value::Null);
    assert_eq!(town.house.get(report, Some(&town.stranger)).await.json()["frameworks"], json!([]));

    let mut last = said.clone();
    last["commitments"][0] = json!({"commitment": "answer-in-a-day", "status": "not-met", "next": "A desk."});
    for (year, body) in [(year, &said), (year - 1, &last)] {
        let put = put(&town.authority, year, 0, body).await;
        assert_eq!(put.status, 200, "{}", put.text());
    }
    assert_eq!(put(&town.authority, year, 0, &said).await.status, 409, "it was said already");

    let sent = json!({"record": hazards(), "question": by_district(), "intended_use": "Clinics."});
    town.made("requests", &town.clinic, &sent).await;
    let own = town.house.get(report, Some(&town.authority)).await.json();
    let kept = &own["frameworks"][0]["commitments"][0];
    assert_eq!(
        (&kept["status"], &kept["year_before"], &kept["evidence"], &kept["next"]),
        (&json!("partly-met"), &json!("not-met"), &json!("18 of 20"), &json!("A second desk."))
    );
    let counted = &own["counted"];
    assert_eq!(
        (&counted["agreements"], &counted["requests"], &counted["granted_by_agreement"], &counted["answered_in_time"]),
        (&json!(1), &json!(1), &json!(1), &json!(1)),
        "{counted}"
    );
    // Others read what is said, and nothing of what is counted; who is anonymous finds no such organisation.
    let others = town.house.get(report, Some(&town.stranger)).await.json();
    assert_eq!((&others["frameworks"], &others["counted"]), (&own["frameworks"], &Value::Null));
    assert_eq!(town.house.get(report, None).await.status, 404);
    let file = town.house.get(&format!("{report}.csv?year={year}"), Some(&town.stranger)).await.text();
    assert!(file.contains("Answer within a day,partly-met,not-met,18 of 20,A second desk."), "{file}");
    assert!(file.contains("'=Teach others,,,,"), "{file}");
    assert_eq!(town.house.get(&format!("{report}?year=soon"), Some(&town.stranger)).await.status, 400);

    // What is for its own people alone is as if it had not been said.
    let mut closed = said.clone();
    closed["audience"] = json!({"sharing": "organisation"});
    assert_eq!(put(&town.authority, year, 1, &closed).await.status, 200);
    assert_eq!(town.house.get(report, Some(&town.stranger)).await.json()["frameworks"], json!([]));
    assert_eq!(town.house.get(&door(year), Some(&town.stranger)).await.status, 404);
}

#[tokio::test]
async fn no_party_is_put_out_of_an_agreement_by_the_others() {
    let town = Town::settled().await;
    let mut terms = terms();
    terms["parties"][1] = json!({"organisation": "clinic", "role": "user"});
    let id = town.made("agreements", &town.authority, &terms).await;
    let door = |verb: &str| format!("agreements/{id}/{verb}");
    town.post(&door("agree?version=1"), &town.authority, &Value::Null).await;
    town.post(&door("agree?version=2"), &town.clinic, &Value::Null).await;

    // The user proposes terms in which it provides to itself and to a stranger, and both agree.
    terms["parties"] =
        json!([{"organisation": "clinic", "role": "provider"}, {"organisation": "stranger", "role": "user"}]);
    let path = format!("/api/v1/agreements/{id}");
    let (put, terms) = (format!("{path}?version=3"), terms.to_string());
    let put = town.house.send_body(&Method::PUT, &put, Some(&town.clinic), &terms).await;
    assert_eq!(put.json()["proposal"]["waits_for"], json!(["clinic", "mine-authority", "stranger"]));
    town.post(&door("agree?version=4"), &town.clinic, &Value::Null).await;
    let agreed = town.post(&door("agree?version=5"), &town.stranger, &Value::Null).await;
    assert_eq!(agreed.status, 200, "{}", agreed.text());
    let kept = town.house.get(&path, Some(&town.authority)).await.json();
    assert_eq!(kept["in_force"]["terms"]["parties"][0]["organisation"], "mine-authority", "{kept}");
    assert_eq!(kept["proposal"]["waits_for"], json!(["mine-authority"]));
    assert_eq!(town.decides(&town.clinic, &by_district()).await.0, "granted-with-conditions");
    // Who is proposed as the provider is none yet; who is asked to join does not read who else agreed before.
    let why = json!({"reason": "It is ours."});
    assert_eq!(town.post(&door("end"), &town.clinic, &why).await.status, 403);
    let asked = town.house.get(&path, Some(&town.stranger)).await;
    assert!(!asked.text().contains("\"mine-authority\":") && asked.json()["proposal"]["waits_for"] == json!([]));

    // With the one that is left out, and not before, they are in force.
    let agreed = town.post(&door("agree?version=6"), &town.authority, &Value::Null).await;
    assert_eq!(agreed.json()["in_force"]["version"], 2, "{}", agreed.text());
    assert_eq!(town.house.get(&path, Some(&town.clinic)).await.json()["in_force"]["version"], 2);
    // It left the agreement by that, though it proposed it first.
    assert_eq!(town.house.get(&path, Some(&town.authority)).await.status, 404);
}
