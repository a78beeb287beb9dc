//! What narrows a search, and how its hits are counted by what they could be narrowed by.

use cairn_model::{BoundingBox, Dataset, Interval, Licence, Place, UpdateFrequency};
use cairn_policy::Viewer;
use cairn_search::{
    CellCount, Cells, FacetField, Filters, Index, SearchError, SearchIndex, SearchRequest, Sort, SortKey,
};

use crate::samples;
use crate::samples::{
    counts, dataset, date, file, filter, found, index_of, organisation, search, stamp, strings, tags, text, titles,
};

#[test]
fn facets_count_all_hits_and_a_filter_by_their_value_finds_just_these() {
    let records = [
        Dataset {
            countries: strings(&["YEM", "IRQ"]),
            clusters: strings(&["PRO-MIN"]),
            keywords: tags(&["Hazards", "hazards ", "mines"]),
            distributions: vec![file("CSV"), file("CSV"), file("XLSX")],
            owner: Some(organisation("relief", "Example Relief")),
            languages: strings(&["ar"]),
            licence: Some(Licence { code: "CC-BY-4.0".to_owned(), ..Licence::default() }),
            ..dataset("a", "A")
        },
        Dataset {
            countries: strings(&["YEM"]),
            clusters: strings(&["PRO"]),
            keywords: tags(&["hazards"]),
            publisher: Some(organisation("relief", "Example Relief")),
            ..dataset("b", "B")
        },
        Dataset {
            clusters: strings(&["PRO-MIN", "PRO"]),
            owner: Some(organisation("relief", "Another Name")),
            update_frequency: Some(UpdateFrequency("weekly".to_owned())),
            modified: Some(stamp("1970-01-01")),
            ..dataset("c", "C")
        },
    ];
    let (index, _writer) = index_of(&records);
    let page = search(&index, &SearchRequest { facets: FacetField::ALL.to_vec(), today: 10, ..text("") });
    assert_eq!(counts(&page, FacetField::Country), [("YEM", 2), ("IRQ", 1)]);
    assert_eq!(counts(&page, FacetField::Cluster), [("PRO", 3), ("PRO-MIN", 2)]);
    assert_eq!(counts(&page, FacetField::Tag), [("hazards", 2), ("mines", 1)]);
    assert_eq!(counts(&page, FacetField::Format), [("CSV", 1), ("XLSX", 1)]);
    assert_eq!(counts(&page, FacetField::Organisation), [("relief", 3)]);
    assert_eq!(page.facets[&FacetField::Organisation][0].name.as_deref(), Some("Example Relief"));
    // The two that do not say how often they are updated are in no state.
    assert_eq!(counts(&page, FacetField::Freshness), [("due", 1)]);
    assert_eq!(counts(&page, FacetField::Rendition), [("full", 3)]);
    assert_eq!(counts(&page, FacetField::Classification), []);
    assert_eq!(page.facets.len(), FacetField::ALL.len());

    for (facet, values) in &page.facets {
        for value in values {
            let request = SearchRequest { today: 10, ..filter(*facet, &[&value.value]) };
            assert_eq!(search(&index, &request).total, value.count, "{facet:?} {}", value.value);
            let quoted = SearchRequest { today: 10, ..text(&format!("{}:\"{}\"", facet.name(), value.value)) };
            assert_eq!(search(&index, &quoted).total, value.count, "{facet:?} {}", value.value);
            let without = SearchRequest { today: 10, ..text(&format!("-{}:\"{}\"", facet.name(), value.value)) };
            assert_eq!(search(&index, &without).total, 3 - value.count, "{facet:?} {}", value.value);
        }
    }
    assert_eq!(found(&index, "country:YEM country:IRQ"), ["A"]);
    assert_eq!(search(&index, &filter(FacetField::Country, &["YEM", "XXX", "IRQ"])).total, 2);
    assert_eq!(search(&index, &filter(FacetField::Freshness, &["no such"])).total, 0);
}

#[test]
fn values_of_one_field_are_alternatives_and_fields_must_all_hold() {
    let codes = ["AFG", "COL", "ETH", "HTI", "IRQ", "MLI", "NGA", "SOM", "SYR", "YEM"];
    let records: Vec<Dataset> =
        codes.iter().map(|code| Dataset { countries: strings(&[code]), ..dataset(code, code) }).collect();
    let (index, _writer) = index_of(&records);
    assert_eq!(search(&index, &filter(FacetField::Country, &codes)).total, 10);
    assert_eq!(search(&index, &filter(FacetField::Country, &codes[..3])).total, 3);
    let mut both = filter(FacetField::Country, &codes);
    both.filters.values.insert(FacetField::Format, strings(&["CSV"]));
    assert_eq!(search(&index, &both).total, 0);
    let too_many: Vec<String> = (0..300).map(|number| number.to_string()).collect();
    let mut request = text("");
    request.filters.values.insert(FacetField::Country, too_many);
    let refused = index.search(&Viewer::anonymous(), &request);
    assert!(matches!(refused, Err(SearchError::BadQuery(_))));
}

#[test]
fn what_lies_below_a_place_is_told_by_the_gazetteer_before_the_letters_of_a_code() {
    let at = |name: &str, code: &str| {
        let place = Place { pcode: Some(code.to_owned()), name: "Place".to_owned(), ..Place::default() };
        Dataset { places: vec![place], ..dataset(name, name) }
    };
    let (index, _writer) =
        index_of(&[at("Baalbek", "LB21"), at("Zahle", "LB25"), at("Village", "LB21007"), at("Bekaa", "LB2")]);
    assert_eq!(found(&index, "pcode:LB8"), ["Baalbek", "Village"]);
    assert_eq!(found(&index, "pcode:lb2"), ["Bekaa", "Zahle"]);
    assert_eq!(found(&index, "pcode:LB21"), ["Baalbek", "Village"]);
    assert_eq!(found(&index, "pcode:LB"), ["Baalbek", "Bekaa", "Village", "Zahle"]);
    assert_eq!(found(&index, "pcode:LB210"), ["Village"]);
    assert_eq!(found(&index, "-pcode:LB8,LB25"), ["Bekaa"]);
}

#[test]
fn a_place_includes_the_places_below_it() {
    let place = |code: &str| Place { pcode: Some(code.to_owned()), name: "Place".to_owned(), ..Place::default() };
    let (index, _writer) = index_of(&[
        Dataset { places: vec![place("YE1101")], ..dataset("a", "A") },
        Dataset { places: vec![place("YE12"), place("YE11")], ..dataset("b", "B") },
        dataset("c", "C"),
    ]);
    let below = |codes: &[&str]| {
        let filters = Filters { pcodes: strings(codes), ..Filters::default() };
        titles(&search(
            &index,
            &SearchRequest { filters, sort: Sort { by: SortKey::Title, reversed: false }, ..text("") },
        ))
        .join(",")
    };
    assert_eq!(below(&["YE11"]), "A,B");
    assert_eq!(below(&["ye1101"]), "A");
    assert_eq!(below(&["YE12", "YE1101"]), "A,B");
    assert_eq!(below(&["YE"]), "A,B");
    assert_eq!(below(&["XX"]), "");
    assert_eq!(below(&[""]), "A,B,C");
    assert_eq!(below(&["YEM11"]), "A,B");
    assert_eq!(found(&index, "pcode:YE11 -pcode:YE12"), ["A"]);
    assert_eq!(found(&index, "pcode:, -pcode:YE12"), Vec::<String>::new());
}

#[test]
fn time_covered_overlaps_with_open_ends() {
    let covers = |name: &str, start: Option<&str>, end: Option<&str>| Dataset {
        coverage: Some(Interval { start: start.map(date), end: end.map(date) }),
        ..dataset(name, name)
    };
    let (index, _writer) = index_of(&[
        covers("year", Some("2020"), Some("2020")),
        covers("since", Some("2021-06"), None),
        covers("until", None, Some("2019-12-31")),
        covers("unknown", None, None),
        dataset("silent", "silent"),
    ]);
    let overlapping = |after: Option<&str>, before: Option<&str>| {
        let filters = Filters {
            covers_after: after.map(|day| date(day).first_day()),
            covers_before: before.map(|day| date(day).first_day()),
            ..Filters::default()
        };
        titles(&search(
            &index,
            &SearchRequest { filters, sort: Sort { by: SortKey::Title, reversed: false }, ..text("") },
        ))
        .join(",")
    };
    assert_eq!(overlapping(Some("2020-12-31"), Some("2021-01-01")), "year");
    assert_eq!(overlapping(Some("2021-01-01"), None), "since");
    assert_eq!(overlapping(None, Some("2019-12-31")), "until");
    assert_eq!(overlapping(Some("2019-12-31"), Some("2020-01-01")), "until,year");
    assert_eq!(overlapping(Some("2500-01-01"), None), "since");
    assert_eq!(overlapping(None, None), "silent,since,unknown,until,year");
}

#[test]
fn changes_are_filtered_by_day() {
    let (index, _writer) = index_of(&[
        Dataset { modified: Some(stamp("2024-05-01")), ..dataset("a", "A") },
        Dataset { modified: Some(stamp("2024-05-02")), ..dataset("b", "B") },
        dataset("c", "C"),
    ]);
    let day = Some(date("2024-05-02").first_day());
    let after = Filters { modified_after: day, ..Filters::default() };
    assert_eq!(titles(&search(&index, &SearchRequest { filters: after, ..text("") })), ["B"]);
    let before = Filters { modified_before: day.map(|day| day - 1), ..Filters::default() };
    assert_eq!(titles(&search(&index, &SearchRequest { filters: before, ..text("") })), ["A"]);
}

#[test]
fn a_box_finds_what_overlaps_it_across_the_antimeridian_too() {
    let boxed = |name: &str, [west, south, east, north]: [f64; 4]| Dataset {
        bbox: Some(BoundingBox { west, south, east, north }),
        ..dataset(name, name)
    };
    let (index, _writer) = index_of(&[
        boxed("fiji", [176.0, -21.0, -178.0, -12.0]),
        boxed("yemen", [42.5, 12.1, 54.5, 19.0]),
        boxed("nowhere", [f64::NAN, 0.0, 1.0, 1.0]),
        dataset("silent", "silent"),
    ]);
    let within = |[west, south, east, north]: [f64; 4]| {
        let filters = Filters { bbox: Some(BoundingBox { west, south, east, north }), ..Filters::default() };
        titles(&search(
            &index,
            &SearchRequest { filters, sort: Sort { by: SortKey::Title, reversed: false }, ..text("") },
        ))
        .join(",")
    };
    assert_eq!(within([170.0, -30.0, -170.0, 0.0]), "fiji");
    assert_eq!(within([-179.0, -30.0, -170.0, 0.0]), "fiji");
    assert_eq!(within([54.5, 19.0, 60.0, 30.0]), "yemen");
    assert_eq!(within([-180.0, -90.0, 180.0, 90.0]), "fiji,yemen");
    assert_eq!(within([0.0, -10.0, 10.0, 10.0]), "");
}

/// Cells, each as its values, its count, and its counts by sharing level and freshness.
fn cells(index: &Index, viewer: &Viewer, wanted: Cells) -> Vec<String> {
    let request = SearchRequest { cells: vec![wanted], limit: 0, today: 20_000, ..text("") };
    let told = |CellCount { values, count, sharing, freshness }: CellCount| {
        let values: Vec<String> = values.into_iter().map(|value| value.unwrap_or("-".to_owned())).collect();
        let by = |counts: std::collections::BTreeMap<String, u64>| {
            counts.into_iter().map(|(code, count)| format!(" {code}={count}")).collect::<Vec<String>>().concat()
        };
        format!("{}: {count}{};{}", values.join(" "), by(sharing), by(freshness))
    };
    index.search(viewer, &request).unwrap().cells.remove(0).into_iter().map(told).collect()
}

#[test]
fn hits_are_counted_by_pairs_of_values_with_their_sharing_and_freshness() {
    let in_places = |name: &str, clusters: &[&str], countries: &[&str]| Dataset {
        clusters: strings(clusters),
        countries: strings(countries),
        owner: Some(organisation("relief", name)),
        ..dataset(name, name)
    };
    let mut own = in_places("Own", &["PRO-MIN"], &["YEM"]);
    own.terms.sharing = cairn_model::Sharing::Organisation;
    own.terms.listing = cairn_model::Listing::Hidden;
    let (index, _writer) = index_of(&[
        in_places("Areas", &["PRO-MIN"], &["YEM", "SYR"]),
        Dataset {
            modified: Some(stamp("2024-09-01")),
            update_frequency: Some(UpdateFrequency("every-year".to_owned())),
            ..in_places("Clinics", &["HEA"], &["YEM"])
        },
        dataset("Nothing said", "Nothing said"),
        own,
    ]);
    let pairs = Cells::OfPair(FacetField::Cluster, FacetField::Country);
    assert_eq!(
        cells(&index, &Viewer::anonymous(), pairs),
        [
            "HEA YEM: 1 public=1; fresh=1",
            "PRO SYR: 1 public=1;",
            "PRO YEM: 1 public=1;",
            "PRO-MIN SYR: 1 public=1;",
            "PRO-MIN YEM: 1 public=1;",
            "- -: 1 public=1;",
        ]
    );
    assert_eq!(
        cells(&index, &samples::member("relief"), pairs)[4],
        "PRO-MIN YEM: 2 organisation=1 public=1;",
        "a cell counts what its viewer sees"
    );
    // One organisation under several names is one.
    assert_eq!(
        cells(&index, &Viewer::anonymous(), Cells::Of(FacetField::Organisation)),
        ["relief: 2 public=2; fresh=1", "-: 1 public=1;"]
    );
}

#[test]
fn a_record_without_a_box_lies_where_its_places_or_its_countries_are() {
    let about = |name: &str, codes: &[&str]| Dataset { countries: strings(codes), ..dataset(name, name) };
    let place = |code: &str| Place { pcode: Some(code.to_owned()), name: "Place".to_owned(), ..Place::default() };
    let everywhere = ["AFG", "ALB", "ARG", "AUS", "BRA", "CAN", "CHN", "DEU", "EGY", "FRA", "IND", "JPN", "KEN"];
    let (index, _writer) = index_of(&[
        about("Fiji", &["FJI"]),
        about("Yemen", &["YEM"]),
        about("Colombia and Afghanistan", &["AFG", "COL"]),
        Dataset { places: vec![place("LB1")], ..about("Beirut", &["LBN"]) },
        Dataset { places: vec![place("LB1"), place("LB8")], ..about("Baalbek", &["LBN"]) },
        about("World", &everywhere),
        dataset("Nowhere", "Nowhere"),
    ]);
    let within = |west, south, east, north| {
        let bbox = Some(BoundingBox { west, south, east, north });
        let filters = Filters { bbox, ..Filters::default() };
        let sort = Sort { by: SortKey::Title, reversed: false };
        let page = search(&index, &SearchRequest { filters, sort, ..text("") });
        titles(&page).join(", ")
    };
    assert_eq!(within(-180.0, -90.0, 180.0, 90.0), "Baalbek, Beirut, Colombia and Afghanistan, Fiji, Yemen");
    assert_eq!(within(-180.0, -20.0, -179.0, -10.0), "Fiji");
    assert_eq!(within(0.0, -20.0, 10.0, 20.0), "");
    assert_eq!(within(66.0, 34.0, 67.0, 35.0), "Colombia and Afghanistan");
    assert_eq!(within(35.4, 33.8, 35.5, 33.9), "Baalbek, Beirut");
    // Not all places of one have a box, so it is looked for in all of its country.
    assert_eq!(within(36.1, 34.1, 36.2, 34.2), "Baalbek");
}
