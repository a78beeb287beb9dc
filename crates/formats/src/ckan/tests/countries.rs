use cairn_model::Vocabularies;

use super::read;

#[test]
fn a_comma_inside_the_name_of_a_country_parts_no_countries() {
    for (countries, expected) in [
        ("Congo, Democratic Republic of the", &["COD"][..]),
        ("Sudan, South", &["SSD"]),
        ("Guinea, Equatorial", &["GNQ"]),
        ("Sudan, South Sudan, Yemen", &["SDN", "SSD", "YEM"]),
        ("Mali, Niger; Congo, Democratic Republic of the", &["MLI", "NER", "COD"]),
        ("Yemen,Sudan, South,Mali", &["YEM", "SSD", "MLI"]),
    ] {
        let draft = read(&format!(r#"{{"id": "a", "title": "T", "country": "{countries}"}}"#)).draft;
        let vocabularies = Vocabularies::bundled();
        let codes: Vec<&str> =
            draft.countries.iter().filter_map(|name| Some(vocabularies.country(name)?.alpha3.as_str())).collect();
        assert_eq!((codes.as_slice(), draft.countries.len()), (expected, expected.len()), "{countries}");
    }
}

#[test]
fn a_group_is_a_country_where_its_name_and_its_title_say_the_same_one() {
    let reading = read(
        r#"{"id": "a", "title": "T", "groups": [{"name": "yem", "title": "Yemen"}, {"name": "gis", "title": "Maps"},
            {"name": "and", "title": "Food and water"}, {"name": "mli", "title": "Niger"}, {"name": "ner"}]}"#,
    );
    assert_eq!(reading.draft.countries, ["YEM"]);
    assert_eq!(reading.draft.topics, ["Maps", "Food and water", "Niger", "ner"]);
}
