#![expect(clippy::unwrap_used, reason = "tests")]

use cairn_model::{
    Contact, Draft, DraftDistribution, DraftOrganisation, DraftPlace, Field, Identifier, LocalizedText, Sensitivity,
    Severity, Sharing, StatedText,
};

use super::*;

mod columns;
mod exports;
mod holdings;
mod misplaced;
mod parties;

fn table(text: &str) -> InventoryTable {
    read_table(text.as_bytes(), "inventory.csv", &InventoryMapping::default())
}

fn drafts(table: &InventoryTable, mapping: &InventoryMapping) -> Vec<Draft> {
    table.rows.iter().map(|row| read_row(row, mapping).unwrap().draft).collect()
}

fn titles(table: &InventoryTable) -> Vec<String> {
    let drafts = drafts(table, &InventoryMapping::default());
    drafts.iter().map(|draft| draft.title.best("en").unwrap().to_owned()).collect()
}

fn codes(problems: &[Problem]) -> Vec<(&str, Option<u64>, Option<&str>)> {
    problems
        .iter()
        .map(|problem| (problem.code.as_str(), problem.position.row, problem.position.column.as_deref()))
        .collect()
}

fn mapping(columns: &[(&str, &str)]) -> InventoryMapping {
    let columns = columns.iter().map(|(field, header)| ((*field).to_owned(), (*header).to_owned())).collect();
    InventoryMapping { columns, ..InventoryMapping::default() }
}

#[expect(clippy::unnecessary_wraps, reason = "it stands where a field is optional")]
fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

#[test]
fn a_row_is_read_in_full() {
    let text = "ID,Title,Description,Organisation,Data owner,Custodian,Contact,Email,Country,Admin area,Sector,Keywords,Sensitivity,Sharing level,\
        Access method,Classification,Visibility,Shared with,Start date,End date,Update frequency,Last update,Format,URL,Licence,Language,\
        Methodology,Caveats,Variables,Population groups,Sex disaggregated,Age disaggregated,Reason for restriction,Legal basis,Jurisdiction,\
        Review date,Listing title,Type\n\
        W-1,Well survey,Invented.,Sample Office,Sample Ministry,Sample Archive,\"Data desk, desk@example.org, +967 1 234 567\",,Yemen; Sudan,Marib,WASH,\"water, wells\",High,TLP:AMBER,\
        on request,Confidential,stub,WASH cluster|Sample Office,2020-01-01,2020-12-31,yearly,2021-02-03,CSV,https://example.org/w.csv,CC BY 4.0,en,\
        Key informants,Rounded,\"site, depth\",IDP,yes,no,Security,Consent,Yemen,2027-01-01,A survey,survey\n";
    let table = table(text);
    let row = &table.rows[0];
    let reading = read_row(row, &InventoryMapping::default()).unwrap();
    let organisation = |name: &str| Some(DraftOrganisation { id: None, name: name.to_owned(), kind: None });
    let expected = Draft {
        source_record_id: "W-1".to_owned(),
        identifiers: vec![Identifier { scheme: "other".to_owned(), value: "W-1".to_owned() }],
        title: LocalizedText::undetermined("Well survey"),
        description: LocalizedText::undetermined("Invented."),
        keywords: BTreeMap::from([("und".to_owned(), strings(&["water", "wells"]))]),
        languages: strings(&["en"]),
        kind: some("survey"),
        publisher: organisation("Sample Office"),
        owner: organisation("Sample Ministry"),
        custodian: organisation("Sample Archive"),
        contacts: vec![Contact {
            name: some("Data desk"),
            email: some("desk@example.org"),
            phone: some("+967 1 234 567"),
            role: some("pointOfContact"),
            published_openly: false,
        }],
        clusters: strings(&["WASH"]),
        methodology: some("Key informants"),
        caveats: some("Rounded"),
        fields: ["site", "depth"].map(|name| Field { name: name.to_owned(), ..Field::default() }).to_vec(),
        population_groups: strings(&["IDP"]),
        disaggregation: some("sex, not age"),
        countries: strings(&["Yemen", "Sudan"]),
        places: vec![DraftPlace { text: "Marib".to_owned(), ..DraftPlace::default() }],
        coverage_start: some("2020-01-01"),
        coverage_end: some("2020-12-31"),
        modified: some("2021-02-03"),
        date_order: Some(DateOrder::DayFirst),
        date_order_is_assumed: true,
        update_frequency: some("yearly"),
        distributions: vec![DraftDistribution {
            url: some("https://example.org/w.csv"),
            format: some("CSV"),
            ..DraftDistribution::default()
        }],
        licence_title: some("CC BY 4.0"),
        terms: StatedText {
            sensitivity: some("High"),
            sharing: some("TLP:AMBER"),
            sharing_at_least: None,
            access_method: some("on request"),
            access_at_least: None,
            listing: some("stub"),
            listed_openly: false,
            listing_title: some("A survey"),
            audience: strings(&["WASH cluster", "Sample Office"]),
            classification: some("Confidential"),
            reasons: strings(&["Security"]),
            legal_basis: some("Consent"),
            jurisdictions: strings(&["Yemen"]),
            transfer: None,
            review_by: some("2027-01-01"),
            ..StatedText::default()
        },
        row: Some(2),
        headers: reading.draft.headers.clone(),
        ..Draft::default()
    };
    assert_eq!(reading, Reading { draft: expected, problems: Vec::new(), deleted: false });
    assert_eq!((table.problems, table.has_titles, row.row), (Vec::new(), true, 2));
}

#[test]
fn every_field_of_a_draft_knows_the_header_of_its_column() {
    let text = "Titre;Organisation;Type d'organisation;Pays;Country;Lien;Dernière mise à jour;Sensibilité\n\
        Puits;Bureau;ONG;Mali | Niger;Niger | Tchad;https://example.org/a;2024-01-01;haute\n";
    let table = table(text);
    let draft = &drafts(&table, &InventoryMapping::default())[0];
    let header = |field: &str| draft.headers.get(field).map(String::as_str);
    assert_eq!(draft.row, Some(2));
    assert_eq!(draft.countries, strings(&["Niger", "Tchad", "Mali"]));
    let expected = [
        ("title", Some("Titre")),
        ("publisher", Some("Organisation")),
        ("owner", Some("Organisation")),
        ("publisher.kind", Some("Type d'organisation")),
        ("countries", Some("Country")),
        ("countries[1]", None),
        ("countries[2]", Some("Pays")),
        ("distributions.url", Some("Lien")),
        ("modified", Some("Dernière mise à jour")),
        ("sensitivity", Some("Sensibilité")),
        ("clusters", None),
    ];
    assert_eq!(expected.map(|(field, _)| (field, header(field))), expected);
}

type FieldLevels = (String, Option<Sharing>, Option<Sensitivity>);

/// Name, sharing and sensitivity of the fields in a cell, and the codes of its problems.
fn fields(cell: &str) -> (Vec<FieldLevels>, Vec<String>) {
    let table = table(&format!("Title,Fields\nWells,\"{cell}\"\n"));
    let reading = read_row(&table.rows[0], &InventoryMapping::default()).unwrap();
    let fields = reading.draft.fields.into_iter().map(|field| (field.name, field.sharing, field.sensitivity)).collect();
    (fields, reading.problems.into_iter().map(|problem| problem.code).collect())
}

#[test]
fn a_field_may_carry_its_own_level_in_brackets() {
    let cases = [
        ("perimeter (restricted)", "perimeter", Some(Sharing::Restricted), None),
        ("farmer_phone (closed)", "farmer_phone", Some(Sharing::Closed), None),
        ("geometry (TLP:AMBER)", "geometry", Some(Sharing::Restricted), None),
        ("geometry [TLP:RED]", "geometry", Some(Sharing::Closed), None),
        ("téléphone（interne）", "téléphone", Some(Sharing::Organisation), None),
        ("الهاتف (مقيد)", "الهاتف", Some(Sharing::Restricted), None),
        ("injury (severe)", "injury", None, Some(Sensitivity::Severe)),
        ("injury (internal, high)", "injury", Some(Sharing::Organisation), Some(Sensitivity::High)),
        ("area (m2) (restricted)", "area (m2)", Some(Sharing::Restricted), None),
        ("area (restricted) (m2)", "area (m2)", Some(Sharing::Restricted), None),
        ("phone (closed), home", "phone", Some(Sharing::Closed), None),
        ("phone (restricted", "phone", Some(Sharing::Restricted), None),
        ("site", "site", None, None),
    ];
    for (cell, name, sharing, sensitivity) in cases {
        let (fields, problems) = fields(cell);
        assert_eq!((&fields[0], problems), (&(name.to_owned(), sharing, sensitivity), Vec::new()), "{cell}");
    }
}

#[test]
fn a_level_of_a_field_that_cannot_be_read_closes_the_field() {
    for cell in ["phone (ask Sam first)", "phone (limted)", "phone (restricted to 5 partners)", "phone (hush; hush)"] {
        let (fields, problems) = fields(cell);
        assert_eq!(fields, [(cell.to_owned(), Some(Sharing::Closed), None)]);
        assert_eq!(problems, ["unknown-field-level"]);
    }
}

#[test]
fn a_unit_or_type_in_brackets_belongs_to_the_name() {
    for cell in [
        "area (m2)",
        "depth (m)",
        "share (%)",
        "cost (USD)",
        "note (text)",
        "done (yes/no)",
        "age (0-17)",
        "wells (per km)",
        "built (date)",
        "phase (1 to 5)",
        "place (p-code)",
        "date (jj/mm/aaaa)",
        "site ()",
    ] {
        assert_eq!(fields(cell), (vec![(cell.to_owned(), None, None)], vec![]), "{cell}");
    }
}

#[test]
fn a_field_that_stands_twice_has_the_closer_of_its_levels() {
    let (fields, _) = fields("phone; site; phone (closed); Phone (restricted)");
    assert_eq!(fields, [("phone".to_owned(), Some(Sharing::Closed), None), ("site".to_owned(), None, None)]);
}

#[test]
fn the_order_of_day_and_month_stands_in_every_row_and_survives_being_kept() {
    let orders = |text: &str, mapping: &InventoryMapping| {
        let table = read_table(text.as_bytes(), "", mapping);
        let kept: Vec<InventoryRow> =
            table.rows.iter().map(|row| serde_json::from_str(&serde_json::to_string(row).unwrap()).unwrap()).collect();
        assert_eq!(kept, table.rows);
        let drafts = kept.iter().map(|row| read_row(row, mapping).unwrap().draft);
        drafts.map(|draft| (draft.date_order, draft.date_order_is_assumed)).collect::<Vec<_>>()
    };
    let (day_first, month_first) = (Some(DateOrder::DayFirst), Some(DateOrder::MonthFirst));
    let found = InventoryMapping::default();
    let text = "Title,Last update\nWells,12/08/2026\nCamps,08/13/2026\n";
    assert_eq!(orders(text, &found), [(month_first, false); 2]);
    assert_eq!(orders("Title,Last update\nWells,12/08/2026\n", &found), [(day_first, true)]);
    assert_eq!(orders("Titre,Mise à jour\nPuits,12/08/2026\n", &found), [(day_first, false)]);
    let stated = InventoryMapping { date_order: day_first, ..InventoryMapping::default() };
    assert_eq!(orders(text, &stated), [(day_first, false); 2]);
}

#[test]
fn a_row_that_was_kept_before_orders_were_known_is_read_as_it_was() {
    let row: InventoryRow =
        serde_json::from_str(r#"{"row":2,"cells":[["Title","Wells"],["Last update","12/08/2026"]]}"#).unwrap();
    let draft = read_row(&row, &InventoryMapping::default()).unwrap().draft;
    assert_eq!((draft.date_order, draft.date_order_is_assumed), (None, false));
    let mapping: InventoryMapping = serde_json::from_str(r#"{"date_order":"month-first"}"#).unwrap();
    assert_eq!(read_row(&row, &mapping).unwrap().draft.date_order, Some(DateOrder::MonthFirst));
}

#[test]
fn headers_are_understood_in_four_languages() {
    for text in [
        "Nom du jeu de données;Pays;Organisme\nPuits;Tchad;Bureau\n",
        "Nombre del conjunto de datos;País;Organización\nPuits;Tchad;Bureau\n",
        "اسم مجموعة البيانات;البلد;المنظمة\nPuits;Tchad;Bureau\n",
        "DATASETNAME;COUNTRY;AGENCYNAME\nPuits;Tchad;Bureau\n",
    ] {
        let draft = drafts(&table(text), &InventoryMapping::default()).remove(0);
        assert_eq!(draft.title.best("fr"), Some("Puits"), "{text}");
        assert_eq!((draft.countries, draft.publisher.unwrap().name), (strings(&["Tchad"]), "Bureau".to_owned()));
    }
}

#[test]
fn the_header_row_may_stand_below_other_lines() {
    let text = "Inventory of the office\n\nLast edited,2020\n,Title,Country,Owner\n,Wells,YEM,Office\n";
    let table = table(text);
    assert_eq!((titles(&table), table.rows[0].row), (vec!["Wells".to_owned()], 5));
    let given = InventoryMapping { header_row: 2, ..InventoryMapping::default() };
    assert_eq!(
        read_table(b"x,y\nName,Title\nWells,2\n", "", &given).rows[0].cells[0],
        ("Name".to_owned(), "Wells".to_owned())
    );
    let missing = InventoryMapping { header_row: 9, ..InventoryMapping::default() };
    assert_eq!(codes(&read_table(b"Title\nWells\n", "", &missing).problems), [("no-header-row", None, None)]);
}

#[test]
fn a_data_row_with_known_words_is_no_header() {
    let table = table("Title,Keywords,Notes\nName,format,url\n");
    assert_eq!(titles(&table), ["Name"]);
}

#[test]
fn a_row_of_tags_below_the_headers_is_no_record() {
    let table = table("Title,Sector\n#meta+title,#sector\nWells,WASH\n");
    assert_eq!((titles(&table), table.rows[0].row), (vec!["Wells".to_owned()], 3));
}

#[test]
fn a_mapping_wins_over_what_headers_are_called() {
    let table_mapping = mapping(&[("title", "Product"), ("description", "Title"), ("country", "D")]);
    let table = read_table(b"Title,Product,Name,Where it is\nLong words,Wells,Ignored,YEM\n", "", &table_mapping);
    let draft = drafts(&table, &table_mapping).remove(0);
    assert_eq!((draft.title.best("en"), draft.description.best("en")), (Some("Wells"), Some("Long words")));
    assert_eq!(draft.countries, ["YEM"]);
    assert_eq!(table.rows[0].cells[3], ("Where it is (D)".to_owned(), "YEM".to_owned()));
    assert_eq!(table.problems, []);
}

#[test]
fn a_mapping_that_does_not_fit_is_reported() {
    let problems = read_table(b"Title\nWells\n", "", &mapping(&[("titel", "Title"), ("country", "Land")])).problems;
    let fields: Vec<(&str, &str)> =
        problems.iter().map(|problem| (problem.code.as_str(), problem.field.as_str())).collect();
    assert_eq!(fields, [("missing-column", "country"), ("unknown-field", "titel")]);
}

#[test]
fn a_table_without_titles_says_what_it_has() {
    let table = table("Region,Sub Region,Operation\nNorth,Coast,Harbour\n");
    assert_eq!((table.has_titles, table.rows.len()), (false, 1));
    assert_eq!(codes(&table.problems), [("no-title-column", Some(1), None)]);
    assert!(table.problems[0].message.ends_with("The headers in row 1 are: Region, Sub Region, Operation"));
}

#[test]
fn columns_that_are_not_understood_are_named() {
    let table = table("Title,Shelf,,Country\nWells,upper,,YEM\n");
    let found: Vec<(&str, &str)> =
        table.problems.iter().map(|problem| (problem.code.as_str(), problem.message.as_str())).collect();
    assert_eq!(found, [("unknown-columns", "columns that are not understood and were not read: Shelf")]);
    assert_eq!(table.rows[0].cells[1], ("Shelf".to_owned(), "upper".to_owned()));
}

#[test]
fn a_row_without_title_is_an_error_at_its_row_and_the_others_go_in() {
    let table = table("Title,Country\n,YEM\nWells,SDN\n");
    let problem = read_row(&table.rows[0], &InventoryMapping::default()).unwrap_err();
    assert_eq!(
        (problem.code.as_str(), problem.position.row, problem.severity),
        ("no-title", Some(2), cairn_model::Severity::Error)
    );
    assert!(read_row(&table.rows[1], &InventoryMapping::default()).is_ok());
}

#[test]
fn rows_keep_their_ids_when_they_are_sorted_anew() {
    let ids = |text: &str| {
        let mut ids: Vec<(String, String)> =
            table(text).rows.iter().map(|row| (row.cells[0].1.clone(), row.record_id.clone())).collect();
        ids.sort();
        ids
    };
    let first = ids("Title,Agency\nWells,A\nCamps,A\nWells,B\nWells,A\n");
    assert_eq!(first, ids("Title,Agency\nWells,B\nWells,A\nWells,A\nCamps,A\n"));
    assert_eq!(first.iter().map(|(_, id)| id).collect::<std::collections::HashSet<_>>().len(), 4);
}

#[test]
fn rows_of_one_title_keep_their_ids_when_they_are_sorted_anew_or_one_is_put_between() {
    let ids = |rows: &[&str]| -> std::collections::BTreeMap<String, String> {
        let text = format!("Title,Agency,Country,Year\n{}\n", rows.join("\n"));
        let id = |row: &InventoryRow| (format!("{} {}", row.cells[2].1, row.cells[3].1), row.record_id.clone());
        table(&text).rows.iter().map(id).collect()
    };
    let (mali, niger, later, others) = ("3W,A,Mali,2019", "3W,A,Niger,2019", "3W,A,Mali,2021", "3W,B,Mali,2019");
    let first = ids(&[mali, niger, later]);
    assert_eq!(first.values().collect::<std::collections::HashSet<_>>().len(), 3);
    assert_eq!(ids(&[later, niger, mali]), first);
    let grown = ids(&["3W,A,Mali,2022", niger, "3W,A,Mali,2020", later, mali]);
    for (row, id) in &first {
        assert_eq!(grown.get(row), Some(id), "{row}");
    }
    // The one that was alone is not another one because a later one comes.
    assert_eq!(ids(&[mali])["Mali 2019"], first["Mali 2019"]);
    assert_ne!(ids(&[others])["Mali 2019"], first["Mali 2019"]);
}

#[test]
fn of_rows_with_one_id_the_first_keeps_it_and_the_others_get_ids_made_of_what_they_say() {
    let ids = |table: &InventoryTable| table.rows.iter().map(|row| row.record_id.clone()).collect::<Vec<String>>();
    let numbered = table("id,title\n7,Wells\n8,Camps\n7,Roads\n7,Roads\n,Ports\n");
    let unnumbered = ids(&table("title\nRoads\nRoads\nPorts\n"));
    assert_eq!(ids(&numbered), ["7", "8", &unnumbered[0], &unnumbered[1], &unnumbered[2]]);
    assert_eq!(
        codes(&numbered.problems),
        [("duplicate-identifier", Some(4), None), ("duplicate-identifier", Some(5), None)]
    );
    let problem = &numbered.problems[0];
    assert_eq!((problem.severity, problem.value.as_deref()), (Severity::Warning, Some("7")));
    assert!(problem.message.starts_with("row 2 has the same id and keeps it"), "{}", problem.message);
    // A row that is left out for its lack of a title takes the id from none that is not.
    assert_eq!(ids(&table("id,title\n7,\n7,Roads\n9,\n"))[1..], ["7", "9"]);
}

#[test]
fn no_row_gets_the_id_that_another_one_states() {
    let made = table("title\nWells\n").rows[0].record_id.clone();
    let table = table(&format!("id,title\n,Wells\n{made},Camps\n{made}-2,Roads\n,Wells\n"));
    let ids: Vec<&str> = table.rows.iter().map(|row| row.record_id.as_str()).collect();
    let beside = |number: usize| format!("{made}-{number}");
    assert_eq!(ids, [beside(3), made.clone(), beside(2), beside(4)]);
    assert_eq!(table.problems, []);
}

#[test]
fn an_id_column_that_says_nothing_states_no_id() {
    let table = table("id,title\nn/a,Wells\nn/a,Camps\n-,Roads\n");
    assert!(table.rows.iter().all(|row| row.record_id.len() == 32), "{:?}", table.rows);
    assert_eq!(table.problems, []);
}

#[test]
fn duplicate_headers_and_ragged_rows_are_read_and_reported() {
    let table = table("Title,Keywords,Keywords\nWells,water,salt,extra\nCamps\n");
    assert_eq!(codes(&table.problems), [("duplicate-header", Some(1), Some("C")), ("ragged-row", Some(2), Some("D"))]);
    assert_eq!(drafts(&table, &InventoryMapping::default())[0].keywords["und"], ["water", "salt"]);
    assert_eq!(titles(&table), ["Wells", "Camps"]);
    assert_eq!(
        table.rows[0].cells[2..],
        [("Keywords (C)".to_owned(), "salt".to_owned()), ("D".to_owned(), "extra".to_owned())]
    );
}

#[test]
fn every_delimiter_and_encoding_gives_the_same_rows() {
    let cells = [["Titre", "Pays"], ["Puits, réservoirs à Léogâne", "Haïti"], ["Déplacés — été", "Tchad"]];
    for delimiter in [",", ";", "\t", "|"] {
        let text: String = cells.map(|row| format!("\"{}\"{delimiter}\"{}\"\r\n", row[0], row[1])).concat();
        let utf_16: Vec<u8> = std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
        let windows = encoding_rs::WINDOWS_1252.encode(&text).0.into_owned();
        for bytes in [text.clone().into_bytes(), utf_16, windows, format!("\u{feff}{text}").into_bytes()] {
            let table = read_table(&bytes, "x.csv", &InventoryMapping::default());
            assert_eq!(titles(&table), ["Puits, réservoirs à Léogâne", "Déplacés — été"]);
            assert_eq!(table.problems, []);
        }
    }
    let arabic = encoding_rs::WINDOWS_1256.encode("العنوان,البلد\nمسح حقول الألغام في اليمن,اليمن\n").0.into_owned();
    assert_eq!(titles(&read_table(&arabic, "", &InventoryMapping::default())), ["مسح حقول الألغام في اليمن"]);
}

#[test]
fn an_unclosed_quote_costs_its_row_and_names_its_byte() {
    let text = "Title,Country\nWells,YEM\n\"Camps,SDN\nRoads,TCD\nPorts,DJI\n";
    let table = table(text);
    assert_eq!(titles(&table), ["Wells", "Roads", "Ports"]);
    assert_eq!(table.rows.iter().map(|row| row.row).collect::<Vec<_>>(), [2, 4, 5]);
    assert_eq!(codes(&table.problems), [("unclosed-quote", Some(3), None)]);
    assert_eq!(table.problems[0].position.byte, Some(text.find("\"Camps").unwrap() as u64));
}

#[test]
fn a_quoted_line_break_stays_in_its_cell() {
    let table = table("Title,Description\n\"Wells\nof Marib\",\"one\r\ntwo\"\nCamps,three\n");
    assert_eq!(titles(&table), ["Wells\nof Marib", "Camps"]);
    assert_eq!(table.rows[1].row, 3);
}

#[test]
fn nul_characters_are_taken_out_and_located() {
    let table = table("Title,Country\nWe\0lls of the northern district,YEM\n");
    assert_eq!(titles(&table), ["Wells of the northern district"]);
    assert_eq!(codes(&table.problems), [("nul-character", Some(2), Some("A"))]);
    assert_eq!(table.problems[0].position.byte, Some(14));
}

#[test]
fn what_is_no_table_is_named() {
    let code = |bytes: &[u8]| {
        let table = read_table(bytes, "x.csv", &InventoryMapping::default());
        assert!(table.rows.is_empty() && !table.has_titles);
        table.problems[0].code.clone()
    };
    assert_eq!(code(b""), "no-header-row");
    assert_eq!(code(b"\n\n"), "no-header-row");
    assert_eq!(code(b"<!DOCTYPE html><html>"), "html-instead-of-table");
    assert_eq!(code(b"\x01\x02\x03\x04\x05\x06\x07"), "not-a-table");
    assert_eq!(code(&[0xd0, 0xcf, 0x11, 0xe0, 0]), "unreadable-workbook");
    assert_eq!(code(b"PK\x03\x04 and no more"), "unreadable-workbook");
}

#[test]
fn commas_separate_values_only_where_they_can() {
    let separators = InventoryMapping { separators: "/".to_owned(), ..InventoryMapping::default() };
    let text = "Title,Keywords,Questions,Countries\nWells,\"a, b\",\"How many, and where?\",YEM/SDN\n";
    let draft = drafts(&table(text), &InventoryMapping::default()).remove(0);
    assert_eq!(
        (draft.keywords["und"].clone(), draft.questions),
        (strings(&["a", "b"]), strings(&["How many, and where?"]))
    );
    let draft = drafts(&read_table(text.as_bytes(), "", &separators), &separators).remove(0);
    assert_eq!((draft.countries, draft.keywords["und"].clone()), (strings(&["YEM", "SDN"]), strings(&["a, b"])));
}

#[test]
fn what_people_write_for_nothing_is_nothing() {
    let draft =
        drafts(&table("Title,Description,Access method,Country\nWells,n/a,none,NA\n"), &InventoryMapping::default())
            .remove(0);
    assert!(draft.description.is_empty());
    assert_eq!((draft.terms.access_method, draft.countries), (some("none"), strings(&["NA"])));
}

#[test]
fn a_formula_is_text() {
    let text = "Title,Description\n\"=HYPERLINK(\"\"https://example.org\"\",\"\"x\"\")\",@SUM(1)\n";
    assert_eq!(titles(&table(text)), ["=HYPERLINK(\"https://example.org\",\"x\")"]);
}
