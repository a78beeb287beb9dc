//! Who stands behind a row: no person is taken for an organisation.

use super::*;

/// Publisher, owner, custodian, steward, and the contacts of a row.
fn parties(header: &str, cell: &str) -> ([Option<String>; 4], Vec<Contact>) {
    let table = table(&format!("Title;Organisation;{header}\nWells;Sample Office;{cell}\n"));
    let draft = drafts(&table, &InventoryMapping::default()).remove(0);
    let name = |organisation: Option<DraftOrganisation>| organisation.map(|organisation| organisation.name);
    ([name(draft.publisher), name(draft.owner), name(draft.custodian), name(draft.steward)], draft.contacts)
}

fn contact(name: Option<&str>, email: Option<&str>, phone: Option<&str>, role: &str) -> Contact {
    let [name, email, phone] = [name, email, phone].map(|text| text.map(str::to_owned));
    Contact { name, email, phone, role: some(role), published_openly: false }
}

#[test]
fn a_cell_with_a_mail_address_a_telephone_or_the_name_of_a_person_is_a_contact() {
    let office = || some("Sample Office");
    let none = [office(), office(), None, None];
    let mail = Some("f.ali@ngo.example");
    for (header, cell, name, mail, phone, role) in [
        ("Data owner", "Fatima Ali (f.ali@ngo.example)", Some("Fatima Ali"), mail, None, "owner"),
        ("Kept by", "Fatima Ali, +967 1 234 567", Some("Fatima Ali"), None, Some("+967 1 234 567"), "custodian"),
        ("Data steward", "Ali, Fatima", Some("Ali, Fatima"), None, None, "pointOfContact"),
        ("Maintainer", "f.ali@ngo.example", None, mail, None, "pointOfContact"),
        ("Maintainer", "Fatima Ali", Some("Fatima Ali"), None, None, "pointOfContact"),
        ("Data manager", "Fatima Ali", Some("Fatima Ali"), None, None, "pointOfContact"),
        ("Maintained by", "Fatima Ali", Some("Fatima Ali"), None, None, "pointOfContact"),
        ("Gestionnaire / Data manager", "Fatima Ali", Some("Fatima Ali"), None, None, "pointOfContact"),
        ("مسؤول البيانات", "فاطمة علي", Some("فاطمة علي"), None, None, "pointOfContact"),
    ] {
        assert_eq!(parties(header, cell), (none.clone(), vec![contact(name, mail, phone, role)]), "{header}: {cell}");
    }
    let own = table("Title;Organisation\nWells;Ali, Fatima\n");
    let own = drafts(&own, &InventoryMapping::default()).remove(0);
    assert_eq!((own.publisher, own.owner), (None, None));
    assert_eq!(own.contacts, [contact(Some("Ali, Fatima"), None, None, "publisher")]);
}

#[test]
fn organisations_stay_organisations() {
    let office = || some("Sample Office");
    for cell in ["Sample Ministry", "Bureau of Samples, Yemen", "Ministry of Wells, Marib", "UNHCR, Protection"] {
        assert_eq!(parties("Data owner", cell), ([office(), some(cell), None, None], vec![]), "{cell}");
    }
    assert_eq!(parties("Maintainer", "OCHA"), ([office(), office(), None, some("OCHA")], vec![]));
    let beside = contact(Some("OCHA"), Some("desk@ocha.example"), None, "pointOfContact");
    let stated = parties("Data steward", "OCHA (desk@ocha.example)");
    assert_eq!(stated, ([office(), office(), None, some("OCHA")], vec![beside]));
    // What a mapping names is what it says.
    let named = mapping(&[("steward", "Maintainer")]);
    let row = &read_table("Title;Maintainer\nWells;Sample Archive\n".as_bytes(), "a.csv", &named).rows[0];
    assert_eq!(read_row(row, &named).unwrap().draft.steward.unwrap().name, "Sample Archive");
}

#[test]
fn a_coverage_that_tells_no_time_is_where_the_data_is_of() {
    let covered = |header: &str, cell: &str| {
        let table = table(&format!("Title;{header}\nWells;{cell}\n"));
        let draft = drafts(&table, &InventoryMapping::default()).remove(0);
        let places: Vec<String> = draft.places.into_iter().map(|place| place.text).collect();
        (draft.coverage, draft.countries, places)
    };
    assert_eq!(covered("Coverage", "Idlib, Aleppo"), (None, vec![], strings(&["Idlib", "Aleppo"])));
    assert_eq!(covered("Coverage", "National"), (None, vec![], strings(&["National"])));
    assert_eq!(covered("Coverage", "Yemen"), (None, strings(&["Yemen"]), vec![]));
    for cell in ["2015-2017", "since May 2019", "ongoing", "31/31/2019"] {
        assert_eq!(covered("Coverage", cell), (some(cell), vec![], vec![]), "{cell}");
    }
    assert_eq!(covered("Period", "some day").0, some("some day"));
}

#[test]
fn a_source_that_is_a_way_of_collecting_owns_nothing() {
    let draft = |text: &str| drafts(&table(text), &InventoryMapping::default()).remove(0);
    let read = draft("Title,Country,Source,Sharing\nIDP survey,Yemen,Key informant interviews,Organisation\n");
    assert_eq!((read.publisher, read.owner), (None, None));
    assert_eq!(read.methodology.as_deref(), Some("Key informant interviews"));
    let read = draft("Title,Data source,Methodology\nIDP survey,KoboToolbox,Two rounds\n");
    assert_eq!((read.owner, read.methodology.as_deref()), (None, Some("Two rounds")));
    // What names somebody still does, where nothing better stands beside it.
    let named = |organisation: Option<DraftOrganisation>| organisation.map(|organisation| organisation.name);
    assert_eq!(named(draft("Title,Source\nWells,Example Relief\n").owner).as_deref(), Some("Example Relief"));
    let read = draft("Titre,Source,Organisme\nPuits,Exemple Office,Exemple Secours\n");
    assert_eq!(named(read.owner).as_deref(), Some("Exemple Secours"));
}

#[test]
fn of_several_organisations_in_a_cell_the_first_is_the_owner_and_the_others_are_partners() {
    for (cell, owner, partners) in [
        ("UNHCR; UNICEF", "UNHCR", &["UNICEF"][..]),
        ("Sample Archive | Sample Ministry | UNHCR", "Sample Archive", &["Sample Ministry", "UNHCR"]),
        ("UNHCR/UNICEF", "UNHCR", &["UNICEF"]),
        ("UNHCR, UNICEF, WFP", "UNHCR", &["UNICEF", "WFP"]),
        ("UNHCR, Protection", "UNHCR, Protection", &[]),
        ("Sample Archive; Invented Person", "Sample Archive", &[]),
        ("Ministry of Water, Roads", "Ministry of Water, Roads", &[]),
    ] {
        let table = table(&format!("Title\tData owner\nWells\t{cell}\n"));
        let reading = read_row(&table.rows[0], &InventoryMapping::default()).unwrap();
        assert_eq!(reading.draft.owner.map(|owner| owner.name).as_deref(), Some(owner));
        let found: Vec<&str> = reading.draft.partnerships.iter().map(|one| one.partner.as_str()).collect();
        assert_eq!(found, partners);
        assert_eq!(reading.problems.len(), cell.matches([';', '|', '/']).count().max(partners.len()), "{cell}");
        assert!(reading.draft.contacts.is_empty());
    }
}
