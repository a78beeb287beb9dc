//! What is new for who follows a saved search or a need.

use cairn_catalog::{CatalogError, Followed, PersonUpdate};
use cairn_model::registry::{NeedStatement, NotifyChannel, NotifyFrequency, NotifyStatement};
use cairn_policy::{Role, Viewer};
use serde_json::json;

use crate::house::{day, desk_id};
use crate::notifications::town::{PUBLIC_URL, Town, hour, one, told};

const AT_ONCE: NotifyFrequency = NotifyFrequency::AtOnce;

fn mail(frequency: NotifyFrequency) -> NotifyStatement {
    told(NotifyChannel::Email, frequency, None)
}

#[tokio::test]
async fn who_follows_a_saved_search_is_told_of_what_is_new_for_it_and_of_each_change_once() {
    let mut town = Town::open().await;
    town.holds(&[["old", "Wells of old", "public", "full"]]).await;
    let amal = town.person("amal", "Elsewhere", Role::Reader).await;
    let search = town.saved(&amal, "q=wells").await;
    town.follows(&amal, &search, mail(AT_ONCE)).await;
    assert!(town.mails(hour(0)).await.is_empty(), "what was there before is no news");

    let new = ["new", "Wells of the north", "public", "full"];
    town.holds(&[["old", "Wells of old", "public", "full"], new, ["road", "Roads", "public", "full"]]).await;
    let mail = one(town.mails(hour(1)).await);
    assert_eq!(mail.to, "amal@relief.example");
    assert_eq!(mail.field("Subject").unwrap(), "Cairn: 1 record new or changed");
    let body = mail.body();
    let id = desk_id("new");
    assert!(body.contains(&format!("{PUBLIC_URL}/saved-searches/{search}\n")), "{body}");
    assert!(body.contains(&format!("\"Wells of the north\"\n{PUBLIC_URL}/dataset/{id}\n")), "{body}");
    assert!(
        !mail.text.contains("Secret name") && !body.contains("Roads") && !body.contains("q=wells"),
        "{}",
        mail.text
    );
    assert!(town.mails(hour(2)).await.is_empty(), "it is told once");

    town.holds(&[["old", "Wells of old", "public", "full"], ["new", "Wells of the far north", "public", "full"]]).await;
    assert!(one(town.mails(hour(3)).await).body().contains("Wells of the far north"), "a change is news");
}

#[tokio::test]
async fn a_search_that_cannot_be_carried_out_keeps_nobody_elses_news() {
    let mut town = Town::open().await;
    let broken = town.person("broken", "Elsewhere", Role::Reader).await;
    let too_long = town.saved(&broken, &format!("q={}", "wells+".repeat(200))).await;
    town.follows(&broken, &too_long, mail(AT_ONCE)).await;
    let amal = town.person("amal", "Elsewhere", Role::Reader).await;
    let search = town.saved(&amal, "q=wells").await;
    town.follows(&amal, &search, mail(AT_ONCE)).await;
    town.holds(&[["new", "Wells of the north", "public", "full"]]).await;
    assert_eq!(one(town.mails(hour(1)).await).to, "amal@relief.example");
    town.holds(&[["new", "Wells of the far north", "public", "full"]]).await;
    assert_eq!(one(town.mails(hour(3)).await).to, "amal@relief.example");
}

/// UX 34.
#[tokio::test]
async fn a_digest_tells_of_a_whole_day_at_once() {
    let mut town = Town::open().await;
    let amal = town.person("amal", "Elsewhere", Role::Reader).await;
    let search = town.saved(&amal, "q=wells").await;
    town.follows(&amal, &search, mail(NotifyFrequency::Daily)).await;
    town.holds(&[["a", "Wells a", "public", "full"]]).await;
    assert!(town.mails(hour(10)).await.is_empty());
    town.holds(&[["a", "Wells a", "public", "full"], ["b", "Wells b", "public", "full"]]).await;
    assert!(town.mails(hour(23)).await.is_empty());
    let mail = one(town.mails(hour(24)).await);
    assert_eq!(mail.field("Subject").unwrap(), "Cairn: 2 records new or changed");
    assert!(town.mails(hour(48)).await.is_empty(), "no mail without news");
}

#[tokio::test]
async fn who_follows_a_need_is_told_of_what_may_answer_it() {
    let mut town = Town::open().await;
    let amal = town.person("amal", "Elsewhere", Role::Manager).await;
    let statement: NeedStatement = serde_json::from_value(json!({
        "title": {"en": "Wells"}, "topics": ["wells"], "purposes": ["needs-assessment"],
    }))
    .unwrap();
    let need = town.house.catalog.create_need(&amal, None, statement, day(0)).await.unwrap().id;
    let catalog = town.house.catalog.clone();
    catalog.follow(&amal, Followed::Need(&need), mail(AT_ONCE), day(0)).await.unwrap();
    town.holds(&[["a", "Wells of the north", "public", "full"], ["b", "Roads", "public", "full"]]).await;
    let body = one(town.mails(hour(1)).await).body();
    assert!(body.contains(&format!("{PUBLIC_URL}/needs/{need}")) && body.contains("Wells of the north"), "{body}");
    assert!(!body.contains("Roads"), "{body}");
}

/// L27.
#[tokio::test]
async fn rights_are_looked_at_again_when_a_message_is_sent() {
    let mut town = Town::open().await;
    let catalog = town.house.catalog.clone();
    let insider = town.person("insider", "Desk", Role::Reader).await;
    let leaver = town.person("leaver", "Desk", Role::Reader).await;
    let outsider = town.person("outsider", "Elsewhere", Role::Reader).await;
    for viewer in [&insider, &leaver, &outsider] {
        let search = town.saved(viewer, "q=wells").await;
        town.follows(viewer, &search, mail(AT_ONCE)).await;
    }
    town.mail.down().await;
    town.holds(&[["open", "Wells a", "public", "full"], ["own", "Wells b", "organisation", "hidden"]]).await;
    assert_eq!(town.sends(hour(1)).await.postponed, 3);
    town.mail.up().await;
    // Before anything is sent, the one record is closed, and somebody leaves.
    town.holds(&[["open", "Wells a", "organisation", "hidden"], ["own", "Wells b", "organisation", "hidden"]]).await;
    let closed = PersonUpdate { name: "leaver".to_owned(), role: Role::Reader, closed: true };
    catalog.change_person(&Viewer::operator(), leaver.person().unwrap(), &closed, day(0)).await.unwrap();
    let mail = one(town.mails(hour(2)).await);
    assert_eq!(
        (mail.to.as_str(), mail.field("Subject").unwrap().as_str()),
        ("insider@relief.example", "Cairn: 2 records new or changed")
    );
    // What not everyone may see stands in no mail.
    assert!(!mail.body().contains("Wells") && mail.body().contains("2 more are seen there."), "{}", mail.body());
}

/// F83.
#[tokio::test]
async fn a_mail_server_that_was_down_for_two_days_gets_each_mail_once_and_no_flood() {
    let mut town = Town::open().await;
    let amal = town.person("amal", "Elsewhere", Role::Reader).await;
    let mut searches = Vec::new();
    for number in 0..60 {
        let search = town.saved(&amal, "q=wells").await;
        town.follows(&amal, &search, mail(AT_ONCE)).await;
        searches.push((number, search));
    }
    town.mail.down().await;
    let mut rows = Vec::new();
    let ids: Vec<String> = (0..6).map(|number| format!("r{number}")).collect();
    for (number, id) in (0..).zip(&ids) {
        rows.push([id.as_str(), "Wells", "public", "full"]);
        town.holds(&rows).await;
        for step in 0..4 {
            town.sends(hour(8 * number + 2 * step)).await;
        }
    }
    assert!(town.mail.taken().is_empty());
    town.mail.up().await;
    let mut mails = Vec::new();
    for step in 48..72 {
        mails.extend(town.mails(hour(step)).await);
    }
    let mut ids: Vec<String> = mails.iter().map(|mail| mail.field("Message-ID").unwrap()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), mails.len(), "no mail comes twice");
    // Fifty are told one by one, with all that came meanwhile. What is above that is one mail for the first day, and on the
    // second day the rest are told of what came then.
    let (more, news): (Vec<_>, Vec<_>) = mails
        .iter()
        .map(|mail| mail.field("Subject").unwrap())
        .partition(|subject| subject.contains("told one by one"));
    let of = |count: u32| {
        news.iter().filter(|subject| **subject == format!("Cairn: {count} records new or changed")).count()
    };
    assert_eq!((news.len(), of(6), of(3), more.len()), (60, 50, 10, 1), "{news:?} {more:?}");
}

/// What is hidden from somebody moves nothing that they are told: neither whether a mail comes, nor a letter of it.
#[tokio::test]
async fn a_mail_is_what_it_would_be_if_all_that_is_hidden_had_never_existed() {
    let (mut bare, mut full) = (Town::open().await, Town::open().await);
    let open = [["a", "Wells a", "public", "full"], ["b", "Wells b", "community", "full"]];
    let hidden = [["h", "Wells h", "organisation", "hidden"], ["i", "Wells i", "organisation", "hidden"]];
    let mut mails = Vec::new();
    for (town, with_hidden) in [(&mut bare, false), (&mut full, true)] {
        let amal = town.person("amal", "Elsewhere", Role::Reader).await;
        let search = town.saved(&amal, "q=wells").await;
        town.follows(&amal, &search, mail(AT_ONCE)).await;
        let rows = |open: &[[&'static str; 4]], hidden: &[[&'static str; 4]]| {
            let hidden = if with_hidden { hidden } else { &[] };
            [open, hidden].concat()
        };
        let mut told = Vec::new();
        for (at, rows) in (1..).zip([
            rows(&open[..1], &[]),
            rows(&open[..1], &hidden[..1]),
            rows(&open, &hidden),
            rows(&open, &hidden[..1]),
        ]) {
            town.holds(&rows).await;
            let text = |mail: crate::notifications::mail_server::Mail| {
                let body = mail.body().replace(&search, "SEARCH");
                // The link that ends such mails is drawn by lot.
                let body = body.split("\n-- \n").next().unwrap().to_owned();
                (at, mail.field("Subject").unwrap(), body)
            };
            told.extend(town.mails(hour(at)).await.into_iter().map(text));
        }
        mails.push(told);
    }
    assert_eq!(mails[0].iter().map(|(at, ..)| *at).collect::<Vec<i64>>(), [1, 3]);
    assert_eq!(mails[0], mails[1]);
}

#[tokio::test]
async fn who_may_be_told_how_is_told_where_it_is_said() {
    let town = Town::open().await;
    let catalog = &town.house.catalog;
    let amal = town.person("amal", "Desk", Role::Manager).await;
    let badr = town.person("badr", "Desk", Role::Reader).await;
    let search = town.saved(&amal, "q=wells").await;
    let follow = async |viewer: &Viewer, id: &str, statement: NotifyStatement| match catalog
        .follow(viewer, Followed::SavedSearch(id), statement, day(0))
        .await
    {
        Ok(following) => following.statement.channel.code().to_owned(),
        Err(CatalogError::Invalid(problems)) => format!("{}: {}", problems[0].field, problems[0].code),
        Err(CatalogError::NotFound(_)) => "absent".to_owned(),
        Err(CatalogError::Forbidden(_)) => "forbidden".to_owned(),
        Err(error) => panic!("{error:?}"),
    };
    let hook = |url: &str| told(NotifyChannel::Webhook, AT_ONCE, Some(url));
    assert_eq!(follow(&amal, &search, mail(AT_ONCE)).await, "email");
    assert_eq!(follow(&badr, &search, mail(AT_ONCE)).await, "absent");
    assert_eq!(follow(&amal, "none", mail(AT_ONCE)).await, "absent");
    assert_eq!(follow(&amal, &search, hook("ftp://hooks.example")).await, "url: not-an-address");
    // A search of a token that is nobody's own is followed by a webhook alone, and by who speaks for the organisation.
    let desk = |role| Viewer::member("desk", &[], role);
    let shared = town.saved(&desk(Role::Manager), "q=wells").await;
    assert_eq!(follow(&desk(Role::Manager), &shared, mail(AT_ONCE)).await, "channel: not-allowed");
    assert_eq!(follow(&desk(Role::Manager), &shared, hook("https://hooks.example")).await, "webhook");
    assert_eq!(follow(&desk(Role::Reader), &shared, hook("https://hooks.example")).await, "forbidden");
    assert_eq!(follow(&desk(Role::Manager), &shared, told(NotifyChannel::None, AT_ONCE, None)).await, "none");
    let acts = format!("{:?}", catalog.newest_acts(10).await.unwrap());
    assert!(acts.contains("notify.set") && acts.contains("notify.remove") && !acts.contains("hooks.example"), "{acts}");
}
