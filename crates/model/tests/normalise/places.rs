//! Countries and places, by code and by name.

use cairn_model::{Draft, DraftPlace};

use crate::{draft, list, problems, read, some};

#[test]
fn the_world_is_no_country_and_no_problem() {
    for word in ["world", "Global", "Monde", "العالم", "WLD"] {
        let dataset = read(Draft { countries: list(&[word]), ..draft() }).dataset;
        assert_eq!(
            (dataset.countries, dataset.topics, dataset.provenance.problems),
            (vec![], list(&["global"]), vec![]),
            "{word}"
        );
    }
}

#[test]
fn the_world_in_a_field_for_places_is_no_place() {
    for word in ["World", "Global", "WLD"] {
        let place = DraftPlace { text: word.to_owned(), ..DraftPlace::default() };
        let dataset = read(Draft { places: vec![place], ..draft() }).dataset;
        assert_eq!(
            (dataset.places, dataset.topics, dataset.provenance.problems),
            (vec![], list(&["global"]), vec![]),
            "{word}"
        );
    }
}

#[test]
fn places_are_found_by_code_or_name_and_bring_their_country() {
    let dataset = read(Draft {
        places: vec![
            DraftPlace { text: "YE11".to_owned(), country: None, admin_level: None },
            DraftPlace { text: "Atlantis".to_owned(), country: some("Syria"), admin_level: Some(9) },
        ],
        ..draft()
    })
    .dataset;
    let places: Vec<_> = dataset
        .places
        .iter()
        .map(|place| (place.pcode.as_deref(), place.admin_level, place.country.as_deref()))
        .collect();
    assert_eq!(places, [(Some("YE11"), 1, Some("YEM")), (None, 4, Some("SYR"))]);
    assert_eq!(dataset.countries, list(&["SYR", "YEM"]));
    assert_eq!(problems(&dataset), [("unknown-place", "places[1]", Some("Atlantis"))]);
}

#[test]
fn a_place_without_a_country_is_looked_for_in_those_of_the_record() {
    let places = |countries: &[&str], place: &str| {
        let places = vec![DraftPlace { text: place.to_owned(), ..DraftPlace::default() }];
        let dataset = read(Draft { countries: list(countries), places, ..draft() }).dataset;
        let pcodes: Vec<_> = dataset.places.into_iter().map(|place| place.pcode.unwrap_or(place.name)).collect();
        (pcodes.concat(), dataset.countries, dataset.provenance.problems.len())
    };
    assert_eq!(places(&["Colombia"], "Nariño"), ("CO52".to_owned(), list(&["COL"]), 0));
    assert_eq!(places(&["Haïti"], "Ouest"), ("HT01".to_owned(), list(&["HTI"]), 0));
    assert_eq!(places(&["Haïti", "Mali"], "Ouest"), ("HT01".to_owned(), list(&["HTI", "MLI"]), 0));
    assert_eq!(places(&["Haïti", "Cameroun"], "Ouest"), ("Ouest".to_owned(), list(&["CMR", "HTI"]), 1));
    assert_eq!(places(&[], "Ouest"), ("Ouest".to_owned(), vec![], 1));
    assert_eq!(places(&[], "حلب"), ("SY02".to_owned(), list(&["SYR"]), 0), "a name that is unique");
    for name in ["California", "Pasco", "Ofu", "Kara", "Bay", "na"] {
        assert_eq!(places(&[], name), (name.to_owned(), vec![], 1), "a name that others have, too");
    }
    assert_eq!(places(&["Colombia"], "California"), ("CO68132".to_owned(), list(&["COL"]), 0));
    assert_eq!(places(&[], "United States, Puerto Rico"), (String::new(), list(&["PRI", "USA"]), 0));
}

#[test]
fn a_name_is_never_looked_for_outside_the_countries_of_its_record_and_a_p_code_is() {
    let places = |countries: &[&str], texts: &[&str]| {
        let places =
            texts.iter().map(|text| DraftPlace { text: (*text).to_owned(), ..DraftPlace::default() }).collect();
        let dataset = read(Draft { countries: list(countries), places, ..draft() }).dataset;
        let names: Vec<_> = dataset.places.into_iter().map(|place| place.pcode.unwrap_or(place.name)).collect();
        (names, dataset.countries)
    };
    assert_eq!(
        places(&["Haïti"], &["Sud", "Nord-Est", "Centre", "Nord"]).1,
        list(&["HTI"]),
        "names that other countries have too"
    );
    assert_eq!(places(&["Mali"], &["حلب", "Aleppo"]), (list(&["حلب", "Aleppo"]), list(&["MLI"])));
    assert_eq!(places(&["Mali"], &["SY02", "yem15"]), (list(&["SY02", "YE15"]), list(&["MLI", "SYR", "YEM"])));
    let many = [
        "AFG", "BFA", "CAF", "COD", "COL", "ETH", "HTI", "IRQ", "LBN", "MLI", "NGA", "SDN", "SOM", "SSD", "UKR", "YEM",
        "FRA", "DEU", "ITA", "ESP", "PRT",
    ];
    assert_eq!(places(&many, &["Aleppo", "Taiz"]).0, list(&["Aleppo", "YE15"]));
}

#[test]
fn a_placeholder_is_no_country_and_a_list_of_two_is_both() {
    let countries = |cell: &str| read(Draft { countries: list(&[cell]), ..draft() }).dataset.countries;
    assert_eq!(countries("na"), Vec::<String>::new());
    assert_eq!(countries("United States, Puerto Rico"), list(&["PRI", "USA"]));
    assert_eq!(countries("Haiti, Puerto Rico, United States"), list(&["HTI", "PRI", "USA"]));
    assert_eq!(countries("Aruba, Curaçao, Netherlands"), list(&["ABW", "CUW", "NLD"]));
    assert_eq!(countries("Réunion, France"), list(&["FRA", "REU"]));
    assert_eq!(countries("Hong Kong SAR, China"), list(&["HKG"]));
    assert_eq!(countries("Iran, Islamic Republic of"), list(&["IRN"]));
    let extents = list(&["United States, Puerto Rico"]);
    assert_eq!(read(Draft { extents, ..draft() }).dataset.countries, list(&["PRI", "USA"]));
}

#[test]
fn a_code_that_is_a_word_names_a_country_as_a_whole_value_and_not_in_a_sentence() {
    let countries = |cell: &str| read(Draft { countries: list(&[cell]), ..draft() }).dataset.countries;
    for cell in ["Wells and pumps, are, as they stand", "You may, can, and should", "Yields, per, hectare"] {
        assert_eq!(countries(cell), Vec::<String>::new(), "{cell}");
    }
    assert_eq!(countries("per, Wakanda, Chad"), list(&["TCD"]));
    assert_eq!(countries("afg, Wakanda"), list(&["AFG"]));
    for (cell, code) in [("afg", "AFG"), ("per", "PER"), ("AND", "AND"), ("CAN, Wakanda", "CAN")] {
        assert_eq!(countries(cell), list(&[code]), "{cell}");
        let extents = list(&[cell.split(',').next().unwrap_or_default()]);
        assert_eq!(read(Draft { extents, ..draft() }).dataset.countries, list(&[code]), "{cell}");
    }
    assert_eq!(countries("per, can"), list(&["CAN", "PER"]));
}
