//! Related records: by what they say, where they lie and when; and what never relates.

use std::collections::BTreeSet;

use cairn_model::{Dataset, DatasetId, Interval, Listing, Place, Sharing};
use cairn_policy::{Viewer, best_rendition};
use cairn_search::{Ground, Index, RelatedRequest, SearchError, SearchIndex};

use crate::samples;
use crate::samples::{described, index_of, member, organisation, strings, tags};

/// A record of a subject, with its countries, places and years.
fn record(
    name: &str,
    title: &str,
    countries: &[&str],
    places: &[&str],
    years: Option<(&str, Option<&str>)>,
) -> Dataset {
    let place = |code: &&str| Place { pcode: Some((*code).to_owned()), ..Place::default() };
    Dataset {
        countries: strings(countries),
        places: places.iter().map(place).collect(),
        coverage: years.map(|(start, end)| Interval { start: Some(samples::date(start)), end: end.map(samples::date) }),
        ..described(name, title, "")
    }
}

fn request(of: &Dataset, viewer: &Viewer) -> RelatedRequest {
    RelatedRequest {
        of: best_rendition(of, viewer).unwrap(),
        left_out: BTreeSet::new(),
        limit: 10,
        language: "en".to_owned(),
        today: 20_000,
        give_up_at: None,
    }
}

/// Titles of the related records, each with its grounds.
fn related(index: &Index, of: &Dataset, viewer: &Viewer) -> Vec<(String, Vec<&'static str>)> {
    let found = index.related(viewer, &request(of, viewer)).unwrap();
    let told = |one: cairn_search::Related| {
        let title = one.hit.card.title.best("en").unwrap().to_owned();
        (title, one.grounds.into_iter().map(Ground::code).collect())
    };
    found.into_iter().map(told).collect()
}

fn titles<'a>(found: &'a [(String, Vec<&'static str>)]) -> Vec<&'a str> {
    found.iter().map(|(title, _)| title.as_str()).collect()
}

/// Records that have nothing in common, so that words are rare.
fn others() -> Vec<Dataset> {
    (0..12).map(|number| described(&format!("other-{number}"), &format!("Subject{number} item{number}"), "")).collect()
}

#[test]
fn what_says_the_same_is_related_and_what_lies_nearer_or_covers_the_same_time_comes_first() {
    let wells = record("wells", "Cholera in wells", &["YEM"], &["YE1501"], Some(("2020", Some("2021"))));
    let records = [
        record("far", "Cholera and wells elsewhere", &["SYR"], &[], None),
        record("country", "Cholera and wells in the country", &["YEM"], &[], None),
        record("district", "Cholera and wells in the district", &["YEM"], &["YE1501"], None),
        record("time", "Cholera and wells at that time", &["SYR"], &[], Some(("2020", Some("2021")))),
        record("place", "Markets", &["YEM"], &["YE1501"], None),
        record("country-alone", "Schools", &["YEM"], &[], Some(("2020", Some("2021")))),
        wells.clone(),
    ];
    let (index, _writer) = index_of(&[others(), records.to_vec()].concat());
    let found = related(&index, &wells, &Viewer::anonymous());
    assert_eq!(
        titles(&found),
        [
            "Cholera and wells in the district",
            "Cholera and wells in the country",
            "Cholera and wells at that time",
            "Cholera and wells elsewhere",
            "Markets"
        ],
        "the same country counts a little more than the same time: {found:?}"
    );
    let grounds: Vec<&[&str]> = found.iter().map(|(_, grounds)| grounds.as_slice()).collect();
    assert_eq!(
        grounds,
        [
            &["content", "place"][..],
            &["content", "place"][..],
            &["content", "period"][..],
            &["content"][..],
            &["place"][..]
        ]
    );
}

#[test]
fn titles_and_keywords_weigh_more_than_descriptions_and_concepts_cross_languages() {
    let mut asked = described("asked", "Landmine casualties", "Found by people who walk to markets.");
    asked.keywords = tags(&["internally displaced persons"]);
    let mut french = described("french", "Recensement", "");
    french.keywords = std::collections::BTreeMap::from([("fr".to_owned(), strings(&["déplacés internes"]))]);
    for one in [&mut asked, &mut french] {
        one.countries = strings(&["YEM"]);
    }
    let by_title = described("title", "Casualties of a landmine", "");
    let by_text = described("text", "Prices", "People walk to markets.");
    let (index, _writer) = index_of(&[others(), vec![asked.clone(), french, by_title, by_text]].concat());
    let found = related(&index, &asked, &Viewer::anonymous());
    let place = |title: &str| titles(&found).iter().position(|one| *one == title);
    assert_eq!(place("Casualties of a landmine"), Some(0), "{found:?}");
    assert!(place("Recensement").is_some(), "{found:?}");
    assert_ne!(place("Prices"), Some(0), "{found:?}");
}

#[test]
fn of_a_series_there_is_one_and_neither_the_record_nor_what_is_left_out() {
    let mut records = others();
    for country in ["Kenya", "Mali", "Chad", "Niger"] {
        let mut one = described(country, &format!("Example roads {country} network"), "");
        one.owner = Some(organisation("maps", "Example Maps"));
        records.push(one);
    }
    let asked = described("asked", "Network of roads, example", "");
    let copy = described("copy", "Network of roads, example", "");
    records.extend([asked.clone(), copy.clone()]);
    let (index, _writer) = index_of(&records);
    let mut request = request(&asked, &Viewer::anonymous());
    request.left_out = BTreeSet::from([copy.id]);
    let found = index.related(&Viewer::anonymous(), &request).unwrap();
    let ids: Vec<DatasetId> = found.iter().map(|one| one.hit.card.id).collect();
    assert_eq!(ids.len(), 1, "{found:?}");
    assert!(!ids.contains(&asked.id) && !ids.contains(&copy.id));
}

#[test]
fn words_that_a_viewer_does_not_see_of_a_record_relate_nothing_to_it() {
    let mut stub = described("stub", "Cholera treatment centres", "Cholera wards and their beds.");
    stub.owner = Some(organisation("relief", "Example Relief"));
    stub.terms.sharing = Sharing::Organisation;
    stub.terms.listing = Listing::Stub;
    let open = described("open", "Cholera wards and treatment", "");
    let mut hidden = described("hidden", "Cholera centres and treatment", "");
    hidden.owner = Some(organisation("relief", "Example Relief"));
    hidden.terms.sharing = Sharing::Organisation;
    hidden.terms.listing = Listing::Hidden;
    let (index, _writer) = index_of(&[others(), vec![stub.clone(), open.clone(), hidden]].concat());
    let of_owner = related(&index, &stub, &member("relief"));
    assert_eq!(
        BTreeSet::from_iter(titles(&of_owner)),
        BTreeSet::from(["Cholera wards and treatment", "Cholera centres and treatment"])
    );
    assert_eq!(related(&index, &stub, &Viewer::anonymous()), Vec::new());
    assert_eq!(titles(&related(&index, &open, &Viewer::anonymous())), Vec::<&str>::new());
    let of_member = related(&index, &open, &member("relief"));
    assert_eq!(of_member.len(), 2, "what only restricted records share relates them for who sees them: {of_member:?}");
}

#[test]
fn it_is_given_up_when_the_time_is_over() {
    let asked = described("asked", "Cholera", "");
    let (index, _writer) = index_of(&[asked.clone(), described("other", "Cholera", "")]);
    let mut request = request(&asked, &Viewer::anonymous());
    request.give_up_at = Some(std::time::Instant::now());
    assert!(matches!(index.related(&Viewer::anonymous(), &request), Err(SearchError::OutOfTime)));
}
