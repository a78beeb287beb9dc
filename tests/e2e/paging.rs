//! Walking through everything with a cursor.

use std::collections::BTreeSet;

use crate::place::Place;
use crate::server::Server;

/// Every id that an anonymous search finds, in order; `filters` begin with `&`.
pub(crate) fn every_id(server: &Server, filters: &str, limit: usize) -> Vec<String> {
    every_item(server, filters, limit).into_iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

/// Every hit of an anonymous search, in order.
pub(crate) fn every_item(server: &Server, filters: &str, limit: usize) -> Vec<serde_json::Value> {
    let mut items = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = server.json(&format!("/api/v1/search?limit={limit}{filters}&cursor={cursor}"));
        let hits = page["items"].as_array().unwrap();
        assert!(hits.len() <= limit);
        items.extend(hits.iter().cloned());
        match page["next"].as_str() {
            Some(next) => next.clone_into(&mut cursor),
            None => return items,
        }
        assert!(items.len() < 100_000, "the cursor does not end");
    }
}

#[test]
fn a_cursor_visits_every_record_once_in_every_order() {
    let place = Place::samples();
    let server = place.serve();
    let total = server.json("/api/v1/search?limit=0")["total"].as_u64().unwrap();
    let mut sets = Vec::new();
    for (sort, limit) in
        [("relevance", 7), ("modified", 13), ("-modified", 100), ("title", 9), ("issued", 50), ("quality", 11)]
    {
        let ids = every_id(&server, &format!("&sort={sort}"), limit);
        let distinct: BTreeSet<String> = ids.iter().cloned().collect();
        assert_eq!((ids.len() as u64, distinct.len() as u64), (total, total), "sort={sort} limit={limit}");
        sets.push(distinct);
    }
    assert!(sets.windows(2).all(|pair| pair[0] == pair[1]));
    // A query is walked in the order of relevance, and offsets give the same order.
    let by_cursor = every_id(&server, "&q=health", 5);
    let by_offset: Vec<String> = (0..by_cursor.len())
        .step_by(5)
        .flat_map(|offset| {
            let page = server.json(&format!("/api/v1/search?q=health&limit=5&offset={offset}"));
            page["items"]
                .as_array()
                .unwrap()
                .iter()
                .map(|item| item["id"].as_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(by_cursor.len() > 10);
    assert_eq!(by_cursor, by_offset);
}

#[test]
fn a_reversed_order_is_the_order_reversed_where_every_record_has_a_place_in_it() {
    let place = Place::samples();
    let server = place.serve();
    let there = every_item(&server, "&sort=title", 100);
    let titles: Vec<&str> = there.iter().map(|item| item["title"].as_str().unwrap()).collect();
    let back = every_item(&server, "&sort=-title", 100);
    let mut reversed: Vec<&str> = back.iter().map(|item| item["title"].as_str().unwrap()).collect();
    reversed.reverse();
    assert_eq!(titles, reversed);
}

#[test]
fn a_cursor_of_another_search_or_of_nobody_is_refused_in_words() {
    let place = Place::samples();
    let server = place.serve();
    let next = server.json("/api/v1/search?q=health&limit=2")["next"].as_str().unwrap().to_owned();
    for wrong in ["x", "0", "01", &next[1..], &format!("{next}00"), "../../etc/passwd", "%00"] {
        let answer = server.get(&format!("/api/v1/search?q=health&limit=2&cursor={wrong}"));
        assert_eq!(answer.status, 400, "{wrong}: {}", answer.text());
    }
    let answer = server.get(&format!("/api/v1/search?q=health&sort=title&limit=2&cursor={next}"));
    assert_eq!(answer.status, 400, "a cursor of another order: {}", answer.text());
}
