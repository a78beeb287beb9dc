//! Which rows are holdings, and what they hold.

use super::*;

fn problems_of(table: &InventoryTable) -> Vec<&str> {
    table.problems.iter().map(|problem| problem.code.as_str()).collect()
}

#[test]
fn totals_notes_and_hints_are_no_holdings() {
    let table = table(
        "Intitulé,Organisation,Pays,Période,Nombre de lignes\n\
         texte,texte,ISO3,JJ/MM/AAAA,nombre\n\
         Puits,Exemple Secours,Yémen,2020,40\n\
         Total des puits,Exemple Secours,Yémen,2021,14\n\
         Total,,,,54\n\
         \"Source : enquêtes inventées, 2021\",,,,\n\
         * Estimations,,,,\n",
    );
    assert_eq!(titles(&table), ["Puits", "Total des puits"]);
    assert_eq!(
        codes(&table.problems)
            .iter()
            .map(|(code, row, _)| (*code, *row))
            .filter(|(_, row)| row.is_some())
            .collect::<Vec<_>>(),
        [("row-of-hints", Some(2)), ("row-of-totals", Some(5)), ("note-below", Some(6)), ("note-below", Some(7))]
    );
}

#[test]
fn a_holding_may_be_called_as_totals_and_notes_begin() {
    let table = table(
        "Title,Organisation\nTotal,Example Relief\nSource protection zones,\n\"Notes on wells: Yemen\",Example Relief\nDate,list\n",
    );
    assert_eq!(titles(&table), ["Total", "Source protection zones", "Notes on wells: Yemen", "Date"]);
}

#[test]
fn what_was_written_around_a_table_is_no_holding() {
    for notes in [
        &[
            "Prepared by: Invented Person",
            "Last updated: 12 March 2024",
            "Last updated 2024-03-12",
            "Disclaimer: as is",
            "Legend",
        ][..],
        &[
            "Préparé par : Personne Inventée",
            "Dernière mise à jour : 12/03/2024",
            "Avertissement : sans garantie",
            "Légende",
        ],
        &[
            "Elaborado por: Persona Inventada",
            "Última actualización: 12/03/2024",
            "Descargo de responsabilidad",
            "Leyenda",
        ],
        &["إعداد: شخص مخترع", "آخر تحديث: ٢٠٢٤", "إخلاء المسؤولية", "ملاحظات: لا شيء"],
        &[
            "Total: 45 datasets",
            "Total datasets",
            "TOTAL GÉNÉRAL",
            "Sous-total : 3 jeux",
            "Número de conjuntos de datos: 3",
            "المجموع: ٤٥",
        ],
    ] {
        let rows = format!("\"{}\",,\n", notes.join("\",,\n\""));
        let table = table(&format!("Title,Country,Sharing\nWells,Yemen,Public\n{rows}"));
        assert_eq!(titles(&table), ["Wells"]);
        assert_eq!(table.problems.len(), notes.len(), "{:?}", table.problems);
    }
    let table = table(
        "Title,Country\nWells,Yemen\nSubtotal Yemen,1\nPrepared by:,Invented Person\nSubtotal survey,Yemen\nLegends of the valley,\n",
    );
    assert_eq!(titles(&table), ["Wells", "Subtotal survey", "Legends of the valley"]);
}

#[test]
fn headings_between_the_rows_are_no_holdings_where_nothing_else_stands_alone() {
    let rows = "PROTECTION CLUSTER,,\nCases,Yemen,Closed\nWASH CLUSTER,,\nWells,Yemen,Public\nIDP,Yemen,Public\n";
    let table_of = |more: &str| table(&format!("Title,Country,Sharing\n{rows}{more}"));
    let read = table_of("Source: invented,,\n");
    assert_eq!(titles(&read), ["Cases", "Wells", "IDP"]);
    assert_eq!(problems_of(&read), ["row-of-heading", "row-of-heading", "note-below"]);
    // A list in which holdings stand alone in their rows, too.
    assert_eq!(titles(&table_of("Camps,,\n")).len(), 6);
    assert_eq!(titles(&table("Title,Country,Sharing\nWASH CLUSTER,,\nWells,Yemen,Public\n")).len(), 2);
    assert_eq!(titles(&table("Title,Country\nDTM,\nWells,Yemen\nACLED,\n")).len(), 3);
}

#[test]
fn headers_in_two_rows_are_read_together() {
    let table = table(
        "Dataset title,Organisation,Country,Period covered,,Sensitivity,Focal point,\n\
         ,,,From,To,,Name,Email\n\
         Wells,Example Relief,Yemen,2019-01-01,2021-12-31,High,Data desk,desk@example.org\n",
    );
    let draft = &drafts(&table, &InventoryMapping::default())[0];
    assert_eq!(draft.title, LocalizedText::undetermined("Wells"));
    assert_eq!(
        (draft.coverage_start.as_deref(), draft.coverage_end.as_deref()),
        (Some("2019-01-01"), Some("2021-12-31"))
    );
    assert_eq!(draft.terms.sensitivity.as_deref(), Some("High"));
    let contact = &draft.contacts[0];
    assert_eq!((contact.name.as_deref(), contact.email.as_deref()), (Some("Data desk"), Some("desk@example.org")));
}

#[test]
fn the_name_below_whom_to_ask_is_of_whom_to_ask() {
    for (head, below) in [("Focal point", "Name"), ("Point focal", "Nom"), ("Punto focal", "Nombre")] {
        let table = table(&format!("Title,Period,,{head},\n,From,To,{below},Email\nWells,2019,2021,Data desk,\n"));
        let draft = &drafts(&table, &InventoryMapping::default())[0];
        assert_eq!(draft.title, LocalizedText::undetermined("Wells"), "{head}");
        assert_eq!(draft.contacts[0].name.as_deref(), Some("Data desk"), "{head}");
    }
}

#[test]
fn a_row_below_the_headers_is_a_holding_or_left_out_and_no_header() {
    let table =
        table("Title,Organisation,,Sharing\nRestricted,Example Relief,shared,public\n,from,to,public\nWells,,,\n");
    assert_eq!(table.rows.iter().map(|row| row.row).collect::<Vec<_>>(), [2, 3, 4]);
}

#[test]
fn columns_without_a_header_are_told() {
    let table = table("Title,,Organisation,\nWells,1,Example Relief,Confidentiel\n");
    let told = table.problems.iter().find(|problem| problem.code == "nameless-columns").unwrap();
    assert!(told.message.ends_with(": B, D"), "{}", told.message);
}

#[test]
fn what_says_nothing_is_nobody_and_nowhere() {
    for word in ["–", "néant", "Sans objet", "inconnu", "TBD", "Unknown", "no aplica", "لا يوجد"] {
        let table = table(&format!(
            "Title,Organisation,Owner,Country,Licence,Sensitivity\nWells,Example Relief,{word},{word},{word},Low\n"
        ));
        let draft = &drafts(&table, &InventoryMapping::default())[0];
        let owner = draft.owner.as_ref().or(draft.publisher.as_ref()).unwrap();
        assert_eq!(owner.name, "Example Relief", "{word}");
        assert_eq!((draft.countries.len(), &draft.licence_title), (0, &None), "{word}");
    }
    // What is said of terms counts, whatever it is.
    let table = table("Title,Sensitivity,Sharing\nWells,unknown,sans objet\n");
    let terms = &drafts(&table, &InventoryMapping::default())[0].terms;
    assert_eq!((terms.sensitivity.as_deref(), terms.sharing.as_deref()), (Some("unknown"), Some("sans objet")));
}

#[test]
fn what_stands_above_is_taken_from_there_except_for_terms_and_titles() {
    let table = table(
        "Title,Organisation,Country,Sharing\nWells,Example Relief,Yemen,public\nPumps,idem,〃,idem\nClinics,Idem,\"\"\"\",public\nidem,idem,idem,public\n",
    );
    let rows: Vec<_> = table.rows.iter().map(|row| read_row(row, &InventoryMapping::default())).collect();
    for row in &rows[..3] {
        let draft = &row.as_ref().unwrap().draft;
        assert_eq!(draft.publisher.as_ref().unwrap().name, "Example Relief");
        assert_eq!(draft.countries, ["Yemen"]);
    }
    assert_eq!(rows[1].as_ref().unwrap().draft.terms.sharing.as_deref(), Some("idem"));
    assert_eq!(rows[3].as_ref().unwrap_err().code, "no-title");
    assert!(problems_of(&table).contains(&"as-above"));
}

#[test]
fn na_is_namibia_unless_the_table_has_it_for_what_is_missing() {
    let missing = table("Title,Organisation,Country,Modified\nWells,Example Relief,NA,NA\nNA,Example Relief,AF,2020\n");
    let wells = read_row(&missing.rows[0], &InventoryMapping::default()).unwrap();
    assert_eq!(wells.draft.countries, Vec::<String>::new());
    assert_eq!(read_row(&missing.rows[1], &InventoryMapping::default()).unwrap_err().code, "no-title");
    assert!(problems_of(&missing).contains(&"missing-not-namibia"));
    let namibia = table("Title,Organisation,Country,Modified\nWells,Example Relief,NA,2020\n");
    assert_eq!(drafts(&namibia, &InventoryMapping::default())[0].countries, ["NA"]);
}

#[test]
fn a_list_of_persons_is_none_of_holdings_however_little_it_says_of_them() {
    for list in [
        "Nom;Âge;Village;Type de blessure\nPersonne Inventée;34;Ici;Amputation\n",
        "Nombre;Edad;Municipio;Tipo de lesión\nPersona Inventada;34;Aquí;Amputación\n",
        "الاسم,العمر,القرية\nشخص مخترع,٣٤,هنا\n",
        "Name,Sex,Organisation,Email\nInvented Person,F,Example Relief,desk@example.org\n",
    ] {
        let table = table(list);
        assert_eq!((table.rows.len(), problems_of(&table)), (0, vec!["list-of-persons"]), "{list}");
    }
    let of_data = table("Name,Age,Format\nCasualty trends,2,CSV\n");
    assert_eq!(titles(&of_data), ["Casualty trends"]);
}

#[test]
fn what_sharepoint_looked_up_is_read_by_its_name() {
    let table = table(
        "Title\tCountry\tOwner\tSharing\tSector\n\
         Wells\t4;#Yemen\t12;#UNHCR\t2;#Restricted\t;#WASH;#Health;#\n\
         Camps\t12;#Somalia;#15;#Sudan\t7;#Invented Person,#i:0#.f|membership|person@example.org\tPublic\t\n\
         Notes\tsee;#Yemen\t\t\t\n",
    );
    let drafts = drafts(&table, &InventoryMapping::default());
    assert_eq!(
        (drafts[0].countries.as_slice(), drafts[1].countries.as_slice()),
        (&strings(&["Yemen"])[..], &strings(&["Somalia", "Sudan"])[..])
    );
    let owner = drafts[0].owner.as_ref().unwrap();
    assert_eq!((owner.name.as_str(), drafts[0].terms.sharing.as_deref()), ("UNHCR", Some("Restricted")));
    assert_eq!(drafts[0].clusters, ["WASH", "Health"]);
    let person = &drafts[1].contacts[0];
    assert_eq!(
        (person.name.as_deref(), person.email.as_deref()),
        (Some("Invented Person"), Some("person@example.org"))
    );
    assert_eq!(drafts[1].owner, None);
    assert_eq!(drafts[2].countries, ["see", "#Yemen"]);
}

#[test]
fn a_number_of_a_list_is_no_country() {
    let table = table("Title,Country\nWells,4\nCamps,887\nSchools,12; Sudan\n");
    let read = |row: usize| read_row(&table.rows[row], &InventoryMapping::default()).unwrap();
    assert_eq!(
        (read(0).draft.countries.len(), read(1).draft.countries, read(2).draft.countries),
        (0, strings(&["887"]), strings(&["Sudan"]))
    );
    assert_eq!(codes(&read(0).problems), [("unknown-country", Some(2), Some("Country"))]);
}

#[test]
fn a_table_on_its_side_is_turned() {
    let read = table("Title,Safe houses,Wells\nCountry,Yemen,Sudan\nSharing,Restricted,Public\nNumber of lines,,12\n");
    assert_eq!(titles(&read), ["Safe houses", "Wells"]);
    assert_eq!(problems_of(&read)[0], "turned-table");
    let drafts = drafts(&read, &InventoryMapping::default());
    assert_eq!(
        (drafts[0].countries.as_slice(), drafts[0].terms.sharing.as_deref()),
        (&strings(&["Yemen"])[..], Some("Restricted"))
    );
    assert_eq!((drafts[1].row, drafts[1].terms.sharing.as_deref()), (Some(3), Some("Public")));
    // Holdings may be called as columns are.
    assert_eq!(titles(&table("Title,Country\nRisks,Yemen\nPopulation groups,Sudan\n")), ["Risks", "Population groups"]);
    assert_eq!(titles(&table("Title\nRisks\nCountry\n")), ["Risks", "Country"]);
}
