//! Non-interference over HTTP: what a viewer gets is byte for byte what they would get had all that is hidden from them
//! never existed.
//!
//! A random catalogue is harvested from a CKAN dump and an inventory and goes through a random history: records are
//! tightened, loosened (and confirmed), changed and withdrawn, and in the end the portal may list all of its records under
//! other ids. Then each viewer asks the server, and asks a second server
//! whose sources never held anything but what this viewer may see: records hidden from them are not in its files, and in
//! those of which they see a part, everything else says something different. Both must answer the same bytes.
//!
//! What may differ, and how it is compared:
//! - `first_seen` and `changed_at` of a record, and the times and steps of its history: the second catalogue was harvested
//!   once, so it has no past. They are compared with what the viewer could see in the first catalogue after each harvest.
//! - the `ETag` of an answer with such times: it must be the hash of the body.
//! - a record that the viewer could see until it was withdrawn: it is gone (410) in the first catalogue, and never was in the
//!   second. Who could not see it then is told as of one that never was.
//! - a record that goes on under another id: it leads there in the first catalogue, and never was in the second. So that is
//!   compared with a third one, which held nothing but what this viewer may see when the portal changed its ids. Whether it
//!   did is judged over everything that it lists, as every guard is, so both must be of one mind for that.
//! - what the operators of a source see of its runs, which by design tells of all records of the source: no viewer here
//!   operates one.
#![expect(clippy::unwrap_used, reason = "tests")]

mod holdings;
mod house;

use std::collections::BTreeMap;

use axum::http::Method;
use cairn_catalog::HarvestOptions;
use cairn_policy::{Role, Viewer};
use holdings::{DESK, Holding, MASK, PORTAL, WORDS, dump, holding, inventory};
use house::{Answer, Asker, House, day};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::sample::{Index as Pick, select, subsequence};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// When the portal was asked last, and was not reached: what is told of that is the same whatever is hidden.
const NOBODY_AT_HOME: usize = 100;

/// Records that a version changes, and records that it withdraws.
type Version = (Vec<Holding>, Vec<Pick>);

fn versions() -> impl Strategy<Value = Vec<Version>> {
    let first = prop::collection::vec(holding(), 0..40);
    let further = (prop::collection::vec(holding(), 0..12), prop::collection::vec(any::<Pick>(), 0..4));
    (first, prop::collection::vec(further, 0..=4)).prop_map(|(first, further)| {
        let mut versions = vec![(first, Vec::new())];
        versions.extend(further);
        versions
    })
}

/// Nobody, or a member: of an organisation that owns records or of none, in groups or not, of any role that operates
/// neither source.
fn asker() -> impl Strategy<Value = Asker> {
    let member = (
        select(&["Example Relief", "Horizon Fund", "Stranger"][..]),
        subsequence(vec!["Protection", "taskforce"], 0..=2),
        select(&[Role::Reader, Role::Manager, Role::Steward, Role::Operator][..]),
    )
        .prop_map(|(organisation, groups, role)| Asker::member(organisation, &groups, role));
    prop_oneof![1 => Just(Asker::anonymous()), 2 => member]
}

fn search() -> impl Strategy<Value = String> {
    let atom = prop_oneof![
        4 => select(&WORDS[..]).prop_map(str::to_owned),
        1 => select(&["conv*", "ha*", "\"water hazard\"", "title:water", "country:YEM", "-rendition:stub", MASK][..])
            .prop_map(str::to_owned),
        1 => select(&WORDS[..]).prop_map(|word| format!("-{word}")),
    ];
    let filter = select(
        &[
            "country=YEM",
            "cluster=PRO",
            "organisation=example-relief",
            "organisation=horizon-fund",
            "source=portal",
            "sharing=public&sharing=closed",
            "sensitivity=unknown",
            "access=download",
            "format=CSV",
            "tag=rations",
            "rendition=stub",
            "rendition=partial",
            "freshness=delinquent",
            "modified_after=2020",
            "covers_after=2021-05-06",
            "covers_before=2020-03-04",
            "bbox=39,9,51,21",
            "bbox=0.5,1.5,3.5,4.5",
            "classification=confidential",
        ][..],
    );
    let sort = select(&["relevance", "modified", "-modified", "title", "-title", "quality", "issued"][..]);
    let text = prop::collection::vec(atom, 0..4).prop_map(|atoms| atoms.join(" "));
    (text, prop::collection::vec(filter, 0..2), sort, 1..40_usize).prop_map(|(text, filters, sort, limit)| {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", &text).finish();
        let filters = filters.iter().fold(String::new(), |query, filter| query + "&" + filter);
        format!("{query}{filters}&sort={sort}&limit={limit}")
    })
}

const ALL_FACETS: &str = "facets=country,cluster,organisation,sharing,sensitivity,access,kind,format,freshness,licence,\
                          language,frequency,classification,rendition,source,tag";

/// The catalogue as it is, with what it was.
struct Lived {
    house: House,
    /// Ids of the needs that were stated.
    needs: Vec<String>,
    /// What the sources said last.
    last: BTreeMap<u8, Holding>,
    /// For each viewer and key, the body of the record after each harvest, with the time; `None` where there was none.
    seen: Vec<BTreeMap<u8, Vec<Sight>>>,
    /// For each viewer, who follows the change feed.
    mirrors: Vec<Mirror>,
    /// What the portal lists under other ids since.
    former: Former,
}

/// Records under the ids that the portal does not use any more.
#[derive(Default)]
struct Former {
    holdings: BTreeMap<u8, Holding>,
    /// For each viewer and key, as in [`Lived::seen`], until the record went.
    seen: Vec<BTreeMap<u8, Vec<Sight>>>,
    /// Whether a list said which is which.
    was_listed: bool,
}

/// Who follows the change feed: where it ended, and what it made of the records.
#[derive(Debug, Clone, Default)]
struct Mirror {
    since: Option<String>,
    records: BTreeMap<String, Value>,
}

impl Mirror {
    /// Follows the feed to its end, a few changes at a time, and from its beginning where it lost its place. Answers the
    /// changes in their order.
    async fn follow(&mut self, house: &House, token: Option<&str>) -> Vec<Value> {
        let mut told = Vec::new();
        loop {
            let since = self.since.as_ref().map(|since| format!("&since={since}")).unwrap_or_default();
            let answer = house.get(&format!("/api/v1/changes?limit=3{since}"), token).await;
            if answer.status == 410 {
                *self = Self::default();
                told.clear();
                continue;
            }
            assert!(answer.status.is_success(), "{}", answer.text());
            let page = answer.json();
            for change in page["changes"].as_array().unwrap() {
                let id = change["id"].as_str().unwrap().to_owned();
                if change["deleted"] == json!(true) {
                    self.records.remove(&id);
                } else {
                    self.records.insert(id, without_times(change["dataset"].clone()));
                }
                told.push(change.clone());
            }
            self.since = page["next"].as_str().map(str::to_owned).or(self.since.take());
            if page["complete"] == json!(true) {
                return told;
            }
        }
    }
}

/// What a viewer saw of a record after a harvest.
#[derive(Debug, Clone)]
struct Sight {
    at: String,
    withdrawn: bool,
    body: Option<Value>,
}

/// States needs of which everyone may know, which some of the holdings may answer.
async fn state_needs(house: &House) -> Vec<String> {
    let operator = Viewer::operator();
    let seekers = serde_json::from_value(json!({"name": {"en": "Seekers"}, "listed": true})).unwrap();
    house.catalog.register_organisation(&operator, None, seekers, day(0)).await.unwrap();
    let mut ids = Vec::new();
    for (topics, clusters, countries) in [
        (vec!["water", "convoys"], vec!["PRO-MIN", "HEA"], vec!["YEM"]),
        (vec!["hazard", "霍乱"], vec![], vec![]),
        (vec![], vec!["PRO"], vec!["YEM", "SYR"]),
    ] {
        let need = json!({
            "title": {"en": "Needed"}, "purposes": ["safe-access"], "audience": {"sharing": "public"},
            "topics": topics, "clusters": clusters, "countries": countries, "period": {"start": "2019"},
        });
        let need = serde_json::from_value(need).unwrap();
        ids.push(house.catalog.create_need(&operator, Some("seekers"), need, day(0)).await.unwrap().id);
    }
    ids
}

/// Harvests every version after the other, confirming what is loosened.
async fn live(versions: &[Version], renames: bool, askers: &[Asker]) -> Lived {
    let house = House::open(&[PORTAL, DESK]).await;
    let needs = state_needs(&house).await;
    let mut tokens = Vec::new();
    for asker in askers {
        tokens.push(house.token(asker).await);
    }
    let mut lived = Lived {
        house,
        needs,
        last: BTreeMap::new(),
        seen: vec![BTreeMap::new(); askers.len()],
        mirrors: vec![Mirror::default(); askers.len()],
        former: Former::default(),
    };
    let mut number = 0;
    for (changed, withdrawn) in versions {
        lived.last.extend(changed.iter().map(|holding| (holding.key, holding.clone())));
        withdraw(&mut lived.last, withdrawn);
        // The inventory is looked at again after eight days, so that what it lacks is retired before the next version.
        for _ in 0..2 {
            let held = harvest_all(&mut lived, day(number)).await;
            look(&mut lived, &tokens, day(number)).await;
            // A person confirms on the same day what the runs held back, and everyone looks again.
            let later = day(number) + SignedDuration::from_hours(1);
            for (source, run) in &held {
                let confirm = HarvestOptions { confirm_loosening: Some(run.clone()), ..HarvestOptions::default() };
                let report = lived.house.harvest(source, &confirm, later).await;
                assert!(report.verdict.is_complete(), "{report:?}");
            }
            if !held.is_empty() {
                look(&mut lived, &tokens, later).await;
            }
            number += 1;
        }
    }
    if renames {
        rename_all(&mut lived, &tokens, number).await;
    }
    lived.house.harvest_in_vain("portal", day(NOBODY_AT_HOME)).await;
    lived
}

/// The portal gives everything that it still lists another id.
async fn rename_all(lived: &mut Lived, tokens: &[Option<String>], number: usize) {
    let listed = lived.last.values_mut().filter(|holding| !holding.is_of_inventory() && !holding.withdrawn);
    for holding in listed {
        lived.former.holdings.insert(holding.key, holding.clone());
        holding.renamed = true;
    }
    lived.house.write("dump.json", &dump(lived.last.values()));
    let (was_listed, gone) = let_former_go(&lived.house, number).await;
    lived.former.was_listed = was_listed;
    for seen in &mut lived.seen {
        let mut former = BTreeMap::new();
        for key in lived.former.holdings.keys() {
            let mut sights = seen.remove(key).unwrap_or_default();
            sights.push(Sight { at: gone.to_string(), withdrawn: true, body: None });
            former.insert(*key, sights);
        }
        lived.former.seen.push(former);
    }
    look(lived, tokens, day(number)).await;
}

/// Harvests a portal that changed its ids until the former records are gone. Answers whether it was listed for confirmation
/// which is which, and when they went.
async fn let_former_go(house: &House, number: usize) -> (bool, Timestamp) {
    let mut at = day(number);
    let mut report = house.harvest("portal", &HarvestOptions::default(), at).await;
    let was_listed = report.reason.as_ref().is_some_and(|reason| reason.starts_with("id_scheme_change"));
    if report.verdict.is_complete() {
        // So few that they go by themselves.
        at = day(number + 1);
        report = house.harvest("portal", &HarvestOptions::default(), at).await;
    }
    if !report.verdict.is_complete() {
        at += SignedDuration::from_hours(1);
        let confirm = HarvestOptions { confirm_removals: Some(report.run), ..HarvestOptions::default() };
        report = house.harvest("portal", &confirm, at).await;
    }
    assert!(report.verdict.is_complete(), "{report:?}");
    (was_listed, at)
}

/// Withdraws records, but never so many that the guard would hold them.
fn withdraw(holdings: &mut BTreeMap<u8, Holding>, picks: &[Pick]) {
    let listed = holdings.values().filter(|holding| holding.is_of_inventory() && !holding.withdrawn).count();
    let mut left = listed / 3;
    for pick in picks {
        let keys: Vec<u8> = holdings.keys().copied().collect();
        if keys.is_empty() {
            return;
        }
        let Some(holding) = holdings.get_mut(pick.get(&keys)) else { continue };
        if holding.withdrawn {
            continue;
        }
        if holding.is_of_inventory() {
            if left == 0 {
                continue;
            }
            left -= 1;
        }
        holding.withdrawn = true;
    }
}

/// Harvests both sources. Answers the runs that held a loosening of terms back.
async fn harvest_all(lived: &mut Lived, now: Timestamp) -> Vec<(&'static str, String)> {
    lived.house.write("dump.json", &dump(lived.last.values()));
    lived.house.write("holdings.csv", &inventory(lived.last.values()));
    let mut held = Vec::new();
    for source in ["portal", "desk"] {
        let report = lived.house.harvest(source, &HarvestOptions::default(), now).await;
        assert!(report.verdict.is_complete(), "{report:?}");
        let (_, problems) = lived.house.catalog.run_of(&Viewer::operator(), source, &report.run).await.unwrap();
        if problems.iter().any(|row| row.problem.code == "loosening-held") {
            held.push((source, report.run));
        }
    }
    held
}

/// Remembers what every viewer sees of every record.
async fn look(lived: &mut Lived, tokens: &[Option<String>], now: Timestamp) {
    for ((token, seen), mirror) in tokens.iter().zip(&mut lived.seen).zip(&mut lived.mirrors) {
        mirror.follow(&lived.house, token.as_deref()).await;
        for (key, holding) in &lived.last {
            let id = holding.id().to_string();
            let answer = lived.house.get(&format!("/api/v1/datasets/{id}"), token.as_deref()).await;
            let body = answer.status.is_success().then(|| without_times(answer.json()));
            // What is shared with fewer than before leaves the feed without a word; what is withdrawn does not.
            let was_fed = seen.get(key).and_then(|sights| sights.last()?.body.as_ref()).is_some_and(is_fed);
            match &body {
                Some(body) if is_fed(body) => assert_eq!(mirror.records.get(&id), Some(body), "who follows knows it"),
                None if holding.withdrawn && was_fed => assert_eq!(mirror.records.get(&id), None, "{holding:?}"),
                _ => {}
            }
            let sight = Sight { at: now.to_string(), withdrawn: holding.withdrawn, body };
            seen.entry(*key).or_default().push(sight);
        }
    }
}

/// A catalogue that never held anything but what the viewer sees at the end.
async fn visible_alone(lived: &Lived, asker: &Asker) -> Result<House, TestCaseError> {
    let viewer = lived.house.viewer(asker).await;
    let mut visible = Vec::new();
    for holding in lived.last.values() {
        if let Ok(view) = lived.house.catalog.dataset(&viewer, holding.id()).await {
            visible.push(holding.as_seen_by(asker, view.level));
        }
    }
    let house = House::open(&[PORTAL, DESK]).await;
    house.write("dump.json", &dump(visible.iter()));
    house.write("holdings.csv", &inventory(visible.iter()));
    for source in ["portal", "desk"] {
        house.harvest(source, &HarvestOptions::default(), day(0)).await;
    }
    house.harvest_in_vain("portal", day(NOBODY_AT_HOME)).await;
    for holding in lived.last.values() {
        // Said first, because it is easier to read than two pages that differ.
        let levels = (
            lived.house.catalog.dataset(&viewer, holding.id()).await.ok().map(|view| view.level),
            house.catalog.dataset(&viewer, holding.id()).await.ok().map(|view| view.level),
        );
        prop_assert_eq!(levels.0, levels.1, "{:?} as {:?}", holding, asker);
    }
    for one in [&lived.house, &house] {
        let found = one.catalog.search(&viewer, cairn_catalog::SearchRequest::default()).await.unwrap().total;
        prop_assert_eq!(found, visible.len() as u64, "as many are found as can be read, {:?}", asker);
    }
    Ok(house)
}

/// A record without the times of its catalogue.
fn without_times(mut body: Value) -> Value {
    if let Some(provenance) = body["provenance"].as_object_mut() {
        for name in ["first_seen", "changed_at"] {
            if let Some(time) = provenance.get_mut(name).filter(|time| !time.is_null()) {
                *time = json!("a time");
            }
        }
    }
    body
}

/// Whether a record stands in the change feed: under the Chatham House Rule its neighbours there would tell its source.
fn is_fed(body: &Value) -> bool {
    body["rendition"] == "full" || body["terms"]["attribution_hidden"] != json!(true)
}

/// The steps of a history as the viewer saw them happen: when, and what.
fn steps(sights: &[Sight]) -> Vec<(String, &'static str)> {
    let mut steps: Vec<(String, &'static str)> = Vec::new();
    let mut before: Option<&Value> = None;
    let mut is_withdrawn = false;
    for sight in sights {
        match &sight.body {
            None if sight.withdrawn => {
                if before.is_some() && !is_withdrawn {
                    steps.push((sight.at.clone(), "retired"));
                    is_withdrawn = true;
                }
            }
            None => {
                steps.clear();
                before = None;
                is_withdrawn = false;
            }
            Some(body) => {
                let change = match before {
                    None => "created",
                    Some(_) if is_withdrawn => "restored",
                    Some(before) if content(before) == content(body) => "",
                    Some(_) => "changed",
                };
                if !change.is_empty() {
                    steps.push((sight.at.clone(), change));
                }
                before = Some(body);
                is_withdrawn = false;
            }
        }
    }
    steps.reverse();
    steps
}

/// Whether the viewer saw the record until it was withdrawn.
fn saw_it_withdrawn(sights: &[Sight]) -> bool {
    let is_gone = |sight: &&Sight| sight.withdrawn && sight.body.is_none();
    sights.last().as_ref().is_some_and(is_gone)
        && sights.iter().rev().find(|sight| !is_gone(sight)).is_some_and(|sight| sight.body.is_some())
}

/// What a body says of the record itself.
fn content(body: &Value) -> Value {
    let mut content = body.clone();
    if let Some(fields) = content.as_object_mut() {
        fields.remove("provenance");
        fields.remove("freshness");
    }
    content
}

fn assert_same(address: &str, asker: &Asker, lived: &Answer, alone: &Answer) -> Result<(), TestCaseError> {
    prop_assert_eq!(lived.status, alone.status, "{} as {:?}", address, asker);
    prop_assert_eq!(lived.text(), alone.text(), "{} as {:?}", address, asker);
    prop_assert_eq!(&lived.headers, &alone.headers, "{} as {:?}", address, asker);
    prop_assert_eq!(lived, alone, "{} as {:?}", address, asker);
    Ok(())
}

/// Two answers with times of their catalogues in them.
fn assert_same_but_times(address: &str, asker: &Asker, lived: &Answer, alone: &Answer) -> Result<(), TestCaseError> {
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
async fn compare_feeds(
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
fn addresses(searches: &[String]) -> Vec<String> {
    let mut addresses: Vec<String> = [
        "/",
        "/search",
        "/api/v1/gaps",
        "/api/v1/gaps.csv",
        "/api/v1/sources",
        "/api/v1/sources/portal/runs",
        "/api/v1/sources/nowhere/runs",
        "/api/v1/sources/portal/harvest",
        "/api/v1/sources/portal/problems",
        "/api/v1/sources/portal/problems/kinds",
        "/api/v1/sources/portal/problems.csv",
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
    }
    for prefix in ["wa", "haz", "con", "médecins", "example r", "approved", "rations", "霍乱", "covid", MASK] {
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("q", prefix).finish();
        addresses.push(format!("/api/v1/suggest?{query}"));
    }
    addresses
}

/// The doors of a record.
fn doors_of(holding: &Holding) -> Vec<String> {
    let api = ["", "/history", "/contacts", "/duplicates"];
    let api = api.map(|door| format!("/api/v1/datasets/{}{door}", holding.id()));
    api.into_iter().chain([format!("/dataset/{}", holding.id())]).collect()
}

/// Former permalinks lead where they would if nothing but what the viewer sees had been there when the ids changed.
async fn compare_former(lived: &Lived, place: usize, asker: &Asker) -> Result<(), TestCaseError> {
    let viewer = lived.house.viewer(asker).await;
    let mut visible = Vec::new();
    for key in lived.former.holdings.keys() {
        let holding = &lived.last[key];
        if let Ok(view) = lived.house.catalog.dataset(&viewer, holding.id()).await {
            visible.push(holding.as_seen_by(asker, view.level));
        }
    }
    let alone = House::open(&[PORTAL, DESK]).await;
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
                prop_assert_eq!(there.status.as_u16(), 200, "{} leads to {}", door, leads_to);
            }
        }
    }
    Ok(())
}

/// What answers needs; the ids of these are made by chance, and stand in the addresses alone.
async fn compare_needs(
    lived: &Lived,
    alone: &House,
    asker: &Asker,
    [of_lived, of_alone]: [Option<&str>; 2],
) -> Result<(), TestCaseError> {
    for (id, of_same) in lived.needs.iter().zip(state_needs(alone).await) {
        let address = format!("/api/v1/needs/{id}/matches");
        let matched = lived.house.get(&address, of_lived).await;
        prop_assert_eq!(matched.status.as_u16(), 200, "{}", matched.text());
        assert_same(&address, asker, &matched, &alone.get(&address.replace(id, &of_same), of_alone).await)?;
    }
    Ok(())
}

async fn compare(lived: &Lived, place: usize, asker: &Asker, searches: &[String]) -> Result<(), TestCaseError> {
    let alone = visible_alone(lived, asker).await?;
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
            let doors = ["", "/history", "/contacts", "/duplicates"].map(|door| format!("{address}{door}"));
            for door in doors.into_iter().chain([format!("/dataset/{id}")]) {
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
            format!("/dataset/{id}"),
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

fn cases() -> u32 {
    std::env::var("CAIRN_TEST_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(6)
}

/// A case takes seconds, so a failure is made small only where somebody asks for it.
fn shrinks() -> u32 {
    std::env::var("CAIRN_TEST_SHRINKS").ok().and_then(|text| text.parse().ok()).unwrap_or(0)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: shrinks(), ..ProptestConfig::default() })]

    #[test]
    fn a_viewer_cannot_tell_what_is_hidden_from_what_never_was(
        versions in versions(),
        renames in any::<bool>(),
        askers in prop::collection::vec(asker(), 2),
        searches in prop::collection::vec(search(), 8),
    ) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let lived = live(&versions, renames, &askers).await;
            for (place, asker) in askers.iter().enumerate() {
                compare(&lived, place, asker, &searches).await?;
            }
            Ok::<(), TestCaseError>(())
        })?;
    }
}
