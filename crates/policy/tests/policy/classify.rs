//! What profiles and the names of fields propose for a record.

use cairn_model::{Dataset, DatasetId, Field, GeographicPrecision, Kind, LocalizedText, Sensitivity, Sharing, Terms};
use cairn_policy::classify::{FieldClass, Profile, Profiles, Proposal, propose};
use proptest::prelude::*;
use proptest::sample::{select, subsequence};

/// 2026-06-01.
const TODAY: i64 = 20_605;

const INVENTED: &str = include_str!("../../../../config/samples/profiles/yemen-invented.toml");

fn record(title: &str) -> Dataset {
    Dataset { title: LocalizedText::new("en", title), ..Dataset::empty(DatasetId::new("registry", "1")) }
}

fn with_fields(dataset: Dataset, names: &[&str]) -> Dataset {
    let field = |name: &&str| Field { name: (*name).to_owned(), ..Field::default() };
    Dataset { fields: names.iter().map(field).collect(), ..dataset }
}

fn proposed(dataset: &Dataset) -> (Option<Sensitivity>, Option<Sharing>, Vec<String>) {
    let proposal = propose(dataset, Profiles::bundled(), TODAY);
    (proposal.sensitivity, proposal.sharing, rules(proposal))
}

fn rules(proposal: Proposal) -> Vec<String> {
    proposal.reasons.into_iter().map(|reason| reason.rule).collect()
}

/// A profile with one rule that knows the word `wells`.
fn wells(id: &str, country: Option<&str>, version: &str, from: &str, sensitivity: &str, sharing: &str) -> Profile {
    let country = country.map_or(String::new(), |code| format!("country = \"{code}\"\n"));
    Profile::from_toml(&format!(
        "id = \"{id}\"\n{country}version = \"{version}\"\nvalid_from = \"{from}\"\ntitle = \"Invented\"\n\
         [[rules]]\nid = \"wells\"\nwords.en = [\"wells\"]\nsensitivity = \"{sensitivity}\"\nsharing = \"{sharing}\"\n\
         because = \"Invented.\"\n"
    ))
    .unwrap()
}

#[test]
fn each_sort_of_data_of_the_default_profile_is_recognised() {
    let fine = |title: &str, precision| Dataset { geographic_precision: Some(precision), ..record(title) };
    let of_kind = |kind| Dataset { kind, ..record("Invented data") };
    let cases = vec![
        (record("Humanitarian Needs Overview 2026"), Sensitivity::Low, Sharing::Public, "plans-and-needs"),
        (record("Yemen: Administrative Boundaries"), Sensitivity::Low, Sharing::Public, "common-operational-data"),
        (record("3W by district"), Sensitivity::Low, Sharing::Public, "who-does-what-where"),
        (record("Situation reports"), Sensitivity::Low, Sharing::Public, "reports-and-snapshots"),
        (of_kind(Kind::Assessment), Sensitivity::Moderate, Sharing::Community, "assessments"),
        (record("Needs, sex and age disaggregated"), Sensitivity::Moderate, Sharing::Community, "disaggregated"),
        (record("Access constraints"), Sensitivity::Moderate, Sharing::Community, "access-constraints"),
        (record("IDP sites of Marib"), Sensitivity::Moderate, Sharing::Community, "displacement-sites"),
        (fine("Schools", GeographicPrecision::Adm4), Sensitivity::Moderate, Sharing::Community, "facilities"),
        (record("Incidents de sécurité"), Sensitivity::Moderate, Sharing::Community, "security-incidents"),
        (record("Lista de contactos"), Sensitivity::High, Sharing::Restricted, "contact-lists"),
        (fine("5W", GeographicPrecision::Exact), Sensitivity::High, Sharing::Restricted, "presence-by-site"),
        (fine("المستشفيات", GeographicPrecision::Exact), Sensitivity::High, Sharing::Restricted, "exact-facilities"),
        (of_kind(Kind::Microdata), Sensitivity::Severe, Sharing::Closed, "single-answers"),
        (record("قائمة المستفيدين"), Sensitivity::Severe, Sharing::Closed, "lists-of-people"),
        (record("GBV case management"), Sensitivity::Severe, Sharing::Closed, "violence-and-abuse-cases"),
        (record("Registre des plaintes"), Sensitivity::Severe, Sharing::Closed, "complaints"),
        (record("Security incident log"), Sensitivity::Severe, Sharing::Closed, "incident-logs"),
        (record("Safe houses"), Sensitivity::Severe, Sharing::Closed, "whereabouts-of-people-at-risk"),
    ];
    for (dataset, sensitivity, sharing, rule) in cases {
        let (found, shared, rules) = proposed(&dataset);
        assert_eq!((found, shared, rules[0].as_str()), (Some(sensitivity), Some(sharing), rule), "{:?}", dataset.title);
    }
    assert_eq!(proposed(&record("Rainfall")), (None, None, Vec::new()));
}

#[test]
fn of_several_matches_the_highest_sensitivity_wins_and_the_closest_sharing_with_it() {
    let dataset = with_fields(record("3W by district"), &["organisation", "beneficiary name"]);
    let (sensitivity, sharing, rules) = proposed(&dataset);
    assert_eq!((sensitivity, sharing), (Some(Sensitivity::Severe), Some(Sharing::Closed)));
    assert_eq!(rules, ["personal-data", "who-does-what-where"]);
}

#[test]
fn mine_action_data_is_recognised_by_cluster_precision_and_fields() {
    let mut hazards = Dataset {
        clusters: vec!["PRO-MIN".to_owned()],
        geographic_precision: Some(GeographicPrecision::NearExact),
        ..record("Hazardous areas")
    };
    let expected = vec!["explosive-ordnance-positions".to_owned(), "protection-by-place".to_owned()];
    assert_eq!(proposed(&hazards), (Some(Sensitivity::High), Some(Sharing::Restricted), expected));
    hazards.geographic_precision = Some(GeographicPrecision::Adm2);
    assert_eq!(proposed(&hazards).2, [""; 0]);
}

#[test]
fn a_country_profile_goes_before_the_default_for_records_of_that_country() {
    let profiles = Profiles::new(vec![Profile::from_toml(INVENTED).unwrap()]).unwrap();
    let schools = |countries: &[&str]| Dataset {
        countries: countries.iter().map(|code| (*code).to_owned()).collect(),
        geographic_precision: Some(GeographicPrecision::Adm4),
        ..record("Schools")
    };
    let proposal = |countries: &[&str]| {
        let proposal = propose(&schools(countries), &profiles, TODAY);
        let told = |reason: cairn_policy::classify::ProposalReason| (reason.profile.unwrap(), reason.version.unwrap());
        (proposal.sensitivity.unwrap(), proposal.reasons.into_iter().map(told).collect::<Vec<_>>())
    };
    let (yemen, default) = (("yemen".to_owned(), "invented-1".to_owned()), ("default".to_owned(), "2026.1".to_owned()));
    assert_eq!(proposal(&["YEM"]), (Sensitivity::High, vec![yemen.clone()]));
    assert_eq!(proposal(&["SOM"]), (Sensitivity::Moderate, vec![default.clone()]));
    assert_eq!(proposal(&[]), (Sensitivity::Moderate, vec![default.clone()]));
    // A record of several countries takes the closest.
    assert_eq!(proposal(&["SOM", "YEM"]), (Sensitivity::High, vec![yemen, default]));
    let convoys = Dataset { countries: vec!["YEM".to_owned()], ..record("Convoy routes and IDP sites") };
    let both = rules(propose(&convoys, &profiles, TODAY));
    assert_eq!(both, ["convoy-routes", "displacement-sites"], "the other rules of the default hold as well");
}

#[test]
fn a_looser_country_profile_does_not_open_a_record_of_another_country_too() {
    let profiles = Profiles::new(vec![
        wells("all", None, "1", "2026", "high", "restricted"),
        wells("yemen", Some("YEM"), "1", "2026", "low", "public"),
    ])
    .unwrap();
    let sensitivity = |countries: &[&str]| {
        let countries = countries.iter().map(|code| (*code).to_owned()).collect();
        propose(&Dataset { countries, ..record("Wells") }, &profiles, TODAY).sensitivity
    };
    assert_eq!(sensitivity(&["YEM"]), Some(Sensitivity::Low));
    assert_eq!(sensitivity(&["YEM", "SOM"]), Some(Sensitivity::High));
}

#[test]
fn the_version_that_holds_is_the_newest_that_has_begun() {
    let profiles = Profiles::new(vec![
        wells("yemen", Some("YEM"), "1", "2025-01-01", "low", "public"),
        wells("yemen", Some("YEM"), "2", "2026-06-02", "high", "restricted"),
    ])
    .unwrap();
    let dataset = Dataset { countries: vec!["YEM".to_owned()], ..record("Wells") };
    let version = |today| propose(&dataset, &profiles, today).reasons.first().and_then(|one| one.version.clone());
    assert_eq!(version(TODAY).as_deref(), Some("1"));
    assert_eq!(version(TODAY + 1).as_deref(), Some("2"));
    assert_eq!(version(0), None, "none had begun");
}

#[test]
fn a_proposal_says_whether_it_would_open_or_close_anything() {
    let stands = |sensitivity, sharing| Terms { sensitivity, sharing, ..Terms::closed() };
    let moves = |terms| {
        let proposal = propose(&Dataset { terms, ..record("IDP sites") }, Profiles::bundled(), TODAY);
        (proposal.opens, proposal.closes)
    };
    assert_eq!(moves(stands(Sensitivity::Moderate, Sharing::Community)), (false, false));
    assert_eq!(moves(stands(Sensitivity::Low, Sharing::Community)), (false, true));
    assert_eq!(moves(stands(Sensitivity::Moderate, Sharing::Public)), (false, true));
    assert_eq!(moves(stands(Sensitivity::High, Sharing::Community)), (true, false));
    assert_eq!(moves(stands(Sensitivity::Low, Sharing::Closed)), (true, true));
    assert_eq!(moves(stands(Sensitivity::Unknown, Sharing::Community)), (true, false), "unknown counts as high");
}

#[test]
fn field_level_terms_are_proposed_from_field_names() {
    let mut dataset = with_fields(record("Accidents"), &["#geo+lat", "vi_name", "killed", "colour", "district"]);
    dataset.terms = Terms { sharing: Sharing::Community, listing: cairn_model::Listing::Full, ..Terms::closed() };
    dataset.fields[0].sharing = Some(Sharing::Closed);
    dataset.fields[1].sensitivity = Some(Sensitivity::Severe);
    let proposal = propose(&dataset, Profiles::bundled(), TODAY);
    let fields: Vec<_> = proposal
        .fields
        .iter()
        .map(|field| (field.name.as_str(), field.class, field.sensitivity.code(), field.opens, field.closes))
        .collect();
    assert_eq!(
        fields,
        [
            ("#geo+lat", FieldClass::Coordinates, "high", true, false),
            ("vi_name", FieldClass::Identity, "severe", false, false),
            ("killed", FieldClass::Casualties, "high", false, true),
            ("district", FieldClass::Descriptive, "low", false, false),
        ]
    );
    assert_eq!(proposal.fields[2].shareable_form, "counts at admin 2 or above, small cells suppressed");
}

#[test]
fn managing_group_privacy_risks_a_flag_or_a_field_forces_moderate_distinct_from_personal_data() {
    let reason = |dataset: &Dataset| {
        let proposal = propose(dataset, Profiles::bundled(), TODAY);
        let because = proposal.reasons.first().map(|one| (one.rule.clone(), one.profile.clone()));
        (proposal.sensitivity, because)
    };
    let forced = (Some(Sensitivity::Moderate), Some(("group-privacy".to_owned(), None)));
    assert_eq!(reason(&Dataset { group_privacy: Some(true), ..record("Rainfall") }), forced);
    assert_eq!(reason(&with_fields(record("Rainfall"), &["ethnic_group"])), forced);
    assert_eq!(reason(&Dataset { group_privacy: Some(false), ..record("Rainfall") }), (None, None));
}

#[test]
fn a_profile_that_is_wrong_is_refused_with_the_place() {
    let with = |rule: &str| {
        let head = "id = \"p\"\nversion = \"1\"\nvalid_from = \"2026\"\ntitle = \"P\"\n";
        Profile::from_toml(&format!("{head}{rule}")).unwrap_err()
    };
    let rule = |part: &str| {
        with(&format!(
            "[[rules]]\nid = \"r\"\n{part}\nsensitivity = \"severe\"\nsharing = \"closed\"\nbecause = \"B.\"\n"
        ))
    };
    assert!(with("colour = 1").contains("line 5"), "{}", with("colour = 1"));
    assert_eq!(with("country = \"Yemen\"\nrules = []"), "country: `Yemen` is no code of a country, as YEM is");
    assert_eq!(rule(""), "rule 1 (`r`): it says nothing by which data is recognised");
    assert_eq!(rule("clusters = [\"MINES\"]"), "rule 1 (`r`): clusters: `MINES` is no code of a cluster");
    assert_eq!(rule("words.en = [\"!\"]"), "rule 1 (`r`): words: `!` holds no word");
    assert!(rule("field_classes = [\"names\"]").contains("unknown variant `names`"));
    assert!(rule("words.de = [\"Brunnen\"]").contains("unknown field `de`"));
    let public = with(
        "[[rules]]\nid = \"r\"\nkinds = [\"microdata\"]\nsensitivity = \"severe\"\nsharing = \"public\"\nbecause = \"B.\"\n",
    );
    assert!(public.starts_with("rule 1 (`r`): Severe sensitivity and public sharing contradict"), "{public}");
}

#[test]
fn profiles_that_contradict_each_other_are_refused() {
    let yemen = |id: &str, version: &str| wells(id, Some("YEM"), version, "2026", "low", "public");
    let error = |profiles: Vec<Profile>| Profiles::new(profiles).unwrap_err();
    assert_eq!(error(vec![yemen("a", "1"), yemen("a", "1")]), "profile `a` has the version 1 twice");
    assert_eq!(error(vec![yemen("a", "1"), yemen("b", "1")]), "`a` and `b` are both the profile of YEM");
    let somalia = wells("a", Some("SOM"), "2", "2026", "low", "public");
    assert_eq!(error(vec![yemen("a", "1"), somalia]), "the versions of profile `a` are for different countries");
}

#[test]
fn the_default_that_the_program_carries_holds_until_an_operator_has_one() {
    let versions = |profiles: &Profiles| -> Vec<String> {
        profiles.versions().iter().map(|one| format!("{} {}", one.id, one.version)).collect()
    };
    assert_eq!(versions(Profiles::bundled()), ["default 2026.1"]);
    assert_eq!(versions(&Profiles::new(Vec::new()).unwrap()), ["default 2026.1"]);
    let later = wells("default", None, "ours", "2026-05-01", "low", "public");
    assert_eq!(versions(&Profiles::new(vec![later]).unwrap()), ["default ours", "default 2026.1"]);
    let own = wells("own", None, "1", "2020", "low", "public");
    assert_eq!(versions(&Profiles::new(vec![own]).unwrap()), ["own 1"]);
}

const TITLES: &[&str] = &["3W", "IDP sites", "GBV cases", "Rainfall", "Schools", "Contact list"];
const FIELDS: &[&str] = &["vi_name", "#geo+lat", "phone", "ethnic group", "district", "colour", "killed", "sex"];

fn any_record() -> impl Strategy<Value = Dataset> {
    let parts = (
        subsequence(TITLES, 0..=3),
        subsequence(FIELDS, 0..=4),
        select(Kind::ALL),
        prop::option::of(select(GeographicPrecision::ALL)),
        subsequence(vec!["YEM", "SOM"], 0..=2),
        subsequence(vec!["PRO-MIN", "WSH"], 0..=2),
        (select(Sensitivity::ALL), select(Sharing::ALL), prop::option::of(any::<bool>())),
    );
    parts.prop_map(|(titles, fields, kind, geographic_precision, countries, clusters, terms)| {
        let strings = |codes: Vec<&str>| codes.into_iter().map(str::to_owned).collect::<Vec<_>>();
        let mut dataset = Dataset {
            kind,
            geographic_precision,
            countries: strings(countries),
            clusters: strings(clusters),
            group_privacy: terms.2,
            ..with_fields(record(&titles.join(", ")), &fields)
        };
        dataset.terms = Terms { sensitivity: terms.0, sharing: terms.1, ..Terms::closed() };
        dataset
    })
}

proptest! {
    #[test]
    fn a_proposal_is_never_looser_than_the_strongest_rule_that_holds(dataset in any_record()) {
        let profiles = Profiles::new(vec![Profile::from_toml(INVENTED).unwrap()]).unwrap();
        let proposal = propose(&dataset, &profiles, TODAY);
        for reason in &proposal.reasons {
            prop_assert!(proposal.sensitivity.unwrap() >= reason.sensitivity);
            prop_assert!(proposal.sharing.unwrap() >= reason.sharing);
        }
        prop_assert_eq!(proposal.sensitivity.is_some(), !proposal.reasons.is_empty());
        let sensitivity = proposal.sensitivity.unwrap_or(Sensitivity::Severe);
        prop_assert!(dataset.group_privacy != Some(true) || sensitivity >= Sensitivity::Moderate);
    }

    #[test]
    fn adding_a_field_never_lowers_what_is_proposed(dataset in any_record(), name in select(FIELDS)) {
        let before = propose(&dataset, Profiles::bundled(), TODAY);
        let mut more = dataset.clone();
        more.fields.push(Field { name: name.to_owned(), ..Field::default() });
        let after = propose(&more, Profiles::bundled(), TODAY);
        prop_assert!(after.sensitivity >= before.sensitivity);
        prop_assert!(after.sharing >= before.sharing);
        prop_assert_eq!(&after.fields[..before.fields.len()], &before.fields[..]);
    }

    #[test]
    fn the_same_record_is_proposed_the_same(dataset in any_record()) {
        let once = propose(&dataset, Profiles::bundled(), TODAY);
        prop_assert_eq!(&propose(&dataset, Profiles::bundled(), TODAY), &once);
        let mut turned = dataset.clone();
        turned.countries.reverse();
        turned.clusters.reverse();
        prop_assert_eq!(propose(&turned, Profiles::bundled(), TODAY), once);
    }
}
