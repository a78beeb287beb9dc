//! The pages of a community: what a group, its members and their exchanges are told to be, to each viewer as far as they may know.

use crate::browser::{Browser, is_sound};
use crate::house::{Asker, DESK, House, day};
use cairn_catalog::HarvestOptions;
use cairn_policy::{Role, Viewer};
use jiff::Timestamp;
use serde_json::{Value, json};

const HOLDINGS: &str = "\
id,title,owner,country,cluster,sensitivity,sharing,listing,access method
wells,Wells <b>of</b> the valley,Relief,YEM,WSH,low,public,full,download
own,Patients,Clinic,YEM,Health,moderate,organisation,hidden,on-request
";

/// A working group of two, another one that only its members know of, and what flows between them.
async fn town() -> House {
    let house = House::open(&[DESK]).await;
    house.write("holdings.csv", HOLDINGS);
    house.harvest("desk", &HarvestOptions::default(), day(0)).await;
    let (operator, now) = (Viewer::operator(), Timestamp::now());
    for name in ["Relief", "Clinic", "Stranger"] {
        let profile = serde_json::from_value(json!({"name": {"en": name}, "listed": name != "Clinic"})).unwrap();
        house.catalog.register_organisation(&operator, Some(&name.to_lowercase()), profile, now).await.unwrap();
    }
    let group = async |id: &str, name: &str, audience: Value| {
        let profile = json!({"name": {"en": name}, "kind": "collaborative", "members": ["relief", "clinic"],
            "leads": ["relief"], "audience": audience});
        let profile = serde_json::from_value(profile).unwrap();
        house.catalog.create_group(&operator, Some(id), profile, now).await.unwrap();
    };
    group("water", "Water <i>watch</i>", json!({"sharing": "community"})).await;
    group("quiet", "Quiet", json!({"sharing": "organisation"})).await;
    let relief = house.viewer(&Asker::member("Relief", &[], Role::Steward)).await;
    for (title, audience) in [("Levels of wells", "community"), ("Names", "organisation")] {
        let exchange = json!({"from": "relief", "to": "clinic", "title": {"en": title}, "channel": "email",
            "frequency": "monthly", "clusters": ["WSH"], "audience": {"sharing": audience}});
        house.catalog.create_exchange(&relief, serde_json::from_value(exchange).unwrap(), now).await.unwrap();
        let need = json!({"title": {"en": format!("Need of {title}")}, "purposes": ["coordination"], "countries": ["YEM"],
            "audience": {"sharing": audience}});
        house.catalog.create_need(&relief, None, serde_json::from_value(need).unwrap(), now).await.unwrap();
    }
    let terms = json!({"title": {"en": "Water data"},
        "parties": [{"organisation": "relief", "role": "provider"}, {"group": "water", "role": "user"}],
        "covers": {"owners": ["relief"]}, "purposes": ["coordination"], "access": {"at_most": "download"},
        "transfer": "allowed", "validity": {"from": "2026-01-01T00:00:00Z"}, "trigger": {"when": "always"}});
    house.catalog.propose_agreement(&relief, serde_json::from_value(terms).unwrap(), now).await.unwrap();
    house
}

#[tokio::test]
async fn a_group_shows_its_members_what_they_hold_need_agreed_on_and_exchange() {
    let house = town().await;
    let amal = Browser::of(&house, "Amal", "Clinic", Role::Steward).await;
    let shown = amal.open("/group/water").await;
    is_sound(&shown);
    let text = shown.text();
    for part in [
        "<h1 dir=\"auto\">Water &#60;i&#62;watch&#60;/i&#62;</h1>",
        "<bdi>Relief</bdi> <span class=\"badge\">leads</span> · <a href=\"/search?organisation=relief\">1 holding<",
        "Wells &#60;b&#62;of&#60;/b&#62; the valley</a> (<bdi>Relief</bdi>)",
        "Patients</a> (<bdi>Clinic</bdi>)",
        "/search?organisation=relief&#38;organisation=clinic\">All 2 holdings",
        "<li><bdi>Amal</bdi> (steward)</li>",
        "Need of Levels of wells</a>",
        "Water data</a> <span class=\"badge\">Not in force yet</span>",
        "Levels of wells</span>",
        "<td>Every month</td>",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    assert!(!text.contains("Need of Names"), "the need of others is theirs: {text}");
    let list = amal.open("/groups").await;
    is_sound(&list);
    assert!(list.text().contains("href=\"/group/quiet\""), "{}", list.text());
}

#[tokio::test]
async fn what_a_viewer_may_not_know_of_is_on_no_page_of_a_group() {
    let house = town().await;
    let zed = Browser::of(&house, "Zed", "Stranger", Role::Steward).await;
    let text = zed.open("/group/water").await.text();
    for hidden in ["Patients", "Amal", "Names", "Water data", "Quiet"] {
        assert!(!text.contains(hidden), "{hidden}: {text}");
    }
    assert!(text.contains("The one holding") && text.contains("Levels of wells"), "{text}");
    assert!(!zed.open("/groups").await.text().contains("Quiet"));
    let (hidden, absent) = (zed.open("/group/quiet").await, zed.open("/group/none").await);
    assert_eq!((hidden.status.as_u16(), hidden.text()), (404, absent.text()));
    // Nobody who is not signed in knows of either.
    let (hidden, absent) = (house.get("/group/water", None).await, house.get("/group/none", None).await);
    assert_eq!((hidden.status.as_u16(), hidden), (404, absent));
    let list = house.get("/groups", None).await;
    assert!(list.status == 200 && !list.text().contains("Water"), "{}", list.text());
}

#[tokio::test]
async fn a_group_that_everyone_may_know_of_is_shown_without_signing_in_and_tells_no_more_than_that() {
    let house = town().await;
    let profile = json!({"name": {"en": "Open"}, "kind": "working-group", "members": ["relief", "stranger"],
        "audience": {"sharing": "public"}});
    let (operator, now) = (Viewer::operator(), Timestamp::now());
    house.catalog.create_group(&operator, Some("open"), serde_json::from_value(profile).unwrap(), now).await.unwrap();
    let shown = house.get("/group/open", None).await;
    is_sound(&shown);
    let text = shown.text();
    assert!(text.contains("<bdi>Relief</bdi>") && text.contains("The one holding"), "{text}");
    assert!(!text.contains("Levels of wells") && !text.contains("People of your organisation"), "{text}");
    assert!(house.get("/groups", None).await.text().contains("href=\"/group/open\""));
}

#[tokio::test]
async fn exchanges_are_a_table_of_what_flows_from_whom_to_whom_how_and_how_often() {
    let house = town().await;
    let zed = Browser::of(&house, "Zed", "Stranger", Role::Reader).await;
    let amal = Browser::of(&house, "Amal", "Clinic", Role::Reader).await;
    let shown = zed.open("/exchanges").await;
    is_sound(&shown);
    let text = shown.text();
    let row = "<td><bdi>Relief</bdi></td><td><bdi>Clinic</bdi></td><td><span dir=\"auto\">Levels of wells</span>";
    assert!(text.contains(row) && !text.contains("Names"), "{text}");
    assert!(amal.open("/exchanges").await.text().contains("Names"));
    assert!(zed.open("/exchanges?cluster=WSH&country=").await.text().contains("Levels of wells"));
    assert!(!zed.open("/exchanges?cluster=HEA").await.text().contains("Levels of wells"));
    assert_eq!(zed.open("/exchanges?cluster=nonsense").await.status, 400);
    assert!(house.get("/exchanges", None).await.text().contains("No exchange that you may know of"));
}

#[tokio::test]
async fn a_group_of_more_members_than_a_search_takes_is_counted_whole() {
    let house = House::open(&[DESK]).await;
    let names: Vec<String> = (0..103).map(|number| format!("Office {number:03}")).collect();
    let row = |id: &str, of: &str, day: &str| format!("{id},Wells {id},{of},YEM,WSH,low,public,full,download,{day}\n");
    let rows =
        [row("a", &names[0], "2020-01-01"), row("b", &names[102], "2024-01-01"), row("c", &names[102], "2019-01-01")];
    let heading = HOLDINGS.lines().next().unwrap();
    house.write("holdings.csv", &format!("{heading},modified\n{}", rows.concat()));
    house.harvest("desk", &HarvestOptions::default(), day(0)).await;
    let (operator, now) = (Viewer::operator(), Timestamp::now());
    let mut members = Vec::new();
    for name in &names {
        let id = name.to_lowercase().replace(' ', "-");
        let profile = serde_json::from_value(json!({"name": {"en": name}, "listed": true})).unwrap();
        house.catalog.register_organisation(&operator, Some(&id), profile, now).await.unwrap();
        members.push(id);
    }
    let profile = json!({"name": {"en": "All"}, "kind": "working-group", "members": members,
        "audience": {"sharing": "public"}});
    house
        .catalog
        .create_group(&operator, Some("offices"), serde_json::from_value(profile).unwrap(), now)
        .await
        .unwrap();
    let shown = house.get("/group/offices", None).await;
    is_sound(&shown);
    let text = shown.text();
    let of_last = "<a href=\"/search?organisation=office-102\">2 holdings<span";
    assert!(text.contains(of_last), "{text}");
    assert!(text.contains("Of 3 that you can find"), "{text}");
    assert!(!text.contains("All 3 holdings"), "a search takes no more than a hundred: {text}");
    let place = |title: &str| text.find(title).unwrap_or_else(|| panic!("{title}: {text}"));
    assert!(place("Wells b<") < place("Wells a<") && place("Wells a<") < place("Wells c<"), "newest first: {text}");
}
