//! What answers a need, and what is said for it.
#![expect(clippy::unwrap_used, clippy::float_cmp, reason = "tests; scores are of two decimals")]

use cairn_model::date::day_of;
use cairn_model::{DatasetId, LocalizedText, SocialLicence, Terms};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::*;
use crate::Role;

/// What is needed in most tests: contamination in two districts of Yemen, of 2024.
fn need(changes: Value) -> NeedStatement {
    let mut sent = json!({
        "title": {"en": "Where clearance is to begin"}, "purposes": ["clearance-planning"],
        "topics": ["minefields"], "clusters": ["PRO-MIN"], "countries": ["YEM"],
    });
    merge(&mut sent, changes);
    serde_json::from_value(sent).unwrap()
}

/// A record that everyone may download, with these parts of it changed.
fn record(changes: Value) -> Dataset {
    let open = Terms {
        sensitivity: cairn_model::Sensitivity::Low,
        sharing: Sharing::Public,
        access_method: AccessMethod::Download,
        listing: cairn_model::Listing::Full,
        ..Terms::closed()
    };
    let id = DatasetId::new("portal", "one");
    let title = LocalizedText::new("en", "Minefield register");
    let dataset = Dataset { title, terms: open, ..Dataset::empty(id) };
    let mut written = serde_json::to_value(dataset).unwrap();
    merge(&mut written, json!({"clusters": ["PRO-MIN"], "countries": ["YEM"]}));
    merge(&mut written, changes);
    serde_json::from_value(written).unwrap()
}

fn merge(into: &mut Value, changes: Value) {
    let (Value::Object(fields), Value::Object(changes)) = (into, changes) else { panic!("no objects") };
    for (name, value) in changes {
        match fields.get_mut(&name) {
            Some(known) if known.is_object() && value.is_object() => merge(known, value),
            _ => _ = fields.insert(name, value),
        }
    }
}

fn today() -> i64 {
    day_of("2026-06-01T00:00:00Z".parse::<Timestamp>().unwrap())
}

fn answer_at(level: RenditionLevel, need: &NeedStatement, dataset: &Dataset) -> Option<NeedAnswer> {
    Holding::new(&Viewer::anonymous(), level, dataset).answer(need, Vocabularies::bundled(), today())
}

fn answer(need: &NeedStatement, dataset: &Dataset) -> Option<NeedAnswer> {
    answer_at(RenditionLevel::Full, need, dataset)
}

/// Code, weight, fit and words of each reason.
fn reasons(answer: &NeedAnswer) -> Vec<(&'static str, f64, Option<f64>, &str)> {
    answer.reasons.iter().map(|one| (one.code.code(), one.weight, one.fit, one.words.as_str())).collect()
}

#[test]
fn row_03_a_score_is_explained_part_by_part() {
    let need = need(json!({
        "topics": ["minefields", "casualties"],
        "places": ["YE11", "YE30"],
        "period": {"start": "2024-01-01", "end": "2024-12-31"},
        "disaggregation": ["sex", "administrative-level"],
        "for_whom": {"population_groups": ["IDP"]},
    }));
    let dataset = record(json!({
        "description": {"en": "Hazards and the casualties that they caused"},
        "places": [{"pcode": "YE1101", "name": "A", "admin_level": 2}],
        "coverage": {"start": "2024-07-02", "end": null},
        "geographic_precision": "adm2",
        "disaggregated_by_sex": false,
    }));
    let answer = answer(&need, &dataset).unwrap();
    assert_eq!(
        reasons(&answer),
        [
            ("country", 0.13, Some(1.0), "It covers Yemen."),
            ("cluster", 0.19, Some(1.0), "It is about Mine Action."),
            ("topic", 0.26, Some(0.88), "Its title or keywords name “minefields”, and it mentions “casualties”."),
            ("place", 0.13, Some(0.75), "It covers YE11 (1 of 2 places), or what that lies in."),
            ("period", 0.13, Some(0.5), "It covers 2024-07-02/.., 50 % of the time that is wanted."),
            ("disaggregation", 0.13, Some(0.75), "It is told apart by administrative level."),
            ("population-group", 0.03, None, "It does not say which people it is about."),
        ]
    );
    assert_eq!((answer.score, answer.availability), (0.81, Availability::Open));
    let whole: f64 = answer.reasons.iter().map(|one| one.weight).sum();
    assert!((whole - 1.0).abs() < 0.02, "{whole}");
}

#[test]
fn a_place_lies_where_the_gazetteer_says() {
    let fit = |wanted: &str, covered: &str| {
        let need = need(json!({"countries": ["LBN"], "places": [wanted]}));
        let place = json!({"pcode": covered, "name": "A", "admin_level": 1});
        let answer = answer(&need, &record(json!({"countries": ["LBN"], "places": [place]}))).unwrap();
        answer.reasons.iter().find(|one| one.code == ReasonCode::Place).and_then(|one| one.fit)
    };
    // Baalbek is of Baalbek-El Hermel, and not of Bekaa, whose code its own begins with.
    for (wanted, covered, expected) in
        [("LB8", "LB21", 1.0), ("LB21", "LB8", 0.5), ("LB2", "LB21", 0.0), ("LB21", "LB2", 0.0), ("LB", "LB21", 1.0)]
    {
        assert_eq!(fit(wanted, covered), Some(expected), "{wanted} {covered}");
    }
}

#[test]
fn a_holding_of_another_country_is_no_answer() {
    assert_eq!(answer(&need(json!({})), &record(json!({"countries": ["SYR"]}))), None);
}

#[test]
fn a_holding_about_something_else_somewhere_else_or_another_time_is_not_enough_whatever_else_fits() {
    let wanted = json!({"places": ["YE11"], "period": {"start": "2024", "end": "2024"}});
    let all = json!({
        "places": [{"pcode": "YE11", "name": "A", "admin_level": 1}],
        "coverage": {"start": "2024", "end": "2024"},
    });
    let with = |changes: Value| {
        let mut one = all.clone();
        merge(&mut one, changes);
        answer(&need(wanted.clone()), &record(one)).unwrap()
    };
    assert_eq!(with(json!({})).score, 1.0);
    let misses = [
        json!({"title": {"en": "Malnutrition survey"}}),
        json!({"places": [{"pcode": "YE30", "name": "B", "admin_level": 1}]}),
        json!({"coverage": {"start": "2019", "end": "2020"}}),
    ];
    for change in misses {
        let said = change.to_string();
        let answer = with(change);
        assert_eq!((answer.score, answer.is_enough()), (0.4, false), "{said}");
        assert_eq!(answer.reasons.last().map(|one| one.code), Some(ReasonCode::Misses), "{said}");
    }
    // What one cluster needs another may hold, as long as it is about what is needed.
    assert!(with(json!({"clusters": ["HEA"]})).is_enough());
    let without_topics = need(json!({"topics": []}));
    assert!(!answer(&without_topics, &record(json!({"clusters": ["HEA"]}))).unwrap().is_enough());
}

#[test]
fn what_a_holding_does_not_say_counts_half_against_it() {
    let bare = record(json!({"clusters": [], "countries": []}));
    let answer = answer(&need(json!({})), &bare).unwrap();
    // 4 of 4 + 3/2 + 2/2 + 1/2.
    assert_eq!((answer.score, answer.is_enough()), (0.57, true));
    let fits: Vec<Option<f64>> = answer.reasons.iter().map(|one| one.fit).collect();
    assert_eq!(fits, [None, None, Some(1.0), None]);
}

#[test]
fn row_03_a_stub_is_an_answer_of_which_one_must_ask() {
    let shown = record(
        json!({"title": {"en": "Information system: Mine Action, Yemen"}, "terms": {"access_method": "on-request"}}),
    );
    let answer = answer_at(RenditionLevel::Stub, &need(json!({})), &shown).unwrap();
    assert_eq!((answer.score, answer.availability), (0.67, Availability::ExistsAsk));
    assert_eq!(reasons(&answer)[2], ("topic", 0.27, None, "What is shown of it does not say what it is about."));
}

#[test]
fn an_area_of_responsibility_answers_for_its_cluster_and_the_cluster_half_for_it() {
    let fit = |wanted: &str, held: &str| {
        let answer = answer(&need(json!({"clusters": [wanted]})), &record(json!({"clusters": [held]}))).unwrap();
        answer.reasons[1].fit
    };
    assert_eq!(fit("PRO", "PRO-MIN"), Some(1.0));
    assert_eq!(fit("PRO-MIN", "PRO"), Some(0.5));
    assert_eq!(fit("PRO-MIN", "HEA"), Some(0.0));
}

#[test]
fn topics_are_found_in_any_case_number_and_order_of_their_words() {
    let found = |topic: &str, title: &str| {
        let answer = answer(&need(json!({"topics": [topic]})), &record(json!({"title": {"en": title}}))).unwrap();
        answer.reasons[2].fit == Some(1.0)
    };
    assert!(found("Minefields", "MINEFIELD register") && found("minefield", "All minefields"));
    assert!(found("water points", "Points of water"));
    assert!(found("épidémies", "Epidemie de cholera"));
    assert!(found("霍乱", "霍乱"));
    assert!(!found("mine", "Determined") && !found("water points", "Water") && !found("?", "?"));
    // What is searched for is no more than words.
    assert_eq!(search_text("-Water \"points\" title:x* mines"), "water* point* title* x mine*");
}

#[test]
fn a_need_that_says_little_is_answered_surely_by_nothing() {
    let little = need(json!({"topics": [], "clusters": []}));
    let answer = answer(&little, &record(json!({}))).unwrap();
    assert_eq!((answer.score, answer.is_enough()), (0.29, false));
}

#[test]
fn freshness_counts_where_data_of_today_is_wanted_and_nowhere_else() {
    let late = record(json!({"modified": {"date": "2025-01-01"}, "update_frequency": "monthly"}));
    let last = |need: &NeedStatement| answer(need, &late).unwrap().reasons.pop().unwrap();
    let open = last(&need(json!({"period": {"start": "2020"}})));
    assert_eq!((open.code, open.fit), (ReasonCode::Freshness, Some(0.25)));
    assert_eq!(last(&need(json!({"period": {"end": "2025"}}))).code, ReasonCode::Period);
}

#[test]
fn data_is_open_to_those_with_whom_it_is_shared_and_who_can_download_it() {
    let held = |changes: Value| record(json!({"terms": changes}));
    let member = |name: &str| Viewer::member(name, &["cluster:PRO-MIN".to_owned()], Role::Reader);
    let of = |viewer: &Viewer, dataset: &Dataset| {
        let holding = Holding::new(viewer, RenditionLevel::Full, dataset);
        holding.answer(&need(json!({})), Vocabularies::bundled(), today()).unwrap().availability
    };
    let nobody = Viewer::anonymous();
    let community = held(json!({"sharing": "community"}));
    assert_eq!([of(&nobody, &community), of(&member("a"), &community)], [Availability::ExistsAsk, Availability::Open]);
    let restricted = held(json!({"sharing": "restricted", "audience_groups": ["cluster:PRO-MIN"]}));
    assert_eq!(
        [of(&Viewer::member("a", &[], Role::Reader), &restricted), of(&member("a"), &restricted)],
        [Availability::ExistsAsk, Availability::Open]
    );
    for method in ["on-request", "licensed", "enclave", "federated-query", "aggregate-only", "none"] {
        assert_eq!(of(&nobody, &held(json!({"access_method": method}))), Availability::ExistsAsk, "{method}");
    }
}

#[test]
fn row_42_what_is_given_to_nobody_is_never_offered_as_available_and_an_opt_out_blocks_matching() {
    for terms in [json!({"sharing": "closed"}), json!({"access_method": "none"})] {
        let dataset = record(json!({"terms": terms}));
        let answer = Holding::new(&Viewer::operator(), RenditionLevel::Full, &dataset)
            .answer(&need(json!({})), Vocabularies::bundled(), today())
            .unwrap();
        assert_eq!(answer.availability, Availability::ExistsAsk);
        assert_eq!(answer.reasons.last().map(|one| one.code), Some(ReasonCode::Withheld));
    }
    let mut opted_out = record(json!({}));
    for (status, is_answer) in [
        (SocialLicenceStatus::Granted, true),
        (SocialLicenceStatus::Contested, true),
        (SocialLicenceStatus::Withdrawn, false),
    ] {
        opted_out.social_licence = Some(SocialLicence::new(status));
        assert_eq!(answer(&need(json!({})), &opted_out).is_some(), is_answer, "{status}");
    }
}
