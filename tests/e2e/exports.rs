//! Exports on the command line and of a running server, cut where the operator says so.

use crate::place::Place;

fn holdings(number: usize) -> String {
    let rows = (0..number).map(|number| format!("w{number},Wells {number:03},YEM,WSH,low,public,full,download\n"));
    format!(
        "id,title,country,cluster,sensitivity,sharing,listing,access method\n\
         s1,Wells of the road,YEM,WSH,moderate,organisation,hidden,on-request\n{}",
        rows.collect::<String>()
    )
}

fn place() -> Place {
    let place = Place::new();
    place.file("holdings.csv", holdings(120));
    place.source("desk", "inventory", "file:../../files/holdings.csv", "organisation = \"Desk Keepers\"");
    place.harvest(&[], 0);
    place
}

#[test]
fn a_search_is_written_to_a_file_of_the_form_that_its_name_says() {
    let place = place();
    let path = |name: &str| place.data().with_file_name(name).to_string_lossy().into_owned();
    let export = |name: &str, more: &[&str]| {
        let path = path(name);
        place.run(&[&["search", "wells", "--country", "Yemen", "--export", &path], more].concat())
    };
    let told = export("all.csv", &["--sort", "-title"]).exits(0).stdout;
    assert_eq!(told.trim_end(), format!("120 holdings are in {}.", path("all.csv")));
    let table = std::fs::read_to_string(path("all.csv")).unwrap();
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].starts_with("\u{feff}id,title,organisation,"), "{}", lines[0]);
    assert_eq!(lines.len(), 121);
    assert!(lines[1].contains(",Wells 119,Desk Keepers,") && lines[120].contains(",Wells 000,"), "{}", lines[1]);

    let answer = export("all.jsonl", &["--json"]).exits(0).json();
    assert_eq!((&answer["total"], &answer["records"], &answer["cut"]), (&120.into(), &120.into(), &false.into()));
    assert_eq!(std::fs::read_to_string(path("all.jsonl")).unwrap().lines().count(), 120);
    export("all.XLSX", &[]).exits(0);
    assert!(std::fs::read(path("all.XLSX")).unwrap().starts_with(b"PK"));

    // Whoever may write the data folder can have all; that they did is logged.
    let told = export("everything.csv", &["--as-operator"]).exits(0).stdout;
    assert!(told.starts_with("121 holdings"), "{told}");
    assert!(place.run(&["audit", "list"]).exits(0).stdout.contains("search"));
    let token = place.token("Desk Keepers", "reader", &[]);
    assert!(export("own.csv", &["--token", &token]).exits(0).stdout.starts_with("121 holdings"));
    assert!(place.run(&["audit", "list"]).exits(0).stdout.contains("search.export"));
    let left: Vec<String> = std::fs::read_dir(place.data().parent().unwrap())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .filter(|name| name.ends_with(".unfinished"))
        .collect();
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn an_export_that_cannot_be_is_refused_before_anything_is_written() {
    let place = place();
    let file = place.data().with_file_name("kept.csv");
    std::fs::write(&file, "what was there").unwrap();
    let kept = file.to_str().unwrap();
    place.run(&["search", "wells", "--export", "wells.pdf"]).exits(2).says(&[".csv, .xlsx or .jsonl"]);
    place.run(&["search", "wells", "--export", kept, "--limit", "5"]).exits(2).says(&["--limit"]);
    place.run(&["search", "--country", "Atlantis", "--export", kept]).exits(2).says(&["country"]);
    place.run(&["search", "wells", "--export", "/nowhere/at/all.csv"]).exits(2).says(&["cannot write", "all.csv"]);
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "what was there");
    let place = place.variable("CAIRN_SERVER__EXPORT_ROWS", "0");
    place.run(&["search", "wells"]).exits(2).says(&["server.export_rows", "1 to 1000000"]);
}

#[test]
fn a_file_holds_no_more_than_the_operator_allows_and_says_so() {
    let place = place().variable("CAIRN_SERVER__EXPORT_ROWS", "105");
    let path = place.data().with_file_name("cut.csv");
    let told = place.run(&["search", "wells", "--sort", "title", "--export", path.to_str().unwrap()]).exits(0).stdout;
    assert!(told.starts_with("The first 105 of 120 holdings are in "), "{told}");
    let table = std::fs::read_to_string(&path).unwrap();
    assert_eq!(table.lines().count(), 106);
    assert!(table.lines().last().unwrap().contains("Wells 104"), "{table}");

    let server = place.serve();
    let answer = server.get("/api/v1/export.jsonl?q=wells&sort=title");
    assert_eq!(
        answer.header("cairn-export").unwrap().split(", relaxed").next(),
        Some("total=120, records=105, cut=?1")
    );
    assert_eq!(answer.text().lines().count(), 105);
    assert!(server.get("/search?q=wells").text().contains("The first 105 as <a"));
    assert!(server.get("/search?q=wells&country=SYR").text().contains("Nothing that you can see"));
    assert!(
        server
            .get("/search?q=%22wells+003%22")
            .text()
            .contains("All of them, each of a series in a row of its own and 105 rows at most, as <a")
    );
}

#[test]
fn a_search_that_finds_nothing_says_what_to_drop() {
    let place = place();
    let told = place.run(&["search", "wells", "--country", "SYR", "--cluster", "WSH"]).exits(0).stdout;
    assert_eq!(told, "No holding that you can see matches.\nWithout country SYR: 120 holdings.\n");
    let told = place.run(&["search", "wells", "zebra", "--sort", "title", "--facets", "country"]).exits(0).stdout;
    assert!(told.ends_with("Without the word zebra: 120 holdings.\n"), "{told}");
    let told = place.run(&["search", "zebra"]).exits(0).stdout;
    assert_eq!(told, "No holding that you can see matches.\n");
    let answer = place.run(&["search", "--country", "SYR", "--facets", "country", "--json"]).exits(0).json();
    assert_eq!(answer["without"][0]["total"], 120);
    assert_eq!(answer["facets"]["country"].as_array().unwrap().len(), 2, "{answer}");
}
