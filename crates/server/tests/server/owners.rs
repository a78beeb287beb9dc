//! Records that go from one organisation to another: requests, what was granted, and what was released.

use crate::house::{Answer, Asker, House, day};
use axum::http::Method;
use cairn_catalog::{ActFilter, HarvestOptions};
use cairn_model::DatasetId;
use cairn_policy::Role;
use serde_json::{Value, json};

const LEDGER: &str = "id = \"ledger\"\nkind = \"inventory\"\nurl = \"file:ledger.csv\"\norganisation = \"Authority\"\n";

/// A record that everyone knows of, and whose data is asked for.
struct Town {
    house: House,
    authority: String,
    survey: String,
    clinic: String,
    runs: i64,
}

impl Town {
    async fn settled() -> Self {
        let house = House::open(&[LEDGER]).await;
        let token =
            async |organisation: &str| house.token(&Asker::member(organisation, &[], Role::Steward)).await.unwrap();
        let (authority, survey, clinic) = (token("Authority").await, token("Survey").await, token("Clinic").await);
        let mut town = Self { house, authority, survey, clinic, runs: 0 };
        town.belongs_to("Authority").await;
        town
    }

    async fn belongs_to(&mut self, owner: &str) {
        let rows = format!(
            "id,title,owner,country,sensitivity,sharing,listing,access method\na,Wells,{owner},YEM,moderate,public,full,on-request\n"
        );
        self.house.write("ledger.csv", &rows);
        self.house.harvest("ledger", &HarvestOptions::default(), day(usize::try_from(self.runs).unwrap())).await;
        self.runs += 1;
    }

    async fn send(&self, method: Method, door: &str, token: &str, body: &Value) -> Answer {
        let answer = self.house.send_body(&method, &format!("/api/v1/{door}"), Some(token), &body.to_string()).await;
        self.house.follow().await;
        answer
    }

    async fn decides(&self) -> Value {
        let question = json!({"record": wells(), "question": question()});
        self.send(Method::POST, "access/decide", &self.clinic, &question).await.json()["outcome"].clone()
    }

    async fn inbox(&self, token: &str) -> usize {
        let listed = self.house.get("/api/v1/requests?box=inbox", Some(token)).await.json();
        listed["items"].as_array().unwrap().len()
    }
}

fn wells() -> DatasetId {
    DatasetId::new("ledger", "a")
}

fn question() -> Value {
    json!({"access": "download", "purposes": ["public-health"]})
}

#[tokio::test]
async fn who_owns_the_record_now_decides_about_requests_and_what_was_granted_is_the_word_of_who_owned_it() {
    let mut town = Town::settled().await;
    let asked = json!({"record": wells(), "intended_use": "Where ambulances drive.", "question": question()});
    let sent = town.send(Method::POST, "requests", &town.clinic, &asked).await;
    assert_eq!(sent.status, 201, "{}", sent.text());
    let id = sent.json()["id"].as_str().unwrap().to_owned();
    let grant = format!("requests/{id}/grant");

    // It waits, and the record goes to the survey.
    town.belongs_to("Survey").await;
    assert_eq!((town.inbox(&town.authority).await, town.inbox(&town.survey).await), (0, 1));
    assert_eq!(town.send(Method::POST, &grant, &town.authority, &json!({})).await.status, 404);
    let told = town.house.get(&format!("/api/v1/requests/{id}"), Some(&town.clinic)).await.json();
    assert_eq!(told["steps"][1]["forwarded"], json!({"organisation": "survey"}), "{told}");
    let of_it = ActFilter { subject: Some(id.clone()), ..ActFilter::default() };
    let last = town.house.catalog.newest_acts_that(&of_it, 1).await.unwrap().remove(0);
    assert_eq!((last.actor.as_str(), last.act.as_str()), ("keeper", "request.follow"));
    assert_eq!(town.decides().await, json!("ask"));
    let granted = town.send(Method::POST, &grant, &town.survey, &json!({})).await;
    assert_eq!(granted.status, 200, "{}", granted.text());
    assert_eq!(town.decides().await, json!("granted"));

    // It goes back: nobody who owns it now granted anything.
    town.belongs_to("Authority").await;
    assert_eq!(town.decides().await, json!("ask"));
    let again = town.send(Method::POST, "requests", &town.clinic, &asked).await;
    assert_eq!((again.status.as_u16(), town.inbox(&town.authority).await), (201, 1), "{}", again.text());
    town.belongs_to("Survey").await;
    assert_eq!(town.decides().await, json!("granted"));
}

#[tokio::test]
async fn what_a_former_owner_released_is_released_no_more_until_the_new_one_does() {
    let mut town = Town::settled().await;
    let counts = json!({
        "title": {"en": "Counts"}, "countries": ["YEM"], "clusters": ["HEA"], "derived_from": [wells()],
        "terms": {"sensitivity": "low", "sharing": "public", "access_method": "on-request", "listing": "full"},
    });
    let draft = town.send(Method::POST, "datasets?draft=true", &town.clinic, &counts).await;
    let id = draft.json()["id"].as_str().unwrap().to_owned();
    let release = json!({"sensitivity": "low", "reason": "Counts of twenty and more."});
    let door = format!("datasets/{}/releases/{id}?version=0", wells());
    assert_eq!(town.send(Method::PUT, &door, &town.authority, &release).await.status, 200);
    let published =
        town.send(Method::POST, &format!("datasets/{id}/publish?version=1"), &town.clinic, &json!({})).await;
    assert_eq!(published.status, 200, "{}", published.text());
    let record = format!("/api/v1/datasets/{id}");
    let sensitivity =
        async |town: &Town| town.house.get(&record, Some(&town.clinic)).await.json()["terms"]["sensitivity"].clone();
    assert_eq!(sensitivity(&town).await, json!("low"));
    town.belongs_to("Survey").await;
    assert_eq!(sensitivity(&town).await, json!("moderate"));
    let released = town.send(Method::PUT, &door, &town.survey, &release).await;
    assert_eq!(released.status, 200, "{}", released.text());
    assert_eq!(sensitivity(&town).await, json!("low"));
}
