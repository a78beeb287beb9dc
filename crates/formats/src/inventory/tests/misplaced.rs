//! Levels of terms outside the columns of terms.

use cairn_model::{AccessMethod, Sharing};

use super::*;

/// What a row of a table that says its data is public is closed to, and by which words.
fn closed(text: &str) -> (Option<Sharing>, Vec<String>) {
    let terms = read_row(&table(text).rows[0], &InventoryMapping::default()).unwrap().draft.terms;
    (terms.sharing_at_least, terms.reasons)
}

#[test]
fn a_level_in_a_column_of_something_else_closes_its_row_and_is_told() {
    for (header, cell, level) in [
        ("Remarks", "Confidential", Sharing::Organisation),
        ("Remarks", "Please note the gaps. TLP:AMBER", Sharing::Restricted),
        ("Comments", "Internal use only", Sharing::Organisation),
        ("Observaciones", "No difundir", Sharing::Closed),
        ("Description", "CONFIDENTIAL. Cases by district", Sharing::Organisation),
        ("Description", "Cases by district\nTLP:RED", Sharing::Closed),
        ("Keywords", "protection; confidential; cases", Sharing::Organisation),
        ("Mots-clés", "protection, confidentiel", Sharing::Organisation),
        ("Link", "On request", Sharing::Restricted),
        ("Link", "Confidential", Sharing::Organisation),
        ("Format", "TLP:RED", Sharing::Closed),
        ("الوصف", "سري", Sharing::Organisation),
    ] {
        let text = format!("Title;Sharing level;{header}\nCase counts;public;\"{cell}\"\n");
        let (sharing, reasons) = closed(&text);
        assert_eq!((sharing, reasons.len()), (Some(level), 1), "{header}: {cell}");
        let reading = read_row(&table(&text).rows[0], &InventoryMapping::default()).unwrap();
        let told = reading.problems.iter().find(|problem| problem.code == "marking").unwrap();
        assert_eq!(told.position.column.as_deref(), Some(header), "{cell}");
    }
}

#[test]
fn words_that_only_resemble_a_level_close_nothing() {
    for (header, cell) in [
        ("Remarks", "Access restricted in the north: the survey covers the south"),
        ("Remarks", "Limited access to villages"),
        ("Description", "Internal displacement by month"),
        ("Description", "Confidential reporting lines and how they are used"),
        ("Description", "Restricted movement of goods. Prices of staples"),
        ("Keywords", "internal displacement; public; red; closed"),
        ("Keywords", "partners"),
        ("Link", "https://example.org/confidential"),
        ("Format", "CSV, XLSX"),
        ("Organisation", "Partners"),
    ] {
        let text = format!("Title;Sharing level;{header}\nCase counts;public;\"{cell}\"\n");
        assert_eq!(closed(&text), (None, Vec::new()), "{header}: {cell}");
    }
}

#[test]
fn a_level_at_an_end_of_a_title_or_in_brackets_closes_its_row() {
    for (title, level) in [
        ("Registry of cases (CONFIDENTIAL)", Sharing::Organisation),
        ("Registry of cases [restricted]", Sharing::Restricted),
        ("TLP:AMBER Registry of cases", Sharing::Restricted),
        ("Registry of cases tlp red", Sharing::Closed),
        ("Confidential – Registry of cases", Sharing::Organisation),
        ("INTERNAL - Staff movements", Sharing::Organisation),
        ("Staff movements (internal use only)", Sharing::Organisation),
        ("Registre des cas (confidentiel)", Sharing::Organisation),
        ("سجل الحالات (سري)", Sharing::Organisation),
    ] {
        let (sharing, reasons) = closed(&format!("Title;Sharing level\n{title};public\n"));
        assert_eq!((sharing, reasons.len()), (Some(level), 1), "{title}");
    }
    for title in [
        "Displacement (internal)",
        "Internal - external migration flows",
        "Restricted areas and checkpoints",
        "Confidential reporting: a guide",
        "Red – amber zones",
        "TLP:CLEAR Registry of wells",
        "Hotlines (public)",
    ] {
        assert_eq!(closed(&format!("Title;Sharing level\n{title};public\n")), (None, Vec::new()), "{title}");
    }
}

#[test]
fn a_note_that_says_all_rows_are_closed_closes_them_and_is_no_holding() {
    for note in [
        "Note: all datasets above are confidential and must not be shared.;",
        "The data in this list must not be shared outside the cluster;",
        "Note:;Do not share this list",
        "* This inventory is strictly confidential;",
    ] {
        let below = table(&format!("Title;Sharing level\nWells;public\nRoads;public\n{note}\n"));
        assert_eq!(below.rows.len(), 2, "{note}");
        assert!(below.rows.iter().all(|row| !row.markings.is_empty()), "{note}");
        assert!(below.problems.iter().any(|problem| problem.code == "marking"), "{note}");
        let above = table(&format!("{note}\nTitle;Sharing level\nWells;public\nRoads;public\n"));
        assert!(above.rows.iter().all(|row| !row.markings.is_empty()), "above: {note}");
    }
    let open = table("Title;Sharing level\nWells;public\nNote: confidential datasets are not in this list;\n");
    assert_eq!(open.rows.iter().map(|row| row.markings.len()).collect::<Vec<_>>(), [0]);
}

#[test]
fn what_is_not_listed_or_not_in_full_is_not_for_everyone() {
    for (header, cell, level) in [
        ("Visibility", "Hidden", Some(Sharing::Organisation)),
        ("Visibility", "Internal", Some(Sharing::Organisation)),
        ("Visibilité", "masqué", Some(Sharing::Organisation)),
        ("Can be listed", "no", Some(Sharing::Organisation)),
        ("Listing", "stub", Some(Sharing::Restricted)),
        ("Listing", "full", None),
        ("Visible", "yes", None),
    ] {
        assert_eq!(closed(&format!("Title;{header}\nWells;{cell}\n")).0, level, "{header}: {cell}");
    }
    // A level says who sees the record, and the visibility what the others see, unless it names a level itself.
    for (cell, level) in [("Hidden", None), ("stub", None), ("Internal", Some(Sharing::Organisation))] {
        assert_eq!(closed(&format!("Title;Visibility;Sharing level\nWells;{cell};public\n")).0, level, "{cell}");
    }
}

#[test]
fn columns_of_release_close_by_words_that_do_and_by_a_no() {
    for (header, cell, level) in [
        ("Distribution", "Partners only", Some(Sharing::Organisation)),
        ("Circulation", "Limited distribution", Some(Sharing::Restricted)),
        ("Can we publish?", "No", Some(Sharing::Organisation)),
        ("Release", "Restricted", Some(Sharing::Restricted)),
        ("NDA required", "Yes", Some(Sharing::Organisation)),
        ("Special category data", "x", Some(Sharing::Organisation)),
        ("Can we publish?", "Yes", None),
        ("NDA required", "No", None),
        ("Release", "3.2", None),
        ("Publication", "Annual review 2024", None),
        ("Distribution", "2024-05", None),
        ("Distribution points", "120", None),
    ] {
        let text = format!("Title;{header}\nWells;{cell}\n");
        let terms = read_row(&table(&text).rows[0], &InventoryMapping::default()).unwrap().draft.terms;
        assert_eq!(terms.sharing_at_least, level, "{header}: {cell}");
        assert_eq!(terms.access_at_least, level.map(|_| AccessMethod::OnRequest), "{header}: {cell}");
    }
}

#[test]
fn countries_in_brackets_behind_a_region_are_countries() {
    let read = |cell: &str| {
        read_row(&table(&format!("Title;Country\nWells;{cell}\n")).rows[0], &InventoryMapping::default())
            .unwrap()
            .draft
            .countries
    };
    assert_eq!(read("Sahel (Mali, Niger, Burkina Faso)"), ["Sahel", "Mali", "Niger", "Burkina Faso"]);
    assert_eq!(read("Congo (Kinshasa)"), ["Congo (Kinshasa)"]);
}
