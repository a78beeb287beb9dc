#![expect(clippy::unwrap_used, reason = "tests")]

use super::address::{doi, normalised};
use super::{FOLDED, Features, Judgement, Key, KeyKind, LINKED, are_enough, judge, keys};
use crate::{
    BoundingBox, Dataset, DatasetId, Distribution, Identifier, Interval, LocalizedText, Organisation, Place,
    Vocabularies,
};

const DESCRIPTION: &str = "Every water point of the district with its type, its yield in litres, who keeps it, and whether it \
                           could be used when a team of the water cluster last came by.";

/// A record of a source with a title, and nothing that tells it from others but for that.
fn record(source: &str, title: &str) -> Dataset {
    Dataset {
        source: source.to_owned(),
        source_record_id: title.to_owned(),
        title: LocalizedText::new("en", title),
        ..Dataset::empty(DatasetId::new(source, title))
    }
}

/// As [`record`], by a publisher and with a description.
fn described(source: &str, title: &str) -> Dataset {
    Dataset {
        publisher: Some(Organisation { name: "Example Relief".to_owned(), ..Organisation::default() }),
        description: LocalizedText::new("en", DESCRIPTION),
        ..record(source, title)
    }
}

fn with_files(mut dataset: Dataset, addresses: &[&str]) -> Dataset {
    let file = |address: &&str| Distribution { url: Some((*address).to_owned()), ..Distribution::default() };
    dataset.distributions = addresses.iter().map(file).collect();
    dataset
}

fn with_identifier(mut dataset: Dataset, scheme: &str, value: &str) -> Dataset {
    dataset.identifiers.push(Identifier { scheme: scheme.to_owned(), value: value.to_owned() });
    dataset
}

fn with_period(mut dataset: Dataset, start: &str, end: &str) -> Dataset {
    let date = |text: &str| Some(text.to_owned().try_into().unwrap());
    dataset.coverage = Some(Interval { start: date(start), end: date(end) });
    dataset
}

/// The judgement of two records, where they share a key at all.
fn judged(left: &Dataset, right: &Dataset) -> Option<Judgement> {
    let (left_keys, right_keys) = (keys(left), keys(right));
    let shared: Vec<&Key> =
        left_keys.iter().filter(|key| right_keys.iter().any(|other| other.hash == key.hash)).collect();
    let hashes: Vec<u64> = shared.iter().map(|key| key.hash).collect();
    if shared.is_empty() || !are_enough(&hashes) {
        return None;
    }
    let forth = judge(&Features::of(left), &Features::of(right), &shared);
    let back = judge(&Features::of(right), &Features::of(left), &shared);
    assert_eq!(forth, back, "who is asked first makes no difference");
    forth
}

fn confidence(left: &Dataset, right: &Dataset) -> f64 {
    judged(left, right).map_or(0.0, |judgement| judgement.confidence)
}

fn codes(left: &Dataset, right: &Dataset) -> Vec<&'static str> {
    judged(left, right).unwrap().evidence.iter().map(|one| one.code).collect()
}

#[test]
fn a_doi_is_the_same_however_it_is_written() {
    for text in [
        "10.5281/Zenodo.42",
        "https://doi.org/10.5281/zenodo.42",
        "doi:10.5281/zenodo.42",
        "http://dx.doi.org/10.5281/ZENODO.42",
    ] {
        assert_eq!(doi(text).as_deref(), Some("10.5281/zenodo.42"), "{text}");
    }
    for text in ["10.5281", "https://example.org/10.5281/zenodo.42", "10.52/x", "10.5281/two words", ""] {
        assert_eq!(doi(text), None, "{text}");
    }
}

#[test]
fn an_address_is_the_same_with_and_without_what_does_not_lead_anywhere() {
    for text in [
        "http://example.org/files/roads.zip",
        "https://www.example.org:443/files/roads.zip/?utm_source=mail&fbclid=1#top",
        "HTTPS://WWW.EXAMPLE.ORG/files/roads.zip",
        "https://user:word@example.org/files/roads.zip",
    ] {
        assert_eq!(normalised(text).as_deref(), Some("example.org/files/roads.zip"), "{text}");
    }
    assert_eq!(normalised("https://example.org/get?layer=b&id=a"), normalised("https://example.org/get?id=a&layer=b"));
    assert_ne!(normalised("https://example.org/get?id=1"), normalised("https://example.org/get?id=2"));
}

#[test]
fn the_front_page_of_a_site_and_what_is_not_on_the_web_are_no_addresses() {
    let long = format!("https://example.org/{}", "x".repeat(3_000));
    for text in [
        "https://example.org",
        "https://www.example.org/?utm_campaign=x",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "",
        &long,
    ] {
        assert_eq!(normalised(text), None, "{text}");
    }
}

#[test]
fn short_identifiers_slugs_and_disaster_numbers_are_no_keys() {
    for (scheme, value) in [
        ("other", "12"),
        ("other", "population"),
        ("idno", "2019"),
        ("slug", "water-points-2019"),
        ("glide", "EQ-2015-000048-NPL"),
    ] {
        let dataset = with_identifier(record("a", "Water points"), scheme, value);
        assert!(keys(&dataset).iter().all(|key| key.kind == KeyKind::Title), "{scheme} {value}");
    }
}

#[test]
fn the_kind_of_a_key_is_known_from_its_hash() {
    let dataset = with_files(
        with_identifier(described("a", "Water points"), "doi", "10.5281/zenodo.42"),
        &["https://example.org/a.csv"],
    );
    let keys = keys(&dataset);
    assert!(keys.iter().all(|key| KeyKind::of_hash(key.hash) == Some(key.kind)));
    assert_eq!(keys.iter().filter(|key| key.kind == KeyKind::Title).count(), 9);
}

#[test]
fn hashes_never_change_because_an_index_keeps_them() {
    let dataset = with_identifier(record("a", "Water points 2019"), "doi", "10.5281/zenodo.42");
    let hashes: Vec<u64> = keys(&dataset).iter().map(|key| key.hash).collect();
    assert_eq!(hashes[..2], [17_613_016_523_137_016_305, 3_013_350_317_155_853_606]);
}

#[test]
fn records_that_share_a_doi_are_one_even_when_their_titles_are_in_two_languages() {
    let french = with_identifier(record("b", "Points d'eau du district"), "doi", "https://doi.org/10.5281/zenodo.42");
    let english = with_identifier(record("a", "Water points of the district"), "doi", "10.5281/ZENODO.42");
    let judgement = judged(&english, &french).unwrap();
    assert!(judgement.is_exact && judgement.confidence >= LINKED && judgement.confidence < FOLDED);
    assert_eq!(judgement.evidence[0].words, "Both have the DOI 10.5281/zenodo.42.");
    let same = with_identifier(record("c", "Water Points of the District"), "doi", "10.5281/zenodo.42");
    assert!(confidence(&english, &same) >= FOLDED);
}

#[test]
fn a_copy_of_a_portal_that_kept_the_uuid_of_a_record_is_found_by_it() {
    let uuid = "8c632b0c-bc41-4836-be11-44cc10e3b06a";
    let original = Dataset { source_record_id: uuid.to_owned(), ..record("a", "Water points") };
    let copy = with_identifier(record("b", "Water points"), "other", uuid);
    assert_eq!(codes(&original, &copy)[0], "same-identifier");
}

#[test]
fn the_same_files_under_the_same_title_are_one_dataset() {
    let left = with_files(
        record("a", "Roads of Sanaa"),
        &["https://www.example.org/roads.zip", "https://example.org/roads.csv"],
    );
    let right = with_files(
        record("b", "ROADS OF SANAA"),
        &["http://example.org/roads.csv", "http://example.org/roads.zip?utm_source=b"],
    );
    assert!(confidence(&left, &right) >= FOLDED);
    assert_eq!(codes(&left, &right)[0], "same-files");
}

#[test]
fn a_file_that_datasets_of_other_titles_share_is_no_evidence() {
    let codebook = ["https://example.org/codebook.pdf"];
    let left = with_files(described("a", "Household survey of Aden"), &codebook);
    let right = with_files(described("b", "School survey of Aden"), &codebook);
    assert_eq!(judged(&left, &right), None);
}

#[test]
fn numbers_and_years_in_titles_must_agree_whatever_else_does() {
    for (left, right) in [
        ("Situation Report No 12", "Situation Report No 13"),
        ("Roads 2019", "Roads 2020"),
        ("Admin 1 boundaries", "Admin 2 boundaries"),
        ("Buildings v1", "Buildings v2"),
        ("Needs 2019", "Needs"),
    ] {
        let file = ["https://example.org/everything.zip"];
        let left = with_identifier(with_files(described("a", left), &file), "doi", "10.5281/zenodo.42");
        let right = with_identifier(with_files(described("b", right), &file), "doi", "10.5281/zenodo.42");
        assert_eq!(judged(&left, &right), None, "{:?} {:?}", left.title, right.title);
    }
    let (left, right) = (described("a", "Situation report no. 012"), described("b", "Situation Report No 12"));
    assert!(confidence(&left, &right) >= FOLDED, "a number is the same with zeros before it");
}

#[test]
fn one_word_that_differs_makes_another_dataset() {
    for (left, right) in [
        ("Health facilities of Eastern Province", "Health facilities of Western Province"),
        ("Livelihood Zone A", "Livelihood Zone B"),
        ("Assessment, Phase II", "Assessment, Phase III"),
        ("Women who fetch water", "Men who fetch water"),
        ("Sheet north east, south west", "Sheet south west, north east"),
        ("Chaves blocks by age group", "Chaves block groups by age group"),
    ] {
        assert_eq!(judged(&described("a", left), &described("b", right)), None, "{left} / {right}");
    }
}

#[test]
fn countries_places_extents_and_periods_must_not_contradict() {
    let base = || described("b", "Water points of the district");
    let with = |country: &str| Dataset { countries: vec![country.to_owned()], ..base() };
    let place = |code: &str| Dataset {
        places: vec![Place { pcode: Some(code.to_owned()), admin_level: 1, ..Place::default() }],
        ..base()
    };
    let extent = |west: f64| Dataset { bbox: Some(BoundingBox::new(west, 10.0, west + 2.0, 12.0).unwrap()), ..base() };
    let period = |year: &str| with_period(base(), year, year);
    let from_a = |dataset: Dataset| Dataset { source: "a".to_owned(), ..dataset };
    let check = |left: Dataset, same: &Dataset, other: Dataset| {
        assert!(confidence(&left, same) >= FOLDED);
        let doi = |dataset: Dataset| with_identifier(dataset, "doi", "10.5281/zenodo.42");
        assert_eq!(judged(&doi(left), &doi(other)), None);
    };
    check(from_a(with("YEM")), &with("YEM"), with("SYR"));
    check(from_a(place("YE11")), &place("YE11"), place("YE12"));
    check(from_a(extent(40.0)), &extent(40.05), extent(45.0));
    check(from_a(period("2019")), &period("2019"), period("2021"));
}

#[test]
fn a_title_alone_is_no_evidence_and_neither_is_a_short_one_with_its_publisher() {
    assert_eq!(judged(&record("a", "Population"), &record("b", "Population")), None);
    assert_eq!(
        judged(&record("a", "Water points of the district"), &record("b", "Water points of the district")),
        None
    );
    let by = |dataset: Dataset| Dataset { description: LocalizedText::default(), ..dataset };
    assert_eq!(judged(&by(described("a", "Population")), &by(described("b", "Population"))), None);
}

#[test]
fn a_title_with_its_publisher_is_a_hint_and_with_period_and_place_enough_to_fold() {
    let plain = |source: &str| Dataset {
        description: LocalizedText::default(),
        ..described(source, "Water points of the district")
    };
    let hint = confidence(&plain("a"), &plain("b"));
    assert!((LINKED..FOLDED).contains(&hint), "{hint}");
    let full = |source: &str| {
        let dataset = with_period(plain(source), "2019-01-01", "2019-12-31");
        Dataset { countries: vec!["YEM".to_owned()], ..dataset }
    };
    assert!(confidence(&full("a"), &full("b")) >= FOLDED);
    assert_eq!(codes(&full("a"), &full("b")), ["same-title", "same-publisher", "same-period", "same-places"]);
}

#[test]
fn the_name_of_the_country_may_stand_in_one_title_alone() {
    let name = Vocabularies::bundled().label("country", "YEM", "en");
    let yemen = |dataset: Dataset| Dataset { countries: vec!["YEM".to_owned()], ..dataset };
    let left = yemen(described("a", "Health facilities and water points"));
    let right = yemen(described("b", &format!("{name} - Health facilities and water points")));
    assert!(confidence(&left, &right) >= FOLDED);
    assert_eq!(codes(&left, &right)[0], "similar-title");
    let (relief, example) = ("Relief jobs by relief function", "Relief jobs by example function");
    assert_eq!(judged(&yemen(described("a", relief)), &yemen(described("b", example))), None);
    let (by_country, by_relief) = (format!("Patients by {name}"), "Patients by relief");
    assert_eq!(judged(&yemen(described("a", &by_country)), &yemen(described("b", by_relief))), None);
    let nowhere = described("a", "Health facilities and water points");
    assert_eq!(judged(&nowhere, &described("b", &format!("{name} - Health facilities and water points"))), None);
}

#[test]
fn within_a_source_likeness_is_never_enough_to_fold() {
    let left = described("a", "Water points of the district");
    let mut right = left.clone();
    right.id = DatasetId::new("a", "another");
    let twice = confidence(&left, &right);
    assert!((LINKED..FOLDED).contains(&twice), "{twice}");
    right.description = LocalizedText::new("en", format!("{DESCRIPTION} The second sheet."));
    assert_eq!(judged(&left, &right), None);
    let file = ["https://example.org/points.csv"];
    let with_file = confidence(&with_files(left.clone(), &file), &with_files(right, &file));
    assert!((LINKED..FOLDED).contains(&with_file), "{with_file}");
    assert!(confidence(&with_files(left.clone(), &file), &with_files(left, &file)) >= FOLDED);
}

#[test]
fn hostile_titles_and_addresses_make_no_keys_that_cost_or_break_anything() {
    let mut dataset = record("a", &"\u{202e}ة 🜂 <script> ".repeat(20_000));
    dataset.description = LocalizedText::new("en", "é".repeat(100_000));
    dataset.landing_page = Some("http://[::1".to_owned());
    let many: Vec<String> = (0..10_000).map(|number| format!("https://example.org/{number}")).collect();
    let dataset = with_files(dataset, &many.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(keys(&dataset).len() <= 64 + 9);
    assert!(serde_json::to_vec(&Features::of(&dataset)).unwrap().len() < 4_000);
}
