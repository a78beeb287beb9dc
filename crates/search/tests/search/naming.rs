//! What words name: areas by all of their name, and nothing by a part of another name.

use std::collections::BTreeMap;

use cairn_model::{Dataset, DatasetId, LocalizedText};

use crate::samples::{described, field, found, index_of, search, strings, tags, text};

#[test]
fn the_name_of_an_area_is_found_as_a_whole() {
    let mut sudan = described("sudan", "Soudan: le sud", "Puits du sud et du nord");
    sudan.countries = strings(&["SDN"]);
    let mut stated = described("stated", "Puits", "Forages");
    stated.countries = strings(&["SSD"]);
    let named = described("named", "Puits du Soudan du Sud", "");
    let written = described("written", "Levé", "Les puits du Sud-Soudan");
    let (index, _writer) = index_of(&[sudan, stated, named, written]);
    assert_eq!(found(&index, "Sud Soudan"), ["Levé", "Puits", "Puits du Soudan du Sud"]);
    assert_eq!(found(&index, "puits Soudan du Sud"), ["Levé", "Puits", "Puits du Soudan du Sud"]);
    assert_eq!(found(&index, "soudan"), ["Levé", "Puits", "Puits du Soudan du Sud", "Soudan: le sud"]);
    assert_eq!(found(&index, "soudan nord"), ["Soudan: le sud"]);
}

#[test]
fn groups_of_people_and_mines_are_one_in_every_form_and_language() {
    let (index, _writer) = index_of(&[
        described("a", "Enquête auprès des rapatriés", ""),
        described("b", "Returnee survey", ""),
        described("c", "La salud de los niños", ""),
        described("d", "Niñez y educación", ""),
        described("e", "حقل فيه لغم", ""),
        described("f", "Landmines near schools", ""),
        described("g", "Forecast of El Niño", ""),
        described("h", "Levé des réfugiées", ""),
        described("i", "Refugee census", ""),
    ]);
    for query in ["rapatriés", "returnees", "العائدون"] {
        assert_eq!(found(&index, query), ["Enquête auprès des rapatriés", "Returnee survey"], "{query}");
    }
    for query in ["niñez", "children"] {
        assert_eq!(found(&index, query), ["La salud de los niños", "Niñez y educación"], "{query}");
    }
    for query in ["لغم", "ألغام", "landmine"] {
        assert_eq!(found(&index, query), ["Landmines near schools", "حقل فيه لغم"], "{query}");
    }
    for query in ["refugiadas", "لاجئات", "refugee"] {
        assert_eq!(found(&index, query), ["Levé des réfugiées", "Refugee census"], "{query}");
    }
    assert_eq!(found(&index, "El Niño"), ["Forecast of El Niño"]);
}

#[test]
fn a_namesake_of_a_country_is_not_found_by_it_nor_the_country_by_the_namesake() {
    let mut mexico = described("mexico", "Wells of Oaxaca", "A new survey");
    mexico.countries = strings(&["MEX"]);
    let state = described("state", "Wells of New Mexico", "");
    let mut georgia = described("georgia", "Schools", "");
    georgia.countries = strings(&["GEO"]);
    let states = described("states", "Schools of Georgia and Alabama", "");
    let (index, _writer) = index_of(&[mexico, state, georgia, states]);
    assert_eq!(found(&index, "wells new mexico"), ["Wells of New Mexico"]);
    // The words are there, and the concept is not.
    assert_eq!(found(&index, "México"), ["Wells of New Mexico", "Wells of Oaxaca"]);
    assert_eq!(found(&index, "المكسيك"), ["Wells of Oaxaca"]);
    assert_eq!(found(&index, "schools georgia"), ["Schools", "Schools of Georgia and Alabama"]);
    assert_eq!(found(&index, "schools جورجيا"), ["Schools"]);
}

#[test]
fn people_of_a_country_are_found_by_it_and_not_by_its_areas() {
    let (index, _writer) = index_of(&[
        described("a", "Syrian refugees in Jordan", ""),
        described("b", "Map of Syria", ""),
        described("c", "Water needs of Jordan", ""),
    ]);
    assert_eq!(found(&index, "سوريا"), ["Map of Syria", "Syrian refugees in Jordan"]);
    assert_eq!(found(&index, "Idlib"), ["Map of Syria"]);
}

#[test]
fn a_name_of_several_areas_finds_nothing_of_the_countries_around_them() {
    let (index, _writer) = index_of(&[
        described("a", "Food security in Nigeria", ""),
        described("b", "Food security in Niger", ""),
        described("c", "Food security in Palestine", ""),
        described("d", "Food security in Mozambique", ""),
    ]);
    assert_eq!(found(&index, "food security Niger"), ["Food security in Niger"]);
    assert_eq!(found(&index, "food security Gaza"), ["Food security in Palestine"]);
}

#[test]
fn a_group_of_people_that_is_stated_by_code_is_found_by_its_names() {
    let groups =
        |codes: &[&str], name: &str| Dataset { population_groups: strings(codes), ..described(name, name, "") };
    let (index, _writer) = index_of(&[
        groups(&["IDP", "children-under-5"], "Site monitoring round 5"),
        groups(&["all"], "Survey of everyone"),
    ]);
    for query in ["IDP", "déplacés", "desplazados", "نازحون", "monitoring IDPs", "children"] {
        assert_eq!(found(&index, query), ["Site monitoring round 5"], "{query}");
    }
    assert!(found(&index, "-children").contains(&"Survey of everyone".to_owned()));
    assert_eq!(found(&index, "survey -IDP"), ["Survey of everyone"]);
}

#[test]
fn words_in_another_script_than_their_text_are_found_in_every_form() {
    let mut school = described("a", "Survey of the north", "");
    school.keywords = tags(&["المدارس"]);
    let mut clinic = described("b", "", "");
    clinic.title = LocalizedText::new("ar", "مسح العيادات");
    clinic.keywords = BTreeMap::from([("ar".to_owned(), strings(&["clinics"]))]);
    clinic.fields = vec![field("hospitals", None)];
    let (index, _writer) = index_of(&[school, clinic]);
    let ids = |query: &str| search(&index, &text(query)).hits.into_iter().map(|hit| hit.card.id).collect::<Vec<_>>();
    assert_eq!(ids("مدارس"), [DatasetId::new("test", "a")]);
    for query in ["clinic", "hospital", "العيادات"] {
        assert_eq!(ids(query), [DatasetId::new("test", "b")], "{query}");
    }
}

#[test]
fn letters_that_are_written_for_an_apostrophe_make_no_other_word() {
    let (index, _writer) = index_of(&[described("a", "Охорона здоровʼя", ""), described("b", "Wells of Hawaiʻi", "")]);
    for query in ["здоров'я", "здоров’я", "здоровʼя"] {
        assert_eq!(found(&index, query), ["Охорона здоровʼя"], "{query}");
    }
    assert_eq!(found(&index, "hawaii"), ["Wells of Hawaiʻi"]);
}

#[test]
fn a_code_of_a_country_names_it_in_small_letters_unless_it_is_a_word() {
    let (index, _writer) = index_of(&[
        described("iraq", "Wards of Iraq", ""),
        described("holy see", "Rates in the Holy See", ""),
        described("tax", "Rates of VAT", ""),
    ]);
    assert_eq!(found(&index, "irq wards"), ["Wards of Iraq"]);
    assert_eq!(found(&index, "vat rates"), ["Rates of VAT"]);
    assert_eq!(found(&index, "VAT rates"), ["Rates in the Holy See", "Rates of VAT"]);
}
