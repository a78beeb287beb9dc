//! Exports of IMSMA and lists of persons among inventories.

use super::*;

/// Holds that no row of a table was taken, for a reason that stands in a row.
#[track_caller]
fn is_refused(table: &InventoryTable, code: &str, row: u64) {
    assert_eq!((table.rows.len(), table.has_titles), (0, false), "{table:?}");
    assert_eq!(codes(&table.problems), [(code, Some(row), None)], "{table:?}");
}

#[test]
fn an_export_of_imsma_is_no_inventory_and_no_row_of_it_is_taken() {
    for text in [
        "victim_guid,name,phone,notes\nv1,Invented Person,000,lost a leg\nv2,Second Person,000,\n",
        "Hazard_LocalID;Name;Latitude;Longitude\nHAZ-1;Wells;15.1;44.2\n",
    ] {
        let table = table(text);
        is_refused(&table, "imsma-export", 1);
        assert_eq!(table.problems[0].severity, Severity::Error);
    }
}

#[test]
fn a_table_of_imsma_core_and_one_that_a_shapefile_cut_are_exports_too() {
    for text in [
        "OBJECTID,imsma_id,imsma_links,name,description,governorate\n1,victim_12,,Invented Person,lost a leg,Aleppo\n",
        "FeatureID,Region,Province,Name,areasize,Stauts,IMSMA_ID\n1,North,Balkh,Invented Field,200,open,AF/04/1\n",
        "VICTIM_GUI,Name,Descriptio\nv1,Invented Person,lost a leg\n",
        "accident_l;Name\nA-1;Invented road\n",
        "hazard_loc\tName\nHAZ-1\tWells\n",
    ] {
        is_refused(&table(text), "imsma-export", 1);
    }
}

#[test]
fn an_export_is_known_by_any_of_its_header_rows() {
    let names = "victim_guid,name,vi_gender,vi_birth\n";
    let labels = "Key,Title,Description,Contact name\n";
    let row = "v1,Invented Person,lost a leg,1980\n";
    for (text, mapping, at) in [
        (format!("{names}{labels}{row}"), InventoryMapping::default(), 1),
        (format!("{names}{labels}{row}"), InventoryMapping { header_row: 2, ..InventoryMapping::default() }, 1),
        (format!("{labels}{names}{row}"), InventoryMapping::default(), 2),
        // Columns that a mapping names by letters leave the line above the headers as that of the headers.
        (format!("Exported from the database\n{names}{row}"), mapping(&[("title", "B")]), 2),
    ] {
        let table = read_table(text.as_bytes(), "inventory.csv", &mapping);
        is_refused(&table, "imsma-export", at);
    }
}

#[test]
fn an_inventory_that_lists_exports_of_imsma_is_one() {
    let text = "Title,Keywords,Fields,Location\n\
        Victims in IMSMA,imsma_id,victim_guid,Aleppo\n\
        imsma_links,IMSMA,hazard_localid,Idlib\n\
        Accidents,hazreduc_g,accident_guid,Homs\n";
    let table = table(text);
    assert_eq!(titles(&table), ["Victims in IMSMA", "imsma_links", "Accidents"]);
    assert!(table.problems.is_empty(), "{:?}", table.problems);
    // What stands beside a plain word is that word: none of these is a key that was cut.
    for text in ["Title,Assistance,Organisati\nWells,cash,x\n", "Title,location_id,Community\nWells,1,x\n"] {
        let table = self::table(text);
        assert_eq!(titles(&table), ["Wells"], "{text}");
    }
}

#[test]
fn a_list_of_persons_is_no_inventory_and_nobody_in_it_becomes_a_record() {
    for text in [
        "Victim ID,Name,Father Name,Age,Gender,Remarks\nV1,Invented Person,Invented Father,34,F,lost a leg\n",
        "index,id,name,en_name,dob,sex,age,source\n1,9,شخص,Invented Person,1990-01-01,m,34,u\n",
        "رقم الضحية,الاسم,العمر,الجنس\n1,شخص,34,ذكر\n",
        "Nom,Sexe,Date de naissance\nPersonne Inventée,F,1990-01-01\n",
    ] {
        let table = table(text);
        is_refused(&table, "list-of-persons", 1);
        assert!(!format!("{:?}", table.problems).contains("Invented"), "{:?}", table.problems);
    }
    // By what data is told apart, and not by what somebody has.
    for cells in ["yes,no", "All,0-17", "Disaggregated,Not disaggregated"] {
        let table = self::table(&format!("Name,Description,Gender,Age\nCensus,Of all villages,{cells}\n"));
        assert_eq!(titles(&table), ["Census"], "{cells}");
    }
}

#[test]
fn json_is_no_inventory_however_it_is_broken_into_lines() {
    for text in [
        r#"[{"Title":"Wells","Country":"Yemen"},{"Title":"Camps","Country":"Sudan"}]"#,
        "[\n{\n\"Title\": \"Wells\"\n}\n]\n",
        "\u{feff}{\"Title\":\"Wells\"}\n{\"Title\":\"Camps\"}\n",
    ] {
        let table = table(text);
        assert!(!table.has_titles && table.rows.is_empty(), "{text}");
        assert_eq!(codes(&table.problems), [("json-instead-of-table", None, None)]);
        assert_eq!(table.problems[0].severity, Severity::Error);
    }
}
