//! What people type in other ways than records write it: letters, hyphens, slashes, words that only look empty, addresses.

use cairn_model::{Dataset, LocalizedText};
use cairn_policy::Viewer;
use cairn_search::{Index, Matching, SearchIndex, SearchRequest};

use crate::samples::{dataset, described, index_of, search, strings, tags, text, titles};

/// As pages search: what is found with all the words, as they were probably meant, or with some of them.
fn as_meant(query: &str) -> SearchRequest {
    SearchRequest { matching: Matching::AllElseSome, ..text(query) }
}

/// The titles that a query finds with all of its words, in alphabetical order.
fn with_all(index: &Index, query: &str) -> Vec<String> {
    let page = search(index, &as_meant(query));
    let mut found: Vec<String> = titles(&page).into_iter().map(str::to_owned).collect();
    found.sort();
    if page.relaxed || page.suggestion.is_some() { Vec::new() } else { found }
}

fn in_country(name: &str, title: &str, description: &str, country: &str) -> Dataset {
    Dataset { countries: strings(&[country]), ..described(name, title, description) }
}

#[test]
fn a_record_is_found_by_the_cluster_of_what_it_names_and_by_the_people_in_its_name() {
    let (index, _writer) = index_of(&[
        dataset("a", "Marib IDP camps"),
        dataset("b", "Refugee camps of Gedaref"),
        dataset("c", "Health facilities in Aden"),
        dataset("d", "Points d'eau à Gao"),
        dataset("e", "School damage in Sa'dah"),
        dataset("f", "Collective centres of Idlib"),
    ]);
    for (query, title) in [
        ("نازحين مأرب", "Marib IDP camps"),
        ("déplacés internes Marib", "Marib IDP camps"),
        ("displaced persons Marib", "Marib IDP camps"),
        ("refugiados Sudán", "Refugee camps of Gedaref"),
        ("santé Aden", "Health facilities in Aden"),
        ("صحه عدن", "Health facilities in Aden"),
        ("WASH Gao", "Points d'eau à Gao"),
        ("education Saada", "School damage in Sa'dah"),
    ] {
        assert_eq!(with_all(&index, query), [title], "{query}");
    }
    // Who asks for the narrower thing does not get all of the cluster.
    let (index, _writer) = index_of(&[dataset("a", "Health of all"), dataset("b", "Hôpitaux")]);
    assert_eq!(with_all(&index, "hospitals"), ["Hôpitaux"]);
}

#[test]
fn hyphenated_words_are_found_in_every_form_and_left_out_as_they_are() {
    let (index, _writer) = index_of(&[
        described("a", "Sous-préfecture de Kidal", "Limites"),
        described("b", "A sub-district of Yemen", ""),
        described("c", "All sub-districts of Yemen", ""),
        described("d", "A district of Yemen", "The sub in its name"),
    ]);
    assert_eq!(with_all(&index, "sous-préfectures"), ["Sous-préfecture de Kidal"]);
    for query in ["sub-district Yemen", "sub-districts Yemen"] {
        let found = with_all(&index, query);
        assert!(found.contains(&"A sub-district of Yemen".to_owned()), "{found:?}");
        assert!(found.contains(&"All sub-districts of Yemen".to_owned()), "{found:?}");
    }
    assert_eq!(with_all(&index, "\"sub-district\" Yemen"), ["A sub-district of Yemen"]);
    assert!(with_all(&index, "Yemen -sub-district").contains(&"A district of Yemen".to_owned()));
    // A part of it is not some of the words.
    let page = search(&index, &SearchRequest { matching: Matching::Some, ..text("sub-prefectures cholera") });
    assert_eq!(titles(&page), [""; 0]);
}

#[test]
fn words_that_say_something_where_they_stand_are_not_passed_over() {
    let french = |name: &str, title: &str, description: &str| Dataset {
        title: LocalizedText::new("fr", title),
        description: LocalizedText::new("fr", description),
        ..dataset(name, "")
    };
    let (index, _writer) = index_of(&[
        french("a", "Prix du maïs", "Marchés"),
        french("b", "Prix du mil", "Marchés"),
        french("c", "Routes de l'Est", "Régions"),
        french("d", "Routes du Sahel", "Régions"),
        dataset("e", "UN agencies"),
        dataset("f", "Other agencies"),
        described("g", "Salud de la provincia del Sur", ""),
        described("h", "Salud de la provincia del Norte", ""),
        french("i", "Traitement contre les vers", ""),
        french("j", "Traitement de la gale", ""),
    ]);
    for (query, title) in [
        ("prix maïs", "Prix du maïs"),
        ("prix mais", "Prix du maïs"),
        ("routes de l'est", "Routes de l'Est"),
        ("routes Est", "Routes de l'Est"),
        ("UN agencies", "UN agencies"),
        ("salud del Sur", "Salud de la provincia del Sur"),
        ("traitement des vers", "Traitement contre les vers"),
    ] {
        assert_eq!(with_all(&index, query), [title], "{query}");
    }
    for (query, count) in [("quel est le prix", 2), ("routes sur", 2), ("agencies un", 2), ("ROUTES EST", 2)] {
        assert_eq!(with_all(&index, query).len(), count, "{query}");
    }
}

#[test]
fn a_description_that_names_a_part_of_a_country_is_not_about_all_of_it() {
    let (index, _writer) = index_of(&[
        in_country("a", "Latrine inventory", "Latrines in the districts of Aden governorate", "YEM"),
        in_country("b", "Latrines of the country", "", "YEM"),
    ]);
    assert_eq!(with_all(&index, "latrine Saada"), ["Latrines of the country"]);
    assert_eq!(with_all(&index, "latrine Aden").len(), 2);
    assert_eq!(with_all(&index, "latrine Yemen").len(), 2);
}

#[test]
fn what_a_slash_joins_and_addresses_of_a_doi_are_read_as_they_are_meant() {
    let (index, _writer) = index_of(&[
        described("a", "3W and 4W of Yemen", ""),
        described("b", "Cholera after COVID-19", ""),
        described("c", "Wells", "See 10.5281/zenodo.424242 for more."),
        described("d", "Acqua del villaggio", ""),
    ]);
    for (query, title) in [
        ("3W/4W Yemen", "3W and 4W of Yemen"),
        ("COVID-19/cholera", "Cholera after COVID-19"),
        ("https://doi.org/10.5281/zenodo.424242", "Wells"),
        ("doi:10.5281/zenodo.424242", "Wells"),
        ("10.5281/zenodo.424242", "Wells"),
        ("dell'acqua", "Acqua del villaggio"),
    ] {
        assert_eq!(with_all(&index, query), [title], "{query}");
    }
}

#[test]
fn slips_are_mended_within_joined_words_and_what_is_left_out_stays_as_it_is() {
    let (index, _writer) = index_of(&[
        described("a", "Inventaire of sub-districts", "Water, post-distribution"),
        described("b", "Needs of schools", ""),
    ]);
    for (query, meant) in [
        ("l'inventairre", "l'inventaire"),
        ("sub-distrcts", "sub-districts"),
        ("post-distibution/inventairre", "post-distribution/inventaire"),
        ("nIventaire", "inventaire"),
        ("wattr NOT needz", "water NOT needz"),
    ] {
        let page = search(&index, &as_meant(query));
        assert_eq!(page.suggestion.as_deref(), Some(meant), "{query}");
        assert_eq!(titles(&page), ["Inventaire of sub-districts"], "{query}");
    }
    assert_eq!(search(&index, &as_meant("knventaire")).suggestion, None);
}

#[test]
fn completions_forgive_a_slip_in_any_word_and_offer_whatever_begins_with_the_article() {
    let priced = Dataset { keywords: tags(&["Market prices"]), ..dataset("a", "Tables") };
    let (index, _writer) =
        index_of(&[priced, in_country("b", "Wells", "", "YEM"), in_country("c", "Towns", "", "SYR")]);
    let texts = |beginning: &str| {
        let found = index.suggest(&Viewer::anonymous(), beginning, 50);
        found.map(|found| found.into_iter().map(|one| one.text).collect::<Vec<_>>()).unwrap_or_default()
    };
    for beginning in ["markte pri", "market prcie", "markte prcie"] {
        assert_eq!(texts(beginning), ["market prices"], "{beginning}");
    }
    let beginning = texts("ال");
    assert!(beginning.contains(&"اليمن".to_owned()), "{beginning:?}");
    let (index, _writer) = index_of(&[dataset("d", "Wells of الحسكة")]);
    let found = index.suggest(&Viewer::anonymous(), "الحسكه", 5).map(|found| found.len());
    assert_eq!((found.ok(), with_all(&index, "الحسكه").len()), (Some(1), 1));
}
