//! A catalogue that lives through a history, and what each viewer saw of it meanwhile.

use std::collections::BTreeMap;

use cairn_catalog::HarvestOptions;
use cairn_model::DatasetId;
use cairn_model::registry::ConcernState;
use cairn_policy::{RenditionLevel, Viewer};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use proptest::sample::Index as Pick;
use serde_json::{Value, json};

use crate::Version;
use crate::holdings::{DESK, Holding, MASK, PORTAL, dump, inventory};
use crate::house::{Asker, House, day};
use crate::sights::{Sight, is_fed, steps, without_times};

/// When the portal was asked last, and was not reached: what is told of that is the same whatever is hidden.
pub(crate) const NOBODY_AT_HOME: usize = 100;

/// The catalogue as it is, with what it was.
pub(crate) struct Lived {
    pub(crate) house: House,
    /// Who looks at it. Their organisations take part, which whoever is signed in may know, so they do in every catalogue.
    pub(crate) askers: Vec<Asker>,
    /// Ids of the needs that were stated.
    pub(crate) needs: Vec<String>,
    /// Id of a flow that names every record.
    pub(crate) flow: String,
    /// Records about which a concern was raised, with its outcome, which names who had the record then, and when.
    pub(crate) concerns: Vec<(DatasetId, String, Timestamp)>,
    /// What the sources said last.
    pub(crate) last: BTreeMap<u8, Holding>,
    /// For each viewer and key, the body of the record after each harvest, with the time; `None` where there was none.
    pub(crate) seen: Vec<BTreeMap<u8, Vec<Sight>>>,
    /// For each viewer, who follows the change feed.
    pub(crate) mirrors: Vec<Mirror>,
    /// What the portal lists under other ids since.
    pub(crate) former: Former,
}

/// Records under the ids that the portal does not use any more.
#[derive(Default)]
pub(crate) struct Former {
    pub(crate) holdings: BTreeMap<u8, Holding>,
    /// For each viewer and key, as in [`Lived::seen`], until the record went.
    pub(crate) seen: Vec<BTreeMap<u8, Vec<Sight>>>,
    /// Whether a list said which is which.
    pub(crate) was_listed: bool,
}

/// Who follows the change feed: where it ended, and what it made of the records.
#[derive(Debug, Clone, Default)]
pub(crate) struct Mirror {
    pub(crate) since: Option<String>,
    pub(crate) records: BTreeMap<String, Value>,
}

impl Mirror {
    /// Follows the feed to its end, a few changes at a time, and from its beginning where it lost its place. Answers the
    /// changes in their order.
    pub(crate) async fn follow(&mut self, house: &House, token: Option<&str>) -> Vec<Value> {
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

/// States needs of which everyone may know, which some of the holdings may answer.
pub(crate) async fn state_needs(house: &House) -> Vec<String> {
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
pub(crate) async fn live(versions: &[Version], renames: bool, askers: &[Asker]) -> Lived {
    let house = House::open(&[PORTAL, DESK]).await;
    let needs = state_needs(&house).await;
    let tokens = house.tokens(askers).await;
    let mut lived = Lived {
        house,
        askers: askers.to_vec(),
        needs,
        flow: String::new(),
        concerns: Vec::new(),
        last: BTreeMap::new(),
        seen: vec![BTreeMap::new(); askers.len()],
        mirrors: vec![Mirror::default(); askers.len()],
        former: Former::default(),
    };
    let mut number = 0;
    for (version, (changed, withdrawn)) in versions.iter().enumerate() {
        lived.last.extend(changed.iter().map(|holding| (holding.key, holding.clone())));
        withdraw(&mut lived.last, withdrawn);
        // The inventory is looked at again after eight days, so that what it lacks is retired before the next version.
        for _ in 0..2 {
            let held = harvest_all(&mut lived, day(number)).await;
            look(&mut lived, &tokens, day(number)).await;
            // A person confirms on the same day what the runs held back, and everyone looks again.
            let later = day(number) + SignedDuration::from_hours(1);
            for (source, confirm) in &held {
                let report = lived.house.harvest(source, confirm, later).await;
                assert!(report.verdict.is_complete(), "{report:?}");
            }
            if !held.is_empty() {
                look(&mut lived, &tokens, later).await;
            }
            number += 1;
        }
        let at = day(number - 1) + SignedDuration::from_hours(2);
        for holding in lived.last.values().filter(|holding| (usize::from(holding.key) + version).is_multiple_of(2)) {
            if lived.house.catalog.dataset(&Viewer::operator(), holding.id()).await.is_ok() {
                raise_concern(&lived.house, holding.id(), &holding.owner, at).await;
                lived.concerns.push((holding.id(), holding.owner.clone(), at));
            }
        }
    }
    if renames {
        rename_all(&mut lived, &tokens, number).await;
    }
    lived.house.harvest_in_vain("portal", day(NOBODY_AT_HOME)).await;
    lived.flow = state_flow(&lived.house, lived.last.values()).await;
    lived
}

/// States a flow of which everyone may know, and which names those of the holdings that the catalogue has.
pub(crate) async fn state_flow(house: &House, holdings: impl Iterator<Item = &Holding>) -> String {
    let (operator, now) = (Viewer::operator(), day(NOBODY_AT_HOME + 1));
    let givers = serde_json::from_value(json!({"name": {"en": "Givers"}, "listed": true})).unwrap();
    house.catalog.register_organisation(&operator, None, givers, now).await.unwrap();
    let mut records = Vec::new();
    for holding in holdings {
        if house.catalog.dataset(&operator, holding.id()).await.is_ok() {
            records.push(holding.id());
        }
    }
    let flow = json!({
        "from": "givers", "to": "seekers", "title": {"en": "Given"}, "records": records, "channel": "email",
        "audience": {"sharing": "public"},
    });
    let flow = serde_json::from_value(flow).unwrap();
    house.catalog.create_exchange(&operator, flow, now).await.unwrap().id
}

/// Raises a concern about a record, with an outcome in these words.
pub(crate) async fn raise_concern(house: &House, record: DatasetId, outcome: &str, at: Timestamp) {
    let operator = Viewer::operator();
    let statement = json!({"record": record, "kind": "harm", "words": "It leads to people."});
    let statement = serde_json::from_value(statement).unwrap();
    let raised = house.catalog.raise_concern(&operator, statement, at).await.unwrap().concern;
    house.catalog.handle_concern(&operator, &raised.id, ConcernState::Upheld, outcome, at).await.unwrap();
}

/// The portal gives everything that it still lists another id.
pub(crate) async fn rename_all(lived: &mut Lived, tokens: &[Option<String>], number: usize) {
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
pub(crate) async fn let_former_go(house: &House, number: usize) -> (bool, Timestamp) {
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
pub(crate) fn withdraw(holdings: &mut BTreeMap<u8, Holding>, picks: &[Pick]) {
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

/// Harvests both sources. Answers what a person confirms of runs that held something back: looser terms, and parts that many
/// records lost at once.
pub(crate) async fn harvest_all(lived: &mut Lived, now: Timestamp) -> Vec<(&'static str, HarvestOptions)> {
    lived.house.write("dump.json", &dump(lived.last.values()));
    lived.house.write("holdings.csv", &inventory(lived.last.values()));
    let mut held = Vec::new();
    for source in ["portal", "desk"] {
        let report = lived.house.harvest(source, &HarvestOptions::default(), now).await;
        assert!(report.verdict.is_complete(), "{report:?}");
        let of_run = |count: u64| (count > 0).then(|| report.run.clone());
        let confirm_loosening = of_run(report.loosenings_held);
        let confirm_vanished = of_run(report.vanished_held);
        if confirm_loosening.is_some() || confirm_vanished.is_some() {
            let options = HarvestOptions::default();
            held.push((source, HarvestOptions { confirm_loosening, confirm_vanished, ..options }));
        }
    }
    held
}

/// Remembers what every viewer sees of every record.
pub(crate) async fn look(lived: &mut Lived, tokens: &[Option<String>], now: Timestamp) {
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
pub(crate) async fn visible_alone(lived: &Lived, place: usize, asker: &Asker) -> Result<House, TestCaseError> {
    let viewer = lived.house.viewer(asker).await;
    let (mut visible, mut concerns) = (Vec::new(), Vec::new());
    for (key, holding) in &lived.last {
        let Ok(view) = lived.house.catalog.dataset(&viewer, holding.id()).await else { continue };
        visible.push(holding.as_seen_by(asker, view.level));
        // Concerns of a time when they could not see it never were; an outcome that they are not told says something else.
        let steps = steps(&lived.seen[place][key]);
        let since: Timestamp = steps.last().unwrap().0.parse().unwrap();
        let tells_what_it_is = match view.level {
            RenditionLevel::Full => true,
            RenditionLevel::Partial => !holding.terms.chatham_house,
            RenditionLevel::Stub => false,
        };
        for (record, outcome, at) in lived.concerns.iter().filter(|(id, _, at)| *id == holding.id() && since <= *at) {
            concerns.push((*record, if tells_what_it_is { outcome } else { MASK }, *at));
        }
    }
    let house = House::open(&[PORTAL, DESK]).await;
    house.tokens(&lived.askers).await;
    house.write("dump.json", &dump(visible.iter()));
    house.write("holdings.csv", &inventory(visible.iter()));
    for source in ["portal", "desk"] {
        house.harvest(source, &HarvestOptions::default(), day(0)).await;
    }
    house.harvest_in_vain("portal", day(NOBODY_AT_HOME)).await;
    for (record, outcome, at) in concerns {
        raise_concern(&house, record, outcome, at).await;
    }
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
