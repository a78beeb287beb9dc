//! Inventories whose terms are written as people write them: what is unclear closes its row and is told, whatever the terms of
//! the source are.

use cairn_formats::inventory::{InventoryMapping, InventoryTable, read_row, read_table};
use cairn_model::{AccessMethod, Classification, Problem, Sensitivity, Sharing, StatedTerms, Vocabularies, normalise};

fn table(text: &str) -> InventoryTable {
    read_table(text.as_bytes(), "i.csv", &InventoryMapping::default())
}

/// The terms that each row states, and what is told of it.
fn rows(table: &InventoryTable) -> Vec<(StatedTerms, Vec<Problem>)> {
    let stated = |row| {
        let reading = read_row(row, &InventoryMapping::default()).unwrap();
        let mut problems = reading.problems;
        let read = normalise("s", reading.draft, Vocabularies::bundled(), "2026-10-01T00:00:00Z".parse().unwrap());
        problems.extend(read.dataset.provenance.problems);
        (read.stated, problems)
    };
    table.rows.iter().map(stated).collect()
}

/// The terms of the one row of a table with one more column, and the codes of what is told of it.
fn row(header: &str, cell: &str) -> (StatedTerms, Vec<String>) {
    let text = format!("Title,Country,\"{header}\"\nWells,Yemen,\"{cell}\"\n");
    let (terms, problems) = rows(&table(&text)).remove(0);
    (terms, problems.into_iter().map(|problem| problem.code).collect())
}

#[test]
fn a_header_that_lists_what_its_cells_may_hold_is_what_stands_before_the_list() {
    for (header, cell, level) in [
        ("Shared with (internal/partners/public)", "internal", Sharing::Organisation),
        ("Can be shared with (staff/partners/everyone)", "staff", Sharing::Organisation),
        ("Sharing level\ninternal / partners / public", "internal", Sharing::Organisation),
        ("Sharing level (Internal/Cluster/Public)", "Internal", Sharing::Organisation),
        ("Sharing (Public / Restricted / Closed)", "Closed", Sharing::Closed),
        ("Access level (public/restricted/private)", "private", Sharing::Organisation),
    ] {
        assert_eq!(row(header, cell).0.sharing, Some(level), "{header}: {cell}");
    }
    let (terms, told) = row("Sharing (Public / Restricted / Closed)", "Public");
    assert_eq!((terms.sharing, told), (Some(Sharing::Public), Vec::new()));
    let (terms, _) = row("Sensitivity (Public/Internal/Confidential)", "Severe");
    assert_eq!(terms.sensitivity, Some(Sensitivity::Severe));
    let (terms, _) = row("Classification (Public/Internal/Confidential)", "Strictly confidential");
    assert_eq!(terms.classification, Some(Classification::StrictlyConfidential));
}

#[test]
fn a_level_that_closes_does_so_under_a_header_that_nobody_knows() {
    for (header, cell) in [("Level", "Internal"), ("Partge", "Interne"), ("SL", "TLP:RED"), ("Status", "Do not share")]
    {
        let (terms, told) = row(header, cell);
        assert!(terms.sharing >= Some(Sharing::Organisation), "{header}: {cell}: {terms:?}");
        assert_eq!(told, ["unread-terms"], "{header}: {cell}");
    }
    for cell in ["Public", "Closed", "Private", "International"] {
        assert_eq!(row("Status", cell).0.sharing, None, "{cell}");
    }
}

#[test]
fn a_mapped_column_of_terms_that_is_not_there_closes_every_row() {
    let read = |named: &str, header: &str| {
        let mapping = InventoryMapping {
            columns: [("sharing".to_owned(), named.to_owned())].into(),
            ..InventoryMapping::default()
        };
        let text = format!("Title,Country,{header}\nSurvivor list,Yemen,Public\n");
        let table = read_table(text.as_bytes(), "i.csv", &mapping);
        let reading = read_row(&table.rows[0], &mapping).unwrap();
        let now = "2026-10-01T00:00:00Z".parse().unwrap();
        let stated = normalise("s", reading.draft, Vocabularies::bundled(), now).stated;
        (stated.sharing, table.problems.iter().any(|problem| problem.code == "missing-column"))
    };
    // A word that could be the letters of a column, and letters beyond the table.
    for (named, header) in [("Sharing levl", "Sharing level"), ("TLP", "TLP marking"), ("D", "Sharing level")] {
        assert_eq!(read(named, header), (Some(Sharing::Organisation), true), "{named}");
    }
    for (named, header) in [("Sharing level", "Sharing level"), ("C", "Whatever")] {
        assert_eq!(read(named, header), (Some(Sharing::Public), false), "{named}");
    }
}

#[test]
fn of_several_meanings_of_a_header_that_of_terms_holds() {
    for (header, cell) in [
        ("Format / access", "Internal use only"),
        ("Owner / access", "Internal use only"),
        ("Location / access", "Restricted"),
        ("Comments / restrictions", "Do not share outside the protection cluster"),
    ] {
        assert!(row(header, cell).0.sharing >= Some(Sharing::Restricted), "{header}: {cell}");
    }
}

#[test]
fn a_matrix_with_a_column_for_each_level_states_the_closest_that_has_a_yes() {
    let text = "Title,Country,Public,Partners,Cluster,Internal,Closed\nWells,Yemen,x,,,,\nCases,Yemen,,x,,,\nCamps,Yemen,x,,x,,\n\
                Safe houses,Yemen,,,,x,\nVictims,Yemen,,,,,1\n";
    let levels: Vec<Option<Sharing>> = rows(&table(text)).iter().map(|(terms, _)| terms.sharing).collect();
    let [public, partners, cluster, internal, closed] =
        [Sharing::Public, Sharing::Community, Sharing::Restricted, Sharing::Restricted, Sharing::Organisation]
            .map(Some);
    assert_eq!(levels, [public, partners, cluster, internal, closed]);
    let reading = read_row(&table(text).rows[1], &InventoryMapping::default()).unwrap();
    assert!(reading.draft.partnerships.is_empty(), "the mark is no partner");
    let text = "Title,Country,Low,Moderate,High,Severe\nWells,Yemen,x,,,\nCases,Yemen,,,x,x\n";
    let levels: Vec<Option<Sensitivity>> = rows(&table(text)).iter().map(|(terms, _)| terms.sensitivity).collect();
    assert_eq!(levels, [Some(Sensitivity::Low), Some(Sensitivity::Severe)]);
}

#[test]
fn a_yes_that_is_doubted_or_denied_by_a_sign_opens_nothing() {
    for header in ["Public", "Can be shared"] {
        for cell in ["yes?", "Yes ?", "oui ?", "sí?", "نعم؟", "☐", "☐ yes", "✗", "✗ yes", "❌"] {
            let (terms, told) = row(header, cell);
            assert!(terms.sharing >= Some(Sharing::Restricted), "{header}: {cell}: {terms:?}");
            assert!(told.iter().any(|code| code == "not-yes-or-no"), "{header}: {cell}: {told:?}");
        }
    }
    for cell in ["☐ Public", "❌ Public", "✗ Public", "≠ Public", "!Public", "Public ✘"] {
        let (terms, told) = row("Sharing", cell);
        assert_eq!((terms.sharing, told.is_empty()), (Some(Sharing::Organisation), false), "{cell}");
    }
    assert!(row("Confidential", "no?").0.sharing >= Some(Sharing::Restricted));
}

#[test]
fn in_a_column_of_ticks_a_cross_is_a_no() {
    for header in ["Public", "Can be shared"] {
        for cross in ["X", "x", "✗", "☐", "❌"] {
            let table = table(&format!("Title,Country,{header}\nWells,Yemen,✓\nSafe houses,Yemen,{cross}\n"));
            let read = rows(&table);
            assert!(read[1].0.sharing >= Some(Sharing::Organisation), "{header}: {cross}: {:?}", read[1].0);
            assert!(read[0].0.sharing <= Some(Sharing::Public), "{header}: {:?}", read[0].0);
            assert!(table.problems.iter().any(|problem| problem.code == "crosses-beside-ticks"));
        }
    }
    // Where nothing else is a yes, it is one.
    assert_eq!(row("Public", "X").0.sharing, Some(Sharing::Public));
}

#[test]
fn a_tick_or_another_sign_is_no_word_for_none() {
    for header in ["Confidential", "Internal only", "Restricted", "PII", "Embargo", "Restrictions"] {
        for sign in ["✓", "✔", "✔\u{fe0f}", "☑", "√", "🔒", "❗", "⛔"] {
            let (terms, _) = row(header, sign);
            assert!(terms.sharing >= Some(Sharing::Restricted), "{header}: {sign}: {terms:?}");
        }
        for nothing in ["-", "–", "—", "...", "/"] {
            assert_eq!(row(header, nothing).0.sharing, None, "{header}: {nothing}");
        }
    }
}

#[test]
fn beside_ticks_in_a_column_that_closes_an_x_opens_nothing() {
    for header in ["Confidential", "Restrictions", "PII"] {
        let table = table(&format!("Title,Country,{header}\nWells,Yemen,✓\nSafe houses,Yemen,x\n"));
        for (terms, _) in rows(&table) {
            assert!(terms.sharing >= Some(Sharing::Restricted), "{header}: {terms:?}");
        }
    }
}

/// What people write who mean some and not everyone.
const FOR_SOME: &[&str] = &[
    "UN only",
    "Cluster only",
    "Government only",
    "partners only",
    "Not outside UN",
    "Réservé aux membres",
    "Uniquement pour l'équipe",
    "Pas de diffusion hors cluster",
    "Solo para el clúster",
    "No divulgar",
    "Uso restrito",
    "مع الشركاء فقط",
    "Обмежений доступ",
    "Для службового користування",
];

#[test]
fn words_that_leave_out_anybody_close_wherever_a_column_tells_who_has_access() {
    for header in ["Restrictions", "Access restrictions", "Access rights", "Availability", "Access"] {
        for words in FOR_SOME {
            let (terms, _) = row(header, words);
            let is_closed =
                terms.sharing >= Some(Sharing::Restricted) && terms.access_method > Some(AccessMethod::Download);
            assert!(is_closed, "{header}: {words}: {terms:?}");
        }
    }
}

#[test]
fn a_restriction_that_nobody_can_read_closes_and_is_told() {
    for words in ["see the note of the ministry", "À voir avec le bureau", "Hablar con Ana", "تحت المراجعة", "unknown"]
    {
        let (terms, told) = row("Restrictions", words);
        assert_eq!(terms.sharing, Some(Sharing::Organisation), "{words}");
        assert!(told.iter().any(|code| code == "unread-access"), "{words}: {told:?}");
    }
    for words in [
        "None",
        "no",
        "n/a",
        "Sans objet",
        "No restrictions",
        "Open access",
        "CC BY 4.0",
        "Please cite the source",
        "Non-commercial use",
    ] {
        let (terms, told) = row("Restrictions", words);
        assert!(terms.sharing <= Some(Sharing::Public) && told.is_empty(), "{words}: {terms:?}, {told:?}");
    }
    let (terms, told) = row("Availability", "as agreed with the ministry");
    assert_eq!((terms.access_method, told), (Some(AccessMethod::OnRequest), vec!["unread-access".to_owned()]));
}

#[test]
fn columns_of_terms_are_known_however_they_are_numbered_and_in_more_languages() {
    for (header, cell) in [
        ("Access rights", "Restricted"),
        ("Restricted to", "Protection cluster"),
        ("Confidential Y/N", "Y"),
        ("Public Y/N", "N"),
        ("Not public", "x"),
        ("Do not share", "x"),
        ("Contains PII", "Yes"),
        ("Consent to share", "No"),
        ("Sharing level¹", "Closed"),
        ("Sharing level 1)", "Closed"),
        ("Partilha", "Restrita"),
        ("Рівень доступу", "Обмежений"),
    ] {
        assert!(row(header, cell).0.sharing >= Some(Sharing::Restricted), "{header}: {cell}");
    }
    for (header, cell) in [("5. Sensitivity", "High"), ("Nível de sensibilidade", "Alta")] {
        assert_eq!(row(header, cell).0.sensitivity, Some(Sensitivity::High), "{header}: {cell}");
    }
}

#[test]
fn a_filled_cell_below_a_header_that_seems_to_state_terms_closes_and_is_told() {
    for (header, cell) in [
        ("Data sharing agreement required", "Yes"),
        ("Clearance for access", "Head of office"),
        ("Sensibilité protection", "oui"),
        ("Autorisation de partage", "à demander"),
        ("Confidentialité (RGPD) du fichier", "ok"),
        ("مستوى سرية الملف", "2"),
        ("Not public", "names of survivors"),
    ] {
        let text = format!("Title,Country,{header}\nWells,Yemen,{cell}\nCamps,Yemen,\n");
        let read = rows(&table(&text));
        let told: Vec<_> = read[0].1.iter().map(|one| (one.code.as_str(), one.position.clone())).collect();
        assert!(read[0].0.sharing >= Some(Sharing::Restricted), "{header}: {:?}", read[0].0);
        assert!(
            !told.is_empty() && told.iter().all(|(_, place)| place.row == Some(2) && place.column.is_some()),
            "{header}: {told:?}"
        );
        assert_eq!(read[1].0.sharing, None, "{header}: a blank cell says nothing");
    }
    for (header, cell) in [
        ("Contains PII", "No"),
        ("Use restrictions", "None"),
        ("Do not share", "no"),
        ("Access for", "Everyone"),
        ("Accession number", "17"),
        ("SharePoint folder", "north"),
        ("Data collector", "Jane"),
    ] {
        assert!(row(header, cell).0.sharing <= Some(Sharing::Public), "{header}: {cell}");
    }
}

#[test]
fn a_list_of_persons_by_their_names_is_no_inventory_whatever_it_says_of_them() {
    for list in [
        "Name,Country,Province,Date of accident,Status,Injury\nInvented Person,Yemen,Taizz,2020-05-04,Injured,Amputation of left leg\n",
        "Nom;Prénom;Pays;Village;Date de l'accident;Engin\nInventée;Personne;Mali;Konna;04/05/2020;Mine AP\n",
        "Nombre,Apellidos,País,Departamento,Tipo de accidente\nPersona,Inventada,Colombia,Antioquia,MAP\n",
        "الاسم,البلد,المحافظة,نوع الإصابة,تاريخ الحادث\nشخص مخترع,اليمن,تعز,بتر الساق,2020-05-04\n",
        "Name,Surname,Country,Location of incident,Device,Outcome\nPerson,Invented,Ukraine,Izium,PFM-1,Lost foot\n",
        "Name,Country,Age group,Injury type,Activity at time\nInvented Person,Mali,Child,Blast,Herding\n",
        "Name,Country,Disability,Prosthesis,Village\nInvented Person,Mali,Amputee,Left leg,Konna\n",
        "Name,Injury,Village,Consent\nInvented Person,Blast,Konna,yes\n",
        "Name,Position,Organisation,Country,Email,Phone\nInvented Person,IM Officer,Example Relief,Yemen,a@example.org,+967 1\n",
        "Name,Organisation,Country,Role,Mobile\nInvented Person,Example Relief,Yemen,Coordinator,+967 1\n",
    ] {
        let table = table(list);
        let codes: Vec<&str> = table.problems.iter().map(|problem| problem.code.as_str()).collect();
        assert_eq!((table.rows.len(), codes), (0, vec!["list-of-persons"]), "{list}");
    }
    for list in [
        "Name,Description,Organisation,Contact person,Position,Email,Phone\nWells,Of a district,Example Relief,Jane,Officer,a@example.org,+967 1\n",
        "Name,Organisation,Email,Phone\nWells,Example Relief,a@example.org,+967 1\n",
        "Name,Country,Disability\nCensus,Mali,yes\n",
        "Name,Country,Disaggregated by disability\nCensus,Mali,Short set\n",
        "Name,Format,Injury\nCasualty trends,CSV,by type\n",
        "Title,Contact first name,Surname,Email\nWells,Jane,Invented,a@example.org\n",
    ] {
        assert_eq!(table(list).rows.len(), 1, "{list}");
    }
}

#[test]
fn a_marking_above_the_headers_closes_all_rows_and_is_told() {
    for (marking, level) in [
        ("TLP:RED - INTERNAL - NOT FOR DISTRIBUTION", Sharing::Closed),
        ("CONFIDENTIAL - internal use only", Sharing::Restricted),
        ("Usage interne uniquement", Sharing::Organisation),
        ("سري", Sharing::Organisation),
    ] {
        let table = table(&format!("{marking},,\nTitle,Country,Format\nSafe houses,Yemen,CSV\nWells,Yemen,CSV\n"));
        assert!(table.problems.iter().any(|one| one.code == "marking" && one.position.row == Some(1)), "{marking}");
        for (terms, _) in rows(&table) {
            assert_eq!(
                (terms.sharing, terms.reasons.as_slice()),
                (Some(level), [marking.to_owned()].as_slice()),
                "{marking}"
            );
        }
    }
    let open = "Data inventory of the office,,\nPublic data,,\nRestricted = for partners,,\nTitle,Country,Format\nWells,Yemen,CSV\n";
    assert_eq!(rows(&table(open))[0].0.sharing, None);
}

#[test]
fn a_heading_among_the_rows_closes_those_below_it_and_is_no_holding() {
    let text =
        "Title,Country\nWells,Yemen\nRESTRICTED DATASETS - internal use only,\nSafe houses,Yemen\nCase files,Yemen\n";
    let table = self::table(text);
    let levels: Vec<Option<Sharing>> = rows(&table).iter().map(|(terms, _)| terms.sharing).collect();
    assert_eq!(levels, [None, Some(Sharing::Restricted), Some(Sharing::Restricted)]);
    assert!(table.problems.iter().any(|one| one.code == "marking" && one.position.row == Some(3)));
    // One below all rows speaks of all.
    let table = self::table("Title,Country\nWells,Yemen\nConfidential - for internal use only,\n");
    assert_eq!((table.rows.len(), rows(&table)[0].0.sharing), (1, Some(Sharing::Restricted)));
    // A holding may be called so.
    let table = self::table("Title,Country\nRestricted areas,\nWells,Yemen\n");
    assert_eq!((table.rows.len(), rows(&table)[1].0.sharing), (2, None));
}

#[test]
fn rows_of_a_group_that_is_written_once_are_as_closed_as_the_row_above() {
    let text = "Organisation,Title,Country,Sharing,Sensitivity\nOrg A,Safe houses,Yemen,Restricted,Severe\n,Case files,Yemen,,\n,Referrals,,Closed,\n\
                Org B,Wells,Sudan,Public,Low\n,Pumps,Sudan,,\n";
    let table = table(text);
    let stated: Vec<_> = rows(&table).iter().map(|(terms, _)| (terms.sharing, terms.sensitivity)).collect();
    let severe = Some(Sensitivity::Severe);
    let expected = [
        (Some(Sharing::Restricted), severe),
        (Some(Sharing::Restricted), severe),
        (Some(Sharing::Closed), severe),
        (Some(Sharing::Public), Some(Sensitivity::Low)),
        (None, None),
    ];
    assert_eq!(stated, expected, "what opens is taken from nowhere");
    let owner = |row| read_row(row, &InventoryMapping::default()).unwrap().draft.owner.unwrap().name;
    assert_eq!(table.rows.iter().map(owner).collect::<Vec<_>>(), ["Org A", "Org A", "Org A", "Org B", "Org B"]);
    assert!(table.problems.iter().any(|problem| problem.code == "group-above"));
}

#[test]
fn a_way_to_have_data_closes_nothing_though_only_is_in_its_name() {
    for (header, cell) in [
        ("Access method", "Aggregates only"),
        ("Access", "Données agrégées uniquement"),
        ("Access", "Solo datos agregados"),
        ("Access", "بيانات مجمعة فقط"),
    ] {
        let (terms, told) = row(header, cell);
        assert_eq!(
            (terms.access_method, terms.sharing, told),
            (Some(AccessMethod::AggregateOnly), None, vec![]),
            "{header}"
        );
    }
}
