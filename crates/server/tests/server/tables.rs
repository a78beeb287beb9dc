//! Tables of holdings: told row by row before anything is written, taken in part, and taken back as they went out.

use crate::house::{Answer, Asker, House};
use axum::http::Method;
use cairn_policy::Role;
use serde_json::{Value, json};

const BULK: &str = "/api/v1/datasets/bulk";
const HOLDINGS: &str = "/api/v1/holdings";

/// Four good rows and three that cannot be taken.
const TABLE: &str = "\
title,country,cluster,sensitivity,sharing,access method,listing,id
Cleared wells,Yemen,Mine Action,moderate,community,on request,full,
Clinics,YEM; SYR,Health,low,public,download,full,HR-7
,YEM,Health,low,public,download,full,
Roads,,LOG,low,public,download,full,
Casualties,YEM,PRO-MIN,severe,public,none,,
Camps,Yemen,CCCM,low,public,download,full,
Schools,YEM,Education,low,public,download,full,\n";

struct Desk {
    house: House,
    manager: String,
    clinic: String,
}

async fn desk() -> Desk {
    let house = House::open(&[]).await;
    let token = async |organisation: &str, role| house.token(&Asker::member(organisation, &[], role)).await.unwrap();
    let (manager, clinic) = (token("Desk", Role::Manager).await, token("Clinic", Role::Steward).await);
    Desk { house, manager, clinic }
}

impl Desk {
    async fn send(&self, door: &str, token: &str, table: &str) -> Answer {
        let answer = self.house.send_body(&Method::POST, door, Some(token), table).await;
        self.house.follow().await;
        answer
    }

    async fn taken(&self, table: &str) -> Value {
        let answer = self.send(BULK, &self.manager, table).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    async fn titles(&self) -> Vec<String> {
        let list = self.house.get(HOLDINGS, Some(&self.manager)).await.json();
        let mut titles: Vec<String> = list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["title"].as_object().unwrap().values().next().unwrap().as_str().unwrap().to_owned())
            .collect();
        titles.sort();
        titles
    }

    /// What the organisation registered, as the table that it gets.
    async fn table(&self) -> String {
        let file = self.house.get("/api/v1/holdings.csv", Some(&self.manager)).await;
        assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
        file.text()
    }
}

fn counts(answer: &Value) -> [&Value; 4] {
    ["new", "changed", "unchanged", "wrong"].map(|name| &answer[name])
}

#[tokio::test]
async fn row_34_a_table_with_three_bad_rows_reports_them_and_keeps_the_rest() {
    let desk = desk().await;
    let told = desk.send(&format!("{BULK}?dry_run=true"), &desk.manager, TABLE).await.json();
    assert_eq!((counts(&told), &told["written"]), ([&json!(4), &json!(0), &json!(0), &json!(3)], &json!(false)));
    assert_eq!(desk.titles().await, [""; 0], "it was only told");

    let taken = desk.taken(TABLE).await;
    assert_eq!((counts(&taken), &taken["written"]), ([&json!(4), &json!(0), &json!(0), &json!(3)], &json!(true)));
    let wrong: Vec<(u64, String, String)> = taken["rows"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|row| row["outcome"] == "wrong")
        .map(|row| {
            let text = |name: &str| row["problems"][0][name].as_str().unwrap().to_owned();
            (row["row"].as_u64().unwrap(), text("field"), text("rule"))
        })
        .collect();
    let named = |row, field: &str, rule: &str| (row, field.to_owned(), rule.to_owned());
    assert_eq!(
        wrong,
        [
            named(4, "title", "no-title"),
            named(5, "countries", "not-stated"),
            named(6, "terms", "severe-is-never-public"),
        ]
    );
    assert_eq!(desk.titles().await, ["Camps", "Cleared wells", "Clinics", "Schools"]);
    let found = desk.house.get("/api/v1/search?q=schools", None).await.json();
    assert_eq!(found["total"], 1, "{found}");

    // What was wrong comes back as a file that can be mended and sent again.
    let file = taken["wrong_rows"].as_str().unwrap();
    assert_eq!(file.lines().count(), 4);
    let mended = file.replace("Roads,,", "Roads,SDN,").replace("severe,public", "moderate,closed");
    let again = desk.taken(&mended).await;
    assert_eq!(counts(&again), [&json!(2), &json!(0), &json!(0), &json!(1)], "{again}");
    assert!(desk.titles().await.contains(&"Roads".to_owned()));
    assert_eq!(again["wrong_rows"].as_str().unwrap().matches("what is wrong").count(), 1);
}

#[tokio::test]
async fn a_table_that_comes_back_as_it_went_out_changes_nothing_and_an_edited_one_changes_what_was_edited() {
    let desk = desk().await;
    desk.taken(TABLE).await;
    let before = desk.house.get(HOLDINGS, Some(&desk.manager)).await;
    let table = desk.table().await;
    assert_eq!(counts(&desk.taken(&table).await), [&json!(0), &json!(0), &json!(4), &json!(0)]);
    assert_eq!(desk.house.get(HOLDINGS, Some(&desk.manager)).await, before);

    let edited = table.replace("Camps,", "Camps of the north,");
    let taken = desk.taken(&edited).await;
    assert_eq!(counts(&taken), [&json!(0), &json!(1), &json!(3), &json!(0)], "{taken}");
    assert!(desk.titles().await.contains(&"Camps of the north".to_owned()));
    let id = taken["rows"].as_array().unwrap().iter().find(|row| row["outcome"] == "changed").unwrap()["id"].clone();
    let history = desk.house.get(&format!("{HOLDINGS}/{}/history", id.as_str().unwrap()), Some(&desk.manager)).await;
    assert_eq!(history.json()["items"][0]["changes"].as_array().unwrap().len(), 1, "{}", history.text());
    // An empty cell blanks nothing.
    let emptied = table.replace("moderate", "");
    assert_eq!(counts(&desk.taken(&emptied).await)[3], &json!(0));
    let wells = desk.house.get(HOLDINGS, Some(&desk.manager)).await.text();
    assert!(wells.contains("\"sensitivity\":\"moderate\""), "{wells}");
}

#[tokio::test]
async fn a_workbook_comes_back_as_a_table_of_text_does() {
    let desk = desk().await;
    desk.taken(TABLE).await;
    let workbook = desk.house.get("/api/v1/holdings.xlsx", Some(&desk.manager)).await;
    let options = cairn_catalog::TableOptions { dry_run: true, ..cairn_catalog::TableOptions::default() };
    let viewer = desk.house.viewer(&Asker::member("Desk", &[], Role::Manager)).await;
    let now = jiff::Timestamp::now();
    let report =
        desk.house.catalog.register_table(&viewer, workbook.body, "holdings.xlsx", options, now).await.unwrap();
    assert_eq!(report.count(cairn_catalog::RowOutcome::Unchanged), 4, "{report:?}");
    let template = desk.house.get("/api/v1/datasets/template.csv", None).await.text();
    assert!(template.starts_with("\u{feff}id,title,country,cluster,sensitivity,sharing,access method,"), "{template}");
}

/// A workbook with a sheet for each name.
fn sheets(named: &[(&str, &[&[&str]])]) -> Vec<u8> {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    for (name, rows) in named {
        let sheet = workbook.add_worksheet().set_name(*name).unwrap();
        for (row, cells) in (0..).zip(*rows) {
            sheet.write_row(row, 0, cells.iter().copied()).unwrap();
        }
    }
    workbook.save_to_buffer().unwrap()
}

#[tokio::test]
async fn the_sheets_of_a_workbook_are_taken_together_and_each_row_tells_its_own() {
    let desk = desk().await;
    let viewer = desk.house.viewer(&Asker::member("Desk", &[], Role::Manager)).await;
    let workbook = sheets(&[
        (
            "Yemen",
            &[
                &["id", "title", "country", "cluster", "sensitivity", "sharing", "access method"],
                &["HR-1", "Wells", "Yemen", "WASH", "low", "public", "download"],
                &["HR-2", "Camps", "Yemen", "CCCM", "low", "public", "download"],
            ],
        ),
        (
            "Sudan",
            &[
                &["country", "cluster", "title", "id", "sensitivity", "sharing", "access method"],
                &["", "Health", "Clinics", "HR-3", "low", "public", "download"],
                &["Sudan", "WASH", "Old wells", "HR-1", "low", "public", "download"],
            ],
        ),
    ]);
    let options = cairn_catalog::TableOptions::default();
    let now = jiff::Timestamp::now();
    let report = desk.house.catalog.register_table(&viewer, workbook, "holdings.xlsx", options, now).await.unwrap();
    let told: Vec<_> = report.rows.iter().map(|row| (row.sheet.as_deref(), row.row)).collect();
    assert_eq!(told, [(Some("Yemen"), 2), (Some("Yemen"), 3), (Some("Sudan"), 2), (Some("Sudan"), 3)]);
    assert_eq!(report.count(cairn_catalog::RowOutcome::New), 2, "{report:?}");
    let wrong = |row: usize| &report.rows[row].problems[0];
    assert_eq!((wrong(2).problem.field.as_str(), wrong(2).letters.as_deref()), ("countries", Some("A")));
    assert_eq!(wrong(3).problem.message, "row 2 of the sheet \"Yemen\" speaks of the same holding");
    let answer = serde_json::to_value(cairn_server::json::table_answer(report.clone()).unwrap()).unwrap();
    assert_eq!((&answer["rows"][2]["sheet"], &answer["rows"][2]["row"]), (&json!("Sudan"), &json!(2)));

    // What was wrong comes back as a file that can be mended and sent again.
    let mended = report.wrong_rows.unwrap().replace(",Health,", "Sudan,Health,").replace("HR-1", "HR-4");
    let again = desk.taken(&mended).await;
    assert_eq!(counts(&again), [&json!(2), &json!(0), &json!(0), &json!(0)], "{again}");

    let undone = desk.house.catalog.undo_table(&viewer, &report.table.unwrap(), true, now).await;
    let undone: Vec<_> = undone.unwrap().rows.into_iter().map(|row| (row.sheet, row.row)).collect();
    assert_eq!(undone, [(Some("Yemen".to_owned()), 2), (Some("Yemen".to_owned()), 3)]);
}

#[tokio::test]
async fn the_same_table_again_doubles_nothing_and_ids_of_ones_own_are_known_again() {
    let desk = desk().await;
    desk.taken(TABLE).await;
    let again = desk.taken(TABLE).await;
    assert_eq!(counts(&again), [&json!(0), &json!(0), &json!(4), &json!(3)], "{again}");
    let renamed = desk.taken("id,title,country\nHR-7,Clinics and posts,YEM;SYR\n").await;
    assert_eq!(counts(&renamed), [&json!(0), &json!(1), &json!(0), &json!(0)], "{renamed}");
    assert!(desk.titles().await.contains(&"Clinics and posts".to_owned()));
    let twice = desk.taken("id,title\nHR-7,One\nHR-7,Two\n").await;
    assert_eq!(twice["rows"][1]["problems"][0]["rule"], "stands-twice", "{twice}");
    let other = desk
        .taken("title,country,cluster,sensitivity,sharing,access method\nCamps,SDN,CCCM,low,public,download\n")
        .await;
    assert_eq!(other["rows"][0]["problems"][0]["rule"], "title-is-registered", "{other}");
    assert_eq!(other["rows"][0]["outcome"], "new");
}

#[tokio::test]
async fn columns_are_named_where_their_headers_do_not_say_what_they_hold() {
    let desk = desk().await;
    let table = "Bezeichnung;Land;Was\nBrunnen;YEM;WSH\n";
    let refused = desk.send(BULK, &desk.manager, table).await;
    assert_eq!((refused.status.as_u16(), &refused.json()["problems"][0]["rule"]), (422, &json!("no-title-column")));
    let door = format!("{BULK}?draft=true&column=title%3DBezeichnung&column=country%3DLand&column=cluster%3DC");
    let taken = desk.send(&door, &desk.manager, table).await.json();
    assert_eq!(taken["new"], 1, "{taken}");
    let holding = desk.house.get(HOLDINGS, Some(&desk.manager)).await.json()["items"][0].clone();
    assert_eq!(
        (&holding["title"]["und"], &holding["countries"], &holding["clusters"], &holding["state"]),
        (&json!("Brunnen"), &json!(["YEM"]), &json!(["WSH"]), &json!("draft"))
    );
    let wrong = desk.send(&format!("{BULK}?column=colour%3DC"), &desk.manager, table).await;
    assert_eq!(wrong.status, 400, "{}", wrong.text());
}

#[tokio::test]
async fn nobody_changes_or_learns_of_the_holdings_of_others_by_a_table() {
    let desk = desk().await;
    let taken = desk.taken(&TABLE.replace("low,public", "low,organisation").replace(",full,", ",hidden,")).await;
    let id = taken["rows"][0]["id"].as_str().unwrap().to_owned();
    let steal = |id: &str| format!("id,title,sharing\n{id},Mine now,public\n");
    let absent = "00000000-0000-5000-8000-000000000000";
    let (hidden, none) =
        (desk.send(BULK, &desk.clinic, &steal(&id)).await, desk.send(BULK, &desk.clinic, &steal(absent)).await);
    assert_eq!(hidden.text().replace(&id, absent), none.text());
    assert_eq!(hidden.json()["rows"][0]["problems"][0]["rule"], "no-such-holding");
    // What others hold under the same title or their own id is no business of theirs.
    let same = "title,country,cluster,sensitivity,sharing,access method,id\n\
                Cleared wells,YEM,PRO-MIN,low,public,download,\nClinics of mine,YEM,Health,low,public,download,HR-7\n";
    let taken = desk.send(BULK, &desk.clinic, same).await.json();
    assert_eq!(
        (counts(&taken), &taken["rows"][0]["problems"]),
        ([&json!(2), &json!(0), &json!(0), &json!(0)], &json!([]))
    );
    assert_eq!(desk.house.send_body(&Method::POST, BULK, None, same).await.status, 401);
    let reader = desk.house.token(&Asker::member("Desk", &[], Role::Reader)).await.unwrap();
    assert_eq!(desk.send(BULK, &reader, same).await.status, 403);
}

/// What is registered under an id of the organisation's own.
async fn own(desk: &Desk, id: &str) -> Value {
    let list = desk.house.get(HOLDINGS, Some(&desk.manager)).await.json();
    let is_it = |one: &&Value| one["identifiers"][0]["value"] == id;
    list["items"].as_array().unwrap().iter().find(is_it).unwrap().clone()
}

#[tokio::test]
async fn what_a_column_says_comes_back_from_the_table_and_goes_only_where_it_is_blanked() {
    let desk = desk().await;
    let taken = desk
        .taken(
            "id,title,country,cluster,sensitivity,sharing,access method,cost,successor,kept until,disaggregated by sex,\
             disaggregated by age,description,url,contact name,contact email,coverage start\n\
             HR-1,Wells,YEM,WSH,low,public,download,Gratuit,Sample Archive,2030-05,no,,All of it,https://example.org/w,\
             A desk,desk@example.org,2020\n",
        )
        .await;
    assert_eq!((&taken["new"], &taken["rows"][0]["problems"]), (&json!(1), &json!([])), "{taken}");
    let upkeep = json!({"cost": "free", "successor": "Sample Archive", "kept_until": "2030-05"});
    let said = own(&desk, "HR-1").await;
    assert_eq!(
        (&said["upkeep"], &said["disaggregated_by_sex"], said.get("disaggregated_by_age")),
        (&upkeep, &json!(false), None)
    );
    let table = desk.table().await;
    assert!(table.contains("Sample Archive,2030-05,free") && table.contains(",no,,"), "{table}");
    assert_eq!(counts(&desk.taken(&table).await), [&json!(0), &json!(0), &json!(1), &json!(0)]);

    // Empty cells, and words that say as little, change nothing; the title may be left out, too.
    let silent = "id,title,cost,successor,kept until,disaggregated by sex,description,coverage start,sharing\n\
                  HR-1,,n/a,,?,,N/A,,\n";
    assert_eq!(counts(&desk.taken(silent).await), [&json!(0), &json!(0), &json!(1), &json!(0)]);
    assert_eq!(own(&desk, "HR-1").await, said);
    let partly = desk.taken("id,title,cost,successor,disaggregated by age\nHR-1,,cost-recovery,,no\n").await;
    assert_eq!(counts(&partly), [&json!(0), &json!(1), &json!(0), &json!(0)], "{partly}");
    let now = own(&desk, "HR-1").await;
    assert_eq!(
        (&now["title"], &now["upkeep"]["cost"], &now["upkeep"]["successor"], &now["disaggregated_by_age"]),
        (&said["title"], &json!("cost-recovery"), &json!("Sample Archive"), &json!(false))
    );

    let blanked = desk
        .taken(
            "id,title,cost,successor,kept until,disaggregated by sex,disaggregated by age,description,url,contact name,\
             contact email,coverage start,licence\nHR-1,Wells,-,-,-,-,-,-,-,-,-,-,-\n",
        )
        .await;
    assert_eq!(counts(&blanked), [&json!(0), &json!(1), &json!(0), &json!(0)], "{blanked}");
    let now = own(&desk, "HR-1").await;
    let parts = [
        "upkeep",
        "disaggregated_by_sex",
        "disaggregated_by_age",
        "description",
        "distributions",
        "contacts",
        "coverage",
    ];
    for part in parts {
        assert_eq!(now.get(part), None, "{part}: {now}");
    }
    assert_eq!(now["terms"], said["terms"]);
    // What must be said is not blanked, and the row says in which column that is.
    let lacking = desk.taken("id,title,country\nHR-1,Wells,-\n").await;
    let problem = &lacking["rows"][0]["problems"][0];
    assert_eq!((&lacking["wrong"], &problem["rule"]), (&json!(1), &json!("not-stated")), "{lacking}");
    assert_eq!((&problem["letters"], &problem["column"]), (&json!("C"), &json!("country")));
}

#[tokio::test]
async fn a_table_changes_what_is_made_of_other_records_as_far_as_these_allow() {
    let desk = desk().await;
    let steward = desk.house.token(&Asker::member("Desk", &[], Role::Steward)).await.unwrap();
    let register = async |title: &str, sharing: &str, own: &str, derived_from: &[&Value]| {
        let said = json!({
            "title": {"und": title}, "countries": ["YEM"], "clusters": ["HEA"], "derived_from": derived_from,
            "identifiers": [{"scheme": "other", "value": own}],
            "terms": {"sensitivity": "moderate", "sharing": sharing, "access_method": "on-request", "listing": "stub"},
        });
        let answer = desk.send("/api/v1/datasets", &steward, &said.to_string()).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["id"].clone()
    };
    let cases = register("Cases", "organisation", "HR-1", &[]).await;
    let roads = register("Roads", "organisation", "HR-2", &[]).await;
    let counted = register("Counts", "organisation", "HR-3", &[&cases]).await;
    register("Lengths", "organisation", "HR-4", &[&roads]).await;
    // What one of them is released to is no matter of the other.
    let release = json!({"sharing": "community", "reason": "Counts of twenty and more"}).to_string();
    let address =
        format!("/api/v1/datasets/{}/releases/{}?version=0", cases.as_str().unwrap(), counted.as_str().unwrap());
    let released = desk.house.send_body(&Method::PUT, &address, Some(&steward), &release).await;
    assert_eq!(released.status, 200, "{}", released.text());

    let table = "id,title,sharing\nHR-3,Counts by district,community\nHR-4,Lengths of roads,community\n";
    let taken = desk.send(BULK, &steward, table).await.json();
    assert_eq!(counts(&taken), [&json!(0), &json!(1), &json!(0), &json!(1)], "{taken}");
    let problem = &taken["rows"][1]["problems"][0];
    assert_eq!(
        (&problem["field"], &problem["rule"]),
        (&json!("derived_from[0]"), &json!("less-restricted-than-source"))
    );
    assert_eq!(own(&desk, "HR-3").await["terms"]["sharing"], "community");
    assert_eq!(own(&desk, "HR-4").await["title"]["und"], "Lengths");
    // Its other words are changed as those of any holding are.
    let taken = desk.taken("id,title\nHR-4,Lengths of roads\n").await;
    assert_eq!(taken["changed"], 1, "{taken}");

    // A table that closed it is undone only as far as what it is made of allows at that time.
    let closing = desk.send(BULK, &steward, "id,title,sharing\nHR-3,Counts by district,organisation\n").await.json();
    let taken_back = json!({"reason": "Too fine"}).to_string();
    let address = address.replace("version=0", "version=1");
    let narrowed = desk.house.send_body(&Method::PUT, &address, Some(&steward), &taken_back).await;
    assert_eq!(narrowed.status, 200, "{}", narrowed.text());
    let undo = format!("{HOLDINGS}/tables/{}/undo", closing["table"].as_str().unwrap());
    let undone = desk.send(&undo, &steward, "").await.json();
    assert_eq!(
        (&undone["left"], &undone["written"], &undone["rows"][0]["problems"][0]["rule"]),
        (&json!(1), &json!(false), &json!("less-restricted-than-source")),
        "{undone}"
    );
}
