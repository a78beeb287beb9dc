//! What can be joined with what, by which way, and what is said for it.
#![expect(clippy::unwrap_used, reason = "tests")]

use cairn_model::agreement::{AccessForm, AccessQuestion};
use cairn_model::{DatasetId, LocalizedText, Terms, Vocabularies};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::meaning::{Meaning, meaning};
use super::*;
use crate::{Grounds, Role, Viewer, decide};

/// A record that everyone may download, with these parts of it changed.
fn record(name: &str, changes: Value) -> Dataset {
    let open = Terms {
        sensitivity: cairn_model::Sensitivity::Low,
        sharing: cairn_model::Sharing::Public,
        access_method: cairn_model::AccessMethod::Download,
        listing: cairn_model::Listing::Full,
        ..Terms::closed()
    };
    let title = LocalizedText::new("en", name);
    let mut written =
        serde_json::to_value(Dataset { title, terms: open, ..Dataset::empty(DatasetId::new("portal", name)) }).unwrap();
    let Value::Object(changes) = changes else { panic!("no object") };
    for (field, value) in changes {
        match (written.get_mut(&field).and_then(Value::as_object_mut), value) {
            (Some(known), Value::Object(more)) => known.extend(more),
            (_, value) => written[&field] = value,
        }
    }
    serde_json::from_value(written).unwrap()
}

fn places(codes: &[(&str, u8)]) -> Value {
    codes.iter().map(|(code, level)| json!({"pcode": code, "name": code, "admin_level": level})).collect()
}

fn fields(names: &[&str]) -> Value {
    names.iter().map(|name| json!({"name": name})).collect()
}

fn way_of(viewer: &Viewer, dataset: &Dataset) -> Way {
    let vocabularies = Vocabularies::bundled();
    let grounds = Grounds {
        agreements: &[],
        frameworks: &[],
        crises: &[],
        refusals: &[],
        suspended: &[],
        grants: &[],
        vocabularies,
    };
    let at = "2026-01-01T00:00:00Z".parse::<Timestamp>().unwrap();
    way(decide(dataset, viewer, &AccessQuestion::of(AccessForm::Download), &grounds, at).as_ref())
}

fn linkage(this: &Dataset, other: &Dataset) -> Option<Linkage> {
    let ways = [this, other].map(|dataset| way_of(&Viewer::anonymous(), dataset));
    let label = |code: &str| Vocabularies::bundled().label("country", code, "en");
    Linkage::of([this, other], ways, label)
}

fn said(linkage: &Linkage) -> Vec<(&'static str, Option<f64>, &str)> {
    linkage.technical.reasons.iter().map(|one| (one.code.code(), one.fit, one.words.as_str())).collect()
}

#[test]
fn a_linkage_is_explained_part_by_part_and_half_by_half() {
    let clinics = record(
        "Clinics",
        json!({
            "countries": ["YEM"], "coverage": {"start": "2024-01-01", "end": "2024-12-31"},
            "places": places(&[("YE11", 1), ("YE12", 1)]), "fields": fields(&["ADM1_PCODE", "Beds", "Reporting date"]),
            "geographic_precision": "adm2",
        }),
    );
    let mines = record(
        "Minefields",
        json!({
            "countries": ["SYR", "YEM"], "coverage": {"start": "2024-07-02", "end": null},
            "places": places(&[("YE11", 1), ("YE1201", 2), ("YE30", 1)]),
            "fields": [{"name": "governorate", "description": "Where: #adm1 +v_pcode"}, {"name": "date"}],
            "geographic_precision": "exact", "terms": {"access_method": "on-request"},
        }),
    );
    let linkage = linkage(&clinics, &mines).unwrap();
    assert_eq!(
        said(&linkage),
        [
            ("place", Some(0.75), "Both name 1 of 2 places by P-code: YE11."),
            ("country", Some(1.0), "Both cover Yemen."),
            ("period", Some(0.5), "Both cover 183 days: 2024-01-01/2024-12-31 and 2024-07-02/..."),
            ("field", Some(1.0), "Rows can be matched by #adm1+code, #date."),
        ]
    );
    let technical = &linkage.technical;
    assert_eq!((technical.admin_level, technical.overlap_days, technical.score), (Some(2), Some(183), 0.82));
    let names: Vec<(&str, &str, &str)> =
        technical.fields.iter().map(|one| (one.this.as_str(), one.other.as_str(), one.by.code())).collect();
    assert_eq!(names, [("ADM1_PCODE", "governorate", "key"), ("Reporting date", "date", "dimension")]);
    assert_eq!(linkage.ways.clone().map(|way| way.path), [WayPath::Open, WayPath::Request]);
    assert_eq!((linkage.path, linkage.score), (WayPath::Request, 0.41));
    assert_eq!((linkage.missing, linkage.cautions), (vec![], vec![]));
}

#[test]
fn what_covers_other_countries_and_shares_no_identifier_is_not_joined() {
    let of = |changes: Value| record("one", changes);
    let yemen = of(json!({"countries": ["YEM"], "fields": fields(&["iso3"])}));
    let syria = |more: Value| {
        let mut all = json!({"countries": ["SYR"], "fields": fields(&["iso3"])});
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        record("two", all)
    };
    assert_eq!(linkage(&yemen, &syria(json!({}))), None);
    let glide = json!({"identifiers": [{"scheme": "glide", "value": "EQ-2023-000053-TUR"}]});
    let mut quake = yemen.clone();
    quake.identifiers = serde_json::from_value(glide["identifiers"].clone()).unwrap();
    let met = linkage(&quake, &syria(glide)).unwrap();
    assert_eq!(met.technical.reasons[0].words, "Both have the identifier glide EQ-2023-000053-TUR.");
    let slug = json!({"identifiers": [{"scheme": "slug", "value": "wells"}]});
    quake.identifiers = serde_json::from_value(slug["identifiers"].clone()).unwrap();
    assert_eq!(linkage(&quake, &syria(slug)), None, "a slug names nothing outside its portal");
    assert_eq!(linkage(&of(json!({})), &record("two", json!({}))), None);
}

#[test]
fn what_is_not_said_is_named_and_counts_half_against_a_pair() {
    let bare = |name: &str| record(name, json!({"countries": ["YEM"]}));
    let linkage = linkage(&bare("one"), &bare("two")).unwrap();
    // 1 of 4/2 + 1 + 2/2 + 4/2, and of 7 at least.
    assert_eq!((linkage.score, linkage.technical.admin_level), (0.14, Some(0)));
    let missing: Vec<(&str, &str)> = linkage.missing.iter().map(|(half, gap)| (half.code(), gap.code())).collect();
    let each = ["data-dictionary", "p-codes", "period"];
    assert_eq!(missing, [each.map(|gap| ("this", gap)), each.map(|gap| ("other", gap))].concat());
}

#[test]
fn places_meet_where_their_codes_begin_alike_and_by_name_where_there_are_no_codes() {
    let met = |this: Value, other: Value| {
        let of = |name: &str, places: Value| record(name, json!({"countries": ["YEM"], "places": places}));
        let technical = linkage(&of("one", this), &of("two", other)).unwrap().technical;
        let place = technical.reasons[0].clone();
        (place.fit, technical.admin_level, place.words)
    };
    let (fit, level, _) = met(places(&[("YE1101", 2)]), places(&[("YE11", 1), ("YE12", 1)]));
    assert_eq!((fit, level), (Some(0.5), Some(1)), "they meet at the place around");
    let (fit, level, _) = met(places(&[("ye11", 1)]), places(&[("YE110102", 3), ("YE12", 1)]));
    assert_eq!((fit, level), (Some(0.5), Some(1)));
    let (fit, level, words) = met(places(&[("YE13", 1)]), places(&[("YE11", 1)]));
    assert_eq!((fit, level, words.as_str()), (Some(0.0), Some(0), "They name other places."));
    let named = |name: &str, country: Value| json!([{"name": name, "admin_level": 1, "country": country}]);
    let (fit, level, words) = met(named("Sana'a", json!("YEM")), named("SANA’A", json!(null)));
    assert_eq!((fit, level), (Some(0.5), Some(1)));
    assert_eq!(words, "1 of 1 places are called the same; P-codes would make sure of it.");
    assert_eq!(met(named("Aden", json!("YEM")), named("Aden", json!("SYR"))).0, Some(0.0));
}

#[test]
fn fields_mean_the_same_by_tag_by_known_names_and_by_their_own() {
    let meant = |name: &str, description: Option<&str>| {
        let field = cairn_model::Field {
            name: name.to_owned(),
            description: description.map(str::to_owned),
            ..cairn_model::Field::default()
        };
        match meaning(&field)? {
            Meaning::Joins { word, by } => Some((word, by.code())),
            Meaning::Person { word } => Some((word, "person")),
        }
    };
    for (name, description, expected) in [
        ("#adm1+code", None, Some(("#adm1+code", "key"))),
        ("p", Some("P-code of the governorate (#adm1 +pcode +v_pcode)"), Some(("#adm1+code", "key"))),
        ("admin2Pcode", None, Some(("#adm2+code", "key"))),
        ("#adm1+name+i_ar", None, Some(("#adm1+name", "dimension"))),
        ("Année", None, Some(("#date+year", "dimension"))),
        ("Water point code", None, Some(("waterpointcode", "key"))),
        ("roof_type", None, Some(("rooftype", "same-name"))),
        ("#affected+f", None, None),
        ("#geo+lat", None, Some(("#geo+lat", "dimension"))),
        ("comments", None, None),
        ("OBJECTID", None, None),
        ("x", Some("See page #3, or a&#b"), Some(("x", "same-name"))),
        ("phone", None, Some(("phone", "person"))),
        ("case_id", None, Some(("caseid", "person"))),
        ("", None, None),
    ] {
        let expected = expected.map(|(word, by)| (word.to_owned(), by));
        assert_eq!(meant(name, description), expected, "{name}");
    }
}

#[test]
fn joining_by_who_a_person_is_counts_for_nothing_and_is_warned_of() {
    let of = |name: &str, names: &[&str]| record(name, json!({"countries": ["YEM"], "fields": fields(names)}));
    let linkage = linkage(&of("one", &["case_id", "beds"]), &of("two", &["Case ID", "doctors"])).unwrap();
    assert_eq!(linkage.cautions, [LinkageCaution::LinksPersons]);
    assert_eq!(said(&linkage)[3], ("field", Some(0.0), "No field of the one means what a field of the other does."));
}

#[test]
fn the_way_to_the_data_is_open_of_a_group_asked_for_or_none() {
    let member = |name: &str| Viewer::member(name, &["cluster:HEA".to_owned()], Role::Reader);
    let path = |viewer: &Viewer, changes: Value| {
        let changes = json!({"countries": ["YEM"], "owner": {"id": "relief", "name": "Relief"}, "terms": changes});
        way_of(viewer, &record("one", changes)).path
    };
    let anyone = Viewer::anonymous();
    assert_eq!(path(&anyone, json!({})), WayPath::Open);
    assert_eq!(path(&member("relief"), json!({"access_method": "none"})), WayPath::Group);
    let restricted = json!({"sharing": "restricted", "audience_groups": ["cluster:HEA"]});
    assert_eq!(path(&member("clinic"), restricted.clone()), WayPath::Group);
    assert_eq!(path(&anyone, restricted), WayPath::Request);
    assert_eq!(path(&anyone, json!({"access_method": "aggregate-only"})), WayPath::Request);
    assert_eq!(path(&anyone, json!({"access_method": "none"})), WayPath::None);
    assert_eq!(way(None).path, WayPath::Request, "what is shown is too little to decide by");
    // Harder ways are worth less, so that an order by ways is one by worth.
    assert!(WayPath::ALL.windows(2).all(|pair| pair[0] < pair[1] && pair[0].worth() > pair[1].worth()));
}
