//! What is made of what: restrictions that are inherited, what owners release, and who is told.

use crate::house::{Answer, Asker, House, day};
use axum::http::Method;
use cairn_catalog::{ActFilter, CancellationToken, HarvestOptions, KeptHoldings};
use cairn_model::DatasetId;
use cairn_policy::Role;
use serde_json::{Value, json};

const DATASETS: &str = "/api/v1/datasets";

/// An authority that owns data, a clinic that is in its audience and makes something of it, and a stranger.
struct Town {
    house: House,
    authority: String,
    manager: String,
    clinic: String,
    stranger: String,
}

impl Town {
    async fn settled() -> Self {
        Self::settled_with(&[]).await
    }

    async fn settled_with(sources: &[&str]) -> Self {
        let house = House::open(sources).await;
        let token =
            async |organisation: &str, role| house.token(&Asker::member(organisation, &[], role)).await.unwrap();
        let (authority, manager) = (token("Authority", Role::Steward).await, token("Authority", Role::Manager).await);
        let (clinic, stranger) = (token("Clinic", Role::Steward).await, token("Stranger", Role::Steward).await);
        Self { house, authority, manager, clinic, stranger }
    }

    async fn send(&self, method: Method, door: &str, token: &str, body: &Value) -> Answer {
        let answer = self.house.send_body(&method, door, Some(token), &body.to_string()).await;
        self.house.follow().await;
        answer
    }

    async fn registered(&self, token: &str, statement: &Value) -> String {
        let made = self.send(Method::POST, DATASETS, token, statement).await;
        assert_eq!(made.status, 201, "{}", made.text());
        made.json()["id"].as_str().unwrap().to_owned()
    }

    /// The cases of the authority, which the clinic sees in whole and others as a stub.
    async fn cases(&self) -> String {
        let mut cases = statement("Cases", "moderate", "restricted", &[]);
        cases["terms"]["audience_organisations"] = json!(["clinic"]);
        self.registered(&self.authority, &cases).await
    }

    /// The terms of a record of the clinic, as it sees them.
    async fn terms(&self, id: &str) -> Value {
        self.house.get(&format!("{DATASETS}/{id}"), Some(&self.clinic)).await.json()["terms"].clone()
    }

    async fn derivations(&self, id: &str, token: Option<&str>) -> Value {
        self.house.get(&format!("{DATASETS}/{id}/derivations"), token).await.json()
    }
}

fn statement(title: &str, sensitivity: &str, sharing: &str, derived_from: &[&str]) -> Value {
    json!({
        "title": {"en": title}, "countries": ["YEM"], "clusters": ["HEA"], "derived_from": derived_from,
        "terms": {"sensitivity": sensitivity, "sharing": sharing, "access_method": "on-request", "listing": "stub"},
    })
}

fn rules(answer: &Answer) -> Vec<(String, String)> {
    let problems = answer.json()["problems"].as_array().unwrap().clone();
    let part = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    problems.iter().map(|one| (part(one, "field"), part(one, "rule"))).collect()
}

fn inherited() -> (String, String) {
    ("derived_from[0]".to_owned(), "less-restricted-than-source".to_owned())
}

#[tokio::test]
async fn row_45_a_derived_record_is_no_less_restricted_than_its_source_until_its_owner_releases_it() {
    let town = Town::settled().await;
    let cases = town.cases().await;
    let open = statement("Counts", "low", "community", &[&cases]);
    let refused = town.send(Method::POST, DATASETS, &town.clinic, &open).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
    assert_eq!(rules(&refused), [inherited(), inherited()]);
    assert!(refused.text().contains("sharing restricted"), "{}", refused.text());
    // As closed as what it is made of, it is registered; and a draft may say what it likes.
    let closed = town.registered(&town.clinic, &statement("Counts", "moderate", "organisation", &[&cases])).await;
    let draft = town.send(Method::POST, &format!("{DATASETS}?draft=true"), &town.clinic, &open).await;
    assert_eq!(draft.status, 201, "{}", draft.text());
    let draft = draft.json()["id"].as_str().unwrap().to_owned();
    let publish = format!("{DATASETS}/{draft}/publish?version=1");
    assert_eq!(rules(&town.send(Method::POST, &publish, &town.clinic, &Value::Null).await), [inherited(), inherited()]);

    // The owner, and nobody else, releases it, down to what is named.
    let door = |derived: &str, version: u32| format!("{DATASETS}/{cases}/releases/{derived}?version={version}");
    let release = json!({"sensitivity": "low", "sharing": "community", "reason": "Counts of twenty and more."});
    for token in [&town.clinic, &town.stranger, &town.manager] {
        assert_eq!(town.send(Method::PUT, &door(&draft, 0), token, &release).await.status, 403);
    }
    let nothing = town.send(Method::PUT, &door(&cases, 0), &town.authority, &release).await;
    assert_eq!(rules(&nothing), [("derived".to_owned(), "not-derived".to_owned())]);
    let half = json!({"sharing": "community", "reason": "Counts of twenty and more."});
    assert_eq!(town.send(Method::PUT, &door(&draft, 0), &town.authority, &half).await.status, 200);
    assert_eq!(rules(&town.send(Method::POST, &publish, &town.clinic, &Value::Null).await), [inherited()]);
    assert_eq!(town.send(Method::PUT, &door(&draft, 0), &town.authority, &release).await.status, 409);
    assert_eq!(town.send(Method::PUT, &door(&draft, 1), &town.authority, &release).await.status, 200);
    let published = town.send(Method::POST, &publish, &town.clinic, &Value::Null).await;
    assert_eq!(published.status, 200, "{}", published.text());
    let address = format!("{DATASETS}/{cases}/releases/{draft}");
    assert_eq!(town.house.get(&address, Some(&town.clinic)).await.json()["reason"], release["reason"]);
    assert_eq!(town.house.get(&address, Some(&town.stranger)).await.status, 404);

    // Who sees both is told both ways; the clinic is also told when its source is closed further.
    let sources = town.derivations(&draft, Some(&town.clinic)).await["sources"].clone();
    assert_eq!(sources, json!([{"dataset": cases, "title": {"en": "Cases"}, "looser": []}]));
    let products = town.derivations(&cases, Some(&town.clinic)).await["products"].clone();
    let mut ids: Vec<&str> = products.as_array().unwrap().iter().map(|one| one["dataset"].as_str().unwrap()).collect();
    ids.sort_unstable();
    let mut both = [closed.as_str(), draft.as_str()];
    both.sort_unstable();
    assert_eq!(ids, both);
    let page = town.house.get(&format!("/dataset/{cases}"), Some(&town.clinic)).await.text();
    assert!(page.contains(&format!("/dataset/{draft}")) && page.contains("Made of it"), "{page}");
    let mut tightened = statement("Cases", "moderate", "restricted", &[]);
    tightened["terms"]["audience_organisations"] = json!(["clinic"]);
    tightened["terms"]["access_method"] = json!("none");
    let changed = town.send(Method::PUT, &format!("{DATASETS}/{cases}?version=1"), &town.authority, &tightened).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    let sources = town.derivations(&draft, Some(&town.clinic)).await["sources"].clone();
    assert_eq!(sources[0]["looser"], json!(["access_method"]));
    // It is closed with its source at that moment, and the log says by what.
    let access = async || town.terms(&draft).await["access_method"].clone();
    assert_eq!(access().await, json!("none"));
    let of_it = ActFilter { subject: Some(draft.clone()), ..ActFilter::default() };
    let last = town.house.catalog.newest_acts_that(&of_it, 1).await.unwrap().remove(0);
    assert_eq!((last.actor.as_str(), last.act.as_str()), ("keeper", "holding.follow"));
    assert_eq!(last.reason.as_deref(), Some("closes access_method from on-request to none"));
    tightened["terms"]["access_method"] = json!("on-request");
    let changed = town.send(Method::PUT, &format!("{DATASETS}/{cases}?version=2"), &town.authority, &tightened).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    assert_eq!(access().await, json!("on-request"), "it is as open as its own organisation says, and no more");
    // What was released can be taken back, too.
    let half = json!({"sharing": "community", "reason": "Counts of twenty and more."});
    assert_eq!(town.send(Method::PUT, &door(&draft, 2), &town.authority, &half).await.status, 200);
    assert_eq!(town.terms(&draft).await["sensitivity"], json!("moderate"));
}

#[tokio::test]
async fn what_is_made_of_a_harvested_record_is_closed_with_it_and_so_is_what_is_made_of_that() {
    let source = "id = \"ledger\"\nkind = \"inventory\"\nurl = \"file:ledger.csv\"\norganisation = \"Authority\"\n";
    let town = Town::settled_with(&[source]).await;
    let harvest = async |number: usize, sharing: &str, listing: &str, access: &str| {
        let rows = format!(
            "id,title,country,sensitivity,sharing,listing,access method\na,Cases,YEM,low,{sharing},{listing},{access}\n"
        );
        town.house.write("ledger.csv", &rows);
        town.house.harvest("ledger", &HarvestOptions::default(), day(number)).await
    };
    harvest(0, "public", "full", "download").await;
    let cases = DatasetId::new("ledger", "a").to_string();
    let statement = |title: &str, source: &str| {
        let mut said = statement(title, "low", "public", &[source]);
        said["terms"]["access_method"] = json!("download");
        said["terms"]["listing"] = json!("full");
        said
    };
    let counts = town.registered(&town.clinic, &statement("Counts", &cases)).await;
    let map = town.registered(&town.stranger, &statement("Map", &counts)).await;
    for id in [&counts, &map] {
        assert_eq!(town.house.get(&format!("{DATASETS}/{id}"), None).await.status, 200);
    }
    let report = harvest(1, "closed", "hidden", "none").await;
    assert_eq!(report.changed, 1, "{report:?}");
    for (id, token) in [(&counts, &town.clinic), (&map, &town.stranger)] {
        let record = town.house.get(&format!("{DATASETS}/{id}"), Some(token)).await.json();
        assert_eq!(
            (&record["terms"]["sharing"], &record["terms"]["access_method"]),
            (&json!("closed"), &json!("none"))
        );
        assert_eq!(town.house.get(&format!("{DATASETS}/{id}"), None).await.status, 404);
    }
    let found = town.house.get("/api/v1/search?access=download", None).await.json()["total"].clone();
    assert_eq!(found, json!(0), "and searches know it when the run is over");
    // The same listing again has nothing to close.
    let unchanged = harvest(2, "closed", "hidden", "none").await;
    assert_eq!((unchanged.changed, unchanged.writes), (0, 0), "{unchanged:?}");
}

#[tokio::test]
async fn what_contradicts_itself_by_what_it_inherits_is_shown_to_nobody_but_its_owner() {
    let source = "id = \"ledger\"\nkind = \"inventory\"\nurl = \"file:ledger.csv\"\norganisation = \"Authority\"\n";
    let town = Town::settled_with(&[source]).await;
    let harvest = async |number: usize, sensitivity: &str| {
        let head = "id,title,country,sensitivity,sharing,listing,access method\n";
        town.house.write("ledger.csv", &format!("{head}a,Cases,YEM,{sensitivity},public,full,download\n"));
        town.house.harvest("ledger", &HarvestOptions::default(), day(number)).await;
    };
    harvest(0, "low").await;
    let mut counts = statement("Counts", "low", "public", &[&DatasetId::new("ledger", "a").to_string()]);
    counts["terms"]["listing"] = json!("full");
    let counts = town.registered(&town.clinic, &counts).await;
    let door = format!("{DATASETS}/{counts}");
    assert_eq!(town.house.get(&door, None).await.status, 200);
    // An emergency: severe data that says to be public is kept back until its owner mends what it says.
    harvest(1, "severe").await;
    assert_eq!(town.house.get(&door, None).await.status, 404);
    assert_eq!(town.house.get(&door, Some(&town.clinic)).await.status, 200);
    harvest(2, "severe").await;
    assert_eq!(town.house.get(&door, None).await.status, 404);
}

#[tokio::test]
async fn holdings_bear_the_name_that_their_organisation_has_now() {
    let town = Town::settled().await;
    let mut cases = statement("Cases", "low", "public", &[]);
    cases["terms"]["listing"] = json!("full");
    let cases = town.registered(&town.authority, &cases).await;
    let door = "/api/v1/organisations/authority";
    let version = town.house.get(door, Some(&town.authority)).await.json()["version"].clone();
    let profile = json!({"name": {"en": "Ministry of Wells"}, "listed": true});
    let changed = town.send(Method::PUT, &format!("{door}?version={version}"), &town.authority, &profile).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    let record = town.house.get(&format!("{DATASETS}/{cases}"), None).await.json();
    assert_eq!(record["owner"]["name"], json!("Ministry of Wells"));
    let found = town.house.get("/api/v1/search?q=ministry", None).await.json()["total"].clone();
    assert_eq!(found, json!(1));
    let again = town.house.catalog.keep_holdings(KeptHoldings::All, day(1), &CancellationToken::new()).await.unwrap();
    assert_eq!(again, 0, "all is as it should be");
}

#[tokio::test]
async fn what_a_record_is_made_of_is_told_to_those_who_see_more_than_a_stub_of_both() {
    let town = Town::settled().await;
    let cases = town.cases().await;
    let counts = town.registered(&town.clinic, &statement("Counts", "moderate", "organisation", &[&cases])).await;
    let hidden = json!({"sources": [], "products": []});
    // The authority sees a stub of the counts, and the stranger stubs of both.
    assert_eq!(town.derivations(&cases, Some(&town.authority)).await, hidden);
    for id in [&cases, &counts] {
        assert_eq!(town.derivations(id, Some(&town.stranger)).await, hidden);
        assert_eq!(town.derivations(id, None).await, hidden);
    }
    // Of what somebody sees a stub alone they cannot make anything here, as of what is not there.
    let absent = cairn_model::DatasetId::new("desk", "none").to_string();
    let [stub, none] = [&cases, &absent].map(|id| statement("Ours", "moderate", "organisation", &[id]));
    let stub = town.send(Method::POST, DATASETS, &town.stranger, &stub).await;
    let none = town.send(Method::POST, DATASETS, &town.stranger, &none).await;
    assert_eq!(rules(&stub), [("derived_from[0]".to_owned(), "unknown-record".to_owned())]);
    assert_eq!(stub.text().replace(&cases, ""), none.text().replace(&absent, ""));
    // What is withdrawn is made of nothing any more.
    let withdrawn = format!("{DATASETS}/{counts}?version=1");
    assert_eq!(town.send(Method::DELETE, &withdrawn, &town.clinic, &Value::Null).await.status, 200);
    assert_eq!(town.derivations(&cases, Some(&town.clinic)).await, hidden);
}

#[tokio::test]
async fn holdings_are_read_anew_with_the_vocabularies_of_a_start() {
    let town = Town::settled().await;
    let mut wells = statement("Wells", "low", "public", &[]);
    (wells["places"], wells["terms"]["listing"]) = (json!(["YE11"]), json!("full"));
    let wells = town.registered(&town.clinic, &wells).await;
    let table = "pcode,name,level,country,parent,west,south,east,north,aliases\nYE11,Ibb the Green,1,YEM,,,,,,\n";
    let house = town.house.reopened_with_table("places", table).await;
    let name = async || {
        let record = house.get(&format!("{DATASETS}/{wells}"), None).await.json();
        record["places"][0]["name"].clone()
    };
    assert_eq!(name().await, json!("Ibb"));
    let all = async || house.catalog.keep_holdings(KeptHoldings::All, day(1), &CancellationToken::new()).await.unwrap();
    assert_eq!((all().await, name().await), (1, json!("Ibb the Green")));
    assert_eq!(all().await, 0);
}

#[tokio::test]
async fn what_is_made_of_a_record_that_left_the_catalogue_stays_closed_until_a_steward_lets_it_go() {
    let town = Town::settled().await;
    let open = statement("Cases", "low", "public", &[]);
    let cases = town.registered(&town.authority, &open).await;
    let counts = town.registered(&town.clinic, &statement("Counts", "low", "public", &[&cases])).await;
    let closed = statement("Cases", "low", "organisation", &[]);
    let changed = town.send(Method::PUT, &format!("{DATASETS}/{cases}?version=1"), &town.authority, &closed).await;
    assert_eq!(changed.status, 200, "{}", changed.text());
    let gone = town.send(Method::DELETE, &format!("{DATASETS}/{cases}?version=2"), &town.authority, &Value::Null).await;
    assert_eq!(gone.status, 200, "{}", gone.text());
    let keep = async || {
        let stop = CancellationToken::new();
        town.house.catalog.keep_holdings(KeptHoldings::All, day(1), &stop).await.unwrap();
    };
    keep().await;
    assert_eq!(town.terms(&counts).await["sharing"], json!("organisation"), "nobody confirmed that it is open");

    // A manager of the organisation does not let it go; a steward does, and the log says what that opened.
    let manager = town.house.token(&Asker::member("Clinic", &[], Role::Manager)).await.unwrap();
    let door = format!("{DATASETS}/{counts}?version=1");
    let alone = statement("Counts", "low", "public", &[]);
    assert_eq!(town.send(Method::PUT, &door, &manager, &alone).await.status, 403);
    keep().await;
    assert_eq!(town.terms(&counts).await["sharing"], json!("organisation"));
    let let_go = town.send(Method::PUT, &door, &town.clinic, &alone).await;
    assert_eq!(let_go.status, 200, "{}", let_go.text());
    assert_eq!(town.terms(&counts).await["sharing"], json!("public"));
    let of_it = ActFilter { subject: Some(counts.clone()), ..ActFilter::default() };
    // Who read it meanwhile is noted there, too, some time later.
    let acts = town.house.catalog.newest_acts_that(&of_it, 20).await.unwrap();
    let reason = acts.iter().find_map(|act| act.reason.as_deref());
    assert_eq!(reason, Some("loosens sharing from organisation to public"), "{acts:?}");
}

#[tokio::test]
async fn what_is_made_of_a_record_that_comes_back_closer_follows_it() {
    let source = "id = \"ledger\"\nkind = \"inventory\"\nurl = \"file:ledger.csv\"\norganisation = \"Authority\"\n";
    let town = Town::settled_with(&[source]).await;
    let others: Vec<String> = (0..60).map(|one| format!("b{one},Roads {one},YEM,low,public,full,download\n")).collect();
    let others = others.concat();
    let harvest = async |number: usize, row: &str| {
        let rows = format!("id,title,country,sensitivity,sharing,listing,access method\n{row}{others}");
        town.house.write("ledger.csv", &rows);
        town.house.harvest("ledger", &HarvestOptions::default(), day(number)).await
    };
    harvest(0, "a,Cases,YEM,low,public,full,download\n").await;
    let cases = DatasetId::new("ledger", "a").to_string();
    let counts = town.registered(&town.clinic, &statement("Counts", "low", "public", &[&cases])).await;
    let mut number = 1;
    while harvest(number, "").await.retired == 0 {
        assert!(number < 9, "it is retired at some time");
        number += 1;
    }
    assert_eq!(town.terms(&counts).await["sharing"], json!("public"));
    let back = harvest(number + 1, "a,Cases,YEM,low,closed,hidden,none\n").await;
    assert_eq!(back.new + back.changed, 1, "{back:?}");
    assert_eq!(town.terms(&counts).await["sharing"], json!("closed"));
}
