//! The same question put to both catalogues.

use std::collections::BTreeMap;

use axum::http::Method;
use cairn_catalog::HarvestOptions;
use proptest::prelude::*;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::holdings::{DESK, Holding, MASK, PORTAL, dump};
use crate::house::{Answer, Asker, House, day};
use crate::lived::{Lived, Mirror, let_former_go, state_flow, state_needs, visible_alone};
use crate::sights::{is_fed, saw_it_withdrawn, steps, without_times};

pub(crate) const ALL_FACETS: &str = "facets=country,cluster,organisation,sharing,sensitivity,access,kind,format,freshness,licence,cost,\
                          language,frequency,classification,rendition,source,tag";

pub(crate) fn assert_same(address: &str, asker: &Asker, lived: &Answer, alone: &Answer) -> Result<(), TestCaseError> {
    prop_assert_eq!(lived.status, alone.status, "{} as {:?}", address, asker);
    prop_assert_eq!(lived.text(), alone.text(), "{} as {:?}", address, asker);
    prop_assert_eq!(&lived.headers, &alone.headers, "{} as {:?}", address, asker);
    prop_assert_eq!(lived, alone, "{} as {:?}", address, asker);
    Ok(())
}

/// Two answers with times of their catalogues in them.
pub(crate) fn assert_same_but_times(
    address: &str,
    asker: &Asker,
    lived: &Answer,
    alone: &Answer,
) -> Result<(), TestCaseError> {
    for answer in [lived, alone].into_iter().filter(|answer| answer.status.is_success()) {
        let tag = format!("W/\"{}\"", hex::encode(&Sha256::digest(&answer.body)[..16]));
        prop_assert_eq!(answer.headers.get("etag"), Some(&tag), "{}", address);
    }
    let normalised = |answer: &Answer| {
        let mut answer = answer.clone();
        if answer.status.is_success() {
            answer.body = serde_json::to_vec_pretty(&without_times(answer.json())).unwrap();
            answer.headers.insert("etag".to_owned(), "the hash of the body".to_owned());
        }
        answer
    };
    assert_same(address, asker, &normalised(lived), &normalised(alone))
}

/// The change feed of both catalogues: the same records, and in the one that has a past each where the viewer saw it change.
pub(crate) async fn compare_feeds(
    lived: &Lived,
    alone: &House,
    place: usize,
    asker: &Asker,
    tokens: [Option<&str>; 2],
) -> Result<(), TestCaseError> {
    let fed = Mirror::default().follow(&lived.house, tokens[0]).await;
    let fed_alone = Mirror::default().follow(alone, tokens[1]).await;
    let shown = |changes: &[Value]| -> BTreeMap<String, Value> {
        let shown = changes.iter().filter(|change| change["deleted"] == json!(false));
        shown.map(|change| (change["id"].to_string(), without_times(change["dataset"].clone()))).collect()
    };
    prop_assert_eq!(shown(&fed), shown(&fed_alone), "the feed of {:?}", asker);
    prop_assert!(fed_alone.iter().all(|change| change["deleted"] == json!(false)));
    // Each record once, where the viewer saw it change last; those that they saw until they were retired among them.
    let mut places: BTreeMap<String, (String, bool)> = BTreeMap::new();
    let present = lived.last.iter().map(|(key, holding)| (holding, &lived.seen[place][key]));
    let former = lived.former.holdings.iter().map(|(key, holding)| (holding, &lived.former.seen[place][key]));
    for (holding, sights) in present.chain(former) {
        let is_told = sights.iter().rev().find_map(|sight| sight.body.as_ref()).is_some_and(is_fed);
        if let Some((at, change)) = steps(sights).into_iter().next().filter(|_| is_told) {
            places.insert(holding.id().to_string(), (at, change == "retired"));
        }
    }
    let told: Vec<(String, bool)> = fed
        .iter()
        .map(|change| (change["id"].as_str().unwrap().to_owned(), change["deleted"] == json!(true)))
        .collect();
    let expected: BTreeMap<String, bool> = places.iter().map(|(id, (_, retired))| (id.clone(), *retired)).collect();
    prop_assert_eq!(told.len(), expected.len(), "{:?} as {:?}", &told, asker);
    prop_assert_eq!(told.iter().cloned().collect::<BTreeMap<String, bool>>(), expected, "as {:?}", asker);
    prop_assert!(told.iter().map(|(id, _)| &places[id].0).is_sorted(), "{:?} as {:?}", &told, asker);
    Ok(())
}

/// Pages, searches and completions that tell of no one record.
pub(crate) fn addresses(searches: &[String]) -> Vec<String> {
    let mut addresses: Vec<String> = [
        "/",
        "/search",
        "/coverage?rows=organisation&columns=cluster",
        "/exchanges",
        "/exchanges?country=YEM",
        "/agreements",
        "/concerns",
        "/crises",
        "/frameworks",
        "/requests",
        "/groups",
        "/vocabularies",
        "/vocabularies/unmapped",
        "/sources",
        "/source/portal",
        "/source/desk",
        "/source/nowhere",
        "/source/portal/problems",
        "/source/portal/problems?severity=error",
        "/source/portal/quality",
        "/api/v1/coverage",
        "/api/v1/coverage.csv?rows=kind&columns=organisation",
        "/api/v1/gaps",
        "/api/v1/gaps.csv",
        "/api/v1/holdings",
        "/api/v1/holdings/tables",
        "/api/v1/me/notifications",
        "/api/v1/holdings.csv?organisation=example-consortium",
        "/api/v1/profiles",
        "/api/v1/reviews",
        "/api/v1/stewardship",
        "/api/v1/stewardship?organisation=example-consortium&limit=2",
        "/api/v1/sources",
        "/api/v1/sources/portal/runs",
        "/api/v1/sources/nowhere/runs",
        "/api/v1/sources/portal/harvest",
        "/api/v1/sources/portal/problems",
        "/api/v1/sources/portal/problems/kinds",
        "/api/v1/sources/portal/problems.csv",
        "/api/v1/vocabularies/unmapped",
        "/api/v1/vocabularies/unmapped.csv?source=portal",
        "/api/v1/sources/portal/quality",
        "/health/ready",
    ]
    .map(str::to_owned)
    .to_vec();
    for search in searches {
        addresses.push(format!("/api/v1/search?{search}&{ALL_FACETS}"));
        addresses.push(format!("/search?{search}"));
        addresses.push(format!("/api/v1/search?{search}&{ALL_FACETS}&fold=true"));
        addresses.push(format!("/search?{search}&fold=true"));
        addresses.push(format!("/api/v1/search?{search}&fold=all&explain=1&histogram=modified,coverage&grid=8"));
        addresses.push(format!("/search?{search}&explain=1"));
        addresses.push(format!("/search?{search}&years=coverage"));
        // An export has no pages.
        let whole = search.split("&limit").next().unwrap_or_default();
        addresses.push(format!("/api/v1/export.csv?{whole}"));
        addresses.push(format!("/api/v1/export.jsonl?{whole}&fold=true"));
    }
    for prefix in ["wa", "haz", "con", "médecins", "example r", "approved", "rations", "霍乱", "covid", MASK] {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", prefix).finish();
        addresses.push(format!("/api/v1/suggest?{query}"));
    }
    addresses
}

/// Where a record is read over the API.
const READING: [&str; 9] =
    ["", "/history", "/contacts", "/duplicates", "/linkages", "/related", "/concerns", "/needs", "/classification"];

/// The doors of a record.
pub(crate) fn doors_of(holding: &Holding) -> Vec<String> {
    let api = READING.into_iter().chain(["/edit"]).map(|door| format!("/api/v1/datasets/{}{door}", holding.id()));
    let pages = ["", "/linkages", "/concern"].map(|door| format!("/dataset/{}{door}", holding.id()));
    api.chain(pages).collect()
}

/// Former permalinks lead where they would if nothing but what the viewer sees had been there when the ids changed.
pub(crate) async fn compare_former(lived: &Lived, place: usize, asker: &Asker) -> Result<(), TestCaseError> {
    let viewer = lived.house.viewer(asker).await;
    let mut visible = Vec::new();
    for key in lived.former.holdings.keys() {
        let holding = &lived.last[key];
        if let Ok(view) = lived.house.catalog.dataset(&viewer, holding.id()).await {
            visible.push(holding.as_seen_by(asker, view.level));
        }
    }
    let alone = House::open(&[PORTAL, DESK]).await;
    alone.tokens(&lived.askers).await;
    let before: Vec<Holding> = visible.iter().map(|one| Holding { renamed: false, ..one.clone() }).collect();
    alone.write("dump.json", &dump(before.iter()));
    alone.harvest("portal", &HarvestOptions::default(), day(0)).await;
    alone.write("dump.json", &dump(visible.iter()));
    let (was_listed, _) = let_former_go(&alone, 1).await;
    let tokens = [lived.house.token(asker).await, alone.token(asker).await];
    for (key, holding) in &lived.former.holdings {
        for door in doors_of(holding) {
            let in_lived = lived.house.get(&door, tokens[0].as_deref()).await;
            let in_alone = alone.get(&door, tokens[1].as_deref()).await;
            let saw_it = saw_it_withdrawn(&lived.former.seen[place][key]);
            let expected: &[u16] = if saw_it { &[301, 410] } else { &[404] };
            prop_assert!(expected.contains(&in_lived.status.as_u16()), "{} as {:?}: {:?}", door, asker, in_lived);
            if was_listed == lived.former.was_listed {
                assert_same(&door, asker, &in_lived, &in_alone)?;
            }
            if let Some(leads_to) = in_lived.headers.get("location") {
                let there = lived.house.get(leads_to, tokens[0].as_deref()).await;
                // What is proposed for a record is for those who look after it; others are told so there.
                let is_refused = leads_to.ends_with("/classification") && matches!(there.status.as_u16(), 401 | 403);
                // Nor is anything said otherwise of a record here.
                let is_absent = leads_to.ends_with("/edit") && there.status == 404;
                prop_assert!(
                    there.status == 200 || is_refused || is_absent,
                    "{} leads to {}: {}",
                    door,
                    leads_to,
                    there.status
                );
            }
        }
    }
    Ok(())
}

/// A flow names those records alone that the viewer may know of; its id is made by chance.
pub(crate) async fn compare_flows(
    lived: &Lived,
    alone: &House,
    asker: &Asker,
    [of_lived, of_alone]: [Option<&str>; 2],
) -> Result<(), TestCaseError> {
    let same = state_flow(alone, lived.last.values()).await;
    for door in ["", "/graph", &format!("/{same}"), &format!("/{same}/history")] {
        let address = format!("/api/v1/exchanges{door}");
        let told = lived.house.get(&address.replace(&same, &lived.flow), of_lived).await;
        let told_alone = alone.get(&address, of_alone).await;
        prop_assert_eq!(told.status, told_alone.status);
        prop_assert_eq!(told.text(), told_alone.text().replace(&same, &lived.flow), "a flow as {:?}", asker);
    }
    Ok(())
}

/// What answers needs; the ids of these are made by chance, and stand in the addresses alone.
pub(crate) async fn compare_needs(
    lived: &Lived,
    alone: &House,
    asker: &Asker,
    [of_lived, of_alone]: [Option<&str>; 2],
) -> Result<(), TestCaseError> {
    let same = state_needs(alone).await;
    for (id, of_same) in lived.needs.iter().zip(&same) {
        let address = format!("/api/v1/needs/{id}/matches");
        let matched = lived.house.get(&address, of_lived).await;
        prop_assert_eq!(matched.status.as_u16(), 200, "{}", matched.text());
        assert_same(&address, asker, &matched, &alone.get(&address.replace(id, of_same), of_alone).await)?;
    }
    for holding in lived.last.values().filter(|holding| !holding.withdrawn) {
        let address = format!("/api/v1/datasets/{}/needs", holding.id());
        let told = lived.house.get(&address, of_lived).await;
        let told_alone = alone.get(&address, of_alone).await;
        let named = lived.needs.iter().zip(&same);
        let named = named.fold(told_alone.text(), |text, (id, of_same)| text.replace(of_same, id));
        prop_assert_eq!((told.status, told.text()), (told_alone.status, named), "{} as {:?}", address, asker);
    }
    Ok(())
}

pub(crate) async fn compare(
    lived: &Lived,
    place: usize,
    asker: &Asker,
    searches: &[String],
) -> Result<(), TestCaseError> {
    let alone = visible_alone(lived, place, asker).await?;
    let tokens = [lived.house.token(asker).await, alone.token(asker).await];
    let [of_lived, of_alone] = [tokens[0].as_deref(), tokens[1].as_deref()];
    let ask = async |method: &Method, address: &str| {
        (lived.house.send(method, address, of_lived).await, alone.send(method, address, of_alone).await)
    };

    for door in ["harvest", "stop", "pause", "resume", "preview"] {
        for source in ["portal", "desk", "nowhere"] {
            let address = format!("/api/v1/sources/{source}/{door}");
            let (lived, alone) = ask(&Method::POST, &address).await;
            prop_assert_eq!(lived.status.as_u16(), 404, "{} as {:?}", address, asker);
            assert_same(&address, asker, &lived, &alone)?;
        }
    }
    compare_needs(lived, &alone, asker, [of_lived, of_alone]).await?;
    compare_flows(lived, &alone, asker, [of_lived, of_alone]).await?;
    for address in &addresses(searches) {
        let (lived, alone) = ask(&Method::GET, address).await;
        prop_assert!(lived.status.as_u16() < 500, "{}: {}", address, lived.text());
        assert_same(address, asker, &lived, &alone)?;
        let (lived, alone) = ask(&Method::HEAD, address).await;
        assert_same(address, asker, &lived, &alone)?;
    }

    // A walk to the end, each page by the cursor of the one before.
    let mut cursor: Option<String> = None;
    let walked = searches.first().map_or("q=", |search| search.split("&limit").next().unwrap_or_default());
    let folds = walked.len().is_multiple_of(2);
    loop {
        let address = format!("/api/v1/search?{walked}&limit=3&fold={folds}&cursor={}", cursor.unwrap_or_default());
        let (lived, alone) = ask(&Method::GET, &address).await;
        assert_same(&address, asker, &lived, &alone)?;
        match lived.json()["next"].as_str() {
            Some(next) => cursor = Some(next.to_owned()),
            None => break,
        }
    }

    // The records, those that are hidden, and one that never was.
    let absent = "00000000-0000-5000-8000-000000000000".to_owned();
    let ids: Vec<String> = lived.last.values().map(|holding| holding.id().to_string()).collect();
    let never = alone.get(&format!("/api/v1/datasets/{absent}"), of_alone).await;
    let seen = lived.last.keys().map(|key| saw_it_withdrawn(&lived.seen[place][key])).chain([false]);
    for (id, is_gone) in ids.iter().chain([&absent]).zip(seen) {
        let address = format!("/api/v1/datasets/{id}");
        if is_gone {
            let doors = READING.into_iter().chain(["/derivations"]).map(|door| format!("{address}{door}"));
            for door in doors.chain(["", "/concern"].map(|door| format!("/dataset/{id}{door}"))) {
                prop_assert_eq!(lived.house.get(&door, of_lived).await.status.as_u16(), 410, "{} as {:?}", door, asker);
            }
            continue;
        }
        let (lived_record, alone_record) = ask(&Method::GET, &address).await;
        assert_same_but_times(&address, asker, &lived_record, &alone_record)?;
        if lived_record.status == 404 {
            prop_assert_eq!(&lived_record, &never, "hidden and absent differ: {}", &address);
        }
        for address in [
            format!("/api/v1/datasets/{id}/contacts"),
            format!("/api/v1/datasets/{id}/duplicates"),
            format!("/api/v1/datasets/{id}/linkages?limit=50"),
            format!("/api/v1/datasets/{id}/related?limit=50"),
            format!("/api/v1/datasets/{id}/derivations"),
            format!("/api/v1/datasets/{id}/concerns"),
            format!("/api/v1/practices?record={id}"),
            format!("/api/v1/datasets/{id}/classification"),
            format!("/api/v1/requests/draft?record={id}"),
            format!("/dataset/{id}"),
            format!("/dataset/{id}/linkages"),
            format!("/dataset/{id}/concern"),
        ] {
            let (lived, alone) = ask(&Method::GET, &address).await;
            assert_same(&address, asker, &lived, &alone)?;
        }
        let (lived_history, alone_history) = ask(&Method::GET, &format!("/api/v1/datasets/{id}/history")).await;
        prop_assert_eq!(lived_history.status, alone_history.status);
        if lived_history.status == 404 {
            assert_same("history", asker, &lived_history, &alone_history)?;
        }
    }

    compare_feeds(lived, &alone, place, asker, [of_lived, of_alone]).await?;
    compare_former(lived, place, asker).await?;
    compare_histories(lived, place, asker, of_lived).await
}

/// The history of each record is what the viewer saw of it, and its times are those of it.
async fn compare_histories(
    lived: &Lived,
    place: usize,
    asker: &Asker,
    of_lived: Option<&str>,
) -> Result<(), TestCaseError> {
    for (key, holding) in &lived.last {
        let address = format!("/api/v1/datasets/{}", holding.id());
        let record = lived.house.get(&address, of_lived).await;
        if !record.status.is_success() {
            continue;
        }
        let mut expected = steps(&lived.seen[place][key]);
        if holding.terms.chatham_house && record.json()["rendition"] != "full" {
            // Times would tell of the source, so under the rule there are none.
            expected.clear();
        }
        let history = lived.house.get(&format!("{address}/history"), of_lived).await.json();
        let told: Vec<(String, &str)> = history["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|step| (step["at"].as_str().unwrap().to_owned(), step["change"].as_str().unwrap()))
            .collect();
        prop_assert_eq!(&told, &expected, "history of {} as {:?}: {}", address, asker, &history);
        let provenance = &record.json()["provenance"];
        if !provenance["first_seen"].is_null() {
            let (newest, oldest) = (expected.first().unwrap(), expected.last().unwrap());
            prop_assert_eq!(provenance["first_seen"].as_str(), Some(oldest.0.as_str()), "{} as {:?}", address, asker);
            prop_assert_eq!(provenance["changed_at"].as_str(), Some(newest.0.as_str()), "{} as {:?}", address, asker);
        }
    }
    Ok(())
}
