//! Coverage on the command line: who has what, where, as a table, a document and a file.

use serde_json::json;

use crate::place::Place;

const HOLDINGS: &str = "id,title,country,admin1,cluster,sensitivity,sharing,listing,access method
m1,Minefields of the north,YEM,Sa'dah,PRO-MIN,low,public,full,download
w1,Wells,YEM,,WSH,moderate,organisation,stub,on-request
w2,Wells of the road,YEM,,WSH,moderate,organisation,hidden,on-request
";

fn place() -> Place {
    let place = Place::new();
    place.file("holdings.csv", HOLDINGS);
    place.source("desk", "inventory", "file:../../files/holdings.csv", "organisation = \"Desk Keepers\"");
    place.harvest(&[], 0);
    place
}

#[test]
fn coverage_is_a_table_a_document_and_a_file_of_what_its_reader_can_find() {
    let place = place();
    let answer = place.run(&["coverage", "--cluster", "WSH", "--json"]).exits(0).json();
    assert_eq!(answer["total"], json!({"holdings": 1, "needs": 0, "unmet_needs": 0}));
    assert_eq!(
        answer["cells"],
        json!([{
            "row": "WSH", "column": "YEM", "holdings": 1, "sharing": {"organisation": 1}, "freshness": {},
            "needs": 0, "unmet_needs": 0,
        }])
    );
    let all = place.run(&["coverage", "--as-operator", "--json"]).exits(0).json();
    assert_eq!(all["total"]["holdings"], 3);
    assert!(place.run(&["audit", "list"]).exits(0).stdout.contains("coverage"));
    let table = place.run(&["coverage"]).exits(0).stdout;
    assert!(table.contains("Mine Action") && table.contains("organisation 1"), "{table}");
    let file = place.run(&["coverage", "--country", "Yemen", "--rows", "kind", "--columns", "admin1", "--csv"]);
    assert_eq!(file.exits(0).stdout.lines().nth(1).unwrap(), "dataset,Dataset,YE22,Sa'dah,1,1,0,0,0,0,0,0,0,0,,");
    place.run(&["coverage", "--rows", "tag"]).exits(2).says(&["one of cluster, country, admin1"]);
    place.run(&["coverage", "--columns", "admin1"]).exits(2).says(&["one country"]);
    place.run(&["coverage", "--csv", "--json"]).exits(2).says(&["choose one"]);
}
