//! What is found where a query, as it is written, finds nothing: what comprises that which it names, and what was probably meant.

use cairn_model::{Dataset, LocalizedText};
use cairn_search::{Matching, Part, Reason, SearchRequest, Term};

use crate::samples::{described, index_of, search, strings, text, titles};

fn best(query: &str) -> SearchRequest {
    SearchRequest { matching: Matching::AllElseSome, explain: true, ..text(query) }
}

fn of(country: &str, title: &str, about: &str) -> Dataset {
    Dataset { countries: strings(&[country]), ..described(title, title, about) }
}

#[test]
fn what_comprises_that_which_a_query_names_is_found_where_nothing_is_about_it() {
    let (index, _writer) = index_of(&[
        of("SDN", "Acute food insecurity in the lean season", ""),
        of("SDN", "Food insecurity where rains fail", ""),
        of("SDN", "Functionality of hospitals", ""),
        of("SDN", "Roads", ""),
        of("YEM", "Acute food insecurity", ""),
        of("IRQ", "Damaged schools of Ninewa", ""),
    ]);
    let of_food = ["Acute food insecurity in the lean season", "Food insecurity where rains fail"];
    for query in ["famine Sudan", "hambruna Sudán", "مجاعة السودان"] {
        let page = search(&index, &best(query));
        let mut found = titles(&page);
        found.sort_unstable();
        assert_eq!((page.relaxed, found), (true, of_food.to_vec()), "{query}");
    }
    let page = search(&index, &best("famine Sudan"));
    let food = Term { vocabulary: "theme".to_owned(), code: "food-security".to_owned() };
    let reasons = page.hits[0].reasons.as_deref().unwrap();
    assert_eq!(reasons[0], Reason::Broader { word: "famine".to_owned(), concept: food });
    // A name alone is not made wider: of another district nobody asked.
    assert_eq!(search(&index, &best("famine")).total, 0);
    // The country for a part of it, and what the query says beside names orders only.
    let page = search(&index, &best("Salah ad Din damaged schools listed"));
    assert_eq!((page.relaxed, titles(&page)), (true, vec!["Damaged schools of Ninewa"]));
    // Whoever wants all the words gets nothing else.
    assert_eq!(search(&index, &text("famine Sudan")).total, 0);
    // The pages behind are of the same search.
    let page_behind = |cursor| search(&index, &SearchRequest { limit: 1, cursor, ..best("famine Sudan") });
    let first = page_behind(None);
    let second = page_behind(first.next.clone());
    let mut both = [titles(&first), titles(&second)].concat();
    both.sort_unstable();
    assert_eq!(both, of_food);
    assert!(second.relaxed && second.next.is_none());
}

#[test]
fn a_name_that_a_cluster_shares_with_a_theme_of_it_means_the_theme_first() {
    let (index, _writer) = index_of(&[
        Dataset { clusters: strings(&["PRO-MIN"]), ..of("AFG", "Casualties of mines, by month and district", "") },
        Dataset { clusters: strings(&["PRO-MIN"]), ..of("AFG", "Land that was released", "By mine clearance.") },
        of("AFG", "Roads", ""),
    ]);
    for query in ["demining Afghanistan", "desminado Afganistán", "نزع الألغام أفغانستان"] {
        let page = search(&index, &best(query));
        let both = ["Land that was released", "Casualties of mines, by month and district"];
        assert_eq!((page.relaxed, titles(&page)), (false, both.to_vec()), "{query}");
    }
}

#[test]
fn a_word_of_the_vocabularies_is_no_slip_and_a_slip_of_one_is_mended() {
    let (index, _writer) = index_of(&[
        of("HTI", "Earthquake damage", "marcadas"),
        of("HTI", "Roads", "marcadas"),
        of("SDN", "قيود الوصول على المسارات", ""),
    ]);
    let page = search(&index, &best("terremotto Haiti"));
    assert_eq!((page.suggestion.as_deref(), titles(&page)), (Some("terremoto Haiti"), vec!["Earthquake damage"]));
    for query in ["mercados Haiti", "المساعدات السودان"] {
        assert_eq!(search(&index, &best(query)).suggestion, None, "{query}");
    }
}

#[test]
fn a_slip_in_a_name_is_mended_beside_a_word_that_nobody_has() {
    let (index, _writer) = index_of(&[of("SSD", "Flooded sites around Bentiu", ""), of("YEM", "Dikes", "")]);
    let page = search(&index, &best("Bentiou digues"));
    assert_eq!((page.relaxed, titles(&page)), (true, vec!["Flooded sites around Bentiu"]));
    assert_eq!(page.suggestion.as_deref(), Some("bentiu digues"));
    // Two words that nobody has are no slips of what names nothing.
    let page = search(&index, &best("dikas lumpur"));
    assert_eq!((page.total, page.suggestion), (0, None));
}

#[test]
fn a_short_word_of_arabic_is_no_slip_of_another() {
    let (index, _writer) = index_of(&[of("SYR", "منطقة الجبل في حلب", ""), of("SYR", "الغذاء", "")]);
    for query in ["حليب الإبل سوريا", "غلاء سوريا"] {
        assert_eq!(search(&index, &best(query)).suggestion, None, "{query}");
    }
}

#[test]
fn a_word_of_every_day_is_found_in_every_language_that_says_the_same() {
    let in_language =
        |tag: &str, title: &str| Dataset { title: LocalizedText::new(tag, title), ..of("YEM", title, "") };
    let (index, _writer) = index_of(&[
        in_language("en", "Market prices of Aden"),
        in_language("fr", "Prix des denrées à Aden"),
        in_language("es", "Precios de los alimentos en Adén"),
        in_language("ar", "أسعار السلع في عدن"),
        in_language("en", "Roads of Aden"),
    ]);
    for query in ["prices", "price Yemen", "prix", "precio", "الأسعار", "سعر اليمن"] {
        let page = search(&index, &best(query));
        assert_eq!((page.total, page.relaxed), (4, false), "{query}");
    }
    let page = search(&index, &best("price"));
    let french = page.hits.iter().find(|hit| hit.card.title.best("fr") == Some("Prix des denrées à Aden")).unwrap();
    let reason = &french.reasons.as_deref().unwrap()[0];
    let form = Some("Prix".to_owned());
    assert_eq!(*reason, Reason::Word { word: "price".to_owned(), form, parts: vec![Part::Title, Part::Text] });
    // What is quoted, and what is left out, stands for itself.
    assert_eq!(titles(&search(&index, &best("\"prices\""))), ["Market prices of Aden"]);
    assert_eq!(search(&index, &best("Aden -prices")).total, 4);
}

#[test]
fn a_word_that_has_the_stem_of_another_language_by_chance_is_not_taken_for_its_word() {
    let (index, _writer) = index_of(&[of("YEM", "Markets of Aden", ""), of("YEM", "Registrations in March", "")]);
    assert_eq!(titles(&search(&index, &best("March"))), ["Registrations in March"]);
    assert!(titles(&search(&index, &best("marchés"))).contains(&"Markets of Aden"));
}
