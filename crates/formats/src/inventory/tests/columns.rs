//! What columns are called, and what they hold.

use cairn_model::{
    AccessMethod, CostModel, Listing, LocalizedText, PartialDate, Sharing, Upkeep, Vocabularies, normalise,
};

use super::*;

#[test]
fn what_data_costs_who_takes_over_and_until_when_it_is_kept_is_read_in_four_languages() {
    for text in [
        "Title,Cost,Successor,Kept until\nWells,free of charge,Sample Archive,2030-05\n",
        "Titre;Coût;Successeur;Conservé jusqu'au\nWells;Gratuit;Sample Archive;2030-05\n",
        "Título;Costo;Sucesor;Conservado hasta\nWells;gratuito;Sample Archive;2030-05\n",
        "العنوان;التكلفة;الجهة الخلف;يحفظ حتى\nWells;مجاني;Sample Archive;2030-05\n",
    ] {
        let reading = read_row(&table(text).rows[0], &InventoryMapping::default()).unwrap();
        let upkeep = Upkeep {
            cost: Some(CostModel::Free),
            successor: some("Sample Archive"),
            kept_until: PartialDate::from_month(2030, 5),
        };
        assert_eq!((reading.draft.upkeep, reading.problems), (Some(upkeep), Vec::new()), "{text}");
    }
    let odd = read_row(&table("Title,Cost,Kept until\nWells,12 USD,for long\n").rows[0], &InventoryMapping::default())
        .unwrap();
    assert_eq!(odd.draft.upkeep, None);
    let told: Vec<(&str, Option<&str>)> =
        odd.problems.iter().map(|one| (one.code.as_str(), one.position.column.as_deref())).collect();
    assert_eq!(told[0], ("unknown-cost", Some("Cost")));
    assert_eq!(told[1].1, Some("Kept until"));
}

#[test]
fn formats_that_run_together_are_told_apart_where_each_is_known() {
    let formats = |cell: &str| {
        let table = table(&format!("Title;Format\nWells;\"{cell}\"\n"));
        let distributions = read_row(&table.rows[0], &InventoryMapping::default()).unwrap().draft.distributions;
        distributions.into_iter().filter_map(|one| one.format).collect::<Vec<_>>()
    };
    assert_eq!(formats("EXCEL + SHAPEFILE"), ["EXCEL", "SHAPEFILE"]);
    assert_eq!(formats("CSV/XLSX & PDF"), ["CSV", "XLSX", "PDF"]);
    assert_eq!(formats("CSV, PDF"), ["CSV", "PDF"]);
    assert_eq!(formats("text/csv"), ["text/csv"]);
    assert_eq!(formats("paper + maps"), ["paper + maps"]);
}

#[test]
fn that_data_is_not_disaggregated_is_a_statement() {
    let read = |sex: &str, age: &str| {
        let text = format!("Title,Sex disaggregated,Age disaggregated\nWells,{sex},{age}\n");
        let reading = read_row(&table(&text).rows[0], &InventoryMapping::default()).unwrap();
        let now = jiff::Timestamp::UNIX_EPOCH;
        let record = normalise("desk", reading.draft, Vocabularies::bundled(), now).dataset;
        (record.disaggregated_by_sex, record.disaggregated_by_age)
    };
    for (words, stated) in [("yes", Some(true)), ("no", Some(false)), ("", None)] {
        for (others, said) in [("oui", Some(true)), ("non", Some(false)), ("", None)] {
            assert_eq!(read(words, others), (stated, said), "{words} and {others}");
        }
    }
}

#[test]
fn a_column_called_confidentiality_is_the_sensitivity_where_every_word_in_it_is_a_level_of_it() {
    let read = |header: &str, cells: &[&str]| {
        let rows: Vec<String> = cells.iter().enumerate().map(|(row, cell)| format!("Puits {row};{cell}")).collect();
        let table = table(&format!("Titre;{header}\n{}\n", rows.join("\n")));
        let terms = |row| read_row(row, &InventoryMapping::default()).unwrap().draft.terms;
        let terms: Vec<_> = table.rows.iter().map(terms).collect();
        let texts = |one: fn(&StatedText) -> &Option<String>| {
            terms.iter().map(|terms| one(terms).clone().unwrap_or_default()).collect::<Vec<String>>()
        };
        [texts(|terms| &terms.sensitivity), texts(|terms| &terms.classification)]
    };
    let none = |count| vec![String::new(); count];
    for header in ["Confidentialité", "Niveau de confidentialité", "Confidentiality / Confidencialidad", "درجة السرية"]
    {
        let cells = ["faible", "élevé", "n/a", "confidentiel"];
        let told = ["faible", "élevé", "", "confidentiel"].map(str::to_owned).to_vec();
        assert_eq!(read(header, &cells), [told, none(4)], "{header}");
    }
    // Words of both, a word of neither, and another header.
    assert_eq!(read("Confidentialité", &["confidentiel", "publique"])[0], none(2));
    assert_eq!(read("Confidentialité", &["faible", "à voir"])[0], none(2));
    assert_eq!(read("Classification", &["faible", "élevé"])[0], none(2));
    let beside = "Titre;Confidentialité;Sensibilité\nPuits;faible;élevé\n";
    let terms = read_row(&table(beside).rows[0], &InventoryMapping::default()).unwrap().draft.terms;
    assert_eq!((terms.sensitivity, terms.classification), (some("élevé"), some("faible")));
    let named = mapping(&[("classification", "Confidentialité")]);
    let row = &read_table("Titre;Confidentialité\nPuits;faible\n".as_bytes(), "a.csv", &named).rows[0];
    assert_eq!(read_row(row, &named).unwrap().draft.terms.classification, some("faible"));
}

#[test]
fn a_problem_is_found_in_the_column_that_fills_its_field() {
    let table = table(
        "Title,Data owner,Sensitivity,Start date,End date,Email,URL,Audience,ID,Sex disaggregated\nWells,,,,,,,,,\n",
    );
    for (field, letters) in [
        ("title", "A"),
        ("title.en", "A"),
        ("terms.sensitivity", "C"),
        ("coverage.start", "D"),
        ("contacts[0].email", "F"),
        ("distributions[2].url", "G"),
        ("terms.audience_groups", "H"),
        ("id", "I"),
    ] {
        let column = table.column_of(&Problem::error("any", field, ""));
        assert_eq!(column.map(|column| column.letters.as_str()), Some(letters), "{field}");
    }
    for field in ["terms", "countries", "", "titles", "contacts[0]"] {
        assert_eq!(table.column_of(&Problem::error("any", field, "")), None, "{field}");
    }
}

/// Sharing and access at least, the day of review and the reasons of a row with one more column.
fn closed_by(header: &str, cell: &str) -> (Option<Sharing>, Option<AccessMethod>, Option<String>, Vec<String>) {
    let reading = read_row(&table(&format!("Title;{header}\nWells;{cell}\n")).rows[0], &InventoryMapping::default());
    let terms = reading.unwrap().draft.terms;
    assert_eq!(terms.sharing, None, "{header}: {cell} opens nothing");
    (terms.sharing_at_least, terms.access_at_least, terms.review_by, terms.reasons)
}

#[test]
fn a_column_of_availability_closes_by_the_words_that_close_everywhere_else() {
    let none = (None, None, None, Vec::new());
    for (header, cell) in [
        ("Availability", "On request"),
        ("Data availability", "Available upon request"),
        ("Disponibilité", "sur demande"),
        ("Disponibilidad", "disponible a solicitud"),
        ("الإتاحة", "عند الطلب"),
    ] {
        assert_eq!(closed_by(header, cell).0, None, "{header}: how data is had does not say for whom it is");
        assert_eq!(closed_by(header, cell).1, Some(AccessMethod::OnRequest), "{header}: {cell}");
    }
    for (header, cell, level) in [
        ("Availability", "Restricted", Sharing::Restricted),
        ("Availability", "Not publicly available", Sharing::Organisation),
        ("Disponibilité", "Usage interne uniquement", Sharing::Organisation),
        ("Disponibilidad", "no difundir", Sharing::Closed),
        ("توفر البيانات", "مقيد", Sharing::Restricted),
    ] {
        assert_eq!(closed_by(header, cell).0, Some(level), "{header}: {cell}");
    }
    assert_eq!(closed_by("Available", "no").1, Some(AccessMethod::None));
    for cell in ["yes", "Online", "Public", "No restrictions", "2015-2020"] {
        assert_eq!(closed_by("Availability", cell), none, "{cell}");
    }
}

#[test]
fn an_embargo_closes_until_somebody_looks_at_it_again() {
    let closed = |review: Option<&str>, reasons: &[&str]| {
        let reasons = reasons.iter().map(|reason| (*reason).to_owned()).collect();
        (Some(Sharing::Restricted), Some(AccessMethod::OnRequest), review.map(str::to_owned), reasons)
    };
    for (header, cell, review) in [
        ("Embargo until", "2030-05", Some("2030-05")),
        ("Embargo", "until 2030-05-01", Some("2030-05-01")),
        ("Embargo jusqu'au", "31/12/2030", Some("31/12/2030")),
        ("Embargo hasta", "2030", Some("2030")),
        ("تاريخ انتهاء الحظر", "2030-05", Some("2030-05")),
        // One that is over stays closed: what opens a record is a person's act.
        ("Embargo until", "2001-05", Some("2001-05")),
        ("Embargo", "until the report is out", None),
    ] {
        let reason = format!("{header}: {cell}");
        assert_eq!(closed_by(header, cell), closed(review, &[&reason]), "{header}: {cell}");
    }
    assert_eq!(closed_by("Sous embargo", "oui"), closed(None, &[]));
    for cell in ["no", "None", "n/a", "لا"] {
        assert_eq!(closed_by("Embargo", cell), (None, None, None, Vec::new()), "{cell}");
    }
}

#[test]
fn a_formula_that_failed_closes_where_terms_were_due_and_is_told_elsewhere() {
    for (header, cell) in [
        ("Sharing level", "#REF!"),
        ("Sharing level", "#N/A"),
        ("TLP", "#NAME?"),
        ("Confidential", "#VALUE!"),
        ("Sensitivity", "#N/A"),
    ] {
        let table = table(&format!("Title,{header}\nWells,{cell}\n"));
        let terms = drafts(&table, &InventoryMapping::default()).remove(0).terms;
        let stated = [terms.sharing, terms.classification, terms.sensitivity];
        assert!(stated.iter().any(Option::is_some) || terms.sharing_at_least.is_some(), "{header}: {cell}");
    }
    let table = table("Title,Last update,Description\nWells,#REF!,#N/A\n");
    let reading = read_row(&table.rows[0], &InventoryMapping::default()).unwrap();
    assert_eq!((reading.draft.modified, reading.draft.description), (None, LocalizedText::default()));
    assert_eq!(codes(&reading.problems), [("formula-error", Some(2), Some("Last update"))]);
}

#[test]
fn a_row_that_ends_before_the_terms_is_told_and_headers_that_come_again_are_no_record() {
    let table =
        table("Title,Country,Sharing\nWells,Chad,public\nCamps,Chad\nTITLE,Country,Sharing\nRoads,Chad,closed\n");
    assert_eq!(titles(&table), ["Wells", "Camps", "Roads"]);
    let told = [("ragged-row", Some(3), Some("Sharing")), ("repeated-header", Some(4), None)];
    assert_eq!(codes(&table.problems), told);
}

#[test]
fn an_audience_that_is_a_group_or_a_level_closes_and_one_of_readers_does_not() {
    let closed = |text: &str| {
        let table = table(&format!("Title;Audience\nWells;{text}\n"));
        drafts(&table, &InventoryMapping::default()).remove(0).terms.sharing_at_least
    };
    assert_eq!(closed("Protection Cluster"), Some(Sharing::Restricted));
    assert_eq!(closed("Restricted to members of the cluster"), Some(Sharing::Restricted));
    assert_eq!(closed("Only Protection Cluster"), Some(Sharing::Restricted));
    assert_eq!(closed("Les acteurs de la protection uniquement"), Some(Sharing::Restricted));
    assert_eq!(closed("Internal"), Some(Sharing::Organisation));
    assert_eq!(closed("Decision makers"), None);
}

#[test]
fn what_is_called_confidential_for_a_sharing_level_is_classified_so() {
    for word in ["Confidentiel", "Confidential", "Confidencial", "سري"] {
        let table = table(&format!("Title,Sharing\nWells,{word}\n"));
        let terms = drafts(&table, &InventoryMapping::default()).remove(0).terms;
        assert_eq!(terms.classification.as_deref(), Some(word));
    }
    let table = table("Title,Sharing\nWells,Restricted\n");
    assert_eq!(drafts(&table, &InventoryMapping::default())[0].terms.classification, None);
}

#[test]
fn slashes_separate_what_is_known_on_either_side() {
    let table = table("Title;Country\nWells;Siria/Líbano\nCamps;Yemen / Somewhere\n");
    let drafts = drafts(&table, &InventoryMapping::default());
    assert_eq!(drafts[0].countries, ["Siria", "Líbano"]);
    assert_eq!(drafts[1].countries, ["Yemen / Somewhere"]);
}

#[test]
fn a_day_of_publication_under_published_closes_nothing() {
    let table = table("Title;Sharing;Published\nWells;Public;2024-05-01\nCamps;Public;after clearance\n");
    let drafts = drafts(&table, &InventoryMapping::default());
    let closed: Vec<_> = drafts.iter().map(|draft| draft.terms.sharing_at_least).collect();
    assert_eq!(closed, [None, Some(Sharing::Restricted)]);
}

#[test]
fn a_title_and_a_description_are_read_in_every_language_that_has_a_column() {
    let read = |text: &str| {
        let table = table(text);
        let draft = read_row(&table.rows[0], &InventoryMapping::default()).unwrap().draft;
        let texts =
            |text: LocalizedText| text.0.into_iter().map(|(tag, text)| format!("{tag}:{text}")).collect::<Vec<_>>();
        (texts(draft.title), texts(draft.description), table.problems)
    };
    let (title, description, problems) =
        read("Title (EN),Titre (FR),Description_en,description_ar\nWells,Puits,All of them,الكل\n");
    assert_eq!((title, description), (strings(&["en:Wells", "fr:Puits"]), strings(&["ar:الكل", "en:All of them"])));
    assert_eq!(problems, []);
    assert_eq!(read("Title,Titre\nWells,Puits\n").0, ["en:Wells", "fr:Puits"]);
    assert_eq!(read("Title (EN),Titre (FR)\n,Puits\n").0, ["fr:Puits"]);
    assert_eq!(read("العنوان (العربية),العنوان (الإنجليزيه)\nآبار,Wells\n").0, ["ar:آبار", "en:Wells"]);
    assert_eq!(read("Title\nWells\n").0, ["und:Wells"]);
    let (title, description, problems) = read("Dataset title,Name,Description,Summary\nWells,W-1,All,Some\n");
    assert_eq!((title, description), (strings(&["und:Wells"]), strings(&["und:All"])));
    assert_eq!(codes(&problems), [("columns-passed-over", None, None)]);
    assert!(problems[0].message.ends_with("Name, Summary"), "{}", problems[0].message);
}

#[test]
fn none_under_a_heading_of_terms_is_a_statement() {
    let closed = |header: &str, cell: &str| {
        let table = table(&format!("Title;{header}\nWells;{cell}\n"));
        let draft = drafts(&table, &InventoryMapping::default()).remove(0);
        let now = jiff::Timestamp::UNIX_EPOCH;
        let stated = normalise("desk", draft, Vocabularies::bundled(), now).stated;
        assert_eq!((stated.audience_organisations, stated.audience_groups), (vec![], vec![]), "{header}: {cell}");
        (stated.sharing, stated.access_method, stated.listing, stated.sensitivity)
    };
    let organisation = Some(Sharing::Organisation);
    for none in ["None", "none", "Aucun", "Ninguno"] {
        assert_eq!(closed("Sharing", none), (organisation, None, None, None), "{none}");
        assert_eq!(closed("Shared with", none), (organisation, None, None, None), "{none}");
        assert_eq!(closed("Can be shared with", none), (organisation, None, None, None), "{none}");
        assert_eq!(closed("Can be shared", none), (organisation, Some(AccessMethod::OnRequest), None, None), "{none}");
        assert_eq!(closed("Availability", none), (None, Some(AccessMethod::None), None, None), "{none}");
        let public = closed("Publicly available", none);
        assert_eq!(public, (Some(Sharing::Restricted), Some(AccessMethod::OnRequest), None, None), "{none}");
    }
    for none in ["None", "Aucune", "Ninguno"] {
        assert_eq!(closed("Visibility", none), (organisation, None, Some(Listing::Hidden), None), "{none}");
    }
    for none in ["None", "Aucune", "Ninguna"] {
        assert_eq!(closed("Sensitivity", none), (None, None, None, Some(Sensitivity::Low)), "{none}");
    }
    for header in ["Classification", "Confidential", "Embargo", "Description", "Restrictions"] {
        assert_eq!(closed(header, "None"), (None, None, None, None), "{header} says that there is none");
    }
    // Beside a class, none is no level of sensitivity.
    let table = table("Title,Confidentiality\nWells,None\nCamps,Confidential\n");
    let terms = drafts(&table, &InventoryMapping::default()).into_iter().map(|draft| draft.terms);
    let stated: Vec<_> = terms.map(|terms| (terms.sensitivity, terms.classification)).collect();
    assert_eq!(stated, [(None, None), (None, some("Confidential"))]);
}

#[test]
fn under_a_heading_of_years_two_years_in_a_row_are_no_month() {
    for (heading, cell, covered) in [
        ("Year(s)", "2008-09", "2008/2009"),
        ("Years", "2007/08", "2007/2008"),
        ("Année", "2010-11", "2010/2011"),
        ("السنة", "2011-12", "2011/2012"),
        ("Year", "2018-07", "2018-07"),
        ("Period", "2008-09", "2008-09"),
    ] {
        let reading =
            read_row(&table(&format!("Title,{heading}\nWells,{cell}\n")).rows[0], &InventoryMapping::default());
        assert_eq!(reading.unwrap().draft.coverage.as_deref(), Some(covered), "{heading} {cell}");
    }
}

#[test]
fn values_that_are_headers_elsewhere_make_no_row_the_header() {
    let read = table("Dataset,Agency responsible,Level of access,Status of data\nIDP list,IOM,Restricted,Shared\n");
    let draft = read_row(&read.rows[0], &InventoryMapping::default()).unwrap().draft;
    assert_eq!(draft.title.best("en"), Some("IDP list"));
}

#[test]
fn an_address_in_a_column_of_organisations_is_where_the_data_is_and_no_name() {
    let read = table("Titulo,Fuente\nCaminos,http://datos.example/caminos\n");
    let draft = read_row(&read.rows[0], &InventoryMapping::default()).unwrap().draft;
    assert_eq!(draft.publisher, None);
    assert_eq!(draft.landing_page.as_deref(), Some("http://datos.example/caminos"));
}

#[test]
fn addresses_that_stand_in_one_cell_are_files_of_their_own() {
    let links = |cell: &str| {
        let table = table(&format!("Title,URL\nWells,\"{cell}\"\n"));
        let draft = drafts(&table, &InventoryMapping::default()).remove(0);
        draft.distributions.into_iter().map(|file| file.url.unwrap()).collect::<Vec<_>>()
    };
    let two = ["https://example.org/a.csv", "http://example.org/b.csv"];
    for between in [" ", ", ", ",", "\n", "; "] {
        assert_eq!(links(&two.join(between)), two, "{between:?}");
    }
    let one = "https://example.org/go?to=https://example.org/a,b.csv";
    assert_eq!(links(one), [one]);
    assert_eq!(links("see https://example.org/a.csv"), ["see https://example.org/a.csv"]);
}

#[test]
fn the_moments_when_a_form_was_filled_in_are_no_coverage() {
    let coverage = |text: &str| {
        let draft = drafts(&table(text), &InventoryMapping::default()).remove(0);
        (draft.coverage, draft.coverage_start, draft.coverage_end)
    };
    let covered = |text: &str| (Some(text.to_owned()), None, None);
    let moments = "2026-03-01T08:00:00.000+03:00,2026-03-01T08:20:00.000+03:00";
    assert_eq!(
        coverage(&format!("start,end,Dataset title,Country,Temporal coverage\n{moments},IDP survey,Yemen,2015-2019\n")),
        covered("2015-2019")
    );
    assert_eq!(
        coverage("start,end,Dataset title,Country,Period\n2026-03-01,2026-03-01,IDP survey,Yemen,2015-2019\n"),
        covered("2015-2019")
    );
    assert_eq!(coverage(&format!("start,end,Dataset title\n{moments},IDP survey\n")), (None, None, None));
    // What is a period stays one.
    let period = (None, Some("2015-01-01T00:00:00Z".to_owned()), Some("2019-12-31T00:00:00Z".to_owned()));
    assert_eq!(coverage("start,end,Title\n2015-01-01T00:00:00Z,2019-12-31T00:00:00Z,IDP survey\n"), period);
    let years = (Some("2020".to_owned()), Some("2015".to_owned()), Some("2019".to_owned()));
    assert_eq!(coverage("Start,End,Title,Date\n2015,2019,IDP survey,2020\n"), years);
}
