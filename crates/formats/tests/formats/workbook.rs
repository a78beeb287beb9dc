//! Inventories in workbooks (XLSX), made here from their parts.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use cairn_formats::inventory::{InventoryMapping, InventoryRow, InventoryTable, read_row, read_table};
use cairn_model::{Problem, Severity, Sharing, Vocabularies, normalise};
use zip::CompressionMethod;
use zip::write::{SimpleFileOptions, ZipWriter};

/// A sheet: name, whether it is hidden, and the XML inside `sheetData`.
struct SheetParts<'s>(&'s str, bool, &'s str);

/// A workbook of sheets. Style 1 is a date, style 2 a date with time.
fn workbook(sheets: &[SheetParts<'_>], extra: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut types = String::new();
    let mut listed = String::new();
    let mut relations = String::new();
    let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
    for (index, SheetParts(name, hidden, data)) in sheets.iter().enumerate() {
        let number = index + 1;
        let state = if *hidden { r#" state="hidden""# } else { "" };
        write!(types, r#"<Override PartName="/xl/worksheets/sheet{number}.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/>"#).unwrap();
        write!(listed, r#"<sheet name="{name}" sheetId="{number}"{state} r:id="rId{number}"/>"#).unwrap();
        write!(relations, r#"<Relationship Id="rId{number}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet{number}.xml"/>"#).unwrap();
        // What stands behind the cells is written behind a bar.
        let (data, behind) = data.split_once('|').unwrap_or((*data, ""));
        let xml = format!(
            r#"<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheetData>{data}</sheetData>{behind}</worksheet>"#
        );
        parts.push((format!("xl/worksheets/sheet{number}.xml"), xml.into_bytes()));
    }
    parts.push((
        "[Content_Types].xml".to_owned(),
        format!(r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>{types}</Types>"#).into_bytes(),
    ));
    parts.push(("_rels/.rels".to_owned(), br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#.to_vec()));
    parts.push(("xl/_rels/workbook.xml.rels".to_owned(), format!(r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId90" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/><Relationship Id="rId91" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" Target="sharedStrings.xml"/>{relations}</Relationships>"#).into_bytes()));
    parts.push(("xl/workbook.xml".to_owned(), format!(r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{listed}</sheets></workbook>"#).into_bytes()));
    parts.push(("xl/styles.xml".to_owned(), br#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs count="3"><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/></cellXfs></styleSheet>"#.to_vec()));
    parts.push(("xl/sharedStrings.xml".to_owned(), br#"<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>Title</t></si><si><r><t xml:space="preserve">Well </t></r><r><t>survey</t></r></si></sst>"#.to_vec()));
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, content) in parts
        .iter()
        .map(|(name, content)| (name.as_str(), content))
        .chain(extra.iter().map(|(name, content)| (*name, content)))
    {
        writer.start_file(name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A row of inline texts.
fn texts(row: u32, cells: &[&str]) -> String {
    let cell = |(index, text): (usize, &&str)| {
        let letter = char::from(b'A' + u8::try_from(index).unwrap());
        format!(r#"<c r="{letter}{row}" t="inlineStr"><is><t>{text}</t></is></c>"#)
    };
    let cells: String = cells.iter().enumerate().filter(|(_, text)| !text.is_empty()).map(cell).collect();
    format!(r#"<row r="{row}">{cells}</row>"#)
}

fn read(bytes: &[u8]) -> InventoryTable {
    read_table(bytes, "inventory.xlsx", &InventoryMapping::default())
}

fn codes(table: &InventoryTable) -> Vec<&str> {
    table.problems.iter().map(|problem| problem.code.as_str()).collect()
}

#[test]
fn cells_of_every_type_become_text() {
    let data = r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>Start date</t></is></c><c r="C1" t="inlineStr"><is><t>Last update</t></is></c>
        <c r="D1" t="inlineStr"><is><t>Size</t></is></c><c r="E1" t="inlineStr"><is><t>Public</t></is></c><c r="F1" t="inlineStr"><is><t>Keywords</t></is></c>
        <c r="G1" t="inlineStr"><is><t>Notes</t></is></c><c r="H1" t="inlineStr"><is><t>Year</t></is></c><c r="I1" t="inlineStr"><is><t>Caveats</t></is></c></row>
        <row r="3"><c r="A3" t="s"><v>1</v></c><c r="B3" s="1"><v>43831</v></c><c r="C3" s="2"><v>43831.5</v></c><c r="D3"><v>1234</v></c><c r="E3" t="b"><v>1</v></c>
        <c r="F3"><v>0.30000000000000004</v></c><c r="G3" t="str"><f>A1&amp;"x"</f><v>stored</v></c><c r="H3"><v>2020</v></c><c r="I3" t="e"><v>#N/A</v></c></row>"#;
    let table = read(&workbook(&[SheetParts("Data", false, data)], &[]));
    let cells: Vec<(&str, &str)> =
        table.rows[0].cells.iter().map(|(header, cell)| (header.as_str(), cell.as_str())).collect();
    assert_eq!(
        cells,
        [
            ("Title", "Well survey"),
            ("Start date", "2020-01-01"),
            ("Last update", "2020-01-01T12:00:00"),
            ("Size", "1234"),
            ("Public", "true"),
            ("Keywords", "0.3"),
            ("Notes", "stored"),
            ("Year", "2020"),
            ("Caveats", "#N/A"),
        ]
    );
    assert_eq!((table.rows[0].row, table.has_titles, codes(&table)), (3, true, vec![]));
}

#[test]
fn a_shown_sheet_with_titles_is_read_and_the_others_are_named() {
    let guide = texts(1, &["How to fill this in", "", "x"]);
    let list = format!("{}{}", texts(2, &["Dataset title", "Country"]), texts(3, &["Wells", "Yemen"]));
    let hidden = format!("{}{}", texts(1, &["Title"]), texts(2, &["Secret"]));
    let bytes = workbook(
        &[SheetParts("Lists", true, &hidden), SheetParts("Guide", false, &guide), SheetParts("Holdings", false, &list)],
        &[],
    );
    let table = read(&bytes);
    let draft = read_row(&table.rows[0], &InventoryMapping::default()).unwrap().draft;
    assert_eq!(
        (draft.title.best("en"), draft.countries, table.rows[0].row),
        (Some("Wells"), vec!["Yemen".to_owned()], 3)
    );
    assert_eq!(codes(&table), ["other-sheets"]);
    assert_eq!(table.problems[0].message, r#"the sheet "Holdings" was read; not read: Guide"#);
    let named = InventoryMapping { sheet: "Lists".to_owned(), ..InventoryMapping::default() };
    assert_eq!(read_table(&bytes, "", &named).rows[0].cells[0].1, "Secret");
    let missing = InventoryMapping { sheet: "Nowhere".to_owned(), ..InventoryMapping::default() };
    assert_eq!(codes(&read_table(&bytes, "", &missing)), ["unreadable-workbook", "unreadable-workbook"]);
}

#[test]
fn the_sheet_that_tells_the_most_of_data_is_the_inventory() {
    let rows = |header: &[&str], row: &[&str]| format!("{}{}", texts(1, header), texts(2, row));
    let desks =
        rows(&["Name", "Organisation", "Email", "Phone"], &["Data desk", "Example Relief", "desk@example.org", "1"]);
    let words = rows(&["Code", "Name"], &["YEM", "Yemen"]);
    let persons = rows(
        &["Name", "Age", "Organisation", "District", "Date", "Country"],
        &["Invented Person", "34", "Example Relief", "Here", "2020", "Yemen"],
    );
    let holdings = rows(&["Dataset title", "Country", "Sensitivity"], &["Wells", "Yemen", "Low"]);
    let others = rows(&["Dataset title", "Country", "Format"], &["Old wells", "Yemen", "CSV"]);
    let sheets =
        [("Desks", &desks), ("Words", &words), ("People", &persons), ("Holdings", &holdings), ("Old", &others)];
    let table = read(&workbook(&sheets.map(|(name, data)| SheetParts(name, false, data)), &[]));
    let draft = read_row(&table.rows[0], &InventoryMapping::default()).unwrap().draft;
    assert_eq!((table.rows.len(), draft.title.best("en")), (1, Some("Wells")));
    assert_eq!(codes(&table), ["other-sheets", "unread-sheet"]);
}

#[test]
fn a_sheet_whose_name_is_a_level_closes_its_rows() {
    let holdings = format!("{}{}", texts(1, &["Dataset title", "Country"]), texts(2, &["Wells", "Yemen"]));
    let marked = |names: &[&str]| {
        let sheets: Vec<SheetParts<'_>> = names.iter().map(|name| SheetParts(name, false, &holdings)).collect();
        read(&workbook(&sheets, &[])).rows.iter().map(|row| row.markings.len()).collect::<Vec<_>>()
    };
    for name in ["Confidential", "INTERNAL", "Restricted datasets", "TLP AMBER", "Données confidentielles", "سري"] {
        assert_eq!(marked(&[name]), [1], "{name}");
    }
    assert_eq!(marked(&["Open data", "Internal", "Internal displacement", "Restricted areas"]), [0, 1, 0, 0]);
}

#[test]
fn two_cells_in_opposite_corners_cost_no_memory() {
    let data = format!(
        r#"{}<row r="1048576"><c r="XFD1048576"><v>1</v></c><c r="A1048576" t="inlineStr"><is><t>Wells</t></is></c></row>"#,
        texts(1, &["Title"])
    );
    let table = read(&workbook(&[SheetParts("Data", false, &data)], &[]));
    assert_eq!((table.rows.len(), table.rows[0].row, codes(&table)), (1, 1_048_576, vec!["too-many-columns"]));
}

#[test]
fn archives_that_unpack_to_far_more_than_they_are_are_refused() {
    let sheet = || [SheetParts("Data", false, "")];
    let message = |bytes: &[u8]| {
        let table = read(bytes);
        assert_eq!(codes(&table), ["unreadable-workbook"]);
        table.problems[0].message.clone()
    };
    let dense = workbook(&sheet(), &[("xl/bomb.xml", vec![b' '; 8 << 20])]);
    assert_eq!(message(&dense), r#"the workbook's entry "xl/bomb.xml" expands more than 200-fold"#);
    let names: Vec<String> = (0..2001).map(|number| format!("e{number}")).collect();
    let many: Vec<(&str, Vec<u8>)> = names.iter().map(|name| (name.as_str(), Vec::new())).collect();
    assert!(message(&workbook(&sheet(), &many)).contains("entries"));
    let cut = workbook(&sheet(), &[]);
    assert_eq!(message(&cut[..cut.len() / 2]), "the workbook is a broken archive");
    let mut damaged = workbook(&[SheetParts("Data", false, &texts(1, &["Title"]))], &[]);
    let middle = damaged.len() / 3;
    damaged[middle..middle + 40].fill(0xaa);
    assert!(read(&damaged).rows.is_empty());
}

#[test]
fn a_cell_that_is_merged_over_rows_holds_for_each_of_them_and_makes_none() {
    let rows = [
        texts(1, &["Title", "Sharing", "Country"]),
        texts(2, &["Wells", "Closed", "Chad"]),
        texts(3, &["Camps", "", "Chad"]),
        texts(4, &["Roads", "", "Mali"]),
        texts(5, &["Ports", "", "Mali"]),
    ]
    .concat();
    let merged = format!(
        r#"{rows}</sheetData><mergeCells count="2"><mergeCell ref="B2:B4"/><mergeCell ref="A5:C9"/></mergeCells><sheetData>"#
    );
    let table = read(&workbook(&[SheetParts("List", false, &merged)], &[]));
    let stated: Vec<_> =
        table.rows.iter().map(|row| read_row(row, &InventoryMapping::default()).unwrap().draft.terms.sharing).collect();
    let closed = Some("Closed".to_owned());
    assert_eq!(stated, [closed.clone(), closed.clone(), closed, None]);
}

#[test]
fn a_formula_that_failed_is_no_blank() {
    let failed =
        r#"<row r="2"><c r="A2" t="inlineStr"><is><t>Wells</t></is></c><c r="B2" t="e"><v>#REF!</v></c></row>"#;
    let rows = texts(1, &["Title", "Sharing"]) + failed;
    let table = read(&workbook(&[SheetParts("List", false, &rows)], &[]));
    let reading = read_row(&table.rows[0], &InventoryMapping::default()).unwrap();
    assert_eq!(reading.draft.terms.sharing.as_deref(), Some("#REF!"));
}

#[test]
fn a_formula_without_its_value_closes_where_terms_were_due_and_is_told() {
    let due = r#"<row r="2"><c r="A2" t="inlineStr"><is><t>Safe houses</t></is></c><c r="B2"><f>IF(1=1,"Restricted","Public")</f><v></v></c>
        <c r="C2"><f>CONCATENATE("a","b")</f></c></row>
        <row r="3"><c r="A3" t="inlineStr"><is><t>Wells</t></is></c><c r="B3" t="str"><f>IF(1=1,"Public","")</f><v>Public</v></c></row>
        <row r="4"><c r="B4"><f>IF(A4="","","Public")</f><v/></c></row>"#;
    let data = format!("{}{due}", texts(1, &["Title", "Sharing", "Description"]));
    let table = read(&workbook(&[SheetParts("Data", false, &data)], &[]));
    assert_eq!(table.rows.len(), 2, "a row of formulas alone is none");
    assert!(codes(&table).contains(&"formula-without-value"), "{:?}", table.problems);
    let read = |row: usize| {
        let draft = read_row(&table.rows[row], &InventoryMapping::default()).unwrap().draft;
        let now = "2026-10-01T00:00:00Z".parse().unwrap();
        normalise("s", draft, Vocabularies::bundled(), now)
    };
    let (safe_houses, wells) = (read(0), read(1));
    assert_eq!(
        (safe_houses.stated.sharing, wells.stated.sharing),
        (Some(Sharing::Organisation), Some(Sharing::Public))
    );
    assert!(safe_houses.dataset.description.is_empty() && !safe_houses.dataset.provenance.problems.is_empty());
}

#[test]
fn a_heading_that_stands_alone_in_its_row_closes_the_rows_below_it() {
    let rows = [&["Title", "Country"][..], &["Wells", "Yemen"], &["RESTRICTED DATASETS"], &["Safe houses", "Yemen"]];
    let data: String = (1..).zip(rows).map(|(row, cells)| texts(row, cells)).collect();
    let table = read(&workbook(&[SheetParts("Data", false, &data)], &[]));
    let markings: Vec<usize> = table.rows.iter().map(|row| row.markings.len()).collect();
    assert_eq!((markings, codes(&table)), (vec![0, 1], vec!["marking"]));
}

/// A sheet of headers and rows from row 1 on.
fn sheet(rows: &[&[&str]]) -> String {
    (1..).zip(rows).map(|(number, cells)| texts(number, cells)).collect()
}

const HEADERS: &[&str] = &["Dataset title", "Country", "Sharing"];

#[test]
fn the_sheets_with_the_same_columns_are_one_inventory() {
    let yemen = sheet(&[HEADERS, &["Wells", "Yemen", "Public"], &["Schools", "Yemen", "Public"]]);
    let sudan = sheet(&[&["Sharing", "Titre", "Pays", "Email"], &["Public", "Camps", "Sudan", "desk@example.org"]]);
    let mali = sheet(&[&["Mali"], HEADERS, &["", "Mali", "Public"], &["Markets", "Nowhereland", "Public"]]);
    let bytes = workbook(
        &[
            SheetParts("Cover", false, &sheet(&[&["Inventory of holdings"], &["by country"]])),
            SheetParts("Yemen", false, &yemen),
            SheetParts("Lists", false, &sheet(&[&["Name", "Country"], &["Organisation", "Yemen"]])),
            SheetParts("Sudan", false, &sudan),
            SheetParts("Old", true, &yemen),
            SheetParts("Mali", false, &mali),
        ],
        &[],
    );
    let table = read(&bytes);
    let told: Vec<(Option<&str>, u64)> = table.rows.iter().map(|row| (row.sheet.as_deref(), row.row)).collect();
    assert_eq!(
        told,
        [(Some("Yemen"), 2), (Some("Yemen"), 3), (Some("Sudan"), 2), (Some("Mali"), 3), (Some("Mali"), 4)]
    );
    assert_eq!(codes(&table), ["other-sheets"]);
    assert_eq!(table.problems[0].message, r#"the sheets "Yemen", "Sudan", "Mali" were read; not read: Cover, Lists"#);
    let mapping = InventoryMapping::default();
    let untitled = read_row(&table.rows[3], &mapping).unwrap_err();
    assert_eq!((untitled.position.sheet.as_deref(), untitled.position.row), (Some("Mali"), Some(3)));
    let camps = read_row(&table.rows[2], &mapping).unwrap().draft;
    assert_eq!((camps.title.best("en"), camps.sheet.as_deref(), camps.row), (Some("Camps"), Some("Sudan"), Some(2)));
    assert_eq!(camps.countries, ["Sudan"]);
    // Each sheet has its own columns.
    let mut problem = Problem::warning("unknown-country", "countries", "");
    for (name, letters) in [("Yemen", "B"), ("Sudan", "C")] {
        problem.position.sheet = Some(name.to_owned());
        assert_eq!(table.column_of(&problem).map(|column| column.letters.as_str()), Some(letters));
    }
}

#[test]
fn a_sheet_put_before_the_others_takes_the_id_of_no_row() {
    let year = |titles: &[&str]| {
        let rows: Vec<Vec<&str>> = titles.iter().map(|title| vec![*title, "Yemen", "Public"]).collect();
        sheet(&[&[HEADERS], rows.iter().map(Vec::as_slice).collect::<Vec<_>>().as_slice()].concat())
    };
    let ids = |table: &InventoryTable| -> BTreeMap<(Option<String>, String), String> {
        let key = |row: &InventoryRow| (row.sheet.clone(), row.cells[0].1.clone());
        table.rows.iter().map(|row| (key(row), row.record_id.clone())).collect()
    };
    let (old, new) = (year(&["Wells", "Survey"]), year(&["Camps", "Survey"]));
    let alone = ids(&read(&workbook(&[SheetParts("2025", false, &old)], &[])));
    let both = ids(&read(&workbook(&[SheetParts("2026", false, &new), SheetParts("2025", false, &old)], &[])));
    let of = |sheet: &str, title: &str| both[&(Some(sheet.to_owned()), title.to_owned())].as_str();
    assert_eq!(of("2025", "Wells"), alone[&(None, "Wells".to_owned())]);
    // Whose terms were changed by hand is not to become that of another year.
    assert_ne!(of("2026", "Survey"), alone[&(None, "Survey".to_owned())]);
    assert_ne!(of("2026", "Survey"), of("2025", "Survey"));
    let three = workbook(
        &[
            SheetParts("2027", false, &year(&["Survey"])),
            SheetParts("2026", false, &new),
            SheetParts("2025", false, &old),
        ],
        &[],
    );
    let three = ids(&read(&three));
    assert!(both.iter().all(|(key, id)| three[key] == *id), "{three:?}");
}

#[test]
fn of_rows_with_one_id_in_two_sheets_the_first_keeps_it() {
    let headers: &[&str] = &["ID", "Title", "Country"];
    let (one, two) = (sheet(&[headers, &["a", "Wells", "Yemen"]]), sheet(&[headers, &["a", "Camps", "Sudan"]]));
    let table = read(&workbook(&[SheetParts("Yemen", false, &one), SheetParts("Sudan", false, &two)], &[]));
    assert_eq!(table.rows[0].record_id, "a");
    assert_ne!(table.rows[1].record_id, "a");
    let problem = &table.problems[0];
    assert_eq!((problem.code.as_str(), problem.position.sheet.as_deref()), ("duplicate-identifier", Some("Sudan")));
    assert!(problem.message.starts_with(r#"row 2 of the sheet "Yemen" has the same id"#), "{}", problem.message);
}

#[test]
fn a_sheet_that_cannot_be_read_is_an_error_beside_the_others() {
    let good = sheet(&[HEADERS, &["Wells", "Yemen", "Public"]]);
    let broken = format!("{good}<row r=\"3\"><c r=\"A3\" t=\"s\"><v>99</v></c></wrong>");
    let table = read(&workbook(&[SheetParts("Yemen", false, &good), SheetParts("Sudan", false, &broken)], &[]));
    assert_eq!((table.rows.len(), table.has_titles), (1, true));
    let errors = table.problems.iter().filter(|problem| problem.severity == Severity::Error);
    assert_eq!(errors.map(|problem| problem.code.as_str()).collect::<Vec<_>>(), ["unreadable-workbook"]);
}

#[test]
fn the_address_behind_a_cell_is_read_and_words_without_one_are_told() {
    let rows = sheet(&[&["Title", "Link"], &["Wells", "link"], &["Camps", "Here"]]);
    let formula = r#"<row r="4"><c r="A4" t="inlineStr"><is><t>Schools</t></is></c><c r="B4" t="str"><f>HYPERLINK("https://data.example/schools.csv","link")</f><v>link</v></c></row>"#;
    let behind =
        r#"<hyperlinks><hyperlink ref="B2" r:id="rId1"/><hyperlink ref="A3:XFD1048576" r:id="rId1"/></hyperlinks>"#;
    let relations = br#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink" Target="https://data.example/wells.csv" TargetMode="External"/></Relationships>"#;
    let data = format!("{rows}{formula}|{behind}");
    let bytes = workbook(
        &[SheetParts("Holdings", false, &data)],
        &[("xl/worksheets/_rels/sheet1.xml.rels", relations.to_vec())],
    );
    let table = read(&bytes);
    let read = |row: usize| read_row(&table.rows[row], &InventoryMapping::default()).unwrap();
    let url = |row: usize| read(row).draft.distributions.first().and_then(|one| one.url.clone());
    assert_eq!(url(0).as_deref(), Some("https://data.example/wells.csv"));
    assert_eq!(url(2).as_deref(), Some("https://data.example/schools.csv"));
    assert_eq!(url(1), None);
    assert_eq!(read(1).problems[0].code, "no-address");
    assert!(read(0).problems.is_empty() && read(2).problems.is_empty());
}
