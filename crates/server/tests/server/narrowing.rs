//! Narrowing a search down: several values of a facet, and what to drop where nothing is found.

use cairn_catalog::{FacetField, HarvestOptions, SearchRequest};
use cairn_policy::{Role, Viewer};
use serde_json::{Value, json};

use crate::browser::{Browser, is_sound};
use crate::house::{Asker, House, day};

const DESK: &str = r#"
id = "desk"
kind = "inventory"
url = "file:holdings.csv"
title = "Desk inventory"
organisation = "Desk Keepers"
"#;

/// What is held; `h` is hidden from all but its owner.
const HOLDINGS: &str = "id,title,owner,country,cluster,modified,keywords,sensitivity,sharing,listing,access method
a,Wells of the north,Relief,YEM,WSH,2024-03-05,Deep  Wells,low,public,full,download
b,Clinics,Relief,YEM,HEA,2023-01-01,,low,public,full,download
c,Wells survey,Ministry,SYR,WSH,2023-01-01,,low,public,full,download
d,Clinic survey,Ministry,IRQ,HEA,2023-01-01,,low,public,full,download
e,Wells on the border,Relief,YEM;SYR,WSH,2023-01-01,,low,public,full,download
h,Wells of the road,Relief,JOR,WSH,2024-03-05,,moderate,organisation,hidden,download
";

async fn house() -> House {
    let house = House::open(&[DESK]).await;
    house.write("holdings.csv", HOLDINGS);
    house.harvest("desk", &HarvestOptions::default(), day(0)).await;
    house
}

/// A facet in words: `YEM 3, SYR 2`.
fn counts(answer: &Value, facet: &str) -> String {
    let one = |value: &Value| format!("{} {}", value["value"].as_str().unwrap(), value["count"]);
    answer["facets"][facet].as_array().unwrap().iter().map(one).collect::<Vec<_>>().join(", ")
}

#[tokio::test]
async fn a_chosen_value_does_not_hide_the_others_of_its_facet_and_narrows_every_other_facet() {
    let house = house().await;
    let search = async |asked: &str| {
        house.get(&format!("/api/v1/search?{asked}&facets=country,cluster,organisation"), None).await.json()
    };
    let one = search("country=YEM").await;
    assert_eq!(one["total"], 3);
    assert_eq!(counts(&one, "country"), "YEM 3, SYR 2, IRQ 1");
    assert_eq!(counts(&one, "cluster"), "WSH 2, HEA 1");
    assert_eq!(counts(&one, "organisation"), "relief 3");

    let two = search("country=YEM&country=SYR").await;
    assert_eq!(two["total"], 4);
    assert_eq!(counts(&two, "country"), "YEM 3, SYR 2, IRQ 1");
    assert_eq!(counts(&two, "cluster"), "WSH 3, HEA 1");

    let of_both = search("country=YEM&cluster=WSH&q=wells").await;
    assert_eq!(counts(&of_both, "country"), "SYR 2, YEM 2");
    assert_eq!(counts(&of_both, "cluster"), "WSH 2");
    assert_eq!(counts(&search("country=YEM&cluster=WSH").await, "cluster"), "WSH 2, HEA 1");
}

#[tokio::test]
async fn what_is_counted_of_a_value_is_what_is_found_by_it_alone() {
    let house = house().await;
    for (facet, rest) in [("country", "cluster=WSH"), ("cluster", "country=SYR"), ("organisation", "q=wells")] {
        let chosen = match facet {
            "country" => "country=IRQ&country=JOR",
            "cluster" => "cluster=HEA",
            _ => "organisation=ministry",
        };
        let address = format!("/api/v1/search?{rest}&{chosen}&facets={facet}");
        let answer = house.get(&address, None).await.json();
        let values = answer["facets"][facet].as_array().unwrap();
        assert!(values.len() > 1, "{address}: {answer}");
        for value in values {
            let alone = format!("/api/v1/search?{rest}&{facet}={}&limit=0", value["value"].as_str().unwrap());
            assert_eq!(house.get(&alone, None).await.json()["total"], value["count"], "{alone}");
        }
    }
}

#[tokio::test]
async fn a_chosen_value_that_nothing_has_is_listed_with_nothing() {
    let house = house().await;
    let answer = house.get("/api/v1/search?country=lebanon&country=yem&facets=country", None).await.json();
    assert_eq!(counts(&answer, "country"), "YEM 3, SYR 2, IRQ 1, LBN 0");
    assert_eq!(answer["facets"]["country"][3]["label"], "Lebanon");
    let tag = house.get("/api/v1/search?tag=DEEP+wells&facets=tag", None).await.json();
    assert_eq!(counts(&tag, "tag"), "deep wells 1", "a value is one however it is written");
    // Of a source that a viewer finds nothing of, they learn no more than what they asked for.
    for source in ["desk", "nowhere"] {
        let answer = house.get(&format!("/api/v1/search?source={source}&q=jordan&facets=source"), None).await.json();
        assert_eq!(answer["facets"]["source"], json!([{"value": source, "label": source, "count": 0}]));
    }
}

#[tokio::test]
async fn a_chosen_value_is_counted_even_where_many_others_have_more() {
    let house = house().await;
    for (chosen, expected) in [
        (vec!["IRQ"], vec![("YEM", 3), ("IRQ", 1)]),
        (vec!["IRQ", "YEM"], vec![("YEM", 3), ("IRQ", 1)]),
        (vec!["YEM"], vec![("YEM", 3)]),
        (vec!["YEM", "LBN", "SYR"], vec![("YEM", 3), ("SYR", 2), ("LBN", 0)]),
    ] {
        let mut request = SearchRequest { facets: vec![FacetField::Country], facet_limit: 1, ..Default::default() };
        request.filters.values.insert(FacetField::Country, chosen.iter().map(|one| (*one).to_owned()).collect());
        let found = house.catalog.explore(&Viewer::anonymous(), request).await.unwrap();
        let counts: Vec<(&str, u64)> =
            found.page.facets[&FacetField::Country].iter().map(|one| (one.value.as_str(), one.count)).collect();
        assert_eq!(counts, expected, "{chosen:?}");
    }
}

#[tokio::test]
async fn a_facet_says_how_many_values_it_does_not_tell_and_the_page_tells_all_to_whoever_asks() {
    let house = House::open(&[DESK]).await;
    let (headings, _) = HOLDINGS.split_once('\n').unwrap();
    let row = |at: u32| format!("o{at},Wells,Helper {at},YEM,WSH,2024-03-05,,low,public,full,download\n");
    house.write("holdings.csv", &format!("{headings}\n{}", (100..260).map(row).collect::<String>()));
    house.harvest("desk", &HarvestOptions::default(), day(0)).await;
    let answer = house.get("/api/v1/search?facets=organisation,country", None).await.json();
    assert_eq!(answer["facets"]["organisation"].as_array().unwrap().len(), 100);
    assert_eq!(answer["facets_left_out"], json!({"organisation": 60}));
    // The one that is filtered by is told beside the hundred.
    let asked = "/api/v1/search?facets=organisation&organisation=helper-259";
    let answer = house.get(asked, None).await.json();
    assert_eq!(answer["facets"]["organisation"].as_array().unwrap().len(), 101);
    assert_eq!(answer["facets_left_out"], json!({"organisation": 59}));
    let page = house.get("/search?show=organisation&sort=-modified", None).await.text();
    for at in 100..260 {
        assert!(page.contains(&format!("<bdi>Helper {at}</bdi>")), "{at}");
    }
    let kept = "<option value=\"-modified\" selected>last changed, the other way round</option>";
    assert!(page.contains(kept), "the form keeps the order");
    // Who looks for one of them types a part of its name, and what was set stays.
    let address = "/search?show=organisation&sort=-modified&organisation=helper-259&within=HELPER+20";
    let found = house.get(address, None).await;
    is_sound(&found);
    let text = found.text();
    assert_eq!(
        text.matches("<bdi>Helper ").count(),
        12,
        "ten that have the words, one that is set, and its pill: {text}"
    );
    assert!(text.contains("id=\"within\" name=\"within\" type=\"search\" value=\"HELPER 20\""), "{text}");
    assert!(text.contains("<input type=\"hidden\" name=\"organisation\" value=\"helper-259\">"), "{text}");
    let none = house.get("/search?show=organisation&within=nowhere", None).await.text();
    assert!(none.contains("No value has these words.") && none.contains("name=\"within\""), "{none}");
}

#[tokio::test]
async fn who_finds_nothing_is_led_to_a_sign_in_and_to_what_others_need() {
    let house = house().await;
    let address = "/search?q=nowhere&country=YEM&cluster=WSH&sharing=public";
    let page = house.get(address, None).await;
    is_sound(&page);
    let text = page.text();
    assert!(text.contains("<a href=\"/sign-in\">sign in</a> to see those of yours"), "{text}");
    let needs = "/needs?country=YEM&#38;cluster=WSH";
    assert!(text.contains(&format!("<a href=\"{needs}\">what data is needed</a>")), "{text}");
    assert_eq!(house.get(&needs.replace("&#38;", "&"), None).await.status, 200);
    let amal = Browser::of(&house, "Amal", "Elsewhere", Role::Reader).await;
    assert!(!amal.open(address).await.text().contains("sign in"), "they are");
}

#[tokio::test]
async fn counts_of_a_relaxed_search_are_all_of_it() {
    let house = house().await;
    // In Syria one holding has both words, in Iraq none has: what is listed there has some of them, and so has what is counted.
    let answer = house.get("/api/v1/search?q=wells+survey&country=IRQ&facets=country", None).await.json();
    assert_eq!((&answer["total"], &answer["relaxed"]), (&json!(1), &json!(true)));
    assert_eq!(counts(&answer, "country"), "IRQ 1");
}

#[tokio::test]
async fn values_are_toggled_on_the_page_and_those_that_are_set_are_told_apart() {
    let house = house().await;
    let page = house.get("/search?country=Yemen&cluster=WSH&offset=0", None).await.text();
    let taken = "<a href=\"/search?cluster=WSH\" aria-current=\"true\"><span aria-hidden=\"true\">☑</span> \
                 <bdi>Yemen</bdi><span class=\"unseen\">, chosen: take it away</span></a> <span class=\"count\">2</span>";
    assert!(page.contains(taken), "{page}");
    let added = "<a href=\"/search?cluster=WSH&#38;country=YEM&#38;country=SYR\"><span aria-hidden=\"true\">☐</span> ";
    assert!(page.contains(added), "{page}");
    let both = house.get("/search?cluster=WSH&country=YEM&country=SYR", None).await.text();
    assert!(both.contains("3 holdings") && both.matches("aria-current=\"true\"").count() == 3, "{both}");
}

#[tokio::test]
async fn where_nothing_is_found_the_parts_to_drop_are_told_the_best_first() {
    let house = house().await;
    let search = async |asked: &str| house.get(&format!("/api/v1/search?{asked}"), None).await.json();
    let answer = search("country=IRQ&country=LBN&cluster=WSH&modified_after=2023-01-01").await;
    assert_eq!(answer["total"], 0);
    assert_eq!(
        answer["without"],
        json!([
            {"parameter": "country", "values": ["IRQ", "LBN"], "total": 3},
            {"parameter": "cluster", "values": ["WSH"], "total": 1},
        ])
    );
    let days = search("country=SYR&modified_after=2024&bbox=0,0,1,1").await;
    assert_eq!(days["without"], Value::Null, "no one part would help: {days}");
    let days = search("country=SYR&modified_after=2024").await;
    assert_eq!(
        days["without"],
        json!([
            {"parameter": "modified_after", "values": ["2024-01-01"], "total": 2},
            {"parameter": "country", "values": ["SYR"], "total": 1},
        ])
    );
    // In an order that wants all the words, and of what is wanted whatever else is found.
    let words = search("sort=title&q=wells+zebra+north").await;
    assert_eq!(words["without"], json!([{"parameter": "q", "values": ["zebra"], "total": 1}]));
    let quoted = search("q=%22wells+zebra%22+survey").await;
    assert_eq!(quoted["without"], json!([{"parameter": "q", "values": ["\"wells zebra\""], "total": 2}]));
}

#[tokio::test]
async fn where_something_is_found_or_nothing_can_be_dropped_nothing_is_said() {
    let house = house().await;
    for asked in
        ["q=zebra", "q=wells", "", "country=YEM", "q=wells+zebra", "q=wells&country=YEM&limit=0", "q=&sort=title"]
    {
        let answer = house.get(&format!("/api/v1/search?{asked}"), None).await.json();
        assert!(answer.get("without").is_none(), "{asked}: {answer}");
    }
}

#[tokio::test]
async fn what_would_be_found_is_what_the_viewer_would_find() {
    let house = house().await;
    let owner = house.token(&Asker::member("Relief", &[], Role::Reader)).await;
    let address = "/api/v1/search?country=LBN&cluster=WSH&q=road";
    let told = house.get(address, None).await.json();
    assert!(told.get("without").is_none(), "{told}");
    let told = house.get(address, owner.as_deref()).await.json();
    assert_eq!(told["without"], json!([{"parameter": "country", "values": ["LBN"], "total": 1}]));
    let hidden = house.get("/api/v1/search?country=JOR&facets=country", None).await.json();
    let never = house.get("/api/v1/search?country=LBN&facets=country", None).await.text().replace("LBN", "JOR");
    assert_eq!(
        hidden.to_string().replace("Jordan", "Lebanon"),
        serde_json::from_str::<Value>(&never).unwrap().to_string()
    );
}

#[tokio::test]
async fn a_page_without_results_leads_to_what_would_be_found() {
    let house = house().await;
    let page = house.get("/search?country=Lebanon&cluster=WSH&lang=en", None).await.text();
    let link = "<a href=\"/search?cluster=WSH&#38;lang=en\">Without “<bdi>Country: Lebanon</bdi>”</a>: 3 holdings";
    assert!(page.contains(link), "{page}");
    let found = house.get("/search?cluster=WSH&lang=en", None).await.text();
    assert!(found.contains("<span role=\"status\">3 holdings</span>"), "{found}");
    let page = house.get("/search?q=wells+zebra+north&sort=title", None).await.text();
    let link = "<a href=\"/search?sort=title&#38;q=wells+north\">Without “<bdi>zebra</bdi>”</a>: 1 holding<";
    assert!(page.contains(link), "{page}");
    assert!(!house.get("/search?q=zebra", None).await.text().contains("Without “"));
}

#[tokio::test]
async fn a_search_that_takes_too_long_says_that_there_may_be_more_and_an_export_is_refused() {
    let house = house().await.reopened_without_time().await;
    let answer = house.get("/api/v1/search?facets=country", None).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["partial"]), (200, &json!(true)), "{}", answer.text());
    assert_eq!(answer.json()["next"], json!(null));
    let page = house.get("/search?q=wells", None).await.text();
    assert!(page.contains("was stopped") && !page.contains("Nothing that you can see matches"), "{page}");
    assert_eq!(house.get("/api/v1/export.csv", None).await.status, 503);
}

#[tokio::test]
async fn a_hint_at_what_was_meant_hides_no_value_of_a_facet() {
    let house = House::open(&[DESK]).await;
    let heading = HOLDINGS.lines().next().unwrap();
    let row = |(id, title, country): (String, &str, &str)| {
        format!("{id},{title},Relief,{country},WSH,2023-01-01,,low,public,full,download\n")
    };
    let many = (0..60).map(|number| (format!("g{number}"), "Government spending", "IRQ"));
    let few = [("s1", "YEM"), ("s2", "YEM"), ("s3", "SYR")];
    let few = few.into_iter().map(|(id, country)| (id.to_owned(), "Goverment spending", country));
    let of_yemen = (0..60).map(|number| (format!("y{number}"), "Government spending", "YEM"));
    let rows: String = many.chain(of_yemen).chain(few).map(row).collect();
    house.write("holdings.csv", &format!("{heading}\n{rows}"));
    house.harvest("desk", &HarvestOptions::default(), day(0)).await;
    let answer = house.get("/api/v1/search?q=goverment+spending&country=YEM&facets=country", None).await.json();
    assert_eq!(answer["suggestion"], "government spending", "{answer:#}");
    assert_eq!((&answer["total"], &*counts(&answer, "country")), (&json!(2), "YEM 2, SYR 1"), "{answer:#}");
}
