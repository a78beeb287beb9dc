//! What viewers read of single records, and who they are.

use crate::house::{DESK, House, PORTAL, day, desk_id, dump, inventory, member, package, packages, portal_id};
use cairn_catalog::{CatalogError, HarvestOptions, HistoryPage, TokenRequest};
use cairn_model::Contact;
use cairn_policy::{Label, RenditionLevel, Role, Viewer};
use serde_json::json;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, QueryBuilder, Sqlite};

fn request(organisation: &str, groups: &[&str]) -> TokenRequest {
    let groups = groups.iter().map(|group| (*group).to_owned()).collect();
    TokenRequest { organisation: organisation.to_owned(), groups, role: Role::Reader, expires: None }
}

#[tokio::test]
async fn an_operator_is_told_as_many_recent_runs_of_their_own_sources_as_they_ask_for() {
    let house = House::open(&[PORTAL, DESK]).await;
    house.write("desk.csv", &inventory(&[["h1", "Clinics", "public", "full", ""]]));
    house.write("dump.json", &dump(&packages(1, 2)));
    let mut of_desk = Vec::new();
    for number in 0..3 {
        of_desk.insert(0, house.harvest("desk", number).await.run);
    }
    for number in 3..8 {
        house.harvest("portal", number).await;
    }
    let told = async |viewer: &Viewer, limit| -> Vec<String> {
        house.catalog.recent_runs(viewer, limit).await.unwrap().into_iter().map(|run| run.run).collect()
    };
    let of_the_desk = Viewer::member("desk", &[], Role::Operator);
    assert_eq!(told(&of_the_desk, 2).await, of_desk[..2]);
    assert_eq!(told(&of_the_desk, 100).await, of_desk);
    assert_eq!(told(&Viewer::operator(), 100).await.len(), 8);
    assert_eq!(told(&member("desk"), 100).await, Vec::<String>::new());
}

#[tokio::test]
async fn hidden_and_absent_records_give_the_same_error() {
    let house = House::open(&[DESK]).await;
    house.write("desk.csv", &inventory(&[["h1", "Convoys", "closed", "hidden", ""]]));
    house.harvest("desk", 0).await;
    let anonymous = Viewer::anonymous();
    for id in [desk_id("h1"), desk_id("never")] {
        for answer in [
            house.catalog.dataset(&anonymous, id).await.map(|_| ()),
            house.catalog.contacts(&anonymous, id).await.map(|_| ()),
            house.catalog.history(&anonymous, id, None, 100).await.map(|_| ()),
        ] {
            assert!(matches!(answer, Err(CatalogError::NotFound("record"))), "{answer:?}");
        }
    }
}

#[tokio::test]
async fn a_record_that_was_withdrawn_is_gone_for_who_saw_it_then_and_absent_for_everyone_else() {
    let house = House::open(&[DESK]).await;
    let rows = [
        ["open", "Wells", "public", "full", ""],
        ["hidden", "Convoys", "closed", "hidden", ""],
        ["tightened", "Camps", "public", "full", ""],
        ["stays", "Roads", "public", "full", ""],
    ];
    house.write("desk.csv", &inventory(&rows));
    house.harvest("desk", 0).await;
    let tightened = ["tightened", "Camps", "closed", "hidden", ""];
    house.write("desk.csv", &inventory(&[rows[0], rows[1], tightened, rows[3]]));
    house.harvest("desk", 1).await;
    house.write("desk.csv", &inventory(&rows[3..]));
    house.harvest("desk", 2).await;
    let lacking = house.harvest("desk", 10).await;
    let confirm = HarvestOptions { confirm_removals: Some(lacking.run), ..HarvestOptions::default() };
    assert_eq!(house.harvest_with("desk", 11, &confirm).await.retired, 3);

    let told = async |viewer: &Viewer, id: &str| house.how_it_is_withheld(viewer, desk_id(id)).await;
    for viewer in [Viewer::anonymous(), member("stranger")] {
        assert_eq!(told(&viewer, "open").await, ["gone"; 4]);
        for id in ["hidden", "tightened", "never"] {
            assert_eq!(told(&viewer, id).await, ["absent"; 4], "{id}");
        }
    }
    for id in ["open", "hidden", "tightened"] {
        assert_eq!(told(&member("desk"), id).await, ["gone"; 4], "{id}");
    }
    assert_eq!(told(&member("desk"), "never").await, ["absent"; 4]);
}

/// Damages the bodies of revisions, by a condition on their table.
async fn damage(house: &House, condition: &str) {
    let options = SqliteConnectOptions::new().filename(house.data().join("cairn.db"));
    let mut connection = options.connect().await.unwrap();
    QueryBuilder::<Sqlite>::new("UPDATE revisions SET body = x'00' WHERE ")
        .push(condition)
        .build()
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
}

#[tokio::test]
async fn a_damaged_record_cannot_be_told_from_an_absent_one_by_who_may_not_see_it() {
    let house = House::open(&[DESK]).await;
    house.write("desk.csv", &inventory(&[["h1", "Convoys", "closed", "hidden", ""]]));
    house.harvest("desk", 0).await;
    damage(&house, "true").await;
    for viewer in [Viewer::anonymous(), member("stranger")] {
        let answer = house.catalog.dataset(&viewer, desk_id("h1")).await;
        assert!(matches!(answer, Err(CatalogError::NotFound("record"))), "{answer:?}");
    }
    let answer = house.catalog.dataset(&member("desk"), desk_id("h1")).await;
    assert!(matches!(answer, Err(CatalogError::Store(_))), "{answer:?}");
}

#[tokio::test]
async fn the_times_of_a_record_need_no_more_of_its_history_than_its_last_change() {
    let house = House::open(&[DESK]).await;
    for (day_number, title) in ["Wells", "Wells 2", "Wells 3", "Wells 4"].into_iter().enumerate() {
        house.write("desk.csv", &inventory(&[["h1", title, "public", "full", ""]]));
        house.harvest("desk", i64::try_from(day_number).unwrap()).await;
    }
    damage(&house, "revision < 3").await;
    let view = house.catalog.dataset(&Viewer::anonymous(), desk_id("h1")).await.unwrap();
    assert_eq!((view.first_seen, view.changed_at), (Some(day(0)), Some(day(3))));
}

#[tokio::test]
async fn a_history_comes_in_pages_and_ends_where_the_viewer_began_to_see_the_record() {
    let house = House::open(&[DESK]).await;
    let states = [("A", "public"), ("B", "public"), ("C", "organisation"), ("D", "organisation")];
    for (day_number, (title, sharing)) in states.into_iter().enumerate() {
        house.write("desk.csv", &inventory(&[["h1", title, sharing, "hidden", ""]]));
        house.harvest("desk", i64::try_from(day_number).unwrap()).await;
    }
    let own = member("desk");
    let mut told = Vec::new();
    let mut before = None;
    loop {
        let page = house.catalog.history(&own, desk_id("h1"), before, 1).await.unwrap();
        told.extend(page.entries.iter().map(|step| step.at));
        before = page.next;
        if before.is_none() {
            break;
        }
    }
    assert_eq!(told, [day(3), day(2), day(1), day(0)]);
    let past_the_end = house.catalog.history(&own, desk_id("h1"), Some(day(0)), 1).await.unwrap();
    assert_eq!(past_the_end, HistoryPage::default());

    house.write("desk.csv", &inventory(&[["h1", "E", "public", "hidden", ""]]));
    let held = house.harvest("desk", 4).await;
    let confirm = HarvestOptions { confirm_loosening: Some(held.run), ..HarvestOptions::default() };
    house.harvest_with("desk", 5, &confirm).await;
    let page = house.catalog.history(&Viewer::anonymous(), desk_id("h1"), None, 1).await.unwrap();
    assert_eq!((page.entries.len(), page.next), (1, None), "that there is more before it is not told");
}

/// Steps of a history as `day change fields`.
async fn steps(house: &House, viewer: &Viewer, id: &str) -> Vec<String> {
    let steps = house.catalog.history(viewer, desk_id(id), None, 100).await.unwrap().entries;
    let told = steps.iter().map(|step| {
        let days = step.at.duration_since(day(0)).as_hours() / 24;
        format!("{days} {:?} {}", step.change, step.fields.join(" ")).trim().to_owned()
    });
    told.collect()
}

#[tokio::test]
async fn history_and_times_begin_when_the_viewer_could_see_the_record_last() {
    let house = House::open(&[DESK]).await;
    let say = |title: &str, sharing: &str, contact: &str| {
        let row = format!(
            "Dataset ID,Dataset title,Sharing level,Listing,Contact email\nh1,{title},{sharing},hidden,{contact}\n"
        );
        house.write("desk.csv", &row);
    };
    say("Wells", "public", "");
    house.harvest("desk", 0).await;
    say("Wells 2", "public", "");
    house.harvest("desk", 1).await;
    let anonymous = Viewer::anonymous();
    assert_eq!(steps(&house, &anonymous, "h1").await, ["1 Changed title", "0 Created"]);

    say("Convoys", "organisation", "");
    house.harvest("desk", 2).await;
    say("Convoys 2", "organisation", "");
    house.harvest("desk", 3).await;
    say("Wells 3", "public", "");
    let held = house.harvest("desk", 4).await;
    let confirm = HarvestOptions { confirm_loosening: Some(held.run), ..HarvestOptions::default() };
    house.harvest_with("desk", 5, &confirm).await;
    // What only signed-in viewers see of it changes.
    say("Wells 3", "public", "desk@example.org");
    house.harvest("desk", 6).await;

    assert_eq!(steps(&house, &anonymous, "h1").await, ["5 Created"]);
    let own = [
        "5 Changed terms",
        "4 Changed title",
        "3 Changed title",
        "2 Changed terms title",
        "1 Changed title",
        "0 Created",
    ];
    assert_eq!(steps(&house, &member("desk"), "h1").await, own);
    let times = async |viewer: &Viewer| {
        let view = house.catalog.dataset(viewer, desk_id("h1")).await.unwrap();
        (view.first_seen, view.changed_at)
    };
    assert_eq!(times(&anonymous).await, (Some(day(5)), Some(day(5))));
    assert_eq!(times(&member("desk")).await, (Some(day(0)), Some(day(5))));
}

#[tokio::test]
async fn contacts_are_for_viewers_who_are_signed_in_unless_a_portal_shows_them() {
    let house = House::open(&[DESK, PORTAL]).await;
    house.write(
        "desk.csv",
        &inventory(&[
            ["h1", "Wells", "public", "full", "desk@example.org"],
            ["h2", "Clinics", "organisation", "stub", "clinics@example.org"],
            ["h3", "Convoys", "organisation", "hidden", "convoys@example.org"],
        ]),
    );
    let mut open = package("open", "Maps");
    open["maintainer_email"] = json!("maps@example.org");
    let mut rule = package("rule", "Nameless");
    rule["maintainer_email"] = json!("nameless@example.org");
    rule["sharing"] = json!("TLP:EX:CHR");
    house.write("dump.json", &dump(&[open, rule]));
    house.harvest("desk", 0).await;
    house.harvest("portal", 0).await;
    let mails = async |viewer: &Viewer, id| -> Option<Vec<String>> {
        let contacts: Vec<Contact> = house.catalog.contacts(viewer, id).await.ok()?;
        Some(contacts.into_iter().filter_map(|contact| contact.email).collect())
    };
    let mail = |text: &str| Some(vec![format!("{text}@example.org")]);
    let (anonymous, stranger, own) = (Viewer::anonymous(), member("stranger"), member("desk"));
    let table = [
        (desk_id("h1"), Some(Vec::new()), mail("desk"), mail("desk")),
        (desk_id("h2"), Some(Vec::new()), mail("clinics"), mail("clinics")),
        (desk_id("h3"), None, None, mail("convoys")),
        (portal_id("open"), mail("maps"), mail("maps"), mail("maps")),
        (portal_id("rule"), Some(Vec::new()), Some(Vec::new()), Some(Vec::new())),
    ];
    for (id, for_anonymous, for_stranger, for_own) in table {
        assert_eq!(mails(&anonymous, id).await, for_anonymous);
        assert_eq!(mails(&stranger, id).await, for_stranger);
        assert_eq!(mails(&own, id).await, for_own);
    }
    assert_eq!(mails(&member("relief"), portal_id("rule")).await, mail("nameless"), "its owner knows whom to ask");
}

#[tokio::test]
async fn a_stub_is_found_by_what_it_shows_and_by_nothing_else() {
    let house = House::open(&[DESK]).await;
    let row = "h1,Convoy routes,Every convoy and its road,organisation,stub,Yemen";
    house.write("desk.csv", &format!("Dataset ID,Dataset title,Description,Sharing level,Listing,Country\n{row}\n"));
    house.harvest("desk", 0).await;
    let anonymous = Viewer::anonymous();
    assert_eq!(house.found(&anonymous, "convoy").await, Vec::<String>::new());
    assert_eq!(house.found(&anonymous, "road").await, Vec::<String>::new());
    assert_eq!(house.found(&anonymous, "h1").await, Vec::<String>::new());
    assert_eq!(house.found(&anonymous, "yemen").await, ["Dataset: Yemen"]);
    let view = house.catalog.dataset(&anonymous, desk_id("h1")).await.unwrap();
    assert_eq!((view.level, view.first_seen, view.changed_at), (RenditionLevel::Stub, None, None));
    assert_eq!(house.found(&member("desk"), "convoy").await, ["Convoy routes"]);
}

#[tokio::test]
async fn a_token_is_shown_once_and_kept_as_a_hash() {
    let house = House::open(&[]).await;
    let issued = house.catalog.create_token(request("Médecins du Sable (MdS)", &[]), day(0)).await.unwrap();
    let secret = issued.secret.strip_prefix("cairn_").unwrap();
    assert!(secret.len() == 64 && secret.bytes().all(|byte| byte.is_ascii_hexdigit()), "256 bits");
    assert!(issued.row.prefix.len() < 16 && issued.secret.starts_with(&issued.row.prefix));
    for entry in std::fs::read_dir(house.data()).unwrap() {
        let path = entry.unwrap().path();
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let held = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
        assert!(!held, "the secret stands in {}", path.display());
    }
    let viewer = house.catalog.viewer_for_token(&issued.secret, day(1)).await.unwrap();
    assert_eq!(viewer, member("medecins-du-sable-mds").acting_as(format!("token:{}", issued.row.id)));
}

#[tokio::test]
async fn groups_of_a_token_are_the_clusters_that_they_name() {
    let house = House::open(&[]).await;
    let groups =
        ["Mine Action", "cluster:PRO-MIN", "group:cluster:Protection", "Santé", "taskforce", "group:taskforce"];
    let issued = house.catalog.create_token(request("relief", &groups), day(0)).await.unwrap();
    let viewer = house.catalog.viewer_for_token(&issued.secret, day(0)).await.unwrap();
    let held: Vec<&str> = viewer.labels().map(Label::as_str).collect();
    assert_eq!(
        held,
        [
            "community",
            "group:cluster:HEA",
            "group:cluster:PRO",
            "group:cluster:PRO-MIN",
            "group:taskforce",
            "org:relief",
            "public"
        ]
    );
}

#[tokio::test]
async fn a_token_that_is_revoked_expired_or_unknown_is_no_token() {
    let house = House::open(&[]).await;
    let catalog = &house.catalog;
    let kept = catalog.create_token(request("relief", &[]), day(0)).await.unwrap();
    let short = TokenRequest { expires: Some(day(2)), ..request("relief", &[]) };
    let short = catalog.create_token(short, day(0)).await.unwrap();
    assert!(catalog.viewer_for_token(&short.secret, day(1)).await.is_ok());
    let is_invalid = async |token: &str, number| {
        matches!(catalog.viewer_for_token(token, day(number)).await, Err(CatalogError::InvalidToken))
    };
    assert!(is_invalid(&short.secret, 2).await, "expired");
    assert!(catalog.viewer_for_token(&kept.secret, day(2)).await.is_ok());
    catalog.revoke_token(&kept.row.id, day(2)).await.unwrap();
    assert!(is_invalid(&kept.secret, 2).await, "revoked at once");
    assert!(catalog.revoke_token(&kept.row.id, day(3)).await.is_err(), "there is no live token of that id");
    let long = format!("cairn_{}", "0".repeat(1000));
    for token in ["", "cairn_", &kept.secret[6..], &kept.secret.to_uppercase(), &kept.row.prefix, &long] {
        assert!(is_invalid(token, 0).await, "{token}");
    }
    for wrong in [request("", &[]), request("  ", &[]), TokenRequest { expires: Some(day(0)), ..request("a", &[]) }] {
        assert!(matches!(catalog.create_token(wrong, day(0)).await, Err(CatalogError::BadRequest(_))));
    }
    let many: Vec<String> = (0..1000).map(|number| format!("g{number}")).collect();
    let many = TokenRequest { groups: many, ..request("a", &[]) };
    assert!(matches!(catalog.create_token(many, day(0)).await, Err(CatalogError::BadRequest(_))));
}
