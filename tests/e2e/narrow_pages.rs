//! The pages on a telephone: none is wider than its screen, and what is wider within can be moved without a finger.

use serde_json::json;

use crate::place::Place;
use crate::tab::Tab;

/// Pages that hold no id of something.
const PAGES: &[&str] = &[
    "/",
    "/search",
    "/search?q=water",
    "/search?q=nowhere%20to%20be%20found",
    "/sources",
    "/source/sample-portal",
    "/coverage",
    "/coverage?rows=organisation&columns=country",
    "/vocabularies",
    "/vocabularies/cluster",
    "/vocabularies/channel",
    "/api/docs",
    "/agreements",
    "/frameworks",
    "/crises",
    "/collaboratives",
    "/exchanges",
    "/needs",
    "/concern",
    "/sign-in",
    "/register",
    "/register/table",
    "/holdings",
    "/groups",
    "/requests",
    "/concerns",
    "/account",
    "/vocabularies/unmapped",
    "/nothing/here",
];

/// How many parts of a page are wider than the place they have, and cannot be focused, nor anything in them.
const OUT_OF_REACH: &str = "[...document.querySelectorAll('.table')]\
    .filter(part => part.scrollWidth > part.clientWidth && part.tabIndex < 0)\
    .filter(part => !part.querySelector('a[href], button, input, select, textarea, summary')).length";

#[test]
fn no_page_is_wider_than_the_screen_of_a_telephone() {
    let Some(mut tab) = Tab::of_chromium() else { return };
    let place = Place::samples();
    let server = place.serve();
    let origin = format!("http://{}", server.address);
    let found = server.json("/api/v1/search?q=water&limit=3");
    let ids = found["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap());
    let of_records =
        ids.flat_map(|id| ["", "/request", "/concern", "/linkages"].map(|of| format!("/dataset/{id}{of}")));
    let pages: Vec<String> = PAGES.iter().map(|page| (*page).to_owned()).chain(of_records).collect();
    assert!(pages.len() > PAGES.len(), "{found:#}");

    let screen = json!({"width": 360, "height": 800, "deviceScaleFactor": 1, "mobile": false});
    tab.call("Emulation.setDeviceMetricsOverride", &screen);
    let mut wide = Vec::new();
    for standing in ["anonymous", "steward"] {
        if standing == "steward" {
            tab.sign_up(&place, &origin, standing);
        }
        for page in &pages {
            tab.visit(&format!("{origin}{page}"));
            let width = tab.value("document.documentElement.scrollWidth");
            if width.as_u64() > Some(360) {
                wide.push(format!("{page} for the {standing}: {width}"));
            }
            let hidden = tab.value(OUT_OF_REACH);
            if hidden.as_u64() != Some(0) {
                wide.push(format!("{page} for the {standing}: {hidden} tables that no key moves"));
            }
        }
    }
    assert!(wide.is_empty(), "{wide:#?}");
}
